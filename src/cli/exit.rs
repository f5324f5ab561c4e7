//! The exit codes, as README and `--help` tell them.

use crate::event::RunOutcome;
use std::process::ExitCode;

/// What a command exits with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: every job completed, all are submitted that were to be left, or what was asked for was done.
    Completed,
    /// 1: some job did not complete.
    JobFailed,
    /// 2: the workflow, an option or a folder is wrong; nothing was submitted.
    Invalid,
    /// 3: Slurm could not be used, or stopped answering for too long.
    Unreachable,
    /// 4: the run's events could not be kept, so not all was submitted.
    JournalLost,
    /// 130: the user stopped it.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Completed => 0,
            Exit::JobFailed => 1,
            Exit::Invalid => 2,
            Exit::Unreachable => 3,
            Exit::JournalLost => 4,
            Exit::Interrupted => 130,
        })
    }
}

impl From<RunOutcome> for Exit {
    fn from(outcome: RunOutcome) -> Self {
        match outcome {
            RunOutcome::Completed | RunOutcome::Detached => Self::Completed,
            RunOutcome::Failed => Self::JobFailed,
            RunOutcome::Interrupted => Self::Interrupted,
            RunOutcome::SchedulerUnreachable => Self::Unreachable,
            RunOutcome::JournalLost => Self::JournalLost,
        }
    }
}
