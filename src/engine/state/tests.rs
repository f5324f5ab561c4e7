use super::*;
use crate::job::JobState;

fn event(kind: EventKind) -> Event {
    Event { at: Timestamp::UNIX_EPOCH, run: RunId("r".into()), kind }
}

fn status(bits: u32, restarts: u32) -> JobStatus {
    JobStatus { state: Some(JobState::from_bits(bits)), restarts, ..JobStatus::unknown(JobId(7)) }
}

fn begun() -> State {
    State::replay(&[event(EventKind::RunStarted {
        version: 1,
        workflow: "w".into(),
        jobs: vec!["a".into(), "b".into()],
        scheduler: "local".into(),
    })])
}

#[test]
fn a_job_goes_from_waiting_to_over() {
    let mut state = begun();
    let a = || "a".to_owned();
    state.apply(&event(EventKind::Submitting { job: a(), token: "t".into() }));
    assert_eq!(state.jobs()[0].phase, Phase::Submitting);
    state.apply(&event(EventKind::Submitted { job: a(), id: JobId(7), tasks: None }));
    assert_eq!((state.under_way(), state.place_of(JobId(7))), (1, Some(0)));
    state.apply(&event(EventKind::Changed { job: a(), status: status(1, 0) }));
    assert!(state.jobs()[0].started);
    state.apply(&event(EventKind::Requeued { job: a(), status: status(0, 0) }));
    assert_eq!(state.jobs()[0].requeues, 1);
    state.apply(&event(EventKind::Ended { job: a(), outcome: Outcome::Failed, status: status(5, 1) }));
    assert_eq!((state.under_way(), state.all_over()), (0, false));
    state.apply(&event(EventKind::Skipped { job: "b".into(), because: "a FAILED".into() }));
    assert!(state.all_over() && !state.succeeded());
}

#[test]
fn an_array_has_started_when_no_task_waits() {
    let tasks = |text: &str| text.parse::<crate::job::TaskSet>().expect("tasks");
    let a = || "a".to_owned();
    let mut state = begun();
    state.apply(&event(EventKind::Submitted { job: a(), id: JobId(7), tasks: Some(tasks("0-3")) }));
    let end = |tasks, outcome| {
        let (exit, reason) = (crate::job::ExitStatus::default(), String::new());
        event(EventKind::TasksEnded { job: a(), tasks, outcome, exit, reason })
    };
    // Task 1 was never seen running.
    state.apply(&event(EventKind::TasksStarted { job: a(), tasks: tasks("0,2") }));
    state.apply(&end(tasks("1"), Outcome::Completed));
    assert!(!state.jobs()[0].started);
    state.apply(&event(EventKind::TasksStarted { job: a(), tasks: tasks("3") }));
    assert!(state.jobs()[0].started);
    let mut skipped = begun();
    skipped.apply(&event(EventKind::Submitted { job: a(), id: JobId(7), tasks: Some(tasks("0-3")) }));
    skipped.apply(&end(tasks("0-3"), Outcome::Skipped));
    assert!(!skipped.jobs()[0].started);
}

#[test]
fn an_end_is_never_reopened_and_strangers_are_ignored() {
    let mut state = begun();
    state.apply(&event(EventKind::Ended {
        job: "a".into(),
        outcome: Outcome::Completed,
        status: status(3, 0),
    }));
    let before = state.clone();
    for kind in [
        EventKind::Changed { job: "a".into(), status: status(0, 1) },
        EventKind::Requeued { job: "a".into(), status: status(0, 1) },
        EventKind::Ended { job: "a".into(), outcome: Outcome::Failed, status: status(5, 0) },
        EventKind::Skipped { job: "nobody".into(), because: String::new() },
    ] {
        state.apply(&event(kind));
    }
    assert_eq!(state, before);
}

#[test]
fn another_attempt_begins_afresh() {
    let mut state = begun();
    for token in ["t1", "t2"] {
        state.apply(&event(EventKind::Submitting { job: "a".into(), token: token.into() }));
        state.apply(&event(EventKind::Rejected { job: "a".into(), reason: "no".into(), hint: None }));
    }
    assert_eq!(state.jobs()[0].attempts, 2);
    state.apply(&event(EventKind::Submitting { job: "a".into(), token: "t3".into() }));
    let entry = &state.jobs()[0];
    assert_eq!((entry.phase, entry.outcome, entry.token.as_deref()), (Phase::Submitting, None, Some("t3")));
}
