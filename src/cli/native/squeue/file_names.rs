//! The patterns in names of a job's input and output files (sbatch(1), filename pattern), as `--expand-patterns` shows them.

use super::super::sluid;
use super::super::step_id::BATCH as BATCH_STEP;
use crate::job::Hostlist;
use crate::slurm::{FilePatterns, JobInfo, StepInfo, Text};
use std::io::Write as _;

/// What patterns stand for.
pub struct Named<'a> {
    array_job_id: u32,
    array_task_id: u32,
    job_id: u32,
    step_id: u32,
    restarts: u16,
    sluid: u64,
    host: Option<Vec<u8>>,
    user: &'a str,
    name: Text<'a>,
    folder: Text<'a>,
}

impl<'a> Named<'a> {
    pub fn of_job(job: &JobInfo<'a>, user: &'a str) -> Self {
        Self {
            array_job_id: job.array_job_id,
            array_task_id: job.array_task_id,
            job_id: job.job_id,
            step_id: BATCH_STEP,
            restarts: job.restart_cnt,
            sluid: job.sluid,
            host: job.batch_host.map(|host| host.to_bytes().to_vec()),
            user,
            name: job.name,
            folder: job.work_dir,
        }
    }

    pub fn of_step(step: &StepInfo<'a>, user: &'a str) -> Self {
        let nodes = step.nodes.and_then(|nodes| nodes.to_str().ok()?.parse::<Hostlist>().ok());
        Self {
            array_job_id: step.array_job_id,
            array_task_id: step.array_task_id,
            job_id: step.job_id,
            step_id: step.step_id,
            restarts: 0,
            sluid: step.sluid,
            host: nodes.and_then(|nodes| nodes.iter().next()).map(String::into_bytes),
            user,
            name: step.job_name,
            folder: step.cwd,
        }
    }

    /// Writes what a letter stands for, numbers with zeros in front up to `width` digits. False for a letter that stands for
    /// nothing.
    fn write(&self, out: &mut Vec<u8>, letter: u8, width: usize, patterns: FilePatterns) -> bool {
        const NULL: &[u8] = b"(null)";
        // Writing to memory does not fail.
        let number = |out: &mut Vec<u8>, number: u32| drop(write!(out, "{number:0width$}"));
        let knows_restarts = patterns == FilePatterns::Restarts;
        match letter {
            b'A' => number(out, if self.array_job_id == 0 { self.job_id } else { self.array_job_id }),
            b'a' => number(out, self.array_task_id),
            b'b' => number(out, self.array_task_id % 10),
            b'j' | b'J' => {
                number(out, self.job_id);
                if letter == b'J' && self.step_id != BATCH_STEP && patterns >= FilePatterns::Steps {
                    drop(write!(out, ".{}", self.step_id.cast_signed()));
                }
            }
            b'N' => out.extend_from_slice(self.host.as_deref().unwrap_or(NULL)),
            b'n' | b't' if knows_restarts => number(out, 0),
            b'n' | b't' => out.push(b'0'),
            b'r' if knows_restarts => number(out, self.restarts.into()),
            b'S' if knows_restarts => out.extend_from_slice(sluid::text(self.sluid).as_bytes()),
            b's' if self.step_id == BATCH_STEP => out.extend_from_slice(b"batch"),
            b's' => number(out, self.step_id),
            b'u' => out.extend_from_slice(self.user.as_bytes()),
            b'x' => out.extend_from_slice(self.name.map_or(NULL, |name| name.to_bytes())),
            _ => return false,
        }
        true
    }
}

/// A file's name with its patterns expanded; none for no name.
pub fn expand(name: &[u8], named: &Named<'_>, patterns: FilePatterns) -> Option<Vec<u8>> {
    /// The most zeros that are asked for.
    const WIDEST: usize = 10;
    let mut out = Vec::new();
    if *name.first()? != b'/' {
        let folder = named.folder.map(|folder| folder.to_bytes()).unwrap_or_default();
        out.extend_from_slice(folder);
        if patterns >= FilePatterns::Steps && named.folder.is_some() && !folder.ends_with(b"/") {
            out.push(b'/');
        }
    }
    if name.contains(&b'\\') {
        out.extend(name.iter().filter(|byte| **byte != b'\\'));
        return Some(out);
    }
    let mut rest = name;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        if *byte != b'%' {
            out.push(*byte);
            continue;
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let width = match std::str::from_utf8(&rest[..digits]).unwrap_or_default() {
            "" => 0,
            digits => digits.parse().unwrap_or(WIDEST).min(WIDEST),
        };
        // Earlier releases skip one digit of a number below 10 and all of a larger one.
        let skipped =
            if patterns == FilePatterns::Restarts || width == WIDEST { digits } else { digits.min(1) };
        let Some(letter) = rest.get(skipped).copied() else {
            // A pattern that only begins.
            if patterns == FilePatterns::Restarts && digits > 0 {
                out.push(b'%');
                out.extend_from_slice(rest);
            }
            break;
        };
        if letter == b'%' && digits == 0 {
            out.push(b'%');
            rest = &rest[1..];
        } else if named.write(&mut out, letter, width, patterns) {
            rest = &rest[skipped + 1..];
        } else if digits == 0 {
            out.extend_from_slice(&[b'%', letter]);
            rest = &rest[1..];
        } else if patterns == FilePatterns::Restarts {
            out.push(b'%');
            out.extend_from_slice(&rest[..=digits]);
            rest = &rest[digits + 1..];
        } else {
            // Of a number that nothing follows, the last digit stays.
            out.extend_from_slice(&rest[digits - 1..digits]);
            rest = &rest[digits..];
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named() -> Named<'static> {
        Named {
            array_job_id: 70,
            array_task_id: 12,
            job_id: 71,
            step_id: BATCH_STEP,
            restarts: 2,
            sluid: 1,
            host: Some(b"c1".to_vec()),
            user: "me",
            name: Some(c"train"),
            folder: Some(c"/w"),
        }
    }

    fn shown(name: &str, patterns: FilePatterns) -> String {
        String::from_utf8(expand(name.as_bytes(), &named(), patterns).unwrap_or_default()).unwrap()
    }

    #[test]
    fn patterns_stand_for_what_is_known() {
        let last = |name| shown(name, FilePatterns::Restarts);
        assert_eq!(last("/o/%A_%a-%4j.%x.%u.%N.%s%r%n%%"), "/o/70_12-0071.train.me.c1.batch20%");
        assert_eq!(last("o"), "/w/o");
        assert_eq!(last("/%y%5y%20j"), "/%y%5y0000000071");
        assert_eq!(last(r"/a\%j"), "/a%j");
        assert_eq!(last("/%S"), "/s0000000000001");
        let first = |name| shown(name, FilePatterns::NoSlash);
        assert_eq!(first("o"), "/wo");
        assert_eq!(first("/%3j%r%5y"), "/071%r5y");
    }

    proptest! {
        #[test]
        fn no_name_is_too_odd(name in "[%0-9jxyA-C/\\\\]{0,12}") {
            for patterns in [FilePatterns::NoSlash, FilePatterns::Steps, FilePatterns::Restarts] {
                prop_assert_eq!(expand(name.as_bytes(), &named(), patterns).is_none(), name.is_empty());
            }
        }
    }
}
