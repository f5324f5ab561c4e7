//! Arrays through the library, on a cluster that allows only 1,001 indices and forgets what has ended after 5 s.

use super::live_support::{Cluster, LIMIT, Scratch, until};
use srunx::job::{ArrayTasks, BaseState, JobId, JobRequest, JobStatus, Outcome, TaskSet};
use srunx::scheduler::slurm::SlurmScheduler;
use srunx::scheduler::{ErrorKind, Scheduler};
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
}

fn messages_tell_of_tasks(client: &Arc<Client>) {
    let arrays = Arrays::new(client, true);
    let wakeups = arrays.scheduler.wakeups();
    let id = arrays.scheduler.submit(&arrays.request("told", "0-9", "sleep 1; exit $((i % 3))")).unwrap();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        if let Ok(id) = wakeups.recv_timeout(Duration::from_millis(100)) {
            eprintln!("{:?} {id}", start.elapsed());
        }
    }
    let status = arrays.follow(id, 10);
    eprintln!("{:?}", ends(&status));
}
