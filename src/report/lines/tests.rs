use super::*;
use crate::job::{ExitStatus, JobState};
use crate::report::TableLook;
use crate::report::samples::{Broken, Story, diamond, failures};

pub(super) const SCREEN: Style =
    Style { color: false, unicode: true, table: TableLook::Boxed, width: Some(100) };

fn hint(ids: &[JobId]) -> Option<String> {
    Some(ids.iter().fold("scancel".to_owned(), |line, id| format!("{line} {id}")))
}

pub(super) fn told(events: &[Event], style: Style) -> String {
    let mut lines = Lines::new(Vec::new(), style, hint);
    events.iter().for_each(|event| lines.on_event(event));
    lines.finish();
    String::from_utf8(lines.sink.into_inner()).unwrap()
}

/// What is said after the run's first line.
fn story(tell: impl FnOnce(&mut Story)) -> String {
    let mut story = Story::of(&["a", "b"]);
    tell(&mut story);
    let text = told(&story.events(), SCREEN);
    text.split_once('\n').unwrap().1.to_owned()
}

#[test]
fn the_articles_run() {
    insta::assert_snapshot!(told(&diamond(), SCREEN), @r#"
    🚀 Starting Workflow test with 5 jobs
    🌋 SUBMITTED    Job a
    👀 MONITORING   Job a            (ID: 12232)
    ✅ COMPLETED    Job a            (ID: 12232)
    🌋 SUBMITTED    Job b1
    👀 MONITORING   Job b1           (ID: 12233)
    🌋 SUBMITTED    Job c
    👀 MONITORING   Job c            (ID: 12234)
    ✅ COMPLETED    Job b1           (ID: 12233)
    🌋 SUBMITTED    Job b2
    👀 MONITORING   Job b2           (ID: 12235)
    ✅ COMPLETED    Job c            (ID: 12234)
    ✅ COMPLETED    Job b2           (ID: 12235)
    🌋 SUBMITTED    Job d
    👀 MONITORING   Job d            (ID: 12236)
    ✅ COMPLETED    Job d            (ID: 12236)
    ✅ Workflow completed successfully!

            Workflow test Summary
    ┏━━━━━┳━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━┓
    ┃ Job ┃ Status    ┃ ID    ┃ Elapsed  ┃
    ┡━━━━━╇━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━┩
    │ a   │ COMPLETED │ 12232 │ 00:01:03 │
    │ b1  │ COMPLETED │ 12233 │ 00:01:03 │
    │ c   │ COMPLETED │ 12234 │ 00:01:03 │
    │ b2  │ COMPLETED │ 12235 │ 00:01:03 │
    │ d   │ COMPLETED │ 12236 │ 00:01:03 │
    └─────┴───────────┴───────┴──────────┘
    "#);
}

#[test]
fn a_run_with_failures() {
    insta::assert_snapshot!(told(&failures(), SCREEN), @r#"
    🚀 Starting Workflow test with 5 jobs
    🌋 SUBMITTED    Job a
    👀 MONITORING   Job a            (ID: 1)
    ✅ COMPLETED    Job a            (ID: 1)
    🌋 SUBMITTED    Job b
    👀 MONITORING   Job b            (ID: 2)
    🌋 SUBMITTED    Job c
    👀 MONITORING   Job c            (ID: 3)
    ⛔ REJECTED     Job d            slurm_submit_batch_job: Invalid partition name specified (2000)
       hint: the partitions are debug and gpu
    ❌ FAILED       Job b            (ID: 2)  exit 3
    ⏩ SKIPPED      Job e            because b FAILED
    💥 OUT_OF_MEMORY Job c           (ID: 3)
    ❌ Workflow failed: 1 completed, 3 failed, 1 skipped

                                  Workflow test Summary
    ┏━━━━━┳━━━━━━━━━━━━━━━┳━━━━┳━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    ┃ Job ┃ Status        ┃ ID ┃ Elapsed  ┃ Exit                                     ┃
    ┡━━━━━╇━━━━━━━━━━━━━━━╇━━━━╇━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
    │ a   │ COMPLETED     │ 1  │ 00:01:03 │ -                                        │
    │ b   │ FAILED        │ 2  │ 00:01:03 │ exit 3                                   │
    │ c   │ OUT_OF_MEMORY │ 3  │ 00:01:03 │ -                                        │
    │ d   │ REJECTED      │ -  │ -        │ slurm_submit_batch_job: Invalid partiti… │
    │ e   │ SKIPPED       │ -  │ -        │ b FAILED                                 │
    └─────┴───────────────┴────┴──────────┴──────────────────────────────────────────┘

    ❌ FAILED b (ID: 2)
       exit 3
       log: /nowhere/b_2.log
       no log is seen there from this host: it was not made, is on another machine's disk, or is late on
       a network file system

    💥 OUT_OF_MEMORY c (ID: 3)
       log: /nowhere/c_3.log
       no log is seen there from this host: it was not made, is on another machine's disk, or is late on
       a network file system

    ⛔ REJECTED d
       slurm_submit_batch_job: Invalid partition name specified (2000)
       hint: the partitions are debug and gpu
    "#);
    insta::assert_snapshot!(told(&failures(), Style::PLAIN), @r#"
    >> Starting Workflow test with 5 jobs
    -> SUBMITTED    Job a
    .. MONITORING   Job a            (ID: 1)
    ok COMPLETED    Job a            (ID: 1)
    -> SUBMITTED    Job b
    .. MONITORING   Job b            (ID: 2)
    -> SUBMITTED    Job c
    .. MONITORING   Job c            (ID: 3)
    !! REJECTED     Job d            slurm_submit_batch_job: Invalid partition name specified (2000); hint: the partitions are debug and gpu
    !! FAILED       Job b            (ID: 2)  exit 3
    -- SKIPPED      Job e            because b FAILED
    !! OUT_OF_MEMORY Job c           (ID: 3)
    !! Workflow failed: 1 completed, 3 failed, 1 skipped

    Workflow test Summary
    Job  Status         ID  Elapsed   Exit
    a    COMPLETED      1   00:01:03  -
    b    FAILED         2   00:01:03  exit 3
    c    OUT_OF_MEMORY  3   00:01:03  -
    d    REJECTED       -   -         slurm_submit_batch_job: Invalid parti...
    e    SKIPPED        -   -         b FAILED

    !! FAILED b (ID: 2)
       exit 3
       log: /nowhere/b_2.log
       no log is seen there from this host: it was not made, is on another machine's disk, or is late on a network file system

    !! OUT_OF_MEMORY c (ID: 3)
       log: /nowhere/c_3.log
       no log is seen there from this host: it was not made, is on another machine's disk, or is late on a network file system

    !! REJECTED d
       slurm_submit_batch_job: Invalid partition name specified (2000)
       hint: the partitions are debug and gpu
    "#);
}

#[test]
fn every_kind_of_end() {
    use Outcome as O;
    let all = [
        O::Completed,
        O::Failed,
        O::Cancelled,
        O::Timeout,
        O::NodeFail,
        O::Preempted,
        O::BootFail,
        O::Deadline,
        O::OutOfMemory,
        O::Revoked,
        O::Unknown,
    ];
    let text = story(|story| {
        for outcome in all {
            let status = JobStatus {
                exit: if outcome == O::Failed {
                    ExitStatus { code: 0, signal: 9 }
                } else {
                    ExitStatus::default()
                },
                reason: if outcome == O::NodeFail { "NodeDown".to_owned() } else { String::new() },
                ..story.status(12, BaseState::Failed)
            };
            story.push(EventKind::Ended { job: "a".to_owned(), outcome, status });
        }
        story.skipped("b", "a FAILED");
        story.push(EventKind::Rejected {
            job: "b".to_owned(),
            reason: "Invalid account".to_owned(),
            hint: None,
        });
    });
    insta::assert_snapshot!(text, @r#"
    ✅ COMPLETED    Job a            (ID: 12)
    ❌ FAILED       Job a            (ID: 12)  signal 9 (SIGKILL)
    🚫 CANCELLED    Job a            (ID: 12)
    ⏰ TIMEOUT      Job a            (ID: 12)
    💥 NODE_FAIL    Job a            (ID: 12)  NodeDown
    👋 PREEMPTED    Job a            (ID: 12)
    💥 BOOT_FAIL    Job a            (ID: 12)
    ⏰ DEADLINE     Job a            (ID: 12)
    💥 OUT_OF_MEMORY Job a           (ID: 12)
    👋 REVOKED      Job a            (ID: 12)
    ❓ UNKNOWN      Job a            (ID: 12)  nobody has a record of it any more
    ⏩ SKIPPED      Job b            because a FAILED
    ⛔ REJECTED     Job b            Invalid account
    "#);
}

#[test]
fn what_happens_to_a_job_under_way() {
    let text = story(|story| {
        story.submitted("a", 12);
        story.pending("a", 12, "Priority").pending("a", 12, "PartitionDown").pending("a", 12, "Resources");
        story.pending("a", 12, "PartitionDown");
        let booting = JobState::from_bits(1 | StateFlags::CONFIGURING);
        let status =
            JobStatus { state: Some(booting), nodes: "c1".to_owned(), ..JobStatus::unknown(JobId(12)) };
        story.push(EventKind::Changed { job: "a".to_owned(), status });
        story.running("a", 12, "c[1-2]").running("a", 12, "c[1-2]");
        let suspended = story.status(12, BaseState::Suspended);
        story.push(EventKind::Changed { job: "a".to_owned(), status: suspended });
        story.running("a", 12, "c[1-2]");
        let completing = JobState::from_bits(3 | StateFlags::COMPLETING);
        let status = JobStatus { state: Some(completing), ..JobStatus::unknown(JobId(12)) };
        story.push(EventKind::Changed { job: "a".to_owned(), status });
        story.requeued("a", 12, 1).pending("a", 12, "PartitionDown").running("a", 12, "c3");
        story.push(EventKind::Changed { job: "a".to_owned(), status: JobStatus::unknown(JobId(12)) });
        story.push(EventKind::Changed { job: "a".to_owned(), status: JobStatus::unknown(JobId(12)) });
    });
    insta::assert_snapshot!(text, @r#"
    🌋 SUBMITTED    Job a
    👀 MONITORING   Job a            (ID: 12)
    ⏳ PENDING      Job a            (ID: 12)  PartitionDown: its partition is down
    ⏳ CONFIGURING  Job a            (ID: 12)  waits for its nodes to boot: c1
    🏃 RUNNING      Job a            (ID: 12)  on c[1-2]
    💤 SUSPENDED    Job a            (ID: 12)
    🏃 RUNNING      Job a            (ID: 12)  on c[1-2]
    🔁 REQUEUED     Job a            (ID: 12)  restart 1
    ⏳ PENDING      Job a            (ID: 12)  PartitionDown: its partition is down
    🏃 RUNNING      Job a            (ID: 12)  on c3
    ⏳ UNKNOWN      Job a            (ID: 12)  the scheduler has no record of it just now
    "#);
}

#[test]
fn what_happens_to_the_run() {
    let text = story(|story| {
        for _ in 0..2 {
            let reason = "Job violates accounting/QOS policy".to_owned();
            story.push(EventKind::SubmissionDelayed { job: "a".to_owned(), reason });
        }
        story.submitted("a", 12).submitted("b", 13);
        let reason = "Unable to contact slurm controller (connect failure) on ctl:6817".to_owned();
        story.push(EventKind::SchedulerLost { reason }).push(EventKind::SchedulerBack);
        story.push(EventKind::Interrupted { signal: "SIGINT".to_owned() });
        story.push(EventKind::Cancelling { jobs: vec!["a".to_owned(), "b".to_owned()] });
        story.ended("a", 12, Outcome::Cancelled, 0, 15).over(RunOutcome::Interrupted);
    });
    insta::assert_snapshot!(text, @r#"
    ⏳ DELAYED      Job a            Job violates accounting/QOS policy; tried again
    🌋 SUBMITTED    Job a
    👀 MONITORING   Job a            (ID: 12)
    🌋 SUBMITTED    Job b
    👀 MONITORING   Job b            (ID: 13)
    📡 Slurm does not answer; the run waits for it: Unable to contact slurm controller (connect failure)
       on ctl:6817
    📡 Slurm answers again
    🛑 Interrupted by SIGINT: nothing more is submitted. 2 jobs under way: a (ID: 12), b (ID: 13).
       Ctrl-C again cancels them.
       To cancel by hand: scancel 12 13
    🚫 Cancelling 2 jobs: a, b
    🚫 CANCELLED    Job a            (ID: 12)
    🛑 Workflow interrupted: 1 cancelled, 1 under way

           Workflow test Summary
    ┏━━━━━┳━━━━━━━━━━━┳━━━━┳━━━━━━━━━━┓
    ┃ Job ┃ Status    ┃ ID ┃ Elapsed  ┃
    ┡━━━━━╇━━━━━━━━━━━╇━━━━╇━━━━━━━━━━┩
    │ a   │ CANCELLED │ 12 │ 00:01:03 │
    │ b   │ SUBMITTED │ 13 │ -        │
    └─────┴───────────┴────┴──────────┘

    🚫 CANCELLED a (ID: 12)
       log: /nowhere/a_12.log
       no log is seen there from this host: it was not made, is on another machine's disk, or is late on
       a network file system

    🛑 1 job still under way: b (ID: 13).
       To cancel by hand: scancel 13
    "#);
}

#[test]
fn an_interrupted_run_says_once_what_runs() {
    let text = story(|story| {
        story.submitted("a", 12).push(EventKind::Interrupted { signal: "SIGTERM".to_owned() });
        story.over(RunOutcome::Interrupted);
    });
    assert_eq!(text.matches("scancel 12").count(), 1, "{text}");
    let text = story(|story| {
        story.push(EventKind::Interrupted { signal: "SIGTERM".to_owned() }).over(RunOutcome::Interrupted);
    });
    insta::assert_snapshot!(text, @r#"
    🛑 Interrupted by SIGTERM: nothing more is submitted. No job is under way.
    🛑 Workflow interrupted: 2 not submitted

         Workflow test Summary
    ┏━━━━━┳━━━━━━━━━┳━━━━┳━━━━━━━━━┓
    ┃ Job ┃ Status  ┃ ID ┃ Elapsed ┃
    ┡━━━━━╇━━━━━━━━━╇━━━━╇━━━━━━━━━┩
    │ a   │ WAITING │ -  │ -       │
    │ b   │ WAITING │ -  │ -       │
    └─────┴─────────┴────┴─────────┘
    "#);
    let text = story(|story| {
        story.submitted("a", 12).over(RunOutcome::SchedulerUnreachable);
    });
    insta::assert_snapshot!(text, @r#"
    🌋 SUBMITTED    Job a
    👀 MONITORING   Job a            (ID: 12)
    📡 Workflow left, its scheduler cannot be reached: 1 under way, 1 not submitted

          Workflow test Summary
    ┏━━━━━┳━━━━━━━━━━━┳━━━━┳━━━━━━━━━┓
    ┃ Job ┃ Status    ┃ ID ┃ Elapsed ┃
    ┡━━━━━╇━━━━━━━━━━━╇━━━━╇━━━━━━━━━┩
    │ a   │ SUBMITTED │ 12 │ -       │
    │ b   │ WAITING   │ -  │ -       │
    └─────┴───────────┴────┴─────────┘

    🛑 1 job still under way: a (ID: 12).
       To cancel by hand: scancel 12
    "#);
}

#[test]
fn names_that_would_spoil_the_screen() {
    let evil = "x\x1b[2J\ny";
    let mut story = Story::of(&[evil, "日本語", "preprocess_the_whole_of_imagenet_in_shards_0001"]);
    story.submitted(evil, 1).submitted("日本語", 2);
    story.submitted("preprocess_the_whole_of_imagenet_in_shards_0001", 3);
    story.push(EventKind::SchedulerLost { reason: "bad\nnews \x07".to_owned() });
    insta::assert_snapshot!(told(&story.events(), Style { width: Some(60), ..SCREEN }), @r#"
    🚀 Starting Workflow test with 3 jobs
    🌋 SUBMITTED    Job x\x1b[2J\ny
    👀 MONITORING   Job x\x1b[2J\ny              (ID: 1)
    🌋 SUBMITTED    Job 日本語
    👀 MONITORING   Job 日本語                   (ID: 2)
    🌋 SUBMITTED    Job preprocess_t…shards_0001
    👀 MONITORING   Job preprocess_t…shards_0001 (ID: 3)
    📡 Slurm does not answer; the run waits for it: bad\nnews
       \x07
    "#);
    insta::assert_snapshot!(told(&story.events(), Style { unicode: true, ..Style::PLAIN }), @r#"
    🚀 Starting Workflow test with 3 jobs
    🌋 SUBMITTED    Job x\x1b[2J\ny
    👀 MONITORING   Job x\x1b[2J\ny                              (ID: 1)
    🌋 SUBMITTED    Job 日本語
    👀 MONITORING   Job 日本語                                   (ID: 2)
    🌋 SUBMITTED    Job preprocess_the_whole_of_imagenet_in_shards_0001
    👀 MONITORING   Job preprocess_the_whole_of_imagenet_in_shards_0001 (ID: 3)
    📡 Slurm does not answer; the run waits for it: bad\nnews \x07
    "#);
    insta::assert_snapshot!(told(&story.events(), Style::PLAIN), @r#"
    >> Starting Workflow test with 3 jobs
    -> SUBMITTED    Job x\x1b[2J\ny
    .. MONITORING   Job x\x1b[2J\ny                              (ID: 1)
    -> SUBMITTED    Job \u{65e5}\u{672c}\u{8a9e}
    .. MONITORING   Job \u{65e5}\u{672c}\u{8a9e}                 (ID: 2)
    -> SUBMITTED    Job preprocess_the_whole_of_imagenet_in_shards_0001
    .. MONITORING   Job preprocess_the_whole_of_imagenet_in_shards_0001 (ID: 3)
    ?? Slurm does not answer; the run waits for it: bad\nnews \x07
    "#);
}

#[test]
fn forty_columns() {
    let text = told(&failures(), Style { width: Some(40), ..SCREEN });
    insta::assert_snapshot!(text, @r#"
    🚀 Starting Workflow test with 5 jobs
    🌋 SUBMITTED    Job a
    👀 MONITORING   Job a        (ID: 1)
    ✅ COMPLETED    Job a        (ID: 1)
    🌋 SUBMITTED    Job b
    👀 MONITORING   Job b        (ID: 2)
    🌋 SUBMITTED    Job c
    👀 MONITORING   Job c        (ID: 3)
    ⛔ REJECTED     Job d
       slurm_submit_batch_job: Invalid
       partition name specified (2000)
       hint:
       the partitions are debug and gpu
    ❌ FAILED       Job b        (ID: 2)
       exit 3
    ⏩ SKIPPED      Job e
       because b FAILED
    💥 OUT_OF_MEMORY Job c       (ID: 3)
    ❌ Workflow failed: 1 completed, 3
       failed, 1 skipped

             Workflow test Summary
    ┏━━━━━┳━━━━━━━━━━━━━━━┳━━━━┳━━━━━━━━━━┓
    ┃ Job ┃ Status        ┃ ID ┃ Elapsed  ┃
    ┡━━━━━╇━━━━━━━━━━━━━━━╇━━━━╇━━━━━━━━━━┩
    │ a   │ COMPLETED     │ 1  │ 00:01:03 │
    │ b   │ FAILED        │ 2  │ 00:01:03 │
    │ c   │ OUT_OF_MEMORY │ 3  │ 00:01:03 │
    │ d   │ REJECTED      │ -  │ -        │
    │ e   │ SKIPPED       │ -  │ -        │
    └─────┴───────────────┴────┴──────────┘

    ❌ FAILED b (ID: 2)
       exit 3
       log: /nowhere/b_2.log
       no log is seen there from this host:
       it was not made, is on another
       machine's disk, or is late on a
       network file system

    💥 OUT_OF_MEMORY c (ID: 3)
       log: /nowhere/c_3.log
       no log is seen there from this host:
       it was not made, is on another
       machine's disk, or is late on a
       network file system

    ⛔ REJECTED d
       slurm_submit_batch_job: Invalid
       partition name specified (2000)
       hint: the partitions are debug and
       gpu
    "#);
    for width in 0..40 {
        told(&failures(), Style { width: Some(width), ..SCREEN });
    }
}

#[test]
fn the_last_lines_of_a_failed_jobs_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("b.log");
    std::fs::write(&log, "epoch 1\n\x1b[31mTraceback\x1b[0m\nValueError: no data\n").unwrap();
    let text = story(|story| {
        let status = JobStatus {
            exit: ExitStatus { code: 1, signal: 0 },
            stdout: Some(log.clone()),
            nodes: "c1".to_owned(),
            ..story.status(5, BaseState::Failed)
        };
        story.push(EventKind::Ended { job: "b".to_owned(), outcome: Outcome::Failed, status });
        story.over(RunOutcome::Failed);
    });
    let text = text.replace(&folder.path().display().to_string(), "/flow");
    insta::assert_snapshot!(text, @r#"
    ❌ FAILED       Job b            (ID: 5)  exit 1
    ❌ Workflow failed: 1 failed, 1 not submitted

              Workflow test Summary
    ┏━━━━━┳━━━━━━━━━┳━━━━┳━━━━━━━━━┳━━━━━━━━┓
    ┃ Job ┃ Status  ┃ ID ┃ Elapsed ┃ Exit   ┃
    ┡━━━━━╇━━━━━━━━━╇━━━━╇━━━━━━━━━╇━━━━━━━━┩
    │ a   │ WAITING │ -  │ -       │ -      │
    │ b   │ FAILED  │ 5  │ -       │ exit 1 │
    └─────┴─────────┴────┴─────────┴────────┘

    ❌ FAILED b (ID: 5)
       exit 1
       nodes: c1
       log: /flow/b.log
       │ epoch 1
       │ Traceback
       │ ValueError: no data
    "#);
}

#[test]
fn many_failures_are_not_all_shown() {
    let names: Vec<String> = (0..30).map(|n| format!("job{n}")).collect();
    let mut story = Story::of(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for (n, name) in (0..).zip(&names) {
        story.submitted(name, n).ended(name, n, Outcome::Failed, 1, 0);
    }
    let text = told(&story.over(RunOutcome::Failed).events(), SCREEN);
    assert!(text.ends_with("\n20 more failed; the table names them.\n"), "{text}");
}

#[test]
fn colours() {
    let text = told(&failures(), Style { color: true, ..SCREEN });
    assert!(text.contains("\x1b[31mFAILED\x1b[0m       Job b"), "{text}");
    assert!(text.contains("\x1b[32mCOMPLETED\x1b[0m    Job a"), "{text}");
    assert!(!told(&failures(), SCREEN).contains('\x1b'));
}

#[test]
fn a_closed_pipe_does_not_matter() {
    let mut lines = Lines::new(Broken(io::ErrorKind::BrokenPipe), SCREEN, hint);
    diamond().iter().for_each(|event| lines.on_event(event));
    assert!(lines.error().is_none());
}
