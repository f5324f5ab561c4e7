//! Whether what slurmctld had no room for will ever go in: in the queue, or by the limits of the user's association and QOS.

use super::Shared;
use super::trouble::trouble;
use crate::scheduler::{ErrorKind, SchedulerError};
use crate::slurm::{Error, code};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Whether a submission was refused because of what is in the queue besides, or of a limit.
pub(super) fn is_full(error: &Error) -> bool {
    let limits = [code::AGAIN, code::QUEUE_FULL, code::ACCOUNTING_POLICY];
    error.code().is_some_and(|number| limits.contains(&number))
}

/// Which jobs take up the room that a limit leaves, as its name says (`job_state_reason_string`: `AssocMaxSubmitJobLimit`,
/// `QOSGrpSubmitJobsLimit` …).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rivals {
    /// The user's own; also where slurmctld does not name the limit, as before 21.08.
    Own,
    /// Those of all who share an account or QOS.
    Everyones,
    /// None: it is a limit on each job.
    None,
}

fn rivals(message: &str) -> Rivals {
    let limit = message
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| (word.starts_with("Assoc") || word.starts_with("QOS")) && word.ends_with("Limit"));
    match limit {
        Some(limit) if !limit.contains("SubmitJob") => Rivals::None,
        Some(limit) if limit.contains("Grp") || limit.contains("PerAccount") => Rivals::Everyones,
        _ => Rivals::Own,
    }
}

/// How often submissions were refused while nothing was in the way, by their tokens.
#[derive(Default)]
pub(super) struct Refusals(Mutex<HashMap<String, u32>>);

impl Shared {
    /// What an error of a submission under this word means to a run.
    pub(super) fn refused(&self, token: Option<&str>, error: &Error) -> SchedulerError {
        let told = trouble(error);
        if is_full(error) { self.by_room(token, told) } else { told }
    }

    /// A refusal, as one that passes where other jobs take up the room. What was in the way may have ended just now, and
    /// limits lag behind the queue: only what is refused again and again with nothing in the way is so for good.
    fn by_room(&self, token: Option<&str>, told: SchedulerError) -> SchedulerError {
        const IN_VAIN: u32 = 3;
        if told.kind == ErrorKind::Busy {
            return told;
        }
        let open = match rivals(&told.message) {
            Rivals::None => return told,
            Rivals::Own => self.client.has_open_jobs(),
            Rivals::Everyones => self.client.has_open_jobs_of_anyone(),
        };
        // Where slurmctld does not tell, it is asked the next time.
        let is_in_the_way = open.unwrap_or(true);
        let mut refusals = self.refusals.0.lock().unwrap_or_else(PoisonError::into_inner);
        let token = token.unwrap_or_default();
        if is_in_the_way {
            refusals.remove(token);
        } else {
            let count = refusals.entry(token.to_owned()).or_default();
            *count += 1;
            if *count >= IN_VAIN {
                refusals.remove(token);
                return told;
            }
        }
        SchedulerError { kind: ErrorKind::Busy, ..told }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_by_their_names() {
        let of = |limit: &str| {
            rivals(&format!(
                "slurm_submit_batch_job: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits) (Slurm error 2050){limit}"
            ))
        };
        assert_eq!(of(""), Rivals::Own);
        assert_eq!(of("; error: AssocMaxSubmitJobLimit"), Rivals::Own);
        assert_eq!(of("; error: QOSMaxSubmitJobPerUserLimit"), Rivals::Own);
        assert_eq!(of("; error: QOSGrpSubmitJobsLimit"), Rivals::Everyones);
        assert_eq!(of("; error: AssocGrpSubmitJobsLimit"), Rivals::Everyones);
        assert_eq!(of("; error: QOSMaxSubmitJobPerAccountLimit"), Rivals::Everyones);
        assert_eq!(of("; error: QOSMaxWallDurationPerJobLimit"), Rivals::None);
        assert_eq!(of("; error: AssocMaxCpuPerJobLimit"), Rivals::None);
    }
}
