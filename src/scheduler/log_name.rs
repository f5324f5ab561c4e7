//! The patterns in the names of log files: `%x_%j.out`, as sbatch(1) has them under "filename pattern".

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// What the patterns of a batch job's logs stand for.
#[derive(Clone, Debug, Default)]
pub struct LogName<'a> {
    /// `%j`: the job's id; `%A` too, if it is no task of an array.
    pub id: u32,
    /// Of a task of an array, `%A` and `%a`: the array's id and the task's index.
    pub task: Option<(u32, u32)>,
    /// `%x`: the job's name.
    pub name: &'a str,
    /// `%u`: the user's name.
    pub user: &'a str,
    /// `%N`: the first node's short name.
    pub node: &'a str,
}

impl LogName<'_> {
    /// Replaces the patterns in `path`. `%4j` pads a number to 4 digits (at most 10); an unknown pattern stays as it
    /// is; a path with a backslash holds no patterns and loses its backslashes.
    #[must_use]
    pub fn expand(&self, path: &Path) -> PathBuf {
        let bytes = path.as_os_str().as_bytes();
        if bytes.contains(&b'\\') {
            return path_of(bytes.iter().copied().filter(|byte| *byte != b'\\').collect());
        }
        let mut out = Vec::with_capacity(bytes.len() + 16);
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if *byte != b'%' {
                out.push(*byte);
                continue;
            }
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (width, letter) = after.split_at(digits);
            match letter.split_first().and_then(|(letter, after)| Some((self.one(*letter, width)?, after))) {
                Some((text, after)) => {
                    out.extend_from_slice(text.as_bytes());
                    rest = after;
                }
                None => out.push(b'%'),
            }
        }
        path_of(out)
    }

    fn one(&self, letter: u8, width: &[u8]) -> Option<String> {
        let width = std::str::from_utf8(width).ok()?;
        let number = |number: u32| {
            let width = if width.is_empty() { 0 } else { width.parse().unwrap_or(10).min(10) };
            format!("{number:0width$}")
        };
        Some(match letter {
            b'%' if width.is_empty() => "%".to_owned(),
            b'j' | b'J' => number(self.id),
            b'A' => number(self.task.map_or(self.id, |(array, _)| array)),
            // NO_VAL where the job is no task of an array.
            b'a' => number(self.task.map_or(u32::MAX - 1, |(_, task)| task)),
            b'n' | b't' => number(0),
            b's' => "batch".to_owned(),
            b'x' => self.name.to_owned(),
            b'u' => self.user.to_owned(),
            b'N' => self.node.to_owned(),
            _ => return None,
        })
    }
}

fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn expand(path: &str) -> String {
        expand_for(None, path)
    }

    fn expand_for(task: Option<(u32, u32)>, path: &str) -> String {
        let name = LogName { id: 128, task, name: "train", user: "ada", node: "n1" };
        name.expand(Path::new(path)).display().to_string()
    }

    #[test]
    fn a_task_of_an_array_has_three_numbers() {
        assert_eq!(expand_for(Some((120, 8)), "slurm-%A_%a.out"), "slurm-120_8.out");
        assert_eq!(expand_for(Some((120, 8)), "%j-%6A-%3a"), "128-000120-008");
    }

    #[test]
    fn patterns_of_sbatch() {
        for (pattern, path) in [
            ("slurm-%j.out", "slurm-128.out"),
            ("%x_%6j-%2j.log", "train_000128-128.log"),
            ("%A_%a", "128_4294967294"),
            ("%u@%N.%n.%3t", "ada@n1.0.000"),
            ("100%%.out", "100%.out"),
            ("%q%", "%q%"),
            ("%99999999999j", "0000000128"),
            ("\\%j", "%j"),
        ] {
            assert_eq!(expand(pattern), path, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(path in ".{0,40}") {
            let _ = expand(&path);
        }
    }
}
