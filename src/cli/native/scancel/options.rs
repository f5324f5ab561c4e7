//! scancel's options and variables.

use super::filter::read_nodes;
use super::target::{self, Target};
use super::{PROGRAM, usage};
use crate::cli::native::users::{own_user, user_named};
use crate::getopt::{Opt, Order, Scanner, Value};
use crate::job::state_words::{BASE_STATES, state_named, state_word};
use crate::job::value::{Signal, number};
use crate::slurm::{Client, ControlHabits, Kill};
use std::env::var_os;
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::ExitCode;

/// What was asked for.
#[derive(Debug, Default)]
pub struct Options {
    pub account: Option<CString>,
    pub admin_comment: Option<CString>,
    pub ctld: bool,
    pub interactive: bool,
    pub job_name: Option<CString>,
    pub kill: Kill,
    pub nodelist: Option<CString>,
    pub partition: Option<CString>,
    pub qos: Option<CString>,
    pub reservation: Option<CString>,
    pub sibling: Option<CString>,
    /// None: jobs are to end.
    pub signal: Option<u16>,
    /// A base state.
    pub state: Option<u32>,
    pub user_id: u32,
    pub user_name: Option<CString>,
    /// −1 with `-Q`.
    pub verbose: i32,
    pub wckey: Option<CString>,
    /// The jobs and steps that were named.
    pub targets: Vec<Target>,
    /// The same as they were written.
    pub written: Vec<CString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Id {
    Account,
    AdminComment,
    Batch,
    Cluster,
    Cron,
    Ctld,
    Full,
    Help,
    Hurry,
    Interactive,
    Me,
    Name,
    Nodelist,
    Partition,
    Qos,
    Quiet,
    Reservation,
    Sibling,
    Signal,
    State,
    Usage,
    User,
    Verbose,
    Version,
    WcKey,
}

const OPTIONS: &[Opt<Id>] = &[
    Opt::new(Id::Account, "account", Some(b'A'), Value::Required),
    Opt::new(Id::AdminComment, "admin-comment", None, Value::Required),
    Opt::new(Id::Batch, "batch", Some(b'b'), Value::None),
    Opt::new(Id::Ctld, "ctld", None, Value::None),
    Opt::new(Id::Cron, "cron", Some(b'c'), Value::None),
    Opt::new(Id::Full, "full", Some(b'f'), Value::None),
    Opt::new(Id::Help, "help", None, Value::None),
    Opt::new(Id::Hurry, "hurry", Some(b'H'), Value::None),
    Opt::new(Id::Interactive, "interactive", Some(b'i'), Value::None),
    Opt::new(Id::Cluster, "cluster", Some(b'M'), Value::Required),
    Opt::new(Id::Cluster, "clusters", Some(b'M'), Value::Required),
    Opt::new(Id::Name, "jobname", Some(b'n'), Value::Required),
    Opt::new(Id::Me, "me", None, Value::None),
    Opt::new(Id::Name, "name", Some(b'n'), Value::Required),
    Opt::new(Id::Nodelist, "nodelist", Some(b'w'), Value::Required),
    Opt::new(Id::Partition, "partition", Some(b'p'), Value::Required),
    Opt::new(Id::Qos, "qos", Some(b'q'), Value::Required),
    Opt::new(Id::Quiet, "quiet", Some(b'Q'), Value::None),
    Opt::new(Id::Reservation, "reservation", Some(b'R'), Value::Required),
    Opt::new(Id::Sibling, "sibling", None, Value::Required),
    Opt::new(Id::Signal, "signal", Some(b's'), Value::Required),
    Opt::new(Id::State, "state", Some(b't'), Value::Required),
    Opt::new(Id::Usage, "usage", None, Value::None),
    Opt::new(Id::User, "user", Some(b'u'), Value::Required),
    Opt::new(Id::Verbose, "verbose", Some(b'v'), Value::None),
    Opt::new(Id::Version, "version", Some(b'V'), Value::None),
    Opt::new(Id::WcKey, "wckey", None, Value::Required),
];

/// Reads variables, then options, then jobs. An exit code where that is all.
pub fn read(client: &Client, arguments: Vec<OsString>) -> Result<Options, ExitCode> {
    let habits = client.habits().control;
    let mut options = Options::default();
    options.read_variables(client, &habits)?;
    let known: Vec<Opt<Id>> = OPTIONS
        .iter()
        .filter(|option| match option.id {
            Id::Cron => habits.shows_cron_option,
            Id::AdminComment => habits.shows_admin_comment_option,
            Id::Me => habits.has_scancel_me,
            _ => true,
        })
        .copied()
        .collect();
    let mut scanner = Scanner::new(&known, Order::Permuted, arguments);
    for given in scanner.by_ref() {
        match given {
            Ok(given) => options.take(client, given.id, given.value.unwrap_or_default())?,
            Err(refused) => {
                PROGRAM.say(refused);
                eprintln!("Try \"scancel --help\" for more information");
                return Err(ExitCode::FAILURE);
            }
        }
    }
    let jobs = scanner.operands().into_iter().map(OsStringExt::into_vec).collect();
    match target::read(client, jobs, habits.knows_sluids) {
        Ok((targets, written)) => (options.targets, options.written) = (targets, written),
        Err(message) => {
            client.log().iter().for_each(|line| PROGRAM.say(line));
            PROGRAM.error(message);
            return Err(ExitCode::FAILURE);
        }
    }
    if let Some(nodes) = options.nodelist.as_ref().filter(|_| habits.reads_nodes_at_once).and_then(read_nodes)
    {
        options.nodelist = Some(nodes);
    }
    options.check(&habits)?;
    if options.verbose > 2 {
        options.list(&habits);
    }
    Ok(options)
}

/// A value as a C string, which an argument or a variable always is.
fn text(value: OsString) -> Option<CString> {
    CString::new(value.into_vec()).ok()
}

fn lower(value: OsString) -> Option<CString> {
    text(value.to_ascii_lowercase())
}

/// `true`, `t`, `false`, `f`; what is neither is complained of and changes nothing.
fn read_switch(name: &str, set: &mut bool) {
    let Some(value) = var_os(name) else { return };
    let is = |words: [&str; 2]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    if is(["true", "t"]) {
        *set = true;
    } else if is(["false", "f"]) {
        *set = false;
    } else {
        PROGRAM.error(format_args!("Unrecognized {name} value: {}", value.to_string_lossy()));
    }
}

/// A state by its word or code.
fn read_state(value: &OsStr, unknown: &str) -> Result<Option<u32>, ExitCode> {
    let state = value.to_str().and_then(state_named);
    if state.is_none() {
        eprintln!("{unknown}: {}", value.to_string_lossy());
        eprintln!("Valid job states are PENDING, RUNNING, and SUSPENDED");
        return Err(ExitCode::FAILURE);
    }
    Ok(state)
}

impl Options {
    fn read_variables(&mut self, client: &Client, habits: &ControlHabits) -> Result<(), ExitCode> {
        let set = |name: &str| var_os(name).is_some();
        self.account = var_os("SCANCEL_ACCOUNT").and_then(lower);
        read_switch("SCANCEL_BATCH", &mut self.kill.batch);
        self.ctld = set("SCANCEL_CTLD");
        self.kill.cron = habits.shows_cron_option && set("SCANCEL_CRON");
        read_switch("SCANCEL_FULL", &mut self.kill.full);
        self.kill.hurry = set("SCANCEL_HURRY");
        read_switch("SCANCEL_INTERACTIVE", &mut self.interactive);
        self.job_name = var_os("SCANCEL_NAME").and_then(text);
        self.partition = var_os("SCANCEL_PARTITION").and_then(text);
        self.qos = var_os("SCANCEL_QOS").and_then(lower);
        if let Some(state) = var_os("SCANCEL_STATE") {
            self.state = read_state(&state, "Unrecognized SCANCEL_STATE value")?;
        }
        self.user_name = var_os("SCANCEL_USER").and_then(text);
        let mut verbose = false;
        read_switch("SCANCEL_VERBOSE", &mut verbose);
        self.verbose = verbose.into();
        self.wckey = var_os("SCANCEL_WCKEY").and_then(text);
        match var_os("SLURM_CLUSTERS") {
            Some(cluster) => self.other_cluster(client, &cluster),
            None => Ok(()),
        }
    }

    fn take(&mut self, client: &Client, id: Id, value: OsString) -> Result<(), ExitCode> {
        match id {
            Id::Account => self.account = lower(value),
            Id::AdminComment => (self.ctld, self.admin_comment) = (true, text(value)),
            Id::Batch => self.kill.batch = true,
            Id::Cluster => self.other_cluster(client, &value)?,
            Id::Cron => self.kill.cron = true,
            Id::Ctld => self.ctld = true,
            Id::Full => self.kill.full = true,
            Id::Hurry => self.kill.hurry = true,
            Id::Interactive => self.interactive = true,
            Id::Me => self.user_name = CString::new(own_user().to_string()).ok(),
            Id::Name => self.job_name = text(value),
            Id::Nodelist => self.nodelist = text(value),
            Id::Partition => self.partition = text(value),
            Id::Qos => self.qos = lower(value),
            Id::Quiet => self.verbose = -1,
            Id::Reservation => self.reservation = text(value),
            Id::Sibling => self.sibling = text(value),
            Id::Signal => match value.to_str().and_then(|name| Signal::parse(name, &client.dialect())) {
                Some(Signal(signal)) => self.signal = Some(signal),
                None => {
                    eprintln!("Unknown job signal: {}", value.to_string_lossy());
                    return Err(ExitCode::FAILURE);
                }
            },
            Id::State => self.state = read_state(&value, "Invalid job state specified")?,
            Id::User => self.user_name = text(value),
            Id::Verbose => self.verbose += 1,
            Id::WcKey => self.wckey = text(value),
            Id::Help => return Err(usage::print(usage::HELP)),
            Id::Usage => return Err(usage::print(usage::USAGE)),
            Id::Version => {
                println!("{}", client.package_version());
                return Err(ExitCode::SUCCESS);
            }
        }
        Ok(())
    }

    /// Only this host's own cluster can be asked.
    fn other_cluster(&mut self, client: &Client, name: &OsStr) -> Result<(), ExitCode> {
        self.ctld = true;
        let own = &client.configuration().cluster;
        if name.as_bytes() == own.as_bytes() {
            return Ok(());
        }
        PROGRAM.error(format_args!(
            "srunx scancel asks this host's cluster only, which is {own}: use scancel for {}",
            name.to_string_lossy()
        ));
        Err(ExitCode::FAILURE)
    }

    fn check(&mut self, habits: &ControlHabits) -> Result<(), ExitCode> {
        if let Some(name) = &self.user_name {
            let shown = name.to_string_lossy();
            let unknown = || {
                let found = number::leading(&shown).filter(|found| found.rest.is_empty())?;
                u32::try_from(found.value).ok().filter(|_| habits.takes_unknown_users)
            };
            match user_named(&shown).or_else(unknown) {
                Some(user) => self.user_id = user,
                None => {
                    PROGRAM.error(format_args!("Invalid user name: {shown}"));
                    return Err(ExitCode::FAILURE);
                }
            }
        }
        if self.targets.is_empty() && !self.filters() {
            PROGRAM.error("No job identification provided");
            return Err(ExitCode::FAILURE);
        }
        Ok(())
    }

    /// Whether jobs are chosen by more than their ids.
    pub fn filters(&self) -> bool {
        self.state.is_some() || self.filter_texts().iter().any(|(_, text)| text.is_some())
    }

    fn filter_texts(&self) -> [(&'static str, Option<&CString>); 8] {
        [
            ("account", self.account.as_ref()),
            ("job_name", self.job_name.as_ref()),
            ("nodelist", self.nodelist.as_ref()),
            ("partition", self.partition.as_ref()),
            ("qos", self.qos.as_ref()),
            ("reservation", self.reservation.as_ref()),
            ("user_name", self.user_name.as_ref()),
            ("wckey", self.wckey.as_ref()),
        ]
    }

    /// Whether there is nothing to do but to end the jobs whose ids were given.
    pub fn only_names_jobs(&self, habits: &ControlHabits) -> bool {
        let ctld = self.ctld && habits.finds_jobs_in_controller;
        !self.filters() && !self.kill.batch && !self.interactive && self.signal.is_none() && !ctld
    }

    /// Whether a step was named.
    pub fn names_steps(&self) -> bool {
        self.targets.iter().any(|target| target.step.is_some())
    }

    /// `--ctld`, where nothing stands in its way.
    pub fn leaves_jobs_to_controller(&self, habits: &ControlHabits) -> bool {
        /// What an id of a federation has beyond it (`MAX_JOB_ID`).
        const OWN: u32 = 0x03ff_ffff;
        let federated = habits.knows_sluids && self.targets.iter().any(|target| target.job & !OWN != 0);
        habits.finds_jobs_in_controller
            && self.ctld
            && self.sibling.is_none()
            && !self.names_steps()
            && !federated
    }

    /// `batch `, `full ` or nothing, before the word job.
    pub fn kind(&self) -> &'static str {
        match self.kill {
            Kill { full: true, .. } => "full ",
            Kill { batch: true, .. } => "batch ",
            _ => "",
        }
    }

    /// What is said with `-v`.
    pub fn verbosely(&self, message: impl std::fmt::Display) {
        if self.verbose > 0 {
            PROGRAM.say(message);
        }
    }

    /// `Terminating job 12`, `Signal 10 to batch job 12`
    pub fn tell_signal(&self, job: &str) {
        let kind = self.kind();
        match self.signal {
            None => self.verbosely(format_args!("Terminating {kind}job {job}")),
            Some(signal) => self.verbosely(format_args!("Signal {signal} to {kind}job {job}")),
        }
    }

    /// No job was left by the filters. `nodes`: those of `-w`, as far as they are known by now.
    pub fn tell_no_match(&self, nodes: Option<&CString>) {
        let state = self.state.and_then(|state| CString::new(state_word(state)).ok());
        let mut texts = self.filter_texts().to_vec();
        texts[2].1 = nodes;
        texts.insert(6, ("state", state.as_ref()));
        let texts: Vec<String> = texts
            .into_iter()
            .filter_map(|(name, text)| text.map(|text| format!("{name}={} ", text.to_string_lossy())))
            .collect();
        if !texts.is_empty() {
            PROGRAM
                .error(format_args!("No active jobs match ALL job filters, including: {}", texts.concat()));
        }
    }

    /// `-vvv`: all of it.
    fn list(&self, habits: &ControlHabits) {
        let text = |text: &Option<CString>| {
            text.as_ref().map_or_else(|| "(null)".to_owned(), |text| text.to_string_lossy().into_owned())
        };
        let line =
            |name: &str, value: &dyn std::fmt::Display| PROGRAM.say(format_args!("{name:<15}: {value}"));
        line("account", &text(&self.account));
        line("batch", &self.kill.batch);
        line("ctld", &self.ctld);
        if habits.shows_cron_option {
            line("cron", &self.kill.cron);
        }
        line("full", &self.kill.full);
        line("hurry", &self.kill.hurry);
        line("interactive", &self.interactive);
        line("job_name", &text(&self.job_name));
        line("nodelist", &text(&self.nodelist));
        line("partition", &text(&self.partition));
        line("qos", &text(&self.qos));
        line("reservation", &text(&self.reservation));
        line("sibling", &text(&self.sibling));
        if let Some(signal) = self.signal {
            line("signal", &signal);
        }
        line("state", &state_word(self.state.unwrap_or(BASE_STATES)));
        line("user_id", &self.user_id);
        line("user_name", &text(&self.user_name));
        line("verbose", &self.verbose);
        line("wckey", &text(&self.wckey));
        for (at, target) in self.targets.iter().enumerate() {
            match target.step {
                None => PROGRAM.say(format_args!("job_id[{at}]      : {}", target.job_text())),
                Some(_) => PROGRAM.say(format_args!("job_step_id[{at}] : {}", target.text())),
            }
        }
    }
}
