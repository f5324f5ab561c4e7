//! A case submitted by native sbatch and by `srunx sbatch`, and what came of it.

use super::case::Case;
use super::compare;
use super::controller::{Controller, Logged};
use super::live_support::{Scratch, srunx, until, words};
use super::record::{self, Record};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Longer than a submission takes: what takes longer waits for something that it should not.
const LIMIT: Duration = Duration::from_secs(60);
/// So long may slurmctld take to look at a job again, after which dependencies and reasons may differ.
const SETTLED: Duration = Duration::from_secs(5);

/// What one of both did.
#[derive(Default)]
pub struct Trial {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub logged: Logged,
    pub script: Option<Vec<u8>>,
    pub environment: Option<Vec<u8>>,
    pub records: Vec<Record>,
}

impl Trial {
    /// That there is something to compare: the log is still told as it is read here, the files lie where they did.
    fn assert_seen(&self, case: &str) {
        let seen = self.script.is_some() && self.environment.is_some() && !self.logged.requests.is_empty();
        assert!(
            self.logged.id.is_none() || seen && !self.records.is_empty(),
            "{case}: submitted, but not seen"
        );
        assert!(
            self.logged.id.is_none() || self.code == Some(0),
            "{case}: submitted with code {:?}",
            self.code
        );
        let submitted = String::from_utf8_lossy(&self.stdout).starts_with("Submitted batch job ");
        assert!(!submitted || self.logged.id.is_some(), "{case}: submitted, but its id was not seen");
    }
}

#[derive(Clone, Copy)]
pub enum Who {
    Sbatch,
    Srunx,
}

/// Submits all cases by both and fails with every difference.
#[track_caller]
pub fn check(topic: &str, cases: &[Case]) {
    check_on(&Controller::closed(), topic, cases);
}

/// The same, where the test has made jobs or a reservation that the cases name.
#[track_caller]
pub fn check_on(controller: &Controller, topic: &str, cases: &[Case]) {
    let scratch = Scratch::new(&format!("sbatch-{topic}"));
    let mut pairs: Vec<(&Case, [Trial; 2])> = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let folder = scratch.path().join(number.to_string());
        lay_out(&folder, case);
        let [native, ours] = [Who::Sbatch, Who::Srunx].map(|who| submit(controller, case, &folder, who));
        pairs.push((case, [native, ours]));
    }
    let start = Instant::now();
    let differences = loop {
        load_records(controller, &mut pairs);
        for (case, [native, _]) in &pairs {
            native.assert_seen(&case.name);
        }
        let differences: Vec<String> = pairs
            .iter()
            .flat_map(|(case, [native, ours])| compare::trials(&case.name, native, ours))
            .collect();
        if differences.is_empty() || start.elapsed() > SETTLED {
            break differences;
        }
        std::thread::sleep(Duration::from_secs(1));
    };
    assert!(
        differences.is_empty(),
        "{topic}: {} of {} cases differ\n{}",
        differences
            .iter()
            .filter_map(|line| line.split(" | ").next())
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        cases.len(),
        differences.join("\n")
    );
}

pub fn lay_out(folder: &Path, case: &Case) {
    fs::create_dir_all(folder).unwrap();
    for (name, bytes) in &case.files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// `sbatch` or `srunx sbatch` with a case's arguments, in a small environment that is the same for both.
pub fn command(controller: &Controller, case: &Case, folder: &Path, who: Who) -> Command {
    let mut line: Vec<OsString> = match who {
        Who::Sbatch => vec!["sbatch".into()],
        Who::Srunx => vec![srunx().into(), "sbatch".into()],
    };
    if let Some(before) = &case.before {
        let script = format!("{before}\nexec \"$@\"");
        line.splice(0..0, ["sh".into(), "-c".into(), script.into(), "sh".into()]);
    }
    let mut command = Command::new(&line[0]);
    command.args(&line[1..]).args(&case.arguments).current_dir(folder).env_clear();
    for name in ["PATH", "HOME", "USER", "LOGNAME"] {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("PWD", folder)
        .env("SLURM_CONF", &controller.cluster.conf)
        .env("LC_ALL", "C.UTF-8")
        .env("SHELL", "/bin/sh");
    command.env("PLAIN", "plain").env("ODD", "a=b 'c' \"$d\"\nü").env("EMPTY", "");
    command.envs(case.variables.iter().map(|(name, value)| (name, value)));
    command
}

fn submit(controller: &Controller, case: &Case, folder: &Path, who: Who) -> Trial {
    let here = controller.here();
    let mut command = command(controller, case, folder, who);
    let stdin = match &case.input {
        None => Stdio::null(),
        Some(bytes) => {
            let path = folder.join(".input");
            fs::write(&path, bytes).unwrap();
            fs::File::open(path).unwrap().into()
        }
    };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    let line = words(&command);
    let child = command.spawn().unwrap_or_else(|error| panic!("{line}: {error}"));
    let (pid, (done, ended)) = (child.id(), mpsc::channel());
    std::thread::spawn(move || done.send(child.wait_with_output().unwrap()));
    let Ok(output) = ended.recv_timeout(LIMIT) else {
        super::live_support::process::send(pid as i32, 9);
        panic!("{}: {line}: still there after {LIMIT:?}", case.name);
    };
    let logged = controller.since(here);
    let (mut script, mut environment) = (None, None);
    if let Some(id) = logged.id {
        script = controller.kept(id, "script");
        environment = controller.kept(id, "environment");
    }
    Trial {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: output.stderr,
        logged,
        script,
        environment,
        records: Vec::new(),
    }
}

fn load_records(controller: &Controller, pairs: &mut [(&Case, [Trial; 2])]) {
    let text = until("slurmctld tells its jobs", || {
        controller.cluster.try_slurm("scontrol", &["show", "job", "-d", "-a"])
    });
    let ids = pairs.iter().flat_map(|(_, trials)| trials).filter_map(|trial| trial.logged.id).collect();
    let mut by_job = record::read(&text, &ids);
    for trial in pairs.iter_mut().flat_map(|(_, trials)| trials) {
        trial.records = trial.logged.id.and_then(|id| by_job.remove(&id)).unwrap_or_default();
    }
}
