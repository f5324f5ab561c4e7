//! "System Administration".

use crate::live_support::{Cluster, Process};
use crate::session::Session;

const REFUSED: &str = "sbatch: error: Batch job submission failed: Invalid job array specification\n";

/// "The smallest index that can be specified by a user is zero and the maximum index is MaxArraySize minus one. The default
/// value of MaxArraySize is 1001." And no more jobs than MaxJobCount.
#[test]
fn the_default_size() {
    let own = Cluster::start(&["--conf", "MaxArraySize=", "--conf", "MaxJobCount=1500"]);
    let session = Session::on(&own.cluster, "default-size");
    for refused in ["1001", "0-1001", "0-1000,1001", "0-2000:5", "-1"] {
        assert_eq!(
            session.fails(&format!("sbatch --hold --array={refused} --wrap true")),
            REFUSED,
            "{refused}"
        );
    }
    let all = session.sbatch("--hold --array=0-1000 -o /dev/null --wrap true");
    assert_eq!(session.tasks(all, "").len(), 1001);
    assert_eq!(session.shown(all, "ArrayTaskId"), ["0-1000"]);
    let highest = session.sbatch("--hold --array=0,1000 -o /dev/null --wrap true");
    assert_eq!(session.tasks(highest, "").into_keys().collect::<Vec<_>>(), [0, 1000]);
    // slurmctld has no room for another thousand now; sbatch waits for it.
    let mut waits = Process::start(session.command("sbatch --hold --array=0-1000 -o /dev/null --wrap true"));
    waits.until_either("it waits", |_, errors| errors.contains("sleeping and retrying").then_some(()));
    assert_eq!(waits.stdout(), "");
}

/// "The maximum MaxArraySize supported in Slurm is 4000001."
#[test]
fn the_highest_size() {
    let session = Session::new("highest-size");
    assert_eq!(session.cluster.configured("MaxArraySize"), "4000001");
    let job = session.sbatch("--hold --array=3999999-4000000 -o /dev/null --wrap true");
    assert_eq!(session.tasks(job, "").into_keys().collect::<Vec<_>>(), [3_999_999, 4_000_000]);
    for refused in ["4000001", "4000000-4000001", "0-4000001:1000"] {
        assert_eq!(
            session.fails(&format!("sbatch --hold --array={refused} --wrap true")),
            REFUSED,
            "{refused}"
        );
    }
}
