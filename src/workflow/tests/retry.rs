//! `retry`: what it says, and what is said of mistakes in it.

use super::{brief, invalid, job, one};
use crate::job::Outcome;
use crate::workflow::{Job, Retry, Workflow};
use insta::assert_snapshot;

#[test]
fn every_form() {
    let retry = |text: &str| job(&format!("command: x\n{text}")).retry;
    assert_eq!(retry("retry: 2"), Some(Retry::times(2)));
    assert_eq!(retry("retry: 2\nretry_delay: 5"), Some(Retry { delay: 5, ..Retry::times(2) }));
    assert_eq!(
        (retry("retry: 0"), retry("retry_delay: 60"), retry("retry: ~"), retry("")),
        (None, None, None, None)
    );
    assert_eq!(retry("retry: {times: 3}\nretry_delay: 1:30"), Some(Retry { delay: 90, ..Retry::times(3) }));
    let whole = "resources: {memory_per_node: 1G, time_limit: 10}\nretry: {times: 2, on: [oom, TIMEOUT, deadline, oom], delay: 10m, memory: x2, time: 1.5}";
    let expected = Retry {
        times: 2,
        on: vec![Outcome::OutOfMemory, Outcome::Timeout, Outcome::Deadline],
        delay: 600,
        memory: "x2".parse().ok(),
        time: "x1.5".parse().ok(),
    };
    assert_eq!(retry(whole), Some(expected));
    let one = retry("retry: {times: 1, on: failed}").map(|retry| retry.on);
    assert_eq!(one, Some(vec![Outcome::Failed]));
    for asks in ["sbatch: {mem-per-cpu: 1G}", "sbatch: {mem: 100}", "sbatch: {mem-per-gpu: 2G}"] {
        assert!(retry(&format!("{asks}\nretry: {{times: 1, memory: 2}}")).is_some(), "{asks}");
    }
    let default = "sbatch: {time: 5}\njobs: [{name: a, command: x, retry: {times: 1, time: 2}}]";
    assert!(Workflow::parse("w", default).is_ok());
}

#[test]
fn mistakes() {
    assert_snapshot!(invalid(&one("command: x\nretry: {times: 2, on: [oom, time_out]}")), @r"
    error: a job cannot be tried again on `time_out`
     --> flow.yaml:4:33
      |
    4 |     retry: {times: 2, on: [oom, time_out]}
      |                                 ^^^^^^^^ not an end that is known
      |
      = help: did you mean `timeout`?
    ");
    assert_snapshot!(invalid(&one("command: x\nretry:\n  times: 2\n  memory: x2")), @r"
    error: the job's memory cannot grow
     --> flow.yaml:6:15
      |
    6 |       memory: x2
      |               ^^ it asks for none
      |
      = help: set `memory_per_node` under `resources:`, or `mem-per-cpu` or `mem-per-gpu` under `sbatch:`
    ");
    let said = |text: &str| brief(&one(&format!("command: x\n{text}"))).trim_end().to_owned();
    assert_snapshot!(said("retry: two"), @"4:12 `retry` must be a whole number, not `two` (expected a whole number)");
    assert_snapshot!(said("retry: -1"), @"4:12 `retry` must be a number that is not negative, not `-1` (expected a number that is not negative)");
    assert_snapshot!(said("retry: 101"), @"4:12 `retry` must be at most 100, not `101` (expected at most 100)");
    assert_snapshot!(said("retry: [2]"), @"4:12 `retry` must be a number or a map, not a list (expected how often, such as 2) [`retry: {times: 2, on: [oom, timeout]}` says more]");
    assert_snapshot!(said("retry: {on: oom}"), @"4:13 `retry` does not say how often (`times:` is missing) [`times: 2` tries twice again]");
    assert_snapshot!(said("retry: {time: 2, on: oom}"), @"4:13 `retry` does not say how often (`times:` is missing) [`times: 2` tries twice again]");
    assert_snapshot!(said("retry: {tries: 2}"), @"4:13 unknown key `tries` (not a key of `retry`) [did you mean `times`?]");
    assert_snapshot!(said("retry: {times: 1, on: []}"), @"4:27 `on` is empty (a job is tried again after one end at least) [the ends are failed, timeout, oom, node_fail, preempted, boot_fail, deadline]");
    assert_snapshot!(said("retry: {times: 1, on: [cancelled, [a], ~]}"), @r"
    4:28 a job cannot be tried again on `cancelled` (what was cancelled is never tried again) [the ends are failed, timeout, oom, node_fail, preempted, boot_fail, deadline]
    4:39 an item of `on` must be how a job ended, not a list (expected one of failed, timeout, oom, node_fail, preempted, boot_fail, deadline)
    4:44 a job cannot be tried again on `~` (not an end that is known) [the ends are failed, timeout, oom, node_fail, preempted, boot_fail, deadline]
    ");
    assert_snapshot!(said("retry: {times: 1, delay: soon}"), @"4:30 `delay` cannot be `soon` (expected seconds, or a time such as 90s, 10m, 2h or 1:30:00)");
    assert_snapshot!(said("retry: 1\nretry_delay: 31d"), @"5:18 `retry_delay` cannot be `31d` (at most 30 days)");
    assert_snapshot!(said("retry: {times: 1, delay: 1}\nretry_delay: 2"), @"5:5 `delay` and `retry_delay` exclude each other (second) [keep one of them]");
    assert_snapshot!(said("retry: {times: 1, memory: half, time: 0.5}"), @r"
    4:31 `memory` must be a factor such as x2, not `half` (expected a number such as x2 or x1.5)
    4:43 `time` must be a factor such as x1.5, not `0.5` (expected x1 or more)
    ");
    assert_snapshot!(said("retry: {times: 1, time: 2}"), @"4:29 the job's time limit cannot grow (it asks for none) [set `time_limit` under `resources:`]");
    assert_snapshot!(said("resources: {memory_per_node: 0, time_limit: UNLIMITED}\nretry: {times: 1, memory: 2, time: 2}"), @r"
    5:31 the job's memory cannot grow (it asks for all of a node's) [ask for an amount]
    5:40 the job's time limit cannot grow (it has no limit) [ask for a time limit]
    ");
    assert_snapshot!(said("resources: {memory_per_node: 1G, time_limit: 60}\nretry: {times: 100, memory: 2, time: 2}"), @r"
    5:33 the job's memory cannot grow (in the end it would be more than Slurm can be asked for) [take a smaller factor]
    5:42 the job's time limit cannot grow (in the end it would be more than Slurm can be asked for) [take a smaller factor]
    ");
}

#[test]
fn a_program_keeps_the_same_rules() {
    let build = |retry: Retry| {
        Workflow::builder("w").job(Job { retry: Some(retry), ..Job::new("a", ["true"]) }).build()
    };
    assert!(build(Retry::times(2)).is_ok());
    assert_snapshot!(build(Retry { memory: "x2".parse().ok(), delay: u32::MAX, ..Retry::times(101) }).unwrap_err(), @r"
    error: `times` of the retry of the job `a`: a job cannot be tried again so often (at most 100 times)

    error: `delay` of the retry of the job `a`: the delay is too long (at most 30 days)

    error: `memory` of the retry of the job `a`: the job's memory cannot grow (it asks for none)
     |
     = help: set `memory_per_node` under `resources:`, or `mem-per-cpu` or `mem-per-gpu` under `sbatch:`
    ");
    assert_snapshot!(build(Retry { on: vec![Outcome::Cancelled], ..Retry::times(1) }).unwrap_err(), @"error: `on` of the retry of the job `a`: a job cannot be tried again after every end (CANCELLED)");
}
