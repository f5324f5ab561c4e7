//! What the user chooses of a run: jobs that are left out or run again, outputs that are there already, and what an end is
//! taken for that nobody knows.

mod scripted;

use scripted::*;
use srunx::engine::{Options, RunResult, Runner, Selection, State, Timing};
use srunx::event::{Event, EventKind, RunOutcome};
use srunx::job::{JobRequest, Outcome};
use srunx::workflow::Workflow;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

const CHAIN: [(&str, &str); 5] =
    [("fetch", ""), ("prepare", "fetch"), ("labels", ""), ("train", "prepare,labels"), ("report", "train")];
const PREPARE: usize = 1;
const TRAIN: usize = 3;
const REPORT: usize = 4;

/// One client's part of a run; what happened is added to `events`.
fn part(
    workflow: &Workflow,
    scheduler: &Arc<Scripted>,
    requests: Vec<JobRequest>,
    events: &mut Vec<Event>,
    options: Options,
) -> RunResult {
    let heard = Rc::new(RefCell::new(events.clone()));
    let hears = Rc::clone(&heard);
    let result = Runner::new(workflow, requests, scheduler.clone(), options)
        .unwrap()
        .resume(std::mem::take(events))
        .listen(move |event: &Event| hears.borrow_mut().push(event.clone()))
        .run();
    *events = heard.take();
    assert_eq!(State::replay(&*events).ended(), Some(result.outcome));
    result
}

fn chosen(selection: Selection) -> Options {
    Options { selection, ..options() }
}

/// The jobs that were submitted, in order.
fn taken(scheduler: &Scripted) -> Vec<String> {
    scheduler.inner.lock().unwrap().taken.clone()
}

fn run_once(
    workflow: &Workflow,
    scheduler: Scripted,
    options: Options,
) -> (RunResult, Vec<String>, Vec<Event>) {
    let scheduler = Arc::new(scheduler);
    let mut events = Vec::new();
    let result = part(workflow, &scheduler, requests(workflow), &mut events, options);
    let mut taken = taken(&scheduler);
    taken.sort();
    (result, taken, events)
}

#[test]
fn a_part_of_a_workflow() {
    let workflow = workflow(&CHAIN);
    for (selection, expected) in [
        (
            Selection { from: vec![PREPARE], ..Selection::default() },
            &["labels", "prepare", "report", "train"][..],
        ),
        (Selection { to: vec![PREPARE], ..Selection::default() }, &["fetch", "prepare"]),
        (Selection { only: vec![TRAIN], ..Selection::default() }, &["train"]),
        (Selection { from: vec![TRAIN], to: vec![TRAIN], ..Selection::default() }, &["train"]),
    ] {
        let (result, taken, _) = run_once(&workflow, Scripted::new(), chosen(selection.clone()));
        assert_eq!(result.outcome, RunOutcome::Completed, "{selection:?}");
        assert_eq!(taken, expected, "{selection:?}");
        for job in &result.jobs {
            let ran = expected.contains(&job.name.as_str());
            let outcome = if ran { Outcome::Completed } else { Outcome::Skipped };
            assert_eq!(job.outcome, Some(outcome), "{selection:?}: {}", job.name);
        }
    }
}

#[test]
fn what_failed_runs_again_and_what_completed_does_not() {
    let workflow = workflow(&CHAIN);
    let scheduler = Arc::new(Scripted::new().script("prepare", [bits(1), bits(5)]));
    let mut events = Vec::new();
    let result = part(&workflow, &scheduler, requests(&workflow), &mut events, options());
    assert_eq!(result.outcome, RunOutcome::Failed);
    assert_eq!(result.job("report").unwrap().outcome, Some(Outcome::Skipped));
    // It is over: there is nothing to go on with.
    let result = part(&workflow, &scheduler, requests(&workflow), &mut events, options());
    assert_eq!(result.outcome, RunOutcome::Failed);
    assert_eq!(scheduler.inner.lock().unwrap().taken.len(), 3);

    let better = Arc::new(Scripted::new());
    let again = Selection { failed: true, ..Selection::default() };
    let result = part(&workflow, &better, requests(&workflow), &mut events, chosen(again.clone()));
    assert_eq!(result.outcome, RunOutcome::Completed);
    assert_eq!(taken(&better), ["prepare", "train", "report"]);
    // Another attempt has another token.
    let tokens: Vec<_> =
        better.inner.lock().unwrap().requests.iter().map(|request| request.token.clone().unwrap()).collect();
    assert!(tokens[0].ends_with("/1.2") && tokens[1].ends_with("/3.1"), "{tokens:?}");
    let result = part(&workflow, &better, requests(&workflow), &mut events, chosen(again));
    assert_eq!((result.outcome, taken(&better).len()), (RunOutcome::Completed, 3), "nothing failed");
}

#[test]
fn a_job_of_a_run_that_is_over_runs_again_alone_or_with_what_follows() {
    let workflow = workflow(&CHAIN);
    let (_, _, mut events) = run_once(&workflow, Scripted::new(), options());
    for (selection, expected) in [
        (Selection { only: vec![PREPARE], ..Selection::default() }, &["prepare"][..]),
        (Selection { from: vec![TRAIN], ..Selection::default() }, &["train", "report"]),
        (Selection { from: vec![PREPARE], to: vec![TRAIN], ..Selection::default() }, &["prepare", "train"]),
    ] {
        let scheduler = Arc::new(Scripted::new());
        let result = part(&workflow, &scheduler, requests(&workflow), &mut events, chosen(selection.clone()));
        assert_eq!(result.outcome, RunOutcome::Completed, "{selection:?}");
        assert_eq!(taken(&scheduler), expected, "{selection:?}");
    }
}

#[test]
fn a_failure_before_a_named_job_is_forgiven() {
    let workflow = workflow(&CHAIN);
    let failing = Scripted::new().script("train", [bits(1), bits(5)]);
    let (result, _, mut events) = run_once(&workflow, failing, options());
    assert_eq!(result.outcome, RunOutcome::Failed);
    let scheduler = Arc::new(Scripted::new());
    let from = Selection { from: vec![REPORT], ..Selection::default() };
    let result = part(&workflow, &scheduler, requests(&workflow), &mut events, chosen(from));
    assert_eq!((result.outcome, taken(&scheduler)), (RunOutcome::Completed, vec!["report".to_owned()]));
}

/// `prepare` creates `made`, from `raw`.
fn creating(dir: &tempfile::TempDir) -> (Workflow, Vec<JobRequest>) {
    let plain = workflow(&CHAIN);
    let mut jobs = plain.jobs().to_vec();
    jobs[PREPARE].creates = vec![PathBuf::from("made")];
    jobs[PREPARE].inputs = vec![PathBuf::from("raw")];
    let workflow = Workflow::unchecked("test", jobs);
    let mut requests = requests(&workflow);
    requests.iter_mut().for_each(|request| request.work_dir = dir.path().to_owned());
    (workflow, requests)
}

fn touch(dir: &tempfile::TempDir, name: &str, seconds_ago: u64) {
    let file = std::fs::File::create(dir.path().join(name)).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(seconds_ago)).unwrap();
}

#[test]
fn a_job_whose_outputs_are_there_is_not_run() {
    let dir = tempfile::tempdir().unwrap();
    let (workflow, requests) = creating(&dir);
    let run = |options: Options| {
        let scheduler = Arc::new(Scripted::new());
        let result = part(&workflow, &scheduler, requests.clone(), &mut Vec::new(), options);
        assert_eq!(result.outcome, RunOutcome::Completed);
        taken(&scheduler).contains(&"prepare".to_owned())
    };
    assert!(run(options()), "nothing is there");
    touch(&dir, "made", 10);
    assert!(run(options()), "the input is not there: that is for the job to find out");
    touch(&dir, "raw", 5);
    assert!(run(options()), "the input is newer");
    touch(&dir, "raw", 15);
    assert!(!run(options()));
    // Who names it wants it.
    assert!(run(chosen(Selection { only: vec![PREPARE], ..Selection::default() })));
    assert!(run(chosen(Selection { from: vec![PREPARE], ..Selection::default() })));
}

#[test]
fn what_a_failed_job_left_behind_does_not_count() {
    let dir = tempfile::tempdir().unwrap();
    let (workflow, requests) = creating(&dir);
    let failing = Arc::new(Scripted::new().script("prepare", [bits(1), bits(5)]));
    let mut events = Vec::new();
    part(&workflow, &failing, requests.clone(), &mut events, options());
    touch(&dir, "raw", 15);
    touch(&dir, "made", 0);
    let scheduler = Arc::new(Scripted::new());
    let again = chosen(Selection { failed: true, ..Selection::default() });
    let result = part(&workflow, &scheduler, requests, &mut events, again);
    assert_eq!(result.outcome, RunOutcome::Completed);
    assert_eq!(taken(&scheduler), ["prepare", "train", "report"]);
}

fn forgotten(job: &str) -> Scripted {
    Scripted::new().script(job, [bits(1), unknown(), unknown(), unknown(), unknown()])
}

/// A job that nobody knows is given up soon.
fn impatient(assume: Option<Outcome>) -> Options {
    let options = options();
    Options { timing: Timing { unknown_for: Duration::from_millis(5), ..options.timing }, assume, ..options }
}

#[test]
fn an_end_that_nobody_knows_is_what_the_user_says() {
    let workflow = workflow(&CHAIN);
    for (assume, outcome, submitted) in [
        (None, Outcome::Unknown, 3),
        (Some(Outcome::Failed), Outcome::Failed, 3),
        (Some(Outcome::Completed), Outcome::Completed, 5),
    ] {
        let (result, taken, events) = run_once(&workflow, forgotten("prepare"), impatient(assume));
        assert_eq!(result.job("prepare").unwrap().outcome, Some(outcome));
        assert_eq!(taken.len(), submitted, "{assume:?}");
        let told = events.iter().filter(|event| matches!(event.kind, EventKind::Assumed { .. })).count();
        assert_eq!(told, usize::from(assume.is_some()));
    }
}

#[test]
fn the_user_may_say_so_later() {
    let workflow = workflow(&CHAIN);
    let (result, _, mut events) = run_once(&workflow, forgotten("prepare"), impatient(None));
    assert_eq!(result.job("train").unwrap().outcome, Some(Outcome::Skipped));
    let scheduler = Arc::new(Scripted::new());
    let completed = impatient(Some(Outcome::Completed));
    let result = part(&workflow, &scheduler, requests(&workflow), &mut events, completed);
    assert_eq!(result.outcome, RunOutcome::Completed);
    assert_eq!(taken(&scheduler), ["train", "report"]);
}

#[test]
fn outputs_tell_how_a_job_ended_that_nobody_knows() {
    for (made, outcome) in
        [(None, Outcome::Failed), (Some(0), Outcome::Completed), (Some(3600), Outcome::Failed)]
    {
        let dir = tempfile::tempdir().unwrap();
        let (workflow, requests) = creating(&dir);
        let scheduler = Arc::new(forgotten("prepare"));
        // An older one is not of this run; with its input absent it does not keep the job from running.
        let made = made.inspect(|seconds| touch(&dir, "made", *seconds));
        if made == Some(0) {
            let file = std::fs::File::open(dir.path().join("made")).unwrap();
            file.set_modified(std::time::SystemTime::now() + Duration::from_secs(5)).unwrap();
        }
        let result =
            part(&workflow, &scheduler, requests, &mut Vec::new(), impatient(Some(Outcome::Completed)));
        assert_eq!(result.job("prepare").unwrap().outcome, Some(outcome), "{made:?}");
    }
}

#[test]
fn what_an_attempt_before_made_tells_nothing_of_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let (workflow, requests) = creating(&dir);
    let failing = Arc::new(Scripted::new().script("prepare", [bits(1), bits(5)]));
    let mut events = Vec::new();
    part(&workflow, &failing, requests.clone(), &mut events, options());
    touch(&dir, "made", 0);
    std::thread::sleep(Duration::from_millis(50));
    let again = Selection { failed: true, ..Selection::default() };
    let options = Options { selection: again, ..impatient(None) };
    let result = part(&workflow, &Arc::new(forgotten("prepare")), requests, &mut events, options);
    assert_eq!(result.job("prepare").unwrap().outcome, Some(Outcome::Failed));
}

#[test]
fn tasks_that_nobody_knows_are_taken_for_what_the_user_says() {
    let workflow = workflow(&[("sweep", ""), ("last", "sweep")]);
    let gone = || tasks([group("0-2", 3)]);
    let script = [tasks([group("0-3", 1)]), gone(), gone(), gone(), gone(), gone(), gone()];
    let scheduler = Arc::new(Scripted::new().script("sweep", script));
    let requests = arrays(&workflow, &[("sweep", "0-3")]);
    let mut events = Vec::new();
    let result = part(&workflow, &scheduler, requests, &mut events, impatient(Some(Outcome::Completed)));
    assert_eq!(result.outcome, RunOutcome::Completed);
    let state = State::replay(&events);
    let tasks = state.jobs()[0].tasks.as_ref().unwrap();
    assert!(tasks.failed().is_empty() && tasks.is_over());
}

#[test]
fn of_an_array_only_what_failed_runs_again() {
    let workflow = workflow(&[("sweep", ""), ("next", "corr:sweep"), ("last", "sweep")]);
    let request = || arrays(&workflow, &[("sweep", "0-5%2"), ("next", "0-5")]);
    let some_fail = [tasks([group("0-5", 1)]), tasks([group("1,4", 5), group("0,2-3,5", 3)])];
    let failing = Arc::new(
        Scripted::new()
            .script("sweep", some_fail)
            .script("next", [tasks([group("0,2-3,5", 1)]), tasks([group("0,2-3,5", 3), group("1,4", 4)])]),
    );
    let mut events = Vec::new();
    let result = part(&workflow, &failing, request(), &mut events, options());
    assert_eq!(result.job("sweep").unwrap().outcome, Some(Outcome::Failed));
    let asked_for = |scheduler: &Scripted, job: &str| {
        let inner = scheduler.inner.lock().unwrap();
        let request = inner.requests.iter().find(|request| request.name == job).unwrap();
        request.array.as_ref().unwrap().to_string()
    };
    // It fails once more in one, and another client goes on.
    let again = || chosen(Selection { failed: true, ..Selection::default() });
    let once_more = [tasks([group("1,4", 1)]), tasks([group("4", 5), group("1", 3)])];
    let scheduler = Arc::new(Scripted::new().script("sweep", once_more));
    part(&workflow, &scheduler, request(), &mut events, again());
    assert_eq!(asked_for(&scheduler, "sweep"), "1,4%2");
    let scheduler = Arc::new(Scripted::new());
    let result = part(&workflow, &scheduler, request(), &mut events, again());
    assert_eq!(asked_for(&scheduler, "sweep"), "4%2");
    assert_eq!(result.outcome, RunOutcome::Completed);
    let state = State::replay(&events);
    for entry in &state.jobs()[..2] {
        let tasks = entry.tasks.as_ref().unwrap();
        assert_eq!((tasks.all().count(), tasks.over().count(), tasks.failed().count()), (6, 6, 0));
    }
    // Who is named runs as a whole.
    let scheduler = Arc::new(Scripted::new());
    part(
        &workflow,
        &scheduler,
        request(),
        &mut events,
        chosen(Selection { only: vec![0], ..Selection::default() }),
    );
    assert_eq!(asked_for(&scheduler, "sweep"), "0-5%2");
}
