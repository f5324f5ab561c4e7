//! The safe layer over libslurm, the only home of `unsafe` in this crate.
//!
//! [`Client`] opens the library that is there, chooses the driver that was compiled for its release, and turns every
//! return code into an [`Error`]. Records are copied into Rust types and freed at once. It knows what a job is and knows
//! no scheduler, engine or screen.

#![allow(unsafe_code)]

pub mod accounting;
mod asked;
mod client;
mod clusters;
mod control;
mod control_habits;
mod controller;
mod description;
mod dialect;
mod driver;
mod environment;
mod error;
mod habits;
mod hosts;
mod job_resources;
mod job_states;
mod job_table;
mod library_log;
mod node_table;
mod partition_table;
mod parts;
mod probe;
mod records;
mod request;
mod reservation_table;
mod sinfo_habits;
mod squeue_habits;
mod step_table;
mod submit;
mod trace;
mod version;

pub use asked::{Submission, check_gres, describe};
pub use client::{Client, ConnectOptions, Push, Waiting};
pub use clusters::Clusters;
pub use control::{Answer, Change, Kill, Killed, Killing, Readiness, Requeue, StepSignal};
pub use control_habits::{ControlHabits, JobTextHabits};
pub use description::{Description, Flag};
pub use environment::{Propagate, umask, whence};
pub use error::{Error, code};
pub use habits::Habits;
pub use hosts::Hosts;
pub use job_resources::{JobResources, NodeResources};
pub use job_states::JobStateRecord;
pub use job_table::{Allocation, Files, GresDetail, JobInfo, JobTable, JobsOf, NodeAllocation, Show, Text};
pub use node_table::{Energy, NodeInfo, NodeTable, NodesOf, ShowNodes, node_state};
pub use partition_table::{PartitionInfo, PartitionTable, partition};
pub use parts::{Part, Parts, offset_of};
pub use records::{AccountedJob, Configuration, JobRecord, Records, Submitted, TaskRecord};
pub(crate) use request::submit_line;
pub use reservation_table::{ReservationInfo, ReservationTable};
pub use sinfo_habits::SinfoHabits;
pub use squeue_habits::{FilePatterns, SqueueHabits};
pub use step_table::{StepFiles, StepInfo, StepTable, StepsOf};
pub use trace::Remembered;

/// The Slurm releases that this build can talk through, oldest first.
#[must_use]
pub fn releases() -> &'static [slurm_sys::Release] {
    slurm_sys::RELEASES
}
