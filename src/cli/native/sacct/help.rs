//! What sacct says of itself.

use super::fields::{in_columns, listed};
use super::options::About;
use super::reasons;
use crate::job::state_words::{BASE_STATES, state_word};
use crate::slurm::Client;
use crate::slurm::accounting::AccountingHabits;
use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "Usage: sacct [options]\n\tUse --help for help\n";

const HELP: &str = "\
sacct [<OPTION>]
     Valid <OPTION> values are:
     -a, --allusers:
                   Jobs of all users. Root sees them without it.
     -A, --accounts:
                   Only jobs of these accounts, with commas between.
     --array:
                   A line for each task of a pending array. From 23.02.
     -b, --brief:
                   '--format=jobid,state,exitcode'.
     -B, --batch-script:
                   The script of the jobs that -j names, where
                   AccountingStoreFlags has job_script. From 21.08.
     -c, --completion:
                   Of the job completion log; not read by srunx.
     -C, --constraints:
                   Only jobs that asked for these constraints.
         --delimiter:
                   What stands between values with -p or -P.
     -D, --duplicates:
                   All records of a job, not only the last.
     -e, --helpformat:
                   The fields that --format knows.
     -E, --endtime:
                   Only jobs before this time.
         --env-vars:
                   The environment of the jobs that -j names, where
                   AccountingStoreFlags has job_env. From 21.08.
         --expand-patterns:
                   Names of files without %j and its like. From 24.05.
         --federation: Jobs of all clusters of a federation.
     -f, --file=file:
                   As -c; not read by srunx.
     -F, --flags:
                   Only jobs that were started so: SchedSubmit, SchedMain,
                   SchedBackfill.
     -g, --gid, --group:
                   Only jobs of these groups.
     -h, --help:   This.
         --helpreason, --helpstate:
                   The words that --reason and --state know. From 24.05.
     -i, --nnodes=N:
                   Only jobs on so many nodes (N = min[-max]).
     -I, --ncpus=N:
                   Only jobs on so many CPUs (N = min[-max]).
     -j, --jobs:
                   Only these jobs and steps: 12, 12_3, 12+1, 12.batch.
     --json[=data_parser]
                   Everything, as JSON. From 21.08.
     -k, --timelimit-min:
                   Only jobs with this time limit, or with -K from it on.
     -K, --timelimit-max:
                   Only jobs with a time limit up to this.
         --local   Only this cluster's jobs, in a federation too.
     -l, --long:
                   Nearly all fields.
     -L, --allclusters:
                   Jobs of all clusters.
     -M, --clusters:
                   Jobs of these clusters; \"all\" for all.
     -n, --noheader:
                   Without the fields' names above.
     --noconvert:
                   Amounts in the unit in which they are kept.
     -N, --nodelist:
                   Only jobs that ran on any of these nodes.
     --name:
                   Only jobs with these names.
     -o, --format:
                   Which fields, with commas between; %N behind one is its
                   width, %-N begins it at the left.
     -p, --parsable: A '|' behind every value.
     -P, --parsable2: A '|' between values.
     -q, --qos:
                   Only jobs with these QOS.
     -r, --partition:
                   Only jobs of these partitions.
     -R, --reason:
                   Only jobs that waited for these reasons.
     -s, --state:
                   Only jobs that were in these states in the time asked for.
     -S, --starttime:
                   Only jobs from this time on. Without it: from the last
                   midnight on, with -s now, with -j from the beginning.
     -T, --truncate:
                   Times before -S and after -E are cut to them.
     -u, --uid, --user:
                   Only jobs of these users. Without it: your own.
     --units=[KMGTP]:
                   Amounts in this unit.
     --usage:      A short word on usage.
         --use-local-uid:
                   Users' numbers as this host has them.
     -v, --verbose:
                   Also say in which time jobs are looked for.
     -V, --version: The release.
     -W, --wckeys:
                   Only jobs with these wckeys.
     --whole-hetjob[=yes|no]:
                   All components of a heterogeneous job, or only those that
                   -j names.
     -x, --associations:
                   Only jobs of these associations.
     -X, --allocations:
                   Jobs without their steps.
     --yaml[=data_parser]
                   Everything, as YAML. From 21.08.

     Times are ...
                   HH:MM[:SS] [AM|PM]
                   MMDD[YY] or MM/DD[/YY] or MM.DD[.YY]
                   MM/DD[/YY]-HH:MM[:SS]
                   YYYY-MM-DD[THH:MM[:SS]]
                   now[{+|-}count[seconds(default)|minutes|hours|days|weeks]]
";

/// Says it. The exit code is that of a command whose reader went away, if so it is.
pub fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Says what was asked about sacct.
pub fn about(about: About, client: &Client, habits: &AccountingHabits) -> ExitCode {
    print(&match about {
        About::Help => HELP.to_owned(),
        About::Usage => USAGE.to_owned(),
        About::Format => listed(habits),
        About::States => in_columns((0..BASE_STATES).map(state_word), 4, 19),
        About::Reasons => {
            let words = reasons::listed(client, habits.reasons);
            in_columns(words.iter().map(String::as_str), 2, 39)
        }
    })
}

/// What can be said where Slurm cannot be reached at all.
pub fn without_slurm(argument: &str) -> Option<ExitCode> {
    Some(print(match argument {
        "--help" | "-h" => HELP,
        "--usage" | "-U" => USAGE,
        _ => return None,
    }))
}
