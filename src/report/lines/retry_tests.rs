use super::tests::{SCREEN, told};
use crate::event::{Event, EventKind, RunOutcome};
use crate::job::{BaseState, ExitStatus, JobStatus, Outcome};
use crate::report::Style;
use crate::report::samples::Story;
use jiff::SignedDuration;

impl Story {
    /// After a second; the next attempt is due after so many more.
    fn again(
        &mut self,
        job: &str,
        id: u32,
        outcome: (Outcome, u8),
        attempt: u32,
        tasks: Option<&str>,
        seconds: i64,
    ) -> &mut Self {
        let (outcome, code) = outcome;
        let status = JobStatus { exit: ExitStatus { code, signal: 0 }, ..self.status(id, BaseState::Failed) };
        let asks = if outcome == Outcome::OutOfMemory { vec!["--mem=2G".to_owned()] } else { Vec::new() };
        let next = self.now() + SignedDuration::from_secs(seconds);
        let (job, tasks) = (job.to_owned(), tasks.map(|tasks| tasks.parse().unwrap()));
        self.push(EventKind::AttemptEnded { job, attempt, of: 3, outcome, status, tasks, next, asks })
    }
}

fn one() -> Story {
    let mut story = Story::of(&["train", "fetch"]);
    story.submitted("train", 7).running("train", 7, "c1");
    story.again("train", 7, (Outcome::Failed, 1), 1, None, 60).wait(60).submitted("train", 8);
    story.again("train", 8, (Outcome::OutOfMemory, 0), 2, None, 0);
    story
}

fn finished() -> Vec<Event> {
    let mut story = one();
    story.submitted("train", 9).ended("train", 9, Outcome::Failed, 3, 0);
    story.submitted("fetch", 10).ended("fetch", 10, Outcome::Completed, 0, 0).over(RunOutcome::Failed);
    story.events()
}

#[test]
fn a_job() {
    insta::assert_snapshot!(told(&finished(), SCREEN), @r"
    🚀 Starting Workflow test with 2 jobs
    🌋 SUBMITTED    Job train
    👀 MONITORING   Job train        (ID: 7)
    🏃 RUNNING      Job train        (ID: 7)  on c1
    ❌ FAILED       Job train        (ID: 7)  exit 1; attempt 2 of 3 in 00:01:00
    🌋 SUBMITTED    Job train
    👀 MONITORING   Job train        (ID: 8)  attempt 2 of 3
    💥 OUT_OF_MEMORY Job train       (ID: 8)  attempt 3 of 3 at once; --mem=2G
    🌋 SUBMITTED    Job train
    👀 MONITORING   Job train        (ID: 9)  attempt 3 of 3
    ❌ FAILED       Job train        (ID: 9)  exit 3; attempt 3 of 3
    🌋 SUBMITTED    Job fetch
    👀 MONITORING   Job fetch        (ID: 10)
    ✅ COMPLETED    Job fetch        (ID: 10)
    ❌ Workflow failed: 1 completed, 1 failed

                     Workflow test Summary
    ┏━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━┳━━━━┳━━━━━━━━━━┳━━━━━━━━┓
    ┃ Job   ┃ Status    ┃ Attempt ┃ ID ┃ Elapsed  ┃ Exit   ┃
    ┡━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━╇━━━━╇━━━━━━━━━━╇━━━━━━━━┩
    │ train │ FAILED    │ 3 of 3  │ 9  │ 00:01:03 │ exit 3 │
    │ fetch │ COMPLETED │ -       │ 10 │ 00:01:03 │ -      │
    └───────┴───────────┴─────────┴────┴──────────┴────────┘

    ❌ FAILED train (ID: 9)
       exit 3
       attempt 1 (ID: 7): FAILED, exit 1
       attempt 2 (ID: 8): OUT_OF_MEMORY
       nodes: c1
       log: /nowhere/train_9.log
       no log is seen there from this host: it was not made, is on another machine's disk, or is late on
       a network file system
    ");
    insta::assert_snapshot!(told(&finished(), Style::PLAIN).lines().filter(|line| line.contains("attempt")).collect::<Vec<_>>().join("\n"), @r"
    !! FAILED       Job train        (ID: 7)  exit 1; attempt 2 of 3 in 00:01:00
    .. MONITORING   Job train        (ID: 8)  attempt 2 of 3
    !! OUT_OF_MEMORY Job train       (ID: 8)  attempt 3 of 3 at once; --mem=2G
    .. MONITORING   Job train        (ID: 9)  attempt 3 of 3
    !! FAILED       Job train        (ID: 9)  exit 3; attempt 3 of 3
       attempt 1 (ID: 7): FAILED, exit 1
       attempt 2 (ID: 8): OUT_OF_MEMORY
    ");
}

#[test]
fn a_run_that_is_left_before_the_next_attempt() {
    let mut story = one();
    story.push(EventKind::Interrupted { signal: "SIGINT".to_owned() }).over(RunOutcome::Interrupted);
    insta::assert_snapshot!(told(&story.events(), SCREEN).lines().skip(6).collect::<Vec<_>>().join("\n"), @r"
    👀 MONITORING   Job train        (ID: 8)  attempt 2 of 3
    💥 OUT_OF_MEMORY Job train       (ID: 8)  attempt 3 of 3 at once; --mem=2G
    🛑 Interrupted by SIGINT: nothing more is submitted. No job is under way.
    🛑 Workflow interrupted: 1 failed, 1 not submitted

                  Workflow test Summary
    ┏━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━┳━━━━━━━━━┓
    ┃ Job   ┃ Status        ┃ Attempt ┃ ID ┃ Elapsed ┃
    ┡━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━╇━━━━━━━━━┩
    │ train │ OUT_OF_MEMORY │ 2 of 3  │ 8  │ -       │
    │ fetch │ WAITING       │ -       │ -  │ -       │
    └───────┴───────────────┴─────────┴────┴─────────┘

    💥 OUT_OF_MEMORY train (ID: 8)
       attempt 1 (ID: 7): FAILED, exit 1
       nodes: c1
    ");
}

#[test]
fn an_array() {
    let mut story = Story::of(&["sweep"]);
    story.submitted_array("sweep", 36, "0-9").tasks_started("sweep", "0-9");
    story.tasks_ended("sweep", "0-6", Outcome::Completed, 0).tasks_ended("sweep", "7-9", Outcome::Failed, 3);
    story
        .again("sweep", 36, (Outcome::Failed, 3), 1, Some("7-9"), 60)
        .wait(60)
        .submitted_array("sweep", 40, "7-9");
    story.tasks_ended("sweep", "7-8", Outcome::Completed, 0).tasks_ended("sweep", "9", Outcome::Timeout, 0);
    story.ended("sweep", 40, Outcome::Timeout, 0, 0).over(RunOutcome::Failed);
    insta::assert_snapshot!(told(&story.events(), SCREEN), @r"
    🚀 Starting Workflow test with 1 job
    🌋 SUBMITTED    Job sweep
    👀 MONITORING   Job sweep        (ID: 36)  10 tasks
    🏃 RUNNING      Job sweep        (ID: 36)  0 of 10 tasks done, 10 running
    ❌ FAILED       Job sweep        (ID: 36)  tasks 7-9: exit 3
    ❌ FAILED       Job sweep        (ID: 36)  3 of 10 tasks: 7-9; attempt 2 of 3 in 00:01:00
    🌋 SUBMITTED    Job sweep
    👀 MONITORING   Job sweep        (ID: 40)  3 tasks, attempt 2 of 3
    🏃 RUNNING      Job sweep        (ID: 40)  9 of 10 tasks done, 1 waiting
    ⏰ TIMEOUT      Job sweep        (ID: 40)  task 9
    ⏰ TIMEOUT      Job sweep        (ID: 40)  1 of 10 tasks: 9; attempt 2 of 3
    ❌ Workflow failed: 1 failed

                           Workflow test Summary
    ┏━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━┳━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┓
    ┃ Job   ┃ Status       ┃ Attempt ┃ ID ┃ Elapsed  ┃ Exit            ┃
    ┡━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━╇━━━━━━━━━━╇━━━━━━━━━━━━━━━━━┩
    │ sweep │ TIMEOUT 1/10 │ 2 of 3  │ 40 │ 00:01:03 │ task 9: TIMEOUT │
    └───────┴──────────────┴─────────┴────┴──────────┴─────────────────┘

    ⏰ TIMEOUT 1/10 sweep (ID: 40)
       task 9: TIMEOUT
       attempt 1 (ID: 36): FAILED, exit 3
       log: /nowhere/sweep_40.log
       no log is seen there from this host: it was not made, is on another machine's disk, or is late on
       a network file system
    ");
}
