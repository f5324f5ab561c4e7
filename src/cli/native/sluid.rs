//! SLUIDs, the numbers that no two jobs of a cluster share: `s` and thirteen of 32 letters and digits.

/// Without the letters that look like others.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many stand behind the `s`.
pub const LENGTH: usize = 13;

/// `s0DY4XRTCZ7J00`
pub fn text(sluid: u64) -> String {
    let digit = |at: usize| char::from(DIGITS[(sluid >> (5 * at) & 31) as usize]);
    std::iter::once('s').chain((0..LENGTH).rev().map(digit)).collect()
}

/// The number that is written so, in small or capital letters; letters that were left out stand for what they look like.
pub fn number(text: &[u8]) -> Option<u64> {
    let [b's' | b'S', digits @ ..] = text else { return None };
    if digits.len() != LENGTH {
        return None;
    }
    let mut sluid: u64 = 0;
    for digit in digits {
        let digit = match digit.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            digit => digit,
        };
        let value = DIGITS.iter().position(|known| *known == digit)?;
        sluid = sluid << 5 | value as u64;
    }
    Some(sluid).filter(|sluid| *sluid != 0)
}

#[cfg(test)]
mod tests {
    use super::{number, text};
    use proptest::prelude::*;

    #[test]
    fn letters() {
        assert_eq!(text(1), "s0000000000001");
        assert_eq!(text(u64::MAX), "sFZZZZZZZZZZZZ");
        assert_eq!(number(b"S000000000000L"), Some(1));
        assert_eq!(number(b"s000000000000o"), None);
        assert_eq!(number(b"s00000000000U1"), None);
        assert_eq!(number(b"s1"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(sluid in 1_u64..) {
            prop_assert_eq!(number(text(sluid).as_bytes()), Some(sluid));
        }

        #[test]
        fn no_text_is_a_panic(text in any::<Vec<u8>>()) {
            let _ = number(&text);
        }
    }
}
