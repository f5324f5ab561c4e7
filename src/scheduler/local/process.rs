//! A job's processes: one process group, from its start to its last member's end.

use crate::job::{ExitStatus, JobId, JobRequest};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The program that a script's first line names, and its one argument, read as the kernel reads them.
pub(super) fn interpreter(script: &str) -> Option<(&str, Option<&str>)> {
    let line = script.strip_prefix("#!")?.lines().next()?.trim_matches([' ', '\t']);
    let (program, argument) = match line.split_once([' ', '\t']) {
        Some((program, rest)) => (program, Some(rest.trim_start_matches([' ', '\t']))),
        None => (line, None),
    };
    (!program.is_empty()).then_some((program, argument))
}

/// All that is needed to start a job.
pub(super) struct Launch<'a> {
    pub(super) dir: &'a Path,
    pub(super) id: JobId,
    pub(super) request: &'a JobRequest,
    pub(super) environment: BTreeMap<OsString, OsString>,
    pub(super) stdout: &'a Path,
    pub(super) stderr: Option<&'a Path>,
}

impl Launch<'_> {
    /// Starts the job's script in a process group of its own. The interpreter is started, not the script: the folder
    /// of scripts may be one from which nothing can be executed.
    pub(super) fn start(self) -> io::Result<Process> {
        let request = self.request;
        let dir = dir_of(self.dir, self.id);
        DirBuilder::new().mode(0o700).create(&dir)?;
        let script = dir.join("slurm_script");
        fs::write(&script, &request.script)?;
        let Some((program, argument)) = interpreter(&request.script) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let stdout = File::create(self.stdout).map_err(|error| at(self.stdout, &error))?;
        let stderr = match self.stderr {
            Some(path) if path != self.stdout => File::create(path).map_err(|error| at(path, &error))?,
            _ => stdout.try_clone()?,
        };
        fs::metadata(&request.work_dir).map_err(|error| at(&request.work_dir, &error))?;
        let mut command = Command::new(program);
        command.args(argument).arg(&script).args(request.argv.iter().skip(1));
        command.env_clear().envs(self.environment.iter().filter(|(name, _)| is_name(name)));
        command.current_dir(&request.work_dir).process_group(0);
        command.stdin(Stdio::null()).stdout(stdout).stderr(stderr);
        let child = command.spawn().map_err(|error| at(Path::new(program), &error))?;
        Process::new(child)
    }
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn is_name(name: &OsStr) -> bool {
    !name.is_empty() && !name.as_bytes().contains(&b'=')
}

/// Where a job's script lies.
pub(super) fn dir_of(dir: &Path, id: JobId) -> PathBuf {
    dir.join(format!("job{id:05}"))
}

/// A job's script as it runs.
pub(super) struct Process {
    child: Child,
    group: Pid,
}

impl Process {
    fn new(mut child: Child) -> io::Result<Self> {
        match i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            Some(group) => Ok(Self { child, group }),
            None => {
                child.kill()?;
                Err(io::ErrorKind::Other.into())
            }
        }
    }

    /// Its process group, that has the number of the script's process.
    pub(super) fn group(&self) -> Pid {
        self.group
    }

    /// Calls `then` on another thread when the script has ended, before anyone else could be given its number.
    pub(super) fn watch(self, then: impl FnOnce(Self) + Send + 'static) -> io::Result<()> {
        let group = self.group;
        let work = move || {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while let Err(rustix::io::Errno::INTR) = rustix::process::waitid(WaitId::Pid(group), options) {}
            then(self);
        };
        let spawned = thread::Builder::new().name("job".into()).spawn(work);
        spawned.map(drop).inspect_err(|_| signal(group, Signal::KILL))
    }

    /// How the script ended.
    pub(super) fn reap(&mut self) -> ExitStatus {
        match self.child.wait() {
            Ok(status) => ExitStatus::from_wait(status.into_raw().cast_unsigned()),
            Err(_) => ExitStatus { code: 1, signal: 0 },
        }
    }
}

/// Signals a whole group; one that is gone is left alone.
pub(super) fn signal(group: Pid, signal: Signal) {
    let _ = rustix::process::kill_process_group(group, signal);
}

/// Waits until a group has no members any more, or for `patience`.
pub(super) fn wait_until_empty(group: Pid, patience: Duration) {
    let end = Instant::now() + patience;
    let mut pause = Duration::from_micros(200);
    while rustix::process::test_kill_process_group(group).is_ok() && lives(group) && Instant::now() < end {
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Whether a group has a member that is no zombie: where process 1 waits for nobody, zombies stay for ever.
fn lives(group: Pid) -> bool {
    let number = group.as_raw_nonzero().to_string();
    let member = |stat: String| {
        // pid (name) state parent group …; a name may hold anything.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ');
        let state = fields.next()?;
        Some(fields.nth(1)? == number && !matches!(state, "Z" | "X"))
    };
    let Ok(processes) = fs::read_dir("/proc") else { return true };
    let mut stats =
        processes.flatten().filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.any(|stat| member(stat).unwrap_or(false))
}

/// Slurm's reason for a job that a signal ended, `RaisedSignal:9(Killed)`.
pub(super) fn raised(signal: u8) -> String {
    const WORDS: [&str; 31] = [
        "Hangup",
        "Interrupt",
        "Quit",
        "Illegal instruction",
        "Trace/breakpoint trap",
        "Aborted",
        "Bus error",
        "Floating point exception",
        "Killed",
        "User defined signal 1",
        "Segmentation fault",
        "User defined signal 2",
        "Broken pipe",
        "Alarm clock",
        "Terminated",
        "Stack fault",
        "Child exited",
        "Continued",
        "Stopped (signal)",
        "Stopped",
        "Stopped (tty input)",
        "Stopped (tty output)",
        "Urgent I/O condition",
        "CPU time limit exceeded",
        "File size limit exceeded",
        "Virtual timer expired",
        "Profiling timer expired",
        "Window changed",
        "I/O possible",
        "Power failure",
        "Bad system call",
    ];
    let word = WORDS.get(usize::from(signal).wrapping_sub(1)).copied().unwrap_or("Unknown signal");
    format!("RaisedSignal:{signal}({word})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_as_the_kernel_reads_them() {
        assert_eq!(interpreter("#!/bin/sh\ntrue\n"), Some(("/bin/sh", None)));
        assert_eq!(interpreter("#! /bin/bash -eu -x \n"), Some(("/bin/bash", Some("-eu -x"))));
        assert_eq!(interpreter("#!\ntrue"), None);
        assert_eq!(interpreter("true"), None);
        assert_eq!(interpreter(""), None);
    }

    #[test]
    fn signals_have_names() {
        assert_eq!(raised(9), "RaisedSignal:9(Killed)");
        assert_eq!(raised(11), "RaisedSignal:11(Segmentation fault)");
        assert_eq!(raised(64), "RaisedSignal:64(Unknown signal)");
    }
}
