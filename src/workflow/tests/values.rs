//! What is said of each wrong value.

use super::{brief, invalid, one};
use crate::workflow::Workflow;
use insta::assert_snapshot;

#[test]
fn numbers() {
    let text = one("command: x
resources:
  nodes: two
  gpus_per_node: -1
  ntasks_per_node: 0
  cpus_per_task: 65534
  memory_per_node: 16 giga
  time_limit: 1h");
    assert_snapshot!(invalid(&text), @r"
    error: `nodes` must be a number of nodes, or a range like 2-4, not `two`
     --> flow.yaml:5:14
      |
    5 |       nodes: two
      |              ^^^ expected a number of nodes, or a range like 2-4

    error: `gpus_per_node` must be a number that is not negative, not `-1`
     --> flow.yaml:6:22
      |
    6 |       gpus_per_node: -1
      |                      ^^ expected a number that is not negative

    error: `ntasks_per_node` must be at least 1, not `0`
     --> flow.yaml:7:24
      |
    7 |       ntasks_per_node: 0
      |                        ^ expected at least 1

    error: `cpus_per_task` must be at most 65533, not `65534`
     --> flow.yaml:8:22
      |
    8 |       cpus_per_task: 65534
      |                      ^^^^^ expected at most 65533

    error: `memory_per_node` must be an amount of memory, not `16 giga`
     --> flow.yaml:9:24
      |
    9 |       memory_per_node: 16 giga
      |                        ^^^^^^^ expected a whole number and K, M, G or T (16G, 16GB, 512M)

    error: `time_limit` must be a time limit, not `1h`
      --> flow.yaml:10:19
       |
    10 |       time_limit: 1h
       |                   ^^ expected minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds or UNLIMITED
    ");
    let of = |value: &str| brief(&one(&format!("command: x\nresources: {{nodes: {value}}}")));
    assert_snapshot!(of("4-2"), @"4:24 `nodes` must be a range from the smaller number to the larger, not `4-2` (expected a range from the smaller number to the larger)");
    assert_snapshot!(of("0"), @"4:24 `nodes` must be at least 1, not `0` (expected at least 1)");
    assert_snapshot!(of("010"), @"4:24 `nodes` must be a number without zeros before it, not `010` (expected a number without zeros before it)");
    assert_snapshot!(of("1.5"), @"4:24 `nodes` must be a number of nodes, or a range like 2-4, not `1.5` (expected a number of nodes, or a range like 2-4)");
    assert_snapshot!(of("-2"), @"4:24 `nodes` must be a number that is not negative, not `-2` (expected a number that is not negative)");
    assert_snapshot!(of("99999999999999999999999"), @"4:24 `nodes` must be at most 65533, not `99999999999999999999999` (expected at most 65533)");
    assert_snapshot!(of("[1, 2]"), @"4:24 `nodes` must be a number of nodes, or a range like 2-4, not a list (expected a number of nodes, or a range like 2-4)");
}

#[test]
fn wrong_types() {
    let text = one("command: {{ run }}
resources: [a]
environment: text
work_dir: [a]
srun: maybe
srun_args: [-n, 2]");
    assert_snapshot!(brief(&text), @r"
    3:15 a map stands where a key is expected (expected text) [put quotes around a value that starts with `{{`, `{` or `[`]
    4:16 `resources` must be a map, not a list (expected `key: value` lines)
    5:18 `environment` must be a map, not `text` (expected `key: value` lines)
    6:15 `work_dir` must be text, not a list (expected text)
    7:11 `srun` must be true or false, not `maybe` (expected true or false)
    8:16 `srun_args` must be text, not a list (expected text)
    ");
    assert_snapshot!(brief(&one("command: [a, [b], null, {c: d}, ]")), @r#"
    3:18 an item of `command` must be text, not a list (expected text or a number) [put quotes around text that holds `: ` or starts with `[` or `{`]
    3:23 an item of `command` has no value (nothing, to YAML) [write "null" for the text, "" for an empty one]
    3:29 an item of `command` must be text, not a map (expected text or a number) [put quotes around text that holds `: ` or starts with `[` or `{`]
    "#);
    assert_snapshot!(brief(&one("command: []")), @"3:14 `command` runs nothing (the list is empty)");
    assert_snapshot!(brief(&one("command: ' '")), @"3:14 `command` runs nothing (it is empty)");
    assert_snapshot!(brief(&one("command: ['', x]")), @"3:14 `command` runs nothing (the program's name is empty)");
}

#[test]
fn names() {
    let of = |name: &str| brief(&format!("jobs: [{{name: {name}, command: x}}]"));
    assert_snapshot!(of("a/b"), @"1:15 the job's `name` cannot be used (it holds a `/`, which the name of its log file cannot)");
    assert_snapshot!(of("\"a\\nb\""), @"1:15 the job's `name` cannot be used (it holds a control character)");
    assert_snapshot!(of("''"), @"1:15 the job's `name` cannot be used (it is empty)");
    assert_snapshot!(of("' a'"), @"1:15 the job's `name` cannot be used (it begins or ends with a space)");
    assert_snapshot!(of("afterok:x"), @"1:15 the job's `name` cannot be used (it begins with `afterok:`, which says how another job depends on it)");
    assert_snapshot!(of(&"x".repeat(201)), @"1:15 the job's `name` cannot be used (it is longer than 200 bytes)");
    assert_snapshot!(of("[a]"), @"1:15 `name` must be text, not a list (expected text)");
    assert_snapshot!(brief(&format!("name: \"\\e[31m\"\n{}", one("command: x"))), @"1:7 the workflow's `name` cannot be used (it holds a control character)");
    for good in ["\"it's a \\\"job\\\"\"", "前処理", "a b", "a:b", "-x", "100%"] {
        let text =
            format!("jobs: [{{name: {good}, command: x}}, {{name: z, command: x, depends_on: [{good}]}}]");
        assert!(Workflow::parse("w", &text).is_ok(), "{good}");
    }
}

#[test]
fn environment() {
    assert_snapshot!(invalid(&one("command: x\nenvironment:\n  conda: a\n  venv: b")), @r"
    error: `conda` and `venv` exclude each other
     --> flow.yaml:6:7
      |
    5 |       conda: a
      |       ----- first
    6 |       venv: b
      |       ^^^^ second
      |
      = help: keep one of them
    ");
    assert_snapshot!(brief(&one("command: x\nenvironment:\n  env_vars:\n    2A: 1\n    SLURM_X: 2\n    UID: 3\n    OK: null\n    L: [1]\n    T: {{ x }}")), @r#"
    6:9 `2A` cannot be set in `env_vars` (a variable's name is made of letters, digits and `_`, and starts with no digit)
    7:9 `SLURM_X` cannot be set in `env_vars` (variables that begin with `SLURM_` are Slurm's own)
    8:9 `UID` cannot be set in `env_vars` (a variable that bash lets nobody set)
    9:9 the variable `OK` has no value (nothing, to YAML) [write "null" for the text, "" for an empty one]
    10:12 the variable `L` must be text, not a list (expected text or a number)
    11:13 a map stands where a key is expected (expected text) [put quotes around a value that starts with `{{`, `{` or `[`]
    "#);
    assert_snapshot!(brief(&one("command: x\nenvironment: {env_vars: [A=1], conda: -x}")), @r"
    4:29 `env_vars` must be a map of names and values, not a list (expected a map of names and values)
    4:43 `conda` names no environment (it begins with `-`, as options do)
    ");
}

#[test]
fn containers() {
    let of = |container: &str| brief(&one(&format!("command: x\nenvironment: {{container: {container}}}")));
    assert_snapshot!(of("{runtime: docker, image: x}"), @"4:40 `docker` is no container runtime (expected pyxis, apptainer or singularity)");
    assert_snapshot!(of("{runtime: aptainer, imag: x}"), @r"
    4:40 `aptainer` is no container runtime (expected pyxis, apptainer or singularity) [did you mean `apptainer`?]
    4:50 unknown key `imag` (not a key of `container`) [did you mean `image`?]
    ");
    assert_snapshot!(of("{mounts: /a}"), @"4:31 the container has no `image` (of this container)");
    assert_snapshot!(of("{image: x, nv: true, fakeroot: false}"), @"4:41 pyxis has no option `nv` (an option of apptainer and singularity) [set `runtime: apptainer`, or leave it out]");
    assert_snapshot!(of("''"), @"4:30 the container's `image` cannot be used (it is empty)");
    assert_snapshot!(of("[a]"), @"4:30 `container` must be a map, not a list (expected `key: value` lines)");
}

#[test]
fn launching() {
    assert_snapshot!(invalid(&one("command: x\nsrun: false\nenvironment: {container: a}")), @r"
    error: a pyxis container needs `srun`
     --> flow.yaml:4:11
      |
    4 |     srun: false
      |           ^^^^^ this says that it does not go through `srun`
    ");
    assert_snapshot!(brief(&one("command: x\nsrun: no\nsrun_args: -n 2")), @"4:11 `srun_args` need `srun` (this says that it does not go through `srun`)");
    assert_snapshot!(brief(&one("command: x\nsrun_args: --foo='a\nlaunch_prefix: |\n  a\n  b")), @r"
    4:16 `srun_args` cannot stand in a shell line (a `'` is opened and not closed)
    6:7 `launch_prefix` cannot stand in a shell line (it is more than one line)
    ");
    assert_snapshot!(brief(&one("command: x\nlog_dir: 'a\\b'\nwork_dir: \"a\\nb\"")), @r"
    4:14 `log_dir` cannot be used (it holds a backslash, which keeps Slurm from naming the log files)
    5:15 `work_dir` holds a control character (a line break, a tab or the like)
    ");
}
