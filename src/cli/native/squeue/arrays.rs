//! Array tasks that wait: one record stands for many of them, several records may be shown as one, and `-r` shows each.

use super::field::NO_VAL;
use super::filter::Row;
use crate::job::{BaseState, JobState};
use crate::slurm::{JobInfo, JobTable};
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::io::Write as _;

/// Inclusive ranges of task ids, in order.
pub type Tasks = Vec<(u32, u32)>;

/// How many bytes of a list of tasks are shown: `SLURM_BITSTR_LEN`, else 64; 0 for all.
pub fn shown_length(variable: Option<&[u8]>) -> usize {
    let asked = variable.map_or(-1, |text| super::lists::number(text).0);
    usize::try_from(asked).unwrap_or(64)
}

/// `0-5,7`, cut as in a C buffer of `size` bytes; 0 for no buffer.
pub fn text(tasks: &[(u32, u32)], size: usize) -> CString {
    let mut out: Vec<u8> = Vec::new();
    for (index, (first, last)) in tasks.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        // Writing to memory does not fail.
        let _ = if first == last { write!(out, "{first}") } else { write!(out, "{first}-{last}") };
        if size > 0 && out.len() >= size {
            out.truncate(size - 1);
            break;
        }
    }
    CString::new(out).unwrap_or_default()
}

/// Whether a task is among them.
pub fn contain(tasks: &[(u32, u32)], task: u32) -> bool {
    let after = tasks.partition_point(|(first, _)| *first <= task);
    after > 0 && tasks[after - 1].1 >= task
}

/// Task ids as ranges.
pub fn ranges(mut tasks: Vec<u32>) -> Tasks {
    tasks.sort_unstable();
    let mut ranges: Tasks = Vec::new();
    for task in tasks {
        match ranges.last_mut() {
            Some((_, last)) if *last == task => {}
            Some((_, last)) if last.checked_add(1) == Some(task) => *last = task,
            _ => ranges.push((task, task)),
        }
    }
    ranges
}

/// Both together.
fn union(mine: &[(u32, u32)], tasks: Vec<u32>) -> Tasks {
    let mut all: Tasks = mine.iter().copied().chain(tasks.into_iter().map(|task| (task, task))).collect();
    all.sort_unstable();
    let mut joined: Tasks = Vec::new();
    for (first, end) in all {
        match joined.last_mut() {
            Some((_, last)) if first <= last.saturating_add(1) => *last = end.max(*last),
            _ => joined.push((first, end)),
        }
    }
    joined
}

/// The tasks that a record is shown as with `-r`. `whole`: its list of tasks is to be had in full.
pub fn each(job: &JobInfo<'_>, table: &dyn JobTable, row: &Row, whole: bool) -> Tasks {
    let list = job.array_task_str.map(CStr::to_bytes).unwrap_or_default();
    let list = list.split(|byte| *byte == b'%').next().unwrap_or_default();
    if let Some(stepped) = stepped(list) {
        return stepped;
    }
    let changed = row.changes.as_ref().and_then(|changes| changes.tasks.clone());
    match changed {
        Some(tasks) => tasks,
        None if whole => table.array_tasks(row.index).unwrap_or_default(),
        None => read(list),
    }
}

/// The list of tasks of a record, whatever its length; none where the record has it, or has none.
pub fn whole_list(job: &JobInfo<'_>, table: &dyn JobTable, index: usize) -> Option<CString> {
    let list = job.array_task_str?.to_bytes();
    if list.contains(&b':') {
        return None;
    }
    let mut whole = text(&table.array_tasks(index)?, 0).into_bytes();
    if job.array_max_tasks != 0 {
        whole.extend(format!("%{}", job.array_max_tasks).into_bytes());
    }
    CString::new(whole).ok()
}

/// `0-20:2`. squeue leaves out the last of such a list, and so does this.
fn stepped(list: &[u8]) -> Option<Tasks> {
    let text = std::str::from_utf8(list).ok()?;
    let (range, step) = text.split_once(':')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, step): (u32, u32, usize) =
        (first.parse().ok()?, last.parse().ok()?, step.parse().ok()?);
    Some((first..last).step_by(step.max(1)).map(|task| (task, task)).collect())
}

/// `0-5,7…`. A list that was cut is read as far as it goes.
fn read(list: &[u8]) -> Tasks {
    let digits = |text: &[u8]| {
        let digits = text.iter().filter(|byte| byte.is_ascii_digit());
        digits.fold(0_u32, |sum, digit| sum.saturating_mul(10).saturating_add((digit - b'0').into()))
    };
    let parts = super::lists::parts(list);
    let mut tasks: Tasks = parts
        .map(|part| match part.iter().position(|byte| *byte == b'-') {
            Some(at) => (digits(&part[..at]), digits(&part[at + 1..])),
            None => (digits(part), digits(part)),
        })
        .filter(|(first, last)| first <= last)
        .collect();
    tasks.sort_unstable();
    tasks
}

/// Shows waiting tasks that have records of their own with the record of the array that they belong to, where name and
/// partition are the same. `length`: see [`shown_length`].
pub fn combine(rows: &mut Vec<Row>, table: &dyn JobTable, length: usize) {
    let is_pending = |job: &JobInfo<'_>| JobState::from_bits(job.job_state).base == BaseState::Pending;
    let mut arrays: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.may_combine) {
        let job = row.job(table);
        if job.array_task_str.is_some() && is_pending(&job) {
            arrays.entry(job.array_job_id).or_default().push(at);
        }
    }
    if arrays.is_empty() {
        return;
    }
    // The tasks that each array's record takes in, and the reasons that they add.
    let mut taken: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut gone = vec![false; rows.len()];
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.may_combine) {
        let task = row.job(table);
        if task.array_task_id == NO_VAL || !is_pending(&task) {
            continue;
        }
        let holder = arrays.get(&task.array_job_id).and_then(|holders| {
            holders.iter().copied().find(|holder| {
                let job = rows[*holder].job(table);
                let partition = |at: usize| table.get(rows[at].index).partition;
                *holder != at && job.name == task.name && partition(*holder) == partition(at)
            })
        });
        if let Some(holder) = holder {
            taken.entry(holder).or_default().push(at);
            gone[at] = true;
        }
    }
    for (holder, tasks) in taken {
        let job = rows[holder].job(table);
        let mut description = job.state_desc.map(CStr::to_bytes).map(<[u8]>::to_vec);
        let mut ids = Vec::with_capacity(tasks.len());
        for at in tasks {
            let task = rows[at].job(table);
            ids.push(task.array_task_id);
            if task.state_reason == job.state_reason {
                continue;
            }
            let word = |reason: Option<&CStr>| reason.map(CStr::to_bytes).unwrap_or_default().to_vec();
            let own = description.get_or_insert_with(|| word(job.reason));
            let added = word(task.reason);
            if !own.windows(added.len().max(1)).any(|part| part == added) {
                own.push(b',');
                own.extend_from_slice(&added);
            }
        }
        let before = rows[holder].changes.as_ref().and_then(|changes| changes.tasks.clone());
        let before = before.or_else(|| table.array_tasks(rows[holder].index)).unwrap_or_default();
        let tasks = union(&before, ids);
        let list = text(&tasks, length);
        let description = description.and_then(|text| CString::new(text).ok());
        let index = rows[holder].index;
        // A job that is shown for each of its partitions is one record.
        for row in arrays.get(&rows[holder].job(table).array_job_id).into_iter().flatten() {
            if rows[*row].index == index {
                let changes = rows[*row].changes.get_or_insert_default();
                changes.task_list = Some(list.clone());
                changes.tasks = Some(tasks.clone());
                changes.description = description.clone();
            }
        }
    }
    let mut gone = gone.into_iter();
    rows.retain(|_| !gone.next().unwrap_or(false));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_of_tasks() {
        assert_eq!(text(&[(0, 5), (7, 7)], 64).to_bytes(), b"0-5,7");
        assert_eq!(text(&[(0, 5), (7, 7)], 5).to_bytes(), b"0-5,");
        assert_eq!(text(&[], 64).to_bytes(), b"");
        assert_eq!(read(b"0-5,7"), [(0, 5), (7, 7)]);
        assert_eq!(read(b"1,3,12..."), [(1, 1), (3, 3), (12, 12)]);
        assert_eq!(stepped(b"0-6:2"), Some(vec![(0, 0), (2, 2), (4, 4)]));
        assert_eq!(union(&[(0, 3), (8, 9)], vec![4, 6, 7]), [(0, 4), (6, 9)]);
        assert_eq!(shown_length(None), 64);
        assert_eq!(shown_length(Some(b"0")), 0);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(tasks in prop::collection::vec(0u32..200, 0..60)) {
            let ranges = ranges(tasks.clone());
            for task in 0..200 {
                prop_assert_eq!(contain(&ranges, task), tasks.contains(&task));
            }
            prop_assert_eq!(read(text(&ranges, 0).to_bytes()), ranges);
        }

        #[test]
        fn any_text_is_read(list in "[0-9,:.%-]{0,20}") {
            let _ = read(list.as_bytes());
            let _ = stepped(list.as_bytes());
        }
    }
}
