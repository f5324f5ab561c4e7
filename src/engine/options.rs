//! What a user of the engine decides about a run.

use super::selection::Selection;
use crate::event::RunId;
use crate::job::Outcome;
use crossbeam_channel::{Receiver, never};
use std::time::Duration;

/// How a run is to go. [`Options::new`] fills in what is seldom changed.
#[derive(Clone, Debug)]
pub struct Options {
    /// The run's id: it tells this run's submissions from all others, so no two runs may share one.
    pub run: RunId,
    /// How many submissions are under way at once; at least one.
    pub submitters: usize,
    /// How long a scheduler that does not answer is waited for, from its first silence.
    pub wait_for_scheduler: Duration,
    /// The signals by which the user asks the run to stop, by name: `SIGINT`. The first one stops submitting and leaves
    /// the jobs alone, the second cancels them, the third ends the run at once. Where jobs do not outlive the
    /// client, the first one cancels already.
    pub interrupts: Receiver<&'static str>,
    /// Nothing more is submitted, and what is under way is cancelled: for a run that is gone on with for no other reason.
    pub cancel: bool,
    /// Which jobs are run, and which again.
    pub selection: Selection,
    /// What a job's end is taken for that nobody knows; none leaves it at that.
    pub assume: Option<Outcome>,
    /// Everything goes to the scheduler at once, which is told what waits for what, and the run is left then.
    pub detach: bool,
    /// The engine's pauses.
    pub timing: Timing,
}

impl Options {
    /// The usual options: eight submitters, five minutes' patience with the scheduler, no signals.
    #[must_use]
    pub fn new(run: RunId) -> Self {
        Self {
            run,
            submitters: 8,
            wait_for_scheduler: Duration::from_secs(300),
            interrupts: never(),
            cancel: false,
            selection: Selection::default(),
            assume: None,
            detach: false,
            timing: Timing::default(),
        }
    }
}

/// Every pause and limit of time that the engine knows, but for the poll's, which is the scheduler's
/// [`Patience`](crate::scheduler::Patience).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The first pause before something that the scheduler could not do is tried again; it doubles each time.
    pub retry_least: Duration,
    /// The longest such pause.
    pub retry_most: Duration,
    /// The first pause before a job that was said to have ended, and has not quite, is looked at again; it doubles up
    /// to the shortest pause of the poll.
    pub second_look: Duration,
    /// How long a job must be unknown to the scheduler before it is given up …
    pub unknown_for: Duration,
    /// … and in how many looks.
    pub unknown_looks: u32,
    /// How long an interrupted run goes on following its jobs and waits for a second signal.
    pub interrupt_grace: Duration,
    /// How long a run waits for the jobs that it cancelled, and, at its end, for submissions that are under way.
    pub cancel_grace: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            retry_least: Duration::from_millis(500),
            retry_most: Duration::from_secs(15),
            second_look: Duration::from_millis(10),
            unknown_for: Duration::from_secs(30),
            unknown_looks: 3,
            interrupt_grace: Duration::from_secs(5),
            cancel_grace: Duration::from_secs(30),
        }
    }
}
