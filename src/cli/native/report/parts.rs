//! An array that srunx submitted as several: a report on the first of them is one on all.

use super::run::carrying;
use crate::job::{JobId, TaskSet};
use crate::slurm::accounting::{JobCondition, NO_VAL, SelectedStep};
use crate::slurm::{Client, JobsOf, Parts, Show};
use std::collections::BTreeMap;
use std::ffi::CStr;

/// What is named, and with the first of several arrays the others. slurmctld is asked, and of what it has forgotten slurmdbd,
/// where that keeps comments (`AccountingStoreFlags=job_comment`).
pub fn with_parts(client: &Client, named: Vec<(String, SelectedStep)>) -> Vec<(String, SelectedStep)> {
    let is_plain = |step: &SelectedStep| step.component == NO_VAL;
    let jobs = named.iter().map(|(_, step)| step).filter(|step| is_plain(step)).map(|step| JobId(step.job));
    // What cannot be looked up is looked for as it is named.
    let parts = client.parts(jobs).unwrap_or_default();
    let mut all = Vec::with_capacity(named.len());
    for (text, step) in named {
        match is_plain(&step).then(|| reached(client, &parts, step)).filter(|steps| *steps != [step]) {
            Some(steps) => all.extend(steps.into_iter().map(|step| (shown(step), step))),
            None => all.push((text, step)),
        }
    }
    all
}

fn shown(step: SelectedStep) -> String {
    match step.task {
        NO_VAL => step.job.to_string(),
        task => format!("{}_{task}", step.job),
    }
}

fn reached(client: &Client, parts: &BTreeMap<JobId, Parts>, step: SelectedStep) -> Vec<SelectedStep> {
    let mut ids = Vec::new();
    match (parts.get(&JobId(step.job)), step.task) {
        (Some(parts), NO_VAL) => {
            ids = parts.all().iter().map(|part| part.id.0).collect();
            if parts.is_complete() {
                return ids.into_iter().map(SelectedStep::job).collect();
            }
        }
        (Some(parts), task) => {
            let elements = parts.elements(&TaskSet::one(task));
            let steps = elements.iter().filter_map(|(id, tasks)| {
                Some(SelectedStep { task: tasks.first()?, ..SelectedStep::job(id.0) })
            });
            return steps.collect();
        }
        (None, NO_VAL) => {
            let known = client.job_table(JobsOf::Job(JobId(step.job)), Show { all: true, ..Show::default() });
            if !matches!(known, Ok(None)) {
                return vec![step];
            }
        }
        // Which task of which it is nobody can tell without the first.
        (None, _) => return vec![step],
    }
    // What nobody knows as such is reported on as it is named.
    ids.extend(accounted(client, step.job).filter(|ids| !ids.is_empty()).unwrap_or_else(|| vec![step.job]));
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(SelectedStep::job).collect()
}

/// The parts that slurmdbd knows by the comment of the first.
fn accounted(client: &Client, first: u32) -> Option<Vec<u32>> {
    if !client.configuration().has_accounting() {
        return None;
    }
    let accounting = client.accounting().ok()?;
    let condition = JobCondition {
        steps: vec![SelectedStep::job(first)],
        without_steps: true,
        ..JobCondition::default()
    };
    let table = accounting.jobs(&condition).ok()?;
    let (token, user, since) = (0..table.len()).map(|index| table.job(index)).find_map(|record| {
        let token = last_word(record.derived_es)?;
        let is_first = record.array_job_id == first && token.starts_with("srunx:") && !token.contains('+');
        is_first.then_some((token, record.uid, record.submit))
    })?;
    let is_of_it = |comment: Option<&CStr>| {
        let word = last_word(comment).unwrap_or_default();
        word.strip_prefix(&token).is_some_and(|behind| behind.is_empty() || behind.starts_with('+'))
    };
    Some(carrying(client, user, since, &is_of_it).into_iter().collect())
}

fn last_word(comment: Option<&CStr>) -> Option<String> {
    comment?.to_string_lossy().rsplit(' ').next().map(str::to_owned)
}
