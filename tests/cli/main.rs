//! The command `srunx` as a user runs it, on a machine without Slurm.

mod choice;
mod demo;
mod dry_run;
mod help;
mod invalid;
mod kept;
#[cfg(feature = "slurm")]
mod links;
mod local;
mod output;
mod scratch;
mod slack;
mod stopping;
mod sweep;
mod unreachable;
