//! What a job holds of its nodes, read from behind `job_resrcs`.

use super::{Native, moved, raw};
use crate::slurm::job_table::{Allocation, NodeAllocation};
use slurm_sys::Held;
use std::ffi::{CStr, c_void};
use std::mem::size_of;

/// None where the record has no details, or what it points to is not of the size that the layout says.
///
/// # Safety
/// `record` is a whole record of the library's that lives as long as `'a`.
pub(super) unsafe fn of<'a>(native: &Native, record: &'a raw::slurm_job_info_t) -> Option<Allocation<'a>> {
    // SAFETY: the caller's promise.
    let held = unsafe { native.held(record) }?;
    // SAFETY: arrays of a whole record, read only as far as the library allocated them.
    let (repeats, sockets, cores_per_socket, memory) = unsafe {
        (
            native.array(held.repeats),
            native.array(held.sockets),
            native.array(held.cores_per_socket),
            native.array(held.memory),
        )
    };
    // SAFETY: a whole bitmap of the library's.
    let cores = unsafe { moved::bits(&native.library, held.cores) }?;
    let last = cores.last()?.1;
    let mut each = Vec::new();
    let mut first: u32 = 0;
    let shapes = repeats.iter().zip(sockets.iter().zip(cores_per_socket));
    let shapes = shapes.flat_map(|(repeats, shape)| std::iter::repeat_n(shape, *repeats as usize));
    for (at, (sockets, cores_per_socket)) in shapes.take(held.hosts as usize).enumerate() {
        let next = first.saturating_add(u32::from(*sockets) * u32::from(*cores_per_socket));
        each.push(NodeAllocation { cores: within(&cores, first, next), memory: memory.get(at).copied() });
        first = next;
        if first > last {
            break;
        }
    }
    // SAFETY: null, or a string of the record's.
    let nodes = (!held.nodes.is_null()).then(|| unsafe { CStr::from_ptr(held.nodes) });
    Some(Allocation { nodes, each })
}

/// Those of `cores` from `first` up to and without `next`, counted from `first`.
pub(super) fn within(cores: &[(u32, u32)], first: u32, next: u32) -> Vec<(u32, u32)> {
    if next <= first {
        return Vec::new();
    }
    let from = cores.partition_point(|(_, to)| *to < first);
    let cores = cores.iter().skip(from).take_while(|(from, _)| *from < next);
    cores.map(|(from, to)| ((*from).max(first) - first, (*to).min(next - 1) - first)).collect()
}

impl Native {
    /// What stands behind `job_resrcs`; none where nothing does, or not what the layout says.
    ///
    /// # Safety
    /// `record` is a whole record of the library's.
    pub(super) unsafe fn held(&self, record: &raw::slurm_job_info_t) -> Option<Held> {
        if self.library.slurm_xsize.is_err() {
            return None;
        }
        // SAFETY: the caller's promise. What is behind the pointer was allocated by the library, which knows how large it
        // made it; it is believed only if that is the size of this release's layout.
        unsafe {
            let (at, held) = moved::held(record)?;
            (self.library.slurm_xsize(at) == held.size && !held.cores.is_null()).then_some(held)
        }
    }

    /// An array of the library's, as long as it allocated it; empty for a null pointer.
    ///
    /// # Safety
    /// `at` is null, or the library allocated what it points to as an array of `T` that lives as long as `'a`.
    pub(super) unsafe fn array<'a, T>(&self, at: *const T) -> &'a [T] {
        if at.is_null() {
            return &[];
        }
        // SAFETY: the caller's promise.
        unsafe {
            let size = self.library.slurm_xsize(at.cast_mut().cast::<c_void>());
            std::slice::from_raw_parts(at, size / size_of::<T>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn cores_are_counted_from_their_node() {
        let cores = [(0, 1), (3, 9), (12, 12)];
        assert_eq!(within(&cores, 0, 4), [(0, 1), (3, 3)]);
        assert_eq!(within(&cores, 4, 8), [(0, 3)]);
        assert_eq!(within(&cores, 8, 12), [(0, 1)]);
        assert_eq!(within(&cores, 12, 16), [(0, 0)]);
        assert_eq!(within(&cores, 16, 20), []);
        assert_eq!(within(&[], 0, 4), []);
        assert_eq!(within(&cores, 4, 4), [], "a node without cores");
    }
}
