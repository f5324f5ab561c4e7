//! Errors, hints and notes on standard error, in one style.

use super::args::Color;
use crate::report::Style;
use std::io::{IsTerminal, Write};

/// Whether standard error is to be coloured.
pub fn colored(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => Style::colored(std::io::stderr().is_terminal()),
    }
}

/// Prints `error: …` and, below it, `hint: …`.
pub fn error(color: Color, message: &str, hint: Option<&str>) {
    line(color, "31", "error", message);
    if let Some(hint) = hint {
        line(color, "36", "hint", hint);
    }
}

/// Prints `warning: …`.
pub fn warning(color: Color, message: &str) {
    line(color, "33", "warning", message);
}

/// Prints `note: …`.
pub fn note(color: Color, message: &str) {
    line(color, "36", "note", message);
}

fn line(color: Color, code: &str, word: &str, message: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = if colored(color) {
        writeln!(std::io::stderr(), "\x1b[1;{code}m{word}:\x1b[0m {message}")
    } else {
        writeln!(std::io::stderr(), "{word}: {message}")
    };
}
