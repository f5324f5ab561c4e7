//! The command `srunx`. Everything is in the library; this only starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    srunx::cli::main()
}
