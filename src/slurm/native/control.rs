//! The calls that act on jobs, in this release's layout.

use super::{Failure, Native, check, errno, moved, raw};
use crate::slurm::control::{Change, ControlJobs, Kill, Killed, Readiness, Requeue, Said, StepSignal};
use slurm_sys::moved::KillJobs;
use std::ffi::{CStr, CString, c_char, c_int};
use std::mem::MaybeUninit;
use std::ptr;

impl ControlJobs for Native {
    fn kill(&self, job: &CStr, signal: u16, kill: Kill, sibling: Option<&CStr>) -> Result<(), Failure> {
        let sibling = sibling.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: the strings outlive the call.
        let code = unsafe { moved::kill_job2(&self.library, job.as_ptr(), signal, flags(kill), sibling) };
        check("slurm_kill_job2", code)
    }

    fn kill_jobs(&self, request: &mut KillJobs, kill: Kill) -> Option<Result<Vec<Killed>, Failure>> {
        request.flags = flags(kill);
        let mut killed = Vec::new();
        let mut each = |code: u32, message: *const c_char, id: &raw::slurm_selected_step_t| {
            // SAFETY: the reply's message is null or a string, and it lives during this.
            let message = unsafe { owned(message) }.unwrap_or_default();
            killed.push(Killed {
                job: self.selected(id),
                code: i32::try_from(code).unwrap_or(i32::MAX),
                message,
            });
        };
        // SAFETY: the pointers of `request` outlive the call.
        let code = unsafe { moved::kill_jobs(&self.library, request, &mut each) }?;
        Some(check("slurm_kill_jobs", code).map(|()| killed))
    }

    fn signal_step(&self, job: u32, step: u32, signal: StepSignal) -> Result<(), Failure> {
        let library = &self.library;
        // SAFETY: numbers only.
        unsafe {
            match signal {
                StepSignal::Controller(signal) => {
                    check("slurm_kill_job_step", moved::kill_job_step(library, job, step, signal))
                }
                StepSignal::Direct(signal) => {
                    check("slurm_signal_job_step", moved::signal_job_step(library, job, step, signal.into()))
                }
                StepSignal::Terminate => {
                    check("slurm_terminate_job_step", moved::terminate_job_step(library, job, step))
                }
            }
        }
    }

    fn suspend(&self, job: &CStr) -> Result<Vec<Said>, Failure> {
        let call = |answers: *mut _| {
            // SAFETY: the string and `answers` outlive the call.
            unsafe { self.library.slurm_suspend2(job.as_ptr().cast_mut(), answers) }
        };
        self.answered("slurm_suspend2", call)
    }

    fn resume(&self, job: &CStr) -> Result<Vec<Said>, Failure> {
        let call = |answers: *mut _| {
            // SAFETY: the string and `answers` outlive the call.
            unsafe { self.library.slurm_resume2(job.as_ptr().cast_mut(), answers) }
        };
        self.answered("slurm_resume2", call)
    }

    fn requeue(&self, job: &CStr, how: Requeue) -> Result<Vec<Said>, Failure> {
        let mut flags = 0;
        for (asked, flag) in [
            (how.hold, raw::JOB_REQUEUE_HOLD),
            (how.special_exit, raw::JOB_SPECIAL_EXIT),
            (how.incomplete, raw::JOB_RUNNING),
        ] {
            flags |= if asked { flag } else { 0 };
        }
        let call = |answers: *mut _| {
            // SAFETY: the string and `answers` outlive the call.
            unsafe { self.library.slurm_requeue2(job.as_ptr().cast_mut(), flags, answers) }
        };
        self.answered("slurm_requeue2", call)
    }

    fn update(&self, job: &CStr, change: &Change) -> Result<Vec<Said>, Failure> {
        let mut message = MaybeUninit::<raw::job_desc_msg_t>::zeroed();
        // SAFETY: every member is a number or a pointer, for which zero bits are a value; the call then sets each member's
        // "not asked for".
        let mut message = unsafe {
            self.library.slurm_init_job_desc_msg(message.as_mut_ptr());
            message.assume_init()
        };
        fill(&mut message, change);
        message.job_id_str = job.as_ptr().cast_mut();
        let call = |answers: *mut _| {
            // SAFETY: `message` and all that it points to outlive the call; the library keeps and changes none of it.
            unsafe { self.library.slurm_update_job2(&mut message, answers) }
        };
        self.answered("slurm_update_job2", call)
    }

    fn update_step(&self, job: u32, step: u32, time_limit: u32) -> Result<(), Failure> {
        let mut message = moved::step_update(job, step, time_limit);
        // SAFETY: `message` outlives the call.
        check("slurm_update_step", unsafe { self.library.slurm_update_step(&mut message) })
    }

    fn top(&self, jobs: &CStr) -> Result<(), Failure> {
        // SAFETY: the string outlives the call.
        check("slurm_top_job", unsafe { self.library.slurm_top_job(jobs.as_ptr().cast_mut()) })
    }

    fn notify(&self, job: u32, message: &CStr) -> Result<(), Failure> {
        // SAFETY: the string outlives the call.
        check("slurm_notify_job", unsafe {
            moved::notify_job(&self.library, job, message.as_ptr().cast_mut())
        })
    }

    fn node_ready(&self, job: u32) -> Readiness {
        /// `READY_JOB_FATAL`, `READY_JOB_ERROR`, `READY_NODE_STATE`, `READY_JOB_STATE`, `READY_PROLOG_STATE`: the same in every release, if not in
        /// every header.
        const FATAL: c_int = -2;
        const ERROR: c_int = -1;
        const NODE: c_int = 1;
        const JOB: c_int = 2;
        const PROLOG: c_int = 4;
        // SAFETY: a number only.
        let bits = unsafe { moved::job_node_ready(&self.library, job) };
        let is = |flag: c_int| bits >= 0 && bits & flag != 0;
        Readiness {
            fatal: bits == FATAL,
            running: is(JOB),
            nodes: is(NODE) && is(PROLOG),
            unknown: bits == ERROR || bits == libc::EAGAIN,
        }
    }

    fn batch_script(&self, job: u32) -> Result<Vec<u8>, Failure> {
        const CALL: &str = "slurm_job_batch_script";
        let mut text: *mut c_char = ptr::null_mut();
        let mut size = 0;
        // SAFETY: the stream writes into memory of its own, which belongs to this function once it is closed: `size` bytes at
        // `text`, freed below.
        unsafe {
            let stream = libc::open_memstream(&mut text, &mut size);
            if stream.is_null() {
                return Err(Failure { call: CALL, code: errno() });
            }
            let asked = check(CALL, moved::job_batch_script(&self.library, stream.cast(), job));
            let closed = libc::fclose(stream);
            let script = match text.is_null() {
                true => Vec::new(),
                false => std::slice::from_raw_parts(text.cast::<u8>(), size).to_vec(),
            };
            libc::free(text.cast());
            asked?;
            if closed != 0 {
                return Err(Failure { call: CALL, code: libc::ENOMEM });
            }
            Ok(script)
        }
    }
}

impl Native {
    /// Makes a call that may answer of several jobs.
    fn answered(
        &self,
        name: &'static str,
        call: impl FnOnce(*mut *mut raw::job_array_resp_msg_t) -> c_int,
    ) -> Result<Vec<Said>, Failure> {
        let mut answers: *mut raw::job_array_resp_msg_t = ptr::null_mut();
        check(name, call(&mut answers))?;
        if answers.is_null() {
            return Ok(Vec::new());
        }
        // SAFETY: a whole reply: each of its arrays has as many elements as it says, or is null. It is freed once.
        unsafe {
            let reply = &*answers;
            let messages = moved::answer_messages(reply);
            let mut said = Vec::new();
            if !reply.job_array_id.is_null() && !reply.error_code.is_null() {
                for at in 0..reply.job_array_count as usize {
                    let message =
                        if messages.is_null() { ptr::null() } else { (*messages.add(at)).cast_const() };
                    said.push(Said {
                        job: owned(*reply.job_array_id.add(at)).unwrap_or_default(),
                        code: i32::try_from(*reply.error_code.add(at)).unwrap_or(i32::MAX),
                        message: owned(message),
                    });
                }
            }
            self.library.slurm_free_job_array_resp(answers);
            Ok(said)
        }
    }

    /// A job, a task, several of an array, or a component, as text.
    fn selected(&self, id: &raw::slurm_selected_step_t) -> String {
        let mut text = id.step_id.job_id.to_string();
        // SAFETY: the bitmap is null or whole.
        let tasks = unsafe { moved::bits(&self.library, moved::selected_tasks(id)) }.unwrap_or_default();
        if !tasks.is_empty() {
            let range = |(first, last): &(u32, u32)| match first == last {
                true => first.to_string(),
                false => format!("{first}-{last}"),
            };
            return format!("{text}_[{}]", tasks.iter().map(range).collect::<Vec<_>>().join(","));
        }
        if id.array_task_id != raw::NO_VAL {
            text.push_str(&format!("_{}", id.array_task_id));
        }
        if id.het_job_offset != raw::NO_VAL {
            text.push_str(&format!("+{}", id.het_job_offset));
        }
        text
    }
}

/// # Safety
/// `text` is null or a NUL-terminated string that lives during the call.
unsafe fn owned(text: *const c_char) -> Option<CString> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_owned())
}

fn flags(kill: Kill) -> u16 {
    let mut flags = moved::kill_cron_flag(kill.cron);
    for (asked, flag) in [
        (kill.batch, raw::KILL_JOB_BATCH as u16),
        (kill.full, raw::KILL_FULL_JOB as u16),
        (kill.hurry, raw::KILL_HURRY as u16),
    ] {
        flags |= if asked { flag } else { 0 };
    }
    flags
}

/// Request strings are packed and never freed or written to by the library, so Rust owns them all.
fn fill(message: &mut raw::job_desc_msg_t, change: &Change) {
    macro_rules! strings {
        ($($member:ident)*) => {$(
            if let Some(text) = &change.$member {
                message.$member = text.as_ptr().cast_mut();
            }
        )*};
    }
    macro_rules! numbers {
        ($($member:ident)*) => {$(
            if let Some(number) = change.$member {
                message.$member = number;
            }
        )*};
    }
    strings! {
        account admin_comment array_inx burst_buffer cluster_features clusters comment cpus_per_tres dependency exc_nodes
        features licenses mail_user mcs_label mem_per_tres name partition qos req_nodes reservation std_err std_in std_out
        tres_bind tres_freq tres_per_job tres_per_node tres_per_socket tres_per_task wckey work_dir
    }
    numbers! {
        alloc_sid begin_time contiguous core_spec cores_per_socket cpus_per_task deadline delay_boot end_time mail_type max_cpus
        max_nodes min_cpus min_nodes nice ntasks_per_node num_tasks pn_min_cpus pn_min_memory pn_min_tmp_disk priority reboot
        req_switch requeue shared site_factor sockets_per_node threads_per_core time_limit time_min user_id wait4switch
    }
    let text = |text: &CString| text.as_ptr().cast_mut();
    if let Some(extra) = &change.extra {
        moved::set_extra(message, text(extra));
    }
    if let Some(prefer) = &change.prefer {
        moved::set_prefer(message, text(prefer));
    }
    if let Some(size) = &change.job_size_str {
        moved::set_job_size(message, text(size));
    }
    if change.reset_accrue_time {
        moved::add_bitflags(message, u64::from(raw::RESET_ACCRUE_TIME));
    }
}
