//! Asking slurmdbd for jobs that slurmctld no longer knows.

use super::{Failure, copy, errno, moved, raw};
use crate::job::{BaseState, ExitStatus, JobId, JobState, TaskSet};
use crate::slurm::records::AccountedJob;
use std::mem::MaybeUninit;
use std::ptr;

pub(super) fn jobs(library: &raw::Library, jobs: &[(JobId, Option<u32>)]) -> Result<Vec<AccountedJob>, Failure> {
    let mut persistent: u16 = 0;
    // SAFETY: `persistent` outlives the call.
    let connection = unsafe { library.slurmdb_connection_get(&mut persistent) };
    if connection.is_null() {
        return Err(Failure { call: "slurmdb_connection_get", code: errno() });
    }
    let found = ask(library, connection, jobs);
    let mut connection = connection;
    // SAFETY: it came from slurmdb_connection_get and is not used again.
    unsafe { library.slurmdb_connection_close(&mut connection) };
    found
}

fn ask(
    library: &raw::Library,
    connection: *mut std::ffi::c_void,
    jobs: &[(JobId, Option<u32>)],
) -> Result<Vec<AccountedJob>, Failure> {
    let one = |(id, task): &(JobId, Option<u32>)| {
        let mut selected = moved::selected_job(id.0);
        selected.array_task_id = task.unwrap_or(raw::NO_VAL);
        selected
    };
    let mut selected: Vec<raw::slurm_selected_step_t> = jobs.iter().map(one).collect();
    // SAFETY: every member is a number or a pointer, for which zero bits are a value: no condition.
    let mut condition: raw::slurmdb_job_cond_t = unsafe { MaybeUninit::zeroed().assume_init() };
    // A requeued job has a record for each of its lives; steps are not asked for.
    condition.flags = raw::JOBCOND_FLAG_DUP | raw::JOBCOND_FLAG_NO_STEP;
    condition.db_flags = raw::SLURMDB_JOB_FLAG_NOTSET;
    // SAFETY: the list holds pointers into `selected`, which outlives it; without a destructor it frees none of them.
    // The reply is a list of whole records, destroyed once with the records in it.
    unsafe {
        let wanted = library.slurm_list_create(None);
        for job in &mut selected {
            library.slurm_list_append(wanted, ptr::from_mut(job).cast());
        }
        condition.step_list = wanted;
        let reply = library.slurmdb_jobs_get(connection, &mut condition);
        let code = errno();
        library.slurm_list_destroy(wanted);
        if reply.is_null() {
            return Err(Failure { call: "slurmdb_jobs_get", code });
        }
        let mut found = Vec::new();
        let iterator = library.slurm_list_iterator_create(reply);
        loop {
            let record: *const raw::slurmdb_job_rec_t = library.slurm_list_next(iterator).cast_const().cast();
            if record.is_null() {
                break;
            }
            found.push(copy_record(library, &*record));
        }
        library.slurm_list_iterator_destroy(iterator);
        library.slurm_list_destroy(reply);
        Ok(found)
    }
}

/// # Safety
/// `record` is a whole record of the library's.
unsafe fn copy_record(library: &raw::Library, record: &raw::slurmdb_job_rec_t) -> AccountedJob {
    let tasks = match record.array_task_id {
        // SAFETY: the caller's promise.
        raw::NO_VAL => TaskSet::of_mask(&unsafe { copy(record.array_task_str) }),
        task => TaskSet::one(task),
    };
    let state = JobState::from_bits(record.state);
    let done_away_with = state.base == BaseState::Cancelled && record.requid == raw::INFINITE;
    let reason = match done_away_with {
        // SAFETY: the library's words are static or the thread's own, and are copied at once.
        true => unsafe { copy(moved::reason_string(library, record.state_reason_prev)) },
        false => String::new(),
    };
    // On its way from one to the other the record may have been written with either, or before there was any.
    let unmet = ["None", "Dependency", "DependencyNeverSatisfied"].contains(&reason.as_str());
    let array = Some(JobId(record.array_job_id)).filter(|array| array.0 != 0);
    AccountedJob {
        id: JobId(record.jobid),
        tasks: if array.is_some() { tasks } else { TaskSet::default() },
        array,
        state,
        exit: ExitStatus::from_wait(record.exitcode),
        reason: if unmet { "DependencyNeverSatisfied".to_owned() } else { String::new() },
        // SAFETY: the caller's promise.
        nodes: unsafe { copy(record.nodes) },
        restarts: moved::accounted_restarts(record),
        submitted: record.submit,
        started: record.start,
        ended: record.end,
    }
}
