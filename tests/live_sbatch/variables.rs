//! Variables against directives and options: who wins, what an empty one says, what none reads.

use super::both::check;
use super::case::{Case, case};

/// Variable, option, and three values: of the variable, of the directive, of the command line.
const THREE: &[(&str, &str, [&str; 3])] = &[
    ("SBATCH_ACCOUNT", "--account", ["teaching", "research", "teaching"]),
    ("SBATCH_ARRAY_INX", "--array", ["1-2", "1-3", "1-4"]),
    ("SBATCH_CONSTRAINT", "--constraint", ["fast", "slow", "ib"]),
    ("SBATCH_CORE_SPEC", "--core-spec", ["1", "2", "3"]),
    ("SBATCH_DISTRIBUTION", "--distribution", ["block", "cyclic", "plane=2"]),
    ("SBATCH_ERROR", "--error", ["a", "b", "c"]),
    ("SBATCH_EXPORT", "--export", ["PLAIN", "ODD", "EMPTY"]),
    ("SBATCH_GPUS", "--gpus", ["1", "2", "3"]),
    ("SBATCH_GPUS_PER_NODE", "--gpus-per-node", ["1", "2", "3"]),
    ("SBATCH_GRES", "--gres", ["ssd:1", "ssd:2", "ssd:3"]),
    ("SBATCH_INPUT", "--input", ["a", "b", "c"]),
    ("SBATCH_JOB_NAME", "--job-name", ["a", "b", "c"]),
    ("SBATCH_MEM_PER_NODE", "--mem", ["100", "200", "300"]),
    ("SBATCH_OPEN_MODE", "--open-mode", ["append", "truncate", "append"]),
    ("SBATCH_OUTPUT", "--output", ["a", "b", "c"]),
    ("SBATCH_PARTITION", "--partition", ["debug", "short", "debug,short"]),
    ("SBATCH_PROFILE", "--profile", ["task", "energy", "none"]),
    ("SBATCH_QOS", "--qos", ["high", "normal", "high"]),
    ("SBATCH_SIGNAL", "--signal", ["USR1", "USR2", "HUP@5"]),
    ("SBATCH_TIMELIMIT", "--time", ["1", "2", "3"]),
    ("SBATCH_WCKEY", "--wckey", ["a", "b", "c"]),
];

/// Variables that look as if they were read.
const UNREAD: &[&str] = &[
    "SBATCH_NODES",
    "SBATCH_NTASKS",
    "SBATCH_CPUS_PER_TASK",
    "SBATCH_NODELIST",
    "SBATCH_EXCLUDE",
    "SBATCH_TIME",
    "SBATCH_MEM",
    "SBATCH_ARRAY",
    "SBATCH_HOLD",
    "SBATCH_PRIORITY",
    "SBATCH_LICENSES",
    "SBATCH_DEADLINE",
    "SBATCH_QUIET",
    "SBATCH_PARSABLE",
    "SBATCH_TEST_ONLY",
    "SBATCH_WRAP",
    "SBATCH_EXPORT_FILE",
    "SBATCH_NOSUCH",
];

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (variable, option, [first, second, third]) in THREE {
        let directive = format!("{option}={second}");
        cases.push(
            case(format!("{variable} and a directive"), "job.sh")
                .variable(variable, *first)
                .directives(&[&directive]),
        );
        let line = case(format!("{variable} and the command line"), &format!("{option}={third} job.sh"));
        cases.push(line.variable(variable, *first));
    }
    for variable in UNREAD {
        cases.push(case(*variable, "job.sh").variable(variable, "3"));
    }
    let all = case("many variables", "job.sh")
        .variable("SBATCH_TIMELIMIT", "5")
        .variable("SBATCH_PARTITION", "debug");
    cases.push(
        all.variable("SBATCH_GPUS", "1").variable("SBATCH_REQUEUE", "").variable("SBATCH_JOB_NAME", "many"),
    );
    cases
}

#[test]
fn variables() {
    check("variables", &cases());
}
