//! What a run does next: which jobs may go now, and which never will.
//!
//! [`next`] says it from the whole state at once. A [`Plan`] says the same piece by piece, at the cost of the
//! dependencies of the job that moved, so that a run of many thousand jobs stays linear.

use super::state::{JobEntry, Phase, State};
use crate::job::{Outcome, TaskSet};
use crate::workflow::{Dependency, DependencyKind, Retry, Workflow};

/// What to do with a job of which nothing has been asked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Everything that it waits for is met.
    Submit {
        /// Its place in the workflow.
        job: usize,
    },
    /// Something that it waits for will never be met.
    Skip {
        /// Its place in the workflow.
        job: usize,
        /// The job that it depends on and what became of it.
        because: String,
    },
}

/// What can be said of one dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Open,
    Met,
    Never,
}

/// Judges one dependency by what is known of the other job.
///
/// A job that was skipped or rejected never ran: only `afterany` is met by both, and `afternotok` by a rejection, which
/// is a failure. A job whose end nobody knows ([`Outcome::Unknown`]) is called neither done nor failed: it meets
/// `afterany` alone, and `after` if it was seen running. As in sbatch(1), `after` is met by a cancellation too.
///
/// What is said of some tasks of an array is judged by those alone. `aftercorr` is left to the scheduler, task by task: it is
/// met once the other array is there, unless none of its tasks can complete any more.
///
/// A task of an array that ended, and may be tried again, is not at its end. The scheduler would take it for that: where the
/// other array may be tried again, `aftercorr` waits for the whole of it.
fn judge(dependency: &Dependency, other: &JobEntry, retry: Option<&Retry>) -> Verdict {
    let kind = dependency.kind;
    if other.not_needed {
        return if kind == DependencyKind::AfterNotOk { Verdict::Never } else { Verdict::Met };
    }
    let some = dependency.tasks.as_ref().zip(other.tasks.as_ref());
    let again = perhaps_again(other, retry);
    let (outcome, started) = match some {
        Some((tasks, progress)) => (
            Some(tasks)
                .filter(|tasks| again.intersection(tasks).is_empty())
                .and_then(|tasks| progress.outcome_of(tasks)),
            progress.started().union(progress.over()).intersection(tasks) == *tasks,
        ),
        None => (other.outcome, other.started),
    };
    if kind == DependencyKind::AfterCorr {
        let completed =
            other.tasks.as_ref().is_some_and(|tasks| !tasks.ended(Outcome::is_success).is_empty());
        return match outcome {
            // Of one that runs again in part, not all tasks are there to wait for.
            None if other.phase == Phase::UnderWay && retry.is_none() && other.done_before.is_none() => {
                Verdict::Met
            }
            None => Verdict::Open,
            Some(_) if completed => Verdict::Met,
            Some(_) => Verdict::Never,
        };
    }
    let Some(outcome) = outcome else {
        return if kind == DependencyKind::After && started { Verdict::Met } else { Verdict::Open };
    };
    let met = match kind {
        DependencyKind::AfterOk => outcome.is_success(),
        DependencyKind::AfterAny => true,
        DependencyKind::AfterNotOk => {
            !matches!(outcome, Outcome::Completed | Outcome::Skipped | Outcome::Unknown)
        }
        DependencyKind::After => {
            started || !matches!(outcome, Outcome::Rejected | Outcome::Skipped | Outcome::Unknown)
        }
        DependencyKind::AfterCorr => false,
    };
    if met { Verdict::Met } else { Verdict::Never }
}

/// The same, by the workflow's word on whether the other job is tried again.
pub(super) fn verdict(workflow: &Workflow, dependency: &Dependency, other: &JobEntry) -> Verdict {
    let retry = workflow.jobs().get(dependency.on).and_then(|job| job.retry.as_ref());
    judge(dependency, other, retry)
}

/// The tasks of an array under way that ended in a way in which they are tried again.
fn perhaps_again(other: &JobEntry, retry: Option<&Retry>) -> TaskSet {
    let Some((retry, tasks)) = retry.zip(other.tasks.as_ref()).filter(|_| other.phase == Phase::UnderWay)
    else {
        return TaskSet::default();
    };
    tasks.ended(|outcome| retry.wants(outcome, other.earlier.len()))
}

/// Names the job, or those of its tasks that were waited for, as Slurm does (`work_3`, `work_[1-2]`), and its end.
pub(super) fn because(dependency: &Dependency, other: &JobEntry) -> String {
    let some = dependency.tasks.as_ref().zip(other.tasks.as_ref());
    let (name, outcome) = match some {
        Some((tasks, progress)) => {
            let name = match tasks.count() {
                1 => format!("{}_{tasks}", other.name),
                _ => format!("{}_[{tasks}]", other.name),
            };
            (name, progress.outcome_of(tasks))
        }
        None => (other.name.clone(), other.outcome),
    };
    outcome.map_or(name.clone(), |outcome| format!("{name} {outcome}"))
}

fn skip(job: usize, dependency: &Dependency, other: &JobEntry) -> Decision {
    Decision::Skip { job, because: because(dependency, other) }
}

/// What may be done now, in the workflow's order. A decision to skip brings further ones once it is carried out.
#[must_use]
pub fn next(state: &State, workflow: &Workflow) -> Vec<Decision> {
    let decide = |(job, described): (usize, &crate::workflow::Job)| {
        if state.job(job)?.phase != Phase::Waiting {
            return None;
        }
        let mut ready = true;
        for dependency in &described.depends_on {
            let other = state.job(dependency.on)?;
            match verdict(workflow, dependency, other) {
                Verdict::Met => {}
                Verdict::Open => ready = false,
                Verdict::Never => return Some(skip(job, dependency, other)),
            }
        }
        ready.then_some(Decision::Submit { job })
    };
    workflow.jobs().iter().enumerate().filter_map(decide).collect()
}

/// Says what [`next`] says, as the jobs move.
pub(super) struct Plan {
    /// The dependencies of others on each job that are still open.
    dependents: Vec<Vec<(usize, Dependency)>>,
    /// How many dependencies of each job are not met yet; none once it was decided about.
    unmet: Vec<Option<usize>>,
    /// Whether what waits for jobs that the scheduler has is left to it.
    leaves: bool,
    /// Whether and how each job is tried again.
    retries: Vec<Option<Retry>>,
}

impl Plan {
    /// The plan of a run whose jobs have all still to go.
    pub(super) fn new(workflow: &Workflow) -> Self {
        let mut dependents = vec![Vec::new(); workflow.jobs().len()];
        for (place, job) in workflow.jobs().iter().enumerate() {
            for dependency in &job.depends_on {
                if let Some(list) = dependents.get_mut(dependency.on) {
                    list.push((place, dependency.clone()));
                }
            }
        }
        let unmet = workflow.jobs().iter().map(|job| Some(job.depends_on.len())).collect();
        let retries = workflow.jobs().iter().map(|job| job.retry.clone()).collect();
        Self { dependents, unmet, leaves: false, retries }
    }

    /// The same, where a job may go as soon as the scheduler has all those that it waits for.
    pub(super) fn leaving(self, leaves: bool) -> Self {
        Self { leaves, ..self }
    }

    /// The jobs that wait for nothing.
    pub(super) fn roots(&mut self) -> Vec<Decision> {
        let roots: Vec<_> = (0..self.unmet.len()).filter(|job| self.unmet[*job] == Some(0)).collect();
        for job in &roots {
            self.unmet[*job] = None;
        }
        roots.into_iter().map(|job| Decision::Submit { job }).collect()
    }

    /// What follows from all that is known of a run: of its jobs those that wait, in any order.
    pub(super) fn resumed(&mut self, state: &State) -> Vec<Decision> {
        let mut decisions = self.roots();
        for job in 0..state.jobs().len() {
            decisions.extend(self.moved(state, job));
        }
        let waits = |job: usize| state.job(job).is_some_and(|entry| entry.phase == Phase::Waiting);
        decisions.retain(|decision| match decision {
            Decision::Submit { job } | Decision::Skip { job, .. } => waits(*job),
        });
        decisions
    }

    /// What follows from `job`, or a task of it, having been submitted, started or ended. Each dependency is settled once, whatever is said again.
    pub(super) fn moved(&mut self, state: &State, job: usize) -> Vec<Decision> {
        let mut decisions = Vec::new();
        let (Some(other), Some(list)) = (state.job(job), self.dependents.get_mut(job)) else {
            return decisions;
        };
        let (unmet, leaves) = (&mut self.unmet, self.leaves);
        let retry = self.retries.get(job).and_then(Option::as_ref);
        list.retain(|(dependent, dependency)| {
            let verdict = match judge(dependency, other, retry) {
                Verdict::Open if leaves && other.phase == Phase::UnderWay => Verdict::Met,
                Verdict::Open => return true,
                verdict => verdict,
            };
            let left = &mut unmet[*dependent];
            match left {
                Some(1) if verdict == Verdict::Met => {
                    *left = None;
                    decisions.push(Decision::Submit { job: *dependent });
                }
                Some(count) if verdict == Verdict::Met => *count -= 1,
                Some(_) => {
                    *left = None;
                    decisions.push(skip(*dependent, dependency, other));
                }
                None => {}
            }
            false
        });
        decisions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{ExitStatus, TaskEnd, TaskProgress};

    fn other(outcome: Option<Outcome>, started: bool) -> JobEntry {
        JobEntry { name: "a".into(), outcome, started, ..JobEntry::default() }
    }

    #[test]
    fn each_kind_of_dependency_by_each_end() {
        use DependencyKind::{After, AfterAny, AfterNotOk, AfterOk};
        use Outcome as O;
        use Verdict::{Met, Never};
        let ends = [
            (O::Completed, true, [Met, Met, Never, Met]),
            (O::Failed, true, [Never, Met, Met, Met]),
            (O::Timeout, true, [Never, Met, Met, Met]),
            (O::NodeFail, true, [Never, Met, Met, Met]),
            (O::Preempted, true, [Never, Met, Met, Met]),
            (O::BootFail, true, [Never, Met, Met, Met]),
            (O::Deadline, false, [Never, Met, Met, Met]),
            (O::OutOfMemory, true, [Never, Met, Met, Met]),
            (O::Revoked, false, [Never, Met, Met, Met]),
            (O::Cancelled, false, [Never, Met, Met, Met]),
            (O::Rejected, false, [Never, Met, Met, Never]),
            (O::Skipped, false, [Never, Met, Never, Never]),
            (O::Unknown, false, [Never, Met, Never, Never]),
            (O::Unknown, true, [Never, Met, Never, Met]),
        ];
        for (outcome, started, verdicts) in ends {
            let said = [AfterOk, AfterAny, AfterNotOk, After]
                .map(|kind| judge(&Dependency::on(0, kind), &other(Some(outcome), started), None));
            assert_eq!(said, verdicts, "{outcome}");
        }
        for kind in [AfterOk, AfterAny, AfterNotOk] {
            assert_eq!(judge(&Dependency::on(0, kind), &other(None, true), None), Verdict::Open);
        }
        let after = Dependency::on(0, After);
        assert_eq!(judge(&after, &other(None, true), None), Met);
        assert_eq!(judge(&after, &other(None, false), None), Verdict::Open);
    }

    /// An array of ten tasks: 0 to 2 run, 3 and 4 completed, 5 failed.
    fn array() -> JobEntry {
        let mut tasks = TaskProgress::of("0-9".parse().expect("tasks"));
        tasks.start(&"0-5".parse().expect("tasks"));
        for (ended, outcome) in [("3-4", Outcome::Completed), ("5", Outcome::Failed)] {
            let tasks_over = ended.parse().expect("tasks");
            let exit = ExitStatus::default();
            tasks.end(TaskEnd { tasks: tasks_over, outcome, exit, reason: String::new() });
        }
        JobEntry { phase: Phase::UnderWay, tasks: Some(tasks), ..JobEntry::default() }
    }

    #[test]
    fn tasks_are_judged_by_themselves() {
        use DependencyKind::{After, AfterAny, AfterNotOk, AfterOk};
        use Verdict::{Met, Never, Open};
        for (kind, tasks, verdict) in [
            (AfterOk, "3-4", Met),
            (AfterOk, "3-5", Never),
            (AfterOk, "2-3", Open),
            (AfterAny, "3,5", Met),
            (AfterNotOk, "5", Met),
            (AfterNotOk, "3", Never),
            (After, "0-5", Met),
            (After, "5-6", Open),
        ] {
            let tasks = Some(tasks.parse().expect("tasks"));
            let dependency = Dependency { tasks, ..Dependency::on(0, kind) };
            assert_eq!(judge(&dependency, &array(), None), verdict, "{dependency:?}");
        }
    }

    #[test]
    fn task_by_task_needs_the_other_array_to_be_there() {
        let corresponding = Dependency::on(0, DependencyKind::AfterCorr);
        assert_eq!(judge(&corresponding, &array(), None), Verdict::Met);
        let waiting = JobEntry { phase: Phase::Submitting, tasks: None, ..array() };
        assert_eq!(judge(&corresponding, &waiting, None), Verdict::Open);
        let over = JobEntry { outcome: Some(Outcome::Failed), phase: Phase::Over, ..array() };
        assert_eq!(judge(&corresponding, &over, None), Verdict::Met);
        assert_eq!(judge(&corresponding, &JobEntry { tasks: None, ..over }, None), Verdict::Never);
    }

    #[test]
    fn what_may_be_tried_again_is_not_at_its_end() {
        use DependencyKind::{After, AfterCorr, AfterNotOk, AfterOk};
        let retry = Retry::times(1);
        let on = |kind, tasks: &str| Dependency {
            tasks: Some(tasks.parse().expect("tasks")),
            ..Dependency::on(0, kind)
        };
        let judged = |dependency: &Dependency, entry: &JobEntry| judge(dependency, entry, Some(&retry));
        assert_eq!(judged(&on(AfterOk, "3-5"), &array()), Verdict::Open);
        assert_eq!(judged(&on(AfterNotOk, "5"), &array()), Verdict::Open);
        assert_eq!(judged(&on(AfterOk, "3-4"), &array()), Verdict::Met);
        assert_eq!(judged(&on(After, "5"), &array()), Verdict::Met);
        assert_eq!(judged(&Dependency::on(0, AfterCorr), &array()), Verdict::Open);
        let status = crate::job::JobStatus::unknown(crate::job::JobId(7));
        let at = jiff::Timestamp::UNIX_EPOCH;
        let once = super::super::state::Attempt { outcome: Outcome::Failed, status, at, of: 2 };
        let second = JobEntry { earlier: vec![once], ..array() };
        assert_eq!(judged(&on(AfterOk, "3-5"), &second), Verdict::Never);
    }
}
