//! Text from elsewhere (names, reasons, logs) made harmless for a screen, and fitted to its columns.

use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` on one line, with nothing in it that moves the cursor, changes colours or the direction of writing: such
/// characters are shown as escapes. Without `unicode`, whatever is not ASCII is too.
pub(crate) fn harmless(text: &str, unicode: bool) -> Cow<'_, str> {
    let bad = |c: char| c.is_control() || rules_the_screen(c) || (!unicode && !c.is_ascii());
    if !text.chars().any(bad) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c.is_ascii_control() => {
                // Writing to a string does not fail.
                let _ = write!(shown, "\\x{:02x}", u32::from(c));
            }
            c if bad(c) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Line and paragraph separators, and the characters that turn the direction of writing.
fn rules_the_screen(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How many columns `text` takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// `text` in at most `room` columns. What is too long loses its middle: names of the jobs of one workflow often differ
/// at their ends.
pub(super) fn fit(text: &str, room: usize, unicode: bool) -> Cow<'_, str> {
    if columns(text) <= room {
        return Cow::Borrowed(text);
    }
    let dots = if unicode { "…" } else { "..." };
    let room = room.saturating_sub(columns(dots));
    let head = take(text.chars(), room - room / 2);
    let tail: String = take(text.chars().rev(), room / 2).chars().rev().collect();
    Cow::Owned(format!("{head}{dots}{tail}"))
}

/// The beginning of `text` in at most `room` columns, with a sign that there was more.
pub(super) fn start(text: &str, room: usize, unicode: bool) -> Cow<'_, str> {
    if columns(text) <= room {
        return Cow::Borrowed(text);
    }
    let dots = if unicode { "…" } else { "..." };
    Cow::Owned(take(text.chars(), room.saturating_sub(columns(dots))) + dots)
}

fn take(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= room
        })
        .collect()
}

/// `text` and blanks up to `room` columns.
pub(super) fn pad(text: &str, room: usize) -> String {
    let blanks = room.saturating_sub(columns(text));
    format!("{text}{:blanks$}", "")
}

/// The words of `text` in lines of at most `room` columns; a word that is longer has a line of its own.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_spoils_a_screen_is_escaped() {
        assert_eq!(harmless("train", true), "train");
        assert_eq!(harmless("a\nb\tc", true), "a\\nb\\tc");
        assert_eq!(harmless("\x1b[31mred\x07", true), "\\x1b[31mred\\x07");
        assert_eq!(harmless("\u{9b}2J \u{202e}gpj", true), "\\u{9b}2J \\u{202e}gpj");
        assert_eq!(harmless("日本 é", true), "日本 é");
        assert_eq!(harmless("é", false), "\\u{e9}");
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(fit("train", 5, true), "train");
        assert_eq!(fit("preprocess_0001", 9, true), "prep…0001");
        assert_eq!(fit("preprocess_0001", 9, false), "pre...001");
        assert_eq!(fit("日本語の名前", 7, true), "日…前");
        assert_eq!(start("preprocess_0001", 9, true), "preproce…");
    }

    #[test]
    fn words_wrap() {
        assert_eq!(wrap("no such partition here", 9), ["no such", "partition", "here"]);
        assert_eq!(wrap("", 9), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn fitted_text_fits(text in "\\PC{0,40}", room in 1usize..60) {
            prop_assert!(columns(&fit(&text, room, true)) <= room);
            prop_assert!(columns(&start(&text, room, true)) <= room);
        }

        #[test]
        fn harmless_text_has_no_controls(text in any::<String>()) {
            prop_assert!(!harmless(&text, true).chars().any(|c| c.is_control() || rules_the_screen(c)));
            prop_assert!(harmless(&text, false).chars().all(|c| c.is_ascii() && !c.is_control()));
        }
    }
}
