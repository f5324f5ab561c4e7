//! What data parsers say of a step.

use super::telling::Telling;
use super::{Entry, all, from, words};
use crate::cli::native::data::Data;
use crate::slurm::StepInfo;

/// What the data say of one member of a step.
pub type StepTell = fn(&StepInfo<'_>, &Telling<'_>) -> Data;

/// A step's keys; those of maps in maps stand together where the first of them does.
pub const STEP: &[Entry<StepTell>] = &[
    all("array/job_id", |step, with| with.plain(step.array_job_id)),
    all("array/task_id", |step, with| with.plain(step.array_task_id)),
    all("cluster", |step, with| with.text(step.cluster)),
    all("container", |step, with| with.text(step.container)),
    all("container_id", |step, with| with.text(step.container_id)),
    from(45, "container_type", |step, with| with.text(step.container_type)),
    all("cpu/frequency/min", |step, with| with.number(step.cpu_freq_min)),
    all("cpu/frequency/max", |step, with| with.number(step.cpu_freq_max)),
    all("cpu/frequency/governor", |step, with| with.number(step.cpu_freq_gov)),
    all("tres/per/cpu", |step, with| with.text(step.cpus_per_tres)),
    all("tres/per/memory", |step, with| with.text(step.mem_per_tres)),
    all("name", |step, with| with.text(step.name)),
    all("network", |step, with| with.text(step.network)),
    all("nodes", |step, with| with.text(step.nodes)),
    all("number_cpus", |step, with| with.plain(step.num_cpus)),
    all("number_tasks", |step, with| with.plain(step.num_tasks)),
    all("partition", |step, with| with.text(step.partition)),
    all("reserved_ports", |step, with| with.text(step.resv_ports)),
    all("time/running", |step, with| with.time(step.run_time)),
    all("srun/host", |step, with| with.text(step.srun_host)),
    all("srun/pid", |step, with| with.plain(step.srun_pid)),
    all("time/start", |step, with| with.time(step.start_time)),
    all("state", |step, with| with.flags(step.state, words::STATES)),
    from(45, "sluid", |step, with| with.sluid(step.sluid)),
    all("id", |step, _| Data::text(words::whole_step_id(step))),
    from(43, "stderr", |step, with| with.text(step.std_err)),
    from(43, "stdin", |step, with| with.text(step.std_in)),
    from(43, "stdout", |step, with| with.text(step.std_out)),
    from(43, "stdin_expanded", |step, with| with.step_file(step, step.std_in)),
    from(43, "stdout_expanded", |step, with| with.step_file(step, step.std_out)),
    from(43, "stderr_expanded", |step, with| with.step_file(step, step.std_err)),
    all("submit_line", |step, with| with.text(step.submit_line)),
    all("task/distribution", |step, _| Data::text(words::distribution(step.task_dist))),
    all("time/limit", |step, with| with.number(step.time_limit)),
    all("tres/allocation", |step, with| with.text(step.tres_alloc_str)),
    all("tres/binding", |step, with| with.text(step.tres_bind)),
    all("tres/frequency", |step, with| with.text(step.tres_freq)),
    all("tres/per/step", |step, with| with.text(step.tres_per_step)),
    all("tres/per/node", |step, with| with.text(step.tres_per_node)),
    all("tres/per/socket", |step, with| with.text(step.tres_per_socket)),
    all("tres/per/task", |step, with| with.text(step.tres_per_task)),
    all("user", |step, with| with.user(step.user_id)),
];
