//! A folder of a test's own, and `srunx` started in it with a known environment.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// More than any command here takes, on the slowest machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// What a command came to.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

pub struct Scratch(tempfile::TempDir);

impl Scratch {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with the workflow `w.yaml`.
    pub fn with(workflow: &str) -> Self {
        let scratch = Self::new();
        scratch.write("w.yaml", workflow);
        scratch
    }

    pub fn dir(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of what is in the folder, in order; but for where runs are kept.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != ".local");
        names.sort();
        names
    }

    /// `program` in this folder, with an environment that says nothing of this machine but where programs are, and in
    /// which no libslurm is found.
    pub fn program(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(self.dir()).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.dir());
        command.env("LC_ALL", "C.UTF-8").env("TERM", "xterm").env("COLUMNS", "100");
        command.env("SRUNX_LIBSLURM", "/nonexistent/libslurm.so");
        command
    }

    /// `srunx` with arguments.
    pub fn srunx(&self, args: &[&str]) -> Command {
        let mut command = self.program(srunx());
        command.args(args);
        command
    }

    /// A shell line in which `srunx` is `"$0"`.
    pub fn shell(&self, line: &str) -> Command {
        let mut command = self.program("bash");
        command.args(["-c", line]).arg(srunx());
        command
    }

    /// What `srunx` with arguments comes to.
    pub fn run(&self, args: &[&str]) -> Said {
        said(&mut self.srunx(args))
    }
}

pub fn srunx() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_srunx"))
}

/// Runs a command to its end.
pub fn said(command: &mut Command) -> Said {
    said_with(command, "")
}

/// The same, with what it reads on standard input.
pub fn said_with(command: &mut Command, input: &str) -> Said {
    let mut command = assert_cmd::Command::from_std(std::mem::replace(command, Command::new("true")));
    let Output { status, stdout, stderr } = command.write_stdin(input).timeout(PATIENCE).output().unwrap();
    Said {
        code: status.code(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// Runs a command with its standard output to a file, and gives the exit code and what it says on standard error.
pub fn said_into(command: &mut Command, out: &str) -> (Option<i32>, String) {
    let out = File::options().write(true).create(true).truncate(true).open(out).unwrap();
    let output = command.stdout(out).stderr(Stdio::piped()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether there is such a program; a test that needs it says so and passes where there is not.
pub fn has(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap();
    let found = std::env::split_paths(&paths).any(|dir| dir.join(program).is_file());
    if !found {
        eprintln!("not tested: there is no {program} here");
    }
    found
}
