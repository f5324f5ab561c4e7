//! Slurm as a scheduler: requests go to slurmctld, job records become statuses, and slurmctld's completion messages are
//! the wakeups.

use super::user::own_name;
use super::{ErrorKind, LogName, Patience, Scheduler, SchedulerError};
use crate::job::{JobId, JobRequest, JobStatus};
use crate::slurm::{AccountedJob, Client, Error, JobRecord, code};
use crossbeam_channel::Receiver;
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Where output goes when nobody says (sbatch(1), `--output`).
const DEFAULT_OUTPUT: &str = "slurm-%j.out";

/// Jobs run by the cluster that libslurm's configuration names.
pub struct SlurmScheduler {
    client: Arc<Client>,
    completions: Receiver<JobId>,
    /// The user whose jobs these are, for the names of their logs: older releases leave it out of their records.
    user: String,
    /// Whether slurmctld was asked for completion messages. It cannot be known whether any will come.
    listens: bool,
    sent: Mutex<HashMap<JobId, Sent>>,
}

/// What was sent under a job's id. A slurmctld that lost its last seconds gives the ids of that time out again: what it or
/// slurmdbd says of an id may be about another job.
#[derive(Clone, Debug)]
struct Sent {
    name: String,
    token: Option<String>,
    /// Seconds since 1970.
    at: i64,
}

impl Sent {
    /// How far the clocks of this host and slurmctld's may be apart.
    const SKEW: i64 = 60;

    fn of(request: &JobRequest, at: Timestamp) -> Self {
        Self { name: request.name.clone(), token: request.token.clone(), at: at.as_second() }
    }

    /// A user may change the one or the other of a job that waits.
    fn is(&self, record: &JobRecord) -> bool {
        record.name == self.name
            || self.token.as_ref().is_some_and(|token| record.comment.contains(token.as_str()))
    }

    fn may_be(&self, life: &AccountedJob) -> bool {
        life.submitted >= self.at - Self::SKEW
    }
}

impl SlurmScheduler {
    /// A scheduler on a connected client. With `push`, slurmctld is asked to tell of ended jobs at once; where that
    /// cannot be set up, only the poll speaks.
    #[must_use]
    pub fn new(client: Arc<Client>, push: bool) -> Self {
        let (completions, listens) = match if push { client.listen().ok() } else { None } {
            Some(completions) => (completions, true),
            None => (crossbeam_channel::never(), false),
        };
        Self { client, completions, user: own_name(), listens, sent: Mutex::default() }
    }

    fn sent(&self) -> MutexGuard<'_, HashMap<JobId, Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What slurmctld says of `jobs`.
    fn records(&self, jobs: &[JobId]) -> Result<HashMap<JobId, JobRecord>, Error> {
        let found = self.client.jobs(jobs)?;
        let sent = self.sent();
        let ours = |record: &JobRecord| sent.get(&record.id).is_none_or(|sent| sent.is(record));
        Ok(found.into_iter().filter(ours).map(|record| (record.id, record)).collect())
    }

    /// How jobs that slurmctld no longer knows ended, as far as slurmdbd knows.
    fn accounted(&self, jobs: &[JobId]) -> HashMap<JobId, AccountedJob> {
        if jobs.is_empty() || !self.client.configuration().has_accounting() {
            return HashMap::new();
        }
        // Without an answer the jobs stay unknown, and are asked for again at the next look.
        let mut lives = self.client.accounted(jobs).unwrap_or_default();
        let sent = self.sent();
        lives.retain(|life| sent.get(&life.id).is_none_or(|sent| sent.may_be(life)));
        ends(lives)
    }
}

impl Scheduler for SlurmScheduler {
    fn name(&self) -> &'static str {
        "slurm"
    }

    fn submit(&self, request: &JobRequest) -> Result<JobId, SchedulerError> {
        let sent = Sent::of(request, Timestamp::now());
        let id = self.client.submit(request).map_err(|error| trouble(&error))?.id;
        self.sent().insert(id, sent);
        Ok(id)
    }

    fn find(&self, token: &str) -> Result<Option<JobId>, SchedulerError> {
        /// The request whose reply was lost may still be on its way through slurmctld when it first answers again, so
        /// only what is absent twice was not submitted.
        const SECOND_LOOK: Duration = Duration::from_secs(2);
        let look = || self.client.find(token).map_err(|error| trouble(&error));
        if let Some(id) = look()? {
            return Ok(Some(id));
        }
        thread::sleep(SECOND_LOOK);
        look()
    }

    fn observe(&self, jobs: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError> {
        let mut records = self.records(jobs).map_err(|error| trouble(&error))?;
        let gone: Vec<JobId> = jobs.iter().filter(|id| !records.contains_key(id)).copied().collect();
        let accounted = self.accounted(&gone);
        Ok(jobs
            .iter()
            .map(|id| match (records.remove(id), accounted.get(id)) {
                (Some(record), _) => status(&record, &self.user),
                (None, Some(job)) => accounted_status(job),
                (None, None) => JobStatus::unknown(*id),
            })
            .collect())
    }

    fn cancel(&self, jobs: &[JobId]) -> Result<(), SchedulerError> {
        // All are tried; the first trouble is told.
        let troubles: Vec<Error> = jobs
            .iter()
            .filter_map(|id| self.client.cancel(*id).err())
            // A job that slurmctld has forgotten is over.
            .filter(|error| error.code() != Some(code::INVALID_JOB_ID))
            .collect();
        troubles.first().map_or(Ok(()), |error| Err(trouble(error)))
    }

    fn wakeups(&self) -> Receiver<JobId> {
        self.completions.clone()
    }

    fn patience(&self) -> Patience {
        // A message wakes the run at once, so looks in between need not come often.
        let most = if self.listens { 10 } else { 2 };
        Patience { least: Duration::from_millis(100), most: Duration::from_secs(most) }
    }

    fn jobs_outlive_client(&self) -> bool {
        true
    }

    fn cancel_hint(&self, jobs: &[JobId]) -> Option<String> {
        let ids: Vec<String> = jobs.iter().map(ToString::to_string).collect();
        (!ids.is_empty()).then(|| format!("scancel {}", ids.join(" ")))
    }
}

/// Of each job its last life, if that is over. One that slurmdbd takes for pending or running and slurmctld does not know
/// will never be heard of again: slurmctld lost it.
fn ends(mut lives: Vec<AccountedJob>) -> HashMap<JobId, AccountedJob> {
    lives.sort_by_key(|life| life.submitted);
    let mut last: HashMap<JobId, AccountedJob> = lives.into_iter().map(|life| (life.id, life)).collect();
    last.retain(|_, life| life.state.is_final());
    last
}

fn status(record: &JobRecord, user: &str) -> JobStatus {
    // Of a pending job the start is a forecast, of a running one the end is. One that was cancelled while it waited has
    // the time of that for its start, and no nodes.
    let started = (record.state.has_started() && !record.nodes.is_empty()).then_some(record.started);
    let ended = record.state.is_final().then_some(record.ended);
    JobStatus {
        id: record.id,
        state: Some(record.state),
        exit: record.exit,
        reason: record.reason.clone(),
        nodes: record.nodes.clone(),
        restarts: record.restarts,
        started: started.and_then(time),
        ended: ended.and_then(time),
        stdout: Some(output(record, user)),
        tasks: None,
    }
}

/// slurmdbd's word for the nodes of a job that was given none.
const NO_NODES: &str = "None assigned";

fn accounted_status(job: &AccountedJob) -> JobStatus {
    let nodes = if job.nodes == NO_NODES { "" } else { &job.nodes };
    JobStatus {
        state: Some(job.state),
        exit: job.exit,
        nodes: nodes.to_owned(),
        restarts: job.restarts,
        started: time(job.started).filter(|_| !nodes.is_empty()),
        ended: time(job.ended),
        ..JobStatus::unknown(job.id)
    }
}

/// Slurm's 0 is no time.
fn time(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok().filter(|_| seconds > 0)
}

/// Where a job's standard output goes, its patterns expanded.
fn output(record: &JobRecord, user: &str) -> PathBuf {
    let names = LogName { id: record.id.0, task: None, name: &record.name, user, node: &record.batch_host };
    let pattern = if record.stdout.is_empty() { DEFAULT_OUTPUT } else { &record.stdout };
    Path::new(&record.work_dir).join(names.expand(Path::new(pattern)))
}

/// What an error means to a run.
fn trouble(error: &Error) -> SchedulerError {
    let kind = match error {
        Error::Munge { .. } | Error::ControllerDown { .. } => ErrorKind::Unreachable,
        Error::Call { code, .. } => kind_of(*code),
        _ => ErrorKind::Rejected,
    };
    SchedulerError { kind, message: error.in_one_line(), hint: error.hint() }
}

fn kind_of(number: i32) -> ErrorKind {
    match number {
        // The ones that sbatch sleeps over and tries again.
        code::AGAIN | code::NODES_BUSY | code::PORTS_BUSY | code::QUEUE_FULL => ErrorKind::Busy,
        code::CONNECTION | code::CONTROLLER_CONNECTION | code::IN_STANDBY => ErrorKind::Unreachable,
        number if code::reply_is_lost(number) => ErrorKind::ReplyLost,
        _ => ErrorKind::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{ExitStatus, JobState};

    fn life(id: u32, state: u32, submitted: i64) -> AccountedJob {
        AccountedJob {
            id: JobId(id),
            state: JobState::from_bits(state),
            exit: ExitStatus::default(),
            nodes: "n1".into(),
            restarts: 0,
            submitted,
            started: submitted,
            ended: submitted,
        }
    }

    #[test]
    fn slurmdbd_is_believed_about_ends_only() {
        const PENDING: u32 = 0;
        const COMPLETED: u32 = 3;
        const NODE_FAIL: u32 = 7;
        let lives = vec![
            life(1, PENDING, 1),
            life(2, COMPLETED, 9),
            life(2, NODE_FAIL, 1),
            life(3, NODE_FAIL, 1),
            life(3, PENDING, 9),
        ];
        let ends = ends(lives);
        assert_eq!(ends.len(), 1);
        assert_eq!(ends[&JobId(2)].state, JobState::from_bits(COMPLETED));
    }

    #[test]
    fn an_id_that_was_given_out_again_is_not_taken_for_ours() {
        let request = JobRequest { name: "a".into(), token: Some("t/1".into()), ..JobRequest::default() };
        let sent = Sent::of(&request, Timestamp::from_second(1000).unwrap());
        let record = |name: &str, comment: &str| JobRecord {
            id: JobId(1),
            name: name.into(),
            state: JobState::from_bits(0),
            exit: ExitStatus::default(),
            reason: String::new(),
            nodes: String::new(),
            restarts: 0,
            submitted: 1000,
            started: 0,
            ended: 0,
            stdout: String::new(),
            work_dir: String::new(),
            batch_host: String::new(),
            comment: comment.into(),
        };
        assert!(sent.is(&record("a", "changed")) && sent.is(&record("renamed", "mine t/1")));
        assert!(!sent.is(&record("b", "t/2")));
        assert!(sent.may_be(&life(1, 3, 990)) && sent.may_be(&life(1, 3, 2000)));
        assert!(!sent.may_be(&life(1, 3, 900)));
    }

    #[test]
    fn who_never_started_has_no_start() {
        let none = AccountedJob { nodes: NO_NODES.into(), ..life(1, 4, 5) };
        let status = accounted_status(&none);
        assert_eq!((status.started, status.nodes.as_str()), (None, ""));
        assert_eq!(accounted_status(&life(1, 4, 5)).started, time(5));
    }

    #[test]
    fn only_what_slurm_refuses_is_final() {
        assert_eq!(kind_of(code::INVALID_PARTITION), ErrorKind::Rejected);
        assert_eq!(kind_of(code::AGAIN), ErrorKind::Busy);
        assert_eq!(kind_of(code::CONTROLLER_CONNECTION), ErrorKind::Unreachable);
        assert_eq!(kind_of(code::CONTROLLER_RECEIVE), ErrorKind::ReplyLost);
        // SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT
        assert_eq!(kind_of(5004), ErrorKind::ReplyLost);
        // SLURM_COMMUNICATIONS_MISSING_SOCKET_ERROR
        assert_eq!(kind_of(1013), ErrorKind::ReplyLost);
        assert_eq!(kind_of(code::PROTOCOL_VERSION), ErrorKind::Rejected);
        assert_eq!(kind_of(libc::ECONNRESET), ErrorKind::ReplyLost);
        assert_eq!(kind_of(libc::ENOTCONN), ErrorKind::ReplyLost);
        assert_eq!(kind_of(libc::EINVAL), ErrorKind::Rejected);
    }
}
