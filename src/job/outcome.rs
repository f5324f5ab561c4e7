//! How a job ended: the one word a run needs of it, and the wait status behind it.

use super::{BaseState, JobState, StateFlags};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a job of a run ended. Only [`Outcome::Completed`] is success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// Exit code 0.
    Completed,
    /// Another exit code, or a signal.
    Failed,
    /// Cancelled, by this run or from outside.
    Cancelled,
    /// Reached its time limit.
    Timeout,
    /// A node failed under it.
    NodeFail,
    /// Preempted and not queued again.
    Preempted,
    /// Its nodes did not boot.
    BootFail,
    /// Reached its deadline.
    Deadline,
    /// Ran out of memory.
    OutOfMemory,
    /// Runs in another cluster of the federation.
    Revoked,
    /// The scheduler refused it; it never was in the queue.
    Rejected,
    /// Never submitted, because of what became of a job that it depends on.
    Skipped,
    /// Nobody knows any more: its record is gone and no accounting remembers it.
    Unknown,
}

impl Outcome {
    /// What a final state means for a run; `None` while the job is not at its end.
    #[must_use]
    pub fn of(state: JobState) -> Option<Self> {
        if !state.is_final() {
            return None;
        }
        Some(match state.base {
            _ if state.flags.any(StateFlags::REVOKED) => Self::Revoked,
            BaseState::Completed => Self::Completed,
            BaseState::Cancelled => Self::Cancelled,
            BaseState::Timeout => Self::Timeout,
            BaseState::NodeFail => Self::NodeFail,
            BaseState::Preempted => Self::Preempted,
            BaseState::BootFail => Self::BootFail,
            BaseState::Deadline => Self::Deadline,
            BaseState::OutOfMemory => Self::OutOfMemory,
            BaseState::Failed => Self::Failed,
            BaseState::Pending | BaseState::Running | BaseState::Suspended | BaseState::Other(_) => {
                return None;
            }
        })
    }

    /// Whether dependents that need success may go.
    #[must_use]
    pub fn is_success(self) -> bool {
        self == Self::Completed
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::Timeout => "TIMEOUT",
            Self::NodeFail => "NODE_FAIL",
            Self::Preempted => "PREEMPTED",
            Self::BootFail => "BOOT_FAIL",
            Self::Deadline => "DEADLINE",
            Self::OutOfMemory => "OUT_OF_MEMORY",
            Self::Revoked => "REVOKED",
            Self::Rejected => "REJECTED",
            Self::Skipped => "SKIPPED",
            Self::Unknown => "UNKNOWN",
        })
    }
}

/// A job's exit code and the signal that ended it, taken from a wait status (`exit_code` of a job record).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExitStatus {
    /// 0 to 255.
    pub code: u8,
    /// 0, or the signal's number.
    pub signal: u8,
}

impl ExitStatus {
    /// Reads a wait status, as waitpid(2) gives it and slurmctld keeps it.
    #[must_use]
    pub fn from_wait(status: u32) -> Self {
        Self { code: ((status >> 8) & 0xff) as u8, signal: (status & 0x7f) as u8 }
    }

    /// Whether the process ended by itself with exit code 0.
    #[must_use]
    pub fn is_success(self) -> bool {
        self == Self::default()
    }
}

/// As Slurm's commands print it: `code:signal`.
impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.code, self.signal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_status_splits_into_code_and_signal() {
        assert_eq!(ExitStatus::from_wait(0x0300), ExitStatus { code: 3, signal: 0 });
        assert_eq!(ExitStatus::from_wait(9), ExitStatus { code: 0, signal: 9 });
        // Bit 7 says that a core was dumped and is no part of the signal.
        assert_eq!(ExitStatus::from_wait(0x8b).signal, 11);
        assert_eq!(ExitStatus::from_wait(0x0f00).to_string(), "15:0");
    }

    #[test]
    fn every_final_state_has_an_outcome_of_the_same_name() {
        for bits in 0..=12 {
            let state = JobState::from_bits(bits);
            match Outcome::of(state) {
                Some(outcome) => assert_eq!(outcome.to_string(), state.to_string()),
                None => assert!(!state.is_final()),
            }
        }
    }
}
