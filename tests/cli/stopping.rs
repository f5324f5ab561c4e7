//! Signals: a local run ends with all that it started.

use crate::scratch::{PATIENCE, Scratch};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

fn wait_until(what: &str, done: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "{what}");
        sleep(Duration::from_millis(10));
    }
}

fn stopped_by(signal: Signal, name: &str) {
    let scratch = Scratch::with(
        "jobs:\n- name: a\n  command: |\n    sleep 300 &\n    echo $! > pid.new; mv pid.new pid\n    wait\n- {name: b, \
         command: touch marker, depends_on: a}\n",
    );
    let child = scratch.srunx(&["flow", "run", "w.yaml", "--local"]).stdout(Stdio::piped()).spawn().unwrap();
    wait_until("the job does not start", || scratch.path("pid").exists());
    let pid = |number: i32| Pid::from_raw(number).unwrap();
    let sleeper = pid(scratch.read("pid").trim().parse().unwrap());
    kill_process(pid(i32::try_from(child.id()).unwrap()), signal).unwrap();
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(130), "{out}");
    assert!(out.contains(&format!("Interrupted by {name}: nothing more is submitted")), "{out}");
    assert!(out.contains("CANCELLED    Job a "), "{out}");
    assert!(!out.contains("Ctrl-C again"), "{out}");
    assert!(out.contains("Workflow interrupted: 1 cancelled, 1 not submitted\n"), "{out}");
    assert!(!scratch.path("marker").exists());
    wait_until("a process is left", || gone(sleeper));
}

/// Whether a process is over; where process 1 waits for nobody, it stays as a zombie.
fn gone(process: Pid) -> bool {
    let stat = format!("/proc/{}/stat", process.as_raw_nonzero());
    let zombie = std::fs::read_to_string(stat).is_ok_and(|stat| stat.contains(") Z "));
    zombie || test_kill_process(process).is_err()
}

#[test]
fn sigint() {
    stopped_by(Signal::INT, "SIGINT");
}

#[test]
fn sigterm() {
    stopped_by(Signal::TERM, "SIGTERM");
}

#[test]
fn a_killed_client_takes_its_jobs_with_it() {
    let scratch = Scratch::with(
        "jobs:\n- name: a\n  command: |\n    echo $$ > pid.new; mv pid.new pid\n    exec sleep 300\n",
    );
    let mut child =
        scratch.srunx(&["flow", "run", "w.yaml", "--local"]).stdout(Stdio::null()).spawn().unwrap();
    wait_until("the job does not start", || scratch.path("pid").exists());
    let sleeper = Pid::from_raw(scratch.read("pid").trim().parse().unwrap()).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the job is left", || gone(sleeper));
}
