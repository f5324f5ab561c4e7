//! `scontrol show` of nodes, partitions and reservations.

use super::sinfo::{Comparison, varied};

#[test]
fn nodes_partitions_and_reservations() {
    let own = varied();
    let mut all = Comparison::on(&own.cluster, "scontrol");
    for options in ["", "-o", "-d", "-a", "-ao", "-ad", "-F"] {
        for what in
            ["nodes", "partitions", "reservations", "node c1", "node=c[1-2],c4", "partition hid", "res now"]
        {
            all.line(&format!("{options} show {what}"));
        }
    }
    for line in [
        "show n",
        "show pa",
        "show p",
        "show r",
        "show RES",
        "show node nope",
        "show node c1,nope",
        "show partition nope",
        "show partitionname=short",
        "show reservationname nope",
        "-Q show node nope",
        "-Q show partition nope",
        "-Q show res nope",
        "show node c[1-99999999]",
        "show node c[2-1]",
        "-Q show node c[a]",
        "show node c1 c2",
    ] {
        all.line(line);
    }
    all.same(&["show", "node", ""]);
    all.same(&["show", "partition", ""]);
    all.finish();
}

#[test]
fn without_any() {
    let own = super::live_support::Cluster::start(&["--conf", "MessageTimeout=2"]);
    let mut all = Comparison::on(&own.cluster, "scontrol");
    all.line("show reservations");
    all.line("-Q show reservations");
    all.line("-v show reservations");
    own.cluster.control(&["stop", "slurmctld"]);
    all.line("show nodes");
    all.line("show partitions");
    all.line("show reservations");
    all.finish();
}
