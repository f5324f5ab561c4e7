//! Which options there are.

use crate::getopt::{Opt, Value};
use crate::slurm::accounting::AccountingHabits;

/// An option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    Accounts,
    AllClusters,
    AllUsers,
    Allocations,
    Array,
    Associations,
    Autocomplete,
    BatchScript,
    Brief,
    Clusters,
    Completion,
    Constraints,
    Delimiter,
    Duplicates,
    EndTime,
    EnvVars,
    ExpandPatterns,
    Federation,
    File,
    Flags,
    Format,
    Group,
    Help,
    HelpFormat,
    HelpReason,
    HelpState,
    Jobs,
    Json,
    Local,
    Long,
    Name,
    NCpus,
    NNodes,
    NoConvert,
    NoHeader,
    NodeList,
    Parsable,
    Parsable2,
    Partition,
    Qos,
    Reason,
    StartTime,
    State,
    TimelimitMax,
    TimelimitMin,
    Truncate,
    Units,
    Usage,
    UseLocalUid,
    User,
    Verbose,
    Version,
    WcKeys,
    WholeHetjob,
    Yaml,
}

/// sacct's options in the order in which native has them, which is that of a message about an ambiguous one; 0 for no letter.
const ALL: &[(Id, &str, u8, Value)] = &[
    (Id::Autocomplete, "autocomplete", 0, Value::Required),
    (Id::AllUsers, "allusers", b'a', Value::None),
    (Id::Accounts, "accounts", b'A', Value::Required),
    (Id::Allocations, "allocations", b'X', Value::None),
    (Id::Array, "array", 0, Value::None),
    (Id::Brief, "brief", b'b', Value::None),
    (Id::BatchScript, "batch-script", b'B', Value::None),
    (Id::Completion, "completion", b'c', Value::None),
    (Id::Constraints, "constraints", b'C', Value::Required),
    (Id::Delimiter, "delimiter", 0, Value::Required),
    (Id::Duplicates, "duplicates", b'D', Value::None),
    (Id::Federation, "federation", 0, Value::None),
    (Id::HelpFormat, "helpformat", b'e', Value::None),
    (Id::HelpFormat, "help-fields", 0, Value::None),
    (Id::HelpReason, "helpreason", 0, Value::None),
    (Id::HelpState, "helpstate", 0, Value::None),
    (Id::EndTime, "endtime", b'E', Value::Required),
    (Id::EnvVars, "env-vars", 0, Value::None),
    (Id::ExpandPatterns, "expand-patterns", 0, Value::None),
    (Id::File, "file", b'f', Value::Required),
    (Id::Flags, "flags", b'F', Value::Required),
    (Id::Group, "gid", b'g', Value::Required),
    (Id::Group, "group", 0, Value::Required),
    (Id::Help, "help", b'h', Value::None),
    (Id::Local, "local", 0, Value::None),
    (Id::Name, "name", 0, Value::Required),
    (Id::NNodes, "nnodes", b'i', Value::Required),
    (Id::NCpus, "ncpus", b'I', Value::Required),
    (Id::Jobs, "jobs", b'j', Value::Required),
    (Id::TimelimitMin, "timelimit-min", b'k', Value::Required),
    (Id::TimelimitMax, "timelimit-max", b'K', Value::Required),
    (Id::Long, "long", b'l', Value::None),
    (Id::AllClusters, "allclusters", b'L', Value::None),
    (Id::Clusters, "cluster", b'M', Value::Required),
    (Id::Clusters, "clusters", 0, Value::Required),
    (Id::NodeList, "nodelist", b'N', Value::Required),
    (Id::NoConvert, "noconvert", 0, Value::None),
    (Id::Units, "units", 0, Value::Required),
    (Id::NoHeader, "noheader", b'n', Value::None),
    (Id::Format, "fields", b'o', Value::Required),
    (Id::Format, "format", 0, Value::Required),
    (Id::Parsable, "parsable", b'p', Value::None),
    (Id::Parsable2, "parsable2", b'P', Value::None),
    (Id::Qos, "qos", b'q', Value::Required),
    (Id::Partition, "partition", b'r', Value::Required),
    (Id::Reason, "reason", b'R', Value::Required),
    (Id::State, "state", b's', Value::Required),
    (Id::StartTime, "starttime", b'S', Value::Required),
    (Id::Truncate, "truncate", b'T', Value::None),
    (Id::User, "uid", b'u', Value::Required),
    (Id::UseLocalUid, "use-local-uid", 0, Value::None),
    (Id::Usage, "usage", b'U', Value::None),
    (Id::User, "user", 0, Value::Required),
    (Id::Verbose, "verbose", b'v', Value::None),
    (Id::Version, "version", b'V', Value::None),
    (Id::WcKeys, "wckeys", b'W', Value::Required),
    (Id::WholeHetjob, "whole-hetjob", 0, Value::Optional),
    (Id::Associations, "associations", b'x', Value::Required),
    (Id::Json, "json", 0, Value::Optional),
    (Id::Yaml, "yaml", 0, Value::Optional),
    // An old name of -X.
    (Id::Allocations, "", b't', Value::None),
];

/// The options of this release.
pub fn table(habits: &AccountingHabits) -> Vec<Opt<Id>> {
    let known = |id: Id| match id {
        Id::Autocomplete | Id::Array => habits.expands_arrays,
        Id::BatchScript | Id::EnvVars | Id::Json | Id::Yaml => habits.submit_lines,
        Id::ExpandPatterns | Id::HelpReason | Id::HelpState => habits.stdio,
        _ => true,
    };
    let option = |(id, long, short, value): &(Id, &'static str, u8, Value)| {
        let short = Some(*short).filter(|short| *short != 0 && (*id != Id::Reason || habits.short_reason));
        let value = match id {
            Id::Json | Id::Yaml if !habits.json_value => Value::None,
            _ => *value,
        };
        Opt::new(*id, long, short, value)
    };
    ALL.iter().filter(|(id, ..)| known(*id)).map(option).collect()
}

/// What `--autocomplete` prints for a shell: the options that hold the text, letters and long names one after another.
pub fn completions(text: &str, habits: &AccountingHabits) -> String {
    let letters = text.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic());
    let long_names = text.len() > 1 || text.starts_with(|c: char| c.is_ascii_alphabetic());
    let mut found = String::new();
    for option in table(habits).iter().filter(|option| !option.long.is_empty()) {
        let letter = ALL.iter().find(|(id, _, letter, _)| *id == option.id && *letter != 0);
        let letter = letter.map(|(_, _, letter, _)| format!("-{}", char::from(*letter)));
        if let Some(letter) = letter.filter(|letter| letters && letter.contains(text)) {
            found.push_str(&format!("{letter}\n"));
        }
        let name = format!("--{}", option.long);
        if long_names && name.contains(text) {
            found.push_str(&match option.value {
                Value::None => format!("{name}\n"),
                Value::Required => format!("{name}=\n"),
                Value::Optional => format!("{name}=\n{name} \n"),
            });
        }
    }
    if !found.is_empty() {
        found.push('\n');
    }
    found
}
