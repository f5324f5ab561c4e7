//! The fields of jobs, in the order in which squeue lists them: name, letter, heading, and what of a record they tell.

use super::super::units;
use super::field::{Field, Heading, Pen};
use super::job_words as words;
use crate::job::state_words::{state_code, state_word};
use crate::slurm::JobInfo;

/// Writes what a job's record says into a cell.
pub type JobTell = for<'a, 'b, 'c> fn(&'a JobInfo<'b>, &mut Pen<'c>);

const fn field(name: &'static str, letter: u8, heading: &'static str, tell: JobTell) -> Field<JobTell> {
    Field::new(name, letter, heading, tell)
}

/// No letter.
const NONE: u8 = 0;

pub const FIELDS: &[Field<JobTell>] = &[
    field("Account", b'a', "ACCOUNT", |job, pen| pen.text(job.account)),
    field("AccrueTime", NONE, "ACCRUE_TIME", |job, pen| pen.time(job.accrue_time)),
    field("admin_comment", NONE, "ADMIN_COMMENT", |job, pen| pen.text(job.admin_comment)),
    field("AllocNodes", NONE, "ALLOC_NODES", |job, pen| pen.text(job.alloc_node)),
    field("AllocSID", NONE, "ALLOC_SID", |job, pen| pen.signed(job.alloc_sid)),
    field("ArrayJobId", b'F', "ARRAY_JOB_ID", words::array_job_id),
    field("ArrayTaskId", b'K', "ARRAY_TASK_ID", words::array_task_id),
    field("AssocId", NONE, "ASSOC_ID", |job, pen| pen.signed(job.assoc_id)),
    field("BatchFlag", NONE, "BATCH_FLAG", |job, pen| pen.number(job.batch_flag.into())),
    field("BatchHost", b'B', "EXEC_HOST", |job, pen| {
        pen.text_or(if job.batch_flag != 0 { job.batch_host } else { job.alloc_node }, "n/a");
    }),
    field("BoardsPerNode", NONE, "BOARDS_PER_NODE", |job, pen| pen.count(job.boards_per_node)),
    field("BurstBuffer", NONE, "BURST_BUFFER", |job, pen| pen.text(job.burst_buffer)),
    field("BurstBufferState", NONE, "BURST_BUFFER_STATE", |job, pen| pen.text(job.burst_buffer_state)),
    field("Cluster", NONE, "CLUSTER", |job, pen| pen.text(job.cluster)),
    field("ClusterFeature", NONE, "CLUSTER_FEATURES", |job, pen| pen.text(job.cluster_features)),
    field("Command", b'o', "COMMAND", |job, pen| pen.text(job.command)),
    field("Comment", b'k', "COMMENT", |job, pen| pen.text(job.comment)),
    field("Container", NONE, "CONTAINER", |job, pen| pen.text(job.container)),
    field("ContainerId", NONE, "CONTAINERID", |job, pen| pen.text(job.container_id)),
    field("ContainerType", NONE, "CONTAINERTYPE", |job, pen| pen.text(job.container_type)),
    field("Contiguous", b'O', "CONTIGUOUS", |job, pen| pen.number(job.contiguous.into())),
    field("Cores", b'I', "CORES_PER_SOCKET", |job, pen| pen.geometry(job.cores_per_socket)),
    field("CoreSpec", b'X', "CORE_SPEC", words::core_spec),
    field("CPUsPerTask", NONE, "CPUS_PER_TASK", |job, pen| pen.count(job.cpus_per_task)),
    field("cpus-per-task", NONE, "CPUS_PER_TASK", |job, pen| pen.count(job.cpus_per_task)),
    field("cpus-per-tres", NONE, "CPUS_PER_TRES", |job, pen| pen.text_or(job.cpus_per_tres, "N/A")),
    field("CronJob", NONE, "CRON_JOB", words::cron_job),
    field("Deadline", NONE, "DEADLINE", |job, pen| pen.time(job.deadline)),
    field("DelayBoot", NONE, "DELAY_BOOT", |job, pen| pen.cut_duration(job.delay_boot.into())),
    field("Dependency", b'E', "DEPENDENCY", |job, pen| pen.text(job.dependency)),
    field("DerivedEC", NONE, "DERIVED_EC", |job, pen| words::exit_code(job.derived_ec, pen)),
    field("EligibleTime", NONE, "ELIGIBLE_TIME", |job, pen| pen.time(job.eligible_time)),
    field("EndTime", b'e', "END_TIME", words::end_time),
    field("ExcNodes", b'x', "EXC_NODES", |job, pen| pen.nodes(job.exc_nodes)),
    field("Exclusive", NONE, "EXCLUSIVE", words::exclusive),
    field("exit_code", NONE, "EXIT_CODE", |job, pen| words::exit_code(job.exit_code, pen)),
    field("Feature", b'f', "FEATURES", |job, pen| pen.text(job.features)),
    field("Gres", b'b', "TRES_PER_NODE", |job, pen| pen.text_or(job.tres_per_node, "N/A")).hidden(),
    field("GroupId", b'G', "GROUP", |job, pen| pen.id(job.group_id)),
    field("GroupName", b'g', "GROUP", words::group_name),
    field("HetJobId", NONE, "HET_JOB_ID", words::het_job_id),
    field("HetJobIdSet", NONE, "HET_JOB_ID_SET", words::het_job_id_set),
    field("HetJobOffset", NONE, "HET_JOB_OFFSET", words::het_job_offset),
    field("JobArrayId", b'i', "JOBID", words::job_id),
    field("JobId", b'A', "JOBID", |job, pen| pen.number(job.job_id)),
    field("LastSchedEval", NONE, "LAST_SCHED_EVAL", |job, pen| pen.time(job.last_sched_eval)),
    field("Licenses", b'W', "LICENSES", |job, pen| pen.text(job.licenses)),
    field("LicensesAlloc", NONE, "LICENSES_ALLOC", |job, pen| pen.text(job.licenses_allocated)),
    field("MaxCPUs", NONE, "MAX_CPUS", |job, pen| {
        pen.signed(if job.max_cpus == 0 { job.num_cpus } else { job.max_cpus });
    }),
    field("MaxNodes", NONE, "MAX_NODES", |job, pen| {
        pen.signed(if job.max_nodes == 0 { job.num_nodes } else { job.max_nodes });
    }),
    field("mem-per-tres", NONE, "MEM_PER_TRES", |job, pen| pen.text_or(job.mem_per_tres, "N/A")),
    field("MCSLabel", NONE, "MCSLABEL", |job, pen| pen.text(job.mcs_label)),
    field("MinCPUs", b'c', "MIN_CPUS", |job, pen| pen.amount(job.pn_min_cpus.into(), units::NONE, 8)),
    field("MinMemory", b'm', "MIN_MEMORY", words::min_memory),
    field("MinTime", NONE, "TIME_MIN", |job, pen| pen.cut_duration(words::minutes(job.time_min))),
    field("MinTmpDisk", b'd', "MIN_TMP_DISK", |job, pen| {
        pen.amount(f64::from(job.pn_min_tmp_disk as f32), units::MEGA, 10);
    }),
    field("Name", b'j', "NAME", |job, pen| pen.text(job.name)),
    field("Network", NONE, "NETWORK", |job, pen| pen.text(job.network)),
    field("Nice", b'y', "NICE", |job, pen| pen.signed(job.nice.wrapping_sub(words::NICE_OFFSET))),
    field("NodeList", b'N', "NODELIST", |job, pen| pen.nodes(job.nodes)).headed(Heading::Whole("NODELIST")),
    field("NTPerCore", NONE, "NTASKS_PER_CORE", |job, pen| pen.limit(job.ntasks_per_core)),
    field("NTPerNode", NONE, "NTASKS_PER_NODE", |job, pen| pen.limit(job.ntasks_per_node)),
    field("NTPerSocket", NONE, "NTASKS_PER_SOCKET", |job, pen| pen.limit(job.ntasks_per_socket)),
    field("NTPerBoard", NONE, "NTASKS_PER_BOARD", |job, pen| pen.limit(job.ntasks_per_board)),
    field("NumCPUs", b'C', "CPUS", |job, pen| pen.number(job.num_cpus)),
    field("NumNodes", b'D', "NODES", words::num_nodes),
    field("NumTasks", NONE, "TASKS", |job, pen| pen.number(job.num_tasks)),
    field("Origin", NONE, "ORIGIN", |job, pen| pen.text_or(job.fed_origin_str, "NA")),
    field("OriginRaw", NONE, "ORIGIN_RAW", words::origin_raw),
    field("OverSubscribe", b'h', "OVER_SUBSCRIBE", words::oversubscribe),
    field("PackJobId", NONE, "HET_JOB_ID", words::het_job_id).hidden(),
    field("PackJobIdSet", NONE, "HET_JOB_ID_SET", words::het_job_id_set).hidden(),
    field("PackJobOffset", NONE, "HET_JOB_OFFSET", words::het_job_offset).hidden(),
    field("Partition", b'P', "PARTITION", |job, pen| pen.text(job.partition)),
    field("PendingTime", NONE, "PENDING_TIME", words::pending_time),
    field("PreemptTime", NONE, "PREEMPT_TIME", words::preempt_time),
    field("Prefer", NONE, "PREFER", |job, pen| pen.text(job.prefer)),
    field("Priority", b'p', "PRIORITY", words::priority_part),
    field("PriorityLong", b'Q', "PRIORITY", |job, pen| pen.number(job.priority)),
    field("Profile", NONE, "PROFILE", words::profile),
    field("QOS", b'q', "QOS", |job, pen| pen.text(job.qos)),
    field("Reason", b'r', "REASON", |job, pen| pen.text(words::reason(job))),
    field("ReasonList", b'R', "NODELIST(REASON)", words::reason_or_nodes)
        .headed(Heading::Whole("NODELIST(REASON)")),
    field("Reboot", NONE, "REBOOT", |job, pen| pen.number(job.reboot.into())),
    field("ReqNodes", b'n', "REQ_NODES", |job, pen| pen.nodes(job.req_nodes)),
    field("ReqSwitch", NONE, "REQ_SWITCH", |job, pen| pen.signed(job.req_switch)),
    field("Requeue", NONE, "REQUEUE", |job, pen| pen.number(job.requeue.into())),
    field("Reservation", b'v', "RESERVATION", |job, pen| pen.text(job.resv_name)),
    field("ResizeTime", NONE, "RESIZE_TIME", words::resize_time),
    field("RestartCnt", NONE, "RESTART_COUNT", |job, pen| pen.number(job.restart_cnt.into())),
    field("SchedNodes", b'Y', "SCHEDNODES", |job, pen| pen.whole_text(job.sched_nodes))
        .headed(Heading::Whole("SCHEDNODES")),
    field("SCT", b'z', "S:C:T", words::sockets_cores_threads),
    field("SegmentSize", NONE, "SEGMENT_SIZE", |job, pen| match job.segment_size {
        0 => pen.str("N/A"),
        size => pen.number(size.into()),
    }),
    // What the select plugins of Cray and BlueGene told; all others tell nothing.
    field("SelectJobInfo", b's', "", |_, pen| pen.str("")).hidden(),
    field("SiblingsActive", NONE, "ACTIVE_SIBLINGS", |job, pen| {
        pen.text_or(job.fed_siblings_active_str, "NA")
    }),
    field("SiblingsActiveRaw", NONE, "ACTIVE_SIBLINGS_RAW", |job, pen| {
        words::siblings(job.fed_siblings_active, pen);
    }),
    field("SiblingsViable", NONE, "VIABLE_SIBLINGS", |job, pen| {
        pen.text_or(job.fed_siblings_viable_str, "NA")
    }),
    // Slurm's own spelling.
    field("SiblingsViableRaw", NONE, "VIALBLE_SIBLINGS_RAW", |job, pen| {
        words::siblings(job.fed_siblings_viable, pen);
    }),
    field("Shared", b'h', "OVER_SUBSCRIBE", words::oversubscribe).hidden(),
    field("SLUID", b's', "SLUID", words::sluid),
    field("Sockets", b'H', "SOCKETS_PER_NODE", |job, pen| pen.geometry(job.sockets_per_node)),
    field("SPerBoard", NONE, "SOCKETS_PER_BOARD", |job, pen| pen.number(job.sockets_per_board.into())),
    field("StartTime", b'S', "START_TIME", |job, pen| pen.time(job.start_time)),
    field("State", b'T', "STATE", |job, pen| pen.str(state_word(job.job_state))),
    field("StateCompact", b't', "ST", |job, pen| pen.str(state_code(job.job_state))),
    field("StdErr", NONE, "STDERR", words::std_err),
    field("StdIn", NONE, "STDIN", words::std_in),
    field("StdOut", NONE, "STDOUT", words::std_out),
    field("SubmitTime", b'V', "SUBMIT_TIME", |job, pen| pen.time(job.submit_time)),
    field("system_comment", NONE, "SYSTEM_COMMENT", |job, pen| pen.text(job.system_comment)),
    field("Threads", b'J', "THREADS_PER_CORE", |job, pen| pen.geometry(job.threads_per_core)),
    field("TimeLeft", b'L', "TIME_LEFT", words::time_left),
    field("TimeLimit", b'l', "TIME_LIMIT", words::time_limit),
    field("TimeUsed", b'M', "TIME", |job, pen| pen.duration(words::time_used(job, pen.with.now))),
    field("Tres", NONE, "TRES_ALLOC", words::tres_alloc).hidden(),
    field("tres-alloc", NONE, "TRES_ALLOC", words::tres_alloc),
    field("tres-bind", NONE, "TRES_BIND", |job, pen| pen.text_or(job.tres_bind, "N/A")),
    field("tres-freq", NONE, "TRES_FREQ", |job, pen| pen.text_or(job.tres_freq, "N/A")),
    field("tres-per-job", NONE, "TRES_PER_JOB", |job, pen| pen.text_or(job.tres_per_job, "N/A")),
    field("tres-per-node", NONE, "TRES_PER_NODE", |job, pen| pen.text_or(job.tres_per_node, "N/A")).hidden(),
    field("tres-per-socket", NONE, "TRES_PER_SOCKET", |job, pen| pen.text_or(job.tres_per_socket, "N/A")),
    field("tres-per-task", NONE, "TRES_PER_TASK", |job, pen| pen.text_or(job.tres_per_task, "N/A")),
    field("UserId", b'U', "UID", |job, pen| pen.id(job.user_id)),
    field("UserName", b'u', "USER", |job, pen| pen.user(job.user_id)),
    field("Wait4Switch", NONE, "WAIT4SWITCH", |job, pen| pen.cut_duration(job.wait4switch.into())),
    field("WCKey", b'w', "WCKEY", |job, pen| pen.text(job.wckey)),
    field("WorkDir", b'Z', "WORK_DIR", |job, pen| pen.text(job.work_dir)),
];
