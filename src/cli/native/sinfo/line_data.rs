//! `--json` and `--yaml` of the releases whose data parsers know sinfo's lines.

use super::groups::{Line, Span};
use crate::cli::native::data::{Data, Flag, Parser, flags};
use crate::cli::native::users::user_name;
use crate::slurm::{Hosts, PartitionInfo, SinfoHabits, Text, node_state, partition};
use std::ffi::CStr;

/// `MEM_PER_CPU`
const PER_CPU: u64 = 1 << 63;
/// `SHARED_FORCE`
const SHARED_FORCE: u16 = 0x8000;

const NODE_STATES: &[Flag] = &[
    Flag::Equal(0xffff_fffe, 0xffff_ffff, "INVALID"),
    Flag::Equal(0, 0xf, "UNKNOWN"),
    Flag::Equal(1, 0xf, "DOWN"),
    Flag::Equal(2, 0xf, "IDLE"),
    Flag::Equal(3, 0xf, "ALLOCATED"),
    Flag::Equal(4, 0xf, "ERROR"),
    Flag::Equal(5, 0xf, "MIXED"),
    Flag::Equal(6, 0xf, "FUTURE"),
];

/// The flags of a node's state, each with the mask of all flags.
const NODE_FLAGS: &[(u64, &str)] = &[
    (1 << 4, "EXTERNAL"),
    (1 << 5, "RESERVED"),
    (1 << 6, "UNDRAIN"),
    (1 << 7, "CLOUD"),
    (1 << 8, "RESUME"),
    (1 << 9, "DRAIN"),
    (1 << 10, "COMPLETING"),
    (1 << 11, "NOT_RESPONDING"),
    (1 << 12, "POWERED_DOWN"),
    (1 << 13, "FAIL"),
    (1 << 14, "POWERING_UP"),
    (1 << 15, "MAINTENANCE"),
    (1 << 16, "REBOOT_REQUESTED"),
    (1 << 17, "REBOOT_CANCELED"),
    (1 << 18, "POWERING_DOWN"),
    (1 << 19, "DYNAMIC_FUTURE"),
    (1 << 20, "REBOOT_ISSUED"),
    (1 << 21, "PLANNED"),
    (1 << 22, "INVALID_REG"),
    (1 << 23, "POWER_DOWN"),
    (1 << 24, "POWER_UP"),
    (1 << 25, "POWER_DRAIN"),
    (1 << 23 | 1 << 25, "POWER_DOWN_ASAP"),
    (1 << 23 | 1 << 12, "POWER_DOWN_FORCE"),
    (1 << 26, "DYNAMIC_NORM"),
    (1 << 27, "BLOCKED"),
];

/// Those that came with 26.05's parser.
const LATER_NODE_FLAGS: &[&str] = &["EXTERNAL", "POWER_DOWN_ASAP", "POWER_DOWN_FORCE", "BLOCKED"];

const PARTITION_STATES: &[Flag] = &[
    Flag::Equal(0, 0xffff, "INACTIVE"),
    Flag::Equal(0xfffe, 0xffff, "UNKNOWN"),
    Flag::Equal(3, 0xffff, "UP"),
    Flag::Equal(1, 0xffff, "DOWN"),
    Flag::Equal(2, 0xffff, "DRAIN"),
];

const SELECT_TYPES: &[Flag] = &[
    Flag::Equal(1, 7, "CPU"),
    Flag::Equal(2, 7, "SOCKET"),
    Flag::Equal(4, 7, "CORE"),
    Flag::Bits(8, "BOARD"),
    Flag::Bits(0x10, "MEMORY"),
    Flag::Bits(0x100, "ONE_TASK_PER_CORE"),
    Flag::Bits(0x200, "PACK_NODES"),
    Flag::Bits(0x1000, "CORE_DEFAULT_DIST_BLOCK"),
    Flag::Bits(0x4000, "LLN"),
    Flag::Bits(0x8000, "LINEAR"),
];

const LATER_SELECT_TYPES: &[Flag] = &[
    Flag::Equal(0, 0xffff_ffff, "NONE"),
    Flag::Equal(0x11, 0x17, "CR_CPU_MEMORY"),
    Flag::Equal(1, 0x17, "CR_CPU"),
    Flag::Equal(0x14, 0x17, "CR_CORE_MEMORY"),
    Flag::Equal(4, 0x17, "CR_CORE"),
    Flag::Equal(0x12, 0x17, "CR_SOCKET_MEMORY"),
    Flag::Equal(2, 0x17, "CR_SOCKET"),
    Flag::Equal(0x10, 0x17, "CR_MEMORY"),
    Flag::Masked(1 << 8, !0x17, "CR_ONE_TASK_PER_CORE"),
    Flag::Masked(1 << 12, !0x17, "CR_CORE_DEFAULT_DIST_BLOCK"),
    Flag::Masked(1 << 11, !0x17, "CR_NO_DIST_TOPO_BLOCK"),
    Flag::Masked(1 << 14, !0x17, "CR_LLN"),
    Flag::Masked(1 << 9, !0x17, "CR_PACK_NODES"),
    Flag::Masked(1 << 10, !0x17, "LL_SHARED_GRES"),
    Flag::Masked(1 << 15, !0x17, "MULTIPLE_SHARING_GRES_PJ"),
    Flag::Masked(1 << 6, !0x17, "ENFORCE_BINDING_GRES"),
    Flag::Masked(1 << 7, !0x17, "ONE_TASK_PER_SHARING_GRES"),
];

const CPU_BINDINGS: &[Flag] = &[
    Flag::Equal(2, 0x1e, "CPU_BIND_TO_THREADS"),
    Flag::Equal(4, 0x1e, "CPU_BIND_TO_CORES"),
    Flag::Equal(8, 0x1e, "CPU_BIND_TO_SOCKETS"),
    Flag::Equal(0x10, 0x1e, "CPU_BIND_TO_LDOMS"),
    Flag::Equal(0x20, 0xfe0, "CPU_BIND_NONE"),
    Flag::Equal(0x8_0000, 0xc_0000, "CPU_BIND_OFF"),
    Flag::Masked(1, 1, "VERBOSE"),
];

const PARTITION_FLAGS: &[Flag] = &[
    Flag::Bits(1, "DEFAULT"),
    Flag::Bits(1 << 1, "HIDDEN"),
    Flag::Bits(1 << 2, "NO_ROOT"),
    Flag::Bits(1 << 3, "ROOT_ONLY"),
    Flag::Bits(1 << 4, "REQ_RESV"),
    Flag::Bits(1 << 5, "LLN"),
    Flag::Bits(1 << 7, "PDOI"),
    Flag::Bits(1 << 8, "DEFAULT_CLEAR"),
    Flag::Bits(1 << 9, "HIDDEN_CLEAR"),
    Flag::Bits(1 << 10, "NO_ROOT_CLEAR"),
    Flag::Bits(1 << 11, "ROOT_ONLY_CLEAR"),
    Flag::Bits(1 << 12, "REQ_RESV_CLEAR"),
    Flag::Bits(1 << 13, "LLN_CLEAR"),
    Flag::Bits(1 << 15, "PDOI_CLEAR"),
];

const PREEMPT_MODES: &[Flag] = &[
    Flag::Equal(0xfffe, u64::MAX, "CLUSTER_GLOBAL"),
    Flag::Equal(0, u64::MAX, "DISABLED"),
    Flag::Bits(1, "SUSPEND"),
    Flag::Bits(2, "REQUEUE"),
    Flag::Bits(8, "CANCEL"),
    Flag::Bits(0x2000, "PRIORITY"),
];

fn states(state: u32, habits: &SinfoHabits) -> Data {
    let there = |name| habits.partition_words || !LATER_NODE_FLAGS.contains(&name);
    let all = u64::from(node_state::FLAGS);
    let mut table = NODE_STATES.to_vec();
    let named = NODE_FLAGS.iter().filter(|(_, name)| there(*name));
    table.extend(named.map(|(bits, name)| Flag::Masked(*bits, all, name)));
    flags(state.into(), &table)
}

/// A line.
pub fn line(line: &Line<'_>, parser: &Parser, habits: &SinfoHabits, cluster: Option<&[u8]>) -> Data {
    let node = line.first.map(|node| &node.info);
    let text = |text: Text<'_>| parser.text(text.map(CStr::to_bytes));
    let (nodes, cpus, sizes) = (&line.nodes, &line.cpus, &line.sizes);
    let hosts = |hosts: &Hosts<'_>| {
        Data::List(hosts.each().into_iter().map(|host| Data::text(host.into_bytes())).collect())
    };
    let mut data = Data::map();
    let mut put = |path, value| data.put(path, value);
    put("port", node.map_or(0, |node| node.port).into());
    put("node/state", states(line.first.map_or(0, |node| node.state), habits));
    put("nodes/allocated", nodes.alloc.into());
    put("nodes/idle", nodes.idle.into());
    put("nodes/other", nodes.other.into());
    put("nodes/total", nodes.total.into());
    put("cpus/allocated", cpus.alloc.into());
    put("cpus/idle", cpus.idle.into());
    put("cpus/other", cpus.other.into());
    put("cpus/total", cpus.total.into());
    let mut span = |min, max, span: Span<u64>| {
        put(min, span.min.into());
        put(max, span.max.into());
    };
    let wide = |size: Span<u32>| Span { min: size.min.into(), max: size.max.into() };
    let small = |size: Span<u16>| Span { min: size.min.into(), max: size.max.into() };
    span("cpus/minimum", "cpus/maximum", wide(sizes.cpus));
    span("sockets/minimum", "sockets/maximum", small(sizes.sockets));
    span("cores/minimum", "cores/maximum", small(sizes.cores));
    span("threads/minimum", "threads/maximum", small(sizes.threads));
    span("disk/minimum", "disk/maximum", wide(sizes.disk));
    span("memory/minimum", "memory/maximum", sizes.memory);
    span("weight/minimum", "weight/maximum", wide(sizes.weight));
    span("cpus/load/minimum", "cpus/load/maximum", wide(sizes.cpu_load));
    put("memory/free/minimum", parser.number(sizes.free_memory.min.into()));
    put("memory/free/maximum", parser.number(sizes.free_memory.max.into()));
    let per_node = node.map_or(0, |_| line.partition.max_cpus_per_node);
    put("cpus/per_node/max", parser.number(per_node.into()));
    put("memory/allocated", line.alloc_memory.into());
    put("features/total", text(node.and_then(|node| node.features)));
    put("features/active", text(node.and_then(|node| node.features_act)));
    put("gres/total", text(node.and_then(|node| node.gres)));
    put("gres/used", text(node.and_then(|node| node.gres_used)));
    put("cluster", parser.text(cluster));
    put("comment", text(node.and_then(|node| node.comment)));
    put("extra", text(node.and_then(|node| node.extra)));
    put("reason/description", text(node.and_then(|node| node.reason)));
    put("reason/time", node.map_or(0, |node| node.reason_time).into());
    put("reservation", text(node.and_then(|node| node.resv_name)));
    let by = user_name(node.map_or(0, |node| node.reason_uid)).unwrap_or_default();
    match habits.partition_words {
        true if node.is_some_and(|node| node.reason.is_some()) => put("reason_set_by_user", Data::text(by)),
        true => put("reason_set_by_user", "".into()),
        false => put("reason/user", Data::text(by)),
    }
    put("resource_spec/cpus", text(node.and_then(|node| node.cpu_spec_list)));
    put("resource_spec/memory", node.map_or(0, |node| node.mem_spec_limit).into());
    put("nodes/hostnames", hosts(&line.host_names));
    put("nodes/addresses", hosts(&line.addresses));
    put("nodes/nodes", hosts(&line.names));
    put("partition", partition(line.partition, parser, habits));
    data
}

fn partition(part: &PartitionInfo<'_>, parser: &Parser, habits: &SinfoHabits) -> Data {
    let words = habits.partition_words;
    let text = |text: Text<'_>| parser.text(text.map(CStr::to_bytes));
    let memory = |memory: u64, of_cpus: bool| {
        let wanted = (memory & PER_CPU != 0) == of_cpus;
        parser.number(if wanted { memory & !PER_CPU } else { u64::MAX - 1 }.into())
    };
    // What was said in another way before.
    let before = |number: u64| match words {
        true if parser.complex => Data::Null,
        true => Data::Int(0),
        false => number.into(),
    };
    let mut data = Data::map();
    let mut put = |path, value| data.put(path, value);
    put("nodes/allowed_allocation", text(part.allow_alloc_nodes));
    put("accounts/allowed", text(part.allow_accounts));
    put("groups/allowed", text(part.allow_groups));
    put("qos/allowed", text(part.allow_qos));
    put("alternate", text(part.alternate));
    put("tres/billing_weights", text(part.billing_weights_str));
    put("cluster", text(part.cluster_name));
    put("select_type", flags(part.cr_type.into(), if words { LATER_SELECT_TYPES } else { SELECT_TYPES }));
    let binding = if words { flags(part.cpu_bind.into(), CPU_BINDINGS) } else { part.cpu_bind.into() };
    put("cpus/task_binding", binding);
    put("defaults/memory_per_cpu", before(part.def_mem_per_cpu));
    put("defaults/partition_memory_per_cpu", memory(part.def_mem_per_cpu, true));
    put("defaults/partition_memory_per_node", memory(part.def_mem_per_cpu, false));
    put("defaults/time", parser.number(part.default_time.into()));
    put("accounts/deny", text(part.deny_accounts));
    put("qos/deny", text(part.deny_qos));
    if words {
        put("flags", flags(part.flags.into(), PARTITION_FLAGS));
        put("partition/exclusive", exclusive(part).into());
    }
    put("grace_time", part.grace_time.into());
    put("defaults/job", text(part.job_defaults_str));
    put("maximums/cpus_per_node", parser.number(part.max_cpus_per_node.into()));
    put("maximums/cpus_per_socket", parser.number(part.max_cpus_per_socket.into()));
    put("maximums/memory_per_cpu", before(part.max_mem_per_cpu));
    put("maximums/partition_memory_per_cpu", memory(part.max_mem_per_cpu, true));
    put("maximums/partition_memory_per_node", memory(part.max_mem_per_cpu, false));
    put("maximums/nodes", parser.number(part.max_nodes.into()));
    put("maximums/shares", before(part.max_share.into()));
    put("maximums/oversubscribe/jobs", before((part.max_share & !SHARED_FORCE).into()));
    let forced = !words && part.max_share & SHARED_FORCE != 0;
    put(
        "maximums/oversubscribe/flags",
        match words && parser.complex {
            true => Data::Null,
            false => Data::List(if forced { vec!["force".into()] } else { Vec::new() }),
        },
    );
    if words {
        put("partition/oversubscribe", Data::text(oversubscribe(part.max_share)));
    }
    put("maximums/time", parser.number(part.max_time.into()));
    put("minimums/nodes", part.min_nodes.into());
    put("name", text(part.name));
    put("nodes/configured", text(part.nodes));
    put("node_sets", text(part.nodesets));
    put("maximums/over_time_limit", parser.number(part.over_time_limit.into()));
    if words {
        put("preempt_mode", flags(part.preempt_mode.into(), PREEMPT_MODES));
    }
    put("priority/job_factor", part.priority_job_factor.into());
    put("priority/tier", part.priority_tier.into());
    put("qos/assigned", text(part.qos_char));
    put("timeouts/resume", parser.number(part.resume_timeout.into()));
    if words {
        put("topology", text(part.topology_name));
    }
    put("partition/state", flags(part.state_up.into(), PARTITION_STATES));
    put("suspend_time", parser.number(part.suspend_time.into()));
    put("timeouts/suspend", parser.number(part.suspend_timeout.into()));
    put("cpus/total", part.total_cpus.into());
    put("nodes/total", part.total_nodes.into());
    put("tres/configured", text(part.tres_fmt_str));
    data
}

fn exclusive(part: &PartitionInfo<'_>) -> &'static str {
    if part.flags & partition::FLAG_EXCLUSIVE_TOPO != 0 {
        "TOPO"
    } else if part.max_share & !SHARED_FORCE == 0 {
        "NODE"
    } else if part.flags & partition::FLAG_EXCLUSIVE_USER != 0 {
        "USER"
    } else {
        "NO"
    }
}

fn oversubscribe(max_share: u16) -> String {
    match (max_share & !SHARED_FORCE, max_share & SHARED_FORCE != 0) {
        (0, _) | (1, false) => "NO".into(),
        (count, true) => format!("FORCE:{count}"),
        (count, false) => format!("YES:{count}"),
    }
}
