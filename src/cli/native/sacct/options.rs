//! sacct's command line.

mod table;

use super::super::users;
use super::format;
use super::lists::{add_names, each_part};
use super::ranges::{self, Numbers};
use super::selection;
use super::window::Window;
use super::{PROGRAM, help};
use crate::cli::native::data::{Form, Layout};
use crate::cli::native::units::Power;
use crate::getopt::{Given, Order, Scanner};
use crate::job::state_words::state_named;
use crate::job::value::{Moment, TimeLimit};
use crate::job::{Dialect, StateFlags};
use crate::slurm::Client;
use crate::slurm::accounting::{AccountingHabits, INFINITE, JobCondition};
use jiff::Zoned;
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::ExitCode;
use table::{Id, completions, table};

/// What is wanted to be known of sacct itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Help,
    Format,
    Usage,
    States,
    Reasons,
}

/// In which language for programs the output is.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    pub form: Form,
    pub layout: Layout,
    pub parser: Option<OsString>,
}

/// What was asked for.
#[derive(Default)]
pub struct Request {
    pub condition: JobCondition,
    /// `--qos`, whose names slurmdbd knows.
    pub qos: Option<Vec<u8>>,
    pub all_users: bool,
    pub all_clusters: bool,
    pub federation: bool,
    pub local: bool,
    pub brief: bool,
    pub long: bool,
    /// `--format`, each with a comma behind.
    pub fields: Option<Vec<u8>>,
    pub delimiter: Option<Vec<u8>>,
    /// For programs, and whether the delimiter stands behind the last value too.
    pub parsable: Option<bool>,
    pub without_header: bool,
    pub without_units: bool,
    pub units: Option<Power>,
    pub expand_arrays: bool,
    pub expand_patterns: bool,
    pub local_uid: bool,
    /// Of the job completion's log in place of slurmdbd.
    pub completion: bool,
    pub verbosity: u32,
    pub about: Option<About>,
    pub language: Option<Language>,
    /// What is no option.
    pub operands: Vec<OsString>,
}

/// What the reading of the command line rests on.
pub struct Reader<'a> {
    pub client: &'a Client,
    pub habits: AccountingHabits,
    pub dialect: Dialect,
    pub knows_expediting: bool,
    pub now: Zoned,
}

impl Reader<'_> {
    /// Reads the command line. Where it is wrong, or only asks about sacct, all is said and the exit code is told.
    pub fn read(&self, arguments: Vec<OsString>) -> Result<Request, ExitCode> {
        let set = |name: &str| std::env::var_os(name).is_some();
        let displayed = self.client.configuration().federation_parameters.contains("fed_display");
        let mut request = Request {
            federation: displayed || set("SACCT_FEDERATION"),
            local: set("SACCT_LOCAL"),
            ..Request::default()
        };
        let options = table(&self.habits);
        let mut scanner = Scanner::new(&options, Order::Permuted, arguments);
        for given in scanner.by_ref() {
            let given = given.map_err(|refused| {
                PROGRAM.say(refused);
                ExitCode::FAILURE
            })?;
            self.option(given, &mut request)?;
        }
        request.operands = scanner.operands();
        self.check(&mut request)?;
        Ok(request)
    }

    fn option(&self, given: Given<Id>, request: &mut Request) -> Result<(), ExitCode> {
        let has_value = given.value.is_some();
        let value = given.value.unwrap_or_default();
        let bytes = value.as_bytes();
        let condition = &mut request.condition;
        match given.id {
            Id::AllUsers => request.all_users = true,
            Id::Accounts => names(&mut condition.accounts, &value),
            Id::Allocations => condition.without_steps = true,
            Id::Array => request.expand_arrays = true,
            Id::Associations => names(&mut condition.associations, &value),
            Id::Autocomplete => {
                return Err(help::print(&completions(&value.to_string_lossy(), &self.habits)));
            }
            Id::BatchScript => (condition.script, condition.without_steps) = (true, true),
            Id::Brief => request.brief = true,
            Id::Clusters if ["all", "-1"].iter().any(|all| bytes.eq_ignore_ascii_case(all.as_bytes())) => {
                request.all_clusters = true;
            }
            Id::Clusters => {
                (request.all_clusters, request.local) = (false, true);
                names(&mut condition.clusters, &value);
            }
            Id::AllClusters => request.all_clusters = true,
            Id::Completion => request.completion = true,
            Id::Constraints => names(&mut condition.constraints, &value),
            Id::Delimiter => request.delimiter = Some(value.into_vec()),
            Id::Duplicates => condition.duplicates = true,
            Id::EndTime => condition.end = self.time(&value)?,
            Id::EnvVars => (condition.environment, condition.without_steps) = (true, true),
            Id::ExpandPatterns => request.expand_patterns = true,
            Id::Federation => (request.federation, request.all_clusters) = (true, false),
            Id::File if std::fs::metadata(&value).is_ok_and(|file| file.is_file()) => {
                request.completion = true
            }
            Id::File => {
                eprintln!("{} is not a valid file", value.display());
                return Err(ExitCode::FAILURE);
            }
            Id::Flags => condition.started_by = Some(self.flags(bytes)?),
            Id::Format => {
                let fields = request.fields.get_or_insert_default();
                fields.extend_from_slice(bytes);
                fields.push(b',');
            }
            Id::Group => ids(&mut condition.groups, bytes, "group", |name| {
                users::group_named(name).filter(|gid| users::group_name(*gid).is_some())
            })?,
            Id::Help => self.about(About::Help, request)?,
            Id::HelpFormat => self.about(About::Format, request)?,
            Id::HelpReason => self.about(About::Reasons, request)?,
            Id::HelpState => self.about(About::States, request)?,
            Id::Usage => self.about(About::Usage, request)?,
            Id::Jobs => self.jobs(request, bytes)?,
            Id::Json | Id::Yaml => {
                let form = if given.id == Id::Json { Form::Json } else { Form::Yaml };
                let layout = Layout::chosen(PROGRAM, form, self.client.habits().data_layout_words)?;
                request.language = Some(Language { form, layout, parser: has_value.then_some(value) });
            }
            Id::Local => (request.local, request.all_clusters) = (true, false),
            Id::Long => request.long = true,
            Id::Name => names(&mut condition.names, &value),
            Id::NCpus => range(&mut condition.cpus, self.range(&value, "requested cpu range")?),
            Id::NNodes => range(&mut condition.node_count, self.range(&value, "requested node range")?),
            Id::NoConvert => request.without_units = true,
            Id::NoHeader => request.without_header = true,
            Id::NodeList => match &condition.nodes {
                Some(nodes) => {
                    PROGRAM.error(format_args!("Already asked for nodes '{}'", nodes.to_string_lossy()));
                }
                None => condition.nodes = text(bytes),
            },
            Id::Parsable => request.parsable = Some(true),
            Id::Parsable2 => request.parsable = Some(false),
            Id::Partition => names(&mut condition.partitions, &value),
            Id::Qos => request.qos = Some(value.into_vec()),
            Id::Reason => self.reasons(&mut condition.reasons, bytes)?,
            Id::StartTime => condition.start = self.time(&value)?,
            Id::State => self.states(&mut condition.states, bytes)?,
            Id::TimelimitMin => condition.time_limit.0 = time_limit(&value)?,
            Id::TimelimitMax => condition.time_limit.1 = time_limit(&value)?,
            Id::Truncate => condition.truncate = true,
            Id::Units => request.units = Some(unit(bytes)?),
            Id::UseLocalUid => request.local_uid = true,
            Id::User if bytes == b"-1" => request.all_users = true,
            Id::User => {
                request.all_users = false;
                let nobody = |name: &str| self.habits.refuses_nobody && name == "nobody";
                ids(&mut condition.users, bytes, "user", |name| {
                    if nobody(name) { None } else { users::user_named(name) }
                })?;
            }
            Id::Verbose => request.verbosity += 1,
            Id::Version => {
                return Err(help::print(&format!("{}\n", self.client.package_version())));
            }
            Id::WcKeys => names(&mut condition.wckeys, &value),
            Id::WholeHetjob => {
                let is =
                    |words: [&str; 2]| words.iter().any(|word| bytes.eq_ignore_ascii_case(word.as_bytes()));
                if bytes.is_empty() || is(["yes", "y"]) {
                    condition.whole_het_jobs = true;
                } else if is(["no", "n"]) {
                    condition.single_het_components = true;
                } else {
                    return Err(failed(format!(
                        "Invalid --whole-hetjob value \"{}\". Valid values: [yes|no].",
                        value.display()
                    )));
                }
            }
        }
        Ok(())
    }

    fn time(&self, value: &OsStr) -> Result<i64, ExitCode> {
        Moment::parse_past(&value.to_string_lossy(), &self.now, &self.dialect).map_err(|error| {
            eprintln!("{error}");
            ExitCode::FAILURE
        })
    }

    fn range(&self, value: &OsStr, what: &str) -> Result<Numbers, ExitCode> {
        ranges::read(&value.to_string_lossy(), what, self.habits.to_big).map_err(failed)
    }

    fn jobs(&self, request: &mut Request, list: &[u8]) -> Result<(), ExitCode> {
        let steps = &mut request.condition.steps;
        let read = |part: &[u8]| {
            let step = selection::read(&String::from_utf8_lossy(part), &self.habits)?;
            let new = !steps.contains(&step);
            if new {
                steps.push(step);
            }
            Ok(new)
        };
        each_part(list, read).map(drop).map_err(|error: String| PROGRAM.fatal(error))
    }

    fn states(&self, states: &mut Vec<CString>, list: &[u8]) -> Result<(), ExitCode> {
        /// The flags that slurmdbd keeps.
        const KEPT: u32 = StateFlags::REQUEUE | StateFlags::RESIZING | StateFlags::REVOKED;
        let read = |part: &[u8]| {
            let name = String::from_utf8_lossy(part);
            let unknown = || format!("unrecognized job state value '{name}'");
            let state = state_named(&name)
                .filter(|state| *state != StateFlags::EXPEDITING || self.knows_expediting)
                .ok_or_else(unknown)?;
            if state > 0xff && state & KEPT == 0 {
                return Err(format!("job state {name} is not supported / accounted"));
            }
            Ok(add(states, state.to_string()))
        };
        each_part(list, read).map(drop).map_err(|error| PROGRAM.fatal(error))
    }

    fn reasons(&self, reasons: &mut Vec<CString>, list: &[u8]) -> Result<(), ExitCode> {
        let read = |part: &[u8]| {
            let number = super::reasons::named(self.client, part).ok_or_else(|| {
                format!("unrecognized job reason value '{}'", String::from_utf8_lossy(part))
            })?;
            Ok(add(reasons, number.to_string()))
        };
        each_part(list, read).map(drop).map_err(|error: String| PROGRAM.fatal(error))
    }

    /// By which scheduler a job was started.
    fn flags(&self, list: &[u8]) -> Result<u32, ExitCode> {
        let started = if self.habits.start_recieved { "startrecieved" } else { "startreceived" };
        let words = [
            ("none", 0, true),
            ("schedsubmit", super::flags::SUBMIT, true),
            ("schedmain", super::flags::MAIN, true),
            ("schedbackfill", super::flags::BACKFILL, true),
            (started, super::flags::STARTED, self.habits.start_flag),
        ];
        let mut flags = 0;
        for part in list.split(|byte| *byte == b',').filter(|part| !part.is_empty()) {
            let name = String::from_utf8_lossy(part);
            let lower = name.to_ascii_lowercase();
            let found = words.iter().find(|(word, _, known)| *known && lower.contains(word));
            let Some((_, flag, _)) = found else {
                return Err(failed(format!("str_2_job_flags: Invalid job flag {name}")));
            };
            flags |= flag;
        }
        Ok(flags)
    }

    fn about(&self, about: About, request: &mut Request) -> Result<(), ExitCode> {
        if self.habits.help_at_once {
            return Err(help::about(about, self.client, &self.habits));
        }
        request.about = Some(about);
        Ok(())
    }

    /// What cannot be asked for together, and the time that is meant.
    fn check(&self, request: &mut Request) -> Result<(), ExitCode> {
        let condition = &mut request.condition;
        if condition.steps.is_empty() && (condition.script || condition.environment) {
            let what = if condition.environment { "job environment" } else { "job scripts" };
            return Err(PROGRAM.fatal(format_args!(
                "When requesting {what} you must also request specific jobs with the '-j' option."
            )));
        }
        if condition.script && condition.environment {
            return Err(PROGRAM.fatal("Options --batch-script and --env-vars are mutually exclusive"));
        }
        if request.long && request.fields.is_some() {
            return Err(PROGRAM.fatal(
                "Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.",
            ));
        }
        let window = Window { start: condition.start, end: condition.end };
        let window = window.completed(!condition.states.is_empty(), !condition.steps.is_empty(), &self.now);
        (condition.start, condition.end) = (window.start, window.end);
        Ok(())
    }
}

impl Request {
    /// The fields that are shown, as a list.
    pub fn format(&self) -> Vec<u8> {
        let mut fields = self.fields.clone();
        let mut add = |more: &[u8]| {
            let fields = fields.get_or_insert_default();
            fields.extend_from_slice(more);
            fields.push(b',');
        };
        if self.brief {
            add(format::BRIEF);
        }
        if self.long {
            add(format::LONG);
        }
        fields.unwrap_or_else(|| match std::env::var_os("SACCT_FORMAT") {
            Some(asked) => asked.into_vec(),
            None => format::DEFAULT.to_vec(),
        })
    }
}

fn failed(message: String) -> ExitCode {
    PROGRAM.error(message);
    ExitCode::FAILURE
}

/// An argument holds no NUL.
fn text(bytes: &[u8]) -> Option<CString> {
    CString::new(bytes).ok()
}

fn add(list: &mut Vec<CString>, item: String) -> bool {
    let Some(item) = text(item.as_bytes()) else { return false };
    let new = !list.contains(&item);
    if new {
        list.push(item);
    }
    new
}

fn names(list: &mut Vec<CString>, value: &OsStr) {
    let mut known: Vec<Vec<u8>> = std::mem::take(list).into_iter().map(CString::into_bytes).collect();
    add_names(&mut known, value.as_bytes());
    *list = known.iter().filter_map(|name| text(name)).collect();
}

/// Users or groups by name or number. A list that adds nobody is an error, and the same one twice adds nobody.
fn ids(
    list: &mut Vec<CString>,
    names: &[u8],
    what: &str,
    number: impl Fn(&str) -> Option<u32>,
) -> Result<(), ExitCode> {
    let read = |part: &[u8]| {
        let name = String::from_utf8_lossy(part);
        let id = number(&name).ok_or_else(|| format!("Invalid {what} id: {name}"))?;
        Ok(add(list, id.to_string()))
    };
    match each_part(names, read) {
        Ok(0) => Err(ExitCode::FAILURE),
        Ok(_) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

fn range(into: &mut (u32, u32), numbers: Numbers) {
    into.0 = numbers.least;
    if let Some(most) = numbers.most {
        into.1 = most;
    }
}

/// Minutes.
fn time_limit(value: &OsStr) -> Result<u32, ExitCode> {
    let text = value.to_string_lossy();
    let unlimited = ["-1", "INFINITE", "UNLIMITED"].iter().any(|word| text.eq_ignore_ascii_case(word));
    match TimeLimit::parse(&text, "") {
        Ok(TimeLimit::Unlimited) if unlimited => Ok(INFINITE),
        Ok(TimeLimit::Minutes(minutes)) if minutes.cast_signed() > 0 => Ok(minutes),
        _ => Err(PROGRAM.fatal("Invalid time limit specification")),
    }
}

fn unit(value: &[u8]) -> Result<Power, ExitCode> {
    let letter = value.first().copied().unwrap_or(0);
    let found = b"KMGTP".iter().position(|known| *known == letter.to_ascii_uppercase());
    match found {
        Some(index) => Ok(index as Power + 1),
        None => {
            // Nothing is as long as a C string is: the message ends with it.
            match letter {
                0 => PROGRAM.error("Invalid unit type '"),
                letter => PROGRAM.error(format_args!(
                    "Invalid unit type '{}'. Possible options are 'KMGTP'",
                    char::from(letter)
                )),
            }
            Err(PROGRAM.fatal("Invalid unit type"))
        }
    }
}
