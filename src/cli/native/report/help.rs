//! What report says of itself.

use std::io::Write;
use std::process::ExitCode;

/// `--usage`
pub const USAGE: &str = "\
Usage: report [-S time] [-E time] [-u user] [--json] [--name name] [job_id|run...]
\tUse --help for help
";

/// `--help`
pub const HELP: &str = "\
Usage: report [OPTIONS] job_id|run...
       report [OPTIONS] --name name

How much of the CPUs and the memory that jobs had they used: one job in the layout
of seff, several jobs or an array in a table with a line each and a summary.

  job_id                12, 12_3 (a task of an array), 12+1 (a component of a
                        heterogeneous job); several, also with commas between
  run                   the id of a run of a workflow, 20260102-030405-00c0ffee, as in
                        the comment of each of its jobs and in the events of
                        'flow run --json': its jobs as far as slurmctld knows them, or
                        slurmdbd where it keeps comments
                        (AccountingStoreFlags=job_comment)
      --name=name       jobs with this name
  -u, --user=user       with --name: jobs of this user; without it your own
  -S, --starttime=time  with --name: jobs from this time on; without it from the
                        last midnight on
  -E, --endtime=time    with --name: jobs up to this time
      --json            for programs: one JSON object
  -h, --help            this
      --usage           a short word on usage
  -V, --version         the release of Slurm

What jobs used is asked of slurmdbd. Where there is none, what slurmctld remembers is
shown, and what is missing is said. Exit codes: 0; 1 when Slurm cannot be asked or
the arguments are wrong; 2 when a job is not found.
";

/// Says it.
pub fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
