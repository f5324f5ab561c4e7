//! Runs a workflow from a Rust program, with a listener of its own and Slack.
//!
//! ```console
//! $ cd examples && SLACK_WEBHOOK_URL=… cargo run --example library -- ml_pipeline.yaml
//! ```

use srunx::WorkflowRunner;
use srunx::event::{Event, EventKind};
use srunx::report::{Slack, Webhook};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "ml_pipeline.yaml".to_owned());
    let mut runner = WorkflowRunner::from_yaml(&file)?;

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
    Ok(())
}
