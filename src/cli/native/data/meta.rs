//! What stands beside an answer: who asked what of which Slurm.

use super::{Data, Parser};
use crate::cli::native::users::{group_name, own_group, own_user, user_name};
use crate::slurm::Client;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;

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
}
