//! Signals: by name or number, and the warning before a job's end (`--signal`).

use super::number;
use crate::job::Dialect;
use std::fmt;

/// A signal's number. Slurm takes any that fits 16 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signal(pub u16);

/// The names that Slurm's commands know, with Linux's numbers, in their order.
const NAMES: [(&str, u16); 18] = [
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ABRT", 6),
    ("KILL", 9),
    ("ALRM", 14),
    ("TERM", 15),
    ("CHLD", 17),
    ("USR1", 10),
    ("USR2", 12),
    ("PIPE", 13),
    ("URG", 23),
    ("CONT", 18),
    ("STOP", 19),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("XCPU", 24),
];

impl Signal {
    /// Reads a name, with or without `SIG`, in either case, or a number; blanks around it do not matter. A number is cut
    /// to 16 bits, so that `-1` is 65535. None for what is neither, and for 0.
    #[must_use]
    pub fn parse(text: &str, dialect: &Dialect) -> Option<Self> {
        let number = match number::leading(text) {
            Some(found) => number::is_blank(found.rest).then_some(found.value as u16)?,
            None => {
                let name = text.trim_matches(number::is_space);
                let bare = name.get(..3).filter(|start| start.eq_ignore_ascii_case("SIG"));
                let name = bare.and_then(|_| name.get(3..)).unwrap_or(name);
                let known = NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))?;
                (dialect.chld_and_pipe || !is_newer(known.0)).then_some(known.1)?
            }
        };
        (number != 0).then_some(Self(number))
    }

    /// Its name without `SIG`, if Slurm's commands know one.
    #[must_use]
    pub fn name(self, dialect: &Dialect) -> Option<&'static str> {
        let known = NAMES.iter().find(|(_, number)| *number == self.0).map(|(name, _)| *name);
        known.filter(|name| dialect.chld_and_pipe || !is_newer(name))
    }
}

/// Whether only newer releases know the name.
fn is_newer(name: &str) -> bool {
    matches!(name, "CHLD" | "PIPE")
}

/// The name if every release knows it, else the number.
impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name(&Dialect { chld_and_pipe: false, ..Dialect::default() }) {
            Some(name) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

/// `--signal=[{R|B|RB}:]signal[@seconds]`: a signal before the time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// `B`: to the batch shell alone, not to its steps.
    pub batch_only: bool,
    /// `R`: the job may start on nodes of a reservation that begins before its time limit is over.
    pub reservation: bool,
    /// Which.
    pub signal: Signal,
    /// Seconds before the end; 60 where none are given, 0 for `USR1@`.
    pub seconds: u16,
}

impl Warning {
    /// `KILL_JOB_BATCH` of slurm.h.
    pub const BATCH_FLAG: u16 = 1 << 0;
    /// `KILL_JOB_RESV` of slurm.h.
    pub const RESERVATION_FLAG: u16 = 1 << 8;
    const DEFAULT_SECONDS: u16 = 60;

    /// Reads a value of `--signal`. Beyond sbatch(1), the colon may be missing.
    ///
    /// # Errors
    /// `Invalid --signal specification`.
    pub fn parse(text: &str, dialect: &Dialect) -> Result<Self, String> {
        Self::read(text, dialect).ok_or_else(|| "Invalid --signal specification".to_owned())
    }

    fn read(text: &str, dialect: &Dialect) -> Option<Self> {
        let (mut batch_only, mut reservation) = (false, false);
        let mut rest = text;
        for letter in ['R', 'B', 'R'] {
            if let Some(after) = rest.strip_prefix([letter, letter.to_ascii_lowercase()]) {
                rest = after;
                *if letter == 'B' { &mut batch_only } else { &mut reservation } = true;
            }
        }
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        let (signal, seconds) = match rest.split_once('@') {
            Some((signal, seconds)) => {
                let seconds = number::leading_or_zero(seconds);
                if !seconds.rest.is_empty() {
                    return None;
                }
                (signal, u16::try_from(seconds.value).ok()?)
            }
            None => (rest, Self::DEFAULT_SECONDS),
        };
        Some(Self { batch_only, reservation, signal: Signal::parse(signal, dialect)?, seconds })
    }

    /// As a request to Slurm has it.
    #[must_use]
    pub fn flags(self) -> u16 {
        let flag = |set, flag| if set { flag } else { 0 };
        flag(self.batch_only, Self::BATCH_FLAG) | flag(self.reservation, Self::RESERVATION_FLAG)
    }
}

impl Warning {
    /// As `sbatch -v` lists it: like the text form, with the names that the release knows.
    #[must_use]
    pub fn listed(self, dialect: &Dialect) -> String {
        match self.signal.name(dialect) {
            Some(name) => self.written(&name),
            None => self.written(&self.signal),
        }
    }

    fn written(self, signal: &dyn fmt::Display) -> String {
        let flags = match (self.reservation, self.batch_only) {
            (true, true) => "RB:",
            (true, false) => "R:",
            (false, true) => "B:",
            (false, false) => "",
        };
        match self.seconds {
            Self::DEFAULT_SECONDS => format!("{flags}{signal}"),
            seconds => format!("{flags}{signal}@{seconds}"),
        }
    }
}

/// As `--signal` takes it; a time of 60 seconds is not written.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(&self.signal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_numbers() {
        let number = |text| Signal::parse(text, &Dialect::default()).map(|signal| signal.0);
        assert_eq!(number("USR1"), Some(10));
        assert_eq!(number("sigusr1"), Some(10));
        assert_eq!(number(" SIGTERM "), Some(15));
        assert_eq!(number("9"), Some(9));
        assert_eq!(number(" 9 "), Some(9));
        assert_eq!(number("-1"), Some(65535));
        for bad in ["", "0", "65536", "9x", "USR3", "SIG", "SIGSIGUSR1", "USR1X"] {
            assert_eq!(number(bad), None, "{bad}");
        }
        let before = Dialect { chld_and_pipe: false, ..Dialect::default() };
        assert_eq!(number("PIPE"), Some(13));
        assert_eq!(Signal::parse("PIPE", &before), None);
        assert_eq!((Signal(34).to_string(), Signal(13).to_string()), ("34".to_owned(), "13".to_owned()));
    }

    #[test]
    fn warnings() {
        let read = |text| Warning::parse(text, &Dialect::default());
        let said = |text| read(text).map(|warning| warning.to_string());
        assert_eq!(
            read("RB:USR1@30"),
            Ok(Warning { batch_only: true, reservation: true, signal: Signal(10), seconds: 30 })
        );
        assert_eq!(read("BR:USR1@30"), read("RB:USR1@30"));
        assert_eq!(said("10"), Ok("USR1".to_owned()));
        let newest = Dialect::default();
        assert_eq!(read("B:17@5").map(|warning| warning.listed(&newest)), Ok("B:CHLD@5".to_owned()));
        assert_eq!(said("b:10@60"), Ok("B:USR1".to_owned()));
        assert_eq!(said("BUSR1"), Ok("B:USR1".to_owned()));
        assert_eq!(said("R:USR1@"), Ok("R:USR1@0".to_owned()));
        assert_eq!(read("RB:USR1").map(Warning::flags), Ok(0x101));
        for bad in ["", "B:", "USR1@x", "USR1@-1", "USR1@65536", "X:USR1", "USR1@1 ", "BB:USR1"] {
            assert_eq!(read(bad), Err("Invalid --signal specification".to_owned()), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[RB]{0,3}:?.{0,12}") {
            let _ = Warning::parse(&text, &Dialect::default());
        }

        #[test]
        fn a_warning_reads_back(batch_only: bool, reservation: bool, signal in 1u16.., seconds: u16) {
            let warning = Warning { batch_only, reservation, signal: Signal(signal), seconds };
            prop_assert_eq!(Warning::parse(&warning.to_string(), &Dialect::default()), Ok(warning));
        }
    }
}
