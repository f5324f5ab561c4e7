//! Slurm's patterns in the names of output files (sbatch(1), FILENAME PATTERN).

use super::JobId;

/// What the patterns of one job's file names stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNames<'a> {
    /// `%j`, `%J`, and `%A` of a job that is no array's.
    pub id: JobId,
    /// `%x`
    pub name: &'a str,
    /// `%u`
    pub user: &'a str,
    /// `%N`: the first node's short name.
    pub node: &'a str,
}

/// The name of the output file where none is asked for.
pub const DEFAULT_OUTPUT: &str = "slurm-%j.out";

impl FileNames<'_> {
    /// Expands `pattern`. A number between `%` and the letter pads with zeros, ten digits at most; a backslash anywhere
    /// turns patterns off, as in Slurm; an unknown letter stays as it is.
    #[must_use]
    pub fn expand(&self, pattern: &str) -> String {
        if pattern.contains('\\') {
            return pattern.replace('\\', "");
        }
        /// `%a` of a job that is no array's: NO_VAL (slurm.h).
        const NO_TASK: u32 = u32::MAX - 1;
        let mut expanded = String::with_capacity(pattern.len() + 16);
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('%') {
            expanded.push_str(before);
            let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let width = after[..digits].parse::<usize>().unwrap_or(0).min(10);
            let mut letters = after[digits..].chars();
            match letters.next() {
                Some('j' | 'J' | 'A') => expanded.push_str(&format!("{:0width$}", self.id.0)),
                Some('a') => expanded.push_str(&format!("{NO_TASK:0width$}")),
                Some('n' | 't' | 's') => expanded.push_str(&format!("{:0width$}", 0)),
                Some('b') => expanded.push_str(&format!("{:0width$}", NO_TASK % 10)),
                Some('x') => expanded.push_str(self.name),
                Some('u') => expanded.push_str(self.user),
                Some('N') => expanded.push_str(self.node),
                Some('%') => expanded.push('%'),
                _ => {
                    // Not a pattern: all of it stands for itself.
                    expanded.push('%');
                    rest = after;
                    continue;
                }
            }
            rest = letters.as_str();
        }
        expanded.push_str(rest);
        expanded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: FileNames<'_> = FileNames { id: JobId(42), name: "train", user: "ann", node: "c1" };

    #[test]
    fn patterns_expand_as_sbatch_says() {
        for (pattern, expanded) in [
            ("logs/%x_%j.log", "logs/train_42.log"),
            ("slurm-%A_%a.out", "slurm-42_4294967294.out"),
            ("%6j-%u@%N", "000042-ann@c1"),
            ("100%%/%j", "100%/42"),
            ("%q%", "%q%"),
            ("%99j", "0000000042"),
            ("a\\%j", "a%j"),
            ("plain", "plain"),
        ] {
            assert_eq!(NAMES.expand(pattern), expanded, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_expands(pattern in ".{0,40}") {
            let _ = NAMES.expand(&pattern);
        }
    }
}
