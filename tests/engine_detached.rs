//! Runs that are left to a scheduler which keeps dependencies itself: all of it is submitted once, whatever the instant at
//! which a client dies, and who looks later is told what became of it.

mod scripted;

use scripted::kept::Kept;
use scripted::{Fault, Scripted, options, word, workflow};
use srunx::engine::{Options, RunResult, Runner, State, can_be_left, news};
use srunx::event::{EventKind, RunOutcome};
use srunx::job::{
    After, ArrayTasks, BaseState, DependencyKind, ExitStatus, JobId, JobRequest, JobState, JobStatus,
    Outcome, TaskGroup, TaskSet,
};
use srunx::scheduler::{ErrorKind, Patience, Scheduler, SchedulerError};
use srunx::workflow::Workflow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A job as the server has it.
struct Queued {
    request: JobRequest,
    state: BaseState,
    reason: &'static str,
}

#[derive(Default)]
struct Inner {
    jobs: BTreeMap<JobId, Queued>,
    tokens: HashMap<String, JobId>,
    /// How the next submissions of a job go wrong.
    faults: HashMap<String, VecDeque<Fault>>,
    /// How many of what the server does it may still do.
    steps: usize,
    /// Whether it has forgotten all that is over.
    forgets: bool,
}

/// A server that keeps dependencies. A job called `bad…` fails.
struct Server(Mutex<Inner>);

impl Inner {
    /// What a dependency comes to: met, never, or not known yet.
    fn judge(&self, after: &After) -> Option<bool> {
        let state = self.jobs[&after.job].state;
        let over = !matches!(state, BaseState::Pending | BaseState::Running);
        match after.kind {
            DependencyKind::After => (state != BaseState::Pending).then_some(true),
            _ if !over => None,
            DependencyKind::AfterAny => Some(true),
            DependencyKind::AfterOk => Some(state == BaseState::Completed),
            DependencyKind::AfterNotOk | DependencyKind::AfterCorr => Some(state != BaseState::Completed),
        }
    }

    /// Does one thing, if there is one to do.
    fn step(&mut self) -> bool {
        let next = self.jobs.iter().find_map(|(id, job)| match job.state {
            BaseState::Running if job.request.name.starts_with("bad") => Some((*id, BaseState::Failed, "")),
            BaseState::Running => Some((*id, BaseState::Completed, "")),
            BaseState::Pending => {
                let verdicts: Vec<_> = job.request.after.iter().map(|after| self.judge(after)).collect();
                match verdicts.iter().all(|verdict| *verdict == Some(true)) {
                    _ if verdicts.contains(&Some(false)) => {
                        Some((*id, BaseState::Cancelled, "DependencyNeverSatisfied"))
                    }
                    true => Some((*id, BaseState::Running, "")),
                    false => None,
                }
            }
            _ => None,
        });
        let Some((id, state, reason)) = next else { return false };
        let job = self.jobs.get_mut(&id).unwrap();
        (job.state, job.reason) = (state, reason);
        true
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.jobs.values().map(|job| job.request.name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

impl Server {
    fn new(steps: usize) -> Self {
        Self(Mutex::new(Inner { steps, ..Inner::default() }))
    }

    fn finish(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.steps = usize::MAX;
        while inner.step() {}
    }
}

impl Scheduler for Server {
    fn name(&self) -> &'static str {
        "server"
    }

    fn submit(&self, request: &JobRequest) -> Result<JobId, SchedulerError> {
        let mut inner = self.0.lock().unwrap();
        let error = |kind| Err(SchedulerError { kind, message: format!("{kind:?} as scripted"), hint: None });
        let fault = inner.faults.get_mut(&request.name).and_then(VecDeque::pop_front);
        match fault {
            Some(Fault::Busy) => return error(ErrorKind::Busy),
            Some(Fault::Rejected) => return error(ErrorKind::Rejected),
            Some(Fault::LostNotTaken) => return error(ErrorKind::ReplyLost),
            _ => {}
        }
        let id = JobId(100 + u32::try_from(inner.jobs.len()).unwrap());
        for after in &request.after {
            assert!(inner.jobs.contains_key(&after.job), "{} waits for a stranger", request.name);
        }
        let token = request.token.clone().expect("each submission has a token");
        assert!(inner.tokens.insert(token, id).is_none(), "{} was submitted twice", request.name);
        inner.jobs.insert(id, Queued { request: request.clone(), state: BaseState::Pending, reason: "" });
        if inner.steps > 0 && inner.step() {
            inner.steps -= 1;
        }
        if matches!(fault, Some(Fault::LostTaken)) { error(ErrorKind::ReplyLost) } else { Ok(id) }
    }

    fn find(&self, token: &str) -> Result<Option<JobId>, SchedulerError> {
        Ok(self.0.lock().unwrap().tokens.get(token).copied())
    }

    fn observe(&self, jobs: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError> {
        let mut inner = self.0.lock().unwrap();
        if inner.steps > 0 && inner.step() {
            inner.steps -= 1;
        }
        let status = |id: &JobId| {
            let job = &inner.jobs[id];
            let over = !matches!(job.state, BaseState::Pending | BaseState::Running);
            if over && inner.forgets {
                return JobStatus::unknown(*id);
            }
            let state = JobState::plain(job.state);
            let exit = ExitStatus { code: u8::from(job.state == BaseState::Failed), signal: 0 };
            let group = |all: &ArrayTasks| TaskGroup {
                tasks: TaskSet::from(all),
                state,
                exit,
                reason: job.reason.into(),
            };
            let tasks = job.request.array.as_ref().map(|all| [group(all)].into_iter().collect());
            JobStatus {
                state: Some(state),
                exit,
                reason: job.reason.into(),
                tasks,
                ..JobStatus::unknown(*id)
            }
        };
        // The last ones first: what a job waited for is told behind it.
        Ok(jobs.iter().rev().map(status).collect())
    }

    fn cancel(&self, jobs: &[JobId]) -> Result<(), SchedulerError> {
        let mut inner = self.0.lock().unwrap();
        for id in jobs {
            let job = inner.jobs.get_mut(id).unwrap();
            if matches!(job.state, BaseState::Pending | BaseState::Running) {
                job.state = BaseState::Cancelled;
            }
        }
        Ok(())
    }

    fn patience(&self) -> Patience {
        Patience { least: Duration::from_millis(2), most: Duration::from_millis(8) }
    }

    fn jobs_outlive_client(&self) -> bool {
        true
    }

    fn can_be_left(&self, _: &JobRequest) -> Result<(), SchedulerError> {
        Ok(())
    }
}

const JOBS: [(&str, &str); 12] = [
    ("a", ""),
    ("b", ""),
    ("c", "a"),
    ("d", "a,b"),
    ("bad", "b"),
    ("skipped", "bad"),
    ("skipped too", "skipped,d"),
    ("not of skipped", "notok:skipped"),
    ("after skipped", "after:skipped"),
    ("repaired", "notok:bad"),
    ("sweep", "after:c"),
    ("last", "any:skipped too,sweep,d"),
];

fn requests(workflow: &Workflow) -> Vec<JobRequest> {
    scripted::arrays(workflow, &[("sweep", "0-5")])
}

fn detach() -> Options {
    Options { detach: true, ..options() }
}

/// One client's part of a run; none when it died.
fn part(
    workflow: &Workflow,
    scheduler: &Arc<impl Scheduler + 'static>,
    kept: &Kept,
    options: Options,
) -> Option<RunResult> {
    let runner = Runner::new(workflow, requests(workflow), scheduler.clone(), options).unwrap();
    let result =
        catch_unwind(AssertUnwindSafe(|| runner.resume(kept.events()).keep(kept.clone()).run())).ok();
    std::thread::sleep(Duration::from_millis(if result.is_some() { 0 } else { 40 }));
    result
}

fn outcome(job: &str) -> Outcome {
    match job {
        "bad" => Outcome::Failed,
        "skipped" | "skipped too" | "not of skipped" | "after skipped" => Outcome::Skipped,
        _ => Outcome::Completed,
    }
}

#[track_caller]
fn is_true(state: &State, words: &str) {
    assert!(state.all_over(), "{words}: {state:?}");
    for entry in state.jobs() {
        assert_eq!(entry.outcome, Some(outcome(&entry.name)), "{words}: {}", entry.name);
        match entry.name.as_str() {
            "skipped" => assert_eq!(entry.why.as_deref(), Some("bad FAILED"), "{words}"),
            "skipped too" | "not of skipped" | "after skipped" => {
                assert_eq!(entry.why.as_deref(), Some("skipped SKIPPED"), "{words}");
            }
            _ => assert_eq!(entry.why, None, "{words}"),
        }
    }
}

/// What who only looks is told.
fn looked(workflow: &Workflow, server: &Server, kept: &Kept) -> State {
    let mut events = kept.events();
    let state = State::replay(&events);
    let under_way = state.jobs().iter().filter(|job| job.outcome.is_none());
    let ids: Vec<JobId> = under_way.filter_map(|job| job.id).collect();
    events.extend(news(workflow, &state, &server.observe(&ids).unwrap(), jiff::Timestamp::now()));
    State::replay(&events)
}

#[test]
fn all_of_it_is_left_and_the_truth_is_told_later() {
    let workflow = workflow(&JOBS);
    let (server, kept) = (Arc::new(Server::new(0)), Kept::default());
    let result = part(&workflow, &server, &kept, detach()).unwrap();
    assert_eq!(result.outcome, RunOutcome::Detached);
    assert!(result.jobs.iter().all(|job| job.id.is_some() && job.outcome.is_none()));
    let waits = |name: &str| {
        let inner = server.0.lock().unwrap();
        let job = inner.jobs.values().find(|job| job.request.name == name).unwrap();
        assert!(job.request.left);
        let name = |after: &After| format!("{}:{}", after.kind, inner.jobs[&after.job].request.name);
        job.request.after.iter().map(name).collect::<Vec<_>>().join(",")
    };
    assert_eq!(waits("a"), "");
    assert_eq!(waits("last"), "afterany:skipped too,afterok:sweep,afterok:d");
    // A job that the server does away with is cancelled there, which would meet these.
    assert_eq!(waits("not of skipped"), "afternotok:skipped,afterok:bad");
    assert_eq!(waits("after skipped"), "after:skipped,afterok:bad");
    assert_eq!(waits("repaired"), "afternotok:bad,afterok:b");
    assert!(looked(&workflow, &server, &kept).jobs().iter().all(|job| job.outcome.is_none()));
    server.finish();
    is_true(&looked(&workflow, &server, &kept), "looked at");
    let result = part(&workflow, &server, &kept, options()).unwrap();
    assert_eq!(result.outcome, RunOutcome::Failed);
    is_true(&State::replay(&kept.events()), "followed");
}

#[test]
fn a_client_that_dies_at_any_instant() {
    let workflow = workflow(&JOBS);
    let mut count = 0;
    for (steps, again) in
        [(0, false), (0, true), (7, false), (7, true), (usize::MAX, false), (usize::MAX, true)]
    {
        for dies_after in 1.. {
            let server = Arc::new(Server::new(steps));
            {
                let faults = &mut server.0.lock().unwrap().faults;
                faults.insert("d".into(), [Fault::LostTaken].into());
                faults.insert("sweep".into(), [Fault::Busy, Fault::LostNotTaken].into());
            }
            let kept = Kept { dies_after: Some(dies_after), ..Kept::default() };
            let words = format!("{steps} steps, died after {dies_after} events, detached again: {again}");
            if part(&workflow, &server, &kept, detach()).is_some() {
                break;
            }
            server.0.lock().unwrap().steps = usize::MAX;
            if again {
                let result = part(&workflow, &server, &kept.lives(), detach()).expect("this one lives");
                assert!(
                    [RunOutcome::Detached, RunOutcome::Failed].contains(&result.outcome),
                    "{words}: {result:?}"
                );
                server.finish();
            }
            let result = part(&workflow, &server, &kept.lives(), options()).expect("this one lives");
            assert_eq!(result.outcome, RunOutcome::Failed, "{words}");
            is_true(&State::replay(&kept.events()), &words);
            count += 1;
        }
    }
    assert!(count > 100, "{count} instants");
}

#[test]
fn a_rejection_skips_what_waits_for_it_and_no_more() {
    let workflow = workflow(&[("a", ""), ("no", ""), ("b", "no"), ("c", "any:no"), ("d", "a,b"), ("e", "a")]);
    let server = Arc::new(Server::new(0));
    server.0.lock().unwrap().faults.insert("no".into(), [Fault::Rejected].into());
    let kept = Kept::default();
    let result = part(&workflow, &server, &kept, detach()).unwrap();
    assert_eq!(result.outcome, RunOutcome::Detached);
    assert_eq!(server.0.lock().unwrap().names(), ["a", "c", "e"]);
    let end = |job: &str| result.job(job).unwrap().outcome;
    assert_eq!(
        [end("no"), end("b"), end("d")],
        [Outcome::Rejected, Outcome::Skipped, Outcome::Skipped].map(Some)
    );
}

#[test]
fn no_room_is_waited_for_and_said_once() {
    let workflow = workflow(&[("a", ""), ("b", "a")]);
    let server = Arc::new(Server::new(0));
    server.0.lock().unwrap().faults.insert("b".into(), [Fault::Busy, Fault::Busy, Fault::Busy].into());
    let kept = Kept::default();
    assert_eq!(part(&workflow, &server, &kept, detach()).unwrap().outcome, RunOutcome::Detached);
    // While there is no room, what is under way is followed.
    let words = kept.events().iter().map(word).filter(|word| !word.starts_with("a ")).collect::<Vec<_>>();
    assert_eq!(
        words,
        ["run", "submitting a", "submitted a", "submitting b", "delayed b", "submitted b", "end Detached"]
    );
}

#[test]
fn what_nobody_remembers_is_deduced_or_unknown() {
    let workflow = workflow(&[("bad", ""), ("b", "bad"), ("sweep", "b"), ("d", ""), ("e", "d")]);
    let (server, kept) = (Arc::new(Server::new(0)), Kept::default());
    part(&workflow, &server, &kept, detach()).unwrap();
    // The failure was seen in time, and no more.
    let state = State::replay(&kept.events());
    let bad = state.jobs()[0].id.unwrap();
    server.0.lock().unwrap().jobs.get_mut(&bad).unwrap().state = BaseState::Failed;
    let seen = news(&workflow, &state, &server.observe(&[bad]).unwrap(), jiff::Timestamp::now());
    assert_eq!(seen.iter().map(word).collect::<Vec<_>>(), ["bad ended FAILED"]);
    kept.events.lock().unwrap().extend(seen);
    server.finish();
    server.0.lock().unwrap().forgets = true;
    let expected = [Outcome::Failed, Outcome::Skipped, Outcome::Skipped, Outcome::Unknown, Outcome::Unknown];
    let ends = |state: &State| state.jobs().iter().map(|job| job.outcome).collect::<Vec<_>>();
    assert_eq!(ends(&looked(&workflow, &server, &kept)), expected.map(Some));
    part(&workflow, &server, &kept.lives(), options()).unwrap();
    let state = State::replay(&kept.events());
    assert_eq!(ends(&state), expected.map(Some));
    assert_eq!(state.jobs()[1].why.as_deref(), Some("bad FAILED"));
}

#[test]
fn all_of_it_is_cancelled_at_once() {
    let workflow = workflow(&JOBS);
    for dies_after in [5, 12, 100] {
        let (server, kept) =
            (Arc::new(Server::new(0)), Kept { dies_after: Some(dies_after), ..Kept::default() });
        let died = part(&workflow, &server, &kept, detach()).is_none();
        assert_eq!(died, dies_after < 100);
        let submitted = server.0.lock().unwrap().jobs.len();
        let cancel = Options { cancel: true, ..options() };
        let result = part(&workflow, &server, &kept.lives(), cancel).unwrap();
        assert_eq!(result.outcome, RunOutcome::Interrupted);
        assert_eq!(server.0.lock().unwrap().jobs.len(), submitted, "nothing more was submitted");
        let inner = server.0.lock().unwrap();
        assert!(inner.jobs.values().all(|job| job.state == BaseState::Cancelled));
        assert!(result.jobs.iter().all(|job| job.id.is_none() || job.outcome == Some(Outcome::Cancelled)));
    }
}

#[test]
fn what_ends_with_its_client_cannot_be_left() {
    let workflow = workflow(&[("a", ""), ("b", "a")]);
    let mut local = Scripted::new();
    local.outlive = false;
    let troubles = can_be_left(&workflow, &requests(&workflow), &[true; 2], &local).unwrap_err();
    assert_eq!(troubles.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "b"]);
    let troubles = can_be_left(&workflow, &requests(&workflow), &[false, true], &local).unwrap_err();
    assert_eq!(troubles.iter().map(ToString::to_string).collect::<Vec<_>>(), ["b"], "the other is not taken");
    assert_eq!(can_be_left(&workflow, &requests(&workflow), &[true; 2], &Server::new(0)), Ok(()));
}

#[test]
fn events_of_a_run_that_was_left_can_be_read_back() {
    let event = EventKind::RunEnded { outcome: RunOutcome::Detached };
    let text = serde_json::to_string(&event).unwrap();
    assert_eq!(text, r#"{"event":"run_ended","outcome":"detached"}"#);
    assert_eq!(serde_json::from_str::<EventKind>(&text).unwrap(), event);
}
