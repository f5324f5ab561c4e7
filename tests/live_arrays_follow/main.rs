//! Following arrays on clusters of their own: what is told of each task must be what the tasks themselves wrote to disk.

#[path = "../live_support/mod.rs"]
mod live_support;

mod library;
mod retry;
mod truth;
mod watch;
