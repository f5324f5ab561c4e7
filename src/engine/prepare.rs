//! What must be true of the file system before anything is submitted.

use crate::job::JobRequest;
use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Why a job cannot be submitted as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the job `{job}` {what} `{}`: {reason}", path.display())]
pub struct PrepareError {
    /// The job's name.
    pub job: String,
    /// `cannot run in` or `cannot have its log in`
    pub what: &'static str,
    /// The folder.
    pub path: PathBuf,
    /// The system's words.
    pub reason: String,
}

/// Makes the folders of all jobs' logs and checks that their working folders are there. A log folder whose path holds
/// patterns (`%j`) is not known before the job is and is left alone.
///
/// # Errors
/// One for each job and folder at fault; then nothing should be submitted.
pub fn prepare(requests: &[JobRequest]) -> Result<(), Vec<PrepareError>> {
    let mut errors = Vec::new();
    // Jobs mostly share their folders: each is looked at once.
    let mut made: HashMap<PathBuf, Result<(), String>> = HashMap::new();
    let mut entered: HashMap<&Path, Result<(), String>> = HashMap::new();
    for request in requests {
        let dir = request.work_dir.as_path();
        let usable = entered.entry(dir).or_insert_with(|| enter(dir));
        let fail = |what, path: &Path, reason: &str| PrepareError {
            job: request.name.clone(),
            what,
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        if let Err(reason) = usable {
            errors.push(fail("cannot run in", dir, reason));
            continue;
        }
        let logs = [&request.stdout, &request.stderr];
        let mut folders: Vec<_> = logs.into_iter().flatten().filter_map(|log| folder(dir, log)).collect();
        folders.dedup();
        for folder in folders {
            let result = made
                .entry(folder.clone())
                .or_insert_with(|| std::fs::create_dir_all(&folder).map_err(|error| error.to_string()));
            if let Err(reason) = result {
                errors.push(fail("cannot have its log in", &folder, reason));
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn enter(dir: &Path) -> Result<(), String> {
    let found = std::fs::metadata(dir).map_err(|error| error.to_string())?;
    if found.is_dir() { Ok(()) } else { Err(io::Error::from(io::ErrorKind::NotADirectory).to_string()) }
}

/// The folder of a log, if it is known before the job is.
fn folder(work_dir: &Path, log: &Path) -> Option<PathBuf> {
    let parent = log.parent().filter(|parent| !parent.as_os_str().is_empty())?;
    let mut plain = Vec::new();
    let mut bytes = parent.as_os_str().as_bytes().iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'%' && bytes.next() != Some(&b'%') {
            return None;
        }
        plain.push(*byte);
    }
    Some(work_dir.join(OsString::from_vec(plain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(work_dir: &Path, stdout: &str) -> JobRequest {
        JobRequest {
            name: "a".into(),
            work_dir: work_dir.to_owned(),
            stdout: Some(work_dir.join(stdout)),
            ..JobRequest::default()
        }
    }

    #[test]
    fn folders_are_made_but_for_those_with_patterns() {
        let dir = tempfile::tempdir().unwrap();
        let logs = ["logs/deep/%x_%j.out", "100%%/a.out", "by-job/%j/a.out", "plain.out"];
        let requests: Vec<_> = logs.iter().map(|log| request(dir.path(), log)).collect();
        prepare(&requests).unwrap();
        assert!(dir.path().join("logs/deep").is_dir());
        assert!(dir.path().join("100%").is_dir());
        assert!(!dir.path().join("by-job").exists());
    }

    #[test]
    fn each_job_at_fault_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), "").unwrap();
        let requests = [
            request(dir.path(), "file/a.out"),
            request(&dir.path().join("nowhere"), "a.out"),
            request(&dir.path().join("file"), "a.out"),
            request(dir.path(), "fine/a.out"),
        ];
        let errors = prepare(&requests).unwrap_err();
        let said: Vec<_> = errors.iter().map(|error| (error.what, error.path.as_path())).collect();
        let (file, nowhere) = (dir.path().join("file"), dir.path().join("nowhere"));
        assert_eq!(
            said,
            [
                ("cannot have its log in", file.as_path()),
                ("cannot run in", nowhere.as_path()),
                ("cannot run in", file.as_path())
            ]
        );
    }
}
