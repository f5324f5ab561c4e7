//! When to look at the jobs, and the thread that looks.

use super::submit::guarded;
use crate::job::{JobId, JobStatus};
use crate::scheduler::{ErrorKind, Patience, Scheduler, SchedulerError};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Which jobs to look at, by their places in the workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// All that are under way.
    All,
    /// Only these, of which something was heard.
    Only(Vec<usize>),
}

/// Decides when to look: all jobs after a pause that grows while nothing changes; jobs of which something was heard at
/// once, and again after ever longer pauses until they are at their end. One look at a time.
#[derive(Debug)]
pub(super) struct Pace {
    patience: Patience,
    second_look: Duration,
    pause: Duration,
    poll: Instant,
    /// Jobs that were heard of and are not over.
    heard: BTreeSet<usize>,
    quick_pause: Duration,
    quick: Option<Instant>,
    looking: Option<Looking>,
}

#[derive(Clone, Copy, Debug)]
struct Looking {
    all: bool,
    /// Whether something was heard since it began.
    stale: bool,
}

impl Pace {
    pub(super) fn new(patience: Patience, second_look: Duration, now: Instant) -> Self {
        Self {
            patience,
            second_look,
            pause: patience.least,
            poll: now + patience.least,
            heard: BTreeSet::new(),
            quick_pause: second_look,
            quick: None,
            looking: None,
        }
    }

    /// Something happened: the next poll is not far.
    pub(super) fn stir(&mut self, now: Instant) {
        self.pause = self.patience.least;
        self.poll = self.poll.min(now + self.pause);
    }

    /// Something was heard of a job.
    pub(super) fn heard(&mut self, job: usize, now: Instant) {
        self.heard.insert(job);
        self.quick_pause = self.second_look;
        self.quick = Some(now);
        if let Some(looking) = &mut self.looking {
            looking.stale = true;
        }
        self.stir(now);
    }

    /// A job is over.
    pub(super) fn over(&mut self, job: usize) {
        self.heard.remove(&job);
        if self.heard.is_empty() {
            self.quick = None;
        }
    }

    /// The look that is due, when `under_way` jobs are; it is under way itself until [`Pace::looked`].
    pub(super) fn begin(&mut self, now: Instant, under_way: usize) -> Option<Look> {
        if self.looking.is_some() || under_way == 0 {
            return None;
        }
        let quick = self.quick.is_some_and(|quick| quick <= now);
        let look = if self.poll <= now || quick && self.heard.len() * 2 >= under_way {
            Look::All
        } else if quick {
            Look::Only(self.heard.iter().copied().collect())
        } else {
            return None;
        };
        self.looking = Some(Looking { all: look == Look::All, stale: false });
        Some(look)
    }

    /// A look was answered, and said something new or not. Pauses count from here.
    pub(super) fn looked(&mut self, now: Instant, changed: bool) {
        let Some(Looking { all, stale }) = self.looking.take() else { return };
        if all {
            self.pause = match changed || !self.heard.is_empty() {
                true => self.patience.least,
                false => self.pause.saturating_mul(2).min(self.patience.most),
            };
            self.poll = now + self.pause;
        } else if changed {
            self.stir(now);
        }
        if self.heard.is_empty() {
            self.quick = None;
        } else if stale {
            self.quick = Some(now);
        } else if self.quick_pause < self.patience.least {
            self.quick = Some(now + self.quick_pause);
            self.quick_pause *= 2;
        } else {
            // It was not its end after all, or takes long: the poll will see it.
            self.heard.clear();
            self.quick = None;
        }
    }

    /// When the next look is due; none while one is under way.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if self.looking.is_some() {
            return None;
        }
        Some(self.quick.map_or(self.poll, |quick| quick.min(self.poll)))
    }

    /// Whether a look is under way.
    pub(super) fn is_looking(&self) -> bool {
        self.looking.is_some()
    }

    /// All jobs are worth a look at once.
    pub(super) fn hurry(&mut self, now: Instant) {
        self.stir(now);
        self.poll = now;
    }

    /// The scheduler does not answer: the next look is at all jobs, at `retry`.
    pub(super) fn put_off(&mut self, retry: Instant) {
        self.looking = None;
        self.quick = None;
        self.heard.clear();
        self.pause = self.patience.least;
        self.poll = retry;
    }
}

/// What a look brought.
pub(super) type Seen = Result<Vec<JobStatus>, SchedulerError>;

/// The thread that asks the scheduler.
pub(super) struct Observer {
    scheduler: Arc<dyn Scheduler>,
    ask: Option<Sender<Vec<JobId>>>,
    thread: Option<thread::JoinHandle<()>>,
    saw: Sender<Seen>,
    seen: Receiver<Seen>,
}

impl Observer {
    pub(super) fn new(scheduler: Arc<dyn Scheduler>) -> Self {
        let (ask, asked) = unbounded::<Vec<JobId>>();
        let (saw, seen) = unbounded();
        let (asking, telling) = (Arc::clone(&scheduler), saw.clone());
        let work = move || {
            for jobs in asked {
                if telling.send(look(&*asking, &jobs)).is_err() {
                    return;
                }
            }
        };
        let spawned = thread::Builder::new().name("observe".into()).spawn(work);
        let thread = spawned.ok();
        Self { scheduler, ask: thread.is_some().then_some(ask), thread, saw, seen }
    }

    pub(super) fn ask(&self, jobs: Vec<JobId>) {
        let unsent = match &self.ask {
            Some(ask) => ask.send(jobs).err().map(|unsent| unsent.0),
            None => Some(jobs),
        };
        if let Some(jobs) = unsent {
            // No thread can be had: this one looks.
            let _ = self.saw.send(look(&*self.scheduler, &jobs));
        }
    }

    pub(super) fn seen(&self) -> &Receiver<Seen> {
        &self.seen
    }

    /// Lets the thread end, and waits for it if that takes no time: it shares the scheduler.
    pub(super) fn finish(mut self, idle: bool) {
        self.ask = None;
        if let Some(thread) = self.thread.take().filter(|_| idle) {
            let _ = thread.join();
        }
    }
}

fn look(scheduler: &dyn Scheduler, jobs: &[JobId]) -> Seen {
    guarded(ErrorKind::Unreachable, || scheduler.observe(jobs))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn pace(now: Instant) -> Pace {
        Pace::new(Patience { least: 100 * MS, most: 800 * MS }, 10 * MS, now)
    }

    /// When looks fall due, in milliseconds, if nothing changes and each takes no time.
    fn looks(pace: &mut Pace, start: Instant, mut now: Instant, count: usize) -> Vec<u128> {
        let mut times = Vec::new();
        for _ in 0..count {
            now = now.max(pace.deadline().unwrap());
            assert!(pace.begin(now, 100).is_some());
            assert!(pace.deadline().is_none() && pace.begin(now, 100).is_none());
            times.push((now - start).as_millis());
            pace.looked(now, false);
        }
        times
    }

    #[test]
    fn the_poll_slows_down_and_a_change_speeds_it_up() {
        let start = Instant::now();
        let mut pace = pace(start);
        assert_eq!(looks(&mut pace, start, start, 5), [100, 300, 700, 1500, 2300]);
        pace.stir(start + 2400 * MS);
        assert_eq!(pace.deadline(), Some(start + 2500 * MS));
        // Stirring again does not put it off.
        pace.stir(start + 2450 * MS);
        assert_eq!(pace.deadline(), Some(start + 2500 * MS));
    }

    #[test]
    fn who_was_heard_of_is_looked_at_until_over_or_for_a_while() {
        let start = Instant::now();
        let mut pace = pace(start);
        pace.heard(3, start);
        assert_eq!(pace.begin(start, 100), Some(Look::Only(vec![3])));
        pace.looked(start, false);
        assert_eq!(looks(&mut pace, start, start, 6), [10, 30, 70, 100, 200, 400]);
        pace.heard(4, start + 310 * MS);
        pace.over(4);
        assert_eq!(pace.quick, None);
    }

    #[test]
    fn hearing_during_a_look_brings_another_at_once() {
        let start = Instant::now();
        let mut pace = pace(start);
        pace.heard(1, start);
        pace.begin(start, 100);
        pace.heard(2, start);
        pace.looked(start + MS, false);
        assert_eq!(pace.deadline(), Some(start + MS));
        assert_eq!(pace.begin(start + MS, 3), Some(Look::All));
        assert_eq!(pace.begin(start + MS, 0), None);
    }
}
