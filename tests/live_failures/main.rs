//! What goes wrong between srunx and Slurm, provoked on the private cluster: what is said, what is not lost. Tests take
//! turns, and each leaves the cluster as it was.

#[path = "../live_support/mod.rs"]
mod live_support;

mod broken;

mod connecting;
mod ends;
mod forgotten;
mod kept;
mod library;
mod nodes;
mod outage;
mod room;
mod submitting;
