//! What is handed over of an array that does not go in at once is kept by whoever listens, each part before it is sent.

use super::chunks::Piece;
use crate::job::JobId;
use crate::scheduler::{Part, PartNotice, Word};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Who keeps it.
#[derive(Default)]
pub(super) struct Keeper(Mutex<Listening>);

#[derive(Default)]
struct Listening {
    notices: Option<Sender<PartNotice>>,
    /// The tokens of arrays of which a part was told.
    told: HashSet<String>,
}

impl Keeper {
    /// What is to be kept from now on.
    pub(super) fn listen(&self) -> Receiver<PartNotice> {
        let (notices, kept) = unbounded();
        self.lock().notices = Some(notices);
        kept
    }

    /// Whether anyone does.
    pub(super) fn is_listened_to(&self) -> bool {
        self.lock().notices.is_some()
    }

    /// Whether the piece may be sent: what is not all of its array is to be kept first. Without anyone who listens it may.
    pub(super) fn ask(&self, (token, number): (Option<String>, u32), piece: &Piece, is_whole: bool) -> Word {
        /// Whoever listens may be busy, but not for so long.
        const LONGEST: Duration = Duration::from_secs(60);
        let Some(token) = token else { return Word::Go };
        let notices = {
            let mut listening = self.lock();
            let Some(notices) = listening.notices.clone() else { return Word::Go };
            // One part was told and did not go in: that all of it goes now is to be known, too.
            if is_whole && !listening.told.contains(&token) {
                return Word::Go;
            }
            listening.told.insert(token.clone());
            notices
        };
        let (word, said) = bounded(1);
        let part = Part { tasks: piece.tasks.clone(), offset: piece.offset, id: None };
        // Where nobody is there any more, or not for long, it stays.
        match notices.send(PartNotice::Next { token, number, part, word }) {
            Ok(()) => said.recv_timeout(LONGEST).unwrap_or(Word::Later),
            Err(_) => Word::Later,
        }
    }

    /// The piece with that number was taken.
    pub(super) fn taken(&self, token: String, number: u32, id: JobId) {
        if self.lock().told.contains(&token) {
            self.found(token, number, id);
        }
    }

    /// The same of one that was told of by an earlier client.
    pub(super) fn found(&self, token: String, number: u32, id: JobId) {
        if let Some(notices) = &self.lock().notices {
            // Where who listened is gone, it will be found by its token.
            let _ = notices.send(PartNotice::Taken { token, number, id });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Listening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
