//! `srunx flow logs`

use super::super::args::{Color, LogsArgs};
use super::super::exit::Exit;
use super::super::message;
use super::super::output::written;
use super::open;
use crate::engine::JobEntry;
use crate::journal::Runs;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

/// `srunx flow logs RUN [JOB]`
pub fn logs(args: &LogsArgs, color: Color) -> Exit {
    let print = || {
        let kept = open(Runs::of_user().and_then(|runs| runs.find(&args.run)), color)?;
        let wanted = |entry: &&JobEntry| args.job.as_ref().is_none_or(|job| *job == entry.name);
        let entries: Vec<&JobEntry> = kept.state.jobs().iter().filter(wanted).collect();
        if let (Some(job), true) = (&args.job, entries.is_empty()) {
            let names: Vec<&str> = kept.state.jobs().iter().map(|entry| entry.name.as_str()).collect();
            let hint = format!("its jobs are: {}", names.join(", "));
            message::error(color, &format!("the run {} has no job {job}", kept.folder.run), Some(&hint));
            return Err(Exit::Invalid);
        }
        let mut exit = Exit::Completed;
        for entry in entries {
            let Some(log) = entry.status.as_ref().and_then(|status| status.stdout.clone()) else {
                if args.job.is_some() {
                    let name = &entry.name;
                    message::error(
                        color,
                        &format!(
                            "the job {name} has no log: it was not submitted, or nothing was seen of it"
                        ),
                        None,
                    );
                    exit = Exit::Invalid;
                }
                continue;
            };
            match copy(&log, args.job.is_none()) {
                Ok(()) => {}
                Err(Trouble::Log(error)) => {
                    message::error(
                        color,
                        &format!("the log of {} cannot be read: {}: {error}", entry.name, log.display()),
                        None,
                    );
                    exit = Exit::Invalid;
                }
                Err(Trouble::Out(error)) => return Ok(written(Err(error), color)),
            }
        }
        Ok(exit)
    };
    print().unwrap_or_else(|exit| exit)
}

enum Trouble {
    Log(io::Error),
    Out(io::Error),
}

/// Prints a log as it is; with a heading where there are several.
fn copy(log: &PathBuf, heading: bool) -> Result<(), Trouble> {
    let mut file = File::open(log).map_err(Trouble::Log)?;
    let mut out = io::stdout().lock();
    if heading {
        writeln!(out, "==> {} <==", log.display()).map_err(Trouble::Out)?;
    }
    io::copy(&mut file, &mut out).map_err(Trouble::Out)?;
    out.flush().map_err(Trouble::Out)
}
