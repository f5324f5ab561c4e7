//! `scancel`, on pairs of jobs: what it says, how it ends, and what becomes of the jobs.

mod steps;
mod words;

use super::comparison::{Runner, Side};
use super::live_support::{Cluster, Scratch, until};
use super::twins::{FIRST_ID, Twins};
use steps::{STEPS, signals, steps, wait_steps};
use words::{NOTHING, VARIABLES};

#[test]
fn what_is_cancelled() {
    let own = Cluster::start(&["--conf", FIRST_ID, "--conf", "MessageTimeout=2"]);
    let dir = Scratch::new("scancel");
    let mut twins = Twins::of(Runner::new(&own.cluster, "scancel", dir.path()));
    NOTHING.lines().for_each(|line| twins.act(line));
    twins.act_on(&[""], None);
    for (name, values) in VARIABLES {
        for value in *values {
            twins.act_with(&[(name, value)], "-n nosuch 999999");
            twins.act_with(&[(name, value)], "-v 999999");
        }
    }
    single(&mut twins);
    arrays(&mut twins);
    components(&mut twins);
    filters(&mut twins, &dir);
    interactive(&mut twins);
    steps(&mut twins, &dir);
    signals(&mut twins, &dir);
    of_others(&mut twins, &dir);
    own.cluster.control(&["stop", "slurmctld"]);
    for line in ["{over}", "-n x", "--ctld -n x"] {
        twins.act(line);
    }
    twins.tally.finish();
}

/// Each line is about jobs of its own. Behind them come a job that waits and one that runs: what scancel says depends on
/// what comes behind a job too. `PEN` is one that waits, `RUN` one that runs, `ARR` an array that waits.
fn each(twins: &mut Twins<'_>, lines: &[&str]) {
    let mut names = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        for (kind, options) in [
            ("PEN", "-H"),
            ("RUN", "-t60"),
            ("ARR", "-H -a0-12%3"),
            ("GOES", "-a0-3%2"),
            ("HET", "-H : -n2"),
            ("LED", "-n1 : -n2"),
        ] {
            if line.contains(kind) {
                let name = format!("{kind}{at}");
                twins.submit(&name, options, "sleep 3000");
                names.push((name, kind));
            }
        }
    }
    for (name, kind, options) in [("behind_pen", "PEN", "-H"), ("behind_run", "RUN", "-t60 -w c4")] {
        twins.submit(name, options, "sleep 3000");
        names.push((name.to_owned(), kind));
    }
    for (name, kind) in &names {
        match *kind {
            "RUN" | "LED" => twins.wait(name, "RUNNING"),
            "GOES" => twins.wait_tasks(name, 2),
            _ => {}
        }
    }
    for (at, line) in lines.iter().enumerate() {
        let mut filled = (*line).to_owned();
        for (name, kind) in names.iter().filter(|(name, kind)| *name == format!("{kind}{at}")) {
            filled = filled.replace(*kind, &format!("{{{name}}}"));
        }
        // Native scancel asks for ever where no more answers come.
        let input = filled.starts_with("-i ").then(|| "y\n".repeat(20));
        twins.act_on(&filled.split_whitespace().collect::<Vec<_>>(), input.as_deref());
    }
    let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    twins.queue(&names, &format!("{lines:?}"));
    twins.cancel(&names);
}

fn single(twins: &mut Twins<'_>) {
    twins.submit("over", "", "true");
    twins.wait("over", "COMPLETED");
    for line in [
        "{over}",
        "-v {over}",
        "-vv {over}",
        "-Q {over}",
        "-s USR1 {over}",
        "-v -s USR1 {over}",
        "-s KILL -v {over}",
        "-b {over}",
        "-b -v {over}",
        "-f -v {over}",
        "-t R -i {over}",
        "--ctld {over}",
        "--ctld -v {over}",
        "--ctld -v -s USR1 {over}",
        "{over}.0",
        "-v {over}.0",
        "-Q {over}.0",
        "{over}_1",
        "{over}+1",
        "-t R -v {over}",
        "-n over -v",
        "-H -v {over}",
    ] {
        twins.act(line);
    }
    each(
        twins,
        &[
            "PEN",
            "RUN",
            "-v PEN",
            "-v RUN",
            "-vv PEN RUN",
            "-Q PEN RUN",
            "PEN,RUN",
            "-vvv PEN",
            "PEN PEN",
            "-v PEN 999999 RUN",
            "-s KILL PEN",
            "-s 9 -v RUN",
            "-s USR1 -v RUN",
            "-b PEN",
            "-b -v RUN",
            "-f -v RUN",
            "-f PEN",
            "-H PEN",
            "-H -v RUN",
            "-b -s KILL -v RUN",
            "-f -s KILL RUN",
            "--ctld PEN",
            "--ctld -v RUN",
            "--ctld -v PEN,RUN 999999",
            "--ctld -v -s USR1 RUN",
            "--ctld -b -v RUN",
            "--ctld -f -v RUN",
            "-t PD -v PEN RUN",
            "-t R -v PEN RUN",
            "-p debug -v PEN RUN",
            "-p short -v PEN RUN",
            "-u root -v PEN",
            "-v RUN.0",
            "-v PEN.0",
            "-v RUN.99",
            "RUN.0 PEN",
            "RUN_1",
            "RUN_*",
            "RUN+0",
            "RUN+1",
            "--sibling=srunx -v PEN",
            "-c -v PEN",
            "-M srunx -v PEN",
            "--admin-comment=why -v PEN",
            "-s STOP -v RUN",
            "-s CONT RUN",
            "-s 64 -v RUN",
            "-w c4 -v PEN",
            "-w c[1-4] -v RUN",
            "-q high -v PEN",
            "--me -v PEN",
        ],
    );
}

/// Not here: signals to arrays of which tasks wait. Both say for a minute and a half that the job is in a transitional
/// state, for a task that runs too. `GOES_3 GOES` and the like are two calls at once, and either may be the first;
/// asked for one by one they are among [`interactive`].
fn arrays(twins: &mut Twins<'_>) {
    each(
        twins,
        &[
            "ARR",
            "-v ARR",
            "-v ARR_3",
            "-v ARR_[1-3,7]",
            "-v ARR_1-9:2",
            "-v ARR_[1-9:2]",
            "-v ARR_*",
            "ARR_99",
            "-v ARR_99",
            "-v ARR_[3,99]",
            "-v ARR_1,ARR_2",
            "ARR_1 ARR_1",
            "-v ARR_[1-2],999999",
            "-v ARR_",
            "-t PD -v ARR",
            "-t PD -v ARR_4",
            "-t R -v ARR",
            "-b -v ARR_2",
            "-Q ARR_[0-12]",
            "--ctld -v ARR",
            "--ctld -v ARR_3",
            "--ctld -v ARR_[1-3,7]",
            "--ctld -v ARR_*",
            "--ctld -v ARR_99",
            "ARR_3.0",
            "-v ARR.0",
            "ARR+1",
            "GOES",
            "-v GOES",
            "-v GOES_0",
            "-v GOES_[0-2]",
            "-v GOES_*",
            "-t R -v GOES",
            "-t PD -v GOES",
            "-b -v GOES",
            "-f -v GOES_1",
            "-p debug -v GOES_[1-2]",
            "--ctld -v GOES",
            "--ctld -v GOES_[0-3]",
            "--ctld -t R -v GOES",
            "GOES_0.0",
            "-v GOES_0.0",
            "-v GOES_3.0",
            "-i -v GOES_0.0",
            "-v GOES.0",
        ],
    );
}

fn components(twins: &mut Twins<'_>) {
    each(
        twins,
        &[
            "HET",
            "-v HET",
            "HET+0",
            "-v HET+1",
            "HET+9",
            "-t PD -v HET",
            "-t PD -v HET+1",
            "--ctld -v HET",
            "--ctld -v HET+1",
            "-b -v HET",
            "LED",
            "-v LED",
            "-v LED+1",
            "LED+0",
            "-t R -v LED",
            "-t R -v LED+1",
            "-s USR1 -v LED",
            "-s USR1 -v LED+1",
            "-b -v LED",
            "--ctld -v LED",
            "--ctld -v LED+1",
            "--ctld -s USR1 -v LED",
            "-v LED.0",
        ],
    );
}

/// Filters match the jobs of both sides, so each side has a name and the like of its own; the rest is the same.
fn filters(twins: &mut Twins<'_>, dir: &Scratch) {
    dir.write("nodes", "c1,c2 # these\nc3\nc4\n");
    dir.write("none", "c9\n");
    let mut names = Vec::new();
    for (at, line) in [
        "-n JOB",
        "-v -n JOB",
        "--jobname=JOB -v",
        "-v -u root -n JOB",
        "-n JOB -p debug -v",
        "-n JOB -p short -v",
        "-n JOB -A research -v",
        "-n JOB -A RESEARCH",
        "-n JOB -q normal -v",
        "-n JOB -q high -v",
        "-n JOB -t PD -v",
        "-n JOB -t R -v",
        "-n JOB -t running",
        "-n JOB -t S -v",
        "-n JOB -w c1 -v",
        "-n JOB -w c[1-4]",
        "-n JOB -w c9 -v",
        "-n JOB --me -v",
        "-n JOB -s USR1 -t R -v",
        "-n JOB -b -v",
        "-n JOB -f -s USR1 -t R -v",
        "-n JOB --ctld -v",
        "-n JOB --ctld -t R -v",
        "-n JOB --ctld -w c[1-4] -v",
        "-n JOB --ctld -s USR1 -t R -v",
        "-n JOB --ctld -q high -v",
        "-n JOB -R nosuch -v",
        "-n JOB --wckey= -v",
        "-Q -n JOB",
        "-vv -n JOB -t PD -p debug",
        "-n JOB {over} -v",
        "-n JOB -w /nonexistent -v",
        "-n JOB -w ./nodes -v",
        "-n JOB -w ./none -v",
        "-n JOB --ctld -w ./nodes -v",
        "-n JOB --ctld -w /nonexistent -v",
    ]
    .into_iter()
    .enumerate()
    {
        // A job that runs, one that waits and an array, all of one name.
        let name = format!("of{at}");
        for (kind, options) in [("run", "-t60"), ("pen", "-H"), ("arr", "-H -a0-2"), ("het", "-H : -n2")] {
            twins.submit_named(&format!("{name}{kind}"), &name, options, "sleep 3000");
        }
        twins.wait(&format!("{name}run"), "RUNNING");
        twins.act_named(&line.replace("JOB", &name), &name);
        names.extend(["run", "pen", "arr", "het"].map(|kind| format!("{name}{kind}")));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    twins.queue(&names, "filters");
    twins.cancel(&names);
}

/// From 24.05 native scancel, where a job is declined, goes on to ask for the jobs behind it that are in no array, and
/// cancels them if that is the answer. srunx asks for no job that was not named. So what is declined here is an array, and
/// nothing but arrays is behind it.
fn interactive(twins: &mut Twins<'_>) {
    const LINES: &[(&str, &str)] = &[
        ("-i JOB", "y\n"),
        ("-i JOB", "Yes please\n"),
        ("-i JOB", "x\n\nmaybe\ny\n"),
        ("-i -v JOB ARR", "y\nn\n"),
        ("-i ARR_3", "y\n"),
        ("-i ARR_[1-3]", "y\nn\ny\n"),
        ("-i -v ARR_[1-3]", "y\nn\nn\n"),
        ("-i JOB.0", "y\nn\n"),
        ("-i -v ARR_3 ARR", "y\ny\ny\n"),
        ("-i -v ARR ARR_1", "y\ny\n"),
        ("-i -v JOB JOB", "y\ny\n"),
        ("-i JOB 999999", "y\n"),
        ("-i 999999", "y\n"),
        ("-i -t PD JOB", "y\n"),
        ("-i -t R -v JOB", "y\n"),
        ("-i --ctld JOB", "n\n"),
        ("-i -Q JOB", "y\n"),
        ("-i -b ARR", "n\n"),
        ("-i ARR", "n\n"),
        ("-i ARR", "NO\n"),
        ("-i ARR MANY", "n\ny\n"),
        ("-i -v MANY MANY", "n\ny\n"),
    ];
    let mut names = Vec::new();
    // Plain jobs first.
    for (kind, options) in [("job", "-H"), ("arr", "-H -a0-5"), ("many", "-H -a1,3")] {
        for at in 0..LINES.len() {
            let name = format!("asked{at}{kind}");
            twins.submit(&name, options, "sleep 3000");
            names.push(name);
        }
    }
    for (at, (line, input)) in LINES.iter().enumerate() {
        // Native scancel asks for ever where no more answers come.
        let input = format!("{input}{}", "n\n".repeat(20));
        let fill =
            |line: String, (word, kind): (&str, &str)| line.replace(word, &format!("{{asked{at}{kind}}}"));
        let line =
            [("JOB", "job"), ("ARR", "arr"), ("MANY", "many")].into_iter().fold((*line).to_owned(), fill);
        twins.act_on(&line.split_whitespace().collect::<Vec<_>>(), Some(&input));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let left = twins.ids("asked18arr")[1].to_string();
    let ours = twins.runner.run(Side::Ours, &[], &["-i", &left], Some("x\n"));
    twins.tally.note("no more answers", "Some(0)", &format!("{:?}", ours.code));
    twins.queue(&names, "interactive");
    twins.cancel(&names);
}

/// By a user who may not.
fn of_others(twins: &mut Twins<'_>, files: &Scratch) {
    let (cluster, dir) = (twins.runner.cluster, twins.runner.dir);
    let Some(nobody) = Runner::new(cluster, "scancel", dir).of_nobody() else { return };
    twins.submit_named("mine", "mine", "", STEPS);
    twins.submit("my_array", "-H -a0-3", STEPS);
    wait_steps(twins, "mine", files);
    let root = std::mem::replace(&mut twins.runner, nobody);
    for line in [
        "{mine}",
        "-v {mine}",
        "-Q {mine}",
        "-s USR1 {mine}",
        "{mine}.0",
        "-v {mine}.0",
        "{my_array}_1",
        "{my_array}_[1-2]",
        "-v {my_array}",
        "--me -v",
        "-n mine",
        "-n mine -v",
        "-u root -v -n mine",
        "-v -t PD",
        "{over}",
        "--ctld {mine}",
        "--ctld -v {mine}",
        "--ctld -v {my_array}_[1-2]",
        "--ctld -n mine -v",
        "-b -v {mine}",
        "--hurry {mine}",
    ] {
        twins.act_named(line, "mine");
    }
    twins.act_on(&["-i", "{my_array}"], Some("y\nn\nn\nn\n"));
    twins.runner = root;
    twins.queue(&["mine", "my_array"], "attempts of another user");
    twins.cancel(&["mine", "my_array"]);
    until("they are over", || cluster.slurm("squeue", &["-h"]).is_empty().then_some(()));
}
