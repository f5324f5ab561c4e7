//! `srunx flow status`

use super::super::args::{Color, StatusArgs};
use super::super::exit::Exit;
use super::super::flow;
use super::super::output::written;
use super::list::standing;
use super::{Kept, find, refuse};
use crate::engine::{Attempt, JobEntry, State};
use crate::event::Event;
use crate::job::Outcome;
use crate::report::{Summary, harmless, status_text};
use crate::workflow::Workflow;
use serde_json::{Value, json};
use std::io::{self, Write};

/// `srunx flow status RUN`
pub fn status(args: &StatusArgs, color: Color) -> Exit {
    let show = || {
        let kept = find(&args.which, color)?;
        let mut events = kept.folder.events().map_err(|error| refuse(error, color))?;
        let holder = kept.folder.holder();
        // Who follows it keeps what it sees; where nobody does, Slurm is asked.
        if holder.is_none() && kept.about.local.is_none() && kept.state.under_way() > 0 {
            let workflow = kept.workflow(color)?;
            events.extend(asked::of_slurm(&kept, &workflow, color));
        }
        let state = State::replay(&events);
        let followed_by = holder.as_ref().map(ToString::to_string);
        let said = match args.json {
            true => as_json(&kept, &state, followed_by),
            false => as_text(&kept, &state, &events, followed_by, color),
        };
        Ok(written(said, color))
    };
    show().unwrap_or_else(|exit| exit)
}

fn as_text(
    kept: &Kept,
    state: &State,
    events: &[Event],
    followed_by: Option<String>,
    color: Color,
) -> io::Result<()> {
    let style = flow::style(color);
    let mut summary = Summary::default();
    events.iter().for_each(|event| summary.apply(event));
    // Who goes on with a run that was left makes their next attempts.
    summary.take_up();
    let mut out = io::stdout().lock();
    let word = standing(state, followed_by.is_some());
    let by = followed_by.map_or(String::new(), |holder| format!(", followed by {holder}"));
    let name = harmless(&summary.workflow, style.unicode).into_owned();
    writeln!(out, "Run {} of workflow {name}: {word}{by}", kept.folder.run)?;
    writeln!(out, "{}", kept.folder.path().display())?;
    write!(out, "{}", status_text(&summary, style))?;
    for row in summary.rows.iter().filter(|row| row.waits_again()) {
        let (job, now) = (harmless(&row.job, style.unicode), jiff::Timestamp::now());
        writeln!(out, "{job} waits: {}", row.attempts.following(now))?;
    }
    match word {
        "LEFT" => writeln!(out, "To go on with it: srunx flow resume {}", kept.folder.run)?,
        "DETACHED" => writeln!(out, "To follow it: srunx flow resume {}", kept.folder.run)?,
        _ => {}
    }
    Ok(())
}

fn as_json(kept: &Kept, state: &State, followed_by: Option<String>) -> io::Result<()> {
    let jobs: Vec<Value> = state.jobs().iter().map(job).collect();
    let object = json!({
        "run": kept.folder.run,
        "folder": kept.folder.path(),
        "file": kept.about.file,
        "began": state.began(),
        "standing": standing(state, followed_by.is_some()),
        "followed_by": followed_by,
        "jobs": jobs,
    });
    writeln!(io::stdout(), "{object}")
}

fn job(entry: &JobEntry) -> Value {
    // Of a job that was skipped in the queue, what was said before tells nothing.
    let status =
        entry.status.as_ref().filter(|_| entry.tasks.is_some() || entry.outcome != Some(Outcome::Skipped));
    let tasks = entry.tasks.as_ref().map(|tasks| {
        json!({
            "all": tasks.all().to_string(), "over": tasks.over().to_string(),
            "running": tasks.running().to_string(), "failed": tasks.failed().to_string(),
        })
    });
    let earlier: Vec<Value> = entry.earlier.iter().map(attempt).collect();
    json!({
        "job": entry.name,
        "phase": format!("{:?}", entry.phase).to_lowercase(),
        "id": entry.id,
        "attempts": entry.attempts,
        "earlier": earlier,
        "next": entry.again.as_ref().filter(|_| entry.waits_again()).map(|again| again.next),
        "outcome": entry.outcome.map(|outcome| outcome.to_string()),
        "state": status.and_then(|status| status.state).map(|state| state.to_string()),
        "exit": status.filter(|_| entry.outcome.is_some()).map(|status| status.exit.to_string()),
        "reason": status.map(|status| status.reason.clone()).filter(|reason| !reason.is_empty()),
        "nodes": status.map(|status| status.nodes.clone()).filter(|nodes| !nodes.is_empty()),
        "started": status.and_then(|status| status.started),
        "ended": status.and_then(|status| status.ended),
        "log": status.and_then(|status| status.stdout.as_ref()).map(|log| log.to_string_lossy()),
        "why": entry.why,
        "tasks": tasks,
    })
}

/// An attempt that another followed, or is to.
fn attempt(attempt: &Attempt) -> Value {
    json!({
        "id": attempt.status.id,
        "outcome": attempt.outcome.to_string(),
        "exit": attempt.status.exit.to_string(),
        "reason": Some(&attempt.status.reason).filter(|reason| !reason.is_empty()),
        "started": attempt.status.started,
        "ended": attempt.status.ended,
        "log": attempt.status.stdout.as_ref().map(|log| log.to_string_lossy()),
    })
}

/// What Slurm says of a run that nobody follows.
#[cfg(feature = "slurm")]
mod asked {
    use super::super::super::connect::connect;
    use super::super::super::message;
    use super::{Color, Event, Kept, Workflow};
    use crate::engine::{Phase, news};
    use crate::job::{JobId, JobStatus};
    use crate::scheduler::slurm::SlurmScheduler;
    use crate::scheduler::{Scheduler, SchedulerError};
    use std::sync::Arc;
    use std::time::Duration;

    pub(super) fn of_slurm(kept: &Kept, workflow: &Workflow, color: Color) -> Vec<Event> {
        let unknown = |reason: &str| {
            message::warning(
                color,
                &format!("as it was when the run was left, for Slurm does not tell: {reason}"),
            );
            Vec::new()
        };
        let client = match connect(Duration::ZERO, color) {
            Ok(client) => client,
            Err(error) => return unknown(&error.to_string()),
        };
        let under_way = kept.state.jobs().iter().filter(|entry| entry.phase == Phase::UnderWay);
        let ids: Vec<_> = under_way.filter_map(|entry| entry.id).collect();
        let slurm = SlurmScheduler::watching(Arc::new(client));
        for entry in kept.state.jobs().iter().filter(|entry| !entry.parts.is_empty()) {
            if let (Some(id), Some(tasks)) = (entry.id, &entry.tasks) {
                slurm.show(tasks.all(), &entry.handed_over(id));
            }
        }
        let statuses = match look(&slurm, &ids) {
            Ok(statuses) => statuses,
            Err(error) => return unknown(&error.message),
        };
        news(workflow, &kept.state, &statuses, jiff::Timestamp::now())
    }

    /// What is known of jobs. slurmdbd hears of an end a moment after slurmctld may have forgotten it: of what nobody knows it is
    /// asked again.
    fn look(slurm: &SlurmScheduler, ids: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError> {
        const LOOKS: u32 = 3;
        const APART: Duration = Duration::from_secs(1);
        let mut statuses = slurm.observe(ids)?;
        for _ in 1..LOOKS {
            if statuses.iter().all(|status| status.state.is_some()) {
                break;
            }
            std::thread::sleep(APART);
            statuses = slurm.observe(ids)?;
        }
        Ok(statuses)
    }
}

#[cfg(not(feature = "slurm"))]
mod asked {
    use super::{Color, Event, Kept, Workflow};

    pub(super) fn of_slurm(_: &Kept, _: &Workflow, _: Color) -> Vec<Event> {
        Vec::new()
    }
}
