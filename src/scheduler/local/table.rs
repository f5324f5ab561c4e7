//! The jobs and arrays, who waits for whom, and whose turn it is.

use super::array::{Array, NEVER};
use super::capacity::{Capacity, Free, Needs};
use super::warden::Warden;
use crate::job::{BaseState, JobId, JobRequest, JobState, JobStatus, Outcome, TaskSet};
use crossbeam_channel::Sender;
use jiff::Timestamp;
use rustix::process::Pid;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// How many jobs that do not fit are passed over to find one that does.
const LOOK_AHEAD: usize = 256;

/// Every job of this client's, those that are over included; of an array, the tasks that run are jobs too.
///
/// A task is given an id of its own when it starts. The one that starts last has its array's, as in Slurm; it is the array
/// that is asked for under that id.
pub(super) struct Table {
    pub(super) jobs: HashMap<JobId, Job>,
    pub(super) arrays: HashMap<JobId, Array>,
    /// Of jobs and arrays: the arrays that wait for them task by task.
    dependents: HashMap<JobId, Vec<JobId>>,
    tokens: HashMap<String, JobId>,
    /// Jobs and arrays that may start something, if it fits; in the order in which they came.
    queue: BTreeSet<JobId>,
    pub(super) running: HashSet<JobId>,
    pub(super) free: Free,
    last: u32,
    closed: bool,
    wake: Sender<JobId>,
    pub(super) warden: Warden,
}

pub(super) struct Job {
    pub(super) status: JobStatus,
    pub(super) needs: Needs,
    pub(super) gpus: Vec<usize>,
    /// Until it has started.
    pub(super) request: Option<Arc<JobRequest>>,
    /// Of a task: its array, and its index there.
    pub(super) task: Option<(JobId, u32)>,
    pub(super) group: Option<Pid>,
    /// What it is being ended for.
    pub(super) doom: Option<BaseState>,
}

impl Job {
    fn new(id: JobId, request: Arc<JobRequest>, needs: Needs, reason: &str) -> Self {
        let state = Some(JobState::plain(BaseState::Pending));
        let status = JobStatus { state, reason: reason.into(), ..JobStatus::unknown(id) };
        Self { status, needs, gpus: Vec::new(), request: Some(request), task: None, group: None, doom: None }
    }
}

impl Table {
    pub(super) fn new(capacity: &Capacity, dir: &Path, wake: Sender<JobId>) -> Self {
        Self {
            jobs: HashMap::new(),
            arrays: HashMap::new(),
            dependents: HashMap::new(),
            tokens: HashMap::new(),
            queue: BTreeSet::new(),
            running: HashSet::new(),
            free: Free::all(capacity),
            last: 0,
            closed: false,
            wake,
            warden: Warden::new(dir),
        }
    }

    fn new_id(&mut self) -> JobId {
        self.last += 1;
        JobId(self.last)
    }

    /// Gives no id up to `last` to a job any more.
    pub(super) fn skip_ids(&mut self, last: u32) {
        self.last = self.last.max(last);
    }

    /// Puts a job or an array into the queue; one that is `early` once [`Table::begin`] is said.
    pub(super) fn add(&mut self, request: JobRequest, needs: Needs, early: bool) -> JobId {
        let id = self.new_id();
        if let Some(token) = &request.token {
            self.tokens.insert(token.clone(), id);
        }
        let request = Arc::new(request);
        let Some(tasks) = request.array.as_ref().map(TaskSet::from) else {
            let reason = if early { "BeginTime" } else { "Resources" };
            self.jobs.insert(id, Job::new(id, request, needs, reason));
            if !early {
                self.queue.insert(id);
            }
            return id;
        };
        for other in &request.corresponds_to {
            self.dependents.entry(*other).or_default().push(id);
        }
        self.arrays.insert(id, Array::new(request, needs, tasks.clone(), early));
        let never = self.judge(id, &tasks);
        self.settled(id, never);
        self.enqueue(id);
        id
    }

    /// Whether there is, or was, such a job or array.
    pub(super) fn knows(&self, id: JobId) -> bool {
        self.arrays.contains_key(&id) || self.jobs.get(&id).is_some_and(|job| job.task.is_none())
    }

    pub(super) fn find(&self, token: &str) -> Option<JobId> {
        self.tokens.get(token).copied()
    }

    /// What is known of a job or an array. News of it are told again from here on.
    pub(super) fn look(&mut self, id: JobId) -> JobStatus {
        if let Some(array) = self.arrays.get_mut(&id) {
            array.told = false;
        }
        match self.arrays.get(&id) {
            Some(array) => array.status(id, |task| self.jobs.get(&task).map(|job| &job.status)),
            None => self.jobs.get(&id).map_or_else(|| JobStatus::unknown(id), |job| job.status.clone()),
        }
    }

    /// Has the client look. Of an array it is told once until it has looked, however many tasks move.
    pub(super) fn tell(&mut self, id: JobId) {
        let told = self.arrays.get_mut(&id).map(|array| std::mem::replace(&mut array.told, true));
        if told != Some(true) {
            let _ = self.wake.send(id);
        }
    }

    /// The process groups that there are.
    pub(super) fn groups(&self) -> impl Iterator<Item = Pid> {
        self.running.iter().filter_map(|id| self.jobs.get(id)?.group)
    }

    /// Starts nothing more.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.queue.clear();
    }

    /// A job or an array that came early may begin.
    pub(super) fn begin(&mut self, id: JobId) {
        if let Some(array) = self.arrays.get_mut(&id) {
            array.early = false;
            self.enqueue(id);
        } else if let Some(job) = self.jobs.get_mut(&id).filter(|job| job.request.is_some()) {
            job.status.reason = "Resources".into();
            self.queue.insert(id);
        }
        self.tell(id);
    }

    fn enqueue(&mut self, id: JobId) {
        if self.arrays.get(&id).is_some_and(Array::is_ready) {
            self.queue.insert(id);
        }
    }

    /// Takes the next in the queue that fits: a job, or the next task of an array, with its GPUs. What is in the queue has
    /// something that may start.
    pub(super) fn next_that_fits(&mut self) -> Option<(JobId, Vec<usize>)> {
        if self.closed || self.free.cpus == 0 {
            return None;
        }
        let (id, gpus) = self.queue.iter().take(LOOK_AHEAD).find_map(|id| {
            let array = self.arrays.get(id).map(|array| &array.needs);
            let needs = array.or_else(|| self.jobs.get(id).map(|job| &job.needs))?;
            Some((*id, self.free.take(needs)?))
        })?;
        if self.arrays.contains_key(&id) {
            return Some((self.next_task(id)?, gpus));
        }
        self.queue.remove(&id);
        Some((id, gpus))
    }

    /// Makes the next task of an array a job.
    fn next_task(&mut self, array: JobId) -> Option<JobId> {
        let task = self.arrays.get_mut(&array)?.next()?;
        let id = if self.arrays.get(&array)?.waits() { self.new_id() } else { array };
        let entry = self.arrays.get_mut(&array)?;
        entry.runs(task, id);
        if !entry.is_ready() {
            self.queue.remove(&array);
        }
        let job = Job::new(id, Arc::clone(&entry.request), entry.needs.clone(), "");
        self.jobs.insert(id, Job { task: Some((array, task)), ..job });
        Some(id)
    }

    /// A job is over; a task is one more of its array's that are.
    pub(super) fn over(&mut self, id: JobId) {
        let Some((array, task)) = self.jobs.get(&id).and_then(|job| job.task) else {
            self.settled(id, TaskSet::of_ranges(vec![(0, u32::MAX)]));
            self.tell(id);
            return;
        };
        if let (Some(job), Some(entry)) = (self.jobs.remove(&id), self.arrays.get_mut(&array)) {
            entry.end(task, &job.status);
        }
        self.enqueue(array);
        self.settled(array, TaskSet::one(task));
        self.tell(array);
    }

    /// Cancels what has not started of a job or an array. The ids of what runs of it are returned.
    pub(super) fn cancel(&mut self, id: JobId) -> Vec<JobId> {
        self.queue.remove(&id);
        if let Some(array) = self.arrays.get_mut(&id) {
            let running = array.running().collect();
            let tasks = array.cancel(&TaskSet::of_ranges(vec![(0, u32::MAX)]), "");
            self.settled(id, tasks);
            self.tell(id);
            return running;
        }
        let Some(job) = self.jobs.get_mut(&id) else { return Vec::new() };
        if job.request.take().is_none() {
            return vec![id];
        }
        job.status.state = Some(JobState::plain(BaseState::Cancelled));
        job.status.reason.clear();
        job.status.ended = Some(Timestamp::now());
        self.over(id);
        Vec::new()
    }

    /// These tasks of a job or an array are over: their counterparts may start, or never will, and what waits for those
    /// neither.
    fn settled(&mut self, id: JobId, tasks: TaskSet) {
        let mut over = vec![(id, tasks)];
        while let Some((id, tasks)) = over.pop() {
            if tasks.is_empty() {
                continue;
            }
            for dependent in self.dependents.get(&id).cloned().unwrap_or_default() {
                let never = self.judge(dependent, &tasks);
                self.enqueue(dependent);
                if !never.is_empty() {
                    self.tell(dependent);
                }
                over.push((dependent, never));
            }
        }
    }

    /// Lets those of an array's tasks go that wait for nothing any more, and cancels those that wait in vain, which are
    /// returned.
    fn judge(&mut self, id: JobId, tasks: &TaskSet) -> TaskSet {
        let Some(array) = self.arrays.get(&id) else { return TaskSet::default() };
        let (mut may, mut can) = (array.blocked().intersection(tasks), array.blocked().intersection(tasks));
        let blocked = may.clone();
        for other in &array.request.corresponds_to {
            let (completed, open) = self.counterparts(*other, &can);
            may = may.intersection(&completed);
            can = completed.union(&open);
        }
        let Some(array) = self.arrays.get_mut(&id) else { return TaskSet::default() };
        array.release(&may);
        array.cancel(&blocked.difference(&can), NEVER)
    }

    /// Those of `tasks` whose counterparts in a job or an array completed, and those whose counterparts still can. A job
    /// without tasks is the counterpart of each.
    fn counterparts(&self, id: JobId, tasks: &TaskSet) -> (TaskSet, TaskSet) {
        if let Some(array) = self.arrays.get(&id) {
            return (array.completed().intersection(tasks), array.open(tasks));
        }
        match self.jobs.get(&id).and_then(|job| job.status.state).map(Outcome::of) {
            Some(None) => (TaskSet::default(), tasks.clone()),
            Some(Some(outcome)) if outcome.is_success() => (tasks.clone(), TaskSet::default()),
            _ => (TaskSet::default(), TaskSet::default()),
        }
    }
}
