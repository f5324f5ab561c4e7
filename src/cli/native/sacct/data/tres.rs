//! Resources as data.

use crate::cli::native::data::Data;
use crate::cli::native::tres::amounts;
use crate::job::Hostlist;
use crate::slurm::Text;
use crate::slurm::accounting::{Figures, INFINITE64, NO_VAL64, Tres};
use std::ffi::CStr;

/// How those who write it differ.
#[derive(Clone, Copy)]
pub struct Words {
    /// What stands where there is no name: null, or an empty text.
    pub nothing: fn() -> Data,
    /// An amount that nobody set, or without end, is null and not a negative number.
    pub null_amounts: bool,
}

impl Words {
    fn text(self, text: Option<&CStr>) -> Data {
        text.map_or_else(self.nothing, |text| Data::text(text.to_bytes()))
    }

    fn amount(self, amount: u64) -> Data {
        if self.null_amounts && [NO_VAL64, INFINITE64].contains(&amount) { Data::Null } else { amount.into() }
    }

    fn head(self, id: u32, all: &[Tres]) -> Data {
        let known = all.iter().find(|tres| tres.id == id);
        let mut data = Data::map();
        data.put("type", self.text(known.and_then(|tres| tres.kind.as_deref())));
        data.put("name", self.text(known.and_then(|tres| tres.name.as_deref())));
        data.put("id", id.into());
        data
    }

    /// A record's amounts in its order.
    pub fn list(self, record: Text<'_>, all: &[Tres]) -> Data {
        let record = record.map(CStr::to_bytes).unwrap_or_default();
        let one = |(id, amount)| {
            let mut data = self.head(id, all);
            data.put("count", self.amount(amount));
            data
        };
        Data::List(amounts(record).map(one).collect())
    }

    /// Amounts with the tasks and nodes that had them, in the order of `all`.
    pub fn extremes(self, figures: &Figures<'_>, most: bool, nodes: Text<'_>, all: &[Tres]) -> Data {
        let [amount, node, task] = match most {
            true => [figures.max, figures.max_node, figures.max_task],
            false => [figures.min, figures.min_node, figures.min_task],
        };
        if [amount, node, task].iter().all(Option::is_none) {
            return Data::List(Vec::new());
        }
        let of = |record: Text<'_>, id: u32| {
            let found = amounts(record?.to_bytes()).find(|(found, _)| *found == id);
            found.map(|(_, amount)| amount)
        };
        let hosts = nodes.and_then(|nodes| nodes.to_str().ok()?.parse::<Hostlist>().ok());
        let one = |tres: &Tres| {
            let place = of(node, tres.id).and_then(|place| usize::try_from(place).ok());
            let host = place.and_then(|place| hosts.as_ref()?.iter().nth(place));
            let (amount, task) = (of(amount, tres.id).unwrap_or(0), of(task, tres.id).unwrap_or(0));
            (amount != 0 || task != 0 || host.is_some()).then(|| {
                let mut data = self.head(tres.id, all);
                data.put("count", self.amount(amount));
                data.put("task", self.amount(task));
                data.put("node", host.map_or_else(self.nothing, Data::text));
                data
            })
        };
        Data::List(all.iter().filter_map(one).collect())
    }
}
