//! Jobs that are left to slurmctld, to wait there for others.

use super::Shared;
use crate::job::{After, DependencyKind, JobRequest, dependency};
use crate::scheduler::{ErrorKind, SchedulerError};
use std::borrow::Cow;

/// The longest `--dependency` that slurmctld takes, less what ids may be shorter by (`_valid_pathnames_and_lengths`: 128 KiB).
const LONGEST: usize = 120 * 1024;

/// Whether this job can be left to slurmctld.
pub(super) fn can_be_left(request: &JobRequest) -> Result<(), SchedulerError> {
    let refused = |why: String, hint: &str| {
        let message = format!("{} cannot be left to Slurm: {why}", request.name);
        Err(SchedulerError { kind: ErrorKind::Rejected, message, hint: Some(hint.to_owned()) })
    };
    let several = |after: &&After| {
        after.kind == DependencyKind::AfterNotOk
            && after.tasks.as_ref().is_some_and(|tasks| tasks.count() > 1)
    };
    if request.after.iter().any(|after| several(&after)) {
        return refused(
            "it waits for one task or another to fail (afternotok), and Slurm would wait for all of them to"
                .into(),
            "name one task, or the whole array",
        );
    }
    let own = request.sbatch.iter().find(|(option, _)| option == "dependency");
    let own = own.and_then(|(_, value)| value.as_deref()).unwrap_or_default();
    if own.contains('?') && !(request.after.is_empty() && request.corresponds_to.is_empty()) {
        return refused(
            format!("it waits for one job or another ({own}) and for jobs of the workflow besides"),
            "Slurm has either `,` or `?` between dependencies, not both",
        );
    }
    let length = dependency(&request.after).len() + own.len();
    if length > LONGEST {
        return refused(
            format!("what it waits for is a text of {length} characters, and slurmctld takes 128 KiB"),
            "let a job in between wait for some of them, or name whole arrays",
        );
    }
    Ok(())
}

impl Shared {
    /// The request by the ids that Slurm has: an array that went in as several is waited for as those.
    pub(super) fn by_slurms_ids<'a>(
        &self,
        request: &'a JobRequest,
    ) -> Result<Cow<'a, JobRequest>, SchedulerError> {
        if request.after.is_empty() {
            return Ok(Cow::Borrowed(request));
        }
        let arrays = self.arrays();
        let mut all = Vec::with_capacity(request.after.len());
        for after in &request.after {
            let Some(array) = arrays.get(&after.job).filter(|array| array.is_cut()) else {
                all.push(after.clone());
                continue;
            };
            if array.has_more() {
                let message = format!("{} is not submitted as a whole so far", after.job);
                return Err(SchedulerError { kind: ErrorKind::Busy, message, hint: None });
            }
            match &after.tasks {
                None => {
                    all.extend(array.chunks.iter().map(|chunk| After { job: chunk.id, ..after.clone() }));
                }
                Some(tasks) => {
                    let elements = array.elements(tasks);
                    if elements.iter().map(|(_, tasks)| tasks.count()).sum::<u32>() < tasks.count() {
                        let message = format!("it is not known where tasks of {} went", after.job);
                        return Err(SchedulerError { kind: ErrorKind::Busy, message, hint: None });
                    }
                    all.extend(elements.into_iter().map(|(job, tasks)| After {
                        job,
                        tasks: Some(tasks),
                        ..after.clone()
                    }));
                }
            }
        }
        Ok(Cow::Owned(JobRequest { after: all, ..request.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobId;

    fn refused(change: impl FnOnce(&mut JobRequest)) -> Option<String> {
        let mut request = JobRequest { name: "sweep".into(), left: true, ..JobRequest::default() };
        change(&mut request);
        can_be_left(&request).err().map(|error| error.message)
    }

    fn after(kind: DependencyKind, tasks: Option<&str>) -> After {
        let tasks = tasks.map(|tasks| tasks.parse().expect("tasks"));
        After { kind, job: JobId(u32::MAX), tasks, delay: 0 }
    }

    #[test]
    fn what_slurm_cannot_do_alone() {
        assert_eq!(
            refused(|request| request.after = vec![after(DependencyKind::AfterNotOk, Some("3"))]),
            None
        );
        let why = refused(|request| request.after = vec![after(DependencyKind::AfterNotOk, Some("3-4"))]);
        assert!(why.is_some_and(|why| why.contains("afternotok")));
        let own = |request: &mut JobRequest| {
            request.sbatch = vec![("dependency".into(), Some("afterok:1?afterok:2".into()))]
        };
        assert_eq!(refused(own), None);
        let both = |request: &mut JobRequest| {
            own(request);
            request.after = vec![after(DependencyKind::AfterOk, None)];
        };
        assert!(refused(both).is_some_and(|why| why.contains("one job or another")));
        let long = |count: usize| {
            move |request: &mut JobRequest| {
                request.after = vec![after(DependencyKind::AfterOk, None); count];
            }
        };
        assert_eq!(refused(long(10_000)), None);
        assert!(refused(long(20_000)).is_some_and(|why| why.contains("128 KiB")));
    }
}
