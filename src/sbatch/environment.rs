//! The environment that a job is submitted with: what `--export` lets through, and what sbatch adds (sbatch(1), OUTPUT
//! ENVIRONMENT VARIABLES).

use super::declared::Context;
use super::options::{Export, Options};
use super::resolve::{Component, layout};
use super::sizes::Sizes;
use crate::job::value::distribution;
use crate::job::value::memory_binding::{self, MemoryBinding};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Variables by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    values: BTreeMap<OsString, OsString>,
}

impl Variables {
    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.values.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// Sets a variable, over what it was.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.values.insert(name.into(), value.into());
    }

    /// Sets a variable that is not there.
    pub fn set_if_absent(&mut self, name: &str, value: impl Into<OsString>) {
        self.values.entry(name.into()).or_insert_with(|| value.into());
    }

    /// Takes a variable away.
    pub fn remove(&mut self, name: &str) {
        self.values.remove(OsStr::new(name));
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.values.clear();
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.values.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

impl FromIterator<(OsString, OsString)> for Variables {
    fn from_iter<I: IntoIterator<Item = (OsString, OsString)>>(variables: I) -> Self {
        Self { values: variables.into_iter().collect() }
    }
}

/// The variables that tell a component of the job what was asked for it.
pub(super) fn told(
    options: &Options,
    sizes: &Sizes,
    context: &Context<'_>,
    environ: &Variables,
) -> Vec<(&'static str, OsString)> {
    let mut told: Vec<(&'static str, OsString)> = Vec::new();
    let mut tell =
        |name: &'static str, value: Option<OsString>| told.extend(value.map(|value| (name, value)));
    let number = |value: Option<u32>| value.map(|value| value.to_string().into());
    tell("SLURM_CPUS_PER_TASK", number(options.cpus_per_task));
    tell("SLURM_DISTRIBUTION", layout(options).map(Into::into));
    let plane = options.distribution.is_some_and(|states| states & distribution::BASE == distribution::PLANE);
    tell("SLURM_DIST_PLANESIZE", number(options.plane_size.filter(|_| plane)));
    if let Some(binding) = options.mem_bind.as_ref().filter(|binding| binding.kind != 0) {
        if environ.get("SBATCH_MEM_BIND").is_none() {
            // Where no variable of its own tells that memory is sorted, this one does not, either.
            let sort = if context.dialect.tells_mem_bind_sort { 0 } else { memory_binding::SORT };
            let told = MemoryBinding { kind: binding.kind & !sort, ..binding.clone() };
            tell("SLURM_MEM_BIND", (told.kind != 0).then(|| told.to_string().into()));
        }
        let sorted = binding.kind & memory_binding::SORT != 0;
        if context.dialect.tells_mem_bind_sort && sorted && environ.get("SLURM_MEM_BIND_SORT").is_none() {
            tell("SLURM_MEM_BIND_SORT", Some("sort".into()));
        }
        if environ.get("SLURM_MEM_BIND_VERBOSE").is_none() {
            let loud = binding.kind & memory_binding::VERBOSE != 0;
            tell("SLURM_MEM_BIND_VERBOSE", Some(if loud { "verbose" } else { "quiet" }.into()));
        }
    }
    let tasks = Some(sizes.tasks).filter(|tasks| sizes.tasks_set && *tasks > 0);
    tell("SLURM_NPROCS", tasks.map(|tasks| tasks.to_string().into()));
    tell("SLURM_NTASKS", tasks.map(|tasks| tasks.to_string().into()));
    tell("SLURM_NTASKS_PER_CORE", number(options.ntasks_per_core));
    match options.ntasks_per_tres {
        Some(tasks) => tell("SLURM_NTASKS_PER_TRES", number(Some(tasks))),
        None => tell("SLURM_NTASKS_PER_GPU", number(options.ntasks_per_gpu)),
    }
    tell("SLURM_NTASKS_PER_NODE", number(options.ntasks_per_node));
    tell("SLURM_NTASKS_PER_SOCKET", number(options.ntasks_per_socket));
    tell("SLURM_THREADS_PER_CORE", number(options.threads_per_core.map(u32::from)));
    told
}

/// Sets what sbatch sets in its own environment once its options are settled.
pub(super) fn tell_settings(options: &Options, context: &Context<'_>, environ: &mut Variables) {
    if let Some(dependency) = &options.dependency {
        environ.set("SLURM_JOB_DEPENDENCY", dependency.clone());
    }
    if let Some(export) = options.export.as_ref().filter(|export| !export.eq_ignore_ascii_case("ALL")) {
        environ.set_if_absent("SLURM_EXPORT_ENV", export);
    }
    if context.dialect.slurmctld_tells_settings {
        return;
    }
    if let Some(mode) = options.open_mode {
        environ.set("SLURM_OPEN_MODE", mode.to_string());
    }
    if let Some(profile) = options.profile {
        environ.set("SLURM_PROFILE", profile.listed());
    }
    if let Some(frequency) = &options.acctg_freq {
        environ.set("SLURM_ACCTG_FREQ", frequency.clone());
    }
    if let Some(frequency) = options.cpu_freq {
        environ.set("SLURM_CPU_FREQ_REQ", frequency.to_string());
    }
}

/// The environment that a component is submitted with, as far as it is not told what was asked for. `environ` is sbatch's
/// own environment with all that it set there, `file` what `--export-file` brought.
#[must_use]
pub fn job_environment(
    job: &Component,
    environ: &Variables,
    file: Option<Variables>,
    context: &Context<'_>,
) -> Variables {
    let options = &job.options;
    let mut variables = file.unwrap_or_default();
    let mut load_login = options.get_user_env;
    let slurms = |variables: &mut Variables| {
        for (name, value) in environ.iter() {
            let spank = context.dialect.export_nil && name.as_bytes().starts_with(b"_SLURM_SPANK_OPTION_");
            if name.as_bytes().starts_with(b"SLURM") || spank {
                variables.set(name, value);
            }
        }
    };
    let all = |variables: &mut Variables| {
        for (name, value) in environ.iter() {
            variables.set(name, value);
        }
    };
    match options.exported(context.dialect.export_nil) {
        Export::All => {
            // A release that keeps the token back forgets what `--export-file` brought.
            let kept_back = options.export.is_none() && context.dialect.keeps_jwt;
            if kept_back {
                variables.clear();
            }
            all(&mut variables);
            if kept_back {
                variables.remove("SLURM_JWT");
            }
        }
        Export::Nil => {
            variables.clear();
            slurms(&mut variables);
        }
        Export::None => {
            variables.clear();
            slurms(&mut variables);
            load_login = true;
        }
        Export::List(list) => {
            for entry in entries(list.as_bytes()) {
                if entry.eq_ignore_ascii_case(b"ALL") {
                    all(&mut variables);
                } else if let Some(at) = entry.iter().position(|byte| *byte == b'=') {
                    variables.set(bytes(&entry[..at]), bytes(&entry[at + 1..]));
                } else if let Some(value) = environ.values.get(&bytes(&entry)) {
                    variables.set(bytes(&entry), value.clone());
                }
            }
            slurms(&mut variables);
            load_login = true;
        }
    }
    if load_login {
        variables.set("SLURM_GET_USER_ENV", "1");
    }
    if options.distribution.is_some_and(|states| states & distribution::BASE == distribution::ARBITRARY)
        && let Some(list) = &job.req_nodes
    {
        variables.set("SLURM_ARBITRARY_NODELIST", list.clone());
    }
    variables
}

/// Tells the job of one component, by the environment of the first. `component` is its number in a heterogeneous job,
/// `hydra` whether MPI's launchers are told to start srun.
pub fn tell_component(
    variables: &mut Variables,
    job: &Component,
    component: Option<usize>,
    context: &Context<'_>,
    hydra: bool,
) {
    let told = resources(&job.options, context).into_iter().chain(job.told.iter().cloned());
    for (name, value) in told {
        match component {
            None => variables.set(name, value),
            // The second name is the older one.
            Some(number) => {
                variables.set(format!("{name}_HET_GROUP_{number}"), value.clone());
                variables.set(format!("{name}_PACK_GROUP_{number}"), value);
            }
        }
    }
    if context.dialect.tres_per_task {
        tell_launchers(variables, hydra);
    }
}

/// What of a job's GPUs and other TRES it is told.
fn resources(options: &Options, context: &Context<'_>) -> Vec<(&'static str, OsString)> {
    let number = |value: Option<u64>| value.map(|value| OsString::from(value.to_string()));
    let lists = context.dialect.tres_per_task;
    let told = [
        ("SLURM_CPUS_PER_GPU", number(options.cpus_per_gpu.map(u64::from))),
        ("SLURM_GPUS", options.gpus.clone()),
        ("SLURM_GPU_BIND", options.gpu_bind.clone().filter(|_| !lists)),
        ("SLURM_GPU_FREQ", options.gpu_freq.clone()),
        ("SLURM_GPUS_PER_NODE", options.gpus_per_node.clone()),
        ("SLURM_GPUS_PER_SOCKET", options.gpus_per_socket.clone()),
        ("SLURM_GPUS_PER_TASK", options.gpus_per_task.clone().filter(|_| !lists)),
        ("SLURM_MEM_PER_GPU", number(options.mem_per_gpu)),
        ("SLURM_TRES_PER_TASK", options.tres_per_task.clone().filter(|_| lists)),
        ("SLURM_TRES_BIND", options.tres_bind.clone().filter(|_| lists)),
    ];
    told.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// MPI's own launchers start srun themselves and are told, by variables, that it is not the user's srun. None is replaced.
fn tell_launchers(variables: &mut Variables, hydra: bool) {
    const EXTERNAL: &str = "--external-launcher";
    variables.set_if_absent("OMPI_MCA_plm_slurm_args", EXTERNAL);
    variables.set_if_absent("PRTE_MCA_plm_slurm_args", EXTERNAL);
    for (bootstrap, arguments) in [
        ("HYDRA_BOOTSTRAP", "HYDRA_LAUNCHER_EXTRA_ARGS"),
        ("I_MPI_HYDRA_BOOTSTRAP", "I_MPI_HYDRA_BOOTSTRAP_EXEC_EXTRA_ARGS"),
    ] {
        // Hydra hands the arguments to whatever it starts, ssh too: so slurm, or nothing.
        if variables.get(bootstrap).map_or(hydra, |value| value == "slurm") {
            variables.set_if_absent(bootstrap, "slurm");
            variables.set_if_absent(arguments, EXTERNAL);
        }
    }
}

fn bytes(text: &[u8]) -> OsString {
    OsString::from_vec(text.to_vec())
}

/// The entries of `--export`, at commas that stand in no quotes. Quotes around a whole entry are dropped; one that is not
/// closed takes the rest of the list.
fn entries(list: &[u8]) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let (mut single, mut double) = (false, false);
        let end = rest.iter().position(|byte| {
            match byte {
                b'\'' => single = !single,
                b'"' => double = !double,
                _ => {}
            }
            *byte == b',' && !single && !double
        });
        let (entry, after) = match end {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        entries.push(match entry {
            [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => inner.to_vec(),
            whole => whole.to_vec(),
        });
        rest = after;
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_an_export_list() {
        let read = |list: &str| {
            let entries = entries(list.as_bytes());
            entries
                .iter()
                .map(|entry| String::from_utf8_lossy(entry).into_owned())
                .collect::<Vec<_>>()
                .join("|")
        };
        assert_eq!(read("A,B=1,ALL"), "A|B=1|ALL");
        assert_eq!(read("'A=1,2',B"), "A=1,2|B");
        assert_eq!(read("A='1,2',B"), "A='1,2'|B");
        assert_eq!(read("A=\"1,B"), "A=\"1,B");
        assert_eq!(read(",A,"), "|A");
    }
}
