//! The way in for programs: a workflow, who listens, and go.

use crate::engine::{Options, PrepareError, RunResult, Runner, RunnerError, prepare};
use crate::event::{Listener, RunId};
use crate::scheduler::local::{LocalOptions, LocalScheduler};
use crate::scheduler::{Scheduler, SchedulerError};
use crate::workflow::{Submitter, Workflow, WorkflowError};
use crossbeam_channel::Receiver;
use jiff::Zoned;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;
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
    /// This machine cannot run jobs.
    #[error(transparent)]
    Local(SchedulerError),
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
        Self { workflow, listeners: Vec::new(), scheduler: None, interrupts: None, patience: None }
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
        let Self { workflow, listeners, scheduler, interrupts, patience } = self;
        let submitter = Submitter::here().map_err(RunError::Here)?;
        let requests: Vec<_> =
            (0..workflow.jobs().len()).map(|job| workflow.request(job, &submitter)).collect();
        let scheduler = scheduler.map_or_else(|| slurm(patience.unwrap_or_default()), Ok)?;
        prepare(&requests).map_err(RunError::Prepare)?;
        let mut options = Options::new(new_run_id());
        if let Some(interrupts) = interrupts {
            options.interrupts = interrupts;
        }
        if let Some(patience) = patience {
            options.wait_for_scheduler = patience;
        }
        let runner = Runner::new(&workflow, requests, scheduler, options)?;
        Ok(runner.listen_all(listeners).run())
    }
}

#[cfg(feature = "slurm")]
fn slurm(wait_for_controller: Duration) -> Result<Arc<dyn Scheduler>, RunError> {
    use crate::scheduler::slurm::SlurmScheduler;
    use crate::slurm::{Client, ConnectOptions};
    let client = Client::connect(&ConnectOptions { wait_for_controller, ..ConnectOptions::default() })?;
    Ok(Arc::new(SlurmScheduler::new(Arc::new(client), true)))
}

#[cfg(not(feature = "slurm"))]
fn slurm(_: Duration) -> Result<Arc<dyn Scheduler>, RunError> {
    Err(RunError::NoSlurm)
}

/// An id that sorts by time and that no other run has: `20261122-174501-3f9a1c2e`.
pub(crate) fn new_run_id() -> RunId {
    // RandomState is seeded by the system for each process and counts up within it.
    let random = RandomState::new().hash_one(std::process::id()) as u32;
    RunId(format!("{}-{random:08x}", Zoned::now().strftime("%Y%m%d-%H%M%S")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn run_ids_differ() {
        assert_ne!(super::new_run_id(), super::new_run_id());
    }
}
