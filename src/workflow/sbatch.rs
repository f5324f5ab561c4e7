//! Options of sbatch(1) by their own names: which of them a workflow can ask for and what each may say, and how a job's
//! options stand to the defaults of its workflow and to the job's other keys.

use super::model::{Job, Setting};
use super::problem::nearest;
use crate::getopt::Value;
use crate::job::value::identity::Names;
use crate::job::{Dialect, Hostlist};
use crate::sbatch::{Context, Declared, OPTIONS, Options, Refused, give};
use jiff::Zoned;
use std::ffi::OsStr;
use std::path::Path;

/// Options that mean nothing in a workflow, why, and what does instead.
const UNSUITABLE: &[(&[&str], &str, Option<&str>)] = &[
    (
        &["help", "usage", "version", "quiet", "verbose", "parsable"],
        "it is about the command sbatch, not about a job",
        None,
    ),
    (
        &["test-only"],
        "it is about the command sbatch, not about a job",
        Some("`srunx flow run FILE --dry-run` submits nothing"),
    ),
    (&["wait"], "a run follows its jobs to their ends anyway", Some("leave it out")),
    (&["ignore-pbs"], "the script is made by srunx and holds no such lines", Some("leave it out")),
    (&["wrap"], "the script is made of the job's `command`", Some("use `command`")),
    (&["bbf"], "its lines would go into the script, which srunx makes", Some("use `bb`")),
    (&["external"], "such a job runs no script", None),
    (&["job-name"], "the job is called in Slurm what it is called here", Some("use the job's `name`")),
    (&["chdir"], "the job has a key for it", Some("use the job's `work_dir`")),
    (&["array"], "the job has a key for it", Some("use the job's `array`")),
    (&["clusters"], "a run stays with one cluster", None),
    (&["uid", "gid"], "jobs of a run belong to the user who runs it", None),
    (
        &["export", "export-file", "get-user-env"],
        "a job starts with the environment that srunx was started in",
        Some("set variables by `env_vars` under `environment:`"),
    ),
];

/// Options of which sbatch takes one only, or of which the one is the other's opposite.
const RIVALS: &[&[&str]] = &[
    &["requeue", "no-requeue"],
    &["exclusive", "oversubscribe"],
    &["nodelist", "nodefile"],
    &["mem", "mem-per-cpu", "mem-per-gpu"],
    &["core-spec", "thread-spec"],
];

/// A key of a workflow's own for what is also an option.
pub(super) struct OwnKey {
    option: &'static str,
    /// The map that it stands in; none is the job itself.
    pub(super) section: Option<&'static str>,
    pub(super) key: &'static str,
    given: fn(&Job) -> bool,
}

const fn resource(option: &'static str, key: &'static str, given: fn(&Job) -> bool) -> OwnKey {
    OwnKey { option, section: Some("resources"), key, given }
}

const OWN_KEYS: [OwnKey; 11] = [
    resource("nodes", "nodes", |job| job.resources.nodes.is_some()),
    resource("ntasks-per-node", "ntasks_per_node", |job| job.resources.ntasks_per_node.is_some()),
    resource("cpus-per-task", "cpus_per_task", |job| job.resources.cpus_per_task.is_some()),
    resource("gpus-per-node", "gpus_per_node", |job| job.resources.gpus_per_node.is_some()),
    resource("mem", "memory_per_node", |job| job.resources.memory_per_node.is_some()),
    resource("time", "time_limit", |job| job.resources.time_limit.is_some()),
    resource("nodelist", "nodelist", |job| job.resources.nodelist.is_some()),
    resource("partition", "partition", |job| job.resources.partition.is_some()),
    resource("account", "account", |job| job.resources.account.is_some()),
    resource("qos", "qos", |job| job.resources.qos.is_some()),
    OwnKey { option: "output", section: None, key: "log_dir", given: |job| job.log_dir.is_some() },
];

impl OwnKey {
    /// `nodes` of `resources`
    pub(super) fn shown(&self) -> String {
        match self.section {
            Some(section) => format!("`{}` of `{section}`", self.key),
            None => format!("`{}`", self.key),
        }
    }
}

/// Why an option is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    /// What is to be said of the place.
    pub(super) label: String,
    pub(super) hint: Option<String>,
    /// Whether it is the key that is wrong, not the value.
    pub(super) is_key: bool,
}

/// The option that has this long name.
fn option(key: &str) -> Option<&'static Declared> {
    // Names that begin with NUL are halves of options, which nobody can type.
    let named = |option: &&Declared| option.long == key || option.also.contains(&key);
    OPTIONS.iter().filter(|option| !option.long.starts_with('\0')).find(named)
}

fn unsuitable(long: &str) -> Option<(&'static str, Option<&'static str>)> {
    UNSUITABLE.iter().find(|(names, ..)| names.contains(&long)).map(|(_, why, instead)| (*why, *instead))
}

/// The option that a workflow can ask for by this name, or by the name with `_` in it.
pub(super) fn suitable(key: &str) -> Option<&'static str> {
    let long = option(&key.replace('_', "-"))?.long;
    unsuitable(long).is_none().then_some(long)
}

/// Whether the option takes no value.
pub(super) fn is_flag(key: &str) -> bool {
    option(key).is_some_and(|option| option.value == Value::None)
}

/// The one name of an option, and what is said of it in terms of that: `requeue: false` is `no-requeue: true`, since a
/// job is queued again where nothing is said.
pub(super) fn canonical(key: &str, setting: &Setting) -> (String, Setting) {
    match (option(key).map_or(key, |option| option.long), setting) {
        ("requeue", Setting::Off) => ("no-requeue".to_owned(), Setting::On),
        (long, setting) => (long.to_owned(), setting.clone()),
    }
}

/// Whether two options are one, or cannot be given together.
pub(super) fn exclude(one: &str, other: &str) -> bool {
    one == other || RIVALS.iter().any(|group| group.contains(&one) && group.contains(&other))
}

/// The key of `job` that says the same as the option, or what cannot be said beside it.
pub(super) fn own_key(long: &str, job: &Job) -> Option<&'static OwnKey> {
    OWN_KEYS.iter().find(|own| exclude(own.option, long) && (own.given)(job))
}

/// Checks one option by itself.
pub(super) fn check(key: &str, setting: &Setting) -> Result<(), Fault> {
    let of_key = |message: String, label: &str, hint: Option<String>| Fault {
        message,
        label: label.to_owned(),
        hint,
        is_key: true,
    };
    let Some(option) = option(key) else {
        let message = format!("unknown option {}", super::problem::quoted(key));
        return Err(of_key(message, "not a long option of sbatch", Some(suggestion(key))));
    };
    if let Some((why, instead)) = unsuitable(option.long) {
        let message = format!("the option `{key}` cannot be used in a workflow");
        return Err(of_key(message, why, instead.map(str::to_owned)));
    }
    let of_value = |message: String, label: &str, hint: Option<String>| {
        Err(Fault { message, label: label.to_owned(), hint, is_key: false })
    };
    match (option.value, setting) {
        (_, Setting::Off) | (Value::None | Value::Optional, Setting::On) => Ok(()),
        (Value::Required, Setting::On) => of_value(format!("`{key}` needs a value"), "`true` is none", None),
        (Value::None, Setting::Value(_)) => {
            of_value(format!("`{key}` takes no value"), "expected true or false", None)
        }
        (_, Setting::Value(text)) if text.trim().is_empty() => {
            let hint =
                (option.value == Value::Optional).then(|| format!("write `{key}: true` to give it without"));
            of_value(format!("`{key}` has an empty value"), "nothing", hint)
        }
        (_, Setting::Value(text)) if text.contains(char::is_control) => {
            of_value(format!("`{key}` holds a control character"), "a line break, a tab or the like", None)
        }
        (_, Setting::Value(text)) => match read(&mut Options::default(), option.long, Some(text)) {
            Ok(()) => Ok(()),
            Err(refused) if refused.lines.is_empty() => {
                let message = format!("`{key}` cannot be {}", super::problem::quoted(text));
                of_value(message, "it asks sbatch to explain itself", None)
            }
            Err(refused) => {
                let message = format!("`{key}` cannot be {}", super::problem::quoted(text));
                // Beside its errors sbatch shows where in the value it got stuck.
                let errors = refused.lines.iter().filter_map(|line| line.strip_prefix("error: "));
                of_value(message, &errors.collect::<Vec<_>>().join("; "), None)
            }
        },
    }
}

fn suggestion(key: &str) -> String {
    let bare = key.trim_start_matches('-').to_lowercase();
    if let Some(long) = suitable(&bare) {
        return format!("did you mean `{long}`?");
    }
    if let [letter] = key.trim_start_matches('-').as_bytes()
        && let Some(option) = OPTIONS.iter().find(|option| option.short == Some(*letter))
        && unsuitable(option.long).is_none()
    {
        return format!("did you mean `{}`?", option.long);
    }
    if let Some(own) = OWN_KEYS.iter().find(|own| own.key == key) {
        return format!("{} is another key for `{}`", own.shown(), own.option);
    }
    let known = OPTIONS.iter().map(|option| option.long).filter(|long| unsuitable(long).is_none());
    match nearest(&bare.replace('_', "-"), known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the keys are the long names of sbatch's options, such as `mail-type`".to_owned(),
    }
}

/// What a job asks for, by the one name of each option: the defaults of its workflow, and over them its own options and
/// its other keys.
pub(super) fn merged(defaults: &[(String, Setting)], job: &Job) -> Vec<(String, Setting)> {
    let mut merged: Vec<(String, Setting)> = Vec::new();
    let defaults = defaults.iter().map(|(key, setting)| canonical(key, setting));
    merged
        .extend(defaults.filter(|(long, setting)| *setting != Setting::Off && own_key(long, job).is_none()));
    for (key, setting) in &job.sbatch {
        let (long, setting) = canonical(key, setting);
        if setting == Setting::Off {
            merged.retain(|(other, _)| *other != long);
        } else {
            merged.retain(|(other, _)| !exclude(other, &long));
            merged.push((long, setting));
        }
    }
    merged
}

/// Whether the job's options ask for more than one task or node, or may come to it.
pub(super) fn are_several(job: &Job) -> bool {
    if job.sbatch.is_empty() {
        return false;
    }
    let options = options(job);
    let more = |count: Option<u32>| count.is_some_and(|count| count > 1);
    let listed = || {
        let list = options.nodelist.as_deref().map(OsStr::to_string_lossy);
        let list = list.or(job.resources.nodelist.as_deref().map(Into::into));
        list.is_some_and(|list| list.parse::<Hostlist>().is_ok_and(|hosts| hosts.len() > 1))
    };
    let counted = options.nodes.is_some() || job.resources.nodes.is_some();
    more(options.ntasks)
        || more(options.ntasks_per_node)
        // No limit is 0.
        || options.nodes.as_ref().is_some_and(|nodes| nodes.max != 1)
        || options.ntasks_per_gpu.is_some()
        || options.ntasks_per_tres.is_some()
        || (options.gpus.is_some() && options.gpus_per_task.is_some())
        || (!counted && (options.nodefile.is_some() || listed()))
}

/// `--cpus-per-task`, if the job's options have it.
pub(super) fn cpus_per_task(job: &Job) -> Option<u32> {
    if job.sbatch.is_empty() { None } else { options(job).cpus_per_task }
}

fn options(job: &Job) -> Options {
    let mut options = Options::default();
    for (key, setting) in &job.sbatch {
        let value = match setting {
            Setting::Off => continue,
            Setting::On => None,
            Setting::Value(text) => Some(text.as_str()),
        };
        // What is no good was told when it was checked.
        let _ = read(&mut options, key, value);
    }
    options
}

/// Reads a value as the newest release does; an option that only older ones have is read, too. The release in use has
/// the last word when the job is submitted.
fn read(options: &mut Options, long: &str, value: Option<&str>) -> Result<(), Refused> {
    struct Nobody;
    impl Names for Nobody {
        fn id_of(&self, _name: &str) -> Option<u32> {
            None
        }

        fn has(&self, _id: u32) -> bool {
            false
        }
    }
    let dialect = Dialect { lacks_options: &[], ..Dialect::default() };
    let context = Context {
        dialect: &dialect,
        now: Zoned::now,
        cwd: Path::new("/"),
        root: false,
        users: &Nobody,
        groups: &Nobody,
        plane_size: None,
    };
    give(options, long, value.map(OsStr::new), &context)
}
