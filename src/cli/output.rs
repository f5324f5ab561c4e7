//! Standard output: whoever does not want to read on may go away, and what cannot be written for another reason is told.

use super::args::Color;
use super::exit::Exit;
use super::message;
use std::io::{self, ErrorKind, Write};

/// Standard output of a run, which goes on when writing fails; the first failure is told.
pub struct Output {
    color: Color,
    told: bool,
}

impl Output {
    pub fn new(color: Color) -> Self {
        Self { color, told: false }
    }

    fn told<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| {
            if !is_harmless(error) && !self.told {
                self.told = true;
                message::warning(
                    self.color,
                    &format!("standard output cannot be written, so the run goes on unseen: {error}"),
                );
            }
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = io::stdout().write(bytes);
        self.told(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = io::stdout().flush();
        self.told(result)
    }
}

/// The exit code of a command of which the output is all.
pub fn written(result: io::Result<()>, color: Color) -> Exit {
    match result {
        Err(error) if !is_harmless(&error) => {
            message::error(color, &format!("standard output cannot be written: {error}"), None);
            Exit::Invalid
        }
        _ => Exit::Completed,
    }
}

/// Interrupted writes are repeated; a reader that goes away has read enough.
fn is_harmless(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::Interrupted)
}
