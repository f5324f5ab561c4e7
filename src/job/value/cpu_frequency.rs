//! The frequency of CPUs: `--cpu-freq`.

use super::number::{self, Leading};
use crate::job::Dialect;
use std::fmt;

/// The value of `--cpu-freq`: `p1[-p2[:p3]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CpuFrequency {
    /// The least, in kHz or one of the named ones, [`NONE`] if none was given.
    pub min: u32,
    /// The most, or the only one, likewise.
    pub max: u32,
    /// The governor, likewise.
    pub governor: u32,
}

/// `NO_VAL` of slurm.h: nothing was said.
pub const NONE: u32 = 0xffff_fffe;
/// `CPU_FREQ_RANGE_FLAG`: what has it is no number but a name.
pub const NAMED: u32 = 0x8000_0000;
/// `CPU_FREQ_USERSPACE`
pub const USERSPACE: u32 = 0x8080_0000;

/// What slurm.conf says of governors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Governors {
    /// `CpuFreqDef`; [`NONE`] if it is not there.
    pub default: u32,
    /// `CpuFreqGovernors`, as bits.
    pub allowed: u32,
}

impl Default for Governors {
    /// Without either line in slurm.conf: no default; OnDemand, Performance and UserSpace.
    fn default() -> Self {
        Self { default: NONE, allowed: 0x8400_0000 | 0x8200_0000 | USERSPACE }
    }
}

/// The names of frequencies, each with the ways to begin it and its number, in the order in which sbatch tries them.
const FREQUENCIES: [(&str, &[&str], u32); 4] = [
    ("Low", &["lo"], 0x8000_0001),
    ("Highm1", &["him1", "highm1"], 0x8000_0004),
    ("High", &["hi"], 0x8000_0003),
    ("Medium", &["med"], 0x8000_0002),
];

/// The governors, likewise.
const GOVERNORS: [(&str, &str, u32); 6] = [
    ("Conservative", "co", 0x8800_0000),
    ("Performance", "perf", 0x8200_0000),
    ("PowerSave", "pow", 0x8100_0000),
    ("UserSpace", "user", USERSPACE),
    ("OnDemand", "onde", 0x8400_0000),
    ("SchedUtil", "sche", 0x8040_0000),
];

impl CpuFrequency {
    /// Reads a value of `--cpu-freq`: a number of kHz, `low`, `medium`, `highm1`, `high`, a range of them with a dash, a
    /// colon and a governor behind it; or a governor alone. Of a name only the start is looked at.
    ///
    /// # Errors
    /// `Invalid --cpu-freq argument`, after lines that say more.
    pub fn parse(text: &str, conf: &Governors, dialect: &Dialect) -> Result<Self, String> {
        let mut found = Self { min: NONE, max: NONE, governor: NONE };
        let mut said = Vec::new();
        let mut good = match found.read(text, conf, dialect) {
            Ok(()) => true,
            Err(detail) => {
                said.extend(detail);
                false
            }
        };
        // Native looks at the governor even where it has given up on the rest.
        if found.governor != NONE && found.governor & conf.allowed & !NAMED == 0 {
            said.push(format!("governor of {text} is not allowed in slurm.conf"));
            good = false;
        }
        if good {
            return Ok(found);
        }
        said.push("Invalid --cpu-freq argument".to_owned());
        Err(said.join("\n"))
    }

    /// The error is what native says of it first, if anything.
    fn read(&mut self, text: &str, conf: &Governors, dialect: &Dialect) -> Result<(), Option<String>> {
        let (before_colon, third) = match text.split_once(':') {
            Some((before, third)) => (before, Some(third)),
            None => (text, None),
        };
        // A dash counts wherever it is. Behind the colon, it ends the first part all the same, and all that follows it is
        // the second.
        let (first, second) = match (before_colon.split_once('-'), text.split_once('-')) {
            (Some((first, second)), _) | (None, Some((first, second))) => (first, Some(second)),
            (None, None) => (before_colon, None),
        };
        match governor(first) {
            Some(_) if third.is_some() => {
                let third = third.unwrap_or_default();
                let said = format!("governor cannot be specified twice {first}{{-}}:{third} in --cpu-freq");
                return Err(Some(said));
            }
            Some(governor) => self.governor = governor,
            None => self.max = frequency(first, dialect)?,
        }
        if let Some(second) = second {
            if dialect.cpu_range_needs_governor && third.is_none() && conf.default == NONE {
                return Err(Some("You must explicitly choose a governor when defining a range. Please specify only one value for the desired frequency (p1) or choose a specific governor (p3).".to_owned()));
            }
            let most = frequency(second, dialect)?;
            self.min = std::mem::replace(&mut self.max, most);
            if self.max < self.min {
                return Err(Some(format!("min cpu-frec ({first}) must be < max cpu-freq ({second})")));
            }
        }
        match third {
            Some(third) => self.governor = governor_of(third, second.is_some(), dialect)?,
            None if !dialect.cpu_range_needs_governor => {}
            None if second.is_some() && self.governor == NONE => self.governor = conf.default,
            None if second.is_none() && self.governor == NONE => self.governor = USERSPACE,
            None => {}
        }
        Ok(())
    }
}

/// The governor behind the colon.
fn governor_of(text: &str, is_range: bool, dialect: &Dialect) -> Result<u32, Option<String>> {
    let without_max = || Some(format!("gov on cpu-frec ({text}) illegal without max"));
    if !dialect.cpu_range_needs_governor && !is_range {
        return Err(without_max());
    }
    let governor = governor(text).ok_or_else(|| Some(format!("illegal governor: {text} on --cpu-freq")))?;
    match (dialect.cpu_range_needs_governor, is_range, governor == USERSPACE) {
        (true, false, false) => Err(without_max()),
        (true, true, true) => Err(Some(format!(
            "{text} governor does not support a range. Please specify only one value for the desired frequency (p1) or choose a different governor."
        ))),
        _ => Ok(governor),
    }
}

fn governor(text: &str) -> Option<u32> {
    GOVERNORS.iter().find(|(_, start, _)| begins(text, start)).map(|(.., number)| *number)
}

fn frequency(text: &str, dialect: &Dialect) -> Result<u32, Option<String>> {
    let named = FREQUENCIES.iter().find(|(_, starts, _)| starts.iter().any(|start| begins(text, start)));
    if let Some((.., number)) = named {
        return Ok(*number);
    }
    let Leading { value, rest, .. } = number::leading_or_zero(text);
    let unrecognized = || Some(format!("unrecognized --cpu-freq argument \"{text}\""));
    let strict = dialect.cpu_range_needs_governor;
    if strict && !rest.is_empty() {
        return Err(unrecognized());
    }
    // Kept in 32 bits, where 0 is as good as no number.
    Some(value as u32).filter(|kilohertz| *kilohertz != 0).ok_or_else(|| unrecognized().filter(|_| !strict))
}

fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

impl CpuFrequency {
    /// As `sbatch -v` lists it: a number that has the bit of names and is none is `Unknown`.
    #[must_use]
    pub fn listed(self) -> String {
        self.written(|number| match number & NAMED {
            0 => number.to_string(),
            _ => "Unknown".to_owned(),
        })
    }

    /// Whether its text says all of it: see [`Display`](#impl-Display-for-CpuFrequency).
    #[must_use]
    pub fn is_written_whole(self, dialect: &Dialect) -> bool {
        let of_one = if dialect.cpu_range_needs_governor { USERSPACE } else { NONE };
        self.min != NONE || self.max == NONE || self.governor == of_one
    }

    fn written(self, unnamed: impl Fn(u32) -> String) -> String {
        let name = |number: u32| {
            let frequency = FREQUENCIES.iter().find(|(.., known)| *known == number).map(|(name, ..)| *name);
            let governor = || GOVERNORS.iter().find(|(.., known)| *known == number).map(|(name, ..)| *name);
            frequency.or_else(governor).map_or_else(|| unnamed(number), str::to_owned)
        };
        match (self.min, self.max, self.governor) {
            (NONE, NONE, governor) => name(governor),
            (NONE, max, _) => name(max),
            (min, max, NONE) => format!("{}-{}", name(min), name(max)),
            (min, max, governor) => format!("{}-{}:{}", name(min), name(max), name(governor)),
        }
    }
}

/// As sbatch writes it into `SLURM_CPU_FREQ_REQ`, which `--cpu-freq` takes: but for a governor before the dash
/// (`performance-2400000`), which sbatch leaves out where a frequency follows.
impl fmt::Display for CpuFrequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(|number| number.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<(u32, u32, u32), String> {
        CpuFrequency::parse(text, &Governors::default(), &Dialect::default())
            .map(|frequency| (frequency.min, frequency.max, frequency.governor))
    }

    #[test]
    fn frequencies_and_governors() {
        assert_eq!(read("2400000"), Ok((NONE, 2_400_000, USERSPACE)));
        assert_eq!(read("low"), Ok((NONE, 0x8000_0001, USERSPACE)));
        assert_eq!(read("highest"), Ok((NONE, 0x8000_0003, USERSPACE)));
        assert_eq!(read("HighM1"), Ok((NONE, 0x8000_0004, USERSPACE)));
        assert_eq!(read("performance"), Ok((NONE, NONE, 0x8200_0000)));
        assert_eq!(read("1000-2000:OnDemand"), Ok((1000, 2000, 0x8400_0000)));
        assert_eq!(read("low-high:perf"), Ok((0x8000_0001, 0x8000_0003, 0x8200_0000)));
        assert_eq!(read("2000:userspace"), Ok((NONE, 2000, USERSPACE)));
    }

    #[test]
    fn what_is_refused() {
        let refused = |detail: &str| Err(format!("{detail}Invalid --cpu-freq argument"));
        assert_eq!(read("fast"), refused("unrecognized --cpu-freq argument \"fast\"\n"));
        assert_eq!(read(""), refused(""));
        assert_eq!(read("0"), refused(""));
        assert_eq!(
            read("perf:perf"),
            refused("governor cannot be specified twice perf{-}:perf in --cpu-freq\n")
        );
        assert_eq!(read("2000-1000:perf"), refused("min cpu-frec (2000) must be < max cpu-freq (1000)\n"));
        assert_eq!(read("2000:perf"), refused("gov on cpu-frec (perf) illegal without max\n"));
        assert_eq!(read("1-2:x"), refused("illegal governor: x on --cpu-freq\n"));
        assert_eq!(read("powersave"), refused("governor of powersave is not allowed in slurm.conf\n"));
        assert!(read("1000-2000").is_err_and(|said| said.starts_with("You must explicitly choose")));
        assert!(
            read("1-2:user").is_err_and(|said| said.starts_with("user governor does not support a range."))
        );
        let conf = Governors { default: 0x8200_0000, ..Governors::default() };
        let by_default = CpuFrequency::parse("1000-2000", &conf, &Dialect::default());
        assert_eq!(by_default.map(|frequency| frequency.governor), Ok(0x8200_0000));
    }

    #[test]
    fn before_governors_were_needed() {
        let before = Dialect { cpu_range_needs_governor: false, ..Dialect::default() };
        let read = |text| CpuFrequency::parse(text, &Governors::default(), &before);
        assert_eq!(read("2400"), Ok(CpuFrequency { min: NONE, max: 2400, governor: NONE }));
        assert_eq!(read("1-2"), Ok(CpuFrequency { min: 1, max: 2, governor: NONE }));
        assert!(read("2000:user").is_err());
        assert!(read("1-2:user").is_ok());
        assert_eq!(read("2400x").map(|frequency| frequency.max), Ok(2400));
        let refused = "unrecognized --cpu-freq argument \"0\"\nInvalid --cpu-freq argument";
        assert_eq!(read("0"), Err(refused.to_owned()));
    }

    proptest! {
        #[test]
        fn what_is_read_reads_back(
            text in ".{0,20}|(low|him1|[0-9]{0,9}|perf|onde|-|:){0,6}|(perf|user)-[0-9]{1,6}",
            default in prop::sample::select(vec![NONE, 0x8200_0000]),
            needs: bool,
        ) {
            let dialect = Dialect { cpu_range_needs_governor: needs, ..Dialect::default() };
            let conf = Governors { default, ..Governors::default() };
            if let Ok(frequency) = CpuFrequency::parse(&text, &conf, &dialect)
                && frequency.is_written_whole(&dialect)
            {
                let again = CpuFrequency::parse(&frequency.to_string(), &conf, &dialect);
                prop_assert_eq!(again, Ok(frequency), "{}", frequency);
            }
        }
    }
}
