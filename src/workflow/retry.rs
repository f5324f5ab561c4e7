//! Trying a job again: after which ends, how often, how much later, and with how much more.

use super::model::{Job, Setting};
use crate::job::{JobRequest, Memory, Outcome, TimeLimit};
use std::fmt;
use std::str::FromStr;

/// A job may be tried again so often.
pub(super) const MOST_TIMES: u32 = 100;
/// The longest pause before that, in seconds: 30 days.
pub(super) const MOST_DELAY: u32 = 30 * 86_400;
/// slurm.h, MEM_PER_CPU: the top bit of an amount of memory means something else.
const MOST_MIB: u64 = (1 << 63) - 1;
/// sbatch reads a time limit into 32 bits of seconds, with a sign.
const MOST_MINUTES: u64 = i32::MAX as u64 / 60;
/// The options that ask for memory, of which a job has one at most.
const MEMORY: [&str; 3] = ["mem", "mem-per-cpu", "mem-per-gpu"];

/// Whether and how a job is tried again when it has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often, after the first time.
    pub times: u32,
    /// After which ends.
    pub on: Vec<Outcome>,
    /// How many seconds after the end.
    pub delay: u32,
    /// How much more memory each attempt asks for than the one before.
    pub memory: Option<Factor>,
    /// How much more time.
    pub time: Option<Factor>,
}

impl Retry {
    /// A minute, as the Python srunx has it.
    pub const DELAY: u32 = 60;
    /// The ends after which a job is tried again where nothing is said: all that another attempt may change.
    pub const ON: [Outcome; 6] = [
        Outcome::Failed,
        Outcome::Timeout,
        Outcome::OutOfMemory,
        Outcome::NodeFail,
        Outcome::Preempted,
        Outcome::BootFail,
    ];

    /// So often, a minute after each failure, with what the job asked for the first time.
    #[must_use]
    pub fn times(times: u32) -> Self {
        Self { times, on: Self::ON.to_vec(), delay: Self::DELAY, memory: None, time: None }
    }

    /// Whether a job that has been tried again `retries` times, and ended so, is tried once more.
    #[must_use]
    pub fn wants(&self, outcome: Outcome, retries: usize) -> bool {
        retries < self.times as usize && self.on.contains(&outcome)
    }

    /// What is asked for when the job is tried for the `retries`th time again, of the request for the first attempt. What
    /// was not asked for stays so.
    #[must_use]
    pub fn grown(&self, request: &JobRequest, retries: usize) -> JobRequest {
        let mut grown = request.clone();
        if let (Some(factor), Some(memory)) = (self.memory, &mut grown.memory_per_node) {
            *memory = factor.of_memory(*memory, retries);
        }
        if let (Some(factor), Some(limit)) = (self.time, &mut grown.time_limit) {
            *limit = factor.of_time(*limit, retries);
        }
        for (long, value) in &mut grown.sbatch {
            let Some(text) = value else { continue };
            let more = match (self.memory, self.time) {
                (Some(factor), _) if MEMORY.contains(&long.as_str()) => {
                    Memory::parse(text, long).map(|memory| factor.of_memory(memory, retries).to_string()).ok()
                }
                (_, Some(factor)) if long == "time" => {
                    TimeLimit::parse(text, long).map(|limit| factor.of_time(limit, retries).to_string()).ok()
                }
                _ => None,
            };
            *value = more.or(value.take());
        }
        grown
    }
}

/// How many times as much, to the thousandth; never less than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    thousandths: u32,
}

impl Factor {
    const ONE: u32 = 1000;
    const MOST: u32 = 1000;

    /// `amount` times the factor, again and again, rounded up each time; none beyond `most`.
    fn grow(self, amount: u64, times: usize, most: u64) -> Option<u64> {
        (0..times).try_fold(amount, |amount, _| {
            let grown = u128::from(amount) * u128::from(self.thousandths);
            u64::try_from(grown.div_ceil(u128::from(Self::ONE))).ok().filter(|grown| *grown <= most)
        })
    }

    fn of_memory(self, memory: Memory, times: usize) -> Memory {
        Memory { mib: self.grow(memory.mib, times, MOST_MIB).unwrap_or(MOST_MIB) }
    }

    fn of_time(self, limit: TimeLimit, times: usize) -> TimeLimit {
        match limit {
            TimeLimit::Unlimited => limit,
            TimeLimit::Minutes(minutes) => {
                let grown = self.grow(minutes.into(), times, MOST_MINUTES).unwrap_or(MOST_MINUTES);
                TimeLimit::Minutes(u32::try_from(grown).unwrap_or(minutes))
            }
        }
    }
}

impl FromStr for Factor {
    type Err = String;

    /// `x2`, `x1.5`, or the number alone.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || format!("{text:?} is no factor: a number such as x2 or x1.5");
        let number = text.strip_prefix(['x', 'X']).unwrap_or(text);
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) {
            return Err(bad());
        }
        let part = part.trim_end_matches('0');
        if part.len() > 3 {
            return Err(format!("{text:?} is too fine: a number with three decimals at most"));
        }
        let most = || format!("{text:?} is too much: at most x{}", Self::MOST);
        let whole: u32 = whole.parse().map_err(|_| most())?;
        let part: u32 = format!("{part:0<3}").parse().map_err(|_| bad())?;
        let thousandths = whole.checked_mul(Self::ONE).and_then(|whole| whole.checked_add(part));
        match thousandths {
            Some(thousandths) if thousandths < Self::ONE => {
                Err(format!("{text:?} would be less each time: x1 or more"))
            }
            Some(thousandths) if thousandths <= Self::MOST * Self::ONE => Ok(Self { thousandths }),
            _ => Err(most()),
        }
    }
}

/// `x1.5`
impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:03}", self.thousandths % Self::ONE);
        let part = part.trim_end_matches('0');
        let dot = if part.is_empty() { "" } else { "." };
        write!(f, "x{}{dot}{part}", self.thousandths / Self::ONE)
    }
}

/// The words for the ends after which a job can be tried again, the first of each the one to use.
const ENDS: [(&str, Outcome); 8] = [
    ("failed", Outcome::Failed),
    ("timeout", Outcome::Timeout),
    ("oom", Outcome::OutOfMemory),
    ("out_of_memory", Outcome::OutOfMemory),
    ("node_fail", Outcome::NodeFail),
    ("preempted", Outcome::Preempted),
    ("boot_fail", Outcome::BootFail),
    ("deadline", Outcome::Deadline),
];

/// The end that a word of `on` means, or why it means none, and what was meant perhaps.
pub(super) fn end(word: &str) -> Result<Outcome, (String, Option<String>)> {
    let word = word.trim().to_ascii_lowercase();
    if let Some((_, outcome)) = ENDS.iter().find(|(known, _)| *known == word) {
        return Ok(*outcome);
    }
    let why = match word.as_str() {
        "completed" => "then there is nothing to try again",
        "cancelled" | "canceled" => "what was cancelled is never tried again",
        "rejected" => "what Slurm refused once it would refuse again",
        "skipped" => "that is because of another job",
        "unknown" => "the job may still be running",
        "revoked" => "it runs in another cluster",
        _ => {
            let near = super::problem::nearest(&word, ENDS.iter().map(|(known, _)| *known));
            return Err((
                "not an end that is known".to_owned(),
                near.map(|near| format!("did you mean `{near}`?")),
            ));
        }
    };
    Err((why.to_owned(), None))
}

/// The words of `on`, for a message.
pub(super) fn ends() -> String {
    let words = ENDS.iter().filter(|(word, _)| *word != "out_of_memory").map(|(word, _)| *word);
    words.collect::<Vec<_>>().join(", ")
}

/// What is wrong with how a job is tried again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The key that it is about.
    pub(super) key: &'static str,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) hint: Option<&'static str>,
}

/// What is wrong with the retry of a job whose options are merged with its workflow's: counts that are out of bounds, and
/// factors of what the job does not ask for.
pub(super) fn faults(job: &Job) -> Vec<Fault> {
    let Some(retry) = &job.retry else { return Vec::new() };
    let mut faults = Vec::new();
    let mut tell = |key, message: &str, label: String, hint| {
        faults.push(Fault { key, message: message.to_owned(), label, hint });
    };
    if retry.times > MOST_TIMES {
        tell("times", "a job cannot be tried again so often", format!("at most {MOST_TIMES} times"), None);
    }
    if retry.delay > MOST_DELAY {
        tell("delay", "the delay is too long", "at most 30 days".to_owned(), None);
    }
    if let Some(outcome) = retry.on.iter().find(|outcome| end(&outcome.to_string()).is_err()) {
        tell("on", "a job cannot be tried again after every end", outcome.to_string(), None);
    }
    let last = retry.times.min(MOST_TIMES) as usize;
    if let Some(factor) = retry.memory {
        let label = match memory(job) {
            None => Some((
                "it asks for none",
                "set `memory_per_node` under `resources:`, or `mem-per-cpu` or `mem-per-gpu` under `sbatch:`",
            )),
            Some(0) => Some(("it asks for all of a node's", "ask for an amount")),
            Some(mib) => factor.grow(mib, last, MOST_MIB).is_none().then_some((
                "in the end it would be more than Slurm can be asked for",
                "take a smaller factor",
            )),
        };
        if let Some((label, hint)) = label {
            tell("memory", "the job's memory cannot grow", label.to_owned(), Some(hint));
        }
    }
    if let Some(factor) = retry.time {
        let label = match time(job) {
            None => Some(("it asks for none", "set `time_limit` under `resources:`")),
            Some(TimeLimit::Unlimited) => Some(("it has no limit", "ask for a time limit")),
            Some(TimeLimit::Minutes(minutes)) => {
                factor.grow(minutes.into(), last, MOST_MINUTES).is_none().then_some((
                    "in the end it would be more than Slurm can be asked for",
                    "take a smaller factor",
                ))
            }
        };
        if let Some((label, hint)) = label {
            tell("time", "the job's time limit cannot grow", label.to_owned(), Some(hint));
        }
    }
    faults
}

fn option<'a>(job: &'a Job, longs: &[&str]) -> Option<&'a str> {
    job.sbatch.iter().find_map(|(key, setting)| match setting {
        Setting::Value(text) if longs.contains(&key.as_str()) => Some(text.as_str()),
        _ => None,
    })
}

fn memory(job: &Job) -> Option<u64> {
    let option = || Memory::parse(option(job, &MEMORY)?, "--mem").ok();
    job.resources.memory_per_node.or_else(option).map(|memory| memory.mib)
}

fn time(job: &Job) -> Option<TimeLimit> {
    let option = || TimeLimit::parse(option(job, &["time"])?, "--time").ok();
    job.resources.time_limit.or_else(option)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn factor(text: &str) -> Factor {
        text.parse().unwrap_or_else(|fault| panic!("{fault}"))
    }

    #[test]
    fn factors_as_they_are_written() {
        for (text, shown) in [
            ("x2", "x2"),
            ("2", "x2"),
            ("X1.5", "x1.5"),
            ("1.250", "x1.25"),
            ("x1", "x1"),
            ("1000", "x1000"),
            ("1.001", "x1.001"),
        ] {
            assert_eq!(factor(text).to_string(), shown);
        }
        for bad in [
            "",
            "x",
            "2x",
            "-2",
            "x-2",
            "0.5",
            "x0",
            "1.2345",
            "1.",
            ".5",
            "1e3",
            "1001",
            "x99999999999999",
            "two",
            "+2",
            "1,5",
        ] {
            assert!(bad.parse::<Factor>().is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_grow_and_are_rounded_up() {
        let memory = |text: &str, mib, times| factor(text).of_memory(Memory { mib }, times).mib;
        assert_eq!([0, 1, 2, 3].map(|times| memory("x2", 1000, times)), [1000, 2000, 4000, 8000]);
        assert_eq!([1, 2, 3].map(|times| memory("x1.5", 3, times)), [5, 8, 12]);
        assert_eq!(memory("x1.001", 1, 1), 2);
        assert_eq!(memory("x1000", 1 << 40, 100), MOST_MIB);
        let time = |text: &str, limit, times| factor(text).of_time(limit, times);
        assert_eq!(time("x1.5", TimeLimit::Minutes(1), 2), TimeLimit::Minutes(3));
        assert_eq!(time("x2", TimeLimit::Unlimited, 2), TimeLimit::Unlimited);
        assert_eq!(time("x1000", TimeLimit::Minutes(60), 9), TimeLimit::Minutes(MOST_MINUTES as u32));
    }

    #[test]
    fn a_request_grows_where_it_asks_for_something() {
        let retry = Retry { memory: Some(factor("x2")), time: Some(factor("x1.5")), ..Retry::times(3) };
        let text = |text: &str| Some(text.to_owned());
        let request = JobRequest {
            memory_per_node: Some(Memory { mib: 1536 }),
            time_limit: Some(TimeLimit::Minutes(5)),
            sbatch: vec![
                ("mem-per-cpu".into(), text("1G")),
                ("time".into(), text("1:00:00")),
                ("nice".into(), text("5")),
                ("hold".into(), None),
            ],
            ..JobRequest::default()
        };
        assert_eq!(
            retry.grown(&request, 0).describe(),
            [
                "--job-name=",
                "--chdir=",
                "--mem=1536M",
                "--time=00:05:00",
                "--mem-per-cpu=1G",
                "--time=01:00:00",
                "--nice=5",
                "--hold"
            ]
        );
        assert_eq!(
            retry.grown(&request, 2).describe(),
            [
                "--job-name=",
                "--chdir=",
                "--mem=6G",
                "--time=00:12:00",
                "--mem-per-cpu=4G",
                "--time=02:15:00",
                "--nice=5",
                "--hold"
            ]
        );
        let nothing = JobRequest::default();
        assert_eq!(retry.grown(&nothing, 2), nothing);
        assert_eq!(Retry::times(3).grown(&request, 2), request);
    }

    #[test]
    fn which_ends_are_tried_again() {
        let retry = Retry::times(2);
        assert!(retry.wants(Outcome::Timeout, 0) && retry.wants(Outcome::Failed, 1));
        assert!(!retry.wants(Outcome::Failed, 2) && !retry.wants(Outcome::Deadline, 0));
        for never in
            [Outcome::Completed, Outcome::Cancelled, Outcome::Rejected, Outcome::Skipped, Outcome::Unknown]
        {
            assert!(!retry.wants(never, 0), "{never}");
        }
        assert_eq!(end(" OUT_OF_MEMORY"), Ok(Outcome::OutOfMemory));
        assert_eq!(end("node_failed").unwrap_err().1.as_deref(), Some("did you mean `node_fail`?"));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,20}|x?[0-9]{0,12}\\.?[0-9]{0,6}", amount: u64, times in 0..200_usize) {
            let _ = end(&text);
            if let Ok(factor) = text.parse::<Factor>() {
                prop_assert_eq!(factor.to_string().parse::<Factor>(), Ok(factor));
                let grown = factor.of_memory(Memory { mib: amount.min(MOST_MIB) }, times).mib;
                prop_assert!(grown >= amount.min(MOST_MIB) && grown <= MOST_MIB);
            }
        }
    }
}
