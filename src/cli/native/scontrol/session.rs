//! What holds from one command to the next: what was asked for once and for all, where output goes, and whether something
//! went wrong.

use super::{PROGRAM, data};
use crate::cli::native::time_text::TimeFormat;
use crate::cli::native::users::Users;
use crate::slurm::{Client, ControlHabits, Error, NodesOf, Show, ShowNodes};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{BufWriter, Stdout, Write};

/// How much is said (`quiet_flag`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    Quiet,
    Normal,
    Verbose,
}

/// How records are printed.
pub struct Printing {
    pub one_line: bool,
    /// `-d`
    pub detail: bool,
    /// Whether the cluster keeps account by wckeys.
    pub wckeys: bool,
    pub habits: ControlHabits,
    pub times: TimeFormat,
    pub users: Users,
    threads: OnceCell<HashMap<String, u16>>,
}

impl Printing {
    fn new(client: &Client) -> Self {
        let habits = client.habits();
        Self {
            one_line: false,
            detail: false,
            wckeys: client.tracks_wckeys(),
            habits: habits.control,
            times: TimeFormat::from_environment(PROGRAM, habits.complains_of_each_time),
            users: Users::new(habits.unknown_users_are_nobody),
            threads: OnceCell::new(),
        }
    }

    /// How many threads a core of a node has; 1 where that was not loaded.
    pub fn threads(&self, node: &str) -> u16 {
        self.threads.get().and_then(|threads| threads.get(node)).copied().unwrap_or(1)
    }
}

pub struct Session {
    pub out: BufWriter<Stdout>,
    pub voice: Voice,
    /// `-a` and `--federation`; the detail is in `printing`.
    pub show: Show,
    /// `-F`: nodes that are still to come.
    pub future: bool,
    /// `-u`: on whose behalf jobs are changed.
    pub behalf: Option<u32>,
    pub printing: Printing,
    /// `--json` and `--yaml`.
    pub data: Option<data::Asked>,
    /// The whole command line, the program's name first.
    pub command_line: Vec<OsString>,
    /// The command that is being run.
    pub words: Vec<OsString>,
    /// Something went wrong.
    pub failed: bool,
    /// The exit code where it did.
    pub failure: u8,
    /// `exit` or `quit` was given.
    pub over: bool,
    /// Slurm's message for the last thing that went wrong.
    last_error: Option<String>,
}

impl Session {
    pub fn new(client: &Client) -> Self {
        Self {
            out: BufWriter::new(std::io::stdout()),
            voice: Voice::Normal,
            show: Show::default(),
            future: false,
            behalf: None,
            printing: Printing::new(client),
            data: None,
            command_line: Vec::new(),
            words: Vec::new(),
            failed: false,
            failure: 1,
            over: false,
            last_error: None,
        }
    }

    /// A line on standard output.
    pub fn print(&mut self, line: impl Display) {
        self.write(format_args!("{line}\n"));
    }

    /// Text on standard output.
    pub fn write(&mut self, text: impl Display) {
        // Who does not read on does not need the rest.
        let _ = write!(self.out, "{text}");
    }

    /// A line on standard error as it is, behind what was printed before it.
    pub fn tell(&mut self, line: impl Display) {
        let _ = self.out.flush();
        // Nobody is left to be told that standard error is closed.
        let _ = writeln!(std::io::stderr(), "{line}");
    }

    /// A line on standard error; the command has failed. Said whatever the voice.
    pub fn refuse(&mut self, line: impl Display) {
        self.failed = true;
        self.tell(line);
    }

    /// The same, unless quiet is asked for.
    pub fn object(&mut self, line: impl Display) {
        self.failed = true;
        if self.voice != Voice::Quiet {
            self.tell(line);
        }
    }

    /// `scontrol: error: …`; the command has failed.
    pub fn error(&mut self, message: impl Display) {
        self.failed = true;
        let _ = self.out.flush();
        PROGRAM.error(message);
    }

    /// Remembers what went wrong, and says what the library said of it.
    pub fn note(&mut self, error: &Error) -> String {
        let _ = self.out.flush();
        for line in error.log() {
            PROGRAM.say(line);
        }
        self.note_text(error.text())
    }

    /// Remembers a message of Slurm's.
    pub fn note_text(&mut self, text: String) -> String {
        self.last_error = Some(text.clone());
        text
    }

    /// `what: Slurm's message`, as perror(3) writes it; the command has failed.
    pub fn perror(&mut self, what: &str, text: &str) {
        self.object(format_args!("{what}: {text}"));
    }

    /// What went wrong before does not count any more, as with errno after a call that went well.
    pub fn forget(&mut self) {
        self.last_error = None;
    }

    /// As [`Session::perror`] with the message of what went wrong last.
    pub fn tell_last(&mut self, client: &Client, what: &str) {
        match (self.last_error.clone(), self.printing.habits.joins_reasons) {
            (None, true) => self.object(what),
            (Some(last), true) => self.object(format_args!("{what}:{last}")),
            (last, false) => {
                let last = last.unwrap_or_else(|| client.message(0));
                self.object(format_args!("{what}: {last}"));
            }
        }
    }

    /// Loads what [`Printing::threads`] tells.
    pub fn load_threads(&mut self, client: &Client) {
        if self.printing.threads.get().is_some() {
            return;
        }
        match client.node_table(NodesOf::Cluster, ShowNodes { all: true, ..ShowNodes::default() }) {
            Ok(nodes) => {
                let threads = (0..nodes.len()).map(|at| {
                    let node = nodes.get(at);
                    (
                        node.name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
                        node.threads,
                    )
                });
                let _ = self.printing.threads.set(threads.collect());
            }
            Err(error) => {
                let text = self.note(&error);
                self.perror("slurm_load_nodes error", &text);
            }
        }
    }
}
