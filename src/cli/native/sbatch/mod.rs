//! `srunx sbatch`: from a command line to a job, as sbatch does it.

mod components;
mod help;
mod listing;
mod names;
mod outcome;
mod plugins;
mod script;

use super::Program;
use crate::job::JobId;
use crate::sbatch::{Code, Notices, Refused};
use crate::slurm::{Client, Submission, check_gres, describe};
pub use components::Request;
use std::ffi::OsString;
use std::process::ExitCode;

pub const PROGRAM: Program = Program("sbatch");

pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let client = match PROGRAM.connect() {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    match submit(&client, &arguments, None) {
        Ok(exit) => exit,
        Err(refused) => tell(&client, &refused),
    }
}

/// A script that is at hand, in place of one that the arguments name.
pub struct Given {
    /// Its text.
    pub script: Vec<u8>,
    /// Its name and its arguments.
    pub argv: Vec<OsString>,
    /// What is to be said where these arguments are taken, and not others that stand behind the options.
    pub unclear: Option<String>,
}

/// Submits a script that is at hand with sbatch's options.
pub fn resubmit(client: &Client, options: &[OsString], given: &Given) -> ExitCode {
    match submit(client, options, Some(given)) {
        Ok(exit) => exit,
        Err(refused) => tell(client, &refused),
    }
}

fn submit(client: &Client, arguments: &[OsString], given: Option<&Given>) -> Result<ExitCode, Refused> {
    let request = Request::read(client, arguments, given)?;
    if !request.quiet {
        plugins::tell(client);
    }
    let dialect = client.dialect();
    let line = match given {
        None => submit_line(arguments),
        // As if it had been typed so: what is kept of the script's arguments is that line.
        Some(_) => request.line(&["sbatch"], arguments),
    };
    let mut descriptions = Vec::with_capacity(request.components.len());
    for (number, (component, environment)) in request.components.iter().enumerate() {
        let submission = Submission {
            script: (number == 0).then_some(request.script.as_deref()).flatten(),
            argv: &request.argv,
            environment,
            submit_line: &line,
        };
        let described = describe(component, &submission, &dialect);
        let mut described = described.map_err(Refused::error)?;
        // Another cluster may have other GRES.
        if request.clusters.is_none() {
            let mut notices = Notices::default();
            let cluster = &client.configuration().checks.tres;
            let checked = check_gres(&mut described, cluster, &dialect, &mut notices);
            notices.lines.iter().for_each(|line| PROGRAM.say(line));
            checked?;
        }
        descriptions.push(described);
    }
    let cluster = match &request.clusters {
        Some(names) => Some(outcome::choose_cluster(client, &descriptions, names)?),
        None => None,
    };
    if request.test_only {
        return Ok(outcome::would_run(client, &descriptions, request.quiet));
    }
    let submitted = outcome::submit(client, &descriptions, &request)?;
    outcome::announce(client, &submitted, &request, cluster.as_deref());
    match request.wait {
        true => Ok(outcome::wait(client, JobId(submitted.id.0))),
        false => Ok(ExitCode::SUCCESS),
    }
}

/// The command line that slurmctld keeps, as it was typed and with the program as it was called.
fn submit_line(arguments: &[OsString]) -> OsString {
    let mut typed = std::env::args_os();
    let before = typed.len().saturating_sub(arguments.len());
    let program: Vec<OsString> = typed.by_ref().take(before).collect();
    let words: Vec<OsString> = program.into_iter().chain(arguments.iter().cloned()).collect();
    words.join(std::ffi::OsStr::new(" "))
}

/// Prints why nothing was submitted; `--help` and its like come this way, too.
pub fn tell(client: &Client, refused: &Refused) -> ExitCode {
    for line in client.log() {
        PROGRAM.say(line);
    }
    for line in &refused.lines {
        match line.strip_prefix('\0') {
            // Not in the program's name.
            Some(bare) => eprintln!("{bare}"),
            None => PROGRAM.say(line),
        }
    }
    match refused.code {
        Code::Option => ExitCode::from(255),
        Code::One => ExitCode::FAILURE,
        Code::Error => outcome::error_exit(),
        Code::ShowHelp => {
            print!("{}", help::help(&client.dialect()));
            ExitCode::SUCCESS
        }
        Code::ShowUsage => {
            print!("{}", help::usage(&client.dialect()));
            ExitCode::SUCCESS
        }
        Code::ShowVersion => {
            println!("{}", client.package_version());
            ExitCode::SUCCESS
        }
        Code::ShowGres => {
            print!("{}", outcome::gres_help(client));
            ExitCode::SUCCESS
        }
        Code::ShowMemoryBindings => {
            print!("{}", outcome::memory_bindings(client.dialect().memory_sorting));
            ExitCode::from(255)
        }
        Code::ShowHints => {
            print!("{}", outcome::HINTS);
            outcome::error_exit()
        }
    }
}
