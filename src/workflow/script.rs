//! The script made for a job.
//!
//! It runs under `set -e -o pipefail`: the first command that fails, also within a pipe, ends the job with its exit
//! code. Not `-u`, which the activation scripts of many environments do not survive, and not `-x`, which fills logs and
//! spreads secrets.
//!
//! The last command replaces the shell (`exec`) where it is one program, so that signals reach it and its death by a
//! signal is recorded as one. Whatever a workflow's values hold reaches that program as it is written: values are
//! quoted. Three things are shell by their nature and stay as the user wrote them: a `command` given as text,
//! `srun_args` and `launch_prefix`.
//!
//! The script of an array is the same for all tasks. It exports the task's index, and its row of the parameters.
//!
//! A job of one task runs its command directly: no step is created, no message goes to Slurm's controller. More tasks
//! or nodes, a container or `srun_args` go through `srun`; `srun: true` and `srun: false` decide otherwise.

use super::model::{Array, Command, Container, Job, Parameters, PythonEnv, Runtime};
use super::template::{Names, TASK_VARIABLE};
use super::{sbatch, shell};
use crate::job::{ArrayTasks, TASK_INDEX_LINE};
use std::fmt::Write;
use std::path::Path;

impl Job {
    /// Whether its command goes through `srun`.
    #[must_use]
    pub fn goes_through_srun(&self) -> bool {
        let several = self.resources.nodes.is_some_and(|nodes| nodes.max > 1)
            || self.resources.ntasks_per_node.is_some_and(|tasks| tasks > 1)
            || sbatch::are_several(self);
        let needed = several || self.srun_args.is_some() || self.environment.container.is_some();
        self.srun.unwrap_or(needed)
    }
}

/// The script of `job`, which will run in `work_dir`.
pub(super) fn of(workflow: &str, job: &Job, work_dir: &Path) -> String {
    let one_line = |text: &str| text.replace(char::is_control, " ");
    let mut parts = vec![format!(
        "#!/bin/bash\n# {} of the workflow {}, made by srunx\nset -e -o pipefail",
        one_line(&job.name),
        one_line(workflow)
    )];
    if job.array.is_some() {
        // Of an array that was too large for the cluster, each part counts from an offset.
        parts.push(TASK_INDEX_LINE.to_owned());
    }
    parts.extend(job.environment.python.as_ref().map(|python| activation(python, work_dir)));
    parts.extend(job.array.as_ref().and_then(row));
    parts.push(exports(job));
    parts.push(launch(job));
    parts.join("\n\n") + "\n"
}

fn activation(python: &PythonEnv, work_dir: &Path) -> String {
    match python {
        PythonEnv::Conda(name) => {
            let function = include_str!("conda.sh");
            format!("{function}srunx_activate_conda {} || exit 1", shell::quote_path(name))
        }
        PythonEnv::Venv(dir) => {
            let dir = dir.to_string_lossy();
            let dir = if dir == "~" || dir.starts_with("~/") {
                shell::quote_path(&dir)
            } else {
                shell::quote(&work_dir.join(&*dir).to_string_lossy()).into_owned()
            };
            let dir = dir.trim_end_matches('/');
            format!(
                "if [[ ! -f {dir}/bin/activate ]]; then\n    \
                 printf 'srunx: %s is no virtual environment: it has no bin/activate\\n' {dir} >&2\n    exit 1\nfi\n\
                 source {dir}/bin/activate"
            )
        }
    }
}

/// Finds the task's row of parameters and exports it.
///
/// The rows are a here-document of one line each, its words quoted: bash skips to the line without reading the others as
/// commands, which for a table of some MiB would take it hundreds of MiB of memory. No line of words can be the
/// delimiter, because a `#` is quoted in them.
fn row(array: &Array) -> Option<String> {
    let Parameters { names, rows } = array.parameters.as_ref()?;
    let (number, mut text) = row_number(&array.tasks);
    let exports =
        names.iter().enumerate().map(|(place, name)| format!(" {name}=\"${{srunx_row[{place}]}}\""));
    let exports: String = exports.collect();
    let _ = writeln!(text, "mapfile -t -s \"{number}\" -n 1 srunx_row <<'#end'");
    for row in rows {
        for (place, value) in row.iter().enumerate() {
            text.push_str(if place > 0 { " " } else { "" });
            text.push_str(&shell::quote_in_line(value));
        }
        text.push('\n');
    }
    let count = names.len();
    let _ = write!(
        text,
        "#end\n\
         eval \"srunx_row=(${{srunx_row[0]-}})\"\n\
         if ((${{#srunx_row[@]}} != {count})); then\n    \
         printf 'srunx: there are no parameters for task %s\\n' \"${TASK_VARIABLE}\" >&2\n    exit 1\nfi\n\
         export{exports}"
    );
    Some(text)
}

/// What stands for the number of the task's row, and the lines that make it.
fn row_number(tasks: &ArrayTasks) -> (&'static str, String) {
    if let [range] = tasks.ranges()
        && range.first() == 0
        && range.step() == 1
    {
        return ("$SRUNX_TASK_ID", String::new());
    }
    let mut rows = 0;
    // Behind all rows where there is none.
    let mut text = format!("srunx_number={}\n", tasks.count());
    for range in tasks.ranges() {
        let (first, last, step) = (range.first(), range.last(), range.step());
        let _ = writeln!(
            text,
            "((SRUNX_TASK_ID < {first} || SRUNX_TASK_ID > {last} || (SRUNX_TASK_ID - {first}) % {step})) || \
             srunx_number=$(({rows} + (SRUNX_TASK_ID - {first}) / {step}))"
        );
        rows += range.count();
    }
    ("$srunx_number", text)
}

fn exports(job: &Job) -> String {
    let environment = &job.environment;
    let names = Names::of(job);
    let mut lines = Vec::new();
    // What programs that know of PyTorch's launcher look for; the Python srunx sets it too.
    let own = environment.env_vars.iter().map(|(key, _)| key.as_str()).chain(names.variables());
    if !own.into_iter().any(|name| name == "WORLD_SIZE") {
        lines.push("export WORLD_SIZE=${SLURM_NTASKS:-1}".to_owned());
    }
    lines.extend(
        environment.env_vars.iter().map(|(key, value)| format!("export {key}={}", names.word(value))),
    );
    if let Some(container) = &environment.container {
        // Its option `--env` takes a comma for the end of a value.
        let prefix =
            if container.runtime == Runtime::Singularity { "SINGULARITYENV" } else { "APPTAINERENV" };
        let inner = container.apptainer.env.iter();
        // A clean environment has the task's own variables all the same.
        if container.apptainer.cleanenv && container.runtime != Runtime::Pyxis {
            let own = names.variables().filter(|name| !inner.clone().any(|(key, _)| key == name));
            lines.extend(own.map(|name| format!("export {prefix}_{name}=\"${{{name}}}\"")));
        }
        lines.extend(inner.map(|(key, value)| format!("export {prefix}_{key}={}", names.word(value))));
    }
    lines.join("\n")
}

fn launch(job: &Job) -> String {
    let names = Names::of(job);
    // What is no good was told when it was checked.
    let shell_line = |text: &str| names.shell(text).unwrap_or_else(|_| text.to_owned());
    let srun = job.goes_through_srun();
    let container = job.environment.container.as_ref();
    let mut line: Vec<String> = Vec::new();
    if srun {
        line.push("srun".to_owned());
        // Since 22.05 srun does not take it from the job.
        let cpus = job.resources.cpus_per_task.map(u32::from).or_else(|| sbatch::cpus_per_task(job));
        if let Some(cpus) = cpus.filter(|cpus| *cpus > 1) {
            line.push(format!("--cpus-per-task={cpus}"));
        }
        line.extend(container.filter(|c| c.runtime == Runtime::Pyxis).map(|c| pyxis(c, names)));
        line.extend(job.srun_args.as_deref().map(shell_line));
    }
    line.extend(container.filter(|c| c.runtime != Runtime::Pyxis).map(|c| apptainer(c, names)));
    line.extend(job.launch_prefix.as_deref().map(shell_line));
    match &job.command {
        Command::Words(words) => {
            // A program whose name begins with a dash is none of the options of what runs it.
            let may_be_option =
                |program: &String| program.starts_with('-') || names.begins_with_value(program);
            if words.first().is_some_and(may_be_option)
                && container.is_none_or(|c| c.runtime == Runtime::Pyxis)
                && job.launch_prefix.is_none()
            {
                line.push("--".to_owned());
            }
            line.push(names.words(words.iter().map(String::as_str)));
        }
        Command::Shell(text) => {
            let text = shell_line(text.trim_end_matches('\n'));
            if line.is_empty() {
                return text;
            }
            line.push(format!("bash -e -o pipefail -c {}", shell::quote(&text)));
        }
    }
    format!("exec {}", line.join(" "))
}

fn pyxis(container: &Container, names: Names<'_>) -> String {
    let mut options = vec![format!("--container-image={}", container.image)];
    if !container.mounts.is_empty() {
        options.push(format!("--container-mounts={}", container.mounts.join(",")));
    }
    options.extend(container.workdir.iter().map(|dir| format!("--container-workdir={dir}")));
    names.words(options.iter().map(String::as_str))
}

fn apptainer(container: &Container, names: Names<'_>) -> String {
    let program = if container.runtime == Runtime::Singularity { "singularity" } else { "apptainer" };
    let options = &container.apptainer;
    let mut words = vec![program, "exec"];
    for (given, option) in [
        (options.nv, "--nv"),
        (options.rocm, "--rocm"),
        (options.cleanenv, "--cleanenv"),
        (options.fakeroot, "--fakeroot"),
        (options.writable_tmpfs, "--writable-tmpfs"),
    ] {
        words.extend(given.then_some(option));
    }
    words.extend(options.overlay.iter().flat_map(|overlay| ["--overlay", overlay]));
    words.extend(container.mounts.iter().flat_map(|mount| ["--bind", mount]));
    words.extend(container.workdir.iter().flat_map(|dir| ["--pwd", dir]));
    words.push(&container.image);
    names.words(words)
}
