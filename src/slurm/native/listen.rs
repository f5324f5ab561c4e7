//! Being told by slurmctld that a job has ended.

use super::{Failure, errno, moved, raw};
use crate::job::JobId;
use crate::slurm::driver::OnCompletion;
use std::mem::MaybeUninit;
use std::sync::OnceLock;

/// libslurm's callbacks carry no data of the caller's.
static ON_COMPLETION: OnceLock<OnCompletion> = OnceLock::new();

pub(super) fn listen(library: &raw::Library, on_completion: OnCompletion) -> Result<u16, Failure> {
    let _ = ON_COMPLETION.set(on_completion);
    // SAFETY: every member is a function that may be absent.
    let mut callbacks: raw::slurm_allocation_callbacks_t = unsafe { MaybeUninit::zeroed().assume_init() };
    callbacks.job_complete = Some(job_complete);
    let mut port: u16 = 0;
    // SAFETY: the library copies the callbacks; `port` outlives the call.
    let thread = unsafe { library.slurm_allocation_msg_thr_create(&mut port, &callbacks) };
    if thread.is_null() || port == 0 {
        return Err(Failure { call: "slurm_allocation_msg_thr_create", code: errno() });
    }
    Ok(port)
}

unsafe extern "C" fn job_complete(message: *mut raw::srun_job_complete_msg_t) {
    if let (false, Some(on_completion)) = (message.is_null(), ON_COMPLETION.get()) {
        // SAFETY: the library hands over its message.
        on_completion(JobId(unsafe { moved::completed_job_id(message) }));
    }
}
