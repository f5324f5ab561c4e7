//! Memory, disk and what is bound to them.

use super::both::check;
use super::case::{Case, Row, case, expand, row};

pub const ROWS: &[Row] = &[
    row(
        "mem",
        &[
            "300", "1", "2048K", "100k", "3M", "2G", "1T", "1.5G", "300MB", "2gb", "0", "-1", "1P", "much",
            "", "1 G",
        ],
    )
    .variable("SBATCH_MEM_PER_NODE"),
    row("mem-per-cpu", &["64", "1G", "0", "100K", "-4", "x"]).variable("SBATCH_MEM_PER_CPU"),
    row("mem-per-gpu", &["128", "2G", "0", "gpu"]).with("--gpus=2").variable("SBATCH_MEM_PER_GPU"),
    row(
        "mem-bind",
        &[
            "none",
            "local",
            "rank",
            "map_mem:0,1",
            "mask_mem:0x1",
            "quiet",
            "verbose",
            "local,v,prefer",
            "sort",
            "nosuch",
        ],
    )
    .variable("SBATCH_MEM_BIND"),
    row("mem-update", &["10"]),
    row("tmp", &["50", "2G", "1T", "0", "-3", "some"]),
];

fn together() -> Vec<Case> {
    vec![
        case("memory of a node and of a CPU", "--mem=200 --mem-per-cpu=10 job.sh"),
        case("memory of a CPU and of a node", "--mem-per-cpu=10 --mem=200 job.sh"),
        case("memory of a node and of a GPU", "--mem=200 --mem-per-gpu=100 --gpus=1 job.sh"),
        case("memory of a GPU and of a CPU", "--mem-per-gpu=100 --gpus=1 --mem-per-cpu=10 job.sh"),
        case("memory of GPUs that were not asked for", "--mem-per-gpu=100 job.sh"),
        case("memory beyond a node", "--mem=900G job.sh"),
        case("memory of tasks", "-n4 -c2 --mem-per-cpu=33 job.sh"),
        case("a directive and its rival on the command line", "--mem-per-cpu=12 job.sh")
            .directives(&["--mem=1G"]),
        case("a variable and its rival on the command line", "--mem-per-cpu=12 job.sh")
            .variable("SBATCH_MEM_PER_NODE", "1G"),
        case("a variable and its rival in a directive", "job.sh")
            .directives(&["--mem-per-cpu=12"])
            .variable("SBATCH_MEM_PER_NODE", "1G"),
        case("two variables", "job.sh")
            .variable("SBATCH_MEM_PER_CPU", "11")
            .variable("SBATCH_MEM_PER_NODE", "700"),
        case("the job around it", "job.sh")
            .variable("SLURM_MEM_PER_NODE", "123")
            .variable("SLURM_MEM_PER_CPU", "45"),
        case("memory bound and its verbosity", "--mem-bind=local --mem-bind=verbose job.sh"),
    ]
}

#[test]
fn memory() {
    check("memory", &[expand(ROWS), together()].concat());
}
