//! Time limits of jobs, and by how much they are to grow or shrink.

use super::super::session::Session;
use super::super::words::leading_number;
use super::{Setting, value};
use crate::job::JobId;
use crate::slurm::{Change, Client, JobTable, JobsOf, Show, code};
use std::ffi::CStr;

const NO_VAL: u32 = u32::MAX - 1;

/// The limit that `TimeLimit=` asks for, minutes; `+=`, `-=`, `=+` and `=-` count from the one that the job has. None where
/// an array has no such task, of which Slurm says nothing.
///
/// # Errors
/// What is wrong with it.
pub fn limit(
    client: &Client,
    session: &mut Session,
    setting: &mut Setting<'_>,
    jobs: Option<&CStr>,
) -> Result<Option<u32>, String> {
    let mut text = setting.value;
    if let [sign @ (b'+' | b'-'), rest @ ..] = text {
        if setting.sign.is_some() {
            return Err("Invalid syntax, variations of +=- are not accepted.".into());
        }
        (setting.sign, text) = (Some(*sign), rest);
    }
    let minutes = value::minutes(&String::from_utf8_lossy(text)).ok_or("Invalid TimeLimit value")?;
    let Some(sign) = setting.sign.take() else { return Ok(Some(minutes)) };
    let jobs = jobs.ok_or("JobId must precede TimeLimit increment or decrement")?;
    let Some(current) = current(client, session, &jobs.to_string_lossy())? else { return Ok(None) };
    if current == Change::INFINITE && session.printing.habits.keeps_unlimited_time {
        return Err("Cannot increment/decrement TimeLimit when set to UNLIMITED.".into());
    }
    changed(current, sign, minutes).map(Some)
}

/// A limit with minutes more or less.
///
/// # Errors
/// When there are fewer to take away.
pub fn changed(current: u32, sign: u8, minutes: u32) -> Result<u32, String> {
    match sign {
        b'+' => Ok(current.wrapping_add(minutes)),
        _ if minutes > current => {
            Err(format!("TimeLimit decrement larger than current time limit ({minutes} > {current})"))
        }
        _ => Ok(current - minutes),
    }
}

/// `12`, `12_3`; none for anything else.
pub fn job_and_task(text: &str) -> Option<(u32, Option<u32>)> {
    let (job, rest) = leading_number(text);
    let task = match rest.strip_prefix('_').map(leading_number) {
        None if rest.is_empty() => None,
        Some((task, "")) => Some(task as u32),
        _ => return None,
    };
    Some((job as u32, task))
}

/// The records of a job, hidden or not.
///
/// # Errors
/// Slurm's message.
pub fn records<'a>(
    client: &'a Client,
    session: &mut Session,
    job: u32,
) -> Result<Box<dyn JobTable + 'a>, String> {
    match client.job_table(JobsOf::Job(JobId(job)), Show { all: true, ..Show::default() }) {
        Ok(Some(table)) => Ok(table),
        Ok(None) => Err(session.note_text(client.message(code::INVALID_JOB_ID))),
        Err(error) => Err(session.note(&error)),
    }
}

/// The limit that a job or a task has.
fn current(client: &Client, session: &mut Session, shown: &str) -> Result<Option<u32>, String> {
    let (job, task) = job_and_task(shown).ok_or_else(|| format!("Invalid job ID {shown}"))?;
    let table = records(client, session, job)
        .map_err(|text| format!("Could not load state information for job {shown}: {text}"))?;
    if table.is_empty() {
        return Err(format!("Job ID {shown} not found"));
    }
    if table.len() == 1 && session.printing.habits.keeps_unlimited_time {
        return Ok(Some(table.get(0).time_limit));
    }
    if table.len() > 1 && task.is_none() {
        return Err("TimeLimit increment/decrement not supported for job arrays".into());
    }
    let is_meant = |at: &usize| {
        let info = table.get(*at);
        let tasks = table.array_tasks(*at);
        if info.job_id == job && info.array_task_id == NO_VAL && tasks.is_none() {
            return true;
        }
        let stands_for = |task: u32| {
            info.array_task_id == task
                || tasks.as_ref().is_some_and(|tasks| tasks.iter().any(|(a, b)| (*a..=*b).contains(&task)))
        };
        info.array_job_id == job && task.is_none_or(stands_for)
    };
    Ok((0..table.len()).find(is_meant).map(|at| table.get(at).time_limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_and_less() {
        assert_eq!(changed(60, b'+', 30), Ok(90));
        assert_eq!(changed(60, b'-', 60), Ok(0));
        assert_eq!(
            changed(60, b'-', 61),
            Err("TimeLimit decrement larger than current time limit (61 > 60)".to_owned())
        );
    }

    #[test]
    fn jobs_and_tasks() {
        assert_eq!(job_and_task("12"), Some((12, None)));
        assert_eq!(job_and_task("12_3"), Some((12, Some(3))));
        assert_eq!(job_and_task("12_[3]"), None);
        assert_eq!(job_and_task("12,13"), None);
    }
}
