//! Looking at the jobs that are under way.

use super::super::follow;
use super::super::left::unseen;
use super::super::observe::{Look, Seen};
use super::super::state::{JobEntry, Phase};
use super::Run;
use super::submitting::Side;
use crate::event::EventKind;
use crate::job::{ExitStatus, JobId, JobStatus, Outcome, TaskProgress, TaskStates};
use std::collections::HashSet;
use std::time::Instant;

impl Run<'_> {
    /// Looks, if it is time to.
    pub(super) fn look_if_due(&mut self, now: Instant) {
        let Some(look) = self.pace.begin(now, self.state.under_way()) else { return };
        let under_way = |job: &usize| {
            self.state.job(*job).is_some_and(|entry| entry.phase == Phase::UnderWay && entry.id.is_some())
        };
        self.asked = match look {
            Look::All => (0..self.state.jobs().len()).filter(under_way).collect(),
            Look::Only(jobs) => jobs.into_iter().filter(under_way).collect(),
        };
        let ids = self.asked.iter().filter_map(|job| self.state.job(*job)?.id).collect();
        self.observer.ask(ids);
    }

    /// Something was heard of a job.
    pub(super) fn heard(&mut self, id: JobId) {
        match self.state.place_of(id) {
            Some(job) if self.state.job(job).is_some_and(|entry| entry.phase == Phase::UnderWay) => {
                self.pace.heard(job, Instant::now());
            }
            // Its end may be known before the answer to its submission has come.
            None if self.submitters.out() > 0 => {
                self.early.insert(id);
            }
            _ => {}
        }
    }

    /// What a look brought.
    pub(super) fn saw(&mut self, seen: Seen) {
        let now = Instant::now();
        let statuses = match seen {
            Ok(statuses) => statuses,
            Err(error) => {
                self.silent(Side::Telling, error, now);
                self.pace.put_off(self.telling.retry().unwrap_or(now));
                return;
            }
        };
        self.answers(Side::Telling);
        let mut changed = false;
        let mut told = HashSet::with_capacity(statuses.len());
        // Arrays last: what is not known of their tasks may follow from the ends of others.
        for arrays in [false, true] {
            for status in &statuses {
                // The id of an attempt before this one says nothing of it.
                let current = |job: &usize| {
                    let entry = self.state.job(*job);
                    entry.is_some_and(|entry| entry.id == Some(status.id) && entry.tasks.is_some() == arrays)
                };
                if let Some(job) = self.state.place_of(status.id).filter(current) {
                    told.insert(job);
                    changed |= self.learned(job, status, now);
                }
            }
            changed |= self.settle();
        }
        for job in std::mem::take(&mut self.asked) {
            if let Some(id) = self.state.job(job).and_then(|entry| entry.id).filter(|_| !told.contains(&job))
            {
                changed |= self.learned(job, &JobStatus::unknown(id), now);
            }
        }
        changed |= self.settle();
        self.pace.looked(now, changed);
    }

    /// Tells the ends that the look brought; whether there are any to be told.
    fn settle(&mut self) -> bool {
        let mut ends = std::mem::take(&mut self.ends);
        let mut told = false;
        while let Some((job, kind)) = ends.next(self.workflow, &self.state) {
            self.over(job, kind);
            self.moved(job);
            told = true;
        }
        // The others are told again when they are looked at again.
        told
    }

    /// One job's status; whether it tells anything new.
    fn learned(&mut self, job: usize, status: &JobStatus, now: Instant) -> bool {
        let Some(entry) = self.state.job(job).filter(|entry| entry.phase == Phase::UnderWay) else {
            return false;
        };
        if entry.tasks.is_some() {
            return match (&status.tasks, status.state) {
                (Some(states), _) => self.learned_tasks(job, status, states, now),
                // A whole that goes on is known without its tasks; at its end, or if it is unknown, so are they.
                (None, Some(state)) if Outcome::of(state).is_none() => false,
                (None, _) => self.learned_tasks(job, status, &TaskStates::default(), now),
            };
        }
        let news = if status.state.is_none() {
            self.missing.missed(job, entry, status, now, &self.options.timing)
        } else {
            self.missing.found(job);
            follow::tell(entry, status)
        };
        let Some(kind) = news else { return false };
        if matches!(kind, EventKind::Ended { .. }) {
            self.ends.add(job, kind);
            return false;
        }
        let started = entry.started;
        self.emit(kind);
        if !started && self.state.job(job).is_some_and(|entry| entry.started) {
            self.moved(job);
        }
        true
    }

    /// An array's status; whether it tells anything new.
    fn learned_tasks(&mut self, job: usize, status: &JobStatus, states: &TaskStates, now: Instant) -> bool {
        let Some(entry) = self.state.job(job) else { return false };
        let mut news = follow::tell_tasks(entry, states);
        let open = entry.tasks.as_ref().map(TaskProgress::open).unwrap_or_default();
        let unknown = open.difference(&states.known());
        if let Some(tasks) = self.missing.missed_tasks(job, unknown, now, &self.options.timing) {
            let (outcome, exit) = (unseen(self.workflow, &self.state, job), ExitStatus::default());
            let job = entry.name.clone();
            news.push(EventKind::TasksEnded { job, tasks, outcome, exit, reason: String::new() });
        }
        // What all of it is, short of its end, is told as of any job.
        let whole = JobStatus { tasks: None, ..status.clone() };
        news.extend(follow::tell_whole(entry, &whole));
        let told = !news.is_empty();
        news.into_iter().for_each(|kind| self.emit(kind));
        let end = self.state.job(job).and_then(|entry| {
            let progress = entry.tasks.as_ref()?;
            let (outcome, exit) = (progress.outcome()?, progress.exit());
            Some(EventKind::Ended { job: entry.name.clone(), outcome, status: JobStatus { exit, ..whole } })
        });
        // Of a run that is gone on with, the ends of all tasks may be known, and only that of the whole not.
        match end {
            Some(end) => self.ends.add(job, end),
            None if told => self.moved(job),
            None => {}
        }
        told
    }

    /// A job is at its end, or an attempt of it that another follows.
    fn over(&mut self, job: usize, end: EventKind) {
        let end = match end {
            EventKind::Ended { outcome, status, .. } => self.end_of(job, outcome, status),
            end => end,
        };
        self.emit(end);
        self.assume(job);
        self.pace.over(job);
        self.queue.room();
        if self.stage.is_going() && self.state.job(job).is_some_and(JobEntry::waits_again) {
            self.is_ready(job);
        }
    }
}
