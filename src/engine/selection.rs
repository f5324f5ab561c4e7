//! Which jobs of a workflow a run takes, where the user named some of them.

use super::state::{Phase, State};
use crate::job::Outcome;
use crate::workflow::Workflow;

/// What the user wants of a run: by default all of it, and nothing twice. Jobs are named by their places in the workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// These and all that depends on them, directly or not, and what that needs besides. What these themselves depend on
    /// is taken as done.
    pub from: Vec<usize>,
    /// Only these and what they depend on, directly or not.
    pub to: Vec<usize>,
    /// Only these; what they depend on is taken as done.
    pub only: Vec<usize>,
    /// What failed or was skipped runs again, as far as it is wanted at all.
    pub failed: bool,
}

/// What follows from a selection for a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Jobs that are over and are to run again, because they are wanted.
    pub(super) again: Vec<usize>,
    /// Jobs that are over and are to run again, because they did not complete.
    pub(super) failed: Vec<usize>,
    /// Jobs that are left out.
    pub(super) left_out: Vec<usize>,
}

impl Selection {
    /// Whether nothing is left out.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.from.is_empty() && self.to.is_empty() && self.only.is_empty()
    }

    /// Whether it takes each job of the workflow, in its order.
    #[must_use]
    pub fn takes(&self, workflow: &Workflow) -> Vec<bool> {
        let jobs = workflow.jobs().len();
        if !self.only.is_empty() {
            return marked(jobs, &self.only);
        }
        let mut taken = vec![true; jobs];
        if !self.from.is_empty() {
            let after = descendants(workflow, &self.from);
            let before = ancestors(workflow, &self.from);
            let needed = ancestors(workflow, &places(&after));
            for (job, taken) in taken.iter_mut().enumerate() {
                *taken = after[job] || needed[job] && !before[job];
            }
        }
        if !self.to.is_empty() {
            for (taken, needed) in taken.iter_mut().zip(ancestors(workflow, &self.to)) {
                *taken &= needed;
            }
        }
        taken
    }

    /// What is to be done about a run that has come so far.
    pub(super) fn choose(&self, workflow: &Workflow, state: &State) -> Chosen {
        let failed = |job: usize| {
            state.job(job).is_some_and(|entry| {
                entry.phase == Phase::Over && !entry.outcome.is_some_and(Outcome::is_success)
            })
        };
        let over = |job: usize| state.job(job).is_some_and(|entry| entry.phase == Phase::Over);
        let taken = self.takes(workflow);
        let named = match self.only.is_empty() {
            true => descendants(workflow, &self.from),
            false => taken.clone(),
        };
        let mut needed = vec![false; taken.len()];
        for (job, described) in workflow.jobs().iter().enumerate().filter(|(job, _)| taken[*job]) {
            for dependency in described.depends_on.iter().filter(|dependency| dependency.on != job) {
                needed[dependency.on] = true;
            }
        }
        let wanted_again = |job: usize| taken[job] && over(job) && named[job];
        // What stands beside the way from the named ones must have been done for those that follow.
        let missing =
            |job: usize| taken[job] && !named[job] && failed(job) && (self.failed || !self.from.is_empty());
        let waits = |job: usize| state.job(job).is_some_and(|entry| entry.phase == Phase::Waiting);
        let left_out = |job: usize| !taken[job] && (waits(job) || needed[job] && failed(job));
        let all = 0..taken.len();
        Chosen {
            again: all.clone().filter(|job| wanted_again(*job)).collect(),
            failed: all.clone().filter(|job| missing(*job)).collect(),
            left_out: all.filter(|job| left_out(*job)).collect(),
        }
    }
}

fn marked(jobs: usize, places: &[usize]) -> Vec<bool> {
    let mut marks = vec![false; jobs];
    places.iter().for_each(|place| marks.get_mut(*place).into_iter().for_each(|mark| *mark = true));
    marks
}

fn places(marks: &[bool]) -> Vec<usize> {
    (0..marks.len()).filter(|place| marks[*place]).collect()
}

/// Marks these and all that depends on them, directly or not.
pub(super) fn descendants(workflow: &Workflow, of: &[usize]) -> Vec<bool> {
    let mut dependents = vec![Vec::new(); workflow.jobs().len()];
    for (place, job) in workflow.jobs().iter().enumerate() {
        for dependency in &job.depends_on {
            dependents[dependency.on].push(place);
        }
    }
    reached(dependents.len(), of, |job| dependents[job].clone())
}

/// Marks these and all that they depend on, directly or not.
fn ancestors(workflow: &Workflow, of: &[usize]) -> Vec<bool> {
    let jobs = workflow.jobs();
    reached(jobs.len(), of, |job| jobs[job].depends_on.iter().map(|dependency| dependency.on).collect())
}

fn reached(jobs: usize, from: &[usize], next: impl Fn(usize) -> Vec<usize>) -> Vec<bool> {
    let mut marks = marked(jobs, from);
    let mut open = places(&marks);
    while let Some(job) = open.pop() {
        for other in next(job) {
            if !std::mem::replace(&mut marks[other], true) {
                open.push(other);
            }
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, EventKind, RunId};
    use crate::job::{JobId, JobStatus};
    use crate::workflow::Job;

    /// fetch → prepare → train → report, and labels → train.
    fn workflow() -> Workflow {
        let job = |name: &str| Job::shell(name, "true");
        Workflow::builder("w")
            .job(job("fetch"))
            .job(job("prepare"))
            .after("fetch")
            .job(job("labels"))
            .job(job("train"))
            .after("prepare")
            .after("labels")
            .job(job("report"))
            .after("train")
            .build()
            .expect("a workflow")
    }

    fn names(marks: &[usize]) -> Vec<&'static str> {
        marks.iter().map(|place| ["fetch", "prepare", "labels", "train", "report"][*place]).collect()
    }

    fn taken(selection: &Selection) -> Vec<&'static str> {
        names(&places(&selection.takes(&workflow())))
    }

    #[test]
    fn a_selection_follows_the_graph() {
        let of = |from: &[usize], to: &[usize], only: &[usize]| Selection {
            from: from.to_vec(),
            to: to.to_vec(),
            only: only.to_vec(),
            failed: false,
        };
        assert_eq!(taken(&of(&[], &[], &[])), ["fetch", "prepare", "labels", "train", "report"]);
        // What train needs besides is taken; what stands before prepare is not.
        assert_eq!(taken(&of(&[1], &[], &[])), ["prepare", "labels", "train", "report"]);
        assert_eq!(taken(&of(&[3], &[], &[])), ["train", "report"]);
        assert_eq!(taken(&of(&[], &[3], &[])), ["fetch", "prepare", "labels", "train"]);
        assert_eq!(taken(&of(&[1], &[1], &[])), ["prepare"]);
        assert_eq!(taken(&of(&[1], &[3], &[])), ["prepare", "labels", "train"]);
        assert_eq!(taken(&of(&[4], &[0], &[])), [""; 0]);
        assert_eq!(taken(&of(&[], &[], &[3])), ["train"]);
    }

    fn state(ends: &[(&str, Outcome)]) -> State {
        let event = |kind| Event { at: jiff::Timestamp::UNIX_EPOCH, run: RunId("r".into()), kind };
        let jobs = workflow().jobs().iter().map(|job| job.name.clone()).collect();
        let mut events = vec![event(EventKind::RunStarted {
            version: 1,
            workflow: "w".into(),
            jobs,
            scheduler: "local".into(),
        })];
        events.extend(ends.iter().map(|(job, outcome)| {
            let (job, status) = ((*job).to_owned(), JobStatus::unknown(JobId(1)));
            event(EventKind::Ended { job, outcome: *outcome, status })
        }));
        State::replay(&events)
    }

    #[test]
    fn what_is_over_runs_again_only_where_it_is_wanted() {
        let state = state(&[
            ("fetch", Outcome::Completed),
            ("prepare", Outcome::Failed),
            ("labels", Outcome::Failed),
            ("train", Outcome::Skipped),
        ]);
        let chosen = |selection: Selection| {
            let chosen = selection.choose(&workflow(), &state);
            let again: Vec<_> = names(&chosen.again);
            ([again, names(&chosen.failed)].concat(), names(&chosen.left_out))
        };
        let none = Selection::default;
        assert_eq!(chosen(none()), (vec![], vec![]));
        assert_eq!(
            chosen(Selection { failed: true, ..none() }),
            (vec!["prepare", "labels", "train"], vec![])
        );
        // Its own dependencies are taken as done, though one of them failed.
        assert_eq!(chosen(Selection { from: vec![3], ..none() }), (vec!["train"], vec!["prepare", "labels"]));
        assert_eq!(
            chosen(Selection { from: vec![1], ..none() }),
            // Those that are named, and what stands beside their way.
            (vec!["prepare", "train", "labels"], vec![])
        );
        assert_eq!(chosen(Selection { to: vec![1], ..none() }), (vec![], vec!["report"]));
        assert_eq!(
            chosen(Selection { to: vec![1], failed: true, ..none() }),
            (vec!["prepare"], vec!["report"])
        );
        assert_eq!(chosen(Selection { only: vec![0], ..none() }), (vec!["fetch"], vec!["report"]));
    }
}
