//! Arrays that srunx submitted as several: who names the first of them means all.

use super::options::Options;
use super::target::{Target, Tasks};
use crate::job::{JobId, TaskSet};
use crate::slurm::{Client, Parts};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CString;

/// Of which arrays all parts were reached, and which parts those are.
#[derive(Debug, Default)]
pub struct Reached {
    firsts: Vec<JobId>,
    seen: BTreeSet<JobId>,
}

/// Puts the parts in the place of their first, and their tasks in that of tasks beyond it.
pub fn reach(client: &Client, options: &mut Options) -> Reached {
    let is_job = |target: &&Target| target.step.is_none() && target.sluid.is_none();
    let jobs = options.targets.iter().filter(is_job).map(|target| JobId(target.job));
    // What cannot be looked up is for slurmctld to judge.
    let parts = client.parts(jobs).unwrap_or_default();
    let mut reached = Reached::default();
    if parts.is_empty() {
        return reached;
    }
    let targets = std::mem::take(&mut options.targets);
    for target in targets {
        let of_it = parts.get(&JobId(target.job)).filter(|_| is_job(&&target));
        match of_it {
            None => options.targets.push(target),
            Some(of_it) => {
                if !matches!(target.tasks, Tasks::One(_)) {
                    reached.firsts.push(JobId(target.job));
                    reached.seen.extend(of_it.all().iter().map(|part| part.id));
                }
                options.targets.extend(targets_of(of_it, target));
            }
        }
    }
    let written = std::mem::take(&mut options.written);
    options.written = written.into_iter().flat_map(|name| names_of(&parts, name)).collect();
    reached
}

/// The parts that came in since all of them were reached: whoever submits them may not know of it yet. False where there are
/// none.
pub fn reach_later(client: &Client, options: &mut Options, reached: &mut Reached) -> bool {
    if reached.firsts.is_empty() {
        return false;
    }
    let parts = client.parts(reached.firsts.iter().copied()).unwrap_or_default();
    let all = parts.values().flat_map(|parts| parts.all());
    let new: BTreeSet<JobId> =
        all.filter(|part| part.is_open && !reached.seen.contains(&part.id)).map(|part| part.id).collect();
    options.targets = new.iter().map(|id| Target::job(id.0)).collect();
    options.written = new.iter().filter_map(|id| CString::new(id.to_string()).ok()).collect();
    let any = !new.is_empty();
    reached.seen.extend(new);
    any
}

fn targets_of(parts: &Parts, target: Target) -> Vec<Target> {
    if let Tasks::One(task) = target.tasks {
        let elements = parts.elements(&TaskSet::one(task));
        let tasks = elements.iter().filter_map(|(id, tasks)| Some((id.0, tasks.first()?)));
        return tasks.map(|(job, task)| Target { job, tasks: Tasks::One(task), ..target }).collect();
    }
    let open: Vec<&JobId> = parts.all().iter().filter(|part| part.is_open).map(|part| &part.id).collect();
    match open.is_empty() {
        true => vec![target],
        false => open.into_iter().map(|id| Target { job: id.0, ..target }).collect(),
    }
}

fn names_of(parts: &BTreeMap<JobId, Parts>, name: CString) -> Vec<CString> {
    let text = name.to_string_lossy();
    let job = text.split('_').next().and_then(|job| job.parse().ok());
    let names = job.and_then(|job| parts.get(&JobId(job))?.names(&text, true));
    match names {
        Some(names) => names.into_iter().filter_map(|name| CString::new(name).ok()).collect(),
        None => vec![name],
    }
}
