//! What is said of runs that are left to the scheduler, and of what nobody can tell.

use super::Lines;
use super::tests::SCREEN;
use crate::event::{Event, EventKind, Listener, RunOutcome};
use crate::job::JobId;
use crate::report::samples::Story;

fn told(events: &[Event]) -> String {
    let mut lines = Lines::new(Vec::new(), SCREEN, |_: &[JobId]| None).kept();
    events.iter().for_each(|event| lines.on_event(event));
    lines.finish();
    String::from_utf8(lines.sink.into_inner()).unwrap()
}

#[test]
fn a_run_that_is_left_says_how_it_is_found_again() {
    let mut story = Story::of(&["a", "b"]);
    story.submitted("a", 12).submitted("b", 13).over(RunOutcome::Detached);
    insta::assert_snapshot!(told(&story.events()), @r#"
    🚀 Starting Workflow test with 2 jobs, run r1
    🌋 SUBMITTED    Job a
    👀 MONITORING   Job a            (ID: 12)
    🌋 SUBMITTED    Job b
    👀 MONITORING   Job b            (ID: 13)
    🌋 Workflow left to Slurm: 2 under way

          Workflow test Summary
    ┏━━━━━┳━━━━━━━━━━━┳━━━━┳━━━━━━━━━┓
    ┃ Job ┃ Status    ┃ ID ┃ Elapsed ┃
    ┡━━━━━╇━━━━━━━━━━━╇━━━━╇━━━━━━━━━┩
    │ a   │ SUBMITTED │ 12 │ -       │
    │ b   │ SUBMITTED │ 13 │ -       │
    └─────┴───────────┴────┴─────────┘

       To see what became of it: srunx flow status r1
       To follow it: srunx flow resume r1
       To cancel it: srunx flow cancel r1
    "#);
}

#[test]
fn what_nobody_can_tell() {
    let mut story = Story::of(&["a"]);
    let (reason, hint) = ("slurmctld has forgotten it".to_owned(), "look at what it left behind".to_owned());
    story.push(EventKind::Untraceable { job: "a".into(), reason, hint }).over(RunOutcome::Failed);
    insta::assert_snapshot!(told(&story.events()), @r#"
    🚀 Starting Workflow test with 1 job, run r1
    ❓ UNKNOWN      Job a            slurmctld has forgotten it
       hint: look at what it left behind
    ❌ Workflow failed: 1 failed

                               Workflow test Summary
    ┏━━━━━┳━━━━━━━━━┳━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    ┃ Job ┃ Status  ┃ ID ┃ Elapsed ┃ Exit                                     ┃
    ┡━━━━━╇━━━━━━━━━╇━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
    │ a   │ UNKNOWN │ -  │ -       │ nobody has a record of it any more, slu… │
    └─────┴─────────┴────┴─────────┴──────────────────────────────────────────┘

    ❓ UNKNOWN a
       nobody has a record of it any more, slurmctld has forgotten it
       hint: look at what it left behind

    To run again what failed: srunx flow resume r1 --retry-failed
    "#);
}
