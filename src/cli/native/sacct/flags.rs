//! Which scheduler started a job (`SLURMDB_JOB_FLAG_*`).

use crate::slurm::accounting::AccountingHabits;

/// Nobody knows.
pub const NOT_SET: u32 = 1 << 0;
/// When it was submitted.
pub const SUBMIT: u32 = 1 << 1;
/// The main scheduler.
pub const MAIN: u32 = 1 << 2;
/// The backfill scheduler.
pub const BACKFILL: u32 = 1 << 3;
/// slurmctld heard that it started.
pub const STARTED: u32 = 1 << 4;

/// The flags' words; none for no flags.
pub fn text(flags: u32, habits: &AccountingHabits) -> Option<String> {
    if flags == 0 {
        return None;
    }
    let scheduler =
        [(NOT_SET, "SchedNotSet"), (SUBMIT, "SchedSubmit"), (MAIN, "SchedMain"), (BACKFILL, "SchedBackfill")];
    let mut words: Vec<&str> =
        scheduler.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, word)| *word).take(1).collect();
    if flags & STARTED != 0 && habits.start_flag {
        words.push(if habits.start_recieved { "StartRecieved" } else { "StartReceived" });
    }
    Some(words.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_scheduler_and_whether_it_started() {
        let new = super::super::newest();
        assert_eq!(text(0, &new), None);
        assert_eq!(text(SUBMIT | STARTED, &new).as_deref(), Some("SchedSubmit,StartReceived"));
        assert_eq!(text(MAIN | BACKFILL, &new).as_deref(), Some("SchedMain"));
        let old = AccountingHabits { start_recieved: true, ..new };
        assert_eq!(text(STARTED, &old).as_deref(), Some("StartRecieved"));
    }
}
