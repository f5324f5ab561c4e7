//! Data parsers, as they are asked for behind `--json=` and `--yaml=`, and what they make of numbers.

use super::{Data, Form};
use crate::cli::native::Program;
use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;

/// A data parser's name and what may be said behind it, `v0.0.42+complex`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parser {
    /// `data_parser/v0.0.42`
    pub name: String,
    /// What there is none of is null, and numbers are numbers and not maps that tell whether there is one.
    pub complex: bool,
}

impl Parser {
    /// The parser that was asked for, of which the library in use has the one named `own`. Where it is not that one, or was
    /// asked for by `list`, the answer has been printed and Err is whether that is well.
    pub fn asked(program: Program, asked: Option<&OsStr>, own: &str, form: Form) -> Result<Self, bool> {
        let name = format!("data_parser/{own}");
        let Some(asked) = asked.map(OsStr::as_bytes) else { return Ok(Self { name, complex: false }) };
        if asked.eq_ignore_ascii_case(b"list") {
            // Nobody is left to be told that the streams are closed.
            let _ = std::io::stderr().write_all(b"Possible data_parser plugins:\n");
            let _ = writeln!(std::io::stdout(), "{name}");
            return Err(true);
        }
        match Wish::read(asked, own) {
            Ok(wish) => {
                let name = format!("{name}{}", String::from_utf8_lossy(wish.flags));
                wish.complex(program, own).map(|complex| Self { name, complex })
            }
            Err(complaints) => Err(complaints),
        }
        .map_err(|complaints| {
            for complaint in complaints {
                program.error(complaint);
            }
            program.error(format_args!("{} output not supported by data_parser/{own}", form.media_type()));
            false
        })
    }

    /// A text; one that is not there is empty, unless numbers are numbers.
    pub fn text(&self, text: Option<&[u8]>) -> Data {
        match text {
            None if self.complex => Data::Null,
            text => Data::text(text.unwrap_or_default()),
        }
    }

    /// A number that may be none or no limit.
    pub fn number(&self, number: Number) -> Data {
        let (infinite, number) = match number {
            Number::Infinite if self.complex => return "Infinity".into(),
            Number::None if self.complex => return Data::Null,
            Number::Is(number) if self.complex => return number.into(),
            Number::Infinite => (true, None),
            Number::None => (false, None),
            Number::Is(number) => (false, Some(number)),
        };
        let mut data = Data::map();
        data.put("set", Data::Bool(number.is_some()));
        data.put("infinite", Data::Bool(infinite));
        data.put("number", number.unwrap_or(0).into());
        data
    }
}

/// A number of Slurm's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    None,
    Infinite,
    Is(u64),
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        match number {
            u64::MAX => Self::Infinite,
            n if n == u64::MAX - 1 => Self::None,
            n => Self::Is(n),
        }
    }
}

impl From<u32> for Number {
    fn from(number: u32) -> Self {
        match number {
            u32::MAX => Self::Infinite,
            n if n == u32::MAX - 1 => Self::None,
            n => Self::Is(n.into()),
        }
    }
}

impl From<u16> for Number {
    fn from(number: u16) -> Self {
        match number {
            u16::MAX => Self::Infinite,
            n if n == u16::MAX - 1 => Self::None,
            n => Self::Is(n.into()),
        }
    }
}

/// The one parser that was asked for and the flags behind it, which begin with a `+`.
struct Wish<'a> {
    flags: &'a [u8],
}

impl<'a> Wish<'a> {
    /// Reads `v0.0.42+complex`, or says why it cannot be had.
    fn read(asked: &'a [u8], own: &str) -> Result<Self, Vec<String>> {
        let shown = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        let mut parts = asked.split(|byte| *byte == b',').filter(|part| !part.is_empty());
        let Some(part) = parts.next() else {
            return Err(vec![format!("data_parser_g_new: invalid plugin {}", shown(asked))]);
        };
        if parts.next().is_some() {
            return Err(vec![format!("data_parser_g_new: rejecting ambiguous plugin {}", shown(asked))]);
        }
        let (parser, flags) = part.split_at(part.iter().position(|byte| *byte == b'+').unwrap_or(part.len()));
        let bare = parser.strip_prefix(b"data_parser/").unwrap_or(parser);
        if parser.is_empty() {
            Err(vec!["data_parser_g_new: unable to find plugin ".into()])
        } else if bare == own.as_bytes() || parser.eq_ignore_ascii_case(b"latest") {
            Ok(Self { flags })
        } else {
            Err(vec![
                format!("load_plugins: unable to find plugin: data_parser/{}", shown(bare)),
                "data_parser_g_new: failure loading plugins: Plugin has invalid format or unable to be loaded".into(),
            ])
        }
    }

    /// Whether `complex` is among the flags. Those that are unknown are complained of and ignored.
    fn complex(&self, program: Program, own: &str) -> Result<bool, Vec<String>> {
        /// The version that ends with knowing `inline_enums`.
        const INLINE: &str = "v0.0.42";
        let mut complex = false;
        for flag in self.flags.split(|byte| *byte == b'+').filter(|flag| !flag.is_empty()) {
            match flag.to_ascii_lowercase().as_slice() {
                b"complex" => complex = true,
                // Those of the specification that is made of the parser, and what makes no difference here.
                b"fast" | b"minimize_refs" => {}
                b"inline_enums" if own <= INLINE => {}
                b"prefer_refs" => {
                    program.say(format_args!("data_parser/{own} ignoring default flag FLAG_PREFER_REFS"));
                }
                b"spec_only" => {
                    return Err(vec!["the specification of the data (spec_only) is not to be had".into()]);
                }
                _ => {
                    let flag = String::from_utf8_lossy(flag);
                    program.say(format_args!("warning: data_parser/{own} ignoring unknown flag {flag}"));
                }
            }
        }
        Ok(complex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_parser_and_its_flags() {
        let read = |asked: &str| match Wish::read(asked.as_bytes(), "v0.0.42") {
            Ok(wish) => String::from_utf8_lossy(wish.flags).into_owned(),
            Err(complaints) => complaints.join("|"),
        };
        assert_eq!(read("v0.0.42"), "");
        assert_eq!(read("LATEST+Fast"), "+Fast");
        assert_eq!(read(",data_parser/v0.0.42+complex+,"), "+complex+");
        assert_eq!(read("+complex"), "data_parser_g_new: unable to find plugin ");
        assert_eq!(read(","), "data_parser_g_new: invalid plugin ,");
        assert_eq!(read("v0.0.42,latest"), "data_parser_g_new: rejecting ambiguous plugin v0.0.42,latest");
        assert!(
            read("v0.0.40+complex").starts_with("load_plugins: unable to find plugin: data_parser/v0.0.40|")
        );
        assert!(read("data_parser/").starts_with("load_plugins: unable to find plugin: data_parser/|"));
    }

    #[test]
    fn numbers_that_may_be_none() {
        let plain = Parser { name: String::new(), complex: false };
        let complex = Parser { name: String::new(), complex: true };
        assert_eq!(complex.number(u32::MAX.into()), "Infinity".into());
        assert_eq!(complex.number((u16::MAX - 1).into()), Data::Null);
        assert_eq!(complex.number(7u64.into()), Data::Int(7));
        let mut expected = Data::map();
        expected.put("set", Data::Bool(false));
        expected.put("infinite", Data::Bool(true));
        expected.put("number", Data::Int(0));
        assert_eq!(plain.number(u64::MAX.into()), expected);
    }
}
