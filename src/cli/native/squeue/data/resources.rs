//! What a job holds of its nodes, as data.

use super::telling::Telling;
use super::words;
use crate::cli::native::data::Data;
use crate::job::Hostlist;
use crate::slurm::{JobResources, NodeResources, Text};

/// As data parsers say it.
pub fn resources(held: Option<&JobResources<'_>>, with: &Telling<'_>) -> Data {
    let Some(held) = held else { return Data::Null };
    let mut data = Data::map();
    let counted = if with.version >= 45 { words::SELECTED } else { words::COUNTED };
    data.put("select_type", with.flags(held.counted, counted));
    data.put("nodes/count", with.plain(held.hosts));
    data.put("nodes/select_type", with.flags(held.sharing, words::SHARING));
    data.put("nodes/list", with.text(held.nodes));
    data.put("nodes/whole", Data::Bool(held.whole_nodes));
    let each = names(held.nodes).into_iter().zip(&held.each).enumerate();
    let each = each.map(|(index, (name, node))| {
        let mut data = Data::map();
        data.put("index", number(index));
        data.put("name", Data::text(name));
        data.put("cpus/count", node.cpus.into());
        data.put("cpus/used", node.cpus_used.into());
        data.put("memory/used", node.memory_used.into());
        data.put("memory/allocated", node.memory.into());
        data.put("sockets", sockets(node));
        data
    });
    data.put("nodes/allocation", Data::List(each.collect()));
    data.put("cpus", with.plain(held.cpus));
    data.put("threads_per_core", with.number(held.threads_per_core));
    data
}

fn names(nodes: Text<'_>) -> Vec<String> {
    let nodes = nodes.and_then(|nodes| nodes.to_str().ok()?.parse::<Hostlist>().ok());
    nodes.map(|nodes| nodes.iter().collect()).unwrap_or_default()
}

fn number(number: usize) -> Data {
    (number as u64).into()
}

/// The state of each core, the job's or not.
fn sockets(node: &NodeResources) -> Data {
    let per_socket = u32::from(node.cores_per_socket);
    let socket = |socket: u32| {
        let core = |core: u32| {
            let status = match (holds(&node.cores, socket * per_socket + core), socket * per_socket + core) {
                (false, _) => vec!["UNALLOCATED".into()],
                (true, at) if holds(&node.cores_used, at) => vec!["ALLOCATED".into(), "IN_USE".into()],
                (true, _) => vec!["ALLOCATED".into()],
            };
            let mut data = Data::map();
            data.put("index", core.into());
            data.put("status", Data::List(status));
            data
        };
        let mut data = Data::map();
        data.put("index", socket.into());
        data.put("cores", Data::List((0..per_socket).map(core).collect()));
        data
    };
    Data::List((0..u32::from(node.sockets)).map(socket).collect())
}

/// Whether a core is among ranges in order.
fn holds(ranges: &[(u32, u32)], core: u32) -> bool {
    let at = ranges.partition_point(|(_, last)| *last < core);
    ranges.get(at).is_some_and(|(first, _)| *first <= core)
}

/// As the REST interface says it: only the cores that the job holds. `selected`: what the cluster counts.
pub fn openapi_resources(held: &JobResources<'_>, selected: u32) -> Data {
    /// `CR_CPU`
    const CPU: u32 = 1;
    /// `CR_SOCKET` and `CR_CORE`
    const CORES: u32 = 2 | 4;
    let mut data = Data::map();
    data.put("nodes", text(held.nodes));
    if selected & CORES != 0 {
        data.put("allocated_cores", held.cpus.into());
    } else if selected & CPU != 0 {
        data.put("allocated_cpus", held.cpus.into());
    }
    data.put("allocated_hosts", held.hosts.into());
    let each = names(held.nodes).into_iter().zip(&held.each).map(|(name, node)| {
        let mut data = Data::map();
        data.put("sockets", openapi_sockets(node));
        data.put("nodename", Data::text(name));
        data.put("cpus_used", node.cpus_used.into());
        data.put("memory_used", node.memory_used.into());
        data.put("memory_allocated", node.memory.into());
        data
    });
    data.put("allocated_nodes", Data::List(each.collect()));
    data
}

fn openapi_sockets(node: &NodeResources) -> Data {
    let per_socket = u32::from(node.cores_per_socket).max(1);
    let mut sockets: Vec<(u32, Vec<(u32, Data)>)> = Vec::new();
    for core in node.cores.iter().flat_map(|(first, last)| *first..=*last) {
        let status = if holds(&node.cores_used, core) { "allocated_and_in_use" } else { "allocated" };
        let (socket, core) = (core / per_socket, (core % per_socket, status.into()));
        match sockets.last_mut() {
            Some((last, cores)) if *last == socket => cores.push(core),
            _ => sockets.push((socket, vec![core])),
        }
    }
    let sockets = sockets.into_iter().map(|(socket, cores)| {
        let mut data = Data::map();
        data.put("cores", Data::Numbered(cores));
        (socket, data)
    });
    Data::Numbered(sockets.collect())
}

pub fn text(text: Text<'_>) -> Data {
    text.map_or(Data::NoText, |text| Data::text(text.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::native::data::{Form, Layout};

    #[test]
    fn cores_by_socket() {
        let node = NodeResources {
            cpus: 3,
            cpus_used: 1,
            memory: 0,
            memory_used: 0,
            sockets: 2,
            cores_per_socket: 2,
            cores: vec![(0, 0), (2, 3)],
            cores_used: vec![(2, 2)],
        };
        let shown = |data: Data| {
            String::from_utf8(data.write(Form::Json, Layout::default()))
                .unwrap()
                .replace(['\n', ' ', '"'], "")
        };
        assert_eq!(
            shown(openapi_sockets(&node)),
            "{0:{cores:{0:allocated}},1:{cores:{0:allocated_and_in_use,1:allocated}}}"
        );
        assert_eq!(
            shown(sockets(&node)),
            "[{index:0,cores:[{index:0,status:[ALLOCATED]},{index:1,status:[UNALLOCATED]}]},\
             {index:1,cores:[{index:0,status:[ALLOCATED,IN_USE]},{index:1,status:[ALLOCATED]}]}]"
        );
    }
}
