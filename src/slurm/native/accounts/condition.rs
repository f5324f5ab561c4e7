//! A condition on jobs in this release's layout.

use super::list::List;
use super::{accounting_moved, no_list, raw};
use crate::slurm::accounting::{JobCondition, SelectedStep};
use std::ffi::CString;
use std::mem::MaybeUninit;
use std::ptr;

/// The lists that a condition points to.
pub struct Lists<'a> {
    library: &'a raw::Library,
    lists: Vec<List<'a>>,
    steps: Vec<raw::slurm_selected_step_t>,
}

impl<'a> Lists<'a> {
    pub fn new(library: &'a raw::Library) -> Self {
        Self { library, lists: Vec::new(), steps: Vec::new() }
    }

    fn texts(&mut self, texts: &[CString]) -> *mut raw::xlist {
        if texts.is_empty() {
            return no_list();
        }
        // The library packs the strings and writes to none.
        let list = List::of(self.library, texts.iter().map(|text| text.as_ptr().cast_mut().cast()));
        self.lists.push(list);
        self.lists.last().map_or_else(no_list, List::as_ptr)
    }

    fn steps(&mut self, steps: &[SelectedStep]) -> *mut raw::xlist {
        if steps.is_empty() {
            return no_list();
        }
        self.steps = steps.iter().map(selected).collect();
        let list = List::of(self.library, self.steps.iter_mut().map(|step| ptr::from_mut(step).cast()));
        self.lists.push(list);
        self.lists.last().map_or_else(no_list, List::as_ptr)
    }

    /// The condition, which may be used as long as `self` and `asked` live.
    pub fn condition(&mut self, asked: &JobCondition) -> raw::slurmdb_job_cond_t {
        // SAFETY: every member is a number or a pointer, for which zero bits are a value: no condition.
        let mut condition: raw::slurmdb_job_cond_t = unsafe { MaybeUninit::zeroed().assume_init() };
        condition.acct_list = self.texts(&asked.accounts);
        condition.associd_list = self.texts(&asked.associations);
        condition.cluster_list = self.texts(&asked.clusters);
        condition.constraint_list = self.texts(&asked.constraints);
        condition.groupid_list = self.texts(&asked.groups);
        condition.jobname_list = self.texts(&asked.names);
        condition.partition_list = self.texts(&asked.partitions);
        condition.qos_list = self.texts(&asked.qos);
        condition.reason_list = self.texts(&asked.reasons);
        condition.state_list = self.texts(&asked.states);
        condition.step_list = self.steps(&asked.steps);
        condition.userid_list = self.texts(&asked.users);
        condition.wckey_list = self.texts(&asked.wckeys);
        if let Some(nodes) = &asked.nodes {
            condition.used_nodes = nodes.as_ptr().cast_mut();
        }
        (condition.cpus_min, condition.cpus_max) = asked.cpus;
        (condition.nodes_min, condition.nodes_max) = asked.node_count;
        (condition.timelimit_min, condition.timelimit_max) = asked.time_limit;
        condition.db_flags = asked.started_by.unwrap_or(raw::SLURMDB_JOB_FLAG_NOTSET);
        condition.usage_start = asked.start;
        condition.usage_end = asked.end;
        let flags = [
            (asked.duplicates, raw::JOBCOND_FLAG_DUP),
            (asked.without_steps, raw::JOBCOND_FLAG_NO_STEP),
            (!asked.truncate, raw::JOBCOND_FLAG_NO_TRUNC),
            (asked.whole_het_jobs, raw::JOBCOND_FLAG_WHOLE_HETJOB),
            (asked.single_het_components, raw::JOBCOND_FLAG_NO_WHOLE_HETJOB),
            (asked.script, accounting_moved::FLAG_SCRIPT),
            (asked.environment, accounting_moved::FLAG_ENV),
        ];
        for (_, flag) in flags.into_iter().filter(|(set, _)| *set) {
            condition.flags |= flag;
        }
        condition
    }
}

fn selected(step: &SelectedStep) -> raw::slurm_selected_step_t {
    // SAFETY: every member is a number or a pointer, for which zero bits are a value.
    let mut selected: raw::slurm_selected_step_t = unsafe { MaybeUninit::zeroed().assume_init() };
    selected.array_task_id = step.task;
    selected.het_job_offset = step.component;
    selected.step_id.job_id = step.job;
    selected.step_id.step_id = step.step;
    selected.step_id.step_het_comp = step.step_component;
    accounting_moved::select_sluid(&mut selected.step_id, step.sluid);
    selected
}
