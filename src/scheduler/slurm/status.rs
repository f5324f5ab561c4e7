//! From slurmctld's records and slurmdbd's to what is told of a job, and whether they are of the job that was sent.

use crate::job::{JobId, JobRequest, JobStatus};
use crate::scheduler::{DEFAULT_ARRAY_OUTPUT, DEFAULT_OUTPUT, LogName, TaskLogs};
use crate::slurm::{AccountedJob, JobRecord};
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What was sent under a job's id. A slurmctld that lost its last seconds gives the ids of that time out again: what it or
/// slurmdbd says of an id may be about another job.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    name: String,
    token: Option<String>,
    /// Seconds since 1970.
    at: i64,
}

impl Sent {
    /// How far the clocks of this host and slurmctld's may be apart.
    const SKEW: i64 = 60;

    pub(super) fn of(request: &JobRequest, at: Timestamp) -> Self {
        Self { name: request.name.clone(), token: request.token.clone(), at: at.as_second() }
    }

    /// A user may change the one or the other of a job that waits.
    pub(super) fn is(&self, record: &JobRecord) -> bool {
        record.name == self.name
            || self.token.as_ref().is_some_and(|token| record.comment.contains(token.as_str()))
    }

    pub(super) fn may_be(&self, life: &AccountedJob) -> bool {
        life.submitted >= self.at - Self::SKEW
    }
}

/// Of each job its last life, if that is over. One that slurmdbd takes for pending or running and slurmctld does not know
/// will never be heard of again: slurmctld lost it.
pub(super) fn ends(mut lives: Vec<AccountedJob>) -> HashMap<JobId, AccountedJob> {
    lives.sort_by_key(|life| life.submitted);
    let mut last: HashMap<JobId, AccountedJob> = lives.into_iter().map(|life| (life.id, life)).collect();
    last.retain(|_, life| life.is_over());
    last
}

pub(super) fn status(record: &JobRecord, user: &str) -> JobStatus {
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

pub(super) fn accounted_status(id: JobId, job: &AccountedJob) -> JobStatus {
    let nodes = if job.nodes == NO_NODES { "" } else { &job.nodes };
    JobStatus {
        state: Some(job.state),
        exit: job.exit,
        reason: job.reason.clone(),
        nodes: nodes.to_owned(),
        restarts: job.restarts,
        started: time(job.started).filter(|_| !nodes.is_empty()),
        ended: time(job.ended),
        ..JobStatus::unknown(id)
    }
}

/// Slurm's 0 is no time.
pub(super) fn time(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok().filter(|_| seconds > 0)
}

/// Where the standard output of an array's tasks goes: as it was asked for, each task has its own.
pub(super) fn array_output(record: &JobRecord, user: &str) -> TaskLogs {
    let pattern = if record.stdout.is_empty() { DEFAULT_ARRAY_OUTPUT } else { &record.stdout };
    let pattern = Path::new(&record.work_dir).join(pattern);
    TaskLogs { pattern, name: record.name.clone(), user: user.to_owned() }
}

/// Where a job's standard output goes, its patterns expanded.
pub(super) fn output(record: &JobRecord, user: &str) -> PathBuf {
    let names = LogName { id: record.id.0, task: None, name: &record.name, user, node: &record.batch_host };
    let pattern = if record.stdout.is_empty() { DEFAULT_OUTPUT } else { &record.stdout };
    Path::new(&record.work_dir).join(names.expand(Path::new(pattern)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{ExitStatus, JobState};

    fn life(id: u32, state: u32, submitted: i64) -> AccountedJob {
        AccountedJob {
            id: JobId(id),
            array: None,
            tasks: crate::job::TaskSet::default(),
            state: JobState::from_bits(state),
            exit: ExitStatus::default(),
            reason: String::new(),
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
            array: None,
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
        let status = accounted_status(none.id, &none);
        assert_eq!((status.started, status.nodes.as_str()), (None, ""));
        assert_eq!(accounted_status(JobId(1), &life(1, 4, 5)).started, time(5));
    }
}
