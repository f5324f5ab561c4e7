//! `sacct`, on a cluster whose jobs ended in every way that can be brought about.

use super::live_support::{Cluster, Done, Process, Scratch, srunx, until};

/// Jobs of all kinds, the first of them with steps that use CPUs and memory for long enough to be seen.
const JOBS: &str = r#"
cat >steps.sh <<'END'
#!/bin/bash
#SBATCH -n 2 -N 2 --mem-per-cpu=50 -J steps
srun -n 2 -N 2 bash -c 'dd if=/dev/zero of=file.$SLURM_PROCID bs=1M count=5 2>&1; i=0; while [ $SECONDS -lt 3 ]; do i=$((i+1)); done'
srun -n 1 -N 1 -J named sh -c 'exit 3'
srun --distribution=cyclic -n2 --cpu-freq=high true
exit 0
END
sbatch -o 'out.%j.%4a' --comment='a comment' steps.sh
for code in 0 7 130 200; do sbatch -J "code$code" --wrap "exit $code"; done
sbatch -J signal --wrap 'kill -9 $$'
sbatch -J 'odd name, ü' --wrap 'srun sh -c "exit 2"; exit 0'
sbatch -J gpus --mem=100 --gpus=2 -L matlab:2 --wrap 'sleep 0.5'
sbatch -J array --array=0-4%2 --wrap 'sleep 0.2; exit $((SLURM_ARRAY_TASK_ID%2))'
sbatch -J every3rd --array=1-30:3 -H --wrap true
sbatch -J some --array=1,5,9,100-120%4 -H --wrap true
sbatch -J many --array="$(seq -s, 1 7 400)" -H --wrap true
sbatch -J long --array=1,2,4,8,16,32,64,128,256,512,1024,2048,4096,8192,16384,32768,65536 -H --wrap true
pending=$(sbatch --parsable -J cancelled -H --wrap true); scancel "$pending"
running=$(sbatch --parsable -J ended -w c3 --wrap 'srun sleep 100')
again=$(sbatch --parsable -J again --requeue --wrap 'sleep 100')
sbatch -J het -N1 -n1 : -N1 -n2 --wrap 'srun --het-group=0,1 true'
paused=$(sbatch --parsable -J paused --wrap 'sleep 100')
resized=$(sbatch --parsable -J resized -N2 --wrap 'sleep 100')
lost=$(sbatch --parsable -J lost --no-requeue -w c4 --wrap 'sleep 100')
runs=$(sbatch --parsable -J runs -t 1-02:03:04 --wrap 'srun sleep 1000')
sbatch -J waits -d "afternotok:$runs" --wrap true
sbatch -J late --begin=now+1hour -t 1 --wrap true
sbatch -J other --qos=high -A teaching -p short --wrap true
for job in "$running" "$again" "$paused" "$resized" "$lost" "$runs"; do
    until scontrol show job "$job" | grep -q JobState=RUNNING; do sleep 0.1; done
done
sleep 1
scancel "$running"
scontrol requeue "$again"
scontrol suspend "$paused"
scontrol update "JobId=$resized" NumNodes=1
scontrol update NodeName=c4 State=DOWN Reason=test
sleep 1.5
scontrol resume "$paused"
scontrol update NodeName=c4 State=RESUME
salloc -J alloc -n1 srun hostname
srun -J direct -n 2 hostname
touch finished
"#;

/// Command lines that are right, and what they look at.
const LINES: &str = "

-a
-X
-n
-p
-P
-aXnP -ojobid
-b
-l
-bl
-b -o user
-l -P
-o all
-P -o all
-X -P -o all
-P -o all --noconvert
-X -P -o all --noconvert
-P -o all --units=K
-P -o all --units=M -X
-P -o all --units=g
-P -o all --units=T --noconvert
-e
--helpformat
--help-fields
--usage
-U
-o jobid%20,state%-30
-o jobid%-40,jobname%3,user%,end%5
-o JobID,ST,parti%-20,a%3
-o jobid,,state
-o jobid%80
-o jobid%0,state%0,elapsed%0,ntasks%0,end%0
-o jobid%1,state%1,elapsed%1,ntasks%1,end%1
-o jobid%-1,state%-1,elapsed%-1,ntasks%-1,end%-1
-o ntasks%-10,maxrsstask%-14,elapsed%-20,elapsedraw%-12,cputimeraw%-12
-o state%20,jobid,state
-j 1
-j 1.batch
-j 1.0
-j 1.extern
-j 1.interactive
-j 1,2,3
-j 1.0,2
-j 1,2.batch,9_1.extern
-j 9
-j 9_1
-j 9_1.batch
-j 9_1,9_2
-j 10
-j 10_4
-j 11,12,13
-j 99999
-j 1,1,1
-j 1_
-j 1+
-j 1.
-j 1x
-j 0
-D
-D -P -o jobid,state,start,end,submit,elapsed,nodelist
-X -D -P -o all
-s CD
-s CD -S now-1hour
-s CD -S now-1hour -E now
-s R
-s PD
-s PD,R -S now-1hour -E now
-s CA -S now-1hour -E now
-s F,TO -S now-1hour -E now
-s NF,RS,RQ -S now-1hour -E now
-s CANCELLED -S now-1hour -E now -X
-j 1,2,3 -s CD
-j 1,2,3 -s F
-u root
-u 0
-u root,daemon
-u daemon
-u -1
-g root
-g 0
-g daemon
-A root
-A teaching
-A TEACHING,research
-N c1
-N c[1-2]
-N c9
-N c1 -N c2
--name gpus,code7
--name GPUS
-r debug
-r short
-r nowhere
-q high
-q normal,high
-q +high
-W key
-x 1
-x 1,2,3,4,5,6
-C feature
--reason Resources
--reason none
--reason=Dependency,JobHeldUser
-F SchedMain
-F SchedBackfill,SchedSubmit
-F none
-i 2
-i 1-2
-i *
-I 2
-I 2-4
-k 1
-k 1 -K 2000
-k unlimited
-K 5
-S now-1hour
-S now-10minutes -E now-1minutes
-S 2020-01-01
-S 00:00 -E 23:59
-S 00:00 -T
-T -P -o jobid,start,end,elapsed
-L
-M srunx
-M all
-M -1
-M nowhere
--local
--federation
-p --delimiter=;
-P --delimiter=::
-P --delimiter=
--delimiter=;
-t
-B -j 1
-B -j 1,2
-n -B -j 1
-B -j 9_1
-B -j 99999
--use-local-uid -X -P -o uid,gid,user,group
--array
--array -j 10
--array -P -o all -j 10,12
--helpstate
--helpreason
--autocomplete=h
--autocomplete=-
--autocomplete=--js
--autocomplete=
--autocomplete=R
--expand-patterns -P -o jobid,stdin,stdout,stderr
-P -o jobid,stdin,stdout,stderr
-j 1.TBD
-XP -o DBIndex,sluid,orig%20
-R Resources
-j s0000000000001
-j 1 --json
-j 1 --yaml
--json
--yaml
-X -D --json
-j 99999 --json
-j 99999 --yaml
-B --json -j 1
--json -s XX
--json=nosuch
-j 1 --yaml=
-u daemon --json
-u nobody -A teaching --yaml
-k 1 --json
-F SchedMain --json
";

/// Command lines that are wrong.
const MISTAKES: &str = "
-Z
--foo
--no
--name
-o
foo
foo bar -X
-X foo -n
-o foo
-o state%5,foo%5
-o AllocGRES
-o reqgres
-l -o jobid
-j foo
-j 1.foo
-j 1.batchfoo
-j 1_x
-j 1_[1-2]
-j 1+x
-j 1+999
-j 1_2+1
-j 1+1_2
-j 1+1.0+1
-j 1.0+0
-j s123
-j 4294967294
-j -1
-s XX
-s CG
-u nosuch
-u root,nosuch
-u root -u root
-u nobody
-g nosuch
-q nosuch
-q high,+normal
-R foo
--reason foo
-F foo
-F startreceived
-F StartRecieved
-i x
-i 5000000000
-i 3-
-I 1-x
-k x
-k 0
-S foo
-E foo
-S 0
-S 0x
-S 13/01
-S 2030-01-01
-E 2020-01-01
--units=x
--units=KB
--whole-hetjob=foo
-c
-f /nonexistent
-f /etc/passwd
-B
--env-vars
--env-vars -B -j 1
-e -o foo
-U -Z
";

type Variables = &'static [(&'static str, &'static str)];

/// Options whose values are empty, and variables.
const REST: &[(Variables, &[&str])] = &[
    (&[], &["-o", ""]),
    (&[], &["-j", ""]),
    (&[], &["-s", ""]),
    (&[], &["-u", ""]),
    (&[], &["-g", ""]),
    (&[], &["-A", ""]),
    (&[], &["-q", ""]),
    (&[], &["-S", ""]),
    (&[], &["--units="]),
    (&[], &["--name", "odd name, ü"]),
    (&[], &["-P", "-o", " jobid , state"]),
    (&[], &["-P", "-o", " jobid, state"]),
    (&[("SACCT_FORMAT", "jobid,state,user")], &[]),
    (&[("SACCT_FORMAT", "jobid,foo")], &[]),
    (&[("SACCT_FORMAT", "jobid%30")], &["-o", "state"]),
    (&[("SACCT_FORMAT", "")], &[]),
    (&[("SACCT_FEDERATION", "1")], &[]),
    (&[("SACCT_LOCAL", "1")], &["--federation"]),
    (&[("SLURM_TIME_FORMAT", "%s")], &["-P", "-o", "jobid,start,end"]),
    (&[("SLURM_TIME_FORMAT", "%s")], &["-o", "jobid,start,end"]),
    (&[("SLURM_TIME_FORMAT", "relative")], &["-o", "jobid,start,end,submit%6"]),
    (&[("SLURM_TIME_FORMAT", "nothing")], &["-X", "-j", "1", "-o", "start,end"]),
    (&[("SLURM_TIME_FORMAT", "%FT%T+some+more+text")], &["-o", "jobid,start,end", "-j", "1"]),
    (&[("SLURM_TIME_FORMAT", "%FT%T+some+more+text")], &["-P", "-o", "jobid,start,end", "-j", "1"]),
    (&[("SLURM_BITSTR_LEN", "20")], &["-o", "jobid%80"]),
    (&[("SLURM_BITSTR_LEN", "0")], &["-o", "jobid%80"]),
    (&[("SLURM_BITSTR_LEN", "-5")], &["-o", "jobid%80"]),
    (&[("SLURM_BITSTR_LEN", "x")], &["-o", "jobid%80"]),
    (&[("POSIXLY_CORRECT", "1")], &["foo", "-X"]),
    (&[("SLURM_JSON", "compact")], &["--json"]),
    (&[("SLURM_JSON", "pretty")], &["--json", "-j", "1"]),
    (&[("SLURM_JSON", "bogus")], &["--json", "-s", "XX"]),
    (&[("SLURM_YAML", "compact")], &["--yaml"]),
    (&[("SLURM_YAML", "no_tag")], &["--yaml"]),
];

struct Comparison<'a> {
    cluster: &'a Cluster,
    /// Before the command: as another user.
    before: &'a [&'a str],
    compared: usize,
    differences: Vec<String>,
}

impl<'a> Comparison<'a> {
    fn on(cluster: &'a Cluster) -> Self {
        Self { cluster, before: &[], compared: 0, differences: Vec::new() }
    }

    fn start(&self, words: &[&str], environment: &[(&str, &str)], arguments: &[&str]) -> Process {
        let mut all = self.before.iter().chain(words).chain(arguments);
        let mut command = self.cluster.command(all.next().unwrap());
        command.args(all);
        for name in ["SLURM_TIME_FORMAT", "SACCT_FORMAT", "SACCT_FEDERATION", "SACCT_LOCAL"] {
            command.env_remove(name);
        }
        command.envs(environment.iter().copied());
        Process::start(command)
    }

    /// Time passes between the one and the other: they may differ a few times.
    fn with(&mut self, environment: &[(&str, &str)], arguments: &[&str]) {
        self.compared += 1;
        let srunx = srunx();
        let mut last = String::new();
        for _ in 0..6 {
            let native = self.start(&["sacct"], environment, arguments);
            let ours = self.start(&[srunx.to_str().unwrap(), "sacct"], environment, arguments);
            let [native, ours] = [native, ours].map(|process| shown(&process.wait()));
            if ours == native {
                return;
            }
            last = difference(&native, &ours);
        }
        self.differences.push(format!("{environment:?} sacct {arguments:?}\n{last}"));
    }

    fn lines(&mut self, lines: &str) {
        for line in lines.lines() {
            self.with(&[], &line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>());
        }
    }

    #[track_caller]
    fn finish(self) {
        assert!(self.compared > 0);
        let first: Vec<&str> = self.differences.iter().take(8).map(String::as_str).collect();
        assert!(
            first.is_empty(),
            "{} of {} differ\n{}",
            self.differences.len(),
            self.compared,
            first.join("\n")
        );
    }
}

fn shown(done: &Done) -> String {
    format!("{}\n--- code {:?}\n{}", done.stdout, done.code, done.stderr)
}

/// The lines that are not in both.
fn difference(native: &str, ours: &str) -> String {
    let only = |mark: &str, one: &str, other: &str| -> String {
        let others: Vec<&str> = other.lines().collect();
        one.lines()
            .filter(|line| !others.contains(line))
            .take(4)
            .map(|line| format!("{mark} {line}\n"))
            .collect()
    };
    let text = only("native:", native, ours) + &only("srunx: ", ours, native);
    if text.is_empty() { format!("{native}\n... in another order, or repeated:\n{ours}") } else { text }
}

#[test]
fn sacct_says_what_native_says() {
    let own = Cluster::start(&[
        "--conf",
        "JobAcctGatherFrequency=1",
        "--conf",
        "AccountingStoreFlags=job_comment,job_script,job_env",
        "--conf",
        "MessageTimeout=5",
    ]);
    let cluster = &own.cluster;
    let dir = Scratch::new("sacct");
    let mut jobs = cluster.command("bash");
    jobs.args(["-c", JOBS]).current_dir(dir.path());
    Process::start(jobs).wait();
    assert!(dir.exists("finished"), "the jobs could not be made");
    // slurmdbd is told of an end a moment later.
    until("slurmdbd knows of all that is over", || {
        let text = cluster.slurm("sacct", &["-XnP", "-o", "jobname,state"]);
        let over = ["direct|COMPLETED", "lost|NODE_FAIL", "other|COMPLETED", "steps|COMPLETED", "again|"];
        over.iter().all(|job| text.contains(job)).then_some(())
    });
    let mut root = Comparison::on(cluster);
    root.lines(LINES);
    root.lines(MISTAKES);
    for (environment, arguments) in REST {
        root.with(environment, arguments);
    }
    components(&mut root);
    for daemon in ["slurmctld", "slurmdbd"] {
        cluster.control(&["stop", daemon]);
        root.lines("\n-j 1\n-q high\n-e\n-o foo\nfoo\n-U");
        cluster.control(&["start", daemon]);
    }
    let mut other = Comparison {
        before: &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
        ..Comparison::on(cluster)
    };
    if other.start(&["true"], &[], &[]).wait().code == Some(0) {
        other.lines("\n-a\n-X\n-j 1\n-u root -X\n-N c1 -X\n-B -j 1\n--env-vars -j 1\n-a -X -P -o all");
    }
    other.compared += 1;
    other.finish();
    root.finish();
}

/// Heterogeneous jobs, whose ids are found first.
fn components(comparison: &mut Comparison<'_>) {
    let text = comparison.cluster.slurm("sacct", &["-XnP", "--name=het", "-o", "jobid"]);
    let id = text.lines().find_map(|line| line.strip_suffix("+0")).expect("the heterogeneous job");
    for form in [
        "N",
        "N+0",
        "N+1",
        "N+1 --whole-hetjob",
        "N --whole-hetjob=no",
        "N --whole-hetjob=yes",
        "N+1.0",
        "N.0+1",
        "N.0",
    ] {
        comparison.lines(&format!("-j {}", form.replace('N', id)));
    }
    let second = id.parse::<u32>().unwrap() + 1;
    comparison.lines(&format!("-j {second}"));
}

#[test]
fn sacct_without_accounting() {
    let own = Cluster::start(&["--no-accounting"]);
    let mut comparison = Comparison::on(&own.cluster);
    comparison.lines("\n-j 1\n-e\n-q high\n--usage\n-o foo\nfoo\n-c");
    comparison.finish();
}
