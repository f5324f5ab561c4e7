//! The last lines of a job's log, fit to be shown.

use super::text::harmless;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// How much of a log's end is read.
const MOST_BYTES: u64 = 8 * 1024;
/// How much of one line is shown.
const MOST_CHARS: usize = 400;

/// The end of a log, or why there is none to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTail {
    /// Its last lines, harmless to a screen.
    Lines(Vec<String>),
    /// It is empty.
    Empty,
    /// There is no such file, as far as this machine sees.
    Missing,
    /// It is a device, a pipe, a folder: nothing that has last lines.
    NotAFile,
    /// It cannot be read.
    Unreadable(String),
}

impl LogTail {
    /// Reads at most the last `count` lines of the log at `path`, without loading all of it.
    #[must_use]
    pub fn read(path: &Path, count: usize, unicode: bool) -> Self {
        match read_end(path) {
            Ok(None) => Self::NotAFile,
            Ok(Some((bytes, whole))) => Self::of(&bytes, whole, count, unicode),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::Missing,
            Err(error) => Self::Unreadable(error.to_string()),
        }
    }

    fn of(bytes: &[u8], whole: bool, count: usize, unicode: bool) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_end();
        let mut lines: Vec<&str> = text.split('\n').collect();
        // The first is a part of a line, unless the file begins there; a single long line is better cut than lost.
        if !whole && lines.len() > 1 {
            lines.remove(0);
        }
        let first = lines.len().saturating_sub(count);
        let shown: Vec<String> = lines[first..].iter().map(|line| plain_line(line, unicode)).collect();
        if shown.iter().all(String::is_empty) { Self::Empty } else { Self::Lines(shown) }
    }

    /// Why there are no lines, in words; none when there are.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        match self {
            Self::Lines(_) => None,
            Self::Empty => Some("the log is empty".to_owned()),
            Self::Missing => Some(
                "no log is seen there from this host: it was not made, is on another machine's disk, or is late on a network file system"
                    .to_owned(),
            ),
            Self::NotAFile => Some("the log is not a regular file".to_owned()),
            Self::Unreadable(why) => Some(format!("the log cannot be read: {why}")),
        }
    }
}

/// The end of a regular file, and whether that is all of it.
fn read_end(path: &Path) -> io::Result<Option<(Vec<u8>, bool)>> {
    let mut file = match open(path) {
        // A network file system may remember for a while that there was no such file; opening its folder makes it ask.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let _ = path.parent().map(fs::read_dir);
            open(path)?
        }
        opened => opened?,
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(None);
    }
    let start = metadata.len().saturating_sub(MOST_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(Some((bytes, start == 0)))
}

/// A pipe that nobody writes to must not hold the run up.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

/// One line as a terminal would have left it on the screen: without escape sequences, and of a progress bar that
/// returns to the line's beginning only the last state.
fn plain_line(line: &str, unicode: bool) -> String {
    let line = strip_sequences(line);
    let line = line.trim_end();
    let line = line.rsplit('\r').next().unwrap_or_default().replace('\t', "    ");
    let mut shown = harmless(&line, unicode).into_owned();
    if let Some((cut, _)) = shown.char_indices().nth(MOST_CHARS) {
        shown.truncate(cut);
        shown.push_str(if unicode { "…" } else { "..." });
    }
    shown
}

/// Leaves out terminal escape sequences (ECMA-48): CSI up to its final byte, OSC and its like up to BEL or ST, and the
/// two-character ones.
fn strip_sequences(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\x1b' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('[') => while chars.next().is_some_and(|c| !('\x40'..='\x7e').contains(&c)) {},
            Some(']' | 'P' | 'X' | '^' | '_') => {
                while let Some(c) = chars.next() {
                    if c == '\x07' || (c == '\x1b' && chars.next_if_eq(&'\\').is_some()) {
                        break;
                    }
                }
            }
            // `ESC ( B` and its like have intermediate bytes before the final one.
            Some(' '..='/') => while chars.next().is_some_and(|c| (' '..='/').contains(&c)) {},
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(text: &[u8]) -> LogTail {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        LogTail::read(file.path(), 10, true)
    }

    fn lines(text: &[u8]) -> Vec<String> {
        match tail(text) {
            LogTail::Lines(lines) => lines,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_last_lines_of_a_long_log() {
        let text: String = (0..5000).map(|n| format!("line {n}\n")).collect();
        let lines = lines(text.as_bytes());
        assert_eq!(lines.len(), 10);
        assert_eq!((lines[0].as_str(), lines[9].as_str()), ("line 4990", "line 4999"));
    }

    #[test]
    fn a_part_of_a_line_is_not_shown_as_a_line() {
        let long = format!("{}\nshort\n", "x".repeat(9000));
        assert_eq!(lines(long.as_bytes()), ["short"]);
        let single = lines("y".repeat(9000).as_bytes());
        assert_eq!(single.len(), 1);
        assert!(single[0].ends_with("y…"));
    }

    #[test]
    fn nothing_in_a_log_reaches_the_terminal_as_a_command() {
        assert_eq!(lines(b"\x1b[31mred\x1b[0m \x1b]0;title\x07ok\x1b(B!"), ["red ok!"]);
        assert_eq!(lines(b"\x1b]8;;http://x\x1b\\link"), ["link"]);
        assert_eq!(lines(b"10%\r50%\r100%\r\nbell\x07 \x08\xff"), ["100%", "bell\\x07 \\x08\u{fffd}"]);
        assert_eq!(lines(b"a\tb"), ["a    b"]);
    }

    #[test]
    fn why_there_is_nothing_is_said() {
        assert_eq!(tail(b""), LogTail::Empty);
        assert_eq!(tail(b"\n\n  \n"), LogTail::Empty);
        assert_eq!(LogTail::read(Path::new("/nowhere/at/all"), 10, true), LogTail::Missing);
        assert_eq!(LogTail::read(Path::new("/dev/null"), 10, true), LogTail::NotAFile);
        assert_eq!(LogTail::read(Path::new("/"), 10, true), LogTail::NotAFile);
        let looped = tempfile::tempdir().unwrap();
        let path = looped.path().join("log");
        std::os::unix::fs::symlink(&path, &path).unwrap();
        assert!(matches!(LogTail::read(&path, 10, true), LogTail::Unreadable(_)));
        assert!(LogTail::Missing.trouble().is_some_and(|words| words.contains("network file system")));
    }
}
