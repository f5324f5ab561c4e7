//! `srunx retry`: submits again what did not complete of a job or an array, as it was asked for, with other options over it.

mod record;

use super::args::{Color, RetryArgs};
use super::connect::connect;
use super::exit::Exit;
use super::message;
use super::native::sbatch::{Given, resubmit};
use super::watch::target::{Followed, Grace, NoSuch, Target, elements};
use crate::job::{ArrayTasks, JobId, TaskSet};
use crate::scheduler::Scheduler;
use crate::scheduler::slurm::SlurmScheduler;
use crate::slurm::accounting::{JobCondition, SelectedStep};
use crate::slurm::{Client, JobInfo, JobTable, JobsOf, Show};
use std::ffi::{CStr, OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A chunk's tasks find their offset in this, and the chunk's comment tells it.
const OFFSET: &str = crate::job::TASK_OFFSET;

/// `srunx retry JOB`
pub fn run(args: &RetryArgs, color: Color) -> ExitCode {
    match retry(args, color) {
        Ok(exit) => exit,
        Err(Refusal { words, hint, exit }) => {
            message::error(color, &words, hint.as_deref());
            exit.into()
        }
    }
}

/// Why nothing was submitted.
struct Refusal {
    words: String,
    hint: Option<String>,
    exit: Exit,
}

fn refusal(words: impl Into<String>, exit: Exit) -> Refusal {
    Refusal { words: words.into(), hint: None, exit }
}

fn slurm(error: &crate::slurm::Error) -> Refusal {
    Refusal { words: error.to_string(), hint: error.hint(), exit: Exit::Unreachable }
}

fn retry(args: &RetryArgs, color: Color) -> Result<ExitCode, Refusal> {
    let target: Target = args.job.parse().map_err(|wrong: String| refusal(wrong, Exit::Invalid))?;
    // Before any other thread is there: libslurm's initialisation wants to be alone.
    let client = Arc::new(connect(Duration::ZERO, color).map_err(|error| slurm(&error))?);
    let (id, followed) = (target.id, look(&client, target)?);
    let failed = followed.failed();
    if failed.is_empty() {
        let open = if followed.is_over() { "all of it completed" } else { "what has ended completed" };
        return Err(refusal(
            format!("there is nothing to retry of {}: {open}", followed.target),
            Exit::JobFailed,
        ));
    }
    let show = Show { all: true, ..Show::default() };
    let table = client.job_table(JobsOf::Job(id), show).map_err(|error| slurm(&error))?;
    let Some(table) = table.filter(|table| !table.is_empty()) else { return Err(forgotten(id)) };
    let place = record_of(table.as_ref(), &failed);
    let job = table.get(place);
    let given = Given { script: script(&client, table.as_ref(), id)?, argv: argv(&client, &job, id, color) };
    let options = options(&job, followed.is_array.then_some(&failed), &args.options);
    if args.dry_run {
        let mut out = std::io::stdout().lock();
        for option in &options {
            // Whoever does not want to read on has read enough.
            let _ = out.write_all(option.as_bytes()).and_then(|()| out.write_all(b"\n"));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let named = if followed.is_array { elements(id, &failed) } else { id.to_string() };
    message::note(color, &format!("retrying {named}"));
    if !followed.is_over() {
        message::note(color, "what is still under way is not part of it");
    }
    Ok(resubmit(&client, &options, &given))
}

/// How the job stands, as far as slurmctld knows, or else slurmdbd.
fn look(client: &Arc<Client>, target: Target) -> Result<Followed, Refusal> {
    let scheduler = SlurmScheduler::watching(Arc::clone(client));
    let id = target.id;
    let unanswered = |error: crate::scheduler::SchedulerError| Refusal {
        words: error.message,
        hint: error.hint,
        exit: Exit::Unreachable,
    };
    let statuses = scheduler.observe(&[id]).map_err(unanswered)?;
    let now = Instant::now();
    let mut followed = Followed::new(target, now);
    let grace = Grace { first: Duration::ZERO, later: Duration::MAX };
    for status in &statuses {
        followed.take(status, now, grace).map_err(|none| match none {
            NoSuch::Job => forgotten(id),
            NoSuch::Array => refusal(format!("job {id} is no array"), Exit::Invalid),
            NoSuch::Elements => {
                refusal(format!("nobody knows elements of {id} by these names"), Exit::Invalid)
            }
        })?;
    }
    Ok(followed)
}

fn forgotten(id: JobId) -> Refusal {
    refusal(
        format!("slurmctld does not know job {id}, or knows it no more, and its script with it"),
        Exit::Invalid,
    )
}

/// A record of one of the tasks that failed, or else any: a task may have been changed by itself.
fn record_of(table: &dyn JobTable, failed: &TaskSet) -> usize {
    (0..table.len()).find(|place| failed.contains(table.get(*place).array_task_id)).unwrap_or(0)
}

/// The script, asked for by the array's own id and then by those of its tasks: either may be forgotten.
fn script(client: &Client, table: &dyn JobTable, id: JobId) -> Result<Vec<u8>, Refusal> {
    let ids = (0..table.len()).map(|place| table.get(place).job_id);
    let mut trouble = None;
    for id in [id.0].into_iter().chain(ids).take(8) {
        match client.batch_script(id) {
            Ok(script) => return Ok(script),
            Err(error) => trouble = Some(error),
        }
    }
    let why = trouble.map_or_else(String::new, |error| format!(": {}", error.in_one_line()));
    Err(refusal(format!("slurmctld does not have the script of job {id}{why}"), Exit::Invalid))
}

/// The script's name and its arguments. Releases up to 22.05 have both in the record, blanks between; later ones keep the
/// arguments in the command line only, which the record has from 25.11 and slurmdbd before.
fn argv(client: &Client, job: &JobInfo<'_>, id: JobId, color: Color) -> Vec<OsString> {
    let mut argv = words(job.command.map(CStr::to_bytes).unwrap_or_default());
    let [script] = argv.as_slice() else { return argv };
    let line = job.submit_line.map(|line| line.to_bytes().to_vec()).or_else(|| accounted_line(client, id));
    match line {
        Some(line) => argv.extend(arguments_of(&words(&line), &script.clone())),
        None => message::note(color, "no command line is kept of this job: its script is given no arguments"),
    }
    argv
}

/// What stands behind the script in a command line.
fn arguments_of(line: &[OsString], script: &OsStr) -> Vec<OsString> {
    let name = Path::new(script).file_name();
    let place = line.iter().skip(1).position(|word| name.is_some() && Path::new(word).file_name() == name);
    place.and_then(|place| line.get(place + 2..)).map(<[OsString]>::to_vec).unwrap_or_default()
}

fn words(line: &[u8]) -> Vec<OsString> {
    let words = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    words.map(|word| OsString::from_vec(word.to_vec())).collect()
}

/// The command line that slurmdbd keeps.
fn accounted_line(client: &Client, id: JobId) -> Option<Vec<u8>> {
    if !client.configuration().has_accounting() {
        return None;
    }
    let job =
        JobCondition { steps: vec![SelectedStep::job(id.0)], without_steps: true, ..JobCondition::default() };
    let accounting = client.accounting().ok()?;
    let table = accounting.jobs(&job).ok()?;
    (0..table.len()).find_map(|place| table.job(place).submit_line.map(|line| line.to_bytes().to_vec()))
}

fn options(job: &JobInfo<'_>, failed: Option<&TaskSet>, over: &[OsString]) -> Vec<OsString> {
    let mut options = record::options(job);
    // The three exclude each other: another one is not given beside the record's, but in its place.
    if over.iter().any(|word| is_memory(word)) {
        options.retain(|word| !is_memory(word));
    }
    if let Some(array) = failed.and_then(|tasks| ArrayTasks::of(tasks.iter())) {
        options.push(format!("--array={}", array.at_most(job.array_max_tasks)).into());
    }
    let comment = job.comment.map(|comment| comment.to_string_lossy().into_owned()).unwrap_or_default();
    let (own, offset) = comment_of(&comment);
    if !own.is_empty() {
        options.push(format!("--comment={own}").into());
    }
    if let Some(offset) = offset {
        options.push(format!("--export=ALL,{OFFSET}={offset}").into());
    }
    options.extend(over.iter().map(|word| OsStr::to_owned(word)));
    options
}

fn is_memory(word: &OsStr) -> bool {
    let name = word.as_bytes().split(|byte| *byte == b'=').next().unwrap_or_default();
    [&b"--mem"[..], b"--mem-per-cpu", b"--mem-per-gpu"].contains(&name)
}

/// A user's own comment, without the mark of a submission by srunx, and the offset of a chunk.
fn comment_of(comment: &str) -> (String, Option<u32>) {
    let offset = |word: &str| word.strip_prefix(OFFSET)?.strip_prefix('=')?.parse().ok();
    let marks = |word: &&str| word.starts_with("srunx:");
    let own: Vec<&str> = comment.split(' ').filter(|word| !marks(word)).collect();
    (own.join(" "), comment.split(' ').find_map(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_takes_the_place_of_memory() {
        let job = JobInfo { pn_min_memory: 1 << 63 | 100, ..JobInfo::default() };
        let given = |over: &[&str]| {
            let over: Vec<OsString> = over.iter().map(OsString::from).collect();
            let options = options(&job, None, &over);
            let memory = options.iter().filter(|word| is_memory(word));
            memory.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(given(&[]), ["--mem-per-cpu=100M"]);
        assert_eq!(given(&["--mem", "2G"]), ["--mem"]);
        assert_eq!(given(&["--mem-per-gpu=1G", "--mem-bind=none"]), ["--mem-per-gpu=1G"]);
        assert_eq!(given(&["--time=5"]), ["--mem-per-cpu=100M"]);
    }

    #[test]
    fn arguments_behind_the_script() {
        let arguments = |line: &str| {
            let arguments = arguments_of(&words(line.as_bytes()), OsStr::new("/w/job.sh"));
            arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(arguments("sbatch -n2 --mem=1G job.sh one two"), "one two");
        assert_eq!(arguments("srunx sbatch ./job.sh"), "");
        assert_eq!(arguments("sbatch -n2 other.sh one"), "");
        assert_eq!(arguments(""), "");
    }

    #[test]
    fn comments() {
        assert_eq!(comment_of("mine, all mine"), ("mine, all mine".into(), None));
        let comment = "mine SRUNX_TASK_OFFSET=1001 srunx:20260101-000000-abcd/12.1+1";
        assert_eq!(comment_of(comment), ("mine SRUNX_TASK_OFFSET=1001".into(), Some(1001)));
        assert_eq!(comment_of(""), (String::new(), None));
    }
}
