use super::tests::{SCREEN, told};
use crate::event::{EventKind, RunOutcome};
use crate::job::Outcome;
use crate::report::samples::Story;

#[test]
fn an_array() {
    let mut story = Story::of(&["sweep"]);
    story.submitted_array("sweep", 36, "0-999%50").tasks_started("sweep", "0-49");
    story.tasks_ended("sweep", "0-9", Outcome::Completed, 0).tasks_ended("sweep", "12", Outcome::Failed, 3);
    story.tasks_started("sweep", "50-99").wait(10).tasks_ended("sweep", "13-15", Outcome::Timeout, 0);
    story.push(EventKind::TasksRequeued { job: "sweep".to_owned(), tasks: "20".parse().unwrap() });
    for (at, outcome) in [(30, Outcome::NodeFail), (31, Outcome::Completed), (32, Outcome::Cancelled)] {
        story.tasks_ended("sweep", &at.to_string(), outcome, 0);
    }
    story.tasks_ended("sweep", "0-999", Outcome::Completed, 0);
    story.ended("sweep", 36, Outcome::Failed, 3, 0).over(RunOutcome::Failed);
    insta::assert_snapshot!(told(&story.events(), SCREEN), @r#"
    🚀 Starting Workflow test with 1 job
    🌋 SUBMITTED    Job sweep
    👀 MONITORING   Job sweep        (ID: 36)  1000 tasks
    🏃 RUNNING      Job sweep        (ID: 36)  0 of 1000 tasks done, 50 running, 950 waiting
    ❌ FAILED       Job sweep        (ID: 36)  task 12: exit 3
    ⏰ TIMEOUT      Job sweep        (ID: 36)  tasks 13-15
    🏃 RUNNING      Job sweep        (ID: 36)  14 of 1000 tasks done, 4 failed, 86 running, 900 waiting
    🔁 REQUEUED     Job sweep        (ID: 36)  task 20
    ❌ FAILED       Job sweep        (ID: 36)  6 of 1000 tasks: 12-15,30,32
    ❌ Workflow failed: 1 failed

                                   Workflow test Summary
    ┏━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━┳━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    ┃ Job   ┃ Status        ┃ ID ┃ Elapsed  ┃ Exit                                     ┃
    ┡━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━╇━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
    │ sweep │ FAILED 6/1000 │ 36 │ 00:01:03 │ task 12: FAILED, exit 3; tasks 13-15: T… │
    └───────┴───────────────┴────┴──────────┴──────────────────────────────────────────┘

    ❌ FAILED 6/1000 sweep (ID: 36)
       task 12: FAILED, exit 3
       tasks 13-15: TIMEOUT
       task 30: NODE_FAIL
       task 32: CANCELLED
       log: /nowhere/sweep_36.log
       no log is seen there from this host: it was not made, is on another machine's disk, or is late on
       a network file system
    "#);
}
