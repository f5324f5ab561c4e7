//! The last lines of a job's text, most of which are there only where there is something to say.

use super::super::session::Printing;
use super::frequency;
use super::job_text::Job;
use crate::cli::native::time_text::seconds_text;
use crate::job::value::MailTypes;
use crate::slurm::{JobInfo, Text};

const NO_VAL16: u16 = u16::MAX - 1;
const INFINITE16: u16 = u16::MAX;

/// Bits of `bitflags` (slurm.h), the same in every release that has them.
mod flag {
    pub const KILL_INV_DEP: u64 = 1 << 0;
    pub const NO_KILL_INV_DEP: u64 = 1 << 1;
    pub const GRES_ENFORCE_BIND: u64 = 1 << 4;
    pub const SPREAD_JOB: u64 = 1 << 8;
    pub const GRES_DISABLE_BIND: u64 = 1 << 19;
    pub const GRES_ONE_TASK_PER_SHARING: u64 = 1 << 38;
    pub const GRES_MULT_TASKS_PER_SHARING: u64 = 1 << 39;
    pub const GRES_ALLOW_TASK_SHARING: u64 = 1 << 40;
    pub const SPREAD_SEGMENTS: u64 = 1 << 43;
    pub const CONSOLIDATE_SEGMENTS: u64 = 1 << 44;
    pub const EXPEDITED_REQUEUE: u64 = 1 << 45;
}

/// One line.
pub struct Line {
    pub text: Vec<u8>,
    /// A comment: up to 25.05 a blank stands behind it.
    pub comment: bool,
}

impl Line {
    fn new(text: impl Into<Vec<u8>>) -> Self {
        Self { text: text.into(), comment: false }
    }
}

/// `Name=value`
fn field(name: &str, value: &[u8]) -> Vec<u8> {
    [name.as_bytes(), b"=", value].concat()
}

/// The value, or how C prints none.
fn shown(value: Text<'_>) -> &[u8] {
    value.map_or(b"(null)", |value| value.to_bytes())
}

/// From SubmitLine or WorkDir on, in order.
pub fn lines(job: &Job<'_>, printing: &Printing) -> Vec<Line> {
    let (info, habits) = (job.info, printing.habits.job_text);
    let mut lines = Vec::new();
    if habits.submit_line {
        lines.push(Line::new(field("SubmitLine", shown(info.submit_line))));
    }
    lines.push(Line::new(field("WorkDir", shown(info.work_dir))));
    for (name, value) in [
        ("AdminComment", info.admin_comment),
        ("SystemComment", info.system_comment),
        ("Comment", info.comment),
        ("Extra", info.extra),
    ] {
        lines.extend(value.map(|value| Line { text: field(name, value.to_bytes()), comment: true }));
    }
    if info.batch_flag != 0 {
        let files = &job.files;
        for (name, path) in [("StdErr", &files.stderr), ("StdIn", &files.stdin), ("StdOut", &files.stdout)] {
            lines.push(Line::new(field(name, path)));
        }
    }
    if habits.licenses_alloc && info.segment_size != 0 {
        lines.push(Line::new(segments(info, habits.submit_line)));
    }
    if info.req_switch != 0 {
        let wait = seconds_text(i64::from(info.wait4switch));
        lines.push(Line::new(format!("Switches={}@{wait}", info.req_switch)));
    }
    add(&mut lines, &[("BurstBuffer", info.burst_buffer), ("BurstBufferState", info.burst_buffer_state)]);
    lines.extend(frequency::text(info.cpu_freq_min, info.cpu_freq_max, info.cpu_freq_gov).map(Line::new));
    lines.extend(flags(info, habits.submit_line).map(Line::new));
    if info.oom_kill_step != NO_VAL16 {
        lines.push(Line::new(format!("OOMKillStep={}", info.oom_kill_step)));
    }
    add(
        &mut lines,
        &[
            ("CpusPerTres", info.cpus_per_tres),
            ("MemPerTres", info.mem_per_tres),
            ("TresBind", info.tres_bind),
            ("TresFreq", info.tres_freq),
            ("TresPerJob", info.tres_per_job),
            ("TresPerNode", info.tres_per_node),
            ("TresPerSocket", info.tres_per_socket),
            ("TresPerTask", info.tres_per_task),
        ],
    );
    if let (Some(user), true) = (info.mail_user, info.mail_type != 0) {
        let events = format!(" MailType={}", MailTypes(info.mail_type));
        lines.push(Line::new([field("MailUser", user.to_bytes()), events.into()].concat()));
    }
    if !matches!(info.ntasks_per_tres, 0 | NO_VAL16 | INFINITE16) {
        lines.push(Line::new(format!("NtasksPerTRES={}", info.ntasks_per_tres)));
    }
    lines.extend(container(info, habits.exclusive));
    add(&mut lines, &[("SELinuxContext", info.selinux_context), ("ResvPorts", info.resv_ports)]);
    lines
}

/// Those that have a value.
fn add(lines: &mut Vec<Line>, fields: &[(&str, Text<'_>)]) {
    for (name, value) in fields {
        lines.extend(value.map(|value| Line::new(field(name, value.to_bytes()))));
    }
}

fn segments(info: &JobInfo<'_>, flags: bool) -> String {
    let mut line = format!("SegmentSize={}", info.segment_size);
    for (flag, text) in [
        (flag::SPREAD_SEGMENTS, " SpreadSegments=Yes"),
        (flag::CONSOLIDATE_SEGMENTS, " ConsolidateSegments=Yes"),
    ] {
        line.push_str(if flags && info.bitflags & flag != 0 { text } else { "" });
    }
    line
}

fn container(info: &JobInfo<'_>, typed: bool) -> Option<Line> {
    let kind = info.container_type.filter(|_| typed);
    if kind.is_none() && info.container.is_none() && info.container_id.is_none() {
        return None;
    }
    let mut fields = Vec::new();
    if typed {
        fields.push(field("ContainerType", shown(kind)));
    }
    fields.push(field("Container", shown(info.container)));
    fields.push(field("ContainerID", shown(info.container_id)));
    Some(Line::new(fields.join(&b' ')))
}

/// How the job is to be treated, as far as it differs from how jobs are.
fn flags(info: &JobInfo<'_>, parted_by_blanks: bool) -> Option<String> {
    // Up to 25.05 two words are misspelt, and sharing alone makes no line.
    let on = if parted_by_blanks { "KillOnInvalidDependent" } else { "KillOInInvalidDependent" };
    let words = [
        (flag::GRES_ALLOW_TASK_SHARING, "GresAllowTaskSharing", "Yes"),
        (flag::GRES_DISABLE_BIND, "GresEnforceBind", "No"),
        (flag::GRES_ENFORCE_BIND, "GresEnforceBind", "Yes"),
        (flag::GRES_MULT_TASKS_PER_SHARING, "GresOneTaskPerSharing", "No"),
        (flag::GRES_ONE_TASK_PER_SHARING, "GresOneTaskPerSharing", "Yes"),
        (flag::KILL_INV_DEP, on, "Yes"),
        (flag::NO_KILL_INV_DEP, on, "No"),
        (flag::SPREAD_JOB, "SpreadJob", "Yes"),
        (if parted_by_blanks { flag::EXPEDITED_REQUEUE } else { 0 }, "ExpeditedRequeue", "Yes"),
    ];
    let given: Vec<_> = words.into_iter().filter(|(flag, ..)| info.bitflags & flag != 0).collect();
    let only_sharing = given.iter().all(|(flag, ..)| *flag == flag::GRES_ALLOW_TASK_SHARING);
    if given.is_empty() || (!parted_by_blanks && only_sharing) {
        return None;
    }
    let words = given.into_iter().map(|(_, name, value)| format!("{name}={value}"));
    Some(words.collect::<Vec<_>>().join(if parted_by_blanks { " " } else { "," }))
}
