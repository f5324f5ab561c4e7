//! `srunx scontrol`: what scontrol does with jobs. Commands come from the command line, one, or from standard input, one a
//! line.

mod actions;
mod commands;
mod data;
mod job_ids;
mod options;
mod ping;
mod session;
mod show;
mod update;
mod usage;
mod words;

use super::Program;
use crate::slurm::Client;
use session::{Session, Voice};
use std::ffi::OsString;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

const PROGRAM: Program = Program("scontrol");

pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let client = match PROGRAM.connect() {
        Ok(client) => client,
        Err(code) => return code,
    };
    let mut session = Session::new(&client);
    let code = match options::read(&client, &mut session, arguments) {
        Ok(command) if command.is_empty() => {
            interactive(&client, &mut session);
            None
        }
        Ok(command) => {
            commands::run(&client, &mut session, &command);
            None
        }
        Err(code) => Some(code),
    };
    let _ = session.out.flush();
    code.unwrap_or(if session.failed { ExitCode::from(session.failure) } else { ExitCode::SUCCESS })
}

/// Commands from standard input, until `exit`, `quit` or its end.
fn interactive(client: &Client, session: &mut Session) {
    let input = std::io::stdin();
    // A terminal shows what is typed; where the input is none it is shown as if it had been.
    let typed = input.is_terminal();
    let mut last: Option<Vec<u8>> = None;
    while !session.over {
        session.write("scontrol: ");
        let _ = session.out.flush();
        let mut line = Vec::new();
        match input.lock().read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => {
                session.write("\n");
                return;
            }
            Ok(_) => {}
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if !typed {
            let _ = session.out.write_all(&line);
            session.write("\n");
        }
        if line != b"!!" {
            last = Some(line);
        }
        let words = last.as_deref().map_or(Some(Vec::new()), words::words);
        let Some(words) = words else {
            session.refuse(format_args!("scontrol: can not process over {} words", words::MOST - 1));
            return session.write("\n");
        };
        if words.is_empty() {
            session.failed = true;
            if session.voice == Voice::Verbose {
                let _ = session.out.flush();
                let end = if session.printing.habits.joins_reasons { "\n" } else { "" };
                let _ = write!(std::io::stderr(), "no input{end}");
            }
        } else {
            commands::run(client, session, &words);
        }
    }
}
