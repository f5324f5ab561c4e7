//! temporary
use crate::job::Dialect;
use std::ffi::OsString;
pub fn acctg_freq(_: &str) -> Result<(), String> { Ok(()) }
pub fn cpu_freq(_: &str) -> Result<[u32; 3], String> { Ok([0xfffffffe; 3]) }
pub fn cpu_freq_words(_: [u32; 3]) -> Option<String> { None }
pub fn extra_node_info(_: &str, _: &Dialect) -> Result<[Option<u16>; 3], String> { Ok([None; 3]) }
pub fn tres_bind(_: &str) -> bool { true }
pub fn tres_freq(_: &str) -> bool { true }
pub fn mem_bind(_: &str, _: &Dialect) -> Result<(u16, Option<OsString>), String> { Ok((0, None)) }
pub struct Words { pub kind: String, pub sort: bool, pub verbose: bool }
pub fn mem_bind_words(_: u16) -> Words { Words { kind: String::new(), sort: false, verbose: false } }
pub fn power(_: &str) -> u8 { 0 }
pub fn profile(_: &str) -> Option<u32> { Some(0) }
pub fn profile_words(_: u32) -> String { String::new() }
