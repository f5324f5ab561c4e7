//! One job, in the layout of seff.

use super::figures::{Figures, Source, duration, size};
use std::io::{self, Write};

/// The report on one job.
pub fn write(out: &mut impl Write, job: &Figures) -> io::Result<()> {
    writeln!(out, "Job ID: {}", job.job)?;
    if job.task.is_some() {
        writeln!(out, "Array Job ID: {}", job.id)?;
    }
    writeln!(out, "Cluster: {}", job.cluster)?;
    writeln!(out, "User/Group: {}/{}", job.user, job.group)?;
    match (job.is_finished(), job.signal()) {
        (false, _) => writeln!(out, "State: {}", job.state())?,
        (true, 0) => writeln!(out, "State: {} (exit code {})", job.state(), job.code())?,
        (true, signal) => {
            writeln!(out, "State: {} (exit code {}, signal {signal})", job.state(), job.code())?
        }
    }
    if job.cores <= 1 {
        writeln!(out, "Cores: 1")?;
    } else {
        writeln!(out, "Nodes: {}", job.nodes)?;
        writeln!(out, "Cores per node: {}", job.cores / job.nodes.max(1))?;
    }
    if job.is_pending() {
        return writeln!(out, "Efficiency not available for jobs in the PENDING state.");
    }
    cpu(out, job)?;
    memory(out, job)?;
    notes(out, job)
}

fn cpu(out: &mut impl Write, job: &Figures) -> io::Result<()> {
    let had = duration(job.core_seconds());
    match job.cpu_seconds() {
        Some(used) => {
            let share = 100.0 * job.cpu_efficiency().unwrap_or(0.0);
            writeln!(out, "CPU Utilized: {}", duration(used))?;
            writeln!(out, "CPU Efficiency: {share:.2}% of {had} core-walltime")?;
        }
        None => {
            writeln!(out, "CPU Utilized: unknown")?;
            writeln!(out, "CPU Efficiency: unknown, of {had} core-walltime")?;
        }
    }
    writeln!(out, "Job Wall-clock time: {}", duration(job.elapsed))
}

fn memory(out: &mut impl Write, job: &Figures) -> io::Result<()> {
    let memory = &job.memory;
    let (parts, part) = if memory.per_cpu { (job.cores, "core") } else { (job.nodes, "node") };
    let had = format!("{} ({}/{part})", size(memory.had), size(memory.had / parts.max(1)));
    match (memory.used, job.source) {
        (None, Source::Controller) => {
            writeln!(out, "Memory Utilized: unknown")?;
            writeln!(out, "Memory Efficiency: unknown, of {had}")
        }
        (used, _) => {
            let share = 100.0 * job.memory_efficiency().unwrap_or(0.0);
            writeln!(out, "Memory Utilized: {}", size(used.unwrap_or(0)))?;
            writeln!(out, "Memory Efficiency: {share:.2}% of {had}")
        }
    }
}

fn notes(out: &mut impl Write, job: &Figures) -> io::Result<()> {
    if let Some((most, average)) = job.memory.of_tasks
        && most > average
        && average > 0
    {
        let share = 100.0 * most as f64 / average as f64;
        writeln!(
            out,
            "The task which had the largest memory consumption differs by {share:.2}% from the average task max memory \
             consumption"
        )?;
    }
    if !job.is_finished() {
        return writeln!(
            out,
            "WARNING: The job is {} and not over: what its steps use is told when they end.",
            job.state()
        );
    }
    match (job.source, job.memory.used) {
        (Source::Controller, _) => writeln!(
            out,
            "NOTE: This is what slurmctld remembers. What the job used is known to slurmdbd only."
        ),
        (Source::Accounting, None) => writeln!(
            out,
            "NOTE: No step of the job has figures of memory: it was too short to be looked at, or JobAcctGatherType is none."
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::Memory;
    use super::super::figures::tests::half;
    use super::*;

    fn shown(job: &Figures) -> String {
        let mut out = Vec::new();
        write(&mut out, job).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_job_that_is_over() {
        insta::assert_snapshot!(shown(&half()), @r"
        Job ID: 7
        Cluster: blue
        User/Group: ada/math
        State: COMPLETED (exit code 0)
        Nodes: 2
        Cores per node: 4
        CPU Utilized: 04:00:00
        CPU Efficiency: 50.00% of 08:00:00 core-walltime
        Job Wall-clock time: 01:00:00
        Memory Utilized: 2.00 GB
        Memory Efficiency: 25.00% of 8.00 GB (1.00 GB/core)
        The task which had the largest memory consumption differs by 150.00% from the average task max memory consumption
        ");
    }

    #[test]
    fn jobs_that_are_not() {
        let task = Figures { id: "6_2".into(), task: Some((6, 2)), state: 0, cores: 1, ..half() };
        insta::assert_snapshot!(shown(&task), @r"
        Job ID: 7
        Array Job ID: 6_2
        Cluster: blue
        User/Group: ada/math
        State: PENDING
        Cores: 1
        Efficiency not available for jobs in the PENDING state.
        ");
        let running = shown(&Figures { state: 1, ..half() });
        assert!(running.contains("State: RUNNING\n") && running.contains("WARNING: The job is RUNNING"));
    }

    #[test]
    fn what_nobody_knows() {
        let memory = Memory { used: None, of_tasks: None, per_cpu: false, ..half().memory };
        let short = Figures { exit: 9, state: 5, memory, ..half() };
        let shown_short = shown(&short);
        assert!(shown_short.contains("State: FAILED (exit code 0, signal 9)\n"), "{shown_short}");
        assert!(shown_short.contains("Memory Efficiency: 0.00% of 8.00 GB (4.00 GB/node)\nNOTE: No step"));
        let remembered = shown(&Figures { cpu: None, source: Source::Controller, ..short });
        assert!(remembered.contains("CPU Efficiency: unknown, of 08:00:00 core-walltime\n"), "{remembered}");
        assert!(
            remembered.contains(
                "Memory Efficiency: unknown, of 8.00 GB (4.00 GB/node)\nNOTE: This is what slurmctld"
            )
        );
    }
}
