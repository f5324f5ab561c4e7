//! Single values: text, numbers, lists and maps of them. What is wrong is told, and read as absent.

use crate::job::NodeCount;
use crate::workflow::problem::{Problem, Problems, quoted};
use crate::workflow::shell;
use crate::workflow::yaml::{Entry, Node, Value};
use std::path::PathBuf;
use std::str::FromStr;

/// The largest count that Slurm's 16-bit fields can hold: the two numbers above mean something else there.
const MOST: u32 = 65_533;

fn wrong(entry: &Entry, expected: &str) -> Problem {
    Problem::new(format!("`{}` must be {expected}, not {}", entry.key, entry.value.what()))
        .at(&entry.value.span, format!("expected {expected}"))
}

/// The text of a scalar as it is written; empty for none that would mean anything.
pub(super) fn text<'a>(entry: &'a Entry, problems: &mut Problems) -> Option<&'a str> {
    match &entry.value.value {
        Value::Scalar { text, .. } => Some(text),
        _ => {
            if !is_template(&entry.value) {
                problems.add(wrong(entry, "text"));
            }
            None
        }
    }
}

/// `{{ x }}` without quotes: to YAML a map in a map's key, which was told where it was read.
fn is_template(node: &Node) -> bool {
    matches!(&node.value, Value::Map(entries) if entries.iter().any(|entry| entry.key.is_empty()))
}

/// Text where nothing but spaces is as good as nothing: `partition: ""`. One line.
pub(super) fn word(entry: Option<&Entry>, problems: &mut Problems) -> Option<String> {
    let entry = entry?;
    let text = text(entry, problems)?.trim();
    if text.contains(|c: char| c.is_control() && c != '\0') {
        problems.add(
            Problem::new(format!("`{}` holds a control character", entry.key))
                .at(&entry.value.span, "a line break, a tab or the like"),
        );
        return None;
    }
    (!text.is_empty()).then(|| text.to_owned())
}

/// Words of a shell line, pasted as they are into another.
pub(super) fn shell_words(entry: Option<&Entry>, problems: &mut Problems) -> Option<String> {
    let entry = entry?;
    let text = text(entry, problems)?.trim();
    if let Err(fault) = shell::check_words(text) {
        problems.add(
            Problem::new(format!("`{}` cannot stand in a shell line", entry.key))
                .at(&entry.value.span, fault),
        );
        return None;
    }
    (!text.is_empty()).then(|| text.to_owned())
}

/// What [`FromStr`] makes of a scalar.
pub(super) fn parsed<T: FromStr<Err = String>>(
    entry: Option<&Entry>,
    expected: &str,
    problems: &mut Problems,
) -> Option<T> {
    let entry = entry?;
    let Value::Scalar { text, .. } = &entry.value.value else {
        problems.add(wrong(entry, expected));
        return None;
    };
    match text.trim().parse() {
        Ok(value) => Some(value),
        Err(fault) => {
            let problem = wrong(entry, expected);
            // What is wrong stands in the message; what would be right follows the last colon.
            let label = match fault.rsplit_once(": ") {
                Some((_, right)) => format!("expected {right}"),
                None => fault,
            };
            problems.add(Problem { label, ..problem });
            None
        }
    }
}

/// A whole number from `least` on.
pub(super) fn count(entry: Option<&Entry>, least: u32, problems: &mut Problems) -> Option<u32> {
    count_up_to(entry, least, MOST, problems)
}

/// A whole number from `least` to `most`.
pub(super) fn count_up_to(
    entry: Option<&Entry>,
    least: u32,
    most: u32,
    problems: &mut Problems,
) -> Option<u32> {
    let entry = entry?;
    let number = match &entry.value.value {
        Value::Scalar { text, .. } => number(text.trim()),
        _ => Err("a whole number".to_owned()),
    };
    match number.and_then(|number| in_range(number, least, most)) {
        Ok(number) => Some(number),
        Err(expected) => {
            problems.add(wrong(entry, &expected));
            None
        }
    }
}

/// The same where 16 bits are enough.
pub(super) fn small_count(entry: Option<&Entry>, least: u32, problems: &mut Problems) -> Option<u16> {
    count(entry, least, problems).and_then(|number| u16::try_from(number).ok())
}

/// A decimal number, or what is expected instead. `010` and `0x10` are refused: the first is 8 in YAML 1.1 and 10 in
/// YAML 1.2.
fn number(text: &str) -> Result<u64, String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.strip_prefix('-') {
        Some(rest) if digits(rest) => return Err("a number that is not negative".to_owned()),
        _ if !digits(text) => return Err("a whole number".to_owned()),
        _ if text.len() > 1 && text.starts_with('0') => {
            return Err("a number without zeros before it".to_owned());
        }
        _ => {}
    }
    // Too many digits for 64 bits are too many nodes as well.
    Ok(text.parse().unwrap_or(u64::MAX))
}

fn in_range(number: u64, least: u32, most: u32) -> Result<u32, String> {
    match u32::try_from(number) {
        Ok(number) if number < least => Err(format!("at least {least}")),
        Ok(number) if number <= most => Ok(number),
        _ => Err(format!("at most {most}")),
    }
}

/// `4`, or `2-4`.
pub(super) fn node_count(entry: Option<&Entry>, problems: &mut Problems) -> Option<NodeCount> {
    let entry = entry?;
    let one = |text: &str| number(text.trim()).and_then(|number| in_range(number, 1, MOST));
    let range = match &entry.value.value {
        Value::Scalar { text, .. } => match text.trim().split_once('-') {
            Some((min, max)) if !min.is_empty() => one(min).and_then(|min| Ok((min, one(max)?))),
            _ => one(text).map(|count| (count, count)),
        },
        _ => Err("a whole number".to_owned()),
    };
    match range {
        Ok((min, max)) if min <= max => return Some(NodeCount { min, max }),
        Ok(_) => problems.add(wrong(entry, "a range from the smaller number to the larger")),
        Err(expected) if expected == "a whole number" => {
            problems.add(wrong(entry, "a number of nodes, or a range like 2-4"));
        }
        Err(expected) => problems.add(wrong(entry, &expected)),
    }
    None
}

/// `true` or `false`, or one of the other words that YAML 1.1 has for them.
pub(super) fn boolean(entry: Option<&Entry>, problems: &mut Problems) -> Option<bool> {
    let entry = entry?;
    if let Value::Scalar { text, .. } = &entry.value.value {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => return Some(true),
            "false" | "no" | "off" => return Some(false),
            _ => {}
        }
    }
    problems.add(wrong(entry, "true or false"));
    None
}

/// A list of scalars, each as it is written.
pub(super) fn list(entry: &Entry, problems: &mut Problems) -> Option<Vec<String>> {
    let Value::List(items) = &entry.value.value else {
        problems.add(wrong(entry, "a list"));
        return None;
    };
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        match &item.value {
            Value::Scalar { .. } if item.is_null() => problems.add(
                Problem::new(format!("an item of `{}` has no value", entry.key))
                    .at(&item.span, "nothing, to YAML")
                    .hint(null_hint(&item.value)),
            ),
            Value::Scalar { text, .. } => texts.push(text.clone()),
            _ if is_template(item) => {}
            _ => problems.add(
                Problem::new(format!("an item of `{}` must be text, not {}", entry.key, item.what()))
                    .at(&item.span, "expected text or a number")
                    .hint("put quotes around text that holds `: ` or starts with `[` or `{`".to_owned()),
            ),
        }
    }
    (texts.len() == items.len()).then_some(texts)
}

/// One path, or a list of them.
pub(super) fn paths(entry: Option<&Entry>, problems: &mut Problems) -> Vec<PathBuf> {
    let Some(entry) = entry else { return Vec::new() };
    let texts = match &entry.value.value {
        Value::Scalar { text, .. } => vec![text.clone()],
        _ => list(entry, problems).unwrap_or_default(),
    };
    let fault = texts.iter().find_map(|text| match text.as_str() {
        "" => Some("it is empty"),
        _ if text.contains(char::is_control) => Some("it holds a control character"),
        _ if text.contains("{{") => Some("it holds a template, which only tasks of an array could fill"),
        _ => None,
    });
    if let Some(fault) = fault {
        let problem = Problem::new(format!("a path under `{}` cannot be used", entry.key));
        problems.add(problem.at(&entry.value.span, fault));
    }
    texts.into_iter().map(PathBuf::from).collect()
}

/// A value of a row, as it is written.
pub(super) fn scalar(entry: &Entry, problems: &mut Problems) -> Option<String> {
    match &entry.value.value {
        Value::Scalar { .. } if entry.value.is_null() => problems.add(
            Problem::new(format!("{} has no value", quoted(&entry.key)))
                .at(&entry.key_span, "nothing, to YAML")
                .hint(null_hint(&entry.value.value)),
        ),
        Value::Scalar { text, .. } => return Some(text.clone()),
        _ if is_template(&entry.value) => {}
        _ => problems.add(wrong(entry, "text or a number")),
    }
    None
}

/// A map of variables.
pub(super) fn variables(
    entry: Option<&Entry>,
    check_key: impl Fn(&str) -> Result<(), String>,
    problems: &mut Problems,
) -> Vec<(String, String)> {
    let Some(entry) = entry else { return Vec::new() };
    let Value::Map(entries) = &entry.value.value else {
        problems.add(wrong(entry, "a map of names and values"));
        return Vec::new();
    };
    let mut variables = Vec::with_capacity(entries.len());
    for variable in entries {
        if let Err(fault) = check_key(&variable.key) {
            problems.add(
                Problem::new(format!("{} cannot be set in `{}`", quoted(&variable.key), entry.key))
                    .at(&variable.key_span, fault),
            );
        }
        match &variable.value.value {
            Value::Scalar { .. } if variable.value.is_null() => problems.add(
                Problem::new(format!("the variable {} has no value", quoted(&variable.key)))
                    .at(&variable.key_span, "nothing, to YAML")
                    .hint(null_hint(&variable.value.value)),
            ),
            Value::Scalar { text, .. } => variables.push((variable.key.clone(), text.clone())),
            _ if is_template(&variable.value) => {}
            _ => {
                let (key, what) = (quoted(&variable.key), variable.value.what());
                problems.add(
                    Problem::new(format!("the variable {key} must be text, not {what}"))
                        .at(&variable.value.span, "expected text or a number"),
                );
            }
        }
    }
    variables
}

fn null_hint(value: &Value) -> String {
    match value {
        Value::Scalar { text, .. } if !text.is_empty() => {
            format!("write \"{text}\" for the text, \"\" for an empty one")
        }
        _ => "write \"\" for an empty text".to_owned(),
    }
}

/// Two keys that exclude one another are both given.
pub(super) fn exclusive(one: &Entry, other: &Entry, problems: &mut Problems) {
    let (first, second) =
        if one.key_span.start <= other.key_span.start { (one, other) } else { (other, one) };
    problems.add(
        Problem::new(format!("`{}` and `{}` exclude each other", first.key, second.key))
            .at(&second.key_span, "second")
            .also(Some(&first.key_span), "first")
            .hint("keep one of them".to_owned()),
    );
}
