//! The values of sbatch's options, typed: what sbatch(1) lets stand behind each, read as sbatch reads it and printed so
//! that it reads back.
//!
//! A parser accepts what the native command accepts and refuses what it refuses; where that is more lenient than
//! sbatch(1) promises, the leniency is said. Its error is what native prints after `sbatch: error: `, one line for each
//! message. Nothing here knows Slurm's library: where releases differ, a parser asks the [`Dialect`](super::Dialect).

pub mod array;
pub mod choice;
pub mod cpu_frequency;
pub mod dependency;
pub mod distribution;
pub mod gpu;
pub mod gres;
pub mod identity;
pub mod limit;
pub mod mail;
mod memory;
pub mod memory_binding;
mod moment;
mod node_count;
pub mod number;
pub mod priority;
pub mod profile;
pub mod signal;
mod time;
pub mod topology;

pub use array::ArrayTasks;
pub use choice::{MemoryUpdate, OpenMode, Sharing, UserEnvironment};
pub use cpu_frequency::CpuFrequency;
pub use dependency::Dependency;
pub use distribution::Distribution;
pub use gpu::GresFlags;
pub use limit::Limits;
pub use mail::MailTypes;
pub use memory::Memory;
pub use memory_binding::MemoryBinding;
pub use moment::{InvalidTime, Moment};
pub use node_count::{NodeCount, Nodes};
pub use priority::{Nice, Priority};
pub use profile::Profile;
pub use signal::{Signal, Warning};
pub use time::{Delay, SwitchWait, Switches, TimeLimit};
pub use topology::{Hint, NodeShape, Specialized};
