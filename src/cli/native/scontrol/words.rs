//! Keywords: in capitals or not, and short of their end as far as they are still told apart.

use crate::job::value::number;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Whether `word` is `key` or its beginning of at least `least` letters.
pub fn is(word: &[u8], key: &str, least: usize) -> bool {
    let key = key.as_bytes();
    key.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && word.len() >= least.min(key.len())
}

/// Whether `word` begins with `key`.
pub fn begins(word: &[u8], key: &str) -> bool {
    word.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key.as_bytes()))
}

/// `word` without `key` in front.
pub fn without<'a>(word: &'a [u8], key: &str) -> &'a [u8] {
    if begins(word, key) { &word[key.len()..] } else { word }
}

/// A setting, `Name=value`: its name and, where there is an equals sign, its value.
pub fn setting(word: &[u8]) -> (&[u8], Option<&[u8]>) {
    match word.iter().position(|byte| *byte == b'=') {
        Some(at) => (&word[..at], Some(&word[at + 1..])),
        None => (word, None),
    }
}

/// The most words that a line may have.
pub const MOST: usize = 128;

/// The words of a line that was typed. Blanks between quotes part no words; the quotes stay. None where there are too many.
pub fn words(line: &[u8]) -> Option<Vec<OsString>> {
    let mut words = Vec::new();
    let mut rest = line.trim_ascii_start();
    while !rest.is_empty() {
        if words.len() == MOST {
            return None;
        }
        let (mut double, mut single) = (false, false);
        let end = rest.iter().enumerate().skip(1).find_map(|(at, byte)| {
            match byte {
                b'"' => double = !double,
                b'\'' => single = !single,
                byte if byte.is_ascii_whitespace() && !double && !single => return Some(at),
                _ => {}
            }
            None
        });
        let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
        words.push(std::ffi::OsStr::from_bytes(word).to_owned());
        rest = behind.trim_ascii_start();
    }
    Some(words)
}

/// The number that a word begins with, as atoi(3) reads it, and what stands behind it; 0 and all of it where there is none.
pub fn leading_number(word: &str) -> (i64, &str) {
    number::leading(word).map_or((0, word), |found| (found.value, found.rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keywords_may_be_short() {
        assert!(is(b"show", "show", 3) && is(b"SHO", "show", 3));
        assert!(!is(b"sh", "show", 3) && !is(b"shows", "show", 3));
        assert!(is(b"hash", "hash", 9), "the whole word is enough");
        assert!(begins(b"holding", "hold") && !begins(b"hol", "hold"));
        assert_eq!(without(b"JobId=7", "jobid="), b"7");
        assert_eq!(setting(b"TimeLimit=a=b"), (&b"TimeLimit"[..], Some(&b"a=b"[..])));
    }

    #[test]
    fn lines_are_split_at_blanks() {
        let split = |line: &str| {
            words(line.as_bytes()).map(|words| {
                words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join("|")
            })
        };
        assert_eq!(split("  show \t job 7 ").as_deref(), Some("show|job|7"));
        assert_eq!(
            split("update comment=\"a b\" x='c  d'").as_deref(),
            Some("update|comment=\"a b\"|x='c  d'")
        );
        assert_eq!(split(""), Some(String::new()));
        assert_eq!(split(&"a ".repeat(128)).map(|text| text.len()), Some(255));
        assert_eq!(split(&"a ".repeat(129)), None);
    }

    proptest! {
        #[test]
        fn no_line_is_a_panic(line in any::<Vec<u8>>()) {
            let _ = words(&line);
            let _ = is(&line, "show", 3);
        }
    }
}
