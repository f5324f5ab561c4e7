//! How this release reads the values of options.

use super::{Native, moved};
use crate::job::Dialect;
use crate::slurm::dialect::Speaks;

impl Speaks for Native {
    fn dialect(&self) -> Dialect {
        Dialect {
            node_count_list_limit: moved::node_count_list_limit(),
            integers_must_fit: moved::integers_must_fit(),
            says_too_large: moved::says_too_large(),
            elevenses: moved::elevenses(),
            chld_and_pipe: moved::chld_and_pipe(),
            plane_needs_size: moved::plane_needs_size(),
            gres_prefix: moved::gres_prefix(),
            gpu_tres: moved::gpu_tres(),
            gres_checked: moved::gres_checked(),
            gres_needs_cons_tres: moved::gres_needs_cons_tres(),
            shared_gres_per_node_only: moved::shared_gres_per_node_only(),
            cpus_per_gpu_needs_gpus: moved::cpus_per_gpu_needs_gpus(),
            sockets_of_one_node: moved::sockets_of_one_node(),
            gpus_set_min_cpus: moved::gpus_set_min_cpus(),
            tasks_set_min_cpus: moved::tasks_set_min_cpus(),
            says_tres_per_task: moved::says_tres_per_task(),
            counts_behind_equals: moved::counts_behind_equals(),
            gpu_models_per_task: moved::gpu_models_per_task(),
            tasks_per_gpu_and_tres_may_agree: moved::tasks_per_gpu_and_tres_may_agree(),
            tasks_per_gpu_minds_only_gpus: moved::tasks_per_gpu_minds_only_gpus(),
            lacks_options: moved::lacks_options(),
            lacks_variables: moved::lacks_variables(),
            get_user_env_takes_a_value: moved::get_user_env_takes_a_value(),
            requeue_can_be_expedited: moved::requeue_can_be_expedited(),
            exclusive_allocation: moved::exclusive_allocation(),
            exclusive_topo: moved::exclusive_topo(),
            blank_can_be_escaped: moved::blank_can_be_escaped(),
            export_nil: moved::export_nil(),
            warns: moved::warns(),
            sizes_left_to_slurmctld: moved::sizes_left_to_slurmctld(),
            tasks_per_core_checked: moved::tasks_per_core_checked(),
            shared_checked: moved::shared_checked(),
            arbitrary_checked: moved::arbitrary_checked(),
            gres_or_gpus_per_node: moved::gres_or_gpus_per_node(),
            segment_checked: moved::segment_checked(),
            tres_per_task: moved::tres_per_task(),
            tres_per_task_equals: moved::tres_per_task_equals(),
            braces_in_node_lists: moved::braces_in_node_lists(),
            hint_minds_sockets: moved::hint_minds_sockets(),
            slurmctld_tells_settings: moved::slurmctld_tells_settings(),
            tells_mem_bind_sort: moved::tells_mem_bind_sort(),
            keeps_jwt: moved::keeps_jwt(),
            keeps_stepmgr: moved::keeps_stepmgr(),
            script_size_checked: moved::script_size_checked(),
            waits_for_ports: moved::waits_for_ports(),
            gres_flags_are_a_list: moved::gres_flags_are_a_list(),
            debug_is_early: moved::debug_is_early(),
        }
    }
}
