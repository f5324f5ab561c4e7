//! What was asked for: arguments and `SINFO_*` variables.

use super::fields::{Split, Splits};
use super::format::{Column, Complaint, Format};
use super::help;
use super::states::{Names, States};
use super::{PROGRAM, clusters};
use crate::cli::native::data::{Form, Layout, command};
use crate::getopt::{Given, Opt, Order, Scanner, Value};
use crate::slurm::{Client, Clusters, SinfoHabits};
use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::ExitCode;

/// All that was asked for.
#[derive(Default)]
pub struct Options<'a> {
    pub all: bool,
    pub dead: bool,
    pub exact: bool,
    pub federation: bool,
    pub future: bool,
    pub no_header: bool,
    /// Seconds; 0 for once.
    pub iterate: u32,
    pub local: bool,
    pub long: bool,
    /// `--clusters`
    pub clusters: Option<Clusters<'a>>,
    pub plain_numbers: bool,
    /// Names of nodes; of a single one without brackets.
    pub nodes: Option<CString>,
    /// One name was given.
    pub single_node: bool,
    pub each_node: bool,
    /// The text of the format.
    pub format: Vec<u8>,
    /// No format was given.
    pub default_format: bool,
    /// Columns for lists of nodes and names of partitions are as wide as they need be.
    pub fitted_nodes: bool,
    pub fitted_partitions: bool,
    pub columns: Vec<Column>,
    pub splits: Splits,
    pub partition: Option<OsString>,
    pub responding: bool,
    pub reasons: bool,
    pub summarize: bool,
    pub sort: Option<OsString>,
    pub states_text: Option<OsString>,
    pub states: Option<States>,
    pub reservations: bool,
    pub verbose: u32,
    pub data: Option<Form>,
    pub data_parser: Option<OsString>,
    pub layout: Layout,
    /// The command line, with what is no option at its end.
    pub command: Vec<OsString>,
}

impl Options<'_> {
    /// Whether some nodes are left out.
    pub fn filters(&self) -> bool {
        self.dead
            || self.nodes.is_some()
            || self.partition.is_some()
            || self.responding
            || self.states.is_some()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Id {
    All,
    Autocomplete,
    Clusters,
    Dead,
    Exact,
    Federation,
    Format,
    Future,
    Help,
    HelpFormat,
    HelpLongFormat,
    HelpState,
    Hide,
    Iterate,
    Json,
    ListReasons,
    Local,
    Long,
    LongFormat,
    NoConvert,
    NoHeader,
    Node,
    Nodes,
    Partition,
    Reservation,
    Responding,
    Sort,
    States,
    Summarize,
    Usage,
    Verbose,
    Version,
    Yaml,
}

/// The options of the release in use.
fn known(habits: &SinfoHabits) -> Vec<Opt<Id>> {
    use Value::{None as Plain, Required};
    let data = if habits.data_parsers { Value::Optional } else { Plain };
    let all = [
        (habits.future, Opt::new(Id::Autocomplete, "autocomplete", None, Required)),
        (true, Opt::new(Id::All, "all", Some(b'a'), Plain)),
        (true, Opt::new(Id::Dead, "dead", Some(b'd'), Plain)),
        (true, Opt::new(Id::Exact, "exact", Some(b'e'), Plain)),
        (true, Opt::new(Id::Federation, "federation", None, Plain)),
        (habits.future, Opt::new(Id::Future, "future", Some(b'F'), Plain)),
        (true, Opt::new(Id::Help, "help", None, Plain)),
        (habits.help_tables, Opt::new(Id::HelpFormat, "helpformat", None, Plain)),
        (habits.help_tables, Opt::new(Id::HelpLongFormat, "helpFormat", None, Plain)),
        (habits.help_tables, Opt::new(Id::HelpState, "helpstate", None, Plain)),
        (true, Opt::new(Id::Hide, "hide", None, Plain)),
        (true, Opt::new(Id::Iterate, "iterate", Some(b'i'), Required)),
        (true, Opt::new(Id::Local, "local", None, Plain)),
        (true, Opt::new(Id::Long, "long", Some(b'l'), Plain)),
        (true, Opt::new(Id::Clusters, "cluster", Some(b'M'), Required)),
        (true, Opt::new(Id::Clusters, "clusters", Some(b'M'), Required)),
        (true, Opt::new(Id::Nodes, "nodes", Some(b'n'), Required)),
        (true, Opt::new(Id::NoConvert, "noconvert", None, Plain)),
        (true, Opt::new(Id::NoHeader, "noheader", Some(b'h'), Plain)),
        (true, Opt::new(Id::Node, "Node", Some(b'N'), Plain)),
        (true, Opt::new(Id::Format, "format", Some(b'o'), Required)),
        (true, Opt::new(Id::LongFormat, "Format", Some(b'O'), Required)),
        (true, Opt::new(Id::Partition, "partition", Some(b'p'), Required)),
        (true, Opt::new(Id::Responding, "responding", Some(b'r'), Plain)),
        (true, Opt::new(Id::ListReasons, "list-reasons", Some(b'R'), Plain)),
        (true, Opt::new(Id::Summarize, "summarize", Some(b's'), Plain)),
        (true, Opt::new(Id::Sort, "sort", Some(b'S'), Required)),
        (true, Opt::new(Id::States, "states", Some(b't'), Required)),
        (true, Opt::new(Id::Reservation, "reservation", Some(b'T'), Plain)),
        (true, Opt::new(Id::Usage, "usage", None, Plain)),
        (true, Opt::new(Id::Verbose, "verbose", Some(b'v'), Plain)),
        (true, Opt::new(Id::Version, "version", Some(b'V'), Plain)),
        (habits.json, Opt::new(Id::Json, "json", None, data)),
        (habits.json, Opt::new(Id::Yaml, "yaml", None, data)),
    ];
    all.into_iter().filter(|(there, _)| *there).map(|(_, option)| option).collect()
}

/// Reads arguments and variables. Err is how the program ends instead.
pub fn read<'a>(
    client: &'a Client,
    habits: &'a SinfoHabits,
    arguments: Vec<OsString>,
) -> Result<Options<'a>, ExitCode> {
    let mut reading = Reading {
        client,
        habits,
        options: Options::default(),
        format: None,
        clusters: None,
        long_form: false,
        all_given: false,
        partition_given: false,
    };
    reading.environment()?;
    let options = known(habits);
    let line = arguments.clone();
    let mut scanner = Scanner::new(&options, Order::Permuted, arguments);
    for given in scanner.by_ref() {
        match given {
            Ok(given) => reading.option(given)?,
            Err(refused) => {
                PROGRAM.say(refused);
                // Nobody is left to be told that standard error is closed.
                let _ = writeln!(std::io::stderr(), "Try \"sinfo --help\" for more information");
                return Err(ExitCode::FAILURE);
            }
        }
    }
    reading.options.command = command("sinfo", &line, scanner.places());
    reading.finish()
}

struct Reading<'a> {
    client: &'a Client,
    habits: &'a SinfoHabits,
    options: Options<'a>,
    format: Option<Vec<u8>>,
    /// Names that are looked for when all else has been read.
    clusters: Option<CString>,
    long_form: bool,
    all_given: bool,
    partition_given: bool,
}

fn failed(message: impl std::fmt::Display) -> ExitCode {
    PROGRAM.error(message);
    ExitCode::FAILURE
}

/// What C strings hold of an argument: all, as no argument has a NUL.
fn c_string(text: OsString) -> CString {
    CString::new(text.into_vec()).unwrap_or_default()
}

impl<'a> Reading<'a> {
    fn environment(&mut self) -> Result<(), ExitCode> {
        let options = &mut self.options;
        options.federation = self.client.configuration().federation_parameters.contains("fed_display");
        let all = env::var_os("SINFO_ALL").is_some();
        options.all = all;
        options.federation |= env::var_os("SINFO_FEDERATION").is_some();
        options.future = self.habits.future && env::var_os("SINFO_FUTURE").is_some();
        options.local = env::var_os("SINFO_LOCAL").is_some();
        if let Some(partition) = env::var_os("SINFO_PARTITION") {
            if all {
                return Err(failed(
                    "Conflicting options, SINFO_ALL and SINFO_PARTITION, specified. Please choose one or the other.",
                ));
            }
            options.partition = Some(partition);
            options.all = true;
        }
        options.sort = env::var_os("SINFO_SORT");
        if let Some(clusters) = env::var_os("SLURM_CLUSTERS") {
            self.clusters(clusters, true)?;
        }
        Ok(())
    }

    fn clusters(&mut self, names: OsString, from_environment: bool) -> Result<(), ExitCode> {
        self.options.local = true;
        let names = c_string(names);
        match self.habits.clusters_last {
            true => self.clusters = Some(names),
            false => {
                // Those that were named before are given back first: they would take what is set now with them.
                self.options.clusters = None;
                let found = clusters::find(self.client, &names, from_environment);
                self.options.clusters = Some(found.ok_or(ExitCode::FAILURE)?);
            }
        }
        Ok(())
    }

    fn option(&mut self, given: Given<Id>) -> Result<(), ExitCode> {
        if let (Id::Json | Id::Yaml, parser) = (given.id, &given.value) {
            self.options.data_parser = parser.clone();
        }
        let value = given.value.unwrap_or_default();
        let options = &mut self.options;
        match given.id {
            Id::All => {
                self.all_given = true;
                options.partition = None;
                options.all = true;
            }
            Id::Dead => options.dead = true,
            Id::Exact => options.exact = true,
            Id::Future => options.future = true,
            Id::NoHeader => options.no_header = true,
            Id::Iterate => {
                options.iterate = leading_number(&value);
                if options.iterate == 0 {
                    return Err(failed(format_args!(
                        "Error: invalid entry for --iterate={}",
                        value.display()
                    )));
                }
            }
            Id::Long => options.long = true,
            Id::Clusters => self.clusters(value, false)?,
            Id::NoConvert => options.plain_numbers = true,
            Id::Nodes => self.nodes(value)?,
            Id::Node => options.each_node = true,
            Id::Format => self.format = Some(value.into_vec()),
            Id::LongFormat => {
                self.long_form = true;
                self.format = Some(value.into_vec());
            }
            Id::Partition => {
                self.partition_given = true;
                options.partition = Some(value);
                options.all = true;
            }
            Id::Responding => options.responding = true,
            Id::ListReasons => options.reasons = true,
            Id::Summarize => options.summarize = true,
            Id::Sort => options.sort = Some(value),
            Id::States => self.states(value)?,
            Id::Reservation => options.reservations = true,
            Id::Verbose => options.verbose += 1,
            Id::Federation => options.federation = true,
            Id::Hide => options.all = false,
            Id::Local => options.local = true,
            Id::Json => self.data(Form::Json)?,
            Id::Yaml => self.data(Form::Yaml)?,
            Id::Autocomplete => {
                return Err(help::print(&help::completions(
                    &value,
                    known(self.habits).into_iter().map(|known| (known.long, known.short, known.value)),
                )));
            }
            Id::Version => return Err(help::print(&format!("{}\n", self.client.package_version()))),
            Id::Help => return Err(help::print(&help::help(self.habits))),
            Id::Usage => return Err(help::print(&help::usage(self.habits))),
            Id::HelpFormat => return Err(help::print(&help::letters(self.habits))),
            Id::HelpLongFormat => return Err(help::print(&help::names(self.habits))),
            Id::HelpState => {
                let states = Names::new(self.client, self.habits).listed().replace(',', "\n");
                return Err(help::print(&format!("{states}\n")));
            }
        }
        Ok(())
    }

    fn data(&mut self, data: Form) -> Result<(), ExitCode> {
        self.options.data = Some(data);
        self.options.layout = Layout::chosen(PROGRAM, data, self.client.habits().data_layout_words)?;
        if self.habits.data_parsers {
            self.options.splits.add(Split::GresUsed);
        }
        Ok(())
    }

    fn nodes(&mut self, value: OsString) -> Result<(), ExitCode> {
        let text = c_string(value);
        let Some(hosts) = self.client.hosts(&text) else {
            for line in self.client.log() {
                PROGRAM.say(line);
            }
            return Err(failed(format_args!("'{}' invalid entry for --nodes", text.to_string_lossy())));
        };
        self.options.single_node = hosts.len() == 1;
        self.options.nodes = Some(if self.options.single_node { hosts.one_by_one() } else { text });
        Ok(())
    }

    fn states(&mut self, value: OsString) -> Result<(), ExitCode> {
        let names = Names::new(self.client, self.habits);
        match States::read(value.as_bytes(), &names) {
            Ok(states) => self.options.states = Some(states),
            Err(word) => {
                PROGRAM.error(format_args!("Bad state string: \"{}\"", OsStr::from_bytes(&word).display()));
                return Err(failed(format_args!("valid states: {}", names.listed())));
            }
        }
        self.options.states_text = Some(value);
        Ok(())
    }

    fn finish(mut self) -> Result<Options<'a>, ExitCode> {
        if self.options.long && self.format.is_some() {
            return Err(PROGRAM.fatal(
                "Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.",
            ));
        }
        if self.all_given && self.partition_given {
            return Err(failed("Conflicting options, -a and -p, specified. Please choose one or the other."));
        }
        if let Some(names) = &self.clusters {
            let found = clusters::find(self.client, names, false);
            let found = found.ok_or_else(|| PROGRAM.fatal("Could not get cluster information"))?;
            self.options.clusters = Some(found);
        }
        self.columns();
        let mut options = self.options;
        if options.reasons && options.states.is_none() {
            const REASONS: &str = "down,fail,drain";
            options.states = States::read(REASONS.as_bytes(), &Names::new(self.client, self.habits)).ok();
            // The list is cut into words where it lies: its first is left.
            options.states_text = Some("down".into());
        }
        Ok(options)
    }

    fn columns(&mut self) {
        let options = &mut self.options;
        options.default_format = self.format.is_none();
        let (text, long_form) = match self.format.take() {
            Some(text) => (text, self.long_form),
            None => default_format(options, self.habits),
        };
        let mut format = Format { splits: options.splits, ..Format::default() };
        match long_form {
            true => format.read_long(&text, self.habits),
            false => format.read_short(&text, self.habits),
        }
        options.format = text;
        options.splits = format.splits;
        options.columns = format.columns;
        for complaint in format.complaints {
            match complaint {
                Complaint::Letter(letter) => {
                    let message = [b"Invalid node format specification: ", &[letter][..], b"\n"].concat();
                    // Nobody is left to be told that standard error is closed.
                    let _ = std::io::stderr().write_all(&message);
                }
                Complaint::Name(name) => {
                    let name = OsString::from_vec(name);
                    PROGRAM.error(format_args!("Invalid job format specification: {}", name.display()));
                }
            }
        }
    }
}

/// What is shown where no format was given, and whether it is a long one.
fn default_format(options: &mut Options<'_>, habits: &SinfoHabits) -> (Vec<u8>, bool) {
    if options.summarize {
        options.fitted_partitions = true;
        return (b"partition:9 ,available:.5 ,time:.10 ,nodeaiot:.16 ,nodelist:0".to_vec(), true);
    }
    if options.each_node {
        options.fitted_nodes = true;
        options.fitted_partitions = true;
        let format = match options.long {
            true => {
                "nodelist:0 ,nodes:.6 ,partition:.9 ,statelong:.11 ,cpus:4 ,socketcorethread:.8 ,memory:.6 ,\
                 disk:.8 ,weight:.6 ,features:.8 ,reason:20"
            }
            false => "nodelist:0 ,nodes:.6 ,partition:.9 ,statecompact:6",
        };
        return (format.into(), true);
    }
    if options.reasons {
        let format = match options.long {
            true => "reason:20 ,userlong:12 ,timestamp:19 ,statecompact:6 ,nodelist:0",
            false => "reason:20 ,user:9 ,timestamp:19 ,nodelist:0",
        };
        return (format.into(), true);
    }
    if let Some(format) = env::var_os("SINFO_FORMAT") {
        return (format.into_vec(), false);
    }
    options.fitted_partitions = true;
    let format = match (options.long, habits.future) {
        (false, _) => "partition:9 ,available:.5 ,time:.10 ,nodes:.6 ,statecompact:.6 ,nodelist:0",
        (true, false) => {
            "partition:9 ,available:.5 ,time:.10 ,size:.10 ,root:.4 ,oversubscribe:.8 ,groups:.10 ,nodes:.6 ,\
             statelong:.11 ,nodelist:0"
        }
        (true, true) => {
            "partition:9 ,available:.5 ,time:.10 ,size:.10 ,root:.4 ,oversubscribe:.8 ,groups:.10 ,nodes:.6 ,\
             statelong:.11 ,reservation:.11 ,nodelist:0"
        }
    };
    (format.into(), true)
}

/// As atoi(3) reads it; what is not above 0 is 0.
fn leading_number(text: &OsStr) -> u32 {
    let text = text.as_bytes().trim_ascii_start();
    let digits = text.strip_prefix(b"+").unwrap_or(text);
    digits.iter().take_while(|byte| byte.is_ascii_digit()).fold(0u32, |number, digit| {
        number.saturating_mul(10).saturating_add(u32::from(digit - b'0')).min(i32::MAX as u32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_between() {
        let number = |text: &str| leading_number(OsStr::new(text));
        assert_eq!(number("5"), 5);
        assert_eq!(number(" +5s"), 5);
        assert_eq!(number("-5"), 0);
        assert_eq!(number("x"), 0);
        assert_eq!(number("99999999999"), i32::MAX as u32);
    }
}
