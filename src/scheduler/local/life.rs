//! What becomes of a job: its start, its time, its end.

use super::alarm::{Alarm, Ring};
use super::process::{self, Process};
use super::table::{Job, Table};
use super::{Machine, Shared};
use crate::job::{BaseState, ExitStatus, JobId, JobRequest, JobState, StateFlags, TimeLimit};
use crate::scheduler::{DEFAULT_ARRAY_OUTPUT, DEFAULT_OUTPUT, LogName};
use jiff::Timestamp;
use rustix::process::Signal;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many jobs are started in one go: an array of a million tasks that cannot be started must not hold up everything.
const STARTS: usize = 64;

impl Shared {
    /// Starts the jobs that fit now.
    pub(super) fn start_what_fits(self: &Arc<Self>, table: &mut Table) {
        for _ in 0..STARTS {
            let Some((id, gpus)) = table.next_that_fits() else { return };
            let heard_as = table.jobs.get(&id).and_then(|job| job.task).map_or(id, |(array, _)| array);
            self.start(table, id, gpus);
            table.tell(heard_as);
        }
        self.set_alarm(JobId(0), Ring::Turn, Duration::ZERO);
    }

    fn start(self: &Arc<Self>, table: &mut Table, id: JobId, gpus: Vec<usize>) {
        let Some(job) = table.jobs.get_mut(&id) else { return };
        let Some(request) = job.request.take() else { return };
        job.gpus = gpus;
        job.status.reason.clear();
        job.status.started = Some(Timestamp::now());
        job.status.nodes.clone_from(&self.machine.host);
        let (stdout, stderr) = self.logs(id, job.task, &request);
        job.status.stdout = Some(stdout.clone());
        let launch = process::Launch {
            dir: &self.dir,
            id,
            request: &request,
            environment: super::environment::environment(
                &self.machine,
                &request,
                id,
                job,
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

    /// Where a job's standard output goes, and its standard error if that is named.
    fn logs(
        &self,
        id: JobId,
        task: Option<(JobId, u32)>,
        request: &JobRequest,
    ) -> (PathBuf, Option<PathBuf>) {
        let Machine { user, host, .. } = &self.machine;
        let name_of = task.map(|(array, task)| (array.0, task));
        let names = LogName { id: id.0, task: name_of, name: &request.name, user, node: host };
        let default = if task.is_some() { DEFAULT_ARRAY_OUTPUT } else { DEFAULT_OUTPUT };
        let path = |log: &Path| request.work_dir.join(names.expand(log));
        (path(request.stdout.as_deref().unwrap_or(Path::new(default))), request.stderr.as_deref().map(path))
    }

    fn set_alarm(&self, id: JobId, what: Ring, after: Duration) {
        if let Some(at) = Instant::now().checked_add(after) {
            let _ = self.alarms.send(Alarm { at, id, what });
        }
    }

    /// How long it is until a job may begin; none if it may now.
    pub(super) fn early(request: &JobRequest) -> Option<Duration> {
        let left = request.begin?.duration_since(Timestamp::now());
        Duration::try_from(left).ok().filter(|left| !left.is_zero())
    }

    /// Has a job begin after a while.
    pub(super) fn begin_after(&self, id: JobId, left: Duration) {
        self.set_alarm(id, Ring::Begin, left);
    }

    /// Cancels `ids`, what waits at once and what runs by asking it to end.
    pub(super) fn cancel(&self, table: &mut Table, ids: &HashSet<JobId>) {
        for id in ids {
            for running in table.cancel(*id) {
                if let Some(job) = table.jobs.get_mut(&running) {
                    self.doom(running, job, BaseState::Cancelled);
                }
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
        table.over(id);
    }

    /// Called when an alarm's time has come.
    pub(super) fn rung(self: &Arc<Self>, alarm: Alarm) {
        let mut table = self.lock();
        let group = table.jobs.get(&alarm.id).and_then(|job| job.group);
        match (alarm.what, group, table.jobs.get_mut(&alarm.id)) {
            (Ring::Begin, ..) => {
                table.begin(alarm.id);
                self.start_what_fits(&mut table);
            }
            (Ring::Turn, ..) => self.start_what_fits(&mut table),
            (Ring::TimeLimit, Some(_), Some(job)) => self.doom(alarm.id, job, BaseState::Timeout),
            (Ring::Kill, Some(group), _) => process::signal(group, Signal::KILL),
            (Ring::TimeLimit | Ring::Kill, ..) => {}
        }
    }
}
