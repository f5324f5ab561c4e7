//! What is said once a run is over: how it ended, the table, and of each failure its reason and its log's last lines.

use super::array;
use super::log_tail::LogTail;
use super::marks::Mark;
use super::style::Style;
use super::summary::{Row, Summary};
use super::table;
use super::text::{columns, harmless, wrap};
use super::words::ending;
use crate::event::RunOutcome;
use crate::job::Outcome;
use std::path::Path;

/// So many lines of a log are shown.
const LOG_LINES: usize = 10;
/// So many failures are shown with their logs; of more, a user reads the table.
const MOST_FAILURES: usize = 10;

/// How the run ended, in one line.
pub(super) fn verdict(summary: &Summary, outcome: RunOutcome) -> (Mark, String) {
    match outcome {
        RunOutcome::Completed => (Mark::COMPLETED, "Workflow completed successfully!".to_owned()),
        RunOutcome::Failed => (Mark::FAILED, format!("Workflow failed: {}", tally(summary))),
        RunOutcome::Interrupted => (Mark::STOP, format!("Workflow interrupted: {}", tally(summary))),
        RunOutcome::Detached => (Mark::SUBMITTED, format!("Workflow left to Slurm: {}", tally(summary))),
        RunOutcome::SchedulerUnreachable => {
            (Mark::SCHEDULER, format!("Workflow left, its scheduler cannot be reached: {}", tally(summary)))
        }
        RunOutcome::JournalLost => {
            (Mark::STOP, format!("Workflow left, its events cannot be kept: {}", tally(summary)))
        }
    }
}

/// `3 completed, 1 failed, 1 skipped`
pub(super) fn tally(summary: &Summary) -> String {
    let completed = summary.count(Outcome::Completed);
    let cancelled = summary.count(Outcome::Cancelled);
    let failed = summary.failed().count() - cancelled;
    let skipped = summary.count(Outcome::Skipped);
    let under_way = summary.under_way().count();
    let waiting = summary.rows.len() - completed - failed - cancelled - skipped - under_way;
    let counts = [
        (completed, "completed"),
        (failed, "failed"),
        (cancelled, "cancelled"),
        (skipped, "skipped"),
        (under_way, "under way"),
        (waiting, "not submitted"),
    ];
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    parts.join(", ")
}

/// The table, and the failures under it.
pub(super) fn text(summary: &Summary, style: Style) -> String {
    let mut text = table::render(summary, style);
    for row in summary.failed().take(MOST_FAILURES) {
        text.push('\n');
        text.push_str(&failure(row, style));
    }
    let more = summary.failed().count().saturating_sub(MOST_FAILURES);
    if more > 0 {
        text.push_str(&format!("\n{more} more failed; the table names them.\n"));
    }
    text
}

fn failure(row: &Row, style: Style) -> String {
    let outcome = row.outcome().unwrap_or(Outcome::Unknown);
    let mark = Mark::of(outcome);
    let id = row.id.map_or(String::new(), |id| format!(" (ID: {id})"));
    let word = mark.ink.paint(&row.status(), style);
    let mut lines = vec![format!("{} {word} {}{id}", mark.sign(style), harmless(&row.job, style.unicode))];

    let reasons = match (&row.tasks, outcome) {
        (Some(tasks), _) => array::ways(tasks),
        (None, Outcome::Rejected) => vec![row.reason.clone()],
        (None, _) => vec![ending(outcome, row.exit, &row.reason)],
    };
    for reason in reasons {
        paragraph(&mut lines, "", &reason, style);
    }
    for attempt in row.attempts.lines() {
        paragraph(&mut lines, "", &attempt, style);
    }
    paragraph(&mut lines, "hint: ", row.hint.as_deref().unwrap_or_default(), style);
    if !row.nodes.is_empty() {
        paragraph(&mut lines, "nodes: ", &row.nodes, style);
    }
    if let Some(path) = &row.log {
        let tail = LogTail::read(path, LOG_LINES, style.unicode);
        // A job that never started has no log to miss.
        if row.started.is_some() || tail != LogTail::Missing {
            log(&mut lines, path, &tail, style);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Where a log is and how it ends.
fn log(lines: &mut Vec<String>, path: &Path, tail: &LogTail, style: Style) {
    // Not wrapped: it is there to be copied.
    lines.push(format!("   log: {}", harmless(&path.to_string_lossy(), style.unicode)));
    let bar = if style.unicode { "│" } else { "|" };
    match tail {
        LogTail::Lines(tail) => {
            lines.extend(tail.iter().map(|line| format!("   {bar} {line}").trim_end().to_owned()));
        }
        tail => paragraph(lines, "", &tail.trouble().unwrap_or_default(), style),
    }
}

/// Indented text under a failure's head, wrapped on a terminal.
fn paragraph(lines: &mut Vec<String>, before: &str, text: &str, style: Style) {
    if text.is_empty() {
        return;
    }
    let text = format!("{before}{}", harmless(text, style.unicode));
    match style.width.map(usize::from) {
        Some(width) if columns(&text) + 3 > width => {
            lines
                .extend(wrap(&text, width.saturating_sub(3).max(20)).iter().map(|line| format!("   {line}")));
        }
        _ => lines.push(format!("   {text}")),
    }
}
