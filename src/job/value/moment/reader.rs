//! Reading a moment, word by word and number by number, as sbatch goes about it.

use super::super::number;
use super::{DAY, Said, later};
use crate::job::Dialect;
use jiff::Zoned;

/// Reads a text byte by byte, `at` being the place that a message names.
pub(super) struct Reader<'a> {
    text: &'a [u8],
    pub(super) at: usize,
    now: &'a Zoned,
    dialect: &'a Dialect,
    pub(super) said: Said,
}

/// The words for times of day, each with its hour.
const TIMES_OF_DAY: [(&str, i64); 5] =
    [("midnight", 0), ("noon", 12), ("elevenses", 11), ("fika", 15), ("teatime", 16)];

/// The units after `now+`, the longer word before the one that begins it.
const UNITS: [(&str, i64); 10] = [
    ("seconds", 1),
    ("second", 1),
    ("minutes", 60),
    ("minute", 60),
    ("hours", 60 * 60),
    ("hour", 60 * 60),
    ("days", DAY),
    ("day", DAY),
    ("weeks", 7 * DAY),
    ("week", 7 * DAY),
];

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, now: &'a Zoned, dialect: &'a Dialect) -> Self {
        Self { text: text.as_bytes(), at: 0, now, dialect, said: Said::default() }
    }

    /// To the end of the text or its first line.
    pub(super) fn read(&mut self) -> Option<()> {
        loop {
            match self.byte(0) {
                0 | b'\n' => return Some(()),
                // An upper case T separates, so that of the words only those in lower case can begin with one.
                b' ' | b'\t' | b'-' | b'T' => self.at += 1,
                _ => self.item()?,
            }
        }
    }

    fn item(&mut self) -> Option<()> {
        if self.word("today") {
            let now = self.now;
            self.said.day_of(now);
        } else if self.word("tomorrow") {
            self.said.day_of(&later(self.now, DAY)?);
        } else if let Some(hour) = self.time_word() {
            self.said.time_of_day(hour, 0, 0);
        } else if self.starts_with(self.at, "now") {
            self.now_and_then()?;
        } else if !self.byte(0).is_ascii_digit() {
            return None;
        } else if self.byte(1) == b':' || self.byte(2) == b':' {
            self.clock()?;
        } else {
            self.date()?;
        }
        Some(())
    }

    fn time_word(&mut self) -> Option<i64> {
        let known = |word: &str| self.dialect.elevenses || word != "elevenses";
        let (word, hour) =
            TIMES_OF_DAY.into_iter().find(|(word, _)| known(word) && self.starts_with(self.at, word))?;
        self.at += word.len();
        Some(hour)
    }

    /// `now`, `now+2days`, `now - 90`
    fn now_and_then(&mut self) -> Option<()> {
        let mut sign = self.at + 3;
        while matches!(self.byte_at(sign), b' ' | b'\t') {
            sign += 1;
        }
        // Slurm's commands count the place of `now` twice. Behind blanks, they look for the number that much too late.
        let counted = self.at + sign;
        let delta = match self.byte_at(sign) {
            0 | b'\n' => {
                self.at = counted;
                0
            }
            b'+' => self.delta(counted)?,
            b'-' => -self.delta(counted)?,
            _ => {
                self.at = counted;
                return None;
            }
        };
        let moment = later(self.now, delta)?;
        self.said.day_of(&moment);
        self.said.time_of_day(moment.hour().into(), moment.minute().into(), moment.second().into());
        Some(())
    }

    /// The number and its unit after the place of the sign, in seconds.
    fn delta(&mut self, sign: usize) -> Option<i64> {
        self.at = sign;
        let mut count: Option<i64> = None;
        let mut at = sign + 1;
        loop {
            let byte = self.byte_at(at);
            if byte == 0 || byte == b'\n' {
                break;
            }
            if number::is_space(byte.into()) {
                at += 1;
                continue;
            }
            let unit = UNITS.iter().find(|(unit, _)| self.starts_with(at, unit));
            if let Some((unit, seconds)) = unit {
                at += unit.len();
                count = count.map(|count| count.wrapping_mul(*seconds));
                break;
            }
            if !byte.is_ascii_digit() {
                self.at = at - 1;
                return None;
            }
            count = Some(count.unwrap_or(0).wrapping_mul(10).wrapping_add(i64::from(byte - b'0')));
            at += 1;
        }
        let count = count?;
        self.at = at;
        // The smallest number has no opposite; so far off, neither is a date.
        (count != i64::MIN).then_some(count)
    }

    /// `HH:MM[:SS] [AM|PM]`
    fn clock(&mut self) -> Option<()> {
        let mut hour = self.digit()?;
        if self.byte(0) != b':' {
            hour = hour * 10 + self.digit()?;
        }
        if hour > 23 {
            return self.back_two();
        }
        if self.byte(0) != b':' {
            return None;
        }
        self.at += 1;
        let minute = self.two_digits()?;
        let second = if self.byte(0) == b':' {
            self.at += 1;
            self.two_digits()?
        } else {
            0
        };
        while number::is_space(self.byte(0).into()) {
            self.at += 1;
        }
        let hour = if self.starts_with(self.at, "pm") {
            self.at += 2;
            match hour {
                0..12 => hour + 12,
                12 => 12,
                _ => return self.back_two(),
            }
        } else if self.starts_with(self.at, "am") {
            self.at += 2;
            match hour {
                0..12 => hour,
                12 => 0,
                _ => return self.back_two(),
            }
        } else {
            hour
        };
        self.said.time_of_day(hour, minute, second);
        Some(())
    }

    /// Minutes or seconds.
    fn two_digits(&mut self) -> Option<i64> {
        let number = self.digit()? * 10 + self.digit()?;
        if number > 59 { self.back_two() } else { Some(number) }
    }

    /// `YYYY-MM-DD`, `MMDD[YY]`, `MM/DD[/YY]`, `MM.DD[.YY]`
    fn date(&mut self) -> Option<()> {
        let dashed = self.byte(4) == b'-' && self.byte(7) == b'-';
        let year = if dashed {
            let mut year = 0;
            for _ in 0..4 {
                year = year * 10 + self.digit()?;
            }
            self.at += 1;
            Some(year)
        } else {
            None
        };
        // The first character of a month is not looked at: whatever it is counts from '0'.
        let mut month = i64::from(self.byte(0)) - i64::from(b'0');
        self.at += 1;
        month = self.second_digit(month);
        if !(1..=12).contains(&month) {
            return self.back_two();
        }
        self.separator(dashed);
        let day = self.digit()?;
        let day = self.second_digit(day);
        if !(1..=31).contains(&day) {
            return self.back_two();
        }
        let year = if dashed {
            year
        } else {
            self.separator(false);
            let short = if self.byte(0).is_ascii_digit() { self.digit()? * 10 + self.digit()? } else { 0 };
            // 00 is as good as none.
            Some(short).filter(|short| *short > 0).map(|short| 2000 + short).or(self.said.year)
        };
        self.said.year = year;
        self.said.day = Some((month, day));
        Some(())
    }

    /// Between the parts of a date: one character whatever it is where dashes belong, else a dot or a slash if there is
    /// one.
    fn separator(&mut self, dashed: bool) {
        if dashed || matches!(self.byte(0), b'.' | b'/') {
            self.at += 1;
        }
    }

    fn second_digit(&mut self, first: i64) -> i64 {
        match self.digit() {
            Some(second) => first * 10 + second,
            None => first,
        }
    }

    /// The digit here, gone past.
    fn digit(&mut self) -> Option<i64> {
        let byte = self.byte(0);
        byte.is_ascii_digit().then(|| {
            self.at += 1;
            i64::from(byte - b'0')
        })
    }

    /// A message about a number that is too large names its first digit, taking it to have two: what stands before the text
    /// is -1.
    fn back_two<T>(&mut self) -> Option<T> {
        self.at = self.at.wrapping_sub(2);
        None
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.starts_with(self.at, word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn starts_with(&self, at: usize, word: &str) -> bool {
        let found = self.text.get(at..).and_then(|rest| rest.get(..word.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.byte_at(self.at + ahead)
    }

    /// 0 behind the end.
    fn byte_at(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(0)
    }
}
