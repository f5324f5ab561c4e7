//! Runs a workflow on a scheduler and tells what happens.
//!
//! One thread owns the state of a run. Everything that happens to it is an [`Event`](crate::event::Event); the state is
//! nothing but the fold of the run's events ([`State::apply`]), so whoever has the events has the state. What to do
//! next is a pure function of state and workflow ([`next`]). [`Runner::run`] ties them together: it waits for results
//! of submissions, the scheduler's wakeups, the poll's timer and the user's signals, and turns each into events.
//!
//! It drives any [`Scheduler`](crate::scheduler::Scheduler), tells any [`Listener`](crate::event::Listener), and knows
//! neither Slurm nor a screen nor the command line.

mod follow;
mod left;
mod observe;
mod options;
mod outage;
mod outputs;
mod plan;
mod prepare;
mod queue;
mod result;
mod run;
mod selection;
mod state;
mod submit;

pub use left::{can_be_left, news};
pub use options::{Options, Timing};
pub use plan::{Decision, next};
pub use prepare::{PrepareError, prepare};
pub use result::{JobResult, RunResult};
pub use run::{Runner, RunnerError};
pub use selection::Selection;
pub use state::{Again, Attempt, JobEntry, Phase, State};
