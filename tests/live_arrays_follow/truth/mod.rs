//! An array of 2,000 under everything that can happen to its tasks, slurmctld started afresh in the middle, watched from
//! outside by `srunx watch`. The tasks write down what they do; what is told of each at the end must be that.

mod array;
mod plan;

use super::live_support::{Cluster, Process, srunx, until};
use array::{Array, COUNT, Written};
use serde_json::Value;
use std::collections::BTreeMap;

/// How each task ended, by what it wrote: who did not come to its end was cancelled, as was planned.
fn truth(array: &Array) -> BTreeMap<u32, String> {
    let end = |(task, written): (&plan::Task, Written)| match written.end() {
        Some("0:0") => "COMPLETED 0:0".to_owned(),
        Some(end) => format!("FAILED {end}"),
        None => {
            assert!(task.is_cancelled(), "who ended it? {task:?} {written:?}");
            "CANCELLED".to_owned()
        }
    };
    (0..).zip(array.plan.iter().zip(array.written()).map(end)).collect()
}

/// How each task ended, by the last line that `srunx watch --json` printed.
fn told(stdout: &str) -> BTreeMap<u32, String> {
    let last: Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["over"], true, "{last}");
    let mut told = BTreeMap::new();
    for group in last["groups"].as_array().unwrap() {
        let state = group["state"].as_str().unwrap();
        let end = match (state, group["exit"].as_str()) {
            // One that was killed has a signal or none, as it came.
            ("CANCELLED", _) | (_, None) => state.to_owned(),
            (state, Some(exit)) => format!("{state} {exit}"),
        };
        let tasks: srunx::job::TaskSet = group["tasks"].as_str().unwrap().parse().unwrap();
        for task in tasks.iter() {
            let before = told.insert(task, end.clone());
            assert_eq!(before, None, "{task} is told of once");
        }
    }
    told
}

fn watch(cluster: &Cluster, id: u32) -> Process {
    let mut command = cluster.command(srunx());
    command.args(["watch", "--json", &id.to_string()]);
    Process::start(command)
}

/// Shows only those of which something else is told.
#[track_caller]
fn is_same(mut told: BTreeMap<u32, String>, mut truth: BTreeMap<u32, String>) {
    let same: Vec<u32> =
        told.iter().filter(|(task, end)| truth.get(task) == Some(*end)).map(|(task, _)| *task).collect();
    for task in same {
        told.remove(&task);
        truth.remove(&task);
    }
    assert_eq!(told, truth, "told, and what is true");
}

fn is_the_truth(options: &[&str]) {
    // Cheap to start and to end: of a task only what it wrote counts.
    let quick = ["--conf", "ProctrackType=proctrack/pgid", "--conf", "JobAcctGatherType=jobacct_gather/none"];
    let own = Cluster::start(&[options, &quick].concat());
    let array = Array::submit(&own.cluster, plan::seed());
    let watch = watch(&own.cluster, array.id);
    // Of what was cancelled by name before anybody looked, nothing tells.
    until("it is watched", || watch.stdout().contains('\n').then_some(()));
    let forgotten = array.meddle();
    let done = watch.wait().expect(1);
    array.keep(&done.stdout);
    let truth = truth(&array);
    assert_eq!(truth.len() as u32, COUNT);
    is_same(told(&done.stdout), truth.clone());
    array.happened(&forgotten);
    // Attached when all is over, and forgotten by slurmctld: slurmdbd remembers all that ever started.
    if !options.contains(&"--no-accounting") {
        until("slurmctld has forgotten it", || own.cluster.state(array.id).is_none().then_some(()));
        let done = self::watch(&own.cluster, array.id).wait().expect(1);
        let (told, written) = (told(&done.stdout), array.written());
        let mut truth = truth;
        truth.retain(|task, _| written[*task as usize].lives > 0 || told.contains_key(task));
        is_same(told, truth);
    }
}

#[test]
fn with_accounting() {
    is_the_truth(&["--min-job-age", "20"]);
}

#[test]
fn without_accounting() {
    // Nobody can tell what vanished while slurmctld was away for longer than this.
    is_the_truth(&["--min-job-age", "30", "--no-accounting"]);
}
