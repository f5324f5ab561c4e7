//! `--json` and `--yaml`: tables of what squeue and scontrol tell of records, by version of the data.

mod job_table;
mod openapi_table;
mod resources;
mod step_table;
mod telling;
mod words;

use super::field::Surroundings;
use super::settings::Settings;
use super::{arrays, filter};
use crate::cli::native::data::Data;
use crate::slurm::{Files, JobInfo, JobResources, JobStateRecord, JobTable, StepTable};
use job_table::JOB;
use openapi_table::OPENAPI_JOB;
use std::ffi::CString;
use std::ops::Deref;
use step_table::STEP;

pub use telling::Telling;

/// The version of the REST interface whose jobs squeue told of before there were data parsers.
const OPENAPI: u8 = 38;

/// The version of the data, `42` of `v0.0.42`; none for one whose keys are not known here.
pub fn version(name: &str) -> Option<u8> {
    let number = name.strip_prefix("v0.0.")?.parse().ok()?;
    matches!(number, OPENAPI | 42..=45).then_some(number)
}

/// One key of a record: in which versions of the data it stands, and what is said there.
struct Entry<T> {
    /// `cpu/frequency/min` is a key of a map in a map.
    key: &'static str,
    first: u8,
    last: u8,
    tell: T,
}

/// A key of all versions.
const fn all<T: Copy>(key: &'static str, tell: T) -> Entry<T> {
    Entry { key, first: 0, last: u8::MAX, tell }
}

/// A key that came with a version.
const fn from<T: Copy>(first: u8, key: &'static str, tell: T) -> Entry<T> {
    Entry { key, first, last: u8::MAX, tell }
}

/// A key of which that version is the last.
const fn until<T: Copy>(last: u8, key: &'static str, tell: T) -> Entry<T> {
    Entry { key, first: 0, last, tell }
}

/// What the entries of a table say; those that say nothing are left out.
fn told<T>(table: &[Entry<T>], version: u8, tell: impl Fn(&T) -> Option<Data>) -> Data {
    let mut map = Vec::with_capacity(table.len());
    let there = table.iter().filter(|entry| (entry.first..=entry.last).contains(&version));
    let mut nested = Data::map();
    for entry in there {
        let Some(value) = tell(&entry.tell) else { continue };
        let Some((first, _)) = entry.key.split_once('/') else {
            map.push((entry.key, value));
            continue;
        };
        // The map that it is in stands where its first key does.
        if !map.iter().any(|(key, _)| *key == first) {
            map.push((first, Data::Null));
        }
        nested.put(entry.key, value);
    }
    if let Data::Map(nested) = nested {
        for (key, value) in nested {
            if let Some((_, place)) = map.iter_mut().find(|(known, _)| *known == key) {
                *place = value;
            }
        }
    }
    Data::Map(map)
}

/// A job, and what is read of it only where data are asked for.
struct Job<'a> {
    info: JobInfo<'a>,
    resources: Option<JobResources<'a>>,
    /// Its input and output as the library expands their names.
    files: Files,
}

impl<'a> Deref for Job<'a> {
    type Target = JobInfo<'a>;

    fn deref(&self) -> &JobInfo<'a> {
        &self.info
    }
}

/// The jobs that were asked for.
pub fn jobs(
    table: &mut dyn JobTable,
    settings: &Settings,
    around: &Surroundings,
    with: &Telling<'_>,
) -> Data {
    // Each job stands once, however many partitions it names.
    let settings = Settings { priority: false, ..settings.clone() };
    let rows = filter::rows(table, &settings, around, &|_| 0);
    if rows.is_empty() {
        with.warn("Zero jobs to dump".into());
    }
    let jobs = rows.iter().map(|row| {
        let changes = row.changes.as_ref();
        let only_task = changes.and_then(|changes| changes.only_task);
        let files = if with.version <= 42 { table.files(row.index, only_task) } else { Files::default() };
        let mut info = row.job(table);
        let changed = changes.is_some_and(|changes| changes.task_list.is_some());
        let list = if changed { None } else { whole_list(&info, table, row.index, &settings) };
        info.array_task_str = list.as_deref().or(info.array_task_str);
        let job = Job { info, resources: table.resources(row.index), files };
        told(JOB, with.version, |tell| Some(tell(&job, with)))
    });
    Data::List(jobs.collect())
}

/// All jobs of a table.
pub fn all_jobs(table: &mut dyn JobTable, with: &Telling<'_>) -> Data {
    let jobs = (0..table.len()).map(|index| {
        let files = if with.version <= 42 { table.files(index, None) } else { Files::default() };
        let job = Job { info: table.get(index), resources: table.resources(index), files };
        told(JOB, with.version, |tell| Some(tell(&job, with)))
    });
    Data::List(jobs.collect())
}

/// The list of an array's tasks, where no length was to cut it.
fn whole_list(job: &JobInfo<'_>, table: &dyn JobTable, index: usize, settings: &Settings) -> Option<CString> {
    if settings.whole_arrays { arrays::whole_list(job, table, index) } else { None }
}

/// All jobs, as the REST interface tells of them.
pub fn openapi_jobs(table: &dyn JobTable, settings: &Settings, with: &Telling<'_>) -> Data {
    let jobs = (0..table.len()).map(|index| {
        let mut info = table.get(index);
        let list = whole_list(&info, table, index, settings);
        info.array_task_str = list.as_deref().or(info.array_task_str);
        let job = Job { info, resources: table.resources(index), files: Files::default() };
        told(OPENAPI_JOB, with.version, |tell| tell(&job, with))
    });
    Data::List(jobs.collect())
}

/// All steps: squeue and scontrol leave none out here.
pub fn steps(table: &dyn StepTable, with: &Telling<'_>) -> Data {
    if table.is_empty() {
        with.warn("Zero steps to dump".into());
    }
    let steps = (0..table.len()).map(|index| {
        let step = table.get(index);
        told(STEP, with.version, |tell| Some(tell(&step, with)))
    });
    Data::List(steps.collect())
}

/// Jobs and no more of them than their states, every task of an array by itself.
pub fn states(states: &[JobStateRecord], with: &Telling<'_>) -> Data {
    let mut list = Vec::new();
    let mut put = |id: String, state: u32| {
        let mut data = Data::map();
        data.put("job_id", Data::text(id));
        data.put("state", with.flags(state, words::STATES));
        list.push(data);
    };
    for job in states {
        match &job.array_tasks {
            Some(tasks) => {
                for task in tasks.iter().flat_map(|(first, last)| *first..=*last) {
                    put(words::job_id(job.job_id, job.array_job_id, task, 0), job.state);
                }
            }
            None => {
                put(
                    words::job_id(job.job_id, job.array_job_id, job.array_task_id, job.het_job_id),
                    job.state,
                );
            }
        }
    }
    Data::List(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::native::data::{Form, Layout};

    #[test]
    fn tables_have_what_a_version_has() {
        type Tell = fn(u32) -> Data;
        const TABLE: &[Entry<Tell>] = &[
            all("a", |number| number.into()),
            all("map/one", |number| number.into()),
            until(42, "old", |_| Data::Null),
            all("b", |_| Data::Bool(true)),
            from(43, "map/two", |_| Data::Bool(false)),
        ];
        let text = |version| {
            let data = told(TABLE, version, |tell| Some(tell(7)));
            String::from_utf8(data.write(Form::Json, Layout::default())).unwrap().replace(['\n', ' '], "")
        };
        assert_eq!(text(42), r#"{"a":7,"map":{"one":7},"old":null,"b":true}"#);
        assert_eq!(text(43), r#"{"a":7,"map":{"one":7,"two":false},"b":true}"#);
    }

    #[test]
    fn versions() {
        assert_eq!(version("v0.0.38"), Some(38));
        assert_eq!(version("v0.0.45"), Some(45));
        assert_eq!(version("v0.0.41"), None);
        assert_eq!(version("45"), None);
    }

    #[test]
    fn no_key_stands_twice_in_a_version() {
        fn once<T>(table: &[Entry<T>], version: u8) {
            let there = table.iter().filter(|entry| (entry.first..=entry.last).contains(&version));
            let mut keys: Vec<_> = there.map(|entry| entry.key).collect();
            let count = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), count);
        }
        for version in 42..=45 {
            once(JOB, version);
            once(STEP, version);
        }
    }
}
