//! The script's name and its arguments, as far as Slurm keeps them: in a line with blanks between, and no quotes.

use crate::job::JobId;
use crate::slurm::accounting::{JobCondition, SelectedStep};
use crate::slurm::{Client, JobInfo};
use std::ffi::{CStr, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Both, and what is to be said of arguments that may have been others. Releases up to 22.05 have them in the record; later
/// ones have the script there, and the arguments in the command line only, which the record has from 25.11 and slurmdbd before.
pub fn argv(client: &Client, job: &JobInfo<'_>, id: JobId) -> (Vec<OsString>, Option<String>) {
    let command = job.command.map(CStr::to_bytes).unwrap_or_default();
    let (script, own) = split(command, |path| Path::new(OsStr::from_bytes(path)).is_file());
    if script.is_empty() {
        return (Vec::new(), None);
    }
    let line = match own {
        Some(own) => Some(own.to_vec()),
        None => {
            let line = job.submit_line.map(|line| line.to_bytes().to_vec());
            line.or_else(|| accounted_line(client, id))
                .map(|line| behind(without_remark(&line), script).to_vec())
        }
    };
    let unclear = match &line {
        None => {
            Some("warning: no command line is kept of this job: its script is given no arguments".to_owned())
        }
        Some(line) => unclear(line),
    };
    let line = line.unwrap_or_default();
    let argv = [OsStr::from_bytes(script)].into_iter().chain(words(&line)).map(OsStr::to_owned);
    (argv.collect(), unclear)
}

/// A command as the script and what is behind it. The script's name may have blanks in it: then it is as long as it must be to
/// be that of a file.
fn split(command: &[u8], is_file: impl Fn(&[u8]) -> bool) -> (&[u8], Option<&[u8]>) {
    let blanks = || command.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at);
    let ends = blanks().chain([command.len()]);
    let end = ends.into_iter().find(|end| is_file(&command[..*end])).or_else(|| blanks().next());
    match end.filter(|end| *end < command.len()) {
        Some(end) => (&command[..end], Some(&command[end + 1..])),
        None => (command, None),
    }
}

/// A command line without the word of a workflow's submission, which stands behind it as a remark.
fn without_remark(line: &[u8]) -> &[u8] {
    let remark = b" # srunx:";
    let at = line.windows(remark.len()).rposition(|words| words == remark);
    let word = |at: &usize| !line[at + remark.len()..].contains(&b' ');
    at.filter(word).map_or(line, |at| &line[..at])
}

/// What stands behind the script in a command line.
fn behind<'a>(line: &'a [u8], script: &[u8]) -> &'a [u8] {
    let file_name = |path: &[u8]| {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        name.to_vec()
    };
    let name = file_name(script);
    if name.is_empty() {
        return &[];
    }
    let starts = line.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at + 1);
    let blanks = name.iter().filter(|byte| **byte == b' ').count();
    for start in starts {
        let rest = &line[start..];
        // As many blanks as the name has are in the word.
        let ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at);
        let end = ends.chain([rest.len()]).nth(blanks);
        if let Some(end) = end.filter(|end| file_name(&rest[..*end]) == name) {
            return rest.get(end + 1..).unwrap_or_default();
        }
    }
    &[]
}

fn words(line: &[u8]) -> impl Iterator<Item = &OsStr> {
    line.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).map(OsStr::from_bytes)
}

/// What is said of a line that may have been other arguments than its words: one with a blank in it, or an empty one.
fn unclear(line: &[u8]) -> Option<String> {
    line.contains(&b' ').then(|| {
        format!(
            "warning: Slurm keeps no quotes: {:?} is taken for {} arguments; what stands behind the options is taken instead",
            String::from_utf8_lossy(line),
            words(line).count()
        )
    })
}

/// The command line that slurmdbd keeps.
fn accounted_line(client: &Client, id: JobId) -> Option<Vec<u8>> {
    if !client.configuration().has_accounting() {
        return None;
    }
    let job =
        JobCondition { steps: vec![SelectedStep::job(id.0)], without_steps: true, ..JobCondition::default() };
    let accounting = client.accounting().ok()?;
    let table = accounting.jobs(&job).ok()?;
    (0..table.len()).find_map(|place| table.job(place).submit_line.map(|line| line.to_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(line: &[u8]) -> String {
        String::from_utf8_lossy(line).into_owned()
    }

    #[test]
    fn a_remark_is_no_argument() {
        assert_eq!(without_remark(b"srunx flow run w.yaml # srunx:r/1.1"), b"srunx flow run w.yaml");
        assert_eq!(without_remark(b"sbatch job.sh # srunx: x"), b"sbatch job.sh # srunx: x");
        assert_eq!(without_remark(b"sbatch job.sh one"), b"sbatch job.sh one");
    }

    #[test]
    fn arguments_behind_the_script() {
        let arguments = |line: &str| shown(behind(line.as_bytes(), b"/w/job.sh"));
        assert_eq!(arguments("sbatch -n2 --mem=1G job.sh one  two"), "one  two");
        assert_eq!(arguments("srunx sbatch ./job.sh"), "");
        assert_eq!(arguments("sbatch -n2 other.sh one"), "");
        assert_eq!(arguments(""), "");
        assert_eq!(shown(behind(b"sbatch -n2 my own/job 1.sh one two", b"/w/my own/job 1.sh")), "one two");
    }

    #[test]
    fn scripts_with_blanks_in_their_names() {
        let command = |files: &[&str], command: &str| {
            let is_file = |path: &[u8]| files.iter().any(|file| file.as_bytes() == path);
            let (script, rest) = split(command.as_bytes(), is_file);
            (shown(script), rest.map(shown))
        };
        assert_eq!(command(&["/w/job.sh"], "/w/job.sh"), ("/w/job.sh".into(), None));
        assert_eq!(command(&[], "/w/job.sh one two"), ("/w/job.sh".into(), Some("one two".into())));
        assert_eq!(command(&["/w/my job"], "/w/my job one"), ("/w/my job".into(), Some("one".into())));
        assert_eq!(command(&["/w/my job"], "/w/my job"), ("/w/my job".into(), None));
        assert_eq!(command(&[], ""), (String::new(), None));
    }

    #[test]
    fn what_is_unclear() {
        assert_eq!((unclear(b""), unclear(b"one")), (None, None));
        let told = unclear(b"one two  three").unwrap();
        assert!(told.contains("\"one two  three\" is taken for 3 arguments"), "{told}");
        assert!(unclear(b"one ").is_some());
    }

    proptest! {
        #[test]
        fn no_line_is_a_panic(line in any::<Vec<u8>>(), text in "[ /a]{0,12}", script in "[ /a]{0,5}") {
            let _ = (split(&line, |_| false), split(&line, |_| true), behind(&line, b"/a"));
            let _ = behind(text.as_bytes(), script.as_bytes());
        }
    }
}
