//! slurmctld, munged and slurmdbd going away and coming back in the middle of a run.

use super::broken::{Broken, to_kill, until_lost};
use super::live_support::{Cluster, Flow, Process, until};
use std::thread;
use std::time::{Duration, SystemTime};

/// A long job, and what comes after it; and a branch that has nothing to do with either.
const JOBS: &str = "
  - name: long
    command: echo one >>long-ran; touch long-runs; while [ ! -e go ]; do sleep 0.1; done
  - name: after_long
    command: echo one >>after-ran
    depends_on: [long]
  - name: short
    command: sleep 1
  - name: after_short
    command: echo one >>after-short-ran
    depends_on: [short]
";

fn started(name: &str, options: &[&str]) -> (Flow<'static>, Process) {
    started_on(Cluster::shared(), name, options)
}

fn started_on<'a>(cluster: &'a Cluster, name: &str, options: &[&str]) -> (Flow<'a>, Process) {
    let flow = Flow::on(cluster, name, JOBS);
    let mut run = flow.start(options);
    run.told("RUNNING", "long");
    flow.dir.wait_for("long-runs");
    (flow, run)
}

/// All ran once, and all is said to be well.
#[track_caller]
fn completes(flow: &Flow<'_>, run: Process) -> super::live_support::Done {
    flow.dir.write("go", "");
    let done = run.wait().expect(0);
    for job in ["long", "after_long", "short", "after_short"] {
        assert_eq!(done.last(job).word, "COMPLETED", "{done}");
        assert_eq!(done.story(job).matches("SUBMITTED").count(), 1, "{done}");
    }
    for file in ["long-ran", "after-ran", "after-short-ran"] {
        assert_eq!(flow.dir.read(file), "one\n", "{file}");
    }
    done
}

/// The silence and its end were each told once, the end after it.
#[track_caller]
fn told_once(done: &super::live_support::Done) {
    let lost = done.stdout.matches("Slurm does not answer; the run waits for it").count();
    let back = done.stdout.matches("Slurm answers again").count();
    assert_eq!((lost, back), (1, 1), "{done}");
    assert!(done.stdout.find("does not answer") < done.stdout.find("answers again"), "{done}");
    assert!(!done.stderr.contains("error"), "the library's log spoils nothing: {done}");
}

#[test]
fn slurmctld_is_away_for_a_while() {
    let broken = Broken::new();
    let (flow, mut run) = started("away", &[]);
    broken.stop("slurmctld");
    until_lost(&mut run);
    // Jobs end while nobody keeps the books.
    flow.dir.write("go", "");
    thread::sleep(Duration::from_secs(10));
    broken.start("slurmctld");
    let done = completes(&flow, run);
    told_once(&done);
}

#[test]
fn slurmctld_is_away_for_longer_than_one_would_wait() {
    let broken = Broken::new();
    let (flow, mut run) = started("too-long", &["--wait-for-controller", "3s"]);
    let long = run.id("long");
    run.told("COMPLETED", "after_short");
    broken.stop("slurmctld");
    let done = run.wait().expect(3);
    done.says(&["Slurm does not answer"]);
    done.says(&["cannot be reached", "2 completed", "1 under way", "1 not submitted"]);
    done.says(&["1 job still under way", &format!("long (ID: {long})")]);
    done.says(&[&format!("scancel {long}")]);
    assert_eq!(done.row("long")[1], "RUNNING");
    assert_eq!(done.row("after_long")[1], "WAITING");
    broken.start("slurmctld");
    flow.dir.write("go", "");
    broken.cluster.wait_state(long, "COMPLETED");
    assert_eq!(flow.dir.read("long-ran"), "one\n");
    assert!(!flow.dir.exists("after-ran"));
}

#[test]
fn slurmctld_is_frozen_and_goes_on() {
    let broken = Broken::new();
    let (flow, mut run) = started("frozen", &[]);
    broken.freeze("slurmctld");
    flow.dir.write("go", "");
    until_lost(&mut run);
    broken.thaw("slurmctld");
    let done = completes(&flow, run);
    told_once(&done);
}

#[test]
fn munged_is_restarted() {
    let broken = Broken::new();
    let (flow, mut run) = started("munged", &[]);
    broken.stop("munged");
    until_lost(&mut run);
    broken.start("munged");
    run.until("it is back", |text| text.contains("answers again").then_some(()));
    let done = completes(&flow, run);
    told_once(&done);
}

#[test]
fn munged_is_restarted_unnoticed() {
    let broken = Broken::new();
    let (flow, run) = started("munged-quick", &[]);
    broken.restart("munged");
    completes(&flow, run);
}

#[test]
fn slurmctld_is_restarted_again_and_again() {
    let broken = Broken::new();
    let (flow, run) = started("restarts", &[]);
    for _ in 0..3 {
        broken.cluster.control(&["restart-ctld"]);
    }
    completes(&flow, run);
}

#[test]
fn slurmctld_is_killed() {
    let own = to_kill();
    let (flow, mut run) = started_on(&own.cluster, "killed", &[]);
    run.told("COMPLETED", "after_short");
    // It writes its state down every few seconds.
    let known = SystemTime::now();
    until("it has written its state down", || {
        let written = std::fs::metadata(own.cluster.dir.join("state/job_state")).ok()?.modified().ok()?;
        (written > known).then_some(())
    });
    own.cluster.control(&["kill", "slurmctld"]);
    own.cluster.control(&["start", "slurmctld"]);
    completes(&flow, run);
}

#[test]
fn slurmctld_is_killed_and_has_lost_its_jobs() {
    let own = to_kill();
    let flow = Flow::on(&own.cluster, "lost", JOBS);
    let mut run = flow.start(&[]);
    run.id("long");
    run.id("short");
    // Mostly they are not written down yet; slurmdbd may have them as pending for ever.
    own.cluster.control(&["kill", "slurmctld"]);
    own.cluster.control(&["start", "slurmctld"]);
    flow.dir.write("go", "");
    let done = run.wait();
    for (job, after) in [("long", "after_long"), ("short", "after_short")] {
        let (last, after) = (done.last(job).word, done.last(after));
        match last.as_str() {
            "COMPLETED" => assert_eq!(after.word, "COMPLETED", "{done}"),
            "UNKNOWN" => assert_eq!(after.detail, format!("because {job} UNKNOWN"), "{done}"),
            other => panic!("{job} {other}: {done}"),
        }
    }
    assert_eq!(done.code, Some(if done.stdout.contains("UNKNOWN") { 1 } else { 0 }), "{done}");
}

#[test]
fn slurmdbd_is_down() {
    let broken = Broken::new();
    broken.stop("slurmdbd");
    let (flow, run) = started("no-dbd", &[]);
    let done = completes(&flow, run);
    assert!(!done.stdout.contains("does not answer"), "{done}");
    assert_eq!(done.stderr, "");
}

#[test]
fn an_interrupt_while_slurmctld_is_away() {
    let broken = Broken::new();
    let (_flow, mut run) = started("away-interrupted", &[]);
    let long = run.id("long");
    broken.stop("slurmctld");
    until_lost(&mut run);
    run.signal(2);
    let done = run.wait_for(Duration::from_secs(60)).expect(130);
    done.says(&["Interrupted by SIGINT", &format!("long (ID: {long})")]);
    broken.start("slurmctld");
    until("the job is still known", || broken.cluster.state(long).filter(|state| state == "RUNNING"));
}
