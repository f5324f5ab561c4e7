//! The variables that a local job finds, named and written as in a job of Slurm's.

use super::Machine;
use super::table::Job;
use crate::job::{JobId, JobRequest};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

/// The whole environment of a job: what was asked for, then Slurm's variables. `bin` comes first on its PATH.
///
/// Sizes are those that were asked for, as a script made for Slurm expects them, though all nodes are this machine; the
/// GPUs are those that the job really has. `SLURM_TASK_PID` is missing: only the job itself could know it.
pub(super) fn environment(
    machine: &Machine,
    request: &JobRequest,
    id: JobId,
    job: &Job,
    bin: &Path,
) -> BTreeMap<OsString, OsString> {
    let Job { needs, gpus, .. } = job;
    let mut all: BTreeMap<OsString, OsString> = request.environment.iter().cloned().collect();
    let mut path = bin.as_os_str().to_owned();
    path.push(":");
    match all.get(&OsString::from("PATH")) {
        Some(rest) => path.push(rest),
        None => path.push("/usr/local/bin:/usr/bin:/bin"),
    }
    let mut set = |name: &str, value: &dyn ToString| {
        all.insert(name.into(), value.to_string().into());
    };
    let per_node = needs.tasks.div_ceil(needs.nodes);
    let cpus = per_node.saturating_mul(needs.cpus_per_task).min(machine.capacity.cpus);
    let each = |count: u32| match needs.nodes {
        1 => count.to_string(),
        nodes => format!("{count}(x{nodes})"),
    };
    for name in ["SLURM_JOB_ID", "SLURM_JOBID"] {
        set(name, &id);
    }
    for name in ["SLURM_JOB_NUM_NODES", "SLURM_NNODES"] {
        set(name, &needs.nodes);
    }
    for name in ["SLURM_NTASKS", "SLURM_NPROCS"] {
        set(name, &needs.tasks);
    }
    for name in ["SLURM_JOB_NODELIST", "SLURM_NODELIST", "SLURMD_NODENAME", "SLURM_SUBMIT_HOST"] {
        set(name, &machine.host);
    }
    for name in ["SLURM_NODEID", "SLURM_LOCALID", "SLURM_PROCID"] {
        set(name, &0);
    }
    set("SLURM_JOB_NAME", &request.name);
    set("SLURM_JOB_PARTITION", &request.partition.as_deref().unwrap_or("local"));
    set("SLURM_CLUSTER_NAME", &"local");
    set("SLURM_JOB_USER", &machine.user);
    set("SLURM_JOB_UID", &machine.uid);
    set("SLURM_CPUS_ON_NODE", &cpus);
    set("SLURM_JOB_CPUS_PER_NODE", &each(cpus));
    set("SLURM_TASKS_PER_NODE", &each(per_node));
    if request.tasks_per_node.is_some() {
        set("SLURM_NTASKS_PER_NODE", &per_node);
    }
    if request.cpus_per_task.is_some() {
        set("SLURM_CPUS_PER_TASK", &needs.cpus_per_task);
    }
    if let Some(memory) = request.memory_per_node {
        set("SLURM_MEM_PER_NODE", &memory.mib);
    }
    // On a machine with GPUs a job sees those that it asked for, as in Slurm; elsewhere there is nothing to hide.
    let asked = request.gpus_per_node.is_some_and(|gpus| gpus > 0);
    if asked || !machine.capacity.gpus.is_empty() {
        let names = gpus.iter().filter_map(|gpu| machine.capacity.gpus.get(*gpu));
        set("CUDA_VISIBLE_DEVICES", &names.cloned().collect::<Vec<_>>().join(","));
    }
    if asked {
        set("SLURM_GPUS_ON_NODE", &gpus.len());
        set("SLURM_JOB_GPUS", &gpus.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
    }
    if let (Some((array, task)), Some(tasks)) = (job.task, &request.array) {
        set("SLURM_ARRAY_JOB_ID", &array);
        set("SLURM_ARRAY_TASK_ID", &task);
        set("SLURM_ARRAY_TASK_COUNT", &tasks.count());
        let ranges = || tasks.ranges().iter();
        set("SLURM_ARRAY_TASK_MIN", &ranges().map(|range| range.first()).min().unwrap_or(task));
        set("SLURM_ARRAY_TASK_MAX", &ranges().map(|range| range.last()).max().unwrap_or(task));
        set("SLURM_ARRAY_TASK_STEP", &ranges().map(|range| range.step()).find(|step| *step > 1).unwrap_or(1));
    }
    all.insert("SLURM_SUBMIT_DIR".into(), machine.submit_dir.clone().into());
    all.insert("PATH".into(), path);
    all
}
