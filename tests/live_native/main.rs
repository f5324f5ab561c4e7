//! Slurm's own commands and srunx's, on the same cluster at the same time: the same text and the same exit code.

#[path = "../live_support/mod.rs"]
mod live_support;

mod comparison;
mod records;
mod report;
mod sacct;
mod scancel;
mod scontrol;
mod sinfo;
mod squeue;
mod twins;
