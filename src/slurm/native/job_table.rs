//! The table of job records in this release's layout.

use super::{Failure, Native, allocation, check, job_resources, moved, raw};
use crate::slurm::code;
use crate::slurm::job_resources::JobResources;
use crate::slurm::job_table::{Allocation, Files, JobInfo, JobTable, JobsOf, LoadJobs, Show, Text};
use std::ffi::{CStr, c_char, c_int};
use std::ptr::{self, NonNull};

impl LoadJobs for Native {
    fn job_table(&self, which: JobsOf, show: Show) -> Result<Box<dyn JobTable + '_>, Failure> {
        let mut flags = if show.federation || show.siblings { raw::SHOW_FEDERATION } else { raw::SHOW_LOCAL };
        if show.siblings {
            flags |= raw::SHOW_SIBLING;
        }
        if show.all {
            flags |= raw::SHOW_ALL;
        }
        if show.detail {
            flags |= raw::SHOW_DETAIL;
        }
        let flags = flags as u16;
        let library = &self.library;
        let mut reply: *mut raw::job_info_msg_t = ptr::null_mut();
        // SAFETY: `reply` outlives the call.
        let (call, loaded) = unsafe {
            match which {
                JobsOf::Everyone => ("slurm_load_jobs", library.slurm_load_jobs(0, &mut reply, flags)),
                JobsOf::User(uid) => ("slurm_load_job_user", library.slurm_load_job_user(&mut reply, uid, flags)),
                JobsOf::Job(id) => ("slurm_load_job", moved::load_job(library, &mut reply, id.0, flags)),
                JobsOf::Sluid(id) => ("slurm_load_job", moved::load_sluid(library, &mut reply, id, flags)),
            }
        };
        check(call, loaded)?;
        match NonNull::new(reply) {
            Some(message) => Ok(Box::new(Table { native: self, message })),
            None => Err(Failure { call, code: code::UNEXPECTED_MESSAGE }),
        }
    }

    fn tracks_wckeys(&self) -> bool {
        // SAFETY: reads the configuration, which was loaded when the library was initialised.
        unsafe { self.library.slurm_get_track_wckey() != 0 }
    }
}

/// A reply of slurmctld's, freed when it is dropped.
struct Table<'a> {
    native: &'a Native,
    message: NonNull<raw::job_info_msg_t>,
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        // SAFETY: it came from a load and every view of it ended before this.
        unsafe { self.native.library.slurm_free_job_info_msg(self.message.as_ptr()) };
    }
}

impl Table<'_> {
    fn message(&self) -> &raw::job_info_msg_t {
        // SAFETY: the reply is whole and lives as long as `self`.
        unsafe { self.message.as_ref() }
    }

    fn records(&self) -> &[raw::slurm_job_info_t] {
        let message = self.message();
        if message.job_array.is_null() {
            return &[];
        }
        // SAFETY: the reply holds so many whole records.
        unsafe { std::slice::from_raw_parts(message.job_array, message.record_count as usize) }
    }
}

impl Table<'_> {
    /// Does something with a record that the library may write to, as if it were one task's alone where `task` says so.
    fn with_record<T>(
        &mut self,
        index: usize,
        task: Option<u32>,
        act: impl FnOnce(&raw::Library, &mut raw::slurm_job_info_t) -> T,
    ) -> T {
        assert!(index < self.len(), "record {index} of {}", self.len());
        // SAFETY: the reply holds that record; `self` is borrowed for this alone, so nobody looks at it meanwhile.
        let record = unsafe { &mut *self.message.as_ref().job_array.add(index) };
        let whole = (record.array_task_str, record.array_task_id);
        if let (Some(task), false) = (task, record.array_task_str.is_null()) {
            (record.array_task_str, record.array_task_id) = (ptr::null_mut(), task);
        }
        let acted = act(&self.native.library, record);
        (record.array_task_str, record.array_task_id) = whole;
        acted
    }
}

impl JobTable for Table<'_> {
    fn last_update(&self) -> i64 {
        self.message().last_update
    }

    fn last_backfill(&self) -> i64 {
        moved::last_backfill(self.message())
    }

    fn len(&self) -> usize {
        self.records().len()
    }

    fn get(&self, index: usize) -> JobInfo<'_> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { view(&self.native.library, &self.records()[index]) }
    }

    fn array_tasks(&self, index: usize) -> Option<Vec<(u32, u32)>> {
        let bitmap = self.records()[index].array_bitmap.cast_const().cast();
        // SAFETY: the bitmap belongs to the reply.
        unsafe { moved::bits(&self.native.library, bitmap) }
    }

    fn printed(&mut self, index: usize, task: Option<u32>, one_line: bool) -> Option<Vec<u8>> {
        self.with_record(index, task, |library, record| {
            // SAFETY: the record is whole and nobody else looks at it; what is printed is a string, freed once.
            unsafe {
                let text = moved::sprint_job(library, record, one_line.into())?;
                if text.is_null() {
                    return Some(Vec::new());
                }
                let printed = CStr::from_ptr(text).to_bytes().to_vec();
                library.slurm_xfree_ptr(text.cast());
                Some(printed)
            }
        })
    }

    fn files(&mut self, index: usize, task: Option<u32>) -> Files {
        self.with_record(index, task, |library, record| {
            // SAFETY: the record is whole; the buffers are as large as is said.
            unsafe {
                Files {
                    stdin: path(|buffer, size| library.slurm_get_job_stdin(buffer, size, record)),
                    stdout: path(|buffer, size| library.slurm_get_job_stdout(buffer, size, record)),
                    stderr: path(|buffer, size| library.slurm_get_job_stderr(buffer, size, record)),
                }
            }
        })
    }

    fn allocation(&self, index: usize) -> Option<Allocation<'_>> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { allocation::of(self.native, &self.records()[index]) }
    }

    fn resources(&self, index: usize) -> Option<JobResources<'_>> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { job_resources::of(self.native, &self.records()[index]) }
    }
}

/// A path as one of the `slurm_get_job_std*` functions writes it.
fn path(write: impl FnOnce(*mut c_char, c_int)) -> Vec<u8> {
    let mut buffer = vec![0_u8; libc::PATH_MAX as usize];
    write(buffer.as_mut_ptr().cast(), libc::PATH_MAX);
    let end = buffer.iter().position(|byte| *byte == 0).unwrap_or(buffer.len());
    buffer.truncate(end);
    buffer
}

/// # Safety
/// `record` is a whole record of the library's: every string is null or NUL-terminated, and lives as long as `'a`.
unsafe fn view<'a>(library: &raw::Library, record: &'a raw::slurm_job_info_t) -> JobInfo<'a> {
    // SAFETY: the caller's promise.
    let text = |text: *const c_char| -> Text<'a> { unsafe { (!text.is_null()).then(|| CStr::from_ptr(text)) } };
    let gres_detail = match record.gres_detail_str.is_null() {
        true => Vec::new(),
        // SAFETY: the record says how many there are.
        false => (0..record.gres_detail_cnt as usize).map(|i| text(unsafe { *record.gres_detail_str.add(i) })).collect(),
    };
    // SAFETY: the caller's promise; the library's words for reasons are static.
    unsafe {
        JobInfo {
            job_id: moved::job_id(record),
            sluid: moved::job_sluid(record),
            gres_detail,
            priority_array: moved::job_priority_array(record),
            priority_array_names: text(moved::job_priority_array_names(record)),
            reason: text(moved::reason_string(library, moved::state_reason(record))),
            account: text(record.account),
            accrue_time: record.accrue_time,
            admin_comment: text(record.admin_comment),
            alloc_node: text(record.alloc_node),
            alloc_sid: record.alloc_sid,
            array_job_id: record.array_job_id,
            array_task_id: record.array_task_id,
            array_max_tasks: record.array_max_tasks,
            array_task_str: text(record.array_task_str),
            assoc_id: record.assoc_id,
            batch_features: text(record.batch_features),
            batch_flag: record.batch_flag,
            batch_host: text(record.batch_host),
            bitflags: moved::job_bitflags(record),
            boards_per_node: record.boards_per_node,
            burst_buffer: text(record.burst_buffer),
            burst_buffer_state: text(record.burst_buffer_state),
            cluster: text(record.cluster),
            cluster_features: text(record.cluster_features),
            command: text(record.command),
            comment: text(record.comment),
            container: text(moved::job_container(record)),
            container_id: text(moved::job_container_id(record)),
            container_type: text(moved::job_container_type(record)),
            contiguous: record.contiguous,
            core_spec: record.core_spec,
            cores_per_socket: record.cores_per_socket,
            billable_tres: record.billable_tres,
            cpus_per_task: record.cpus_per_task,
            cpu_freq_min: record.cpu_freq_min,
            cpu_freq_max: record.cpu_freq_max,
            cpu_freq_gov: record.cpu_freq_gov,
            cpus_per_tres: text(record.cpus_per_tres),
            cronspec: text(record.cronspec),
            deadline: record.deadline,
            delay_boot: record.delay_boot,
            dependency: text(record.dependency),
            derived_ec: record.derived_ec,
            eligible_time: record.eligible_time,
            end_time: record.end_time,
            exc_nodes: text(record.exc_nodes),
            exclusive: moved::job_exclusive(record),
            exit_code: record.exit_code,
            extra: text(moved::job_extra(record)),
            failed_node: text(moved::job_failed_node(record)),
            features: text(record.features),
            fed_origin_str: text(record.fed_origin_str),
            fed_siblings_active: record.fed_siblings_active,
            fed_siblings_active_str: text(record.fed_siblings_active_str),
            fed_siblings_viable: record.fed_siblings_viable,
            fed_siblings_viable_str: text(record.fed_siblings_viable_str),
            gres_total: text(record.gres_total),
            group_id: record.group_id,
            het_job_id: record.het_job_id,
            het_job_id_set: text(record.het_job_id_set),
            het_job_offset: record.het_job_offset,
            job_size_str: text(moved::job_job_size_str(record)),
            job_state: record.job_state,
            last_sched_eval: record.last_sched_eval,
            licenses: text(record.licenses),
            licenses_allocated: text(moved::job_licenses_allocated(record)),
            mail_type: record.mail_type,
            mail_user: text(record.mail_user),
            max_cpus: record.max_cpus,
            max_nodes: record.max_nodes,
            mcs_label: text(record.mcs_label),
            mem_per_tres: text(record.mem_per_tres),
            mem_update_delay: moved::job_mem_update_delay(record),
            mem_update_margin: moved::job_mem_update_margin(record),
            name: text(record.name),
            network: text(record.network),
            nodes: text(record.nodes),
            nice: record.nice,
            ntasks_per_core: record.ntasks_per_core,
            ntasks_per_tres: record.ntasks_per_tres,
            ntasks_per_node: record.ntasks_per_node,
            ntasks_per_socket: record.ntasks_per_socket,
            ntasks_per_board: record.ntasks_per_board,
            num_cpus: record.num_cpus,
            num_nodes: record.num_nodes,
            num_tasks: record.num_tasks,
            oom_kill_step: moved::job_oom_kill_step(record),
            oversubscribe: moved::job_oversubscribe(record),
            partition: text(record.partition),
            prefer: text(moved::job_prefer(record)),
            pn_min_memory: record.pn_min_memory,
            pn_min_cpus: record.pn_min_cpus,
            pn_min_tmp_disk: record.pn_min_tmp_disk,
            preempt_time: record.preempt_time,
            preemptable_time: record.preemptable_time,
            pre_sus_time: record.pre_sus_time,
            priority: record.priority,
            profile: record.profile,
            qos: text(record.qos),
            reboot: record.reboot,
            req_nodes: text(record.req_nodes),
            req_switch: record.req_switch,
            requeue: record.requeue,
            resize_time: record.resize_time,
            restart_cnt: record.restart_cnt,
            resv_name: text(record.resv_name),
            resv_ports: text(moved::job_resv_ports(record)),
            sched_nodes: text(record.sched_nodes),
            selinux_context: text(moved::job_selinux_context(record)),
            shared: record.shared,
            step_id: moved::job_step(record).0,
            step_het_comp: moved::job_step(record).1,
            show_flags: moved::job_show_flags(record),
            site_factor: record.site_factor,
            sockets_per_board: record.sockets_per_board,
            sockets_per_node: record.sockets_per_node,
            start_time: record.start_time,
            state_desc: text(record.state_desc),
            state_reason: moved::state_reason(record),
            std_err: text(record.std_err),
            std_in: text(record.std_in),
            std_out: text(record.std_out),
            segment_size: moved::job_segment_size(record),
            submit_line: text(moved::job_submit_line(record)),
            submit_time: record.submit_time,
            suspend_time: record.suspend_time,
            system_comment: text(record.system_comment),
            time_limit: record.time_limit,
            time_min: record.time_min,
            threads_per_core: record.threads_per_core,
            tres_bind: text(record.tres_bind),
            tres_freq: text(record.tres_freq),
            tres_per_job: text(record.tres_per_job),
            tres_per_node: text(record.tres_per_node),
            tres_per_socket: text(record.tres_per_socket),
            tres_per_task: text(record.tres_per_task),
            tres_req_str: text(record.tres_req_str),
            tres_alloc_str: text(record.tres_alloc_str),
            user_id: record.user_id,
            user_name: text(record.user_name),
            wait4switch: record.wait4switch,
            wckey: text(record.wckey),
            work_dir: text(record.work_dir),
        }
    }
}
