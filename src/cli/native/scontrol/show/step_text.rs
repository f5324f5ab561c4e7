//! A step's record as `scontrol show step` prints it, for the releases from 25.11 on: before, the library prints it itself.

use super::super::session::Printing;
use super::frequency;
use super::job_text::{Lines, put, sorted};
use crate::cli::native::time_text::minutes_text;
use crate::cli::native::units::{self, Convert};
use crate::cli::native::{sluid, step_id};
use crate::job::Hostlist;
use crate::job::state_words::state_word;
use crate::slurm::{StepFiles, StepInfo};
use std::collections::HashSet;
use std::io::Write;

const NO_VAL: u32 = u32::MAX - 1;

/// The record's text, with what ends it. `layout`: Slurm's name for how its tasks are laid out.
pub fn step_text(
    info: &StepInfo<'_>,
    files: StepFiles,
    layout: Option<Vec<u8>>,
    printing: &Printing,
) -> Vec<u8> {
    let mut lines = Lines::new(printing);
    identity(&mut lines, info);
    lines.end();
    put!(lines, "State={} ", state_word(info.state));
    lines.field("Partition", info.partition);
    lines.bytes(" NodeList", &sorted(info.nodes.map_or(b"", |nodes| nodes.to_bytes())));
    lines.end();
    put!(lines, "Nodes={} CPUs={} Tasks={} ", node_count(info), info.num_cpus, info.num_tasks);
    lines.field("Name", info.name);
    lines.field(" Network", info.network);
    lines.end();
    lines.field("TRES", info.tres_alloc_str);
    lines.end();
    lines.field("ResvPorts", info.resv_ports);
    lines.end();
    let frequencies = frequency::text(info.cpu_freq_min, info.cpu_freq_max, info.cpu_freq_gov);
    lines.extend(frequencies.as_deref().unwrap_or("CPUFreqReq=Default").as_bytes());
    if info.task_dist != 0 {
        lines.bytes(" Dist", layout.as_deref().unwrap_or(b"(null)"));
    }
    lines.end();
    lines.field("SrunHost:Pid", info.srun_host);
    put!(lines, ":{}", info.srun_pid);
    for (name, value) in [
        ("CpusPerTres", info.cpus_per_tres),
        ("MemPerTres", info.mem_per_tres),
        ("TresBind", info.tres_bind),
        ("TresFreq", info.tres_freq),
        ("TresPerStep", info.tres_per_step),
        ("TresPerNode", info.tres_per_node),
        ("TresPerSocket", info.tres_per_socket),
        ("TresPerTask", info.tres_per_task),
    ] {
        if value.is_some() {
            lines.end();
            lines.field(name, value);
        }
    }
    container(&mut lines, info);
    for (name, file) in [("StdIn", files.stdin), ("StdErr", files.stderr), ("StdOut", files.stdout)] {
        if let Some(file) = file {
            lines.end();
            lines.bytes(name, &file);
        }
    }
    lines.extend(if printing.one_line { b"\n" } else { b"\n\n" });
    lines.text
}

fn identity(lines: &mut Lines<'_>, info: &StepInfo<'_>) {
    let hides = lines.printing.habits.sluids_hide_components && info.sluid != 0;
    let component = Some(info.step_het_comp).filter(|component| *component != NO_VAL && !hides);
    let step = match info.job_id {
        0 => "Invalid".to_owned(),
        _ => step_id::text(info.step_id, component),
    };
    match (info.array_job_id, info.job_id) {
        (0, 0) => put!(lines, "StepId={step}"),
        (0, job) => put!(lines, "StepId={job}.{step}"),
        (array, _) => put!(lines, "StepId={array}_{}.{step}", info.array_task_id),
    }
    put!(lines, " UserId={} ", info.user_id);
    lines.time("StartTime", info.start_time);
    put!(lines, " TimeLimit={}", minutes_text(info.time_limit));
    if lines.printing.detail && info.sluid != 0 {
        lines.end();
        put!(lines, "SLUID={}", sluid::text(info.sluid));
    }
}

/// How many different nodes the step is on.
fn node_count(info: &StepInfo<'_>) -> String {
    let list = info.nodes.and_then(|nodes| nodes.to_str().ok()?.parse::<Hostlist>().ok());
    let nodes = list.map_or(0, |list| list.iter().collect::<HashSet<_>>().len());
    units::text(nodes as f64, units::NONE, 1024, Convert::Exactly)
}

fn container(lines: &mut Lines<'_>, info: &StepInfo<'_>) {
    let with_type = lines.printing.habits.job_text.exclusive;
    let typed = with_type && info.container_type.is_some();
    if !typed && info.container.is_none() && info.container_id.is_none() {
        return;
    }
    lines.end();
    if with_type {
        lines.field("ContainerType", info.container_type);
        lines.extend(b" ");
    }
    lines.field("Container", info.container);
    lines.field(" ContainerID", info.container_id);
}
