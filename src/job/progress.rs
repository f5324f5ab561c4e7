//! How far an array has come, as the events about its tasks tell it.

use super::{ExitStatus, Outcome, TaskSet};

/// An array's tasks by what became of them. A task that is neither running nor over waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskProgress {
    all: TaskSet,
    running: TaskSet,
    started: TaskSet,
    over: TaskSet,
    ends: Vec<TaskEnd>,
    /// How tasks ended that are tried again.
    earlier: Vec<TaskEnd>,
}

/// Tasks that ended alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskEnd {
    /// Which.
    pub tasks: TaskSet,
    /// How.
    pub outcome: Outcome,
    /// Their exit code and signal.
    pub exit: ExitStatus,
    /// Slurm's word for it; empty for none.
    pub reason: String,
}

impl TaskProgress {
    /// An array of which nothing has been heard yet.
    #[must_use]
    pub fn of(all: TaskSet) -> Self {
        Self { all, ..Self::default() }
    }

    /// These tasks run.
    pub fn start(&mut self, tasks: &TaskSet) {
        let tasks = tasks.intersection(&self.all).difference(&self.over);
        self.running = self.running.union(&tasks);
        self.started = self.started.union(&tasks);
    }

    /// These tasks ran and wait again.
    pub fn requeue(&mut self, tasks: &TaskSet) {
        self.running = self.running.difference(tasks);
    }

    /// These tasks are at their end. A task ends once: what is said of it again is left out.
    pub fn end(&mut self, end: TaskEnd) {
        let tasks = end.tasks.intersection(&self.all).difference(&self.over);
        if tasks.is_empty() {
            return;
        }
        self.running = self.running.difference(&tasks);
        self.over = self.over.union(&tasks);
        let like = |other: &TaskEnd| {
            (other.outcome, other.exit, &other.reason) == (end.outcome, end.exit, &end.reason)
        };
        let tasks = match self.ends.iter().position(like) {
            Some(like) => self.ends.remove(like).tasks.union(&tasks),
            None => tasks,
        };
        self.ends.push(TaskEnd { tasks, ..end });
    }

    /// These tasks are tried again: those of them that were at their end are so no longer.
    pub fn reopen(&mut self, tasks: &TaskSet) {
        let tasks = tasks.intersection(&self.all);
        for end in &self.ends {
            let again = end.tasks.intersection(&tasks);
            if !again.is_empty() {
                self.earlier.iter_mut().for_each(|earlier| earlier.tasks = earlier.tasks.difference(&again));
                self.earlier.push(TaskEnd { tasks: again, ..end.clone() });
            }
        }
        self.earlier.retain(|earlier| !earlier.tasks.is_empty());
        self.ends.iter_mut().for_each(|end| end.tasks = end.tasks.difference(&tasks));
        self.ends.retain(|end| !end.tasks.is_empty());
        self.over = self.over.difference(&tasks);
        self.running = self.running.difference(&tasks);
    }

    /// Tasks that were to be tried again are not: they ended as they did before.
    pub fn settle(&mut self) {
        for end in std::mem::take(&mut self.earlier) {
            self.end(end);
        }
    }

    /// The same array where only the tasks that completed are over; none where none did.
    #[must_use]
    pub fn without_failures(&self) -> Option<Self> {
        let mut again = Self::of(self.all.clone());
        let completed = self.ends.iter().filter(|end| end.outcome.is_success());
        completed.for_each(|end| again.end(end.clone()));
        again.started = again.over.clone();
        (!again.over.is_empty()).then_some(again)
    }

    /// The tasks whose end nobody knows are taken to have ended so.
    pub fn assume(&mut self, outcome: Outcome) {
        for mut end in std::mem::take(&mut self.ends) {
            self.over = self.over.difference(&end.tasks);
            if end.outcome == Outcome::Unknown {
                end.outcome = outcome;
            }
            self.end(end);
        }
    }

    /// Every task of the array.
    #[must_use]
    pub fn all(&self) -> &TaskSet {
        &self.all
    }

    /// The tasks that run now.
    #[must_use]
    pub fn running(&self) -> &TaskSet {
        &self.running
    }

    /// The tasks that were ever seen running.
    #[must_use]
    pub fn started(&self) -> &TaskSet {
        &self.started
    }

    /// The tasks that are at their end.
    #[must_use]
    pub fn over(&self) -> &TaskSet {
        &self.over
    }

    /// The tasks that are not at their end.
    #[must_use]
    pub fn open(&self) -> TaskSet {
        self.all.difference(&self.over)
    }

    /// The tasks that ended, by how they did; those that ended as the last one did stand last.
    #[must_use]
    pub fn ends(&self) -> &[TaskEnd] {
        &self.ends
    }

    /// Whether every task is at its end.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over.count() == self.all.count()
    }

    /// The tasks that ended so.
    #[must_use]
    pub fn ended(&self, so: impl Fn(Outcome) -> bool) -> TaskSet {
        let ranges = self.ends.iter().filter(|end| so(end.outcome)).flat_map(|end| end.tasks.ranges());
        TaskSet::of_ranges(ranges.copied().collect())
    }

    /// The tasks that ended without completing.
    #[must_use]
    pub fn failed(&self) -> TaskSet {
        self.ended(|outcome| !outcome.is_success())
    }

    /// What the tasks' ends come to for the array: completed where all did, else how those that did not ended, where that is
    /// one way, else failed. None while a task is not over.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome_of(&self.all)
    }

    /// The same for some of the tasks.
    #[must_use]
    pub fn outcome_of(&self, tasks: &TaskSet) -> Option<Outcome> {
        if self.over.intersection(tasks).count() < tasks.count() {
            return None;
        }
        let ends = self.ends.iter().filter(|end| !end.tasks.intersection(tasks).is_empty());
        let mut others = ends.map(|end| end.outcome).filter(|outcome| !outcome.is_success());
        let Some(first) = others.next() else { return Some(Outcome::Completed) };
        // Tasks that were skipped are so because of a failure elsewhere: one of the array's own says more.
        let rest = others.chain([first]).filter(|outcome| *outcome != Outcome::Skipped);
        Some(rest.reduce(|one, other| if one == other { one } else { Outcome::Failed }).unwrap_or(first))
    }

    /// The highest exit code of a task, or else the highest signal: what Slurm goes by for the whole array.
    #[must_use]
    pub fn exit(&self) -> ExitStatus {
        self.ends.iter().map(|end| end.exit).max_by_key(|exit| (exit.code, exit.signal)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> TaskSet {
        text.parse().expect("tasks")
    }

    fn end(tasks: &str, outcome: Outcome, code: u8) -> TaskEnd {
        let exit = ExitStatus { code, signal: 0 };
        TaskEnd { tasks: set(tasks), outcome, exit, reason: String::new() }
    }

    #[test]
    fn tasks_go_from_waiting_to_over_once() {
        let mut progress = TaskProgress::of(set("0-9"));
        progress.start(&set("0-4,77"));
        progress.requeue(&set("1"));
        progress.end(end("0,2", Outcome::Completed, 0));
        progress.end(end("2-3", Outcome::Failed, 3));
        progress.start(&set("0"));
        assert_eq!(progress.running(), &set("4"));
        assert_eq!(progress.started(), &set("0-4"));
        assert_eq!((progress.failed(), progress.open()), (set("3"), set("1,4-9")));
        assert_eq!(progress.outcome(), None);
    }

    #[test]
    fn tasks_that_are_tried_again_are_open_until_that_is_given_up() {
        let mut progress = TaskProgress::of(set("0-5"));
        progress.start(&set("0-5"));
        progress.end(end("0-1", Outcome::Completed, 0));
        progress.end(end("2-5", Outcome::Failed, 3));
        progress.reopen(&set("3-5,9"));
        assert_eq!((progress.open(), progress.failed(), progress.outcome()), (set("3-5"), set("2"), None));
        assert!(progress.running().is_empty() && progress.started() == &set("0-5"));
        progress.end(end("3", Outcome::Completed, 0));
        progress.end(end("4", Outcome::Timeout, 0));
        progress.reopen(&set("4-5"));
        progress.settle();
        assert_eq!(progress.outcome(), Some(Outcome::Failed));
        let ends = |so| progress.ended(|outcome| outcome == so);
        assert_eq!(ends(Outcome::Completed), set("0-1,3"));
        assert_eq!((ends(Outcome::Timeout), ends(Outcome::Failed)), (set("4"), set("2,5")));
    }

    #[test]
    fn the_arrays_outcome() {
        let came_to = |ends: &[TaskEnd]| {
            let mut progress = TaskProgress::of(set("0-3"));
            ends.iter().cloned().for_each(|end| progress.end(end));
            (progress.outcome(), progress.exit().code)
        };
        use Outcome as O;
        assert_eq!(came_to(&[end("0-3", O::Completed, 0)]), (Some(O::Completed), 0));
        let one = [end("0-2", O::Completed, 0), end("3", O::Timeout, 0)];
        assert_eq!(came_to(&one), (Some(O::Timeout), 0));
        let two = [end("0", O::Failed, 1), end("1", O::Failed, 7), end("2-3", O::Cancelled, 0)];
        assert_eq!(came_to(&two), (Some(O::Failed), 7));
        let skipped = [end("0-1", O::Completed, 0), end("2-3", O::Skipped, 0)];
        assert_eq!(came_to(&skipped), (Some(O::Skipped), 0));
        let both = [end("0", O::Skipped, 0), end("1-3", O::NodeFail, 0)];
        assert_eq!(came_to(&both), (Some(O::NodeFail), 0));
        let mut progress = TaskProgress::of(set("0-3"));
        progress.end(end("0", O::Completed, 0));
        progress.end(end("1", O::Failed, 1));
        let of = |tasks| progress.outcome_of(&set(tasks));
        assert_eq!((of("0"), of("0-1"), of("0,2")), (Some(O::Completed), Some(O::Failed), None));
    }
}
