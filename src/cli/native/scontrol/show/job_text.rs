//! A job's record as `scontrol show job` prints it, for the releases from 24.11 on: before, the library prints it itself.

use super::super::session::Printing;
use super::{details, job_tail};
use crate::cli::native::time_text::{minutes_text, seconds_text};
use crate::cli::native::{sluid, units};
use crate::job::Hostlist;
use crate::job::state_words::state_word;
use crate::slurm::{Allocation, Change, Files, JobInfo, Text};
use std::io::Write;

const NO_VAL: u32 = u32::MAX - 1;
const NO_VAL16: u16 = u16::MAX - 1;
const INFINITE: u32 = u32::MAX;
const INFINITE16: u16 = u16::MAX;

/// The size of the buffer that Slurm prints a time into.
const TIME: usize = 256;

/// Bits of `bitflags` (slurm.h), the same in every release that has them.
mod flag {
    pub const CRON_JOB: u64 = 1 << 22;
    pub const BACKFILL_SCHED: u64 = 1 << 32;
    pub const BACKFILL_LAST: u64 = 1 << 33;
    pub const STEPMGR_ENABLED: u64 = 1 << 41;
}

/// A record with what is not in it.
pub struct Job<'a> {
    pub info: &'a JobInfo<'a>,
    /// The one task of an array that was asked for.
    pub task: Option<u32>,
    pub files: Files,
    pub allocation: Option<Allocation<'a>>,
    /// Seconds since 1970.
    pub now: i64,
}

/// A text that grows by fields and lines.
pub struct Lines<'p> {
    pub text: Vec<u8>,
    /// What stands between two lines.
    end: &'static [u8],
    pub printing: &'p Printing,
}

macro_rules! put {
    ($lines:expr, $($arguments:tt)*) => {{
        // A vector takes all that is written.
        let _ = write!($lines.text, $($arguments)*);
    }};
}
pub(super) use put;

impl<'p> Lines<'p> {
    pub fn new(printing: &'p Printing) -> Self {
        let end: &[u8] = if printing.one_line { b" " } else { b"\n   " };
        Self { text: Vec::with_capacity(2048), end, printing }
    }

    pub fn end(&mut self) {
        self.text.extend_from_slice(self.end);
    }

    /// `Name=value`, of no value as C prints it.
    pub fn field(&mut self, name: &str, value: Text<'_>) {
        put!(self, "{name}=");
        self.text.extend_from_slice(value.map_or(b"(null)", |value| value.to_bytes()));
    }

    pub fn extend(&mut self, value: &[u8]) {
        self.text.extend_from_slice(value);
    }

    /// The same of a value that is there.
    pub fn bytes(&mut self, name: &str, value: &[u8]) {
        put!(self, "{name}=");
        self.text.extend_from_slice(value);
    }

    pub fn time(&mut self, name: &str, seconds: i64) {
        put!(self, "{name}={}", self.printing.times.text(seconds, TIME));
    }

    fn number(&mut self, name: &str, number: u16, none: &str) {
        match number {
            NO_VAL16 => put!(self, "{name}{none}"),
            number => put!(self, "{name}{number}"),
        }
    }
}

/// The record's text, with the blank line behind it; nothing for a record that stands for another cluster's.
pub fn job_text(job: &Job<'_>, printing: &Printing) -> Vec<u8> {
    if job.info.job_id == 0 {
        return Vec::new();
    }
    let mut lines = Lines::new(printing);
    identity(&mut lines, job);
    times(&mut lines, job);
    placement(&mut lines, job.info);
    size(&mut lines, job.info);
    if let Some(allocation) = &job.allocation {
        details::lines(&mut lines, job.info, allocation);
    }
    needs(&mut lines, job.info);
    let parted = printing.habits.job_text.submit_line;
    for (at, line) in job_tail::lines(job, printing).into_iter().enumerate() {
        // Up to 25.05 a line ends where the next one begins.
        if !parted && at > 0 {
            lines.end();
        }
        lines.extend(&line.text);
        match (parted, line.comment) {
            (true, _) => lines.end(),
            (false, true) => lines.extend(b" "),
            (false, false) => {}
        }
    }
    if parted {
        let used = lines.text.trim_ascii_end().len();
        lines.text.truncate(used);
    } else {
        lines.end();
    }
    lines.extend(if printing.one_line { b"\n" } else { b"\n\n" });
    lines.text
}

fn identity(lines: &mut Lines<'_>, job: &Job<'_>) {
    let info = job.info;
    put!(lines, "JobId={} ", info.job_id);
    if info.array_job_id != 0 {
        put!(lines, "ArrayJobId={} ", info.array_job_id);
        match (job.task, info.array_task_str) {
            (Some(task), Some(_)) => put!(lines, "ArrayTaskId={task}"),
            (None, Some(_)) => lines.field("ArrayTaskId", info.array_task_str),
            (_, None) => put!(lines, "ArrayTaskId={}", info.array_task_id),
        }
        put!(lines, " ");
        if info.array_max_tasks != 0 {
            put!(lines, "ArrayTaskThrottle={} ", info.array_max_tasks);
        }
    } else if info.het_job_id != 0 {
        put!(lines, "HetJobId={} HetJobOffset={} ", info.het_job_id, info.het_job_offset);
    }
    lines.field("JobName", info.name);
    lines.end();
    let printing = lines.printing;
    if printing.detail && printing.habits.job_text.submit_line && info.sluid != 0 {
        put!(lines, "SLUID={}", sluid::text(info.sluid));
        lines.end();
    }
    if info.het_job_id_set.is_some() {
        lines.field("HetJobIdSet", info.het_job_id_set);
        lines.end();
    }
    let (user, group) = (printing.users.user(info.user_id), printing.users.group(info.group_id));
    put!(lines, "UserId={user}({}) GroupId={group}({}) ", info.user_id, info.group_id);
    lines.field("MCS_label", info.mcs_label.or(Some(c"N/A")));
    lines.end();
    put!(lines, "Priority={} Nice={} ", info.priority, i64::from(info.nice) - i64::from(Change::NICE_OFFSET));
    lines.field("Account", info.account);
    lines.field(" QOS", info.qos);
    if printing.wckeys {
        lines.field(" WCKey", info.wckey);
    }
    lines.end();
    put!(lines, "JobState={} ", state_word(info.job_state));
    match info.state_desc {
        Some(described) => {
            let words = described.to_bytes().iter();
            let words: Vec<u8> = words.map(|byte| if is_space(*byte) { b'_' } else { *byte }).collect();
            lines.bytes("Reason", &words);
        }
        None => lines.field("Reason", info.reason),
    }
    put!(lines, " ");
    if info.failed_node.is_some() {
        lines.field("FailedNode", info.failed_node);
        put!(lines, " ");
    }
    lines.field("Dependency", info.dependency);
    lines.end();
    put!(
        lines,
        "Requeue={} Restarts={} BatchFlag={} Reboot={} ExitCode={}",
        info.requeue,
        info.restart_cnt,
        info.batch_flag,
        info.reboot,
        exit_code(info.exit_code)
    );
    lines.end();
    if printing.detail {
        put!(lines, "DerivedExitCode={}", exit_code(info.derived_ec));
        lines.end();
    }
}

/// isspace(3) in the C locale.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// A wait status as `exit code:signal`.
fn exit_code(status: u32) -> String {
    match (status & 0x7f, status >> 8 & 0xff) {
        (0, code) => format!("{code}:0"),
        // Stopped, which is neither.
        (0x7f, _) => "0:0".into(),
        (signal, _) => format!("0:{signal}"),
    }
}

/// How long a job has run, seconds.
fn run_time(info: &JobInfo<'_>, now: i64) -> i64 {
    let base = info.job_state & 0xff;
    if base == 0 || info.start_time == 0 {
        return 0;
    }
    if base == 2 {
        return info.pre_sus_time;
    }
    let end = if base == 1 || info.end_time == 0 { now } else { info.end_time };
    match info.suspend_time {
        0 => end - info.start_time,
        suspended => end - suspended + info.pre_sus_time,
    }
}

fn times(lines: &mut Lines<'_>, job: &Job<'_>) {
    let info = job.info;
    put!(lines, "RunTime={} ", seconds_text(run_time(info, job.now)));
    match info.time_limit {
        NO_VAL => put!(lines, "TimeLimit=Partition_Limit "),
        limit => put!(lines, "TimeLimit={} ", minutes_text(limit)),
    }
    match info.time_min {
        0 => put!(lines, "TimeMin=N/A"),
        minutes => put!(lines, "TimeMin={}", minutes_text(minutes)),
    }
    lines.end();
    lines.time("SubmitTime", info.submit_time);
    lines.time(" EligibleTime", info.eligible_time);
    lines.end();
    lines.time("AccrueTime", info.accrue_time);
    lines.end();
    if info.resize_time != 0 {
        lines.time("ResizeTime", info.resize_time);
        lines.end();
    }
    lines.time("StartTime", info.start_time);
    if info.time_limit == INFINITE && info.end_time > job.now {
        put!(lines, " EndTime=Unknown");
    } else {
        lines.time(" EndTime", info.end_time);
    }
    match info.deadline {
        0 => put!(lines, " Deadline=N/A"),
        deadline => lines.time(" Deadline", deadline),
    }
    lines.end();
    if info.bitflags & flag::CRON_JOB != 0 || info.cronspec.is_some() {
        if info.bitflags & flag::CRON_JOB != 0 {
            put!(lines, "CronJob=Yes ");
        }
        put!(lines, "CrontabSpec=\"");
        lines.text.extend_from_slice(info.cronspec.map_or(b"(null)", |spec| spec.to_bytes()));
        put!(lines, "\"");
        lines.end();
    }
    if info.preemptable_time != 0 {
        lines.time("PreemptEligibleTime", info.preemptable_time);
        match info.preempt_time {
            0 => put!(lines, " PreemptTime=None"),
            preempted => lines.time(" PreemptTime", preempted),
        }
        lines.end();
    }
    match info.suspend_time {
        0 => put!(lines, "SuspendTime=None"),
        suspended => lines.time("SuspendTime", suspended),
    }
    put!(lines, " SecsPreSuspend={}", info.pre_sus_time);
    lines.time(" LastSchedEval", info.last_sched_eval);
    let scheduler = if info.bitflags & flag::BACKFILL_SCHED != 0 { "Backfill" } else { "Main" };
    let last = if info.bitflags & flag::BACKFILL_LAST != 0 { ":*" } else { "" };
    put!(lines, " Scheduler={scheduler}{last}");
    lines.end();
}

fn placement(lines: &mut Lines<'_>, info: &JobInfo<'_>) {
    lines.field("Partition", info.partition);
    lines.field(" AllocNode:Sid", info.alloc_node);
    put!(lines, ":{}", info.alloc_sid);
    lines.end();
    lines.field("ReqNodeList", info.req_nodes);
    lines.field(" ExcNodeList", info.exc_nodes);
    lines.end();
    // No nodes are an empty list of nodes.
    lines.bytes("NodeList", &sorted(info.nodes.map_or(b"", |nodes| nodes.to_bytes())));
    if info.sched_nodes.is_some() {
        lines.field(" SchedNodeList", info.sched_nodes);
    }
    lines.end();
    let batch = [("BatchFeatures", info.batch_features), ("BatchHost", info.batch_host)];
    let mut separator = "";
    for (name, value) in batch.into_iter().filter(|(_, value)| value.is_some()) {
        put!(lines, "{separator}");
        lines.field(name, value);
        separator = " ";
    }
    if !separator.is_empty() {
        lines.end();
    }
    if info.bitflags & flag::STEPMGR_ENABLED != 0 {
        put!(lines, "StepMgrEnabled=Yes");
        lines.end();
    }
    if info.fed_siblings_active != 0 || info.fed_siblings_viable != 0 {
        lines.field("FedOrigin", info.fed_origin_str);
        lines.field(" FedViableSiblings", info.fed_siblings_viable_str);
        lines.field(" FedActiveSiblings", info.fed_siblings_active_str);
        lines.end();
    }
}

/// A list of nodes in order. What is no list of nodes stays as it is.
pub fn sorted(nodes: &[u8]) -> Vec<u8> {
    let list = std::str::from_utf8(nodes).ok().and_then(|nodes| nodes.parse::<Hostlist>().ok());
    match list {
        Some(mut list) => {
            list.sort();
            list.to_string().into_bytes()
        }
        None => nodes.to_vec(),
    }
}

fn range(lower: u32, upper: u32) -> String {
    if upper > 0 { format!("{lower}-{upper}") } else { lower.to_string() }
}

fn size(lines: &mut Lines<'_>, info: &JobInfo<'_>) {
    let pending = info.job_state & 0xff == 0;
    match info.job_size_str.filter(|_| pending) {
        Some(size) => lines.field("NumNodes", Some(size)),
        None if pending && info.max_nodes != 0 => {
            put!(lines, "NumNodes={}", range(info.num_nodes.min(info.max_nodes), info.max_nodes));
        }
        None => put!(lines, "NumNodes={}", info.num_nodes),
    }
    put!(lines, " NumCPUs={}", range(info.num_cpus, info.max_cpus));
    match info.num_tasks {
        NO_VAL => put!(lines, " NumTasks=N/A"),
        tasks => put!(lines, " NumTasks={tasks}"),
    }
    lines.number(" CPUs/Task=", info.cpus_per_task, "N/A");
    lines.number(" ReqB:S:C:T=", info.boards_per_node, "*");
    lines.number(":", info.sockets_per_board, "*");
    lines.number(":", info.cores_per_socket, "*");
    lines.number(":", info.threads_per_core, "*");
    lines.end();
    lines.field("ReqTRES", info.tres_req_str);
    lines.end();
    lines.field("AllocTRES", info.tres_alloc_str);
    lines.end();
    let finite = |number: u16| if number == INFINITE16 { NO_VAL16 } else { number };
    lines.number("Socks/Node=", info.sockets_per_node, "*");
    lines.number(" NtasksPerN:B:S:C=", info.ntasks_per_node, "*");
    lines.number(":", info.ntasks_per_board, "*");
    lines.number(":", finite(info.ntasks_per_socket), "*");
    lines.number(":", finite(info.ntasks_per_core), "*");
    match info.core_spec {
        NO_VAL16 => put!(lines, " CoreSpec=*"),
        spec if spec & Change::THREADS != 0 => put!(lines, " ThreadSpec={}", spec & !Change::THREADS),
        spec => put!(lines, " CoreSpec={spec}"),
    }
    lines.end();
}

fn needs(lines: &mut Lines<'_>, info: &JobInfo<'_>) {
    let habits = lines.printing.habits.job_text;
    let (of, memory) = match (info.mem_per_tres, info.pn_min_memory & Change::MEM_PER_CPU) {
        (Some(_), _) => ("TRES", info.pn_min_memory),
        (None, 0) => ("Node", info.pn_min_memory),
        (None, _) => ("CPU", info.pn_min_memory & !Change::MEM_PER_CPU),
    };
    let disk = in_units(u64::from(info.pn_min_tmp_disk));
    put!(lines, "MinCPUsNode={} MinMemory{of}={} MinTmpDiskNode={disk}", info.pn_min_cpus, in_units(memory));
    if habits.exclusive && info.mem_update_delay != 0 {
        put!(lines, " MemUpdate={}%@{}min", info.mem_update_margin, info.mem_update_delay);
    }
    lines.end();
    lines.field("Features", info.features);
    put!(lines, " DelayBoot={}", seconds_text(i64::from(info.delay_boot)));
    lines.end();
    let optional = [
        ("ClusterFeatures", info.cluster_features),
        ("Prefer", info.prefer),
        ("Reservation", info.resv_name),
    ];
    for (name, value) in optional.into_iter().filter(|(_, value)| value.is_some()) {
        lines.field(name, value);
        lines.end();
    }
    if habits.exclusive {
        let shared = match info.oversubscribe {
            1 => "YES",
            2 => "OK",
            _ => "NO",
        };
        let exclusive = match info.exclusive {
            1 => "NODE",
            2 => "USER",
            3 => "MCS",
            4 => "TOPO",
            _ => "NO",
        };
        put!(lines, "OverSubscribe={shared} Exclusive={exclusive}");
    } else {
        let shared = match info.shared {
            0 => "NO",
            1 => "YES",
            2 => "USER",
            3 => "MCS",
            4 => "TOPO",
            _ => "OK",
        };
        put!(lines, "OverSubscribe={shared}");
    }
    put!(lines, " Contiguous={}", info.contiguous);
    lines.field(" Licenses", info.licenses);
    if habits.licenses_alloc {
        lines.field(" LicensesAlloc", info.licenses_allocated);
    }
    lines.field(" Network", info.network);
    lines.end();
    lines.field("Command", info.command);
    lines.end();
}

/// MiB with the largest unit that loses nothing. The number has the precision that Slurm's own has on its way, that of 32
/// bits.
#[allow(clippy::cast_precision_loss, reason = "it is what Slurm does")]
fn in_units(mebibytes: u64) -> String {
    units::text(f64::from(mebibytes as f32), units::MEGA, 1024, units::Convert::Exactly)
}
