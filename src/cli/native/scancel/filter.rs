//! Which of slurmctld's jobs are meant.

use super::PROGRAM;
use super::options::Options;
use super::target::{Target, Tasks};
use crate::job::Hostlist;
use crate::sbatch::hostfile;
use crate::slurm::{ControlHabits, JobInfo, JobTable, Text};
use std::collections::HashMap;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The records that are left, by their index. Records are let go, never taken back.
pub struct Left {
    alive: Vec<bool>,
}

/// `PENDING`, `RUNNING`, `SUSPENDED` and what comes behind them.
pub const SUSPENDED: u32 = 2;

/// The state without its flags.
pub fn base_state(info: &JobInfo<'_>) -> u32 {
    info.job_state & 0xff
}

impl Left {
    /// All that have not ended.
    pub fn of(table: &dyn JobTable) -> Self {
        let alive = |at| {
            let info = table.get(at);
            info.job_id != 0 && base_state(&info) <= SUSPENDED
        };
        Self { alive: (0..table.len()).map(alive).collect() }
    }

    pub fn has(&self, at: usize) -> bool {
        self.alive.get(at).copied().unwrap_or(false)
    }

    pub fn let_go(&mut self, at: usize) {
        if let Some(alive) = self.alive.get_mut(at) {
            *alive = false;
        }
    }

    pub fn indexes(&self) -> impl Iterator<Item = usize> + use<> {
        let left: Vec<usize> = (0..self.alive.len()).filter(|at| self.has(*at)).collect();
        left.into_iter()
    }

    /// Lets go what the filters do not want, and says so where nothing is left.
    pub fn filter(&mut self, table: &dyn JobTable, options: &Options, habits: &ControlHabits) {
        let mut nodes = Nodes::new(options.nodelist.clone(), !habits.reads_nodes_at_once);
        // A heterogeneous job's components come behind their leader, which is signalled for them all.
        let mut leader: Option<(u32, usize)> = None;
        let mut left = false;
        for at in 0..table.len() {
            let info = table.get(at);
            if info.het_job_id != 0 && info.het_job_offset == 0 {
                leader = Some((info.het_job_id, at));
            }
            if !self.has(at) {
                continue;
            }
            let led = habits.skips_het_components
                && info.het_job_offset != 0
                && leader.is_some_and(|(job, leader)| job == info.het_job_id && self.has(leader));
            if wanted(&info, options, &mut nodes) && !led {
                left = true;
            } else {
                self.let_go(at);
            }
        }
        if !left && options.verbose > 0 {
            options.tell_no_match(nodes.list.as_ref());
        }
    }
}

/// The nodes of `-w`.
struct Nodes {
    list: Option<CString>,
    hosts: Hostlist,
    /// Whether a file of nodes is still to be read, each time that nodes are looked at until it can be.
    is_unread: bool,
}

impl Nodes {
    fn new(list: Option<CString>, reads_file: bool) -> Self {
        let mut new = Self { list, hosts: Hostlist::default(), is_unread: reads_file };
        new.read();
        new
    }

    fn read(&mut self) {
        let Some(list) = &self.list else { return };
        self.hosts = list.to_string_lossy().parse().unwrap_or_default();
    }

    /// Whether a job is on one of them.
    fn meet(&mut self, own: Text<'_>) -> bool {
        let Some(list) = &self.list else { return true };
        if let Some(nodes) = Some(list).filter(|_| self.is_unread).and_then(read_nodes) {
            self.list = Some(nodes);
            self.read();
        }
        let own = own.map(|own| own.to_string_lossy().parse::<Hostlist>());
        own.is_some_and(|own| own.is_ok_and(|own| own.meets(&self.hosts)))
    }
}

/// The nodes in the file that is named in place of a list; why it cannot be read is said.
pub fn read_nodes(list: &CString) -> Option<CString> {
    if !list.to_bytes().contains(&b'/') {
        return None;
    }
    match hostfile::read(Path::new(OsStr::from_bytes(list.to_bytes())), None, true) {
        Ok(nodes) => CString::new(nodes).ok(),
        Err(refused) => {
            refused.lines.iter().for_each(|line| PROGRAM.say(line));
            None
        }
    }
}

fn wanted(info: &JobInfo<'_>, options: &Options, nodes: &mut Nodes) -> bool {
    let is = |asked: &Option<CString>, has: Text<'_>| {
        asked.as_deref().is_none_or(|asked| has.is_some_and(|has| has == asked))
    };
    is(&options.account, info.account)
        && is(&options.job_name, info.name)
        && is(&options.partition, info.partition)
        && is(&options.qos, info.qos)
        && is(&options.reservation, info.resv_name)
        && options.state.is_none_or(|state| state == base_state(info))
        && (options.user_name.is_none() || options.user_id == info.user_id)
        && nodes.meet(info.nodes)
        && options.wckey.as_deref().is_none_or(|asked| has_wckey(info.wckey, asked))
}

/// A star in front says that the key was not asked for; only who asks with a star means it.
fn has_wckey(has: Text<'_>, asked: &CStr) -> bool {
    let asked = asked.to_bytes();
    let own = has.map_or(&b""[..], |has| has.to_bytes());
    let own = match own {
        [b'*', rest @ ..] if asked.first() != Some(&b'*') => rest,
        own => own,
    };
    has.is_some() && own == asked
}

/// What was found of the jobs and steps that were named.
pub struct Found {
    /// The records of each, in their order.
    pub records: Vec<Vec<usize>>,
    /// Whether the pass over what waits is made for it.
    pub pends: Vec<bool>,
}

/// Finds the records of what was named among those that are left, and lets the others go.
///
/// scancel does not forget, from one record to the next, that a job has been found. So what comes behind a job's first
/// record, of its array where a task was named, counts as named too: it is not signalled, but it keeps `No active jobs
/// match` from being said, and if it waits then the job is looked at in the first pass. A step is signalled in both.
pub fn find(table: &dyn JobTable, left: &mut Left, targets: &[Target]) -> Found {
    let records = records_of(table, left, targets);
    // The first records of what was named, of all and of tasks of an array; and the last that waits.
    let (mut first, mut first_of) = (usize::MAX, HashMap::new());
    for (target, records) in targets.iter().zip(&records) {
        let Some(at) = records.first() else { continue };
        let first = match target.tasks {
            Tasks::One(_) => first_of.entry(target.job).or_insert(*at),
            Tasks::Unsaid | Tasks::All => &mut first,
        };
        *first = (*first).min(*at);
    }
    let (mut last_waits, mut last_waits_of) = (None, HashMap::new());
    for at in left.indexes() {
        let info = table.get(at);
        let first_of = first_of.get(&info.array_job_id);
        if base_state(&info) == 0 {
            last_waits = Some(at);
            if first_of.is_some() {
                last_waits_of.insert(info.array_job_id, at);
            }
        }
        if at < first && first_of.is_none_or(|first| at < *first) {
            left.let_go(at);
        }
    }
    let pends = |(target, records): (&Target, &Vec<usize>)| {
        let last_waits = match target.tasks {
            Tasks::One(_) => last_waits_of.get(&target.job).copied(),
            Tasks::Unsaid | Tasks::All => last_waits,
        };
        records.first().is_some_and(|first| last_waits.is_some_and(|last| last >= *first))
    };
    let pends = targets.iter().zip(&records).map(pends).collect();
    Found { records, pends }
}

fn records_of(table: &dyn JobTable, left: &Left, targets: &[Target]) -> Vec<Vec<usize>> {
    let mut by_job: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut by_sluid: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, target) in targets.iter().enumerate() {
        match target.sluid {
            Some(sluid) => by_sluid.entry(sluid).or_default().push(at),
            None => by_job.entry(target.job).or_default().push(at),
        }
    }
    let mut records = vec![Vec::new(); targets.len()];
    for at in (0..table.len()).filter(|at| left.has(*at)) {
        let info = table.get(at);
        let array = Some(info.array_job_id).filter(|array| *array != info.job_id);
        let named = [Some(info.job_id), array].into_iter().flatten().filter_map(|job| by_job.get(&job));
        for target in named.chain(by_sluid.get(&info.sluid)).flatten() {
            if is_of(&info, || table.array_tasks(at), &targets[*target]) {
                records[*target].push(at);
            }
        }
    }
    records
}

/// Whether a record is of the job, the task or the step's job that was named.
fn is_of(info: &JobInfo<'_>, tasks: impl Fn() -> Option<Vec<(u32, u32)>>, target: &Target) -> bool {
    if target.sluid.is_some() {
        return target.sluid == Some(info.sluid);
    }
    match target.tasks {
        Tasks::Unsaid => {
            target.job == info.job_id || (target.job == info.array_job_id && target.step.is_none())
        }
        Tasks::All => target.job == info.array_job_id,
        Tasks::One(task) => {
            target.job == info.array_job_id
                && (task == info.array_task_id
                    || tasks().is_some_and(|tasks| {
                        tasks.iter().any(|(first, last)| (*first..=*last).contains(&task))
                    }))
        }
    }
}

/// A record's job as it is named to slurmctld: `12`, `12_3`, `12_[1-3,7%2]`.
pub fn job_text(table: &dyn JobTable, at: usize) -> String {
    let info = table.get(at);
    match table.array_tasks(at).filter(|_| info.array_task_str.is_some()) {
        Some(tasks) => format!("{}_[{}]", info.array_job_id, tasks_text(&tasks, info.array_max_tasks)),
        None if info.array_task_id != NO_VAL => format!("{}_{}", info.array_job_id, info.array_task_id),
        None => info.job_id.to_string(),
    }
}

/// What is no number to Slurm.
pub const NO_VAL: u32 = u32::MAX - 1;

/// All tasks of a record, however many: the text in the record itself is cut. Many tasks at equal distances are written as
/// a range with a step.
fn tasks_text(tasks: &[(u32, u32)], at_once: u32) -> String {
    let single = tasks.iter().all(|(first, last)| first == last);
    let step = tasks.windows(2).map(|pair| pair[1].0 - pair[0].0).next().unwrap_or(0);
    let even = tasks.windows(2).all(|pair| pair[1].0 - pair[0].0 == step);
    let mut text = match (tasks.first(), tasks.last()) {
        (Some((first, _)), Some((last, _))) if single && even && tasks.len() > 5 && last - first > 10 => {
            format!("{first}-{last}:{step}")
        }
        _ => {
            let range = |(first, last): &(u32, u32)| match first == last {
                true => first.to_string(),
                false => format!("{first}-{last}"),
            };
            tasks.iter().map(range).collect::<Vec<_>>().join(",")
        }
    };
    if at_once != 0 {
        text.push_str(&format!("%{at_once}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_in_words() {
        assert_eq!(tasks_text(&[(1, 3), (7, 7)], 0), "1-3,7");
        assert_eq!(tasks_text(&[(1, 1), (3, 3)], 2), "1,3%2");
        let even: Vec<_> = (0..6).map(|n| (1 + 3 * n, 1 + 3 * n)).collect();
        assert_eq!(tasks_text(&even, 0), "1-16:3");
        let short: Vec<_> = (0..6).map(|n| (2 * n, 2 * n)).collect();
        assert_eq!(tasks_text(&short, 0), "0,2,4,6,8,10", "no more than ten apart");
    }

    #[test]
    fn wckeys_may_be_the_defaults() {
        assert!(has_wckey(Some(c"key"), c"key") && has_wckey(Some(c"*key"), c"key"));
        assert!(has_wckey(Some(c"*key"), c"*key") && !has_wckey(Some(c"key"), c"*key"));
        assert!(!has_wckey(None, c"key") && !has_wckey(None, c""));
    }
}
