//! The cluster, lent to one test at a time to break, and put in order again.

use super::live_support::cluster::Own;
use super::live_support::process::send;
use super::live_support::{Cluster, Done, Flow, Process, until};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const SIGCONT: i32 = 18;
const SIGSTOP: i32 = 19;

/// In the order in which they need each other.
const DAEMONS: [&str; 8] =
    ["munged", "mariadbd", "slurmdbd", "slurmctld", "slurmd-c1", "slurmd-c2", "slurmd-c3", "slurmd-c4"];

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub struct Broken {
    pub cluster: &'static Cluster,
    _turn: MutexGuard<'static, ()>,
}

impl Broken {
    pub fn new() -> Self {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let cluster = Cluster::shared();
        cluster.wait_healthy();
        Self { cluster, _turn: turn }
    }

    pub fn stop(&self, daemon: &str) {
        self.cluster.control(&["stop", daemon]);
    }

    pub fn start(&self, daemon: &str) {
        self.cluster.control(&["start", daemon]);
    }

    pub fn restart(&self, daemon: &str) {
        self.stop(daemon);
        self.start(daemon);
    }

    /// Stops it by a signal: its port is open and it says nothing.
    pub fn freeze(&self, daemon: &str) {
        send(self.cluster.pid(daemon), SIGSTOP);
    }

    pub fn thaw(&self, daemon: &str) {
        send(self.cluster.pid(daemon), SIGCONT);
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        for daemon in DAEMONS {
            if self.cluster.dir.join("run/pid").join(daemon).exists() {
                let pid = rustix::process::Pid::from_raw(self.cluster.pid(daemon)).unwrap();
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::CONT);
            }
            self.cluster.control(&["start", daemon]);
        }
        for node in ["c1", "c2", "c3", "c4"] {
            // Refused of a node that is well.
            let _ =
                self.cluster.try_slurm("scontrol", &["update", &format!("NodeName={node}"), "State=RESUME"]);
        }
        let _ = self.cluster.try_slurm("scancel", &["-u", &rustix::process::getuid().as_raw().to_string()]);
        self.cluster.wait_healthy();
        until("the queue is empty", || self.cluster.queue().is_empty().then_some(()));
    }
}

/// A cluster whose slurmctld may be killed. It forgets its last seconds with that and gives their ids out again, which its
/// slurmds do not take well: no other test should meet those.
pub fn to_kill() -> Own {
    let own = Cluster::start(&[]);
    // 26.05 does not start after a death unless it was once stopped in order before.
    own.cluster.control(&["restart-ctld"]);
    own.cluster.wait_healthy();
    own
}

/// An administrator who looks after the queue of a slurmctld that was killed. What it had told a slurmd to start, and that did
/// not hear, it takes for running for minutes, or holds. The jobs there take less than a second, and write their names into a
/// file when they start: one that did so has ended, and its end will be told.
pub struct Tended<'a> {
    flow: &'a Flow<'a>,
    looked: Instant,
}

impl<'a> Tended<'a> {
    pub fn new(flow: &'a Flow<'a>) -> Self {
        Self { flow, looked: Instant::now() }
    }

    /// Looks, if the last look is a while ago.
    pub fn look(&mut self) {
        if self.looked.elapsed() < Duration::from_secs(2) {
            return;
        }
        self.looked = Instant::now();
        let cluster = self.flow.cluster;
        let ran = if self.flow.dir.exists("ran") { self.flow.dir.read("ran") } else { String::new() };
        let format = ["-h", "-r", "-o", "%i %T %M %j %K %r"];
        for line in cluster.try_slurm("squeue", &format).unwrap_or_default().lines() {
            let words: Vec<&str> = line.splitn(6, ' ').collect();
            let [id, state, takes, name, task, reason] = words.as_slice() else { continue };
            let name = if *task == "N/A" { (*name).to_owned() } else { format!("{name}_{task}") };
            let long = takes.split(':').next_back().and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
                > 30
                || !takes.starts_with("0:");
            let job = format!("JobId={id}");
            let _ = match *state {
                "PENDING" if reason.contains("launch") => cluster.try_slurm("scontrol", &["release", id]),
                "PENDING" if *reason == "BeginTime" => {
                    cluster.try_slurm("scontrol", &["update", &job, "StartTime=now"])
                }
                "RUNNING" if long && !ran.lines().any(|line| line == name) => {
                    cluster.try_slurm("scontrol", &["requeue", id])
                }
                _ => None,
            };
        }
    }

    /// Until a process ends.
    pub fn wait(mut self, process: Process) -> Done {
        process.wait_while(Duration::from_secs(400), || self.look())
    }
}

/// An error that ended srunx before anything was run: `error: …` and what stands in it, `hint: …`, and the exit code.
#[track_caller]
pub fn refused(done: Done, words: &[&str], hint: &[&str]) -> Done {
    let done = done.expect(3);
    assert_eq!(done.stdout, "");
    let error = done.stderr.find("error: ").unwrap_or_else(|| panic!("{done}"));
    let (error, told) = match done.stderr[error..].split_once("\nhint: ") {
        Some((error, told)) => (error, told.trim()),
        None => (&done.stderr[error..], ""),
    };
    for word in words {
        assert!(error.contains(word), "{word:?} is not in {error:?}: {done}");
    }
    for word in hint {
        assert!(told.contains(word), "{word:?} is not in the hint {told:?}: {done}");
    }
    done
}

/// Waits until srunx says on either output that it has lost Slurm.
pub fn until_lost(run: &mut Process) {
    run.until("the silence is told", |text| text.contains("does not answer").then_some(()));
}
