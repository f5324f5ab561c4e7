//! The command line: arguments → a plan → an exit code. The only place that prints errors, chooses colours and exits.

mod args;
mod choice;
#[cfg(feature = "slurm")]
mod chunked;
#[cfg(feature = "slurm")]
mod connect;
mod exit;
mod flow;
mod message;
#[cfg(feature = "slurm")]
mod native;
mod output;
#[cfg(feature = "slurm")]
mod retry;
mod runs;
mod signals;
#[cfg(feature = "slurm")]
mod watch;

use args::{Cli, Command, FlowCommand};
use clap::Parser;
use std::process::ExitCode;

/// What the command does, from the arguments to the exit code.
#[must_use]
pub fn main() -> ExitCode {
    #[cfg(feature = "slurm")]
    if let Some((command, arguments)) = native::asked(std::env::args_os()) {
        if let (native::Command::Sbatch, Some((most, rest))) = (command, chunked::asked(&arguments)) {
            return chunked::run(most, rest);
        }
        return native::run(command, arguments);
    }
    let cli = Cli::parse();
    let exit = match cli.command {
        Command::Flow(FlowCommand::Run(run)) => flow::run(&run, cli.color),
        Command::Flow(FlowCommand::Validate(validate)) => flow::validate(&validate, cli.color),
        Command::Flow(FlowCommand::Resume(resume)) => runs::resume(&resume, cli.color),
        Command::Flow(FlowCommand::Cancel(cancel)) => runs::cancel(&cancel, cli.color),
        Command::Flow(FlowCommand::List(list)) => runs::list(&list, cli.color),
        Command::Flow(FlowCommand::Status(status)) => runs::status(&status, cli.color),
        Command::Flow(FlowCommand::Logs(logs)) => runs::logs(&logs, cli.color),
        #[cfg(feature = "slurm")]
        Command::Watch(watch) => watch::run(&watch, cli.color),
        #[cfg(feature = "slurm")]
        Command::Retry(retry) => return retry::run(&retry, cli.color),
        #[cfg(feature = "slurm")]
        Command::Sbatch(native) => return native::run(native::Command::Sbatch, native.arguments),
        #[cfg(feature = "slurm")]
        Command::Squeue(native) => return native::run(native::Command::Squeue, native.arguments),
        #[cfg(feature = "slurm")]
        Command::Scancel(native) => return native::run(native::Command::Scancel, native.arguments),
        #[cfg(feature = "slurm")]
        Command::Scontrol(native) => return native::run(native::Command::Scontrol, native.arguments),
        #[cfg(feature = "slurm")]
        Command::Sinfo(native) => return native::run(native::Command::Sinfo, native.arguments),
        #[cfg(feature = "slurm")]
        Command::Sacct(native) => return native::run(native::Command::Sacct, native.arguments),
        #[cfg(feature = "slurm")]
        Command::Report(native) => return native::run(native::Command::Report, native.arguments),
    };
    exit.into()
}

/// The whole command line, for whoever makes something of it: completions, man pages, tests of the documents.
#[must_use]
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
