//! Arrays that a scheduler hands over part by part: whatever the instant at which a client dies, another one goes on, and
//! every task is handed over once.

mod scripted;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use scripted::kept::Kept;
use scripted::*;
use srunx::engine::{RunResult, Runner, State};
use srunx::event::{EventKind, RunOutcome};
use srunx::job::{BaseState, JobId, JobRequest, JobState, JobStatus, Outcome, TaskSet, TaskStates};
use srunx::scheduler::{Earlier, Part, PartNotice, Patience, Scheduler, SchedulerError, Word};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Tasks of a part.
const MOST: u32 = 3;

/// What outlives the clients: which parts were taken, by their tokens.
type Taken = Arc<Mutex<BTreeMap<String, (JobId, TaskSet)>>>;

/// One client's scheduler. Of the only job's array, what was taken completes at once.
struct Cutter {
    taken: Taken,
    notices: Mutex<Option<Sender<PartNotice>>>,
    /// Waits for the notices to be listened to: where a client before this one came, and what is left.
    left: Mutex<Option<(String, u32, TaskSet)>>,
    all: Mutex<TaskSet>,
}

impl Cutter {
    fn new(taken: &Taken) -> Arc<Self> {
        let (notices, left, all) = (Mutex::default(), Mutex::default(), Mutex::default());
        Arc::new(Self { taken: Arc::clone(taken), notices, left, all })
    }

    fn hand_over(
        taken: &Taken,
        notices: &Sender<PartNotice>,
        token: &str,
        number: u32,
        tasks: TaskSet,
    ) -> Option<JobId> {
        let (word, said) = bounded(1);
        let part = Part { tasks: tasks.clone(), offset: 0, id: None };
        notices.send(PartNotice::Next { token: token.to_owned(), number, part, word }).ok()?;
        if said.recv() != Ok(Word::Go) {
            return None;
        }
        let id = {
            let mut taken = taken.lock().unwrap();
            let id = JobId(1000 + taken.len() as u32);
            assert!(
                taken.insert(format!("{token}+{number}"), (id, tasks)).is_none(),
                "{token}+{number} twice"
            );
            id
        };
        let _ = notices.send(PartNotice::Taken { token: token.to_owned(), number, id });
        Some(id)
    }

    /// Hands over the rest, on a thread of its own.
    fn feed(&self, token: String, first: u32, rest: TaskSet) {
        let (taken, notices) = (Arc::clone(&self.taken), self.notices.lock().unwrap().clone().unwrap());
        thread::spawn(move || {
            for (number, tasks) in (first..).zip(rest.split(MOST)) {
                if Self::hand_over(&taken, &notices, &token, number, tasks).is_none() {
                    return;
                }
            }
        });
    }
}

impl Scheduler for Cutter {
    fn name(&self) -> &'static str {
        "cutter"
    }

    fn submit(&self, request: &JobRequest) -> Result<JobId, SchedulerError> {
        let all = TaskSet::from(request.array.as_ref().unwrap());
        let token = request.token.clone().unwrap();
        let notices = self.notices.lock().unwrap().clone().unwrap();
        let first = all.lowest(MOST);
        let id = Self::hand_over(&self.taken, &notices, &token, 0, first.clone()).ok_or_else(|| {
            SchedulerError {
                kind: srunx::scheduler::ErrorKind::Busy,
                message: "it cannot be kept".into(),
                hint: None,
            }
        })?;
        *self.all.lock().unwrap() = all.clone();
        self.feed(token, 1, all.difference(&first));
        Ok(id)
    }

    fn find(&self, token: &str) -> Result<Option<JobId>, SchedulerError> {
        Ok(self.taken.lock().unwrap().get(&format!("{token}+0")).map(|(id, _)| *id))
    }

    fn adopt(&self, request: &JobRequest, earlier: &Earlier<'_>) {
        let all = TaskSet::from(request.array.as_ref().unwrap());
        let token = request.token.clone().unwrap();
        *self.all.lock().unwrap() = all.clone();
        let parts = earlier.parts.expect("the first part is always kept");
        let mut rest = all;
        for (number, part) in parts {
            let known = self.taken.lock().unwrap().get(&format!("{token}+{number}")).cloned();
            assert!(part.id.is_none() || part.id == known.as_ref().map(|(id, _)| *id));
            if let Some((_, tasks)) = known {
                assert_eq!(tasks, part.tasks);
                rest = rest.difference(&tasks);
            }
        }
        let next = parts.keys().last().unwrap() + 1;
        let listened_to = self.notices.lock().unwrap().is_some();
        match listened_to {
            true => self.feed(token, next, rest),
            false => *self.left.lock().unwrap() = Some((token, next, rest)),
        }
    }

    fn parts(&self) -> Receiver<PartNotice> {
        let (notices, kept) = unbounded();
        *self.notices.lock().unwrap() = Some(notices);
        if let Some((token, next, rest)) = self.left.lock().unwrap().take() {
            self.feed(token, next, rest);
        }
        kept
    }

    fn observe(&self, jobs: &[JobId]) -> Result<Vec<JobStatus>, SchedulerError> {
        let taken = self.taken.lock().unwrap();
        let done = taken.values().fold(TaskSet::default(), |all, (_, tasks)| all.union(tasks));
        let waiting = self.all.lock().unwrap().difference(&done);
        let over = waiting.is_empty();
        let states: TaskStates =
            [group(&done.to_string(), 3), group(&waiting.to_string(), 0)].into_iter().collect();
        let state = Some(JobState::plain(if over { BaseState::Completed } else { BaseState::Pending }));
        let status = |id: &JobId| JobStatus { state, tasks: Some(states.clone()), ..JobStatus::unknown(*id) };
        Ok(jobs.iter().map(status).collect())
    }

    fn cancel(&self, _: &[JobId]) -> Result<(), SchedulerError> {
        Ok(())
    }

    fn patience(&self) -> Patience {
        Patience { least: Duration::from_millis(1), most: Duration::from_millis(4) }
    }

    fn jobs_outlive_client(&self) -> bool {
        true
    }

    fn can_be_left(&self, _: &JobRequest) -> Result<(), SchedulerError> {
        Ok(())
    }
}

/// One client's part of the run; none when it died.
fn client(taken: &Taken, kept: &Kept) -> Option<RunResult> {
    let workflow = workflow(&[("sweep", "")]);
    let requests = arrays(&workflow, &[("sweep", "0-10")]);
    let runner = Runner::new(&workflow, requests, Cutter::new(taken), options()).unwrap();
    let result =
        catch_unwind(AssertUnwindSafe(|| runner.resume(kept.events()).keep(kept.clone()).run())).ok();
    // What was on its way when it died arrives.
    thread::sleep(Duration::from_millis(if result.is_some() { 0 } else { 60 }));
    result
}

fn is_whole(taken: &Taken, kept: &Kept, words: &str) {
    let mut all = TaskSet::default();
    for (token, (_, tasks)) in taken.lock().unwrap().iter() {
        assert!(all.intersection(tasks).is_empty(), "{words}: {token} has tasks of another part");
        all = all.union(tasks);
    }
    assert_eq!(all.to_string(), "0-10", "{words}");
    let state = State::replay(&kept.events());
    assert_eq!(state.jobs()[0].outcome, Some(Outcome::Completed), "{words}: {state:?}");
}

#[test]
fn a_client_that_dies_at_any_instant() {
    for dies_after in 1.. {
        let (taken, kept) = (Taken::default(), Kept { dies_after: Some(dies_after), ..Kept::default() });
        if client(&taken, &kept).is_some() {
            is_whole(&taken, &kept, "it did not die");
            assert!(dies_after > 12, "{dies_after}");
            return;
        }
        client(&taken, &kept.lives()).expect("this one lives");
        is_whole(&taken, &kept, &format!("dead after {dies_after}"));
    }
}

#[test]
fn clients_that_die_one_after_the_other() {
    let (taken, mut kept) = (Taken::default(), Kept::default());
    for more in 1.. {
        // Each keeps one more event than it found, its own beginning besides.
        kept.dies_after = Some(kept.events().len() + 2);
        if client(&taken, &kept).is_some() {
            assert!(more > 6, "{more}");
            break;
        }
    }
    is_whole(&taken, &kept, "one after the other");
}

#[test]
fn nothing_more_goes_in_when_it_cannot_be_kept() {
    for full_after in 2..10 {
        let (taken, kept) = (Taken::default(), Kept { full_after: Some(full_after), ..Kept::default() });
        let result = client(&taken, &kept).expect("it lives");
        assert_eq!(result.outcome, RunOutcome::JournalLost, "{full_after}");
        let told = kept.events().into_iter().filter_map(|event| match event.kind {
            EventKind::PartSubmitting { part, .. } => Some(part),
            _ => None,
        });
        let told = told.count();
        // Each that was taken had been kept.
        assert!(taken.lock().unwrap().len() <= told, "{full_after}: {told} were kept");
        let kept = Kept { full_after: None, ..kept };
        client(&taken, &kept).expect("there is room again");
        is_whole(&taken, &kept, &format!("full after {full_after}"));
    }
}
