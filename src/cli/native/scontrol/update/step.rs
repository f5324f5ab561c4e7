//! `update StepId=…`: a step's time limit.

use super::super::session::Session;
use super::super::words::{is, leading_number, setting};
use super::{refuse_word, time_left, value};
use crate::cli::native::step_id;
use crate::slurm::{Client, StepsOf};

const NO_VAL: u32 = u32::MAX - 1;

pub fn update(client: &Client, session: &mut Session, words: &[&[u8]]) {
    let (mut job, mut step) = (NO_VAL, NO_VAL);
    let mut limit = None;
    for word in words {
        let (name, value) = setting(word);
        let Some(value) = value else {
            refuse_word(session, "Invalid input", word);
            if session.printing.habits.tells_of_no_error {
                session.refuse(format_args!("slurm_update error: {}", client.message(0)));
            }
            return;
        };
        let text = String::from_utf8_lossy(value);
        if is(name, "StepId", 4) {
            let (id, rest) = leading_number(&text);
            job = id as u32;
            match rest.strip_prefix('.') {
                Some(rest) => step = leading_number(rest).0 as u32,
                // All steps of the job.
                None if rest.is_empty() => {}
                None => return refuse_word(session, "Invalid StepID parameter", word),
            }
        } else if is(name, "TimeLimit", 2) {
            match time_limit(client, session, &text, job, step) {
                Ok(Some(minutes)) => limit = Some(minutes),
                // There is no such step, of which Slurm says nothing.
                Ok(None) => {
                    session.failed = true;
                    return;
                }
                Err(message) => return session.error(message),
            }
        } else {
            return refuse_word(session, "Update of this parameter is not supported", word);
        }
    }
    let Some(limit) = limit else { return session.refuse("No changes specified") };
    if let Err(error) = client.update_step(job, step, limit) {
        let text = session.note(&error);
        session.refuse(format_args!("slurm_update error: {text}"));
    }
}

/// Minutes; with a sign in front, so many more or less than the step has. None where there is no such step.
fn time_limit(
    client: &Client,
    session: &mut Session,
    text: &str,
    job: u32,
    step: u32,
) -> Result<Option<u32>, String> {
    let sign = text.bytes().next().filter(|byte| matches!(byte, b'+' | b'-'));
    let minutes = text.strip_prefix(['+', '-']).unwrap_or(text);
    let minutes = value::minutes(minutes).ok_or("Invalid TimeLimit value")?;
    let Some(sign) = sign else { return Ok(Some(minutes)) };
    let steps = client.step_table(StepsOf::job(job, step), true).map_err(|error| {
        let why = session.note(&error);
        let shown = match (session.printing.habits.writes_step_ids, step) {
            (false, _) => format!("step {job}.{step}"),
            (true, NO_VAL) => format!("JobId={job}"),
            (true, step) => format!("StepId={job}.{}", step_id::text(step, None)),
        };
        format!("Could not load state information for {shown}: {why}")
    })?;
    let found = (0..steps.len())
        .map(|at| steps.get(at))
        .find(|found| found.job_id == job && found.step_id == step)
        .map(|found| found.time_limit);
    found.filter(|limit| *limit != NO_VAL).map(|limit| time_left::changed(limit, sign, minutes)).transpose()
}
