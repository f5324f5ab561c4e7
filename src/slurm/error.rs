//! What can go wrong between srunx and Slurm, said in one place.

use slurm_sys::Release;
use std::time::Duration;

/// Slurm's error numbers that mean something to a client (slurm_errno.h; the same in every release).
pub mod code {
    /// `EAGAIN`: slurmctld has no room just now.
    pub const AGAIN: i32 = 11;
    /// `SLURM_UNEXPECTED_MSG_ERROR`
    pub const UNEXPECTED_MESSAGE: i32 = 1000;
    /// `SLURM_COMMUNICATIONS_CONNECTION_ERROR`
    pub const CONNECTION: i32 = 1001;
    /// `SLURM_COMMUNICATIONS_SEND_ERROR`
    pub const SEND: i32 = 1002;
    /// `SLURM_COMMUNICATIONS_RECEIVE_ERROR`
    pub const RECEIVE: i32 = 1003;
    /// `SLURM_COMMUNICATIONS_SHUTDOWN_ERROR`
    pub const SHUTDOWN: i32 = 1004;
    /// `SLURM_PROTOCOL_VERSION_ERROR`
    pub const PROTOCOL_VERSION: i32 = 1005;
    /// `SLURM_PROTOCOL_AUTHENTICATION_ERROR`
    pub const AUTHENTICATION: i32 = 1007;
    /// `SLURM_PROTOCOL_INSANE_MSG_LENGTH`: what came was no message.
    pub const INSANE_LENGTH: i32 = 1008;
    /// `SLURM_COMMUNICATIONS_MISSING_SOCKET_ERROR` and what later releases put behind it, such as
    /// `SLURM_COMMUNICATIONS_READ_TIMEOUT`: the connection was not there or broke.
    pub const COMMUNICATIONS: std::ops::RangeInclusive<i32> = 1013..=1099;
    /// `SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR`
    pub const CONTROLLER_CONNECTION: i32 = 1800;
    /// `SLURMCTLD_COMMUNICATIONS_SEND_ERROR`
    pub const CONTROLLER_SEND: i32 = 1801;
    /// `SLURMCTLD_COMMUNICATIONS_RECEIVE_ERROR`
    pub const CONTROLLER_RECEIVE: i32 = 1802;
    /// `SLURMCTLD_COMMUNICATIONS_SHUTDOWN_ERROR`
    pub const CONTROLLER_SHUTDOWN: i32 = 1803;
    /// `SLURM_NO_CHANGE_IN_DATA`
    pub const NO_CHANGE: i32 = 1900;
    /// `ESLURM_INVALID_PARTITION_NAME`
    pub const INVALID_PARTITION: i32 = 2000;
    /// `ESLURM_INVALID_NODE_COUNT`
    pub const INVALID_NODE_COUNT: i32 = 2006;
    /// `ESLURM_ERROR_ON_DESC_TO_RECORD_COPY`, from 26.05 `ESLURM_MAX_JOB_COUNT`: the queue is full.
    pub const QUEUE_FULL: i32 = 2007;
    /// `ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE`
    pub const NODE_CONFIG_UNAVAILABLE: i32 = 2014;
    /// `ESLURM_REQUESTED_PART_CONFIG_UNAVAILABLE`
    pub const PARTITION_CONFIG_UNAVAILABLE: i32 = 2015;
    /// `ESLURM_NODES_BUSY`
    pub const NODES_BUSY: i32 = 2016;
    /// `ESLURM_INVALID_JOB_ID`
    pub const INVALID_JOB_ID: i32 = 2017;
    /// `ESLURM_ALREADY_DONE`
    pub const ALREADY_DONE: i32 = 2021;
    /// `ESLURM_TRANSITION_STATE_NO_UPDATE`: the job is on its way from one state to another.
    pub const IN_TRANSITION: i32 = 2020;
    /// `ESLURM_JOB_PENDING`
    pub const JOB_PENDING: i32 = 2024;
    /// `ESLURM_JOB_NOT_PENDING`
    pub const JOB_NOT_PENDING: i32 = 2073;
    /// `ESLURM_IN_STANDBY_MODE`
    pub const IN_STANDBY: i32 = 2027;
    /// `ESLURM_INVALID_ACCOUNT`
    pub const INVALID_ACCOUNT: i32 = 2045;
    /// `ESLURM_ACCOUNTING_POLICY`
    pub const ACCOUNTING_POLICY: i32 = 2050;
    /// `ESLURM_INVALID_TIME_LIMIT`
    pub const INVALID_TIME_LIMIT: i32 = 2051;
    /// `ESLURM_PORTS_BUSY`
    pub const PORTS_BUSY: i32 = 2059;
    /// `ESLURM_INVALID_QOS`
    pub const INVALID_QOS: i32 = 2066;
    /// `ESLURM_INVALID_ARRAY`
    pub const INVALID_ARRAY: i32 = 2081;
    /// `ESLURM_EMPTY_JOB_ID`; this and those up to `STEP_OF_COMPONENT` from 23.02
    pub const EMPTY_JOB_ID: i32 = 2136;
    /// `ESLURM_INVALID_JOB_ID_ZERO`
    pub const JOB_ID_ZERO: i32 = 2137;
    /// `ESLURM_INVALID_JOB_ID_NEGATIVE`
    pub const JOB_ID_NEGATIVE: i32 = 2138;
    /// `ESLURM_INVALID_JOB_ID_TOO_LARGE`
    pub const JOB_ID_TOO_LARGE: i32 = 2139;
    /// `ESLURM_INVALID_JOB_ID_NON_NUMERIC`
    pub const JOB_ID_NON_NUMERIC: i32 = 2140;
    /// `ESLURM_EMPTY_JOB_ARRAY_ID`
    pub const EMPTY_TASK_ID: i32 = 2141;
    /// `ESLURM_INVALID_JOB_ARRAY_ID_NEGATIVE`
    pub const TASK_ID_NEGATIVE: i32 = 2142;
    /// `ESLURM_INVALID_JOB_ARRAY_ID_TOO_LARGE`
    pub const TASK_ID_TOO_LARGE: i32 = 2143;
    /// `ESLURM_INVALID_JOB_ARRAY_ID_NON_NUMERIC`
    pub const TASK_ID_NON_NUMERIC: i32 = 2144;
    /// `ESLURM_INVALID_HET_JOB_AND_ARRAY`
    pub const TASK_OF_COMPONENT: i32 = 2145;
    /// `ESLURM_EMPTY_HET_JOB_COMP`
    pub const EMPTY_COMPONENT: i32 = 2146;
    /// `ESLURM_INVALID_HET_JOB_COMP_NEGATIVE`
    pub const COMPONENT_NEGATIVE: i32 = 2147;
    /// `ESLURM_INVALID_HET_JOB_COMP_TOO_LARGE`
    pub const COMPONENT_TOO_LARGE: i32 = 2148;
    /// `ESLURM_INVALID_HET_JOB_COMP_NON_NUMERIC`
    pub const COMPONENT_NON_NUMERIC: i32 = 2149;
    /// `ESLURM_EMPTY_STEP_ID`
    pub const EMPTY_STEP_ID: i32 = 2150;
    /// `ESLURM_INVALID_STEP_ID_NEGATIVE`
    pub const STEP_ID_NEGATIVE: i32 = 2151;
    /// `ESLURM_INVALID_STEP_ID_TOO_LARGE`
    pub const STEP_ID_TOO_LARGE: i32 = 2152;
    /// `ESLURM_INVALID_STEP_ID_NON_NUMERIC`
    pub const STEP_ID_NON_NUMERIC: i32 = 2153;
    /// `ESLURM_EMPTY_HET_STEP`
    pub const EMPTY_STEP_COMPONENT: i32 = 2154;
    /// `ESLURM_INVALID_HET_STEP_ZERO`
    pub const STEP_COMPONENT_ZERO: i32 = 2155;
    /// `ESLURM_INVALID_HET_STEP_NEGATIVE`
    pub const STEP_COMPONENT_NEGATIVE: i32 = 2156;
    /// `ESLURM_INVALID_HET_STEP_TOO_LARGE`
    pub const STEP_COMPONENT_TOO_LARGE: i32 = 2157;
    /// `ESLURM_INVALID_HET_STEP_NON_NUMERIC`
    pub const STEP_COMPONENT_NON_NUMERIC: i32 = 2158;
    /// `ESLURM_INVALID_HET_STEP_JOB`
    pub const STEP_OF_COMPONENT: i32 = 2159;
    /// `ESLURM_INVALID_SLUID`; from 25.11
    pub const INVALID_SLUID: i32 = 2185;
    /// `EPIPE`: the connection broke under a message.
    pub const PIPE: i32 = libc::EPIPE;
    /// `ENETDOWN` … `EHOSTUNREACH`, `ECONNRESET` and `ENOTCONN` among them: the system's own words for a connection that
    /// could not be made or broke, which the library passes on where it has none.
    pub const NETWORK: std::ops::RangeInclusive<i32> = libc::ENETDOWN..=libc::EHOSTUNREACH;
    /// `SLURM_PROTOCOL_SOCKET_IMPL_ZERO_RECV_LENGTH` and its neighbours up to `SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT`: the
    /// connection broke under a message.
    pub const SOCKET: std::ops::RangeInclusive<i32> = 5000..=5005;

    /// Whether a request that failed so may have reached slurmctld: the connection broke after it was made.
    #[must_use]
    pub fn reply_is_lost(number: i32) -> bool {
        matches!(
            number,
            UNEXPECTED_MESSAGE
                | SEND
                | RECEIVE
                | SHUTDOWN
                | CONTROLLER_SEND
                | CONTROLLER_RECEIVE
                | CONTROLLER_SHUTDOWN
                | INSANE_LENGTH
                | PIPE
        ) || [SOCKET, NETWORK, COMMUNICATIONS].iter().any(|range| range.contains(&number))
    }
}

/// Why Slurm could not be used, or did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No library could be opened.
    #[error("libslurm cannot be opened: {loader}")]
    NoLibrary {
        /// The loader's words.
        loader: String,
        /// What `SRUNX_LIBSLURM` named, if it was set.
        named: Option<String>,
    },
    /// The file is a library and not libslurm.
    #[error("{file} is not libslurm: it has no slurm_api_version")]
    NotSlurm {
        /// Which file.
        file: String,
    },
    /// The library's release was not built in.
    #[error("{file} is of Slurm {found}, and this srunx was built for {}", list(.built))]
    WrongRelease {
        /// Which file.
        file: String,
        /// Its release, in words.
        found: String,
        /// The releases that were built in.
        built: &'static [Release],
    },
    /// The library lacks functions that its release has.
    #[error("{file} is no whole libslurm: it lacks {missing}")]
    Incomplete {
        /// Which file.
        file: String,
        /// The functions' names.
        missing: String,
    },
    /// libslurm ended the probing process while it initialised.
    #[error("libslurm does not accept this host's Slurm configuration{}", quote(.log))]
    Configuration {
        /// What it logged, line by line.
        log: Vec<String>,
    },
    /// libslurm did not finish initialising in time.
    #[error("libslurm did not finish initialising within {} s{}", .limit.as_secs_f32(), quote(.log))]
    ProbeTimedOut {
        /// How long it was given.
        limit: Duration,
        /// What it logged, line by line.
        log: Vec<String>,
    },
    /// The probing process could not be made or read.
    #[error("libslurm could not be probed: {0}")]
    Probe(String),
    /// munge, which vouches for who one is, does not answer.
    #[error("munge does not answer: {text} (Slurm error {code}){}", quote(.log))]
    Munge {
        /// Slurm's message, word for word.
        text: String,
        /// Its number.
        code: i32,
        /// What the library logged, line by line.
        log: Vec<String>,
    },
    /// No slurmctld answers.
    #[error("slurmctld at {controller} does not answer: {text} (Slurm error {code})")]
    ControllerDown {
        /// Host and port, several with commas.
        controller: String,
        /// Slurm's message, word for word.
        text: String,
        /// Its number.
        code: i32,
    },
    /// A call failed.
    #[error("{call}: {text} (Slurm error {code}){}", quote(.log))]
    Call {
        /// Which function of libslurm's.
        call: &'static str,
        /// Slurm's message, word for word.
        text: String,
        /// Its number.
        code: i32,
        /// What the library logged meanwhile, line by line: a job_submit plugin's words, for one.
        log: Vec<String>,
    },
    /// An option that a request names as sbatch does has a value that sbatch refuses.
    #[error("--{option}: {message}")]
    Option {
        /// Its long name.
        option: String,
        /// sbatch's words.
        message: String,
    },
    /// The options of a request do not fit each other.
    #[error("{0}")]
    Options(String),
    /// A request holds what C strings cannot.
    #[error("{what} holds a NUL byte, which no Slurm request can carry")]
    Nul {
        /// Which part of the request.
        what: String,
    },
}

fn list(releases: &[Release]) -> String {
    releases.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The library's own words behind a message, one line each.
fn quote(log: &[String]) -> String {
    log.iter().map(|line| format!("\n    {line}")).collect()
}

impl Error {
    /// Slurm's number for it, where a call returned one.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        match self {
            Self::Call { code, .. } | Self::Munge { code, .. } | Self::ControllerDown { code, .. } => {
                Some(*code)
            }
            _ => None,
        }
    }

    /// Which of libslurm's functions failed, where that is told.
    #[must_use]
    pub fn call(&self) -> Option<&'static str> {
        match self {
            Self::Call { call, .. } => Some(call),
            _ => None,
        }
    }

    /// Slurm's own message where a call failed, else the whole message: what Slurm's commands print behind what they tried.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Call { text, .. } | Self::Munge { text, .. } | Self::ControllerDown { text, .. } => {
                text.clone()
            }
            other => other.to_string(),
        }
    }

    /// Whether the request may have reached slurmctld all the same: the connection broke before the answer.
    #[must_use]
    pub fn reply_is_lost(&self) -> bool {
        self.code().is_some_and(code::reply_is_lost)
    }

    /// What libslurm logged before it.
    #[must_use]
    pub fn log(&self) -> &[String] {
        match self {
            Self::Call { log, .. }
            | Self::Munge { log, .. }
            | Self::Configuration { log }
            | Self::ProbeTimedOut { log, .. } => log,
            _ => &[],
        }
    }

    /// The message in one line, for places that have but one.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        self.to_string().replace("\n    ", "; ")
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoLibrary { named: Some(_), .. } => {
                "SRUNX_LIBSLURM must name a libslurm.so; unset it to look in the usual places, or run the workflow on this \
                 machine with --local"
                    .into()
            }
            Self::NoLibrary { named: None, .. } => {
                "install Slurm's client (Debian: apt install slurm-client; RHEL: dnf install slurm), name the library \
                 in SRUNX_LIBSLURM, or run the workflow on this machine with --local"
                    .into()
            }
            Self::NotSlurm { .. } | Self::Incomplete { .. } => "name the right file in SRUNX_LIBSLURM, or unset it; --local runs the workflow on this machine without Slurm"
                    .into(),
            Self::WrongRelease { found, .. } => format!(
                "build srunx with the headers of that release, {found} (SLURM_INCLUDE_DIRS=/folder/with/slurm cargo build \
                 --release; several releases go into one binary with a:b), or name a library of a release that is \
                 built in with SRUNX_LIBSLURM"
            ),
            Self::Configuration { .. } => {
                "SLURM_CONF names another slurm.conf; --local runs the workflow on this machine without Slurm".into()
            }
            Self::ProbeTimedOut { .. } => {
                "check SLURM_CONF and the network to slurmctld; --local runs the workflow on this machine without Slurm"
                    .into()
            }
            Self::Probe(_) => return None,
            Self::Munge { .. } => "start munged (systemctl start munge) and check its socket".into(),
            Self::ControllerDown { .. } => {
                "`--wait-for-controller 10m` waits for it; --local runs the workflow on this machine without Slurm".into()
            }
            Self::Call { code, .. } => return hint_for(*code).map(Into::into),
            Self::Nul { .. } | Self::Option { .. } | Self::Options(_) => return None,
        })
    }
}

fn hint_for(number: i32) -> Option<&'static str> {
    Some(match number {
        code::INVALID_PARTITION => "`sinfo -s` lists the partitions",
        code::INVALID_ACCOUNT => {
            "`sacctmgr show associations user=$USER` lists the accounts that you may use"
        }
        code::INVALID_QOS => {
            "`sacctmgr show associations user=$USER format=account,qos` lists what you may use"
        }
        code::INVALID_NODE_COUNT | code::NODE_CONFIG_UNAVAILABLE | code::PARTITION_CONFIG_UNAVAILABLE => {
            "no set of nodes in the partition can ever give this; `sinfo -N -l` shows what they have"
        }
        code::INVALID_TIME_LIMIT => "`sinfo -o '%P %l'` shows each partition's time limit",
        code::ACCOUNTING_POLICY => {
            "a limit of your account or QOS is reached; `sacctmgr show qos` shows them"
        }
        code::PROTOCOL_VERSION => "slurmctld is too old or too new for this host's libslurm",
        _ => return None,
    })
}
