//! Jobs as processes on this machine, without any Slurm.
//!
//! For a laptop, for trying a workflow, and for tests: jobs wait their turn for the machine's cores, memory and GPUs,
//! and find Slurm's variables, log names and a stand-in for `srun`. They are process groups of this client's and end
//! with it. Only cores, memory and GPUs are counted, and none is enforced.
//!
//! Jobs start in the order in which they came; one that does not fit yet is overtaken by later ones that do. The tasks of
//! an array start in the order of their indices, and are made when they do.

mod alarm;
mod array;
mod capacity;
mod environment;
mod life;
mod process;
mod table;
mod warden;

use super::user::own_name;
use super::{Earlier, ErrorKind, Patience, Scheduler, SchedulerError};
use crate::job::{JobId, JobRequest, JobStatus, Memory};
use alarm::Alarm;
use capacity::{Capacity, Needs};
use crossbeam_channel::{Receiver, Sender, unbounded};
use rustix::process::Signal;
use std::collections::HashSet;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use table::Table;

/// What the machine is said to have, and how local jobs are treated.
#[derive(Clone, Copy, Debug)]
pub struct LocalOptions {
    /// Cores; none counts those that this process may use.
    pub cpus: Option<u32>,
    /// Memory; none takes all that the machine has.
    pub memory: Option<Memory>,
    /// GPUs; none counts `CUDA_VISIBLE_DEVICES` if it is set, else the NVIDIA GPUs that the machine has.
    pub gpus: Option<u32>,
    /// How long a job that is told to end may take before it is killed (Slurm's KillWait).
    pub kill_wait: Duration,
    /// How long a minute of a time limit is. A test's minute may be shorter.
    pub minute: Duration,
}

impl Default for LocalOptions {
    fn default() -> Self {
        Self {
            cpus: None,
            memory: None,
            gpus: None,
            kill_wait: Duration::from_secs(5),
            minute: Duration::from_secs(60),
        }
    }
}

/// This machine as a scheduler. When it is dropped, jobs that are left are killed.
pub struct LocalScheduler {
    shared: Arc<Shared>,
}

/// What a job is told of the machine, and what it is counted against.
#[derive(Debug)]
struct Machine {
    capacity: Capacity,
    host: String,
    user: String,
    uid: u32,
    submit_dir: PathBuf,
}

struct Shared {
    machine: Machine,
    options: LocalOptions,
    /// Private: the jobs' scripts, and the stand-in for `srun`.
    dir: PathBuf,
    table: Mutex<Table>,
    /// Told when a job's processes are gone.
    quiet: Condvar,
    wakeups: Receiver<JobId>,
    alarms: Sender<Alarm>,
}

impl LocalScheduler {
    /// Makes this machine a scheduler.
    ///
    /// # Errors
    /// When there is no place for the jobs' scripts.
    pub fn new(options: LocalOptions) -> Result<Self, SchedulerError> {
        let dir =
            private_dir().and_then(|dir| furnish(&dir).map(|()| dir)).map_err(|error| SchedulerError {
                kind: ErrorKind::Unreachable,
                message: format!(
                    "cannot make a private folder in {}: {error}",
                    std::env::temp_dir().display()
                ),
                hint: Some("set TMPDIR to a folder that can be written to".into()),
            })?;
        let machine = Machine::detect(&options);
        let (wake, wakeups) = unbounded();
        let (alarms, rung) = unbounded();
        let table = Mutex::new(Table::new(&machine.capacity, &dir, wake));
        let quiet = Condvar::new();
        let shared = Arc::new(Shared { machine, options, dir, table, quiet, wakeups, alarms });
        let weak = Arc::downgrade(&shared);
        let clock = move || alarm::ring(&weak, &rung);
        let local = Self { shared };
        thread::Builder::new().name("alarms".into()).spawn(clock).map_err(|error| SchedulerError {
            kind: ErrorKind::Unreachable,
            message: format!("cannot start a thread: {error}"),
            hint: None,
        })?;
        Ok(local)
    }
}

impl Scheduler for LocalScheduler {
    fn name(&self) -> &'static str {
        "local"
    }

    fn submit(&self, request: &JobRequest) -> Result<JobId, SchedulerError> {
        let shared = &self.shared;
        let reject = |message: String, hint: &str| SchedulerError {
            kind: ErrorKind::Rejected,
            message,
            hint: Some(hint.to_owned()),
        };
        if process::interpreter(&request.script).is_none() {
            return Err(reject(
                format!("the script of {:?} names no interpreter", request.name),
                "its first line must be #! and the path of a program",
            ));
        }
        if request.array.is_none() && !request.corresponds_to.is_empty() {
            return Err(reject(
                format!("{:?} is no array, and waits task by task", request.name),
                "only a task of an array has a counterpart in another",
            ));
        }
        let needs = Needs::of(request, &shared.machine.capacity);
        let mut table = shared.lock();
        if let Some(stranger) = request.corresponds_to.iter().find(|id| !table.knows(**id)) {
            return Err(reject(
                format!("{:?} depends on the job {stranger}, which there is not", request.name),
                "jobs of another run cannot be waited for here",
            ));
        }
        let early = Shared::early(request);
        let id = table.add(request.clone(), needs, early.is_some());
        if let Some(left) = early {
            shared.begin_after(id, left);
        }
        shared.start_what_fits(&mut table);
        Ok(id)
    }

    fn find(&self, token: &str) -> Result<Option<JobId>, SchedulerError> {
        Ok(self.shared.lock().find(token))
    }

    /// Nothing is left of such a job but its log, which bears its id: no other is to have that, nor those of its tasks.
    fn adopt(&self, request: &JobRequest, earlier: &Earlier<'_>) {
        let tasks = request.array.as_ref().map_or(0, crate::job::ArrayTasks::count);
        self.shared.lock().skip_ids(earlier.id.0.saturating_add(tasks));
    }

    fn observe(&self, jobs: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError> {
        let mut table = self.shared.lock();
        Ok(jobs.iter().map(|id| table.look(*id)).collect())
    }

    fn cancel(&self, jobs: &[JobId]) -> Result<(), SchedulerError> {
        let jobs: HashSet<JobId> = jobs.iter().copied().collect();
        self.shared.cancel(&mut self.shared.lock(), &jobs);
        Ok(())
    }

    fn wakeups(&self) -> Receiver<JobId> {
        self.shared.wakeups.clone()
    }

    /// Every start and end is told, so that looking is cheap and seldom needed.
    fn patience(&self) -> Patience {
        Patience { least: Duration::from_millis(50), most: Duration::from_secs(1) }
    }

    fn jobs_outlive_client(&self) -> bool {
        false
    }

    fn can_be_left(&self, request: &JobRequest) -> Result<(), SchedulerError> {
        let message = format!("{}: jobs on this machine end with their client", request.name);
        Err(SchedulerError { kind: ErrorKind::Rejected, message, hint: None })
    }

    fn cancel_hint(&self, _jobs: &[JobId]) -> Option<String> {
        None
    }
}

impl Drop for LocalScheduler {
    fn drop(&mut self) {
        let shared = &self.shared;
        let mut table = shared.lock();
        table.close();
        for group in table.groups() {
            process::signal(group, Signal::KILL);
        }
        // A process that the kernel does not let go of is not waited for.
        let patience = Instant::now() + Duration::from_secs(5);
        while table.groups().next().is_some() {
            let left = patience.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = shared.quiet.wait_timeout(table, left);
            table = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        // The warden removes the folder; it may never have been there.
        table.warden.end();
        let _ = fs::remove_dir_all(&shared.dir);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Machine {
    fn detect(options: &LocalOptions) -> Self {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let uid = rustix::process::getuid().as_raw();
        Self {
            capacity: Capacity::detect(options.cpus, options.memory, options.gpus),
            host: host.split('.').next().unwrap_or(&host).to_owned(),
            user: own_name(),
            uid,
            submit_dir: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
        }
    }
}

/// Makes a folder that nobody else can look into, and that nobody can have made before. No name is used twice: whoever
/// had it may still be removing its folder.
fn private_dir() -> io::Result<PathBuf> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let parent = std::env::temp_dir();
    for _ in 0..100_000 {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = parent.join(format!("srunx-{}-{number}", std::process::id()));
        match DirBuilder::new().mode(0o700).create(&dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| dir),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn furnish(dir: &Path) -> io::Result<()> {
    let bin = dir.join("bin");
    fs::create_dir(&bin)?;
    let srun = bin.join("srun");
    fs::write(&srun, include_str!("local/srun.sh"))?;
    fs::set_permissions(&srun, fs::Permissions::from_mode(0o700))
}

#[cfg(test)]
mod tests;
