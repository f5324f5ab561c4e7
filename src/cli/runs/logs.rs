//! `srunx flow logs`

use super::super::args::{Color, LogsArgs};
use super::super::exit::Exit;
use super::super::message;
use super::super::output::written;
use super::{Kept, open};
use crate::engine::JobEntry;
use crate::job::{JobId, JobRequest, TaskSet};
use crate::journal::Runs;
use crate::scheduler::{DEFAULT_ARRAY_OUTPUT, TaskLogs, own_name};
use crate::workflow::Submitter;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// `srunx flow logs RUN [JOB]`
pub fn logs(args: &LogsArgs, color: Color) -> Exit {
    let print = || {
        let kept = open(Runs::of_user().and_then(|runs| runs.find(&args.run)), color)?;
        let Some(wanted) = &args.job else { return all(&kept, color) };
        match find(&kept, wanted) {
            Some((place, entry, tasks)) => one(&kept, place, entry, tasks.as_ref(), color),
            None => {
                let names: Vec<&str> = kept.state.jobs().iter().map(|entry| entry.name.as_str()).collect();
                let hint = format!("its jobs are: {}", names.join(", "));
                message::error(
                    color,
                    &format!("the run {} has no job {wanted}", kept.folder.run),
                    Some(&hint),
                );
                Err(Exit::Invalid)
            }
        }
    };
    print().unwrap_or_else(|exit| exit)
}

/// The job that is meant, its place, and of an array the tasks: `sweep`, `sweep_3`, `sweep[3-5,9]`.
fn find<'a>(kept: &'a Kept, wanted: &str) -> Option<(usize, &'a JobEntry, Option<TaskSet>)> {
    let named = |name: &str| {
        let place = kept.state.place(name)?;
        Some((place, kept.state.job(place)?))
    };
    if let Some((place, entry)) = named(wanted) {
        return Some((place, entry, None));
    }
    let cut = wanted.rfind(['[', '_'])?;
    let (name, tasks) = wanted.split_at(cut);
    let tasks = tasks.strip_prefix('[').and_then(|list| list.strip_suffix(']')).or(tasks.strip_prefix('_'))?;
    let tasks = tasks.parse().ok()?;
    let (place, entry) =
        named(name.strip_suffix('_').unwrap_or(name)).filter(|(_, entry)| entry.tasks.is_some())?;
    Some((place, entry, Some(tasks)))
}

/// The logs of all jobs; of each array one, that of the first task that did not complete if there is any.
fn all(kept: &Kept, color: Color) -> Result<Exit, Exit> {
    let mut exit = Exit::Completed;
    for entry in kept.state.jobs() {
        if let Some(log) = entry.status.as_ref().and_then(|status| status.stdout.as_ref()) {
            exit = show(&entry.name, log, true, exit, color)?;
        }
    }
    Ok(exit)
}

/// The log of one job, or of tasks of an array: of all that have one, where no tasks are named.
fn one(
    kept: &Kept,
    place: usize,
    entry: &JobEntry,
    tasks: Option<&TaskSet>,
    color: Color,
) -> Result<Exit, Exit> {
    let last = entry.status.as_ref().and_then(|status| status.stdout.clone());
    let none = |name: &str| {
        let why = "it was not submitted, or nothing was seen of it";
        message::error(color, &format!("the job {name} has no log: {why}"), None);
        Exit::Invalid
    };
    let Some(progress) = &entry.tasks else {
        return match last {
            Some(log) => show(&entry.name, &log, false, Exit::Completed, color),
            None => Err(none(&entry.name)),
        };
    };
    if let Some(strangers) =
        tasks.map(|tasks| tasks.difference(progress.all())).filter(|tasks| !tasks.is_empty())
    {
        let words = format!("the array {} has no tasks {strangers}", entry.name);
        message::error(color, &words, Some(&format!("its tasks are: {}", progress.all())));
        return Err(Exit::Invalid);
    }
    let Some(logs) = ArrayLogs::of(kept, place, entry, color)? else { return Err(none(&entry.name)) };
    let (mut exit, mut shown) = (Exit::Completed, 0);
    let mut before: Option<PathBuf> = None;
    for task in tasks.unwrap_or(progress.all()).iter() {
        let name = format!("{}_{task}", entry.name);
        let found = logs.task(entry, task);
        // Of tasks that nobody named, some may never have run; all may write to one file.
        if tasks.is_none() && (found.is_none() || found == before) {
            continue;
        }
        exit = match &found {
            Some(log) => show(&name, log, true, exit, color)?,
            None => none(&name),
        };
        shown += 1;
        before = found;
    }
    match (shown, last) {
        // Each is named by what only its own record tells: what was seen is one of them.
        (0, Some(log)) => show(&entry.name, &log, true, exit, color),
        (0, None) => Err(none(&entry.name)),
        _ => Ok(exit),
    }
}

/// Where the tasks of an array write to.
struct ArrayLogs {
    logs: TaskLogs,
    /// The ids of its attempts, the last one first.
    ids: Vec<JobId>,
}

impl ArrayLogs {
    fn of(kept: &Kept, place: usize, entry: &JobEntry, color: Color) -> Result<Option<Self>, Exit> {
        let ids = entry.id.into_iter().chain(entry.earlier.iter().rev().map(|attempt| attempt.status.id));
        let ids: Vec<JobId> = ids.collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let workflow = kept.workflow(color)?;
        let work_dir = kept.about.work_dir.clone();
        let request: JobRequest =
            workflow.request(place, &Submitter { work_dir, environment: Vec::new(), log_dir: None });
        let pattern = request.stdout.unwrap_or_else(|| DEFAULT_ARRAY_OUTPUT.into());
        let pattern = request.work_dir.join(pattern);
        Ok(Some(Self { logs: TaskLogs { pattern, name: request.name, user: own_name() }, ids }))
    }

    /// That of a task, of its last attempt that left one.
    fn of_attempt(&self, id: JobId, entry: &JobEntry, task: u32) -> Option<PathBuf> {
        let part =
            entry.parts.values().find(|part| part.tasks.contains(task)).filter(|_| Some(id) == entry.id);
        let (id, offset) = part.map_or((id, 0), |part| (part.id.unwrap_or(id), part.offset));
        self.logs.of(id, task.checked_sub(offset)?, offset)
    }

    fn task(&self, entry: &JobEntry, task: u32) -> Option<PathBuf> {
        self.ids.iter().filter_map(|id| self.of_attempt(*id, entry, task)).find(|log| log.exists())
    }
}

/// Prints a log. The exit code so far, or another where it cannot be read.
///
/// # Errors
/// When nobody reads on: nothing more is printed.
fn show(name: &str, log: &Path, heading: bool, so_far: Exit, color: Color) -> Result<Exit, Exit> {
    match copy(log, heading) {
        Ok(()) => Ok(so_far),
        Err(Trouble::Log(error)) => {
            message::error(
                color,
                &format!("the log of {name} cannot be read: {}: {error}", log.display()),
                None,
            );
            Ok(Exit::Invalid)
        }
        Err(Trouble::Out(error)) => Err(written(Err(error), color)),
    }
}

enum Trouble {
    Log(io::Error),
    Out(io::Error),
}

/// Prints a log as it is; with a heading where there are several.
fn copy(log: &Path, heading: bool) -> Result<(), Trouble> {
    let mut file = File::open(log).map_err(Trouble::Log)?;
    let mut out = io::stdout().lock();
    if heading {
        writeln!(out, "==> {} <==", log.display()).map_err(Trouble::Out)?;
    }
    io::copy(&mut file, &mut out).map_err(Trouble::Out)?;
    out.flush().map_err(Trouble::Out)
}
