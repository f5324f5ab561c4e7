//! Ends that Slurm makes for a job, each of which `retry` knows by its name.

use super::broken::Broken;
use super::live_support::{Cluster, Flow, until};
use std::path::Path;

#[test]
fn a_job_whose_node_failed_is_tried_again() {
    let broken = Broken::new();
    let flow = Flow::new(
        "node-fail-retry",
        "  - name: it\n    command: 'echo $SLURM_JOB_ID on $SLURMD_NODENAME >>starts; [ -e other ] || { touch started; exec sleep 600; }'\n    \
           retry: {times: 1, on: [node_fail], delay: 0}\n    sbatch: {no-requeue: true}\n",
    );
    let mut run = flow.start(&[]);
    let node = run.told("RUNNING", "it").trim_start_matches("on ").to_owned();
    flow.dir.wait_for("started");
    flow.dir.write("other", "");
    broken.cluster.slurm("scontrol", &["update", &format!("NodeName={node}"), "State=DOWN", "Reason=test"]);
    let done = run.wait().expect(0);
    done.says(&["Job it ", "NODE_FAIL"]);
    assert_eq!(done.last("it").word, "COMPLETED", "{done}");
    let starts = flow.dir.read("starts");
    assert!(starts.lines().count() == 2 && starts.lines().next().unwrap().ends_with(&node), "{starts}");
}

#[test]
fn a_job_that_was_preempted_is_tried_again() {
    let own = Cluster::start(&[
        "--conf",
        "PreemptType=preempt/partition_prio",
        "--conf",
        "PreemptMode=CANCEL",
        "--conf",
        "PartitionName=low Nodes=ALL PriorityTier=1 PreemptMode=CANCEL",
        "--conf",
        "PartitionName=high Nodes=ALL PriorityTier=10 PreemptMode=OFF",
    ]);
    let flow = Flow::on(
        &own.cluster,
        "preempted",
        "  - name: it\n    command: 'echo $SLURM_JOB_ID >>starts; [ -e again ] || { touch started; exec sleep 600; }'\n    \
           retry: {times: 1, on: [preempted], delay: 0}\n    resources: {partition: low}\n",
    );
    let mut run = flow.start(&[]);
    run.told("RUNNING", "it");
    flow.dir.wait_for("started");
    flow.dir.write("again", "");
    own.cluster
        .slurm("sbatch", &["-p", "high", "-N4", "--exclusive", "-o", "/dev/null", "--wrap", "sleep 2"]);
    let done = run.wait().expect(0);
    done.says(&["Job it ", "PREEMPTED"]);
    assert_eq!(done.last("it").word, "COMPLETED", "{done}");
    assert_eq!(flow.dir.read("starts").lines().count(), 2);
}

/// Where cgroups limit memory, which needs root and cgroups of the first version here.
#[test]
fn a_job_that_ran_out_of_memory_is_tried_with_more() {
    let memory = Path::new("/sys/fs/cgroup/memory/memory.limit_in_bytes");
    if !rustix::process::getuid().is_root() || !memory.exists() {
        eprintln!("not run: no cgroup that limits memory can be had");
        return;
    }
    let own = Cluster::start(&[]);
    let etc = own.cluster.conf.parent().unwrap();
    let conf = std::fs::read_to_string(&own.cluster.conf).unwrap();
    std::fs::write(&own.cluster.conf, conf.replace("TaskPlugin=task/none", "TaskPlugin=task/cgroup"))
        .unwrap();
    let cgroups = "CgroupPlugin=cgroup/v1\nCgroupMountpoint=/sys/fs/cgroup\nConstrainRAMSpace=yes\n";
    std::fs::write(etc.join("cgroup.conf"), cgroups).unwrap();
    for node in ["slurmd-c1", "slurmd-c2", "slurmd-c3", "slurmd-c4"] {
        own.cluster.control(&["stop", node]);
        own.cluster.control(&["start", node]);
    }
    own.cluster.control(&["restart-ctld"]);
    own.cluster.wait_healthy();
    // The cgroups of this host may be there and do nothing.
    const GREEDY: &str = "head -c 100m /dev/zero | tail | wc -c";
    let probe = ["--parsable", "--mem=50M", "-o", "/dev/null", "--wrap", GREEDY];
    let probe = own.cluster.slurm("sbatch", &probe).trim().parse().unwrap();
    let end = until("the probe is over", || {
        own.cluster
            .state(probe)
            .filter(|state| !["PENDING", "RUNNING", "COMPLETING"].contains(&state.as_str()))
    });
    if end != "OUT_OF_MEMORY" {
        eprintln!("not run: memory is not limited here, a job that takes too much ends {end}");
        return;
    }
    let flow = Flow::on(
        &own.cluster,
        "oom",
        "  - name: it\n    command: 'echo $SLURM_MEM_PER_NODE >>starts; head -c 100m /dev/zero | tail | wc -c >count; [ $(cat count) = 104857600 ]'\n    \
           retry: {times: 1, on: [oom], delay: 0, memory: x4}\n    resources: {memory_per_node: 50M}\n",
    );
    let done = flow.start(&[]).wait().expect(0);
    done.says(&["Job it ", "OUT_OF_MEMORY"]);
    assert_eq!(done.last("it").word, "COMPLETED", "{done}");
    assert_eq!(flow.dir.read("starts"), "50\n200\n");
    until("nothing is left", || own.cluster.queue().is_empty().then_some(()));
}
