//! A job as slurmctld is asked for it: the members of `job_desc_msg_t` under their own names, in Rust's types and the same
//! for every release. None leaves a member at what `slurm_init_job_desc_msg` sets, which means "not asked for".

use std::borrow::Cow;
use std::ffi::{CStr, CString};

/// A flag of `job_desc_msg_t`'s `bitflags`. One that a release does not have is not sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `KILL_INV_DEP`: cancel the job when its dependency can never be satisfied.
    KillInvalidDependency,
    /// `NO_KILL_INV_DEP`: never, even where the cluster would.
    KeepInvalidDependency,
    /// `SPREAD_JOB`
    SpreadJob,
    /// `USE_MIN_NODES`
    UseMinNodes,
    /// `JOB_NTASKS_SET`: the number of tasks was asked for.
    TasksSet,
    /// `JOB_CPUS_SET`: the CPUs of a task were asked for.
    CpusSet,
    /// `GRES_DISABLE_BIND`
    GresDisableBind,
    /// `GRES_ENFORCE_BIND`
    GresEnforceBind,
    /// `GRES_MULT_TASKS_PER_SHARING`, from 23.11
    GresMultipleTasksPerSharing,
    /// `GRES_ONE_TASK_PER_SHARING`, from 23.11
    GresOneTaskPerSharing,
    /// `STEPMGR_ENABLED`, from 24.05
    StepManager,
    /// `EXPEDITED_REQUEUE`, from 25.11
    ExpeditedRequeue,
    /// `SPREAD_SEGMENTS`, from 25.11
    SpreadSegments,
    /// `CONSOLIDATE_SEGMENTS`, from 25.11
    ConsolidateSegments,
    /// `EXTERNAL_JOB`, from 25.05
    External,
}

/// What is asked of slurmctld for one job, or one component of a heterogeneous job.
#[derive(Clone, Debug, Default)]
pub struct Description<'a> {
    /// `argv`: the script's name and its arguments.
    pub argv: Vec<CString>,
    /// `environment`: `name=value`.
    pub environment: Vec<Cow<'a, CStr>>,
    /// `bitflags`
    pub flags: Vec<Flag>,
    /// `account`
    pub account: Option<CString>,
    /// `acctg_freq`
    pub acctg_freq: Option<CString>,
    /// `array_inx`
    pub array_inx: Option<CString>,
    /// `batch_features`
    pub batch_features: Option<CString>,
    /// `burst_buffer`
    pub burst_buffer: Option<CString>,
    /// `clusters`
    pub clusters: Option<CString>,
    /// `cluster_features`
    pub cluster_features: Option<CString>,
    /// `comment`
    pub comment: Option<CString>,
    /// `req_context`, from 21.08
    pub req_context: Option<CString>,
    /// `container`, from 21.08
    pub container: Option<CString>,
    /// `container_id`, from 23.02
    pub container_id: Option<CString>,
    /// `container_type`, from 26.05
    pub container_type: Option<CString>,
    /// `cpus_per_tres`
    pub cpus_per_tres: Option<CString>,
    /// `dependency`
    pub dependency: Option<CString>,
    /// `extra`
    pub extra: Option<CString>,
    /// `exc_nodes`
    pub exc_nodes: Option<CString>,
    /// `features`
    pub features: Option<CString>,
    /// `prefer`, from 22.05
    pub prefer: Option<CString>,
    /// `licenses`
    pub licenses: Option<CString>,
    /// `mail_user`
    pub mail_user: Option<CString>,
    /// `mcs_label`
    pub mcs_label: Option<CString>,
    /// `mem_bind`
    pub mem_bind: Option<CString>,
    /// `mem_per_tres`
    pub mem_per_tres: Option<CString>,
    /// `name`
    pub name: Option<CString>,
    /// `network`
    pub network: Option<CString>,
    /// `partition`
    pub partition: Option<CString>,
    /// `qos`
    pub qos: Option<CString>,
    /// `req_nodes`
    pub req_nodes: Option<CString>,
    /// `reservation`
    pub reservation: Option<CString>,
    /// `script`
    pub script: Option<CString>,
    /// `job_size_str`, from 23.02
    pub job_size_str: Option<CString>,
    /// `submit_line`, from 21.08
    pub submit_line: Option<CString>,
    /// `tres_bind`
    pub tres_bind: Option<CString>,
    /// `tres_freq`
    pub tres_freq: Option<CString>,
    /// `tres_per_job`
    pub tres_per_job: Option<CString>,
    /// `tres_per_node`
    pub tres_per_node: Option<CString>,
    /// `tres_per_socket`
    pub tres_per_socket: Option<CString>,
    /// `tres_per_task`
    pub tres_per_task: Option<CString>,
    /// `wckey`
    pub wckey: Option<CString>,
    /// `work_dir`
    pub work_dir: Option<CString>,
    /// `std_err`
    pub std_err: Option<CString>,
    /// `std_in`
    pub std_in: Option<CString>,
    /// `std_out`
    pub std_out: Option<CString>,
    /// `x11_target`
    pub x11_target: Option<CString>,
    /// `x11_magic_cookie`
    pub x11_magic_cookie: Option<CString>,
    /// `begin_time`
    pub begin_time: Option<i64>,
    /// `contiguous`
    pub contiguous: Option<u16>,
    /// `core_spec`
    pub core_spec: Option<u16>,
    /// `cpu_freq_min`
    pub cpu_freq_min: Option<u32>,
    /// `cpu_freq_max`
    pub cpu_freq_max: Option<u32>,
    /// `cpu_freq_gov`
    pub cpu_freq_gov: Option<u32>,
    /// `deadline`
    pub deadline: Option<i64>,
    /// `delay_boot`
    pub delay_boot: Option<u32>,
    /// `group_id`
    pub group_id: Option<u32>,
    /// `immediate`
    pub immediate: Option<u16>,
    /// `kill_on_node_fail`
    pub kill_on_node_fail: Option<u16>,
    /// `mail_type`
    pub mail_type: Option<u16>,
    /// `mem_bind_type`
    pub mem_bind_type: Option<u16>,
    /// `nice`
    pub nice: Option<u32>,
    /// `num_tasks`
    pub num_tasks: Option<u32>,
    /// `open_mode`
    pub open_mode: Option<u8>,
    /// `min_cpus`
    pub min_cpus: Option<u32>,
    /// `overcommit`
    pub overcommit: Option<u8>,
    /// `plane_size`
    pub plane_size: Option<u16>,
    /// `priority`
    pub priority: Option<u32>,
    /// `profile`
    pub profile: Option<u32>,
    /// `reboot`
    pub reboot: Option<u16>,
    /// `requeue`
    pub requeue: Option<u16>,
    /// `shared`
    pub shared: Option<u16>,
    /// `task_dist`
    pub task_dist: Option<u32>,
    /// `time_limit`
    pub time_limit: Option<u32>,
    /// `time_min`
    pub time_min: Option<u32>,
    /// `user_id`
    pub user_id: Option<u32>,
    /// `wait_all_nodes`
    pub wait_all_nodes: Option<u16>,
    /// `warn_flags`
    pub warn_flags: Option<u16>,
    /// `warn_signal`
    pub warn_signal: Option<u16>,
    /// `warn_time`
    pub warn_time: Option<u16>,
    /// `cpus_per_task`
    pub cpus_per_task: Option<u16>,
    /// `min_nodes`
    pub min_nodes: Option<u32>,
    /// `max_nodes`
    pub max_nodes: Option<u32>,
    /// `sockets_per_node`
    pub sockets_per_node: Option<u16>,
    /// `cores_per_socket`
    pub cores_per_socket: Option<u16>,
    /// `threads_per_core`
    pub threads_per_core: Option<u16>,
    /// `ntasks_per_node`
    pub ntasks_per_node: Option<u16>,
    /// `ntasks_per_socket`
    pub ntasks_per_socket: Option<u16>,
    /// `ntasks_per_core`
    pub ntasks_per_core: Option<u16>,
    /// `ntasks_per_tres`
    pub ntasks_per_tres: Option<u16>,
    /// `pn_min_cpus`
    pub pn_min_cpus: Option<u16>,
    /// `pn_min_memory`
    pub pn_min_memory: Option<u64>,
    /// `pn_min_tmp_disk`
    pub pn_min_tmp_disk: Option<u32>,
    /// `req_switch`
    pub req_switch: Option<u32>,
    /// `wait4switch`
    pub wait4switch: Option<u32>,
    /// `x11`
    pub x11: Option<u16>,
    /// `power_flags`, up to 23.11
    pub power_flags: Option<u8>,
    /// `resv_port_cnt`, from 24.05
    pub resv_port_cnt: Option<u16>,
    /// `oom_kill_step`, from 24.11
    pub oom_kill_step: Option<u16>,
    /// `segment_size`, from 24.05
    pub segment_size: Option<u16>,
    /// `mem_update_margin`, from 26.05
    pub mem_update_margin: Option<u16>,
    /// `mem_update_delay`, from 26.05
    pub mem_update_delay: Option<u16>,
    /// `resp_host`: where slurmctld sends word of the job's end.
    pub resp_host: Option<CString>,
    /// `other_port`: the port there.
    pub other_port: Option<u16>,
}
