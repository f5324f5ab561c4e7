//! What is to be done for a job at a certain time.

use super::Shared;
use crate::job::JobId;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Weak;
use std::time::Instant;

/// Something to do for a job at a certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alarm {
    pub(super) at: Instant,
    pub(super) id: JobId,
    pub(super) what: Ring,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ring {
    /// Its time is up.
    TimeLimit,
    /// It had time enough to end by itself.
    Kill,
    /// It may begin.
    Begin,
    /// More may fit than was started at once.
    Turn,
}

/// Rings each alarm at its time, until nobody can set one any more.
pub(super) fn ring(shared: &Weak<Shared>, alarms: &Receiver<Alarm>) {
    let mut waiting: BinaryHeap<Reverse<Alarm>> = BinaryHeap::new();
    loop {
        let set = match waiting.peek() {
            Some(Reverse(next)) => alarms.recv_deadline(next.at),
            None => alarms.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match set {
            Ok(alarm) => waiting.push(Reverse(alarm)),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                if let (Some(shared), Some(Reverse(alarm))) = (shared.upgrade(), waiting.pop()) {
                    shared.rung(alarm);
                }
            }
        }
    }
}
