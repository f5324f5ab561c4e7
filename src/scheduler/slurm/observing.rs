//! Looking at jobs and arrays: one load of slurmctld's records, and slurmdbd for what they no longer tell.

use super::Shared;
use super::array::Array;
use super::status::{accounted_status, array_output, ends, status};
use super::tasks::{Look, Moment, Question};
use super::trouble::trouble;
use crate::job::{JobId, JobStatus};
use crate::scheduler::SchedulerError;
use crate::slurm::{AccountedJob, Error, JobRecord, Records, TaskRecord};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Where slurmdbd was asked, how an array's tasks ended.
type Answer = (JobId, JobId, Question, Vec<AccountedJob>);

impl Shared {
    pub(super) fn observe(&self, jobs: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError> {
        let wanted = self.wanted(jobs);
        let began = Moment::now();
        let start = Instant::now();
        let records = self.records(&wanted).map_err(|error| trouble(&error))?;
        let look = Look { began, ended: Moment::now() };
        let mut singles = self.take_in(jobs, &wanted, records, look, start.elapsed());
        let gone: Vec<JobId> = {
            let arrays = self.arrays();
            jobs.iter().filter(|id| !singles.contains_key(id) && !arrays.contains_key(id)).copied().collect()
        };
        let accounted = self.accounted(&gone)?;
        if self.ask_for_tasks(jobs)? {
            // slurmdbd may have taken long: what waits is to have been seen waiting just now.
            let (began, start) = (Moment::now(), Instant::now());
            let records = self.records(&wanted).map_err(|error| trouble(&error))?;
            let look = Look { began, ended: Moment::now() };
            singles.extend(self.take_in(jobs, &wanted, records, look, start.elapsed()));
        }
        let arrays = self.arrays();
        Ok(jobs
            .iter()
            .map(|id| match (arrays.get(id), singles.remove(id), accounted.get(id)) {
                (Some(array), _, _) => array.status(*id),
                (None, Some(record), _) => status(&record, &self.user),
                (None, None, Some(job)) => accounted_status(*id, job),
                (None, None, None) => JobStatus::unknown(*id),
            })
            .collect())
    }

    /// The ids whose records are to be loaded: of an array those of its chunks, as far as they can tell anything new.
    fn wanted(&self, jobs: &[JobId]) -> Vec<JobId> {
        let (arrays, now) = (self.arrays(), Instant::now());
        let mut wanted = Vec::with_capacity(jobs.len());
        for id in jobs {
            match arrays.get(id) {
                Some(array) => {
                    let chunks = array.chunks.iter().filter(|chunk| chunk.wants_look(now));
                    wanted.extend(chunks.map(|chunk| chunk.id));
                }
                None => wanted.push(*id),
            }
        }
        wanted
    }

    /// What slurmctld says of `jobs`, without what it says of others that were given their ids.
    fn records(&self, jobs: &[JobId]) -> Result<Records, Error> {
        let mut records = match self.anyones {
            true => self.client.anyones_jobs(jobs)?,
            false => self.client.jobs(jobs)?,
        };
        let sent = self.sent();
        let id = |record: &JobRecord| record.array.unwrap_or(record.id);
        let is_ours = |record: &JobRecord| sent.get(&id(record)).is_none_or(|sent| sent.is(record));
        let others: HashSet<JobId> = records.jobs.iter().filter(|job| !is_ours(job)).map(id).collect();
        records.jobs.retain(|job| !others.contains(&id(job)));
        records.tasks.retain(|tasks| !others.contains(&tasks.array));
        Ok(records)
    }

    /// Takes in what the records say of arrays, and returns those of the jobs that are none.
    fn take_in(
        &self,
        jobs: &[JobId],
        wanted: &[JobId],
        records: Records,
        look: Look,
        took: Duration,
    ) -> HashMap<JobId, JobRecord> {
        let mut tasks: HashMap<JobId, Vec<&TaskRecord>> = HashMap::new();
        for record in &records.tasks {
            tasks.entry(record.array).or_default().push(record);
        }
        let age = Duration::from_secs(self.client.configuration().min_job_age.into());
        let mut arrays = self.arrays();
        for id in jobs {
            if tasks.contains_key(id) && !arrays.contains_key(id) {
                arrays.insert(*id, Array::attached(*id));
            }
        }
        let wanted: HashSet<JobId> = wanted.iter().copied().collect();
        for id in jobs {
            let Some(array) = arrays.get_mut(id) else { continue };
            let chunks: Vec<JobId> =
                array.chunks.iter().map(|chunk| chunk.id).filter(|id| wanted.contains(id)).collect();
            for chunk in chunks {
                let none = Vec::new();
                array.look(chunk, tasks.get(&chunk).unwrap_or(&none), look, took, age);
            }
        }
        let mut singles = HashMap::new();
        for record in records.jobs {
            if let Some(array) = record.array.and_then(|id| arrays.get_mut(&id)) {
                array.logs.get_or_insert_with(|| array_output(&record, &self.user));
            }
            singles.insert(record.id, record);
        }
        singles
    }

    /// How jobs that slurmctld no longer knows ended, as far as slurmdbd knows. Ids that are arrays' become that. What a slurmdbd
    /// that does not answer may know is not unknown: it is waited for.
    fn accounted(&self, jobs: &[JobId]) -> Result<HashMap<JobId, AccountedJob>, SchedulerError> {
        if jobs.is_empty() || !self.client.configuration().has_accounting() {
            return Ok(HashMap::new());
        }
        let mut lives = self.client.accounted(jobs).map_err(|error| trouble(&error))?;
        {
            let sent = self.sent();
            lives.retain(|life| sent.get(&life.id).is_none_or(|sent| sent.may_be(life)));
        }
        let mut arrays = self.arrays();
        for id in jobs {
            let of_array: Vec<AccountedJob> =
                lives.iter().filter(|life| life.array == Some(*id)).cloned().collect();
            if of_array.is_empty() || self.sent().contains_key(id) {
                continue;
            }
            let mut array = Array::attached(*id);
            if let Some(chunk) = array.chunks.first_mut() {
                chunk.tasks.remembered(&Question::Whole, of_array);
            }
            arrays.insert(*id, array);
        }
        Ok(ends(lives))
    }

    /// Asks slurmdbd for the tasks of arrays that slurmctld knows no more. Whether there was anything to ask.
    fn ask_for_tasks(&self, jobs: &[JobId]) -> Result<bool, SchedulerError> {
        if !self.client.configuration().has_accounting() {
            return Ok(false);
        }
        let now = Instant::now();
        let mut questions = Vec::new();
        {
            let mut arrays = self.arrays();
            for id in jobs {
                for chunk in arrays.get_mut(id).into_iter().flat_map(|array| &mut array.chunks) {
                    questions.extend(chunk.tasks.question(now).map(|question| (*id, chunk.id, question)));
                }
            }
        }
        if questions.is_empty() {
            return Ok(false);
        }
        let (mut answers, mut silent): (Vec<Answer>, Option<Error>) = (Vec::new(), None);
        for (array, chunk, question) in questions {
            let lives = match &question {
                _ if silent.is_some() => None,
                Question::Whole => Some(self.client.accounted(&[chunk])),
                Question::Of(tasks) => Some(self.client.accounted_tasks(chunk, tasks)),
            };
            match lives {
                Some(Ok(lives)) => answers.push((array, chunk, question, lives)),
                // Of an array that was not followed from its beginning there may be more to know, or not: it is asked later.
                _ if question == Question::Whole => {}
                unanswered => {
                    silent = silent.or(unanswered.and_then(Result::err));
                    let mut arrays = self.arrays();
                    let chunks = arrays.get_mut(&array).into_iter().flat_map(|array| &mut array.chunks);
                    chunks.filter(|other| other.id == chunk).for_each(|chunk| chunk.tasks.not_answered());
                }
            }
        }
        let (mut arrays, sent) = (self.arrays(), self.sent());
        for (array, chunk, question, mut lives) in answers {
            lives.retain(|life| {
                life.array == Some(chunk) && sent.get(&chunk).is_none_or(|sent| sent.may_be(life))
            });
            let chunks = arrays.get_mut(&array).into_iter().flat_map(|array| &mut array.chunks);
            for chunk in chunks.filter(|other| other.id == chunk) {
                chunk.tasks.remembered(&question, lives.clone());
            }
        }
        silent.map_or(Ok(true), |error| Err(trouble(&error)))
    }
}
