//! `srunx sbatch --chunk=N …`: an array that goes to Slurm as several, none with more than N tasks or larger than the cluster
//! allows, and that is one to `srunx watch` and to its own tasks: each finds its index in the whole in `SRUNX_TASK_ID`.

use super::native::sbatch::{Given, PROGRAM, Request, tell};
use crate::job::value::ArrayTasks;
use crate::job::{JobId, JobRequest, Outcome, TASK_INDEX_LINE, TaskSet};
use crate::runner::new_run_id;
use crate::sbatch::Refused;
use crate::scheduler::slurm::{Pieces, SlurmScheduler};
use crate::scheduler::{ErrorKind, Scheduler};
use crate::slurm::Client;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// The option, which stands before those of sbatch: `--chunk=1000`, or `--chunk` for as many as the cluster allows.
pub const OPTION: &str = "--chunk";
/// Between two looks at whether all of it is submitted.
const PAUSE: Duration = Duration::from_millis(200);
/// Between two words about that.
const SAID: Duration = Duration::from_secs(30);

/// The most tasks of a part, if that was said; or what is wrong with what was said.
pub type Most = Result<Option<u32>, String>;

/// The most tasks of a part, where the arguments begin with that option; the rest are sbatch's.
pub fn asked(arguments: &[OsString]) -> Option<(Most, &[OsString])> {
    let (first, rest) = arguments.split_first()?;
    let first = first.to_str()?;
    if first == OPTION {
        return Some((Ok(None), rest));
    }
    let most = first.strip_prefix(OPTION)?.strip_prefix('=')?;
    let most = match most.parse() {
        Ok(0) | Err(_) => Err(format!("Invalid {OPTION} specification: {most}")),
        Ok(most) => Ok(Some(most)),
    };
    Some((most, rest))
}

/// Submits all of it, waiting for room, and tells the first id, by which the whole is known.
pub fn run(most: Most, arguments: &[OsString]) -> ExitCode {
    let client = match PROGRAM.connect() {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    let request = most.map_err(Refused::error).and_then(|most| {
        let read = Request::read(&client, arguments, None)?;
        Ok((asked_for(&read, most)?, read))
    });
    let (request, read) = match request {
        Ok(request) => request,
        Err(refused) => return tell(&client, &refused),
    };
    submit(Arc::new(client), &request, &read)
}

/// The option itself.
pub fn option(most: Option<u32>) -> OsString {
    most.map_or_else(|| OPTION.into(), |most| format!("{OPTION}={most}").into())
}

/// Submits a script that is at hand, with sbatch's options.
pub fn again(client: Arc<Client>, most: Option<u32>, options: &[OsString], given: &Given) -> ExitCode {
    let request = Request::read(&client, options, Some(given)).and_then(|read| {
        let line = read.line(&["sbatch", &option(most).to_string_lossy()], options);
        Ok((JobRequest { submit_line: Some(line), ..asked_for(&read, most)? }, read))
    });
    match request {
        Ok((request, read)) => submit(client, &request, &read),
        Err(refused) => tell(&client, &refused),
    }
}

/// The array as a scheduler is asked for it.
fn asked_for(read: &Request, most: Option<u32>) -> Result<JobRequest, Refused> {
    let [(component, _)] = read.components.as_slice() else {
        return Err(Refused::error(format!("{OPTION} is for an array, not for a heterogeneous job")));
    };
    let options = &component.options;
    let Some(array) = &options.array else {
        return Err(Refused::error(format!("{OPTION} is for an array: --array is missing")));
    };
    let array = ArrayTasks::parse(&array.to_string_lossy()).map_err(Refused::error)?;
    if let Some(other) = ["clusters", "test-only"].into_iter().find(|other| options.is_set(other)) {
        return Err(Refused::error(format!("{OPTION} and --{other} are mutually exclusive")));
    }
    let script = String::from_utf8(read.script.clone().unwrap_or_default())
        .map_err(|_| Refused::error(format!("{OPTION}: the script is not UTF-8")))?;
    let text = |value: &Option<OsString>| value.as_ref().map(|text| text.to_string_lossy().into_owned());
    // Said in other words here, or of no meaning to slurmctld.
    const OTHERS: [&str; 11] = [
        "array", "chdir", "error", "job-name", "output", "parsable", "quiet", "verbose", "wait", "wrap",
        "comment",
    ];
    let sbatch = options.given_texts().filter(|(long, _)| !OTHERS.contains(long));
    Ok(JobRequest {
        name: text(&options.job_name).unwrap_or_else(|| "sbatch".to_owned()),
        script: telling_its_index(&script),
        argv: read.argv.clone(),
        work_dir: match &options.chdir {
            Some(folder) => folder.clone(),
            None => std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
        },
        stdout: options.output.as_ref().map(PathBuf::from),
        stderr: options.error.as_ref().map(PathBuf::from),
        environment: std::env::vars_os().collect(),
        array: Some(array),
        chunk: Some(most.unwrap_or(u32::MAX)),
        comment: text(&options.comment),
        submit_line: Some(crate::slurm::submit_line()),
        token: Some(format!("srunx:{}/0.1", new_run_id())),
        sbatch: sbatch
            .map(|(long, value)| (long.to_owned(), value.map(|value| value.to_string_lossy().into_owned())))
            .collect(),
        ..JobRequest::default()
    })
}

/// The script with the index in the whole as a variable, where a shell reads it. Other scripts add the two that are there.
fn telling_its_index(script: &str) -> String {
    let (first, rest) = script.split_once('\n').unwrap_or((script, ""));
    let words: Vec<&str> = first.trim_start_matches("#!").split_whitespace().collect();
    let name =
        |word: &&str| Path::new(word).file_name().and_then(OsStr::to_str).unwrap_or_default().to_owned();
    let shell =
        words.iter().take(2).map(name).any(|name| ["sh", "bash", "dash", "ksh", "zsh"].contains(&&*name));
    match shell && !rest.lines().any(|line| line == TASK_INDEX_LINE) {
        true => format!("{first}\n{TASK_INDEX_LINE}\n{rest}"),
        false => script.to_owned(),
    }
}

fn submit(client: Arc<Client>, request: &JobRequest, read: &Request) -> ExitCode {
    let scheduler = SlurmScheduler::new(client, false);
    let mut told = false;
    let id = loop {
        let error = match scheduler.submit(request) {
            Ok(id) => break id,
            Err(error) => error,
        };
        let found = match (error.kind, &request.token) {
            (ErrorKind::ReplyLost, Some(token)) => scheduler.find(token).ok().flatten(),
            _ => None,
        };
        match (found, error.kind) {
            (Some(id), _) => break id,
            (None, ErrorKind::Rejected) => {
                PROGRAM.error(format_args!("Batch job submission failed: {}", error.message));
                return ExitCode::FAILURE;
            }
            (None, _) if !told => {
                PROGRAM.error(format_args!("{}; sleeping and retrying", error.message));
                told = true;
            }
            (None, _) => {}
        }
        thread::sleep(PAUSE * 5);
    };
    if !read.quiet {
        let line = if read.parsable { format!("{id}\n") } else { format!("Submitted batch job {id}\n") };
        // It is submitted, whether anybody reads of it or not.
        let _ = std::io::stdout().write_all(line.as_bytes()).and_then(|()| std::io::stdout().flush());
    }
    let pieces = feed(&scheduler, id, read.quiet);
    if !read.quiet && pieces.ids.len() > 1 {
        let ids: Vec<String> = pieces.ids.iter().map(JobId::to_string).collect();
        PROGRAM.say(format_args!("{id} is {} arrays: {}", ids.len(), ids.join(" ")));
    }
    if let Some(refused) = &pieces.refused {
        PROGRAM.error(format_args!("Batch job submission failed: {refused}"));
    }
    if pieces.called_off > 0 {
        PROGRAM
            .error(format_args!("{id} was cancelled: {} of its tasks were not submitted", pieces.called_off));
    }
    match (pieces.refused.is_some() || pieces.called_off > 0, read.wait) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => wait(&scheduler, id),
        (false, false) => ExitCode::SUCCESS,
    }
}

/// Stays until all of it is submitted.
fn feed(scheduler: &SlurmScheduler, id: JobId, quiet: bool) -> Pieces {
    let mut said = Instant::now();
    loop {
        let pieces = scheduler.pieces(id);
        if pieces.waiting == 0 {
            return pieces;
        }
        if !quiet && said.elapsed() >= SAID {
            PROGRAM.say(format_args!("{} tasks of {id} wait for room", pieces.waiting));
            said = Instant::now();
        }
        thread::sleep(PAUSE);
    }
}

/// Waits for its end; the highest exit code of a task is its own (sbatch(1), `--wait`).
fn wait(scheduler: &SlurmScheduler, id: JobId) -> ExitCode {
    let mut pause = PAUSE;
    loop {
        let statuses = scheduler.observe(&[id]);
        if let Some(states) = statuses.iter().flatten().find_map(|status| status.tasks.as_ref()) {
            let open: TaskSet = states.those(|group| Outcome::of(group.state).is_none());
            if open.is_empty() && !states.groups().is_empty() {
                let codes = states.groups().iter().map(|group| match group.exit.signal {
                    0 => group.exit.code,
                    _ => 1,
                });
                return ExitCode::from(codes.max().unwrap_or(0));
            }
        }
        thread::sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_secs(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_stands_first() {
        let read = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            asked(&words).map(|(most, rest)| (most, rest.len()))
        };
        assert_eq!(read(&["--chunk=10", "-a0-9", "x"]), Some((Ok(Some(10)), 2)));
        assert_eq!(read(&["--chunk", "x"]), Some((Ok(None), 1)));
        assert_eq!(read(&["--chunk=0", "x"]).map(|(most, _)| most.is_err()), Some(true));
        assert_eq!(read(&["x", "--chunk=10"]), None);
        assert_eq!(read(&["--chunky", "x"]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn shells_are_told_their_index() {
        let script = |first: &str| format!("{first}\n#SBATCH -n1\ntrue\n");
        for shell in ["#!/bin/sh", "#!/bin/bash -l", "#!/usr/bin/env bash", "#! /usr/bin/zsh"] {
            let told = telling_its_index(&script(shell));
            assert!(told.starts_with(&format!("{shell}\nexport SRUNX_TASK_ID=")), "{told}");
            assert!(told.ends_with("\n#SBATCH -n1\ntrue\n"), "{told}");
        }
        let told = telling_its_index(&script("#!/bin/sh"));
        assert_eq!(telling_its_index(&told), told, "once is enough");
        let python = script("#!/usr/bin/env python3");
        assert_eq!(telling_its_index(&python), python);
    }
}
