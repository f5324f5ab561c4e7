//! Runs that are kept: whatever the instant at which their client dies, another one goes on with them, and every job is
//! submitted once.

mod scripted;

use scripted::kept::Kept;
use scripted::*;
use srunx::engine::{Options, RunResult, Runner, State};
use srunx::event::{EventKind, RunId, RunOutcome};
use srunx::job::Outcome;
use srunx::workflow::{Retry, Workflow};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

const JOBS: [(&str, &str); 9] = [
    ("a", ""),
    ("b", ""),
    ("c", "a"),
    ("d", "a,b"),
    ("bad", "b"),
    ("skipped", "bad"),
    ("repaired", "notok:bad"),
    ("sweep", "c"),
    ("last", "any:bad,sweep,d"),
];

fn dies_with_its_client() -> Scripted {
    let mut scheduler = Scripted::new();
    scheduler.outlive = false;
    scheduler
}

fn scheduler() -> Scripted {
    Scripted::new().script("bad", [bits(1), bits(5)]).faults("d", [Fault::LostTaken, Fault::Busy])
}

/// One client's part of a run; none when it died.
fn part(workflow: &Workflow, scheduler: &Arc<Scripted>, kept: &Kept, options: Options) -> Option<RunResult> {
    let history = kept.events.lock().unwrap().clone();
    let requests = arrays(workflow, &[("sweep", "0-5")]);
    let runner = Runner::new(workflow, requests, scheduler.clone(), options).unwrap();
    let result = catch_unwind(AssertUnwindSafe(|| runner.resume(history).keep(kept.clone()).run())).ok();
    // Submissions that were under way when it died come to their end.
    std::thread::sleep(Duration::from_millis(if result.is_some() { 0 } else { 40 }));
    result
}

/// Every job was submitted once, and what is kept says how each ended.
#[track_caller]
fn is_whole(scheduler: &Scripted, kept: &Kept, words: &str) {
    let mut taken = scheduler.inner.lock().unwrap().taken.clone();
    taken.sort();
    assert_eq!(taken, ["a", "b", "bad", "c", "d", "last", "repaired", "sweep"], "{words}");
    let state = State::replay(&*kept.events.lock().unwrap());
    assert!(state.all_over(), "{words}: {state:?}");
    for entry in state.jobs() {
        let expected = match entry.name.as_str() {
            "bad" => Outcome::Failed,
            "skipped" => Outcome::Skipped,
            _ => Outcome::Completed,
        };
        assert_eq!(entry.outcome, Some(expected), "{words}: {}", entry.name);
    }
}

#[test]
fn a_client_that_dies_at_any_instant() {
    let workflow = workflow(&JOBS);
    let mut count = 1;
    for dies_after in 1.. {
        let scheduler = Arc::new(scheduler());
        let kept = Kept { dies_after: Some(dies_after), ..Kept::default() };
        if part(&workflow, &scheduler, &kept, options()).is_some() {
            is_whole(&scheduler, &kept, "it did not die");
            break;
        }
        assert_eq!(kept.events.lock().unwrap().len(), dies_after);
        let kept = Kept { dies_after: None, ..kept };
        let result = part(&workflow, &scheduler, &kept, options()).expect("this one lives");
        assert_eq!(result.outcome, RunOutcome::Failed);
        is_whole(&scheduler, &kept, &format!("died after {dies_after} events"));
        count += 1;
    }
    assert!(count > 30, "{count} instants");
}

#[test]
fn clients_that_die_one_after_the_other() {
    let workflow = workflow(&JOBS);
    for step in 2..6 {
        let scheduler = Arc::new(scheduler());
        let mut kept = Kept { dies_after: Some(step), ..Kept::default() };
        while part(&workflow, &scheduler, &kept, options()).is_none() {
            kept.dies_after = Some(kept.events.lock().unwrap().len() + step);
        }
        is_whole(&scheduler, &kept, &format!("every {step} events"));
    }
}

#[test]
fn no_room_for_events_stops_the_run_before_a_submission() {
    let workflow = workflow(&JOBS);
    for full_after in 1..40 {
        let scheduler = Arc::new(scheduler());
        let kept = Kept { full_after: Some(full_after), ..Kept::default() };
        let result = part(&workflow, &scheduler, &kept, options()).unwrap();
        let tokens: Vec<String> = kept
            .events
            .lock()
            .unwrap()
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Submitting { token, .. } => Some(token.clone()),
                _ => None,
            })
            .collect();
        for request in &scheduler.inner.lock().unwrap().requests {
            assert!(tokens.contains(request.token.as_ref().unwrap()), "{} of {full_after}", request.name);
        }
        if result.outcome != RunOutcome::JournalLost {
            assert_eq!(result.outcome, RunOutcome::Failed, "all was submitted before there was no room");
        }
        let kept = Kept { full_after: None, ..kept };
        let result = part(&workflow, &scheduler, &kept, options()).unwrap();
        assert_eq!(result.outcome, RunOutcome::Failed);
        is_whole(&scheduler, &kept, &format!("full after {full_after} events"));
    }
}

#[test]
fn what_may_have_been_submitted_is_cancelled_too() {
    let workflow = workflow(&[("a", ""), ("b", ""), ("c", "a")]);
    let forever = || std::iter::repeat_n(bits(1), 10_000);
    // The eighth event never comes: both jobs run on.
    for dies_after in 1..7 {
        let scheduler = Arc::new(Scripted::new().script("a", forever()).script("b", forever()));
        let kept = Kept { dies_after: Some(dies_after), ..Kept::default() };
        assert!(part(&workflow, &scheduler, &kept, options()).is_none());
        let kept = Kept { dies_after: None, ..kept };
        let cancel = Options { cancel: true, ..options() };
        let result = part(&workflow, &scheduler, &kept, cancel).unwrap();
        assert_eq!(result.outcome, RunOutcome::Interrupted);
        let inner = scheduler.inner.lock().unwrap();
        let (mut taken, mut cancelled) = (inner.taken.clone(), inner.cancelled.clone());
        taken.sort();
        cancelled.sort();
        cancelled.dedup();
        assert_eq!(taken, cancelled, "after {dies_after} events");
        assert!(result.jobs.iter().all(|job| job.id.is_none() || job.outcome == Some(Outcome::Cancelled)));
    }
}

#[test]
fn another_run_of_a_local_scheduler_begins_again_what_went_with_its_client() {
    let workflow = workflow(&[("a", ""), ("b", "a")]);
    let first = Arc::new(dies_with_its_client());
    let kept = Kept { dies_after: Some(4), ..Kept::default() };
    assert!(part(&workflow, &first, &kept, options()).is_none());
    let second = Arc::new(dies_with_its_client());
    let kept = Kept { dies_after: None, ..kept };
    let result = part(&workflow, &second, &kept, options()).unwrap();
    assert_eq!(result.outcome, RunOutcome::Completed);
    assert_eq!(second.inner.lock().unwrap().taken, ["a", "b"]);
    assert_eq!(result.run, RunId("test".into()));
}

/// What an array's tasks do, look after look.
fn array(looks: &[&[(&str, u32)]]) -> Vec<Step> {
    let step = |groups: &&[(&str, u32)]| tasks(groups.iter().map(|(tasks, bits)| group(tasks, *bits)));
    looks.iter().map(step).collect()
}

/// A job that fails twice, one that fails for good, an array of which tasks fail, and what waits for them.
fn with_attempts() -> (Workflow, Scripted) {
    let jobs =
        [("flaky", ""), ("bad", ""), ("sweep", "flaky"), ("last", "sweep,any:bad"), ("some", "sweep_2-3")];
    let slow = Retry { delay: 1, ..times(1) };
    let workflow = with_retry(workflow(&jobs), &[("flaky", times(2)), ("bad", slow), ("sweep", times(2))]);
    let failing = || vec![bits(1), bits(5)];
    let scheduler = Scripted::new()
        .attempts("flaky", [failing(), failing()])
        .attempts("bad", [failing(), failing()])
        .attempts(
            "sweep",
            [
                array(&[&[("0-5", 1)], &[("0", 3), ("3-4", 5), ("1-2,5", 1)], &[("0-2", 3), ("3-5", 5)]]),
                array(&[&[("3-5", 1)], &[("4", 5), ("3,5", 3)]]),
                array(&[&[("4", 3)]]),
            ],
        )
        .faults("sweep", [Fault::LostTaken]);
    (workflow, scheduler)
}

#[track_caller]
fn each_attempt_was_made_once(scheduler: &Scripted, kept: &Kept, words: &str) {
    let inner = scheduler.inner.lock().unwrap();
    let mut taken = inner.taken.clone();
    taken.sort();
    let expected = ["bad", "bad", "flaky", "flaky", "flaky", "last", "some", "sweep", "sweep", "sweep"];
    assert_eq!(taken, expected, "{words}");
    let tasks = inner.requests.iter().filter_map(|request| Some(request.array.as_ref()?.to_string()));
    assert_eq!(tasks.collect::<Vec<_>>(), ["0-5", "3-5", "4"], "{words}");
    let events = kept.events.lock().unwrap();
    let state = State::replay(&*events);
    assert!(state.all_over(), "{words}: {state:?}");
    for entry in state.jobs() {
        let bad = entry.name == "bad";
        let expected = if bad { Outcome::Failed } else { Outcome::Completed };
        assert_eq!(entry.outcome, Some(expected), "{words}: {}", entry.name);
        let earlier =
            ["flaky", "bad", "sweep"].map(|name| usize::from(entry.name == name)).into_iter().zip([2, 1, 2]);
        assert_eq!(entry.earlier.len(), earlier.map(|(is, count)| is * count).sum::<usize>(), "{words}");
    }
    // The delay holds, whoever is there when it is over.
    let at = |wanted: &str| events.iter().rfind(|event| word(event) == wanted).unwrap().at;
    let waited = at("submitting bad").duration_since(at("bad 1/2 FAILED")).as_millis();
    // It counts from the moment before that event was made.
    assert!(waited >= 950, "{words}: {waited} ms");
}

/// One client's part of such a run.
fn attempts_part(workflow: &Workflow, scheduler: &Arc<Scripted>, kept: &Kept) -> Option<RunResult> {
    part(workflow, scheduler, kept, options())
}

#[test]
fn each_attempt_is_made_once_whenever_the_client_dies() {
    let whole = |dies_after: Option<usize>| {
        let (workflow, scheduler) = with_attempts();
        let (scheduler, kept) = (Arc::new(scheduler), Kept { dies_after, ..Kept::default() });
        let words = format!("dies after {dies_after:?} events");
        let lived = attempts_part(&workflow, &scheduler, &kept).is_some();
        if !lived {
            let kept = Kept { dies_after: None, ..kept.clone() };
            let result = attempts_part(&workflow, &scheduler, &kept).expect("this one lives");
            assert_eq!(result.outcome, RunOutcome::Failed);
        }
        each_attempt_was_made_once(&scheduler, &kept, &words);
        let count = kept.events.lock().unwrap().len();
        (lived, count)
    };
    let (_, events) = whole(None);
    // They wait for their delays side by side.
    let threads: Vec<_> =
        (1..events + 5).map(|dies_after| std::thread::spawn(move || whole(Some(dies_after)))).collect();
    let died = threads.into_iter().map(|thread| thread.join().expect("each attempt is made once"));
    let died = died.filter(|(lived, _)| !lived).count();
    assert!(died > 30, "{died} instants");
}

#[test]
fn attempts_of_clients_that_die_one_after_the_other() {
    for step in 2..6 {
        let (workflow, scheduler) = with_attempts();
        let scheduler = Arc::new(scheduler);
        let mut kept = Kept { dies_after: Some(step), ..Kept::default() };
        while attempts_part(&workflow, &scheduler, &kept).is_none() {
            kept.dies_after = Some(kept.events.lock().unwrap().len() + step);
        }
        each_attempt_was_made_once(&scheduler, &kept, &format!("every {step} events"));
    }
}

#[test]
fn an_attempt_that_went_with_its_client_is_made_again_and_is_no_other() {
    let one = |dies_after| {
        let (workflow, mut first) = with_attempts();
        first.outlive = false;
        let kept = Kept { dies_after: Some(dies_after), ..Kept::default() };
        if attempts_part(&workflow, &Arc::new(first), &kept).is_some() {
            return;
        }
        let before = State::replay(&*kept.events.lock().unwrap());
        let second = Arc::new(dies_with_its_client());
        let kept = Kept { dies_after: None, ..kept };
        let result = attempts_part(&workflow, &second, &kept).unwrap();
        let failed = before.jobs()[1].outcome.is_some();
        let outcome = if failed { RunOutcome::Failed } else { RunOutcome::Completed };
        assert_eq!(result.outcome, outcome, "after {dies_after} events");
        let attempts = result.jobs.iter().map(|job| job.attempts.len());
        let known = before.jobs().iter().map(|job| job.earlier.len());
        assert!(attempts.eq(known), "after {dies_after} events");
        // Only what had not ended well is made again.
        let array = second.inner.lock().unwrap().requests.iter().find_map(|request| request.array.clone());
        let again = before.jobs()[2].again.as_ref().and_then(|again| again.tasks.as_ref());
        let expected = again.map_or("0-5".to_owned(), ToString::to_string);
        assert!(array.is_none_or(|array| array.to_string() == expected), "after {dies_after} events");
    };
    let threads: Vec<_> = (2..60).map(|dies_after| std::thread::spawn(move || one(dies_after))).collect();
    for thread in threads {
        thread.join().expect("each attempt is made again");
    }
}
