//! Jobs that slurmctld refuses: its words, what to do, and the other branches going on.

use super::live_support::{Cluster, Flow};

/// Runs a job that asks for `resources` beside a branch that asks for nothing, and gives the line about it.
fn rejected(name: &str, resources: &str) -> String {
    let jobs = format!(
        "
  - name: it
    command: touch it-ran
    resources: {{{resources}}}
  - name: child
    command: touch it-ran
    depends_on: [it]
  - name: beside
    command: \"true\"
  - name: after_beside
    command: touch after-beside-ran
    depends_on: [beside]
"
    );
    let flow = Flow::new(name, &jobs);
    let done = flow.run(&[]).expect(1);
    assert_eq!(done.story("it"), "REJECTED", "{done}");
    assert_eq!(done.last("child").detail, "because it REJECTED");
    assert!(!flow.dir.exists("it-ran"));
    assert_eq!(done.last("after_beside").word, "COMPLETED");
    assert_eq!(done.row("it")[1..3], ["REJECTED", "-"]);
    let lines: Vec<_> = done.stdout.lines().filter(|line| line.contains("REJECTED     Job it ")).collect();
    assert_eq!(lines.len(), 1);
    assert!(!lines[0].contains("\\n"), "a line's end is no part of it: {}", lines[0]);
    lines[0].to_owned()
}

/// Slurm's words, which sbatch prints for the same request.
#[track_caller]
fn as_sbatch_says(line: &str, options: &[&str]) {
    let mut command = Cluster::shared().command("sbatch");
    command.args(options).args(["--wrap", "true"]);
    let sbatch = super::live_support::Process::start(command).wait();
    assert_ne!(sbatch.code, Some(0), "{sbatch}");
    let last = sbatch.stderr.lines().last().unwrap();
    let words = last.split_once("failed: ").unwrap_or_else(|| panic!("{sbatch}")).1;
    assert!(line.contains(words), "{line}\ndoes not hold sbatch's words: {words}");
}

#[test]
fn a_partition_that_is_not_there() {
    let line = rejected("no-partition", "partition: nowhere");
    as_sbatch_says(&line, &["-p", "nowhere"]);
    assert!(
        line.contains("(Slurm error 2000)") && line.ends_with("hint: `sinfo -s` lists the partitions"),
        "{line}"
    );
}

#[test]
fn an_account_that_one_may_not_use() {
    let line = rejected("no-account", "account: nobodys");
    as_sbatch_says(&line, &["-A", "nobodys"]);
    assert!(line.contains("hint: `sacctmgr show associations"), "{line}");
}

#[test]
fn a_qos_that_is_not_there() {
    let line = rejected("no-qos", "qos: nothing");
    as_sbatch_says(&line, &["-q", "nothing"]);
    assert!(line.contains("hint: `sacctmgr show associations"), "{line}");
}

#[test]
fn more_nodes_than_there_are() {
    let line = rejected("too-many", "nodes: 5");
    as_sbatch_says(&line, &["-N", "5"]);
    assert!(line.contains("hint: ") && line.contains("sinfo"), "{line}");
}

#[test]
fn more_nodes_than_the_partition_allows() {
    let line = rejected("too-many-here", "nodes: 3, partition: short");
    as_sbatch_says(&line, &["-N", "3", "-p", "short"]);
    assert!(line.contains("hint: "), "{line}");
}

#[test]
fn more_time_than_the_partition_gives() {
    let line = rejected("too-long", "time_limit: 31, partition: short");
    as_sbatch_says(&line, &["-t", "31", "-p", "short"]);
    assert!(line.contains("hint: `sinfo -o '%P %l'`"), "{line}");
}

#[test]
fn more_memory_than_any_node_has() {
    let line = rejected("too-much", "memory_per_node: 4T");
    as_sbatch_says(&line, &["--mem=4T"]);
    assert!(line.contains("hint: "), "{line}");
}
