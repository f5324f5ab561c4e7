//! The umask and the limits that go along.

use super::both::check;
use super::case::{Case, Row, case, expand, flag, row};

pub const ROWS: &[Row] = &[
    row(
        "propagate",
        &[
            "ALL",
            "NONE",
            "NOFILE",
            "CORE,STACK",
            "AS,CPU,DATA,FSIZE,MEMLOCK,NPROC,RSS",
            "RLIMIT_CORE",
            "nofile",
            "ALL,NONE",
            "NOSUCH",
            "CORE,NOSUCH",
            "",
        ],
    ),
    flag("propagate"),
];

fn together() -> Vec<Case> {
    vec![
        case("a umask", "job.sh").shell("umask 0"),
        case("another umask", "job.sh").shell("umask 0777"),
        case("limits", "job.sh").shell(
            "ulimit -S -c 0; ulimit -S -n 321; ulimit -S -s 4000; ulimit -S -f 777777; ulimit -S -t 5000",
        ),
        case("limits that are hard", "job.sh").shell("ulimit -n 300; ulimit -c 0"),
        case("limits that stay here", "--propagate=NONE job.sh").shell("ulimit -S -n 321"),
        case("one of the limits", "--propagate=NOFILE job.sh").shell("ulimit -S -n 321; ulimit -S -c 0"),
        case("limits of SLURM_PROPAGATE", "job.sh")
            .variable("SBATCH_PROPAGATE", "NONE")
            .variable("SLURM_PROPAGATE", "NONE"),
        case("limits of the job around it", "job.sh")
            .variable("SLURM_RLIMIT_NOFILE", "7")
            .variable("SLURM_RLIMIT_XYZ", "7"),
        case("niceness", "job.sh").shell("renice -n 5 -p $$ >/dev/null"),
    ]
}

#[test]
fn limits() {
    check("limits", &[expand(ROWS), together()].concat());
}
