//! What the user chose: jobs that are left out or run again, outputs that are there already, and what to take an end for that
//! nobody knows.

use super::super::outputs;
use super::super::selection::{Selection, descendants};
use super::super::state::Phase;
use super::Run;
use crate::event::EventKind;
use crate::job::{JobRequest, Outcome};
use std::sync::Arc;
use std::time::SystemTime;

const NOT_ASKED_FOR: &str = "it was not asked for";
const UP_TO_DATE: &str = "its outputs are up to date";

impl Run<'_> {
    /// Leaves out, and takes up again, what the user wants so.
    pub(super) fn choose(&mut self) {
        let chosen = self.options.selection.choose(self.workflow, &self.state);
        self.reopen(&chosen.again, true);
        self.reopen(&chosen.failed, false);
        for job in chosen.left_out {
            self.emit(EventKind::NotNeeded { job: self.name(job), because: NOT_ASKED_FOR.to_owned() });
        }
    }

    fn reopen(&mut self, jobs: &[usize], whole: bool) {
        if jobs.is_empty() {
            return;
        }
        let jobs = jobs.iter().map(|job| self.name(*job)).collect();
        self.emit(EventKind::Reopened { jobs, whole });
    }

    /// Of an array whose tasks have in part completed before, only the others are asked for.
    pub(super) fn ask_for_what_is_left(&mut self, job: usize) {
        let done = self.state.job(job).and_then(|entry| entry.done_before.as_ref());
        let (Some(done), Some(request)) = (done, self.requests.get_mut(job)) else { return };
        let left = request.array.as_ref().and_then(|array| array.among(&done.open()));
        if left.is_some() {
            *request = Arc::new(JobRequest { array: left, ..(**request).clone() });
        }
    }

    /// Whether the job was never tried in this run and its outputs are there; then it is over.
    pub(super) fn is_up_to_date(&mut self, job: usize) -> bool {
        let Some((described, request)) = self.workflow.jobs().get(job).zip(self.requests.get(job)) else {
            return false;
        };
        let Selection { from, only, .. } = &self.options.selection;
        // Who is named is wanted.
        let named = from.contains(&job) || only.contains(&job);
        let first = !named && self.state.job(job).is_some_and(|entry| entry.attempts == 0);
        // What is still at work may make new inputs.
        let over = |on: usize| self.state.job(on).is_some_and(|entry| entry.phase == Phase::Over);
        let settled = described.depends_on.iter().all(|dependency| over(dependency.on));
        if !first
            || !settled
            || !outputs::are_up_to_date(&request.work_dir, &described.creates, &described.inputs)
        {
            return false;
        }
        self.emit(EventKind::NotNeeded { job: self.name(job), because: UP_TO_DATE.to_owned() });
        true
    }

    /// Nobody knows how the job ended: what it left behind since it was submitted tells, or the user's choice. Whether one of
    /// them did.
    pub(super) fn assume(&mut self, job: usize) -> bool {
        let Some(entry) = self.state.job(job).filter(|entry| entry.has_unknown_end()) else { return false };
        let Some((described, request)) = self.workflow.jobs().get(job).zip(self.requests.get(job)) else {
            return false;
        };
        let began = self.begun.get(&job).copied().or(self.state.began());
        let began = began.map_or(SystemTime::UNIX_EPOCH, SystemTime::from);
        let name = entry.name.clone();
        let (outcome, because) = match (described.creates.is_empty(), self.options.assume) {
            (false, _) => match outputs::missing(&request.work_dir, &described.creates, began) {
                None => (Outcome::Completed, "nobody knows how it ended; its outputs are there".to_owned()),
                Some(path) => {
                    let because = format!("nobody knows how it ended; it did not make {}", path.display());
                    (Outcome::Failed, because)
                }
            },
            (true, Some(outcome)) => (outcome, "nobody knows how it ended; taken so as asked for".to_owned()),
            (true, None) => return false,
        };
        self.emit(EventKind::Assumed { job: name, outcome, because });
        true
    }

    /// Ends of an earlier client's that nobody knew are decided about, and what was skipped because of them goes again.
    pub(super) fn assume_earlier(&mut self) {
        let settled: Vec<usize> = (0..self.state.jobs().len()).filter(|job| self.assume(*job)).collect();
        let behind = descendants(self.workflow, &settled);
        let skipped = |job: &usize| {
            behind[*job]
                && self.state.job(*job).is_some_and(|entry| {
                    (entry.phase, entry.outcome, entry.not_needed)
                        == (Phase::Over, Some(Outcome::Skipped), false)
                })
        };
        let again: Vec<usize> = (0..behind.len()).filter(skipped).collect();
        self.reopen(&again, false);
    }
}
