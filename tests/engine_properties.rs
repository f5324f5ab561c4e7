//! Whatever the workflow and whatever becomes of its jobs: what must always hold of a run.

mod scripted;

use proptest::prelude::*;
use scripted::*;
use srunx::engine::{Decision, State, next};
use srunx::event::{Event, EventKind, RunOutcome};
use srunx::job::{Outcome, StateFlags as F};
use srunx::workflow::{Dependency, DependencyKind, Job, Workflow};
use std::collections::HashMap;
use std::sync::Arc;

/// What becomes of a job that is submitted.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Ends(u32),
    Requeued(u32),
    Vanishes,
    Rejected,
    Busy,
    LostTaken,
    LostNotTaken,
    Unreachable,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Ends(3)),
        3 => (3..12_u32).prop_map(Fate::Ends),
        1 => Just(Fate::Ends(F::REVOKED)),
        2 => (3..12_u32).prop_map(Fate::Requeued),
        1 => Just(Fate::Vanishes),
        1 => Just(Fate::Rejected),
        1 => Just(Fate::Busy),
        1 => Just(Fate::LostTaken),
        1 => Just(Fate::LostNotTaken),
        1 => Just(Fate::Unreachable),
    ]
}

fn kind() -> impl Strategy<Value = DependencyKind> {
    use DependencyKind::{After, AfterAny, AfterNotOk, AfterOk};
    prop_oneof![4 => Just(AfterOk), 1 => Just(AfterAny), 1 => Just(AfterNotOk), 1 => Just(After)]
}

/// A graph of up to 14 jobs (each depends on earlier ones, possibly twice on one), in any order, and their fates.
fn runs() -> impl Strategy<Value = (Workflow, Vec<Fate>, bool)> {
    let job = (prop::collection::vec((any::<prop::sample::Index>(), kind()), 0..4), fate(), any::<u64>());
    (prop::collection::vec(job, 1..15), any::<bool>()).prop_map(|(jobs, push)| {
        // The places that the jobs have in the workflow.
        let mut order: Vec<usize> = (0..jobs.len()).collect();
        order.sort_by_key(|job| jobs[*job].2);
        let mut place = vec![0; jobs.len()];
        for (at, job) in order.iter().enumerate() {
            place[*job] = at;
        }
        let build = |job: &usize| Job {
            name: format!("j{job}"),
            depends_on: match job {
                0 => Vec::new(),
                _ => jobs[*job]
                    .0
                    .iter()
                    .map(|(index, kind)| Dependency::on(place[index.index(*job)], *kind))
                    .collect(),
            },
            ..Job::default()
        };
        let fates = order.iter().map(|job| jobs[*job].1).collect();
        (Workflow::unchecked("any", order.iter().map(build).collect()), fates, push)
    })
}

fn scripted(workflow: &Workflow, fates: &[Fate], push: bool) -> Scripted {
    let mut scheduler = Scripted::new();
    scheduler.push = push;
    for (job, fate) in workflow.jobs().iter().zip(fates) {
        let name = job.name.as_str();
        scheduler = match *fate {
            Fate::Ends(end) => {
                scheduler.script(name, [bits(0), bits(1), bits(end | F::COMPLETING), bits(end)])
            }
            Fate::Requeued(end) => {
                scheduler.script(name, [bits(1), bits(F::COMPLETING), restarted(0, 1), restarted(end, 1)])
            }
            Fate::Vanishes => scheduler.script(name, [bits(0), unknown()]),
            Fate::Rejected => scheduler.faults(name, [Fault::Rejected]),
            Fate::Busy => scheduler.faults(name, [Fault::Busy, Fault::Busy]),
            Fate::LostTaken => scheduler.faults(name, [Fault::LostTaken]),
            Fate::LostNotTaken => scheduler.faults(name, [Fault::LostNotTaken]),
            Fate::Unreachable => scheduler.faults(name, [Fault::Unreachable]),
        };
    }
    scheduler
}

/// Whether a dependency held, and must have, by the words of the workflow's documentation.
fn met(kind: DependencyKind, outcome: Outcome, started: bool) -> bool {
    match kind {
        DependencyKind::AfterOk => outcome == Outcome::Completed,
        DependencyKind::AfterAny => true,
        DependencyKind::AfterNotOk => {
            ![Outcome::Completed, Outcome::Skipped, Outcome::Unknown].contains(&outcome)
        }
        DependencyKind::After => {
            started || ![Outcome::Rejected, Outcome::Skipped, Outcome::Unknown].contains(&outcome)
        }
        DependencyKind::AfterCorr => unreachable!("only between arrays"),
    }
}

fn check(workflow: &Workflow, events: &[Event], outcomes: &[Outcome], started: &[bool]) {
    // When each job was submitted, started and ended, as places in the story.
    let mut times: HashMap<(&str, &str), usize> = HashMap::new();
    for (time, event) in events.iter().enumerate() {
        let (what, job) = match &event.kind {
            EventKind::Submitting { job, .. } => ("submitting", job),
            EventKind::Submitted { job, .. } => ("submitted", job),
            EventKind::Changed { job, status } if status.state.is_some_and(|state| state.has_started()) => {
                ("started", job)
            }
            EventKind::Ended { job, .. }
            | EventKind::Rejected { job, .. }
            | EventKind::Skipped { job, .. } => ("ended", job),
            _ => continue,
        };
        times.entry((what, job.as_str())).or_insert(time);
    }
    for (place, job) in workflow.jobs().iter().enumerate() {
        let all_met = job.depends_on.iter().all(|on| met(on.kind, outcomes[on.on], started[on.on]));
        assert_eq!(outcomes[place] != Outcome::Skipped, all_met, "{} {outcomes:?}", job.name);
        let submitting = times.get(&("submitting", job.name.as_str()));
        assert_eq!(submitting.is_some(), all_met);
        for on in &job.depends_on {
            let other = workflow.jobs()[on.on].name.as_str();
            let since = match on.kind {
                DependencyKind::After => times.get(&("started", other)).or(times.get(&("ended", other))),
                _ => times.get(&("ended", other)),
            };
            assert!(submitting.is_none_or(|time| since.unwrap() < time), "{} before {other}", job.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_run_ends_right((workflow, fates, push) in runs()) {
        let scheduler = Arc::new(scripted(&workflow, &fates, push));
        let mut options = options();
        options.timing.unknown_for = std::time::Duration::from_millis(5);
        // `run` checks that the fold of the events is the state, and that no job ends twice.
        let (result, events) = run(&workflow, scheduler.clone(), requests(&workflow), options, |_| {});
        let outcomes: Vec<Outcome> = result.jobs.iter().map(|job| job.outcome.unwrap()).collect();
        for ((job, fate), outcome) in workflow.jobs().iter().zip(&fates).zip(&outcomes) {
            if *outcome == Outcome::Skipped {
                continue;
            }
            match fate {
                Fate::Rejected => prop_assert_eq!(*outcome, Outcome::Rejected),
                Fate::Vanishes => prop_assert_eq!(*outcome, Outcome::Unknown),
                Fate::Ends(3) | Fate::Requeued(3) | Fate::Busy | Fate::LostTaken | Fate::LostNotTaken
                | Fate::Unreachable => prop_assert_eq!(*outcome, Outcome::Completed),
                Fate::Ends(_) | Fate::Requeued(_) => prop_assert!(*outcome != Outcome::Completed),
            }
            let taken = scheduler.inner.lock().unwrap().taken.iter().filter(|name| **name == job.name).count();
            prop_assert_eq!(taken, usize::from(*outcome != Outcome::Rejected));
        }
        let state = State::replay(&events);
        let started: Vec<bool> = state.jobs().iter().map(|job| job.started).collect();
        check(&workflow, &events, &outcomes, &started);
        let failed = outcomes.iter().any(|outcome| ![Outcome::Completed, Outcome::Skipped].contains(outcome));
        prop_assert_eq!(result.outcome, if failed { RunOutcome::Failed } else { RunOutcome::Completed });
    }

    /// At every moment of a run, what the whole state says comes next is what the run did, piece by piece.
    #[test]
    fn the_plan_is_the_state_s((workflow, fates, push) in runs()) {
        let scheduler = Arc::new(scripted(&workflow, &fates, push));
        let mut options = options();
        options.timing.unknown_for = std::time::Duration::from_millis(5);
        let (_, events) = run(&workflow, scheduler, requests(&workflow), options, |_| {});
        let mut state = State::default();
        for event in &events {
            let place = |job: &str| workflow.position(job).unwrap();
            let said = match &event.kind {
                EventKind::Skipped { job, because } => {
                    Some(Decision::Skip { job: place(job), because: because.clone() })
                }
                EventKind::Submitting { job, .. } => Some(Decision::Submit { job: place(job) }),
                _ => None,
            };
            if let Some(said) = said {
                let decisions = next(&state, &workflow);
                let same = |decision: &Decision| match (decision, &said) {
                    (Decision::Submit { job: a }, Decision::Submit { job: b }) => a == b,
                    // Of several dependencies that failed the run names the one that failed first.
                    (Decision::Skip { job: a, .. }, Decision::Skip { job: b, .. }) => a == b,
                    _ => false,
                };
                prop_assert!(decisions.iter().any(same), "{said:?} is none of {decisions:?}");
            }
            state.apply(event);
        }
        prop_assert!(next(&state, &workflow).is_empty());
    }
}
