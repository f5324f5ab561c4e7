//! Workflows made by a program.

use super::check::{self, Draft, Wait};
use super::model::{Array, Command, Job, Setting, Workflow};
use super::problem::{InvalidWorkflow, Problem, Problems};
use super::sbatch;

impl Job {
    /// A job that runs a program with arguments, taken literally.
    pub fn new<W: Into<String>>(name: impl Into<String>, words: impl IntoIterator<Item = W>) -> Self {
        let words = words.into_iter().map(Into::into).collect();
        Self { name: name.into(), command: Command::Words(words), ..Self::default() }
    }

    /// A job that runs a shell line, or several.
    pub fn shell(name: impl Into<String>, line: impl Into<String>) -> Self {
        Self { name: name.into(), command: Command::Shell(line.into()), ..Self::default() }
    }
}

impl Workflow {
    /// A workflow of jobs whose dependencies say the places of others in `jobs`. [`Workflow::builder`] takes names.
    ///
    /// # Errors
    /// When a job breaks a rule, two have one name, a dependency points nowhere, or jobs wait for each other in a
    /// circle.
    pub fn new(name: impl Into<String>, jobs: Vec<Job>) -> Result<Self, InvalidWorkflow> {
        let mut problems = Problems::default();
        let names: Vec<String> = jobs.iter().map(|job| job.name.clone()).collect();
        let drafts = jobs
            .into_iter()
            .map(|mut job| {
                for dependency in std::mem::take(&mut job.depends_on) {
                    if dependency.on < names.len() {
                        job.depends_on.push(dependency);
                    } else {
                        let place = dependency.on;
                        problems.add(Problem::new(format!(
                            "the job `{}` depends on job {place}, of {} jobs",
                            job.name,
                            names.len()
                        )));
                    }
                }
                Draft { job, name: None, array: None, waits: Vec::new() }
            })
            .collect();
        finish(name.into(), drafts, &[], problems)
    }

    /// Starts a workflow whose jobs call each other by name.
    ///
    /// ```
    /// use srunx::job::NodeCount;
    /// use srunx::workflow::{Job, Resources, Workflow};
    ///
    /// let train = Job {
    ///     resources: Resources { nodes: Some(NodeCount::exactly(2)), ..Resources::default() },
    ///     ..Job::new("train", ["python", "train.py"])
    /// };
    /// let flow = Workflow::builder("ml_pipeline")
    ///     .job(Job::new("preprocess", ["python", "preprocess.py"]))
    ///     .job(train)
    ///     .after("preprocess")
    ///     .job(Job::shell("clean", "rm -rf \"$SCRATCH/ml\""))
    ///     .after("afterany:train")
    ///     .build()?;
    /// assert_eq!(flow.jobs()[1].depends_on[0].on, 0);
    /// # Ok::<(), srunx::workflow::InvalidWorkflow>(())
    /// ```
    pub fn builder(name: impl Into<String>) -> WorkflowBuilder {
        WorkflowBuilder {
            name: name.into(),
            drafts: Vec::new(),
            defaults: Vec::new(),
            problems: Problems::default(),
        }
    }
}

/// Gathers jobs and what they wait for; see [`Workflow::builder`].
#[derive(Debug)]
#[must_use]
pub struct WorkflowBuilder {
    name: String,
    drafts: Vec<Draft>,
    defaults: Vec<(String, Setting)>,
    problems: Problems,
}

impl WorkflowBuilder {
    /// Adds a job. What its `depends_on` says is replaced by what [`WorkflowBuilder::after`] says.
    pub fn job(mut self, job: Job) -> Self {
        let job = Job { depends_on: Vec::new(), ..job };
        self.drafts.push(Draft { job, name: None, array: None, waits: Vec::new() });
        self
    }

    /// The job added last waits for another: `name`, or `afterany:name`, `afternotok:name`, `after:name`, `aftercorr:name`,
    /// `afterok:name[1-3]`, `after:name+10` as in a file. The other may be added later.
    pub fn after(mut self, dependency: impl Into<String>) -> Self {
        let text = dependency.into();
        match self.drafts.last_mut() {
            Some(draft) => draft.waits.push(Wait { text, at: None }),
            None => {
                self.problems.add(Problem::new(format!("no job was added yet that could wait for `{text}`")))
            }
        }
        self
    }

    /// The job added last is an array.
    ///
    /// ```
    /// use srunx::workflow::{Array, Job, Parameters, Workflow};
    ///
    /// let rows = [["1e-3", "1"], ["1e-4", "2"]].map(|row| row.map(str::to_owned).to_vec());
    /// let table = Parameters { names: vec!["lr".into(), "seed".into()], rows: rows.to_vec() };
    /// let array = Array::of_rows(table).ok_or("no rows")?;
    /// let flow = Workflow::builder("sweep")
    ///     .job(Job::new("train", ["./train", "--lr={{ lr }}", "--seed={{ seed }}"]))
    ///     .array(array.clone().at_most(1))
    ///     .job(Job::new("evaluate", ["./evaluate", "model-{{ task_id }}"]))
    ///     .array(array)
    ///     .after("aftercorr:train")
    ///     .build()?;
    /// assert_eq!(flow.jobs()[0].array.as_ref().map(|array| array.tasks.to_string()), Some("0-1%1".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn array(mut self, array: Array) -> Self {
        match self.drafts.last_mut() {
            Some(draft) => draft.job.array = Some(array),
            None => self.problems.add(Problem::new("no job was added yet that could be an array")),
        }
        self
    }

    /// Gives an option of sbatch(1), by its long name, to all jobs that do not say otherwise in [`Job::sbatch`].
    ///
    /// ```
    /// use srunx::workflow::{Job, Workflow};
    ///
    /// let quick = Job { sbatch: vec![("mail-type".into(), false.into())], ..Job::new("quick", ["true"]) };
    /// let slow = Job { sbatch: vec![("nice".into(), 100.into())], ..Job::new("slow", ["sleep", "9"]) };
    /// let flow = Workflow::builder("mailed").sbatch("mail-type", "END,FAIL").job(quick).job(slow).build()?;
    /// assert!(flow.jobs()[0].sbatch.is_empty());
    /// assert_eq!(flow.jobs()[1].sbatch[0], ("mail-type".into(), "END,FAIL".into()));
    /// # Ok::<(), srunx::workflow::InvalidWorkflow>(())
    /// ```
    pub fn sbatch(mut self, option: impl Into<String>, setting: impl Into<Setting>) -> Self {
        self.defaults.push((option.into(), setting.into()));
        self
    }

    /// The workflow, if it keeps the rules.
    ///
    /// # Errors
    /// When a job breaks a rule, two have one name, a dependency is unknown, or jobs wait for each other in a circle.
    pub fn build(self) -> Result<Workflow, InvalidWorkflow> {
        finish(self.name, self.drafts, &self.defaults, self.problems)
    }
}

fn finish(
    name: String,
    mut drafts: Vec<Draft>,
    defaults: &[(String, Setting)],
    mut problems: Problems,
) -> Result<Workflow, InvalidWorkflow> {
    if let Err(fault) = check::workflow_name(&name) {
        problems.add(Problem::new(format!("the workflow's name cannot be used: {fault}")));
    }
    if drafts.is_empty() {
        problems.add(Problem::new("the workflow has no jobs"));
    }
    if let Err(fault) = check::options(defaults) {
        problems.add(Problem::new(format!("an option of all jobs: {fault}")));
    }
    for draft in &mut drafts {
        check::job(&draft.job, &mut problems);
        draft.job.sbatch = sbatch::merged(defaults, &draft.job);
        check::retry(&draft.job, &mut problems);
    }
    let workflow = check::resolve(name, drafts, &mut problems);
    problems.or(None, Some(workflow))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::{Dependency, DependencyKind};

    #[test]
    fn a_program_keeps_the_same_rules_as_a_file() {
        let error = Workflow::builder("w\n")
            .after("early")
            .job(Job::new("a", ["true"]))
            .after("b")
            .job(Job::new("b", Vec::<String>::new()))
            .after("a")
            .after("train")
            .job(Job::new("b", ["x\0y"]))
            .build()
            .unwrap_err();
        insta::assert_snapshot!(error, @r"
        error: no job was added yet that could wait for `early`

        error: the workflow's name cannot be used: it holds a control character

        error: the command of the job `b`: the list is empty

        error: the command of the job `b`: it holds a NUL character

        error: two jobs are called `b`

        error: the job `b` depends on `train`, which does not exist

        error: jobs wait for each other in a circle: a → b → a
        ");
    }

    #[test]
    fn dependencies_by_place() {
        let on = |on| Job {
            depends_on: vec![Dependency::on(on, DependencyKind::AfterAny)],
            ..Job::new(format!("j{on}"), ["true"])
        };
        let flow = Workflow::new("w", vec![on(1), Job::new("x", ["true"])]).unwrap();
        assert_eq!(flow.jobs()[0].depends_on[0], Dependency::on(1, DependencyKind::AfterAny));
        insta::assert_snapshot!(Workflow::new("w", vec![on(7), on(0)]).unwrap_err(), @"error: the job `j7` depends on job 7, of 2 jobs");
        insta::assert_snapshot!(Workflow::new("w", vec![on(1), on(0)]).unwrap_err(), @"error: jobs wait for each other in a circle: j1 → j0 → j1");
        insta::assert_snapshot!(Workflow::new("w", vec![]).unwrap_err(), @"error: the workflow has no jobs");
    }
}
