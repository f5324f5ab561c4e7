//! `srunx scancel`: signals jobs and steps, or cancels them.

mod cancel;
mod confirm;
mod controller;
mod filter;
mod options;
mod target;
mod usage;

use super::Program;
use std::ffi::OsString;
use std::process::ExitCode;

const PROGRAM: Program = Program("scancel");

pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let client = match PROGRAM.connect() {
        Ok(client) => client,
        Err(code) => return code,
    };
    let options = match options::read(&client, arguments) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let habits = client.habits().control;
    let only_named = options.only_names_jobs(&habits) && !options.names_steps();
    let code = if only_named {
        cancel::named(&client, &options)
    } else if options.leaves_jobs_to_controller(&habits) {
        controller::signal(&client, &options)
    } else {
        cancel::found(&client, &options)
    };
    // As exit(3) has it: only the low byte of Slurm's number arrives.
    ExitCode::from(code as u8)
}
