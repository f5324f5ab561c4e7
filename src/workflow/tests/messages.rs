//! What is said of each mistake.

use super::{brief, invalid, one};
use crate::workflow::Workflow;
use insta::assert_snapshot;

#[test]
fn unknown_key() {
    assert_snapshot!(invalid(&one("command: x\ndepend_on: b")), @r"
    error: unknown key `depend_on`
     --> flow.yaml:4:5
      |
    4 |     depend_on: b
      |     ^^^^^^^^^ not a key of a job
      |
      = help: did you mean `depends_on`?
    ");
    assert_snapshot!(invalid(&one("command: x\ngpus_per_node: 2")), @r"
    error: unknown key `gpus_per_node`
     --> flow.yaml:4:5
      |
    4 |     gpus_per_node: 2
      |     ^^^^^^^^^^^^^ not a key of a job
      |
      = help: `gpus_per_node` belongs under `resources:`
    ");
    assert_snapshot!(brief(&one("comand: x\nmem: 1\nfoo: 2\nresources:\n  time: 3\n  conda: 4\n  work_dir: 5")), @r"
    3:5 unknown key `comand` (not a key of a job) [did you mean `command`?]
    4:5 unknown key `mem` (not a key of a job) [did you mean `memory_per_node`? it belongs under `resources:`]
    5:5 unknown key `foo` (not a key of a job) [a job has the keys `name`, `command`, `depends_on`, `array`, `resources`, `environment`, `work_dir`, `log_dir`, `srun`, `srun_args`, `launch_prefix`, `creates`, `inputs`, `retry`, `retry_delay`, `sbatch`]
    7:7 unknown key `time` (not a key of `resources`) [did you mean `time_limit`?]
    8:7 unknown key `conda` (not a key of `resources`) [`conda` belongs under `environment:`]
    9:7 unknown key `work_dir` (not a key of `resources`) [`work_dir` belongs in the job itself, beside its `name:`]
    ");
}

#[test]
fn keys_of_later_versions() {
    assert_snapshot!(invalid("args: {x: 1}\njobs:\n  - {name: a, script_path: x.sh, script_vars: {}}\nsweep: {}\n"), @r"
    error: `args` is not supported by this version of srunx
     --> flow.yaml:1:1
      |
    1 | args: {x: 1}
      | ^^^^ a key of the Python srunx

    error: `script_path` is not supported by this version of srunx
     --> flow.yaml:3:15
      |
    3 |   - {name: a, script_path: x.sh, script_vars: {}}
      |               ^^^^^^^^^^^ a key of the Python srunx

    error: `script_vars` is not supported by this version of srunx
     --> flow.yaml:3:34
      |
    3 |   - {name: a, script_path: x.sh, script_vars: {}}
      |                                  ^^^^^^^^^^^ a key of the Python srunx

    error: `sweep` is not supported by this version of srunx
     --> flow.yaml:4:1
      |
    4 | sweep: {}
      | ^^^^^ a key of the Python srunx
    ");
    // Absent is as good as null.
    assert!(Workflow::parse("w", &format!("args:\n{}", one("command: x\nexports: ~"))).is_ok());
}

#[test]
fn files() {
    let said = |text: &str| brief(&one(&format!("command: x\n{text}"))).to_string();
    assert_snapshot!(said("inputs: [a]"), @"4:5 `inputs` mean nothing without `creates` (what they are held against is missing) [name the files that the job makes under `creates:`]");
    assert_snapshot!(said("creates: {a: b}"), @"4:14 `creates` must be a list, not a map (expected a list)");
    assert_snapshot!(said("creates: [a, '']"), @"4:14 a path under `creates` cannot be used (it is empty)");
    assert_snapshot!(said("creates: 'out-{{ lr }}'"), @"4:14 a path under `creates` cannot be used (it holds a template, which only tasks of an array could fill)");
    assert_snapshot!(said("outputs: a"), @"4:5 unknown key `outputs` (not a key of a job) [did you mean `creates`?]");
    let workflow = Workflow::parse("w", &one("command: x\ncreates: a\ninputs: [b, c d]")).expect("valid");
    let paths =
        |list: &[std::path::PathBuf]| list.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
    assert_eq!(paths(&workflow.jobs()[0].creates), ["a"]);
    assert_eq!(paths(&workflow.jobs()[0].inputs), ["b", "c d"]);
}

#[test]
fn duplicate_key() {
    assert_snapshot!(invalid(&one("command: x\ncommand: y")), @r"
    error: the key `command` is given twice
     --> flow.yaml:4:5
      |
    3 |     command: x
      |     ------- first
    4 |     command: y
      |     ^^^^^^^ second
    ");
}

#[test]
fn duplicate_name() {
    assert_snapshot!(invalid("jobs:\n  - {name: a, command: x}\n  - {name: b, command: x}\n  - name: a\n    command: y\n"), @r"
    error: two jobs are called `a`
     --> flow.yaml:4:11
      |
    2 |   - {name: a, command: x}
      |            - first
    3 |   - {name: b, command: x}
    4 |   - name: a
      |           ^ second
    ");
}

#[test]
fn unknown_dependency() {
    let text = "jobs:\n  - name: preprocess\n    command: x\n  - name: train\n    command: x\n    depends_on: [preproces, zzz, 'afterok:', afterokk:preprocess, aftercorr:preprocess]\n";
    assert_snapshot!(invalid(text).render(false, 100).split("\n\n").next().unwrap(), @r"
    error: the job `train` depends on `preproces`, which does not exist
     --> flow.yaml:6:18
      |
    6 |     depends_on: [preproces, zzz, 'afterok:', afterokk:preprocess, aftercorr:preprocess]
      |                  ^^^^^^^^^ no job has this name
      |
      = help: did you mean `preprocess`?
    ");
    assert_snapshot!(brief(text), @r"
    6:18 the job `train` depends on `preproces`, which does not exist (no job has this name) [did you mean `preprocess`?]
    6:29 the job `train` depends on `zzz`, which does not exist (no job has this name)
    6:34 a dependency of `train` names no job (expected `job` or `afterany:job`)
    6:46 `afterokk` is no kind of dependency (expected afterok, afterany, afternotok, after or aftercorr) [did you mean `afterok:preprocess`?]
    6:67 `aftercorr` is between two arrays, task by task, and `train` is none (both must be arrays) [`afterok` waits for the whole of a job]
    ");
}

#[test]
fn dependencies_of_a_wrong_type() {
    assert_snapshot!(brief(&one("command: x\ndepends_on: {b: c}")), @"4:17 `depends_on` must be a list of jobs, not a map (expected `- job` or `- afterany:job`)");
    assert_snapshot!(brief(&one("command: x\ndepends_on: [afterok: a, , [b]]")), @"4:30 the file is not valid YAML (while parsing a node, did not find expected node content)");
    assert_snapshot!(brief(&one("command: x\ndepends_on:\n  - afterok: a\n  -\n  - [b]")), @r"
    5:9 an item of `depends_on` must be a job's name, not a map (expected `job` or `afterany:job`) [no space follows the colon in `afterany:job`]
    6:8 an item of `depends_on` must be a job's name, not nothing (expected `job` or `afterany:job`)
    7:9 an item of `depends_on` must be a job's name, not a list (expected `job` or `afterany:job`)
    ");
}

#[test]
fn self_dependency() {
    assert_snapshot!(invalid(&one("command: x\ndepends_on: a")), @r"
    error: the job `a` depends on itself
     --> flow.yaml:4:17
      |
    4 |     depends_on: a
      |                 ^ this is the job's own name
    ");
}

#[test]
fn cycle() {
    let job = |name: &str, on: &str| format!("  - name: {name}\n    command: x\n    depends_on: [{on}]\n");
    let text =
        format!("jobs:\n{}{}{}{}", job("a", "b"), job("b", "c"), job("c", "a, afterany:d"), job("d", "c"));
    assert_snapshot!(invalid(&text), @r"
    error: jobs wait for each other in a circle: a → b → c → a
      --> flow.yaml:4:18
       |
     4 |     depends_on: [b]
       |                  ^ `a` waits for `b`
    ...
     7 |     depends_on: [c]
       |                  - `b` waits for `c`
    ...
    10 |     depends_on: [a, afterany:d]
       |                  - `c` waits for `a`

    error: jobs wait for each other in a circle: c → d → c
      --> flow.yaml:10:21
       |
    10 |     depends_on: [a, afterany:d]
       |                     ^^^^^^^^^^ `c` waits for `d`
    ...
    13 |     depends_on: [c]
       |                  - `d` waits for `c`
    ");
    // A circle of many jobs is shown in part.
    let text: String = (0..500).map(|n| job(&format!("j{n}"), &format!("j{}", (n + 1) % 500))).collect();
    assert_snapshot!(brief(&format!("jobs:\n{text}")), @"4:18 jobs wait for each other in a circle: j0 → j1 → j2 → j3 → j4 → j5 → j6 → j7 → j8 → j9 → … → j491 → j492 → j493 → j494 → j495 → j496 → j497 → j498 → j499 → j0 (`j0` waits for `j1`)");
}

#[test]
fn missing_name_and_command() {
    assert_snapshot!(invalid("jobs:\n  - command: x\n    name:\n  - name: b\n  -\n  - {}\n"), @r"
    error: a job has no `name`
     --> flow.yaml:3:5
      |
    3 |     name:
      |     ^^^^ every job needs a name of its own

    error: the job `b` has no `command`
     --> flow.yaml:4:5
      |
    4 |   - name: b
      |     ^^^^ every job runs a command

    error: a job is empty
     --> flow.yaml:5:4
      |
    5 |   -
      |    ^ expected `name:` and `command:`

    error: a job has no `name`
     --> flow.yaml:6:5
      |
    6 |   - {}
      |     ^^ every job needs a name of its own

    error: a job has no `command`
     --> flow.yaml:6:5
      |
    6 |   - {}
      |     ^^ every job runs a command
    ");
}

#[test]
fn nothing_there() {
    assert_snapshot!(invalid(""), @r"
    error: the file holds no workflow
     --> flow.yaml:1:1
      |
    1 |
      | ^ nothing but space and comments
      |
      = help: a workflow has a `name:` and a list of `jobs:`
    ");
    assert_snapshot!(invalid("# name: x\n\n# jobs:\n"), @r"
    error: the file holds no workflow
     --> flow.yaml:1:1
      |
    1 | # name: x
      | ^ nothing but space and comments
      |
      = help: a workflow has a `name:` and a list of `jobs:`
    ");
    assert_snapshot!(invalid("just text\n"), @r"
    error: a workflow must be a map, not `just text`
     --> flow.yaml:1:1
      |
    1 | just text
      | ^^^^^^^^^ expected `key: value` lines
    ");
    assert_snapshot!(invalid("- a\n- b\n"), @r"
    error: a workflow must be a map, not a list
     --> flow.yaml:1:1
      |
    1 | - a
      | ^^^ expected `key: value` lines
    ");
    assert_snapshot!(invalid("name: x\n"), @r"
    error: the workflow has no `jobs`
     --> flow.yaml:1:1
      |
    1 | name: x
      | ^^^^ a workflow is a list of jobs
      |
      = help: add `jobs:` and under it `- name: …` with a `command: …`
    ");
    assert_snapshot!(invalid("name: x\njobs:\n"), @r"
    error: the workflow has no `jobs`
     --> flow.yaml:2:1
      |
    2 | jobs:
      | ^^^^ a workflow is a list of jobs
      |
      = help: add `jobs:` and under it `- name: …` with a `command: …`
    ");
    assert_snapshot!(invalid("name: x\njobs: []\n"), @r"
    error: `jobs` is empty
     --> flow.yaml:2:7
      |
    2 | jobs: []
      |       ^^ a workflow has one job at least
    ");
    assert_snapshot!(invalid("name: x\njobs: {a: b}\n"), @r"
    error: `jobs` must be a list, not a map
     --> flow.yaml:2:7
      |
    2 | jobs: {a: b}
      |       ^^^^^^ expected `- name: …` items
    ");
    assert_snapshot!(invalid("jobs:\n  - echo\n"), @r"
    error: a job must be a map, not `echo`
     --> flow.yaml:2:5
      |
    2 |   - echo
      |     ^^^^ expected `key: value` lines
    ");
}

#[test]
fn yaml_itself() {
    assert_snapshot!(invalid("jobs:\n\t- name: a\n"), @r"
    error: the file is not valid YAML
     --> flow.yaml:2:2
      |
    2 |     - name: a
      |     ^ tabs disallowed within this context (block indentation)
      |
      = help: YAML is indented with spaces, never with tabs
    ");
    assert_snapshot!(invalid("jobs:\n  - name: a\n    command: echo a: b\n"), @r"
    error: the file is not valid YAML
     --> flow.yaml:3:20
      |
    3 |     command: echo a: b
      |                    ^ mapping values are not allowed in this context
      |
      = help: put quotes around a value that holds `: `
    ");
    assert_snapshot!(invalid("jobs: [a\n"), @r"
    error: the file is not valid YAML
     --> flow.yaml:2:1
      |
    2 |
      | ^ while parsing a flow sequence, expected ',' or ']'
    ");
    assert_snapshot!(brief("name: 'a\njobs: []\n"), @"1:7 the file is not valid YAML (invalid indentation in quoted scalar) [a quote is opened and not closed]");
    assert_snapshot!(brief("name: *x\n"), @"1:7 the file is not valid YAML (while parsing node, found unknown anchor) [an alias `*name` needs an anchor `&name` before it; put quotes around text that starts with `*`]");
    assert_snapshot!(brief("name: &x [*x]\n"), @"1:11 an alias stands inside the value that it names (this would never end)");
    assert_snapshot!(brief("name: a\n---\nname: b\n"), @"2:1 a workflow file holds one document, this one holds several (a second one starts here)");
    assert_snapshot!(brief("name: a\0b\n"), @"1:8 the file holds a NUL character (this is no text file)");
    assert_snapshot!(brief(&one("command: [\"a\\0b\"]")), @"3:15 a value holds a NUL character (no program can be given it)");
    assert_snapshot!(brief(&one("command: !!python/object:os.system x")), @"3:14 the tag `tag:yaml.org,2002:!python/object:os.system` means nothing here (of this value)");
    assert_snapshot!(brief(&one("command: x\n? [a]\n: b")), @"4:7 a list stands where a key is expected (expected text) [put quotes around a value that starts with `{{`, `{` or `[`]");
    assert_snapshot!(brief(&one("command: x\n<<: [{}, y]")), @"4:14 `<<` merges a map, not `y` (expected a map, or an alias of one)");
}

#[test]
fn all_at_once_and_in_order() {
    let text = "nam: x\njobs:\n  - name: a\n    depends_on: [b]\n  - name: a\n    command: x\n    resources: {nodes: 0}\n";
    assert_snapshot!(brief(text), @r"
    1:1 unknown key `nam` (not a key of a workflow) [did you mean `name`?]
    3:5 the job `a` has no `command` (every job runs a command)
    4:18 the job `a` depends on `b`, which does not exist (no job has this name)
    5:11 two jobs are called `a` (second)
    7:24 `nodes` must be at least 1, not `0` (expected at least 1)
    ");
    let many = invalid(&format!("jobs: [{}]", "{nam: a}, ".repeat(150)));
    assert_eq!(many.problems().len(), 100);
    assert_snapshot!(many.to_string().lines().last().unwrap(), @"note: 200 more errors are not shown");
}

#[test]
fn what_the_file_holds_cannot_paint_the_terminal() {
    let error = Workflow::parse("\u{1b}[31m.yaml", "\u{1b}[31mname: \u{7}\njobs:\n  - \"\\e]0;x\\a\": b\n")
        .unwrap_err();
    assert!(!error.to_string().contains(|c: char| c.is_control() && c != '\n'), "{error:?}");
    assert!(error.render(true, 80).contains("\u{1b}["));
}

#[test]
fn long_lines_are_cut_to_the_width() {
    let text = one(&format!("command: [{}, [b]]", "x, ".repeat(500)));
    let shown = invalid(&text).render(false, 80);
    assert!(shown.lines().all(|line| line.chars().count() <= 90), "{shown}");
}
