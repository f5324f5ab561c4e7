//! What sbatch adds to a job's environment before it submits (sbatch(1), OUTPUT ENVIRONMENT VARIABLES and
//! `--propagate`): slurmd reads some of these back to give the job its limits, umask and nice value.

use crate::job::value::limit::Limits;
use crate::sbatch::Variables;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;

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

/// What this process tells every job that it submits, by name: over what the job's environment says, but for the umask.
/// Made once, with the first job: none of it changes while a run goes on.
#[derive(Clone, Debug)]
pub(super) struct Surroundings {
    entries: Vec<(OsString, OsString)>,
    umask: Option<OsString>,
}

impl Surroundings {
    /// Reads them off this process.
    pub fn of_this_process(propagate: &Propagate) -> Self {
        let mut entries = propagate.limits(None);
        entries.extend(whence());
        Self { entries, umask: umask().map(Into::into) }
    }

    /// Tells a job's environment.
    pub fn tell(&self, environment: &mut Variables) {
        for (name, value) in &self.entries {
            environment.set(name, value);
        }
        if let Some(umask) = &self.umask {
            environment.set_if_absent("SLURM_UMASK", umask);
        }
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
    // Its size is not known to those who ask, and each read costs the kernel the whole of it.
    let mut status = String::with_capacity(4096);
    File::open("/proc/self/status").ok()?.read_to_string(&mut status).ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("Umask:"))?.trim();
    let mask = u32::from_str_radix(mask, 8).ok()?;
    Some(format!("0{:03o}", mask & 0o777))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

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
    fn what_this_process_tells_replaces_what_was_there() {
        let mut environment = Variables::default();
        environment.set("SLURM_SUBMIT_DIR", "/elsewhere");
        environment.set("SLURM_UMASK", "0777");
        Surroundings::of_this_process(&Propagate::default()).tell(&mut environment);
        assert_ne!(environment.get("SLURM_SUBMIT_DIR"), Some(OsStr::new("/elsewhere")));
        assert_eq!(environment.get("SLURM_UMASK"), Some(OsStr::new("0777")));
        assert!(environment.get("SLURM_RLIMIT_NOFILE").is_some());
    }
}
