//! `--json` and `--yaml` of the releases that print all nodes as the REST interface tells of them.

use crate::cli::native::data::Data;
use crate::cli::native::users::user_name;
use crate::slurm::{Client, NodeTable, Text, node_state};

fn text(text: Text<'_>) -> Data {
    text.map_or(Data::NoText, |text| Data::text(text.to_bytes()))
}

fn user(uid: u32) -> Data {
    user_name(uid).map_or(Data::Null, Data::text)
}

fn base_state(state: u32) -> &'static str {
    match state & node_state::BASE {
        node_state::UNKNOWN => "unknown",
        node_state::DOWN => "down",
        node_state::IDLE => "idle",
        node_state::ALLOCATED => "allocated",
        node_state::ERROR => "error",
        node_state::MIXED => "mixed",
        node_state::FUTURE => "future",
        _ => "invalid",
    }
}

fn state_flags(client: &Client, state: u32) -> Data {
    let known = state & node_state::BASE <= node_state::FUTURE;
    let words = if known { client.node_flag_words(state) } else { Vec::new() };
    Data::List(words.into_iter().map(|word| Data::text(word.to_bytes())).collect())
}

/// All nodes but those that are gone.
pub fn nodes(client: &Client, table: &dyn NodeTable) -> Data {
    let there = (0..table.len()).filter(|index| table.get(*index).name.is_some());
    Data::List(there.map(|index| node(client, table, index)).collect())
}

fn node(client: &Client, table: &dyn NodeTable, index: usize) -> Data {
    let node = table.get(index);
    let mut data = Data::map();
    let mut put = |path, value| data.put(path, value);
    put("architecture", text(node.arch));
    put("burstbuffer_network_address", text(node.bcast_address));
    put("boards", node.boards.into());
    put("boot_time", node.boot_time.into());
    put("comment", text(node.comment));
    put("cores", node.cores.into());
    put("cpu_binding", node.cpu_bind.into());
    put("cpu_load", node.cpu_load.into());
    put("extra", text(node.extra));
    put("free_memory", node.free_mem.into());
    put("cpus", node.cpus.into());
    put("last_busy", node.last_busy.into());
    put("features", text(node.features));
    put("active_features", text(node.features_act));
    put("gres", text(node.gres));
    put("gres_drained", text(node.gres_drain));
    put("gres_used", text(node.gres_used));
    put("mcs_label", text(node.mcs_label));
    put("name", text(node.name));
    put("next_state_after_reboot", base_state(node.next_state).into());
    put("address", text(node.node_addr));
    put("hostname", text(node.node_hostname));
    put("state", base_state(node.node_state).into());
    put("state_flags", state_flags(client, node.node_state));
    put("next_state_after_reboot_flags", state_flags(client, node.next_state));
    put("operating_system", text(node.os));
    put("owner", if node.owner == u32::MAX - 1 { Data::Null } else { user(node.owner) });
    let partitions = node.partitions.map(|names| names.to_bytes()).unwrap_or_default();
    let partitions = partitions.split(|byte| *byte == b',').filter(|name| !name.is_empty());
    put("partitions", Data::List(partitions.map(Data::text).collect()));
    put("port", node.port.into());
    put("real_memory", node.real_memory.into());
    put("reason", text(node.reason));
    put("reason_changed_at", node.reason_time.into());
    put("reason_set_by_user", user(node.reason_uid));
    put("slurmd_start_time", node.slurmd_start_time.into());
    put("sockets", node.sockets.into());
    put("threads", node.threads.into());
    put("temporary_disk", node.tmp_disk.into());
    put("weight", node.weight.into());
    put("tres", text(node.tres_fmt_str));
    put("slurmd_version", text(node.version));
    put("alloc_memory", node.alloc_memory.into());
    put("alloc_cpus", node.alloc_cpus.into());
    put("idle_cpus", (i64::from(node.cpus) - i64::from(node.alloc_cpus)).into());
    put("tres_used", table.alloc_tres(index).map_or(Data::Null, |tres| Data::text(tres.into_bytes())));
    put("tres_weighted", Data::Float(table.alloc_weight(index).unwrap_or(0.0)));
    data
}
