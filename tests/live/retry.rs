//! Jobs that are tried again.

use super::live_support::kept::{SIGKILL, start};
use super::live_support::{Cluster, Flow};
use srunx::event::EventKind;
use srunx::job::JobId;

const FLAKY: &str = "  - name: grows
    command: 'echo >>tries; [ $(wc -l <tries) -ge 3 ] || exit 3'
    resources: {memory_per_node: 20, time_limit: 3}
    retry: {times: 2, delay: 1, memory: x2, time: x1.5}
  - name: per-cpu
    command: 'echo >>others; [ $(wc -l <others) -ge 2 ] || exit 4'
    sbatch: {mem-per-cpu: 11M, time: '1:00:00', ntasks: 1}
    retry: {times: 1, on: [failed], delay: 1, memory: x1.5, time: x1.5}
  - {name: then, command: 'true', depends_on: [grows, per-cpu]}
";

fn submitted(events: &[srunx::event::Event], name: &str) -> Vec<JobId> {
    let ids = events.iter().filter_map(|event| match &event.kind {
        EventKind::Submitted { job, id, .. } if job == name => Some(*id),
        _ => None,
    });
    ids.collect()
}

#[test]
fn each_attempt_asks_slurm_for_more() {
    let flow = Flow::new("grows", FLAKY);
    let done = flow.run(&["--json"]).expect(0);
    let events = done.events();
    let asked = |name: &str, key: &str| -> Vec<String> {
        let ids = submitted(&events, name);
        ids.into_iter().map(|id| Cluster::shared().job(id.0)[key].clone()).collect()
    };
    assert_eq!(asked("grows", "MinMemoryNode"), ["20M", "40M", "80M"]);
    assert_eq!(asked("grows", "TimeLimit"), ["00:03:00", "00:05:00", "00:08:00"]);
    assert_eq!(asked("per-cpu", "MinMemoryCPU"), ["11M", "17M"]);
    assert_eq!(asked("per-cpu", "TimeLimit"), ["01:00:00", "01:30:00"]);
    assert_eq!(submitted(&events, "then").len(), 1);
}

#[test]
fn the_next_attempt_is_made_by_whoever_goes_on() {
    let flow = Flow::new(
        "again",
        "  - {name: bad, command: 'echo >>tries; exit 3', retry: 1, retry_delay: 5}
  - name: sweep
    array: 0-4%2
    command: 'echo >>ran-$SLURM_ARRAY_TASK_ID; [ $SLURM_ARRAY_TASK_ID != 3 ] || [ $(wc -l <ran-3) -ge 2 ]'
    retry: {times: 3, delay: 5}
",
    );
    let mut client = start(&flow, &["run", "flow.yaml"]);
    let waits = |job: &str, number: &str| {
        let (job, number) = (format!("Job {job} "), format!("attempt {number}"));
        move |text: &str| text.lines().any(|line| line.contains(&job) && line.contains(&number)).then_some(())
    };
    client.until("the job waits", waits("bad", "2 of 2 in"));
    client.until("the array waits", waits("sweep", "2 of 4 in"));
    client.signal(SIGKILL);
    client.wait();
    let status = start(&flow, &["status", "--last"]).wait().expect(0);
    status
        .says(&["of workflow again: LEFT"])
        .says(&["bad ", "WAITING", "2 of 2"])
        .says(&["sweep ", "WAITING", "2 of 4"]);
    status.says(&["bad waits: attempt 2 of 2"]);
    let done = start(&flow, &["resume", "--last"]).wait().expect(1);
    done.says(&["1 completed, 1 failed"]).says(&["bad ", "FAILED", "2 of 2"]);
    assert_eq!(flow.dir.read("tries").lines().count(), 2);
    for (task, times) in [(0, 1), (1, 1), (2, 1), (3, 2), (4, 1)] {
        assert_eq!(flow.dir.read(&format!("ran-{task}")).lines().count(), times, "{task}");
    }
    let json = start(&flow, &["status", "--last", "--json"]).wait().expect(0).stdout;
    let state: serde_json::Value = serde_json::from_str(&json).unwrap();
    let earlier = &state["jobs"][0]["earlier"];
    assert_eq!((&earlier[0]["outcome"], &earlier[0]["exit"]), (&"FAILED".into(), &"3:0".into()), "{json}");
    assert_eq!(earlier.as_array().map(Vec::len), Some(1));
}
