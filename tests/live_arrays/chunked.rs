//! `srunx sbatch --chunk`: arrays beyond what the cluster allows, in parts that are one.

use super::live_support::{Cluster, until};
use super::session::Session;

const SCRIPT: &str = "#!/bin/bash
#SBATCH -J parts
#SBATCH -o /dev/null
echo start $SRUNX_TASK_ID >>log
sleep 0.1
echo end $SRUNX_TASK_ID >>log
exit $((SRUNX_TASK_ID == 47))
";

/// Each task ran once, by its index in the whole, and no more than so many at once.
fn check_log(log: &str, tasks: std::ops::Range<u32>, most: usize) {
    let (mut running, mut peak) = (0, 0);
    let mut ended: Vec<u32> = Vec::new();
    for line in log.lines() {
        match line.split_once(' ').unwrap() {
            ("start", _) => running += 1,
            (_, task) => {
                running -= 1;
                ended.push(task.parse().unwrap());
            }
        }
        peak = peak.max(running);
    }
    ended.sort_unstable();
    assert_eq!(ended, tasks.collect::<Vec<u32>>());
    assert!(peak <= most, "{peak} ran at once:\n{log}");
}

#[test]
fn an_array_beyond_the_limit_is_one() {
    let own = Cluster::start(&["--conf", "MaxArraySize=21"]);
    let session = Session::on(&own.cluster, "chunked");
    session.dir.write("job.sh", SCRIPT);
    let refused = session.fails("sbatch -a 0-49 job.sh");
    assert!(refused.contains("Invalid job array specification"), "{refused}");
    let numbers =
        "hint: task 49 is beyond the highest that this cluster allows, 20 (MaxArraySize=21); --chunk";
    assert!(refused.contains(numbers), "{refused}");

    let done = session.run("sbatch --chunk -a 0-49%4 job.sh").expect(0);
    let id = done.stdout.trim().rsplit(' ').next().unwrap().to_owned();
    assert_eq!(done.stdout, format!("Submitted batch job {id}\n"));
    done.says(&[&format!("sbatch: {id} is 3 arrays: {id} ")]);
    let watched = session.run(&format!("watch {id}")).expect(1);
    watched.says(&["COMPLETED  0:0   49: 0-46,48-49"]).says(&["FAILED     1:0   1: 47"]);
    // Slurm knows task 47 by its index in the third part.
    let parts = done.stderr.trim().rsplit(": ").next().unwrap().to_owned();
    let third = parts.split(' ').nth(2).unwrap();
    watched.says(&[&format!("failed: {third}_5")]).says(&[&format!("again:  srunx retry {id}")]);
    check_log(&session.dir.read("log"), 0..50, 4);

    // The run's id in the comment finds all of them.
    let comment = session.says(&format!("squeue -h -t all -j {third} -O comment:80"));
    let run = comment.lines().next().unwrap().trim();
    let run = run.strip_prefix("SRUNX_TASK_OFFSET=42 ").unwrap_or(run);
    let run = run.strip_prefix("srunx:").and_then(|run| run.split_once('/')).unwrap().0;
    // slurmdbd hears of ends a moment later.
    until("the report knows all ends", || {
        let report = session.run(&format!("report {run}")).expect(0).stdout;
        let line = report.lines().find(|line| line.starts_with("50 jobs: "))?;
        (line.contains("49 COMPLETED") && line.contains("1 FAILED")).then_some(())
    });
}

#[test]
fn parts_of_a_size_that_is_asked_for() {
    let session = Session::new("chunk-size");
    session.dir.write("job.sh", SCRIPT);
    let done = session.run("sbatch --chunk=4 --wait --parsable -a 40-49 job.sh").expect(1);
    let id = done.stdout.trim();
    done.says(&[&format!("sbatch: {id} is 3 arrays: {id} ")]);
    check_log(&session.dir.read("log"), 40..50, 10);
    for (options, words) in [
        ("--chunk=4 job.sh", "--chunk is for an array: --array is missing"),
        ("--chunk=0 -a 1 job.sh", "Invalid --chunk specification: 0"),
        ("--chunk=4 -a 1-x job.sh", "\"1-x\" names no tasks of an array"),
        ("--chunk=4 -a 1 : -n2 job.sh", "--chunk is for an array, not for a heterogeneous job"),
        ("--chunk=4 --test-only -a 1 job.sh", "--chunk and --test-only are mutually exclusive"),
        ("--chunk=4 -a 1 -p nowhere job.sh", "Batch job submission failed"),
    ] {
        let refused = session.fails(&format!("sbatch {options}"));
        assert!(refused.contains(words), "{options}: {refused}");
    }
}
