//! Spans of time: `--time`, `--time-min`, `--delay-boot`, `--switches=count@time`.

use super::number::{self, Range};
use crate::job::Dialect;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A time limit, in minutes as Slurm keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeLimit {
    /// `UNLIMITED`, or 0.
    Unlimited,
    /// So many minutes; seconds are rounded up.
    Minutes(u32),
}

impl TimeLimit {
    /// The value of `--time` or `--time-min`, as sbatch reads it. `option` is what a message calls it.
    ///
    /// Beyond the forms of sbatch(1) it takes `1-` (a day), `-5` (minus five days) and
    /// numbers that overflow 32 bits, and keeps of them what sbatch keeps.
    ///
    /// # Errors
    /// `Invalid --time specification`.
    pub fn parse(text: &str, option: &str) -> Result<Self, String> {
        let invalid = || format!("Invalid {option} specification");
        match seconds(text).ok_or_else(invalid)? {
            INFINITE => Ok(Self::Unlimited),
            seconds => match seconds.wrapping_add(59) / 60 {
                0 | INFINITE => Ok(Self::Unlimited),
                NO_VAL => Err(invalid()),
                minutes => Ok(Self::Minutes(minutes as u32)),
            },
        }
    }

    /// As a request to Slurm has it: all bits set for no limit.
    #[must_use]
    pub fn minutes(self) -> u32 {
        match self {
            Self::Unlimited => u32::MAX,
            Self::Minutes(minutes) => minutes,
        }
    }
}

/// `INFINITE` and `NO_VAL` of slurm.h, as a signed number.
const INFINITE: i32 = -1;
const NO_VAL: i32 = -2;

/// A text of sbatch(1) `--time` in seconds, [`INFINITE`] for none of them, in the 32 bits that Slurm's commands do it in.
fn seconds(text: &str) -> Option<i32> {
    let unlimited = ["-1", "INFINITE", "UNLIMITED"];
    if unlimited.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Some(INFINITE);
    }
    if !is_span(text) {
        return None;
    }
    // The numbers that stand one after another with one separator between; a dash before the first is a sign.
    let mut rest = text;
    let mut next = || {
        let number = number::leading(rest)?;
        rest = number.rest.get(1..).unwrap_or_default();
        // glibc's %d reads 64 bits and keeps the low 32.
        Some(number.value as i32)
    };
    let [first, second, third, fourth] = [next(), next(), next(), next()];
    let first = first.unwrap_or(0);
    let (days, hours, minutes, seconds) = if text.contains('-') {
        (first, second.unwrap_or(0), third.unwrap_or(0), fourth.unwrap_or(0))
    } else if let Some(third) = third {
        (0, first, second.unwrap_or(0), third)
    } else {
        (0, 0, first, second.unwrap_or(0))
    };
    let total = days
        .wrapping_mul(86400)
        .wrapping_add(hours.wrapping_mul(3600))
        .wrapping_add(minutes.wrapping_mul(60))
        .wrapping_add(seconds);
    (total != NO_VAL).then_some(total)
}

/// Whether Slurm's commands look at `text` as a span at all: digits with at most one dash, before any of at most two
/// colons, and as many numbers as the colons ask for.
fn is_span(text: &str) -> bool {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b':') {
        return false;
    }
    let count = |wanted| text.bytes().filter(|byte| *byte == wanted).count();
    let (dashes, colons) = (count(b'-'), count(b':'));
    let numbers = text.split(['-', ':']).filter(|part| !part.is_empty()).count();
    let dash_after_colon = text.find(':').is_some_and(|colon| text[colon..].contains('-'));
    if numbers == 0 || dashes > 1 || colons > 2 || dash_after_colon {
        return false;
    }
    colons == 0 || numbers > colons + dashes
}

impl FromStr for TimeLimit {
    type Err = String;

    /// The forms of sbatch(1) `--time`, and no others: `minutes`, `minutes:seconds`, `hours:minutes:seconds`,
    /// `days-hours`, `days-hours:minutes`, `days-hours:minutes:seconds`, `UNLIMITED`, `INFINITE`. For descriptions where
    /// sbatch's leniency would hide a mistake; [`TimeLimit::parse`] is sbatch's own reading.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || {
            format!(
                "{text:?} is not a time limit: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds or UNLIMITED"
            )
        };
        if ["UNLIMITED", "INFINITE"].iter().any(|word| text.eq_ignore_ascii_case(word)) || text == "-1" {
            return Ok(Self::Unlimited);
        }
        let number = |part: &str| {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(bad());
            }
            part.parse::<u64>().map_err(|_| bad())
        };
        let (days, rest) = match text.split_once('-') {
            Some((days, rest)) => (Some(number(days)?), rest),
            None => (None, text),
        };
        let parts = rest.split(':').map(number).collect::<Result<Vec<_>, _>>()?;
        let (hours, minutes, seconds) = match (days.is_some(), parts.as_slice()) {
            (true, &[h]) => (h, 0, 0),
            (true, &[h, m]) => (h, m, 0),
            (false, &[m]) => (0, m, 0),
            (false, &[m, s]) => (0, m, s),
            (_, &[h, m, s]) => (h, m, s),
            _ => return Err(bad()),
        };
        let total = days
            .unwrap_or(0)
            .checked_mul(1440)
            .and_then(|t| t.checked_add(hours.checked_mul(60)?))
            .and_then(|t| t.checked_add(minutes)?.checked_add(seconds.div_ceil(60)));
        match total {
            Some(0) => Ok(Self::Unlimited),
            // The two highest numbers are INFINITE and NO_VAL.
            Some(total) if total < u64::from(u32::MAX) - 1 => Ok(Self::Minutes(total as u32)),
            _ => Err(format!("{text:?} is too long a time")),
        }
    }
}

/// As `--time` takes it: `[days-]hours:minutes:00`.
impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Unlimited => f.write_str("UNLIMITED"),
            Self::Minutes(total) => write_span(f, u64::from(total) * 60),
        }
    }
}

/// A span in seconds: `--delay-boot`, the waiting time of `--switches`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// `UNLIMITED`.
    Unlimited,
    /// So many seconds. 0 is 0.
    Seconds(u32),
}

impl Delay {
    /// The value of `--delay-boot`, in the forms of `--time`. `option` is what a message calls it.
    ///
    /// # Errors
    /// `Invalid --delay-boot specification`.
    pub fn parse(text: &str, option: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| format!("Invalid {option} specification"))
    }

    fn read(text: &str) -> Option<Self> {
        seconds(text).map(|seconds| match seconds {
            INFINITE => Self::Unlimited,
            seconds => Self::Seconds(seconds as u32),
        })
    }

    /// As a request to Slurm has it: all bits set for no limit.
    #[must_use]
    pub fn seconds(self) -> u32 {
        match self {
            Self::Unlimited => u32::MAX,
            Self::Seconds(seconds) => seconds,
        }
    }
}

/// As `--delay-boot` takes it: `[days-]hours:minutes:seconds`.
impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Unlimited => f.write_str("UNLIMITED"),
            Self::Seconds(seconds) => write_span(f, u64::from(seconds)),
        }
    }
}

fn write_span(f: &mut fmt::Formatter<'_>, seconds: u64) -> fmt::Result {
    let (days, hours, minutes) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60);
    if days > 0 {
        write!(f, "{days}-")?;
    }
    write!(f, "{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

/// `--switches=count[@max-time]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// At most so many leaf switches.
    pub count: i32,
    /// How long to wait for them; `None` is the cluster's choice.
    pub wait: Option<SwitchWait>,
}

/// How long to wait for the number of switches that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchWait {
    /// What was given.
    For(Delay),
    /// What was given is no time. sbatch does not look, and asks for nothing.
    Unreadable,
}

impl SwitchWait {
    /// As a request to Slurm has it; nothing is asked for where there is no number.
    #[must_use]
    pub fn seconds(self) -> Option<u32> {
        match self {
            // sbatch keeps it in a signed number and asks for what is not negative.
            Self::For(Delay::Seconds(seconds)) if i32::try_from(seconds).is_ok() => Some(seconds),
            Self::For(_) | Self::Unreadable => None,
        }
    }
}

impl Switches {
    /// The value of `--switches`.
    ///
    /// # Errors
    /// For what is no positive number before the `@`. A time that cannot be read is not refused.
    pub fn parse(text: &str, dialect: &Dialect) -> Result<Self, String> {
        let (count, wait) = match text.split_once('@') {
            Some((count, wait)) => {
                (count, Some(Delay::read(wait).map_or(SwitchWait::Unreadable, SwitchWait::For)))
            }
            None => (text, None),
        };
        Ok(Self { count: number::integer(count, "--switches", Range::Positive, dialect)?, wait })
    }
}

impl Switches {
    /// As `sbatch -v` lists it.
    #[must_use]
    pub fn listed(self) -> String {
        match self.wait {
            None | Some(SwitchWait::For(Delay::Unlimited)) => self.count.to_string(),
            Some(wait) if wait.seconds().is_some() => self.to_string(),
            Some(_) => format!("{}@INVALID", self.count),
        }
    }
}

/// As `--switches` takes it.
impl fmt::Display for Switches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wait {
            None => write!(f, "{}", self.count),
            Some(SwitchWait::For(delay)) => write!(f, "{}@{delay}", self.count),
            Some(SwitchWait::Unreadable) => write!(f, "{}@", self.count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TimeLimit::{Minutes, Unlimited};
    use proptest::prelude::*;

    #[test]
    fn limits_as_sbatch_reads_them() {
        let time = |text| TimeLimit::parse(text, "--time");
        assert_eq!(time("30"), Ok(Minutes(30)));
        assert_eq!(time("1:30"), Ok(Minutes(2)));
        assert_eq!(time("0:1"), Ok(Minutes(1)));
        assert_eq!(time("01:30:00"), Ok(Minutes(90)));
        assert_eq!(time("2-0"), Ok(Minutes(2880)));
        assert_eq!(time("1-2:3"), Ok(Minutes(1440 + 123)));
        assert_eq!(time("1-2:3:4"), Ok(Minutes(1440 + 124)));
        assert_eq!(time("1-"), Ok(Minutes(1440)));
        assert_eq!(time("-5"), Ok(Minutes(7199u32.wrapping_neg())));
        for text in ["unlimited", "INFINITE", "-1", "0", "0:0", "0-0"] {
            assert_eq!(time(text), Ok(Unlimited), "{text}");
        }
        for bad in
            ["", "1:2:3:4", "1h", "a", "1-2-3", "+5", " 5", "1:", ":1", "-", "1-2:", "1:2-3", "1:-2", "-1:2"]
        {
            assert_eq!(time(bad), Err("Invalid --time specification".to_owned()), "{bad}");
        }
        // 32 bits of seconds are not enough.
        assert_eq!(time("99999999999"), Ok(Minutes(1_155_208u32.wrapping_neg())));
    }

    #[test]
    fn limits_of_descriptions() {
        let time = |text: &str| text.parse::<TimeLimit>();
        assert_eq!(time("30"), Ok(Minutes(30)));
        assert_eq!(time("1:30"), Ok(Minutes(2)));
        assert_eq!(time("01:30:00"), Ok(Minutes(90)));
        assert_eq!(time("2-0"), Ok(Minutes(2880)));
        assert_eq!(time("1-2:3"), Ok(Minutes(1440 + 123)));
        assert_eq!(time("1-2:3:4"), Ok(Minutes(1440 + 124)));
        assert_eq!(time("unlimited"), Ok(Unlimited));
        assert_eq!(time("0"), Ok(Unlimited));
        for bad in ["", "1:2:3:4", "1-", "-5", "1h", "a", "1-2-3", "99999999999", "+5"] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn delays() {
        let delay = |text| Delay::parse(text, "--delay-boot");
        assert_eq!(delay("1"), Ok(Delay::Seconds(60)));
        assert_eq!(delay("0:1"), Ok(Delay::Seconds(1)));
        assert_eq!(delay("0"), Ok(Delay::Seconds(0)));
        assert_eq!(delay("-1"), Ok(Delay::Unlimited));
        assert_eq!(delay("soon"), Err("Invalid --delay-boot specification".to_owned()));
    }

    #[test]
    fn switches() {
        let switches = |text| Switches::parse(text, &Dialect::default());
        let wait = |text| switches(text).map(|switches| switches.wait.map(SwitchWait::seconds));
        assert_eq!(switches("2"), Ok(Switches { count: 2, wait: None }));
        assert_eq!(wait("2@10"), Ok(Some(Some(600))));
        assert_eq!(wait("2@0:30"), Ok(Some(Some(30))));
        assert_eq!(wait("2@UNLIMITED"), Ok(Some(None)));
        assert_eq!(wait("2@soon"), Ok(Some(None)));
        assert_eq!(wait("2"), Ok(None));
        let listed = |text| switches(text).map(Switches::listed);
        assert_eq!(listed("2@10"), Ok("2@00:10:00".to_owned()));
        assert_eq!(listed("2@UNLIMITED"), Ok("2".to_owned()));
        assert_eq!(listed("2@soon"), Ok("2@INVALID".to_owned()));
        assert_eq!(switches("0"), Err("Invalid numeric value \"0\" for --switches.".to_owned()));
        assert_eq!(switches("@1"), Err("Invalid numeric value \"\" for --switches.".to_owned()));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,40}|[-0-9:]{0,30}") {
            let _ = text.parse::<TimeLimit>();
            let _ = TimeLimit::parse(&text, "--time");
            let _ = Delay::parse(&text, "--delay-boot");
            let _ = Switches::parse(&text, &Dialect::default());
        }

        #[test]
        fn limits_read_back(minutes in 1u32..35_000_000) {
            let time = Minutes(minutes);
            prop_assert_eq!(time.to_string().parse::<TimeLimit>(), Ok(time));
            prop_assert_eq!(TimeLimit::parse(&time.to_string(), "--time"), Ok(time));
        }

        #[test]
        fn delays_read_back(seconds in 0..u32::MAX - 1, count in 1..i32::MAX - 1) {
            let delay = Delay::Seconds(seconds);
            prop_assert_eq!(Delay::parse(&delay.to_string(), "--delay-boot"), Ok(delay));
            for wait in [None, Some(SwitchWait::For(delay)), Some(SwitchWait::Unreadable)] {
                let switches = Switches { count, wait };
                prop_assert_eq!(Switches::parse(&switches.to_string(), &Dialect::default()), Ok(switches));
            }
        }
    }
}
