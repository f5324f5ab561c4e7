//! The text of a workflow file, and how it is read: bounded, UTF-8, with one kind of line break.

use super::WorkflowError;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

/// A range of bytes of a source's text.
pub(super) type Span = Range<usize>;

/// No workflow that a person or a sensible program writes is larger.
const LARGEST: u64 = 16 << 20;

/// A named text, kept to show the lines that an error is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Without control characters, which could do what they like to a terminal.
    pub(super) name: String,
    /// Without byte order mark, lines ended by `\n` alone: columns, and YAML's own folding, count on it.
    pub(super) text: String,
}

impl Source {
    pub(super) fn new(name: &str, text: &str) -> Self {
        let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        Self { name: name.chars().map(shown).collect(), text }
    }

    pub(super) fn read(path: &Path) -> Result<Self, WorkflowError> {
        Ok(Self::new(&path.display().to_string(), &Self::read_text(path)?))
    }

    /// Reads what messages call `path` to its end, but no more than a workflow can be: a pipe may never end, and a file
    /// may grow.
    pub(super) fn take(path: &Path, reader: impl Read) -> Result<Self, WorkflowError> {
        Ok(Self::new(&path.display().to_string(), &Self::take_text(path, reader)?))
    }

    /// The text of a file as it is.
    pub(super) fn read_text(path: &Path) -> Result<String, WorkflowError> {
        let failed = |source: io::Error| WorkflowError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(WorkflowError::Directory { path: path.to_owned() });
        }
        Self::take_text(path, file)
    }

    /// The text of anything that can be read, as it is.
    pub(super) fn take_text(path: &Path, reader: impl Read) -> Result<String, WorkflowError> {
        let failed = |source: io::Error| WorkflowError::Read { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        reader.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > LARGEST {
            return Err(WorkflowError::TooLarge { path: path.to_owned(), mib: LARGEST >> 20 });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(error) => {
                let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = good.iter().filter(|b| **b == b'\n').count() + 1;
                let start = good.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
                let column = String::from_utf8_lossy(&good[start..]).chars().count() + 1;
                Err(WorkflowError::NotUtf8 { path: path.to_owned(), line, column })
            }
        }
    }

    /// Line and column, both from 1, columns in characters.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }

    /// `span` up to the end of its first line, so that what is underlined stays one line.
    pub(super) fn first_line(&self, span: &Span) -> Span {
        let start = span.start.min(self.text.len());
        let end = span.end.clamp(start, self.text.len());
        let line = self.text.get(start..end).unwrap_or_default().lines().next().unwrap_or_default();
        start..start + line.trim_end().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_the_byte_order_mark_are_evened_out() {
        let source = Source::new("w.yaml", "\u{feff}a: 1\r\nb: 2\rc: 3\n");
        assert_eq!(source.text, "a: 1\nb: 2\nc: 3\n");
        assert_eq!(source.position(5), (2, 1));
        assert_eq!(source.position(999), (4, 1));
    }

    #[test]
    fn unreadable_files_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let said = |name: &str| Source::read(&dir.path().join(name)).unwrap_err().to_string();
        let shown = dir.path().display().to_string();

        assert_eq!(
            said("none.yaml"),
            format!("cannot read `{shown}/none.yaml`: No such file or directory (os error 2)")
        );
        assert_eq!(said(""), format!("`{shown}/` is a folder, not a workflow file"));
        std::fs::write(dir.path().join("latin1.yaml"), b"name: a\njobs: caf\xe9\n").unwrap();
        assert_eq!(
            said("latin1.yaml"),
            format!("`{shown}/latin1.yaml` is not UTF-8 text (line 2, column 10)")
        );
        File::create(dir.path().join("big.yaml")).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(said("big.yaml"), format!("`{shown}/big.yaml` is larger than 16 MiB"));
    }
}
