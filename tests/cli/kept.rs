//! Runs that are kept: what is on the disk, what is shown of it, and going on.

use crate::scratch::{PATIENCE, Said, Scratch, said};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const JOBS: &str = "name: chain
jobs:
  - {name: a, command: echo one >>a-ran}
  - name: b
    command: echo one >>b-ran; while [ ! -e go ]; do sleep 0.05; done; echo said
    depends_on: [a]
  - {name: c, command: echo one >>c-ran, depends_on: [b]}
";

fn begun(scratch: &Scratch) -> Child {
    let mut command = scratch.srunx(&["flow", "run", "w.yaml", "--local"]);
    let child = command.stdout(Stdio::null()).spawn().unwrap();
    wait_for(|| scratch.path("b-ran").exists());
    child
}

fn wait_for(so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(10));
    }
}

fn folder(scratch: &Scratch) -> PathBuf {
    let runs = scratch.path(".local/state/srunx/runs");
    let mut found = fs::read_dir(runs).unwrap().map(|entry| entry.unwrap().path());
    let folder = found.next().unwrap();
    assert!(found.next().is_none(), "one run");
    folder
}

#[test]
fn a_run_whose_client_is_killed_goes_on() {
    let scratch = Scratch::with(JOBS);
    let mut child = begun(&scratch);
    let run = folder(&scratch).file_name().unwrap().to_str().unwrap().to_owned();
    let Said { code, err, .. } = scratch.run(&["flow", "resume", &run]);
    assert_eq!(code, Some(2));
    assert!(err.contains(&format!("followed by another srunx, process {} on ", child.id())), "{err}");
    let listed = scratch.run(&["flow", "list"]).out;
    assert!(listed.contains(&run) && listed.contains("RUNNING"), "{listed}");

    child.kill().unwrap();
    child.wait().unwrap();
    let Said { code, out, .. } = scratch.run(&["flow", "status", "--last"]);
    assert_eq!(code, Some(0));
    assert!(out.contains(&format!("Run {run} of workflow chain: LEFT\n")), "{out}");
    assert!(out.contains(&format!("To go on with it: srunx flow resume {run}\n")), "{out}");

    scratch.write("go", "");
    // By the end of its id, and from another folder.
    let mut resume = scratch.srunx(&["flow", "resume", &run[run.len() - 4..]]);
    fs::create_dir(scratch.path("elsewhere")).unwrap();
    let Said { code, out, err } = said(resume.current_dir(scratch.path("elsewhere")));
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    let goes_on =
        format!("Going on with Workflow chain, run {run}: 1 completed, 1 under way, 1 not submitted");
    assert!(out.contains(&goes_on), "{out}");
    // Local jobs go with their client, so one was begun again; what had ended was not.
    let ran = ["a-ran", "b-ran", "c-ran"].map(|file| scratch.read(file));
    assert_eq!(ran, ["one\n", "one\none\n", "one\n"]);

    let Said { code, out, err } = scratch.run(&["flow", "resume", "--last"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(err.contains("is over: its jobs completed"), "{err}");
    assert!(scratch.run(&["flow", "list"]).out.contains("COMPLETED"));
    let logs = scratch.run(&["flow", "logs", &run, "b"]);
    assert_eq!((logs.code, logs.out.as_str()), (Some(0), "said\n"), "{}", logs.err);
    let status = scratch.run(&["flow", "status", &run, "--json"]).out;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["standing"], "COMPLETED");
    assert_eq!(
        (&status["jobs"][1]["outcome"], &status["jobs"][1]["attempts"]),
        (&"COMPLETED".into(), &2.into())
    );
}

#[test]
fn what_is_kept_is_for_its_owner_alone() {
    let scratch = Scratch::with("jobs: [{name: a, command: 'true'}]");
    let Said { code, .. } = said(scratch.srunx(&["flow", "run", "w.yaml", "--local"]).env("TOKEN", "s3cr3t"));
    assert_eq!(code, Some(0));
    let folder = folder(&scratch);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        assert!(!fs::read_to_string(entry.path()).unwrap().contains("s3cr3t"), "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["about.json", "events.jsonl", "workflow.yaml"], "the lock is let go of");
    assert_eq!(scratch.read("w.yaml"), fs::read_to_string(folder.join("workflow.yaml")).unwrap());
}

#[test]
fn a_line_that_broke_off_is_cut_and_another_is_told() {
    let scratch = Scratch::with(JOBS);
    let mut child = begun(&scratch);
    child.kill().unwrap();
    child.wait().unwrap();
    scratch.write("go", "");
    let events = folder(&scratch).join("events.jsonl");
    let text = fs::read_to_string(&events).unwrap();
    let lines = text.lines().count();
    fs::write(&events, format!("{text}{{\"at\":\"2026-0")).unwrap();
    assert_eq!(scratch.run(&["flow", "resume", "--last"]).code, Some(0));
    let text = fs::read_to_string(&events).unwrap();
    assert!(text.lines().nth(lines).unwrap().contains("run_resumed"), "{text}");

    let workflow = folder(&scratch).join("workflow.yaml");
    fs::write(&workflow, JOBS.replace("{name: c,", "{name: z,")).unwrap();
    fs::write(&events, text.lines().take(lines).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    let Said { code, err, .. } = scratch.run(&["flow", "resume", "--last"]);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("workflow.yaml is damaged: its jobs are not those that the run began with"),
        "{err}"
    );

    let broken = text.replacen("\"submitting\"", "\"submitting", 1);
    fs::write(&events, broken).unwrap();
    let Said { code, out, err } = scratch.run(&["flow", "resume", "--last"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("events.jsonl is damaged in line 2: "), "{err}");
}

#[test]
fn a_run_that_somebody_is_at_is_cancelled_by_another() {
    let scratch = Scratch::with(JOBS);
    let mut child = begun(&scratch);
    let Said { code, err, .. } = scratch.run(&["flow", "cancel", "--last"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("it is asked to cancel") && err.contains("nothing of the run"), "{err}");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!scratch.path("c-ran").exists());
}

#[test]
fn nowhere_to_keep_it_and_runs_that_are_not_there() {
    let scratch = Scratch::with("jobs: [{name: a, command: touch marker}]");
    scratch.write("file", "");
    let state = scratch.path("file");
    let refused = said(scratch.srunx(&["flow", "run", "w.yaml", "--local"]).env("XDG_STATE_HOME", &state));
    assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""));
    assert!(refused.err.contains("error: cannot make ") && refused.err.contains("hint: "), "{}", refused.err);
    let refused = said(scratch.srunx(&["flow", "run", "w.yaml", "--local"]).env_remove("HOME"));
    assert!(refused.err.contains("neither XDG_STATE_HOME nor HOME is set"), "{}", refused.err);
    assert!(!scratch.path("marker").exists());

    assert_eq!(scratch.run(&["flow", "list"]).out, "no runs\n");
    for command in ["resume", "status", "cancel", "logs"] {
        let Said { code, err, .. } = scratch.run(&["flow", command, "2026"]);
        assert_eq!(code, Some(2), "{command}");
        assert!(err.contains("error: there is no run 2026 in ") && err.contains("srunx flow list"), "{err}");
    }
    for _ in 0..2 {
        assert_eq!(scratch.run(&["flow", "run", "w.yaml", "--local"]).code, Some(0));
    }
    let Said { code, err, .. } = scratch.run(&["flow", "status", "20"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("20 may be any of several runs: "), "{err}");
}

#[test]
fn parameters_are_those_that_the_run_began_with() {
    let scratch = Scratch::with(
        "jobs:\n  - {name: a, command: 'echo one >>a-ran; while [ ! -e go ]; do sleep 0.05; done'}\n  \
           - {name: sweep, array: {file: p.csv}, command: 'echo {{ lr }} >>sweep-ran', depends_on: [a]}\n",
    );
    scratch.write("p.csv", "lr\n0.1\n0.2\n");
    let mut child =
        scratch.srunx(&["flow", "run", "w.yaml", "--local"]).stdout(Stdio::null()).spawn().unwrap();
    wait_for(|| scratch.path("a-ran").exists());
    child.kill().unwrap();
    child.wait().unwrap();
    // Another run may want others, or none.
    for left in [Some("lr\n0.3\n0.4\n0.5\n"), None] {
        match left {
            Some(text) => scratch.write("p.csv", text),
            None => fs::remove_file(scratch.path("p.csv")).unwrap(),
        };
        let said = scratch.run(&["flow", "status", "--last"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
    scratch.write("go", "");
    let said = scratch.run(&["flow", "resume", "--last"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    let ran = scratch.read("sweep-ran");
    let mut ran: Vec<&str> = ran.lines().collect();
    ran.sort_unstable();
    assert_eq!(ran, ["0.1", "0.2"]);
    let kept = fs::metadata(folder(&scratch).join("parameters.json")).unwrap();
    assert_eq!(kept.permissions().mode() & 0o777, 0o600);
}

#[test]
fn logs_of_an_array_by_its_tasks() {
    let scratch = Scratch::with(
        "jobs:\n  - {name: sweep_1, array: 0-3, command: 'echo of $SRUNX_TASK_ID; [ $SRUNX_TASK_ID != 2 ]', retry: 1, retry_delay: 0}\n  \
           - {name: one, command: echo of one, depends_on: ['afterany:sweep_1']}\n",
    );
    assert_eq!(scratch.run(&["flow", "run", "w.yaml", "--local"]).code, Some(1));
    let run = folder(&scratch).file_name().unwrap().to_str().unwrap().to_owned();
    let logs = |job: &str| {
        let said = scratch.run(&["flow", "logs", &run, job]);
        let lines = said.out.lines().filter(|line| !line.starts_with("==> "));
        (said.code, lines.map(str::to_owned).collect::<Vec<_>>().join("; "), said.err)
    };
    assert_eq!(logs("sweep_1"), (Some(0), "of 0; of 1; of 2; of 3".into(), String::new()));
    assert_eq!(logs("sweep_1_2").1, "of 2");
    assert_eq!(logs("sweep_1[1,3]").1, "of 1; of 3");
    assert_eq!(logs("one"), (Some(0), "of one".into(), String::new()));
    let (code, out, err) = logs("sweep_1_7");
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("the array sweep_1 has no tasks 7") && err.contains("its tasks are: 0-3"), "{err}");
    assert!(logs("one_1").2.contains("has no job one_1"));
    let all = scratch.run(&["flow", "logs", &run]).out;
    assert!(all.contains("of 2\n") && all.contains("of one\n") && !all.contains("of 0\n"), "{all}");
}

#[test]
fn a_run_whose_client_died_before_it_began() {
    let scratch = Scratch::with("name: early\njobs: [{name: a, command: echo one >>a-ran}]");
    assert_eq!(scratch.run(&["flow", "run", "w.yaml", "--local"]).code, Some(0));
    // As it is between the making of its folder and its first event.
    fs::remove_file(folder(&scratch).join("events.jsonl")).unwrap();
    fs::remove_file(scratch.path("a-ran")).unwrap();
    let said = scratch.run(&["flow", "status", "--last"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    assert!(scratch.run(&["flow", "list"]).out.contains("LEFT"));
    let said = scratch.run(&["flow", "resume", "--last"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    assert_eq!(scratch.read("a-ran"), "one\n");
}
