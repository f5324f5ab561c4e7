//! How an array is cut into those that the cluster takes, and each of these once it is there.

use super::tasks::{Moment, Tasks};
use crate::job::{JobId, TaskGroup, TaskSet, TaskStates};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Tasks that go to Slurm as one array. Their indices there are less by `offset`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// By the indices of the whole.
    pub(super) tasks: TaskSet,
    pub(super) offset: u32,
}

impl Piece {
    /// The tasks by their indices in Slurm's array.
    pub(super) fn inside(&self) -> TaskSet {
        self.tasks.shifted(-i64::from(self.offset)).unwrap_or_default()
    }
}

/// One of Slurm's arrays.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) id: JobId,
    /// Which tasks, by the indices of the whole; none where that is not known.
    pub(super) piece: Option<Piece>,
    /// By how much its indices are less than those of the whole.
    pub(super) offset: u32,
    pub(super) tasks: Tasks,
    /// How long the last load of its records took.
    pub(super) cost: Duration,
    pub(super) loaded: Option<Instant>,
}

impl Chunk {
    /// One that someone else submitted.
    pub(super) fn attached(id: JobId, offset: u32) -> Self {
        let tasks = Tasks::attached(Moment::now());
        Self { id, piece: None, offset, tasks, cost: Duration::ZERO, loaded: None }
    }

    /// One that was submitted before, of which these tasks may not be over, by its own indices.
    pub(super) fn taken_up(id: JobId, piece: Piece, open: TaskSet, now: Moment) -> Self {
        let tasks = Tasks::taken_up(open, now);
        Self { tasks, offset: piece.offset, piece: Some(piece), ..Self::attached(id, 0) }
    }

    /// Whether another look could tell more now. Loading many records takes a while, and slurmctld's time too: most of the
    /// time it is left alone.
    pub(super) fn wants_look(&self, now: Instant) -> bool {
        const SHARE: u32 = 4;
        // Not for so long that what vanishes meanwhile could have ended and been forgotten.
        const LONGEST: Duration = Duration::from_secs(2);
        if self.loaded.is_some() && self.tasks.is_over() && !self.tasks.is_recorded() {
            return false;
        }
        self.cost < Duration::from_millis(50)
            || self.loaded.is_none_or(|loaded| {
                now.saturating_duration_since(loaded) >= (self.cost * SHARE).min(LONGEST)
            })
    }

    /// The same by the indices of the whole.
    pub(super) fn known(&self) -> TaskStates {
        let offset = i64::from(self.offset);
        let groups = self.tasks.known().groups().iter();
        groups
            .map(|group| TaskGroup {
                tasks: group.tasks.shifted(offset).unwrap_or_default(),
                ..group.clone()
            })
            .collect()
    }
}

/// Cuts an array at the multiples of `window`, as many indices as the cluster has (MaxArraySize), and then into parts of
/// `most` tasks. Equal windows make tasks of the same index in two arrays meet at the same index in their pieces.
pub(super) fn cut(all: &TaskSet, window: u32, most: u32) -> VecDeque<Piece> {
    let window = if window == 0 { u32::MAX } else { window };
    let mut pieces = VecDeque::new();
    let mut rest = all.clone();
    while let Some(first) = rest.first() {
        let offset = first / window * window;
        let inside = TaskSet::of_ranges(vec![(offset, offset.saturating_add(window - 1))]);
        let parts = rest.intersection(&inside).split(most);
        pieces.extend(parts.into_iter().map(|tasks| Piece { tasks, offset }));
        rest = rest.difference(&inside);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pieces(tasks: &str, window: u32, most: u32) -> Vec<String> {
        let all = tasks.parse().unwrap();
        cut(&all, window, most).iter().map(|piece| format!("{}+{}", piece.offset, piece.inside())).collect()
    }

    #[test]
    fn cut_at_windows_and_by_size() {
        assert_eq!(pieces("0-1000", 1001, u32::MAX), ["0+0-1000"]);
        assert_eq!(pieces("0-2500", 1001, u32::MAX), ["0+0-1000", "1001+0-1000", "2002+0-498"]);
        assert_eq!(pieces("5,5000-5009", 1001, 6), ["0+5", "4004+996-1000", "5005+0-4"]);
        assert_eq!(pieces("0-9", 1001, 4), ["0+0-3", "0+4-7", "0+8-9"]);
        assert_eq!(pieces("7,3999990-4000000", 0, u32::MAX), ["0+7,3999990-4000000"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(tasks in prop::collection::btree_set(0_u32..5000, 1..200), window in 1_u32..1200, most in 1_u32..300) {
            let all: TaskSet = tasks.iter().copied().collect();
            let pieces = cut(&all, window, most);
            let mut whole = TaskSet::default();
            for piece in &pieces {
                prop_assert!(piece.offset % window == 0 && piece.tasks.count() <= most);
                prop_assert!(piece.inside().last().is_some_and(|last| last < window));
                prop_assert!(whole.intersection(&piece.tasks).is_empty());
                whole = whole.union(&piece.tasks);
            }
            prop_assert_eq!(whole, all);
        }
    }
}
