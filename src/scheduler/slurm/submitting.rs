//! Submitting arrays: the first piece by whoever asks, the others by a thread that waits for room.

use super::Shared;
use super::array::{Array, NEVER};
use super::chunks::Piece;
use super::room::is_full;
use super::status::Sent;
use super::tasks::Moment;
use crate::job::{ArrayTasks, BaseState, JobId, JobRequest, Outcome};
use crate::scheduler::{ErrorKind, SchedulerError, Word};
use crate::slurm::{Error, Parts};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Weak;
use std::time::{Duration, Instant};

/// A request whose answer was lost may still be on its way through slurmctld: it is not looked for sooner.
const ON_ITS_WAY: Duration = Duration::from_secs(2);

/// What can be done with the next piece of an array.
enum Step {
    /// It can go, in this form, behind that piece.
    Go(Piece, Box<JobRequest>, Option<JobId>),
    /// Its submission's answer was lost: look for it.
    Find(Piece, String),
    /// Others must go first.
    Wait,
    /// Its tasks wait for tasks that did not complete.
    Never(Piece),
}

impl Shared {
    /// Submits an array, or as much of it as there is room for, and returns the first id.
    pub(super) fn submit_array(
        &self,
        request: &JobRequest,
        tasks: &ArrayTasks,
    ) -> Result<JobId, SchedulerError> {
        let mut array = Array::asked(request, tasks, self.client.configuration());
        loop {
            let step = self.step(&self.arrays(), &array);
            let (piece, request) = match step {
                Some(Step::Go(piece, request, _)) => (piece, request),
                Some(Step::Never(piece)) => {
                    array.give_up(&piece, BaseState::Cancelled, NEVER);
                    continue;
                }
                Some(Step::Wait | Step::Find(..)) => {
                    return Err(busy("the array that it corresponds to is not submitted so far"));
                }
                None => return Err(rejected("none of the tasks that its tasks wait for completed")),
            };
            let request = self.by_slurms_ids(&request)?;
            match self.keeper.ask(array.name_of_next(), &piece, array.is_whole(&piece)) {
                Word::Go => {}
                Word::Later => return Err(busy("its first part cannot be kept")),
                Word::Never => return Err(rejected("what it waits for will never be met")),
            }
            let at = Moment::now();
            let error = match self.send(&request) {
                Ok(id) => {
                    self.tell_taken(&array, id);
                    array.took(piece, id, at);
                    self.keep(id, array);
                    return Ok(id);
                }
                Err(error) => error,
            };
            if is_full(&error) && !request.left && array.crowded(&piece) {
                continue;
            }
            let told = self.refused(request.token.as_deref(), &error);
            if told.kind == ErrorKind::ReplyLost {
                array.next.lost = Some(piece);
                if let Some(token) = &request.token {
                    self.lost().insert(token.clone(), array);
                }
            }
            return Err(told);
        }
    }

    /// The first piece of an array whose submission's answer was lost has been found; or of one that was submitted by a
    /// process before this one, of which those pieces are known that slurmctld has.
    pub(super) fn found_array(&self, token: &str, id: JobId) {
        let Some(mut array) = self.lost().remove(token) else {
            if let Ok(Some(parts)) = self.client.parts_of_submission(token) {
                self.attach(id, &parts);
            }
            return;
        };
        if let Some(piece) = array.next.lost.take() {
            self.tell_taken(&array, id);
            array.took(piece, id, Moment::now());
        }
        self.keep(id, array);
    }

    /// Follows several of Slurm's arrays, which an earlier process submitted, as one.
    pub(super) fn attach(&self, id: JobId, parts: &Parts) {
        let pieces = parts.all().iter().map(|part| (part.id, part.offset));
        self.arrays().entry(id).or_insert_with(|| Array::of_pieces(pieces));
    }

    fn tell_taken(&self, array: &Array, id: JobId) {
        if let (Some(token), number) = array.name_of_next() {
            self.keeper.taken(token, number, id);
        }
    }

    fn keep(&self, id: JobId, array: Array) {
        let more = array.has_more();
        self.arrays().insert(id, array);
        if more {
            self.feed.wake();
        }
    }

    pub(super) fn send(&self, request: &JobRequest) -> Result<JobId, Error> {
        let sent = Sent::of(request, Timestamp::now());
        let id = self.client.submit(request)?.id;
        self.sent().insert(id, sent);
        Ok(id)
    }

    /// What to do with the next piece of `array`; none where nothing of it waits.
    fn step(&self, arrays: &HashMap<JobId, Array>, array: &Array) -> Option<Step> {
        if !array.unresolved.is_empty() {
            return Some(Step::Wait);
        }
        let mut piece = array.front()?;
        if array.next.lost.is_some() {
            return Some(Step::Find(piece, array.token()?));
        }
        let asked = array.request.as_ref()?;
        let mut corresponds_to = Vec::new();
        for parent in &asked.corresponds_to {
            let Some(other) = arrays.get(parent).filter(|other| array.is_cut() || other.is_cut()) else {
                corresponds_to.push(*parent);
                continue;
            };
            let first = piece.tasks.first()?;
            let Some(chunk) = other.chunk_of(first) else {
                return Some(if other.is_waiting(first) {
                    Step::Wait
                } else {
                    piece.tasks = piece.tasks.lowest(1);
                    Step::Never(piece)
                });
            };
            // Piece for piece: the rest of it meets another one.
            if let Some(met) = &chunk.piece {
                piece.tasks = piece.tasks.intersection(&met.tasks);
            }
            if !chunk.tasks.is_over() && !chunk.tasks.is_lost() {
                corresponds_to.push(chunk.id);
                continue;
            }
            // slurmctld may have forgotten it: its tasks that completed let theirs go, the others do not.
            let known = other.known();
            let completed = known.those(|group| Outcome::of(group.state).is_some_and(Outcome::is_success));
            let go = piece.tasks.intersection(&completed);
            if !go.contains(first) {
                let held = piece.tasks.difference(&go);
                let until = go.first().unwrap_or(u32::MAX);
                piece.tasks = held.iter().take_while(|task| *task < until).collect();
                return Some(Step::Never(piece));
            }
            let held = piece.tasks.difference(&go).first().unwrap_or(u32::MAX);
            piece.tasks = go.iter().take_while(|task| *task < held).collect();
        }
        let behind = match asked.array.as_ref().and_then(ArrayTasks::limit) {
            Some(_) => array.chunks.last().filter(|last| !last.tasks.is_over() && !last.tasks.is_lost()),
            None => None,
        };
        let alternatives = |value: &Option<String>| value.as_ref().is_some_and(|value| value.contains('?'));
        let any = asked.sbatch.iter().any(|(option, value)| option == "dependency" && alternatives(value));
        // What waits for one job or another cannot wait for a third besides.
        if behind.is_some() && any {
            return Some(Step::Wait);
        }
        let request = array.request(&piece, corresponds_to, behind.map(|last| last.id))?;
        Some(Step::Go(piece, Box::new(request), behind.map(|last| last.id)))
    }

    /// Submits what has become due of the arrays that wait. When the next try is due; none while nothing waits.
    fn feed(&self) -> Option<Instant> {
        let now = Instant::now();
        let those = |so: &dyn Fn(&Array) -> bool| -> Vec<JobId> {
            let arrays = self.arrays();
            arrays.iter().filter(|(_, array)| array.has_more() && so(array)).map(|(id, _)| *id).collect()
        };
        let due = those(&|array| array.next.due <= now);
        self.resolve(&due);
        for id in those(&|array| array.next.due > now && array.seen.is_due(now)) {
            if self.is_cancelled_outside(id) {
                self.with(id, Array::call_off);
            }
        }
        for id in due {
            if self.is_cancelled_outside(id) {
                self.with(id, Array::call_off);
                continue;
            }
            let step = {
                let arrays = self.arrays();
                arrays.get(&id).and_then(|array| self.step(&arrays, array))
            };
            if let Some(step) = step {
                self.take_step(id, step);
            }
        }
        let arrays = self.arrays();
        let waiting = arrays.values().filter(|array| array.has_more());
        waiting.map(|array| array.next.due.min(array.seen.due(now))).min()
    }

    fn take_step(&self, id: JobId, step: Step) {
        let at = Moment::now();
        match step {
            Step::Wait => self.with(id, Array::later),
            Step::Never(piece) => self.with(id, |array| array.give_up(&piece, BaseState::Cancelled, NEVER)),
            Step::Find(piece, token) => match self.client.find(&token) {
                Ok(Some(found)) => self.took(id, piece, found, at),
                Ok(None) => self.with(id, |array| {
                    array.next.lost = None;
                    array.later();
                }),
                Err(_) => self.with(id, Array::later),
            },
            Step::Go(piece, mut request, behind) => {
                if let Some(behind) = behind {
                    self.forget_gone(&mut request, behind);
                }
                let Ok(request) = self.by_slurms_ids(&request) else {
                    self.with(id, Array::later);
                    return;
                };
                let name = self.arrays().get(&id).map(Array::name_of_next);
                match name.map_or(Word::Go, |name| self.keeper.ask(name, &piece, false)) {
                    Word::Go => {}
                    Word::Later => {
                        self.with(id, Array::later);
                        return;
                    }
                    Word::Never => {
                        self.with(id, |array| array.give_up(&piece, BaseState::Cancelled, NEVER));
                        return;
                    }
                }
                match self.send(&request) {
                    Ok(found) if self.is_cancelled_outside(id) => {
                        // Whoever cancelled the whole in that moment did not see this one.
                        let _ = self.client.cancel(found);
                        self.with(id, |array| {
                            self.tell_taken(array, found);
                            array.took(piece, found, at);
                            array.call_off();
                        });
                    }
                    Ok(found) => self.took(id, piece, found, at),
                    Err(error) => self.not_taken(id, piece, &error),
                }
            }
        }
    }

    /// slurmctld took another piece of the array.
    fn took(&self, id: JobId, piece: Piece, found: JobId, at: Moment) {
        let mut cancelled = false;
        self.with(id, |array| {
            cancelled = array.cancelled;
            self.tell_taken(array, found);
            array.took(piece, found, at);
        });
        if cancelled {
            // Whoever cancelled it did not know of this one. Where that fails, its tasks run: that is seen.
            let _ = self.client.cancel(found);
        }
    }

    fn not_taken(&self, id: JobId, piece: Piece, error: &Error) {
        let token = self.arrays().get(&id).and_then(Array::token);
        let (told, full) = (self.refused(token.as_deref(), error), is_full(error));
        let never = full && told.kind != ErrorKind::Busy;
        self.with(id, |array| match told.kind {
            _ if full => {
                if !array.crowded(&piece) && never {
                    array.give_up(&piece, BaseState::Failed, &told.message);
                }
            }
            ErrorKind::Busy | ErrorKind::Unreachable => array.later(),
            ErrorKind::ReplyLost => {
                array.next.lost = Some(piece);
                array.later();
                array.next.due = array.next.due.max(Instant::now() + ON_ITS_WAY);
            }
            ErrorKind::Rejected => array.give_up(&piece, BaseState::Failed, &told.message),
        });
    }

    /// Leaves out the piece before it where slurmctld has forgotten that: a release may refuse to wait for what is gone.
    fn forget_gone(&self, request: &mut JobRequest, behind: JobId) {
        if !self.client.jobs(&[behind]).is_ok_and(|records| records.tasks.is_empty()) {
            return;
        }
        let after = format!("afterany:{behind}");
        for (_, value) in request.sbatch.iter_mut().filter(|(option, _)| option == "dependency") {
            let own = value.as_ref().and_then(|value| value.strip_suffix(&after));
            if let Some(own) = own.map(|own| own.trim_end_matches(',').to_owned()) {
                *value = Some(own);
            }
        }
        request.sbatch.retain(|(option, value)| {
            option != "dependency" || value.as_ref().is_none_or(|value| !value.is_empty())
        });
    }

    pub(super) fn with(&self, id: JobId, act: impl FnOnce(&mut Array)) {
        if let Some(array) = self.arrays().get_mut(&id) {
            act(array);
        }
    }
}

/// Submits what waits, until the scheduler is dropped.
pub(super) fn feed(shared: &Weak<Shared>, wakes: &Receiver<()>) {
    const LEAST: Duration = Duration::from_millis(1);
    loop {
        let due = match shared.upgrade() {
            Some(shared) => shared.feed(),
            None => return,
        };
        let woken = match due {
            Some(due) => wakes.recv_timeout(due.saturating_duration_since(Instant::now()).max(LEAST)),
            None => wakes.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        if woken == Err(RecvTimeoutError::Disconnected) {
            return;
        }
    }
}

fn busy(message: &str) -> SchedulerError {
    SchedulerError { kind: ErrorKind::Busy, message: message.to_owned(), hint: None }
}

fn rejected(message: &str) -> SchedulerError {
    SchedulerError { kind: ErrorKind::Rejected, message: message.to_owned(), hint: None }
}
