//! What libslurm's records say, copied into Rust.

use super::environment::Propagate;
use crate::job::{ExitStatus, JobId, JobState, TaskSet};
use std::time::Duration;

/// slurmctld's reply to a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The job's id.
    pub id: JobId,
    /// What a job_submit plugin of the site wants the user to read (`job_submit_user_msg`).
    pub message: Option<String>,
}

/// One job record of slurmctld's (`slurm_job_info_t`), as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRecord {
    /// `job_id`
    pub id: JobId,
    /// `array_job_id`: the array that it is a record of.
    pub array: Option<JobId>,
    /// `name`
    pub name: String,
    /// `job_state`
    pub state: JobState,
    /// `exit_code`
    pub exit: ExitStatus,
    /// `state_desc`, or else the word for `state_reason`; empty for none.
    pub reason: String,
    /// `nodes`
    pub nodes: String,
    /// `restart_cnt`
    pub restarts: u32,
    /// `submit_time`, seconds since 1970.
    pub submitted: i64,
    /// `start_time`, seconds since 1970; 0 for none. Of a pending job: when it is expected to start.
    pub started: i64,
    /// `end_time`, seconds since 1970; 0 for none. Of a running job: when its time limit ends it.
    pub ended: i64,
    /// `std_out` as it was asked for, patterns and all; empty for Slurm's default.
    pub stdout: String,
    /// `work_dir`
    pub work_dir: String,
    /// `batch_host`: the first node.
    pub batch_host: String,
    /// `comment`
    pub comment: String,
}

/// Tasks of an array, as one of its records tells of them: the one that stands for all that were not split off yet, or that
/// of a single task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRecord {
    /// `array_job_id`
    pub array: JobId,
    /// `array_task_id`, or else `array_bitmap`. None are left of an array all of whose tasks were cancelled one by one while
    /// they waited.
    pub tasks: TaskSet,
    /// Whether it is the record of tasks that were not split off, be it of one.
    pub are_together: bool,
    /// `job_state`
    pub state: JobState,
    /// `exit_code`
    pub exit: ExitStatus,
    /// As [`JobRecord::reason`].
    pub reason: String,
    /// `start_time`, seconds since 1970; 0 for what has no nodes.
    pub started: i64,
    /// `end_time`, seconds since 1970. Of a running task: when its time limit ends it.
    pub ended: i64,
}

/// What a load of job records brought.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// One of each job, and one of each array: the record that has its id, if there is one.
    pub jobs: Vec<JobRecord>,
    /// All records of arrays.
    pub tasks: Vec<TaskRecord>,
    /// How many records slurmctld sent.
    pub loaded: usize,
}

/// One job of slurmdbd's (`slurmdb_job_rec_t`), as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountedJob {
    /// `jobid`
    pub id: JobId,
    /// `array_job_id`: the array that it is a record of.
    pub array: Option<JobId>,
    /// `array_task_id`, or else `array_task_str`.
    pub tasks: TaskSet,
    /// `state`
    pub state: JobState,
    /// `exitcode`
    pub exit: ExitStatus,
    /// `DependencyNeverSatisfied` of a job that waited for others (`state_reason_prev`) and was cancelled by nobody (`requid`);
    /// slurmdbd keeps no other reasons for ends.
    pub reason: String,
    /// `nodes`
    pub nodes: String,
    /// `restart_cnt`, kept from 24.11; else 0.
    pub restarts: u32,
    /// `submit`, seconds since 1970.
    pub submitted: i64,
    /// `start`, seconds since 1970; 0 for none.
    pub started: i64,
    /// `end`, seconds since 1970; 0 for none.
    pub ended: i64,
}

impl AccountedJob {
    /// Whether it is at its end, and all of that has been told. Where slurmdbd lags behind it may hear of a start when the job
    /// has failed already: then it has the state, and no end or exit code yet.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state.is_final() && self.ended > 0
    }
}

/// What is read of the cluster's configuration (`slurm_conf_t`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// `ClusterName`
    pub cluster: String,
    /// slurmctld's own version, `22.05.8`.
    pub version: String,
    /// The hosts of `SlurmctldHost`, the primary first.
    pub controllers: Vec<String>,
    /// `SlurmctldPort`, the first of them.
    pub port: u16,
    /// `AccountingStorageType`
    pub accounting: String,
    /// `SelectTypeParameters`, in numbers.
    pub select_parameters: u32,
    /// `JobCompType`; empty for none.
    pub completion: String,
    /// `PreemptMode`, in numbers.
    pub preempt_mode: u16,
    /// `FederationParameters`
    pub federation_parameters: String,
    /// `MaxArraySize`
    pub max_array_size: u32,
    /// `MaxJobCount`
    pub max_job_count: u32,
    /// `MinJobAge`, seconds.
    pub min_job_age: u32,
    /// `PropagateResourceLimits` and its exceptions.
    pub propagate: Propagate,
    /// Whether MPI's Hydra is told to start srun: not where `MpiParams` has `disable_slurm_hydra_bootstrap`.
    pub hydra: bool,
    /// `MessageTimeout`, seconds.
    pub message_timeout: u16,
    /// `SuspendTimeout`, seconds.
    pub suspend_timeout: u16,
    /// `ResumeTimeout`, seconds.
    pub resume_timeout: u16,
    /// What sbatch looks at when it checks what is asked for.
    pub checks: crate::sbatch::Surroundings,
    /// `PluginDir`: folders with colons between.
    pub plugins: String,
    /// `CliFilterPlugins`, which only Slurm's own commands run; empty for none.
    pub cli_filters: String,
    /// `PlugStackConfig`: the file that names SPANK plugins.
    pub plugstack: String,
}

impl Configuration {
    /// Whether slurmdbd keeps records that outlive slurmctld's.
    #[must_use]
    pub fn has_accounting(&self) -> bool {
        self.accounting.ends_with("slurmdbd")
    }

    /// How long a node that was powered down may take until it can be used; none where none is powered down.
    #[must_use]
    pub fn power_up_limit(&self) -> Option<Duration> {
        /// Nodes are not all powered up at once.
        const TURNS: u64 = 5;
        let both = u64::from(self.suspend_timeout) + u64::from(self.resume_timeout);
        (self.suspend_timeout != 0 && self.resume_timeout != 0).then(|| Duration::from_secs(both * TURNS))
    }
}
