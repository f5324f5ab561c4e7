//! What is said on Slack, in the form that it takes.

use crate::event::RunOutcome;
use crate::job::Outcome;
use crate::report::array;
use crate::report::closing::verdict;
use crate::report::log_tail::LogTail;
use crate::report::marks::Mark;
use crate::report::style::{Style, TableLook};
use crate::report::summary::{Row, Summary};
use crate::report::table;
use crate::report::text::harmless;
use crate::report::words::{elapsed, ending, jobs};
use serde_json::{Value, json};

/// Slack's bound on a section's text is 3,000 characters.
const MOST_TEXT: usize = 2_900;
/// How much of a name, a reason or a path is told.
const MOST_WORDS: usize = 300;
/// How much of a log.
const MOST_LOG: usize = 1_200;
/// How much of the table.
const MOST_TABLE: usize = 2_000;
const LOG_LINES: usize = 10;
/// Slack draws emoji and boxes by itself.
const STYLE: Style = Style { color: false, unicode: true, table: TableLook::Plain, width: None };

/// Something to say.
#[derive(Clone, Debug)]
pub(super) enum Message {
    Started {
        workflow: String,
        jobs: usize,
    },
    /// What follows it, if that is another attempt.
    Failed {
        workflow: String,
        row: Box<Row>,
        next: Option<String>,
    },
    Ended {
        summary: Box<Summary>,
        outcome: RunOutcome,
    },
}

/// The body of one post that says all of `messages`: a section for each, and their first lines for notifications.
pub(super) fn payload(messages: &[Message]) -> Value {
    let texts: Vec<String> = messages.iter().map(text).collect();
    let heads: Vec<&str> = texts.iter().filter_map(|text| text.lines().next()).collect();
    let sections: Vec<Value> = texts
        .iter()
        .map(|text| json!({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}}))
        .collect();
    json!({"text": heads.join("\n"), "blocks": sections})
}

fn text(message: &Message) -> String {
    let text = match message {
        Message::Started { workflow, jobs: count } => {
            format!(
                "{} *{}*: workflow started with {}",
                Mark::START.sign(STYLE),
                bold(workflow),
                jobs(*count)
            )
        }
        Message::Failed { workflow, row, next } => failure(workflow, row, next.as_deref()),
        Message::Ended { summary, outcome } => end(summary, *outcome),
    };
    debug_assert!(text.chars().count() <= MOST_TEXT + 100, "{}", text.chars().count());
    text
}

fn failure(workflow: &str, row: &Row, next: Option<&str>) -> String {
    let outcome = row.outcome().or(row.attempts.last()).unwrap_or(Outcome::Unknown);
    let id = row.id.map_or(String::new(), |id| format!(" (ID: {id})"));
    let why = match (&row.tasks, outcome) {
        (Some(tasks), _) => array::end(tasks),
        (None, Outcome::Rejected) => row.reason.clone(),
        (None, _) => ending(outcome, row.exit, &row.reason),
    };
    let why = if why.is_empty() { String::new() } else { format!(": {}", escape(&why, MOST_WORDS)) };
    let sign = Mark::of(outcome).sign(STYLE);
    let mut text = format!("{sign} *{}*: job {} {outcome}{id}{why}", bold(workflow), code(&row.job));
    match (next, row.attempts.shown()) {
        (Some(next), _) => text.push_str(&format!("; {next}")),
        (None, Some(number)) => text.push_str(&format!("; attempt {number}")),
        (None, None) => {}
    }
    if let Some(hint) = &row.hint {
        text.push_str(&format!("\nhint: {}", escape(hint, MOST_WORDS)));
    }
    if let Some(path) = &row.log {
        let tail = LogTail::read(path, LOG_LINES, true);
        if row.started.is_some() || tail != LogTail::Missing {
            text.push_str(&format!("\nlog: {}\n", code(&path.to_string_lossy())));
            text.push_str(&match &tail {
                LogTail::Lines(lines) => block(&lines.join("\n"), MOST_LOG, Keep::End),
                tail => escape(&tail.trouble().unwrap_or_default(), MOST_WORDS),
            });
        }
    }
    text
}

fn end(summary: &Summary, outcome: RunOutcome) -> String {
    let (mark, words) = verdict(summary, outcome);
    let time = match (summary.started, summary.ended) {
        (Some(start), Some(end)) => format!(" ({})", elapsed(start, end)),
        _ => String::new(),
    };
    let table = table::render(summary, STYLE);
    // Its title says what the line above says.
    let table = table.split_once('\n').map_or("", |(_, rows)| rows);
    format!(
        "{} *{}*: {}{time}\n{}",
        mark.sign(STYLE),
        bold(&summary.workflow),
        escape(&words, MOST_WORDS),
        block(table.trim_end(), MOST_TABLE, Keep::Start)
    )
}

/// A name to stand between asterisks.
fn bold(name: &str) -> String {
    escape(&harmless(name, true).replace('*', "∗"), MOST_WORDS)
}

/// A name or path as code.
fn code(name: &str) -> String {
    format!("`{}`", escape(&harmless(name, true).replace('`', "'"), MOST_WORDS))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Start,
    End,
}

/// Lines as a block of code; of what is too long the start or the end is kept.
fn block(lines: &str, most: usize, keep: Keep) -> String {
    let lines = lines.replace('`', "'");
    let kept = match keep {
        Keep::Start => escape(&lines, most),
        Keep::End => {
            // Counted from the end, so that what is kept is the last that the log says.
            let mut left = most;
            let start = lines.char_indices().rev().take_while(|(_, c)| {
                let size = escaped(*c).map_or(1, str::len);
                let fits = size <= left;
                left = left.saturating_sub(size);
                fits
            });
            let start = start.last().map_or(lines.len(), |(at, _)| at);
            let dots = if start > 0 { "…" } else { "" };
            format!("{dots}{}", escape(&lines[start..], most))
        }
    };
    format!("```\n{kept}\n```")
}

/// `&`, `<` and `>` as Slack wants them: nothing in the text is then a link, a mention or a channel. At most `most`
/// characters come out, never half an escape.
fn escape(text: &str, most: usize) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut left = most;
    for c in text.chars() {
        let size = escaped(c).map_or(1, str::len);
        if size > left {
            safe.push('…');
            break;
        }
        left -= size;
        match escaped(c) {
            Some(entity) => safe.push_str(entity),
            None => safe.push(c),
        }
    }
    safe
}

fn escaped(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{ExitStatus, JobId, JobStatus};
    use crate::report::samples::failures;
    use crate::report::summary::Standing;

    fn failed(job: &str) -> Row {
        Row {
            job: job.to_owned(),
            id: Some(JobId(12)),
            standing: Standing::Ended(Outcome::Failed),
            exit: ExitStatus { code: 3, signal: 0 },
            ..Row::default()
        }
    }

    #[test]
    fn one_post_says_all_that_waits() {
        let started = Message::Started { workflow: "a & b".to_owned(), jobs: 1 };
        let failed = Message::Failed {
            workflow: "a & b".to_owned(),
            row: Box::new(failed("<!channel> `x`")),
            next: None,
        };
        let body = payload(&[started, failed]);
        insta::assert_snapshot!(serde_json::to_string_pretty(&body).unwrap(), @r#"
        {
          "blocks": [
            {
              "text": {
                "text": "🚀 *a &amp; b*: workflow started with 1 job",
                "type": "mrkdwn",
                "verbatim": true
              },
              "type": "section"
            },
            {
              "text": {
                "text": "❌ *a &amp; b*: job `&lt;!channel&gt; 'x'` FAILED (ID: 12): exit 3",
                "type": "mrkdwn",
                "verbatim": true
              },
              "type": "section"
            }
          ],
          "text": "🚀 *a &amp; b*: workflow started with 1 job\n❌ *a &amp; b*: job `&lt;!channel&gt; 'x'` FAILED (ID: 12): exit 3"
        }
        "#);
    }

    #[test]
    fn the_end_holds_the_table() {
        let mut summary = Summary::default();
        failures().iter().for_each(|event| summary.apply(event));
        let ended = Message::Ended { summary: Box::new(summary), outcome: RunOutcome::Failed };
        insta::assert_snapshot!(text(&ended), @r#"
        ❌ *test*: Workflow failed: 1 completed, 3 failed, 1 skipped (00:03:21)
        ```
        Job  Status         ID  Elapsed   Exit
        a    COMPLETED      1   00:01:03  -
        b    FAILED         2   00:01:03  exit 3
        c    OUT_OF_MEMORY  3   00:01:03  -
        d    REJECTED       -   -         slurm_submit_batch_job: Invalid partiti…
        e    SKIPPED        -   -         b FAILED
        ```
        "#);
    }

    #[test]
    fn a_job_that_is_tried_again() {
        let mut row = failed("train");
        let mut said = |next: Option<&str>| {
            let status = JobStatus { exit: row.exit, ..JobStatus::unknown(JobId(12)) };
            row.attempts.ended(Outcome::Failed, &status, None, jiff::Timestamp::UNIX_EPOCH, 3);
            text(&Message::Failed {
                workflow: "w".to_owned(),
                row: Box::new(row.clone()),
                next: next.map(str::to_owned),
            })
        };
        assert_eq!(
            said(Some("attempt 2 of 3 in 00:01:00")),
            "❌ *w*: job `train` FAILED (ID: 12): exit 3; attempt 2 of 3 in 00:01:00"
        );
        assert_eq!(said(None), "❌ *w*: job `train` FAILED (ID: 12): exit 3; attempt 3 of 3");
    }

    #[test]
    fn nothing_is_longer_than_slack_takes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "<&>`".repeat(4000) + "the end").unwrap();
        let long = "<&>".repeat(2000);
        let row = Row {
            log: Some(file.path().into()),
            reason: long.clone(),
            hint: Some(long.clone()),
            ..failed(&long)
        };
        let said =
            text(&Message::Failed { workflow: long.clone(), row: Box::new(row), next: Some("x".repeat(50)) });
        assert!(said.chars().count() < 3000, "{}", said.chars().count());
        assert!(said.contains("…"));
        let mut summary = Summary::default();
        summary.workflow.clone_from(&long);
        summary.rows = (0..500).map(|n| failed(&format!("{n}{long}"))).collect();
        let said = text(&Message::Ended { summary: Box::new(summary), outcome: RunOutcome::Failed });
        assert!(said.chars().count() < 3000, "{}", said.chars().count());
    }

    #[test]
    fn the_end_of_a_log_is_kept() {
        assert_eq!(block("abcdef", 3, Keep::End), "```\n…def\n```");
        assert_eq!(block("ab<", 5, Keep::End), "```\n…b&lt;\n```");
        assert_eq!(block("abc", 3, Keep::End), "```\nabc\n```");
        assert_eq!(escape("a<b", 4), "a…");
    }
}
