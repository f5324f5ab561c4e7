//! Filling a job description, submitting it, and asking when it would run.

use super::{Failure, Native, check, copy, errno, moved, raw};
use crate::job::JobId;
use crate::slurm::description::{Description, Flag};
use crate::slurm::records::Submitted;
use crate::slurm::submit::SubmitJobs;
use std::ffi::{CStr, CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

impl SubmitJobs for Native {
    fn submit(&self, job: &Description<'_>) -> Result<Submitted, Failure> {
        const CALL: &str = "slurm_submit_batch_job";
        let mut filled = Filled::of(&self.library, job);
        let mut reply: *mut raw::submit_response_msg_t = ptr::null_mut();
        // SAFETY: `filled` and all that it points to outlive the call; the library keeps none of it.
        check(CALL, unsafe { self.library.slurm_submit_batch_job(&mut filled.desc, &mut reply) })?;
        self.submitted(CALL, reply)
    }

    fn submit_heterogeneous(&self, components: &[Description<'_>]) -> Result<Submitted, Failure> {
        const CALL: &str = "slurm_submit_batch_het_job";
        let mut reply: *mut raw::submit_response_msg_t = ptr::null_mut();
        self.with_list(components, |list| {
            // SAFETY: the list and all that it points to outlive the call; the library keeps none of it.
            check(CALL, unsafe { self.library.slurm_submit_batch_het_job(list, &mut reply) })
        })?;
        self.submitted(CALL, reply)
    }

    fn choose_cluster(&self, components: &[Description<'_>], names: &CStr) -> Result<String, Failure> {
        const CALL: &str = "slurmdb_get_first_avail_cluster";
        let none = Failure { call: CALL, code: 0 };
        let Some(chosen) = self.working_cluster.filter(|chosen| !chosen.is_null()) else { return Err(none) };
        let names = pointer(names);
        let found = match components {
            [job] => {
                let mut filled = Filled::of(&self.library, job);
                // SAFETY: all that is handed over outlives the call; the names are only read.
                check(CALL, unsafe {
                    self.library.slurmdb_get_first_avail_cluster(&mut filled.desc, names, chosen)
                })
            }
            components => self.with_list(components, |list| {
                // SAFETY: as above.
                check(CALL, unsafe { self.library.slurmdb_get_first_het_job_cluster(list, names, chosen) })
            }),
        };
        found?;
        // SAFETY: on success the library's variable points to a whole record, which stays.
        unsafe {
            match (*chosen).as_ref() {
                Some(cluster) => Ok(copy(cluster.name)),
                None => Err(none),
            }
        }
    }

    fn would_run(&self, components: &[Description<'_>]) -> Result<(), Failure> {
        match components {
            [job] => {
                let mut filled = Filled::of(&self.library, job);
                // SAFETY: as for a submission.
                check("slurm_job_will_run", unsafe { self.library.slurm_job_will_run(&mut filled.desc) })
            }
            components => self.with_list(components, |list| {
                // SAFETY: as for a submission.
                check("slurm_het_job_will_run", unsafe { self.library.slurm_het_job_will_run(list) })
            }),
        }
    }
}

impl Native {
    /// Copies a reply and frees it.
    fn submitted(&self, call: &'static str, reply: *mut raw::submit_response_msg_t) -> Result<Submitted, Failure> {
        if reply.is_null() {
            return Err(Failure { call, code: errno() });
        }
        // SAFETY: on success it points to a whole record, freed once and not used after.
        unsafe {
            let message = copy((*reply).job_submit_user_msg);
            let submitted = Submitted {
                id: JobId(moved::submitted_job_id(&*reply)),
                message: Some(message).filter(|message| !message.is_empty()),
            };
            self.library.slurm_free_submit_response_response_msg(reply);
            Ok(submitted)
        }
    }

    /// Hands `call` a list of the components, which lives as long as the call.
    fn with_list(
        &self,
        components: &[Description<'_>],
        call: impl FnOnce(moved::List) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut filled: Vec<Filled<'_>> =
            components.iter().map(|component| Filled::of(&self.library, component)).collect();
        // SAFETY: the list holds pointers into `filled`, which outlives it; without a destructor it frees none of them.
        unsafe {
            let list = self.library.slurm_list_create(None);
            for component in &mut filled {
                self.library.slurm_list_append(list, ptr::from_mut(&mut component.desc).cast());
            }
            let called = call(list);
            self.library.slurm_list_destroy(list);
            called
        }
    }
}

/// Request strings are packed and never freed or written to by the library, so Rust owns them all.
fn pointer(text: &CStr) -> *mut c_char {
    text.as_ptr().cast_mut()
}

fn optional(text: Option<&CString>) -> *mut c_char {
    text.map_or(ptr::null_mut(), |text| pointer(text))
}

/// A filled `job_desc_msg_t`. It points into the description that it was made of, which must live as long.
struct Filled<'a> {
    desc: raw::job_desc_msg_t,
    /// Null-terminated; `desc` points at them.
    _argv: Vec<*mut c_char>,
    _environment: Vec<*mut c_char>,
    _job: &'a Description<'a>,
}

impl<'a> Filled<'a> {
    fn of(library: &raw::Library, job: &'a Description<'a>) -> Self {
        let mut desc = MaybeUninit::<raw::job_desc_msg_t>::zeroed();
        // SAFETY: every member is a number or a pointer, for which zero bits are a value; the call then sets each
        // member's "not asked for".
        let mut desc = unsafe {
            library.slurm_init_job_desc_msg(desc.as_mut_ptr());
            desc.assume_init()
        };
        moved::finish_init(&mut desc);
        let mut argv: Vec<*mut c_char> = job.argv.iter().map(|word| pointer(word)).collect();
        let mut environment: Vec<*mut c_char> = job.environment.iter().map(|entry| pointer(entry)).collect();
        desc.argc = argv.len() as u32;
        desc.env_size = environment.len() as u32;
        argv.push(ptr::null_mut());
        environment.push(ptr::null_mut());
        desc.argv = argv.as_mut_ptr();
        desc.environment = environment.as_mut_ptr();
        texts(&mut desc, job);
        numbers(&mut desc, job);
        for flag in &job.flags {
            moved::add_bitflags(&mut desc, bits(*flag));
        }
        Self { desc, _argv: argv, _environment: environment, _job: job }
    }
}

fn texts(desc: &mut raw::job_desc_msg_t, job: &Description<'_>) {
    macro_rules! set {
        ($($member:ident)*) => { $(desc.$member = optional(job.$member.as_ref());)* };
    }
    set! {
            account acctg_freq array_inx batch_features burst_buffer clusters cluster_features
                comment cpus_per_tres dependency extra exc_nodes features licenses mail_user
                mcs_label mem_bind mem_per_tres name network partition qos req_nodes reservation
                tres_bind tres_freq tres_per_job tres_per_node tres_per_socket tres_per_task wckey
                work_dir std_err std_in std_out x11_target x11_magic_cookie script
    }
    macro_rules! set_where_it_is {
        ($($set:ident $member:ident)*) => { $(moved::$set(desc, optional(job.$member.as_ref()));)* };
    }
    set_where_it_is! {
        set_submit_line submit_line set_job_size job_size_str set_container container set_container_id container_id
        set_container_type container_type set_req_context req_context set_prefer prefer
    }
    desc.resp_host = optional(job.resp_host.as_ref());
}

fn numbers(desc: &mut raw::job_desc_msg_t, job: &Description<'_>) {
    macro_rules! set {
        ($($member:ident)*) => { $(if let Some(value) = job.$member { desc.$member = value; })* };
    }
    set! {
            begin_time contiguous core_spec cpu_freq_min cpu_freq_max cpu_freq_gov deadline
                delay_boot group_id immediate kill_on_node_fail mail_type mem_bind_type nice
                num_tasks open_mode min_cpus overcommit plane_size priority profile reboot requeue
                shared task_dist time_limit time_min user_id wait_all_nodes warn_flags warn_signal
                warn_time cpus_per_task min_nodes max_nodes sockets_per_node cores_per_socket
                threads_per_core ntasks_per_node ntasks_per_socket ntasks_per_core ntasks_per_tres
                pn_min_cpus pn_min_memory pn_min_tmp_disk req_switch wait4switch x11
                other_port
    }
    macro_rules! set_where_it_is {
        ($($set:ident $member:ident)*) => { $(if let Some(value) = job.$member { moved::$set(desc, value); })* };
    }
    set_where_it_is! {
        set_power_flags power_flags set_resv_port_cnt resv_port_cnt set_oom_kill_step oom_kill_step
        set_segment_size segment_size set_mem_update_margin mem_update_margin set_mem_update_delay mem_update_delay
    }
}

fn bits(flag: Flag) -> u64 {
    match flag {
        Flag::KillInvalidDependency => raw::KILL_INV_DEP as u64,
        Flag::KeepInvalidDependency => raw::NO_KILL_INV_DEP as u64,
        Flag::SpreadJob => raw::SPREAD_JOB as u64,
        Flag::UseMinNodes => raw::USE_MIN_NODES as u64,
        Flag::TasksSet => raw::JOB_NTASKS_SET as u64,
        Flag::CpusSet => raw::JOB_CPUS_SET as u64,
        Flag::GresDisableBind => raw::GRES_DISABLE_BIND as u64,
        Flag::GresEnforceBind => raw::GRES_ENFORCE_BIND as u64,
        Flag::GresMultipleTasksPerSharing => moved::flag_multiple_tasks_per_sharing(),
        Flag::GresOneTaskPerSharing => moved::flag_one_task_per_sharing(),
        Flag::StepManager => moved::flag_step_manager(),
        Flag::ExpeditedRequeue => moved::flag_expedited_requeue(),
        Flag::SpreadSegments => moved::flag_spread_segments(),
        Flag::ConsolidateSegments => moved::flag_consolidate_segments(),
        Flag::External => moved::flag_external(),
    }
}
