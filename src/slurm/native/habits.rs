//! This release's habits.

use super::{Native, moved};
use crate::slurm::habits::{Habits, TellHabits};

impl TellHabits for Native {
    fn habits(&self) -> Habits {
        Habits {
            unknown_users_are_nobody: moved::unknown_users_are_nobody(),
            complains_of_each_time: moved::complains_of_each_time(),
            knows_expediting: moved::knows_expediting(),
        }
    }
}
