//! What is watched: a job, an array, or some of its elements, and what has been seen of it.

use crate::job::{BaseState, ExitStatus, JobId, JobStatus, Outcome, TaskGroup, TaskSet, TaskStates};
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// As it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub id: JobId,
    /// Only these elements.
    pub tasks: Option<TaskSet>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} names no job: a number is expected, or an array's number with elements, as in 36_2 or 36_[1-3,7]"
            )
        };
        let (id, tasks) = match text.split_once('_') {
            Some((id, "*")) => (id, None),
            Some((id, tasks)) => (id, Some(tasks)),
            None => (text, None),
        };
        let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let id = id.parse().ok().filter(|id| digits && *id > 0).ok_or_else(wrong)?;
        let tasks = tasks
            .map(|tasks| tasks.parse::<TaskSet>())
            .transpose()
            .map_err(|why| format!("{text}: {why}"))?;
        if tasks.as_ref().is_some_and(TaskSet::is_empty) {
            return Err(wrong());
        }
        Ok(Self { id: JobId(id), tasks })
    }
}

/// As Slurm's commands take it.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tasks {
            Some(tasks) => f.write_str(&elements(self.id, tasks)),
            None => self.id.fmt(f),
        }
    }
}

/// Elements of an array as Slurm's commands take them: `36_2`, `36_[1-3,7]`.
pub fn elements(id: JobId, tasks: &TaskSet) -> String {
    match tasks.count() {
        1 => format!("{id}_{tasks}"),
        _ => format!("{id}_[{tasks}]"),
    }
}

/// Why a target is none.
#[derive(Debug, PartialEq, Eq)]
pub enum NoSuch {
    /// Nobody knows the job.
    Job,
    /// It is no array.
    Array,
    /// It has no such elements.
    Elements,
}

/// How long what was known may be unknown.
#[derive(Clone, Copy, Debug)]
pub struct Grace {
    /// At the first look: slurmdbd may hear of an end a moment later than slurmctld forgets it.
    pub first: Duration,
    /// Later.
    pub later: Duration,
}

/// A target and what has been seen of it. A job that is no array is its own one task, number 0.
#[derive(Debug)]
pub struct Followed {
    pub target: Target,
    pub is_array: bool,
    /// What is known of each task now; those that nobody knows any more are [`Outcome::Unknown`].
    pub known: TaskStates,
    lost: TaskSet,
    /// All that were ever known or are asked for.
    all: TaskSet,
    missing: Option<(Instant, u32)>,
    since: Instant,
}

impl Followed {
    pub fn new(target: Target, now: Instant) -> Self {
        Self {
            target,
            is_array: false,
            known: TaskStates::default(),
            lost: TaskSet::default(),
            all: TaskSet::default(),
            missing: None,
            since: now,
        }
    }

    /// Takes in what was seen. True when it says something new.
    pub fn take(&mut self, status: &JobStatus, now: Instant, grace: Grace) -> Result<bool, NoSuch> {
        let known: TaskStates = match (&status.tasks, &self.target.tasks) {
            (Some(states), Some(tasks)) => {
                let chosen =
                    |group: &TaskGroup| TaskGroup { tasks: group.tasks.intersection(tasks), ..group.clone() };
                states.groups().iter().map(chosen).collect()
            }
            (Some(states), None) => states.clone(),
            (None, Some(_)) if status.state.is_some() => return Err(NoSuch::Array),
            (None, _) => whole(status).into_iter().collect(),
        };
        self.is_array |= status.tasks.is_some();
        let seen = known.known();
        let new_to_all = self.target.tasks.as_ref().filter(|_| self.is_array);
        if self.all.is_empty() && seen.is_empty() {
            let some = status.tasks.as_ref().is_some_and(|states| !states.groups().is_empty());
            // An array whose last tasks were cancelled one by one leaves a record of no task.
            let none = if some || self.is_array { NoSuch::Elements } else { NoSuch::Job };
            return if now.saturating_duration_since(self.since) >= grace.first {
                Err(none)
            } else {
                Ok(false)
            };
        }
        self.all = self.all.union(&seen).union(new_to_all.unwrap_or(&TaskSet::default()));
        self.lost = self.lost.difference(&seen);
        let missing = self.all.difference(&seen).difference(&self.lost);
        let mut changed = known != self.known;
        if missing.is_empty() {
            self.missing = None;
        } else {
            let (since, looks) = self.missing.unwrap_or((now, 0));
            self.missing = Some((since, looks + 1));
            if looks >= 2 && now.saturating_duration_since(since) >= grace.later {
                self.lost = self.lost.union(&missing);
                self.missing = None;
                changed = true;
            }
        }
        self.known = known;
        Ok(changed)
    }

    /// Whether everything is at its end.
    pub fn is_over(&self) -> bool {
        !self.all.is_empty() && self.all.count() == self.known.over().union(&self.lost).count()
    }

    /// Its tasks by what they are, in the order in which they come to be it: `(word, exit, tasks)`.
    pub fn standing(&self) -> Vec<Standing> {
        let mut standing: Vec<Standing> = Vec::new();
        for group in self.known.groups() {
            let outcome = Outcome::of(group.state);
            let exit = outcome.map(|_| group.exit);
            let word = outcome.map_or_else(|| open_word(group), |outcome| outcome.to_string());
            let rank = rank(group, outcome);
            match standing.iter_mut().find(|other| other.word == word && other.exit == exit) {
                Some(other) => other.tasks = other.tasks.union(&group.tasks),
                None => standing.push(Standing { word, exit, tasks: group.tasks.clone(), outcome, rank }),
            }
        }
        if !self.lost.is_empty() {
            let (word, tasks) = (Outcome::Unknown.to_string(), self.lost.clone());
            standing.push(Standing { word, exit: None, tasks, outcome: Some(Outcome::Unknown), rank: 9 });
        }
        standing.sort_by(|one, other| {
            (one.rank, &one.word, one.exit.map(|exit| (exit.code, exit.signal))).cmp(&(
                other.rank,
                &other.word,
                other.exit.map(|exit| (exit.code, exit.signal)),
            ))
        });
        standing
    }

    /// The tasks that did not complete.
    pub fn failed(&self) -> TaskSet {
        self.known
            .those(|group| Outcome::of(group.state).is_some_and(|outcome| !outcome.is_success()))
            .union(&self.lost)
    }
}

/// Tasks that are the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing {
    pub word: String,
    /// Of what has ended.
    pub exit: Option<ExitStatus>,
    pub tasks: TaskSet,
    /// Of what has ended.
    pub outcome: Option<Outcome>,
    rank: u8,
}

fn whole(status: &JobStatus) -> Option<TaskGroup> {
    let JobStatus { state, exit, reason, .. } = status;
    Some(TaskGroup { tasks: TaskSet::one(0), state: (*state)?, exit: *exit, reason: reason.clone() })
}

/// What is cleaned up after and what waits for its nodes runs, to whoever counts.
fn open_word(group: &TaskGroup) -> String {
    match group.state.base {
        BaseState::Pending | BaseState::Suspended => group.state.base.to_string(),
        _ => BaseState::Running.to_string(),
    }
}

fn rank(group: &TaskGroup, outcome: Option<Outcome>) -> u8 {
    match (outcome, group.state.base) {
        (None, BaseState::Pending) => 0,
        (None, _) => 1,
        (Some(Outcome::Completed), _) => 2,
        (Some(_), _) => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobState;

    const GRACE: Grace = Grace { first: Duration::from_secs(3), later: Duration::from_secs(30) };

    fn status(groups: &[(&str, u32, u8)]) -> JobStatus {
        let group = |(tasks, bits, code): &(&str, u32, u8)| TaskGroup {
            tasks: tasks.parse().unwrap(),
            state: JobState::from_bits(*bits),
            exit: ExitStatus { code: *code, signal: 0 },
            reason: String::new(),
        };
        JobStatus { tasks: Some(groups.iter().map(group).collect()), ..JobStatus::unknown(JobId(36)) }
    }

    fn followed(text: &str) -> (Followed, Instant) {
        let now = Instant::now();
        (Followed::new(text.parse().unwrap(), now), now)
    }

    fn told(followed: &Followed) -> String {
        let one = |standing: Standing| match standing.exit {
            Some(exit) => format!("{} {} {exit}", standing.tasks, standing.word),
            None => format!("{} {}", standing.tasks, standing.word),
        };
        followed.standing().into_iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn names() {
        let shown = |text: &str| text.parse::<Target>().map(|target| target.to_string());
        for same in ["37", "36_2", "36_[1-3,7]"] {
            assert_eq!(shown(same).as_deref(), Ok(same));
        }
        assert_eq!(shown("36_*").as_deref(), Ok("36"));
        assert_eq!(shown("36_1-9:2").as_deref(), Ok("36_[1,3,5,7,9]"));
        for wrong in ["", "x", "36_", "36_x", "36_[1", "0", "-3", "+3", "36+1", "99999999999", "36_[]"] {
            assert!(shown(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_array_to_its_end() {
        let (mut array, now) = followed("36");
        assert_eq!(array.take(&status(&[("2-9", 0, 0), ("0", 1, 0), ("1", 5, 3)]), now, GRACE), Ok(true));
        assert_eq!(told(&array), "2-9 PENDING; 0 RUNNING; 1 FAILED 3:0");
        assert_eq!(array.take(&status(&[("2-9", 0, 0), ("0", 1, 0), ("1", 5, 3)]), now, GRACE), Ok(false));
        assert!(!array.is_over());
        array.take(&status(&[("0,2-8", 3, 0), ("9", 4, 0), ("1", 5, 3)]), now, GRACE).unwrap();
        assert_eq!(told(&array), "0,2-8 COMPLETED 0:0; 9 CANCELLED 0:0; 1 FAILED 3:0");
        assert!(array.is_over());
        assert_eq!(elements(JobId(36), &array.failed()), "36_[1,9]");
    }

    #[test]
    fn some_of_it() {
        let (mut some, now) = followed("36_[1,20]");
        some.take(&status(&[("2-9", 0, 0), ("1", 5, 3)]), now, GRACE).unwrap();
        assert_eq!((told(&some).as_str(), some.is_over()), ("1 FAILED 3:0", false));
        for later in [10, 20, 31] {
            let later = now + Duration::from_secs(later);
            some.take(&status(&[("2-9", 0, 0), ("1", 5, 3)]), later, GRACE).unwrap();
        }
        assert_eq!((told(&some).as_str(), some.is_over()), ("1 FAILED 3:0; 20 UNKNOWN", true));
        let (mut none, now) = followed("36_20");
        let later = now + GRACE.first;
        assert_eq!(none.take(&status(&[("2-9", 0, 0)]), now, GRACE), Ok(false));
        assert_eq!(none.take(&status(&[("2-9", 0, 0)]), later, GRACE), Err(NoSuch::Elements));
    }

    #[test]
    fn a_job_that_nobody_knows_and_one_that_is_no_array() {
        let (mut job, now) = followed("37");
        let nothing = JobStatus::unknown(JobId(37));
        assert_eq!(job.take(&nothing, now, GRACE), Ok(false));
        assert_eq!(job.take(&nothing, now + GRACE.first, GRACE), Err(NoSuch::Job));
        let running = JobStatus { state: Some(JobState::from_bits(1)), ..nothing.clone() };
        let (mut element, now) = followed("37_1");
        assert_eq!(element.take(&running, now, GRACE), Err(NoSuch::Array));
        let (mut job, now) = followed("37");
        assert_eq!(job.take(&running, now, GRACE), Ok(true));
        for later in [10, 20, 50] {
            job.take(&nothing, now + Duration::from_secs(later), GRACE).unwrap();
        }
        assert_eq!((told(&job).as_str(), job.is_over()), ("0 UNKNOWN", true));
    }
}
