//! A step's row.

use super::job::{duration, first_host, nodes};
use super::{Entry, Figures, Rows, Stat, Way, absent, bytes, cpu_frequency, cpu_time, record, state};
use crate::cli::native::sacct::columns::Value;
use crate::cli::native::sacct::distribution;
use crate::cli::native::sacct::fields::Kind;
use crate::cli::native::sacct::paths::{Patterns, StepName};
use crate::cli::native::sacct::selection::{BATCH, step_text};
use crate::cli::native::sluid;
use crate::cli::native::time_text::minutes_text;
use crate::cli::native::tres::{self, Amounts, CPU_TIME, amount, node};
use crate::cli::native::units;
use crate::slurm::Text;
use crate::slurm::accounting::{AccountStep, INFINITE, NO_VAL, NO_VAL64};
use std::borrow::Cow;
use std::ffi::CStr;

/// `FORMAT_STRING_SIZE`, less the NUL: as long as a step's id is shown.
const LONGEST_ID: usize = 33;

impl Rows<'_> {
    /// What stands in a field of a step.
    pub fn step_value<'r>(
        &'r self,
        entry: &'r Entry<'_>,
        step: &'r AccountStep<'_>,
        kind: Kind,
    ) -> Value<'r> {
        let job = &entry.job;
        match kind {
            Kind::Account => Value::text(job.account),
            Kind::AssocId => Value::number(job.associd),
            Kind::Cluster => Value::text(job.cluster),
            Kind::DbIndex => Value::wide(job.db_index),
            Kind::Sluid => Value::Bare(Some(sluid::text(job.db_index))),
            Kind::OriginalSluid => Value::Bare(Some(sluid::text(job.sluid))),
            Kind::AllocCpus | Kind::ReqCpus => Value::number(self.step_cpus(entry, step)),
            Kind::AllocNodes => {
                let convert = if self.without_units { units::Convert::Not } else { units::Convert::Exactly };
                let nodes = f64::from(nodes(step.nnodes, step.tres_alloc_str));
                Value::own(Some(units::text(nodes, units::NONE, 1024, convert)))
            }
            Kind::ReqNodes => {
                let nodes = f64::from(nodes(step.nnodes, step.tres_alloc_str));
                Value::own(Some(self.amount(nodes, units::NONE)))
            }
            Kind::NNodes => Value::number(nodes(step.nnodes, step.tres_alloc_str)),
            Kind::AllocTres => self.record_value(step.tres_alloc_str, Amounts::Counts(self.convert())),
            Kind::CpuTimeOfTasks(stat) => {
                let used = self.used(step, Way::In, stat, tres::CPU);
                Value::own(used.map(|used| cpu_time((used / CPU_TIME, 0))))
            }
            Kind::CpuFrequency => {
                let frequency = step.usage.act_cpufreq;
                let none = (frequency - f64::from(NO_VAL)).abs() < 0.00001;
                Value::own(Some(if none { String::new() } else { self.thousands(frequency, units::KILO) }))
            }
            Kind::Disk(way, stat) => Value::own(Some(match self.used(step, way, stat, tres::DISK) {
                None => String::new(),
                Some(bytes) => self.megabytes(bytes as f64 / f64::from(1 << 20)),
            })),
            Kind::SizeOfTasks(stat, id) => {
                let used = self.used(step, Way::In, stat, id);
                Value::own(Some(used.map_or_else(String::new, |used| self.amount(used as f64, units::NONE))))
            }
            Kind::NodeOf(way, stat, id) => {
                let place = amount(bytes(place(figures(step, way), stat, Place::Node)), id);
                Value::own(place.and_then(|place| node(place, step.nodes?.to_str().ok()?)))
            }
            Kind::TaskOf(way, stat, id) => {
                let task = amount(bytes(place(figures(step, way), stat, Place::Task)), id);
                Value::number(task.filter(|task| *task != NO_VAL64).map_or(NO_VAL, |task| task as u32))
            }
            Kind::TresUsage(way, stat) => {
                self.record_value(record(figures(step, way), stat), Amounts::Usage(self.convert()))
            }
            Kind::TresUsageNode(way, stat) => {
                let nodes = step.nodes.and_then(|nodes| nodes.to_str().ok());
                self.record_value(place(figures(step, way), stat, Place::Node), Amounts::Nodes(nodes))
            }
            Kind::TresUsageTask(way, stat) => {
                self.record_value(place(figures(step, way), stat, Place::Task), Amounts::Tasks)
            }
            Kind::ConsumedEnergy => Value::own(Some(self.energy(step.usage.consumed_energy))),
            Kind::ConsumedEnergyRaw => Value::wide(step.usage.consumed_energy),
            Kind::Container => Value::text(step.container),
            Kind::CpuTime => duration(u64::from(step.elapsed) * u64::from(self.step_cpus(entry, step))),
            Kind::CpuTimeRaw => Value::wide(u64::from(step.elapsed) * u64::from(self.step_cpus(entry, step))),
            Kind::DerivedExitCode => Value::own(Some(String::new())),
            Kind::Elapsed => duration(step.elapsed.into()),
            Kind::ElapsedRaw => Value::number(step.elapsed),
            Kind::Eligible | Kind::Start | Kind::Submit => Value::Time(step.start),
            Kind::End => Value::Time(self.end(entry, step)),
            Kind::ExitCode => Value::own(Some(self.exit_code(step.exitcode, false))),
            Kind::JobId => {
                let mut id = format!("{}.{}", self.id(job, entry.task), self.step_name(step));
                id.truncate(LONGEST_ID);
                Value::own(Some(id))
            }
            Kind::JobIdRaw => Value::own(Some(format!("{}.{}", job.jobid, self.step_name(step)))),
            Kind::JobName => Value::text(step.stepname),
            Kind::Layout => Value::own(Some(distribution::text(step.task_dist))),
            Kind::NTasks => Value::number(step.ntasks),
            Kind::NodeList => Value::text(step.nodes),
            Kind::ReqCpuFreqGov => Value::own(Some(cpu_frequency(step.req_cpufreq_gov))),
            Kind::ReqCpuFreqMax => Value::own(Some(cpu_frequency(step.req_cpufreq_max))),
            Kind::ReqCpuFreqMin => Value::own(Some(cpu_frequency(step.req_cpufreq_min))),
            Kind::ReqMem if self.habits.memory_per_what => self.job_value(entry, kind),
            Kind::ReqMem => Value::own(Some(String::new())),
            Kind::State => Value::own(Some(state(step.state, step.requid))),
            Kind::StdErr => self.step_path(entry, step, step.std_err),
            Kind::StdIn => self.step_path(entry, step, step.std_in),
            Kind::StdOut => self.step_path(entry, step, step.std_out),
            Kind::SubmitLine => Value::text(step.submit_line),
            Kind::Suspended => duration(step.suspended.into()),
            Kind::SystemCpu => Value::own(Some(cpu_time(step.sys_cpu))),
            Kind::UserCpu => Value::own(Some(cpu_time(step.user_cpu))),
            Kind::TotalCpu => Value::own(Some(cpu_time(step.tot_cpu))),
            Kind::Timelimit => Value::own(limit(step.timelimit, minutes_text)),
            Kind::TimelimitRaw => Value::own(limit(step.timelimit, |minutes| minutes.to_string())),
            other => absent(other),
        }
    }

    fn record_value(&self, record: Text<'_>, amounts: Amounts<'_>) -> Value<'static> {
        Value::own(self.names().and_then(|names| names.text(bytes(record), amounts)))
    }

    fn used(&self, step: &AccountStep<'_>, way: Way, stat: Stat, id: u32) -> Option<u64> {
        amount(bytes(record(figures(step, way), stat)), id).filter(|used| *used != NO_VAL64)
    }

    /// Down to hundredths of one where it is less.
    fn megabytes(&self, megabytes: f64) -> String {
        if megabytes > 1.0 {
            self.amount(megabytes, units::MEGA)
        } else if megabytes > 0.0 {
            format!("{megabytes:.2}M")
        } else {
            "0".into()
        }
    }

    /// The step's CPUs, or its job's where it has none of its own.
    fn step_cpus(&self, entry: &Entry<'_>, step: &AccountStep<'_>) -> u32 {
        amount(bytes(step.tres_alloc_str), tres::CPU)
            .map_or_else(|| self.cpus(&entry.job), |cpus| cpus as u32)
    }

    /// What the step is called behind its job's id and a point.
    pub fn step_name(&self, step: &AccountStep<'_>) -> String {
        step_text(step.step_id, step.step_het_comp, step.sluid, &self.habits)
    }

    /// A step that nobody saw end ends with its job.
    fn end(&self, entry: &Entry<'_>, step: &AccountStep<'_>) -> i64 {
        const RESIZING: u32 = crate::job::StateFlags::RESIZING;
        match step.end {
            0 if !(self.habits.resizing && entry.job.state == RESIZING) => entry.job.end,
            end => end,
        }
    }

    fn step_path<'r>(&self, entry: &Entry<'r>, step: &AccountStep<'r>, path: Text<'r>) -> Value<'r> {
        let Some(given) = path.filter(|path| !path.is_empty()) else { return Value::text(path) };
        let given = match self.expand_patterns {
            true => Cow::Owned(self.step_expanded(entry, step, given)),
            false => Cow::Borrowed(given.to_bytes()),
        };
        if given.first() == Some(&b'/') {
            return Value::Text(Some(given));
        }
        let mut whole = bytes(step.cwd).unwrap_or(b"(null)").to_vec();
        whole.push(b'/');
        whole.extend_from_slice(&given);
        Value::Text(Some(Cow::Owned(whole)))
    }

    /// A path of a step's with what its patterns stand for.
    pub fn step_expanded(&self, entry: &Entry<'_>, step: &AccountStep<'_>, path: &CStr) -> Vec<u8> {
        const NOTHING: &[u8] = b"(null)";
        let job = &entry.job;
        let mut folder = bytes(step.cwd).unwrap_or_default().to_vec();
        if folder.last().is_some_and(|last| *last != b'/') {
            folder.push(b'/');
        }
        let node = bytes(step.nodes).map(first_host);
        let patterns = Patterns {
            array: job.array_job_id,
            task: job.array_task_id,
            job: job.jobid,
            step: (step.step_id != BATCH).then_some(step.step_id),
            step_name: match step.step_id {
                BATCH => StepName::Text(b"batch"),
                number => StepName::Number(number),
            },
            node: node.as_deref().unwrap_or(NOTHING),
            user: bytes(job.user).unwrap_or(NOTHING),
            name: bytes(job.jobname).unwrap_or(NOTHING),
            restarts: self.habits.stdio_restarts.then_some(0),
            sluid: self.habits.stdio_restarts.then(|| sluid::text(step.sluid)),
            folder: &folder,
            keeps_digits: self.habits.stdio_restarts,
        };
        patterns.expand(path.to_bytes())
    }
}

enum Place {
    Node,
    Task,
}

fn figures<'s, 'a>(step: &'s AccountStep<'a>, way: Way) -> &'s Figures<'a> {
    match way {
        Way::In => &step.usage.tres_in,
        Way::Out => &step.usage.tres_out,
    }
}

/// Where the most or the least was.
fn place<'a>(figures: &Figures<'a>, stat: Stat, place: Place) -> Text<'a> {
    match (stat, place) {
        (Stat::Least, Place::Node) => figures.min_node,
        (Stat::Least, Place::Task) => figures.min_task,
        (_, Place::Node) => figures.max_node,
        (_, Place::Task) => figures.max_task,
    }
}

/// A time limit; none for 0 and where there is no limit.
fn limit(minutes: u32, text: impl Fn(u32) -> String) -> Option<String> {
    match minutes {
        0 | INFINITE => None,
        NO_VAL => Some("Partition_Limit".into()),
        minutes => Some(text(minutes)),
    }
}
