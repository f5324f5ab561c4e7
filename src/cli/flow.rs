//! `srunx flow run` and `srunx flow validate`.

use super::args::{Color, FollowArgs, RunArgs, ValidateArgs};
use super::exit::Exit;
use super::output::{Output, written};
use super::{choice, message, signals};
use crate::engine::JobResult;
use crate::event::RunOutcome;
use crate::job::{JobId, JobRequest, Outcome};
use crate::journal::{About, Local, Runs};
use crate::report::{JsonLines, Lines, Slack, Style, Webhook, harmless};
use crate::runner::{RunError, WorkflowRunner};
use crate::scheduler::Scheduler;
use crate::scheduler::local::{LocalOptions, LocalScheduler};
use crate::workflow::{Array, ParameterFiles, Submitter, Workflow, WorkflowError};
use std::collections::BTreeSet;
use std::env;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// `srunx flow validate FILE`
pub fn validate(args: &ValidateArgs, color: Color) -> Exit {
    match read(&args.file, color) {
        Ok((_, workflow)) => {
            let count = workflow.jobs().len();
            let jobs = if count == 1 { "1 job" } else { &format!("{count} jobs") };
            let (file, name) = (shown(&args.file), harmless(workflow.name(), true));
            let said = writeln!(io::stdout(), "{}: the workflow {name} with {jobs} is valid", file.display());
            written(said, color)
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
    let (text, workflow) = read(&args.file, color)?;
    let selection = choice::selection(&args.choice, false, &workflow, color)?;
    if args.dry_run {
        let submitter = Submitter::here().map_err(|error| explain(&RunError::Here(error), color))?;
        return Ok(written(dry_run(&workflow, &selection.takes(&workflow), &submitter), color));
    }
    let about = About {
        file: shown(&args.file).to_owned(),
        work_dir: env::current_dir().map_err(|error| explain(&RunError::Here(error), color))?,
        local: args.local.then(|| Local {
            cpus: args.local_cpus,
            memory: args.local_memory.map(|memory| memory.mib),
            gpus: args.local_gpus,
        }),
        srunx: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let runs = Runs::of_user().map_err(|error| explain(&error.into(), color))?;
    if args.local {
        tell_unused(&workflow, color);
    }
    let local = about.local.clone();
    let runner = WorkflowRunner::new(workflow).keep(runs, text, about).select(selection);
    let runner = runner.assume(choice::assumed(&args.choice));
    follow(runner, local.as_ref(), &args.follow, args.detach, color)
}

/// Connects the scheduler and runs to the end what `runner` was told to run.
pub(super) fn follow(
    runner: WorkflowRunner,
    local: Option<&Local>,
    args: &FollowArgs,
    detach: bool,
    color: Color,
) -> Result<Exit, Exit> {
    let slack = args.slack.then(|| webhook(color)).transpose()?;
    // Before any other thread is there: libslurm's initialisation wants to be alone.
    let scheduler = scheduler(local, args, !args.no_push && !detach, color)?;
    let interrupts = signals::listen().map_err(|error| {
        message::error(color, &format!("signals cannot be handled: {error}"), None);
        Exit::Invalid
    })?;
    let mut runner = runner.detach(detach);
    runner =
        runner.on(Arc::clone(&scheduler)).interrupts(interrupts).wait_for_scheduler(args.wait_for_controller);
    if args.json {
        runner = runner.listen(JsonLines::new(Output::new(color)));
    } else {
        let hinter = Arc::clone(&scheduler);
        let hint = move |jobs: &[JobId]| hinter.cancel_hint(jobs);
        runner = runner.listen(Lines::new(Output::new(color), style(color), hint).kept());
    }
    if let Some(webhook) = slack {
        runner = runner.listen(Slack::new(webhook, move |trouble| message::warning(color, &trouble)));
    }
    let result = runner.run().map_err(|error| explain(&error, color))?;
    if result.lost_listeners > 0 {
        message::warning(color, "part of the report broke off: a listener of the run panicked");
    }
    let failed =
        |job: &JobResult| job.outcome.is_some_and(|end| !end.is_success() && end != Outcome::Skipped);
    match result.outcome {
        RunOutcome::Detached if result.jobs.iter().any(failed) => Ok(Exit::JobFailed),
        outcome => Ok(outcome.into()),
    }
}

/// Says which options have no meaning for processes on this machine.
fn tell_unused(workflow: &Workflow, color: Color) {
    // Where output goes is heeded everywhere.
    let heeded = ["output", "error"];
    let all = workflow.jobs().iter().flat_map(|job| job.sbatch.iter().map(|(option, _)| option.as_str()));
    let unused: BTreeSet<&str> = all.filter(|option| !heeded.contains(option)).collect();
    if !unused.is_empty() {
        let unused: Vec<&str> = unused.into_iter().collect();
        message::note(
            color,
            &format!("without Slurm, options under `sbatch:` mean nothing: {}", unused.join(", ")),
        );
    }
}

pub(super) fn style(color: Color) -> Style {
    let style = Style::of_stdout();
    match color {
        Color::Auto => style,
        Color::Always => Style { color: true, ..style },
        Color::Never => Style { color: false, ..style },
    }
}

/// A workflow's text, and what it says.
fn read(file: &Path, color: Color) -> Result<(String, Workflow), Exit> {
    let text = match file == Path::new("-") {
        true => Workflow::text_from(shown(file), io::stdin().lock()),
        false => Workflow::text_of(file),
    };
    let read = text.and_then(|text| Ok((parse(shown(file), &text, ParameterFiles::new())?, text)));
    read.map(|(workflow, text)| (text, workflow)).map_err(|error| refuse(error, color))
}

/// What a workflow's text says.
pub(super) fn parse(file: &Path, text: &str, files: ParameterFiles) -> Result<Workflow, WorkflowError> {
    Ok(Workflow::parse_with(&file.display().to_string(), text, files)?)
}

/// Says what is wrong with a workflow.
pub(super) fn refuse(error: WorkflowError, color: Color) -> Exit {
    match error {
        WorkflowError::Invalid(invalid) => {
            let width = Style::of_stdout().width.map_or(120, usize::from);
            let text = invalid.render(message::colored(color), width);
            let _ = writeln!(io::stderr(), "{}", text.trim_end());
        }
        error => message::error(color, &error.to_string(), error.hint().as_deref()),
    }
    Exit::Invalid
}

/// What messages call a workflow's file.
fn shown(file: &Path) -> &Path {
    if file == Path::new("-") { Path::new("<stdin>") } else { file }
}

fn webhook(color: Color) -> Result<Webhook, Exit> {
    let url = env::var("SLACK_WEBHOOK_URL").unwrap_or_default();
    if url.trim().is_empty() {
        message::error(
            color,
            "--slack posts to the webhook in SLACK_WEBHOOK_URL, which is not set",
            Some("export SLACK_WEBHOOK_URL=https://hooks.slack.com/services/..."),
        );
        return Err(Exit::Invalid);
    }
    Webhook::new(&url).map_err(|error| {
        let hint = Some("check SLACK_WEBHOOK_URL; its value is a secret and is not shown");
        message::error(color, &error.to_string(), hint);
        Exit::Invalid
    })
}

fn scheduler(
    local: Option<&Local>,
    args: &FollowArgs,
    push: bool,
    color: Color,
) -> Result<Arc<dyn Scheduler>, Exit> {
    let Some(local) = local else { return slurm(args, push, color) };
    let options = LocalOptions {
        cpus: local.cpus,
        memory: local.memory(),
        gpus: local.gpus,
        ..LocalOptions::default()
    };
    match LocalScheduler::new(options) {
        Ok(scheduler) => Ok(Arc::new(scheduler)),
        Err(error) => Err(explain(&RunError::Local(error), color)),
    }
}

#[cfg(feature = "slurm")]
fn slurm(args: &FollowArgs, push: bool, color: Color) -> Result<Arc<dyn Scheduler>, Exit> {
    use crate::scheduler::slurm::SlurmScheduler;
    match super::connect::connect(args.wait_for_controller, color) {
        Ok(client) => Ok(Arc::new(SlurmScheduler::new(Arc::new(client), push))),
        Err(error) => Err(explain(&RunError::Slurm(error), color)),
    }
}

#[cfg(not(feature = "slurm"))]
fn slurm(_: &FollowArgs, _: bool, color: Color) -> Result<Arc<dyn Scheduler>, Exit> {
    Err(explain(&RunError::NoSlurm, color))
}

const NO_SLURM: &str =
    "--local runs the workflow on this machine; a build with Slurm's headers also runs it on a cluster";

/// Says why nothing was run.
pub(super) fn explain(error: &RunError, color: Color) -> Exit {
    let (hint, exit) = match error {
        RunError::Prepare(errors) => {
            for error in errors {
                message::error(color, &error.to_string(), None);
            }
            message::note(color, "nothing was submitted");
            return Exit::Invalid;
        }
        RunError::Left(errors) => {
            const MOST: usize = 5;
            for error in errors.iter().take(MOST) {
                message::error(color, &error.to_string(), error.hint.as_deref());
            }
            let more = errors.len().saturating_sub(MOST);
            if more > 0 {
                message::note(color, &format!("and {more} more such jobs"));
            }
            message::note(color, "nothing was submitted");
            return Exit::Invalid;
        }
        RunError::Here(_) | RunError::Runner(_) => (None, Exit::Invalid),
        RunError::Local(error) => (error.hint.clone(), Exit::Invalid),
        RunError::Journal(error) => (error.hint().map(ToOwned::to_owned), Exit::Invalid),
        RunError::NoSlurm => (Some(NO_SLURM.to_owned()), Exit::Unreachable),
        #[cfg(feature = "slurm")]
        RunError::Slurm(error) => (error.hint(), Exit::Unreachable),
    };
    message::error(color, &error.to_string(), hint.as_deref());
    exit
}

/// Prints what would be asked for each job, and its script.
fn dry_run(workflow: &Workflow, taken: &[bool], submitter: &Submitter) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout());
    let first = taken.iter().position(|taken| *taken);
    for (place, job) in workflow.jobs().iter().enumerate().filter(|(place, _)| taken[*place]) {
        let after: Vec<_> = job
            .depends_on
            .iter()
            .map(|dependency| dependency.shown(&workflow.jobs()[dependency.on].name))
            .collect();
        let array = job.array.as_ref().map(array_shown).unwrap_or_default();
        print_request(&mut out, &workflow.request(place, submitter), &after, &array, Some(place) == first)?;
    }
    out.flush()
}

/// What an array is, and the parameters of its first tasks.
fn array_shown(array: &Array) -> Vec<String> {
    const ROWS: usize = 5;
    let tasks = |count: u32| if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") };
    let count = array.tasks.count();
    let limit = array.tasks.limit().map(|limit| format!(", {limit} at a time")).unwrap_or_default();
    let chunk =
        array.chunk.map(|chunk| format!(", in arrays of at most {}", tasks(chunk))).unwrap_or_default();
    let mut lines = vec![format!("array: {}{limit}{chunk}", tasks(count))];
    if let Some(parameters) = &array.parameters {
        for (task, row) in array.tasks.iter().zip(&parameters.rows).take(ROWS) {
            let values = parameters.names.iter().zip(row).map(|(name, value)| {
                // As a program would write it: with its blanks and line breaks seen.
                let plain =
                    !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c.is_control());
                if plain { format!("{name}={value}") } else { format!("{name}={value:?}") }
            });
            lines.push(format!("  task {task}: {}", values.collect::<Vec<_>>().join(" ")));
        }
        let more = parameters.rows.len().saturating_sub(ROWS);
        lines.extend((more > 0).then(|| format!("  and {more} more")));
    }
    lines
}

fn print_request(
    out: &mut impl Write,
    request: &JobRequest,
    after: &[String],
    array: &[String],
    first: bool,
) -> io::Result<()> {
    if !first {
        writeln!(out)?;
    }
    writeln!(out, "=== {}", harmless(&request.name, true))?;
    if !after.is_empty() {
        writeln!(out, "waits for: {}", harmless(&after.join(", "), true))?;
    }
    for line in array {
        writeln!(out, "{}", harmless(line, true))?;
    }
    for option in request.describe() {
        writeln!(out, "{}", harmless(&option, true))?;
    }
    writeln!(out, "--- script")?;
    out.write_all(request.script.as_bytes())
}
