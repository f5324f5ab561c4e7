//! Jobs that wait: what a user is told of it.

use super::live_support::{Cluster, Flow, until};

fn in_partition(name: &str) -> String {
    format!(
        "
  - name: it
    command: touch it-ran
    resources: {{partition: {name}}}
"
    )
}

#[test]
fn a_held_job_is_told_and_runs_when_it_is_released() {
    let cluster = Cluster::shared();
    let closed = cluster.closed_partition("held");
    let flow = Flow::new("held", &in_partition(&closed.name));
    let mut run = flow.start(&[]);
    let id = run.id("it").to_string();
    cluster.slurm("scontrol", &["hold", &id]);
    closed.open();
    run.until("the hold is told", |text| {
        text.lines().any(|line| line.contains("Job it ") && line.contains("JobHeld")).then_some(())
    });
    assert!(!flow.dir.exists("it-ran"));
    cluster.slurm("scontrol", &["release", &id]);
    let done = run.wait().expect(0);
    done.says(&["PENDING", "Job it ", "held"]);
    let holds = done.told().iter().filter(|told| told.detail.starts_with("JobHeld")).count();
    assert_eq!(holds, 1, "{done}");
    assert!(flow.dir.exists("it-ran"));
}

#[test]
fn a_dependency_that_can_never_be_met_is_told() {
    let cluster = Cluster::shared();
    let closed = cluster.closed_partition("never");
    let failed = cluster.slurm("sbatch", &["--parsable", "-o", "/dev/null", "--wrap", "exit 1"]);
    let failed: u32 = failed.trim().parse().unwrap();
    cluster.wait_state(failed, "FAILED");
    let flow = Flow::new("never", &in_partition(&closed.name));
    let mut run = flow.start(&[]);
    let id = run.id("it");
    // A dependency on what has failed already is refused: it is met by a job that fails later.
    let other = cluster.slurm("sbatch", &["--parsable", "-o", "/dev/null", "-H", "--wrap", "exit 1"]);
    let dependency = format!("Dependency=afterok:{}", other.trim());
    cluster.slurm("scontrol", &["update", &format!("JobId={id}"), &dependency]);
    closed.open();
    cluster.slurm("scancel", &[other.trim()]);
    run.until("the reason is told", |text| text.contains("DependencyNeverSatisfied").then_some(()));
    until("the job is cancelled", || cluster.try_slurm("scancel", &[&id.to_string()]));
    let done = run.wait().expect(1);
    done.says(&["PENDING", "Job it ", "DependencyNeverSatisfied", "can never happen"]);
    assert_eq!(done.last("it").word, "CANCELLED");
}

#[test]
fn an_ordinary_queue_is_no_news() {
    let cluster = Cluster::shared();
    // Both want all of one node's GPUs.
    let jobs = "
  - name: first
    command: touch first-runs; while [ ! -e go ]; do sleep 0.1; done
    resources: {gpus_per_node: 8, nodelist: c4}
  - name: second
    command: touch second-ran
    depends_on: ['after:first']
    resources: {gpus_per_node: 8, nodelist: c4}
";
    let flow = Flow::new("queue", jobs);
    let mut run = flow.start(&[]);
    flow.dir.wait_for("first-runs");
    let second = run.id("second");
    until("it waits for resources", || {
        let reason = cluster.job(second).remove("Reason")?;
        ["Resources", "Priority"].contains(&reason.as_str()).then_some(())
    });
    flow.dir.write("go", "");
    let done = run.wait().expect(0);
    assert!(!done.stdout.contains("PENDING"), "{done}");
    assert!(flow.dir.exists("second-ran"));
}
