//! Keeping what happens, and going on with what was kept.

use super::super::left::terms;
use super::super::state::{JobEntry, Phase};
use super::super::submit::Errand;
use super::Run;
use super::stopping::Stage;
use super::waits::Fitted;
use crate::event::EventKind;
use crate::job::{JobId, JobRequest, TaskSet};
use crate::scheduler::{Earlier, Part, PartNotice, Word};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

impl Run<'_> {
    /// Returns when all events so far are kept, or cannot be.
    pub(super) fn commit(&mut self) -> Result<(), String> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.commit())
    }

    /// Sends what is ready, once the tokens are kept by which it will be found. One commit is for all of it.
    pub(super) fn send_ready(&mut self, now: Instant) {
        if self.ready.is_empty() {
            return;
        }
        if let Err(reason) = self.commit() {
            self.journal_lost(reason, now);
            return;
        }
        for (job, errand) in std::mem::take(&mut self.ready) {
            self.submitters.send(job, errand);
        }
    }

    /// What happens can no longer be kept. What is not submitted will not be; what is goes on.
    fn journal_lost(&mut self, reason: String, now: Instant) {
        self.emit(EventKind::JournalLost { reason });
        for (job, errand) in std::mem::take(&mut self.ready) {
            match errand {
                Errand::Submit(_) => self.withdraw(job),
                Errand::Find(..) => self.queue.settled(job),
            }
        }
        self.journal_lost = true;
        self.lookups.clear();
        self.stop_submitting();
        self.stage = Stage::Leaving { until: now + self.options.timing.cancel_grace };
    }

    /// Goes on with what an earlier client began: what may have been submitted is looked for, what was is followed, and what
    /// waits goes when it may.
    pub(super) fn go_on(&mut self) {
        let history = std::mem::take(&mut self.history);
        for event in &history {
            if let EventKind::Submitting { job, .. } = &event.kind
                && let Some(place) = self.state.place(job)
            {
                self.begun.insert(place, event.at);
            }
        }
        let before = self.listeners.len();
        self.listeners
            .retain_mut(|listener| catch_unwind(AssertUnwindSafe(|| listener.on_history(&history))).is_ok());
        self.lost_listeners += before - self.listeners.len();
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        self.emit(EventKind::RunResumed { host: host.trim_end().to_owned(), pid: std::process::id() });
        if !self.options.cancel {
            self.assume_earlier();
            self.choose();
        }
        let outlive = self.scheduler.jobs_outlive_client();
        for job in 0..self.state.jobs().len() {
            self.ask_for_what_is_left(job);
            let Some(entry) = self.state.job(job) else { continue };
            let (phase, id) = (entry.phase, entry.id);
            if let (false, Some(request)) = (outlive, self.requests.get(job)) {
                let before = entry.earlier.iter().map(|attempt| attempt.status.id);
                id.into_iter().chain(before).for_each(|id| {
                    self.scheduler.adopt(request, &Earlier::of(id));
                });
            }
            if !matches!(phase, Phase::Submitting | Phase::UnderWay) {
                continue;
            }
            if !outlive {
                self.emit(EventKind::Withdrawn { job: self.name(job) });
                continue;
            }
            let Some(request) = self.tokened(job) else { continue };
            match id {
                Some(id) if phase == Phase::UnderWay => self.take_up(job, request, id),
                _ => {
                    self.lookups.insert(job);
                    self.queue.push(job);
                }
            }
        }
        if self.options.cancel {
            self.give_up();
            return;
        }
        // What became of them meanwhile is worth knowing at once.
        self.pace.hurry(Instant::now());
        let decisions = self.plan.resumed(&self.state);
        self.carry_out(decisions);
    }

    /// Goes on with a job that the scheduler has. Of an array that had not gone in as a whole, the rest follows, but for the
    /// tasks whose counterparts did not complete meanwhile.
    pub(super) fn take_up(&mut self, job: usize, mut request: Arc<JobRequest>, id: JobId) {
        let rest = self.state.job(job).map(JobEntry::not_handed_over).unwrap_or_default();
        if !rest.is_empty() {
            let (fitted, left_out) = match self.fitted(job, Arc::clone(&request)) {
                Fitted::Whole(fitted) => (fitted, TaskSet::default()),
                Fitted::Without(fitted, tasks) => (fitted, rest.intersection(&tasks)),
                Fitted::Nothing(_) => (Arc::clone(&request), rest),
            };
            request = Arc::new(JobRequest { array: request.array.clone(), ..(*fitted).clone() });
            self.skip_tasks(job, left_out);
        }
        let Some(entry) = self.state.job(job) else { return };
        self.scheduler.adopt(&request, &Earlier { at: self.state.began(), ..entry.handed_over(id) });
    }

    /// What a scheduler that hands arrays over part by part wants kept.
    pub(super) fn noted(&mut self, notice: PartNotice, now: Instant) {
        let place = |run: &Self, token: &str| {
            run.state.jobs().iter().position(|entry| entry.token.as_deref() == Some(token))
        };
        match notice {
            PartNotice::Next { token, number, part, word } => {
                let said = match place(self, &token).filter(|_| self.stage.is_going()) {
                    // What it was left to wait for may have come to its end since the first part went.
                    Some(job) if terms(self.workflow, &self.state, job).is_err() => Word::Never,
                    Some(job) => self.keep_part(job, number, part, now),
                    None => Word::Later,
                };
                // Who asked may have gone.
                let _ = word.send(said);
            }
            PartNotice::Taken { token, number, id } => {
                if let Some(job) = place(self, &token) {
                    self.emit(EventKind::PartSubmitted { job: self.name(job), part: number, id });
                }
            }
        }
    }

    fn keep_part(&mut self, job: usize, part: u32, Part { tasks, offset, .. }: Part, now: Instant) -> Word {
        self.emit(EventKind::PartSubmitting { job: self.name(job), part, tasks, offset });
        match self.commit() {
            Ok(()) => Word::Go,
            Err(reason) => {
                self.journal_lost(reason, now);
                Word::Later
            }
        }
    }
}
