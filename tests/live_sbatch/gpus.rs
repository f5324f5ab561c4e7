//! GPUs, other generic resources, licences and burst buffers.

use super::both::check;
use super::case::{Case, Row, case, expand, row};

pub const ROWS: &[Row] = &[
    row("gpus", &["2", "a100:1", "a100:1,v100:2", "gpu:2", "0", "a100", "-1", "h100:1", ":", "", "2,3"])
        .short('G')
        .variable("SBATCH_GPUS"),
    row("gpus-per-node", &["1", "v100:2", "a100:1,v100:1", "0", "x:y", ""]).variable("SBATCH_GPUS_PER_NODE"),
    row("gpus-per-socket", &["1", "a100:1", "0", "z"])
        .with("--sockets-per-node=1")
        .variable("SBATCH_GPUS_PER_SOCKET"),
    row("gpus-per-task", &["1", "a100:1", "0", "q"]).with("-n2").variable("SBATCH_GPUS_PER_TASK"),
    row("cpus-per-gpu", &["3", "0", "-1", "c"]).with("--gpus=2").variable("SBATCH_CPUS_PER_GPU"),
    row(
        "gpu-bind",
        &[
            "closest",
            "none",
            "single:2",
            "map_gpu:0,1",
            "mask_gpu:0x3",
            "per_task:1",
            "verbose,closest",
            "v,single:1",
            "nosuch",
            "single:",
        ],
    )
    .with("--gpus=2")
    .variable("SBATCH_GPU_BIND"),
    row("gpu-freq", &["medium", "low,memory=high", "800", "highm1,verbose", "memory=500", "fast", ""])
        .with("--gpus=1")
        .variable("SBATCH_GPU_FREQ"),
    row(
        "gres",
        &[
            "gpu:1",
            "gpu",
            "gpu:a100:2",
            "gpu:a100:1,ssd:2",
            "ssd:3",
            "ssd",
            "none",
            "help",
            "gpu=2",
            "gpu:a100=1",
            "gres/gpu:1",
            "gres:gpu:1",
            "gpu:0",
            "gpu:1k",
            "gpu:two",
            "nosuch:1",
            "gpu:1,gpu:2",
            "",
        ],
    )
    .variable("SBATCH_GRES"),
    row(
        "gres-flags",
        &[
            "enforce-binding",
            "disable-binding",
            "one-task-per-sharing",
            "multiple-tasks-per-sharing",
            "allow-task-sharing",
            "nosuch",
            "",
        ],
    )
    .with("--gpus=1")
    .variable("SBATCH_GRES_FLAGS"),
    row(
        "tres-per-task",
        &[
            "gres/gpu:1",
            "cpu=2",
            "cpu:2,gres/gpu:1",
            "gres/gpu=a100:1",
            "license/matlab:1",
            "nosuch/x:1",
            "gpu",
        ],
    )
    .with("-n2")
    .variable("SBATCH_TRES_PER_TASK"),
    row("tres-bind", &["gres/gpu:closest", "gres/gpu:single:1", "gres/gpu:nosuch"])
        .with("--gpus=1")
        .variable("SBATCH_TRES_BIND"),
    row(
        "licenses",
        &[
            "matlab",
            "matlab:3",
            "matlab:1,ansys:2",
            "matlab=2",
            "matlab|ansys",
            "matlab:1;ansys:1",
            "nosuch:1",
            "matlab:x",
            "matlab:99",
            "",
        ],
    )
    .short('L'),
    row("bb", &["capacity=1G", "nosuch", ""]).variable("SBATCH_BURST_BUFFER"),
];

fn together() -> Vec<Case> {
    vec![
        case("GPUs of nodes and of the job", "-N2 --gpus-per-node=1 --gpus=2 job.sh"),
        case("GPUs of nodes and another number of the job", "-N2 --gpus-per-node=1 --gpus=3 job.sh"),
        case("GPUs of tasks and of the job", "--gpus-per-task=2 --gpus=4 job.sh"),
        case("GPUs of tasks, their number from the job's", "--gpus-per-task=2 --gpus=6 job.sh"),
        case("GPUs of tasks without tasks", "--gpus-per-task=2 job.sh"),
        case("GPUs of tasks and nodes", "-N2 --gpus-per-task=1 job.sh"),
        case("GPUs of a type and of none", "--gpus=a100:1,2 job.sh"),
        case("GPUs of sockets without sockets", "--gpus-per-socket=1 job.sh"),
        case("GPUs, and GPUs as a generic resource", "--gpus=1 --gres=gpu:2 job.sh"),
        case("GPUs of nodes, and as a generic resource", "--gpus-per-node=1 --gres=gpu:2,ssd:1 job.sh"),
        case("none of what a directive asks for", "--gres=none job.sh").directives(&["--gres=gpu:2"]),
        case("GPUs on the command line and others in a directive", "--gpus=1 job.sh")
            .directives(&["--gres=gpu:2"]),
        case(
            "binding and binding of TRES",
            "--gpus=2 --gpu-bind=closest --tres-bind=gres/gpu:single:1 job.sh",
        ),
        case("CPUs of a GPU and of a task", "--gpus=2 --cpus-per-gpu=2 -c4 job.sh"),
        case("CPUs of a task and, in a directive, of a GPU", "--gpus=2 -c4 job.sh")
            .directives(&["--cpus-per-gpu=2"]),
        case("CPUs of GPUs that were not asked for", "--cpus-per-gpu=2 job.sh"),
        case("a frequency of no GPUs", "--gpu-freq=low job.sh"),
        case("CPUs of tasks twice", "-n2 -c3 --tres-per-task=cpu=2 job.sh"),
        case("GPUs of tasks twice", "-n2 --gpus-per-task=1 --tres-per-task=gres/gpu:2 job.sh"),
        case("tasks by GPUs of a node", "-N2 --gpus-per-node=2 --ntasks-per-gpu=1 job.sh"),
        case("exclusive GPUs", "--exclusive --gpus-per-node=1 job.sh"),
        case("the GPUs of the job around it", "job.sh")
            .variable("SLURM_GPUS", "3")
            .variable("SLURM_GPUS_PER_NODE", "2"),
        case("a burst buffer in the script", "job.sh")
            .script("#!/bin/sh\n#BB create_persistent name=x capacity=1\n#DW jobdw capacity=1GB\ntrue\n"),
        case("a burst buffer from a file", "--bbf=buffer job.sh").file("buffer", "#BB capacity=1\n"),
        case("a burst buffer from a file that is not there", "--bbf=nowhere job.sh"),
    ]
}

#[test]
fn gpus() {
    check("gpus", &[expand(ROWS), together()].concat());
}
