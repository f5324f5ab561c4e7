//! The room as a whole: files as users write them, and what is said of those that are wrong.

mod any_text;
mod array_scripts;
mod arrays;
mod article;
mod messages;
mod retry;
mod sbatch;
mod scripts;
mod syntax;
mod values;

use super::{InvalidWorkflow, Job, Submitter, Workflow};

fn parse(text: &str) -> Workflow {
    Workflow::parse("flow.yaml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn invalid(text: &str) -> InvalidWorkflow {
    Workflow::parse("flow.yaml", text).expect_err("it is taken for valid")
}

/// Messages and places without the text around them.
fn brief(text: &str) -> String {
    let error = invalid(text);
    let lines = error.problems().iter().map(|problem| {
        let (line, column) = error.position(problem).unwrap();
        let hint = problem.suggestion().map(|hint| format!(" [{hint}]")).unwrap_or_default();
        format!("{line}:{column} {} ({}){hint}\n", problem.message(), problem.label)
    });
    lines.collect()
}

/// One job of a file that has `body` beside the job's name.
fn job(body: &str) -> Job {
    parse(&one(body)).jobs()[0].clone()
}

fn one(body: &str) -> String {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    format!("jobs:\n  - name: a\n{body}")
}

fn submitter() -> Submitter {
    Submitter {
        work_dir: "/home/me/project".into(),
        environment: vec![("HOME".into(), "/home/me".into()), ("LANG".into(), "C".into())],
        log_dir: None,
    }
}
