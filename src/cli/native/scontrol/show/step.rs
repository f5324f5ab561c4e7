//! `show step`

use super::super::session::{Session, Voice};
use super::super::{PROGRAM, data};
use super::step_ids::{self, Asked};
use super::step_text::step_text;
use crate::cli::native::squeue::data::steps;
use crate::cli::native::{sluid, step_id};
use crate::slurm::{Client, StepTable, StepsOf};
use std::io::Write;

const NO_VAL: u32 = u32::MAX - 1;

/// All steps, those of a job or of a task, or one.
pub fn show(client: &Client, session: &mut Session, word: Option<&[u8]>) {
    let habits = session.printing.habits;
    if let Some(data) = session.data.clone() {
        return as_data(client, session, word, &data);
    }
    let asked = match word.map(String::from_utf8_lossy) {
        // Slurm asks for job 0 there, which no array's steps are of.
        None if !habits.checks_step_ids => step_ids::numbers("0"),
        None => Asked { of: StepsOf::EVERYONE, task: None },
        Some(word) if !habits.checks_step_ids => step_ids::numbers(&word),
        Some(word) if begins_as_container(&word) => {
            return session.error("srunx scontrol finds steps by their ids: use scontrol for containerid=");
        }
        Some(word) => match step_ids::whole(&word, habits.knows_sluids) {
            Ok(asked) => asked,
            Err(number) => {
                let why = session.note_text(client.message(number));
                return refuse(session, Some(&word), &why);
            }
        },
    };
    let mut table = match client.step_table(asked.of, session.show.all) {
        Ok(table) => table,
        Err(error) => {
            let why = session.note(&error);
            return match habits.checks_step_ids {
                true => refuse(session, word.map(String::from_utf8_lossy).as_deref(), &why),
                false => session.perror("slurm_get_job_steps error", &why),
            };
        }
    };
    if session.voice == Voice::Verbose {
        let time = session.printing.times.text(table.last_update(), 256);
        session.print(format_args!("last_update_time={time}, records={}", table.len()));
    }
    let mut found = false;
    for at in 0..table.len() {
        if asked.task.is_none_or(|task| task == table.get(at).array_task_id) {
            print(client, session, table.as_mut(), at);
            found = true;
        }
    }
    if !found {
        tell_none(session, word.map(|_| asked));
    }
}

/// All steps that were loaded, whichever task was asked for. None, and no complaint, where there is nothing to load.
fn as_data(client: &Client, session: &mut Session, word: Option<&[u8]>, asked: &data::Asked) {
    let habits = session.printing.habits;
    let word = word.map(String::from_utf8_lossy);
    let of = match word.as_deref() {
        None if habits.checks_step_ids => Some(StepsOf::EVERYONE),
        Some(word) if habits.checks_step_ids => {
            step_ids::whole(word, habits.knows_sluids).ok().map(|asked| asked.of)
        }
        word => Some(step_ids::numbers(word.unwrap_or("0")).of),
    };
    let table = of.and_then(|of| client.step_table(of, session.show.all).ok());
    let told = data::tell(client, session, asked, |answer, with| {
        let (steps, update) = match &table {
            Some(table) => (steps(table.as_ref(), with), table.last_update()),
            None => (with.gone(), 0),
        };
        answer.put("steps", steps);
        answer.put("last_update", with.time(update));
    });
    // What scontrol makes of steps that it has is forgotten.
    session.failed |= !told && table.is_none();
}

fn begins_as_container(word: &str) -> bool {
    const BEGIN: &str = "containerid=";
    word.get(..BEGIN.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(BEGIN))
}

fn refuse(session: &mut Session, word: Option<&str>, why: &str) {
    session.failed = true;
    if session.voice != Voice::Quiet {
        let word = word.unwrap_or("(null)");
        session.error(format_args!("scontrol_print_step: slurm_get_job_steps({word}) failed: {why}"));
    }
}

fn print(client: &Client, session: &mut Session, table: &mut dyn StepTable, at: usize) {
    let text = table.printed(at, session.printing.one_line).unwrap_or_else(|| {
        let files = table.files(at);
        step_text(&table.get(at), files, table.layout(at), &session.printing)
    });
    let _ = session.out.write_all(&text);
    // The library may complain of `SLURM_TIME_FORMAT` with each.
    for line in client.log() {
        let _ = session.out.flush();
        PROGRAM.say(line);
    }
}

fn tell_none(session: &mut Session, asked: Option<Asked>) {
    let Some(Asked { of, task }) = asked else {
        if session.voice != Voice::Quiet {
            session.print("No job steps in the system");
        }
        return;
    };
    session.failed = true;
    if session.voice == Voice::Quiet {
        return;
    }
    let job = match of.sluid {
        0 => of.job.to_string(),
        sluid => sluid::text(sluid),
    };
    let component = Some(of.component).filter(|component| *component != NO_VAL && of.sluid == 0);
    let step = match (of.job, of.step) {
        (0, _) => "Invalid".to_owned(),
        (_, NO_VAL) => String::new(),
        (_, step) => step_id::text(step, component),
    };
    match task {
        None => session.print(format_args!("Job step {job}.{step} not found")),
        Some(task) => session.print(format_args!("Job step {}_{task}.{step} not found", of.job)),
    }
}
