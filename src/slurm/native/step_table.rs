//! The table of step records in this release's layout.

use super::{Failure, Native, check, moved, raw};
use crate::slurm::code;
use crate::slurm::job_table::Text;
use crate::slurm::step_table::{LoadSteps, StepFiles, StepInfo, StepTable, StepsOf};
use std::ffi::{CStr, c_char};
use std::ptr::{self, NonNull};

impl LoadSteps for Native {
    fn step_table(&self, which: StepsOf, all: bool) -> Result<Box<dyn StepTable + '_>, Failure> {
        let StepsOf { job, sluid, step, component } = which;
        let all = if all { raw::SHOW_ALL } else { 0 };
        let flags = (raw::SHOW_LOCAL | all) as u16;
        let library = &self.library;
        let mut reply: *mut raw::job_step_info_response_msg_t = ptr::null_mut();
        // SAFETY: `reply` outlives the call.
        let loaded = unsafe { moved::get_job_steps(library, &mut reply, job, sluid, step, component, flags) };
        check("slurm_get_job_steps", loaded)?;
        match NonNull::new(reply) {
            Some(message) => Ok(Box::new(Table { library, message })),
            None => Err(Failure { call: "slurm_get_job_steps", code: code::UNEXPECTED_MESSAGE }),
        }
    }
}

/// A reply of slurmctld's, freed when it is dropped.
struct Table<'a> {
    library: &'a raw::Library,
    message: NonNull<raw::job_step_info_response_msg_t>,
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        // SAFETY: it came from a load and every view of it ended before this.
        unsafe { self.library.slurm_free_job_step_info_response_msg(self.message.as_ptr()) };
    }
}

impl Table<'_> {
    /// A record that the library may write to.
    fn record(&mut self, index: usize) -> *mut raw::job_step_info_t {
        assert!(index < self.len(), "record {index} of {}", self.len());
        // SAFETY: the reply holds that record.
        unsafe { self.message.as_ref().job_steps.add(index) }
    }

    /// Copies a text that the library allocated, and gives it back.
    ///
    /// # Safety
    /// `text` is null or such a text, and is not used after.
    unsafe fn take(&self, text: *mut c_char) -> Option<Vec<u8>> {
        if text.is_null() {
            return None;
        }
        // SAFETY: the caller's promise.
        unsafe {
            let copied = CStr::from_ptr(text).to_bytes().to_vec();
            self.library.slurm_xfree_ptr(text.cast());
            Some(copied)
        }
    }

    fn message(&self) -> &raw::job_step_info_response_msg_t {
        // SAFETY: the reply is whole and lives as long as `self`.
        unsafe { self.message.as_ref() }
    }

    fn records(&self) -> &[raw::job_step_info_t] {
        let message = self.message();
        if message.job_steps.is_null() {
            return &[];
        }
        // SAFETY: the reply holds so many whole records.
        unsafe { std::slice::from_raw_parts(message.job_steps, message.job_step_count as usize) }
    }
}

impl StepTable for Table<'_> {
    fn last_update(&self) -> i64 {
        self.message().last_update
    }

    fn len(&self) -> usize {
        self.records().len()
    }

    fn get(&self, index: usize) -> StepInfo<'_> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { view(&self.records()[index]) }
    }

    fn printed(&mut self, index: usize, one_line: bool) -> Option<Vec<u8>> {
        let record = self.record(index);
        // SAFETY: the record is whole and nobody else looks at it.
        let text = unsafe { moved::sprint_step(self.library, record, one_line.into()) }?;
        // SAFETY: what is printed is null or a string of the library's.
        Some(unsafe { self.take(text) }.unwrap_or_default())
    }

    fn files(&mut self, index: usize) -> StepFiles {
        if self.library.slurm_expand_step_stdio_fields.is_err() {
            return StepFiles::default();
        }
        let record = self.record(index);
        let expanded = |path: *const c_char| {
            if path.is_null() {
                return None;
            }
            // SAFETY: the path and the record are whole; the text is the library's.
            unsafe { self.take(self.library.slurm_expand_step_stdio_fields(path.cast_mut(), record)) }
        };
        // SAFETY: the record is whole.
        let whole = unsafe { &*record };
        StepFiles {
            stdin: expanded(moved::step_std_in(whole)),
            stdout: expanded(moved::step_std_out(whole)),
            stderr: expanded(moved::step_std_err(whole)),
        }
    }

    fn layout(&self, index: usize) -> Option<Vec<u8>> {
        let distribution = self.records()[index].task_dist;
        if self.library.slurm_step_layout_type_name.is_err() {
            return None;
        }
        // SAFETY: takes a number; the text is the library's.
        unsafe { self.take(self.library.slurm_step_layout_type_name(distribution)) }
    }
}

/// # Safety
/// `record` is a whole record of the library's: every string is null or NUL-terminated, and lives as long as `'a`.
unsafe fn view<'a>(record: &'a raw::job_step_info_t) -> StepInfo<'a> {
    // SAFETY: the caller's promise.
    let text = |text: *const c_char| -> Text<'a> { unsafe { (!text.is_null()).then(|| CStr::from_ptr(text)) } };
    StepInfo {
        array_job_id: record.array_job_id,
        array_task_id: record.array_task_id,
        cluster: text(record.cluster),
        container: text(moved::step_container(record)),
        container_id: text(moved::step_container_id(record)),
        container_type: text(moved::step_container_type(record)),
        cpu_freq_min: record.cpu_freq_min,
        cpu_freq_max: record.cpu_freq_max,
        cpu_freq_gov: record.cpu_freq_gov,
        cpus_per_tres: text(record.cpus_per_tres),
        cwd: text(moved::step_cwd(record)),
        job_name: text(moved::step_job_name(record)),
        mem_per_tres: text(record.mem_per_tres),
        name: text(record.name),
        network: text(record.network),
        nodes: text(record.nodes),
        num_cpus: record.num_cpus,
        num_tasks: record.num_tasks,
        partition: text(record.partition),
        resv_ports: text(record.resv_ports),
        run_time: record.run_time,
        srun_host: text(record.srun_host),
        srun_pid: record.srun_pid,
        start_time: record.start_time,
        state: record.state,
        std_err: text(moved::step_std_err(record)),
        std_in: text(moved::step_std_in(record)),
        std_out: text(moved::step_std_out(record)),
        job_id: record.step_id.job_id,
        step_id: record.step_id.step_id,
        step_het_comp: record.step_id.step_het_comp,
        sluid: moved::step_sluid(record),
        submit_line: text(moved::step_submit_line(record)),
        task_dist: record.task_dist,
        time_limit: record.time_limit,
        tres_alloc_str: text(moved::step_tres_alloc(record)),
        tres_bind: text(record.tres_bind),
        tres_freq: text(record.tres_freq),
        tres_per_step: text(record.tres_per_step),
        tres_per_node: text(record.tres_per_node),
        tres_per_socket: text(record.tres_per_socket),
        tres_per_task: text(record.tres_per_task),
        user_id: record.user_id,
    }
}
