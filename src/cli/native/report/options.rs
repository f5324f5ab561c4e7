//! report's command line.

use super::{PROGRAM, help, run};
use crate::cli::native::users::{own_user, user_named};
use crate::getopt::{Opt, Order, Scanner, Value};
use crate::job::Dialect;
use crate::job::value::{Moment, number};
use crate::slurm::accounting::SelectedStep;
use jiff::Zoned;
use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Id {
    EndTime,
    Help,
    Jobs,
    Json,
    Name,
    StartTime,
    Usage,
    User,
    Version,
}

const OPTIONS: &[Opt<Id>] = &[
    Opt::new(Id::EndTime, "endtime", Some(b'E'), Value::Required),
    Opt::new(Id::Help, "help", Some(b'h'), Value::None),
    Opt::new(Id::Jobs, "jobs", Some(b'j'), Value::Required),
    Opt::new(Id::Json, "json", None, Value::None),
    Opt::new(Id::Name, "name", None, Value::Required),
    Opt::new(Id::StartTime, "starttime", Some(b'S'), Value::Required),
    Opt::new(Id::Usage, "usage", None, Value::None),
    Opt::new(Id::User, "user", Some(b'u'), Value::Required),
    Opt::new(Id::Version, "version", Some(b'V'), Value::None),
];

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Jobs, and how they were called.
    pub selected: Vec<(String, SelectedStep)>,
    /// Runs of workflows, and when they began.
    pub runs: Vec<(String, i64)>,
    /// Or a name, and whose jobs from when on and up to when.
    pub name: Option<OsString>,
    pub user: u32,
    pub start: i64,
    pub end: i64,
    pub json: bool,
    pub version: bool,
}

/// Reads the command line. Where it is wrong, or help was all that was wanted, that is said and the exit code is told.
pub fn read(arguments: Vec<OsString>, now: &Zoned) -> Result<Request, ExitCode> {
    let midnight = now.start_of_day().map_or(0, |midnight| midnight.timestamp().as_second());
    let mut request = Request {
        selected: Vec::new(),
        runs: Vec::new(),
        name: None,
        user: own_user(),
        start: midnight,
        end: now.timestamp().as_second() + 1,
        json: false,
        version: false,
    };
    let mut scanner = Scanner::new(OPTIONS, Order::Permuted, arguments);
    let mut lists = Vec::new();
    for given in scanner.by_ref() {
        let given = given.map_err(|refused| {
            PROGRAM.say(refused);
            ExitCode::FAILURE
        })?;
        let value = given.value.unwrap_or_default();
        match given.id {
            Id::Help => return Err(help::print(help::HELP)),
            Id::Usage => return Err(help::print(help::USAGE)),
            Id::Version => request.version = true,
            Id::Json => request.json = true,
            Id::Jobs => lists.push(value),
            Id::Name => request.name = Some(value),
            Id::StartTime => request.start = time(&value, now)?,
            Id::EndTime => request.end = time(&value, now)?,
            Id::User => {
                let name = value.to_string_lossy();
                request.user = user_named(&name).ok_or_else(|| failed(format!("Invalid user id: {name}")))?;
            }
        }
    }
    lists.extend(scanner.operands());
    for list in &lists {
        let list = list.to_string_lossy();
        for text in list.split(',').filter(|text| !text.is_empty()) {
            if let Some(began) = run::began(text, now) {
                request.runs.push((text.to_owned(), began));
                continue;
            }
            let selected = job(text).ok_or_else(|| failed(format!("Invalid job id specified: {text}")))?;
            request.selected.push((text.to_owned(), selected));
        }
    }
    if request.version {
        return Ok(request);
    }
    match (request.selected.is_empty() && request.runs.is_empty(), &request.name) {
        (true, None) => Err(failed("No job was named. Use --help for help".into())),
        (false, Some(_)) => Err(failed("Job ids and --name cannot be given together".into())),
        _ => Ok(request),
    }
}

fn failed(message: String) -> ExitCode {
    PROGRAM.error(message);
    ExitCode::FAILURE
}

fn time(value: &OsStr, now: &Zoned) -> Result<i64, ExitCode> {
    Moment::parse_past(&value.to_string_lossy(), now, &Dialect::default()).map_err(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

/// `12`, `12_3`, `12+1`
fn job(text: &str) -> Option<SelectedStep> {
    let whole = |text: &str| -> Option<u32> {
        let number = number::leading(text).filter(|number| number.rest.is_empty())?;
        text.starts_with(|c: char| c.is_ascii_digit()).then(|| u32::try_from(number.value).ok())?
    };
    let mut selected = SelectedStep::job(0);
    let id = match (text.split_once('_'), text.split_once('+')) {
        (Some((id, task)), _) => {
            selected.task = whole(task)?;
            id
        }
        (None, Some((id, component))) => {
            selected.component = whole(component)?;
            id
        }
        (None, None) => text,
    };
    selected.job = whole(id).filter(|id| *id > 0)?;
    Some(selected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slurm::accounting::NO_VAL;
    use proptest::prelude::*;

    fn asked(line: &str) -> Result<Request, ExitCode> {
        let now = "2026-02-28T18:30:45+00:00[UTC]".parse().unwrap();
        read(line.split_whitespace().map(OsString::from).collect(), &now)
    }

    #[test]
    fn jobs_and_names() {
        let request = asked("12 13_4,14+1 --json -j 15").unwrap();
        let ids: Vec<&str> = request.selected.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(ids, ["15", "12", "13_4", "14+1"]);
        assert_eq!((request.selected[2].1.task, request.selected[3].1.component), (4, 1));
        assert!(request.json);
        let run = asked("20260228-183000-00c0ffee,7").unwrap();
        assert_eq!((run.runs[0].0.as_str(), run.selected.len()), ("20260228-183000-00c0ffee", 1));
        let named = asked("--name it -S now-1hour").unwrap();
        assert_eq!(named.end - named.start, 3601);
        for wrong in ["", "x", "12_", "12_x", "0", "-3", "12 --name it", "--foo", "-S nonsense --name it"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_id_is_read_or_refused(text in "[0-9_+.x-]{0,24}") {
            let _ = job(&text);
        }

        #[test]
        fn what_is_written_is_read_again(id in 1u32..NO_VAL, task in 0u32..NO_VAL) {
            prop_assert_eq!(job(&format!("{id}_{task}")).map(|found| (found.job, found.task)), Some((id, task)));
        }
    }
}
