//! Runs for the tests of this room, with fixed times.

use crate::event::{Event, EventKind, RunId, RunOutcome, VERSION};
use crate::job::{BaseState, ExitStatus, JobId, JobState, JobStatus, Outcome};
use jiff::{SignedDuration, Timestamp};
use std::io::{self, Write};

/// A run that is told event by event, one a second.
pub(super) struct Story {
    events: Vec<Event>,
    now: Timestamp,
}

impl Story {
    pub(super) fn of(jobs: &[&str]) -> Self {
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        let mut story = Self { events: Vec::new(), now };
        story.push(EventKind::RunStarted {
            version: VERSION,
            workflow: "test".to_owned(),
            jobs: jobs.iter().map(|&job| job.to_owned()).collect(),
            scheduler: "slurm".to_owned(),
        });
        story
    }

    pub(super) fn push(&mut self, kind: EventKind) -> &mut Self {
        self.events.push(Event { at: self.now, run: RunId("r1".to_owned()), kind });
        self.now += SignedDuration::from_secs(1);
        self
    }

    pub(super) fn wait(&mut self, seconds: i64) -> &mut Self {
        self.now += SignedDuration::from_secs(seconds);
        self
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.events.clone()
    }

    pub(super) fn submitted(&mut self, job: &str, id: u32) -> &mut Self {
        self.push(EventKind::Submitting { job: job.to_owned(), token: format!("token-{id}") });
        self.push(EventKind::Submitted { job: job.to_owned(), id: JobId(id), tasks: None })
    }

    pub(super) fn submitted_array(&mut self, job: &str, id: u32, tasks: &str) -> &mut Self {
        self.push(EventKind::Submitting { job: job.to_owned(), token: format!("token-{id}") });
        let tasks = Some(tasks.parse().unwrap());
        self.push(EventKind::Submitted { job: job.to_owned(), id: JobId(id), tasks })
    }

    pub(super) fn tasks_started(&mut self, job: &str, tasks: &str) -> &mut Self {
        self.push(EventKind::TasksStarted { job: job.to_owned(), tasks: tasks.parse().unwrap() })
    }

    pub(super) fn tasks_ended(&mut self, job: &str, tasks: &str, outcome: Outcome, code: u8) -> &mut Self {
        self.push(EventKind::TasksEnded {
            job: job.to_owned(),
            tasks: tasks.parse().unwrap(),
            outcome,
            exit: ExitStatus { code, signal: 0 },
            reason: String::new(),
        })
    }

    pub(super) fn status(&self, id: u32, base: BaseState) -> JobStatus {
        JobStatus { state: Some(JobState::plain(base)), ..JobStatus::unknown(JobId(id)) }
    }

    pub(super) fn pending(&mut self, job: &str, id: u32, reason: &str) -> &mut Self {
        let status = JobStatus { reason: reason.to_owned(), ..self.status(id, BaseState::Pending) };
        self.push(EventKind::Changed { job: job.to_owned(), status })
    }

    pub(super) fn running(&mut self, job: &str, id: u32, nodes: &str) -> &mut Self {
        let status = JobStatus {
            nodes: nodes.to_owned(),
            started: Some(self.now),
            ..self.status(id, BaseState::Running)
        };
        self.push(EventKind::Changed { job: job.to_owned(), status })
    }

    pub(super) fn requeued(&mut self, job: &str, id: u32, restarts: u32) -> &mut Self {
        let status = JobStatus { restarts, ..self.status(id, BaseState::Pending) };
        self.push(EventKind::Requeued { job: job.to_owned(), status })
    }

    /// After 63 seconds.
    pub(super) fn ended(&mut self, job: &str, id: u32, outcome: Outcome, code: u8, signal: u8) -> &mut Self {
        let started = self.now;
        self.wait(63);
        let base = match outcome {
            Outcome::Completed => BaseState::Completed,
            Outcome::Cancelled => BaseState::Cancelled,
            Outcome::Timeout => BaseState::Timeout,
            Outcome::OutOfMemory => BaseState::OutOfMemory,
            Outcome::NodeFail => BaseState::NodeFail,
            _ => BaseState::Failed,
        };
        let status = JobStatus {
            exit: ExitStatus { code, signal },
            reason: if outcome == Outcome::Failed { "NonZeroExitCode".to_owned() } else { String::new() },
            started: Some(started),
            ended: Some(self.now),
            stdout: Some(format!("/nowhere/{job}_{id}.log").into()),
            ..self.status(id, base)
        };
        self.push(EventKind::Ended { job: job.to_owned(), outcome, status })
    }

    pub(super) fn skipped(&mut self, job: &str, because: &str) -> &mut Self {
        self.push(EventKind::Skipped { job: job.to_owned(), because: because.to_owned() })
    }

    pub(super) fn over(&mut self, outcome: RunOutcome) -> &mut Self {
        self.push(EventKind::RunEnded { outcome })
    }
}

/// The article's run: five jobs that complete.
pub(super) fn diamond() -> Vec<Event> {
    let mut story = Story::of(&["a", "b1", "c", "b2", "d"]);
    story.submitted("a", 12232).ended("a", 12232, Outcome::Completed, 0, 0);
    story.submitted("b1", 12233).submitted("c", 12234);
    story.ended("b1", 12233, Outcome::Completed, 0, 0).submitted("b2", 12235);
    story.ended("c", 12234, Outcome::Completed, 0, 0).ended("b2", 12235, Outcome::Completed, 0, 0);
    story.submitted("d", 12236).ended("d", 12236, Outcome::Completed, 0, 0).over(RunOutcome::Completed);
    story.events()
}

/// Five jobs: one completes, one fails, one runs out of memory, one is rejected, one is skipped.
pub(super) fn failures() -> Vec<Event> {
    let mut story = Story::of(&["a", "b", "c", "d", "e"]);
    story.submitted("a", 1).ended("a", 1, Outcome::Completed, 0, 0);
    story.submitted("b", 2).submitted("c", 3);
    story.push(EventKind::Rejected {
        job: "d".to_owned(),
        reason: "slurm_submit_batch_job: Invalid partition name specified (2000)".to_owned(),
        hint: Some("the partitions are debug and gpu".to_owned()),
    });
    story.ended("b", 2, Outcome::Failed, 3, 0).skipped("e", "b FAILED");
    story.ended("c", 3, Outcome::OutOfMemory, 0, 125).over(RunOutcome::Failed);
    story.events()
}

/// A writer that always fails.
pub(super) struct Broken(pub(super) io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}
