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

            /// How `--cpus-per-task` is said in `tres_per_task`: not up to 23.02, `cpu:N` in 23.11, `cpu=N` from 24.05.
            #[must_use]
            pub fn cpus_tres(count: u16) -> Option<String> {
                before_23_11!($release, { None }, {
                    before_24_05!($release, { Some(format!("cpu:{count}")) }, { Some(format!("cpu={count}")) })
                })
            }

            /// Whether sbatch tells MPI's own launchers, by variables, that their srun is not the user's: from 23.11.
            #[must_use]
            pub fn tells_launchers() -> bool {
                before_23_11!($release, { false }, { true })
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

            /// Signals or cancels. The `sibling` argument is new in 21.08.
            ///
            /// # Safety
            /// As for `slurm_kill_job2`.
            pub unsafe fn kill_job2(library: &raw::Library, id: *const c_char, signal: u16, flags: u16) -> c_int {
                // SAFETY: the caller's promise.
                unsafe {
                    before_21_08!($release, { library.slurm_kill_job2(id, signal, flags) }, {
                        library.slurm_kill_job2(id, signal, flags, std::ptr::null())
                    })
                }
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

            /// The version of what `--json` prints.
            fn data_version() -> &'static str {
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
                    empty_lists_in_lines: before_23_11!($release, { true }, { false }),
                    command_is_cut: before_25_05!($release, { true }, { false }),
                    help_tables: before_24_05!($release, { false }, { true }),
                    field_table: before_24_05!($release, { false }, { true }),
                    clusters_last: before_24_05!($release, { false }, { true }),
                    digits: before_24_11!($release, { 7 }, { 10 }),
                    negated_states: before_25_05!($release, { false }, { true }),
                    flag_names: before_26_05!($release, { false }, { true }),
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
