//! This release's habits.

use super::{Native, moved};
use crate::slurm::control_habits::{ControlHabits, JobTextHabits};
use crate::slurm::habits::{Habits, TellHabits};

impl TellHabits for Native {
    fn habits(&self) -> Habits {
        Habits {
            unknown_users_are_nobody: moved::unknown_users_are_nobody(),
            complains_of_each_time: moved::complains_of_each_time(),
            knows_expediting: moved::knows_expediting(),
            data_layout_words: moved::data_layout_words(),
            control: ControlHabits {
                tells_absent_jobs_on_stderr: moved::tells_absent_jobs_on_stderr(),
                ends_entity_error_with_blank: moved::ends_entity_error_with_blank(),
                updates_files_and_extra: moved::updates_files_and_extra(),
                updates_mcs_label: moved::updates_mcs_label(),
                updates_prefer: moved::updates_prefer(),
                appends_admin_comments: moved::appends_admin_comments(),
                keeps_unlimited_time: moved::keeps_unlimited_time(),
                takes_lists_of_sizes: moved::takes_lists_of_sizes(),
                tells_messages_of_updates: moved::tells_messages_of_updates(),
                knows_sluids: moved::knows_sluids(),
                knows_data_parser: moved::knows_data_parser(),
                goes_on_without_hosts: moved::goes_on_without_hosts(),
                tells_of_no_error: moved::tells_of_no_error(),
                reads_hosts_from_stdin: moved::reads_hosts_from_stdin(),
                joins_reasons: moved::joins_reasons(),
                shows_cron_option: moved::shows_cron_option(),
                shows_admin_comment_option: moved::shows_admin_comment_option(),
                has_scancel_me: moved::has_scancel_me(),
                finds_jobs_in_controller: moved::finds_jobs_in_controller(),
                names_tasks_one_by_one: moved::names_tasks_one_by_one(),
                reads_nodes_at_once: moved::reads_nodes_at_once(),
                takes_unknown_users: moved::takes_unknown_users(),
                skips_het_components: moved::skips_het_components(),
                checks_step_ids: moved::checks_step_ids(),
                reads_whole_ids_for_scripts: moved::reads_whole_ids_for_scripts(),
                writes_step_ids: moved::writes_step_ids(),
                sluids_hide_components: moved::sluids_hide_components(),
                job_text: JobTextHabits {
                    licenses_alloc: moved::shows_licenses_alloc(),
                    exclusive: moved::shows_exclusive(),
                    submit_line: moved::shows_submit_line(),
                    cuts_cpu_ids: moved::cuts_cpu_ids(),
                },
            },
        }
    }
}
