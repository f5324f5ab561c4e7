//! srunx runs work on Slurm.

#![deny(unsafe_code)]

pub mod engine;
pub mod event;
pub mod job;
pub mod report;
pub mod scheduler;
#[cfg(feature = "slurm")]
pub mod slurm;
pub mod workflow;
