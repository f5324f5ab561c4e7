//! What the client needs of libslurm, as a trait, and the one implementation of it compiled once for each release.

use super::accounting::OpenAccounts;
use super::clusters::FindClusters;
use super::control::ControlJobs;
use super::dialect::Speaks;
use super::habits::TellHabits;
use super::hosts::ListHosts;
use super::job_states::LoadJobStates;
use super::job_table::LoadJobs;
use super::node_table::LoadNodes;
use super::partition_table::LoadPartitions;
use super::records::{AccountedJob, Configuration, Records};
use super::reservation_table::LoadReservations;
use super::sinfo_habits::TellSinfo;
use super::squeue_habits::TellSqueueHabits;
use super::step_table::LoadSteps;
use super::submit::SubmitJobs;
use super::version::TellVersion;
use crate::job::JobId;
use slurm_sys::Opened;
use std::ffi::{CStr, OsString};

/// Slurm's number for what went wrong: `errno`, or the code that the call itself returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// Which function of libslurm's.
    pub call: &'static str,
    /// The number.
    pub code: i32,
}

/// Which job records to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// One job's.
    Job(JobId),
    /// A user's, chosen by slurmctld.
    User(u32),
    /// All.
    Everyone,
}

/// Where slurmctld sends word of a job's end (`resp_host`, `other_port`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// This host's address as slurmctld can reach it.
    pub host: String,
    /// The port of the listener.
    pub port: u16,
}

/// Told the id of each job of which slurmctld says that it ended. Called on a thread of libslurm's.
pub(super) type OnCompletion = fn(JobId);

/// libslurm in one release's layout.
// One a line: whoever adds a room adds a line.
#[rustfmt::skip]
pub(super) trait Driver:
    Send
    + Sync
    + LoadJobs
    + SubmitJobs
    + Speaks
    + TellHabits
    + LoadNodes
    + LoadPartitions
    + LoadReservations
    + ListHosts
    + FindClusters
    + TellSinfo
    + TellVersion
    + LoadJobStates
    + LoadSteps
    + TellSqueueHabits
    + ControlJobs
    + OpenAccounts
{
    /// `slurm_init(NULL)`. Ends the process where the configuration is no good; calls setenv(3).
    fn init(&self);
    /// `slurm_ping` of the controller with that index.
    fn ping(&self, controller: i32) -> Result<(), Failure>;
    /// `slurm_strerror`
    fn message(&self, code: i32) -> String;
    /// `slurm_load_ctl_conf`
    fn configuration(&self) -> Result<Configuration, Failure>;
    /// `slurm_get_statistics`: how many messages slurmctld has for slurmdbd that it has not got rid of.
    fn accounting_backlog(&self) -> Result<u32, Failure>;
    /// The configuration that the library read when it was initialised; none where it does not show it.
    fn parsed_configuration(&self) -> Option<Configuration>;
    /// `slurm_load_job`, `slurm_load_job_user`, `slurm_load_jobs`. Copies those records of which the job's id, or the
    /// array's, is wanted: a user may have many more than anyone looks at.
    fn load(&self, which: Which, wanted: &dyn Fn(JobId) -> bool) -> Result<Records, Failure>;
    /// `slurm_kill_job2` with SIGKILL, which cancels.
    fn cancel(&self, job: &CStr) -> Result<(), Failure>;
    /// `slurmdb_jobs_get` of whole jobs, or of an array's tasks.
    fn accounted(&self, jobs: &[(JobId, Option<u32>)]) -> Result<Vec<AccountedJob>, Failure>;
    /// `slurm_allocation_msg_thr_create`: the port that it listens on. It listens until the process ends.
    fn listen(&self, on_completion: OnCompletion) -> Result<u16, Failure>;
}

/// Why there is no driver for a library.
pub(super) enum Unfit {
    /// Its release was not built in.
    Release(Opened),
    /// It lacks functions that its release has.
    Incomplete {
        /// Which file.
        file: OsString,
        /// Their names.
        missing: Vec<&'static str>,
    },
}

macro_rules! native {
    ($($release:ident)*) => {
        $(
            #[path = "native"]
            mod $release {
                use slurm_sys::$release as raw;
                use slurm_sys::moved::$release as moved;
                use slurm_sys::moved::accounting::$release as accounting_moved;
                #[path = "driver.rs"]
                #[allow(clippy::duplicate_mod, reason = "compiled once for each release")]
                pub(super) mod driver;
            }
        )*

        /// The driver for an open library.
        pub(super) fn of(opened: Opened) -> Result<(Box<dyn Driver>, slurm_sys::Release), Unfit> {
            $(
                let release = slurm_sys::Release::from_number(slurm_sys::$release::SLURM_VERSION_NUMBER);
                if opened.release == Some(release) {
                    let native = $release::driver::Native::new(opened.library);
                    let missing = native.missing();
                    return match missing.is_empty() {
                        true => Ok((Box::new(native), release)),
                        false => Err(Unfit::Incomplete { file: opened.file, missing }),
                    };
                }
            )*
            Err(Unfit::Release(opened))
        }
    };
}
slurm_sys::for_each_release!(native);
