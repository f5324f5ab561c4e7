//! Lists of hosts as the library keeps them: sorted, compared and written exactly as Slurm's own commands do.

use super::client::Client;
use super::driver::Driver;
use std::cmp::Ordering;
use std::ffi::{CStr, CString, c_void};
use std::ptr::NonNull;

/// The driver's side of [`Hosts`]. The pointers are to lists of the library's (`hostlist_t`).
pub(super) trait ListHosts {
    /// `slurm_hostlist_create`; an empty list where there is no text, none where the text is no list.
    fn create_hosts(&self, text: Option<&CStr>) -> Option<NonNull<c_void>>;
    /// `slurm_hostlist_destroy`
    ///
    /// # Safety
    /// The list is whole and is not used again.
    unsafe fn destroy_hosts(&self, hosts: NonNull<c_void>);
    /// `slurm_hostlist_push_host`
    ///
    /// # Safety
    /// The list is whole and nobody else's just now; so with all that follow.
    unsafe fn push_host(&self, hosts: NonNull<c_void>, host: &CStr);
    /// `slurm_hostlist_find`
    #[allow(clippy::missing_safety_doc, reason = "as above")]
    unsafe fn has_host(&self, hosts: NonNull<c_void>, host: &CStr) -> bool;
    /// `slurm_hostlist_shift`: takes the first one out; none where there is none.
    #[allow(clippy::missing_safety_doc, reason = "as above")]
    unsafe fn shift_host(&self, hosts: NonNull<c_void>) -> Option<CString>;
    /// `slurm_hostlist_count`
    #[allow(clippy::missing_safety_doc, reason = "as above")]
    unsafe fn count_hosts(&self, hosts: NonNull<c_void>) -> usize;
    /// `hostlist_sort`
    #[allow(clippy::missing_safety_doc, reason = "as above")]
    unsafe fn sort_hosts(&self, hosts: NonNull<c_void>);
    /// `hostlist_cmp_first`
    #[allow(clippy::missing_safety_doc, reason = "as above")]
    unsafe fn compare_hosts(&self, one: NonNull<c_void>, other: NonNull<c_void>) -> i32;
    /// `slurm_hostlist_iterator_create`, `slurm_hostlist_next`: one by one.
    #[allow(clippy::missing_safety_doc, reason = "as above")]
    unsafe fn each_host(&self, hosts: NonNull<c_void>) -> Vec<CString>;
    /// `slurm_hostlist_ranged_string_xmalloc`, or `hostlist_deranged_string_xmalloc`
    #[allow(clippy::missing_safety_doc, reason = "as above")]
    unsafe fn write_hosts(&self, hosts: NonNull<c_void>, ranged: bool) -> CString;
}

/// A list of hosts.
pub struct Hosts<'a> {
    driver: &'a dyn Driver,
    list: NonNull<c_void>,
}

impl Drop for Hosts<'_> {
    fn drop(&mut self) {
        // SAFETY: made by this driver and used by nobody after this.
        unsafe { self.driver.destroy_hosts(self.list) }
    }
}

// SAFETY, for all calls below: the list was made by this driver and is whole. It is not `Send`, and where the library writes
// to it, it writes under a lock of its own.
impl Hosts<'_> {
    /// Adds one host.
    pub fn push(&mut self, host: &CStr) {
        // SAFETY: see above.
        unsafe { self.driver.push_host(self.list, host) }
    }

    /// Takes the first one out.
    pub fn shift(&mut self) -> Option<CString> {
        // SAFETY: see above.
        unsafe { self.driver.shift_host(self.list) }
    }

    /// Whether `host` is among them.
    #[must_use]
    pub fn contains(&self, host: &CStr) -> bool {
        // SAFETY: see above.
        unsafe { self.driver.has_host(self.list, host) }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        // SAFETY: see above.
        unsafe { self.driver.count_hosts(self.list) }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sorts them as Slurm does.
    pub fn sort(&mut self) {
        // SAFETY: see above.
        unsafe { self.driver.sort_hosts(self.list) }
    }

    /// Which list begins with the lesser host. Of two empty ones either is said to be the greater.
    #[must_use]
    pub fn compare_first(&self, other: &Self) -> Ordering {
        // SAFETY: see above.
        unsafe { self.driver.compare_hosts(self.list, other.list) }.cmp(&0)
    }

    /// One by one.
    #[must_use]
    pub fn each(&self) -> Vec<CString> {
        // SAFETY: see above.
        unsafe { self.driver.each_host(self.list) }
    }

    /// `c[1-4,7],login`
    #[must_use]
    pub fn ranged(&self) -> CString {
        // SAFETY: see above.
        unsafe { self.driver.write_hosts(self.list, true) }
    }

    /// `c1,c2,c3`
    #[must_use]
    pub fn one_by_one(&self) -> CString {
        // SAFETY: see above.
        unsafe { self.driver.write_hosts(self.list, false) }
    }
}

impl Client {
    /// The hosts that `text` lists; none where it is no list, of which the library's log tells more.
    #[must_use]
    pub fn hosts(&self, text: &CStr) -> Option<Hosts<'_>> {
        let list = self.driver().create_hosts(Some(text))?;
        Some(Hosts { driver: self.driver(), list })
    }

    /// A list of no hosts. None when memory is short.
    #[must_use]
    pub fn no_hosts(&self) -> Option<Hosts<'_>> {
        let list = self.driver().create_hosts(None)?;
        Some(Hosts { driver: self.driver(), list })
    }
}
