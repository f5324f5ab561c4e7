//! A submission looked for in slurmdbd, once slurmctld no longer tells: by its word, which stands in the job's comment and
//! behind its command line.

use super::accounting::{AccountJob, JobCondition};
use super::client::Client;
use super::error::Error;
use super::request::carries;
use crate::job::JobId;
use std::ffi::{CString, OsString};

/// What slurmdbd knows of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// It became this job.
    Job(JobId),
    /// There was none.
    Nothing,
    /// There are jobs of which it keeps neither comment nor command line: it may have been one of those.
    Unsaid,
}

/// How far the clocks of this host and slurmctld's may be apart, in seconds.
const SKEW: i64 = 60;

impl Client {
    /// How many messages slurmctld has for slurmdbd that it has not got rid of: what they tell slurmdbd does not know.
    ///
    /// # Errors
    /// When slurmctld cannot be asked, or does not tell this user.
    pub fn accounting_backlog(&self) -> Result<u32, Error> {
        self.driver().accounting_backlog().map_err(|failure| self.error(failure))
    }

    /// What slurmdbd knows of the submission of a job called `name` with this word, made at `since` (seconds since 1970) or
    /// later.
    ///
    /// # Errors
    /// When slurmdbd cannot be asked.
    pub fn accounted_submission(&self, token: &str, name: &str, since: i64) -> Result<Remembered, Error> {
        let text = |text: &str| CString::new(text).into_iter().collect::<Vec<_>>();
        let since = since - SKEW;
        let accounting = self.accounting()?;
        let mut unsaid = false;
        // What was cancelled while it waited for others was at no time to be had: it is not among those of a time.
        for start in [since, 0] {
            let condition = JobCondition {
                clusters: text(&self.configuration().cluster),
                users: text(&nix::unistd::Uid::current().to_string()),
                names: text(name),
                duplicates: true,
                without_steps: true,
                start,
                ..JobCondition::default()
            };
            let table = accounting.jobs(&condition)?;
            let recent = (0..table.len()).map(|index| table.job(index)).filter(|job| job.submit >= since);
            for job in recent {
                match says(&job, token) {
                    Some(true) => {
                        let id = if job.array_job_id > 0 { job.array_job_id } else { job.jobid };
                        return Ok(Remembered::Job(JobId(id)));
                    }
                    Some(false) => {}
                    None => unsaid = true,
                }
            }
        }
        Ok(if unsaid { Remembered::Unsaid } else { Remembered::Nothing })
    }
}

/// Whether a record carries the word; none where it keeps nothing that could.
fn says(job: &AccountJob<'_>, token: &str) -> Option<bool> {
    let kept = [job.submit_line, job.derived_es].into_iter().flatten().filter(|text| !text.is_empty());
    let said: Vec<bool> = kept.map(|text| carries(&text.to_string_lossy(), token)).collect();
    (!said.is_empty()).then(|| said.contains(&true))
}

/// The command line of a workflow's job: this process's own, and behind it, as a remark, the submission's word.
pub(super) fn telling(mut line: OsString, token: Option<&str>) -> OsString {
    if let Some(token) = token {
        line.push(" # ");
        line.push(token);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_last_of_the_command_line() {
        let line = telling("srunx flow run a.yaml".into(), Some("srunx:a/1.1"));
        assert_eq!(line, "srunx flow run a.yaml # srunx:a/1.1");
        assert!(carries(&line.to_string_lossy(), "srunx:a/1.1"));
        assert_eq!(telling("srunx".into(), None), "srunx");
    }
}
