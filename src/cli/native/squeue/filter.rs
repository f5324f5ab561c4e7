//! Which records are shown.

use super::arrays::{self, Tasks};
use super::field::{NO_VAL, Surroundings};
use super::job_words::time_used;
use super::lists::{self, Wanted};
use super::settings::{List, Settings};
use crate::job::{BaseState, Hostlist, JobState, StateFlags};
use crate::slurm::{JobInfo, JobTable, StepInfo, Text};
use std::ffi::{CStr, CString};

/// A record that is shown.
pub struct Row {
    /// Where it is in the table.
    pub index: usize,
    /// It is a task or an array that others may be shown with.
    pub may_combine: bool,
    /// What is shown otherwise than the record says.
    pub changes: Option<Box<Changes>>,
}

/// What is shown otherwise than a record says.
#[derive(Clone, Default)]
pub struct Changes {
    pub description: Option<CString>,
    /// The tasks that the record still stands for, and how they are written.
    pub tasks: Option<Tasks>,
    pub task_list: Option<CString>,
    /// Of an array's record, the only task that was asked for.
    pub only_task: Option<u32>,
    /// One of the partitions that the job may run in, its priority tier and the job's priority in it.
    pub partition: Option<(CString, u32, u32)>,
}

impl Row {
    /// The record as it is shown; its priority is still that of the record.
    pub fn job<'a>(&'a self, table: &'a dyn JobTable) -> JobInfo<'a> {
        let mut job = table.get(self.index);
        let Some(changes) = &self.changes else { return job };
        if let Some(description) = &changes.description {
            job.state_desc = Some(description);
        }
        if let Some(list) = &changes.task_list {
            job.array_task_str = Some(list);
        }
        if let Some(task) = changes.only_task {
            job.array_task_id = task;
            job.array_task_str = None;
        }
        if let Some((partition, ..)) = &changes.partition {
            job.partition = Some(partition);
        }
        job
    }
}

/// The records of a table that were asked for, in its order. `tier` tells a partition's priority tier.
pub fn rows(
    table: &dyn JobTable,
    settings: &Settings,
    with: &Surroundings,
    tier: &dyn Fn(&CStr) -> u32,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for index in 0..table.len() {
        let job = table.get(index);
        let Some(changes) = keep(&job, index, table, settings, with) else { continue };
        let is_array = job.array_task_str.is_some() || job.array_task_id != NO_VAL;
        if settings.priority {
            for (partition, priority) in partitions(&job) {
                if in_partitions(Some(&partition), settings) {
                    let mut changes = changes.clone().unwrap_or_default();
                    let tier = tier(&partition);
                    changes.partition = Some((partition, tier, priority));
                    rows.push(Row { index, may_combine: is_array, changes: Some(changes) });
                }
            }
        } else if in_partitions(job.partition, settings) {
            rows.push(Row { index, may_combine: is_array, changes });
        }
    }
    rows
}

/// The partitions that a job may run in, each once, and its priority there. Where it runs there is but one.
fn partitions(job: &JobInfo<'_>) -> Vec<(CString, u32)> {
    let waits = JobState::from_bits(job.job_state).base == BaseState::Pending;
    let names = job.priority_array_names.filter(|_| waits).or(job.partition);
    let mut found: Vec<(CString, u32)> = Vec::new();
    for name in lists::parts(names.map(CStr::to_bytes).unwrap_or_default()) {
        let priority = match job.priority_array.get(found.len()) {
            Some(priority) if waits => *priority,
            _ => job.priority,
        };
        let name = CString::new(name).unwrap_or_default();
        if found.iter().all(|(known, _)| *known != name) {
            found.push((name, priority));
        }
    }
    found
}

fn is_in(text: Text<'_>, list: &List<Vec<u8>>) -> bool {
    text.is_some_and(|text| list.items.iter().any(|item| item.eq_ignore_ascii_case(text.to_bytes())))
}

/// Whether some of a job's partitions was asked for.
pub fn in_partitions(partition: Text<'_>, settings: &Settings) -> bool {
    let Some(asked) = &settings.partitions else { return true };
    let names = partition.map(CStr::to_bytes).unwrap_or_default();
    lists::parts(names).any(|name| asked.items.iter().any(|asked| asked == name))
}

/// None for a job that was not asked for.
#[allow(clippy::option_option, reason = "kept or not, changed or not")]
pub fn keep(
    job: &JobInfo<'_>,
    index: usize,
    table: &dyn JobTable,
    settings: &Settings,
    with: &Surroundings,
) -> Option<Option<Box<Changes>>> {
    let changes = match &settings.jobs {
        None => None,
        Some(jobs) => only_tasks(job, index, table, &jobs.items)?,
    };
    let kept = job.job_id != 0
        && settings.licenses.as_ref().is_none_or(|licenses| has_license(job, licenses))
        && settings.accounts.as_ref().is_none_or(|accounts| is_in(job.account, accounts))
        && settings.qos.as_ref().is_none_or(|qos| is_in(job.qos, qos))
        && in_states(job.job_state, settings)
        && settings.nodes.as_ref().is_none_or(|nodes| on_nodes(job.nodes, nodes))
        && !(settings.not_me && job.user_id == super::super::users::own_user())
        && settings.users.as_ref().is_none_or(|users| users.items.contains(&job.user_id))
        && settings.reservation.as_ref().is_none_or(|asked| reserved(job, asked, with))
        && settings.names.as_ref().is_none_or(|names| is_in(job.name, names))
        && runs_long(job, settings, with);
    kept.then_some(changes)
}

/// Whether the job was named; of an array, the tasks that were.
#[allow(clippy::option_option, reason = "kept or not, changed or not")]
fn only_tasks(
    job: &JobInfo<'_>,
    index: usize,
    table: &dyn JobTable,
    wanted: &[Wanted],
) -> Option<Option<Box<Changes>>> {
    let mut own_tasks: Option<Tasks> = None;
    for one in wanted {
        if one.sluid != 0 {
            if one.sluid == job.sluid {
                return Some(None);
            }
            continue;
        }
        let whole = one.array_task == NO_VAL && (one.job_id == job.array_job_id || one.job_id == job.job_id);
        let task = one.array_task == job.array_task_id && one.job_id == job.array_job_id;
        if whole || task {
            return Some(None);
        }
        if one.array_task != NO_VAL && one.job_id == job.array_job_id && job.array_task_str.is_some() {
            let tasks = own_tasks.get_or_insert_with(|| table.array_tasks(index).unwrap_or_default());
            if arrays::contain(tasks, one.array_task) {
                let named =
                    wanted.iter().filter(|one| one.job_id == job.array_job_id).map(|one| one.array_task);
                let named = arrays::ranges(named.filter(|task| arrays::contain(tasks, *task)).collect());
                let only_task = match named.as_slice() {
                    [(first, last)] if first == last => Some(*first),
                    _ => None,
                };
                let task_list = Some(arrays::text(&named, 0));
                return Some(Some(Box::new(Changes {
                    task_list,
                    tasks: Some(named),
                    only_task,
                    ..Changes::default()
                })));
            }
        }
        if one.job_id == job.het_job_id {
            return Some(None);
        }
    }
    None
}

/// Licenses count by name; how many of them, and where, stands behind a colon.
fn has_license(job: &JobInfo<'_>, asked: &List<Vec<u8>>) -> bool {
    let licenses = job.licenses.map(CStr::to_bytes).unwrap_or_default();
    lists::parts(licenses).any(|license| {
        let name = license.split(|byte| *byte == b':').next().unwrap_or_default();
        asked.items.iter().any(|asked| asked == name)
    })
}

fn in_states(state: u32, settings: &Settings) -> bool {
    /// `JOB_UPDATE_DB`, which no state that can be named has. Gone in 24.11.
    const UPDATE_DB: u32 = 1 << 9;
    if settings.all_states {
        return true;
    }
    let Some(states) = &settings.states else {
        let state = JobState::from_bits(state);
        return matches!(state.base, BaseState::Pending | BaseState::Running | BaseState::Suspended)
            || state.flags.any(StateFlags::STAGE_OUT | StateFlags::COMPLETING);
    };
    states.items.iter().any(|asked| match asked & !0xff {
        0 => *asked == state & !UPDATE_DB,
        flags => flags & state != 0,
    })
}

fn on_nodes(nodes: Text<'_>, asked: &Hostlist) -> bool {
    let nodes = nodes.and_then(|nodes| nodes.to_str().ok()?.parse::<Hostlist>().ok());
    nodes.is_some_and(|nodes| nodes.meets(asked))
}

fn reserved(job: &JobInfo<'_>, asked: &[u8], with: &Surroundings) -> bool {
    let Some(own) = job.resv_name.map(CStr::to_bytes) else { return false };
    if !with.habits.reservations_are_listed {
        return own == asked;
    }
    lists::parts(own).any(|own| lists::parts(asked).any(|asked| own == asked))
}

fn runs_long(job: &JobInfo<'_>, settings: &Settings, with: &Surroundings) -> bool {
    let (over, under) = (i64::from(settings.running_over), i64::from(settings.running_under));
    if over == 0 && under == 0 {
        return true;
    }
    let used = time_used(job, with.now);
    JobState::from_bits(job.job_state).base == BaseState::Running
        && used >= over
        && (under == 0 || used < under)
}

/// Whether a step was asked for.
pub fn keep_step(step: &StepInfo<'_>, settings: &Settings) -> bool {
    let is_job = |wanted: &Wanted| {
        let whole = wanted.array_task == NO_VAL
            && (wanted.job_id == step.array_job_id || wanted.job_id == step.job_id);
        whole || wanted.array_task == step.array_task_id && wanted.job_id == step.array_job_id
    };
    let waits = 0;
    step.state != waits
        && settings.jobs.as_ref().is_none_or(|jobs| jobs.items.iter().any(is_job))
        && settings.partitions.as_ref().is_none_or(|partitions| {
            let own = step.partition.map(CStr::to_bytes);
            partitions.items.iter().any(|asked| Some(asked.as_slice()) == own)
        })
        && settings.steps.as_ref().is_none_or(|steps| {
            steps.items.iter().any(|wanted| wanted.step_id == step.step_id && is_job(wanted))
        })
        && settings.nodes.as_ref().is_none_or(|nodes| on_nodes(step.nodes, nodes))
        && settings.users.as_ref().is_none_or(|users| users.items.contains(&step.user_id))
}
