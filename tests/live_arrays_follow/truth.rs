//! An array under everything that can happen to its tasks, watched from outside by `srunx watch`. The tasks write down what
//! they do; what is told of each at the end must be that.

use super::live_support::{Cluster, Process, Scratch, srunx, until};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// How many tasks.
const COUNT: u32 = 300;
/// These are cancelled by name while they wait.
const CANCELLED_WAITING: [u32; 4] = [281, 284, 285, 286];

/// One in ten sleeps until it is cancelled, one in ten until it is queued again; the others end soon, with codes of all kinds.
const SCRIPT: &str = r#"#!/bin/sh
i=$SLURM_ARRAY_TASK_ID
again=$(cat $i 2>/dev/null)
echo start >> $i
case $((i % 10)) in
5) exec sleep 600 ;;
7) [ -n "$again" ] || exec sleep 600 ;;
*) sleep 0.$((i * 7 % 10)) ;;
esac
code=$((i * 13 % 29 % 4))
echo end $code >> $i
exit $code
"#;

struct Array<'a> {
    cluster: &'a Cluster,
    dir: Scratch,
    id: u32,
}

impl<'a> Array<'a> {
    fn submit(cluster: &'a Cluster) -> Self {
        let dir = Scratch::new("truth");
        let script = dir.write("job.sh", SCRIPT);
        let mut command = cluster.command("sbatch");
        command.args(["--parsable", "--requeue", "-o", "/dev/null", "--mem=1M"]);
        command.args([&format!("--array=0-{}%80", COUNT - 1)]).arg(script).current_dir(dir.path());
        let id = Process::start(command).wait().expect(0).stdout.trim().parse().unwrap();
        Self { cluster, dir, id }
    }

    /// What a task wrote, line by line.
    fn wrote(&self, task: u32) -> Vec<String> {
        let text = fs::read_to_string(self.dir.path().join(task.to_string())).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn those(&self, so: impl Fn(u32, &[String]) -> bool) -> Vec<u32> {
        (0..COUNT).filter(|task| so(*task, &self.wrote(*task))).collect()
    }

    /// Slurm's own command on some of its tasks; it may fail, as some may have ended.
    fn do_to(&self, program: &str, words: &[&str], tasks: &[u32]) {
        if tasks.is_empty() {
            return;
        }
        let tasks: Vec<String> = tasks.iter().map(u32::to_string).collect();
        let id = format!("{}_[{}]", self.id, tasks.join(","));
        let mut words = words.to_vec();
        words.push(&id);
        let _ = self.cluster.try_slurm(program, &words);
    }

    /// Has all of it happen until every task is at its end, or was cancelled.
    fn meddle(&self, until_restart: Duration) {
        let start = Instant::now();
        let held: Vec<u32> = (290..COUNT).collect();
        self.do_to("scontrol", &["hold"], &held);
        self.do_to("scancel", &[], &CANCELLED_WAITING);
        let (mut restarted, mut released) = (false, false);
        until("all tasks are at their end", || {
            let sleeping = self.those(|task, wrote| task % 10 == 5 && !wrote.is_empty());
            self.do_to("scancel", &[], &sleeping);
            let first_life = self.those(|task, wrote| task % 10 == 7 && wrote == ["start"]);
            self.do_to("scontrol", &["requeue"], &first_life);
            // slurmctld gives a node time to clean up after it, two minutes at least.
            let again: Vec<String> =
                first_life.iter().map(|task| format!("JobId={}_{task}", self.id)).collect();
            for job in again {
                let _ = self.cluster.try_slurm("scontrol", &["update", &job, "StartTime=now"]);
            }
            if !restarted && start.elapsed() > until_restart {
                self.cluster.control(&["restart-ctld"]);
                restarted = true;
            }
            if !released && restarted && start.elapsed() > until_restart + Duration::from_secs(2) {
                self.do_to("scontrol", &["release"], &held);
                released = true;
            }
            let open = self.those(|task, wrote| {
                let over = wrote.last().is_some_and(|line| line.starts_with("end"));
                let killed = task % 10 == 5 && !wrote.is_empty();
                !(over || killed || CANCELLED_WAITING.contains(&task))
            });
            std::thread::sleep(Duration::from_millis(300));
            (restarted && released && open.is_empty()).then_some(())
        });
    }

    /// How each task ended, by what it wrote: who did not come to its end was cancelled.
    fn truth(&self) -> BTreeMap<u32, String> {
        let end = |task: u32| match self.wrote(task).last().and_then(|line| line.strip_prefix("end ")) {
            Some("0") => "COMPLETED 0:0".to_owned(),
            Some(code) => format!("FAILED {code}:0"),
            None => "CANCELLED".to_owned(),
        };
        (0..COUNT).map(|task| (task, end(task))).collect()
    }
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
        told.extend(tasks.iter().map(|task| (task, end.clone())));
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
    let own = Cluster::start(options);
    let array = Array::submit(&own.cluster);
    let watch = watch(&own.cluster, array.id);
    // Of what was cancelled by name before anybody looked, nothing tells.
    until("it is watched", || watch.stdout().contains('\n').then_some(()));
    array.meddle(Duration::from_secs(4));
    let done = watch.wait().expect(1);
    eprintln!("{}", done.stdout);
    is_same(told(&done.stdout), array.truth());
    let cancelled = told(&done.stdout).into_values().filter(|end| end == "CANCELLED").count();
    assert!(cancelled >= 30, "the meddling did something: {cancelled}");
    let again = array.those(|task, wrote| task % 10 == 7 && wrote.len() >= 3);
    assert!(again.len() >= 20, "they were queued again: {again:?}");
    // Attached when all is over, and forgotten by slurmctld: slurmdbd remembers all that ever started.
    if !options.contains(&"--no-accounting") {
        until("slurmctld has forgotten it", || own.cluster.state(array.id).is_none().then_some(()));
        let done = self::watch(&own.cluster, array.id).wait().expect(1);
        let mut truth = array.truth();
        truth.retain(|task, _| !array.wrote(*task).is_empty());
        is_same(told(&done.stdout), truth);
    }
}

#[test]
fn with_accounting() {
    is_the_truth(&["--min-job-age", "10"]);
}

#[test]
fn without_accounting() {
    // Long enough for slurmctld to be restarted between two looks.
    is_the_truth(&["--min-job-age", "12", "--no-accounting"]);
}
