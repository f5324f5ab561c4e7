//! The table of reservations in this release's layout.

use super::{Failure, Native, check, moved, node_places, owned, raw};
use crate::slurm::code;
use crate::slurm::job_table::Text;
use crate::slurm::reservation_table::{LoadReservations, ReservationInfo, ReservationTable};
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr::{self, NonNull};

impl LoadReservations for Native {
    fn reservation_table(&self) -> Result<Box<dyn ReservationTable + '_>, Failure> {
        const CALL: &str = "slurm_load_reservations";
        let library = &self.library;
        let mut reply: *mut raw::reserve_info_msg_t = ptr::null_mut();
        // SAFETY: `reply` outlives the call.
        check(CALL, unsafe { library.slurm_load_reservations(0, &mut reply) })?;
        match NonNull::new(reply) {
            Some(message) => Ok(Box::new(Table { library, message })),
            None => Err(Failure { call: CALL, code: code::UNEXPECTED_MESSAGE }),
        }
    }
}

/// A reply of slurmctld's, freed when it is dropped.
struct Table<'a> {
    library: &'a raw::Library,
    message: NonNull<raw::reserve_info_msg_t>,
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        // SAFETY: it came from a load and every view of it ended before this.
        unsafe { self.library.slurm_free_reservation_info_msg(self.message.as_ptr()) };
    }
}

impl Table<'_> {
    fn message(&self) -> &raw::reserve_info_msg_t {
        // SAFETY: the reply is whole and lives as long as `self`.
        unsafe { self.message.as_ref() }
    }

    fn records(&self) -> &[raw::reserve_info_t] {
        let message = self.message();
        if message.reservation_array.is_null() {
            return &[];
        }
        // SAFETY: the reply holds so many whole records.
        unsafe { std::slice::from_raw_parts(message.reservation_array, message.record_count as usize) }
    }
}

impl ReservationTable for Table<'_> {
    fn last_update(&self) -> i64 {
        self.message().last_update
    }

    fn len(&self) -> usize {
        self.records().len()
    }

    fn get(&self, index: usize) -> ReservationInfo<'_> {
        // SAFETY: the record belongs to a reply that lives as long as `self`.
        unsafe { view(&self.records()[index]) }
    }

    fn describe(&self, index: usize, one_line: bool) -> CString {
        let record: *const raw::reserve_info_t = &self.records()[index];
        // SAFETY: the record is whole and only read; the text is the library's to free.
        unsafe { owned(self.library, self.library.slurm_sprint_reservation_info(record.cast_mut(), c_int::from(one_line))) }
    }
}

/// # Safety
/// `record` is a whole record of the library's: every string is null or NUL-terminated, and lives as long as `'a`.
unsafe fn view<'a>(record: &'a raw::reserve_info_t) -> ReservationInfo<'a> {
    // SAFETY: the caller's promise.
    let text = |text: *const c_char| -> Text<'a> { unsafe { (!text.is_null()).then(|| CStr::from_ptr(text)) } };
    let core_spec = match record.core_spec.is_null() {
        true => Vec::new(),
        // SAFETY: the record says how many there are.
        false => unsafe { std::slice::from_raw_parts(record.core_spec, record.core_spec_cnt as usize) }
            .iter()
            .map(|cores| (text(cores.node_name), text(cores.core_id)))
            .collect(),
    };
    // SAFETY: the caller's promise.
    let node_inx = unsafe { node_places(record.node_inx) };
    ReservationInfo {
        accounts: text(record.accounts),
        allowed_parts: text(moved::reservation_allowed_parts(record)),
        burst_buffer: text(record.burst_buffer),
        comment: text(moved::reservation_comment(record)),
        core_cnt: record.core_cnt,
        core_spec,
        end_time: record.end_time,
        features: text(record.features),
        flags: record.flags,
        groups: text(record.groups),
        licenses: text(record.licenses),
        max_start_delay: record.max_start_delay,
        name: text(record.name),
        node_cnt: record.node_cnt,
        node_inx,
        node_list: text(record.node_list),
        partition: text(record.partition),
        purge_comp_time: record.purge_comp_time,
        qos: text(moved::reservation_qos(record)),
        resv_watts: moved::reservation_resv_watts(record),
        start_time: record.start_time,
        tres_str: text(record.tres_str),
        users: text(record.users),
    }
}
