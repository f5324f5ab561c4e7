//! Runs that wait for room: the limits of the user's association and QOS, other jobs of the user's, and clients that die
//! meanwhile. The jobs write down that they ran.

use super::live_support::kept::{Kept, SIGKILL, start};
use super::live_support::{Cluster, Flow, until};

/// Jobs at once, an array, and one behind all.
fn workflow() -> String {
    let mut text = String::new();
    for place in 0..24 {
        text.push_str(&format!("  - {{name: j{place}, command: echo j{place} >>ran}}\n"));
    }
    text.push_str("  - {name: sweep, array: 0-29, command: echo sweep_$SRUNX_TASK_ID >>ran}\n");
    text.push_str("  - {name: last, command: echo last >>ran, depends_on: [sweep, j0, j23]}\n");
    text
}
const RAN: usize = 24 + 30 + 1;

fn user() -> String {
    let id = std::process::Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(id.stdout).unwrap().trim().to_owned()
}

/// Sets a limit, and waits until slurmctld has heard of it.
fn limit(cluster: &Cluster, of: &[&str], limit: &str) {
    cluster.slurm("sacctmgr", &[&["-i", "modify"], of, &["set", limit]].concat());
    let (name, most) = limit.split_once('=').unwrap();
    // No limit is told as such.
    let most = if most == "-1" { "" } else { most };
    let name = name.replace("MaxSubmitJobsPerUser", "MaxSubmitJobsPU");
    until("slurmctld knows the limit", || {
        let known = cluster.slurm("scontrol", &["show", "assoc_mgr", "flags=assoc,qos"]);
        known.contains(&format!("{name}={most}")).then_some(())
    });
}

/// Held jobs of the user's own take up most of the room.
fn occupy(cluster: &Cluster, count: usize) -> Vec<String> {
    let submit = |_| cluster.slurm("sbatch", &["--parsable", "-H", "-o", "/dev/null", "--wrap", "true"]);
    (0..count).map(submit).map(|id| id.trim().to_owned()).collect()
}

fn waits_for_room(cluster: &Cluster, name: &str) {
    let held = occupy(cluster, 4);
    let mut kept = Kept::of(Flow::on(cluster, name, &workflow()));
    let mut client = kept.client(&[]);
    client.until("the wait is told", |text| text.contains("DELAYED").then_some(()));
    client.signal(SIGKILL);
    client.wait();
    kept.kills += 1;
    for _ in 0..5 {
        assert!(kept.killed_within(200, 1500).is_none(), "there is no room for all of it");
    }
    // A room of its own is made, and it goes on with that.
    cluster.slurm("scancel", &held.iter().map(String::as_str).collect::<Vec<_>>());
    let done = kept.run_killing(500, 3000).expect(0);
    eprintln!("{} clients were killed\n{done}", kept.kills);
    kept.ran_once(RAN);
}

#[test]
fn the_limits_of_the_user_and_of_the_qos() {
    let own = Cluster::start(&["--conf", "AccountingStorageEnforce=limits"]);
    let cluster = &own.cluster;
    let user = format!("name={}", user());
    limit(cluster, &["user", "where", &user], "MaxSubmitJobs=7");
    waits_for_room(cluster, "room-user");
    // Told once, and what waits for room is cancelled, too.
    let held = occupy(cluster, 4);
    let flow = Flow::on(cluster, "room-told", &workflow());
    let mut client = start(&flow, &["run", "flow.yaml"]);
    client.until("the wait is told", |text| text.contains("DELAYED").then_some(()));
    std::thread::sleep(std::time::Duration::from_secs(5));
    client.signal(SIGKILL);
    let done = client.wait();
    for job in ["j23", "sweep"] {
        let told = done.told().iter().filter(|told| told.word == "DELAYED" && told.job == job).count();
        assert!(told <= 1, "{done}");
    }
    start(&flow, &["cancel", "--last"]).wait().expect(0);
    cluster.slurm("scancel", &held.iter().map(String::as_str).collect::<Vec<_>>());
    until("nothing is left", || cluster.queue().is_empty().then_some(()));
    cluster.slurm("sacctmgr", &["-i", "modify", "user", "where", &user, "set", "MaxSubmitJobs=-1"]);
    limit(cluster, &["qos", "where", "name=normal"], "MaxSubmitJobsPerUser=7");
    waits_for_room(cluster, "room-qos");
    limit(cluster, &["qos", "where", "name=normal"], "MaxSubmitJobsPerUser=-1");
    // Nothing will ever make room for this: it fails, and says why.
    limit(cluster, &["user", "where", &user], "MaxSubmitJobs=0");
    let flow = Flow::on(cluster, "room-none", "  - {name: never, command: 'true'}\n");
    let done = start(&flow, &["run", "flow.yaml"]).wait().expect(1);
    done.says(&["never ", "REJECTED"]).says(&["AssocMaxSubmitJobLimit"]);
}
