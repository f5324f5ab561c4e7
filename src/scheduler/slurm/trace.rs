//! A submission whose answer was lost, and that slurmctld does not know: whether it may have forgotten it, and slurmdbd not.

use super::Shared;
use super::trouble::trouble;
use crate::job::JobRequest;
use crate::scheduler::{ErrorKind, SchedulerError, Trace};
use crate::slurm::Remembered;
use jiff::Timestamp;
use std::thread;
use std::time::{Duration, Instant};

/// Whether a job that was submitted `seconds` ago cannot have ended and been forgotten since. slurmctld counts whole seconds.
fn is_soon(seconds: i64, min_job_age: u32) -> bool {
    const MARGIN: i64 = 2;
    min_job_age == 0 || seconds + MARGIN < i64::from(min_job_age)
}

impl Shared {
    /// What became of a submission that was made at `since` or later and of which slurmctld has no record.
    pub(super) fn remembered(
        &self,
        request: &JobRequest,
        token: &str,
        since: Timestamp,
    ) -> Result<Trace, SchedulerError> {
        let configuration = self.client.configuration();
        let age = configuration.min_job_age;
        let ago = Timestamp::now().as_second().saturating_sub(since.as_second());
        if is_soon(ago, age) {
            return Ok(Trace::Nothing);
        }
        let keeps = match configuration.has_accounting() {
            false => "there is no slurmdbd that would remember",
            true => {
                let ask = || {
                    let asked = self.client.accounted_submission(token, &request.name, since.as_second());
                    asked.map_err(|error| trouble(&error))
                };
                let mut remembered = ask()?;
                if remembered == Remembered::Nothing {
                    self.wait_for_backlog()?;
                    remembered = ask()?;
                }
                match remembered {
                    Remembered::Job(id) => return Ok(Trace::Job(id)),
                    Remembered::Nothing => return Ok(Trace::Nothing),
                    Remembered::Unsaid => "slurmdbd keeps neither comments nor command lines",
                }
            }
        };
        Ok(Trace::Lost {
            reason: format!(
                "no answer to its submission came {ago} s ago; slurmctld forgets jobs {age} s after their end, and {keeps}"
            ),
            hint: "look at what it left behind; `srunx flow resume` with --assume completed or --assume failed goes on".to_owned(),
        })
    }

    /// Returns once slurmdbd has heard all of slurmctld's: after an outage of its own that takes a while. Where slurmctld does not
    /// say, it is taken to have.
    ///
    /// # Errors
    /// When that takes too long: it is to be asked later.
    fn wait_for_backlog(&self) -> Result<(), SchedulerError> {
        const LONGEST: Duration = Duration::from_secs(20);
        const APART: Duration = Duration::from_millis(200);
        let start = Instant::now();
        while let Ok(waiting @ 1..) = self.client.accounting_backlog() {
            if start.elapsed() > LONGEST {
                let message = format!("slurmdbd has not heard all: slurmctld has {waiting} messages for it");
                return Err(SchedulerError { kind: ErrorKind::Unreachable, message, hint: None });
            }
            thread::sleep(APART);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::is_soon;

    #[test]
    fn what_cannot_have_been_forgotten() {
        assert!(is_soon(0, 300) && is_soon(297, 300) && !is_soon(298, 300) && !is_soon(1000, 300));
        assert!(!is_soon(0, 2) && is_soon(100_000, 0));
    }
}
