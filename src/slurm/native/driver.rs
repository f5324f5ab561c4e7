//! libslurm in one release's layout. This file and its submodules are compiled once for each release that was built in,
//! each time with that release's `raw` bindings and `moved` accessors around them.

use super::{accounting_moved, moved, raw};
use crate::job::JobId;
use crate::sbatch::{Surroundings, tres};
use crate::slurm::driver::{Driver, Failure, OnCompletion, Which};
use crate::slurm::environment::Propagate;
use crate::slurm::records::{AccountedJob, Configuration, Records};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

mod accounting;
mod accounts;
mod allocation;
mod control;
mod habits;
mod dialect;

mod clusters;
mod hosts;
mod job_resources;
mod job_states;
mod job_table;
mod listen;
mod load;
mod node_table;
mod partition_table;
mod reservation_table;
mod sinfo_habits;
mod squeue_habits;
mod step_table;
mod submit;
mod version;

/// The library with this release's functions.
pub struct Native {
    library: raw::Library,
    /// `slurm_conf`, where the library keeps the configuration that it read; exported, if in no installed header.
    parsed: Option<*const raw::slurm_conf_t>,
    /// `working_cluster_rec`, the cluster that calls go to where it is not this host's own.
    working_cluster: Option<*mut *mut raw::slurmdb_cluster_rec_t>,
}

// SAFETY: the bindings hold function pointers and the library's handle, both of which are the same from any thread;
// libslurm's calls may be made from many threads at once. The configuration that it read is only looked at, and the cluster
// is chosen by who knows of no other thread that asks.
unsafe impl Send for Native {}
// SAFETY: as above; nothing is mutable.
unsafe impl Sync for Native {}

impl Native {
    /// Looks the functions up. One that is missing is noticed by whoever asks for it.
    pub fn new(library: slurm_sys::libloading::Library) -> Self {
        // SAFETY: `driver::of` found that the library is of the release whose bindings these are.
        let (parsed, working_cluster, library) = unsafe {
            let parsed = library.get::<*const raw::slurm_conf_t>(b"slurm_conf\0").ok().map(|symbol| *symbol);
            let cluster = library.get::<*mut *mut raw::slurmdb_cluster_rec_t>(b"working_cluster_rec\0");
            let working_cluster = cluster.ok().map(|symbol| *symbol);
            (parsed, working_cluster, raw::Library::from_library(library))
        };
        match library {
            Ok(library) => Self { library, parsed, working_cluster },
            // With `dynamic_link_require_all(false)` a missing symbol is kept as an error in its member.
            Err(never) => unreachable!("bindings that require no symbol: {never}"),
        }
    }
}

impl Native {
    /// The functions that this driver calls and the library does not export. Calling one would panic.
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        macro_rules! look_for {
            ($($function:ident)*) => {
                $(if self.library.$function.is_err() {
                    missing.push(stringify!($function));
                })*
            };
        }
        look_for! {
            slurm_init slurm_ping slurm_strerror slurm_load_ctl_conf slurm_init_job_desc_msg slurm_submit_batch_job slurm_submit_batch_het_job slurm_job_will_run slurm_het_job_will_run
            slurm_get_job_steps slurm_free_job_step_info_response_msg slurm_get_statistics slurm_free_stats_response_msg
            slurm_init slurm_ping slurm_strerror slurm_load_ctl_conf slurm_init_job_desc_msg slurm_submit_batch_job
            slurm_free_submit_response_response_msg slurm_load_jobs slurm_load_job slurm_load_job_user slurm_free_job_info_msg
            slurm_kill_job2 slurm_allocation_msg_thr_create slurm_list_create slurm_list_append slurm_list_destroy
            slurm_list_iterator_create slurm_list_iterator_destroy slurm_list_next slurmdb_connection_get
            slurmdb_connection_close slurmdb_jobs_get slurm_bit_size slurm_bit_test slurm_load_node slurm_load_node_single
            slurm_free_node_info_msg slurm_load_partitions slurm_free_partition_info_msg slurm_load_reservations
            slurm_free_reservation_info_msg slurm_populate_node_partitions slurm_sprint_node_table
            slurm_sprint_partition_info slurm_sprint_reservation_info slurm_node_state_string
            slurm_node_state_string_compact slurm_xfree_ptr slurm_preempt_mode_string slurm_hostlist_create
            slurm_hostlist_destroy slurm_hostlist_push_host slurm_hostlist_find slurm_hostlist_count slurm_hostlist_sort
            slurmdb_get_info_cluster slurm_hostlist_iterator_create slurm_hostlist_next
            slurm_hostlist_iterator_destroy slurm_hostlist_cmp_first slurm_hostlist_ranged_string_xmalloc slurm_hostlist_deranged_string_xmalloc
            slurm_kill_job_step slurm_signal_job_step slurm_terminate_job_step slurm_suspend2 slurm_resume2
            slurm_requeue2 slurm_update_job2 slurm_update_step slurm_top_job slurm_notify_job slurm_job_node_ready
            slurm_job_batch_script slurm_free_job_array_resp slurm_get_job_stdin slurm_get_job_stdout
            slurm_get_job_stderr slurm_get_track_wckey slurm_hostlist_shift
            slurmdb_qos_get slurmdb_tres_get slurmdb_federations_get
            slurmdb_get_info_cluster slurm_hostlist_iterator_create slurm_hostlist_next
            slurm_hostlist_iterator_destroy slurm_hostlist_cmp_first slurm_hostlist_ranged_string_xmalloc slurm_hostlist_deranged_string_xmalloc
        }
        missing.extend(moved::free_ctl_conf_missing(&self.library));
        missing
    }
}

/// `errno`, which must be read on the line after the call.
fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// The three ways in which libslurm's calls tell of failure: −1 with errno, or the positive code itself.
fn check(call: &'static str, result: c_int) -> Result<(), Failure> {
    match result {
        0 => Ok(()),
        -1 => Err(Failure { call, code: errno() }),
        code => Err(Failure { call, code }),
    }
}

/// Copies a string of the library's; a null pointer is an empty one.
///
/// # Safety
/// `text` is null or a NUL-terminated string that lives during the call.
unsafe fn copy(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// Takes over a string that the library allocated; a null pointer is an empty one.
///
/// # Safety
/// `text` is null or a NUL-terminated string of the library's that is the caller's to free.
unsafe fn owned(library: &raw::Library, text: *mut c_char) -> CString {
    if text.is_null() {
        return CString::default();
    }
    // SAFETY: the caller's promise.
    unsafe {
        let copied = CStr::from_ptr(text).to_owned();
        library.slurm_xfree_ptr(text.cast::<c_void>());
        copied
    }
}

/// The pairs of first and last places in the node table, which end with a −1.
///
/// # Safety
/// `pairs` is null or such a list of the library's.
unsafe fn node_places(pairs: *const i32) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    if pairs.is_null() {
        return places;
    }
    for pair in 0.. {
        // SAFETY: the caller's promise: there is a second one behind each first that is not negative.
        let (first, last) = unsafe {
            let first = *pairs.add(2 * pair);
            if first < 0 {
                break;
            }
            (first, *pairs.add(2 * pair + 1))
        };
        if let (Ok(first), Ok(last)) = (usize::try_from(first), usize::try_from(last)) {
            places.push((first, last));
        }
    }
    places
}

/// # Safety
/// `conf` is a whole record of the library's.
unsafe fn copy_configuration(conf: &raw::slurm_conf_t) -> Configuration {
    // SAFETY: the caller's promise: every string is null or NUL-terminated, and there are as many hosts as it says.
    unsafe {
        let controllers = (0..conf.control_cnt as usize)
            .map(|i| copy(*conf.control_machine.add(i)))
            .filter(|host| !host.is_empty())
            .collect();
        Configuration {
            cluster: copy(conf.cluster_name),
            version: copy(conf.version),
            controllers,
            port: u16::try_from(conf.slurmctld_port).unwrap_or(0),
            accounting: copy(conf.accounting_storage_type),
            select_parameters: conf.select_type_param.into(),
            completion: copy(conf.job_comp_type),
            preempt_mode: conf.preempt_mode,
            federation_parameters: copy(conf.fed_params),
            max_array_size: conf.max_array_sz,
            max_job_count: conf.max_job_cnt,
            min_job_age: conf.min_job_age,
            checks: Surroundings {
                tres: tres::Cluster {
                    gres_types: copy(conf.gres_plugins)
                        .split(',')
                        .filter(|name| !name.is_empty())
                        .map(ToOwned::to_owned)
                        .collect(),
                    cons_tres: copy(conf.select_type) == "select/cons_tres",
                    enforce_binding: moved::enforces_gres_binding(conf),
                    one_task_per_sharing: moved::has_one_task_per_sharing_gres(conf),
                    multiple_sharing: moved::has_multiple_sharing_gres(conf),
                },
                spec_cores_allowed: moved::allows_spec_resources(conf),
                stepmgr_enabled: copy(conf.slurmctld_params).contains("enable_stepmgr"),
            },
            plugins: copy(conf.plugindir),
            cli_filters: copy(conf.cli_filter_plugins),
            plugstack: copy(conf.plugstack),
            hydra: !copy(conf.mpi_params).contains("disable_slurm_hydra_bootstrap"),
        message_timeout: conf.msg_timeout,
        suspend_timeout: conf.suspend_timeout,
        resume_timeout: conf.resume_timeout,
            propagate: Propagate {
                limits: copy(conf.propagate_rlimits),
                except: copy(conf.propagate_rlimits_except),
            },
        }
    }
}

impl Driver for Native {
    fn init(&self) {
        // SAFETY: called once, before any other call, with no other thread about (see `Client::connect`).
        unsafe { self.library.slurm_init(ptr::null()) }
    }

    fn ping(&self, controller: i32) -> Result<(), Failure> {
        // SAFETY: takes a number.
        check("slurm_ping", unsafe { self.library.slurm_ping(controller) })
    }

    fn message(&self, code: i32) -> String {
        // SAFETY: gives a static or thread-local string, copied at once.
        unsafe { copy(self.library.slurm_strerror(code)) }
    }

    fn configuration(&self) -> Result<Configuration, Failure> {
        let mut conf: *mut raw::slurm_conf_t = ptr::null_mut();
        // SAFETY: `conf` outlives the call.
        check("slurm_load_ctl_conf", unsafe { self.library.slurm_load_ctl_conf(0, &mut conf) })?;
        if conf.is_null() {
            return Err(Failure { call: "slurm_load_ctl_conf", code: crate::slurm::code::UNEXPECTED_MESSAGE });
        }
        // SAFETY: on success it points to a whole record, freed below and not used after.
        let copied = unsafe { copy_configuration(&*conf) };
        // SAFETY: it came from slurm_load_ctl_conf and is not used again.
        unsafe { moved::free_ctl_conf(&self.library, conf) };
        Ok(copied)
    }

    fn accounting_backlog(&self) -> Result<u32, Failure> {
        /// `STAT_COMMAND_GET`
        const GET: u16 = 1;
        let mut request = raw::stats_info_request_msg_t { command_id: GET };
        let mut statistics: *mut raw::stats_info_response_msg_t = ptr::null_mut();
        // SAFETY: both outlive the call.
        check("slurm_get_statistics", unsafe {
            self.library.slurm_get_statistics(&mut statistics, &mut request)
        })?;
        if statistics.is_null() {
            return Err(Failure { call: "slurm_get_statistics", code: crate::slurm::code::UNEXPECTED_MESSAGE });
        }
        // SAFETY: on success it points to a whole record, freed here and not used after.
        unsafe {
            let waiting = (*statistics).dbd_agent_queue_size;
            self.library.slurm_free_stats_response_msg(statistics);
            Ok(waiting)
        }
    }

    fn parsed_configuration(&self) -> Option<Configuration> {
        let conf = self.parsed.filter(|conf| !conf.is_null())?;
        // SAFETY: the library filled it in when it was initialised and is not asked to read it again meanwhile.
        Some(unsafe { copy_configuration(&*conf) })
    }

    fn load(&self, which: Which, wanted: &dyn Fn(JobId) -> bool) -> Result<Records, Failure> {
        load::load(&self.library, which, wanted)
    }

    fn cancel(&self, job: &CStr) -> Result<(), Failure> {
        const SIGKILL: u16 = 9;
        // SAFETY: the id outlives the call.
        check("slurm_kill_job2", unsafe { moved::kill_job2(&self.library, job.as_ptr(), SIGKILL, 0, ptr::null()) })
    }

    fn accounted(&self, jobs: &[(JobId, Option<u32>)]) -> Result<Vec<AccountedJob>, Failure> {
        accounting::jobs(&self.library, jobs)
    }

    fn listen(&self, on_completion: OnCompletion) -> Result<u16, Failure> {
        listen::listen(&self.library, on_completion)
    }
}
