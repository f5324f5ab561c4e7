//! What is submitted twice, as data.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// The script that stands in every case's folder unless the case has another.
const SCRIPT: &str = "#!/bin/sh\ntrue\n";

/// One submission.
#[derive(Clone)]
pub struct Case {
    pub name: String,
    pub arguments: Vec<OsString>,
    /// Added to the environment, which is small and the same for all.
    pub variables: Vec<(OsString, OsString)>,
    /// Put into the folder from which it is submitted.
    pub files: Vec<(String, Vec<u8>)>,
    /// Shell commands before it, such as `umask 027`.
    pub before: Option<String>,
    pub input: Option<Vec<u8>>,
}

/// A case with these words as arguments. Its folder has `job.sh`.
pub fn case(name: impl Into<String>, words: &str) -> Case {
    Case {
        name: name.into(),
        arguments: words.split_whitespace().map(OsString::from).collect(),
        variables: Vec::new(),
        files: vec![("job.sh".into(), SCRIPT.into())],
        before: None,
        input: None,
    }
}

impl Case {
    /// One more argument, as it is.
    pub fn argument(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.arguments.push(OsString::from_vec(bytes.into()));
        self
    }

    /// More words as arguments.
    pub fn then(mut self, words: &str) -> Self {
        self.arguments.extend(words.split_whitespace().map(OsString::from));
        self
    }

    pub fn variable(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.variables.push((name.into(), OsString::from_vec(value.into())));
        self
    }

    pub fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.retain(|(other, _)| other != name);
        self.files.push((name.into(), bytes.into()));
        self
    }

    /// What `job.sh` is.
    pub fn script(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.file("job.sh", bytes)
    }

    /// `#SBATCH` lines at the head of `job.sh`.
    pub fn directives(self, lines: &[&str]) -> Self {
        let lines: String = lines.iter().map(|line| format!("#SBATCH {line}\n")).collect();
        self.script(format!("#!/bin/sh\n{lines}true\n"))
    }

    pub fn shell(mut self, before: &str) -> Self {
        self.before = Some(before.into());
        self
    }

    /// Its standard input, which is empty otherwise.
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }
}

/// One option and values for it, right and wrong ones.
pub struct Row {
    long: &'static str,
    short: Option<char>,
    variable: Option<&'static str>,
    with: &'static str,
    values: &'static [&'static str],
}

/// Each value becomes a case with the option on the command line. The first and the last are also given in a directive,
/// in the option's variable and in its short form.
pub const fn row(long: &'static str, values: &'static [&'static str]) -> Row {
    Row { long, short: None, variable: None, with: "", values }
}

/// An option that takes no value.
pub const fn flag(long: &'static str) -> Row {
    row(long, &[])
}

impl Row {
    pub const fn short(mut self, letter: char) -> Self {
        self.short = Some(letter);
        self
    }

    pub const fn variable(mut self, name: &'static str) -> Self {
        self.variable = Some(name);
        self
    }

    /// Other options that it needs to make sense.
    pub const fn with(mut self, words: &'static str) -> Self {
        self.with = words;
        self
    }

    /// `-v` tells each option as it was understood.
    fn told(&self) -> Case {
        let Self { long, with, .. } = self;
        let given = match self.values.first() {
            Some(value) => format!("--{long}={value}"),
            None => format!("--{long}"),
        };
        case(format!("-v {given}"), "-v --test-only").then(with).argument(given).then("job.sh")
    }

    fn cases(&self) -> Vec<Case> {
        let Self { long, with, .. } = self;
        let base = |name: String| case(name, with);
        let mut cases = Vec::new();
        if self.values.is_empty() {
            cases.push(base(format!("--{long}")).then(&format!("--{long} job.sh")));
            cases.push(base(format!("#SBATCH --{long}")).then("job.sh").directives(&[&format!("--{long}")]));
            if let Some(letter) = self.short {
                cases.push(base(format!("-{letter}")).then(&format!("-{letter} job.sh")));
            }
            if let Some(name) = self.variable {
                for value in ["", "1", "no"] {
                    cases.push(base(format!("{name}={value}")).then("job.sh").variable(name, value));
                }
            }
        }
        for (index, value) in self.values.iter().enumerate() {
            let given = format!("--{long}={value}");
            cases.push(base(given.clone()).argument(given.clone()).then("job.sh"));
            if index != 0 && index + 1 != self.values.len() {
                continue;
            }
            let quoted = if value.contains([' ', '#', '\'', '\\']) || value.is_empty() {
                format!("--{long}=\"{value}\"")
            } else {
                given
            };
            cases.push(base(format!("#SBATCH {quoted}")).then("job.sh").directives(&[&quoted]));
            if let Some(letter) = self.short {
                let short = base(format!("-{letter} {value}")).then(&format!("-{letter}"));
                cases.push(short.argument(*value).then("job.sh"));
            }
            if let Some(name) = self.variable {
                cases.push(base(format!("{name}={value}")).then("job.sh").variable(name, *value));
            }
        }
        cases
    }
}

/// Each row's option told by `-v`.
pub fn told(rows: &[Row]) -> Vec<Case> {
    rows.iter().map(Row::told).collect()
}

/// The cases of all rows.
pub fn expand(rows: &[Row]) -> Vec<Case> {
    rows.iter().flat_map(Row::cases).collect()
}
