//! `--nnodes` and `--ncpus`: `4`, `2-8`, `1k-2k`, `*`.

use crate::job::value::number::{self, Leading};

/// How many at least, and at most where that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    pub least: u32,
    pub most: Option<u32>,
}

/// Reads a range. `what` is what a message calls it.
///
/// # Errors
/// What native says of it.
pub fn read(text: &str, what: &str, to_big: bool) -> Result<Numbers, String> {
    const LARGEST: u32 = i32::MAX as u32;
    if text.is_empty() || text.starts_with('*') {
        return Ok(Numbers { least: 1, most: Some(LARGEST) });
    }
    let one = |text_of_one: &mut &str, smallest: i64| {
        let Leading { mut value, mut rest, .. } = number::leading(text_of_one).unwrap_or(Leading {
            value: 0,
            overflowed: false,
            rest: text_of_one,
        });
        for (letters, factor) in [(['k', 'K'], 1024), (['m', 'M'], 1024 * 1024)] {
            if let Some(behind) = rest.strip_prefix(letters) {
                value = value.saturating_mul(factor);
                rest = behind;
                break;
            }
        }
        if (!rest.is_empty() && !rest.starts_with('-')) || value < smallest {
            return Err(format!("Invalid numeric value \"{text}\" for {what}."));
        }
        *text_of_one = rest;
        u32::try_from(value).ok().filter(|value| *value <= LARGEST).ok_or_else(|| {
            let too_large = if to_big { "to big" } else { "too large" };
            format!("Numeric argument ({value}) {too_large} for {what}.")
        })
    };
    let mut rest = text;
    let least = one(&mut rest, 0)?;
    let most = match rest.strip_prefix('-') {
        None => None,
        Some(mut rest) => Some(one(&mut rest, 1)?),
    };
    Ok(Numbers { least, most })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges() {
        let read = |text: &str| read(text, "it", true).map(|found| (found.least, found.most));
        assert_eq!(read("4"), Ok((4, None)));
        assert_eq!(read("2-8"), Ok((2, Some(8))));
        assert_eq!(read("0-1k"), Ok((0, Some(1024))));
        assert_eq!(read("2m"), Ok((2 << 20, None)));
        assert_eq!(read("*"), Ok((1, Some(i32::MAX as u32))));
        assert_eq!(read("2-8-9"), Ok((2, Some(8))));
        for wrong in ["x", "-5", "2-", "2-0", "2-x", "4x"] {
            assert_eq!(read(wrong), Err(format!("Invalid numeric value \"{wrong}\" for it.")));
        }
        assert_eq!(read("5000000000"), Err("Numeric argument (5000000000) to big for it.".into()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9kKmM*x -]{0,12}") {
            let _ = read(&text, "it", false);
        }

        #[test]
        fn what_is_written_is_read_again(least in 0u32..i32::MAX as u32, most in 1u32..i32::MAX as u32) {
            prop_assert_eq!(read(&format!("{least}-{most}"), "it", false), Ok(Numbers { least, most: Some(most) }));
        }
    }
}
