//! Runs native squeue and srunx's at the same time and notes what differs.

use crate::live_support::{Cluster, Done, Process, srunx};
use std::time::Duration;

/// How often both may differ because a second has passed between them, or a job has gone on.
const TRIES: usize = 5;

pub struct Comparison<'a> {
    cluster: &'a Cluster,
    compared: usize,
    differences: Vec<String>,
}

impl<'a> Comparison<'a> {
    pub fn on(cluster: &'a Cluster) -> Self {
        Self { cluster, compared: 0, differences: Vec::new() }
    }

    fn start(&self, native: bool, environment: &[(&str, &str)], arguments: &[&str]) -> Process {
        let mut command = if native {
            self.cluster.command("squeue")
        } else {
            let mut command = self.cluster.command(srunx());
            command.arg("squeue");
            command
        };
        command.env_remove("SLURM_TIME_FORMAT").envs(environment.iter().copied()).args(arguments);
        Process::start(command)
    }

    fn compare(&mut self, environment: &[(&str, &str)], arguments: &[&str], shown: impl Fn(&Done) -> String) {
        self.compared += 1;
        let mut last = (String::new(), String::new());
        for _ in 0..TRIES {
            let both = [true, false].map(|native| self.start(native, environment, arguments));
            let both = both.map(|process| shown(&process.wait()));
            let [native, ours] = both;
            if native == ours {
                return;
            }
            last = (native, ours);
        }
        let (native, ours) = last;
        let line = arguments.join(" ");
        self.differences
            .push(format!("{environment:?} squeue {line}\n--- native\n{native}\n--- srunx\n{ours}\n"));
    }

    pub fn same(&mut self, arguments: &[&str]) {
        self.compare(&[], arguments, everything);
    }

    /// Words without blanks.
    pub fn line(&mut self, line: &str) {
        self.same(&line.split_whitespace().collect::<Vec<_>>());
    }

    pub fn with(&mut self, environment: &[(&str, &str)], arguments: &[&str]) {
        self.compare(environment, arguments, everything);
    }

    /// Standard output and exit code alone.
    pub fn output(&mut self, line: &str) {
        let arguments: Vec<_> = line.split_whitespace().collect();
        self.compare(&[], &arguments, |done| format!("{}\n--- code {:?}", done.stdout, done.code));
    }

    /// `-i`: the same again and again, until it is stopped.
    pub fn rounds(&mut self) {
        self.compared += 1;
        let lines = |native: bool| {
            let arguments = ["-i", "1", "-t", "CD,F,CA", "-o", "%i %T"];
            let round = self.start(native, &[], &arguments);
            std::thread::sleep(Duration::from_millis(2500));
            round.signal(rustix::process::Signal::TERM.as_raw());
            let text = round.wait().stdout;
            // Headed by the time of day, in which only the seconds may differ.
            let first: Vec<String> = text.lines().map(str::to_owned).collect();
            let date = first.first().map(String::len);
            (date, first.into_iter().skip(1).take(5).collect::<Vec<_>>())
        };
        // Native squeue keeps its lines back until many have come: its first round is that of `-t` without `-i`.
        let (date, ours) = lines(false);
        let native = self.start(true, &[], &["-t", "CD,F,CA", "-o", "%i %T"]).wait().stdout;
        let native: Vec<String> = native.lines().chain([""]).take(5).map(str::to_owned).collect();
        if date != Some("Sun Nov 22 21:40:00 2026".len()) || ours != native {
            self.differences.push(format!("-i: {date:?}\n{native:?}\n{ours:?}"));
        }
    }

    #[track_caller]
    pub fn finish(self) {
        assert!(self.compared > 0);
        let (count, first) = (self.differences.len(), self.differences.iter().take(10));
        let first: String = first.map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(count == 0, "{count} of {} differ\n{first}", self.compared);
    }
}

/// All but the words of `--help` and `--usage`, which are srunx's own, as far as they begin alike.
fn everything(done: &Done) -> String {
    let text = match done.stdout.split_once("Usage: squeue") {
        Some((before, _)) => format!("{before}Usage: squeue …"),
        None => done.stdout.clone(),
    };
    format!("{text}\n--- code {:?}\n{}", done.code, done.stderr)
}
