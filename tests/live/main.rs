//! The program as a user runs it, on the private cluster of tests/cluster. Tests run at once; those that break the
//! cluster are in tests/live_failures.

#[path = "../live_support/mod.rs"]
mod live_support;

mod article;
mod choice;
mod command_lines;
mod cut;
mod detached;
mod endings;
mod fan;
mod interrupts;
mod kept;
mod like_sbatch;
mod no_slurm_commands;
mod output;
mod rejected;
mod retry;
mod slack;
mod tasks;
mod waiting;
