//! A list of nodes as sbatch reads it, from `--nodelist` or a file.

use crate::job::{Dialect, Hostlist};
use std::ffi::OsStr;

/// The nodes of a list, in its order; none where it is no list.
///
/// Up to 22.05 a bracket that is never closed opens nothing: commas behind it part names as anywhere, and its own name ends
/// there, with a bracket behind it. slurmctld then says that there is no such node.
pub(super) fn read(list: &OsStr, dialect: &Dialect) -> Option<Hostlist> {
    let text = list.to_string_lossy();
    let open = text.rfind('[').filter(|open| !text[*open..].contains(']'));
    if dialect.sizes_left_to_slurmctld || open.is_none() {
        return text.parse().ok();
    }
    let mut hosts = Hostlist::default();
    for name in names(&text) {
        match name.rsplit_once('[') {
            Some((before, behind)) if !behind.contains(']') => hosts.push(&format!("{before}]")),
            _ => name.parse::<Hostlist>().ok()?.iter().for_each(|host| hosts.push(&host)),
        }
    }
    Some(hosts)
}

/// The names between commas that stand in no brackets.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let last = text.rfind(']').unwrap_or(0);
    let (mut at, mut inside) = (0, false);
    text.split(move |letter: char| {
        let here = at;
        at += letter.len_utf8();
        inside = match letter {
            '[' => here < last,
            ']' => false,
            _ => inside,
        };
        letter == ',' && !inside
    })
    .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(list: &str, older: bool) -> Option<String> {
        let dialect = Dialect { sizes_left_to_slurmctld: !older, ..Dialect::default() };
        read(OsStr::new(list), &dialect).map(|hosts| hosts.to_string())
    }

    #[test]
    fn brackets_that_are_never_closed() {
        for (list, nodes) in [
            ("c[1-", "c]"),
            ("c[1-3,5", "c],5"),
            ("c[2,c1", "c],c1"),
            ("c[1-2],d[3-", "c[1-2],d]"),
            ("c[1]x[", "c[1]x]"),
        ] {
            assert_eq!(read_as(list, true).as_deref(), Some(nodes), "{list}");
            assert_eq!(read_as(list, false), None, "{list}");
        }
    }

    #[test]
    fn what_is_no_list_in_any_release() {
        for list in ["c[]", "c[a]", "c[1-2-3]", "c[2-1]", "c[a],d[1"] {
            assert_eq!((read_as(list, true), read_as(list, false)), (None, None), "{list}");
        }
        assert_eq!(read_as("c[1-3],login", true).as_deref(), Some("c[1-3],login"));
    }
}
