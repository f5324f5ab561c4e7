//! `--help`, `--usage`, and the tables of fields.

use super::fields::{FIELDS, HIDDEN_NAME};
use crate::getopt::Value;
use crate::slurm::SinfoHabits;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

/// Prints it; how the program ends.
pub fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// `--usage`
pub fn usage(habits: &SinfoHabits) -> String {
    let future = if habits.future { "F" } else { "" };
    format!(
        "Usage: sinfo [-ade{future}hlNRrsTvV] [-i seconds] [-t states] [-p partitions] [-n nodes]\n\
         \x20            [-S fields] [-o format] [-O Format] [-M clusters] [--federation] [--local]\n"
    )
}

/// `--help`
pub fn help(habits: &SinfoHabits) -> String {
    let data = if habits.data_parsers { "[=data_parser]" } else { "" };
    let (json, yaml) = (format!("--json{data}"), format!("--yaml{data}"));
    let rows: [(bool, &str, &str); 28] = [
        (true, "-a, --all", "all partitions, also those that are hidden or closed to you"),
        (true, "-d, --dead", "only nodes that do not respond"),
        (true, "-e, --exact", "nodes share a line only if their sizes are the same"),
        (true, "    --federation", "the whole federation, where the cluster is in one"),
        (habits.future, "-F, --future", "also nodes that are still to come (state FUTURE)"),
        (true, "-h, --noheader", "no titles over the columns"),
        (true, "    --hide", "no partitions that are hidden or closed to you"),
        (true, "-i, --iterate=seconds", "again and again, with so much time between"),
        (habits.json, &json, "print JSON"),
        (true, "    --local", "this cluster only; overrides --federation"),
        (true, "-l, --long", "more columns"),
        (true, "-M, --clusters=names", "clusters to ask, by slurmdbd's names for them"),
        (true, "-n, --nodes=NODES", "these nodes only"),
        (true, "    --noconvert", "numbers as they are (2048, not 2K)"),
        (true, "-N, --Node", "a line for each node"),
        (true, "-o, --format=format", "columns, by letters: \"%P %.5a %N\""),
        (true, "-O, --Format=format", "columns, by names: \"Partition,Available:.5\""),
        (true, "-p, --partition=names", "these partitions only"),
        (true, "-r, --responding", "only nodes that respond"),
        (true, "-R, --list-reasons", "why nodes are down or drained"),
        (true, "-s, --summarize", "a line for each partition"),
        (true, "-S, --sort=fields", "letters of --format to sort by; - before one turns it round"),
        (true, "-t, --states=states", "only nodes in these states: a,b any of them, a&b all"),
        (true, "-T, --reservation", "reservations"),
        (true, "-v, --verbose", "what was asked for first"),
        (true, "-V, --version", "print the version"),
        (habits.json, &yaml, "print YAML"),
        (true, "", ""),
    ];
    let help: [(bool, &str, &str); 5] = [
        (true, "--help", "this text"),
        (habits.help_tables, "--helpformat", "the letters of --format"),
        (habits.help_tables, "--helpFormat", "the names of --Format"),
        (habits.help_tables, "--helpstate", "the states of --states"),
        (true, "--usage", "the options in short"),
    ];
    let row = |(_, option, text): &(bool, &str, &str)| match option.is_empty() {
        true => "\nHelp options:\n".to_owned(),
        false => format!("  {option:<26} {text}\n"),
    };
    let there = |row: &&(bool, &str, &str)| row.0;
    let rows = rows.iter().filter(there).chain(help.iter().filter(there)).map(row);
    std::iter::once("Usage: sinfo [OPTIONS]\n".to_owned()).chain(rows).collect()
}

/// `--helpformat`
pub fn letters(habits: &SinfoHabits) -> String {
    let letters = FIELDS.iter().filter(|known| known.is_in(habits) && known.name != HIDDEN_NAME);
    table(letters.filter_map(|known| known.letter).map(|letter| format!("%{:<5}", char::from(letter))), 8)
}

/// `--helpFormat`
pub fn names(habits: &SinfoHabits) -> String {
    let names = FIELDS.iter().filter(|known| known.is_in(habits) && known.name != HIDDEN_NAME);
    table(names.map(|known| format!("{:<20}", known.name)), 4)
}

fn table(cells: impl Iterator<Item = String>, in_a_row: usize) -> String {
    let mut text = String::new();
    for (index, cell) in cells.enumerate() {
        if index > 0 && index % in_a_row == 0 {
            text.push('\n');
        }
        text.push_str(&cell);
    }
    text.push('\n');
    text
}

/// `--autocomplete`: the options in which `query` occurs, one a line.
pub fn completions(
    query: &OsStr,
    options: impl Iterator<Item = (&'static str, Option<u8>, Value)>,
) -> String {
    let query = query.as_bytes();
    let Some(first) = query.first() else { return String::new() };
    let short_too = *first == b'-' || first.is_ascii_alphabetic();
    let long_too = query.len() > 1 || first.is_ascii_alphabetic();
    let holds = |text: &str| text.as_bytes().windows(query.len()).any(|part| part == query);
    let mut text = String::new();
    for (long, short, value) in options {
        let short = short.map(|letter| format!("-{}", char::from(letter)));
        if let Some(short) = short.filter(|short| short_too && holds(short)) {
            let _ = writeln!(text, "{short}");
        }
        let long = format!("--{long}");
        if long_too && holds(&long) {
            let _ = match value {
                Value::None => writeln!(text, "{long}"),
                Value::Required => writeln!(text, "{long}="),
                Value::Optional => writeln!(text, "{long}=\n{long} "),
            };
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completions_of_words_and_letters() {
        let options = [
            ("all", Some(b'a'), Value::None),
            ("format", Some(b'o'), Value::Required),
            ("json", None, Value::Optional),
        ];
        let complete = |query: &str| completions(OsStr::new(query), options.into_iter());
        assert_eq!(complete("-a"), "-a\n--all\n\n");
        assert_eq!(complete("--f"), "--format=\n\n");
        assert_eq!(complete("json"), "--json=\n--json \n\n");
        assert_eq!(complete(""), "");
    }
}
