//! `srunx watch` as a user has it, on the cluster that all tests share.

use super::live_support::{Cluster, Done, Process, Scratch, srunx, until};

const SIGINT: i32 = 2;

fn submit(cluster: &Cluster, dir: &Scratch, options: &[&str], line: &str) -> u32 {
    let mut command = cluster.command("sbatch");
    command.args(["--parsable", "-o", "/dev/null", "--mem=1M"]).args(options);
    command.args(["--wrap", line]).current_dir(dir.path());
    Process::start(command).wait().expect(0).stdout.trim().parse().unwrap()
}

fn start(cluster: &Cluster, arguments: &[&str]) -> Process {
    let mut command = cluster.command(srunx());
    command.arg("watch").args(arguments);
    Process::start(command)
}

fn watch(arguments: &[&str]) -> Done {
    start(Cluster::shared(), arguments).wait()
}

/// The lines of the table and below it, blanks made one.
fn closing(done: &Done) -> Vec<String> {
    let lines = done.stdout.lines().skip_while(|line| !line.starts_with("JOB "));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_job_and_an_array() {
    let (cluster, dir) = (Cluster::shared(), Scratch::new("watch"));
    let job = submit(cluster, &dir, &[], "true");
    let line = "sleep 0.3; exit $((SLURM_ARRAY_TASK_ID == 2 ? 3 : 0))";
    let array = submit(cluster, &dir, &["-a", "0-5"], line);
    let done = watch(&[&job.to_string(), &format!("{array}_*")]).expect(1);
    let expected = [
        "JOB OUTCOME EXIT ELEMENTS".to_owned(),
        format!("{job} COMPLETED 0:0 -"),
        format!("{array} COMPLETED 0:0 5: 0-1,3-5"),
        format!("{array} FAILED 3:0 1: 2"),
        format!("failed: {array}_2"),
    ];
    assert_eq!(closing(&done)[..5], expected, "{done}");
    // Those that completed, and one by the id of its own.
    let some = format!("{array}_[0,3-4]");
    let own = cluster.slurm("squeue", &["-h", "-r", "-t", "all", "-j", &format!("{array}_1"), "-o", "%A"]);
    let done = watch(&[&some, own.trim()]).expect(0);
    assert_eq!(closing(&done)[1], format!("{array} COMPLETED 0:0 3: 0,3-4"), "{done}");
}

#[test]
fn names_that_name_nothing() {
    let (cluster, dir) = (Cluster::shared(), Scratch::new("watch-wrong"));
    watch(&["36_x"]).expect(2).says(&["36_x"]);
    // slurmdbd is given a while to hear of a job, so these wait side by side.
    let unknown = start(cluster, &["99999999"]);
    let job = submit(cluster, &dir, &[], "true");
    watch(&[&format!("{job}_1")]).expect(2).says(&[&format!("job {job} is no array")]);
    let array = submit(cluster, &dir, &["-a", "1-2"], "true");
    watch(&[&format!("{array}_7")]).expect(2).says(&["nobody knows these elements"]);
    unknown.wait().expect(2).says(&["job 99999999", "no accounting remembers it"]);
}

#[test]
fn interrupted() {
    let (cluster, dir) = (Cluster::shared(), Scratch::new("watch-stop"));
    let array = submit(cluster, &dir, &["-a", "1-2"], "sleep 600");
    let process = start(cluster, &[&array.to_string()]);
    until("it is followed", || process.stdout().contains("RUNNING").then_some(()));
    process.signal(SIGINT);
    process.wait().expect(130);
    assert!(cluster.state(array).is_some_and(|state| state != "CANCELLED"), "the jobs go on");
    cluster.slurm("scancel", &[&array.to_string()]);
    let done = watch(&[&array.to_string()]).expect(1);
    assert!(closing(&done)[1].starts_with(&format!("{array} CANCELLED")), "{done}");
}
