//! Runs a workflow from a Rust program, with a listener of its own and Slack.
//!
//! ```console
//! $ cargo run --example library -- ml_pipeline.yaml           # on Slurm
//! $ cargo run --example library -- --local ml_pipeline.yaml   # on this machine
//! ```
//!
//! With `SLACK_WEBHOOK_URL` in the environment it posts to Slack.

use srunx::event::{Event, EventKind};
use srunx::report::{Slack, Webhook};
use srunx::{RunOutcome, WorkflowRunner};
use std::error::Error;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(RunOutcome::Completed) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<RunOutcome, Box<dyn Error>> {
    let mut words = std::env::args().skip(1).peekable();
    let local = words.next_if(|word| word == "--local").is_some();
    let file = words.next().ok_or("usage: library [--local] WORKFLOW")?;
    let mut runner = WorkflowRunner::from_yaml(&file)?;
    if local {
        runner = runner.local()?;
    }

    // Anything that takes events is a listener.
    runner = runner.listen(|event: &Event| {
        if let EventKind::Ended { job, outcome, .. } = &event.kind {
            println!("{job}: {outcome}");
        }
    });

    // So is Slack, which has a thread of its own and never holds the run up.
    if let Ok(url) = std::env::var("SLACK_WEBHOOK_URL") {
        let slack = Slack::new(Webhook::new(&url)?, |trouble| eprintln!("{trouble}"));
        runner = runner.listen(slack);
    }

    let result = runner.run()?;
    for job in &result.jobs {
        let id = job.id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        let outcome = job.outcome.map_or_else(|| "not over".to_owned(), |outcome| outcome.to_string());
        println!("{:<12} {id:>8} {outcome}", job.name);
    }
    Ok(result.outcome)
}
