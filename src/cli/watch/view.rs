//! What is shown of what is watched: how far it is while it runs, and a table of how it ended.

use super::target::{Followed, elements};
use crate::job::{JobId, TaskSet};
use crate::report::Style;
use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// `36: 4 PENDING, 2 RUNNING, 12 COMPLETED, 3 FAILED`
pub fn progress(followed: &Followed) -> String {
    let mut counts: Vec<(String, u32)> = Vec::new();
    for standing in followed.standing() {
        let count = standing.tasks.count();
        match counts.iter_mut().find(|(word, _)| *word == standing.word) {
            Some((_, sum)) => *sum += count,
            None => counts.push((standing.word, count)),
        }
    }
    let counts: Vec<String> = match followed.is_array {
        true => counts.into_iter().map(|(word, count)| format!("{count} {word}")).collect(),
        false => counts.into_iter().map(|(word, _)| word).collect(),
    };
    format!("{}: {}", followed.target, counts.join(", "))
}

/// The screen, or whatever standard output is.
pub struct View<W> {
    out: W,
    /// On a terminal one line is written again and again; it is this wide.
    line: Option<usize>,
    drawn: bool,
}

impl<W: Write> View<W> {
    pub fn new(out: W, style: Style, terminal: bool) -> Self {
        let line = terminal.then(|| style.width.map_or(80, usize::from));
        Self { out, line, drawn: false }
    }

    /// Shows how far each is: all in one line on a terminal, else a line for each that `changed`.
    pub fn show(&mut self, all: &[Followed], changed: &[bool]) -> io::Result<()> {
        match self.line {
            Some(width) => {
                let all: Vec<String> = all.iter().map(progress).collect();
                let line: String = all.join("; ").chars().take(width.saturating_sub(1)).collect();
                write!(self.out, "\r{line}\x1b[K")?;
                self.drawn = true;
            }
            None => {
                let now = Zoned::now().strftime("%H:%M:%S").to_string();
                for followed in
                    all.iter().zip(changed).filter(|(_, changed)| **changed).map(|(followed, _)| followed)
                {
                    writeln!(self.out, "{now} {}", progress(followed))?;
                }
            }
        }
        self.out.flush()
    }

    /// Ends the line that is written again and again.
    pub fn leave(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.drawn) {
            writeln!(self.out)?;
        }
        self.out.flush()
    }

    /// A line of JSON for each that `changed`.
    pub fn tell(&mut self, all: &[Followed], changed: &[bool]) -> io::Result<()> {
        for followed in all.iter().zip(changed).filter(|(_, changed)| **changed).map(|(followed, _)| followed)
        {
            writeln!(self.out, "{}", as_json(followed, Timestamp::now()))?;
        }
        self.out.flush()
    }

    /// The table at the end, what failed as an expression, and what to do about it.
    pub fn close(
        &mut self,
        all: &[Followed],
        known_as: impl Fn(JobId, &TaskSet) -> Vec<(JobId, TaskSet)>,
    ) -> io::Result<()> {
        self.leave()?;
        self.out.write_all(table(all).as_bytes())?;
        for followed in all.iter().filter(|followed| followed.is_array) {
            let failed = followed.failed();
            let id = followed.target.id;
            let parts = known_as(id, &failed);
            for (part, failed) in &parts {
                writeln!(self.out, "failed: {}", elements(*part, failed))?;
            }
            if !parts.is_empty() {
                writeln!(self.out, "again:  srunx retry {}", followed.target)?;
            }
        }
        self.out.flush()
    }
}

fn as_json(followed: &Followed, at: Timestamp) -> Value {
    let groups = followed.standing().into_iter().map(|standing| {
        let mut group = Map::new();
        group.insert("state".into(), standing.word.into());
        if let Some(exit) = standing.exit {
            group.insert("exit".into(), exit.to_string().into());
        }
        if followed.is_array {
            group.insert("tasks".into(), standing.tasks.to_string().into());
        }
        Value::Object(group)
    });
    let groups: Vec<Value> = groups.collect();
    json!({ "at": at, "job": followed.target.to_string(), "over": followed.is_over(), "groups": groups })
}

/// By outcome and exit code.
fn table(all: &[Followed]) -> String {
    let mut rows = vec![["JOB", "OUTCOME", "EXIT", "ELEMENTS"].map(str::to_owned)];
    for followed in all {
        for standing in followed.standing() {
            let exit = standing.exit.map_or_else(|| "-".to_owned(), |exit| exit.to_string());
            let elements = if followed.is_array { counted(&standing.tasks) } else { "-".to_owned() };
            rows.push([followed.target.id.to_string(), standing.word, exit, elements]);
        }
    }
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |[job, outcome, exit, elements]: &[String; 4]| {
        let [one, two, three] = widths;
        format!("{job:one$}  {outcome:two$}  {exit:three$}  {elements}\n")
    };
    rows.iter().map(line).collect()
}

/// `3: 4,9,77`, of many only the first.
fn counted(tasks: &TaskSet) -> String {
    const SHOWN: usize = 60;
    let text = tasks.to_string();
    if text.len() <= SHOWN {
        return format!("{}: {text}", tasks.count());
    }
    let end = text.get(..SHOWN).and_then(|start| start.rfind(',')).unwrap_or(0);
    format!("{}: {}…", tasks.count(), text.get(..=end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::target::Grace;
    use super::*;
    use crate::job::{ExitStatus, JobId, JobState, JobStatus, TaskGroup};
    use std::time::{Duration, Instant};

    fn followed(text: &str, groups: &[(&str, u32, u8)]) -> Followed {
        let group = |(tasks, bits, code): &(&str, u32, u8)| TaskGroup {
            tasks: tasks.parse().unwrap(),
            state: JobState::from_bits(*bits),
            exit: ExitStatus { code: *code, signal: 0 },
            reason: String::new(),
        };
        let status =
            JobStatus { tasks: Some(groups.iter().map(group).collect()), ..JobStatus::unknown(JobId(36)) };
        take(text, &status)
    }

    fn take(text: &str, status: &JobStatus) -> Followed {
        let now = Instant::now();
        let mut followed = Followed::new(text.parse().unwrap(), now);
        followed.take(status, now, Grace { first: Duration::ZERO, later: Duration::ZERO }).unwrap();
        followed
    }

    fn job() -> Followed {
        take("37", &JobStatus { state: Some(JobState::from_bits(3)), ..JobStatus::unknown(JobId(37)) })
    }

    #[test]
    fn how_far_it_is() {
        let array = followed("36", &[("2-9", 0, 0), ("0", 1, 0), ("1", 5, 3), ("10", 5, 1)]);
        assert_eq!(progress(&array), "36: 8 PENDING, 1 RUNNING, 2 FAILED");
        assert_eq!(progress(&job()), "37: COMPLETED");
        let at = Timestamp::UNIX_EPOCH;
        insta::assert_snapshot!(as_json(&array, at).to_string(), @r#"{"at":"1970-01-01T00:00:00Z","groups":[{"state":"PENDING","tasks":"2-9"},{"state":"RUNNING","tasks":"0"},{"exit":"1:0","state":"FAILED","tasks":"10"},{"exit":"3:0","state":"FAILED","tasks":"1"}],"job":"36","over":false}"#);
        insta::assert_snapshot!(as_json(&job(), at).to_string(), @r#"{"at":"1970-01-01T00:00:00Z","groups":[{"exit":"0:0","state":"COMPLETED"}],"job":"37","over":true}"#);
    }

    #[test]
    fn how_it_ended() {
        let mut out = Vec::new();
        let array = followed("36", &[("0-3", 3, 0), ("4,9", 5, 3), ("77", 4, 0)]);
        // The last of its tasks went in as an array of its own.
        let parts = |id: JobId, tasks: &TaskSet| {
            let own = tasks.intersection(&"0-9".parse().unwrap());
            let other = tasks.difference(&own).shifted(-70).unwrap();
            let parts = [(id, own), (JobId(38), other)];
            parts.into_iter().filter(|(_, tasks)| !tasks.is_empty()).collect()
        };
        View::new(&mut out, Style::PLAIN, false).close(&[array, job()], parts).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"
        JOB  OUTCOME    EXIT  ELEMENTS
        36   COMPLETED  0:0   4: 0-3
        36   CANCELLED  0:0   1: 77
        36   FAILED     3:0   2: 4,9
        37   COMPLETED  0:0   -
        failed: 36_[4,9]
        failed: 38_7
        again:  srunx retry 36
        ");
    }

    #[test]
    fn one_line_on_a_terminal() {
        let mut out = Vec::new();
        let style = Style { width: Some(20), ..Style::PLAIN };
        let mut view = View::new(&mut out, style, true);
        view.show(&[followed("36", &[("2-9", 0, 0), ("0", 1, 0)]), job()], &[true, false]).unwrap();
        view.leave().unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\r36: 8 PENDING, 1 RU\x1b[K\n");
    }

    #[test]
    fn long_lists_are_cut() {
        let odd: TaskSet = (0..200).filter(|task| task % 2 == 1).collect();
        assert_eq!(counted(&odd), "100: 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,…");
    }
}
