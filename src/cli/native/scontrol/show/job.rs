//! `show job`

use super::super::actions::load;
use super::super::data;
use super::super::session::{Session, Voice};
use super::super::words::leading_number;
use super::job_text::{Job, job_text};
use crate::cli::native::sluid;
use crate::cli::native::squeue::data::all_jobs;
use crate::job::JobId;
use crate::slurm::{Client, JobTable, JobsOf, Show, code};
use jiff::Timestamp;
use std::io::Write;

const NO_VAL: u32 = u32::MAX - 1;

/// Which of a job's records are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    /// None for all jobs.
    job: Option<u32>,
    /// `12_3`
    task: Option<u32>,
    /// `12+1`
    component: Option<u32>,
}

impl Asked {
    /// `12`, `12_3`, `12+1`; none where another character is in it.
    fn read(text: &[u8]) -> Option<Self> {
        if !text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'+')) {
            return None;
        }
        let text = String::from_utf8_lossy(text);
        let (job, rest) = leading_number(&text);
        let (mut asked, mut rest) = (Self { job: Some(job as u32), ..Self::default() }, rest);
        if let Some(behind) = rest.strip_prefix('_') {
            let (task, after) = leading_number(behind);
            (asked.task, rest) = (Some(task as u32), after);
        }
        if let Some(behind) = rest.strip_prefix('+') {
            asked.component = Some(leading_number(behind).0 as u32);
        }
        Some(asked)
    }

    fn is_of(self, table: &dyn JobTable, at: usize) -> bool {
        let info = table.get(at);
        if self.component.is_some_and(|component| component != info.het_job_offset) {
            return false;
        }
        self.task.is_none_or(|task| {
            task == info.array_task_id
                || table
                    .array_tasks(at)
                    .is_some_and(|tasks| tasks.iter().any(|(first, last)| (*first..=*last).contains(&task)))
        })
    }
}

/// All jobs, one, or one task or component of it.
pub fn show(client: &Client, session: &mut Session, word: Option<&[u8]>) {
    let by_sluid = word.filter(|_| session.printing.habits.knows_sluids).and_then(sluid::number);
    let asked = match word {
        _ if by_sluid.is_some() => Asked::default(),
        None => Asked::default(),
        Some(word) => match Asked::read(word) {
            Some(asked) => asked,
            None => {
                let text = session.note_text(client.message(code::INVALID_JOB_ID));
                return session.perror("scontrol_print_job error", &text);
            }
        },
    };
    let which = match (by_sluid, asked.job) {
        (Some(sluid), _) => JobsOf::Sluid(sluid),
        (None, Some(job)) if job != 0 => JobsOf::Job(JobId(job)),
        _ => JobsOf::Everyone,
    };
    if let Some(data) = session.data.clone() {
        return as_data(client, session, which, &data);
    }
    let mut table = match load(client, session, which) {
        Ok(table) => table,
        Err(text) => return session.perror("slurm_load_jobs error", &text),
    };
    if session.voice == Voice::Verbose {
        // Only of all jobs is it told when they last changed.
        let changed = if matches!(which, JobsOf::Everyone) { table.last_update() } else { 0 };
        let time = session.printing.times.text(changed, 256);
        session.print(format_args!("last_update_time={time}, records={}", table.len()));
    }
    let mut found = false;
    for at in 0..table.len() {
        if asked.is_of(table.as_ref(), at) {
            print(client, session, table.as_mut(), at, asked.task);
            found = true;
        }
    }
    if !found {
        tell_none(session, word.is_some().then_some(asked));
    }
}

/// All records that were loaded, whichever task or component was asked for; none where there are none to load.
fn as_data(client: &Client, session: &mut Session, which: JobsOf, asked: &data::Asked) {
    let mut table = client.job_table(which, Show { detail: true, ..session.show }).ok().flatten();
    let told = data::tell(client, session, asked, |answer, with| {
        let (jobs, backfill, update) = match table.as_deref_mut() {
            Some(table) => {
                let update = if matches!(which, JobsOf::Everyone) { table.last_update() } else { 0 };
                (all_jobs(table, with), table.last_backfill(), update)
            }
            None => (with.gone(), 0, 0),
        };
        answer.put("jobs", jobs);
        answer.put("last_backfill", with.time(backfill));
        answer.put("last_update", with.time(update));
    });
    session.failed |= !told;
}

fn print(client: &Client, session: &mut Session, table: &mut dyn JobTable, at: usize, task: Option<u32>) {
    if let Some(text) = table.printed(at, task, session.printing.one_line) {
        let _ = session.out.write_all(&text);
        return;
    }
    let files = table.files(at, task);
    let (info, allocation) = (table.get(at), table.allocation(at));
    if allocation.is_some() {
        session.load_threads(client);
    }
    let now = Timestamp::now().as_second();
    let job =
        Job { info: &info, task: task.filter(|_| info.array_task_id == NO_VAL), files, allocation, now };
    let text = job_text(&job, &session.printing);
    let _ = session.out.write_all(&text);
}

fn tell_none(session: &mut Session, asked: Option<Asked>) {
    let Some(asked) = asked else {
        if session.voice != Voice::Quiet {
            session.print("No jobs in the system");
        }
        return;
    };
    session.failed = true;
    if session.voice == Voice::Quiet {
        return;
    }
    let job = asked.job.unwrap_or(0);
    let line = match (asked.task, asked.component) {
        (Some(task), _) => format!("Job {job}_{task} not found"),
        (None, Some(component)) => format!("Job {job}+{component} not found"),
        (None, None) => format!("Job {job} not found"),
    };
    if session.printing.habits.tells_absent_jobs_on_stderr {
        session.tell(line);
    } else {
        session.print(line);
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<(u32, Option<u32>, Option<u32>)> {
        Asked::read(text.as_bytes()).map(|asked| (asked.job.unwrap(), asked.task, asked.component))
    }

    #[test]
    fn jobs_tasks_and_components() {
        assert_eq!(read("12"), Some((12, None, None)));
        assert_eq!(read("12_3"), Some((12, Some(3), None)));
        assert_eq!(read("12+1"), Some((12, None, Some(1))));
        assert_eq!(read("12_"), Some((12, Some(0), None)));
        assert_eq!(read("_3"), Some((0, Some(3), None)));
        assert_eq!(read(""), Some((0, None, None)));
        for text in ["12x", "12.0", "-1", "12_[3]", "12,13"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in "[0-9_+]{0,30}", any in any::<Vec<u8>>()) {
            prop_assert!(Asked::read(text.as_bytes()).is_some());
            let _ = Asked::read(&any);
        }
    }
}
