//! What sinfo asks of this release.

use super::{Native, moved};
use crate::slurm::node_table::node_state;
use crate::slurm::sinfo_habits::{SinfoHabits, TellSinfo};
use std::ffi::CStr;

impl TellSinfo for Native {
    fn sinfo_habits(&self) -> SinfoHabits {
        moved::sinfo_habits()
    }

    fn preempt_mode_word(&self, mode: u16) -> &'static CStr {
        // SAFETY: gives a static string.
        unsafe { CStr::from_ptr(self.library.slurm_preempt_mode_string(mode)) }
    }

    fn node_flag_words(&self, state: u32) -> Vec<&'static CStr> {
        let mut words = Vec::new();
        if self.library.slurm_node_state_flag_string_single.is_err() {
            return words;
        }
        let mut left = state & node_state::FLAGS;
        while left != 0 {
            // SAFETY: the state outlives the call; each call takes one flag from it and gives a static string, none when
            // there are no more.
            let word = unsafe { self.library.slurm_node_state_flag_string_single(&mut left) };
            if word.is_null() {
                break;
            }
            // SAFETY: as above.
            words.push(unsafe { CStr::from_ptr(word) });
        }
        words
    }
}
