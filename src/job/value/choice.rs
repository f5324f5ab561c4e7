//! Options whose value is one of a few words or numbers.

use super::number::{self, Range};
use super::time::TimeLimit;
use crate::job::Dialect;
use std::fmt;

fn invalid(option: &str) -> String {
    format!("Invalid {option} specification")
}

/// An empty value of an option that need not have one is none.
pub(super) fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn is(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
}

/// Whether other jobs may have the same resources: `--exclusive`, `--oversubscribe`. The numbers are a request's
/// `shared`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Sharing {
    /// `--exclusive`: no other job on its nodes.
    Exclusive = 0,
    /// `--oversubscribe`: any that allows it, too.
    Oversubscribe = 1,
    /// `--exclusive=user`: only jobs of the same user.
    User = 2,
    /// `--exclusive=mcs`: only jobs of the same MCS label.
    Mcs = 3,
    /// `--exclusive=topo`: no other job in the same part of the topology.
    Topology = 4,
}

impl Sharing {
    /// Reads a value of `--exclusive`, where no value means [`Sharing::Exclusive`].
    ///
    /// # Errors
    /// `Invalid --exclusive specification`.
    pub fn parse(text: Option<&str>, dialect: &Dialect) -> Result<Self, String> {
        match given(text) {
            None => Ok(Self::Exclusive),
            Some(text) if is(text, "exclusive") => Ok(Self::Exclusive),
            Some(text) if is(text, "allocation") && dialect.exclusive_allocation => Ok(Self::Exclusive),
            Some(text) if is(text, "oversubscribe") => Ok(Self::Oversubscribe),
            Some(text) if is(text, "user") => Ok(Self::User),
            Some(text) if is(text, "mcs") => Ok(Self::Mcs),
            Some(text) if is(text, "topo") && dialect.exclusive_topo => Ok(Self::Topology),
            Some(_) => Err(invalid("--exclusive")),
        }
    }
}

/// As `--exclusive` takes it and `sbatch -v` lists it.
impl fmt::Display for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exclusive => "exclusive",
            Self::Oversubscribe => "oversubscribe",
            Self::User => "user",
            Self::Mcs => "mcs",
            Self::Topology => "topo",
        })
    }
}

/// What becomes of what is in an output file already: `--open-mode`. The numbers are a request's `open_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OpenMode {
    /// It stays.
    Append = 1,
    /// It goes.
    Truncate = 2,
}

impl OpenMode {
    /// Reads a value of `--open-mode`, of which only the first letter is looked at.
    ///
    /// # Errors
    /// `Invalid --open-mode specification`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.chars().next() {
            Some('a' | 'A') => Ok(Self::Append),
            Some('t' | 'T') => Ok(Self::Truncate),
            _ => Err(invalid("--open-mode")),
        }
    }
}

/// As `--open-mode` takes it and `sbatch -v` lists it.
impl fmt::Display for OpenMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Append => "a",
            Self::Truncate => "t",
        })
    }
}

/// The value of `--kill-on-invalid-dep`, `yes` or `no`.
///
/// # Errors
/// `Invalid --kill-on-invalid-dep specification`.
pub fn kill_on_invalid_dependency(text: &str) -> Result<bool, String> {
    match () {
        () if is(text, "yes") => Ok(true),
        () if is(text, "no") => Ok(false),
        () => Err(invalid("--kill-on-invalid-dep")),
    }
}

/// Whether the job outlives its nodes, by `--no-kill`: without a value or with `set` it does, with `off` or `no` it does
/// not.
///
/// # Errors
/// `Invalid --no-kill specification`.
pub fn no_kill(text: Option<&str>) -> Result<bool, String> {
    match given(text) {
        None => Ok(true),
        Some(text) if is(text, "set") => Ok(true),
        Some(text) if is(text, "off") || is(text, "no") => Ok(false),
        Some(_) => Err(invalid("--no-kill")),
    }
}

/// Whether running out of memory ends the whole step, by `--oom-kill-step`: without a value it does.
///
/// # Errors
/// `Invalid --oom-kill-step specification` for what is neither 0 nor 1.
pub fn oom_kill_step(text: Option<&str>) -> Result<bool, String> {
    match given(text).map(number::short) {
        None | Some(Some(1)) => Ok(true),
        Some(Some(0)) => Ok(false),
        Some(_) => Err(invalid("--oom-kill-step")),
    }
}

/// Whether `--requeue` asks for the front of the queue, with `expedite`.
///
/// # Errors
/// `Invalid --requeue specification`, where the release looks at other words.
pub fn requeue(text: Option<&str>, dialect: &Dialect) -> Result<bool, String> {
    match given(text) {
        None => Ok(false),
        Some(text) if is(text, "expedite") => Ok(dialect.requeue_can_be_expedited),
        Some(_) if dialect.requeue_words_refused => Err(invalid("--requeue")),
        Some(_) => Ok(false),
    }
}

/// Whether to wait until all nodes are booted, by `--wait-all-nodes`: 0 or 1. Of larger numbers the low 16 bits count.
///
/// # Errors
/// `Invalid --wait-all-nodes specification`, or what [`number::integer`] says.
pub fn wait_all_nodes(text: &str, dialect: &Dialect) -> Result<bool, String> {
    match number::integer(text, "--wait-all-nodes", Range::NotNegative, dialect)? as u16 {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(invalid("--wait-all-nodes")),
    }
}

/// The power management of `--power`, in releases that have it, as a request's `power_flags`: 1 for `level`. What is no
/// such word is passed over; native says so in the messages that come with it.
#[must_use]
pub fn power(text: &str) -> (u8, Vec<String>) {
    let words = text.split(',').filter(|word| !word.is_empty());
    let (known, unknown): (Vec<&str>, Vec<&str>) = words.partition(|word| is(word, "level"));
    let said = unknown.iter().map(|word| format!("Ignoring unrecognized power option ({word})"));
    (u8::from(!known.is_empty()), said.collect())
}

/// `--get-user-env[=[timeout][mode]]`, in releases where it takes a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UserEnvironment {
    /// How many seconds to wait for the login shell; 0 is the cluster's choice.
    pub seconds: i32,
    /// How `su` is run.
    pub mode: Option<ShellMode>,
}

/// How `su` is run to find a user's environment. The numbers are a request's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ShellMode {
    /// `S`: as it is.
    Short = 1,
    /// `L`: as a login shell.
    Login = 2,
}

impl UserEnvironment {
    /// Reads a value of `--get-user-env`: a number of seconds with `S` or `L` behind it, anything behind that.
    ///
    /// # Errors
    /// `Invalid --get-user-env specification`.
    pub fn parse(text: Option<&str>) -> Result<Self, String> {
        let number = number::leading_or_zero(text.unwrap_or_default());
        let mode = match number.rest.chars().next() {
            None => None,
            Some('s' | 'S') => Some(ShellMode::Short),
            Some('l' | 'L') => Some(ShellMode::Login),
            Some(_) => return Err(invalid("--get-user-env")),
        };
        // Kept in 32 bits.
        Ok(Self { seconds: number.value as i32, mode })
    }
}

/// As `--get-user-env` takes it.
impl fmt::Display for UserEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.seconds.fmt(f)?;
        f.write_str(match self.mode {
            None => "",
            Some(ShellMode::Short) => "S",
            Some(ShellMode::Login) => "L",
        })
    }
}

/// `--mem-update=margin@delay`: how memory is taken from a job that does not use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryUpdate {
    /// How much more than it used it keeps, in percent; at least 1.
    pub margin: u16,
    /// After how many minutes; at least 1.
    pub delay: u16,
}

impl MemoryUpdate {
    /// Reads a value of `--mem-update`; the delay is written as for `--time`.
    ///
    /// # Errors
    /// `--mem-update requires MARGIN@DELAY format`, `Invalid --mem-update specification`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (margin, delay) =
            text.split_once('@').ok_or_else(|| "--mem-update requires MARGIN@DELAY format".to_owned())?;
        let refused = || invalid("--mem-update");
        let short = |number: Option<u16>| number.filter(|number| *number > 0).ok_or_else(refused);
        let number = number::leading(margin).filter(|number| number.rest.is_empty());
        let margin = short(number.and_then(|number| u16::try_from(number.value).ok()))?;
        let delay = match TimeLimit::parse(delay, "--mem-update")? {
            TimeLimit::Minutes(minutes) => u16::try_from(minutes).ok(),
            TimeLimit::Unlimited => None,
        };
        Ok(Self { margin, delay: short(delay)? })
    }
}

/// As `--mem-update` takes it and `sbatch -v` lists it.
impl fmt::Display for MemoryUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.margin, self.delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sharing() {
        let newest = Dialect::default();
        let read = |text: &str| Sharing::parse(Some(text), &newest);
        assert_eq!(Sharing::parse(None, &newest), Ok(Sharing::Exclusive));
        assert_eq!(read(""), Ok(Sharing::Exclusive));
        for known in
            [Sharing::Exclusive, Sharing::Oversubscribe, Sharing::User, Sharing::Mcs, Sharing::Topology]
        {
            assert_eq!(read(&known.to_string()), Ok(known));
        }
        assert_eq!(read("Allocation"), Ok(Sharing::Exclusive));
        let before = Dialect { exclusive_allocation: false, exclusive_topo: false, ..newest };
        for bad in ["allocation", "topo", "node"] {
            let said = Err("Invalid --exclusive specification".to_owned());
            assert_eq!(Sharing::parse(Some(bad), &before), said, "{bad}");
        }
        assert_eq!(Sharing::Topology as u16, 4);
    }

    #[test]
    fn words() {
        assert_eq!(OpenMode::parse("append"), Ok(OpenMode::Append));
        assert_eq!(OpenMode::parse("T"), Ok(OpenMode::Truncate));
        assert_eq!(OpenMode::parse("write"), Err("Invalid --open-mode specification".to_owned()));
        assert_eq!(OpenMode::parse("a").map(|mode| mode.to_string()), Ok("a".to_owned()));
        assert_eq!(kill_on_invalid_dependency("Yes"), Ok(true));
        assert_eq!(kill_on_invalid_dependency("no"), Ok(false));
        assert!(kill_on_invalid_dependency("").is_err());
        assert_eq!(
            (no_kill(None), no_kill(Some("set")), no_kill(Some("OFF"))),
            (Ok(true), Ok(true), Ok(false))
        );
        assert_eq!(no_kill(Some("maybe")), Err("Invalid --no-kill specification".to_owned()));
        assert_eq!((oom_kill_step(None), oom_kill_step(Some("0"))), (Ok(true), Ok(false)));
        assert_eq!(oom_kill_step(Some("2")), Err("Invalid --oom-kill-step specification".to_owned()));
        let newest = Dialect::default();
        let before = Dialect { requeue_words_refused: false, ..newest };
        assert_eq!((requeue(None, &newest), requeue(Some("expedite"), &newest)), (Ok(false), Ok(true)));
        assert_eq!(requeue(Some("1"), &newest), Err("Invalid --requeue specification".to_owned()));
        assert_eq!(requeue(Some("1"), &before), Ok(false));
        assert_eq!((wait_all_nodes("1", &newest), wait_all_nodes("65536", &newest)), (Ok(true), Ok(false)));
        assert_eq!(wait_all_nodes("2", &newest), Err("Invalid --wait-all-nodes specification".to_owned()));
        assert_eq!(power("level,x"), (1, vec!["Ignoring unrecognized power option (x)".to_owned()]));
    }

    #[test]
    fn user_environments() {
        let read = |text| UserEnvironment::parse(Some(text)).map(|env| (env.seconds, env.mode));
        assert_eq!(UserEnvironment::parse(None), Ok(UserEnvironment::default()));
        assert_eq!(read("5L"), Ok((5, Some(ShellMode::Login))));
        assert_eq!(read("short"), Ok((0, Some(ShellMode::Short))));
        assert_eq!(read("7"), Ok((7, None)));
        assert_eq!(read("7x"), Err("Invalid --get-user-env specification".to_owned()));
    }

    #[test]
    fn memory_updates() {
        assert_eq!(MemoryUpdate::parse("10@1:30"), Ok(MemoryUpdate { margin: 10, delay: 2 }));
        assert_eq!(MemoryUpdate::parse("10"), Err("--mem-update requires MARGIN@DELAY format".to_owned()));
        for bad in ["@1", "0@1", "10@", "10@0", "10@UNLIMITED", "1x@1", "65536@1", "1@65536", "-1@1"] {
            assert_eq!(
                MemoryUpdate::parse(bad),
                Err("Invalid --mem-update specification".to_owned()),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,20}") {
            let _ = Sharing::parse(Some(&text), &Dialect::default());
            let _ = OpenMode::parse(&text);
            let _ = UserEnvironment::parse(Some(&text));
            let _ = MemoryUpdate::parse(&text);
            let _ = wait_all_nodes(&text, &Dialect::default());
            let _ = power(&text);
        }

        #[test]
        fn they_read_back(seconds: i32, margin in 1u16.., delay in 1u16..) {
            for mode in [None, Some(ShellMode::Short), Some(ShellMode::Login)] {
                let environment = UserEnvironment { seconds, mode };
                prop_assert_eq!(UserEnvironment::parse(Some(&environment.to_string())), Ok(environment));
            }
            let update = MemoryUpdate { margin, delay };
            prop_assert_eq!(MemoryUpdate::parse(&update.to_string()), Ok(update));
        }
    }
}
