//! What is said of an array: how far it is, and how its tasks ended.

use super::words::ending;
use crate::job::{Outcome, TaskEnd, TaskProgress, TaskSet};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// Between two words about how far an array is.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);
/// So many times it is told at once that tasks did not complete or were queued again; the others are counted.
const MOST_TOLD: usize = 3;
/// How many characters of a list of tasks are shown.
const MOST_LIST: usize = 120;
/// So many ways in which tasks ended are told apart.
const MOST_WAYS: usize = 10;

/// `12 of 1000 tasks done, 1 failed, 50 running, 938 waiting`
pub(super) fn progress(tasks: &TaskProgress) -> String {
    let (all, over) = (tasks.all().count(), tasks.over().count());
    let running = tasks.running().count();
    let skipped = tasks.ended(|outcome| outcome == Outcome::Skipped).count();
    let failed = tasks.failed().count() - skipped;
    let counts = [
        (failed, "failed"),
        (skipped, "skipped"),
        (running, "running"),
        (all.saturating_sub(over + running), "waiting"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    counts.fold(format!("{over} of {} done", count(all)), |words, (number, word)| {
        format!("{words}, {number} {word}")
    })
}

/// How an array ended: nothing where all completed, else how many of its tasks did not, and which.
pub(super) fn end(tasks: &TaskProgress) -> String {
    match tasks.failed() {
        none if none.is_empty() => String::new(),
        failed => some(&failed, tasks),
    }
}

/// `3 of 10 tasks: 1,4-5`
pub(super) fn some(some: &TaskSet, of: &TaskProgress) -> String {
    format!("{} of {}: {}", some.count(), count(of.all().count()), list(some))
}

/// The ways in which tasks ended that did not complete, a line each: `tasks 4,9: exit 1`.
pub(super) fn ways(tasks: &TaskProgress) -> Vec<String> {
    let mut ends: Vec<&TaskEnd> = tasks.ends().iter().filter(|end| !end.outcome.is_success()).collect();
    ends.sort_by_key(|end| end.tasks.first());
    let more = ends.iter().skip(MOST_WAYS).map(|end| end.tasks.count()).sum::<u32>();
    let mut lines: Vec<String> =
        ends.iter().take(MOST_WAYS).map(|end| format!("{}: {}", those(&end.tasks), way(end))).collect();
    if more > 0 {
        lines.push(format!("{} more ended in other ways", count(more)));
    }
    lines
}

/// `FAILED, exit 3`
pub(super) fn way(end: &TaskEnd) -> String {
    match ending(end.outcome, end.exit, &end.reason) {
        words if words.is_empty() => end.outcome.to_string(),
        words => format!("{}, {words}", end.outcome),
    }
}

/// `task 4`, `tasks 4,9-12`
pub(super) fn those(tasks: &TaskSet) -> String {
    match tasks.count() {
        1 => format!("task {tasks}"),
        _ => format!("tasks {}", list(tasks)),
    }
}

/// `1 task`, `1000 tasks`
pub(super) fn count(tasks: u32) -> String {
    format!("{tasks} {}", if tasks == 1 { "task" } else { "tasks" })
}

/// `4,9-12`, and how many more where the list is long.
fn list(tasks: &TaskSet) -> String {
    let mut text = String::new();
    let mut shown = 0;
    for (first, last) in tasks.ranges() {
        let next = TaskSet::of_ranges(vec![(*first, *last)]);
        let word = next.to_string();
        if !text.is_empty() && text.len() + word.len() > MOST_LIST {
            return format!("{text} and {} more", tasks.count() - shown);
        }
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&word);
        shown += next.count();
    }
    text
}

/// What was said of which array, and when.
#[derive(Debug, Default)]
pub(super) struct Said(HashMap<String, SaidOf>);

#[derive(Debug, Default)]
struct SaidOf {
    /// How far it was when that was last said.
    progress: Option<Timestamp>,
    /// How often tasks that went wrong were told of.
    troubles: usize,
}

impl Said {
    /// Whether it is time to say how far `job` is; then it counts as said.
    pub(super) fn is_time(&mut self, job: &str, at: Timestamp) -> bool {
        let said = self.of(job);
        let time = said.progress.is_none_or(|last| at.duration_since(last) >= PAUSE);
        if time {
            said.progress = Some(at);
        }
        time
    }

    /// Whether that more tasks of `job` went wrong is worth a line.
    pub(super) fn tell_trouble(&mut self, job: &str) -> bool {
        let said = self.of(job);
        said.troubles += 1;
        said.troubles <= MOST_TOLD
    }

    fn of(&mut self, job: &str) -> &mut SaidOf {
        self.0.entry(job.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::ExitStatus;

    fn array() -> TaskProgress {
        let set = |text: &str| text.parse::<TaskSet>().expect("tasks");
        let mut tasks = TaskProgress::of(set("0-999"));
        tasks.start(&set("0-99"));
        for (ended, outcome, code) in [
            ("0-9,20", Outcome::Completed, 0),
            ("12,14-15", Outcome::Failed, 3),
            ("13", Outcome::Timeout, 0),
            ("990-999", Outcome::Skipped, 0),
        ] {
            let exit = ExitStatus { code, signal: 0 };
            tasks.end(TaskEnd { tasks: set(ended), outcome, exit, reason: String::new() });
        }
        tasks
    }

    #[test]
    fn how_far_it_is() {
        assert_eq!(
            progress(&array()),
            "25 of 1000 tasks done, 4 failed, 10 skipped, 85 running, 890 waiting"
        );
        let one = TaskProgress::of(TaskSet::one(7));
        assert_eq!(progress(&one), "0 of 1 task done, 1 waiting");
    }

    #[test]
    fn how_its_tasks_ended() {
        assert_eq!(end(&array()), "14 of 1000 tasks: 12-15,990-999");
        assert_eq!(
            ways(&array()),
            ["tasks 12,14-15: FAILED, exit 3", "task 13: TIMEOUT", "tasks 990-999: SKIPPED"]
        );
        let many: TaskSet = (0..1000).map(|task| task * 7).collect();
        assert_eq!(list(&many).split(" and ").last(), Some("966 more"));
    }

    #[test]
    fn not_too_often() {
        let mut said = Said::default();
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let times: Vec<bool> = [0, 1, 9, 10, 15, 20].map(|second| said.is_time("a", at(second))).into();
        assert_eq!(times, [true, false, false, true, false, true]);
        assert!(said.is_time("b", at(1)));
        assert_eq!([0; 5].map(|_| said.tell_trouble("a")), [true, true, true, false, false]);
    }
}
