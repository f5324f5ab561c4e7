//! `update JobId=…`

use super::super::PROGRAM;
use super::super::actions::{load, shown, tell_failure, tell_invalid};
use super::super::job_ids::{JobIds, job_ids};
use super::super::session::{Session, Voice};
use super::super::words::{is, leading_number, setting};
use super::key::Key;
use super::{Setting, refuse_word, time_left, value};
use crate::cli::native::users::user_named;
use crate::job::Dialect;
use crate::job::value::{MailTypes, Nodes, gres};
use crate::slurm::{Answer, Change, Client, JobsOf};
use std::borrow::Cow;
use std::ffi::{CStr, CString};

/// What the words of an update ask for.
#[derive(Default)]
struct Asked {
    jobs: Option<CString>,
    change: Change,
    /// Something is to be changed.
    any: bool,
    /// The number of nodes or their list, which only one job at a time can have changed.
    size: bool,
    /// `UserID=`: whose job is meant where it is named.
    user: Option<u32>,
}

/// Why the words are not followed.
enum Stop {
    /// It was said, or there is nothing to say.
    Said,
    /// `error: …`, and the command failed.
    Error(String),
    /// `error: …`, and the command did not fail: that is Slurm's way with numbers of nodes.
    ErrorOnly(String),
}

const NO_VAL: u32 = u32::MAX - 1;

pub fn update(client: &Client, session: &mut Session, words: &[&[u8]]) {
    let mut asked = Asked::default();
    match read(client, session, words, &mut asked) {
        Ok(()) => {}
        Err(Stop::Said) => return,
        Err(Stop::Error(message)) => return session.error(message),
        Err(Stop::ErrorOnly(message)) => return PROGRAM.error(message),
    }
    if !asked.any {
        return session.refuse("No changes specified");
    }
    asked.change.user_id = session.behalf;
    let jobs = match (asked.jobs.take(), &asked.change.name) {
        (Some(jobs), _) => jobs,
        (None, Some(name)) => match named(client, session, name, asked.user) {
            Some(jobs) => jobs,
            None => return,
        },
        (None, None) => return session.error("No job ID specified"),
    };
    if asked.size && !is_single(client, session, &jobs) {
        session.failed = true;
        return;
    }
    match job_ids(jobs.to_bytes(), session.printing.habits.knows_sluids) {
        Some(ids) => apply(client, session, ids.with_parts(client, true), &asked.change),
        None => {
            tell_invalid(client, session, jobs.to_bytes());
        }
    }
}

fn apply(client: &Client, session: &mut Session, jobs: JobIds, change: &Change) {
    for job in &jobs.ids {
        match client.update(job, change) {
            Ok(answers) => tell(session, &answers),
            Err(error) => {
                session.failed = true;
                tell_failure(session, &error, job);
            }
        }
    }
    if let Some(bad) = jobs.bad {
        PROGRAM.error(format_args!("Invalid job id: {bad}"));
    }
}

/// What slurmctld says of the jobs of one call.
fn tell(session: &mut Session, answers: &[Answer]) {
    let messages = session.printing.habits.tells_messages_of_updates;
    for answer in answers {
        let message = answer.message.as_ref().map(|message| message.to_string_lossy());
        let job = answer.job.to_string_lossy();
        match message {
            None if answer.code == 0 && (messages || answers.len() == 1) => {}
            Some(message) if answer.code == 0 && session.voice == Voice::Normal => {
                session.print(format_args!("{job}: {message}"));
            }
            Some(message) => session.object(format_args!("{job}: {} ({message})", answer.text)),
            None => session.object(format_args!("{job}: {}", answer.text)),
        }
    }
}

fn read(client: &Client, session: &mut Session, words: &[&[u8]], asked: &mut Asked) -> Result<(), Stop> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let (name, value) = setting(word);
        let (name, sign, value) = match (value, name) {
            (Some(value), [name @ .., sign @ (b'+' | b'-')]) => (name, Some(*sign), value),
            (Some(value), name) => (name, None, value),
            (None, name) if is(name, "Nice", 2) => {
                (asked.change.nice, asked.any) = (Some(Change::NICE_OFFSET + 100), true);
                continue;
            }
            (None, name) if is(name, "ResetAccrueTime", 3) => {
                (asked.change.reset_accrue_time, asked.any) = (true, true);
                continue;
            }
            (None, name) => match rest.next() {
                Some(value) => (name, None, *value),
                None => {
                    refuse_word(session, "Invalid input", word);
                    return Err(Stop::Said);
                }
            },
        };
        let mut setting = Setting { name, value, sign };
        let Some(key) = Key::named(setting.name, &session.printing.habits) else {
            refuse_word(session, "Update of this parameter is not supported", word);
            return Err(Stop::Said);
        };
        take(client, session, key, &mut setting, asked)?;
        if setting.sign.is_some() {
            return Err(Stop::Error(format!("Option {} does not accept [+|-]= syntax", shown(word))));
        }
    }
    Ok(())
}

/// One setting. Its sign is taken from it where it has a meaning.
fn take(
    client: &Client,
    session: &mut Session,
    key: Key,
    setting: &mut Setting<'_>,
    asked: &mut Asked,
) -> Result<(), Stop> {
    let dialect = client.dialect();
    // Values that are not texts are ASCII, or wrong.
    let text: Cow<'_, str> = String::from_utf8_lossy(setting.value);
    let text = text.as_ref();
    let string = || CString::new(setting.value).ok();
    let invalid = |name: &str| Stop::Error(format!("Invalid {name} value: {text}"));
    let change = &mut asked.change;
    macro_rules! number {
        ($member:ident, $read:path, $name:literal) => {
            change.$member = Some($read(text).ok_or_else(|| invalid($name))?)
        };
    }
    asked.any |= !matches!(key, Key::JobId | Key::UserId | Key::StartTime | Key::Deadline | Key::Gres);
    match key {
        Key::JobId => asked.jobs = string(),
        Key::UserId => match user_named(text) {
            Some(user) => asked.user = Some(user),
            None => {
                refuse_word(session, "Invalid UserID", setting.value);
                return Err(Stop::Said);
            }
        },
        Key::AdminComment => {
            change.admin_comment = match (setting.sign, session.printing.habits.appends_admin_comments) {
                (None, _) => string(),
                (Some(b'+'), true) => {
                    // The sign tells slurmctld to append.
                    setting.sign = None;
                    CString::new([b"+=", setting.value].concat()).ok()
                }
                (Some(_), true) => {
                    let text = "Invalid syntax, AdminComment can not be subtracted from.";
                    return Err(Stop::Error(text.into()));
                }
                (Some(_), false) => {
                    let text = "Invalid syntax, AdminComment can not be added/subtracted from.";
                    return Err(Stop::Error(text.into()));
                }
            };
        }
        Key::ArrayTaskThrottle => {
            // What C makes of it in 32 bits.
            if (leading_number(text).0 as i32) < 0 {
                return Err(Stop::Error("Invalid ArrayTaskThrottle value".into()));
            }
            change.array_inx = string();
        }
        Key::SiteFactor | Key::Nice => {
            let name = if key == Key::Nice { "Nice" } else { "SiteFactor" };
            let offset = value::offset(text).ok_or_else(|| {
                let most = Change::NICE_OFFSET - 3;
                Stop::Error(format!("{name} value out of range (+/- {most}). Value ignored"))
            })?;
            *(if key == Key::Nice { &mut change.nice } else { &mut change.site_factor }) = Some(offset);
        }
        Key::TimeLimit => {
            let jobs = asked.jobs.as_deref();
            change.time_limit = time_left::limit(client, session, setting, jobs).map_err(Stop::Error)?;
            if change.time_limit.is_none() {
                session.failed = true;
                return Err(Stop::Said);
            }
        }
        Key::TimeMin => match value::minutes(text) {
            Some(minutes) if minutes == Change::INFINITE || i32::try_from(minutes).is_ok() => {
                change.time_min = Some(minutes);
            }
            _ => return Err(Stop::Error("Invalid TimeMin value".into())),
        },
        Key::DelayBoot => {
            let seconds = value::seconds(text).ok_or(Stop::Error("Invalid DelayBoot value".into()))?;
            change.delay_boot = Some(seconds);
        }
        Key::Switches => {
            let (count, behind) = leading_number(text);
            change.req_switch = Some(count as u32);
            if let Some(wait) = behind.strip_prefix('@') {
                // What is no time is as many seconds as that mistake has minutes.
                change.wait4switch = Some(value::minutes(wait).unwrap_or(NO_VAL).wrapping_mul(60));
            }
        }
        Key::NumCpus => {
            let (least, most) = value::range(text, "NumCPUs", &dialect).map_err(|message| {
                PROGRAM.error(message);
                invalid("NumCPUs")
            })?;
            let most = most.unwrap_or(0);
            if least <= 0 || (most != 0 && most < least) {
                return Err(invalid("NumCPUs"));
            }
            change.min_cpus = Some(least as u32);
            change.max_cpus = (most != 0).then_some(most as u32);
        }
        Key::NumNodes => {
            asked.size = true;
            nodes(session, text, change, &dialect)?;
        }
        Key::NodeList => {
            asked.size = true;
            change.req_nodes = string();
        }
        Key::StartTime | Key::Deadline | Key::EndTime => {
            let seconds = value::moment(text, &dialect).map_err(|note| {
                note.into_iter().for_each(|note| session.tell(note));
            });
            let now = jiff::Timestamp::now().as_second();
            match (key, seconds) {
                (Key::EndTime, seconds) => change.end_time = Some(seconds.unwrap_or(0)),
                (Key::Deadline, Ok(seconds)) => (change.deadline, asked.any) = (Some(seconds), true),
                (_, Ok(seconds)) => (change.begin_time, asked.any) = (Some(seconds.max(now)), true),
                (_, Err(())) => {}
            }
        }
        Key::Reboot => change.reboot = Some(value::yes_or_no(text).ok_or_else(|| invalid("reboot"))?),
        Key::MailType => {
            let Ok(MailTypes(events)) = MailTypes::parse(text) else {
                session.refuse(format_args!("Invalid MailType: {text}"));
                return Err(Stop::Said);
            };
            change.mail_type = Some(events);
        }
        Key::Gres => {
            if ["help", "list"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
                let types = &client.configuration().checks.tres.gres_types;
                session.print("Valid gres options are:");
                types.iter().for_each(|kind| session.print(format_args!("{kind}[[:type]:count]")));
                return Ok(());
            }
            asked.any = true;
            // `none` is a name like others here.
            let none = || format!("{}{text}", dialect.gres_prefix);
            let gres = gres::per_node(text, &dialect).unwrap_or_else(none);
            add_tres(change, gres.as_bytes());
        }
        Key::TresPerNode => add_tres(change, setting.value),
        Key::MinMemoryNode => number!(pn_min_memory, value::long, "MinMemoryNode"),
        Key::MinMemoryCpu => {
            let memory = value::long(text).ok_or_else(|| invalid("MinMemoryCPU"))?;
            change.pn_min_memory = Some(memory | Change::MEM_PER_CPU);
        }
        Key::ThreadSpec => {
            let threads = value::specialized(text).ok_or_else(|| invalid("ThreadSpec"))?;
            let all = threads == Change::INFINITE16;
            change.core_spec = Some(if all { threads } else { threads | Change::THREADS });
        }
        Key::CoreSpec => number!(core_spec, value::specialized, "CoreSpec"),
        Key::Contiguous => number!(contiguous, value::yes_or_no, "Contiguous"),
        Key::OverSubscribe => number!(shared, value::yes_or_no, "OverSubscribe"),
        Key::CpusPerTask => number!(cpus_per_task, value::short, "CPUsPerTask"),
        Key::MinCpusNode => number!(pn_min_cpus, value::short, "MinCPUsNode"),
        Key::MinTmpDiskNode => number!(pn_min_tmp_disk, value::word, "MinTmpDiskNode"),
        Key::NumTasks => number!(num_tasks, value::word, "NumTasks"),
        Key::Priority => number!(priority, value::word, "Priority"),
        Key::ReqCores => number!(cores_per_socket, value::short, "ReqCores"),
        Key::ReqSockets => number!(sockets_per_node, value::short, "ReqSockets"),
        Key::ReqThreads => number!(threads_per_core, value::short, "ReqThreads"),
        Key::Requeue => number!(requeue, value::short, "Requeue"),
        Key::TasksPerNode => number!(ntasks_per_node, value::short, "TasksPerNode"),
        Key::WaitForSwitch => number!(wait4switch, value::word, "wait-for-switch"),
        Key::Account => change.account = string(),
        Key::BurstBuffer => change.burst_buffer = string(),
        Key::ClusterFeatures => change.cluster_features = string(),
        Key::Clusters => change.clusters = string(),
        Key::Comment => change.comment = string(),
        Key::CpusPerTres => change.cpus_per_tres = string(),
        Key::Dependency => change.dependency = string(),
        Key::ExcNodeList => change.exc_nodes = string(),
        Key::Extra => change.extra = string(),
        Key::Features => change.features = string(),
        Key::Licenses => change.licenses = string(),
        Key::MailUser => change.mail_user = string(),
        Key::McsLabel => change.mcs_label = string(),
        Key::MemPerTres => change.mem_per_tres = string(),
        Key::Name => change.name = string(),
        Key::Partition => change.partition = string(),
        Key::Prefer => change.prefer = string(),
        Key::Qos => change.qos = string(),
        Key::Reservation => change.reservation = string(),
        Key::StdErr => change.std_err = string(),
        Key::StdIn => change.std_in = string(),
        Key::StdOut => change.std_out = string(),
        Key::TresBind => change.tres_bind = string(),
        Key::TresFreq => change.tres_freq = string(),
        Key::TresPerJob => change.tres_per_job = string(),
        Key::TresPerSocket => change.tres_per_socket = string(),
        Key::TresPerTask => change.tres_per_task = string(),
        Key::Wckey => change.wckey = string(),
        Key::WorkDir => change.work_dir = string(),
    }
    Ok(())
}

/// What is asked for on each node may be named in several words.
fn add_tres(change: &mut Change, tres: &[u8]) {
    let before = change.tres_per_node.take().map(CString::into_bytes);
    let whole = before.map_or_else(|| tres.to_vec(), |before| [&before, tres].join(&b','));
    change.tres_per_node = CString::new(whole).ok();
}

/// `NumNodes=`: `0`, `ALL`, or as for `--nodes`. What is wrong with it is said, and that is all.
fn nodes(session: &Session, text: &str, change: &mut Change, dialect: &Dialect) -> Result<(), Stop> {
    if text == "0" || text.eq_ignore_ascii_case("ALL") {
        change.min_nodes = Some(if text == "0" { 0 } else { Change::INFINITE });
        return Ok(());
    }
    if session.printing.habits.takes_lists_of_sizes {
        let nodes = Nodes::parse(text, dialect).map_err(Stop::ErrorOnly)?;
        (change.min_nodes, change.max_nodes) = (Some(nodes.min as u32), Some(nodes.max as u32));
        change.job_size_str = nodes.sizes.and_then(|sizes| CString::new(sizes).ok());
    } else {
        let range = value::range(text, "requested node count", dialect).map_err(Stop::ErrorOnly)?;
        change.min_nodes = Some(range.0 as u32);
        change.max_nodes = range.1.map(|most| most as u32);
    }
    Ok(())
}

/// The jobs of a name, and of a user if one was given, as a list of ids.
fn named(client: &Client, session: &mut Session, name: &CStr, user: Option<u32>) -> Option<CString> {
    let shown = name.to_string_lossy();
    let table = match load(client, session, JobsOf::Everyone) {
        Ok(table) => table,
        Err(text) => {
            session.error(format_args!("Could not load state information: {text}"));
            return None;
        }
    };
    if table.is_empty() {
        session.error(format_args!("JobName {shown} not found"));
        return None;
    }
    let mut ids = Vec::new();
    for at in 0..table.len() {
        let info = table.get(at);
        if info.name == Some(name) && user.is_none_or(|user| user == info.user_id) {
            ids.push(match info.array_task_id {
                NO_VAL => info.job_id.to_string(),
                task => format!("{}_{task}", info.array_job_id),
            });
        }
    }
    if ids.is_empty() {
        match user {
            None => session.error(format_args!("No jobs with name '{shown}'")),
            Some(user) => session.error(format_args!("No jobs with user ID {user} and name '{shown}'")),
        }
        return None;
    }
    CString::new(ids.join(",")).ok()
}

/// Whether a word names one job alone, which is all that can be resized.
fn is_single(client: &Client, session: &mut Session, job: &CStr) -> bool {
    let shown = job.to_string_lossy();
    let Some((id, task)) = time_left::job_and_task(&shown) else {
        session.error(format_args!("Invalid job ID {shown}"));
        return false;
    };
    let (length, lone) = match time_left::records(client, session, id) {
        Ok(table) => (table.len(), table.len() == 1),
        Err(text) => {
            session.error(format_args!("Could not load state information for job {shown}: {text}"));
            return false;
        }
    };
    if length == 0 {
        session.error(format_args!("Job ID {shown} not found"));
    } else if !lone && task.is_none() {
        session.error("Job resizing not supported for job arrays");
    }
    length > 0 && (lone || task.is_some())
}
