//! A cluster with jobs in every state that can be brought about.

use crate::live_support::cluster::Own;
use crate::live_support::{Cluster, Scratch, until};
use std::collections::HashMap;

/// The jobs, on a cluster of their own.
pub struct Jobs {
    own: Own,
    ids: HashMap<String, u32>,
    dir: Scratch,
}

/// Name and what sbatch is asked for; they sleep unless a command is named behind `=>`. What a release or the cluster does
/// not take is left out.
const JOBS: &[(&str, &[&str])] = &[
    ("runner", &["-c2", "--mem=200M", "-n2", "-N2", "-t100", "--comment=a comment", "-w", "c1,c3"]),
    ("held jöb with a very long name indeed", &["-H", "-t", "1-2:03:04", "--nice=50", "--mail-type=END"]),
    (
        "held2",
        &[
            "-H",
            "--mem-per-cpu=1500M",
            "--tmp=500",
            "-N1-3",
            "--ntasks-per-node=2",
            "--cpus-per-task=3",
            "-qhigh",
            "-Ateaching",
        ],
    ),
    ("later", &["--begin=now+10hours", "-p", "debug,short", "-N2", "--contiguous"]),
    ("dep", &["-d", "afterok:{runner}", "--gres=gpu:2", "-L", "matlab:3,ansys"]),
    ("failing", &["=>", "exit 7"]),
    ("never", &["-d", "afterok:{failing}", "--kill-on-invalid-dep=no"]),
    ("done", &["-o", "out.%A_%a.%j.txt", "-e", "err %x", "=>", "true"]),
    ("killed", &["-t5"]),
    ("arr", &["-a", "0-100%4", "-H"]),
    ("step", &["-a", "0-100:10", "-H"]),
    ("odd", &["-H", "-a", "1,3,5-7,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,43,45,47,49,51,53"]),
    ("part", &["-a", "0-9%2", "-n1"]),
    ("split", &["-a", "0-9", "-p", "debug,short", "--begin=now+20hours"]),
    ("het", &["-n1", ":", "-n2"]),
    ("hetheld", &["-H", "-n1", ":", "-n2", ":", "-n3"]),
    ("susp", &["-n1"]),
    ("requ", &["-n1"]),
    ("special", &["-n1"]),
    (
        "multi",
        &[
            "-H",
            "-p",
            "short,debug",
            "-x",
            "c4",
            "--gpus=2",
            "-n2",
            "--switches=1@10",
            "--deadline=now+3days",
            "-t20",
        ],
    ),
    ("sockets", &["-H", "--requeue", "--sockets-per-node=1", "--cores-per-socket=2", "--threads-per-core=1"]),
    ("spec", &["-H", "--core-spec=2", "-o", "name with %% and %5j"]),
    ("shared", &["-H", "-s", "-t", "infinite", "-o", "some/%a/%b.%N.%s", "-i", "/dev/zero"]),
    ("user", &["-H", "--exclusive=user", "--mincpus=4", "-C", "", "--reservation="]),
    ("others", &["-H", "--uid=daemon", "--gid=daemon"]),
    (
        "steps",
        &[
            "-n4",
            "-N2",
            "=>",
            "srun -n1 -N1 --overlap -J one sleep 3000 & srun -n2 -N2 --overlap -t50 -J two -o x%j.%t sleep 3000 & wait",
        ],
    ),
    // The last: no job behind it would have to wait until it has run.
    ("big", &["-N4", "--exclusive", "-t50"]),
];

impl Jobs {
    pub fn submit() -> Self {
        let own = Cluster::start(&["--user", "daemon"]);
        let mut jobs = Self { own, ids: HashMap::new(), dir: Scratch::new("squeue") };
        for (name, options) in JOBS {
            jobs.sbatch(name, options);
        }
        jobs.move_on();
        jobs
    }

    pub fn cluster(&self) -> &Cluster {
        &self.own.cluster
    }

    /// A job's id, the array's or the heterogeneous job's own.
    #[track_caller]
    pub fn id(&self, name: &str) -> u32 {
        *self.ids.get(name).unwrap_or_else(|| panic!("{name} was not submitted"))
    }

    fn sbatch(&mut self, name: &str, options: &[&str]) {
        let (options, wrapped) = match options.iter().position(|option| *option == "=>") {
            Some(at) => (&options[..at], options[at + 1]),
            None => (options, "sleep 3000"),
        };
        let mut arguments = vec!["--parsable".to_owned(), format!("--chdir={}", self.dir.path().display())];
        arguments.push(format!("--job-name={name}"));
        let has_output = options.contains(&"-o");
        if !has_output {
            arguments.extend(["-o".to_owned(), "/dev/null".to_owned()]);
        }
        for option in options {
            let mut option = (*option).to_owned();
            for (name, id) in &self.ids {
                option = option.replace(&format!("{{{name}}}"), &id.to_string());
            }
            let next_component = option == ":";
            arguments.push(option);
            if next_component {
                arguments.push(format!("--job-name={name}"));
            }
        }
        arguments.extend(["--wrap".to_owned(), wrapped.to_owned()]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if let Some(id) = self.cluster().try_slurm("sbatch", &arguments) {
            self.ids.insert(name.to_owned(), id.trim().parse().unwrap());
        }
    }

    /// Brings the jobs into their states.
    fn move_on(&self) {
        let cluster = self.cluster();
        let ids = |name: &str| self.id(name).to_string();
        for name in ["runner", "susp", "requ", "special", "killed", "steps", "het"] {
            cluster.wait_state(self.id(name), "RUNNING");
        }
        for (name, state) in [("failing", "FAILED"), ("done", "COMPLETED")] {
            cluster.wait_state(self.id(name), state);
        }
        let split = self.id("split");
        cluster.slurm("scontrol", &["hold", &format!("{split}_3")]);
        cluster.slurm("scontrol", &["hold", &format!("{split}_4")]);
        cluster.slurm("scontrol", &["update", &format!("job={split}_7"), "TimeLimit=7"]);
        cluster.slurm("scontrol", &["suspend", &ids("susp")]);
        cluster.slurm("scontrol", &["requeuehold", &ids("requ")]);
        cluster.slurm("scontrol", &["requeuehold", "State=SpecialExit", &ids("special")]);
        cluster.slurm("scancel", &[&ids("killed")]);
        cluster.wait_state(self.id("killed"), "CANCELLED");
        until("the jobs are where they go", || {
            let text = cluster.slurm("squeue", &["-h", "-t", "all", "-o", "%T %r"]);
            let unsettled = |line: &str| {
                line.starts_with("COMPLETING") || line.starts_with("PENDING") && line.ends_with(" None")
            };
            (!text.lines().any(unsettled)).then_some(())
        });
        let steps = format!("{}.1", self.id("steps"));
        until("its steps run", || {
            cluster.slurm("squeue", &["-s", "-h", "-o", "%i"]).contains(&steps).then_some(())
        });
    }
}
