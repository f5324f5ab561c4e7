//! The vocabulary: what a job is called, what can be asked for it, what can become of it.
//!
//! Everything here is plain data with its text forms. It knows neither Slurm's library nor a scheduler, an engine or
//! a screen; all of those know it.

mod after;
mod dialect;
pub mod hostlist;
mod outcome;
mod progress;
mod request;
mod state;
pub mod state_words;
mod status;
mod task_set;
mod tasks;
pub mod value;

pub use after::{After, DependencyKind, dependency};
pub use dialect::Dialect;
pub use hostlist::Hostlist;
pub use outcome::{ExitStatus, Outcome};
pub use progress::{TaskEnd, TaskProgress};
pub use request::JobRequest;
pub use state::{BaseState, JobState, StateFlags};
pub use status::JobStatus;
pub use task_set::TaskSet;
pub use tasks::{CHUNK_SIZE, TASK_INDEX_LINE, TASK_OFFSET, TaskGroup, TaskStates};
pub use value::{ArrayTasks, Memory, NodeCount, TimeLimit};

use serde::{Deserialize, Serialize};
use std::fmt;

/// The number a scheduler gave a job: Slurm's job id, or the local scheduler's own count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u32);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
