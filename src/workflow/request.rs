//! What a scheduler is asked for a job.

use super::model::{Job, Setting, Workflow};
use super::script;
use crate::job::{JobRequest, NodeCount};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Where, and as what, a workflow is submitted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submitter {
    /// The folder that relative paths start from, absolute.
    pub work_dir: PathBuf,
    /// The environment that jobs start with.
    pub environment: Vec<(OsString, OsString)>,
    /// The folder of the logs of jobs that name none.
    pub log_dir: Option<PathBuf>,
}

impl Submitter {
    /// This process: its folder and its environment.
    ///
    /// # Errors
    /// When the current folder is gone.
    pub fn here() -> std::io::Result<Self> {
        let work_dir = std::env::current_dir()?;
        Ok(Self { work_dir, environment: std::env::vars_os().collect(), log_dir: None })
    }

    /// Makes a path of a workflow absolute; a leading `~` is the submitter's home.
    fn resolve(&self, path: &Path) -> PathBuf {
        let home = || self.environment.iter().find(|(key, _)| key == "HOME").map(|(_, home)| Path::new(home));
        match path.strip_prefix("~").ok().zip(home()) {
            Some((rest, home)) => join(home, rest),
            None => join(&self.work_dir, path),
        }
    }
}

/// Without the dot of `./logs`, and without a slash for the empty path.
fn join(base: &Path, path: &Path) -> PathBuf {
    base.join(path).components().collect()
}

impl Workflow {
    /// What to ask of a scheduler for the job at `job`. Its comment and token are left to the caller.
    ///
    /// # Panics
    /// When the workflow has no such job.
    #[must_use]
    pub fn request(&self, job: usize, submit: &Submitter) -> JobRequest {
        let job = &self.jobs[job];
        let work_dir =
            job.work_dir.as_deref().map_or_else(|| submit.work_dir.clone(), |dir| submit.resolve(dir));
        let resources = &job.resources;
        let sizes = Sizes::of(job);
        let said =
            |long: &str| job.sbatch.iter().find_map(|(key, setting)| value(setting).filter(|_| key == long));
        // sbatch's word for nowhere. A relative one starts from the job's folder, as with sbatch.
        let file = |name: &str| match name.eq_ignore_ascii_case("none") {
            true => PathBuf::from("/dev/null"),
            false => escaped(&work_dir).join(name),
        };
        let log_name = if job.array.is_some() { "%x_%A_%a.log" } else { "%x_%j.log" };
        let log = || log_dir(job, submit).map(|dir| escaped(&dir).join(log_name));
        JobRequest {
            name: job.name.clone(),
            script: script::of(&self.name, job, &work_dir),
            argv: vec![job.name.clone().into()],
            stdout: said("output").map(file).or_else(log),
            stderr: said("error").map(file),
            environment: submit.environment.clone(),
            nodes: sizes.nodes,
            tasks: sizes.tasks,
            tasks_per_node: sizes.tasks_per_node,
            cpus_per_task: sizes.cpus_per_task,
            memory_per_node: resources.memory_per_node,
            gpus_per_node: resources.gpus_per_node.filter(|gpus| *gpus > 0),
            time_limit: resources.time_limit,
            nodelist: resources.nodelist.clone(),
            partition: resources.partition.clone(),
            account: resources.account.clone(),
            qos: resources.qos.clone(),
            wait_all_nodes: sizes.wait_all_nodes,
            array: job.array.as_ref().map(|array| array.tasks.clone()),
            chunk: job.array.as_ref().and_then(|array| array.chunk),
            corresponds_to: Vec::new(),
            after: Vec::new(),
            left: false,
            begin: None,
            sbatch: options(job),
            comment: None,
            submit_line: None,
            token: None,
            work_dir,
        }
    }

    /// The folder, absolute, that must exist for the log of the job at `job`; none where the log goes to the working
    /// folder, or where an option of sbatch says.
    ///
    /// # Panics
    /// When the workflow has no such job.
    #[must_use]
    pub fn log_dir(&self, job: usize, submit: &Submitter) -> Option<PathBuf> {
        let job = &self.jobs[job];
        let elsewhere = job.sbatch.iter().any(|(key, setting)| key == "output" && *setting != Setting::Off);
        if elsewhere { None } else { log_dir(job, submit) }
    }
}

/// How large a job is to be.
struct Sizes {
    nodes: Option<NodeCount>,
    tasks: Option<u32>,
    tasks_per_node: Option<u16>,
    cpus_per_task: Option<u16>,
    wait_all_nodes: bool,
}

impl Sizes {
    fn of(job: &Job) -> Self {
        let resources = &job.resources;
        // Who asks for a job in sbatch's terms is given sbatch's sizes: only what is named is asked for.
        if !job.sbatch.is_empty() {
            return Self {
                nodes: resources.nodes,
                tasks: None,
                tasks_per_node: resources.ntasks_per_node,
                cpus_per_task: resources.cpus_per_task,
                wait_all_nodes: false,
            };
        }
        let nodes = resources.nodes.unwrap_or(NodeCount::exactly(1));
        let per_node = resources.ntasks_per_node.unwrap_or(1);
        Self {
            nodes: Some(nodes),
            tasks: (nodes.min == nodes.max).then(|| nodes.min.saturating_mul(per_node.into())),
            tasks_per_node: Some(per_node),
            cpus_per_task: Some(resources.cpus_per_task.unwrap_or(1)),
            wait_all_nodes: nodes.max > 1,
        }
    }
}

fn value(setting: &Setting) -> Option<&str> {
    match setting {
        Setting::Value(text) => Some(text),
        Setting::On | Setting::Off => None,
    }
}

/// The job's options of sbatch, without those that are the request's own.
fn options(job: &Job) -> Vec<(String, Option<String>)> {
    let others = job.sbatch.iter().filter(|(key, _)| !["output", "error"].contains(&key.as_str()));
    let given = others.filter(|(_, setting)| *setting != Setting::Off);
    given.map(|(key, setting)| (key.clone(), value(setting).map(str::to_owned))).collect()
}

fn log_dir(job: &Job, submit: &Submitter) -> Option<PathBuf> {
    job.log_dir.as_ref().or(submit.log_dir.as_ref()).map(|dir| submit.resolve(dir))
}

/// A folder in which no `%` is the beginning of a pattern of Slurm's.
fn escaped(dir: &Path) -> PathBuf {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let bytes = dir.as_os_str().as_bytes();
    if !bytes.contains(&b'%') {
        return dir.to_owned();
    }
    let parts: Vec<&[u8]> = bytes.split(|b| *b == b'%').collect();
    debug_assert_eq!(OsStr::from_bytes(&parts.join(&b'%')), dir.as_os_str());
    OsString::from_vec(parts.join(&b"%%"[..])).into()
}
