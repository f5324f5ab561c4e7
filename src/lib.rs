//! srunx runs work on Slurm. It talks to slurmctld through libslurm, runs none of Slurm's commands, and carries whole
//! YAML workflows from their first submission to their last completion.
//!
//! ```no_run
//! use srunx::WorkflowRunner;
//! use srunx::report::{Slack, Webhook};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let webhook = Webhook::new(&std::env::var("SLACK_WEBHOOK_URL")?)?;
//! let slack = Slack::new(webhook, |trouble| eprintln!("{trouble}"));
//! let results = WorkflowRunner::from_yaml("workflow.yaml")?.listen(slack).run()?;
//! for job in &results.jobs {
//!     println!("{}: {:?} after {:?}", job.name, job.outcome, job.elapsed());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The rooms
//!
//! - [`job`]: what a job is called, what can be asked for it, what can become of it
//! - [`event`]: what happens in a run, and who listens
//! - [`getopt`], [`sbatch`]: arguments as Slurm's commands read them, and every option of sbatch(1)
//! - [`workflow`]: YAML text → checked workflow → scripts and requests
//! - [`engine`]: the loop that runs a workflow on a scheduler
//! - [`scheduler`]: the trait, and its two implementers: Slurm, and processes on this machine
//! - [`slurm`]: the safe layer over libslurm, the only home of `unsafe`
//! - [`report`]: lines, tables, JSON, Slack
//! - [`cli`]: the command line
//!
//! `docs/architecture.md` has the directions between them and why they are so.

#![deny(unsafe_code)]

pub mod cli;
pub mod engine;
pub mod event;
pub mod getopt;
pub mod job;
pub mod journal;
pub mod report;
mod runner;
pub mod sbatch;
pub mod scheduler;
#[cfg(feature = "slurm")]
pub mod slurm;
pub mod workflow;

pub use event::RunOutcome;
pub use runner::{RunError, WorkflowRunner};
