//! What can be typed.

use crate::job::Memory;
use clap::{Args, Parser, Subcommand, ValueEnum};
#[cfg(feature = "slurm")]
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Run work on Slurm: workflows in YAML, submitted and followed through libslurm.
#[derive(Debug, Parser)]
#[command(name = "srunx", version, long_version = long_version(), arg_required_else_help = true)]
#[command(after_help = EXIT_CODES)]
pub struct Cli {
    /// When to use colour; auto is on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    #[arg(display_order = 900)]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    all jobs completed; with --detach, all are submitted
  1    some job did not complete, or could not be submitted
  2    the workflow, an option or a folder is wrong; nothing was submitted
  3    Slurm could not be used, or stopped answering for too long
  4    what happens could not be kept (a full disk); nothing more was submitted
  130  interrupted";

const LOOK_EXIT_CODES: &str = "\
Exit codes:
  0    done
  2    there is no such run or job, or it cannot be read";

const CANCEL_EXIT_CODES: &str = "\
Exit codes:
  0    nothing of the run is left under way
  1    something is
  2    there is no such run, or it cannot be read
  3    Slurm could not be used, or stopped answering for too long";

const VALIDATE_EXIT_CODES: &str = "\
Exit codes:
  0    the workflow is valid
  2    it is not, or it cannot be read";

#[cfg(feature = "slurm")]
const WATCH_EXIT_CODES: &str = "\
Exit codes:
  0    all jobs and elements completed
  1    some did not complete
  2    nobody knows the job or the element, or an option is wrong
  3    Slurm could not be used, or stopped answering for too long
  130  interrupted; the jobs go on";

#[cfg(feature = "slurm")]
const RETRY_NOTES: &str = "\
Script, sizes, limits and names are those of the job's record; the environment is that of the calling shell, as with sbatch.
Slurm keeps a script's arguments without quotes. What stands behind the options is given to the script in their place.
The first id of an array that went in as several (srunx sbatch --chunk) stands for all of it, and what failed goes in as such.

Exit codes:
  0    submitted
  1    slurmctld refused it, or there is nothing to retry
  2    nobody knows the job, or an option is wrong
  3    Slurm could not be used";

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    // No doc comments: clap would make a paragraph of each in `--help`.
    Auto,
    Always,
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Workflows: jobs in a YAML file and what each waits for
    #[command(subcommand, arg_required_else_help = true)]
    Flow(FlowCommand),
    /// Follow jobs and arrays to their end, whoever submitted them and however
    #[cfg(feature = "slurm")]
    #[command(after_help = WATCH_EXIT_CODES)]
    Watch(WatchArgs),
    /// Submit again what did not complete of a job or an array, with other options if any are given
    #[cfg(feature = "slurm")]
    #[command(after_help = RETRY_NOTES)]
    Retry(RetryArgs),
    /// Submit a batch script or a command, as sbatch does
    #[cfg(feature = "slurm")]
    #[command(visible_alias = "submit", disable_help_flag = true, disable_version_flag = true)]
    Sbatch(Native),
    /// Show jobs and their steps, as squeue does
    #[cfg(feature = "slurm")]
    #[command(visible_aliases = ["list", "status"], disable_help_flag = true, disable_version_flag = true)]
    Squeue(Native),
    /// Cancel or signal jobs, arrays and steps, as scancel does
    #[cfg(feature = "slurm")]
    #[command(visible_alias = "cancel", disable_help_flag = true, disable_version_flag = true)]
    Scancel(Native),
    /// Show and change jobs, as scontrol does
    #[cfg(feature = "slurm")]
    #[command(disable_help_flag = true, disable_version_flag = true)]
    Scontrol(Native),
    /// Show partitions and nodes, as sinfo does
    #[cfg(feature = "slurm")]
    #[command(disable_help_flag = true, disable_version_flag = true)]
    Sinfo(Native),
    /// Show what accounting knows of jobs, as sacct does
    #[cfg(feature = "slurm")]
    #[command(disable_help_flag = true, disable_version_flag = true)]
    Sacct(Native),
    /// Show how well jobs used the CPUs and the memory that they asked for
    #[cfg(feature = "slurm")]
    #[command(disable_help_flag = true, disable_version_flag = true)]
    Report(Native),
}

/// A command whose arguments are read as Slurm's own command of that name reads them.
#[cfg(feature = "slurm")]
#[derive(Debug, Args)]
pub struct Native {
    /// As for Slurm's command of that name; --help lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    pub arguments: Vec<OsString>,
}

/// What to do with a workflow.
#[derive(Debug, Subcommand)]
pub enum FlowCommand {
    /// Run a workflow and follow it to its end
    #[command(after_help = EXIT_CODES)]
    Run(RunArgs),
    /// Check a workflow file and say what is wrong with it; nothing is submitted
    #[command(after_help = VALIDATE_EXIT_CODES)]
    Validate(ValidateArgs),
    /// Go on with a run that was left before all was done
    #[command(after_help = EXIT_CODES)]
    Resume(ResumeArgs),
    /// Show the runs that are kept, the latest first
    #[command(after_help = LOOK_EXIT_CODES)]
    List(ListArgs),
    /// Show what became of a run's jobs so far
    #[command(after_help = LOOK_EXIT_CODES)]
    Status(StatusArgs),
    /// Cancel a run: what is under way, and what was still to be submitted
    #[command(after_help = CANCEL_EXIT_CODES)]
    Cancel(CancelArgs),
    /// Print the output of a run's jobs
    #[command(after_help = LOOK_EXIT_CODES)]
    Logs(LogsArgs),
}

/// Which run.
#[derive(Debug, Args)]
pub struct WhichRun {
    /// The run's id, or as much of its beginning or end as tells it from the others; srunx flow list shows them
    #[arg(value_name = "RUN", required_unless_present = "last")]
    pub run: Option<String>,

    /// The run that began last
    #[arg(long, conflicts_with = "run")]
    pub last: bool,
}

/// `srunx flow resume`
#[derive(Debug, Args)]
pub struct ResumeArgs {
    #[command(flatten)]
    pub which: WhichRun,

    /// Run what failed or was skipped again
    #[arg(long, help_heading = CHOICE)]
    pub retry_failed: bool,

    #[command(flatten)]
    pub choice: ChoiceArgs,

    /// Submit at once what is still to be submitted, with dependencies that Slurm keeps, and leave
    #[arg(long, help_heading = SLURM)]
    pub detach: bool,

    #[command(flatten)]
    pub follow: FollowArgs,
}

/// `srunx flow cancel`
#[derive(Debug, Args)]
pub struct CancelArgs {
    #[command(flatten)]
    pub which: WhichRun,

    #[command(flatten)]
    pub follow: FollowArgs,
}

/// `srunx flow list`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// How many runs
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub count: usize,

    /// Print one JSON object a line instead of a table
    #[arg(long)]
    pub json: bool,
}

/// `srunx flow status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub which: WhichRun,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub json: bool,
}

/// `srunx flow logs`
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// The run's id, or as much of its beginning or end as tells it from the others
    #[arg(value_name = "RUN")]
    pub run: String,

    /// Only this job's; of an array those of all its tasks, or of some: sweep_3, sweep[3-5,9]
    #[arg(value_name = "JOB")]
    pub job: Option<String>,
}

/// Which jobs of a workflow, and what to take for an end that nobody knows.
#[derive(Debug, Args)]
pub struct ChoiceArgs {
    /// Run this job and all that depends on it, directly or not, and what that needs besides; what the job itself depends
    /// on is taken as done
    #[arg(long, value_name = "JOB", help_heading = CHOICE)]
    pub from: Vec<String>,

    /// Run only this job and what it depends on, directly or not
    #[arg(long, value_name = "JOB", help_heading = CHOICE)]
    pub to: Vec<String>,

    /// Run only this job; what it depends on is taken as done
    #[arg(long = "job", value_name = "JOB", conflicts_with_all = ["from", "to"], help_heading = CHOICE)]
    pub only: Vec<String>,

    /// What a job is taken to have come to where nobody knows how it ended; a job with `creates` is judged by them
    #[arg(long, value_name = "OUTCOME", value_enum, help_heading = CHOICE)]
    pub assume: Option<Assume>,
}

/// What an unknown end is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Assume {
    Completed,
    Failed,
}

/// How a run is followed.
#[derive(Debug, Args)]
pub struct FollowArgs {
    /// Post the start, each failure and the end to the webhook in SLACK_WEBHOOK_URL
    #[arg(long)]
    pub slack: bool,

    /// Print the run's events as JSON, one a line, instead of text
    #[arg(long)]
    pub json: bool,

    /// How long to keep trying while slurmctld does not answer: seconds (90), 90s, 10m, 2h, 0 (give up at once) or
    /// forever
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    #[arg(help_heading = SLURM)]
    pub wait_for_controller: Duration,

    /// Do not ask slurmctld for a message at the end of each job; only poll
    #[arg(long, help_heading = SLURM)]
    pub no_push: bool,
}

/// `srunx flow validate`
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// The workflow file; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `srunx flow run`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The workflow file; - reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Print every script and what would be asked of Slurm; submit nothing
    #[arg(long, conflicts_with = "json")]
    pub dry_run: bool,

    #[command(flatten)]
    pub choice: ChoiceArgs,

    #[command(flatten)]
    pub follow: FollowArgs,

    /// Submit everything at once, with dependencies that Slurm keeps, and leave; srunx flow status and srunx flow resume tell
    /// what became of it
    #[arg(long, conflicts_with = "local", help_heading = SLURM)]
    pub detach: bool,

    /// Run the jobs as processes on this machine, without Slurm
    #[arg(long, conflicts_with_all = ["no_push", "wait_for_controller"], help_heading = LOCAL)]
    pub local: bool,

    /// How many cores the jobs may take together [default: all that this machine has]
    #[arg(long, value_name = "N", requires = "local", value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(help_heading = LOCAL)]
    pub local_cpus: Option<u32>,

    /// How much memory the jobs may ask for together: 16G, 512M [default: all that this machine has]
    #[arg(long, value_name = "SIZE", requires = "local", help_heading = LOCAL)]
    pub local_memory: Option<Memory>,

    /// How many GPUs the jobs may take together [default: all that this machine has]
    #[arg(long, value_name = "N", requires = "local", help_heading = LOCAL)]
    pub local_gpus: Option<u32>,
}

/// `srunx retry`
#[cfg(feature = "slurm")]
#[derive(Debug, Args)]
pub struct RetryArgs {
    /// Print the options of sbatch that would be submitted, one a line; submit nothing
    #[arg(long)]
    pub dry_run: bool,

    /// A job (37), an array (36), or some of its elements (36_2, 36_[1-3,7])
    #[arg(value_name = "JOB")]
    pub job: String,

    /// Options of sbatch over those that the job had: --mem=8G, --time=2:00:00 ...; then arguments for the script
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "SBATCH-OPTIONS")]
    pub options: Vec<OsString>,
}

/// `srunx watch`
#[cfg(feature = "slurm")]
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// A job (37), an array (36, 36_*), some of its elements (36_2, 36_[1-3,7], 36_[1-9:2])
    #[arg(value_name = "JOB", required = true)]
    pub jobs: Vec<String>,

    /// Print each change as JSON, one a line, instead of text
    #[arg(long)]
    pub json: bool,

    /// How long to keep trying while slurmctld does not answer: seconds (90), 90s, 10m, 2h, 0 (give up at once) or
    /// forever
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    pub wait_for_controller: Duration,
}

const CHOICE: &str = "A part of the workflow";
const SLURM: &str = "On Slurm";
const LOCAL: &str = "Without Slurm";

/// As long as it takes, for all that a clock can tell.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// A number of seconds, or a number with a unit (jiff's friendly format), or `forever`.
fn duration(text: &str) -> Result<Duration, String> {
    if text.eq_ignore_ascii_case("forever") {
        return Ok(FOREVER);
    }
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds).min(FOREVER));
    }
    let bad = || "give seconds, a number with a unit (90s, 10m, 2h, 1d) or `forever`".to_owned();
    let span: jiff::Span = text.parse().map_err(|_| bad())?;
    // A day is 24 hours here; months and years are refused.
    let exact = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| bad())?;
    Duration::try_from(exact).map(|exact| exact.min(FOREVER)).map_err(|_| bad())
}

/// clap keeps text for ever; it is made once.
fn long_version() -> &'static str {
    #[cfg(feature = "slurm")]
    {
        let version = env!("CARGO_PKG_VERSION");
        let releases: Vec<String> = crate::slurm::releases().iter().map(ToString::to_string).collect();
        Box::leak(format!("{version}\nbuilt for Slurm {}", releases.join(", ")).into_boxed_str())
    }
    #[cfg(not(feature = "slurm"))]
    {
        concat!(env!("CARGO_PKG_VERSION"), "\nbuilt without Slurm: local runs only")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn durations() {
        let seconds = |text: &str| duration(text).map(|d| d.as_secs());
        assert_eq!(seconds("90"), Ok(90));
        assert_eq!(seconds("10m"), Ok(600));
        assert_eq!(seconds("1h30m"), Ok(5400));
        assert_eq!(seconds("1d"), Ok(86400));
        assert_eq!(seconds("0"), Ok(0));
        assert_eq!(seconds("forever"), Ok(FOREVER.as_secs()));
        assert_eq!(seconds("99999999999999"), Ok(FOREVER.as_secs()));
        for bad in ["", "soon", "-5", "-5s", "1 fortnight", "1y"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
