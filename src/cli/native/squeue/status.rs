//! `srunx status JOB…`: what is known of jobs, by slurmctld as squeue shows it, else by the accounting.

use super::session::Session;
use super::{PROGRAM, lists, options, print};
use crate::job::JobId;
use crate::slurm::{AccountedJob, Client, JobsOf, Show};
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

/// `srunx status` with these arguments. With options it is squeue, and without arguments too.
pub fn run(client: &Client, arguments: Vec<OsString>) -> ExitCode {
    let is_option = |argument: &OsString| argument.as_bytes().starts_with(b"-");
    if arguments.is_empty() || arguments.iter().any(is_option) {
        return super::listing(client, arguments);
    }
    let ids = arguments.join(OsStr::new(","));
    let wanted = match lists::jobs(ids.as_bytes()) {
        Ok(wanted) => wanted,
        Err(part) => {
            PROGRAM.error(format_args!("Invalid job id: {}", String::from_utf8_lossy(part)));
            return ExitCode::FAILURE;
        }
    };
    let show = Show { all: true, ..Show::default() };
    let mut gone = Vec::new();
    for id in wanted.iter().map(|job| JobId(job.job_id)) {
        match client.job_table(JobsOf::Job(id), show) {
            Ok(Some(_)) => {}
            Ok(None) => gone.push(id),
            // squeue will say the same.
            Err(_) => break,
        }
    }
    let mut code = ExitCode::SUCCESS;
    if gone.len() < wanted.len() {
        let arguments = vec!["-t".into(), "all".into(), "-j".into(), ids];
        code = match options::read(client, arguments) {
            Ok((settings, clusters)) => Session::new(client, settings, clusters).run(),
            Err(code) => code,
        };
    }
    if gone.is_empty() { code } else { accounted(client, &gone) }
}

/// What the accounting remembers of jobs that slurmctld has forgotten.
fn accounted(client: &Client, jobs: &[JobId]) -> ExitCode {
    let mut found = Vec::new();
    if client.configuration().has_accounting() {
        match client.accounted(jobs) {
            Ok(records) => found = records,
            Err(error) => PROGRAM.failed("slurmdbd", &error),
        }
    }
    if !found.is_empty() {
        print(&table(&found));
    }
    let mut code = ExitCode::SUCCESS;
    for job in jobs.iter().filter(|job| found.iter().all(|record| record.id != **job)) {
        PROGRAM.error(format_args!("job {job}: slurmctld does not know it and no accounting remembers it"));
        code = ExitCode::FAILURE;
    }
    code
}

fn table(records: &[AccountedJob]) -> String {
    let mut text = format!("{:>18} {:>13} {:>9} NODELIST\n", "JOBID", "STATE", "EXIT_CODE");
    for record in records {
        let exit = record.exit.to_string();
        let state = record.state.to_string();
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:>18} {state:>13} {exit:>9} {}", record.id.0, record.nodes);
    }
    text
}
