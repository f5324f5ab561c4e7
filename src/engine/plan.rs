//! What a run does next: which jobs may go now, and which never will.
//!
//! [`next`] says it from the whole state at once. A [`Plan`] says the same piece by piece, at the cost of the
//! dependencies of the job that moved, so that a run of many thousand jobs stays linear.

use super::state::{JobEntry, Phase, State};
use crate::job::Outcome;
use crate::workflow::{DependencyKind, Workflow};

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
enum Verdict {
    Open,
    Met,
    Never,
}

/// Judges one dependency by what is known of the other job.
///
/// A job that was skipped or rejected never ran: only `afterany` is met by both, and `afternotok` by a rejection, which
/// is a failure. A job whose end nobody knows ([`Outcome::Unknown`]) is called neither done nor failed: it meets
/// `afterany` alone, and `after` if it was seen running. As in sbatch(1), `after` is met by a cancellation too.
fn judge(kind: DependencyKind, other: &JobEntry) -> Verdict {
    let Some(outcome) = other.outcome else {
        return if kind == DependencyKind::After && other.started { Verdict::Met } else { Verdict::Open };
    };
    let met = match kind {
        DependencyKind::AfterOk => outcome.is_success(),
        DependencyKind::AfterAny => true,
        DependencyKind::AfterNotOk => {
            !matches!(outcome, Outcome::Completed | Outcome::Skipped | Outcome::Unknown)
        }
        DependencyKind::After => {
            other.started || !matches!(outcome, Outcome::Rejected | Outcome::Skipped | Outcome::Unknown)
        }
    };
    if met { Verdict::Met } else { Verdict::Never }
}

fn skip(job: usize, other: &JobEntry) -> Decision {
    let because = match other.outcome {
        Some(outcome) => format!("{} {outcome}", other.name),
        None => other.name.clone(),
    };
    Decision::Skip { job, because }
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
            match judge(dependency.kind, other) {
                Verdict::Met => {}
                Verdict::Open => ready = false,
                Verdict::Never => return Some(skip(job, other)),
            }
        }
        ready.then_some(Decision::Submit { job })
    };
    workflow.jobs().iter().enumerate().filter_map(decide).collect()
}

/// Says what [`next`] says, as the jobs move.
pub(super) struct Plan {
    /// The dependencies of others on each job that are still open.
    dependents: Vec<Vec<(usize, DependencyKind)>>,
    /// How many dependencies of each job are not met yet; none once it was decided about.
    unmet: Vec<Option<usize>>,
}

impl Plan {
    /// The plan of a run whose jobs have all still to go.
    pub(super) fn new(workflow: &Workflow) -> Self {
        let mut dependents = vec![Vec::new(); workflow.jobs().len()];
        for (place, job) in workflow.jobs().iter().enumerate() {
            for dependency in &job.depends_on {
                if let Some(list) = dependents.get_mut(dependency.on) {
                    list.push((place, dependency.kind));
                }
            }
        }
        let unmet = workflow.jobs().iter().map(|job| Some(job.depends_on.len())).collect();
        Self { dependents, unmet }
    }

    /// The jobs that wait for nothing.
    pub(super) fn roots(&mut self) -> Vec<Decision> {
        let roots: Vec<_> = (0..self.unmet.len()).filter(|job| self.unmet[*job] == Some(0)).collect();
        for job in &roots {
            self.unmet[*job] = None;
        }
        roots.into_iter().map(|job| Decision::Submit { job }).collect()
    }

    /// What follows from `job` having started or ended. Each dependency is settled once, whatever is said again.
    pub(super) fn moved(&mut self, state: &State, job: usize) -> Vec<Decision> {
        let mut decisions = Vec::new();
        let (Some(other), Some(list)) = (state.job(job), self.dependents.get_mut(job)) else {
            return decisions;
        };
        let unmet = &mut self.unmet;
        list.retain(|(dependent, kind)| {
            let verdict = judge(*kind, other);
            if verdict == Verdict::Open {
                return true;
            }
            let left = &mut unmet[*dependent];
            match left {
                Some(1) if verdict == Verdict::Met => {
                    *left = None;
                    decisions.push(Decision::Submit { job: *dependent });
                }
                Some(count) if verdict == Verdict::Met => *count -= 1,
                Some(_) => {
                    *left = None;
                    decisions.push(skip(*dependent, other));
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
                .map(|kind| judge(kind, &other(Some(outcome), started)));
            assert_eq!(said, verdicts, "{outcome}");
        }
        for kind in [AfterOk, AfterAny, AfterNotOk] {
            assert_eq!(judge(kind, &other(None, true)), Verdict::Open);
        }
        assert_eq!(judge(After, &other(None, true)), Met);
        assert_eq!(judge(After, &other(None, false)), Verdict::Open);
    }
}
