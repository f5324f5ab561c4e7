//! `srunx sacct`: jobs and steps as slurmdbd remembers them.

mod columns;
mod data;
mod distribution;
mod fields;
mod flags;
mod format;
mod help;
mod listing;
mod lists;
mod options;
mod paths;
mod ranges;
mod reasons;
mod row;
mod selection;
pub mod tasks;
mod whose;
mod window;

pub use row::id_text;

use super::Program;
use super::time_text::TimeFormat;
use super::tres::Names;
use super::users::Users;
use crate::job::state_words::state_words;
use crate::slurm::accounting::{Accounting, AccountingHabits};
use crate::slurm::{Client, Error};
use columns::Style;
use data::Asked;
use format::{Column, Refused};
use jiff::{Timestamp, Zoned};
use listing::Listing;
use options::{Reader, Request};
use row::{Ask, Rows};
use std::cell::OnceCell;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

const PROGRAM: Program = Program("sacct");

pub fn run(arguments: Vec<OsString>) -> ExitCode {
    match answer(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => code,
    }
}

fn answer(arguments: Vec<OsString>) -> Result<(), ExitCode> {
    let only = match arguments.as_slice() {
        [only] => only.to_str().map(str::to_owned),
        _ => None,
    };
    let client = match PROGRAM.try_connect() {
        Ok(client) => client,
        Err(error) => {
            return Err(only
                .and_then(|only| help::without_slurm(&only))
                .unwrap_or_else(|| PROGRAM.unreachable(&error)));
        }
    };
    let habits = client.accounting_habits();
    let now = Zoned::now();
    let dialect = client.dialect();
    let knows_expediting = client.habits().knows_expediting;
    let reader = Reader { client: &client, habits, dialect, knows_expediting, now: now.clone() };
    let words = arguments.clone();
    let mut request = reader.read(arguments)?;
    let times = TimeFormat::from_environment(PROGRAM, client.habits().complains_of_each_time);
    check_window(&request, &times)?;
    if request.verbosity > 0 {
        tell_window(&request);
    }
    let accounting = connect(&client, &request)?;
    let qos = whose::resolve_qos(&accounting, &mut request)?;
    whose::complete(&client, &accounting, &mut request);
    let columns = columns_of(&request, &habits)?;
    if !request.operands.is_empty() {
        PROGRAM.error("Unknown arguments:");
        for operand in &request.operands {
            PROGRAM.error(format_args!(" {}", operand.display()));
        }
        return Err(ExitCode::FAILURE);
    }
    if let Some(about) = request.about {
        return Err(help::about(about, &client, &habits));
    }
    let style = Style {
        parsable: request
            .parsable
            .map(|behind| (request.delimiter.clone().unwrap_or_else(|| b"|".to_vec()), behind)),
        header: !request.without_header,
        whole_dates: habits.whole_dates,
        cuts_dates: habits.cuts_dates,
        right_headers: habits.right_headers,
        times,
    };
    let out = &mut BufWriter::new(io::stdout().lock());
    let scripts = request.condition.script || request.condition.environment;
    if !scripts && request.language.is_none() {
        written(style.header(out, &columns))?;
    }
    // The REST interface asks for every record of a job, and is not told everything that was asked for.
    if request.language.is_some() && !habits.json_value {
        let condition = &mut request.condition;
        condition.duplicates = true;
        condition.users.clear();
        condition.time_limit = (0, 0);
        condition.started_by = None;
    }
    let table = match accounting.jobs(&request.condition) {
        Ok(table) => table,
        Err(error) => {
            written(out.flush())?;
            return Err(no_jobs(&error, &habits));
        }
    };
    let known_qos = OnceCell::new();
    if qos.is_some() {
        let _ = known_qos.set(qos);
    }
    let rows = Rows {
        client: &client,
        habits,
        users: Users::new(client.habits().unknown_users_are_nobody),
        without_units: request.without_units,
        units: request.units,
        local_uid: request.local_uid,
        expand_patterns: request.expand_patterns,
        now: now.timestamp().as_second(),
        task_list: task_list_length(),
        tres: OnceCell::new(),
        qos: known_qos,
        ask: Ask {
            tres: Box::new(|| {
                Some(Names::new(accounting.tres().ok()?, habits.gpu_utilisation, habits.gpu_memory))
            }),
            qos: Box::new(|| accounting.qos().ok()),
        },
    };
    let command: Vec<OsString> = std::iter::once("sacct".into()).chain(words).collect();
    let listing = Listing { request: &request, rows: &rows, style: &style, columns: &columns };
    let Some(language) = &request.language else {
        written(listing.write(out, table.as_ref()))?;
        return written(out.flush());
    };
    let tres = accounting.tres().unwrap_or_default();
    let asked = Asked { language, command: &command, tres: &tres };
    written(listing.write_data(out, table.as_ref(), &asked))?;
    written(out.flush())
}

/// Nobody is left to be told that the reader went away.
fn written<T>(result: io::Result<T>) -> Result<T, ExitCode> {
    result.map_err(|_| ExitCode::FAILURE)
}

fn check_window(request: &Request, times: &TimeFormat) -> Result<(), ExitCode> {
    let (start, end) = (request.condition.start, request.condition.end);
    if end != 0 && start > end {
        PROGRAM.error(format_args!(
            "Start time ({}) requested is after end time ({}).",
            times.text(start, 256),
            times.text(end, 256)
        ));
        return Err(ExitCode::FAILURE);
    }
    Ok(())
}

/// `--verbose`: in which states and what time jobs are looked for.
fn tell_window(request: &Request) {
    let states: Vec<String> = request
        .condition
        .states
        .iter()
        .filter_map(|state| Some(state_words(state.to_str().ok()?.parse().ok()?)))
        .collect();
    let states = if states.is_empty() { "Eligible".to_owned() } else { states.join(",") };
    let shown = |seconds: i64| {
        let time = Timestamp::from_second(seconds).unwrap_or_default();
        time.to_zoned(jiff::tz::TimeZone::system()).strftime("%a %b %d %T %Y").to_string()
    };
    let start = match request.condition.start {
        0 => "Epoch 0".to_owned(),
        start => shown(start),
    };
    let end = shown(request.condition.end);
    if start == end {
        PROGRAM.say(format_args!("Jobs {states} at the time instant {start}"));
    } else {
        PROGRAM.say(format_args!("Jobs {states} in the time window from {start} to {end}"));
    }
}

fn connect<'a>(client: &'a Client, request: &Request) -> Result<Accounting<'a>, ExitCode> {
    if request.completion {
        match &*client.configuration().completion {
            "" | "jobcomp/none" => eprintln!("Slurm job completion is disabled"),
            log => PROGRAM.error(format_args!("srunx does not read job completion logs ({log})")),
        }
        return Err(ExitCode::FAILURE);
    }
    if !client.configuration().has_accounting() {
        eprintln!("Slurm accounting storage is disabled");
        return Err(ExitCode::FAILURE);
    }
    client.accounting().map_err(|error| {
        PROGRAM.failed("Problem talking to the database", &error);
        ExitCode::FAILURE
    })
}

fn columns_of(request: &Request, habits: &AccountingHabits) -> Result<Vec<Column>, ExitCode> {
    format::read(&request.format(), &fields::known(habits)).map_err(|refused| match refused {
        Refused::Removed(old, new) => {
            let how = if habits.deprecated_words { "is deprecated" } else { "has been removed" };
            PROGRAM.fatal(format_args!("{old} {how}, please use {new}"))
        }
        Refused::Invalid(name) => {
            PROGRAM.error(format_args!("Invalid field requested: \"{}\"", String::from_utf8_lossy(&name)));
            ExitCode::FAILURE
        }
    })
}

fn no_jobs(error: &Error, habits: &AccountingHabits) -> ExitCode {
    for line in error.log() {
        PROGRAM.say(line);
    }
    match error.code() {
        Some(code) if habits.exits_with_error => ExitCode::from(code as u8),
        _ => ExitCode::FAILURE,
    }
}

fn task_list_length() -> Option<i64> {
    let asked = std::env::var_os("SLURM_BITSTR_LEN")?;
    let asked = asked.to_string_lossy();
    Some(crate::job::value::number::leading(&asked).map_or(0, |number| number.value))
}

#[cfg(test)]
fn newest() -> AccountingHabits {
    AccountingHabits {
        submit_lines: true,
        sorted_fields: true,
        merges_steps: false,
        deprecated_words: false,
        right_headers: false,
        memory_per_what: false,
        planned: true,
        cpus_as_asked: false,
        expands_arrays: true,
        whole_dates: true,
        cuts_dates: false,
        gpu_memory: true,
        pending_steps: true,
        gpu_utilisation: true,
        json_value: true,
        data_version: "v0.0.45",
        command_is_cut: false,
        bare_associations: true,
        exits_with_error: false,
        to_big: false,
        start_recieved: false,
        start_flag: true,
        stdio: true,
        restarts: true,
        bare_scripts: true,
        step_stdio: true,
        help_at_once: true,
        short_reason: true,
        stdio_restarts: true,
        refuses_nobody: true,
        small_exit_codes: false,
        exclusive: true,
        strict_ids: true,
        resizing: true,
        nameless_groups: false,
        reasons: 0,
        tbd: true,
    }
}
