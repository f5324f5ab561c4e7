//! slurmctld's node records, read in place.

use super::client::Client;
use super::driver::Failure;
use super::error::Error;
use super::job_table::Text;
use std::ffi::{CStr, CString};

/// Which node records to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodesOf<'a> {
    /// All of the cluster's.
    Cluster,
    /// One node's, by its name.
    Node(&'a CStr),
}

/// What a load of node records leaves out or adds (`SHOW_*` of slurm.h).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShowNodes {
    /// `SHOW_ALL`: nodes of hidden partitions too.
    pub all: bool,
    /// `SHOW_DETAIL`: what of the generic resources is used and drained.
    pub detail: bool,
    /// `SHOW_FUTURE`: nodes that are still to come.
    pub future: bool,
    /// `SHOW_MIXED`: slurmctld itself says of nodes that are used in part that they are.
    pub mixed: bool,
    /// The names of each node's partitions, which are loaded for it.
    pub partitions: bool,
}

/// Loaded node records, in slurmctld's order. Places without a name belong to nodes that were deleted or are not to be
/// seen.
pub trait NodeTable {
    /// When slurmctld's node records last changed, seconds since 1970.
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
    /// When `index` is not below [`NodeTable::len`].
    fn get(&self, index: usize) -> NodeInfo<'_>;
    /// What jobs have of the node's trackable resources, `cpu=4,mem=1G`.
    ///
    /// # Panics
    /// When `index` is not below [`NodeTable::len`].
    fn alloc_tres(&self, index: usize) -> Option<CString>;
    /// The same in one number, weighted as the cluster is configured; up to 24.11.
    ///
    /// # Panics
    /// When `index` is not below [`NodeTable::len`].
    fn alloc_weight(&self, index: usize) -> Option<f64>;
    /// The record as `scontrol show node` prints it, in many lines or in one; each ends with a line feed.
    ///
    /// # Panics
    /// When `index` is not below [`NodeTable::len`].
    fn describe(&self, index: usize, one_line: bool) -> CString;
}

/// What a node uses (`acct_gather_energy_t`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Energy {
    /// `ave_watts`
    pub ave_watts: u32,
    /// `base_consumed_energy`, joules
    pub base_consumed_energy: u64,
    /// `consumed_energy`, joules
    pub consumed_energy: u64,
    /// `current_watts`; `NO_VAL` where nothing is measured
    pub current_watts: u32,
    /// `previous_consumed_energy`, joules
    pub previous_consumed_energy: u64,
    /// `poll_time`: when it was measured, seconds since 1970
    pub poll_time: i64,
}

/// One node record of slurmctld's, `node_info_t`: the members' own names, numbers as they came.
#[derive(Clone, Debug)]
pub struct NodeInfo<'a> {
    /// `alloc_cpus`: CPUs that jobs have; up to 24.11 the select plugin's
    pub alloc_cpus: u16,
    /// `alloc_memory`: MiB that jobs have; up to 24.11 the select plugin's
    pub alloc_memory: u64,
    /// `arch`
    pub arch: Text<'a>,
    /// `bcast_address`
    pub bcast_address: Text<'a>,
    /// `boards`
    pub boards: u16,
    /// `boot_time`: seconds since 1970
    pub boot_time: i64,
    /// `cert_flags`; from 25.05, `NO_VAL16` before
    pub cert_flags: u16,
    /// `cert_last_renewal`: seconds since 1970; from 25.05, 0 before
    pub cert_last_renewal: i64,
    /// `cluster_name`
    pub cluster_name: Text<'a>,
    /// `comment`
    pub comment: Text<'a>,
    /// `core_spec_cnt`: cores of the system's own
    pub core_spec_cnt: u16,
    /// `cores`
    pub cores: u16,
    /// `cpu_bind`
    pub cpu_bind: u32,
    /// `cpu_load`: hundredths; `NO_VAL` for unknown
    pub cpu_load: u32,
    /// `cpu_spec_list`
    pub cpu_spec_list: Text<'a>,
    /// `cpus`
    pub cpus: u16,
    /// `cpus_efctv`: `cpus` without those of the system's own; from 22.05, `cpus` before
    pub cpus_efctv: u16,
    /// `energy`: what the node uses, where slurmctld keeps account of it
    pub energy: Option<Energy>,
    /// `extra`; from 21.08, none before
    pub extra: Text<'a>,
    /// `features`
    pub features: Text<'a>,
    /// `features_act`: those that are active
    pub features_act: Text<'a>,
    /// `free_mem`: MiB; `NO_VAL64` for unknown
    pub free_mem: u64,
    /// `gpu_spec`; from 24.05, none before
    pub gpu_spec: Text<'a>,
    /// `gres`
    pub gres: Text<'a>,
    /// `gres_drain`: only where detail was asked for
    pub gres_drain: Text<'a>,
    /// `gres_used`: only where detail was asked for
    pub gres_used: Text<'a>,
    /// `instance_id`; from 23.11, none before
    pub instance_id: Text<'a>,
    /// `instance_type`; from 23.11, none before
    pub instance_type: Text<'a>,
    /// `last_busy`: seconds since 1970; from 21.08, 0 before
    pub last_busy: i64,
    /// `mcs_label`
    pub mcs_label: Text<'a>,
    /// `mem_spec_limit`: MiB
    pub mem_spec_limit: u64,
    /// `name`
    pub name: Text<'a>,
    /// `next_state`: the state after a reboot
    pub next_state: u32,
    /// `node_addr`
    pub node_addr: Text<'a>,
    /// `node_hostname`
    pub node_hostname: Text<'a>,
    /// `node_state`: the base state in the low four bits, flags above: see [`node_state`]
    pub node_state: u32,
    /// `os`
    pub os: Text<'a>,
    /// `owner`: the user who alone may use it, or `NO_VAL`
    pub owner: u32,
    /// `parameters`; from 25.11, none before
    pub parameters: Text<'a>,
    /// `partitions`: only where [`ShowNodes::partitions`] asked for them
    pub partitions: Text<'a>,
    /// `port`
    pub port: u16,
    /// `real_memory`: MiB
    pub real_memory: u64,
    /// `reason`
    pub reason: Text<'a>,
    /// `reason_time`: seconds since 1970
    pub reason_time: i64,
    /// `reason_uid`: who set the reason
    pub reason_uid: u32,
    /// `res_cores_per_gpu`; from 24.05, `NO_VAL16` before
    pub res_cores_per_gpu: u16,
    /// `resume_after`: seconds since 1970; 0 for none; from 23.02, 0 before
    pub resume_after: i64,
    /// `resv_name`; from 23.02, none before
    pub resv_name: Text<'a>,
    /// `slurmd_start_time`: seconds since 1970
    pub slurmd_start_time: i64,
    /// `sockets`
    pub sockets: u16,
    /// `suspend_time`: seconds; from 26.05, `NO_VAL` before
    pub suspend_time: u32,
    /// `threads`
    pub threads: u16,
    /// `tmp_disk`: MiB
    pub tmp_disk: u32,
    /// `topology_str`; from 25.05, none before
    pub topology_str: Text<'a>,
    /// `tres_fmt_str`
    pub tres_fmt_str: Text<'a>,
    /// `version`
    pub version: Text<'a>,
    /// `weight`
    pub weight: u32,
}

/// The bits of a node's state (`NODE_STATE_*` of slurm.h; the same from 21.08 on).
pub mod node_state {
    /// `NODE_STATE_BASE`: the bits of the base state.
    pub const BASE: u32 = 0xf;
    /// `NODE_STATE_FLAGS`: the others.
    pub const FLAGS: u32 = !BASE;
    /// `NODE_STATE_UNKNOWN`
    pub const UNKNOWN: u32 = 0;
    /// `NODE_STATE_DOWN`
    pub const DOWN: u32 = 1;
    /// `NODE_STATE_IDLE`
    pub const IDLE: u32 = 2;
    /// `NODE_STATE_ALLOCATED`
    pub const ALLOCATED: u32 = 3;
    /// `NODE_STATE_ERROR`
    pub const ERROR: u32 = 4;
    /// `NODE_STATE_MIXED`
    pub const MIXED: u32 = 5;
    /// `NODE_STATE_FUTURE`
    pub const FUTURE: u32 = 6;
    /// `NODE_STATE_RES`: in a reservation.
    pub const RESERVED: u32 = 1 << 5;
    /// `NODE_STATE_CLOUD`
    pub const CLOUD: u32 = 1 << 7;
    /// `NODE_STATE_DRAIN`
    pub const DRAIN: u32 = 1 << 9;
    /// `NODE_STATE_COMPLETING`
    pub const COMPLETING: u32 = 1 << 10;
    /// `NODE_STATE_NO_RESPOND`
    pub const NO_RESPOND: u32 = 1 << 11;
    /// `NODE_STATE_POWERED_DOWN`
    pub const POWERED_DOWN: u32 = 1 << 12;
    /// `NODE_STATE_FAIL`
    pub const FAIL: u32 = 1 << 13;
    /// `NODE_STATE_POWERING_UP`
    pub const POWERING_UP: u32 = 1 << 14;
    /// `NODE_STATE_MAINT`
    pub const MAINT: u32 = 1 << 15;
    /// `NODE_STATE_REBOOT_REQUESTED`
    pub const REBOOT_REQUESTED: u32 = 1 << 16;
    /// `NODE_STATE_POWERING_DOWN`
    pub const POWERING_DOWN: u32 = 1 << 18;
    /// `NODE_STATE_REBOOT_ISSUED`
    pub const REBOOT_ISSUED: u32 = 1 << 20;
    /// `NODE_STATE_PLANNED`
    pub const PLANNED: u32 = 1 << 21;
}

/// The driver's side of [`Client::node_table`] and of what is said about nodes.
pub(super) trait LoadNodes {
    /// `slurm_load_node`, `slurm_load_node_single`
    fn node_table(&self, which: NodesOf<'_>, show: ShowNodes) -> Result<Box<dyn NodeTable + '_>, Failure>;
    /// `node_state_string`
    fn node_state_word(&self, state: u32) -> &'static CStr;
    /// `node_state_string_compact`
    fn node_state_abbreviation(&self, state: u32) -> &'static CStr;
    /// `node_state_string_complete`; before 21.08 `node_state_string`
    fn node_state_complete(&self, state: u32) -> CString;
}

impl Client {
    /// Loads node records.
    ///
    /// # Errors
    /// When slurmctld cannot be asked or knows no such node.
    pub fn node_table(&self, which: NodesOf<'_>, show: ShowNodes) -> Result<Box<dyn NodeTable + '_>, Error> {
        self.driver().node_table(which, show).map_err(|failure| self.error(failure))
    }

    /// Slurm's word for a node's state, `DRAINED*`.
    #[must_use]
    pub fn node_state_word(&self, state: u32) -> &'static CStr {
        self.driver().node_state_word(state)
    }

    /// Slurm's short word for a node's state, `DRAIN*`.
    #[must_use]
    pub fn node_state_abbreviation(&self, state: u32) -> &'static CStr {
        self.driver().node_state_abbreviation(state)
    }

    /// A node's base state and all its flags, `IDLE+DRAIN+NOT_RESPONDING`.
    #[must_use]
    pub fn node_state_complete(&self, state: u32) -> CString {
        self.driver().node_state_complete(state)
    }
}
