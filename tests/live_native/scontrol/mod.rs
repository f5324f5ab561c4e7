//! `scontrol` on jobs, on clusters whose jobs are in every state that can be brought about.

mod actions;
mod jobs;
mod show;
mod update;
