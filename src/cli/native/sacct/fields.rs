//! The fields that `--format` knows: names, widths, and which releases have them.

use super::super::tres;
use crate::slurm::accounting::AccountingHabits;

/// What a field shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Account,
    AdminComment,
    AllocCpus,
    AllocNodes,
    AllocTres,
    AssocId,
    BlockId,
    Cluster,
    Comment,
    Constraints,
    ConsumedEnergy,
    ConsumedEnergyRaw,
    Container,
    CpuFrequency,
    /// The average and the least CPU time of a task.
    CpuTimeOfTasks(Stat),
    CpuTime,
    CpuTimeRaw,
    DbIndex,
    DerivedExitCode,
    /// Bytes read or written.
    Disk(Way, Stat),
    Elapsed,
    ElapsedRaw,
    Eligible,
    End,
    Exclusive,
    ExitCode,
    Extra,
    FailedNode,
    Flags,
    Gid,
    Group,
    JobId,
    JobIdRaw,
    JobName,
    Layout,
    Licenses,
    McsLabel,
    NNodes,
    NTasks,
    NodeList,
    /// The node of the task with the most or the least.
    NodeOf(Way, Stat, u32),
    OriginalSluid,
    OverSubscribe,
    Partition,
    Planned,
    PlannedCpu,
    PlannedCpuRaw,
    Priority,
    Qos,
    QosRaw,
    QosReq,
    Reason,
    ReqCpuFreqGov,
    ReqCpuFreqMax,
    ReqCpuFreqMin,
    ReqCpus,
    ReqMem,
    ReqNodes,
    ReqReservation,
    ReqTres,
    Reservation,
    ReservationId,
    Restarts,
    SegmentSize,
    /// Bytes of memory, or pages, of a task.
    SizeOfTasks(Stat, u32),
    Sluid,
    Start,
    State,
    StdErr,
    StdIn,
    StdOut,
    Submit,
    SubmitLine,
    Suspended,
    SystemComment,
    SystemCpu,
    /// The number of the task with the most or the least.
    TaskOf(Way, Stat, u32),
    Timelimit,
    TimelimitRaw,
    TotalCpu,
    /// All resources' figures.
    TresUsage(Way, Stat),
    TresUsageNode(Way, Stat),
    TresUsageTask(Way, Stat),
    Uid,
    User,
    UserCpu,
    WcKey,
    WcKeyId,
    WorkDir,
}

impl Kind {
    /// Whether only steps have it; of CPUs, whether a step's count for its job where they are one row.
    pub fn is_of_steps(self) -> bool {
        matches!(
            self,
            Self::AllocCpus
                | Self::CpuFrequency
                | Self::CpuTimeOfTasks(_)
                | Self::Disk(..)
                | Self::Layout
                | Self::NTasks
                | Self::NodeOf(..)
                | Self::ReqCpuFreqGov
                | Self::ReqCpuFreqMax
                | Self::ReqCpuFreqMin
                | Self::SizeOfTasks(..)
                | Self::TaskOf(..)
                | Self::TresUsage(..)
                | Self::TresUsageNode(..)
                | Self::TresUsageTask(..)
        )
    }
}

/// What went in, such as memory and what was read, or out, what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    In,
    Out,
}

/// Over the tasks of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stat {
    Average,
    Most,
    Least,
    Total,
}

/// One field.
pub struct Field {
    pub name: &'static str,
    /// In columns; negative where the text begins at the left.
    pub width: i32,
    pub kind: Kind,
    /// Whether sacct has it.
    pub known: fn(&AccountingHabits) -> bool,
}

const fn field(width: i32, name: &'static str, kind: Kind) -> Field {
    Field { name, width, kind, known: |_| true }
}

const fn from(known: fn(&AccountingHabits) -> bool, width: i32, name: &'static str, kind: Kind) -> Field {
    Field { name, width, kind, known }
}

use Kind::{CpuTimeOfTasks, Disk, NodeOf, SizeOfTasks, TaskOf, TresUsage, TresUsageNode, TresUsageTask};
use Stat::{Average, Least, Most, Total};
use Way::{In, Out};

/// All fields that any release has, in the order of the newest.
const ALL: &[Field] = &[
    field(10, "Account", Kind::Account),
    field(15, "AdminComment", Kind::AdminComment),
    field(10, "AllocCPUS", Kind::AllocCpus),
    field(10, "AllocNodes", Kind::AllocNodes),
    field(10, "AllocTRES", Kind::AllocTres),
    field(7, "AssocID", Kind::AssocId),
    field(10, "AveCPU", CpuTimeOfTasks(Average)),
    field(10, "AveCPUFreq", Kind::CpuFrequency),
    field(14, "AveDiskRead", Disk(In, Average)),
    field(14, "AveDiskWrite", Disk(Out, Average)),
    field(10, "AvePages", SizeOfTasks(Average, tres::PAGES)),
    field(10, "AveRSS", SizeOfTasks(Average, tres::MEM)),
    field(10, "AveVMSize", SizeOfTasks(Average, tres::VMEM)),
    field(16, "BlockID", Kind::BlockId),
    field(10, "Cluster", Kind::Cluster),
    field(14, "Comment", Kind::Comment),
    field(19, "Constraints", Kind::Constraints),
    field(14, "ConsumedEnergy", Kind::ConsumedEnergy),
    field(17, "ConsumedEnergyRaw", Kind::ConsumedEnergyRaw),
    from(|habits| habits.submit_lines, 19, "Container", Kind::Container),
    field(10, "CPUTime", Kind::CpuTime),
    field(10, "CPUTimeRAW", Kind::CpuTimeRaw),
    from(|habits| !habits.restarts, -10, "DBIndex", Kind::DbIndex),
    from(|habits| habits.restarts, -21, "DBIndex", Kind::DbIndex),
    field(15, "DerivedExitCode", Kind::DerivedExitCode),
    field(10, "Elapsed", Kind::Elapsed),
    field(10, "ElapsedRaw", Kind::ElapsedRaw),
    field(19, "Eligible", Kind::Eligible),
    field(19, "End", Kind::End),
    from(|habits| habits.exclusive, 14, "Exclusive", Kind::Exclusive),
    field(8, "ExitCode", Kind::ExitCode),
    from(|habits| habits.planned, 14, "Extra", Kind::Extra),
    from(|habits| habits.planned, 8, "FailedNode", Kind::FailedNode),
    field(19, "Flags", Kind::Flags),
    field(6, "GID", Kind::Gid),
    field(9, "Group", Kind::Group),
    field(-12, "JobID", Kind::JobId),
    field(-12, "JobIDRaw", Kind::JobIdRaw),
    field(10, "JobName", Kind::JobName),
    field(9, "Layout", Kind::Layout),
    from(|habits| habits.planned, 10, "Licenses", Kind::Licenses),
    field(12, "MaxDiskRead", Disk(In, Most)),
    field(15, "MaxDiskReadNode", NodeOf(In, Most, tres::DISK)),
    field(15, "MaxDiskReadTask", TaskOf(In, Most, tres::DISK)),
    field(12, "MaxDiskWrite", Disk(Out, Most)),
    field(16, "MaxDiskWriteNode", NodeOf(Out, Most, tres::DISK)),
    field(16, "MaxDiskWriteTask", TaskOf(Out, Most, tres::DISK)),
    field(8, "MaxPages", SizeOfTasks(Most, tres::PAGES)),
    field(12, "MaxPagesNode", NodeOf(In, Most, tres::PAGES)),
    field(14, "MaxPagesTask", TaskOf(In, Most, tres::PAGES)),
    field(10, "MaxRSS", SizeOfTasks(Most, tres::MEM)),
    field(10, "MaxRSSNode", NodeOf(In, Most, tres::MEM)),
    field(10, "MaxRSSTask", TaskOf(In, Most, tres::MEM)),
    field(10, "MaxVMSize", SizeOfTasks(Most, tres::VMEM)),
    field(14, "MaxVMSizeNode", NodeOf(In, Most, tres::VMEM)),
    field(14, "MaxVMSizeTask", TaskOf(In, Most, tres::VMEM)),
    field(12, "McsLabel", Kind::McsLabel),
    field(10, "MinCPU", CpuTimeOfTasks(Least)),
    field(10, "MinCPUNode", NodeOf(In, Least, tres::CPU)),
    field(10, "MinCPUTask", TaskOf(In, Least, tres::CPU)),
    field(10, "NCPUS", Kind::AllocCpus),
    field(8, "NNodes", Kind::NNodes),
    field(15, "NodeList", Kind::NodeList),
    field(8, "NTasks", Kind::NTasks),
    from(|habits| habits.exclusive, 14, "OriginalSLUID", Kind::OriginalSluid),
    from(|habits| habits.exclusive, 14, "OverSubscribe", Kind::OverSubscribe),
    from(|habits| !habits.sorted_fields, 10, "Priority", Kind::Priority),
    field(10, "Partition", Kind::Partition),
    from(|habits| habits.planned, 10, "Planned", Kind::Planned),
    from(|habits| habits.planned, 10, "PlannedCPU", Kind::PlannedCpu),
    from(|habits| habits.planned, 13, "PlannedCPURAW", Kind::PlannedCpuRaw),
    from(|habits| habits.sorted_fields, 10, "Priority", Kind::Priority),
    field(10, "QOS", Kind::Qos),
    field(6, "QOSRAW", Kind::QosRaw),
    from(|habits| habits.restarts, 10, "QOSREQ", Kind::QosReq),
    field(22, "Reason", Kind::Reason),
    field(10, "ReqCPUFreq", Kind::ReqCpuFreqMax),
    from(|habits| !habits.sorted_fields, 13, "ReqCPUFreqMin", Kind::ReqCpuFreqMin),
    from(|habits| !habits.sorted_fields, 13, "ReqCPUFreqMax", Kind::ReqCpuFreqMax),
    field(13, "ReqCPUFreqGov", Kind::ReqCpuFreqGov),
    from(|habits| habits.sorted_fields, 13, "ReqCPUFreqMax", Kind::ReqCpuFreqMax),
    from(|habits| habits.sorted_fields, 13, "ReqCPUFreqMin", Kind::ReqCpuFreqMin),
    field(8, "ReqCPUS", Kind::ReqCpus),
    field(10, "ReqMem", Kind::ReqMem),
    field(8, "ReqNodes", Kind::ReqNodes),
    field(10, "ReqTRES", Kind::ReqTres),
    field(20, "Reservation", Kind::Reservation),
    field(8, "ReservationId", Kind::ReservationId),
    from(|habits| !habits.planned, 10, "Reserved", Kind::Planned),
    from(|habits| !habits.planned, 10, "ResvCPU", Kind::PlannedCpu),
    from(|habits| !habits.planned, 10, "ResvCPURAW", Kind::PlannedCpuRaw),
    from(|habits| habits.step_stdio, 20, "ReqReservation", Kind::ReqReservation),
    from(|habits| habits.restarts, 8, "Restarts", Kind::Restarts),
    from(|habits| habits.step_stdio, 11, "SegmentSize", Kind::SegmentSize),
    from(|habits| habits.restarts, 14, "SLUID", Kind::Sluid),
    field(19, "Start", Kind::Start),
    field(10, "State", Kind::State),
    from(|habits| habits.stdio, 20, "StdErr", Kind::StdErr),
    from(|habits| habits.stdio, 20, "StdIn", Kind::StdIn),
    from(|habits| habits.stdio, 20, "StdOut", Kind::StdOut),
    field(19, "Submit", Kind::Submit),
    from(|habits| habits.submit_lines, 20, "SubmitLine", Kind::SubmitLine),
    field(10, "Suspended", Kind::Suspended),
    from(|habits| !habits.sorted_fields, 10, "SystemCPU", Kind::SystemCpu),
    field(15, "SystemComment", Kind::SystemComment),
    from(|habits| habits.sorted_fields, 10, "SystemCPU", Kind::SystemCpu),
    field(10, "Timelimit", Kind::Timelimit),
    field(10, "TimelimitRaw", Kind::TimelimitRaw),
    field(10, "TotalCPU", Kind::TotalCpu),
    field(14, "TRESUsageInAve", TresUsage(In, Average)),
    field(14, "TRESUsageInMax", TresUsage(In, Most)),
    field(18, "TRESUsageInMaxNode", TresUsageNode(In, Most)),
    field(18, "TRESUsageInMaxTask", TresUsageTask(In, Most)),
    field(14, "TRESUsageInMin", TresUsage(In, Least)),
    field(18, "TRESUsageInMinNode", TresUsageNode(In, Least)),
    field(18, "TRESUsageInMinTask", TresUsageTask(In, Least)),
    field(14, "TRESUsageInTot", TresUsage(In, Total)),
    field(15, "TRESUsageOutAve", TresUsage(Out, Average)),
    field(15, "TRESUsageOutMax", TresUsage(Out, Most)),
    field(19, "TRESUsageOutMaxNode", TresUsageNode(Out, Most)),
    field(19, "TRESUsageOutMaxTask", TresUsageTask(Out, Most)),
    field(15, "TRESUsageOutMin", TresUsage(Out, Least)),
    field(19, "TRESUsageOutMinNode", TresUsageNode(Out, Least)),
    field(19, "TRESUsageOutMinTask", TresUsageTask(Out, Least)),
    field(15, "TRESUsageOutTot", TresUsage(Out, Total)),
    field(6, "UID", Kind::Uid),
    field(9, "User", Kind::User),
    field(10, "UserCPU", Kind::UserCpu),
    field(10, "WCKey", Kind::WcKey),
    field(10, "WCKeyID", Kind::WcKeyId),
    field(20, "WorkDir", Kind::WorkDir),
];

/// The fields of this release, in the order in which it lists them.
pub fn known(habits: &AccountingHabits) -> Vec<&'static Field> {
    ALL.iter().filter(|field| (field.known)(habits)).collect()
}

/// What `--helpformat` prints: four in a row.
pub fn listed(habits: &AccountingHabits) -> String {
    in_columns(known(habits).iter().map(|field| field.name), 4, 19)
}

/// Words in columns, blanks behind each.
pub fn in_columns<'a>(words: impl Iterator<Item = &'a str>, columns: usize, width: usize) -> String {
    let mut text = String::new();
    for (index, word) in words.enumerate() {
        if index % columns > 0 {
            text.push(' ');
        } else if index > 0 {
            text.push('\n');
        }
        text.push_str(&format!("{word:<width$}"));
    }
    text.push('\n');
    text
}
