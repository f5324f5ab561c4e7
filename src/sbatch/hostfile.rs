//! Files of node names: `--nodefile`, `SLURM_HOSTFILE`, and what `--nodelist` and `--exclude` name with a slash.

use super::given::{Code, Refused};
use crate::job::Hostlist;
use crate::job::value::number;
use std::path::Path;

/// How many bytes of a line are read at once; a longer line must have a comma in each such stretch.
const STRETCH: usize = 8191;

/// Reads a file: names with commas or line ends between, `name*3` for three times, `#` before what does not count. Names
/// with brackets are taken as they stand. With `limit` so many are read, and no fewer may be there.
///
/// # Errors
/// What sbatch says of the file.
pub fn read(path: &Path, limit: Option<i64>, repeats_are_limited: bool) -> Result<String, Refused> {
    let refused = |line: String| Refused { lines: vec![format!("error: {line}")], code: Code::Error };
    let bytes = std::fs::read(path).map_err(|error| {
        let text = std::io::Error::from_raw_os_error(error.raw_os_error().unwrap_or(0)).to_string();
        let text = text.split(" (os error").next().unwrap_or_default().to_owned();
        refused(format!("slurm_allocate_resources error opening file {}, {text}", path.display()))
    })?;
    let text = String::from_utf8_lossy(&bytes);
    let mut hosts = Hostlist::default();
    let full = |hosts: &Hostlist| limit.is_some_and(|limit| i64::try_from(hosts.len()) == Ok(limit));
    for (number, line) in text.lines().enumerate() {
        let line = without_comment(line);
        if line.split(',').any(|part| part.len() > STRETCH) {
            return Err(refused(format!("Line {number}, of hostfile {} too long", path.display())));
        }
        let Some(first) = line.chars().next() else { continue };
        if !first.is_ascii_alphanumeric() {
            let line = number + 1;
            return Err(refused(format!("Invalid hostfile {} contents on line {line}", path.display())));
        }
        for name in line.split(',').filter(|name| !name.is_empty()) {
            let times = name
                .split_once('*')
                .map(|(name, times)| (name, number::leading(times).map_or(0, |number| number.value)));
            match times.filter(|(_, times)| *times != 0) {
                Some((name, times)) => {
                    let left = limit.map(|limit| limit - i64::try_from(hosts.len()).unwrap_or(i64::MAX));
                    let times = left.filter(|_| repeats_are_limited).map_or(times, |left| times.min(left));
                    (0..times).for_each(|_| hosts.push(name));
                }
                None => hosts.push(name),
            }
            if repeats_are_limited && full(&hosts) {
                break;
            }
        }
        if full(&hosts) {
            break;
        }
    }
    if hosts.is_empty() {
        return Err(refused("Hostlist is empty!".into()));
    }
    if limit.is_some_and(|limit| i64::try_from(hosts.len()).is_ok_and(|count| count < limit)) {
        return Err(refused("Too few NodeNames in Slurm Hostfile".into()));
    }
    Ok(hosts.to_string())
}

/// A line up to its comment; `\#` is no comment but a `#`.
fn without_comment(line: &str) -> String {
    let mut kept = String::new();
    for character in line.chars() {
        match character {
            '#' if kept.ends_with('\\') => {
                kept.pop();
                kept.push('#');
            }
            '#' => break,
            other => kept.push(other),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, limit: Option<i64>) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        match read(file.path(), limit, true) {
            Ok(list) => list,
            Err(refused) => refused.lines.join("\n").replace(&file.path().display().to_string(), "FILE"),
        }
    }

    #[test]
    fn names_repeats_and_comments() {
        assert_eq!(of("# two\nc1,c2\n\nc3 \n", None), "c[1-2],c3 ");
        assert_eq!(of("c2\nc1*2 # twice\n", None), "c[2,1,1]");
        assert_eq!(of("c1*3\n", Some(2)), "c[1,1]");
        assert_eq!(of("c[1-2]\n", None), "c[1-2]");
    }

    #[test]
    fn bad_files() {
        assert_eq!(of("", None), "error: Hostlist is empty!");
        assert_eq!(of("c1\n", Some(2)), "error: Too few NodeNames in Slurm Hostfile");
        assert_eq!(of("c1\n,c2\n", None), "error: Invalid hostfile FILE contents on line 2");
        let missing = read(Path::new("/nowhere/hosts"), None, true).unwrap_err();
        assert_eq!(
            missing.lines,
            ["error: slurm_allocate_resources error opening file /nowhere/hosts, No such file or directory"]
        );
    }
}
