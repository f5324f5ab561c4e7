//! `srunx squeue`: jobs and their steps, as squeue shows them.

mod arrays;
mod cell;
mod clusters;
pub mod data;
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
mod option_table;
mod options;
mod order;
mod session;
mod settings;
mod states_alone;
mod status;
mod step_fields;

use super::Program;
use crate::slurm::{Client, Error};
use field::Field;
use format::Fields;
use job_fields::JobTell;
use session::Session;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use step_fields::StepTell;

const PROGRAM: Program = Program("squeue");

/// `squeue` with these arguments.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    match PROGRAM.connect() {
        Ok(client) => listing(&client, arguments),
        Err(code) => code,
    }
}

/// `srunx status` with these arguments.
pub fn status(arguments: Vec<OsString>) -> ExitCode {
    match PROGRAM.connect() {
        Ok(client) => status::run(&client, arguments),
        Err(code) => code,
    }
}

fn listing(client: &Client, arguments: Vec<OsString>) -> ExitCode {
    match options::read(client, arguments) {
        Ok((settings, clusters)) => Session::new(client, settings, clusters).run(),
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
    let habits = client.squeue_habits();
    Fields {
        all: job_fields::FIELDS,
        kind: "job",
        has: Box::new(|field: &Field<_>| client.squeue_has_field(field.name)),
        long_names_may_go_on: habits.long_names_may_go_on,
        missing_letter_is_a_field: habits.missing_letter_is_a_field,
    }
}

/// The fields of steps that the release in use has.
fn fields_of_steps(client: &Client) -> Fields<'_, StepTell> {
    let habits = client.squeue_habits();
    Fields {
        all: step_fields::FIELDS,
        kind: "job step",
        has: Box::new(|field: &Field<_>| {
            // Jobs have had these longer.
            client.squeue_has_field(match field.name {
                "StdErr" => "StepStdErr",
                "StdIn" => "StepStdIn",
                "StdOut" => "StepStdOut",
                name => name,
            })
        }),
        long_names_may_go_on: habits.long_names_may_go_on,
        missing_letter_is_a_field: habits.missing_letter_is_a_field,
    }
}
