//! What can be asked for a job, typed. A scheduler turns it into its own terms.

use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// One batch job as it is asked for. `None` leaves a choice to the scheduler's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobRequest {
    /// `--job-name`
    pub name: String,
    /// The text of the script, starting with `#!`.
    pub script: String,
    /// The script's own name and its arguments (`argv`); empty means the job's name alone.
    pub argv: Vec<OsString>,
    /// `--chdir`: where the script runs, absolute.
    pub work_dir: PathBuf,
    /// `--output`: absolute, may hold Slurm's patterns (`%x`, `%j` …).
    pub stdout: Option<PathBuf>,
    /// `--error`; none means the same file as standard output.
    pub stderr: Option<PathBuf>,
    /// The whole environment that the job starts with.
    pub environment: Vec<(OsString, OsString)>,
    /// `--nodes`
    pub nodes: Option<NodeCount>,
    /// `--ntasks`
    pub tasks: Option<u32>,
    /// `--ntasks-per-node`
    pub tasks_per_node: Option<u16>,
    /// `--cpus-per-task`
    pub cpus_per_task: Option<u16>,
    /// `--mem`: per node.
    pub memory_per_node: Option<Memory>,
    /// `--gpus-per-node`
    pub gpus_per_node: Option<u32>,
    /// `--time`
    pub time_limit: Option<TimeLimit>,
    /// `--nodelist`
    pub nodelist: Option<String>,
    /// `--partition`
    pub partition: Option<String>,
    /// `--account`
    pub account: Option<String>,
    /// `--qos`
    pub qos: Option<String>,
    /// `--wait-all-nodes`
    pub wait_all_nodes: bool,
    /// `--comment`
    pub comment: Option<String>,
    /// What tells this one submission from every other: carried in the job beside the user's comment, looked up after a
    /// reply that was lost.
    pub token: Option<String>,
}

impl JobRequest {
    /// What is asked for, as the long options of sbatch(1) with their values: `("--nodes", "1")`. The script and its
    /// environment are not among them.
    #[must_use]
    pub fn describe(&self) -> Vec<(&'static str, String)> {
        let path = |path: &PathBuf| path.display().to_string();
        let given = [
            ("--job-name", Some(self.name.clone())),
            ("--chdir", Some(path(&self.work_dir))),
            ("--output", self.stdout.as_ref().map(path)),
            ("--error", self.stderr.as_ref().map(path)),
            ("--nodes", self.nodes.map(|nodes| nodes.to_string())),
            ("--ntasks", self.tasks.map(|tasks| tasks.to_string())),
            ("--ntasks-per-node", self.tasks_per_node.map(|tasks| tasks.to_string())),
            ("--cpus-per-task", self.cpus_per_task.map(|cpus| cpus.to_string())),
            ("--mem", self.memory_per_node.map(|memory| memory.to_string())),
            ("--gpus-per-node", self.gpus_per_node.map(|gpus| gpus.to_string())),
            ("--time", self.time_limit.map(|time| time.to_string())),
            ("--nodelist", self.nodelist.clone()),
            ("--partition", self.partition.clone()),
            ("--account", self.account.clone()),
            ("--qos", self.qos.clone()),
            ("--wait-all-nodes", self.wait_all_nodes.then(|| "1".to_owned())),
            ("--comment", self.comment.clone()),
        ];
        given.into_iter().filter_map(|(option, value)| Some((option, value?))).collect()
    }
}

/// `--nodes=min[-max]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeCount {
    /// At least so many.
    pub min: u32,
    /// At most so many; never less than `min`.
    pub max: u32,
}

impl NodeCount {
    /// Exactly `count` nodes.
    #[must_use]
    pub fn exactly(count: u32) -> Self {
        Self { min: count, max: count }
    }
}

/// As `--nodes` takes it: `4`, `2-4`.
impl fmt::Display for NodeCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max { self.min.fmt(f) } else { write!(f, "{}-{}", self.min, self.max) }
    }
}

/// An amount of memory in MiB, the unit in which Slurm keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Memory {
    /// 0 asks for all of a node's memory (sbatch(1), `--mem`).
    pub mib: u64,
}

impl FromStr for Memory {
    type Err = String;

    /// A whole number with an optional unit `K`, `M`, `G`, `T` (`B` or `iB` may follow); none is MiB, as in sbatch(1)
    /// `--mem`. KiB are rounded up.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || {
            format!("{text:?} is not an amount of memory: a whole number and K, M, G or T (16G, 16GB, 512M)")
        };
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().map_err(|_| bad())?;
        let unit = unit.trim_start().to_ascii_uppercase();
        let letter = unit.strip_suffix("IB").or_else(|| unit.strip_suffix('B')).unwrap_or(&unit);
        let mib = match letter {
            "K" => Some(number.div_ceil(1024)),
            // A bare `B` is no unit of Slurm's.
            "" if unit.is_empty() => Some(number),
            "M" => Some(number),
            "G" => number.checked_mul(1024),
            "T" => number.checked_mul(1024 * 1024),
            _ => return Err(bad()),
        };
        // slurm.h, MEM_PER_CPU: the top bit of pn_min_memory means something else.
        mib.filter(|mib| *mib < 1 << 63)
            .map(|mib| Self { mib })
            .ok_or_else(|| format!("{text:?} is too much memory"))
    }
}

/// As `--mem` takes it, in the largest unit that is exact.
impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mib {
            0 => f.write_str("0"),
            mib if mib % (1024 * 1024) == 0 => write!(f, "{}T", mib / (1024 * 1024)),
            mib if mib % 1024 == 0 => write!(f, "{}G", mib / 1024),
            mib => write!(f, "{mib}M"),
        }
    }
}

/// A time limit, in minutes as Slurm keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeLimit {
    /// `UNLIMITED`, or 0.
    Unlimited,
    /// So many minutes; seconds are rounded up.
    Minutes(u32),
}

impl FromStr for TimeLimit {
    type Err = String;

    /// The forms of sbatch(1) `--time`: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`,
    /// `days-hours:minutes`, `days-hours:minutes:seconds`, `UNLIMITED`, `INFINITE`.
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
            Self::Minutes(total) => {
                let (days, hours, minutes) = (total / 1440, total / 60 % 24, total % 60);
                if days > 0 {
                    write!(f, "{days}-")?;
                }
                write!(f, "{hours:02}:{minutes:02}:00")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn memory_units() {
        let mib = |text: &str| text.parse::<Memory>().map(|m| m.mib);
        assert_eq!(mib("16GB"), Ok(16 * 1024));
        assert_eq!(mib("16G"), Ok(16 * 1024));
        assert_eq!(mib("2T"), Ok(2 << 20));
        assert_eq!(mib("100K"), Ok(1));
        assert_eq!(mib("300"), Ok(300));
        assert_eq!(mib("512MiB"), Ok(512));
        assert_eq!(mib("8 GB"), Ok(8192));
        for bad in
            ["", "G", "16B", "16X", "-5", "1.5G", "lots", "16GBB", "99999999999999999999T", "18000000000000T"]
        {
            assert!(mib(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn time_limits() {
        use TimeLimit::{Minutes, Unlimited};
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

    proptest! {
        #[test]
        fn parsers_never_panic(text in ".{0,40}") {
            let _ = text.parse::<Memory>();
            let _ = text.parse::<TimeLimit>();
        }

        #[test]
        fn printed_values_parse_to_themselves(mib in 0u64..1 << 40, minutes in 1u32..10_000_000) {
            prop_assert_eq!(Memory { mib }.to_string().parse::<Memory>(), Ok(Memory { mib }));
            let time = TimeLimit::Minutes(minutes);
            prop_assert_eq!(time.to_string().parse::<TimeLimit>(), Ok(time));
        }
    }
}
