//! The rules of arrays: what parameters may be called, tables that fit, scripts that Slurm takes.

use super::check::{Draft, Verdict, refuse, variable};
use super::model::{Array, Job};
use super::problem::{Problem, Problems, quoted};
use super::{script, template};
use std::path::Path;

/// The name of a parameter of an array's.
pub(super) fn parameter(name: &str) -> Verdict {
    /// What bash gives a value of its own, whatever is set.
    const BASHS_OWN: [&str; 13] = [
        "_",
        "RANDOM",
        "SRANDOM",
        "SECONDS",
        "LINENO",
        "EPOCHSECONDS",
        "EPOCHREALTIME",
        "GROUPS",
        "FUNCNAME",
        "DIRSTACK",
        "HISTCMD",
        "OPTIND",
        "COMP_WORDBREAKS",
    ];
    variable(name)?;
    if name.to_ascii_uppercase().starts_with("SRUNX_") {
        return refuse("variables that begin with `SRUNX_` are srunx's own");
    }
    if name == template::TASK_ID {
        return refuse("`task_id` is the index of the task");
    }
    if BASHS_OWN.contains(&name) || name.starts_with("BASH") {
        return refuse("a variable to which bash itself gives its value");
    }
    Ok(())
}

/// A table whose rows are those of an array's tasks.
pub(super) fn rows(array: &Array) -> Verdict {
    if array.chunk == Some(0) {
        return refuse("a chunk of no tasks");
    }
    let Some(parameters) = &array.parameters else { return Ok(()) };
    if parameters.names.is_empty() {
        return refuse("its table has no names");
    }
    for (place, name) in parameters.names.iter().enumerate() {
        parameter(name).map_err(|fault| format!("the parameter {}: {fault}", quoted(name)))?;
        if parameters.names[..place].contains(name) {
            return Err(format!("the parameter {} is there twice", quoted(name)));
        }
    }
    let (rows, tasks) = (parameters.rows.len(), array.tasks.count());
    if rows != tasks as usize {
        return Err(format!("it has {tasks} tasks and {rows} rows of parameters"));
    }
    for (place, row) in parameters.rows.iter().enumerate() {
        if row.len() != parameters.names.len() {
            let (there, wanted) = (row.len(), parameters.names.len());
            return Err(format!("row {place} of the parameters has {there} values instead of {wanted}"));
        }
        if row.iter().any(|value| value.contains('\0')) {
            return Err(format!("row {place} of the parameters holds a NUL character"));
        }
    }
    Ok(())
}

/// A variable that is set in two ways.
pub(super) fn set_twice(job: &Job) -> Option<&str> {
    let parameters = &job.array.as_ref()?.parameters.as_ref()?.names;
    let variables = job.environment.env_vars.iter().map(|(name, _)| name.as_str());
    variables.into_iter().find(|name| parameters.iter().any(|parameter| parameter == name))
}

/// A script that Slurm would not take.
pub(super) fn script_size(workflow: &str, draft: &Draft, problems: &mut Problems) {
    const MOST: usize = 4 << 20;
    // The folder of a job is a small part of its script.
    let size = script::of(workflow, &draft.job, Path::new("/")).len();
    if size < MOST {
        return;
    }
    let rows = draft.job.array.as_ref().and_then(|array| Some(array.parameters.as_ref()?.rows.len()));
    let hint = match rows {
        Some(rows) => format!(
            "with `array: \"0-{}\"` and without a table, the program can read the row of its SRUNX_TASK_ID by itself",
            rows.saturating_sub(1)
        ),
        None => "put the command into a file, and run that".to_owned(),
    };
    let mib = size as f64 / f64::from(1 << 20);
    let message = format!(
        "the script of the job {} would have {mib:.1} MiB; Slurm takes less than 4 MiB",
        quoted(&draft.job.name)
    );
    let label = rows.map(|rows| format!("the {rows} rows of parameters are a part of it"));
    let at = draft.array.as_ref().or(draft.name.as_ref());
    problems.add(Problem::new(message).maybe_at(at, label.unwrap_or_default()).hint(hint));
}
