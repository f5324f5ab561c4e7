//! The scripts of arrays, run by bash as tasks are.

use super::{job, submitter};
use crate::job::ArrayTasks;
use crate::workflow::{Array, Job, Parameters, Workflow};
use insta::assert_snapshot;
use proptest::prelude::*;
use std::process::{Command, Output};

/// The script of `job`, run as the task `id` of an array.
fn run_task(job: &Job, id: u32, more: &[(&str, &str)]) -> Output {
    let flow = Workflow::new("flow", vec![job.clone()]).unwrap_or_else(|error| panic!("{error}"));
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("script");
    std::fs::write(&file, flow.request(0, &submitter()).script).unwrap();
    Command::new("bash")
        .arg(&file)
        .current_dir(dir.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("SLURM_ARRAY_TASK_ID", id.to_string())
        .envs(more.iter().copied())
        .output()
        .unwrap()
}

fn stdout(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_part_of_a_large_array_counts_from_its_offset() {
    let job = job("command: echo $SRUNX_TASK_ID $value\narray: {values: [a, b, c, d]}");
    assert_eq!(stdout(run_task(&job, 1, &[])), "1 b\n");
    assert_eq!(stdout(run_task(&job, 1, &[("SRUNX_TASK_OFFSET", "2")])), "3 d\n");
    let behind = run_task(&job, 4, &[]);
    assert_eq!(behind.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&behind.stderr), "srunx: there are no parameters for task 4\n");
}

#[test]
fn rows_go_by_the_order_of_the_tasks() {
    let tasks = ArrayTasks::parse("3,5,10-30:10,7-8").expect("tasks");
    let rows = tasks.iter().map(|task| vec![format!("row of {task}")]).collect();
    let parameters = Some(Parameters { names: vec!["WORLD_SIZE".into()], rows });
    let array = Some(Array { parameters, ..Array::of(tasks.clone()) });
    let job = Job { array, ..Job::new("a", ["printenv", "WORLD_SIZE"]) };
    for task in 0..40 {
        let output = run_task(&job, task, &[]);
        match tasks.contains(task) {
            true => assert_eq!(stdout(output), format!("row of {task}\n")),
            false => assert_eq!(output.status.code(), Some(1), "{task}"),
        }
    }
}

#[test]
fn parameters_of_containers() {
    let launch = |container: &str| {
        let body = format!(
            "array: {{values: {{v: ['24 x', b]}}}}\ncommand: [x, '{{{{ v }}}}']\nenvironment: {{container: {container}}}"
        );
        let script = Workflow::new("w", vec![job(&body)]).unwrap().request(0, &submitter()).script;
        script.split_once("WORLD_SIZE=${SLURM_NTASKS:-1}\n").unwrap().1.to_owned()
    };
    assert_snapshot!(launch("{image: 'torch:{{ v }}', mounts: ['/data/{{ task_id }}:/data']}"), @r#"

    exec srun --container-image=torch:"${v}" --container-mounts=/data/"${SRUNX_TASK_ID}":/data x "${v}"
    "#);
    assert_snapshot!(launch("{runtime: apptainer, image: '{{ v }}.sif', cleanenv: true, env: {A: 'a {{ v }}'}}"), @r#"
    export APPTAINERENV_v="${v}"
    export APPTAINERENV_SRUNX_TASK_ID="${SRUNX_TASK_ID}"
    export APPTAINERENV_A='a '"${v}"

    exec srun apptainer exec --cleanenv "${v}".sif x "${v}"
    "#);
}

#[test]
fn a_program_that_is_a_parameter() {
    let of = |program: &str| {
        let body = format!("array: {{values: {{p: [{program}]}}}}\ncommand: ['{{{{ p }}}}', it is]");
        run_task(&job(&body), 0, &[])
    };
    assert_eq!(stdout(of("echo")), "it is\n");
    assert_eq!(of("-c").status.code(), Some(127));
}

const PLACES: &[(&str, &str)] = &[
    ("printf '%s\\0' {{ x }}", "@"),
    ("printf '%s\\0' a{{ x }}b{{x}}", "a@b@"),
    ("printf '%s\\0' \"a {{ x }} \\\" b\" 'c {{ x }} d' $'e\\' {{ x }}\\tf'", "a @ \" b\0c @ d\0e' @\tf"),
    ("# it's {{ x }}\nprintf '%s\\0' \"$(printf '%s.' \"{{ x }}\" {{ x }})\"", "@.@."),
    ("printf '%s\\0' \"`printf '%s.' {{ x }}`\" # don't", "@."),
    ("printf '%s\\0' \"${none:-a {{ x }}}\" ${none:-{{ x }}}", "a @\0@"),
    ("f() { printf '%s\\0' \"$1\"; }; (f {{ x }}); ((1 << 2)); f \"it's $((1<<2)) {{ x }}\"", "@\0it's 4 @"),
    ("y={{ x }}; [[ $y == {{ x }} ]] && printf '%s\\0' \"$y\"", "@"),
    ("case {{ x }} in {{ x }}) printf '%s\\0' {{ x }};; esac", "@"),
    ("cat <<E; printf '\\0%s\\0' {{ x }}\nit's \"{{ x }}\" $(printf %s {{ x }})\nE", "it's \"@\" @\n\0@"),
    ("cat <<-'E'; printf '\\0%s\\0' {{ x }}\n\tit's \"\n\tE", "it's \"\n\0@"),
    ("cat <<A <<\"B C\"\nx'\nA\ny\"\nB C\nprintf '\\0%s\\0' {{ x }}", "y\"\n\0@"),
    ("cat <<<{{ x }} | head -c -1; printf '\\0'", "@"),
    ("IFS= read -r -d '' y < <(printf '%s\\0' {{ x }}); printf '%s\\0' \"${y#}\"", "@"),
    ("printf '%s\\0' \"$(cat <<E\n\"{{ x }}'\nE\n)\" {{ x }}", "\"@'\0@"),
    (
        "y=$(case {{ x }} in {{ x }}) printf %s {{ x }};; esac); printf '%s\\0' \"$y\" a\\\n  \\\n# it's\n",
        "@\0a",
    ),
    ("printf '%s\\0' {{ '{{' }}\\ \"{{ x }}\"", "{{ @"),
];

fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\0]{0,12}",
        "[ \t\n\r'\"$`*?\\[\\]{}()~#!&|;<>\\\\=é日\u{1}\u{7f}\u{1b}a1-]{0,12}",
        Just("$(touch /tmp/x)".to_owned()),
        Just("END OF\n#end\nSRUNX".to_owned()),
        Just("[0]=x".to_owned()),
        Just("-n".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn each_task_finds_its_row_and_no_other(
        rows in proptest::collection::vec((nasty(), nasty(), nasty()), 1..30),
        which in any::<prop::sample::Index>(),
    ) {
        let task = which.index(rows.len());
        let names = ["lr", "Note_2", "LONG"].map(str::to_owned).to_vec();
        let table: Vec<Vec<String>> =
            rows.iter().map(|(a, b, c)| vec![a.clone(), b.clone(), c.clone()]).collect();
        let array = Array::of_rows(Parameters { names, rows: table.clone() });
        let [lr, note, long] = table[task].as_slice() else { unreachable!() };
        let number = u32::try_from(task).unwrap();

        // In the environment,
        let job = Job { array: array.clone(), ..Job::new("a", ["env", "-0"]) };
        let found = stdout(run_task(&job, number, &[]));
        let found: Vec<&str> = found.split('\0').filter(|line| !line.starts_with("_=") && !line.starts_with("PWD=")).collect();
        for wanted in [format!("lr={lr}"), format!("Note_2={note}"), format!("LONG={long}"), format!("SRUNX_TASK_ID={task}")] {
            prop_assert!(found.contains(&wanted.as_str()), "{wanted:?} {found:?}");
        }
        // those of no other row with it,
        let known = ["lr", "Note_2", "LONG", "SRUNX_TASK_ID", "SLURM_ARRAY_TASK_ID", "PATH", "SHLVL", "WORLD_SIZE", "OLDPWD", ""];
        for variable in &found {
            let name = variable.split('=').next().unwrap_or_default();
            prop_assert!(known.contains(&name), "{variable:?}");
        }
        // and as words and variables.
        let words = ["bash", "-c", "printf '%s\\0' \"$V\" \"$@\"", "{{ '{{' }}", "{{ lr }}", "--note={{ Note_2 }};{{ task_id }}"];
        let mut job = Job { array, ..Job::new("a", words) };
        job.environment.env_vars.push(("V".into(), "a 'b' {{ LONG }}{{ lr }}".into()));
        let expected = format!("a 'b' {long}{lr}\0{lr}\0--note={note};{task}\0");
        prop_assert_eq!(stdout(run_task(&job, number, &[])), expected);
    }

    #[test]
    fn values_in_shell_lines_arrive_as_they_are(value in nasty(), srun in any::<bool>()) {
        for (line, expected) in PLACES {
            // Command substitutions and here-strings add or take line breaks at the end: that is the shell's.
            if value.ends_with('\n') {
                continue;
            }
            let array = Array::of_rows(Parameters { names: vec!["x".into()], rows: vec![vec![value.clone()]] });
            let prefix = srun.then(|| "env A={{ x }}".to_owned());
            let job = Job { array, launch_prefix: prefix, ..Job::shell("a", *line) };
            let found = stdout(run_task(&job, 0, &[]));
            let expected = expected.replace('@', &value);
            prop_assert_eq!(found.trim_end_matches('\0'), expected.trim_end_matches('\0'), "{}", line);
        }
    }
}
