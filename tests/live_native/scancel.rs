//! `scancel`, on pairs of jobs: what it says, how it ends, and what becomes of the jobs.

use super::comparison::Runner;
use super::live_support::{Cluster, Scratch, until};
use super::twins::{FIRST_ID, Twins};

/// Words that are no jobs, options that are none, and filters that nothing matches.
const NOTHING: &str = "
999999
-v 999999
-vv 999999
-vvv 999999
-Q 999999
999999 999998
999999,999998
999999_1
999999_[1-3]
-v 999999_[1-3,7]
999999_*
999999+1
999999.0
-v 999999.0
-Q 999999.0
999999.batch
999999_1.0
999999_1-9:2
999999_[1-9:2]
x
0
-1
-- -1
1x
999999,
,
999999,x
999999_
999999_x
999999_[
999999_[1
999999_[x]
999999_[1]x
999999+
999999+x
999999.
999999.x
999999.-1
4294967299
99999999999999999999
s123
job=999999
-b 999999
-f 999999
-H 999999
-i 999999
-s USR1 999999
-s 10 999999
-v -s USR1 999999
-s KILL 999999
-b -s STOP -v 999999
-f -s USR1 -vv 999999
--ctld 999999
--ctld -v 999999
--ctld -s USR1 999999
--ctld -v -s USR1 999999 999998
--ctld 999999.0
--ctld x
--ctld -n nosuch
--ctld -v -n nosuch
--ctld -u nosuch
--ctld -t PD -v -p nosuch
-n nosuch
-v -n nosuch
-vv -n nosuch -p debug
-u root -n nosuch -v
-u nosuch
-u 0 -n nosuch
-u 99999
-u -1
-p nosuch -v
-A nosuch -v
-A NOSUCH -v
-q nosuch -v
-R nosuch -v
-w c9 -v
-w c[1 -v
-w /nonexistent -v
-t R -n nosuch -v
-t PENDING -n nosuch -v
-t S -n nosuch -v
-t CG -n nosuch -v
-t x
-t CD -n nosuch
-t all -n nosuch
--wckey nosuch -v
--wckey=*nosuch -v
--me -n nosuch -v
--sibling nosuch 999999
-A a -n b -p c -q d -R e -t R -u root -w c1 --wckey=f -vvv
-i -n nosuch
-M srunx 999999
-c 999999
--cron -v 999999
--admin-comment=x 999999
-s nosuch 999999
-s 0 999999
-s 99 999999
-s -1 999999
-s SIGUSR1 -n nosuch -v
-s usr1 -n nosuch -v
-Z
--foo
--na
--name
-s
-t
--version
-V
--help
--usage
-v
-Q
-f
--me=x
-n
--si=x 999999
";

const VARIABLES: &[(&str, &[&str])] = &[
    ("SCANCEL_ACCOUNT", &["nosuch", ""]),
    ("SCANCEL_BATCH", &["true", "F", "x", ""]),
    ("SCANCEL_CRON", &["1"]),
    ("SCANCEL_CTLD", &["", "1"]),
    ("SCANCEL_FULL", &["true", "x"]),
    ("SCANCEL_HURRY", &["1"]),
    ("SCANCEL_INTERACTIVE", &["t", "x"]),
    ("SCANCEL_NAME", &["nosuch", ""]),
    ("SCANCEL_PARTITION", &["nosuch"]),
    ("SCANCEL_QOS", &["NOSUCH"]),
    ("SCANCEL_STATE", &["R", "x", ""]),
    ("SCANCEL_USER", &["nosuch", "root"]),
    ("SCANCEL_VERBOSE", &["true", "x"]),
    ("SCANCEL_WCKEY", &["nosuch"]),
];

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
    filters(&mut twins);
    interactive(&mut twins);
    steps(&mut twins);
    signals(&mut twins, &dir);
    of_others(&mut twins);
    own.cluster.control(&["stop", "slurmctld"]);
    for line in ["{over}", "-n x", "-v {over}", "--ctld -n x", "-s USR1 {over}", "{over}.0", "-i {over}"] {
        twins.act(line);
    }
    twins.tally.finish();
}

/// Each line is about jobs of its own: `PEN` is one that waits, `RUN` one that runs, `ARR` an array that waits.
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
        twins.act(&filled);
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
        "-i {over}",
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
            "-s TERM PEN",
            "-v -s USR1 PEN",
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
            "--ctld -v -s USR1 PEN",
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
            "-w c1 -v PEN",
            "-w c[1-4] -v RUN",
            "--me -v PEN",
        ],
    );
}

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
            "-s USR1 -v ARR",
            "-s USR1 -v ARR_2",
            "-b -v ARR_2",
            "-Q ARR_[0-12]",
            "--ctld -v ARR",
            "--ctld -v ARR_3",
            "--ctld -v ARR_[1-3,7]",
            "--ctld -v ARR_*",
            "--ctld -v ARR_99",
            "--ctld -s USR1 -v ARR_2",
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
            "-s USR1 -v GOES",
            "-s USR1 -v GOES_0",
            "-s STOP -v GOES_[0-3]",
            "-b -v GOES",
            "-f -v GOES_1",
            "-p debug -v GOES_[1-2]",
            "--ctld -v GOES",
            "--ctld -v GOES_[0-3]",
            "--ctld -t R -v GOES",
            "-v GOES_0.0",
            "-v GOES GOES_1",
            "-v GOES_3 GOES",
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
            "-s USR1 -v HET",
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
fn filters(twins: &mut Twins<'_>) {
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
        "-n JOB -s USR1 -v",
        "-n JOB -b -v",
        "-n JOB -f -s USR1 -v",
        "-n JOB --ctld -v",
        "-n JOB --ctld -t R -v",
        "-n JOB --ctld -w c[1-4] -v",
        "-n JOB --ctld -s USR1 -v",
        "-n JOB --ctld -q high -v",
        "-n JOB -R nosuch -v",
        "-n JOB --wckey= -v",
        "-Q -n JOB",
        "-vv -n JOB -t PD -p debug",
        "-n JOB {over} -v",
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

fn interactive(twins: &mut Twins<'_>) {
    let mut names = Vec::new();
    for (at, (line, input)) in [
        ("-i JOB", "y\n"),
        ("-i JOB", "n\n"),
        ("-i JOB", "Yes please\n"),
        ("-i JOB", "NO\n"),
        ("-i JOB", "x\n\nmaybe\ny\n"),
        ("-i JOB", "x\n"),
        ("-i JOB", ""),
        ("-i JOB", "y"),
        ("-i -v JOB ARR", "y\nn\n"),
        ("-i JOB ARR", "n\ny\n"),
        ("-i ARR_3", "y\n"),
        ("-i ARR_[1-3]", "y\nn\ny\n"),
        ("-i -v ARR_[1-3]", "y\n"),
        ("-i -s USR1 -v JOB", "y\n"),
        ("-i JOB.0", "y\n"),
        ("-i JOB 999999", "y\n"),
        ("-i 999999", "y\n"),
        ("-i -t PD JOB", "y\n"),
        ("-i -t R -v JOB", "y\n"),
        ("-i --ctld JOB", "n\n"),
        ("-i -Q JOB", "y\n"),
        ("-i -b JOB", "n\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let (job, array) = (format!("asked{at}"), format!("askeds{at}"));
        twins.submit(&job, "-H", "sleep 3000");
        twins.submit(&array, "-H -a0-5", "sleep 3000");
        let line = line.replace("JOB", &format!("{{{job}}}")).replace("ARR", &format!("{{{array}}}"));
        twins.act_on(&line.split_whitespace().collect::<Vec<_>>(), Some(input));
        names.extend([job, array]);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    twins.queue(&names, "interactive");
    twins.cancel(&names);
}

const STEPS: &str = "srun -n1 --overlap sleep 3000 & srun -n1 --overlap sleep 3000 & wait";

fn steps(twins: &mut Twins<'_>) {
    for (at, line) in [
        "JOB.0",
        "-v JOB.0",
        "-v JOB.0 JOB.1",
        "JOB.0,JOB.1",
        "-v JOB.7",
        "-Q JOB.7",
        "-s USR1 -v JOB.0",
        "-s KILL -v JOB.0",
        "-s KILL -v JOB.7",
        "-s USR1 -v JOB.7",
        "--ctld -v JOB.0",
        "--ctld -s USR1 -v JOB.1",
        "-b -v JOB.0",
        "-f -v JOB.1",
        "-v JOB.0 999999.0",
        "-t R -v JOB.0",
        "-t PD -v JOB.0",
        "-i -v JOB.0",
        "-v JOB.0 JOB",
        "-v -s TERM JOB.0",
    ]
    .into_iter()
    .enumerate()
    {
        let job = format!("steps{at}");
        twins.submit(&job, "-n2", STEPS);
        twins.wait_steps(&job, 2);
        let line = line.replace("JOB", &format!("{{{job}}}"));
        let input = line.contains("-i").then_some("y\n");
        twins.act_on(&line.split_whitespace().collect::<Vec<_>>(), input);
        twins.settle_steps(&job, &line);
    }
}

/// Who gets a signal: the batch shell, its steps, or all.
fn signals(twins: &mut Twins<'_>, dir: &Scratch) {
    let job = r#"
        mkdir -p sig; cd sig
        trap 'echo batch >>$SLURM_JOB_ID' USR1
        srun --overlap -n1 bash -c 'trap "echo step >>$SLURM_JOB_ID" USR1; echo > $SLURM_JOB_ID.ready; while :; do sleep 0.1; done' &
        while :; do wait; sleep 0.1; done
    "#;
    for (at, line) in [
        "-s USR1 JOB",
        "-b -s USR1 JOB",
        "-f -s USR1 JOB",
        "-s USR1 JOB.0",
        "-b JOB",
        "--signal=SIGUSR1 --batch --full JOB",
        "--ctld -s USR1 JOB",
        "--ctld -b -s USR1 JOB",
        "--ctld -f -s USR1 JOB",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("trap{at}");
        twins.submit(&name, "", job);
        let ids = twins.ids(&name);
        ids.iter().for_each(|id| dir.wait_for(&format!("sig/{id}.ready")));
        twins.act(&line.replace("JOB", &format!("{{{name}}}")));
        std::thread::sleep(std::time::Duration::from_millis(1200));
        let [native, ours] = ids.map(|id| {
            let file = format!("sig/{id}");
            let mut who: Vec<String> = dir
                .exists(&file)
                .then(|| dir.read(&file))
                .unwrap_or_default()
                .lines()
                .map(str::to_owned)
                .collect();
            who.sort();
            who.join("\n")
        });
        twins.tally.note(&format!("who gets it: {line}"), &native, &ours);
        twins.cancel(&[&name]);
    }
}

/// By a user who may not.
fn of_others(twins: &mut Twins<'_>) {
    let (cluster, dir) = (twins.runner.cluster, twins.runner.dir);
    let Some(nobody) = Runner::new(cluster, "scancel", dir).of_nobody() else { return };
    twins.submit("mine", "", STEPS);
    twins.submit("my_array", "-H -a0-3", STEPS);
    twins.wait("mine", "RUNNING");
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
        "-i {mine}",
        "--hurry {mine}",
    ] {
        twins.act(line);
    }
    twins.runner = root;
    twins.queue(&["mine", "my_array"], "attempts of another user");
    twins.cancel(&["mine", "my_array"]);
    until("they are over", || {
        cluster.slurm("squeue", &["-h", "-n", "mine,my_array"]).is_empty().then_some(())
    });
}
