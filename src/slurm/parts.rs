//! An array that went to Slurm as several, found again: each of them carries the word of its submission in its comment, and
//! from the second on a number behind it.

use super::client::Client;
use super::error::Error;
use super::job_table::{JobInfo, JobTable, JobsOf, Show};
use crate::job::{JobId, JobState, TASK_OFFSET, TaskSet};
use std::collections::{BTreeMap, BTreeSet};

/// What no task's number is (`NO_VAL`).
const NO_VAL: u32 = u32::MAX - 1;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its id as Slurm has it.
    pub id: JobId,
    /// Which it is, from 0.
    pub number: u32,
    /// By how much the indices of its tasks are less than those in the whole.
    pub offset: u32,
    /// Those of its tasks that slurmctld has records of, by the indices of the whole.
    pub tasks: TaskSet,
    /// Whether one of them has not ended.
    pub is_open: bool,
}

/// All of them that slurmctld knows, in order. The first has number 0, and the whole its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts(Vec<Part>);

impl Parts {
    /// In order.
    #[must_use]
    pub fn all(&self) -> &[Part] {
        &self.0
    }

    /// Whether none is missing between the first and the last: slurmctld forgets those that ended long ago.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.0.iter().zip(0..).all(|(part, number)| part.number == number)
    }

    /// The ids of those that can still change, or of all.
    fn ids(&self, only_open: bool) -> impl Iterator<Item = JobId> {
        self.0.iter().filter(move |part| part.is_open || !only_open).map(|part| part.id)
    }

    /// The elements of each that are meant by elements of the first. What the first has itself is its own; others are by the
    /// indices of the whole, and where nobody knows them, they stay the first's.
    #[must_use]
    pub fn elements(&self, named: &TaskSet) -> Vec<(JobId, TaskSet)> {
        let Some(first) = self.0.first() else { return Vec::new() };
        let inside =
            |part: &Part, tasks: &TaskSet| tasks.shifted(-i64::from(part.offset)).unwrap_or_default();
        let mut own = named.intersection(&inside(first, &first.tasks));
        let mut left = named.difference(&own);
        let mut others = Vec::new();
        for part in &self.0 {
            let tasks = left.intersection(&part.tasks);
            left = left.difference(&tasks);
            match part.id == first.id {
                true => own = own.union(&inside(part, &tasks)),
                false if tasks.is_empty() => {}
                false => others.push((part.id, inside(part, &tasks))),
            }
        }
        own = own.union(&left);
        let own = Some((first.id, own)).filter(|(_, tasks)| !tasks.is_empty());
        own.into_iter().chain(others).collect()
    }

    /// The names of what is meant by a name of the first: `12`, `12_*`, `12_7`, `12_[4-6,9]`, `12_4-6`. None where it is what
    /// Slurm takes it for. `only_open`: of the whole, those that can still change, if there are any.
    #[must_use]
    pub fn names(&self, name: &str, only_open: bool) -> Option<Vec<String>> {
        let tasks = match name.split_once('_') {
            None | Some((_, "*")) => {
                let open: Vec<String> = self.ids(only_open).map(|id| id.to_string()).collect();
                return Some(open).filter(|open| !open.is_empty());
            }
            Some((_, tasks)) => tasks,
        };
        let (list, ends) = match tasks.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
            Some(list) => (list, ["[", "]"]),
            None => (tasks, ["", ""]),
        };
        let elements = self.elements(&list.parse().ok()?);
        let is_first = |(id, _): &(JobId, TaskSet)| self.0.first().is_some_and(|first| first.id == *id);
        if elements.is_empty()
            || elements.iter().all(is_first) && self.0.first().is_some_and(|first| first.offset == 0)
        {
            return None;
        }
        let name = |(id, tasks): (JobId, TaskSet)| format!("{id}_{}{tasks}{}", ends[0], ends[1]);
        Some(elements.into_iter().map(name).collect())
    }
}

impl Client {
    /// Those of `jobs` that are the first of several arrays which are one, and those arrays.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn parts(&self, jobs: impl IntoIterator<Item = JobId>) -> Result<BTreeMap<JobId, Parts>, Error> {
        /// The most calls that stand in for one load of everything.
        const SINGLY: usize = 8;
        let show = Show { all: true, ..Show::default() };
        let jobs: BTreeSet<JobId> = jobs.into_iter().collect();
        let mut firsts = Vec::new();
        let mut found = BTreeMap::new();
        if jobs.len() > SINGLY {
            let Some(table) = self.job_table(JobsOf::Everyone, show)? else { return Ok(found) };
            for (id, token, _) in firsts_of(table.as_ref(), &jobs) {
                found.extend(parts_of(table.as_ref(), &token).map(|parts| (id, parts)));
            }
            return Ok(found);
        }
        for id in &jobs {
            if let Some(table) = self.job_table(JobsOf::Job(*id), show)? {
                firsts.extend(firsts_of(table.as_ref(), &[*id].into()));
            }
        }
        for (id, token, user) in firsts {
            if let Some(table) = self.job_table(JobsOf::User(user), show)? {
                found.extend(parts_of(table.as_ref(), &token).map(|parts| (id, parts)));
            }
        }
        Ok(found)
    }

    /// This user's arrays of the submission with this word, where they are several.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn parts_of_submission(&self, token: &str) -> Result<Option<Parts>, Error> {
        let table = self.job_table(
            JobsOf::User(nix::unistd::Uid::current().as_raw()),
            Show { all: true, ..Show::default() },
        )?;
        Ok(table.and_then(|table| parts_of(table.as_ref(), token)))
    }
}

/// The last word of a comment, where a submission's word stands.
fn token_of(info: &JobInfo<'_>) -> Option<String> {
    info.comment?.to_string_lossy().rsplit(' ').next().map(str::to_owned)
}

/// By how much the indices of an array are less than those in the whole, as its comment tells.
#[must_use]
pub fn offset_of(comment: &str) -> u32 {
    let told =
        comment.split(' ').find_map(|word| word.strip_prefix(TASK_OFFSET)?.strip_prefix('=')?.parse().ok());
    told.unwrap_or(0)
}

/// Those of `jobs` that are arrays which may be the first of several, with their words and users.
fn firsts_of(table: &dyn JobTable, jobs: &BTreeSet<JobId>) -> Vec<(JobId, String, u32)> {
    let mut firsts = BTreeMap::new();
    for info in (0..table.len()).map(|at| table.get(at)) {
        let id = JobId(info.array_job_id);
        if id.0 == 0 || firsts.contains_key(&id) || !jobs.contains(&id) {
            continue;
        }
        if let Some(token) =
            token_of(&info).filter(|token| token.starts_with("srunx:") && !token.contains('+'))
        {
            firsts.insert(id, (token, info.user_id));
        }
    }
    firsts.into_iter().map(|(id, (token, user))| (id, token, user)).collect()
}

/// The arrays that carry this word; none where there are not several, the first among them.
fn parts_of(table: &dyn JobTable, token: &str) -> Option<Parts> {
    let mut parts: BTreeMap<u32, Part> = BTreeMap::new();
    for (at, info) in
        (0..table.len()).map(|at| (at, table.get(at))).filter(|(_, info)| info.array_job_id != 0)
    {
        let Some(word) = token_of(&info) else { continue };
        let number = match word.strip_prefix(token) {
            Some("") => 0,
            Some(behind) => match behind.strip_prefix('+').and_then(|number| number.parse().ok()) {
                Some(number) => number,
                None => continue,
            },
            None => continue,
        };
        let part = parts.entry(number).or_insert_with(|| Part {
            id: JobId(info.array_job_id),
            number,
            offset: info.comment.map_or(0, |comment| offset_of(&comment.to_string_lossy())),
            tasks: TaskSet::default(),
            is_open: false,
        });
        let tasks = match info.array_task_id {
            NO_VAL => TaskSet::of_ranges(table.array_tasks(at).unwrap_or_default()),
            task => TaskSet::one(task),
        };
        part.tasks = part.tasks.union(&tasks.shifted(part.offset.into()).unwrap_or_default());
        part.is_open |= !tasks.is_empty() && !JobState::from_bits(info.job_state).is_final();
    }
    let several = parts.len() > 1 && parts.contains_key(&0);
    several.then(|| Parts(parts.into_values().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Parts {
        let part = |number, id, offset, tasks: &str, is_open| Part {
            id: JobId(id),
            number,
            offset,
            tasks: tasks.parse().unwrap(),
            is_open,
        };
        Parts(vec![
            part(0, 12, 0, "0-9", false),
            part(1, 13, 0, "10-19", true),
            part(2, 20, 21, "21-25", true),
        ])
    }

    fn names(name: &str, only_open: bool) -> String {
        parts().names(name, only_open).map_or_else(|| "itself".to_owned(), |names| names.join(" "))
    }

    #[test]
    fn the_first_is_all_of_them() {
        assert_eq!(names("12", false), "12 13 20");
        assert_eq!(names("12_*", true), "13 20");
        assert_eq!(names("12_7", true), "itself");
        assert_eq!(names("12_[3,9,11,24-25]", true), "12_[3,9] 13_[11] 20_[3-4]");
        assert_eq!(names("12_19", true), "13_19");
        assert_eq!(names("12_8-10", true), "12_8-9 13_10");
        assert_eq!(names("12_[24,77]", true), "12_[77] 20_[3]");
        assert_eq!(names("12_[77]", true), "itself");
        assert_eq!(names("12_x", true), "itself");
    }

    #[test]
    fn a_first_that_begins_later() {
        let mut parts = parts();
        parts.0.remove(0);
        parts.0.remove(0);
        let names = |name: &str| parts.names(name, false).map(|names| names.join(" ")).unwrap_or_default();
        assert_eq!((names("20_3").as_str(), names("20_24").as_str()), ("20_3", "20_3"));
        assert!(!parts.is_complete() && super::tests::parts().is_complete());
    }

    #[test]
    fn offsets() {
        assert_eq!(offset_of("mine SRUNX_TASK_OFFSET=42 srunx:20260101-000000-abcdabcd/0.1+1"), 42);
        assert_eq!(offset_of("mine"), 0);
    }
}
