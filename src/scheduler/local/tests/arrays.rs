//! Arrays.

use super::*;
use crate::job::{ArrayTasks, TaskSet};
use jiff::Timestamp;

fn array(request: JobRequest, tasks: &str) -> JobRequest {
    JobRequest { array: Some(ArrayTasks::parse(tasks).unwrap()), ..request }
}

fn set(text: &str) -> TaskSet {
    text.parse().unwrap()
}

/// The tasks of an array whose state is called so.
fn tasks(status: &JobStatus, state: &str) -> String {
    status.tasks.as_ref().unwrap().those(|group| group.state.to_string() == state).to_string()
}

impl Ground {
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join(name)).unwrap_or_default()
    }
}

#[test]
fn tasks_find_slurm_s_variables_and_names() {
    let g = ground();
    let line = "echo $SLURM_ARRAY_JOB_ID $SLURM_ARRAY_TASK_ID $SLURM_ARRAY_TASK_COUNT $SLURM_ARRAY_TASK_MIN \
                $SLURM_ARRAY_TASK_MAX $SLURM_ARRAY_TASK_STEP; echo $SLURM_JOB_ID >>ids; echo no >&2";
    let request = JobRequest { stdout: None, stderr: Some("%x-%A-%3a-%j.err".into()), ..g.request(line) };
    let id = g.submit(&array(request, "1-9:4"));
    let (outcome, status) = g.end(id);
    assert_eq!(outcome, Outcome::Completed, "{status:?}");
    for task in [1, 5, 9] {
        assert_eq!(g.read(&format!("slurm-{id}_{task}.out")), format!("{id} {task} 3 1 9 4\n"));
    }
    let mut ids: Vec<u32> = g.read("ids").lines().map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable();
    // Each has its own, and one has the array's.
    assert_eq!(ids, [id.0, id.0 + 1, id.0 + 2]);
    assert_eq!(g.read(&format!("job-{id}-009-{id}.err")), "no\n");
    assert_eq!((tasks(&status, "COMPLETED").as_str(), status.reason.as_str()), ("1,5,9", ""));
    assert_eq!(status.stdout, Some(g.dir.path().join(format!("slurm-{id}_1.out"))));
    assert!(status.started.is_some() && status.ended >= status.started && !status.nodes.is_empty());
    // Outside of arrays there is no such variable, and %a is what it is in Slurm.
    let plain =
        JobRequest { stdout: Some("plain-%a".into()), ..g.request("env | grep -c SLURM_ARRAY; true") };
    assert_eq!(g.end(g.submit(&plain)).0, Outcome::Completed);
    assert_eq!(g.read("plain-4294967294"), "0\n");
}

#[test]
fn an_array_is_what_its_tasks_are() {
    let g = ground();
    let line = "[ $SLURM_ARRAY_TASK_ID = 2 ] && exit 7; while [ ! -e go ]; do sleep 0.02; done; \
                [ $SLURM_ARRAY_TASK_ID != 3 ] || kill -KILL $$";
    let request = JobRequest { stdout: Some("%a.out".into()), ..g.request(line) };
    let id = g.submit(&array(request, "0-9%3"));
    g.until(|| tasks(&g.status(id), "RUNNING") == "0-1,3");
    let status = g.status(id);
    assert!(g.is(id, BaseState::Running) && status.ended.is_none() && status.exit.is_success());
    assert_eq!((tasks(&status, "FAILED").as_str(), tasks(&status, "PENDING").as_str()), ("2", "4-9"));
    let held = status.tasks.unwrap().those(|group| group.reason == "JobArrayTaskLimit");
    assert_eq!(held, set("4-9"));
    g.touch("go");
    let (outcome, status) = g.end(id);
    assert_eq!((outcome, status.exit.code, status.reason.as_str()), (Outcome::Failed, 7, "NonZeroExitCode"));
    assert_eq!((tasks(&status, "COMPLETED").as_str(), tasks(&status, "FAILED").as_str()), ("0-1,4-9", "2-3"));
    assert_eq!(status.stdout, Some(g.dir.path().join("2.out")));
    let killed = status.tasks.unwrap().those(|group| group.reason == "RaisedSignal:9(Killed)");
    assert_eq!(killed, set("3"));
}

#[test]
fn no_more_tasks_run_at_once_than_may_or_fit() {
    let g = ground();
    let line = "echo + >>log; sleep 0.02; echo - >>log";
    for (cpus, expression, most) in [(1, "1-12%2", 2), (2, "1-12%9", 2), (4, "1-6", 1)] {
        let request = JobRequest { cpus_per_task: Some(cpus), ..g.request(line) };
        assert_eq!(g.end(g.submit(&array(request, expression))).0, Outcome::Completed);
        let log = g.read("log");
        let running = log.lines().scan(0, |running, line| {
            *running += if line == "+" { 1 } else { -1 };
            Some(*running)
        });
        assert!(running.max().unwrap() <= most, "{expression} {log}");
        fs::remove_file(g.dir.path().join("log")).unwrap();
    }
}

#[test]
fn others_are_not_held_up_by_an_array_that_must_wait() {
    let g = ground();
    let first = g.submit(&array(g.waiting("go"), "0-999%1"));
    let second = g.submit(&g.request("true"));
    assert_eq!(g.end(second).0, Outcome::Completed);
    assert!(g.is(first, BaseState::Running));
    g.local.cancel(&[first]).unwrap();
    let (outcome, status) = g.end(first);
    assert_eq!((outcome, tasks(&status, "CANCELLED").as_str()), (Outcome::Cancelled, "0-999"));
}

#[test]
fn counterparts_go_one_by_one_and_failures_are_passed_on() {
    let g = ground();
    let first = g.submit(&array(
        g.request(
            "while [ ! -e go$SLURM_ARRAY_TASK_ID ]; do sleep 0.02; done; \
         [ $SLURM_ARRAY_TASK_ID != 3 ]",
        ),
        "1-4",
    ));
    let corresponding = |ids: &[JobId], tasks: &str| {
        let request = g.request("echo $SLURM_ARRAY_TASK_ID >>second");
        g.submit(&JobRequest { corresponds_to: ids.to_vec(), ..array(request, tasks) })
    };
    // 5 has no counterpart.
    let second = corresponding(&[first], "1-5");
    let third = corresponding(&[first, second], "1-4");
    g.touch("go2");
    g.until(|| tasks(&g.status(third), "COMPLETED") == "2");
    assert_eq!(tasks(&g.status(second), "COMPLETED"), "2");
    let status = g.status(second);
    assert_eq!((tasks(&status, "CANCELLED").as_str(), tasks(&status, "PENDING").as_str()), ("5", "1,3-4"));
    assert_eq!((status.reason.as_str(), g.is(second, BaseState::Pending)), ("Dependency", true));
    g.touch("go3");
    g.until(|| tasks(&g.status(third), "CANCELLED") == "3");
    ["go1", "go4"].into_iter().for_each(|name| g.touch(name));
    for (id, never) in [(second, "3,5"), (third, "3")] {
        let (outcome, status) = g.end(id);
        assert_eq!((outcome, status.reason.as_str()), (Outcome::Cancelled, "DependencyNeverSatisfied"));
        let groups = status.tasks.unwrap();
        assert_eq!(groups.those(|group| group.reason == "DependencyNeverSatisfied"), set(never));
    }
    // What is over already, and a job that is no array, which each task waits for.
    let late = g.end(corresponding(&[first, g.submit(&g.request("true"))], "1-4"));
    assert_eq!(tasks(&late.1, "COMPLETED"), "1-2,4");
    let after_failure = g.end(corresponding(&[g.submit(&g.request("false"))], "1-4")).1;
    assert_eq!(tasks(&after_failure, "CANCELLED"), "1-4");
    let cancelled = g.submit(&array(g.waiting("never"), "1-4"));
    let waits = corresponding(&[cancelled], "1-4");
    g.local.cancel(&[cancelled]).unwrap();
    assert_eq!(tasks(&g.end(waits).1, "CANCELLED"), "1-4");
}

#[test]
fn what_cannot_be_waited_for_is_refused() {
    let g = ground();
    let stranger = JobRequest { corresponds_to: vec![JobId(77)], ..array(g.request("true"), "1") };
    assert_eq!(g.local.submit(&stranger).unwrap_err().kind, ErrorKind::Rejected);
    let id = g.submit(&array(g.request("true"), "1"));
    let plain = JobRequest { corresponds_to: vec![id], ..g.request("true") };
    assert_eq!(g.local.submit(&plain).unwrap_err().kind, ErrorKind::Rejected);
}

#[test]
fn nothing_begins_before_its_time() {
    let g = ground();
    let begin = Some(Timestamp::now() + Duration::from_secs(2));
    let job = g.submit(&JobRequest { begin, ..g.request("true") });
    let tasks = g.submit(&JobRequest { begin, ..array(g.request("true"), "1-3") });
    let gone = g.submit(&JobRequest { begin, ..array(g.request("true"), "1-3") });
    let never = g.submit(&JobRequest { begin: Some(Timestamp::MAX), ..g.request("true") });
    for id in [job, tasks, gone, never] {
        assert_eq!((g.is(id, BaseState::Pending), g.status(id).reason.as_str()), (true, "BeginTime"));
    }
    g.local.cancel(&[gone]).unwrap();
    for id in [job, tasks] {
        let (outcome, status) = g.end(id);
        assert_eq!(outcome, Outcome::Completed);
        assert!(status.started >= begin, "{status:?}");
    }
    let (outcome, status) = g.end(gone);
    assert_eq!((outcome, status.started), (Outcome::Cancelled, None));
    let past = JobRequest { begin: Some(Timestamp::UNIX_EPOCH), ..g.request("true") };
    assert_eq!(g.end(g.submit(&past)).0, Outcome::Completed);
    assert!(g.is(never, BaseState::Pending));
}

#[test]
fn each_task_has_its_own_time_and_gpu() {
    let g = ground();
    let line = "echo $CUDA_VISIBLE_DEVICES >>gpus; [ $SLURM_ARRAY_TASK_ID != 1 ] || sleep 600";
    let request = JobRequest {
        time_limit: Some(TimeLimit::Minutes(15)),
        gpus_per_node: Some(1),
        memory_per_node: Some(Memory { mib: 500 }),
        ..g.request(line)
    };
    let (outcome, status) = g.end(g.submit(&array(request, "0-3")));
    assert_eq!((outcome, status.reason.as_str()), (Outcome::Timeout, "TimeLimit"));
    assert_eq!((tasks(&status, "TIMEOUT").as_str(), tasks(&status, "COMPLETED").as_str()), ("1", "0,2-3"));
    let gpus = g.read("gpus");
    assert!(gpus.contains("0\n") && gpus.contains("1\n") && gpus.lines().count() == 4, "{gpus}");
}

#[test]
fn a_million_tasks_are_a_few_ranges() {
    let g = ground();
    let began = Instant::now();
    let id = g.submit(&array(g.waiting("never"), "0-999999"));
    assert!(began.elapsed() < Duration::from_secs(5));
    g.until(|| tasks(&g.status(id), "RUNNING") == "0-3");
    assert_eq!(g.local.shared.lock().jobs.len(), 4);
    assert_eq!(tasks(&g.status(id), "PENDING"), "4-999999");
    // However much happens, who does not look is told once.
    g.local.cancel(&[id]).unwrap();
    let (_, status) = g.end(id);
    assert_eq!(tasks(&status, "CANCELLED"), "0-999999");
    assert!(g.local.shared.lock().jobs.is_empty());
}

#[test]
fn one_wakeup_says_all_that_was_not_looked_at() {
    let g = ground();
    let id = g.submit(&array(g.request("echo >>all"), "0-99"));
    g.until(|| g.read("all").len() == 100);
    let shared = &g.local.shared;
    g.until(|| shared.lock().arrays[&id].is_over());
    let wakeups = g.local.wakeups();
    assert_eq!(wakeups.try_iter().collect::<Vec<_>>(), [id]);
    assert_eq!(g.end(id).0, Outcome::Completed);
    assert_eq!(wakeups.try_iter().count(), 0);
}

#[test]
fn tasks_that_cannot_start_do_not_hold_up_the_rest() {
    let g = ground();
    let nowhere = JobRequest { stdout: Some("/no/such/folder/%a".into()), ..g.request("true") };
    let bad = g.submit(&array(nowhere, "0-999"));
    let good = g.submit(&g.request("true"));
    assert_eq!(g.end(good).0, Outcome::Completed);
    let (outcome, status) = g.end(bad);
    assert_eq!((outcome, tasks(&status, "FAILED").as_str()), (Outcome::Failed, "0-999"));
    assert!(status.tasks.unwrap().groups().len() < 100);
    assert!(status.reason.starts_with("JobLaunchFailure"), "{}", status.reason);
}
