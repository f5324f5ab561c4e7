//! What squeue does differently from release to release, beside what its records hold.

use super::client::Client;

/// The habits of the squeue of the release that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqueueHabits {
    /// `-t all` stands for a list of states that leaves some flags out, not for any state.
    pub all_states_are_listed: bool,
    /// Letters of steps stand behind the names in the table that `--helpformat` prints.
    pub step_letters_stand_apart: bool,
    /// A name in `-O` that begins with `numtasks`, for steps also with `container`, is that one.
    pub long_names_may_go_on: bool,
    /// A format that ends where a letter is missing prints the first field that has none.
    pub missing_letter_is_a_field: bool,
    /// Job ids are read to their end and may be SLUIDs; before, what follows the number was ignored.
    pub job_ids_are_checked: bool,
    /// A user may be named by a number that nobody has.
    pub users_may_be_unknown: bool,
    /// `nobody` is refused as a user.
    pub nobody_is_refused: bool,
    /// User and group ids beyond 31 bits are printed as they are, not as negative numbers.
    pub ids_are_unsigned: bool,
    /// `-R` takes several reservations.
    pub reservations_are_listed: bool,
    /// `SQUEUE_LICENSES` is overridden by `-p` in place of `-L`.
    pub licenses_yield_to_partitions: bool,
    /// The words of all states are told in small letters.
    pub states_are_told_small: bool,
    /// Exit codes are `code:signal`, not the wait status as a number.
    pub exit_codes_are_pairs: bool,
    /// Times longer than 31 bytes become a row of `#`; else 255 bytes.
    pub times_are_short: bool,
    /// Node lists are sorted before they are printed.
    pub node_lists_are_sorted: bool,
    /// Whether nodes are shared is read of `oversubscribe`, not of `shared`.
    pub oversubscribe_is_apart: bool,
    /// Output files: the name that Slurm would give a batch job's, with its id; errors go with the output.
    pub output_names_are_filled_in: bool,
    /// Output files: the pattern of the name that Slurm would give a batch job's.
    pub output_patterns_are_filled_in: bool,
    /// `--only-job-state` is refused with all options that it cannot heed, not with `-s` alone.
    pub only_state_is_strict: bool,
    /// `--json` and `--yaml` may name a data parser.
    pub data_parser_may_be_named: bool,
    /// The version of the data: of the parser, or of the REST interface where no parser may be named.
    pub data_version: &'static str,
    /// The data's command line lacks its last word.
    pub command_is_cut: bool,
    /// The brackets of an empty list in JSON stand on two lines.
    pub empty_lists_in_lines: bool,
    /// A step's component of a heterogeneous job is shown only where it has no SLUID.
    pub sluids_hide_components: bool,
    /// Clusters are looked for when all options are read, not as soon as they are named.
    pub clusters_are_found_last: bool,
    /// Sorted by their names, groups are alike, but for those without one, which come first.
    pub groups_sort_alike: bool,
    /// How patterns in file names are expanded.
    pub file_patterns: FilePatterns,
}

/// How squeue expands patterns in names of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilePatterns {
    /// Up to 24.11: the folder is put before a relative name without a slash.
    NoSlash,
    /// 25.05: with a slash; `%J` of a step tells the step.
    Steps,
    /// From 25.11: `%r` and `%S` too; what is no pattern stays as it is.
    Restarts,
}

/// The driver's side of [`Client::squeue_habits`].
pub(super) trait TellSqueueHabits {
    fn squeue_habits(&self) -> SqueueHabits;
    fn squeue_has_option(&self, name: &str) -> bool;
    fn squeue_has_field(&self, name: &str) -> bool;
}

impl Client {
    /// What the squeue of the release in use does in ways of its own.
    #[must_use]
    pub fn squeue_habits(&self) -> SqueueHabits {
        self.driver().squeue_habits()
    }

    /// Whether the squeue of the release in use has an option.
    #[must_use]
    pub fn squeue_has_option(&self, name: &str) -> bool {
        self.driver().squeue_has_option(name)
    }

    /// Whether the squeue of the release in use has a field of that name in `-O`.
    #[must_use]
    pub fn squeue_has_field(&self, name: &str) -> bool {
        self.driver().squeue_has_field(name)
    }
}
