//! `sinfo`, on a cluster whose nodes and partitions are in every state that can be brought about.

use super::live_support::cluster::Own;
use super::live_support::{Cluster, Done, Process, srunx, until};
use std::collections::BTreeSet;

/// Every letter, those without a field too.
const LETTERS: &str = "aAbBcCdDeEfFgGhHiIjkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";

const NAMES: &str = "AllocMem AllocNodes Available Cluster Comment Cores CPUs CPUsLoad CPUsState DefaultTime Disk Extra \
                     Features features_act FreeMem Gres GresUsed Groups MaxCPUsPerNode Memory NodeAddr NodeAI NodeAIOT \
                     NodeHost NodeList Nodes OverSubscribe Partition PartitionName Port PreemptMode PriorityJobFactor \
                     PriorityTier Reason Reservation Root Share Size Sockets SocketCoreThread StateCompact StateComplete \
                     StateLong Threads Time TimeStamp User UserLong Version Weight bogus all";

const STATES: &str = "all idle mix mixed alloc allocated down drain drained draining drng fail failing maint resv reserved \
                      npc perfctrs comp completing no_respond power_down powered_down powering_down powering_up power_up \
                      pow_dn reboot boot reboot_issued reboot_requested cloud unk unknown future error planned plnd block \
                      blocked inval invalid_reg dynamic external d dr i m e ? idle,down idle&drain drain&idle idle+drain \
                      !idle ~down !down,!idle !down&!idle down&maint bogus idle,bogus , planned,resv";

/// What a command of Slurm's and ours say, and what has differed.
pub struct Comparison<'a> {
    program: &'static str,
    cluster: &'a Cluster,
    compared: usize,
    differences: Vec<String>,
}

impl<'a> Comparison<'a> {
    pub fn on(cluster: &'a Cluster, program: &'static str) -> Self {
        Self { program, cluster, compared: 0, differences: Vec::new() }
    }

    fn start(&self, native: bool, arguments: &[&str], environment: &[(&str, &str)]) -> Process {
        let mut command = match native {
            true => self.cluster.command(self.program),
            false => self.cluster.command(srunx()),
        };
        if !native {
            command.arg(self.program);
        }
        for name in ["SINFO_ALL", "SINFO_PARTITION", "SINFO_SORT", "SINFO_FORMAT", "SLURM_TIME_FORMAT"] {
            command.env_remove(name);
        }
        command.envs(environment.iter().copied()).args(arguments);
        Process::start(command)
    }

    /// sinfo builds its lines in as many threads as there are partitions: lines that sort alike come in any order. Either
    /// it gives ours sooner or later, or it gives the same lines in so many orders that none of them is right.
    fn compare(&mut self, environment: &[(&str, &str)], arguments: &[&str], shown: impl Fn(&Done) -> String) {
        const ORDERS: usize = 5;
        self.compared += 1;
        let program = self.program;
        let (mut orders, mut others) = (BTreeSet::new(), 0);
        for _ in 0..200 {
            let both = [true, false].map(|native| self.start(native, arguments, environment));
            let [native, ours] = both.map(|process| shown(&process.wait()));
            if ours == native {
                return;
            }
            if same_lines(&ours, &native) {
                orders.insert(native);
            } else {
                others += 1;
                if others > ORDERS {
                    let lines = different_lines(&native, &ours);
                    self.differences.push(format!("{environment:?} {program} {arguments:?}\n{lines}"));
                    return;
                }
            }
            if orders.len() >= ORDERS {
                return;
            }
        }
        self.differences
            .push(format!("{environment:?} {program} {arguments:?}: native never gives our order"));
    }

    pub fn same(&mut self, arguments: &[&str]) {
        self.compare(&[], arguments, everything);
    }

    /// Words without blanks.
    pub fn line(&mut self, line: &str) {
        self.same(&line.split_whitespace().collect::<Vec<_>>());
    }

    fn with(&mut self, environment: &[(&str, &str)], line: &str) {
        self.compare(environment, &line.split_whitespace().collect::<Vec<_>>(), everything);
    }

    #[track_caller]
    pub fn finish(self) {
        assert!(self.compared > 0);
        let (count, first) = (self.differences.len(), self.differences.iter().take(8));
        let first: String = first.map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(count == 0, "{count} of {} differ\n{first}", self.compared);
    }
}

fn everything(done: &Done) -> String {
    format!("{}\n--- code {:?}\n{}", done.stdout, done.code, done.stderr)
}

/// The first lines in which two texts differ.
fn different_lines(native: &str, ours: &str) -> String {
    let pairs = native.lines().zip(ours.lines()).filter(|(native, ours)| native != ours);
    let lines: String =
        pairs.take(6).map(|(native, ours)| format!("native |{native}\nsrunx  |{ours}\n")).collect();
    format!("{lines}{} and {} lines", native.lines().count(), ours.lines().count())
}

fn same_lines(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    sorted(one) == sorted(other)
}

fn scontrol(cluster: &Cluster, line: &str) {
    cluster.slurm("scontrol", &line.split_whitespace().collect::<Vec<_>>());
}

/// A cluster with partitions and nodes of all kinds.
pub fn varied() -> Own {
    let own = Cluster::start(&["--conf", "RebootProgram=/bin/true"]);
    let cluster = &own.cluster;
    for line in [
        "create PartitionName=hid Nodes=c[1-4] Hidden=YES State=UP MaxTime=61",
        "create PartitionName=downp Nodes=c[1-3] State=DOWN DefaultTime=10 MaxTime=2-00:00:00",
        "create PartitionName=inactp Nodes=c2 State=INACTIVE PriorityTier=7 PriorityJobFactor=1024 OverSubscribe=FORCE:4",
        "create PartitionName=drainp Nodes=c[3-4] State=DRAIN RootOnly=YES MaxNodes=2 MinNodes=2 OverSubscribe=EXCLUSIVE \
         AllocNodes=c1,c2",
        "create PartitionName=emptyp AllowGroups=root MaxCPUsPerNode=3 OverSubscribe=YES:2",
        "create PartitionName=emptyq",
        "update NodeName=c1 Weight=5 Comment=words",
        "update NodeName=c4 Weight=7",
        "update NodeName=c4 ActiveFeatures=",
        "update NodeName=c4 AvailableFeatures=f1,f2",
        "update NodeName=c4 ActiveFeatures=f1",
        "update NodeName=c3 State=DRAIN Reason=drained",
        "create reservation ReservationName=now Users=root StartTime=now Duration=60 Nodes=c4 Flags=MAINT,IGNORE_JOBS",
        "create reservation ReservationName=a_much_longer_name Users=root StartTime=now+2days Duration=3-00:00:00 Nodes=c4",
    ] {
        scontrol(cluster, line);
    }
    cluster
        .slurm("scontrol", &["update", "NodeName=c2", "State=DOWN", "Reason=a long reason for being down"]);
    run_job(cluster, "-w c1 -n3 --mem=1000 --gpus=2");
    own
}

/// Submits a job that sleeps, and waits until it runs.
fn run_job(cluster: &Cluster, options: &str) -> u32 {
    let mut arguments: Vec<&str> = options.split_whitespace().collect();
    arguments.extend(["--parsable", "-o", "/dev/null", "--wrap", "sleep 3000"]);
    let id = cluster.slurm("sbatch", &arguments).trim().parse().unwrap();
    cluster.wait_state(id, "RUNNING");
    id
}

#[test]
fn modes_formats_filters_and_orders() {
    let own = varied();
    let mut all = Comparison::on(&own.cluster, "sinfo");
    modes(&mut all);
    fields(&mut all);
    for state in STATES.split_whitespace() {
        all.same(&["-t", state]);
        all.same(&["-a", "-N", "-t", state]);
    }
    all.same(&["-t", ""]);
    for key in LETTERS.chars() {
        for before in ["", "-", "#", "+"] {
            all.same(&["-a", "-S", &format!("{before}{key},#P,N")]);
        }
        all.same(&["-a", "-o", &format!("%P %n %o %N %{key}"), "-S", &format!("-{key},#P,N")]);
    }
    variables(&mut all);
    clusters(&mut all);
    data(&mut all);
    all.finish();
}

fn modes(all: &mut Comparison<'_>) {
    for line in [
        "",
        "-l",
        "-N",
        "-Nl",
        "-s",
        "-sl",
        "-R",
        "-Rl",
        "-T",
        "-Tl",
        "-Th",
        "-a",
        "-al",
        "-aN",
        "-aNl",
        "-as",
        "-aR",
        "-h",
        "-e",
        "-el",
        "-d",
        "-r",
        "-d -N",
        "-p hid",
        "-p short,hid",
        "-p nope",
        "-p ,",
        "--hide",
        "-al --hide",
        "-n c1",
        "-n c[1-2]",
        "-n c1,c1",
        "-n c9",
        "-n c[1",
        "-n nope,c2",
        "-N -n c3",
        "-Nl -n c2",
        "-n c2 -a",
        "-F",
        "--future",
        "--local",
        "--federation",
        "--noconvert",
        "--bogus",
        "--bogus=x",
        "-z",
        "-i x",
        "-i 0",
        "-i -5",
        "--iterate=",
        "-i",
        "-a -p x",
        "-l -o %P",
        "--helpstate",
        "--helpformat",
        "--helpFormat",
        "--states",
        "-t",
        "--fo",
        "--node",
        "--s",
        "-o",
        "--form=%P",
        "--Node --noheader --format=%N --sort=-N",
        "--help=x",
        "x -N",
        "-- -N",
        "-No %N",
        "-Nlh",
        "--autocomplete=all",
        "--autocomplete=-f",
        "--autocomplete=",
        "--autocomplete=json",
    ] {
        all.line(line);
    }
    for line in ["-v", "-v -N", "-v -l", "-v -o %P", "-v -R", "-v -p x -n c1 -t idle -S P -r -e -d -s"] {
        // The library says more than the command on standard error.
        all.compare(&[], &line.split_whitespace().collect::<Vec<_>>(), |done| done.stdout.clone());
    }
}

fn fields(all: &mut Comparison<'_>) {
    for letter in LETTERS.chars() {
        all.same(&["-a", "-o", &format!("%{letter}")]);
        all.same(&["-h", "-o", &format!("%10{letter}|%.3{letter}|%2{letter}|%.20{letter}|")]);
        all.same(&["-aN", "-o", &format!("%N %{letter}")]);
        all.same(&["-e", "-o", &format!("%{letter} %N")]);
        all.same(&["-a", "-o", &format!("%P|%{letter}|%N")]);
    }
    for name in NAMES.split_whitespace() {
        let lower = name.to_ascii_lowercase();
        all.same(&["-aO", name]);
        all.same(&["-O", &format!("{name}:.7,{name}:3x,{lower}:40|")]);
        all.same(&["-aN", "-O", &format!("NodeList,{name}")]);
        all.same(&["-e", "-O", &format!("{name},NodeList")]);
    }
    for format in ["%all", "%ALL", "no fields", "", "x%Py%%z%", "%5", "<%10P>", "%.0D|%1000N|"] {
        all.same(&["-o", format]);
    }
    for format in ["all,partition", "", ",,nodes", "nodes:", "nodes:.x", "nodes: 7", "all:5"] {
        all.same(&["-O", format]);
    }
}

fn variables(all: &mut Comparison<'_>) {
    let cases: [(&[(&str, &str)], &str); 22] = [
        (&[("SINFO_ALL", "1")], ""),
        (&[("SINFO_ALL", "")], ""),
        (&[("SINFO_ALL", "1")], "-p short"),
        (&[("SINFO_ALL", "1")], "--hide"),
        (&[("SINFO_ALL", "1"), ("SINFO_PARTITION", "hid")], ""),
        (&[("SINFO_PARTITION", "hid")], ""),
        (&[("SINFO_PARTITION", "hid")], "-a"),
        (&[("SINFO_PARTITION", "hid")], "-p short"),
        (&[("SINFO_PARTITION", "")], ""),
        (&[("SINFO_SORT", "P,N")], "-a"),
        (&[("SINFO_SORT", "-t")], "-S N"),
        (&[("SINFO_FORMAT", "%P|%t")], ""),
        (&[("SINFO_FORMAT", "%P|%t")], "-l"),
        (&[("SINFO_FORMAT", "%P|%t")], "-N"),
        (&[("SINFO_FORMAT", "%P|%t")], "-s"),
        (&[("SINFO_FORMAT", "%P|%t")], "-R"),
        (&[("SINFO_FORMAT", "%q|%t")], ""),
        (&[("SINFO_FORMAT", "%P|%t")], "-o %N"),
        (&[("SINFO_FUTURE", "1")], ""),
        (&[("SINFO_LOCAL", "1")], ""),
        (&[("SINFO_FEDERATION", "1")], ""),
        (&[("POSIXLY_CORRECT", "1")], "x -N"),
    ];
    for (environment, line) in cases {
        all.with(environment, line);
    }
    for format in
        ["standard", "relative", "%s", "%H:%M", "%Y and a much too long format of forty", "no percent", "%"]
    {
        for line in ["-R", "-T", "-o %.30H|%H"] {
            all.with(&[("SLURM_TIME_FORMAT", format)], line);
        }
    }
}

fn clusters(all: &mut Comparison<'_>) {
    let name = all.cluster.configured("ClusterName");
    for options in ["", "-h", "-l", "-o %V|%P", "-O cluster,nodes", "-T", "-N", "-O cluster -S V"] {
        all.line(&format!("-M {name} {options}"));
    }
    for line in ["-M nope", "-M all", "-M x,y", "-M ,", "--cluster=nope --clusters=nope"] {
        all.line(line);
    }
    all.line(&format!("-M {name},nope"));
    for clusters in [name.as_str(), "nope", ""] {
        all.with(&[("SLURM_CLUSTERS", clusters)], "");
        all.with(&[("SLURM_CLUSTERS", clusters)], &format!("-M {name}"));
    }
}

/// Old releases print all nodes, later ones the lines. `--json=PARSER` of another release is not compared: srunx has that of
/// the release alone.
fn data(all: &mut Comparison<'_>) {
    let cluster = all.cluster;
    let long = "a very long comment that goes on and on and on, past any eighty columns that a line of YAML may have: more";
    for (node, comment) in [("c1", "a: b # c"), ("c2", "tab\t\"quo\\te/ \u{e9}"), ("c3", long), ("c4", "123")]
    {
        cluster.slurm("scontrol", &["update", &format!("NodeName={node}"), &format!("Comment={comment}")]);
    }
    let name = cluster.configured("ClusterName");
    let many = format!("-M {name} -h");
    for form in ["--json", "--yaml"] {
        for line in [
            "",
            "-N",
            "-a",
            "-a -o %P%n%o%N",
            "-p nope",
            "-s x y",
            "x -a y",
            "-n c2 -e",
            "-t down",
            "-l",
            "-R",
            &many,
        ] {
            all.line(&format!("{form} {line}"));
        }
        all.line(&format!("{form}=nope"));
        all.line(&format!("{form}="));
        let variable = if form == "--json" { "SLURM_JSON" } else { "SLURM_YAML" };
        for words in ["compact", "no_tag", "bogus"] {
            all.with(&[(variable, words)], &format!("{form} -a"));
        }
    }
    let own = cluster.try_slurm("sinfo", &["--json"]).unwrap_or_default();
    if let Some((_, parser)) = own.split_once("data_parser\\/") {
        let parser = parser.split('"').next().unwrap();
        for line in [
            format!("--json={parser}"),
            format!("--json={parser}+complex -a"),
            format!("--yaml={parser}+complex -a"),
        ] {
            all.line(&line);
        }
    }
}

/// All that depends on a node's state.
fn look(all: &mut Comparison<'_>) {
    for line in ["", "-N", "-l", "-s", "-R", "-Rl", "-F", "-FN", "-e"] {
        all.line(line);
    }
    all.same(&["-o", "%t %T %C %A %F %N %E %u %G"]);
    all.line("-O StateComplete,StateLong,StateCompact,NodeList,GresUsed,AllocMem,CPUsState");
    for state in STATES.split_whitespace() {
        all.same(&["-N", "-t", state, "-o", "%N %T"]);
    }
}

#[test]
fn states_of_nodes() {
    let own = Cluster::start(&["--conf", "RebootProgram=/bin/true"]);
    let cluster = &own.cluster;
    let mut all = Comparison::on(cluster, "sinfo");
    run_job(cluster, "-w c2 --exclusive -N1");
    let mixed = run_job(cluster, "-w c1 -n3 --gpus=2 --mem=1000");
    look(&mut all);
    scontrol(cluster, "update NodeName=c1,c2 State=DRAIN Reason=draining");
    look(&mut all);
    scontrol(cluster, "update NodeName=c1,c2 State=RESUME");
    scontrol(cluster, "update NodeName=c2,c3 State=FAIL Reason=failing");
    look(&mut all);
    scontrol(cluster, "update NodeName=c2,c3 State=RESUME");
    scontrol(cluster, "reboot ASAP nextstate=RESUME reason=kernel c2");
    scontrol(cluster, "update NodeName=c3 State=DOWN Reason=(null)");
    look(&mut all);
    scontrol(cluster, "cancel_reboot c2");
    scontrol(
        cluster,
        "create reservation ReservationName=m Users=root StartTime=now Duration=60 Nodes=c1,c4 Flags=MAINT,IGNORE_JOBS",
    );
    until("the maintenance begins", || {
        cluster.slurm("sinfo", &["-h", "-n", "c4", "-o", "%T"]).contains("maint").then_some(())
    });
    look(&mut all);
    scontrol(cluster, "delete ReservationName=m");
    scontrol(
        cluster,
        "create reservation ReservationName=r Users=root StartTime=now Duration=60 Nodes=c1,c4 Flags=IGNORE_JOBS",
    );
    until("the reservation begins", || {
        cluster.slurm("sinfo", &["-h", "-n", "c4", "-o", "%T"]).contains("reserved").then_some(())
    });
    look(&mut all);
    // A node that has died under its job, and then does not respond.
    cluster.control(&["kill", "slurmd-c1"]);
    cluster.slurm("scancel", &[&mixed.to_string()]);
    until("the job is completing", || cluster.state(mixed).filter(|state| state == "COMPLETING"));
    look(&mut all);
    all.finish();
}

#[test]
fn without_a_controller() {
    let own = Cluster::start(&["--conf", "MessageTimeout=2"]);
    own.cluster.control(&["stop", "slurmctld"]);
    let mut all = Comparison::on(&own.cluster, "sinfo");
    for line in ["", "-T", "-N", "--helpstate", "--json", "--yaml -N"] {
        all.line(line);
    }
    all.finish();
}
