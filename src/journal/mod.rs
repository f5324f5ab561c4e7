//! What makes a run survive its client: a folder for each run, and in it the run's events, one a line.
//!
//! `$XDG_STATE_HOME/srunx/runs/<run-id>/` (under `~/.local/state` by default) holds `workflow.yaml`, the workflow as it was
//! given; `about.json`, what else is needed to go on with it; `events.jsonl`, which only grows; and, while a client is at
//! it, `lock`. All of it is for its owner alone. It knows events; it knows neither the engine nor a scheduler.

mod about;
mod events;
mod folder;
mod lock;

pub use about::{About, Local};
pub use events::{Events, read};
pub use folder::{RunFolder, Runs};
pub use lock::{Holder, Lock};

use std::io;
use std::path::PathBuf;

/// Why a run's folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Nothing says where runs are to be kept.
    #[error("there is no folder for runs: neither XDG_STATE_HOME nor HOME is set")]
    NoHome,
    /// A file or folder cannot be made, read or written.
    #[error("{what} {}: {source}", path.display())]
    Io {
        /// `cannot write`
        what: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// There is no such run.
    #[error("there is no run {run} in {}", folder.display())]
    NoRun {
        /// As it was asked for.
        run: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// Several runs begin so.
    #[error("{run} may be any of several runs: {}", runs.join(", "))]
    Ambiguous {
        /// As it was asked for.
        run: String,
        /// Their ids.
        runs: Vec<String>,
    },
    /// A file's text is none that srunx writes.
    #[error("{} is damaged{}: {reason}", path.display(), line.map_or(String::new(), |line| format!(" in line {line}")))]
    Damaged {
        /// Which.
        path: PathBuf,
        /// Where, from 1.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// Events of a form that this srunx does not know.
    #[error("{} is of version {version}, and this srunx knows version {} only", path.display(), crate::event::VERSION)]
    Version {
        /// Which.
        path: PathBuf,
        /// What it says.
        version: u32,
    },
    /// Another client is at it.
    #[error("the run is followed by another srunx, {0}")]
    Held(Holder),
}

impl JournalError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoHome => "set XDG_STATE_HOME to a folder that outlives this login",
            Self::Io { .. } => {
                "runs are kept under XDG_STATE_HOME (by default ~/.local/state): it must be writable and have room"
            }
            Self::NoRun { .. } | Self::Ambiguous { .. } => "srunx flow list shows the runs",
            Self::Damaged { .. } | Self::Version { .. } => return None,
            Self::Held(_) => {
                "end that one first (Ctrl-C leaves the jobs alone), or watch it with: srunx flow status"
            }
        })
    }

    fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }
}
