//! Words for a POSIX shell.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` as one word of a shell line: as it is where that says the same, in single quotes otherwise.
pub(super) fn quote(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

/// The same without a line break or another control character in it, for bash.
pub(super) fn quote_in_line(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_ascii_control()) {
        return quote(text);
    }
    let mut quoted = String::from("$'");
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\'' | '\\' => quoted.extend(['\\', c]),
            c if c.is_ascii_control() => {
                let _ = write!(quoted, "\\{:03o}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted.into()
}

/// The same for a path, of which a leading `~/` means the home folder of whoever runs the shell.
pub(super) fn quote_path(path: &str) -> String {
    match path.strip_prefix('~') {
        Some("") => "~".to_owned(),
        Some(rest) if rest.starts_with('/') => match rest.trim_start_matches('/') {
            "" => "~/".to_owned(),
            rest => format!("~/{}", quote(rest)),
        },
        _ => quote(path).into_owned(),
    }
}

/// Whether `text`, pasted into a line, leaves the rest of the line what it is.
pub(super) fn check_words(text: &str) -> Result<(), String> {
    enum In {
        Space,
        Word,
        Single,
        Double,
    }
    let mut state = In::Space;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        state = match (state, c) {
            (In::Single, '\'') | (In::Double, '"') => In::Word,
            (In::Single, _) => In::Single,
            (In::Double, '\\') => match chars.next() {
                Some(_) => In::Double,
                None => return Err("a `\"` is opened and not closed".to_owned()),
            },
            (In::Double, _) => In::Double,
            (_, '\'') => In::Single,
            (_, '"') => In::Double,
            (_, '\\') => match chars.next() {
                Some('\n') => In::Space,
                Some(_) => In::Word,
                None => return Err("it ends with a backslash".to_owned()),
            },
            (In::Space, '#') => return Err("a `#` makes a comment of the rest of the line".to_owned()),
            (_, '\n') => return Err("it is more than one line".to_owned()),
            (_, ' ' | '\t') => In::Space,
            _ => In::Word,
        };
    }
    match state {
        In::Single => Err("a `'` is opened and not closed".to_owned()),
        In::Double => Err("a `\"` is opened and not closed".to_owned()),
        In::Space | In::Word => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    #[test]
    fn quotes_only_where_needed() {
        assert_eq!(quote("train.py"), "train.py");
        assert_eq!(quote("--lr=2e-5"), "--lr=2e-5");
        assert_eq!(quote(""), "''");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote("~"), "'~'");
        assert_eq!(quote_path("~/my envs/x"), "~/'my envs/x'");
        assert_eq!(quote_path("~you/x"), "'~you/x'");
        assert_eq!(quote_path("/a/~/b"), "'/a/~/b'");
    }

    #[test]
    fn words_that_would_change_the_line_are_refused() {
        for good in [
            "",
            "--mpi=pmix -n 2",
            "'a b' \"c \\\" d\"",
            "a\\ b",
            "x#y",
            "\"$HOME\"/x",
            "'#' \"#\"",
            "a \\\n b",
        ] {
            assert_eq!(check_words(good), Ok(()), "{good}");
        }
        for bad in ["'", "\"a", "a\\", "a # b", "#", "a\nb", "it's", "\"a\\\""] {
            assert!(check_words(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_word_reaches_the_program_as_it_is(words in proptest::collection::vec("[^\0]{0,12}", 1..6)) {
            for quote in [quote, quote_in_line] {
                let quoted: Vec<_> = words.iter().map(|word| quote(word)).collect();
                let line = format!("printf '%s\\0' {}", quoted.join(" "));
                let output = Command::new("bash").args(["-c", &line]).output().unwrap();
                prop_assert_eq!(String::from_utf8(output.stdout).unwrap(), words.join("\0") + "\0");
            }
        }
    }
}
