//! The way in for programs: a workflow, who listens, and go.

use crate::engine::{Options, PrepareError, RunResult, Runner, RunnerError, Selection, can_be_left, prepare};
use crate::event::{Listener, RunId};
use crate::job::Outcome;
use crate::journal::{About, JournalError, RunFolder, Runs};
use crate::scheduler::local::{LocalOptions, LocalScheduler};
use crate::scheduler::{Scheduler, SchedulerError};
use crate::workflow::{Submitter, Workflow, WorkflowError};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use jiff::Zoned;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

/// Runs a workflow: on Slurm, unless told otherwise.
///
/// ```no_run
/// use srunx::WorkflowRunner;
/// use srunx::event::{Event, EventKind};
///
/// let results = WorkflowRunner::from_yaml("ml_pipeline.yaml")?
///     .listen(|event: &Event| {
///         if let EventKind::Ended { job, outcome, .. } = &event.kind {
///             println!("{job}: {outcome}");
///         }
///     })
///     .run()?;
/// for job in &results.jobs {
///     println!("{} {:?}", job.name, job.outcome);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WorkflowRunner {
    workflow: Workflow,
    listeners: Vec<Box<dyn Listener>>,
    scheduler: Option<Arc<dyn Scheduler>>,
    interrupts: Option<Receiver<&'static str>>,
    patience: Option<Duration>,
    kept: Kept,
    cancel: bool,
    selection: Selection,
    assume: Option<Outcome>,
    detach: bool,
}

/// Whether a run outlives its client.
enum Kept {
    No,
    /// In a folder of its own, with the workflow's text.
    New(Runs, String, About),
    /// There is one.
    Already(RunFolder),
}

/// Why a workflow was not run at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The folder that the program was started in is gone or not readable.
    #[error("the current folder cannot be used: {0}")]
    Here(std::io::Error),
    /// Folders that jobs need are not there or cannot be made.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Prepare(Vec<PrepareError>),
    /// The workflow and what was made of it do not agree.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// Slurm cannot be used.
    #[cfg(feature = "slurm")]
    #[error(transparent)]
    Slurm(#[from] crate::slurm::Error),
    /// srunx was built without Slurm, and no other scheduler was chosen.
    #[error("this srunx was built without Slurm")]
    NoSlurm,
    /// Jobs cannot be left to the scheduler.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Left(Vec<SchedulerError>),
    /// This machine cannot run jobs.
    #[error(transparent)]
    Local(SchedulerError),
    /// The run cannot be kept, or what was kept of it cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl WorkflowRunner {
    /// Reads a workflow file.
    ///
    /// # Errors
    /// When it cannot be read or is no valid workflow; then everything that is wrong with it is told at once.
    pub fn from_yaml(path: impl AsRef<Path>) -> Result<Self, WorkflowError> {
        Workflow::from_file(path).map(Self::new)
    }

    /// Takes a workflow that a program made.
    #[must_use]
    pub fn new(workflow: Workflow) -> Self {
        Self {
            workflow,
            listeners: Vec::new(),
            scheduler: None,
            interrupts: None,
            patience: None,
            kept: Kept::No,
            cancel: false,
            selection: Selection::default(),
            assume: None,
            detach: false,
        }
    }

    /// Has `listener` told of every event: [`Slack`](crate::report::Slack), [`Lines`](crate::report::Lines), or any
    /// closure that takes an [`Event`](crate::event::Event).
    #[must_use]
    pub fn listen(mut self, listener: impl Listener + 'static) -> Self {
        self.listeners.push(Box::new(listener));
        self
    }

    /// Runs on `scheduler` in place of the cluster that libslurm's configuration names.
    #[must_use]
    pub fn on(mut self, scheduler: Arc<dyn Scheduler>) -> Self {
        self.scheduler = Some(scheduler);
        self
    }

    /// Runs as processes on this machine, with all that it has.
    ///
    /// # Errors
    /// When this machine's folder for temporary files cannot be used.
    pub fn local(self) -> Result<Self, RunError> {
        let scheduler = LocalScheduler::new(LocalOptions::default()).map_err(RunError::Local)?;
        Ok(self.on(Arc::new(scheduler)))
    }

    /// Keeps what happens in a folder of the run's own among `runs`, with the workflow's `text` and what else is needed to
    /// go on with it ([`WorkflowRunner::resume`]).
    #[must_use]
    pub fn keep(mut self, runs: Runs, text: String, about: About) -> Self {
        self.kept = Kept::New(runs, text, about);
        self
    }

    /// Goes on with the run that is kept in `folder`. The workflow is that which was kept with it.
    #[must_use]
    pub fn resume(mut self, folder: RunFolder) -> Self {
        self.kept = Kept::Already(folder);
        self
    }

    /// Submits nothing more and cancels what is under way: for a run that is gone on with.
    #[must_use]
    pub fn cancel(mut self) -> Self {
        self.cancel = true;
        self
    }

    /// Takes a part of the workflow's jobs only, or runs again what is over.
    #[must_use]
    pub fn select(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Takes a job's end that nobody knows for `outcome`; without one the job's end is [`Outcome::Unknown`]. Jobs that say
    /// what they create are judged by that.
    #[must_use]
    pub fn assume(mut self, outcome: Option<Outcome>) -> Self {
        self.assume = outcome;
        self
    }

    /// Leaves the run as soon as the scheduler has all of it, with what waits for what.
    #[must_use]
    pub fn detach(mut self, detach: bool) -> Self {
        self.detach = detach;
        self
    }

    /// The signals by which a user stops the run (see [`Options::interrupts`]).
    #[must_use]
    pub fn interrupts(mut self, signals: Receiver<&'static str>) -> Self {
        self.interrupts = Some(signals);
        self
    }

    /// How long a scheduler that does not answer is waited for. Without this, slurmctld must answer at the beginning,
    /// and may be silent for five minutes once the run goes on.
    #[must_use]
    pub fn wait_for_scheduler(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Runs the workflow to its end, on this thread. Connecting to Slurm wants to happen before other threads are
    /// started (see [`Client::connect`](crate::slurm::Client::connect)).
    ///
    /// # Errors
    /// When nothing could be run at all. What becomes of single jobs is in the result.
    pub fn run(self) -> Result<RunResult, RunError> {
        let Self { workflow, listeners, scheduler, interrupts, patience, .. } = self;
        let Self { kept, cancel, detach, selection, assume, .. } = self;
        let submitter = submitter(&kept)?;
        let requests: Vec<_> =
            (0..workflow.jobs().len()).map(|job| workflow.request(job, &submitter)).collect();
        let scheduler = scheduler.map_or_else(|| slurm(patience.unwrap_or_default(), !detach), Ok)?;
        if detach {
            can_be_left(&workflow, &requests, &selection.takes(&workflow), &*scheduler)
                .map_err(RunError::Left)?;
        }
        if !cancel {
            prepare(&requests).map_err(RunError::Prepare)?;
        }
        let folder = match kept {
            Kept::No => None,
            Kept::New(runs, text, about) => {
                Some(runs.create(&new_run_id(), &text, workflow.parameter_files(), &about)?)
            }
            Kept::Already(folder) => Some(folder),
        };
        let run = folder.as_ref().map_or_else(new_run_id, |folder| folder.run.clone());
        let opened = folder.as_ref().map(RunFolder::open).transpose()?;
        let mut options = Options { cancel, detach, selection, assume, ..Options::new(run) };
        let going_on = Arc::new(());
        options.interrupts = interrupts_of(interrupts, folder.clone(), Arc::downgrade(&going_on));
        if let Some(patience) = patience {
            options.wait_for_scheduler = patience;
        }
        let mut runner = Runner::new(&workflow, requests, scheduler, options)?.listen_all(listeners);
        if let Some((history, journal)) = opened {
            folder.map_or(Ok(()), |folder| folder.is_of(&workflow_jobs(&workflow), &history))?;
            runner = runner.resume(history).keep(journal);
        }
        Ok(runner.run())
    }
}

fn workflow_jobs(workflow: &Workflow) -> Vec<&str> {
    workflow.jobs().iter().map(|job| job.name.as_str()).collect()
}

/// Who submits: this process, in the folder where the run began.
fn submitter(kept: &Kept) -> Result<Submitter, RunError> {
    let Kept::Already(folder) = kept else { return Submitter::here().map_err(RunError::Here) };
    let environment = std::env::vars_os().collect();
    Ok(Submitter { work_dir: folder.about()?.work_dir, environment, log_dir: None })
}

/// The user's signals, and the request of another client to cancel the run, which counts as two of them. It is looked for
/// while the run is going on.
fn interrupts_of(
    signals: Option<Receiver<&'static str>>,
    folder: Option<RunFolder>,
    going_on: Weak<()>,
) -> Receiver<&'static str> {
    /// Between two looks at whether there is one.
    const LOOK: Duration = Duration::from_millis(500);
    let signals = signals.unwrap_or_else(crossbeam_channel::never);
    let Some(folder) = folder else { return signals };
    let (sender, receiver) = crossbeam_channel::unbounded();
    let from = signals.clone();
    let work = move || {
        let mut asked = false;
        while going_on.strong_count() > 0 {
            match from.recv_timeout(LOOK) {
                Ok(signal) if sender.send(signal).is_err() => return,
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if !asked && folder.is_asked_to_cancel() {
                asked = true;
                if (0..2).any(|_| sender.send("srunx flow cancel").is_err()) {
                    return;
                }
            }
        }
    };
    match thread::Builder::new().name("interrupts".into()).spawn(work) {
        Ok(_) => receiver,
        Err(_) => signals,
    }
}

#[cfg(feature = "slurm")]
fn slurm(wait_for_controller: Duration, push: bool) -> Result<Arc<dyn Scheduler>, RunError> {
    use crate::scheduler::slurm::SlurmScheduler;
    use crate::slurm::{Client, ConnectOptions};
    let client = Client::connect(&ConnectOptions { wait_for_controller, ..ConnectOptions::default() })?;
    Ok(Arc::new(SlurmScheduler::new(Arc::new(client), push)))
}

#[cfg(not(feature = "slurm"))]
fn slurm(_: Duration, _: bool) -> Result<Arc<dyn Scheduler>, RunError> {
    Err(RunError::NoSlurm)
}

/// An id that sorts by time, to the millisecond, and that no other run has: `20261122-174501-3f9a1c2e` with the milliseconds
/// as the first three of its hexadecimal digits.
pub(crate) fn new_run_id() -> RunId {
    // RandomState is seeded by the system for each process and counts up within it.
    let random = RandomState::new().hash_one(std::process::id()) as u32 & 0xf_ffff;
    let now = Zoned::now();
    RunId(format!("{}-{:03x}{random:05x}", now.strftime("%Y%m%d-%H%M%S"), now.millisecond()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn run_ids_differ() {
        assert_ne!(super::new_run_id(), super::new_run_id());
    }
}
