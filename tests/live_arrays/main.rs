//! Job arrays with srunx's own commands: what Slurm's document about them says, sentence by sentence ([`seed`]), a million
//! tasks ([`million`]), and what an expression means, held against slurmctld ([`expressions`]).

#[path = "../live_support/mod.rs"]
mod live_support;

mod expressions;
mod measured;
mod million;
mod seed;
mod session;
