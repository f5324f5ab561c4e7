//! Asking for the figures: slurmdbd, and slurmctld for what that does not know.

use super::PROGRAM;
use super::figures::{Figures, Memory, Source};
use super::options::Request;
use crate::cli::native::sacct::{id_text, tasks};
use crate::cli::native::tres::{self, amount};
use crate::cli::native::users::Users;
use crate::job::JobId;
use crate::slurm::accounting::{AccountJob, AccountStep, JobCondition, NO_VAL, SelectedStep};
use crate::slurm::{Client, Error, JobInfo, JobTable, JobsOf, Show, Text};
use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

/// The top bit of an amount of memory: it is for a CPU, not for a node.
const MEM_PER_CPU: u64 = 1 << 63;
const MIB: u64 = 1 << 20;

/// What was found.
#[derive(Default)]
pub struct Gathered {
    /// In the order of submission.
    pub jobs: Vec<Figures>,
    /// Jobs that neither knows.
    pub unknown: Vec<String>,
    /// What the reader should know of how it was found.
    pub notes: Vec<String>,
}

/// Asks for all that `request` names.
pub fn gather(client: &Client, users: &Users, request: &Request, now: i64) -> Result<Gathered, ExitCode> {
    let mut gathered = Gathered::default();
    let asker = Asker { client, users, request, now };
    let mut found = Found::default();
    match asker.accounting() {
        Ok(Some((jobs, in_accounting))) => (gathered.jobs, found) = (jobs, in_accounting),
        Ok(None) => gathered.notes.push(
            "this cluster has no accounting: what jobs used is not known, and only slurmctld is asked".into(),
        ),
        Err(error) => gathered.notes.push(format!(
            "slurmdbd does not answer ({}): what jobs used is not known, and only slurmctld is asked",
            error.text()
        )),
    }
    if request.name.is_some() {
        if !gathered.notes.is_empty() {
            gathered.jobs = asker.named_in_controller().map_err(|error| failed(&error))?;
        }
        return Ok(gathered);
    }
    for (text, selected) in &request.selected {
        if found.has(selected) {
            continue;
        }
        // slurmdbd is told of a job a moment after slurmctld knows it.
        let remembered = asker.remembered(selected).map_err(|error| failed(&error))?;
        if remembered.is_empty() {
            gathered.unknown.push(text.clone());
        }
        gathered.jobs.extend(remembered);
    }
    Ok(gathered)
}

fn failed(error: &Error) -> ExitCode {
    PROGRAM.failed("slurmctld cannot be asked", error);
    ExitCode::FAILURE
}

/// Which jobs there were, by all the ways to call them.
#[derive(Default)]
struct Found {
    whole: HashSet<u32>,
    tasks: HashSet<(u32, u32)>,
    /// Arrays of which tasks wait together.
    waiting: HashSet<u32>,
}

impl Found {
    fn add(&mut self, job: &AccountJob<'_>) {
        self.whole.insert(job.jobid);
        if job.array_job_id != 0 {
            self.whole.insert(job.array_job_id);
            self.tasks.insert((job.array_job_id, job.array_task_id));
            if job.array_task_str.is_some() {
                self.waiting.insert(job.array_job_id);
            }
        }
        if job.het_job_id != 0 {
            self.whole.insert(job.het_job_id);
            self.tasks.insert((job.het_job_id, job.het_job_offset));
        }
    }

    fn has(&self, selected: &SelectedStep) -> bool {
        let part = [selected.task, selected.component].into_iter().find(|part| *part != NO_VAL);
        match part {
            None => self.whole.contains(&selected.job),
            Some(part) => self.tasks.contains(&(selected.job, part)) || self.waiting.contains(&selected.job),
        }
    }
}

struct Asker<'a> {
    client: &'a Client,
    users: &'a Users,
    request: &'a Request,
    now: i64,
}

impl Asker<'_> {
    /// What slurmdbd knows; none where the cluster has none.
    fn accounting(&self) -> Result<Option<(Vec<Figures>, Found)>, Error> {
        if !self.client.configuration().has_accounting() {
            return Ok(None);
        }
        let accounting = self.client.accounting()?;
        let cluster = CString::new(self.client.configuration().cluster.as_str()).unwrap_or_default();
        let mut condition = JobCondition { clusters: vec![cluster], ..JobCondition::default() };
        match &self.request.name {
            None => condition.steps = self.request.selected.iter().map(|(_, step)| *step).collect(),
            Some(name) => {
                let name = CString::new(name.as_bytes().to_ascii_lowercase()).unwrap_or_default();
                let user = CString::new(self.request.user.to_string()).unwrap_or_default();
                (condition.names, condition.users) = (vec![name], vec![user]);
                (condition.start, condition.end) = (self.request.start, self.request.end);
            }
        }
        let table = accounting.jobs(&condition)?;
        let mut order: Vec<usize> = (0..table.len()).collect();
        order.sort_by_cached_key(|index| {
            let job = table.job(*index);
            (job.submit, job.array_job_id, job.array_task_id, job.jobid)
        });
        let mut found = Found::default();
        let mut jobs = Vec::with_capacity(order.len());
        for index in order {
            let job = table.job(index);
            found.add(&job);
            jobs.push(self.accounted(&job, &table.steps(index)));
        }
        Ok(Some((jobs, found)))
    }

    fn accounted(&self, job: &AccountJob<'_>, steps: &[AccountStep<'_>]) -> Figures {
        let of = |record: Text<'_>, id| amount(record.map(CStr::to_bytes), id);
        let count = |id, otherwise: u32| match of(job.tres_alloc_str, id).unwrap_or(0) {
            0 => u64::from(otherwise).max(1),
            count => count,
        };
        let micros =
            |step: &AccountStep<'_>| u128::from(step.tot_cpu.0) * 1_000_000 + u128::from(step.tot_cpu.1);
        // The step whose tasks had the most together.
        let used = |step: &AccountStep<'_>| of(step.usage.tres_in.tot, tres::MEM);
        let largest = steps.iter().filter(|step| used(step).is_some()).max_by_key(|step| used(step));
        let user = job.user.map_or_else(|| self.users.user(job.uid).as_ref().to_owned(), lossy);
        Figures {
            id: id_text(job, None, Some(0)),
            job: job.jobid,
            task: (job.array_job_id != 0).then_some((job.array_job_id, job.array_task_id)),
            tasks: job
                .array_task_str
                .and_then(|mask| tasks::ranges(mask.to_bytes()))
                .map(|ranges| count_of(&ranges)),
            name: job.jobname.map(lossy).unwrap_or_default(),
            cluster: job.cluster.map(lossy).unwrap_or_default(),
            user,
            group: self.users.group(job.gid).as_ref().into(),
            state: job.state,
            exit: job.exitcode,
            nodes: count(tres::NODE, job.alloc_nodes),
            cores: count(tres::CPU, job.req_cpus),
            elapsed: job.elapsed.into(),
            cpu: Some(steps.iter().map(micros).sum()),
            memory: Memory {
                had: of(job.tres_alloc_str, tres::MEM).unwrap_or(0).saturating_mul(MIB),
                per_cpu: job.req_mem & MEM_PER_CPU != 0,
                used: largest.and_then(used),
                of_tasks: largest.and_then(|step| {
                    Some((of(step.usage.tres_in.max, tres::MEM)?, of(step.usage.tres_in.ave, tres::MEM)?))
                }),
            },
            source: Source::Accounting,
        }
    }

    /// What slurmctld still knows of a job.
    fn remembered(&self, selected: &SelectedStep) -> Result<Vec<Figures>, Error> {
        let Some(table) =
            self.client.job_table(JobsOf::Job(JobId(selected.job)), Show { all: true, ..Show::default() })?
        else {
            return Ok(Vec::new());
        };
        let is_meant = |index: &usize| {
            let job = table.get(*index);
            let waits = || {
                let ranges = table.array_tasks(*index).unwrap_or_default();
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&selected.task))
            };
            match (selected.task, selected.component) {
                (NO_VAL, NO_VAL) => [job.job_id, job.array_job_id, job.het_job_id].contains(&selected.job),
                (NO_VAL, component) => (job.het_job_id, job.het_job_offset) == (selected.job, component),
                (task, _) => {
                    job.array_job_id == selected.job
                        && (job.array_task_id == task || (job.array_task_id == NO_VAL && waits()))
                }
            }
        };
        let meant = (0..table.len()).filter(is_meant);
        Ok(meant.map(|index| self.controlled(table.as_ref(), index)).collect())
    }

    fn named_in_controller(&self) -> Result<Vec<Figures>, Error> {
        let show = Show { all: true, ..Show::default() };
        let Some(table) = self.client.job_table(JobsOf::User(self.request.user), show)? else {
            return Ok(Vec::new());
        };
        let Some(name) = &self.request.name else { return Ok(Vec::new()) };
        let is_named = |index: &usize| {
            let found = table.get(*index).name.map(CStr::to_bytes).unwrap_or_default();
            found.eq_ignore_ascii_case(name.as_bytes())
        };
        let meant = (0..table.len()).filter(is_named);
        Ok(meant.map(|index| self.controlled(table.as_ref(), index)).collect())
    }

    fn controlled(&self, table: &dyn JobTable, index: usize) -> Figures {
        let job = table.get(index);
        let waiting =
            table.array_tasks(index).filter(|ranges| !ranges.is_empty() && job.array_task_id == NO_VAL);
        let id = match &waiting {
            Some(ranges) => {
                format!("{}_[{}]", job.array_job_id, tasks::list_of(ranges, job.array_max_tasks, Some(0)))
            }
            None if job.array_job_id != 0 && job.array_task_id != NO_VAL => {
                format!("{}_{}", job.array_job_id, job.array_task_id)
            }
            None if job.het_job_id != 0 => format!("{}+{}", job.het_job_id, job.het_job_offset),
            None => job.job_id.to_string(),
        };
        let (nodes, cores) = (u64::from(job.num_nodes).max(1), u64::from(job.num_cpus).max(1));
        let per_cpu = job.pn_min_memory & MEM_PER_CPU != 0;
        let parts = if per_cpu { cores } else { nodes };
        Figures {
            id,
            job: job.job_id,
            task: (job.array_job_id != 0).then_some((job.array_job_id, job.array_task_id)),
            tasks: waiting.as_deref().map(count_of),
            name: job.name.map(lossy).unwrap_or_default(),
            cluster: self.client.configuration().cluster.clone(),
            user: self.users.user(job.user_id).as_ref().into(),
            group: self.users.group(job.group_id).as_ref().into(),
            state: job.job_state,
            exit: job.exit_code,
            nodes,
            cores,
            elapsed: self.elapsed(&job),
            cpu: None,
            memory: Memory {
                had: (job.pn_min_memory & !MEM_PER_CPU).saturating_mul(parts).saturating_mul(MIB),
                per_cpu,
                ..Memory::default()
            },
            source: Source::Controller,
        }
    }

    /// Seconds that it has run. Of a suspended one: until it was, as of one that has been: without those it was not.
    fn elapsed(&self, job: &JobInfo<'_>) -> u64 {
        const PENDING: u32 = 0;
        const SUSPENDED: u32 = 2;
        let since = if job.suspend_time > 0 { job.suspend_time } else { job.start_time };
        let seconds = match job.job_state & 0xff {
            PENDING => 0,
            SUSPENDED => job.pre_sus_time,
            _ => {
                let end = if job.end_time == 0 { self.now } else { job.end_time.min(self.now) };
                end - since + if job.suspend_time > 0 { job.pre_sus_time } else { 0 }
            }
        };
        u64::try_from(seconds).unwrap_or(0)
    }
}

fn lossy(text: &CStr) -> String {
    text.to_string_lossy().into_owned()
}

fn count_of(ranges: &[(u32, u32)]) -> u64 {
    ranges.iter().map(|(first, last)| u64::from(last - first) + 1).sum()
}
