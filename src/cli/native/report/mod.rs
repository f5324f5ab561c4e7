//! `srunx report`: how much of the CPUs and the memory that jobs had they used.

mod figures;
mod gather;
mod help;
mod job;
mod json;
mod options;
mod parts;
mod run;
mod spread;
mod table;

use super::Program;
use super::users::Users;
use figures::Figures;
use gather::Gathered;
use jiff::Zoned;
use options::Request;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

const PROGRAM: Program = Program("report");

/// A job that nobody knows, as seff has it.
const NOT_FOUND: u8 = 2;

pub fn run(arguments: Vec<OsString>) -> ExitCode {
    match answer(arguments) {
        Ok(code) | Err(code) => code,
    }
}

fn answer(arguments: Vec<OsString>) -> Result<ExitCode, ExitCode> {
    let now = Zoned::now();
    let mut request = options::read(arguments, &now)?;
    let client = PROGRAM.connect()?;
    if request.version {
        return Ok(help::print(&format!("{}\n", client.package_version())));
    }
    request.selected = parts::with_parts(&client, std::mem::take(&mut request.selected));
    let mut empty = Vec::new();
    for (run, began) in std::mem::take(&mut request.runs) {
        let jobs = run::jobs(&client, &run, began).map_err(|error| {
            PROGRAM.failed("slurmctld cannot be asked", &error);
            ExitCode::FAILURE
        })?;
        if jobs.is_empty() {
            empty.push(run);
        }
        request.selected.extend(jobs.into_iter().map(|job| (job.job.to_string(), job)));
    }
    let users = Users::new(client.habits().unknown_users_are_nobody);
    let gathered = match request.selected.is_empty() && request.name.is_none() {
        true => Gathered::default(),
        false => gather::gather(&client, &users, &request, now.timestamp().as_second())?,
    };
    for note in &gathered.notes {
        PROGRAM.say(format_args!("note: {note}"));
    }
    let out = &mut BufWriter::new(io::stdout().lock());
    let written = write(out, &request, &gathered).and_then(|()| out.flush());
    // Nobody is left to be told that the reader went away.
    written.map_err(|_| ExitCode::FAILURE)?;
    for run in &empty {
        PROGRAM.error(format_args!("No job of the run {run} is known any more."));
    }
    for id in &gathered.unknown {
        PROGRAM.error(format_args!("Job {id} not found."));
    }
    if request.name.is_some() && gathered.jobs.is_empty() {
        PROGRAM.error("No job of that name was found.");
    }
    match empty.is_empty() && gathered.unknown.is_empty() && !gathered.jobs.is_empty() {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::from(NOT_FOUND)),
    }
}

fn write(out: &mut impl Write, request: &Request, gathered: &Gathered) -> io::Result<()> {
    let jobs: &[Figures] = &gathered.jobs;
    match jobs {
        _ if request.json => json::write(out, gathered),
        [] => Ok(()),
        [job] if request.selected.len() == 1 && job.tasks.is_none() => job::write(out, job),
        jobs => table::write(out, jobs),
    }
}
