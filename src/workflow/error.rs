//! Why there is no workflow.

use super::problem::InvalidWorkflow;
use std::io;
use std::path::PathBuf;

/// Why a file gave no workflow.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkflowError {
    /// The file could not be read.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The path names a folder.
    #[error("`{path}` is a folder, not a workflow file", path = path.display())]
    Directory {
        /// Which.
        path: PathBuf,
    },
    /// The file is too large to be a workflow.
    #[error("`{path}` is larger than {mib} MiB", path = path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// How large a file may be.
        mib: u64,
    },
    /// The file holds bytes that are no text.
    #[error("`{path}` is not UTF-8 text (line {line}, column {column})", path = path.display())]
    NotUtf8 {
        /// Which file.
        path: PathBuf,
        /// Where the first such byte is, from 1.
        line: usize,
        /// Where the first such byte is, from 1, in characters.
        column: usize,
    },
    /// The file was read and says something wrong.
    #[error(transparent)]
    Invalid(#[from] InvalidWorkflow),
}

impl WorkflowError {
    /// The whole message as a terminal `width` columns wide shows it: for an invalid workflow every problem with its
    /// line.
    #[must_use]
    pub fn render(&self, color: bool, width: usize) -> String {
        match self {
            Self::Invalid(invalid) => invalid.render(color, width),
            other => InvalidWorkflow::message_alone(other.to_string(), other.hint()).render(color, width),
        }
    }

    /// What to do about it, where that is not part of an invalid workflow's own problems.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotUtf8 { .. } => Some("save it as UTF-8 (`iconv -t utf-8`)".to_owned()),
            _ => None,
        }
    }
}
