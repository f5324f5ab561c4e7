//! Acting on jobs: signals, holds, requeues, changes, and what slurmctld answers of each.

use super::client::Client;
use super::driver::Failure;
use super::error::Error;
use slurm_sys::moved::KillJobs;
use std::ffi::{CStr, CString};

/// What slurmctld says of a job, or of those of an array's tasks that share it (`job_array_resp_msg_t`). Code 0 is success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `123`, `123_[1-3]`
    pub job: CString,
    /// Slurm's number for what went wrong; 0 for nothing.
    pub code: i32,
    /// Slurm's message for the number.
    pub text: String,
    /// More about it, in slurmctld's own words; from 23.02.
    pub message: Option<CString>,
}

/// What slurmctld says of a job that was to be signalled (`kill_jobs_resp_job_t`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Killed {
    /// `123`, `123_4`, `123_[1-3]`, `123+1`
    pub job: String,
    /// Slurm's number for what went wrong; 0 for nothing.
    pub code: i32,
    /// slurmctld's message.
    pub message: CString,
}

/// Whom a signal to a job reaches, beside the job's steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kill {
    /// `KILL_JOB_BATCH`: the batch shell only.
    pub batch: bool,
    /// `KILL_FULL_JOB`: the batch shell and the steps.
    pub full: bool,
    /// `KILL_HURRY`: burst buffers are not staged out.
    pub hurry: bool,
    /// Jobs of scrontab, where the cluster wants them named; from 23.02.
    pub cron: bool,
}

/// How a step is signalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepSignal {
    /// `slurm_kill_job_step`: by slurmctld.
    Controller(u16),
    /// `slurm_signal_job_step`: by the slurmd of each node.
    Direct(u16),
    /// `slurm_terminate_job_step`: by the slurmd of each node, which end it.
    Terminate,
}

/// How a job is queued again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requeue {
    /// `JOB_REQUEUE_HOLD`: held.
    pub hold: bool,
    /// `JOB_SPECIAL_EXIT`: held, in the state SPECIAL_EXIT.
    pub special_exit: bool,
    /// `JOB_RUNNING`: only if it has not ended.
    pub incomplete: bool,
}

/// Whether a job's nodes can be used (`slurm_job_node_ready`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// `READY_JOB_FATAL`: asking again will not help.
    pub fatal: bool,
    /// `READY_JOB_STATE`: the job is running.
    pub running: bool,
    /// `READY_NODE_STATE` and `READY_PROLOG_STATE`: its nodes are up and its prolog is done.
    pub nodes: bool,
    /// `READY_JOB_ERROR`, or EAGAIN: ask again.
    pub unknown: bool,
}

macro_rules! change {
    ($($(#[$doc:meta])* $member:ident: $type:ty,)*) => {
        /// What is to be changed of a job: the members of `job_desc_msg_t` that an update takes, by their own names. None
        /// leaves it as it is.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Change {
            $($(#[$doc])* pub $member: Option<$type>,)*
            /// `RESET_ACCRUE_TIME` in `bitflags`
            pub reset_accrue_time: bool,
        }
    };
}
change! {
    /// `account`
    account: CString,
    /// `admin_comment`
    admin_comment: CString,
    /// `alloc_sid`: who holds the job, `ALLOC_SID_ADMIN_HOLD` or [`Change::USER_HOLD`]
    alloc_sid: u32,
    /// `array_inx`: how many tasks may run at once
    array_inx: CString,
    /// `begin_time`, seconds since 1970
    begin_time: i64,
    /// `burst_buffer`
    burst_buffer: CString,
    /// `cluster_features`
    cluster_features: CString,
    /// `clusters`
    clusters: CString,
    /// `comment`
    comment: CString,
    /// `contiguous`
    contiguous: u16,
    /// `core_spec`
    core_spec: u16,
    /// `cores_per_socket`
    cores_per_socket: u16,
    /// `cpus_per_task`
    cpus_per_task: u16,
    /// `cpus_per_tres`
    cpus_per_tres: CString,
    /// `deadline`, seconds since 1970
    deadline: i64,
    /// `delay_boot`, seconds
    delay_boot: u32,
    /// `dependency`
    dependency: CString,
    /// `end_time`, seconds since 1970
    end_time: i64,
    /// `exc_nodes`
    exc_nodes: CString,
    /// `extra`; from 23.02
    extra: CString,
    /// `features`
    features: CString,
    /// `job_size_str`; from 23.02
    job_size_str: CString,
    /// `licenses`
    licenses: CString,
    /// `mail_type`
    mail_type: u16,
    /// `mail_user`
    mail_user: CString,
    /// `max_cpus`
    max_cpus: u32,
    /// `max_nodes`
    max_nodes: u32,
    /// `mcs_label`
    mcs_label: CString,
    /// `mem_per_tres`
    mem_per_tres: CString,
    /// `min_cpus`
    min_cpus: u32,
    /// `min_nodes`
    min_nodes: u32,
    /// `name`
    name: CString,
    /// `nice`, offset by `NICE_OFFSET`
    nice: u32,
    /// `ntasks_per_node`
    ntasks_per_node: u16,
    /// `num_tasks`
    num_tasks: u32,
    /// `partition`
    partition: CString,
    /// `pn_min_cpus`
    pn_min_cpus: u16,
    /// `pn_min_memory`, MiB, with `MEM_PER_CPU` in the top bit
    pn_min_memory: u64,
    /// `pn_min_tmp_disk`, MiB
    pn_min_tmp_disk: u32,
    /// `prefer`; from 22.05
    prefer: CString,
    /// `priority`; 0 holds, `INFINITE` releases
    priority: u32,
    /// `qos`
    qos: CString,
    /// `reboot`
    reboot: u16,
    /// `req_nodes`
    req_nodes: CString,
    /// `req_switch`
    req_switch: u32,
    /// `requeue`
    requeue: u16,
    /// `reservation`
    reservation: CString,
    /// `shared`
    shared: u16,
    /// `site_factor`, offset by `NICE_OFFSET`
    site_factor: u32,
    /// `sockets_per_node`
    sockets_per_node: u16,
    /// `std_err`
    std_err: CString,
    /// `std_in`
    std_in: CString,
    /// `std_out`
    std_out: CString,
    /// `threads_per_core`
    threads_per_core: u16,
    /// `time_limit`, minutes
    time_limit: u32,
    /// `time_min`, minutes
    time_min: u32,
    /// `tres_bind`
    tres_bind: CString,
    /// `tres_freq`
    tres_freq: CString,
    /// `tres_per_job`
    tres_per_job: CString,
    /// `tres_per_node`
    tres_per_node: CString,
    /// `tres_per_socket`
    tres_per_socket: CString,
    /// `tres_per_task`
    tres_per_task: CString,
    /// `user_id`: on whose behalf
    user_id: u32,
    /// `wait4switch`, seconds
    wait4switch: u32,
    /// `wckey`
    wckey: CString,
    /// `work_dir`
    work_dir: CString,
}

impl Change {
    /// The `alloc_sid` of a hold that the user may release (`ALLOC_SID_USER_HOLD`).
    pub const USER_HOLD: u32 = 2;
    /// The `priority` that releases a held job (`INFINITE`).
    pub const RELEASE: u32 = u32::MAX;
    /// What `nice` and `site_factor` are counted from (`NICE_OFFSET`).
    pub const NICE_OFFSET: u32 = 0x8000_0000;
    /// `MEM_PER_CPU` in `pn_min_memory`.
    pub const MEM_PER_CPU: u64 = 1 << 63;
    /// `CORE_SPEC_THREAD` in `core_spec`.
    pub const THREADS: u16 = 0x8000;
    /// No limit, in a member of 16 bits (`INFINITE16`).
    pub const INFINITE16: u16 = u16::MAX;
    /// No limit, in a member of 32 bits (`INFINITE`).
    pub const INFINITE: u32 = u32::MAX;
}

/// An [`Answer`] as the driver has it.
pub(super) struct Said {
    pub job: CString,
    pub code: i32,
    pub message: Option<CString>,
}

/// The driver's side of what [`Client`] does here.
pub(super) trait ControlJobs {
    /// `slurm_kill_job2`
    fn kill(&self, job: &CStr, signal: u16, kill: Kill, sibling: Option<&CStr>) -> Result<(), Failure>;
    /// `slurm_kill_jobs`; none where the library has no such call.
    fn kill_jobs(&self, request: &mut KillJobs, kill: Kill) -> Option<Result<Vec<Killed>, Failure>>;
    /// `slurm_kill_job_step`, `slurm_signal_job_step`, `slurm_terminate_job_step`
    fn signal_step(&self, job: u32, step: u32, signal: StepSignal) -> Result<(), Failure>;
    /// `slurm_suspend2`
    fn suspend(&self, job: &CStr) -> Result<Vec<Said>, Failure>;
    /// `slurm_resume2`
    fn resume(&self, job: &CStr) -> Result<Vec<Said>, Failure>;
    /// `slurm_requeue2`
    fn requeue(&self, job: &CStr, how: Requeue) -> Result<Vec<Said>, Failure>;
    /// `slurm_update_job2`
    fn update(&self, job: &CStr, change: &Change) -> Result<Vec<Said>, Failure>;
    /// `slurm_update_step`
    fn update_step(&self, job: u32, step: u32, time_limit: u32) -> Result<(), Failure>;
    /// `slurm_top_job`
    fn top(&self, jobs: &CStr) -> Result<(), Failure>;
    /// `slurm_notify_job`
    fn notify(&self, job: u32, message: &CStr) -> Result<(), Failure>;
    /// `slurm_job_node_ready`
    fn node_ready(&self, job: u32) -> Readiness;
    /// `slurm_job_batch_script`
    fn batch_script(&self, job: u32) -> Result<Vec<u8>, Failure>;
}

impl Client {
    /// Signals a job, or those of an array's tasks that `job` names. SIGKILL without further wishes cancels.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn kill(&self, job: &CStr, signal: u16, kill: Kill, sibling: Option<&CStr>) -> Result<(), Error> {
        self.driver().kill(job, signal, kill, sibling).map_err(|failure| self.error(failure))
    }

    /// Has slurmctld find and signal jobs; none where the library cannot ask for that. The flags are those of `kill`.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn kill_jobs(&self, request: &Killing<'_>) -> Option<Result<Vec<Killed>, Error>> {
        let text =
            |text: Option<&CString>| text.map_or(std::ptr::null_mut(), |text| text.as_ptr().cast_mut());
        let mut jobs: Vec<_> = request.jobs.iter().map(|job| job.as_ptr().cast_mut()).collect();
        jobs.push(std::ptr::null_mut());
        let mut message = KillJobs {
            account: text(request.account),
            admin_comment: text(request.admin_comment),
            flags: 0,
            job_name: text(request.job_name),
            jobs: if request.jobs.is_empty() { std::ptr::null_mut() } else { jobs.as_mut_ptr() },
            jobs_count: u32::try_from(request.jobs.len()).unwrap_or(u32::MAX),
            nodelist: text(request.nodelist),
            partition: text(request.partition),
            qos: text(request.qos),
            reservation: text(request.reservation),
            signal: request.signal,
            state: request.state,
            user_id: request.user_id,
            user_name: text(request.user_name),
            wckey: text(request.wckey),
            verbose: request.verbose,
        };
        let reply = self.driver().kill_jobs(&mut message, request.kill)?;
        Some(reply.map_err(|failure| self.error(failure)))
    }

    /// Signals a step of a job. `step` is its number, or one of Slurm's for the batch step and the like.
    ///
    /// # Errors
    /// What slurmctld, a slurmd or the way to them objects to.
    pub fn signal_step(&self, job: u32, step: u32, signal: StepSignal) -> Result<(), Error> {
        self.driver().signal_step(job, step, signal).map_err(|failure| self.error(failure))
    }

    /// Suspends a job, or those of an array's tasks that `job` names.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn suspend(&self, job: &CStr) -> Result<Vec<Answer>, Error> {
        self.answers(self.driver().suspend(job))
    }

    /// Resumes a suspended job, or those of an array's tasks that `job` names.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn resume(&self, job: &CStr) -> Result<Vec<Answer>, Error> {
        self.answers(self.driver().resume(job))
    }

    /// Queues a job again, or those of an array's tasks that `job` names.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn requeue(&self, job: &CStr, how: Requeue) -> Result<Vec<Answer>, Error> {
        self.answers(self.driver().requeue(job, how))
    }

    /// Changes a job, or those of an array's tasks that `job` names.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn update(&self, job: &CStr, change: &Change) -> Result<Vec<Answer>, Error> {
        self.answers(self.driver().update(job, change))
    }

    /// Changes a step's time limit, minutes.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn update_step(&self, job: u32, step: u32, time_limit: u32) -> Result<(), Error> {
        self.driver().update_step(job, step, time_limit).map_err(|failure| self.error(failure))
    }

    /// Puts jobs, a list with commas, before all others of their user.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn top(&self, jobs: &CStr) -> Result<(), Error> {
        self.driver().top(jobs).map_err(|failure| self.error(failure))
    }

    /// Writes a message into a job's output.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn notify(&self, job: u32, message: &CStr) -> Result<(), Error> {
        self.driver().notify(job, message).map_err(|failure| self.error(failure))
    }

    /// Whether the nodes of a job are up.
    #[must_use]
    pub fn node_ready(&self, job: u32) -> Readiness {
        self.driver().node_ready(job)
    }

    /// A batch job's script.
    ///
    /// # Errors
    /// What slurmctld or the way to it objects to.
    pub fn batch_script(&self, job: u32) -> Result<Vec<u8>, Error> {
        self.driver().batch_script(job).map_err(|failure| self.error(failure))
    }

    /// Whether the slurmctld with that index among [`Configuration::controllers`](super::Configuration) answers.
    ///
    /// # Errors
    /// Why it does not.
    pub fn ping(&self, controller: i32) -> Result<(), Error> {
        self.driver().ping(controller).map_err(|failure| self.error(failure))
    }

    fn answers(&self, said: Result<Vec<Said>, Failure>) -> Result<Vec<Answer>, Error> {
        let said = said.map_err(|failure| self.error(failure))?;
        let answer = |Said { job, code, message }| Answer { job, code, text: self.message(code), message };
        Ok(said.into_iter().map(answer).collect())
    }
}

/// Which jobs slurmctld shall find and signal. None filters nothing.
#[derive(Clone, Copy, Debug)]
pub struct Killing<'a> {
    /// Of this account.
    pub account: Option<&'a CString>,
    /// What becomes their AdminComment; from 25.11.
    pub admin_comment: Option<&'a CString>,
    /// Of this name.
    pub job_name: Option<&'a CString>,
    /// These jobs; none for all.
    pub jobs: &'a [CString],
    /// Whom the signal reaches.
    pub kill: Kill,
    /// On one of these nodes.
    pub nodelist: Option<&'a CString>,
    /// In this partition.
    pub partition: Option<&'a CString>,
    /// With this QOS.
    pub qos: Option<&'a CString>,
    /// In this reservation.
    pub reservation: Option<&'a CString>,
    /// The signal's number.
    pub signal: u16,
    /// In this base state; [`Killing::ANY_STATE`] in any.
    pub state: u32,
    /// Of this user, where `user_name` is given.
    pub user_id: u32,
    /// The user as named.
    pub user_name: Option<&'a CString>,
    /// With this wckey.
    pub wckey: Option<&'a CString>,
    /// Whether jobs that were signalled are told of too.
    pub verbose: bool,
}

impl Killing<'_> {
    /// `JOB_END`
    pub const ANY_STATE: u32 = crate::job::state_words::BASE_STATES;
}
