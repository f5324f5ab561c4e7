//! What a job leaves behind, and whether that is newer than what it is made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Whether every output is there and none is older than any input. An input that is not there, or an output that cannot be
/// looked at, leaves it to the job.
pub(super) fn are_up_to_date(base: &Path, creates: &[PathBuf], inputs: &[PathBuf]) -> bool {
    let times =
        |paths: &[PathBuf]| paths.iter().map(|path| changed(&base.join(path))).collect::<Option<Vec<_>>>();
    match (times(creates), times(inputs)) {
        (Some(made), Some(of)) => {
            let oldest = made.into_iter().min();
            oldest.is_some_and(|oldest| of.into_iter().all(|input| input <= oldest))
        }
        _ => false,
    }
}

/// The first of the outputs that was not made since then.
pub(super) fn missing<'a>(base: &Path, creates: &'a [PathBuf], began: SystemTime) -> Option<&'a Path> {
    let made = |path: &Path| changed(&base.join(path)).is_some_and(|at| at >= began);
    creates.iter().map(PathBuf::as_path).find(|path| !made(path))
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::Duration;

    #[test]
    fn outputs_are_held_against_inputs() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = |name: &str, seconds: u64| {
            let file = File::create(dir.path().join(name)).expect("a file");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("a time");
            PathBuf::from(name)
        };
        let (old, middle, new) = (file("old", 10), file("middle", 20), file("new", 30));
        let fine = |creates: &[&PathBuf], inputs: &[&PathBuf]| {
            let owned = |paths: &[&PathBuf]| paths.iter().map(|path| (*path).clone()).collect::<Vec<_>>();
            are_up_to_date(dir.path(), &owned(creates), &owned(inputs))
        };
        let absent = PathBuf::from("absent");
        assert!(fine(&[&old], &[]));
        assert!(fine(&[&middle, &new], &[&old, &middle]));
        assert!(!fine(&[&old, &new], &[&middle]));
        assert!(!fine(&[&absent], &[]) && !fine(&[&new], &[&absent]));
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(15);
        assert_eq!(missing(dir.path(), &[middle.clone(), new.clone()], began), None);
        assert_eq!(missing(dir.path(), &[middle, old.clone()], began), Some(old.as_path()));
        assert_eq!(missing(dir.path(), &[absent], began), Some(Path::new("absent")));
    }
}
