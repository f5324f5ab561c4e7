//! libslurm logs to the C stream `stderr`, which would spoil whatever is on the screen. The stream is pointed at a pipe;
//! what stands in the pipe when a call has failed belongs to its error.
//!
//! Rust's own standard error is the file descriptor 2 and is not touched. `stderr` being a variable that a program may
//! set is documented by glibc ("Standard Streams"), the C library of all hosts that libslurm is packaged for.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{FromRawFd, OwnedFd};
use std::sync::{Mutex, OnceLock, PoisonError};

static LOG: OnceLock<Option<Mutex<File>>> = OnceLock::new();

/// In whose name the last words are said, where it is not the library's own.
static PROGRAM: OnceLock<&str> = OnceLock::new();

/// The most that is kept of what the library said before one error.
const LINES: usize = 8;

/// Points the stream at a pipe, once. Where that cannot be done the library's words go where they went before.
pub(super) fn capture() {
    LOG.get_or_init(|| redirect().map(Mutex::new));
}

/// As [`capture`], with the last words of a process that the library ends said in the name of `program`.
pub(super) fn capture_as(program: &'static str) {
    let _ = PROGRAM.set(program);
    capture();
}

/// What the library has said since it was last asked, cleaned of its own prefixes.
pub(super) fn take() -> Vec<String> {
    let Some(Some(log)) = LOG.get() else { return Vec::new() };
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let mut bytes = Vec::new();
    // The reading end does not block: this ends with what is there.
    let _ = log.read_to_end(&mut bytes);
    lines(&bytes)
}

/// A log as lines fit for an error: without the prefix that names the program, the last few only.
pub(super) fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
        })
        .map(|line| without_own_name(without_program(&line)).to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    lines.dedup();
    lines.drain(..lines.len().saturating_sub(LINES));
    lines
}

/// Without this process's own name before a line that is neither an error nor fatal.
fn without_own_name(line: &str) -> &str {
    static NAME: OnceLock<String> = OnceLock::new();
    let name = NAME.get_or_init(|| {
        let program = std::env::args_os().next().unwrap_or_default();
        let name = std::path::Path::new(&program).file_name().unwrap_or_default();
        format!("{}: ", name.to_string_lossy())
    });
    line.strip_prefix(name.as_str()).unwrap_or(line)
}

/// The library puts the program's name before `error: `, and at times both before nothing else of use.
fn without_program(line: &str) -> &str {
    match line.split_once(": ") {
        Some((program, rest))
            if !program.contains(' ') && (rest.starts_with("error: ") || rest.starts_with("fatal: ")) =>
        {
            rest
        }
        _ => line,
    }
}

#[cfg(target_env = "gnu")]
fn redirect() -> Option<File> {
    unsafe extern "C" {
        static mut stderr: *mut libc::FILE;
    }
    let mut ends = [0; 2];
    // SAFETY: pipe2 fills two descriptors, which are owned from here on; fdopen takes the writing one over. The stream is
    // stored before libslurm has been initialised, so nothing is writing to the old one through it.
    let (reading, writing) = unsafe {
        if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC | libc::O_NONBLOCK) != 0 {
            return None;
        }
        (OwnedFd::from_raw_fd(ends[0]), ends[1])
    };
    // SAFETY: as above. Unbuffered, so that each message is in the pipe when the call returns; a full pipe drops what
    // does not fit, as both ends do not block.
    unsafe {
        let stream = libc::fdopen(writing, c"w".as_ptr());
        if stream.is_null() {
            libc::close(writing);
            return None;
        }
        libc::setvbuf(stream, std::ptr::null_mut(), libc::_IOLBF, 4096);
        stderr = stream;
        libc::atexit(last_words);
    }
    Some(File::from(reading))
}

#[cfg(not(target_env = "gnu"))]
fn redirect() -> Option<File> {
    None
}

/// The library may end the process, and then what it said is all that tells why.
#[cfg(target_env = "gnu")]
extern "C" fn last_words() {
    let program = PROGRAM.get();
    for line in take().iter().filter(|line| program.is_some() || line.contains("fatal:")) {
        let _ = writeln!(std::io::stderr(), "{}: {line}", program.unwrap_or(&"libslurm"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_count_and_repeats_do_not() {
        let text: String = (0..20).map(|n| format!("line {n}\nline {n}\n\n")).collect();
        let lines = lines(text.as_bytes());
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines.last().map(String::as_str), Some("line 19"));
        assert_eq!(super::lines(b"srunx: error: no such thing: x"), ["error: no such thing: x"]);
        assert_eq!(super::lines(b"a\x1b[2Jb\n\xff"), ["a [2Jb", "\u{fffd}"]);
    }
}
