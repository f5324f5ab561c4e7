//! What must have become of other jobs before one may start: `--dependency`.
//!
//! sbatch passes the text on as it is; slurmctld reads it, and refuses what it cannot satisfy. What is here is the strict
//! reading, for descriptions and for what makes dependencies of its own.

use super::array::ArrayTasks;
use std::fmt;

/// A value of `--dependency`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Which of the conditions must be met.
    pub needs: Needs,
    /// At least one.
    pub conditions: Vec<Condition>,
}

/// How many conditions must be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// All, separated by `,`.
    All,
    /// One, separated by `?`.
    Any,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `singleton`: no other job of that name and user.
    Singleton,
    /// `type:job[:job…]`
    After {
        /// What must have become of them.
        when: When,
        /// At least one.
        jobs: Vec<Predecessor>,
    },
}

/// What must have become of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// `after`: it started or was cancelled.
    Started,
    /// `afterany`: it ended.
    Ended,
    /// `afterok`: it ended with success.
    Succeeded,
    /// `afternotok`: it ended without success.
    Failed,
    /// `aftercorr`: the task with the same number ended with success.
    CorrespondingSucceeded,
    /// `afterburstbuffer`: it ended and its burst buffer was staged out.
    StagedOut,
    /// `expand`: its allocation is to be extended.
    Expanded,
}

/// The words of the conditions.
const WORDS: [(When, &str); 7] = [
    (When::Started, "after"),
    (When::Ended, "afterany"),
    (When::Succeeded, "afterok"),
    (When::Failed, "afternotok"),
    (When::CorrespondingSucceeded, "aftercorr"),
    (When::StagedOut, "afterburstbuffer"),
    (When::Expanded, "expand"),
];

/// A job that another waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predecessor {
    /// Its id, or its array's; never 0.
    pub job: u32,
    /// Which of its tasks.
    pub tasks: Tasks,
    /// Minutes since it started, with [`When::Started`] only; 0 is none.
    pub minutes: u32,
}

/// Which tasks of a job are waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tasks {
    /// The job as a whole: `123`.
    Job,
    /// All tasks of the array: `123_*`.
    All,
    /// One: `123_4`.
    One(u32),
    /// Some: `123_[1-3,7]`.
    Some(ArrayTasks),
}

impl Dependency {
    /// Reads a value of `--dependency` strictly: `afterok:20:21,afterany:23`, `afterok:20?singleton`, `after:20+5`,
    /// `aftercorr:20_4`, `afterok:20_*`, `afterok:20_[1-3]`, and bare ids, which mean `afterany`.
    ///
    /// # Errors
    /// A sentence about the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let outside = outside_brackets(text);
        let has = |separator: char| outside.clone().any(|(_, found)| found == separator);
        let (needs, separator) = match (has(','), has('?')) {
            (true, true) => {
                return Err(format!(
                    "{text:?} mixes `,` and `?`: either all conditions must be met or any one of them"
                ));
            }
            (_, true) => (Needs::Any, '?'),
            _ => (Needs::All, ','),
        };
        let mut conditions = Vec::new();
        let mut from = 0;
        for (at, found) in outside.chain([(text.len(), separator)]) {
            if found == separator {
                conditions.push(Condition::parse(text.get(from..at).unwrap_or_default())?);
                from = at + separator.len_utf8();
            }
        }
        Ok(Self { needs, conditions })
    }
}

/// The characters that are not between brackets.
fn outside_brackets(text: &str) -> impl Iterator<Item = (usize, char)> + Clone + '_ {
    text.char_indices()
        .scan(false, |inside, (at, found)| {
            *inside = (*inside || found == '[') && found != ']';
            Some((!*inside).then_some((at, found)))
        })
        .flatten()
}

impl Condition {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("A condition is missing: after each `,` or `?` must follow one".to_owned());
        }
        if text.eq_ignore_ascii_case("singleton") {
            return Ok(Self::Singleton);
        }
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            let job = Predecessor::parse(text, When::Ended)?;
            return Ok(Self::After { when: When::Ended, jobs: vec![job] });
        }
        let (word, jobs) = text.split_once(':').ok_or_else(|| {
            format!("{text:?} is no condition: type:job, a job id or singleton is expected")
        })?;
        let known = WORDS.iter().find(|(_, known)| word.eq_ignore_ascii_case(known));
        let when = known.map(|(when, _)| *when).ok_or_else(|| {
            let words: Vec<&str> = WORDS.iter().map(|(_, word)| *word).collect();
            format!("{word:?} is no type of dependency: it is one of {}, singleton", words.join(", "))
        })?;
        let mut after = Vec::new();
        let mut from = 0;
        // A step of a task range is written with a colon, too.
        for (at, found) in outside_brackets(jobs).chain([(jobs.len(), ':')]) {
            if found == ':' {
                after.push(Predecessor::parse(jobs.get(from..at).unwrap_or_default(), when)?);
                from = at + 1;
            }
        }
        Ok(Self::After { when, jobs: after })
    }
}

impl Predecessor {
    /// The whole of a job.
    #[must_use]
    pub fn job(job: u32) -> Self {
        Self { job, tasks: Tasks::Job, minutes: 0 }
    }

    fn parse(text: &str, when: When) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no job: 123, 123_4, 123_* or 123_[1-3] is expected");
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|_| digits).ok_or_else(wrong)
        };
        let (name, minutes) = match text.split_once('+') {
            Some((name, minutes)) => {
                if when != When::Started {
                    return Err(format!("{text:?} has a time, which only `after` can have"));
                }
                let minutes = number(minutes).ok().filter(|minutes| *minutes > 0);
                let minutes =
                    minutes.ok_or_else(|| format!("{text:?} has no whole number of minutes after the +"))?;
                (name, minutes)
            }
            None => (text, 0),
        };
        let (job, tasks) = match name.split_once('_') {
            None => (name, Tasks::Job),
            Some((job, "*")) => (job, Tasks::All),
            Some((job, tasks)) if tasks.starts_with('[') => {
                let tasks = ArrayTasks::parse(tasks)?;
                if tasks.limit().is_some() {
                    return Err(wrong());
                }
                (job, Tasks::Some(tasks))
            }
            Some((job, task)) => (job, Tasks::One(number(task)?)),
        };
        let job = number(job)?;
        if job == 0 {
            return Err(wrong());
        }
        Ok(Self { job, tasks, minutes })
    }
}

impl When {
    /// As `--dependency` takes it: `afterok`.
    #[must_use]
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(when, _)| *when == self).map_or("after", |(_, word)| word)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// As `--dependency` takes it. A bare id is printed with its `afterany`.
impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = match self.needs {
            Needs::All => ",",
            Needs::Any => "?",
        };
        for (place, condition) in self.conditions.iter().enumerate() {
            if place > 0 {
                f.write_str(separator)?;
            }
            condition.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Singleton => f.write_str("singleton"),
            Self::After { when, jobs } => {
                when.fmt(f)?;
                jobs.iter().try_for_each(|job| write!(f, ":{job}"))
            }
        }
    }
}

impl fmt::Display for Predecessor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.job.fmt(f)?;
        match &self.tasks {
            Tasks::Job => {}
            Tasks::All => f.write_str("_*")?,
            Tasks::One(task) => write!(f, "_{task}")?,
            Tasks::Some(tasks) => write!(f, "_[{tasks}]")?,
        }
        if self.minutes > 0 { write!(f, "+{}", self.minutes) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str) -> Result<String, String> {
        Dependency::parse(text).map(|dependency| dependency.to_string())
    }

    #[test]
    fn expressions() {
        let expected = [
            ("afterok:20:21,afterany:23", "afterok:20:21,afterany:23"),
            ("AfterOK:20?Singleton", "afterok:20?singleton"),
            ("123", "afterany:123"),
            ("123,124", "afterany:123,afterany:124"),
            ("after:20+5:21", "after:20+5:21"),
            ("aftercorr:20_4:21_*", "aftercorr:20_4:21_*"),
            ("afterok:20_[1-3,7]:5,singleton", "afterok:20_[1-3,7]:5,singleton"),
            ("afterok:20_[0-9:3]?afternotok:1", "afterok:20_[0-9:3]?afternotok:1"),
            ("expand:7", "expand:7"),
        ];
        for (text, printed) in expected {
            assert_eq!(said(text).as_deref(), Ok(printed), "{text}");
        }
        let first = Dependency::parse("after:20_4+5").map(|dependency| dependency.conditions);
        let job = Predecessor { job: 20, tasks: Tasks::One(4), minutes: 5 };
        assert_eq!(first, Ok(vec![Condition::After { when: When::Started, jobs: vec![job] }]));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let expected = [
            ("", "A condition is missing: after each `,` or `?` must follow one"),
            ("afterok:1,", "A condition is missing: after each `,` or `?` must follow one"),
            (
                "afterok:1,afterany:2?singleton",
                "\"afterok:1,afterany:2?singleton\" mixes `,` and `?`: either all conditions must be met or any one of them",
            ),
            (
                "afterwards:1",
                "\"afterwards\" is no type of dependency: it is one of after, afterany, afterok, afternotok, aftercorr, afterburstbuffer, expand, singleton",
            ),
            ("afterok", "\"afterok\" is no condition: type:job, a job id or singleton is expected"),
            ("afterok:", "\"\" is no job: 123, 123_4, 123_* or 123_[1-3] is expected"),
            ("afterok:0", "\"0\" is no job: 123, 123_4, 123_* or 123_[1-3] is expected"),
            ("afterok:1_x", "\"1_x\" is no job: 123, 123_4, 123_* or 123_[1-3] is expected"),
            ("afterok:1+5", "\"1+5\" has a time, which only `after` can have"),
            ("after:1+", "\"1+\" has no whole number of minutes after the +"),
            ("afterok:1_[5-1]", "\"5-1\" ends before it begins"),
        ];
        for (text, error) in expected {
            assert_eq!(said(text), Err(error.to_owned()), "{text}");
        }
        for bad in [
            "afterok:1(failed)",
            "afterok: 1",
            "afterok:1_[1",
            "afterok:1_[1%2]",
            "1:2",
            "afterok:99999999999",
        ] {
            assert!(said(bad).is_err(), "{bad}");
        }
    }

    fn predecessor() -> impl Strategy<Value = Predecessor> {
        let tasks = prop_oneof![
            Just(Tasks::Job),
            Just(Tasks::All),
            any::<u32>().prop_map(Tasks::One),
            prop::collection::vec(0u32..99, 1..9)
                .prop_map(|tasks| ArrayTasks::of(tasks).map_or(Tasks::Job, Tasks::Some)),
        ];
        (1u32.., tasks).prop_map(|(job, tasks)| Predecessor { job, tasks, minutes: 0 })
    }

    fn condition() -> impl Strategy<Value = Condition> {
        let after = (prop::sample::select(&WORDS[..]), prop::collection::vec(predecessor(), 1..4), 0u32..9);
        prop_oneof![
            Just(Condition::Singleton),
            after.prop_map(|((when, _), mut jobs, minutes)| {
                if when == When::Started {
                    jobs[0].minutes = minutes;
                }
                Condition::After { when, jobs }
            }),
        ]
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,40}|(after(ok|any)?|singleton|[0-9_*+:,?\\[\\]()]{1,5}){0,8}") {
            let _ = Dependency::parse(&text);
        }

        #[test]
        fn they_read_back(conditions in prop::collection::vec(condition(), 1..4), any: bool) {
            let needs = if any && conditions.len() > 1 { Needs::Any } else { Needs::All };
            let dependency = Dependency { needs, conditions };
            prop_assert_eq!(Dependency::parse(&dependency.to_string()), Ok(dependency));
        }
    }
}
