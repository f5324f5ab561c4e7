//! The report for programs.

use super::figures::{Figures, Source};
use super::gather::Gathered;
use super::spread::Spread;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Report<'a> {
    jobs: Vec<Job<'a>>,
    not_found: &'a [String],
    summary: Summary,
}

#[derive(Serialize)]
struct Job<'a> {
    id: &'a str,
    job_id: u32,
    array_job_id: Option<u32>,
    array_task_id: Option<u32>,
    /// Of an array whose tasks wait together: how many.
    pending_tasks: Option<u64>,
    name: &'a str,
    cluster: &'a str,
    user: &'a str,
    group: &'a str,
    state: &'a str,
    finished: bool,
    exit_code: Option<u32>,
    signal: Option<u32>,
    nodes: u64,
    cores: u64,
    elapsed_seconds: u64,
    core_seconds: u64,
    /// Null where it is not known; of a job that is not over, what is known so far.
    cpu_seconds: Option<f64>,
    /// 1 is all; null where there is none or the job is not over.
    cpu_efficiency: Option<f64>,
    memory_bytes: Option<u64>,
    memory_allocated_bytes: u64,
    memory_efficiency: Option<f64>,
    source: &'static str,
}

#[derive(Serialize)]
struct Summary {
    finished: u64,
    unfinished: u64,
    cpu_efficiency: Option<Spread>,
    memory_efficiency: Option<Spread>,
    memory_bytes: Option<Spread>,
    elapsed_seconds: Option<Spread>,
}

/// One object and a line end.
pub fn write(out: &mut impl Write, gathered: &Gathered) -> io::Result<()> {
    let over = || gathered.jobs.iter().filter(|job| job.is_finished());
    let finished = over().count() as u64;
    let total: u64 = gathered.jobs.iter().map(|job| job.tasks.unwrap_or(1)).sum();
    let report = Report {
        jobs: gathered.jobs.iter().map(job).collect(),
        not_found: &gathered.unknown,
        summary: Summary {
            finished,
            unfinished: total - finished,
            cpu_efficiency: Spread::of(over().filter_map(Figures::cpu_efficiency)),
            memory_efficiency: Spread::of(over().filter_map(Figures::memory_efficiency)),
            memory_bytes: Spread::of(over().filter_map(|job| Some(job.memory.used? as f64))),
            elapsed_seconds: Spread::of(over().map(|job| job.elapsed as f64)),
        },
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}

fn job(job: &Figures) -> Job<'_> {
    let finished = job.is_finished();
    Job {
        id: &job.id,
        job_id: job.job,
        array_job_id: job.task.map(|(array, _)| array),
        array_task_id: job.task.filter(|_| job.tasks.is_none()).map(|(_, task)| task),
        pending_tasks: job.tasks,
        name: &job.name,
        cluster: &job.cluster,
        user: &job.user,
        group: &job.group,
        state: job.state(),
        finished,
        exit_code: finished.then(|| job.code()),
        signal: finished.then(|| job.signal()),
        nodes: job.nodes,
        cores: job.cores,
        elapsed_seconds: job.elapsed,
        core_seconds: job.core_seconds(),
        cpu_seconds: job.cpu.map(|micros| micros as f64 / 1e6),
        cpu_efficiency: job.cpu_efficiency().filter(|_| finished),
        memory_bytes: job.memory.used,
        memory_allocated_bytes: job.memory.had,
        memory_efficiency: job.memory_efficiency().filter(|_| finished),
        source: match job.source {
            Source::Accounting => "slurmdbd",
            Source::Controller => "slurmctld",
        },
    }
}
