//! What Slurm moved in the records of slurmdbd's, and what its releases make of them differently: the same rules as in
//! the module above.

/// What sacct is and does in one release, where releases differ. The releases in which a thing changed stand with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// Records tell of a container and of the line that submitted the job, scripts and environments can be had, and
    /// `--json` and `--yaml` exist: from 21.08.
    pub submit_lines: bool,
    /// Fields are listed in the order of the alphabet throughout: from 22.05.
    pub sorted_fields: bool,
    /// A job that ran no more than one step is one row, with the step's figures, where slurmdbd says so: up to 21.08.
    pub merges_steps: bool,
    /// Fields that are gone are said to be deprecated: up to 21.08.
    pub deprecated_words: bool,
    /// The names of all fields stand to the right: up to 20.11.
    pub right_headers: bool,
    /// Memory that was asked for is told with `n` or `c`, for a node or a CPU: up to 20.11.
    pub memory_per_what: bool,
    /// The time that a job was eligible and did not run is called planned, not reserved: from 23.02. Records tell of
    /// licences, of `--extra` and of the node that failed from then on.
    pub planned: bool,
    /// A job that got no CPUs is shown with those that it asked for: up to 22.05.
    pub cpus_as_asked: bool,
    /// `--array` and `--autocomplete` exist: from 23.02.
    pub expands_arrays: bool,
    /// In output for programs a date is as long as it is, not cut to its column: from 23.02.
    pub whole_dates: bool,
    /// A time that is too long for its column is cut, up to 23.02; later a row of `#` stands for it.
    pub cuts_dates: bool,
    /// Usage of a GPU's memory is shown with a unit where it is a request's: from 23.02.
    pub gpu_memory: bool,
    /// A step may be called `TBD` on the command line: from 23.02.
    pub pending_steps: bool,
    /// The usage of a GPU is shown as a bare number: from 23.11.
    pub gpu_utilisation: bool,
    /// `--json` and `--yaml` take a value, the data parser: from 23.11. Before, the REST interface told of the jobs.
    pub json_value: bool,
    /// The version of the data of `--json`: of the parser, or of the interface.
    pub data_version: &'static str,
    /// The command line that `--json` tells of lacks its last word: up to 24.11.
    pub command_is_cut: bool,
    /// The data tell of jobs' associations by no more than their numbers, and of steps' submit lines: from 25.05.
    pub bare_associations: bool,
    /// The exit code is Slurm's number for why there are no jobs, not 1: up to 23.02.
    pub exits_with_error: bool,
    /// Messages say "to big" for "too large": up to 23.02.
    pub to_big: bool,
    /// The flag of a job whose start slurmctld heard of is spelled `StartRecieved`: up to 23.02.
    pub start_recieved: bool,
    /// The flag of a job whose start slurmctld heard of exists: from 22.05.
    pub start_flag: bool,
    /// Records tell of the files for input and output, and `--expand-patterns`, `--helpstate` and `--helpreason` exist:
    /// from 24.05.
    pub stdio: bool,
    /// Records tell of the QOS that was asked for and of how often the job was queued again; indexes are SLUIDs: from
    /// 24.11.
    pub restarts: bool,
    /// Nothing is printed behind a script or an environment, and with `--noheader` nothing before it: from 24.11.
    pub bare_scripts: bool,
    /// Records tell of a step's files and time limit, of the segment and of the reservations that were asked for: from
    /// 25.05.
    pub step_stdio: bool,
    /// Help is printed where it is asked for, before later arguments are looked at: from 25.05.
    pub help_at_once: bool,
    /// `-R` is short for `--reason`, and does not only look so: from 25.11.
    pub short_reason: bool,
    /// `%r` and `%S` stand for something in the names of files, and digits before what does not are kept: from 25.11.
    pub stdio_restarts: bool,
    /// Nobody is `nobody`, whatever the host's database says: from 25.11.
    pub refuses_nobody: bool,
    /// Exit codes from 128 on are shown less 128: up to 25.05.
    pub small_exit_codes: bool,
    /// Records tell of the use of nodes that was asked for and of the SLUID of the first submission: from 26.05.
    pub exclusive: bool,
    /// `--jobs` takes SLUIDs, reads strictly and says what is wrong: from 26.05.
    pub strict_ids: bool,
    /// The steps of a job that is being resized have no end: from 26.05.
    pub resizing: bool,
    /// Groups that are in no database have no name: up to 23.02.
    pub nameless_groups: bool,
    /// How many reasons for waiting there are to be listed: from 24.05, 0 before.
    pub reasons: u32,
    /// A step that waits is called `TBD` in output, before that `TDB`: from 26.05.
    pub tbd: bool,
}

/// Accessors of strings that a record has not had in all releases; null before.
macro_rules! texts {
    ($release:ident, $record:ident, $before:ident, $doc:literal, $($name:ident = $member:ident),*) => { $(
        #[doc = $doc]
        #[must_use]
        pub fn $name(record: &raw::$record) -> *const c_char {
            $before!($release, { std::ptr::null() }, { record.$member })
        }
    )* };
}

/// Accessors of numbers that a record has not had in all releases, or not as wide.
macro_rules! numbers {
    ($release:ident, $record:ident, $before:ident, $doc:literal, $absent:expr, $number:ty, $($name:ident = $member:ident),*) => { $(
        #[doc = $doc]
        #[must_use]
        pub fn $name(record: &raw::$record) -> $number {
            $before!($release, { $absent }, { record.$member as $number })
        }
    )* };
}

macro_rules! accessors {
    ($($release:ident)*) => { $(
        /// What moved, for this release.
        #[allow(clippy::missing_safety_doc, clippy::unnecessary_cast, clippy::useless_conversion, unused_variables)]
        pub mod $release {
            use super::Habits;
            use crate::$release as raw;
            use std::ffi::c_char;

            /// What sacct of this release is and does.
            pub const HABITS: Habits = Habits {
                submit_lines: before_21_08!($release, { false }, { true }),
                sorted_fields: before_22_05!($release, { false }, { true }),
                merges_steps: before_22_05!($release, { true }, { false }),
                deprecated_words: before_22_05!($release, { true }, { false }),
                right_headers: before_21_08!($release, { true }, { false }),
                memory_per_what: before_21_08!($release, { true }, { false }),
                planned: before_23_02!($release, { false }, { true }),
                cpus_as_asked: before_23_02!($release, { true }, { false }),
                expands_arrays: before_23_02!($release, { false }, { true }),
                whole_dates: before_23_02!($release, { false }, { true }),
                cuts_dates: before_23_11!($release, { true }, { false }),
                gpu_memory: before_23_02!($release, { false }, { true }),
                pending_steps: before_23_02!($release, { false }, { true }),
                gpu_utilisation: before_23_11!($release, { false }, { true }),
                json_value: before_23_11!($release, { false }, { true }),
                data_version: data_version(),
                command_is_cut: before_25_05!($release, { true }, { false }),
                bare_associations: before_25_05!($release, { false }, { true }),
                exits_with_error: before_23_11!($release, { true }, { false }),
                to_big: before_23_11!($release, { true }, { false }),
                start_recieved: before_23_11!($release, { true }, { false }),
                start_flag: before_22_05!($release, { false }, { true }),
                stdio: before_24_05!($release, { false }, { true }),
                restarts: before_24_11!($release, { false }, { true }),
                bare_scripts: before_24_11!($release, { false }, { true }),
                step_stdio: before_25_05!($release, { false }, { true }),
                help_at_once: before_25_05!($release, { false }, { true }),
                short_reason: before_25_11!($release, { false }, { true }),
                stdio_restarts: before_25_11!($release, { false }, { true }),
                refuses_nobody: before_25_11!($release, { false }, { true }),
                small_exit_codes: before_25_11!($release, { true }, { false }),
                exclusive: before_26_05!($release, { false }, { true }),
                strict_ids: before_26_05!($release, { false }, { true }),
                resizing: before_26_05!($release, { false }, { true }),
                nameless_groups: before_23_11!($release, { true }, { false }),
                reasons: before_24_05!($release, { 0 }, { raw::REASON_END as u32 }),
                tbd: before_26_05!($release, { false }, { true }),
            };

            /// Each release has its own.
            const fn data_version() -> &'static str {
                before_23_02!($release, { before_22_05!($release, { "v0.0.37" }, { "v0.0.38" }) }, {
                    before_24_05!($release, { before_23_11!($release, { "v0.0.39" }, { "v0.0.40" }) }, {
                        before_25_05!($release, { before_24_11!($release, { "v0.0.41" }, { "v0.0.42" }) }, {
                            before_26_05!($release, { before_25_11!($release, { "v0.0.43" }, { "v0.0.44" }) }, {
                                "v0.0.45"
                            })
                        })
                    })
                })
            }

            /// `JOBCOND_FLAG_SCRIPT`, new in 21.08.
            pub const FLAG_SCRIPT: u32 = before_21_08!($release, { 0 }, { raw::JOBCOND_FLAG_SCRIPT as u32 });
            /// `JOBCOND_FLAG_ENV`, new in 21.08.
            pub const FLAG_ENV: u32 = before_21_08!($release, { 0 }, { raw::JOBCOND_FLAG_ENV as u32 });

            texts! { $release, slurmdb_job_rec_t, before_21_08, "New in 21.08.",
                job_container = container, job_submit_line = submit_line, job_script = script, job_env = env }
            texts! { $release, slurmdb_job_rec_t, before_23_02, "New in 23.02.",
                job_extra = extra, job_failed_node = failed_node, job_licenses = licenses }
            texts! { $release, slurmdb_job_rec_t, before_24_05, "New in 24.05.",
                job_std_in = std_in, job_std_out = std_out, job_std_err = std_err }
            texts! { $release, slurmdb_job_rec_t, before_24_11, "New in 24.11.", job_qos_req = qos_req }
            texts! { $release, slurmdb_job_rec_t, before_25_05, "New in 25.05.", job_resv_req = resv_req }
            texts! { $release, slurmdb_job_rec_t, before_26_05, "New in 26.05.",
                job_exclusive = exclusive, job_oversubscribe = oversubscribe }
            texts! { $release, slurmdb_step_rec_t, before_21_08, "New in 21.08.",
                step_container = container, step_submit_line = submit_line }
            texts! { $release, slurmdb_step_rec_t, before_25_05, "New in 25.05.",
                step_cwd = cwd, step_std_in = std_in, step_std_out = std_out, step_std_err = std_err }
            numbers! { $release, slurmdb_job_rec_t, before_25_05, "New in 25.05.", 0, u16, job_segment_size = segment_size }
            numbers! { $release, slurmdb_job_rec_t, before_26_05, "New in 26.05.", 0, u64, job_sluid = sluid }
            numbers! { $release, slurmdb_step_rec_t, before_25_05, "New in 25.05.", raw::INFINITE, u32,
                step_timelimit = timelimit }

            /// Whole seconds and microseconds of CPU time that a job used: by itself, for the system, both. The numbers
            /// are 64 bits wide from 21.08.
            #[must_use]
            pub fn job_cpu(record: &raw::slurmdb_job_rec_t) -> [(u64, u64); 3] {
                [
                    (u64::from(record.user_cpu_sec), u64::from(record.user_cpu_usec)),
                    (u64::from(record.sys_cpu_sec), u64::from(record.sys_cpu_usec)),
                    (u64::from(record.tot_cpu_sec), u64::from(record.tot_cpu_usec)),
                ]
            }

            /// The same of a step.
            #[must_use]
            pub fn step_cpu(record: &raw::slurmdb_step_rec_t) -> [(u64, u64); 3] {
                [
                    (u64::from(record.user_cpu_sec), u64::from(record.user_cpu_usec)),
                    (u64::from(record.sys_cpu_sec), u64::from(record.sys_cpu_usec)),
                    (u64::from(record.tot_cpu_sec), u64::from(record.tot_cpu_usec)),
                ]
            }

            /// Whether a job's steps have rows of their own: always from 22.05.
            #[must_use]
            pub fn job_track_steps(record: &raw::slurmdb_job_rec_t) -> bool {
                before_22_05!($release, { record.track_steps != 0 }, { true })
            }

            /// The SLUID of the job in a step's id: new in 24.11, 0 before.
            #[must_use]
            pub fn step_sluid(id: &raw::slurm_step_id_t) -> u64 {
                before_24_11!($release, { 0 }, { id.sluid as u64 })
            }

            /// The same in a selection.
            pub fn select_sluid(id: &mut raw::slurm_step_id_t, sluid: u64) {
                before_24_11!($release, {}, { id.sluid = sluid });
            }

            /// Asks for QOS that were deleted too: a flag from 24.11.
            pub fn with_deleted(condition: &mut raw::slurmdb_qos_cond_t) {
                before_24_11!($release, { condition.with_deleted = 1 }, {
                    condition.flags |= raw::QOS_COND_FLAG_WITH_DELETED as u16;
                });
            }
        }
    )* };
}
for_each_release!(accessors);
