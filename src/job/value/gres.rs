//! Generic resources, GPUs first, as a request carries them: `--gres`, `--gpus`, `--gpus-per-node`, `--gpus-per-socket`,
//! `--gpus-per-task`, `--cpus-per-gpu`, `--mem-per-gpu`.
//!
//! sbatch looks at none of these texts: it puts names before their entries, and slurmctld says what it thinks of them.

use crate::job::Dialect;

/// What `--gres` asks for on each node, `tres_per_node` of a request: every entry with the prefix that the release wants.
/// None for `none`, in either case, which asks for nothing.
///
/// An entry that has the prefix already keeps it: `gres/gpu:2` stays, where the prefix is `gres/`.
#[must_use]
pub fn per_node(text: &str, dialect: &Dialect) -> Option<String> {
    if text.eq_ignore_ascii_case("none") {
        return None;
    }
    let prefix = dialect.gres_prefix;
    if prefix.is_empty() {
        return Some(text.to_owned());
    }
    let whole = format!("{prefix}{}", text.replace(',', &format!(",{prefix}")));
    Some(whole.replace(&prefix.repeat(2), prefix))
}

/// What an option for GPUs asks for: every entry with the name of GPUs before it, `gres/gpu:tesla:2`. None for an empty
/// text.
#[must_use]
pub fn gpus(text: &str, dialect: &Dialect) -> Option<String> {
    let entries: Vec<String> = text
        .split(',')
        .filter(|entry| !entry.is_empty())
        .map(|entry| format!("{}:{entry}", dialect.gpu_tres))
        .collect();
    (!entries.is_empty()).then(|| entries.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gres_gets_its_prefix_once() {
        let newest = Dialect::default();
        let per = |text: &str| per_node(text, &newest);
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(per("gpu:2"), said("gres/gpu:2"));
        assert_eq!(per("gpu:2,mps"), said("gres/gpu:2,gres/mps"));
        assert_eq!(per("gres/gpu:2,gpu"), said("gres/gpu:2,gres/gpu"));
        assert_eq!(per(""), said("gres/"));
        assert_eq!(per("None"), None);
        let before = Dialect { gres_prefix: "gres:", ..newest };
        assert_eq!(per_node("gpu:2,gres:mps", &before), said("gres:gpu:2,gres:mps"));
        let oldest = Dialect { gres_prefix: "", ..newest };
        assert_eq!(per_node("gpu:2,mps", &oldest), said("gpu:2,mps"));
    }

    #[test]
    fn gpus_are_named() {
        let newest = Dialect::default();
        assert_eq!(gpus("2", &newest).as_deref(), Some("gres/gpu:2"));
        assert_eq!(gpus("a100:2,,v100:1", &newest).as_deref(), Some("gres/gpu:a100:2,gres/gpu:v100:1"));
        assert_eq!(gpus("", &newest), None);
    }

    proptest! {
        #[test]
        fn a_prefixed_text_stays(text in "[a-z0-9:=,]{1,30}") {
            let newest = Dialect::default();
            prop_assume!(!text.eq_ignore_ascii_case("none"));
            let once = per_node(&text, &newest);
            let twice = once.as_deref().and_then(|once| per_node(once, &newest));
            prop_assert_eq!(once, twice);
        }
    }
}
