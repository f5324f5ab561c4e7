//! The patterns in the names of log files: `%x_%j.out`, as sbatch(1) has them under "filename pattern".

use crate::job::JobId;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Where output goes when nobody says (sbatch(1), `--output`).
pub const DEFAULT_OUTPUT: &str = "slurm-%j.out";
/// Of an array: its tasks have one each.
pub const DEFAULT_ARRAY_OUTPUT: &str = "slurm-%A_%a.out";

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

/// Where the standard outputs of an array's tasks go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskLogs {
    /// As it was asked for, from the root.
    pub pattern: PathBuf,
    /// The job's name.
    pub name: String,
    /// The user's.
    pub user: String,
}

impl TaskLogs {
    /// The log of the task with this index in the array `id` of Slurm's, all of whose indices are less than the whole's by
    /// `offset`. None where it is named by what only the task's own record tells: its job id, its node.
    #[must_use]
    pub fn of(&self, id: JobId, index: u32, offset: u32) -> Option<PathBuf> {
        let pattern = log_of(&self.pattern, offset);
        let text = pattern.to_string_lossy();
        let letters =
            text.split('%').skip(1).map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        if letters.into_iter().any(|rest| rest.starts_with(['j', 'J', 'N'])) {
            return None;
        }
        let names =
            LogName { id: id.0, task: Some((id.0, index)), name: &self.name, user: &self.user, node: "" };
        Some(names.expand(&pattern))
    }
}

/// The name of a log in a piece that begins at `offset`. `%a` is the index in the piece; where the name would be the same in
/// another piece, the offset is put before it: `train_2002+7.log` is of task 2009.
pub(crate) fn log_of(pattern: &Path, offset: u32) -> PathBuf {
    let text = pattern.to_string_lossy();
    let tells_pieces = ["%A", "%j", "%J"].iter().any(|own| text.contains(own));
    if offset == 0 || tells_pieces || !text.contains("%a") || text.contains('\\') {
        return pattern.to_owned();
    }
    text.replace("%a", &format!("{offset}+%a")).into()
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

    #[test]
    fn logs_of_pieces_do_not_meet() {
        let log = |pattern: &str, offset| log_of(Path::new(pattern), offset).display().to_string();
        assert_eq!(log("/l/train_%a.log", 2002), "/l/train_2002+%a.log");
        assert_eq!(log("/l/train_%a.log", 0), "/l/train_%a.log");
        assert_eq!(log("/l/%A_%a.log", 2002), "/l/%A_%a.log");
        assert_eq!(log("/l/all.log", 2002), "/l/all.log");
    }

    #[test]
    fn the_log_of_a_task() {
        let logs =
            |pattern: &str| TaskLogs { pattern: pattern.into(), name: "fit".into(), user: "ada".into() };
        let log = |pattern: &str| logs(pattern).of(JobId(36), 4, 2000).map(|log| log.display().to_string());
        assert_eq!(log("/l/%x_%A_%a.log").as_deref(), Some("/l/fit_36_4.log"));
        assert_eq!(log("/l/%u-%3a.log").as_deref(), Some("/l/ada-004.log"));
        assert_eq!(log("/l/all.log").as_deref(), Some("/l/all.log"));
        assert_eq!((log("/l/%j.log"), log("/l/%4N_%a.log")), (None, None));
    }

    proptest! {
        #[test]
        fn never_panics(path in ".{0,40}") {
            let _ = expand(&path);
        }
    }
}
