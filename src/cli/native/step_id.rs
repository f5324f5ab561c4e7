//! Steps' ids as Slurm writes them: `12.0`, `12.batch`, `12.3+1`.

/// `SLURM_PENDING_STEP`
const PENDING: u32 = 0xffff_fffd;
/// `SLURM_EXTERN_CONT`
const EXTERN: u32 = 0xffff_fffc;
/// `SLURM_BATCH_SCRIPT`
pub const BATCH: u32 = 0xffff_fffb;
/// `SLURM_INTERACTIVE_STEP`
const INTERACTIVE: u32 = 0xffff_fffa;

/// The steps that have names.
pub const NAMED: [(&str, u32); 4] =
    [("TBD", PENDING), ("extern", EXTERN), ("batch", BATCH), ("interactive", INTERACTIVE)];

/// `0`, `batch`, `3+1`; the component is that of a heterogeneous job.
pub fn text(step: u32, component: Option<u32>) -> String {
    let step = match NAMED.iter().find(|(_, number)| *number == step) {
        Some((name, _)) => (*name).to_owned(),
        None => step.to_string(),
    };
    match component {
        Some(component) => format!("{step}+{component}"),
        None => step,
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn numbers_and_names() {
        assert_eq!(text(0, None), "0");
        assert_eq!(text(super::BATCH, None), "batch");
        assert_eq!(text(3, Some(1)), "3+1");
    }
}
