//! slurmctld's partition records, read in place.

use super::client::Client;
use super::driver::Failure;
use super::error::Error;
use super::job_table::Text;
use std::ffi::CString;

/// Loaded partition records, in slurmctld's order.
pub trait PartitionTable {
    /// When slurmctld's partition records last changed, seconds since 1970.
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
    /// When `index` is not below [`PartitionTable::len`].
    fn get(&self, index: usize) -> PartitionInfo<'_>;
    /// The record as `scontrol show partition` prints it, in many lines or in one; it ends with a line feed.
    ///
    /// # Panics
    /// When `index` is not below [`PartitionTable::len`].
    fn describe(&self, index: usize, one_line: bool) -> CString;
}

/// One partition record of slurmctld's, `partition_info_t`: the members' own names, numbers as they came.
#[derive(Clone, Debug)]
pub struct PartitionInfo<'a> {
    /// `allow_accounts`
    pub allow_accounts: Text<'a>,
    /// `allow_alloc_nodes`
    pub allow_alloc_nodes: Text<'a>,
    /// `allow_groups`
    pub allow_groups: Text<'a>,
    /// `allow_qos`
    pub allow_qos: Text<'a>,
    /// `alternate`
    pub alternate: Text<'a>,
    /// `billing_weights_str`
    pub billing_weights_str: Text<'a>,
    /// `cluster_name`
    pub cluster_name: Text<'a>,
    /// `cpu_bind`
    pub cpu_bind: u32,
    /// `cr_type`: `CR_*`, `SELECT_*`
    pub cr_type: u16,
    /// `def_mem_per_cpu`: MiB, with `MEM_PER_CPU` in the top bit
    pub def_mem_per_cpu: u64,
    /// `default_time`: minutes, or `NO_VAL`
    pub default_time: u32,
    /// `deny_accounts`
    pub deny_accounts: Text<'a>,
    /// `deny_qos`
    pub deny_qos: Text<'a>,
    /// `flags`: `PART_FLAG_*`
    pub flags: u32,
    /// `grace_time`: seconds
    pub grace_time: u32,
    /// `job_defaults_list`: `JOB_DEF_*` and its value
    pub job_defaults: Vec<(u16, u64)>,
    /// `job_defaults_str`: never filled in by slurmctld
    pub job_defaults_str: Text<'a>,
    /// `max_cpus_per_node`
    pub max_cpus_per_node: u32,
    /// `max_cpus_per_socket`; from 23.02, `NO_VAL` before
    pub max_cpus_per_socket: u32,
    /// `max_mem_per_cpu`: MiB, with `MEM_PER_CPU` in the top bit
    pub max_mem_per_cpu: u64,
    /// `max_nodes`
    pub max_nodes: u32,
    /// `max_share`: with `SHARED_FORCE` in the top bit
    pub max_share: u16,
    /// `max_time`: minutes, or `INFINITE`
    pub max_time: u32,
    /// `min_nodes`
    pub min_nodes: u32,
    /// `name`
    pub name: Text<'a>,
    /// `node_inx`: the first and last places of its nodes in the node table
    pub node_inx: Vec<(usize, usize)>,
    /// `nodes`
    pub nodes: Text<'a>,
    /// `nodesets`; from 22.05, none before
    pub nodesets: Text<'a>,
    /// `over_time_limit`: minutes
    pub over_time_limit: u16,
    /// `preempt_mode`: `PREEMPT_MODE_*`; `NO_VAL16` for the cluster's
    pub preempt_mode: u16,
    /// `priority_job_factor`
    pub priority_job_factor: u16,
    /// `priority_tier`
    pub priority_tier: u16,
    /// `qos_char`
    pub qos_char: Text<'a>,
    /// `resume_timeout`: seconds; from 21.08, `NO_VAL16` before
    pub resume_timeout: u16,
    /// `state_up`: `PARTITION_*`
    pub state_up: u16,
    /// `suspend_time`: seconds; from 21.08, `NO_VAL` before
    pub suspend_time: u32,
    /// `suspend_timeout`: seconds; from 21.08, `NO_VAL16` before
    pub suspend_timeout: u16,
    /// `topology_name`; from 25.05, none before
    pub topology_name: Text<'a>,
    /// `total_cpus`
    pub total_cpus: u32,
    /// `total_nodes`
    pub total_nodes: u32,
    /// `tres_fmt_str`
    pub tres_fmt_str: Text<'a>,
}

/// `PARTITION_*` and `PART_FLAG_*` of slurm.h, the same in every release.
pub mod partition {
    /// `PARTITION_DOWN`: takes jobs and starts none.
    pub const DOWN: u16 = 1;
    /// `PARTITION_UP`
    pub const UP: u16 = 3;
    /// `PARTITION_DRAIN`: takes no jobs and starts those that it has.
    pub const DRAIN: u16 = 2;
    /// `PARTITION_INACTIVE`
    pub const INACTIVE: u16 = 0;
    /// `PART_FLAG_DEFAULT`
    pub const FLAG_DEFAULT: u32 = 1;
    /// `PART_FLAG_HIDDEN`
    pub const FLAG_HIDDEN: u32 = 1 << 1;
    /// `PART_FLAG_ROOT_ONLY`
    pub const FLAG_ROOT_ONLY: u32 = 1 << 3;
    /// `PART_FLAG_EXCLUSIVE_USER`
    pub const FLAG_EXCLUSIVE_USER: u32 = 1 << 6;
    /// `PART_FLAG_EXCLUSIVE_TOPO`; from 24.05
    pub const FLAG_EXCLUSIVE_TOPO: u32 = 1 << 16;
}

/// The driver's side of [`Client::partition_table`].
pub(super) trait LoadPartitions {
    /// `slurm_load_partitions`
    fn partition_table(&self, all: bool) -> Result<Box<dyn PartitionTable + '_>, Failure>;
}

impl Client {
    /// Loads partition records; `all`: hidden ones too, and those that this user may not use.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn partition_table(&self, all: bool) -> Result<Box<dyn PartitionTable + '_>, Error> {
        self.driver().partition_table(all).map_err(|failure| self.error(failure))
    }
}
