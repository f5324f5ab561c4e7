//! What sinfo does differently from release to release, and what it reads of the library beside records.

use super::client::Client;
pub use slurm_sys::moved::SinfoHabits;
use std::ffi::CStr;

/// The driver's side of what sinfo asks.
pub(super) trait TellSinfo {
    fn sinfo_habits(&self) -> SinfoHabits;
    /// `preempt_mode_string`
    fn preempt_mode_word(&self, mode: u16) -> &'static CStr;
    /// `node_state_flag_string_single` for each flag; none before 21.08.
    fn node_flag_words(&self, state: u32) -> Vec<&'static CStr>;
}

impl Client {
    /// What sinfo of the release in use does in ways of its own.
    #[must_use]
    pub fn sinfo_habits(&self) -> SinfoHabits {
        self.driver().sinfo_habits()
    }

    /// Slurm's word for a partition's `preempt_mode`.
    #[must_use]
    pub fn preempt_mode_word(&self, mode: u16) -> &'static CStr {
        self.driver().preempt_mode_word(mode)
    }

    /// The names of the flags of a node's state.
    #[must_use]
    pub fn node_flag_words(&self, state: u32) -> Vec<&'static CStr> {
        self.driver().node_flag_words(state)
    }
}
