//! The fields that sinfo can show: their names, letters and titles, and which of them set nodes and partitions apart.

use crate::slurm::SinfoHabits;

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    AllocMem,
    AllocNodes,
    Available,
    Cluster,
    Comment,
    Cores,
    Cpus,
    CpusLoad,
    CpusState,
    DefaultTime,
    Disk,
    Extra,
    Features,
    FeaturesAct,
    FreeMem,
    Gres,
    GresUsed,
    Groups,
    MaxCpusPerNode,
    Memory,
    NodeAddr,
    NodeAi,
    NodeAiot,
    NodeHost,
    NodeList,
    Nodes,
    OverSubscribe,
    Partition,
    PartitionName,
    Port,
    PreemptMode,
    PriorityJobFactor,
    PriorityTier,
    Reason,
    Reservation,
    Root,
    Size,
    Sockets,
    SocketCoreThread,
    StateCompact,
    StateComplete,
    StateLong,
    Threads,
    Time,
    TimeStamp,
    User,
    UserLong,
    Version,
    Weight,
}

/// In what nodes or partitions must agree to be shown in one line, because a field of the format shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    AllocMem,
    Available,
    Comment,
    Cores,
    CpuLoad,
    Cpus,
    DefaultTime,
    Disk,
    Extra,
    Features,
    FeaturesAct,
    FreeMem,
    Gres,
    GresUsed,
    Groups,
    HostNames,
    JobSize,
    MaxCpusPerNode,
    MaxTime,
    Memory,
    NodeAddr,
    OverSubscribe,
    Partition,
    Port,
    PreemptMode,
    PriorityJobFactor,
    PriorityTier,
    Reason,
    ReasonTime,
    ReasonUser,
    Reservation,
    Root,
    SocketCoreThread,
    Sockets,
    State,
    StateComplete,
    Threads,
    Version,
    Weight,
}

/// A set of [`Split`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Splits(u64);

impl Splits {
    /// Adds one.
    pub fn add(&mut self, split: Split) {
        self.0 |= 1 << split as u32;
    }

    /// Whether it is one of them.
    pub fn has(self, split: Split) -> bool {
        self.0 & 1 << split as u32 != 0
    }
}

/// A field as it is asked for.
#[derive(Debug)]
pub struct Known {
    /// In `--Format`, in any case.
    pub name: &'static str,
    /// In `--format`.
    pub letter: Option<u8>,
    /// Which.
    pub field: Field,
    /// What it sets apart.
    pub split: Option<Split>,
}

const fn known(name: &'static str, letter: u8, field: Field, split: Option<Split>) -> Known {
    Known { name, letter: if letter == 0 { None } else { Some(letter) }, field, split }
}

/// All of them, in the order of `--helpformat`. `Share` is another name and not listed there.
pub const FIELDS: &[Known] = &[
    known("AllocMem", 0, Field::AllocMem, Some(Split::AllocMem)),
    known("AllocNodes", b'S', Field::AllocNodes, None),
    known("Available", b'a', Field::Available, Some(Split::Available)),
    known("Cluster", b'V', Field::Cluster, None),
    known("Comment", 0, Field::Comment, Some(Split::Comment)),
    known("Cores", b'Y', Field::Cores, Some(Split::Cores)),
    known("CPUs", b'c', Field::Cpus, Some(Split::Cpus)),
    known("CPUsLoad", b'O', Field::CpusLoad, Some(Split::CpuLoad)),
    known("CPUsState", b'C', Field::CpusState, Some(Split::Cpus)),
    known("DefaultTime", b'L', Field::DefaultTime, Some(Split::DefaultTime)),
    known("Disk", b'd', Field::Disk, Some(Split::Disk)),
    known("Extra", 0, Field::Extra, Some(Split::Extra)),
    known("Features", b'f', Field::Features, Some(Split::Features)),
    known("features_act", b'b', Field::FeaturesAct, Some(Split::FeaturesAct)),
    known("FreeMem", b'e', Field::FreeMem, Some(Split::FreeMem)),
    known("Gres", b'G', Field::Gres, Some(Split::Gres)),
    known("GresUsed", b'G', Field::GresUsed, Some(Split::GresUsed)),
    known("Groups", b'g', Field::Groups, Some(Split::Groups)),
    known("MaxCPUsPerNode", b'B', Field::MaxCpusPerNode, Some(Split::MaxCpusPerNode)),
    known("Memory", b'm', Field::Memory, Some(Split::Memory)),
    known("NodeAddr", b'o', Field::NodeAddr, Some(Split::NodeAddr)),
    known("NodeAI", b'A', Field::NodeAi, None),
    known("NodeAIOT", b'F', Field::NodeAiot, None),
    known("NodeHost", b'n', Field::NodeHost, Some(Split::HostNames)),
    known("NodeList", b'N', Field::NodeList, None),
    known("Nodes", b'D', Field::Nodes, None),
    known("OverSubscribe", b'h', Field::OverSubscribe, Some(Split::OverSubscribe)),
    known("Partition", b'P', Field::Partition, Some(Split::Partition)),
    known("PartitionName", b'R', Field::PartitionName, Some(Split::Partition)),
    known("Port", 0, Field::Port, Some(Split::Port)),
    known("PreemptMode", b'M', Field::PreemptMode, Some(Split::PreemptMode)),
    known("PriorityJobFactor", b'I', Field::PriorityJobFactor, Some(Split::PriorityJobFactor)),
    known("PriorityTier", b'p', Field::PriorityTier, Some(Split::PriorityTier)),
    known("Reason", b'E', Field::Reason, Some(Split::Reason)),
    known("Reservation", b'i', Field::Reservation, Some(Split::Reservation)),
    known("Root", b'r', Field::Root, Some(Split::Root)),
    known("Share", b'h', Field::OverSubscribe, Some(Split::OverSubscribe)),
    known("Size", b's', Field::Size, Some(Split::JobSize)),
    known("Sockets", b'X', Field::Sockets, Some(Split::Sockets)),
    known("SocketCoreThread", b'z', Field::SocketCoreThread, Some(Split::SocketCoreThread)),
    known("StateCompact", b't', Field::StateCompact, Some(Split::State)),
    known("StateComplete", 0, Field::StateComplete, Some(Split::StateComplete)),
    known("StateLong", b'T', Field::StateLong, Some(Split::State)),
    known("Threads", b'Z', Field::Threads, Some(Split::Threads)),
    known("Time", b'l', Field::Time, Some(Split::MaxTime)),
    known("TimeStamp", b'H', Field::TimeStamp, Some(Split::ReasonTime)),
    known("User", b'u', Field::User, Some(Split::ReasonUser)),
    known("UserLong", b'U', Field::UserLong, Some(Split::ReasonUser)),
    known("Version", b'v', Field::Version, Some(Split::Version)),
    known("Weight", b'w', Field::Weight, Some(Split::Weight)),
];

/// The name that [`FIELDS`] has besides.
pub const HIDDEN_NAME: &str = "Share";

impl Known {
    /// Whether the release in use has it.
    pub fn is_in(&self, habits: &SinfoHabits) -> bool {
        match self.field {
            Field::Reservation => habits.future,
            Field::Extra | Field::StateComplete => habits.json,
            _ => true,
        }
    }

    /// What it sets apart in the release in use.
    pub fn split(&self, habits: &SinfoHabits) -> Option<Split> {
        match self.field {
            // The table has it under the wrong heading there.
            Field::OverSubscribe if habits.field_table && self.name != HIDDEN_NAME => None,
            _ => self.split,
        }
    }
}

impl Field {
    /// What stands over its column.
    pub fn title(self) -> &'static str {
        match self {
            Self::AllocMem => "ALLOCMEM",
            Self::AllocNodes => "ALLOCNODES",
            Self::Available => "AVAIL",
            Self::Cluster => "CLUSTER",
            Self::Comment => "COMMENT",
            Self::Cores => "CORES",
            Self::Cpus => "CPUS",
            Self::CpusLoad => "CPU_LOAD",
            Self::CpusState => "CPUS(A/I/O/T)",
            Self::DefaultTime => "DEFAULTTIME",
            Self::Disk => "TMP_DISK",
            Self::Extra => "EXTRA",
            Self::Features => "AVAIL_FEATURES",
            Self::FeaturesAct => "ACTIVE_FEATURES",
            Self::FreeMem => "FREE_MEM",
            Self::Gres => "GRES",
            Self::GresUsed => "GRES_USED",
            Self::Groups => "GROUPS",
            Self::MaxCpusPerNode => "MAX_CPUS_PER_NODE",
            Self::Memory => "MEMORY",
            Self::NodeAddr => "NODE_ADDR",
            Self::NodeAi => "NODES(A/I)",
            Self::NodeAiot => "NODES(A/I/O/T)",
            Self::NodeHost => "HOSTNAMES",
            Self::NodeList => "NODELIST",
            Self::Nodes => "NODES",
            Self::OverSubscribe => "OVERSUBSCRIBE",
            Self::Partition | Self::PartitionName => "PARTITION",
            Self::Port => "PORT",
            Self::PreemptMode => "PREEMPT_MODE",
            Self::PriorityJobFactor => "PRIO_JOB_FACTOR",
            Self::PriorityTier => "PRIO_TIER",
            Self::Reason => "REASON",
            Self::Reservation => "RESERVATION",
            Self::Root => "ROOT",
            Self::Size => "JOB_SIZE",
            Self::Sockets => "SOCKETS",
            Self::SocketCoreThread => "S:C:T",
            Self::StateCompact | Self::StateLong => "STATE",
            Self::StateComplete => "STATECOMPLETE",
            Self::Threads => "THREADS",
            Self::Time => "TIMELIMIT",
            Self::TimeStamp => "TIMESTAMP",
            Self::User | Self::UserLong => "USER",
            Self::Version => "VERSION",
            Self::Weight => "WEIGHT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_split_has_a_bit_of_its_own() {
        let mut all = Splits::default();
        let mut seen = Vec::new();
        for split in FIELDS.iter().filter_map(|known| known.split) {
            if !seen.contains(&split) {
                assert!(!all.has(split), "{split:?}");
                seen.push(split);
            }
            all.add(split);
        }
        assert!(seen.len() <= 64);
    }
}
