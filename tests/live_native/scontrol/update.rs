//! `scontrol update` of jobs, key by key, on pairs of jobs.

use crate::comparison::Runner;
use crate::live_support::{Cluster, Scratch};
use crate::twins::{FIRST_ID, Twins};

/// Each key, and values for it, right ones and wrong ones. `~` stands for a blank.
const VALUES: &[(&str, &str)] = &[
    ("Account", "teaching TEACHING nosuch = research"),
    ("AdminComment", "one two~words ="),
    ("AdminComment+", "more"),
    ("AdminComment-", "less"),
    ("ArrayTaskThrottle", "2 0 -1 x 99999999999 ="),
    ("BurstBuffer", "capacity=1 ="),
    ("Clusters", "srunx nosuch ="),
    ("ClusterFeatures", "x ="),
    ("Comment", "hello two~words a=b ="),
    ("Comment+", "more"),
    ("Contiguous", "yes no 1 Y 2 x ="),
    ("CoreSpec", "1 * -1 x 9999"),
    ("ThreadSpec", "2 * -1 x"),
    ("CPUsPerTask", "2 0 x -1 65535 1"),
    ("CpusPerTres", "gpu:2 gres/gpu:1 x ="),
    ("Deadline", "now+2days 2020-01-01 x ="),
    ("DelayBoot", "10 0:05 x"),
    ("Dependency", "afterok:{other} afterany:999999 x singleton afterok:{other}+5 ="),
    ("EligibleTime", "now+1hour x now"),
    ("EndTime", "now+2hours now-1hour x"),
    ("ExcNodeList", "c4 c9 c[1-4] c[1 ="),
    ("Extra", "x ="),
    ("Features", "fast nosuch fast&ib [rack1|rack2] fast&& ="),
    ("Gres", "gpu:1 gpu:99 nosuch:1 none help list gpu:a100:2,ssd:1 = gres:gpu:1 gpu=1"),
    ("JobName", "other_name ="),
    ("Name", "yet_another"),
    ("Licenses", "matlab:2 nosuch matlab:99 matlab|ansys ="),
    ("MailType", "END ALL NONE x END,FAIL ="),
    ("MailUser", "someone ="),
    ("MCSLabel", "x ="),
    ("MemPerTres", "gpu:100 x ="),
    ("MinCPUsNode", "2 999 x 0 1"),
    ("MinMemoryNode", "500 999999999 x -1 0 100"),
    ("MinMemoryCPU", "200 99999999 x 100"),
    ("MinTmpDiskNode", "10 9999999 x 0"),
    ("Nice", "5 -5 0 x 99999999999 -2147483650"),
    ("NodeList", "c2 c9 c[1-2] ="),
    ("ReqNodeList", "c1 ="),
    ("NumCPUs", "2 2-4 0 x 4-2 1k 1"),
    ("NumNodes", "2 1-2 2-1 0 all x 9 1,2 1-4:2 = 1"),
    ("ReqNodes", "1"),
    ("NumTasks", "3 0 x 1"),
    ("ReqProcs", "1"),
    ("OverSubscribe", "yes no 1 x ="),
    ("Shared", "no"),
    ("Partition", "short nosuch short,debug , = debug"),
    ("Prefer", "fast nosuch ="),
    ("Priority", "100 x -1 4294967294 99999999999 5"),
    ("QOS", "high limited nosuch = normal"),
    ("Reboot", "yes no x"),
    ("ReqCores", "2 x 1"),
    ("ReqSockets", "2 x 1"),
    ("ReqThreads", "1 99 x"),
    ("Requeue", "0 1 2 x -1"),
    ("ReservationName", "nosuch ="),
    ("SiteFactor", "5 -5 0 x 99999999999"),
    ("StartTime", "now+1hour x now-1hour 2027-01-01T00:00:00 now"),
    ("StdErr", "/dev/null relative %j ="),
    ("StdIn", "/dev/null ="),
    ("StdOut", "/dev/null relative ="),
    ("Switches", "1 1@10 1@x x 0"),
    ("TasksPerNode", "2 x 0 1"),
    ("TimeLimit", "10 +5 -5 -99999 x 1-0 0:30 00:90:00 UNLIMITED 20 ="),
    ("TimeLimit+", "5 -5 x"),
    ("TimeLimit-", "5 99999"),
    ("TimeMin", "5 x 99999999999 UNLIMITED 0"),
    ("TresBind", "gres/gpu:closest x ="),
    ("TresFreq", "gpu:medium x ="),
    ("TresPerJob", "gres/gpu:1 gpu:1 x ="),
    ("TresPerNode", "gres/gpu:1 gpu:1 gres:gpu:1 gres/nosuch:1 x ="),
    ("TresPerSocket", "gres/gpu:1 x ="),
    ("TresPerTask", "gres/gpu:1 cpu:2 cpu=1 gres/gpu=1 x ="),
    ("UserID", "0 nosuch root"),
    ("wait-for-switch", "10 x"),
    ("WCKey", "key ="),
    ("WorkDir", "/tmp relative ="),
];

/// What follows `update JobId=…` besides.
const LINES: &str = "

Nice
ResetAccrueTime
ResetAccrueTime=1
Comment one
Comment
comment=small
COM=short
Co=x
C=x
bogus=1
bogus
Ti=5
TimeL=5
Timelimit=7 Comment=both
Comment=first x=bad
Comment=a Comment=b
JobId=999999
Gres=gpu:1 Gres=ssd:1
Gres=gpu:1 TresPerNode=gres/ssd:1
Gres=
ArrayTaskThrottle=1 TimeLimit=9
NumNodes=1 NumCPUs=1
Priority=0
Priority=7
";

#[test]
fn each_key() {
    let own = Cluster::start(&["--conf", FIRST_ID]);
    let dir = Scratch::new("update");
    let mut twins = Twins::of(Runner::new(&own.cluster, "scontrol", dir.path()));
    twins.at_once = true;
    twins.submit("other", "-H", "true");
    twins.submit("held", "-H -t60", "sleep 3000");
    twins.submit("running", "-t60 --mem=100", "sleep 3000");
    twins.submit("over", "-t60", "true");
    twins.submit("array", "-H -t60 -a0-5", "sleep 3000");
    twins.wait("running", "RUNNING");
    twins.wait("over", "COMPLETED");
    for (key, values) in VALUES {
        for name in ["held", "running", "over"] {
            for value in values.split_whitespace() {
                let value = if value == "=" { "" } else { value };
                let setting = format!("{key}={}", value.replace('~', " "));
                twins.act_on(&["update", &format!("JobId={{{name}}}"), &setting], None);
                twins.record(name, &setting);
            }
        }
    }
    for line in LINES.lines() {
        for name in ["held", "running", "over"] {
            twins.act(&format!("update JobId={{{name}}} {line}"));
            twins.record(name, line);
        }
    }
    let left = std::fs::read_dir(dir.path()).unwrap().count();
    twins.tally.note("files left behind", "0", &left.to_string());
    twins.tally.finish();
}
