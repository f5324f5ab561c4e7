//! `srunx scancel`: signals jobs and steps, or cancels them.

mod cancel;
mod confirm;
mod controller;
mod filter;
mod options;
mod parts;
mod target;
mod usage;

use super::Program;
use crate::slurm::Client;
use options::Options;
use std::ffi::OsString;
use std::process::ExitCode;

const PROGRAM: Program = Program("scancel");

pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let client = match PROGRAM.connect() {
        Ok(client) => client,
        Err(code) => return code,
    };
    let mut options = match options::read(&client, arguments) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut reached = parts::reach(&client, &mut options);
    let mut code = signal(&client, &options);
    // One more look, and another if it was not in vain, which is not for ever.
    let mut looks = 0..3;
    while looks.next().is_some() && parts::reach_later(&client, &mut options, &mut reached) {
        code = code.max(signal(&client, &options));
    }
    // As exit(3) has it: only the low byte of Slurm's number arrives.
    ExitCode::from(code as u8)
}

fn signal(client: &Client, options: &Options) -> i32 {
    let habits = client.habits().control;
    let only_named = options.only_names_jobs(&habits) && !options.names_steps();
    if only_named {
        cancel::named(client, options)
    } else if options.leaves_jobs_to_controller(&habits) {
        controller::signal(client, options)
    } else {
        cancel::found(client, options)
    }
}
