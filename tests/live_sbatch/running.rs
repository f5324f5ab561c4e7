//! Jobs that run: what they find, and the files that they leave.

use super::both::{Who, command, lay_out};
use super::case::Case;
use super::compare::{nameless, text};
use super::controller::Controller;
use super::live_support::{Scratch, until};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

/// A script that tells all that it finds, in lines. `tr` keeps a variable with line ends on one line.
pub const PROBE: &str = r#"
printf 'argument <%s>\n' "$0" "$@"
echo "folder $(pwd -P)"
echo "umask $(umask)"
echo "nice $(nice)"
sed 's/^/limit /' /proc/$$/limits
grep -E '^(SigIgn|Uid|Gid|Groups|NoNewPrivs|Seccomp)' /proc/$$/status
echo "oom $(cat /proc/$$/oom_score_adj)"
for fd in 0 1 2; do echo "descriptor $fd $(readlink /proc/$$/fd/$fd)"; done
printf 'input <'; cat; echo '>'
tr '\0\n' '\n\001' </proc/$$/environ | LC_ALL=C sort | sed 's/^/variable /'
echo to the log of errors >&2
"#;

/// Variables that are each job's own.
const OWN: [&str; 5] =
    ["SLURM_TASK_PID", "SLURM_JOB_START_TIME", "SLURM_JOB_END_TIME", "SLURM_JOB_SLUID", "SLURM_SLUID"];
/// Those that tell its id, or another's of its array or its components, begin so.
const IDS: [&str; 4] = ["SLURM_JOB_ID", "SLURM_JOBID", "SLURM_ARRAY_JOB_ID", "SLURM_HET_JOB_ID"];
/// Those that tell where it runs, which is the hour's luck, begin so.
const PLACES: [&str; 5] =
    ["HOSTNAME", "SLURMD_NODENAME", "SLURM_JOB_NODELIST", "SLURM_NODELIST", "SLURM_TOPOLOGY_ADDR"];

struct Run<'a> {
    case: &'a Case,
    children: [Child; 2],
    folders: [std::path::PathBuf; 2],
}

/// Submits all cases by both, waits for the jobs, and fails with every difference.
#[track_caller]
pub fn check(topic: &str, cases: &[Case]) {
    let controller = Controller::open();
    let scratch = Scratch::new(&format!("sbatch-{topic}"));
    let runs: Vec<Run> =
        cases.iter().enumerate().map(|(nth, case)| start(&controller, &scratch, nth, case)).collect();
    let submitted: Vec<_> = runs
        .into_iter()
        .map(|Run { case, children, folders }| {
            let outputs = children.map(|child| child.wait_with_output().unwrap());
            (case, outputs, folders)
        })
        .collect();
    let ids: Vec<Option<u32>> =
        submitted.iter().flat_map(|(_, outputs, _)| outputs).map(|output| told(&output.stdout)).collect();
    until("all jobs have ended", || {
        let queue = controller.cluster.queue();
        (!ids.iter().flatten().any(|id| queue.contains(id))).then_some(())
    });
    let mut differences = Vec::new();
    for ((case, outputs, folders), ids) in submitted.iter().zip(ids.chunks(2)) {
        let [native, ours] = [0, 1].map(|who| left(case, &outputs[who], &folders[who], ids[who]));
        for name in native.keys().chain(ours.keys()).collect::<std::collections::BTreeSet<_>>() {
            let lines = |left: &BTreeMap<String, Vec<String>>| left.get(name).cloned();
            differ(&case.name, name, lines(&native), lines(&ours), &mut differences);
        }
    }
    assert!(differences.is_empty(), "{topic}: {} cases\n{}", cases.len(), differences.join("\n"));
}

fn start<'a>(controller: &Controller, scratch: &Scratch, nth: usize, case: &'a Case) -> Run<'a> {
    let folders = ["sbatch", "srunx"].map(|who| scratch.path().join(who).join(nth.to_string()));
    let children = [Who::Sbatch, Who::Srunx].map(|who| {
        let folder = &folders[who as usize];
        lay_out(folder, case);
        let mut command = command(controller, case, folder, who);
        let input = match &case.input {
            None => Stdio::null(),
            Some(bytes) => {
                let path = scratch.path().join(format!("{nth}.input"));
                fs::write(&path, bytes).unwrap();
                fs::File::open(path).unwrap().into()
            }
        };
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    });
    Run { case, children, folders }
}

fn told(stdout: &[u8]) -> Option<u32> {
    let stdout = std::str::from_utf8(stdout).ok()?;
    stdout.split(|c: char| !c.is_ascii_digit()).find(|word| !word.is_empty())?.parse().ok()
}

/// What came of it: what the command said, and the files that were not there before, in lines.
fn left(
    case: &Case,
    output: &std::process::Output,
    folder: &Path,
    id: Option<u32>,
) -> BTreeMap<String, Vec<String>> {
    let ids: Vec<u32> = id.into_iter().collect();
    let said = |bytes| nameless(&text(bytes), &ids).lines().map(str::to_owned).collect();
    let mut found = BTreeMap::from([
        ("exit code".to_owned(), vec![format!("{:?}", output.status.code())]),
        ("stdout".to_owned(), said(&output.stdout)),
        ("stderr".to_owned(), said(&output.stderr)),
    ]);
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
                continue;
            }
            let name = text(path.strip_prefix(folder).unwrap().as_os_str().as_encoded_bytes());
            let bytes = fs::read(&path).unwrap();
            if case.files.iter().any(|(known, before)| *known == name && *before == bytes) {
                continue;
            }
            let mode = std::os::unix::fs::PermissionsExt::mode(&entry.metadata().unwrap().permissions());
            let mut lines = vec![format!("mode {mode:o}")];
            lines.extend(bytes.split(|byte| *byte == b'\n').filter_map(|line| line_of(line, folder, &ids)));
            found.insert(format!("file {}", nameless(&name, &ids)), lines);
        }
    }
    found
}

/// A line of a file without what is the job's own.
fn line_of(line: &[u8], folder: &Path, ids: &[u32]) -> Option<String> {
    let mut line = text(line).replace(folder.to_str().unwrap(), ".");
    if let Some((name, value)) = line.strip_prefix("variable ").and_then(|entry| entry.split_once('=')) {
        if OWN.contains(&name) {
            return None;
        }
        let value = if IDS.iter().any(|known| name.starts_with(known)) {
            if value.parse().is_ok_and(|id| ids.contains(&id)) {
                "ID".to_owned()
            } else {
                "another".to_owned()
            }
        } else if PLACES.iter().any(|known| name.starts_with(known)) {
            nodeless(value)
        } else {
            value.to_owned()
        };
        return Some(format!("variable {name}={value}"));
    }
    if line.starts_with("descriptor ") {
        return Some(nameless(&line, ids));
    }
    // slurmstepd's messages begin with the time.
    if let Some((time, message)) = line.split_once("] ")
        && time.len() == 24
        && time.starts_with("[20")
    {
        line = message.to_owned();
    }
    if let Some((_, message)) = line.strip_prefix("slurmstepd-c").and_then(|line| line.split_once(':')) {
        line = format!("slurmstepd-NODE:{message}");
    }
    // The folder of a node's and a job's own: `…/spool/c1/job00012/slurm_script`.
    if let Some((before, after)) = line.split_once("/spool/c") {
        let own = after.find("/slurm_script").unwrap_or(0);
        line = format!("{before}/spool/OWN{}", &after[own..]);
    }
    Some(line)
}

/// Node names without their numbers; how many there are stays.
fn nodeless(value: &str) -> String {
    value.chars().map(|c| if ('1'..='4').contains(&c) { 'N' } else { c }).collect()
}

fn differ(
    case: &str,
    what: &str,
    native: Option<Vec<String>>,
    ours: Option<Vec<String>>,
    found: &mut Vec<String>,
) {
    let (Some(native), Some(ours)) = (&native, &ours) else {
        let of = |lines: &Option<_>| if lines.is_some() { "there" } else { "absent" };
        found.push(format!("{case} | {what} | sbatch {} | srunx {}", of(&native), of(&ours)));
        return;
    };
    for line in native.iter().filter(|line| !ours.contains(line)) {
        found.push(format!("{case} | {what} | only sbatch: {line:?}"));
    }
    for line in ours.iter().filter(|line| !native.contains(line)) {
        found.push(format!("{case} | {what} | only srunx: {line:?}"));
    }
    if native.len() != ours.len() {
        found.push(format!("{case} | {what} | sbatch {} lines | srunx {} lines", native.len(), ours.len()));
    }
}
