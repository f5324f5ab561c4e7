//! `--ctld`: slurmctld finds the jobs and signals them, in one call.

use super::PROGRAM;
use super::options::Options;
use crate::slurm::{Client, Killing, code};

const SIGKILL: u16 = 9;

/// The exit code.
pub fn signal(client: &Client, options: &Options) -> i32 {
    let request = Killing {
        account: options.account.as_ref(),
        admin_comment: options.admin_comment.as_ref(),
        job_name: options.job_name.as_ref(),
        jobs: &options.written,
        kill: options.kill,
        nodelist: options.nodelist.as_ref(),
        partition: options.partition.as_ref(),
        qos: options.qos.as_ref(),
        reservation: options.reservation.as_ref(),
        signal: options.signal.unwrap_or(SIGKILL),
        state: options.state.unwrap_or(Killing::ANY_STATE),
        user_id: options.user_id,
        user_name: options.user_name.as_ref(),
        wckey: options.wckey.as_ref(),
        verbose: options.verbose != 0,
    };
    let killed = match client.kill_jobs(&request) {
        Some(Ok(killed)) => killed,
        Some(Err(error)) => {
            error.log().iter().for_each(|line| PROGRAM.say(line));
            PROGRAM.error(error.text());
            return error.code().unwrap_or(1);
        }
        // A library without the call is one of a release that does not leave jobs to slurmctld.
        None => return super::cancel::found(client, options),
    };
    for job in &killed {
        let is_told = options.verbose != 0 || !matches!(job.code, code::ALREADY_DONE | code::INVALID_JOB_ID);
        match job.code {
            _ if !is_told => {}
            0 => options.tell_signal(&job.job),
            _ => PROGRAM.error(format_args!(
                "Kill job error on job id {}: {}",
                job.job,
                job.message.to_string_lossy()
            )),
        }
    }
    if options.verbose != 0 && options.filters() && killed.iter().all(|job| job.code != 0) {
        options.tell_no_match(options.nodelist.as_ref());
    }
    0
}
