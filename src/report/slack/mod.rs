//! Posts a run's start, its failures and its end to Slack.
//!
//! The run never waits for Slack: events go into a bounded queue, a thread of its own posts them, and trouble is told
//! once. Only at the very end does [`Slack::finish`](crate::event::Listener::finish) wait a moment for what is queued.

mod message;
mod post;
mod webhook;

use super::summary::Summary;
use crate::event::{Event, EventKind, Listener};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use message::Message;
use post::{Limits, Poster};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

pub use webhook::{Webhook, WebhookError};

/// How many messages may wait. More failures than that are counted in the last message only.
const QUEUE: usize = 64;
/// How many messages that wait together are posted as one.
const TOGETHER: usize = 10;

/// Listens to a run and posts to Slack.
pub struct Slack {
    summary: Summary,
    queue: Option<Sender<Message>>,
    /// Hears of a failed post; closed when the thread is done.
    done: Receiver<()>,
    shared: Arc<Shared>,
    limits: Limits,
}

/// Tells the user what went wrong.
type Tell = Box<dyn FnOnce(String) + Send>;

/// What the listener and its thread share.
struct Shared {
    failed: AtomicBool,
    on_trouble: Mutex<Option<Tell>>,
}

impl Shared {
    /// Tells the trouble, the first time.
    fn trouble(&self, words: String) {
        self.failed.store(true, Ordering::Release);
        let tell = self.on_trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(tell) = tell {
            tell(words);
        }
    }
}

impl Slack {
    /// Posts to `webhook`. `on_trouble` is called at most once, from another thread, with what went wrong in words;
    /// they never hold the URL.
    pub fn new(webhook: Webhook, on_trouble: impl FnOnce(String) + Send + 'static) -> Self {
        Self::with(webhook, Limits::default(), on_trouble)
    }

    fn with(webhook: Webhook, limits: Limits, on_trouble: impl FnOnce(String) + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            failed: AtomicBool::new(false),
            on_trouble: Mutex::new(Some(Box::new(on_trouble))),
        });
        let (queue, messages) = bounded(QUEUE);
        let (failed, done) = bounded(1);
        let poster = Poster::new(webhook, limits);
        let started = {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name("slack".to_owned())
                .spawn(move || work(&messages, &poster, &shared, &failed))
        };
        let queue = match started {
            Ok(_) => Some(queue),
            Err(error) => {
                shared.trouble(format!("no thread to post to Slack from: {error}"));
                None
            }
        };
        Self { summary: Summary::default(), queue, done, shared, limits }
    }

    /// Queues a message if there is room; one place is kept for the last.
    fn send(&self, message: Message, is_last: bool) {
        if let Some(queue) = &self.queue
            && (is_last || queue.len() + 1 < QUEUE)
        {
            // Full or closed: there is nobody to wait for.
            let _ = queue.try_send(message);
        }
    }
}

impl fmt::Debug for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slack").field("summary", &self.summary).finish_non_exhaustive()
    }
}

impl Listener for Slack {
    fn on_history(&mut self, events: &[Event]) {
        events.iter().for_each(|event| self.summary.apply(event));
    }

    fn on_event(&mut self, event: &Event) {
        self.summary.apply(event);
        let workflow = || self.summary.workflow.clone();
        match &event.kind {
            EventKind::RunStarted { workflow, jobs, .. } => {
                self.send(Message::Started { workflow: workflow.clone(), jobs: jobs.len() }, false);
            }
            EventKind::Ended { job, .. }
            | EventKind::Rejected { job, .. }
            | EventKind::Untraceable { job, .. } => {
                if let Some(row) = self.summary.row(job).filter(|row| row.has_failed()) {
                    let row = Box::new(row.clone());
                    self.send(Message::Failed { workflow: workflow(), row, next: None }, false);
                }
            }
            EventKind::AttemptEnded { job, .. } => {
                if let Some(row) = self.summary.row(job) {
                    let (row, next) = (Box::new(row.clone()), Some(row.attempts.following(event.at)));
                    self.send(Message::Failed { workflow: workflow(), row, next }, false);
                }
            }
            EventKind::RunEnded { outcome } => {
                self.send(
                    Message::Ended { summary: Box::new(self.summary.clone()), outcome: *outcome },
                    true,
                );
            }
            _ => {}
        }
    }

    fn finish(&mut self) {
        // Without a sender the thread ends after what is queued.
        if self.queue.take().is_none() || self.shared.failed.load(Ordering::Acquire) {
            return;
        }
        if self.done.recv_timeout(self.limits.farewell) == Err(RecvTimeoutError::Timeout) {
            self.shared.trouble("Slack is slow: the last messages may not have reached it".to_owned());
        }
    }
}

/// Posts what is queued until the queue is closed and empty. What waits together goes out together: Slack takes about
/// one message a second.
fn work(messages: &Receiver<Message>, poster: &Poster, shared: &Shared, failed: &Sender<()>) {
    while let Ok(first) = messages.recv() {
        let mut batch = vec![first];
        batch.extend(messages.try_iter().take(TOGETHER - 1));
        if let Err(words) = poster.post(&message::payload(&batch)) {
            shared.trouble(words);
            // Somebody may be waiting in `finish`; one notice is enough.
            let _ = failed.try_send(());
        }
    }
}

#[cfg(test)]
mod tests;
