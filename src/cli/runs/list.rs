//! `srunx flow list`

use super::super::args::{Color, ListArgs};
use super::super::exit::Exit;
use super::super::output::written;
use super::super::{flow, message};
use super::refuse;
use crate::engine::{Phase, State};
use crate::event::{Event, EventKind, RunOutcome};
use crate::journal::{RunFolder, Runs};
use crate::report::harmless;
use comfy_table::{Table, presets};
use jiff::tz::TimeZone;
use serde_json::json;
use std::io::{self, Write};

/// `srunx flow list`
pub fn list(args: &ListArgs, color: Color) -> Exit {
    let runs = match Runs::of_user().and_then(|runs| runs.all()) {
        Ok(runs) => runs,
        Err(error) => return refuse(error, color),
    };
    let mut lines = Vec::new();
    for folder in runs.iter().rev().take(args.count) {
        match folder.events() {
            Ok(events) => lines.push(Line::of(folder, &events)),
            Err(error) => message::warning(color, &error.to_string()),
        }
    }
    let said = if args.json { as_json(&lines) } else { as_table(&lines, color) };
    written(said, color)
}

/// A run in one line.
struct Line {
    run: String,
    workflow: String,
    began: Option<jiff::Timestamp>,
    standing: &'static str,
    holder: Option<String>,
    /// How many jobs there are, and how many of them are over, under way, and did not complete.
    jobs: [usize; 4],
}

impl Line {
    fn of(folder: &RunFolder, events: &[Event]) -> Self {
        let state = State::replay(events);
        let workflow = events.iter().find_map(|event| match &event.kind {
            EventKind::RunStarted { workflow, .. } => Some(workflow.clone()),
            _ => None,
        });
        let holder = folder.holder();
        let count = |phase: Phase| state.jobs().iter().filter(|entry| entry.phase == phase).count();
        let failed = |entry: &&crate::engine::JobEntry| {
            entry
                .outcome
                .is_some_and(|outcome| !outcome.is_success() && outcome != crate::job::Outcome::Skipped)
        };
        Self {
            run: folder.run.0.clone(),
            workflow: workflow.unwrap_or_default(),
            began: state.began(),
            standing: standing(&state, holder.is_some()),
            holder: holder.map(|holder| holder.to_string()),
            jobs: [
                state.jobs().len(),
                count(Phase::Over),
                count(Phase::UnderWay) + count(Phase::Submitting),
                state.jobs().iter().filter(failed).count(),
            ],
        }
    }
}

/// Where a run stands, in a word.
pub(super) fn standing(state: &State, held: bool) -> &'static str {
    match state.ended() {
        _ if held => "RUNNING",
        _ if state.all_over() && !state.jobs().is_empty() && state.succeeded() => "COMPLETED",
        _ if state.all_over() && !state.jobs().is_empty() => "FAILED",
        Some(RunOutcome::Completed) => "COMPLETED",
        Some(RunOutcome::Failed) => "FAILED",
        Some(RunOutcome::Detached) => "DETACHED",
        // Nobody is at it, and not all is done.
        Some(RunOutcome::Interrupted | RunOutcome::SchedulerUnreachable | RunOutcome::JournalLost) | None => {
            "LEFT"
        }
    }
}

fn as_json(lines: &[Line]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        let [jobs, over, under_way, failed] = line.jobs;
        let object = json!({
            "run": line.run, "workflow": line.workflow, "began": line.began, "standing": line.standing,
            "followed_by": line.holder, "jobs": jobs, "over": over, "under_way": under_way, "failed": failed,
        });
        writeln!(out, "{object}")?;
    }
    Ok(())
}

fn as_table(lines: &[Line], color: Color) -> io::Result<()> {
    let style = flow::style(color);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["RUN", "WORKFLOW", "BEGAN", "STANDING", "DONE", "FAILED", "UNDER WAY"]);
    for line in lines {
        let [jobs, over, under_way, failed] = line.jobs;
        let began = line
            .began
            .map(|began| began.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string());
        table.add_row([
            line.run.clone(),
            harmless(&line.workflow, style.unicode).into_owned(),
            began.unwrap_or_default(),
            line.standing.to_owned(),
            format!("{over}/{jobs}"),
            failed.to_string(),
            under_way.to_string(),
        ]);
    }
    let mut out = io::stdout().lock();
    if lines.is_empty() {
        return writeln!(out, "no runs");
    }
    for line in table.lines() {
        // Each cell has a blank before it, the first one too.
        writeln!(out, "{}", line.trim())?;
    }
    Ok(())
}
