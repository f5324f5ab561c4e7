//! Whole numbers as Slurm's commands read them: the way of strtol(3), where leading blanks and a sign are welcome, the
//! number ends at the first character that is no digit, and what does not fit is as large as can be.

use crate::job::Dialect;

/// What strtol(3) finds at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leading<'a> {
    /// The number, or the largest or smallest there is where it does not fit.
    pub value: i64,
    /// Whether it did not fit.
    pub overflowed: bool,
    /// What follows it.
    pub rest: &'a str,
}

/// Reads the number that `text` begins with; none without a digit.
#[must_use]
pub fn leading(text: &str) -> Option<Leading<'_>> {
    leading_in_base(text, Base::Ten)
}

/// What digits count for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Decimal.
    Ten,
    /// Hexadecimal, without `0x` before it.
    Sixteen,
    /// As C writes numbers: `0x` is hexadecimal, another 0 in front octal.
    Any,
}

/// Like [`leading`], for numbers that are written in another way.
pub(super) fn leading_in_base(text: &str, base: Base) -> Option<Leading<'_>> {
    let trimmed = text.trim_start_matches(is_space);
    let (negative, unsigned) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let hexadecimal = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
    let hexadecimal = hexadecimal.filter(|rest| rest.starts_with(|c: char| c.is_ascii_hexdigit()));
    let (unsigned, radix) = match (base, hexadecimal) {
        (Base::Ten, _) => (unsigned, 10),
        (Base::Sixteen, _) => (unsigned, 16),
        (Base::Any, Some(rest)) => (rest, 16),
        (Base::Any, None) => (unsigned, if unsigned.starts_with('0') { 8 } else { 10 }),
    };
    let rest = unsigned.trim_start_matches(|c: char| c.is_digit(radix));
    let digits = unsigned.strip_suffix(rest).filter(|digits| !digits.is_empty())?;
    let exact = digits.chars().try_fold(0i64, |sum, digit| {
        let digit = i64::from(digit.to_digit(radix)?);
        let sum = sum.checked_mul(i64::from(radix))?;
        if negative { sum.checked_sub(digit) } else { sum.checked_add(digit) }
    });
    let saturated = if negative { i64::MIN } else { i64::MAX };
    Some(Leading { value: exact.unwrap_or(saturated), overflowed: exact.is_none(), rest })
}

/// Like [`leading`], where a text without a number counts as 0 and is left as it is.
pub(super) fn leading_or_zero(text: &str) -> Leading<'_> {
    leading(text).unwrap_or(Leading { value: 0, overflowed: false, rest: text })
}

/// As isspace(3) in the C locale.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t'..='\r')
}

/// Whether nothing but white space is left.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// Which whole numbers an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// From 1 on: `--ntasks`, `--cpus-per-task`, `--mincpus`, `--ntasks-per-*`, `--cpus-per-gpu`, `--sockets-per-node`,
    /// `--cores-per-socket`, `--threads-per-core`, `--thread-spec`, `--switches`.
    Positive,
    /// From 0 on; an empty text is 0: `--core-spec`, `--wait-all-nodes`, `--resv-ports`.
    NotNegative,
}

/// The value of an option that takes one whole number. `option` is what a message calls it: `--ntasks`.
///
/// # Errors
/// For what is no such number, in native's words.
pub fn integer(text: &str, option: &str, range: Range, dialect: &Dialect) -> Result<i32, String> {
    let Leading { value, rest, .. } = leading_or_zero(text);
    if !rest.is_empty() || value < 0 || (range == Range::Positive && value == 0) {
        return Err(format!("Invalid numeric value \"{text}\" for {option}."));
    }
    let limit = if dialect.integers_must_fit { i64::from(i32::MAX) } else { i64::MAX };
    if value >= limit {
        return Err(too_large(value, option, dialect));
    }
    // A release that does not ask for less keeps the low 32 bits.
    Ok(value as i32)
}

pub(super) fn too_large(value: i64, option: &str, dialect: &Dialect) -> String {
    let size = if dialect.says_too_large { "large" } else { "big" };
    let to = if dialect.says_too_large { "too" } else { "to" };
    format!("Numeric argument ({value}) {to} {size} for {option}.")
}

/// A number of 16 bits, the two highest of which mean something else: `--segment`, `--oom-kill-step`. An empty text is
/// 0.
#[must_use]
pub fn short(text: &str) -> Option<u16> {
    let Leading { value, overflowed, rest } = leading_or_zero(text);
    if overflowed || !rest.is_empty() {
        return None;
    }
    u16::try_from(value).ok().filter(|value| *value < u16::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_strtol_finds() {
        let found = |text| leading(text).map(|found| (found.value, found.overflowed, found.rest));
        assert_eq!(found("12"), Some((12, false, "")));
        assert_eq!(found(" \t\u{b}+12k"), Some((12, false, "k")));
        assert_eq!(found("-7-8"), Some((-7, false, "-8")));
        assert_eq!(found("-9223372036854775808"), Some((i64::MIN, false, "")));
        assert_eq!(found("9223372036854775808"), Some((i64::MAX, true, "")));
        for none in ["", "k", "-", "+-1", "\u{a0}1"] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn other_bases() {
        let found = |text, base| leading_in_base(text, base).map(|found| (found.value, found.rest));
        assert_eq!(found("ff", Base::Sixteen), Some((255, "")));
        assert_eq!(found("0x1f", Base::Any), Some((31, "")));
        assert_eq!(found("0x", Base::Any), Some((0, "x")));
        assert_eq!(found("017", Base::Any), Some((15, "")));
        assert_eq!(found("09", Base::Any), Some((0, "9")));
        assert_eq!(found("19", Base::Any), Some((19, "")));
    }

    #[test]
    fn integers() {
        let newest = Dialect::default();
        let oldest = Dialect { integers_must_fit: false, says_too_large: false, ..newest };
        let positive = |text, dialect| integer(text, "--ntasks", Range::Positive, dialect);
        assert_eq!(positive("4", &newest), Ok(4));
        assert_eq!(positive(" +4", &newest), Ok(4));
        for bad in ["", "0", "-1", "4k", "four", "4 "] {
            let said = format!("Invalid numeric value \"{bad}\" for --ntasks.");
            assert_eq!(positive(bad, &newest), Err(said));
        }
        assert_eq!(
            positive("2147483647", &newest),
            Err("Numeric argument (2147483647) too large for --ntasks.".to_owned())
        );
        assert_eq!(positive("4294967301", &oldest), Ok(5));
        assert_eq!(
            positive("99999999999999999999", &oldest),
            Err("Numeric argument (9223372036854775807) to big for --ntasks.".to_owned())
        );
        assert_eq!(integer("", "--core-spec", Range::NotNegative, &newest), Ok(0));
        assert_eq!(integer("0", "--core-spec", Range::NotNegative, &newest), Ok(0));
    }

    #[test]
    fn shorts() {
        assert_eq!(short("0"), Some(0));
        assert_eq!(short(""), Some(0));
        assert_eq!(short("65533"), Some(65533));
        for bad in ["65534", "-1", "1x", "99999999999999999999"] {
            assert_eq!(short(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,30}") {
            let _ = integer(&text, "--ntasks", Range::Positive, &Dialect::default());
            let _ = short(&text);
        }

        #[test]
        fn a_number_reads_back(value in any::<i64>(), rest in "[a-z]{0,3}") {
            let text = format!("{value}{rest}");
            prop_assert_eq!(leading(&text), Some(Leading { value, overflowed: false, rest: &rest }));
        }
    }
}
