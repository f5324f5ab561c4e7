//! What the REST interface, version 0.0.38, says of a job: squeue printed its answer before there were data parsers.
//!
//! Keys that say nothing are left out; slips of Slurm's (`cpu_frequency_minumum`) stand as they are.

use super::super::field::{INFINITE, INFINITE16, NO_VAL, NO_VAL16};
use super::super::job_words::NICE_OFFSET;
use super::resources::{openapi_resources, text};
use super::telling::Telling;
use super::{Entry, Job, all, words};
use crate::cli::native::data::Data;
use crate::job::state_words::state_word;

/// What the data say of one member of a job.
pub type JobTell = fn(&Job<'_>, &Telling<'_>) -> Option<Data>;

/// `CORE_SPEC_THREAD`: threads are set aside, not cores.
const THREADS: u16 = 0x8000;
/// `MEM_PER_CPU`
const PER_CPU: u64 = 1 << 63;

fn number(number: impl Into<Data>) -> Option<Data> {
    Some(number.into())
}

fn unless<T: PartialEq + Into<Data>>(value: T, none: &[T]) -> Option<Data> {
    Some(if none.contains(&value) { Data::Null } else { value.into() })
}

fn truth(truth: bool) -> Option<Data> {
    Some(Data::Bool(truth))
}

/// MiB, or nothing.
fn memory(memory: u64) -> Option<Data> {
    unless(memory, &[0])
}

fn shared(shared: u16) -> Option<Data> {
    Some(match shared {
        0 => "none".into(),
        1 => "shared".into(),
        2 => "user".into(),
        3 => "mcs".into(),
        NO_VAL16 => Data::Null,
        other => other.into(),
    })
}

/// A job's keys in their order.
pub const OPENAPI_JOB: &[Entry<JobTell>] = &[
    all("account", |job, _| Some(text(job.account))),
    all("accrue_time", |job, _| number(job.accrue_time)),
    all("admin_comment", |job, _| Some(text(job.admin_comment))),
    all("array_job_id", |job, _| number(job.array_job_id)),
    all("array_task_id", |job, _| unless(job.array_task_id, &[NO_VAL])),
    all("array_max_tasks", |job, _| number(job.array_max_tasks)),
    all("array_task_string", |job, _| Some(text(job.array_task_str))),
    all("association_id", |job, _| number(job.assoc_id)),
    all("batch_features", |job, _| Some(text(job.batch_features))),
    all("batch_flag", |job, _| truth(job.batch_flag == 1)),
    all("batch_host", |job, _| Some(text(job.batch_host))),
    all("flags", |job, with| Some(with.flags(job.bitflags, words::OPENAPI_JOB_FLAGS))),
    all("burst_buffer", |job, _| Some(text(job.burst_buffer))),
    all("burst_buffer_state", |job, _| Some(text(job.burst_buffer_state))),
    all("cluster", |job, _| Some(text(job.cluster))),
    all("cluster_features", |job, _| Some(text(job.cluster_features))),
    all("command", |job, _| Some(text(job.command))),
    all("comment", |job, _| Some(text(job.comment))),
    all("container", |job, _| Some(text(job.container))),
    all("contiguous", |job, _| match job.contiguous {
        NO_VAL16 => Some(Data::Null),
        contiguous => truth(contiguous == 1),
    }),
    // Cores stand under the name of threads and threads, bit and all, under that of cores.
    all("thread_spec", |job, _| (job.core_spec & THREADS == 0).then(|| job.core_spec.into())),
    all("core_spec", |job, _| match job.core_spec {
        spec if spec != NO_VAL16 && spec & THREADS != 0 => number(spec),
        _ => Some(Data::Null),
    }),
    all("thread_spec", |job, _| (job.core_spec & THREADS != 0).then_some(Data::Null)),
    all("cores_per_socket", |job, _| unless(job.cores_per_socket, &[NO_VAL16])),
    all("billable_tres", |job, _| {
        Some(if job.billable_tres == f64::from(NO_VAL) { Data::Null } else { Data::Float(job.billable_tres) })
    }),
    all("cpus_per_task", |job, _| {
        if job.cpu_freq_min == NO_VAL { Some(Data::Null) } else { number(job.cpus_per_task) }
    }),
    all("cpu_frequency_minimum", |job, _| (job.cpu_freq_min == NO_VAL).then_some(Data::Null)),
    all("cpu_frequency_minumum", |job, _| (job.cpu_freq_min != NO_VAL).then(|| job.cpu_freq_min.into())),
    all("cpu_frequency_maximum", |job, _| unless(job.cpu_freq_max, &[NO_VAL])),
    all("cpu_frequency_governor", |job, _| unless(job.cpu_freq_gov, &[NO_VAL])),
    all("cpus_per_tres", |job, _| Some(text(job.cpus_per_tres))),
    all("deadline", |job, _| number(job.deadline)),
    all("delay_boot", |job, _| unless(job.delay_boot, &[NO_VAL])),
    all("dependency", |job, _| Some(text(job.dependency))),
    all("derived_exit_code", |job, _| number(job.derived_ec)),
    all("eligible_time", |job, _| number(job.eligible_time)),
    all("end_time", |job, _| number(job.end_time)),
    all("excluded_nodes", |job, _| Some(text(job.exc_nodes))),
    all("exit_code", |job, _| number(job.exit_code)),
    all("features", |job, _| Some(text(job.features))),
    all("federation_origin", |job, _| Some(text(job.fed_origin_str))),
    all("federation_siblings_active", |job, _| Some(text(job.fed_siblings_active_str))),
    all("federation_siblings_viable", |job, _| Some(text(job.fed_siblings_viable_str))),
    all("gres_detail", |job, _| Some(Data::List(job.gres_detail.iter().map(|line| text(*line)).collect()))),
    all("group_id", |job, _| unless(job.group_id, &[NO_VAL])),
    all("group_name", |job, with| (job.group_id != NO_VAL).then(|| with.group_or_none(job.group_id))),
    all("job_id", |job, _| unless(job.job_id, &[NO_VAL])),
    all("job_resources", |job, with| {
        job.resources.as_ref().map(|held| openapi_resources(held, with.selected))
    }),
    all("job_state", |job, _| Some(state_word(job.job_state).into())),
    all("last_sched_evaluation", |job, _| number(job.last_sched_eval)),
    all("licenses", |job, _| Some(text(job.licenses))),
    all("max_cpus", |job, _| unless(job.max_cpus, &[NO_VAL])),
    all("max_nodes", |job, _| unless(job.max_nodes, &[NO_VAL])),
    all("mcs_label", |job, _| Some(text(job.mcs_label))),
    all("memory_per_tres", |job, _| Some(text(job.mem_per_tres))),
    all("name", |job, _| Some(text(job.name))),
    all("nodes", |job, _| Some(text(job.nodes))),
    all("nice", |job, _| match job.nice {
        NO_VAL | NICE_OFFSET => Some(Data::Null),
        nice => number(i64::from(nice) - i64::from(NICE_OFFSET)),
    }),
    all("tasks_per_core", |job, _| unless(job.ntasks_per_core, &[NO_VAL16, INFINITE16])),
    all("tasks_per_node", |job, _| number(job.ntasks_per_node)),
    all("tasks_per_socket", |job, _| unless(job.ntasks_per_socket, &[NO_VAL16, INFINITE16])),
    all("tasks_per_board", |job, _| number(job.ntasks_per_board)),
    all("cpus", |job, _| match job.num_tasks {
        NO_VAL | INFINITE => Some(Data::Null),
        _ => number(job.num_cpus),
    }),
    all("node_count", |job, _| number(job.num_nodes)),
    all("tasks", |job, _| unless(job.num_tasks, &[NO_VAL, INFINITE])),
    all("het_job_id", |job, _| number(job.het_job_id)),
    all("het_job_id_set", |job, _| Some(text(job.het_job_id_set))),
    all("het_job_offset", |job, _| number(job.het_job_offset)),
    all("partition", |job, _| Some(text(job.partition))),
    all("prefer", |job, _| Some(text(job.prefer))),
    all("memory_per_node", |job, _| memory(if by_cpu(job) { 0 } else { job.pn_min_memory })),
    all("memory_per_cpu", |job, _| match by_cpu(job) {
        true => number(job.pn_min_memory & !PER_CPU),
        false => Some(Data::Null),
    }),
    all("minimum_cpus_per_node", |job, _| number(job.pn_min_cpus)),
    all("minimum_tmp_disk_per_node", |job, _| number(job.pn_min_tmp_disk)),
    all("preempt_time", |job, _| number(job.preempt_time)),
    all("pre_sus_time", |job, _| number(job.pre_sus_time)),
    all("priority", |job, _| unless(job.priority, &[NO_VAL, INFINITE])),
    all("profile", |job, with| match job.profile {
        0 => Some(Data::Null),
        profile => Some(with.flags(profile, words::OPENAPI_PROFILES)),
    }),
    all("qos", |job, _| Some(text(job.qos))),
    all("reboot", |job, _| truth(job.reboot != 0)),
    all("required_nodes", |job, _| Some(text(job.req_nodes))),
    all("requeue", |job, _| truth(job.requeue != 0)),
    all("resize_time", |job, _| number(job.resize_time)),
    all("restart_cnt", |job, _| number(job.restart_cnt)),
    all("resv_name", |job, _| Some(text(job.resv_name))),
    all("shared", |job, _| shared(job.shared)),
    all("show_flags", |job, with| Some(with.flags(job.show_flags, words::SHOWN))),
    all("sockets_per_board", |job, _| number(job.sockets_per_board)),
    all("sockets_per_node", |job, _| unless(job.sockets_per_node, &[NO_VAL16])),
    all("start_time", |job, _| number(job.start_time)),
    all("state_description", |job, _| Some(text(job.state_desc))),
    all("state_reason", |job, _| Some(text(job.reason))),
    all("standard_error", |job, _| Some(text(job.std_err))),
    all("standard_input", |job, _| Some(text(job.std_in))),
    all("standard_output", |job, _| Some(text(job.std_out))),
    all("submit_time", |job, _| number(job.submit_time)),
    all("suspend_time", |job, _| number(job.suspend_time)),
    all("system_comment", |job, _| Some(text(job.system_comment))),
    all("time_limit", |job, _| unless(job.time_limit, &[INFINITE])),
    all("time_minimum", |job, _| unless(job.time_min, &[INFINITE])),
    all("threads_per_core", |job, _| unless(job.threads_per_core, &[NO_VAL16])),
    all("tres_bind", |job, _| Some(text(job.tres_bind))),
    all("tres_freq", |job, _| Some(text(job.tres_freq))),
    all("tres_per_job", |job, _| Some(text(job.tres_per_job))),
    all("tres_per_node", |job, _| Some(text(job.tres_per_node))),
    all("tres_per_socket", |job, _| Some(text(job.tres_per_socket))),
    all("tres_per_task", |job, _| Some(text(job.tres_per_task))),
    all("tres_req_str", |job, _| Some(text(job.tres_req_str))),
    all("tres_alloc_str", |job, _| Some(text(job.tres_alloc_str))),
    all("user_id", |job, _| number(job.user_id)),
    all("user_name", |job, with| match job.user_name {
        Some(name) => Some(Data::text(name.to_bytes())),
        None => Some(with.user_or_none(job.user_id)),
    }),
    all("wckey", |job, _| Some(text(job.wckey))),
    all("current_working_directory", |job, _| Some(text(job.work_dir))),
];

fn by_cpu(job: &Job<'_>) -> bool {
    job.pn_min_memory & PER_CPU != 0
}
