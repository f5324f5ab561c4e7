//! Trying again: pauses that double, and a scheduler that does not answer.

use std::time::{Duration, Instant};

/// A pause that doubles from one bound to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    least: Duration,
    most: Duration,
    next: Duration,
}

impl Backoff {
    pub(super) fn new(least: Duration, most: Duration) -> Self {
        Self { least, most, next: least }
    }

    /// The pause to make now; the one after it is twice as long.
    pub(super) fn pause(&mut self) -> Duration {
        let pause = self.next.min(self.most);
        self.next = self.next.saturating_mul(2).min(self.most);
        pause
    }

    pub(super) fn reset(&mut self) {
        self.next = self.least;
    }
}

/// Whether one side of the scheduler (taking jobs, telling of them) answers.
#[derive(Debug)]
pub(super) struct Contact {
    patience: Duration,
    backoff: Backoff,
    silent: Option<Silence>,
}

#[derive(Clone, Copy, Debug)]
struct Silence {
    until: Option<Instant>,
    retry: Instant,
}

impl Contact {
    pub(super) fn new(patience: Duration, backoff: Backoff) -> Self {
        Self { patience, backoff, silent: None }
    }

    /// Notes a failure. True when the scheduler has been silent for longer than it is waited for; there is always one
    /// try when that time is over.
    pub(super) fn failed(&mut self, now: Instant) -> bool {
        if let Some(silence) = self.silent.filter(|silence| now < silence.retry) {
            // What was asked before the silence was noticed fails with it and tells nothing new.
            return silence.until.is_some_and(|until| now >= until);
        }
        let pause = self.backoff.pause();
        let until = match self.silent {
            Some(silence) => silence.until,
            None => now.checked_add(self.patience),
        };
        let mut retry = now + pause;
        if let Some(until) = until {
            retry = retry.min(until);
        }
        self.silent = Some(Silence { until, retry });
        until.is_some_and(|until| now >= until)
    }

    /// Notes an answer.
    pub(super) fn answered(&mut self) {
        self.silent = None;
        self.backoff.reset();
    }

    /// When to try again; none while it answers.
    pub(super) fn retry(&self) -> Option<Instant> {
        self.silent.map(|silence| silence.retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_the_last_try_is_at_the_end() {
        let second = Duration::from_secs(1);
        let mut contact = Contact::new(5 * second, Backoff::new(second, 15 * second));
        let start = Instant::now();
        let mut now = start;
        let mut tries = Vec::new();
        while !contact.failed(now) {
            now = contact.retry().unwrap();
            tries.push((now - start).as_secs());
        }
        assert_eq!(tries, [1, 3, 5]);
        contact.answered();
        assert_eq!(contact.retry(), None);
        let mut none = Contact::new(Duration::ZERO, Backoff::new(second, second));
        assert!(none.failed(start));
        let mut forever = Contact::new(Duration::MAX, Backoff::new(second, second));
        assert!(!forever.failed(start));
    }
}
