//! Trying libslurm in a child process first: it ends the process where it does not like the configuration, and it may
//! take a minute to find that out.

use super::driver::{Driver, Failure};
use super::error::{Error, code};
use super::library_log;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};

/// What a probe found: the library initialises, and slurmctld answered or why not.
pub(super) struct Found {
    pub ping: Result<(), Failure>,
    pub log: Vec<String>,
}

const INITIALISED: u8 = b'i';

/// Initialises the library and pings slurmctld in a child of its own.
///
/// # Errors
/// When the library does not initialise, or not within `limit`.
pub(super) fn probe(driver: &dyn Driver, limit: Duration) -> Result<Found, Error> {
    let (report_in, report_out) = pipe()?;
    let (log_in, log_out) = pipe()?;
    // SAFETY: the child calls the library and write(2) and ends with _exit. The caller sees to it that no other thread
    // holds a lock that the library needs (see `Client::connect`).
    let child = unsafe { libc::fork() };
    match child {
        -1 => Err(failed("fork")),
        0 => in_child(driver, report_out.as_raw_fd(), log_out.as_raw_fd()),
        child => {
            drop((report_out, log_out));
            let outcome = in_parent(report_in, log_in, limit);
            // SAFETY: `child` is this process's own child and not yet waited for.
            unsafe {
                libc::kill(child, libc::SIGKILL);
                libc::waitpid(child, std::ptr::null_mut(), 0);
            }
            outcome
        }
    }
}

fn in_child(driver: &dyn Driver, report: RawFd, log: RawFd) -> ! {
    let say = |bytes: &[u8]| {
        // SAFETY: `bytes` outlives the call.
        unsafe { libc::write(report, bytes.as_ptr().cast(), bytes.len()) };
    };
    // SAFETY: both descriptors are open.
    unsafe { libc::dup2(log, 2) };
    driver.init();
    say(&[INITIALISED]);
    let code = match driver.ping(0) {
        // This is all that a ping says where munge is down; other calls say which it is.
        Err(Failure { code: code::CONTROLLER_SEND, .. }) => driver.configuration().map(drop),
        answer => answer,
    };
    let code = code.err().map_or(0, |failure| failure.code);
    say(&code.to_ne_bytes());
    // SAFETY: ends the child without running what the parent registered with atexit(3).
    unsafe { libc::_exit(0) }
}

fn in_parent(report: OwnedFd, log: OwnedFd, limit: Duration) -> Result<Found, Error> {
    let deadline = Instant::now() + limit;
    let (mut report, mut log) = (Reader::of(report), Reader::of(log));
    let ended = loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break false;
        }
        // The report is complete, or the child is gone.
        if report.bytes.len() == 5 || report.closed {
            break true;
        }
        let mut polled = [report.poll(), log.poll()];
        // SAFETY: `polled` outlives the call.
        let ready = unsafe { libc::poll(polled.as_mut_ptr(), 2, left.as_millis().min(1000) as i32 + 1) };
        if ready > 0 {
            for (reader, polled) in [&mut report, &mut log].into_iter().zip(polled) {
                if polled.revents != 0 {
                    reader.read();
                }
            }
        }
    };
    log.read();
    let words = library_log::lines(&log.bytes);
    match report.bytes.as_slice() {
        [INITIALISED, code @ ..] => {
            let code = match <[u8; 4]>::try_from(code) {
                Ok(code) => i32::from_ne_bytes(code),
                // It initialised and is still waiting for slurmctld: that is slurmctld's silence.
                Err(_) => code::CONTROLLER_CONNECTION,
            };
            let ping = if code == 0 { Ok(()) } else { Err(Failure { call: "slurm_ping", code }) };
            Ok(Found { ping, log: words })
        }
        _ if ended => Err(Error::Configuration { log: words }),
        _ => Err(Error::ProbeTimedOut { limit, log: words }),
    }
}

/// One end of a pipe and what has come out of it.
struct Reader {
    file: File,
    bytes: Vec<u8>,
    closed: bool,
}

impl Reader {
    fn of(end: OwnedFd) -> Self {
        Self { file: File::from(end), bytes: Vec::new(), closed: false }
    }

    fn poll(&self) -> libc::pollfd {
        // A negative descriptor is passed over.
        let fd = if self.closed { -1 } else { self.file.as_raw_fd() };
        libc::pollfd { fd, events: libc::POLLIN, revents: 0 }
    }

    /// Takes what is there; the pipe does not block.
    fn read(&mut self) {
        let mut buffer = [0; 4096];
        loop {
            match self.file.read(&mut buffer) {
                Ok(0) => {
                    self.closed = true;
                    break;
                }
                Ok(count) => self.bytes.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
    }
}

fn pipe() -> Result<(OwnedFd, OwnedFd), Error> {
    let mut ends = [0; 2];
    // SAFETY: pipe2 fills two descriptors, which are owned from here on; only the reading end must not block.
    unsafe {
        if libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) != 0 {
            return Err(failed("pipe"));
        }
        libc::fcntl(ends[0], libc::F_SETFL, libc::O_NONBLOCK);
        Ok((OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])))
    }
}

fn failed(call: &str) -> Error {
    Error::Probe(format!("{call}: {}", std::io::Error::last_os_error()))
}
