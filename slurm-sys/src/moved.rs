//! The members and functions that Slurm moved, renamed or retyped between releases: one accessor each, with the same
//! name and type in every release's module here. Nothing else in the project asks which release it is.
//!
//! `before_25_11!(v24_11, { old }, { new })` is `old` for the releases before 25.11 and `new` for it and all later ones,
//! those that do not exist yet included.
//!
//! Over 500 lines: what differs between releases stands in this one file and nowhere else.

#![allow(
    unused_macros,
    reason = "which boundaries are asked about depends on the releases that were built in"
)]

use std::ffi::c_char;

macro_rules! before_21_08 {
    (v20_11, $old:block, $new:block) => {
        $old
    };
    ($release:ident, $old:block, $new:block) => {
        $new
    };
}
macro_rules! before_22_05 {
    (v21_08, $old:block, $new:block) => { $old };
    ($release:ident, $($rest:tt)*) => { before_21_08!($release, $($rest)*) };
}
macro_rules! before_23_02 {
    (v22_05, $old:block, $new:block) => { $old };
    ($release:ident, $($rest:tt)*) => { before_22_05!($release, $($rest)*) };
}
macro_rules! before_23_11 {
    (v23_02, $old:block, $new:block) => { $old };
    ($release:ident, $($rest:tt)*) => { before_23_02!($release, $($rest)*) };
}
macro_rules! before_24_05 {
    (v23_11, $old:block, $new:block) => { $old };
    ($release:ident, $($rest:tt)*) => { before_23_11!($release, $($rest)*) };
}
macro_rules! before_24_11 {
    (v24_05, $old:block, $new:block) => { $old };
    ($release:ident, $($rest:tt)*) => { before_24_05!($release, $($rest)*) };
}
macro_rules! before_25_05 {
    (v24_11, $old:block, $new:block) => { $old };
    ($release:ident, $($rest:tt)*) => { before_24_11!($release, $($rest)*) };
}
macro_rules! before_25_11 {
    (v25_05, $old:block, $new:block) => { $old };
    ($release:ident, $($rest:tt)*) => { before_25_05!($release, $($rest)*) };
}
macro_rules! before_26_05 {
    (v25_11, $old:block, $new:block) => { $old };
    ($release:ident, $($rest:tt)*) => { before_25_11!($release, $($rest)*) };
}

/// What jobs have of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeAllocated {
    /// CPUs.
    pub cpus: u16,
    /// MiB.
    pub memory: u64,
}

/// What sinfo does differently from release to release.
#[derive(Clone, Copy, Debug)]
pub struct SinfoHabits {
    /// It finds by itself which nodes are used in part; from 23.11 slurmctld says so when it is asked with `SHOW_MIXED`.
    pub finds_mixed: bool,
    /// `--future`, `--autocomplete`, and the reservations of nodes: from 23.02.
    pub future: bool,
    /// `--json` and `--yaml`: from 21.08.
    pub json: bool,
    /// Their answer is the lines, put together by a data parser that may be named: from 23.11. Before, it is all nodes as
    /// the REST interface tells of them, whatever else is asked.
    pub data_parsers: bool,
    /// The version of the data: of the parser, or of the interface.
    pub data_version: &'static str,
    /// What the data says of partitions was extended: in 26.05.
    pub partition_words: bool,
    /// The brackets of an empty list stand on two lines: with the json-c that releases up to 23.02 are packaged with.
    pub empty_lists_in_lines: bool,
    /// The data's command line lacks its last word: up to 24.11.
    pub command_is_cut: bool,
    /// `--helpformat`, `--helpFormat` and `--helpstate`: from 24.05.
    pub help_tables: bool,
    /// Fields come from one table, from 24.05: `%h` sets no partitions apart, a format without a letter is that of the
    /// first field that has none, `-O all` is complained of although it is heeded.
    pub field_table: bool,
    /// Clusters are asked for when all options have been read, from 24.05, not as soon as they are named.
    pub clusters_last: bool,
    /// The most digits of a number of 32 bits: 7, from 24.11 10.
    pub digits: usize,
    /// Filters of states may be joined by `+` and negated by `!` and `~`: from 25.05.
    pub negated_states: bool,
    /// A node's flags are also known by the names that `StateComplete` has for them: from 26.05.
    pub flag_names: bool,
    /// Nodes may be sorted by `q`, the reasons of those that have a comment: up to 20.11.
    pub sorts_commented: bool,
    /// A partition that gives whole nodes is `EXCLUSIVE`, from 26.05 `NO`.
    pub exclusive: bool,
    /// The names of states, in the order in which they are tried: words, or none for the library's own, and what they
    /// stand for.
    pub state_names: &'static [(&'static [&'static str], u32)],
    /// Whether the unused state ERROR is listed with the others.
    pub lists_error_state: bool,
    /// States that are listed behind the base states, by these words …
    pub listed_words: &'static str,
    /// … and by the library's words for these.
    pub listed_states: &'static [u32],
}

const DRAIN: u32 = 1 << 9;
const POWER_AND_BOOT_STATES: [u32; 8] =
    [1 << 18, 1 << 12, 1 << 23, 1 << 14, 1 << 13, 1 << 15, 1 << 16, 1 << 20];

/// 20.11: `POWER_SAVE`, `POWER_UP` and `REBOOT` in the places of later states.
#[allow(dead_code)]
const STATE_NAMES_20_11: &[(&[&str], u32)] = &[
    (&["DRAIN"], DRAIN),
    (&["DRAINED"], DRAIN | 2),
    (&["RESV", "RESERVED"], 1 << 5),
    (&["PERFCTRS", "NPC"], 1 << 4),
    (&["DRAINING", "DRNG"], DRAIN | 3),
    (&[], 1 << 10),
    (&["NO_RESPOND"], 1 << 11),
    (&[], 1 << 18),
    (&[], 1 << 12),
    (&[], 1 << 14),
    (&[], 1 << 13),
    (&[], 1 << 15),
    (&[], 1 << 16),
    (&[], 1 << 7),
];

#[allow(dead_code)]
const STATE_NAMES_21_08: &[(&[&str], u32)] = &[
    (&["PLANNED", "PLND"], 1 << 21),
    (&["DRAIN"], DRAIN),
    (&["DRAINED"], DRAIN | 2),
    (&["RESV", "RESERVED"], 1 << 5),
    (&["PERFCTRS", "NPC"], 1 << 4),
    (&["DRAINING", "DRNG"], DRAIN | 3),
    (&[], 1 << 10),
    (&["NO_RESPOND"], 1 << 11),
    (&[], POWER_AND_BOOT_STATES[0]),
    (&[], POWER_AND_BOOT_STATES[1]),
    (&[], POWER_AND_BOOT_STATES[2]),
    (&[], POWER_AND_BOOT_STATES[3]),
    (&[], POWER_AND_BOOT_STATES[4]),
    (&[], POWER_AND_BOOT_STATES[5]),
    (&[], POWER_AND_BOOT_STATES[6]),
    (&[], POWER_AND_BOOT_STATES[7]),
    (&[], 1 << 7),
];

#[allow(dead_code)]
const STATE_NAMES_24_05: &[(&[&str], u32)] = &[
    (&["BLOCKED", "BLOCK"], 1 << 27),
    (&["PLANNED", "PLND"], 1 << 21),
    (&["DRAIN"], DRAIN),
    (&["DRAINED"], DRAIN | 2),
    (&["RESV", "RESERVED"], 1 << 5),
    (&["DRAINING", "DRNG"], DRAIN | 3),
    (&[], 1 << 10),
    (&["NO_RESPOND"], 1 << 11),
    (&[], POWER_AND_BOOT_STATES[0]),
    (&[], POWER_AND_BOOT_STATES[1]),
    (&[], POWER_AND_BOOT_STATES[2]),
    (&[], POWER_AND_BOOT_STATES[3]),
    (&[], POWER_AND_BOOT_STATES[4]),
    (&[], POWER_AND_BOOT_STATES[5]),
    (&[], POWER_AND_BOOT_STATES[6]),
    (&[], POWER_AND_BOOT_STATES[7]),
    (&[], 1 << 7),
];

#[allow(dead_code)]
const STATE_NAMES_25_11: &[(&[&str], u32)] = &[
    (&["BLOCKED", "BLOCK"], 1 << 27),
    (&["INVALID_REG", "INVAL"], 1 << 22),
    (&["PLANNED", "PLND"], 1 << 21),
    (&["DRAIN"], DRAIN),
    (&["DRAINED"], DRAIN | 2),
    (&["RESV", "RESERVED"], 1 << 5),
    (&["DRAINING", "DRNG"], DRAIN | 3),
    (&[], 1 << 19),
    (&[], 1 << 26),
    (&[], 1 << 10),
    (&["NO_RESPOND"], 1 << 11),
    (&[], 1 << 24),
    (&[], POWER_AND_BOOT_STATES[0]),
    (&[], POWER_AND_BOOT_STATES[1]),
    (&[], POWER_AND_BOOT_STATES[2]),
    (&[], POWER_AND_BOOT_STATES[3]),
    (&[], POWER_AND_BOOT_STATES[4]),
    (&[], POWER_AND_BOOT_STATES[5]),
    (&[], POWER_AND_BOOT_STATES[6]),
    (&[], POWER_AND_BOOT_STATES[7]),
    (&[], 1 << 7),
    (&[], 1 << 4),
];

#[allow(dead_code)]
const LISTED_20_11: &[u32] = &[1 << 7, 1 << 10, 1 << 18, 1 << 12, 1 << 14, 1 << 13, 1 << 15, 1 << 16];
#[allow(dead_code)]
const LISTED_21_08: &[u32] =
    &[1 << 7, 1 << 10, 1 << 18, 1 << 12, 1 << 23, 1 << 14, 1 << 13, 1 << 15, 1 << 16, 1 << 20, 1 << 21];
#[allow(dead_code)]
const LISTED_24_05: &[u32] =
    &[1 << 7, 1 << 10, 1 << 18, 1 << 12, 1 << 23, 1 << 14, 1 << 13, 1 << 15, 1 << 16, 1 << 20];
#[allow(dead_code)]
const LISTED_25_11: &[u32] = &[
    1 << 7,
    1 << 10,
    1 << 18,
    1 << 12,
    1 << 23,
    1 << 14,
    1 << 24,
    1 << 22,
    1 << 13,
    1 << 15,
    1 << 16,
    1 << 20,
    1 << 4,
    1 << 19,
    1 << 26,
];

/// A job's ids and state (`job_state_response_job_t`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobStateRecord {
    /// `job_id`
    pub job_id: u32,
    /// `array_job_id`; 0 for none
    pub array_job_id: u32,
    /// `array_task_id`; `NO_VAL` for none
    pub array_task_id: u32,
    /// `array_task_id_bitmap`, as inclusive ranges
    pub array_tasks: Option<Vec<(u32, u32)>>,
    /// `het_job_id`; 0 for none
    pub het_job_id: u32,
    /// `state`
    pub state: u32,
}

/// The layout behind `job_resrcs`, for the releases in which it was looked up; no other is read.
macro_rules! read_held {
    (v22_05, $at:expr) => {
        // SAFETY: what the macro's user promises: a `job_resrcs` of this release.
        Some(unsafe { crate::held::Stepless::read($at) })
    };
    (v24_11, $at:expr) => {
        // SAFETY: what the macro's user promises: a `job_resrcs` of this release.
        Some(unsafe { crate::held::Unranked::read($at) })
    };
    (v25_05, $at:expr) => {
        // SAFETY: what the macro's user promises: a `job_resrcs` of this release.
        Some(unsafe { crate::held::Unranked::read($at) })
    };
    (v25_11, $at:expr) => {
        // SAFETY: what the macro's user promises: a `job_resrcs` of this release.
        Some(unsafe { crate::held::Unranked::read($at) })
    };
    (v26_05, $at:expr) => {
        // SAFETY: what the macro's user promises: a `job_resrcs` of this release.
        Some(unsafe { crate::held::Ranked::read($at) })
    };
    ($release:ident, $at:expr) => {
        None
    };
}

/// What `slurm_kill_jobs` is asked, in the same layout for all releases. Null pointers filter nothing.
#[derive(Debug)]
pub struct KillJobs {
    /// Only jobs of this account.
    pub account: *mut c_char,
    /// What becomes their AdminComment; from 25.11.
    pub admin_comment: *mut c_char,
    /// `KILL_*`
    pub flags: u16,
    /// Only jobs of this name.
    pub job_name: *mut c_char,
    /// Only these jobs.
    pub jobs: *mut *mut c_char,
    /// How many those are.
    pub jobs_count: u32,
    /// Only jobs on these nodes.
    pub nodelist: *mut c_char,
    /// Only jobs in this partition.
    pub partition: *mut c_char,
    /// Only jobs with this QOS.
    pub qos: *mut c_char,
    /// Only jobs in this reservation.
    pub reservation: *mut c_char,
    /// The signal's number.
    pub signal: u16,
    /// Only jobs in this state; `JOB_END` for any.
    pub state: u32,
    /// Only this user's jobs, where `user_name` is not null.
    pub user_id: u32,
    /// The user as named.
    pub user_name: *mut c_char,
    /// Only jobs with this wckey.
    pub wckey: *mut c_char,
    /// Whether jobs that were signalled are told of too.
    pub verbose: bool,
}

macro_rules! accessors {
    ($($release:ident)*) => { $(
        /// What moved, for this release.
        #[allow(clippy::missing_safety_doc, clippy::unnecessary_cast, clippy::useless_conversion, unused_variables)]
        pub mod $release {
            use crate::$release as raw;
            use std::ffi::{c_char, c_int, c_void};

            /// `step_id.job_id` from 25.11.
            #[must_use]
            pub fn submitted_job_id(reply: &raw::submit_response_msg_t) -> u32 {
                before_25_11!($release, { reply.job_id }, { reply.step_id.job_id })
            }

            /// `step_id.job_id` from 25.11, with a field of the old name kept behind it.
            #[must_use]
            pub fn job_id(record: &raw::slurm_job_info_t) -> u32 {
                before_25_11!($release, { record.job_id }, { record.step_id.job_id })
            }

            /// 16 bits up to 22.05.
            #[must_use]
            pub fn state_reason(record: &raw::slurm_job_info_t) -> u32 {
                u32::from(record.state_reason)
            }

            /// New in 21.08.
            #[must_use]
            pub fn job_container(record: &raw::slurm_job_info_t) -> *const c_char {
                before_21_08!($release, { std::ptr::null() }, { record.container })
            }

            /// New in 23.02.
            #[must_use]
            pub fn job_container_id(record: &raw::slurm_job_info_t) -> *const c_char {
                before_23_02!($release, { std::ptr::null() }, { record.container_id })
            }

            /// New in 26.05.
            #[must_use]
            pub fn job_container_type(record: &raw::slurm_job_info_t) -> *const c_char {
                before_26_05!($release, { std::ptr::null() }, { record.container_type })
            }

            /// New in 26.05.
            #[must_use]
            pub fn job_exclusive(record: &raw::slurm_job_info_t) -> u16 {
                before_26_05!($release, { raw::NO_VAL16 as u16 }, { record.exclusive })
            }

            /// New in 23.02.
            #[must_use]
            pub fn job_extra(record: &raw::slurm_job_info_t) -> *const c_char {
                before_23_02!($release, { std::ptr::null() }, { record.extra })
            }

            /// New in 23.02.
            #[must_use]
            pub fn job_failed_node(record: &raw::slurm_job_info_t) -> *const c_char {
                before_23_02!($release, { std::ptr::null() }, { record.failed_node })
            }

            /// New in 23.02.
            #[must_use]
            pub fn job_job_size_str(record: &raw::slurm_job_info_t) -> *const c_char {
                before_23_02!($release, { std::ptr::null() }, { record.job_size_str })
            }

            /// New in 25.05.
            #[must_use]
            pub fn job_licenses_allocated(record: &raw::slurm_job_info_t) -> *const c_char {
                before_25_05!($release, { std::ptr::null() }, { record.licenses_allocated })
            }

            /// New in 26.05.
            #[must_use]
            pub fn job_mem_update_delay(record: &raw::slurm_job_info_t) -> u16 {
                before_26_05!($release, { raw::NO_VAL16 as u16 }, { record.mem_update_delay })
            }

            /// New in 26.05.
            #[must_use]
            pub fn job_mem_update_margin(record: &raw::slurm_job_info_t) -> u16 {
                before_26_05!($release, { raw::NO_VAL16 as u16 }, { record.mem_update_margin })
            }

            /// New in 24.11.
            #[must_use]
            pub fn job_oom_kill_step(record: &raw::slurm_job_info_t) -> u16 {
                before_24_11!($release, { raw::NO_VAL16 as u16 }, { record.oom_kill_step })
            }

            /// New in 26.05.
            #[must_use]
            pub fn job_oversubscribe(record: &raw::slurm_job_info_t) -> u16 {
                before_26_05!($release, { raw::NO_VAL16 as u16 }, { record.oversubscribe })
            }

            /// The step in it and its component: new in 25.11.
            #[must_use]
            pub fn job_step(record: &raw::slurm_job_info_t) -> (u32, u32) {
                before_25_11!($release, { (raw::NO_VAL, raw::NO_VAL) }, {
                    (record.step_id.step_id, record.step_id.step_het_comp)
                })
            }

            /// Gone in 24.11.
            #[must_use]
            pub fn job_show_flags(record: &raw::slurm_job_info_t) -> u16 {
                before_24_11!($release, { record.show_flags }, { 0 })
            }

            /// New in 22.05.
            #[must_use]
            pub fn job_prefer(record: &raw::slurm_job_info_t) -> *const c_char {
                before_22_05!($release, { std::ptr::null() }, { record.prefer })
            }

            /// New in 24.05.
            #[must_use]
            pub fn job_resv_ports(record: &raw::slurm_job_info_t) -> *const c_char {
                before_24_05!($release, { std::ptr::null() }, { record.resv_ports })
            }

            /// New in 21.08.
            #[must_use]
            pub fn job_selinux_context(record: &raw::slurm_job_info_t) -> *const c_char {
                before_21_08!($release, { std::ptr::null() }, { record.selinux_context })
            }

            /// New in 25.05.
            #[must_use]
            pub fn job_segment_size(record: &raw::slurm_job_info_t) -> u16 {
                before_25_05!($release, { raw::NO_VAL16 as u16 }, { record.segment_size })
            }

            /// New in 25.11.
            #[must_use]
            pub fn job_submit_line(record: &raw::slurm_job_info_t) -> *const c_char {
                before_25_11!($release, { std::ptr::null() }, { record.submit_line })
            }

            /// New in 24.05: one priority for each of the job's partitions. How many there are is not said: as many as
            /// names in [`job_priority_array_names`].
            ///
            /// # Safety
            /// `record` is a whole record of the library's.
            #[must_use]
            pub unsafe fn job_priority_array(record: &raw::slurm_job_info_t) -> &[u32] {
                before_24_05!($release, { &[] }, {
                    let names = job_priority_array_names(record);
                    if record.priority_array.is_null() || names.is_null() {
                        return &[];
                    }
                    // SAFETY: the caller's promise; the names are a list with commas.
                    unsafe {
                        let names = std::ffi::CStr::from_ptr(names).to_bytes();
                        let count = names.iter().filter(|byte| **byte == b',').count() + 1;
                        std::slice::from_raw_parts(record.priority_array, count)
                    }
                })
            }

            /// New in 24.05 as `priority_array_parts`, renamed in 24.11.
            #[must_use]
            pub fn job_priority_array_names(record: &raw::slurm_job_info_t) -> *const c_char {
                before_24_05!($release, { std::ptr::null() }, {
                    before_24_11!($release, { record.priority_array_parts }, { record.priority_array_names })
                })
            }

            /// New in 21.08: when backfill last ran.
            #[must_use]
            pub fn last_backfill(message: &raw::job_info_msg_t) -> i64 {
                before_21_08!($release, { 0 }, { message.last_backfill })
            }

            /// 32 bits in 20.11, 64 from 21.08.
            #[must_use]
            pub fn job_bitflags(record: &raw::slurm_job_info_t) -> u64 {
                u64::from(record.bitflags)
            }

            /// New in 21.08.
            pub fn set_container(request: &mut raw::job_desc_msg_t, text: *mut c_char) {
                before_21_08!($release, {}, { request.container = text; });
            }

            /// New in 21.08.
            pub fn set_req_context(request: &mut raw::job_desc_msg_t, text: *mut c_char) {
                before_21_08!($release, {}, { request.req_context = text; });
            }

            /// New in 22.05.
            pub fn set_prefer(request: &mut raw::job_desc_msg_t, text: *mut c_char) {
                before_22_05!($release, {}, { request.prefer = text; });
            }

            /// New in 23.02.
            pub fn set_container_id(request: &mut raw::job_desc_msg_t, text: *mut c_char) {
                before_23_02!($release, {}, { request.container_id = text; });
            }

            /// New in 26.05.
            pub fn set_container_type(request: &mut raw::job_desc_msg_t, text: *mut c_char) {
                before_26_05!($release, {}, { request.container_type = text; });
            }

            /// Gone in 24.05.
            pub fn set_power_flags(request: &mut raw::job_desc_msg_t, value: u8) {
                before_24_05!($release, { request.power_flags = value; }, {});
            }

            /// New in 24.05.
            pub fn set_resv_port_cnt(request: &mut raw::job_desc_msg_t, value: u16) {
                before_24_05!($release, {}, { request.resv_port_cnt = value; });
            }

            /// New in 24.11.
            pub fn set_oom_kill_step(request: &mut raw::job_desc_msg_t, value: u16) {
                before_24_11!($release, {}, { request.oom_kill_step = value; });
            }

            /// New in 24.05.
            pub fn set_segment_size(request: &mut raw::job_desc_msg_t, value: u16) {
                before_24_05!($release, {}, { request.segment_size = value; });
            }

            /// New in 26.05.
            pub fn set_mem_update_margin(request: &mut raw::job_desc_msg_t, value: u16) {
                before_26_05!($release, {}, { request.mem_update_margin = value; });
            }

            /// New in 26.05.
            pub fn set_mem_update_delay(request: &mut raw::job_desc_msg_t, value: u16) {
                before_26_05!($release, {}, { request.mem_update_delay = value; });
            }

            /// `GRES_MULT_TASKS_PER_SHARING` is new in 23.11.
            #[must_use]
            pub fn flag_multiple_tasks_per_sharing() -> u64 {
                before_23_11!($release, { 0 }, { raw::GRES_MULT_TASKS_PER_SHARING as u64 })
            }

            /// `GRES_ONE_TASK_PER_SHARING` is new in 23.11.
            #[must_use]
            pub fn flag_one_task_per_sharing() -> u64 {
                before_23_11!($release, { 0 }, { raw::GRES_ONE_TASK_PER_SHARING as u64 })
            }

            /// `STEPMGR_ENABLED` is new in 24.05.
            #[must_use]
            pub fn flag_step_manager() -> u64 {
                before_24_05!($release, { 0 }, { raw::STEPMGR_ENABLED as u64 })
            }

            /// `EXPEDITED_REQUEUE` is new in 25.11.
            #[must_use]
            pub fn flag_expedited_requeue() -> u64 {
                before_25_11!($release, { 0 }, { raw::EXPEDITED_REQUEUE as u64 })
            }

            /// `SPREAD_SEGMENTS` is new in 25.11.
            #[must_use]
            pub fn flag_spread_segments() -> u64 {
                before_25_11!($release, { 0 }, { raw::SPREAD_SEGMENTS as u64 })
            }

            /// `CONSOLIDATE_SEGMENTS` is new in 25.11.
            #[must_use]
            pub fn flag_consolidate_segments() -> u64 {
                before_25_11!($release, { 0 }, { raw::CONSOLIDATE_SEGMENTS as u64 })
            }

            /// `EXTERNAL_JOB` is new in 25.05.
            #[must_use]
            pub fn flag_external() -> u64 {
                before_25_05!($release, { 0 }, { raw::EXTERNAL_JOB as u64 })
            }

            /// `List` up to 22.05, `list_t *` from 23.02.
            pub type List = *mut raw::xlist;

            /// Long names of options that sbatch does not have yet, or no longer: `--power` is gone in 24.05.
            #[must_use]
            pub fn lacks_options() -> &'static [&'static [&'static str]] {
                &[
                    before_21_08!($release, { &["container", "context"] }, { &[] }),
                    before_22_05!($release, { &["prefer"] }, { &[] }),
                    before_23_02!($release, { &["autocomplete", "container-id", "extra", "tres-per-task"] }, { &[] }),
                    before_23_11!($release, { &["tres-bind"] }, { &[] }),
                    before_24_05!($release, { &["resv-ports", "segment", "stepmgr"] }, { &[] }),
                    before_24_11!($release, { &["oom-kill-step"] }, { &[] }),
                    before_25_05!($release, { &["external"] }, { &[] }),
                    before_25_11!($release, { &["consolidate-segments", "resources", "spread-segments"] }, { &[] }),
                    before_26_05!($release, { &["container-type", "mem-update"] }, { &[] }),
                    before_24_05!($release, { &[] }, { &["power"] }),
                ]
            }

            /// Variables that sbatch does not look at yet, though it has the option.
            #[must_use]
            pub fn lacks_variables() -> &'static [&'static [&'static str]] {
                &[
                    before_21_08!($release, { &["SBATCH_THREADS_PER_CORE"] }, { &[] }),
                    before_22_05!($release, { &["SBATCH_ERROR", "SBATCH_INPUT", "SBATCH_OUTPUT"] }, { &[] }),
                    before_25_05!($release, { &["SBATCH_SEGMENT_SIZE"] }, { &[] }),
                ]
            }

            /// `--get-user-env` takes a value up to 24.11.
            #[must_use]
            pub fn get_user_env_takes_a_value() -> bool {
                before_25_05!($release, { true }, { false })
            }

            /// `--requeue=expedite` is new in 25.11.
            #[must_use]
            pub fn requeue_can_be_expedited() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// `--exclusive=topo` is new in 24.05.
            #[must_use]
            pub fn exclusive_topo() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// A backslash keeps a blank in a directive's word from 24.05.
            #[must_use]
            pub fn blank_can_be_escaped() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// `--export=NIL` has a meaning from 23.02.
            #[must_use]
            pub fn export_nil() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// sbatch has warnings from 23.02.
            #[must_use]
            pub fn warns() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// sbatch computes fewer sizes itself from 23.02.
            #[must_use]
            pub fn sizes_left_to_slurmctld() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `--ntasks-per-core` is compared with `--threads-per-core` from 23.02.
            #[must_use]
            pub fn tasks_per_core_checked() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `--exclusive` with `--oversubscribe` is refused from 23.02.
            #[must_use]
            pub fn shared_checked() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `--nodes` with an arbitrary distribution is refused from 23.11.
            #[must_use]
            pub fn arbitrary_checked() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// GPUs by `--gres` and by `--gpus-per-node` are refused from 26.05.
            #[must_use]
            pub fn gres_or_gpus_per_node() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// `--segment` is compared with the number of nodes from 26.05.
            #[must_use]
            pub fn segment_checked() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// What tasks need is one list of TRES from 23.11.
            #[must_use]
            pub fn tres_per_task() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// In that list `=` stands before a count from 24.05.
            #[must_use]
            pub fn tres_per_task_equals() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// Braces in node lists are left to slurmctld from 24.11.
            #[must_use]
            pub fn braces_in_node_lists() -> bool {
                before_24_11!($release, { false }, { true })
            }

            /// `--hint` minds sockets and cores from 25.11.
            #[must_use]
            pub fn hint_minds_sockets() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// slurmctld tells the job its name and other settings from 24.11.
            #[must_use]
            pub fn slurmctld_tells_settings() -> bool {
                before_24_11!($release, { false }, { true })
            }

            /// `SLURM_MEM_BIND_SORT` is gone in 25.11.
            #[must_use]
            pub fn tells_mem_bind_sort() -> bool {
                before_25_11!($release, { true }, { false })
            }

            /// `SLURM_JWT` is kept out of the job's environment from 26.05.
            #[must_use]
            pub fn keeps_jwt() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// `SLURM_STEPMGR` is kept out of the job's environment from 25.11.
            #[must_use]
            pub fn keeps_stepmgr() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// A script's size is looked at from 23.02.
            #[must_use]
            pub fn script_size_checked() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `ESLURM_PORTS_BUSY` is waited for from 24.05.
            #[must_use]
            pub fn waits_for_ports() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// `SBATCH_DEBUG` counts before the command line is read from 23.02.
            #[must_use]
            pub fn debug_is_early() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `--exclusive=allocation` is new in 26.05.
            #[must_use]
            pub fn exclusive_allocation() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// `CTL_CONF_ASRU` up to 24.05, `CONF_FLAG_ASRU` from 24.11: `AllowSpecResourcesUsage`.
            #[must_use]
            pub fn allows_spec_resources(conf: &raw::slurm_conf_t) -> bool {
                before_24_11!($release, { conf.conf_flags & raw::CTL_CONF_ASRU as u32 != 0 }, {
                    conf.conf_flags & raw::CONF_FLAG_ASRU as u32 != 0
                })
            }

            /// New in 25.11: the id that no other job of any cluster has.
            #[must_use]
            pub fn job_sluid(record: &raw::slurm_job_info_t) -> u64 {
                before_25_11!($release, { 0 }, { record.step_id.sluid })
            }

            /// Loads the record of the job with that id of 64 bits: from 26.05; before, there is none.
            ///
            /// # Safety
            /// As for `slurm_load_job`.
            pub unsafe fn load_sluid(
                library: &raw::Library, reply: *mut *mut raw::job_info_msg_t, sluid: u64, flags: u16,
            ) -> c_int {
                before_26_05!($release, { raw::ESLURM_INVALID_JOB_ID as c_int }, {
                    let mut step = step_id(raw::NO_VAL);
                    step.sluid = sluid;
                    // SAFETY: the caller's promise.
                    unsafe { library.slurm_load_job(reply, step, flags) }
                })
            }

            /// Loads the records of steps; `NO_VAL` stands for all jobs, all steps, all components. One id from 25.11, before
            /// which neither SLUID nor component is asked about.
            ///
            /// # Safety
            /// As for `slurm_get_job_steps`.
            pub unsafe fn get_job_steps(
                library: &raw::Library, reply: *mut *mut raw::job_step_info_response_msg_t, job: u32, sluid: u64, step: u32,
                component: u32, flags: u16,
            ) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_25_11!($release, {
                        let _ = (sluid, component);
                        library.slurm_get_job_steps(0, job, step, reply, flags)
                    }, {
                        let mut id = job_step_id(job, step);
                        (id.sluid, id.step_het_comp) = (sluid, component);
                        library.slurm_get_job_steps(&mut id, reply, flags)
                    })
                }
            }

            /// A step's record as the library itself prints it, to be freed with `slurm_xfree_ptr`. From 25.11 that is
            /// scontrol's, and this is none.
            ///
            /// # Safety
            /// As for `slurm_sprint_job_step_info`.
            pub unsafe fn sprint_step(
                library: &raw::Library, record: *mut raw::job_step_info_t, one_line: c_int,
            ) -> Option<*mut c_char> {
                before_25_11!($release, {
                    // SAFETY: the caller's promise; the symbol is looked at before it is called.
                    unsafe {
                        let known = library.slurm_sprint_job_step_info.is_ok();
                        known.then(|| library.slurm_sprint_job_step_info(record, one_line))
                    }
                }, { None })
            }

            /// New in 21.08.
            #[must_use]
            pub fn step_container(record: &raw::job_step_info_t) -> *const c_char {
                before_21_08!($release, { std::ptr::null() }, { record.container })
            }

            /// New in 23.02.
            #[must_use]
            pub fn step_container_id(record: &raw::job_step_info_t) -> *const c_char {
                before_23_02!($release, { std::ptr::null() }, { record.container_id })
            }

            /// New in 26.05.
            #[must_use]
            pub fn step_container_type(record: &raw::job_step_info_t) -> *const c_char {
                before_26_05!($release, { std::ptr::null() }, { record.container_type })
            }

            /// New in 25.05: where the step was started.
            #[must_use]
            pub fn step_cwd(record: &raw::job_step_info_t) -> *const c_char {
                before_25_05!($release, { std::ptr::null() }, { record.cwd })
            }

            /// New in 25.05.
            #[must_use]
            pub fn step_job_name(record: &raw::job_step_info_t) -> *const c_char {
                before_25_05!($release, { std::ptr::null() }, { record.job_name })
            }

            /// New in 25.05.
            #[must_use]
            pub fn step_std_err(record: &raw::job_step_info_t) -> *const c_char {
                before_25_05!($release, { std::ptr::null() }, { record.std_err })
            }

            /// New in 25.05.
            #[must_use]
            pub fn step_std_in(record: &raw::job_step_info_t) -> *const c_char {
                before_25_05!($release, { std::ptr::null() }, { record.std_in })
            }

            /// New in 25.05.
            #[must_use]
            pub fn step_std_out(record: &raw::job_step_info_t) -> *const c_char {
                before_25_05!($release, { std::ptr::null() }, { record.std_out })
            }

            /// New in 21.08.
            #[must_use]
            pub fn step_submit_line(record: &raw::job_step_info_t) -> *const c_char {
                before_21_08!($release, { std::ptr::null() }, { record.submit_line })
            }

            /// `tres_alloc_str`, renamed in 26.05.
            #[must_use]
            pub fn step_tres_alloc(record: &raw::job_step_info_t) -> *const c_char {
                before_26_05!($release, { record.tres_alloc_str }, { record.tres_fmt_alloc_str })
            }

            /// New in 25.11.
            #[must_use]
            pub fn step_sluid(record: &raw::job_step_info_t) -> u64 {
                before_25_11!($release, { 0 }, { record.step_id.sluid })
            }

            /// Jobs' ids and states without the rest of their records: all, or those of `jobs`, each with the array task
            /// that is meant or `NO_VAL`. From 24.05, some libraries of 23.11 left out; None where the library cannot.
            ///
            /// # Safety
            /// The library is initialised.
            pub unsafe fn job_states(
                library: &raw::Library, jobs: &[(u32, u32)],
            ) -> Option<Result<Vec<super::JobStateRecord>, c_int>> {
                before_24_05!($release, { None }, {
                    if library.slurm_load_job_state.is_err() || library.slurm_free_job_state_response_msg.is_err() {
                        return None;
                    }
                    let mut selected: Vec<raw::slurm_selected_step_t> = jobs
                        .iter()
                        .map(|(job, task)| {
                            let mut selected = selected_job(*job);
                            selected.array_task_id = *task;
                            selected
                        })
                        .collect();
                    let mut reply: *mut raw::job_state_response_msg_t = std::ptr::null_mut();
                    let count = c_int::try_from(selected.len()).unwrap_or(c_int::MAX);
                    // SAFETY: the caller's promise; the ids and `reply` outlive the call. The reply holds so many whole
                    // records as it says, and is freed once.
                    unsafe {
                        let loaded = library.slurm_load_job_state(count, selected.as_mut_ptr(), &mut reply);
                        if loaded != 0 || reply.is_null() {
                            return Some(Err(loaded));
                        }
                        let records = if (*reply).jobs.is_null() {
                            &[]
                        } else {
                            std::slice::from_raw_parts((*reply).jobs, (*reply).jobs_count as usize)
                        };
                        let states = records.iter().map(|record| super::JobStateRecord {
                            job_id: record.job_id,
                            array_job_id: record.array_job_id,
                            array_task_id: record.array_task_id,
                            array_tasks: bits(library, record.array_task_id_bitmap.cast()),
                            het_job_id: record.het_job_id,
                            state: record.state,
                        });
                        let states = states.collect();
                        library.slurm_free_job_state_response_msg(reply);
                        Some(Ok(states))
                    }
                })
            }

            /// The bits of a bitmap that are set, as inclusive ranges in order; none for a null pointer.
            ///
            /// # Safety
            /// `bitmap` is null or a bitmap of the library's.
            pub unsafe fn bits(library: &raw::Library, bitmap: *const c_void) -> Option<Vec<(u32, u32)>> {
                if bitmap.is_null() {
                    return None;
                }
                let mut ranges: Vec<(u32, u32)> = Vec::new();
                // SAFETY: the caller's promise; no bit beyond its size is tested. The answer is an int in old releases and a
                // bool in new ones: only the low byte holds in both.
                unsafe {
                    let size = u32::try_from(library.slurm_bit_size(bitmap)).unwrap_or(0);
                    for bit in (0..size).filter(|bit| library.slurm_bit_test(bitmap, i64::from(*bit)) != 0) {
                        match ranges.last_mut() {
                            Some((_, last)) if *last + 1 == bit => *last = bit,
                            _ => ranges.push((bit, bit)),
                        }
                    }
                }
                Some(ranges)
            }

            /// Whether `squeue -t all` stands for a list of states: up to 21.08.
            #[must_use]
            pub fn squeue_lists_all_states() -> bool {
                before_22_05!($release, { true }, { false })
            }

            /// Whether some names in `squeue -O` may go on behind what is compared: up to 23.11.
            #[must_use]
            pub fn squeue_long_names_may_go_on() -> bool {
                before_24_05!($release, { true }, { false })
            }

            /// Whether a missing letter in `squeue -o` is taken for a field that has none: from 24.05.
            #[must_use]
            pub fn squeue_missing_letter_is_a_field() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// Whether squeue reads job ids to their end: from 26.05.
            #[must_use]
            pub fn squeue_checks_job_ids() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// Whether `squeue -u` takes a number that nobody has: from 25.05.
            #[must_use]
            pub fn squeue_users_may_be_unknown() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// Whether `nobody` is refused as a user: from 25.11.
            #[must_use]
            pub fn nobody_is_refused() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// Whether squeue prints user ids as unsigned numbers: from 26.05.
            #[must_use]
            pub fn squeue_ids_are_unsigned() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// Whether `squeue -R` takes several reservations: from 25.05.
            #[must_use]
            pub fn squeue_lists_reservations() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// Whether `SQUEUE_LICENSES` is overridden by `-p` in place of `-L`: up to 25.05.
            #[must_use]
            pub fn squeue_licenses_yield_to_partitions() -> bool {
                before_25_11!($release, { true }, { false })
            }

            /// Whether squeue tells the words of all states in small letters: from 24.05.
            #[must_use]
            pub fn squeue_tells_states_small() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// Whether squeue prints exit codes as `code:signal`: from 23.02.
            #[must_use]
            pub fn squeue_exit_codes_are_pairs() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// Whether squeue has room for 31 bytes of a time only: up to 22.05.
            #[must_use]
            pub fn squeue_times_are_short() -> bool {
                before_23_02!($release, { true }, { false })
            }

            /// Whether squeue sorts node lists: from 22.05.
            #[must_use]
            pub fn squeue_sorts_node_lists() -> bool {
                before_22_05!($release, { false }, { true })
            }

            /// Whether `oversubscribe` tells what `shared` did: from 26.05.
            #[must_use]
            pub fn oversubscribe_is_apart() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// Whether squeue makes up the name of the output file that a job did not name: up to 23.11.
            #[must_use]
            pub fn squeue_fills_in_output_names() -> bool {
                before_24_05!($release, { true }, { false })
            }

            /// Whether `squeue --only-job-state` is refused with all options that it cannot heed: from 25.05.
            #[must_use]
            pub fn squeue_only_state_is_strict() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// Whether `--json` and `--yaml` may name a data parser: from 23.11.
            #[must_use]
            pub fn data_parser_may_be_named() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// Whether a step that has a SLUID is told without its heterogeneous component: from 26.05.
            #[must_use]
            pub fn sluids_hide_components() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// Whether patterns in names of files tell of steps: from 25.05.
            #[must_use]
            pub fn file_patterns_know_steps() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// Whether patterns in names of files tell of restarts: from 25.11.
            #[must_use]
            pub fn file_patterns_know_restarts() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// Whether squeue looks for clusters when it has read all options: from 24.05.
            #[must_use]
            pub fn squeue_finds_clusters_last() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// Whether all known groups are alike to squeue when it sorts by their names: up to 23.02, it compares a name
            /// with itself.
            #[must_use]
            pub fn squeue_sorts_groups_alike() -> bool {
                before_23_11!($release, { true }, { false })
            }

            /// Whether the letters of steps stand behind the names in squeue's table: in 24.05, 24.11 and 25.05.
            #[must_use]
            pub fn squeue_step_letters_stand_apart() -> bool {
                before_24_05!($release, { false }, { before_25_11!($release, { true }, { false }) })
            }

            /// Whether squeue makes up the pattern of the output file that a job did not name: in 24.05, 24.11 and 25.05.
            #[must_use]
            pub fn squeue_fills_in_output_patterns() -> bool {
                before_24_05!($release, { false }, { before_25_11!($release, { true }, { false }) })
            }

            /// Whether squeue has an option: those that came or went since 20.11, and true for all others.
            #[must_use]
            pub fn squeue_has_option(name: &str) -> bool {
                match name {
                    "array-unique" => before_23_02!($release, { true }, { false }),
                    "json" | "yaml" => before_21_08!($release, { false }, { true }),
                    "autocomplete" => before_23_02!($release, { false }, { true }),
                    "only-job-state" => before_23_11!($release, { false }, { true }),
                    "notme" | "helpstate" | "helpformat" | "helpFormat" | "expand-patterns" => {
                        before_24_05!($release, { false }, { true })
                    }
                    "running-over" | "running-under" => before_25_11!($release, { false }, { true }),
                    _ => true,
                }
            }

            /// Whether squeue has a field of that name: those that came or went since 20.11, and true for all others.
            #[must_use]
            pub fn squeue_has_field(name: &str) -> bool {
                match name {
                    "SelectJobInfo" => before_23_02!($release, { true }, { false }),
                    "Container" => before_21_08!($release, { false }, { true }),
                    "Prefer" => before_22_05!($release, { false }, { true }),
                    "ContainerId" => before_23_02!($release, { false }, { true }),
                    // Before, it has a letter only.
                    "ExcNodes" => before_24_05!($release, { false }, { true }),
                    // Of steps; jobs always have these.
                    "StepStdErr" | "StepStdIn" | "StepStdOut" => before_25_05!($release, { false }, { true }),
                    "CronJob" | "LicensesAlloc" | "SegmentSize" => before_25_05!($release, { false }, { true }),
                    "SLUID" => before_25_11!($release, { false }, { true }),
                    "ContainerType" | "Exclusive" => before_26_05!($release, { false }, { true }),
                    _ => true,
                }
            }

            /// New in 25.05.
            #[must_use]
            pub fn node_cert_flags(record: &raw::node_info_t) -> u16 {
                before_25_05!($release, { raw::NO_VAL16 as u16 }, { record.cert_flags })
            }

            /// New in 25.05.
            #[must_use]
            pub fn node_cert_last_renewal(record: &raw::node_info_t) -> i64 {
                before_25_05!($release, { 0 }, { record.cert_last_renewal })
            }

            /// New in 22.05; before, every CPU was for jobs.
            #[must_use]
            pub fn node_cpus_efctv(record: &raw::node_info_t) -> u16 {
                before_22_05!($release, { record.cpus }, { record.cpus_efctv })
            }

            /// New in 21.08.
            #[must_use]
            pub fn node_extra(record: &raw::node_info_t) -> *const c_char {
                before_21_08!($release, { std::ptr::null() }, { record.extra })
            }

            /// New in 24.05.
            #[must_use]
            pub fn node_gpu_spec(record: &raw::node_info_t) -> *const c_char {
                before_24_05!($release, { std::ptr::null() }, { record.gpu_spec })
            }

            /// New in 23.11.
            #[must_use]
            pub fn node_instance_id(record: &raw::node_info_t) -> *const c_char {
                before_23_11!($release, { std::ptr::null() }, { record.instance_id })
            }

            /// New in 23.11.
            #[must_use]
            pub fn node_instance_type(record: &raw::node_info_t) -> *const c_char {
                before_23_11!($release, { std::ptr::null() }, { record.instance_type })
            }

            /// New in 21.08.
            #[must_use]
            pub fn node_last_busy(record: &raw::node_info_t) -> i64 {
                before_21_08!($release, { 0 }, { record.last_busy })
            }

            /// New in 25.11.
            #[must_use]
            pub fn node_parameters(record: &raw::node_info_t) -> *const c_char {
                before_25_11!($release, { std::ptr::null() }, { record.parameters })
            }

            /// New in 24.05.
            #[must_use]
            pub fn node_res_cores_per_gpu(record: &raw::node_info_t) -> u16 {
                before_24_05!($release, { raw::NO_VAL16 as u16 }, { record.res_cores_per_gpu })
            }

            /// New in 23.02.
            #[must_use]
            pub fn node_resume_after(record: &raw::node_info_t) -> i64 {
                before_23_02!($release, { 0 }, { record.resume_after })
            }

            /// New in 23.02.
            #[must_use]
            pub fn node_resv_name(record: &raw::node_info_t) -> *const c_char {
                before_23_02!($release, { std::ptr::null() }, { record.resv_name })
            }

            /// New in 26.05.
            #[must_use]
            pub fn node_suspend_time(record: &raw::node_info_t) -> u32 {
                before_26_05!($release, { raw::NO_VAL }, { record.suspend_time })
            }

            /// New in 25.05.
            #[must_use]
            pub fn node_topology_str(record: &raw::node_info_t) -> *const c_char {
                before_25_05!($release, { std::ptr::null() }, { record.topology_str })
            }

            /// 16 bits up to 23.11.
            #[must_use]
            pub fn partition_flags(record: &raw::partition_info_t) -> u32 {
                u32::from(record.flags)
            }

            /// New in 23.02.
            #[must_use]
            pub fn partition_max_cpus_per_socket(record: &raw::partition_info_t) -> u32 {
                before_23_02!($release, { raw::NO_VAL }, { record.max_cpus_per_socket })
            }

            /// New in 22.05.
            #[must_use]
            pub fn partition_nodesets(record: &raw::partition_info_t) -> *const c_char {
                before_22_05!($release, { std::ptr::null() }, { record.nodesets })
            }

            /// New in 21.08.
            #[must_use]
            pub fn partition_resume_timeout(record: &raw::partition_info_t) -> u16 {
                before_21_08!($release, { raw::NO_VAL16 as u16 }, { record.resume_timeout })
            }

            /// New in 21.08.
            #[must_use]
            pub fn partition_suspend_time(record: &raw::partition_info_t) -> u32 {
                before_21_08!($release, { raw::NO_VAL }, { record.suspend_time })
            }

            /// New in 21.08.
            #[must_use]
            pub fn partition_suspend_timeout(record: &raw::partition_info_t) -> u16 {
                before_21_08!($release, { raw::NO_VAL16 as u16 }, { record.suspend_timeout })
            }

            /// New in 25.05.
            #[must_use]
            pub fn partition_topology_name(record: &raw::partition_info_t) -> *const c_char {
                before_25_05!($release, { std::ptr::null() }, { record.topology_name })
            }

            /// New in 25.11.
            #[must_use]
            pub fn reservation_allowed_parts(record: &raw::reserve_info_t) -> *const c_char {
                before_25_11!($release, { std::ptr::null() }, { record.allowed_parts })
            }

            /// New in 23.02.
            #[must_use]
            pub fn reservation_comment(record: &raw::reserve_info_t) -> *const c_char {
                before_23_02!($release, { std::ptr::null() }, { record.comment })
            }

            /// New in 25.11.
            #[must_use]
            pub fn reservation_qos(record: &raw::reserve_info_t) -> *const c_char {
                before_25_11!($release, { std::ptr::null() }, { record.qos })
            }

            /// Gone from 24.05.
            #[must_use]
            pub fn reservation_resv_watts(record: &raw::reserve_info_t) -> u32 {
                before_24_05!($release, { record.resv_watts }, { raw::NO_VAL })
            }

            /// What jobs have of a node: members of its record from 25.05, asked of the select plugin before.
            ///
            /// # Safety
            /// `record` is a whole record of the library's.
            #[must_use]
            pub unsafe fn node_allocated(library: &raw::Library, record: &raw::node_info_t) -> super::NodeAllocated {
                before_25_05!($release, {
                    let (mut cpus, mut memory) = (0u16, 0u64);
                    if library.slurm_get_select_nodeinfo.is_ok() && !record.select_nodeinfo.is_null() {
                        // SAFETY: the caller's promise; the numbers have the widths that the plugins write.
                        unsafe {
                            library.slurm_get_select_nodeinfo(
                                record.select_nodeinfo, raw::SELECT_NODEDATA_SUBCNT, raw::NODE_STATE_ALLOCATED,
                                (&raw mut cpus).cast(),
                            );
                            library.slurm_get_select_nodeinfo(
                                record.select_nodeinfo, raw::SELECT_NODEDATA_MEM_ALLOC, raw::NODE_STATE_ALLOCATED,
                                (&raw mut memory).cast(),
                            );
                        }
                    }
                    super::NodeAllocated { cpus, memory }
                }, { super::NodeAllocated { cpus: record.alloc_cpus, memory: record.alloc_memory } })
            }

            /// What jobs have of a node's trackable resources in one number, weighted as the cluster is configured; told up to
            /// 24.11, where the select plugin is asked.
            ///
            /// # Safety
            /// `record` is a whole record of the library's.
            #[must_use]
            pub unsafe fn node_alloc_weight(library: &raw::Library, record: &raw::node_info_t) -> Option<f64> {
                before_25_05!($release, {
                    if library.slurm_get_select_nodeinfo.is_err() || record.select_nodeinfo.is_null() {
                        return None;
                    }
                    let mut weight = 0f64;
                    // SAFETY: the caller's promise; the number has the width that the plugins write.
                    unsafe {
                        library.slurm_get_select_nodeinfo(
                            record.select_nodeinfo, raw::SELECT_NODEDATA_TRES_ALLOC_WEIGHTED, raw::NODE_STATE_ALLOCATED,
                            (&raw mut weight).cast(),
                        );
                    }
                    Some(weight)
                }, { None })
            }

            /// What jobs have of a node's trackable resources, found where [`node_allocated`] finds its numbers.
            ///
            /// # Safety
            /// `record` is a whole record of the library's.
            #[must_use]
            pub unsafe fn node_alloc_tres(library: &raw::Library, record: &raw::node_info_t) -> Option<std::ffi::CString> {
                before_25_05!($release, {
                    if library.slurm_get_select_nodeinfo.is_err() || record.select_nodeinfo.is_null() {
                        return None;
                    }
                    let mut text: *mut c_char = std::ptr::null_mut();
                    // SAFETY: the caller's promise; the text is the caller's to free.
                    unsafe {
                        library.slurm_get_select_nodeinfo(
                            record.select_nodeinfo, raw::SELECT_NODEDATA_TRES_ALLOC_FMT_STR, raw::NODE_STATE_ALLOCATED,
                            (&raw mut text).cast(),
                        );
                        if text.is_null() {
                            return None;
                        }
                        let copied = std::ffi::CStr::from_ptr(text).to_owned();
                        library.slurm_xfree_ptr(text.cast());
                        Some(copied)
                    }
                }, {
                    if record.alloc_tres_fmt_str.is_null() {
                        return None;
                    }
                    // SAFETY: the caller's promise.
                    Some(unsafe { std::ffi::CStr::from_ptr(record.alloc_tres_fmt_str) }.to_owned())
                })
            }

            /// The version of what `--json` prints: of the data parser, up to 23.02 of the REST interface.
            #[must_use]
            pub fn data_version() -> &'static str {
                before_22_05!($release, { "v0.0.37" }, {
                    before_23_02!($release, { "v0.0.38" }, {
                        before_23_11!($release, { "v0.0.39" }, {
                            before_24_05!($release, { "v0.0.40" }, {
                                before_24_11!($release, { "v0.0.41" }, {
                                    before_25_05!($release, { "v0.0.42" }, {
                                        before_25_11!($release, { "v0.0.43" }, {
                                            before_26_05!($release, { "v0.0.44" }, { "v0.0.45" })
                                        })
                                    })
                                })
                            })
                        })
                    })
                })
            }

            /// Whether the brackets of an empty list stand on two lines: with the json-c that releases up to 23.02 are packaged
            /// with.
            #[must_use]
            pub fn empty_lists_in_lines() -> bool {
                before_23_11!($release, { true }, { false })
            }

            /// Whether the command line that the data tell of lacks its last word: up to 24.11.
            #[must_use]
            pub fn command_is_cut() -> bool {
                before_25_05!($release, { true }, { false })
            }

            /// What sinfo does in this release's own way.
            #[must_use]
            pub fn sinfo_habits() -> super::SinfoHabits {
                super::SinfoHabits {
                    finds_mixed: before_23_11!($release, { true }, { false }),
                    future: before_23_02!($release, { false }, { true }),
                    json: before_21_08!($release, { false }, { true }),
                    data_parsers: before_23_11!($release, { false }, { true }),
                    data_version: data_version(),
                    partition_words: before_26_05!($release, { false }, { true }),
                    empty_lists_in_lines: empty_lists_in_lines(),
                    command_is_cut: command_is_cut(),
                    help_tables: before_24_05!($release, { false }, { true }),
                    field_table: before_24_05!($release, { false }, { true }),
                    clusters_last: before_24_05!($release, { false }, { true }),
                    digits: before_24_11!($release, { 7 }, { 10 }),
                    negated_states: before_25_05!($release, { false }, { true }),
                    flag_names: before_26_05!($release, { false }, { true }),
                    sorts_commented: before_21_08!($release, { true }, { false }),
                    exclusive: before_26_05!($release, { true }, { false }),
                    state_names: before_21_08!($release, { super::STATE_NAMES_20_11 }, {
                        before_24_05!($release, { super::STATE_NAMES_21_08 }, {
                            before_25_11!($release, { super::STATE_NAMES_24_05 }, { super::STATE_NAMES_25_11 })
                        })
                    }),
                    lists_error_state: before_25_11!($release, { true }, { false }),
                    listed_words: before_24_05!(
                        $release,
                        { "DRAIN,DRAINED,DRAINING,NO_RESPOND,RESERVED,PERFCTRS" },
                        { "DRAIN,DRAINED,DRAINING,NO_RESPOND,RESERVED,PLANNED,BLOCKED" }
                    ),
                    listed_states: before_21_08!($release, { super::LISTED_20_11 }, {
                        before_24_05!($release, { super::LISTED_21_08 }, {
                            before_25_11!($release, { super::LISTED_24_05 }, { super::LISTED_25_11 })
                        })
                    }),
                }
            }

            /// The message is a step id in every release; only its own layout changed.
            ///
            /// # Safety
            /// `message` is what the library handed to the callback.
            pub unsafe fn completed_job_id(message: *const raw::srun_job_complete_msg_t) -> u32 {
                // SAFETY: the caller's promise.
                unsafe { (*message).job_id }
            }

            /// 32 bits in 20.11, 64 from 21.08.
            pub fn add_bitflags(request: &mut raw::job_desc_msg_t, flags: u64) {
                before_21_08!($release, { request.bitflags |= flags as u32 }, { request.bitflags |= flags });
            }

            /// `slurm_init_job_desc_msg` leaves at 0 what means a request there: `resv_port_cnt` (24.05) and
            /// `oom_kill_step` (24.11).
            pub fn finish_init(request: &mut raw::job_desc_msg_t) {
                before_24_05!($release, {}, { request.resv_port_cnt = raw::NO_VAL16 as u16; });
                before_24_11!($release, {}, { request.oom_kill_step = raw::NO_VAL16 as u16; });
            }

            /// New in 21.08; older ones keep no submit line.
            pub fn set_submit_line(request: &mut raw::job_desc_msg_t, line: *mut c_char) {
                before_21_08!($release, {}, { request.submit_line = line; });
            }

            /// New in 23.02: the text of `--nodes` beside its numbers.
            pub fn set_job_size(request: &mut raw::job_desc_msg_t, text: *mut c_char) {
                before_23_02!($release, {}, { request.job_size_str = text; });
            }

            /// The word before a GPU count in a TRES request: `gpu` in 20.11, `gres:gpu` from 21.08, `gres/gpu` from
            /// 23.11.
            #[must_use]
            pub fn gpu_tres() -> &'static str {
                before_21_08!($release, { "gpu" }, { before_23_11!($release, { "gres:gpu" }, { "gres/gpu" }) })
            }

            // How that release's commands read the values of options. `Dialect` of srunx says what each means.

            /// Lists of counts for `--nodes` are new in 23.02; from 24.11 each count must be below 16384. Before that a list
            /// was as long as the client's memory; a million nodes are more than there are.
            #[must_use]
            pub fn node_count_list_limit() -> Option<i64> {
                before_23_02!($release, { None }, {
                    before_24_11!($release, { Some(1 << 20) }, { Some(16384) })
                })
            }

            /// From 23.02; before, numbers were cut to 32 bits.
            #[must_use]
            pub fn integers_must_fit() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// "to big" up to 23.02, "too large" from 23.11.
            #[must_use]
            pub fn says_too_large() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// New in 24.05.
            #[must_use]
            pub fn elevenses() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// Known as signals from 23.11.
            #[must_use]
            pub fn chld_and_pipe() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// From 21.08.
            #[must_use]
            pub fn plane_needs_size() -> bool {
                before_21_08!($release, { false }, { true })
            }

            /// Nothing in 20.11, `gres:` from 21.08, `gres/` from 23.11.
            #[must_use]
            pub fn gres_prefix() -> &'static str {
                before_21_08!($release, { "" }, { before_23_11!($release, { "gres:" }, { "gres/" }) })
            }

            /// From 23.11.
            #[must_use]
            pub fn cpu_range_needs_governor() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// Up to 25.05.
            #[must_use]
            pub fn memory_sorting() -> bool {
                before_25_11!($release, { true }, { false })
            }

            /// From 23.02.
            #[must_use]
            pub fn empty_binding_list_refused() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// From 23.11.
            #[must_use]
            pub fn bindings_name_gres() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// From 23.02.
            #[must_use]
            pub fn binding_words_whole() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// From 22.05.
            #[must_use]
            pub fn binding_lists_checked() -> bool {
                before_22_05!($release, { false }, { true })
            }

            /// From 26.05.
            #[must_use]
            pub fn short_binding_lists_whole() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// From 23.11.
            #[must_use]
            pub fn gres_flag_lists() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// From 26.05.
            #[must_use]
            pub fn requeue_words_refused() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// Up to 24.11.
            #[must_use]
            pub fn mail_types_add_up() -> bool {
                before_25_05!($release, { true }, { false })
            }

            /// From 25.05.
            #[must_use]
            pub fn nobody_refused() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// Loads one job's record. The id is a step id by value from 26.05.
            ///
            /// # Safety
            /// As for `slurm_load_job`.
            pub unsafe fn load_job(
                library: &raw::Library, reply: *mut *mut raw::job_info_msg_t, id: u32, flags: u16,
            ) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_26_05!($release, { library.slurm_load_job(reply, id, flags) }, {
                        library.slurm_load_job(reply, step_id(id), flags)
                    })
                }
            }

            /// Writes a job's script to a stdio stream. The id is a step id by value from 26.05.
            ///
            /// # Safety
            /// As for `slurm_job_batch_script`.
            pub unsafe fn job_batch_script(library: &raw::Library, out: *mut c_void, id: u32) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_26_05!($release, { library.slurm_job_batch_script(out.cast(), id) }, {
                        library.slurm_job_batch_script(out.cast(), step_id(id))
                    })
                }
            }

            /// Signals or cancels. The `sibling` argument is new in 21.08; before, it is not heeded.
            ///
            /// # Safety
            /// As for `slurm_kill_job2`.
            pub unsafe fn kill_job2(
                library: &raw::Library, id: *const c_char, signal: u16, flags: u16, sibling: *const c_char,
            ) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_21_08!($release, { library.slurm_kill_job2(id, signal, flags) }, {
                        library.slurm_kill_job2(id, signal, flags, sibling)
                    })
                }
            }

            /// Signals or cancels a step through slurmctld. The `flags` argument is new in 23.11; one step id from 25.11.
            ///
            /// # Safety
            /// As for `slurm_kill_job_step`.
            pub unsafe fn kill_job_step(library: &raw::Library, job: u32, step: u32, signal: u16) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_23_11!($release, { library.slurm_kill_job_step(job, step, signal) }, {
                        before_25_11!($release, { library.slurm_kill_job_step(job, step, signal, 0) }, {
                            library.slurm_kill_job_step(&mut job_step_id(job, step), signal, 0)
                        })
                    })
                }
            }

            /// Signals a step's processes on its nodes. One step id from 25.11.
            ///
            /// # Safety
            /// As for `slurm_signal_job_step`.
            pub unsafe fn signal_job_step(library: &raw::Library, job: u32, step: u32, signal: u32) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_25_11!($release, { library.slurm_signal_job_step(job, step, signal) }, {
                        library.slurm_signal_job_step(&mut job_step_id(job, step), signal)
                    })
                }
            }

            /// Ends a step's processes on its nodes. One step id from 25.11.
            ///
            /// # Safety
            /// As for `slurm_terminate_job_step`.
            pub unsafe fn terminate_job_step(library: &raw::Library, job: u32, step: u32) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_25_11!($release, { library.slurm_terminate_job_step(job, step) }, {
                        library.slurm_terminate_job_step(&mut job_step_id(job, step))
                    })
                }
            }

            /// Writes into a job's output. The id is a step id by value from 26.05.
            ///
            /// # Safety
            /// As for `slurm_notify_job`.
            pub unsafe fn notify_job(library: &raw::Library, id: u32, message: *mut c_char) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_26_05!($release, { library.slurm_notify_job(id, message) }, {
                        library.slurm_notify_job(step_id(id), message)
                    })
                }
            }

            /// Whether a job's nodes are up, in bits. The id is a step id by value from 26.05.
            ///
            /// # Safety
            /// As for `slurm_job_node_ready`.
            pub unsafe fn job_node_ready(library: &raw::Library, id: u32) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_26_05!($release, { library.slurm_job_node_ready(id) }, {
                        library.slurm_job_node_ready(step_id(id))
                    })
                }
            }

            /// `KILL_NO_CRON` where scrontab's jobs are not meant from 23.02, `KILL_CRON` where they are from 24.05.
            #[must_use]
            pub fn kill_cron_flag(meant: bool) -> u16 {
                before_23_02!($release, { 0 }, {
                    before_24_05!($release, { if meant { 0 } else { raw::KILL_NO_CRON as u16 } }, {
                        if meant { raw::KILL_CRON as u16 } else { 0 }
                    })
                })
            }

            /// The tasks of an array that are selected, a bitmap; new in 23.11 and used from 24.05.
            #[must_use]
            pub fn selected_tasks(id: &raw::slurm_selected_step_t) -> *const c_void {
                before_24_05!($release, { std::ptr::null() }, { id.array_bitmap.cast_const().cast() })
            }

            /// `slurm_kill_jobs`, from 24.05; none before. (It came in the midst of 23.11, whose first headers do not have it.)
            /// Each reply's code, message and job are handed to `each`.
            ///
            /// # Safety
            /// The pointers of `request` are null or what their names say.
            pub unsafe fn kill_jobs(
                library: &raw::Library,
                request: &super::KillJobs,
                each: &mut dyn FnMut(u32, *const c_char, &raw::slurm_selected_step_t),
            ) -> Option<c_int> {
                before_24_05!($release, { None }, {
                    if library.slurm_kill_jobs.is_err() || library.slurm_free_kill_jobs_response_msg.is_err() {
                        return None;
                    }
                    // SAFETY: zero bits are a value for every member; the caller's promise for the pointers. The reply is
                    // whole where there is one, and freed once.
                    unsafe {
                        let mut message: raw::kill_jobs_msg_t = std::mem::zeroed();
                        message.account = request.account;
                        message.job_name = request.job_name;
                        message.jobs_array = request.jobs;
                        message.jobs_cnt = request.jobs_count;
                        message.partition = request.partition;
                        message.qos = request.qos;
                        message.reservation = request.reservation;
                        message.signal = request.signal;
                        message.state = request.state;
                        message.user_id = request.user_id;
                        message.user_name = request.user_name;
                        message.wckey = request.wckey;
                        message.nodelist = request.nodelist;
                        message.flags = request.flags;
                        if request.verbose {
                            message.flags |= raw::KILL_JOBS_VERBOSE as u16;
                        }
                        before_25_11!($release, {}, { message.admin_comment = request.admin_comment; });
                        let mut reply: *mut raw::kill_jobs_resp_msg_t = std::ptr::null_mut();
                        let code = library.slurm_kill_jobs(&mut message, &mut reply);
                        if !reply.is_null() {
                            for at in 0..(*reply).jobs_cnt as usize {
                                let job = &*(*reply).job_responses.add(at);
                                if !job.id.is_null() {
                                    each(job.error_code, job.error_msg, &*job.id);
                                }
                            }
                            library.slurm_free_kill_jobs_response_msg(reply.cast());
                        }
                        Some(code)
                    }
                })
            }

            /// A change of a step's time limit. The id is one member from 25.11; there is nothing else to it from 21.08.
            #[must_use]
            pub fn step_update(job: u32, step: u32, time_limit: u32) -> raw::step_update_request_msg_t {
                // SAFETY: every member is a number or a pointer, for which zero bits are a value.
                let mut update: raw::step_update_request_msg_t = unsafe { std::mem::zeroed() };
                before_25_11!($release, { (update.job_id, update.step_id) = (job, step); }, {
                    update.step_id = job_step_id(job, step);
                });
                before_21_08!($release, { update.exit_code = raw::NO_VAL; }, {});
                update.time_limit = time_limit;
                update
            }

            /// What slurmctld says of each job beside its code; new in 23.02.
            #[must_use]
            pub fn answer_messages(answers: &raw::job_array_resp_msg_t) -> *const *mut c_char {
                before_23_02!($release, { std::ptr::null() }, { answers.err_msg })
            }

            /// New in 23.02.
            pub fn set_extra(request: &mut raw::job_desc_msg_t, text: *mut c_char) {
                before_23_02!($release, {}, { request.extra = text; });
            }

            /// A job's record as the library itself prints it, to be freed with `slurm_xfree_ptr`. From 24.11 that is
            /// scontrol's, and this is none.
            ///
            /// # Safety
            /// As for `slurm_sprint_job_info`.
            pub unsafe fn sprint_job(
                library: &raw::Library, record: *mut raw::slurm_job_info_t, one_line: c_int,
            ) -> Option<*mut c_char> {
                before_24_11!($release, {
                    // SAFETY: the caller's promise; the symbol is looked at before it is called.
                    unsafe {
                        library.slurm_sprint_job_info.is_ok().then(|| library.slurm_sprint_job_info(record, one_line))
                    }
                }, { None })
            }

            /// What the job holds of its nodes: see [`crate::Held`].
            ///
            /// # Safety
            /// `record` is a whole record of the library's.
            #[must_use]
            pub unsafe fn held(record: &raw::slurm_job_info_t) -> Option<(*mut c_void, crate::Held)> {
                let at: *mut c_void = record.job_resrcs.cast();
                if at.is_null() {
                    return None;
                }
                let held: Option<crate::Held> = read_held!($release, at);
                held.map(|held| (at, held))
            }

            /// Renamed `slurm_free_conf` in 26.05.
            ///
            /// # Safety
            /// `conf` came from `slurm_load_ctl_conf` and is not used again.
            pub unsafe fn free_ctl_conf(library: &raw::Library, conf: *mut raw::slurm_conf_t) {
                // SAFETY: the caller's promise.
                unsafe {
                    before_26_05!($release, { library.slurm_free_ctl_conf(conf) }, { library.slurm_free_conf(conf) })
                }
            }

            /// The name of what [`free_ctl_conf`] calls, where the library does not export it.
            #[must_use]
            pub fn free_ctl_conf_missing(library: &raw::Library) -> Option<&'static str> {
                before_26_05!($release, { library.slurm_free_ctl_conf.is_err().then_some("slurm_free_ctl_conf") }, {
                    library.slurm_free_conf.is_err().then_some("slurm_free_conf")
                })
            }

            /// Slurm's word for a reason. The function was renamed in 23.11; where neither name is exported, none.
            ///
            /// # Safety
            /// The library is initialised.
            pub unsafe fn reason_string(library: &raw::Library, reason: u32) -> *const c_char {
                // SAFETY: the caller's promise; the symbol is looked at before it is called.
                unsafe {
                    if library.slurm_job_state_reason_string.is_ok() {
                        library.slurm_job_state_reason_string(reason)
                    } else if library.slurm_job_reason_string.is_ok() {
                        library.slurm_job_reason_string(reason)
                    } else {
                        std::ptr::null()
                    }
                }
            }

            /// Who is in no database is called `nobody` up to 23.02, by the number from 23.11.
            #[must_use]
            pub fn unknown_users_are_nobody() -> bool {
                before_23_11!($release, { true }, { false })
            }

            /// Whether a bad `SLURM_TIME_FORMAT` is complained of with each time: from 23.02, with the first before.
            #[must_use]
            pub fn complains_of_each_time() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// Whether there is `JOB_EXPEDITING`: from 25.11.
            #[must_use]
            pub fn knows_expediting() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// The words of `SLURM_JSON` and `SLURM_YAML`, by which the layout of data is chosen from 25.05.
            #[must_use]
            pub fn data_layout_words() -> &'static [&'static str] {
                before_25_05!($release, { &[] }, {
                    before_25_11!($release, { &["compact", "pretty", "complex"] }, {
                        &["compact", "pretty", "complex", "no_tag"]
                    })
                })
            }

            // What sbatch makes of TRES. `Dialect` and `sbatch::tres::Cluster` of srunx say what each means.

            /// From 23.11, as are `gres/` and `gres/gpu`.
            #[must_use]
            pub fn counts_behind_equals() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// From 25.05.
            #[must_use]
            pub fn gpu_models_per_task() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// From 21.08.
            #[must_use]
            pub fn tasks_per_gpu_and_tres_may_agree() -> bool {
                before_21_08!($release, { false }, { true })
            }

            /// From 25.05.
            #[must_use]
            pub fn tasks_per_gpu_minds_only_gpus() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// From 21.08.
            #[must_use]
            pub fn gres_checked() -> bool {
                before_21_08!($release, { false }, { true })
            }

            /// From 21.08 to 23.02; from 23.11 that is for slurmctld to say.
            #[must_use]
            pub fn gres_needs_cons_tres() -> bool {
                before_21_08!($release, { false }, { before_23_11!($release, { true }, { false }) })
            }

            /// From 21.08 to 22.05.
            #[must_use]
            pub fn shared_gres_per_node_only() -> bool {
                before_21_08!($release, { false }, { before_23_02!($release, { true }, { false }) })
            }

            /// From 23.02.
            #[must_use]
            pub fn cpus_per_gpu_needs_gpus() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// From 24.05.
            #[must_use]
            pub fn sockets_of_one_node() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// From 24.05.
            #[must_use]
            pub fn gpus_set_min_cpus() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// From 25.05.
            #[must_use]
            pub fn tasks_set_min_cpus() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// From 23.02.
            #[must_use]
            pub fn says_tres_per_task() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// From 23.02.
            #[must_use]
            pub fn pbs_working_folder() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `ENFORCE_BINDING_GRES` of `SelectTypeParameters` is new in 23.11; its name changed in 25.11, its bit did not.
            #[must_use]
            pub fn enforces_gres_binding(conf: &raw::slurm_conf_t) -> bool {
                before_23_11!($release, { false }, { conf.select_type_param & 0x40 != 0 })
            }

            /// `ONE_TASK_PER_SHARING_GRES` of `SelectTypeParameters` is new in 23.11.
            #[must_use]
            pub fn has_one_task_per_sharing_gres(conf: &raw::slurm_conf_t) -> bool {
                before_23_11!($release, { false }, { conf.select_type_param & 0x80 != 0 })
            }

            /// `MULTIPLE_SHARING_GRES_PJ` of `SelectTypeParameters` is new in 23.11.
            #[must_use]
            pub fn has_multiple_sharing_gres(conf: &raw::slurm_conf_t) -> bool {
                before_23_11!($release, { false }, { conf.select_type_param & 0x8000 != 0 })
            }

            /// `scontrol show job` says on standard error, not on standard output, that there is no such job: from 26.05.
            #[must_use]
            pub fn tells_absent_jobs_on_stderr() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// `scontrol show step` takes whole ids of jobs and steps and says what is wrong with them: from 23.02. Before, it
            /// takes what numbers there are.
            #[must_use]
            pub fn checks_step_ids() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `scontrol update` calls a step `StepId=1.0` in its messages: from 25.11.
            #[must_use]
            pub fn writes_step_ids() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// scontrol puts the last error behind what it says of a command, `what:why`: from 25.05.
            #[must_use]
            pub fn joins_reasons() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// `scontrol update` says `slurm_update error: No error` of a step's word that has no value: up to 24.05.
            #[must_use]
            pub fn tells_of_no_error() -> bool {
                before_24_11!($release, { true }, { false })
            }

            /// `scontrol show hostlist -` reads standard input: from 23.02.
            #[must_use]
            pub fn reads_hosts_from_stdin() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `invalid entity:x for keyword:show ` ends with a blank: up to 24.11.
            #[must_use]
            pub fn ends_entity_error_with_blank() -> bool {
                before_25_05!($release, { true }, { false })
            }

            /// `scontrol update` knows StdErr, StdIn and Extra: from 23.02.
            #[must_use]
            pub fn updates_files_and_extra() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `scontrol update` knows MCSLabel: from 25.05.
            #[must_use]
            pub fn updates_mcs_label() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// `scontrol update` knows Prefer: from 22.05.
            #[must_use]
            pub fn updates_prefer() -> bool {
                before_22_05!($release, { false }, { true })
            }

            /// `scontrol update AdminComment+=x` adds to the comment: up to 24.05.
            #[must_use]
            pub fn appends_admin_comments() -> bool {
                before_24_11!($release, { true }, { false })
            }

            /// `scontrol update TimeLimit+=x` refuses a job without a limit, and an array of one record is no array to it: from 23.11.
            #[must_use]
            pub fn keeps_unlimited_time() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// `scontrol update NumNodes=` takes lists and steps of node counts: from 23.02.
            #[must_use]
            pub fn takes_lists_of_sizes() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `scontrol update` tells slurmctld's messages about each job, and only what is wrong or has one: from 23.02.
            #[must_use]
            pub fn tells_messages_of_updates() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `scontrol write batch_script` ends with what is no whole id: from 26.05. Before, it takes what number there is.
            #[must_use]
            pub fn reads_whole_ids_for_scripts() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// Jobs may be named by their SLUID: from 26.05.
            #[must_use]
            pub fn knows_sluids() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// Whether `scontrol show node` goes on with a list of hosts that could not be read: from 23.11.
            #[must_use]
            pub fn goes_on_without_hosts() -> bool {
                before_23_11!($release, { false }, { true })
            }

            /// `scontrol --json` and `--yaml`: from 23.02.
            #[must_use]
            pub fn knows_data_parser() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `scancel --cron`: from 23.02.
            #[must_use]
            pub fn shows_cron_option() -> bool {
                before_23_02!($release, { false }, { true })
            }

            /// `scancel --admin-comment`: from 25.11.
            #[must_use]
            pub fn shows_admin_comment_option() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// `scancel --me`: from 22.05.
            #[must_use]
            pub fn has_scancel_me() -> bool {
                before_22_05!($release, { false }, { true })
            }

            /// `scancel --ctld` lets slurmctld find the jobs: from 24.05.
            #[must_use]
            pub fn finds_jobs_in_controller() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// scancel names the task that was asked for, not the tasks that share its record: from 24.05.
            #[must_use]
            pub fn names_tasks_one_by_one() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// scancel reads a file of nodes among its options, not for each job that it might cancel: from 24.05.
            #[must_use]
            pub fn reads_nodes_at_once() -> bool {
                before_24_05!($release, { false }, { true })
            }

            /// `scancel -u` takes the number of a user whom the host does not know: from 25.05.
            #[must_use]
            pub fn takes_unknown_users() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// scancel with filters leaves the components of a heterogeneous job to their leader: from 22.05.
            #[must_use]
            pub fn skips_het_components() -> bool {
                before_22_05!($release, { false }, { true })
            }

            /// scontrol's text of a job, `LicensesAlloc=` behind `Licenses=`, and `SegmentSize=`: from 25.05.
            #[must_use]
            pub fn shows_licenses_alloc() -> bool {
                before_25_05!($release, { false }, { true })
            }

            /// scontrol's text of a job, `Exclusive=` behind `OverSubscribe=`, `MemUpdate=`, `ContainerType=`: from 26.05.
            #[must_use]
            pub fn shows_exclusive() -> bool {
                before_26_05!($release, { false }, { true })
            }

            /// scontrol's text of a job, `SubmitLine=` and `SLUID=`; lines end without blanks, flags are parted by blanks: from 25.11.
            #[must_use]
            pub fn shows_submit_line() -> bool {
                before_25_11!($release, { false }, { true })
            }

            /// scontrol's text of a job, `CPU_IDs=` is cut after 127 characters: up to 24.11.
            #[must_use]
            pub fn cuts_cpu_ids() -> bool {
                before_25_05!($release, { true }, { false })
            }

            /// A whole job as a selection of accounting records.
            #[must_use]
            pub fn selected_job(id: u32) -> raw::slurm_selected_step_t {
                // SAFETY: every member is a number or a pointer, for which zero bits are a value.
                let mut selected: raw::slurm_selected_step_t = unsafe { std::mem::zeroed() };
                selected.array_task_id = raw::NO_VAL;
                selected.het_job_offset = raw::NO_VAL;
                selected.step_id.job_id = id;
                selected.step_id.step_id = raw::NO_VAL;
                selected.step_id.step_het_comp = raw::NO_VAL;
                selected
            }

            /// How often an accounting record's job had been queued again: kept from 24.11, else 0.
            #[must_use]
            pub fn accounted_restarts(record: &raw::slurmdb_job_rec_t) -> u32 {
                before_24_11!($release, { 0 }, { u32::from(record.restart_cnt) })
            }

            /// A step of a job, for the functions that take one id from 25.11.
            #[allow(dead_code)]
            fn job_step_id(job: u32, step: u32) -> raw::slurm_step_id_t {
                raw::slurm_step_id_t { step_id: step, ..step_id(job) }
            }

            /// A whole job as a step id, for the functions that take one from 26.05.
            #[allow(dead_code)]
            fn step_id(id: u32) -> raw::slurm_step_id_t {
                // SAFETY: every member is a number, for which zero bits are a value.
                let mut step: raw::slurm_step_id_t = unsafe { std::mem::zeroed() };
                step.job_id = id;
                step.step_id = raw::NO_VAL;
                step.step_het_comp = raw::NO_VAL;
                step
            }
        }
    )* };
}
for_each_release!(accessors);

/// The same for the records of slurmdbd's and what is made of them.
pub mod accounting;
