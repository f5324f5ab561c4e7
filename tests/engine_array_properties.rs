//! Whatever the arrays and however they are seen: what must always hold of a run.

mod scripted;

use proptest::prelude::*;
use scripted::*;
use srunx::engine::{Decision, Phase, State, next};
use srunx::event::{Event, EventKind, RunOutcome};
use srunx::job::{ArrayTasks, JobRequest, Outcome, StateFlags as F, TaskSet};
use srunx::workflow::{Dependency, DependencyKind, Job, Workflow};
use std::sync::Arc;
use std::time::Duration;

/// What becomes of a task that is submitted.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Ends(u32),
    Requeued(u32),
    Vanishes,
}

impl Fate {
    fn outcome(self) -> Outcome {
        match self {
            Self::Ends(bits) | Self::Requeued(bits) => {
                Outcome::of(srunx::job::JobState::from_bits(bits)).unwrap()
            }
            Self::Vanishes => Outcome::Unknown,
        }
    }
}

#[derive(Clone, Debug)]
struct AnyJob {
    /// None: no array.
    tasks: Option<Vec<Fate>>,
    /// Of each of a few looks, the tasks that it tells nothing of.
    hidden: [u8; 3],
    fault: Option<Fault>,
    depends_on: Vec<(prop::sample::Index, DependencyKind, Option<u8>)>,
}

fn any_job() -> impl Strategy<Value = AnyJob> {
    use DependencyKind::{After, AfterAny, AfterCorr, AfterNotOk, AfterOk};
    let end = || prop_oneof![6 => Just(3_u32), 1 => 4..12_u32];
    let fate = prop_oneof![
        8 => end().prop_map(Fate::Ends),
        2 => end().prop_map(Fate::Requeued),
        1 => Just(Fate::Vanishes),
    ];
    let tasks = prop_oneof![1 => Just(None), 4 => prop::collection::vec(fate, 1..7).prop_map(Some)];
    let kind = prop_oneof![
        2 => Just(AfterOk), 1 => Just(AfterAny), 1 => Just(AfterNotOk), 1 => Just(After), 3 => Just(AfterCorr)
    ];
    let fault = prop_oneof![
        6 => Just(None),
        1 => Just(Some(Fault::Busy)),
        1 => Just(Some(Fault::LostTaken)),
        1 => Just(Some(Fault::LostNotTaken)),
        1 => Just(Some(Fault::Unreachable)),
    ];
    let on = (any::<prop::sample::Index>(), kind, prop::option::of(1..64_u8));
    (tasks, any::<[u8; 3]>(), fault, prop::collection::vec(on, 0..3))
        .prop_map(|(tasks, hidden, fault, depends_on)| AnyJob { tasks, hidden, fault, depends_on })
}

/// The dependency of a job on an earlier one: task by task only between arrays, on some tasks only of an array.
fn dependency(jobs: &[AnyJob], job: usize, on: usize, kind: DependencyKind, mask: Option<u8>) -> Dependency {
    let both = jobs[job].tasks.is_some() && jobs[on].tasks.is_some();
    let kind = if kind == DependencyKind::AfterCorr && !both { DependencyKind::AfterOk } else { kind };
    let count = jobs[on].tasks.as_ref().map_or(0, Vec::len);
    let some: TaskSet = (0..6).filter(|task| mask.is_some_and(|mask| mask >> task & 1 == 1)).collect();
    let some = some.intersection(&(0..u32::try_from(count).unwrap()).collect());
    let tasks = (kind != DependencyKind::AfterCorr && !some.is_empty()).then_some(some);
    Dependency { tasks, ..Dependency::on(on, kind) }
}

fn made_of(jobs: &[AnyJob]) -> (Workflow, Vec<JobRequest>) {
    let build = |(place, job): (usize, &AnyJob)| Job {
        name: format!("j{place}"),
        depends_on: match place {
            0 => Vec::new(),
            _ => {
                let on = job.depends_on.iter();
                on.map(|(on, kind, mask)| dependency(jobs, place, on.index(place), *kind, *mask)).collect()
            }
        },
        ..Job::default()
    };
    let workflow = Workflow::unchecked("any", jobs.iter().enumerate().map(build).collect());
    let mut requests = requests(&workflow);
    for (request, job) in requests.iter_mut().zip(jobs) {
        request.array =
            job.tasks.as_ref().and_then(|tasks| ArrayTasks::of(0..u32::try_from(tasks.len()).unwrap()));
    }
    (workflow, requests)
}

/// What a few looks at an array show: each task on its way, if that look tells of it.
fn looks(job: &AnyJob) -> Vec<Step> {
    let Some(fates) = &job.tasks else { return vec![bits(1), bits(3)] };
    let look = |look: usize| {
        let shown = fates.iter().enumerate().filter_map(|(task, fate)| {
            let bits = match (look, fate) {
                (3, Fate::Vanishes) => return None,
                (3, Fate::Ends(end) | Fate::Requeued(end)) => *end,
                _ if job.hidden[look] >> task & 1 == 1 => return None,
                (0, _) => u32::from(task % 2 == 0),
                (2, Fate::Requeued(_)) => F::COMPLETING,
                (2, Fate::Ends(end)) if task % 3 == 0 => *end,
                (2, Fate::Ends(end)) => *end | F::COMPLETING,
                _ => 1,
            };
            Some(group(&task.to_string(), bits))
        });
        Step { bits: Some(if look == 3 { 3 } else { 1 }), ..tasks(shown) }
    };
    (0..4).map(look).collect()
}

fn run_of(jobs: &[AnyJob], push: bool) -> (Workflow, srunx::engine::RunResult, Vec<Event>, Arc<Scripted>) {
    let (workflow, requests) = made_of(jobs);
    let mut scheduler = Scripted::new();
    scheduler.push = push;
    for (place, job) in jobs.iter().enumerate() {
        let name = format!("j{place}");
        scheduler = scheduler.script(&name, looks(job)).faults(&name, job.fault);
    }
    let scheduler = Arc::new(scheduler);
    let mut options = options();
    options.timing.unknown_for = Duration::from_millis(5);
    options.timing.unknown_looks = 5;
    let (result, events) = run(&workflow, scheduler.clone(), requests, options, |_| {});
    (workflow, result, events, scheduler)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn tasks_end_as_they_did(jobs in prop::collection::vec(any_job(), 1..8), push in any::<bool>()) {
        let (_, result, events, scheduler) = run_of(&jobs, push);
        let state = State::replay(&events);
        let inner = scheduler.inner.lock().unwrap();
        let mut failed = false;
        for (entry, job) in state.jobs().iter().zip(&jobs) {
            let outcome = entry.outcome.unwrap();
            failed |= ![Outcome::Completed, Outcome::Skipped].contains(&outcome);
            let taken: Vec<_> = inner.requests.iter().filter(|request| request.name == entry.name).collect();
            prop_assert_eq!(taken.len(), usize::from(entry.id.is_some()));
            let (Some(fates), [request]) = (&job.tasks, taken.as_slice()) else {
                let never = outcome == Outcome::Skipped && entry.tasks.is_none();
                prop_assert!(never || job.tasks.is_none() && outcome == Outcome::Completed, "{:?}", entry);
                continue;
            };
            let progress = entry.tasks.as_ref().unwrap();
            prop_assert!(progress.is_over() && progress.running().is_empty());
            for (task, fate) in fates.iter().enumerate() {
                let task = u32::try_from(task).unwrap();
                let submitted = request.array.as_ref().unwrap().contains(task);
                let expected = if submitted { fate.outcome() } else { Outcome::Skipped };
                prop_assert!(progress.ended(|outcome| outcome == expected).contains(task), "{task} {:?}", entry);
            }
            prop_assert_eq!(progress.outcome(), Some(outcome));
        }
        prop_assert_eq!(result.outcome, if failed { RunOutcome::Failed } else { RunOutcome::Completed });
    }

    /// At every moment of a run, what the whole state says comes next is what the run did, piece by piece; and of an array
    /// that waits task by task for one that is over, only tasks with a counterpart that completed are submitted.
    #[test]
    fn the_plan_is_the_state_s(jobs in prop::collection::vec(any_job(), 1..8), push in any::<bool>()) {
        let (workflow, _, events, scheduler) = run_of(&jobs, push);
        let mut state = State::default();
        for event in &events {
            let place = |job: &str| workflow.position(job).unwrap();
            match &event.kind {
                EventKind::Submitting { job, .. } => {
                    let said = Decision::Submit { job: place(job) };
                    let decisions = next(&state, &workflow);
                    prop_assert!(decisions.contains(&said), "{said:?} is none of {decisions:?}");
                    let inner = scheduler.inner.lock().unwrap();
                    // None is taken if the answer was lost, and by then nothing was left to submit.
                    let taken = inner.requests.iter().find(|request| request.name == *job);
                    let Some(request) = taken else {
                        prop_assert!(jobs[place(job)].fault.is_some());
                        state.apply(event);
                        continue;
                    };
                    let asked = request.array.as_ref().map(TaskSet::from).unwrap_or_default();
                    for on in &workflow.jobs()[place(job)].depends_on {
                        let other = &state.jobs()[on.on];
                        if on.kind == DependencyKind::AfterCorr && other.outcome.is_some() {
                            let completed = other.tasks.as_ref().unwrap().ended(Outcome::is_success);
                            prop_assert!(asked.difference(&completed).is_empty(), "{job} {asked}");
                        } else if on.kind == DependencyKind::AfterCorr {
                            // It may have ended since, if the submission had to be repeated.
                            let later = jobs[place(job)].fault.is_some();
                            prop_assert!(later || request.corresponds_to.contains(&other.id.unwrap()));
                        }
                    }
                }
                EventKind::Skipped { job, .. } => {
                    let decisions = next(&state, &workflow);
                    let job = place(job);
                    let corresponds = |job: usize| {
                        workflow.jobs()[job].depends_on.iter().any(|on| on.kind == DependencyKind::AfterCorr)
                    };
                    let said = decisions.iter().any(|decision| match decision {
                        Decision::Skip { job: skipped, .. } => *skipped == job,
                        // Each array that it waits for completed in part, and no task did in all …
                        Decision::Submit { job: ready } => *ready == job && corresponds(job),
                    });
                    // … by the time that a submission was repeated.
                    let late = state.jobs()[job].phase == Phase::Submitting && corresponds(job);
                    prop_assert!(said || late, "{job} is skipped, not in {decisions:?}");
                }
                _ => {}
            }
            state.apply(event);
        }
        prop_assert!(next(&state, &workflow).is_empty());
    }
}
