//! The engine on a scheduler that does what a script says: everything that Slurm may answer, without Slurm.

mod scripted;

use scripted::*;
use srunx::engine::Options;
use srunx::event::{Event, EventKind, RunOutcome};
use srunx::job::{JobRequest, Outcome, StateFlags as F};
use srunx::workflow::{Job, Workflow};
use std::sync::Arc;
use std::time::Duration;

/// A run of `jobs` on `scheduler`, in words.
fn story(jobs: &[(&str, &str)], scheduler: Scripted, options: Options) -> (RunOutcome, Vec<String>) {
    let (outcome, words, _) = story_of(jobs, scheduler, options);
    (outcome, words)
}

fn story_of(
    jobs: &[(&str, &str)],
    scheduler: Scripted,
    options: Options,
) -> (RunOutcome, Vec<String>, Arc<Scripted>) {
    let workflow = workflow(jobs);
    let scheduler = Arc::new(scheduler);
    let (result, events) = run(&workflow, scheduler.clone(), requests(&workflow), options, |_| {});
    (result.outcome, events.iter().map(word).collect(), scheduler)
}

fn of<'a>(words: &'a [String], job: &str) -> Vec<&'a str> {
    words.iter().map(String::as_str).filter(|word| word.split([' ', ':']).any(|part| part == job)).collect()
}

fn count(words: &[String], what: &str) -> usize {
    words.iter().filter(|word| *word == what).count()
}

#[test]
fn one_job_from_start_to_end() {
    let (outcome, words) = story(&[("a", "")], Scripted::new(), options());
    assert_eq!(outcome, RunOutcome::Completed);
    assert_eq!(
        words,
        ["run", "submitting a", "submitted a", "a RUNNING", "a ended COMPLETED", "end Completed"]
    );
}

#[test]
fn an_empty_workflow_completes() {
    assert_eq!(story(&[], Scripted::new(), options()).1, ["run", "end Completed"]);
}

#[test]
fn every_end_that_slurm_knows_ends_the_job_and_skips_its_dependents() {
    for (end, outcome) in [
        (4, Outcome::Cancelled),
        (5, Outcome::Failed),
        (6, Outcome::Timeout),
        (7, Outcome::NodeFail),
        (8, Outcome::Preempted),
        (9, Outcome::BootFail),
        (10, Outcome::Deadline),
        (11, Outcome::OutOfMemory),
        (F::REVOKED, Outcome::Revoked),
    ] {
        let scheduler = Scripted::new().script("a", [bits(0), bits(1), bits(end)]);
        let (run, words) = story(&[("a", ""), ("b", "a"), ("c", "b"), ("other", "")], scheduler, options());
        assert_eq!(run, RunOutcome::Failed);
        assert!(words.contains(&format!("a ended {outcome}")), "{words:?}");
        assert_eq!(of(&words, "b")[0], format!("skipped b: a {outcome}"));
        assert_eq!(of(&words, "c")[0], "skipped c: b SKIPPED");
        assert!(words.contains(&"other ended COMPLETED".to_owned()));
    }
}

#[test]
fn states_on_the_way_are_shown_and_do_not_end_a_job() {
    let steps = [
        bits(0),
        bits(1 | F::CONFIGURING),
        bits(1),
        bits(2),
        bits(1),
        bits(1 | F::STOPPED),
        bits(3 | F::COMPLETING),
        bits(3 | F::COMPLETING),
        bits(3),
    ];
    let (_, words) = story(&[("a", "")], Scripted::new().script("a", steps), options());
    assert_eq!(
        words[3..],
        [
            "a PENDING",
            "a CONFIGURING",
            "a RUNNING",
            "a SUSPENDED",
            "a RUNNING",
            "a STOPPED",
            "a COMPLETING",
            "a ended COMPLETED",
            "end Completed"
        ]
    );
}

#[test]
fn a_requeued_job_goes_on() {
    let preempted = [
        bits(1),
        bits(8 | F::REQUEUE | F::COMPLETING),
        bits(F::COMPLETING),
        restarted(0, 1),
        restarted(1, 1),
        restarted(3, 1),
    ];
    let (outcome, words) = story(&[("a", ""), ("b", "a")], Scripted::new().script("a", preempted), options());
    assert_eq!(outcome, RunOutcome::Completed);
    assert_eq!(count(&words, "requeued a"), 1, "{words:?}");
    assert_eq!(count(&words, "b ended COMPLETED"), 1);
}

#[test]
fn a_held_job_is_shown_with_its_reason() {
    let held = Step { reason: "JobHeldUser", ..restarted(F::REQUEUE_HOLD, 1) };
    let scheduler = Scripted::new().script("a", [bits(1), held, restarted(3, 1)]);
    let workflow = workflow(&[("a", "")]);
    let (_, events) = run(&workflow, Arc::new(scheduler), requests(&workflow), options(), |_| {});
    let told = events.iter().any(|event| {
        matches!(&event.kind, EventKind::Requeued { status, .. } | EventKind::Changed { status, .. }
            if status.reason == "JobHeldUser")
    });
    assert!(told);
}

#[test]
fn unknown_is_never_done() {
    let lost = [bits(1), unknown()];
    let (outcome, words) =
        story(&[("a", ""), ("b", "a"), ("c", "any:a")], Scripted::new().script("a", lost), options());
    assert_eq!(outcome, RunOutcome::Failed);
    assert!(words.contains(&"a ended UNKNOWN".to_owned()));
    assert!(words.contains(&"skipped b: a UNKNOWN".to_owned()));
    assert!(words.contains(&"c ended COMPLETED".to_owned()));
    let late = [unknown(), unknown(), bits(1), unknown(), bits(3)];
    let (outcome, _) = story(&[("a", "")], Scripted::new().script("a", late), options());
    assert_eq!(outcome, RunOutcome::Completed);
}

#[test]
fn each_kind_of_dependency() {
    let jobs = [
        ("good", ""),
        ("bad", ""),
        ("ok", "good"),
        ("ok2", "bad"),
        ("any", "any:bad,any:ok2"),
        ("notok", "notok:bad"),
        ("notok2", "notok:good"),
        ("notok3", "notok:ok2"),
        ("after", "after:bad"),
        ("after2", "after:ok2"),
    ];
    let (outcome, words) =
        story(&jobs, Scripted::new().script("bad", [bits(0), bits(1), bits(5)]), options());
    assert_eq!(outcome, RunOutcome::Failed);
    for job in ["ok", "any", "notok", "after"] {
        assert_eq!(of(&words, job).last(), Some(&format!("{job} ended COMPLETED").as_str()));
    }
    for (job, because) in [
        ("ok2", "bad FAILED"),
        ("notok2", "good COMPLETED"),
        ("notok3", "ok2 SKIPPED"),
        ("after2", "ok2 SKIPPED"),
    ] {
        assert!(words.contains(&format!("skipped {job}: {because}")), "{words:?}");
    }
}

#[test]
fn after_goes_when_the_other_starts() {
    let (tell, told) = crossbeam_channel::unbounded();
    let jobs = workflow(&[("a", ""), ("b", "after:a")]);
    let scheduler = Arc::new(Scripted::new().script("a", [bits(0), bits(1)]));
    let other = scheduler.clone();
    let (result, events) = run(&jobs, scheduler, requests(&jobs), options(), |event| {
        // a runs until b is over.
        if matches!(&event.kind, EventKind::Ended { job, .. } if job == "b") {
            tell.send(()).unwrap();
            use srunx::scheduler::Scheduler;
            other.cancel(&[srunx::job::JobId(1000)]).unwrap();
        }
    });
    assert!(told.try_recv().is_ok());
    assert_eq!(result.job("a").unwrap().outcome, Some(Outcome::Cancelled));
    assert_eq!(events.iter().filter(|event| word(event) == "submitting b").count(), 1);
}

#[test]
fn a_skip_that_was_asked_for_is_no_failure() {
    let (outcome, words) = story(&[("a", ""), ("rescue", "notok:a")], Scripted::new(), options());
    assert_eq!(outcome, RunOutcome::Completed);
    assert!(words.contains(&"skipped rescue: a COMPLETED".to_owned()));
}

#[test]
fn a_rejection_ends_its_branch_only() {
    let jobs = [("a", ""), ("b", "a"), ("c", ""), ("d", "c"), ("e", "notok:a")];
    let (outcome, words) = story(&jobs, Scripted::new().faults("a", [Fault::Rejected]), options());
    assert_eq!(outcome, RunOutcome::Failed);
    assert_eq!(of(&words, "b"), ["skipped b: a REJECTED"]);
    assert!(words.contains(&"d ended COMPLETED".to_owned()));
    assert!(words.contains(&"e ended COMPLETED".to_owned()));
}

#[test]
fn a_busy_scheduler_is_asked_again_and_says_so_once() {
    let scheduler = Scripted::new().faults("a", [Fault::Busy; 5]);
    let (outcome, words, scheduler) = story_of(&[("a", ""), ("b", "")], scheduler, options());
    assert_eq!(outcome, RunOutcome::Completed);
    assert_eq!((count(&words, "delayed a"), count(&words, "submitting a")), (1, 1));
    assert_eq!(scheduler.inner.lock().unwrap().taken.len(), 2);
}

#[test]
fn a_limit_on_submitted_jobs_is_lived_with() {
    let names: Vec<String> = (0..60).map(|job| format!("j{job}")).collect();
    let jobs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let scheduler = Scripted::new().set(|inner| inner.limit = Some(3));
    let (outcome, words, scheduler) = story_of(&jobs, scheduler, options());
    assert_eq!(outcome, RunOutcome::Completed);
    assert!(words.iter().filter(|word| word.starts_with("delayed")).count() <= 60);
    // Those that wait do not all ask each time that there is room.
    let asked = scheduler.inner.lock().unwrap().asked;
    assert!(asked < 60 * 12, "{asked}");
}

#[test]
fn a_short_silence_is_waited_out() {
    let scheduler = Scripted::new().faults("*", [Fault::Unreachable; 4]).set(|inner| {
        inner.observe_errors = (2, 4);
    });
    let jobs = [("a", ""), ("b", "a"), ("c", "b")];
    let (outcome, words) = story(&jobs, scheduler, options());
    assert_eq!(outcome, RunOutcome::Completed);
    assert_eq!(count(&words, "lost"), count(&words, "back"));
    assert_eq!(count(&words, "submitting a"), 1);
    let waits = Options { wait_for_scheduler: Duration::ZERO, ..options() };
    let (outcome, words) = story(&[("a", "")], Scripted::new().faults("*", [Fault::Unreachable]), waits);
    assert_eq!(outcome, RunOutcome::SchedulerUnreachable);
    assert_eq!(words, ["run", "submitting a", "lost", "end SchedulerUnreachable"]);
}

#[test]
fn a_long_silence_ends_the_run_and_names_what_goes_on() {
    let waits = Options { wait_for_scheduler: Duration::from_millis(60), ..options() };
    let scheduler = Scripted::new().script("a", [bits(1)]).set(|inner| inner.observe_errors = (3, u32::MAX));
    let workflow = workflow(&[("a", ""), ("b", "a")]);
    let (result, events) = run(&workflow, Arc::new(scheduler), requests(&workflow), waits, |_| {});
    assert_eq!(result.outcome, RunOutcome::SchedulerUnreachable);
    assert_eq!(result.under_way().map(|job| job.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(result.error.unwrap().message, "Unreachable as scripted");
    assert_eq!(events.iter().filter(|event| word(event) == "lost").count(), 1);
    assert_eq!(result.jobs[1].outcome, None);
}

#[test]
fn a_lost_reply_never_submits_twice() {
    for (fault, taken) in [(Fault::LostTaken, 1), (Fault::LostNotTaken, 1)] {
        let scheduler = Scripted::new().faults("a", [fault]).set(|inner| inner.find_errors = 3);
        let (outcome, words, scheduler) = story_of(&[("a", ""), ("b", "a")], scheduler, options());
        assert_eq!(outcome, RunOutcome::Completed, "{words:?}");
        let inner = scheduler.inner.lock().unwrap();
        assert_eq!(inner.taken.iter().filter(|name| *name == "a").count(), taken);
        assert_eq!(inner.finds, 4);
        assert_eq!((count(&words, "submitting a"), count(&words, "submitted a")), (1, 1));
    }
    let (outcome, _, scheduler) =
        story_of(&[("a", "")], Scripted::new().faults("a", [Fault::LostNotTaken; 4]), options());
    assert_eq!((outcome, scheduler.inner.lock().unwrap().finds), (RunOutcome::Completed, 4));
}

#[test]
fn a_panic_in_the_scheduler_or_a_listener_does_not_take_the_run_down() {
    let workflow = workflow(&[("a", "")]);
    let scheduler = Arc::new(Scripted::new().faults("a", [Fault::Panic]));
    let (result, events) = run(&workflow, scheduler, requests(&workflow), options(), |event| {
        assert!(!matches!(event.kind, EventKind::Submitted { .. }), "as scripted");
    });
    assert_eq!((result.outcome, result.lost_listeners), (RunOutcome::Completed, 1));
    assert_eq!(events.iter().map(word).next_back().unwrap(), "end Completed");
}

/// A run in which the signals arrive when `a` is seen running, and `then` whenever something else happens.
fn interrupted(
    scheduler: Scripted,
    signals: usize,
) -> (srunx::engine::RunResult, Vec<String>, Arc<Scripted>) {
    let workflow = workflow(&[("a", ""), ("b", "a"), ("c", "")]);
    let scheduler = Arc::new(scheduler);
    let (send, interrupts) = crossbeam_channel::unbounded();
    let react = |event: &Event| {
        if word(event) == "a RUNNING" {
            (0..signals).for_each(|_| send.send("SIGINT").unwrap());
        }
    };
    let options = Options { interrupts, ..options() };
    let (result, events) = run(&workflow, scheduler.clone(), requests(&workflow), options, react);
    (result, events.iter().map(word).collect(), scheduler)
}

fn endless() -> Scripted {
    Scripted::new().script("a", [bits(1)]).script("c", [bits(0), bits(0), bits(1)])
}

#[test]
fn the_first_signal_leaves_the_jobs_alone() {
    let (result, words, scheduler) = interrupted(endless(), 1);
    assert_eq!(result.outcome, RunOutcome::Interrupted);
    assert_eq!(count(&words, "interrupted SIGINT"), 1);
    assert_eq!(result.under_way().count(), 2);
    assert!(scheduler.inner.lock().unwrap().cancelled.is_empty());
    assert_eq!(result.job("b").unwrap().outcome, None);
}

#[test]
fn endings_are_shown_while_a_second_signal_is_waited_for() {
    let ends =
        Scripted::new().script("a", [bits(1), bits(1), bits(5)]).script("c", [bits(1), bits(1), bits(3)]);
    let (result, words, _) = interrupted(ends, 1);
    assert_eq!(result.outcome, RunOutcome::Interrupted);
    assert!(words.contains(&"a ended FAILED".to_owned()), "{words:?}");
    assert_eq!(result.job("b").unwrap().outcome, None);
}

#[test]
fn the_second_signal_cancels() {
    let (result, words, scheduler) = interrupted(endless(), 2);
    assert_eq!(result.outcome, RunOutcome::Interrupted);
    assert_eq!(result.under_way().count(), 0);
    assert_eq!(result.job("c").unwrap().outcome, Some(Outcome::Cancelled));
    let mut cancelled = scheduler.inner.lock().unwrap().cancelled.clone();
    cancelled.sort();
    assert_eq!(cancelled, ["a", "c"], "{words:?}");
}

#[test]
fn the_third_signal_waits_for_nothing() {
    let (result, _, _) = interrupted(endless().set(|inner| inner.stubborn = true), 3);
    assert_eq!((result.outcome, result.under_way().count()), (RunOutcome::Interrupted, 2));
}

#[test]
fn jobs_that_do_not_outlive_the_client_are_cancelled_at_once() {
    let mut scheduler = endless();
    scheduler.outlive = false;
    let (result, _, scheduler) = interrupted(scheduler, 1);
    assert_eq!((result.outcome, result.under_way().count()), (RunOutcome::Interrupted, 0));
    assert_eq!(scheduler.inner.lock().unwrap().cancelled.len(), 2);
}

#[test]
fn a_wakeup_brings_a_look_at_that_job_alone() {
    let mut scheduler = Scripted::new();
    scheduler.push = true;
    let jobs = [("a", ""), ("b", "a"), ("c", "b")];
    let (outcome, _, scheduler) = story_of(&jobs, scheduler, options());
    assert_eq!(outcome, RunOutcome::Completed);
    assert!(scheduler.inner.lock().unwrap().looks >= 6);
}

#[test]
fn ten_thousand_jobs_take_reasonable_work() {
    let named = |name: String, on: Vec<usize>| Job {
        name,
        depends_on: on
            .into_iter()
            .map(|on| srunx::workflow::Dependency::on(on, Default::default()))
            .collect(),
        ..Job::default()
    };
    const COUNT: usize = 10_000;
    let mut jobs = vec![named("root".into(), vec![])];
    jobs.extend((1..=COUNT).map(|job| named(format!("j{job}"), vec![0])));
    jobs.push(named("join".into(), (1..=COUNT).collect()));
    let workflow = Workflow::unchecked("fan", jobs);
    let requests: Vec<JobRequest> = requests(&workflow);
    let scheduler = Arc::new(Scripted::new());
    let mut events = 0;
    let result = srunx::engine::Runner::new(&workflow, requests, scheduler.clone(), options())
        .unwrap()
        .listen(|_: &Event| events += 1)
        .run();
    assert_eq!(result.outcome, RunOutcome::Completed);
    assert_eq!(events, 2 + 4 * (COUNT + 2));
    let inner = scheduler.inner.lock().unwrap();
    assert_eq!((inner.taken.len(), inner.finds), (COUNT + 2, 0));
    assert_eq!(inner.taken.last().unwrap(), "join");
}
