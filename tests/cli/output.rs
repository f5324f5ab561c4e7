//! Where the output of a run goes: pipes, terminals, nowhere.

use crate::scratch::{Said, Scratch, has, said, said_into};

const FAILS: &str = "name: w\njobs: [{name: a, command: echo this is the end; exit 7}, {name: b, command: x, depends_on: a}]\n";
const RUN: [&str; 4] = ["flow", "run", "w.yaml", "--local"];

#[test]
fn a_pipe_gets_plain_lines() {
    let out = Scratch::with(FAILS).run(&RUN).out;
    assert!(!out.contains('\x1b') && !out.contains('┃'), "{out}");
    assert!(out.contains("❌ FAILED       Job a "), "{out}");
}

#[test]
fn the_environment_and_the_option_decide_about_colour() {
    let scratch = Scratch::with(FAILS);
    let colored = |variables: &[(&str, &str)], color: &[&str]| {
        let args = [&RUN[..], color].concat();
        let Said { code, out, .. } = said(scratch.srunx(&args).envs(variables.iter().copied()));
        assert_eq!(code, Some(1));
        out.contains('\x1b')
    };
    assert!(colored(&[], &["--color", "always"]));
    assert!(colored(&[("NO_COLOR", "1")], &["--color", "always"]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
}

#[test]
fn another_locale_gets_ascii() {
    let scratch = Scratch::with(FAILS);
    let out = said(scratch.srunx(&RUN).env("LC_ALL", "C")).out;
    assert!(out.is_ascii(), "{out}");
    assert!(out.contains("!! FAILED       Job a ") && out.contains("   | this is the end\n"), "{out}");
}

#[test]
fn a_reader_that_goes_away_does_not_end_the_run() {
    let scratch = Scratch::with(
        "jobs:\n- {name: a, command: sleep 0.3}\n- {name: b, command: touch marker, depends_on: a}\n",
    );
    let line = "set -o pipefail; \"$0\" flow run w.yaml --local | head -1";
    let Said { code, out, err } = said(&mut scratch.shell(line));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("🚀 Starting Workflow unnamed with 2 jobs, run 20"), "{out}");
    assert_eq!(out.lines().count(), 1);
    assert!(scratch.path("marker").exists());
}

#[test]
fn closed_outputs_do_not_end_the_run() {
    for closed in [">&-", "2>&-", ">&- 2>&- <&-"] {
        let scratch = Scratch::with("jobs: [{name: a, command: touch marker}]\n");
        let line = format!("\"$0\" flow run w.yaml --local {closed}");
        assert_eq!(said(&mut scratch.shell(&line)).code, Some(0), "{closed}");
        assert!(scratch.path("marker").exists(), "{closed}");
    }
}

#[test]
fn a_full_disk_does_not_end_the_run_and_is_told_once() {
    let scratch = Scratch::with(FAILS);
    for more in [&[][..], &["--json"]] {
        let (code, err) = said_into(&mut scratch.srunx(&[&RUN[..], more].concat()), "/dev/full");
        assert_eq!(code, Some(1));
        assert_eq!(
            err,
            "warning: standard output cannot be written, so the run goes on unseen: No space left on device (os error 28)\n"
        );
    }
}

#[test]
fn a_narrow_terminal_is_not_overrun() {
    if !has("script") || !has("stty") {
        return;
    }
    let scratch = Scratch::with(
        "name: w\njobs:\n- {name: a_job_with_a_long_name, command: exit 7}\n- {name: b, command: x, \
         depends_on: a_job_with_a_long_name}\n",
    );
    let on_terminal = |columns: u16, more: &str| {
        let line =
            format!("script -qec \"stty cols {columns}; '$0' flow run w.yaml --local {more}\" /dev/null");
        let Said { code, out, .. } = said(scratch.shell(&line).env_remove("COLUMNS"));
        assert_eq!(code, Some(1), "{out}");
        out.replace('\r', "")
    };
    let out = on_terminal(40, "--color never");
    assert!(out.contains('┃') && !out.contains("\x1b["), "{out}");
    // What is there to be copied stays whole.
    let copied = ["log: ", "srunx flow resume "];
    for line in out.lines().filter(|line| !copied.iter().any(|words| line.contains(words))) {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 40, "{line}\n{out}");
    }
    assert!(on_terminal(100, "").contains("\x1b[31mFAILED\x1b[0m"));
}
