//! Whether an array is cancelled by somebody else while some of it waits to be submitted: the rest must not go in then.
//!
//! The first piece stands for the whole, and the last is what the rest would follow. Where either was cancelled by its own
//! id, slurmctld keeps the tasks in it that waited, together and cancelled; elements that are cancelled by their own names
//! vanish. Where nothing waits in them, it is the whole when all that was under way was cancelled, and was more than one task:
//! a single task may have been meant by itself.

use super::Shared;
use super::array::{Array, NEVER};
use crate::job::{BaseState, JobId, TaskSet};
use crate::slurm::TaskRecord;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What was seen of an array's pieces when it was last looked.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The tasks of each that had not ended, by their indices there.
    open: BTreeMap<JobId, TaskSet>,
    looked: Option<Instant>,
    /// How long that took.
    cost: Duration,
}

/// What a look told.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    /// A piece of those that count was cancelled as a whole.
    whole: bool,
    /// How many tasks were cancelled since the look before.
    gone: u32,
}

impl Seen {
    /// slurmctld took another piece.
    pub(super) fn submitted(&mut self, id: JobId, tasks: TaskSet) {
        self.open.insert(id, tasks);
    }

    /// Whether it is time to look, where nothing is to be submitted now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.due(now) <= now
    }

    /// When it is.
    pub(super) fn due(&self, now: Instant) -> Instant {
        /// Looks are as far apart, and cost slurmctld no more than this share of its time.
        const APART: Duration = Duration::from_secs(1);
        const SHARE: u32 = 20;
        self.looked.map_or(now, |looked| looked + (self.cost * SHARE).max(APART))
    }

    /// Takes in the records of `pieces`.
    fn look(&mut self, pieces: &[JobId], ends: &[JobId], records: &[TaskRecord]) -> Told {
        let mut told = Told::default();
        for id in pieces {
            let of_it = || records.iter().filter(|record| record.array == *id);
            let is_cancelled =
                |record: &&TaskRecord| record.state.base == BaseState::Cancelled && record.reason != NEVER;
            let together = |record: &TaskRecord| record.are_together && !record.tasks.is_empty();
            told.whole |= ends.contains(id) && of_it().filter(is_cancelled).any(together);
            let union = |all: TaskSet, record: &TaskRecord| all.union(&record.tasks);
            let cancelled = of_it().filter(is_cancelled).fold(TaskSet::default(), union);
            let is_open =
                |record: &&TaskRecord| !record.state.is_final() && record.state.base != BaseState::Cancelled;
            let open = of_it().filter(is_open).fold(TaskSet::default(), union);
            let before = self.open.remove(id).unwrap_or_default();
            told.gone += before.intersection(&cancelled).count();
            if !open.is_empty() {
                self.open.insert(*id, open);
            }
        }
        told
    }

    /// Whether the whole was cancelled.
    fn is_cancelled(&self, told: &Told) -> bool {
        told.whole || (told.gone > 1 && self.open.is_empty())
    }
}

impl Array {
    /// The pieces that tell of the whole.
    fn ends(&self) -> Vec<JobId> {
        [self.chunks.first(), self.chunks.last()].into_iter().flatten().map(|chunk| chunk.id).collect()
    }

    /// The pieces to be looked at: those that are open, and while one goes in after the other, no others than the ends.
    fn to_look_at(&self) -> Vec<JobId> {
        let ends = self.ends();
        let wanted = |id: &&JobId| !self.is_flowing() || ends.contains(id);
        self.seen.open.keys().filter(wanted).copied().collect()
    }
}

impl Shared {
    /// Whether somebody else cancelled the array with this id since it was last looked.
    pub(super) fn is_cancelled_outside(&self, id: JobId) -> bool {
        let wanted = self.arrays().get(&id).map(Array::to_look_at).unwrap_or_default();
        let Some(mut told) = self.look_outside(id, &wanted) else { return false };
        // The ends may be all that was cancelled, or the whole: the others tell.
        if !told.whole && told.gone > 0 {
            let others = |array: &Array| {
                array.seen.open.keys().filter(|id| !wanted.contains(id)).copied().collect::<Vec<_>>()
            };
            let others = self.arrays().get(&id).map(others).unwrap_or_default();
            if let Some(more) = self.look_outside(id, &others) {
                told.gone += more.gone;
            }
        }
        self.arrays().get(&id).is_some_and(|array| array.seen.is_cancelled(&told))
    }

    fn look_outside(&self, id: JobId, pieces: &[JobId]) -> Option<Told> {
        let start = Instant::now();
        // Where slurmctld does not answer, nothing is submitted either.
        let records = match pieces {
            [] => Vec::new(),
            pieces => self.client.jobs(pieces).ok()?.tasks,
        };
        let mut arrays = self.arrays();
        let array = arrays.get_mut(&id)?;
        let ends = array.ends();
        (array.seen.looked, array.seen.cost) = (Some(Instant::now()), start.elapsed());
        Some(array.seen.look(pieces, &ends, &records))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{ExitStatus, JobState};

    const PENDING: u32 = 0;
    const RUNNING: u32 = 1;
    const COMPLETED: u32 = 3;
    const CANCELLED: u32 = 4;

    fn record(array: u32, tasks: &str, are_together: bool, bits: u32) -> TaskRecord {
        TaskRecord {
            array: JobId(array),
            tasks: tasks.parse().unwrap(),
            are_together,
            state: JobState::from_bits(bits),
            exit: ExitStatus::default(),
            reason: String::new(),
            started: 0,
            ended: 0,
        }
    }

    /// Three pieces of four tasks, as they were submitted, and then looked at.
    fn looked(records: &[TaskRecord]) -> bool {
        let mut seen = Seen::default();
        let pieces = [JobId(1), JobId(2), JobId(3)];
        pieces.iter().for_each(|id| seen.submitted(*id, "0-3".parse().unwrap()));
        let told = seen.look(&pieces, &[JobId(1), JobId(3)], records);
        seen.is_cancelled(&told)
    }

    #[test]
    fn the_whole_and_what_is_not() {
        let waits = |id| record(id, "0-3", true, PENDING);
        let runs = |id| record(id, "0", false, RUNNING);
        let rest = |id, bits| record(id, "1-3", true, bits);
        assert!(!looked(&[waits(1), waits(2), waits(3)]));
        assert!(looked(&[runs(1), rest(1, CANCELLED), waits(2), waits(3)]), "the first by its id");
        assert!(looked(&[waits(2), rest(3, CANCELLED)]), "the last");
        assert!(!looked(&[waits(1), rest(2, CANCELLED), waits(3)]), "another one");
        let none_left = record(1, "", true, CANCELLED);
        assert!(!looked(&[none_left, waits(2), waits(3)]), "all elements of the first by their names");
        let element = record(3, "2", false, CANCELLED);
        assert!(!looked(std::slice::from_ref(&element)), "one element, when all others are over");
        assert!(looked(&[element.clone(), record(2, "1", false, CANCELLED)]), "all that ran");
        assert!(!looked(&[element, record(2, "1", false, CANCELLED), runs(1)]), "not all that ran");
        assert!(!looked(&[record(1, "0-3", false, COMPLETED)]));
        let never = TaskRecord { reason: NEVER.to_owned(), ..rest(1, CANCELLED) };
        assert!(!looked(&[never]), "what it waits for failed");
    }
}
