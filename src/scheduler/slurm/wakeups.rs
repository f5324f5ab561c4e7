//! slurmctld's completion messages on their way to the engine.
//!
//! Of an array it names the task, by an id of its own that nobody may have seen yet. Whatever is no job of ours is taken for a
//! task of one of the arrays, and arrays are woken seldom enough that a thousand ends are a few looks.

use super::Shared;
use crate::job::JobId;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::sync::Weak;
use std::time::{Duration, Instant};

/// The least pause between two wakeups for arrays.
const PAUSE: Duration = Duration::from_millis(250);

/// Passes messages on until the scheduler is dropped.
pub(super) fn pass_on(shared: &Weak<Shared>, messages: &Receiver<JobId>, wakeups: &Sender<JobId>) {
    let mut told = Instant::now().checked_sub(PAUSE);
    let mut owed = false;
    loop {
        let wait = match (owed, told) {
            (true, Some(told)) => PAUSE.saturating_sub(told.elapsed()),
            (true, None) => Duration::ZERO,
            // Now and then it is seen whether the scheduler is still there.
            (false, _) => Duration::from_secs(1),
        };
        let message = messages.recv_timeout(wait);
        if message == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        let Some(shared) = shared.upgrade() else { return };
        if let Ok(id) = message {
            let sent = shared.sent().contains_key(&id);
            owed |= !sent || shared.arrays().contains_key(&id);
            // It may be of a job whose submission is not answered yet.
            if wakeups.send(id).is_err() {
                return;
            }
        }
        if owed && told.is_none_or(|told| told.elapsed() >= PAUSE) {
            let arrays: Vec<JobId> = {
                let arrays = shared.arrays();
                arrays.iter().filter(|(_, array)| !array.is_over()).map(|(id, _)| *id).collect()
            };
            if arrays.into_iter().any(|id| wakeups.send(id).is_err()) {
                return;
            }
            (told, owed) = (Some(Instant::now()), false);
        }
    }
}
