//! A request's text as C strings, owned here for as long as a call looks at them.

use super::error::Error;
use crate::job::JobRequest;
use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;

/// Everything of a [`JobRequest`] that goes to slurmctld as text. Nothing here holds a NUL byte.
pub(super) struct Strings<'a> {
    pub name: CString,
    pub script: CString,
    pub argv: Vec<CString>,
    pub environment: Vec<Cow<'a, CStr>>,
    pub work_dir: CString,
    pub stdin: CString,
    pub stdout: Option<CString>,
    pub stderr: Option<CString>,
    pub nodelist: Option<CString>,
    pub partition: Option<CString>,
    pub account: Option<CString>,
    pub qos: Option<CString>,
    pub comment: Option<CString>,
    pub submit_line: CString,
    pub job_size: Option<CString>,
}

impl<'a> Strings<'a> {
    /// Copies a request's text, all but its environment, which is given as it goes out.
    pub fn of(request: &JobRequest, environment: Vec<Cow<'a, CStr>>) -> Result<Self, Error> {
        let argv = match request.argv.as_slice() {
            [] => vec![text("the job's name", &request.name)?],
            argv => argv.iter().map(|word| text("an argument", word)).collect::<Result<_, _>>()?,
        };
        let optional = |what, value: Option<&String>| value.map(|value| text(what, value)).transpose();
        let path = |what, value: &Option<std::path::PathBuf>| {
            value.as_ref().map(|value| text(what, value)).transpose()
        };
        Ok(Self {
            name: text("the job's name", &request.name)?,
            script: text("the script", &request.script)?,
            submit_line: text("the command line", submit_line())?,
            argv,
            environment,
            work_dir: text("the working folder", &request.work_dir)?,
            // sbatch(1), --input: "by default, standard input is /dev/null"
            stdin: c"/dev/null".into(),
            stdout: path("the output file's name", &request.stdout)?,
            stderr: path("the error file's name", &request.stderr)?,
            nodelist: optional("the node list", request.nodelist.as_ref())?,
            partition: optional("the partition", request.partition.as_ref())?,
            account: optional("the account", request.account.as_ref())?,
            qos: optional("the QOS", request.qos.as_ref())?,
            comment: comment(request).map(|value| text("the comment", &value)).transpose()?,
            job_size: request
                .nodes
                .map(|nodes| match nodes.min == nodes.max {
                    true => nodes.min.to_string(),
                    false => format!("{}-{}", nodes.min, nodes.max),
                })
                .map(|size| text("the node count", &size))
                .transpose()?,
        })
    }
}

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
        let error = Strings::of(&request, Vec::new()).err().map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some("the job's name holds a NUL byte, which no Slurm request can carry")
        );
    }
}
