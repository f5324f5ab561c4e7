//! `scontrol show` of jobs, steps and hosts, and the other commands that change nothing.

use super::jobs::Jobs;
use crate::comparison::{BOTH, Comparison, Runner, shown};

#[test]
fn what_is_shown() {
    let jobs = Jobs::submit();
    let mut compare = Comparison::of(Runner::new(jobs.cluster(), "scontrol", jobs.dir.path()));
    each_job(&mut compare, &jobs);
    lines(&mut compare, &jobs, JOBS);
    lines(&mut compare, &jobs, STEPS);
    hosts(&mut compare);
    lines(&mut compare, &jobs, OPTIONS);
    voices(&mut compare, &jobs);
    times(&mut compare, &jobs);
    input(&mut compare, &jobs);
    scripts(&mut compare, &jobs);
    data(&mut compare, &jobs);
    if let Some(nobody) = Runner::new(jobs.cluster(), "scontrol", jobs.dir.path()).of_nobody() {
        let root = std::mem::replace(&mut compare.runner, nobody);
        lines(
            &mut compare,
            &jobs,
            "-d show jobs\nshow steps\n-d show job {runner}\nwrite batch_script {runner} -\nping",
        );
        compare.runner = root;
    }
    jobs.cluster().control(&["stop", "slurmctld"]);
    lines(
        &mut compare,
        &jobs,
        "show jobs\nshow steps\nping\nwrite batch_script {runner} -\nhold {runner}\nupdate JobId={runner} Comment=x\n\
         show jobs --json\nshow job {runner} --yaml\nshow steps --json",
    );
    pings(&mut compare);
    compare.tally.finish();
}

/// Command lines, in which `{name}` is a job's id.
fn lines(compare: &mut Comparison<'_>, jobs: &Jobs, lines: &str) {
    for line in lines.lines() {
        compare.line(&jobs.filled(line));
    }
}

fn each_job(compare: &mut Comparison<'_>, jobs: &Jobs) {
    compare.lines("show jobs\n-d show job\n-dd show jobs\n-o show jobs\n-od show jobs\n-a show j");
    for name in
        "runner steps het het_held split odd gpus_task ssd script names mixed_array".split_whitespace()
    {
        compare.line(&format!("show job {}", jobs.id(name)));
        compare.line(&format!("-d -o show job {}", jobs.id(name)));
    }
}

/// Jobs, whole and in part, there or not.
const JOBS: &str = "show job {array}_5
-Q show job {array}_5
show job {array}_50
show job {array}_[1-3]
-Q show job {array}_[1-3]
show job {array}_999
-Q show job {array}_999
show job {array}_
show job {array}_x
show job {split}_3
show job {split}_7
show job {split}_3,{split}_4
show job {het}+0
show job {het}+1
show job {het}+2
-Q show job {het}+2
show job {het}+x
show job {het}+
show job {runner}+0
show job {runner}_0
show job {runner},{array}
show job {runner} {array}
show job {runner}.0
show job {runner}x
show jobid={runner}
show job={runner}
show JOBS {runner}
show jobname={runner}
show job 999999
-Q show job 999999
show jobid=999999
show job 0
show job -1
show job x
show job 1x
show job _3
show job +1
show job 4294967295
show job 4294967299
show job 99999999999999999999
show job s123
show job=";

const STEPS: &str = "show steps
show step
-d show step
-o show step
-v show steps
show step {many_steps}
show step {many_steps}.0
show step {many_steps}.1
show step {many_steps}.2
show step {many_steps}.batch
show step {many_steps}.extern
show step {many_steps}.0+0
show steps={many_steps}
show steps={many_steps}.0
-o -d show step {many_steps}
-o -d show step {many_steps}.0
show step {runner}
show step {throttled}
show step {throttled}_0
show step {throttled}_0.batch
show step {het}
show step {het}+1
show step {held}
show step 999999
-Q show step 999999
show step 999999.0
show step x
show step 0
show step -1
show step 1.x
show step 1..0
show step _1";

fn hosts(compare: &mut Comparison<'_>) {
    let lists = "c[1-3] c1,c2,c1 c[01-10,12]x a[1-2]b[3-4] , c[1 c1] c[3-1] c[x] x c[1-2],d3";
    for list in lists.split(' ').chain([""]) {
        for what in ["hostnames", "hostlist", "hostlistsorted", "hostl", "hostn"] {
            compare.same(&["show", what, list]);
        }
    }
    for what in ["hostnames", "hostlist", "hostlistsorted"] {
        compare.same(&["show", what]);
        compare.same(&["show", what, "c3,c1,c2", "more"]);
        compare.with(&[("SLURM_NODELIST", "c[2-3]")], &["show", what], None);
        compare.with(&[("SLURM_JOB_NODELIST", "c[2-3]")], &["show", what], None);
        compare.with(&[], &["show", what, "-"], Some("c3\nc1\n\nc2\n"));
        compare.same(&["show", what, "/etc/hostname"]);
        compare.same(&["show", what, "/nonexistent"]);
        compare.line(&format!("-Q show {what} c[1"));
    }
}

/// Options and the commands of the same meaning, words that are none, and words that are missing.
const OPTIONS: &str = "--help
-h
help
--usage
help x
--version
-V
version
-v version
version x
-Z
--foo
--ver
--o
-u
-u nosuch show jobs
ping
PING
pin
pi
-v ping
-Q ping
ping x
bogus
-Q bogus
sho
sh
show
-Q show
show bogus
-Q show bogus
show bogus 1
show j x y
hold
-Q hold
release
uhold
suspend
resume
requeue
requeuehold
top
-Q top
top 1 2
update
-Q update
write
write bogus
write batch_script
write batch_script 1 2 3
notify
notify 1
wait_job
wait_job 1 2
wait_job x
errnumstr 2017
errnumstr
errnumstr x
errnumstr 1 2
errno 3
errnumstr -1
exit
quit x
all
all x
hide
details
details x
oneliner
oneliner x
quiet
quiet x
verbose
verbose x
!!
-- show hostnames c1
show -o hostnames c1
--local show hostnames c1
--federation show hostnames c1
--sibling show hostnames c1
-M srunx show hostnames c1";

fn voices(compare: &mut Comparison<'_>, jobs: &Jobs) {
    let id = jobs.id("runner");
    for options in "-v -vv --oneliner --one -Q --details --all --hide --local --future".split(' ') {
        compare.line(&format!("{options} show job {id}"));
        compare.line(&format!("show {options} job {id}"));
        compare.line(&format!("{options} show job 999999"));
    }
    for name in ["SCONTROL_ALL", "SCONTROL_LOCAL", "SCONTROL_FEDERATION", "SLURM_BITSTR_LEN"] {
        compare.with(&[(name, "1")], &["show", "job", &jobs.id("odd").to_string()], None);
    }
}

fn times(compare: &mut Comparison<'_>, jobs: &Jobs) {
    for format in ["standard", "relative", "", "%s", "%d.%m. %H:%M", "nothing", "%c"] {
        for name in ["runner", "later", "failing"] {
            let id = jobs.id(name).to_string();
            compare.with(&[("SLURM_TIME_FORMAT", format)], &["show", "job", &id], None);
        }
        compare.with(&[("SLURM_TIME_FORMAT", format)], &["show", "steps"], None);
    }
}

/// What may come from a pipe.
const INPUTS: [&str; 13] = [
    "",
    "\n",
    "  \n\n",
    "show hostnames c[1-2]\n",
    "show hostnames c[1-2]",
    "show hostnames c[1-2]\n!!\n!!\nexit\nshow hostnames c3\n",
    "bogus\nshow\nping\nquit\n",
    "oneliner\nshow job {failing}\nexit\n",
    "details\nshow job {failing}\nhide\nshow job {failing}\nall\nquiet\nshow job 999999\nverbose\nshow job {failing}\n\nexit now\n",
    "version\nerrnumstr 2017\nshow job 'x y'\nshow \"job\" {failing}\n",
    "hold 999999\nrelease 999999\nupdate JobId=999999 Comment=\"a b\"\n!!\n",
    "  show   hostnames   c1  \nexit\n",
    "!!\n",
];

fn input(compare: &mut Comparison<'_>, jobs: &Jobs) {
    for input in INPUTS {
        let input = jobs.filled(input);
        compare.with(&[], &[], Some(&input));
        compare.with(&[], &["-Q"], Some(&input));
        compare.with(&[], &["-v"], Some(&input));
    }
}

fn scripts(compare: &mut Comparison<'_>, jobs: &Jobs) {
    let ids = "{script} {runner} {array} {array}_5 {het} {het}+1 {done} 999999 x 0";
    for id in ids.split(' ') {
        compare.line(&jobs.filled(&format!("write batch_script {id} -")));
        compare.line(&jobs.filled(&format!("-Q write batch {id} -")));
    }
    let script = jobs.dir.read("script.sh");
    let own_name = jobs.filled("slurm-{script}.sh");
    for words in ["{script}", "{script} file", "{script} /nonexistent/file", "999999 none"] {
        for quiet in ["", "-Q "] {
            let line = jobs.filled(&format!("{quiet}write batch_script {words}"));
            compare.in_turn(&line);
            // What is left behind is ours: it was written last.
            let left = ["file", "none", &own_name].into_iter().filter(|name| jobs.dir.exists(name));
            for name in left {
                compare.tally.note(&line, &script, &jobs.dir.read(name));
                std::fs::remove_file(jobs.dir.path().join(name)).unwrap();
            }
        }
    }
}

/// `--json` and `--yaml`. Of the parsers that may be installed srunx has the release's own, and scontrol lists them in the
/// order in which it finds their files: `list` and older ones are not compared.
fn data(compare: &mut Comparison<'_>, jobs: &Jobs) {
    const OPTIONS: &str = "--json --yaml --json=nosuch --json=v0.0.39 --yaml= --json=+complex --yaml=latest+complex \
                           --json=,latest+fast,";
    let some = "{runner} {split}_3 {array} {odd} {het} {het}+1 {throttled}_0 {done} 999999 x 0";
    for option in OPTIONS.split_whitespace() {
        for what in ["jobs", "steps", "job 999999", "job x", "step {many_steps}", "step 999999", "step x"] {
            compare.line(&jobs.filled(&format!("show {what} {option}")));
        }
        for what in ["job", "step"] {
            compare.line(&jobs.filled(&format!("{option} show {what} {{runner}}")));
        }
        for line in ["show hostnames c[1-2]", "errnumstr 2017", "hold 999999", "show", "show bogus", "bogus"]
        {
            compare.line(&format!("{line} {option}"));
        }
    }
    for id in some.split(' ') {
        compare.line(&jobs.filled(&format!("show job {id} --json")));
        compare.line(&jobs.filled(&format!("show step {id} --yaml")));
    }
    for line in "show --json jobs
-a --json show jobs
-d -o show job {runner} --json
-v show job {runner} --json
-v show steps --json
-Q show job 999999 --json
show job={runner} --json
show job {runner} --json --yaml
show job {runner} --yaml --json=nosuch
show job {runner} x --json
show step {many_steps}.0 --json
show step {many_steps}.9 --json
ping --json=nosuch
--version --json
--json --help
--json=nosuch --version"
        .lines()
    {
        compare.line(&jobs.filled(line));
    }
    let id = jobs.id("runner").to_string();
    for (name, words) in [("SLURM_JSON", "compact"), ("SLURM_YAML", "compact"), ("SLURM_JSON", "bogus")] {
        for option in ["--json", "--yaml"] {
            compare.with(&[(name, words)], &["show", "job", &id, option], None);
            compare.with(&[(name, words)], &["version", option], None);
        }
    }
    compare.with(&[], &["--json"], Some(&format!("show job {id}\nshow job 999999\nversion\n")));
    pings(compare);
}

/// How long each controller took to answer is not the same twice.
fn pings(compare: &mut Comparison<'_>) {
    for option in ["--json", "--yaml", "--json=latest+complex"] {
        let both = BOTH.map(|side| {
            let text = shown(&compare.runner.run(side, &[], &["ping", option], None));
            text.lines().filter(|line| !line.contains("latency")).collect::<Vec<_>>().join("\n")
        });
        compare.tally.note(&format!("ping {option}"), &both[0], &both[1]);
    }
}
