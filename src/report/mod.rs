//! The sinks that listen to a run's events: the lines on a screen and the table at its end, JSON lines for programs,
//! Slack.
//!
//! Each is a [`Listener`](crate::event::Listener) and folds the events by itself. None knows the engine, a scheduler or
//! the command line; what must come from there (how jobs are cancelled by hand, what to do with trouble) is given as a
//! closure.

mod closing;
mod jsonl;
mod lines;
mod log_tail;
mod marks;
mod pending;
mod sink;
mod slack;
mod style;
mod summary;
mod table;
mod text;
mod words;

#[cfg(test)]
mod samples;

pub use jsonl::JsonLines;
pub use lines::Lines;
pub use log_tail::LogTail;
pub use slack::{Slack, Webhook, WebhookError};
pub use style::{Style, TableLook};
pub use summary::{Row, Standing, Summary};
