//! Ctrl-C, once and twice, the other signals, and a client that dies.

use super::live_support::{Cluster, Done, Flow, Process, until};
use std::time::{Duration, Instant};

const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;

const JOBS: &str = "
  - name: one
    command: touch one-runs; while [ ! -e go ]; do sleep 0.1; done; touch one-ended
  - name: two
    command: touch two-runs; while [ ! -e go ]; do sleep 0.1; done
  - name: ended
    command: \"true\"
  - name: later
    command: touch later-ran
    depends_on: [one]
";

/// A run whose two long jobs run.
struct Running {
    flow: Flow<'static>,
    run: Option<Process>,
    ids: [u32; 2],
}

impl Running {
    fn new(name: &str) -> Self {
        let flow = Flow::new(name, JOBS);
        let mut run = flow.start(&[]);
        let ids = [run.id("one"), run.id("two")];
        flow.dir.wait_for("one-runs");
        flow.dir.wait_for("two-runs");
        run.told("COMPLETED", "ended");
        Self { flow, run: Some(run), ids }
    }

    fn run(&mut self) -> &mut Process {
        self.run.as_mut().unwrap()
    }

    fn wait(&mut self) -> Done {
        self.run.take().unwrap().wait()
    }

    fn still_run(&self) {
        let queue = Cluster::shared().queue();
        assert!(self.ids.iter().all(|id| queue.contains(id)), "{queue:?}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for id in self.ids {
            let _ = Cluster::shared().try_slurm("scancel", &[&id.to_string()]);
        }
    }
}

/// The first signal leaves the jobs alone and says all that one must know.
fn leaves_the_jobs(signal: i32, name: &str) {
    let mut running = Running::new(name);
    running.run().signal(signal);
    let started = Instant::now();
    let done = running.wait().expect(130);
    // The grace in which a second signal is waited for.
    assert!(started.elapsed() < Duration::from_secs(30), "{done}");
    let [one, two] = running.ids;
    done.says(&[&format!("Interrupted by {name}"), "nothing more is submitted", &format!("one (ID: {one})")]);
    done.says(&[&format!("two (ID: {two})"), "2 jobs under way"]);
    done.says(&[&format!("scancel {one} {two}")]);
    assert_eq!(done.stdout.matches("scancel ").count(), 1, "it is said once: {done}");
    done.says(&["Workflow interrupted", "1 completed", "2 under way", "1 not submitted"]);
    assert_eq!(done.row("one")[1], "RUNNING");
    assert_eq!(done.row("later")[1], "WAITING");
    running.still_run();
    // What runs runs on to its end, and nothing comes after it.
    running.flow.dir.write("go", "");
    running.flow.dir.wait_for("one-ended");
    for id in running.ids {
        Cluster::shared().wait_state(id, "COMPLETED");
    }
    assert!(!running.flow.dir.exists("later-ran"));
}

#[test]
fn an_interrupt_leaves_the_jobs() {
    leaves_the_jobs(SIGINT, "SIGINT");
}

#[test]
fn sigterm_does_the_same() {
    leaves_the_jobs(SIGTERM, "SIGTERM");
}

#[test]
fn and_so_does_sighup() {
    leaves_the_jobs(SIGHUP, "SIGHUP");
}

fn second_cancels(signal: i32, name: &str) {
    let mut running = Running::new(name);
    running.run().signal(signal);
    running.run().until("the interruption is told", |text| text.contains("Interrupted by").then_some(()));
    running.run().signal(signal);
    let done = running.wait().expect(130);
    done.says(&["Cancelling 2 jobs", "one", "two"]);
    for (job, id) in ["one", "two"].into_iter().zip(running.ids) {
        assert_eq!(done.last(job).word, "CANCELLED", "{done}");
        assert_eq!(done.row(job)[1..3], ["CANCELLED".to_owned(), id.to_string()]);
        assert_eq!(Cluster::shared().state(id).as_deref(), Some("CANCELLED"));
    }
    assert_eq!(done.row("ended")[1], "COMPLETED");
    assert!(!running.flow.dir.exists("later-ran"));
    done.says(&["Workflow interrupted", "2 cancelled"]);
    let queue = Cluster::shared().queue();
    assert!(running.ids.iter().all(|id| !queue.contains(id)), "{queue:?}");
}

#[test]
fn a_second_interrupt_cancels_the_jobs() {
    second_cancels(SIGINT, "SIGINT");
}

#[test]
fn a_second_sigterm_does_the_same() {
    second_cancels(SIGTERM, "SIGTERM");
}

#[test]
fn jobs_outlive_a_client_that_is_killed() {
    let mut running = Running::new("killed");
    running.run().signal(SIGKILL);
    let done = running.wait();
    assert_eq!(done.signal, Some(SIGKILL));
    running.still_run();
    running.flow.dir.write("go", "");
    until("both completed", || {
        let completed = |id: &u32| Cluster::shared().state(*id).as_deref() == Some("COMPLETED");
        running.ids.iter().all(completed).then_some(())
    });
}

#[test]
fn an_interrupt_before_anything_runs() {
    let closed = Cluster::shared().closed_partition("interrupted");
    let jobs = format!(
        "
  - name: it
    command: touch it-ran
    resources: {{partition: {}}}
",
        closed.name
    );
    let flow = Flow::new("interrupted", &jobs);
    let mut run = flow.start(&[]);
    let id = run.id("it");
    run.told("PENDING", "it");
    run.signal(SIGINT);
    run.until("the interruption is told", |text| text.contains("Interrupted by").then_some(()));
    run.signal(SIGINT);
    let done = run.wait().expect(130);
    assert_eq!(done.last("it").word, "CANCELLED");
    assert_eq!(Cluster::shared().state(id).as_deref(), Some("CANCELLED"));
}
