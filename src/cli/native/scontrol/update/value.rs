//! The values of an update, as scontrol reads them.

use super::super::words::{is, leading_number};
use crate::job::Dialect;
use crate::job::value::{Delay, Moment, number};
use crate::slurm::Change;
use jiff::Zoned;

/// A number from 0 on, below the two highest of its width, which mean something else.
fn below(text: &str, limit: u64) -> Option<u64> {
    let found = number::leading(text);
    // What is no number at all is 0 to strtoll(3), if nothing is there.
    let (value, rest) = found.map_or((0, text), |found| (found.value, found.rest));
    let fits = found.is_none_or(|found| !found.overflowed && found.value != i64::MAX);
    (fits && rest.is_empty())
        .then_some(value)
        .and_then(|value| u64::try_from(value).ok())
        .filter(|n| *n < limit)
}

/// 16 bits.
pub fn short(text: &str) -> Option<u16> {
    below(text, u64::from(u16::MAX) - 1).and_then(|number| u16::try_from(number).ok())
}

/// 32 bits.
pub fn word(text: &str) -> Option<u32> {
    below(text, u64::from(u32::MAX) - 1).and_then(|number| u32::try_from(number).ok())
}

/// 64 bits, of which strtoll(3) reads 63.
pub fn long(text: &str) -> Option<u64> {
    below(text, u64::MAX)
}

/// `YES`, `NO`, their beginnings, or a number.
pub fn yes_or_no(text: &str) -> Option<u16> {
    match text.as_bytes() {
        text if is(text, "YES", 1) => Some(1),
        text if is(text, "NO", 1) => Some(0),
        _ => short(text),
    }
}

/// Cores or threads that are kept for the system; `-1` and `*` give them back.
pub fn specialized(text: &str) -> Option<u16> {
    match text {
        "-1" | "*" => Some(Change::INFINITE16),
        _ => short(text),
    }
}

/// A nice value or a site's factor, offset as a request has it; none where it is out of range.
pub fn offset(text: &str) -> Option<u32> {
    let value = leading_number(text).0;
    let most = i64::from(Change::NICE_OFFSET) - 3;
    let offset = i64::from(Change::NICE_OFFSET).checked_add(value)?;
    (-most..=most).contains(&value).then(|| u32::try_from(offset).ok()).flatten()
}

/// Minutes, as `time_str2mins` gives them: `INFINITE` for no limit. None for what is no time.
pub fn minutes(text: &str) -> Option<u32> {
    match Delay::parse(text, "").ok()? {
        Delay::Unlimited => Some(Change::INFINITE),
        Delay::Seconds(seconds) => Some(((seconds as i32).wrapping_add(59) / 60) as u32),
    }
}

/// Seconds, `INFINITE` for no limit. None for what is no time.
pub fn seconds(text: &str) -> Option<u32> {
    Delay::parse(text, "").ok().map(Delay::seconds)
}

/// A point in time, seconds since 1970. The error is what is said of it.
pub fn moment(text: &str, dialect: &Dialect) -> Result<i64, Option<String>> {
    let now = Zoned::now();
    Moment::parse(text, &now, dialect).map(|moment| moment.seconds).map_err(|invalid| invalid.note)
}

/// `4`, `2-4`, `1k`, and `*` for anything. The second is none where only one was given.
///
/// # Errors
/// What Slurm says of a text that is none.
pub fn range(text: &str, what: &str, dialect: &Dialect) -> Result<(i32, Option<i32>), String> {
    if text.is_empty() || text.starts_with('*') {
        return Ok((1, Some(i32::MAX)));
    }
    let wrong = |wrong: Wrong| match wrong {
        Wrong::NoNumber => format!("Invalid numeric value \"{text}\" for {what}."),
        Wrong::TooLarge(value) => {
            let size = if dialect.says_too_large { "too large" } else { "to big" };
            format!("Numeric argument ({value}) {size} for {what}.")
        }
    };
    let (least, rest) = count(text, 0).map_err(wrong)?;
    match rest.strip_prefix('-') {
        Some(most) => Ok((least, Some(count(most, 1).map_err(wrong)?.0))),
        None => Ok((least, None)),
    }
}

/// What is wrong with a bound of a range.
enum Wrong {
    NoNumber,
    TooLarge(i64),
}

/// A bound with its `k` or `m`, and what stands behind it.
fn count(text: &str, least: i64) -> Result<(i32, &str), Wrong> {
    let (mut value, mut rest) = leading_number(text);
    if let Some(behind) = rest.strip_prefix(['k', 'K']) {
        (value, rest) = (value.wrapping_mul(1024), behind);
    } else if let Some(behind) = rest.strip_prefix(['m', 'M']) {
        (value, rest) = (value.wrapping_mul(1024 * 1024), behind);
    }
    if !(rest.is_empty() || rest.starts_with('-')) || value < least {
        return Err(Wrong::NoNumber);
    }
    i32::try_from(value).map(|count| (count, rest)).map_err(|_| Wrong::TooLarge(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers() {
        assert_eq!(
            (short("65533"), short("65534"), short("-1"), short("1x")),
            (Some(65533), None, None, None)
        );
        assert_eq!((word("4294967293"), word("4294967294")), (Some(4_294_967_293), None));
        assert_eq!(
            (long("9223372036854775806"), long("9223372036854775807")),
            (Some(i64::MAX as u64 - 1), None)
        );
        assert_eq!((short(""), short(" 7")), (Some(0), Some(7)));
        assert_eq!(
            (yes_or_no("y"), yes_or_no("no"), yes_or_no("2"), yes_or_no("maybe")),
            (Some(1), Some(0), Some(2), None)
        );
        assert_eq!((specialized("*"), specialized("3")), (Some(u16::MAX), Some(3)));
        assert_eq!(
            (offset("-5"), offset("x"), offset("2147483646")),
            (Some(0x7fff_fffb), Some(0x8000_0000), None)
        );
    }

    #[test]
    fn times() {
        assert_eq!(
            (minutes("90"), minutes("0:30"), minutes("1-0"), minutes("0")),
            (Some(90), Some(1), Some(1440), Some(0))
        );
        assert_eq!((minutes("UNLIMITED"), minutes("soon")), (Some(u32::MAX), None));
        assert_eq!((seconds("1"), seconds("0:05"), seconds("x")), (Some(60), Some(5), None));
    }

    #[test]
    fn ranges() {
        let read = |text| range(text, "NumCPUs", &Dialect::default());
        assert_eq!(read("4"), Ok((4, None)));
        assert_eq!(read("2-4"), Ok((2, Some(4))));
        assert_eq!(read("1k-1m"), Ok((1024, Some(1_048_576))));
        assert_eq!(read("*"), Ok((1, Some(i32::MAX))));
        assert_eq!(read("x"), Err("Invalid numeric value \"x\" for NumCPUs.".to_owned()));
        assert_eq!(read("2-0"), Err("Invalid numeric value \"2-0\" for NumCPUs.".to_owned()));
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in any::<String>()) {
            let dialect = Dialect::default();
            let _ = (short(&text), word(&text), long(&text), offset(&text), minutes(&text), seconds(&text));
            let _ = (range(&text, "x", &dialect), moment(&text, &dialect));
        }

        #[test]
        fn ranges_read_back(least in 0..i32::MAX, more in 0..1000) {
            let most = least.saturating_add(more).max(1);
            let read = range(&format!("{least}-{most}"), "x", &Dialect::default());
            prop_assert_eq!(read, Ok((least, Some(most))));
        }
    }
}
