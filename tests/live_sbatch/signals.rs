//! Signals before the end.

use super::both::check;
use super::case::{Row, expand, row};

pub const ROWS: &[Row] = &[row(
    "signal",
    &[
        "USR1",
        "10",
        "SIGUSR1",
        "usr2@30",
        "B:TERM@120",
        "R:USR1@60",
        "RB:HUP@10",
        "BR:HUP@10",
        "B:10",
        "INT@65535",
        "INT@65536",
        "INT@-1",
        "USR1@",
        "@30",
        "0",
        "64",
        "65",
        "NOSUCH",
        "B:",
        "X:USR1",
        "USR1@x",
        "",
        "USR1 @30",
        "KILL@0",
    ],
)
.variable("SBATCH_SIGNAL")];

#[test]
fn signals() {
    check("signals", &expand(ROWS));
}
