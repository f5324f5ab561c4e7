//! What has been asked for so far: every option of sbatch(1) as a typed value, with what Slurm takes where nothing was
//! asked, and where each came from.

use super::given::Source;
use crate::job::value::Nodes;
use crate::job::value::choice::{MemoryUpdate, OpenMode, Sharing};
use crate::job::value::cpu_frequency::CpuFrequency;
use crate::job::value::gpu::GresFlags;
use crate::job::value::memory_binding::MemoryBinding;
use crate::job::value::priority::{Nice, Priority};
use crate::job::value::profile::Profile;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// slurm.h, NO_VAL: nothing was asked for.
pub const NO_VAL: u32 = 0xffff_fffe;
/// slurm.h, INFINITE: no limit.
pub const INFINITE: u32 = 0xffff_ffff;
/// slurm.h, MEM_PER_CPU: the memory is meant for each CPU.
pub const MEM_PER_CPU: u64 = 0x8000_0000_0000_0000;
/// slurm.h, CORE_SPEC_THREAD: it is threads that are set aside, not cores.
pub const CORE_SPEC_THREAD: u16 = 0x8000;

/// What `--export` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Export {
    /// `ALL`, or no option: the whole environment.
    All,
    /// `NIL`: only what begins with `SLURM`.
    Nil,
    /// `NONE`: as `NIL`, and the job loads the user's login environment.
    None,
    /// A list of names and `name=value`.
    List(OsString),
}

/// The options. Text is passed on to slurmctld byte for byte.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "each is the option of sbatch(1) of that name, unless it says otherwise")]
pub struct Options {
    pub account: Option<OsString>,
    pub acctg_freq: Option<OsString>,
    pub array: Option<OsString>,
    pub batch: Option<OsString>,
    pub bb: Option<OsString>,
    pub bbf: Option<OsString>,
    /// Seconds since 1970.
    pub begin: Option<i64>,
    pub chdir: Option<PathBuf>,
    pub cluster_constraint: Option<OsString>,
    pub clusters: Option<OsString>,
    pub comment: Option<OsString>,
    pub consolidate_segments: bool,
    pub constraint: Option<OsString>,
    pub container: Option<OsString>,
    pub container_id: Option<OsString>,
    pub container_type: Option<OsString>,
    pub context: Option<OsString>,
    pub contiguous: bool,
    /// `--core-spec`, or `--thread-spec` with [`CORE_SPEC_THREAD`].
    pub core_spec: Option<u16>,
    pub cores_per_socket: Option<u16>,
    pub cpu_freq: Option<CpuFrequency>,
    pub cpus_per_gpu: Option<u32>,
    pub cpus_per_task: Option<u32>,
    /// Seconds since 1970.
    pub deadline: Option<i64>,
    /// Seconds.
    pub delay_boot: Option<u32>,
    pub dependency: Option<OsString>,
    /// `--distribution`, a number of slurm.h's `task_dist_states`.
    pub distribution: Option<u32>,
    pub plane_size: Option<u32>,
    pub error: Option<OsString>,
    pub exclude: Option<OsString>,
    pub export: Option<OsString>,
    pub export_file: Option<OsString>,
    pub external: bool,
    pub extra: Option<OsString>,
    /// Whether `--extra-node-info` was given.
    pub extra_node_info: bool,
    pub get_user_env: bool,
    pub gid: Option<u32>,
    pub gpu_bind: Option<OsString>,
    pub gpu_freq: Option<OsString>,
    pub gpus: Option<OsString>,
    pub gpus_per_node: Option<OsString>,
    pub gpus_per_socket: Option<OsString>,
    pub gpus_per_task: Option<OsString>,
    pub gres: Option<OsString>,
    pub gres_flags: GresFlags,
    pub hint: Option<OsString>,
    pub hold: bool,
    pub ignore_pbs: bool,
    pub input: Option<OsString>,
    pub job_name: Option<OsString>,
    pub kill_on_invalid_dep: bool,
    pub keep_on_invalid_dep: bool,
    pub licenses: Option<OsString>,
    /// slurm.h's `MAIL_*` bits.
    pub mail_type: u16,
    pub mail_user: Option<OsString>,
    pub mcs_label: Option<OsString>,
    /// MiB
    pub mem: Option<u64>,
    pub mem_bind: Option<MemoryBinding>,
    /// MiB
    pub mem_per_cpu: Option<u64>,
    /// MiB
    pub mem_per_gpu: Option<u64>,
    pub mem_update: Option<MemoryUpdate>,
    pub mincpus: Option<u32>,
    pub network: Option<OsString>,
    pub nice: Option<Nice>,
    pub no_kill: bool,
    pub nodefile: Option<OsString>,
    pub nodelist: Option<OsString>,
    pub nodes: Option<Nodes>,
    pub ntasks: Option<u32>,
    pub ntasks_per_core: Option<u32>,
    pub ntasks_per_gpu: Option<u32>,
    pub ntasks_per_node: Option<u32>,
    pub ntasks_per_socket: Option<u32>,
    pub ntasks_per_tres: Option<u32>,
    pub oom_kill_step: Option<u16>,
    pub open_mode: Option<OpenMode>,
    pub output: Option<OsString>,
    pub overcommit: bool,
    pub parsable: bool,
    pub partition: Option<OsString>,
    pub power: u8,
    pub prefer: Option<OsString>,
    pub priority: Option<Priority>,
    pub profile: Option<Profile>,
    pub propagate: Option<OsString>,
    pub qos: Option<OsString>,
    pub quiet: u32,
    pub reboot: bool,
    /// `--requeue` and `--no-requeue`.
    pub requeue: Option<bool>,
    pub expedited_requeue: bool,
    pub reservation: Option<OsString>,
    pub resources: Option<OsString>,
    pub resv_ports: Option<u32>,
    pub segment: Option<u16>,
    /// `--exclusive` and `--oversubscribe`.
    pub shared: Option<Sharing>,
    pub signal: Signal,
    pub sockets_per_node: Option<u16>,
    pub spread_job: bool,
    pub spread_segments: bool,
    pub stepmgr: bool,
    pub switches: Option<u32>,
    /// Seconds.
    pub switches_wait: Option<u32>,
    pub test_only: bool,
    pub threads_per_core: Option<u16>,
    /// Minutes.
    pub time: Option<u32>,
    /// Minutes.
    pub time_min: Option<u32>,
    /// MiB
    pub tmp: Option<u64>,
    pub tres_bind: Option<OsString>,
    pub tres_freq: Option<OsString>,
    pub tres_per_task: Option<OsString>,
    pub uid: Option<u32>,
    /// `-W umask=` of a `#PBS` line.
    pub umask: Option<u32>,
    pub use_min_nodes: bool,
    pub verbose: u32,
    pub wait: bool,
    pub wait_all_nodes: Option<u16>,
    pub wckey: Option<OsString>,
    pub wrap: Option<OsString>,
    /// Where each option that was given came from last, by its long name.
    pub(crate) sources: BTreeMap<&'static str, Source>,
    /// What is said of a value that is taken all the same.
    pub(crate) remarks: Vec<String>,
    /// The text that was given for each, by its long name.
    pub(crate) texts: BTreeMap<&'static str, OsString>,
}

/// `--signal`, as slurm.h's `warn_*`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signal {
    /// The signal's number.
    pub number: u16,
    /// Seconds before the time limit.
    pub before: u16,
    /// slurm.h's `KILL_*` and `WARN_*` flags.
    pub flags: u16,
}

impl Options {
    /// Whether the option was given by a command line, a directive or YAML.
    #[must_use]
    pub fn by_hand(&self, long: &str) -> bool {
        matches!(self.sources.get(long), Some(Source::CommandLine | Source::Script))
    }

    /// Whether it was given by a variable of the environment.
    #[must_use]
    pub fn by_variable(&self, long: &str) -> bool {
        self.sources.get(long) == Some(&Source::Variable)
    }

    /// Whether it was given at all.
    #[must_use]
    pub fn is_set(&self, long: &str) -> bool {
        self.sources.contains_key(long)
    }

    /// Every option that was given, by its long name, with the text that was given for it last.
    pub fn given_texts(&self) -> impl Iterator<Item = (&'static str, Option<&OsStr>)> + '_ {
        self.sources.keys().map(|long| (*long, self.texts.get(long).map(OsString::as_os_str)))
    }

    /// What there is to say of values that were taken all the same: once.
    pub fn take_remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks)
    }

    /// The text that was given for the option last.
    #[must_use]
    pub fn text_given(&self, long: &str) -> Option<&OsStr> {
        self.texts.get(long).map(OsString::as_os_str)
    }

    /// What `--export` asks for. Releases up to 22.05 know no `NIL`: there it is a list with a variable of that name.
    #[must_use]
    pub fn exported(&self, knows_nil: bool) -> Export {
        let Some(export) = &self.export else { return Export::All };
        let is = |word: &str| export.eq_ignore_ascii_case(word);
        if is("ALL") {
            Export::All
        } else if knows_nil && is("NIL") {
            Export::Nil
        } else if is("NONE") {
            Export::None
        } else {
            Export::List(export.clone())
        }
    }
}
