//! How data are laid out, where that may be chosen: by the words of `SLURM_JSON` and `SLURM_YAML`.

use super::Form;
use crate::cli::native::Program;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

/// What may be chosen, and what the library that the release is packaged with does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// No blanks and lines in JSON, no lines broken in YAML.
    pub compact: bool,
    /// No tags in YAML.
    pub untagged: bool,
    /// json-c up to 0.16 writes the brackets of an empty list on two lines.
    pub empty_lists_in_lines: bool,
}

impl Layout {
    /// What the variables say. Both are read whichever form was asked for, and a word that is none ends the command. What is
    /// said of JSON holds for YAML too.
    pub fn chosen(program: Program, form: Form, known: &'static [&'static str]) -> Result<Self, ExitCode> {
        if known.is_empty() {
            return Ok(Self::default());
        }
        let (mut layout, mut words) = (Self::default(), Words::default());
        for (of, variable) in [(Form::Json, "SLURM_JSON"), (Form::Yaml, "SLURM_YAML")] {
            let text = std::env::var_os(variable).unwrap_or_default();
            let Some(read) = Words::read(&text, known) else {
                let text = text.display();
                return Err(program
                    .fatal(format_args!("Unable to parse serializer \"{text}\" flags: Invalid argument")));
            };
            words = words.and(read);
            if of == form {
                layout = words.layout(form);
            }
        }
        Ok(layout)
    }
}

/// The words of a variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Words {
    compact: bool,
    pretty: bool,
    untagged: bool,
    /// A word that changes nothing of what is told here, but is one.
    other: bool,
}

impl Words {
    /// None where one of them is none of those.
    fn read(text: &OsStr, known: &[&str]) -> Option<Self> {
        let mut words = Self::default();
        for word in text.as_bytes().split(|byte| *byte == b',').filter(|word| !word.is_empty()) {
            let word = known.iter().find(|known| word.eq_ignore_ascii_case(known.as_bytes()))?;
            match *word {
                "compact" => words.compact = true,
                "pretty" => words.pretty = true,
                "no_tag" => words.untagged = true,
                _ => words.other = true,
            }
        }
        Some(words)
    }

    fn and(self, other: Self) -> Self {
        Self {
            compact: self.compact || other.compact,
            pretty: self.pretty || other.pretty,
            untagged: self.untagged || other.untagged,
            other: self.other || other.other,
        }
    }

    fn layout(self, form: Form) -> Layout {
        let Self { compact, pretty, untagged, other } = self;
        match form {
            // Whatever is said, JSON is only pretty if that is said too.
            Form::Json => Layout { compact: !pretty && (compact || untagged || other), ..Layout::default() },
            // YAML is compact where nothing else is said.
            Form::Yaml => {
                Layout { compact: compact && !(pretty || untagged || other), untagged, ..Layout::default() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let read = |text: &str| Words::read(text.as_ref(), &["compact", "pretty", "complex", "no_tag"]);
        let json = |text| read(text).map(|words| words.layout(Form::Json).compact);
        assert_eq!(json(""), Some(false));
        assert_eq!(json(",COMPACT,"), Some(true));
        assert_eq!(json("complex"), Some(true));
        assert_eq!(json("compact,pretty"), Some(false));
        assert_eq!(json(" compact"), None);
        let yaml =
            |text| read(text).map(|words| words.layout(Form::Yaml)).map(|it| (it.compact, it.untagged));
        assert_eq!(yaml("compact"), Some((true, false)));
        assert_eq!(yaml("complex"), Some((false, false)));
        assert_eq!(yaml("no_tag,compact"), Some((false, true)));
        let both = |json, yaml| {
            read(json).zip(read(yaml)).map(|(json, yaml)| json.and(yaml).layout(Form::Yaml).compact)
        };
        assert_eq!((both("compact", ""), both("compact", "pretty")), (Some(true), Some(false)));
        assert_eq!(Words::read("no_tag".as_ref(), &["compact", "pretty", "complex"]), None);
    }
}
