//! `srunx flow run` and `srunx flow validate`.

use super::args::{Color, RunArgs, ValidateArgs};
use super::exit::Exit;
use super::{message, signals};
use crate::job::{JobId, JobRequest};
use crate::report::{JsonLines, Lines, Slack, Style, Webhook};
use crate::runner::{RunError, WorkflowRunner};
use crate::scheduler::Scheduler;
use crate::scheduler::local::{LocalOptions, LocalScheduler};
use crate::workflow::{Submitter, Workflow};
use std::env;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// `srunx flow validate FILE`
pub fn validate(args: &ValidateArgs, color: Color) -> Exit {
    match read(&args.file, color) {
        Ok(workflow) => {
            let count = workflow.jobs().len();
            let jobs = if count == 1 { "1 job" } else { &format!("{count} jobs") };
            let _ = writeln!(
                io::stdout(),
                "{}: workflow {} with {jobs} is valid",
                args.file.display(),
                workflow.name()
            );
            Exit::Completed
        }
        Err(exit) => exit,
    }
}

/// `srunx flow run FILE`
pub fn run(args: &RunArgs, color: Color) -> Exit {
    match plan_and_run(args, color) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn plan_and_run(args: &RunArgs, color: Color) -> Result<Exit, Exit> {
    let workflow = read(&args.file, color)?;
    if args.dry_run {
        return dry_run(&workflow, color);
    }
    let slack = args.slack.then(|| webhook(color)).transpose()?;
    // Before any other thread is there: libslurm's initialisation wants to be alone.
    let scheduler = scheduler(args, color)?;

    let interrupts = signals::listen().map_err(|error| {
        message::error(color, &format!("signals cannot be handled: {error}"), None);
        Exit::Invalid
    })?;
    let mut runner = WorkflowRunner::new(workflow)
        .on(Arc::clone(&scheduler))
        .interrupts(interrupts)
        .wait_for_scheduler(args.wait_for_controller);
    if args.json {
        runner = runner.listen(JsonLines::new(io::stdout()));
    } else {
        let hinter = Arc::clone(&scheduler);
        let hint = move |jobs: &[JobId]| hinter.cancel_hint(jobs);
        runner = runner.listen(Lines::new(io::stdout(), style(color), hint));
    }
    if let Some(webhook) = slack {
        runner = runner.listen(Slack::new(webhook, move |trouble| message::warning(color, &trouble)));
    }
    let result = runner.run().map_err(|error| explain(&error, color))?;
    if result.lost_listeners > 0 {
        message::warning(color, "part of the report broke off: a listener of the run panicked");
    }
    Ok(result.outcome.into())
}

fn style(color: Color) -> Style {
    let style = Style::of_stdout();
    match color {
        Color::Auto => style,
        Color::Always => Style { color: true, ..style },
        Color::Never => Style { color: false, ..style },
    }
}

fn read(file: &Path, color: Color) -> Result<Workflow, Exit> {
    Workflow::from_file(file).map_err(|error| {
        let width = Style::of_stdout().width.map_or(120, usize::from);
        let _ = writeln!(io::stderr(), "{}", error.render(message::colored(color), width).trim_end());
        Exit::Invalid
    })
}

fn webhook(color: Color) -> Result<Webhook, Exit> {
    let url = env::var("SLACK_WEBHOOK_URL").unwrap_or_default();
    if url.is_empty() {
        message::error(
            color,
            "--slack posts to the webhook in SLACK_WEBHOOK_URL, which is not set",
            Some("export SLACK_WEBHOOK_URL=https://hooks.slack.com/services/…"),
        );
        return Err(Exit::Invalid);
    }
    Webhook::new(&url).map_err(|error| {
        message::error(color, &format!("SLACK_WEBHOOK_URL: {error}"), None);
        Exit::Invalid
    })
}

fn scheduler(args: &RunArgs, color: Color) -> Result<Arc<dyn Scheduler>, Exit> {
    if !args.local {
        return slurm(args, color);
    }
    let options = LocalOptions {
        cpus: args.local_cpus,
        memory: args.local_memory,
        gpus: args.local_gpus,
        ..LocalOptions::default()
    };
    match LocalScheduler::new(options) {
        Ok(scheduler) => Ok(Arc::new(scheduler)),
        Err(error) => Err(explain(&RunError::Local(error), color)),
    }
}

#[cfg(feature = "slurm")]
fn slurm(args: &RunArgs, color: Color) -> Result<Arc<dyn Scheduler>, Exit> {
    use crate::scheduler::slurm::SlurmScheduler;
    use crate::slurm::{Client, ConnectOptions, Waiting};
    let on_wait = |waiting: &Waiting| {
        let Waiting { error, pause, .. } = waiting;
        let error = error.to_string();
        // Below the first line stand the library's own words.
        let (what, words) = error.split_at(error.find('\n').unwrap_or(error.len()));
        message::warning(
            color,
            &format!("{what}; trying again in {:.0} s{words}", pause.as_secs_f32().ceil()),
        );
    };
    let options = ConnectOptions {
        wait_for_controller: args.wait_for_controller,
        on_wait: &on_wait,
        ..ConnectOptions::default()
    };
    match Client::connect(&options) {
        Ok(client) => Ok(Arc::new(SlurmScheduler::new(Arc::new(client), !args.no_push))),
        Err(error) => Err(explain(&RunError::Slurm(error), color)),
    }
}

#[cfg(not(feature = "slurm"))]
fn slurm(_: &RunArgs, color: Color) -> Result<Arc<dyn Scheduler>, Exit> {
    Err(explain(&RunError::NoSlurm, color))
}

/// Says why nothing was run.
fn explain(error: &RunError, color: Color) -> Exit {
    let (hint, exit) = match error {
        RunError::Prepare(errors) => {
            for error in errors {
                message::error(color, &error.to_string(), None);
            }
            message::note(color, "nothing was submitted");
            return Exit::Invalid;
        }
        RunError::Here(_) | RunError::Runner(_) | RunError::Local(_) => (None, Exit::Invalid),
        RunError::NoSlurm => (
            Some("--local runs the workflow on this machine; build with Slurm's headers for more".to_owned()),
            Exit::Unreachable,
        ),
        #[cfg(feature = "slurm")]
        RunError::Slurm(error) => (error.hint(), Exit::Unreachable),
    };
    message::error(color, &error.to_string(), hint.as_deref());
    exit
}

/// Prints what would be asked for each job, and its script.
fn dry_run(workflow: &Workflow, color: Color) -> Result<Exit, Exit> {
    let submitter = Submitter::here().map_err(|error| explain(&RunError::Here(error), color))?;
    let mut out = BufWriter::new(io::stdout());
    for (place, job) in workflow.jobs().iter().enumerate() {
        let after: Vec<_> = job
            .depends_on
            .iter()
            .map(|dependency| format!("{}:{}", dependency.kind, workflow.jobs()[dependency.on].name))
            .collect();
        // A reader that goes away has read enough.
        if print_request(&mut out, &workflow.request(place, &submitter), &after, place == 0).is_err() {
            return Ok(Exit::Completed);
        }
    }
    let _ = out.flush();
    Ok(Exit::Completed)
}

fn print_request(
    out: &mut impl Write,
    request: &JobRequest,
    after: &[String],
    first: bool,
) -> io::Result<()> {
    if !first {
        writeln!(out)?;
    }
    writeln!(out, "=== {}", request.name.escape_debug())?;
    if !after.is_empty() {
        writeln!(out, "waits for: {}", after.join(", ").escape_debug())?;
    }
    for (option, value) in request.describe() {
        writeln!(out, "{option}={}", value.escape_debug())?;
    }
    writeln!(out, "--- script")?;
    out.write_all(request.script.as_bytes())
}
