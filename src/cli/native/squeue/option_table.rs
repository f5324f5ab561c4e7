//! The options that squeue has.

use crate::getopt::{Opt, Value};
use crate::slurm::Client;

/// Which option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    Accounts,
    All,
    Array,
    ArrayUnique,
    Autocomplete,
    Clusters,
    ExpandPatterns,
    Federation,
    Format,
    Help,
    HelpFormat,
    HelpLongFormat,
    HelpState,
    Hide,
    Iterate,
    Jobs,
    Json,
    Licenses,
    Local,
    Long,
    LongFormat,
    Me,
    Names,
    NoConvert,
    NoHeader,
    Nodes,
    NotMe,
    OnlyState,
    Partitions,
    Priority,
    Qos,
    Reservation,
    RunningOver,
    RunningUnder,
    Sibling,
    Sort,
    Start,
    States,
    Steps,
    Usage,
    Users,
    Verbose,
    Version,
    Yaml,
}

/// All options of all releases, in the order in which getopt tells of those that a word may stand for.
const OPTIONS: &[Opt<Id>] = &[
    Opt::new(Id::Autocomplete, "autocomplete", None, Value::Required),
    Opt::new(Id::Accounts, "accounts", Some(b'A'), Value::Required),
    Opt::new(Id::All, "all", Some(b'a'), Value::None),
    Opt::new(Id::Array, "array", Some(b'r'), Value::None),
    Opt::new(Id::ArrayUnique, "array-unique", None, Value::None),
    Opt::new(Id::ExpandPatterns, "expand-patterns", None, Value::None),
    Opt::new(Id::LongFormat, "Format", Some(b'O'), Value::Required),
    Opt::new(Id::Format, "format", Some(b'o'), Value::Required),
    Opt::new(Id::Federation, "federation", None, Value::None),
    Opt::new(Id::Help, "help", None, Value::None),
    Opt::new(Id::HelpState, "helpstate", None, Value::None),
    Opt::new(Id::HelpFormat, "helpformat", None, Value::None),
    Opt::new(Id::HelpLongFormat, "helpFormat", None, Value::None),
    Opt::new(Id::Hide, "hide", None, Value::None),
    Opt::new(Id::Iterate, "iterate", Some(b'i'), Value::Required),
    Opt::new(Id::Jobs, "jobs", Some(b'j'), Value::Optional),
    Opt::new(Id::Local, "local", None, Value::None),
    Opt::new(Id::Long, "long", Some(b'l'), Value::None),
    Opt::new(Id::Licenses, "licenses", Some(b'L'), Value::Required),
    Opt::new(Id::Clusters, "cluster", None, Value::Required),
    Opt::new(Id::Clusters, "clusters", Some(b'M'), Value::Required),
    Opt::new(Id::Me, "me", None, Value::None),
    Opt::new(Id::Names, "name", Some(b'n'), Value::Required),
    Opt::new(Id::NoConvert, "noconvert", None, Value::None),
    Opt::new(Id::Nodes, "node", None, Value::Required),
    Opt::new(Id::Nodes, "nodes", None, Value::Required),
    Opt::new(Id::Nodes, "nodelist", Some(b'w'), Value::Required),
    Opt::new(Id::NoHeader, "noheader", Some(b'h'), Value::None),
    Opt::new(Id::NotMe, "notme", None, Value::None),
    Opt::new(Id::OnlyState, "only-job-state", None, Value::None),
    Opt::new(Id::Partitions, "partitions", Some(b'p'), Value::Required),
    Opt::new(Id::Priority, "priority", Some(b'P'), Value::None),
    Opt::new(Id::Qos, "qos", Some(b'q'), Value::Required),
    Opt::new(Id::Reservation, "reservation", Some(b'R'), Value::Required),
    Opt::new(Id::RunningOver, "running-over", None, Value::Required),
    Opt::new(Id::RunningUnder, "running-under", None, Value::Required),
    Opt::new(Id::Sibling, "sib", None, Value::None),
    Opt::new(Id::Sibling, "sibling", None, Value::None),
    Opt::new(Id::Sort, "sort", Some(b'S'), Value::Required),
    Opt::new(Id::Start, "start", None, Value::None),
    Opt::new(Id::Steps, "steps", Some(b's'), Value::Optional),
    Opt::new(Id::States, "states", Some(b't'), Value::Required),
    Opt::new(Id::Usage, "usage", None, Value::None),
    Opt::new(Id::Users, "user", None, Value::Required),
    Opt::new(Id::Users, "users", Some(b'u'), Value::Required),
    Opt::new(Id::Verbose, "verbose", Some(b'v'), Value::None),
    Opt::new(Id::Version, "version", Some(b'V'), Value::None),
    Opt::new(Id::Json, "json", None, Value::Optional),
    Opt::new(Id::Yaml, "yaml", None, Value::Optional),
    // Of long ago.
    Opt::new(Id::Accounts, "", Some(b'U'), Value::Required),
];

/// The options of the release in use.
pub fn known(client: &Client) -> Vec<Opt<Id>> {
    let json = if client.squeue_habits().data_parser_may_be_named { Value::Optional } else { Value::None };
    let known = OPTIONS.iter().filter(|option| client.squeue_has_option(option.long)).copied();
    known
        .map(|option| match option.id {
            Id::Json | Id::Yaml => Opt { value: json, ..option },
            _ => option,
        })
        .collect()
}
