//! A job of a workflow is the job that native sbatch makes of the same script and the same options.

use super::live_support::{Cluster, Done, Flow, Process, until};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Notes everything that a job finds: its environment, its limits and the rest.
const PROBE: &str = r#"
  - name: probe
    command: |
      out=found.$([ -n "$NATIVE" ] && echo sbatch || echo srunx)
      env -0 >$out.env
      { umask; ulimit -S -a; pwd; nice; id; printf '%s\n' "$0" "$#"; readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2; \
        cat /proc/self/oom_score_adj; grep -E 'Sig(Blk|Ign)|Cap|Seccomp|Umask' /proc/self/status; } >$out.rest
      touch $out.done
"#;

/// The same job twice: from a workflow, and by sbatch with the script and the options that `--dry-run` prints.
struct Pair {
    flow: Flow<'static>,
    srunx: u32,
    sbatch: u32,
}

impl Pair {
    /// `more` is what the job asks for; `before` stands in the shell before either of both.
    fn new(name: &str, more: &str, before: &str) -> Self {
        let flow = Flow::new(name, &format!("{PROBE}{more}"));
        let shell = |command: Command, variable: &str| {
            let mut shell = flow.cluster.command("bash");
            shell.arg("-c").arg(format!("{before}\nexec \"$@\"")).arg("bash");
            shell.arg(command.get_program()).args(command.get_args()).current_dir(flow.dir.path());
            shell.env("ODD", "it's \"$HOME\"\nü").env(variable, "1");
            Process::start(shell).wait().expect(0)
        };
        let plan = flow.run(&["--dry-run"]).expect(0).stdout;
        let (options, script) = plan.split_once("--- script\n").unwrap();
        let script = flow.dir.write("script.sh", script);
        let run = flow.command(&[]);
        let done: Done = shell(run, "NOT_NATIVE");
        let mut sbatch = Command::new("sbatch");
        sbatch
            .args(["--parsable", "-W"])
            .args(options.lines().filter(|line| line.starts_with("--")))
            .arg(script);
        let native = shell(sbatch, "NATIVE");
        for who in ["srunx", "sbatch"] {
            flow.dir.wait_for(&format!("found.{who}.done"));
        }
        Self { srunx: done.id("probe"), sbatch: native.stdout.trim().parse().unwrap(), flow }
    }

    fn environment(&self, who: &str) -> BTreeMap<String, String> {
        let text = self.flow.dir.read(&format!("found.{who}.env"));
        let pairs = text.split_terminator('\0').filter_map(|entry| entry.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// What differs because the one job is not the other.
    fn of_the_job(name: &str) -> bool {
        let own =
            ["SLURM_JOB_ID", "SLURM_JOBID", "SLURM_TASK_PID", "SLURM_JOB_START_TIME", "SLURM_JOB_END_TIME"];
        own.contains(&name) || ["NATIVE", "NOT_NATIVE", "_", "SLURM_JOB_SLUID"].contains(&name)
    }

    #[track_caller]
    fn assert_same_environment(&self) {
        let (mut ours, mut theirs) = (self.environment("srunx"), self.environment("sbatch"));
        assert_eq!(ours["ODD"], "it's \"$HOME\"\nü");
        for found in [&mut ours, &mut theirs] {
            found.retain(|name, _| !Self::of_the_job(name));
            // Which node a job gets is the hour's luck.
            for name in
                ["HOSTNAME", "SLURMD_NODENAME", "SLURM_JOB_NODELIST", "SLURM_NODELIST", "SLURM_TOPOLOGY_ADDR"]
            {
                found
                    .entry(name.to_owned())
                    .and_modify(|value| *value = value.replace(['1', '2', '3', '4'], "N"));
            }
        }
        same(&ours, &theirs);
    }

    #[track_caller]
    fn assert_same_rest(&self) {
        let rest = |who: &str, id: u32| {
            let text = without_id(&self.flow.dir.read(&format!("found.{who}.rest")), id);
            let mut lines = text.replace(&format!("found.{who}"), "found");
            for node in ["c1", "c2", "c3", "c4"] {
                lines = lines.replace(&format!("/spool/{node}/"), "/spool/cN/");
            }
            lines.lines().enumerate().map(|(n, line)| (format!("line {n}"), line.to_owned())).collect()
        };
        same(&rest("srunx", self.srunx), &rest("sbatch", self.sbatch));
    }

    /// `scontrol show job -d` of both, without what is each job's own.
    #[track_caller]
    fn assert_same_record(&self) {
        let record = |id: u32| {
            let mut record = Cluster::shared().job(id);
            // The last row is of the nodes that it was given.
            let own = [
                "JobId Scheduler Command Comment Priority SubmitLine SLUID AllocNode:Sid SubmitTime EligibleTime",
                "AccrueTime StartTime EndTime LastSchedEval RunTime",
                "NodeList BatchHost Nodes CPU_IDs GRES Mem ReqNodeList",
            ];
            // What begins with a dash is of the command line.
            let is_own = |key: &str| {
                key.starts_with('-') || own.iter().any(|row| row.split(' ').any(|own| own == key))
            };
            record.retain(|key, _| !is_own(key));
            // The backfill scheduler gives a job without a limit this one when it starts it.
            if record["TimeLimit"] == "365-00:00:00" {
                record.insert("TimeLimit".into(), "UNLIMITED".into());
            }
            record.into_iter().map(|(key, value)| (key, without_id(&value, id))).collect()
        };
        same(&record(self.srunx), &record(self.sbatch));
    }
}

/// A job's id in the names of files is its own.
fn without_id(text: &str, id: u32) -> String {
    text.replace(&format!("slurm-{id}.out"), "slurm-ID.out")
        .replace(&format!("_{id}.log"), "_ID.log")
        .replace(&format!("job{id:05}"), "jobID")
}

#[track_caller]
fn same(ours: &BTreeMap<String, String>, theirs: &BTreeMap<String, String>) {
    let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    let differences: Vec<String> = names
        .into_iter()
        .filter(|name| ours.get(*name) != theirs.get(*name))
        .map(|name| format!("{name}: srunx {:?}, sbatch {:?}", ours.get(name), theirs.get(name)))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_plain_job() {
    let pair = Pair::new("plain", "", "");
    pair.assert_same_environment();
    pair.assert_same_rest();
    pair.assert_same_record();
}

#[test]
fn a_job_that_asks_for_much() {
    let more = "
    srun: false
    log_dir: logs
    resources:
      nodes: 2
      ntasks_per_node: 2
      cpus_per_task: 2
      gpus_per_node: 1
      memory_per_node: 200M
      time_limit: '1-02:03:04'
      nodelist: c1,c2
      partition: debug
      account: teaching
      qos: high
";
    let pair = Pair::new("much", more, "");
    pair.assert_same_environment();
    pair.assert_same_rest();
    pair.assert_same_record();
}

#[test]
fn nodes_that_vary() {
    let more = "
    srun: false
    resources: {nodes: 1-2, ntasks_per_node: 2, nodelist: c3}
";
    let pair = Pair::new("range", more, "");
    pair.assert_same_environment();
    pair.assert_same_record();
}

#[test]
fn options_of_sbatch() {
    // Over the workflow's defaults, which follow.
    let more = "
    srun: false
    resources: {time_limit: 7, partition: debug}
    sbatch:
      ntasks: 3
      ntasks-per-core: 1
      mem-per-cpu: 50M
      comment: mine
      licenses: 'matlab:2,ansys'
      requeue: false
      signal: B:USR1@60
      open-mode: append
      mail-type: false
      begin: now
      exclude: c4
      kill-on-invalid-dep: yes
      nodes: 1
      oversubscribe: true
sbatch: {nice: 7, mail-type: END, mail-user: nobody, mem: 1G, exclusive: true}
";
    let pair = Pair::new("options", more, "");
    pair.assert_same_environment();
    pair.assert_same_rest();
    pair.assert_same_record();
    let record = Cluster::shared().job(pair.srunx);
    for (key, value) in [("Nice", "7"), ("Requeue", "0"), ("NumCPUs", "3"), ("Licenses", "matlab:2,ansys")] {
        assert_eq!(record[key], value, "{key}");
    }
    assert_eq!(record["Comment"], "mine");
}

#[test]
fn options_without_values_and_slurms_sizes() {
    for (name, more) in [
        (
            "flags",
            "\n    sbatch: {exclusive: true, contiguous: true, nodes: 2, use-min-nodes: true, no-kill: true}\n    srun: false\n",
        ),
        (
            "words",
            "\n    sbatch: {exclusive: user, nice: true, no-kill: off, distribution: 'cyclic:block', hint: nomultithread}\n",
        ),
        (
            "sizes",
            "\n    resources: {nodes: 2, ntasks_per_node: 2}\n    srun: false\n    sbatch: {overcommit: true, wckey: here}\n",
        ),
        ("files", "\n    sbatch: {output: 'out/%x', error: 'err.%u', input: probe.in}\n"),
        (
            "nodes",
            "\n    srun: false\n    sbatch: {nodelist: 'c[1-2]', cpus-per-task: 2, profile: none, tmp: 1, acctg-freq: task=30}\n",
        ),
        ("gres", "\n    sbatch: {gpus: 2, cpus-per-gpu: 1, mem-per-gpu: 20, gres-flags: disable-binding}\n"),
    ] {
        let pair = Pair::new(name, more, "touch probe.in");
        pair.assert_same_environment();
        pair.assert_same_record();
    }
}

#[test]
fn limits_umask_and_niceness_come_along() {
    let before =
        "umask 0027; ulimit -S -c 0; ulimit -S -n 257; ulimit -S -s 4096; ulimit -S -f 100000; export LATE=1";
    let pair = Pair::new("limits", "", before);
    pair.assert_same_environment();
    pair.assert_same_rest();
    let rest = pair.flow.dir.read("found.srunx.rest");
    assert!(rest.starts_with("0027\n"), "{rest}");
    assert!(rest.lines().any(|line| line.contains("-n)") && line.ends_with(" 257")), "{rest}");
    assert!(rest.lines().any(|line| line.contains("-s)") && line.ends_with(" 4096")), "{rest}");
    assert_eq!(pair.environment("srunx")["LATE"], "1");
}

#[test]
fn from_inside_a_job() {
    // The variables of the job around it are no others' than sbatch's would be.
    let before = "export OMPI_MCA_plm_slurm_args=mine HYDRA_BOOTSTRAP=ssh I_MPI_HYDRA_BOOTSTRAP=slurm SLURM_JOB_ID=1 SLURM_TRES_PER_TASK=cpu=9 SLURM_NTASKS=7 SLURM_NPROCS=7 SLURM_JOB_NAME=outer SLURM_TASKS_PER_NODE=7 \
                  SLURM_CPUS_PER_TASK=5 SLURM_SUBMIT_DIR=/nowhere SLURM_GPUS_PER_NODE=3 SLURM_MEM_PER_NODE=1 FOO=bar";
    let pair = Pair::new("inside", "", before);
    pair.assert_same_environment();
    pair.assert_same_record();
}

#[test]
fn folders_of_the_job() {
    let jobs = "
  - name: it
    command: pwd >where; touch made
    work_dir: some where
    log_dir: new/logs
";
    let flow = Flow::new("folders", jobs);
    let missing = flow.run(&[]).expect(2);
    missing.says(&["error: ", "`it`", "cannot run in", "some where"]);
    missing.says(&["nothing was submitted"]);
    assert_eq!(missing.stdout, "");
    std::fs::create_dir(flow.dir.path().join("some where")).unwrap();
    let mut command = flow.cluster.command("bash");
    command.args(["-c", "umask 0027; exec \"$@\"", "bash"]).arg(super::live_support::srunx());
    command.args(["flow", "run", "flow.yaml"]).current_dir(flow.dir.path());
    let done = Process::start(command).wait().expect(0);
    let here = std::fs::canonicalize(flow.dir.path()).unwrap();
    assert_eq!(PathBuf::from(flow.dir.read("some where/where").trim()), here.join("some where"));
    let log = format!("new/logs/it_{}.log", done.id("it"));
    let mode = |path: &Path| std::fs::metadata(here.join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(Path::new("new/logs")), 0o750, "a folder is made as the user's umask says");
    assert_eq!(mode(Path::new(&log)), 0o640, "and so is the log");
    assert_eq!(mode(Path::new("some where/made")), 0o640, "and what the job makes");
}

#[test]
fn the_program_may_be_started_anywhere() {
    // SLURM_SUBMIT_DIR is where srunx stands, whatever the job's own folder is.
    let jobs = "
  - name: it
    command: echo \"$SLURM_SUBMIT_DIR\" >from
    work_dir: sub
";
    let flow = Flow::new("anywhere", jobs);
    std::fs::create_dir(flow.dir.path().join("sub")).unwrap();
    flow.run(&[]).expect(0);
    until("the job has told", || flow.dir.exists("sub/from").then_some(()));
    let here = std::fs::canonicalize(flow.dir.path()).unwrap();
    assert_eq!(flow.dir.read("sub/from").trim(), here.to_str().unwrap());
}
