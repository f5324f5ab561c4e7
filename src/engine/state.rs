//! What is known of a run: the fold of its events, and nothing besides.

use crate::event::{Event, EventKind, RunId, RunOutcome};
use crate::job::{JobId, JobStatus, Outcome, TaskEnd, TaskProgress, TaskSet};
use crate::scheduler::{Earlier, Part};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// What is known of a run. It is made by applying the run's events to [`State::default`], in order, and changed in no
/// other way: two folds of the same events are equal, whoever made them and when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    run: Option<RunId>,
    began: Option<Timestamp>,
    jobs: Vec<JobEntry>,
    by_name: HashMap<String, usize>,
    by_id: HashMap<JobId, usize>,
    under_way: usize,
    over: usize,
    scheduler_lost: bool,
    interrupted: bool,
    ended: Option<RunOutcome>,
}

/// How far a job has come in its run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was asked of the scheduler yet.
    #[default]
    Waiting,
    /// It may have been submitted: its token tells.
    Submitting,
    /// The scheduler has it.
    UnderWay,
    /// It has an outcome.
    Over,
}

/// What is known of one job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobEntry {
    /// Its name in the workflow.
    pub name: String,
    /// How far it has come.
    pub phase: Phase,
    /// The token of its last submission.
    pub token: Option<String>,
    /// Of an array that goes in piece by piece: those that were handed over, the last one perhaps, by their numbers.
    pub parts: BTreeMap<u32, Part>,
    /// How often it was about to be submitted.
    pub attempts: u32,
    /// The attempts that ended and were followed by another, or are to be, since the user last had it run.
    pub earlier: Vec<Attempt>,
    /// From the first of those ends on.
    pub again: Option<Again>,
    /// Whether the scheduler has had no room for it and it is still to be submitted.
    pub delayed: bool,
    /// Its id at the scheduler.
    pub id: Option<JobId>,
    /// Whether it was ever seen started.
    pub started: bool,
    /// How often it was told to be back in the queue.
    pub requeues: u32,
    /// What the scheduler said last.
    pub status: Option<JobStatus>,
    /// Of an array that the scheduler has: its tasks.
    pub tasks: Option<TaskProgress>,
    /// Of an array that is to run again, or does: its tasks as they were left, those over that completed and are not run again.
    pub done_before: Option<TaskProgress>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Whether what waits for it takes it as done, though it was not run.
    pub not_needed: bool,
    /// Why it was rejected, skipped or not needed, or is taken to have ended as it did.
    pub why: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// An attempt of a job that another follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// How it ended.
    pub outcome: Outcome,
    /// What the scheduler said of it last, its id first.
    pub status: JobStatus,
    /// When the engine learned of its end.
    pub at: Timestamp,
    /// Of how many attempts at most.
    pub of: u32,
}

/// What is to be tried again, or is being so.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// Not submitted before.
    pub next: Timestamp,
    /// Of an array: the tasks.
    pub tasks: Option<TaskSet>,
}

impl State {
    /// The state that `events` make.
    #[must_use]
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut state = Self::default();
        for event in events {
            state.apply(event);
        }
        state
    }

    /// Changes the state by one event: the only way in which it changes. An event that names no job of the run, or
    /// comes after the job's end and could only reopen it, changes nothing.
    pub fn apply(&mut self, event: &Event) {
        use EventKind as E;
        match &event.kind {
            E::RunStarted { jobs, .. } => self.begin(event, jobs),
            E::Submitting { job, token } => self.edit(job, |entry| {
                entry.back_to(Phase::Submitting);
                entry.token = Some(token.clone());
                entry.attempts = entry.attempts.saturating_add(1);
            }),
            E::Submitted { job, id, tasks } => {
                self.edit(job, |entry| {
                    entry.phase = Phase::UnderWay;
                    entry.id = Some(*id);
                    // Of those that are tried again, the others' ends are known.
                    if entry.again.is_none() {
                        let tasks = tasks.clone().map(TaskProgress::of);
                        entry.tasks = tasks.map(|fresh| entry.done_before.clone().unwrap_or(fresh));
                    }
                    entry.delayed = false;
                });
                if let Some(job) = self.by_name.get(job) {
                    self.by_id.insert(*id, *job);
                }
            }
            E::PartSubmitting { job, part, tasks, offset } => self.edit(job, |entry| {
                let known = Part { tasks: tasks.clone(), offset: *offset, id: None };
                entry.parts.insert(*part, known);
            }),
            E::PartSubmitted { job, part, id } => self.edit(job, |entry| {
                entry.parts.entry(*part).and_modify(|known| known.id = Some(*id));
            }),
            E::Withdrawn { job } => self.edit(job, |entry| match entry.phase {
                Phase::Over => {}
                _ if entry.again.is_some() => entry.back_to(Phase::Waiting),
                _ => entry.reopen(),
            }),
            E::SubmissionDelayed { job, .. } => self.edit(job, |entry| entry.delayed = true),
            E::Rejected { job, reason, hint } => self.edit(job, |entry| {
                entry.end(Outcome::Rejected);
                entry.why = Some(reason.clone());
                entry.hint.clone_from(hint);
            }),
            E::Untraceable { job, reason, hint } => self.edit(job, |entry| {
                entry.end(Outcome::Unknown);
                entry.why = Some(reason.clone());
                entry.hint = Some(hint.clone());
            }),
            E::Skipped { job, because } => self.edit(job, |entry| {
                entry.end(Outcome::Skipped);
                entry.why = Some(because.clone());
            }),
            E::NotNeeded { job, because } => self.edit(job, |entry| {
                // One that did not complete in vain is forgiven, too.
                entry.phase = Phase::Over;
                entry.outcome = Some(Outcome::Skipped);
                entry.tasks = None;
                entry.not_needed = true;
                entry.why = Some(because.clone());
            }),
            E::Reopened { jobs, whole } => {
                self.ended = None;
                for job in jobs {
                    self.edit(job, |entry| {
                        entry.reopen();
                        entry.done_before = entry.done_before.take().filter(|_| !whole);
                    });
                }
            }
            E::Assumed { job, outcome, because } => self.edit(job, |entry| entry.assume(*outcome, because)),
            E::Changed { job, status } => self.edit(job, |entry| entry.see(status)),
            E::Requeued { job, status } => self.edit(job, |entry| {
                if entry.phase != Phase::Over {
                    // The record's own count grows only when the job is back in the queue for good.
                    entry.requeues = entry.requeues.saturating_add(1).max(status.restarts);
                }
                entry.see(status);
            }),
            E::TasksStarted { job, tasks } => self.edit(job, |entry| {
                entry.open_tasks().into_iter().for_each(|progress| progress.start(tasks));
                entry.note_start();
            }),
            E::TasksRequeued { job, tasks } => self.edit(job, |entry| {
                entry.open_tasks().into_iter().for_each(|progress| progress.requeue(tasks));
            }),
            E::TasksEnded { job, tasks, outcome, exit, reason } => self.edit(job, |entry| {
                let end =
                    TaskEnd { tasks: tasks.clone(), outcome: *outcome, exit: *exit, reason: reason.clone() };
                if let Some(progress) = entry.open_tasks() {
                    progress.end(end);
                }
                entry.note_start();
            }),
            E::Ended { job, outcome, status } => self.edit(job, |entry| {
                entry.see(status);
                entry.end(*outcome);
            }),
            E::AttemptEnded { job, outcome, status, tasks, next, of, .. } => self.edit(job, |entry| {
                if entry.phase == Phase::Over {
                    return;
                }
                entry.see(status);
                let (outcome, status) = (*outcome, status.clone());
                entry.earlier.push(Attempt { outcome, status, at: event.at, of: *of });
                entry.again = Some(Again { next: *next, tasks: tasks.clone() });
                entry.reopen_tasks();
                entry.phase = Phase::Waiting;
            }),
            E::SchedulerLost { .. } => self.scheduler_lost = true,
            E::SchedulerBack => self.scheduler_lost = false,
            E::Interrupted { .. } => self.interrupted = true,
            E::Cancelling { .. } => {}
            E::RunEnded { outcome } => self.ended = Some(*outcome),
            E::RunResumed { .. } => {
                (self.ended, self.interrupted, self.scheduler_lost) = (None, false, false);
            }
            E::JournalLost { .. } => {}
        }
    }

    fn begin(&mut self, event: &Event, jobs: &[String]) {
        *self = Self {
            run: Some(event.run.clone()),
            began: Some(event.at),
            jobs: jobs.iter().map(|name| JobEntry { name: name.clone(), ..JobEntry::default() }).collect(),
            by_name: jobs.iter().enumerate().map(|(place, name)| (name.clone(), place)).collect(),
            ..Self::default()
        };
    }

    /// Changes one job and keeps the counts.
    fn edit(&mut self, name: &str, change: impl FnOnce(&mut JobEntry)) {
        let Some(entry) = self.by_name.get(name).and_then(|place| self.jobs.get_mut(*place)) else { return };
        let before = entry.phase;
        change(entry);
        let after = entry.phase;
        self.under_way -= usize::from(before == Phase::UnderWay);
        self.under_way += usize::from(after == Phase::UnderWay);
        self.over -= usize::from(before == Phase::Over);
        self.over += usize::from(after == Phase::Over);
    }

    /// The run's id; none before its first event.
    #[must_use]
    pub fn run(&self) -> Option<&RunId> {
        self.run.as_ref()
    }

    /// When the run began.
    #[must_use]
    pub fn began(&self) -> Option<Timestamp> {
        self.began
    }

    /// Its jobs, in the workflow's order.
    #[must_use]
    pub fn jobs(&self) -> &[JobEntry] {
        &self.jobs
    }

    /// The job at `place` in the workflow.
    #[must_use]
    pub fn job(&self, place: usize) -> Option<&JobEntry> {
        self.jobs.get(place)
    }

    /// The place in the workflow of the job that the scheduler calls `id`.
    #[must_use]
    pub fn place_of(&self, id: JobId) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// The place in the workflow of the job called `name`.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// How many jobs the scheduler has.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.under_way
    }

    /// Whether every job has an outcome.
    #[must_use]
    pub fn all_over(&self) -> bool {
        self.over == self.jobs.len()
    }

    /// Whether nothing is left to be submitted: the scheduler has each job, or it is over.
    #[must_use]
    pub fn all_handed_over(&self) -> bool {
        self.under_way + self.over == self.jobs.len()
    }

    /// Whether every job is over and none of them failed. A job that was skipped did not fail: if that is because of a
    /// failure, the job that failed counts.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.jobs.iter().all(|job| matches!(job.outcome, Some(Outcome::Completed | Outcome::Skipped)))
    }

    /// Whether the scheduler has stopped answering.
    #[must_use]
    pub fn scheduler_lost(&self) -> bool {
        self.scheduler_lost
    }

    /// Whether the user asked the run to stop.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// How the run ended, if it did.
    #[must_use]
    pub fn ended(&self) -> Option<RunOutcome> {
        self.ended
    }
}

impl JobEntry {
    fn see(&mut self, status: &JobStatus) {
        if self.phase == Phase::Over {
            return;
        }
        // Of an array that is so when its first task is; what all of them do is told task by task.
        let one = self.tasks.is_none();
        self.started |= one && status.state.is_some_and(crate::job::JobState::has_started);
        self.status = Some(status.clone());
    }

    /// An array has started when all of its tasks have, or are over (sbatch(1), `after`): those that are quick may never be
    /// seen running. Once all are over, their ends say whether it had.
    fn note_start(&mut self) {
        let Some(progress) = self.open_tasks().filter(|progress| !progress.is_over()) else { return };
        self.started |= progress.started().union(progress.over()) == *progress.all();
    }

    /// The tasks of an array that is not over.
    fn open_tasks(&mut self) -> Option<&mut TaskProgress> {
        self.tasks.as_mut().filter(|_| self.phase != Phase::Over)
    }

    /// Nothing has become of it, but that it was tried before, and what tasks completed then.
    fn reopen(&mut self) {
        let (name, attempts) = (std::mem::take(&mut self.name), self.attempts);
        let done_before = match self.tasks.take() {
            Some(tasks) => tasks.without_failures(),
            None => self.done_before.take(),
        };
        *self = Self { name, attempts, done_before, ..Self::default() };
    }

    /// Nothing has become of this attempt; of those before it all is still known.
    fn back_to(&mut self, phase: Phase) {
        let Self { name, attempts, earlier, again, tasks, started, done_before, .. } = std::mem::take(self);
        *self = Self { name, phase, attempts, done_before, ..Self::default() };
        if again.is_some() {
            (self.earlier, self.again, self.tasks, self.started) = (earlier, again, tasks, started);
            self.reopen_tasks();
        }
    }

    fn reopen_tasks(&mut self) {
        let again = self.again.as_ref().and_then(|again| again.tasks.as_ref());
        if let Some((progress, tasks)) = self.tasks.as_mut().zip(again) {
            progress.reopen(tasks);
        }
    }

    /// What is known of its last submission, for a scheduler that is to go on with that.
    #[must_use]
    pub fn handed_over(&self, id: JobId) -> Earlier<'_> {
        let tasks = self.tasks.as_ref();
        Earlier {
            parts: Some(&self.parts).filter(|parts| !parts.is_empty()),
            open: tasks.map(TaskProgress::open).unwrap_or_default(),
            completed: tasks.map(|tasks| tasks.ended(Outcome::is_success)).unwrap_or_default(),
            ..Earlier::of(id)
        }
    }

    /// Of an array that goes in piece by piece: its open tasks that are in none of those that were handed over.
    pub(super) fn not_handed_over(&self) -> TaskSet {
        let handed = self.parts.values().fold(TaskSet::default(), |all, part| all.union(&part.tasks));
        let open = self.tasks.as_ref().filter(|_| !self.parts.is_empty()).map(TaskProgress::open);
        open.unwrap_or_default().difference(&handed)
    }

    /// Whether an attempt of it ended and the next has not been submitted.
    #[must_use]
    pub fn waits_again(&self) -> bool {
        self.phase == Phase::Waiting && self.again.is_some()
    }

    /// How it ended. While it waits for its next attempt, which may never be, that is how its last one did.
    #[must_use]
    pub fn last_outcome(&self) -> Option<Outcome> {
        let last = || self.earlier.last().filter(|_| self.waits_again());
        self.outcome.or_else(|| last().map(|attempt| attempt.outcome))
    }

    /// An end that nobody knows is taken to be `outcome`.
    fn assume(&mut self, outcome: Outcome, because: &str) {
        if !self.has_unknown_end() {
            return;
        }
        if let Some(tasks) = &mut self.tasks {
            tasks.assume(outcome);
        }
        self.outcome = self.tasks.as_ref().map_or(Some(outcome), TaskProgress::outcome);
        self.why = Some(because.to_owned());
    }

    /// Whether it is over, and nobody knows how it ended, or a task of it.
    #[must_use]
    pub fn has_unknown_end(&self) -> bool {
        let unknown = |outcome| outcome == Outcome::Unknown;
        let tasks = self.tasks.as_ref().is_some_and(|tasks| !tasks.ended(unknown).is_empty());
        self.phase == Phase::Over && (tasks || self.outcome.is_some_and(unknown))
    }

    fn end(&mut self, outcome: Outcome) {
        if self.phase == Phase::Over {
            return;
        }
        self.phase = Phase::Over;
        self.delayed = false;
        self.outcome = Some(outcome);
        // What was to be tried again and never was ended as it did before.
        self.tasks.iter_mut().for_each(TaskProgress::settle);
    }
}

#[cfg(test)]
mod tests;
