//! The checked workflow.

use super::retry::Retry;
use crate::job::{ArrayTasks, DependencyKind, Memory, NodeCount, TaskSet, TimeLimit};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A workflow whose names are unique and whose dependencies exist and form no cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    pub(super) name: String,
    pub(super) jobs: Vec<Job>,
    pub(super) files: ParameterFiles,
}

/// The texts of files of parameters, by their names as a workflow has them.
pub type ParameterFiles = BTreeMap<String, String>;

impl Workflow {
    /// A workflow of jobs that nobody checked.
    #[doc(hidden)]
    #[must_use]
    pub fn unchecked(name: impl Into<String>, jobs: Vec<Job>) -> Self {
        Self { name: name.into(), jobs, files: ParameterFiles::new() }
    }

    /// The files of parameters that were read for it, as they were then ([`Workflow::parse_with`]).
    #[must_use]
    pub fn parameter_files(&self) -> &ParameterFiles {
        &self.files
    }

    /// Its name; `unnamed` where the file gives none.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its jobs, in the file's order.
    #[must_use]
    pub fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// The place of the job called `name` in [`Workflow::jobs`].
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.jobs.iter().position(|job| job.name == name)
    }
}

/// One job as the workflow describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// Unique in its workflow.
    pub name: String,
    /// What it runs.
    pub command: Command,
    /// What it waits for.
    pub depends_on: Vec<Dependency>,
    /// The tasks of a job that is an array.
    pub array: Option<Array>,
    /// What it needs.
    pub resources: Resources,
    /// Where its command finds itself.
    pub environment: Environment,
    /// The folder that it runs in; none is the one that the run was started in.
    pub work_dir: Option<PathBuf>,
    /// The folder of its log; none is the scheduler's default place, the working folder.
    pub log_dir: Option<PathBuf>,
    /// Whether the command goes through `srun`; none leaves it to the number of tasks and nodes.
    pub srun: Option<bool>,
    /// Further options of `srun`, as a shell line.
    pub srun_args: Option<String>,
    /// What stands before the command, after `srun`, as a shell line: `nsys profile`, `numactl …`.
    pub launch_prefix: Option<String>,
    /// What it makes, from its working folder: where all of it is there when the job's turn comes, and none is older than any
    /// of [`Job::inputs`], the job is not run and taken as done.
    pub creates: Vec<PathBuf>,
    /// What it is made of, from its working folder.
    pub inputs: Vec<PathBuf>,
    /// Whether and how it is tried again when it has ended.
    pub retry: Option<Retry>,
    /// Options of sbatch(1) by their long names. In a checked workflow each stands there once, by its first name in the
    /// manual page, the workflow's defaults before the job's own.
    pub sbatch: Vec<(String, Setting)>,
}

/// A job that is an array: its tasks, and what is particular to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// Which tasks, and how many of them may run at once.
    pub tasks: ArrayTasks,
    /// The variables that each task finds, and their values in it.
    pub parameters: Option<Parameters>,
    /// The most tasks that go to the scheduler as one array of its own.
    pub chunk: Option<u32>,
}

impl Array {
    /// The tasks of `tasks`, told apart by their indices alone.
    #[must_use]
    pub fn of(tasks: ArrayTasks) -> Self {
        Self { tasks, parameters: None, chunk: None }
    }

    /// A task for each row of `parameters`, from index 0 on; none without a row, or with more than there can be tasks.
    #[must_use]
    pub fn of_rows(parameters: Parameters) -> Option<Self> {
        let count = u32::try_from(parameters.rows.len()).ok()?;
        let tasks = ArrayTasks::of(0..count)?;
        Some(Self { tasks, parameters: Some(parameters), chunk: None })
    }

    /// The same, at most `limit` tasks at a time; 0 is no limit.
    #[must_use]
    pub fn at_most(self, limit: u32) -> Self {
        Self { tasks: self.tasks.at_most(limit), ..self }
    }
}

/// A table of parameters: a row for each task, in the order of the tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// The variables' names.
    pub names: Vec<String>,
    /// Their values, in the names' order.
    pub rows: Vec<Vec<String>>,
}

/// What is said of an option of sbatch(1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// It is not given, whatever the workflow's defaults say.
    Off,
    /// It is given: a flag, or an option that may go without its value.
    On,
    /// It is given with this value.
    Value(String),
}

impl From<bool> for Setting {
    fn from(given: bool) -> Self {
        if given { Self::On } else { Self::Off }
    }
}

impl From<&str> for Setting {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl From<String> for Setting {
    fn from(value: String) -> Self {
        Self::Value(value)
    }
}

impl From<i64> for Setting {
    fn from(value: i64) -> Self {
        Self::Value(value.to_string())
    }
}

/// What a job runs. In a job that is an array `{{ name }}` stands for the value of a parameter, and `{{ task_id }}` for the
/// task's index; so it does in [`Job::srun_args`], [`Job::launch_prefix`], the values of [`Environment::env_vars`] and what
/// a [`Container`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A program and its arguments, taken literally.
    Words(Vec<String>),
    /// A shell line (or several), as the user wrote it.
    Shell(String),
}

impl Default for Command {
    fn default() -> Self {
        Self::Words(Vec::new())
    }
}

/// One thing that a job waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The place of the other job in [`Workflow::jobs`].
    pub on: usize,
    /// What must have become of it.
    pub kind: DependencyKind,
    /// Of an array: only these of its tasks.
    pub tasks: Option<TaskSet>,
    /// Minutes that must pass besides, once [`DependencyKind::After`] is met; 0 with the other kinds.
    pub delay: u32,
}

impl Dependency {
    /// One on the whole of a job.
    #[must_use]
    pub fn on(on: usize, kind: DependencyKind) -> Self {
        Self { on, kind, tasks: None, delay: 0 }
    }

    /// As a file has it: `afterok:train[1-3]`, `after:train+10`; `name` is the other job's.
    #[must_use]
    pub fn shown(&self, name: &str) -> String {
        let tasks = self.tasks.as_ref().map(|tasks| format!("[{tasks}]")).unwrap_or_default();
        let delay = if self.delay > 0 { format!("+{}", self.delay) } else { String::new() };
        format!("{}:{name}{tasks}{delay}", self.kind)
    }
}

/// What a job needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// `--nodes`; 1 by default.
    pub nodes: Option<NodeCount>,
    /// `--ntasks-per-node`; 1 by default.
    pub ntasks_per_node: Option<u16>,
    /// `--cpus-per-task`; 1 by default.
    pub cpus_per_task: Option<u16>,
    /// `--gpus-per-node`; none by default.
    pub gpus_per_node: Option<u32>,
    /// `--mem`
    pub memory_per_node: Option<Memory>,
    /// `--time`
    pub time_limit: Option<TimeLimit>,
    /// `--nodelist`
    pub nodelist: Option<String>,
    /// `--partition`
    pub partition: Option<String>,
    /// `--account`
    pub account: Option<String>,
    /// `--qos`
    pub qos: Option<String>,
}

/// Where a job's command finds itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// What Python environment is activated first.
    pub python: Option<PythonEnv>,
    /// Variables set for the command.
    pub env_vars: Vec<(String, String)>,
    /// The container that it runs in.
    pub container: Option<Container>,
}

/// A Python environment to activate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PythonEnv {
    /// A conda environment, by name or path.
    Conda(String),
    /// The folder of a virtual environment.
    Venv(PathBuf),
}

/// A container to run the command in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// What runs it.
    pub runtime: Runtime,
    /// An image's path or address.
    pub image: String,
    /// `source:target[:options]`
    pub mounts: Vec<String>,
    /// The folder inside.
    pub workdir: Option<String>,
    /// What only apptainer and singularity know.
    pub apptainer: Apptainer,
}

/// The program that runs a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// `srun --container-image`, the pyxis plugin.
    Pyxis,
    /// `apptainer exec`
    Apptainer,
    /// `singularity exec`
    Singularity,
}

/// Options of `apptainer exec`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Apptainer {
    /// `--nv`
    pub nv: bool,
    /// `--rocm`
    pub rocm: bool,
    /// `--cleanenv`
    pub cleanenv: bool,
    /// `--fakeroot`
    pub fakeroot: bool,
    /// `--writable-tmpfs`
    pub writable_tmpfs: bool,
    /// `--overlay`
    pub overlay: Option<String>,
    /// `--env`
    pub env: Vec<(String, String)>,
}
