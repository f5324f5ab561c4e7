//! The scripts, run by bash.

use super::{job, parse, submitter};
use crate::workflow::{Command, Environment, Job, Workflow};
use insta::assert_snapshot;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Output;

fn script(job: Job) -> String {
    let flow = Workflow::new("flow", vec![job]).unwrap();
    flow.request(0, &submitter()).script
}

/// What follows the exports of the script of a job with `body`.
fn launch(body: &str) -> String {
    let script = script(job(body));
    script.split_once("export WORLD_SIZE=${SLURM_NTASKS:-1}\n").unwrap().1.trim().to_owned()
}

/// Runs a script as a scheduler would: from a file, in a folder, with an environment of its own.
fn run_in(dir: &Path, script: &str, environment: &[(&str, &str)]) -> Output {
    let file = dir.join("script");
    fs::write(&file, script).unwrap();
    std::process::Command::new("bash")
        .arg(file)
        .current_dir(dir)
        .env_clear()
        .env("PATH", format!("{}/bin:/usr/bin:/bin", dir.display()))
        .env("HOME", dir)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn run(script: &str) -> Output {
    run_in(tempfile::tempdir().unwrap().path(), script, &[])
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// An `srun` that says what it was given, then runs what follows its options.
fn fake_srun(dir: &Path) {
    program(
        &dir.join("bin/srun"),
        "#!/bin/bash\nwhile [[ $1 == -* ]]; do echo \"option $1\"; shift; done\nexec \"$@\"\n",
    );
}

#[test]
fn how_a_command_is_launched() {
    assert_snapshot!(launch("command: [python, 'a b.py', --lr, 2e-5]"), @"exec python 'a b.py' --lr 2e-5");
    assert_snapshot!(launch("command: cd x && y"), @"cd x && y");
    assert_snapshot!(launch("command: [x]\nsrun: true"), @"exec srun x");
    assert_snapshot!(launch("command: [x]\nresources: {nodes: 2}"), @"exec srun x");
    assert_snapshot!(launch("command: [x]\nresources: {nodes: 1-2}\nsrun: false"), @"exec x");
    assert_snapshot!(launch("command: [x]\nresources: {ntasks_per_node: 2, cpus_per_task: 4}"), @"exec srun --cpus-per-task=4 x");
    assert_snapshot!(launch("command: cd x && y 'z'\nresources: {nodes: 2}"), @r"exec srun bash -e -o pipefail -c 'cd x && y '\''z'\'''");
    assert_snapshot!(launch("command: [x]\nsrun_args: --mpi=pmix --label"), @"exec srun --mpi=pmix --label x");
    assert_snapshot!(launch("command: [x]\nlaunch_prefix: nsys profile -o \"$HOME/p\""), @r#"exec nsys profile -o "$HOME/p" x"#);
    assert_snapshot!(launch("command: x | y\nlaunch_prefix: numactl -N 0"), @"exec numactl -N 0 bash -e -o pipefail -c 'x | y'");
    assert_snapshot!(launch("command: [-x, -y]"), @"exec -- -x -y");
}

#[test]
fn containers() {
    let of = |container: &str, more: &str| {
        launch(&format!("command: [python, x.py]\nenvironment: {{container: {container}}}\n{more}"))
    };
    assert_snapshot!(of("img.sqsh", ""), @"exec srun --container-image=img.sqsh python x.py");
    assert_snapshot!(
        of("{image: 'nvcr.io#nvidia/pytorch:24.01', mounts: ['/a b:/b', /c], workdir: /w}", "srun_args: --mpi=pmix\nlaunch_prefix: nsys profile"),
        @"exec srun '--container-image=nvcr.io#nvidia/pytorch:24.01' '--container-mounts=/a b:/b,/c' --container-workdir=/w --mpi=pmix nsys profile python x.py"
    );
    let apptainer = "{runtime: apptainer, image: i.sif, mounts: [/a:/b, /c], workdir: /w, nv: yes, rocm: yes, cleanenv: yes, fakeroot: yes, writable_tmpfs: yes, overlay: o.img, env: {A: 'x,y'}}";
    assert_snapshot!(of(apptainer, "launch_prefix: nsys profile"), @r"
    export APPTAINERENV_A=x,y

    exec srun apptainer exec --nv --rocm --cleanenv --fakeroot --writable-tmpfs --overlay o.img --bind /a:/b --bind /c --pwd /w i.sif nsys profile python x.py
    ");
    assert_snapshot!(of(apptainer, "srun: false"), @r"
    export APPTAINERENV_A=x,y

    exec apptainer exec --nv --rocm --cleanenv --fakeroot --writable-tmpfs --overlay o.img --bind /a:/b --bind /c --pwd /w i.sif python x.py
    ");
    assert_snapshot!(of("{runtime: singularity, image: i.sif, env: {B: 1}}", "srun: false"), @r"
    export SINGULARITYENV_B=1

    exec singularity exec i.sif python x.py
    ");
}

#[test]
fn names_stay_in_their_comment() {
    let flow = Workflow::parse(
        "w",
        "name: \"x $(touch a)\"\njobs: [{name: \"a`b` \\\"\\u2028c\", command: echo $0}]",
    )
    .unwrap();
    let script = flow.request(0, &submitter()).script;
    assert_snapshot!(script.lines().nth(1).unwrap(), @r#"# a`b` " c of the workflow x $(touch a), made by srunx"#);
    assert!(run(&script).status.success());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn arguments_and_variables_arrive_as_they_are(
        words in proptest::collection::vec("[^\0]{0,10}|[ '\"$#!\\\\\n`*~é-]{0,6}", 0..5),
        value in "[^\0]{0,20}",
        srun in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        fake_srun(dir.path());
        let words = words.iter().map(String::as_str);
        let arguments: Vec<String> = ["bash", "-c", "printf '%s\\0' \"$V\" \"$@\"", "x"].into_iter().chain(words).map(String::from).collect();
        let job = Job {
            srun: Some(srun),
            environment: Environment { env_vars: vec![("V".into(), value.clone())], ..Environment::default() },
            ..Job::new("a", arguments.clone())
        };
        let output = run_in(dir.path(), &script(job), &[]);
        let expected = [&[value], &arguments[4..]].concat().join("\0") + "\0";
        prop_assert_eq!(stdout(&output), expected);
    }

    #[test]
    fn a_shell_line_means_the_same_through_srun(word in "[^\0]{0,10}") {
        let dir = tempfile::tempdir().unwrap();
        fake_srun(dir.path());
        let line = format!("x=$(printf %s 1)\nprintf '%s\\0' \"$x\" {}", crate::workflow::shell::quote(&word));
        for srun in [false, true] {
            let output = run_in(dir.path(), &script(Job { srun: Some(srun), ..Job::shell("a", line.clone()) }), &[]);
            prop_assert_eq!(stdout(&output), format!("1\0{word}\0"));
        }
    }
}

#[test]
fn a_shell_line_runs_all_of_it() {
    let dir = tempfile::tempdir().unwrap();
    fake_srun(dir.path());
    fs::create_dir(dir.path().join("x")).unwrap();
    for srun in ["true", "false"] {
        let script =
            script(job(&format!("srun: {srun}\ncommand: |\n  cd x && pwd\n  cat <<E\n  here $((1+1))\n  E")));
        assert_eq!(
            stdout(&run_in(dir.path(), &script, &[])),
            format!("{}/x\nhere 2\n", dir.path().display())
        );
    }
}

#[test]
fn exit_codes_and_signals_are_the_commands_own() {
    let code = |body: &str| run(&script(job(body))).status.code();
    assert_eq!(code("command: [bash, -c, exit 7]"), Some(7));
    assert_eq!(code("command: exit 8"), Some(8));
    // The first failure ends it, within a pipe too.
    assert_eq!(code("command: |\n  (exit 9)\n  exit 0"), Some(9));
    assert_eq!(code("command: (exit 3) | cat"), Some(3));
    assert_eq!(code("command: [no-such-program]"), Some(127));
    assert_eq!(run(&script(job("command: [bash, -c, kill -9 $$]"))).status.signal(), Some(9));
    assert_eq!(run(&script(job("command: kill -TERM $$"))).status.signal(), Some(15));
}

#[test]
fn the_number_of_tasks_is_exported() {
    let of = |body: &str, set: &[(&str, &str)]| {
        let script = script(job(&format!("command: echo $WORLD_SIZE\n{body}")));
        stdout(&run_in(tempfile::tempdir().unwrap().path(), &script, set)).trim().to_owned()
    };
    assert_eq!(of("", &[]), "1");
    assert_eq!(of("", &[("SLURM_NTASKS", "8")]), "8");
    assert_eq!(of("environment: {env_vars: {WORLD_SIZE: 3}}", &[("SLURM_NTASKS", "8")]), "3");
}

#[test]
fn a_venv_is_activated() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let run = |venv: &Path| {
        let job = Job {
            environment: Environment {
                python: Some(crate::workflow::PythonEnv::Venv(venv.to_owned())),
                env_vars: vec![("AFTER".into(), "1".into())],
                ..Environment::default()
            },
            ..Job::shell("a", "python; echo \"$VIRTUAL_ENV\"")
        };
        let flow = Workflow::new("flow", vec![job]).unwrap();
        let submit = crate::workflow::Submitter { work_dir: dir.to_owned(), ..submitter() };
        run_in(dir, &flow.request(0, &submit).script, &[])
    };
    for name in ["env", "it's a \"$HOME\" #venv\nx"] {
        let venv = dir.join(name);
        program(&venv.join("bin/python"), "#!/bin/bash\necho \"python of the venv ${AFTER}\"\n");
        // As the real one does, it looks at variables that are not set.
        let activate = "VIRTUAL_ENV=$(cd \"$(dirname \"${BASH_SOURCE[0]}\")/..\"; pwd); export VIRTUAL_ENV\n[ -n \"$NOT_SET\" ] || PATH=$VIRTUAL_ENV/bin:$PATH\nfalse || true\n";
        fs::write(venv.join("bin/activate"), activate).unwrap();
    }
    let expected = format!("python of the venv 1\n{}/env\n", dir.display());
    assert_eq!(stdout(&run(&dir.join("env"))), expected);
    assert_eq!(stdout(&run(Path::new("env/"))), expected);
    assert_eq!(stdout(&run(Path::new("~/env"))), expected);
    let missing = run(Path::new("nothing here"));
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(
        stderr(&missing),
        format!("srunx: {}/nothing here is no virtual environment: it has no bin/activate\n", dir.display())
    );
    // A program's folder may hold whatever a folder can, but for a line break.
    fs::rename(dir.join("it's a \"$HOME\" #venv\nx"), dir.join("it's a \"$HOME\" #venv")).unwrap();
    let odd = stdout(&run(&dir.join("it's a \"$HOME\" #venv")));
    assert_eq!(odd, format!("python of the venv 1\n{}/it's a \"$HOME\" #venv\n", dir.display()));
}

/// A conda that knows the environments `known`, as the real one hooks into a shell: its functions look at variables
/// that are not set, and run commands that fail.
fn fake_conda(path: &Path, known: &str) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let hook = if name == "conda" { "shell.bash hook" } else { "shell hook --shell bash" };
    let text = format!(
        r#"#!/bin/bash
[[ "$*" == "{hook}" ]] || {{ echo "unexpected: $*" >&2; exit 2; }}
cat <<'HOOK'
{name}() {{
    [ -z "$NOT_SET" ] && false
    [[ $1 == activate ]] || return 2
    case " {known} " in
    *" $2 "*) export CONDA_PREFIX="{path}/$2" ;;
    *) echo "EnvironmentNameNotFound: $2" >&2; return 1 ;;
    esac
}}
HOOK
"#,
        path = path.display()
    );
    program(path, &text);
}

#[test]
fn conda_is_found_wherever_it_is() {
    let run = |place: &str, set: &[(&str, &str)]| {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        fake_conda(&dir.join(place), "ml");
        let set: Vec<(&str, String)> =
            set.iter().map(|(key, value)| (*key, value.replace("DIR", dir.to_str().unwrap()))).collect();
        let set: Vec<(&str, &str)> = set.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let script = script(job("command: echo \"$CONDA_PREFIX\"\nenvironment: {conda: ml}"));
        stdout(&run_in(dir, &script, &set)).replace(dir.to_str().unwrap(), "")
    };
    for place in [
        "miniconda3/bin/conda",
        "miniforge3/bin/conda",
        ".local/bin/micromamba",
        "bin/conda",
        "bin/micromamba",
        "bin/mamba",
    ] {
        assert_eq!(run(place, &[]), format!("/{place}/ml\n"));
    }
    assert_eq!(run("odd place/conda", &[("CONDA_EXE", "DIR/odd place/conda")]), "/odd place/conda/ml\n");
    assert_eq!(run("x/micromamba", &[("MAMBA_EXE", "DIR/x/micromamba")]), "/x/micromamba/ml\n");
    assert_eq!(run("r/bin/mamba", &[("MAMBA_ROOT_PREFIX", "DIR/r")]), "/r/bin/mamba/ml\n");
    // A function that the submitter's shell exported.
    assert_eq!(
        run("x/conda", &[("BASH_FUNC_conda%%", "() { CONDA_PREFIX=\"function $2\"; }")]),
        "function ml\n"
    );
}

#[test]
fn the_conda_that_knows_the_environment_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fake_conda(&dir.join("bin/conda"), "other");
    fake_conda(&dir.join("miniforge3/bin/conda"), "/envs/ml ml");
    let of = |name: &str| {
        run_in(
            dir,
            &script(job(&format!("command: echo \"$CONDA_PREFIX\"\nenvironment: {{conda: {name}}}"))),
            &[],
        )
    };
    assert!(stdout(&of("ml")).ends_with("miniforge3/bin/conda/ml\n"));
    assert!(stdout(&of("/envs/ml")).ends_with("miniforge3/bin/conda//envs/ml\n"));
    assert!(stdout(&of("other")).ends_with("bin/conda/other\n"));
    let none = of("\"no such; 'env'\"");
    assert_eq!(none.status.code(), Some(1));
    let said = stderr(&none).replace(dir.to_str().unwrap(), "");
    assert_snapshot!(said.lines().last().unwrap(), @"srunx: the conda environment no such; 'env' could not be activated, with: /bin/conda /miniforge3/bin/conda");
}

#[test]
fn no_conda_at_all() {
    let output = run(&script(job("command: echo never\nenvironment: {conda: ml}")));
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]));
    assert_snapshot!(stderr(&output), @"srunx: no conda was found to activate ml: no shell function, nothing on PATH, in CONDA_EXE, MAMBA_EXE or MAMBA_ROOT_PREFIX, nor in the usual folders");
}

#[test]
fn every_script_is_good_bash() {
    let flow = parse(
        "jobs:
  - {name: a, command: 'echo \"x\"', environment: {conda: \"a'b c\", env_vars: {A: \"'\", B: \"a\\nb\"}}}
  - {name: b, command: [x], resources: {nodes: 2}, environment: {venv: \"a'b\", container: {runtime: apptainer, image: \"i'\", env: {X: \"'\"}}}}
",
    );
    for job in 0..2 {
        let script = flow.request(job, &submitter()).script;
        let checked = std::process::Command::new("bash").args(["-n", "-c", &script]).output().unwrap();
        assert_eq!((checked.status.code(), stderr(&checked)), (Some(0), String::new()), "{script}");
    }
    assert!(matches!(flow.jobs()[1].command, Command::Words(_)));
}
