//! `srunx flow resume`, `cancel`, `list`, `status` and `logs`: runs that are kept.

mod list;
mod logs;
mod status;

pub use list::list;
pub use logs::logs;
pub use status::status;

use super::args::{CancelArgs, Color, ResumeArgs, WhichRun};
use super::exit::Exit;
use super::{choice, flow, message};
use crate::engine::{JobEntry, Phase, State};
use crate::journal::{About, JournalError, RunFolder, Runs};
use crate::runner::WorkflowRunner;
use crate::workflow::Workflow;
use std::thread;
use std::time::{Duration, Instant};

/// What was kept of a run.
struct Kept {
    folder: RunFolder,
    about: About,
    state: State,
}

fn refuse(error: JournalError, color: Color) -> Exit {
    flow::explain(&error.into(), color)
}

fn find(which: &WhichRun, color: Color) -> Result<Kept, Exit> {
    let found = Runs::of_user().and_then(|runs| match &which.run {
        Some(run) => runs.find(run),
        None => runs.last(),
    });
    open(found, color)
}

fn open(found: Result<RunFolder, JournalError>, color: Color) -> Result<Kept, Exit> {
    let opened = found.and_then(|folder| {
        let (about, events) = (folder.about()?, folder.events()?);
        Ok(Kept { folder, about, state: State::replay(&events) })
    });
    opened.map_err(|error| refuse(error, color))
}

impl Kept {
    /// Its workflow, as it was kept.
    fn workflow(&self, color: Color) -> Result<Workflow, Exit> {
        // Paths are from where the run began.
        if std::env::set_current_dir(&self.about.work_dir).is_err() {
            let folder = self.about.work_dir.display();
            message::warning(color, &format!("the folder where the run began cannot be entered: {folder}"));
        }
        let text = self.folder.workflow().map_err(|error| refuse(error, color))?;
        let files = self.folder.parameters().map_err(|error| refuse(error, color))?;
        flow::parse(&self.about.file, &text, files).map_err(|error| flow::refuse(error, color))
    }

    fn runner(&self, workflow: Workflow) -> WorkflowRunner {
        WorkflowRunner::new(workflow).resume(self.folder.clone())
    }
}

/// `srunx flow resume RUN`
pub fn resume(args: &ResumeArgs, color: Color) -> Exit {
    let go_on = || {
        let kept = find(&args.which, color)?;
        let workflow = kept.workflow(color)?;
        let selection = choice::selection(&args.choice, args.retry_failed, &workflow, color)?;
        let assumed = choice::assumed(&args.choice);
        let unknown = kept.state.jobs().iter().any(JobEntry::has_unknown_end);
        let again = !selection.is_whole()
            || selection.failed && !kept.state.succeeded()
            || assumed.is_some() && unknown;
        if !kept.state.jobs().is_empty() && kept.state.all_over() && !again {
            let how = if kept.state.succeeded() {
                "its jobs completed"
            } else {
                "some of its jobs did not complete"
            };
            message::note(color, &format!("the run {} is over: {how}", kept.folder.run));
            return Ok(if kept.state.succeeded() { Exit::Completed } else { Exit::JobFailed });
        }
        let runner = kept.runner(workflow).select(selection).assume(assumed);
        flow::follow(runner, kept.about.local.as_ref(), &args.follow, args.detach, color)
    };
    go_on().unwrap_or_else(|exit| exit)
}

/// `srunx flow cancel RUN`
pub fn cancel(args: &CancelArgs, color: Color) -> Exit {
    let cancel = || {
        let kept = find(&args.which, color)?;
        if let Some(holder) = kept.folder.holder() {
            kept.folder.ask_to_cancel().map_err(|error| refuse(error, color))?;
            message::note(
                color,
                &format!("the run {} is followed by {holder}: it is asked to cancel", kept.folder.run),
            );
            if !is_let_go(&kept.folder) {
                message::error(color, "it has not done so yet; the request stays", None);
                return Ok(Exit::JobFailed);
            }
        }
        let kept = open(Ok(kept.folder), color)?;
        if is_open(&kept.state) {
            let runner = kept.runner(kept.workflow(color)?).cancel();
            flow::follow(runner, kept.about.local.as_ref(), &args.follow, false, color)?;
        }
        let left = open(Ok(kept.folder), color)?;
        if is_open(&left.state) {
            message::error(
                color,
                &format!("jobs of the run {} are still under way", left.folder.run),
                Some("try again; srunx flow status shows them"),
            );
            return Ok(Exit::JobFailed);
        }
        message::note(color, &format!("nothing of the run {} is under way", left.folder.run));
        Ok(Exit::Completed)
    };
    cancel().unwrap_or_else(|exit| exit)
}

/// Whether the scheduler has anything of it, or may have.
fn is_open(state: &State) -> bool {
    state.jobs().iter().any(|entry| matches!(entry.phase, Phase::Submitting | Phase::UnderWay))
}

/// Waits for the client that is at a run to leave it.
fn is_let_go(folder: &RunFolder) -> bool {
    const LONGEST: Duration = Duration::from_secs(60);
    let start = Instant::now();
    while folder.holder().is_some() {
        if start.elapsed() > LONGEST {
            return false;
        }
        thread::sleep(Duration::from_millis(100));
    }
    true
}
