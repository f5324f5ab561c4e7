//! What `--help` and `--usage` print.

use std::process::ExitCode;

/// Prints one of the two, which is all that is done then.
pub fn print(text: &str) -> ExitCode {
    print!("{text}");
    ExitCode::SUCCESS
}

pub const USAGE: &str = "\
Usage: scancel [-A account] [--batch] [--ctld] [--full] [--interactive] [-n job_name]
               [-p partition] [-Q] [-q qos] [-R reservation] [-s signal | integer]
               [-t PENDING | RUNNING | SUSPENDED] [--usage] [-u user_name] [--me]
               [--hurry] [-V] [-v] [-w hosts...] [--wckey=wckey]
               [job_id[_array_id][.step_id]]
";

pub const HELP: &str = "\
Usage: scancel [OPTIONS] [job_id[_array_id][.step_id]]
  -A, --account=account           only jobs of this account
      --admin-comment=comment     set the AdminComment of cancelled jobs (from 25.11)
  -b, --batch                     signal the batch shell only
      --ctld                      leave finding and signalling to slurmctld
  -c, --cron                      a job of scrontab is meant (from 23.02)
  -f, --full                      signal the batch shell and all steps
  -H, --hurry                     do not stage out burst buffers
  -i, --interactive               ask before each job
  -M, --clusters                  the cluster to ask; this host's own
      --me                        only jobs of one's own (from 22.05)
  -n, --name=job_name             only jobs of this name
  -p, --partition=partition       only jobs in this partition
  -Q, --quiet                     no warnings
  -q, --qos=qos                   only jobs with this quality of service
  -R, --reservation=reservation   only jobs in this reservation
      --sibling=cluster_name      remove a federated job's active sibling
  -s, --signal=name | integer     the signal to send; SIGKILL if none is named
  -t, --state=states              only jobs in this state: PENDING, RUNNING
                                  or SUSPENDED
  -u, --user=user_name            only jobs of this user
  -V, --version                   print the version and end
  -v, --verbose                   say more, and more with each -v
  -w, --nodelist                  only jobs on these nodes
      --wckey=wckey               only jobs with this workload characterization key

The id of the first of several arrays that `srunx sbatch --chunk` made of one
stands for all of them.

Help options:
  --help                          show this help message
  --usage                         show a short usage message
";
