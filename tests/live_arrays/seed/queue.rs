//! "Squeue Command Use".

use crate::session::Session;

/// The fields of lines as squeue has them by default, without the time.
fn fields(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let fields: Vec<_> = line.split_whitespace().collect();
        assert_eq!(fields.len(), 8, "{line}");
        [&fields[..5], &fields[6..]].concat().join(" ")
    };
    text.lines().map(line).collect()
}

/// "By default, the squeue command will report all of the tasks associated with a single job record on one line", and with
/// `-r` or `SQUEUE_ARRAY` one a line. The licences let four tasks run.
#[test]
fn collapsed_and_one_by_one() {
    let session = Session::new("queue");
    let cluster = session.cluster;
    let job = session.sbatch("--array=1-1024 -L ansys:2 -J tmp -o /dev/null --wrap 'sleep 1000'");
    crate::live_support::until("four run", || {
        let waits = session.squeue(job, "-t PD -o '%i %r'") == [format!("{job}_[5-1024] Licenses")];
        (waits && session.squeue(job, "-t R").len() == 4).then_some(())
    });
    // "Only one job record is created. Additional job records will only be created when the state of a task changes."
    assert_eq!(session.shown(job, "JobId").len(), 5);
    let mut shown = session.shown(job, "ArrayTaskId");
    shown.sort();
    assert_eq!(shown, ["1", "2", "3", "4", "5-1024"]);

    let user = session.squeue(job, "-t PD -o %u").remove(0);
    let node = |task: u32| session.squeue(format!("{job}_{task}"), "-o %N").remove(0);
    let head = "JOBID PARTITION NAME USER ST NODES NODELIST(REASON)".to_owned();
    let waits = |name: String| format!("{name} debug tmp {user:.8} PD 1 (Licenses)");
    let runs = |task: u32| format!("{job}_{task} debug tmp {user:.8} R 1 {}", node(task));
    let mut collapsed = vec![head.clone(), waits(format!("{job}_[5-1024]"))];
    collapsed.extend((1..=4).map(runs));
    assert_eq!(fields(&session.says(&format!("squeue -j {job} -S t,i"))), collapsed);

    let mut each = vec![head];
    each.extend((5..=1024).map(|task| waits(format!("{job}_{task}"))));
    each.extend((1..=4).map(runs));
    assert_eq!(fields(&session.says(&format!("squeue -r -j {job} -S t,i"))), each);
    assert_eq!(fields(&session.says(&format!("squeue --array -j {job} -S t,i"))), each);
    let mut command = session.command(&format!("squeue -j {job} -S t,i"));
    command.env("SQUEUE_ARRAY", "1");
    let done = crate::live_support::Process::start(command).wait().expect(0);
    assert_eq!(fields(&done.stdout), each);

    // What is not cut is as wide as native squeue has it.
    let native = cluster.slurm("squeue", &["-j", &job.to_string(), "-t", "PD"]);
    assert_eq!(session.says(&format!("squeue -j {job} -t PD")), native);
}

/// "The squeue --step/-s and --job/-j options can accept job or step specifications of the same format."
#[test]
fn elements_and_their_steps() {
    let session = Session::new("steps");
    let job = session.sbatch("--array=1-4 -o /dev/null --wrap 'srun --overlap sleep 1000'");
    crate::live_support::until("all have a step", || {
        let steps = session.says(&format!("squeue -h -s -j {job} -o %i"));
        (steps.lines().filter(|step| step.trim().ends_with(".0")).count() == 4).then_some(())
    });
    let [two, three] = [2, 3].map(|task| format!("{job}_{task}"));
    assert_eq!(session.squeue(format!("{two},{three}"), "-S i -o %i"), [two.clone(), three.clone()]);
    assert_eq!(session.squeue(&two, "--array -o %i"), [two.as_str()]);
    let mut steps: Vec<_> = session
        .says(&format!("squeue -h -s {two}.0,{three}.0 -o %i"))
        .lines()
        .map(|l| l.trim().to_owned())
        .collect();
    steps.sort();
    assert_eq!(steps, [format!("{two}.0"), format!("{three}.0")]);
    let shown = session.says(&format!("scontrol show step {two}"));
    let mut shown: Vec<_> =
        shown.lines().filter_map(|line| line.strip_prefix("StepId=")?.split(' ').next()).collect();
    shown.sort_unstable();
    assert_eq!(shown, [format!("{two}.0"), format!("{two}.batch")]);
    // One step of an element is found by no release as it should be: 22.05 shows them all, later ones the last task's only.
    let ours = session.run(&format!("scontrol show step {two}.0"));
    let mut native = session.cluster.command("scontrol");
    native.args(["show", "step", &format!("{two}.0")]);
    let native = crate::live_support::Process::start(native).wait();
    assert_eq!((ours.code, ours.stdout, ours.stderr), (native.code, native.stdout, native.stderr));
}

/// "%F prints the array_job_id value, %K prints the array_task_id value."
#[test]
fn its_fields() {
    let session = Session::new("fields");
    let job = session.sbatch("--array=1-5%2 --hold -o /dev/null --wrap true");
    assert_eq!(session.squeue(job, "-o '%F %K'"), [format!("{job} 1-5%2")]);
    assert_eq!(
        session.squeue(job, "-r -o '%F %K'"),
        (1..=5).map(|n| format!("{job} {n}")).collect::<Vec<_>>()
    );
    assert_eq!(session.squeue(job, "-O ArrayJobID:9,ArrayTaskID:9"), [format!("{job:<9}1-5%2")]);
    let plain = session.sbatch("--hold -o /dev/null --wrap true");
    assert_eq!(session.squeue(plain, "-o '%F %K'"), [format!("{plain} N/A")]);
    assert_eq!(session.squeue(plain, "-O ArrayJobID:9,ArrayTaskID:9"), [format!("{plain:<9}N/A")]);
}
