//! Other clusters of the same slurmdbd: which there are, and whose slurmctld is asked.

use super::client::Client;
use super::driver::Driver;
use std::ffi::{CStr, CString, c_void};
use std::ptr::NonNull;

/// A list of cluster records of the library's, and each of the records with its name.
pub(super) struct Found {
    pub list: NonNull<c_void>,
    pub records: Vec<(NonNull<c_void>, CString)>,
}

/// The driver's side of [`Clusters`].
pub(super) trait FindClusters {
    /// `slurmdb_get_info_cluster`; Err is `errno`, 0 where slurmdbd answered and knows none of them.
    fn find_clusters(&self, names: &CStr) -> Result<Found, i32>;
    /// `working_cluster_rec`: whose slurmctld is asked from now on; none for this host's own.
    ///
    /// # Safety
    /// The record is one of a list that is not freed while it is set.
    unsafe fn ask_cluster(&self, record: Option<NonNull<c_void>>);
    /// `slurm_list_destroy`
    ///
    /// # Safety
    /// The list is whole, no record of it is set, and it is not used again.
    unsafe fn free_clusters(&self, list: NonNull<c_void>);
}

/// Clusters that were asked for by their names.
pub struct Clusters<'a> {
    driver: &'a dyn Driver,
    found: Found,
}

impl Drop for Clusters<'_> {
    fn drop(&mut self) {
        // SAFETY: made by this driver; none of its records is set any more when it is freed.
        unsafe {
            self.driver.ask_cluster(None);
            self.driver.free_clusters(self.found.list);
        }
    }
}

impl Clusters<'_> {
    /// Their names, in slurmdbd's order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &CStr> {
        self.found.records.iter().map(|(_, name)| name.as_c_str())
    }

    /// All that the client asks from now on it asks of this one, until another is named or these are dropped.
    pub fn ask(&self, index: usize) {
        if let Some((record, _)) = self.found.records.get(index) {
            // SAFETY: the list lives as long as `self`, and what is set is unset before.
            unsafe { self.driver.ask_cluster(Some(*record)) }
        }
    }
}

impl Client {
    /// The clusters of these names, with commas between them, or `all`.
    ///
    /// # Errors
    /// Slurm's number; 0 where slurmdbd answered and knows none of them. The library's log has more.
    pub fn clusters(&self, names: &CStr) -> Result<Clusters<'_>, i32> {
        Ok(Clusters { driver: self.driver(), found: self.driver().find_clusters(names)? })
    }

    /// Slurm's words for one of its numbers.
    #[must_use]
    pub fn message(&self, code: i32) -> String {
        self.driver().message(code)
    }
}
