//! Runs that are left to Slurm: `srunx flow run --detach`. The jobs write down that they ran.

use super::live_support::kept::{SIGKILL, start};
use super::live_support::{Cluster, Done, Flow, until};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Every kind of dependency, met and not.
const GRAPH: &str = r#"
  - {name: a, command: "sleep 2; echo a >>ran"}
  - {name: bad, command: "sleep 1; exit 3"}
  - {name: b, command: "echo b >>ran", depends_on: [a]}
  - {name: skipped, command: "echo skipped >>ran", depends_on: [bad]}
  - {name: skipped_too, command: "echo skipped_too >>ran", depends_on: [skipped, b]}
  - {name: not_of_skipped, command: "echo not_of_skipped >>ran", depends_on: ["afternotok:skipped"]}
  - {name: after_skipped, command: "echo after_skipped >>ran", depends_on: ["after:skipped"]}
  - {name: skipped_array, array: 0-2, command: "echo skipped_array >>ran", depends_on: [bad]}
  - {name: any, command: "echo any >>ran", depends_on: ["afterany:skipped_too", b]}
  - {name: repaired, command: "echo repaired >>ran", depends_on: ["afternotok:bad"]}
  - {name: started, command: "echo started >>ran", depends_on: ["after:a"]}
  - {name: sweep, array: 0-4, command: "echo sweep_$SLURM_ARRAY_TASK_ID >>ran; [ $SLURM_ARRAY_TASK_ID != 2 ]", depends_on: [a]}
  - {name: corr, array: 0-4, command: "echo corr_$SLURM_ARRAY_TASK_ID >>ran", depends_on: ["aftercorr:sweep"]}
  - {name: one, command: "echo one >>ran", depends_on: ["afterok:sweep_4"]}
  - {name: some, command: "echo some >>ran", depends_on: ["afterok:sweep[0-1,3]"]}
  - {name: not_one, command: "echo not_one >>ran", depends_on: ["afternotok:sweep_2"]}
  - {name: whole, command: "echo whole >>ran", depends_on: ["afterok:sweep"]}
  - {name: not_whole, command: "echo not_whole >>ran", depends_on: ["afternotok:sweep"]}
"#;

/// What ran of it.
const RAN: &str = "a any b corr_0 corr_1 corr_3 corr_4 not_one not_whole one repaired some started sweep_0 sweep_1 sweep_2 \
                   sweep_3 sweep_4";

/// How the jobs ended that did not complete, and why they were skipped.
const ENDS: [(&str, &str, Option<&str>); 9] = [
    ("bad", "FAILED", None),
    ("skipped", "SKIPPED", Some("bad FAILED")),
    ("skipped_too", "SKIPPED", Some("skipped SKIPPED")),
    ("not_of_skipped", "SKIPPED", Some("skipped SKIPPED")),
    ("after_skipped", "SKIPPED", Some("skipped SKIPPED")),
    ("skipped_array", "SKIPPED", Some("bad FAILED")),
    ("sweep", "FAILED", None),
    ("corr", "SKIPPED", None),
    ("whole", "SKIPPED", Some("sweep FAILED")),
];

fn run(flow: &Flow<'_>, arguments: &[&str]) -> Done {
    start(flow, arguments).wait()
}

fn status(flow: &Flow<'_>) -> Value {
    serde_json::from_str(&run(flow, &["status", "--last", "--json"]).expect(0).stdout).unwrap()
}

/// What is told of the run once it says that all is over.
fn over(flow: &Flow<'_>) -> Value {
    until("the run is over", || {
        let status = status(flow);
        let open = ["DETACHED", "LEFT", "RUNNING"].contains(&status["standing"].as_str().unwrap());
        if open {
            std::thread::sleep(Duration::from_millis(200));
        }
        (!open).then_some(status)
    })
}

fn ran(flow: &Flow<'_>) -> String {
    let text = flow.dir.read("ran");
    let mut ran: Vec<&str> = text.lines().collect();
    ran.sort_unstable();
    ran.join(" ")
}

#[track_caller]
fn is_true(status: &Value) {
    assert_eq!(status["standing"], "FAILED", "{status:#}");
    for job in status["jobs"].as_array().unwrap() {
        let name = job["job"].as_str().unwrap();
        let end = ENDS.iter().find(|(other, ..)| *other == name);
        let (outcome, why) = end.map_or(("COMPLETED", None), |(_, outcome, why)| (outcome, *why));
        assert_eq!(job["outcome"], outcome, "{name}: {job:#}");
        assert_eq!(job["why"].as_str(), why, "{name}: {job:#}");
        assert_eq!(job["phase"], "over", "{name}");
    }
}

#[test]
fn every_kind_of_dependency_without_a_client() {
    let flow = Flow::new("left", GRAPH);
    let done = run(&flow, &["run", "flow.yaml", "--detach"]).expect(0);
    done.says(&["Workflow left to Slurm: 18 under way"]).says(&["srunx flow status "]);
    let list = run(&flow, &["list"]).expect(0);
    list.says(&["left", "DETACHED"]);
    let run_id = list.stdout.lines().nth(1).unwrap().split(' ').next().unwrap().to_owned();
    done.says(&["Starting Workflow left with 18 jobs, run", &run_id]);
    is_true(&over(&flow));
    assert_eq!(ran(&flow), RAN);
    let order = flow.dir.read("ran");
    let place = |job: &str| order.lines().position(|line| line == job).unwrap();
    assert!(place("started") < place("a"), "`after` waits for no end: {order}");
    // What was only looked at is not kept; who follows it comes to the same.
    let followed = run(&flow, &["resume", &run_id]).expect(1);
    followed.says(&["SKIPPED", "because bad FAILED"]);
    is_true(&status(&flow));
    run(&flow, &["list"]).expect(0).says(&["left", "FAILED"]);
}

#[test]
fn a_client_killed_while_it_submits() {
    let mut seed = u64::from(std::process::id());
    println!("seed {seed}");
    for again in [&["resume", "--last", "--detach"][..], &["resume", "--last"]] {
        let flow = Flow::new("killed_detached", GRAPH);
        let (mut arguments, mut kills) = (vec!["run", "flow.yaml", "--detach"], 0);
        let done = loop {
            let client = start(&flow, &arguments);
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Some while they connect, some while they submit. To look for what was not submitted takes two seconds; the last
            // one has that time.
            if kills < 6 {
                std::thread::sleep(Duration::from_millis(20 + (seed >> 33) % 60));
                client.signal(SIGKILL);
            }
            let done = client.wait();
            arguments = vec!["resume", "--last", "--detach"];
            if done.stderr.contains("there is no run") {
                arguments = vec!["run", "flow.yaml", "--detach"];
            } else if done.code.is_some() {
                break done;
            }
            kills += 1;
        };
        println!("{kills} clients were killed; the last: {done}");
        run(&flow, again);
        is_true(&over(&flow));
        assert_eq!(ran(&flow), RAN);
    }
}

/// Chains of jobs, all of them behind one that waits until it is let go.
fn chains() -> String {
    let mut text = String::from("  - {name: gate, command: 'while [ ! -e go ]; do sleep 0.1; done'}\n");
    for chain in 0..40 {
        for link in 0..5 {
            let before = if link == 0 { "gate".to_owned() } else { format!("c{chain}_{}", link - 1) };
            let name = format!("c{chain}_{link}");
            text.push_str(&format!(
                "  - {{name: {name}, command: echo {name} >>ran, depends_on: [{before}]}}\n"
            ));
        }
    }
    text
}

/// A run of chains whose client was killed when it had submitted some of them.
fn half_way(name: &str) -> Flow<'static> {
    let flow = Flow::new(name, &chains());
    let mut client = start(&flow, &["run", "flow.yaml", "--detach"]);
    client.told("MONITORING", "c3_0");
    client.signal(SIGKILL);
    client.wait();
    let status = status(&flow);
    let phases = status["jobs"].as_array().unwrap().iter().map(|job| job["phase"].as_str().unwrap());
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    phases.for_each(|phase| *counts.entry(phase).or_default() += 1);
    assert!(counts.contains_key("underway") && counts.contains_key("waiting"), "{counts:?}");
    assert_eq!(status["standing"], "LEFT");
    flow
}

#[test]
fn what_was_submitted_half_way_is_finished_by_resume() {
    let flow = half_way("half_way");
    run(&flow, &["resume", "--last", "--detach"]).expect(0).says(&["Workflow left to Slurm: 201 under way"]);
    flow.dir.write("go", "");
    let status = over(&flow);
    assert_eq!(status["standing"], "COMPLETED");
    let mut lines: Vec<String> = flow.dir.read("ran").lines().map(str::to_owned).collect();
    lines.sort_unstable();
    let count = lines.len();
    lines.dedup();
    assert_eq!((count, lines.len()), (200, 200), "each ran once");
}

#[test]
fn what_was_submitted_half_way_is_cancelled_by_one_command() {
    let flow = half_way("half_way_cancelled");
    let done = run(&flow, &["cancel", "--last"]).expect(0);
    assert!(done.stderr.contains("nothing of the run"), "{done}");
    let here = format!("{}|", std::fs::canonicalize(flow.dir.path()).unwrap().display());
    let queue = Cluster::shared().slurm("squeue", &["-h", "-o", "%Z|%i"]);
    assert!(!queue.lines().any(|line| line.starts_with(&here)), "{queue}");
    assert!(!flow.dir.exists("ran"));
    let status = status(&flow);
    assert!(status["jobs"].as_array().unwrap().iter().all(|job| job["phase"] != "underway"));
}

#[test]
fn a_whole_run_that_was_left_is_cancelled_by_one_command() {
    let flow = Flow::new("left_cancelled", &chains());
    run(&flow, &["run", "flow.yaml", "--detach"]).expect(0);
    run(&flow, &["cancel", "--last"]).expect(0);
    let status = status(&flow);
    let outcomes = status["jobs"].as_array().unwrap().iter().map(|job| job["outcome"].as_str().unwrap());
    // Those that Slurm did away with before they were cancelled themselves were skipped.
    assert!(outcomes.into_iter().all(|outcome| ["CANCELLED", "SKIPPED"].contains(&outcome)), "{status:#}");
    assert_eq!(status["jobs"][0]["outcome"], "CANCELLED");
    assert!(!flow.dir.exists("ran"));
}

#[test]
fn a_refused_job_takes_those_that_wait_for_it_and_no_others() {
    let flow = Flow::new(
        "left_refused",
        "  - {name: a, command: echo a >>ran}\n  - {name: no, command: 'true', resources: {partition: nowhere}}\n  \
           - {name: b, command: echo b >>ran, depends_on: [a]}\n  - {name: c, command: echo c >>ran, depends_on: [no, b]}\n",
    );
    let done = run(&flow, &["run", "flow.yaml", "--detach"]).expect(1);
    done.says(&["no ", "REJECTED"]).says(&["c ", "SKIPPED", "no REJECTED"]);
    over(&flow);
    assert_eq!(ran(&flow), "a b");
}

#[test]
fn what_needs_a_client_is_refused_before_anything_is_submitted() {
    let flow = Flow::new(
        "not_left",
        "  - {name: a, command: 'true'}\n  - {name: again, command: 'true', retry: 2}\n",
    );
    let done = run(&flow, &["run", "flow.yaml", "--detach"]).expect(2);
    assert!(done.stderr.contains("again cannot be left to the scheduler"), "{done}");
    assert!(done.stderr.contains("`retry`") && done.stderr.contains("nothing was submitted"), "{done}");
    run(&flow, &["list"]).expect(0).says(&["no runs"]);
    // What is not taken need not be left.
    run(&flow, &["run", "flow.yaml", "--detach", "--job", "a"]).expect(0);
    let done = run(&flow, &["run", "flow.yaml", "--detach", "--local"]).expect(2);
    assert!(done.stderr.contains("--detach") && done.stderr.contains("--local"), "{done}");
}

#[test]
fn own_dependencies_hold_besides() {
    let cluster = Cluster::shared();
    let id = cluster.slurm("sbatch", &["--parsable", "-H", "-o", "/dev/null", "--wrap", "true"]);
    let id: u32 = id.trim().parse().unwrap();
    let flow = Flow::new(
        "left_own",
        &format!(
            "  - {{name: a, command: 'true'}}\n  - {{name: b, command: echo b >>ran, depends_on: [a], sbatch: {{dependency: \
             'afterok:{id}'}}}}\n"
        ),
    );
    let done = run(&flow, &["run", "flow.yaml", "--detach"]).expect(0);
    let [a, b] = ["a", "b"].map(|job| done.id(job));
    cluster.wait_state(a, "COMPLETED");
    assert_eq!(cluster.state(b).as_deref(), Some("PENDING"));
    assert!(!flow.dir.exists("ran"));
    cluster.slurm("scontrol", &["release", &id.to_string()]);
    assert_eq!(over(&flow)["standing"], "COMPLETED");
    assert_eq!(ran(&flow), "b");
}
