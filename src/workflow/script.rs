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
//! A job of one task runs its command directly: no step is created, no message goes to Slurm's controller. More tasks
//! or nodes, a container or `srun_args` go through `srun`; `srun: true` and `srun: false` decide otherwise.

use super::model::{Command, Container, Job, PythonEnv, Runtime};
use super::{sbatch, shell};
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
    parts.extend(job.environment.python.as_ref().map(|python| activation(python, work_dir)));
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

fn exports(job: &Job) -> String {
    let environment = &job.environment;
    let mut lines = Vec::new();
    // What programs that know of PyTorch's launcher look for; the Python srunx sets it too.
    if !environment.env_vars.iter().any(|(key, _)| key == "WORLD_SIZE") {
        lines.push("export WORLD_SIZE=${SLURM_NTASKS:-1}".to_owned());
    }
    lines.extend(
        environment.env_vars.iter().map(|(key, value)| format!("export {key}={}", shell::quote(value))),
    );
    if let Some(container) = &environment.container {
        // Its option `--env` takes a comma for the end of a value.
        let prefix =
            if container.runtime == Runtime::Singularity { "SINGULARITYENV" } else { "APPTAINERENV" };
        let inner = container.apptainer.env.iter();
        lines.extend(inner.map(|(key, value)| format!("export {prefix}_{key}={}", shell::quote(value))));
    }
    lines.join("\n")
}

fn launch(job: &Job) -> String {
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
        line.extend(container.filter(|c| c.runtime == Runtime::Pyxis).map(pyxis));
        line.extend(job.srun_args.clone());
    }
    line.extend(container.filter(|c| c.runtime != Runtime::Pyxis).map(apptainer));
    line.extend(job.launch_prefix.clone());
    match &job.command {
        Command::Words(words) => {
            // A program whose name begins with a dash is none of the options of what runs it.
            if words.first().is_some_and(|program| program.starts_with('-'))
                && container.is_none_or(|c| c.runtime == Runtime::Pyxis)
                && job.launch_prefix.is_none()
            {
                line.push("--".to_owned());
            }
            line.push(shell::join(words.iter().map(String::as_str)));
        }
        Command::Shell(text) if line.is_empty() => return text.trim_end_matches('\n').to_owned(),
        Command::Shell(text) => {
            line.push(format!("bash -e -o pipefail -c {}", shell::quote(text.trim_end_matches('\n'))));
        }
    }
    format!("exec {}", line.join(" "))
}

fn pyxis(container: &Container) -> String {
    let mut options = vec![format!("--container-image={}", container.image)];
    if !container.mounts.is_empty() {
        options.push(format!("--container-mounts={}", container.mounts.join(",")));
    }
    options.extend(container.workdir.iter().map(|dir| format!("--container-workdir={dir}")));
    shell::join(options.iter().map(String::as_str))
}

fn apptainer(container: &Container) -> String {
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
    shell::join(words)
}
