//! Jobs that are tried again.

use super::arrays::{array, set};
use super::*;
use srunx::job::TaskSet;
use srunx::workflow::{Factor, Retry};
use std::collections::BTreeMap;

/// Tried again so often, a second after the end.
fn times(times: u32) -> Retry {
    Retry { delay: 1, ..Retry::times(times) }
}

/// A shell line for the attempt that runs, counted in a file: `$n` is 1 in the first.
fn counted(name: &str, line: &str) -> String {
    format!("echo >>{name}; n=$(wc -l <{name})\n{line}")
}

impl Ran {
    /// The attempts of a job that another followed: how each ended, and the tasks that were tried again.
    fn attempts(&self, name: &str) -> Vec<(Outcome, String)> {
        let attempts = self.events.iter().filter_map(|event| match &event.kind {
            EventKind::AttemptEnded { job, outcome, tasks, .. } if job == name => {
                Some((*outcome, tasks.as_ref().map(TaskSet::to_string).unwrap_or_default()))
            }
            _ => None,
        });
        attempts.collect()
    }

    fn submitted(&self, name: &str) -> Vec<(JobId, Option<TaskSet>)> {
        let submitted = self.events.iter().filter_map(|event| match &event.kind {
            EventKind::Submitted { job, id, tasks } if job == name => Some((*id, tasks.clone())),
            _ => None,
        });
        submitted.collect()
    }
}

pub fn a_job_that_fails_twice_and_then_succeeds(f: &dyn Fixture) {
    let flaky = f.request("flaky", &counted("tries", "echo attempt $n; [ $n -ge 3 ] || exit 4"));
    let jobs = vec![
        (flaky, on(&[])),
        (f.request("then", "wc -l <tries"), on(&[0])),
        (f.request("no", "true"), kind(0, DependencyKind::AfterNotOk)),
    ];
    let ran = run_retrying(f, jobs, &[("flaky", times(3))], |_| {}, |_| {});
    assert_eq!(ran.result.outcome, RunOutcome::Completed);
    assert_eq!(ran.attempts("flaky"), [(Outcome::Failed, String::new()), (Outcome::Failed, String::new())]);
    assert_eq!((ran.log(f, "flaky").trim(), ran.log(f, "then").trim()), ("attempt 3", "3"));
    assert_eq!(ran.job("no").why.as_deref(), Some("flaky COMPLETED"));
    let ids: Vec<JobId> = ran.submitted("flaky").into_iter().map(|(id, _)| id).collect();
    let attempts = &ran.job("flaky").attempts;
    assert_eq!((ids[0], ids[1]), (attempts[0].status.id, attempts[1].status.id));
    assert_eq!((ids.len(), attempts[0].status.exit.code), (3, 4));
    let log = fs::read_to_string(f.log("flaky", ids[0])).unwrap();
    assert_eq!(log.trim(), "attempt 1");
}

pub fn only_timeouts_are_tried_again(f: &dyn Fixture) {
    let limited = |name: &str, line: &str| JobRequest {
        time_limit: Some(f.shortest_limit()),
        ..f.request(name, &counted(name, line))
    };
    let jobs = vec![
        (limited("late", "[ $n -ge 2 ] || sleep 600; exit 7"), on(&[])),
        (limited("fails", "exit 3"), on(&[])),
    ];
    let factor = Some("x2".parse::<Factor>().unwrap());
    let retry = Retry { on: vec![Outcome::Timeout], time: factor, ..times(5) };
    let ran = run_retrying(f, jobs, &[("late", retry.clone()), ("fails", retry)], |_| {}, |_| {});
    assert_eq!(ran.attempts("late"), [(Outcome::Timeout, String::new())]);
    assert_eq!((ran.outcome("late"), ran.exit("late")), (Some(Outcome::Failed), (7, 0)));
    assert_eq!((ran.attempts("fails").len(), ran.submitted("fails").len()), (0, 1));
    assert_eq!(ran.exit("fails"), (3, 0));
}

pub fn an_array_some_tasks_of_which_fail_once(f: &dyn Fixture) {
    let line = "echo $SLURM_ARRAY_JOB_ID $SLURM_ARRAY_TASK_COUNT >>ran-$t
        [ $t != 9 ] || exit 5
        case $t in 2|3|7) [ $(wc -l <ran-$t) -ge 2 ] || exit 3 ;; esac";
    let jobs = vec![
        (array(f, "work", "0-9%4", line), on(&[])),
        (f.request("then", "cat ran-* | wc -l"), kind(0, DependencyKind::AfterAny)),
        (f.request("some", "true"), vec![Dependency { tasks: Some(set("2-3")), ..on(&[0])[0].clone() }]),
        (array(f, "corr", "1-2", "true"), kind(0, DependencyKind::AfterCorr)),
    ];
    let ran = run_retrying(f, jobs, &[("work", times(2))], |_| {}, |_| {});
    let failed = |tasks: &str| (Outcome::Failed, tasks.to_owned());
    assert_eq!(ran.attempts("work"), [failed("2-3,7,9"), failed("9")]);
    let submitted = ran.submitted("work");
    let tasks: Vec<_> = submitted.iter().map(|(_, tasks)| tasks.as_ref().unwrap().to_string()).collect();
    assert_eq!(tasks, ["0-9", "2-3,7,9", "9"]);
    assert_eq!((ran.outcome("work"), ran.exit("work").0), (Some(Outcome::Failed), 5));
    // Ten of the first attempt, four of the second, one of the third.
    assert_eq!(ran.log(f, "then").trim(), "15");
    for name in ["some", "corr"] {
        assert_eq!(ran.outcome(name), Some(Outcome::Completed), "{name}");
    }
    let second = fs::read_to_string(f.dir().join("ran-7")).unwrap();
    assert_eq!(second.lines().nth(1), Some(format!("{} 4", submitted[1].0).as_str()));
    let state = State::replay(&ran.events);
    let ends: BTreeMap<String, Outcome> = state.jobs()[0]
        .tasks
        .as_ref()
        .unwrap()
        .ends()
        .iter()
        .map(|end| (end.tasks.to_string(), end.outcome))
        .collect();
    assert_eq!(ends, BTreeMap::from([("0-8".into(), Outcome::Completed), ("9".into(), Outcome::Failed)]));
}

pub fn what_a_user_cancels_is_not_tried_again(f: &dyn Fixture) {
    let line = format!("[ $t != 1 ] || exit 3; {}", wait_for("never"));
    let jobs = vec![(f.request("one", "sleep 600"), on(&[])), (array(f, "many", "1-3", &line), on(&[]))];
    let (mut one, mut many) = (None, None);
    let ran = run_retrying(
        f,
        jobs,
        &[("one", times(3)), ("many", times(3))],
        |_| {},
        |event| match &event.kind {
            EventKind::Submitted { job, id, .. } if job == "one" => one = Some(*id),
            EventKind::Submitted { id, .. } => many = Some(*id),
            EventKind::TasksEnded { tasks, .. } if *tasks == set("1") => f.cancel_from_outside(many.unwrap()),
            _ if is_running(event, "one") => f.cancel_from_outside(one.unwrap()),
            _ => {}
        },
    );
    assert_eq!((ran.outcome("one"), ran.outcome("many")), (Some(Outcome::Cancelled), Some(Outcome::Failed)));
    assert_eq!((ran.submitted("one").len(), ran.submitted("many").len()), (1, 1));
}
