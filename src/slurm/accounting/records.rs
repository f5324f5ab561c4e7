//! Jobs and steps as slurmdbd tells them: the members' own names, numbers as they came. Times are seconds since 1970.

use crate::slurm::Text;

/// One job of slurmdbd's, `slurmdb_job_rec_t`.
#[derive(Clone, Debug)]
pub struct AccountJob<'a> {
    /// `account`
    pub account: Text<'a>,
    /// `admin_comment`
    pub admin_comment: Text<'a>,
    /// `alloc_nodes`
    pub alloc_nodes: u32,
    /// `array_job_id`; 0 for none
    pub array_job_id: u32,
    /// `array_max_tasks`; 0 for no limit
    pub array_max_tasks: u32,
    /// `array_task_id`; `NO_VAL` for none
    pub array_task_id: u32,
    /// `array_task_str`: the tasks that a pending record stands for, a hexadecimal mask
    pub array_task_str: Text<'a>,
    /// `associd`
    pub associd: u32,
    /// `blockid`
    pub blockid: Text<'a>,
    /// `cluster`
    pub cluster: Text<'a>,
    /// `constraints`
    pub constraints: Text<'a>,
    /// `container`; from 21.08, none before
    pub container: Text<'a>,
    /// `db_index`
    pub db_index: u64,
    /// `derived_ec`, a wait status; `NO_VAL` for none
    pub derived_ec: u32,
    /// `derived_es`: the comment
    pub derived_es: Text<'a>,
    /// `elapsed`, seconds
    pub elapsed: u32,
    /// `eligible`
    pub eligible: i64,
    /// `end`; 0 for none yet
    pub end: i64,
    /// `env`; from 21.08, none before
    pub env: Text<'a>,
    /// `exclusive`; from 26.05, none before
    pub exclusive: Text<'a>,
    /// `exitcode`, a wait status
    pub exitcode: u32,
    /// `extra`; from 23.02, none before
    pub extra: Text<'a>,
    /// `failed_node`; from 23.02, none before
    pub failed_node: Text<'a>,
    /// `flags` (`SLURMDB_JOB_FLAG_*`)
    pub flags: u32,
    /// `gid`
    pub gid: u32,
    /// `het_job_id`; 0 for none
    pub het_job_id: u32,
    /// `het_job_offset`
    pub het_job_offset: u32,
    /// `jobid`
    pub jobid: u32,
    /// `jobname`
    pub jobname: Text<'a>,
    /// `licenses`; from 23.02, none before
    pub licenses: Text<'a>,
    /// `mcs_label`
    pub mcs_label: Text<'a>,
    /// `nodes`
    pub nodes: Text<'a>,
    /// `oversubscribe`; from 26.05, none before
    pub oversubscribe: Text<'a>,
    /// `partition`
    pub partition: Text<'a>,
    /// `priority`
    pub priority: u32,
    /// `qosid`
    pub qosid: u32,
    /// `qos_req`; from 24.11, none before
    pub qos_req: Text<'a>,
    /// `req_cpus`
    pub req_cpus: u32,
    /// `req_mem`, MiB, with `MEM_PER_CPU` in the top bit
    pub req_mem: u64,
    /// `requid`: who cancelled it; `INFINITE` for nobody
    pub requid: u32,
    /// `restart_cnt`; from 24.11, 0 before
    pub restart_cnt: u32,
    /// `resvid`; 0 for none
    pub resvid: u32,
    /// `resv_name`
    pub resv_name: Text<'a>,
    /// `resv_req`; from 25.05, none before
    pub resv_req: Text<'a>,
    /// `script`; from 21.08, none before
    pub script: Text<'a>,
    /// `segment_size`; from 25.05, 0 before
    pub segment_size: u16,
    /// `show_full`: the job itself was asked for, not only steps of it
    pub show_full: bool,
    /// `sluid`, of the first submission; from 26.05, 0 before
    pub sluid: u64,
    /// `start`; 0 for none yet
    pub start: i64,
    /// `state`
    pub state: u32,
    /// `state_reason_prev`: why it waited last, see [`Client::reason`](crate::slurm::Client::reason)
    pub state_reason_prev: u32,
    /// `std_err`; from 24.05, none before
    pub std_err: Text<'a>,
    /// `std_in`; from 24.05, none before
    pub std_in: Text<'a>,
    /// `std_out`; from 24.05, none before
    pub std_out: Text<'a>,
    /// `submit`
    pub submit: i64,
    /// `submit_line`; from 21.08, none before
    pub submit_line: Text<'a>,
    /// `suspended`, seconds
    pub suspended: u32,
    /// `system_comment`
    pub system_comment: Text<'a>,
    /// `timelimit`, minutes
    pub timelimit: u32,
    /// `track_steps`: its steps have rows of their own; always from 22.05
    pub track_steps: bool,
    /// `tres_alloc_str`: `1=4,2=400`
    pub tres_alloc_str: Text<'a>,
    /// `tres_req_str`
    pub tres_req_str: Text<'a>,
    /// `uid`
    pub uid: u32,
    /// `user`
    pub user: Text<'a>,
    /// CPU time that the job's own programs used: seconds, microseconds. Steps' is not in it.
    pub user_cpu: (u64, u64),
    /// CPU time that the system used for it
    pub sys_cpu: (u64, u64),
    /// Both
    pub tot_cpu: (u64, u64),
    /// `wckey`
    pub wckey: Text<'a>,
    /// `wckeyid`
    pub wckeyid: u32,
    /// `work_dir`
    pub work_dir: Text<'a>,
}

/// One step, `slurmdb_step_rec_t`.
#[derive(Clone, Debug)]
pub struct AccountStep<'a> {
    /// `container`; from 21.08, none before
    pub container: Text<'a>,
    /// `cwd`; from 25.05, none before
    pub cwd: Text<'a>,
    /// `elapsed`, seconds
    pub elapsed: u32,
    /// `end`; 0 for none yet
    pub end: i64,
    /// `exitcode`, a wait status
    pub exitcode: u32,
    /// `nnodes`
    pub nnodes: u32,
    /// `nodes`
    pub nodes: Text<'a>,
    /// `ntasks`
    pub ntasks: u32,
    /// `req_cpufreq_min`, kHz or one of `CPU_FREQ_*`
    pub req_cpufreq_min: u32,
    /// `req_cpufreq_max`
    pub req_cpufreq_max: u32,
    /// `req_cpufreq_gov`
    pub req_cpufreq_gov: u32,
    /// `requid`: who cancelled it; `INFINITE` for nobody
    pub requid: u32,
    /// `start`
    pub start: i64,
    /// `state`
    pub state: u32,
    /// `stats`
    pub usage: Usage<'a>,
    /// `step_id.step_id`
    pub step_id: u32,
    /// `step_id.step_het_comp`; `NO_VAL` for none
    pub step_het_comp: u32,
    /// `step_id.sluid`; from 24.11, 0 before
    pub sluid: u64,
    /// `std_err`; from 25.05, none before
    pub std_err: Text<'a>,
    /// `std_in`; from 25.05, none before
    pub std_in: Text<'a>,
    /// `std_out`; from 25.05, none before
    pub std_out: Text<'a>,
    /// `stepname`
    pub stepname: Text<'a>,
    /// `submit_line`; from 21.08, none before
    pub submit_line: Text<'a>,
    /// `suspended`, seconds
    pub suspended: u32,
    /// `task_dist` (`SLURM_DIST_*`)
    pub task_dist: u32,
    /// `timelimit`, minutes; from 25.05, `INFINITE` before
    pub timelimit: u32,
    /// `tres_alloc_str`
    pub tres_alloc_str: Text<'a>,
    /// CPU time that its own programs used: seconds, microseconds
    pub user_cpu: (u64, u64),
    /// CPU time that the system used for it
    pub sys_cpu: (u64, u64),
    /// Both
    pub tot_cpu: (u64, u64),
}

/// What a step was seen to use, `slurmdb_stats_t`.
#[derive(Clone, Debug)]
pub struct Usage<'a> {
    /// `act_cpufreq`, kHz; `NO_VAL` for none
    pub act_cpufreq: f64,
    /// `consumed_energy`, joules; `NO_VAL64` for none
    pub consumed_energy: u64,
    /// `tres_usage_in_*`: CPU time, memory, what was read
    pub tres_in: Figures<'a>,
    /// `tres_usage_out_*`: what was written
    pub tres_out: Figures<'a>,
}

/// Figures of each resource, `1=2000,2=1048576`: over its tasks, and which task on which node had the most and the least.
#[derive(Clone, Copy, Debug)]
pub struct Figures<'a> {
    /// `*_ave`
    pub ave: Text<'a>,
    /// `*_max`
    pub max: Text<'a>,
    /// `*_max_nodeid`, from 0
    pub max_node: Text<'a>,
    /// `*_max_taskid`, from 0
    pub max_task: Text<'a>,
    /// `*_min`
    pub min: Text<'a>,
    /// `*_min_nodeid`, from 0
    pub min_node: Text<'a>,
    /// `*_min_taskid`, from 0
    pub min_task: Text<'a>,
    /// `*_tot`
    pub tot: Text<'a>,
}
