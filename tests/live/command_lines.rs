//! What a job's program sees is what the workflow's file holds, whatever that is.

use super::live_support::{Flow, Scratch};
use serde_json::{Value, json};

/// A workflow whose values are given as JSON, which is YAML.
fn flow(name: &str, jobs: Value) -> Flow<'static> {
    let flow = Flow::new(name, "  []\n");
    flow.dir.write("flow.yaml", &json!({"name": "it's \"a\" $flow #1", "jobs": jobs}).to_string());
    flow
}

fn words(dir: &Scratch, file: &str) -> Vec<String> {
    let text = dir.read(file);
    text.split_terminator('\0').map(str::to_owned).collect()
}

const NASTY: [&str; 22] = [
    "two words",
    " edges ",
    "",
    "it's",
    "say \"hi\"",
    "a\nb\n",
    "tab\tin",
    "$HOME and ${PATH} and $(id) and `id`",
    "# no comment",
    "back\\slash \\n \\",
    "ünïcödé 漢字 🌋",
    "*",
    "?[a-z]",
    "{a,b}",
    "~",
    "!history",
    "a;b&&c||d|e>f<g&",
    "--option=value",
    "%j %x",
    "'\"'\"'",
    "\u{1}\u{7f}",
    "-",
];

#[test]
fn a_lists_arguments_arrive_as_they_are() {
    let mut command = vec!["bash", "-c", r#"printf '%s\0' "$@" >arguments"#, "name"];
    command.extend(NASTY);
    let flow = flow("arguments", json!([{"name": "a", "command": command}]));
    flow.run(&[]).expect(0);
    assert_eq!(words(&flow.dir, "arguments"), NASTY);
}

#[test]
fn and_through_srun() {
    // srun expands patterns in no argument.
    let mut command = vec!["bash", "-c", r#"printf '%s\0' "$@" >"arguments.$SLURM_PROCID""#, "name"];
    command.extend(NASTY);
    let job = json!([{"name": "a", "command": command, "resources": {"ntasks_per_node": 2}}]);
    let flow = flow("srun-arguments", job);
    flow.run(&[]).expect(0);
    assert_eq!(words(&flow.dir, "arguments.0"), NASTY);
    assert_eq!(words(&flow.dir, "arguments.1"), NASTY);
}

#[test]
fn variables_arrive_as_they_are() {
    let names: Vec<String> = (0..NASTY.len()).map(|n| format!("NASTY_{n}")).collect();
    let variables: serde_json::Map<String, Value> =
        names.iter().zip(NASTY).map(|(name, value)| (name.clone(), value.into())).collect();
    let print: Vec<String> = names.iter().map(|name| format!("\"${name}\"")).collect();
    let line = format!("printf '%s\\0' {} >variables", print.join(" "));
    let environment = json!({"env_vars": variables});
    let flow = flow("variables", json!([{"name": "a", "command": line, "environment": environment}]));
    flow.run(&[]).expect(0);
    assert_eq!(words(&flow.dir, "variables"), NASTY);
}

#[test]
fn a_text_is_a_shell_line() {
    let line = "cd sub && pwd >../where && echo \"$GREETING\" | tr a-z A-Z >../greeting; : 'it''s' # done";
    let environment = json!({"env_vars": {"GREETING": "hello"}});
    let flow = flow("shell", json!([{"name": "a", "command": line, "environment": environment}]));
    flow.dir.write("sub/file", "");
    flow.run(&[]).expect(0);
    let sub = std::fs::canonicalize(flow.dir.path().join("sub")).unwrap();
    assert_eq!(flow.dir.read("where").trim(), sub.to_str().unwrap());
    assert_eq!(flow.dir.read("greeting"), "HELLO\n");
}

#[test]
fn the_first_command_that_fails_ends_a_text() {
    let line = "touch one\nfalse | cat\ntouch two";
    let flow = flow("set-e", json!([{"name": "a", "command": line}]));
    flow.run(&[]).expect(1);
    assert!(flow.dir.exists("one") && !flow.dir.exists("two"));
}

#[test]
fn odd_names() {
    let name = "it's a \"job\" $HOME %j #1 ü";
    let command = json!(["bash", "-c", r#"printf '%s\0' "$SLURM_JOB_NAME" >name"#]);
    let jobs = json!([
        {"name": name, "command": command, "log_dir": "logs of %x"},
        {"name": "next", "command": ["true"], "depends_on": [name]},
    ]);
    let flow = flow("names", jobs);
    let done = flow.run(&["--json"]).expect(0);
    assert_eq!(words(&flow.dir, "name"), [name]);
    let logs: Vec<_> = std::fs::read_dir(flow.dir.path().join("logs of %x"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(logs.len(), 1, "{logs:?}");
    assert!(logs[0].starts_with(&format!("{name}_")), "{logs:?}");
    // And the end of the run knows where it is.
    let ended = done.stdout.lines().find(|line| line.contains("\"ended\"")).unwrap();
    let ended: Value = serde_json::from_str(ended).unwrap();
    let log = flow.dir.path().join("logs of %x").join(&logs[0]);
    assert_eq!(ended["status"]["stdout"], log.to_str().unwrap());
}

#[test]
fn a_virtual_environment_is_activated() {
    let jobs = json!([
        {"name": "a", "command": ["tool", "x y"], "environment": {"venv": "my venv"}, "work_dir": "in here"},
        {"name": "b", "command": ["tool"], "environment": {"venv": "no venv"}, "work_dir": "in here"},
    ]);
    let flow = flow("venv", jobs);
    let tool = flow
        .dir
        .write("in here/my venv/bin/tool", "#!/bin/sh\nprintf '%s|%s\\n' \"$1\" \"$VIRTUAL_ENV\" >out\n");
    std::fs::set_permissions(tool, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let activate = "export VIRTUAL_ENV=active\nPATH=\"$PWD/my venv/bin:$PATH\"\n";
    flow.dir.write("in here/my venv/bin/activate", activate);
    let done = flow.run(&[]).expect(1);
    assert_eq!(done.last("a").word, "COMPLETED", "{done}");
    assert_eq!(flow.dir.read("in here/out"), "x y|active\n");
    assert_eq!((done.last("b").word.as_str(), done.last("b").detail.as_str()), ("FAILED", "exit 1"));
    done.says(&["srunx: ", "no venv", "is no virtual environment"]);
}

#[test]
fn a_missing_conda_fails_the_job_and_says_so() {
    let flow =
        flow("conda", json!([{"name": "a", "command": ["true"], "environment": {"conda": "no_such_env"}}]));
    let mut command = flow.command(&[]);
    // The stand-in for conda makes any environment by name; a folder that cannot be made fails.
    let conda = super::live_support::repository().join("examples/conda/bin");
    command.env("PATH", format!("{}:/usr/bin:/bin", conda.display()));
    command.env("CONDA_ENVS_PATH", "/dev/null/envs").env_remove("CONDA_EXE").env_remove("CONDA_PREFIX");
    let done = super::live_support::Process::start(command).wait().expect(1);
    assert_eq!(done.last("a").word, "FAILED", "{done}");
}
