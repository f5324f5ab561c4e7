//! Times of day and durations as Slurm's commands print them.

use super::Program;
use jiff::fmt::strtime::{BrokenDownTime, Config, PosixCustom};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicBool, Ordering};

const INFINITE: u32 = u32::MAX;
const NO_VAL: u32 = u32::MAX - 1;

/// The longest `SLURM_TIME_FORMAT` that is heeded.
const LONGEST_FORMAT: usize = 31;

/// How times of day are printed: `SLURM_TIME_FORMAT`, in this host's zone.
pub struct TimeFormat {
    kind: Kind,
    zone: TimeZone,
    program: Program,
    /// Whether a bad format is complained of with each time and not only with the first.
    complain_always: bool,
    complained: AtomicBool,
}

enum Kind {
    /// `2026-07-31T20:15:00`
    Standard,
    /// The shortest that tells the day.
    Relative(Zoned),
    /// As strftime(3) does it.
    Custom(String),
    /// What the variable says is no format: it is complained of when a time is printed.
    Invalid(OsString),
}

impl TimeFormat {
    /// What `SLURM_TIME_FORMAT` asks for. `complain_always`: see [`crate::slurm::Habits`].
    pub fn from_environment(program: Program, complain_always: bool) -> Self {
        Self::new(std::env::var_os("SLURM_TIME_FORMAT"), TimeZone::system(), program, complain_always)
    }

    fn new(asked: Option<OsString>, zone: TimeZone, program: Program, complain_always: bool) -> Self {
        let kind = match asked {
            None => Kind::Standard,
            Some(format) => match format.as_bytes() {
                b"" | b"standard" => Kind::Standard,
                b"relative" => Kind::Relative(Timestamp::now().to_zoned(zone.clone())),
                bytes if !bytes.contains(&b'%') || bytes.len() > LONGEST_FORMAT => Kind::Invalid(format),
                bytes => Kind::Custom(String::from_utf8_lossy(bytes).into_owned()),
            },
        };
        Self { kind, zone, program, complain_always, complained: AtomicBool::new(false) }
    }

    /// A time, seconds since 1970: `Unknown` for 0 and `INFINITE`, `None` for `NO_VAL`. A text that does not fit into `size`
    /// bytes with the NUL of a C string becomes a row of `#`; releases that complain of a bad format once only cut it.
    pub fn text(&self, seconds: i64, size: usize) -> String {
        if seconds == 0 || seconds == i64::from(INFINITE) {
            return "Unknown".into();
        }
        if seconds == i64::from(NO_VAL) {
            return "None".into();
        }
        let Ok(time) = Timestamp::from_second(seconds) else { return "Unknown".into() };
        let time = time.to_zoned(self.zone.clone());
        let text = match &self.kind {
            Kind::Standard => time.datetime().to_string(),
            Kind::Relative(now) => strftime(relative(&time, now), &time),
            Kind::Custom(format) => strftime(format, &time),
            Kind::Invalid(format) => {
                if self.complain_always || !self.complained.swap(true, Ordering::Relaxed) {
                    self.program
                        .error(format_args!("invalid SLURM_TIME_FORMAT = '{}'", format.to_string_lossy()));
                }
                time.datetime().to_string()
            }
        };
        let room = size.saturating_sub(1);
        match text.len() {
            length if length <= room => text,
            // Until 22.05, 255 bytes are written and then cut.
            length if length < 256 && !self.complain_always => {
                String::from_utf8_lossy(&text.as_bytes()[..room]).into_owned()
            }
            _ => "#".repeat(room),
        }
    }
}

/// strftime(3) in the C locale.
fn strftime(format: &str, time: &Zoned) -> String {
    let lenient = Config::new().custom(PosixCustom::new()).lenient(true);
    let broken_down = BrokenDownTime::from(time);
    broken_down.to_string_with_config(&lenient, glibcs(format)).unwrap_or_else(|_| format.to_owned())
}

/// The format without what only glibc knows (`E` and `O`, which mean nothing in the C locale) and with what glibc does not
/// know, and prints as it stands, escaped.
fn glibcs(format: &str) -> String {
    const KNOWN: &str = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ";
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let flags = after.find(|letter: char| !matches!(letter, '_' | '-' | '^' | '#' | '0'..='9'));
        let (flags, tail) = after.split_at(flags.unwrap_or(after.len()));
        let letters = tail.strip_prefix(['E', 'O']).unwrap_or(tail);
        match letters.chars().next() {
            Some('%') => {
                out.push_str("%%");
                rest = &letters[1..];
            }
            Some(letter) if KNOWN.contains(letter) => {
                out.push('%');
                out.push_str(flags);
                out.push(letter);
                rest = &letters[1..];
            }
            _ => {
                out.push_str("%%");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The format that tells `time` in the fewest letters today. Days are told apart by their number in the year, and years
/// count 1000.
fn relative(time: &Zoned, now: &Zoned) -> &'static str {
    let day = |time: &Zoned| 1000 * i32::from(time.year()) + i32::from(time.day_of_year());
    match day(time) - day(now) {
        -1 => "Ystday %H:%M",
        0 => "%H:%M:%S",
        1 => "Tomorr %H:%M",
        2..=6 => "%a %H:%M",
        -365..=365 => "%-d %b %H:%M",
        _ => "%-d %b %Y",
    }
}

/// Seconds as `02:03:04` or `1-02:03:04`.
pub fn seconds_text(seconds: i64) -> String {
    if seconds == i64::from(INFINITE) {
        return "UNLIMITED".into();
    }
    if seconds < 0 {
        return "INVALID".into();
    }
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
    match days {
        0 => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        days => format!("{days}-{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

/// Minutes in the same form.
pub fn minutes_text(minutes: u32) -> String {
    match minutes {
        INFINITE => "UNLIMITED".into(),
        minutes => seconds_text(i64::from(minutes) * 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(asked: &str) -> TimeFormat {
        TimeFormat::new(Some(asked.into()), TimeZone::UTC, Program("squeue"), false)
    }

    #[test]
    fn times_of_day() {
        assert_eq!(format("").text(86_400, 256), "1970-01-02T00:00:00");
        assert_eq!(format("standard").text(0, 256), "Unknown");
        assert_eq!(format("standard").text(0xffff_fffe, 256), "None");
        assert_eq!(format("%s").text(1_234_567_890, 256), "1234567890");
        assert_eq!(format("%d.%m.%y %H:%M|%e|%j|%%").text(86_400, 256), "02.01.70 00:00| 2|002|%");
        assert_eq!(format("nothing").text(86_400, 256), "1970-01-02T00:00:00");
        assert_eq!(
            format("%c|%x|%X|%r").text(86_400, 256),
            "Fri Jan  2 00:00:00 1970|01/02/70|00:00:00|12:00:00 AM"
        );
        assert_eq!(format("%Q %Ey %Od %f %N %.3f %E").text(86_400, 256), "%Q 70 02 %f %N %.3f %E");
        assert_eq!(format("").text(86_400, 10), "1970-01-0");
        let newer = TimeFormat::new(None, TimeZone::UTC, Program("squeue"), true);
        assert_eq!(newer.text(86_400, 10), "#########");
    }

    #[test]
    fn relative_times() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().to_zoned(TimeZone::UTC);
        let now = at("2026-07-31T12:00:00Z");
        let shown = |text: &str| strftime(relative(&at(text), &now), &at(text));
        assert_eq!(shown("2026-07-31T01:02:03Z"), "01:02:03");
        assert_eq!(shown("2026-07-30T20:13:00Z"), "Ystday 20:13");
        assert_eq!(shown("2026-08-01T03:22:00Z"), "Tomorr 03:22");
        assert_eq!(shown("2026-08-05T02:17:00Z"), "Wed 02:17");
        assert_eq!(shown("2026-06-08T13:14:00Z"), "8 Jun 13:14");
        assert_eq!(shown("2003-01-19T13:14:00Z"), "19 Jan 2003");
    }

    #[test]
    fn durations() {
        assert_eq!(seconds_text(0), "00:00:00");
        assert_eq!(seconds_text(93_784), "1-02:03:04");
        assert_eq!(seconds_text(-1), "INVALID");
        assert_eq!(minutes_text(90), "01:30:00");
        assert_eq!(minutes_text(u32::MAX), "UNLIMITED");
        assert_eq!(minutes_text(u32::MAX - 1), "2982616-04:14:00");
    }
}
