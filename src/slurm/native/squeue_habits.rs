//! The habits of this release's squeue.

use super::{Native, moved};
use crate::slurm::squeue_habits::{FilePatterns, SqueueHabits, TellSqueueHabits};

impl TellSqueueHabits for Native {
    fn squeue_habits(&self) -> SqueueHabits {
        SqueueHabits {
            all_states_are_listed: moved::squeue_lists_all_states(),
            step_letters_stand_apart: moved::squeue_step_letters_stand_apart(),
            long_names_may_go_on: moved::squeue_long_names_may_go_on(),
            missing_letter_is_a_field: moved::squeue_missing_letter_is_a_field(),
            job_ids_are_checked: moved::squeue_checks_job_ids(),
            users_may_be_unknown: moved::squeue_users_may_be_unknown(),
            nobody_is_refused: moved::nobody_is_refused(),
            ids_are_unsigned: moved::squeue_ids_are_unsigned(),
            reservations_are_listed: moved::squeue_lists_reservations(),
            licenses_yield_to_partitions: moved::squeue_licenses_yield_to_partitions(),
            states_are_told_small: moved::squeue_tells_states_small(),
            exit_codes_are_pairs: moved::squeue_exit_codes_are_pairs(),
            times_are_short: moved::squeue_times_are_short(),
            node_lists_are_sorted: moved::squeue_sorts_node_lists(),
            oversubscribe_is_apart: moved::oversubscribe_is_apart(),
            output_names_are_filled_in: moved::squeue_fills_in_output_names(),
            output_patterns_are_filled_in: moved::squeue_fills_in_output_patterns(),
            only_state_is_strict: moved::squeue_only_state_is_strict(),
            data_parser_may_be_named: moved::data_parser_may_be_named(),
            data_version: moved::data_version(),
            command_is_cut: moved::command_is_cut(),
            empty_lists_in_lines: moved::empty_lists_in_lines(),
            sluids_hide_components: moved::sluids_hide_components(),
            clusters_are_found_last: moved::squeue_finds_clusters_last(),
            groups_sort_alike: moved::squeue_sorts_groups_alike(),
            file_patterns: if moved::file_patterns_know_restarts() {
                FilePatterns::Restarts
            } else if moved::file_patterns_know_steps() {
                FilePatterns::Steps
            } else {
                FilePatterns::NoSlash
            },
        }
    }

    fn squeue_has_option(&self, name: &str) -> bool {
        moved::squeue_has_option(name)
    }

    fn squeue_has_field(&self, name: &str) -> bool {
        moved::squeue_has_field(name)
    }
}
