//! Jobs' ids and states without the rest of their records, from slurmctld's cache of them.

use super::client::Client;
use super::driver::Failure;
use super::error::Error;
pub use slurm_sys::moved::JobStateRecord;

/// The driver's side of [`Client::job_states`].
pub(super) trait LoadJobStates {
    /// `slurm_load_job_state`; None where the library has none.
    fn job_states(&self, jobs: &[(u32, u32)]) -> Option<Result<Vec<JobStateRecord>, Failure>>;
}

impl Client {
    /// The states of `jobs`, each with the array task that is meant or `NO_VAL`; of all jobs where none is named. Jobs that
    /// are unknown are left out. None where the library cannot ask for that alone: before 24.05.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn job_states(&self, jobs: &[(u32, u32)]) -> Option<Result<Vec<JobStateRecord>, Error>> {
        Some(self.driver().job_states(jobs)?.map_err(|failure| self.error(failure)))
    }
}
