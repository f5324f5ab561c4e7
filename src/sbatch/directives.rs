//! The `#SBATCH` lines of a script, word by word.
//!
//! Rules of sbatch's: a directive begins in the first column; reading stops at the first line that is neither blank nor a
//! comment; quotes group, a backslash takes the next character as it is, a bare `#` ends the line; `hetjob` on a line
//! begins the next component of a heterogeneous job.

use super::given::Refused;
use crate::job::Dialect;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// One word of a directive and the line that it stands on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: OsString,
    /// Its line.
    pub line: usize,
}

/// The directives of one component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// All words of all its lines.
    pub words: Vec<Word>,
    /// Whether another component follows.
    pub more: bool,
    /// Whether some line begins with `#SLURM`, which sbatch reads with a warning.
    pub old_style: bool,
    /// Whether some line says `packjob`, which sbatch reads with a warning.
    pub packjob: bool,
}

const MARKS: [&[u8]; 2] = [b"#SBATCH", b"#SLURM"];

/// As isspace(3).
fn blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

/// The component's separator, where a line's text begins with it: how long the word is.
fn separator(text: &[u8]) -> Option<usize> {
    [b"packjob".as_slice(), b"hetjob"].into_iter().find_map(|word| {
        let begins = text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word);
        (begins && text.get(word.len()).is_none_or(|byte| blank(*byte))).then_some(word.len())
    })
}

/// Reads the directives of the component with that number, counted from 0. `file` is how messages call the script.
///
/// # Errors
/// An unmatched quote, or a `:` where a word begins.
pub fn read(script: &[u8], component: usize, file: &str, dialect: &Dialect) -> Result<Directives, Refused> {
    let mut found = Directives::default();
    let mut at = 0;
    // What follows the last line end is a line if there is any of it.
    let lines = script.strip_suffix(b"\n").unwrap_or(script).split(|byte| *byte == b'\n');
    for (number, line) in lines.enumerate().map(|(index, line)| (index + 1, line)) {
        let Some(mark) = MARKS.into_iter().find(|mark| line.starts_with(mark)) else {
            let first = line.iter().find(|byte| !blank(**byte));
            if first.is_none_or(|byte| *byte == b'#') {
                continue;
            }
            break;
        };
        found.old_style |= mark == MARKS[1];
        let text = &line[mark.len()..];
        let text = &text[text.iter().position(|byte| !blank(*byte)).unwrap_or(text.len())..];
        if separator(text).is_some() {
            at += 1;
            // Told with the component that it begins.
            found.packjob |= at == component && text[..1].eq_ignore_ascii_case(b"p");
        }
        if at < component {
            continue;
        }
        if at > component {
            found.more = true;
            break;
        }
        let mut rest = text;
        while let Some((word, taken)) = word(rest, number, file, dialect)? {
            found.words.push(Word { text: OsString::from_vec(word), line: number });
            rest = &rest[taken..];
        }
    }
    Ok(found)
}

/// The next word of a directive, and how many bytes it took; also what `#PBS` and `#BSUB` lines are made of.
///
/// # Errors
/// An unmatched quote, or a `:` where the word begins.
pub fn word(
    text: &[u8],
    line: usize,
    file: &str,
    dialect: &Dialect,
) -> Result<Option<(Vec<u8>, usize)>, Refused> {
    let mut at = text.iter().position(|byte| !blank(*byte)).unwrap_or(text.len());
    // sbatch reads no further on such a line.
    if separator(&text[at..]).is_some() {
        return Ok(None);
    }
    let shown = || String::from_utf8_lossy(text).into_owned();
    if text.get(at) == Some(&b':') {
        return Err(Refused::fatal(format!("{file}: line {line}: Unexpected `:` in [{}]", shown())));
    }
    if at == text.len() {
        return Ok(None);
    }
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    while let Some(byte) = text.get(at).copied() {
        match (byte, quote) {
            (b'\\', _) => {
                at += 1;
                // Up to 23.11 an escaped blank outside quotes ends the word all the same.
                let Some(escaped) = text.get(at).copied() else { break };
                if blank(escaped) && quote.is_none() && !(escaped == b' ' && dialect.blank_can_be_escaped) {
                    break;
                }
                word.get_or_insert_default().push(escaped);
                at += 1;
                continue;
            }
            (byte, Some(open)) if byte == open => quote = None,
            (b'"' | b'\'', None) => quote = Some(byte),
            (b'#', None) => break,
            (byte, None) if blank(byte) => break,
            (byte, _) => word.get_or_insert_default().push(byte),
        }
        at += 1;
    }
    match quote {
        Some(open) => Err(Refused::fatal(format!(
            "{file}: line {line}: Unmatched `{}` in [{}]",
            char::from(open),
            shown()
        ))),
        None => Ok(word.map(|word| (word, at))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str, component: usize) -> String {
        words_as(script, component, &Dialect::default())
    }

    fn words_as(script: &str, component: usize, dialect: &Dialect) -> String {
        match read(script.as_bytes(), component, "job.sh", dialect) {
            Ok(found) => {
                let words: Vec<String> =
                    found.words.iter().map(|word| format!("{}@{}", word.text.display(), word.line)).collect();
                format!("{}{}", words.join(" "), if found.more { " …" } else { "" })
            }
            Err(refused) => refused.lines.join("\n"),
        }
    }

    #[test]
    fn lines_that_count() {
        let script =
            "#!/bin/sh\n#SBATCH -N 2 --mem=1G\n\n # other\n #SBATCH -x\n#SBATCH\t-t 1\ntrue\n#SBATCH -H\n";
        assert_eq!(words(script, 0), "-N@2 2@2 --mem=1G@2 -t@6 1@6");
        assert_eq!(words("#!/bin/sh\n#SBATCH-N2", 0), "-N2@2");
        assert_eq!(words("", 0), "");
    }

    #[test]
    fn quotes_and_escapes() {
        let line = |rest: &str| words(&format!("#SBATCH {rest}"), 0);
        assert_eq!(line("--comment='a \"b' \"c 'd\""), "--comment=a \"b@1 c 'd@1");
        assert_eq!(line("-J a#b -N2"), "-J@1 a@1");
        assert_eq!(line("-J a\\#b"), "-J@1 a#b@1");
        assert_eq!(line("-J \"a\\\"b\" 'c'd"), "-J@1 a\"b@1 cd@1");
        // An empty word ends the line.
        assert_eq!(line("-A x '' -N2"), "-A@1 x@1");
        assert_eq!(line("-J 'a"), "fatal: job.sh: line 1: Unmatched `'` in [ 'a]");
        assert_eq!(line("-J :a"), "fatal: job.sh: line 1: Unexpected `:` in [ :a]");
    }

    #[test]
    fn an_escaped_blank_stays_in_its_word_from_24_05() {
        let old = Dialect { blank_can_be_escaped: false, ..Dialect::default() };
        assert_eq!(words("#SBATCH -J two\\ words", 0), "-J@1 two words@1");
        assert_eq!(words_as("#SBATCH -J two\\ words", 0, &old), "-J@1 two@1 words@1");
    }

    #[test]
    fn components() {
        let script =
            "#!/bin/sh\n#SBATCH -N1\n#SBATCH hetjob ignored\n#SBATCH -N2\n#SBATCH packjob\n#SBATCH -N3\n";
        assert_eq!(words(script, 0), "-N1@2 …");
        assert_eq!(words(script, 1), "-N2@4 …");
        assert_eq!(words(script, 2), "-N3@6");
        assert_eq!(words(script, 3), "");
    }
}
