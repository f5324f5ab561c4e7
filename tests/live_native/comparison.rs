//! Runs a command of Slurm's and srunx's, at the same time or one after the other, and notes what differs.

use super::live_support::{Cluster, Done, Process, srunx};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// How often both may differ because a second has passed between them, or a job has gone on.
const TRIES: usize = 4;
/// Another user.
const NOBODY: [&str; 4] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
/// Hands `$INPUT` to a command through a pipe.
const FED: [&str; 3] = ["bash", "-c", r#"printf %s "$INPUT" | "$0" "$@"; exit "${PIPESTATUS[1]}""#];

pub type Variables<'a> = [(&'a str, &'a str)];

/// Whose command it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Native,
    Ours,
}

pub const BOTH: [Side; 2] = [Side::Native, Side::Ours];

/// One of Slurm's commands, of either side.
pub struct Runner<'a> {
    pub cluster: &'a Cluster,
    pub program: &'static str,
    pub dir: &'a Path,
    as_nobody: bool,
}

impl<'a> Runner<'a> {
    pub fn new(cluster: &'a Cluster, program: &'static str, dir: &'a Path) -> Self {
        Self { cluster, program, dir, as_nobody: false }
    }

    /// Runs it as a user who has no jobs; none where that cannot be done.
    pub fn of_nobody(self) -> Option<Self> {
        let mut change = Command::new(NOBODY[0]);
        change.args(&NOBODY[1..]).arg("true");
        let done = Process::start(change).wait();
        (done.code == Some(0)).then_some(Self { as_nobody: true, ..self })
    }

    pub fn run(
        &self,
        side: Side,
        variables: &Variables<'_>,
        arguments: &[&str],
        input: Option<&str>,
    ) -> Done {
        self.start(side, variables, arguments, input).wait()
    }

    pub fn start(
        &self,
        side: Side,
        variables: &Variables<'_>,
        arguments: &[&str],
        input: Option<&str>,
    ) -> Process {
        let ours = srunx();
        let mut words: Vec<&OsStr> = Vec::new();
        if self.as_nobody {
            words.extend(NOBODY.map(OsStr::new));
        }
        if input.is_some() {
            words.extend(FED.map(OsStr::new));
        }
        if side == Side::Ours {
            words.push(ours.as_os_str());
        }
        words.push(OsStr::new(self.program));
        words.extend(arguments.iter().map(OsStr::new));
        let mut command = self.cluster.command(words[0]);
        command.args(&words[1..]).current_dir(self.dir).envs(variables.iter().copied());
        if let Some(input) = input {
            command.env("INPUT", input);
        }
        Process::start(command)
    }
}

/// What was compared and what differed.
#[derive(Default)]
pub struct Tally {
    compared: usize,
    differences: Vec<String>,
}

impl Tally {
    /// Notes a comparison: what was run, and both sides' text. Whether they are alike.
    pub fn note(&mut self, what: &str, native: &str, ours: &str) -> bool {
        self.compared += 1;
        let same = alike(native, ours);
        if !same {
            self.differences.push(format!("{what}\n{}", different_lines(native, ours)));
        }
        same
    }

    #[track_caller]
    pub fn finish(self) {
        assert!(self.compared > 0);
        let most = std::env::var("SRUNX_DIFFERENCES").ok().and_then(|most| most.parse().ok()).unwrap_or(10);
        let first: Vec<&str> = self.differences.iter().take(most).map(String::as_str).collect();
        let count = self.differences.len();
        assert!(count == 0, "{count} of {} differ\n{}", self.compared, first.join("\n"));
    }
}

/// Commands that change nothing, so that both can be asked about the same jobs, again if need be.
pub struct Comparison<'a> {
    pub runner: Runner<'a>,
    pub tally: Tally,
}

impl<'a> Comparison<'a> {
    pub fn of(runner: Runner<'a>) -> Self {
        Self { runner, tally: Tally::default() }
    }

    pub fn with(&mut self, variables: &Variables<'_>, arguments: &[&str], input: Option<&str>) {
        let start = |side| self.runner.start(side, variables, arguments, input);
        let mut both = [String::new(), String::new()];
        for _ in 0..TRIES {
            both = BOTH.map(start).map(|process| shown(&process.wait()));
            if alike(&both[0], &both[1]) {
                break;
            }
        }
        self.note(variables, arguments, input, &both);
    }

    /// What writes to the same file: Slurm's own command first.
    pub fn in_turn(&mut self, line: &str) {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let both = BOTH.map(|side| shown(&self.runner.run(side, &[], &arguments, None)));
        self.note(&[], &arguments, None, &both);
    }

    fn note(
        &mut self,
        variables: &Variables<'_>,
        arguments: &[&str],
        input: Option<&str>,
        [native, ours]: &[String; 2],
    ) {
        let program = self.runner.program;
        let input = input.map_or_else(String::new, |input| format!(" <<< {input:?}"));
        let what = format!("{variables:?} {program} {arguments:?}{input}");
        // `scontrol show step 1.x` of 24.11 looks at a list that is not there. srunx's only must not.
        let crashed = "--- code None signal 11";
        let native = if native.contains(crashed) && !ours.contains(crashed) { ours } else { native };
        self.tally.note(&what, native, ours);
    }

    pub fn same(&mut self, arguments: &[&str]) {
        self.with(&[], arguments, None);
    }

    /// Words without blanks.
    pub fn line(&mut self, line: &str) {
        self.same(&line.split_whitespace().collect::<Vec<_>>());
    }

    /// Several such lines.
    pub fn lines(&mut self, lines: &str) {
        lines.lines().for_each(|line| self.line(line));
    }
}

/// All that a command says, and how it ends. The words of `--help` and `--usage` are srunx's own.
pub fn shown(done: &Done) -> String {
    let signal = done.signal.map_or_else(String::new, |signal| format!(" signal {signal}"));
    let stdout = match USAGE.iter().find_map(|begin| done.stdout.find(begin)) {
        Some(at) => &format!("{}usage", &done.stdout[..at]),
        None => &done.stdout,
    };
    // What the library logs when more is to be said is of its plugins.
    let stderr: Vec<&str> = done.stderr.lines().filter(|line| !is_log(line)).collect();
    format!("{stdout}\n--- code {:?}{signal}\n{}", done.code, stderr.join("\n"))
}

const USAGE: [&str; 2] = ["scontrol [<OPTION>] [<COMMAND>]", "Usage: "];

/// `scancel: debug:  …`, `scontrol: select/cons_tres: …`
fn is_log(line: &str) -> bool {
    let behind = line.split_once(": ").map_or("", |(_, behind)| behind);
    ["select/", "route/", "topology/", "debug:  ", "debug2: ", "debug3: "]
        .iter()
        .any(|begin| behind.starts_with(begin))
}

/// Whether two texts are the same but for seconds that have passed: points in time differ by a few.
fn alike(native: &str, ours: &str) -> bool {
    const SECONDS: u64 = 30;
    if native == ours {
        return true;
    }
    let (native, ours) = (pieces(native), pieces(ours));
    let is_time = |piece: &str| piece.len() == 10 && piece.starts_with('1');
    let pair = |(native, ours): (&&str, &&str)| {
        native == ours
            || (is_time(native) && is_time(ours))
                && match (native.parse::<u64>(), ours.parse::<u64>()) {
                    (Ok(native), Ok(ours)) => native.abs_diff(ours) <= SECONDS,
                    _ => false,
                }
    };
    native.len() == ours.len() && native.iter().zip(&ours).all(pair)
}

/// A text's digits and what stands between them.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let digits = first.is_ascii_digit();
        let end = rest.bytes().position(|byte| byte.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// The first lines in which two texts differ.
fn different_lines(native: &str, ours: &str) -> String {
    let (native, ours): (Vec<_>, Vec<_>) = (native.lines().collect(), ours.lines().collect());
    let count = native.len().max(ours.len());
    let line =
        |lines: &[&str], at: usize| lines.get(at).map_or("(no line)".to_owned(), |line| (*line).to_owned());
    (0..count)
        .map(|at| (line(&native, at), line(&ours, at)))
        .filter(|(native, ours)| !alike(native, ours))
        .take(6)
        .map(|(native, ours)| format!("  native |{native}\n  srunx  |{ours}\n"))
        .collect()
}
