//! What must be known, beside workflow and events, to go on with a run.

use crate::job::Memory;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The surroundings of a run that are the same whoever goes on with it. The environment is not among them: it may hold
/// secrets, and jobs get that of the client that submits them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The workflow's file as messages call it.
    pub file: PathBuf,
    /// The folder that relative paths start from, those of files of parameters too.
    pub work_dir: PathBuf,
    /// Processes on this machine in place of Slurm, with that much of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<Local>,
    /// The version of srunx that began it.
    pub srunx: String,
}

/// What the local scheduler was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Local {
    /// `--local-cpus`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpus: Option<u32>,
    /// `--local-memory`, in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// `--local-gpus`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpus: Option<u32>,
}

impl Local {
    /// The memory as an option has it.
    #[must_use]
    pub fn memory(&self) -> Option<Memory> {
        self.memory.map(|mib| Memory { mib })
    }
}
