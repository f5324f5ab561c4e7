//! Job arrays with srunx's own commands: what Slurm's document about them says, sentence by sentence ([`seed`]), a million
//! tasks ([`million`]), arrays beyond the limit ([`chunked`]) and what is done to them ([`parts`]), and what an expression means, held against slurmctld ([`expressions`]).

#[path = "../live_support/mod.rs"]
mod live_support;

mod chunked;
mod expressions;
mod measured;
mod million;
mod parts;
mod seed;
mod session;
