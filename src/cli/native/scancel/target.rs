//! Jobs and steps as scancel is told of them: `12`, `12_3`, `12_[1-3,7]`, `12_*`, `12+1`, `12.0`, and lists of them.

use crate::cli::native::sluid;
use crate::job::value::number;
use crate::slurm::Client;
use std::ffi::{CStr, CString};

/// Which tasks of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tasks {
    /// The job was named without any.
    Unsaid,
    One(u32),
    /// `12_*`
    All,
}

/// A job, a task or a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub job: u32,
    pub tasks: Tasks,
    /// None for the job itself.
    pub step: Option<u32>,
    /// A job that was named by its SLUID; its `job` is 0.
    pub sluid: Option<u64>,
}

impl Target {
    fn of(job: u32, tasks: Tasks, step: Option<u32>) -> Self {
        Self { job, tasks, step, sluid: None }
    }

    /// `12`
    pub fn job(job: u32) -> Self {
        Self::of(job, Tasks::Unsaid, None)
    }

    /// `12`, `12_3`, `12_*`
    pub fn job_text(&self) -> String {
        match (self.sluid, self.tasks) {
            (Some(sluid), _) => sluid::text(sluid),
            (None, Tasks::Unsaid) => self.job.to_string(),
            (None, Tasks::One(task)) => format!("{}_{task}", self.job),
            (None, Tasks::All) => format!("{}_*", self.job),
        }
    }

    /// The same, with the step behind it.
    pub fn text(&self) -> String {
        match self.step {
            Some(step) => format!("{}.{step}", self.job_text()),
            None => self.job_text(),
        }
    }
}

/// How many scancel takes; what follows is not looked at.
const MOST: usize = 0xffff;

/// The jobs of all words, and the words as they were written, one for each of a list.
///
/// # Errors
/// `Invalid job id x`
pub fn read(
    client: &Client,
    words: Vec<Vec<u8>>,
    sluids: bool,
) -> Result<(Vec<Target>, Vec<CString>), String> {
    let expand = |list: &CStr| {
        let mut hosts = client.hosts(list)?;
        Some(std::iter::from_fn(|| hosts.shift().map(CString::into_bytes)).take(MOST).collect())
    };
    read_with(words, sluids, &expand)
}

type Expand<'a> = &'a dyn Fn(&CStr) -> Option<Vec<Vec<u8>>>;

fn read_with(
    words: Vec<Vec<u8>>,
    sluids: bool,
    expand: Expand<'_>,
) -> Result<(Vec<Target>, Vec<CString>), String> {
    let (mut targets, mut written) = (Vec::new(), Vec::new());
    for word in words {
        let shown = String::from_utf8_lossy(&word).into_owned();
        let mut rest = shown.as_str();
        loop {
            if targets.len() >= MOST {
                written.extend(CString::new(rest));
                break;
            }
            let behind = take(rest, sluids, expand, &mut targets)?;
            written.extend(CString::new(&rest[..rest.len() - behind.map_or(0, |behind| behind.len() + 1)]));
            match behind {
                Some(behind) => rest = behind,
                None => break,
            }
        }
    }
    Ok((targets, written))
}

/// Reads one job off a list; what stands behind its comma.
fn take<'a>(
    text: &'a str,
    sluids: bool,
    expand: Expand<'_>,
    targets: &mut Vec<Target>,
) -> Result<Option<&'a str>, String> {
    let invalid = || format!("Invalid job id {text}");
    if sluids && text.starts_with('s') {
        let (one, behind) = match text.split_once(',') {
            Some((one, behind)) => (one, Some(behind)),
            None => (text, None),
        };
        targets.push(by_sluid(one).ok_or_else(|| format!("Invalid SLUID {one}"))?);
        return Ok(behind);
    }
    let found = number::leading(text).filter(|found| found.value > 0).ok_or_else(invalid)?;
    let (job, mut rest) = (found.value as u32, found.rest);
    let mut tasks = Tasks::Unsaid;
    if let Some(list) = rest.strip_prefix('_').filter(|rest| rest.starts_with('[')) {
        take_tasks(job, list, expand, targets).ok_or_else(invalid)?;
        return Ok(None);
    }
    let leading = |text: &'a str| {
        let (value, behind) = number::leading(text).map_or((0, text), |found| (found.value, found.rest));
        if value < 0 { Err(invalid()) } else { Ok((value as u32, behind)) }
    };
    if let Some(behind) = rest.strip_prefix("_*") {
        (tasks, rest) = (Tasks::All, behind);
    } else if let Some(behind) = rest.strip_prefix('_') {
        let (task, behind) = leading(behind)?;
        (tasks, rest) = (Tasks::One(task), behind);
    } else if let Some(behind) = rest.strip_prefix('+') {
        // The component is in the text; for a search its job counts.
        rest = leading(behind)?.1;
    }
    let mut step = None;
    if let Some(behind) = rest.strip_prefix('.') {
        let (number, behind) = leading(behind)?;
        (step, rest) = (Some(number), behind);
    }
    targets.push(Target::of(job, tasks, step));
    match rest.strip_prefix(',') {
        None if rest.is_empty() => Ok(None),
        Some(behind) => Ok(Some(behind)),
        None => Err(invalid()),
    }
}

/// `[1-3,7]`, and nothing behind it.
fn take_tasks(job: u32, list: &str, expand: Expand<'_>, targets: &mut Vec<Target>) -> Option<()> {
    if list.find(']') != Some(list.len() - 1) {
        return None;
    }
    for task in expand(&CString::new(list).ok()?)? {
        if targets.len() >= MOST {
            break;
        }
        let task = String::from_utf8_lossy(&task).into_owned();
        let task = number::leading(&task).map_or(0, |found| found.value);
        if task < 0 {
            return None;
        }
        targets.push(Target::of(job, Tasks::One(task as u32), None));
    }
    Some(())
}

/// `s0DY4XRTCZ7J00`, `s0DY4XRTCZ7J00.1`
fn by_sluid(text: &str) -> Option<Target> {
    let (name, step) = match text.split_once('.') {
        Some((name, step)) => {
            let found = number::leading(step).filter(|found| found.rest.is_empty())?;
            (name, Some(u32::try_from(found.value).ok()?))
        }
        None => (text, None),
    };
    let sluid = sluid::number(name.as_bytes())?;
    Some(Target { job: 0, tasks: Tasks::Unsaid, step, sluid: Some(sluid) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Hostlist;
    use proptest::prelude::*;

    fn expand(list: &CStr) -> Option<Vec<Vec<u8>>> {
        let list: Hostlist = list.to_str().ok()?.parse().ok()?;
        Some(list.iter().map(String::into_bytes).collect())
    }

    fn read(text: &str) -> Result<String, String> {
        let words = text.split(' ').map(|word| word.as_bytes().to_vec()).collect();
        let (targets, written) = read_with(words, true, &expand)?;
        let targets: Vec<_> = targets.iter().map(Target::text).collect();
        let written: Vec<_> = written.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        Ok(format!("{} = {}", targets.join(" "), written.join(" ")))
    }

    #[test]
    fn jobs_tasks_and_steps() {
        let read = |text| read(text).unwrap();
        assert_eq!(read("12"), "12 = 12");
        assert_eq!(read("12,13 14"), "12 13 14 = 12 13 14");
        assert_eq!(read("12_3,12_*"), "12_3 12_* = 12_3 12_*");
        assert_eq!(read("12_[1-3,7] 5"), "12_1 12_2 12_3 12_7 5 = 12_[1-3,7] 5");
        assert_eq!(read("5,12_[1-2]"), "5 12_1 12_2 = 5 12_[1-2]");
        assert_eq!(read("12+1"), "12 = 12+1");
        assert_eq!(read("12.0,12_3.1"), "12.0 12_3.1 = 12.0 12_3.1");
        assert_eq!(read("12_"), "12_0 = 12_");
        assert_eq!(read("s0000000000001,7"), "s0000000000001 7 = s0000000000001 7");
        assert_eq!(read("s0000000000001.2"), "s0000000000001.2 = s0000000000001.2");
    }

    #[test]
    fn what_is_no_job() {
        for text in
            ["x", "0", "-1", "", "12x", "12.batch", "12_[1-3],5", "12_[1-3", "12_[", "12_[x-y]", "12.-1"]
        {
            assert_eq!(read(text), Err(format!("Invalid job id {text}")), "{text}");
        }
        assert_eq!(read("7,x"), Err("Invalid job id x".to_owned()));
        assert_eq!(read("s1"), Err("Invalid SLUID s1".to_owned()));
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in "[0-9_+*.,\\[\\]s-]{0,24}", any in any::<Vec<u8>>()) {
            let _ = read_with(vec![text.into_bytes()], true, &expand);
            let _ = read_with(vec![any], true, &expand);
        }

        #[test]
        fn what_is_written_is_read(job in 1_u32.., task in proptest::option::of(0_u32..4_000_000), step in proptest::option::of(0_u32..9)) {
            let target = Target::of(job, task.map_or(Tasks::Unsaid, Tasks::One), step);
            let (targets, written) = read_with(vec![target.text().into_bytes()], false, &expand).unwrap();
            prop_assert_eq!(&targets, std::slice::from_ref(&target));
            prop_assert_eq!(written[0].to_str().unwrap(), target.text());
        }
    }
}
