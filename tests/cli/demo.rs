//! The examples, run by `examples/demo` in a copy, on a machine without Slurm and with the stand-in for conda.

use crate::scratch::{Said, Scratch, has, said, srunx};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A copy of examples/: the demo works in target/ beside it.
fn examples() -> Scratch {
    let scratch = Scratch::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    assert!(Command::new("cp").arg("-r").arg(from).arg(scratch.dir()).status().unwrap().success());
    scratch
}

fn demo(scratch: &Scratch, workflow: &str, more: &[&str], path: Option<&Path>) -> Said {
    let mut command = scratch.program("examples/demo");
    // A conda of this machine's does not have the environments.
    let mut dirs: Vec<_> = path.map(Path::to_owned).into_iter().collect();
    dirs.push(scratch.path("examples/conda/bin"));
    dirs.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    command.env("PATH", std::env::join_paths(dirs).unwrap()).env("CONDA_ENVS_PATH", scratch.path("envs"));
    command.current_dir(scratch.dir()).arg(srunx()).arg(workflow).arg("--local").args(more);
    let result = said(&mut command);
    let logs = scratch.path("target/demo/logs");
    for log in fs::read_dir(logs).into_iter().flatten().flatten() {
        eprintln!("{}:\n{}", log.path().display(), fs::read_to_string(log.path()).unwrap_or_default());
    }
    result
}

#[test]
fn the_parallel_workflow() {
    if !has("python3") {
        return;
    }
    let scratch = examples();
    let Said { code, out, err } = demo(&scratch, "parallel_ml_pipeline.yaml", &["--local-cpus", "8"], None);
    assert_eq!(code, Some(0), "{out}{err}");
    let place = |what: &str| out.find(what).unwrap_or_else(|| panic!("{what}: {out}"));
    assert!(place("COMPLETED    Job job_a ") < place("SUBMITTED    Job job_c"));
    assert!(place("COMPLETED    Job job_b2 ") < place("SUBMITTED    Job job_d"));
    assert!(out.contains("Workflow completed successfully!"));
    // Two nodes and four: each task had its share.
    assert!(scratch.read("target/demo/logs/job_d_5.log").contains("[task 3 of 4]"));
    assert!(!scratch.path("examples/data").exists());
}

#[test]
fn the_workflow_with_options_of_sbatch() {
    if !has("python3") {
        return;
    }
    let scratch = examples();
    let Said { code, out, err } = demo(&scratch, "nightly.yaml", &[], None);
    assert_eq!(code, Some(0), "{out}{err}");
    let unused = "mail-type, mem-per-cpu, nice, no-requeue, ntasks, open-mode, signal";
    let note = format!("note: without Slurm, options under `sbatch:` mean nothing: {unused}\n");
    assert_eq!(err, note);
    assert!(scratch.path("target/demo/trained_model.pt").exists());
}

#[test]
fn the_basic_workflow_with_a_venv_of_pythons_or_by_hand() {
    if !has("python3") {
        return;
    }
    let scratch = examples();
    let Said { code, out, err } = demo(&scratch, "ml_pipeline.yaml", &[], None);
    assert_eq!(code, Some(0), "{out}{err}");

    // A Python without its venv module, as Debian's is.
    fs::create_dir(scratch.path("bin")).unwrap();
    let python = "#!/bin/sh\n[ \"$1 $2\" != '-m venv' ] || exit 1\nPATH=${PATH#*:}\nexec python3 \"$@\"\n";
    scratch.write("bin/python3", python);
    fs::set_permissions(scratch.path("bin/python3"), fs::Permissions::from_mode(0o755)).unwrap();
    let Said { code, out, err } = demo(&scratch, "ml_pipeline.yaml", &[], Some(&scratch.path("bin")));
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(!scratch.path("target/demo/.venv/pyvenv.cfg").exists());
    assert!(scratch.path("target/demo/metrics.json").exists());
}

#[test]
fn a_sweep_is_an_array() {
    if !has("python3") {
        return;
    }
    let scratch = examples();
    let Said { code, out, err } = demo(&scratch, "sweep.yaml", &[], None);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("4 tasks") && out.contains("Workflow completed successfully!"), "{out}");
}
