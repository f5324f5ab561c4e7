//! What it takes to declare an option: its names, its value, where it may come from, and how it is given.

use super::given::Refused;
use super::options::Options;
use crate::getopt::Value;
use crate::job::Dialect;
use crate::job::value::identity::Names;
use jiff::Zoned;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// One option of sbatch(1).
pub struct Declared {
    /// Its long name, which is also its key in YAML.
    pub long: &'static str,
    /// Other long names that mean the same.
    pub also: &'static [&'static str],
    /// Its letter.
    pub short: Option<u8>,
    /// Whether it takes a value.
    pub value: Value,
    /// The variables that stand in for it, the later one winning.
    pub variables: &'static [&'static str],
    /// It is read off the command line before the script is, and means nothing in a directive: `--quiet`, `--wrap`.
    pub early: bool,
    /// Each component of a heterogeneous job has its own; the others are the same for all.
    pub of_component: bool,
    /// Gives it a value.
    pub(super) give: fn(&mut Options, Option<&OsStr>, &Context<'_>) -> Result<(), Refused>,
    /// Takes it back.
    pub(super) take: fn(&mut Options, &Options),
}

/// What values are read against.
pub struct Context<'a> {
    /// How the release in use reads them.
    pub dialect: &'a Dialect,
    /// Now, in the user's time zone. Asked for only where a time is read: finding the zone costs as much as all the rest.
    pub now: fn() -> Zoned,
    /// The working folder.
    pub cwd: &'a Path,
    /// Whether root asks, who may submit for others.
    pub root: bool,
    /// This host's users.
    pub users: &'a dyn Names,
    /// This host's groups.
    pub groups: &'a dyn Names,
    /// `SLURM_DIST_PLANESIZE`
    pub plane_size: Option<&'a str>,
}

/// Text as a parser wants it. What is not UTF-8 is no number, time or word of any option, and is refused as such.
pub(super) fn text(value: Option<&OsStr>) -> std::borrow::Cow<'_, str> {
    value.map_or(std::borrow::Cow::Borrowed(""), OsStr::to_string_lossy)
}

/// Text that may not be there.
pub(super) fn optional(value: Option<&OsStr>) -> Option<std::borrow::Cow<'_, str>> {
    value.map(OsStr::to_string_lossy)
}

pub(super) fn owned(value: Option<&OsStr>) -> Option<OsString> {
    Some(value.unwrap_or_default().to_owned())
}

/// Declares options. Each line: long name, letter or `-`, value, variables, marks, member, and how it is given.
macro_rules! declare {
    (@short -) => { None };
    (@short $short:literal) => { Some($short) };
    ($(
        $long:literal $(or $also:literal)*: $short:tt $value:ident [$($variable:literal)*] $($mark:ident)*
        => $($member:ident)+ = $give:expr;
    )*) => {
        &[$(Declared {
            long: $long,
            also: &[$($also),*],
            short: declare!(@short $short),
            value: Value::$value,
            variables: &[$($variable),*],
            $($mark: true,)*
            give: $give,
            take: |options, fresh| { $(options.$member.clone_from(&fresh.$member);)+ },
            ..UNMARKED
        }),*]
    };
}
pub(super) use declare;

/// What an option is that no mark says otherwise of.
pub(super) const UNMARKED: Declared = Declared {
    long: "",
    also: &[],
    short: None,
    value: Value::None,
    variables: &[],
    early: false,
    of_component: false,
    give: |_, _, _| Ok(()),
    take: |_, _| {},
};

/// Gives text as it is.
macro_rules! as_text {
    ($member:ident) => {
        |options, value, _| {
            options.$member = owned(value);
            Ok(())
        }
    };
}
/// Gives a flag.
macro_rules! as_flag {
    ($member:ident) => {
        |options, _, _| {
            options.$member = true;
            Ok(())
        }
    };
}
/// Gives a whole number in a range.
macro_rules! as_number {
    ($member:ident, $name:literal, $range:ident) => {
        |options, value, context| {
            let number = number::integer(&text(value), $name, Range::$range, context.dialect);
            options.$member = Some(number.map_err(Refused::number)? as _);
            Ok(())
        }
    };
}
/// Gives MiB.
macro_rules! as_memory {
    ($member:ident, $name:literal) => {
        |options, value, _| {
            let memory = Memory::parse(&text(value), $name).map_err(Refused::option)?;
            options.$member = Some(memory.mib);
            Ok(())
        }
    };
}
/// Gives text with `none` for `/dev/null`: a standard stream's file.
macro_rules! as_file {
    ($member:ident) => {
        |options, value, _| {
            let none = value.is_some_and(|value| value.eq_ignore_ascii_case("none"));
            options.$member = if none { Some("/dev/null".into()) } else { owned(value) };
            Ok(())
        }
    };
}
pub(super) use {as_file, as_flag, as_memory, as_number, as_text};
