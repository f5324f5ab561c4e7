//! Raw bindings to libslurm: one module for each Slurm release whose headers were given when this crate was built, a
//! way to open the shared library that is there at run time, and nothing else.
//!
//! libslurm's layouts change with every release and its soname says which it is, so nothing links to it. Each module's
//! `Library` holds the functions of that release. See `UPGRADE.md` for what to do when a new release appears.

#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]

pub use libloading;
mod open;
pub use open::{OpenError, Opened, Release, open};

/// The bindings, as bindgen made them.
#[allow(clippy::all, clippy::pedantic, missing_docs, dead_code, unused_imports, unsafe_op_in_unsafe_fn)]
#[allow(clippy::undocumented_unsafe_blocks)]
#[macro_use]
mod releases {
    include!(concat!(env!("OUT_DIR"), "/releases.rs"));
}
pub use releases::*;

mod held;
pub mod moved;
pub use held::Held;

macro_rules! release_list {
    ($($module:ident)*) => {
        /// The releases that this build knows, oldest first.
        pub const RELEASES: &[Release] = &[$(Release::from_number($module::SLURM_VERSION_NUMBER)),*];
    };
}
for_each_release!(release_list);
