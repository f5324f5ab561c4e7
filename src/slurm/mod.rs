//! The safe layer over libslurm, the only home of `unsafe` in this crate.
//!
//! [`Client`] opens the library that is there, chooses the driver that was compiled for its release, and turns every
//! return code into an [`Error`]. Records are copied into Rust types and freed at once. It knows what a job is and knows
//! no scheduler, engine or screen.

#![allow(unsafe_code)]

mod asked;
mod client;
mod controller;
mod description;
mod dialect;
mod driver;
mod environment;
mod error;
mod habits;
mod job_table;
mod library_log;
mod probe;
mod records;
mod request;
mod submit;

pub use asked::{Submission, check_gres, describe};
pub use client::{Client, ConnectOptions, Push, Waiting};
pub use description::{Description, Flag};
pub use environment::{Propagate, umask, whence};
pub use error::{Error, code};
pub use habits::Habits;
pub use job_table::{GresDetail, JobInfo, JobTable, JobsOf, Show, Text};
pub use records::{AccountedJob, Configuration, JobRecord, Submitted};

/// The Slurm releases that this build can talk through, oldest first.
#[must_use]
pub fn releases() -> &'static [slurm_sys::Release] {
    slurm_sys::RELEASES
}
