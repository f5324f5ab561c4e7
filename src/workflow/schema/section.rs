//! The sections of a workflow file and the keys of each, declared once.

use crate::workflow::problem::{Problem, Problems, nearest, quoted};
use crate::workflow::source::Span;
use crate::workflow::yaml::{Entry, Node, Value};

/// A map with known keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Workflow,
    Job,
    Array,
    Resources,
    Environment,
    Container,
    Retry,
}

/// Those whose keys are looked for when one stands in a wrong place. The keys of `retry` say too little by themselves.
const SECTIONS: [Section; 6] = [
    Section::Workflow,
    Section::Job,
    Section::Array,
    Section::Resources,
    Section::Environment,
    Section::Container,
];

/// What others call these things.
const OTHER_NAMES: [(&str, &str); 22] = [
    ("mem", "memory_per_node"),
    ("memory", "memory_per_node"),
    ("time", "time_limit"),
    ("walltime", "time_limit"),
    ("gpus", "gpus_per_node"),
    ("ntasks", "ntasks_per_node"),
    ("cpus", "cpus_per_task"),
    ("env", "env_vars"),
    ("needs", "depends_on"),
    ("after", "depends_on"),
    ("dependencies", "depends_on"),
    ("run", "command"),
    ("cmd", "command"),
    ("chdir", "work_dir"),
    ("steps", "jobs"),
    ("tasks", "jobs"),
    ("binds", "mounts"),
    ("limit", "throttle"),
    ("indices", "tasks"),
    ("max_parallel", "throttle"),
    ("outputs", "creates"),
    ("tries", "times"),
];

impl Section {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Workflow => &["name", "jobs", "sbatch"],
            Self::Job => &[
                "name",
                "command",
                "depends_on",
                "array",
                "resources",
                "environment",
                "work_dir",
                "log_dir",
                "srun",
                "srun_args",
                "launch_prefix",
                "creates",
                "inputs",
                "retry",
                "retry_delay",
                "sbatch",
            ],
            Self::Array => &["tasks", "values", "file", "throttle", "chunk"],
            Self::Resources => &[
                "nodes",
                "gpus_per_node",
                "ntasks_per_node",
                "cpus_per_task",
                "memory_per_node",
                "time_limit",
                "nodelist",
                "partition",
                "account",
                "qos",
            ],
            Self::Environment => &["conda", "venv", "env_vars", "container"],
            Self::Container => &[
                "runtime",
                "image",
                "mounts",
                "workdir",
                "nv",
                "rocm",
                "cleanenv",
                "fakeroot",
                "writable_tmpfs",
                "overlay",
                "env",
            ],
            Self::Retry => &["times", "on", "delay", "memory", "time"],
        }
    }

    /// Keys that the Python srunx has. To ignore one would run something else than the user asked for.
    fn later_keys(self) -> &'static [&'static str] {
        match self {
            Self::Workflow => &["args", "sweep", "default_project"],
            Self::Job => &["exports", "template", "script_path", "script_vars", "path"],
            _ => &[],
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Workflow => "a workflow",
            Self::Job => "a job",
            Self::Array => "`array`",
            Self::Resources => "`resources`",
            Self::Environment => "`environment`",
            Self::Container => "`container`",
            Self::Retry => "`retry`",
        }
    }

    fn place(self) -> &'static str {
        match self {
            Self::Workflow => "at the top of the file, beside `jobs:`",
            Self::Job => "in the job itself, beside its `name:`",
            Self::Array => "under `array:`",
            Self::Resources => "under `resources:`",
            Self::Environment => "under `environment:`",
            Self::Container => "under `container:`",
            Self::Retry => "under `retry:`",
        }
    }
}

/// The entries of one section, those that say nothing left out.
pub(super) struct Fields<'a> {
    pub(super) node: &'a Node,
    /// Whether it has a key that only the Python srunx knows.
    pub(super) has_later: bool,
    /// Keys that unknown ones were probably meant to be.
    meant: Vec<&'static str>,
    entries: &'a [Entry],
}

impl<'a> Fields<'a> {
    /// Reads `node` as `section`, telling of every key that does not belong there.
    pub(super) fn of(section: Section, node: &'a Node, problems: &mut Problems) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            problems.add(
                Problem::new(format!("{} must be a map, not {}", section.what(), node.what()))
                    .at(&node.span, "expected `key: value` lines"),
            );
            return None;
        };
        let mut has_later = false;
        let mut meant = Vec::new();
        for entry in entries {
            let key = entry.key.as_str();
            if section.keys().contains(&key) || key.is_empty() {
                continue;
            }
            if section.later_keys().contains(&key) {
                has_later = true;
                if !entry.value.is_null() {
                    problems.add(
                        Problem::new(format!("`{key}` is not supported by this version of srunx"))
                            .at(&entry.key_span, "a key of the Python srunx"),
                    );
                }
                continue;
            }
            meant.extend(meaning(section, key));
            problems.add(
                Problem::new(format!("unknown key {}", quoted(key)))
                    .at(&entry.key_span, format!("not a key of {}", section.what()))
                    .hint(suggestion(section, key)),
            );
        }
        Some(Self { node, has_later, meant, entries })
    }

    /// The entry of `key`, if it has a value.
    pub(super) fn get(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key == key && !entry.value.is_null())
    }

    /// Whether a key that is missing stands there misspelt, which was told.
    pub(super) fn misspells(&self, key: &str) -> bool {
        self.meant.contains(&key)
    }

    /// Where to point when `key` is missing: at the key without value, or else at the section's beginning.
    pub(super) fn place_of(&self, key: &str) -> Span {
        let empty = self.entries.iter().find(|entry| entry.key == key);
        match empty.or(self.entries.first()) {
            Some(entry) => entry.key_span.clone(),
            None => self.node.span.clone(),
        }
    }
}

/// The key of `section` that an unknown one was probably meant to be.
fn meaning(section: Section, key: &str) -> Option<&'static str> {
    let renamed = OTHER_NAMES.iter().find(|(theirs, _)| *theirs == key).map(|(_, ours)| *ours);
    renamed
        .filter(|ours| section.keys().contains(ours))
        .or_else(|| nearest(key, section.keys().iter().copied()))
}

fn suggestion(section: Section, key: &str) -> String {
    let elsewhere = |key: &str| {
        SECTIONS.into_iter().filter(|other| *other != section).find(|other| other.keys().contains(&key))
    };
    // Other programs call jobs so.
    if section == Section::Workflow && key == "tasks" {
        return "did you mean `jobs`?".to_owned();
    }
    if section == Section::Array && key == "name" {
        return "the names of parameters are keys under `values:`, such as `values: {lr: [1e-3, 1e-4]}`"
            .to_owned();
    }
    if let Some(other) = elsewhere(key) {
        return format!("`{key}` belongs {}", other.place());
    }
    let renamed = OTHER_NAMES.iter().any(|(theirs, _)| *theirs == key);
    if !renamed
        && !section.keys().contains(&key.replace('-', "_").as_str())
        && let Some(hint) = super::sbatch::belongs_here(section, key)
    {
        return hint;
    }
    if let Some(meant) = meaning(section, key) {
        return format!("did you mean `{meant}`?");
    }
    let anywhere = SECTIONS.into_iter().find_map(|other| Some((meaning(other, key)?, other)));
    if let Some((meant, other)) = anywhere {
        return format!("did you mean `{meant}`? it belongs {}", other.place());
    }
    let keys: Vec<String> = section.keys().iter().map(|key| format!("`{key}`")).collect();
    format!("{} has the keys {}", section.what(), keys.join(", "))
}
