//! The tree of nodes → jobs, key by key.

mod array;
mod container;
mod retry;
mod sbatch;
mod section;
mod value;

use super::check::{self, Draft, Wait};
use super::model::{Command, Environment, Job, PythonEnv, Resources, Setting};
use super::problem::{Problem, Problems};
use super::source::Span;
use super::template;
use super::yaml::{Entry, Node, Value};
use section::{Fields, Section};
use std::path::PathBuf;

/// A workflow as its file has it: nothing is known yet of how its jobs hang together.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) name: String,
    pub(super) drafts: Vec<Draft>,
}

/// Reads the document `root`.
pub(super) fn read(root: Option<&Node>, problems: &mut Problems) -> Option<Outline> {
    let Some(root) = root.filter(|root| !root.is_null()) else {
        problems.add(
            Problem::new("the file holds no workflow")
                .at(&(0..0), "nothing but space and comments")
                .hint("a workflow has a `name:` and a list of `jobs:`".to_owned()),
        );
        return None;
    };
    let fields = Fields::of(Section::Workflow, root, problems)?;
    let name = fields.get("name").and_then(|entry| {
        let name = value::text(entry, problems)?;
        match check::workflow_name(name) {
            Ok(()) => Some(name.to_owned()),
            Err(fault) => {
                problems
                    .add(Problem::new("the workflow's `name` cannot be used").at(&entry.value.span, fault));
                None
            }
        }
    });
    let defaults = sbatch::read(fields.get("sbatch"), problems);
    let defaults: Vec<_> = defaults.iter().map(sbatch::Given::pair).collect();
    let mut drafts = Vec::new();
    match fields.get("jobs") {
        None if fields.misspells("jobs") => {}
        None => problems.add(
            Problem::new("the workflow has no `jobs`")
                .at(&fields.place_of("jobs"), "a workflow is a list of jobs")
                .hint("add `jobs:` and under it `- name: …` with a `command: …`".to_owned()),
        ),
        Some(entry) => match &entry.value.value {
            Value::List(items) if items.is_empty() => problems.add(
                Problem::new("`jobs` is empty").at(&entry.value.span, "a workflow has one job at least"),
            ),
            Value::List(items) => {
                drafts.extend(items.iter().filter_map(|item| job(item, &defaults, problems)))
            }
            _ => problems.add(
                Problem::new(format!("`jobs` must be a list, not {}", entry.value.what()))
                    .at(&entry.value.span, "expected `- name: …` items"),
            ),
        },
    }
    Some(Outline { name: name.unwrap_or_else(|| "unnamed".to_owned()), drafts })
}

/// Reads a job; `defaults` are the workflow's options of sbatch.
fn job(node: &Node, defaults: &[(String, Setting)], problems: &mut Problems) -> Option<Draft> {
    if node.is_null() {
        problems.add(Problem::new("a job is empty").at(&node.span, "expected `name:` and `command:`"));
        return None;
    }
    let fields = Fields::of(Section::Job, node, problems)?;
    let name = name(&fields, problems);
    let command = command(&fields, problems);
    let depends_on = fields.get("depends_on").map(|entry| waits(entry, problems)).unwrap_or_default();
    let resources = fields.get("resources").map(|entry| resources(&entry.value, problems));
    let environment = fields.get("environment").map(|entry| environment(&entry.value, problems));
    let options = sbatch::read(fields.get("sbatch"), problems);
    let mut job = Job {
        name: name.map(|(name, _)| name.to_owned()).unwrap_or_default(),
        command: command.unwrap_or_default(),
        depends_on: Vec::new(),
        array: fields.get("array").and_then(|entry| array::read(entry, problems)),
        resources: resources.unwrap_or_default(),
        environment: environment.unwrap_or_default(),
        work_dir: value::word(fields.get("work_dir"), problems).map(PathBuf::from),
        log_dir: value::word(fields.get("log_dir"), problems).map(PathBuf::from),
        srun: value::boolean(fields.get("srun"), problems),
        srun_args: value::shell_words(fields.get("srun_args"), problems),
        launch_prefix: value::shell_words(fields.get("launch_prefix"), problems),
        creates: value::paths(fields.get("creates"), problems),
        inputs: value::paths(fields.get("inputs"), problems),
        retry: retry::read(&fields, problems),
        sbatch: options.iter().map(sbatch::Given::pair).collect(),
    };
    if let (Some(entry), None) = (fields.get("inputs"), fields.get("creates")) {
        problems.add(
            Problem::new("`inputs` mean nothing without `creates`")
                .at(&entry.key_span, "what they are held against is missing")
                .hint("name the files that the job makes under `creates:`".to_owned()),
        );
    }
    sbatch::check_own_keys(&options, &job, &fields, problems);
    job.sbatch = super::sbatch::merged(defaults, &job);
    retry::check(&job, &fields, problems);
    if let Err(fault) = check::launch(&job) {
        let srun = fields.get("srun").map_or(&node.span, |entry| &entry.value.span);
        problems.add(Problem::new(fault).at(srun, "this says that it does not go through `srun`"));
    }
    if let (Some(entry), Err(fault)) = (fields.get("log_dir"), check::log_dir(&job)) {
        problems.add(Problem::new("`log_dir` cannot be used").at(&entry.value.span, fault));
    }
    check_parameters(&job, &fields, problems);
    let name = name.map(|(_, entry)| entry.value.span.clone());
    let array = fields.get("array").map(|entry| entry.value.span.clone());
    Some(Draft { job, name, array, waits: depends_on })
}

/// Tells of templates that are wrong, and of variables that are set twice.
fn check_parameters(job: &Job, fields: &Fields<'_>, problems: &mut Problems) {
    for (place, fault) in template::faults(job) {
        let span = place_of(place, fields).unwrap_or_else(|| fields.node.span.clone());
        problems.add(Problem::new(fault.message).at(&span, fault.label).hint(fault.hint));
    }
    if let Some(name) = super::array::set_twice(job) {
        let place = template::Place { key: "env_vars", item: None, variable: Some(name) };
        let span = place_of(place, fields);
        problems.add(
            Problem::new(format!("{} is set twice", super::problem::quoted(name)))
                .maybe_at(span.as_ref(), "by `env_vars`")
                .also(fields.get("array").map(|entry| &entry.key_span), "a parameter of the array")
                .hint("give one of them another name".to_owned()),
        );
    }
}

/// Where the text of `place` is written.
fn place_of(place: template::Place<'_>, fields: &Fields<'_>) -> Option<Span> {
    let inside = |entry: &Entry, key: &str| match &entry.value.value {
        Value::Map(entries) => entries.iter().find(|entry| entry.key == key).cloned(),
        _ => None,
    };
    let environment = || fields.get("environment");
    let container = || inside(environment()?, "container");
    let entry = match place.key {
        "env_vars" => inside(environment()?, "env_vars"),
        key @ ("image" | "mounts" | "workdir" | "overlay" | "env") => {
            let container = container()?;
            // The image alone.
            if matches!(container.value.value, Value::Scalar { .. }) {
                Some(container)
            } else {
                inside(&container, key)
            }
        }
        key => fields.get(key).cloned(),
    }?;
    let item = match (&entry.value.value, place.item) {
        (Value::List(items), Some(item)) => items.get(item).map(|item| item.span.clone()),
        _ => None,
    };
    let variable = place.variable.and_then(|name| inside(&entry, name)).map(|entry| entry.value.span.clone());
    Some(item.or(variable).unwrap_or_else(|| entry.value.span.clone()))
}

fn name<'a>(fields: &Fields<'a>, problems: &mut Problems) -> Option<(&'a str, &'a Entry)> {
    let Some(entry) = fields.get("name") else {
        if !fields.misspells("name") {
            problems.add(
                Problem::new("a job has no `name`")
                    .at(&fields.place_of("name"), "every job needs a name of its own"),
            );
        }
        return None;
    };
    let name = value::text(entry, problems)?;
    if let Err(fault) = check::job_name(name) {
        problems.add(Problem::new("the job's `name` cannot be used").at(&entry.value.span, fault));
    }
    Some((name, entry))
}

fn command(fields: &Fields<'_>, problems: &mut Problems) -> Option<Command> {
    let Some(entry) = fields.get("command") else {
        // A job that runs a script, in a way that is not supported, was told of already.
        if !fields.has_later && !fields.misspells("command") {
            let of = match fields.get("name").map(|name| &name.value.value) {
                Some(Value::Scalar { text, .. }) => format!("the job {}", super::problem::quoted(text)),
                _ => "a job".to_owned(),
            };
            problems.add(
                Problem::new(format!("{of} has no `command`"))
                    .at(&fields.place_of("command"), "every job runs a command"),
            );
        }
        return None;
    };
    let command = match &entry.value.value {
        Value::Scalar { text, .. } => Command::Shell(text.clone()),
        Value::List(_) => Command::Words(value::list(entry, problems)?),
        Value::Map(_) => {
            value::text(entry, problems);
            return None;
        }
    };
    if let Err(fault) = check::command(&command) {
        problems.add(Problem::new("`command` runs nothing").at(&entry.value.span, fault));
    }
    Some(command)
}

fn waits(entry: &Entry, problems: &mut Problems) -> Vec<Wait> {
    let items = match &entry.value.value {
        Value::Scalar { .. } => std::slice::from_ref(&entry.value),
        Value::List(items) => items,
        Value::Map(_) => {
            problems.add(
                Problem::new("`depends_on` must be a list of jobs, not a map")
                    .at(&entry.value.span, "expected `- job` or `- afterany:job`"),
            );
            return Vec::new();
        }
    };
    let mut waits = Vec::with_capacity(items.len());
    for item in items {
        match &item.value {
            Value::Scalar { text, .. } if !item.is_null() => {
                waits.push(Wait { text: text.trim().to_owned(), at: Some(item.span.clone()) });
            }
            _ => problems.add(
                Problem::new(format!("an item of `depends_on` must be a job's name, not {}", item.what()))
                    .at(&item.span, "expected `job` or `afterany:job`")
                    .hint(
                        matches!(item.value, Value::Map(_))
                            .then(|| "no space follows the colon in `afterany:job`".to_owned()),
                    ),
            ),
        }
    }
    waits
}

fn resources(node: &Node, problems: &mut Problems) -> Resources {
    let Some(fields) = Fields::of(Section::Resources, node, problems) else { return Resources::default() };
    Resources {
        nodes: value::node_count(fields.get("nodes"), problems),
        ntasks_per_node: value::small_count(fields.get("ntasks_per_node"), 1, problems),
        cpus_per_task: value::small_count(fields.get("cpus_per_task"), 1, problems),
        gpus_per_node: value::count(fields.get("gpus_per_node"), 0, problems),
        memory_per_node: value::parsed(fields.get("memory_per_node"), "an amount of memory", problems),
        time_limit: value::parsed(fields.get("time_limit"), "a time limit", problems),
        nodelist: value::word(fields.get("nodelist"), problems),
        partition: value::word(fields.get("partition"), problems),
        account: value::word(fields.get("account"), problems),
        qos: value::word(fields.get("qos"), problems),
    }
}

fn environment(node: &Node, problems: &mut Problems) -> Environment {
    let Some(fields) = Fields::of(Section::Environment, node, problems) else {
        return Environment::default();
    };
    let conda = value::word(fields.get("conda"), problems);
    let venv = value::word(fields.get("venv"), problems);
    let places = (fields.get("conda"), fields.get("venv"));
    if let ((Some(_), Some(_)), (Some(one), Some(other))) = ((&conda, &venv), places) {
        value::exclusive(one, other, problems);
    }
    if let (Some(name), Some(entry)) = (&conda, places.0)
        && let Err(fault) = check::conda(name)
    {
        problems.add(Problem::new("`conda` names no environment").at(&entry.value.span, fault));
    }
    Environment {
        python: conda.map(PythonEnv::Conda).or(venv.map(|dir| PythonEnv::Venv(dir.into()))),
        env_vars: value::variables(fields.get("env_vars"), check::variable, problems),
        container: fields.get("container").and_then(|entry| container::read(&entry.value, problems)),
    }
}
