//! A job in the words of the REST interface, which spoke for sacct up to 23.02.

use super::super::distribution;
use super::super::row::{Entry, Rows};
use super::super::selection::{BATCH, EXTERN, INTERACTIVE, PENDING};
use super::tres::Words;
use crate::cli::native::data::Data;
use crate::cli::native::users::{group_name, user_name};
use crate::job::state_words::state_word;
use crate::slurm::Text;
use crate::slurm::accounting::{AccountStep, INFINITE, NO_VAL, Tres};
use std::ffi::CStr;

const WORDS: Words = Words { nothing: || Data::Null, null_amounts: true };

fn text(text: Text<'_>) -> Data {
    text.map_or(Data::Null, |text| Data::text(text.to_bytes()))
}

fn own(text: Option<String>) -> Data {
    text.map_or(Data::Null, Data::text)
}

/// A number in 32 bits, in which all numbers are told; null for none and no limit.
fn number(number: impl Into<i128>) -> Data {
    match number.into() as u32 {
        NO_VAL | INFINITE => Data::Null,
        number => number.into(),
    }
}

fn exit_code(status: u32) -> Data {
    let mut data = Data::map();
    let (word, code) = match status & 0x7f {
        _ if status == NO_VAL => ("PENDING", Data::Null),
        // Whatever the code is.
        0 => ("SUCCESS", Data::Int(0)),
        0x7f => ("ERROR", (status >> 8 & 0xff).into()),
        _ => ("SIGNALED", Data::Null),
    };
    data.put("status", word.into());
    data.put("return_code", code);
    if word == "SIGNALED" {
        let signal = status & 0x7f;
        data.put("signal/signal_id", signal.into());
        data.put("signal/name", Data::text(signal_text(signal)));
    }
    data
}

/// As strsignal(3) has it in glibc.
fn signal_text(signal: u32) -> String {
    const WORDS: [&str; 31] = [
        "Hangup",
        "Interrupt",
        "Quit",
        "Illegal instruction",
        "Trace/breakpoint trap",
        "Aborted",
        "Bus error",
        "Floating point exception",
        "Killed",
        "User defined signal 1",
        "Segmentation fault",
        "User defined signal 2",
        "Broken pipe",
        "Alarm clock",
        "Terminated",
        "Stack fault",
        "Child exited",
        "Continued",
        "Stopped (signal)",
        "Stopped",
        "Stopped (tty input)",
        "Stopped (tty output)",
        "Urgent I/O condition",
        "CPU time limit exceeded",
        "File size limit exceeded",
        "Virtual timer expired",
        "Profiling timer expired",
        "Window changed",
        "I/O possible",
        "Power failure",
        "Bad system call",
    ];
    /// The first that is free for programs.
    const REAL_TIME: std::ops::RangeInclusive<u32> = 34..=64;
    let word = (signal as usize).checked_sub(1).and_then(|index| WORDS.get(index));
    match word {
        Some(word) => (*word).into(),
        None if REAL_TIME.contains(&signal) => format!("Real-time signal {}", signal - REAL_TIME.start()),
        None => format!("Unknown signal {signal}"),
    }
}

/// One job and its steps.
pub fn job(rows: &Rows<'_>, entry: &Entry<'_>, tres: &[Tres]) -> Data {
    let job = &entry.job;
    let mut data = Data::map();
    data.put("account", text(job.account));
    data.put("comment/administrator", text(job.admin_comment));
    data.put("allocation_nodes", number(job.alloc_nodes));
    data.put("array/job_id", number(job.array_job_id));
    data.put("array/limits/max/running/tasks", number(job.array_max_tasks));
    data.put("array/task", text(job.array_task_str));
    data.put("array/task_id", number(job.array_task_id));
    data.put("association/account", text(job.account));
    data.put("association/cluster", text(job.cluster));
    data.put("association/partition", Data::Null);
    data.put("association/user", text(job.user));
    data.put("cluster", text(job.cluster));
    data.put("constraints", text(job.constraints));
    data.put("container", text(job.container));
    data.put("derived_exit_code", exit_code(job.derived_ec));
    data.put("comment/job", text(job.derived_es));
    data.put("time/elapsed", number(job.elapsed));
    data.put("time/eligible", number(job.eligible));
    data.put("time/end", number(job.end));
    data.put("exit_code", exit_code(job.exitcode));
    data.put("flags", started(job.flags));
    data.put("group", own(group_name(job.gid)));
    data.put("het/job_id", number(job.het_job_id));
    data.put("het/job_offset", number(job.het_job_offset));
    data.put("job_id", number(job.jobid));
    data.put("name", text(job.jobname));
    data.put("mcs/label", text(job.mcs_label));
    data.put("nodes", text(job.nodes));
    data.put("partition", text(job.partition));
    data.put("priority", number(job.priority));
    let qos = if job.qosid == 0 { None } else { rows.qos_name(job.qosid) };
    data.put("qos", own(qos));
    data.put("required/CPUs", number(job.req_cpus));
    data.put("required/memory", number(job.req_mem));
    data.put("kill_request_user", own(user_name(job.requid)));
    data.put("reservation/id", number(job.resvid));
    // Native tells where in its memory the name stands.
    data.put("reservation/name", job.resv_name.map_or(Data::Int(0), |name| Data::text(name.to_bytes())));
    data.put("time/start", number(job.start));
    data.put("state/current", state_word(job.state).into());
    let reason = rows.client.reason(job.state_reason_prev).unwrap_or_default();
    data.put("state/reason", Data::text(reason.as_bytes()));
    data.put("time/submission", number(job.submit));
    data.put("steps", Data::List(entry.steps.iter().map(|step| step_data(job.jobid, step, tres)).collect()));
    data.put("time/suspended", number(job.suspended));
    data.put("comment/system", text(job.system_comment));
    data.put("time/system/seconds", number(job.sys_cpu.0));
    data.put("time/system/microseconds", number(job.sys_cpu.1));
    data.put("time/limit", number(job.timelimit));
    data.put("time/total/seconds", number(job.tot_cpu.0));
    data.put("time/total/microseconds", number(job.tot_cpu.1));
    data.put("tres/allocated", WORDS.list(job.tres_alloc_str, tres));
    data.put("tres/requested", WORDS.list(job.tres_req_str, tres));
    data.put("user", text(job.user));
    data.put("time/user/seconds", number(job.user_cpu.0));
    data.put("time/user/microseconds", number(job.user_cpu.1));
    data.put("wckey", wckey(job.wckey));
    data.put("working_directory", text(job.work_dir));
    data
}

/// How the job was started. Any scheduler's bit is one of those that clear the scheduling.
fn started(flags: u32) -> Data {
    let words = [
        (0xf, "CLEAR_SCHEDULING"),
        (1 << 0, "NOT_SET"),
        (1 << 1, "STARTED_ON_SUBMIT"),
        (1 << 2, "STARTED_ON_SCHEDULE"),
        (1 << 3, "STARTED_ON_BACKFILL"),
    ];
    let set = words.iter().filter(|(bits, _)| flags & bits != 0);
    Data::List(set.map(|(_, word)| (*word).into()).collect())
}

/// A star before it says that nobody asked for it.
fn wckey(wckey: Text<'_>) -> Data {
    let (given, name) = match wckey.map(CStr::to_bytes) {
        None => return Data::Null,
        Some([b'*', name @ ..]) => (false, name),
        Some(name) => (true, name),
    };
    let mut data = Data::map();
    data.put("wckey", Data::text(name));
    data.put("flags", Data::List(if given { Vec::new() } else { vec!["ASSIGNED_DEFAULT".into()] }));
    data
}

fn step_data(job: u32, step: &AccountStep<'_>, tres: &[Tres]) -> Data {
    let usage = &step.usage;
    let mut data = Data::map();
    if let Some(hosts) = super::hosts(step.nodes) {
        data.put("nodes/list", hosts);
    }
    data.put("tres/requested/max", WORDS.extremes(&usage.tres_in, true, step.nodes, tres));
    data.put("tres/requested/min", WORDS.extremes(&usage.tres_in, false, step.nodes, tres));
    data.put("tres/consumed/max", WORDS.extremes(&usage.tres_out, true, step.nodes, tres));
    data.put("tres/consumed/min", WORDS.extremes(&usage.tres_out, false, step.nodes, tres));
    data.put("time/elapsed", number(step.elapsed));
    data.put("time/end", number(step.end));
    data.put("exit_code", exit_code(step.exitcode));
    data.put("nodes/count", number(step.nnodes));
    data.put("nodes/range", text(step.nodes));
    data.put("tasks/count", number(step.ntasks));
    data.put("pid", Data::Null);
    data.put("CPU/requested_frequency/min", number(step.req_cpufreq_min));
    data.put("CPU/requested_frequency/max", number(step.req_cpufreq_max));
    data.put("CPU/governor", governors(step.req_cpufreq_gov));
    data.put("kill_request_user", own(user_name(step.requid)));
    data.put("time/start", number(step.start));
    data.put("state", state_word(step.state).into());
    // The lower half of the number's bits, as if they were a whole number's.
    data.put("statistics/CPU/actual_frequency", number(usage.act_cpufreq.to_bits()));
    data.put("statistics/energy/consumed", number(usage.consumed_energy));
    data.put("step/job_id", number(job));
    data.put("step/het/component", number(step.step_het_comp));
    data.put(
        "step/id",
        match step.step_id {
            EXTERN => "extern".into(),
            BATCH => "batch".into(),
            PENDING => "pending".into(),
            INTERACTIVE => "interactive".into(),
            step => step.into(),
        },
    );
    data.put("step/name", text(step.stepname));
    data.put("time/suspended", number(step.suspended));
    data.put("time/system/seconds", number(step.sys_cpu.0));
    data.put("time/system/microseconds", number(step.sys_cpu.1));
    data.put("task/distribution", Data::text(distribution::text(step.task_dist)));
    data.put("time/total/seconds", number(step.tot_cpu.0));
    data.put("time/total/microseconds", number(step.tot_cpu.1));
    data.put("time/user/seconds", number(step.user_cpu.0));
    data.put("time/user/microseconds", number(step.user_cpu.1));
    data.put("tres/requested/average", WORDS.list(usage.tres_in.ave, tres));
    data.put("tres/requested/total", WORDS.list(usage.tres_in.tot, tres));
    data.put("tres/consumed/average", WORDS.list(usage.tres_out.ave, tres));
    data.put("tres/consumed/total", WORDS.list(usage.tres_out.tot, tres));
    data.put("tres/allocated", WORDS.list(step.tres_alloc_str, tres));
    data
}

/// The governors of whose bits any is set.
fn governors(bits: u32) -> Data {
    let words = [
        (0x8800_0000u32, "Conservative"),
        (0x8200_0000, "Performance"),
        (0x8100_0000, "PowerSave"),
        (0x8400_0000, "OnDemand"),
        (0x8080_0000, "UserSpace"),
    ];
    let set = words.iter().filter(|(word, _)| bits & word != 0);
    Data::List(set.map(|(_, word)| (*word).into()).collect())
}
