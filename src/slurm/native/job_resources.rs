//! What a job holds of its nodes and what of it steps use, read from behind `job_resrcs`.

use super::{Native, allocation::within, moved, raw};
use crate::slurm::job_resources::{JobResources, NodeResources};
use std::ffi::CStr;

/// None where the record has no details, or what it points to is not of the size that the layout says.
///
/// # Safety
/// `record` is a whole record of the library's that lives as long as `'a`.
pub(super) unsafe fn of<'a>(native: &Native, record: &'a raw::slurm_job_info_t) -> Option<JobResources<'a>> {
    // SAFETY: the caller's promise. Arrays are read only as far as the library allocated them; bitmaps are whole.
    unsafe {
        let held = native.held(record)?;
        let repeats = native.array(held.repeats);
        let shapes = native.array(held.sockets).iter().zip(native.array(held.cores_per_socket));
        let shapes = repeats.iter().zip(shapes);
        let shapes = shapes.flat_map(|(repeats, shape)| std::iter::repeat_n(shape, *repeats as usize));
        let (cpus, cpus_used) = (native.array(held.cpus), native.array(held.cpus_used));
        let (memory, memory_used) = (native.array(held.memory), native.array(held.memory_used));
        let cores = moved::bits(&native.library, held.cores)?;
        let used = moved::bits(&native.library, held.cores_used).unwrap_or_default();
        let mut each = Vec::new();
        let mut first: u32 = 0;
        for (at, (sockets, cores_per_socket)) in shapes.take(held.hosts as usize).enumerate() {
            let next = first.saturating_add(u32::from(*sockets) * u32::from(*cores_per_socket));
            each.push(NodeResources {
                cpus: cpus.get(at).copied().unwrap_or(0),
                cpus_used: cpus_used.get(at).copied().unwrap_or(0),
                memory: memory.get(at).copied().unwrap_or(0),
                memory_used: memory_used.get(at).copied().unwrap_or(0),
                sockets: *sockets,
                cores_per_socket: *cores_per_socket,
                cores: within(&cores, first, next),
                cores_used: within(&used, first, next),
            });
            first = next;
        }
        Some(JobResources {
            nodes: (!held.nodes.is_null()).then(|| CStr::from_ptr(held.nodes)),
            hosts: held.hosts,
            cpus: held.cpu_count,
            counted: held.cr_type,
            sharing: held.node_req,
            threads_per_core: held.threads_per_core,
            whole_nodes: held.whole_node != 0,
            each,
        })
    }
}
