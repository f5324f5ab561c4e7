//! The job that `srunx sbatch` makes is the job that native sbatch makes: each case is submitted by both, with the same
//! arguments, files and variables, and everything that slurmctld got and keeps of it is compared. Cases are data, a file
//! a topic; [`both`] submits, [`compare`] judges.
//!
//! Jobs are not run: the partitions are closed meanwhile. What a job finds when it runs is compared in [`runs`].

#[path = "../live_support/mod.rs"]
mod live_support;

mod both;
mod case;
mod compare;
mod controller;
mod record;
mod running;

mod arrays;
mod counts;
mod dependencies;
mod directives;
mod environment;
mod files;
mod foreign;
mod gpus;
mod hetjobs;
mod interface;
mod limits;
mod memory;
mod naming;
mod placing;
mod runs;
mod scripts;
mod sharing;
mod signals;
mod times;
mod variables;
