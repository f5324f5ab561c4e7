//! From what a scheduler says of a job to what happened to it.

use super::options::Timing;
use super::state::JobEntry;
use crate::event::EventKind;
use crate::job::{BaseState, JobState, JobStatus, Outcome, TaskSet, TaskStates};
use crate::workflow::Retry;
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Instant;

/// Slurm's word for a job that waited for what can never be met.
pub(super) const NEVER: &str = "DependencyNeverSatisfied";

/// What `status` tells beyond what is known of the job, if anything.
///
/// A job that has reached its end is `Ended` for good, though Slurm can queue it again while its record lives: its
/// dependents may have gone out. While Slurm says that it will queue it again (or holds it for that), it is not at its
/// end.
pub(super) fn tell(entry: &JobEntry, status: &JobStatus) -> Option<EventKind> {
    let state = status.state?;
    let (job, status) = (entry.name.clone(), status.clone());
    if let Some(outcome) = Outcome::of(state) {
        return Some(EventKind::Ended { job, outcome, status });
    }
    let last = entry.status.as_ref();
    let ran = last.and_then(|last| last.state).is_some_and(JobState::has_started);
    if status.restarts > entry.requeues || ran && state.base == BaseState::Pending {
        return Some(EventKind::Requeued { job, status });
    }
    (!last.is_some_and(|last| same(last, &status))).then_some(EventKind::Changed { job, status })
}

/// All that `status` tells beyond what is known of a job or an array that is under way, for who only looks.
pub(super) fn news_of(entry: &JobEntry, status: &JobStatus) -> Vec<EventKind> {
    let job = || entry.name.clone();
    let whole = JobStatus { tasks: None, ..status.clone() };
    if status.state.is_none() {
        return vec![EventKind::Ended { job: job(), outcome: Outcome::Unknown, status: whole }];
    }
    if entry.tasks.is_none() {
        return tell(entry, status).into_iter().collect();
    }
    let mut news = status.tasks.as_ref().map(|states| tell_tasks(entry, states)).unwrap_or_default();
    match status.state.and_then(Outcome::of) {
        Some(outcome) => {
            news.push(EventKind::Ended { job: job(), outcome, status: whole });
        }
        None => news.extend(tell_whole(entry, &whole)),
    }
    news
}

/// That an attempt of a job ended so and another follows at `next`; none where it is the job's end. What that one asks for beyond
/// is not said.
pub(super) fn attempt_ended(
    retry: &Retry,
    entry: &JobEntry,
    outcome: Outcome,
    status: &JobStatus,
    next: Timestamp,
) -> Option<EventKind> {
    let retries = entry.earlier.len();
    let tasks = match &entry.tasks {
        None => retry.wants(outcome, retries).then_some(None)?,
        Some(progress) => {
            // Whoever cancels an array that runs cancels what is left of it: then cancelled tasks are its last.
            let last = progress.ends().last().map(|end| end.outcome);
            let tasks = progress.ended(|outcome| retry.wants(outcome, retries));
            (last != Some(Outcome::Cancelled) && !tasks.is_empty()).then_some(Some(tasks))?
        }
    };
    Some(EventKind::AttemptEnded {
        job: entry.name.clone(),
        attempt: u32::try_from(retries).ok()?.saturating_add(1),
        of: retry.times.saturating_add(1),
        outcome,
        status: status.clone(),
        tasks,
        next,
        asks: Vec::new(),
    })
}

fn same(one: &JobStatus, other: &JobStatus) -> bool {
    (one.state, &one.reason, &one.nodes, one.restarts)
        == (other.state, &other.reason, &other.nodes, other.restarts)
}

/// What `status` tells of an array as a whole, short of its end. That it waits again while tasks of it ran says nothing: those
/// that ran may have ended.
pub(super) fn tell_whole(entry: &JobEntry, status: &JobStatus) -> Option<EventKind> {
    let known = entry.status.as_ref().is_some_and(|last| same(last, status));
    let (job, status) = (entry.name.clone(), status.clone());
    let open = status.state.is_some_and(|state| Outcome::of(state).is_none());
    (open && !known).then_some(EventKind::Changed { job, status })
}

/// What `states` tell of an array's tasks beyond what is known of them, in the order in which it happened.
pub(super) fn tell_tasks(entry: &JobEntry, states: &TaskStates) -> Vec<EventKind> {
    let Some(progress) = &entry.tasks else { return Vec::new() };
    let (mut moves, mut ends) = (Vec::new(), Vec::new());
    let open = progress.open();
    for group in states.groups() {
        let tasks = group.tasks.intersection(&open);
        let running = tasks.intersection(progress.running());
        let job = entry.name.clone();
        match Outcome::of(group.state) {
            Some(_) if tasks.is_empty() => {}
            Some(outcome) => {
                let (outcome, reason) = (ended_as(outcome, &group.reason), group.reason.clone());
                ends.push(EventKind::TasksEnded { job, tasks, outcome, exit: group.exit, reason });
            }
            None if group.state.has_started() && tasks.count() > running.count() => {
                moves.push(EventKind::TasksStarted { job, tasks: tasks.difference(&running) });
            }
            None if group.state.base == BaseState::Pending && !running.is_empty() => {
                moves.push(EventKind::TasksRequeued { job, tasks: running });
            }
            None => {}
        }
    }
    // Whoever cancels the rest of an array does that last.
    let cancelled =
        |end: &EventKind| matches!(end, EventKind::TasksEnded { outcome: Outcome::Cancelled, .. });
    ends.sort_by_key(cancelled);
    moves.extend(ends);
    moves
}

/// A task that Slurm cancelled because the one that it waited for did not complete was skipped.
fn ended_as(outcome: Outcome, reason: &str) -> Outcome {
    match outcome {
        Outcome::Cancelled if reason == NEVER => Outcome::Skipped,
        outcome => outcome,
    }
}

/// Jobs of which the scheduler knew nothing when it was last asked.
#[derive(Debug, Default)]
pub(super) struct Missing {
    jobs: HashMap<usize, (Instant, u32)>,
    /// Of arrays: tasks that nobody knows, all of them since then.
    tasks: HashMap<usize, (TaskSet, Instant, u32)>,
}

impl Missing {
    /// The scheduler knows the job.
    pub(super) fn found(&mut self, job: usize) {
        self.jobs.remove(&job);
    }

    /// These tasks of an array were not among those that it knows. Those of which that has been so for long enough end so.
    pub(super) fn missed_tasks(
        &mut self,
        job: usize,
        unknown: TaskSet,
        now: Instant,
        timing: &Timing,
    ) -> Option<TaskSet> {
        let (since, looks, both) = match self.tasks.remove(&job) {
            Some((before, since, looks)) => (since, looks, before.intersection(&unknown)),
            None => (now, 0, TaskSet::default()),
        };
        // Others may be missing by now; their time begins when that of these is over.
        let (tasks, since, looks) = match both.is_empty() {
            true => (unknown, now, 1),
            false => (both, since, looks + 1),
        };
        if tasks.is_empty() {
            return None;
        }
        if looks >= timing.unknown_looks && now.duration_since(since) >= timing.unknown_for {
            return Some(tasks);
        }
        self.tasks.insert(job, (tasks, since, looks));
        None
    }

    /// It does not. When that has been so for long enough, the job's end is that nobody knows it.
    pub(super) fn missed(
        &mut self,
        job: usize,
        entry: &JobEntry,
        status: &JobStatus,
        now: Instant,
        timing: &Timing,
    ) -> Option<EventKind> {
        let (since, looks) = self.jobs.entry(job).or_insert((now, 0));
        *looks += 1;
        if *looks < timing.unknown_looks || now.duration_since(*since) < timing.unknown_for {
            return None;
        }
        self.jobs.remove(&job);
        // What was known before is still worth telling, but for the state.
        let status = match &entry.status {
            Some(last) => JobStatus { state: None, ..last.clone() },
            None => status.clone(),
        };
        Some(EventKind::Ended { job: entry.name.clone(), outcome: Outcome::Unknown, status })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::State;
    use crate::event::{Event, RunId};
    use crate::job::{JobId, StateFlags as F};
    use std::time::Duration;

    fn status(bits: u32, restarts: u32) -> JobStatus {
        JobStatus { state: Some(JobState::from_bits(bits)), restarts, ..JobStatus::unknown(JobId(1)) }
    }

    /// The events that one observation after another brings, as words.
    fn story(statuses: &[(u32, u32)]) -> Vec<&'static str> {
        let event = |kind| Event { at: jiff::Timestamp::UNIX_EPOCH, run: RunId("r".into()), kind };
        let mut state = State::replay(&[event(EventKind::RunStarted {
            version: 1,
            workflow: String::new(),
            jobs: vec!["a".into()],
            scheduler: String::new(),
        })]);
        let mut words = Vec::new();
        for (bits, restarts) in statuses {
            let told = tell(&state.jobs()[0], &status(*bits, *restarts));
            words.push(match &told {
                Some(EventKind::Changed { .. }) => "changed",
                Some(EventKind::Requeued { .. }) => "requeued",
                Some(EventKind::Ended { .. }) => "ended",
                _ => "-",
            });
            if let Some(kind) = told {
                state.apply(&event(kind));
            }
        }
        words
    }

    #[test]
    fn nothing_new_says_nothing() {
        assert_eq!(
            story(&[(0, 0), (0, 0), (1, 0), (1, 0), (3, 0)]),
            ["changed", "-", "changed", "-", "ended"]
        );
    }

    #[test]
    fn a_requeue_is_told_once() {
        // Preempted: first pending and completing, then pending with a grown count, then it runs again.
        let seen = [(1, 0), (F::COMPLETING, 0), (0, 1), (1, 1), (3, 1)];
        assert_eq!(story(&seen), ["changed", "requeued", "changed", "changed", "ended"]);
        // The whole second start was missed.
        assert_eq!(story(&[(0, 0), (0, 1), (0, 2)]), ["changed", "requeued", "requeued"]);
        assert_eq!(story(&[(1, 0), (1, 1)]), ["changed", "requeued"]);
    }

    #[test]
    fn held_after_a_requeue_is_no_end() {
        let seen =
            [(1, 0), (5 | F::REQUEUE_HOLD | F::COMPLETING, 0), (F::REQUEUE_HOLD, 1), (F::SPECIAL_EXIT, 1)];
        assert_eq!(story(&seen), ["changed", "changed", "requeued", "changed"]);
    }

    #[test]
    fn unknown_needs_time_and_looks() {
        let timing = Timing { unknown_for: Duration::from_secs(30), unknown_looks: 3, ..Timing::default() };
        let entry = JobEntry { name: "a".into(), ..JobEntry::default() };
        let (nothing, now) = (JobStatus::unknown(JobId(1)), Instant::now());
        let mut missing = Missing::default();
        let mut look = |after: u64| {
            missing.missed(0, &entry, &nothing, now + Duration::from_secs(after), &timing).is_some()
        };
        assert!(!look(0) && !look(40) && look(41));
        assert!(!look(50) && !look(51) && !look(52) && look(80));
        assert!(!look(100) && !look(101));
        missing.found(0);
        assert!(missing.missed(0, &entry, &nothing, now + Duration::from_secs(200), &timing).is_none());
    }
}
