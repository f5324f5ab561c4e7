//! Sets of an array's tasks, for following them: ranges in order, so that four million tasks that share a fate cost as much
//! as one.

use super::value::ArrayTasks;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::{max, min};
use std::fmt;
use std::str::FromStr;

/// Tasks of an array, by their indices. Printed and read as Slurm writes them: `0-3,7`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskSet {
    /// First and last of each run of neighbours; in order, and a gap between any two.
    ranges: Vec<(u32, u32)>,
}

impl TaskSet {
    /// One task.
    #[must_use]
    pub fn one(task: u32) -> Self {
        Self { ranges: vec![(task, task)] }
    }

    /// The tasks of inclusive ranges in any order, overlapping or not. One that ends before it begins holds nothing.
    #[must_use]
    pub fn of_ranges(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.retain(|(first, last)| first <= last);
        if !ranges.is_sorted() {
            ranges.sort_unstable();
        }
        ranges.dedup_by(|next, done| {
            let joins = next.0 <= done.1.saturating_add(1);
            if joins {
                done.1 = max(done.1, next.1);
            }
            joins
        });
        Self { ranges }
    }

    /// The tasks of a mask as slurmdbd keeps it, in hexadecimal digits: `0x1e` is `1-4`. What is no mask holds none.
    #[must_use]
    pub fn of_mask(mask: &str) -> Self {
        let digits = mask.strip_prefix("0x").unwrap_or_default();
        let digits = digits.chars().rev().map(|digit| digit.to_digit(16));
        let (mut tasks, mut first) = (Vec::new(), 0_u32);
        for digit in digits {
            let (Some(digit), Some(next)) = (digit, first.checked_add(4)) else { return Self::default() };
            tasks.extend((0..4).filter(|bit| digit >> bit & 1 == 1).map(|bit| (first + bit, first + bit)));
            first = next;
        }
        Self::of_ranges(tasks)
    }

    /// The tasks as inclusive ranges, in order, a gap between any two.
    #[must_use]
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many tasks.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.ranges.iter().fold(0, |sum, (first, last)| sum.saturating_add((last - first).saturating_add(1)))
    }

    /// The lowest task.
    #[must_use]
    pub fn first(&self) -> Option<u32> {
        self.ranges.first().map(|(first, _)| *first)
    }

    /// The highest task.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        self.ranges.last().map(|(_, last)| *last)
    }

    /// Every task, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// Whether the task is among them.
    #[must_use]
    pub fn contains(&self, task: u32) -> bool {
        let behind = self.ranges.partition_point(|(first, _)| *first <= task);
        behind.checked_sub(1).and_then(|at| self.ranges.get(at)).is_some_and(|(_, last)| task <= *last)
    }

    /// Adds one task, without looking at all others.
    pub fn insert(&mut self, task: u32) {
        let at = self.ranges.partition_point(|(first, _)| *first <= task);
        let before = at.checked_sub(1).and_then(|before| self.ranges.get(before)).copied();
        if before.is_some_and(|(_, last)| task <= last) {
            return;
        }
        let follows = before.is_some_and(|(_, last)| last + 1 == task);
        let leads = self.ranges.get(at).is_some_and(|(first, _)| task.checked_add(1) == Some(*first));
        match (follows, leads) {
            (true, true) => self.ranges[at - 1].1 = self.ranges.remove(at).1,
            (true, false) => self.ranges[at - 1].1 = task,
            (false, true) => self.ranges[at].0 = task,
            (false, false) => self.ranges.insert(at, (task, task)),
        }
    }

    /// Takes the lowest task out.
    pub fn pop_first(&mut self) -> Option<u32> {
        let (first, last) = self.ranges.first_mut()?;
        let task = *first;
        match task == *last {
            true => drop(self.ranges.remove(0)),
            false => *first += 1,
        }
        Some(task)
    }

    /// The tasks of either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        match (self.is_empty(), other.is_empty()) {
            (_, true) => self.clone(),
            (true, _) => other.clone(),
            _ => Self::of_ranges(self.ranges.iter().chain(&other.ranges).copied().collect()),
        }
    }

    /// The tasks of both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut ours, mut theirs) = (self.ranges.as_slice(), other.ranges.as_slice());
        let mut ranges = Vec::new();
        while let (Some(one), Some(two)) = (ours.first(), theirs.first()) {
            let both = (max(one.0, two.0), min(one.1, two.1));
            if both.0 <= both.1 {
                ranges.push(both);
            }
            match one.1 < two.1 {
                true => ours = &ours[1..],
                false => theirs = &theirs[1..],
            }
        }
        Self { ranges }
    }

    /// These tasks without those of `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let mut at = 0;
        for &(first, last) in &self.ranges {
            // Holes that end before this range begins matter no more.
            at += other.ranges[at..].iter().take_while(|(_, end)| *end < first).count();
            let mut from = Some(first);
            for &(hole, end) in other.ranges[at..].iter().take_while(|(hole, _)| *hole <= last) {
                let Some(start) = from else { break };
                if start < hole {
                    ranges.push((start, hole - 1));
                }
                from = end.checked_add(1).filter(|next| *next <= last);
            }
            ranges.extend(from.map(|start| (start, last)));
        }
        Self { ranges }
    }

    /// The lowest `count` of the tasks.
    #[must_use]
    pub fn lowest(&self, count: u32) -> Self {
        let (mut left, mut ranges) = (count, Vec::new());
        for &(first, last) in &self.ranges {
            if left == 0 {
                break;
            }
            let taken = min(left, (last - first).saturating_add(1));
            ranges.push((first, first + (taken - 1)));
            left -= taken;
        }
        Self { ranges }
    }

    /// The tasks in parts of at most `most` each, in order.
    #[must_use]
    pub fn split(&self, most: u32) -> Vec<Self> {
        let most = most.max(1);
        let (mut parts, mut part, mut held) = (Vec::new(), Vec::new(), 0);
        for &(mut first, last) in &self.ranges {
            loop {
                let taken = min(most - held, (last - first).saturating_add(1));
                part.push((first, first + (taken - 1)));
                held += taken;
                let more = last - first >= taken;
                first = first.saturating_add(taken);
                if held == most {
                    parts.push(Self { ranges: std::mem::take(&mut part) });
                    held = 0;
                }
                if !more {
                    break;
                }
            }
        }
        if !part.is_empty() {
            parts.push(Self { ranges: part });
        }
        parts
    }

    /// The same tasks counted from another start: `by` is added to each index. None where one would leave the numbers that
    /// there are.
    #[must_use]
    pub fn shifted(&self, by: i64) -> Option<Self> {
        let shift = |task: u32| u32::try_from(i64::from(task).checked_add(by)?).ok();
        let ranges = self.ranges.iter().map(|(first, last)| Some((shift(*first)?, shift(*last)?)));
        Some(Self { ranges: ranges.collect::<Option<_>>()? })
    }
}

impl FromIterator<u32> for TaskSet {
    fn from_iter<T: IntoIterator<Item = u32>>(tasks: T) -> Self {
        Self::of_ranges(tasks.into_iter().map(|task| (task, task)).collect())
    }
}

impl From<&ArrayTasks> for TaskSet {
    fn from(tasks: &ArrayTasks) -> Self {
        let ranges = tasks.ranges().iter().flat_map(|range| {
            let solid = range.step() == 1;
            let whole = solid.then_some((range.first(), range.last()));
            let single = range.iter().filter(move |_| !solid).map(|task| (task, task));
            whole.into_iter().chain(single)
        });
        Self::of_ranges(ranges.collect())
    }
}

/// As Slurm writes them, without brackets.
impl fmt::Display for TaskSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (first, last)) in self.ranges.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            match first == last {
                true => first.fmt(f)?,
                false => write!(f, "{first}-{last}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for TaskSet {
    type Err = String;

    /// Reads what [`ArrayTasks::parse`] reads; a limit behind `%` is left out. Empty text is no tasks.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" => Ok(Self::default()),
            text => Ok(Self::from(&ArrayTasks::parse(text)?)),
        }
    }
}

impl Serialize for TaskSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TaskSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set(text: &str) -> TaskSet {
        text.parse().expect("tasks")
    }

    #[test]
    fn written_as_slurm_writes_them() {
        assert_eq!(set("7,0-3,4").to_string(), "0-4,7");
        assert_eq!(set("0-9:3%2").to_string(), "0,3,6,9");
        assert_eq!(set("").to_string(), "");
        assert_eq!(serde_json::to_string(&set("1-3,5")).expect("json"), "\"1-3,5\"");
        assert_eq!(serde_json::from_str::<TaskSet>("\"1-3,5\"").expect("json"), set("1-3,5"));
        assert!("1-".parse::<TaskSet>().is_err());
        assert_eq!(TaskSet::of_mask("0x401e").to_string(), "1-4,14");
        assert_eq!([TaskSet::of_mask(""), TaskSet::of_mask("0x1g")], [set(""), set("")]);
    }

    #[test]
    fn millions_are_a_few_numbers() {
        let all = set("0-3999999");
        assert_eq!((all.count(), all.ranges().len()), (4_000_000, 1));
        let rest = all.difference(&set("1000000-1999999"));
        assert_eq!((rest.to_string().as_str(), rest.count()), ("0-999999,2000000-3999999", 3_000_000));
        let parts = all.split(1_500_000);
        assert_eq!(parts.iter().map(TaskSet::count).collect::<Vec<_>>(), [1_500_000, 1_500_000, 1_000_000]);
        assert_eq!(set("5-7").shifted(-5).map(|set| set.to_string()).as_deref(), Some("0-2"));
        assert_eq!(set("5-7").shifted(-6), None);
    }

    fn sets() -> impl Strategy<Value = BTreeSet<u32>> {
        prop::collection::btree_set(0_u32..80, 0..60)
    }

    fn of(tasks: &BTreeSet<u32>) -> TaskSet {
        tasks.iter().copied().collect()
    }

    proptest! {
        #[test]
        fn as_sets_do(one in sets(), other in sets(), most in 1_u32..30) {
            let (a, b) = (of(&one), of(&other));
            prop_assert_eq!(a.union(&b), of(&(&one | &other)));
            prop_assert_eq!(a.intersection(&b), of(&(&one & &other)));
            prop_assert_eq!(a.difference(&b), of(&(&one - &other)));
            prop_assert_eq!(a.count() as usize, one.len());
            prop_assert_eq!(a.iter().collect::<Vec<_>>(), one.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!((a.first(), a.last()), (one.first().copied(), one.last().copied()));
            for task in 0..90 {
                prop_assert_eq!(a.contains(task), one.contains(&task));
            }
            prop_assert_eq!(set(&a.to_string()), a.clone());
            let mut grown = a.clone();
            other.iter().for_each(|task| grown.insert(*task));
            prop_assert_eq!(grown, a.union(&b));
            let mut rest = a.clone();
            let taken: Vec<u32> = std::iter::from_fn(|| rest.pop_first()).collect();
            prop_assert_eq!((rest.is_empty(), taken), (true, one.iter().copied().collect()));
            prop_assert_eq!(a.lowest(most), a.iter().take(most as usize).collect::<TaskSet>());
            let parts = a.split(most);
            prop_assert!(parts.iter().all(|part| (1..=most).contains(&part.count())));
            prop_assert!(parts.len() < 2 || parts[..parts.len() - 1].iter().all(|part| part.count() == most));
            let whole = parts.iter().fold(TaskSet::default(), |whole, part| whole.union(part));
            prop_assert_eq!(whole, a);
        }

        #[test]
        fn at_the_end_of_all_numbers(first in (u32::MAX - 5)..=u32::MAX, length in 0_u32..9) {
            let set = TaskSet::of_ranges(vec![(first, first.saturating_add(length)), (0, 3)]);
            prop_assert!(set.contains(first) && set.contains(0) && !set.contains(4));
            prop_assert!(set.difference(&set).is_empty());
            let mut grown = set.clone();
            [u32::MAX, u32::MAX - 1].into_iter().for_each(|task| grown.insert(task));
            prop_assert_eq!(grown, set.union(&TaskSet::of_ranges(vec![(u32::MAX - 1, u32::MAX)])));
            prop_assert_eq!(set.difference(&TaskSet::one(u32::MAX)).contains(u32::MAX), false);
            prop_assert_eq!(set.split(2).iter().map(TaskSet::count).sum::<u32>(), set.count());
        }
    }
}
