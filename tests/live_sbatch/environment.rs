//! The environment that a job is given.

use super::both::check;
use super::case::{Case, Row, case, expand, flag, row};

pub const ROWS: &[Row] = &[
    row(
        "export",
        &[
            "ALL",
            "NONE",
            "NIL",
            "all",
            "none",
            "PLAIN",
            "PLAIN,ODD",
            "ALL,NEW=1",
            "PLAIN=other",
            "NEW=1,ALL",
            "NEW=",
            "NEW",
            "EMPTY",
            "NONE,PLAIN",
            "PLAIN,NONE",
            "NEW=a=b",
            "NEW=two words",
            "NEW='a,b'",
            "NEW=\"a,b\",PLAIN",
            "ALL,ALL",
            ",PLAIN",
            "PLAIN,",
            "=x",
            "SLURM_CONF",
            "PATH",
            "",
        ],
    )
    .variable("SBATCH_EXPORT"),
    row("export-file", &["nowhere", "0", "99", ""]),
    row("get-user-env", &["10", "10L", "S", "x", ""]).variable("SBATCH_GET_USER_ENV"),
    flag("get-user-env"),
];

/// What launchers and Slurm itself read, and variables that a job around it has.
const AROUND: &[(&str, &str)] = &[
    ("SLURM_JOB_ID", "12"),
    ("SLURM_JOBID", "12"),
    ("SLURM_NODELIST", "c9"),
    ("SLURM_JOB_NODELIST", "c9"),
    ("SLURM_NNODES", "3"),
    ("SLURM_NTASKS", "5"),
    ("SLURM_NPROCS", "5"),
    ("SLURM_TASKS_PER_NODE", "2(x3)"),
    ("SLURM_CPUS_PER_TASK", "3"),
    ("SLURM_MEM_PER_NODE", "77"),
    ("SLURM_SUBMIT_DIR", "/nowhere"),
    ("SLURM_SUBMIT_HOST", "elsewhere"),
    ("SLURM_UMASK", "0777"),
    ("SLURM_PRIO_PROCESS", "9"),
    ("SLURM_RLIMIT_CPU", "5"),
    ("SLURM_EXPORT_ENV", "NONE"),
    ("SLURM_GTIDS", "0"),
    ("SLURM_PROCID", "0"),
    ("SLURM_STEP_ID", "1"),
    ("SLURM_GPUS_ON_NODE", "2"),
    ("SLURM_OVERCOMMIT", "1"),
    ("SLURM_PROFILE", "All"),
    ("SLURM_OPEN_MODE", "a"),
    ("SLURM_NTASKS_PER_NODE", "4"),
    ("SLURM_THREADS_PER_CORE", "2"),
    ("SLURM_CLUSTER_NAME", "x"),
    ("SLURM_HET_SIZE", "2"),
    ("SLURM_GET_USER_ENV", "1"),
    ("SLURM_TRES_PER_TASK", "cpu=2"),
];

fn together() -> Vec<Case> {
    let around = |name: &str, words: &str| {
        AROUND.iter().fold(case(name, words), |case, (name, value)| case.variable(name, *value))
    };
    vec![
        around("everything of a job around it", "job.sh"),
        around("everything of a job around it, and options", "-N2 -n6 -c2 --mem=100 job.sh"),
        around("everything of a job around it, and nothing exported", "--export=NONE job.sh"),
        case(
            "variables of what is asked",
            "-N2 -n6 --ntasks-per-node=3 --ntasks-per-socket=2 --ntasks-per-core=1 -c2 --mem=100 job.sh",
        ),
        case(
            "variables of more that is asked",
            "-n4 --mem-per-cpu=10 --threads-per-core=1 -m cyclic:block -O -t 9 -J name job.sh",
        ),
        case(
            "variables of GPUs",
            "-n2 --gpus=2 --gpus-per-task=1 --gpu-bind=closest --gpu-freq=low --mem-per-gpu=50 job.sh",
        ),
        case("variables of GPUs of nodes", "-N2 --gpus-per-node=a100:1 --cpus-per-gpu=2 job.sh"),
        case(
            "variables of odds and ends",
            "--open-mode=append --profile=task --acctg-freq=30 --cpu-freq=low --hint=nomultithread --mem-bind=local --network=x job.sh",
        ),
        case(
            "variables of a deadline and a dependency",
            "-d singleton --deadline=now+1day -t 5 --signal=USR1@30 --nice=3 job.sh",
        ),
        case(
            "what is asked, exported by name",
            "-N2 -n6 --ntasks-per-node=3 -c2 --mem=100 --export=PLAIN job.sh",
        ),
        case("exports in a directive", "job.sh").directives(&["--export=PLAIN,NEW=1"]),
        case("exports in a directive with quotes", "job.sh").directives(&["--export=NEW='a b',PLAIN"]),
        case("exports given thrice", "--export=NONE job.sh")
            .directives(&["--export=ALL"])
            .variable("SBATCH_EXPORT", "PLAIN"),
        case("SLURM_EXPORT_ENV says nothing", "job.sh").variable("SLURM_EXPORT_ENV", "PLAIN"),
        case("nothing exported, options asked", "--export=NONE -n3 -c2 job.sh"),
        case("nil exported, options asked", "--export=NIL -n3 -c2 job.sh"),
        case("some exported and the user's environment", "--export=PLAIN --get-user-env job.sh"),
        case("a file of variables", "--export-file=variables job.sh")
            .file("variables", "A=1\0B=two words\0C=\n\0"),
        case("a file of variables and all", "--export-file=variables --export=ALL job.sh")
            .file("variables", "A=1\0PLAIN=other\0"),
        case("a file of variables and some", "--export-file=variables --export=PLAIN job.sh")
            .file("variables", "A=1\0"),
        case("a file of variables by lines", "--export-file=variables job.sh")
            .file("variables", "A=1\nB=2\n"),
        case("an empty file of variables", "--export-file=variables job.sh").file("variables", ""),
        case("a file of variables without names", "--export-file=variables job.sh")
            .file("variables", "novalue\0=x\0A=1\0"),
        case("a descriptor of variables", "--export-file=5 job.sh")
            .file("variables", "A=1\0B=2\0")
            .shell("exec 5<variables"),
        case("odd bytes in a variable", "job.sh").variable("BYTES", b"a\xff\xfeb".to_vec()),
        case("odd bytes in an exported variable", "--export")
            .argument(b"BYTES=\xff,PLAIN".to_vec())
            .then("job.sh"),
        case("a function of the shell", "job.sh").variable("BASH_FUNC_hello%%", "() {  echo hi\n}"),
        case("a long variable", "job.sh").variable("LONG", "l".repeat(100_000)),
        case("many variables", "job.sh")
            .shell("i=0; while [ $i -lt 500 ]; do export V$i=$i; i=$((i+1)); done"),
        case("no variables", "job.sh")
            .shell("for name in HOME USER LOGNAME SHELL LC_ALL PLAIN ODD EMPTY; do unset $name; done"),
        case("a variable of odd letters", "job.sh").variable("a.b-c", "1"),
        case("SPANK variables", "job.sh").variable("SLURM_SPANK_X", "1").variable("SPANK_Y", "2"),
    ]
}

#[test]
fn environment() {
    check("environment", &[expand(ROWS), together()].concat());
}
