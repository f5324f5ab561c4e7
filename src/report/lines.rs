//! The lines that a user reads while a workflow runs, and what is said at its end.

use super::marks::Mark;
use super::pending::Told;
use super::sink::Sink;
use super::style::Style;
use super::summary::Summary;
use super::text::{columns, fit, harmless, pad, wrap};
use super::words::{ending, jobs};
use super::{array, closing};
use crate::event::{Event, EventKind, Listener, RunOutcome};
use crate::job::{BaseState, JobId, JobStatus, Outcome, StateFlags};
use std::collections::HashMap;
use std::io::{self, Write};

/// The status words' columns.
const WORD: usize = 12;
/// What a line takes beside the name: mark, word, `Job `, and an id of nine digits in its brackets.
const BESIDE_NAME: usize = 2 + 1 + WORD + 1 + 4 + 1 + 15;
/// Names are padded to this at least, and to `MOST_NAME` at most.
const LEAST_NAME: usize = 12;
const MOST_NAME: usize = 40;
/// On a narrow terminal names are shortened, but not to less than this.
const SHORTEST_NAME: usize = 8;
/// How many jobs one line names.
const MOST_NAMED: usize = 10;

/// Writes a line for each thing that happens, and the summary when the run is over.
#[derive(Debug)]
pub struct Lines<W, F> {
    sink: Sink<W>,
    style: Style,
    cancel_hint: F,
    summary: Summary,
    told: Told,
    said_of_arrays: array::Said,
    /// The state's word that was last shown of each job.
    shown: HashMap<String, String>,
    /// The jobs that were said to be under way when the run was interrupted.
    said: Vec<JobId>,
    name_columns: usize,
    /// Whether the run can be gone on with.
    kept: bool,
}

impl<W: Write, F: Fn(&[JobId]) -> Option<String>> Lines<W, F> {
    /// Writes to `out`. `cancel_hint` says how jobs are cancelled by hand: `scancel 12 13`.
    pub fn new(out: W, style: Style, cancel_hint: F) -> Self {
        Self {
            sink: Sink::new(out),
            style,
            cancel_hint,
            summary: Summary::default(),
            told: Told::default(),
            said_of_arrays: array::Said::default(),
            shown: HashMap::new(),
            said: Vec::new(),
            name_columns: LEAST_NAME,
            kept: false,
        }
    }

    /// Says how to go on with a run that is left before all is done: it is kept.
    #[must_use]
    pub fn kept(mut self) -> Self {
        self.kept = true;
        self
    }

    /// What ended the writing, if it was more than a reader that went away.
    pub fn error(&self) -> Option<&io::Error> {
        self.sink.error()
    }

    fn harmless(&self, text: &str) -> String {
        harmless(text, self.style.unicode).into_owned()
    }

    /// `✅ COMPLETED    Job a            (ID: 12232)  detail`
    fn job(&mut self, mark: Mark, word: &str, job: &str, id: Option<JobId>, detail: &str) {
        let style = self.style;
        let name = self.harmless(job);
        let name = match style.width {
            Some(_) => fit(&name, self.name_columns, style.unicode).into_owned(),
            None => name,
        };
        // A word that is too long takes its room from the name's padding, so that the ids stay aligned.
        let over = columns(word).saturating_sub(WORD);
        let name = pad(&name, self.name_columns.saturating_sub(over));
        let painted = mark.ink.paint(word, style);
        let gap = " ".repeat(WORD.saturating_sub(columns(word)));
        let id = id.map_or(String::new(), |id| format!("(ID: {id})"));
        let sign = mark.sign(style);
        // Without an id the detail stands in its place.
        let gap_before_detail = if id.is_empty() { "" } else { "  " };
        let plain = format!("{sign} {word}{gap} Job {name} {id}{gap_before_detail}");
        let head = format!("{sign} {painted}{gap} Job {name} {id}{gap_before_detail}");
        self.with_detail(&head, columns(&plain), detail);
    }

    /// A job whose end is that the scheduler does not have it.
    fn not_taken(&mut self, outcome: Outcome, job: &str, reason: &str, hint: Option<&str>) {
        let (mark, word) = (Mark::of(outcome), outcome.to_string());
        match hint {
            // One event is one line where programs read.
            Some(hint) if self.style.width.is_none() => {
                self.job(mark, &word, job, None, &format!("{reason}; hint: {hint}"));
            }
            Some(hint) => {
                self.job(mark, &word, job, None, reason);
                self.with_detail("   hint: ", 9, hint);
            }
            None => self.job(mark, &word, job, None, reason),
        }
    }

    /// `📡 something about the whole run`
    fn run(&mut self, mark: Mark, text: &str) {
        let text = self.harmless(text);
        let sign = mark.sign(self.style);
        match self.style.width.map(usize::from) {
            Some(width) if columns(sign) + 1 + columns(&text) > width => {
                let lines = wrap(&text, width.saturating_sub(3).max(20)).join("\n   ");
                self.sink.write(&format!("{sign} {lines}\n"));
            }
            _ => self.sink.write(&format!("{sign} {text}\n")),
        }
    }

    /// A line, and `detail` right behind it, or where it does not fit under it.
    fn with_detail(&mut self, head: &str, used: usize, detail: &str) {
        let detail = self.harmless(detail);
        let line = match self.style.width.map(usize::from) {
            Some(width) if !detail.is_empty() && used + columns(&detail) > width => {
                let lines = wrap(&detail, width.saturating_sub(3).max(20)).join("\n   ");
                format!("{}\n   {lines}\n", head.trim_end())
            }
            _ => format!("{}\n", format!("{head}{detail}").trim_end()),
        };
        self.sink.write(&line);
    }

    fn begin(&mut self, names: &[String]) {
        let longest = names.iter().map(|name| columns(&self.harmless(name))).max().unwrap_or(0);
        let room = match self.style.width {
            Some(width) => usize::from(width).saturating_sub(BESIDE_NAME).clamp(SHORTEST_NAME, MOST_NAME),
            None => MOST_NAME,
        };
        self.name_columns = longest.max(LEAST_NAME).min(room);
    }

    fn changed(&mut self, event: &Event, job: &str, status: &JobStatus) {
        let Some(state) = status.state else {
            if self.is_news(job, "UNKNOWN") {
                self.job(
                    Mark::WAITING,
                    "UNKNOWN",
                    job,
                    Some(status.id),
                    "the scheduler has no record of it just now",
                );
            }
            return;
        };
        let word = state.to_string();
        let news = self.is_news(job, &word);
        let (mark, detail) = match state.base {
            _ if state.flags.any(StateFlags::CONFIGURING) => {
                (Mark::WAITING, nodes("waits for its nodes to boot:", status))
            }
            BaseState::Pending => {
                if let Some(reason) = self.told.tell(job, &status.reason, event.at) {
                    self.job(Mark::WAITING, &word, job, Some(status.id), &reason);
                }
                return;
            }
            // Its tasks are told of by themselves.
            BaseState::Running if self.summary.row(job).is_some_and(|row| row.tasks.is_some()) => return,
            BaseState::Running => {
                self.told.forget(job);
                (Mark::RUNNING, nodes("on", status))
            }
            BaseState::Suspended => (Mark::PAUSED, String::new()),
            _ => return,
        };
        // What a running job passes through on its way to the end is no news.
        if news && !state.flags.any(StateFlags::COMPLETING | StateFlags::STAGE_OUT | StateFlags::SIGNALING) {
            self.job(mark, &word, job, Some(status.id), &detail);
        }
    }

    /// How far an array is, not too often and not where its end is told at once.
    fn progress(&mut self, event: &Event, job: &str) {
        let Some((tasks, id)) = self.summary.row(job).and_then(|row| Some((row.tasks.as_ref()?, row.id)))
        else {
            return;
        };
        if !tasks.is_over() && self.said_of_arrays.is_time(job, event.at) {
            let words = array::progress(tasks);
            self.job(Mark::RUNNING, "RUNNING", job, id, &words);
        }
    }

    /// Whether `word` is not what was last seen of `job`.
    fn is_news(&mut self, job: &str, word: &str) -> bool {
        self.shown.insert(job.to_owned(), word.to_owned()).as_deref() != Some(word)
    }

    fn interrupted(&mut self, signal: &str) {
        // Local jobs end with their client: they are being cancelled already.
        let again = match signal {
            "SIGINT" if self.summary.scheduler != "local" => " Ctrl-C again cancels them.",
            _ => "",
        };
        let ids: Vec<JobId> = self.summary.under_way().filter_map(|row| row.id).collect();
        if ids.is_empty() {
            self.run(
                Mark::STOP,
                &format!("Interrupted by {signal}: nothing more is submitted. No job is under way."),
            );
            return;
        }
        let names = self.under_way();
        let count = jobs(ids.len());
        self.run(
            Mark::STOP,
            &format!(
                "Interrupted by {signal}: nothing more is submitted. {count} under way: {names}.{again}"
            ),
        );
        self.how_to_cancel(&ids);
        self.said = ids;
    }

    fn how_to_cancel(&mut self, ids: &[JobId]) {
        if let Some(hint) = (self.cancel_hint)(ids) {
            // Not wrapped: it is there to be copied.
            let hint = self.harmless(&hint);
            self.sink.write(&format!("   To cancel by hand: {hint}\n"));
        }
    }

    /// `a (ID: 12), b (ID: 13) and 4 more`
    fn under_way(&self) -> String {
        let named = self.summary.under_way().map(|row| match row.id {
            Some(id) => format!("{} (ID: {id})", row.job),
            None => row.job.clone(),
        });
        list(named.collect())
    }

    fn end(&mut self, event: &Event, outcome: RunOutcome) {
        let (mark, words) = closing::verdict(&self.summary, outcome);
        self.run(mark, &words);
        self.sink.write("\n");
        self.sink.write(&closing::text(&self.summary, self.style));
        if outcome == RunOutcome::Detached {
            self.left(&event.run.0);
            return;
        }
        let ids: Vec<JobId> = self.summary.under_way().filter_map(|row| row.id).collect();
        if !ids.is_empty() && ids != self.said {
            let (names, count) = (self.under_way(), jobs(ids.len()));
            self.sink.write("\n");
            self.run(Mark::STOP, &format!("{count} still under way: {names}."));
            self.how_to_cancel(&ids);
        }
        if self.kept {
            let resume = format!("srunx flow resume {}", self.harmless(&event.run.0));
            self.sink.write(&match outcome {
                RunOutcome::Completed => return,
                RunOutcome::Failed => format!("\nTo run again what failed: {resume} --retry-failed\n"),
                _ => format!("   To go on with it: {resume}\n"),
            });
        }
    }

    /// What can be done about a run that was left to the scheduler. Not wrapped: it is there to be copied.
    fn left(&mut self, run: &str) {
        let run = self.harmless(run);
        self.sink.write("\n");
        for (what, command) in
            [("see what became of it", "status"), ("follow it", "resume"), ("cancel it", "cancel")]
        {
            self.sink.write(&format!("   To {what}: srunx flow {command} {run}\n"));
        }
    }

    /// `, run 20261122-174501-3f9a1c2e`, where it can be gone on with by that.
    fn run_of(&self, event: &Event) -> String {
        if self.kept { format!(", run {}", event.run) } else { String::new() }
    }

    fn scheduler(&self) -> &'static str {
        if self.summary.scheduler == "slurm" { "Slurm" } else { "The scheduler" }
    }
}

/// `on c1`, or nothing while the nodes are not known.
fn nodes(before: &str, status: &JobStatus) -> String {
    if status.nodes.is_empty() { String::new() } else { format!("{before} {}", status.nodes) }
}

fn list(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    names.join(", ") + &more
}

impl<W: Write, F: Fn(&[JobId]) -> Option<String>> Listener for Lines<W, F> {
    fn on_history(&mut self, events: &[Event]) {
        for event in events {
            self.summary.apply(event);
            if let EventKind::RunStarted { jobs, .. } = &event.kind {
                self.begin(jobs);
            }
        }
    }

    fn on_event(&mut self, event: &Event) {
        self.summary.apply(event);
        match &event.kind {
            EventKind::RunStarted { workflow, jobs: names, .. } => {
                self.begin(names);
                let run = self.run_of(event);
                let text = format!("Starting Workflow {workflow} with {}{run}", jobs(names.len()));
                self.run(Mark::START, &text);
            }
            // Told once the scheduler has taken it; that it was not sent at last is seen in the table.
            EventKind::Submitting { .. }
            | EventKind::PartSubmitting { .. }
            | EventKind::PartSubmitted { .. }
            | EventKind::Withdrawn { .. } => {}
            EventKind::RunResumed { .. } => {
                let workflow = self.summary.workflow.clone();
                let tally = closing::tally(&self.summary);
                let run = self.run_of(event);
                self.run(Mark::START, &format!("Going on with Workflow {workflow}{run}: {tally}"));
            }
            EventKind::JournalLost { reason } => {
                let text = format!("The run's events cannot be kept, so nothing more is submitted: {reason}");
                self.run(Mark::FAILED, &text);
            }
            EventKind::TasksStarted { job, .. } => self.progress(event, job),
            EventKind::TasksRequeued { job, tasks } => {
                if self.said_of_arrays.tell_trouble(job) {
                    let id = self.summary.row(job).and_then(|row| row.id);
                    self.job(Mark::REQUEUED, "REQUEUED", job, id, &array::those(tasks));
                }
            }
            EventKind::TasksEnded { job, tasks, outcome, exit, reason } => {
                if !outcome.is_success() && self.said_of_arrays.tell_trouble(job) {
                    let words = match ending(*outcome, *exit, reason) {
                        words if words.is_empty() => words,
                        words => format!(": {words}"),
                    };
                    let id = self.summary.row(job).and_then(|row| row.id);
                    let detail = format!("{}{words}", array::those(tasks));
                    self.job(Mark::of(*outcome), &outcome.to_string(), job, id, &detail);
                }
                self.progress(event, job);
            }
            EventKind::Submitted { job, id, tasks } => {
                let count = tasks.as_ref().map(|tasks| array::count(tasks.count()));
                let attempt = self.summary.row(job).and_then(|row| row.attempts.shown());
                let attempt = attempt.map(|number| format!("attempt {number}"));
                let detail = count.into_iter().chain(attempt).collect::<Vec<_>>().join(", ");
                self.job(Mark::SUBMITTED, "SUBMITTED", job, None, "");
                self.job(Mark::MONITORING, "MONITORING", job, Some(*id), &detail);
            }
            EventKind::SubmissionDelayed { job, reason } => {
                if let Some(reason) = self.told.tell(job, reason, event.at) {
                    self.job(Mark::WAITING, "DELAYED", job, None, &format!("{reason}; tried again"));
                }
            }
            EventKind::Rejected { job, reason, hint } => {
                self.not_taken(Outcome::Rejected, job, reason, hint.as_deref());
            }
            EventKind::Untraceable { job, reason, hint } => {
                self.not_taken(Outcome::Unknown, job, reason, Some(hint));
            }
            EventKind::Changed { job, status } => self.changed(event, job, status),
            EventKind::Requeued { job, status } => {
                self.told.forget(job);
                self.shown.remove(job);
                let detail = match status.restarts {
                    0 => String::new(),
                    count => format!("restart {count}"),
                };
                self.job(Mark::REQUEUED, "REQUEUED", job, Some(status.id), &detail);
                if status.state.is_some_and(|state| state.base == BaseState::Pending) {
                    self.changed(event, job, status);
                }
            }
            EventKind::Ended { job, outcome, status } => {
                let tasks = self.summary.row(job).and_then(|row| row.tasks.as_ref());
                let detail = match tasks {
                    Some(tasks) => array::end(tasks),
                    None if outcome.is_success() => String::new(),
                    None => ending(*outcome, status.exit, &status.reason),
                };
                let attempt = self.summary.row(job).and_then(|row| row.attempts.shown());
                let attempt = attempt.map(|number| format!("attempt {number}"));
                let detail = [detail].into_iter().filter(|words| !words.is_empty()).chain(attempt);
                let detail = detail.collect::<Vec<_>>().join("; ");
                self.job(Mark::of(*outcome), &outcome.to_string(), job, Some(status.id), &detail);
            }
            EventKind::AttemptEnded { job, outcome, status, tasks, asks, .. } => {
                self.told.forget(job);
                self.shown.remove(job);
                let Some(row) = self.summary.row(job) else { return };
                let mut parts = match row.tasks.as_ref().zip(tasks.as_ref()) {
                    Some((all, tasks)) => vec![array::some(tasks, all)],
                    None => vec![ending(*outcome, status.exit, &status.reason)],
                };
                parts.push(row.attempts.following(event.at));
                parts.push(asks.join(" "));
                parts.retain(|part| !part.is_empty());
                let detail = parts.join("; ");
                self.job(Mark::of(*outcome), &outcome.to_string(), job, Some(status.id), &detail);
            }
            EventKind::Skipped { job, because } => {
                self.job(Mark::SKIPPED, "SKIPPED", job, None, &format!("because {because}"));
            }
            EventKind::NotNeeded { job, because } => {
                self.job(Mark::SKIPPED, "SKIPPED", job, None, because);
            }
            EventKind::Reopened { jobs: names, .. } => {
                let text = format!("To run again: {}", list(names.clone()));
                self.run(Mark::REQUEUED, &text);
            }
            EventKind::Assumed { job, outcome, because } => {
                let row = self.summary.row(job);
                let outcome = row.and_then(|row| row.outcome()).unwrap_or(*outcome);
                let id = row.and_then(|row| row.id);
                self.job(Mark::of(outcome), &outcome.to_string(), job, id, because);
            }
            EventKind::SchedulerLost { reason } => {
                let text = format!("{} does not answer; the run waits for it: {reason}", self.scheduler());
                self.run(Mark::SCHEDULER, &text);
            }
            EventKind::SchedulerBack => {
                let text = format!("{} answers again", self.scheduler());
                self.run(Mark::SCHEDULER, &text);
            }
            EventKind::Interrupted { signal } => self.interrupted(signal),
            EventKind::Cancelling { jobs: names } => {
                let text = format!("Cancelling {}: {}", jobs(names.len()), list(names.clone()));
                self.run(Mark::CANCELLED, &text);
            }
            EventKind::RunEnded { outcome } => self.end(event, *outcome),
        }
    }
}

#[cfg(test)]
mod array_tests;
#[cfg(test)]
mod left_tests;
#[cfg(test)]
mod retry_tests;
#[cfg(test)]
mod tests;
