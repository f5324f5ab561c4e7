//! Handing jobs over, and what the scheduler answers.

use super::super::state::Phase;
use super::super::submit::{Answer, Errand};
use super::Run;
use super::waits::Fitted;
use crate::event::{EventKind, RunId};
use crate::job::{ExitStatus, JobId, JobRequest, Outcome, TaskSet};
use crate::scheduler::{ErrorKind, SchedulerError, Trace};
use jiff::Timestamp;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Instant;

/// What tells one submission from every other; never longer than 100 characters.
pub(super) fn token(run: &RunId, place: usize, attempt: u32) -> String {
    let mut id = run.0.clone();
    if id.len() > 64 {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        id = format!("{}-{:016x}", id.chars().take(40).collect::<String>(), hasher.finish());
    }
    format!("srunx:{id}/{place}.{attempt}")
}

/// The two things that are asked of a scheduler, each of which may go unanswered by itself.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Taking,
    Telling,
}

impl Run<'_> {
    /// Hands over what is ready, as much as may be under way.
    pub(super) fn submit_ready(&mut self, now: Instant) {
        if self.submitters.wants_more() {
            self.fetch_ready(now);
            self.send_ready(now);
        }
    }

    fn fetch_ready(&mut self, now: Instant) {
        while self.submitters.out() + self.ready.len() < self.submitters.capacity() {
            if let Some(retry) = self.taking.retry() {
                // While it does not answer, one at a time tries.
                if now < retry || self.submitters.out() + self.ready.len() > 0 {
                    return;
                }
            }
            let Some(job) = self.queue.take(now) else { return };
            self.hand_over(job);
        }
    }

    fn hand_over(&mut self, job: usize) {
        let Some(request) = self.tokened(job) else { return };
        let token = request.token.clone().unwrap_or_default();
        if self.lookups.remove(&job) {
            let since = self.begun.get(&job).copied().or(self.state.began()).unwrap_or(Timestamp::UNIX_EPOCH);
            self.ready.push((job, Errand::Find(request, since)));
            return;
        }
        let request = match self.fitted(job, request) {
            Fitted::Whole(request) => request,
            Fitted::Without(request, tasks) => {
                self.left_out.insert(job, tasks);
                request
            }
            Fitted::Nothing(because) => {
                self.queue.settled(job);
                self.emit(EventKind::Skipped { job: self.name(job), because });
                self.moved(job);
                return;
            }
        };
        self.begun.insert(job, Timestamp::now());
        // A submission that did not arrive is repeated under the same token.
        if self.state.job(job).is_some_and(|entry| entry.phase == Phase::Waiting) {
            self.emit(EventKind::Submitting { job: self.name(job), token });
        }
        self.ready.push((job, Errand::Submit(request)));
    }

    /// The request under the token of this attempt: one that did not arrive is repeated under its own.
    pub(super) fn tokened(&mut self, job: usize) -> Option<Arc<JobRequest>> {
        let (request, entry) = (self.request_of(job)?, self.state.job(job)?);
        let token = match entry.phase {
            Phase::Waiting => Some(token(&self.options.run, job, entry.attempts.saturating_add(1))),
            _ => entry.token.clone(),
        };
        if request.token == token {
            return Some(request);
        }
        let first = entry.again.is_none();
        let request = Arc::new(JobRequest { token, ..(*request).clone() });
        if first {
            self.requests[job] = Arc::clone(&request);
        }
        Some(request)
    }

    /// What came of an errand.
    pub(super) fn answered(&mut self, job: usize, answer: Answer) {
        let now = Instant::now();
        self.submitters.answered();
        match answer {
            Answer::NotSent => self.withdraw(job),
            Answer::Submitted(Ok(id)) => self.submitted(job, id, now),
            Answer::Found(Ok(Trace::Job(id))) => {
                self.submitted(job, id, now);
                // Its first part, of one that was to be cut: a client before this one may have sent it.
                if self.state.job(job).is_some_and(|entry| !entry.parts.is_empty())
                    && let Some(request) = self.tokened(job)
                {
                    self.take_up(job, request, id);
                }
            }
            Answer::Found(Ok(Trace::Nothing)) => {
                self.answers(Side::Taking);
                // What was kept of its parts is of a submission that was not: the next is another one.
                if self.state.job(job).is_some_and(|entry| !entry.parts.is_empty()) {
                    self.emit(EventKind::Withdrawn { job: self.name(job) });
                }
                self.try_again(job);
            }
            Answer::Found(Ok(Trace::Lost { reason, hint })) => {
                self.answers(Side::Taking);
                self.queue.settled(job);
                self.emit(EventKind::Untraceable { job: self.name(job), reason, hint });
                self.assume(job);
                self.moved(job);
            }
            Answer::Submitted(Err(error)) => match error.kind {
                ErrorKind::Rejected => {
                    self.answers(Side::Taking);
                    self.queue.settled(job);
                    let SchedulerError { message, hint, .. } = error;
                    self.emit(EventKind::Rejected { job: self.name(job), reason: message, hint });
                    self.moved(job);
                }
                ErrorKind::Busy => {
                    self.answers(Side::Taking);
                    self.delayed(job, error, now);
                }
                ErrorKind::ReplyLost => {
                    self.lookups.insert(job);
                    self.queue.busy(job, now);
                }
                ErrorKind::Unreachable => {
                    self.try_again(job);
                    self.silent(Side::Taking, error, now);
                }
            },
            Answer::Found(Err(error)) => {
                self.lookups.insert(job);
                self.queue.again(job);
                self.silent(Side::Taking, error, now);
            }
        }
        if self.submitters.out() == 0 {
            self.early.clear();
        }
    }

    fn submitted(&mut self, job: usize, id: JobId, now: Instant) {
        self.answers(Side::Taking);
        self.queue.settled(job);
        let left_out = self.left_out.remove(&job);
        let tasks = self.request_of(job).and_then(|request| request.array.as_ref().map(TaskSet::from));
        self.emit(EventKind::Submitted { job: self.name(job), id, tasks });
        self.skip_tasks(job, left_out.unwrap_or_default());
        self.pace.stir(now);
        self.moved(job);
        if self.early.remove(&id) {
            self.pace.heard(job, now);
        }
        self.cancel_too(job, now);
    }

    /// Tasks of an array are not run, because of what became of another's.
    pub(super) fn skip_tasks(&mut self, job: usize, tasks: TaskSet) {
        if !tasks.is_empty() {
            let (outcome, exit) = (Outcome::Skipped, ExitStatus::default());
            let reason = "Dependency".to_owned();
            self.emit(EventKind::TasksEnded { job: self.name(job), tasks, outcome, exit, reason });
        }
    }

    fn delayed(&mut self, job: usize, error: SchedulerError, now: Instant) {
        if !self.stage.is_going() {
            self.withdraw(job);
            return;
        }
        self.queue.busy(job, now);
        if self.state.job(job).is_some_and(|entry| !entry.delayed) {
            self.emit(EventKind::SubmissionDelayed { job: self.name(job), reason: error.message });
        }
    }

    /// Nothing was submitted; it is tried again unless the run is to stop.
    fn try_again(&mut self, job: usize) {
        match self.stage.is_going() {
            true => self.queue.again(job),
            false => self.withdraw(job),
        }
    }

    /// Nothing was submitted, nor will be.
    pub(super) fn withdraw(&mut self, job: usize) {
        self.queue.settled(job);
        self.emit(EventKind::Withdrawn { job: self.name(job) });
    }

    /// The scheduler answered.
    pub(super) fn answers(&mut self, side: Side) {
        match side {
            Side::Taking => self.taking.answered(),
            Side::Telling => self.telling.answered(),
        }
        let back = self.taking.retry().is_none() && self.telling.retry().is_none();
        if back && self.state.scheduler_lost() {
            self.error = None;
            self.emit(EventKind::SchedulerBack);
        }
    }

    /// The scheduler did not answer.
    pub(super) fn silent(&mut self, side: Side, error: SchedulerError, now: Instant) {
        if !self.state.scheduler_lost() {
            self.emit(EventKind::SchedulerLost { reason: error.message.clone() });
        }
        self.error = Some(error);
        let too_long = match side {
            Side::Taking => self.taking.failed(now),
            Side::Telling => self.telling.failed(now),
        };
        if too_long {
            self.leave(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_short_and_distinct() {
        let short = RunId("20260101-000000-abcd".into());
        assert_eq!(token(&short, 12, 1), "srunx:20260101-000000-abcd/12.1");
        let long = |last: char| RunId(format!("{}{last}", "ä".repeat(200)));
        let (a, b) = (token(&long('a'), usize::MAX, u32::MAX), token(&long('b'), usize::MAX, u32::MAX));
        assert!(a != b && a.chars().count() <= 100, "{a}");
    }
}
