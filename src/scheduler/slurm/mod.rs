//! Slurm as a scheduler: requests go to slurmctld, job records become statuses, and slurmctld's completion messages are
//! the wakeups. An array that is too large for the cluster becomes several, which are one to the client.

mod array;
mod chunks;
mod earlier;
mod keeping;
mod leaving;
mod observing;
mod outside;
mod room;
mod status;
mod submitting;
mod tasks;
mod trace;
mod trouble;
mod wakeups;

use super::user::own_name;
use super::{Earlier, PartNotice, Patience, Scheduler, SchedulerError, Trace};
use crate::job::{JobId, JobRequest, JobStatus, TaskSet};
use crate::slurm::{Client, Error, Parts, code};
use array::Array;
use crossbeam_channel::{Receiver, Sender};
use jiff::Timestamp;
use status::Sent;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;
use trouble::trouble;

/// Jobs run by the cluster that libslurm's configuration names.
pub struct SlurmScheduler {
    shared: Arc<Shared>,
    completions: Receiver<JobId>,
    /// Whether slurmctld was asked for completion messages. It cannot be known whether any will come.
    listens: bool,
}

/// How far the submission of an array has come that may be several of Slurm's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// The arrays that slurmctld has taken.
    pub ids: Vec<JobId>,
    /// How many tasks it was not given yet.
    pub waiting: u32,
    /// Why it refused some of them for good.
    pub refused: Option<String>,
    /// How many it was not given because somebody cancelled the whole.
    pub called_off: u32,
}

/// Between two looks for what may still be on its way.
const SECOND_LOOK: Duration = Duration::from_secs(2);

/// What the scheduler's threads share.
struct Shared {
    client: Arc<Client>,
    /// The user whose jobs these are, for the names of their logs: older releases leave it out of their records.
    user: String,
    /// Whether jobs may be other users'.
    anyones: bool,
    /// When this was made: what was submitted before was by an earlier client.
    born: Timestamp,
    /// What earlier clients submitted, by its words, as far as slurmctld knew when that was first asked for.
    earlier: Mutex<Option<HashMap<String, JobId>>>,
    sent: Mutex<HashMap<JobId, Sent>>,
    arrays: Mutex<HashMap<JobId, Array>>,
    /// Arrays of whose first piece the answer was lost, by its token.
    lost: Mutex<HashMap<String, Array>>,
    feed: Feed,
    keeper: keeping::Keeper,
    refusals: room::Refusals,
}

/// The thread that submits what there was no room for.
#[derive(Default)]
struct Feed {
    wakes: OnceLock<Sender<()>>,
}

impl Feed {
    fn wake(&self) {
        if let Some(wakes) = self.wakes.get() {
            // One wake that is not heard yet is enough; without the thread the rest would wait for ever, as it does where no
            // thread can be made.
            let _ = wakes.try_send(());
        }
    }
}

impl Shared {
    /// The job that was submitted under this word, at `sent` or later, as far as slurmctld knows. The request whose reply was lost
    /// may still be on its way through it when it first answers again, so only what is absent for a while after that was not
    /// submitted.
    fn look_for(&self, token: &str, sent: Timestamp) -> Result<Option<JobId>, SchedulerError> {
        if sent < self.born {
            return self.sent_earlier(token);
        }
        let look = || self.client.find(token).map_err(|error| trouble(&error));
        let found = look()?;
        if found.is_some() {
            return Ok(found);
        }
        thread::sleep(SECOND_LOOK);
        look()
    }

    /// The same of what an earlier client sent. That was before this one heard of slurmctld at all: for all of it one look is
    /// enough, a while after slurmctld first answered.
    fn sent_earlier(&self, token: &str) -> Result<Option<JobId>, SchedulerError> {
        let look = || self.client.submissions().map_err(|error| trouble(&error));
        let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        if earlier.is_none() {
            look()?;
            thread::sleep(SECOND_LOOK);
            *earlier = Some(look()?);
        }
        Ok(earlier.as_ref().and_then(|earlier| earlier.get(token).copied()))
    }

    /// The same, and what is found is followed.
    fn found(&self, token: &str, sent: Timestamp) -> Result<Option<JobId>, SchedulerError> {
        let found = self.look_for(token, sent)?;
        if let Some(id) = found {
            self.found_array(token, id);
        }
        Ok(found)
    }

    fn sent(&self) -> MutexGuard<'_, HashMap<JobId, Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arrays(&self) -> MutexGuard<'_, HashMap<JobId, Array>> {
        self.arrays.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lost(&self) -> MutexGuard<'_, HashMap<String, Array>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ids of Slurm's that `jobs` stand for.
    fn ids(&self, jobs: &[JobId]) -> Vec<JobId> {
        let arrays = self.arrays();
        let of = |id: &JobId| match arrays.get(id) {
            Some(array) => array.chunks.iter().map(|chunk| chunk.id).collect(),
            None => vec![*id],
        };
        jobs.iter().flat_map(of).collect()
    }
}

impl SlurmScheduler {
    /// A scheduler on a connected client. With `push`, slurmctld is asked to tell of ended jobs at once; where that
    /// cannot be set up, only the poll speaks.
    #[must_use]
    pub fn new(client: Arc<Client>, push: bool) -> Self {
        Self::of(client, push, false)
    }

    /// One that follows jobs that anyone may have submitted by any means. It submits nothing.
    #[must_use]
    pub fn watching(client: Arc<Client>) -> Self {
        Self::of(client, false, true)
    }

    fn of(client: Arc<Client>, push: bool, anyones: bool) -> Self {
        let messages = if push { client.listen().ok() } else { None };
        let shared = Arc::new(Shared {
            client,
            user: own_name(),
            anyones,
            born: Timestamp::now(),
            earlier: Mutex::default(),
            sent: Mutex::default(),
            arrays: Mutex::default(),
            lost: Mutex::default(),
            feed: Feed::default(),
            keeper: keeping::Keeper::default(),
            refusals: room::Refusals::default(),
        });
        let listens = messages.is_some();
        let completions = match messages {
            Some(messages) => {
                let (sender, completions) = crossbeam_channel::unbounded();
                let passing = Arc::downgrade(&shared);
                let pass = move || wakeups::pass_on(&passing, &messages, &sender);
                let made = thread::Builder::new().name("wakeups".into()).spawn(pass);
                made.map_or_else(|_| crossbeam_channel::never(), |_| completions)
            }
            None => crossbeam_channel::never(),
        };
        Self { shared, completions, listens }
    }

    /// How far the submission of an array has come.
    #[must_use]
    pub fn pieces(&self, id: JobId) -> Pieces {
        self.shared.arrays().get(&id).map(Array::pieces).unwrap_or_default()
    }

    /// Takes an array that an earlier process submitted in several pieces for the one that it is, if `id` is the first of
    /// them and not only tasks of that one are meant; the pieces then. Where slurmctld does not answer, or has forgotten the
    /// first, it stays one of them.
    pub fn gather(&self, id: JobId, tasks: Option<&TaskSet>) -> Option<Parts> {
        let parts = self.shared.client.parts([id]).ok()?.remove(&id)?;
        if tasks.is_some_and(|tasks| parts.elements(tasks) == [(id, tasks.clone())]) {
            return None;
        }
        self.shared.attach(id, &parts);
        Some(parts)
    }

    /// Takes an array that an earlier process handed over part by part for the one that it is, for who only looks: nothing of it
    /// is submitted.
    pub fn show(&self, all: &TaskSet, earlier: &Earlier<'_>) {
        let array = Array::taken_up(None, all.clone(), earlier, self.shared.client.configuration());
        self.shared.arrays().entry(earlier.id).or_insert(array);
    }

    /// The elements by which Slurm knows these tasks of an array: those of each of its own arrays.
    #[must_use]
    pub fn elements(&self, id: JobId, tasks: &TaskSet) -> Vec<(JobId, TaskSet)> {
        match self.shared.arrays().get(&id) {
            Some(array) => array.elements(tasks),
            None => vec![(id, tasks.clone())],
        }
    }

    /// Makes the thread that submits the rest of arrays, once there may be one.
    fn start_feeding(&self) {
        self.shared.feed.wakes.get_or_init(|| {
            let (wakes, woken) = crossbeam_channel::bounded(1);
            let feeding = Arc::downgrade(&self.shared);
            let _ = thread::Builder::new()
                .name("feeder".into())
                .spawn(move || submitting::feed(&feeding, &woken));
            wakes
        });
    }
}

impl Scheduler for SlurmScheduler {
    fn name(&self) -> &'static str {
        "slurm"
    }

    fn submit(&self, request: &JobRequest) -> Result<JobId, SchedulerError> {
        if let Some(tasks) = &request.array {
            self.start_feeding();
            return self.shared.submit_array(request, tasks);
        }
        let request = self.shared.by_slurms_ids(request)?;
        self.shared.send(&request).map_err(|error| self.shared.refused(request.token.as_deref(), &error))
    }

    fn find(&self, token: &str) -> Result<Option<JobId>, SchedulerError> {
        self.shared.found(token, Timestamp::now())
    }

    fn trace(&self, request: &JobRequest, since: Timestamp) -> Result<Trace, SchedulerError> {
        let token = request.token.as_deref().unwrap_or_default();
        match self.shared.found(token, since)? {
            Some(id) => Ok(Trace::Job(id)),
            None => {
                let trace = self.shared.remembered(request, token, since)?;
                if let Trace::Job(id) = trace {
                    self.shared.found_array(token, id);
                }
                Ok(trace)
            }
        }
    }

    /// Of an array that was cut and of which no parts were kept, those are followed that slurmctld knows.
    fn adopt(&self, request: &JobRequest, earlier: &Earlier<'_>) {
        let at = earlier.at.unwrap_or(Timestamp::UNIX_EPOCH);
        self.shared.sent().insert(earlier.id, Sent::of(request, at));
        match &request.array {
            Some(tasks) if earlier.parts.is_some() => {
                self.shared.take_up(request, tasks, earlier, at);
                // Before anyone listens, others that it corresponds to may be taken up after it.
                if self.shared.keeper.is_listened_to() {
                    self.start_feeding();
                    self.shared.feed.wake();
                }
            }
            Some(_) => {
                self.gather(earlier.id, None);
            }
            None => {}
        }
    }

    fn parts(&self) -> Receiver<PartNotice> {
        let notices = self.shared.keeper.listen();
        // What was taken up waited for this.
        if self.shared.arrays().values().any(Array::has_more) {
            self.start_feeding();
            self.shared.feed.wake();
        }
        notices
    }

    fn is_handed_over(&self, id: JobId) -> bool {
        !self.shared.arrays().get(&id).is_some_and(Array::has_more)
    }

    fn observe(&self, jobs: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError> {
        self.shared.observe(jobs)
    }

    fn cancel(&self, jobs: &[JobId]) -> Result<(), SchedulerError> {
        {
            let mut arrays = self.shared.arrays();
            for id in jobs {
                if let Some(array) = arrays.get_mut(id) {
                    array.cancel();
                }
            }
        }
        // All are tried; the first trouble is told.
        let troubles: Vec<Error> = self
            .shared
            .ids(jobs)
            .iter()
            .filter_map(|id| self.shared.client.cancel(*id).err())
            // A job that slurmctld has forgotten is over.
            .filter(|error| error.code() != Some(code::INVALID_JOB_ID))
            .collect();
        troubles.first().map_or(Ok(()), |error| Err(trouble(error)))
    }

    fn wakeups(&self) -> Receiver<JobId> {
        self.completions.clone()
    }

    fn patience(&self) -> Patience {
        /// Looks are to be near enough for a task that vanished to have been seen waiting shortly before.
        const MARGIN: Duration = Duration::from_millis(1500);
        // A message wakes the run at once, so looks in between need not come often.
        let most = Duration::from_secs(if self.listens { 10 } else { 2 });
        let least = Duration::from_millis(100);
        let age = Duration::from_secs(self.shared.client.configuration().min_job_age.into());
        let kept = if age.is_zero() { most } else { age.saturating_sub(MARGIN) / 4 };
        Patience { least, most: most.min(kept).max(least) }
    }

    fn jobs_outlive_client(&self) -> bool {
        true
    }

    fn can_be_left(&self, request: &JobRequest) -> Result<(), SchedulerError> {
        leaving::can_be_left(request)
    }

    fn cancel_hint(&self, jobs: &[JobId]) -> Option<String> {
        let ids: Vec<String> = self.shared.ids(jobs).iter().map(ToString::to_string).collect();
        (!ids.is_empty()).then(|| format!("scancel {}", ids.join(" ")))
    }
}
