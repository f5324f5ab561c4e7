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
        }
    }
}
