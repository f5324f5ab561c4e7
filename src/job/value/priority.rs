//! Where a job stands in the queue: `--nice`, `--priority`.

use super::choice::given;
use super::number;
use std::fmt;

/// `--nice[=adjustment]`: by how much a job's priority is lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nice(pub i32);

impl Nice {
    /// `NICE_OFFSET` of slurm.h.
    pub const OFFSET: u32 = 0x8000_0000;
    const LIMIT: i64 = 0x8000_0000 - 3;

    /// Reads a value of `--nice`; none, or an empty one, is 100. Only the number at its start is looked at, and what does not begin with
    /// one is 0.
    ///
    /// # Errors
    /// `Invalid --nice value, out of range (+/- 2147483645)`.
    pub fn parse(text: Option<&str>) -> Result<Self, String> {
        let value = given(text).map_or(100, |text| number::leading_or_zero(text).value);
        // The smallest number has no absolute value; native lets it through and keeps its low 32 bits.
        if value.wrapping_abs() > Self::LIMIT {
            return Err(format!("Invalid --nice value, out of range (+/- {})", Self::LIMIT));
        }
        Ok(Self(value as i32))
    }

    /// As a request to Slurm has it.
    #[must_use]
    pub fn offset(self) -> u32 {
        Self::OFFSET.wrapping_add_signed(self.0)
    }
}

/// As `--nice` takes it and `sbatch -v` lists it.
impl fmt::Display for Nice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `--priority`: a job's priority, fixed by an administrator or a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// `TOP`: above all other jobs of the user.
    Top,
    /// The number; 0 holds the job.
    Value(u32),
}

impl Priority {
    const NO_VAL: u32 = u32::MAX - 1;

    /// Reads a value of `--priority`. Only the number at its start is looked at, and what does not begin with one is 0.
    ///
    /// # Errors
    /// `Priority must be >= 0`, `Priority must be < 4294967294`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("TOP") {
            return Ok(Self::Top);
        }
        let value = number::leading_or_zero(text).value;
        if value < 0 {
            return Err("Priority must be >= 0".to_owned());
        }
        match u32::try_from(value).ok().filter(|value| *value < Self::NO_VAL) {
            Some(value) if value == Self::Top.number() => Ok(Self::Top),
            Some(value) => Ok(Self::Value(value)),
            None => Err(format!("Priority must be < {}", Self::NO_VAL)),
        }
    }

    /// As a request to Slurm has it.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Top => Self::NO_VAL - 1,
            Self::Value(value) => value,
        }
    }
}

/// As `--priority` takes it.
impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => f.write_str("TOP"),
            Self::Value(value) => value.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nice() {
        let nice = |text| Nice::parse(Some(text)).map(|nice| nice.0);
        assert_eq!((Nice::parse(None), nice("")), (Ok(Nice(100)), Ok(100)));
        assert_eq!(nice("-5"), Ok(-5));
        assert_eq!(nice("7 or so"), Ok(7));
        assert_eq!(nice("very"), Ok(0));
        assert_eq!(nice("2147483645"), Ok(2_147_483_645));
        for bad in ["2147483646", "-2147483646", "99999999999999999999"] {
            let said = "Invalid --nice value, out of range (+/- 2147483645)".to_owned();
            assert_eq!(nice(bad), Err(said), "{bad}");
        }
        assert_eq!(nice("-99999999999999999999"), Ok(0));
        assert_eq!((Nice(5).offset(), Nice(-5).offset()), (0x8000_0005, 0x7fff_fffb));
    }

    #[test]
    fn priorities() {
        let number = |text| Priority::parse(text).map(Priority::number);
        assert_eq!(number("top"), Ok(0xffff_fffd));
        assert_eq!(number("100"), Ok(100));
        assert_eq!(number("high"), Ok(0));
        assert_eq!(number("-1"), Err("Priority must be >= 0".to_owned()));
        assert_eq!(number("4294967294"), Err("Priority must be < 4294967294".to_owned()));
    }

    proptest! {
        #[test]
        fn they_read_back(text in ".{0,20}|-?[0-9]{1,11}") {
            if let Ok(nice) = Nice::parse(Some(&text)) {
                prop_assert_eq!(Nice::parse(Some(&nice.to_string())), Ok(nice));
            }
            if let Ok(priority) = Priority::parse(&text) {
                prop_assert_eq!(Priority::parse(&priority.to_string()), Ok(priority));
            }
        }
    }
}
