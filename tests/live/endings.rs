//! Each way in which a job can end, provoked: its line, its row, its reason, and what becomes of the jobs around it.

use super::live_support::{Cluster, Done, Flow};

/// One job beside what depends on it and a branch that does not.
fn around(job: &str) -> String {
    format!(
        "{job}
  - name: child
    command: touch child-ran
    depends_on: [it]
  - name: grandchild
    command: touch child-ran
    depends_on: [child]
  - name: beside
    command: \"true\"
  - name: after_beside
    command: touch after-beside-ran
    depends_on: [beside]
"
    )
}

/// What holds of every run in which `it` ended as `outcome`, short of COMPLETED.
#[track_caller]
fn failed(flow: &Flow<'_>, done: Done, outcome: &str) -> Done {
    let done = done.expect(1);
    assert_eq!(done.last("it").word, outcome, "{done}");
    assert_eq!(done.row("it")[1], outcome);
    for (job, because) in
        [("child", format!("because it {outcome}")), ("grandchild", "because child SKIPPED".into())]
    {
        let last = done.last(job);
        assert_eq!((last.word.as_str(), last.detail), ("SKIPPED", because), "{done}");
        assert_eq!(done.row(job)[1], "SKIPPED");
    }
    assert!(!flow.dir.exists("child-ran"));
    assert_eq!(done.last("after_beside").word, "COMPLETED");
    assert!(flow.dir.exists("after-beside-ran"));
    done.says(&["Workflow ", "2 completed", "2 skipped"]);
    done
}

/// The lines under a failure's head, `❌ FAILED it (ID: 12)`.
fn details<'a>(done: &'a Done, job: &str) -> Vec<&'a str> {
    let head = format!(" {job} (ID: ");
    let lines = done.stdout.lines().skip_while(|line| !line.contains(&head) || line.contains(" Job "));
    lines.skip(1).take_while(|line| !line.is_empty()).map(str::trim).collect()
}

#[test]
fn an_exit_code() {
    let job = "
  - name: it
    log_dir: logs
    command: |
      seq 1 20
      printf 'the last words' >&2
      exit 42";
    let flow = Flow::new("code", &around(job));
    let done = failed(&flow, flow.run(&[]), "FAILED");
    let id = done.id("it");
    assert_eq!(done.last("it").detail, "exit 42");
    assert_eq!(done.row("it")[4], "exit 42");
    let log = flow.dir.path().join(format!("logs/it_{id}.log"));
    let details = details(&done, "it");
    assert_eq!(details[0], "exit 42");
    assert!(details[1].starts_with("nodes: c"), "{done}");
    assert_eq!(details[2], format!("log: {}", log.display()));
    assert_eq!(details[3], "│ 12", "ten lines are shown: {done}");
    assert_eq!(details.last(), Some(&"│ the last words"));
    assert_eq!(details.len(), 13);
    assert_eq!(Cluster::shared().accounted(id, "State,ExitCode"), ["FAILED", "42:0"]);
}

#[test]
fn a_signal() {
    let job = "
  - name: it
    command: 'kill -s SEGV $$'";
    let flow = Flow::new("signal", &around(job));
    let done = failed(&flow, flow.run(&[]), "FAILED");
    assert!(done.last("it").detail.starts_with("signal 11 (SIGSEGV)"), "{done}");
    assert!(done.row("it")[4].starts_with("signal 11 (SIGSEGV)"), "{done}");
}

#[test]
fn a_signal_to_a_program_that_was_given_as_a_list() {
    // It replaced the shell, so its death by a signal is the job's.
    let job = "
  - name: it
    command: [sh, -c, 'touch started; kill -s TERM $$; sleep 600']";
    let flow = Flow::new("term", &around(job));
    let done = failed(&flow, flow.run(&[]), "FAILED");
    assert!(done.last("it").detail.starts_with("signal 15 (SIGTERM)"), "{done}");
}

#[test]
fn a_command_that_is_not_there() {
    let job = "
  - name: it
    command: [no-such-program]";
    let flow = Flow::new("absent", &around(job));
    let done = failed(&flow, flow.run(&[]), "FAILED");
    assert_eq!(done.last("it").detail, "exit 127 (command not found)");
    assert!(details(&done, "it").iter().any(|line| line.contains("no-such-program")), "{done}");
}

#[test]
fn cancelled_while_it_runs() {
    let job = "
  - name: it
    command: echo started; touch started; exec sleep 600";
    let flow = Flow::new("cancelled", &around(job));
    let mut run = flow.start(&[]);
    let id = run.id("it");
    flow.dir.wait_for("started");
    flow.cluster.slurm("scancel", &[&id.to_string()]);
    let done = failed(&flow, run.wait(), "CANCELLED");
    assert_eq!(done.row("it")[2], id.to_string());
    // The log is told of a job that ran.
    assert!(details(&done, "it").contains(&"│ started"), "{done}");
}

#[test]
fn cancelled_while_it_waits() {
    let closed = Cluster::shared().closed_partition("cancelled");
    let job = format!(
        "
  - name: it
    command: touch it-ran
    resources: {{partition: {}}}",
        closed.name
    );
    let flow = Flow::new("cancelled-pending", &around(&job));
    let mut run = flow.start(&[]);
    assert!(run.told("PENDING", "it").contains("partition is down"));
    let id = run.id("it");
    flow.cluster.slurm("scancel", &[&id.to_string()]);
    let done = failed(&flow, run.wait(), "CANCELLED");
    assert!(!flow.dir.exists("it-ran"));
    // It has no log to miss.
    assert!(!details(&done, "it").iter().any(|line| line.starts_with("log:")), "{done}");
    assert_eq!(done.row("it")[3], "-", "it took no time: {done}");
}

#[test]
fn requeued_from_outside_and_then_completed() {
    let jobs = "
  - name: it
    command: |
      echo \"start ${SLURM_RESTART_COUNT:-0}\"
      if [ -e started ]; then exit 0; fi
      touch started
      exec sleep 600
  - name: child
    command: touch child-ran
    depends_on: [it]
";
    let flow = Flow::new("requeued", jobs);
    let mut run = flow.start(&[]);
    let id = run.id("it");
    run.told("RUNNING", "it");
    flow.dir.wait_for("started");
    flow.cluster.slurm("scontrol", &["requeue", &id.to_string()]);
    run.told("REQUEUED", "it");
    assert!(!flow.dir.exists("child-ran"));
    start_soon(flow.cluster, id);
    let done = run.wait().expect(0);
    let story = done.story("it");
    assert!(story.contains("RUNNING REQUEUED") && story.ends_with(" COMPLETED"), "{done}");
    assert_eq!(done.story("it").matches("REQUEUED").count(), 1, "{done}");
    assert_eq!((done.id("it"), done.row("it")[1].as_str()), (id, "COMPLETED"));
    assert!(flow.dir.exists("child-ran"));
    assert!(flow.log(id).contains("start 1"));
}

/// A requeued job waits two minutes; its user may say otherwise. slurmd starts no job in the second in which it was
/// killed there.
fn start_soon(cluster: &Cluster, id: u32) {
    cluster.wait_state(id, "PENDING");
    super::live_support::until("it may start soon", || {
        cluster.try_slurm("scontrol", &["update", &format!("JobId={id}"), "StartTime=now+3seconds"])
    });
}

#[test]
fn out_of_time() {
    let job = "
  - name: it
    command: echo started; exec sleep 600
    resources: {time_limit: 1}";
    let flow = Flow::new("time", &around(job));
    let done = failed(&flow, flow.run(&[]), "TIMEOUT");
    let log = details(&done, "it");
    assert!(log.contains(&"│ started"), "{done}");
    assert_eq!(Cluster::shared().accounted(done.id("it"), "State"), ["TIMEOUT"]);
}

#[test]
fn suspended_and_resumed() {
    let jobs = "
  - name: it
    command: touch started; while [ ! -e go ]; do sleep 0.1; done
";
    let flow = Flow::new("suspended", jobs);
    let mut run = flow.start(&[]);
    let id = run.id("it");
    flow.dir.wait_for("started");
    flow.cluster.slurm("scontrol", &["suspend", &id.to_string()]);
    run.told("SUSPENDED", "it");
    flow.cluster.slurm("scontrol", &["resume", &id.to_string()]);
    flow.cluster.wait_state(id, "RUNNING");
    flow.dir.write("go", "");
    let done = run.wait().expect(0);
    assert!(done.story("it").ends_with("COMPLETED"), "{done}");
}
