//! A request of the engine's as slurmctld is asked for it.

use super::description::{Description, Flag};
use super::error::Error;
use crate::job::{JobRequest, TimeLimit};
use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;

/// What the library's release calls the TRES that a request names.
pub(super) struct TresNames {
    /// The word before a GPU count: `gres/gpu`.
    pub gpu: &'static str,
    /// `--cpus-per-task` as `tres_per_task`, from 23.11.
    pub cpus: Option<String>,
}

/// Describes a request, whose environment is given as it goes out.
///
/// # Errors
/// When some text of it holds a NUL byte.
pub(super) fn describe<'a>(
    request: &JobRequest,
    environment: Vec<Cow<'a, CStr>>,
    tres: &TresNames,
) -> Result<Description<'a>, Error> {
    /// slurm.h, INFINITE
    const INFINITE: u32 = u32::MAX;
    let argv = match request.argv.as_slice() {
        [] => vec![text("the job's name", &request.name)?],
        argv => argv.iter().map(|word| text("an argument", word)).collect::<Result<_, _>>()?,
    };
    let optional = |what, value: Option<&String>| value.map(|value| text(what, value)).transpose();
    let path =
        |what, value: &Option<std::path::PathBuf>| value.as_ref().map(|value| text(what, value)).transpose();
    let gpus = request.gpus_per_node.filter(|n| *n > 0).map(|n| format!("{}:{n}", tres.gpu));
    let tasks = request.tasks.unwrap_or(1).max(1);
    let mut flags = Vec::new();
    if request.tasks.is_some() {
        flags.push(Flag::TasksSet);
    }
    if request.cpus_per_task.is_some() {
        flags.push(Flag::CpusSet);
    }
    // SAFETY: no arguments, cannot fail.
    let (user, group) = unsafe { (libc::getuid(), libc::getgid()) };
    Ok(Description {
        argv,
        environment,
        flags,
        name: Some(text("the job's name", &request.name)?),
        script: Some(text("the script", &request.script)?),
        submit_line: Some(text("the command line", submit_line())?),
        work_dir: Some(text("the working folder", &request.work_dir)?),
        // sbatch(1), --input: "by default, standard input is /dev/null"
        std_in: Some(c"/dev/null".into()),
        std_out: path("the output file's name", &request.stdout)?,
        std_err: path("the error file's name", &request.stderr)?,
        req_nodes: optional("the node list", request.nodelist.as_ref())?,
        partition: optional("the partition", request.partition.as_ref())?,
        account: optional("the account", request.account.as_ref())?,
        qos: optional("the QOS", request.qos.as_ref())?,
        comment: comment(request).map(|value| text("the comment", &value)).transpose()?,
        tres_per_node: optional("the GPUs", gpus.as_ref())?,
        tres_per_task: optional("the CPUs", tres.cpus.as_ref())?,
        job_size_str: request.nodes.map(|nodes| text("the node count", nodes.to_string())).transpose()?,
        user_id: Some(user),
        group_id: Some(group),
        // What sbatch asks for where its user asks for nothing.
        contiguous: Some(0),
        task_dist: Some(DIST_UNKNOWN),
        x11: Some(0),
        immediate: Some(0),
        min_nodes: request.nodes.map(|nodes| nodes.min),
        max_nodes: request.nodes.map(|nodes| nodes.max),
        num_tasks: request.tasks,
        ntasks_per_node: request.tasks_per_node,
        cpus_per_task: request.cpus_per_task,
        pn_min_cpus: request.cpus_per_task,
        min_cpus: Some(tasks.saturating_mul(request.cpus_per_task.map_or(1, u32::from))),
        pn_min_memory: request.memory_per_node.map(|memory| memory.mib),
        time_limit: request.time_limit.map(|limit| match limit {
            TimeLimit::Unlimited => INFINITE,
            TimeLimit::Minutes(minutes) => minutes,
        }),
        wait_all_nodes: request.wait_all_nodes.then_some(1),
        ..Description::default()
    })
}

/// slurm.h, SLURM_DIST_UNKNOWN: no distribution was asked for.
const DIST_UNKNOWN: u32 = 0x2000;

fn text(what: &str, value: impl AsRef<OsStr>) -> Result<CString, Error> {
    CString::new(value.as_ref().as_bytes()).map_err(|_| Error::Nul { what: what.to_owned() })
}

/// The token goes behind the user's own comment, as a word of its own.
fn comment(request: &JobRequest) -> Option<String> {
    match (&request.comment, &request.token) {
        (Some(comment), Some(token)) => Some(format!("{comment} {token}")),
        (comment, token) => comment.as_ref().or(token.as_ref()).cloned(),
    }
}

/// Whether a record's comment carries `token`.
pub(super) fn carries(comment: &str, token: &str) -> bool {
    comment.strip_suffix(token).is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

/// The command line that slurmctld keeps as `SubmitLine`, as it was typed; cut where slurmctld would refuse it
/// (1 MiB, less what a quote costs).
fn submit_line() -> std::ffi::OsString {
    let mut line = std::ffi::OsString::new();
    for word in std::env::args_os() {
        if !line.is_empty() {
            line.push(" ");
        }
        line.push(word);
        if line.len() > 1 << 19 {
            break;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_stands_behind_the_users_comment() {
        let mut request = JobRequest { token: Some("srunx:a/1".into()), ..JobRequest::default() };
        assert_eq!(comment(&request).as_deref(), Some("srunx:a/1"));
        request.comment = Some("mine, all mine".into());
        let comment = comment(&request).unwrap_or_default();
        assert_eq!(comment, "mine, all mine srunx:a/1");
        assert!(carries(&comment, "srunx:a/1"));
        assert!(!carries(&comment, "a/1"));
        assert!(!carries("srunx:a/12", "srunx:a/1"));
    }

    #[test]
    fn a_nul_is_refused_by_name() {
        let request = JobRequest { name: "a\0b".into(), ..JobRequest::default() };
        let tres = TresNames { gpu: "gres/gpu", cpus: None };
        let error = describe(&request, Vec::new(), &tres).err().map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some("the job's name holds a NUL byte, which no Slurm request can carry")
        );
    }
}
