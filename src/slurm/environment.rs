//! What sbatch adds to a job's environment before it submits (sbatch(1), OUTPUT ENVIRONMENT VARIABLES and
//! `--propagate`): slurmd reads some of these back to give the job its limits, umask and nice value.

use super::error::Error;
use crate::job::JobRequest;
use crate::job::value::limit::Limits;
use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;

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
pub(super) struct Surroundings {
    /// `name=value`, by name. These replace what the job's environment says.
    entries: Vec<(OsString, CString)>,
    launchers: Launchers,
}

impl Surroundings {
    /// Reads them off this process.
    pub fn of_this_process(propagate: &Propagate, launchers: Launchers) -> Self {
        let mut found = propagate.limits(None);
        found.extend(whence());
        if let (None, Some(umask)) = (std::env::var_os("SLURM_UMASK"), umask()) {
            found.push(("SLURM_UMASK".into(), umask.into()));
        }
        let entry = |(name, value): (OsString, OsString)| Some((name.clone(), entry(&name, &value).ok()?));
        Self { entries: found.into_iter().filter_map(entry).collect(), launchers }
    }
}

/// What MPI's own launchers, which start srun themselves, are told of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Launchers {
    /// Whether they are told anything: by sbatch from 23.11.
    pub told: bool,
    /// Whether Hydra is told to start srun at all: not where `MpiParams` has `disable_slurm_hydra_bootstrap`.
    pub hydra: bool,
}

impl Launchers {
    const EXTERNAL: &'static str = "--external-launcher";

    /// The variables for a job whose own are `environment`. They replace none of these.
    fn variables(self, environment: &[(OsString, OsString)]) -> Vec<(&'static str, &'static str)> {
        if !self.told {
            return Vec::new();
        }
        let given = |name: &str| environment.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let mut variables =
            vec![("OMPI_MCA_plm_slurm_args", Self::EXTERNAL), ("PRTE_MCA_plm_slurm_args", Self::EXTERNAL)];
        for (bootstrap, arguments) in [
            ("HYDRA_BOOTSTRAP", "HYDRA_LAUNCHER_EXTRA_ARGS"),
            ("I_MPI_HYDRA_BOOTSTRAP", "I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS"),
        ] {
            // Hydra hands the arguments to whatever it starts, ssh too: so slurm, or nothing.
            if given(bootstrap).map_or(self.hydra, |value| value == "slurm") {
                variables.extend([(bootstrap, "slurm"), (arguments, Self::EXTERNAL)]);
            }
        }
        variables.retain(|(name, _)| given(name).is_none());
        variables
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
    /// The limits of this process that a job is to have, as the variables that tell slurmd. `asked` is `--propagate`, which
    /// counts in place of the configuration and is marked as asked for.
    #[must_use]
    pub fn limits(&self, asked: Option<Limits>) -> Vec<(OsString, OsString)> {
        let wanted = |name: &str| asked.map_or_else(|| self.includes(name), |asked| asked.has(name));
        let mark = if asked.is_some() { "U" } else { "" };
        let mut found = Vec::new();
        for (name, resource) in LIMITS.iter().filter(|(name, _)| wanted(name)) {
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: `limit` outlives the call.
            if unsafe { libc::getrlimit(*resource, &mut limit) } == 0 {
                found.push((
                    format!("SLURM_RLIMIT_{name}").into(),
                    format!("{mark}{}", limit.rlim_cur).into(),
                ));
            }
        }
        found
    }

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

/// The environment with which a request is submitted, as `name=value`: its own, and over it what sbatch would have
/// added. `tres_per_task` is what the library's release makes of `--cpus-per-task`.
///
/// # Errors
/// When a value holds a NUL byte.
pub(super) fn submission_environment<'a>(
    request: &JobRequest,
    surroundings: &'a Surroundings,
    tres_per_task: Option<String>,
) -> Result<Vec<Cow<'a, CStr>>, Error> {
    let mut own: Vec<(&str, String)> = vec![("SLURM_JOB_NAME", request.name.clone())];
    if let Some(tasks) = request.tasks {
        own.push(("SLURM_NTASKS", tasks.to_string()));
        own.push(("SLURM_NPROCS", tasks.to_string()));
    }
    if let Some(tasks) = request.tasks_per_node {
        own.push(("SLURM_NTASKS_PER_NODE", tasks.to_string()));
    }
    if let Some(cpus) = request.cpus_per_task {
        own.push(("SLURM_CPUS_PER_TASK", cpus.to_string()));
    }
    if let Some(gpus) = request.gpus_per_node.filter(|n| *n > 0) {
        own.push(("SLURM_GPUS_PER_NODE", gpus.to_string()));
    }
    if let Some(tres) = tres_per_task {
        own.push(("SLURM_TRES_PER_TASK", tres));
    }
    let replaced = |name: &OsStr| {
        name.as_bytes().starts_with(b"SLURM_")
            && (own.iter().any(|(own, _)| *own == name)
                || surroundings.entries.iter().any(|(theirs, _)| theirs == name))
    };
    let kept = request.environment.iter().filter(|(name, _)| !replaced(name));
    let kept = kept.map(|(name, value)| entry(name, value).map(Cow::Owned));
    let around = surroundings.entries.iter().map(|(_, entry)| Ok(Cow::Borrowed(entry.as_c_str())));
    let own = own.iter().map(|(name, value)| entry(OsStr::new(name), OsStr::new(value)).map(Cow::Owned));
    let launchers = surroundings.launchers.variables(&request.environment);
    let launchers =
        launchers.into_iter().map(|(name, value)| entry(OsStr::new(name), OsStr::new(value)).map(Cow::Owned));
    kept.chain(around).chain(own).chain(launchers).collect()
}

/// `name=value`
fn entry(name: &OsStr, value: &OsStr) -> Result<CString, Error> {
    let (name, value) = (name.as_bytes(), value.as_bytes());
    let mut entry = Vec::with_capacity(name.len() + value.len() + 2);
    entry.extend_from_slice(name);
    entry.push(b'=');
    entry.extend_from_slice(value);
    CString::new(entry)
        .map_err(|_| Error::Nul { what: format!("the variable {}", String::from_utf8_lossy(name)) })
}

/// This process's nice value, working folder and host, as every job is told them.
pub fn whence() -> Vec<(OsString, OsString)> {
    // SAFETY: takes numbers. −1 may be an error or a nice value; the value itself is what sbatch passes on.
    let nice = unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) };
    let mut found = vec![("SLURM_PRIO_PROCESS".into(), nice.to_string().into())];
    if let Ok(folder) = std::env::current_dir() {
        found.push(("SLURM_SUBMIT_DIR".into(), folder.into()));
    }
    if let Some(host) = hostname() {
        found.push(("SLURM_SUBMIT_HOST".into(), host));
    }
    found
}

fn hostname() -> Option<OsString> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim_end().into())
}

/// This process's umask as `0022`, read without setting it: umask(2) alone would change it for every thread.
pub fn umask() -> Option<String> {
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
    fn launchers_are_told_unless_the_user_did() {
        let given = |pairs: &[(&str, &str)]| -> Vec<(OsString, OsString)> {
            pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
        };
        let names = |launchers: Launchers, pairs: &[(&str, &str)]| {
            launchers.variables(&given(pairs)).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
        };
        let all = Launchers { told: true, hydra: true };
        assert_eq!(names(Launchers::default(), &[]), "");
        assert_eq!(all.variables(&[]).len(), 6);
        assert_eq!(
            names(Launchers { hydra: false, ..all }, &[]),
            "OMPI_MCA_plm_slurm_args PRTE_MCA_plm_slurm_args"
        );
        let own =
            [("HYDRA_BOOTSTRAP", "ssh"), ("I_MPI_HYDRA_BOOTSTRAP", "slurm"), ("PRTE_MCA_plm_slurm_args", "")];
        assert_eq!(names(all, &own), "OMPI_MCA_plm_slurm_args I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS");
    }

    #[test]
    fn what_sbatch_adds_replaces_what_was_there() {
        let request = JobRequest {
            name: "train".into(),
            tasks: Some(4),
            environment: vec![("A".into(), "1".into()), ("SLURM_NTASKS".into(), "99".into())],
            ..JobRequest::default()
        };
        let surroundings = Surroundings::of_this_process(&Propagate::default(), Launchers::default());
        let environment = submission_environment(&request, &surroundings, None).unwrap();
        let entries: Vec<_> = environment.iter().map(|entry| entry.to_str().unwrap()).collect();
        let values = |name: &str| {
            entries.iter().filter_map(|entry| entry.strip_prefix(name)?.strip_prefix('=')).collect::<Vec<_>>()
        };
        assert_eq!(values("A"), ["1"]);
        assert_eq!(values("SLURM_NTASKS"), ["4"]);
        assert_eq!(values("SLURM_JOB_NAME"), ["train"]);
        assert_eq!(values("SLURM_RLIMIT_NOFILE").len(), 1);
        assert_eq!(values("SLURM_SUBMIT_DIR").len(), 1);
        assert!(values("SLURM_UMASK").iter().all(|mask| mask.len() == 4));
        let nul = JobRequest { environment: vec![("A".into(), "b\0".into())], ..JobRequest::default() };
        let error = submission_environment(&nul, &surroundings, None).err().map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some("the variable A holds a NUL byte, which no Slurm request can carry")
        );
    }
}
