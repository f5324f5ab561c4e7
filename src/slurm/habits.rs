//! What Slurm's own commands do differently from release to release, as far as it is no member of a record: questions that
//! are answered by `slurm_sys::moved`, so that nobody asks which release it is.

use super::client::Client;
use super::control_habits::ControlHabits;

/// The habits of the release that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// Who is in no database is called `nobody`, not by the number.
    pub unknown_users_are_nobody: bool,
    /// A bad `SLURM_TIME_FORMAT` is complained of with each time that is printed, not only with the first.
    pub complains_of_each_time: bool,
    /// A job may be EXPEDITING.
    pub knows_expediting: bool,
    /// The words that `SLURM_JSON` and `SLURM_YAML` may hold, by which data are laid out; none where nobody looks at them.
    pub data_layout_words: &'static [&'static str],
    /// Those of scontrol and scancel.
    pub control: ControlHabits,
}

/// The driver's side of [`Client::habits`].
pub(super) trait TellHabits {
    fn habits(&self) -> Habits;
}

impl Client {
    /// What the commands of the release in use do in ways of their own.
    #[must_use]
    pub fn habits(&self) -> Habits {
        self.driver().habits()
    }
}
