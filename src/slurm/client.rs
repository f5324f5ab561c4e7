//! The client: one connection's worth of libslurm, opened, probed, initialised and shared by all threads.

use super::controller;
use super::driver::{self, Driver, Failure, Unfit, Which};
use super::environment::Surroundings;
use super::error::{Error, code};
use super::records::{AccountedJob, Configuration, JobRecord, Records};
use super::request::carries;
use super::{library_log, probe};
use crate::job::{JobId, TaskSet};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use slurm_sys::{OpenError, RELEASES, Release};
use std::collections::{HashMap, HashSet};
use std::ffi::{CString, OsStr, OsString};
use std::net::UdpSocket;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub use super::driver::Push;

/// How to connect.
pub struct ConnectOptions<'a> {
    /// A library to open in place of the one that is found by its name. `SRUNX_LIBSLURM` by default.
    pub library: Option<OsString>,
    /// How long libslurm may take to initialise in the probing process. 10 s by default.
    pub probe_limit: Duration,
    /// How long to go on trying while slurmctld does not answer. 0 by default: one try.
    pub wait_for_controller: Duration,
    /// Told before each pause while slurmctld does not answer.
    pub on_wait: &'a dyn Fn(&Waiting),
}

/// slurmctld did not answer and is tried again.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Why the last try failed.
    pub error: Error,
    /// How long until the next one.
    pub pause: Duration,
    /// How much longer it will be tried.
    pub left: Duration,
}

impl Default for ConnectOptions<'_> {
    fn default() -> Self {
        Self {
            library: std::env::var_os("SRUNX_LIBSLURM").filter(|file| !file.is_empty()),
            probe_limit: Duration::from_secs(10),
            wait_for_controller: Duration::ZERO,
            on_wait: &|_| {},
        }
    }
}

/// libslurm, ready for use from any thread. It stays initialised until the process ends.
pub struct Client {
    driver: Box<dyn Driver>,
    release: Release,
    configuration: Configuration,
    /// Once a job is told them.
    surroundings: OnceLock<Surroundings>,
    push: OnceLock<Option<Push>>,
    /// How many records the last load of all brought.
    all_records: AtomicUsize,
}

/// libslurm's state is the process's own: one client at a time may be made.
static CONNECTING: Mutex<()> = Mutex::new(());
/// Where completions go; the library's callback carries no data.
static COMPLETIONS: OnceLock<Sender<JobId>> = OnceLock::new();

impl Client {
    /// Opens libslurm, probes it in a child process, initialises it here, and asks slurmctld for its configuration.
    ///
    /// Call it before other threads are started: libslurm's initialisation calls setenv(3), and the probe forks.
    ///
    /// # Errors
    /// Everything that [`Error`] tells of, short of a failed call on a job.
    pub fn connect(options: &ConnectOptions<'_>) -> Result<Self, Error> {
        let _one_at_a_time = CONNECTING.lock().unwrap_or_else(PoisonError::into_inner);
        let (driver, release) = open(options.library.as_ref())?;
        let started = Instant::now();
        let mut pause = Duration::from_millis(250);
        loop {
            let error = match probe::probe(driver.as_ref(), options.probe_limit)? {
                probe::Found { ping: Ok(()), .. } => break,
                probe::Found { ping: Err(failure), log } => error_of(driver.as_ref(), failure, log),
            };
            let left = options.wait_for_controller.saturating_sub(started.elapsed());
            if left.is_zero() || !matches!(error, Error::ControllerDown { .. } | Error::Munge { .. }) {
                return Err(error);
            }
            pause = (pause * 2).min(Duration::from_secs(15)).min(left);
            (options.on_wait)(&Waiting { error, pause, left });
            thread::sleep(pause);
        }
        library_log::capture();
        driver.init();
        let configuration = driver
            .configuration()
            .map_err(|failure| error_of(driver.as_ref(), failure, library_log::take()))?;
        Ok(Self::of(driver, release, configuration))
    }

    /// Opens and initialises libslurm for a command that asks one thing and ends, at the price that Slurm's own commands
    /// pay: no probe, and the configuration as this host has it. Where libslurm ends the process over it, its words are
    /// printed as `program`'s and the exit code is 1, as with Slurm's own commands.
    ///
    /// Call it before other threads are started: libslurm's initialisation calls setenv(3).
    ///
    /// # Errors
    /// When there is no libslurm that this build can use.
    pub fn connect_directly(program: &'static str, options: &ConnectOptions<'_>) -> Result<Self, Error> {
        let _one_at_a_time = CONNECTING.lock().unwrap_or_else(PoisonError::into_inner);
        let (driver, release) = open(options.library.as_ref())?;
        library_log::capture_as(program);
        // One that is to be fetched may be waited for.
        let watch = if has_configuration() { None } else { watch(program, options.probe_limit) };
        driver.init();
        drop(watch);
        let configuration = match driver.parsed_configuration() {
            Some(configuration) => configuration,
            None => driver
                .configuration()
                .map_err(|failure| error_of(driver.as_ref(), failure, library_log::take()))?,
        };
        Ok(Self::of(driver, release, configuration))
    }

    fn of(driver: Box<dyn Driver>, release: Release, configuration: Configuration) -> Self {
        Self {
            driver,
            release,
            configuration,
            surroundings: OnceLock::new(),
            push: OnceLock::new(),
            all_records: AtomicUsize::new(0),
        }
    }

    /// What libslurm has logged since it was last asked or since the last error, which took it along.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        library_log::take()
    }

    /// The release of libslurm that is in use.
    #[must_use]
    pub fn release(&self) -> Release {
        self.release
    }

    /// The cluster's configuration as slurmctld has it now.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn configuration_now(&self) -> Result<Configuration, Error> {
        self.driver.configuration().map_err(|failure| self.error(failure))
    }

    /// What slurmctld says where it refuses a submission with that number.
    #[must_use]
    pub fn refusal(&self, code: i32) -> Error {
        self.error(Failure { call: "slurm_submit_batch_job", code })
    }

    /// The cluster's configuration as slurmctld told it when this client connected.
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Starts to listen for slurmctld's word of ended jobs. Ids arrive for jobs submitted from now on; where slurmctld
    /// cannot reach this host none will.
    ///
    /// # Errors
    /// When libslurm cannot listen, or no address of this host's faces slurmctld.
    pub fn listen(&self) -> Result<Receiver<JobId>, Error> {
        let (sender, receiver) = crossbeam_channel::unbounded();
        // A second listener of one process would need a second callback: the first one's channel stays.
        let first = COMPLETIONS.set(sender).is_ok();
        self.push.get_or_init(|| {
            let port = self.driver.listen(tell).ok().filter(|_| first)?;
            Some(Push { host: self.address_towards_controller()?, port })
        });
        match self.push.get() {
            Some(Some(_)) if first => Ok(receiver),
            _ => Err(Error::Probe("this process cannot listen for completion messages".into())),
        }
    }

    /// This host's address on the way to slurmctld: that of a socket connected to it. A datagram socket sends nothing
    /// when it connects.
    fn address_towards_controller(&self) -> Option<String> {
        let host = self.configuration.controllers.first()?;
        let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
        let towards = socket.connect((host.as_str(), self.configuration.port));
        let socket = match towards {
            Ok(()) => socket,
            Err(_) => {
                let socket = UdpSocket::bind("[::]:0").ok()?;
                socket.connect((host.as_str(), self.configuration.port)).ok()?;
                socket
            }
        };
        Some(socket.local_addr().ok()?.ip().to_string())
    }

    /// The records of those of `jobs` that slurmctld knows, arrays by the ids of the whole. They must be this user's own.
    ///
    /// One load of all of the user's records answers for any number of jobs; a few jobs of a user who has many records
    /// are loaded one by one.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn jobs(&self, jobs: &[JobId]) -> Result<Records, Error> {
        self.jobs_among(jobs, Which::User(own_user()))
    }

    /// The same of jobs that may be anyone's.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn anyones_jobs(&self, jobs: &[JobId]) -> Result<Records, Error> {
        self.jobs_among(jobs, Which::Everyone)
    }

    fn jobs_among(&self, jobs: &[JobId], all: Which) -> Result<Records, Error> {
        /// The most calls that stand in for one load of everything.
        const SINGLY: usize = 8;
        /// How many records are loaded in the time of one call: about 5 µs each, and 0.4 ms.
        const RECORDS_A_CALL: usize = 80;
        let loaded = self.all_records.load(Ordering::Relaxed);
        if jobs.len() <= 1 || jobs.len() <= SINGLY.min(loaded / RECORDS_A_CALL) {
            let mut records = Records::default();
            for id in jobs {
                let Records { jobs, tasks, loaded } = self.load(Which::Job(*id), &|found| found == *id)?;
                records.jobs.extend(jobs);
                records.tasks.extend(tasks);
                records.loaded += loaded;
            }
            return Ok(records);
        }
        let wanted: HashSet<JobId> = jobs.iter().copied().collect();
        let records = self.load(all, &|id| wanted.contains(&id))?;
        self.all_records.store(records.loaded, Ordering::Relaxed);
        Ok(records)
    }

    fn load(&self, which: Which, wanted: &dyn Fn(JobId) -> bool) -> Result<Records, Error> {
        match self.driver.load(which, wanted) {
            Ok(records) => Ok(records),
            // No such job; of a user, no jobs at all.
            Err(Failure { code: code::INVALID_JOB_ID, .. }) => Ok(Records::default()),
            Err(failure) => Err(self.error(failure)),
        }
    }

    /// The job, or the array, whose comment carries `token`, looked for in slurmctld.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn find(&self, token: &str) -> Result<Option<JobId>, Error> {
        let records = self.load(Which::User(own_user()), &|_| true)?;
        let found = records.jobs.into_iter().find(|record| carries(&record.comment, token));
        Ok(found.map(|record| record.array.unwrap_or(record.id)))
    }

    /// All that [`Client::find`] could find, by its word.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn submissions(&self) -> Result<HashMap<String, JobId>, Error> {
        let records = self.load(Which::User(own_user()), &|_| true)?;
        let word = |record: &JobRecord| {
            let word = record.comment.rsplit(' ').next().filter(|word| word.starts_with("srunx:"))?;
            Some((word.to_owned(), record.array.unwrap_or(record.id)))
        };
        Ok(records.jobs.iter().filter_map(word).collect())
    }

    /// Whether slurmctld has a job of this user's that is not at its end.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn has_open_jobs(&self) -> Result<bool, Error> {
        self.has_open(Which::User(own_user()))
    }

    /// Whether slurmctld has a job of anyone's that is not at its end, as far as this user may see them.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn has_open_jobs_of_anyone(&self) -> Result<bool, Error> {
        self.has_open(Which::Everyone)
    }

    fn has_open(&self, which: Which) -> Result<bool, Error> {
        let records = self.load(which, &|_| true)?;
        let states =
            records.jobs.iter().map(|job| job.state).chain(records.tasks.iter().map(|task| task.state));
        Ok(states.into_iter().any(|state| !state.is_final()))
    }

    /// What slurmdbd remembers of `jobs`, of an array's id all of its tasks; several records of one that was requeued.
    ///
    /// # Errors
    /// When slurmdbd cannot be asked.
    pub fn accounted(&self, jobs: &[JobId]) -> Result<Vec<AccountedJob>, Error> {
        let jobs: Vec<_> = jobs.iter().map(|id| (*id, None)).collect();
        self.driver.accounted(&jobs).map_err(|failure| self.error(failure))
    }

    /// What slurmdbd remembers of tasks of an array, and it may be of others; several records of one that was requeued.
    ///
    /// # Errors
    /// When slurmdbd cannot be asked.
    pub fn accounted_tasks(&self, array: JobId, tasks: &TaskSet) -> Result<Vec<AccountedJob>, Error> {
        /// A condition of more tasks would be a long line for the data base; the array has one name.
        const SINGLY: u32 = 200;
        let asked: Vec<_> = match tasks.count() {
            0..=SINGLY => tasks.iter().map(|task| (array, Some(task))).collect(),
            _ => vec![(array, None)],
        };
        self.driver.accounted(&asked).map_err(|failure| self.error(failure))
    }

    /// Cancels a job. One that is already over counts as cancelled.
    ///
    /// # Errors
    /// When slurmctld cannot be asked, does not know the job, or does not let this user.
    pub fn cancel(&self, id: JobId) -> Result<(), Error> {
        let Ok(text) = CString::new(id.to_string()) else { return Ok(()) };
        match self.driver.cancel(&text) {
            Ok(()) | Err(Failure { code: code::ALREADY_DONE, .. }) => Ok(()),
            Err(failure) => Err(self.error(failure)),
        }
    }

    pub(super) fn surroundings(&self) -> &Surroundings {
        self.surroundings.get_or_init(|| Surroundings::of_this_process(&self.configuration.propagate))
    }

    /// Where slurmctld sends word of ended jobs, once this client listens.
    pub(super) fn push(&self) -> Option<&Push> {
        self.push.get().and_then(Option::as_ref)
    }

    /// The driver, for the calls that stand in rooms of their own.
    pub(super) fn driver(&self) -> &dyn Driver {
        self.driver.as_ref()
    }

    pub(super) fn error(&self, failure: Failure) -> Error {
        error_of(self.driver.as_ref(), failure, library_log::take())
    }
}

/// Whether there is a configuration on this host: the one that `SLURM_CONF` names, or where most have theirs.
fn has_configuration() -> bool {
    let named = std::env::var_os("SLURM_CONF").filter(|file| !file.is_empty());
    Path::new(named.as_deref().unwrap_or(OsStr::new("/etc/slurm/slurm.conf"))).exists()
}

/// Ends the process where libslurm's initialisation takes longer than `limit`, until what is returned is dropped. A host
/// that has no thread left for it is better served without.
fn watch(program: &'static str, limit: Duration) -> Option<Sender<()>> {
    let (initialised, waiting) = crossbeam_channel::bounded::<()>(0);
    let watch = move || {
        if waiting.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            let error = Error::ProbeTimedOut { limit, log: library_log::take() };
            eprintln!("{program}: fatal: {error}");
            // SAFETY: ends the process; what libslurm registered with atexit(3) may wait for what it is waiting for.
            unsafe { libc::_exit(1) }
        }
    };
    thread::Builder::new().spawn(watch).ok().map(|_| initialised)
}

fn own_user() -> u32 {
    // SAFETY: no arguments, cannot fail.
    unsafe { libc::getuid() }
}

fn tell(id: JobId) {
    if let Some(sender) = COMPLETIONS.get() {
        // The receiver is gone when the run is over.
        let _ = sender.send(id);
    }
}

fn open(named: Option<&OsString>) -> Result<(Box<dyn Driver>, Release), Error> {
    // SAFETY: the file is the host's libslurm, or the one that the user named.
    let opened = unsafe { slurm_sys::open(named.map(OsString::as_os_str), RELEASES) };
    let opened = opened.map_err(|error| match error {
        OpenError::NotFound(loader) => {
            Error::NoLibrary { loader, named: named.map(|file| file.to_string_lossy().into_owned()) }
        }
        OpenError::NotSlurm(file) => Error::NotSlurm { file: file.to_string_lossy().into_owned() },
    })?;
    driver::of(opened).map_err(|unfit| match unfit {
        Unfit::Release(opened) => Error::WrongRelease {
            file: opened.file.to_string_lossy().into_owned(),
            found: match opened.release {
                Some(release) => release.to_string(),
                None => format!("a release that it does not know (API {})", opened.api),
            },
            built: RELEASES,
        },
        Unfit::Incomplete { file, missing } => {
            Error::Incomplete { file: file.to_string_lossy().into_owned(), missing: missing.join(", ") }
        }
    })
}

/// The one place where a number of Slurm's becomes an error.
fn error_of(driver: &dyn Driver, failure: Failure, log: Vec<String>) -> Error {
    let Failure { call, code } = failure;
    let text = driver.message(code);
    match code {
        code::AUTHENTICATION => Error::Munge { text, code, log },
        code::CONNECTION | code::CONTROLLER_CONNECTION => {
            Error::ControllerDown { controller: controller::address(), text, code }
        }
        _ => Error::Call { call, text, code, log },
    }
}
