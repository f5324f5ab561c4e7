//! Which nodes, and how tasks lie on them.

use super::both::check;
use super::case::{Case, Row, case, expand, flag, row};

pub const ROWS: &[Row] = &[
    row(
        "nodelist",
        &["c1", "c[1-2]", "c2,c1", "c1,c1", "c[2,4]", "c9", "c[1-", "./names", "", "c1 c2", "all"],
    )
    .short('w'),
    row("exclude", &["c1", "c[3-4]", "c4,c3", "c[1-4]", "c9", "./names", ""]).short('x'),
    row("nodefile", &["names", "./names", "nowhere", ""]).short('F'),
    row(
        "constraint",
        &[
            "fast",
            "fast&ib",
            "fast|slow",
            "[rack1|rack2]",
            "fast*2",
            "[fast*1&slow*1]",
            "(fast&ib)|slow",
            "nosuch",
            "!fast",
            "",
            "fast&",
            "a b",
        ],
    )
    .short('C')
    .variable("SBATCH_CONSTRAINT"),
    row("cluster-constraint", &["fast", "!fast"]).variable("SBATCH_CLUSTER_CONSTRAINT"),
    row("prefer", &["fast", "fast&ib", "nosuch", ""]),
    row("batch", &["fast", "slow", "nosuch"]).with("--constraint=fast|slow -N2").variable("SBATCH_BATCH"),
    row(
        "distribution",
        &[
            "block",
            "cyclic",
            "plane=4",
            "arbitrary",
            "block:cyclic",
            "cyclic:block:fcyclic",
            "*:block",
            "block,Pack",
            "cyclic,NoPack",
            "Pack",
            "plane",
            "plane=0",
            "none",
            "",
            "block:x",
        ],
    )
    .short('m')
    .with("-N2 -n4")
    .variable("SBATCH_DISTRIBUTION"),
    row("switches", &["1", "2@10", "1@1:00:00", "0", "x", "1@"]).with("-N2").variable("SBATCH_REQ_SWITCH"),
    row("segment", &["1", "2", "x"]).with("-N2").variable("SBATCH_SEGMENT_SIZE"),
    row("network", &["sn_all", "user_space", ""]).variable("SBATCH_NETWORK"),
    row("no-kill", &["off", "on", ""]).variable("SBATCH_NO_KILL"),
    row("wait-all-nodes", &["0", "1", "2", "x"]).variable("SBATCH_WAIT_ALL_NODES"),
    row("delay-boot", &["5", "1:00", "x"]).variable("SBATCH_DELAY_BOOT"),
    row(
        "cpu-freq",
        &[
            "low",
            "medium-high",
            "1000000",
            "1000-2000:performance",
            "high:OnDemand",
            "powersave",
            "fast",
            "high-low",
        ],
    )
    .variable("SBATCH_CPU_FREQ_REQ"),
    row("power", &["level", "none"]).variable("SBATCH_POWER"),
    row("resv-ports", &["2", "0", "x"]),
    flag("no-kill").short('k'),
    flag("contiguous"),
    flag("spread-job").variable("SBATCH_SPREAD_JOB"),
    flag("spread-segments").variable("SBATCH_SPREAD_SEGMENTS"),
    flag("consolidate-segments").variable("SBATCH_CONSOLIDATE_SEGMENTS"),
    flag("reboot"),
    flag("resv-ports"),
    flag("stepmgr"),
    flag("external"),
];

fn together() -> Vec<Case> {
    vec![
        case("named nodes and fewer of them", "-w c[1-3] -N2 job.sh"),
        case("named nodes and more", "-w c1 -N2 job.sh"),
        case("named nodes and a range", "-w c[1-2] -N1-3 job.sh"),
        case("named nodes and tasks", "-w c[1-2] -n5 job.sh"),
        case("more names than tasks", "-w c[1-3] -n2 job.sh"),
        case("named and excluded", "-w c1 -x c1 job.sh"),
        case("named and excluded others", "-w c1 -x c[2-4] job.sh"),
        case("a file of names", "-w ./names job.sh").file("names", "c1\nc2\n"),
        case("a file of names with comments", "-F names job.sh")
            .file("names", "# these\nc[1-2] # two\n\n c4\n"),
        case("a file of names with an asterisk", "-F names job.sh").file("names", "c1*2\nc2\n"),
        case("a file of excluded names", "-x ./names job.sh").file("names", "c3,c4\n"),
        case("an empty file of names", "-F names job.sh").file("names", ""),
        case("a long file of names", "-F names job.sh").file("names", "c1\n".repeat(300)),
        case("names and a file of names", "-w c1 -F names job.sh").file("names", "c2\n"),
        case("arbitrary with names", "-m arbitrary -w c2,c1,c2 -n3 job.sh"),
        case("arbitrary with a file", "-m arbitrary -w ./names job.sh").file("names", "c2\nc1\nc2\n"),
        case("SLURM_HOSTFILE", "-m arbitrary -n3 job.sh")
            .file("hosts", "c3\nc1\nc3\n")
            .variable("SLURM_HOSTFILE", "hosts"),
        case("SLURM_HOSTFILE without arbitrary", "-n3 job.sh")
            .file("hosts", "c3\nc1\n")
            .variable("SLURM_HOSTFILE", "hosts"),
        case("plane without a size, tasks per node", "-m plane --ntasks-per-node=2 -N2 job.sh"),
        case("SLURM_DIST_PLANESIZE", "-m plane -N2 -n4 job.sh").variable("SLURM_DIST_PLANESIZE", "2"),
        case("distribution of the job around it", "job.sh").variable("SLURM_DISTRIBUTION", "cyclic"),
        case("a batch host without constraints", "--batch=fast job.sh"),
        case("SLURM_CPU_FREQ_REQ", "job.sh").variable("SLURM_CPU_FREQ_REQ", "low"),
        case("no node left", "-x c[1-4] -N1 job.sh"),
        case("contiguous nodes", "-N3 --contiguous -C ib job.sh"),
    ]
}

#[test]
fn placing() {
    check("placing", &[expand(ROWS), together()].concat());
}
