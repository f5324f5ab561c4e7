//! `--dry-run`: everything is shown, nothing is done.

use crate::scratch::{Said, Scratch, said_into};
use insta::assert_snapshot;

const PARALLEL: &str = include_str!("../../examples/parallel_ml_pipeline.yaml");

#[test]
fn the_whole_output_for_the_parallel_workflow() {
    let scratch = Scratch::with(PARALLEL);
    let Said { code, out, err } = scratch.run(&["flow", "run", "w.yaml", "--dry-run"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let conda = include_str!("../../src/workflow/conda.sh");
    let shown =
        out.replace(scratch.dir().to_str().unwrap(), "/here").replace(conda, "[src/workflow/conda.sh]\n");
    assert_snapshot!("parallel", shown);
    // No log folder.
    assert_eq!(scratch.names(), ["w.yaml"]);
}

#[test]
fn values_stay_on_their_line() {
    let scratch =
        Scratch::with("jobs: [{name: a, command: 'true', resources: {partition: \"x\"}, work_dir: 'a b'}]\n");
    let out = scratch.run(&["flow", "run", "w.yaml", "--dry-run"]).out;
    assert!(out.contains("\n--partition=x\n"), "{out}");
    assert!(out.contains(&format!("\n--chdir={}/a b\n", scratch.dir().display())), "{out}");
}

#[test]
fn options_of_sbatch_stand_as_one_would_type_them() {
    let scratch = Scratch::with(
        "sbatch: {mail-type: 'END,FAIL', nice: 5}\njobs: [{name: a, command: 'true', sbatch: {exclusive: true, ntasks: 2, \
         comment: a b}}]\n",
    );
    let out = scratch.run(&["flow", "run", "w.yaml", "--dry-run"]).out;
    let (options, script) = out.split_once("--- script\n").unwrap();
    let options: Vec<_> = options.lines().filter(|line| !line.starts_with("--chdir=")).collect();
    let asked = ["--mail-type=END,FAIL", "--nice=5", "--exclusive", "--ntasks=2", "--comment=a b"];
    assert_eq!(options, [&["=== a", "--job-name=a"][..], &asked].concat());
    assert!(script.ends_with("\nexec srun bash -e -o pipefail -c true\n"), "{script}");
}

#[test]
fn a_disk_that_is_full_is_an_error_and_a_reader_that_goes_away_is_none() {
    let scratch = Scratch::with(PARALLEL);
    for args in [&["flow", "run", "w.yaml", "--dry-run"][..], &["flow", "validate", "w.yaml"]] {
        let (code, err) = said_into(&mut scratch.srunx(args), "/dev/full");
        assert_eq!(code, Some(2), "{args:?}");
        assert_eq!(err, "error: standard output cannot be written: No space left on device (os error 28)\n");
    }
    let line = "set -o pipefail; \"$0\" flow run w.yaml --dry-run | head -1";
    let Said { code, out, err } = crate::scratch::said(&mut scratch.shell(line));
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "=== job_a\n", ""));
}
