//! Pairs of jobs that are alike: Slurm's own command acts on the one and srunx's on the other, and both must say the same
//! and leave the same behind.

use super::comparison::{BOTH, Runner, Side, Tally, pieces, shown};
use super::live_support::{Cluster, until};
use std::collections::HashMap;

/// The ids of jobs begin here, so that nothing else in a text looks like one.
pub const FIRST_ID: &str = "FirstJobId=700001";
const IDS: std::ops::Range<u32> = 700_001..800_000;

pub struct Twins<'a> {
    pub runner: Runner<'a>,
    pub tally: Tally,
    /// Native's and ours.
    pairs: HashMap<String, [u32; 2]>,
    /// Names of jobs whose records differed already.
    apart: HashMap<String, String>,
}

impl<'a> Twins<'a> {
    pub fn of(runner: Runner<'a>) -> Self {
        Self { runner, tally: Tally::default(), pairs: HashMap::new(), apart: HashMap::new() }
    }

    fn cluster(&self) -> &'a Cluster {
        self.runner.cluster
    }

    /// Submits a job twice. Its options have no blanks; `{name}` is the twin of that name.
    pub fn submit(&mut self, name: &str, options: &str, command: &str) {
        let pair = BOTH.map(|side| {
            let options = self.filled(options, side);
            let mut sbatch = self.cluster().command("sbatch");
            sbatch.args(["--parsable", "-o", "/dev/null"]).arg(format!("--job-name={name}"));
            sbatch.args(options.split_whitespace()).args(["--wrap", command]).current_dir(self.runner.dir);
            let done = super::live_support::Process::start(sbatch).wait().expect(0);
            done.stdout.trim().parse().unwrap()
        });
        self.pairs.insert(name.to_owned(), pair);
    }

    /// Waits until both are in a state.
    pub fn wait(&self, name: &str, state: &str) {
        self.pairs[name].iter().for_each(|id| self.cluster().wait_state(*id, state));
    }

    /// Waits until both run; one that was queued again does so two minutes later by itself.
    pub fn start_now(&self, name: &str) {
        for id in self.pairs[name] {
            self.cluster().slurm("scontrol", &["update", &format!("JobId={id}"), "StartTime=now"]);
        }
        self.wait(name, "RUNNING");
    }

    /// A job and its twin.
    pub fn ids(&self, name: &str) -> [u32; 2] {
        self.pairs[name]
    }

    fn filled(&self, line: &str, side: Side) -> String {
        let mut line = line.to_owned();
        for (name, pair) in &self.pairs {
            line = line.replace(&format!("{{{name}}}"), &pair[side as usize].to_string());
        }
        line
    }

    /// Runs a command line, in which `{name}` is a job, on the one and on the other.
    pub fn act(&mut self, line: &str) {
        self.act_on(&line.split_whitespace().collect::<Vec<_>>(), None);
    }

    /// The same with words that may have blanks, and with an input.
    pub fn act_on(&mut self, words: &[&str], input: Option<&str>) {
        let both = BOTH.map(|side| {
            let words: Vec<String> = words.iter().map(|word| self.filled(word, side)).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let input = input.map(|input| self.filled(input, side));
            self.masked(&shown(&self.runner.run(side, &[], &words, input.as_deref())), side)
        });
        let input = input.map_or_else(String::new, |input| format!(" <<< {input:?}"));
        let what = format!("{} {words:?}{input}", self.runner.program);
        self.tally.note(&what, &both[0], &both[1]);
    }

    /// Compares the records of a pair. `after`: what was done last.
    pub fn record(&mut self, name: &str, after: &str) {
        let pair = self.pairs[name];
        let both = BOTH.map(|side| {
            let id = pair[side as usize].to_string();
            let text = self.cluster().try_slurm("scontrol", &["show", "job", "-d", &id]);
            without_chance(&self.masked(&text.unwrap_or_default(), side))
        });
        let apart = both.join("\n");
        if self.apart.get(name) != Some(&apart) {
            self.tally.note(&format!("the record of {name} after {after}"), &both[0], &both[1]);
            self.apart.insert(name.to_owned(), apart);
        }
    }

    /// Waits until one of the two is in no state that passes, and compares their lines in the queue.
    pub fn queue(&mut self, names: &[&str], after: &str) {
        let look = |twins: &Self, side: Side| {
            let ids: Vec<String> =
                names.iter().map(|name| twins.pairs[*name][side as usize].to_string()).collect();
            let text = twins.cluster().slurm(
                "squeue",
                &["-h", "-r", "-t", "all", "-S", "i", "-o", "%i %j %T %r", "-j", &ids.join(",")],
            );
            twins.masked(&text, side)
        };
        until("no job is completing", || {
            let passes = |text: &str| text.contains("COMPLETING") || text.contains("SIGNALING");
            BOTH.iter().all(|side| !passes(&look(self, *side))).then_some(())
        });
        let both = BOTH.map(|side| look(self, side));
        self.tally.note(&format!("the queue after {after}"), &both[0], &both[1]);
    }

    /// A text with names in place of the jobs' ids.
    fn masked(&self, text: &str, side: Side) -> String {
        let names: HashMap<u32, &str> =
            self.pairs.iter().map(|(name, pair)| (pair[side as usize], name.as_str())).collect();
        let mask = |piece: &str| match piece.parse::<u32>() {
            Ok(id) if names.contains_key(&id) => format!("<{}>", names[&id]),
            Ok(id) if IDS.contains(&id) => "<another>".to_owned(),
            _ => piece.to_owned(),
        };
        pieces(text).into_iter().map(mask).collect()
    }
}

/// A record without what differs between twins by chance.
fn without_chance(record: &str) -> String {
    const CHANCE: [&str; 10] = [
        "RunTime=",
        "SLUID=",
        "LastSchedEval=",
        "Scheduler=",
        "CPU_IDs=",
        "AllocNode:Sid=",
        "SchedNodeList=",
        "GRES=",
        "Priority=",
        "SubmitLine=",
    ];
    let word = |word: &str| match CHANCE.iter().find(|key| word.starts_with(**key)) {
        // Held or not is no chance.
        Some(&"Priority=") if word.len() < 12 => word.to_owned(),
        Some(key) => (*key).to_owned(),
        None => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    record.lines().map(line).collect::<Vec<_>>().join("\n")
}
