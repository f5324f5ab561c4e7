//! Workflows that run here, as processes.

use crate::scratch::{Said, Scratch, said};
use srunx::event::{Event, EventKind, RunOutcome};
use std::fs;
use std::os::unix::fs::PermissionsExt;

const RUN: [&str; 4] = ["flow", "run", "w.yaml", "--local"];

fn place(text: &str, what: &str) -> usize {
    text.find(what).unwrap_or_else(|| panic!("no {what:?} in\n{text}"))
}

#[test]
fn a_diamond() {
    let scratch = Scratch::with(
        "name: diamond\njobs:\n- {name: a, command: echo a >> order}\n- {name: b, command: sleep 0.2; echo b >> order, \
         depends_on: a}\n- {name: c, command: echo c >> order, depends_on: a}\n- {name: d, command: echo d >> order, \
         depends_on: [b, c]}\n",
    );
    let Said { code, out, err } = scratch.run(&[&RUN[..], &["--local-cpus", "2"]].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert_eq!(scratch.read("order"), "a\nc\nb\nd\n");
    assert!(out.starts_with("🚀 Starting Workflow diamond with 4 jobs, run 20"), "{out}");
    assert_eq!(out.lines().nth(1), Some("🌋 SUBMITTED    Job a"));
    for job in ["b", "c"] {
        let submitted = place(&out, &format!("SUBMITTED    Job {job}"));
        assert!(place(&out, "COMPLETED    Job a ") < submitted);
        assert!(submitted < place(&out, "COMPLETED    Job c "));
    }
    assert!(place(&out, "COMPLETED    Job b ") < place(&out, "SUBMITTED    Job d"));
    let (_, end) = out.split_once("✅ Workflow completed successfully!\n\n").unwrap();
    let rows: Vec<_> = end.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(rows[0].join(" "), "Workflow diamond Summary");
    assert_eq!(rows[1].join(" "), "Job Status ID Elapsed");
    let jobs: Vec<_> = rows[2..].iter().map(|row| row[..2].join(" ")).collect();
    assert_eq!(jobs, ["a COMPLETED", "b COMPLETED", "c COMPLETED", "d COMPLETED"]);
}

#[test]
fn a_failure_is_explained_and_other_branches_go_on() {
    let scratch = Scratch::with(
        "name: bad\njobs:\n- {name: a, command: 'for i in $(seq 30); do echo line $i; done; exit 7'}\n- {name: b, command: \
         touch marker, depends_on: a}\n- {name: c, command: touch other}\n- {name: d, command: kill -9 $$}\n- {name: e, \
         command: touch after, depends_on: ['afterany:a', 'afternotok:d']}\n",
    );
    let Said { code, out, err } = scratch.run(&RUN);
    assert_eq!((code, err.as_str()), (Some(1), ""), "{out}");
    assert!(scratch.path("other").exists() && scratch.path("after").exists());
    assert!(!scratch.path("marker").exists());
    for word in [
        "SKIPPED      Job b            because a FAILED\n",
        "❌ Workflow failed: 2 completed, 2 failed, 1 skipped\n",
        "❌ FAILED a (ID: ",
        "   exit 7\n",
        "   │ line 21\n",
        "   │ line 30\n",
        "   signal 9 (SIGKILL)\n",
        "   the log is empty\n",
    ] {
        assert!(out.contains(word), "{word}\n{out}");
    }
    assert!(!out.contains("line 20\n"), "{out}");
    assert!(out.contains(&format!("   log: {}/slurm-", scratch.dir().display())), "{out}");
}

#[test]
fn lists_are_literal_and_texts_are_shell() {
    let scratch = Scratch::with(
        "jobs:\n- {name: list, command: [printf, '%s|', '$HOME', \"it's\", 'a  b', '#', '*'], log_dir: logs}\n- name: \
         text\n  command: cd sub && pwd > here; echo \"$WORD\"\n  work_dir: .\n  log_dir: logs\n  environment: \
         {env_vars: {WORD: 'a \"$b\"'}}\n",
    );
    fs::create_dir(scratch.path("sub")).unwrap();
    let Said { code, out, .. } = scratch.run(&[&RUN[..], &["--local-cpus", "1"]].concat());
    assert_eq!(code, Some(0), "{out}");
    let log = |name: &str| {
        let is_its = |file: &fs::DirEntry| file.file_name().to_string_lossy().starts_with(name);
        let file = fs::read_dir(scratch.path("logs")).unwrap().flatten().find(is_its).unwrap();
        fs::read_to_string(file.path()).unwrap()
    };
    assert_eq!(log("list_"), "$HOME|it's|a  b|#|*|");
    assert_eq!(log("text_"), "a \"$b\"\n");
    assert!(scratch.read("sub/here").ends_with("/sub\n"));
}

#[test]
fn several_tasks_each_have_their_rank() {
    let scratch = Scratch::with(
        "jobs:\n- name: a\n  command: echo rank $SLURM_PROCID of $SLURM_NTASKS, $WORLD_SIZE\n  log_dir: logs\n  resources: \
         {nodes: 2, ntasks_per_node: 2}\n- name: b\n  command: echo once\n  srun: false\n  log_dir: logs\n  resources: \
         {nodes: 2}\n  depends_on: a\n",
    );
    let Said { code, out, .. } = scratch.run(&RUN);
    assert_eq!(code, Some(0), "{out}");
    let log = scratch.read("logs/a_1.log");
    let mut ranks: Vec<_> = log.lines().collect();
    ranks.sort_unstable();
    assert_eq!(ranks, ["rank 0 of 4, 4", "rank 1 of 4, 4", "rank 2 of 4, 4", "rank 3 of 4, 4"]);
    assert_eq!(scratch.read("logs/b_2.log"), "once\n");
}

#[test]
fn a_job_that_asks_for_too_much_gets_what_there_is() {
    let scratch = Scratch::with(
        "jobs:\n- name: a\n  command: 'true'\n  resources: {nodes: 4, gpus_per_node: 8, memory_per_node: 900T, \
         cpus_per_task: 64}\n",
    );
    let options = ["--local-cpus", "1", "--local-memory", "1G", "--local-gpus", "0"];
    let Said { code, out, .. } = scratch.run(&[&RUN[..], &options].concat());
    assert_eq!(code, Some(0), "{out}");
}

#[test]
fn options_of_sbatch_are_left_out_and_told_once() {
    let scratch = Scratch::with(
        "sbatch: {nice: 5, output: 'logs/%x'}\njobs: [{name: a, command: echo a}, {name: b, command: echo b, sbatch: \
         {exclusive: true}}]\n",
    );
    let Said { code, out, err } = scratch.run(&RUN);
    assert_eq!(code, Some(0), "{out}");
    assert_eq!(err, "note: without Slurm, options under `sbatch:` mean nothing: exclusive, nice\n");
    assert_eq!((scratch.read("logs/a"), scratch.read("logs/b")), ("a\n".into(), "b\n".into()));
    let plain = Scratch::with("jobs: [{name: a, command: 'true', sbatch: {output: x}}]\n");
    assert_eq!(plain.run(&RUN).err, "");
}

#[test]
fn jobs_wait_for_the_cores() {
    let job = |name: &str| {
        format!("- {{name: {name}, command: '[ ! -e busy ]; touch busy; sleep 0.2; rm busy'}}\n")
    };
    let scratch = Scratch::with(&format!("jobs:\n{}{}{}", job("a"), job("b"), job("c")));
    let Said { code, out, .. } = scratch.run(&[&RUN[..], &["--local-cpus", "1"]].concat());
    assert_eq!(code, Some(0), "{out}");
}

#[test]
fn json_is_one_event_a_line() {
    let scratch =
        Scratch::with("name: j\njobs: [{name: a, command: exit 3}, {name: b, command: x, depends_on: a}]\n");
    let Said { code, out, err } = scratch.run(&[&RUN[..], &["--json", "--color", "always"]].concat());
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let events: Vec<Event> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    match &events[0].kind {
        EventKind::RunStarted { workflow, jobs, scheduler, .. } => {
            assert_eq!((workflow.as_str(), jobs.len(), scheduler.as_str()), ("j", 2, "local"));
        }
        other => panic!("{other:?}"),
    }
    let is_skip = |event: &Event| matches!(&event.kind, EventKind::Skipped { job, .. } if job == "b");
    assert!(events.iter().any(is_skip));
    assert_eq!(events.last().unwrap().kind, EventKind::RunEnded { outcome: RunOutcome::Failed });
    assert!(events.iter().all(|event| event.run == events[0].run));
}

#[test]
fn a_workflow_in_a_folder_that_cannot_be_written_to() {
    let scratch = Scratch::new();
    let folder = scratch.path("readonly");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("w.yaml"), "jobs: [{name: a, command: touch marker}]\n").unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let Said { code, out, .. } = scratch.run(&["flow", "run", "readonly/w.yaml", "--local"]);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(code, Some(0), "{out}");
    // The job ran where srunx was started.
    assert_eq!(scratch.names(), ["marker", "readonly", "slurm-1.out"]);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
}

#[test]
fn a_log_that_cannot_be_made_fails_the_job_and_names_the_file() {
    // Not even root makes files in /proc.
    let scratch = Scratch::with("jobs: [{name: a, command: 'true'}]\n");
    let file = scratch.path("w.yaml");
    let mut command = scratch.srunx(&["flow", "run", file.to_str().unwrap(), "--local"]);
    let Said { code, out, .. } = said(command.current_dir("/proc"));
    assert_eq!(code, Some(1));
    assert!(out.contains("JobLaunchFailure (/proc/slurm-1.out: "), "{out}");
}

#[test]
fn nothing_is_left_in_the_folder_for_temporary_files() {
    let scratch = Scratch::with("jobs: [{name: a, command: 'true', resources: {ntasks_per_node: 2}}]\n");
    fs::create_dir(scratch.path("tmp")).unwrap();
    let Said { code, out, .. } = said(scratch.srunx(&RUN).env("TMPDIR", scratch.path("tmp")));
    assert_eq!(code, Some(0), "{out}");
    assert_eq!(fs::read_dir(scratch.path("tmp")).unwrap().count(), 0);

    let Said { code, err, .. } = said(scratch.srunx(&RUN).env("TMPDIR", "/nonexistent"));
    assert_eq!(code, Some(2));
    assert!(err.contains("/nonexistent") && err.contains("\nhint: set TMPDIR "), "{err}");
}
