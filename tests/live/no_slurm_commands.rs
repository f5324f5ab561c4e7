//! srunx runs no command of Slurm's, nor any other: execve is traced over a whole run.

use super::live_support::{Flow, Process, process::send, srunx, words};
use std::process::Command;

/// Puts `strace` before a command; execve goes to `file`.
fn traced(command: &Command, flow: &Flow<'_>) -> Command {
    let mut strace = flow.cluster.command("strace");
    strace.args(["-f", "-q", "-e", "trace=execve,execveat", "-o", "trace"]);
    strace.arg(command.get_program()).args(command.get_args()).current_dir(flow.dir.path());
    strace
}

/// The one program that was executed is srunx itself.
#[track_caller]
fn assert_only_srunx(flow: &Flow<'_>, command: &Command) {
    let trace = flow.dir.read("trace");
    let executed: Vec<&str> = trace.lines().filter(|line| line.contains(" exec")).collect();
    assert_eq!(executed.len(), 1, "{}: {executed:#?}", words(command));
    assert!(executed[0].contains(&format!("execve(\"{}\"", srunx().display())), "{executed:?}");
    // The trace saw children: the probe is one.
    let pids: std::collections::HashSet<_> =
        trace.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(pids.len() > 1, "nothing but one process was traced: {trace}");
}

#[test]
fn a_run_from_beginning_to_end() {
    let jobs = "
  - name: a
    command: \"true\"
  - name: b
    command: [sleep, '1']
    depends_on: [a]
  - name: c
    command: exit 3
    depends_on: [a]
  - name: d
    command: \"true\"
    depends_on: [b, c]
  - name: e
    command: \"true\"
    resources: {partition: nowhere}
";
    for options in [&[][..], &["--no-push"]] {
        let flow = Flow::new("traced", jobs);
        let command = flow.command(options);
        let done = Process::start(traced(&command, &flow)).wait().expect(1);
        assert_eq!(done.last("b").word, "COMPLETED", "{done}");
        assert_only_srunx(&flow, &command);
    }
}

#[test]
fn a_run_that_cancels_its_jobs() {
    let jobs = "
  - name: a
    command: [sleep, '600']
";
    let flow = Flow::new("traced-cancel", jobs);
    let command = flow.command(&[]);
    let mut run = Process::start(traced(&command, &flow));
    run.told("RUNNING", "a");
    let trace = flow.dir.read("trace");
    let pid: i32 = trace.split(' ').next().unwrap().parse().unwrap();
    send(pid, 2);
    run.until("the interruption is told", |text| text.contains("Interrupted by SIGINT").then_some(()));
    send(pid, 2);
    let done = run.wait().expect(130);
    assert_eq!(done.last("a").word, "CANCELLED", "{done}");
    assert_only_srunx(&flow, &command);
}
