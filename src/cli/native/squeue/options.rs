//! squeue's command line and variables.

use super::super::time_text::seconds_text;
use super::super::users::user_named;
use super::option_table::{Id, known};
use super::settings::{List, Settings};
use super::{PROGRAM, clusters, help, lists, nodes};
use crate::cli::native::data::{Form, Layout, command};
use crate::getopt::{Given, Order, Scanner};
use crate::slurm::{Client, Clusters, SqueueHabits};
use std::env;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::ExitCode;

/// Ends the command with that code.
pub type Ended = ExitCode;

/// Reads arguments and variables one after the other, as squeue does: what is wrong is complained of in that order.
struct Reader<'a> {
    client: &'a Client,
    /// Those that were found.
    clusters: Option<Clusters<'a>>,
    /// Those that are still to be found.
    cluster_names: Option<Vec<u8>>,
    habits: SqueueHabits,
    settings: Settings,
    /// An option says how to print, so no variable does.
    formatted: bool,
}

/// What was asked for, or the exit code of a command that has nothing more to do.
pub fn read(client: &Client, arguments: Vec<OsString>) -> Result<(Settings, Option<Clusters<'_>>), Ended> {
    let reader = Reader {
        client,
        clusters: None,
        cluster_names: None,
        habits: client.squeue_habits(),
        settings: Settings::default(),
        formatted: false,
    };
    reader.read(arguments)
}

fn variable(name: &str) -> Option<Vec<u8>> {
    env::var_os(name).map(OsString::into_vec)
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some()
}

fn words(text: Vec<u8>) -> List<Vec<u8>> {
    let items = lists::parts(&text).map(<[u8]>::to_vec).collect();
    List { text, items }
}

fn shown(text: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(text)
}

impl<'a> Reader<'a> {
    fn read(mut self, arguments: Vec<OsString>) -> Result<(Settings, Option<Clusters<'a>>), Ended> {
        self.variables_before()?;
        let options = known(self.client);
        let line = arguments.clone();
        let mut scanner = Scanner::new(&options, Order::Permuted, arguments);
        for given in scanner.by_ref() {
            match given {
                Ok(given) => self.option(given)?,
                Err(refused) => {
                    PROGRAM.say(refused);
                    eprintln!("Try \"squeue --help\" for more information");
                    return Err(ExitCode::FAILURE);
                }
            }
        }
        self.settings.command = command("squeue", &line, scanner.places());
        self.check()?;
        if !self.formatted {
            match variable("SQUEUE_FORMAT") {
                Some(format) => self.settings.format = Some(format),
                None => self.settings.long_format = variable("SQUEUE_FORMAT2"),
            }
        }
        self.operands(scanner.operands())?;
        if let Some(names) = self.cluster_names.take() {
            self.find_clusters(&names, false)
                .map_err(|_| PROGRAM.fatal("Could not get cluster information"))?;
        }
        self.jobs_and_steps()?;
        if let Some(asked) = self.settings.nodes.take() {
            self.settings.nodes = Some(nodes::known(self.client, self.clusters.as_ref(), &asked)?);
        }
        self.variables_after()?;
        self.start()?;
        let Settings { running_over: over, running_under: under, .. } = self.settings;
        if over != 0 && under != 0 && over > under {
            return Err(PROGRAM.fatal(format_args!(
                "--running-over={} and --running-under={} will return 0 jobs.",
                seconds_text(over.into()),
                seconds_text(under.into())
            )));
        }
        Ok((self.settings, self.clusters))
    }

    /// Variables that options override.
    fn variables_before(&mut self) -> Result<(), Ended> {
        let settings = &mut self.settings;
        settings.federation = self.client.configuration().federation_parameters.contains("fed_display")
            || is_set("SQUEUE_FEDERATION");
        settings.all = is_set("SQUEUE_ALL");
        settings.array = is_set("SQUEUE_ARRAY");
        settings.array_unique =
            is_set("SQUEUE_ARRAY_UNIQUE") && self.client.squeue_has_option("array-unique");
        settings.sort = variable("SQUEUE_SORT");
        settings.local = is_set("SLURM_CLUSTERS") || is_set("SQUEUE_LOCAL");
        settings.priority = is_set("SQUEUE_PRIORITY");
        settings.sibling = is_set("SQUEUE_SIB") || is_set("SQUEUE_SIBLING");
        match variable("SLURM_CLUSTERS") {
            Some(names) => self.name_clusters(names, true),
            None => Ok(()),
        }
    }

    /// Clusters that are named are looked for at once or when all options are read.
    fn name_clusters(&mut self, names: Vec<u8>, from_environment: bool) -> Result<(), Ended> {
        if self.habits.clusters_are_found_last {
            self.cluster_names = Some(names);
            return Ok(());
        }
        self.find_clusters(&names, from_environment)
    }

    fn find_clusters(&mut self, names: &[u8], from_environment: bool) -> Result<(), Ended> {
        self.clusters = None;
        let found = clusters::find(self.client, names, from_environment).ok_or(ExitCode::FAILURE)?;
        found.ask(0);
        self.clusters = Some(found);
        Ok(())
    }

    fn option(&mut self, given: Given<Id>) -> Result<(), Ended> {
        let value = given.value.map(OsString::into_vec);
        let required = || value.clone().unwrap_or_default();
        let settings = &mut self.settings;
        match given.id {
            Id::Accounts => settings.accounts = Some(words(required())),
            Id::All => settings.all = true,
            Id::Array => {
                settings.array = true;
                settings.whole_arrays = true;
            }
            Id::ArrayUnique => settings.array_unique = true,
            Id::Autocomplete => return Err(help::complete(&known(self.client), &required())),
            Id::Clusters => {
                settings.local = true;
                self.name_clusters(required(), false)?;
            }
            Id::ExpandPatterns => settings.expand_patterns = true,
            Id::Federation => settings.federation = true,
            Id::Format | Id::LongFormat => self.format(given.id, required())?,
            Id::Help => return Err(help::help(self.client)),
            Id::HelpFormat => return Err(help::letters(self.client, settings.step_flag)),
            Id::HelpLongFormat => return Err(help::names(self.client, settings.step_flag)),
            Id::HelpState => return Err(help::states(self.client)),
            Id::Hide => settings.all = false,
            Id::Iterate => {
                let text = required();
                settings.iterate = match u32::try_from(lists::number(&text).0) {
                    Ok(seconds @ 1..) => seconds,
                    _ => {
                        PROGRAM.error(format_args!("--iterate={}\n", shown(&text)));
                        return Err(ExitCode::FAILURE);
                    }
                };
            }
            Id::Jobs => {
                settings.job_flag = true;
                if let Some(text) = value {
                    self.jobs(text)?;
                }
            }
            Id::Json | Id::Yaml => {
                let form = if given.id == Id::Json { Form::Json } else { Form::Yaml };
                settings.form = Some(form);
                settings.layout = Layout::chosen(PROGRAM, form, self.client.habits().data_layout_words)?;
                settings.data_parser = value.map(OsString::from_vec);
            }
            Id::Licenses => settings.licenses = Some(words(required())),
            Id::Local => settings.local = true,
            Id::Long => {
                settings.long = true;
                self.formatted = true;
            }
            Id::Me => self.users(nix::unistd::Uid::effective().to_string().into_bytes()),
            Id::Names => settings.names = Some(words(required())),
            Id::NoConvert => settings.no_convert = true,
            Id::NoHeader => settings.no_header = true,
            Id::Nodes => {
                settings.nodes = Some(nodes::listed(self.client, &required())?);
            }
            Id::NotMe => settings.not_me = true,
            Id::OnlyState => settings.only_state = true,
            Id::Partitions => {
                settings.partitions = Some(words(required()));
                settings.all = true;
            }
            Id::Priority => settings.priority = true,
            Id::Qos => settings.qos = Some(words(required())),
            Id::Reservation => settings.reservation = Some(required()),
            Id::RunningOver => settings.running_over = running(&required())?,
            Id::RunningUnder => settings.running_under = running(&required())?,
            Id::Sibling => settings.sibling = true,
            Id::Sort => settings.sort = Some(required()),
            Id::Start => {
                settings.start = true;
                self.formatted = true;
            }
            Id::States => self.states(required())?,
            Id::Steps => {
                settings.step_flag = true;
                self.formatted = true;
                if let Some(text) = value {
                    self.steps(text)?;
                }
            }
            Id::Usage => return Err(help::usage(self.client)),
            Id::Users => self.users(required()),
            Id::Verbose => settings.verbose += 1,
            Id::Version => return Err(help::version(self.client)),
        }
        Ok(())
    }

    fn format(&mut self, id: Id, text: Vec<u8>) -> Result<(), Ended> {
        let Settings { format, long_format, .. } = &mut self.settings;
        let (own, other, message) = match id {
            Id::Format => (format, long_format, "-o (--format) is incompatible with -O (--Format)"),
            _ => (long_format, format, "-O (--Format) is incompatible with -o (--format)"),
        };
        if other.is_some() {
            PROGRAM.error(message);
            return Err(ExitCode::FAILURE);
        }
        *own = Some(text);
        self.formatted = true;
        Ok(())
    }

    fn jobs(&mut self, text: Vec<u8>) -> Result<(), Ended> {
        let read =
            if self.habits.job_ids_are_checked { lists::checked_jobs(&text) } else { lists::jobs(&text) };
        let items = read.map_err(|part| {
            PROGRAM.error(format_args!("Invalid job id: {}", shown(part)));
            ExitCode::FAILURE
        })?;
        self.settings.jobs = Some(List { text, items });
        Ok(())
    }

    fn steps(&mut self, text: Vec<u8>) -> Result<(), Ended> {
        let items = lists::steps(&text).map_err(|complaint| {
            PROGRAM.error(complaint);
            ExitCode::FAILURE
        })?;
        self.settings.steps = Some(List { text, items });
        Ok(())
    }

    fn states(&mut self, text: Vec<u8>) -> Result<(), Ended> {
        let knows_expediting = self.client.habits().knows_expediting;
        let all = text.eq_ignore_ascii_case(b"all");
        self.settings.all_states = all && !self.habits.all_states_are_listed;
        let items = if all {
            lists::all_states()
        } else {
            lists::states(&text, knows_expediting).map_err(|part| {
                PROGRAM.error(format_args!("Invalid job state specified: {}", shown(part)));
                let mut all = lists::state_list(knows_expediting).join(",");
                if self.habits.states_are_told_small {
                    all.make_ascii_lowercase();
                }
                PROGRAM.error(format_args!("Valid job states include: {all}\n"));
                ExitCode::FAILURE
            })?
        };
        self.settings.states = Some(List { text, items });
        Ok(())
    }

    fn users(&mut self, text: Vec<u8>) {
        let mut items = Vec::new();
        for name in lists::parts(&text) {
            let known = std::str::from_utf8(name).ok().and_then(|name| {
                let refused = self.habits.nobody_is_refused && name == "nobody";
                let number = || name.trim_start().parse().ok().filter(|_| self.habits.users_may_be_unknown);
                if refused { None } else { user_named(name).or_else(number) }
            });
            match known {
                Some(uid) => items.push(uid),
                None => PROGRAM.error(format_args!("Invalid user: {}\n", shown(name))),
            }
        }
        self.settings.users = Some(List { text, items });
    }

    /// Options that do not go together.
    fn check(&self) -> Result<(), Ended> {
        let settings = &self.settings;
        if settings.long && settings.format.is_some() {
            return Err(PROGRAM.fatal(
                "Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.",
            ));
        }
        if settings.only_state && self.habits.only_state_is_strict && asks_for_more(settings) {
            return Err(PROGRAM.fatal(
                "Option --only-job-state only works alone, with -j (--jobs) and/or -t (--states) parameters, \
                 parameters for cluster/federation selection, and the printing options.",
            ));
        }
        if settings.only_state && settings.step_flag {
            return Err(PROGRAM.fatal(
                "Options --only-job-state and -s(--steps) are mutually exclusive. Please remove one and retry.",
            ));
        }
        Ok(())
    }

    /// `squeue -j 12` gives the job apart from its option.
    fn operands(&mut self, operands: Vec<OsString>) -> Result<(), Ended> {
        let mut operands = operands.into_iter();
        let takes_one = self.settings.job_flag || self.settings.step_flag;
        if let Some(text) = if takes_one { operands.next() } else { None } {
            let text = text.into_vec();
            if self.settings.job_flag { self.jobs(text)? } else { self.steps(text)? }
        }
        match operands.next() {
            None => Ok(()),
            Some(operand) => {
                PROGRAM.error(format_args!("Unrecognized option: {}", shown(operand.as_bytes())));
                help::usage(self.client);
                Err(ExitCode::FAILURE)
            }
        }
    }

    fn jobs_and_steps(&mut self) -> Result<(), Ended> {
        if !(self.settings.job_flag && self.settings.step_flag) {
            return Ok(());
        }
        if self.settings.jobs.is_none() {
            PROGRAM.error("Incompatible options --jobs and --steps");
            return Err(ExitCode::FAILURE);
        }
        self.settings.job_flag = false;
        Ok(())
    }

    /// Variables that stand in for options that were not given.
    fn variables_after(&mut self) -> Result<(), Ended> {
        let settings = &mut self.settings;
        let or = |list: &mut Option<List<Vec<u8>>>, name| {
            if list.is_none() {
                *list = variable(name).map(words);
            }
        };
        or(&mut settings.accounts, "SQUEUE_ACCOUNT");
        or(&mut settings.names, "SQUEUE_NAMES");
        if !self.habits.licenses_yield_to_partitions {
            or(&mut settings.licenses, "SQUEUE_LICENSES");
        } else if settings.partitions.is_none()
            && let Some(licenses) = variable("SQUEUE_LICENSES")
        {
            settings.licenses = Some(words(licenses));
        }
        if settings.partitions.is_none() && is_set("SQUEUE_PARTITION") {
            or(&mut settings.partitions, "SQUEUE_PARTITION");
            settings.all = true;
        }
        or(&mut settings.qos, "SQUEUE_QOS");
        if self.settings.states.is_none()
            && let Some(states) = variable("SQUEUE_STATES")
        {
            self.states(states)?;
        }
        if self.settings.users.is_none()
            && let Some(users) = variable("SQUEUE_USERS")
        {
            self.users(users);
        }
        Ok(())
    }

    /// What `--start` says by itself.
    fn start(&mut self) -> Result<(), Ended> {
        if !self.settings.start || self.settings.step_flag {
            return Ok(());
        }
        let format = b"%.18i %.9P %.8j %.8u %.2t %.19S %.6D %20Y %R";
        self.settings.format.get_or_insert_with(|| format.to_vec());
        self.settings.sort.get_or_insert_with(|| b"S".to_vec());
        if self.settings.states.is_none() { self.states(b"PD".to_vec()) } else { Ok(()) }
    }
}

/// Whether something was asked for that a job's state alone does not tell.
fn asks_for_more(settings: &Settings) -> bool {
    settings.all
        || settings.start
        || settings.step_flag
        || settings.long
        || settings.not_me
        || settings.priority
        || settings.accounts.is_some()
        || settings.licenses.is_some()
        || settings.names.is_some()
        || settings.nodes.is_some()
        || settings.partitions.is_some()
        || settings.qos.is_some()
        || settings.reservation.is_some()
        || settings.steps.is_some()
        || settings.users.is_some()
        || settings.running_over != 0
        || settings.running_under != 0
}

/// A duration of `--running-over` and its like.
fn running(text: &[u8]) -> Result<u32, Ended> {
    let seconds = lists::seconds(text).filter(|seconds| *seconds == u32::MAX || seconds.cast_signed() > 0);
    seconds.ok_or_else(|| PROGRAM.fatal("Invalid time limit specification"))
}
