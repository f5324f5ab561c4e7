//! Arrays.

use super::both::check;
use super::case::{Case, Row, case, expand, row};

pub const ROWS: &[Row] = &[row(
    "array",
    &[
        "0-3",
        "1",
        "7,3,5",
        "1-9:4",
        "0-9:3,20",
        "1-4%2",
        "1,2,3,4%1",
        "0-0",
        "5-5",
        "1-5%0",
        "1-5%9",
        "[0-3]",
        "[1,5-6]%2",
        "0-999999%10",
        "",
        "4000001",
        "0-4000001",
        "9-1",
        "1-",
        "-3",
        "1-3:0",
        "1--3",
        "a",
        "1-3%",
        "1-3%x",
        "1,1",
        "1-3,2-4",
        "1-3 ",
        " 1-3",
        "1;2",
        "0x3",
        "+1",
        "1.5",
        ",",
        "1,,2",
        "0-1",
    ],
)
.short('a')
.variable("SBATCH_ARRAY_INX")];

fn together() -> Vec<Case> {
    vec![
        case("an array in two partitions", "-a 0-2 -p debug,short job.sh"),
        case("an array with a pattern", "-a 0-2 -o out-%A_%a.txt -e err-%A-%4a job.sh"),
        case("an array that is held", "-a 1-3 -H job.sh"),
        case("an array that is requeued", "-a 1-3 --requeue --no-kill job.sh"),
        case("an array with mail of its tasks", "-a 1-3 --mail-type=END,ARRAY_TASKS job.sh"),
        case("a long list", "-a")
            .argument((0..700).map(|n| (n * 3).to_string()).collect::<Vec<_>>().join(","))
            .then("job.sh"),
        case("a list that is too long", "-a")
            .argument((0..3000).map(|n| (n * 3).to_string()).collect::<Vec<_>>().join(","))
            .then("job.sh"),
        case("an array in the parsable form", "--parsable -a 1-3 job.sh"),
        case("a directive against the variable", "job.sh")
            .directives(&["-a 0-4"])
            .variable("SBATCH_ARRAY_INX", "0-1"),
        case("a task of another array submits", "job.sh")
            .variable("SLURM_ARRAY_TASK_ID", "4")
            .variable("SLURM_ARRAY_JOB_ID", "12")
            .variable("SLURM_ARRAY_TASK_MAX", "9"),
    ]
}

#[test]
fn arrays() {
    check("arrays", &[expand(ROWS), together()].concat());
}
