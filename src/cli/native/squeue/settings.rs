//! What squeue was asked for: its options, its variables, and what follows from both.

use super::lists::Wanted;
use crate::cli::native::data::{Form, Layout};
use crate::job::Hostlist;
use std::ffi::OsString;

/// A list as it was given and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    pub text: Vec<u8>,
    pub items: Vec<T>,
}

/// Everything that squeue was asked for.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub all: bool,
    pub all_states: bool,
    pub array: bool,
    /// By `-r`, not by a variable: the lists of tasks are whole.
    pub whole_arrays: bool,
    pub array_unique: bool,
    pub expand_patterns: bool,
    pub federation: bool,
    /// Seconds; 0 for once.
    pub iterate: u32,
    pub job_flag: bool,
    pub local: bool,
    pub long: bool,
    pub no_convert: bool,
    pub no_header: bool,
    pub not_me: bool,
    pub only_state: bool,
    pub priority: bool,
    pub sibling: bool,
    pub start: bool,
    pub step_flag: bool,
    pub verbose: u32,
    /// Data in place of a table.
    pub form: Option<Form>,
    pub layout: Layout,
    pub data_parser: Option<OsString>,
    /// The command line, with what is no option at its end.
    pub command: Vec<OsString>,
    pub format: Option<Vec<u8>>,
    pub long_format: Option<Vec<u8>>,
    pub sort: Option<Vec<u8>>,
    pub nodes: Option<Hostlist>,
    pub reservation: Option<Vec<u8>>,
    pub accounts: Option<List<Vec<u8>>>,
    pub jobs: Option<List<Wanted>>,
    pub licenses: Option<List<Vec<u8>>>,
    pub names: Option<List<Vec<u8>>>,
    pub partitions: Option<List<Vec<u8>>>,
    pub qos: Option<List<Vec<u8>>>,
    /// No items where all states are meant.
    pub states: Option<List<u32>>,
    pub steps: Option<List<Wanted>>,
    pub users: Option<List<u32>>,
    /// Seconds; 0 for none.
    pub running_over: u32,
    pub running_under: u32,
}

impl Settings {
    /// The job, where only one was asked for: it alone is loaded.
    pub fn only_job(&self) -> Option<Wanted> {
        match self.jobs.as_ref()?.items.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The user, where only one was asked for. Root is asked for with all others.
    pub fn only_user(&self) -> Option<u32> {
        match self.users.as_ref()?.items.as_slice() {
            [only] if *only != 0 => Some(*only),
            _ => None,
        }
    }
}
