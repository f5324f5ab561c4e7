//! Arrays: what they may say, what is said of those that are wrong, and what their tasks find, told by bash.

use super::{brief, invalid, job, one, parse, submitter};
use crate::workflow::{Array, Dependency, DependencyKind, Job, Parameters, Workflow};
use insta::assert_snapshot;
use std::path::PathBuf;

fn array(text: &str) -> Array {
    job(&format!("command: x\narray: {text}")).array.expect("an array")
}

fn table(array: &Array) -> String {
    let parameters = array.parameters.as_ref().expect("parameters");
    let rows = parameters.rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>();
    format!("{}: {} = {}", array.tasks, parameters.names.join(" "), rows.join(" | "))
}

#[test]
fn tasks() {
    for (text, tasks) in [
        ("5", "5"),
        ("0-999%50", "0-999%50"),
        ("\"1,5,10-20:2\"", "1,5,10-20:2"),
        ("{tasks: 0-9, throttle: 50, chunk: 1000}", "0-9%50"),
        ("{tasks: 0-9%2}", "0-9%2"),
    ] {
        assert_eq!(array(text).tasks.to_string(), tasks, "{text}");
    }
    assert_eq!(array("{tasks: 0-9, throttle: 50, chunk: 1000}").chunk, Some(1000));
    assert_eq!(array("0-9").parameters, None);
}

#[test]
fn tables() {
    assert_eq!(table(&array("{values: [1e-3, 'a b']}")), "0-1: value = 1e-3 | a b");
    let columns = "{values: {lr: [1e-3, 1e-4], seed: [1, 2]}, throttle: 1}";
    assert_eq!(table(&array(columns)), "0-1%1: lr seed = 1e-3 1 | 1e-4 2");
    let rows = "{values: [{lr: 1e-3, seed: 1}, {seed: 2, lr: 1e-4}], chunk: 7}";
    assert_eq!(table(&array(rows)), "0-1: lr seed = 1e-3 1 | 1e-4 2");
    assert_eq!(array(rows).chunk, Some(7));
    assert_eq!(table(&array("{values: [x]}")), "0: value = x");
}

#[test]
fn wrong_arrays() {
    let of = |text: &str| brief(&one(&format!("command: x\narray: {text}")));
    assert_snapshot!(invalid(&one("command: x\narray: 0-5x")), @r#"
    error: the tasks of an array cannot be `0-5x`
     --> flow.yaml:4:12
      |
    4 |     array: 0-5x
      |            ^^^^ "0-5x" names no tasks of an array: a task, first-last or first-last:step is expected
      |
      = help: tasks are numbers and ranges, such as 0-9, 0-99%4 or 1,5,10-20:2
    "#);
    assert_snapshot!(of("[1, 2]"), @r#"4:12 `array` must be tasks or a map, not a list (expected tasks such as 0-9, or `values: …`) [a list of values goes under `values:`; tasks are one text, such as "0,5,7"]"#);
    assert_snapshot!(of("{}"), @"4:12 the array has no tasks (expected `tasks:`, `values:` or `file:`) [`tasks: 0-9` are ten tasks; `values:` or `file:` makes one for each row]");
    assert_snapshot!(of("{throttle: 0, chunk: x}"), @r"
    4:13 the array has no tasks (expected `tasks:`, `values:` or `file:`) [`tasks: 0-9` are ten tasks; `values:` or `file:` makes one for each row]
    4:23 `throttle` must be at least 1, not `0` (expected at least 1)
    4:33 `chunk` must be a whole number, not `x` (expected a whole number)
    ");
    assert_snapshot!(of("{tasks: 9-0}"), @r#"4:20 the tasks of an array cannot be `9-0` ("9-0" ends before it begins) [tasks are numbers and ranges, such as 0-9, 0-99%4 or 1,5,10-20:2]"#);
    assert_snapshot!(of("{tasks: [1]}"), @"4:20 `tasks` must be text, not a list (expected text)");
    assert_snapshot!(of("{tasks: 0-9%4, throttle: 5}"), @"4:27 the tasks that may run at once are limited twice (`throttle`) [keep one of them]");
    assert_snapshot!(of("{tasks: 0-9, values: [1]}"), @"4:25 `tasks` and `values` exclude each other (second) [keep one of them]");
    assert_snapshot!(of("{values: [1], name: lr}"), @"4:26 unknown key `name` (not a key of `array`) [the names of parameters are keys under `values:`, such as `values: {lr: [1e-3, 1e-4]}`]");
    assert_snapshot!(of("{limit: 4, tasks: 0-9}"), @"4:13 unknown key `limit` (not a key of `array`) [did you mean `throttle`?]");
    assert_snapshot!(of("{values: 5}"), @"4:21 `values` must be a list, or a map of names and lists, not `5` (expected a list, or a map of names and lists)");
    assert_snapshot!(of("{values: []}"), @"4:21 `values` is empty (an array has one task at least)");
    assert_snapshot!(of("{values: {}}"), @"4:21 `values` is empty (an array has one task at least)");
    assert_snapshot!(of("{values: {lr: []}}"), @"4:26 `lr` is empty (an array has one task at least)");
    assert_snapshot!(of("{values: [1, null, [2], {a: 3}]}"), @r#"
    4:25 an item of `values` has no value (nothing, to YAML) [write "null" for the text, "" for an empty one]
    4:31 an item of `values` must be text, not a list (expected text or a number) [put quotes around text that holds `: ` or starts with `[` or `{`]
    4:36 an item of `values` must be text, not a map (expected text or a number) [put quotes around text that holds `: ` or starts with `[` or `{`]
    "#);
    assert_snapshot!(of("{values: [{a: 1, b: ~}, {a: [1], b: 2}, 3, {a: 1, c: 2}]}"), @r#"
    4:29 `b` has no value (nothing, to YAML) [write "~" for the text, "" for an empty one]
    4:40 `a` must be text or a number, not a list (expected text or a number)
    4:52 an item of `values` must be a map as the first one is, not `3` (expected names and values)
    4:55 `b` is missing in an item of `values` (each has the same names)
    4:62 `c` is not in the first item of `values` (each has the same names)
    "#);
    assert_snapshot!(of("{values: {lr: 1e-3}}"), @"4:26 `lr` must be a list, not `1e-3` (expected a list)");
    assert_snapshot!(of("{values: {2a: [1], SLURM_X: [1], UID: [1], task_id: [1], srunx_y: [1], RANDOM: [1]}}"), @r"
    4:22 `2a` cannot be a parameter (a variable's name is made of letters, digits and `_`, and starts with no digit)
    4:31 `SLURM_X` cannot be a parameter (variables that begin with `SLURM_` are Slurm's own)
    4:45 `UID` cannot be a parameter (a variable that bash lets nobody set)
    4:55 `task_id` cannot be a parameter (`task_id` is the index of the task)
    4:69 `srunx_y` cannot be a parameter (variables that begin with `SRUNX_` are srunx's own)
    4:83 `RANDOM` cannot be a parameter (a variable to which bash itself gives its value)
    ");
    assert_snapshot!(invalid(&one("command: x\narray:\n  values:\n    lr: [1, 2, 3]\n    seed: [1]")), @r"
    error: `lr` and `seed` are not of one length
     --> flow.yaml:7:15
      |
    6 |         lr: [1, 2, 3]
      |             --------- 3 values
    7 |         seed: [1]
      |               ^^^ 1 value
      |
      = help: each task takes one value of every list
    ");
    assert_snapshot!(invalid(&one("command: x\narray: 0-9\nsbatch: {array: 0-9}")), @r"
    error: the option `array` cannot be used in a workflow
     --> flow.yaml:5:14
      |
    5 |     sbatch: {array: 0-9}
      |              ^^^^^ the job has a key for it
      |
      = help: use the job's `array`
    ");
    assert_snapshot!(brief(&format!("sbatch: {{array: 0-9}}\n{}", one("command: x\narray: 0-9"))), @"1:10 the option `array` cannot be used in a workflow (the job has a key for it) [use the job's `array`]");
    assert_snapshot!(brief("array: 0-9\njobs: [{name: a, command: x, throttle: 2}]\n"), @r"
    1:1 unknown key `array` (not a key of a workflow) [`array` belongs in the job itself, beside its `name:`]
    2:30 unknown key `throttle` (not a key of a job) [`throttle` belongs under `array:`]
    ");
    assert_snapshot!(brief("tasks: []\n"), @"1:1 unknown key `tasks` (not a key of a workflow) [did you mean `jobs`?]");
}

/// A folder with a file of parameters, and what `array: {file: …}` comes to with it.
fn with_file(name: &str, text: impl AsRef<[u8]>) -> Result<String, String> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(name), text).unwrap();
    let shown = dir.path().display().to_string();
    let flow = Workflow::parse("flow.yaml", &one(&format!("command: x\narray: {{file: '{shown}/{name}'}}")));
    let array = flow.map(|flow| table(flow.jobs()[0].array.as_ref().unwrap()));
    array.map_err(|error| error.problems()[0].message().replace(&shown, "/dir"))
}

#[test]
fn files() {
    assert_eq!(with_file("p.csv", "lr,seed\n1e-3,1\n").as_deref(), Ok("0: lr seed = 1e-3 1"));
    assert_eq!(with_file("p.CSV", "\u{feff}lr\r\n\"1,\"\"0\"\r\n").as_deref(), Ok("0: lr = 1,\"0"));
    assert_eq!(with_file("p.jsonl", "{\"a\": 1.50, \"b\": \"x\"}\n").as_deref(), Ok("0: a b = 1.50 x"));
    assert_eq!(
        with_file("p.ndjson", "{\"a\": true}\n{\"a\": false}").as_deref(),
        Ok("0-1: a = true | false")
    );
}

#[test]
fn wrong_files() {
    let of = |name: &str, text: &str| with_file(name, text).unwrap_err();
    assert_snapshot!(of("p.csv", ""), @"`/dir/p.csv`: it is empty");
    assert_snapshot!(of("p.csv", "lr,seed\n"), @"`/dir/p.csv`: it holds no row of values");
    assert_snapshot!(of("p.csv", "lr,seed\n1,2\n\n3\n"), @"`/dir/p.csv`, line 4: 1 value instead of 2");
    assert_snapshot!(of("p.csv", "lr\n\"1\n2\n"), @r#"`/dir/p.csv`, line 2: a `"` is opened in this row and not closed"#);
    assert_snapshot!(of("p.csv", "lr\n1\n2\0\n"), @"`/dir/p.csv`, line 3: it holds a NUL character, which no variable can");
    assert_snapshot!(of("p.jsonl", "\n"), @"`/dir/p.jsonl`: it holds no row of values");
    assert_snapshot!(of("p.jsonl", "{\"a\": 1}\n{\"b\": 1}\n"), @"`/dir/p.jsonl`, line 2: `b` is not in the lines before");
    assert_snapshot!(of("p.txt", "lr\n"), @"`/dir/p.txt`: what it holds cannot be told from its name");
    assert_snapshot!(with_file("p.csv", b"a\n\xff\n").unwrap_err(), @"`/dir/p.csv`: it is not UTF-8 text (line 2, column 1)");
    assert_snapshot!(invalid(&one("command: x\narray: {file: /nonexistent/params.csv}")), @r"
    error: `/nonexistent/params.csv` cannot be read: No such file or directory (os error 2)
     --> flow.yaml:4:19
      |
    4 |     array: {file: /nonexistent/params.csv}
      |                   ^^^^^^^^^^^^^^^^^^^^^^^ named here
    ");
    assert_snapshot!(brief(&one("command: x\narray: {file: /nonexistent}")), @"4:19 `/nonexistent`: what it holds cannot be told from its name (named here) [the name of a file of parameters ends with .csv, .jsonl or .ndjson]");
    assert_snapshot!(brief(&one("command: x\narray: {file: ''}")), @"4:19 `file` names no file (it is empty)");
    assert_snapshot!(brief(&one("command: x\narray: {file: [a]}")), @"4:19 `file` must be text, not a list (expected text)");
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("d.csv")).unwrap();
    let text = one(&format!("command: x\narray: {{file: {}/d.csv}}", dir.path().display()));
    let said = invalid(&text).problems()[0].message().replace(&dir.path().display().to_string(), "/dir");
    assert_snapshot!(said, @"`/dir/d.csv`: it is a folder");
}

#[test]
fn a_script_that_slurm_would_not_take() {
    let rows: String = (0..200_000).map(|row| format!("{row},some text of row {row}\n")).collect();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("p.csv"), format!("a,b\n{rows}")).unwrap();
    let text = one(&format!("command: x\narray:\n  file: {}/p.csv", dir.path().display()));
    let problem = invalid(&text).problems()[0].clone();
    assert_snapshot!(problem.message(), @"the script of the job `a` would have 6.1 MiB; Slurm takes less than 4 MiB");
    assert_snapshot!(problem.label, @"the 200000 rows of parameters are a part of it");
    assert_snapshot!(problem.suggestion().unwrap(), @r#"with `array: "0-199999"` and without a table, the program can read the row of its SRUNX_TASK_ID by itself"#);
    let long = Workflow::builder("w").job(Job::shell("a", ": ".repeat(3 << 20))).build().unwrap_err();
    assert_snapshot!(long, @r"
    error: the script of the job `a` would have 6.0 MiB; Slurm takes less than 4 MiB
     |
     = help: put the command into a file, and run that
    ");
}

/// The jobs `train`, tasks 0 to 9, `single`, and one that waits.
fn waiting(body: &str, on: &str) -> String {
    format!(
        "jobs:\n- {{name: train, command: x, array: 0-9%2}}\n- {{name: single, command: x}}\n- name: a\n  command: x\n  \
         {body}\n  depends_on:\n  - {on}\n"
    )
}

#[test]
fn dependencies() {
    let of = |body: &str, on: &str| {
        let flow = parse(&waiting(body, on));
        let dependency = flow.jobs()[2].depends_on[0].clone();
        dependency.shown(&flow.jobs()[dependency.on].name)
    };
    for (written, shown) in [
        ("aftercorr:train", "aftercorr:train"),
        ("train", "afterok:train"),
        ("train_4", "afterok:train[4]"),
        ("afterok:train[4]", "afterok:train[4]"),
        ("afternotok: train[1-3,7]", "afternotok:train[1-3,7]"),
        ("afterany:train_[1-3]", "afterany:train[1-3]"),
        ("train[0-8:4]", "afterok:train[0,4,8]"),
        ("after:train+10", "after:train+10"),
        ("after:train_3+0", "after:train[3]"),
        ("after:train[3-4]+5", "after:train[3-4]+5"),
        ("after:single+1", "after:single+1"),
    ] {
        let written = format!("\"{written}\"");
        assert_eq!(of("array: 2-5", &written), shown, "{written}");
    }
    // A job that is called so comes first.
    let flow = parse(
        "jobs:\n- {name: t, command: x, array: 0-9}\n- {name: t_1, command: x}\n- {name: 't[2]', command: x}\n- {name: \
         t+3, command: x}\n- {name: a, command: x, depends_on: [t_1, 't[2]', t+3, 'after:t+3', t_2, 'after:t_1+5']}\n",
    );
    let on: Vec<_> = flow.jobs()[4].depends_on.iter().map(|d| (d.on, d.tasks.is_some(), d.delay)).collect();
    assert_eq!(on, [(1, false, 0), (2, false, 0), (3, false, 0), (3, false, 0), (0, true, 0), (1, false, 5)]);
    assert_eq!(flow.jobs()[4].depends_on[3].kind, DependencyKind::After);
}

#[test]
fn wrong_dependencies() {
    let of = |body: &str, on: &str| brief(&waiting(body, on));
    assert_snapshot!(invalid(&waiting("array: 5-12", "aftercorr:train")), @r"
    error: tasks 10-12 of `a` would wait for ever: `train` has no such
     --> flow.yaml:8:5
      |
    2 | - {name: train, command: x, array: 0-9%2}
      |                                    ----- the tasks 0-9
    ...
    6 |   array: 5-12
      |          ---- the tasks 5-12
    7 |   depends_on:
    8 |   - aftercorr:train
      |     ^^^^^^^^^^^^^^^ each task waits for the one of the same index
    ");
    assert_snapshot!(invalid(&waiting("srun: true", "aftercorr:train")), @r"
    error: `aftercorr` is between two arrays, task by task, and `a` is none
     --> flow.yaml:8:5
      |
    4 | - name: a
      |         - no array
    ...
    8 |   - aftercorr:train
      |     ^^^^^^^^^^^^^^^ both must be arrays
      |
      = help: `afterok` waits for the whole of a job
    ");
    assert_snapshot!(invalid(&waiting("array: 0-9", "aftercorr:single")), @r"
    error: `aftercorr` is between two arrays, task by task, and `single` is none
     --> flow.yaml:8:5
      |
    3 | - {name: single, command: x}
      |          ------ no array
    ...
    8 |   - aftercorr:single
      |     ^^^^^^^^^^^^^^^^ both must be arrays
      |
      = help: `afterok` waits for the whole of a job
    ");
    assert_snapshot!(invalid(&waiting("srun: true", "train[8-12]")), @r"
    error: the array `train` has no tasks 10-12
     --> flow.yaml:8:5
      |
    2 | - {name: train, command: x, array: 0-9%2}
      |                                    ----- it has the tasks 0-9
    ...
    8 |   - train[8-12]
      |     ^^^^^^^^^^^ named here
    ");
    assert_snapshot!(of("array: 0-3", "aftercorr:train[1]"), @"8:5 `aftercorr` is between two arrays, task by task (no tasks can be named) [write `aftercorr:train`]");
    assert_snapshot!(of("srun: true", "single_1"), @"8:5 the job `single` has no tasks: it is no array (tasks are named)");
    assert_snapshot!(of("srun: true", "train[x]"), @r#"8:5 tasks of `train` cannot be named so ("x" names no tasks of an array: a task, first-last or first-last:step is expected)"#);
    assert_snapshot!(of("srun: true", "train[1-3%2]"), @"8:5 a dependency names tasks, and no limit (without the `%`)");
    assert_snapshot!(of("srun: true", "train+5"), @"8:5 `afterok` takes no minutes: only `after:job+minutes` does (`+5` cannot stand here)");
    assert_snapshot!(of("srun: true", "afterany:train[1]+5"), @"8:5 `afterany` takes no minutes: only `after:job+minutes` does (`+5` cannot stand here)");
    assert_snapshot!(of("srun: true", "after:train+99999999999"), @"8:5 a dependency waits for more than a year (at most 525600 minutes)");
    assert_snapshot!(of("srun: true", "trian_4"), @"8:5 the job `a` depends on `trian_4`, which does not exist (no job has this name) [did you mean `train_4`?]");
    assert_snapshot!(of("srun: true", "trian[4]"), @"8:5 the job `a` depends on `trian`, which does not exist (no job has this name) [did you mean `train`?]");
    assert_snapshot!(of("array: 0-3", "a[1]"), @"8:5 the job `a` depends on itself (this is the job's own name)");
    assert_snapshot!(of("srun: true", "singleton"), @"8:5 `singleton` is no kind of dependency between jobs of a workflow (expected afterok, afterany, afternotok, after or aftercorr) [`sbatch: {dependency: singleton}` asks Slurm for it]");
    assert_snapshot!(of("srun: true", "afterburstbuffer:train"), @r#"8:5 `afterburstbuffer` is no kind of dependency between jobs of a workflow (expected afterok, afterany, afternotok, after or aftercorr) [for a job outside of the workflow: `sbatch: {dependency: "afterburstbuffer:ID"}`]"#);
    assert_snapshot!(of("srun: true", "expand:train"), @"8:5 `expand` is no kind of dependency between jobs of a workflow (expected afterok, afterany, afternotok, after or aftercorr)");
    assert_snapshot!(of("srun: true", "aftercor:train"), @"8:5 `aftercor` is no kind of dependency (expected afterok, afterany, afternotok, after or aftercorr) [did you mean `aftercorr:train`?]");
    // Of an array that is wrong itself nothing more is said.
    assert_snapshot!(of("array: x", "aftercorr:train"), @r#"6:10 the tasks of an array cannot be `x` ("x" names no tasks of an array: a task, first-last or first-last:step is expected) [tasks are numbers and ranges, such as 0-9, 0-99%4 or 1,5,10-20:2]"#);
    let flow = "jobs: [{name: a, command: x, array: 0-1, depends_on: 'aftercorr:b'}, {name: b, command: x, array: 0-1, depends_on: a_1}]";
    assert_snapshot!(brief(flow), @"1:54 jobs wait for each other in a circle: a → b → a (`a` waits for `b`)");
    assert_snapshot!(brief(&waiting("srun: true", "x").replace("depends_on:\n  - x", "depends_on: [train[1]]")), @"7:21 the file is not valid YAML (while parsing a flow sequence, expected ',' or ']') [in a list in brackets, put quotes around a value that holds brackets or braces]");
}

#[test]
fn wrong_templates() {
    let of = |body: &str| brief(&one(&format!("array: {{values: {{lr: [1]}}}}\n{body}")));
    assert_snapshot!(invalid(&one("array: {values: {lr: [1]}}\ncommand:\n  - train\n  - --lr={{ rl }}")), @r"
    error: `rl` is no parameter of the array
     --> flow.yaml:6:9
      |
    6 |       - --lr={{ rl }}
      |         ^^^^^^^^^^^^^ no column has this name
      |
      = help: did you mean `lr`?
    ");
    assert_snapshot!(of("command: echo {{ seed }}"), @"4:14 `seed` is no parameter of the array (no column has this name) [known are `lr`, `task_id`]");
    assert_snapshot!(of("command: echo {{ .Name }} {{"), @"4:14 `.Name` between `{{` and `}}` is no name (only names of parameters stand there) [write `{{ '{{' }}` for two braces as they are]");
    assert_snapshot!(of("command: echo \\{{ lr }}"), @"4:14 the value of `lr` cannot stand there (a backslash stands before it) [leave it out]");
    assert_snapshot!(of("command: echo ${{ lr }}"), @"4:14 the value of `lr` cannot stand there (a `$` stands before it) [leave it out]");
    assert_snapshot!(of("command: |\n  cat <<'E'\n  {{ lr }}\n  E"), @"5:7 the value of `lr` cannot stand there (the delimiter of this here-document is quoted, so the shell leaves its text as it is) [take the quotes off the delimiter, or read the variable in the program]");
    assert_snapshot!(of("command: echo \"$(case a in a) echo {{ lr }};; esac)\""), @r#"4:14 the value of `lr` cannot stand there (it comes after a `case` in a `$( … )` between quotes) [write the variable instead: "$name"]"#);
    assert_snapshot!(of("command: |\n  cat <<{{ lr }}\n  x"), @"5:7 the value of `lr` cannot stand there (this ends a here-document) [write a word that stays the same]");
    assert_snapshot!(of("command: x\nsrun_args: --label={{ x }}\nlaunch_prefix: '{{ y }}'\nenvironment: {env_vars: {A: '{{ z }}'}, container: {runtime: apptainer, image: '{{ i }}', mounts: ['/a:/b', '{{ m }}'], env: {B: '{{ e }}'}}}"), @r"
    5:16 `x` is no parameter of the array (no column has this name) [known are `lr`, `task_id`]
    6:20 `y` is no parameter of the array (no column has this name) [known are `lr`, `task_id`]
    7:33 `z` is no parameter of the array (no column has this name) [known are `lr`, `task_id`]
    7:84 `i` is no parameter of the array (no column has this name) [known are `lr`, `task_id`]
    7:113 `m` is no parameter of the array (no column has this name) [known are `lr`, `task_id`]
    7:134 `e` is no parameter of the array (no column has this name) [known are `lr`, `task_id`]
    ");
    assert_snapshot!(of("command: x\nenvironment: {container: '{{ i }}'}"), @"5:30 `i` is no parameter of the array (no column has this name) [known are `lr`, `task_id`]");
    assert_snapshot!(of("command: x\nlog_dir: 'logs/{{ lr }}'\nwork_dir: '{{ task_id }}'"), @r"
    5:14 `log_dir` cannot hold `{{ lr }}` (it is the same for all tasks of an array)
    6:15 `work_dir` cannot hold `{{ task_id }}` (it is the same for all tasks of an array)
    ");
    assert_snapshot!(invalid(&one("array: {values: {lr: [1]}}\ncommand: x\nenvironment: {env_vars: {lr: 2}}")), @r"
    error: `lr` is set twice
     --> flow.yaml:5:34
      |
    3 |     array: {values: {lr: [1]}}
      |     ----- a parameter of the array
    4 |     command: x
    5 |     environment: {env_vars: {lr: 2}}
      |                                  ^ by `env_vars`
      |
      = help: give one of them another name
    ");
    // In a job that is no array they are text.
    let plain = job("command: [docker, inspect, '{{ .Name }}', '{{ lr }}']");
    let script = Workflow::new("w", vec![plain]).unwrap().request(0, &submitter()).script;
    assert!(script.ends_with("exec docker inspect '{{ .Name }}' '{{ lr }}'\n"), "{script}");
}

#[test]
fn a_program_keeps_the_rules_of_arrays() {
    let parameters = |names: &[&str], rows: &[&[&str]]| Parameters {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        rows: rows.iter().map(|row| row.iter().map(|value| (*value).to_owned()).collect()).collect(),
    };
    let of = |array: Option<Array>| {
        let job = Job { array, ..Job::new("a", ["echo", "{{ lr }}"]) };
        Workflow::new("w", vec![job]).map(drop).map_err(|error| error.to_string())
    };
    let rows = parameters(&["lr"], &[&["1"], &["2"]]);
    assert_eq!(of(Array::of_rows(rows.clone())), Ok(()));
    assert_eq!(Array::of_rows(parameters(&["lr"], &[])), None);
    let other = |tasks: &str, parameters: Parameters| {
        let tasks = crate::job::ArrayTasks::parse(tasks).expect("tasks");
        of(Some(Array { parameters: Some(parameters), ..Array::of(tasks) })).unwrap_err()
    };
    assert_snapshot!(other("0-2", rows.clone()), @"error: the array of the job `a`: it has 3 tasks and 2 rows of parameters");
    assert_snapshot!(other("0", parameters(&["lr", "lr"], &[&["1", "2"]])), @"error: the array of the job `a`: the parameter `lr` is there twice");
    assert_snapshot!(other("0", parameters(&["lr", "UID"], &[&["1", "2"]])), @"error: the array of the job `a`: the parameter `UID`: a variable that bash lets nobody set");
    assert_snapshot!(other("0", parameters(&["lr"], &[&["1", "2"]])), @"error: the array of the job `a`: row 0 of the parameters has 2 values instead of 1");
    assert_snapshot!(other("0", parameters(&["lr"], &[&["1\0"]])), @"error: the array of the job `a`: row 0 of the parameters holds a NUL character");
    assert_snapshot!(other("0", parameters(&[], &[&[]])), @r"
    error: the array of the job `a`: its table has no names

    error: `command` of the job `a`: `lr` is no parameter of the array
    ");
    assert_snapshot!(other("0", parameters(&["x"], &[&["1"]])), @"error: `command` of the job `a`: `lr` is no parameter of the array");
    let chunk = Array { chunk: Some(0), ..Array::of_rows(rows).expect("rows") };
    assert_snapshot!(of(Some(chunk)).unwrap_err(), @"error: the array of the job `a`: a chunk of no tasks");
    assert_snapshot!(Workflow::builder("w").array(array("0-9")).job(Job::new("a", ["x"])).build().unwrap_err(), @"error: no job was added yet that could be an array");
}

#[test]
fn a_program_keeps_the_rules_of_dependencies() {
    let of = |dependency: Dependency| {
        let train = Job { array: Some(array("0-9")), ..Job::new("train", ["x"]) };
        let test = Job { depends_on: vec![dependency], ..Job::new("test", ["x"]) };
        Workflow::new("w", vec![train, test]).map(drop).map_err(|error| error.to_string())
    };
    let on = |kind, tasks: Option<&str>, delay| Dependency {
        tasks: tasks.map(|tasks| tasks.parse().expect("tasks")),
        delay,
        ..Dependency::on(0, kind)
    };
    assert_eq!(of(on(DependencyKind::After, Some("0,9"), 5)), Ok(()));
    assert_snapshot!(of(on(DependencyKind::AfterCorr, None, 0)).unwrap_err(), @r"
    error: `aftercorr` is between two arrays, task by task, and `test` is none
     |
     = help: `afterok` waits for the whole of a job
    ");
    assert_snapshot!(of(on(DependencyKind::AfterOk, Some("9-10"), 0)).unwrap_err(), @"error: the array `train` has no task 10");
    assert_snapshot!(of(on(DependencyKind::AfterOk, Some(""), 0)).unwrap_err(), @"error: a dependency on no task of the array `train`");
    assert_snapshot!(of(on(DependencyKind::AfterAny, None, 5)).unwrap_err(), @"error: `afterany` takes no minutes: only `after:job+minutes` does");
}

#[test]
fn what_is_asked_for() {
    let flow = parse(&one("command: x\nlog_dir: logs\narray: {tasks: 0-9, throttle: 2, chunk: 4}"));
    let request = flow.request(0, &submitter());
    assert_eq!(request.array.map(|tasks| tasks.to_string()).as_deref(), Some("0-9%2"));
    assert_eq!(request.chunk, Some(4));
    assert_eq!(request.stdout, Some(PathBuf::from("/home/me/project/logs/%x_%A_%a.log")));
    let plain = parse(&one("command: x\narray: 0-9")).request(0, &submitter());
    assert_eq!(plain.stdout, None);
    assert_snapshot!(plain.script, @r"
    #!/bin/bash
    # a of the workflow unnamed, made by srunx
    set -e -o pipefail

    export SRUNX_TASK_ID=$((SLURM_ARRAY_TASK_ID + ${SRUNX_TASK_OFFSET:-0}))

    export WORLD_SIZE=${SLURM_NTASKS:-1}

    x
    ");
}
