//! How a run comes to its end: by itself, at the user's wish, or because nobody answers.

use super::super::options::Timing;
use super::super::outage::Backoff;
use super::super::state::Phase;
use super::super::submit::guarded;
use super::Run;
use crate::event::{EventKind, RunOutcome};
use crate::job::JobId;
use crate::scheduler::{ErrorKind, SchedulerError};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

/// What stops a run, where no signal does.
const CANCELLED: &str = "srunx flow cancel";

/// Whether the run goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    Going,
    /// Nothing more is submitted; jobs are left alone and followed for a while.
    Stopping {
        until: Instant,
    },
    /// The jobs were cancelled and are followed to their end.
    Cancelling {
        until: Instant,
    },
    /// The scheduler does not answer; only submissions under way are waited for.
    Leaving {
        until: Instant,
    },
}

impl Stage {
    pub(super) fn is_going(self) -> bool {
        matches!(self, Self::Going)
    }

    /// When the stage is over, whatever happens.
    pub(super) fn deadline(self, now: Instant, timing: &Timing) -> Option<Instant> {
        match self {
            Self::Going => None,
            // Past that, a submission that is still under way is waited for: its id is worth knowing.
            Self::Stopping { until } if until <= now => Some(until + timing.cancel_grace),
            Self::Stopping { until } | Self::Cancelling { until } | Self::Leaving { until } => Some(until),
        }
    }
}

/// Cancelling, on a thread of its own, again and again until it is done.
pub(super) struct Cancel {
    out: bool,
    again: Option<Instant>,
    backoff: Backoff,
    result: Sender<Result<(), SchedulerError>>,
    results: Receiver<Result<(), SchedulerError>>,
}

impl Cancel {
    pub(super) fn new(backoff: Backoff) -> Self {
        let (result, results) = unbounded();
        Self { out: false, again: None, backoff, result, results }
    }

    pub(super) fn results(&self) -> &Receiver<Result<(), SchedulerError>> {
        &self.results
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.again.filter(|_| !self.out)
    }
}

impl Run<'_> {
    /// How the run ended, if it did.
    pub(super) fn outcome(&self, now: Instant) -> Option<RunOutcome> {
        let submitting = self.submitters.out() > 0;
        let idle = self.state.under_way() == 0 && !submitting && self.queue.is_empty();
        let stopped = match self.state.all_over() && self.state.succeeded() {
            true => RunOutcome::Completed,
            false => RunOutcome::Interrupted,
        };
        match self.stage {
            Stage::Going if self.state.all_over() => Some(match self.state.succeeded() {
                true => RunOutcome::Completed,
                false => RunOutcome::Failed,
            }),
            Stage::Going
                if self.options.detach && self.state.all_handed_over() && !submitting && self.is_all_in() =>
            {
                Some(RunOutcome::Detached)
            }
            // Nothing goes on, yet jobs are left: they wait for each other. A checked workflow has no such jobs.
            Stage::Going => idle.then_some(RunOutcome::Failed),
            Stage::Stopping { until } => {
                let waited = now >= until && !submitting || now >= until + self.options.timing.cancel_grace;
                (idle || waited).then_some(stopped)
            }
            Stage::Cancelling { until } => (idle || now >= until).then_some(stopped),
            Stage::Leaving { until } => (!submitting || now >= until).then_some(match self.journal_lost {
                true => RunOutcome::JournalLost,
                false => RunOutcome::SchedulerUnreachable,
            }),
        }
    }

    /// Whether no array of it waits for room with some of its tasks.
    fn is_all_in(&self) -> bool {
        let under_way = self.state.jobs().iter().filter(|entry| entry.phase == Phase::UnderWay);
        under_way.filter_map(|entry| entry.id).all(|id| self.scheduler.is_handed_over(id))
    }

    /// The user asked the run to stop.
    pub(super) fn interrupted(&mut self, signal: &str) {
        let now = Instant::now();
        self.signals += 1;
        match self.stage {
            Stage::Going => {
                self.emit(EventKind::Interrupted { signal: signal.to_owned() });
                self.stop_submitting();
                if self.scheduler.jobs_outlive_client() {
                    self.stage = Stage::Stopping { until: now + self.options.timing.interrupt_grace };
                } else {
                    self.cancel_all(now);
                }
            }
            Stage::Stopping { .. } => self.cancel_all(now),
            Stage::Cancelling { .. } if self.signals >= 3 => self.stage = Stage::Cancelling { until: now },
            Stage::Cancelling { .. } => {}
            Stage::Leaving { .. } => self.stage = Stage::Leaving { until: now },
        }
    }

    /// The run is gone on with to be cancelled.
    pub(super) fn give_up(&mut self) {
        self.emit(EventKind::Interrupted { signal: CANCELLED.to_owned() });
        self.stop_submitting();
        self.cancel_all(Instant::now());
    }

    pub(super) fn stop_submitting(&mut self) {
        self.submitters.stop();
        self.queue.clear();
        // Those that may have been submitted are still looked for.
        for job in &self.lookups {
            self.queue.push(*job);
        }
    }

    /// The scheduler has been silent for too long.
    pub(super) fn leave(&mut self, now: Instant) {
        if self.stage.is_going() {
            self.stop_submitting();
            self.stage = Stage::Leaving { until: now + self.options.timing.cancel_grace };
        }
    }

    fn cancel_all(&mut self, now: Instant) {
        self.stage = Stage::Cancelling { until: now + self.options.timing.cancel_grace };
        self.try_no_more();
        let under_way = self.state.jobs().iter().filter(|entry| entry.phase == Phase::UnderWay);
        let jobs: Vec<String> = under_way.map(|entry| entry.name.clone()).collect();
        if !jobs.is_empty() {
            self.emit(EventKind::Cancelling { jobs });
            self.cancel.again = Some(now);
        }
    }

    /// A job was submitted; if all are being cancelled, so is this one.
    pub(super) fn cancel_too(&mut self, job: usize, now: Instant) {
        if matches!(self.stage, Stage::Cancelling { .. }) {
            self.emit(EventKind::Cancelling { jobs: vec![self.name(job)] });
            self.cancel.again = Some(now);
        }
    }

    /// Cancels what is under way, if it is time to.
    pub(super) fn cancel_if_due(&mut self, now: Instant) {
        if self.cancel.out || self.cancel.again.is_none_or(|again| now < again) {
            return;
        }
        self.cancel.again = None;
        let under_way = self.state.jobs().iter().filter(|entry| entry.phase == Phase::UnderWay);
        let ids: Vec<JobId> = under_way.filter_map(|entry| entry.id).collect();
        if ids.is_empty() {
            return;
        }
        let (scheduler, result) = (Arc::clone(&self.scheduler), self.cancel.result.clone());
        let work = move || {
            let _ = result.send(guarded(ErrorKind::Unreachable, || scheduler.cancel(&ids)));
        };
        match thread::Builder::new().name("cancel".into()).spawn(work) {
            Ok(_) => self.cancel.out = true,
            Err(_) => self.cancel.again = Some(now + self.cancel.backoff.pause()),
        }
    }

    /// What came of cancelling. Failure is tried again as long as jobs are left.
    pub(super) fn cancelled(&mut self, result: Result<(), SchedulerError>) {
        let now = Instant::now();
        self.cancel.out = false;
        match result {
            Ok(()) => self.error = None,
            Err(error) => {
                self.error = Some(error);
                self.cancel.again = Some(now + self.cancel.backoff.pause());
            }
        }
        self.pace.hurry(now);
    }
}
