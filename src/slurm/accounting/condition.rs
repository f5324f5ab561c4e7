//! Which jobs slurmdbd is asked for: `slurmdb_job_cond_t`.

use super::NO_VAL;
use std::ffi::CString;

/// What jobs must be. An empty list is no condition; the members of one are alternatives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobCondition {
    /// `acct_list`
    pub accounts: Vec<CString>,
    /// `associd_list`, numbers as text.
    pub associations: Vec<CString>,
    /// `cluster_list`; empty for all.
    pub clusters: Vec<CString>,
    /// `constraint_list`
    pub constraints: Vec<CString>,
    /// `groupid_list`, numbers as text.
    pub groups: Vec<CString>,
    /// `jobname_list`
    pub names: Vec<CString>,
    /// `partition_list`
    pub partitions: Vec<CString>,
    /// `qos_list`, numbers as text.
    pub qos: Vec<CString>,
    /// `reason_list`, numbers as text.
    pub reasons: Vec<CString>,
    /// `state_list`, numbers as text.
    pub states: Vec<CString>,
    /// `step_list`
    pub steps: Vec<SelectedStep>,
    /// `userid_list`, numbers as text.
    pub users: Vec<CString>,
    /// `wckey_list`
    pub wckeys: Vec<CString>,
    /// `used_nodes`, a host list.
    pub nodes: Option<CString>,
    /// `cpus_min`, `cpus_max`; 0 for none.
    pub cpus: (u32, u32),
    /// `nodes_min`, `nodes_max`; 0 for none.
    pub node_count: (u32, u32),
    /// `timelimit_min`, `timelimit_max`, minutes; 0 for none.
    pub time_limit: (u32, u32),
    /// `db_flags`: by which scheduler it was started (`SLURMDB_JOB_FLAG_*`); none for any.
    pub started_by: Option<u32>,
    /// `usage_start`, seconds since 1970; 0 for the beginning.
    pub start: i64,
    /// `usage_end`, seconds since 1970, itself not included; 0 for none.
    pub end: i64,
    /// `JOBCOND_FLAG_DUP`: all records of a job, not only the last.
    pub duplicates: bool,
    /// `JOBCOND_FLAG_NO_STEP`
    pub without_steps: bool,
    /// Without `JOBCOND_FLAG_NO_TRUNC`: times before the start and after the end are cut off.
    pub truncate: bool,
    /// `JOBCOND_FLAG_WHOLE_HETJOB`
    pub whole_het_jobs: bool,
    /// `JOBCOND_FLAG_NO_WHOLE_HETJOB`
    pub single_het_components: bool,
    /// `JOBCOND_FLAG_SCRIPT`
    pub script: bool,
    /// `JOBCOND_FLAG_ENV`
    pub environment: bool,
}

/// A job, a task of an array, a component of a heterogeneous job, or a step of any: `12`, `12_3`, `12+1`, `12.batch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelectedStep {
    /// `step_id.job_id`
    pub job: u32,
    /// `step_id.sluid`; 0 for none.
    pub sluid: u64,
    /// `array_task_id`; `NO_VAL` for none.
    pub task: u32,
    /// `het_job_offset`; `NO_VAL` for none.
    pub component: u32,
    /// `step_id.step_id`; `NO_VAL` for all.
    pub step: u32,
    /// `step_id.step_het_comp`; `NO_VAL` for none.
    pub step_component: u32,
}

impl SelectedStep {
    /// A whole job.
    #[must_use]
    pub const fn job(job: u32) -> Self {
        Self { job, sluid: 0, task: NO_VAL, component: NO_VAL, step: NO_VAL, step_component: NO_VAL }
    }
}
