//! What a run came to.

use super::state::{Attempt, JobEntry, State};
use crate::event::{RunId, RunOutcome};
use crate::job::{JobId, JobStatus, Outcome};
use crate::scheduler::SchedulerError;
use jiff::SignedDuration;

/// What a run came to.
#[derive(Clone, Debug)]
pub struct RunResult {
    /// Which run.
    pub run: RunId,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Its jobs, in the workflow's order.
    pub jobs: Vec<JobResult>,
    /// What the scheduler said last when it did not answer, or did not cancel.
    pub error: Option<SchedulerError>,
    /// How many listeners panicked; they heard nothing after that.
    pub lost_listeners: usize,
}

impl RunResult {
    pub(super) fn new(
        run: RunId,
        outcome: RunOutcome,
        state: &State,
        error: Option<SchedulerError>,
        lost_listeners: usize,
    ) -> Self {
        let jobs = state.jobs().iter().map(JobResult::from).collect();
        Self { run, outcome, jobs, error, lost_listeners }
    }

    /// The job called `name`.
    #[must_use]
    pub fn job(&self, name: &str) -> Option<&JobResult> {
        self.jobs.iter().find(|job| job.name == name)
    }

    /// Jobs that the scheduler still has: they go on without the run.
    pub fn under_way(&self) -> impl Iterator<Item = &JobResult> {
        self.jobs.iter().filter(|job| job.id.is_some() && job.outcome.is_none())
    }
}

/// What became of one job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobResult {
    /// Its name in the workflow.
    pub name: String,
    /// Its id at the scheduler; none when it was not submitted.
    pub id: Option<JobId>,
    /// The token of its submission; with one and without an id, nobody knows whether it was submitted.
    pub token: Option<String>,
    /// How it ended; none when it has not, or was not submitted. One that still waited to be tried again ended as its last
    /// attempt did.
    pub outcome: Option<Outcome>,
    /// Its attempts that were followed by another, or were to be.
    pub attempts: Vec<Attempt>,
    /// What the scheduler said of it last.
    pub status: Option<JobStatus>,
    /// Why it was rejected or skipped.
    pub why: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl JobResult {
    /// How long it ran, from its last start to its end; none when it did not.
    #[must_use]
    pub fn elapsed(&self) -> Option<SignedDuration> {
        let status = self.status.as_ref()?;
        Some(status.ended?.duration_since(status.started?))
    }
}

impl From<&JobEntry> for JobResult {
    fn from(entry: &JobEntry) -> Self {
        Self {
            name: entry.name.clone(),
            id: entry.id,
            token: entry.token.clone(),
            outcome: entry.last_outcome(),
            attempts: entry.earlier.clone(),
            status: entry.status.clone(),
            why: entry.why.clone(),
            hint: entry.hint.clone(),
        }
    }
}
