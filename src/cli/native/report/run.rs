//! The jobs of a workflow's run, found by the word that each of them carries in its comment.

use crate::cli::native::users::own_user;
use crate::slurm::accounting::{JobCondition, SelectedStep};
use crate::slurm::{Client, Error, JobsOf, Show};
use jiff::Zoned;
use jiff::civil::DateTime;
use std::collections::BTreeSet;
use std::ffi::{CStr, CString};

/// How far this host's clock may be ahead of slurmctld's, seconds.
const SKEW: i64 = 60;

/// When the run with this id began by this host's clock, seconds since 1970; none for what is no run's id.
pub fn began(id: &str, now: &Zoned) -> Option<i64> {
    let (time, random) = id.rsplit_once('-')?;
    let hexadecimal = random.len() == 8 && random.bytes().all(|digit| digit.is_ascii_hexdigit());
    let time = DateTime::strptime("%Y%m%d-%H%M%S", time).ok().filter(|_| hexadecimal)?;
    Some(time.to_zoned(now.time_zone().clone()).ok()?.timestamp().as_second())
}

/// The jobs of a run, arrays whole, as slurmctld knows them, and slurmdbd where it keeps comments
/// (`AccountingStoreFlags=job_comment`).
///
/// # Errors
/// When slurmctld cannot be asked.
pub fn jobs(client: &Client, run: &str, began: i64) -> Result<Vec<SelectedStep>, Error> {
    let word = format!("srunx:{run}/").into_bytes();
    let carries = |comment: Option<&CStr>| {
        let comment = comment.map(CStr::to_bytes).unwrap_or_default();
        comment.windows(word.len()).any(|part| part == word)
    };
    let mut found = BTreeSet::new();
    let show = Show { all: true, ..Show::default() };
    if let Some(table) = client.job_table(JobsOf::User(own_user()), show)? {
        let records = (0..table.len()).map(|index| table.get(index));
        found.extend(
            records
                .filter(|record| carries(record.comment))
                .map(|record| if record.array_job_id == 0 { record.job_id } else { record.array_job_id }),
        );
    }
    if client.configuration().has_accounting() {
        found.extend(carrying(client, own_user(), began, &carries));
    }
    Ok(found.into_iter().map(SelectedStep::job).collect())
}

/// The jobs of a user, arrays whole, since a moment, of which slurmdbd keeps a comment that is so.
pub fn carrying(
    client: &Client,
    user: u32,
    since: i64,
    is_meant: &dyn Fn(Option<&CStr>) -> bool,
) -> BTreeSet<u32> {
    let condition = JobCondition {
        clusters: vec![CString::new(client.configuration().cluster.as_str()).unwrap_or_default()],
        users: vec![CString::new(user.to_string()).unwrap_or_default()],
        start: since - SKEW,
        without_steps: true,
        ..JobCondition::default()
    };
    // Where slurmdbd is silent, that is said when it is asked for the figures.
    let Ok(accounting) = client.accounting() else { return BTreeSet::new() };
    let Ok(table) = accounting.jobs(&condition) else { return BTreeSet::new() };
    let records = (0..table.len()).map(|index| table.job(index));
    let records = records.filter(|record| is_meant(record.derived_es));
    records.map(|record| if record.array_job_id == 0 { record.jobid } else { record.array_job_id }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_run_tells_when_it_began() {
        let now: Zoned = "2026-02-28T18:30:45+00:00[UTC]".parse().expect("a time");
        assert_eq!(began("20260228-183000-00c0ffee", &now), Some(now.timestamp().as_second() - 45));
        for other in ["", "12", "20260228-183000", "20260228-183000-xyzxyzxy", "20261399-000000-00c0ffee"] {
            assert_eq!(began(other, &now), None, "{other}");
        }
    }
}
