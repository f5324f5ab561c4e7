//! Loading job records and copying them.

use super::{Failure, check, copy, moved, raw};
use crate::job::{ExitStatus, JobId, JobState, TaskSet};
use crate::slurm::driver::Which;
use crate::slurm::records::{JobRecord, Records, TaskRecord};
use std::collections::HashMap;
use std::ptr;

pub(super) fn load(library: &raw::Library, which: Which, wanted: &dyn Fn(JobId) -> bool) -> Result<Records, Failure> {
    // SHOW_LOCAL halves the time of a load: nothing is asked of a federation. SHOW_ALL: hidden partitions too.
    let flags = (raw::SHOW_LOCAL | raw::SHOW_ALL) as u16;
    let mut reply: *mut raw::job_info_msg_t = ptr::null_mut();
    // SAFETY: `reply` outlives the call.
    let loaded = unsafe {
        match which {
            Which::Job(id) => check("slurm_load_job", moved::load_job(library, &mut reply, id.0, flags)),
            Which::User(uid) => check("slurm_load_job_user", library.slurm_load_job_user(&mut reply, uid, flags)),
            Which::Everyone => check("slurm_load_jobs", library.slurm_load_jobs(0, &mut reply, flags)),
        }
    };
    loaded?;
    if reply.is_null() {
        return Ok(Records::default());
    }
    // SAFETY: on success it points to `record_count` whole records, freed once and not used after.
    unsafe {
        let count = (*reply).record_count as usize;
        let records = match (*reply).job_array.is_null() {
            true => Records::default(),
            false => chosen(library, std::slice::from_raw_parts((*reply).job_array, count), wanted),
        };
        library.slurm_free_job_info_msg(reply);
        Ok(records)
    }
}

/// Copies what is wanted.
///
/// # Safety
/// They are whole records of the library's.
unsafe fn chosen(library: &raw::Library, all: &[raw::slurm_job_info_t], wanted: &dyn Fn(JobId) -> bool) -> Records {
    let mut records = Records { loaded: all.len(), ..Records::default() };
    // Where the record of each array stands.
    let mut heads: HashMap<u32, usize> = HashMap::new();
    for record in all {
        let (id, array) = (moved::job_id(record), record.array_job_id);
        // SAFETY: the caller's promise.
        unsafe {
            if array == 0 || !wanted(JobId(array)) {
                if wanted(JobId(id)) {
                    records.jobs.push(copy_record(library, record));
                }
                continue;
            }
            records.tasks.push(copy_tasks(library, record));
            match heads.get(&array) {
                Some(place) if id == array => records.jobs[*place] = copy_record(library, record),
                Some(_) => {}
                None => {
                    heads.insert(array, records.jobs.len());
                    records.jobs.push(copy_record(library, record));
                }
            }
        }
    }
    records
}

/// # Safety
/// `record` is a whole record of the library's.
unsafe fn reason(library: &raw::Library, record: &raw::slurm_job_info_t) -> String {
    // SAFETY: the caller's promise: every string is null or NUL-terminated.
    let reason = unsafe {
        match copy(record.state_desc) {
            // A description is a sentence; as squeue does, its blanks become underscores.
            described if !described.is_empty() => described.replace(' ', "_"),
            _ => copy(moved::reason_string(library, moved::state_reason(record))),
        }
    };
    if reason == "None" { String::new() } else { reason }
}

/// # Safety
/// `record` is a whole record of the library's, of an array.
unsafe fn copy_tasks(library: &raw::Library, record: &raw::slurm_job_info_t) -> TaskRecord {
    let tasks = match record.array_task_id {
        raw::NO_VAL => {
            // SAFETY: the caller's promise.
            let bits = unsafe { moved::bits(library, record.array_bitmap.cast_const().cast()) };
            TaskSet::of_ranges(bits.unwrap_or_default())
        }
        task => TaskSet::one(task),
    };
    // SAFETY: the caller's promise.
    let has_nodes = !record.nodes.is_null() && unsafe { *record.nodes != 0 };
    TaskRecord {
        array: JobId(record.array_job_id),
        tasks,
        are_together: record.array_task_id == raw::NO_VAL,
        state: JobState::from_bits(record.job_state),
        exit: ExitStatus::from_wait(record.exit_code),
        // SAFETY: the caller's promise.
        reason: unsafe { reason(library, record) },
        started: if has_nodes { record.start_time } else { 0 },
        ended: record.end_time,
    }
}

/// # Safety
/// `record` is a whole record of the library's.
unsafe fn copy_record(library: &raw::Library, record: &raw::slurm_job_info_t) -> JobRecord {
    // SAFETY: the caller's promise: every string is null or NUL-terminated.
    unsafe {
        JobRecord {
            id: JobId(moved::job_id(record)),
            array: Some(JobId(record.array_job_id)).filter(|array| array.0 != 0),
            name: copy(record.name),
            state: JobState::from_bits(record.job_state),
            exit: ExitStatus::from_wait(record.exit_code),
            reason: reason(library, record),
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
