//! An array whose tasks write down what they do, and who meddles with them.

use super::super::live_support::{Cluster, LIMIT, Process, Scratch};
use super::plan::{self, Before, Deed, Life, Task};
use srunx::job::TaskSet;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::time::{Duration, Instant};

/// How many tasks.
pub const COUNT: u32 = 2000;
/// So many at once.
const AT_ONCE: u32 = 100;
/// What is done in vain is done again after so long.
const AGAIN: Duration = Duration::from_secs(2);
/// In so many goes those are cancelled that are to be cancelled while they wait.
const WAVES: u32 = 3;

/// Nothing here but `sleep` is a process of its own. Each line of `wrote` is one write at its end.
const SCRIPT: &str = r#"#!/bin/sh
i=$SLURM_ARRAY_TASK_ID
tell() { echo "$i $*" >> wrote; }
trap 'tell stopped; exit 0' TERM
life=0
while [ -e lives/$i.$life ]; do life=$((life + 1)); done
: > lives/$i.$life
tell start $life
read -r takes lives < plan/$i
set -- $lives
while [ $life -gt 0 ] && [ $# -gt 1 ]; do
    shift
    life=$((life - 1))
done
case $1 in
wait) while :; do sleep 600 & wait; done ;;
esac
[ $takes -eq 0 ] || sleep 0.$takes
how=${1#*-}
case $1 in
exit-*) tell end $how:0; exit $how ;;
die-*) tell end 0:$how; kill -$how $$ ;;
esac
"#;

pub struct Array<'a> {
    cluster: &'a Cluster,
    dir: Scratch,
    pub id: u32,
    pub plan: Vec<Task>,
}

/// What one task has written so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How often it lived, as far as it could say so.
    pub lives: usize,
    last: String,
}

impl Written {
    fn is_running(&self) -> bool {
        self.last.starts_with("start ")
    }

    /// How its last life ended, as `code:signal`, if it came to its end by itself.
    pub fn end(&self) -> Option<&str> {
        self.last.strip_prefix("end ")
    }
}

/// What all tasks have written, read as it grows.
struct Reader {
    file: Option<File>,
    /// When they last wrote anything.
    grew: Instant,
    rest: Vec<u8>,
    tasks: Vec<Written>,
    started: u32,
    /// The highest of those that started.
    front: u32,
}

impl Reader {
    fn new() -> Self {
        Self {
            file: None,
            grew: Instant::now(),
            rest: Vec::new(),
            tasks: vec![Written::default(); COUNT as usize],
            started: 0,
            front: 0,
        }
    }

    fn read(&mut self, dir: &Scratch) {
        if self.file.is_none() {
            self.file = File::open(dir.path().join("wrote")).ok();
        }
        let Some(file) = &mut self.file else { return };
        if file.read_to_end(&mut self.rest).unwrap() > 0 {
            self.grew = Instant::now();
        }
        let whole = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let lines: Vec<u8> = self.rest.drain(..whole).collect();
        for line in String::from_utf8(lines).unwrap().lines() {
            let (index, what) = line.split_once(' ').unwrap();
            let index: u32 = index.parse().unwrap();
            let task = &mut self.tasks[index as usize];
            what.clone_into(&mut task.last);
            if let Some(life) = what.strip_prefix("start ") {
                self.started += u32::from(task.lives == 0);
                self.front = self.front.max(index);
                task.lives = life.parse::<usize>().unwrap() + 1;
            }
        }
    }
}

impl<'a> Array<'a> {
    pub fn submit(cluster: &'a Cluster, seed: u64) -> Self {
        let dir = Scratch::new("truth");
        let script = dir.write("job.sh", SCRIPT);
        let plan: Vec<Task> = (0..COUNT).map(|index| plan::task(seed, index)).collect();
        fs::create_dir(dir.path().join("lives")).unwrap();
        for (index, task) in plan.iter().enumerate() {
            dir.write(&format!("plan/{index}"), &task.words());
        }
        let mut command = cluster.command("sbatch");
        command.args(["--parsable", "--requeue", "-o", "/dev/null", "--mem=1M"]);
        command.args([&format!("--array=0-{}%{AT_ONCE}", COUNT - 1)]).arg(script).current_dir(dir.path());
        let id = Process::start(command).wait().expect(0).stdout.trim().parse().unwrap();
        Self { cluster, dir, id, plan }
    }

    /// Keeps what was told beside what the tasks wrote, for a look when the two are not the same.
    pub fn keep(&self, told: &str) {
        self.dir.write("told.jsonl", told);
    }

    /// What all tasks have written.
    pub fn written(&self) -> Vec<Written> {
        let mut reader = Reader::new();
        reader.read(&self.dir);
        reader.tasks
    }

    fn those(&self, so: impl Fn(u32, &Task) -> bool) -> TaskSet {
        let mut set = TaskSet::default();
        for (index, _) in (0..).zip(&self.plan).filter(|(index, task)| so(*index, task)) {
            set.insert(index);
        }
        set
    }

    /// Slurm's own command on some of its tasks: the first of them by itself, the others as a list. It may fail, as some may
    /// have ended and slurmctld may be away.
    fn do_to(&self, program: &str, words: &[&str], tasks: &TaskSet) {
        let mut others = tasks.clone();
        let Some(first) = others.pop_first() else { return };
        let mut ids = vec![format!("{}_{first}", self.id)];
        if !others.is_empty() {
            ids.push(format!("{}_[{others}]", self.id));
        }
        if program == "scancel" {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let _ = self.cluster.try_slurm(program, &[words, &ids].concat());
        } else {
            for id in &ids {
                let _ = self.cluster.try_slurm(program, &[words, &[id]].concat());
            }
        }
    }

    /// Has all of it happen that is planned, slurmctld started afresh amidst it. These are the tasks that slurmctld had forgotten
    /// before they could be queued again, as on a busy machine it may not answer for as long as that takes.
    pub fn meddle(&self) -> TaskSet {
        let mut reader = Reader::new();
        let mut done: BTreeMap<u32, (usize, Instant)> = BTreeMap::new();
        let mut queue = Queue::default();
        let (mut waves, mut restarted) = (0, false);
        let held = |task: &Task| matches!(task.before, Before::Hold | Before::HoldAndCancel);
        self.do_to("scontrol", &["hold"], &self.those(|_, task| held(task)));
        loop {
            reader.read(&self.dir);
            // Far ahead of what starts now.
            if waves < WAVES && reader.started >= waves * COUNT / WAVES {
                let (front, wave) = (reader.front + AT_ONCE, waves);
                let is_chosen = |index: u32, task: &Task| {
                    task.before == Before::Cancel && index > front && index % WAVES == wave
                };
                self.do_to("scancel", &[], &self.those(is_chosen));
                waves += 1;
            }
            let mut deeds: BTreeMap<&str, TaskSet> = BTreeMap::new();
            for (index, (task, written)) in (0..).zip(self.plan.iter().zip(&reader.tasks)) {
                let Some(word) = due(task, written).filter(|_| !queue.forgotten.contains(index)) else {
                    continue;
                };
                let before = done.get(&index);
                if before.is_none_or(|(life, at)| *life != written.lives || at.elapsed() > AGAIN) {
                    done.insert(index, (written.lives, Instant::now()));
                    deeds.entry(word).or_default().insert(index);
                }
            }
            for (word, tasks) in &deeds {
                match *word {
                    "cancel" => self.do_to("scancel", &[], tasks),
                    word => self.do_to("scontrol", &[word], tasks),
                }
            }
            if !restarted && reader.started >= COUNT / 2 {
                self.cluster.control(&["restart-ctld"]);
                restarted = true;
            }
            let open = |index: u32| {
                !queue.forgotten.contains(index)
                    && !is_through(&self.plan[index as usize], &reader.tasks[index as usize])
            };
            let late = self.those(|index, _| open(index));
            let last = self.those(|_, task| task.before == Before::Hold);
            if queue.look(self, &reader.tasks) {
                self.do_to("scontrol", &["requeue"], &queue.those(Stuck::NeverCame));
                let later = queue.those(Stuck::UntilLater);
                if !later.is_empty() {
                    let job = format!("JobId={}_[{later}]", self.id);
                    let _ = self.cluster.try_slurm("scontrol", &["update", &job, "StartTime=now"]);
                }
                let held = queue.those(Stuck::Held);
                if restarted {
                    let cancelled = self.those(|_, task| task.before == Before::HoldAndCancel);
                    self.do_to("scancel", &[], &held.intersection(&cancelled));
                }
                // Until then there is something to wait for.
                if restarted && late.difference(&last).is_empty() {
                    self.do_to("scontrol", &["release"], &held.intersection(&last));
                }
            }
            if restarted && waves == WAVES && late.is_empty() {
                return queue.forgotten;
            }
            assert!(reader.grew.elapsed() < LIMIT, "nothing happens any more; open: {late}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Everything did happen: nothing of it is left to chance but the moment.
    pub fn happened(&self, forgotten: &TaskSet) {
        let written = self.written();
        let count = |so: &dyn Fn(&Task, &Written) -> bool| {
            self.plan.iter().zip(&written).filter(|(task, written)| so(task, written)).count()
        };
        let deed = |deed: Deed| {
            let has = |task: &Task| task.lives.iter().any(|(_, done)| *done == Some(deed));
            (
                count(&|task, _| has(task)),
                count(&|task, written| has(task) && written.lives >= task.lives.len()),
            )
        };
        for again in [Deed::Requeue, Deed::RequeueHold] {
            let (planned, came) = deed(again);
            let missed = if again == Deed::Requeue { forgotten.count() as usize } else { 0 };
            assert!(came > 0 && planned == came + missed, "{again:?}: {came} of {planned}, not {missed}");
        }
        let never = |before: Before| count(&|task, written| task.before == before && written.lives == 0);
        assert!(never(Before::Cancel) > 0 && never(Before::HoldAndCancel) > 0, "cancelled while they waited");
        let ran = count(&|task, written| task.is_cancelled() && written.lives > 0);
        eprintln!(
            "queued again {:?}, and held {:?}; cancelled waiting {}, held {}, running {ran}",
            deed(Deed::Requeue),
            deed(Deed::RequeueHold),
            never(Before::Cancel),
            never(Before::HoldAndCancel)
        );
    }
}

/// What keeps a task from running that would not end soon by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stuck {
    /// It was queued again, and waits two minutes for its node to be cleaned up.
    UntilLater,
    Held,
    /// slurmctld went away with the message by which it was to be started.
    NeverCame,
}

/// What slurmctld says of tasks that have records of their own, from one look at its queue to the next.
#[derive(Default)]
struct Queue {
    looked: Option<Instant>,
    /// Those that are stuck, for how many looks, and what they had written then.
    stuck: BTreeMap<u32, (Stuck, u32, Written)>,
    /// Those that had come to their end, and can no more be queued again as they were to.
    forgotten: TaskSet,
}

impl Queue {
    /// Looks again, if it is time for that.
    fn look(&mut self, array: &Array, written: &[Written]) -> bool {
        if self.looked.is_some_and(|looked| looked.elapsed() < AGAIN) {
            return false;
        }
        let words = ["-h", "-r", "-t", "all", "-j", &array.id.to_string(), "-o", "%K %T %Q %r"];
        let Some(text) = array.cluster.try_slurm("squeue", &words) else { return false };
        self.looked = Some(Instant::now());
        let before = std::mem::take(&mut self.stuck);
        let mut known = TaskSet::default();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let Some(Ok(index)) = words.next().map(str::parse::<u32>) else { continue };
            known.insert(index);
            let written = &written[index as usize];
            let stuck = match (words.next(), words.next(), words.next()) {
                (Some("PENDING"), Some("0"), _) => Stuck::Held,
                (Some("PENDING"), _, reason) if written.lives > 0 || reason == Some("BeginTime") => {
                    Stuck::UntilLater
                }
                (Some("RUNNING"), ..) if !written.is_running() => Stuck::NeverCame,
                _ => continue,
            };
            let same = before.get(&index).filter(|(was, _, wrote)| (*was, wrote) == (stuck, written));
            let looks = same.map_or(0, |(_, looks, _)| *looks) + 1;
            self.stuck.insert(index, (stuck, looks, written.clone()));
        }
        for (index, (task, written)) in (0..).zip(array.plan.iter().zip(written)) {
            if written.end().is_some() && due(task, written).is_some() && !known.contains(index) {
                self.forgotten.insert(index);
            }
        }
        true
    }

    /// Those for which it is time to do something about it: a slurmd starts no task in the second in which it ended it, and what
    /// is done too often only keeps slurmctld from starting anything.
    fn those(&self, how: Stuck) -> TaskSet {
        let is_due = |looks: u32| match how {
            Stuck::Held => true,
            Stuck::UntilLater => looks % 10 == 2,
            Stuck::NeverCame => looks % 10 == 4,
        };
        let mut set = TaskSet::default();
        for (index, _) in self.stuck.iter().filter(|(_, (stuck, looks, _))| *stuck == how && is_due(*looks)) {
            set.insert(*index);
        }
        set
    }
}

/// What is to be done now to a task that has written this.
fn due(task: &Task, written: &Written) -> Option<&'static str> {
    let life = written.lives.checked_sub(1)?;
    let (does, deed) = task.lives.get(life).or(task.lives.last())?;
    let stopped = written.last == "stopped";
    let ready = match does {
        Life::Waits => written.is_running(),
        _ => written.end().is_some(),
    };
    match deed {
        Some(Deed::Cancel) if ready => Some("cancel"),
        Some(Deed::Requeue) if ready => Some("requeue"),
        Some(Deed::RequeueHold) if ready => Some("requeuehold"),
        Some(Deed::RequeueHold) if stopped => Some("release"),
        _ => None,
    }
}

/// Whether nothing more is to happen to a task that has written this.
fn is_through(task: &Task, written: &Written) -> bool {
    match task.before {
        Before::Cancel | Before::HoldAndCancel if written.lives == 0 => true,
        _ if task.is_cancelled() => written.lives >= task.lives.len() && written.last == "stopped",
        _ => written.lives >= task.lives.len() && written.end().is_some(),
    }
}
