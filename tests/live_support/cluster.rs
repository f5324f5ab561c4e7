//! The private cluster of tests/cluster, and Slurm's own commands on it.

use super::{Process, repository, until, words};
use std::collections::HashMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

pub struct Cluster {
    pub dir: PathBuf,
    pub conf: PathBuf,
}

impl Cluster {
    /// The one that tests/run started: in `SRUNX_CLUSTER_DIR`, or target/test-cluster.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            let dir = env::var_os("SRUNX_CLUSTER_DIR")
                .map_or_else(|| repository().join("target/test-cluster"), PathBuf::from);
            Self::at(dir)
        })
    }

    /// The one that runs in `dir`.
    pub fn at(dir: PathBuf) -> Self {
        let mut status = script(&dir, &["status"]);
        let status = status.output().unwrap_or_else(|error| panic!("{}: {error}", words(&status)));
        assert!(
            status.status.success(),
            "the live tests want a private cluster and none is up in {} (start it with: SRUNX_CLUSTER_DIR={0} \
             tests/cluster/cluster up; or run everything with tests/run)\n{}{}",
            dir.display(),
            String::from_utf8_lossy(&status.stdout),
            String::from_utf8_lossy(&status.stderr)
        );
        let script = script(&dir, &[]).get_program().to_owned();
        let line = r#"line=$("$0" env "$1") && eval "$line" && printf %s "$SLURM_CONF""#;
        let conf = Command::new("bash").args(["-c", line]).arg(script).arg(&dir).output().unwrap();
        assert!(conf.status.success(), "{}", String::from_utf8_lossy(&conf.stderr));
        Self { dir, conf: String::from_utf8(conf.stdout).unwrap().into() }
    }

    /// Starts another one for the calling test alone, beside the shared one. It is stopped when it is dropped; there is
    /// one at a time.
    pub fn start(options: &[&str]) -> Own {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let mut dir = Self::shared().dir.clone().into_os_string();
        dir.push("-own");
        let dir = PathBuf::from(dir);
        let mut up = script(&dir, &["up"]);
        // Before it is started: where that fails half way, what has come up is stopped.
        let stop = Stop(dir.clone());
        up.args(options);
        Process::start(up).wait().expect(0);
        Own { cluster: Self::at(dir), _stop: stop, _turn: turn }
    }

    /// `tests/cluster/cluster COMMAND DAEMON`
    pub fn control(&self, arguments: &[&str]) {
        Process::start(script(&self.dir, arguments)).wait().expect(0);
    }

    /// The pid of one of its daemons.
    pub fn pid(&self, daemon: &str) -> i32 {
        let file = self.dir.join("run/pid").join(daemon);
        let pid = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        pid.trim().parse().unwrap()
    }

    /// A line of its slurm.conf.
    pub fn configured(&self, key: &str) -> String {
        let text = fs::read_to_string(&self.conf).unwrap();
        text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap().to_owned()
    }

    /// A command in a plain environment that names this cluster.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if ["SLURM", "SBATCH", "SRUNX", "SLACK", "SQUEUE", "SCANCEL"].iter().any(|p| text.starts_with(p))
            {
                command.env_remove(name);
            }
        }
        command.env("SLURM_CONF", &self.conf).env("LC_ALL", "C.UTF-8");
        // Runs are kept apart from those of whoever runs the tests.
        command.env("XDG_STATE_HOME", repository().join("target/live-tests/state"));
        // Slurm's times of day are in no zone.
        command.env("SLURM_TIME_FORMAT", "%s");
        command
    }

    /// One of Slurm's own commands; what it prints.
    pub fn slurm(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = self.command(program);
        command.args(arguments);
        Process::start(command).wait().expect(0).stdout
    }

    /// The same, where it may fail.
    pub fn try_slurm(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let mut command = self.command(program);
        command.args(arguments);
        let done = Process::start(command).wait();
        (done.code == Some(0)).then_some(done.stdout)
    }

    /// `scontrol show job`, key by key; values with blanks are cut.
    pub fn job(&self, id: u32) -> HashMap<String, String> {
        let text = self.slurm("scontrol", &["show", "job", "-d", &id.to_string()]);
        pairs(&text)
    }

    /// slurmctld's word for a job's state; nothing when it is unknown there.
    pub fn state(&self, id: u32) -> Option<String> {
        let text = self.try_slurm("scontrol", &["show", "job", &id.to_string()])?;
        pairs(&text).remove("JobState")
    }

    pub fn wait_state(&self, id: u32, state: &str) {
        until(&format!("job {id} is {state}"), || (self.state(id)?.as_str() == state).then_some(()));
    }

    /// Fields of sacct's line for the job itself, once it has an end there.
    pub fn accounted(&self, id: u32, fields: &str) -> Vec<String> {
        until(&format!("sacct knows the end of {id}"), || {
            let format = format!("--format=End,{fields}");
            let text = self.slurm("sacct", &["-X", "-n", "-P", "-j", &id.to_string(), &format]);
            let mut words = text.lines().next()?.split('|').map(str::to_owned);
            (words.next()? != "Unknown").then(|| words.collect())
        })
    }

    /// The ids of jobs in the queue.
    pub fn queue(&self) -> Vec<u32> {
        let text = self.slurm("squeue", &["-h", "-o", "%A"]);
        text.lines().map(|id| id.trim().parse().unwrap()).collect()
    }

    /// A partition of a test's own that starts no job, until it is opened.
    pub fn closed_partition(&self, name: &str) -> Partition<'_> {
        let name = format!("{name}_{}", std::process::id());
        let nodes = "Nodes=c[1-4]";
        self.slurm("scontrol", &["create", &format!("PartitionName={name}"), nodes, "State=DOWN"]);
        Partition { cluster: self, name }
    }

    /// Waits until slurmctld answers and all nodes take jobs.
    pub fn wait_healthy(&self) {
        until("all nodes take jobs", || {
            let text = self.try_slurm("sinfo", &["-h", "-N", "-p", "debug", "-o", "%T"])?;
            let well = ["idle", "mixed", "allocated", "completing"];
            (text.lines().filter(|state| well.contains(&state.trim())).count() == 4).then_some(())
        });
    }
}

pub struct Partition<'a> {
    cluster: &'a Cluster,
    pub name: String,
}

impl Partition<'_> {
    pub fn open(&self) {
        self.cluster.slurm("scontrol", &["update", &format!("PartitionName={}", self.name), "State=UP"]);
    }
}

impl Drop for Partition<'_> {
    fn drop(&mut self) {
        // Jobs of a failed test would keep it.
        let _ = self.cluster.try_slurm("scancel", &["-p", &self.name]);
        for _ in 0..100 {
            let delete = ["delete", &format!("PartitionName={}", self.name)];
            if self.cluster.try_slurm("scontrol", &delete).is_some() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}

/// A cluster that one test has to itself.
pub struct Own {
    pub cluster: Cluster,
    _stop: Stop,
    _turn: MutexGuard<'static, ()>,
}

struct Stop(PathBuf);

impl Drop for Stop {
    fn drop(&mut self) {
        let done = Process::start(script(&self.0, &["down"])).wait();
        if done.code != Some(0) {
            eprintln!("{done}");
        }
    }
}

fn script(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(repository().join("tests/cluster/cluster"));
    command.args(arguments).env("SRUNX_CLUSTER_DIR", dir);
    command
}

fn pairs(text: &str) -> HashMap<String, String> {
    text.split_whitespace()
        .filter_map(|word| word.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}
