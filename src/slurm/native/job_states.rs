//! `slurm_load_job_state` of this release.

use super::{Failure, Native, check, moved};
use crate::slurm::code;
use crate::slurm::job_states::{JobStateRecord, LoadJobStates};

impl LoadJobStates for Native {
    fn job_states(&self, jobs: &[(u32, u32)]) -> Option<Result<Vec<JobStateRecord>, Failure>> {
        const CALL: &str = "slurm_load_job_state";
        // SAFETY: the library is initialised (see `Client`).
        let loaded = unsafe { moved::job_states(&self.library, jobs) }?;
        Some(loaded.map_err(|result| match check(CALL, result) {
            Err(failure) => failure,
            Ok(()) => Failure { call: CALL, code: code::UNEXPECTED_MESSAGE },
        }))
    }
}
