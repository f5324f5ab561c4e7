//! The table of node records in this release's layout.

use super::{Failure, Native, check, moved, owned, raw};
use crate::slurm::code;
use crate::slurm::job_table::Text;
use crate::slurm::node_table::{Energy, LoadNodes, NodeInfo, NodeTable, NodesOf, ShowNodes};
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr::{self, NonNull};

impl LoadNodes for Native {
    fn node_table(&self, which: NodesOf<'_>, show: ShowNodes) -> Result<Box<dyn NodeTable + '_>, Failure> {
        let mut flags = 0;
        for (asked, flag) in [
            (show.all, raw::SHOW_ALL),
            (show.detail, raw::SHOW_DETAIL),
            (show.future, raw::SHOW_FUTURE),
            (show.mixed, raw::SHOW_MIXED),
        ] {
            if asked {
                flags |= flag as u16;
            }
        }
        let library = &self.library;
        let mut reply: *mut raw::node_info_msg_t = ptr::null_mut();
        // SAFETY: `reply` and the name outlive the call; the name is only read.
        let (call, loaded) = unsafe {
            match which {
                NodesOf::Cluster => ("slurm_load_node", library.slurm_load_node(0, &mut reply, flags)),
                NodesOf::Node(name) => {
                    ("slurm_load_node_single", library.slurm_load_node_single(&mut reply, name.as_ptr().cast_mut(), flags))
                }
            }
        };
        check(call, loaded)?;
        let Some(message) = NonNull::new(reply) else {
            return Err(Failure { call, code: code::UNEXPECTED_MESSAGE });
        };
        let table = Table { library, message };
        if show.partitions {
            let partitions = super::partition_table::load(library, show.all)?;
            // SAFETY: both replies are whole; the names are copied into the node records.
            unsafe { library.slurm_populate_node_partitions(message.as_ptr(), partitions.as_ptr()) };
        }
        Ok(Box::new(table))
    }

    fn node_state_word(&self, state: u32) -> &'static CStr {
        // SAFETY: gives a static string.
        unsafe { CStr::from_ptr(self.library.slurm_node_state_string(state)) }
    }

    fn node_state_abbreviation(&self, state: u32) -> &'static CStr {
        // SAFETY: gives a static string.
        unsafe { CStr::from_ptr(self.library.slurm_node_state_string_compact(state)) }
    }

    fn node_state_complete(&self, state: u32) -> CString {
        if self.library.slurm_node_state_string_complete.is_err() {
            return self.node_state_word(state).to_owned();
        }
        // SAFETY: takes a number; the text is the library's to free.
        unsafe { owned(&self.library, self.library.slurm_node_state_string_complete(state)) }
    }
}

/// A reply of slurmctld's, freed when it is dropped.
struct Table<'a> {
    library: &'a raw::Library,
    message: NonNull<raw::node_info_msg_t>,
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        // SAFETY: it came from a load and every view of it ended before this.
        unsafe { self.library.slurm_free_node_info_msg(self.message.as_ptr()) };
    }
}

impl Table<'_> {
    fn message(&self) -> &raw::node_info_msg_t {
        // SAFETY: the reply is whole and lives as long as `self`.
        unsafe { self.message.as_ref() }
    }

    fn records(&self) -> &[raw::node_info_t] {
        let message = self.message();
        if message.node_array.is_null() {
            return &[];
        }
        // SAFETY: the reply holds so many whole records.
        unsafe { std::slice::from_raw_parts(message.node_array, message.record_count as usize) }
    }
}

impl NodeTable for Table<'_> {
    fn last_update(&self) -> i64 {
        self.message().last_update
    }

    fn len(&self) -> usize {
        self.records().len()
    }

    fn get(&self, index: usize) -> NodeInfo<'_> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { view(self.library, &self.records()[index]) }
    }

    fn alloc_tres(&self, index: usize) -> Option<CString> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { moved::node_alloc_tres(self.library, &self.records()[index]) }
    }

    fn alloc_weight(&self, index: usize) -> Option<f64> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { moved::node_alloc_weight(self.library, &self.records()[index]) }
    }

    fn describe(&self, index: usize, one_line: bool) -> CString {
        let record: *const raw::node_info_t = &self.records()[index];
        // SAFETY: the record is whole and only read; the text is the library's to free.
        unsafe { owned(self.library, self.library.slurm_sprint_node_table(record.cast_mut(), c_int::from(one_line))) }
    }
}

/// # Safety
/// `record` is a whole record of the library's: every string is null or NUL-terminated, and lives as long as `'a`.
unsafe fn view<'a>(library: &raw::Library, record: &'a raw::node_info_t) -> NodeInfo<'a> {
    // SAFETY: the caller's promise.
    let text = |text: *const c_char| -> Text<'a> { unsafe { (!text.is_null()).then(|| CStr::from_ptr(text)) } };
    let energy = match record.energy.is_null() {
        true => None,
        // SAFETY: a whole record of the library's.
        false => Some(unsafe { view_energy(&*record.energy) }),
    };
    // SAFETY: the caller's promise.
    let allocated = unsafe { moved::node_allocated(library, record) };
    NodeInfo {
        alloc_cpus: allocated.cpus,
        alloc_memory: allocated.memory,
        arch: text(record.arch),
        bcast_address: text(record.bcast_address),
        boards: record.boards,
        boot_time: record.boot_time,
        cert_flags: moved::node_cert_flags(record),
        cert_last_renewal: moved::node_cert_last_renewal(record),
        cluster_name: text(record.cluster_name),
        comment: text(record.comment),
        core_spec_cnt: record.core_spec_cnt,
        cores: record.cores,
        cpu_bind: record.cpu_bind,
        cpu_load: record.cpu_load,
        cpu_spec_list: text(record.cpu_spec_list),
        cpus: record.cpus,
        cpus_efctv: moved::node_cpus_efctv(record),
        energy,
        extra: text(moved::node_extra(record)),
        features: text(record.features),
        features_act: text(record.features_act),
        free_mem: record.free_mem,
        gpu_spec: text(moved::node_gpu_spec(record)),
        gres: text(record.gres),
        gres_drain: text(record.gres_drain),
        gres_used: text(record.gres_used),
        instance_id: text(moved::node_instance_id(record)),
        instance_type: text(moved::node_instance_type(record)),
        last_busy: moved::node_last_busy(record),
        mcs_label: text(record.mcs_label),
        mem_spec_limit: record.mem_spec_limit,
        name: text(record.name),
        next_state: record.next_state,
        node_addr: text(record.node_addr),
        node_hostname: text(record.node_hostname),
        node_state: record.node_state,
        os: text(record.os),
        owner: record.owner,
        parameters: text(moved::node_parameters(record)),
        partitions: text(record.partitions),
        port: record.port,
        real_memory: record.real_memory,
        reason: text(record.reason),
        reason_time: record.reason_time,
        reason_uid: record.reason_uid,
        res_cores_per_gpu: moved::node_res_cores_per_gpu(record),
        resume_after: moved::node_resume_after(record),
        resv_name: text(moved::node_resv_name(record)),
        slurmd_start_time: record.slurmd_start_time,
        sockets: record.sockets,
        suspend_time: moved::node_suspend_time(record),
        threads: record.threads,
        tmp_disk: record.tmp_disk,
        topology_str: text(moved::node_topology_str(record)),
        tres_fmt_str: text(record.tres_fmt_str),
        version: text(record.version),
        weight: record.weight,
    }
}

fn view_energy(energy: &raw::acct_gather_energy_t) -> Energy {
    Energy {
        ave_watts: energy.ave_watts,
        base_consumed_energy: energy.base_consumed_energy,
        consumed_energy: energy.consumed_energy,
        current_watts: energy.current_watts,
        previous_consumed_energy: energy.previous_consumed_energy,
        poll_time: energy.poll_time,
    }
}
