//! What the engine must do on any scheduler with real processes. A [`Fixture`] names the scheduler; `engine_suite!` makes
//! a test of each story.

#![allow(dead_code)]

mod arrays;
mod retry;

pub use arrays::*;
use crossbeam_channel::unbounded;
pub use retry::*;
use srunx::engine::{JobResult, Options, RunResult, Runner, State};
use srunx::event::{Event, EventKind, RunId, RunOutcome};
use srunx::job::{ExitStatus, JobId, JobRequest, NodeCount, Outcome, TimeLimit};
use srunx::scheduler::Scheduler;
use srunx::workflow::{Dependency, DependencyKind, Job, Retry, Workflow};
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A scheduler to run the suite on.
pub trait Fixture {
    /// It.
    fn scheduler(&self) -> Arc<dyn Scheduler>;

    /// A folder of this test's own, that the jobs can write to.
    fn dir(&self) -> &Path;

    /// Cancels a job as a user would, past the scheduler's client.
    fn cancel_from_outside(&self, id: JobId);

    /// The shortest time limit that there is.
    fn shortest_limit(&self) -> TimeLimit {
        TimeLimit::Minutes(1)
    }

    /// A job that runs a shell line.
    fn request(&self, name: &str, line: &str) -> JobRequest {
        JobRequest {
            name: name.into(),
            script: format!("#!/bin/sh\n{line}\n"),
            work_dir: self.dir().to_owned(),
            stdout: Some(self.dir().join("%x_%j.out")),
            environment: std::env::vars_os().filter(|(name, _)| name == "PATH").collect(),
            ..JobRequest::default()
        }
    }

    /// Where the output of a job made by [`Fixture::request`] is.
    fn log(&self, name: &str, id: JobId) -> PathBuf {
        self.dir().join(format!("{name}_{id}.out"))
    }
}

/// Jobs as `(request, dependencies)`.
type Jobs = Vec<(JobRequest, Vec<Dependency>)>;

fn on(places: &[usize]) -> Vec<Dependency> {
    places.iter().map(|on| Dependency::on(*on, DependencyKind::AfterOk)).collect()
}

fn kind(on: usize, kind: DependencyKind) -> Vec<Dependency> {
    vec![Dependency::on(on, kind)]
}

struct Ran {
    result: RunResult,
    events: Vec<Event>,
}

impl Ran {
    fn job(&self, name: &str) -> &JobResult {
        self.result.job(name).unwrap()
    }

    fn outcome(&self, name: &str) -> Option<Outcome> {
        self.job(name).outcome
    }

    fn exit(&self, name: &str) -> (u8, u8) {
        let ExitStatus { code, signal } = self.job(name).status.as_ref().unwrap().exit;
        (code, signal)
    }

    fn reason(&self, name: &str) -> &str {
        &self.job(name).status.as_ref().unwrap().reason
    }

    fn log(&self, fixture: &dyn Fixture, name: &str) -> String {
        let path = fixture.log(name, self.job(name).id.unwrap());
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

fn run(fixture: &dyn Fixture, jobs: Jobs) -> Ran {
    run_with(fixture, jobs, |_| {}, |_| {})
}

fn run_with(
    fixture: &dyn Fixture,
    jobs: Jobs,
    change: impl FnOnce(&mut Options),
    react: impl FnMut(&Event),
) -> Ran {
    run_retrying(fixture, jobs, &[], change, react)
}

/// The same; the jobs that are named are tried again.
fn run_retrying(
    fixture: &dyn Fixture,
    jobs: Jobs,
    retries: &[(&str, Retry)],
    change: impl FnOnce(&mut Options),
    react: impl FnMut(&Event),
) -> Ran {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let id = format!("suite-{}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
    let mut options = Options::new(RunId(id));
    change(&mut options);
    let job = |(request, depends_on): &(JobRequest, Vec<Dependency>)| Job {
        name: request.name.clone(),
        depends_on: depends_on.clone(),
        retry: retries.iter().find(|(name, _)| *name == request.name).map(|(_, retry)| retry.clone()),
        ..Job::default()
    };
    let workflow = Workflow::unchecked("suite", jobs.iter().map(job).collect());
    let requests: Vec<_> = jobs.into_iter().map(|(request, _)| request).collect();
    srunx::engine::prepare(&requests).unwrap();
    let events = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&events);
    let result = Runner::new(&workflow, requests, fixture.scheduler(), options)
        .unwrap()
        .listen(move |event: &Event| heard.borrow_mut().push(event.clone()))
        .listen(react)
        .run();
    let events = events.take();
    let folded: Vec<_> = State::replay(&events).jobs().iter().map(JobResult::from).collect();
    assert_eq!(folded, result.jobs);
    Ran { result, events }
}

fn is_running(event: &Event, name: &str) -> bool {
    matches!(&event.kind, EventKind::Changed { job, status }
        if job == name && status.state.is_some_and(|state| state.to_string() == "RUNNING"))
}

/// A shell line that waits for a file, for up to a minute.
fn wait_for(file: &str) -> String {
    format!("n=0; while [ ! -e {file} ]; do n=$((n+1)); [ $n -lt 1200 ] || exit 9; sleep 0.05; done")
}

pub fn diamond(f: &dyn Fixture) {
    let job = |name: &str| f.request(name, &format!("echo {name} >>order"));
    let ran = run(
        f,
        vec![(job("a"), on(&[])), (job("b"), on(&[0])), (job("c"), on(&[0])), (job("d"), on(&[1, 2]))],
    );
    assert_eq!(ran.result.outcome, RunOutcome::Completed);
    let order = fs::read_to_string(f.dir().join("order")).unwrap();
    let order: Vec<_> = order.lines().collect();
    assert_eq!((order.len(), order[0], order[3]), (4, "a", "d"));
    for job in &ran.result.jobs {
        assert!(job.elapsed().is_some_and(|elapsed| !elapsed.is_negative()), "{job:?}");
    }
}

pub fn a_branch_does_not_wait_for_another(f: &dyn Fixture) {
    // c ends only when b2 has run, which depends on b1 alone.
    let jobs = vec![
        (f.request("a", "true"), on(&[])),
        (f.request("b1", "true"), on(&[0])),
        (f.request("c", &wait_for("b2-ran")), on(&[0])),
        (f.request("b2", "touch b2-ran"), on(&[1])),
        (f.request("d", "true"), on(&[3, 2])),
    ];
    assert_eq!(run(f, jobs).result.outcome, RunOutcome::Completed);
}

pub fn a_failure_skips_its_dependents_only(f: &dyn Fixture) {
    let jobs = vec![
        (f.request("bad", "exit 3"), on(&[])),
        (f.request("child", "true"), on(&[0])),
        (f.request("grandchild", "true"), on(&[1])),
        (f.request("good", "true"), on(&[])),
        (f.request("other", "true"), on(&[3])),
    ];
    let ran = run(f, jobs);
    assert_eq!(ran.result.outcome, RunOutcome::Failed);
    assert_eq!((ran.outcome("bad"), ran.exit("bad")), (Some(Outcome::Failed), (3, 0)));
    assert_eq!(ran.reason("bad"), "NonZeroExitCode");
    assert_eq!(ran.job("child").why.as_deref(), Some("bad FAILED"));
    assert_eq!(ran.job("grandchild").why.as_deref(), Some("child SKIPPED"));
    assert_eq!(ran.outcome("other"), Some(Outcome::Completed));
}

pub fn each_kind_of_dependency(f: &dyn Fixture) {
    use DependencyKind::{After, AfterAny, AfterNotOk, AfterOk};
    let jobs = vec![
        (f.request("bad", "false"), on(&[])),
        (f.request("ok", "true"), kind(0, AfterOk)),
        (f.request("any", "true"), kind(1, AfterAny)),
        (f.request("notok", "true"), kind(0, AfterNotOk)),
        // It ends only when the one that waits for its start has run.
        (f.request("starts", &wait_for("after-ran")), on(&[])),
        (f.request("after", "touch after-ran"), kind(4, After)),
        (f.request("rescue", "true"), kind(4, AfterNotOk)),
    ];
    let ran = run(f, jobs);
    for name in ["any", "notok", "starts", "after"] {
        assert_eq!(ran.outcome(name), Some(Outcome::Completed), "{name}");
    }
    for name in ["ok", "rescue"] {
        assert_eq!(ran.outcome(name), Some(Outcome::Skipped), "{name}");
    }
}

pub fn cancelled_from_outside(f: &dyn Fixture) {
    let jobs = vec![(f.request("a", "sleep 600"), on(&[])), (f.request("b", "true"), on(&[0]))];
    let mut id = None;
    let ran = run_with(
        f,
        jobs,
        |_| {},
        |event| {
            if let EventKind::Submitted { id: given, .. } = event.kind {
                id = Some(given);
            }
            if is_running(event, "a") {
                f.cancel_from_outside(id.unwrap());
            }
        },
    );
    assert_eq!(ran.outcome("a"), Some(Outcome::Cancelled));
    assert_eq!(ran.job("b").why.as_deref(), Some("a CANCELLED"));
}

pub fn a_time_limit_ends_a_job(f: &dyn Fixture) {
    let limited = JobRequest { time_limit: Some(f.shortest_limit()), ..f.request("a", "sleep 600") };
    let ran = run(f, vec![(limited, on(&[]))]);
    assert_eq!((ran.outcome("a"), ran.reason("a")), (Some(Outcome::Timeout), "TimeLimit"));
}

pub fn exit_codes_and_signals(f: &dyn Fixture) {
    let jobs = vec![
        (f.request("code", "exit 200"), on(&[])),
        (f.request("signal", "kill -s KILL $$"), on(&[])),
        (f.request("segv", "kill -s SEGV $$"), on(&[])),
        (JobRequest { script: "#!/no/such/program\n".into(), ..f.request("absent", "") }, on(&[])),
    ];
    let ran = run(f, jobs);
    assert!(ran.result.jobs.iter().all(|job| job.outcome == Some(Outcome::Failed)));
    assert_eq!(ran.exit("code"), (200, 0));
    assert_eq!(ran.exit("signal"), (0, 9));
    // The one is a newer Slurm's and the local scheduler's, the other 22.05's.
    assert!(["RaisedSignal:9(Killed)", "JobLaunchFailure"].contains(&ran.reason("signal")));
    assert_eq!(ran.exit("segv").1, 11);
}

/// One signal, sent when `a` runs.
fn interrupted(f: &dyn Fixture, signals: usize) -> Ran {
    let (send, interrupts) = unbounded();
    let jobs = vec![(f.request("a", "sleep 600"), on(&[])), (f.request("b", "true"), on(&[0]))];
    run_with(
        f,
        jobs,
        |options| {
            options.interrupts = interrupts;
            options.timing.interrupt_grace = std::time::Duration::from_millis(500);
        },
        |event| {
            if is_running(event, "a") {
                (0..signals).for_each(|_| send.send("SIGINT").unwrap());
            }
        },
    )
}

pub fn an_interrupt_leaves_jobs_or_takes_them_along(f: &dyn Fixture) {
    let ran = interrupted(f, 1);
    assert_eq!(ran.result.outcome, RunOutcome::Interrupted);
    assert_eq!(ran.outcome("b"), None);
    if f.scheduler().jobs_outlive_client() {
        assert_eq!(ran.outcome("a"), None);
        let id = ran.job("a").id.unwrap();
        let status = f.scheduler().observe(&[id]).unwrap();
        assert_eq!(status[0].state.unwrap().to_string(), "RUNNING");
        f.cancel_from_outside(id);
    } else {
        assert_eq!(ran.outcome("a"), Some(Outcome::Cancelled));
    }
}

pub fn a_second_interrupt_cancels(f: &dyn Fixture) {
    let ran = interrupted(f, 2);
    assert_eq!((ran.result.outcome, ran.outcome("a")), (RunOutcome::Interrupted, Some(Outcome::Cancelled)));
    assert!(ran.events.iter().any(|event| matches!(event.kind, EventKind::Cancelling { .. })));
}

pub fn a_job_finds_its_environment_and_its_log(f: &dyn Fixture) {
    let line = r#"
echo "$SLURM_JOB_ID|$SLURM_JOBID|$SLURM_JOB_NAME|$SLURM_JOB_NUM_NODES|$SLURM_NNODES|$SLURM_NTASKS|$SLURM_CPUS_PER_TASK"
for name in SLURM_SUBMIT_DIR SLURM_SUBMIT_HOST SLURM_JOB_NODELIST SLURM_NODELIST SLURMD_NODENAME SLURM_NODEID \
    SLURM_LOCALID SLURM_PROCID SLURM_JOB_PARTITION SLURM_CLUSTER_NAME SLURM_JOB_USER SLURM_JOB_UID \
    SLURM_CPUS_ON_NODE SLURM_JOB_CPUS_PER_NODE SLURM_TASKS_PER_NODE SLURM_MEM_PER_NODE SLURM_NTASKS_PER_NODE; do
    eval "value=\${$name-}"
    [ -n "$value" ] || echo "no $name"
done
echo "$GREETING"
pwd
cat
echo to stderr >&2
"#;
    let mut request = JobRequest {
        tasks: Some(1),
        tasks_per_node: Some(1),
        cpus_per_task: Some(1),
        memory_per_node: Some(srunx::job::Memory { mib: 16 }),
        ..f.request("env", line)
    };
    let greeting = "it's \"$HOME\"\nand ü";
    request.environment.push(("GREETING".into(), greeting.into()));
    let ran = run(f, vec![(request, on(&[]))]);
    let (log, id) = (ran.log(f, "env"), ran.job("env").id.unwrap());
    let dir = fs::canonicalize(f.dir()).unwrap();
    assert_eq!(log, format!("{id}|{id}|env|1|1|1|1\n{greeting}\n{}\nto stderr\n", dir.display()));
    let status = ran.job("env").status.as_ref().unwrap();
    assert_eq!(status.stdout.as_deref(), Some(f.log("env", id).as_path()));
}

pub fn output_and_errors_go_where_they_should(f: &dyn Fixture) {
    let mut both = f.request("both", "echo out; echo err >&2");
    both.stderr = Some(f.dir().join("deep/er/%x.err"));
    let mut unnamed = f.request("unnamed", "echo here");
    unnamed.stdout = None;
    let arguments = JobRequest {
        argv: vec!["arguments".into(), "two words".into(), "*".into()],
        ..f.request("arguments", r#"printf '<%s>' "$@""#)
    };
    let ran = run(f, vec![(both, on(&[])), (unnamed, on(&[])), (arguments, on(&[]))]);
    assert_eq!(ran.result.outcome, RunOutcome::Completed);
    assert_eq!(ran.log(f, "both"), "out\n");
    assert_eq!(fs::read_to_string(f.dir().join("deep/er/both.err")).unwrap(), "err\n");
    let default = format!("slurm-{}.out", ran.job("unnamed").id.unwrap());
    assert_eq!(fs::read_to_string(f.dir().join(default)).unwrap(), "here\n");
    assert_eq!(ran.log(f, "arguments"), "<two words><*>");
}

pub fn several_tasks_go_through_srun(f: &dyn Fixture) {
    let request = JobRequest {
        tasks_per_node: Some(3),
        nodes: Some(NodeCount::exactly(1)),
        ..f.request("tasks", r#"srun --cpu-bind=none sh -c 'echo "$SLURM_PROCID of $SLURM_NTASKS"'"#)
    };
    let ran = run(f, vec![(request, on(&[]))]);
    let log = ran.log(f, "tasks");
    // srun may complain that it has no CPUs to bind to.
    let mut lines: Vec<_> = log.lines().filter(|line| !line.starts_with("srun: ")).collect();
    lines.sort_unstable();
    assert_eq!(lines, ["0 of 3", "1 of 3", "2 of 3"]);
}

pub fn a_wide_fan(f: &dyn Fixture) {
    const WIDTH: usize = 200;
    let mut jobs: Jobs = vec![(f.request("root", "true"), on(&[]))];
    jobs.extend(
        (0..WIDTH).map(|job| (f.request(&format!("j{job}"), &format!("echo {job} >>fan")), on(&[0]))),
    );
    jobs.push((f.request("join", "sort -u fan | wc -l"), on(&(1..=WIDTH).collect::<Vec<_>>())));
    let ran = run(f, jobs);
    assert_eq!(ran.result.outcome, RunOutcome::Completed);
    assert_eq!(ran.log(f, "join").trim(), WIDTH.to_string());
}

/// Makes a test of each story, on the fixture that an expression makes.
macro_rules! engine_suite {
    ($fixture:expr) => {
        engine_suite!(
            $fixture,
            diamond,
            a_branch_does_not_wait_for_another,
            a_failure_skips_its_dependents_only,
            each_kind_of_dependency,
            cancelled_from_outside,
            a_time_limit_ends_a_job,
            exit_codes_and_signals,
            an_interrupt_leaves_jobs_or_takes_them_along,
            a_second_interrupt_cancels,
            a_job_finds_its_environment_and_its_log,
            output_and_errors_go_where_they_should,
            several_tasks_go_through_srun,
            a_wide_fan,
            an_array_completes,
            an_array_of_which_tasks_fail,
            dependencies_on_arrays_and_their_tasks,
            arrays_task_by_task,
            a_throttle_holds,
            an_interrupted_array,
            an_array_cancelled_from_outside,
            a_task_past_its_time,
            an_array_of_one_and_a_sparse_one,
            arrays_of_all_kinds,
            a_wide_array,
            a_job_that_fails_twice_and_then_succeeds,
            only_timeouts_are_tried_again,
            an_array_some_tasks_of_which_fail_once,
            what_a_user_cancels_is_not_tried_again
        );
    };
    ($fixture:expr, $($story:ident),*) => {
        $(
            #[test]
            fn $story() {
                engine_suite::$story(&$fixture);
            }
        )*
    };
}
