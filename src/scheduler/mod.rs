//! The trait that the engine drives, and its two implementers: Slurm, and processes on this machine.
//!
//! The trait has no verb that only Slurm could mean.

use crate::job::{JobId, JobRequest, JobStatus, TaskSet};
use crossbeam_channel::{Receiver, Sender};
use std::collections::BTreeMap;

pub mod local;
mod log_name;
#[cfg(feature = "slurm")]
pub mod slurm;
mod user;

#[cfg(feature = "slurm")]
pub(crate) use log_name::log_of;
pub use log_name::{DEFAULT_ARRAY_OUTPUT, DEFAULT_OUTPUT, LogName, TaskLogs};
pub(crate) use user::own_name;

/// Something that takes jobs, runs them, and tells what became of them. Every method may be called from many threads
/// at once and may block for as long as the scheduler takes to answer.
pub trait Scheduler: Send + Sync {
    /// `slurm` or `local`.
    fn name(&self) -> &'static str;

    /// Hands a job over.
    ///
    /// # Errors
    /// See [`ErrorKind`]: only [`ErrorKind::Rejected`] is final for the job.
    fn submit(&self, request: &JobRequest) -> Result<JobId, SchedulerError>;

    /// Looks for a job by the token that its submission carried, after a reply that was lost.
    ///
    /// # Errors
    /// When the scheduler cannot be asked.
    fn find(&self, token: &str) -> Result<Option<JobId>, SchedulerError>;

    /// What became of the submission of `request`, of which no answer came: it was made at `since` or later.
    ///
    /// # Errors
    /// When the scheduler cannot be asked.
    fn trace(&self, request: &JobRequest, since: jiff::Timestamp) -> Result<Trace, SchedulerError> {
        let _ = since;
        let found = self.find(request.token.as_deref().unwrap_or_default())?;
        Ok(found.map_or(Trace::Nothing, Trace::Job))
    }

    /// Takes up what a client before this one submitted. Where jobs do not outlive their client it is over, and told for no
    /// more than its id. What was not submitted of an array follows once [`Scheduler::parts`] is listened to.
    fn adopt(&self, request: &JobRequest, earlier: &Earlier<'_>) {
        let _ = (request, earlier);
    }

    /// What is to be kept of arrays that do not go in at once, before and after each part of one. Whoever asks for this must
    /// answer, or the parts wait; without anyone they go by themselves.
    fn parts(&self) -> Receiver<PartNotice> {
        crossbeam_channel::never()
    }

    /// Whether all of a job was handed over: of an array, some may wait for room.
    fn is_handed_over(&self, id: JobId) -> bool {
        let _ = id;
        true
    }

    /// What is known of `jobs` now, one status for each, in any order; asked in one go. A job of which nothing is known
    /// has a status without a state.
    ///
    /// # Errors
    /// When the scheduler cannot be asked.
    fn observe(&self, jobs: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError>;

    /// Cancels `jobs`; those that are already over count as cancelled.
    ///
    /// # Errors
    /// When any of them could not be cancelled.
    fn cancel(&self, jobs: &[JobId]) -> Result<(), SchedulerError>;

    /// Ids of jobs of which something happened, most of all that they ended. A hint to look at once: it may be late,
    /// doubled, or never come.
    fn wakeups(&self) -> Receiver<JobId> {
        crossbeam_channel::never()
    }

    /// How long to leave between two looks when nothing is heard.
    fn patience(&self) -> Patience;

    /// Whether jobs go on when this client is gone.
    fn jobs_outlive_client(&self) -> bool;

    /// Whether this job can be handed over to wait there for others ([`JobRequest::after`]), and be left.
    ///
    /// # Errors
    /// Why not.
    fn can_be_left(&self, request: &JobRequest) -> Result<(), SchedulerError>;

    /// How a user cancels jobs by hand, for a message: `scancel 12 13`.
    fn cancel_hint(&self, jobs: &[JobId]) -> Option<String> {
        let _ = jobs;
        None
    }
}

/// A job that a client before this one submitted.
#[derive(Clone, Debug)]
pub struct Earlier<'a> {
    /// Its id.
    pub id: JobId,
    /// It was submitted then, or later.
    pub at: Option<jiff::Timestamp>,
    /// Of an array that did not go in at once: what was handed over.
    pub parts: Option<&'a BTreeMap<u32, Part>>,
    /// Its tasks that are not known to be over.
    pub open: TaskSet,
    /// Those that are known to have completed.
    pub completed: TaskSet,
}

impl Earlier<'_> {
    /// One of which only its id is known.
    #[must_use]
    pub fn of(id: JobId) -> Self {
        Self { id, at: None, parts: None, open: TaskSet::default(), completed: TaskSet::default() }
    }
}

/// A part of an array that was handed over, or was about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its tasks, by the indices of the whole.
    pub tasks: TaskSet,
    /// By how much their indices in the part are less than those.
    pub offset: u32,
    /// Its id, if it is known to have been taken.
    pub id: Option<JobId>,
}

/// What is said to a part that is about to be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It may go.
    Go,
    /// Not now; it may ask again.
    Later,
    /// What it waits for will never be met.
    Never,
}

/// What is to be kept of the parts of an array, which is named by the token that it was submitted with.
#[derive(Clone, Debug)]
pub enum PartNotice {
    /// One is about to be handed over, and waits for the word that this is kept; or that it is not to be.
    Next {
        /// The token of the whole.
        token: String,
        /// Its number, from 0 on.
        number: u32,
        /// What it is.
        part: Part,
        /// Where the word goes.
        word: Sender<Word>,
    },
    /// One was taken.
    Taken {
        /// The token of the whole.
        token: String,
        /// Its number.
        number: u32,
        /// Its id.
        id: JobId,
    },
}

/// What is left of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// The scheduler took it.
    Job(JobId),
    /// It was not taken.
    Nothing,
    /// Nobody can tell: if it was, the job has ended and is forgotten.
    Lost {
        /// Why not.
        reason: String,
        /// What to do about it.
        hint: String,
    },
}

/// Bounds of the pause between two looks at all jobs; it grows from the one to the other while nothing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// After something happened.
    pub least: std::time::Duration,
    /// When nothing has happened for long.
    pub most: std::time::Duration,
}

/// What kind of trouble, as far as a run must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Refused for good: asking again would not help.
    Rejected,
    /// No room or no time just now: ask again later. Nothing was submitted.
    Busy,
    /// Not reached, or not able to answer. Nothing was submitted.
    Unreachable,
    /// The request was sent and the answer was lost: it may have been carried out.
    ReplyLost,
}

/// Why a scheduler did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SchedulerError {
    /// What kind of trouble.
    pub kind: ErrorKind,
    /// What was tried, on what, and the scheduler's own words.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}
