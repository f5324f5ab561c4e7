//! Points in time: `--begin`, `--deadline`.

mod reader;

use super::number;
use crate::job::Dialect;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};
use std::fmt;

/// A point in time, in seconds since 1970 as Slurm keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Never 0: in a request that means that nothing was asked for.
    pub seconds: i64,
}

/// Why a text is no moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTime {
    /// What native prints as it stands, without its own name before it, ahead of its error:
    /// `Invalid time specification (pos=4): now+x`. None where the text says no time at all.
    pub note: Option<String>,
}

impl InvalidTime {
    /// Native's error. `option` is `--begin` or `--deadline`.
    #[must_use]
    pub fn message(&self, option: &str) -> String {
        format!("Invalid {option} specification")
    }
}

/// The note, for those who do not print as native does.
impl fmt::Display for InvalidTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.note.as_deref().unwrap_or("No time is given"))
    }
}

impl std::error::Error for InvalidTime {}

impl Moment {
    /// Reads a value of `--begin` or `--deadline`: `now`, `now+1hour`, `today`, `tomorrow`, `midnight`, `noon`,
    /// `elevenses`, `fika`, `teatime`, `HH:MM[:SS] [AM|PM]`, `MMDD[YY]`, `MM/DD[/YY]`, `MM.DD[.YY]`,
    /// `YYYY-MM-DD[THH:MM[:SS]]`, one after another with blanks, `-` or `T` between; or `uts` and seconds since 1970.
    /// All of it in `now`'s time zone.
    ///
    /// A time of day without a date is the next one: today if its minute is still to come, else tomorrow; a date without
    /// a year is the next one likewise; a date without a time is its midnight.
    ///
    /// # Errors
    /// Where native refuses it, with the place that it would name.
    pub fn parse(text: &str, now: &Zoned, dialect: &Dialect) -> Result<Self, InvalidTime> {
        let seconds = read(text, now, dialect, Side::Coming)?;
        if seconds == 0 { Err(InvalidTime { note: None }) } else { Ok(Self { seconds }) }
    }

    /// Reads a time as those do who ask for what has been: a time of day without a date is today's, a date without a year
    /// is this year's, or last year's where its month is still to come. 0 where the text says no time at all.
    ///
    /// # Errors
    /// Where native refuses it, with the place that it would name.
    pub fn parse_past(text: &str, now: &Zoned, dialect: &Dialect) -> Result<i64, InvalidTime> {
        read(text, now, dialect, Side::Past)
    }

    /// As Slurm's commands print it in `zone`: `2026-01-31T08:00:00`.
    #[must_use]
    pub fn local(self, zone: &TimeZone) -> String {
        let (behind, years) = if self.seconds > LATE { (GREGORIAN_CYCLE, 400) } else { (0, 0) };
        match Timestamp::from_second(self.seconds - behind) {
            Ok(timestamp) => {
                let local = timestamp.to_zoned(zone.clone());
                // A year of less than four digits is written without zeroes before it.
                format!("{}{}", i64::from(local.year()) + years, local.strftime("-%m-%dT%H:%M:%S"))
            }
            Err(_) => self.to_string(),
        }
    }
}

/// On which side of now a time is that does not say so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Coming,
    Past,
}

fn read(text: &str, now: &Zoned, dialect: &Dialect, side: Side) -> Result<i64, InvalidTime> {
    let invalid = |position: usize| InvalidTime {
        note: Some(format!("Invalid time specification (pos={}): {text}", position.cast_signed())),
    };
    if text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("uts")) {
        return since_1970(text.get(3..).unwrap_or_default()).ok_or_else(|| invalid(0));
    }
    let mut reader = reader::Reader::new(text, now, dialect);
    match reader.read() {
        Some(()) => reader.said.resolve(now, side).ok_or_else(|| invalid(reader.at)),
        None => Err(invalid(reader.at)),
    }
}

/// `uts` and the seconds, as `--begin` takes them. What is before 12 January 1970 cannot be said so, and is printed as a
/// date in UTC, which sbatch reads from 1900 on.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.seconds) {
            Ok(timestamp) if self.seconds < EARLIEST_UTS => {
                f.write_str(&timestamp.strftime("%FT%T").to_string())
            }
            _ => write!(f, "uts{}", self.seconds),
        }
    }
}

const EARLIEST_UTS: i64 = 1_000_000;

fn since_1970(text: &str) -> Option<i64> {
    let number = number::leading(text).filter(|number| number.rest.is_empty())?;
    (EARLIEST_UTS..i64::MAX).contains(&number.value).then_some(number.value)
}

/// What a text has said so far; a later word overrides an earlier one.
#[derive(Default)]
struct Said {
    year: Option<i64>,
    /// Month from 1, and day.
    day: Option<(i64, i64)>,
    /// Hour and minute.
    time: Option<(i64, i64)>,
    second: i64,
}

impl Said {
    fn day_of(&mut self, moment: &Zoned) {
        self.year = Some(moment.year().into());
        self.day = Some((moment.month().into(), moment.day().into()));
    }

    fn time_of_day(&mut self, hour: i64, minute: i64, second: i64) {
        self.time = Some((hour, minute));
        self.second = second;
    }

    /// The seconds since 1970 that were meant: 0 if nothing was said, none if there is no such moment.
    fn resolve(mut self, now: &Zoned, side: Side) -> Option<i64> {
        let this_minute = (i64::from(now.hour()), i64::from(now.minute()));
        let (day, (hour, minute)) = match (self.day, self.time) {
            (None, None) => return Some(0),
            (Some(day), time) => (day, time.unwrap_or((0, 0))),
            (None, Some(time)) => {
                let passed = side == Side::Coming && time <= this_minute;
                self.day_of(&if passed { later(now, DAY)? } else { now.clone() });
                (self.day?, time)
            }
        };
        // For 1899, sbatch has the number that also stands for no year at all.
        let year = self.year.filter(|year| *year != 1899).unwrap_or_else(|| {
            let today = (i64::from(now.month()), i64::from(now.day()));
            let passed = (day, (hour, minute)) <= (today, this_minute);
            match side {
                Side::Coming => i64::from(now.year()) + i64::from(passed),
                Side::Past => i64::from(now.year()) - i64::from(day.0 > today.0),
            }
        });
        let (year, ahead) = if year > 9000 { (year - 400, GREGORIAN_CYCLE) } else { (year, 0) };
        // A day that the month does not have is one of the next month, as for mktime(3).
        let first = Date::new(year.try_into().ok()?, day.0.try_into().ok()?, 1).ok()?;
        let date = first.checked_add(Span::new().days(day.1 - 1)).ok()?;
        let part = |number: i64| i8::try_from(number).ok();
        let local = date.at(part(hour)?, part(minute)?, part(self.second)?, 0);
        let seconds = local.to_zoned(now.time_zone().clone()).ok()?.timestamp().as_second();
        // -1 is how mktime(3) says that it failed.
        seconds.checked_add(ahead).filter(|seconds| *seconds != -1)
    }
}

const DAY: i64 = 24 * 60 * 60;
/// The calendar repeats after 400 years. jiff's ends within the last year that can be written.
const GREGORIAN_CYCLE: i64 = 146_097 * DAY;
/// In the year 9000: what is later is reckoned a cycle earlier.
const LATE: i64 = 221_845_392_000;

fn later(now: &Zoned, seconds: i64) -> Option<Zoned> {
    let at = now.timestamp().as_second().checked_add(seconds)?;
    Some(Timestamp::from_second(at).ok()?.to_zoned(now.time_zone().clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A Saturday in the evening of a city whose clocks change.
    fn now() -> Zoned {
        "2026-02-28T18:30:45-05:00[America/New_York]".parse().expect("a moment")
    }

    fn read(text: &str) -> Result<String, Option<String>> {
        let moment = Moment::parse(text, &now(), &Dialect::default());
        moment.map(|moment| moment.local(now().time_zone())).map_err(|error| error.note)
    }

    #[test]
    fn what_has_been() {
        let expected = [
            ("noon", "2026-02-28T12:00:00"),
            ("23:00", "2026-02-28T23:00:00"),
            ("0228", "2026-02-28T00:00:00"),
            ("0227", "2026-02-27T00:00:00"),
            ("12/31", "2025-12-31T00:00:00"),
            ("now-1hour", "2026-02-28T17:30:45"),
        ];
        for (text, local) in expected {
            let seconds = Moment::parse_past(text, &now(), &Dialect::default()).unwrap();
            assert_eq!(Moment { seconds }.local(now().time_zone()), local, "{text}");
        }
        assert_eq!(Moment::parse_past("", &now(), &Dialect::default()), Ok(0));
    }

    #[test]
    fn words_and_dates() {
        let expected = [
            ("now", "2026-02-28T18:30:45"),
            ("now+90", "2026-02-28T18:32:15"),
            ("now+1hour", "2026-02-28T19:30:45"),
            ("now + 2 days", "2026-03-02T18:30:45"),
            ("now-1hour", "2026-02-28T17:30:45"),
            ("NOW+1WEEKS", "2026-03-07T18:30:45"),
            ("today", "2026-02-28T00:00:00"),
            ("tomorrow", "2026-03-01T00:00:00"),
            ("tomorrow noon", "2026-03-01T12:00:00"),
            ("midnight", "2026-03-01T00:00:00"),
            ("noon", "2026-03-01T12:00:00"),
            ("elevenses", "2026-03-01T11:00:00"),
            ("fika", "2026-03-01T15:00:00"),
            ("teatime", "2026-03-01T16:00:00"),
            ("18:30", "2026-03-01T18:30:00"),
            ("18:30:50", "2026-03-01T18:30:50"),
            ("18:31", "2026-02-28T18:31:00"),
            ("7:15pm", "2026-02-28T19:15:00"),
            ("12:00 AM", "2026-03-01T00:00:00"),
            ("0301", "2026-03-01T00:00:00"),
            ("0228", "2027-02-28T00:00:00"),
            ("022828", "2028-02-28T00:00:00"),
            ("2/28/28", "2028-02-28T00:00:00"),
            ("02.28-23:59", "2026-02-28T23:59:00"),
            ("2/31", "2026-03-03T00:00:00"),
            ("2027-01-20", "2027-01-20T00:00:00"),
            ("2027-01-20T12:34", "2027-01-20T12:34:00"),
            ("2027-01-20T12:34:56", "2027-01-20T12:34:56"),
            ("noon\ntrailing", "2026-03-01T12:00:00"),
            ("uts1800000000", "2027-01-15T03:00:00"),
            ("9999-12-31", "9999-12-31T00:00:00"),
            ("0300-01-01", "300-01-01T00:00:00"),
            ("1899-03-01", "2026-03-01T00:00:00"),
            // Does not exist: the clocks go from 2 to 3.
            ("2026-03-08T02:30", "2026-03-08T03:30:00"),
        ];
        for (text, moment) in expected {
            assert_eq!(read(text).as_deref(), Ok(moment), "{text}");
        }
        assert_eq!(
            Moment::parse("9999-12-31", &now(), &Dialect::default()).map(|m| m.seconds),
            Ok(253_402_232_400)
        );
    }

    #[test]
    fn what_is_refused_and_where() {
        let expected = [
            ("sometime", 0),
            ("now+1h", 4),
            ("now+", 3),
            ("now*2", 3),
            ("24:00", 0),
            ("12:60", 3),
            ("13:00am", 5),
            ("today x", 6),
            ("13/01", 0),
            ("0x", -1),
            ("1/32", 2),
            ("2026-13-01", 5),
            ("Tomorrow", 1),
            ("uts5", 0),
            ("utsX", 0),
        ];
        for (text, place) in expected {
            let said = format!("Invalid time specification (pos={place}): {text}");
            assert_eq!(read(text), Err(Some(said)));
        }
        for nothing in ["", " ", "-", "T"] {
            assert_eq!(read(nothing), Err(None), "{nothing:?}");
        }
        let before = Dialect { elevenses: false, ..Dialect::default() };
        assert!(Moment::parse("elevenses", &now(), &before).is_err());
        assert_eq!(InvalidTime { note: None }.message("--begin"), "Invalid --begin specification");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,40}|(now|today|tomorrow|noon|uts|[-+T: 0-9/.apm]{0,5}){0,5}") {
            let _ = Moment::parse(&text, &now(), &Dialect::default());
        }

        #[test]
        fn moments_read_back(seconds in 1i64..1 << 40) {
            let utc = now().with_time_zone(TimeZone::UTC);
            let moment = Moment { seconds };
            let again = Moment::parse(&moment.to_string(), &utc, &Dialect::default());
            prop_assert_eq!(again, Ok(moment));
            if seconds < 200_000_000_000 {
                let again = Moment::parse(&moment.local(&TimeZone::UTC), &utc, &Dialect::default());
                prop_assert_eq!(again, Ok(moment));
            }
        }
    }
}
