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
    for (refused, highest) in [("1001", 1001), ("0-1001", 1001), ("0-1000,1001", 1001), ("0-2000:5", 2000)] {
        let said = session.fails(&format!("sbatch --hold --array={refused} --wrap true"));
        let numbers = format!(
            "sbatch: hint: task {highest} is beyond the highest that this cluster allows, 1000 (MaxArraySize=1001); \
             --chunk before all other options makes several arrays of it\n"
        );
        assert_eq!(said, format!("{REFUSED}{numbers}"), "{refused}");
    }
    assert_eq!(session.fails("sbatch --hold --array=-1 --wrap true"), REFUSED);
    let all = session.sbatch("--hold --array=0-1000 -o /dev/null --wrap true");
    assert_eq!(session.tasks(all, "").len(), 1001);
    assert_eq!(session.shown(all, "ArrayTaskId"), ["0-1000"]);
    let highest = session.sbatch("--hold --array=0,1000 -o /dev/null --wrap true");
    assert_eq!(session.tasks(highest, "").into_keys().collect::<Vec<_>>(), [0, 1000]);
    // slurmctld has no room for another thousand now; sbatch waits for it.
    let mut waits = Process::start(session.command("sbatch --hold --array=0-1000 -o /dev/null --wrap true"));
    waits.until_either("it waits", |_, errors| errors.contains("sleeping and retrying").then_some(()));
    assert_eq!(waits.stdout(), "");
    assert!(!waits.stderr().contains("MaxJobCount"), "there could be room");
}

/// "The maximum MaxArraySize supported in Slurm is 4000001."
#[test]
fn the_highest_size() {
    let session = Session::new("highest-size");
    assert_eq!(session.cluster.configured("MaxArraySize"), "4000001");
    let job = session.sbatch("--hold --array=3999999-4000000 -o /dev/null --wrap true");
    assert_eq!(session.tasks(job, "").into_keys().collect::<Vec<_>>(), [3_999_999, 4_000_000]);
    for refused in ["4000001", "4000000-4000001", "0-4000001:1000"] {
        let said = session.fails(&format!("sbatch --hold --array={refused} --wrap true"));
        let numbers = "sbatch: hint: task 4000001 is beyond the highest that this cluster allows, 4000000 \
                       (MaxArraySize=4000001)\n";
        assert_eq!(said, format!("{REFUSED}{numbers}"), "{refused}");
    }
}

/// An array of more tasks than there can ever be jobs is refused before it is sent. One that needs all of them is waited for as
/// native sbatch does, but not without a word.
#[test]
fn more_tasks_than_jobs() {
    let own = Cluster::start(&["--conf", "MaxJobCount=50"]);
    let session = Session::on(&own.cluster, "more-than-jobs");
    let numbers = |count: u32| {
        format!(
            "sbatch: hint: {count} tasks are more than the jobs that this cluster can have (MaxJobCount=50); --chunk before \
             all other options makes several arrays of it\n"
        )
    };
    let said = session.fails("sbatch --hold --array=0-59 -o /dev/null --wrap true");
    assert!(said.starts_with("sbatch: error: Batch job submission failed: "), "{said}");
    assert!(said.ends_with(&numbers(60)) && said.lines().count() == 2, "{said}");
    // From 26.05 the last of them is given out, too.
    let mut all = Process::start(session.command("sbatch --hold --array=0-49 -o /dev/null --wrap true"));
    all.until_either("it is taken, or waits and tells the numbers", |out, errors| {
        let waits = errors.contains("sleeping and retrying\n") && errors.contains(&numbers(50));
        (waits || out.contains("Submitted")).then_some(())
    });
}
