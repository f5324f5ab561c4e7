//! examples/sweep.yaml: its scripts, run as the tasks of its arrays.

use crate::scratch::{Scratch, has, said};
use std::fs;
use std::path::Path;

#[test]
fn the_scripts_of_the_example_do_its_work() {
    if !has("python3") {
        return;
    }
    let scratch = Scratch::new();
    for name in ["sweep.yaml", "sweep.py", "params.csv"] {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        scratch.write(name, fs::read(example).unwrap());
    }
    let shown = scratch.run(&["flow", "run", "sweep.yaml", "--dry-run"]).out;
    // What stands before the first script, then each with what stands before the next.
    let scripts: Vec<_> =
        shown.split("--- script\n").skip(1).map(|script| script.split("\n=== ").next()).collect();
    let [fit, check, best] = scripts.as_slice() else { panic!("{shown}") };
    let run = |script: &Option<&str>, task: usize| {
        scratch.write("script", script.unwrap());
        let mut command = scratch.program("bash");
        command.arg("script").env("SLURM_ARRAY_TASK_ID", task.to_string());
        let said = said(&mut command);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
        said.out
    };
    let fits: Vec<_> = (0..4).map(|task| run(fit, task)).collect();
    assert_eq!(fits[2], "task 2, fast: x = 2.99996 after 50 steps of 0.1\n");
    assert!(fits[3].starts_with("task 3, too fast, really: x = "), "{fits:?}");
    assert_eq!(run(check, 2), "fast: loss 1.83e-09\n");
    assert_eq!(run(best, 0), "best of 4: fast with a learning rate of 0.1\n");
}
