//! Filling a job description and submitting it.

use super::{Failure, check, copy, moved, raw};
use crate::job::{JobId, JobRequest, TimeLimit};
use crate::slurm::driver::Push;
use crate::slurm::records::Submitted;
use crate::slurm::request::Strings;
use std::ffi::{CStr, CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;

const CALL: &str = "slurm_submit_batch_job";

/// Request strings are packed and never freed or written to by the library, so Rust owns them all.
fn pointer(text: &CStr) -> *mut c_char {
    text.as_ptr().cast_mut()
}

fn optional(text: Option<&CString>) -> *mut c_char {
    text.map_or(ptr::null_mut(), |text| pointer(text))
}

pub(super) fn submit(
    library: &raw::Library,
    strings: &Strings<'_>,
    request: &JobRequest,
    push: Option<&Push>,
) -> Result<Submitted, Failure> {
    let mut desc = MaybeUninit::<raw::job_desc_msg_t>::zeroed();
    // SAFETY: every member is a number or a pointer, for which zero bits are a value; the call then sets each member's
    // "not asked for".
    let mut desc = unsafe {
        library.slurm_init_job_desc_msg(desc.as_mut_ptr());
        desc.assume_init()
    };
    moved::finish_init(&mut desc);

    // Everything that `desc` points to lives until the end of this function.
    let mut argv: Vec<*mut c_char> = strings.argv.iter().map(|word| pointer(word)).collect();
    let mut environment: Vec<*mut c_char> = strings.environment.iter().map(|entry| pointer(entry)).collect();
    argv.push(ptr::null_mut());
    environment.push(ptr::null_mut());
    // Digits and Slurm's own words: no NUL can be in them.
    let own = |text: Option<String>| text.and_then(|text| CString::new(text).ok());
    let gpus = own(request.gpus_per_node.filter(|n| *n > 0).map(|n| format!("{}:{n}", moved::gpu_tres())));
    let cpus = own(request.cpus_per_task.and_then(moved::cpus_tres));
    let push_host = own(push.map(|push| push.host.clone()));

    // SAFETY: no arguments, cannot fail.
    (desc.user_id, desc.group_id) = unsafe { (libc::getuid(), libc::getgid()) };
    desc.name = pointer(&strings.name);
    desc.script = pointer(&strings.script);
    desc.argc = strings.argv.len() as u32;
    desc.argv = argv.as_mut_ptr();
    desc.env_size = strings.environment.len() as u32;
    desc.environment = environment.as_mut_ptr();
    desc.work_dir = pointer(&strings.work_dir);
    desc.std_in = pointer(&strings.stdin);
    desc.std_out = optional(strings.stdout.as_ref());
    desc.std_err = optional(strings.stderr.as_ref());
    desc.req_nodes = optional(strings.nodelist.as_ref());
    desc.partition = optional(strings.partition.as_ref());
    desc.account = optional(strings.account.as_ref());
    desc.qos = optional(strings.qos.as_ref());
    desc.comment = optional(strings.comment.as_ref());
    moved::set_submit_line(&mut desc, pointer(&strings.submit_line));

    // What sbatch asks for where its user asks for nothing.
    desc.contiguous = 0;
    desc.task_dist = raw::SLURM_DIST_UNKNOWN as _;
    desc.x11 = 0;
    desc.immediate = 0;
    size(&mut desc, request);
    if let Some(text) = &strings.job_size {
        moved::set_job_size(&mut desc, pointer(text));
    }
    desc.tres_per_node = optional(gpus.as_ref());
    desc.tres_per_task = optional(cpus.as_ref());
    if let Some(memory) = request.memory_per_node {
        desc.pn_min_memory = memory.mib;
    }
    if let Some(limit) = request.time_limit {
        desc.time_limit = match limit {
            TimeLimit::Unlimited => raw::INFINITE,
            TimeLimit::Minutes(minutes) => minutes,
        };
    }
    if request.wait_all_nodes {
        desc.wait_all_nodes = 1;
    }
    if let Some(push) = push {
        desc.resp_host = optional(push_host.as_ref());
        desc.other_port = push.port;
    }

    let mut reply: *mut raw::submit_response_msg_t = ptr::null_mut();
    // SAFETY: `desc` and all that it points to outlive the call; the library keeps none of it.
    check(CALL, unsafe { library.slurm_submit_batch_job(&mut desc, &mut reply) })?;
    if reply.is_null() {
        return Err(Failure { call: CALL, code: super::errno() });
    }
    // SAFETY: on success it points to a whole record, freed once and not used after.
    unsafe {
        let message = copy((*reply).job_submit_user_msg);
        let submitted = Submitted {
            id: JobId(moved::submitted_job_id(&*reply)),
            message: Some(message).filter(|message| !message.is_empty()),
        };
        library.slurm_free_submit_response_response_msg(reply);
        Ok(submitted)
    }
}

/// Nodes, tasks and CPUs, with the flags that say which of them were asked for.
fn size(desc: &mut raw::job_desc_msg_t, request: &JobRequest) {
    if let Some(nodes) = request.nodes {
        (desc.min_nodes, desc.max_nodes) = (nodes.min, nodes.max);
    }
    if let Some(tasks) = request.tasks {
        desc.num_tasks = tasks;
        moved::add_bitflags(desc, u64::from(raw::JOB_NTASKS_SET));
    }
    if let Some(tasks) = request.tasks_per_node {
        desc.ntasks_per_node = tasks;
    }
    let tasks = request.tasks.unwrap_or(1).max(1);
    desc.min_cpus = tasks;
    if let Some(cpus) = request.cpus_per_task {
        desc.cpus_per_task = cpus;
        desc.pn_min_cpus = cpus;
        desc.min_cpus = tasks.saturating_mul(u32::from(cpus));
        moved::add_bitflags(desc, u64::from(raw::JOB_CPUS_SET));
    }
}
