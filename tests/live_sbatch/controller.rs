//! slurmctld during a topic: it starts nothing, and its log tells each request that it receives.

use super::live_support::Cluster;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

const PARTITIONS: [&str; 2] = ["debug", "short"];

/// Topics take turns, so that what is in the log and in the queue is of one of them.
pub struct Controller {
    pub cluster: &'static Cluster,
    log: PathBuf,
    state: PathBuf,
    closed: bool,
    _turn: MutexGuard<'static, ()>,
}

impl Controller {
    /// Nothing starts until this is dropped, and every request is logged.
    pub fn closed() -> Self {
        let mut controller = Self::open();
        controller.closed = true;
        controller.partitions("DOWN");
        controller.cluster.slurm("scontrol", &["setdebug", "debug3"]);
        controller
    }

    /// As it is.
    pub fn open() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let cluster = Cluster::shared();
        let log = cluster.configured("SlurmctldLogFile").into();
        let state = cluster.configured("StateSaveLocation").into();
        Self { cluster, log, state, closed: false, _turn: turn }
    }

    fn partitions(&self, state: &str) {
        for name in PARTITIONS {
            let update = ["update", &format!("PartitionName={name}"), &format!("State={state}")];
            self.cluster.slurm("scontrol", &update);
        }
    }

    /// Where its log ends now.
    pub fn here(&self) -> u64 {
        self.log.metadata().unwrap().len()
    }

    /// What it has logged since then.
    pub fn since(&self, here: u64) -> Logged {
        let mut file = File::open(&self.log).unwrap();
        file.seek(SeekFrom::Start(here)).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        Logged::read(&String::from_utf8_lossy(&bytes))
    }

    /// A file that it keeps of a job: `script`, `environment`.
    pub fn kept(&self, id: u32, file: &str) -> Option<Vec<u8>> {
        let folder = self.state.join(format!("hash.{}/job.{id}", id % 10));
        std::fs::read(folder.join(file)).ok()
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        if self.closed {
            let me = String::from_utf8(std::process::Command::new("id").arg("-u").output().unwrap().stdout);
            let _ = self.cluster.try_slurm("scancel", &["-Q", "-u", me.unwrap().trim()]);
            let _ = self.cluster.try_slurm("scontrol", &["setdebug", "info"]);
            for name in PARTITIONS {
                let update = ["update", &format!("PartitionName={name}"), "State=UP"];
                let _ = self.cluster.try_slurm("scontrol", &update);
            }
        }
    }
}

/// What the log tells of a submission.
#[derive(Default)]
pub struct Logged {
    /// The job's id, or the leader's.
    pub id: Option<u32>,
    /// The requests, one of each component; of each its lines.
    pub requests: Vec<Vec<String>>,
}

impl Logged {
    fn read(text: &str) -> Self {
        let mut logged = Self::default();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let Some((_, message)) = line.strip_prefix('[').and_then(|line| line.split_once("] ")) else {
                continue;
            };
            // A message goes on where the next one does not begin.
            let mut message = message.to_owned();
            while let Some(more) = lines.next_if(|line| !stamped(line)) {
                message += "\n";
                message += more;
            }
            if let Some(submitted) = message.strip_prefix("_slurm_rpc_submit_batch") {
                let id =
                    submitted.split_once("JobId=").map(|(_, id)| id.chars().take_while(char::is_ascii_digit));
                logged.id = logged.id.or_else(|| id?.collect::<String>().parse().ok());
            } else if message.starts_with("debug3: JobDesc:") {
                logged.requests.push(vec![message]);
            } else if message.starts_with("debug3:    ")
                && let Some(request) = logged.requests.last_mut()
            {
                request.push(message);
            }
        }
        logged
    }
}

/// Whether it begins as slurmctld begins its messages: `[2026-01-31T12:34:56.789] `.
fn stamped(line: &str) -> bool {
    line.strip_prefix('[').is_some_and(|line| line.get(..24).is_some_and(|time| time.ends_with(']')))
}
