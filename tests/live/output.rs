//! What is printed into pipes, as text and as JSON, and what a reader that goes away does.

use super::live_support::{Flow, Process};
use srunx::event::EventKind;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

const JOBS: &str = "
  - name: a
    command: echo hello; touch a-ran
  - name: b
    command: exit 1
    depends_on: [a]
  - name: c
    command: \"true\"
    depends_on: [b]
";

#[test]
fn plain_lines_into_a_pipe() {
    let flow = Flow::new("pipe", JOBS);
    let done = flow.run(&[]).expect(1);
    assert!(!done.stdout.contains('\x1b') && !done.stderr.contains('\x1b'), "{done}");
    assert!(!done.stdout.contains('\r'));
    assert_eq!(done.stderr, "");
    let told: Vec<_> = done.told().into_iter().map(|told| format!("{} {}", told.word, told.job)).collect();
    let told: Vec<_> = told.iter().map(String::as_str).filter(|line| !line.starts_with("RUNNING")).collect();
    assert_eq!(
        told,
        [
            "SUBMITTED a",
            "MONITORING a",
            "COMPLETED a",
            "SUBMITTED b",
            "MONITORING b",
            "FAILED b",
            "SKIPPED c"
        ]
    );
    assert!(
        done.stdout.lines().next().unwrap().contains("Starting Workflow pipe with 3 jobs, run 20"),
        "{done}"
    );
}

#[test]
fn colour_only_where_it_is_asked_for() {
    let flow = Flow::new("colour", JOBS);
    let done = flow.run(&["--color", "always"]).expect(1);
    assert!(done.stdout.contains("\x1b["), "{done}");
}

#[test]
fn ascii_where_the_locale_has_no_more() {
    let flow = Flow::new("ascii", JOBS);
    let mut command = flow.command(&[]);
    command.env("LC_ALL", "C");
    let done = Process::start(command).wait().expect(1);
    assert!(done.stdout.is_ascii(), "{done}");
}

#[test]
fn a_reader_that_goes_away_does_not_end_the_run() {
    for options in [&[][..], &["--json"]] {
        let flow = Flow::new("head", JOBS);
        let (reader, writer) = std::io::pipe().unwrap();
        let run = Process::start_with(flow.command(options), Stdio::from(writer));
        let mut first = String::new();
        BufReader::new(reader).read_line(&mut first).unwrap();
        assert!(first.contains("head"), "{first}");
        // The reader is gone; the run goes on to its end.
        let done = run.wait().expect(1);
        assert!(!done.stderr.contains("panicked"), "{done}");
        assert!(flow.dir.exists("a-ran"));
    }
}

#[test]
fn a_full_disk_does_not_end_the_run() {
    let flow = Flow::new("full", JOBS);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let done = Process::start_with(flow.command(&[]), Stdio::from(full)).wait().expect(1);
    assert!(!done.stderr.contains("panicked"), "{done}");
    assert!(flow.dir.exists("a-ran"));
}

#[test]
fn json_lines() {
    let flow = Flow::new("json", JOBS);
    let done = flow.run(&["--json"]).expect(1);
    assert_eq!(done.stderr, "");
    let events = done.events();
    assert!(matches!(events[0].kind, EventKind::RunStarted { version: srunx::event::VERSION, .. }));
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[0].run == pair[1].run));
    let ended = |name: &str| {
        let status = events.iter().find_map(|event| match &event.kind {
            EventKind::Ended { job, outcome, status } if job == name => {
                Some((outcome.to_string(), status.clone()))
            }
            _ => None,
        });
        status.unwrap()
    };
    let (outcome, status) = ended("b");
    assert_eq!((outcome.as_str(), status.exit.code), ("FAILED", 1));
    let (outcome, status) = ended("a");
    assert_eq!(outcome, "COMPLETED");
    assert_eq!(std::fs::read_to_string(status.stdout.unwrap()).unwrap(), "hello\n");
    assert!(matches!(
        events.last().unwrap().kind,
        EventKind::RunEnded { outcome: srunx::RunOutcome::Failed }
    ));
    // It is JSON for others, too.
    for line in done.stdout.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["at"].is_string() && value["run"].is_string() && value["event"].is_string(), "{line}");
    }
}

#[test]
fn without_completion_messages_the_poll_finds_all() {
    let flow = Flow::new("no-push", JOBS);
    let done = flow.run(&["--no-push"]).expect(1);
    assert_eq!(done.last("a").word, "COMPLETED", "{done}");
    assert_eq!(done.last("c").detail, "because b FAILED", "{done}");
}

#[test]
fn a_dry_run_submits_nothing() {
    let flow = Flow::new("dry", JOBS);
    let done = flow.run(&["--dry-run"]).expect(0);
    assert_eq!(done.stdout.matches("--- script\n#!/bin/bash\n").count(), 3, "{done}");
    let name = format!("--chdir={}", flow.dir.path().display());
    assert_eq!(done.stdout.matches(&name).count(), 3, "{done}");
    assert!(
        !flow
            .cluster
            .slurm("squeue", &["-h", "-t", "all", "-o", "%Z"])
            .contains(flow.dir.path().to_str().unwrap())
    );
}
