//! Trying a job again: when that is to be, and with what.

use super::super::follow::attempt_ended;
use super::super::state::Phase;
use super::Run;
use super::stopping::Stage;
use crate::event::EventKind;
use crate::job::{JobRequest, JobStatus, Outcome};
use crate::workflow::Retry;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::{Duration, Instant};

impl Run<'_> {
    fn retry(&self, job: usize) -> Option<&Retry> {
        self.workflow.jobs().get(job)?.retry.as_ref()
    }

    /// The attempt of `job` that is under way is over. What is told of it: that it ended and another follows, or that the job
    /// is at its end.
    pub(super) fn end_of(&self, job: usize, outcome: Outcome, status: JobStatus) -> EventKind {
        match self.next_attempt(job, outcome, &status) {
            Some(kind) => kind,
            None => EventKind::Ended { job: self.name(job), outcome, status },
        }
    }

    /// That the attempt ended and another follows, if it does. Who cancels the run's jobs wants no other; where it only leaves
    /// them, who goes on with it makes the next attempt.
    fn next_attempt(&self, job: usize, outcome: Outcome, status: &JobStatus) -> Option<EventKind> {
        let (entry, retry) = (self.state.job(job)?, self.retry(job)?);
        if matches!(self.stage, Stage::Cancelling { .. }) {
            return None;
        }
        let now = Timestamp::now();
        let next = now.checked_add(SignedDuration::from_secs(retry.delay.into())).unwrap_or(now);
        let mut ended = attempt_ended(retry, entry, outcome, status, next)?;
        if let (EventKind::AttemptEnded { asks, .. }, Some(request)) = (&mut ended, self.requests.get(job)) {
            let retries = entry.earlier.len();
            let before = retry.grown(request, retries).describe();
            let now = retry.grown(request, retries + 1).describe();
            *asks = now.into_iter().filter(|option| !before.contains(option)).collect();
        }
        Some(ended)
    }

    /// The job may be submitted, at once or when its next attempt is due.
    pub(super) fn is_ready(&mut self, job: usize) {
        let again =
            self.state.job(job).filter(|entry| entry.waits_again()).and_then(|entry| entry.again.as_ref());
        let left =
            again.and_then(|again| Duration::try_from(again.next.duration_since(Timestamp::now())).ok());
        // A clock that was set back does not make it wait for longer than it would have.
        let longest = self.retry(job).map_or(0, |retry| retry.delay);
        match left.map(|left| left.min(Duration::from_secs(longest.into()))) {
            Some(left) if !left.is_zero() => self.queue.push_at(job, Instant::now() + left),
            _ => self.queue.push(job),
        }
    }

    /// The request for the attempt of `job` that is next or under way, without a token of its own.
    pub(super) fn request_of(&self, job: usize) -> Option<Arc<JobRequest>> {
        let first = self.requests.get(job)?;
        let Some((entry, retry)) = self.state.job(job).zip(self.retry(job)) else {
            return Some(Arc::clone(first));
        };
        let Some(again) = entry.again.as_ref().filter(|_| entry.phase != Phase::Over) else {
            return Some(Arc::clone(first));
        };
        let mut request = retry.grown(first, entry.earlier.len());
        if let (Some(array), Some(tasks)) = (&request.array, &again.tasks)
            && let Some(some) = array.among(tasks)
        {
            request.array = Some(some);
        }
        Some(Arc::new(request))
    }

    /// Jobs that waited for their next attempt are at their end: there will be none.
    pub(super) fn try_no_more(&mut self) {
        let waiting: Vec<EventKind> = self
            .state
            .jobs()
            .iter()
            .filter(|entry| entry.waits_again())
            .filter_map(|entry| {
                let last = entry.earlier.last()?;
                Some(EventKind::Ended {
                    job: entry.name.clone(),
                    outcome: last.outcome,
                    status: last.status.clone(),
                })
            })
            .collect();
        waiting.into_iter().for_each(|kind| self.emit(kind));
    }
}
