//! Directives of other systems, which sbatch reads as its own: `#BSUB` lines of LSF and `#PBS` lines of PBS.
//!
//! They may stand anywhere among the first hundred lines that are no comments. Where there are `#BSUB` lines, `#PBS` lines
//! are not looked at.

mod pbs;
#[cfg(test)]
mod tests;

use super::directives;
use super::given::{Code, Notices, Refused};
use super::options::Options;
use crate::getopt::{Given, Opt, Order, Scanner, Value};
use crate::job::Dialect;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Gives one of sbatch's options a value, by its long name.
pub type Give<'a> = dyn FnMut(&mut Options, &'static str, Option<&OsStr>) -> Result<(), Refused> + 'a;

/// How many lines that are no comments may stand above a directive.
const COMMANDS: usize = 100;

/// bsub's options, each by its letter.
const BSUB: &[Opt<u8>] = &[
    Opt::new(b'c', "cwd", Some(b'c'), Value::Required),
    Opt::new(b'e', "error_file", Some(b'e'), Value::Required),
    Opt::new(b'J', "job_name", Some(b'J'), Value::Required),
    Opt::new(b'm', "hostname", Some(b'm'), Value::Required),
    Opt::new(b'M', "memory_limit", Some(b'M'), Value::Required),
    Opt::new(b'n', "", Some(b'n'), Value::Required),
    Opt::new(b'o', "output_file", Some(b'o'), Value::Required),
    Opt::new(b'q', "queue_name", Some(b'q'), Value::Required),
    Opt::new(b'W', "time", Some(b'W'), Value::Required),
    Opt::new(b'x', "exclusive", Some(b'x'), Value::None),
];

/// Reads the foreign directives of a script, whose name in messages is `file`, and gives what they ask for, in order.
///
/// # Errors
/// An unmatched quote, an option that there is not, a word that is no option, and what `give` refuses.
pub fn read(
    script: &[u8],
    file: &str,
    options: &mut Options,
    give: &mut Give<'_>,
    dialect: &Dialect,
    notices: &mut Notices,
) -> Result<(), Refused> {
    if let Some(mut words) = words(script, b"#BSUB", file, dialect)? {
        // The one long name with a single dash.
        for word in words.iter_mut().step_by(2).filter(|word| *word == "-cwd") {
            *word = "-c".into();
        }
        return each(BSUB, words, |letter, value| bsub(letter, value, options, give));
    }
    if let Some(words) = words(script, b"#PBS", file, dialect)? {
        let known = pbs::options(dialect);
        return each(&known, words, |letter, value| {
            pbs::take(letter, value, options, give, dialect, notices)
        });
    }
    Ok(())
}

/// All words of the lines that begin so; none if there is no such line.
fn words(
    script: &[u8],
    mark: &[u8],
    file: &str,
    dialect: &Dialect,
) -> Result<Option<Vec<OsString>>, Refused> {
    let mut found = None;
    let mut commands = 0;
    let lines = script.strip_suffix(b"\n").unwrap_or(script).split(|byte| *byte == b'\n');
    for (line, number) in lines.zip(1..) {
        let Some(mut rest) = line.strip_prefix(mark) else {
            commands += usize::from(!line.starts_with(b"#"));
            if commands > COMMANDS {
                break;
            }
            continue;
        };
        let words = found.get_or_insert_with(Vec::new);
        while let Some((word, taken)) = directives::word(rest, number, file, dialect)? {
            words.push(OsString::from_vec(word));
            rest = &rest[taken..];
        }
    }
    Ok(found)
}

/// Takes the options of a list of words, which must all be options.
fn each(
    known: &[Opt<u8>],
    words: Vec<OsString>,
    mut take: impl FnMut(u8, &[u8]) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let mut scanner = Scanner::new(known, Order::Strict, words);
    for given in scanner.by_ref() {
        let Given { id, value, .. } = given.map_err(|refused| Refused {
            lines: vec![refused.to_string(), "error: Unrecognized command line parameter ?".to_owned()],
            code: Code::Error,
        })?;
        take(id, value.unwrap_or_default().as_bytes())?;
    }
    match scanner.operands().first() {
        Some(word) => Err(Refused::error(format!("Invalid argument: {}", word.display()))),
        None => Ok(()),
    }
}

/// One of bsub's options.
fn bsub(letter: u8, value: &[u8], options: &mut Options, give: &mut Give<'_>) -> Result<(), Refused> {
    if letter == b'x' {
        return give(options, "exclusive", None);
    }
    let mut give = |long, value: &[u8]| give(options, long, Some(OsStr::from_bytes(value)));
    match letter {
        b'c' => give("chdir", value),
        b'e' => give("error", value),
        b'J' => give("job-name", value),
        b'm' => {
            let commas: Vec<u8> = value.iter().map(|byte| if *byte == b' ' { b',' } else { *byte }).collect();
            give("nodelist", &commas)
        }
        // KB unless it says otherwise.
        b'M' if value.last().is_some_and(u8::is_ascii_digit) => give("mem-per-cpu", &[value, b"K"].concat()),
        b'M' => give("mem-per-cpu", value),
        // `min,max`: as many as can be.
        b'n' => match value.iter().position(|byte| *byte == b',') {
            Some(comma) if comma + 1 == value.len() => Err(Refused::error(format!(
                "#BSUB -n format not correct given: '{}'",
                String::from_utf8_lossy(value)
            ))),
            Some(comma) => give("ntasks", &value[comma + 1..]),
            None => give("ntasks", value),
        },
        b'o' => give("output", value),
        b'q' => give("partition", value),
        _ => give("time", value),
    }
}
