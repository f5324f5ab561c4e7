//! How many nodes, tasks and CPUs.

use super::both::check;
use super::case::{Case, Row, case, expand, flag, row};

pub const ROWS: &[Row] = &[
    row(
        "nodes",
        &["1", "3", "2-4", "1-", "-2", "0", "4-2", "2k", "1m", "1,3", "1-4:2", "two", "", " 2", "2x"],
    )
    .short('N'),
    row("ntasks", &["1", "13", "0", "-1", "1k", "many", "", "4294967295", "3.5", " 4"]).short('n'),
    row("cpus-per-task", &["1", "7", "0", "-2", "x", "", "65535", "70000"]).short('c'),
    row("cpus-per-task", &["4"]).with("-n 3").short('c'),
    row("ntasks-per-node", &["1", "5", "0", "-1", "few", ""]),
    row("tasks-per-node", &["3"]),
    row("ntasks-per-socket", &["2", "0", "-3", "x"]).with("-n 4"),
    row("ntasks-per-core", &["1", "2", "0", "y"]).with("-n 4"),
    row("ntasks-per-gpu", &["2", "0", "z"]).with("--gpus=2"),
    row("ntasks-per-tres", &["2", "0", "z"]).with("--gpus=2"),
    row("mincpus", &["2", "8", "0", "-1", "all"]),
    row("cores-per-socket", &["2", "4-8", "*", "0", "big"]),
    row("sockets-per-node", &["1", "2", "2-3", "*", "0", "-"]),
    row("threads-per-core", &["1", "2", "*", "0", "t"]).variable("SBATCH_THREADS_PER_CORE"),
    row("extra-node-info", &["1", "2:4", "2:4:1", "*:2:*", "1-2:3-4", ":", "2:3:4:5", "s:c:t", ""])
        .short('B'),
    row("core-spec", &["1", "0", "3", "c"]).short('S').variable("SBATCH_CORE_SPEC"),
    row("thread-spec", &["2", "0", "t"]).variable("SBATCH_THREAD_SPEC"),
    row("hint", &["compute_bound", "memory_bound", "multithread", "nomultithread", "help", "fast", ""])
        .variable("SBATCH_HINT"),
    flag("overcommit").short('O').variable("SBATCH_OVERCOMMIT").with("-N2 -n 90"),
    flag("use-min-nodes").variable("SBATCH_USE_MIN_NODES").with("-N1-3"),
];

fn together() -> Vec<Case> {
    vec![
        case("nothing asked", "job.sh"),
        case("nodes and tasks", "-N2 -n7 job.sh"),
        case("fewer tasks than nodes", "-N3 -n2 job.sh"),
        case("fewer tasks than nodes, a range", "-N3-4 -n2 job.sh"),
        case("tasks within a range of nodes", "-N1-4 -n3 job.sh"),
        case("tasks per node and their number", "-n7 --ntasks-per-node=2 job.sh"),
        case("tasks per node and nodes", "-N3 --ntasks-per-node=2 job.sh"),
        case("tasks per node, nodes and tasks that do not fit", "-N2 -n7 --ntasks-per-node=2 job.sh"),
        case("tasks per node, nodes and fewer tasks", "-N2 -n3 --ntasks-per-node=2 job.sh"),
        case("a range of nodes and tasks per node", "-N2-3 --ntasks-per-node=4 job.sh"),
        case("CPUs per task and tasks per node", "-N2 --ntasks-per-node=2 -c3 job.sh"),
        case("CPUs per task on all nodes", "-N2 -c5 job.sh"),
        case("CPUs per task beyond a node", "-c70 job.sh"),
        case("least CPUs below those of a task", "-c8 --mincpus=4 job.sh"),
        case("least CPUs above those of a task", "-c4 --mincpus=9 job.sh"),
        case("overcommit with nodes only", "-O -N2 job.sh"),
        case("overcommit with CPUs per task", "-O -n8 -c2 job.sh"),
        case("tasks per socket and node", "-n8 --ntasks-per-socket=2 --ntasks-per-node=4 job.sh"),
        case("tasks per core and threads per core", "-n8 --ntasks-per-core=2 --threads-per-core=1 job.sh"),
        case("hint and threads per core", "-n2 --hint=nomultithread --threads-per-core=2 job.sh"),
        case("hint and tasks per core", "-n2 --hint=multithread --ntasks-per-core=1 job.sh"),
        case("hint and geometry", "-n2 --hint=compute_bound -B 1:2:1 job.sh"),
        case("core and thread specialisation", "-S 1 --thread-spec=2 job.sh"),
        case("geometry and its parts", "-B 2:8 --cores-per-socket=4 job.sh"),
        case("more tasks than nodes may hold", "-N1 -n90 job.sh"),
        case("more nodes than there are", "-N9 job.sh"),
        case("the last of two counts", "-n2 -N1 -n5 job.sh"),
        case("a count after the script is an argument", "-n2 job.sh -n5"),
        case("tasks per GPU and GPUs per task", "--gpus-per-task=1 --ntasks-per-gpu=2 job.sh"),
        case("tasks per GPU without GPUs", "--ntasks-per-gpu=2 job.sh"),
        case("tasks per GPU and tasks", "--ntasks-per-gpu=2 -n4 job.sh"),
        case("SLURM_HINT", "-n2 job.sh").variable("SLURM_HINT", "nomultithread"),
        case("the variable of the job around it", "job.sh")
            .variable("SLURM_NTASKS", "9")
            .variable("SLURM_NNODES", "3"),
    ]
}

#[test]
fn counts() {
    check("counts", &[expand(ROWS), together()].concat());
}
