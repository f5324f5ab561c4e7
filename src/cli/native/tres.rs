//! Amounts of resources as records hold them, `1=4,2=400`, and as they are read, `cpu=4,mem=400M`.

use super::time_text::seconds_text;
use super::units::{self, Convert};
use crate::job::Hostlist;
use crate::slurm::accounting::{INFINITE64, NO_VAL64, Tres};
use std::collections::HashMap;

/// Resources that every cluster has (`TRES_*`).
pub const CPU: u32 = 1;
/// Memory: MiB in what was asked for and given, bytes in what was used.
pub const MEM: u32 = 2;
/// Joules.
pub const ENERGY: u32 = 3;
/// Nodes.
pub const NODE: u32 = 4;
/// Bytes read and written.
pub const DISK: u32 = 6;
/// Bytes of address space.
pub const VMEM: u32 = 7;
/// Page faults.
pub const PAGES: u32 = 8;

/// CPU time in records of usage is in milliseconds.
pub const CPU_TIME: u64 = 1000;

/// Number and amount of each resource in a record.
pub fn amounts(text: &[u8]) -> impl Iterator<Item = (u32, u64)> {
    text.split(|byte| *byte == b',').filter_map(|part| {
        let at = part.iter().position(|byte| *byte == b'=')?;
        Some((digits(&part[..at])?.try_into().ok()?, digits(&part[at + 1..])?))
    })
}

/// The amount of one resource in a record; none where the record is none or does not name it.
pub fn amount(text: Option<&[u8]>, id: u32) -> Option<u64> {
    let found = amounts(text?).find(|(found, _)| *found == id);
    found.map(|(_, amount)| amount).filter(|amount| *amount != INFINITE64)
}

/// The digits in front.
fn digits(text: &[u8]) -> Option<u64> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    std::str::from_utf8(&text[..end]).ok()?.parse().ok()
}

/// What the amounts in a record are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amounts<'a> {
    /// Asked for or given.
    Counts(Convert),
    /// Used: bytes, CPU time.
    Usage(Convert),
    /// Numbers of tasks.
    Tasks,
    /// Numbers of nodes in a list, whose names are shown.
    Nodes(Option<&'a str>),
}

/// The resources' names and how releases show some of them.
pub struct Names {
    names: HashMap<u32, (String, Tres)>,
    /// Usage of a GPU is a bare number.
    pub bare_utilisation: bool,
    /// Memory of a GPU has a unit.
    pub gpu_memory: bool,
}

impl Names {
    /// What slurmdbd says there is.
    pub fn new(all: Vec<Tres>, bare_utilisation: bool, gpu_memory: bool) -> Self {
        let lossy = |text: &std::ffi::CString| text.to_string_lossy().into_owned();
        let names = all.into_iter().map(|tres| {
            let name = match (&tres.kind, &tres.name) {
                (None, _) => tres.id.to_string(),
                (Some(kind), None) => lossy(kind),
                (Some(kind), Some(name)) => format!("{}/{}", lossy(kind), lossy(name)),
            };
            (tres.id, (name, tres))
        });
        Self { names: names.collect(), bare_utilisation, gpu_memory }
    }

    /// A record with names, in the order of the alphabet; none where there is nothing in it.
    pub fn text(&self, record: Option<&[u8]>, amounts_are: Amounts<'_>) -> Option<String> {
        let record = record.filter(|record| record.first().is_some_and(u8::is_ascii_digit))?;
        let known = amounts(record).filter(|(id, amount)| *id > 0 && *amount != NO_VAL64);
        let mut parts: Vec<String> = known
            .filter_map(|(id, amount)| {
                let (name, tres) = self.names.get(&id)?;
                Some(format!("{name}={}", self.amount(tres, amount, amounts_are)))
            })
            .collect();
        parts.sort_unstable();
        (!parts.is_empty()).then(|| parts.join(","))
    }

    fn amount(&self, tres: &Tres, amount: u64, amounts_are: Amounts<'_>) -> String {
        if amount == INFINITE64 {
            return "NONE".into();
        }
        let is = |name: &Option<std::ffi::CString>, word: &str| {
            name.as_ref().is_some_and(|name| name.as_bytes().eq_ignore_ascii_case(word.as_bytes()))
        };
        let with_unit = |power, convert| units::text(amount as f64, power, 1024, convert);
        match amounts_are {
            Amounts::Nodes(Some(nodes)) => node(amount, nodes).unwrap_or_else(|| "(null)".into()),
            Amounts::Usage(_) if tres.id == CPU => {
                seconds_text(i64::try_from(amount / CPU_TIME).unwrap_or(-1))
            }
            Amounts::Usage(_) if self.bare_utilisation && is(&tres.name, "gpuutil") => amount.to_string(),
            Amounts::Usage(convert) => with_unit(units::NONE, convert),
            Amounts::Counts(_) | Amounts::Tasks | Amounts::Nodes(None) => {
                let convert = if let Amounts::Counts(convert) = amounts_are { convert } else { Convert::Raw };
                let gpu_memory = self.gpu_memory && is(&tres.name, "gpumem");
                match tres.id == MEM || gpu_memory || is(&tres.kind, "bb") {
                    true => with_unit(units::MEGA, convert),
                    false => amount.to_string(),
                }
            }
        }
    }
}

/// The name of a node by its place in a list, from 0.
pub fn node(place: u64, nodes: &str) -> Option<String> {
    // Records hold 64 bits where a place has 32.
    let place = place as u32;
    if place >= u32::MAX - 1 {
        return None;
    }
    nodes.parse::<Hostlist>().ok()?.iter().nth(usize::try_from(place).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> Names {
        let tres = |id, kind: &str, name: &str| Tres {
            id,
            kind: Some(std::ffi::CString::new(kind).unwrap()),
            name: (!name.is_empty()).then(|| std::ffi::CString::new(name).unwrap()),
        };
        let all = vec![
            tres(1, "cpu", ""),
            tres(2, "mem", ""),
            tres(4, "node", ""),
            tres(6, "fs", "disk"),
            tres(1001, "gres", "gpu"),
            tres(1002, "gres", "gpuutil"),
            tres(1003, "gres", "gpumem"),
        ];
        Names::new(all, true, true)
    }

    #[test]
    fn what_was_asked_for() {
        let counts = |record: &str| names().text(Some(record.as_bytes()), Amounts::Counts(Convert::Exactly));
        assert_eq!(counts("1=4,2=2048,4=1,1001=2").as_deref(), Some("cpu=4,gres/gpu=2,mem=2G,node=1"));
        assert_eq!(counts("5=1,99=3"), None);
        assert_eq!(counts(""), None);
        assert_eq!(counts("1=18446744073709551615").as_deref(), Some("cpu=NONE"));
        assert_eq!(counts("1=18446744073709551614,4=1").as_deref(), Some("node=1"));
        assert_eq!(amount(Some(b"1=4,2=2048"), MEM), Some(2048));
        assert_eq!(amount(Some(b"1=4"), MEM), None);
        assert_eq!(amount(None, MEM), None);
    }

    #[test]
    fn what_was_used() {
        let usage = |record: &str| names().text(Some(record.as_bytes()), Amounts::Usage(Convert::Exactly));
        assert_eq!(usage("1=61000,2=1572864,6=10").as_deref(), Some("cpu=00:01:01,fs/disk=10,mem=1.50M"));
        assert_eq!(usage("1002=1024,1003=1024").as_deref(), Some("gres/gpumem=1K,gres/gpuutil=1024"));
        let tasks = names().text(Some(b"2=3,6=0"), Amounts::Tasks);
        assert_eq!(tasks.as_deref(), Some("fs/disk=0,mem=3"));
        let nodes = names().text(Some(b"2=1,6=9"), Amounts::Nodes(Some("c[1-2]")));
        assert_eq!(nodes.as_deref(), Some("fs/disk=(null),mem=c2"));
    }

    proptest! {
        #[test]
        fn any_record_is_read(record in "[0-9=,a+-]{0,40}") {
            let _ = names().text(Some(record.as_bytes()), Amounts::Usage(Convert::Far));
            let _ = amount(Some(record.as_bytes()), CPU);
        }

        #[test]
        fn amounts_come_back(all in prop::collection::btree_map(1u32..2000, 0u64..u64::MAX - 1, 0..8)) {
            let record: Vec<String> = all.iter().map(|(id, amount)| format!("{id}={amount}")).collect();
            let record = record.join(",");
            prop_assert_eq!(amounts(record.as_bytes()).collect::<Vec<_>>(), all.into_iter().collect::<Vec<_>>());
        }
    }
}
