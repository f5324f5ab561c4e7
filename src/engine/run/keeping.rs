//! Keeping what happens, and going on with what was kept.

use super::super::state::Phase;
use super::super::submit::Errand;
use super::Run;
use super::stopping::Stage;
use crate::event::EventKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
                let earlier = entry.earlier.iter().map(|attempt| attempt.status.id);
                id.into_iter().chain(earlier).for_each(|id| self.scheduler.adopt(request, id, None));
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
                Some(id) if phase == Phase::UnderWay => {
                    self.scheduler.adopt(&request, id, self.state.began());
                }
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
}
