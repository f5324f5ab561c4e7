//! Loading job records and copying them.

use super::{Failure, check, copy, moved, raw};
use crate::job::{ExitStatus, JobId, JobState};
use crate::slurm::driver::Which;
use crate::slurm::records::JobRecord;
use std::ptr;

pub(super) fn load(
    library: &raw::Library,
    which: Which,
    wanted: &mut dyn FnMut(JobId) -> bool,
) -> Result<Vec<JobRecord>, Failure> {
    // SHOW_LOCAL halves the time of a load: nothing is asked of a federation. SHOW_ALL: hidden partitions too.
    let flags = (raw::SHOW_LOCAL | raw::SHOW_ALL) as u16;
    let mut reply: *mut raw::job_info_msg_t = ptr::null_mut();
    // SAFETY: `reply` outlives the call.
    let loaded = unsafe {
        match which {
            Which::Job(id) => check("slurm_load_job", moved::load_job(library, &mut reply, id.0, flags)),
            Which::User(uid) => check("slurm_load_job_user", library.slurm_load_job_user(&mut reply, uid, flags)),
        }
    };
    loaded?;
    if reply.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: on success it points to `record_count` whole records, freed once and not used after.
    unsafe {
        let count = (*reply).record_count as usize;
        let records = match (*reply).job_array.is_null() {
            true => Vec::new(),
            false => std::slice::from_raw_parts((*reply).job_array, count)
                .iter()
                .filter(|record| wanted(JobId(moved::job_id(record))))
                .map(|record| copy_record(library, record))
                .collect(),
        };
        library.slurm_free_job_info_msg(reply);
        Ok(records)
    }
}

/// # Safety
/// `record` is a whole record of the library's.
unsafe fn copy_record(library: &raw::Library, record: &raw::slurm_job_info_t) -> JobRecord {
    // SAFETY: the caller's promise: every string is null or NUL-terminated.
    unsafe {
        let reason = match copy(record.state_desc) {
            // A description is a sentence; as squeue does, its blanks become underscores.
            described if !described.is_empty() => described.replace(' ', "_"),
            _ => copy(moved::reason_string(library, moved::state_reason(record))),
        };
        JobRecord {
            id: JobId(moved::job_id(record)),
            name: copy(record.name),
            state: JobState::from_bits(record.job_state),
            exit: ExitStatus::from_wait(record.exit_code),
            reason: if reason == "None" { String::new() } else { reason },
            nodes: copy(record.nodes),
            restarts: u32::from(record.restart_cnt),
            submitted: record.submit_time,
            started: record.start_time,
            ended: record.end_time,
            stdout: copy(record.std_out),
            work_dir: copy(record.work_dir),
            batch_host: copy(record.batch_host),
            comment: copy(record.comment),
        }
    }
}
