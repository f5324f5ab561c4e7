//! What srunx costs, measured on the private cluster beside sbatch and a C program on the same libslurm, in one run.
//!
//! `benches/run` starts the cluster and calls this with the C program's path. Rounds of the contenders alternate and
//! medians are compared, because machines are noisy.

use srunx::event::{Event, EventKind};
use srunx::job::{JobId, JobRequest, NodeCount};
use srunx::journal::{About, Runs};
use srunx::scheduler::Scheduler;
use srunx::scheduler::slurm::SlurmScheduler;
use srunx::slurm::{Client, ConnectOptions};
use srunx::workflow::{Job, Workflow};
use srunx::{RunOutcome, WorkflowRunner};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const ROUNDS: usize = 7;
const SUBMIT_ROUNDS: usize = 16;
const JOBS: usize = 500;
/// A partition of the bench's cluster in which nothing starts.
const PARKED: &str = "parked";

fn main() -> Outcome {
    // `cargo bench` adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let floor = words.first().ok_or("usage: live C-PROGRAM [kept]")?;
    let only_kept = words.get(1).is_some_and(|word| word == "kept");
    let client = Arc::new(Client::connect(&ConnectOptions::default())?);
    // Jobs leave their logs in the folder that they were submitted from.
    let scratch = std::env::temp_dir().join(format!("srunx-bench-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let floor = std::fs::canonicalize(floor)?;
    std::env::set_current_dir(&scratch)?;
    let measured = measure(&client, &floor, only_kept);
    std::fs::remove_dir_all(&scratch)?;
    measured
}

fn measure(client: &Arc<Client>, floor: &Path, only_kept: bool) -> Outcome {
    println!("Slurm {} on {} cores", client.configuration().version, std::thread::available_parallelism()?);
    let scheduler: Arc<dyn Scheduler> = Arc::new(SlurmScheduler::new(Arc::clone(client), true));
    wide(&scheduler)?;
    if only_kept {
        return Ok(());
    }
    submissions(client, floor)?;
    diamond(&scheduler)?;
    memory(&scheduler)
}

/// Submissions a second: a C program, srunx, a loop of sbatch.
fn submissions(client: &Client, floor: &Path) -> Outcome {
    for threads in [1, 8] {
        let (mut c, mut ours, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..SUBMIT_ROUNDS {
            // slurmctld slows down as its records grow: who goes first takes turns.
            let mut pair = [0.0; 2];
            for turn in 0..2 {
                let who = (round + turn) % 2;
                pair[who] = if who == 0 { by_c(floor, threads)? } else { by_srunx(client, threads)? };
                clear()?;
            }
            c.push(pair[0]);
            ours.push(pair[1]);
            ratios.push(pair[1] / pair[0]);
        }
        println!(
            "submit, {threads} thread(s): C {:.0}/s  srunx {:.0}/s  ratio {:.2} (to reach: 0.95)",
            median(c),
            median(ours),
            median(ratios)
        );
    }
    let sbatch = median((0..3).map(|_| by_sbatch()).collect::<Outcome<_>>()?);
    clear()?;
    println!("submit, loop of sbatch: {sbatch:.0}/s");
    Ok(())
}

fn by_c(floor: &Path, threads: usize) -> Outcome<f64> {
    let output = Command::new(floor).args([JOBS.to_string(), threads.to_string(), PARKED.into()]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn by_srunx(client: &Client, threads: usize) -> Outcome<f64> {
    let request = JobRequest {
        name: "bench".into(),
        script: "#!/bin/sh\ntrue\n".into(),
        work_dir: std::env::current_dir()?,
        stdout: Some("/dev/null".into()),
        environment: std::env::vars_os().collect(),
        nodes: Some(NodeCount::exactly(1)),
        tasks: Some(1),
        partition: Some(PARKED.into()),
        ..JobRequest::default()
    };
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    while next.fetch_add(1, Ordering::Relaxed) < JOBS {
                        client.submit(&request)?;
                    }
                    Ok::<(), srunx::slurm::Error>(())
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| "a submitter panicked")?.map_err(Into::into))
    })
    .map(|()| JOBS as f64 / started.elapsed().as_secs_f64())
    .map_err(|error: Box<dyn std::error::Error>| error)
}

fn by_sbatch() -> Outcome<f64> {
    const COUNT: usize = 100;
    let line = format!(
        "i=0; while [ $i -lt {COUNT} ]; do sbatch -Q -p {PARKED} -o /dev/null --wrap true || exit 1; i=$((i+1)); done"
    );
    let started = Instant::now();
    if !Command::new("sh").args(["-c", &line]).status()?.success() {
        return Err("sbatch failed".into());
    }
    Ok(COUNT as f64 / started.elapsed().as_secs_f64())
}

/// Empties the parked partition, so that each round finds the same queue, and lets slurmctld tell slurmdbd of it.
fn clear() -> Outcome {
    Command::new("scancel").args(["-p", PARKED]).status()?;
    std::thread::sleep(Duration::from_secs(1));
    Ok(())
}

/// A run of many jobs that wait for nothing: how fast they are submitted when what happens is kept, and when it is not.
fn wide(scheduler: &Arc<dyn Scheduler>) -> Outcome {
    let (mut kept, mut not, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..SUBMIT_ROUNDS {
        let mut pair = [0.0; 2];
        for turn in 0..2 {
            let who = (round + turn) % 2;
            pair[who] = fan_out(scheduler, who == 0)?;
            clear()?;
        }
        kept.push(pair[0]);
        not.push(pair[1]);
        ratios.push(pair[0] / pair[1]);
    }
    println!(
        "submit, {JOBS} jobs of one run: kept {:.0}/s  not kept {:.0}/s  ratio {:.2} (to reach: 0.80)",
        median(kept),
        median(not),
        median(ratios)
    );
    Ok(())
}

fn fan_out(scheduler: &Arc<dyn Scheduler>, kept: bool) -> Outcome<f64> {
    let mut builder = Workflow::builder("wide");
    for n in 0..JOBS {
        let mut job = Job::shell(format!("job{n}"), "true");
        job.resources.partition = Some(PARKED.into());
        job.sbatch = vec![("output".into(), "/dev/null".into())];
        builder = builder.job(job);
    }
    let (stop, stops) = crossbeam_channel::unbounded();
    let (mut begun, mut taken) = (None, 0);
    let rate = Arc::new(std::sync::Mutex::new(0.0));
    let told = Arc::clone(&rate);
    let mut runner = WorkflowRunner::new(builder.build()?)
        .on(Arc::clone(scheduler))
        .interrupts(stops)
        .listen(move |event: &Event| match event.kind {
            EventKind::RunStarted { .. } => begun = Some(Instant::now()),
            EventKind::Submitted { .. } => {
                taken += 1;
                if let (JOBS, Some(begun)) = (taken, begun) {
                    if let Ok(mut rate) = told.lock() {
                        *rate = JOBS as f64 / begun.elapsed().as_secs_f64();
                    }
                    // Leave at once.
                    for _ in 0..3 {
                        let _ = stop.send("done");
                    }
                }
            }
            _ => {}
        });
    if kept {
        let here = std::env::current_dir()?;
        let about = About { file: "wide".into(), work_dir: here.clone(), local: None, srunx: String::new() };
        runner = runner.keep(Runs::in_folder(here.join("runs")), String::new(), about);
    }
    runner.run()?;
    rate.lock().map(|rate| *rate).map_err(|_| "a listener panicked".into())
}

/// The article's diamond of `true`, beside four times what one job takes from its submission to its completion.
fn diamond(scheduler: &Arc<dyn Scheduler>) -> Outcome {
    let (mut single, mut whole) = (Vec::new(), Vec::new());
    let workflow = Workflow::builder("diamond")
        .job(Job::shell("a", "true"))
        .job(Job::shell("b1", "true"))
        .after("a")
        .job(Job::shell("c", "true"))
        .after("a")
        .job(Job::shell("b2", "true"))
        .after("b1")
        .job(Job::shell("d", "true"))
        .after("b2")
        .after("c")
        .build()?;
    for _ in 0..ROUNDS {
        single.push(one_job(scheduler.as_ref())?);
        let started = Instant::now();
        let result = WorkflowRunner::new(workflow.clone()).on(Arc::clone(scheduler)).run()?;
        if result.outcome != RunOutcome::Completed {
            return Err("the diamond did not complete".into());
        }
        whole.push(started.elapsed().as_secs_f64());
    }
    let (single, whole) = (median(single), median(whole));
    println!(
        "diamond: {whole:.2} s  one job: {single:.2} s  ratio to four of them {:.2} (to reach: 1.25)",
        whole / (4.0 * single)
    );
    Ok(())
}

/// One job of `true`, submitted and looked at every 5 ms until it is over.
fn one_job(scheduler: &dyn Scheduler) -> Outcome<f64> {
    let request = JobRequest {
        name: "one".into(),
        script: "#!/bin/bash\ntrue\n".into(),
        work_dir: std::env::current_dir()?,
        stdout: Some("/dev/null".into()),
        environment: std::env::vars_os().collect(),
        nodes: Some(NodeCount::exactly(1)),
        tasks: Some(1),
        ..JobRequest::default()
    };
    let started = Instant::now();
    let id = scheduler.submit(&request)?;
    while !is_over(scheduler, id)? {
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(started.elapsed().as_secs_f64())
}

fn is_over(scheduler: &dyn Scheduler, id: JobId) -> Outcome<bool> {
    let status = scheduler.observe(&[id])?;
    Ok(status.iter().any(|status| status.state.is_some_and(srunx::job::JobState::is_final)))
}

/// The most memory that this process held while it ran a root, a fan of jobs and an end.
fn memory(scheduler: &Arc<dyn Scheduler>) -> Outcome {
    const FAN: usize = 200;
    let mut builder = Workflow::builder("fan").job(Job::shell("root", "true"));
    for n in 0..FAN {
        builder = builder.job(Job::shell(format!("fan{n}"), "true")).after("root");
    }
    builder = builder.job(Job::shell("end", "true"));
    for n in 0..FAN {
        builder = builder.after(format!("fan{n}"));
    }
    let started = Instant::now();
    let result = WorkflowRunner::new(builder.build()?).on(Arc::clone(scheduler)).run()?;
    if result.outcome != RunOutcome::Completed {
        return Err("the fan did not complete".into());
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("VmHWM: unknown");
    println!("1 → {FAN} → 1: {:.2} s", started.elapsed().as_secs_f64());
    println!("memory of the client, at most: {}", peak.trim_start_matches("VmHWM:").trim());
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
