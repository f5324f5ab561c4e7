//! Nodes that fail under their jobs.

use super::broken::Broken;
use super::live_support::{Cluster, Flow, until};

const JOBS: &str = "
  - name: it
    command: |
      echo \"start ${SLURM_RESTART_COUNT:-0} on $SLURMD_NODENAME\" >>starts
      touch started.${SLURM_RESTART_COUNT:-0}
      [ -z \"$SLURM_RESTART_COUNT\" ] || exit 0
      exec sleep 600
  - name: child
    command: touch child-ran
    depends_on: [it]
";

#[test]
fn a_job_is_followed_to_another_node() {
    let broken = Broken::new();
    let flow = Flow::new("node-down", JOBS);
    let mut run = flow.start(&[]);
    let id = run.id("it");
    let node = run.told("RUNNING", "it").trim_start_matches("on ").to_owned();
    flow.dir.wait_for("started.0");
    down(broken.cluster, &node);
    // JobRequeue=1: slurmctld queues it again.
    run.told("REQUEUED", "it");
    start_soon(broken.cluster, id);
    let done = run.wait().expect(0);
    assert!(done.story("it").ends_with("COMPLETED"), "{done}");
    assert_eq!(done.id("it"), id);
    assert!(flow.dir.read("starts").contains("start 1 on "), "{done}");
    assert!(flow.dir.exists("child-ran"));
}

#[test]
fn a_job_that_may_not_be_queued_again_ends_with_its_node() {
    let broken = Broken::new();
    let flow = Flow::new("node-fail", JOBS);
    let mut run = flow.start(&[]);
    let id = run.id("it");
    let node = run.told("RUNNING", "it").trim_start_matches("on ").to_owned();
    flow.dir.wait_for("started.0");
    broken.cluster.slurm("scontrol", &["update", &format!("JobId={id}"), "Requeue=0"]);
    down(broken.cluster, &node);
    let done = run.wait().expect(1);
    assert_eq!(done.last("it").word, "NODE_FAIL", "{done}");
    assert_eq!(done.last("child").detail, "because it NODE_FAIL");
    assert_eq!(done.row("it")[1], "NODE_FAIL");
    assert!(!flow.dir.exists("child-ran"));
}

fn down(cluster: &Cluster, node: &str) {
    let node = format!("NodeName={node}");
    cluster.slurm("scontrol", &["update", &node, "State=DOWN", "Reason=test"]);
}

fn start_soon(cluster: &Cluster, id: u32) {
    cluster.wait_state(id, "PENDING");
    until("it may start soon", || {
        cluster.try_slurm("scontrol", &["update", &format!("JobId={id}"), "StartTime=now+3seconds"])
    });
}
