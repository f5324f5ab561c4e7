//! `srunx watch`: follows jobs and arrays that someone submitted, by any means, to their true end.

pub mod target;
mod view;

use super::args::{Color, WatchArgs};
use super::connect::connect;
use super::exit::Exit;
use super::output::Output;
use super::{message, signals};
use crate::job::JobId;
use crate::report::{Style, TableLook};
use crate::scheduler::slurm::SlurmScheduler;
use crate::scheduler::{Scheduler, SchedulerError};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::sync::Arc;
use std::time::{Duration, Instant};
use target::{Followed, Grace, NoSuch, Target};
use view::View;

/// `srunx watch JOB…`
pub fn run(args: &WatchArgs, color: Color) -> Exit {
    match watch(args, color) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn watch(args: &WatchArgs, color: Color) -> Result<Exit, Exit> {
    let targets: Result<Vec<Target>, String> = args.jobs.iter().map(|job| job.parse()).collect();
    let targets = targets.map_err(|wrong| {
        message::error(color, &wrong, None);
        Exit::Invalid
    })?;
    // Before any other thread is there: libslurm's initialisation wants to be alone.
    let client = connect(args.wait_for_controller, color).map_err(|error| {
        message::error(color, &error.to_string(), error.hint().as_deref());
        Exit::Unreachable
    })?;
    let interrupts = signals::listen().map_err(|error| {
        message::error(color, &format!("signals cannot be handled: {error}"), None);
        Exit::Invalid
    })?;
    // What slurmctld has forgotten slurmdbd hears of within seconds; without slurmdbd there is nothing to wait for.
    let grace = match client.configuration().has_accounting() {
        true => Grace { first: Duration::from_secs(5), later: Duration::from_secs(30) },
        false => Grace { first: Duration::ZERO, later: Duration::from_secs(3) },
    };
    let scheduler = SlurmScheduler::watching(Arc::new(client));
    for target in &targets {
        scheduler.gather(target.id, target.tasks.as_ref());
    }
    let style = Style::of_stdout();
    let view = View::new(Output::new(color), style, style.table == TableLook::Boxed);
    let now = Instant::now();
    let all = targets.into_iter().map(|target| Followed::new(target, now)).collect();
    Watch {
        scheduler,
        interrupts,
        grace,
        patience: args.wait_for_controller,
        json: args.json,
        color,
        view,
        all,
    }
    .follow()
}

struct Watch {
    scheduler: SlurmScheduler,
    interrupts: Receiver<&'static str>,
    grace: Grace,
    /// How long a slurmctld that does not answer is waited for.
    patience: Duration,
    json: bool,
    color: Color,
    view: View<Output>,
    all: Vec<Followed>,
}

impl Watch {
    fn follow(mut self) -> Result<Exit, Exit> {
        /// Changes are shown so often at most.
        const SHOWN: Duration = Duration::from_secs(1);
        let patience = self.scheduler.patience();
        let mut ids: Vec<JobId> = self.all.iter().map(|followed| followed.target.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut pause = patience.least;
        let mut shown: Option<Instant> = None;
        let mut owed = vec![false; self.all.len()];
        let mut silent: Option<Instant> = None;
        loop {
            let changed = match self.look(&ids, &mut owed)? {
                Ok(changed) => {
                    if silent.take().is_some() {
                        message::note(self.color, "slurmctld answers again");
                    }
                    changed
                }
                Err(error) => {
                    self.unanswered(&error, &mut silent)?;
                    false
                }
            };
            let over = silent.is_none() && self.all.iter().all(Followed::is_over);
            let due = over || shown.is_none_or(|shown| shown.elapsed() >= SHOWN);
            if due && owed.contains(&true) {
                // Output says itself what is wrong with it; the exit code still tells how the jobs ended.
                let _ = if self.json {
                    self.view.tell(&self.all, &owed)
                } else {
                    self.view.show(&self.all, &owed)
                };
                owed.fill(false);
                shown = Some(Instant::now());
            }
            if over {
                return Ok(self.end());
            }
            pause = if changed { patience.least.max(Duration::from_millis(250)) } else { pause * 2 };
            pause = pause.min(patience.most);
            match self.interrupts.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(pause),
                Ok(_) => {
                    let _ = self.view.leave();
                    return Err(Exit::Interrupted);
                }
            }
        }
    }

    /// One look at all of them; whether it tells anything new.
    fn look(&mut self, ids: &[JobId], owed: &mut [bool]) -> Result<Result<bool, SchedulerError>, Exit> {
        let statuses = match self.scheduler.observe(ids) {
            Ok(statuses) => statuses,
            Err(error) => return Ok(Err(error)),
        };
        let now = Instant::now();
        let mut any = false;
        for (followed, owed) in self.all.iter_mut().zip(owed) {
            let Some(status) = statuses.iter().find(|status| status.id == followed.target.id) else {
                continue;
            };
            match followed.take(status, now, self.grace) {
                Ok(changed) => {
                    *owed |= changed;
                    any |= changed;
                }
                Err(none) => {
                    let _ = self.view.leave();
                    let Target { id, .. } = &followed.target;
                    let words = match none {
                        NoSuch::Job => {
                            format!("job {id}: slurmctld does not know it and no accounting remembers it")
                        }
                        NoSuch::Array => format!("{}: job {id} is no array", followed.target),
                        NoSuch::Elements => format!("{}: nobody knows these elements", followed.target),
                    };
                    message::error(self.color, &words, None);
                    return Err(Exit::Invalid);
                }
            }
        }
        Ok(Ok(any))
    }

    fn unanswered(&mut self, error: &SchedulerError, silent: &mut Option<Instant>) -> Result<(), Exit> {
        let since = *silent.get_or_insert_with(|| {
            let _ = self.view.leave();
            message::warning(self.color, &error.message);
            Instant::now()
        });
        if since.elapsed() < self.patience {
            return Ok(());
        }
        message::error(self.color, &format!("gave up: {}", error.message), error.hint.as_deref());
        Err(Exit::Unreachable)
    }

    fn end(&mut self) -> Exit {
        if !self.json {
            let _ = self.view.close(&self.all, |id, tasks| self.scheduler.elements(id, tasks));
        }
        match self.all.iter().all(|followed| followed.failed().is_empty()) {
            true => Exit::Completed,
            false => Exit::JobFailed,
        }
    }
}
