//! The sinks that listen to a run's events: the lines on a screen and the table at its end, JSON lines for programs,
//! Slack.
//!
//! Each is a [`Listener`](crate::event::Listener) and folds the events by itself. None knows the engine, a scheduler or
//! the command line; what must come from there (how jobs are cancelled by hand, what to do with trouble) is given as a
//! closure.
//!
//! ```
//! use srunx::event::{Event, EventKind, Listener, RunId, VERSION};
//! use srunx::report::{Lines, Style};
//!
//! let mut screen = Vec::new();
//! let mut lines = Lines::new(&mut screen, Style::PLAIN, |_| None);
//! lines.on_event(&Event {
//!     at: "2026-01-02T03:04:05Z".parse()?,
//!     run: RunId("r1".into()),
//!     kind: EventKind::RunStarted {
//!         version: VERSION,
//!         workflow: "test".into(),
//!         jobs: vec!["a".into()],
//!         scheduler: "local".into(),
//!     },
//! });
//! assert_eq!(screen, b">> Starting Workflow test with 1 job\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod array;
mod attempts;
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

pub use attempts::Attempts;
pub use jsonl::JsonLines;
pub use lines::Lines;
pub use log_tail::LogTail;
pub use slack::{Slack, Webhook, WebhookError};
pub use style::{Style, TableLook};

/// A run's jobs so far as a table, and the failures under it.
#[must_use]
pub fn status_text(summary: &Summary, style: Style) -> String {
    closing::text(summary, style)
}

pub use summary::{Row, Standing, Summary};
pub(crate) use text::harmless;
