//! What can be asked of Slurm for a batch job, as sbatch(1) has it: every option declared once, and read from a command
//! line, from the `#SBATCH` lines of a script, from `SBATCH_*` variables and from YAML.
//!
//! It knows what a job is and talks to nobody: what differs between releases is asked of a [`crate::job::Dialect`].

mod declared;
pub mod directives;
mod environment;
pub mod foreign;
mod given;
pub mod gres;
pub(crate) mod hostfile;
mod node_list;
mod options;
mod read;
mod resolve;
pub mod script;
mod sizes;
mod table;
pub mod tres;

pub use declared::{Context, Declared};
pub use environment::{Variables, job_environment, tell_component};
pub use given::{Code, Notices, Refused, Source};
pub use options::{CORE_SPEC_THREAD, Export, INFINITE, MEM_PER_CPU, NO_VAL, Options, Signal};
pub use read::{Reader, give};
pub use resolve::{Component, Surroundings, resolve};
pub use table::OPTIONS;
