//! What can be asked for a job, typed. A scheduler turns it into its own terms.

use super::value::{ArrayTasks, Memory, NodeCount, TimeLimit};
use super::{After, JobId};
use jiff::Timestamp;
use std::ffi::OsString;
use std::path::PathBuf;

/// One batch job as it is asked for. `None` leaves a choice to the scheduler's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobRequest {
    /// `--job-name`
    pub name: String,
    /// The text of the script, starting with `#!`.
    pub script: String,
    /// The script's own name and its arguments (`argv`); empty means the job's name alone.
    pub argv: Vec<OsString>,
    /// `--chdir`: where the script runs, absolute.
    pub work_dir: PathBuf,
    /// `--output`: absolute, may hold Slurm's patterns (`%x`, `%j` …).
    pub stdout: Option<PathBuf>,
    /// `--error`; none means the same file as standard output.
    pub stderr: Option<PathBuf>,
    /// The whole environment that the job starts with.
    pub environment: Vec<(OsString, OsString)>,
    /// `--nodes`
    pub nodes: Option<NodeCount>,
    /// `--ntasks`
    pub tasks: Option<u32>,
    /// `--ntasks-per-node`
    pub tasks_per_node: Option<u16>,
    /// `--cpus-per-task`
    pub cpus_per_task: Option<u16>,
    /// `--mem`: per node.
    pub memory_per_node: Option<Memory>,
    /// `--gpus-per-node`
    pub gpus_per_node: Option<u32>,
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
    /// `--wait-all-nodes`
    pub wait_all_nodes: bool,
    /// `--array`: the job is an array of these tasks. A scheduler that has no arrays so large makes several, which are one
    /// to its client: each task finds its index here in `SRUNX_TASK_ID`.
    pub array: Option<ArrayTasks>,
    /// The most tasks that one of the scheduler's own arrays is to have, if it could have more.
    pub chunk: Option<u32>,
    /// Arrays task by task of which this array's tasks wait (`--dependency=aftercorr`): a task may start when the task of the
    /// same index there has completed; when it has failed, this one is cancelled.
    pub corresponds_to: Vec<JobId>,
    /// Jobs that this one waits for in the queue (`--dependency`), besides what an option of sbatch's says. All of it must be
    /// met; where something never can be, the scheduler cancels this job (`--kill-on-invalid-dep`).
    pub after: Vec<After>,
    /// The client leaves it to the scheduler: all of it goes in at once, or nothing.
    pub left: bool,
    /// `--begin`: not to be started before.
    pub begin: Option<Timestamp>,
    /// Any other options of sbatch(1), by long name, with the values that they take; given in this order, over what stands
    /// above. They mean nothing to a scheduler that is not Slurm.
    pub sbatch: Vec<(String, Option<String>)>,
    /// `--comment`
    pub comment: Option<String>,
    /// The command line that is kept of it; none means this process's own.
    pub submit_line: Option<OsString>,
    /// What tells this one submission from every other: carried in the job beside the user's comment, looked up after a
    /// reply that was lost.
    pub token: Option<String>,
}

impl JobRequest {
    /// What is asked for, as the long options of sbatch(1) with their values, as one would type them: `--nodes=1`, `--hold`.
    /// The script and its environment are not among them.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        let path = |path: &PathBuf| path.display().to_string();
        let given = [
            ("--job-name", Some(self.name.clone())),
            ("--chdir", Some(path(&self.work_dir))),
            ("--output", self.stdout.as_ref().map(path)),
            ("--error", self.stderr.as_ref().map(path)),
            ("--nodes", self.nodes.map(|nodes| nodes.to_string())),
            ("--ntasks", self.tasks.map(|tasks| tasks.to_string())),
            ("--ntasks-per-node", self.tasks_per_node.map(|tasks| tasks.to_string())),
            ("--cpus-per-task", self.cpus_per_task.map(|cpus| cpus.to_string())),
            ("--mem", self.memory_per_node.map(|memory| memory.to_string())),
            ("--gpus-per-node", self.gpus_per_node.map(|gpus| gpus.to_string())),
            ("--time", self.time_limit.map(|time| time.to_string())),
            ("--nodelist", self.nodelist.clone()),
            ("--partition", self.partition.clone()),
            ("--account", self.account.clone()),
            ("--qos", self.qos.clone()),
            ("--wait-all-nodes", self.wait_all_nodes.then(|| "1".to_owned())),
            ("--array", self.array.as_ref().map(ToString::to_string)),
            ("--comment", self.comment.clone()),
        ];
        let given = given.into_iter().filter_map(|(option, value)| Some(format!("{option}={}", value?)));
        let others = self.sbatch.iter().map(|(long, value)| match value {
            Some(value) => format!("--{long}={value}"),
            None => format!("--{long}"),
        });
        given.chain(others).collect()
    }
}
