//! `srunx sinfo`: partitions and nodes, and what state they are in.

mod clusters;
mod fields;
mod format;
mod groups;
mod help;
mod line_data;
mod node_data;
mod options;
mod reservations;
mod show;
mod sort;
mod states;
mod verbose;

use super::Program;
use super::data::{Data, Form, Layout, Parser, openapi_meta, parser_meta};
use super::time_text::TimeFormat;
use crate::slurm::{Client, Error, NodesOf, PartitionInfo, ShowNodes, SinfoHabits};
use fields::{Field, Split};
use format::Column;
use groups::{Line, Node, Selection};
use options::Options;
use show::Printer;
use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;
use std::time::Duration;

const PROGRAM: Program = Program("sinfo");

pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let client = match PROGRAM.connect() {
        Ok(client) => client,
        Err(code) => return code,
    };
    let habits = client.sinfo_habits();
    let options = match options::read(&client, &habits, arguments) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let times = TimeFormat::from_environment(PROGRAM, client.habits().complains_of_each_time);
    let asking = Asking { client: &client, habits: &habits, times: &times, options: &options };
    match asking.run(&mut BufWriter::new(io::stdout().lock())) {
        Ok(code) => code,
        // Nobody reads on.
        Err(_) => ExitCode::FAILURE,
    }
}

/// What is asked, and of whom.
struct Asking<'a> {
    client: &'a Client,
    habits: &'a SinfoHabits,
    times: &'a TimeFormat,
    options: &'a Options<'a>,
}

/// Why there is no answer. What there is to say has been said.
enum Stop {
    Failed,
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Asking<'_> {
    fn run(&self, out: &mut dyn Write) -> io::Result<ExitCode> {
        let options = self.options;
        let mut failed = false;
        if options.verbose > 0 {
            out.write_all(verbose::text(options, self.habits).as_bytes())?;
        }
        if let Some(form) = options.data.filter(|_| !self.habits.data_parsers) {
            self.all_nodes(out, form)?;
            out.flush()?;
            return Ok(ExitCode::SUCCESS);
        }
        loop {
            if !options.no_header
                && options.data.is_none()
                && (options.iterate > 0 || options.verbose > 0 || options.long)
            {
                let now = jiff::Zoned::now();
                writeln!(out, "{}", now.strftime("%a %b %d %H:%M:%S %Y"))?;
            }
            match &options.clusters {
                None => failed |= !self.answered(out, None, &options.columns)?,
                Some(clusters) => {
                    let columns = self.columns_of_clusters(clusters.names().len());
                    for (index, name) in clusters.names().enumerate() {
                        clusters.ask(index);
                        if !options.no_header {
                            let before: &[u8] = if index > 0 { b"\n" } else { b"" };
                            out.write_all(&[before, b"CLUSTER: ", name.to_bytes(), b"\n"].concat())?;
                        }
                        failed |= !self.answered(out, Some(name.to_bytes()), &columns)?;
                    }
                }
            }
            if options.iterate == 0 {
                break;
            }
            out.write_all(b"\n")?;
            out.flush()?;
            std::thread::sleep(Duration::from_secs(options.iterate.into()));
        }
        out.flush()?;
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// Lines without a title that tells the cluster tell it themselves.
    fn columns_of_clusters(&self, count: usize) -> Cow<'_, [Column]> {
        let columns = &self.options.columns;
        let told = columns.iter().any(|column| column.field == Some(Field::Cluster));
        if count > 1 && self.options.no_header && self.options.default_format && !told {
            let cluster = Column { field: Some(Field::Cluster), width: 8, right: false, suffix: Vec::new() };
            return std::iter::once(cluster).chain(columns.iter().cloned()).collect();
        }
        Cow::Borrowed(columns)
    }

    fn answered(&self, out: &mut dyn Write, cluster: Option<&[u8]>, columns: &[Column]) -> io::Result<bool> {
        let answer = match self.options.reservations {
            true => self.reservations(out),
            false => self.nodes(out, cluster, columns),
        };
        match answer {
            Ok(()) => Ok(true),
            Err(Stop::Failed) => Ok(false),
            Err(Stop::Output(error)) => Err(error),
        }
    }

    fn printer<'p>(&'p self, cluster: Option<&'p [u8]>) -> Printer<'p> {
        Printer {
            client: self.client,
            habits: self.habits,
            times: self.times,
            plain_numbers: self.options.plain_numbers,
            cluster,
            node_width: None,
            partition_width: None,
        }
    }

    fn reservations(&self, out: &mut dyn Write) -> Result<(), Stop> {
        let table = self.client.reservation_table();
        let table = table.map_err(|error| refused("slurm_load_reservations", &error))?;
        let now = jiff::Timestamp::now().as_second();
        Ok(reservations::print(out, &self.printer(None), &*table, !self.options.no_header, now)?)
    }

    fn nodes(&self, out: &mut dyn Write, cluster: Option<&[u8]>, columns: &[Column]) -> Result<(), Stop> {
        let options = self.options;
        let partitions = self.client.partition_table(options.all);
        let partitions = partitions.map_err(|error| refused("slurm_load_partitions", &error))?;
        let show = ShowNodes {
            all: options.all,
            detail: options.splits.has(Split::GresUsed),
            future: options.future,
            mixed: !self.habits.finds_mixed,
            partitions: false,
        };
        let which = match &options.nodes {
            Some(name) if options.single_node => NodesOf::Node(name),
            _ => NodesOf::Cluster,
        };
        let nodes =
            self.client.node_table(which, show).map_err(|error| refused("slurm_load_node", &error))?;
        let partitions: Vec<PartitionInfo<'_>> =
            (0..partitions.len()).map(|index| partitions.get(index)).collect();
        let nodes: Vec<Node<'_>> =
            (0..nodes.len()).map(|index| Node::new(nodes.get(index), self.habits.finds_mixed)).collect();
        let lines = groups::lines(self.client, &partitions, &nodes, &self.selection());
        let Ok(mut lines) = lines else {
            PROGRAM.fatal("out of memory");
            return Err(Stop::Failed);
        };
        let sort = match &options.sort {
            Some(keys) => keys.as_bytes(),
            None if options.each_node => b"N",
            None => b"#P,-t",
        };
        sort::sort(&mut lines, sort, self.habits);
        if let Some(form) = options.data {
            return self.data(out, form, &lines, cluster);
        }
        let mut printer = self.printer(cluster);
        printer.node_width = options.fitted_nodes.then(|| show::node_width(&lines));
        printer.partition_width = options.fitted_partitions.then(|| show::partition_width(&lines));
        if !options.no_header {
            printer.print(out, columns, None)?;
        }
        for line in &lines {
            printer.print(out, columns, Some(line))?;
        }
        Ok(())
    }

    /// The lines as data.
    fn data(
        &self,
        out: &mut dyn Write,
        form: Form,
        lines: &[Line<'_>],
        cluster: Option<&[u8]>,
    ) -> Result<(), Stop> {
        let (options, habits) = (self.options, self.habits);
        let parser = match Parser::asked(PROGRAM, options.data_parser.as_deref(), habits.data_version, form) {
            Ok(parser) => parser,
            Err(true) => return Ok(()),
            Err(false) => return Err(Stop::Failed),
        };
        let command = match options.command.as_slice() {
            [words @ .., _] if habits.command_is_cut => words,
            words => words,
        };
        let mut answer = Data::map();
        let lines = lines.iter().map(|line| line_data::line(line, &parser, habits, cluster));
        answer.put("sinfo", Data::List(lines.collect()));
        answer.put("meta", parser_meta(self.client, &parser, command));
        answer.put("errors", Data::List(Vec::new()));
        answer.put("warnings", Data::List(Vec::new()));
        out.write_all(&answer.write(form, self.layout()))?;
        Ok(out.write_all(b"\n")?)
    }

    /// All nodes as data, whatever else was asked for.
    fn all_nodes(&self, out: &mut dyn Write, form: Form) -> io::Result<()> {
        let mut answer = Data::map();
        answer.put("meta", openapi_meta(self.client, self.habits.data_version));
        answer.put("errors", Data::List(Vec::new()));
        answer.put("nodes", Data::List(Vec::new()));
        let show =
            ShowNodes { all: true, detail: true, mixed: true, partitions: true, ..ShowNodes::default() };
        match self.client.node_table(NodesOf::Cluster, show) {
            Ok(table) => answer.put("nodes", node_data::nodes(self.client, &*table)),
            Err(_) => {
                let mut said = Data::map();
                // What the call returns is told, not the code of the error that it leaves behind.
                said.put("error", "Unspecified error".into());
                said.put("errno", Data::Int(-1));
                answer.put("errors", Data::List(vec![said]));
            }
        }
        out.write_all(&answer.write(form, self.layout()))
    }

    fn layout(&self) -> Layout {
        Layout { empty_lists_in_lines: self.habits.empty_lists_in_lines, ..self.options.layout }
    }

    fn selection(&self) -> Selection<'_> {
        let options = self.options;
        Selection {
            each_node: options.each_node,
            any_partition: options.reasons,
            exact: options.exact,
            splits: options.splits,
            partitions: options.partition.as_ref().map(|names| {
                let names = names.as_bytes().split(|byte| *byte == b',');
                names.filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect()
            }),
            nodes: options.nodes.as_ref().and_then(|names| self.client.hosts(names)),
            dead: options.dead,
            responding: options.responding,
            states: options.states.clone(),
        }
    }
}

/// `slurm_load_node: Invalid node name specified` in the way of slurm_perror(), which names no program.
fn refused(what: &str, error: &Error) -> Stop {
    for line in error.log() {
        PROGRAM.say(line);
    }
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(io::stderr(), "{what}: {}", error.text());
    Stop::Failed
}
