//! The rules that a workflow keeps, wherever it comes from: a file or a program.

use super::depends::{KINDS, Reader};
use super::model::{Apptainer, Command, Container, Dependency, Job, PythonEnv, Runtime, Setting, Workflow};
use super::problem::{Problem, Problems, quoted};
use super::source::Span;
use super::{array, graph, retry, sbatch, shell, template};
use std::collections::HashMap;

/// A job whose dependencies are still names.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) job: Job,
    /// Where its name stands.
    pub(super) name: Option<Span>,
    /// Where its array is described.
    pub(super) array: Option<Span>,
    pub(super) waits: Vec<Wait>,
}

/// A dependency as it is written: `job` or `afterany:job`.
#[derive(Debug)]
pub(super) struct Wait {
    pub(super) text: String,
    pub(super) at: Option<Span>,
}

/// The longest name whose log file `<name>_<job id>.log` every file system takes.
const LONGEST_NAME: usize = 200;

pub(super) type Verdict = Result<(), String>;

pub(super) fn refuse(fault: &str) -> Verdict {
    Err(fault.to_owned())
}

pub(super) fn workflow_name(name: &str) -> Verdict {
    match name {
        _ if name.trim().is_empty() => refuse("it is empty"),
        _ if name.contains(char::is_control) => refuse("it holds a control character"),
        _ => Ok(()),
    }
}

/// A job's name is Slurm's job name, a part of the log file's name, and what other jobs call it.
pub(super) fn job_name(name: &str) -> Verdict {
    match name {
        "" => refuse("it is empty"),
        _ if name.trim() != name => refuse("it begins or ends with a space"),
        _ if name.contains(char::is_control) => refuse("it holds a control character"),
        _ if name.contains('/') => refuse("it holds a `/`, which the name of its log file cannot"),
        _ if name.len() > LONGEST_NAME => Err(format!("it is longer than {LONGEST_NAME} bytes")),
        _ => match name.split_once(':') {
            Some((kind, _)) if KINDS.iter().any(|(word, _)| *word == kind) => {
                Err(format!("it begins with `{kind}:`, which says how another job depends on it"))
            }
            _ => Ok(()),
        },
    }
}

pub(super) fn command(command: &Command) -> Verdict {
    match command {
        Command::Words(words) => match words.first() {
            None => refuse("the list is empty"),
            Some(program) if program.is_empty() => refuse("the program's name is empty"),
            Some(_) => Ok(()),
        },
        Command::Shell(line) if line.trim().is_empty() => refuse("it is empty"),
        Command::Shell(_) => Ok(()),
    }
}

/// `srun: false` beside what only `srun` can do.
pub(super) fn launch(job: &Job) -> Verdict {
    let pyxis = job.environment.container.as_ref().is_some_and(|c| c.runtime == Runtime::Pyxis);
    match job.srun {
        Some(false) if pyxis => refuse("a pyxis container needs `srun`"),
        Some(false) if job.srun_args.is_some() => refuse("`srun_args` need `srun`"),
        _ => Ok(()),
    }
}

pub(super) fn log_dir(job: &Job) -> Verdict {
    match &job.log_dir {
        Some(dir) if dir.to_string_lossy().contains('\\') => {
            refuse("it holds a backslash, which keeps Slurm from naming the log files")
        }
        _ => Ok(()),
    }
}

pub(super) fn conda(name: &str) -> Verdict {
    if name.starts_with('-') { refuse("it begins with `-`, as options do") } else { Ok(()) }
}

pub(super) fn identifier(key: &str) -> Verdict {
    let good = |c: char| c == '_' || c.is_ascii_alphanumeric();
    if key.is_empty() || !key.chars().all(good) || key.starts_with(|c: char| c.is_ascii_digit()) {
        return refuse("a variable's name is made of letters, digits and `_`, and starts with no digit");
    }
    Ok(())
}

pub(super) fn variable(key: &str) -> Verdict {
    identifier(key)?;
    if let Some(prefix) = ["SLURM_", "SBATCH_"].into_iter().find(|prefix| key.starts_with(prefix)) {
        return Err(format!("variables that begin with `{prefix}` are Slurm's own"));
    }
    if ["UID", "EUID", "PPID", "BASHOPTS", "SHELLOPTS", "BASH_VERSINFO"].contains(&key) {
        return refuse("a variable that bash lets nobody set");
    }
    Ok(())
}

pub(super) fn container_value(text: &str) -> Verdict {
    match text {
        _ if text.trim().is_empty() => refuse("it is empty"),
        _ if text.contains(|c: char| c.is_control() && c != '\0') => refuse("it holds a control character"),
        _ => Ok(()),
    }
}

/// An option that pyxis does not have.
pub(super) fn only_apptainers(options: &Apptainer) -> Option<&'static str> {
    let Apptainer { nv, rocm, cleanenv, fakeroot, writable_tmpfs, overlay, env } = options;
    let given = [
        (*nv, "nv"),
        (*rocm, "rocm"),
        (*cleanenv, "cleanenv"),
        (*fakeroot, "fakeroot"),
        (*writable_tmpfs, "writable_tmpfs"),
        (overlay.is_some(), "overlay"),
        (!env.is_empty(), "env"),
    ];
    given.into_iter().find(|(given, _)| *given).map(|(_, key)| key)
}

/// What a program may get wrong in a job; a file's keys were checked where they were read.
pub(super) fn job(job: &Job, problems: &mut Problems) {
    let mut tell = |what: &str, verdict: Verdict| {
        if let Err(fault) = verdict {
            problems.add(Problem::new(format!("{what} of the job {}: {fault}", quoted(&job.name))));
        }
    };
    let no_nul = |text: &str| if text.contains('\0') { refuse("it holds a NUL character") } else { Ok(()) };
    let one_line = |text: &str| {
        if text.contains(char::is_control) { refuse("it holds a control character") } else { Ok(()) }
    };
    tell("the name", job_name(&job.name));
    tell("the command", command(&job.command));
    match &job.command {
        Command::Words(words) => words.iter().for_each(|word| tell("the command", no_nul(word))),
        Command::Shell(line) => tell("the command", no_nul(line)),
    }
    tell("the launch", launch(job));
    tell("the log folder", log_dir(job));
    for dir in [&job.work_dir, &job.log_dir].into_iter().flatten() {
        tell("a folder", one_line(&dir.to_string_lossy()));
    }
    for path in job.creates.iter().chain(&job.inputs) {
        tell("a file", one_line(&path.to_string_lossy()));
    }
    for words in [&job.srun_args, &job.launch_prefix].into_iter().flatten() {
        tell("a shell line", shell::check_words(words).and_then(|()| no_nul(words)));
    }
    let resources = &job.resources;
    for word in
        [&resources.nodelist, &resources.partition, &resources.account, &resources.qos].into_iter().flatten()
    {
        tell("a resource", one_line(word));
    }
    let zero = resources.nodes.is_some_and(|nodes| nodes.min == 0 || nodes.max < nodes.min)
        || resources.ntasks_per_node == Some(0)
        || resources.cpus_per_task == Some(0);
    tell("the resources", if zero { refuse("a count is zero, or a range is empty") } else { Ok(()) });
    match &job.environment.python {
        Some(PythonEnv::Conda(name)) => {
            tell("the conda environment", conda(name).and_then(|()| one_line(name)));
        }
        Some(PythonEnv::Venv(dir)) => tell("the venv", one_line(&dir.to_string_lossy())),
        None => {}
    }
    for (key, value) in &job.environment.env_vars {
        tell("a variable", variable(key).and_then(|()| no_nul(value)));
    }
    if let Some(described) = &job.array {
        tell("the array", array::rows(described));
        if let Some(name) = array::set_twice(job) {
            tell("a variable", Err(format!("{} is a parameter of the array, too", quoted(name))));
        }
        for (place, fault) in template::faults(job) {
            tell(&format!("`{}`", place.key), Err(fault.message));
        }
    }
    tell("an option", options(&job.sbatch));
    let own = job.sbatch.iter().filter(|(_, setting)| *setting != Setting::Off);
    for (long, _) in own.map(|(key, setting)| sbatch::canonical(key, setting)) {
        if let Some(own) = sbatch::own_key(&long, job) {
            tell("an option", Err(format!("`{long}` and {} exclude each other", own.shown())));
        }
    }
    if let Some(container) = &job.environment.container {
        tell("the container", check_container(container));
    }
}

/// What a program may get wrong in how a job is tried again; its options are merged with its workflow's.
pub(super) fn retry(job: &Job, problems: &mut Problems) {
    for fault in retry::faults(job) {
        let name = quoted(&job.name);
        let text =
            format!("`{}` of the retry of the job {name}: {} ({})", fault.key, fault.message, fault.label);
        problems.add(Problem::new(text).hint(fault.hint.map(str::to_owned)));
    }
}

/// The first option of sbatch that is wrong, by itself or beside another.
pub(super) fn options(options: &[(String, Setting)]) -> Verdict {
    let mut seen: Vec<String> = Vec::new();
    for (key, setting) in options {
        sbatch::check(key, setting).map_err(|fault| format!("{} ({})", fault.message, fault.label))?;
        if *setting == Setting::Off {
            continue;
        }
        let (long, _) = sbatch::canonical(key, setting);
        if let Some(other) = seen.iter().find(|other| sbatch::exclude(other, &long)) {
            return Err(format!("`{other}` and `{long}` exclude each other"));
        }
        seen.push(long);
    }
    Ok(())
}

fn check_container(container: &Container) -> Verdict {
    let values = container.mounts.iter().chain(&container.workdir).chain(&container.apptainer.overlay);
    for value in values.chain([&container.image]) {
        container_value(value)?;
        if value.contains('\0') {
            return refuse("it holds a NUL character");
        }
    }
    for (key, value) in &container.apptainer.env {
        identifier(key)?;
        if value.contains('\0') {
            return refuse("it holds a NUL character");
        }
    }
    match only_apptainers(&container.apptainer) {
        Some(key) if container.runtime == Runtime::Pyxis => Err(format!("pyxis has no option `{key}`")),
        _ => Ok(()),
    }
}

/// Finds every dependency's job and makes sure that the jobs can be put in an order.
pub(super) fn resolve(name: String, drafts: Vec<Draft>, problems: &mut Problems) -> Workflow {
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        // A job without a name was told of already.
        if draft.job.name.is_empty() {
            continue;
        }
        match places.get(draft.job.name.as_str()) {
            None => {
                places.insert(&draft.job.name, index);
            }
            Some(&first) => problems.add(
                Problem::new(format!("two jobs are called {}", quoted(&draft.job.name)))
                    .maybe_at(draft.name.as_ref(), "second")
                    .also(drafts[first].name.as_ref(), "first"),
            ),
        }
    }
    let reader = Reader { drafts: &drafts, places };
    let mut found: Vec<Vec<(Dependency, Option<Span>)>> = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.iter().enumerate() {
        let mut dependencies: Vec<(Dependency, Option<Span>)> =
            draft.job.depends_on.iter().map(|dependency| (dependency.clone(), None)).collect();
        for (dependency, _) in &dependencies {
            if let Err(problem) = reader.check(dependency, index, None) {
                problems.add(*problem);
            }
        }
        for wait in &draft.waits {
            match reader.read(wait, index, !problems.is_full()) {
                Ok(dependency) if dependencies.iter().any(|(other, _)| *other == dependency) => {}
                Ok(dependency) => dependencies.push((dependency, wait.at.clone())),
                Err(problem) => problems.add(*problem),
            }
        }
        found.push(dependencies);
    }
    // What is wrong in itself is told first; it may make no script.
    if problems.is_empty() {
        drafts.iter().for_each(|draft| array::script_size(&name, draft, problems));
    }
    let names: Vec<&str> = drafts.iter().map(|draft| draft.job.name.as_str()).collect();
    report_cycles(&names, &found, problems);
    let jobs = drafts
        .into_iter()
        .zip(found)
        .map(|(draft, found)| Job {
            depends_on: found.into_iter().map(|(dependency, _)| dependency).collect(),
            ..draft.job
        })
        .collect();
    Workflow { files: std::mem::take(&mut problems.files), ..Workflow::unchecked(name, jobs) }
}

fn report_cycles(names: &[&str], found: &[Vec<(Dependency, Option<Span>)>], problems: &mut Problems) {
    let waits: Vec<Vec<usize>> =
        found.iter().map(|list| list.iter().map(|(dependency, _)| dependency.on).collect()).collect();
    for cycle in graph::cycles(&waits) {
        const SHOWN: usize = 20;
        let mut path: Vec<&str> = cycle.iter().map(|job| names[*job]).collect();
        path.push(names[cycle[0]]);
        if path.len() > SHOWN {
            path.splice(SHOWN / 2..path.len() - SHOWN / 2, ["…"]);
        }
        let mut problem = Problem::new(format!("jobs wait for each other in a circle: {}", path.join(" → ")));
        for (place, job) in cycle.iter().enumerate().take(SHOWN) {
            let on = cycle[(place + 1) % cycle.len()];
            let span = found[*job].iter().find(|(dependency, _)| dependency.on == on);
            let span = span.and_then(|(_, span)| span.as_ref());
            let label = format!("{} waits for {}", quoted(names[*job]), quoted(names[on]));
            problem = if place == 0 { problem.maybe_at(span, label) } else { problem.also(span, label) };
        }
        problems.add(problem);
    }
}
