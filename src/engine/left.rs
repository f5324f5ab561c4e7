//! Jobs that wait in the scheduler's queue for jobs that are not over: what it is told of that, and what became of those
//! that it then did away with, because what they waited for cannot be met any more.

use super::follow::{NEVER, attempt_ended, news_of};
use super::plan::{Verdict, because, verdict};
use super::state::{JobEntry, Phase, State};
use crate::event::{Event, EventKind};
use crate::job::{After, DependencyKind, JobId, JobRequest, JobStatus, Outcome, TaskProgress, TaskSet};
use crate::scheduler::{ErrorKind, Scheduler, SchedulerError};
use crate::workflow::{Dependency, Workflow};
use std::collections::VecDeque;

/// What is left to the scheduler of what `job` waits for; or why it will never run.
///
/// A job that the scheduler does away with counts there as cancelled, which meets `afternotok` and `after`; in a run it is
/// skipped, and so are those that wait for it so. Their own dependencies hold for these besides: when it runs, they were met.
pub(super) fn terms(workflow: &Workflow, state: &State, job: usize) -> Result<Vec<After>, String> {
    let entry = |on: usize| state.job(on);
    let id = |on: usize| entry(on).filter(|other| other.phase == Phase::UnderWay).and_then(|other| other.id);
    collect(workflow, job, &|dependency| {
        let Some(other) = entry(dependency.on) else { return Ok(None) };
        match verdict(workflow, dependency, other) {
            Verdict::Met => Ok(None),
            Verdict::Never => Err(because(dependency, other)),
            Verdict::Open => Ok(id(dependency.on).map(|id| after(dependency, id, other))),
        }
    })
}

/// Adds up what `of` makes of the dependencies of `job`, and of those that hold for it besides.
fn collect(
    workflow: &Workflow,
    job: usize,
    of: &dyn Fn(&Dependency) -> Result<Option<After>, String>,
) -> Result<Vec<After>, String> {
    let mut all: Vec<After> = Vec::new();
    let (mut jobs, mut next) = (vec![job], 0);
    while let Some(job) = jobs.get(next).copied() {
        let own = next == 0;
        next += 1;
        let Some(described) = workflow.jobs().get(job) else { continue };
        for dependency in &described.depends_on {
            // Task by task, they are told in a place of their own; for others they cannot be.
            if dependency.kind == DependencyKind::AfterCorr {
                continue;
            }
            match of(dependency) {
                Ok(Some(after)) => {
                    if !all.contains(&after) {
                        all.push(after);
                    }
                    let by_cancelling =
                        matches!(dependency.kind, DependencyKind::AfterNotOk | DependencyKind::After);
                    if by_cancelling && !jobs.contains(&dependency.on) {
                        jobs.push(dependency.on);
                    }
                }
                Ok(None) => {}
                Err(because) if own => return Err(because),
                Err(_) => return Err(format!("{} {}", described.name, Outcome::Skipped)),
            }
        }
    }
    Ok(all)
}

/// A dependency on a job in the queue. Of tasks, those count that are still to be waited for.
fn after(dependency: &Dependency, id: JobId, other: &JobEntry) -> After {
    let tasks = dependency.tasks.as_ref().zip(other.tasks.as_ref()).map(|(tasks, progress)| {
        let open = tasks.difference(progress.over());
        match dependency.kind {
            DependencyKind::After => open.difference(progress.started()),
            _ => open,
        }
    });
    After { kind: dependency.kind, job: id, tasks, delay: dependency.delay }
}

/// Whether those jobs of a workflow that are `taken` can be handed to the scheduler at once.
///
/// # Errors
/// Why not, of each job that cannot.
pub fn can_be_left(
    workflow: &Workflow,
    requests: &[JobRequest],
    taken: &[bool],
    scheduler: &dyn Scheduler,
) -> Result<(), Vec<SchedulerError>> {
    /// The longest that an id can be.
    const SOME: JobId = JobId(u32::MAX);
    let mut troubles = Vec::new();
    let taken = |job: &usize| taken.get(*job).copied().unwrap_or_default();
    for (job, request) in requests.iter().enumerate().filter(|(job, _)| taken(job)) {
        if workflow.jobs().get(job).is_some_and(|job| job.retry.is_some()) {
            troubles.push(SchedulerError {
                kind: ErrorKind::Rejected,
                message: format!(
                    "{} cannot be left to the scheduler: it is to be tried again (`retry`), and nobody will be there to do so",
                    request.name
                ),
                hint: Some("leave out its `retry`, or --detach".to_owned()),
            });
        }
        let whole = |dependency: &Dependency| {
            if !taken(&dependency.on) {
                return Ok(None);
            }
            let all = requests.get(dependency.on).and_then(|other| other.array.as_ref()).map(TaskSet::from);
            let tasks = dependency.tasks.clone().filter(|tasks| all.as_ref() != Some(tasks));
            Ok(Some(After { kind: dependency.kind, job: SOME, tasks, delay: dependency.delay }))
        };
        let after = collect(workflow, job, &whole).unwrap_or_default();
        let request = JobRequest { after, left: true, ..request.clone() };
        troubles.extend(scheduler.can_be_left(&request).err());
    }
    if troubles.is_empty() { Ok(()) } else { Err(troubles) }
}

/// What can be said of why a job will never run.
enum Hindrance<'a> {
    /// A job that it waited for, and what became of that.
    Because(&'a JobEntry, String),
    /// What it waits for may be met, or not, for all that is known.
    Open,
    /// All is met that the workflow says.
    None,
}

fn hindrance<'a>(workflow: &Workflow, state: &'a State, job: usize) -> Hindrance<'a> {
    let mut found = Hindrance::None;
    for dependency in workflow.jobs().get(job).into_iter().flat_map(|job| &job.depends_on) {
        let Some(other) = state.job(dependency.on) else { continue };
        match verdict(workflow, dependency, other) {
            Verdict::Never => return Hindrance::Because(other, because(dependency, other)),
            // Task by task, it is met as soon as the other is there.
            Verdict::Met if dependency.kind != DependencyKind::AfterCorr || other.outcome.is_some() => {}
            Verdict::Met | Verdict::Open => found = Hindrance::Open,
        }
    }
    found
}

/// An end that the scheduler told, as what it is in the run: a job that was done away with was skipped. None where that
/// cannot be told before more is known of the jobs that it waited for; `last`: no more will be for now.
pub(super) fn settle(
    workflow: &Workflow,
    state: &State,
    job: usize,
    end: &EventKind,
    last: bool,
) -> Option<EventKind> {
    let EventKind::Ended { job: name, outcome, status } = end else { return Some(end.clone()) };
    let told = match outcome {
        Outcome::Cancelled => status.reason == NEVER,
        Outcome::Skipped => true,
        _ => false,
    };
    // What nobody remembers cannot have run if what it waited for was not met.
    // Of an array whose tasks were told one by one, that is said of each.
    let tasks = state.job(job).and_then(|entry| entry.tasks.as_ref());
    let perhaps = *outcome == Outcome::Unknown && tasks.is_none_or(|tasks| tasks.over().is_empty());
    if !told && !perhaps {
        return Some(end.clone());
    }
    match hindrance(workflow, state, job) {
        Hindrance::Because(other, because) if told || other.outcome != Some(Outcome::Unknown) => {
            Some(EventKind::Skipped { job: name.clone(), because })
        }
        Hindrance::Open if told || !last => None,
        _ => Some(end.clone()),
    }
}

/// How tasks of an array ended that nobody remembers: they cannot have run if what the whole waited for was not met.
pub(super) fn unseen(workflow: &Workflow, state: &State, job: usize) -> Outcome {
    let depends_on = workflow.jobs().get(job).into_iter().flat_map(|job| &job.depends_on);
    let mut whole = depends_on.filter(|dependency| dependency.kind != DependencyKind::AfterCorr);
    let never = |dependency: &Dependency| {
        let other = state.job(dependency.on).filter(|other| other.outcome != Some(Outcome::Unknown));
        other.is_some_and(|other| verdict(workflow, dependency, other) == Verdict::Never)
    };
    if whole.any(never) { Outcome::Skipped } else { Outcome::Unknown }
}

/// All that `statuses` tell beyond what `state` knows of the jobs under way, for who only looks: of these the state then is
/// what they say. A job that the scheduler does not know is one of which nothing is known.
#[must_use]
pub fn news(workflow: &Workflow, state: &State, statuses: &[JobStatus], at: jiff::Timestamp) -> Vec<Event> {
    let Some(run) = state.run().cloned() else { return Vec::new() };
    let mut state = state.clone();
    let mut events = Vec::new();
    let mut tell = |state: &mut State, kind| {
        let event = Event { at, run: run.clone(), kind };
        state.apply(&event);
        events.push(event);
    };
    let mut ends = Ends::default();
    for status in statuses {
        let Some(job) = state.place_of(status.id) else { continue };
        let Some(entry) = state.job(job).filter(|entry| entry.phase == Phase::UnderWay) else { continue };
        for kind in news_of(entry, status) {
            match kind {
                EventKind::Ended { job: name, outcome, status } => {
                    let progress = state.job(job).and_then(|entry| entry.tasks.as_ref());
                    let outcome = progress.and_then(TaskProgress::outcome).unwrap_or(outcome);
                    ends.add(job, EventKind::Ended { job: name, outcome, status });
                }
                kind => tell(&mut state, kind),
            }
        }
    }
    while let Some((job, kind)) = ends.next(workflow, &state) {
        // Whoever goes on with the run makes the next attempt, which is due at once.
        let retry = workflow.jobs().get(job).and_then(|job| job.retry.as_ref());
        let attempt = match (&kind, retry, state.job(job)) {
            (EventKind::Ended { outcome, status, .. }, Some(retry), Some(entry)) => {
                attempt_ended(retry, entry, *outcome, status, at)
            }
            _ => None,
        };
        tell(&mut state, attempt.unwrap_or(kind));
    }
    events
}

/// Ends that were told together. Each is settled once those are that it depends on.
#[derive(Debug, Default)]
pub(super) struct Ends {
    told: VecDeque<(usize, EventKind)>,
    /// How many could not be settled since one last was.
    tried: usize,
}

impl Ends {
    pub(super) fn add(&mut self, job: usize, end: EventKind) {
        self.told.push_back((job, end));
    }

    /// The next one that can be, as what it is in the run.
    pub(super) fn next(&mut self, workflow: &Workflow, state: &State) -> Option<(usize, EventKind)> {
        while let Some((job, end)) = self.told.pop_front() {
            // Once all of them were looked at in vain, none of the others tells more.
            let last = self.tried > self.told.len();
            match settle(workflow, state, job, &end, last) {
                Some(kind) => {
                    self.tried = 0;
                    return Some((job, kind));
                }
                None => self.told.push_back((job, end)),
            }
            self.tried += 1;
            if self.tried > 2 * self.told.len() {
                break;
            }
        }
        None
    }
}
