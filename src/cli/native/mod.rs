//! The commands that people know from Slurm: the same arguments, the same output, the same exit codes, asked of slurmctld
//! and slurmdbd through libslurm. One folder a command; here is what they share.

mod data;
mod program;
mod report;
mod sacct;
pub mod sbatch;
mod scancel;
mod scontrol;
mod sinfo;
mod sluid;
mod squeue;
mod step_id;
mod time_text;
mod tres;
mod units;
mod users;

pub use program::Program;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

/// Which of Slurm's commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Sbatch,
    Squeue,
    Status,
    Scancel,
    Scontrol,
    Sinfo,
    Sacct,
    Report,
}

impl Command {
    fn named(name: &OsStr) -> Option<Self> {
        Some(match name.to_str()? {
            "sbatch" | "submit" => Self::Sbatch,
            "squeue" | "list" => Self::Squeue,
            "status" => Self::Status,
            "scancel" | "cancel" => Self::Scancel,
            "scontrol" => Self::Scontrol,
            "sinfo" => Self::Sinfo,
            "sacct" => Self::Sacct,
            "report" => Self::Report,
            _ => return None,
        })
    }
}

/// The command that was asked for and its arguments: `srunx squeue …`, or a link named `squeue` that leads to srunx. They
/// are taken as they are, before clap could find options of its own among them.
pub fn asked(mut arguments: impl Iterator<Item = OsString>) -> Option<(Command, Vec<OsString>)> {
    let program = arguments.next()?;
    if let Some(command) = Path::new(&program).file_name().and_then(Command::named) {
        return Some((command, arguments.collect()));
    }
    let command = Command::named(&arguments.next()?)?;
    Some((command, arguments.collect()))
}

/// Runs it.
pub fn run(command: Command, arguments: Vec<OsString>) -> ExitCode {
    match command {
        Command::Sbatch => sbatch::run(arguments),
        Command::Squeue => squeue::run(arguments),
        Command::Status => squeue::status(arguments),
        Command::Scancel => scancel::run(arguments),
        Command::Scontrol => scontrol::run(arguments),
        Command::Sinfo => sinfo::run(arguments),
        Command::Sacct => sacct::run(arguments),
        Command::Report => report::run(arguments),
    }
}
