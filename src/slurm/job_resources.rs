//! What a job holds of its nodes, with what of it steps use.

use super::job_table::Text;

/// What a job holds (`job_resrcs`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobResources<'a> {
    /// The nodes' names, a list with brackets.
    pub nodes: Text<'a>,
    /// How many nodes.
    pub hosts: u32,
    /// CPUs of all nodes.
    pub cpus: u32,
    /// What is counted, `CR_*` or `SELECT_*` of slurm.h.
    pub counted: u16,
    /// How nodes are shared with other jobs: 0 as may be, 1 not within a partition, 64000 not at all.
    pub sharing: u32,
    /// Threads of a core that are used; `NO_VAL16` for all.
    pub threads_per_core: u16,
    /// Whether the nodes are the job's alone.
    pub whole_nodes: bool,
    /// Of each node, in the order of the names.
    pub each: Vec<NodeResources>,
}

/// What a job holds of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeResources {
    /// CPUs.
    pub cpus: u16,
    /// CPUs that steps use.
    pub cpus_used: u16,
    /// MiB; 0 where memory is not counted.
    pub memory: u64,
    /// MiB that steps use.
    pub memory_used: u64,
    /// Sockets of the node, the job's or not.
    pub sockets: u16,
    /// Cores of a socket, the job's or not.
    pub cores_per_socket: u16,
    /// Cores, counted from the node's first, as inclusive ranges in order.
    pub cores: Vec<(u32, u32)>,
    /// Those of them that steps use.
    pub cores_used: Vec<(u32, u32)>,
}
