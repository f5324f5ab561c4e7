//! What sbatch adds to a job's environment before it submits (sbatch(1), OUTPUT ENVIRONMENT VARIABLES and
//! `--propagate`): slurmd reads some of these back to give the job its limits, umask and nice value.

use crate::job::JobRequest;
use std::ffi::{OsStr, OsString};
use std::fs;

/// The limits that Slurm propagates, by its names for them (slurm.conf(5), PropagateResourceLimits).
const LIMITS: &[(&str, libc::__rlimit_resource_t)] = &[
    ("CPU", libc::RLIMIT_CPU),
    ("FSIZE", libc::RLIMIT_FSIZE),
    ("DATA", libc::RLIMIT_DATA),
    ("STACK", libc::RLIMIT_STACK),
    ("CORE", libc::RLIMIT_CORE),
    ("RSS", libc::RLIMIT_RSS),
    ("NPROC", libc::RLIMIT_NPROC),
    ("NOFILE", libc::RLIMIT_NOFILE),
    ("MEMLOCK", libc::RLIMIT_MEMLOCK),
    ("AS", libc::RLIMIT_AS),
];

/// What this process gives every job that it submits. Made once: none of it changes while a run goes on.
#[derive(Clone, Debug)]
pub struct Surroundings(Vec<(OsString, OsString)>);

impl Surroundings {
    /// Reads them off this process.
    #[must_use]
    pub fn of_this_process(propagate: &Propagate) -> Self {
        let mut found: Vec<(OsString, OsString)> = Vec::new();
        for (name, resource) in LIMITS.iter().filter(|(name, _)| propagate.includes(name)) {
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: `limit` outlives the call.
            if unsafe { libc::getrlimit(*resource, &mut limit) } == 0 {
                found.push((format!("SLURM_RLIMIT_{name}").into(), limit.rlim_cur.to_string().into()));
            }
        }
        // SAFETY: takes numbers. −1 may be an error or a nice value; the value itself is what sbatch passes on.
        let nice = unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) };
        found.push(("SLURM_PRIO_PROCESS".into(), nice.to_string().into()));
        if let Ok(folder) = std::env::current_dir() {
            found.push(("SLURM_SUBMIT_DIR".into(), folder.into()));
        }
        if let Some(host) = hostname() {
            found.push(("SLURM_SUBMIT_HOST".into(), host));
        }
        if let (None, Some(umask)) = (std::env::var_os("SLURM_UMASK"), umask()) {
            found.push(("SLURM_UMASK".into(), umask.into()));
        }
        Self(found)
    }
}

/// `PropagateResourceLimits` and `PropagateResourceLimitsExcept`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Propagate {
    /// `ALL`, `NONE` or a list; empty means all.
    pub limits: String,
    /// A list; empty means none.
    pub except: String,
}

impl Propagate {
    fn includes(&self, name: &str) -> bool {
        let in_list = |list: &str| {
            list.split([',', ' ']).any(|word| {
                let word = word.trim().to_ascii_uppercase();
                word == "ALL" || word.strip_prefix("RLIMIT_").unwrap_or(&word) == name
            })
        };
        if !self.except.is_empty() {
            return !in_list(&self.except);
        }
        self.limits.is_empty() || in_list(&self.limits)
    }
}

/// What only some releases' sbatch adds.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    /// MPI's own launchers are told of `srun --external-launcher`, where the user's environment leaves it open.
    pub external_launcher: bool,
    /// `SLURM_TRES_PER_TASK`
    pub tres_per_task: Option<String>,
}

const EXTERNAL_LAUNCHER: &str = "--external-launcher";
/// Open MPI's and PRRTE's options for srun.
const MCA: [&str; 2] = ["OMPI_MCA_plm_slurm_args", "PRTE_MCA_plm_slurm_args"];
/// Hydra is MPICH's launcher and Intel MPI's: what starts its daemons, and the options for that.
const HYDRA: [(&str, &str); 2] = [
    ("HYDRA_BOOTSTRAP", "HYDRA_LAUNCHER_EXTRA_ARGS"),
    ("I_MPI_HYDRA_BOOTSTRAP", "I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS"),
];

/// The launchers' variables that `environment` leaves open.
fn launchers(environment: &[(OsString, OsString)]) -> Vec<(OsString, OsString)> {
    let value = |name: &str| environment.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let hydra =
        HYDRA.into_iter().filter(|(bootstrap, _)| value(bootstrap).is_none_or(|value| value == "slurm"));
    let hydra =
        hydra.flat_map(|(bootstrap, arguments)| [(bootstrap, "slurm"), (arguments, EXTERNAL_LAUNCHER)]);
    MCA.into_iter()
        .map(|name| (name, EXTERNAL_LAUNCHER))
        .chain(hydra)
        .filter(|(name, _)| value(name).is_none())
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// The environment with which a request is submitted: its own, and over it what sbatch would have added.
#[must_use]
pub fn submission_environment(
    request: &JobRequest,
    surroundings: &Surroundings,
    additions: Additions,
) -> Vec<(OsString, OsString)> {
    let mut added = surroundings.0.clone();
    let mut add = |name: &str, value: String| added.push((name.into(), value.into()));
    add("SLURM_JOB_NAME", request.name.clone());
    if let Some(tasks) = request.tasks {
        add("SLURM_NTASKS", tasks.to_string());
        add("SLURM_NPROCS", tasks.to_string());
    }
    if let Some(tasks) = request.tasks_per_node {
        add("SLURM_NTASKS_PER_NODE", tasks.to_string());
    }
    if let Some(cpus) = request.cpus_per_task {
        add("SLURM_CPUS_PER_TASK", cpus.to_string());
    }
    if let Some(gpus) = request.gpus_per_node.filter(|n| *n > 0) {
        add("SLURM_GPUS_PER_NODE", gpus.to_string());
    }
    if let Some(tres) = additions.tres_per_task {
        add("SLURM_TRES_PER_TASK", tres);
    }
    if additions.external_launcher {
        added.extend(launchers(&request.environment));
    }
    let is_added = |name: &OsStr| added.iter().any(|(added, _)| added == name);
    let mut environment: Vec<_> =
        request.environment.iter().filter(|(name, _)| !is_added(name)).cloned().collect();
    environment.append(&mut added);
    environment
}

fn hostname() -> Option<OsString> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim_end().into())
}

/// This process's umask as `0022`, read without setting it: umask(2) alone would change it for every thread.
fn umask() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("Umask:"))?.trim();
    let mask = u32::from_str_radix(mask, 8).ok()?;
    Some(format!("0{:03o}", mask & 0o777))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_propagated_follows_the_configuration() {
        let propagate =
            |limits: &str, except: &str| Propagate { limits: limits.into(), except: except.into() };
        assert!(propagate("", "").includes("CORE"));
        assert!(propagate("ALL", "").includes("CORE"));
        assert!(!propagate("NONE", "").includes("CORE"));
        assert!(propagate("core,RLIMIT_STACK", "").includes("STACK"));
        assert!(!propagate("core", "").includes("STACK"));
        assert!(!propagate("", "MEMLOCK").includes("MEMLOCK"));
        assert!(propagate("", "MEMLOCK").includes("CORE"));
    }

    #[test]
    fn launchers_are_told_what_the_user_left_open() {
        let told = |given: &[(&str, &str)]| {
            let given: Vec<_> = given.iter().map(|(name, value)| (name.into(), value.into())).collect();
            let told = launchers(&given).into_iter();
            told.map(|(name, value)| format!("{}={}", name.display(), value.display())).collect::<Vec<_>>()
        };
        assert_eq!(told(&[]).len(), 6);
        let told = told(&[
            ("OMPI_MCA_plm_slurm_args", ""),
            ("HYDRA_BOOTSTRAP", "ssh"),
            ("I_MPI_HYDRA_BOOTSTRAP", "slurm"),
        ]);
        assert_eq!(
            told,
            [
                "PRTE_MCA_plm_slurm_args=--external-launcher",
                "I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS=--external-launcher"
            ]
        );
    }

    #[test]
    fn what_sbatch_adds_replaces_what_was_there() {
        let request = JobRequest {
            name: "train".into(),
            tasks: Some(4),
            environment: vec![("A".into(), "1".into()), ("SLURM_NTASKS".into(), "99".into())],
            ..JobRequest::default()
        };
        let surroundings = Surroundings::of_this_process(&Propagate::default());
        let environment = submission_environment(&request, &surroundings, Additions::default());
        let values =
            |name: &str| environment.iter().filter(|(n, _)| n == name).map(|(_, v)| v).collect::<Vec<_>>();
        assert_eq!(values("A"), ["1"]);
        assert_eq!(values("SLURM_NTASKS"), ["4"]);
        assert_eq!(values("SLURM_JOB_NAME"), ["train"]);
        assert_eq!(values("SLURM_RLIMIT_NOFILE").len(), 1);
        assert_eq!(values("SLURM_SUBMIT_DIR").len(), 1);
        assert!(values("SLURM_UMASK").iter().all(|mask| mask.len() == 4));
    }
}
