//! `srunx squeue`: jobs and their steps, as squeue shows them.

mod arrays;
mod cell;
mod echo;
mod field;
mod file_names;
mod filter;
mod format;
mod help;
mod job_fields;
mod job_words;
mod listing;
mod lists;
mod nodes;
mod options;
mod order;
mod settings;
mod states_alone;
mod step_fields;

use super::time_text::TimeFormat;
use super::units::Convert;
use super::users::Users;
use super::Program;
use crate::job::JobId;
use crate::slurm::{Client, Error, JobTable, JobsOf, Show};
use field::{Field, Surroundings};
use format::{Column, Fields};
use job_fields::JobTell;
use listing::Stop;
use settings::Settings;
use std::collections::HashMap;
use std::ffi::{CStr, CString, OsString};
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::time::Duration;
use step_fields::StepTell;

const PROGRAM: Program = Program("squeue");

/// `squeue` with these arguments.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let client = match PROGRAM.connect() {
        Ok(client) => client,
        Err(code) => return code,
    };
    match options::read(&client, arguments) {
        Ok(settings) => Session::new(&client, settings).run(),
        Err(code) => code,
    }
}

/// Writes a text to standard output. A reader that has gone away has read enough.
fn print(text: &str) -> ExitCode {
    written(io::stdout().write_all(text.as_bytes()))
}

fn written(result: io::Result<()>) -> ExitCode {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            PROGRAM.error(format_args!("standard output cannot be written: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// `what: Slurm's message`, as slurm_perror prints it, behind what libslurm logged on the way.
fn perror(what: &str, error: &Error) {
    for line in error.log() {
        PROGRAM.say(line);
    }
    eprintln!("{what}: {}", error.text());
}

/// The fields of jobs that the release in use has.
fn fields_of_jobs(client: &Client) -> Fields<'_, JobTell> {
    fields(client, job_fields::FIELDS, "job", &|field: &Field<_>| field.name)
}

/// The fields of steps that the release in use has.
fn fields_of_steps(client: &Client) -> Fields<'_, StepTell> {
    todo!()
}
