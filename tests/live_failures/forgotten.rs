//! Jobs that slurmctld has forgotten before srunx could look.

use super::live_support::{Cluster, Done, Flow, until};

const SIGSTOP: i32 = 19;
const SIGCONT: i32 = 18;

const JOBS: &str = "
  - name: good
    command: touch good-runs; while [ ! -e go ]; do sleep 0.05; done; exit 0
  - name: bad
    command: touch bad-runs; while [ ! -e go ]; do sleep 0.05; done; exit 3
  - name: after_good
    command: touch after-good-ran
    depends_on: [good]
";

/// srunx sleeps while its jobs end and are purged. Nothing is left when it wakes.
fn sleeps(cluster: &Cluster) -> (Flow<'_>, Done) {
    let flow = Flow::on(cluster, "forgotten", JOBS);
    // Without completion messages: those would be kept for it by the system and tell of the end, though not of how.
    let mut run = flow.start(&["--no-push"]);
    let ids = [run.id("good"), run.id("bad")];
    flow.dir.wait_for("good-runs");
    flow.dir.wait_for("bad-runs");
    run.told("RUNNING", "good");
    run.told("RUNNING", "bad");
    run.signal(SIGSTOP);
    flow.dir.write("go", "");
    for id in ids {
        until("slurmctld has forgotten it", || cluster.state(id).is_none().then_some(()));
    }
    run.signal(SIGCONT);
    let done = run.wait();
    (flow, done)
}

#[test]
fn slurmdbd_remembers() {
    let own = Cluster::start(&["--min-job-age", "2"]);
    let (flow, done) = sleeps(&own.cluster);
    let done = done.expect(1);
    assert_eq!(done.last("good").word, "COMPLETED", "{done}");
    assert_eq!((done.last("bad").word.as_str(), done.last("bad").detail.as_str()), ("FAILED", "exit 3"));
    assert_eq!(done.last("after_good").word, "COMPLETED");
    assert!(flow.dir.exists("after-good-ran"));
    // The log's place is still known.
    done.says(&["log: ", &format!("slurm-{}.out", done.id("bad"))]);
}

#[test]
fn nobody_remembers() {
    let own = Cluster::start(&["--min-job-age", "2", "--no-accounting"]);
    let (flow, done) = sleeps(&own.cluster);
    let done = done.expect(1);
    for job in ["good", "bad"] {
        assert_eq!(done.last(job).word, "UNKNOWN", "never completed: {done}");
        assert_eq!(done.row(job)[1], "UNKNOWN");
    }
    assert_eq!(done.last("after_good").detail, "because good UNKNOWN");
    assert!(!flow.dir.exists("after-good-ran"));
}
