//! The jobs, their turn, and their time.

use super::capacity::{Capacity, Free, Needs};
use super::process::{self, Process};
use super::warden::Warden;
use super::{Machine, Shared};
use crate::job::{BaseState, ExitStatus, JobId, JobRequest, JobState, JobStatus, StateFlags, TimeLimit};
use crate::scheduler::log_name::LogName;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use jiff::Timestamp;
use rustix::process::{Pid, Signal};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// How many jobs that do not fit are passed over to find one that does.
const LOOK_AHEAD: usize = 256;

/// Every job of this client's, those that are over included.
pub(super) struct Table {
    jobs: HashMap<JobId, Job>,
    tokens: HashMap<String, JobId>,
    queue: VecDeque<JobId>,
    running: HashSet<JobId>,
    free: Free,
    last: u32,
    closed: bool,
    pub(super) warden: Warden,
}

struct Job {
    status: JobStatus,
    needs: Needs,
    gpus: Vec<usize>,
    /// Until it has started.
    request: Option<JobRequest>,
    group: Option<Pid>,
    /// What it is being ended for.
    doom: Option<BaseState>,
}

/// Something to do for a job at a certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alarm {
    at: Instant,
    id: JobId,
    what: Ring,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ring {
    TimeLimit,
    Kill,
}

impl Table {
    pub(super) fn new(capacity: &Capacity, dir: &Path) -> Self {
        Self {
            jobs: HashMap::new(),
            tokens: HashMap::new(),
            queue: VecDeque::new(),
            running: HashSet::new(),
            free: Free::all(capacity),
            last: 0,
            closed: false,
            warden: Warden::new(dir),
        }
    }

    /// Puts a job into the queue.
    pub(super) fn add(&mut self, request: JobRequest, needs: Needs) -> JobId {
        self.last += 1;
        let id = JobId(self.last);
        if let Some(token) = &request.token {
            self.tokens.insert(token.clone(), id);
        }
        let state = Some(JobState::plain(BaseState::Pending));
        let status = JobStatus { state, reason: "Resources".into(), ..JobStatus::unknown(id) };
        self.jobs.insert(
            id,
            Job { status, needs, gpus: Vec::new(), request: Some(request), group: None, doom: None },
        );
        self.queue.push_back(id);
        id
    }

    pub(super) fn find(&self, token: &str) -> Option<JobId> {
        self.tokens.get(token).copied()
    }

    pub(super) fn status(&self, id: JobId) -> JobStatus {
        self.jobs.get(&id).map_or_else(|| JobStatus::unknown(id), |job| job.status.clone())
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

    /// The next job in the queue that fits, with what it takes.
    fn next_that_fits(&mut self) -> Option<(JobId, Vec<usize>)> {
        let mut place = 0;
        while place < self.queue.len().min(LOOK_AHEAD) && self.free.cpus > 0 && !self.closed {
            let id = self.queue[place];
            let needs = self.jobs.get(&id).map(|job| &job.needs);
            if let Some(gpus) = needs.and_then(|needs| self.free.take(needs)) {
                self.queue.remove(place);
                return Some((id, gpus));
            }
            place += 1;
        }
        None
    }
}

impl Shared {
    /// Starts the jobs that fit now.
    pub(super) fn start_what_fits(self: &Arc<Self>, table: &mut Table) {
        while let Some((id, gpus)) = table.next_that_fits() {
            self.start(table, id, gpus);
            let _ = self.wake.send(id);
        }
    }

    fn start(self: &Arc<Self>, table: &mut Table, id: JobId, gpus: Vec<usize>) {
        let Some(job) = table.jobs.get_mut(&id) else { return };
        let Some(request) = job.request.take() else { return };
        job.gpus = gpus;
        job.status.reason.clear();
        job.status.started = Some(Timestamp::now());
        job.status.nodes.clone_from(&self.machine.host);
        let Machine { user, host, .. } = &self.machine;
        let names = LogName { id: id.0, name: &request.name, user, node: host };
        let log = request.stdout.as_deref().unwrap_or(Path::new("slurm-%j.out"));
        let stdout = request.work_dir.join(names.expand(log));
        let stderr = request.stderr.as_deref().map(|log| request.work_dir.join(names.expand(log)));
        job.status.stdout = Some(stdout.clone());
        let launch = process::Launch {
            dir: &self.dir,
            id,
            request: &request,
            environment: super::environment::environment(
                &self.machine,
                &request,
                id,
                &job.needs,
                &job.gpus,
                &self.dir.join("bin"),
            ),
            stdout: &stdout,
            stderr: stderr.as_deref(),
        };
        let started = launch.start().and_then(|process| {
            let group = process.group();
            job.group = Some(group);
            table.running.insert(id);
            table.warden.add(group.as_raw_nonzero().get());
            let shared = Arc::clone(self);
            process.watch(move |process| shared.ended(id, process))
        });
        match started {
            Ok(()) => {
                job.status.state = Some(JobState::plain(BaseState::Running));
                if let Some(TimeLimit::Minutes(minutes)) = request.time_limit {
                    self.set_alarm(id, Ring::TimeLimit, self.options.minute.saturating_mul(minutes));
                }
            }
            Err(error) => {
                let exit = ExitStatus { code: 1, signal: 0 };
                self.finish(table, id, exit, Some(format!("JobLaunchFailure ({error})")));
            }
        }
    }

    fn set_alarm(&self, id: JobId, what: Ring, after: Duration) {
        if let Some(at) = Instant::now().checked_add(after) {
            let _ = self.alarms.send(Alarm { at, id, what });
        }
    }

    /// Cancels `ids`, those that wait at once and those that run by asking them to end.
    pub(super) fn cancel(&self, table: &mut Table, ids: &HashSet<JobId>) {
        table.queue.retain(|id| !ids.contains(id));
        for id in ids {
            let Some(job) = table.jobs.get_mut(id) else { continue };
            if job.request.take().is_some() {
                job.status.state = Some(JobState::plain(BaseState::Cancelled));
                job.status.reason.clear();
                job.status.ended = Some(Timestamp::now());
                let _ = self.wake.send(*id);
            } else {
                self.doom(*id, job, BaseState::Cancelled);
            }
        }
    }

    /// Asks a job to end, and sees to it that it does.
    fn doom(&self, id: JobId, job: &mut Job, end: BaseState) {
        let (Some(group), None) = (job.group, job.doom) else { return };
        job.doom = Some(end);
        job.status.state = Some(JobState { base: end, flags: StateFlags(StateFlags::COMPLETING) });
        // One that is stopped could not hear it.
        process::signal(group, Signal::TERM);
        process::signal(group, Signal::CONT);
        self.set_alarm(id, Ring::Kill, self.options.kill_wait);
    }

    /// Called on the job's own thread when its script has ended.
    fn ended(self: &Arc<Self>, id: JobId, mut process: Process) {
        let group = process.group();
        let doomed = {
            let table = self.lock();
            table.jobs.get(&id).is_some_and(|job| job.doom.is_some())
        };
        if !doomed {
            // The script is not waited for yet, so that the group's number cannot belong to anyone else.
            process::signal(group, Signal::KILL);
        }
        let exit = process.reap();
        // What was asked to end has its time for it, after the script too.
        process::wait_until_empty(group, self.options.kill_wait + Duration::from_secs(2));
        let mut table = self.lock();
        table.warden.remove(group.as_raw_nonzero().get());
        self.finish(&mut table, id, exit, None);
        self.start_what_fits(&mut table);
        drop(table);
        self.quiet.notify_all();
    }

    fn finish(&self, table: &mut Table, id: JobId, exit: ExitStatus, trouble: Option<String>) {
        table.running.remove(&id);
        let Some(job) = table.jobs.get_mut(&id) else { return };
        table.free.give_back(&job.needs, job.gpus.drain(..));
        job.group = None;
        let (base, reason) = match job.doom {
            Some(BaseState::Timeout) => (BaseState::Timeout, "TimeLimit".to_owned()),
            Some(end) => (end, String::new()),
            None if exit.is_success() => (BaseState::Completed, String::new()),
            None if exit.signal > 0 => (BaseState::Failed, process::raised(exit.signal)),
            None => (BaseState::Failed, "NonZeroExitCode".to_owned()),
        };
        job.status.state = Some(JobState::plain(base));
        job.status.exit = exit;
        job.status.reason = trouble.unwrap_or(reason);
        job.status.ended = Some(Timestamp::now());
        let _ = std::fs::remove_dir_all(process::dir_of(&self.dir, id));
        let _ = self.wake.send(id);
    }

    fn rung(&self, alarm: Alarm) {
        let mut table = self.lock();
        let Some(job) = table.jobs.get_mut(&alarm.id) else { return };
        match (alarm.what, job.group) {
            (Ring::TimeLimit, Some(_)) => self.doom(alarm.id, job, BaseState::Timeout),
            (Ring::Kill, Some(group)) => process::signal(group, Signal::KILL),
            (_, None) => {}
        }
    }
}

/// Rings each alarm at its time, until nobody can set one any more.
pub(super) fn ring(shared: &Weak<Shared>, alarms: &Receiver<Alarm>) {
    let mut waiting: BinaryHeap<Reverse<Alarm>> = BinaryHeap::new();
    loop {
        let set = match waiting.peek() {
            Some(Reverse(next)) => alarms.recv_deadline(next.at),
            None => alarms.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match set {
            Ok(alarm) => waiting.push(Reverse(alarm)),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                if let (Some(shared), Some(Reverse(alarm))) = (shared.upgrade(), waiting.pop()) {
                    shared.rung(alarm);
                }
            }
        }
    }
}
