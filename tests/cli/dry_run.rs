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
fn arrays_are_shown_with_their_first_rows() {
    let scratch = Scratch::with(
        "jobs:\n- {name: prepare, command: 'true'}\n- name: train\n  command: [./train, '{{ lr }}']\n  array: {file: \
         p.csv, throttle: 4, chunk: 100}\n  depends_on: ['after:prepare+10']\n- {name: test, command: 'true', array: \
         1-3, depends_on: ['aftercorr:train', 'afternotok:train[5,7]']}\n",
    );
    let rows: String = (0..9).map(|row| format!("1e-{row},\"a \"\"{row}\"\"\n$x\"\n")).collect();
    scratch.write("p.csv", format!("lr,note\n{rows}"));
    let Said { code, out, err } = scratch.run(&["flow", "run", "w.yaml", "--dry-run"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let shown = out.replace(scratch.dir().to_str().unwrap(), "/here");
    let (_, shown) = shown.split_once("=== train").unwrap();
    assert_snapshot!(shown, @r#"

    waits for: after:prepare+10
    array: 9 tasks, 4 at a time, in arrays of at most 100 tasks
      task 0: lr=1e-0 note="a \"0\"\n$x"
      task 1: lr=1e-1 note="a \"1\"\n$x"
      task 2: lr=1e-2 note="a \"2\"\n$x"
      task 3: lr=1e-3 note="a \"3\"\n$x"
      task 4: lr=1e-4 note="a \"4\"\n$x"
      and 4 more
    --job-name=train
    --chdir=/here
    --nodes=1
    --ntasks=1
    --ntasks-per-node=1
    --cpus-per-task=1
    --array=0-8%4
    --- script
    #!/bin/bash
    # train of the workflow unnamed, made by srunx
    set -e -o pipefail

    export SRUNX_TASK_ID=$((SLURM_ARRAY_TASK_ID + ${SRUNX_TASK_OFFSET:-0}))

    mapfile -t -s "$SRUNX_TASK_ID" -n 1 srunx_row <<'#end'
    1e-0 $'a "0"\n$x'
    1e-1 $'a "1"\n$x'
    1e-2 $'a "2"\n$x'
    1e-3 $'a "3"\n$x'
    1e-4 $'a "4"\n$x'
    1e-5 $'a "5"\n$x'
    1e-6 $'a "6"\n$x'
    1e-7 $'a "7"\n$x'
    1e-8 $'a "8"\n$x'
    #end
    eval "srunx_row=(${srunx_row[0]-})"
    if ((${#srunx_row[@]} != 2)); then
        printf 'srunx: there are no parameters for task %s\n' "$SRUNX_TASK_ID" >&2
        exit 1
    fi
    export lr="${srunx_row[0]}" note="${srunx_row[1]}"

    export WORLD_SIZE=${SLURM_NTASKS:-1}

    exec ./train "${lr}"

    === test
    waits for: aftercorr:train, afternotok:train[5,7]
    array: 3 tasks
    --job-name=test
    --chdir=/here
    --nodes=1
    --ntasks=1
    --ntasks-per-node=1
    --cpus-per-task=1
    --array=1-3
    --- script
    #!/bin/bash
    # test of the workflow unnamed, made by srunx
    set -e -o pipefail

    export SRUNX_TASK_ID=$((SLURM_ARRAY_TASK_ID + ${SRUNX_TASK_OFFSET:-0}))

    export WORLD_SIZE=${SLURM_NTASKS:-1}

    true
    "#);
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
