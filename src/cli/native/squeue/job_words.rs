//! What squeue says of a job where that is more than a member of its record.

use super::super::{sluid as sluids, units};
use super::field::{Digits, INFINITE, NO_VAL, NO_VAL16, Pen};
use super::file_names::{self, Named};
use crate::job::{BaseState, JobState, StateFlags};
use crate::slurm::{JobInfo, Text};
use std::io::Write as _;

/// `NICE_OFFSET` of slurm.h
pub const NICE_OFFSET: u32 = 0x8000_0000;
/// `MEM_PER_CPU`
const MEM_PER_CPU: u64 = 1 << 63;
/// `CORE_SPEC_THREAD`
const CORE_SPEC_THREAD: u16 = 0x8000;
/// `CRON_JOB` among the bit flags
const CRON_JOB: u64 = 1 << 22;
/// The buffer that squeue writes ids into holds so many bytes and a NUL.
const ROOM: usize = 31;

/// Minutes in seconds. Slurm reckons in 32 bits.
pub fn minutes(minutes: u32) -> i64 {
    minutes.wrapping_mul(60).into()
}

/// How long a job has run so far.
pub fn time_used(job: &JobInfo<'_>, now: i64) -> i64 {
    let state = JobState::from_bits(job.job_state);
    if job.start_time == 0 || state.base == BaseState::Pending {
        return 0;
    }
    if state.base == BaseState::Suspended {
        return job.pre_sus_time;
    }
    let end = if state.base == BaseState::Running || job.end_time == 0 { now } else { job.end_time };
    match job.suspend_time {
        0 => end - job.start_time,
        since => end - since + job.pre_sus_time,
    }
}

/// The state's description where slurmctld has one, else the word for the reason.
pub fn reason<'a>(job: &JobInfo<'a>) -> Text<'a> {
    job.state_desc.or(job.reason)
}

/// `1080_[5-1024%4]`, `1080_7`, `123+1`, `123`
pub fn job_id(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    if let Some(tasks) = job.array_task_str {
        let mut id = Vec::with_capacity(ROOM + 1);
        // Writing to memory does not fail.
        let _ = write!(id, "{}_[", job.array_job_id);
        id.extend_from_slice(tasks.to_bytes());
        id.push(b']');
        if pen.with.whole_task_lists {
            return pen.whole_bytes(&id);
        }
        id.truncate(ROOM);
        return pen.bytes(&id);
    }
    let (mut first, mut second) = (Digits::new(), Digits::new());
    let mut id = [0_u8; ROOM];
    let mut length = 0;
    let mut add = |text: &str| {
        for (place, byte) in id[length..].iter_mut().zip(text.bytes()) {
            *place = byte;
            length += 1;
        }
    };
    if job.array_task_id != NO_VAL {
        add(first.of(job.array_job_id));
        add("_");
        add(second.of(job.array_task_id));
    } else if job.het_job_id != 0 {
        add(first.of(job.het_job_id));
        add("+");
        add(second.of(job.het_job_offset));
    } else {
        add(first.of(job.job_id));
    }
    pen.bytes(&id[..length]);
}

pub fn array_job_id(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    let is_array = job.array_task_str.is_some() || job.array_task_id != NO_VAL;
    pen.number(if is_array { job.array_job_id } else { job.job_id });
}

pub fn array_task_id(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    match (job.array_task_str, job.array_task_id) {
        (Some(tasks), _) => pen.text(Some(tasks)),
        (None, NO_VAL) => pen.str("N/A"),
        (None, task) => pen.number(task),
    }
}

pub fn core_spec(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    match job.core_spec {
        NO_VAL16 => pen.str("N/A"),
        threads if threads & CORE_SPEC_THREAD != 0 => {
            pen.str(&format!("{} Threads", threads & !CORE_SPEC_THREAD))
        }
        cores => pen.number(cores.into()),
    }
}

pub fn cron_job(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    pen.str(if job.bitflags & CRON_JOB != 0 { "Yes" } else { "No" });
}

/// A wait status: `code:signal`, or as the number that it is. One that there is not yet leaves its cell out.
pub fn exit_code(status: u32, pen: &mut Pen<'_>) {
    if !pen.with.habits.exit_codes_are_pairs {
        return pen.signed(status);
    }
    if status == NO_VAL {
        return;
    }
    let (code, signal) = match status & 0x7f {
        0 => (status >> 8 & 0xff, 0),
        // Stopped, which no ended job is.
        0x7f => (0, 0),
        signal => (0, signal),
    };
    pen.str(&format!("{code}:{signal}"));
}

pub fn end_time(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    if job.time_limit == INFINITE && job.end_time > pen.with.now {
        pen.str("NONE");
    } else {
        pen.time(job.end_time);
    }
}

pub fn exclusive(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    pen.str(match job.exclusive {
        1 => "NODE",
        2 => "USER",
        3 => "MCS",
        4 => "TOPO",
        _ => "NO",
    });
}

pub fn oversubscribe(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    let word = if pen.with.habits.oversubscribe_is_apart {
        match job.oversubscribe {
            1 => "YES",
            2 => "OK",
            _ => "NO",
        }
    } else {
        match job.shared {
            0 => "NO",
            1 => "YES",
            2 => "USER",
            3 => "MCS",
            // `JOB_SHARED_TOPO`, which older releases never say.
            4 => "TOPO",
            _ => "OK",
        }
    };
    pen.str(word);
}

/// The group's name, or its number where it has none.
pub fn group_name(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    match pen.with.users.known_group(job.group_id) {
        Some(name) => pen.str(&name),
        None => pen.signed(job.group_id),
    }
}

pub fn het_job_id(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    if job.het_job_id == 0 { pen.str("N/A") } else { pen.number(job.het_job_id) }
}

pub fn het_job_offset(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    if job.het_job_id == 0 { pen.str("N/A") } else { pen.number(job.het_job_offset) }
}

pub fn het_job_id_set(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    if job.het_job_id == 0 { pen.str("N/A") } else { pen.text(job.het_job_id_set) }
}

pub fn min_memory(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    #[allow(clippy::cast_precision_loss, reason = "squeue loses it too")]
    let memory = (job.pn_min_memory & !MEM_PER_CPU) as f32;
    pen.amount(memory.into(), units::MEGA, 10);
}

pub fn num_nodes(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    let mut text = job.num_nodes.cast_signed().to_string();
    text.truncate(7);
    pen.str(&text);
}

pub fn origin_raw(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    match job.job_id >> 26 {
        0 => pen.str("NA"),
        cluster => pen.number(cluster),
    }
}

/// The numbers of the bits that are set, from 1.
pub fn siblings(bits: u64, pen: &mut Pen<'_>) {
    let numbers: Vec<String> =
        (0..64).filter(|bit| bits >> bit & 1 != 0).map(|bit: u32| (bit + 1).to_string()).collect();
    if numbers.is_empty() { pen.str("NA") } else { pen.str(&numbers.join(",")) }
}

/// Seconds that a job waited, or has waited so far.
pub fn pending_time(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    let now = pen.with.now;
    let until = if job.start_time != 0 && job.start_time < now { job.start_time } else { now };
    #[allow(clippy::cast_possible_truncation, reason = "squeue prints an int")]
    pen.int((until - job.submit_time) as i32);
}

pub fn preempt_time(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    match u32::try_from(job.preempt_time) {
        Ok(INFINITE) => pen.str("UNLIMITED"),
        Ok(NO_VAL) => pen.str("NOT_SET"),
        _ => pen.time(job.preempt_time),
    }
}

/// The priority as a part of the highest.
pub fn priority_part(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    pen.str(&format!("{:16.14}", f64::from(job.priority) / f64::from(u32::MAX)));
}

/// The `ACCT_GATHER_PROFILE_*` flags.
pub fn profile(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    const FLAGS: [(u32, &str); 4] =
        [(1 << 1, "Energy"), (1 << 3, "Lustre"), (1 << 4, "Network"), (1 << 2, "Task")];
    match job.profile {
        0 => pen.str("NotSet"),
        1 => pen.str("None"),
        flags => {
            let words: Vec<_> =
                FLAGS.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, word)| *word).collect();
            pen.str(&words.join(","));
        }
    }
}

/// Where a job runs or ran; why one does not run, or ended.
pub fn reason_or_nodes(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    let state = JobState::from_bits(job.job_state);
    let has_reason = state.flags.any(StateFlags::STAGE_OUT)
        || matches!(
            state.base,
            BaseState::Pending
                | BaseState::Timeout
                | BaseState::OutOfMemory
                | BaseState::Deadline
                | BaseState::Failed
        );
    if state.flags.any(StateFlags::COMPLETING) || !has_reason {
        return pen.nodes(job.nodes);
    }
    let reason = reason(job).map_or(&b"(null)"[..], |reason| reason.to_bytes());
    pen.bytes(&[b"(", reason, b")"].concat());
}

/// Slurm multiplies this time by 60.
pub fn resize_time(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    match job.resize_time {
        0 => pen.whole_bytes(b"N/A"),
        time => pen.cut_duration(time.wrapping_mul(60)),
    }
}

pub fn sockets_cores_threads(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    let part = |count: u16| match count {
        NO_VAL16 => "*".to_owned(),
        count => units::text(count.into(), units::NONE, 1024, pen.with.convert),
    };
    let parts = [job.sockets_per_node, job.cores_per_socket, job.threads_per_core].map(part);
    pen.str(&parts.join(":"));
}

pub fn sluid(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    pen.str(&sluids::text(job.sluid));
}

pub fn time_limit(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    match job.time_limit {
        INFINITE => pen.str("UNLIMITED"),
        NO_VAL => pen.str("NOT_SET"),
        limit => pen.duration(minutes(limit)),
    }
}

pub fn time_left(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    match job.time_limit {
        INFINITE => pen.str("UNLIMITED"),
        NO_VAL => pen.str("NOT_SET"),
        limit => pen.duration(minutes(limit) - time_used(job, pen.with.now)),
    }
}

pub fn tres_alloc(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    pen.text_or(job.tres_alloc_str.or(job.tres_req_str), "N/A");
}

/// `folder/slurm-ID.out`, cut where squeue's buffer ends.
fn made_up_name(job: &JobInfo<'_>) -> Vec<u8> {
    let mut name = job.work_dir.map_or(&b"(null)"[..], |dir| dir.to_bytes()).to_vec();
    name.extend_from_slice(format!("/slurm-{}.out", job.job_id).as_bytes());
    name.truncate(1023);
    name
}

/// A file's name as it was asked for, or with its patterns expanded.
fn file(job: &JobInfo<'_>, name: Option<&[u8]>, pen: &mut Pen<'_>) {
    if !pen.with.expand_patterns {
        return pen.maybe_bytes(name);
    }
    let user = pen.with.users.user(job.user_id);
    let named = Named::of_job(job, &user);
    let expanded = file_names::expand(name.unwrap_or_default(), &named, pen.with.habits.file_patterns);
    pen.maybe_bytes(expanded.as_deref());
}

pub fn std_in(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    file(job, job.std_in.map(|name| name.to_bytes()), pen);
}

pub fn std_err(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    if !pen.with.habits.output_names_are_filled_in {
        return file(job, job.std_err.map(|name| name.to_bytes()), pen);
    }
    match job.std_err.or(job.std_out) {
        _ if job.batch_flag == 0 => pen.str("N/A"),
        Some(name) => pen.text(Some(name)),
        None => pen.bytes(&made_up_name(job)),
    }
}

pub fn std_out(job: &JobInfo<'_>, pen: &mut Pen<'_>) {
    let habits = pen.with.habits;
    if job.std_out.is_none() && habits.output_names_are_filled_in {
        return pen.bytes(&made_up_name(job));
    }
    if job.std_out.is_none() && job.batch_flag != 0 && habits.output_patterns_are_filled_in {
        let pattern = if job.array_job_id == 0 { "/slurm-%j.out" } else { "/slurm-%A_%a.out" };
        let mut name = job.work_dir.map_or(&b"(null)"[..], |dir| dir.to_bytes()).to_vec();
        name.extend_from_slice(pattern.as_bytes());
        return file(job, Some(&name), pen);
    }
    file(job, job.std_out.map(|name| name.to_bytes()), pen);
}
