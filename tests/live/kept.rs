//! Runs whose client dies. The jobs write down that they ran.

use super::live_support::{Cluster, Flow, Process, srunx, until};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const SIGKILL: i32 = 9;

/// Layers of jobs and arrays, each job after two of the layer before.
fn jobs() -> String {
    let mut text = String::new();
    for layer in 0..6 {
        for place in 0..10 {
            let name = format!("l{layer}_{place}");
            text.push_str(&format!("  - name: {name}\n    command: echo {name} >>ran; sleep 0.2\n"));
            if layer > 0 {
                let (one, other) = (place, (place + 1) % 10);
                text.push_str(&format!("    depends_on: [l{}_{one}, l{}_{other}]\n", layer - 1, layer - 1));
            }
        }
        let name = format!("array{layer}");
        text.push_str(&format!("  - name: {name}\n    array: 0-4\n"));
        text.push_str(&format!("    command: echo {name}_$SLURM_ARRAY_TASK_ID >>ran; sleep 0.1\n"));
        if layer > 0 {
            text.push_str(&format!("    depends_on: [array{}, l{}_0]\n", layer - 1, layer - 1));
        }
    }
    text
}

fn command(flow: &Flow<'_>, arguments: &[&str]) -> Process {
    let mut command = flow.cluster.command(srunx());
    command.args(["flow"]).args(arguments).current_dir(flow.dir.path());
    command.env("XDG_STATE_HOME", flow.dir.path().join("state"));
    Process::start(command)
}

#[test]
fn a_client_killed_at_random_instants_runs_every_job_once() {
    let flow = Flow::new("killed", &jobs());
    // A pseudo-random pause that a failure can be repeated with.
    let mut seed = u64::from(std::process::id());
    println!("seed {seed}");
    let (start, mut kills) = (Instant::now(), 0);
    let mut arguments = vec!["run", "flow.yaml"];
    let done = loop {
        let client = command(&flow, &arguments);
        arguments = vec!["resume", "--last"];
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pause = Duration::from_millis(60 + (seed >> 33) % 400);
        if start.elapsed() > Duration::from_secs(120) {
            break client.wait();
        }
        std::thread::sleep(pause);
        client.signal(SIGKILL);
        let done = client.wait();
        // The one before was killed while it made the run's folder, or before.
        if done.stderr.contains("there is no run") {
            arguments = vec!["run", "flow.yaml"];
            continue;
        }
        if done.code.is_some() {
            break done;
        }
        kills += 1;
    };
    let done =
        if done.code == Some(0) { done } else { command(&flow, &["resume", "--last"]).wait().expect(0) };
    eprintln!("{kills} clients were killed\n{done}");
    assert!(kills >= 10, "{kills}");
    let mut ran: BTreeMap<String, u32> = BTreeMap::new();
    for line in flow.dir.read("ran").lines() {
        *ran.entry(line.to_owned()).or_default() += 1;
    }
    let twice: Vec<_> = ran.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert_eq!(ran.len(), 6 * 10 + 6 * 5, "{ran:?}");
}

#[test]
fn nothing_of_a_cancelled_run_is_left_in_the_queue() {
    let flow = Flow::new(
        "cancelled",
        "  - {name: a, command: sleep 600}\n  - {name: b, array: 0-3, command: sleep 600}\n  - {name: c, command: 'true', depends_on: [a]}\n",
    );
    let mut client = command(&flow, &["run", "flow.yaml"]);
    client.told("RUNNING", "a");
    let (a, b) = (client.id("a"), client.id("b"));
    client.signal(SIGKILL);
    client.wait();
    let status = command(&flow, &["status", "--last"]).wait().expect(0);
    status.says(&["of workflow cancelled: LEFT"]).says(&["a ", "RUNNING"]).says(&["c ", "WAITING"]);
    let done = command(&flow, &["cancel", "--last"]).wait().expect(0);
    assert!(done.stderr.contains("nothing of the run"), "{done}");
    let is_gone = |id: u32| !Cluster::shared().queue().contains(&id);
    until("nothing is in the queue", || (is_gone(a) && is_gone(b)).then_some(()));
    command(&flow, &["list"]).wait().expect(0).says(&["LEFT", "2/3"]);
}

#[test]
fn what_ended_while_nobody_looked_is_known() {
    let flow = Flow::new(
        "unseen",
        "  - {name: good, command: 'while [ ! -e go ]; do sleep 0.1; done'}\n  - {name: bad, command: 'while [ ! -e go ]; do sleep 0.1; done; exit 3'}\n  - {name: after, command: echo one >>after-ran, depends_on: [good]}\n",
    );
    let mut client = command(&flow, &["run", "flow.yaml"]);
    client.told("RUNNING", "good");
    client.told("RUNNING", "bad");
    let ids = [client.id("good"), client.id("bad")];
    client.signal(SIGKILL);
    client.wait();
    flow.dir.write("go", "");
    Cluster::shared().wait_state(ids[0], "COMPLETED");
    Cluster::shared().wait_state(ids[1], "FAILED");
    command(&flow, &["status", "--last"]).wait().expect(0).says(&["good", "COMPLETED"]);
    let done = command(&flow, &["resume", "--last"]).wait().expect(1);
    done.says(&["2 completed, 1 failed"]);
    assert_eq!(flow.dir.read("after-ran"), "one\n");
}
