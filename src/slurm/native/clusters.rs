//! Clusters that slurmdbd knows.

use super::{Native, errno, raw};
use crate::slurm::clusters::{FindClusters, Found};
use std::ffi::{CStr, CString, c_void};
use std::ptr::{self, NonNull};

impl FindClusters for Native {
    fn find_clusters(&self, names: &CStr) -> Result<Found, i32> {
        // SAFETY: errno is this thread's own: what it says after the call is the call's.
        unsafe { *libc::__errno_location() = 0 };
        // SAFETY: the names outlive the call, which only reads them.
        let list = unsafe { self.library.slurmdb_get_info_cluster(names.as_ptr().cast_mut()) };
        let number = errno();
        let Some(list) = NonNull::new(list) else { return Err(number) };
        let mut records = Vec::new();
        // SAFETY: a list of the library's whose elements are cluster records; the iterator ends before this does.
        unsafe {
            let iterator = self.library.slurm_list_iterator_create(list.as_ptr());
            while let Some(record) = NonNull::new(self.library.slurm_list_next(iterator)) {
                let name = record.cast::<raw::slurmdb_cluster_rec_t>().as_ref().name;
                let name = if name.is_null() { CString::default() } else { CStr::from_ptr(name).to_owned() };
                records.push((record, name));
            }
            self.library.slurm_list_iterator_destroy(iterator);
        }
        Ok(Found { list: list.cast(), records })
    }

    unsafe fn ask_cluster(&self, record: Option<NonNull<c_void>>) {
        let Some(place) = self.working_cluster else { return };
        // SAFETY: the library's own variable; the caller's promise for what is written to it.
        unsafe { *place = record.map_or(ptr::null_mut(), NonNull::as_ptr).cast() }
    }

    unsafe fn free_clusters(&self, list: NonNull<c_void>) {
        // SAFETY: the caller's promise.
        unsafe { self.library.slurm_list_destroy(list.as_ptr().cast()) }
    }
}
