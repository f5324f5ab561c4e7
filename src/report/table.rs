//! The table at a run's end.

use super::array;
use super::marks::{Ink, Mark};
use super::style::{Style, TableLook};
use super::summary::{Row, Standing, Summary};
use super::text::{columns, fit, harmless, start};
use super::words::{elapsed, ending};
use comfy_table::{Cell, Color, ContentLineStyle, LineStyle, Table, TableStyle};
use jiff::Timestamp;

/// A heavy head on a light body.
const BOXED: TableStyle = TableStyle::new()
    .top_border(LineStyle::new('┏', '━', '┳', '┓'))
    .header_lines(ContentLineStyle::new('┃', '┃', '┃'))
    .header_separator(LineStyle::new('┡', '━', '╇', '┩'))
    .content_lines(ContentLineStyle::new('│', '│', '│'))
    .bottom_border(LineStyle::new('└', '─', '┴', '┘'));

const HEADS: [&str; 6] = ["Job", "Status", "Attempt", "ID", "Elapsed", "Exit"];
const ATTEMPT: usize = 2;
const EXIT: usize = 5;
/// Where the columns stand that may be left out, in the order in which they are.
const OPTIONAL: [usize; 3] = [EXIT, 4, ATTEMPT];
/// A reason is shortened to so much here; it is told in full elsewhere.
const MOST_EXIT: usize = 40;
/// A job's name is never shortened to less than this.
const LEAST_NAME: usize = 8;

/// The table under its title, with an end of line. Columns that do not fit are left out, then names are shortened.
pub(super) fn render(summary: &Summary, style: Style) -> String {
    let now = summary.ended.or(summary.started).unwrap_or_default();
    let mut rows: Vec<[String; 6]> = summary.rows.iter().map(|row| cells(row, now, style)).collect();
    let shown = shape(&mut rows, style);

    let mut table = Table::new();
    match (style.table, style.unicode) {
        (TableLook::Boxed, true) => table.load_style(BOXED),
        (TableLook::Boxed, false) => table.load_style(comfy_table::presets::ASCII_FULL_CONDENSED),
        (TableLook::Plain, _) => table.load_style(comfy_table::presets::NOTHING),
    };
    if style.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(shown.iter().map(|&column| HEADS[column]));
    for (row, cells) in summary.rows.iter().zip(&rows) {
        table.add_row(shown.iter().map(|&column| match column {
            1 => Cell::new(&cells[1]).fg(color(row)),
            column => Cell::new(&cells[column]),
        }));
    }
    if style.table == TableLook::Plain {
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let title = title(summary, style, lines.first().map_or(0, |line| columns(line)));
    format!("{title}\n{}\n", lines.join("\n"))
}

/// `Workflow test Summary`, in the middle over a boxed table.
fn title(summary: &Summary, style: Style, width: usize) -> String {
    let title = format!("Workflow {} Summary", harmless(&summary.workflow, style.unicode));
    match style.table {
        TableLook::Plain => title,
        TableLook::Boxed => {
            let indent = width.saturating_sub(columns(&title)) / 2;
            format!("{:indent$}{title}", "")
        }
    }
}

fn cells(row: &Row, now: Timestamp, style: Style) -> [String; 6] {
    let none = || "-".to_owned();
    let time = match (row.started, row.standing) {
        (Some(started), Standing::Ended(_)) => row.ended.map(|ended| elapsed(started, ended)),
        (Some(started), Standing::UnderWay(_)) => Some(elapsed(started, now)),
        _ => None,
    };
    let exit = match row.outcome().or(row.attempts.last().filter(|_| row.waits_again())) {
        Some(outcome) if !outcome.is_success() => match &row.tasks {
            Some(tasks) => array::ways(tasks).join("; "),
            None => ending(outcome, row.exit, &row.reason),
        },
        _ => String::new(),
    };
    let exit = if exit.is_empty() { none() } else { harmless(&exit, style.unicode).into_owned() };
    [
        harmless(&row.job, style.unicode).into_owned(),
        row.status(),
        row.attempts.shown().unwrap_or_else(none),
        row.id.map_or_else(none, |id| id.to_string()),
        time.unwrap_or_else(none),
        start(&exit, MOST_EXIT, style.unicode).into_owned(),
    ]
}

/// Chooses the columns that fit and shortens the names to what is left.
fn shape(rows: &mut [[String; 6]], style: Style) -> Vec<usize> {
    let widths: Vec<usize> = (0..HEADS.len())
        .map(|column| {
            let cells = rows.iter().map(|row| columns(&row[column]));
            cells.chain([columns(HEADS[column])]).max().unwrap_or(0)
        })
        .collect();
    let mut shown: Vec<usize> = (0..HEADS.len()).collect();
    // Without a failure, or where nothing was tried again, there is nothing to say there.
    for column in [ATTEMPT, EXIT] {
        if rows.iter().all(|row| row[column] == "-") {
            shown.retain(|&shown| shown != column);
        }
    }
    let Some(width) = style.width.map(usize::from) else { return shown };
    let around = |count: usize| match style.table {
        TableLook::Boxed => 3 * count + 1,
        TableLook::Plain => 2 * count,
    };
    let room_for_names = |shown: &[usize]| {
        let others: usize = shown.iter().skip(1).map(|&column| widths[column]).sum();
        width.saturating_sub(others + around(shown.len()))
    };
    for column in OPTIONAL {
        if room_for_names(&shown) < widths[0].min(2 * LEAST_NAME) {
            shown.retain(|&kept| kept != column);
        }
    }
    let room = room_for_names(&shown).max(LEAST_NAME);
    for row in rows {
        row[0] = fit(&row[0], room, style.unicode).into_owned();
    }
    shown
}

fn color(row: &Row) -> Color {
    let ink = match row.standing {
        Standing::Ended(outcome) => Mark::of(outcome).ink,
        Standing::UnderWay(_) => Ink::Blue,
        Standing::Waiting => Ink::Faint,
    };
    match ink {
        Ink::Green => Color::DarkGreen,
        Ink::Red => Color::DarkRed,
        Ink::Yellow => Color::DarkYellow,
        Ink::Blue => Color::DarkBlue,
        Ink::Cyan => Color::DarkCyan,
        Ink::Faint => Color::DarkGrey,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, RunOutcome};
    use crate::job::Outcome;
    use crate::report::samples::{Story, diamond, failures};
    use proptest::prelude::*;

    const BOXES: Style = Style { color: false, unicode: true, table: TableLook::Boxed, width: Some(100) };

    fn table(events: &[Event], style: Style) -> String {
        let mut summary = Summary::default();
        events.iter().for_each(|event| summary.apply(event));
        render(&summary, style)
    }

    #[test]
    fn boxed() {
        insta::assert_snapshot!(table(&diamond(), BOXES), @r#"
                Workflow test Summary
        ┏━━━━━┳━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━┓
        ┃ Job ┃ Status    ┃ ID    ┃ Elapsed  ┃
        ┡━━━━━╇━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━┩
        │ a   │ COMPLETED │ 12232 │ 00:01:03 │
        │ b1  │ COMPLETED │ 12233 │ 00:01:03 │
        │ c   │ COMPLETED │ 12234 │ 00:01:03 │
        │ b2  │ COMPLETED │ 12235 │ 00:01:03 │
        │ d   │ COMPLETED │ 12236 │ 00:01:03 │
        └─────┴───────────┴───────┴──────────┘
        "#);
        insta::assert_snapshot!(table(&failures(), BOXES), @r#"
                                      Workflow test Summary
        ┏━━━━━┳━━━━━━━━━━━━━━━┳━━━━┳━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃ Job ┃ Status        ┃ ID ┃ Elapsed  ┃ Exit                                     ┃
        ┡━━━━━╇━━━━━━━━━━━━━━━╇━━━━╇━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
        │ a   │ COMPLETED     │ 1  │ 00:01:03 │ -                                        │
        │ b   │ FAILED        │ 2  │ 00:01:03 │ exit 3                                   │
        │ c   │ OUT_OF_MEMORY │ 3  │ 00:01:03 │ -                                        │
        │ d   │ REJECTED      │ -  │ -        │ slurm_submit_batch_job: Invalid partiti… │
        │ e   │ SKIPPED       │ -  │ -        │ b FAILED                                 │
        └─────┴───────────────┴────┴──────────┴──────────────────────────────────────────┘
        "#);
        insta::assert_snapshot!(table(&failures(), Style { unicode: false, ..BOXES }), @r#"
                                      Workflow test Summary
        +-----+---------------+----+----------+------------------------------------------+
        | Job | Status        | ID | Elapsed  | Exit                                     |
        +================================================================================+
        | a   | COMPLETED     | 1  | 00:01:03 | -                                        |
        | b   | FAILED        | 2  | 00:01:03 | exit 3                                   |
        | c   | OUT_OF_MEMORY | 3  | 00:01:03 | -                                        |
        | d   | REJECTED      | -  | -        | slurm_submit_batch_job: Invalid parti... |
        | e   | SKIPPED       | -  | -        | b FAILED                                 |
        +-----+---------------+----+----------+------------------------------------------+
        "#);
    }

    #[test]
    fn plain() {
        insta::assert_snapshot!(table(&diamond(), Style::PLAIN), @r#"
        Workflow test Summary
        Job  Status     ID     Elapsed
        a    COMPLETED  12232  00:01:03
        b1   COMPLETED  12233  00:01:03
        c    COMPLETED  12234  00:01:03
        b2   COMPLETED  12235  00:01:03
        d    COMPLETED  12236  00:01:03
        "#);
        insta::assert_snapshot!(table(&failures(), Style { unicode: true, ..Style::PLAIN }), @r#"
        Workflow test Summary
        Job  Status         ID  Elapsed   Exit
        a    COMPLETED      1   00:01:03  -
        b    FAILED         2   00:01:03  exit 3
        c    OUT_OF_MEMORY  3   00:01:03  -
        d    REJECTED       -   -         slurm_submit_batch_job: Invalid partiti…
        e    SKIPPED        -   -         b FAILED
        "#);
    }

    fn long_names() -> Vec<Event> {
        let (one, two) = ("preprocess_imagenet_0001", "preprocess_imagenet_0002");
        let mut story = Story::of(&[one, two, "日本語の名前の仕事", "late"]);
        story.submitted(one, 12232).ended(one, 12232, Outcome::Completed, 0, 0);
        story.submitted(two, 12233).ended(two, 12233, Outcome::Failed, 0, 9);
        story.submitted("日本語の名前の仕事", 12234).running("日本語の名前の仕事", 12234, "c1");
        story.over(RunOutcome::Interrupted);
        story.events()
    }

    #[test]
    fn narrow() {
        insta::assert_snapshot!(table(&long_names(), Style { width: Some(72), ..BOXES }), @r#"
                                 Workflow test Summary
        ┏━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━┓
        ┃ Job              ┃ Status    ┃ ID    ┃ Elapsed  ┃ Exit               ┃
        ┡━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━┩
        │ preproce…et_0001 │ COMPLETED │ 12232 │ 00:01:03 │ -                  │
        │ preproce…et_0002 │ FAILED    │ 12233 │ 00:01:03 │ signal 9 (SIGKILL) │
        │ 日本語の…の仕事  │ RUNNING   │ 12234 │ 00:00:01 │ -                  │
        │ late             │ WAITING   │ -     │ -        │ -                  │
        └──────────────────┴───────────┴───────┴──────────┴────────────────────┘
        "#);
        insta::assert_snapshot!(table(&long_names(), Style { width: Some(40), ..BOXES }), @r#"
                 Workflow test Summary
        ┏━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━┓
        ┃ Job              ┃ Status    ┃ ID    ┃
        ┡━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━┩
        │ preproce…et_0001 │ COMPLETED │ 12232 │
        │ preproce…et_0002 │ FAILED    │ 12233 │
        │ 日本語の…の仕事  │ RUNNING   │ 12234 │
        │ late             │ WAITING   │ -     │
        └──────────────────┴───────────┴───────┘
        "#);
        insta::assert_snapshot!(table(&long_names(), Style { width: Some(10), ..BOXES }), @r#"
             Workflow test Summary
        ┏━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━┓
        ┃ Job      ┃ Status    ┃ ID    ┃
        ┡━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━┩
        │ prep…001 │ COMPLETED │ 12232 │
        │ prep…002 │ FAILED    │ 12233 │
        │ 日本…事  │ RUNNING   │ 12234 │
        │ late     │ WAITING   │ -     │
        └──────────┴───────────┴───────┘
        "#);
    }

    #[test]
    fn colours_are_only_in_the_status() {
        let text = table(&diamond(), Style { color: true, ..BOXES });
        assert_eq!(text.matches("COMPLETED").count(), 5);
        assert!(text.contains("\x1b[38;5;2m") || text.contains("\x1b[32m"), "{text:?}");
    }

    proptest! {
        #[test]
        fn a_table_fits_its_terminal(name in any::<String>(), width in 40u16..120) {
            let mut story = Story::of(&[&name]);
            story.submitted(&name, 7).ended(&name, 7, Outcome::OutOfMemory, 0, 125).over(RunOutcome::Failed);
            let text = table(&story.events(), Style { width: Some(width), ..BOXES });
            prop_assert!(text.lines().skip(1).all(|line| columns(line) <= usize::from(width)), "{}", text);
        }
    }
}
