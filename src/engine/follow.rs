//! From what a scheduler says of a job to what happened to it.

use super::options::Timing;
use super::state::JobEntry;
use crate::event::EventKind;
use crate::job::{BaseState, JobState, JobStatus, Outcome};
use std::collections::HashMap;
use std::time::Instant;

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
    let same = last.is_some_and(|last| {
        (last.state, &last.reason, &last.nodes, last.restarts)
            == (status.state, &status.reason, &status.nodes, status.restarts)
    });
    (!same).then_some(EventKind::Changed { job, status })
}

/// Jobs of which the scheduler knew nothing when it was last asked.
#[derive(Debug, Default)]
pub(super) struct Missing {
    jobs: HashMap<usize, (Instant, u32)>,
}

impl Missing {
    /// The scheduler knows the job.
    pub(super) fn found(&mut self, job: usize) {
        self.jobs.remove(&job);
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
