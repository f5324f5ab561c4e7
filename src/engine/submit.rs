//! The threads that submit. A submission blocks for as long as the scheduler takes, so a few of them go at once.

use crate::job::{JobId, JobRequest};
use crate::scheduler::{ErrorKind, Scheduler, SchedulerError, Trace};
use crossbeam_channel::{Receiver, Sender, unbounded};
use jiff::Timestamp;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Something to do for one job.
pub(super) enum Errand {
    Submit(Arc<JobRequest>),
    /// Look for the job of a request that was about to be submitted then.
    Find(Arc<JobRequest>, Timestamp),
}

/// What came of it.
pub(super) enum Answer {
    Submitted(Result<JobId, SchedulerError>),
    Found(Result<Trace, SchedulerError>),
    /// The run was stopped first: nothing was asked of the scheduler.
    NotSent,
}

/// Whether submissions are still to be begun. Of a run that broke off they are not.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A bounded number of threads, made as they are needed.
pub(super) struct Submitters {
    scheduler: Arc<dyn Scheduler>,
    most: usize,
    /// How many errands for each thread are worth having out.
    each: usize,
    threads: Vec<thread::JoinHandle<()>>,
    /// How many errands are not answered yet.
    out: usize,
    stop: Stop,
    errands: Sender<(usize, Errand)>,
    to_do: Receiver<(usize, Errand)>,
    answer: Sender<(usize, Answer)>,
    answers: Receiver<(usize, Answer)>,
}

impl Submitters {
    /// `in_groups`: errands come at a price that many can share.
    pub(super) fn new(scheduler: Arc<dyn Scheduler>, most: usize, in_groups: bool) -> Self {
        let (errands, to_do) = unbounded();
        let (answer, answers) = unbounded();
        let stop = Stop(Arc::default());
        Self {
            scheduler,
            most: most.max(1),
            each: if in_groups { 8 } else { 2 },
            threads: Vec::new(),
            out: 0,
            stop,
            errands,
            to_do,
            answer,
            answers,
        }
    }

    /// How many errands are worth having out: one in hand for each thread, and one to take up next; more in groups.
    pub(super) fn capacity(&self) -> usize {
        self.each * self.most
    }

    /// Whether there is so little to do that more is worth having out: in groups, not each time that one errand is done.
    pub(super) fn wants_more(&self) -> bool {
        self.each <= 2 || self.out * 2 <= self.capacity()
    }

    /// How many errands have no answer yet.
    pub(super) fn out(&self) -> usize {
        self.out
    }

    /// Each errand's answer, with its job. Say [`Submitters::answered`] for each.
    pub(super) fn answers(&self) -> &Receiver<(usize, Answer)> {
        &self.answers
    }

    pub(super) fn answered(&mut self) {
        self.out = self.out.saturating_sub(1);
    }

    /// Submissions that no thread has begun are not begun any more. Looking for a job goes on.
    pub(super) fn stop(&self) {
        self.stop.0.store(true, Ordering::SeqCst);
    }

    /// Has an errand done for a job.
    pub(super) fn send(&mut self, job: usize, errand: Errand) {
        self.out += 1;
        if self.threads.len() < self.most.min(self.out) {
            self.threads.extend(self.spawn());
        }
        // The receiving side lives as long as this does.
        let _ = self.errands.send((job, errand));
        if self.threads.is_empty() {
            // No thread can be had: this one does it.
            serve(&*self.scheduler, &self.stop.0, self.to_do.try_iter(), &self.answer);
        }
    }

    fn spawn(&self) -> Option<thread::JoinHandle<()>> {
        let scheduler = Arc::clone(&self.scheduler);
        let stop = Arc::clone(&self.stop.0);
        let (to_do, answer) = (self.to_do.clone(), self.answer.clone());
        let work = move || serve(&*scheduler, &stop, to_do.iter(), &answer);
        thread::Builder::new().name("submit".into()).spawn(work).ok()
    }

    /// Lets the threads end, and waits for them if that takes no time: they share the scheduler.
    pub(super) fn finish(self) {
        let Self { errands, threads, out, .. } = self;
        drop(errands);
        if out == 0 {
            for thread in threads {
                let _ = thread.join();
            }
        }
    }
}

fn serve(
    scheduler: &dyn Scheduler,
    stop: &AtomicBool,
    errands: impl Iterator<Item = (usize, Errand)>,
    answer: &Sender<(usize, Answer)>,
) {
    for (job, errand) in errands {
        let said = match errand {
            Errand::Submit(_) if stop.load(Ordering::SeqCst) => Answer::NotSent,
            // Whether a submission that panicked arrived is as unknown as after a lost reply.
            Errand::Submit(request) => {
                Answer::Submitted(guarded(ErrorKind::ReplyLost, || scheduler.submit(&request)))
            }
            Errand::Find(request, since) => {
                Answer::Found(guarded(ErrorKind::Unreachable, || scheduler.trace(&request, since)))
            }
        };
        if answer.send((job, said)).is_err() {
            return;
        }
    }
}

/// Turns a panic inside a scheduler into an error: a run must neither hang nor die of it.
pub(super) fn guarded<T>(
    kind: ErrorKind,
    call: impl FnOnce() -> Result<T, SchedulerError>,
) -> Result<T, SchedulerError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        let message = "the scheduler's client panicked".to_owned();
        Err(SchedulerError { kind, message, hint: None })
    })
}
