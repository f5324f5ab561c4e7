//! The fields of job steps, in the order in which squeue lists them, and what of a record they tell.

use super::super::{step_id, units};
use super::field::{Field, Heading, INFINITE, NO_VAL, Pen};
use super::file_names::{self, Named};
use crate::job::state_words::state_word;
use crate::slurm::{StepInfo, Text};

/// Writes what a step's record says into a cell.
pub type StepTell = for<'a, 'b, 'c> fn(&'a StepInfo<'b>, &mut Pen<'c>);

const fn field(name: &'static str, letter: u8, heading: &'static str, tell: StepTell) -> Field<StepTell> {
    Field::new(name, letter, heading, tell)
}

/// No letter.
const NONE: u8 = 0;

pub const FIELDS: &[Field<StepTell>] = &[
    field("ArrayJobId", NONE, "ARRAY_JOB_ID", |step, pen| {
        pen.signed(if step.array_job_id == NO_VAL { step.job_id } else { step.array_job_id });
    }),
    field("ArrayTaskId", NONE, "ARRAY_TASK_ID", |step, pen| match step.array_task_id {
        NO_VAL => pen.str("N/A"),
        task => pen.signed(task),
    }),
    field("Cluster", NONE, "CLUSTER", |step, pen| pen.text(step.cluster)),
    field("Container", NONE, "CONTAINER", |step, pen| pen.text(step.container)),
    field("ContainerId", NONE, "CONTAINERID", |step, pen| pen.text(step.container_id)),
    field("ContainerType", NONE, "CONTAINERTYPE", |step, pen| pen.text(step.container_type)),
    field("CPUFreq", NONE, "CPU_FREQ", cpu_frequencies),
    field("cpus-per-tres", NONE, "CPUS_PER_TRES", |step, pen| pen.text(step.cpus_per_tres)),
    // Slurm's own heading.
    field("Gres", NONE, "TRES_PER_JOB", |step, pen| pen.text(step.tres_per_node)).hidden(),
    field("JobId", NONE, "JOB_ID", |step, pen| pen.signed(step.job_id)),
    field("mem-per-tres", NONE, "MEM_PER_TRES", |step, pen| pen.text(step.mem_per_tres)),
    field("Network", NONE, "NETWORK", |step, pen| pen.text(step.network)),
    field("Nodes", b'N', "NODELIST", |step, pen| pen.nodes(step.nodes)).headed(Heading::Whole("NODELIST")),
    field("NumCPUs", NONE, "NUM_CPUS", |step, pen| pen.signed(step.num_cpus)),
    field("NumTasks", b'A', "TASKS", |step, pen| pen.signed(step.num_tasks)),
    field("Partition", b'P', "PARTITION", |step, pen| pen.text(step.partition)),
    field("ResvPorts", NONE, "RESERVED_PORTS", |step, pen| pen.text(step.resv_ports)),
    field("StartTime", b'S', "START_TIME", |step, pen| pen.time(step.start_time))
        .headed(Heading::Left("START_TIME")),
    field("StdErr", NONE, "STDERR", |step, pen| file(step, step.std_err, pen)),
    field("StdIn", NONE, "STDIN", |step, pen| file(step, step.std_in, pen)),
    field("StdOut", NONE, "STDOUT", |step, pen| file(step, step.std_out, pen)),
    field("StepId", b'i', "STEPID", step_id),
    field("StepName", b'j', "NAME", |step, pen| pen.text(step.name)),
    field("StepState", NONE, "STATE", |step, pen| pen.str(state_word(step.state))),
    field("TimeLimit", b'l', "TIME_LIMIT", |step, pen| match step.time_limit {
        INFINITE => pen.str("UNLIMITED"),
        minutes => pen.duration(minutes.wrapping_mul(60).into()),
    }),
    field("TimeUsed", b'M', "TIME", |step, pen| pen.duration(step.run_time)),
    field("tres-bind", NONE, "TRES_BIND", |step, pen| pen.text(step.tres_bind)),
    field("tres-freq", NONE, "TRES_FREQ", |step, pen| pen.text(step.tres_freq)),
    field("tres-per-job", NONE, "TRES_PER_STEP", |step, pen| pen.text(step.tres_per_step)),
    field("tres-per-node", b'b', "TRES_PER_JOB", |step, pen| pen.text(step.tres_per_node)).hidden(),
    field("tres-per-socket", NONE, "TRES_PER_SOCKET", |step, pen| pen.text(step.tres_per_socket)),
    field("tres-per-step", NONE, "TRES_PER_STEP", |step, pen| pen.text(step.tres_per_step)),
    field("tres-per-task", NONE, "TRES_PER_TASK", |step, pen| pen.text(step.tres_per_task)),
    field("UserId", b'U', "UID", |step, pen| pen.id(step.user_id)),
    field("UserName", b'u', "USER", |step, pen| pen.user(step.user_id)),
];

/// `12.0`, `12.batch`, `12_3.extern`, `12.0+1`
fn step_id(step: &StepInfo<'_>, pen: &mut Pen<'_>) {
    let mut id = match step.array_job_id {
        0 => String::new(),
        array => format!("{array}_{}.", step.array_task_id),
    };
    id.push_str(&step_text(step, step.array_job_id == 0, pen.with.habits.sluids_hide_components));
    id.truncate(31);
    pen.str(&id);
}

fn step_text(step: &StepInfo<'_>, with_job: bool, sluids_hide_components: bool) -> String {
    if step.job_id == 0 {
        return "Invalid".into();
    }
    let shown = step.step_het_comp != NO_VAL && !(sluids_hide_components && step.sluid != 0);
    let text = step_id::text(step.step_id, shown.then_some(step.step_het_comp));
    if with_job { format!("{}.{text}", step.job_id) } else { text }
}

/// A file's name as it was asked for, or with its patterns expanded.
fn file(step: &StepInfo<'_>, name: Text<'_>, pen: &mut Pen<'_>) {
    let Some(name) = name else { return pen.str("") };
    if !pen.with.expand_patterns {
        return pen.text(Some(name));
    }
    let user = pen.with.users.user(step.user_id);
    let named = Named::of_step(step, &user);
    let expanded = file_names::expand(name.to_bytes(), &named, pen.with.habits.file_patterns);
    pen.maybe_bytes(expanded.as_deref());
}

fn cpu_frequencies(step: &StepInfo<'_>, pen: &mut Pen<'_>) {
    let [low, high, governor] = [step.cpu_freq_min, step.cpu_freq_max, step.cpu_freq_gov].map(frequency);
    let mut text = format!("{low}-{high}:{governor}");
    text.truncate(47);
    pen.str(&text);
}

/// The word for a frequency or a governor, or kHz with a unit (`CPU_FREQ_*` of slurm.h).
fn frequency(number: u32) -> String {
    let word = match number {
        0x8000_0001 => "Low",
        0x8000_0002 => "Medium",
        0x8000_0003 => "High",
        0x8000_0004 => "Highm1",
        0x8800_0000 => "Conservative",
        0x8400_0000 => "OnDemand",
        0x8200_0000 => "Performance",
        0x8100_0000 => "PowerSave",
        0x8080_0000 => "UserSpace",
        0x8040_0000 => "SchedUtil",
        // NO_VAL has the bit of these as well and is asked about first only where it has not.
        number if number & 0x8000_0000 != 0 => "Unknown",
        number => return units::text(number.into(), units::KILO, 1000, units::Convert::Far),
    };
    word.into()
}
