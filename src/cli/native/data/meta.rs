//! What stands beside an answer: who asked what of which Slurm.

use super::{Data, Form};
use crate::cli::native::Program;
use crate::cli::native::users::{group_name, own_group, own_user, user_name};
use crate::slurm::Client;
use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Write};
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
        let mut words = asked.split(|byte| *byte == b'+');
        let parser = words.next().unwrap_or_default();
        let parser = parser.strip_prefix(b"data_parser/").unwrap_or(parser);
        if parser.is_empty() {
            program.error("data_parser_g_new: invalid plugin ");
            program.error(format_args!("{} output not supported by {name}", form.media_type()));
            return Err(false);
        }
        if parser == own.as_bytes() {
            let complex = words.any(|word| word.eq_ignore_ascii_case(b"complex"));
            return Ok(Self { name: if complex { format!("{name}+complex") } else { name }, complex });
        }
        program.error(format_args!(
            "load_plugins: unable to find plugin: data_parser/{}",
            String::from_utf8_lossy(parser)
        ));
        program.error(
            "data_parser_g_new: failure loading plugins: Plugin has invalid format or unable to be loaded",
        );
        program.error(format_args!("{} output not supported by {name}", form.media_type()));
        Err(false)
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

/// `meta` of the releases whose data is a parser's. `command`: the command line, the program's name first.
pub fn parser_meta(client: &Client, parser: &Parser, command: &[OsString]) -> Data {
    let mut meta = Data::map();
    meta.put("plugin/type", parser.text(None));
    meta.put("plugin/name", parser.text(None));
    meta.put("plugin/data_parser", Data::text(parser.name.clone()));
    meta.put("plugin/accounting_storage", Data::text(client.configuration().accounting.clone()));
    meta.put("client/source", parser.text(terminal().as_deref()));
    meta.put("client/user", Data::text(user_name(own_user()).unwrap_or_default()));
    meta.put("client/group", Data::text(group_name(own_group()).unwrap_or_default()));
    meta.put("command", Data::List(command.iter().map(|word| Data::text(word.as_bytes())).collect()));
    let version = client.library_version();
    let mut parts = version.split('.');
    let (major, minor, micro) = (parts.next(), parts.next(), parts.next());
    meta.put("slurm/version/major", major.unwrap_or_default().into());
    meta.put("slurm/version/micro", micro.unwrap_or_default().into());
    meta.put("slurm/version/minor", minor.unwrap_or_default().into());
    meta.put("slurm/release", Data::text(version.clone()));
    meta.put("slurm/cluster", Data::text(client.configuration().cluster.clone()));
    meta
}

/// The command line as getopt leaves it: what is no option, at these places of `arguments`, is moved behind the rest.
pub fn command(program: &str, arguments: &[OsString], places: &[usize]) -> Vec<OsString> {
    let (operands, options): (Vec<_>, Vec<_>) =
        arguments.iter().enumerate().partition(|(place, _)| places.contains(place));
    let words = options.into_iter().chain(operands).map(|(_, word)| word.clone());
    std::iter::once(program.into()).chain(words).collect()
}

/// The terminal that the program was started from, if any.
fn terminal() -> Option<Vec<u8>> {
    let number = match () {
        () if std::io::stdin().is_terminal() => 0,
        () if std::io::stdout().is_terminal() => 1,
        () if std::io::stderr().is_terminal() => 2,
        () => return None,
    };
    let terminal = std::fs::read_link(format!("/proc/self/fd/{number}"));
    terminal.ok().map(|path| path.into_os_string().into_encoded_bytes())
}

/// `meta` of the releases whose data is that of the REST interface; `version` of it, `v0.0.38`.
pub fn openapi_meta(client: &Client, version: &str) -> Data {
    let release = client.library_version();
    let number = |part: Option<&str>| Data::Int(part.and_then(|part| part.parse().ok()).unwrap_or(0));
    let mut parts = release.split('.');
    let (major, minor, micro) = (parts.next(), parts.next(), parts.next());
    let mut meta = Data::map();
    meta.put("plugin/type", Data::text(format!("openapi/{version}")));
    meta.put("plugin/name", Data::text(format!("Slurm OpenAPI {version}")));
    meta.put("Slurm/version/major", number(major));
    meta.put("Slurm/version/micro", number(micro));
    meta.put("Slurm/version/minor", number(minor));
    meta.put("Slurm/release", Data::text(release.clone()));
    meta
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_are_moved_to_the_end() {
        let words = |text: &str| text.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(command("sinfo", &words("x --json -p x y"), &[0, 4]), words("sinfo --json -p x x y"));
        assert_eq!(command("sinfo", &words("--json"), &[]), words("sinfo --json"));
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
