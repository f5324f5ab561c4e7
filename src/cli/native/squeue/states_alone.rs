//! `--only-job-state`: jobs of which nothing but their state was asked, as a table of records that are otherwise empty.

use super::arrays;
use super::field::NO_VAL;
use crate::slurm::{JobInfo, JobStateRecord, JobTable};
use std::ffi::CString;

/// Jobs' states as a table of records.
pub struct StatesAlone(Vec<(JobStateRecord, Option<CString>)>);

impl StatesAlone {
    pub fn new(states: Vec<JobStateRecord>) -> Self {
        let with_list = |state: JobStateRecord| {
            let list = state.array_tasks.as_ref().filter(|_| state.array_job_id != 0);
            let list = list.map(|tasks| arrays::text(tasks, 0));
            (state, list)
        };
        Self(states.into_iter().map(with_list).collect())
    }
}

impl JobTable for StatesAlone {
    fn last_update(&self) -> i64 {
        0
    }

    fn last_backfill(&self) -> i64 {
        0
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> JobInfo<'_> {
        let (state, list) = &self.0[index];
        let mut job = JobInfo {
            job_id: state.job_id,
            job_state: state.state,
            array_task_id: NO_VAL,
            ..JobInfo::default()
        };
        if state.array_job_id != 0 {
            job.array_job_id = state.array_job_id;
            job.array_task_id = state.array_task_id;
            job.array_task_str = list.as_deref();
        } else if state.het_job_id != 0 {
            job.het_job_id = state.het_job_id;
            job.het_job_offset = state.job_id.wrapping_sub(state.het_job_id);
        }
        job
    }

    fn array_tasks(&self, index: usize) -> Option<Vec<(u32, u32)>> {
        self.0[index].0.array_tasks.clone()
    }
}
