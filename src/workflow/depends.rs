//! What a job waits for, as it is written: `train`, `afterany:train`, `aftercorr:train`, `afterok:train[1-3,7]`,
//! `after:train+10`.

use super::check::{Draft, Wait};
use super::model::Dependency;
use super::problem::{Problem, nearest, quoted};
use super::source::Span;
use crate::job::DependencyKind;
use crate::job::{ArrayTasks, TaskSet};
use std::collections::HashMap;

pub(super) const KINDS: [(&str, DependencyKind); 5] = [
    ("afterok", DependencyKind::AfterOk),
    ("afterany", DependencyKind::AfterAny),
    ("afternotok", DependencyKind::AfterNotOk),
    ("after", DependencyKind::After),
    ("aftercorr", DependencyKind::AfterCorr),
];

/// Other words of sbatch's `--dependency`, and how Slurm is asked for that.
const OTHER_KINDS: [(&str, Option<&str>); 3] = [
    ("singleton", Some("`sbatch: {dependency: singleton}` asks Slurm for it")),
    (
        "afterburstbuffer",
        Some("for a job outside of the workflow: `sbatch: {dependency: \"afterburstbuffer:ID\"}`"),
    ),
    ("expand", None),
];

const EXPECTED: &str = "expected afterok, afterany, afternotok, after or aftercorr";

type Found<T> = Result<T, Box<Problem>>;

/// Reads the dependencies of one workflow.
pub(super) struct Reader<'a> {
    pub(super) drafts: &'a [Draft],
    /// The jobs by their names.
    pub(super) places: HashMap<&'a str, usize>,
}

/// What stands behind the kind.
#[derive(Debug, Default)]
struct Target<'a> {
    name: &'a str,
    /// Tasks, as they are written.
    tasks: Option<&'a str>,
    minutes: Option<&'a str>,
}

impl Reader<'_> {
    /// The dependency of the job at `index` that `wait` says; `suggest` names where there is none.
    pub(super) fn read(&self, wait: &Wait, index: usize, suggest: bool) -> Found<Dependency> {
        let job = &self.drafts[index].job;
        let (kind, text) = self.kind(wait)?;
        let target = self.target(text);
        let Some(&on) = self.places.get(target.name) else {
            return Err(self.unknown(wait, index, target.name, suggest));
        };
        if on == index {
            let message = format!("the job {} depends on itself", quoted(&job.name));
            return Err(wrong(wait.at.as_ref(), message, "this is the job's own name"));
        }
        let tasks = target.tasks.map(|tasks| self.tasks(wait, on, tasks)).transpose()?;
        let delay = target.minutes.map_or(Ok(0), |minutes| delay(wait, minutes))?;
        let dependency = Dependency { on, kind, tasks, delay };
        self.check(&dependency, index, wait.at.as_ref())?;
        Ok(dependency)
    }

    /// Whether the jobs are such that the one at `index` can wait for the other so.
    pub(super) fn check(&self, dependency: &Dependency, index: usize, at: Option<&Span>) -> Found<()> {
        let Dependency { on, kind, tasks, delay } = dependency;
        if *delay > 0 && *kind != DependencyKind::After {
            let message = format!("`{kind}` takes no minutes: only `after:job+minutes` does");
            return Err(wrong(at, message, &format!("`+{delay}` cannot stand here")));
        }
        // What is wrong with an array itself was told.
        if self.is_broken(index) || self.is_broken(*on) {
            return Ok(());
        }
        match (kind, tasks) {
            (DependencyKind::AfterCorr, None) => self.correspond(at, index, *on),
            (DependencyKind::AfterCorr, Some(_)) => {
                let message = "`aftercorr` is between two arrays, task by task";
                let problem = wrong(at, message, "no tasks can be named");
                Err(Box::new(problem.hint(format!("write `aftercorr:{}`", self.drafts[*on].job.name))))
            }
            (_, Some(tasks)) => self.has(at, *on, tasks),
            (_, None) => Ok(()),
        }
    }

    fn kind<'t>(&self, wait: &'t Wait) -> Found<(DependencyKind, &'t str)> {
        let text = wait.text.as_str();
        let (word, on) = text.split_once(':').unwrap_or((text, ""));
        if let Some((_, kind)) = KINDS.iter().find(|(name, _)| text.contains(':') && *name == word.trim()) {
            return Ok((*kind, on.trim()));
        }
        if self.places.contains_key(self.target(text).name) {
            return Ok((DependencyKind::AfterOk, text));
        }
        if let Some((_, hint)) = OTHER_KINDS.iter().find(|(name, _)| *name == word.trim()) {
            let message = format!("{} is no kind of dependency between jobs of a workflow", quoted(word));
            return Err(Box::new(wrong(wait.at.as_ref(), message, EXPECTED).hint(hint.map(str::to_owned))));
        }
        if !text.contains(':') {
            return Ok((DependencyKind::AfterOk, text));
        }
        let near = nearest(word, KINDS.iter().map(|(name, _)| *name));
        let hint = near.map(|near| format!("did you mean `{near}:{on}`?"));
        let message = format!("{} is no kind of dependency", quoted(word));
        Err(Box::new(wrong(wait.at.as_ref(), message, EXPECTED).hint(hint)))
    }

    /// Takes the text apart, unless all of it is a job's name.
    fn target<'t>(&self, text: &'t str) -> Target<'t> {
        if self.places.contains_key(text) {
            return Target { name: text, ..Target::default() };
        }
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (text, minutes) = match text.rsplit_once('+') {
            Some((before, minutes)) if digits(minutes) => (before, Some(minutes)),
            _ => (text, None),
        };
        let bracket = text.strip_suffix(']').and_then(|inside| inside.rsplit_once('['));
        let (name, tasks) = match bracket.or_else(|| text.rsplit_once('_').filter(|(_, task)| digits(task))) {
            _ if self.places.contains_key(text) => (text, None),
            // As Slurm writes it: `train_[1-3]`.
            Some((name, tasks)) if !self.places.contains_key(name) => match name.strip_suffix('_') {
                Some(shorter) if self.places.contains_key(shorter) => (shorter, Some(tasks)),
                _ if bracket.is_some() => (name, Some(tasks)),
                _ => (text, None),
            },
            Some((name, tasks)) => (name, Some(tasks)),
            None => (text, None),
        };
        Target { name, tasks, minutes }
    }

    fn unknown(&self, wait: &Wait, index: usize, name: &str, suggest: bool) -> Box<Problem> {
        let job = &self.drafts[index].job;
        if name.is_empty() {
            let message = format!("a dependency of {} names no job", quoted(&job.name));
            return wrong(wait.at.as_ref(), message, "expected `job` or `afterany:job`");
        }
        // By name, so that the answer does not hang on the order of a hash map.
        let mut names: Vec<&str> = if suggest { self.places.keys().copied().collect() } else { Vec::new() };
        names.sort_unstable();
        let near = nearest(name, names.into_iter().filter(|name| *name != job.name));
        let hint = match (near, name.rsplit_once('_')) {
            (Some(near), _) => Some(format!("did you mean {}?", quoted(near))),
            // A task of an array whose name is misspelt.
            (None, Some((array, task))) if suggest && task.bytes().all(|byte| byte.is_ascii_digit()) => {
                let near = nearest(array, self.drafts.iter().map(|draft| draft.job.name.as_str()));
                near.map(|near| format!("did you mean `{near}_{task}`?"))
            }
            _ => None,
        };
        let message =
            format!("the job {} depends on {}, which does not exist", quoted(&job.name), quoted(name));
        Box::new(wrong(wait.at.as_ref(), message, "no job has this name").hint(hint))
    }

    /// The tasks of an array; none of a job that is no array.
    fn array(&self, job: usize) -> Option<&ArrayTasks> {
        self.drafts[job].job.array.as_ref().map(|array| &array.tasks)
    }

    /// Whether it is an array of which nothing is known: what is wrong with it was told.
    fn is_broken(&self, job: usize) -> bool {
        self.drafts[job].array.is_some() && self.array(job).is_none()
    }

    /// Reads the tasks of the job at `on`.
    fn tasks(&self, wait: &Wait, on: usize, text: &str) -> Found<TaskSet> {
        let at = wait.at.as_ref();
        match ArrayTasks::parse(text) {
            Ok(tasks) if !text.contains('%') => Ok(TaskSet::from(&tasks)),
            Ok(_) => Err(wrong(at, "a dependency names tasks, and no limit", "without the `%`")),
            Err(fault) => {
                let message = format!("tasks of {} cannot be named so", quoted(&self.drafts[on].job.name));
                Err(wrong(at, message, &fault))
            }
        }
    }

    /// Whether the job at `on` has these tasks.
    fn has(&self, at: Option<&Span>, on: usize, tasks: &TaskSet) -> Found<()> {
        let other = &self.drafts[on];
        let name = quoted(&other.job.name);
        let Some(all) = self.array(on) else {
            let message = format!("the job {name} has no tasks: it is no array");
            return Err(Box::new(wrong(at, message, "tasks are named").also(other.name.as_ref(), "the job")));
        };
        let strange = tasks.difference(&TaskSet::from(all));
        if strange.is_empty() && !tasks.is_empty() {
            return Ok(());
        }
        let message = match tasks.is_empty() {
            true => format!("a dependency on no task of the array {name}"),
            false => format!("the array {name} has no {}", shown(&strange)),
        };
        let label = format!("it has the tasks {}", short(&all.clone().at_most(0).to_string()));
        Err(Box::new(wrong(at, message, "named here").also(other.array.as_ref(), label)))
    }

    /// Whether each task of the one array has a counterpart in the other.
    fn correspond(&self, at: Option<&Span>, index: usize, on: usize) -> Found<()> {
        let (own, other) = (&self.drafts[index], &self.drafts[on]);
        let (Some(tasks), Some(others)) = (self.array(index), self.array(on)) else {
            let single = if self.array(index).is_none() { own } else { other };
            let message = format!(
                "`aftercorr` is between two arrays, task by task, and {} is none",
                quoted(&single.job.name)
            );
            let problem = wrong(at, message, "both must be arrays").also(single.name.as_ref(), "no array");
            return Err(Box::new(problem.hint("`afterok` waits for the whole of a job".to_owned())));
        };
        let alone = TaskSet::from(tasks).difference(&TaskSet::from(others));
        if alone.is_empty() {
            return Ok(());
        }
        let message = format!(
            "{} of {} would wait for ever: {} has no such",
            shown(&alone),
            quoted(&own.job.name),
            quoted(&other.job.name)
        );
        let said = |tasks: &ArrayTasks| short(&tasks.clone().at_most(0).to_string());
        let problem = wrong(at, message, "each task waits for the one of the same index")
            .also(own.array.as_ref(), format!("the tasks {}", said(tasks)))
            .also(other.array.as_ref(), format!("the tasks {}", said(others)));
        Err(Box::new(problem))
    }
}

fn wrong(at: Option<&Span>, message: impl Into<String>, label: &str) -> Box<Problem> {
    Box::new(Problem::new(message).maybe_at(at, label))
}

/// The minutes behind a `+`.
fn delay(wait: &Wait, minutes: &str) -> Found<u32> {
    // Longer than any job may run, and yet a date.
    const MOST: u32 = 365 * 24 * 60;
    match minutes.parse() {
        Ok(minutes) if minutes <= MOST => Ok(minutes),
        _ => {
            let label = format!("at most {MOST} minutes");
            Err(wrong(wait.at.as_ref(), "a dependency waits for more than a year", &label))
        }
    }
}

/// `task 4`, `tasks 4-6`
fn shown(tasks: &TaskSet) -> String {
    let tasks_are = if tasks.count() == 1 { "task" } else { "tasks" };
    format!("{tasks_are} {}", short(&tasks.to_string()))
}

/// A list of tasks that is not too long for a line.
fn short(tasks: &str) -> String {
    const LONGEST: usize = 40;
    match tasks.get(..LONGEST).and_then(|start| start.rfind(',')) {
        Some(at) if tasks.len() > LONGEST => format!("{},…", &tasks[..at]),
        _ => tasks.to_owned(),
    }
}
