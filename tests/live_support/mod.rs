//! What the live tests share: the private cluster, folders that its jobs can see, and srunx as a child process.

#![allow(dead_code, missing_docs)]

pub mod cluster;
pub mod kept;
pub mod process;

pub use cluster::Cluster;
pub use process::{Done, Process};

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine: what takes longer hangs.
pub const LIMIT: Duration = Duration::from_secs(180);

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program under test: this build's, or the one that `SRUNX_BIN` names.
pub fn srunx() -> PathBuf {
    env::var_os("SRUNX_BIN").map_or_else(|| env!("CARGO_BIN_EXE_srunx").into(), PathBuf::from)
}

/// Asks again and again until there is an answer.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < LIMIT, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A folder of a test's own that the cluster's jobs see too. It stays when the test fails.
pub struct Scratch(Option<tempfile::TempDir>);

impl Scratch {
    pub fn new(name: &str) -> Self {
        let all = repository().join("target/live-tests");
        fs::create_dir_all(&all).unwrap();
        let dir = tempfile::Builder::new().prefix(&format!("{name}-")).tempdir_in(all).unwrap();
        Self(Some(dir))
    }

    pub fn path(&self) -> &Path {
        self.0.as_ref().unwrap().path()
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        let path = self.path().join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    /// Waits until a job has made that file.
    pub fn wait_for(&self, name: &str) {
        until(&format!("{name} is there"), || self.exists(name).then_some(()));
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let kept = self.0.take().unwrap().keep();
            eprintln!("kept for a look: {}", kept.display());
        }
    }
}

/// A workflow in a folder of its own, on a cluster.
pub struct Flow<'a> {
    pub dir: Scratch,
    pub cluster: &'a Cluster,
}

impl Flow<'static> {
    /// On the cluster that all tests share. `jobs` is what stands under `jobs:`.
    pub fn new(name: &str, jobs: &str) -> Self {
        Self::on(Cluster::shared(), name, jobs)
    }
}

impl<'a> Flow<'a> {
    pub fn on(cluster: &'a Cluster, name: &str, jobs: &str) -> Self {
        let dir = Scratch::new(name);
        dir.write("flow.yaml", &format!("name: {name}\njobs:\n{jobs}"));
        Self { dir, cluster }
    }

    /// `srunx flow run flow.yaml`, with more options; not started yet.
    pub fn command(&self, options: &[&str]) -> Command {
        let mut command = self.cluster.command(srunx());
        command.args(["flow", "run", "flow.yaml"]).args(options).current_dir(self.dir.path());
        command
    }

    pub fn start(&self, options: &[&str]) -> Process {
        Process::start(self.command(options))
    }

    /// Runs it to its end.
    pub fn run(&self, options: &[&str]) -> Done {
        self.start(options).wait()
    }

    /// The log of a job that has no `log_dir`.
    pub fn log(&self, id: u32) -> String {
        self.dir.read(&format!("slurm-{id}.out"))
    }
}

/// The words of a command line, for a message.
pub fn words(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
