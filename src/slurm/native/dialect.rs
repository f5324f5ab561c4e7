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
            cpu_range_needs_governor: moved::cpu_range_needs_governor(),
            memory_sorting: moved::memory_sorting(),
            empty_binding_list_refused: moved::empty_binding_list_refused(),
            bindings_name_gres: moved::bindings_name_gres(),
            binding_words_whole: moved::binding_words_whole(),
            binding_lists_checked: moved::binding_lists_checked(),
            short_binding_lists_whole: moved::short_binding_lists_whole(),
            gres_flag_lists: moved::gres_flag_lists(),
        }
    }
}
