//! A part of a workflow, what failed once more, and what is there already.

use crate::scratch::{Said, Scratch};
use std::fs;

const JOBS: &str = "name: chain
jobs:
  - {name: fetch, command: echo fetch >>ran; echo 1 >raw, creates: raw}
  - {name: prepare, command: echo prepare >>ran; cp raw clean, depends_on: [fetch], creates: [clean], inputs: [raw]}
  - {name: train, command: echo train >>ran; test -e good, depends_on: [prepare]}
  - {name: report, command: echo report >>ran, depends_on: [train]}
";

/// What ran since this was last asked.
fn ran(scratch: &Scratch) -> String {
    let path = scratch.path("ran");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn run(scratch: &Scratch, args: &[&str], code: i32) -> Said {
    let said = scratch.run(&[&["flow", "run", "w.yaml", "--local"], args].concat());
    assert_eq!(said.code, Some(code), "{args:?}: {}{}", said.out, said.err);
    said
}

fn resume(scratch: &Scratch, args: &[&str], code: i32) -> Said {
    let said = scratch.run(&[&["flow", "resume", "--last"], args].concat());
    assert_eq!(said.code, Some(code), "{args:?}: {}{}", said.out, said.err);
    said
}

#[test]
fn what_failed_once_more() {
    let scratch = Scratch::with(JOBS);
    let said = run(&scratch, &[], 1);
    assert_eq!(ran(&scratch), "fetch prepare train");
    assert!(said.out.contains("To run again what failed: srunx flow resume 2"), "{}", said.out);
    assert!(said.out.contains(" --retry-failed\n"), "{}", said.out);
    let said = resume(&scratch, &[], 1);
    assert!(said.err.contains("is over: some of its jobs did not complete"), "{}", said.err);
    assert_eq!(ran(&scratch), "");
    scratch.write("good", "");
    let said = resume(&scratch, &["--retry-failed"], 0);
    assert!(said.out.contains("run again: train, report\n"), "{}", said.out);
    assert_eq!(ran(&scratch), "train report");
    let said = resume(&scratch, &["--retry-failed"], 0);
    assert!(said.err.contains("is over: its jobs completed"), "{}", said.err);
    assert_eq!(ran(&scratch), "");
    resume(&scratch, &["--from", "train"], 0);
    assert_eq!(ran(&scratch), "train report");
    resume(&scratch, &["--job", "fetch"], 0);
    assert_eq!(ran(&scratch), "fetch");
}

#[test]
fn what_is_there_already_and_what_was_not_asked_for() {
    let scratch = Scratch::with(JOBS);
    scratch.write("good", "");
    run(&scratch, &["--to", "prepare"], 0);
    assert_eq!(ran(&scratch), "fetch prepare");
    let said = run(&scratch, &[], 0);
    assert_eq!(ran(&scratch), "train report");
    assert!(said.out.contains("its outputs are up to date"), "{}", said.out);
    let said = run(&scratch, &["--job", "train"], 0);
    assert_eq!(ran(&scratch), "train");
    assert!(said.out.contains("it was not asked for"), "{}", said.out);
    let said = run(&scratch, &["--from", "train", "--dry-run"], 0);
    let shown: Vec<_> = said.out.lines().filter(|line| line.starts_with("===")).collect();
    assert_eq!(shown, ["=== train", "=== report"]);
}

#[test]
fn jobs_that_are_not_there() {
    let scratch = Scratch::with(JOBS);
    let said = run(&scratch, &["--job", "trian"], 2);
    assert_eq!(said.err, "error: --job: the workflow has no job called trian\nhint: did you mean train?\n");
    let said = run(&scratch, &["--from", "x"], 2);
    assert!(said.err.contains("hint: its jobs are fetch, prepare, train, report\n"), "{}", said.err);
    let said = run(&scratch, &["--from", "train", "--to", "fetch"], 2);
    assert!(said.err.contains("no job is both behind --from and before --to"), "{}", said.err);
    let said = run(&scratch, &["--from", "train", "--job", "fetch"], 2);
    assert!(said.err.contains("cannot be used with"), "{}", said.err);
    assert_eq!(scratch.run(&["flow", "list"]).out, "no runs\n");
}
