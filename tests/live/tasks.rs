//! How a command is launched: by the script itself, or by srun.

use super::live_support::{Cluster, Done, Flow, until};

/// A job that notes each of its processes' ranks.
fn ranks(more: &str) -> (Flow<'static>, Done) {
    let jobs = format!(
        "
  - name: it
    command: [bash, -c, 'echo \"${{SLURM_PROCID:-none}} $SLURMD_NODENAME $WORLD_SIZE ${{SLURM_STEP_ID:-none}}\" >>ranks']
{more}
"
    );
    let flow = Flow::new("ranks", &jobs);
    let done = flow.run(&[]).expect(0);
    (flow, done)
}

fn sorted(flow: &Flow<'_>) -> Vec<String> {
    let mut lines: Vec<String> = flow.dir.read("ranks").lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// The steps that sacct knows of a job, by the part of their id behind the dot.
fn steps(id: u32) -> Vec<String> {
    let cluster = Cluster::shared();
    cluster.accounted(id, "State");
    let batch = until("the batch step is known", || {
        let text = cluster.slurm("sacct", &["-n", "-P", "-j", &id.to_string(), "--format=JobID,State"]);
        text.contains(".batch|COMPLETED").then_some(text)
    });
    let ids = batch.lines().filter_map(|line| line.split('|').next()?.split_once('.'));
    ids.map(|(_, step)| step.to_owned()).collect()
}

#[test]
fn one_task_makes_no_step() {
    let (flow, done) = ranks("");
    let lines = sorted(&flow);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("0 c") && lines[0].contains(" 1 "), "{lines:?}");
    assert_eq!(steps(done.id("it")), ["batch"]);
}

#[test]
fn several_tasks_go_through_srun() {
    let (flow, done) = ranks("    resources: {nodes: 2, ntasks_per_node: 2}");
    let lines = sorted(&flow);
    let ranks: Vec<_> = lines.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(ranks, ["0", "1", "2", "3"]);
    let mut nodes: Vec<_> = lines.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    nodes.dedup();
    assert_eq!(nodes.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| line.ends_with(" 4 0")), "{lines:?}");
    assert_eq!(steps(done.id("it")), ["batch", "0"]);
}

#[test]
fn a_failing_task_fails_the_job_with_its_code() {
    let jobs = "
  - name: it
    command: '[ $SLURM_PROCID -ne 2 ] || exit 7'
    resources: {ntasks_per_node: 3}
";
    let done = Flow::new("task-fails", jobs).run(&[]).expect(1);
    assert_eq!(done.last("it").detail, "exit 7", "{done}");
}

#[test]
fn srun_false_starts_it_once() {
    let (flow, done) = ranks("    resources: {nodes: 2, ntasks_per_node: 2}\n    srun: false");
    let lines = sorted(&flow);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(" 4 "), "{lines:?}");
    assert_eq!(steps(done.id("it")), ["batch"]);
}

#[test]
fn srun_true_makes_a_step_of_one_task() {
    let (flow, done) = ranks("    srun: true");
    let lines = sorted(&flow);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("0 c") && lines[0].ends_with(" 1 0"), "{lines:?}");
    assert_eq!(steps(done.id("it")), ["batch", "0"]);
}

#[test]
fn each_task_has_the_cpus_that_were_asked_for() {
    let jobs = "
  - name: it
    command: 'echo \"$SLURM_CPUS_PER_TASK\" >>cpus'
    resources: {ntasks_per_node: 2, cpus_per_task: 3, memory_per_node: 100M}
";
    let flow = Flow::new("cpus", jobs);
    let done = flow.run(&[]).expect(0);
    assert_eq!(flow.dir.read("cpus"), "3\n3\n");
    let record = Cluster::shared().job(done.id("it"));
    assert_eq!((record["NumCPUs"].as_str(), record["CPUs/Task"].as_str()), ("6", "3"));
    assert_eq!((record["NumTasks"].as_str(), record["MinMemoryNode"].as_str()), ("2", "100M"));
}
