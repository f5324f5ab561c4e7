//! What the user chose: jobs that are left out or run again, outputs that are there already, and what to take an end for that
//! nobody knows.

use super::super::outputs;
use super::super::selection::{Selection, descendants};
use super::super::state::Phase;
use super::Run;
use crate::event::EventKind;
use crate::job::Outcome;
use std::time::SystemTime;

const NOT_ASKED_FOR: &str = "it was not asked for";
const UP_TO_DATE: &str = "its outputs are up to date";

impl Run<'_> {
    /// Leaves out, and takes up again, what the user wants so.
    pub(super) fn choose(&mut self) {
        let chosen = self.options.selection.choose(self.workflow, &self.state);
        if !chosen.again.is_empty() {
            let jobs = chosen.again.iter().map(|job| self.name(*job)).collect();
            self.emit(EventKind::Reopened { jobs });
        }
        for job in chosen.left_out {
            self.emit(EventKind::NotNeeded { job: self.name(job), because: NOT_ASKED_FOR.to_owned() });
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
        if !first || !outputs::are_up_to_date(&request.work_dir, &described.creates, &described.inputs) {
            return false;
        }
        self.emit(EventKind::NotNeeded { job: self.name(job), because: UP_TO_DATE.to_owned() });
        true
    }

    /// Nobody knows how the job ended: what it left behind tells, or the user's choice.
    pub(super) fn assume(&mut self, job: usize) {
        let Some(entry) = self.state.job(job).filter(|entry| entry.has_unknown_end()) else { return };
        let Some((described, request)) = self.workflow.jobs().get(job).zip(self.requests.get(job)) else {
            return;
        };
        let began = self.state.began().map_or(SystemTime::UNIX_EPOCH, SystemTime::from);
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
            (true, None) => return,
        };
        self.emit(EventKind::Assumed { job: name, outcome, because });
    }

    /// Ends of an earlier client's that nobody knew are decided about, and what was skipped because of them goes again.
    pub(super) fn assume_earlier(&mut self) {
        let unknown = |run: &Self| -> Vec<usize> {
            let all = run.state.jobs().iter().enumerate();
            all.filter(|(_, entry)| entry.has_unknown_end()).map(|(job, _)| job).collect()
        };
        let before = unknown(self);
        before.iter().for_each(|job| self.assume(*job));
        let after = unknown(self);
        let settled: Vec<usize> = before.into_iter().filter(|job| !after.contains(job)).collect();
        let behind = descendants(self.workflow, &settled);
        let skipped = |job: &usize| {
            behind[*job]
                && self.state.job(*job).is_some_and(|entry| {
                    (entry.phase, entry.outcome, entry.not_needed)
                        == (Phase::Over, Some(Outcome::Skipped), false)
                })
        };
        let again: Vec<String> = (0..behind.len()).filter(skipped).map(|job| self.name(job)).collect();
        if !again.is_empty() {
            self.emit(EventKind::Reopened { jobs: again });
        }
    }
}
