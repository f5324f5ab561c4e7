//! How jobs hang together: who waits for whom, in what order they can go, and a drawing of it.

use super::model::Workflow;
use crate::job::DependencyKind;
use std::fmt::Write;

impl Workflow {
    /// The jobs that wait for `job`, in the file's order.
    #[must_use]
    pub fn dependents(&self, job: usize) -> Vec<usize> {
        (0..self.jobs.len())
            .filter(|other| self.jobs[*other].depends_on.iter().any(|dependency| dependency.on == job))
            .collect()
    }

    /// The jobs in stages: those of one stage wait only for jobs of stages before it, and for one of the stage just
    /// before.
    #[must_use]
    pub fn levels(&self) -> Vec<Vec<usize>> {
        let mut dependents = vec![Vec::new(); self.jobs.len()];
        let mut missing: Vec<usize> = self.jobs.iter().map(|job| job.depends_on.len()).collect();
        for (index, job) in self.jobs.iter().enumerate() {
            job.depends_on.iter().for_each(|dependency| dependents[dependency.on].push(index));
        }
        let mut levels = Vec::new();
        let mut level: Vec<usize> = (0..self.jobs.len()).filter(|job| missing[*job] == 0).collect();
        while !level.is_empty() {
            let mut next = Vec::new();
            for dependent in level.iter().flat_map(|job| &dependents[*job]) {
                missing[*dependent] -= 1;
                if missing[*dependent] == 0 {
                    next.push(*dependent);
                }
            }
            next.sort_unstable();
            levels.push(std::mem::replace(&mut level, next));
        }
        levels
    }

    /// The graph in Mermaid's language, as GitHub and many editors draw it.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("graph TD\n");
        for (index, job) in self.jobs.iter().enumerate() {
            let mut label = String::new();
            for c in job.name.chars() {
                // Mermaid writes every character that could end a label as its number.
                if c.is_alphanumeric() || " _-.".contains(c) {
                    label.push(c);
                } else {
                    let _ = write!(label, "#{};", u32::from(c));
                }
            }
            let _ = match &job.array {
                // Tasks stacked behind one another.
                Some(array) => {
                    let count = array.tasks.count();
                    let tasks = if count == 1 { "task" } else { "tasks" };
                    writeln!(text, "    j{index}[[\"{label}, {count} {tasks}\"]]")
                }
                None => writeln!(text, "    j{index}[\"{label}\"]"),
            };
        }
        for (index, job) in self.jobs.iter().enumerate() {
            for dependency in &job.depends_on {
                let kind = match dependency.kind {
                    DependencyKind::AfterOk => "",
                    DependencyKind::AfterAny => "any",
                    DependencyKind::AfterNotOk => "not ok",
                    DependencyKind::After => "started",
                    DependencyKind::AfterCorr => "task by task",
                };
                let tasks = dependency.tasks.as_ref().map(|tasks| format!("tasks {tasks}"));
                let delay = (dependency.delay > 0).then(|| format!("{} min", dependency.delay));
                let said = [Some(kind.to_owned()).filter(|kind| !kind.is_empty()), tasks, delay];
                let said = said.into_iter().flatten().collect::<Vec<_>>().join(", ");
                let arrow = match said.as_str() {
                    "" => "-->".to_owned(),
                    said if said == kind => format!("-->|{said}|"),
                    said => format!("-->|\"{said}\"|"),
                };
                let _ = writeln!(text, "    j{} {arrow} j{index}", dependency.on);
            }
        }
        text
    }
}

/// The circles in a graph of `waits[job]`, each as the path around it. Without a stack of its own depth: a workflow may
/// be a chain of thousands.
pub(super) fn cycles(waits: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        OnPath,
        Done,
    }
    let mut seen = vec![Seen::Not; waits.len()];
    let mut cycles = Vec::new();
    for start in 0..waits.len() {
        if seen[start] != Seen::Not {
            continue;
        }
        seen[start] = Seen::OnPath;
        // The path to here, and which of its dependencies each job on it looks at next.
        let mut path = vec![(start, 0)];
        while let Some((job, next)) = path.last_mut() {
            let Some(&on) = waits[*job].get(*next) else {
                seen[*job] = Seen::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match seen[on] {
                Seen::Not => {
                    seen[on] = Seen::OnPath;
                    path.push((on, 0));
                }
                Seen::OnPath => {
                    let from = path.iter().position(|(job, _)| *job == on).unwrap_or(0);
                    cycles.push(path[from..].iter().map(|(job, _)| *job).collect());
                }
                Seen::Done => {}
            }
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::Job;

    fn diamond() -> Workflow {
        let job = |name: &str| Job::new(name, ["true"]);
        Workflow::builder("diamond")
            .job(job("d \"final\""))
            .after("b")
            .after("afterany:c")
            .job(job("a"))
            .job(job("b"))
            .after("a")
            .job(job("c"))
            .after("a")
            .build()
            .unwrap()
    }

    #[test]
    fn levels_and_dependents() {
        assert_eq!(diamond().levels(), [vec![1], vec![2, 3], vec![0]]);
        assert_eq!(diamond().dependents(1), [2, 3]);
        assert_eq!(diamond().dependents(0), [0; 0]);
    }

    #[test]
    fn mermaid() {
        insta::assert_snapshot!(diamond().to_mermaid(), @r#"
        graph TD
            j0["d #34;final#34;"]
            j1["a"]
            j2["b"]
            j3["c"]
            j2 --> j0
            j3 -->|any| j0
            j1 --> j2
            j1 --> j3
        "#);
    }

    #[test]
    fn arrays_in_mermaid() {
        use crate::job::ArrayTasks;
        use crate::workflow::Array;
        let array = |tasks: &str| Array::of(ArrayTasks::parse(tasks).expect("tasks"));
        let job = |name: &str| Job::new(name, ["true"]);
        let flow = Workflow::builder("arrays")
            .job(job("train"))
            .array(array("0-9%2"))
            .job(job("evaluate"))
            .array(array("3"))
            .after("aftercorr:train")
            .job(job("look"))
            .after("train[1-3,7]")
            .after("after:train+10")
            .build()
            .unwrap();
        assert_eq!(flow.levels(), [vec![0], vec![1, 2]]);
        assert_eq!(flow.dependents(0), [1, 2]);
        insta::assert_snapshot!(flow.to_mermaid(), @r#"
        graph TD
            j0[["train, 10 tasks"]]
            j1[["evaluate, 1 task"]]
            j2["look"]
            j0 -->|task by task| j1
            j0 -->|"tasks 1-3,7"| j2
            j0 -->|"started, 10 min"| j2
        "#);
    }

    #[test]
    fn each_circle_is_found_once() {
        assert!(cycles(&[vec![], vec![0], vec![0, 1]]).is_empty());
        assert_eq!(cycles(&[vec![1], vec![2], vec![0]]), [vec![0, 1, 2]]);
        assert_eq!(cycles(&[vec![1], vec![0], vec![3], vec![2], vec![0]]), [vec![0, 1], vec![2, 3]]);
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let length = 200_000;
        let mut waits: Vec<Vec<usize>> = (0..length).map(|job| vec![job + 1]).collect();
        waits.push(vec![]);
        assert!(cycles(&waits).is_empty());
        waits[length] = vec![0];
        assert_eq!(cycles(&waits)[0].len(), length + 1);
    }
}
