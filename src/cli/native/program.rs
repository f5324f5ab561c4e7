//! A command's voice: what it calls itself, how its errors look, and its way to Slurm.

use crate::slurm::{Client, ConnectOptions, Error};
use std::fmt::Display;
use std::process::ExitCode;

/// One of the native commands. Its messages begin as Slurm's own do: `squeue: error: …`.
#[derive(Clone, Copy, Debug)]
pub struct Program(pub &'static str);

impl Program {
    /// `squeue: error: message` on standard error.
    pub fn error(self, message: impl Display) {
        self.say(format_args!("error: {message}"));
    }

    /// `squeue: fatal: message`, and the exit code 1 that goes with it.
    pub fn fatal(self, message: impl Display) -> ExitCode {
        self.say(format_args!("fatal: {message}"));
        ExitCode::FAILURE
    }

    /// `squeue: message` on standard error.
    pub fn say(self, message: impl Display) {
        // Nobody is left to be told that standard error is closed.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{}: {message}\n", self.0));
    }

    /// Opens libslurm. Where that fails the reason is printed.
    pub fn connect(self) -> Result<Client, ExitCode> {
        self.try_connect().map_err(|error| self.unreachable(&error))
    }

    /// Opens libslurm.
    pub fn try_connect(self) -> Result<Client, Error> {
        Client::connect_directly(self.0, &ConnectOptions::default())
    }

    /// Says why libslurm could not be opened.
    pub fn unreachable(self, error: &Error) -> ExitCode {
        self.error(error);
        if let Some(hint) = error.hint() {
            self.say(format_args!("hint: {hint}"));
        }
        ExitCode::FAILURE
    }

    /// What libslurm logged on the way, and then `error: what: Slurm's message`.
    pub fn failed(self, what: impl Display, error: &Error) {
        for line in error.log() {
            self.say(line);
        }
        self.error(format_args!("{what}: {}", error.text()));
    }
}
