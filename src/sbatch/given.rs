//! Giving options their values: from where, and what is said where one is refused.

use std::fmt;

/// Where an option came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A directive of the script, or YAML.
    Script,
    /// A variable of the environment.
    Variable,
    /// The command line.
    CommandLine,
}

/// Which exit code goes with a refusal (`srunx sbatch`; sbatch's own).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// 255: an option or its value is no good.
    Option,
    /// 1
    One,
    /// 1, or what `SLURM_EXIT_ERROR` names.
    Error,
    /// 0: it is no refusal, `--help` is to be shown.
    ShowHelp,
    /// 0: `--usage` is to be shown.
    ShowUsage,
    /// 0: `--version` is to be shown.
    ShowVersion,
    /// 0: `--gres=help` is to be shown.
    ShowGres,
    /// 255: `--mem-bind=help` is to be shown.
    ShowMemoryBindings,
    /// As [`Code::Error`]: `--hint=help` is to be shown.
    ShowHints,
}

/// Why an option is not taken, in the lines that sbatch prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Each with the word before it, such as `error: `, or none. One that begins with a NUL is printed without the
    /// program's name.
    pub lines: Vec<String>,
    /// The exit code.
    pub code: Code,
}

impl Refused {
    /// `error: …`, for an option or its value.
    pub fn option(message: impl fmt::Display) -> Self {
        Self { lines: vec![format!("error: {message}")], code: Code::Option }
    }

    /// `error: …`, where options do not fit each other.
    pub fn error(message: impl fmt::Display) -> Self {
        Self { lines: vec![format!("error: {message}")], code: Code::Error }
    }

    /// `error: …`, for a number.
    pub fn number(message: impl fmt::Display) -> Self {
        Self { lines: vec![format!("error: {message}")], code: Code::One }
    }

    /// `fatal: …`
    pub fn fatal(message: impl fmt::Display) -> Self {
        Self { lines: vec![format!("fatal: {message}")], code: Code::One }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |line: &String| {
            let line = line.trim_start_matches('\0');
            let words = ["error: ", "fatal: "];
            words.iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line).to_owned()
        };
        f.write_str(&self.lines.iter().map(plain).collect::<Vec<_>>().join(" "))
    }
}

/// What is said on the way, while the options are taken all the same: lines with the word before them, such as
/// `warning: `, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// In order.
    pub lines: Vec<String>,
}

impl Notices {
    /// A line without a word before it.
    pub fn info(&mut self, message: impl fmt::Display) {
        self.lines.push(message.to_string());
    }

    /// `warning: …`
    pub fn warning(&mut self, message: impl fmt::Display) {
        self.lines.push(format!("warning: {message}"));
    }

    /// `error: …`, of an error that stops nothing.
    pub fn error(&mut self, message: impl fmt::Display) {
        self.lines.push(format!("error: {message}"));
    }
}
