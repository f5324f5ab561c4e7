//! What is said of a job that is tried again.

use super::words::{elapsed, ending};
use crate::job::{ExitStatus, JobId, JobStatus, Outcome, TaskSet};
use jiff::Timestamp;

/// The attempts of a job that were followed by another, or are to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attempts {
    earlier: Vec<Earlier>,
    of: u32,
    next: Option<Timestamp>,
    tasks: Option<TaskSet>,
    /// Whether the run was over before the next one.
    left: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Earlier {
    id: JobId,
    outcome: Outcome,
    exit: ExitStatus,
    reason: String,
}

impl Attempts {
    /// Whether the job was not tried again, nor is to be.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.earlier.is_empty()
    }

    /// `2 of 3`, of the attempt that ended last, is under way or is to follow; none where there was one only.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        let number = self.earlier.len() + usize::from(!self.left);
        (!self.is_first()).then(|| format!("{number} of {}", self.of))
    }

    /// The attempt that is to follow, as seen at `now`: `attempt 2 of 3 in 00:01:00`.
    #[must_use]
    pub fn following(&self, now: Timestamp) -> String {
        let number = self.shown().unwrap_or_default();
        match self.next.filter(|next| next.as_second() > now.as_second()) {
            Some(next) => format!("attempt {number} in {}", elapsed(now, next)),
            None => format!("attempt {number} at once"),
        }
    }

    /// A line for each attempt that another followed: `attempt 1 (ID: 12): FAILED, exit 3`.
    pub(super) fn lines(&self) -> Vec<String> {
        let followed = self.earlier.len() - usize::from(self.left);
        let line = |(place, earlier): (usize, &Earlier)| {
            let Earlier { id, outcome, exit, reason } = earlier;
            let words = match ending(*outcome, *exit, reason) {
                words if words.is_empty() => words,
                words => format!(", {words}"),
            };
            format!("attempt {} (ID: {id}): {outcome}{words}", place + 1)
        };
        self.earlier.iter().take(followed).enumerate().map(line).collect()
    }

    /// How the last of them ended.
    pub(super) fn last(&self) -> Option<Outcome> {
        self.earlier.last().map(|earlier| earlier.outcome)
    }

    /// Of an array: the tasks that are tried again.
    pub(super) fn tasks(&self) -> Option<&TaskSet> {
        self.tasks.as_ref()
    }

    pub(super) fn ended(
        &mut self,
        outcome: Outcome,
        status: &JobStatus,
        tasks: Option<&TaskSet>,
        next: Timestamp,
        of: u32,
    ) {
        let (id, exit, reason) = (status.id, status.exit, status.reason.clone());
        self.earlier.push(Earlier { id, outcome, exit, reason });
        (self.of, self.next, self.tasks) = (of, Some(next), tasks.cloned());
    }

    /// There is no next one: the last was the job's end.
    pub(super) fn give_up(&mut self) {
        self.earlier.pop();
    }

    /// Notes whether the run was over before the next one; whether that had been so.
    pub(super) fn leave(&mut self, left: bool) -> bool {
        std::mem::replace(&mut self.left, left)
    }
}
