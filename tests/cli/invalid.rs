//! Workflows that are wrong: each mistake with its place, exit code 2, and nothing runs.

use crate::scratch::{Said, Scratch, is_root, said, said_with};
use insta::assert_snapshot;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;

/// Wrong files, with the message, the place, and what the caret points at.
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("", "the file holds no workflow", "1:1", "^"),
    ("# nothing\n", "the file holds no workflow", "1:1", "^"),
    ("jobs: [\n", "not valid YAML", "2:1", "^"),
    ("- a\n", "a workflow must be a map", "1:1", "^"),
    ("name: w\n", "no `jobs`", "1:1", "^"),
    ("jobs: []\n", "`jobs` is empty", "1:7", "^^"),
    ("jobs: [{command: touch marker}]\n", "a job has no `name`", "1:9", "^^^^^^^"),
    ("jobs: [{name: a}]\n", "`a` has no `command`", "1:9", "^^^^"),
    ("jobs: [{name: a, comand: touch marker}]\n", "unknown key `comand`", "1:18", "^^^^^^"),
    ("jobs: [{name: a, name: b, command: touch marker}]\n", "`name`", "1:18", "^^^^"),
    ("jobs: [{name: a, command: touch marker}, {name: a, command: x}]\n", "`a`", "1:49", "^"),
    ("jobs: [{name: a, command: touch marker, depends_on: [b]}]\n", "depends on `b`", "1:54", "^"),
    ("jobs: [{name: a, command: touch marker, depends_on: [a]}]\n", "`a`", "1:54", "^"),
    ("jobs: [{name: a, command: touch marker, resources: {nodes: two}}]\n", "not `two`", "1:60", "^^^"),
    ("jobs: [{name: a, command: touch marker, gpus_per_node: 2}]\n", "`gpus_per_node`", "1:41", "^"),
    ("jobs: [{name: a, command: touch marker, exports: {a: b}}]\n", "`exports`", "1:41", "^^^^^^^"),
    ("jobs: [{name: a, command: touch marker, retry: {times: 2, on: oon}}]\n", "on `oon`", "1:63", "^^^"),
    (
        "jobs: [{name: a, command: touch marker, sbatch: {nise: 2}}]\n",
        "unknown option `nise`",
        "1:50",
        "^^^^",
    ),
    ("jobs: [{name: a, command: touch marker, sbatch: {time: 1h}}]\n", "cannot be `1h`", "1:56", "^^"),
    ("jobs: [{name: a, command: touch marker, sbatch: {array: 1-3}}]\n", "`array`", "1:50", "^^^^^"),
    ("jobs: [{name: a, command: touch marker, array: 3-1}]\n", "cannot be `3-1`", "1:48", "^^^ \"3-1\" ends"),
    ("jobs: [{name: a, command: touch marker, array: {values: []}}]\n", "`values` is empty", "1:57", "^^"),
    ("jobs: [{name: a, command: touch marker, array: {file: no.csv}}]\n", "`no.csv`", "1:55", "^^^^^^"),
    (
        "jobs: [{name: a, command: 'touch {{ marker }}', array: 0}]\n",
        "`marker` is no parameter",
        "1:27",
        "^^^",
    ),
    ("jobs: [{name: a, command: touch marker, depends_on: z_1}]\n", "depends on `z_1`", "1:53", "^^^"),
    ("sbatch: {hold: 3}\njobs: [{name: a, command: touch marker}]\n", "`hold` takes no value", "1:16", "^"),
];

#[test]
fn every_mistake_has_its_place_and_nothing_runs() {
    for (text, message, place, caret) in WRONG {
        let scratch = Scratch::with(text);
        let Said { code, out, err } = scratch.run(&["flow", "run", "w.yaml", "--local"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{text}");
        assert!(err.starts_with("error: "), "{err}");
        let first = err.lines().next().unwrap();
        assert!(first.contains(message), "{message}\n{err}");
        assert!(err.contains(&format!("--> w.yaml:{place}\n")), "{place}\n{err}");
        assert!(err.contains(caret), "{err}");
        let line: usize = place.split(':').next().unwrap().parse().unwrap();
        assert!(err.contains(text.lines().nth(line - 1).unwrap_or_default()), "{err}");
        assert_eq!(scratch.names(), ["w.yaml"], "{text}");
        // The other commands say the same.
        for args in [&["flow", "validate", "w.yaml"][..], &["flow", "run", "w.yaml", "--dry-run"]] {
            let other = scratch.run(args);
            assert_eq!((other.code, other.out.as_str(), &other.err), (Some(2), "", &err), "{args:?}");
        }
    }
}

#[test]
fn files_of_parameters_that_are_wrong() {
    let text = "jobs:\n  - name: a\n    command: touch marker\n    array:\n      file: p.csv\n";
    let of = |parameters: &str| {
        let scratch = Scratch::with(text);
        scratch.write("p.csv", parameters);
        let Said { code, out, err } = scratch.run(&["flow", "run", "w.yaml", "--local"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{parameters}");
        assert_eq!(scratch.names(), ["p.csv", "w.yaml"]);
        err
    };
    assert_snapshot!(of("lr,seed\n1,2\n3\n"), @r"
    error: `p.csv`, line 3: 1 value instead of 2
     --> w.yaml:5:13
      |
    5 |       file: p.csv
      |             ^^^^^ named here
    ");
    assert_snapshot!(of("lr;seed\n1;2\n"), @r"
    error: `p.csv`, line 1: `lr;seed` names no variable: a variable's name is made of letters, digits and `_`, and starts with no digit
     --> w.yaml:5:13
      |
    5 |       file: p.csv
      |             ^^^^^ named here
      |
      = help: fields are separated by commas
    ");
    assert_snapshot!(of("lr\n"), @r"
    error: `p.csv`: it holds no row of values
     --> w.yaml:5:13
      |
    5 |       file: p.csv
      |             ^^^^^ named here
    ");
    let large: String = (0..400_000).map(|row| format!("{row},{row}\n")).collect();
    assert_snapshot!(of(&format!("a,b\n{large}")), @r#"
    error: the script of the job `a` would have 5.1 MiB; Slurm takes less than 4 MiB
     --> w.yaml:5:7
      |
    5 |       file: p.csv
      |       ^^^^^^^^^^^ the 400000 rows of parameters are a part of it
      |
      = help: with `array: "0-399999"` and without a table, the program can read the row of its SRUNX_TASK_ID by itself
    "#);
}

#[test]
fn all_mistakes_are_shown_at_once() {
    let scratch = Scratch::with(
        "name: w\njobs:\n  - name: a\n    comand: touch marker\n  - name: b\n    command: touch marker\n    \
         depends_on: [c, b2]\n  - name: b1\n    command: touch marker\n    depends_on: b3\n  - name: b3\n    \
         command: touch marker\n    depends_on: b1\n",
    );
    assert_snapshot!(scratch.run(&["flow", "validate", "w.yaml"]).err, @r#"
    error: unknown key `comand`
     --> w.yaml:4:5
      |
    4 |     comand: touch marker
      |     ^^^^^^ not a key of a job
      |
      = help: did you mean `command`?

    error: the job `b` depends on `c`, which does not exist
     --> w.yaml:7:18
      |
    7 |     depends_on: [c, b2]
      |                  ^ no job has this name

    error: the job `b` depends on `b2`, which does not exist
     --> w.yaml:7:21
      |
    7 |     depends_on: [c, b2]
      |                     ^^ no job has this name
      |
      = help: did you mean `b1`?

    error: jobs wait for each other in a circle: b1 → b3 → b1
      --> w.yaml:10:17
       |
    10 |     depends_on: b3
       |                 ^^ `b1` waits for `b3`
    ...
    13 |     depends_on: b1
       |                 -- `b3` waits for `b1`
    "#);
}

#[test]
fn colour_where_it_is_wanted() {
    let scratch = Scratch::with("jobs: []\n");
    assert!(!scratch.run(&["flow", "validate", "w.yaml"]).err.contains('\x1b'));
    assert!(scratch.run(&["flow", "validate", "w.yaml", "--color", "always"]).err.contains("\x1b["));
    let none = said(scratch.srunx(&["flow", "validate", "none.yaml"]).env("CLICOLOR_FORCE", "1")).err;
    assert!(none.starts_with("\x1b[1;31merror:\x1b[0m "), "{none:?}");
    let never =
        said(scratch.srunx(&["--color", "never", "flow", "validate", "w.yaml"]).env("CLICOLOR_FORCE", "1"));
    assert!(!never.err.contains('\x1b'));
}

#[test]
fn a_valid_workflow_is_called_so() {
    let scratch = Scratch::with("name: two\njobs: [{name: a, command: x}, {name: b, command: x}]\n");
    let Said { code, out, err } = scratch.run(&["flow", "validate", "w.yaml"]);
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (Some(0), "w.yaml: the workflow two with 2 jobs is valid\n", "")
    );
    scratch.write("w.yaml", "jobs: [{name: a, command: x}]\n");
    let one = scratch.run(&["flow", "validate", "w.yaml"]).out;
    assert_eq!(one, "w.yaml: the workflow unnamed with 1 job is valid\n");
}

#[test]
fn files_that_cannot_be_read() {
    let scratch = Scratch::new();
    scratch.write("latin1.yaml", b"jobs: caf\xe9\n");
    fs::create_dir(scratch.path("folder")).unwrap();
    File::create(scratch.path("huge.yaml")).unwrap().set_len((16 << 20) + 1).unwrap();
    let error = |file: &str| {
        let Said { code, out, err } = scratch.run(&["flow", "run", file, "--local"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{file}");
        err
    };
    assert_snapshot!(error("none.yaml"), @"error: cannot read `none.yaml`: No such file or directory (os error 2)");
    assert_snapshot!(error("latin1.yaml"), @r#"
    error: `latin1.yaml` is not UTF-8 text (line 1, column 10)
    hint: save it as UTF-8 (`iconv -t utf-8`)
    "#);
    assert_snapshot!(error("folder"), @"error: `folder` is a folder, not a workflow file");
    assert_snapshot!(error("huge.yaml"), @"error: `huge.yaml` is larger than 16 MiB");
    if !is_root() {
        scratch.write("secret.yaml", "");
        fs::set_permissions(scratch.path("secret.yaml"), fs::Permissions::from_mode(0o000)).unwrap();
        assert_snapshot!(error("secret.yaml"), @"error: cannot read `secret.yaml`: Permission denied (os error 13)");
    }
}

#[test]
fn a_dash_reads_standard_input() {
    let scratch = Scratch::new();
    let good = "name: piped\njobs: [{name: a, command: touch marker}]\n";
    let with = |args: &[&str], input: &str| said_with(&mut scratch.srunx(args), input);
    let bad = with(&["flow", "run", "-", "--local"], "jobs: []\n");
    assert_eq!(bad.code, Some(2));
    assert!(bad.err.contains("--> <stdin>:1:7\n"), "{}", bad.err);
    let valid = with(&["flow", "validate", "-"], good);
    assert_eq!(valid.out, "<stdin>: the workflow piped with 1 job is valid\n");
    assert_eq!(with(&["flow", "run", "-", "--local"], good).code, Some(0));
    assert!(scratch.path("marker").exists());
}

#[test]
fn folders_that_are_not_there_stop_everything_before_it_begins() {
    let scratch = Scratch::with(
        "jobs:\n- {name: a, command: touch marker}\n- {name: b, command: touch marker, work_dir: nowhere}\n- {name: c, \
         command: touch marker, log_dir: file/logs}\n",
    );
    scratch.write("file", "");
    let Said { code, out, err } = scratch.run(&["flow", "run", "w.yaml", "--local"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_snapshot!(err.replace(scratch.dir().to_str().unwrap(), "/here"), @r#"
    error: the job `b` cannot run in `/here/nowhere`: No such file or directory (os error 2)
    error: the job `c` cannot have its log in `/here/file/logs`: Not a directory (os error 20)
    note: nothing was submitted
    "#);
    assert_eq!(scratch.names(), ["file", "w.yaml"]);
}

#[test]
fn a_large_workflow_is_read_in_no_time() {
    let jobs: String = (0..5000)
        .map(|n| format!("- {{name: j{n}, command: x, depends_on: [j{}]}}\n", (n + 1) % 5000))
        .collect();
    let scratch = Scratch::with(&format!("jobs:\n{jobs}"));
    let Said { code, err, .. } = scratch.run(&["flow", "validate", "w.yaml"]);
    assert_eq!(code, Some(2));
    assert!(err.len() < 20_000, "a cycle of 5000 jobs is shown in {} bytes", err.len());
}
