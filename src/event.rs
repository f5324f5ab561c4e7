//! What happened in a run. Everything that the engine knows of a run is the fold of these.

use crate::job::{ExitStatus, JobId, JobStatus, Outcome, TaskSet};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the events' form; the first event of a run states it.
pub const VERSION: u32 = 1;

/// One run of a workflow, told from every other by its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub String);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that happened, when, and in which run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When the engine learned of it.
    pub at: Timestamp,
    /// Whose run.
    pub run: RunId,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened. `job` is always the job's name in the workflow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// The run begins.
    RunStarted {
        /// [`VERSION`]
        version: u32,
        /// The workflow's name.
        workflow: String,
        /// Its jobs' names, in the file's order.
        jobs: Vec<String>,
        /// `slurm` or `local`.
        scheduler: String,
    },
    /// Another client goes on with the run.
    RunResumed {
        /// The host that it is on.
        host: String,
        /// Its process.
        pid: u32,
    },
    /// Events can no longer be kept: nothing more is submitted.
    JournalLost {
        /// The system's words.
        reason: String,
    },
    /// A job is about to be submitted; nothing was sent yet.
    Submitting {
        /// Which.
        job: String,
        /// The token that its submission carries.
        token: String,
    },
    /// The scheduler took the job.
    Submitted {
        /// Which.
        job: String,
        /// Its id there.
        id: JobId,
        /// Of an array: its tasks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tasks: Option<TaskSet>,
    },
    /// A part of an array is about to be handed over by itself, as there is no room for all of it at once.
    PartSubmitting {
        /// Of which job.
        job: String,
        /// Which part, from 0 on. One that did not go in is followed by another of the same number.
        part: u32,
        /// Its tasks.
        tasks: TaskSet,
        /// By how much their indices there are less than in the whole.
        #[serde(default, skip_serializing_if = "is_zero")]
        offset: u32,
    },
    /// The scheduler took that part.
    PartSubmitted {
        /// Of which job.
        job: String,
        /// Which part.
        part: u32,
        /// Its id there.
        id: JobId,
    },
    /// The scheduler could not take the job just now and it is tried again.
    SubmissionDelayed {
        /// Which.
        job: String,
        /// The scheduler's words.
        reason: String,
    },
    /// Nothing of the job's submission is left: it was not sent after all, or went with the client that it was bound to.
    Withdrawn {
        /// Which.
        job: String,
    },
    /// The scheduler refused the job for good.
    Rejected {
        /// Which.
        job: String,
        /// The scheduler's words.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// Nobody can tell whether the job was submitted: it may have run, and is not submitted again.
    Untraceable {
        /// Which.
        job: String,
        /// Why not.
        reason: String,
        /// What to do about it.
        hint: String,
    },
    /// A job's state, reason, nodes or restart count changed, short of its end.
    Changed {
        /// Which.
        job: String,
        /// What the scheduler says now.
        status: JobStatus,
    },
    /// A job that ran, or had ended, is back in the queue.
    Requeued {
        /// Which.
        job: String,
        /// What the scheduler says now.
        status: JobStatus,
    },
    /// Tasks of an array started.
    TasksStarted {
        /// Of which job.
        job: String,
        /// Which.
        tasks: TaskSet,
    },
    /// Tasks of an array that ran are back in the queue.
    TasksRequeued {
        /// Of which job.
        job: String,
        /// Which.
        tasks: TaskSet,
    },
    /// Tasks of an array reached their end, all alike.
    TasksEnded {
        /// Of which job.
        job: String,
        /// Which.
        tasks: TaskSet,
        /// How.
        outcome: Outcome,
        /// Their exit code and signal.
        exit: ExitStatus,
        /// Slurm's word for it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// A job reached its end; of an array, the last of its tasks did.
    Ended {
        /// Which.
        job: String,
        /// How.
        outcome: Outcome,
        /// What the scheduler said last.
        status: JobStatus,
    },
    /// An attempt of a job ended, and another follows: the job is not at its end.
    AttemptEnded {
        /// Which.
        job: String,
        /// Which attempt, from 1 on.
        attempt: u32,
        /// How many there are at most.
        of: u32,
        /// How it ended; of an array, what the ends of all its tasks come to.
        outcome: Outcome,
        /// What the scheduler said last.
        status: JobStatus,
        /// Of an array: the tasks that are tried again. The others keep their ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tasks: Option<TaskSet>,
        /// The next attempt is not submitted before.
        next: Timestamp,
        /// What it asks for beyond what this one did, as options of sbatch(1): `--mem=2G`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        asks: Vec<String>,
    },
    /// A job will not be submitted, because of another.
    Skipped {
        /// Which.
        job: String,
        /// The job that it depends on and what became of it, `train FAILED`.
        because: String,
    },
    /// A job is not run, and what waits for it takes it as done: its outputs are there, or the user left it out.
    NotNeeded {
        /// Which.
        job: String,
        /// Why not.
        because: String,
    },
    /// The user has jobs run again that were over: what became of them is forgotten.
    Reopened {
        /// Which ones.
        jobs: Vec<String>,
        /// Of arrays, too, that which completed; else its tasks that completed stay so.
        whole: bool,
    },
    /// Nobody knows how a job ended, or tasks of it: this is what is taken for it.
    Assumed {
        /// Which.
        job: String,
        /// How it is taken to have ended.
        outcome: Outcome,
        /// Why so.
        because: String,
    },
    /// The scheduler stopped answering; the run waits for it.
    SchedulerLost {
        /// Its error.
        reason: String,
    },
    /// The scheduler answers again.
    SchedulerBack,
    /// The user asked the run to stop. Jobs under way are left alone.
    Interrupted {
        /// `SIGINT`, `SIGTERM` …
        signal: String,
    },
    /// The run cancels the jobs that are under way.
    Cancelling {
        /// Which ones.
        jobs: Vec<String>,
    },
    /// The run is over, here at least.
    RunEnded {
        /// How.
        outcome: RunOutcome,
    },
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// No job failed: each completed, or was skipped because nothing went wrong (`afternotok`).
    Completed,
    /// Some job did not complete.
    Failed,
    /// The user stopped it before all was done.
    Interrupted,
    /// All that could be submitted is, with what it waits for: the scheduler does the rest. It is not known how it ends.
    Detached,
    /// The scheduler could not be reached for longer than the run was willing to wait. Its jobs go on without it.
    SchedulerUnreachable,
    /// What happens could not be kept any more, so nothing more was submitted. Its jobs go on without it.
    JournalLost,
}

/// Something that listens to a run: a screen, a log, Slack, a program's own callback.
///
/// The engine calls it on its own thread and waits for it, so what may take long (the network) belongs on another
/// thread.
pub trait Listener {
    /// Called with every event, in order.
    fn on_event(&mut self, event: &Event);

    /// Called once, before all else, with what happened before this client: it is known, and not to be told as news.
    fn on_history(&mut self, events: &[Event]) {
        let _ = events;
    }

    /// Called once after the run's last event: what is still under way may be finished now.
    fn finish(&mut self) {}
}

/// Where a run's events are kept so that they outlive this process.
pub trait Journal: Send {
    /// Takes an event in, in order. Trouble is told by the next [`Journal::commit`].
    fn append(&mut self, event: &Event);

    /// Returns when all that was taken in is kept, whatever becomes of this machine.
    ///
    /// # Errors
    /// The system's words, when that is not so.
    fn commit(&mut self) -> Result<(), String>;
}

/// An event as a line of JSON, without its end. A log's path that is not UTF-8 is the only thing that JSON cannot hold: it
/// is told as well as can be.
#[must_use]
pub fn to_json(event: &Event) -> String {
    let readable = || {
        let mut event = event.clone();
        if let EventKind::Changed { status, .. }
        | EventKind::Requeued { status, .. }
        | EventKind::AttemptEnded { status, .. }
        | EventKind::Ended { status, .. } = &mut event.kind
        {
            status.stdout = status.stdout.take().map(|path| path.to_string_lossy().into_owned().into());
        }
        serde_json::to_string(&event)
    };
    serde_json::to_string(event).or_else(|_| readable()).unwrap_or_default()
}

/// A closure is a listener.
impl<F: FnMut(&Event)> Listener for F {
    fn on_event(&mut self, event: &Event) {
        self(event);
    }
}
