//! `sbatch`, of a job or of the workflow: a map of sbatch's own options.

use super::section::{Fields, Section};
use super::value;
use crate::workflow::model::{Job, Setting};
use crate::workflow::problem::{Problem, Problems, quoted};
use crate::workflow::sbatch;
use crate::workflow::yaml::{Entry, Value};

/// An option as it is written.
pub(super) struct Given<'a> {
    entry: &'a Entry,
    setting: Setting,
}

impl Given<'_> {
    /// Its key and what it says.
    pub(super) fn pair(&self) -> (String, Setting) {
        (self.entry.key.clone(), self.setting.clone())
    }
}

/// The options of the map `entry`, those that are wrong left out.
pub(super) fn read<'a>(entry: Option<&'a Entry>, problems: &mut Problems) -> Vec<Given<'a>> {
    let Some(entry) = entry else { return Vec::new() };
    let Value::Map(options) = &entry.value.value else {
        problems.add(
            Problem::new(format!("`sbatch` must be a map, not {}", entry.value.what()))
                .at(&entry.value.span, "expected `option: value` lines")
                .hint("the keys are the long names of sbatch's options, such as `mail-type`".to_owned()),
        );
        return Vec::new();
    };
    let mut read: Vec<Given<'a>> = Vec::with_capacity(options.len());
    for option in options.iter().filter(|option| !option.key.is_empty()) {
        let Some(setting) = setting(option, problems) else { continue };
        if let Err(fault) = sbatch::check(&option.key, &setting) {
            let span = if fault.is_key { &option.key_span } else { &option.value.span };
            problems.add(Problem::new(fault.message).at(span, fault.label).hint(fault.hint));
            continue;
        }
        let given = Given { entry: option, setting };
        let (long, said) = sbatch::canonical(&option.key, &given.setting);
        let rival = read.iter().find(|other| {
            let (other, theirs) = sbatch::canonical(&other.entry.key, &other.setting);
            other == long
                || (said != Setting::Off && theirs != Setting::Off && sbatch::exclude(&other, &long))
        });
        match rival {
            Some(other) => value::exclusive(other.entry, option, problems),
            None => read.push(given),
        }
    }
    read
}

/// What is said of one option. None after telling what is wrong with it.
fn setting(option: &Entry, problems: &mut Problems) -> Option<Setting> {
    let node = &option.value;
    // An unknown key is told of as such, whatever stands behind it.
    if let Err(fault) = sbatch::check(&option.key, &Setting::Off) {
        problems.add(Problem::new(fault.message).at(&option.key_span, fault.label).hint(fault.hint));
        return None;
    }
    let key = quoted(&option.key);
    match &node.value {
        Value::Scalar { .. } if node.is_null() => {
            let hint = match sbatch::is_flag(&option.key) {
                true => "write `true` to give it, `false` not to".to_owned(),
                false => "write its value; `false` takes a default of the workflow back".to_owned(),
            };
            problems.add(
                Problem::new(format!("{key} has no value"))
                    .at(&option.key_span, "nothing, to YAML")
                    .hint(hint),
            );
            None
        }
        Value::Scalar { text, plain } => Some(match text.to_ascii_lowercase().as_str() {
            "true" if *plain => Setting::On,
            "false" if *plain => Setting::Off,
            // To options with values these may be values: `no-kill: off`.
            "yes" | "on" if *plain && sbatch::is_flag(&option.key) => Setting::On,
            "no" | "off" if *plain && sbatch::is_flag(&option.key) => Setting::Off,
            _ => Setting::Value(text.clone()),
        }),
        Value::List(_) => {
            problems.add(
                Problem::new(format!("{key} must be text, not a list"))
                    .at(&node.span, "expected text or a number")
                    .hint("sbatch takes several as one text with commas, such as `END,FAIL`".to_owned()),
            );
            None
        }
        Value::Map(_) => {
            value::text(option, problems);
            None
        }
    }
}

/// Tells of options of `job` that stand beside its other keys for the same thing. `fields` are the job's own.
pub(super) fn check_own_keys(given: &[Given<'_>], job: &Job, fields: &Fields<'_>, problems: &mut Problems) {
    for option in given {
        let (long, setting) = sbatch::canonical(&option.entry.key, &option.setting);
        let Some(own) = sbatch::own_key(&long, job).filter(|_| setting != Setting::Off) else { continue };
        let other = match own.section {
            None => fields.get(own.key),
            Some(section) => fields.get(section).and_then(|section| match &section.value.value {
                Value::Map(entries) => entries.iter().find(|entry| entry.key == own.key),
                _ => None,
            }),
        };
        let message = format!("`{}` of `sbatch` and {} exclude each other", option.entry.key, own.shown());
        problems.add(
            Problem::new(message)
                .at(&option.entry.key_span, "an option of sbatch")
                .also(other.map(|other| &other.key_span), "the workflow's own key")
                .hint("keep one of them".to_owned()),
        );
    }
}

/// The hint for a key that stands elsewhere and is an option.
pub(super) fn belongs_here(section: Section, key: &str) -> Option<String> {
    let long = sbatch::suitable(key)?;
    let place = match section {
        Section::Workflow => "under `sbatch:`",
        _ => "under the job's `sbatch:`",
    };
    Some(format!("`{long}` is an option of sbatch: it belongs {place}"))
}
