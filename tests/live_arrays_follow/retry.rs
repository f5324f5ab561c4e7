//! `srunx retry`: what is submitted again is the job that it was, but for what is asked for anew.

use super::live_support::{Cluster, Done, Process, Scratch, srunx, until};
use std::collections::BTreeMap;

const SCRIPT: &str = "#!/bin/sh
#SBATCH --mail-type=FAIL
#SBATCH --constraint=fast
#SBATCH --array=0-99
echo \"$SLURM_ARRAY_TASK_ID $* $CALLER\" >> ran
exit $((SLURM_ARRAY_TASK_ID % 3))
";

fn run(dir: &Scratch, program: &str, arguments: &[&str]) -> Done {
    let cluster = Cluster::shared();
    let mut command = if program == "sbatch" { cluster.command("sbatch") } else { cluster.command(srunx()) };
    if program != "sbatch" {
        command.arg(program);
    }
    command.args(arguments).env("CALLER", program).current_dir(dir.path());
    Process::start(command).wait()
}

/// What a record says that does not change by itself.
fn record(id: u32) -> BTreeMap<String, String> {
    let changing = [
        "JobId",
        "ArrayJobId",
        "ArrayTaskId",
        "JobState",
        "Reason",
        "ExitCode",
        "RunTime",
        "SubmitTime",
        "EligibleTime",
        "AccrueTime",
        "StartTime",
        "EndTime",
        "LastSchedEval",
        "Scheduler",
        "AllocNode:Sid",
        "NodeList",
        "BatchHost",
        "SchedNodeList",
        "Priority",
        "StdErr",
        "StdOut",
        "SubmitLine",
        "SLUID",
        "AllocTRES",
        "Restarts",
        "DerivedExitCode",
    ];
    let mut record: BTreeMap<String, String> = Cluster::shared().job(id).into_iter().collect();
    record.retain(|key, _| !changing.contains(&key.as_str()));
    // Nodes of its allocation, shown in detail.
    record.retain(|key, _| !["Nodes", "CPU_IDs", "Mem", "GRES"].contains(&key.as_str()));
    // Words of the command line.
    record.retain(|key, _| !key.starts_with("--"));
    record
}

#[test]
fn what_failed_of_an_array() {
    let dir = Scratch::new("retry");
    dir.write("job.sh", SCRIPT);
    let options = [
        "--parsable",
        "--array=0-8%4",
        "--time=17",
        "--mem=20M",
        "-n2",
        "-c2",
        "--gres=gpu:a100:1",
        "--nice=5",
        "--comment=mine alone",
        "--output=out_%A_%a",
        "--job-name=again",
        "--no-requeue",
        "job.sh",
        "one",
        "two",
    ];
    let id: u32 = run(&dir, "sbatch", &options).expect(0).stdout.trim().parse().unwrap();
    let name = id.to_string();
    run(&dir, "watch", &[&name]).expect(1).says(&[&format!("failed: {id}_[1-2,4-5,7-8]")]);
    let dry = run(&dir, "retry", &["--dry-run", &name]).expect(0);
    dry.says(&["--array=1-2,4-5,7-8%4"]).says(&["--comment=mine alone"]).says(&["--time=17"]);
    let before = record(id);
    let done = run(&dir, "retry", &[&name, "--mem=40M", "--hold"]).expect(0);
    done.says(&["note: retrying", &format!("{id}_[1-2,4-5,7-8]")]);
    let new: u32 = done.stdout.trim().strip_prefix("Submitted batch job ").unwrap().parse().unwrap();
    let held = Cluster::shared().job(new);
    assert_eq!(
        (held["ArrayTaskId"].as_str(), held["MinMemoryNode"].as_str()),
        ("1-2,4-5,7-8%4", "40M"),
        "{held:?}"
    );
    Cluster::shared().slurm("scontrol", &["release", &new.to_string()]);
    run(&dir, "watch", &[&new.to_string()]).expect(1);
    let mut after = record(new);
    for key in ["MinMemoryNode", "TRES", "ReqTRES"] {
        let (old, new) = (before.get(key).map(|old| old.replace("20M", "40M")), after.get(key).cloned());
        assert_eq!(old, new, "{key}");
        if let Some(old) = before.get(key) {
            after.insert(key.to_owned(), old.clone());
        }
    }
    assert_eq!(before, after);
    // With the script's arguments and the caller's environment.
    let ran = dir.read("ran");
    let again: Vec<&str> = ran.lines().filter(|line| line.ends_with("one two retry")).collect();
    assert_eq!(again.len(), 6, "{ran}");
    assert!(dir.exists(&format!("out_{new}_8")));
}

#[test]
fn one_job_and_none() {
    let dir = Scratch::new("retry-one");
    dir.write("job.sh", "#!/bin/sh\n[ \"$CALLER\" = retry ]\n");
    let id = run(&dir, "sbatch", &["--parsable", "job.sh"]).expect(0).stdout.trim().to_owned();
    run(&dir, "watch", &[&id]).expect(1);
    let done = run(&dir, "retry", &[&id]).expect(0);
    let new = done.stdout.trim().strip_prefix("Submitted batch job ").unwrap().to_owned();
    run(&dir, "watch", &[&new]).expect(0);
    run(&dir, "retry", &[&new]).expect(1).says(&["nothing to retry", "all of it completed"]);
    run(&dir, "retry", &["99999999"]).expect(2).says(&["slurmctld does not know job 99999999"]);
    let held = run(&dir, "sbatch", &["--parsable", "--hold", "job.sh"]).expect(0).stdout.trim().to_owned();
    until("slurmctld knows it", || Cluster::shared().state(held.parse().unwrap()));
    run(&dir, "retry", &[&held]).expect(1).says(&["nothing to retry", "what has ended completed"]);
    Cluster::shared().slurm("scancel", &[&held]);
}
