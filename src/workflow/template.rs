//! `{{ name }}` in the texts of a job that is an array: what of them is text, and what stands for a value of the task's.
//!
//! In the script a value is a variable of the shell's, so no value is ever read as a part of the script.

use super::check;
use super::model::{Array, Command, Job};
use super::problem::{nearest, quoted};
use super::quoting::Quoting;
use super::shell;
use std::borrow::Cow;

/// The name under which a task's index goes.
pub(super) const TASK_ID: &str = "task_id";
/// The variable that holds it.
pub(super) const TASK_VARIABLE: &str = "SRUNX_TASK_ID";

#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(Cow<'a, str>),
    /// A name between braces.
    Name(&'a str),
}

/// Why a text is no template, and what would be one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) label: String,
    pub(super) hint: Option<String>,
}

const LITERAL: &str = "write `{{ '{{' }}` for two braces as they are";

fn fault(message: String, label: impl Into<String>, hint: impl Into<Option<String>>) -> Fault {
    Fault { message, label: label.into(), hint: hint.into() }
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        if !before.is_empty() {
            pieces.push(Piece::Text(before.into()));
        }
        let Some((inside, after)) = behind.split_once("}}") else {
            let message = "a `{{` is opened and not closed".to_owned();
            return Err(fault(message, "a `}}` is missing", LITERAL.to_owned()));
        };
        pieces.push(match inside.trim() {
            "'{{'" | "\"{{\"" => Piece::Text("{{".into()),
            name if check::identifier(name).is_ok() => Piece::Name(name),
            other => {
                let message = format!("{} between `{{{{` and `}}}}` is no name", quoted(other));
                return Err(fault(message, "only names of parameters stand there", LITERAL.to_owned()));
            }
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.into()));
    }
    Ok(pieces)
}

/// What the texts of a job may name.
#[derive(Clone, Copy)]
pub(super) struct Names<'a>(Option<&'a Array>);

impl<'a> Names<'a> {
    /// Those of `job`; in a job that is no array braces are text.
    pub(super) fn of(job: &'a Job) -> Self {
        Self(job.array.as_ref())
    }

    fn known(self) -> impl Iterator<Item = &'a str> {
        let parameters = self.0.and_then(|array| array.parameters.as_ref());
        let names = parameters.map(|parameters| parameters.names.as_slice()).unwrap_or_default();
        names.iter().map(String::as_str).chain([TASK_ID])
    }

    /// The variables that each task has; none in a job that is no array.
    pub(super) fn variables(self) -> impl Iterator<Item = &'a str> {
        self.known().map(variable).filter(move |_| self.0.is_some())
    }

    fn pieces(self, text: &str) -> Result<Vec<Piece<'_>>, Fault> {
        if self.0.is_none() {
            return Ok(vec![Piece::Text(text.into())]);
        }
        let pieces = pieces(text)?;
        let names = pieces.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(*name),
            Piece::Text(_) => None,
        });
        for name in names {
            if !self.known().any(|known| known == name) {
                let all: Vec<String> = self.known().map(quoted).collect();
                let hint = match nearest(name, self.known()) {
                    Some(near) => format!("did you mean {}?", quoted(near)),
                    None => format!("known are {}", all.join(", ")),
                };
                let message = format!("{} is no parameter of the array", quoted(name));
                return Err(fault(message, "no column has this name", hint));
            }
        }
        Ok(pieces)
    }

    /// The first name in a text that is no template.
    fn first_known(self, text: &str) -> Option<&'a str> {
        let pieces = pieces(text).unwrap_or_default();
        self.known().find(|name| pieces.contains(&Piece::Name(name)))
    }

    /// `text` as one word of a shell line, whatever the values hold.
    pub(super) fn word(self, text: &str) -> Cow<'_, str> {
        let pieces = self.pieces(text).unwrap_or_default();
        if let [Piece::Text(text)] = pieces.as_slice() {
            return Cow::Owned(shell::quote(text).into_owned());
        }
        if pieces.is_empty() {
            return shell::quote("");
        }
        let word = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => shell::quote(text),
            Piece::Name(name) => format!("\"${{{}}}\"", variable(name)).into(),
        });
        Cow::Owned(word.collect())
    }

    /// `words` as one shell line.
    pub(super) fn words<'w>(self, words: impl IntoIterator<Item = &'w str>) -> String {
        words.into_iter().map(|word| self.word(word).into_owned()).collect::<Vec<_>>().join(" ")
    }

    /// A shell line, or several, in which each value is quoted as its place wants it.
    pub(super) fn shell(self, text: &str) -> Result<String, Fault> {
        let mut line = String::with_capacity(text.len());
        let mut quoting = Quoting::default();
        for piece in self.pieces(text)? {
            match piece {
                Piece::Text(text) => {
                    quoting.pass(&text);
                    line.push_str(&text);
                }
                Piece::Name(name) => match quoting.value(variable(name)) {
                    Ok(value) => line.push_str(&value),
                    Err((place, hint)) => {
                        let message = format!("the value of {} cannot stand there", quoted(name));
                        return Err(fault(message, place, hint.to_owned()));
                    }
                },
            }
        }
        Ok(line)
    }

    /// Whether the text begins with a value.
    pub(super) fn begins_with_value(self, text: &str) -> bool {
        self.pieces(text).is_ok_and(|pieces| matches!(pieces.first(), Some(Piece::Name(_))))
    }
}

fn variable(name: &str) -> &str {
    if name == TASK_ID { TASK_VARIABLE } else { name }
}

/// Where in a job a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The key of the job, or of a map in it.
    pub(super) key: &'static str,
    /// The number of the item, where the value is a list.
    pub(super) item: Option<usize>,
    /// The variable, where the value is a map of variables.
    pub(super) variable: Option<&'a str>,
}

/// What is wrong with the templates of `job`. None in a job that is no array.
pub(super) fn faults(job: &Job) -> Vec<(Place<'_>, Fault)> {
    let names = Names::of(job);
    if names.0.is_none() {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let mut tell = |key, item, variable, checked: Result<(), Fault>| {
        faults.extend(checked.err().map(|fault| (Place { key, item, variable }, fault)));
    };
    let word = |text: &str| names.pieces(text).map(drop);
    let shell = |text: &str| names.shell(text).map(drop);
    match &job.command {
        Command::Words(words) => {
            for (place, text) in words.iter().enumerate() {
                tell("command", Some(place), None, word(text));
            }
        }
        Command::Shell(text) => tell("command", None, None, shell(text)),
    }
    for (key, text) in [("srun_args", &job.srun_args), ("launch_prefix", &job.launch_prefix)] {
        if let Some(text) = text {
            tell(key, None, None, shell(text));
        }
    }
    for (name, value) in &job.environment.env_vars {
        tell("env_vars", None, Some(name), word(value));
    }
    if let Some(container) = &job.environment.container {
        tell("image", None, None, word(&container.image));
        for (place, mount) in container.mounts.iter().enumerate() {
            tell("mounts", Some(place), None, word(mount));
        }
        for (key, text) in [("workdir", &container.workdir), ("overlay", &container.apptainer.overlay)] {
            if let Some(text) = text {
                tell(key, None, None, word(text));
            }
        }
        for (name, value) in &container.apptainer.env {
            tell("env", None, Some(name), word(value));
        }
    }
    for (key, dir) in [("work_dir", &job.work_dir), ("log_dir", &job.log_dir)] {
        let Some(dir) = dir else { continue };
        if let Some(name) = names.first_known(&dir.to_string_lossy()) {
            let message = format!("`{key}` cannot hold `{{{{ {name} }}}}`");
            tell(key, None, None, Err(fault(message, "it is the same for all tasks of an array", None)));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_names() {
        let text = |text: &'static str| Piece::Text(text.into());
        assert_eq!(
            pieces("a{{ lr }}b{{x}}"),
            Ok(vec![text("a"), Piece::Name("lr"), text("b"), Piece::Name("x")])
        );
        assert_eq!(pieces("{\"a\": {\"b\": 1}}"), Ok(vec![text("{\"a\": {\"b\": 1}}")]));
        assert_eq!(pieces("{{ '{{' }} .Name }}"), Ok(vec![text("{{"), text(" .Name }}")]));
        assert_eq!(pieces(""), Ok(vec![]));
        let said = |text| pieces(text).unwrap_err().message;
        assert_eq!(said("{{ x"), "a `{{` is opened and not closed");
        assert_eq!(said("{{ .Name }}"), "`.Name` between `{{` and `}}` is no name");
        assert_eq!(said("{{}}"), "`` between `{{` and `}}` is no name");
        assert_eq!(said("{{{ x }}}"), "`{ x` between `{{` and `}}` is no name");
    }
}
