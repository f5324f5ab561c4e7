//! Signals jobs and steps one by one, several at a time.

use super::PROGRAM;
use super::confirm::confirm;
use super::filter::{Found, Left, NO_VAL, SUSPENDED, base_state, find, job_text};
use super::options::Options;
use super::target::{Target, Tasks};
use crate::job::JobId;
use crate::slurm::{Client, Error, JobTable, JobsOf, Show, StepSignal, code};
use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicI32, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const SIGKILL: u16 = 9;
/// How many calls may be under way at once (`MAX_THREADS`).
const AT_ONCE: usize = 10;
/// How often a job in between two states is tried (`MAX_CANCEL_RETRY`).
const TRIES: u64 = 10;

/// One job or step that gets the signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As it is named to slurmctld and in messages.
    pub job: String,
    /// As it is asked for: a step's job as a task of its array.
    pub asked: String,
    pub job_id: u32,
    pub step: Option<u32>,
}

impl Choice {
    fn of_job(job: String) -> Self {
        Self { asked: job.clone(), job, job_id: 0, step: None }
    }
}

/// Ends the jobs that were named, whatever they are. The exit code.
pub fn named(client: &Client, options: &Options) -> i32 {
    let choices = options.written.iter().map(|job| Choice::of_job(job.to_string_lossy().into_owned()));
    Sender::new(client, options).send(&choices.collect::<Vec<_>>())
}

/// Finds jobs among slurmctld's and signals them. The exit code.
pub fn found(client: &Client, options: &Options) -> i32 {
    let show = Show { all: true, federation: true, ..Show::default() };
    let text = match client.job_table(JobsOf::Everyone, show) {
        Ok(Some(table)) => return Search::new(client, options, table.as_ref()).run(),
        Ok(None) => client.message(code::INVALID_JOB_ID),
        Err(error) => {
            error.log().iter().for_each(|line| PROGRAM.say(line));
            error.text()
        }
    };
    eprintln!("slurm_load_jobs error: {text}");
    1
}

struct Search<'a> {
    client: &'a Client,
    options: &'a Options,
    table: &'a dyn JobTable,
    left: Left,
    sender: Sender<'a>,
    /// What is signalled next, and what came of what was.
    chosen: Vec<Choice>,
    code: i32,
    /// Whether it names tasks as they were named, not as the record has them.
    task_by_task: bool,
}

impl<'a> Search<'a> {
    fn new(client: &'a Client, options: &'a Options, table: &'a dyn JobTable) -> Self {
        let task_by_task = client.habits().control.names_tasks_one_by_one;
        let (left, sender) = (Left::of(table), Sender::new(client, options));
        Self { client, options, table, left, sender, chosen: Vec::new(), code: 0, task_by_task }
    }

    fn run(mut self) -> i32 {
        let (client, options) = (self.client, self.options);
        let mut code = 0;
        let found = (!options.targets.is_empty()).then(|| find(self.table, &mut self.left, &options.targets));
        if let Some(found) = &found {
            let records = options.targets.iter().zip(&found.records);
            for (target, _) in records.filter(|(_, records)| records.is_empty()) {
                code = 1;
                self.tell_unknown(target);
            }
        }
        if options.filters() {
            self.left.filter(self.table, options, &client.habits().control);
        }
        let mut open = vec![true; options.targets.len()];
        // Pending jobs first: what is freed by the running ones shall not start them.
        for pending in [true, false] {
            match &found {
                None => self.all(pending),
                Some(found) => self.targets(pending, found, &mut open),
            }
            code = code.max(self.sender.send(&std::mem::take(&mut self.chosen)));
        }
        code.max(self.code)
    }

    fn tell_unknown(&self, target: &Target) {
        if self.options.verbose < 0 {
            return;
        }
        let text = self.client.message(code::INVALID_JOB_ID);
        match target.step {
            None => PROGRAM.error(format_args!("Kill job error on job id {}: {text}", target.job_text())),
            Some(_) => PROGRAM.error(format_args!("Kill job error on job step id {}: {text}", target.text())),
        }
    }

    /// Takes what is left where no job was named: pending jobs, or all.
    fn all(&mut self, pending: bool) {
        for at in self.left.indexes() {
            // With no flag beside it: what is being requeued is not pending here.
            if !pending || self.table.get(at).job_state == 0 {
                self.take(at, Choice::of_job(job_text(self.table, at)));
                self.left.let_go(at);
            }
        }
    }

    /// Takes the jobs and steps that were named: those that wait or are beside one that does, or all.
    fn targets(&mut self, pending: bool, found: &Found, open: &mut [bool]) {
        let targets = self.options.targets.iter().zip(&found.records).zip(&found.pends).zip(open);
        for (((target, records), pends), open) in targets {
            if pending && !pends {
                continue;
            }
            for at in records {
                // A step's job has begun; the rest of its array may not have.
                let has_steps = || base_state(&self.table.get(*at)) != 0;
                if !*open || !self.left.has(*at) || (target.step.is_some() && !has_steps()) {
                    continue;
                }
                let taken = self.take(*at, self.choice(target, *at));
                match (target.step, target.tasks) {
                    (Some(_), _) if taken => {}
                    (None, Tasks::One(_)) if taken && self.task_by_task => *open = false,
                    _ if !taken && self.task_by_task => *open = false,
                    _ => self.left.let_go(*at),
                }
            }
        }
    }

    /// Takes one of them to be signalled with others, or signals it at once if it was asked for. Whether it was not declined.
    fn take(&mut self, at: usize, choice: Choice) -> bool {
        if !self.options.interactive {
            self.chosen.push(choice);
            return true;
        }
        let info = self.table.get(at);
        let confirmed = confirm(&choice, info.name, info.partition);
        if confirmed {
            self.code = self.code.max(self.sender.send(&[choice]));
        }
        confirmed
    }

    fn choice(&self, target: &Target, at: usize) -> Choice {
        let info = self.table.get(at);
        let asked = match (target.tasks, target.sluid) {
            (Tasks::One(task), _) if self.task_by_task => format!("{}_{task}", info.array_job_id),
            (_, Some(_)) if info.array_job_id == 0 => target.job_text(),
            _ => job_text(self.table, at),
        };
        let job = if target.step.is_some() { info.job_id.to_string() } else { asked.clone() };
        Choice { job, asked, job_id: info.job_id, step: target.step }
    }
}

struct Sender<'a> {
    client: &'a Client,
    options: &'a Options,
    calls: AtomicUsize,
    /// The longest call so far, ms.
    slowest: AtomicU64,
}

impl<'a> Sender<'a> {
    fn new(client: &'a Client, options: &'a Options) -> Self {
        Self { client, options, calls: AtomicUsize::new(0), slowest: AtomicU64::new(0) }
    }

    /// Signals them all; the highest of the codes.
    fn send(&self, choices: &[Choice]) -> i32 {
        let (next, highest) = (AtomicUsize::new(0), AtomicI32::new(0));
        let work = || {
            while let Some(choice) = choices.get(next.fetch_add(1, Ordering::Relaxed)) {
                let code = match choice.step {
                    None => self.signal_job(choice),
                    Some(step) => self.signal_step(choice, step),
                };
                highest.fetch_max(code, Ordering::Relaxed);
            }
        };
        thread::scope(|scope| {
            for _ in 1..choices.len().min(AT_ONCE) {
                // Where no thread can be had there are fewer.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        highest.into_inner()
    }

    /// Makes a call, and again as long as the job is in between two states.
    fn call(&self, call: impl Fn() -> Result<(), Error>, retry: &[i32]) -> Result<(), Error> {
        let mut tried = 0;
        loop {
            self.wait_if_slow();
            let start = Instant::now();
            let done = call();
            let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.slowest.fetch_max(took, Ordering::Relaxed);
            match done {
                Err(error) if error.code().is_some_and(|code| retry.contains(&code)) => {
                    self.options.verbosely("Job is in transitional state, retrying");
                    tried += 1;
                    if tried == TRIES {
                        return Err(error);
                    }
                    thread::sleep(Duration::from_secs(4 + tried));
                }
                done => return done,
            }
        }
    }

    /// A slurmctld that takes seconds for an answer is not asked as fast as it can be.
    fn wait_if_slow(&self) {
        let limit = u64::from(self.client.configuration().message_timeout / 4).clamp(3, 5) * 1000;
        let calls = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if calls >= AT_ONCE && self.slowest.load(Ordering::Relaxed) > limit {
            let pause = Duration::from_millis(10 * (calls as u64).min(100));
            PROGRAM.say(format_args!("adding delay in RPC send of {} usec", pause.as_micros()));
            thread::sleep(pause);
        }
    }

    fn signal_job(&self, choice: &Choice) -> i32 {
        let Self { client, options, .. } = self;
        let Ok(job) = CString::new(choice.job.as_str()) else { return 0 };
        let signal = options.signal.unwrap_or(SIGKILL);
        options.tell_signal(&choice.job);
        let kill = |job: &CStr| {
            let call = || client.kill(job, signal, options.kill, options.sibling.as_deref());
            self.call(call, &[code::IN_TRANSITION])
        };
        let done = match kill(&job) {
            Err(error) if error.code() == Some(code::INVALID_JOB_ID) => match self.element(&choice.job) {
                Some(element) => kill(&element),
                None => Err(error),
            },
            done => done,
        };
        let Err(error) = done else { return 0 };
        let number = error.code().unwrap_or(1);
        let is_over = matches!(number, code::ALREADY_DONE | code::INVALID_JOB_ID);
        if options.verbose > 0 || !is_over {
            tell(&error, format_args!("Kill job error on job id {}", choice.job));
        }
        if is_over && signal == SIGKILL { 0 } else { number }
    }

    /// An array's task that has not ended and was named by its own id, as `12_3`. slurmctld of 22.05 knows the
    /// ids of whole arrays only, where it is to signal a job.
    fn element(&self, job: &str) -> Option<CString> {
        let id: u32 = job.parse().ok()?;
        let show = Show { all: true, ..Show::default() };
        let table = self.client.job_table(JobsOf::Job(JobId(id)), show).ok()??;
        let mut records = (0..table.len()).map(|at| table.get(at));
        let task = records.find(|info| info.job_id == id && info.array_task_id != NO_VAL)?;
        (base_state(&task) <= SUSPENDED)
            .then(|| CString::new(format!("{}_{}", task.array_job_id, task.array_task_id)).ok())?
    }

    fn signal_step(&self, choice: &Choice, step: u32) -> i32 {
        let options = self.options;
        let signal = match options.signal {
            None => StepSignal::Controller(SIGKILL),
            Some(signal) if options.ctld => StepSignal::Controller(signal),
            Some(SIGKILL) => StepSignal::Terminate,
            Some(signal) => StepSignal::Direct(signal),
        };
        let kills = options.signal.is_none_or(|signal| signal == SIGKILL);
        let call = || {
            match options.signal.filter(|_| !kills) {
                None => options.verbosely(format_args!("Terminating step {}.{step}", choice.job)),
                Some(signal) => {
                    options.verbosely(format_args!("Signal {signal} to step {}.{step}", choice.job));
                }
            }
            self.client.signal_step(choice.job_id, step, signal)
        };
        let Err(error) = self.call(call, &[code::IN_TRANSITION, code::JOB_PENDING]) else { return 0 };
        let number = error.code().unwrap_or(1);
        if options.verbose > 0 || number != code::ALREADY_DONE {
            tell(&error, format_args!("Kill job error on job step id {}", choice.job));
        }
        if number == code::ALREADY_DONE && kills { 0 } else { number }
    }
}

fn tell(error: &Error, what: std::fmt::Arguments<'_>) {
    error.log().iter().for_each(|line| PROGRAM.say(line));
    PROGRAM.error(format_args!("{what}: {}", error.text()));
}
