//! `array`: tasks by their indices, or one for each row of a table.

use super::section::{Fields, Section};
use super::value;
use crate::job::ArrayTasks;
use crate::job::value::array::HIGHEST_TASK;
use crate::workflow::model::{Array, Parameters};
use crate::workflow::problem::{Problem, Problems, quoted};
use crate::workflow::yaml::{Entry, Node, Value};
use crate::workflow::{array, table};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The variable of values that have no names.
const VALUE: &str = "value";

/// Reads `array`. None after telling what is wrong with it.
pub(super) fn read(entry: &Entry, problems: &mut Problems) -> Option<Array> {
    match &entry.value.value {
        Value::Scalar { text, .. } => tasks(text, &entry.value, problems).map(Array::of),
        Value::Map(_) => map(&entry.value, problems),
        Value::List(_) => {
            problems.add(
                Problem::new("`array` must be tasks or a map, not a list")
                    .at(&entry.value.span, "expected tasks such as 0-9, or `values: …`")
                    .hint(
                        "a list of values goes under `values:`; tasks are one text, such as \"0,5,7\""
                            .to_owned(),
                    ),
            );
            None
        }
    }
}

fn tasks(text: &str, node: &Node, problems: &mut Problems) -> Option<ArrayTasks> {
    match ArrayTasks::parse(text.trim()) {
        Ok(tasks) => Some(tasks),
        Err(fault) => {
            let hint = "tasks are numbers and ranges, such as 0-9, 0-99%4 or 1,5,10-20:2".to_owned();
            problems.add(
                Problem::new(format!("the tasks of an array cannot be {}", quoted(text)))
                    .at(&node.span, fault)
                    .hint(hint),
            );
            None
        }
    }
}

fn map(node: &Node, problems: &mut Problems) -> Option<Array> {
    let fields = Fields::of(Section::Array, node, problems)?;
    let throttle = value::count_up_to(fields.get("throttle"), 1, HIGHEST_TASK, problems);
    let chunk = value::count_up_to(fields.get("chunk"), 1, HIGHEST_TASK, problems);
    let kinds: Vec<&Entry> =
        ["tasks", "values", "file"].into_iter().filter_map(|key| fields.get(key)).collect();
    let entry = match kinds.as_slice() {
        [entry] => *entry,
        [one, other, ..] => {
            value::exclusive(one, other, problems);
            return None;
        }
        [] => {
            if !["tasks", "values", "file"].into_iter().any(|key| fields.misspells(key)) {
                problems.add(
                    Problem::new("the array has no tasks")
                        .at(&fields.place_of("tasks"), "expected `tasks:`, `values:` or `file:`")
                        .hint(
                            "`tasks: 0-9` are ten tasks; `values:` or `file:` makes one for each row"
                                .to_owned(),
                        ),
                );
            }
            return None;
        }
    };
    let array = match entry.key.as_str() {
        "tasks" => {
            let tasks = tasks(value::text(entry, problems)?, &entry.value, problems)?;
            if let (Some(throttle), Some(_)) = (fields.get("throttle"), tasks.limit()) {
                problems.add(
                    Problem::new("the tasks that may run at once are limited twice")
                        .at(&throttle.key_span, "`throttle`")
                        .also(Some(&entry.value.span), "the number behind `%`")
                        .hint("keep one of them".to_owned()),
                );
            }
            Array::of(tasks)
        }
        "values" => of_rows(values(entry, problems)?, entry, problems)?,
        _ => of_rows(file(entry, problems)?, entry, problems)?,
    };
    let limit = throttle.or(array.tasks.limit()).unwrap_or(0);
    Some(Array { chunk, ..array.at_most(limit) })
}

fn of_rows(parameters: Parameters, entry: &Entry, problems: &mut Problems) -> Option<Array> {
    let rows = parameters.rows.len();
    let array = Array::of_rows(parameters);
    if array.is_none() {
        problems.add(
            Problem::new(format!("{rows} rows are too many for an array"))
                .at(&entry.value.span, format!("no task is above {HIGHEST_TASK}")),
        );
    }
    array
}

/// `values`: a list of scalars, a list of maps, or a map of lists.
fn values(entry: &Entry, problems: &mut Problems) -> Option<Parameters> {
    let empty = |problems: &mut Problems| {
        problems
            .add(Problem::new("`values` is empty").at(&entry.value.span, "an array has one task at least"));
        None
    };
    match &entry.value.value {
        Value::List(items) if items.is_empty() => empty(problems),
        Value::Map(columns) if columns.is_empty() => empty(problems),
        Value::List(items) if matches!(items[0].value, Value::Map(_)) => rows(items, problems),
        Value::List(_) => {
            let rows = value::list(entry, problems)?.into_iter().map(|value| vec![value]).collect();
            Some(Parameters { names: vec![VALUE.to_owned()], rows })
        }
        Value::Map(columns) => self::columns(columns, problems),
        Value::Scalar { .. } => {
            let expected = "a list, or a map of names and lists";
            problems.add(
                Problem::new(format!("`values` must be {expected}, not {}", entry.value.what()))
                    .at(&entry.value.span, format!("expected {expected}")),
            );
            None
        }
    }
}

/// Whether the key may name a parameter. What is wrong with it is told.
fn is_name(key: &Entry, problems: &mut Problems) -> bool {
    let checked = array::parameter(&key.key);
    if let Err(fault) = &checked {
        problems.add(
            Problem::new(format!("{} cannot be a parameter", quoted(&key.key)))
                .at(&key.key_span, fault.as_str()),
        );
    }
    checked.is_ok()
}

fn columns(columns: &[Entry], problems: &mut Problems) -> Option<Parameters> {
    let mut lists = Vec::with_capacity(columns.len());
    for column in columns {
        let named = is_name(column, problems);
        let list = value::list(column, problems);
        lists.extend(list.filter(|_| named).map(|list| (column, list)));
    }
    let [(first, values), others @ ..] = lists.as_slice() else { return None };
    if lists.len() < columns.len() {
        return None;
    }
    let mut even = true;
    for (column, others) in others.iter().filter(|(_, list)| list.len() != values.len()) {
        even = false;
        let said = |list: &[String]| table::counted(list.len(), "value");
        problems.add(
            Problem::new(format!("{} and {} are not of one length", quoted(&first.key), quoted(&column.key)))
                .at(&column.value.span, said(others))
                .also(Some(&first.value.span), said(values))
                .hint("each task takes one value of every list".to_owned()),
        );
    }
    if values.is_empty() && even {
        problems.add(
            Problem::new(format!("{} is empty", quoted(&first.key)))
                .at(&first.value.span, "an array has one task at least"),
        );
        return None;
    }
    let names = lists.iter().map(|(column, _)| column.key.clone()).collect();
    let rows =
        (0..values.len()).map(|row| lists.iter().filter_map(|(_, list)| list.get(row).cloned()).collect());
    even.then(|| Parameters { names, rows: rows.collect() })
}

fn rows(items: &[Rc<Node>], problems: &mut Problems) -> Option<Parameters> {
    let mut table = Parameters::default();
    let mut good = true;
    let mut names: Option<&[Entry]> = None;
    for item in items {
        let Value::Map(entries) = &item.value else {
            problems.add(
                Problem::new(format!(
                    "an item of `values` must be a map as the first one is, not {}",
                    item.what()
                ))
                .at(&item.span, "expected names and values"),
            );
            good = false;
            continue;
        };
        let first = match names {
            Some(first) => first,
            None => {
                good &= entries.iter().all(|entry| is_name(entry, problems));
                if entries.is_empty() {
                    problems.add(
                        Problem::new("an item of `values` is empty")
                            .at(&item.span, "expected names and values"),
                    );
                    return None;
                }
                table.names = entries.iter().map(|entry| entry.key.clone()).collect();
                names = Some(entries);
                entries
            }
        };
        for entry in entries.iter().filter(|entry| !table.names.contains(&entry.key)) {
            problems.add(
                Problem::new(format!("{} is not in the first item of `values`", quoted(&entry.key)))
                    .at(&entry.key_span, "each has the same names")
                    .also(first.first().map(|first| &first.key_span), "the first begins here"),
            );
            good = false;
        }
        let mut row = Vec::with_capacity(table.names.len());
        for name in &table.names {
            match entries.iter().find(|entry| entry.key == *name) {
                Some(entry) => row.extend(value::scalar(entry, problems)),
                None => problems.add(
                    Problem::new(format!("{} is missing in an item of `values`", quoted(name)))
                        .at(&item.span, "each has the same names"),
                ),
            }
        }
        good &= row.len() == table.names.len();
        table.rows.push(row);
    }
    good.then_some(table)
}

/// `file`: a path, from the folder that srunx was started in.
fn file(entry: &Entry, problems: &mut Problems) -> Option<Parameters> {
    let path = value::word(Some(entry), problems);
    let Some(path) = path else {
        if matches!(entry.value.value, Value::Scalar { .. }) {
            problems.add(Problem::new("`file` names no file").at(&entry.value.span, "it is empty"));
        }
        return None;
    };
    let at_hand = problems.files.get(&path).cloned();
    match table::read(&at_home(&path), at_hand) {
        Ok((parameters, text)) => {
            problems.files.insert(path, text);
            Some(parameters)
        }
        Err(fault) => {
            let line = fault.line.map(|line| format!(", line {line}")).unwrap_or_default();
            let path = quoted(&path);
            // A sentence of the file's own about itself, or the system's.
            let message = match fault.message.strip_prefix("cannot be read: ") {
                Some(reason) => format!("{path} cannot be read: {reason}"),
                None => format!("{path}{line}: {}", fault.message),
            };
            problems.add(Problem::new(message).at(&entry.value.span, "named here").hint(fault.hint));
            None
        }
    }
}

/// A leading `~/` is the home of whoever runs srunx.
fn at_home(path: &str) -> PathBuf {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
    match path.strip_prefix("~/").zip(home) {
        Some((rest, home)) => Path::new(&home).join(rest.trim_start_matches('/')),
        None => PathBuf::from(path),
    }
}
