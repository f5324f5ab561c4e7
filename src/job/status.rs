//! What a scheduler says of a job at one moment.

use super::{ExitStatus, JobId, JobState, TaskStates};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One observation of one job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobStatus {
    /// Which job.
    pub id: JobId,
    /// Its state. `None`: the scheduler has no record of it and no accounting remembers it, so nothing is known;
    /// that is never an end with success.
    pub state: Option<JobState>,
    /// Meaningful once the job has ended.
    pub exit: ExitStatus,
    /// Slurm's word for why it waits or how it ended, `Resources`, `NonZeroExitCode` …; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The nodes it has, as a host list expression; empty while it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nodes: String,
    /// How often it was queued again (`Restarts`).
    #[serde(default)]
    pub restarts: u32,
    /// When it started (last), if it did.
    pub started: Option<Timestamp>,
    /// When it ended, if it did.
    pub ended: Option<Timestamp>,
    /// Where its standard output goes.
    pub stdout: Option<PathBuf>,
    /// Of an array: what is said of each of its tasks. The state above is then the whole array's: running while a task runs,
    /// and at its end when all are. It is not kept in events, which tell of tasks by themselves.
    #[serde(skip)]
    pub tasks: Option<TaskStates>,
}

impl JobStatus {
    /// A status that says only that nothing is known.
    #[must_use]
    pub fn unknown(id: JobId) -> Self {
        Self {
            id,
            state: None,
            exit: ExitStatus::default(),
            reason: String::new(),
            nodes: String::new(),
            restarts: 0,
            started: None,
            ended: None,
            stdout: None,
            tasks: None,
        }
    }
}
