//! What a job's user is told by mail: `--mail-type`.

use std::fmt;

/// The events of `--mail-type` as bits, `mail_type` of a request. None is `NONE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailTypes(pub u16);

/// The job began.
pub const BEGIN: u16 = 1 << 0;
/// The job ended.
pub const END: u16 = 1 << 1;
/// The job failed.
pub const FAIL: u16 = 1 << 2;
/// The job was queued again.
pub const REQUEUE: u16 = 1 << 3;
/// Its time limit was reached.
pub const TIME_LIMIT: u16 = 1 << 4;
/// 90 percent of its time limit were reached.
pub const TIME_LIMIT_90: u16 = 1 << 5;
/// 80 percent of its time limit were reached.
pub const TIME_LIMIT_80: u16 = 1 << 6;
/// 50 percent of its time limit were reached.
pub const TIME_LIMIT_50: u16 = 1 << 7;
/// Its burst buffer was staged out.
pub const STAGE_OUT: u16 = 1 << 8;
/// Tell of every task of an array, not of the array.
pub const ARRAY_TASKS: u16 = 1 << 9;
/// Its dependency can never be satisfied.
pub const INVALID_DEPEND: u16 = 1 << 10;
/// What `ALL` means.
pub const ALL: u16 = BEGIN | END | FAIL | INVALID_DEPEND | REQUEUE | STAGE_OUT;

/// In the order in which Slurm's commands print them.
const WORDS: [(u16, &str); 11] = [
    (ARRAY_TASKS, "ARRAY_TASKS"),
    (INVALID_DEPEND, "INVALID_DEPEND"),
    (BEGIN, "BEGIN"),
    (END, "END"),
    (FAIL, "FAIL"),
    (REQUEUE, "REQUEUE"),
    (STAGE_OUT, "STAGE_OUT"),
    (TIME_LIMIT_50, "TIME_LIMIT_50"),
    (TIME_LIMIT_80, "TIME_LIMIT_80"),
    (TIME_LIMIT_90, "TIME_LIMIT_90"),
    (TIME_LIMIT, "TIME_LIMIT"),
];

impl MailTypes {
    /// Reads a value of `--mail-type`: words with commas between, in either case. A word that is none is passed over as
    /// long as one is good; what stands before `NONE` is forgotten and what stands after it not read.
    ///
    /// # Errors
    /// `Invalid --mail-type specification`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut bits = 0;
        for word in text.split(',') {
            if word.eq_ignore_ascii_case("NONE") {
                return Ok(Self(0));
            }
            if word.eq_ignore_ascii_case("ALL") {
                bits |= ALL;
            }
            bits |=
                WORDS.iter().find(|(_, known)| word.eq_ignore_ascii_case(known)).map_or(0, |(bit, _)| *bit);
        }
        if bits == 0 { Err("Invalid --mail-type specification".to_owned()) } else { Ok(Self(bits)) }
    }
}

/// As `--mail-type` takes it and `sbatch -v` lists it.
impl fmt::Display for MailTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("NONE");
        }
        let words: Vec<&str> =
            WORDS.iter().filter(|(bit, _)| self.0 & bit != 0).map(|(_, word)| *word).collect();
        f.write_str(&words.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words() {
        let bits = |text| MailTypes::parse(text).map(|types| types.0);
        assert_eq!(bits("BEGIN,end"), Ok(3));
        assert_eq!(bits("ALL"), Ok(0x50f));
        assert_eq!(bits("TIME_LIMIT_90"), Ok(0x20));
        assert_eq!(bits("END,sometimes,,FAIL"), Ok(6));
        assert_eq!(bits("NONE"), Ok(0));
        assert_eq!(bits("ALL,NONE,END"), Ok(0));
        for bad in ["", ",", "sometimes", "END "] {
            assert_eq!(bits(bad), Err("Invalid --mail-type specification".to_owned()), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,40}") {
            let _ = MailTypes::parse(&text);
        }

        #[test]
        fn they_read_back(bits in 0u16..1 << 11) {
            prop_assert_eq!(MailTypes::parse(&MailTypes(bits).to_string()), Ok(MailTypes(bits)));
        }
    }
}
