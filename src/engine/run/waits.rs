//! What a request takes from what became of the jobs that it depends on: tasks that wait for tasks, and the time before which
//! it may not start.

use super::super::left::terms;
use super::super::plan::{Verdict, verdict};
use super::Run;
use crate::job::{JobId, JobRequest, Outcome, TaskSet};
use crate::workflow::DependencyKind;
use jiff::{Timestamp, ToSpan};
use std::sync::Arc;

/// A request as it can be made now.
pub(super) enum Fitted {
    /// As it is.
    Whole(Arc<JobRequest>),
    /// Without these tasks, whose counterparts did not complete.
    Without(Arc<JobRequest>, TaskSet),
    /// Nothing of it is left, because of that job.
    Nothing(String),
}

impl Run<'_> {
    /// The request of `job`, fitted to its dependencies.
    ///
    /// Of an array that is over, and whose record the scheduler may have forgotten, only the tasks that completed have
    /// counterparts that can run; one that is under way is named to the scheduler.
    pub(super) fn fitted(&self, job: usize, request: Arc<JobRequest>) -> Fitted {
        let Some(described) = self.workflow.jobs().get(job) else { return Fitted::Whole(request) };
        let (mut corresponds_to, mut begin): (Vec<JobId>, Option<Timestamp>) = (Vec::new(), request.begin);
        let all = request.array.as_ref().map(TaskSet::from).unwrap_or_default();
        let mut tasks = all.clone();
        let mut because = String::new();
        let after = match terms(self.workflow, &self.state, job) {
            Ok(after) => after,
            Err(because) => return Fitted::Nothing(because),
        };
        let left = self.options.detach || !after.is_empty();
        for dependency in &described.depends_on {
            let Some(other) = self.state.job(dependency.on) else { continue };
            match dependency.kind {
                DependencyKind::AfterCorr => match (&other.outcome, &other.tasks, other.id) {
                    (None, _, Some(id)) => corresponds_to.push(id),
                    (Some(outcome), Some(progress), _) => {
                        tasks = tasks.intersection(&progress.ended(Outcome::is_success));
                        because = format!("{} {outcome}", other.name);
                    }
                    _ => {}
                },
                DependencyKind::After
                    if dependency.delay > 0 && verdict(self.workflow, dependency, other) == Verdict::Met =>
                {
                    let status = other.status.as_ref();
                    let met = status.and_then(|status| status.started.or(status.ended));
                    let from = met.unwrap_or_else(Timestamp::now);
                    begin = begin.max(from.checked_add(i64::from(dependency.delay).minutes()).ok());
                }
                _ => {}
            }
        }
        if !left && corresponds_to.is_empty() && begin == request.begin && tasks == all {
            return Fitted::Whole(request);
        }
        let left_out = all.difference(&tasks);
        let array = match (&request.array, left_out.is_empty()) {
            (Some(array), false) => match array.among(&tasks) {
                Some(array) => Some(array),
                None => return Fitted::Nothing(because),
            },
            (array, _) => array.clone(),
        };
        let request =
            Arc::new(JobRequest { array, begin, corresponds_to, after, left, ..(*request).clone() });
        match left_out.is_empty() {
            true => Fitted::Whole(request),
            false => Fitted::Without(request, left_out),
        }
    }
}
