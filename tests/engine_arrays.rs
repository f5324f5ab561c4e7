//! Arrays in the engine, on a scheduler that does what a script says.

mod scripted;

use scripted::*;
use srunx::engine::{Options, RunResult};
use srunx::event::{Event, EventKind, RunOutcome};
use srunx::job::{JobId, JobRequest, Outcome, StateFlags as F, TaskGroup};
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Story {
    result: RunResult,
    events: Vec<Event>,
    words: Vec<String>,
    scheduler: Arc<Scripted>,
}

impl Story {
    fn outcome(&self, job: &str) -> Option<Outcome> {
        self.result.job(job).unwrap().outcome
    }

    /// What was told of a job, and of its tasks.
    fn of(&self, job: &str) -> Vec<&str> {
        let about = |word: &&String| {
            word.split([' ', ':']).any(|part| part == job || part.split('_').next() == Some(job))
        };
        self.words.iter().filter(about).map(String::as_str).collect()
    }

    fn asked(&self, job: &str) -> JobRequest {
        let inner = self.scheduler.inner.lock().unwrap();
        inner.requests.iter().find(|request| request.name == job).cloned().unwrap()
    }

    fn taken(&self, job: &str) -> usize {
        self.scheduler.inner.lock().unwrap().taken.iter().filter(|name| *name == job).count()
    }
}

fn story_with(jobs: &[(&str, &str)], tasks: &[(&str, &str)], scheduler: Scripted, options: Options) -> Story {
    let workflow = workflow(jobs);
    let scheduler = Arc::new(scheduler);
    let (result, events) = run(&workflow, scheduler.clone(), arrays(&workflow, tasks), options, |_| {});
    Story { result, words: events.iter().map(word).collect(), events, scheduler }
}

fn story(jobs: &[(&str, &str)], tasks: &[(&str, &str)], scheduler: Scripted) -> Story {
    story_with(jobs, tasks, scheduler, options())
}

/// One array `a` of tasks 0 to 3, seen so.
fn seen(steps: impl IntoIterator<Item = Step>) -> Story {
    story(&[("a", "")], &[("a", "0-3")], Scripted::new().script("a", steps))
}

#[test]
fn an_array_from_start_to_end() {
    let story = seen([
        tasks([group("0-3", 0)]),
        tasks([group("0-1", 1), group("2-3", 0)]),
        tasks([group("1", 1), group("0", 3), group("2-3", 0)]),
        tasks([group("3", 1), group("0-1", 3), group("2", 5)]),
        tasks([group("3", 1 | F::COMPLETING), group("0-1", 3), group("2", 5)]),
        tasks([group("2", 5), group("0-1,3", 3)]),
    ]);
    assert_eq!(
        story.words,
        [
            "run",
            "submitting a",
            "submitted a",
            "a PENDING",
            "a_0-1 RUNNING",
            "a RUNNING",
            "a_0 ended COMPLETED",
            "a_3 RUNNING",
            "a_1 ended COMPLETED",
            "a_2 ended FAILED",
            "a_3 ended COMPLETED",
            "a ended FAILED",
            "end Failed"
        ]
    );
    let status = story.result.job("a").unwrap().status.clone().unwrap();
    assert_eq!((status.exit.code, status.tasks), (1, None));
}

#[test]
fn a_look_that_knows_some_tasks_says_nothing_of_the_others() {
    let story = seen([
        tasks([group("0-1", 1)]),
        tasks([group("2", 1)]),
        tasks([group("0", 3), group("3", 0)]),
        tasks([group("1", 3)]),
        tasks([group("2-3", 3)]),
    ]);
    let told = story.of("a");
    assert_eq!(story.result.outcome, RunOutcome::Completed);
    for (word, count) in
        [("a_0 ended COMPLETED", 1), ("a_2-3 ended COMPLETED", 1), ("a_2 RUNNING", 1), ("a_0-1 RUNNING", 1)]
    {
        assert_eq!(told.iter().filter(|told| **told == word).count(), count, "{told:?}");
    }
}

#[test]
fn requeued_tasks_run_again() {
    let story = seen([
        tasks([group("0-3", 1)]),
        tasks([group("0,2-3", 1), group("1", F::COMPLETING)]),
        tasks([group("0,2-3", 1), group("1", 0)]),
        // Held for a requeue after a failure: that is no end.
        tasks([group("2", 5 | F::REQUEUE_HOLD | F::COMPLETING), group("0-1,3", 1)]),
        tasks([group("2", F::REQUEUE_HOLD), group("0-1,3", 1)]),
        tasks([group("0-3", 1)]),
        tasks([group("0-3", 3)]),
    ]);
    let moves: Vec<&str> =
        story.of("a").into_iter().filter(|word| word.contains('_') || word.contains("ended")).collect();
    assert_eq!(
        moves,
        [
            "a_0-3 RUNNING",
            "requeued a_1",
            "a_1 RUNNING",
            "requeued a_2",
            "a_2 RUNNING",
            "a_0-3 ended COMPLETED",
            "a ended COMPLETED"
        ]
    );
}

#[test]
fn unknown_tasks_are_given_up_in_time() {
    let steps = [tasks([group("0-3", 1)]), tasks([group("3", 1), group("0-1", 3)])];
    let last = tasks([group("3", 3), group("0-1", 3)]);
    let scheduler = Scripted::new().script("a", steps.into_iter().chain([last]));
    let began = Instant::now();
    let jobs = [("a", ""), ("ok", "a"), ("any", "any:a"), ("some", "a_0-1"), ("lost", "a_1-2")];
    let story = story(&jobs, &[("a", "0-3")], scheduler);
    assert!(began.elapsed() >= Duration::from_millis(30));
    assert_eq!(story.outcome("a"), Some(Outcome::Unknown));
    assert!(story.words.contains(&"a_2 ended UNKNOWN".to_owned()), "{:?}", story.words);
    assert_eq!(story.of("ok"), ["skipped ok: a UNKNOWN"]);
    assert_eq!(story.of("lost"), ["skipped lost: a_[1-2] UNKNOWN"]);
    assert_eq!(story.outcome("any"), Some(Outcome::Completed));
    assert_eq!(story.outcome("some"), Some(Outcome::Completed));
}

#[test]
fn tasks_that_come_back_were_never_lost() {
    let (some, all) = (|| tasks([group("0-1", 1)]), || tasks([group("0-3", 1)]));
    let story = seen([all(), some(), some(), all(), some(), unknown(), all(), tasks([group("0-3", 3)])]);
    assert_eq!(story.result.outcome, RunOutcome::Completed, "{:?}", story.words);
}

#[test]
fn an_array_of_which_nothing_is_known_is_unknown() {
    for last in [unknown(), bits(3), bits(4)] {
        let story = seen([tasks([group("0-3", 1)]), last]);
        assert_eq!(story.outcome("a"), Some(Outcome::Unknown));
        assert_eq!(story.of("a")[4..], ["a_0-3 ended UNKNOWN", "a ended UNKNOWN"]);
    }
}

#[test]
fn a_task_ends_once_whatever_is_said_later() {
    let story = seen([
        tasks([group("0", 3), group("1-3", 1)]),
        tasks([group("0", 5), group("1", 3), group("2-3", 1)]),
        tasks([group("0", 1), group("1", 0), group("2-3", 1)]),
        tasks([group("0-1", 4), group("2-3", 3)]),
    ]);
    assert_eq!(story.result.outcome, RunOutcome::Completed);
    assert_eq!(
        story.words.iter().filter(|word| word.starts_with("a_0 ") || word.starts_with("requeued")).count(),
        1
    );
}

#[test]
fn a_lost_reply_never_submits_an_array_twice() {
    for fault in [Fault::LostTaken, Fault::LostNotTaken] {
        let scheduler = Scripted::new().faults("a", [fault]).set(|inner| inner.find_errors = 2);
        let story = story(&[("a", ""), ("b", "a")], &[("a", "0-3")], scheduler);
        assert_eq!((story.result.outcome, story.taken("a")), (RunOutcome::Completed, 1));
        let told = story.events.iter().any(
            |event| matches!(&event.kind, EventKind::Submitted { tasks: Some(tasks), .. } if tasks.count() == 4),
        );
        assert!(told && story.words.contains(&"a_0-3 ended COMPLETED".to_owned()));
    }
}

#[test]
fn dependents_on_tasks_go_as_soon_as_those_are_over() {
    // The array goes on until the others, that need some of its tasks, are over.
    let jobs = workflow(&[
        ("a", ""),
        ("ok", "a_0"),
        ("notok", "notok:a_1"),
        ("after", "after:a_2"),
        ("no", "a_0-1"),
    ]);
    let steps =
        [tasks([group("0-3", 0)]), tasks([group("2", 1), group("0", 3), group("1", 5), group("3", 0)])];
    let scheduler = Arc::new(Scripted::new().script("a", steps));
    let (other, mut over) = (scheduler.clone(), 0);
    let (result, events) = run(&jobs, scheduler, arrays(&jobs, &[("a", "0-3")]), options(), |event| {
        over += usize::from(matches!(event.kind, EventKind::Ended { .. } | EventKind::Skipped { .. }));
        if over == 4 {
            use srunx::scheduler::Scheduler;
            other.cancel(&[JobId(1000)]).unwrap();
        }
    });
    for job in ["ok", "notok", "after"] {
        assert_eq!(result.job(job).unwrap().outcome, Some(Outcome::Completed));
    }
    assert_eq!(result.job("no").unwrap().why.as_deref(), Some("a_[0-1] FAILED"));
    assert_eq!(result.job("a").unwrap().outcome, Some(Outcome::Failed));
    assert!(events.iter().any(|event| word(event) == "a_2-3 ended CANCELLED"));
}

#[test]
fn task_by_task_is_left_to_the_scheduler_while_the_other_goes_on() {
    let never = TaskGroup { reason: "DependencyNeverSatisfied".into(), ..group("2", 4) };
    let scheduler = Scripted::new()
        .script("a", [tasks([group("0-3", 1)]), tasks([group("0-1,3", 3), group("2", 5)])])
        .script("b", [tasks([group("0-3", 0)]), tasks([group("0-1,3", 3), never])]);
    let story = story(&[("a", ""), ("b", "corr:a"), ("c", "b")], &[("a", "0-3"), ("b", "0-3")], scheduler);
    let place = |what: &str| story.words.iter().position(|word| word == what).unwrap();
    assert!(place("submitting b") < place("a ended FAILED"));
    assert_eq!(story.asked("b").corresponds_to, [JobId(1000)]);
    assert!(story.words.contains(&"b_2 ended SKIPPED".to_owned()), "{:?}", story.words);
    assert_eq!(story.outcome("b"), Some(Outcome::Skipped));
    assert_eq!(story.of("c"), ["skipped c: b SKIPPED"]);
}

/// `a` of tasks 0 to 3, of which 1 and 2 fail, is over when `slow` is; `b` waits for both.
fn after_the_end(fault: Option<Fault>) -> Story {
    let slow = std::iter::repeat_n(bits(1), 12).chain([bits(3)]);
    let mut scheduler =
        Scripted::new().script("slow", slow).script("a", [tasks([group("0,3", 3), group("1-2", 5)])]);
    if let Some(fault) = fault {
        scheduler = scheduler.faults("b", [fault, fault]);
    }
    story(&[("a", ""), ("slow", ""), ("b", "corr:a,slow")], &[("a", "0-3"), ("b", "0-5%2")], scheduler)
}

#[test]
fn of_an_array_that_is_over_only_the_completed_tasks_have_counterparts() {
    let faults = [
        None,
        Some(Fault::Busy),
        Some(Fault::LostTaken),
        Some(Fault::LostNotTaken),
        Some(Fault::Unreachable),
    ];
    for fault in faults {
        let story = after_the_end(fault);
        let asked = story.asked("b");
        assert_eq!(asked.array.unwrap().to_string(), "0,3%2");
        assert_eq!((asked.corresponds_to, story.taken("b")), (vec![], 1));
        let told: Vec<&str> = story.of("b").into_iter().filter(|word| word.contains("ended")).collect();
        assert_eq!(
            told,
            ["b_1-2,4-5 ended SKIPPED", "b_0,3 ended COMPLETED", "b ended SKIPPED"],
            "{fault:?}"
        );
        let all = story.events.iter().find_map(|event| match &event.kind {
            EventKind::Submitted { job, tasks, .. } if job == "b" => tasks.clone(),
            _ => None,
        });
        assert_eq!(all.unwrap().to_string(), "0-5");
    }
    let rejected = after_the_end(Some(Fault::Rejected));
    assert_eq!(rejected.outcome("b"), Some(Outcome::Rejected));
}

#[test]
fn without_a_counterpart_that_completed_nothing_is_submitted() {
    let slow = || std::iter::repeat_n(bits(1), 12).chain([bits(3)]);
    let half = |good: &str, bad: &str| [tasks([group(good, 3), group(bad, 5)])];
    let scheduler = Scripted::new()
        .script("slow", slow())
        .script("a", half("0-1", "2-3"))
        .script("b", half("2-3", "0-1"))
        .script("none", [tasks([group("0-3", 5)])]);
    let jobs = [
        ("a", ""),
        ("b", ""),
        ("none", ""),
        ("slow", ""),
        ("c", "corr:a,corr:b,slow"),
        ("d", "corr:none,slow"),
    ];
    let all = ["a", "b", "none", "c", "d"].map(|name| (name, "0-3"));
    let story = story(&jobs, &all, scheduler);
    assert_eq!(story.of("c"), ["skipped c: b FAILED"]);
    assert_eq!(story.of("d"), ["skipped d: none FAILED"]);
    assert_eq!((story.taken("c"), story.result.outcome), (0, RunOutcome::Failed));
}

#[test]
fn after_waits_for_every_task_to_have_started() {
    // Task 1 is never seen running.
    let story = story(
        &[("a", ""), ("b", "after:a")],
        &[("a", "0-3")],
        Scripted::new().script(
            "a",
            [
                tasks([group("0", 1), group("1-3", 0)]),
                tasks([group("0,2", 1), group("1", 3), group("3", 0)]),
                tasks([group("2-3", 1), group("0-1", 3)]),
                tasks([group("2-3", 1), group("0-1", 3)]),
                tasks([group("0-3", 3)]),
            ],
        ),
    );
    let place = |what: &str| story.words.iter().position(|word| word == what).unwrap();
    assert!(place("a_3 RUNNING") < place("submitting b"));
    assert!(place("submitting b") < place("a ended COMPLETED"), "{:?}", story.words);
}

#[test]
fn signals_and_rejections_are_the_whole_array_s() {
    let jobs = workflow(&[("a", ""), ("b", "a")]);
    let running = tasks([group("0-1", 1), group("2-3", 0)]);
    let scheduler = Arc::new(Scripted::new().script("a", [running]));
    let (send, interrupts) = crossbeam_channel::unbounded();
    let options = Options { interrupts, ..options() };
    let requests = arrays(&jobs, &[("a", "0-3")]);
    let (result, events) = run(&jobs, scheduler.clone(), requests, options, |event| {
        if word(event) == "a RUNNING" {
            (0..2).for_each(|_| send.send("SIGINT").unwrap());
        }
    });
    assert_eq!(
        (result.outcome, result.job("a").unwrap().outcome),
        (RunOutcome::Interrupted, Some(Outcome::Cancelled))
    );
    assert!(events.iter().any(|event| word(event) == "a_0-3 ended CANCELLED"));
    assert_eq!(scheduler.inner.lock().unwrap().cancelled, ["a"]);
    let rejected = story(
        &[("a", ""), ("b", "corr:a")],
        &[("a", "0-3"), ("b", "0-3")],
        Scripted::new().faults("a", [Fault::Rejected]),
    );
    assert_eq!(rejected.of("b"), ["skipped b: a REJECTED"]);
}

#[test]
fn a_million_tasks_are_a_few_events() {
    let began = Instant::now();
    let mut scheduler = Scripted::new().script(
        "a",
        [
            tasks([group("0-99999", 1), group("100000-999999", 0)]),
            tasks([group("100000-899999", 1), group("0-99999", 3), group("900000-999999", 0)]),
            tasks([group("100000-999999", 1), group("0-99999", 3)]),
            tasks([group("100007", 5), group("0-100006,100008-999999", 3)]),
        ],
    );
    scheduler.push = true;
    let story = story(&[("a", ""), ("b", "corr:a")], &[("a", "0-999999"), ("b", "0-999999")], scheduler);
    assert_eq!(story.outcome("a"), Some(Outcome::Failed));
    assert!(story.events.len() < 24, "{:?}", story.words);
    assert!(began.elapsed() < Duration::from_secs(20));
}
