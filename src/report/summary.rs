//! What became of each job: a fold of a run's events into rows. The engine has a fold of its own; this one holds what
//! people read.

use super::attempts::Attempts;
use crate::event::{Event, EventKind, RunOutcome};
use crate::job::{ExitStatus, JobId, JobState, JobStatus, Outcome, TaskEnd, TaskProgress};
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::PathBuf;

/// A run as its events tell it so far.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The workflow's name.
    pub workflow: String,
    /// `slurm` or `local`.
    pub scheduler: String,
    /// When the run began.
    pub started: Option<Timestamp>,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// How it ended, if it did.
    pub outcome: Option<RunOutcome>,
    /// One for each job, in the workflow's order.
    pub rows: Vec<Row>,
    places: HashMap<String, usize>,
}

/// What is known of one job.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its name in the workflow.
    pub job: String,
    /// Its number, once it was submitted.
    pub id: Option<JobId>,
    /// Where it stands.
    pub standing: Standing,
    /// Its exit code and signal, once it has ended.
    pub exit: ExitStatus,
    /// Why it waits, how it ended, why it was rejected or skipped.
    pub reason: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The nodes it has or had.
    pub nodes: String,
    /// How often it was queued again.
    pub restarts: u32,
    /// When it started (last).
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where its standard output goes.
    pub log: Option<PathBuf>,
    /// Of an array that was submitted: its tasks.
    pub tasks: Option<TaskProgress>,
    /// Of an array that runs again in part: its tasks as they were left.
    pub(super) done_before: Option<TaskProgress>,
    /// Its attempts, where it was tried again or is to be.
    pub attempts: Attempts,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Not submitted.
    #[default]
    Waiting,
    /// Submitted; its state, once one was seen.
    UnderWay(Option<JobState>),
    /// At its end.
    Ended(Outcome),
}

impl Row {
    /// The word for its status, and of an array how many of its tasks are done, or did not complete; as the table shows it.
    #[must_use]
    pub fn status(&self) -> String {
        let word = self.word();
        let Some(tasks) = &self.tasks else { return word };
        let (all, over, failed) = (tasks.all().count(), tasks.over().count(), tasks.failed().count());
        match self.standing {
            Standing::UnderWay(_) => format!("{word} {over}/{all}"),
            Standing::Ended(_) if failed > 0 => format!("{word} {failed}/{all}"),
            _ => word,
        }
    }

    /// The word for its status alone.
    fn word(&self) -> String {
        match self.standing {
            Standing::Waiting => "WAITING".to_owned(),
            Standing::UnderWay(None) => "SUBMITTED".to_owned(),
            Standing::UnderWay(Some(state)) => state.to_string(),
            Standing::Ended(outcome) => outcome.to_string(),
        }
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        match self.standing {
            Standing::Ended(outcome) => Some(outcome),
            Standing::Waiting | Standing::UnderWay(_) => None,
        }
    }

    /// Whether it was submitted and has not ended.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        matches!(self.standing, Standing::UnderWay(_))
    }

    /// Whether it ran, or should have, and did not complete. A job that was skipped did not fail.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.outcome().is_some_and(|outcome| !outcome.is_success() && outcome != Outcome::Skipped)
    }

    fn reopen(&mut self) {
        let done_before = match self.tasks.take() {
            Some(tasks) => tasks.without_failures(),
            None => self.done_before.take(),
        };
        *self = Self { job: std::mem::take(&mut self.job), done_before, ..Self::default() };
    }

    /// Nothing has become of this attempt.
    fn withdraw(&mut self) {
        if self.attempts.is_first() {
            return self.reopen();
        }
        (self.standing, self.id) = (Standing::Waiting, None);
        self.reopen_tasks();
    }

    /// Whether an attempt of it ended and the next has not been submitted.
    #[must_use]
    pub fn waits_again(&self) -> bool {
        self.standing == Standing::Waiting && !self.attempts.is_first()
    }

    fn reopen_tasks(&mut self) {
        if let Some((progress, tasks)) = self.tasks.as_mut().zip(self.attempts.tasks()) {
            progress.reopen(tasks);
        }
    }

    /// The run is over: a job that waited for its next attempt ended, here at least, as its last one did.
    fn leave(&mut self) {
        if let Some(last) = self.attempts.last().filter(|_| self.waits_again()) {
            self.standing = Standing::Ended(last);
            self.attempts.leave(true);
            self.tasks.iter_mut().for_each(TaskProgress::settle);
        }
    }

    fn take_up(&mut self) {
        if self.attempts.leave(false) {
            self.standing = Standing::Waiting;
            self.reopen_tasks();
        }
    }

    fn take(&mut self, status: &JobStatus) {
        self.id = Some(status.id);
        self.exit = status.exit;
        self.reason.clone_from(&status.reason);
        self.restarts = status.restarts;
        self.started = status.started;
        self.ended = status.ended;
        // What is not said any more was still true: a job that is over has nodes no longer, but ran on them.
        if !status.nodes.is_empty() {
            self.nodes.clone_from(&status.nodes);
        }
        if status.stdout.is_some() {
            self.log.clone_from(&status.stdout);
        }
    }
}

impl Summary {
    /// Takes the next event in.
    pub fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted { workflow, jobs, scheduler, .. } => {
                *self = Self {
                    workflow: workflow.clone(),
                    scheduler: scheduler.clone(),
                    started: Some(event.at),
                    ..Self::default()
                };
                for job in jobs {
                    self.row_mut(job);
                }
            }
            EventKind::Submitted { job, id, tasks } => {
                let row = self.row_mut(job);
                row.id = Some(*id);
                // Of those that are tried again, the others' ends are known.
                if row.attempts.is_first() {
                    let tasks = tasks.clone().map(TaskProgress::of);
                    row.tasks = tasks.map(|fresh| row.done_before.clone().unwrap_or(fresh));
                }
                row.exit = ExitStatus::default();
                (row.started, row.ended) = (None, None);
                row.standing = Standing::UnderWay(None);
                row.reason.clear();
            }
            EventKind::SubmissionDelayed { job, reason } => self.row_mut(job).reason.clone_from(reason),
            EventKind::Rejected { job, reason, hint } => {
                let row = self.row_mut(job);
                row.standing = Standing::Ended(Outcome::Rejected);
                row.reason.clone_from(reason);
                row.hint.clone_from(hint);
            }
            EventKind::Untraceable { job, reason, hint } => {
                let row = self.row_mut(job);
                row.standing = Standing::Ended(Outcome::Unknown);
                row.reason.clone_from(reason);
                row.hint = Some(hint.clone());
            }
            EventKind::Skipped { job, because } => {
                let row = self.row_mut(job);
                row.standing = Standing::Ended(Outcome::Skipped);
                row.reason.clone_from(because);
            }
            EventKind::NotNeeded { job, because } => {
                let row = self.row_mut(job);
                row.standing = Standing::Ended(Outcome::Skipped);
                row.reason.clone_from(because);
                row.tasks = None;
            }
            EventKind::Reopened { jobs, whole } => {
                (self.ended, self.outcome) = (None, None);
                for job in jobs {
                    let row = self.row_mut(job);
                    row.reopen();
                    row.done_before = row.done_before.take().filter(|_| !whole);
                }
            }
            EventKind::Assumed { job, outcome, because } => {
                let row = self.row_mut(job);
                let tasks = row.tasks.as_mut().and_then(|tasks| {
                    tasks.assume(*outcome);
                    tasks.outcome()
                });
                row.standing = Standing::Ended(tasks.unwrap_or(*outcome));
                row.reason.clone_from(because);
            }
            EventKind::Changed { job, status } | EventKind::Requeued { job, status } => {
                let row = self.row_mut(job);
                row.take(status);
                row.standing = Standing::UnderWay(status.state);
            }
            EventKind::Ended { job, outcome, status } => {
                let row = self.row_mut(job);
                if row.waits_again() {
                    row.attempts.give_up();
                    row.tasks.iter_mut().for_each(TaskProgress::settle);
                }
                row.take(status);
                row.standing = Standing::Ended(*outcome);
            }
            EventKind::AttemptEnded { job, outcome, status, tasks, next, of, .. } => {
                let row = self.row_mut(job);
                row.take(status);
                row.standing = Standing::Waiting;
                row.attempts.ended(*outcome, status, tasks.as_ref(), *next, *of);
                row.reopen_tasks();
            }
            EventKind::RunEnded { outcome } => {
                self.ended = Some(event.at);
                self.outcome = Some(*outcome);
                self.rows.iter_mut().for_each(Row::leave);
            }
            EventKind::TasksStarted { job, tasks } => {
                self.row_mut(job).tasks.iter_mut().for_each(|progress| progress.start(tasks));
            }
            EventKind::TasksRequeued { job, tasks } => {
                self.row_mut(job).tasks.iter_mut().for_each(|progress| progress.requeue(tasks));
            }
            EventKind::TasksEnded { job, tasks, outcome, exit, reason } => {
                let end =
                    TaskEnd { tasks: tasks.clone(), outcome: *outcome, exit: *exit, reason: reason.clone() };
                self.row_mut(job).tasks.iter_mut().for_each(|progress| progress.end(end.clone()));
            }
            EventKind::Withdrawn { job } => {
                self.row_mut(job).withdraw();
            }
            EventKind::RunResumed { .. } => {
                (self.ended, self.outcome) = (None, None);
                self.take_up();
            }
            EventKind::Submitting { .. }
            | EventKind::PartSubmitting { .. }
            | EventKind::PartSubmitted { .. }
            | EventKind::JournalLost { .. }
            | EventKind::SchedulerLost { .. }
            | EventKind::SchedulerBack
            | EventKind::Interrupted { .. }
            | EventKind::Cancelling { .. } => {}
        }
    }

    /// Jobs that waited for their next attempt when the run was left wait for it again.
    pub(crate) fn take_up(&mut self) {
        self.rows.iter_mut().for_each(Row::take_up);
    }

    /// What is known of the job called `job`.
    #[must_use]
    pub fn row(&self, job: &str) -> Option<&Row> {
        self.places.get(job).map(|&place| &self.rows[place])
    }

    /// The jobs that were submitted and have not ended.
    pub fn under_way(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_under_way())
    }

    /// The jobs that did not complete, without those that were skipped.
    pub fn failed(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.has_failed())
    }

    /// How many jobs ended so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.rows.iter().filter(|row| row.outcome() == Some(outcome)).count()
    }

    fn row_mut(&mut self, job: &str) -> &mut Row {
        let place = match self.places.get(job) {
            Some(&place) => place,
            None => {
                self.places.insert(job.to_owned(), self.rows.len());
                self.rows.push(Row { job: job.to_owned(), ..Row::default() });
                self.rows.len() - 1
            }
        };
        &mut self.rows[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{Story, failures};

    #[test]
    fn rows_follow_the_events() {
        let mut summary = Summary::default();
        failures().iter().for_each(|event| summary.apply(event));
        assert_eq!(summary.workflow, "test");
        assert_eq!(summary.outcome, Some(RunOutcome::Failed));
        let words: Vec<_> = summary.rows.iter().map(|row| (row.job.as_str(), row.status())).collect();
        let expected = ["COMPLETED", "FAILED", "OUT_OF_MEMORY", "REJECTED", "SKIPPED"];
        assert_eq!(words.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>(), expected);
        assert_eq!(summary.failed().count(), 3);
        assert_eq!(summary.under_way().count(), 0);
        assert_eq!(summary.count(Outcome::Skipped), 1);
        assert_eq!(summary.row("d").and_then(|row| row.id), None);
    }

    #[test]
    fn a_job_that_ended_may_be_queued_again() {
        let mut story = Story::of(&["a"]);
        story.submitted("a", 7).ended("a", 7, Outcome::NodeFail, 0, 0).requeued("a", 7, 1);
        let mut summary = Summary::default();
        story.events().iter().for_each(|event| summary.apply(event));
        assert_eq!(summary.under_way().count(), 1);
        assert_eq!(summary.rows[0].restarts, 1);
        assert_eq!(summary.rows[0].status(), "PENDING");
    }
}
