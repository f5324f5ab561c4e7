//! `squeue`, on a cluster with jobs in every state that can be brought about.

mod comparison;
mod jobs;

use super::live_support::Cluster;
use comparison::Comparison;
use jobs::Jobs;

/// All letters, those without a field too.
const LETTERS: &str = "aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";

/// All names, those of other releases and those that are none too.
const NAMES: &str = "Account AccrueTime admin_comment AllocNodes AllocSID ArrayJobId ArrayTaskId AssocId BatchFlag BatchHost \
                     BoardsPerNode BurstBuffer BurstBufferState Cluster ClusterFeature Command Comment Container ContainerId \
                     ContainerType Contiguous Cores CoreSpec CPUsPerTask cpus-per-task cpus-per-tres CPUFreq CronJob Deadline \
                     DelayBoot Dependency DerivedEC EligibleTime EndTime ExcNodes Exclusive exit_code Feature Gres GroupId \
                     GroupName HetJobId HetJobIdSet HetJobOffset JobArrayId JobId LastSchedEval Licenses LicensesAlloc MaxCPUs \
                     MaxNodes mem-per-tres MCSLabel MinCPUs MinMemory MinTime MinTmpDisk Name Network Nice NodeList Nodes \
                     NTPerCore NTPerNode NTPerSocket NTPerBoard NumCPUs NumNodes NumTasks Origin OriginRaw OverSubscribe \
                     PackJobId PackJobIdSet PackJobOffset Partition PendingTime PreemptTime Prefer Priority PriorityLong \
                     Profile QOS Reason ReasonList Reboot ReqNodes ReqSwitch Requeue Reservation ResizeTime RestartCnt \
                     ResvPorts SchedNodes SCT SegmentSize SelectJobInfo SiblingsActive SiblingsActiveRaw SiblingsViable \
                     SiblingsViableRaw Shared SLUID Sockets SPerBoard StartTime State StateCompact StdErr StdIn StdOut StepId \
                     StepName StepState SubmitTime system_comment Threads TimeLeft TimeLimit TimeUsed Tres tres-alloc \
                     tres-bind tres-freq tres-per-job tres-per-node tres-per-socket tres-per-step tres-per-task UserId \
                     UserName Wait4Switch WCKey WorkDir numtasksandmore containerandmore nosuchname";

#[test]
fn everything_is_as_native_squeue_has_it() {
    let jobs = Jobs::submit();
    let mut compare = Comparison::on(jobs.cluster());
    letters_and_names(&mut compare);
    formats(&mut compare);
    sorts(&mut compare);
    ids(&mut compare, &jobs);
    filters(&mut compare);
    options(&mut compare, &jobs);
    variables(&mut compare);
    times(&mut compare);
    task_lists(&mut compare, &jobs);
    clusters(&mut compare);
    data(&mut compare, &jobs);
    compare.finish();
}

fn letters_and_names(compare: &mut Comparison<'_>) {
    for letter in LETTERS.chars() {
        compare.same(&["-t", "all", "-o", &format!("%{letter}")]);
        compare.same(&["-t", "all", "-o", &format!("[%.12{letter}|%7{letter}|%3{letter}]x")]);
        compare.same(&["-s", "-o", &format!("%{letter}|%.9{letter}|%30{letter}")]);
    }
    for name in NAMES.split_whitespace() {
        let small = name.to_lowercase();
        compare.same(&["-t", "all", "-O", name]);
        compare.same(&["-t", "all", "-O", &format!("{small}:.9 x,{name}:60")]);
        compare.same(&["-t", "all", "--noconvert", "-O", &format!("{name}:0")]);
        compare.same(&["-t", "all", "--expand-patterns", "-O", &format!("{name}:80")]);
        compare.same(&["-s", "-O", &format!("{name}:40,{small}:.5")]);
    }
}

fn formats(compare: &mut Comparison<'_>) {
    let short = [
        "%all",
        "%ALL",
        "x%all",
        "",
        "plain",
        "%%i",
        "%10",
        "%",
        "%5!",
        "%i%",
        "a%ib%jc",
        "%.i",
        "%-5i",
        "%.018i %5.2j",
    ];
    for format in short {
        compare.same(&["-t", "all", "-o", format]);
        compare.same(&["-s", "-o", format]);
    }
    let long = [
        "",
        "jobid,",
        "JobID:5,NAME:.5",
        "jobid:",
        "jobid:x",
        "jobid:-3",
        "jobid:+3z",
        " jobid",
        "jobid ,name",
        "jobid:.",
        "jobid:5:6",
    ];
    for format in long {
        compare.same(&["-t", "all", "-O", format]);
        compare.same(&["-s", "-O", format]);
    }
    compare.line("-o %i -O jobid");
    compare.line("-O jobid -o %i");
    compare.line("-l -o %i");
    compare.line("-l -O jobid");
}

fn sorts(compare: &mut Comparison<'_>) {
    for letter in LETTERS.chars().chain(['!', '1']) {
        compare.same(&["-t", "all", "-o", "%i", "-S", &letter.to_string()]);
        compare.same(&["-t", "all", "-o", "%i", "-S", &format!("-{letter}")]);
        compare.same(&["-P", "-t", "all", "-o", "%i %P %Q", "-S", &letter.to_string()]);
        compare.same(&["-s", "-S", &letter.to_string()]);
    }
    for sort in [
        "P,t,-p",
        "cluster",
        "-cluster,i",
        "+i",
        "i,-j",
        "P,-i",
        "-t,S,j",
        "",
        "clustr",
        "M,-N",
        "-i,M",
        "u,g",
    ] {
        compare.same(&["-t", "all", "-S", sort]);
        compare.same(&["-s", "-S", sort]);
        compare.with(&[("SQUEUE_SORT", sort)], &["-t", "all"]);
    }
}

fn ids(compare: &mut Comparison<'_>, jobs: &Jobs) {
    let (plain, array, split, het) = (jobs.id("runner"), jobs.id("arr"), jobs.id("split"), jobs.id("het"));
    let (part, step, steps) = (jobs.id("part"), jobs.id("step"), jobs.id("steps"));
    let asked = [
        format!("{plain}"),
        format!("{array}"),
        format!("{array}_5"),
        format!("{array}_5,{array}_7"),
        format!("{array}_5,{array}"),
        format!("{array},{array}_5"),
        format!("{array}_999"),
        format!("{split}_3"),
        format!("{split}_3,{split}_4,{split}_7"),
        format!("{part}"),
        format!("{part}_0"),
        format!("{part}_5"),
        format!("{het}"),
        format!("{het}+1"),
        format!("{step}_20"),
        format!("{plain},999999"),
    ];
    let odd = [
        "999999",
        "999999,999998",
        "0",
        "x",
        "-1",
        "1x",
        "1,",
        "",
        "1 2",
        "12_",
        "12_x",
        "12_[1-3]",
        "1.0",
        "1.batch",
        "1.x",
        "1+1_2",
        "s0000000000001",
        "4294967299",
        "99999999999999999999",
    ];
    for id in asked.iter().map(String::as_str).chain(odd) {
        compare.same(&["-j", id]);
        compare.same(&[&format!("-j{id}")]);
        compare.same(&["-t", "all", &format!("--jobs={id}")]);
        compare.same(&["-r", "-t", "all", "-j", id]);
        compare.same(&["-s", "-j", id]);
        compare.same(&["-h", "--job", id]);
        compare.same(&["-P", "-t", "all", "-j", id]);
    }
    let asked = [
        format!("{plain}.0"),
        format!("{plain}"),
        format!("{plain}.batch"),
        format!("{steps}.0"),
        format!("{steps}.1,{steps}.0"),
    ];
    for id in asked.iter().map(String::as_str).chain(["x.1", "1..0", "1_2.0", "1.x", ""]) {
        compare.same(&["-s", id]);
        compare.same(&[&format!("-s{id}")]);
        compare.same(&["-h", &format!("--steps={id}")]);
    }
}

fn filters(compare: &mut Comparison<'_>) {
    let states = "all ALL PD pending PD,R CG SE S F,CD,CA special_exit RH requeue_hold bogus pd,bogus , expediting R,all ST \
                  requeued OOM TO NF PR BF DL SI SO RD RV RF RS CF";
    for state in states.split_whitespace().chain([""]) {
        compare.same(&["-t", state]);
        compare.same(&["-h", &format!("--states={state}")]);
        compare.with(&[("SQUEUE_STATES", state)], &[]);
    }
    let filters: [(&str, &str, &str, &[&str]); 7] = [
        (
            "-u",
            "--user",
            "SQUEUE_USERS",
            &["root", "0", "nosuch", "root,nosuch", "99999", "-1", "daemon", "nobody", "", ","],
        ),
        (
            "-n",
            "--name",
            "SQUEUE_NAMES",
            &["arr", "ARR,runner", "nosuch", "", "held jöb with a very long name indeed"],
        ),
        ("-p", "--partition", "SQUEUE_PARTITION", &["debug", "short", "debug,short", "nosuch", "", "Debug"]),
        ("-q", "--qos", "SQUEUE_QOS", &["high", "normal", "HIGH,normal", "x", ""]),
        ("-A", "--account", "SQUEUE_ACCOUNT", &["research", "teaching", "Teaching,x", "x", ""]),
        ("-L", "--licenses", "SQUEUE_LICENSES", &["matlab", "ansys,x", "x", "matlab:3", ""]),
        ("-R", "--reservation", "SQUEUE_RESERVATION", &["x", "", "resv", "x,resv"]),
    ];
    for (short, long, variable, values) in filters {
        for value in values {
            compare.same(&[short, value]);
            compare.same(&["-t", "all", &format!("{long}={value}")]);
            compare.same(&["-s", short, value]);
            compare.same(&["-P", short, value]);
            compare.with(&[(variable, value)], &[]);
            compare.with(&[(variable, value)], &["-p", "debug"]);
            compare.with(&[(variable, "nosuch")], &[short, value]);
        }
    }
    for nodes in ["c1", "c[1-2]", "c1,c3", "c9", "c[3-1]", "localhost", "c[1,2]x", "c2,c1,c2", "c3,c9", "c 1"]
    {
        compare.same(&["-w", nodes]);
        compare.same(&["--nodelist", nodes]);
        compare.same(&["-s", "-w", nodes]);
    }
}

fn options(compare: &mut Comparison<'_>, jobs: &Jobs) {
    let lines = "-l; -h; -l -h; -a; --hide; -r; -r -t all; --array; --array-unique; -P; -P -r; --start; --start -h; --start -l; \
                 --start -O jobid; --start -t all; --start -s; --start -S i; -s; -s -l; --me; --notme; --me --notme; \
                 --federation; --local; --sibling; --sib; --noconvert; --zap; -z; --s; --st; --n; -o; --format; --me=1; extra; \
                 -j -s; -s -j; -i 0; -i x; -i -5; --autocomplete -; --autocomplete st; --autocomplete --n; --helpstate; \
                 --helpformat; --helpFormat; -s --helpformat; -s --helpFormat; --only-job-state; --only-job-state -t all; \
                 --only-job-state -j 999999; --only-job-state -r; --only-job-state -s; --only-job-state -u root; \
                 --only-job-state -O jobid,state,name -S i; --only-job-state -l; --running-over 1; --running-over 0:01; \
                 --running-under 99999; --running-under 1-0 --running-over 0:01; --running-over 5 --running-under 1; \
                 --running-over x; --running-over 0; --usage; --help";
    for line in lines.split(';') {
        compare.line(line);
    }
    compare.same(&["--only-job-state", "-o", "%i %T %F %K %j %u %P"]);
    for name in ["runner", "arr", "split", "het"] {
        let id = jobs.id(name).to_string();
        compare.same(&["--only-job-state", "-j", &id]);
        compare.same(&["-j", &id, "extra"]);
    }
    for line in [
        "-v",
        "-v -j 1",
        "-v -u root",
        "-v -s",
        "-vv -t all -n arr,b -p debug -L a,b -A x -R q -q r -S i -w c1",
        "-vvh",
    ] {
        // What is logged besides goes to standard error.
        compare.output(line);
    }
    compare.output(&format!("-vv -s {}.0,12_3.1 -u root,0", jobs.id("steps")));
    compare.rounds();
}

fn variables(compare: &mut Comparison<'_>) {
    for name in [
        "SQUEUE_ALL",
        "SQUEUE_ARRAY",
        "SQUEUE_ARRAY_UNIQUE",
        "SQUEUE_FEDERATION",
        "SQUEUE_LOCAL",
        "SQUEUE_PRIORITY",
        "SQUEUE_SIB",
        "SQUEUE_SIBLING",
    ] {
        compare.with(&[(name, "1")], &[]);
        compare.with(&[(name, "")], &["-t", "all"]);
    }
    for format in ["%i %j", "", "x"] {
        for arguments in [&[][..], &["-l"], &["-O", "jobid"], &["--start"], &["-s"]] {
            compare.with(&[("SQUEUE_FORMAT", format)], arguments);
        }
        compare.with(&[("SQUEUE_FORMAT", format), ("SQUEUE_FORMAT2", "jobid,name:5")], &[]);
    }
    compare.with(&[("SQUEUE_FORMAT2", "jobid:.9,name:5 ,state")], &[]);
    compare.with(&[("SQUEUE_FORMAT2", "jobid")], &["-l"]);
}

fn times(compare: &mut Comparison<'_>) {
    let long = "%Y".repeat(20);
    for format in [
        "",
        "relative",
        "standard",
        "%s",
        "%d.%m. %H:%M",
        "nothing",
        &long,
        "%c",
        "%x %X",
        "%e %k %l %I %p %j %U %w %y %z %%",
        "%A %B %b %a %h %D %R %r %n%t",
        "%Q %E %f %N",
        "%-d %_d %^a",
        "%G %g %V %u %C",
    ] {
        compare.with(&[("SLURM_TIME_FORMAT", format)], &["-t", "all", "-o", "%i %V %S %e"]);
        compare.with(&[("SLURM_TIME_FORMAT", format)], &["-t", "all", "-O", "submittime:9,starttime:.40"]);
        compare.with(&[("SLURM_TIME_FORMAT", format)], &["-s", "-o", "%i %S"]);
    }
}

fn task_lists(compare: &mut Comparison<'_>, jobs: &Jobs) {
    let array = jobs.id("arr");
    let some = format!("{array}_1,{array}_3");
    for length in ["0", "10", "64", "5000", "-1", "x", "1", "2", ""] {
        for arguments in [&[][..], &["-r"], &["-o", "%i|%K|%.18i|%10i"], &["-j", &some]] {
            compare.with(&[("SLURM_BITSTR_LEN", length)], arguments);
        }
        compare.with(&[("SLURM_BITSTR_LEN", length), ("SQUEUE_ARRAY", "1")], &[]);
    }
}

fn clusters(compare: &mut Comparison<'_>) {
    for arguments in
        ["-M srunx", "-M srunx -h", "-M srunx -s", "-M nosuch", "-M all", "-M srunx,srunx", "-M srunx -w c1"]
    {
        compare.line(arguments);
    }
    for names in ["srunx", "nosuch", ""] {
        compare.with(&[("SLURM_CLUSTERS", names)], &[]);
    }
}

/// `--json=PARSER` of another release is not compared: srunx has that of the release alone.
fn data(compare: &mut Comparison<'_>, jobs: &Jobs) {
    let (plain, het, steps) = (jobs.id("runner"), jobs.id("het"), jobs.id("steps"));
    let some = format!("-j {plain},{het}");
    let of_steps = format!("-s -j {steps}");
    let one_step = format!("-s {steps}.1");
    for form in ["--json", "--yaml"] {
        for line in [
            "",
            "-t all",
            "-r",
            "-t all -P -S -i",
            "-u root -l",
            "-u nobody",
            "-p short -h",
            "-w c1 -o %i",
            "-j 999999",
            "-s",
            "-M srunx",
            "-M nosuch",
            "--start",
            "--only-job-state",
            "--only-job-state -t all",
            "--expand-patterns -t all",
            "-t bogus",
            "extra",
            &some,
            &of_steps,
            &one_step,
        ] {
            compare.line(&format!("{form} {line}"));
            compare.line(&format!("{line} {form}"));
        }
        compare.line(&format!("{form}=nosuch"));
        compare.line(&format!("{form}="));
        for variable in ["SLURM_JSON", "SLURM_YAML"] {
            // From 25.05, what is said of JSON may hold for YAML too: it depends on which plugin the file system names
            // first.
            if form == "--yaml" && variable == "SLURM_JSON" {
                compare.with(&[(variable, "bogus")], &[form]);
                continue;
            }
            for words in
                ["compact", "pretty", "complex", "no_tag", "Compact,pretty", "no_tag,compact", ",", "bogus"]
            {
                compare.with(&[(variable, words)], &[form, "-t", "all"]);
            }
        }
    }
    for line in ["-t bogus --json", "--json -t bogus", "-t all"] {
        compare.with(&[("SLURM_JSON", "bogus")], &line.split(' ').collect::<Vec<_>>());
    }
    let own = jobs.cluster().try_slurm("squeue", &["--json"]).unwrap_or_default();
    if let Some((_, parser)) = own.split_once("data_parser\\/") {
        let parser = parser.split('"').next().unwrap();
        for line in [
            format!("--json={parser}"),
            format!("--json={parser}+complex -t all"),
            format!("--yaml={parser}+complex -t all"),
            format!("--json={parser}+fast,{parser}"),
            format!("-s --json={parser}+complex"),
        ] {
            compare.line(&line);
        }
    }
}

#[test]
fn without_a_controller() {
    let own = Cluster::start(&["--conf", "MessageTimeout=2"]);
    own.cluster.control(&["stop", "slurmctld"]);
    let mut compare = Comparison::on(&own.cluster);
    for line in ["", "-s", "-j 1", "--json", "--helpstate"] {
        compare.line(line);
    }
    compare.finish();
}
