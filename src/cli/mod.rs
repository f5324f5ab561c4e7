//! The command line: arguments → a plan → an exit code. The only place that prints errors, chooses colours and exits.

mod args;
mod exit;
mod flow;
mod message;
mod output;
mod signals;

use args::{Cli, Command, FlowCommand};
use clap::Parser;
use std::process::ExitCode;

/// What the command does, from the arguments to the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let exit = match &cli.command {
        Command::Flow(FlowCommand::Run(run)) => flow::run(run, cli.color),
        Command::Flow(FlowCommand::Validate(validate)) => flow::validate(validate, cli.color),
    };
    exit.into()
}

/// The whole command line, for whoever makes something of it: completions, man pages, tests of the documents.
#[must_use]
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
