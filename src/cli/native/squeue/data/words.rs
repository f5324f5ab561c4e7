//! Words for bits and numbers, each with the version of the data that it came with.

use super::super::field::{INFINITE, NO_VAL};
use crate::cli::native::data::Flag;
use crate::cli::native::step_id;
use crate::slurm::StepInfo;
use Flag::{Bits, Equal, Masked};

/// `JOB_STATE_BASE`
const BASE: u64 = 0xff;
/// `JOB_STATE_FLAGS`
const FLAGS: u64 = 0xffff_ff00;

pub const STATES: &[(u8, Flag)] = &[
    (0, Equal(0, BASE, "PENDING")),
    (0, Equal(1, BASE, "RUNNING")),
    (0, Equal(2, BASE, "SUSPENDED")),
    (0, Equal(3, BASE, "COMPLETED")),
    (0, Equal(4, BASE, "CANCELLED")),
    (0, Equal(5, BASE, "FAILED")),
    (0, Equal(6, BASE, "TIMEOUT")),
    (0, Equal(7, BASE, "NODE_FAIL")),
    (0, Equal(8, BASE, "PREEMPTED")),
    (0, Equal(9, BASE, "BOOT_FAIL")),
    (0, Equal(10, BASE, "DEADLINE")),
    (0, Equal(11, BASE, "OUT_OF_MEMORY")),
    (0, Masked(1 << 8, FLAGS, "LAUNCH_FAILED")),
    (0, Masked(1 << 10, FLAGS, "REQUEUED")),
    (0, Masked(1 << 11, FLAGS, "REQUEUE_HOLD")),
    (0, Masked(1 << 12, FLAGS, "SPECIAL_EXIT")),
    (0, Masked(1 << 13, FLAGS, "RESIZING")),
    (0, Masked(1 << 14, FLAGS, "CONFIGURING")),
    (0, Masked(1 << 15, FLAGS, "COMPLETING")),
    (0, Masked(1 << 16, FLAGS, "STOPPED")),
    (0, Masked(1 << 17, FLAGS, "RECONFIG_FAIL")),
    (0, Masked(1 << 18, FLAGS, "POWER_UP_NODE")),
    (0, Masked(1 << 19, FLAGS, "REVOKED")),
    (0, Masked(1 << 20, FLAGS, "REQUEUE_FED")),
    (0, Masked(1 << 21, FLAGS, "RESV_DEL_HOLD")),
    (0, Masked(1 << 22, FLAGS, "SIGNALING")),
    (0, Masked(1 << 23, FLAGS, "STAGE_OUT")),
    (44, Masked(1 << 24, 1 << 24, "EXPEDITING")),
];

pub const JOB_FLAGS: &[(u8, Flag)] = &[
    (0, Bits(1, "KILL_INVALID_DEPENDENCY")),
    (0, Bits(1 << 1, "NO_KILL_INVALID_DEPENDENCY")),
    (0, Bits(1 << 2, "HAS_STATE_DIRECTORY")),
    (0, Bits(1 << 3, "TESTING_BACKFILL")),
    (0, Bits(1 << 4, "GRES_BINDING_ENFORCED")),
    (0, Bits(1 << 5, "TEST_NOW_ONLY")),
    (0, Bits(1 << 6, "SEND_JOB_ENVIRONMENT")),
    (0, Bits(1 << 8, "SPREAD_JOB")),
    (0, Bits(1 << 9, "PREFER_MINIMUM_NODE_COUNT")),
    (0, Bits(1 << 10, "JOB_KILL_HURRY")),
    (0, Bits(1 << 11, "SKIP_TRES_STRING_ACCOUNTING")),
    (0, Bits(1 << 12, "SIBLING_CLUSTER_UPDATE_ONLY")),
    (0, Bits(1 << 13, "HETEROGENEOUS_JOB")),
    (0, Bits(1 << 14, "EXACT_TASK_COUNT_REQUESTED")),
    (0, Bits(1 << 15, "EXACT_CPU_COUNT_REQUESTED")),
    (0, Bits(1 << 16, "TESTING_WHOLE_NODE_BACKFILL")),
    (0, Bits(1 << 17, "TOP_PRIORITY_JOB")),
    (0, Bits(1 << 18, "ACCRUE_COUNT_CLEARED")),
    (0, Bits(1 << 19, "GRES_BINDING_DISABLED")),
    (0, Bits(1 << 20, "JOB_WAS_RUNNING")),
    (0, Bits(1 << 21, "JOB_ACCRUE_TIME_RESET")),
    (0, Bits(1 << 22, "CRON_JOB")),
    (0, Bits(1 << 23, "EXACT_MEMORY_REQUESTED")),
    (43, Bits(1 << 24, "EXTERNAL_JOB")),
    (0, Bits(1 << 25, "USING_DEFAULT_ACCOUNT")),
    (0, Bits(1 << 26, "USING_DEFAULT_PARTITION")),
    (0, Bits(1 << 27, "USING_DEFAULT_QOS")),
    (0, Bits(1 << 28, "USING_DEFAULT_WCKEY")),
    (0, Bits(1 << 29, "DEPENDENT")),
    (0, Bits(1 << 30, "MAGNETIC")),
    (0, Bits(1 << 31, "PARTITION_ASSIGNED")),
    (0, Bits(1 << 32, "BACKFILL_ATTEMPTED")),
    (0, Bits(1 << 33, "SCHEDULING_ATTEMPTED")),
    (0, Bits(1 << 41, "STEPMGR_ENABLED")),
    (44, Bits(1 << 43, "SPREAD_SEGMENTS")),
    (44, Bits(1 << 44, "CONSOLIDATE_SEGMENTS")),
    (44, Bits(1 << 45, "EXPEDITED_REQUEUE")),
    (45, Bits(1 << 47, "JOB_IMPLICIT_MAX_NODES")),
];

pub const MAIL: &[(u8, Flag)] = &[
    (0, Bits(1, "BEGIN")),
    (0, Bits(1 << 1, "END")),
    (0, Bits(1 << 2, "FAIL")),
    (0, Bits(1 << 3, "REQUEUE")),
    (0, Bits(1 << 4, "TIME=100%")),
    (0, Bits(1 << 5, "TIME=90%")),
    (0, Bits(1 << 6, "TIME=80%")),
    (0, Bits(1 << 7, "TIME=50%")),
    (0, Bits(1 << 8, "STAGE_OUT")),
    (0, Bits(1 << 9, "ARRAY_TASKS")),
    (0, Bits(1 << 10, "INVALID_DEPENDENCY")),
];

pub const PROFILES: &[(u8, Flag)] = &[
    (0, Equal(0, 0xffff_ffff, "NOT_SET")),
    (0, Equal(1, 0xffff_ffff, "NONE")),
    (0, Bits(1 << 1, "ENERGY")),
    (0, Bits(1 << 3, "LUSTRE")),
    (0, Bits(1 << 4, "NETWORK")),
    (0, Bits(1 << 2, "TASK")),
];

pub const SHARED: &[(u8, Flag)] = &[
    (0, Equal(0, 0xffff, "none")),
    (0, Equal(1, 0xffff, "oversubscribe")),
    (0, Equal(2, 0xffff, "user")),
    (0, Equal(3, 0xffff, "mcs")),
    (0, Equal(4, 0xffff, "topo")),
];

/// How nodes are shared (`NODE_CR_*`).
pub const SHARING: &[(u8, Flag)] = &[
    (0, Equal(0, 0xffff_ffff, "AVAILABLE")),
    (0, Equal(1, 0xffff_ffff, "ONE_ROW")),
    (0, Equal(64000, 0xffff_ffff, "RESERVED")),
];

/// What is counted, up to 25.11 (`CR_*`).
pub const COUNTED: &[(u8, Flag)] = &[
    (0, Equal(1, 7, "CPU")),
    (0, Equal(2, 7, "SOCKET")),
    (0, Equal(4, 7, "CORE")),
    (0, Bits(1 << 3, "BOARD")),
    (0, Bits(1 << 4, "MEMORY")),
    (0, Bits(1 << 8, "ONE_TASK_PER_CORE")),
    (0, Bits(1 << 9, "PACK_NODES")),
    (0, Bits(1 << 12, "CORE_DEFAULT_DIST_BLOCK")),
    (0, Bits(1 << 14, "LLN")),
    (0, Bits(1 << 15, "LINEAR")),
];

/// The bits of CPU, socket, core and memory.
const WHAT: u64 = 0x17;

/// What is counted, from 26.05 (`SELECT_*`).
pub const SELECTED: &[(u8, Flag)] = &[
    (0, Equal(0, 0xffff_ffff, "NONE")),
    (0, Equal(0x11, WHAT, "CR_CPU_MEMORY")),
    (0, Equal(1, WHAT, "CR_CPU")),
    (0, Equal(0x14, WHAT, "CR_CORE_MEMORY")),
    (0, Equal(4, WHAT, "CR_CORE")),
    (0, Equal(0x12, WHAT, "CR_SOCKET_MEMORY")),
    (0, Equal(2, WHAT, "CR_SOCKET")),
    (0, Equal(0x10, WHAT, "CR_MEMORY")),
    (0, Masked(1 << 8, !WHAT, "CR_ONE_TASK_PER_CORE")),
    (0, Masked(1 << 12, !WHAT, "CR_CORE_DEFAULT_DIST_BLOCK")),
    (0, Masked(1 << 11, !WHAT, "CR_NO_DIST_TOPO_BLOCK")),
    (0, Masked(1 << 14, !WHAT, "CR_LLN")),
    (0, Masked(1 << 9, !WHAT, "CR_PACK_NODES")),
    (0, Masked(1 << 10, !WHAT, "LL_SHARED_GRES")),
    (0, Masked(1 << 15, !WHAT, "MULTIPLE_SHARING_GRES_PJ")),
    (0, Masked(1 << 6, !WHAT, "ENFORCE_BINDING_GRES")),
    (0, Masked(1 << 7, !WHAT, "ONE_TASK_PER_SHARING_GRES")),
];

/// The bits of a job that the REST interface names.
pub const OPENAPI_JOB_FLAGS: &[(u8, Flag)] = &[
    (0, Bits(1, "KILL_INV_DEP")),
    (0, Bits(1 << 1, "NO_KILL_INV_DEP")),
    (0, Bits(1 << 2, "HAS_STATE_DIR")),
    (0, Bits(1 << 3, "BACKFILL_TEST")),
    (0, Bits(1 << 4, "GRES_ENFORCE_BIND")),
    (0, Bits(1 << 5, "TEST_NOW_ONLY")),
    (0, Bits(1 << 8, "SPREAD_JOB")),
    (0, Bits(1 << 9, "USE_MIN_NODES")),
    (0, Bits(1 << 10, "JOB_KILL_HURRY")),
    (0, Bits(1 << 11, "TRES_STR_CALC")),
    (0, Bits(1 << 12, "SIB_JOB_FLUSH")),
    (0, Bits(1 << 13, "HET_JOB_FLAG")),
    (0, Bits(1 << 15, "JOB_CPUS_SET")),
    (0, Bits(1 << 17, "TOP_PRIO_TMP")),
    (0, Bits(1 << 18, "JOB_ACCRUE_OVER")),
    (0, Bits(1 << 19, "GRES_DISABLE_BIND")),
    (0, Bits(1 << 20, "JOB_WAS_RUNNING")),
    (0, Bits(1 << 23, "JOB_MEM_SET")),
    (0, Bits(1 << 24, "JOB_RESIZED")),
];

/// What the REST interface says of profiles, where they are set.
pub const OPENAPI_PROFILES: &[(u8, Flag)] = &[
    (0, Equal(1, 0xffff_ffff, "None")),
    (0, Bits(1 << 1, "Energy")),
    (0, Bits(1 << 3, "Lustre")),
    (0, Bits(1 << 4, "Network")),
    (0, Bits(1 << 2, "Task")),
];

/// What was asked for when a record was loaded.
pub const SHOWN: &[(u8, Flag)] = &[
    (0, Bits(1, "SHOW_ALL")),
    (0, Bits(1 << 1, "SHOW_DETAIL")),
    (0, Bits(1 << 3, "SHOW_MIXED")),
    (0, Bits(1 << 4, "SHOW_LOCAL")),
    (0, Bits(1 << 5, "SHOW_SIBLING")),
    (0, Bits(1 << 6, "SHOW_FEDERATION")),
    (0, Bits(1 << 7, "SHOW_FUTURE")),
];

/// A step by its name or number, `12.batch`, `12.0+1`.
pub fn whole_step_id(step: &StepInfo<'_>) -> String {
    if step.step_id == NO_VAL {
        return step.job_id.to_string();
    }
    let component = (step.step_het_comp != NO_VAL).then_some(step.step_het_comp);
    format!("{}.{}", step.job_id, step_id::text(step.step_id, component))
}

/// A step's name or number; of none, the word for the whole job.
pub fn step(step: u32) -> String {
    if step == NO_VAL { "entire".into() } else { step_id::text(step, None) }
}

/// A job, `12`, `12+1`, `12_3`, `12_*`.
pub fn job_id(job: u32, array: u32, task: u32, het_job: u32) -> String {
    match (job, task) {
        (0, _) => String::new(),
        _ if het_job != 0 => format!("{job}+{}", job.wrapping_sub(het_job)),
        _ if array == 0 => job.to_string(),
        (_, NO_VAL | INFINITE) => format!("{job}_*"),
        _ => format!("{job}_{task}"),
    }
}

/// How tasks are put onto nodes, sockets and cores: a digit of the number for each.
pub fn distribution(distribution: u32) -> String {
    const PACK: u32 = 0x80_0000;
    const NO_PACK: u32 = 0x40_0000;
    let mut name = match distribution & 0xffff {
        1 => "Cyclic".to_owned(),
        2 => "Block".to_owned(),
        3 => "arbitrary task distribution".to_owned(),
        4 => "Plane".to_owned(),
        // Slurm's own slip.
        0x321 => "CCyclicFCyclic".to_owned(),
        digits => named(digits).unwrap_or_else(|| "Unknown".to_owned()),
    };
    for (flag, word) in [(PACK, ",Pack"), (NO_PACK, ",NoPack")] {
        if distribution & flag != 0 {
            name.push_str(word);
        }
    }
    name
}

/// `CBlockFCyclic`: of the nodes no more than a letter.
fn named(digits: u32) -> Option<String> {
    let word = |digit| match digit {
        1 => Some("Cyclic"),
        2 => Some("Block"),
        3 => Some("FCyclic"),
        _ => None,
    };
    let mut name = word(digits & 0xf).filter(|name| *name != "FCyclic")?[..1].to_owned();
    name.push_str(word(digits >> 4 & 0xf)?);
    match digits >> 8 & 0xff {
        0 => {}
        digit => name.push_str(word(digit)?),
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions() {
        let names = [0, 1, 3, 4, 0x11, 0x32, 0x231, 0x321, 0x311, 0x2000, 0x80_0022];
        let words = names.map(distribution).join(" ");
        assert_eq!(
            words,
            "Unknown Cyclic arbitrary task distribution Plane CCyclic BFCyclic CFCyclicBlock CCyclicFCyclic \
             CCyclicFCyclic Unknown BBlock,Pack"
        );
    }

    #[test]
    fn ids() {
        assert_eq!(job_id(7, 0, NO_VAL, 0), "7");
        assert_eq!(job_id(9, 0, 0, 7), "9+2");
        assert_eq!(job_id(7, 7, NO_VAL, 0), "7_*");
        assert_eq!(job_id(9, 7, 3, 0), "9_3");
        let step = |step_id, step_het_comp| {
            whole_step_id(&StepInfo { job_id: 5, step_id, step_het_comp, ..StepInfo::default() })
        };
        assert_eq!(step(step_id::BATCH, NO_VAL), "5.batch");
        assert_eq!(step(0, 1), "5.0+1");
        assert_eq!(step(NO_VAL, NO_VAL), "5");
    }
}
