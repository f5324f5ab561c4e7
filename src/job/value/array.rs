//! The tasks of a job array: `--array`.
//!
//! sbatch passes the text on as it is and slurmctld reads it with some leniency. What is here is the strict reading, for
//! descriptions and for what counts and walks tasks; a range costs the same whether it holds one task or four million.

use crate::job::TaskSet;
use std::fmt;

/// Which tasks an array has, and how many of them may run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrayTasks {
    /// In order, none within another, never empty.
    ranges: Vec<TaskRange>,
    limit: Option<u32>,
}

/// Tasks at equal distances: `first-last:step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskRange {
    first: u32,
    /// A task of the range.
    last: u32,
    /// At least 1.
    step: u32,
}

/// No cluster allows a higher task id (slurm.conf(5), MaxArraySize).
pub const HIGHEST_TASK: u32 = 4_000_000;

impl TaskRange {
    fn one(task: u32) -> Self {
        Self { first: task, last: task, step: 1 }
    }

    /// The lowest task.
    #[must_use]
    pub fn first(self) -> u32 {
        self.first
    }

    /// The highest task.
    #[must_use]
    pub fn last(self) -> u32 {
        self.last
    }

    /// From one task to the next; 1 where there is only one.
    #[must_use]
    pub fn step(self) -> u32 {
        self.step
    }

    /// How many tasks.
    #[must_use]
    pub fn count(self) -> u32 {
        (self.last - self.first) / self.step + 1
    }

    /// Every task, in order.
    pub fn iter(self) -> impl Iterator<Item = u32> + Clone {
        (0..self.count()).map(move |place| self.first + place * self.step)
    }

    /// Whether the task is among them.
    #[must_use]
    pub fn contains(self, task: u32) -> bool {
        (self.first..=self.last).contains(&task) && (task - self.first).is_multiple_of(self.step)
    }

    /// Reads `4`, `0-9` or `0-9:3`.
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("{text:?} names no tasks of an array: a task, first-last or first-last:step is expected")
        };
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            // What is too long for a number is too high for a task.
            if digits { Ok(text.parse().unwrap_or(u32::MAX)) } else { Err(wrong()) }
        };
        let (first, rest) = match text.split_once('-') {
            Some((first, rest)) => (number(first)?, Some(rest)),
            None => (number(text)?, None),
        };
        let (last, step) = match rest.map(|rest| rest.split_once(':').unwrap_or((rest, "1"))) {
            Some((last, step)) => (number(last)?, number(step)?),
            None => (first, 1),
        };
        if last > HIGHEST_TASK {
            return Err(format!("{text:?} has a task above {HIGHEST_TASK}, the highest that Slurm allows"));
        }
        if last < first {
            return Err(format!("{text:?} ends before it begins"));
        }
        if step == 0 {
            return Err(format!("{text:?} has a step of 0"));
        }
        let last = last - (last - first) % step;
        Ok(if last == first { Self::one(first) } else { Self { first, last, step } })
    }
}

/// As `--array` takes it.
impl fmt::Display for TaskRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { first, last, .. } if first == last => first.fmt(f),
            Self { first, last, step: 1 } => write!(f, "{first}-{last}"),
            Self { first, last, step } => write!(f, "{first}-{last}:{step}"),
        }
    }
}

impl ArrayTasks {
    /// Reads a value of `--array` strictly: `0-15`, `0,6,16-32`, `0-15:4`, each with `%4` behind it for at most four at a
    /// time. One pair of brackets around the tasks is allowed, as squeue prints them: `[0-15%4]`.
    ///
    /// A task named twice counts once; `%0` is no limit.
    ///
    /// # Errors
    /// A sentence about the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let inside = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        let (tasks, limit) = match inside.split_once('%') {
            Some((tasks, limit)) => (tasks, Some(parse_limit(limit)?)),
            None => (inside, None),
        };
        if tasks.is_empty() {
            return Err(format!("{text:?} names no tasks of an array"));
        }
        let ranges = tasks.split(',').map(TaskRange::parse).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { ranges: in_order(ranges), limit: limit.filter(|limit| *limit > 0) })
    }

    /// The tasks of a list, in as few ranges as are easily found. None if there are no tasks or one is too high.
    #[must_use]
    pub fn of(tasks: impl IntoIterator<Item = u32>) -> Option<Self> {
        let mut set = Set::default();
        tasks.into_iter().try_for_each(|task| (task <= HIGHEST_TASK).then(|| set.insert(task)))?;
        let ranges = in_ranges(set.iter());
        (!ranges.is_empty()).then_some(Self { ranges, limit: None })
    }

    /// The same tasks, at most `limit` at a time; 0 is no limit.
    #[must_use]
    pub fn at_most(self, limit: u32) -> Self {
        Self { limit: Some(limit).filter(|limit| *limit > 0), ..self }
    }

    /// Those of them that are among `some`, no more at a time; none where there are none.
    #[must_use]
    pub fn among(&self, some: &TaskSet) -> Option<Self> {
        let tasks = Self::of(TaskSet::from(self).intersection(some).iter())?;
        Some(Self { limit: self.limit, ..tasks })
    }

    /// How many may run at once, if that is limited.
    #[must_use]
    pub fn limit(&self) -> Option<u32> {
        self.limit
    }

    /// The tasks as ranges, in order; no two have a task in common.
    #[must_use]
    pub fn ranges(&self) -> &[TaskRange] {
        &self.ranges
    }

    /// How many tasks.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.ranges.iter().map(|range| range.count()).sum()
    }

    /// Every task, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.ranges.iter().flat_map(|range| range.iter())
    }

    /// Whether the task is among them.
    #[must_use]
    pub fn contains(&self, task: u32) -> bool {
        // Ranges are in order and do not overlap: only the last that begins at the task or before it can hold it.
        let behind = self.ranges.partition_point(|range| range.first <= task);
        behind.checked_sub(1).and_then(|at| self.ranges.get(at)).is_some_and(|range| range.contains(task))
    }
}

/// As `--array` takes it.
impl fmt::Display for ArrayTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, range) in self.ranges.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            range.fmt(f)?;
        }
        match self.limit {
            Some(limit) => write!(f, "%{limit}"),
            None => Ok(()),
        }
    }
}

fn parse_limit(text: &str) -> Result<u32, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        format!("{text:?} is no number of tasks that may run at once: a whole number must follow the %")
    })
}

/// Sorts ranges, joins neighbours, and takes apart those that lie within each other.
fn in_order(mut ranges: Vec<TaskRange>) -> Vec<TaskRange> {
    ranges.sort_unstable_by_key(|range| (range.first, range.last));
    let mut done: Vec<TaskRange> = Vec::new();
    let mut tangled: Vec<TaskRange> = Vec::new();
    let mut end = None;
    for range in ranges {
        if end.is_some_and(|end| range.first > end) {
            settle(&mut done, &mut tangled);
        }
        end = end.max(Some(range.last));
        tangled.push(range);
    }
    settle(&mut done, &mut tangled);
    done
}

/// Moves a group of ranges that overlap, or a single one, behind those that are done.
fn settle(done: &mut Vec<TaskRange>, tangled: &mut Vec<TaskRange>) {
    let apart = match tangled.as_slice() {
        [_] => std::mem::take(tangled),
        [first, ..] if tangled.iter().all(|range| range.step == 1) => {
            let last = tangled.iter().map(|range| range.last).max().unwrap_or(first.last);
            vec![TaskRange { first: first.first, last, step: 1 }]
        }
        _ => {
            let mut set = Set::default();
            tangled.iter().flat_map(|range| range.iter()).for_each(|task| set.insert(task));
            in_ranges(set.iter())
        }
    };
    tangled.clear();
    for range in apart {
        match done.last_mut() {
            Some(last) if last.step == 1 && range.step == 1 && range.first == last.last + 1 => {
                last.last = range.last;
            }
            _ => done.push(range),
        }
    }
}

/// Tasks in order as ranges: runs of neighbours, and of three or more at another distance.
fn in_ranges(tasks: impl Iterator<Item = u32>) -> Vec<TaskRange> {
    let mut ranges: Vec<TaskRange> = Vec::new();
    // The run so far, and how many tasks it has.
    let mut run: Option<(TaskRange, u32)> = None;
    for task in tasks {
        run = Some(match run {
            None => (TaskRange::one(task), 1),
            Some((range, 1)) => (TaskRange { first: range.first, last: task, step: task - range.first }, 2),
            Some((range, count)) if task - range.last == range.step => {
                (TaskRange { last: task, ..range }, count + 1)
            }
            Some((range, 2)) if range.step > 1 => {
                // Two are no run. The second may begin one.
                ranges.push(TaskRange::one(range.first));
                (TaskRange { first: range.last, last: task, step: task - range.last }, 2)
            }
            Some((range, _)) => {
                ranges.push(range);
                (TaskRange::one(task), 1)
            }
        });
    }
    match run {
        Some((range, 2)) if range.step > 1 => {
            ranges.extend([TaskRange::one(range.first), TaskRange::one(range.last)]);
        }
        Some((range, _)) => ranges.push(range),
        None => {}
    }
    ranges
}

/// Tasks up to [`HIGHEST_TASK`] as bits.
#[derive(Default)]
struct Set {
    words: Vec<u64>,
}

impl Set {
    fn insert(&mut self, task: u32) {
        let at = task as usize / 64;
        if self.words.len() <= at {
            self.words.resize(at + 1, 0);
        }
        self.words[at] |= 1 << (task % 64);
    }

    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..).zip(&self.words).flat_map(|(place, word)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| place * 64 + bit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn said(text: &str) -> Result<String, String> {
        ArrayTasks::parse(text).map(|tasks| tasks.to_string())
    }

    #[test]
    fn expressions() {
        let expected = [
            ("0", "0"),
            ("0-15", "0-15"),
            ("0,6,16-32", "0,6,16-32"),
            ("0-15:4", "0-12:4"),
            ("0-3:9", "0"),
            ("3,1,2", "1-3"),
            ("1-3,4,5-9", "1-9"),
            ("5,1-9", "1-9"),
            ("0-10:2,1-11:2", "0-11"),
            ("0-10:5,7", "0,5,7,10"),
            ("1-5%2", "1-5%2"),
            ("1-5%0", "1-5"),
            ("[1-5%2]", "1-5%2"),
            ("007", "7"),
            ("0-4000000", "0-4000000"),
        ];
        for (text, printed) in expected {
            assert_eq!(said(text).as_deref(), Ok(printed), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let expected = [
            ("", "\"\" names no tasks of an array"),
            ("%2", "\"%2\" names no tasks of an array"),
            ("1,", "\"\" names no tasks of an array: a task, first-last or first-last:step is expected"),
            ("1-x", "\"1-x\" names no tasks of an array: a task, first-last or first-last:step is expected"),
            ("5-1", "\"5-1\" ends before it begins"),
            ("0-5:0", "\"0-5:0\" has a step of 0"),
            ("4000001", "\"4000001\" has a task above 4000000, the highest that Slurm allows"),
            ("99999999999", "\"99999999999\" has a task above 4000000, the highest that Slurm allows"),
            ("1-5%", "\"\" is no number of tasks that may run at once: a whole number must follow the %"),
            ("1-5%x", "\"x\" is no number of tasks that may run at once: a whole number must follow the %"),
        ];
        for (text, error) in expected {
            assert_eq!(said(text), Err(error.to_owned()), "{text}");
        }
        for bad in ["-1", "+1", " 1", "1 ", "1--2", "[1", "[1],2", "1-2:", "1:2", "1-2:3:4", "1%2,3"] {
            assert!(said(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn four_million_tasks_are_one_range() {
        let tasks = ArrayTasks::parse("0-3999999%100").expect("an array");
        assert_eq!((tasks.count(), tasks.ranges().len(), tasks.limit()), (4_000_000, 1, Some(100)));
        assert!(tasks.contains(3_999_999) && !tasks.contains(4_000_000));
        assert_eq!(tasks.iter().last(), Some(3_999_999));
    }

    #[test]
    fn lists_become_ranges() {
        let of = |tasks: &[u32]| ArrayTasks::of(tasks.iter().copied()).map(|tasks| tasks.to_string());
        assert_eq!(of(&[3, 1, 2, 2]).as_deref(), Some("1-3"));
        assert_eq!(of(&[0, 4, 8, 9, 10, 20]).as_deref(), Some("0-8:4,9-10,20"));
        assert_eq!(of(&[1, 5]).as_deref(), Some("1,5"));
        assert_eq!(of(&[1, 5, 6, 7]).as_deref(), Some("1,5-7"));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[HIGHEST_TASK + 1]), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,40}|[-0-9:,%\\[\\]]{0,30}") {
            let _ = ArrayTasks::parse(&text);
        }

        #[test]
        fn expressions_mean_their_tasks(
            ranges in prop::collection::vec((0u32..300, 0u32..60, 1u32..9), 1..8),
            limit in 0u32..5,
        ) {
            let text: Vec<String> =
                ranges.iter().map(|(first, length, step)| format!("{first}-{}:{step}", first + length)).collect();
            let wanted: BTreeSet<u32> = ranges
                .iter()
                .flat_map(|(first, length, step)| (*first..=first + length).step_by(*step as usize))
                .collect();
            let tasks = ArrayTasks::parse(&format!("{}%{limit}", text.join(","))).expect("an array");
            prop_assert_eq!(tasks.iter().collect::<Vec<_>>(), wanted.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(tasks.count() as usize, wanted.len());
            for task in 0..400 {
                prop_assert_eq!(tasks.contains(task), wanted.contains(&task));
            }
            prop_assert_eq!(ArrayTasks::parse(&tasks.to_string()), Ok(tasks.clone()));
            let listed = ArrayTasks::of(tasks.iter()).map(|listed| listed.at_most(limit)).expect("tasks");
            prop_assert_eq!(listed.iter().collect::<Vec<_>>(), tasks.iter().collect::<Vec<_>>());
            prop_assert_eq!(ArrayTasks::parse(&listed.to_string()), Ok(listed));
        }
    }
}
