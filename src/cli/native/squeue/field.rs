//! Fields: what `-o` and `-O` can name, and the pen with which they write themselves into a column.

use super::super::time_text::TimeFormat;
use super::super::units;
use super::super::users::Users;
use super::cell::{self, Cut, Measure};
use crate::job::Hostlist;
use crate::slurm::{SqueueHabits, Text};
use std::borrow::Cow;

pub const INFINITE: u32 = u32::MAX;
pub const NO_VAL: u32 = u32::MAX - 1;
pub const INFINITE16: u16 = u16::MAX;
pub const NO_VAL16: u16 = u16::MAX - 1;

/// One field; `T` is the function that writes what a record says into a cell.
pub struct Field<T> {
    /// In `-O`.
    pub name: &'static str,
    /// In `-o`, without its `%`; 0 for none.
    pub letter: u8,
    pub heading: Heading,
    /// Left out of the lists that `--helpformat` prints.
    pub hidden: bool,
    pub tell: T,
}

/// A field's heading.
#[derive(Clone, Copy)]
pub enum Heading {
    /// As other texts.
    Plain(&'static str),
    /// Not cut where it stands on the right.
    Whole(&'static str),
    /// On the left, whatever the column says.
    Left(&'static str),
}

impl<T> Field<T> {
    pub const fn new(name: &'static str, letter: u8, heading: &'static str, tell: T) -> Self {
        Self { name, letter, heading: Heading::Plain(heading), hidden: false, tell }
    }

    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    pub const fn headed(mut self, heading: Heading) -> Self {
        self.heading = heading;
        self
    }
}

/// What fields want to know besides their record.
pub struct Surroundings {
    /// Seconds since 1970.
    pub now: i64,
    pub times: TimeFormat,
    pub users: Users,
    pub habits: SqueueHabits,
    /// `--noconvert`
    pub convert: units::Convert,
    /// `--expand-patterns`
    pub expand_patterns: bool,
    /// `SLURM_BITSTR_LEN` is set: lists of array tasks are not cut.
    pub whole_task_lists: bool,
}

/// Writes one cell.
pub struct Pen<'a> {
    pub out: &'a mut Vec<u8>,
    pub measure: Measure,
    pub with: &'a Surroundings,
}

impl Pen<'_> {
    fn put(&mut self, text: Option<&[u8]>, cut: Cut) {
        cell::write(self.out, self.measure, text, cut);
    }

    pub fn heading(&mut self, heading: Heading) {
        match heading {
            Heading::Plain(text) => self.str(text),
            Heading::Whole(text) => self.put(Some(text.as_bytes()), Cut::LeftOnly),
            Heading::Left(text) => {
                self.measure.right = false;
                self.str(text);
            }
        }
    }

    /// A string of the record's.
    pub fn text(&mut self, text: Text<'_>) {
        self.put(text.map(|text| text.to_bytes()), Cut::Always);
    }

    /// The same, never cut on the right.
    pub fn whole_text(&mut self, text: Text<'_>) {
        self.put(text.map(|text| text.to_bytes()), Cut::LeftOnly);
    }

    /// The same, or else another word.
    pub fn text_or(&mut self, text: Text<'_>, otherwise: &str) {
        self.put(Some(text.map_or(otherwise.as_bytes(), |text| text.to_bytes())), Cut::Always);
    }

    pub fn bytes(&mut self, text: &[u8]) {
        self.put(Some(text), Cut::Always);
    }

    pub fn maybe_bytes(&mut self, text: Option<&[u8]>) {
        self.put(text, Cut::Always);
    }

    pub fn whole_bytes(&mut self, text: &[u8]) {
        self.put(Some(text), Cut::LeftOnly);
    }

    pub fn str(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub fn number(&mut self, number: u32) {
        self.str(Digits::new().of(number));
    }

    /// A number that Slurm prints as one with a sign, whatever it is.
    pub fn signed(&mut self, number: u32) {
        self.int(number.cast_signed());
    }

    pub fn int(&mut self, number: i32) {
        if number >= 0 {
            self.number(number.unsigned_abs());
        } else {
            self.str(&number.to_string());
        }
    }

    /// A number, or `N/A` where none was asked for.
    pub fn count(&mut self, number: u16) {
        match number {
            NO_VAL16 => self.str("N/A"),
            number => self.number(number.into()),
        }
    }

    /// The same where no limit is none as well.
    pub fn limit(&mut self, number: u16) {
        match number {
            INFINITE16 => self.str("N/A"),
            number => self.count(number),
        }
    }

    /// A user's or group's number.
    pub fn id(&mut self, id: u32) {
        if self.with.habits.ids_are_unsigned { self.number(id) } else { self.signed(id) }
    }

    pub fn user(&mut self, uid: u32) {
        let name = self.with.users.user(uid);
        self.str(&name);
    }

    pub fn time(&mut self, seconds: i64) {
        if seconds == 0 {
            return self.str("N/A");
        }
        let size = if self.with.habits.times_are_short { 32 } else { 256 };
        let text = self.with.times.text(seconds, size);
        self.str(&text);
    }

    /// A duration in the fewest digits: `1:02`, `1-02:03:04`; never cut on the right.
    pub fn duration(&mut self, seconds: i64) {
        let text = duration(seconds);
        self.put(Some(text.as_bytes()), Cut::LeftOnly);
    }

    /// The same, cut.
    pub fn cut_duration(&mut self, seconds: i64) {
        let text = duration(seconds);
        self.str(&text);
    }

    /// A list of nodes, sorted, never cut on the right.
    pub fn nodes(&mut self, nodes: Text<'_>) {
        let listed = nodes.map_or(Cow::Borrowed(""), |nodes| nodes.to_string_lossy());
        // One name is sorted, and so is one pair of brackets that slurmctld wrote.
        if listed.contains(',')
            && let Ok(mut list) = listed.parse::<Hostlist>()
        {
            if self.with.habits.node_lists_are_sorted {
                list.sort();
            }
            let text = list.to_string();
            return self.put(Some(text.as_bytes()), Cut::LeftOnly);
        }
        self.put(Some(nodes.map_or(b"", |nodes| nodes.to_bytes())), Cut::LeftOnly);
    }

    /// An amount with its unit, in a buffer of so many bytes.
    pub fn amount(&mut self, number: f64, power: units::Power, size: usize) {
        let mut text = units::text(number, power, 1024, self.with.convert);
        text.truncate(size - 1);
        self.str(&text);
    }

    /// Whether nodes, sockets and the like were asked for; `*` where they were not.
    pub fn geometry(&mut self, count: u16) {
        match count {
            NO_VAL16 => self.str("*"),
            count => self.amount(count.into(), units::NONE, 8),
        }
    }
}

/// The decimal digits of a number, without going by way of the heap.
pub struct Digits([u8; 10]);

impl Digits {
    pub fn new() -> Self {
        Self([0; 10])
    }

    pub fn of(&mut self, mut number: u32) -> &str {
        let mut at = self.0.len();
        for place in self.0.iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
            at -= 1;
            if number == 0 {
                break;
            }
        }
        self.0.get(at..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

/// Seconds in the fewest digits; more than a year is `INVALID`.
pub fn duration(seconds: i64) -> String {
    const YEAR: i64 = 365 * 86_400;
    if !(0..=YEAR).contains(&seconds) {
        return "INVALID".into();
    }
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    match (days, hours) {
        (0, 0) => format!("{minutes}:{seconds:02}"),
        (0, hours) => format!("{hours}:{minutes:02}:{seconds:02}"),
        (days, hours) => format!("{days}-{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration(0), "0:00");
        assert_eq!(duration(3599), "59:59");
        assert_eq!(duration(3600), "1:00:00");
        assert_eq!(duration(93_784), "1-02:03:04");
        assert_eq!(duration(365 * 86_400), "365-00:00:00");
        assert_eq!(duration(365 * 86_400 + 1), "INVALID");
        assert_eq!(duration(-1), "INVALID");
    }

    #[test]
    fn digits() {
        for number in [0, 7, 10, 123, u32::MAX] {
            assert_eq!(Digits::new().of(number), number.to_string());
        }
    }
}
