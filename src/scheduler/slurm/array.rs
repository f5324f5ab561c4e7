//! An array as its client knows it: one, though it may be several of Slurm's, some of which are yet to be submitted.

use super::Pieces;
use super::chunks::{Chunk, Piece, cut};
use super::earlier::Unresolved;
use super::outside::Seen;
use super::status::time;
use super::tasks::{Look, Moment, Tasks, group};
use crate::job::{
    ArrayTasks, BaseState, CHUNK_SIZE, ExitStatus, JobId, JobRequest, JobState, JobStatus, Outcome,
    TaskGroup, TaskSet, TaskStates,
};
use crate::scheduler::{TaskLogs, log_of};
use crate::slurm::{Configuration, TaskRecord};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What a chunk's tasks find their offset in.
const OFFSET: &str = crate::job::TASK_OFFSET;
/// Slurm's word for a job whose dependency can never be met.
pub(super) const NEVER: &str = "DependencyNeverSatisfied";
/// Why tasks ended that slurmctld was not given, as somebody cancelled the whole.
const CALLED_OFF: &str = "CancelledBeforeSubmission";
/// Why tasks wait that slurmctld has not been given yet.
const NOT_SUBMITTED: &str = "NotSubmittedYet";

/// How the submission of the next piece stands.
#[derive(Clone, Debug)]
pub(super) struct Next {
    /// When it may be tried.
    pub(super) due: Instant,
    pause: Duration,
    /// The most tasks that it may have.
    size: u32,
    /// The most that slurmctld took at once.
    fitted: u32,
    /// A piece whose answer was lost: to be looked for.
    pub(super) lost: Option<Piece>,
}

/// An array.
#[derive(Debug)]
pub(super) struct Array {
    /// What was asked for; none where someone else did.
    pub(super) request: Option<JobRequest>,
    /// By the indices of the whole, in order.
    pub(super) all: TaskSet,
    pub(super) chunks: Vec<Chunk>,
    pub(super) waiting: VecDeque<Piece>,
    /// Those that an earlier client may have handed over: they are looked for first.
    pub(super) unresolved: VecDeque<Unresolved>,
    /// When the earliest of those may have been.
    pub(super) since: Timestamp,
    /// How many pieces were submitted or refused: the number of the next one.
    pub(super) number: u32,
    pub(super) next: Next,
    /// The ends of tasks that never were in the queue.
    pub(super) ended_here: TaskStates,
    pub(super) cancelled: bool,
    pub(super) seen: Seen,
    pub(super) logs: Option<TaskLogs>,
}

impl Array {
    const FIRST_PAUSE: Duration = Duration::from_millis(500);
    const LONGEST_PAUSE: Duration = Duration::from_secs(30);

    /// The array that is asked for, nothing of it submitted yet.
    pub(super) fn asked(request: &JobRequest, tasks: &ArrayTasks, cluster: &Configuration) -> Self {
        let all = TaskSet::from(tasks);
        let waiting = cut(&all, cluster.max_array_size, Self::most(request.chunk, cluster));
        Self { request: Some(request.clone()), all, waiting, ..Self::empty() }
    }

    /// The most tasks of a piece: an array with more tasks than there may be jobs would never go in.
    pub(super) fn most(chunk: Option<u32>, cluster: &Configuration) -> u32 {
        let room = cluster.max_job_count.saturating_sub(1);
        chunk.unwrap_or(u32::MAX).min(if room == 0 { u32::MAX } else { room }).max(1)
    }

    /// One that someone else submitted.
    pub(super) fn attached(id: JobId) -> Self {
        Self::of_pieces([(id, 0)])
    }

    /// One whose pieces someone else submitted, each with its offset.
    pub(super) fn of_pieces(pieces: impl IntoIterator<Item = (JobId, u32)>) -> Self {
        let chunks = pieces.into_iter().map(|(id, offset)| Chunk::attached(id, offset));
        Self { chunks: chunks.collect(), ..Self::empty() }
    }

    pub(super) fn empty() -> Self {
        let next =
            Next { due: Instant::now(), pause: Self::FIRST_PAUSE, size: u32::MAX, fitted: 0, lost: None };
        Self {
            request: None,
            all: TaskSet::default(),
            chunks: Vec::new(),
            waiting: VecDeque::new(),
            unresolved: VecDeque::new(),
            since: Timestamp::UNIX_EPOCH,
            number: 0,
            next,
            ended_here: TaskStates::default(),
            cancelled: false,
            seen: Seen::default(),
            logs: None,
        }
    }

    /// Whether it is, or may become, more than one of Slurm's.
    pub(super) fn is_cut(&self) -> bool {
        self.chunks.len() + self.more().count() > 1 || self.chunks.iter().any(|chunk| chunk.offset > 0)
    }

    /// The piece to be submitted next, as large as there may be room for.
    pub(super) fn front(&self) -> Option<Piece> {
        if let Some(lost) = &self.next.lost {
            return Some(lost.clone());
        }
        let front = self.waiting.front()?;
        Some(Piece { tasks: front.tasks.lowest(self.next.size), offset: front.offset })
    }

    /// Those that are not handed over, or not known to be.
    fn more(&self) -> impl Iterator<Item = &Piece> {
        self.waiting.iter().chain(self.unresolved.iter().map(|unresolved| &unresolved.piece))
    }

    /// Whether there are any.
    pub(super) fn has_more(&self) -> bool {
        self.more().next().is_some()
    }

    /// Whether the piece is all there is.
    pub(super) fn is_whole(&self, piece: &Piece) -> bool {
        piece.offset == 0 && piece.tasks == self.all
    }

    /// The token of the whole, and the number of the next piece.
    pub(super) fn name_of_next(&self) -> (Option<String>, u32) {
        (self.request.as_ref().and_then(|request| request.token.clone()), self.number)
    }

    /// The token of the next piece.
    pub(super) fn token(&self) -> Option<String> {
        let token = self.request.as_ref()?.token.as_ref()?;
        Some(Self::token_of(token, self.number))
    }

    /// The token of a piece.
    pub(super) fn token_of(whole: &str, number: u32) -> String {
        if number == 0 { whole.to_owned() } else { format!("{whole}+{number}") }
    }

    /// The request for `piece`, which also waits for all of `behind`.
    pub(super) fn request(
        &self,
        piece: &Piece,
        corresponds_to: Vec<JobId>,
        behind: Option<JobId>,
    ) -> Option<JobRequest> {
        let mut request = self.request.clone()?;
        let limit = request.array.as_ref().and_then(ArrayTasks::limit).unwrap_or(0);
        if !self.is_whole(piece) {
            request.array = ArrayTasks::of(piece.inside().iter()).map(|tasks| tasks.at_most(limit));
        }
        request.corresponds_to = corresponds_to;
        request.token = self.token();
        // What is submitted from a chunk's task has that task's.
        request.environment.retain(|(name, _)| name != OFFSET);
        if piece.offset > 0 {
            request.environment.push((OFFSET.into(), piece.offset.to_string().into()));
            // The record does not tell the environment: whoever submits tasks of it again must know.
            tell(&mut request, format!("{OFFSET}={}", piece.offset));
        }
        if let Some(most) = request.chunk.filter(|most| *most < u32::MAX && !self.is_whole(piece)) {
            tell(&mut request, format!("{CHUNK_SIZE}={most}"));
        }
        request.stdout = request.stdout.map(|log| log_of(&log, piece.offset));
        request.stderr = request.stderr.map(|log| log_of(&log, piece.offset));
        if let Some(behind) = behind {
            let own = request.sbatch.iter_mut().rfind(|(option, _)| option == "dependency");
            let after = format!("afterany:{behind}");
            match own {
                Some((_, value)) => {
                    *value = Some(value.take().map_or(after.clone(), |own| format!("{own},{after}")));
                }
                None => request.sbatch.push(("dependency".into(), Some(after))),
            }
        }
        Some(request)
    }

    /// These tasks by the indices of Slurm's own arrays, as far as they are known there.
    pub(super) fn elements(&self, tasks: &TaskSet) -> Vec<(JobId, TaskSet)> {
        let inside = |chunk: &Chunk| {
            // Those that it was made of, whether anything is known of them so far or not.
            let all = chunk.piece.as_ref().map_or_else(|| chunk.known().known(), |piece| piece.tasks.clone());
            let tasks = tasks.intersection(&all);
            let tasks = tasks.shifted(-i64::from(chunk.offset)).filter(|tasks| !tasks.is_empty())?;
            Some((chunk.id, tasks))
        };
        self.chunks.iter().filter_map(inside).collect()
    }

    /// How far its submission has come.
    pub(super) fn pieces(&self) -> Pieces {
        let failed = |group: &&TaskGroup| group.state == JobState::plain(BaseState::Failed);
        Pieces {
            ids: self.chunks.iter().map(|chunk| chunk.id).collect(),
            waiting: self.waiting.iter().map(|piece| piece.tasks.count()).sum(),
            refused: self.ended_here.groups().iter().find(failed).map(|group| group.reason.clone()),
            called_off: self.ended_here.those(|group| group.reason == CALLED_OFF).count(),
        }
    }

    /// Takes `piece` out of what waits.
    fn take(&mut self, piece: &Piece) {
        let Some(front) = self.waiting.front_mut() else { return };
        front.tasks = front.tasks.difference(&piece.tasks);
        if front.tasks.is_empty() {
            self.waiting.pop_front();
        }
    }

    /// slurmctld took `piece`. `at`: before it was sent.
    pub(super) fn took(&mut self, piece: Piece, id: JobId, at: Moment) {
        self.take(&piece);
        // One that was on its way when what waits was given up.
        let others = self.ended_here.groups().iter();
        let others =
            others.map(|group| TaskGroup { tasks: group.tasks.difference(&piece.tasks), ..group.clone() });
        self.ended_here = others.collect();
        self.seen.submitted(id, piece.inside());
        self.number += 1;
        self.next.lost = None;
        self.next.fitted = self.next.fitted.max(piece.tasks.count());
        self.next.size = self.next.size.saturating_mul(2);
        self.next.pause = Self::FIRST_PAUSE;
        self.next.due = Instant::now();
        let tasks = Tasks::submitted(piece.inside(), at);
        let offset = piece.offset;
        self.chunks.push(Chunk { id, piece: Some(piece), offset, tasks, cost: Duration::ZERO, loaded: None });
    }

    /// There was no room for `piece`. True when a smaller one is to be tried at once.
    pub(super) fn crowded(&mut self, piece: &Piece) -> bool {
        // Where a good deal went in once, it is waited for room for not much less.
        let least = (self.next.fitted / 4).max(1);
        let size = piece.tasks.count();
        self.next.size = (size / 2).max(least);
        if self.next.size < size {
            return true;
        }
        self.later();
        false
    }

    /// It is tried again after a pause, each longer than the one before.
    pub(super) fn later(&mut self) {
        self.next.due = Instant::now() + self.next.pause;
        self.next.pause = (self.next.pause * 2).min(Self::LONGEST_PAUSE);
    }

    /// `piece` will never be submitted: its tasks end so.
    pub(super) fn give_up(&mut self, piece: &Piece, base: BaseState, reason: &str) {
        self.take(piece);
        self.number += 1;
        self.next.lost = None;
        let exit = ExitStatus { code: u8::from(base == BaseState::Failed), signal: 0 };
        self.ended_here.add(TaskGroup { exit, ..group(piece.tasks.clone(), base, reason) });
    }

    /// Whether pieces go in one after the other, none of which had to wait.
    pub(super) fn is_flowing(&self) -> bool {
        self.next.pause == Self::FIRST_PAUSE
    }

    /// What waits to be submitted will not be.
    pub(super) fn cancel(&mut self) {
        self.end_waiting("");
    }

    /// The same, as somebody cancelled the whole.
    pub(super) fn call_off(&mut self) {
        self.end_waiting(CALLED_OFF);
    }

    fn end_waiting(&mut self, reason: &str) {
        self.cancelled = true;
        for piece in std::mem::take(&mut self.waiting) {
            self.end(piece, BaseState::Cancelled, reason);
        }
    }

    /// The tasks of a piece end without ever having been in the queue.
    pub(super) fn end(&mut self, piece: Piece, base: BaseState, reason: &str) {
        self.ended_here.add(group(piece.tasks, base, reason));
    }

    /// Takes in a load of a chunk's records.
    pub(super) fn look(
        &mut self,
        id: JobId,
        records: &[&TaskRecord],
        look: Look,
        took: Duration,
        min_job_age: Duration,
    ) {
        if let Some(chunk) = self.chunks.iter_mut().find(|chunk| chunk.id == id) {
            (chunk.cost, chunk.loaded) = (took, Some(Instant::now()));
            chunk.tasks.look(records.iter().copied(), look, min_job_age);
        }
    }

    /// What is known of every task.
    pub(super) fn known(&self) -> TaskStates {
        let submitted: TaskStates =
            self.chunks.iter().flat_map(|chunk| chunk.known().groups().to_vec()).collect();
        let told = submitted.known();
        let others = |group: &TaskGroup| TaskGroup { tasks: group.tasks.difference(&told), ..group.clone() };
        let ended_here: TaskStates = self.ended_here.groups().iter().map(others).collect();
        let waiting = self.more().map(|piece| group(piece.tasks.clone(), BaseState::Pending, NOT_SUBMITTED));
        let known = submitted.groups().iter().chain(ended_here.groups()).cloned();
        known.chain(waiting).collect()
    }

    /// Its status, as a job's whose state is that of all tasks together.
    pub(super) fn status(&self, id: JobId) -> JobStatus {
        let known = self.known();
        let (state, reason) = whole(&known);
        let started = self.chunks.iter().map(|chunk| chunk.tasks.started).filter(|start| *start > 0).min();
        let ended = self
            .chunks
            .iter()
            .map(|chunk| chunk.tasks.ended)
            .max()
            .filter(|_| state.is_some_and(JobState::is_final));
        let exits =
            known.groups().iter().filter(|group| Outcome::of(group.state).is_some()).map(|group| group.exit);
        JobStatus {
            state,
            reason,
            exit: exits.max_by_key(|exit| (exit.code, exit.signal)).unwrap_or_default(),
            started: started.and_then(time),
            ended: ended.and_then(time),
            stdout: self.log(&known),
            tasks: Some(known),
            ..JobStatus::unknown(id)
        }
    }

    /// The log to be looked at: that of the lowest task that did not complete, else of the lowest.
    fn log(&self, known: &TaskStates) -> Option<PathBuf> {
        let failed =
            known.those(|group| Outcome::of(group.state).is_some_and(|outcome| !outcome.is_success()));
        let task = failed.first().or_else(|| known.known().first())?;
        let chunk = self.chunk_of(task).or_else(|| self.chunks.first())?;
        self.logs.as_ref()?.of(chunk.id, task.checked_sub(chunk.offset)?, chunk.offset)
    }

    /// Whether nothing of it will change by itself.
    pub(super) fn is_over(&self) -> bool {
        !self.has_more() && self.chunks.iter().all(|chunk| chunk.tasks.is_over())
    }

    /// Of Slurm's arrays the one that the task went to.
    pub(super) fn chunk_of(&self, task: u32) -> Option<&Chunk> {
        let holds = |chunk: &&Chunk| chunk.piece.as_ref().is_none_or(|piece| piece.tasks.contains(task));
        self.chunks.iter().find(holds)
    }

    /// Whether that task is yet to be submitted.
    pub(super) fn is_waiting(&self, task: u32) -> bool {
        self.more().any(|piece| piece.tasks.contains(task))
    }
}

/// Says something more in the comment, behind the user's own.
fn tell(request: &mut JobRequest, told: String) {
    let own = request.comment.take().map(|own| own + " ");
    request.comment = Some(own.unwrap_or_default() + &told);
}

/// What an array is whose tasks are so, and why it waits.
fn whole(known: &TaskStates) -> (Option<JobState>, String) {
    let open = || known.groups().iter().filter(|group| Outcome::of(group.state).is_none());
    if open().any(|group| group.state.has_started()) {
        return (Some(JobState::plain(BaseState::Running)), String::new());
    }
    if let Some(most) = open().max_by_key(|group| group.tasks.count()) {
        return (Some(JobState::plain(BaseState::Pending)), most.reason.clone());
    }
    let mut ends = known.groups().iter().filter(|group| group.state.base != BaseState::Completed);
    let state = match (ends.next(), known.groups().first()) {
        (None, first) => first.map(|group| group.state),
        (Some(one), _) if ends.all(|other| other.state == one.state) => Some(one.state),
        (Some(_), _) => Some(JobState::plain(BaseState::Failed)),
    };
    (state, String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(groups: &[(&str, BaseState)]) -> TaskStates {
        groups.iter().map(|(tasks, base)| group(tasks.parse().unwrap(), *base, "Resources")).collect()
    }

    #[test]
    fn the_state_of_the_whole() {
        use BaseState as B;
        let of = |groups: &[(&str, B)]| whole(&known(groups)).0.map(|state| state.base);
        assert_eq!(of(&[("0-3", B::Pending), ("4", B::Running), ("5", B::Failed)]), Some(B::Running));
        assert_eq!(of(&[("0-3", B::Pending), ("5", B::Failed)]), Some(B::Pending));
        assert_eq!(of(&[("0-3", B::Completed)]), Some(B::Completed));
        assert_eq!(of(&[("0-3", B::Completed), ("4", B::Timeout)]), Some(B::Timeout));
        assert_eq!(of(&[("0", B::Cancelled), ("3", B::Completed), ("4", B::Timeout)]), Some(B::Failed));
        assert_eq!(of(&[]), None);
        assert_eq!(whole(&known(&[("0-3", B::Pending)])).1, "Resources");
    }

    fn array(tasks: &str, chunk: Option<u32>) -> Array {
        let tasks = ArrayTasks::parse(tasks).unwrap();
        let request = JobRequest {
            array: Some(tasks.clone()),
            chunk,
            token: Some("t/1".into()),
            ..JobRequest::default()
        };
        let mut array = Array::asked(&request, &tasks, &Configuration::default());
        // As on a cluster with so small a limit.
        array.waiting = cut(&TaskSet::from(&tasks), 10, chunk.unwrap_or(u32::MAX));
        array
    }

    fn asked(array: &Array) -> String {
        let piece = array.front().unwrap();
        let request = array.request(&piece, Vec::new(), None).unwrap();
        let offset = request.environment.iter().find(|(name, _)| name == OFFSET);
        let offset = offset.map_or(String::new(), |(_, value)| format!(" +{}", value.to_string_lossy()));
        format!("{}{offset} {}", request.array.unwrap(), request.token.unwrap())
    }

    #[test]
    fn pieces_go_in_one_after_another() {
        let mut array = array("0-19%3", Some(8));
        let mut told = Vec::new();
        for id in 1.. {
            let Some(piece) = array.front() else { break };
            told.push(asked(&array));
            array.took(piece, JobId(id), Moment::now());
        }
        assert_eq!(told, ["0-7%3 t/1", "8-9%3 t/1+1", "0-7%3 +10 t/1+2", "8-9%3 +10 t/1+3"]);
        assert!(array.is_cut());
        assert_eq!(array.status(JobId(1)).tasks.unwrap().known().to_string(), "0-19");
    }

    #[test]
    fn where_there_is_no_room_less_is_tried() {
        let mut array = array("0-9", None);
        for _ in 0..2 {
            assert!(array.crowded(&array.front().unwrap()));
        }
        assert_eq!(asked(&array), "0-1 t/1");
        array.took(array.front().unwrap(), JobId(1), Moment::now());
        // Twice as much might fit now.
        assert_eq!(asked(&array), "2-5 t/1+1");
        assert!(array.crowded(&array.front().unwrap()) && array.crowded(&array.front().unwrap()));
        let one = array.front().unwrap();
        assert!(one.tasks.count() == 1 && !array.crowded(&one), "now it waits");
        assert!(array.next.due > Instant::now());
        array.give_up(&one, BaseState::Failed, "refused");
        array.cancel();
        let states = array.status(JobId(1)).tasks.unwrap();
        assert_eq!(states.those(|group| group.state.base == BaseState::Failed).to_string(), "2");
        assert_eq!(states.those(|group| group.state.base == BaseState::Cancelled).to_string(), "3-9");
    }

    #[test]
    fn one_that_waits_for_the_piece_before_it() {
        let mut array = array("0-9", None);
        let after = |array: &Array| {
            array.request(&array.front().unwrap(), Vec::new(), Some(JobId(7))).unwrap().sbatch
        };
        assert_eq!(after(&array), [("dependency".to_owned(), Some("afterany:7".to_owned()))]);
        let own = ("dependency".to_owned(), Some("afterok:3".to_owned()));
        array.request.as_mut().unwrap().sbatch.push(own);
        assert_eq!(after(&array), [("dependency".to_owned(), Some("afterok:3,afterany:7".to_owned()))]);
    }
}
