//! Files of parameters: CSV with a line of names, and JSON, an object a line.

use super::WorkflowError;
use super::array;
use super::model::Parameters;
use super::problem::quoted;
use super::source::Source;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::path::Path;

/// What is wrong with a file, or with a line of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line, from 1.
    pub(super) line: Option<u64>,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

fn fault(line: impl Into<Option<u64>>, message: impl Into<String>) -> Fault {
    Fault { line: line.into(), message: message.into(), hint: None }
}

/// Reads the file at `path`, whose name says what it is and whose text may be at hand; its text, too.
pub(super) fn read(path: &Path, at_hand: Option<String>) -> Result<(Parameters, String), Fault> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let parse: fn(&str) -> Result<Parameters, Fault> = match extension.as_deref() {
        Some("csv") => csv,
        Some("jsonl" | "ndjson") => json_lines,
        _ => {
            let hint = "the name of a file of parameters ends with .csv, .jsonl or .ndjson".to_owned();
            return Err(Fault {
                hint: Some(hint),
                ..fault(None, "what it holds cannot be told from its name")
            });
        }
    };
    let text = at_hand.map_or_else(|| Source::read_text(path), Ok).map_err(|error| {
        let hint = match &error {
            WorkflowError::TooLarge { .. } => Some(
                "a table goes into the job's script; give the array as `tasks`, and let the program read the row of its \
                 SRUNX_TASK_ID"
                    .to_owned(),
            ),
            error => error.hint(),
        };
        let message = match error {
            WorkflowError::Read { source, .. } => format!("cannot be read: {source}"),
            WorkflowError::Directory { .. } => "it is a folder".to_owned(),
            WorkflowError::TooLarge { mib, .. } => format!("it is larger than {mib} MiB"),
            WorkflowError::NotUtf8 { line, column, .. } => {
                format!("it is not UTF-8 text (line {line}, column {column})")
            }
            WorkflowError::Invalid(invalid) => invalid.to_string(),
        };
        Fault { line: None, message, hint }
    })?;
    if text.contains('\0') {
        let line = text.split('\0').next().unwrap_or_default().matches('\n').count() + 1;
        return Err(fault(line as u64, "it holds a NUL character, which no variable can"));
    }
    let parameters = parse(text.strip_prefix('\u{feff}').unwrap_or(&text))?;
    if parameters.rows.is_empty() {
        return Err(fault(None, "it holds no row of values"));
    }
    Ok((parameters, text))
}

/// Checks the names of a table's variables, which stand on `line`.
fn names(line: u64, names: &[String]) -> Result<(), Fault> {
    for (place, name) in names.iter().enumerate() {
        if let Err(reason) = array::parameter(name) {
            let hint = (place == 0 && name.contains([';', '\t']))
                .then(|| "fields are separated by commas".to_owned());
            return Err(Fault {
                hint,
                ..fault(line, format!("{} names no variable: {reason}", quoted(name)))
            });
        }
        if names[..place].contains(name) {
            return Err(fault(line, format!("the column {} is there twice", quoted(name))));
        }
    }
    Ok(())
}

/// RFC 4180: fields separated by commas, in double quotes where they hold commas, quotes or line breaks. Lines with
/// nothing in them are left out.
fn csv(text: &str) -> Result<Parameters, Fault> {
    // Behind a quote that is never closed this would be a part of the last field.
    const END: &str = "\u{1}end of the file";
    let whole = [text, "\n", END].concat();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(whole.as_bytes());
    let mut table = Parameters::default();
    let mut start = 0;
    // Counted only where something is wrong. Empty lines that are left out come before a row.
    let line = |start: usize| {
        let skipped = whole.as_bytes()[start..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
        whole.as_bytes()[..start + skipped.count()].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
    };
    for record in reader.records() {
        let record = record.map_err(|error| fault(line(start), error.to_string()))?;
        start = record.position().map_or(start, |position| position.byte() as usize);
        if record.len() == 1 && &record[0] == END {
            if table.names.is_empty() {
                return Err(fault(None, "it is empty"));
            }
            return Ok(table);
        }
        let fields: Vec<String> = record.iter().map(str::to_owned).collect();
        if fields.last().is_some_and(|field| field.ends_with(END)) {
            break;
        }
        if table.names.is_empty() {
            names(line(start), &fields)?;
            table.names = fields;
        } else if fields.len() != table.names.len() {
            let (there, wanted) = (fields.len(), table.names.len());
            return Err(fault(line(start), format!("{} instead of {wanted}", counted(there, "value"))));
        } else {
            table.rows.push(fields);
        }
    }
    Err(fault(line(start), "a `\"` is opened in this row and not closed"))
}

/// `1 value`, `2 values`
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// An object's members in their order, the values as they are written.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// JSON lines: each an object with the same names. Lines with nothing but space in them are left out.
fn json_lines(text: &str) -> Result<Parameters, Fault> {
    let mut table = Parameters::default();
    let lines = (1..).zip(text.split('\n')).filter(|(_, line)| !line.trim().is_empty());
    for (number, line) in lines {
        let Members(members) = serde_json::from_str(line).map_err(|error| {
            let (message, at) = (error.to_string(), error.column());
            // It counts lines from the beginning of this one.
            let message = message.split(" at line ").next().unwrap_or_default();
            fault(number, format!("no object of JSON: {message} (column {at})"))
        })?;
        let given: Vec<String> = members.iter().map(|(name, _)| name.clone()).collect();
        if table.names.is_empty() {
            if given.is_empty() {
                return Err(fault(number, "the object is empty"));
            }
            names(number, &given)?;
            table.names.clone_from(&given);
        }
        let mut row: Vec<Option<String>> = vec![None; table.names.len()];
        for (name, raw) in members {
            let Some(place) = table.names.iter().position(|known| *known == name) else {
                return Err(fault(number, format!("{} is not in the lines before", quoted(&name))));
            };
            let value = scalar(&raw).map_err(|what| fault(number, format!("{} is {what}", quoted(&name))))?;
            if row[place].replace(value).is_some() {
                return Err(fault(number, format!("{} is there twice", quoted(&name))));
            }
        }
        let missing = table.names.iter().zip(&row).find(|(_, value)| value.is_none());
        if let Some((name, _)) = missing {
            return Err(fault(number, format!("{} is missing", quoted(name))));
        }
        table.rows.push(row.into_iter().flatten().collect());
    }
    Ok(table)
}

/// The text of a string, and everything else as it is written; or what it is instead.
fn scalar(raw: &RawValue) -> Result<String, String> {
    match raw.get().as_bytes().first() {
        Some(b'"') => {
            let text: String = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
            if text.contains('\0') { Err("a text with a NUL character".to_owned()) } else { Ok(text) }
        }
        Some(b'[') => Err("a list, no single value".to_owned()),
        Some(b'{') => Err("an object, no single value".to_owned()),
        Some(b'n') => Err("null, no value; `\"\"` is an empty one".to_owned()),
        _ => Ok(raw.get().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(names: &[&str], rows: &[&[&str]]) -> Parameters {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Parameters { names: texts(names), rows: rows.iter().map(|row| texts(row)).collect() }
    }

    #[test]
    fn fields_of_csv() {
        assert_eq!(
            csv("lr,seed\n1e-3,1\n1e-4,2\n"),
            Ok(table(&["lr", "seed"], &[&["1e-3", "1"], &["1e-4", "2"]]))
        );
        let text = "a,b\r\n\"x, \"\"y\"\"\r\nz\",\r\n\r\n , é";
        assert_eq!(csv(text), Ok(table(&["a", "b"], &[&["x, \"y\"\r\nz", ""], &[" ", " é"]])));
        assert_eq!(csv("a\n\"\"\n"), Ok(table(&["a"], &[&[""]])));
        assert_eq!(csv("a\n"), Ok(table(&["a"], &[])));
    }

    fn said(result: Result<Parameters, Fault>) -> String {
        let Fault { line, message, hint } = result.unwrap_err();
        let line = line.map(|line| format!("{line}: ")).unwrap_or_default();
        format!("{line}{message}{}", hint.map(|hint| format!(" [{hint}]")).unwrap_or_default())
    }

    #[test]
    fn what_is_wrong_with_csv() {
        assert_eq!(said(csv("")), "it is empty");
        assert_eq!(said(csv("\n\na,b\n\n1,2\n\n3\n")), "7: 1 value instead of 2");
        assert_eq!(said(csv("a,b\n\"x\ny\",2\n1,2,3\n")), "4: 3 values instead of 2");
        assert_eq!(said(csv("a,b\n1,2\n3,\"4\n5,6\n")), "3: a `\"` is opened in this row and not closed");
        assert_eq!(said(csv("a,a\n")), "1: the column `a` is there twice");
        let word = "a variable's name is made of letters, digits and `_`, and starts with no digit";
        assert_eq!(said(csv("a, b\n")), format!("1: ` b` names no variable: {word}"));
        assert_eq!(
            said(csv("a;b\n1;2\n")),
            format!("1: `a;b` names no variable: {word} [fields are separated by commas]")
        );
    }

    #[test]
    fn lines_of_json() {
        let text = "{\"lr\": 1e-3, \"tag\": \"a\\nb\"}\r\n\n{\"tag\": \"\", \"lr\": true}";
        assert_eq!(json_lines(text), Ok(table(&["lr", "tag"], &[&["1e-3", "a\nb"], &["true", ""]])));
        let of = |line: &str| said(json_lines(&format!("{{\"a\": 1, \"b\": 2}}\n{line}\n")));
        assert_eq!(of("{\"a\": 1}"), "2: `b` is missing");
        assert_eq!(of("{\"a\": 1, \"b\": 2, \"c\": 3}"), "2: `c` is not in the lines before");
        assert_eq!(of("{\"a\": 1, \"a\": 2}"), "2: `a` is there twice");
        assert_eq!(of("{\"a\": [1], \"b\": 2}"), "2: `a` is a list, no single value");
        assert_eq!(of("{\"a\": {}, \"b\": 2}"), "2: `a` is an object, no single value");
        assert_eq!(of("{\"a\": null, \"b\": 2}"), "2: `a` is null, no value; `\"\"` is an empty one");
        assert_eq!(of("{\"a\": \"\\u0000\", \"b\": 2}"), "2: `a` is a text with a NUL character");
        assert_eq!(
            of("[1, 2]"),
            "2: no object of JSON: invalid type: sequence, expected an object (column 0)"
        );
        assert_eq!(of("{\"a\": 1, "), "2: no object of JSON: EOF while parsing a value (column 9)");
        assert_eq!(said(json_lines("{}\n")), "1: the object is empty");
        assert!(said(json_lines("{\"SLURM_X\": 1}\n")).starts_with("1: `SLURM_X` names no variable: "));
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read(rows in prop::collection::vec(prop::collection::vec("[^\0]{0,8}", 3), 1..6)) {
            let names = ["a", "b", "c"].map(str::to_owned).to_vec();
            let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
            let text: String = [names.clone()].iter().chain(&rows).map(line).collect();
            prop_assert_eq!(csv(&text), Ok(Parameters { names: names.clone(), rows: rows.clone() }));
            let object = |row: &Vec<String>| {
                let members: Vec<String> =
                    names.iter().zip(row).map(|(name, value)| format!("\"{name}\":{}", serde_json::json!(value))).collect();
                format!("{{{}}}\n", members.join(","))
            };
            let text: String = rows.iter().map(object).collect();
            prop_assert_eq!(json_lines(&text), Ok(Parameters { names, rows }));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[^\0]{0,40}|[a,\"\n\r{}:\\[\\]1 ]{0,40}") {
            let _ = csv(&text);
            let _ = json_lines(&text);
        }
    }
}
