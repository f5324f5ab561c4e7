//! The loop: one thread waits for everything that can happen to a run, and turns it into events.

mod choosing;
mod following;
mod keeping;
mod stopping;
mod submitting;
mod trying;
mod waits;

use super::follow::Missing;
use super::left::Ends;
use super::observe::{Observer, Pace};
use super::options::Options;
use super::outage::{Backoff, Contact};
use super::plan::{Decision, Plan};
use super::queue::Queue;
use super::result::RunResult;
use super::state::{Phase, State};
use super::submit::{Errand, Submitters};
use crate::event::{Event, EventKind, Journal, Listener, RunOutcome, VERSION};
use crate::job::{JobId, JobRequest, TaskSet};
use crate::scheduler::{Scheduler, SchedulerError};
use crate::workflow::Workflow;
use crossbeam_channel::{at, never, select};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;
use stopping::{Cancel, Stage};

/// Why a run cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunnerError {
    /// A workflow's jobs and their requests do not match one to one.
    #[error("{jobs} jobs, but requests for {requests}")]
    Requests {
        /// How many jobs the workflow has.
        jobs: usize,
        /// How many requests there are.
        requests: usize,
    },
}

/// A workflow about to be run.
pub struct Runner<'a> {
    workflow: &'a Workflow,
    requests: Vec<Arc<JobRequest>>,
    scheduler: Arc<dyn Scheduler>,
    options: Options,
    listeners: Vec<Box<dyn Listener + 'a>>,
    journal: Option<Box<dyn Journal>>,
    history: Vec<Event>,
}

impl<'a> Runner<'a> {
    /// A run of `workflow` on `scheduler`; `requests` say what is asked for each of its jobs, in their order. Each
    /// request is given its token here.
    ///
    /// # Errors
    /// When there is not one request for each job.
    pub fn new(
        workflow: &'a Workflow,
        requests: Vec<JobRequest>,
        scheduler: Arc<dyn Scheduler>,
        options: Options,
    ) -> Result<Self, RunnerError> {
        let jobs = workflow.jobs().len();
        if jobs != requests.len() {
            return Err(RunnerError::Requests { jobs, requests: requests.len() });
        }
        let number = |(place, request)| {
            let token = Some(submitting::token(&options.run, place, 1));
            Arc::new(JobRequest { token, ..request })
        };
        let requests = requests.into_iter().enumerate().map(number).collect();
        let (listeners, history) = (Vec::new(), Vec::new());
        Ok(Self { workflow, requests, scheduler, options, listeners, journal: None, history })
    }

    /// Has every event kept, before anything is done about it: no job is submitted whose token is not.
    #[must_use]
    pub fn keep(mut self, journal: impl Journal + 'static) -> Self {
        self.journal = Some(Box::new(journal));
        self
    }

    /// Goes on with a run of which these are the events so far. They are those of a run of the same workflow.
    #[must_use]
    pub fn resume(mut self, history: Vec<Event>) -> Self {
        self.history = history;
        self
    }

    /// Has `listener` told of every event, after those that were added before it. It is called on the thread that
    /// calls [`Runner::run`]; one that panics is told nothing more.
    #[must_use]
    pub fn listen(mut self, listener: impl Listener + 'a) -> Self {
        self.listeners.push(Box::new(listener));
        self
    }

    /// The same for several that are boxed already.
    #[must_use]
    pub fn listen_all(mut self, listeners: Vec<Box<dyn Listener + 'a>>) -> Self {
        self.listeners.extend(listeners);
        self
    }

    /// Runs the workflow to its end, on this thread.
    #[must_use]
    pub fn run(self) -> RunResult {
        Run::new(self).run()
    }
}

/// A run under way.
struct Run<'a> {
    workflow: &'a Workflow,
    requests: Vec<Arc<JobRequest>>,
    scheduler: Arc<dyn Scheduler>,
    options: Options,
    listeners: Vec<Box<dyn Listener + 'a>>,
    lost_listeners: usize,
    journal: Option<Box<dyn Journal>>,
    journal_lost: bool,
    history: Vec<Event>,

    state: State,
    plan: Plan,
    stage: Stage,
    /// How often the user asked the run to stop.
    signals: u32,
    cancel: Cancel,
    error: Option<SchedulerError>,

    queue: Queue,
    submitters: Submitters,
    /// Errands that are sent once the events before them are kept.
    ready: Vec<(usize, Errand)>,
    /// Whether the scheduler takes jobs.
    taking: Contact,
    /// Of arrays about to be submitted: the tasks that are not, because of what became of another's.
    left_out: HashMap<usize, TaskSet>,
    /// Jobs in the queue that may have been submitted already and are looked for first.
    lookups: HashSet<usize>,
    /// When they were about to be.
    begun: HashMap<usize, Timestamp>,

    observer: Observer,
    pace: Pace,
    /// Whether the scheduler tells of jobs.
    telling: Contact,
    /// The jobs that the look under way is at.
    asked: Vec<usize>,
    missing: Missing,
    /// Ends that the look brought, to be settled together.
    ends: Ends,
    /// Heard of, and perhaps ids of submissions under way.
    early: HashSet<JobId>,
}

impl<'a> Run<'a> {
    fn new(runner: Runner<'a>) -> Self {
        let Runner { workflow, requests, scheduler, options, listeners, journal, history } = runner;
        let timing = options.timing;
        let backoff = Backoff::new(timing.retry_least, timing.retry_most);
        let submitters = Submitters::new(Arc::clone(&scheduler), options.submitters, journal.is_some());
        let now = Instant::now();
        Self {
            plan: Plan::new(workflow).leaving(options.detach),
            queue: Queue::new(requests.iter().map(Arc::as_ref), submitters.capacity(), backoff),
            taking: Contact::new(options.wait_for_scheduler, backoff),
            telling: Contact::new(options.wait_for_scheduler, backoff),
            cancel: Cancel::new(backoff),
            observer: Observer::new(Arc::clone(&scheduler)),
            pace: Pace::new(scheduler.patience(), timing.second_look, now),
            workflow,
            requests,
            scheduler,
            options,
            listeners,
            submitters,
            lost_listeners: 0,
            journal,
            journal_lost: false,
            state: State::replay(&history),
            history,
            ready: Vec::new(),
            stage: Stage::Going,
            signals: 0,
            error: None,
            left_out: HashMap::new(),
            lookups: HashSet::new(),
            begun: HashMap::new(),
            asked: Vec::new(),
            missing: Missing::default(),
            ends: Ends::default(),
            early: HashSet::new(),
        }
    }

    fn run(mut self) -> RunResult {
        if self.history.is_empty() {
            self.emit(EventKind::RunStarted {
                version: VERSION,
                workflow: self.workflow.name().to_owned(),
                jobs: self.workflow.jobs().iter().map(|job| job.name.clone()).collect(),
                scheduler: self.scheduler.name().to_owned(),
            });
            self.choose();
            let first = self.plan.resumed(&self.state);
            self.carry_out(first);
        } else {
            self.go_on();
        }
        let outcome = self.turn();
        self.emit(EventKind::RunEnded { outcome });
        // It is over here, whether that is kept or not.
        let _ = self.commit();
        for mut listener in self.listeners.drain(..) {
            let _ = catch_unwind(AssertUnwindSafe(|| listener.finish()));
        }
        let Self { options, state, error, lost_listeners, .. } = self;
        self.submitters.finish();
        self.observer.finish(!self.pace.is_looking());
        RunResult::new(options.run, outcome, &state, error, lost_listeners)
    }

    /// Waits and acts until the run is over.
    fn turn(&mut self) -> RunOutcome {
        let mut wakeups = self.scheduler.wakeups();
        let mut parts = self.scheduler.parts();
        let mut interrupts = self.options.interrupts.clone();
        loop {
            let now = Instant::now();
            self.submit_ready(now);
            self.look_if_due(now);
            self.cancel_if_due(now);
            if let Some(outcome) = self.outcome(now) {
                return outcome;
            }
            let timer = self.deadline(now).map_or_else(never, at);
            select! {
                recv(self.submitters.answers()) -> answer => if let Ok((job, answer)) = answer {
                    self.answered(job, answer);
                },
                recv(self.observer.seen()) -> seen => if let Ok(seen) = seen {
                    self.saw(seen);
                },
                recv(self.cancel.results()) -> result => if let Ok(result) = result {
                    self.cancelled(result);
                },
                recv(wakeups) -> id => match id {
                    Ok(id) => {
                        self.heard(id);
                        // Those that came together are looked at together.
                        for id in wakeups.try_iter() {
                            self.heard(id);
                        }
                    }
                    Err(_) => wakeups = never(),
                },
                recv(parts) -> notice => match notice {
                    Ok(notice) => self.noted(notice, Instant::now()),
                    Err(_) => parts = never(),
                },
                recv(interrupts) -> signal => match signal {
                    Ok(signal) => self.interrupted(signal),
                    Err(_) => interrupts = never(),
                },
                recv(timer) -> _ => {}
            }
        }
    }

    /// When something is due next, if nothing happens before.
    fn deadline(&self, now: Instant) -> Option<Instant> {
        let looking = self.pace.deadline().filter(|_| self.state.under_way() > 0);
        let submitting = (!self.queue.is_empty())
            .then(|| self.taking.retry().into_iter().chain(self.queue.deadline()).max())
            .flatten();
        // What is past was tried just now and waits for something else.
        [looking, submitting, self.stage.deadline(now, &self.options.timing), self.cancel.deadline()]
            .into_iter()
            .flatten()
            .filter(|due| *due > now)
            .min()
    }

    /// Makes an event: folds it into the state, and tells the listeners.
    fn emit(&mut self, kind: EventKind) {
        let event = Event { at: Timestamp::now(), run: self.options.run.clone(), kind };
        self.state.apply(&event);
        if let Some(journal) = &mut self.journal {
            journal.append(&event);
        }
        let before = self.listeners.len();
        self.listeners
            .retain_mut(|listener| catch_unwind(AssertUnwindSafe(|| listener.on_event(&event))).is_ok());
        self.lost_listeners += before - self.listeners.len();
    }

    /// Carries out what follows from something, and what follows from that. Once the run is to stop, nothing more
    /// follows: what was not submitted stays as it is.
    fn carry_out(&mut self, decisions: Vec<Decision>) {
        let mut decisions = VecDeque::from(decisions);
        while let Some(decision) = decisions.pop_front() {
            let (Decision::Submit { job } | Decision::Skip { job, .. }) = decision;
            match decision {
                _ if !self.stage.is_going() => return,
                // The scheduler has it, and what it waits for there; or what it waits for runs again, and it does not.
                _ if !self.waits(job) => {}
                Decision::Submit { job } if self.is_up_to_date(job) => {
                    decisions.extend(self.plan.moved(&self.state, job));
                }
                Decision::Submit { job } => self.is_ready(job),
                Decision::Skip { job, because } => {
                    self.emit(EventKind::Skipped { job: self.name(job), because });
                    decisions.extend(self.plan.moved(&self.state, job));
                }
            }
        }
    }

    fn waits(&self, job: usize) -> bool {
        self.state.job(job).is_some_and(|entry| entry.phase == Phase::Waiting)
    }

    /// A job started or ended.
    fn moved(&mut self, job: usize) {
        let decisions = self.plan.moved(&self.state, job);
        self.carry_out(decisions);
    }

    fn name(&self, job: usize) -> String {
        self.state.job(job).map(|entry| entry.name.clone()).unwrap_or_default()
    }
}
