//! `--sort`: the order of the lines.

use super::groups::Line;
use crate::slurm::{SinfoHabits, Text, partition};
use std::cmp::Ordering;
use std::ffi::CStr;

/// Sorts by each of `keys`, the last first, so that the first decides. `-` before a letter turns its order round, `#` before
/// the partition's letter means slurmctld's own order.
pub fn sort(lines: &mut Vec<Line<'_>>, keys: &[u8], habits: &SinfoHabits) {
    for (index, key) in keys.iter().enumerate().rev() {
        let before = index.checked_sub(1).and_then(|before| keys.get(before));
        let compare = match key {
            b'q' if habits.sorts_commented => by_commented_reason(),
            _ => comparison(*key, before == Some(&b'#')),
        };
        let Some(compare) = compare else { continue };
        match before {
            Some(b'-') => merge_sort(lines, &|one, other| compare(one, other).reverse()),
            _ => merge_sort(lines, &*compare),
        }
    }
}

type Compare = dyn Fn(&Line<'_>, &Line<'_>) -> Ordering;

fn by<K: Ord + 'static>(key: impl Fn(&Line<'_>) -> K + 'static) -> Option<Box<Compare>> {
    Some(Box::new(move |one, other| key(one).cmp(&key(other))))
}

/// A text that is not there sorts as an empty one.
fn by_text(key: impl for<'l> Fn(&'l Line<'_>) -> Text<'l> + 'static) -> Option<Box<Compare>> {
    fn bytes(text: Text<'_>) -> &[u8] {
        text.map(CStr::to_bytes).unwrap_or_default()
    }
    Some(Box::new(move |one, other| bytes(key(one)).cmp(bytes(key(other)))))
}

/// Of nodes that have a comment the reason, which may be none, else an empty text.
fn by_commented_reason() -> Option<Box<Compare>> {
    fn reason<'l>(line: &'l Line<'_>) -> Option<&'l [u8]> {
        match line.first.filter(|node| node.info.comment.is_some()) {
            Some(node) => node.info.reason.map(CStr::to_bytes),
            None => Some(b""),
        }
    }
    Some(Box::new(|one, other| reason(one).cmp(&reason(other))))
}

fn comparison(key: u8, table_order: bool) -> Option<Box<Compare>> {
    match key {
        b'a' => by(|line| line.partition.state_up),
        b'A' | b'F' => by(|line| line.nodes.alloc),
        b'b' => by_text(|line| line.first.and_then(|node| node.info.features_act)),
        b'c' => by(|line| line.sizes.cpus.min),
        b'd' => by(|line| line.sizes.disk.min),
        b'D' => by(|line| line.nodes.total),
        b'e' => by(|line| line.sizes.free_memory.min),
        b'E' => by_text(|line| line.first.and_then(|node| node.info.reason)),
        b'f' => by_text(|line| line.first.and_then(|node| node.info.features)),
        b'g' => by_text(|line| line.partition.allow_groups),
        b'h' => by(|line| line.partition.max_share),
        b'H' => by(|line| line.first.map_or(0, |node| node.info.reason_time)),
        b'l' => by(|line| line.partition.max_time),
        b'm' => by(|line| line.sizes.memory.min),
        b'M' => by(|line| line.partition.preempt_mode),
        b'n' => Some(Box::new(|one, other| one.host_names.compare_first(&other.host_names))),
        b'N' => Some(Box::new(|one, other| one.names.compare_first(&other.names))),
        b'o' => Some(Box::new(|one, other| one.addresses.compare_first(&other.addresses))),
        b'O' => by(|line| line.sizes.cpu_load.min),
        b'p' => by(|line| line.partition.priority_tier),
        b'P' | b'R' if table_order => by(|line| line.place),
        b'P' | b'R' => by_text(|line| line.partition.name),
        b'r' => by(|line| line.partition.flags & partition::FLAG_ROOT_ONLY),
        b's' => by(|line| most_nodes(line.partition.min_nodes, line.partition.max_nodes)),
        b'S' => by(|line| line.partition.priority_job_factor),
        b't' | b'T' => by(|line| line.first.map_or(0, |node| node.state)),
        b'u' | b'U' => by(|line| line.first.map_or(0, |node| node.info.reason_uid)),
        b'V' => by(|_| 0),
        b'w' => by(|line| line.sizes.weight.min),
        b'X' => by(|line| line.sizes.sockets.min),
        b'Y' => by(|line| line.sizes.cores.min),
        b'Z' => by(|line| line.sizes.threads.min),
        b'z' => by(|line| (line.sizes.sockets.min, line.sizes.cores.min, line.sizes.threads.min)),
        _ => None,
    }
}

/// How a partition's job size sorts: its limits together, unless there is none.
fn most_nodes(min: u32, max: u32) -> u32 {
    if max == u32::MAX { max } else { max.wrapping_add(min) }
}

/// The C library's qsort(3), which keeps the order of equals. Slurm's comparison of two empty host lists contradicts
/// itself, so that what comes of it depends on how is sorted, and the standard library's sort could refuse it.
fn merge_sort<T>(lines: &mut Vec<T>, compare: &dyn Fn(&T, &T) -> Ordering) {
    if lines.len() < 2 {
        return;
    }
    let mut right = lines.split_off(lines.len() / 2);
    merge_sort(lines, compare);
    merge_sort(&mut right, compare);
    let mut merged = Vec::with_capacity(lines.len() + right.len());
    let (mut left, mut right) = (lines.drain(..).peekable(), right.into_iter().peekable());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        merged.extend(if compare(one, other).is_le() { left.next() } else { right.next() });
    }
    merged.extend(left);
    merged.extend(right);
    *lines = merged;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn merging_is_a_stable_sort(mut items: Vec<(u8, u16)>) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            merge_sort(&mut items, &|one, other| one.0.cmp(&other.0));
            prop_assert_eq!(items, expected);
        }

        #[test]
        fn no_comparison_stops_it(mut items: Vec<u8>, answers: Vec<bool>) {
            let count = std::cell::Cell::new(0);
            let length = items.len();
            merge_sort(&mut items, &|_, _| {
                count.set(count.get() + 1);
                let greater = answers.get(count.get() % answers.len().max(1)).copied().unwrap_or(true);
                if greater { Ordering::Greater } else { Ordering::Less }
            });
            prop_assert_eq!(items.len(), length);
        }
    }

    #[test]
    fn no_limit_is_the_greatest_size() {
        assert!(most_nodes(1, u32::MAX) > most_nodes(1, 4000));
    }
}
