//! How things are shown: colours or none, emoji or ASCII, boxes or plain columns, and in how many columns.

use std::io::IsTerminal;

/// The look of the table at the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableLook {
    /// Boxes, for people at a terminal.
    Boxed,
    /// Aligned columns and nothing else, for pipes and files.
    Plain,
}

/// How things are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are used.
    pub color: bool,
    /// Whether characters beyond ASCII are.
    pub unicode: bool,
    /// The table's look.
    pub table: TableLook,
    /// How many columns there are; none means that nothing is shortened.
    pub width: Option<u16>,
}

impl Style {
    /// ASCII without colours or boxes: readable anywhere.
    pub const PLAIN: Self = Self { color: false, unicode: false, table: TableLook::Plain, width: None };

    /// The style that fits this process's standard output and environment.
    #[must_use]
    pub fn of_stdout() -> Self {
        let terminal = std::io::stdout().is_terminal();
        // comfy-table asks the terminal itself, and only if standard output is one.
        let width = comfy_table::Table::new().width();
        Self::detect(terminal, width, variable)
    }

    /// Whether an output, `terminal` or not, is coloured in this process's environment.
    #[must_use]
    pub fn colored(terminal: bool) -> bool {
        Self::detect(terminal, None, variable).color
    }

    /// The style that fits an output, `terminal` or not, of `width` columns, in an environment.
    ///
    /// Looks at `NO_COLOR` (off if not empty), `CLICOLOR_FORCE` (on, if neither empty nor `0`), `TERM=dumb`, and at
    /// `LC_ALL`, `LC_CTYPE`, `LANG` for UTF-8.
    #[must_use]
    pub fn detect(terminal: bool, width: Option<u16>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let capable = terminal && set("TERM").is_none_or(|term| term != "dumb");
        let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
        let locale = locale.to_ascii_lowercase();
        Self {
            color: set("NO_COLOR").is_none() && (capable || forced),
            unicode: locale.contains("utf-8") || locale.contains("utf8"),
            table: if capable { TableLook::Boxed } else { TableLook::Plain },
            // A width of 0 is what a pseudo-terminal says that was never told.
            width: width.filter(|&width| terminal && width > 0),
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(terminal: bool, variables: &[(&str, &str)]) -> Style {
        Style::detect(terminal, Some(80), |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_terminal_has_colours_and_boxes_and_a_pipe_has_not() {
        let terminal = detect(true, &[("LANG", "C.UTF-8"), ("TERM", "xterm")]);
        assert_eq!(terminal, Style { color: true, unicode: true, table: TableLook::Boxed, width: Some(80) });
        let pipe = detect(false, &[("LANG", "C.UTF-8"), ("TERM", "xterm")]);
        assert_eq!(pipe, Style { color: false, unicode: true, table: TableLook::Plain, width: None });
        assert_eq!(detect(false, &[]), Style::PLAIN);
    }

    #[test]
    fn the_environment_has_its_say() {
        assert!(!detect(true, &[("NO_COLOR", "1")]).color);
        assert!(detect(true, &[("NO_COLOR", "")]).color);
        assert!(detect(false, &[("CLICOLOR_FORCE", "1")]).color);
        assert!(!detect(false, &[("CLICOLOR_FORCE", "0")]).color);
        assert!(!detect(false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).color);
        let dumb = detect(true, &[("TERM", "dumb")]);
        assert_eq!((dumb.color, dumb.table), (false, TableLook::Plain));
        assert!(detect(true, &[("LANG", "de_DE.utf8")]).unicode);
        assert!(!detect(true, &[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]).unicode);
        assert!(detect(true, &[("LC_ALL", ""), ("LC_CTYPE", "ja_JP.UTF-8"), ("LANG", "C")]).unicode);
        assert_eq!(Style::detect(true, Some(0), |_| None).width, None);
    }
}
