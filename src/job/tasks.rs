//! What a scheduler says of an array's tasks at one moment.

use super::{ExitStatus, JobState, Outcome, TaskSet};
use std::collections::HashMap;

/// The variable by which a task of an array in several parts learns how much less its index is there than in the whole.
pub const TASK_OFFSET: &str = "SRUNX_TASK_OFFSET";
/// The line of a shell script that makes of it the index in the whole.
pub const TASK_INDEX_LINE: &str = "export SRUNX_TASK_ID=$((SLURM_ARRAY_TASK_ID + ${SRUNX_TASK_OFFSET:-0}))";

/// What an array's comment tells of the most tasks that its parts were to have, `SRUNX_CHUNK=100`.
pub const CHUNK_SIZE: &str = "SRUNX_CHUNK";

/// Tasks of an array of which the same is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskGroup {
    /// Which.
    pub tasks: TaskSet,
    /// Their state.
    pub state: JobState,
    /// Meaningful once they have ended.
    pub exit: ExitStatus,
    /// Slurm's word for why they wait or how they ended; empty for none.
    pub reason: String,
}

/// What is known of an array's tasks, in groups that have no task in common. A task in no group is unknown: the scheduler
/// has no record of it and no accounting remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskStates {
    groups: Vec<TaskGroup>,
}

impl TaskStates {
    /// Adds tasks, to those of which the same is said where there are any. Each task is added once.
    pub fn add(&mut self, group: TaskGroup) {
        if group.tasks.is_empty() {
            return;
        }
        let like = self.groups.iter_mut().find(|other| {
            (other.state, other.exit, &other.reason) == (group.state, group.exit, &group.reason)
        });
        match like {
            Some(like) => match group.tasks.ranges() {
                // An array's tasks mostly end one by one.
                [(task, last)] if task == last => like.tasks.insert(*task),
                _ => like.tasks = like.tasks.union(&group.tasks),
            },
            None => self.groups.push(group),
        }
    }

    /// The groups.
    #[must_use]
    pub fn groups(&self) -> &[TaskGroup] {
        &self.groups
    }

    /// The tasks of which something is known.
    #[must_use]
    pub fn known(&self) -> TaskSet {
        self.those(|_| true)
    }

    /// The tasks that are at their end.
    #[must_use]
    pub fn over(&self) -> TaskSet {
        self.those(|group| Outcome::of(group.state).is_some())
    }

    /// The tasks of all groups that are `so`.
    #[must_use]
    pub fn those(&self, so: impl Fn(&TaskGroup) -> bool) -> TaskSet {
        let ranges = self.groups.iter().filter(|group| so(group)).flat_map(|group| group.tasks.ranges());
        TaskSet::of_ranges(ranges.copied().collect())
    }
}

impl FromIterator<TaskGroup> for TaskStates {
    fn from_iter<T: IntoIterator<Item = TaskGroup>>(groups: T) -> Self {
        // Sorted once at the end: an array's records come one task each.
        let mut alike: HashMap<(JobState, ExitStatus, String), Vec<(u32, u32)>> = HashMap::new();
        let mut order = Vec::new();
        for TaskGroup { tasks, state, exit, reason } in groups {
            let ranges = alike.entry((state, exit, reason)).or_insert_with_key(|key| {
                order.push(key.clone());
                Vec::new()
            });
            ranges.extend_from_slice(tasks.ranges());
        }
        let mut states = Self::default();
        for key in order {
            let tasks = TaskSet::of_ranges(alike.remove(&key).unwrap_or_default());
            let (state, exit, reason) = key;
            states.groups.extend((!tasks.is_empty()).then_some(TaskGroup { tasks, state, exit, reason }));
        }
        states
    }
}
