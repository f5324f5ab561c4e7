//! Jobs that are tried again.

mod scripted;

use crossbeam_channel::unbounded;
use scripted::*;
use srunx::engine::{Options, State, news};
use srunx::event::{Event, EventKind, RunId, RunOutcome};
use srunx::job::{JobId, JobState, JobStatus, Memory, Outcome, TaskStates, TimeLimit};
use srunx::workflow::{Factor, Retry, Workflow};
use std::sync::Arc;
use std::time::{Duration, Instant};

const OUT_OF_MEMORY: u32 = 11;
const TIMEOUT: u32 = 6;

fn failing(times: usize) -> Vec<Vec<Step>> {
    vec![vec![bits(1), bits(5)]; times]
}

/// The words of a run that are not about the ordinary course of submitting.
fn told(workflow: &Workflow, scheduler: &Arc<Scripted>, arrays_of: &[(&str, &str)]) -> Vec<String> {
    let requests = arrays(workflow, arrays_of);
    let (_, events) = run(workflow, scheduler.clone(), requests, options(), |_| {});
    let words = events.iter().map(word);
    words.filter(|word| !["run", "submitting"].contains(&word.split(' ').next().unwrap())).collect()
}

#[test]
fn a_job_is_tried_again_and_nobody_hears_of_an_end_before() {
    let workflow = with_retry(workflow(&[("a", ""), ("b", "a"), ("no", "notok:a")]), &[("a", times(2))]);
    let scheduler = Arc::new(Scripted::new().attempts("a", failing(2)));
    assert_eq!(
        told(&workflow, &scheduler, &[]),
        [
            "submitted a",
            "a RUNNING",
            "a 1/3 FAILED",
            "submitted a",
            "a RUNNING",
            "a 2/3 FAILED",
            "submitted a",
            "a RUNNING",
            "a ended COMPLETED",
            "skipped no: a COMPLETED",
            "submitted b",
            "b RUNNING",
            "b ended COMPLETED",
            "end Completed"
        ]
    );
    let inner = scheduler.inner.lock().unwrap();
    let tokens: Vec<_> = inner.requests.iter().map(|request| request.token.as_deref().unwrap()).collect();
    assert_eq!(tokens, ["srunx:test/0.1", "srunx:test/0.2", "srunx:test/0.3", "srunx:test/1.1"]);
}

#[test]
fn only_so_often_and_only_on_ends_that_are_wanted() {
    let outcome = |attempts: Vec<Vec<Step>>, retry: Retry| {
        let workflow = with_retry(workflow(&[("a", "")]), &[("a", retry)]);
        let scheduler = Arc::new(Scripted::new().attempts("a", attempts));
        let (result, _) = run(&workflow, scheduler.clone(), requests(&workflow), options(), |_| {});
        let taken = scheduler.inner.lock().unwrap().taken.len();
        (result.jobs[0].outcome.unwrap(), taken, result.jobs[0].attempts.len())
    };
    let only = |on: &[Outcome]| Retry { on: on.to_vec(), ..times(3) };
    let ending = |state: u32| vec![bits(1), bits(state)];
    assert_eq!(outcome(failing(5), times(2)), (Outcome::Failed, 3, 2));
    assert_eq!(outcome(failing(1), only(&[Outcome::Timeout])), (Outcome::Failed, 1, 0));
    let both = vec![ending(TIMEOUT), ending(OUT_OF_MEMORY)];
    assert_eq!(outcome(both.clone(), only(&[Outcome::Timeout])), (Outcome::OutOfMemory, 2, 1));
    assert_eq!(outcome(both, times(3)), (Outcome::Completed, 3, 2));
    // Cancelled, a deadline that passed, and an end that nobody knows.
    assert_eq!(outcome(vec![ending(4)], times(3)), (Outcome::Cancelled, 1, 0));
    assert_eq!(outcome(vec![ending(10)], times(3)), (Outcome::Deadline, 1, 0));
    assert_eq!(outcome(vec![vec![bits(1), unknown()]], times(3)), (Outcome::Unknown, 1, 0));
}

#[test]
fn slurms_own_requeue_is_no_attempt() {
    let workflow = with_retry(workflow(&[("a", "")]), &[("a", times(1))]);
    let requeued = vec![bits(1), restarted(0, 1), restarted(1, 1), restarted(5, 1)];
    let scheduler = Arc::new(Scripted::new().attempts("a", [requeued]));
    let told = told(&workflow, &scheduler, &[]);
    assert_eq!(
        told,
        [
            "submitted a",
            "a RUNNING",
            "requeued a",
            "a RUNNING",
            "a 1/2 FAILED",
            "submitted a",
            "a RUNNING",
            "a ended COMPLETED",
            "end Completed"
        ]
    );
}

#[test]
fn it_waits_for_its_delay_while_others_go() {
    let retry = Retry { delay: 1, ..Retry::times(1) };
    let workflow = with_retry(workflow(&[("a", ""), ("b", ""), ("c", "b")]), &[("a", retry)]);
    let scheduler = Arc::new(Scripted::new().attempts("a", failing(1)));
    let start = Instant::now();
    let (result, events) = run(&workflow, scheduler, requests(&workflow), options(), |_| {});
    assert_eq!(result.outcome, RunOutcome::Completed);
    assert!(start.elapsed() >= Duration::from_secs(1));
    let at = |wanted: &str| events.iter().find(|event| word(event) == wanted).unwrap().at;
    assert!(at("c ended COMPLETED") < at("a ended COMPLETED"));
    assert!(at("a ended COMPLETED").duration_since(at("a 1/2 FAILED")).as_millis() >= 1000);
}

#[test]
fn an_attempt_that_is_rejected_is_the_last() {
    let workflow = with_retry(workflow(&[("a", ""), ("b", "any:a")]), &[("a", times(3))]);
    let scheduler = Arc::new(Scripted::new().attempts("a", failing(1)));
    let react = |event: &Event| {
        if word(event) == "a 1/4 FAILED" {
            scheduler.inner.lock().unwrap().fail_next("a", Fault::Rejected);
        }
    };
    let (result, _) = run(&workflow, scheduler.clone(), requests(&workflow), options(), react);
    assert_eq!(result.jobs[0].outcome, Some(Outcome::Rejected));
    assert_eq!(result.jobs[1].outcome, Some(Outcome::Completed));
    assert_eq!(scheduler.inner.lock().unwrap().taken, ["a", "b"]);
}

#[test]
fn lost_replies_and_a_full_queue_make_no_attempt_more() {
    let workflow = with_retry(workflow(&[("a", "")]), &[("a", times(2))]);
    let scheduler = Scripted::new().attempts("a", failing(2));
    let faults = [Fault::LostTaken, Fault::LostNotTaken, Fault::Busy, Fault::Unreachable, Fault::LostTaken];
    let scheduler = Arc::new(scheduler.faults("a", faults));
    let (result, _) = run(&workflow, scheduler.clone(), requests(&workflow), options(), |_| {});
    assert_eq!(result.outcome, RunOutcome::Completed);
    assert_eq!(scheduler.inner.lock().unwrap().taken.len(), 3);
}

#[test]
fn each_attempt_asks_for_more() {
    let factor = |text: &str| Some(text.parse::<Factor>().unwrap());
    let retry = Retry { memory: factor("x2"), time: factor("x1.5"), ..times(2) };
    let workflow = with_retry(workflow(&[("a", "")]), &[("a", retry)]);
    let mut requests = requests(&workflow);
    requests[0].memory_per_node = Some(Memory { mib: 100 });
    requests[0].time_limit = Some(TimeLimit::Minutes(5));
    let scheduler = Arc::new(Scripted::new().attempts("a", failing(2)));
    let (_, events) = run(&workflow, scheduler.clone(), requests, options(), |_| {});
    let inner = scheduler.inner.lock().unwrap();
    let asked = inner
        .requests
        .iter()
        .map(|request| (request.memory_per_node.unwrap().mib, request.time_limit.unwrap()));
    let minutes = TimeLimit::Minutes;
    assert_eq!(asked.collect::<Vec<_>>(), [(100, minutes(5)), (200, minutes(8)), (400, minutes(12))]);
    let asks = events.iter().filter_map(|event| match &event.kind {
        EventKind::AttemptEnded { asks, .. } => Some(asks.join(" ")),
        _ => None,
    });
    assert_eq!(asks.collect::<Vec<_>>(), ["--mem=200M --time=00:08:00", "--mem=400M --time=00:12:00"]);
}

#[test]
fn a_job_between_two_attempts_is_not_submitted_after_an_interrupt() {
    let patient = Retry { delay: 600, ..Retry::times(2) };
    let workflow = with_retry(workflow(&[("a", ""), ("b", "a"), ("long", "")]), &[("a", patient)]);
    for signals in [1, 2] {
        let scheduler = Scripted::new().attempts("a", failing(2));
        let scheduler = Arc::new(scheduler.script("long", std::iter::repeat_n(bits(1), 10_000)));
        let (send, interrupts) = unbounded();
        let options = Options { interrupts, ..options() };
        let react = |event: &Event| {
            if word(event) == "a 1/3 FAILED" {
                (0..signals).for_each(|_| send.send("SIGINT").unwrap());
            }
        };
        let start = Instant::now();
        let (result, events) = run(&workflow, scheduler.clone(), requests(&workflow), options, react);
        assert!(start.elapsed() < Duration::from_secs(30));
        assert_eq!(result.outcome, RunOutcome::Interrupted);
        assert_eq!((result.jobs[0].outcome, result.jobs[1].outcome), (Some(Outcome::Failed), None));
        assert!(result.under_way().all(|job| job.name == "long"));
        assert_eq!(scheduler.inner.lock().unwrap().taken, ["a", "long"]);
        // Whoever goes on with the run makes the next attempt, unless all was cancelled.
        let ended = events.iter().any(|event| word(event) == "a ended FAILED");
        assert_eq!(ended, signals == 2);
    }
}

#[test]
fn only_the_tasks_that_ended_badly_are_tried_again() {
    let retry = Retry { on: vec![Outcome::Failed], ..times(2) };
    let workflow = with_retry(
        workflow(&[
            ("work", ""),
            ("ok", "work"),
            ("some", "work_1-2"),
            ("all", "work_0-3"),
            ("corr", "corr:work"),
        ]),
        &[("work", retry)],
    );
    let look = |groups: &[(&str, u32)]| tasks(groups.iter().map(|(tasks, bits)| group(tasks, *bits)));
    let scheduler = Arc::new(Scripted::new().attempts(
        "work",
        [
            vec![
                look(&[("0-9", 1)]),
                look(&[("0", 1), ("1-2", 3), ("3-5", 5), ("6-9", 1)]),
                look(&[("0-2,6-9", 3), ("3-5", 5)]),
            ],
            vec![look(&[("3", 1), ("4-5", 5)]), look(&[("3", 3), ("4-5", 5)])],
        ],
    ));
    let told = told(&workflow, &scheduler, &[("work", "0-9%3"), ("corr", "0-9")]);
    let place = |wanted: &str| {
        told.iter().position(|word| word == wanted).unwrap_or_else(|| panic!("{wanted}: {told:?}"))
    };
    assert!(place("submitted some") < place("work 1/3 FAILED again 3-5"));
    assert!(place("work 1/3 FAILED again 3-5") < place("work_4-5 ended FAILED"));
    assert!(place("work 2/3 FAILED again 4-5") < place("work_4-5 ended COMPLETED"));
    assert!(place("work_4-5 ended COMPLETED") < place("work ended COMPLETED"));
    assert!(place("work ended COMPLETED") < place("submitted ok"));
    assert!(place("work_3 ended COMPLETED") < place("submitted all"));
    assert!(place("work ended COMPLETED") < place("submitted corr"));
    assert_eq!(told.last().unwrap(), "end Completed");
    let inner = scheduler.inner.lock().unwrap();
    let asked = inner.requests.iter().filter(|request| request.name == "work");
    let asked: Vec<_> = asked.map(|request| request.array.as_ref().unwrap().to_string()).collect();
    assert_eq!(asked, ["0-9%3", "3-5%3", "4-5%3"]);
}

#[test]
fn what_is_left_of_an_array_in_the_end() {
    let workflow = with_retry(workflow(&[("work", "")]), &[("work", times(1))]);
    let look = |groups: &[(&str, u32)]| tasks(groups.iter().map(|(tasks, bits)| group(tasks, *bits)));
    let one = |attempts: Vec<Vec<Step>>| {
        let scheduler = Arc::new(Scripted::new().attempts("work", attempts));
        let told = told(&workflow, &scheduler, &[("work", "0-5")]);
        (told, scheduler.inner.lock().unwrap().taken.len())
    };
    let (told, taken) = one(vec![vec![look(&[("0-3", 3), ("4-5", 5)])], vec![look(&[("4", 3), ("5", 6)])]]);
    assert_eq!((told[told.len() - 2].as_str(), taken), ("work ended TIMEOUT", 2));
    // One task was cancelled: it is not tried again, and the others are.
    let (told, taken) = one(vec![vec![look(&[("0", 4), ("1-5", 1)]), look(&[("0", 4), ("1-5", 5)])]]);
    assert!(told.contains(&"work 1/2 FAILED again 1-5".to_owned()), "{told:?}");
    assert_eq!((told[told.len() - 2].as_str(), taken), ("work ended CANCELLED", 2));
    // The rest of the array was cancelled.
    let (told, taken) = one(vec![vec![look(&[("0-2", 5), ("3-5", 1)]), look(&[("3-5", 4), ("0-2", 5)])]]);
    assert_eq!((told[told.len() - 2].as_str(), taken), ("work ended FAILED", 1));
}

#[test]
fn who_only_looks_sees_that_another_attempt_follows() {
    let workflow = with_retry(workflow(&[("a", ""), ("sweep", "")]), &[("a", times(1)), ("sweep", times(2))]);
    let at = jiff::Timestamp::now();
    let mut state = State::default();
    let tell = |state: &mut State, kind| state.apply(&Event { at, run: RunId("test".into()), kind });
    let jobs = vec!["a".to_owned(), "sweep".to_owned()];
    tell(
        &mut state,
        EventKind::RunStarted { version: 1, workflow: "test".into(), jobs, scheduler: "s".into() },
    );
    for (job, id, tasks) in [("a", 7, None), ("sweep", 8, Some("0-3".parse().unwrap()))] {
        let job = job.to_owned();
        tell(&mut state, EventKind::Submitting { job: job.clone(), token: format!("t{id}") });
        tell(&mut state, EventKind::Submitted { job, id: JobId(id), tasks });
    }
    let failed =
        |id, tasks| JobStatus { state: Some(JobState::from_bits(5)), tasks, ..JobStatus::unknown(JobId(id)) };
    let states: TaskStates = [group("0,2-3", 3), group("1", 5)].into_iter().collect();
    let events = news(&workflow, &state, &[failed(7, None), failed(8, Some(states))], at);
    let words: Vec<String> = events.iter().map(word).collect();
    assert_eq!(
        words,
        ["sweep_0,2-3 ended COMPLETED", "sweep_1 ended FAILED", "a 1/2 FAILED", "sweep 1/3 FAILED again 1"]
    );
    events.iter().for_each(|event| state.apply(event));
    assert!(state.jobs().iter().all(|entry| entry.waits_again()));
}
