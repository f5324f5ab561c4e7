//! What data parsers say of a job.

use super::super::field::NO_VAL;
use super::super::job_words::NICE_OFFSET;
use super::resources::resources;
use super::telling::Telling;
use super::{Entry, Job, all, from, until, words};
use crate::cli::native::data::Data;
use crate::slurm::JobInfo;

/// What the data say of one member of a job.
pub type JobTell = fn(&Job<'_>, &Telling<'_>) -> Data;

/// A job's keys in their order.
pub const JOB: &[Entry<JobTell>] = &[
    all("account", |job, with| with.text(job.account)),
    all("accrue_time", |job, with| with.time(job.accrue_time)),
    all("admin_comment", |job, with| with.text(job.admin_comment)),
    all("allocating_node", |job, with| with.text(job.alloc_node)),
    all("array_job_id", |job, with| with.number(job.array_job_id)),
    all("array_task_id", |job, with| with.number(job.array_task_id)),
    all("array_max_tasks", |job, with| with.number(job.array_max_tasks)),
    all("array_task_string", |job, with| with.text(job.array_task_str)),
    all("association_id", |job, with| with.plain(job.assoc_id)),
    all("batch_features", |job, with| with.text(job.batch_features)),
    all("batch_flag", |job, _| Data::Bool(job.batch_flag != 0)),
    all("batch_host", |job, with| with.text(job.batch_host)),
    all("flags", |job, with| with.flags(job.bitflags, words::JOB_FLAGS)),
    all("burst_buffer", |job, with| with.text(job.burst_buffer)),
    all("burst_buffer_state", |job, with| with.text(job.burst_buffer_state)),
    all("cluster", |job, with| with.text(job.cluster)),
    all("cluster_features", |job, with| with.text(job.cluster_features)),
    all("command", |job, with| with.text(job.command)),
    all("comment", |job, with| with.text(job.comment)),
    all("container", |job, with| with.text(job.container)),
    all("container_id", |job, with| with.text(job.container_id)),
    from(45, "container_type", |job, with| with.text(job.container_type)),
    all("contiguous", |job, with| with.truth(job.contiguous)),
    all("core_spec", |job, _| specialized(job.core_spec, false)),
    all("thread_spec", |job, _| specialized(job.core_spec, true)),
    all("cores_per_socket", |job, with| with.number(job.cores_per_socket)),
    all("billable_tres", |job, with| with.float(job.billable_tres)),
    all("cpus_per_task", |job, with| with.number(job.cpus_per_task)),
    all("cpu_frequency_minimum", |job, with| with.number(job.cpu_freq_min)),
    all("cpu_frequency_maximum", |job, with| with.number(job.cpu_freq_max)),
    all("cpu_frequency_governor", |job, with| with.number(job.cpu_freq_gov)),
    all("cpus_per_tres", |job, with| with.text(job.cpus_per_tres)),
    all("cron", |job, with| with.text(job.cronspec)),
    all("deadline", |job, with| with.time(job.deadline)),
    all("delay_boot", |job, with| with.number(job.delay_boot)),
    all("dependency", |job, with| with.text(job.dependency)),
    all("derived_exit_code", |job, with| with.exit_code(job.derived_ec)),
    all("eligible_time", |job, with| with.time(job.eligible_time)),
    all("end_time", |job, with| with.time(job.end_time)),
    all("excluded_nodes", |job, with| with.text(job.exc_nodes)),
    all("exit_code", |job, with| with.exit_code(job.exit_code)),
    all("extra", |job, with| with.text(job.extra)),
    all("failed_node", |job, with| with.text(job.failed_node)),
    all("features", |job, with| with.text(job.features)),
    all("federation_origin", |job, with| with.text(job.fed_origin_str)),
    all("federation_siblings_active", |job, with| with.text(job.fed_siblings_active_str)),
    all("federation_siblings_viable", |job, with| with.text(job.fed_siblings_viable_str)),
    all("gres_detail", |job, _| gres(job)),
    all("group_id", |job, with| with.plain(job.group_id)),
    all("group_name", |job, with| with.group(job.group_id)),
    all("het_job_id", |job, with| with.number(job.het_job_id)),
    all("het_job_id_set", |job, with| with.text(job.het_job_id_set)),
    all("het_job_offset", |job, with| with.number(job.het_job_offset)),
    all("job_id", |job, with| with.plain(job.job_id)),
    all("job_resources", |job, with| resources(job.resources.as_ref(), with)),
    all("job_size_str", |job, with| with.parts(job.job_size_str)),
    all("job_state", |job, with| with.flags(job.job_state, words::STATES)),
    all("last_sched_evaluation", |job, with| with.time(job.last_sched_eval)),
    all("licenses", |job, with| with.text(job.licenses)),
    from(43, "licenses_allocated", |job, with| with.text(job.licenses_allocated)),
    all("mail_type", |job, with| with.flags(job.mail_type, words::MAIL)),
    all("mail_user", |job, with| with.text(job.mail_user)),
    all("max_cpus", |job, with| with.number(job.max_cpus)),
    all("max_nodes", |job, with| with.number(job.max_nodes)),
    all("mcs_label", |job, with| with.text(job.mcs_label)),
    all("memory_per_tres", |job, with| with.text(job.mem_per_tres)),
    from(45, "memory_update_delay", |job, _| job.mem_update_delay.into()),
    from(45, "memory_update_margin", |job, _| job.mem_update_margin.into()),
    all("name", |job, with| with.text(job.name)),
    all("network", |job, with| with.text(job.network)),
    all("nodes", |job, with| with.text(job.nodes)),
    all("nice", |job, _| nice(job.nice)),
    all("tasks_per_core", |job, with| with.number(job.ntasks_per_core)),
    all("tasks_per_tres", |job, with| with.number(job.ntasks_per_tres)),
    all("tasks_per_node", |job, with| with.number(job.ntasks_per_node)),
    all("tasks_per_socket", |job, with| with.number(job.ntasks_per_socket)),
    all("tasks_per_board", |job, with| with.number(job.ntasks_per_board)),
    all("cpus", |job, with| with.number(job.num_cpus)),
    all("node_count", |job, with| with.number(job.num_nodes)),
    all("tasks", |job, with| with.number(job.num_tasks)),
    all("partition", |job, with| with.text(job.partition)),
    all("prefer", |job, with| with.text(job.prefer)),
    all("memory_per_cpu", |job, with| with.memory(job.pn_min_memory, true)),
    all("memory_per_node", |job, with| with.memory(job.pn_min_memory, false)),
    all("minimum_cpus_per_node", |job, with| with.number(job.pn_min_cpus)),
    all("minimum_tmp_disk_per_node", |job, with| with.number(job.pn_min_tmp_disk)),
    until(44, "power/flags", |_, with| with.gone()),
    all("preempt_time", |job, with| with.time(job.preempt_time)),
    all("preemptable_time", |job, with| with.time(job.preemptable_time)),
    all("pre_sus_time", |job, with| with.time(job.pre_sus_time)),
    all("hold", |job, _| Data::Bool(job.priority == 0)),
    all("priority", |job, with| with.number(job.priority)),
    all("priority_by_partition", |job, with| priorities(job, with)),
    all("profile", |job, with| with.flags(job.profile, words::PROFILES)),
    all("qos", |job, with| with.text(job.qos)),
    all("reboot", |job, _| Data::Bool(job.reboot != 0)),
    all("required_nodes", |job, with| with.text(job.req_nodes)),
    all("required_switches", |job, with| with.plain(job.req_switch)),
    all("requeue", |job, _| Data::Bool(job.requeue != 0)),
    all("resize_time", |job, with| with.time(job.resize_time)),
    all("restart_cnt", |job, _| job.restart_cnt.into()),
    all("resv_name", |job, with| with.text(job.resv_name)),
    all("scheduled_nodes", |job, with| with.text(job.sched_nodes)),
    from(43, "segment_size", |job, _| job.segment_size.into()),
    all("selinux_context", |job, with| with.text(job.selinux_context)),
    until(44, "shared", |job, with| with.flags(job.shared, words::SHARED)),
    from(45, "shared", |_, with| with.gone()),
    from(44, "step_id", |job, with| step_id(job, with)),
    all("sockets_per_board", |job, _| job.sockets_per_board.into()),
    all("sockets_per_node", |job, with| with.number(job.sockets_per_node)),
    all("start_time", |job, with| with.time(job.start_time)),
    all("state_description", |job, with| with.text(job.state_desc)),
    all("state_reason", |job, with| with.text(job.reason)),
    until(42, "standard_error", |job, _| Data::text(job.files.stderr.clone())),
    until(42, "standard_input", |job, _| Data::text(job.files.stdin.clone())),
    until(42, "standard_output", |job, _| Data::text(job.files.stdout.clone())),
    from(43, "standard_input", |job, with| with.text(job.std_in)),
    from(43, "standard_output", |job, with| with.text(job.std_out)),
    from(43, "standard_error", |job, with| with.text(job.std_err)),
    from(43, "stdin_expanded", |job, with| with.job_file(job, job.std_in)),
    from(43, "stdout_expanded", |job, with| with.job_file(job, job.std_out)),
    from(43, "stderr_expanded", |job, with| with.job_file(job, job.std_err)),
    all("submit_time", |job, with| with.time(job.submit_time)),
    from(44, "submit_line", |job, with| with.text(job.submit_line)),
    all("suspend_time", |job, with| with.time(job.suspend_time)),
    all("system_comment", |job, with| with.text(job.system_comment)),
    all("time_limit", |job, with| with.number(job.time_limit)),
    all("time_minimum", |job, with| with.number(job.time_min)),
    all("threads_per_core", |job, with| with.number(job.threads_per_core)),
    all("tres_bind", |job, with| with.text(job.tres_bind)),
    all("tres_freq", |job, with| with.text(job.tres_freq)),
    all("tres_per_job", |job, with| with.text(job.tres_per_job)),
    all("tres_per_node", |job, with| with.text(job.tres_per_node)),
    all("tres_per_socket", |job, with| with.text(job.tres_per_socket)),
    all("tres_per_task", |job, with| with.text(job.tres_per_task)),
    all("tres_req_str", |job, with| with.text(job.tres_req_str)),
    all("tres_alloc_str", |job, with| with.text(job.tres_alloc_str)),
    all("user_id", |job, with| with.plain(job.user_id)),
    all("user_name", |job, with| with.user(job.user_id)),
    all("maximum_switch_wait_time", |job, with| with.plain(job.wait4switch)),
    all("wckey", |job, with| with.text(job.wckey)),
    all("current_working_directory", |job, with| with.text(job.work_dir)),
];

/// `CORE_SPEC_THREAD`: threads are set aside, not cores.
const THREADS: u16 = 0x8000;

/// Cores or threads set aside.
fn specialized(spec: u16, of_threads: bool) -> Data {
    if (spec & THREADS != 0) == of_threads { (spec & !THREADS).into() } else { Data::Int(0) }
}

fn nice(nice: u32) -> Data {
    Data::Int(if nice == NO_VAL { 0 } else { i64::from(nice) - i64::from(NICE_OFFSET) })
}

fn gres(job: &JobInfo<'_>) -> Data {
    let lines = job.gres_detail.iter().map(|line| line.map(|line| line.to_bytes()).unwrap_or_default());
    Data::List(lines.map(Data::text).collect())
}

/// The priority that the job has in each partition that it may run in.
fn priorities(job: &JobInfo<'_>, with: &Telling<'_>) -> Data {
    let names = job.priority_array_names.map(|names| names.to_bytes()).unwrap_or_default();
    let names = names.split(|byte| *byte == b',').filter(|name| !name.is_empty());
    let each = names.zip(job.priority_array).map(|(name, priority)| {
        let mut data = Data::map();
        data.put("partition", Data::text(name));
        data.put("priority", with.plain(*priority));
        data
    });
    Data::List(each.collect())
}

fn step_id(job: &JobInfo<'_>, with: &Telling<'_>) -> Data {
    let mut data = Data::map();
    if with.version >= 45 {
        data.put("sluid", with.sluid(job.sluid));
    }
    data.put("job_id", with.number(job.job_id));
    data.put("step_het_component", with.number(job.step_het_comp));
    data.put("step_id", Data::text(words::step(job.step_id)));
    data
}
