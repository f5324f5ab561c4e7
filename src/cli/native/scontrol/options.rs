//! scontrol's options and variables.

use super::session::{Session, Voice};
use super::{PROGRAM, data, usage};
use crate::cli::native::data::{Form, Layout};
use crate::cli::native::users::user_named;
use crate::getopt::{Opt, Order, Scanner, Value};
use crate::slurm::Client;
use std::env::var_os;
use std::ffi::OsString;
use std::process::ExitCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Id {
    All,
    Cluster,
    Detail,
    Federation,
    Future,
    Help,
    Hide,
    Json,
    Local,
    OneLine,
    Quiet,
    Sibling,
    User,
    Verbose,
    Version,
    Yaml,
}

const OPTIONS: &[Opt<Id>] = &[
    Opt::new(Id::All, "all", Some(b'a'), Value::None),
    Opt::new(Id::Cluster, "cluster", Some(b'M'), Value::Required),
    Opt::new(Id::Cluster, "clusters", Some(b'M'), Value::Required),
    Opt::new(Id::Detail, "details", Some(b'd'), Value::None),
    Opt::new(Id::Federation, "federation", None, Value::None),
    Opt::new(Id::Future, "future", Some(b'F'), Value::None),
    Opt::new(Id::Help, "help", Some(b'h'), Value::None),
    Opt::new(Id::Hide, "hide", None, Value::None),
    Opt::new(Id::Json, "json", None, Value::Optional),
    Opt::new(Id::Local, "local", None, Value::None),
    Opt::new(Id::OneLine, "oneliner", Some(b'o'), Value::None),
    Opt::new(Id::Quiet, "quiet", Some(b'Q'), Value::None),
    Opt::new(Id::Sibling, "sibling", None, Value::None),
    Opt::new(Id::User, "uid", Some(b'u'), Value::Required),
    Opt::new(Id::Help, "usage", Some(b'h'), Value::None),
    Opt::new(Id::Verbose, "verbose", Some(b'v'), Value::None),
    Opt::new(Id::Version, "version", Some(b'V'), Value::None),
    Opt::new(Id::Yaml, "yaml", None, Value::Optional),
];

/// Sets what the variables and the options ask for; what is left is the command. An exit code where the options end it.
pub fn read(
    client: &Client,
    session: &mut Session,
    arguments: Vec<OsString>,
) -> Result<Vec<OsString>, ExitCode> {
    let set = |name: &str| var_os(name).is_some();
    session.show.all = set("SCONTROL_ALL");
    session.show.federation =
        ["SCONTROL_FEDERATION", "SCONTROL_SIB", "SCONTROL_SIBLING"].into_iter().any(set);
    let mut local = set("SCONTROL_LOCAL");
    if let Some(cluster) = var_os("SLURM_CLUSTERS") {
        other_cluster(client, session, &cluster)?;
        local = true;
    }
    let known: Vec<Opt<Id>> = OPTIONS
        .iter()
        .filter(|option| {
            client.habits().control.knows_data_parser || !matches!(option.id, Id::Json | Id::Yaml)
        })
        .copied()
        .collect();
    session.command_line = std::iter::once("scontrol".into()).chain(arguments.iter().cloned()).collect();
    let mut scanner = Scanner::new(&known, Order::Permuted, arguments);
    for given in scanner.by_ref() {
        let given = match given {
            Ok(given) => given,
            Err(refused) => {
                PROGRAM.say(refused);
                session.tell("Try \"scontrol --help\" for more information");
                return Err(ExitCode::FAILURE);
            }
        };
        match given.id {
            Id::All => session.show.all = true,
            Id::Cluster => {
                other_cluster(client, session, &given.value.unwrap_or_default())?;
                local = true;
            }
            Id::Detail => session.printing.detail = true,
            Id::Federation | Id::Sibling => session.show.federation = true,
            Id::Future => session.future = true,
            Id::Help => {
                session.write(usage::USAGE);
                return Err(code(session));
            }
            Id::Hide => (session.show.all, session.printing.detail) = (false, false),
            Id::Json | Id::Yaml => {
                let form = if given.id == Id::Json { Form::Json } else { Form::Yaml };
                let layout = Layout::chosen(PROGRAM, form, client.habits().data_layout_words)?;
                session.data = Some(data::Asked { form, layout, parser: given.value });
            }
            Id::Local => local = true,
            Id::OneLine => session.printing.one_line = true,
            Id::Quiet => session.voice = Voice::Quiet,
            Id::User => {
                let name = given.value.unwrap_or_default();
                match user_named(&name.to_string_lossy()) {
                    Some(user) => session.behalf = Some(user),
                    None => {
                        PROGRAM.error(format_args!("--uid=\"{}\" invalid", name.to_string_lossy()));
                        return Err(code(session));
                    }
                }
            }
            Id::Verbose => session.voice = Voice::Verbose,
            Id::Version => {
                version(client, session);
                return Err(code(session));
            }
        }
    }
    session.show.federation &= !local;
    Ok(scanner.operands())
}

fn code(session: &Session) -> ExitCode {
    if session.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Only this host's own cluster can be asked.
fn other_cluster(client: &Client, session: &mut Session, name: &std::ffi::OsStr) -> Result<(), ExitCode> {
    if name.to_str().is_some_and(|name| name == client.configuration().cluster) {
        return Ok(());
    }
    session.error(format_args!(
        "srunx scontrol asks this host's cluster only, which is {}: use scontrol for {}",
        client.configuration().cluster,
        name.to_string_lossy()
    ));
    Err(ExitCode::FAILURE)
}

/// `slurm 22.05.8`; the version of the library's interface too where more is to be said.
pub fn version(client: &Client, session: &mut Session) {
    session.print(client.package_version());
    if session.voice == Voice::Verbose {
        let api = client.api_version();
        let [_, current, revision, age] = api.to_be_bytes();
        session.print(format_args!("slurm_api_version: {api}, {current}.{revision}.{age}"));
    }
}
