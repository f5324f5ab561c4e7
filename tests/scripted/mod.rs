//! A scheduler that follows a script: each look at a job moves it one step on, so nothing depends on time.

#![allow(dead_code)]

pub mod kept;

use crossbeam_channel::{Receiver, Sender, unbounded};
use srunx::engine::{JobResult, Options, RunResult, Runner, State, Timing};
use srunx::event::{Event, EventKind, RunId};
use srunx::job::{
    ArrayTasks, BaseState, ExitStatus, JobId, JobRequest, JobState, JobStatus, TaskGroup, TaskSet, TaskStates,
};
use srunx::scheduler::{ErrorKind, Patience, Scheduler, SchedulerError};
use srunx::workflow::{Dependency, DependencyKind, Job, Retry, Workflow};
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What one look at a job shows.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// None: the scheduler knows nothing of the job.
    pub bits: Option<u32>,
    pub restarts: u32,
    pub reason: &'static str,
    pub exit: ExitStatus,
    /// Of an array: what is known of its tasks.
    pub tasks: Option<TaskStates>,
}

/// Tasks by their indices, and a state by its bits.
pub fn group(tasks: &str, bits: u32) -> TaskGroup {
    let state = JobState::from_bits(bits);
    let exit = ExitStatus { code: u8::from(bits == 5), signal: 0 };
    TaskGroup { tasks: tasks.parse().expect("tasks"), state, exit, reason: String::new() }
}

/// What is known of an array's tasks; the whole is in the first group's state.
pub fn tasks(groups: impl IntoIterator<Item = TaskGroup>) -> Step {
    let groups: Vec<TaskGroup> = groups.into_iter().collect();
    let state = groups.first().map(|group| group.state.base);
    let state = state.and_then(|base| (0..12).find(|bits| JobState::from_bits(*bits).base == base));
    Step { bits: state, tasks: Some(groups.into_iter().collect()), ..Step::default() }
}

/// A state by its bits.
pub fn bits(bits: u32) -> Step {
    Step { bits: Some(bits), ..Step::default() }
}

/// A state after so many restarts.
pub fn restarted(bits: u32, restarts: u32) -> Step {
    Step { bits: Some(bits), restarts, ..Step::default() }
}

/// Nothing is known.
pub fn unknown() -> Step {
    Step::default()
}

/// What goes wrong with a submission.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    Busy,
    Unreachable,
    Rejected,
    /// The job was taken, and the reply lost.
    LostTaken,
    /// The job was not taken, and the reply lost.
    LostNotTaken,
    Panic,
}

#[derive(Default)]
pub struct Inner {
    scripts: HashMap<String, Vec<Step>>,
    attempts: HashMap<String, VecDeque<Vec<Step>>>,
    /// How the next submissions of a job go wrong; of any job, under `*`.
    faults: HashMap<String, VecDeque<Fault>>,
    pub find_errors: u32,
    /// How many looks fail after so many that do not.
    pub observe_errors: (u32, u32),
    jobs: HashMap<JobId, (VecDeque<Step>, JobStatus)>,
    names: HashMap<JobId, String>,
    tokens: HashMap<String, JobId>,
    /// The names of the jobs taken, in order.
    pub taken: Vec<String>,
    /// What was asked for them.
    pub requests: Vec<JobRequest>,
    pub asked: usize,
    pub finds: usize,
    pub looks: usize,
    pub looked_at: usize,
    pub cancelled: Vec<String>,
    pub stubborn: bool,
    /// Most submissions under way at once.
    pub limit: Option<usize>,
}

impl Inner {
    /// The next submission of a job goes wrong.
    pub fn fail_next(&mut self, job: &str, fault: Fault) {
        self.faults.entry(job.into()).or_default().push_front(fault);
    }
}

pub struct Scripted {
    pub inner: Mutex<Inner>,
    wake: Sender<JobId>,
    wakeups: Receiver<JobId>,
    pub outlive: bool,
    /// Whether each job is told of as soon as it is taken.
    pub push: bool,
}

impl Scripted {
    pub fn new() -> Self {
        let (wake, wakeups) = unbounded();
        Self { inner: Mutex::default(), wake, wakeups, outlive: true, push: false }
    }

    /// Scripts a job; without a script it runs and completes.
    pub fn script(self, job: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        self.inner.lock().unwrap().scripts.insert(job.into(), steps.into_iter().collect());
        self
    }

    /// Scripts a job's attempts, one after the other; those after the last are without a script.
    pub fn attempts(self, job: &str, attempts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        self.inner.lock().unwrap().attempts.insert(job.into(), attempts.into_iter().collect());
        self
    }

    pub fn faults(self, job: &str, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.inner.lock().unwrap().faults.insert(job.into(), faults.into_iter().collect());
        self
    }

    pub fn set(self, change: impl FnOnce(&mut Inner)) -> Self {
        change(&mut self.inner.lock().unwrap());
        self
    }
}

fn error(kind: ErrorKind) -> SchedulerError {
    SchedulerError { kind, message: format!("{kind:?} as scripted"), hint: None }
}

impl Scheduler for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn submit(&self, request: &JobRequest) -> Result<JobId, SchedulerError> {
        let mut inner = self.inner.lock().unwrap();
        inner.asked += 1;
        let name = request.name.clone();
        let mut fault = inner.faults.get_mut(&name).and_then(VecDeque::pop_front);
        if fault.is_none() {
            fault = inner.faults.get_mut("*").and_then(VecDeque::pop_front);
        }
        let going = |(steps, status): &(VecDeque<Step>, JobStatus)| {
            !steps.is_empty() || !status.state.is_some_and(JobState::is_final)
        };
        if inner.limit.is_some_and(|limit| inner.jobs.values().filter(|job| going(job)).count() >= limit) {
            fault = Some(Fault::Busy);
        }
        match fault {
            Some(Fault::Busy) => return Err(error(ErrorKind::Busy)),
            Some(Fault::Unreachable) => return Err(error(ErrorKind::Unreachable)),
            Some(Fault::Rejected) => return Err(error(ErrorKind::Rejected)),
            Some(Fault::LostNotTaken) => return Err(error(ErrorKind::ReplyLost)),
            Some(Fault::Panic) => {
                drop(inner);
                panic!("as scripted");
            }
            Some(Fault::LostTaken) | None => {}
        }
        let id = JobId(1000 + u32::try_from(inner.taken.len()).unwrap());
        inner.taken.push(name.clone());
        inner.requests.push(request.clone());
        let all = request.array.as_ref().map(|all| TaskSet::from(all).to_string());
        let well = || match &all {
            Some(all) => vec![tasks([group(all, 1)]), tasks([group(all, 3)])],
            None => vec![bits(1), bits(3)],
        };
        let attempt = inner.attempts.get_mut(&name).and_then(VecDeque::pop_front);
        let steps = attempt.or_else(|| inner.scripts.get(&name).cloned()).unwrap_or_else(well);
        inner.jobs.insert(id, (steps.into(), JobStatus::unknown(id)));
        inner.names.insert(id, name);
        let token = request.token.clone().expect("each submission has a token");
        assert!(inner.tokens.insert(token, id).is_none(), "submitted twice under one token");
        if self.push {
            self.wake.send(id).unwrap();
        }
        if fault.is_some() { Err(error(ErrorKind::ReplyLost)) } else { Ok(id) }
    }

    fn find(&self, token: &str) -> Result<Option<JobId>, SchedulerError> {
        let mut inner = self.inner.lock().unwrap();
        inner.finds += 1;
        if inner.find_errors > 0 {
            inner.find_errors -= 1;
            return Err(error(ErrorKind::Unreachable));
        }
        Ok(inner.tokens.get(token).copied())
    }

    fn observe(&self, jobs: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError> {
        let mut inner = self.inner.lock().unwrap();
        inner.looks += 1;
        inner.looked_at += jobs.len();
        match &mut inner.observe_errors {
            (0, 0) => {}
            (0, left) => {
                *left -= 1;
                return Err(error(ErrorKind::Unreachable));
            }
            (before, _) => *before -= 1,
        }
        let look = |id: &JobId| {
            let (steps, last) = inner.jobs.get_mut(id).expect("only jobs that were taken are asked for");
            if let Some(step) = steps.pop_front() {
                *last = JobStatus {
                    state: step.bits.map(JobState::from_bits),
                    restarts: step.restarts,
                    reason: step.reason.into(),
                    exit: step.exit,
                    tasks: step.tasks,
                    ..JobStatus::unknown(*id)
                };
            }
            last.clone()
        };
        Ok(jobs.iter().map(look).collect())
    }

    fn cancel(&self, jobs: &[JobId]) -> Result<(), SchedulerError> {
        let inner = &mut *self.inner.lock().unwrap();
        for id in jobs {
            inner.cancelled.push(inner.names[id].clone());
            if inner.stubborn {
                continue;
            }
            let (steps, last) = inner.jobs.get_mut(id).unwrap();
            steps.clear();
            if !last.state.is_some_and(JobState::is_final) {
                last.state = Some(JobState::plain(BaseState::Cancelled));
                if let Some(states) = &mut last.tasks {
                    let groups = states.groups().iter().cloned();
                    let cancel = |group: TaskGroup| match group.state.is_final() {
                        true => group,
                        false => TaskGroup { state: JobState::plain(BaseState::Cancelled), ..group },
                    };
                    *states = groups.map(cancel).collect();
                }
            }
        }
        Ok(())
    }

    fn wakeups(&self) -> Receiver<JobId> {
        self.wakeups.clone()
    }

    fn patience(&self) -> Patience {
        Patience { least: Duration::from_millis(2), most: Duration::from_millis(16) }
    }

    fn jobs_outlive_client(&self) -> bool {
        self.outlive
    }

    fn can_be_left(&self, request: &JobRequest) -> Result<(), SchedulerError> {
        match self.outlive {
            true => Ok(()),
            false => Err(SchedulerError { message: request.name.clone(), ..error(ErrorKind::Rejected) }),
        }
    }
}

/// A workflow from `("name", "dependencies")`: names after commas, `any:`, `notok:`, `after:` or `corr:` before them, and
/// `_1-3` behind them for some tasks.
pub fn workflow(jobs: &[(&str, &str)]) -> Workflow {
    let place = |name: &str| jobs.iter().position(|(job, _)| *job == name).expect("a job of the workflow");
    let depends = |text: &str| {
        let dependency = |text: &str| {
            let (kind, name) = text.split_once(':').unwrap_or(("ok", text));
            let (name, tasks) = match name.split_once('_') {
                Some((name, tasks)) => (name, Some(tasks.parse().expect("tasks"))),
                None => (name, None),
            };
            let kind = match kind {
                "ok" => DependencyKind::AfterOk,
                "any" => DependencyKind::AfterAny,
                "notok" => DependencyKind::AfterNotOk,
                "after" => DependencyKind::After,
                "corr" => DependencyKind::AfterCorr,
                other => panic!("{other}"),
            };
            Dependency { tasks, ..Dependency::on(place(name), kind) }
        };
        text.split(',').filter(|part| !part.is_empty()).map(dependency).collect()
    };
    let job = |(name, text): &(&str, &str)| Job {
        name: (*name).into(),
        depends_on: depends(text),
        ..Job::default()
    };
    Workflow::unchecked("test", jobs.iter().map(job).collect())
}

/// The same, where jobs are tried again.
pub fn with_retry(workflow: Workflow, retries: &[(&str, Retry)]) -> Workflow {
    let retry = |name: &str| retries.iter().find(|(job, _)| *job == name).map(|(_, retry)| retry.clone());
    let jobs = workflow.jobs().iter().map(|job| Job { retry: retry(&job.name), ..job.clone() }).collect();
    Workflow::unchecked(workflow.name(), jobs)
}

/// Tried again so often, at once.
pub fn times(times: u32) -> Retry {
    Retry { delay: 0, ..Retry::times(times) }
}

/// Requests that say no more than the jobs' names.
pub fn requests(workflow: &Workflow) -> Vec<JobRequest> {
    let request = |job: &Job| JobRequest { name: job.name.clone(), ..JobRequest::default() };
    workflow.jobs().iter().map(request).collect()
}

/// The same, and which of the jobs are arrays of which tasks.
pub fn arrays(workflow: &Workflow, arrays: &[(&str, &str)]) -> Vec<JobRequest> {
    let mut requests = requests(workflow);
    for request in &mut requests {
        let tasks = arrays.iter().find(|(name, _)| *name == request.name);
        request.array = tasks.map(|(_, tasks)| ArrayTasks::parse(tasks).expect("tasks"));
    }
    requests
}

/// Options with short pauses.
pub fn options() -> Options {
    let ms = Duration::from_millis;
    let timing = Timing {
        retry_least: ms(2),
        retry_most: ms(20),
        second_look: ms(1),
        unknown_for: ms(30),
        unknown_looks: 3,
        interrupt_grace: ms(50),
        cancel_grace: ms(500),
    };
    Options { timing, ..Options::new(RunId("test".into())) }
}

/// A run with its events. Whatever the run, folding its events gives what it came to, and every job ends at most once.
pub fn run(
    workflow: &Workflow,
    scheduler: Arc<dyn Scheduler>,
    requests: Vec<JobRequest>,
    options: Options,
    react: impl FnMut(&Event),
) -> (RunResult, Vec<Event>) {
    let events = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&events);
    let result = Runner::new(workflow, requests, scheduler, options)
        .unwrap()
        .listen(move |event: &Event| heard.borrow_mut().push(event.clone()))
        .listen(react)
        .run();
    let events = events.take();
    let state = State::replay(&events);
    assert_eq!(state.jobs().iter().map(JobResult::from).collect::<Vec<_>>(), result.jobs);
    assert_eq!(state.ended(), Some(result.outcome));
    // What is written down can be read back.
    let text: Vec<String> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    let read: Vec<Event> = text.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(State::replay(&read), state);
    let mut ends: HashMap<&str, usize> = HashMap::new();
    for event in &events {
        if let EventKind::Ended { job, .. }
        | EventKind::Skipped { job, .. }
        | EventKind::Rejected { job, .. } = &event.kind
        {
            *ends.entry(job).or_default() += 1;
        }
    }
    assert!(ends.values().all(|count| *count == 1), "{ends:?}");
    let mut over: HashMap<&str, TaskSet> = HashMap::new();
    for event in &events {
        if let EventKind::AttemptEnded { job, tasks: Some(tasks), .. } = &event.kind {
            let before = over.entry(job).or_default();
            *before = before.difference(tasks);
        }
        if let EventKind::TasksEnded { job, tasks, .. } = &event.kind {
            let before = over.entry(job).or_default();
            assert!(before.intersection(tasks).is_empty(), "tasks of {job} ended twice");
            *before = before.union(tasks);
        }
    }
    (result, events)
}

/// An event in a word or two: `submitted a`.
pub fn word(event: &Event) -> String {
    match &event.kind {
        EventKind::RunStarted { .. } => "run".into(),
        EventKind::Submitting { job, .. } => format!("submitting {job}"),
        EventKind::Submitted { job, .. } => format!("submitted {job}"),
        EventKind::SubmissionDelayed { job, .. } => format!("delayed {job}"),
        EventKind::Rejected { job, .. } => format!("rejected {job}"),
        EventKind::Changed { job, status } => format!("{job} {}", status.state.unwrap()),
        EventKind::Requeued { job, .. } => format!("requeued {job}"),
        EventKind::PartSubmitting { job, part, tasks, .. } => format!("submitting {job}_{tasks} as {part}"),
        EventKind::PartSubmitted { job, part, .. } => format!("submitted {part} of {job}"),
        EventKind::TasksStarted { job, tasks } => format!("{job}_{tasks} RUNNING"),
        EventKind::TasksRequeued { job, tasks } => format!("requeued {job}_{tasks}"),
        EventKind::TasksEnded { job, tasks, outcome, .. } => format!("{job}_{tasks} ended {outcome}"),
        EventKind::Ended { job, outcome, .. } => format!("{job} ended {outcome}"),
        EventKind::AttemptEnded { job, attempt, of, outcome, tasks, .. } => {
            let tasks = tasks.as_ref().map(|tasks| format!(" again {tasks}")).unwrap_or_default();
            format!("{job} {attempt}/{of} {outcome}{tasks}")
        }
        EventKind::Skipped { job, because } => format!("skipped {job}: {because}"),
        EventKind::SchedulerLost { .. } => "lost".into(),
        EventKind::SchedulerBack => "back".into(),
        EventKind::Interrupted { signal } => format!("interrupted {signal}"),
        EventKind::Cancelling { jobs } => format!("cancelling {}", jobs.join(",")),
        EventKind::RunEnded { outcome } => format!("end {outcome:?}"),
        other => format!("{other:?}"),
    }
}
