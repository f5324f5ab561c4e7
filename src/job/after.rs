//! What a job waits for in the scheduler's own queue: other jobs, by their ids.

use super::{JobId, TaskSet};
use std::fmt;

/// When a dependency is met; the names are those of sbatch(1) `--dependency`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DependencyKind {
    /// The other completed. What a plain name means.
    #[default]
    AfterOk,
    /// The other ended, however, or will never run.
    AfterAny,
    /// The other ended without completing.
    AfterNotOk,
    /// The other started; of an array, every task of it.
    After,
    /// Between two arrays: each task waits for the task of the same index of the other to complete.
    AfterCorr,
}

impl fmt::Display for DependencyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AfterOk => "afterok",
            Self::AfterAny => "afterany",
            Self::AfterNotOk => "afternotok",
            Self::After => "after",
            Self::AfterCorr => "aftercorr",
        })
    }
}

/// One job that another waits for in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// What must become of it.
    pub kind: DependencyKind,
    /// Its id.
    pub job: JobId,
    /// Of an array: only these of its tasks.
    pub tasks: Option<TaskSet>,
    /// Minutes that must pass besides, once [`DependencyKind::After`] is met.
    pub delay: u32,
}

impl After {
    /// What stands behind the kind in `--dependency`: `12`, `12_3:12_4`, `12+10`.
    fn ids(&self) -> String {
        let delay = if self.delay > 0 { format!("+{}", self.delay) } else { String::new() };
        match &self.tasks {
            None => format!("{}{delay}", self.job),
            Some(tasks) => {
                let one = |task: u32| format!("{}_{task}{delay}", self.job);
                tasks.iter().map(one).collect::<Vec<_>>().join(":")
            }
        }
    }
}

/// All of them together as a value of `--dependency`: `afterok:12:13,after:14+10`. Empty for none.
#[must_use]
pub fn dependency(all: &[After]) -> String {
    let mut text = String::new();
    let mut kinds: Vec<DependencyKind> = Vec::new();
    for after in all {
        if !kinds.contains(&after.kind) {
            kinds.push(after.kind);
        }
    }
    for kind in kinds {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&kind.to_string());
        for after in all.iter().filter(|after| after.kind == kind) {
            text.push(':');
            text.push_str(&after.ids());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_sbatch_has_it() {
        let after = |kind, job, tasks: Option<&str>, delay| After {
            kind,
            job: JobId(job),
            tasks: tasks.map(|tasks| tasks.parse().expect("tasks")),
            delay,
        };
        use DependencyKind::{After as Start, AfterNotOk, AfterOk};
        assert_eq!(dependency(&[]), "");
        let all = [
            after(AfterOk, 12, None, 0),
            after(Start, 14, None, 10),
            after(AfterNotOk, 15, Some("3"), 0),
            after(AfterOk, 13, Some("1-2"), 0),
        ];
        assert_eq!(dependency(&all), "afterok:12:13_1:13_2,after:14+10,afternotok:15_3");
    }
}
