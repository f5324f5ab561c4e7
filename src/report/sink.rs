//! A writer that a run never fails for.

use std::io::{self, Write};

/// Writes until writing fails, then is silent: a reader that went away (`srunx … | head`) or a full disk must not end a
/// run.
#[derive(Debug)]
pub(super) struct Sink<W> {
    out: W,
    error: Option<io::Error>,
}

impl<W: Write> Sink<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, error: None }
    }

    /// Writes `text` at once.
    pub(super) fn write(&mut self, text: &str) {
        if self.error.is_none() {
            let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
            self.error = written.err();
        }
    }

    /// What ended the writing, if it was more than a reader that went away.
    pub(super) fn error(&self) -> Option<&io::Error> {
        self.error.as_ref().filter(|error| error.kind() != io::ErrorKind::BrokenPipe)
    }

    #[cfg(test)]
    pub(super) fn into_inner(self) -> W {
        self.out
    }
}
