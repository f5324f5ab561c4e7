//! What is done to jobs at once: holds, releases, requeues, suspensions, their order, messages and scripts.

use super::PROGRAM;
use super::job_ids::{JobIds, job_ids};
use super::session::{Session, Voice};
use super::show::step_ids;
use super::words::{begins, is, leading_number, without};
use crate::slurm::{Answer, Change, Client, Error, JobTable, JobsOf, Readiness, Requeue, Show, code};
use std::ffi::{CStr, CString, OsStr};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

/// What becomes of jobs' priorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Held by whoever asks; an administrator's hold is an administrator's to release.
    Hold,
    /// Held so that the user may release it.
    UserHold,
    Release,
}

impl Action {
    fn change(self) -> Change {
        let (priority, alloc_sid) = match self {
            Self::Hold => (0, Some(0)),
            Self::UserHold => (0, Some(Change::USER_HOLD)),
            Self::Release => (Change::RELEASE, None),
        };
        Change { priority: Some(priority), alloc_sid, ..Change::default() }
    }
}

/// `12_3` for a message.
pub fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// The word without `JobID=` or `Job=` in front.
fn without_key(word: &[u8]) -> &[u8] {
    without(without(word, "jobid="), "job=")
}

/// Says what slurmctld has against the jobs of one call. Where it speaks of only one and has nothing against it, nothing.
fn tell_answers(session: &mut Session, answers: &[Answer]) {
    for answer in answers.iter().filter(|answer| answer.code != 0 || answers.len() > 1) {
        session.object(format_args!("{}: {}", answer.job.to_string_lossy(), answer.text));
    }
}

/// `Slurm's message for job 12`
pub fn tell_failure(session: &mut Session, error: &Error, job: &CStr) {
    let text = session.note(error);
    session.object(format_args!("{text} for job {}", job.to_string_lossy()));
}

/// The word names no jobs.
pub fn tell_invalid(client: &Client, session: &mut Session, word: &[u8]) -> String {
    let text = session.note_text(client.message(code::INVALID_JOB_ID));
    session.object(format_args!("{text} for job {}", shown(word)));
    text
}

/// Does something to each job of a list; false where one of them failed as a whole.
fn each(
    client: &Client,
    session: &mut Session,
    jobs: JobIds,
    act: impl Fn(&CStr) -> Result<Vec<Answer>, Error>,
) -> bool {
    let mut well = true;
    for job in &jobs.ids {
        match act(job) {
            Ok(answers) => {
                session.forget();
                tell_answers(session, &answers);
            }
            Err(error) => {
                tell_failure(session, &error, job);
                well = false;
            }
        }
    }
    if let Some(bad) = jobs.bad {
        // The library has its own words for what is wrong with it.
        let _ = CString::new(bad.as_str()).map(|bad| client.hosts(&bad));
        client.log().iter().for_each(|line| PROGRAM.say(line));
        PROGRAM.error(format_args!("Invalid job id: {bad}"));
    }
    well
}

/// `hold`, `uhold`, `release`: jobs by their ids, or by `Name=`.
pub fn hold(client: &Client, session: &mut Session, action: Action, word: &[u8]) {
    let change = action.change();
    let jobs = without_key(word);
    let sluids = session.printing.habits.knows_sluids;
    let well = if let Some(jobs) = job_ids(jobs, sluids) {
        let jobs = jobs.with_parts(client, true);
        each(client, session, jobs, |job| client.update(job, &change))
    } else if let Some(name) = ["name=", "jobname="].into_iter().find(|key| begins(jobs, key)) {
        hold_named(client, session, &change, without(jobs, name))
    } else {
        tell_invalid(client, session, jobs);
        false
    };
    if !well {
        session.tell_last(client, "slurm_suspend error");
    }
}

fn hold_named(client: &Client, session: &mut Session, change: &Change, name: &[u8]) -> bool {
    let table = match load(client, session, JobsOf::Everyone) {
        Ok(table) => table,
        Err(text) => {
            if session.voice == Voice::Verbose {
                session.perror("slurm_load_job error", &text);
            }
            return false;
        }
    };
    let mut well = true;
    for at in 0..table.len() {
        let info = table.get(at);
        if info.name.is_none_or(|job| job.to_bytes() != name) {
            continue;
        }
        if info.job_state & 0xff != 0 {
            if info.array_task_id != NO_VAL {
                continue;
            }
            session.note_text(client.message(code::JOB_NOT_PENDING));
            well = false;
        }
        let id = match info.array_task_str {
            Some(tasks) => format!("{}_{}", info.array_job_id, tasks.to_string_lossy()),
            None if info.array_task_id != NO_VAL => format!("{}_{}", info.array_job_id, info.array_task_id),
            None => info.job_id.to_string(),
        };
        let Ok(id) = CString::new(id) else { continue };
        well &= each(client, session, JobIds { ids: vec![id], bad: None }, |job| client.update(job, change));
    }
    well
}

const NO_VAL: u32 = u32::MAX - 1;

/// Job records as scontrol's flags ask for them, or Slurm's message.
pub fn load<'a>(
    client: &'a Client,
    session: &mut Session,
    which: JobsOf,
) -> Result<Box<dyn JobTable + 'a>, String> {
    let show = Show { detail: session.printing.detail, ..session.show };
    match client.job_table(which, show) {
        Ok(Some(table)) => Ok(table),
        Ok(None) => Err(session.note_text(client.message(code::INVALID_JOB_ID))),
        Err(error) => Err(session.note(&error)),
    }
}

/// `suspend`, `resume`
pub fn suspend(client: &Client, session: &mut Session, suspend: bool, word: &[u8]) {
    let word = without_key(word);
    let jobs = job_ids(word, session.printing.habits.knows_sluids);
    match jobs.map(|jobs| jobs.with_parts(client, true)) {
        Some(jobs) if suspend => each(client, session, jobs, |job| client.suspend(job)),
        Some(jobs) => each(client, session, jobs, |job| client.resume(job)),
        None => {
            tell_invalid(client, session, word);
            false
        }
    };
}

/// `requeue`, `requeuehold`: how, and then the jobs.
pub fn requeue(client: &Client, session: &mut Session, hold: bool, words: &[&[u8]]) {
    let mut how = Requeue { hold, ..Requeue::default() };
    let count = words.iter().take_while(|word| take_manner(word, &mut how)).count();
    for word in words.iter().skip(count) {
        if !hold && word.is_empty() {
            session.failed = true;
            continue;
        }
        let word = if hold { word } else { without_key(word) };
        match job_ids(word, session.printing.habits.knows_sluids) {
            Some(jobs) => {
                let jobs = jobs.with_parts(client, how.incomplete);
                each(client, session, jobs, |job| client.requeue(job, how));
            }
            None => {
                tell_invalid(client, session, word);
            }
        }
    }
}

/// Whether the word says how a job is queued again: `Incomplete`, `State=SpecialExit`.
fn take_manner(word: &[u8], how: &mut Requeue) -> bool {
    if is(word, "incomplete", 0) {
        how.incomplete = true;
    } else if begins(word, "state=specialexit") || begins(word, "state=se") {
        how.special_exit = true;
    } else {
        return false;
    }
    true
}

/// `top`
pub fn top(client: &Client, session: &mut Session, word: &[u8]) {
    let Ok(jobs) = CString::new(without_key(word)) else { return };
    if let Err(error) = client.top(&jobs) {
        tell_failure(session, &error, &jobs);
    }
}

/// `notify JOB WORD…`
pub fn notify(client: &Client, session: &mut Session, job: &[u8], message: &[&[u8]]) {
    let (id, _) = leading_number(&shown(job));
    // What does not fit into 32 bits is cut.
    let Some(id) = Some(id).filter(|id| *id > 0).map(|id| id as u32) else {
        session.refuse(format_args!(
            "Invalid job_id {}job notify failure: {}",
            shown(job),
            client.message(0)
        ));
        return;
    };
    let Ok(message) = CString::new(message.join(&b' ')) else { return };
    if let Err(error) = client.notify(id, &message) {
        let text = session.note(&error);
        session.refuse(format_args!("job notify failure: {text}"));
    }
}

/// `write batch_script JOB [FILE]`. That it fails is not told by the exit code.
pub fn write_script(client: &Client, session: &mut Session, job: &[u8], file: Option<&&[u8]>) {
    let word = shown(job);
    if session.printing.habits.reads_whole_ids_for_scripts
        && let Err(number) = step_ids::whole(&word, session.printing.habits.knows_sluids)
    {
        let why = client.message(number);
        let _ = session.out.flush();
        PROGRAM.fatal(format_args!("Bad job/step specified: {word}: {why}"));
        (session.failed, session.over) = (true, true);
        return;
    }
    let id = leading_number(&word).0 as u32;
    let standard = format!("slurm-{id}.sh");
    let file = file.map_or(standard.as_bytes(), |file| file);
    if file == b"-" {
        match client.batch_script(id) {
            Ok(script) => {
                let _ = session.out.write_all(&script);
            }
            Err(error) => tell_no_script(session, &error),
        }
        return;
    }
    let path = OsStr::from_bytes(file);
    let mut out = match std::fs::File::create(path) {
        Ok(out) => out,
        Err(error) => {
            let reason = client.message(error.raw_os_error().unwrap_or(0));
            session.tell(format_args!("failed to open file `{}`: {reason}", shown(file)));
            return;
        }
    };
    match client.batch_script(id) {
        Ok(script) => {
            // What cannot be written is not noticed by scontrol; here it is.
            if let Err(error) = out.write_all(&script) {
                let reason = client.message(error.raw_os_error().unwrap_or(0));
                return session.error(format_args!("cannot write `{}`: {reason}", shown(file)));
            }
            if session.voice != Voice::Quiet {
                session.print(format_args!("batch script for job {id} written to {}", shown(file)));
            }
        }
        Err(error) => {
            let _ = std::fs::remove_file(path);
            tell_no_script(session, &error);
        }
    }
}

fn tell_no_script(session: &mut Session, error: &Error) {
    let text = session.note(error);
    session.tell(format_args!("job script retrieval failed: {text}"));
}

/// `wait_job`: until the job's nodes are up.
pub fn wait_job(client: &Client, session: &mut Session, job: &[u8]) {
    /// Between two questions.
    const PAUSE: Duration = Duration::from_secs(3);
    let Some(id) = u32::try_from(leading_number(&shown(job)).0).ok().filter(|id| *id > 0) else {
        session.failed = true;
        let _ = session.out.flush();
        let _ = write!(std::io::stderr(), "Invalid job_id {}", shown(job));
        return;
    };
    let Some(limit) = client.configuration().power_up_limit() else { return };
    let mut waited = Duration::ZERO;
    let mut ready = Readiness { unknown: true, ..Readiness::default() };
    let mut first = true;
    while waited < limit {
        if !std::mem::take(&mut first) {
            if waited.is_zero() {
                PROGRAM.say("Waiting for nodes to boot");
            }
            std::thread::sleep(PAUSE);
            waited += PAUSE;
        }
        ready = client.node_ready(id);
        if ready.fatal || (!ready.unknown && !ready.running) || ready.nodes {
            break;
        }
    }
    let _ = session.out.flush();
    if ready.nodes && ready.running {
        return PROGRAM.say(format_args!("Nodes are ready for job {id}"));
    }
    session.failed = true;
    // A number that tells of an error has all its bits set.
    if !ready.running && !ready.fatal && !ready.unknown {
        PROGRAM.say(format_args!("Job {id} no longer running"));
    } else {
        PROGRAM.say(format_args!("Problem running job {id}"));
    }
}
