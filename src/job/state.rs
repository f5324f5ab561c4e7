//! Slurm's job states: one base state and any number of flags beside it.
//!
//! The numbers are those of `enum job_states` and the `JOB_*` flags in `slurm.h`; they are the same in every release
//! from 20.11 to 26.05, and the words are those of `squeue`'s STATE column (squeue(1), JOB STATE CODES).

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a job's record says in its low byte (`JOB_STATE_BASE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BaseState {
    /// Waiting for resources, a dependency, a release …
    Pending,
    /// Has an allocation.
    Running,
    /// Has an allocation, its processes are stopped.
    Suspended,
    /// Ended with exit code 0.
    Completed,
    /// Ended by a user or an administrator.
    Cancelled,
    /// Ended with another exit code, or a signal.
    Failed,
    /// Ended at its time limit.
    Timeout,
    /// Ended because a node failed.
    NodeFail,
    /// Ended by preemption.
    Preempted,
    /// Ended because its nodes did not boot.
    BootFail,
    /// Ended at its deadline.
    Deadline,
    /// Ended because it ran out of memory.
    OutOfMemory,
    /// A number that no release known here uses. Never taken for an end.
    Other(u8),
}

/// The `JOB_*` flags beside the base state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateFlags(pub u32);

impl StateFlags {
    /// `JOB_LAUNCH_FAILED`
    pub const LAUNCH_FAILED: u32 = 1 << 8;
    /// `JOB_REQUEUE`: will be put back into the queue once it has completed.
    pub const REQUEUE: u32 = 1 << 10;
    /// `JOB_REQUEUE_HOLD`: the same, held.
    pub const REQUEUE_HOLD: u32 = 1 << 11;
    /// `JOB_SPECIAL_EXIT`: requeued and held in the special exit state.
    pub const SPECIAL_EXIT: u32 = 1 << 12;
    /// `JOB_RESIZING`
    pub const RESIZING: u32 = 1 << 13;
    /// `JOB_CONFIGURING`: its nodes are booting.
    pub const CONFIGURING: u32 = 1 << 14;
    /// `JOB_COMPLETING`: over, its nodes are being cleaned up.
    pub const COMPLETING: u32 = 1 << 15;
    /// `JOB_STOPPED`: stopped by a signal, keeps its CPUs.
    pub const STOPPED: u32 = 1 << 16;
    /// `JOB_REVOKED`: its sibling in another cluster of the federation started.
    pub const REVOKED: u32 = 1 << 19;
    /// `JOB_REQUEUE_FED`
    pub const REQUEUE_FED: u32 = 1 << 20;
    /// `JOB_RESV_DEL_HOLD`
    pub const RESV_DEL_HOLD: u32 = 1 << 21;
    /// `JOB_SIGNALING`
    pub const SIGNALING: u32 = 1 << 22;
    /// `JOB_STAGE_OUT`: burst buffer data is being staged out.
    pub const STAGE_OUT: u32 = 1 << 23;
    /// `JOB_EXPEDITING` (25.11): about to be requeued at the front of the queue.
    pub const EXPEDITING: u32 = 1 << 24;

    /// Whether any of `flags` is set.
    #[must_use]
    pub fn any(self, flags: u32) -> bool {
        self.0 & flags != 0
    }
}

/// A job's state as its record has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct JobState {
    /// What it is.
    pub base: BaseState,
    /// What is happening to it besides.
    pub flags: StateFlags,
}

impl JobState {
    /// Reads `job_state` of a job record.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        let base = match (bits & 0xff) as u8 {
            0 => BaseState::Pending,
            1 => BaseState::Running,
            2 => BaseState::Suspended,
            3 => BaseState::Completed,
            4 => BaseState::Cancelled,
            5 => BaseState::Failed,
            6 => BaseState::Timeout,
            7 => BaseState::NodeFail,
            8 => BaseState::Preempted,
            9 => BaseState::BootFail,
            10 => BaseState::Deadline,
            11 => BaseState::OutOfMemory,
            other => BaseState::Other(other),
        };
        Self { base, flags: StateFlags(bits & !0xff) }
    }

    /// A state without flags.
    #[must_use]
    pub fn plain(base: BaseState) -> Self {
        Self { base, flags: StateFlags::default() }
    }

    /// Whether the job has reached its end and will not go on by itself: its base state is past SUSPENDED and Slurm is
    /// neither cleaning up after it nor about to queue it again.
    #[must_use]
    pub fn is_final(self) -> bool {
        use StateFlags as F;
        let over = !matches!(
            self.base,
            BaseState::Pending | BaseState::Running | BaseState::Suspended | BaseState::Other(_)
        );
        // A revoked sibling is over here whatever its base state says: the job runs in another cluster.
        let revoked = self.flags.any(F::REVOKED);
        (over || revoked)
            && !self.flags.any(
                F::COMPLETING
                    | F::REQUEUE
                    | F::REQUEUE_HOLD
                    | F::SPECIAL_EXIT
                    | F::REQUEUE_FED
                    | F::EXPEDITING,
            )
    }

    /// Whether the job has been given resources: it runs, is suspended, or is past that.
    #[must_use]
    pub fn has_started(self) -> bool {
        self.base != BaseState::Pending && !matches!(self.base, BaseState::Other(_))
    }
}

/// The word that `squeue` prints: a flag that says what is going on comes before the base state.
impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use StateFlags as F;
        // In the order in which Slurm's own commands look.
        const WORDS: [(u32, &str); 11] = [
            (F::COMPLETING, "COMPLETING"),
            (F::STAGE_OUT, "STAGE_OUT"),
            (F::CONFIGURING, "CONFIGURING"),
            (F::RESIZING, "RESIZING"),
            (F::REQUEUE, "REQUEUED"),
            (F::REQUEUE_FED, "REQUEUE_FED"),
            (F::REQUEUE_HOLD, "REQUEUE_HOLD"),
            (F::SPECIAL_EXIT, "SPECIAL_EXIT"),
            (F::STOPPED, "STOPPED"),
            (F::REVOKED, "REVOKED"),
            (F::RESV_DEL_HOLD, "RESV_DEL_HOLD"),
        ];
        if let Some((_, word)) = WORDS.iter().find(|(flag, _)| self.flags.any(*flag)) {
            return f.write_str(word);
        }
        if self.flags.any(F::SIGNALING) {
            return f.write_str("SIGNALING");
        }
        self.base.fmt(f)
    }
}

impl fmt::Display for BaseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BaseState::Pending => "PENDING",
            BaseState::Running => "RUNNING",
            BaseState::Suspended => "SUSPENDED",
            BaseState::Completed => "COMPLETED",
            BaseState::Cancelled => "CANCELLED",
            BaseState::Failed => "FAILED",
            BaseState::Timeout => "TIMEOUT",
            BaseState::NodeFail => "NODE_FAIL",
            BaseState::Preempted => "PREEMPTED",
            BaseState::BootFail => "BOOT_FAIL",
            BaseState::Deadline => "DEADLINE",
            BaseState::OutOfMemory => "OUT_OF_MEMORY",
            BaseState::Other(number) => return write!(f, "UNKNOWN({number})"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{JobState, StateFlags, StateFlags as F};

    #[test]
    fn only_a_settled_end_is_final() {
        let state = |bits| JobState::from_bits(bits);
        for base in 3..=11 {
            assert!(state(base).is_final(), "{}", state(base));
            for flag in [F::COMPLETING, F::REQUEUE, F::REQUEUE_HOLD, F::SPECIAL_EXIT, F::EXPEDITING] {
                assert!(!state(base | flag).is_final(), "{base} {flag:#x}");
            }
        }
        for base in [0, 1, 2, 12, 255] {
            assert!(!state(base).is_final(), "{}", state(base));
        }
        assert!(state(F::REVOKED).is_final());
    }

    #[test]
    fn words_are_squeues() {
        let word = |bits| JobState::from_bits(bits).to_string();
        assert_eq!(word(0), "PENDING");
        assert_eq!(word(3 | StateFlags::COMPLETING), "COMPLETING");
        assert_eq!(word(1 | StateFlags::CONFIGURING), "CONFIGURING");
        assert_eq!(word(StateFlags::REQUEUE_HOLD), "REQUEUE_HOLD");
        assert_eq!(word(11), "OUT_OF_MEMORY");
        assert_eq!(word(77), "UNKNOWN(77)");
    }
}
