//! Nodes and partitions → the lines of the output: nodes that agree in all that the format shows of them share a line.

use super::fields::{Split, Splits};
use super::states::States;
use crate::slurm::{Client, Hosts, NodeInfo, PartitionInfo, Text, node_state, partition};
use std::ffi::CStr;

/// A node with the state that is shown of it.
pub struct Node<'t> {
    pub info: NodeInfo<'t>,
    pub state: u32,
}

impl<'t> Node<'t> {
    /// `finds_mixed`: slurmctld did not say of nodes that are used in part that they are.
    pub fn new(info: NodeInfo<'t>, finds_mixed: bool) -> Self {
        let mut state = info.node_state;
        if finds_mixed && state & node_state::DRAIN == 0 {
            let idle = info.cpus_efctv.wrapping_sub(info.alloc_cpus);
            if idle != 0 && idle != info.cpus_efctv {
                state = state & node_state::FLAGS | node_state::MIXED;
            }
        }
        Self { info, state }
    }

    fn base(&self) -> u32 {
        self.state & node_state::BASE
    }

    fn has(&self, flag: u32) -> bool {
        self.state & flag != 0
    }
}

/// Which nodes and partitions are asked for, and how they are brought together.
#[derive(Default)]
pub struct Selection<'a> {
    /// A line for each node (`--Node`).
    pub each_node: bool,
    /// Partitions do not matter (`--list-reasons`).
    pub any_partition: bool,
    /// Sizes must agree too (`--exact`).
    pub exact: bool,
    pub splits: Splits,
    pub partitions: Option<Vec<Vec<u8>>>,
    pub nodes: Option<Hosts<'a>>,
    /// Those that do not respond only.
    pub dead: bool,
    /// Those that respond only.
    pub responding: bool,
    pub states: Option<States>,
}

/// The least and the greatest of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span<T> {
    pub min: T,
    pub max: T,
}

impl<T: Copy + Ord> Span<T> {
    fn of(value: T) -> Self {
        Self { min: value, max: value }
    }

    fn add(&mut self, value: T) {
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }
}

/// What is in use, free, neither, and there at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub alloc: u32,
    pub idle: u32,
    pub other: u32,
    pub total: u32,
}

/// The sizes of a line's nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    pub cpus: Span<u32>,
    pub sockets: Span<u16>,
    pub cores: Span<u16>,
    pub threads: Span<u16>,
    pub disk: Span<u32>,
    pub memory: Span<u64>,
    pub weight: Span<u32>,
    pub cpu_load: Span<u32>,
    pub free_memory: Span<u64>,
}

impl Sizes {
    fn of(node: &NodeInfo<'_>) -> Self {
        Self {
            cpus: Span::of(node.cpus.into()),
            sockets: Span::of(node.sockets),
            cores: Span::of(node.cores),
            threads: Span::of(node.threads),
            disk: Span::of(node.tmp_disk),
            memory: Span::of(node.real_memory),
            weight: Span::of(node.weight),
            cpu_load: Span::of(node.cpu_load),
            free_memory: Span::of(node.free_mem),
        }
    }

    fn add(&mut self, node: &NodeInfo<'_>) {
        self.cpus.add(node.cpus.into());
        self.sockets.add(node.sockets);
        self.cores.add(node.cores);
        self.threads.add(node.threads);
        self.disk.add(node.tmp_disk);
        self.memory.add(node.real_memory);
        self.weight.add(node.weight);
        self.cpu_load.add(node.cpu_load);
        self.free_memory.add(node.free_mem);
    }
}

/// One line of the output.
pub struct Line<'n> {
    pub partition: &'n PartitionInfo<'n>,
    /// The partition's place among slurmctld's.
    pub place: usize,
    /// The node that came first: it stands for all in what they agree in. None of a partition without nodes.
    pub first: Option<&'n Node<'n>>,
    pub nodes: Counts,
    pub cpus: Counts,
    pub sizes: Sizes,
    /// Of the node that came last.
    pub alloc_memory: u64,
    pub names: Hosts<'n>,
    pub addresses: Hosts<'n>,
    pub host_names: Hosts<'n>,
}

/// A client's memory is exhausted.
#[derive(Debug)]
pub struct NoMemory;

/// Brings the nodes together.
pub fn lines<'n>(
    client: &'n Client,
    partitions: &'n [PartitionInfo<'n>],
    nodes: &'n [Node<'n>],
    selection: &Selection<'_>,
) -> Result<Vec<Line<'n>>, NoMemory> {
    let mut grouping = Grouping { client, selection, lines: Vec::new() };
    let asked: Vec<(usize, &PartitionInfo<'_>)> =
        partitions.iter().enumerate().filter(|(_, partition)| selection.asks_for(partition)).collect();
    // A partition is shown even if it has no nodes.
    if !selection.each_node && selection.splits.has(Split::Partition) {
        for (place, partition) in &asked {
            grouping.open(partition, *place)?;
        }
    }
    let wanted: Vec<bool> =
        nodes.iter().map(|node| node.info.name.is_some_and(|name| selection.wants(node, name))).collect();
    for (place, partition) in asked {
        match (nodes, partition.nodes) {
            // A node that was asked for by its name stands alone: its place in the table is not that in the cluster.
            ([node], Some(list)) => {
                let named = node.info.name.filter(|_| wanted.first() == Some(&true));
                let Some(name) = named else { continue };
                if client.hosts(list).is_some_and(|hosts| hosts.contains(name)) {
                    grouping.insert(partition, place, node)?;
                }
            }
            ([_], None) => {}
            _ => {
                for (first, last) in &partition.node_inx {
                    for index in *first..=*last {
                        let Some(node) = nodes.get(index) else { break };
                        if wanted.get(index) == Some(&true) {
                            grouping.insert(partition, place, node)?;
                        }
                    }
                }
            }
        }
    }
    for line in &mut grouping.lines {
        line.names.sort();
    }
    Ok(grouping.lines)
}

impl Selection<'_> {
    fn asks_for(&self, partition: &PartitionInfo<'_>) -> bool {
        let Some(names) = &self.partitions else { return true };
        let name = partition.name.map(CStr::to_bytes).unwrap_or_default();
        names.iter().any(|wanted| wanted == name)
    }

    fn wants(&self, node: &Node<'_>, name: &CStr) -> bool {
        !(self.nodes.as_ref().is_some_and(|nodes| !nodes.contains(name))
            || self.dead && !node.has(node_state::NO_RESPOND)
            || self.responding && node.has(node_state::NO_RESPOND)
            || self.states.as_ref().is_some_and(|states| !states.fit(node)))
    }
}

struct Grouping<'n, 's> {
    client: &'n Client,
    selection: &'s Selection<'s>,
    lines: Vec<Line<'n>>,
}

impl<'n> Grouping<'n, '_> {
    fn open(&mut self, partition: &'n PartitionInfo<'n>, place: usize) -> Result<&mut Line<'n>, NoMemory> {
        let hosts = || self.client.no_hosts().ok_or(NoMemory);
        let line = Line {
            partition,
            place,
            first: None,
            nodes: Counts::default(),
            cpus: Counts::default(),
            sizes: Sizes::default(),
            alloc_memory: 0,
            names: hosts()?,
            addresses: hosts()?,
            host_names: hosts()?,
        };
        self.lines.push(line);
        self.lines.last_mut().ok_or(NoMemory)
    }

    fn insert(
        &mut self,
        partition: &'n PartitionInfo<'n>,
        place: usize,
        node: &'n Node<'n>,
    ) -> Result<(), NoMemory> {
        let selection = self.selection;
        // With a line for each node no line takes a second one: there is nothing to look for.
        let fitting = match selection.each_node {
            true => None,
            false => self.lines.iter_mut().find(|line| {
                same_partition(selection, line.partition, partition)
                    && line.first.is_none_or(|first| fits(self.client, selection, line, first, node))
            }),
        };
        let line = match fitting {
            Some(line) => line,
            None => self.open(partition, place)?,
        };
        line.add(node, selection.splits);
        Ok(())
    }
}

/// Whether two partitions' nodes may share a line.
fn same_partition(selection: &Selection<'_>, one: &PartitionInfo<'_>, other: &PartitionInfo<'_>) -> bool {
    if selection.any_partition || std::ptr::eq(one, other) {
        return true;
    }
    let root_only = |info: &PartitionInfo<'_>| info.flags & partition::FLAG_ROOT_ONLY;
    let apart = |split, same: bool| selection.splits.has(split) && !same;
    !(apart(Split::Partition, one.name == other.name)
        || apart(Split::Available, one.state_up == other.state_up)
        || apart(Split::Groups, one.allow_groups == other.allow_groups)
        || apart(Split::JobSize, one.min_nodes == other.min_nodes && one.max_nodes == other.max_nodes)
        || apart(Split::DefaultTime, one.default_time == other.default_time)
        || apart(Split::MaxTime, one.max_time == other.max_time)
        || apart(Split::Root, root_only(one) == root_only(other))
        || apart(Split::OverSubscribe, one.max_share == other.max_share)
        || apart(Split::PreemptMode, one.preempt_mode == other.preempt_mode)
        || apart(Split::PriorityTier, one.priority_tier == other.priority_tier)
        || apart(Split::PriorityJobFactor, one.priority_job_factor == other.priority_job_factor)
        || apart(Split::MaxCpusPerNode, one.max_cpus_per_node == other.max_cpus_per_node))
}

/// Whether a node may join a line that `first` opened.
fn fits(
    client: &Client,
    selection: &Selection<'_>,
    line: &Line<'_>,
    first: &Node<'_>,
    node: &Node<'_>,
) -> bool {
    let has = |split| selection.splits.has(split);
    let listed = |hosts: &Hosts<'_>, host: Text<'_>| host.is_some_and(|host| hosts.contains(host));
    let (one, other) = (&first.info, &node.info);
    let text = |split, one: Text<'_>, other: Text<'_>| has(split) && one != other;
    if has(Split::HostNames) && !listed(&line.host_names, other.node_hostname)
        || has(Split::NodeAddr) && !listed(&line.addresses, other.node_addr)
        || text(Split::Extra, one.extra, other.extra)
        || text(Split::Features, one.features, other.features)
        || text(Split::FeaturesAct, one.features_act, other.features_act)
        || text(Split::Gres, one.gres, other.gres)
        || text(Split::GresUsed, one.gres_used, other.gres_used)
        || text(Split::Comment, one.comment, other.comment)
        || text(Split::Reason, one.reason, other.reason)
        || text(Split::Reservation, one.resv_name, other.resv_name)
        || has(Split::ReasonTime) && one.reason_time != other.reason_time
        || has(Split::ReasonUser) && one.reason_uid != other.reason_uid
    {
        return false;
    }
    let same_word = |word: &dyn Fn(u32) -> bool| first.state == node.state || word(node.state);
    if has(Split::State)
        && !same_word(&|state| client.node_state_word(state) == client.node_state_word(first.state))
        || has(Split::StateComplete)
            && !same_word(&|state| {
                client.node_state_complete(state) == client.node_state_complete(first.state)
            })
        || has(Split::AllocMem) && line.alloc_memory != other.alloc_memory
    {
        return false;
    }
    !selection.exact || same_sizes(selection.splits, &line.sizes, one, other)
}

/// `--exact`
fn same_sizes(splits: Splits, line: &Sizes, first: &NodeInfo<'_>, node: &NodeInfo<'_>) -> bool {
    let apart = |split, same: bool| splits.has(split) && !same;
    let (sockets, cores, threads) =
        (line.sockets.min == node.sockets, line.cores.min == node.cores, line.threads.min == node.threads);
    !(apart(Split::Cpus, line.cpus.min == u32::from(node.cpus))
        || apart(Split::Sockets, sockets)
        || apart(Split::Cores, cores)
        || apart(Split::Threads, threads)
        || apart(Split::SocketCoreThread, sockets && cores && threads)
        || apart(Split::Disk, line.disk.min == node.tmp_disk)
        || apart(Split::Memory, line.memory.min == node.real_memory)
        || apart(Split::Weight, line.weight.min == node.weight)
        || apart(Split::CpuLoad, line.cpu_load.min == node.cpu_load)
        || apart(Split::FreeMem, line.free_memory.min == node.free_mem)
        || apart(Split::Port, first.port == node.port)
        // sinfo compares where the texts lie, not what they say: a node agrees with itself only.
        || apart(Split::Version, first.version.map(CStr::as_ptr) == node.version.map(CStr::as_ptr)))
}

impl<'n> Line<'n> {
    fn add(&mut self, node: &'n Node<'n>, splits: Splits) {
        let info = &node.info;
        let Some(name) = info.name else { return };
        if self.first.is_none() {
            self.first = Some(node);
            self.sizes = Sizes::of(info);
        } else if self.names.contains(name) {
            // The same node in another partition.
            return;
        } else {
            self.sizes.add(info);
        }
        self.names.push(name);
        list(&mut self.addresses, info.node_addr, splits.has(Split::NodeAddr));
        list(&mut self.host_names, info.node_hostname, splits.has(Split::HostNames));
        let off = node.has(node_state::DRAIN) || node.base() == node_state::DOWN;
        if matches!(node.base(), node_state::ALLOCATED | node_state::MIXED)
            || node.has(node_state::COMPLETING)
        {
            self.nodes.alloc += 1;
        } else if off {
            self.nodes.other += 1;
        } else {
            self.nodes.idle += 1;
        }
        self.nodes.total += 1;
        let (all, used) = (u32::from(info.cpus), u32::from(info.alloc_cpus));
        self.cpus.alloc += used;
        self.cpus.total += all;
        let free = if off { &mut self.cpus.other } else { &mut self.cpus.idle };
        *free = free.wrapping_add(all.wrapping_sub(used));
        self.alloc_memory = info.alloc_memory;
    }
}

fn list(hosts: &mut Hosts<'_>, host: Text<'_>, wanted: bool) {
    if let Some(host) = host.filter(|host| wanted && !hosts.contains(host)) {
        hosts.push(host);
    }
}
