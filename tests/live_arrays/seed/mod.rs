//! Slurm's document "Job Array Support", in its order, a module for each of its headings: what can be tested of every
//! sentence and each example, with srunx's commands.

mod cancelling;
mod control;
mod dependencies;
mod expressions;
mod files;
mod ids;
mod limits;
mod others;
mod queue;
