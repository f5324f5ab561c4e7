//! slurmctld going away while jobs are on their way to it: each is there exactly once.

use super::broken::{Broken, Tended, to_kill};
use super::live_support::{Flow, until};
use std::collections::HashMap;
use std::fs;

/// How often slurmctld has a job of this flow's folder, by its name.
fn known(flow: &Flow<'_>) -> HashMap<String, u32> {
    let here = fs::canonicalize(flow.dir.path()).unwrap().display().to_string();
    let all = flow.cluster.slurm("squeue", &["-h", "-t", "all", "-o", "%Z|%j"]);
    let mut counts = HashMap::new();
    for name in all.lines().filter_map(|line| line.split_once('|').filter(|(dir, _)| *dir == here)) {
        *counts.entry(name.1.to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn a_submission_whose_answer_is_lost_is_not_repeated() {
    let broken = Broken::new();
    let jobs = "
  - name: first
    command: touch first-runs; while [ ! -e go ]; do sleep 0.05; done
  - name: second
    command: echo one >>second-ran
    depends_on: ['after:first']
  - name: third
    command: echo one >>third-ran
    depends_on: [second]
";
    let flow = Flow::new("lost-answer", jobs);
    let mut run = flow.start(&["--json"]);
    run.until("first is submitted", |text| text.contains("\"submitted\"").then_some(()));
    flow.dir.wait_for("first-runs");
    // It takes the message into its port's queue and answers when it goes on, long after the client has given up.
    broken.freeze("slurmctld");
    run.until("the answer is late", |text| text.contains("\"scheduler_lost\"").then_some(()));
    broken.thaw("slurmctld");
    flow.dir.write("go", "");
    let done = run.wait().expect(0);
    assert!(done.stdout.contains("\"scheduler_back\""), "{done}");
    for file in ["second-ran", "third-ran"] {
        assert_eq!(flow.dir.read(file), "one\n", "{file}: {done}");
    }
    let expected = ["first", "second", "third"].map(|name| (name.to_owned(), 1));
    assert_eq!(known(&flow), HashMap::from(expected));
}

fn fan(width: usize) -> String {
    let job = |n| format!("  - name: j{n}\n    command: echo $SLURM_JOB_NAME >>ran\n    log_dir: logs\n");
    (0..width).map(job).collect()
}

/// Every one of so many jobs ran once, and slurmctld knows of no other.
#[track_caller]
fn each_once(flow: &Flow<'_>, width: usize) {
    let mut ran: HashMap<String, u32> = HashMap::new();
    for line in flow.dir.read("ran").lines() {
        *ran.entry(line.to_owned()).or_default() += 1;
    }
    let expected: HashMap<String, u32> = (0..width).map(|n| (format!("j{n}"), 1)).collect();
    assert_eq!(ran, expected);
    assert_eq!(known(flow), expected);
}

#[test]
fn slurmctld_is_restarted_under_two_hundred_submissions() {
    let broken = Broken::new();
    let flow = Flow::new("storm", &fan(200));
    let mut run = flow.start(&[]);
    run.until("some are submitted", |text| (text.matches("MONITORING").count() >= 10).then_some(()));
    broken.stop("slurmctld");
    broken.start("slurmctld");
    let done = run.wait().expect(0);
    done.says(&["Workflow completed successfully!"]);
    each_once(&flow, 200);
}

#[test]
fn slurmctld_is_frozen_under_two_hundred_submissions() {
    let broken = Broken::new();
    let flow = Flow::new("frozen-storm", &fan(200));
    let mut run = flow.start(&[]);
    run.until("some are submitted", |text| (text.matches("MONITORING").count() >= 10).then_some(()));
    broken.freeze("slurmctld");
    // Some that are on their way get their answer too late.
    run.until("the silence is told or all were submitted", |text| {
        (text.contains("does not answer") || text.matches("MONITORING").count() == 200).then_some(())
    });
    broken.thaw("slurmctld");
    let done = run.wait().expect(0);
    until("all have written", || (flow.dir.read("ran").lines().count() >= 200).then_some(()));
    done.says(&["Workflow completed successfully!"]);
    each_once(&flow, 200);
}

#[test]
fn slurmctld_is_killed_under_two_hundred_submissions() {
    let own = to_kill();
    let flow = Flow::on(&own.cluster, "killed-storm", &fan(200));
    let mut run = flow.start(&[]);
    run.until("some are submitted", |text| (text.matches("MONITORING").count() >= 10).then_some(()));
    // What it had not written down yet is gone: a job that was promised may be lost, none may run twice.
    own.cluster.control(&["kill", "slurmctld"]);
    own.cluster.control(&["start", "slurmctld"]);
    let done = Tended::new(&flow).wait(run);
    assert!(matches!(done.code, Some(0 | 1)), "{done}");
    let mut ran: HashMap<&str, u32> = HashMap::new();
    let text = flow.dir.read("ran");
    for line in text.lines() {
        *ran.entry(line).or_default() += 1;
    }
    for n in 0..200 {
        let name = format!("j{n}");
        let (times, last) = (ran.get(name.as_str()).copied().unwrap_or(0), done.last(&name).word);
        match last.as_str() {
            "COMPLETED" => assert_eq!(times, 1, "{name}: {done}"),
            // Nobody knows it any more, and srunx does not claim to.
            "UNKNOWN" => assert!(times <= 1, "{name}: {done}"),
            other => panic!("{name} {other}: {done}"),
        }
    }
}
