//! Arrays.

use super::*;
use srunx::job::{ArrayTasks, TaskEnd, TaskSet};
use srunx::workflow::DependencyKind::{After, AfterAny, AfterCorr, AfterNotOk, AfterOk};
use std::collections::BTreeMap;
use std::time::Duration;

/// An array that runs a shell line in each task; `$t` is the task.
pub(super) fn array(f: &dyn Fixture, name: &str, tasks: &str, line: &str) -> JobRequest {
    JobRequest {
        array: Some(ArrayTasks::parse(tasks).unwrap()),
        stdout: Some(f.dir().join("%x_%A_%a.out")),
        ..f.request(name, &format!("t=$SLURM_ARRAY_TASK_ID\n{line}"))
    }
}

pub(super) fn set(text: &str) -> TaskSet {
    text.parse().unwrap()
}

fn some(on: usize, kind: DependencyKind, tasks: &str) -> Vec<Dependency> {
    vec![Dependency { tasks: Some(set(tasks)), ..Dependency::on(on, kind) }]
}

impl Ran {
    /// How each task of an array ended, as its events tell; each once.
    fn ends(&self, name: &str) -> BTreeMap<u32, (Outcome, u8)> {
        let mut ends = BTreeMap::new();
        for event in &self.events {
            if let EventKind::TasksEnded { job, tasks, outcome, exit, .. } = &event.kind
                && job == name
            {
                for task in tasks.iter() {
                    assert_eq!(ends.insert(task, (*outcome, exit.code)), None, "{name} {task} ended twice");
                }
            }
        }
        ends
    }

    /// The tasks that ended so.
    fn ended(&self, name: &str, so: Outcome) -> String {
        let ends = self.ends(name);
        let tasks = ends.iter().filter(|(_, (outcome, _))| *outcome == so).map(|(task, _)| *task);
        tasks.collect::<TaskSet>().to_string()
    }

    /// The tasks of an array that were told to have started.
    fn started(&self, name: &str) -> TaskSet {
        let started = self.events.iter().filter_map(|event| match &event.kind {
            EventKind::TasksStarted { job, tasks } if job == name => Some(tasks.clone()),
            _ => None,
        });
        started.fold(TaskSet::default(), |all, tasks| all.union(&tasks))
    }

    fn task_log(&self, f: &dyn Fixture, name: &str, task: u32) -> String {
        let path = f.dir().join(format!("{name}_{}_{task}.out", self.job(name).id.unwrap()));
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

pub fn an_array_completes(f: &dyn Fixture) {
    let jobs = vec![
        (array(f, "work", "0-19", "echo $t >>done"), on(&[])),
        (f.request("count", "sort -nu done | wc -l"), on(&[0])),
    ];
    let ran = run(f, jobs);
    assert_eq!(ran.result.outcome, RunOutcome::Completed);
    assert_eq!(ran.log(f, "count").trim(), "20");
    assert_eq!(ran.ended("work", Outcome::Completed), "0-19");
    assert!(ran.started("work").difference(&set("0-19")).is_empty());
    let told = ran.events.iter().any(|event| {
        matches!(&event.kind, EventKind::Submitted { job, tasks: Some(tasks), .. }
            if job == "work" && *tasks == set("0-19"))
    });
    assert!(told);
    let last = ran.events.iter().rposition(|event| matches!(event.kind, EventKind::TasksEnded { .. }));
    let end = ran
        .events
        .iter()
        .position(|event| matches!(&event.kind, EventKind::Ended { job, .. } if job == "work"));
    assert!(last < end);
}

pub fn an_array_of_which_tasks_fail(f: &dyn Fixture) {
    let jobs =
        vec![(array(f, "work", "1-9", "exit $((t % 4))"), on(&[])), (f.request("then", "true"), on(&[0]))];
    let ran = run(f, jobs);
    assert_eq!(ran.result.outcome, RunOutcome::Failed);
    assert_eq!((ran.outcome("work"), ran.exit("work").0), (Some(Outcome::Failed), 3));
    let ends = ran.ends("work");
    for task in 1..=9_u8 {
        let outcome = if task % 4 == 0 { Outcome::Completed } else { Outcome::Failed };
        assert_eq!(ends.get(&u32::from(task)), Some(&(outcome, task % 4)), "{task}");
    }
    let state = State::replay(&ran.events);
    let progress = state.jobs()[0].tasks.as_ref().unwrap();
    assert_eq!(progress.failed(), set("1-3,5-7,9"));
    let reasons = progress.ends().iter().map(|end: &TaskEnd| end.reason.as_str());
    assert!(reasons.filter(|reason| *reason == "NonZeroExitCode").count() >= 3, "{progress:?}");
    assert_eq!(ran.job("then").why.as_deref(), Some("work FAILED"));
}

pub fn dependencies_on_arrays_and_their_tasks(f: &dyn Fixture) {
    // Tasks 0 and 3 end only when others, that wait for them or for other tasks, have run.
    let line = format!(
        "case $t in 0) {} ;; 2) exit 5 ;; 3) {} ; {} ;; esac",
        wait_for("after-ran"),
        wait_for("one-ran"),
        wait_for("two-ran"),
    );
    let jobs = vec![
        (array(f, "work", "0-3", &line), on(&[])),
        (f.request("ok", "true"), kind(0, AfterOk)),
        (f.request("any", "true"), kind(0, AfterAny)),
        (f.request("notok", "true"), kind(0, AfterNotOk)),
        (f.request("after", "touch after-ran"), kind(0, After)),
        (f.request("ok-1", "touch one-ran"), some(0, AfterOk, "1")),
        (f.request("notok-2", "touch two-ran"), some(0, AfterNotOk, "2")),
        (f.request("ok-12", "true"), some(0, AfterOk, "1-2")),
        (f.request("any-23", "true"), some(0, AfterAny, "2-3")),
        (f.request("notok-013", "true"), some(0, AfterNotOk, "0-1,3")),
        (f.request("after-3", "true"), some(0, After, "3")),
    ];
    let ran = run(f, jobs);
    assert_eq!(ran.outcome("work"), Some(Outcome::Failed), "{:?}", ran.ends("work"));
    for name in ["any", "notok", "after", "ok-1", "notok-2", "any-23", "after-3"] {
        assert_eq!(ran.outcome(name), Some(Outcome::Completed), "{name}");
    }
    for (name, why) in
        [("ok", "work FAILED"), ("ok-12", "work_[1-2] FAILED"), ("notok-013", "work_[0-1,3] COMPLETED")]
    {
        assert_eq!(ran.job(name).why.as_deref(), Some(why), "{name}");
    }
}

pub fn arrays_task_by_task(f: &dyn Fixture) {
    // Task 4 of the first ends only when task 1 of the last has run.
    let line = format!("case $t in 3) exit 1 ;; 4) {} ;; esac", wait_for("last-1"));
    let jobs = vec![
        (array(f, "first", "1-4", &line), on(&[])),
        (array(f, "second", "1-4", "true"), kind(0, AfterCorr)),
        (array(f, "last", "1-4", "touch last-$t"), kind(1, AfterCorr)),
        (f.request("then", "true"), kind(2, AfterAny)),
    ];
    let ran = run(f, jobs);
    assert_eq!((ran.result.outcome, ran.outcome("first")), (RunOutcome::Failed, Some(Outcome::Failed)));
    for name in ["second", "last"] {
        let tasks = (ran.ended(name, Outcome::Completed), ran.ended(name, Outcome::Skipped));
        assert_eq!(tasks, ("1-2,4".into(), "3".into()), "{name}");
        assert_eq!(ran.outcome(name), Some(Outcome::Skipped));
    }
    assert!(!f.dir().join("last-3").exists());
    assert_eq!(ran.outcome("then"), Some(Outcome::Completed));
}

pub fn a_throttle_holds(f: &dyn Fixture) {
    let jobs = vec![(array(f, "work", "1-9%2", "echo + >>stamps; sleep 0.2; echo - >>stamps"), on(&[]))];
    let ran = run(f, jobs);
    assert_eq!(ran.ended("work", Outcome::Completed), "1-9");
    let stamps = fs::read_to_string(f.dir().join("stamps")).unwrap();
    assert_eq!(stamps.lines().count(), 18);
    let running = stamps.lines().scan(0, |running, line| {
        *running += if line == "+" { 1 } else { -1 };
        Some(*running)
    });
    assert!(running.max() <= Some(2), "{stamps}");
}

pub fn an_interrupted_array(f: &dyn Fixture) {
    let (send, interrupts) = unbounded();
    let jobs = vec![(array(f, "work", "0-5%2", "sleep 600"), on(&[])), (f.request("then", "true"), on(&[0]))];
    let ran = run_with(
        f,
        jobs,
        |options| {
            options.interrupts = interrupts;
            options.timing.interrupt_grace = Duration::from_millis(500);
        },
        |event| {
            if matches!(event.kind, EventKind::TasksStarted { .. }) {
                (0..2).for_each(|_| send.send("SIGINT").unwrap());
            }
        },
    );
    assert_eq!((ran.result.outcome, ran.outcome("then")), (RunOutcome::Interrupted, None));
    assert_eq!(ran.outcome("work"), Some(Outcome::Cancelled));
    assert_eq!(ran.ended("work", Outcome::Cancelled), "0-5");
}

pub fn an_array_cancelled_from_outside(f: &dyn Fixture) {
    let line = format!("[ $t != 1 ] || exit 0; {}", wait_for("never"));
    let jobs = vec![(array(f, "work", "1-5%3", &line), on(&[])), (f.request("then", "true"), on(&[0]))];
    let (mut id, mut ended) = (None, false);
    let ran = run_with(
        f,
        jobs,
        |_| {},
        |event| match &event.kind {
            EventKind::Submitted { id: given, .. } => id = Some(*given),
            EventKind::TasksEnded { .. } if !ended => {
                ended = true;
                f.cancel_from_outside(id.unwrap());
            }
            _ => {}
        },
    );
    assert_eq!(ran.outcome("work"), Some(Outcome::Cancelled));
    assert_eq!(
        (ran.ended("work", Outcome::Completed), ran.ended("work", Outcome::Cancelled)),
        ("1".into(), "2-5".into())
    );
    assert_eq!(ran.job("then").why.as_deref(), Some("work CANCELLED"));
}

pub fn a_task_past_its_time(f: &dyn Fixture) {
    let work = array(f, "work", "1-3", "[ $t != 2 ] || sleep 600");
    let limited = JobRequest { time_limit: Some(f.shortest_limit()), ..work };
    let ran = run(f, vec![(limited, on(&[]))]);
    assert_eq!(ran.outcome("work"), Some(Outcome::Timeout));
    assert_eq!(
        (ran.ended("work", Outcome::Timeout), ran.ended("work", Outcome::Completed)),
        ("2".into(), "1,3".into())
    );
}

const SHOW: &str = "echo $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT $SLURM_ARRAY_TASK_MIN-$SLURM_ARRAY_TASK_MAX; \
                    echo $SLURM_ARRAY_JOB_ID; [ -n \"$SLURM_JOB_ID\" ]";

pub fn an_array_of_one_and_a_sparse_one(f: &dyn Fixture) {
    let unnamed = JobRequest { stdout: None, ..array(f, "unnamed", "3", "echo here") };
    let jobs = vec![
        (array(f, "one", "7", SHOW), on(&[])),
        (array(f, "sparse", "1,5,9", SHOW), on(&[])),
        (unnamed, on(&[])),
    ];
    let ran = run(f, jobs);
    assert_eq!(ran.result.outcome, RunOutcome::Completed);
    let id = ran.job("one").id.unwrap();
    assert_eq!(ran.task_log(f, "one", 7), format!("7/1 7-7\n{id}\n"));
    assert_eq!(ran.ended("sparse", Outcome::Completed), "1,5,9");
    let id = ran.job("sparse").id.unwrap();
    for task in [1, 5, 9] {
        assert_eq!(ran.task_log(f, "sparse", task), format!("{task}/3 1-9\n{id}\n"));
    }
    let default = format!("slurm-{}_3.out", ran.job("unnamed").id.unwrap());
    assert_eq!(fs::read_to_string(f.dir().join(default)).unwrap(), "here\n");
}

pub fn a_wide_array(f: &dyn Fixture) {
    const WIDTH: u32 = 300;
    let jobs = vec![(array(f, "wide", &format!("1-{WIDTH}"), "exit $((t % 7 == 0))"), on(&[]))];
    let ran = run(f, jobs);
    let ends = ran.ends("wide");
    assert_eq!(ends.len(), WIDTH as usize);
    for (task, end) in ends {
        let failed = task % 7 == 0;
        assert_eq!(
            end,
            (if failed { Outcome::Failed } else { Outcome::Completed }, u8::from(failed)),
            "{task}"
        );
    }
}

/// An array by its expression, and the exit codes of its tasks: that of task `t` is the one at `t` modulo their number; 255
/// stands for a signal.
#[derive(Clone, Debug)]
pub struct AnyArray {
    pub expression: String,
    pub codes: Vec<u8>,
}

impl AnyArray {
    fn tasks(&self) -> ArrayTasks {
        ArrayTasks::parse(&self.expression).unwrap()
    }

    fn code(&self, task: u32) -> u8 {
        self.codes[task as usize % self.codes.len()]
    }

    fn request(&self, f: &dyn Fixture, name: &str) -> JobRequest {
        let codes: Vec<String> = self.codes.iter().map(u8::to_string).collect();
        let line = format!(
            "echo \"+ $t\" >>{name}.ran\nset -- {}\nshift $((t % $#))\necho \"- $t\" >>{name}.ran\n\
             [ $1 != 255 ] || kill -s KILL $$\nexit $1",
            codes.join(" ")
        );
        array(f, name, &self.expression, &line)
    }
}

/// Whatever the arrays, what is told of their tasks is what they did. The second waits for the first task by task.
pub fn ends_are_the_truth(f: &dyn Fixture, first: &AnyArray, second: &AnyArray) {
    let jobs = vec![(first.request(f, "first"), on(&[])), (second.request(f, "second"), kind(0, AfterCorr))];
    let ran = run(f, jobs);
    let completes = |array: &AnyArray, task| array.tasks().contains(task) && array.code(task) == 0;
    for (name, array) in [("first", first), ("second", second)] {
        let truth = fs::read_to_string(f.dir().join(format!("{name}.ran"))).unwrap_or_default();
        let (ends, mut failed, mut skipped) = (ran.ends(name), false, false);
        assert_eq!(ends.keys().copied().collect::<TaskSet>(), TaskSet::from(&array.tasks()));
        for (task, (outcome, code)) in ends {
            let expected = match array.code(task) {
                _ if name == "second" && !completes(first, task) => (Outcome::Skipped, 0),
                0 => (Outcome::Completed, 0),
                255 => (Outcome::Failed, 0),
                code => (Outcome::Failed, code),
            };
            assert_eq!((outcome, code), expected, "{name} {task}");
            failed |= outcome == Outcome::Failed;
            skipped |= outcome == Outcome::Skipped;
            let times = truth.lines().filter(|line| *line == format!("+ {task}")).count();
            assert_eq!(times, usize::from(outcome != Outcome::Skipped), "{name} {task}");
        }
        let outcome = match (failed, skipped) {
            (true, _) => Outcome::Failed,
            (false, true) => Outcome::Skipped,
            (false, false) => Outcome::Completed,
        };
        assert_eq!(ran.outcome(name), Some(outcome));
        let mut running = 0;
        for line in truth.lines() {
            running = if line.starts_with('+') { running + 1 } else { running - 1 };
            assert!(running <= array.tasks().limit().unwrap_or(u32::MAX), "{truth}");
        }
    }
}

pub fn arrays_of_all_kinds(f: &dyn Fixture) {
    let array =
        |expression: &str, codes: &[u8]| AnyArray { expression: expression.into(), codes: codes.to_vec() };
    // 0 has no counterpart; 255 is a signal.
    ends_are_the_truth(f, &array("1-12,20-30:5%5", &[0, 3, 0, 255, 0]), &array("0-7,20,25%2", &[0, 0, 200]));
}
