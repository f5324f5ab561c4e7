//! What stands behind `job_resrcs` in a job record: which cores and how much memory the job holds of each of its nodes.
//!
//! No installed header has this layout (`struct job_resources`, src/common/job_resources.h), and no function of the library
//! tells all that is in it. As the layouts that the headers have, it is the same in all versions of a release, from
//! its first tag to its last; it was looked up in each of those named here, and nothing is read for any other release. The
//! library knows the size of every block that it allocates (`slurm_xsize`), and whoever reads has to compare the sizes.

use std::ffi::{c_char, c_void};
use std::mem::size_of;

/// The members that are of use, where the library keeps them. Arrays are read only as far as their blocks reach.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// How large the whole block must be.
    pub size: usize,
    /// The cores of all nodes in a row, a bitmap; null where the record has no details.
    pub cores: *const c_void,
    /// Those of them that steps use, a bitmap.
    pub cores_used: *const c_void,
    /// CPUs of each node.
    pub cpus: *const u16,
    /// CPUs of each node that steps use.
    pub cpus_used: *const u16,
    /// MiB of each node; null where memory is not counted.
    pub memory: *const u64,
    /// MiB of each node that steps use; null where memory is not counted.
    pub memory_used: *const u64,
    /// What is counted, `CR_*`.
    pub cr_type: u16,
    /// How nodes are shared with other jobs, `NODE_CR_*`.
    pub node_req: u32,
    /// CPUs of all nodes.
    pub cpu_count: u32,
    /// Threads of a core that are used; `NO_VAL16` for all.
    pub threads_per_core: u16,
    /// Whether the nodes are whole.
    pub whole_node: u8,
    /// How many nodes.
    pub hosts: u32,
    /// Their names.
    pub nodes: *const c_char,
    /// For how many nodes in a row the same element of the two arrays after it holds.
    pub repeats: *const u32,
    /// Sockets of a node.
    pub sockets: *const u16,
    /// Cores of a socket.
    pub cores_per_socket: *const u16,
}

macro_rules! layout {
    ($(#[$doc:meta])* $visibility:vis $name:ident, $size:literal,
        { $($next:ident: $next_type:ty,)? }, { $($ranks:ident: $ranks_type:ty,)? }) => {
        $(#[$doc])*
        #[repr(C)]
        $visibility struct $name {
            cores: *const c_void,
            cores_used: *const c_void,
            cpu_array_count: u32,
            cpu_array_value: *const u16,
            cpu_array_reps: *const u32,
            cpus: *const u16,
            cpus_used: *const u16,
            cores_per_socket: *const u16,
            cr_type: u16,
            memory: *const u64,
            memory_used: *const u64,
            $($next: $next_type,)?
            hosts: u32,
            node_bitmap: *const c_void,
            $($ranks: $ranks_type,)?
            node_req: u32,
            nodes: *const c_char,
            cpu_count: u32,
            repeats: *const u32,
            sockets: *const u16,
            tasks_per_node: *const u16,
            threads_per_core: u16,
            whole_node: u8,
        }

        #[cfg(target_pointer_width = "64")]
        const _: () = assert!(size_of::<$name>() == $size);

        impl $name {
            /// # Safety
            /// `at` is a `job_resrcs` of a record of one of the releases that have this layout.
            #[allow(dead_code, reason = "which layouts are read depends on the releases that were built in")]
            pub(crate) unsafe fn read(at: *const c_void) -> Held {
                // SAFETY: the caller's promise.
                let held = unsafe { &*at.cast::<Self>() };
                Held {
                    size: size_of::<Self>(),
                    cores: held.cores,
                    cores_used: held.cores_used,
                    cpus: held.cpus,
                    cpus_used: held.cpus_used,
                    memory: held.memory,
                    memory_used: held.memory_used,
                    cr_type: held.cr_type,
                    node_req: held.node_req,
                    cpu_count: held.cpu_count,
                    threads_per_core: held.threads_per_core,
                    whole_node: held.whole_node,
                    hosts: held.hosts,
                    nodes: held.nodes,
                    repeats: held.repeats,
                    sockets: held.sockets,
                    cores_per_socket: held.cores_per_socket,
                }
            }
        }
    };
}

layout! {
    /// 22.05
    #[allow(dead_code, reason = "the members that are not read make the layout")]
    pub(crate) Stepless, 160, {}, {}
}
layout! {
    /// 24.11, 25.05, 25.11
    #[allow(dead_code, reason = "the members that are not read make the layout")]
    pub(crate) Unranked, 160, { next_step_node: u32, }, {}
}
layout! {
    /// 26.05
    #[allow(dead_code, reason = "the members that are not read make the layout")]
    pub(crate) Ranked, 168, { next_step_node: u32, }, { node_ranks: *const u32, }
}
