//! Arrays that go in part by part, and clients that die meanwhile. The tasks write down that they ran.

use super::live_support::kept::{Kept, SIGKILL, start};
use super::live_support::{Cluster, Done, Flow, until};
use serde_json::Value;

fn status(kept: &Kept<'_>) -> Value {
    let done = kept.start(&["status", "--last", "--json"]).wait().expect(0);
    serde_json::from_str(&done.stdout).unwrap()
}

/// The events of a kind that are kept of the only run.
fn events(kept: &Kept<'_>, kind: &str) -> Vec<Value> {
    let runs = std::fs::read_dir(kept.flow.dir.path().join("state/srunx/runs")).unwrap();
    let run = runs.map(|run| run.unwrap().path()).find(|run| run.join("events.jsonl").exists()).unwrap();
    let text = std::fs::read_to_string(run.join("events.jsonl")).unwrap();
    let events = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter(|event| event["event"] == kind).collect()
}

#[test]
fn clients_killed_while_parts_go_in() {
    // Task by task behind another array that is cut alike, and a job behind all of it.
    let jobs = "  - {name: sweep, array: {tasks: 0-119%40, chunk: 5}, command: 'echo sweep_$SRUNX_TASK_ID >>ran; [ $SRUNX_TASK_ID != 77 ]'}\n  \
                - {name: corr, array: {tasks: 0-119, chunk: 7}, command: echo corr_$SRUNX_TASK_ID >>ran, depends_on: ['aftercorr:sweep']}\n  \
                - {name: last, command: echo last >>ran, depends_on: ['afterany:corr']}\n";
    let mut kept = Kept::of(Flow::new("cut_killed", jobs));
    let done = kept.run_killing(80, 700).expect(1);
    eprintln!("{} clients were killed\n{done}", kept.kills);
    let parts = events(&kept, "part_submitting");
    assert!(parts.len() >= 24 && !events(&kept, "part_submitted").is_empty(), "{parts:?}");
    // 77 of the one array fails, so that of the other does not run.
    kept.ran_once(120 + 119 + 1);
    let status = status(&kept);
    let ends: Vec<_> =
        status["jobs"].as_array().unwrap().iter().map(|job| job["outcome"].as_str().unwrap()).collect();
    assert_eq!(ends, ["FAILED", "SKIPPED", "COMPLETED"], "{status:#}");
    assert_eq!(status["jobs"][0]["tasks"]["failed"], "77");
}

/// A run whose client was killed when it had handed over some parts of an array, the tasks of which wait to be let go.
fn half_way(name: &str) -> (Kept<'static>, u32) {
    let jobs = "  - {name: sweep, array: {tasks: 0-299, chunk: 2}, command: 'while [ ! -e go ]; do sleep 0.2; done; echo $SRUNX_TASK_ID >>ran', sbatch: {mem: 1M}}\n";
    let kept = Kept::of(Flow::new(name, jobs));
    let mut client = kept.start(&["run", "flow.yaml"]);
    client.told("MONITORING", "sweep");
    until("some parts are in", || (events(&kept, "part_submitted").len() >= 3).then_some(()));
    client.signal(SIGKILL);
    client.wait();
    let parts = events(&kept, "part_submitting").len() as u32;
    assert!(parts < 150, "all were submitted before the client was killed");
    (kept, parts)
}

#[test]
fn what_had_not_gone_in_is_known_and_follows() {
    let (kept, parts) = half_way("cut_half_way");
    kept.start(&["status", "--last"])
        .wait()
        .expect(0)
        .says(&["cut_half_way: LEFT"])
        .says(&["sweep", " 0/300"]);
    kept.flow.dir.write("go", "");
    // What ended while nobody looked is no end of the whole.
    let ran = || kept.flow.dir.exists("ran").then(|| kept.flow.dir.read("ran").lines().count() as u32);
    until("what went in ran", || ran().filter(|ran| *ran >= 2 * (parts - 1)));
    let status = status(&kept);
    assert_eq!((&status["standing"], &status["jobs"][0]["phase"]), (&"LEFT".into(), &"underway".into()));
    kept.start(&["resume", "--last"]).wait().expect(0).says(&["sweep", "COMPLETED"]);
    kept.ran_once(300);
}

#[test]
fn what_had_not_gone_in_is_cancelled_too() {
    let (kept, _) = half_way("cut_cancelled");
    let done = kept.start(&["cancel", "--last"]).wait().expect(0);
    assert!(done.stderr.contains("nothing of the run"), "{done}");
    let here = format!("{}|", std::fs::canonicalize(kept.flow.dir.path()).unwrap().display());
    until("nothing is in the queue", || {
        let queue = Cluster::shared().slurm("squeue", &["-h", "-o", "%Z|%i"]);
        (!queue.lines().any(|line| line.starts_with(&here))).then_some(())
    });
    assert_eq!(status(&kept)["jobs"][0]["outcome"], "CANCELLED");
    assert!(!kept.flow.dir.exists("ran"));
}

/// Arrays in parts behind each other, to be left to Slurm.
const LEFT: &str = "  - {name: gate, command: 'while [ ! -e go ]; do sleep 0.1; done'}\n  \
    - {name: sweep, array: {tasks: 0-59%30, chunk: 8}, command: echo sweep_$SRUNX_TASK_ID >>ran, depends_on: [gate]}\n  \
    - {name: corr, array: {tasks: 0-59, chunk: 9}, command: echo corr_$SRUNX_TASK_ID >>ran, depends_on: ['aftercorr:sweep']}\n  \
    - {name: behind, array: {tasks: 0-9, chunk: 4}, command: echo behind_$SRUNX_TASK_ID >>ran, depends_on: [sweep]}\n  \
    - {name: one, command: echo one >>ran, depends_on: ['afterok:sweep_33']}\n  \
    - {name: all, command: echo all >>ran, depends_on: [sweep, corr, behind]}\n";
const LEFT_RAN: usize = 60 + 60 + 10 + 2;

/// Lets it go, and waits until all of it is over: each ran once, and behind what it waits for.
fn let_go(kept: &Kept<'_>) {
    kept.flow.dir.write("go", "");
    until("the run is over", || {
        let status = status(kept);
        std::thread::sleep(std::time::Duration::from_millis(200));
        let open = ["DETACHED", "LEFT", "RUNNING"].iter().any(|open| status["standing"] == *open);
        (!open).then(|| assert_eq!(status["standing"], "COMPLETED", "{status:#}"))
    });
    kept.ran_once(LEFT_RAN);
    let ran = kept.flow.dir.read("ran");
    let place = |job: &str| ran.lines().position(|line| line == job).unwrap();
    let last = (0..60).map(|task| place(&format!("sweep_{task}"))).max().unwrap();
    assert!((0..10).all(|task| place(&format!("behind_{task}")) > last), "{ran}");
    assert!((0..60).all(|task| place(&format!("corr_{task}")) > place(&format!("sweep_{task}"))), "{ran}");
    assert!(place("one") > place("sweep_33"), "{ran}");
}

#[test]
fn left_to_slurm_once_all_parts_are_in() {
    let kept = Kept::of(Flow::new("cut_left", LEFT));
    let run = |arguments: &[&str]| -> Done { start(&kept.flow, arguments).wait() };
    run(&["run", "flow.yaml", "--detach"]).expect(0).says(&["Workflow left to Slurm: 6 under way"]);
    let here = format!("{}|", std::fs::canonicalize(kept.flow.dir.path()).unwrap().display());
    let queue = Cluster::shared().slurm("squeue", &["-h", "-r", "-o", "%Z|%i"]);
    assert_eq!(queue.lines().filter(|line| line.starts_with(&here)).count(), LEFT_RAN + 1, "{queue}");
    let_go(&kept);
}

#[test]
fn clients_killed_while_they_leave_it_to_slurm() {
    let mut kept = Kept::of(Flow::new("cut_left_killed", LEFT));
    for _ in 0..8 {
        let client = kept.client(&["--detach"]);
        std::thread::sleep(kept.pause(30, 400));
        client.signal(SIGKILL);
        client.wait();
    }
    kept.client(&["--detach"]).wait().expect(0).says(&["Workflow left to Slurm: 6 under way"]);
    let_go(&kept);
}
