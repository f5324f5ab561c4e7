//! Which jobs of a workflow the user named.

use super::args::{Assume, ChoiceArgs, Color};
use super::exit::Exit;
use super::message;
use crate::engine::Selection;
use crate::job::Outcome;
use crate::report::harmless;
use crate::workflow::{Workflow, nearest};

/// What was chosen of `workflow`.
///
/// # Errors
/// When a job is named that it does not have, or nothing is left of it.
pub fn selection(
    args: &ChoiceArgs,
    failed: bool,
    workflow: &Workflow,
    color: Color,
) -> Result<Selection, Exit> {
    let places = |names: &[String], option: &str| {
        let place =
            |name: &String| workflow.position(name).ok_or_else(|| unknown(name, option, workflow, color));
        names.iter().map(place).collect::<Result<Vec<_>, Exit>>()
    };
    let selection = Selection {
        from: places(&args.from, "--from")?,
        to: places(&args.to, "--to")?,
        only: places(&args.only, "--job")?,
        failed,
    };
    if !selection.takes(workflow).contains(&true) {
        let hint = "a job that --to names must depend on one that --from names";
        message::error(color, "no job is both behind --from and before --to", Some(hint));
        return Err(Exit::Invalid);
    }
    Ok(selection)
}

/// What an end that nobody knows is taken for.
pub fn assumed(args: &ChoiceArgs) -> Option<Outcome> {
    args.assume.map(|assume| match assume {
        Assume::Completed => Outcome::Completed,
        Assume::Failed => Outcome::Failed,
    })
}

fn unknown(name: &str, option: &str, workflow: &Workflow, color: Color) -> Exit {
    const MOST: usize = 20;
    let names = || workflow.jobs().iter().map(|job| job.name.as_str());
    let hint = match nearest(name, names()) {
        Some(other) => format!("did you mean {}?", harmless(other, true)),
        None => {
            let all: Vec<_> = names().take(MOST).map(|name| harmless(name, true)).collect();
            let more = if workflow.jobs().len() > MOST { " …" } else { "" };
            format!("its jobs are {}{more}", all.join(", "))
        }
    };
    let text = format!("{option}: the workflow has no job called {}", harmless(name, true));
    message::error(color, &text, Some(&hint));
    Exit::Invalid
}
