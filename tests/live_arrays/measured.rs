//! How much memory a command takes.

use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A command that has ended. What it printed stands in files: a million lines would count as this program's memory, and
/// a child begins with what its parent has.
pub struct Measured {
    line: String,
    pub code: Option<i32>,
    pub stdout: PathBuf,
    pub stderr: String,
    /// The most memory that it had at once, KiB.
    pub peak: i64,
    pub took: Duration,
}

impl Measured {
    /// Runs it, with files in `dir`.
    #[expect(clippy::zombie_processes, reason = "wait4 waits for it")]
    pub fn run(mut command: Command, dir: &Path) -> Self {
        let line = crate::live_support::words(&command);
        let [stdout, stderr] = ["stdout", "stderr"].map(|name| dir.join(format!("measured.{name}")));
        command.stdin(Stdio::null());
        command.stdout(File::create(&stdout).unwrap()).stderr(File::create(&stderr).unwrap());
        let start = Instant::now();
        let child = command.spawn().unwrap_or_else(|error| panic!("{line}: {error}"));
        let (status, peak) = wait(child.id());
        let took = start.elapsed();
        let stderr = std::fs::read_to_string(stderr).unwrap();
        Self { line, code: status.code(), stdout, stderr, peak, took }
    }

    /// That it ended with this code, having taken less than 64 MiB.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        let Self { line, peak, took, stderr, .. } = &self;
        println!("{peak} KiB, {took:?}: {line:.100}");
        assert_eq!(self.code, Some(code), "{line}\n{stderr}");
        assert!(*peak < 64 << 10, "{line}: {peak} KiB");
        self
    }

    /// What it printed.
    pub fn text(&self) -> String {
        std::fs::read_to_string(&self.stdout).unwrap()
    }
}

/// Waits for a child that nobody else waits for.
fn wait(pid: u32) -> (ExitStatus, i64) {
    let mut status = 0;
    // SAFETY: rusage is a record of numbers, for which zeros are a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let pid = pid as i32;
    // SAFETY: both pointers are to records of this function that the call may write to.
    let ended = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    assert_eq!(ended, pid, "{}", std::io::Error::last_os_error());
    (ExitStatus::from_raw(status), usage.ru_maxrss)
}
