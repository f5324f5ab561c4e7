//! The table of partition records in this release's layout.

use super::{Failure, Native, check, moved, node_places, owned, raw};
use crate::slurm::code;
use crate::slurm::job_table::Text;
use crate::slurm::partition_table::{LoadPartitions, PartitionInfo, PartitionTable};
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr::{self, NonNull};

impl LoadPartitions for Native {
    fn partition_table(&self, all: bool) -> Result<Box<dyn PartitionTable + '_>, Failure> {
        load(&self.library, all).map(|table| Box::new(table) as Box<dyn PartitionTable + '_>)
    }
}

/// Loads partition records, hidden ones too where `all` are asked for.
pub(super) fn load(library: &raw::Library, all: bool) -> Result<Table<'_>, Failure> {
    let flags = if all { raw::SHOW_ALL as u16 } else { 0 };
    let mut reply: *mut raw::partition_info_msg_t = ptr::null_mut();
    // SAFETY: `reply` outlives the call.
    check("slurm_load_partitions", unsafe { library.slurm_load_partitions(0, &mut reply, flags) })?;
    match NonNull::new(reply) {
        Some(message) => Ok(Table { library, message }),
        None => Err(Failure { call: "slurm_load_partitions", code: code::UNEXPECTED_MESSAGE }),
    }
}

/// A reply of slurmctld's, freed when it is dropped.
pub(super) struct Table<'a> {
    library: &'a raw::Library,
    message: NonNull<raw::partition_info_msg_t>,
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        // SAFETY: it came from a load and every view of it ended before this.
        unsafe { self.library.slurm_free_partition_info_msg(self.message.as_ptr()) };
    }
}

impl Table<'_> {
    /// The reply itself, for the calls that want it.
    pub(super) fn as_ptr(&self) -> *mut raw::partition_info_msg_t {
        self.message.as_ptr()
    }

    fn message(&self) -> &raw::partition_info_msg_t {
        // SAFETY: the reply is whole and lives as long as `self`.
        unsafe { self.message.as_ref() }
    }

    fn records(&self) -> &[raw::partition_info_t] {
        let message = self.message();
        if message.partition_array.is_null() {
            return &[];
        }
        // SAFETY: the reply holds so many whole records.
        unsafe { std::slice::from_raw_parts(message.partition_array, message.record_count as usize) }
    }
}

impl PartitionTable for Table<'_> {
    fn last_update(&self) -> i64 {
        self.message().last_update
    }

    fn len(&self) -> usize {
        self.records().len()
    }

    fn get(&self, index: usize) -> PartitionInfo<'_> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { view(self.library, &self.records()[index]) }
    }

    fn describe(&self, index: usize, one_line: bool) -> CString {
        let record: *const raw::partition_info_t = &self.records()[index];
        // SAFETY: the record is whole and only read; the text is the library's to free.
        unsafe { owned(self.library, self.library.slurm_sprint_partition_info(record.cast_mut(), c_int::from(one_line))) }
    }
}

/// # Safety
/// `record` is a whole record of the library's: every string is null or NUL-terminated, and lives as long as `'a`.
unsafe fn view<'a>(library: &raw::Library, record: &'a raw::partition_info_t) -> PartitionInfo<'a> {
    // SAFETY: the caller's promise.
    let text = |text: *const c_char| -> Text<'a> { unsafe { (!text.is_null()).then(|| CStr::from_ptr(text)) } };
    // SAFETY: the caller's promise.
    let (job_defaults, node_inx) = unsafe { (job_defaults(library, record), node_places(record.node_inx)) };
    PartitionInfo {
        allow_accounts: text(record.allow_accounts),
        allow_alloc_nodes: text(record.allow_alloc_nodes),
        allow_groups: text(record.allow_groups),
        allow_qos: text(record.allow_qos),
        alternate: text(record.alternate),
        billing_weights_str: text(record.billing_weights_str),
        cluster_name: text(record.cluster_name),
        cpu_bind: record.cpu_bind,
        cr_type: record.cr_type,
        def_mem_per_cpu: record.def_mem_per_cpu,
        default_time: record.default_time,
        deny_accounts: text(record.deny_accounts),
        deny_qos: text(record.deny_qos),
        flags: moved::partition_flags(record),
        grace_time: record.grace_time,
        job_defaults,
        job_defaults_str: text(record.job_defaults_str),
        max_cpus_per_node: record.max_cpus_per_node,
        max_cpus_per_socket: moved::partition_max_cpus_per_socket(record),
        max_mem_per_cpu: record.max_mem_per_cpu,
        max_nodes: record.max_nodes,
        max_share: record.max_share,
        max_time: record.max_time,
        min_nodes: record.min_nodes,
        name: text(record.name),
        node_inx,
        nodes: text(record.nodes),
        nodesets: text(moved::partition_nodesets(record)),
        over_time_limit: record.over_time_limit,
        preempt_mode: record.preempt_mode,
        priority_job_factor: record.priority_job_factor,
        priority_tier: record.priority_tier,
        qos_char: text(record.qos_char),
        resume_timeout: moved::partition_resume_timeout(record),
        state_up: record.state_up,
        suspend_time: moved::partition_suspend_time(record),
        suspend_timeout: moved::partition_suspend_timeout(record),
        topology_name: text(moved::partition_topology_name(record)),
        total_cpus: record.total_cpus,
        total_nodes: record.total_nodes,
        tres_fmt_str: text(record.tres_fmt_str),
    }
}

/// # Safety
/// `record` is a whole record of the library's.
unsafe fn job_defaults(library: &raw::Library, record: &raw::partition_info_t) -> Vec<(u16, u64)> {
    let mut defaults = Vec::new();
    if record.job_defaults_list.is_null() {
        return defaults;
    }
    // SAFETY: a list of the library's whose elements are defaults; the iterator ends before this does.
    unsafe {
        let iterator = library.slurm_list_iterator_create(record.job_defaults_list);
        loop {
            let default: *const raw::job_defaults_t = library.slurm_list_next(iterator).cast_const().cast();
            if default.is_null() {
                break;
            }
            defaults.push(((*default).type_, (*default).value));
        }
        library.slurm_list_iterator_destroy(iterator);
    }
    defaults
}
