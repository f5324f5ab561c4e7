//! Options of sbatch under `sbatch:`.

use super::{brief, invalid, job, one, parse, submitter};
use crate::workflow::{Job, Resources, Setting, Workflow};
use insta::assert_snapshot;
use proptest::prelude::*;

/// What is said of one option of a job.
fn of(option: &str) -> String {
    brief(&one(&format!("command: x\nsbatch: {{{option}}}")))
}

/// What is asked for the job at `place`, without what every job is asked for.
fn asked(text: &str, place: usize) -> String {
    let request = parse(text).request(place, &submitter());
    let plain = |option: &String| !option.starts_with("--job-name") && !option.starts_with("--chdir");
    request.describe().into_iter().filter(plain).collect::<Vec<_>>().join(" ")
}

/// Whether a job of these options goes through `srun`.
fn goes_through_srun(body: &str) -> bool {
    job(&format!("command: x\n{body}")).goes_through_srun()
}

#[test]
fn defaults_first_then_the_jobs_own() {
    let text = "
sbatch: {mail-type: 'END,FAIL', hold: true, exclusive: true, nice: 10, mem-per-cpu: 1G, nodes: 2, requeue: true}
jobs:
  - {name: plain, command: x}
  - name: own
    command: x
    sbatch: {nice: 20, hold: false, oversubscribe: true, begin: now+1hour, requeue: false, tasks-per-node: 3}
    resources: {nodes: 4, memory_per_node: 2G}
";
    assert_snapshot!(asked(text, 0), @"--mail-type=END,FAIL --hold --exclusive --nice=10 --mem-per-cpu=1G --nodes=2 --requeue");
    assert_snapshot!(asked(text, 1), @"--nodes=4 --mem=2G --mail-type=END,FAIL --nice=20 --oversubscribe --begin=now+1hour --no-requeue --ntasks-per-node=3");
}

#[test]
fn values_are_as_they_are_written() {
    let text = one(
        "command: x\nsbatch: {time: 1:30:00, comment: \"true\", no-kill: off, kill-on-invalid-dep: yes, \
                    contiguous: yes, reboot: no, nice: -010, signal: 'B:USR1@60', extra: 'a=b c'}",
    );
    assert_snapshot!(asked(&text, 0), @"--time=1:30:00 --comment=true --no-kill=off --kill-on-invalid-dep=yes --contiguous --nice=-010 --signal=B:USR1@60 --extra=a=b c");
}

#[test]
fn slurms_sizes_apply_where_nothing_is_named() {
    assert_snapshot!(asked(&one("command: x\nresources: {nodes: 2}"), 0), @"--nodes=2 --ntasks=2 --ntasks-per-node=1 --cpus-per-task=1 --wait-all-nodes=1");
    assert_snapshot!(asked(&one("command: x\nresources: {nodes: 2}\nsbatch: {comment: c}"), 0), @"--nodes=2 --comment=c");
    assert_snapshot!(asked(&one("command: x\nsbatch: {ntasks: 3}"), 0), @"--ntasks=3");
    // Nothing is left of it.
    let text = "sbatch: {hold: true}\njobs: [{name: a, command: x, sbatch: {hold: false}}]";
    assert_snapshot!(asked(text, 0), @"--nodes=1 --ntasks=1 --ntasks-per-node=1 --cpus-per-task=1");
}

#[test]
fn output_is_the_requests_own() {
    let text = "
sbatch: {output: 'out/%j', error: none}
jobs:
  - {name: a, command: x, work_dir: '50%'}
  - {name: b, command: x, log_dir: logs, sbatch: {error: /abs/%x}}
";
    let flow = parse(text);
    let log_dirs = [0, 1].map(|job| flow.log_dir(job, &submitter()));
    assert_eq!(log_dirs, [None, Some("/home/me/project/logs".into())]);
    assert_snapshot!(asked(text, 0), @"--output=/home/me/project/50%%/out/%j --error=/dev/null");
    assert_snapshot!(asked(text, 1), @"--output=/home/me/project/logs/%x_%j.log --error=/abs/%x");
}

#[test]
fn the_launch_follows_the_options() {
    for several in [
        "sbatch: {ntasks: 2}",
        "sbatch: {nodes: 1-2}",
        "sbatch: {nodes: '2-0'}",
        "sbatch: {tasks-per-node: 2}",
        "sbatch: {gpus: 4, gpus-per-task: 1}",
        "sbatch: {gpus: 4, ntasks-per-gpu: 1}",
        "sbatch: {nodelist: 'c[1-2]'}",
        "sbatch: {nodefile: f}",
        "sbatch: {comment: x}\nresources: {nodelist: 'c1,c2'}",
        "sbatch: {comment: x}\nresources: {nodes: 2}",
    ] {
        assert!(goes_through_srun(several), "{several}");
    }
    for one in [
        "sbatch: {comment: x}",
        "sbatch: {ntasks: 1, nodes: 1, cpus-per-task: 4}",
        "sbatch: {nodelist: c1}",
        "sbatch: {nodelist: 'c[1-2]', nodes: 1}",
        "sbatch: {ntasks: 2}\nsrun: false",
    ] {
        assert!(!goes_through_srun(one), "{one}");
    }
    let script = parse(&one("command: [x]\nsbatch: {ntasks: 2, cpus-per-task: 4}")).request(0, &submitter());
    assert!(script.script.ends_with("\nexec srun --cpus-per-task=4 x\n"), "{}", script.script);
}

#[test]
fn mistakes_have_their_places() {
    assert_snapshot!(invalid("sbatch: {nise: 1}\njobs:\n  - name: a\n    command: x\n    resources: {nodes: 2}\n    sbatch:\n      time: soon\n      nodes: 2\n"), @r"
    error: unknown option `nise`
     --> flow.yaml:1:10
      |
    1 | sbatch: {nise: 1}
      |          ^^^^ not a long option of sbatch
      |
      = help: did you mean `nice`?

    error: `time` cannot be `soon`
     --> flow.yaml:7:13
      |
    7 |       time: soon
      |             ^^^^ Invalid --time specification

    error: `nodes` of `sbatch` and `nodes` of `resources` exclude each other
     --> flow.yaml:8:7
      |
    5 |     resources: {nodes: 2}
      |                 ----- the workflow's own key
    ...
    8 |       nodes: 2
      |       ^^^^^ an option of sbatch
      |
      = help: keep one of them
    ");
}

#[test]
fn unknown_options() {
    assert_snapshot!(of("mem_per_cpu: 1G"), @"4:14 unknown option `mem_per_cpu` (not a long option of sbatch) [did you mean `mem-per-cpu`?]");
    assert_snapshot!(of("--nice: 1"), @"4:14 unknown option `--nice` (not a long option of sbatch) [did you mean `nice`?]");
    assert_snapshot!(of("p: debug"), @"4:14 unknown option `p` (not a long option of sbatch) [did you mean `partition`?]");
    assert_snapshot!(of("time_limit: 3"), @"4:14 unknown option `time_limit` (not a long option of sbatch) [`time_limit` of `resources` is another key for `time`]");
    assert_snapshot!(of("constrant: gpu"), @"4:14 unknown option `constrant` (not a long option of sbatch) [did you mean `constraint`?]");
    assert_snapshot!(of("memory_per_node: 3"), @"4:14 unknown option `memory_per_node` (not a long option of sbatch) [`memory_per_node` of `resources` is another key for `mem`]");
    assert_snapshot!(of("zzz: [3]"), @"4:14 unknown option `zzz` (not a long option of sbatch) [the keys are the long names of sbatch's options, such as `mail-type`]");
    assert_snapshot!(of("\"\\0switches-count\": 1").lines().next().unwrap_or_default(), @"4:14 a value holds a NUL character (no program can be given it)");
}

#[test]
fn wrong_values() {
    assert_snapshot!(of("ntasks: abc"), @r#"4:22 `ntasks` cannot be `abc` (Invalid numeric value "abc" for --ntasks.)"#);
    assert_snapshot!(of("hold: 3"), @"4:20 `hold` takes no value (expected true or false)");
    assert_snapshot!(of("mem-per-cpu: true"), @"4:27 `mem-per-cpu` needs a value (`true` is none)");
    assert_snapshot!(of("exclusive:"), @"4:14 `exclusive` has no value (nothing, to YAML) [write its value; `false` takes a default of the workflow back]");
    assert_snapshot!(of("hold:"), @"4:14 `hold` has no value (nothing, to YAML) [write `true` to give it, `false` not to]");
    assert_snapshot!(of("nice: ''"), @"4:20 `nice` has an empty value (nothing) [write `nice: true` to give it without]");
    assert_snapshot!(of("comment: ' '"), @"4:23 `comment` has an empty value (nothing)");
    assert_snapshot!(of("comment: \"a\\nb\""), @"4:23 `comment` holds a control character (a line break, a tab or the like)");
    assert_snapshot!(of("mail-type: [END, FAIL]"), @"4:25 `mail-type` must be text, not a list (expected text or a number) [sbatch takes several as one text with commas, such as `END,FAIL`]");
    assert_snapshot!(of("mail-type: SOMETIMES"), @"4:25 `mail-type` cannot be `SOMETIMES` (Invalid --mail-type specification)");
    assert_snapshot!(of("signal: {a: b}"), @"4:22 `signal` must be text, not a map (expected text)");
    assert_snapshot!(of("gres: help"), @"4:20 `gres` cannot be `help` (it asks sbatch to explain itself)");
    assert_snapshot!(of("begin: yesterday"), @"4:21 `begin` cannot be `yesterday` (Invalid --begin specification)");
    assert_snapshot!(brief(&one("command: x\nsbatch: [nice]")), @"4:13 `sbatch` must be a map, not a list (expected `option: value` lines) [the keys are the long names of sbatch's options, such as `mail-type`]");
}

#[test]
fn options_that_exclude_each_other() {
    assert_snapshot!(of("mem: 1, mem-per-cpu: 2"), @"4:22 `mem` and `mem-per-cpu` exclude each other (second) [keep one of them]");
    assert_snapshot!(of("ntasks-per-node: 1, tasks-per-node: 2"), @"4:34 `ntasks-per-node` and `tasks-per-node` exclude each other (second) [keep one of them]");
    assert_snapshot!(of("exclusive: true, oversubscribe: true"), @"4:31 `exclusive` and `oversubscribe` exclude each other (second) [keep one of them]");
    assert_snapshot!(brief(&one("command: x\nresources: {memory_per_node: 1}\nsbatch: {mem-per-cpu: 2}")), @"5:14 `mem-per-cpu` of `sbatch` and `memory_per_node` of `resources` exclude each other (an option of sbatch) [keep one of them]");
    assert_snapshot!(brief(&one("command: x\nlog_dir: logs\nsbatch: {output: x}")), @"5:14 `output` of `sbatch` and `log_dir` exclude each other (an option of sbatch) [keep one of them]");
    // The one is not given.
    assert!(
        Workflow::parse("w", &one("command: x\nsbatch: {exclusive: false, oversubscribe: true}")).is_ok()
    );
    assert!(Workflow::parse("w", &one("command: x\nresources: {nodes: 1}\nsbatch: {nodes: false}")).is_ok());
}

#[test]
fn options_that_mean_nothing_in_a_workflow() {
    let all = "help usage version quiet verbose parsable test-only wait wrap bbf ignore-pbs external job-name chdir array \
               clusters cluster uid gid export export-file get-user-env";
    let options: String = all.split(' ').map(|option| format!("{option}: 1, ")).collect();
    assert_snapshot!(of(&options), @r"
    4:14 the option `help` cannot be used in a workflow (it is about the command sbatch, not about a job)
    4:23 the option `usage` cannot be used in a workflow (it is about the command sbatch, not about a job)
    4:33 the option `version` cannot be used in a workflow (it is about the command sbatch, not about a job)
    4:45 the option `quiet` cannot be used in a workflow (it is about the command sbatch, not about a job)
    4:55 the option `verbose` cannot be used in a workflow (it is about the command sbatch, not about a job)
    4:67 the option `parsable` cannot be used in a workflow (it is about the command sbatch, not about a job)
    4:80 the option `test-only` cannot be used in a workflow (it is about the command sbatch, not about a job) [`srunx flow run FILE --dry-run` submits nothing]
    4:94 the option `wait` cannot be used in a workflow (a run follows its jobs to their ends anyway) [leave it out]
    4:103 the option `wrap` cannot be used in a workflow (the script is made of the job's `command`) [use `command`]
    4:112 the option `bbf` cannot be used in a workflow (its lines would go into the script, which srunx makes) [use `bb`]
    4:120 the option `ignore-pbs` cannot be used in a workflow (the script is made by srunx and holds no such lines) [leave it out]
    4:135 the option `external` cannot be used in a workflow (such a job runs no script)
    4:148 the option `job-name` cannot be used in a workflow (the job is called in Slurm what it is called here) [use the job's `name`]
    4:161 the option `chdir` cannot be used in a workflow (the job has a key for it) [use the job's `work_dir`]
    4:171 the option `array` cannot be used in a workflow (the job has a key for it) [use the job's `array`]
    4:181 the option `clusters` cannot be used in a workflow (a run stays with one cluster)
    4:194 the option `cluster` cannot be used in a workflow (a run stays with one cluster)
    4:206 the option `uid` cannot be used in a workflow (jobs of a run belong to the user who runs it)
    4:214 the option `gid` cannot be used in a workflow (jobs of a run belong to the user who runs it)
    4:222 the option `export` cannot be used in a workflow (a job starts with the environment that srunx was started in) [set variables by `env_vars` under `environment:`]
    4:233 the option `export-file` cannot be used in a workflow (a job starts with the environment that srunx was started in) [set variables by `env_vars` under `environment:`]
    4:249 the option `get-user-env` cannot be used in a workflow (a job starts with the environment that srunx was started in) [set variables by `env_vars` under `environment:`]
    ");
}

#[test]
fn keys_that_stand_elsewhere() {
    assert_snapshot!(brief("mail_type: END\nnodes: 2\njobs: [{name: a, command: x, comment: c, mem-per-cpu: 3, resources: {gpus-per-node: 1, exclusive: true}}]"), @r"
    1:1 unknown key `mail_type` (not a key of a workflow) [`mail-type` is an option of sbatch: it belongs under `sbatch:`]
    2:1 unknown key `nodes` (not a key of a workflow) [`nodes` belongs under `resources:`]
    3:30 unknown key `comment` (not a key of a job) [`comment` is an option of sbatch: it belongs under the job's `sbatch:`]
    3:42 unknown key `mem-per-cpu` (not a key of a job) [`mem-per-cpu` is an option of sbatch: it belongs under the job's `sbatch:`]
    3:70 unknown key `gpus-per-node` (not a key of `resources`) [did you mean `gpus_per_node`?]
    3:88 unknown key `exclusive` (not a key of `resources`) [`exclusive` is an option of sbatch: it belongs under the job's `sbatch:`]
    ");
}

#[test]
fn every_option_of_a_workflow_can_be_given() {
    let flag = |option: &&crate::sbatch::Declared| option.value == crate::getopt::Value::None;
    let names = crate::sbatch::OPTIONS.iter().filter(flag).map(|option| option.long);
    let mut seen = 0;
    for long in names.filter(|long| crate::workflow::sbatch::suitable(long).is_some()) {
        assert_eq!(
            job(&format!("command: x\nsbatch: {{{long}: true}}")).sbatch,
            [(long.into(), Setting::On)]
        );
        seen += 1;
    }
    assert!(seen > 8);
}

proptest! {
    #[test]
    fn any_value_of_any_option_is_taken_or_refused(
        option in prop::sample::select(crate::sbatch::OPTIONS.iter().map(|option| option.long).collect::<Vec<_>>()),
        value in "([0-9]{1,20}[-:,.=@KMGT+/x]{0,2}){0,4}|\\PC{0,20}",
    ) {
        // As a file has it, and as a program gives it.
        let quoted = value.replace('\'', "''");
        let _ = Workflow::parse("w", &one(&format!("command: x\nsbatch: {{? '{option}' : '{quoted}'}}"))).map(|flow| flow.request(0, &submitter()));
        let sbatch = vec![(option.to_owned(), value.as_str().into())];
        let flow = Workflow::new("w", vec![Job { sbatch, ..Job::new("a", ["x"]) }]);
        if let Ok(flow) = flow {
            let asked = flow.request(0, &submitter()).describe();
            prop_assert!(asked.iter().any(|asked| asked.ends_with(&value)), "{asked:?}");
        }
    }
}

#[test]
fn programs_keep_the_same_rules() {
    let options = |options: &[(&str, Setting)]| {
        options.iter().map(|(key, setting)| ((*key).to_owned(), setting.clone())).collect()
    };
    let sized = Job {
        resources: Resources { partition: Some("p".into()), ..Resources::default() },
        sbatch: options(&[("partition", "q".into())]),
        ..Job::new("b", ["x"])
    };
    let error = Workflow::builder("w")
        .sbatch("nise", 3)
        .job(Job { sbatch: options(&[("time", "soon".into())]), ..Job::new("a", ["x"]) })
        .job(sized)
        .job(Job { sbatch: options(&[("mem", 1.into()), ("mem-per-cpu", 2.into())]), ..Job::new("c", ["x"]) })
        .build()
        .unwrap_err();
    assert_snapshot!(error, @r"
    error: an option of all jobs: unknown option `nise` (not a long option of sbatch)

    error: an option of the job `a`: `time` cannot be `soon` (Invalid --time specification)

    error: an option of the job `b`: `partition` and `partition` of `resources` exclude each other

    error: an option of the job `c`: `mem` and `mem-per-cpu` exclude each other
    ");
    let flow = Workflow::builder("w")
        .sbatch("hold", true)
        .sbatch("nice", 3)
        .job(Job { sbatch: options(&[("hold", false.into())]), ..Job::new("a", ["x"]) })
        .build()
        .unwrap();
    assert_eq!(flow.jobs()[0].sbatch, [("nice".to_owned(), Setting::Value("3".into()))]);
}
