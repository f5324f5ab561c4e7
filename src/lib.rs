//! srunx runs work on Slurm.

#![deny(unsafe_code)]

pub mod engine;
pub mod event;
pub mod job;
pub mod scheduler;
pub mod workflow;
