//! An array of this machine's: which of its tasks wait, which run, and how the others ended. It costs its ranges of tasks,
//! and an entry for each task that runs.

use super::capacity::Needs;
use crate::job::{
    BaseState, ExitStatus, JobId, JobRequest, JobState, JobStatus, Outcome, TaskGroup, TaskSet, TaskStates,
};
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Beyond so many ways to end, which are different errors of launches, no more words are kept for each.
const WORDY_ENDS: usize = 64;

/// Slurm's word for a task that waits for one that did not complete.
pub(super) const NEVER: &str = "DependencyNeverSatisfied";

/// An array and its tasks.
pub(super) struct Array {
    pub(super) request: Arc<JobRequest>,
    pub(super) needs: Needs,
    /// Whether it may not begin yet.
    pub(super) early: bool,
    /// Whether its client was told of news that it has not looked at.
    pub(super) told: bool,
    limit: usize,
    /// Tasks that may start.
    waiting: TaskSet,
    /// Tasks that wait for their counterparts in other arrays.
    blocked: TaskSet,
    /// Tasks that run, and their own ids.
    running: HashMap<u32, JobId>,
    over: TaskStates,
    completed: TaskSet,
    nodes: String,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    /// Of the lowest task that failed, or else of the lowest: whether it did not, the task, and its log.
    log: Option<(bool, u32, PathBuf)>,
}

impl Array {
    /// An array of tasks that all wait, for their counterparts if there are any.
    pub(super) fn new(request: Arc<JobRequest>, needs: Needs, tasks: TaskSet, early: bool) -> Self {
        let limit = request.array.as_ref().and_then(crate::job::ArrayTasks::limit);
        let free = request.corresponds_to.is_empty();
        let (waiting, blocked) = match free {
            true => (tasks, TaskSet::default()),
            false => (TaskSet::default(), tasks),
        };
        Self {
            request,
            needs,
            early,
            told: false,
            limit: limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX),
            waiting,
            blocked,
            running: HashMap::new(),
            over: TaskStates::default(),
            completed: TaskSet::default(),
            nodes: String::new(),
            started: None,
            ended: None,
            log: None,
        }
    }

    /// Whether a task may start, if it fits.
    pub(super) fn is_ready(&self) -> bool {
        !self.early && !self.waiting.is_empty() && self.running.len() < self.limit
    }

    /// Whether a task is not started and not over.
    pub(super) fn waits(&self) -> bool {
        !self.waiting.is_empty() || !self.blocked.is_empty()
    }

    /// Whether all tasks are over.
    pub(super) fn is_over(&self) -> bool {
        !self.waits() && self.running.is_empty()
    }

    /// The tasks that wait for their counterparts.
    pub(super) fn blocked(&self) -> &TaskSet {
        &self.blocked
    }

    /// The tasks that completed.
    pub(super) fn completed(&self) -> &TaskSet {
        &self.completed
    }

    /// Those of `tasks` that can still complete.
    pub(super) fn open(&self, tasks: &TaskSet) -> TaskSet {
        let running = self.running.keys().copied().filter(|task| tasks.contains(*task));
        let waiting = self.waiting.intersection(tasks).union(&self.blocked.intersection(tasks));
        waiting.union(&running.collect())
    }

    /// The ids of the tasks that run.
    pub(super) fn running(&self) -> impl Iterator<Item = JobId> {
        self.running.values().copied()
    }

    /// The task whose turn it is.
    pub(super) fn next(&mut self) -> Option<u32> {
        if self.is_ready() { self.waiting.pop_first() } else { None }
    }

    /// A task runs, as the job `id`.
    pub(super) fn runs(&mut self, task: u32, id: JobId) {
        self.running.insert(task, id);
    }

    /// The counterparts of these tasks completed.
    pub(super) fn release(&mut self, tasks: &TaskSet) {
        self.waiting = self.waiting.union(&self.blocked.intersection(tasks));
        self.blocked = self.blocked.difference(tasks);
    }

    /// Cancels these of the tasks that have not started; those are returned.
    pub(super) fn cancel(&mut self, tasks: &TaskSet, reason: &str) -> TaskSet {
        let tasks = self.waiting.union(&self.blocked).intersection(tasks);
        self.waiting = self.waiting.difference(&tasks);
        self.blocked = self.blocked.difference(&tasks);
        if !tasks.is_empty() {
            self.ended = Some(Timestamp::now());
            self.over.add(TaskGroup {
                tasks: tasks.clone(),
                state: JobState::plain(BaseState::Cancelled),
                exit: ExitStatus::default(),
                reason: reason.to_owned(),
            });
        }
        tasks
    }

    /// A task that ran is over.
    pub(super) fn end(&mut self, task: u32, status: &JobStatus) {
        self.running.remove(&task);
        let Some(state) = status.state else { return };
        let completed = Outcome::of(state).is_some_and(Outcome::is_success);
        if completed {
            self.completed.insert(task);
        }
        self.nodes.clone_from(&status.nodes);
        self.started = [self.started, status.started].into_iter().flatten().min();
        self.ended = self.ended.max(status.ended);
        let log = status.stdout.clone().map(|log| (completed, task, log));
        self.log = self.log.take().into_iter().chain(log).min();
        let mut reason = status.reason.clone();
        if self.over.groups().len() >= WORDY_ENDS {
            reason.truncate(reason.find(' ').unwrap_or(reason.len()));
        }
        self.over.add(TaskGroup { tasks: TaskSet::one(task), state, exit: status.exit, reason });
    }

    /// What is known of it now; `job` tells of the tasks that run.
    pub(super) fn status<'a>(&self, id: JobId, job: impl Fn(JobId) -> Option<&'a JobStatus>) -> JobStatus {
        let first = self.running.iter().min().and_then(|(task, id)| Some((*task, job(*id)?)));
        let log = first.and_then(|(task, status)| Some((true, task, status.stdout.clone()?)));
        let log = self.log.clone().into_iter().chain(log).min();
        let starts = self.running().filter_map(|id| job(id)?.started);
        let started = self.started.into_iter().chain(starts).min();
        let states = self.states(&job);
        let (state, reason) = self.summary(&states);
        let exits = self.over.groups().iter().map(|group| group.exit);
        let over = self.is_over();
        JobStatus {
            state: Some(state),
            exit: exits.max_by_key(|exit| (exit.code, exit.signal)).filter(|_| over).unwrap_or_default(),
            reason,
            nodes: first.map_or(&self.nodes, |(_, status)| &status.nodes).clone(),
            started,
            ended: self.ended.filter(|_| over),
            stdout: log.map(|(_, _, log)| log),
            tasks: Some(states),
            ..JobStatus::unknown(id)
        }
    }

    fn states<'a>(&self, job: impl Fn(JobId) -> Option<&'a JobStatus>) -> TaskStates {
        let mut states = self.over.clone();
        let group = |tasks: TaskSet, state: JobState, reason: &str| TaskGroup {
            tasks,
            state,
            exit: ExitStatus::default(),
            reason: reason.to_owned(),
        };
        for (task, id) in &self.running {
            if let Some(state) = job(*id).and_then(|status| status.state) {
                states.add(group(TaskSet::one(*task), state, ""));
            }
        }
        let pending = JobState::plain(BaseState::Pending);
        let why = match () {
            () if self.early => "BeginTime",
            () if self.running.len() >= self.limit => "JobArrayTaskLimit",
            () => "Resources",
        };
        states.add(group(self.waiting.clone(), pending, why));
        let why = if self.early { "BeginTime" } else { "Dependency" };
        states.add(group(self.blocked.clone(), pending, why));
        states
    }

    /// The state of the whole, and the reason for it.
    fn summary(&self, states: &TaskStates) -> (JobState, String) {
        let groups = states.groups();
        let find = |so: &dyn Fn(&JobState) -> bool| groups.iter().find(|group| so(&group.state));
        let live = |state: &JobState| Outcome::of(*state).is_none();
        let runs = find(&|state| *state == JobState::plain(BaseState::Running));
        let ends = || find(&|state| live(state) && state.base != BaseState::Pending);
        if let Some(group) = runs.or_else(ends).or_else(|| find(&live)) {
            return (group.state, group.reason.clone());
        }
        let mut failures = groups.iter().filter(|group| group.state.base != BaseState::Completed);
        // What was cancelled because of another array says less than what became of the array's own.
        let own: Vec<&TaskGroup> = failures.clone().filter(|group| group.reason != NEVER).collect();
        let bases = own.iter().map(|group| group.state.base);
        let base = bases.reduce(|one, other| if one == other { one } else { BaseState::Failed });
        match (base, failures.next()) {
            (Some(base), _) => {
                let like = own.iter().find(|group| group.state.base == base).or(own.first());
                (JobState::plain(base), like.map(|group| group.reason.clone()).unwrap_or_default())
            }
            (None, Some(group)) => (group.state, group.reason.clone()),
            (None, None) => (JobState::plain(BaseState::Completed), String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{ArrayTasks, Memory};

    fn set(text: &str) -> TaskSet {
        text.parse().unwrap()
    }

    fn array(tasks: &str, corresponds_to: Vec<JobId>) -> Array {
        let tasks = ArrayTasks::parse(tasks).unwrap();
        let set = TaskSet::from(&tasks);
        let request = JobRequest { array: Some(tasks), corresponds_to, ..JobRequest::default() };
        let memory = Memory { mib: 0 };
        let needs = Needs { nodes: 1, tasks: 1, cpus_per_task: 1, cpus: 1, memory, gpus: 0 };
        Array::new(Arc::new(request), needs, set, false)
    }

    fn ended(base: BaseState, code: u8, reason: &str) -> JobStatus {
        JobStatus {
            state: Some(JobState::plain(base)),
            exit: ExitStatus { code, signal: 0 },
            reason: reason.into(),
            stdout: Some(format!("{code}.out").into()),
            ..JobStatus::unknown(JobId(9))
        }
    }

    fn words(array: &Array) -> String {
        let status = array.status(JobId(1), |_| None);
        format!("{} {} {}", status.state.unwrap(), status.reason, status.exit).trim().to_owned()
    }

    #[test]
    fn the_whole_is_what_its_tasks_are() {
        let mut array = array("0-3%1", vec![]);
        assert_eq!(words(&array), "PENDING Resources 0:0");
        assert_eq!(array.next(), Some(0));
        array.runs(0, JobId(2));
        assert!(!array.is_ready() && array.next().is_none());
        let running = JobStatus {
            state: Some(JobState::plain(BaseState::Running)),
            ..ended(BaseState::Running, 0, "")
        };
        let status = array.status(JobId(1), |_| Some(&running));
        assert_eq!(status.state.unwrap().to_string(), "RUNNING");
        let pending = status.tasks.unwrap().those(|group| group.reason == "JobArrayTaskLimit");
        assert_eq!(pending, set("1-3"));
        array.end(0, &ended(BaseState::Completed, 0, ""));
        for (task, status) in [
            (1, ended(BaseState::Failed, 7, "NonZeroExitCode")),
            (2, ended(BaseState::Timeout, 0, "TimeLimit")),
        ] {
            assert_eq!(array.next(), Some(task));
            array.runs(task, JobId(2));
            array.end(task, &status);
        }
        assert!(!array.is_over() && array.waits());
        assert_eq!(array.cancel(&set("0-9"), ""), set("3"));
        assert!(array.is_over());
        assert_eq!(words(&array), "FAILED NonZeroExitCode 7:0");
        let status = array.status(JobId(1), |_| None);
        assert_eq!(status.stdout, Some("7.out".into()));
        assert_eq!(status.tasks.unwrap().groups().len(), 4);
    }

    #[test]
    fn counterparts_release_or_cancel() {
        let mut array = array("0-9", vec![JobId(5)]);
        assert!(!array.is_ready());
        assert_eq!(words(&array), "PENDING Dependency 0:0");
        array.release(&set("2-4"));
        assert_eq!(array.cancel(&set("0-1,5-9,77"), NEVER), set("0-1,5-9"));
        for task in 2..5 {
            assert_eq!(array.next(), Some(task));
            array.runs(task, JobId(6));
            array.end(task, &ended(BaseState::Completed, 0, ""));
        }
        assert_eq!(array.completed(), &set("2-4"));
        assert_eq!(words(&array), "CANCELLED DependencyNeverSatisfied 0:0");
    }

    #[test]
    fn a_million_ends_in_as_many_words_are_few_groups() {
        let mut array = array("0-999", vec![]);
        for task in 0..1000 {
            array.end(task, &ended(BaseState::Failed, 1, &format!("JobLaunchFailure (/log/{task})")));
        }
        let status = array.status(JobId(1), |_| None);
        assert!(status.tasks.unwrap().groups().len() < 70);
    }
}
