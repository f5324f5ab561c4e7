//! The engine on the private cluster, and the client under it as a program uses it.

#[macro_use]
mod engine_suite;
mod live_support;

use engine_suite::Fixture;
use live_support::{Cluster, Scratch, until};
use srunx::job::{JobId, JobRequest};
use srunx::scheduler::Scheduler;
use srunx::scheduler::slurm::SlurmScheduler;
use srunx::slurm::{Client, ConnectOptions};
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// One client for all tests. Every test begins here, so that while it connects no other thread does anything.
fn client() -> Arc<Client> {
    static CLIENT: OnceLock<Arc<Client>> = OnceLock::new();
    let connect = || {
        let conf = &Cluster::shared().conf;
        // SAFETY: every test waits for this; nobody reads the environment meanwhile.
        unsafe { std::env::set_var("SLURM_CONF", conf) };
        Arc::new(Client::connect(&ConnectOptions::default()).unwrap())
    };
    Arc::clone(CLIENT.get_or_init(connect))
}

struct Live {
    scheduler: Arc<SlurmScheduler>,
    dir: Scratch,
}

impl Live {
    fn new() -> Self {
        // Completion messages are one channel's, and these tests run at once: they poll. The live tests of the program
        // are told.
        let scheduler = Arc::new(SlurmScheduler::new(client(), false));
        Self { scheduler, dir: Scratch::new("engine") }
    }
}

impl Fixture for Live {
    fn scheduler(&self) -> Arc<dyn Scheduler> {
        self.scheduler.clone()
    }

    fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn cancel_from_outside(&self, id: JobId) {
        Cluster::shared().slurm("scancel", &[&id.to_string()]);
    }
}

engine_suite!(Live::new());

#[test]
fn many_threads_submit_at_once() {
    let live = Live::new();
    let client = client();
    let submit = |thread: usize| {
        (0..20)
            .map(|n| {
                let token = format!("many-{}/{thread}.{n}", std::process::id());
                let request = JobRequest { token: Some(token), ..live.request("many", "sleep 600") };
                (request.token.clone().unwrap(), client.submit(&request).unwrap().id)
            })
            .collect::<Vec<_>>()
    };
    let submitted: Vec<(String, JobId)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|thread| scope.spawn(move || submit(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let ids: HashSet<JobId> = submitted.iter().map(|(_, id)| *id).collect();
    assert_eq!(ids.len(), 320);
    let all: Vec<JobId> = ids.iter().copied().collect();
    assert_eq!(client.jobs(&all).unwrap().jobs.len(), 320);
    for (token, id) in submitted.iter().step_by(40) {
        assert_eq!(client.find(token).unwrap(), Some(*id));
        assert_eq!(client.jobs(&[*id]).unwrap().jobs[0].comment, *token);
    }
    std::thread::scope(|scope| {
        for part in submitted.chunks(40) {
            let client = &client;
            scope.spawn(move || part.iter().for_each(|(_, id)| client.cancel(*id).unwrap()));
        }
    });
    until("all are cancelled", || {
        let records = client.jobs(&all).unwrap().jobs;
        let over = |id| records.iter().any(|r| r.id == id && r.state.to_string() == "CANCELLED");
        ids.iter().all(|id| over(*id)).then_some(())
    });
}

#[test]
fn a_token_finds_its_job_and_no_other() {
    let live = Live::new();
    let client = client();
    let token = format!("find-{}/1", std::process::id());
    let mut request = live.request("find", "true");
    request.comment = Some("the user's own words, ü".into());
    request.token = Some(token.clone());
    assert_eq!(client.find(&token).unwrap(), None);
    let id = client.submit(&request).unwrap().id;
    assert_eq!(client.find(&token).unwrap(), Some(id));
    assert_eq!(client.find(&token[..token.len() - 1]).unwrap(), None);
    assert_eq!(client.find(&format!("{token}1")).unwrap(), None);
    let comment = client.jobs(&[id]).unwrap().jobs[0].comment.clone();
    assert_eq!(comment, format!("the user's own words, ü {token}"));
}

#[test]
fn slurmdbd_remembers_how_a_job_ended() {
    let live = Live::new();
    let client = client();
    if !client.configuration().has_accounting() {
        panic!("the private cluster has no slurmdbd");
    }
    let id = client.submit(&live.request("accounted", "exit 7")).unwrap().id;
    let job = until("slurmdbd has the end", || {
        let jobs = client.accounted(&[id]).unwrap();
        assert!(jobs.len() <= 1 && jobs.iter().all(|job| job.id == id), "{jobs:?}");
        jobs.into_iter().find(|job| job.state.is_final())
    });
    assert_eq!(job.state.to_string(), "FAILED");
    assert_eq!((job.exit.code, job.exit.signal), (7, 0));
    assert!(job.submitted > 0 && job.started >= job.submitted && job.ended >= job.started, "{job:?}");
    assert!(job.nodes.starts_with('c'), "{job:?}");
    assert_eq!(client.accounted(&[JobId(4_000_000)]).unwrap(), []);
}

#[test]
fn what_is_unknown_is_no_error() {
    let client = client();
    let never = JobId(4_000_000);
    assert_eq!(client.jobs(&[never]).unwrap().jobs, []);
    let status = SlurmScheduler::new(Arc::clone(&client), false).observe(&[never]).unwrap();
    assert_eq!((status[0].id, status[0].state), (never, None));
    // The engine takes it for cancelled; the client says what Slurm says.
    assert_eq!(client.cancel(never).unwrap_err().code(), Some(srunx::slurm::code::INVALID_JOB_ID));
    SlurmScheduler::new(client, false).cancel(&[never]).unwrap();
}

#[test]
fn cancelling_what_is_over_is_no_error() {
    let live = Live::new();
    let client = client();
    let id = client.submit(&live.request("over", "true")).unwrap().id;
    until("it is over", || client.jobs(&[id]).unwrap().jobs[0].state.is_final().then_some(()));
    client.cancel(id).unwrap();
    assert_eq!(client.jobs(&[id]).unwrap().jobs[0].state.to_string(), "COMPLETED");
}
