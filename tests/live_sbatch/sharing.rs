//! Whose, with whom and when first: partition, account, QOS, reservation, priority, exclusiveness.

use super::both::check;
use super::case::{Case, Row, case, expand, flag, row};

pub const ROWS: &[Row] = &[
    row("partition", &["short", "debug,short", "short,short", "DEBUG", "debug,nosuch", "nosuch", ",", ""])
        .short('p')
        .variable("SBATCH_PARTITION"),
    row("account", &["teaching", "research", "nobody", ""]).short('A').variable("SBATCH_ACCOUNT"),
    row("qos", &["high", "normal", "limited", "high,normal", "nosuch", ""]).short('q').variable("SBATCH_QOS"),
    row("reservation", &["nosuch", "a,b", ""]).variable("SBATCH_RESERVATION"),
    row("wckey", &["key", "*key", ""]).variable("SBATCH_WCKEY"),
    row("nice", &["5", "-5", "0", "10000", "2147483645", "2147483646", "-2147483645", "1k", "very", ""]),
    row("priority", &["7", "0", "TOP", "top", "4294967293", "4294967295", "4294967296", "-1", "first", ""]),
    row("exclusive", &["user", "mcs", "topo", "node", ""]).variable("SBATCH_EXCLUSIVE"),
    row("mcs-label", &["label", ""]),
    row("requeue", &["yes"]),
    row("kill-on-invalid-dep", &["yes", "no", "YES", "maybe", ""]),
    row("open-mode", &["append", "truncate", "a", "t", "write", ""]).variable("SBATCH_OPEN_MODE"),
    row("profile", &["energy", "task,network", "all", "none", "ALL", "nosuch", ""])
        .variable("SBATCH_PROFILE"),
    row("acctg-freq", &["30", "task=10,energy=20", "0", "task=x", "10,20", "often", ""])
        .variable("SBATCH_ACCTG_FREQ"),
    row("clusters", &["srunx", "nosuch", ""]).short('M').variable("SBATCH_CLUSTERS"),
    row("container", &["/nowhere/bundle", ""]).variable("SBATCH_CONTAINER"),
    row("container-id", &["one", ""]).variable("SBATCH_CONTAINER_ID"),
    row("context", &["user_u", ""]),
    row("oom-kill-step", &["0", "1", "2", "x"]),
    row("extra", &["a text", "{\"a\":1}", ""]),
    row("uid", &["0", "daemon", "nosuch"]),
    row("gid", &["0", "daemon", "nosuch"]),
    row("resources", &["x"]),
    flag("nice"),
    flag("exclusive"),
    flag("oversubscribe").short('s'),
    flag("requeue").variable("SBATCH_REQUEUE"),
    flag("no-requeue").variable("SBATCH_NO_REQUEUE"),
    flag("oom-kill-step"),
    flag("hold").short('H'),
];

fn together() -> Vec<Case> {
    vec![
        case("a limit beyond the partition", "-p short -t 60 job.sh"),
        case("more nodes than the partition", "-p short -N3 job.sh"),
        case("exclusive, then shared", "--exclusive --oversubscribe job.sh"),
        case("shared, then exclusive", "--oversubscribe --exclusive=user job.sh"),
        case("shared on the command line, exclusive in a directive", "-s job.sh")
            .directives(&["--exclusive"]),
        case("held with a priority", "-H --priority=9 job.sh"),
        case("a priority, then held", "--priority=9 -H job.sh"),
        case("requeue, then not", "--requeue --no-requeue job.sh"),
        case("not, then requeue", "--no-requeue --requeue job.sh"),
        case("both variables of requeueing", "job.sh")
            .variable("SBATCH_REQUEUE", "")
            .variable("SBATCH_NO_REQUEUE", ""),
        case("a directive against a variable", "job.sh")
            .directives(&["-p short", "--qos=normal"])
            .variable("SBATCH_PARTITION", "debug")
            .variable("SBATCH_QOS", "high"),
        case("the command line against both", "-p short job.sh")
            .directives(&["-p nosuch"])
            .variable("SBATCH_PARTITION", "debug"),
        case("SLURM_PARTITION says nothing", "job.sh")
            .variable("SLURM_PARTITION", "short")
            .variable("SLURM_JOB_PARTITION", "short"),
        case("SLURM_CLUSTERS", "job.sh").variable("SLURM_CLUSTERS", "nosuch"),
        case("SLURM_EXCLUSIVE says nothing", "job.sh").variable("SLURM_EXCLUSIVE", "user"),
        case("a user and a group", "--uid=0 --gid=0 job.sh"),
        case("SLURM_JOB_QOS and account of the job around it", "job.sh")
            .variable("SLURM_JOB_QOS", "high")
            .variable("SLURM_JOB_ACCOUNT", "teaching"),
        case("nice twice", "--nice=3 --nice=8 job.sh"),
        case("nice in a variable of the shell", "job.sh").variable("SBATCH_NICE", "5"),
    ]
}

#[test]
fn sharing() {
    check("sharing", &[expand(ROWS), together()].concat());
}
