//! Amounts of memory and disk: `--mem`, `--mem-per-cpu`, `--mem-per-gpu`, `--tmp`.

use super::number::{self, Leading};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An amount of memory in MiB, the unit in which Slurm keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Memory {
    /// 0 asks for all of a node's memory (sbatch(1), `--mem`).
    pub mib: u64,
}

impl Memory {
    /// The value of `--mem`, `--mem-per-cpu`, `--mem-per-gpu` or `--tmp`, as sbatch reads it: a whole number with an
    /// optional unit `K`, `M`, `G`, `T`, in either case and with an optional `B` behind it; none is MiB, KiB are rounded
    /// up. `option` is what a message calls it.
    ///
    /// What does not fit 64 bits after the unit is cut to them, as sbatch cuts it.
    ///
    /// # Errors
    /// `Invalid --mem specification`.
    pub fn parse(text: &str, option: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| format!("Invalid {option} specification"))
    }

    fn read(text: &str) -> Option<Self> {
        let Leading { value, overflowed, rest } = number::leading(text)?;
        if overflowed || value < 0 {
            return None;
        }
        let mut unit = rest.chars();
        let mib = match unit.next().map(|letter| letter.to_ascii_uppercase()) {
            None | Some('M') => value,
            // Overflows for the largest, as it does in sbatch.
            Some('K') => value.wrapping_add(1023) >> 10,
            Some('G') => value.wrapping_mul(1024),
            Some('T') => value.wrapping_mul(1024 * 1024),
            Some(_) => return None,
        };
        let after = unit.as_str();
        (after.is_empty() || after.eq_ignore_ascii_case("B")).then_some(Self { mib: mib as u64 })
    }
}

impl Memory {
    /// As `sbatch -v` lists it: in the largest unit that is exact, of which MiB is none and there are more than are read.
    #[must_use]
    pub fn listed(self) -> String {
        let mut amount = self.mib;
        for unit in ["", "G", "T", "P"] {
            if !amount.is_multiple_of(1024) {
                return format!("{amount}{unit}");
            }
            amount /= 1024;
        }
        format!("{amount}?")
    }
}

impl FromStr for Memory {
    type Err = String;

    /// A whole number with an optional unit `K`, `M`, `G`, `T` (`B` or `iB` may follow); none is MiB, as in sbatch(1)
    /// `--mem`. KiB are rounded up. For descriptions of srunx's own; [`Memory::parse`] is sbatch's own reading.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn units_as_sbatch_reads_them() {
        let mib = |text| Memory::parse(text, "--mem").map(|memory| memory.mib);
        assert_eq!(mib("300"), Ok(300));
        assert_eq!(mib("300M"), Ok(300));
        assert_eq!(mib("100K"), Ok(1));
        assert_eq!(mib("2049kB"), Ok(3));
        assert_eq!(mib("4g"), Ok(4096));
        assert_eq!(mib("2TB"), Ok(2 << 20));
        assert_eq!(mib(" +1"), Ok(1));
        assert_eq!(mib("0"), Ok(0));
        let listed = |mib| Memory { mib }.listed();
        assert_eq!((listed(300), listed(4096), listed(3 << 30)), ("300".into(), "4G".into(), "3P".into()));
        assert_eq!((listed(0), listed(1 << 40)), ("0?".into(), "1?".into()));
        for bad in ["", "lots", "-5", "1.5G", "1 G", "1P", "1GiB", "1GBB", "9223372036854775808"] {
            assert_eq!(mib(bad), Err("Invalid --mem specification".to_owned()), "{bad}");
        }
    }

    #[test]
    fn units_of_descriptions() {
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

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,40}|[0-9]{15,20}[KMGT]?") {
            let _ = text.parse::<Memory>();
            let _ = Memory::parse(&text, "--mem");
        }

        #[test]
        fn they_read_back(mib in 0u64..1 << 63) {
            let memory = Memory { mib };
            prop_assert_eq!(memory.to_string().parse::<Memory>(), Ok(memory));
            prop_assert_eq!(Memory::parse(&memory.to_string(), "--mem"), Ok(memory));
        }
    }
}
