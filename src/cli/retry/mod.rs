//! `srunx retry`: submits again what did not complete of a job or an array, as it was asked for, with other options over it.

mod arguments;
mod record;

use super::args::{Color, RetryArgs};
use super::chunked;
use super::connect::connect;
use super::exit::Exit;
use super::message;
use super::native::sbatch::{Given, resubmit};
use super::watch::target::{Followed, Grace, NoSuch, Target, elements};
use crate::job::{ArrayTasks, CHUNK_SIZE, JobId, TaskSet};
use crate::scheduler::Scheduler;
use crate::scheduler::slurm::SlurmScheduler;
use crate::slurm::{Client, JobInfo, JobTable, JobsOf, Parts, Show};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
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
    let id = target.id;
    let Looked { scheduler, followed, parts } = look(&client, target)?;
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
    let (argv, unclear) = arguments::argv(&client, &job, id);
    let given = Given { script: script(&client, table.as_ref(), id)?, argv, unclear };
    let again = Again { failed: followed.is_array.then_some(&failed), is_whole: parts.is_some() };
    let options = again.options(&job, &args.options);
    if args.dry_run {
        let mut out = std::io::stdout().lock();
        let chunk = parts.is_some().then(|| chunked::option(again.most(&job)));
        for option in chunk.iter().chain(&options) {
            // Whoever does not want to read on has read enough.
            let _ = out.write_all(option.as_bytes()).and_then(|()| out.write_all(b"\n"));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let named: Vec<String> = match followed.is_array {
        true => scheduler.elements(id, &failed).iter().map(|(id, tasks)| elements(*id, tasks)).collect(),
        false => vec![id.to_string()],
    };
    message::note(color, &format!("retrying {}", named.join(" ")));
    if parts.as_ref().is_some_and(|parts| !parts.is_complete()) {
        message::warning(
            color,
            "slurmctld has forgotten some of the arrays that it is: what failed in them is not part of it",
        );
    }
    if !followed.is_over() {
        message::note(color, "what is still under way is not part of it");
    }
    Ok(match parts {
        Some(_) => chunked::again(Arc::clone(&client), again.most(&job), &options, &given),
        None => resubmit(&client, &options, &given),
    })
}

/// How a job stands, and as what it is known.
struct Looked {
    scheduler: SlurmScheduler,
    followed: Followed,
    /// Where it went in as several arrays, those.
    parts: Option<Parts>,
}

/// How the job stands, as far as slurmctld knows, or else slurmdbd.
fn look(client: &Arc<Client>, target: Target) -> Result<Looked, Refusal> {
    let scheduler = SlurmScheduler::watching(Arc::clone(client));
    let id = target.id;
    let parts = scheduler.gather(id, target.tasks.as_ref());
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
    Ok(Looked { scheduler, followed, parts })
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

/// What is submitted again.
struct Again<'a> {
    /// Of an array these tasks.
    failed: Option<&'a TaskSet>,
    /// The tasks have the indices of an array that went in as several, and go in as such again.
    is_whole: bool,
}

impl Again<'_> {
    /// The most tasks of a part, where that was asked for.
    fn most(&self, job: &JobInfo<'_>) -> Option<u32> {
        comment_of(&job.comment?.to_string_lossy()).chunk
    }

    fn options(&self, job: &JobInfo<'_>, over: &[OsString]) -> Vec<OsString> {
        let mut options = record::options(job);
        // The three exclude each other: another one is not given beside the record's, but in its place.
        if over.iter().any(|word| is_memory(word)) {
            options.retain(|word| !is_memory(word));
        }
        if let Some(array) = self.failed.and_then(|tasks| ArrayTasks::of(tasks.iter())) {
            options.push(format!("--array={}", array.at_most(job.array_max_tasks)).into());
        }
        let comment = job.comment.map(|comment| comment.to_string_lossy().into_owned()).unwrap_or_default();
        let Told { own, offset, .. } = comment_of(&comment);
        let (own, offset) = match (self.is_whole, offset) {
            (true, Some(offset)) => {
                // As they were asked for, before they were the first part's.
                for log in options.iter_mut().filter(|word| is_log(word)) {
                    *log = log.to_string_lossy().replace(&format!("{offset}+%a"), "%a").into();
                }
                (own.replace(&format!("{OFFSET}={offset}"), "").trim_end().to_owned(), None)
            }
            _ => (own, offset),
        };
        if !own.is_empty() {
            options.push(format!("--comment={own}").into());
        }
        if let Some(offset) = offset {
            options.push(format!("--export=ALL,{OFFSET}={offset}").into());
        }
        options.extend(over.iter().map(|word| OsStr::to_owned(word)));
        options
    }
}

fn is_log(word: &OsStr) -> bool {
    let word = word.as_bytes();
    word.starts_with(b"--output=") || word.starts_with(b"--error=")
}

fn is_memory(word: &OsStr) -> bool {
    let name = word.as_bytes().split(|byte| *byte == b'=').next().unwrap_or_default();
    [&b"--mem"[..], b"--mem-per-cpu", b"--mem-per-gpu"].contains(&name)
}

/// What a comment tells.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    /// The user's own words, and the offset of a chunk.
    own: String,
    offset: Option<u32>,
    /// The most tasks that a chunk was to have.
    chunk: Option<u32>,
}

/// Without the marks of a submission by srunx.
fn comment_of(comment: &str) -> Told {
    let number = |name: &str| {
        let of = |word: &str| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok();
        comment.split(' ').find_map(of)
    };
    let size = format!("{CHUNK_SIZE}=");
    let marks = |word: &&str| word.starts_with("srunx:") || word.starts_with(&size);
    let own: Vec<&str> = comment.split(' ').filter(|word| !marks(word)).collect();
    Told { own: own.join(" "), offset: number(OFFSET), chunk: number(CHUNK_SIZE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_takes_the_place_of_memory() {
        let job = JobInfo { pn_min_memory: 1 << 63 | 100, ..JobInfo::default() };
        let given = |over: &[&str]| {
            let over: Vec<OsString> = over.iter().map(OsString::from).collect();
            let options = Again { failed: None, is_whole: false }.options(&job, &over);
            let memory = options.iter().filter(|word| is_memory(word));
            memory.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(given(&[]), ["--mem-per-cpu=100M"]);
        assert_eq!(given(&["--mem", "2G"]), ["--mem"]);
        assert_eq!(given(&["--mem-per-gpu=1G", "--mem-bind=none"]), ["--mem-per-gpu=1G"]);
        assert_eq!(given(&["--time=5"]), ["--mem-per-cpu=100M"]);
    }

    #[test]
    fn comments() {
        let told = |own: &str, offset, chunk| Told { own: own.into(), offset, chunk };
        assert_eq!(comment_of("mine, all mine"), told("mine, all mine", None, None));
        let comment = "mine SRUNX_TASK_OFFSET=1001 SRUNX_CHUNK=9 srunx:20260101-000000-abcd/12.1+1";
        assert_eq!(comment_of(comment), told("mine SRUNX_TASK_OFFSET=1001", Some(1001), Some(9)));
        assert_eq!(comment_of(""), Told::default());
    }
}
