//! The machine as a scheduler, with real processes.

mod arrays;

use super::*;
use crate::job::{BaseState, NodeCount, Outcome, TimeLimit};
use std::process::Command;

struct Ground {
    local: LocalScheduler,
    dir: tempfile::TempDir,
}

/// A machine of 4 cores, 1000 MiB and 2 GPUs, where a minute is 200 ms.
fn ground() -> Ground {
    let options = LocalOptions {
        cpus: Some(4),
        memory: Some(Memory { mib: 1000 }),
        gpus: Some(2),
        kill_wait: Duration::from_millis(300),
        minute: Duration::from_millis(200),
    };
    Ground { local: LocalScheduler::new(options).unwrap(), dir: tempfile::tempdir().unwrap() }
}

impl Ground {
    fn request(&self, line: &str) -> JobRequest {
        JobRequest {
            name: "job".into(),
            script: format!("#!/bin/sh\n{line}\n"),
            work_dir: self.dir.path().to_owned(),
            stdout: Some(self.dir.path().join("%j.out")),
            environment: vec![("PATH".into(), std::env::var_os("PATH").unwrap())],
            ..JobRequest::default()
        }
    }

    fn submit(&self, request: &JobRequest) -> JobId {
        self.local.submit(request).unwrap()
    }

    fn status(&self, id: JobId) -> JobStatus {
        self.local.observe(&[id]).unwrap().remove(0)
    }

    /// Waits until something holds; a minute is for machines that are very busy.
    fn until(&self, what: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !what() {
            assert!(Instant::now() < end, "waited in vain");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn end(&self, id: JobId) -> (Outcome, JobStatus) {
        self.until(|| self.status(id).state.is_some_and(crate::job::JobState::is_final));
        let status = self.status(id);
        (Outcome::of(status.state.unwrap()).unwrap(), status)
    }

    fn is(&self, id: JobId, base: BaseState) -> bool {
        self.status(id).state.unwrap().base == base
    }

    fn output(&self, id: JobId) -> String {
        fs::read_to_string(self.dir.path().join(format!("{id}.out"))).unwrap()
    }

    /// What a job prints that ends well.
    fn said(&self, request: &JobRequest) -> String {
        let id = self.submit(request);
        let (outcome, status) = self.end(id);
        assert_eq!(outcome, Outcome::Completed, "{status:?} {}", self.output(id));
        self.output(id)
    }

    fn touch(&self, name: &str) {
        fs::write(self.dir.path().join(name), "").unwrap();
    }

    /// A job that goes on until a file is there.
    fn waiting(&self, file: &str) -> JobRequest {
        self.request(&format!("while [ ! -e {file} ]; do sleep 0.02; done"))
    }
}

fn alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

#[test]
fn jobs_wait_for_what_they_need_and_smaller_ones_go_ahead() {
    let g = ground();
    let need = |cpus, mib| JobRequest {
        cpus_per_task: Some(cpus),
        memory_per_node: Some(Memory { mib }),
        ..g.waiting("go")
    };
    let first = g.submit(&need(2, 600));
    let too_much = g.submit(&need(1, 600));
    let too_wide = g.submit(&need(3, 1));
    let fits = g.submit(&need(2, 400));
    let full = g.submit(&g.request("true"));
    g.until(|| g.is(first, BaseState::Running) && g.is(fits, BaseState::Running));
    for id in [too_much, too_wide, full] {
        let status = g.status(id);
        assert!(g.is(id, BaseState::Pending) && status.reason == "Resources" && status.started.is_none());
    }
    g.touch("go");
    for id in [first, too_much, too_wide, fits, full] {
        assert_eq!(g.end(id).0, Outcome::Completed);
    }
}

#[test]
fn a_job_beyond_the_machine_runs_alone_on_what_there_is() {
    let g = ground();
    let request = JobRequest {
        nodes: Some(NodeCount::exactly(4)),
        tasks_per_node: Some(2),
        gpus_per_node: Some(2),
        memory_per_node: Some(Memory { mib: 32 * 1024 }),
        ..g.request(
            "echo $SLURM_NNODES $SLURM_NTASKS $SLURM_TASKS_PER_NODE $SLURM_JOB_CPUS_PER_NODE $SLURM_MEM_PER_NODE \
             $CUDA_VISIBLE_DEVICES $SLURM_GPUS_ON_NODE",
        )
    };
    assert_eq!(g.said(&request), "4 8 2(x4) 2(x4) 32768 0,1 2\n");
}

#[test]
fn a_job_sees_the_gpus_that_it_was_given() {
    let g = ground();
    let ask = |gpus| JobRequest {
        gpus_per_node: gpus,
        ..g.request("echo \"<$CUDA_VISIBLE_DEVICES>\"; while [ ! -e go ]; do sleep 0.02; done")
    };
    let jobs = [ask(Some(1)), ask(Some(1)), ask(Some(1)), ask(None)].map(|request| g.submit(&request));
    g.until(|| g.is(jobs[1], BaseState::Running) && g.is(jobs[3], BaseState::Running));
    assert!(g.is(jobs[2], BaseState::Pending));
    g.touch("go");
    jobs.iter().for_each(|id| assert_eq!(g.end(*id).0, Outcome::Completed));
    assert_eq!((g.output(jobs[0]), g.output(jobs[1])), ("<0>\n".into(), "<1>\n".into()));
    assert_eq!(g.output(jobs[3]), "<>\n");
}

#[test]
fn a_cancelled_job_takes_its_children_along_however_stubborn() {
    let g = ground();
    let id = g.submit(&g.request(
        "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >pid; while :; do sleep 0.1; done' & echo up >up; wait; sleep 600",
    ));
    g.until(|| fs::read_to_string(g.dir.path().join("pid")).is_ok_and(|pid| !pid.is_empty()));
    let pid = fs::read_to_string(g.dir.path().join("pid")).unwrap();
    assert!(alive(&pid));
    g.local.cancel(&[id]).unwrap();
    let word = g.status(id).state.unwrap().to_string();
    assert!(["COMPLETING", "CANCELLED"].contains(&word.as_str()), "{word}");
    let (outcome, status) = g.end(id);
    assert_eq!((outcome, status.exit.signal), (Outcome::Cancelled, 9));
    assert!(!alive(&pid));
}

#[test]
fn a_job_that_heeds_the_signal_may_tidy_up() {
    let g = ground();
    let id = g.submit(&g.request(
        "trap 'exit 0' TERM; (trap 'sleep 0.05; echo saved; exit' TERM; touch up; while :; do sleep 0.01; done) & \
         while :; do sleep 0.01; done",
    ));
    g.until(|| g.dir.path().join("up").exists());
    g.local.cancel(&[id]).unwrap();
    assert_eq!(g.end(id).0, Outcome::Cancelled);
    assert!(g.output(id).contains("saved\n"));
}

#[test]
fn what_waits_is_cancelled_without_having_run() {
    let g = ground();
    let all = JobRequest { cpus_per_task: Some(4), ..g.waiting("go") };
    let (first, second) = (g.submit(&all), g.submit(&all));
    g.local.cancel(&[second, JobId(999)]).unwrap();
    let (outcome, status) = g.end(second);
    assert_eq!((outcome, status.started), (Outcome::Cancelled, None));
    g.touch("go");
    assert_eq!(g.end(first).0, Outcome::Completed);
    g.local.cancel(&[first]).unwrap();
    assert_eq!(g.end(first).0, Outcome::Completed);
}

#[test]
fn a_time_limit_ends_a_job_that_does_not_want_to() {
    let g = ground();
    let limited = |line| JobRequest { time_limit: Some(TimeLimit::Minutes(1)), ..g.request(line) };
    for line in ["sleep 600", "trap '' TERM; while :; do sleep 0.05; done"] {
        let (outcome, status) = g.end(g.submit(&limited(line)));
        assert_eq!((outcome, status.reason.as_str()), (Outcome::Timeout, "TimeLimit"));
    }
    let unlimited = JobRequest { time_limit: Some(TimeLimit::Unlimited), ..g.request("sleep 0.3") };
    assert_eq!(g.end(g.submit(&unlimited)).0, Outcome::Completed);
}

#[test]
fn what_a_job_leaves_behind_ends_with_it() {
    let g = ground();
    let pid = g.said(&g.request("sleep 600 & echo $!"));
    g.until(|| !alive(&pid));
}

#[test]
fn what_cannot_start_says_why() {
    let g = ground();
    let error = g.local.submit(&JobRequest { script: "true\n".into(), ..g.request("") }).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
    let absent = JobRequest { script: "#!/no/such/program\n".into(), ..g.request("") };
    let nowhere = JobRequest { work_dir: "/no/such/folder".into(), ..g.request("") };
    let nolog = JobRequest { stdout: Some("/no/such/folder/log".into()), ..g.request("") };
    for request in [absent, nowhere, nolog] {
        let (outcome, status) = g.end(g.submit(&request));
        assert_eq!(outcome, Outcome::Failed);
        assert!(status.reason.starts_with("JobLaunchFailure (/no/such/"), "{}", status.reason);
    }
    assert_eq!(g.end(g.submit(&g.request("true"))).0, Outcome::Completed);
}

#[test]
fn tokens_are_remembered_and_strangers_unknown() {
    let g = ground();
    let id = g.submit(&JobRequest { token: Some("t".into()), ..g.request("true") });
    assert_eq!(g.local.find("t"), Ok(Some(id)));
    assert_eq!(g.local.find("u"), Ok(None));
    assert_eq!(g.status(JobId(77)), JobStatus::unknown(JobId(77)));
    assert_eq!(g.local.wakeups().recv_timeout(Duration::from_secs(60)), Ok(id));
}

#[test]
fn exported_shell_functions_arrive() {
    let g = ground();
    let mut request = JobRequest { script: "#!/bin/bash\ngreet\n".into(), ..g.request("") };
    request.environment.push(("BASH_FUNC_greet%%".into(), "() { echo hello; }".into()));
    assert_eq!(g.said(&request), "hello\n");
}

#[test]
fn srun_s_options_are_read_and_its_tasks_ranked() {
    let g = ground();
    let tasks = |nodes, per_node, line: &str| JobRequest {
        nodes: Some(NodeCount::exactly(nodes)),
        tasks_per_node: Some(per_node),
        ..g.request(line)
    };
    let sorted = |request: &JobRequest| {
        let said = g.said(request);
        let mut lines: Vec<String> = said.lines().map(str::to_owned).collect();
        lines.sort();
        lines.join(" ")
    };
    let show = r#"sh -c 'echo "$SLURM_PROCID/$SLURM_NTASKS:$SLURM_NODEID.$SLURM_LOCALID"'"#;
    let all = sorted(&tasks(2, 2, &format!("srun {show}")));
    assert_eq!(all, "0/4:0.0 1/4:0.1 2/4:1.0 3/4:1.1");
    for (options, count) in [
        ("-n 2", 2),
        ("-n2", 2),
        ("-ln 3 -c 2", 3),
        ("--ntasks=1 --exact --mpi=pmix", 1),
        ("--ntasks 2 --cpu-bind none -u", 2),
        ("-N 1 -n 1 -w host --", 1),
        ("-N2 --ntasks-per-node=3", 6),
        ("--gpus-per-task 1 -K -Q --label", 4),
        ("-K1 -n 2", 2),
    ] {
        let said = g.said(&tasks(2, 2, &format!("srun {options} {show}")));
        assert_eq!(said.lines().count(), count, "{options}: {said}");
    }
    // One task reads the step's input, as itself; words stay words.
    assert_eq!(
        g.said(&g.request(r#"echo in | srun sh -c 'cat; printf "<%s>" "$@"' x "a b" '*'"#)),
        "in\n<a b><*>"
    );
}

#[test]
fn srun_s_exit_is_the_highest() {
    let g = ground();
    let code = |line: &str| g.end(g.submit(&g.request(line))).1.exit.code;
    assert_eq!(code(r#"srun -n 3 sh -c 'exit $((SLURM_PROCID * 2))'"#), 4);
    assert_eq!(code("srun -n 1 sh -c 'exit 7'"), 7);
    assert_eq!(code("srun -n 2 -K sh -c '[ $SLURM_PROCID = 0 ] && exit 5; sleep 600'"), 137);
    assert_eq!(code("srun --container-image=alpine true"), 1);
    assert_eq!(code("srun"), 1);
    let id = g.submit(&g.request("srun --container-image alpine true"));
    g.end(id);
    assert!(g.output(id).contains("pyxis"), "{}", g.output(id));
}

#[test]
fn dropping_it_leaves_nothing_behind() {
    let Ground { local, dir } = ground();
    let g = Ground { local, dir };
    let id = g.submit(&g.request("trap '' TERM; echo $$ >pid; while :; do sleep 0.1; done"));
    g.until(|| fs::read_to_string(g.dir.path().join("pid")).is_ok_and(|pid| !pid.is_empty()));
    assert!(g.is(id, BaseState::Running));
    let Ground { local, dir } = g;
    let private = local.shared.dir.clone();
    assert!(private.join("bin/srun").exists());
    drop(local);
    assert!(!private.exists());
    assert!(!alive(&fs::read_to_string(dir.path().join("pid")).unwrap()));
}

/// A client with a job that does not want to end; it is killed from outside.
fn be_killed_in(dir: &Path) {
    let g = ground();
    let request = g.request("trap '' TERM; echo $$ >pid; while :; do sleep 0.1; done");
    g.submit(&JobRequest { work_dir: dir.to_owned(), ..request });
    fs::write(dir.join("private"), g.local.shared.dir.to_str().unwrap()).unwrap();
    thread::sleep(Duration::from_secs(600));
}

#[test]
fn jobs_die_with_a_client_that_is_killed() {
    // This test again, in a process of its own.
    if let Some(dir) = std::env::var_os("SRUNX_TEST_DIR") {
        return be_killed_in(Path::new(&dir));
    }
    let g = ground();
    let mut client = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "scheduler::local::tests::jobs_die_with_a_client_that_is_killed"])
        .env("SRUNX_TEST_DIR", g.dir.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let read = |name: &str| fs::read_to_string(g.dir.path().join(name)).unwrap_or_default();
    g.until(|| !read("pid").is_empty() && !read("private").is_empty());
    client.kill().unwrap();
    client.wait().unwrap();
    g.until(|| !alive(&read("pid")) && !Path::new(&read("private")).exists());
}
