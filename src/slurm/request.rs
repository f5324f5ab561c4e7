//! A request of the engine's as sbatch's options, and what of it is no option.

use super::error::Error;
use crate::job::value::Nodes;
use crate::job::{JobRequest, TimeLimit, dependency};
use crate::sbatch::{Context, INFINITE, Options, give};
use jiff::Timestamp;
use std::ffi::{OsStr, OsString};

/// The options that a request comes to: its own, and over them those that it names as sbatch does.
///
/// # Errors
/// When a value is one that sbatch of the release in use refuses.
pub(super) fn options(request: &JobRequest, context: &Context<'_>) -> Result<Options, Error> {
    let text = |text: &Option<String>| text.as_ref().map(OsString::from);
    let mut options = Options {
        job_name: Some(OsString::from(&request.name)),
        chdir: Some(request.work_dir.clone()),
        output: request.stdout.as_ref().map(|file| file.clone().into_os_string()),
        error: request.stderr.as_ref().map(|file| file.clone().into_os_string()),
        nodes: request.nodes.map(|nodes| Nodes { min: nodes.min as i32, max: nodes.max as i32, sizes: None }),
        ntasks: request.tasks,
        ntasks_per_node: request.tasks_per_node.map(u32::from),
        cpus_per_task: request.cpus_per_task.map(u32::from),
        mem: request.memory_per_node.map(|memory| memory.mib),
        gpus_per_node: request.gpus_per_node.filter(|n| *n > 0).map(|n| n.to_string().into()),
        time: request.time_limit.map(|limit| match limit {
            TimeLimit::Unlimited => INFINITE,
            TimeLimit::Minutes(minutes) => minutes,
        }),
        nodelist: text(&request.nodelist),
        partition: text(&request.partition),
        account: text(&request.account),
        qos: text(&request.qos),
        wait_all_nodes: request.wait_all_nodes.then_some(1),
        comment: text(&request.comment),
        array: request.array.as_ref().map(|array| array.to_string().into()),
        begin: request.begin.map(Timestamp::as_second),
        ..Options::default()
    };
    for (long, value) in &request.sbatch {
        give(&mut options, long, value.as_deref().map(OsStr::new), context)
            .map_err(|refused| Error::Option { option: long.clone(), message: refused.to_string() })?;
    }
    if !(request.corresponds_to.is_empty() && request.after.is_empty()) {
        let ids = request.corresponds_to.iter().map(|id| format!("aftercorr:{id}"));
        let ids = ids.chain(Some(dependency(&request.after)).filter(|after| !after.is_empty()));
        let own = options.dependency.take().map(|own| own.to_string_lossy().into_owned());
        options.dependency = Some(own.into_iter().chain(ids).collect::<Vec<_>>().join(",").into());
        // What waits for what failed would wait for ever.
        options.kill_on_invalid_dep = true;
    }
    options.comment = with_token(options.comment.take(), request.token.as_deref());
    Ok(options)
}

/// The token goes behind the user's own comment, as a word of its own.
fn with_token(comment: Option<OsString>, token: Option<&str>) -> Option<OsString> {
    match (comment, token) {
        (Some(mut comment), Some(token)) => {
            comment.push(" ");
            comment.push(token);
            Some(comment)
        }
        (comment, token) => comment.or(token.map(Into::into)),
    }
}

/// Whether a record's comment carries `token`.
pub(super) fn carries(comment: &str, token: &str) -> bool {
    comment.strip_suffix(token).is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

/// The command line that slurmctld keeps as `SubmitLine`, as it was typed; cut where slurmctld would refuse it
/// (1 MiB, less what a quote costs).
pub(crate) fn submit_line() -> std::ffi::OsString {
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
        assert_eq!(with_token(None, Some("srunx:a/1")), Some("srunx:a/1".into()));
        let comment = with_token(Some("mine, all mine".into()), Some("srunx:a/1")).unwrap_or_default();
        let comment = comment.to_string_lossy();
        assert_eq!(comment, "mine, all mine srunx:a/1");
        assert!(carries(&comment, "srunx:a/1"));
        assert!(!carries(&comment, "a/1"));
        assert!(!carries("srunx:a/12", "srunx:a/1"));
    }
}
