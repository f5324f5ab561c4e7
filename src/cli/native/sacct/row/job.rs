//! A job's row.

use super::{Entry, Rows, absent, bytes, cpu_frequency, cpu_time, state};
use crate::cli::native::sacct::columns::Value;
use crate::cli::native::sacct::fields::Kind;
use crate::cli::native::sacct::flags;
use crate::cli::native::sacct::paths::{Patterns, StepName};
use crate::cli::native::sluid;
use crate::cli::native::time_text::{minutes_text, seconds_text};
use crate::cli::native::tres::{self, Amounts, amount};
use crate::cli::native::units;
use crate::cli::native::users::group_name;
use crate::cli::native::users::user_named;
use crate::job::Hostlist;
use crate::slurm::Text;
use crate::slurm::accounting::{AccountJob, INFINITE, INFINITE64, NO_VAL};
use std::borrow::Cow;
use std::ffi::CStr;

impl Rows<'_> {
    /// What stands in a field of a job.
    pub fn job_value<'r>(&'r self, entry: &'r Entry<'_>, kind: Kind) -> Value<'r> {
        let job = &entry.job;
        match kind {
            Kind::Account => Value::text(job.account),
            Kind::AdminComment => Value::text(job.admin_comment),
            Kind::AllocCpus => Value::number(self.cpus(job)),
            Kind::AllocNodes => {
                let nodes = nodes(job.alloc_nodes, job.tres_alloc_str);
                let convert = if self.without_units { units::Convert::Not } else { units::Convert::Exactly };
                Value::own(Some(units::text(f64::from(nodes), units::NONE, 1024, convert)))
            }
            Kind::AllocTres => self.tres_value(job.tres_alloc_str),
            Kind::ReqTres => self.tres_value(job.tres_req_str),
            Kind::AssocId => Value::number(job.associd),
            Kind::BlockId => Value::text(job.blockid),
            Kind::Cluster => Value::text(job.cluster),
            Kind::Comment => Value::text(job.derived_es),
            Kind::Constraints => Value::text(job.constraints),
            Kind::ConsumedEnergy => Value::own(Some(self.energy(energy(job)))),
            Kind::ConsumedEnergyRaw => Value::wide(energy(job)),
            Kind::Container => Value::text(job.container),
            Kind::CpuTime => duration(u64::from(job.elapsed) * u64::from(self.cpus(job))),
            Kind::CpuTimeRaw => Value::wide(u64::from(job.elapsed) * u64::from(self.cpus(job))),
            Kind::DbIndex => Value::wide(job.db_index),
            Kind::Sluid => Value::Bare(Some(sluid::text(job.db_index))),
            Kind::OriginalSluid => Value::Bare(Some(sluid::text(job.sluid))),
            Kind::DerivedExitCode => Value::own(Some(self.exit_code(job.derived_ec, true))),
            Kind::Elapsed => duration(job.elapsed.into()),
            Kind::ElapsedRaw => Value::number(job.elapsed),
            Kind::Eligible => Value::Time(job.eligible),
            Kind::End => Value::Time(job.end),
            Kind::Exclusive => Value::text(job.exclusive),
            Kind::ExitCode => Value::own(Some(self.exit_code(job.exitcode, false))),
            Kind::Extra => Value::text(job.extra),
            Kind::FailedNode => Value::text(job.failed_node),
            Kind::Flags => Value::own(flags::text(job.flags, &self.habits)),
            Kind::Gid => Value::number(job.gid),
            Kind::Group if self.habits.nameless_groups => Value::own(group_name(job.gid)),
            Kind::Group => Value::own(Some(self.users.group(job.gid).as_ref().into())),
            Kind::JobId => Value::own(Some(self.id(job, entry.task))),
            Kind::JobIdRaw => Value::own(Some(job.jobid.to_string())),
            Kind::JobName => Value::text(job.jobname),
            Kind::Licenses => Value::text(job.licenses),
            Kind::McsLabel => Value::text(job.mcs_label),
            Kind::NNodes => {
                let record = job.tres_alloc_str.filter(|record| !record.is_empty()).or(job.tres_req_str);
                Value::number(nodes(job.alloc_nodes, record))
            }
            Kind::NodeList => Value::text(job.nodes),
            Kind::OverSubscribe => Value::text(job.oversubscribe),
            Kind::Partition => Value::text(job.partition),
            Kind::Planned | Kind::PlannedCpu | Kind::PlannedCpuRaw => self.planned(job, kind),
            Kind::Priority => Value::number(job.priority),
            Kind::Qos => Value::own(self.qos_name(job.qosid)),
            Kind::QosRaw => Value::number(job.qosid),
            Kind::QosReq => Value::text(job.qos_req),
            Kind::Reason => {
                let reason = self.client.reason(job.state_reason_prev);
                Value::Text(reason.map(|reason| Cow::Owned(reason.into_bytes())))
            }
            Kind::ReqCpuFreqGov | Kind::ReqCpuFreqMax | Kind::ReqCpuFreqMin => {
                Value::own(Some(cpu_frequency(NO_VAL)))
            }
            Kind::ReqCpus => Value::number(job.req_cpus),
            Kind::ReqMem => Value::own(Some(self.memory(job))),
            Kind::ReqNodes => {
                let nodes = nodes(0, job.tres_req_str);
                Value::own(Some(self.amount(f64::from(nodes), units::NONE)))
            }
            Kind::ReqReservation => Value::text(job.resv_req),
            Kind::Reservation => Value::text(job.resv_name),
            Kind::ReservationId if job.resvid != 0 => Value::number(job.resvid),
            Kind::Restarts => Value::narrow(job.restart_cnt as u16),
            Kind::SegmentSize if job.segment_size != 0 => Value::narrow(job.segment_size),
            Kind::Start => Value::Time(job.start),
            Kind::State => Value::own(Some(state(job.state, job.requid))),
            Kind::StdErr => self.path(entry, job.std_err),
            Kind::StdIn => self.path(entry, job.std_in),
            Kind::StdOut => self.path(entry, job.std_out),
            Kind::Submit => Value::Time(job.submit),
            Kind::SubmitLine => Value::text(job.submit_line),
            Kind::Suspended => duration(job.suspended.into()),
            Kind::SystemComment => Value::text(job.system_comment),
            Kind::SystemCpu => Value::own(Some(cpu_time(entry.with_steps(job.sys_cpu, |step| step.sys_cpu)))),
            Kind::UserCpu => Value::own(Some(cpu_time(entry.with_steps(job.user_cpu, |step| step.user_cpu)))),
            Kind::TotalCpu => Value::own(Some(cpu_time(entry.with_steps(job.tot_cpu, |step| step.tot_cpu)))),
            Kind::Timelimit => Value::own(limit(job.timelimit, minutes_text)),
            Kind::TimelimitRaw => Value::own(limit(job.timelimit, |minutes| minutes.to_string())),
            Kind::Uid => Value::number(self.uid(job)),
            Kind::User => match job.user {
                Some(user) => Value::text(Some(user)),
                None => Value::own(Some(self.users.user(job.uid).as_ref().into())),
            },
            Kind::WcKey => Value::text(job.wckey),
            Kind::WcKeyId => Value::number(job.wckeyid),
            Kind::WorkDir => Value::text(job.work_dir),
            other => absent(other),
        }
    }

    fn tres_value(&self, record: Text<'_>) -> Value<'static> {
        let text = self.names().and_then(|names| names.text(bytes(record), Amounts::Counts(self.convert())));
        Value::own(text)
    }

    /// The CPUs that it got.
    pub(super) fn cpus(&self, job: &AccountJob<'_>) -> u32 {
        let asked = self.habits.cpus_as_asked && job.tres_alloc_str.is_none_or(|record| record.is_empty());
        let record = if asked { job.tres_req_str } else { job.tres_alloc_str };
        amount(bytes(record), tres::CPU).unwrap_or(0) as u32
    }

    fn memory(&self, job: &AccountJob<'_>) -> String {
        if self.habits.memory_per_what {
            const PER_CPU: u64 = 1 << 63;
            let text = self.amount((job.req_mem & !PER_CPU) as f64, units::MEGA);
            return format!("{text}{}", if job.req_mem & PER_CPU != 0 { 'c' } else { 'n' });
        }
        // Before there was a planned time, memory that nobody asked for was an endless amount.
        let none = if self.habits.planned { 0 } else { INFINITE64 };
        let asked = amount(bytes(job.tres_req_str), tres::MEM).unwrap_or(none);
        self.amount(asked as f64, units::MEGA)
    }

    /// How long it was eligible and did not run, in the seconds of [`Kind::Planned`].
    pub fn planned_seconds(&self, job: &AccountJob<'_>) -> i64 {
        self.eligible_seconds(job, self.habits.planned)
    }

    /// The same. `ended_counts`: of a job that ended before it began, until then.
    fn eligible_seconds(&self, job: &AccountJob<'_>, ended_counts: bool) -> i64 {
        let never = job.eligible == 0 || job.eligible == i64::from(INFINITE);
        if never {
            0
        } else if ended_counts && job.start == i64::from(NO_VAL) && job.end != 0 {
            job.end - job.eligible
        } else if job.start != 0 {
            job.start - job.eligible
        } else {
            self.now - job.eligible
        }
    }

    fn planned(&self, job: &AccountJob<'_>, kind: Kind) -> Value<'static> {
        let product = match kind {
            Kind::Planned => self.planned_seconds(job),
            _ => self.eligible_seconds(job, false).wrapping_mul(i64::from(job.req_cpus)),
        };
        // The older ones count in 32 bits.
        let narrow = i64::from(product as i32);
        match kind {
            Kind::PlannedCpuRaw => Value::number(product as u32),
            _ if self.habits.planned => duration(product as u64),
            _ => duration(narrow as u64),
        }
    }

    fn uid(&self, job: &AccountJob<'_>) -> u32 {
        let local = || user_named(job.user?.to_str().ok()?);
        if self.local_uid { local().unwrap_or(job.uid) } else { job.uid }
    }

    /// The name of a file for input or output.
    fn path<'r>(&self, entry: &Entry<'r>, path: Text<'r>) -> Value<'r> {
        match path.filter(|path| self.expand_patterns && !path.is_empty()) {
            Some(path) => Value::Text(Some(Cow::Owned(self.expanded(entry, path)))),
            None => Value::text(path),
        }
    }

    /// A path with what its patterns stand for.
    pub fn expanded(&self, entry: &Entry<'_>, path: &CStr) -> Vec<u8> {
        const NOTHING: &[u8] = b"(null)";
        let job = &entry.job;
        let first = entry.steps.first();
        let of_batch = self.habits.step_stdio;
        let node = match of_batch {
            true => bytes(job.nodes).map(first_host),
            false => first.and_then(|step| bytes(step.nodes)).map(Cow::Borrowed),
        };
        let first_name = first.and_then(|step| bytes(step.stepname)).unwrap_or(NOTHING);
        let mut folder = bytes(job.work_dir).unwrap_or_default().to_vec();
        if of_batch && folder.last().is_some_and(|last| *last != b'/') {
            folder.push(b'/');
        }
        let patterns = Patterns {
            array: job.array_job_id,
            task: entry.task.unwrap_or(job.array_task_id),
            job: job.jobid,
            step: None,
            step_name: StepName::Text(if of_batch { b"batch" } else { first_name }),
            node: node.as_deref().unwrap_or(NOTHING),
            user: bytes(job.user).unwrap_or(NOTHING),
            name: bytes(job.jobname).unwrap_or(NOTHING),
            restarts: self.habits.stdio_restarts.then_some(job.restart_cnt),
            sluid: self.habits.stdio_restarts.then(|| sluid::text(job.db_index)),
            folder: &folder,
            keeps_digits: self.habits.stdio_restarts,
        };
        patterns.expand(path.to_bytes())
    }
}

/// Seconds, none for what nobody set.
pub(super) fn duration(seconds: u64) -> Value<'static> {
    Value::Bare((seconds < u64::MAX - 1).then(|| seconds_text(seconds as i64)))
}

/// How many nodes: what the record of resources says where the number is 0.
pub(super) fn nodes(number: u32, record: Text<'_>) -> u32 {
    match number {
        0 => amount(bytes(record), tres::NODE).map_or(0, |nodes| nodes as u32),
        number => number,
    }
}

/// A time limit; none for 0.
fn limit(minutes: u32, text: impl Fn(u32) -> String) -> Option<String> {
    match minutes {
        0 => None,
        INFINITE => Some("UNLIMITED".into()),
        NO_VAL => Some("Partition_Limit".into()),
        minutes => Some(text(minutes)),
    }
}

fn energy(job: &AccountJob<'_>) -> u64 {
    amount(bytes(job.tres_alloc_str), tres::ENERGY).unwrap_or(0)
}

/// The first host of a list.
pub(super) fn first_host(hosts: &[u8]) -> Cow<'_, [u8]> {
    let list = std::str::from_utf8(hosts).ok().and_then(|hosts| hosts.parse::<Hostlist>().ok());
    match list.as_ref().and_then(|list| list.iter().next()) {
        Some(host) => Cow::Owned(host.into_bytes()),
        None => Cow::Borrowed(hosts),
    }
}
