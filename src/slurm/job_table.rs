//! Whole job records as slurmctld sent them, read in place: a table of a million jobs is held once, in the library's own
//! memory, and given back when the table is dropped.

use super::client::Client;
use super::driver::Failure;
use super::error::{Error, code};
use super::job_resources::JobResources;
use crate::job::JobId;
use std::ffi::CStr;

/// A string of the library's. None is a null pointer, which Slurm's commands print as `(null)`.
pub type Text<'a> = Option<&'a CStr>;

/// Which job records to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobsOf {
    /// All that slurmctld knows.
    Everyone,
    /// A user's, chosen by slurmctld.
    User(u32),
    /// One job's: all records of an array, all components of a heterogeneous job.
    Job(JobId),
    /// The job's with this [`JobInfo::sluid`]; from 26.05, none before.
    Sluid(u64),
}

/// What a load of job records leaves out or adds (`SHOW_*` of slurm.h).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// `SHOW_ALL`: jobs in hidden partitions too.
    pub all: bool,
    /// `SHOW_DETAIL`: what is allocated on each node, and the full script's path.
    pub detail: bool,
    /// `SHOW_FEDERATION` in place of `SHOW_LOCAL`.
    pub federation: bool,
    /// `SHOW_SIBLING`: of a federation's jobs those of all clusters that may run them. Implies `federation`.
    pub siblings: bool,
}

/// Loaded job records.
pub trait JobTable {
    /// When slurmctld's job records last changed, seconds since 1970.
    fn last_update(&self) -> i64;
    /// When its backfill scheduler last ran, seconds since 1970.
    fn last_backfill(&self) -> i64;
    /// How many records.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One record.
    ///
    /// # Panics
    /// When `index` is not below [`JobTable::len`].
    fn get(&self, index: usize) -> JobInfo<'_>;
    /// The tasks that an array's meta record still stands for, as inclusive ranges in order; none for other records.
    ///
    /// # Panics
    /// When `index` is not below [`JobTable::len`].
    fn array_tasks(&self, index: usize) -> Option<Vec<(u32, u32)>>;
    /// One record as `scontrol show job` prints it, where the library does that itself; none where it leaves it to scontrol,
    /// which is from 24.11. `task`: as if the record were that task's alone.
    ///
    /// # Panics
    /// When `index` is not below [`JobTable::len`].
    fn printed(&mut self, _index: usize, _task: Option<u32>, _one_line: bool) -> Option<Vec<u8>> {
        None
    }
    /// The files of a batch job, patterns replaced. `task`: as for [`JobTable::printed`].
    ///
    /// # Panics
    /// When `index` is not below [`JobTable::len`].
    fn files(&mut self, _index: usize, _task: Option<u32>) -> Files {
        Files::default()
    }
    /// What a job holds of its nodes, where the record was loaded with [`Show::detail`]; from 24.11, before which
    /// [`JobTable::printed`] tells it, and in 22.05.
    ///
    /// # Panics
    /// When `index` is not below [`JobTable::len`].
    fn allocation(&self, _index: usize) -> Option<Allocation<'_>> {
        None
    }
    /// All that the record says of that, and which of it steps use; where [`JobTable::allocation`] tells it.
    ///
    /// # Panics
    /// When `index` is not below [`JobTable::len`].
    fn resources(&self, _index: usize) -> Option<JobResources<'_>> {
        None
    }
}

/// Where a batch job reads and writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Standard input.
    pub stdin: Vec<u8>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// What a job holds, node by node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation<'a> {
    /// The nodes' names, a list with brackets.
    pub nodes: Text<'a>,
    /// Of each node in that order, up to the last one of which it holds a core.
    pub each: Vec<NodeAllocation>,
}

/// What a job holds of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeAllocation {
    /// Cores, counted from the node's first, as inclusive ranges in order.
    pub cores: Vec<(u32, u32)>,
    /// MiB; none where memory is not counted.
    pub memory: Option<u64>,
}

/// What is allocated on the nodes of a job, one line a node (`gres_detail_str`).
pub type GresDetail<'a> = Vec<Text<'a>>;

/// One job record of slurmctld's, `slurm_job_info_t`: the members' own names, numbers as they came. `NO_VAL` and
/// `INFINITE` of the member's width stand for none and no limit; times are seconds since 1970.
#[derive(Clone, Debug, Default)]
pub struct JobInfo<'a> {
    /// `job_id`, `step_id.job_id` from 25.11
    pub job_id: u32,
    /// `step_id.sluid`: the id that no other job of any cluster has; from 25.11, 0 before
    pub sluid: u64,
    /// `gres_detail_str`: what is allocated, node by node
    pub gres_detail: GresDetail<'a>,
    /// `priority_array`: the priority in each partition of a job that names several; from 24.05, empty before
    pub priority_array: &'a [u32],
    /// `priority_array_names`: those partitions; from 24.05
    pub priority_array_names: Text<'a>,
    /// slurmctld's word for `state_reason`, such as `Resources`
    pub reason: Text<'a>,
    /// `account`
    pub account: Text<'a>,
    /// `accrue_time`, seconds since 1970; 0 for none
    pub accrue_time: i64,
    /// `admin_comment`
    pub admin_comment: Text<'a>,
    /// `alloc_node`
    pub alloc_node: Text<'a>,
    /// `alloc_sid`
    pub alloc_sid: u32,
    /// `array_job_id`
    pub array_job_id: u32,
    /// `array_task_id`
    pub array_task_id: u32,
    /// `array_max_tasks`
    pub array_max_tasks: u32,
    /// `array_task_str`
    pub array_task_str: Text<'a>,
    /// `assoc_id`
    pub assoc_id: u32,
    /// `batch_features`
    pub batch_features: Text<'a>,
    /// `batch_flag`
    pub batch_flag: u16,
    /// `batch_host`
    pub batch_host: Text<'a>,
    /// `bitflags`
    pub bitflags: u64,
    /// `boards_per_node`
    pub boards_per_node: u16,
    /// `burst_buffer`
    pub burst_buffer: Text<'a>,
    /// `burst_buffer_state`
    pub burst_buffer_state: Text<'a>,
    /// `cluster`
    pub cluster: Text<'a>,
    /// `cluster_features`
    pub cluster_features: Text<'a>,
    /// `command`
    pub command: Text<'a>,
    /// `comment`
    pub comment: Text<'a>,
    /// `container`; from 21.08, none before
    pub container: Text<'a>,
    /// `container_id`; from 23.02, none before
    pub container_id: Text<'a>,
    /// `container_type`; from 26.05, none before
    pub container_type: Text<'a>,
    /// `contiguous`
    pub contiguous: u16,
    /// `core_spec`
    pub core_spec: u16,
    /// `cores_per_socket`
    pub cores_per_socket: u16,
    /// `billable_tres`
    pub billable_tres: f64,
    /// `cpus_per_task`
    pub cpus_per_task: u16,
    /// `cpu_freq_min`
    pub cpu_freq_min: u32,
    /// `cpu_freq_max`
    pub cpu_freq_max: u32,
    /// `cpu_freq_gov`
    pub cpu_freq_gov: u32,
    /// `cpus_per_tres`
    pub cpus_per_tres: Text<'a>,
    /// `cronspec`
    pub cronspec: Text<'a>,
    /// `deadline`, seconds since 1970; 0 for none
    pub deadline: i64,
    /// `delay_boot`, seconds
    pub delay_boot: u32,
    /// `dependency`
    pub dependency: Text<'a>,
    /// `derived_ec`, a wait status
    pub derived_ec: u32,
    /// `eligible_time`, seconds since 1970; 0 for none
    pub eligible_time: i64,
    /// `end_time`, seconds since 1970; 0 for none
    pub end_time: i64,
    /// `exc_nodes`
    pub exc_nodes: Text<'a>,
    /// `exclusive`; from 26.05, `NO_VAL16` before
    pub exclusive: u16,
    /// `exit_code`, a wait status
    pub exit_code: u32,
    /// `extra`; from 23.02, none before
    pub extra: Text<'a>,
    /// `failed_node`; from 23.02, none before
    pub failed_node: Text<'a>,
    /// `features`
    pub features: Text<'a>,
    /// `fed_origin_str`
    pub fed_origin_str: Text<'a>,
    /// `fed_siblings_active`
    pub fed_siblings_active: u64,
    /// `fed_siblings_active_str`
    pub fed_siblings_active_str: Text<'a>,
    /// `fed_siblings_viable`
    pub fed_siblings_viable: u64,
    /// `fed_siblings_viable_str`
    pub fed_siblings_viable_str: Text<'a>,
    /// `gres_total`
    pub gres_total: Text<'a>,
    /// `group_id`
    pub group_id: u32,
    /// `het_job_id`
    pub het_job_id: u32,
    /// `het_job_id_set`
    pub het_job_id_set: Text<'a>,
    /// `het_job_offset`
    pub het_job_offset: u32,
    /// `job_size_str`; from 23.02, none before
    pub job_size_str: Text<'a>,
    /// `job_state`
    pub job_state: u32,
    /// `last_sched_eval`, seconds since 1970; 0 for none
    pub last_sched_eval: i64,
    /// `licenses`
    pub licenses: Text<'a>,
    /// `licenses_allocated`; from 25.05, none before
    pub licenses_allocated: Text<'a>,
    /// `mail_type`
    pub mail_type: u16,
    /// `mail_user`
    pub mail_user: Text<'a>,
    /// `max_cpus`
    pub max_cpus: u32,
    /// `max_nodes`
    pub max_nodes: u32,
    /// `mcs_label`
    pub mcs_label: Text<'a>,
    /// `mem_per_tres`
    pub mem_per_tres: Text<'a>,
    /// `mem_update_delay`; from 26.05, `NO_VAL16` before
    pub mem_update_delay: u16,
    /// `mem_update_margin`; from 26.05, `NO_VAL16` before
    pub mem_update_margin: u16,
    /// `name`
    pub name: Text<'a>,
    /// `network`
    pub network: Text<'a>,
    /// `nodes`
    pub nodes: Text<'a>,
    /// `nice`, offset by `NICE_OFFSET`
    pub nice: u32,
    /// `ntasks_per_core`
    pub ntasks_per_core: u16,
    /// `ntasks_per_tres`
    pub ntasks_per_tres: u16,
    /// `ntasks_per_node`
    pub ntasks_per_node: u16,
    /// `ntasks_per_socket`
    pub ntasks_per_socket: u16,
    /// `ntasks_per_board`
    pub ntasks_per_board: u16,
    /// `num_cpus`
    pub num_cpus: u32,
    /// `num_nodes`
    pub num_nodes: u32,
    /// `num_tasks`
    pub num_tasks: u32,
    /// `oom_kill_step`; from 24.11, `NO_VAL16` before
    pub oom_kill_step: u16,
    /// `oversubscribe`; from 26.05, `NO_VAL16` before
    pub oversubscribe: u16,
    /// `partition`
    pub partition: Text<'a>,
    /// `prefer`; from 22.05, none before
    pub prefer: Text<'a>,
    /// `pn_min_memory`, MiB, with `MEM_PER_CPU` in the top bit
    pub pn_min_memory: u64,
    /// `pn_min_cpus`
    pub pn_min_cpus: u16,
    /// `pn_min_tmp_disk`, MiB
    pub pn_min_tmp_disk: u32,
    /// `preempt_time`, seconds since 1970; 0 for none
    pub preempt_time: i64,
    /// `preemptable_time`, seconds since 1970; 0 for none
    pub preemptable_time: i64,
    /// `pre_sus_time`, seconds run before the last suspension
    pub pre_sus_time: i64,
    /// `priority`
    pub priority: u32,
    /// `profile`
    pub profile: u32,
    /// `qos`
    pub qos: Text<'a>,
    /// `reboot`
    pub reboot: u8,
    /// `req_nodes`
    pub req_nodes: Text<'a>,
    /// `req_switch`
    pub req_switch: u32,
    /// `requeue`
    pub requeue: u16,
    /// `resize_time`, seconds since 1970; 0 for none
    pub resize_time: i64,
    /// `restart_cnt`
    pub restart_cnt: u16,
    /// `resv_name`
    pub resv_name: Text<'a>,
    /// `resv_ports`; from 24.05, none before
    pub resv_ports: Text<'a>,
    /// `sched_nodes`
    pub sched_nodes: Text<'a>,
    /// `selinux_context`; from 21.08, none before
    pub selinux_context: Text<'a>,
    /// `shared`
    pub shared: u16,
    /// `step_id.step_id`: the step that is meant, `NO_VAL` for the job itself; from 25.11, `NO_VAL` before
    pub step_id: u32,
    /// `step_id.step_het_comp`; from 25.11, `NO_VAL` before
    pub step_het_comp: u32,
    /// `show_flags`: what was asked for when the record was loaded, `SHOW_*`; up to 24.05, 0 from then
    pub show_flags: u16,
    /// `site_factor`
    pub site_factor: u32,
    /// `sockets_per_board`
    pub sockets_per_board: u16,
    /// `sockets_per_node`
    pub sockets_per_node: u16,
    /// `start_time`, expected, of a pending job
    pub start_time: i64,
    /// `state_desc`
    pub state_desc: Text<'a>,
    /// `state_reason`
    pub state_reason: u32,
    /// `std_err`
    pub std_err: Text<'a>,
    /// `std_in`
    pub std_in: Text<'a>,
    /// `std_out`
    pub std_out: Text<'a>,
    /// `segment_size`; from 25.05, `NO_VAL16` before
    pub segment_size: u16,
    /// `submit_line`; from 25.11, none before
    pub submit_line: Text<'a>,
    /// `submit_time`, seconds since 1970; 0 for none
    pub submit_time: i64,
    /// `suspend_time`, seconds since 1970; 0 for none
    pub suspend_time: i64,
    /// `system_comment`
    pub system_comment: Text<'a>,
    /// `time_limit`, minutes
    pub time_limit: u32,
    /// `time_min`, minutes
    pub time_min: u32,
    /// `threads_per_core`
    pub threads_per_core: u16,
    /// `tres_bind`
    pub tres_bind: Text<'a>,
    /// `tres_freq`
    pub tres_freq: Text<'a>,
    /// `tres_per_job`
    pub tres_per_job: Text<'a>,
    /// `tres_per_node`
    pub tres_per_node: Text<'a>,
    /// `tres_per_socket`
    pub tres_per_socket: Text<'a>,
    /// `tres_per_task`
    pub tres_per_task: Text<'a>,
    /// `tres_req_str`
    pub tres_req_str: Text<'a>,
    /// `tres_alloc_str`
    pub tres_alloc_str: Text<'a>,
    /// `user_id`
    pub user_id: u32,
    /// `user_name`
    pub user_name: Text<'a>,
    /// `wait4switch`, seconds
    pub wait4switch: u32,
    /// `wckey`
    pub wckey: Text<'a>,
    /// `work_dir`
    pub work_dir: Text<'a>,
}

/// The driver's side of [`Client::job_table`].
pub(super) trait LoadJobs {
    /// `slurm_load_jobs`, `slurm_load_job_user`, `slurm_load_job`
    fn job_table(&self, which: JobsOf, show: Show) -> Result<Box<dyn JobTable + '_>, Failure>;
    /// `slurm_get_track_wckey`
    fn tracks_wckeys(&self) -> bool;
}

impl Client {
    /// Loads whole job records. None where slurmctld knows no such job.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn job_table(&self, which: JobsOf, show: Show) -> Result<Option<Box<dyn JobTable + '_>>, Error> {
        match self.driver().job_table(which, show) {
            Ok(table) => Ok(Some(table)),
            Err(Failure { code: code::INVALID_JOB_ID, .. }) => Ok(None),
            Err(failure) => Err(self.error(failure)),
        }
    }

    /// Whether the cluster keeps account by wckeys (`TrackWCKey`).
    #[must_use]
    pub fn tracks_wckeys(&self) -> bool {
        self.driver().tracks_wckeys()
    }
}
