//! Lists of hosts, by this release's functions.

use super::{Native, owned};
use crate::slurm::hosts::ListHosts;
use std::ffi::{CStr, CString, c_void};
use std::ptr::{self, NonNull};

// SAFETY, for all calls below: the caller's promise; the functions take the list that the same library made.
impl ListHosts for Native {
    fn create_hosts(&self, text: Option<&CStr>) -> Option<NonNull<c_void>> {
        let text = text.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: the text outlives the call.
        NonNull::new(unsafe { self.library.slurm_hostlist_create(text) }.cast())
    }

    unsafe fn destroy_hosts(&self, hosts: NonNull<c_void>) {
        // SAFETY: see above.
        unsafe { self.library.slurm_hostlist_destroy(hosts.as_ptr().cast()) }
    }

    unsafe fn push_host(&self, hosts: NonNull<c_void>, host: &CStr) {
        // SAFETY: see above.
        unsafe { self.library.slurm_hostlist_push_host(hosts.as_ptr().cast(), host.as_ptr()) };
    }

    unsafe fn shift_host(&self, hosts: NonNull<c_void>) -> Option<CString> {
        // SAFETY: see above; the host's name is a string that malloc(3) made, copied and freed once.
        unsafe {
            let host = self.library.slurm_hostlist_shift(hosts.as_ptr().cast());
            if host.is_null() {
                return None;
            }
            let copied = CStr::from_ptr(host).to_owned();
            libc::free(host.cast());
            Some(copied)
        }
    }

    unsafe fn has_host(&self, hosts: NonNull<c_void>, host: &CStr) -> bool {
        // SAFETY: see above.
        unsafe { self.library.slurm_hostlist_find(hosts.as_ptr().cast(), host.as_ptr()) != -1 }
    }

    unsafe fn count_hosts(&self, hosts: NonNull<c_void>) -> usize {
        // SAFETY: see above.
        usize::try_from(unsafe { self.library.slurm_hostlist_count(hosts.as_ptr().cast()) }).unwrap_or(0)
    }

    unsafe fn sort_hosts(&self, hosts: NonNull<c_void>) {
        // SAFETY: see above.
        unsafe { self.library.slurm_hostlist_sort(hosts.as_ptr()) }
    }

    unsafe fn compare_hosts(&self, one: NonNull<c_void>, other: NonNull<c_void>) -> i32 {
        // SAFETY: see above.
        unsafe { self.library.slurm_hostlist_cmp_first(one.as_ptr(), other.as_ptr()) }
    }

    unsafe fn each_host(&self, hosts: NonNull<c_void>) -> Vec<CString> {
        let mut each = Vec::new();
        // SAFETY: see above; the iterator ends before the list does. A name is malloc's, and the caller's to free.
        unsafe {
            let iterator = self.library.slurm_hostlist_iterator_create(hosts.as_ptr());
            loop {
                let host = self.library.slurm_hostlist_next(iterator);
                if host.is_null() {
                    break;
                }
                each.push(CStr::from_ptr(host).to_owned());
                libc::free(host.cast());
            }
            self.library.slurm_hostlist_iterator_destroy(iterator);
        }
        each
    }

    unsafe fn write_hosts(&self, hosts: NonNull<c_void>, ranged: bool) -> CString {
        let hosts = hosts.as_ptr();
        // SAFETY: see above; the text is the caller's to free.
        unsafe {
            let text = match ranged {
                true => self.library.slurm_hostlist_ranged_string_xmalloc(hosts.cast()),
                false => self.library.slurm_hostlist_deranged_string_xmalloc(hosts),
            };
            owned(&self.library, text)
        }
    }
}
