//! Arrays through the library, on a cluster that allows only 1,001 indices and forgets what has ended after 5 s.

use super::live_support::{Cluster, LIMIT, Scratch, until};
use srunx::job::{ArrayTasks, BaseState, JobId, JobRequest, JobStatus, Outcome, TaskSet};
use srunx::scheduler::Scheduler;
use srunx::scheduler::slurm::SlurmScheduler;
use srunx::slurm::{Client, ConnectOptions};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Arrays {
    scheduler: SlurmScheduler,
    dir: Scratch,
}

impl Arrays {
    fn new(client: &Arc<Client>, push: bool) -> Self {
        Self { scheduler: SlurmScheduler::new(Arc::clone(client), push), dir: Scratch::new("arrays") }
    }

    /// An array each of whose tasks runs `body` with its overall index in `$i`.
    fn request(&self, name: &str, array: &str, body: &str) -> JobRequest {
        let dir = self.dir.path();
        let index = "i=$((SLURM_ARRAY_TASK_ID + ${SRUNX_TASK_OFFSET:-0}))";
        JobRequest {
            name: name.into(),
            script: format!("#!/bin/sh\n{index}\n{body}\n"),
            work_dir: dir.into(),
            stdout: Some("/dev/null".into()),
            environment: std::env::vars_os().filter(|(name, _)| name == "PATH").collect(),
            memory_per_node: Some("1M".parse().unwrap()),
            array: Some(ArrayTasks::parse(array).unwrap()),
            token: Some(format!("follow-{}/{name}", std::process::id())),
            ..JobRequest::default()
        }
    }

    fn look(&self, id: JobId) -> JobStatus {
        self.scheduler.observe(&[id]).unwrap().remove(0)
    }

    /// Looks as the engine does until all of `count` tasks are over.
    fn follow(&self, id: JobId, count: u32) -> JobStatus {
        let start = Instant::now();
        loop {
            let status = self.look(id);
            if status.tasks.as_ref().is_some_and(|tasks| tasks.over().count() == count) {
                return status;
            }
            assert!(start.elapsed() < LIMIT, "still under way: {status:?}");
            std::thread::sleep(self.scheduler.patience().most.min(Duration::from_secs(1)));
        }
    }
}

/// How each task ended, as `outcome code`.
fn ends(status: &JobStatus) -> BTreeMap<u32, String> {
    let groups = status.tasks.as_ref().unwrap().groups();
    let end = |group: &srunx::job::TaskGroup| {
        let outcome = Outcome::of(group.state).map_or(group.state.to_string(), |outcome| outcome.to_string());
        format!("{outcome} {}", group.exit.code)
    };
    groups.iter().flat_map(|group| group.tasks.iter().map(move |task| (task, end(group)))).collect()
}

fn count(status: &JobStatus, base: BaseState) -> TaskSet {
    status.tasks.as_ref().unwrap().those(|group| group.state.base == base)
}

#[test]
fn through_the_library() {
    let options = ["--min-job-age", "5", "--conf", "MaxArraySize=1001", "--conf", "MaxJobCount=20000"];
    let own = Cluster::start(&options);
    let cluster = &own.cluster;
    // SAFETY: the other tests wait for their turn.
    unsafe { std::env::set_var("SLURM_CONF", &cluster.conf) };
    let client = Arc::new(Client::connect(&ConnectOptions::default()).unwrap());
    messages_tell_of_tasks(&client);
    larger_than_the_cluster_allows(&client);
    piece_for_piece(&client);
    throttled_across_pieces(&client);
    cancelled_as_one(&client);
    as_many_as_the_user_may_submit(&client, cluster);
    refused_later(&client, cluster);
}

fn messages_tell_of_tasks(client: &Arc<Client>) {
    let arrays = Arrays::new(client, true);
    let wakeups = arrays.scheduler.wakeups();
    // No task ends beside another one.
    let body = "sleep 0.$((i * 3)); exit $((i % 3))";
    let id = arrays.scheduler.submit(&arrays.request("told", "1-3", body)).unwrap();
    let next = || wakeups.recv_timeout(Duration::from_secs(30)).unwrap();
    // Two tasks have ids of their own, the last one has the array's.
    for _ in 0..2 {
        until("a task is told", || (next() != id).then_some(()));
        until("the array is named for it", || (next() == id).then_some(()));
    }
    let status = arrays.follow(id, 3);
    let all =
        [(1, "FAILED 1"), (2, "FAILED 2"), (3, "COMPLETED 0")].map(|(task, end)| (task, end.to_owned()));
    assert_eq!(ends(&status), all.into_iter().collect());
}

/// 5,000 tasks where an array may have 1,001 indices.
fn larger_than_the_cluster_allows(client: &Arc<Client>) {
    let arrays = Arrays::new(client, false);
    let body = "code=$((i % 7 == 3 ? i % 5 : 0)); echo $code > $i; exit $code";
    let request = arrays.request("large", "0-4999", body);
    let id = arrays.scheduler.submit(&request).unwrap();
    // At once it is all there, and it is found by its token.
    let status = arrays.look(id);
    assert_eq!(status.tasks.unwrap().known().to_string(), "0-4999");
    assert_eq!(arrays.scheduler.find(request.token.as_ref().unwrap()).unwrap(), Some(id));
    let status = arrays.follow(id, 5000);
    assert_eq!(status.state.unwrap().base, BaseState::Failed);
    let truth = |task: u32| match arrays.dir.read(&task.to_string()).trim() {
        "0" => "COMPLETED 0".to_owned(),
        code => format!("FAILED {code}"),
    };
    let told = ends(&status);
    let wrong: Vec<_> = told.iter().filter(|(task, end)| **end != truth(**task)).collect();
    assert!(told.len() == 5000 && wrong.is_empty(), "{} tasks are told of; {wrong:?}", told.len());
    let hint = arrays.scheduler.cancel_hint(&[id]).unwrap();
    assert_eq!(hint.split_whitespace().count(), 6, "five arrays: {hint}");
}

/// Task by task behind another array, both of which are several of Slurm's.
fn piece_for_piece(client: &Arc<Client>) {
    let arrays = Arrays::new(client, false);
    let body = "echo x > first-$i; [ $((i % 10)) -ne 4 ]";
    let first = JobRequest { chunk: Some(6), ..arrays.request("first", "990-1013", body) };
    let first = arrays.scheduler.submit(&first).unwrap();
    let second = arrays.request("second", "990-1013", "[ -e first-$i ] && echo x > second-$i");
    let second = JobRequest { corresponds_to: vec![first], chunk: Some(7), ..second };
    let second = arrays.scheduler.submit(&second).unwrap();
    // Another client finds the whole of it by the first one's token, as far as slurmctld remembers it.
    until("all pieces are found", || {
        let other = SlurmScheduler::new(Arc::clone(client), false);
        assert_eq!(other.find(&format!("follow-{}/second", std::process::id())).unwrap(), Some(second));
        let known = other.observe(&[second]).unwrap().remove(0).tasks?.known();
        (known.first()? < 1001 && known.last()? > 1001).then_some(())
    });
    arrays.follow(first, 24);
    let status = arrays.follow(second, 24);
    assert_eq!(count(&status, BaseState::Cancelled).to_string(), "994,1004", "{:?}", status.tasks);
    assert_eq!(count(&status, BaseState::Completed).count(), 22, "{:?}", status.tasks);
    for task in (990..1014).filter(|task| task % 10 != 4) {
        assert!(arrays.dir.exists(&format!("second-{task}")));
    }
}

/// No more at once than are asked for, though they are several of Slurm's arrays.
fn throttled_across_pieces(client: &Arc<Client>) {
    let arrays = Arrays::new(client, false);
    let body = "echo x > on-$i; ls on-* | wc -l >> seen; sleep 0.3; rm on-$i";
    let request = JobRequest { chunk: Some(3), ..arrays.request("throttled", "0-8%2", body) };
    let id = arrays.scheduler.submit(&request).unwrap();
    let status = arrays.follow(id, 9);
    assert_eq!(count(&status, BaseState::Completed).to_string(), "0-8");
    let most = arrays.dir.read("seen").lines().map(|line| line.trim().parse::<u32>().unwrap()).max();
    assert_eq!(most, Some(2));
}

fn cancelled_as_one(client: &Arc<Client>) {
    let arrays = Arrays::new(client, false);
    let request = JobRequest { chunk: Some(4), ..arrays.request("cancelled", "0-19", "sleep 600") };
    let id = arrays.scheduler.submit(&request).unwrap();
    arrays.scheduler.cancel(&[id]).unwrap();
    let status = arrays.follow(id, 20);
    assert_eq!(count(&status, BaseState::Cancelled).to_string(), "0-19", "{:?}", status.tasks);
    assert_eq!(status.state.unwrap().base, BaseState::Cancelled);
    assert!(!client.has_open_jobs().unwrap(), "nothing of it is left");
}

fn as_many_as_the_user_may_submit(client: &Arc<Client>, cluster: &Cluster) {
    let limit = |most: i32| {
        let user = format!("name={}", user());
        cluster.slurm(
            "sacctmgr",
            &["-i", "modify", "user", "where", &user, "set", &format!("MaxSubmitJobs={most}")],
        );
    };
    limit(20);
    let arrays = Arrays::new(client, false);
    let id = until("the limit is known", || {
        // slurmctld hears of it a moment later.
        let probe = arrays.scheduler.submit(&arrays.request("probe", "0-20", "sleep 600")).unwrap();
        let waits = count_waiting(&arrays.look(probe));
        arrays.scheduler.cancel(&[probe]).unwrap();
        arrays.follow(probe, 21);
        (waits > 0)
            .then(|| arrays.scheduler.submit(&arrays.request("limited", "0-99", "echo x > $i")).unwrap())
    });
    let status = arrays.follow(id, 100);
    assert_eq!(count(&status, BaseState::Completed).to_string(), "0-99", "{:?}", status.tasks);
    assert!((0..100).all(|task| arrays.dir.exists(&task.to_string())));
    limit(-1);
}

fn user() -> String {
    let id = std::process::Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(id.stdout).unwrap().trim().to_owned()
}

/// Tasks that slurmctld has not been given.
fn count_waiting(status: &JobStatus) -> u32 {
    status.tasks.as_ref().unwrap().those(|group| group.reason == "NotSubmittedYet").count()
}

/// A piece that slurmctld refuses for good, when the first one went in.
fn refused_later(client: &Arc<Client>, cluster: &Cluster) {
    let arrays = Arrays::new(client, false);
    let part = cluster.closed_partition("refusing");
    part.open();
    let before = JobRequest { array: None, ..arrays.request("before", "0", "true") };
    let before = arrays.scheduler.submit(&before).unwrap();
    // What waits for one job or the other cannot wait for its first piece too: the second one is sent when that is over.
    let either = format!("afterany:{before}?afterany:{before}");
    let request = JobRequest {
        chunk: Some(2),
        partition: Some(part.name.clone()),
        sbatch: vec![("dependency".into(), Some(either))],
        ..arrays.request("refused", "0-3%2", "sleep 3")
    };
    let id = arrays.scheduler.submit(&request).unwrap();
    until("the first piece runs", || (!count(&arrays.look(id), BaseState::Running).is_empty()).then_some(()));
    cluster.slurm("scontrol", &["update", &format!("PartitionName={}", part.name), "State=DRAIN"]);
    let status = arrays.follow(id, 4);
    assert_eq!(count(&status, BaseState::Completed).to_string(), "0-1", "{:?}", status.tasks);
    assert_eq!(count(&status, BaseState::Failed).to_string(), "2-3", "{:?}", status.tasks);
    let refused = status.tasks.unwrap().those(|group| group.reason.contains("slurm_submit_batch_job"));
    assert_eq!(refused.to_string(), "2-3", "the reason is slurmctld's own words");
}
