//! `srunx sacct`

use super::Program;
use std::ffi::OsString;
use std::process::ExitCode;

const PROGRAM: Program = Program("sacct");

pub fn run(_arguments: Vec<OsString>) -> ExitCode {
    PROGRAM.fatal("this command is being built")
}
