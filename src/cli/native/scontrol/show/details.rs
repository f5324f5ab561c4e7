//! What a job holds of its nodes: nodes that follow on each other and of which it holds the same share a line.

use super::job_text::{Lines, put};
use crate::job::Hostlist;
use crate::slurm::{Allocation, JobInfo, NodeAllocation};
use std::io::Write;

/// How much of a list of CPUs is printed where it is cut.
const CUT: usize = 127;

/// The same for some nodes in a row.
#[derive(Default)]
struct Share {
    /// None before the first node, of which nothing is known yet.
    cpus: Option<String>,
    memory: Option<u64>,
    gres: Vec<u8>,
}

/// `JOB_GRES=` and a line for each group of nodes.
pub fn lines(lines: &mut Lines<'_>, info: &JobInfo<'_>, allocation: &Allocation<'_>) {
    lines.field("JOB_GRES", info.gres_total);
    lines.end();
    let cut = lines.printing.habits.job_text.cuts_cpu_ids;
    let nodes = allocation.nodes.map(|nodes| nodes.to_string_lossy().parse::<Hostlist>());
    let nodes = nodes.and_then(Result::ok).unwrap_or_default();
    // Where lists are cut, the list before the first is the empty one.
    let mut share = Share { cpus: cut.then(String::new), ..Share::default() };
    let mut group = Hostlist::default();
    for (at, (node, held)) in nodes.iter().zip(&allocation.each).enumerate() {
        let cpus = cpu_ids(held, lines.printing.threads(&node), cut);
        let gres = info.gres_detail.get(at).map(|gres| gres.map_or(&[][..], |gres| gres.to_bytes()));
        let same = share.cpus.as_deref() == Some(&cpus)
            && gres.is_none_or(|gres| gres == share.gres)
            && share.memory == held.memory;
        if !same {
            write_share(lines, &group, &share);
            group = Hostlist::default();
            share = Share { cpus: Some(cpus), memory: held.memory, gres: gres.unwrap_or_default().to_vec() };
        }
        group.push(&node);
    }
    write_share(lines, &group, &share);
}

fn write_share(lines: &mut Lines<'_>, nodes: &Hostlist, share: &Share) {
    if nodes.is_empty() {
        return;
    }
    let indent = match (lines.printing.one_line, lines.printing.habits.job_text.submit_line) {
        (true, true) => "",
        _ => "  ",
    };
    let cpus = share.cpus.as_deref().unwrap_or_default();
    put!(lines, "{indent}Nodes={nodes} CPU_IDs={cpus} Mem={} GRES=", share.memory.unwrap_or(0));
    lines.extend(&share.gres);
    lines.end();
}

/// The CPUs of a node's cores, each core's threads in a row: `0-3,8`.
fn cpu_ids(held: &NodeAllocation, threads: u16, cut: bool) -> String {
    let threads = u32::from(threads);
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (first, last) in &held.cores {
        let (first, next) = (first.saturating_mul(threads), (last + 1).saturating_mul(threads));
        if next > first {
            ranges.push((first, next - 1));
        }
    }
    let range = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let mut text = ranges.iter().map(range).collect::<Vec<_>>().join(",");
    if cut {
        text.truncate(CUT);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{NodeAllocation, cpu_ids};

    #[test]
    fn a_core_is_all_its_threads() {
        let held = |cores: &[(u32, u32)]| NodeAllocation { cores: cores.to_vec(), memory: None };
        assert_eq!(cpu_ids(&held(&[(0, 1), (4, 4)]), 1, false), "0-1,4");
        assert_eq!(cpu_ids(&held(&[(0, 1), (4, 4)]), 2, false), "0-3,8-9");
        assert_eq!(cpu_ids(&held(&[]), 2, false), "");
        let many: Vec<_> = (0..60).map(|n| (n * 2, n * 2)).collect();
        assert_eq!(cpu_ids(&held(&many), 1, true).len(), 127);
        assert!(cpu_ids(&held(&many), 1, false).ends_with(",118"));
    }
}
