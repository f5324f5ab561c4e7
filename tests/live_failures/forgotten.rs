//! Jobs that slurmctld has forgotten before srunx could look.

use super::live_support::kept::start;
use super::live_support::{Cluster, Done, Flow, Process, until};
use serde_json::Value;

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
    let (flow, run) = wakes(cluster, JOBS, || {});
    (flow, run.wait())
}

/// The same, as it wakes. `meanwhile` happens before that.
fn wakes<'a>(cluster: &'a Cluster, jobs: &str, meanwhile: impl FnOnce()) -> (Flow<'a>, Process) {
    let flow = Flow::on(cluster, "forgotten", jobs);
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
    meanwhile();
    run.signal(SIGCONT);
    (flow, run)
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

/// What a slurmdbd that is down may know is not unknown.
#[test]
fn slurmdbd_is_waited_for() {
    let own = Cluster::start(&["--min-job-age", "2"]);
    let known = || {
        let ends = own.cluster.slurm("sacct", &["-X", "-n", "-P", "--format=State"]);
        assert!(!ends.contains("RUNNING") && !ends.contains("PENDING"), "{ends}");
        own.cluster.control(&["stop", "slurmdbd"]);
    };
    let (flow, mut run) = wakes(&own.cluster, JOBS, known);
    run.until("it waits for slurmdbd", |said| said.contains("does not answer").then_some(()));
    // Longer than what nobody knows is looked for.
    std::thread::sleep(std::time::Duration::from_secs(35));
    assert!(!run.stdout().contains("UNKNOWN"), "{}", run.stdout());
    own.cluster.control(&["start", "slurmdbd"]);
    let done = run.wait().expect(1);
    done.says(&["Slurm answers again"]);
    assert_eq!(done.last("good").word, "COMPLETED", "{done}");
    assert_eq!((done.last("bad").word.as_str(), done.last("bad").detail.as_str()), ("FAILED", "exit 3"));
    assert_eq!(done.last("after_good").word, "COMPLETED");
    assert!(flow.dir.exists("after-good-ran"));
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

/// A client is killed when slurmctld has its job and it does not know that; another one goes on with the run when slurmctld
/// has forgotten it.
fn left_for_long(cluster: &Cluster) -> Flow<'_> {
    let flow = Flow::on(
        cluster,
        "left-for-long",
        "  - {name: a, command: echo a >>ran}\n  - {name: b, command: echo b >>ran, depends_on: [a]}\n",
    );
    let done = start(&flow, &["run", "flow.yaml", "--detach"]).wait().expect(0);
    let ids = [done.id("a"), done.id("b")];
    // As if it had been killed before the first answer came: what was kept is the beginning of what was.
    let run = std::fs::read_dir(flow.dir.path().join("state/srunx/runs")).unwrap().next().unwrap().unwrap();
    let events = run.path().join("events.jsonl");
    let text = std::fs::read_to_string(&events).unwrap();
    let kept: Vec<&str> = text.split_inclusive('\n').take(2).collect();
    assert!(kept[1].contains("\"submitting\""), "{text}");
    std::fs::write(&events, kept.concat()).unwrap();
    for id in ids {
        until("slurmctld has forgotten it", || cluster.state(id).is_none().then_some(()));
    }
    assert_eq!(flow.dir.read("ran"), "a\nb\n");
    flow
}

#[test]
fn slurmdbd_knows_what_was_submitted() {
    let own = Cluster::start(&["--min-job-age", "2"]);
    let flow = left_for_long(&own.cluster);
    // Without its word nothing is submitted.
    own.cluster.control(&["stop", "slurmdbd"]);
    let mut resumed = start(&flow, &["resume", "--last"]);
    resumed.until("it waits for slurmdbd", |said| said.contains("does not answer").then_some(()));
    own.cluster.control(&["start", "slurmdbd"]);
    let done = resumed.wait().expect(0);
    assert_eq!(done.last("a").word, "COMPLETED", "{done}");
    // Of b nothing was kept: it is another job. That of a is the same.
    assert_eq!(flow.dir.read("ran"), "a\nb\nb\n");
}

/// slurmdbd was down while the job ran, and is asked before slurmctld has told it.
#[test]
fn slurmdbd_is_asked_once_it_has_heard_all() {
    let own = Cluster::start(&["--min-job-age", "2"]);
    own.cluster.control(&["stop", "slurmdbd"]);
    let flow = left_for_long(&own.cluster);
    own.cluster.control(&["start", "slurmdbd"]);
    let waiting = own.cluster.slurm("sdiag", &[]);
    eprintln!(
        "{}",
        waiting.lines().find(|line| line.starts_with("DBD Agent queue size")).unwrap_or_default()
    );
    let done = start(&flow, &["resume", "--last"]).wait().expect(0);
    assert_eq!(done.last("a").word, "COMPLETED", "{done}");
    assert_eq!(flow.dir.read("ran"), "a\nb\nb\n", "{done}");
}

#[test]
fn what_nobody_can_tell_is_not_submitted_again() {
    let own = Cluster::start(&["--min-job-age", "2", "--no-accounting"]);
    let flow = left_for_long(&own.cluster);
    let done = start(&flow, &["resume", "--last"]).wait().expect(1);
    assert_eq!(done.last("a").word, "UNKNOWN", "{done}");
    done.says(&["a ", "UNKNOWN", "no answer to its submission", "hint: "]);
    assert_eq!(done.last("b").detail, "because a UNKNOWN");
    assert_eq!(flow.dir.read("ran"), "a\nb\n");
}

/// A chain that Slurm did away with and has forgotten since.
fn forgotten_chain(cluster: &Cluster) -> Value {
    let flow = Flow::on(
        cluster,
        "forgotten-chain",
        "  - {name: bad, command: exit 3}\n  - {name: b, command: echo b >>ran, depends_on: [bad]}\n  \
           - {name: c, array: 0-3, command: echo c >>ran, depends_on: [b]}\n  - {name: d, command: echo d >>ran, depends_on: \
         ['afterany:c']}\n",
    );
    let done = start(&flow, &["run", "flow.yaml", "--detach"]).wait().expect(0);
    for job in ["bad", "b", "c", "d"] {
        until("slurmctld has forgotten it", || cluster.state(done.id(job)).is_none().then_some(()));
    }
    assert_eq!(flow.dir.read("ran"), "d\n");
    let status = start(&flow, &["status", "--last", "--json"]).wait().expect(0);
    serde_json::from_str(&status.stdout).unwrap()
}

#[track_caller]
fn outcomes(status: &Value) -> Vec<String> {
    let jobs = status["jobs"].as_array().unwrap().iter();
    jobs.map(|job| format!("{} {} {}", job["job"], job["outcome"], job["why"]).replace('"', "")).collect()
}

#[test]
fn slurmdbd_remembers_what_slurm_did_away_with() {
    let own = Cluster::start(&["--min-job-age", "2"]);
    let status = forgotten_chain(&own.cluster);
    let expected = ["bad FAILED null", "b SKIPPED bad FAILED", "c SKIPPED b SKIPPED", "d COMPLETED null"];
    assert_eq!(outcomes(&status), expected, "{status:#}");
}

#[test]
fn of_what_nobody_remembers_nothing_is_made_up() {
    let own = Cluster::start(&["--min-job-age", "2", "--no-accounting"]);
    let status = forgotten_chain(&own.cluster);
    let expected = ["bad UNKNOWN null", "b UNKNOWN null", "c UNKNOWN null", "d UNKNOWN null"];
    assert_eq!(outcomes(&status), expected, "{status:#}");
}
