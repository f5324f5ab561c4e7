//! The jobs that are ready, in the order in which they became so, and when each may be tried.
//!
//! A scheduler without room for one job has none for its like either, but may well have room for another account,
//! partition or QOS: limits are set on those. So jobs that share all three share a lane. A lane that was told to wait
//! tries one job after a pause, and opens again, twice as wide each time, as submissions succeed.

use super::outage::Backoff;
use crate::job::JobRequest;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Instant;

pub(super) struct Queue {
    lanes: Vec<Lane>,
    lane_of: Vec<usize>,
    /// Where the next job is looked for first, so that no lane starves another.
    turn: usize,
    waiting: usize,
    /// Jobs that are ready at an instant, the first of them first.
    later: BTreeSet<(Instant, usize)>,
    width: usize,
}

struct Lane {
    jobs: VecDeque<usize>,
    out: usize,
    open: usize,
    backoff: Backoff,
    until: Option<Instant>,
}

impl Queue {
    /// A queue for these requests, that has at most `width` jobs of a lane out at once.
    pub(super) fn new<'a>(
        requests: impl IntoIterator<Item = &'a JobRequest>,
        width: usize,
        backoff: Backoff,
    ) -> Self {
        let mut lanes: HashMap<_, usize> = HashMap::new();
        let lane_of: Vec<usize> = requests
            .into_iter()
            .map(|request| {
                let count = lanes.len();
                *lanes.entry((&request.account, &request.partition, &request.qos)).or_insert(count)
            })
            .collect();
        let lane = || Lane { jobs: VecDeque::new(), out: 0, open: width, backoff, until: None };
        Self {
            lanes: std::iter::repeat_with(lane).take(lanes.len()).collect(),
            lane_of,
            turn: 0,
            waiting: 0,
            later: BTreeSet::new(),
            width,
        }
    }

    fn lane(&mut self, job: usize) -> Option<&mut Lane> {
        let lane = *self.lane_of.get(job)?;
        self.lanes.get_mut(lane)
    }

    /// The job is ready.
    pub(super) fn push(&mut self, job: usize) {
        if let Some(lane) = self.lane(job) {
            lane.jobs.push_back(job);
            self.waiting += 1;
        }
    }

    /// The job is ready at `instant`.
    pub(super) fn push_at(&mut self, job: usize, instant: Instant) {
        self.later.insert((instant, job));
    }

    /// The next job that may be tried at `now`; it is out until one of the other methods says what became of it.
    pub(super) fn take(&mut self, now: Instant) -> Option<usize> {
        while let Some((_, job)) = self.later.first().copied().filter(|(instant, _)| *instant <= now) {
            self.later.pop_first();
            self.push(job);
        }
        if self.waiting == 0 {
            return None;
        }
        let count = self.lanes.len();
        for step in 0..count {
            let place = (self.turn + step) % count;
            let lane = &mut self.lanes[place];
            if lane.out >= lane.open || lane.until.is_some_and(|until| now < until) {
                continue;
            }
            if let Some(job) = lane.jobs.pop_front() {
                lane.until = None;
                lane.out += 1;
                self.waiting -= 1;
                self.turn = place + 1;
                return Some(job);
            }
        }
        None
    }

    /// The job was taken, or refused for good: there may be room for its like.
    pub(super) fn settled(&mut self, job: usize) {
        let width = self.width;
        if let Some(lane) = self.lane(job) {
            lane.out = lane.out.saturating_sub(1);
            lane.open = lane.open.saturating_mul(2).min(width);
            lane.backoff.reset();
        }
    }

    /// The job is to be tried again at once, before others.
    pub(super) fn again(&mut self, job: usize) {
        if let Some(lane) = self.lane(job) {
            lane.out = lane.out.saturating_sub(1);
            lane.jobs.push_front(job);
            self.waiting += 1;
        }
    }

    /// There is no room for the job and its like.
    pub(super) fn busy(&mut self, job: usize, now: Instant) {
        self.again(job);
        if let Some(lane) = self.lane(job) {
            lane.open = 1;
            // Those that were out together hear it together: it is one refusal.
            if lane.until.is_none_or(|until| until <= now) {
                lane.until = Some(now + lane.backoff.pause());
            }
        }
    }

    /// A job ended somewhere: there may be room now.
    pub(super) fn room(&mut self) {
        for lane in &mut self.lanes {
            lane.until = None;
        }
    }

    /// When a job that must wait may be tried.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let lanes = self.lanes.iter().filter(|lane| !lane.jobs.is_empty()).filter_map(|lane| lane.until);
        lanes.chain(self.later.first().map(|(instant, _)| *instant)).min()
    }

    /// Whether no job is ready, nor will be at an instant.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting == 0 && self.later.is_empty()
    }

    /// Forgets the jobs that are ready, and those that will be.
    pub(super) fn clear(&mut self) {
        for lane in &mut self.lanes {
            lane.jobs.clear();
        }
        self.waiting = 0;
        self.later.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    fn queue(accounts: &[&str]) -> Queue {
        let requests: Vec<_> = accounts
            .iter()
            .map(|account| JobRequest { account: Some((*account).into()), ..JobRequest::default() })
            .collect();
        let mut queue = Queue::new(&requests, 4, Backoff::new(SECOND, 15 * SECOND));
        (0..accounts.len()).for_each(|job| queue.push(job));
        queue
    }

    #[test]
    fn a_full_account_does_not_hold_up_another() {
        let now = Instant::now();
        let mut queue = queue(&["a", "a", "b"]);
        assert_eq!(queue.take(now), Some(0));
        queue.busy(0, now);
        assert_eq!(queue.take(now), Some(2));
        assert_eq!((queue.take(now), queue.deadline()), (None, Some(now + SECOND)));
        assert_eq!(queue.take(now + SECOND), Some(0));
    }

    #[test]
    fn a_job_is_ready_at_its_instant() {
        let now = Instant::now();
        let mut queue = queue(&["a"; 3]);
        assert_eq!(std::iter::from_fn(|| queue.take(now)).count(), 3);
        queue.settled(0);
        queue.push_at(1, now + 2 * SECOND);
        queue.push_at(0, now + SECOND);
        assert!(!queue.is_empty());
        assert_eq!((queue.take(now), queue.deadline()), (None, Some(now + SECOND)));
        assert_eq!((queue.take(now + SECOND), queue.take(now + SECOND)), (Some(0), None));
        queue.clear();
        assert!(queue.is_empty() && queue.take(now + 60 * SECOND).is_none());
    }

    #[test]
    fn one_job_tries_and_the_lane_opens_by_doubling() {
        let mut now = Instant::now();
        let mut queue = queue(&["a"; 12]);
        let mut out: Vec<usize> = std::iter::from_fn(|| queue.take(now)).collect();
        assert_eq!(out, [0, 1, 2, 3]);
        for job in out.into_iter().rev() {
            queue.busy(job, now);
        }
        // One refusal, however many heard it; the next pause is twice as long.
        assert_eq!(queue.deadline(), Some(now + SECOND));
        now += SECOND;
        assert_eq!((queue.take(now), queue.take(now)), (Some(0), None));
        queue.busy(0, now);
        assert_eq!(queue.deadline(), Some(now + 2 * SECOND));
        // Or sooner, when a job ends.
        queue.room();
        assert_eq!((queue.take(now), queue.take(now)), (Some(0), None));
        queue.settled(0);
        out = std::iter::from_fn(|| queue.take(now)).collect();
        assert_eq!(out, [1, 2]);
        out.iter().for_each(|job| queue.settled(*job));
        assert_eq!(std::iter::from_fn(|| queue.take(now)).count(), 4);
        queue.clear();
        assert!(queue.is_empty() && queue.take(now + 60 * SECOND).is_none());
    }
}
