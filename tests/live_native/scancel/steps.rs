//! Steps and signals: who gets them, and what is left.

use super::super::live_support::Scratch;
use super::super::twins::Twins;

pub const STEPS: &str = r#"
    step='echo >$SLURM_JOB_ID.$SLURM_STEP_ID.ready; exec sleep 3000'
    srun -n1 --overlap bash -c "$step" & srun -n1 --overlap bash -c "$step" & wait
    sleep 3000
"#;

/// Waits until the tasks of both steps run.
pub fn wait_steps(twins: &Twins<'_>, name: &str, dir: &Scratch) {
    for id in twins.ids(name) {
        [0, 1].iter().for_each(|step| dir.wait_for(&format!("{id}.{step}.ready")));
    }
}

/// Not here: `JOB.0 JOB`, which are two calls at once.
pub fn steps(twins: &mut Twins<'_>, dir: &Scratch) {
    const LINES: &[(&str, &str)] = &[
        ("JOB.0", ""),
        ("-v JOB.0", ""),
        ("-v JOB.0 JOB.1", ""),
        ("JOB.0,JOB.1", ""),
        ("-v JOB.7", ""),
        ("-Q JOB.7", ""),
        ("-s USR1 -v JOB.0", ""),
        ("-s KILL -v JOB.0", ""),
        ("-s KILL -v JOB.7", ""),
        ("-s USR1 -v JOB.7", ""),
        ("--ctld -v JOB.0", ""),
        ("--ctld -s USR1 -v JOB.1", ""),
        ("-b -v JOB.0", ""),
        ("-f -v JOB.1", ""),
        ("-v JOB.0 999999.0", ""),
        ("-t R -v JOB.0", ""),
        ("-t PD -v JOB.0", ""),
        ("-i -v JOB.0", "y\n"),
        ("-i -v JOB.0 JOB.1", "n\ny\n"),
        ("-v -s TERM JOB.0", ""),
    ];
    // Beside a job that waits a step is signalled twice, and may be gone by then if that has ended it.
    const BESIDE: &[(&str, &str)] = &[
        ("JOB.7", ""),
        ("-v JOB.7", ""),
        ("-Q JOB.7", ""),
        ("-s CONT -v JOB.0", ""),
        ("-s CONT -v JOB.0 JOB.1", ""),
        ("-s KILL -v JOB.7", ""),
        ("-t R -v JOB.7", ""),
        ("-t PD -v JOB.7", ""),
        ("-i -v JOB.7 JOB.8", "n\ny\nn\n"),
        ("-i -s CONT -v JOB.0", "y\ny\n"),
    ];
    // Not all at once: it takes a while until so many steps have begun.
    let chunks = LINES.chunks(10).chain([BESIDE]);
    for (chunk, lines) in chunks.enumerate() {
        let names: Vec<String> = (0..lines.len()).map(|at| format!("steps{chunk}x{at}")).collect();
        names.iter().for_each(|name| twins.submit(name, "-n2", STEPS));
        let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
        if lines == BESIDE {
            twins.submit("waits", "-H", "true");
            all.push("waits");
        }
        names.iter().for_each(|name| wait_steps(twins, name, dir));
        for ((line, input), name) in lines.iter().zip(&names) {
            let line = line.replace("JOB", &format!("{{{name}}}"));
            let input = (!input.is_empty()).then(|| format!("{input}{}", "n\n".repeat(20)));
            twins.act_on(&line.split_whitespace().collect::<Vec<_>>(), input.as_deref());
        }
        std::thread::sleep(std::time::Duration::from_millis(1000));
        lines.iter().zip(&names).for_each(|((line, _), name)| twins.compare_steps(name, line));
        twins.cancel(&all);
    }
}

/// Who gets a signal: the batch shell, its steps, or all.
pub fn signals(twins: &mut Twins<'_>, dir: &Scratch) {
    let job = r#"
        mkdir -p sig; cd sig
        trap 'echo batch >>$SLURM_JOB_ID' USR1
        srun --overlap -n1 bash -c 'trap "echo step >>$SLURM_JOB_ID" USR1; echo > $SLURM_JOB_ID.ready; while :; do sleep 0.1; done' &
        while :; do wait; sleep 0.1; done
    "#;
    const LINES: &[&str] = &[
        "-s USR1 JOB",
        "-b -s USR1 JOB",
        "-f -s USR1 JOB",
        "-s USR1 JOB.0",
        "-b JOB",
        "--signal=SIGUSR1 --batch --full JOB",
        "--ctld -s USR1 JOB",
        "--ctld -b -s USR1 JOB",
        "--ctld -f -s USR1 JOB",
    ];
    let names: Vec<String> = (0..LINES.len()).map(|at| format!("trap{at}")).collect();
    names.iter().for_each(|name| twins.submit(name, "", job));
    for name in &names {
        twins.ids(name).iter().for_each(|id| dir.wait_for(&format!("sig/{id}.ready")));
    }
    for (line, name) in LINES.iter().zip(&names) {
        twins.act(&line.replace("JOB", &format!("{{{name}}}")));
    }
    std::thread::sleep(std::time::Duration::from_millis(1200));
    for (line, name) in LINES.iter().zip(&names) {
        let [native, ours] = twins.ids(name).map(|id| {
            let file = format!("sig/{id}");
            let text = if dir.exists(&file) { dir.read(&file) } else { String::new() };
            let mut who: Vec<&str> = text.lines().collect();
            who.sort();
            // A step may be signalled twice, and may see one of the two.
            who.dedup();
            who.join("\n")
        });
        twins.tally.note(&format!("who gets it: {line}"), &native, &ours);
    }
    twins.cancel(&names.iter().map(String::as_str).collect::<Vec<_>>());
}
