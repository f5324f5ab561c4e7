//! `srunx report`, held against what native sacct says of the same jobs.

use super::live_support::{Cluster, Done, Flow, Process, Scratch, srunx, until};
use serde_json::Value;
use std::collections::BTreeSet;

/// A job whose steps use CPUs and memory for long enough to be seen, an array, and one that goes on.
const JOBS: &str = r#"
busy='i=0; while [ $SECONDS -lt 4 ]; do i=$((i+1)); done'
sbatch --parsable -J busy -n 2 --mem-per-cpu=50 --wrap "srun -n 2 bash -c '$busy'" >busy
sbatch --parsable -J some --array=0-2 --mem=80 --wrap "[ \$SLURM_ARRAY_TASK_ID = 2 ] && exit 3; bash -c '$busy'" >some
sbatch --parsable -J waits --array=5-9 -H --wrap true >waits
sbatch --parsable -J runs --wrap 'sleep 1000' >runs
"#;

struct Jobs<'a> {
    cluster: &'a Cluster,
    dir: Scratch,
}

impl Jobs<'_> {
    fn id(&self, name: &str) -> String {
        self.dir.read(name).trim().to_owned()
    }

    fn report(&self, arguments: &[&str]) -> Done {
        let mut command = self.cluster.command(srunx());
        command.arg("report").args(arguments);
        Process::start(command).wait()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let done = self.report(&[&["--json"], arguments].concat()).expect(0);
        serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"))
    }

    /// Fields of native sacct's lines.
    fn sacct(&self, arguments: &[&str]) -> Vec<Vec<String>> {
        let text = self.cluster.slurm("sacct", &[&["-n", "-P", "--noconvert"], arguments].concat());
        text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
    }
}

/// `MM:SS.mmm`, `HH:MM:SS`
fn seconds(text: &str) -> f64 {
    text.split(':').fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap())
}

#[test]
fn report_adds_up_what_sacct_shows() {
    let own = Cluster::start(&["--conf", "JobAcctGatherFrequency=1"]);
    let jobs = Jobs { cluster: &own.cluster, dir: Scratch::new("report") };
    let mut made = own.cluster.command("bash");
    made.args(["-e", "-c", JOBS]).current_dir(jobs.dir.path());
    Process::start(made).wait().expect(0);
    let (busy, some, waits, runs) = (jobs.id("busy"), jobs.id("some"), jobs.id("waits"), jobs.id("runs"));
    for id in [&busy, &some] {
        until(&format!("slurmdbd knows the end of {id}"), || {
            let states = jobs.sacct(&["-X", "-j", id, "-o", "state"]);
            let over = |state: &Vec<String>| ["COMPLETED", "FAILED"].contains(&state[0].as_str());
            (!states.is_empty() && states.iter().all(over)).then_some(())
        });
    }
    one_job(&jobs, &busy);
    an_array(&jobs, &some);
    unfinished(&jobs, &waits, &runs);
    let named = jobs.json(&["--name", "busy", "-S", "now-1hour"]);
    assert_eq!(named["jobs"][0]["id"], busy.as_str());
    jobs.report(&["99999"]).expect(2).says(&["report: error: Job 99999 not found."]);
    let both = jobs.report(&[&busy, "99999"]).expect(2);
    both.says(&[&busy, "busy", "COMPLETED"]).says(&["Job 99999 not found."]);
    jobs.report(&["nonsense"]).expect(1).says(&["Invalid job id specified: nonsense"]);
    a_run(&jobs);
    own.cluster.control(&["stop", "slurmdbd"]);
    let remembered = jobs.report(&[&busy]).expect(0);
    remembered.says(&["note: slurmdbd does not answer"]).says(&["State: COMPLETED (exit code 0)"]);
    remembered
        .says(&["CPU Utilized: unknown"])
        .says(&["Memory Efficiency: unknown, of 100.00 MB (50.00 MB/core)"]);
    own.cluster.control(&["start", "slurmdbd"]);
}

/// A workflow's run, by its id.
fn a_run(jobs: &Jobs<'_>) {
    let flow =
        Flow::on(jobs.cluster, "run", "- {name: one, command: \"true\"}\n- {name: two, command: exit 3}\n");
    let events = flow.run(&["--json"]).expect(1).stdout;
    let first: Value = serde_json::from_str(events.lines().next().unwrap()).unwrap();
    let run = first["run"].as_str().unwrap();
    // slurmdbd calls a job `allocation` until it has heard all of it.
    until("the run's jobs are known by name", || {
        let report = jobs.json(&[run]);
        let jobs = report["jobs"].as_array()?;
        let names: BTreeSet<&str> = jobs.iter().filter_map(|job| job["name"].as_str()).collect();
        (names == BTreeSet::from(["one", "two"])).then_some(())
    });
    jobs.report(&["20260102-030405-00c0ffee"])
        .expect(2)
        .says(&["report: error: No job of the run 20260102-030405-00c0ffee is known any more."]);
}

fn one_job(jobs: &Jobs<'_>, id: &str) {
    let steps = jobs.sacct(&["-j", id, "-o", "jobid,totalcpu,elapsedraw,alloccpus,tresusageintot"]);
    let [_, total, elapsed, cores, _] = &steps[0][..] else { panic!("{steps:?}") };
    let memory = |step: &Vec<String>| -> u64 {
        step[4]
            .split(',')
            .find_map(|part| part.strip_prefix("mem="))
            .map_or(0, |bytes| bytes.parse().unwrap())
    };
    let used = steps[1..].iter().map(memory).max().unwrap();
    assert!(used > 0, "no memory was seen: {steps:?}");
    let report = jobs.json(&[id]);
    let job = &report["jobs"][0];
    assert!((job["cpu_seconds"].as_f64().unwrap() - seconds(total)).abs() < 0.01, "{job} {steps:?}");
    assert_eq!(job["memory_bytes"], used);
    assert_eq!(job["memory_allocated_bytes"], 100 << 20);
    assert_eq!(job["elapsed_seconds"].to_string(), *elapsed);
    assert_eq!(job["cores"].to_string(), *cores);
    let shown = jobs.report(&[id]).expect(0);
    shown.says(&[&format!("Job ID: {id}")]).says(&["State: COMPLETED (exit code 0)"]);
    let core_seconds = elapsed.parse::<u64>().unwrap() * 2;
    let share = 100.0 * seconds(total).round() / core_seconds as f64;
    shown.says(&[&format!("CPU Efficiency: {share:.2}% of 00:00:{core_seconds:02} core-walltime")]);
    let share = 100.0 * used as f64 / f64::from(100 << 20);
    shown.says(&[&format!("Memory Efficiency: {share:.2}% of 100.00 MB (50.00 MB/core)")]);
}

fn an_array(jobs: &Jobs<'_>, id: &str) {
    let shown = jobs.report(&[id]).expect(0);
    for (task, state, exit) in [(0, "COMPLETED", "0:0"), (1, "COMPLETED", "0:0"), (2, "FAILED", "3:0")] {
        shown.says(&[&format!("{id}_{task}"), "some", state, exit]);
    }
    shown.says(&["3 jobs: 2 COMPLETED, 1 FAILED"]).says(&["min", "25%", "median", "75%", "max", "mean"]);
    let task = jobs.report(&[&format!("{id}_2")]).expect(0);
    task.says(&[&format!("Array Job ID: {id}_2")]).says(&["State: FAILED (exit code 3)"]);
    assert_eq!(jobs.json(&[id])["summary"]["finished"], 3);
}

fn unfinished(jobs: &Jobs<'_>, waits: &str, runs: &str) {
    let shown = jobs.report(&[waits, runs]).expect(0);
    shown.says(&[&format!("{waits}_[5-9]"), "PENDING"]).says(&[runs, "RUNNING"]);
    shown.says(&["6 jobs: 5 PENDING, 1 RUNNING"]).says(&["6 are not finished"]);
    let running = jobs.report(&[runs]).expect(0);
    running.says(&["State: RUNNING"]).says(&["WARNING: The job is RUNNING and not over"]);
    let report = jobs.json(&[waits, runs]);
    assert_eq!((&report["summary"]["finished"], &report["summary"]["unfinished"]), (&0.into(), &6.into()));
    assert_eq!(report["jobs"][0]["cpu_efficiency"], Value::Null);
}
