//! slurmctld's records of job steps, read in place.

use super::client::Client;
use super::driver::Failure;
use super::error::Error;
use super::job_table::Text;

/// Loaded step records.
pub trait StepTable {
    /// When slurmctld's job records last changed, seconds since 1970.
    fn last_update(&self) -> i64;
    /// How many records.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One record.
    ///
    /// # Panics
    /// When `index` is not below [`StepTable::len`].
    fn get(&self, index: usize) -> StepInfo<'_>;
    /// One record as `scontrol show step` prints it, where the library does that itself; none where it leaves it to scontrol,
    /// which is from 25.11.
    ///
    /// # Panics
    /// When `index` is not below [`StepTable::len`].
    fn printed(&mut self, index: usize, one_line: bool) -> Option<Vec<u8>>;
    /// The files of a step, patterns replaced; none where the record names none, or before 25.05.
    ///
    /// # Panics
    /// When `index` is not below [`StepTable::len`].
    fn files(&mut self, index: usize) -> StepFiles;
    /// Slurm's name for how the step's tasks are laid out.
    ///
    /// # Panics
    /// When `index` is not below [`StepTable::len`].
    fn layout(&self, index: usize) -> Option<Vec<u8>>;
}

/// Where a step reads and writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepFiles {
    /// Standard input.
    pub stdin: Option<Vec<u8>>,
    /// Standard output.
    pub stdout: Option<Vec<u8>>,
    /// Standard error.
    pub stderr: Option<Vec<u8>>,
}

/// Which step records to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepsOf {
    /// `NO_VAL` for all jobs, or where `sluid` names the job.
    pub job: u32,
    /// 0 for none. From 25.11, not looked at before.
    pub sluid: u64,
    /// `NO_VAL` for all steps of the job.
    pub step: u32,
    /// The component of a heterogeneous step; `NO_VAL` for all. From 25.11, not looked at before.
    pub component: u32,
}

impl StepsOf {
    /// `NO_VAL`
    const ALL: u32 = u32::MAX - 1;
    /// All that slurmctld knows.
    pub const EVERYONE: Self = Self { job: Self::ALL, sluid: 0, step: Self::ALL, component: Self::ALL };

    /// One step of a job, or with `NO_VAL` all of them.
    #[must_use]
    pub fn job(job: u32, step: u32) -> Self {
        Self { job, step, ..Self::EVERYONE }
    }
}

/// One step record of slurmctld's, `job_step_info_t`: the members' own names, numbers as they came. `NO_VAL` and
/// `INFINITE` stand for none and no limit; times are seconds since 1970.
#[derive(Clone, Debug, Default)]
pub struct StepInfo<'a> {
    /// `array_job_id`; 0 or `NO_VAL` for none
    pub array_job_id: u32,
    /// `array_task_id`; `NO_VAL` for none
    pub array_task_id: u32,
    /// `cluster`
    pub cluster: Text<'a>,
    /// `container`; from 21.08, none before
    pub container: Text<'a>,
    /// `container_id`; from 23.02, none before
    pub container_id: Text<'a>,
    /// `container_type`; from 26.05, none before
    pub container_type: Text<'a>,
    /// `cpu_freq_min`
    pub cpu_freq_min: u32,
    /// `cpu_freq_max`
    pub cpu_freq_max: u32,
    /// `cpu_freq_gov`
    pub cpu_freq_gov: u32,
    /// `cpus_per_tres`
    pub cpus_per_tres: Text<'a>,
    /// `cwd`: where it was started; from 25.05, none before
    pub cwd: Text<'a>,
    /// `job_name`; from 25.05, none before
    pub job_name: Text<'a>,
    /// `mem_per_tres`
    pub mem_per_tres: Text<'a>,
    /// `name`
    pub name: Text<'a>,
    /// `network`
    pub network: Text<'a>,
    /// `nodes`
    pub nodes: Text<'a>,
    /// `num_cpus`
    pub num_cpus: u32,
    /// `num_tasks`
    pub num_tasks: u32,
    /// `partition`
    pub partition: Text<'a>,
    /// `resv_ports`
    pub resv_ports: Text<'a>,
    /// `run_time`, seconds
    pub run_time: i64,
    /// `srun_host`
    pub srun_host: Text<'a>,
    /// `srun_pid`
    pub srun_pid: u32,
    /// `start_time`
    pub start_time: i64,
    /// `state`
    pub state: u32,
    /// `std_err`; from 25.05, none before
    pub std_err: Text<'a>,
    /// `std_in`; from 25.05, none before
    pub std_in: Text<'a>,
    /// `std_out`; from 25.05, none before
    pub std_out: Text<'a>,
    /// `step_id.job_id`
    pub job_id: u32,
    /// `step_id.step_id`: a number, or `SLURM_BATCH_SCRIPT` and its like
    pub step_id: u32,
    /// `step_id.step_het_comp`; `NO_VAL` for none
    pub step_het_comp: u32,
    /// `step_id.sluid`; from 25.11, 0 before
    pub sluid: u64,
    /// `submit_line`; from 21.08, none before
    pub submit_line: Text<'a>,
    /// `task_dist`
    pub task_dist: u32,
    /// `time_limit`, minutes
    pub time_limit: u32,
    /// `tres_alloc_str`, `tres_fmt_alloc_str` from 26.05
    pub tres_alloc_str: Text<'a>,
    /// `tres_bind`
    pub tres_bind: Text<'a>,
    /// `tres_freq`
    pub tres_freq: Text<'a>,
    /// `tres_per_step`
    pub tres_per_step: Text<'a>,
    /// `tres_per_node`
    pub tres_per_node: Text<'a>,
    /// `tres_per_socket`
    pub tres_per_socket: Text<'a>,
    /// `tres_per_task`
    pub tres_per_task: Text<'a>,
    /// `user_id`
    pub user_id: u32,
}

/// The driver's side of [`Client::step_table`].
pub(super) trait LoadSteps {
    /// `slurm_get_job_steps`
    fn step_table(&self, which: StepsOf, all: bool) -> Result<Box<dyn StepTable + '_>, Failure>;
}

impl Client {
    /// Loads step records, those in hidden partitions too where `all` are asked for.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn step_table(&self, which: StepsOf, all: bool) -> Result<Box<dyn StepTable + '_>, Error> {
        self.driver().step_table(which, all).map_err(|failure| self.error(failure))
    }
}
