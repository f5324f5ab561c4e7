//! libslurm in one release's layout. This file and its submodules are compiled once for each release that was built in,
//! each time with that release's `raw` bindings and `moved` accessors around them.

use super::{moved, raw};
use crate::job::JobId;
use crate::sbatch::{Surroundings, tres};
use crate::slurm::driver::{Driver, Failure, OnCompletion, Which};
use crate::slurm::environment::Propagate;
use crate::slurm::records::{AccountedJob, Configuration, JobRecord};
use std::ffi::{CStr, c_char, c_int};
use std::ptr;

mod accounting;
mod habits;
mod dialect;
mod job_table;
mod listen;
mod load;
mod submit;

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
// is chosen before there is a second thread.
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
            slurm_free_submit_response_response_msg slurm_load_jobs slurm_load_job slurm_load_job_user slurm_free_job_info_msg
            slurm_kill_job2 slurm_allocation_msg_thr_create slurm_list_create slurm_list_append slurm_list_destroy
            slurm_list_iterator_create slurm_list_iterator_destroy slurm_list_next slurmdb_connection_get
            slurmdb_connection_close slurmdb_jobs_get slurm_bit_size slurm_bit_test
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
            cli_filters: copy(conf.cli_filter_plugins),
            plugstack: copy(conf.plugstack),
            hydra: !copy(conf.mpi_params).contains("disable_slurm_hydra_bootstrap"),
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

    fn parsed_configuration(&self) -> Option<Configuration> {
        let conf = self.parsed.filter(|conf| !conf.is_null())?;
        // SAFETY: the library filled it in when it was initialised and is not asked to read it again meanwhile.
        Some(unsafe { copy_configuration(&*conf) })
    }

    fn load(&self, which: Which, wanted: &mut dyn FnMut(JobId) -> bool) -> Result<Vec<JobRecord>, Failure> {
        load::load(&self.library, which, wanted)
    }

    fn cancel(&self, job: &CStr) -> Result<(), Failure> {
        const SIGKILL: u16 = 9;
        // SAFETY: the id outlives the call.
        check("slurm_kill_job2", unsafe { moved::kill_job2(&self.library, job.as_ptr(), SIGKILL, 0) })
    }

    fn accounted(&self, jobs: &[JobId]) -> Result<Vec<AccountedJob>, Failure> {
        accounting::jobs(&self.library, jobs)
    }

    fn listen(&self, on_completion: OnCompletion) -> Result<u16, Failure> {
        listen::listen(&self.library, on_completion)
    }
}
