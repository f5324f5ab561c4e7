//! Pairs of jobs that are alike: Slurm's own command acts on the one and srunx's on the other, and both must say the same
//! and leave the same behind.

use super::comparison::{BOTH, Runner, Side, Tally, Variables, pieces, shown};
use super::live_support::{Cluster, Process, until};
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
    /// Both sides act at the same time: what the one does is nothing to the other's jobs.
    pub at_once: bool,
}

impl<'a> Twins<'a> {
    pub fn of(runner: Runner<'a>) -> Self {
        Self { runner, tally: Tally::default(), pairs: HashMap::new(), apart: HashMap::new(), at_once: false }
    }

    fn cluster(&self) -> &'a Cluster {
        self.runner.cluster
    }

    /// Submits a job twice. Its options have no blanks; `{name}` is the twin of that name.
    pub fn submit(&mut self, name: &str, options: &str, command: &str) {
        self.submit_called(name, [name, name], options, command);
    }

    /// The same, where each side's job has a name that the other's has not.
    pub fn submit_named(&mut self, name: &str, job: &str, options: &str, command: &str) {
        self.submit_called(name, [&format!("{job}native"), &format!("{job}srunx")], options, command);
    }

    fn submit_called(&mut self, name: &str, jobs: [&str; 2], options: &str, command: &str) {
        let pair = BOTH.map(|side| {
            let options = self.filled(options, side);
            let mut sbatch = self.cluster().command("sbatch");
            sbatch.args(["--parsable", "-o", "/dev/null"]).arg(format!("--job-name={}", jobs[side as usize]));
            sbatch.args(options.split_whitespace()).args(["--wrap", command]).current_dir(self.runner.dir);
            let done = Process::start(sbatch).wait().expect(0);
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

    /// Waits until so many tasks of both run.
    pub fn wait_tasks(&self, name: &str, count: usize) {
        until(&format!("{count} tasks of {name} run"), || {
            let run = |id: &u32| {
                let line = ["-h", "-r", "-t", "R", "-o", "%i", "-j", &id.to_string()];
                self.cluster().slurm("squeue", &line).lines().count() == count
            };
            self.pairs[name].iter().all(run).then_some(())
        });
    }

    /// How many steps both have, beside the batch step.
    fn steps(&self, name: &str) -> [String; 2] {
        self.pairs[name].map(|id| {
            let text = self.cluster().slurm("squeue", &["-h", "-s", "-o", "%i", "-j", &id.to_string()]);
            let steps = text.lines().map(|line| line.trim().trim_start_matches(&id.to_string()));
            let mut steps: Vec<&str> = steps.filter(|step| step[1..].parse::<u32>().is_ok()).collect();
            steps.sort_unstable();
            steps.join(" ")
        })
    }

    /// Compares which steps are left. Signals that are still to arrive have a moment to do so.
    pub fn compare_steps(&mut self, name: &str, after: &str) {
        let mut both = self.steps(name);
        for _ in 0..50 {
            if both[0] == both[1] {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
            both = self.steps(name);
        }
        self.tally.note(&format!("the steps after {after}"), &both[0], &both[1]);
    }

    /// Ends jobs that are done with.
    pub fn cancel(&self, names: &[&str]) {
        let ids: Vec<String> =
            names.iter().flat_map(|name| self.pairs[*name]).map(|id| id.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        if !ids.is_empty() {
            self.cluster().slurm("scancel", &ids);
        }
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
        self.act_all(&[], words, input, "");
    }

    /// The same with variables.
    pub fn act_with(&mut self, variables: &Variables<'_>, line: &str) {
        self.act_all(variables, &line.split_whitespace().collect::<Vec<_>>(), None, "");
    }

    /// The same on all jobs of a name that was given to [`Twins::submit_named`].
    pub fn act_named(&mut self, line: &str, job: &str) {
        self.act_all(&[], &line.split_whitespace().collect::<Vec<_>>(), None, job);
    }

    fn act_all(&mut self, variables: &Variables<'_>, words: &[&str], input: Option<&str>, job: &str) {
        let act = |side: Side| {
            let own = format!("{job}{}", ["native", "srunx"][side as usize]);
            let fill = |word: &&str| match !job.is_empty() && *word == job {
                true => own.clone(),
                false => self.filled(word, side),
            };
            let words: Vec<String> = words.iter().map(fill).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let input = input.map(|input| self.filled(input, side));
            let text = shown(&self.runner.run(side, variables, &words, input.as_deref()));
            let (stdout, stderr) = text.split_once("\n--- code").unwrap_or((&text, ""));
            let mixed = self.runner.program == "scancel" && input.is_none() && are_many(stderr);
            let text = self.masked(stderr, side);
            let mut stderr: Vec<&str> = text.lines().collect();
            if mixed {
                stderr.sort_unstable();
            }
            let text = format!("{}\n{}", self.masked(stdout, side), stderr.join("\n"));
            if job.is_empty() { text } else { text.replace(&own, job) }
        };
        // Each has jobs of its own to cancel; of some of what scontrol does the other side's jobs may feel something.
        let both = match self.at_once || self.runner.program == "scancel" {
            true => std::thread::scope(|scope| {
                BOTH.map(|side| scope.spawn(move || act(side))).map(|side| side.join().unwrap())
            }),
            false => BOTH.map(act),
        };
        let input = input.map_or_else(String::new, |input| format!(" <<< {input:?}"));
        let what = format!("{variables:?} {} {words:?}{input}", self.runner.program);
        self.tally.note(&what, &both[0], &both[1]);
    }

    /// Compares the records of a pair. `after`: what was done last.
    pub fn record(&mut self, name: &str, after: &str) {
        let pair = self.pairs[name];
        let show = |side: Side| {
            let mut show = self.cluster().command("scontrol");
            show.args(["show", "job", "-d", &pair[side as usize].to_string()]);
            Process::start(show)
        };
        let records = BOTH.map(show).map(Process::wait);
        let both = BOTH.map(|side| without_chance(&self.masked(&records[side as usize].stdout, side)));
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
                &["-h", "-r", "-t", "all", "-S", "i", "-o", "%i %T %r", "-j", &ids.join(",")],
            );
            twins.masked(&text, side)
        };
        until("no job is completing", || {
            let passes = |text: &str| text.contains("COMPLETING") || text.contains("SIGNALING");
            BOTH.iter().all(|side| !passes(&look(self, *side))).then_some(())
        });
        // A task that was cancelled while it waited has a record if the scheduler had looked at it before, and none if it had
        // not. One that was not cancelled shows on its side.
        let is_left = |line: &&str| {
            let (id, rest) = line.split_once(' ').unwrap_or((line, ""));
            !(id.contains('_') && rest.starts_with("CANCELLED"))
        };
        let left = |side| look(self, side).lines().filter(is_left).collect::<Vec<_>>().join("\n");
        let both = BOTH.map(left);
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

/// Whether scancel tells of several jobs or steps. They are signalled at once, and what is said of them comes in any
/// order, if it does not ask for each.
fn are_many(stderr: &str) -> bool {
    let begin = |line: &&str| line.contains(": Terminating ") || line.contains(": Signal ");
    let wrong = stderr.lines().filter_map(|line| line.split_once(" id ")?.1.split([':', '.']).next());
    let begun = stderr.lines().filter(begin).filter_map(|line| line.rsplit(' ').next()?.split('.').next());
    let mut jobs: Vec<&str> = wrong.chain(begun).collect();
    jobs.sort_unstable();
    jobs.dedup();
    jobs.len() > 1 || stderr.lines().filter(begin).count() > 1
}

/// A record without what differs between twins by chance.
fn without_chance(record: &str) -> String {
    const CHANCE: [&str; 15] = [
        // Set when the scheduler first looks at a task that waits; what is held is seen by its priority and reason.
        "EligibleTime=",
        "AccrueTime=",
        "RunTime=",
        // How long it ran before; that it was suspended is seen by its state.
        "SecsPreSuspend=",
        // Of a job without a limit it is unknown, or in a year, by which scheduler was quicker to start it.
        "EndTime=",
        "SLUID=",
        "LastSchedEval=",
        "Scheduler=",
        "CPU_IDs=",
        "AllocNode:Sid=",
        "SchedNodeList=",
        "GRES=",
        "Priority=",
        "SubmitLine=",
        "Reason=",
    ];
    const PASSING: [&str; 6] = [
        "Reason=None",
        "Reason=BeginTime",
        "Reason=Dependency",
        "Reason=JobArrayTaskLimit",
        "Reason=Priority",
        "Reason=Resources",
    ];
    let word = |word: &str| match CHANCE.iter().find(|key| word.starts_with(**key)) {
        // The scheduler comes by when it comes by.
        Some(&"Reason=") if PASSING.contains(&word) => "Reason=…".to_owned(),
        Some(&"Reason=") => word.to_owned(),
        // Held or not is no chance.
        Some(&"Priority=") if word.len() < 12 => word.to_owned(),
        Some(key) => (*key).to_owned(),
        None if word.starts_with("SuspendTime=") && word != "SuspendTime=None" => "SuspendTime=…".to_owned(),
        // A job without a limit gets that of a year from the backfill scheduler, where that is quicker to start it.
        None if word == "TimeLimit=365-00:00:00" => "TimeLimit=UNLIMITED".to_owned(),
        None => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    record.lines().map(line).collect::<Vec<_>>().join("\n")
}
