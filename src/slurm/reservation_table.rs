//! slurmctld's reservations, read in place.

use super::client::Client;
use super::driver::Failure;
use super::error::Error;
use super::job_table::Text;
use std::ffi::CString;

/// Loaded reservations, in slurmctld's order.
pub trait ReservationTable {
    /// When slurmctld's reservations last changed, seconds since 1970.
    fn last_update(&self) -> i64;
    /// How many records.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One record.
    ///
    /// # Panics
    /// When `index` is not below [`ReservationTable::len`].
    fn get(&self, index: usize) -> ReservationInfo<'_>;
    /// The record as `scontrol show reservation` prints it, in many lines or in one; it ends with a line feed.
    ///
    /// # Panics
    /// When `index` is not below [`ReservationTable::len`].
    fn describe(&self, index: usize, one_line: bool) -> CString;
}

/// One reservation of slurmctld's, `reserve_info_t`: the members' own names, numbers as they came.
#[derive(Clone, Debug)]
pub struct ReservationInfo<'a> {
    /// `accounts`
    pub accounts: Text<'a>,
    /// `allowed_parts`; from 25.11, none before
    pub allowed_parts: Text<'a>,
    /// `burst_buffer`
    pub burst_buffer: Text<'a>,
    /// `comment`; from 23.02, none before
    pub comment: Text<'a>,
    /// `core_cnt`
    pub core_cnt: u32,
    /// `core_spec`: each node's name and the ids of its reserved cores
    pub core_spec: Vec<(Text<'a>, Text<'a>)>,
    /// `end_time`: seconds since 1970
    pub end_time: i64,
    /// `features`
    pub features: Text<'a>,
    /// `flags`: `RESERVE_FLAG_*`
    pub flags: u64,
    /// `groups`
    pub groups: Text<'a>,
    /// `licenses`
    pub licenses: Text<'a>,
    /// `max_start_delay`: seconds
    pub max_start_delay: u32,
    /// `name`
    pub name: Text<'a>,
    /// `node_cnt`
    pub node_cnt: u32,
    /// `node_inx`: the first and last places of its nodes in the node table
    pub node_inx: Vec<(usize, usize)>,
    /// `node_list`: with commas and brackets
    pub node_list: Text<'a>,
    /// `partition`
    pub partition: Text<'a>,
    /// `purge_comp_time`: seconds
    pub purge_comp_time: u32,
    /// `qos`; from 25.11, none before
    pub qos: Text<'a>,
    /// `resv_watts`; gone from 24.05
    pub resv_watts: u32,
    /// `start_time`: seconds since 1970
    pub start_time: i64,
    /// `tres_str`
    pub tres_str: Text<'a>,
    /// `users`
    pub users: Text<'a>,
}

/// The driver's side of [`Client::reservation_table`].
pub(super) trait LoadReservations {
    /// `slurm_load_reservations`
    fn reservation_table(&self) -> Result<Box<dyn ReservationTable + '_>, Failure>;
}

impl Client {
    /// Loads the reservations that this user may see.
    ///
    /// # Errors
    /// When slurmctld cannot be asked.
    pub fn reservation_table(&self) -> Result<Box<dyn ReservationTable + '_>, Error> {
        self.driver().reservation_table().map_err(|failure| self.error(failure))
    }
}
