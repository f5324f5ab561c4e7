//! How an array is cut into those that the cluster takes.

use crate::job::TaskSet;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

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

/// The name of a log in a piece that begins at `offset`. `%a` is the index in the piece; where the name would be the same in
/// another piece, the offset is put before it: `train_2002+7.log` is of task 2009.
pub(super) fn log_of(pattern: &Path, offset: u32) -> PathBuf {
    let text = pattern.to_string_lossy();
    let tells_pieces = ["%A", "%j", "%J"].iter().any(|own| text.contains(own));
    if offset == 0 || tells_pieces || !text.contains("%a") || text.contains('\\') {
        return pattern.to_owned();
    }
    text.replace("%a", &format!("{offset}+%a")).into()
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

    #[test]
    fn logs_of_pieces_do_not_meet() {
        let log = |pattern: &str, offset| log_of(Path::new(pattern), offset).display().to_string();
        assert_eq!(log("/l/train_%a.log", 2002), "/l/train_2002+%a.log");
        assert_eq!(log("/l/train_%a.log", 0), "/l/train_%a.log");
        assert_eq!(log("/l/%A_%a.log", 2002), "/l/%A_%a.log");
        assert_eq!(log("/l/all.log", 2002), "/l/all.log");
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
