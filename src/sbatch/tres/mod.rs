//! What sbatch checks and completes about TRES once all options are read: GPUs, GRES, CPUs for them and for tasks.
//!
//! Three steps, as other checks stand between them: [`tasks_per_gpu`] comes first of all checks, [`per_task`] after those
//! of memory and sharing and before the list of nodes, [`flags`] after the list of nodes and before segments.

pub(super) mod list;
mod per_task;
#[cfg(test)]
mod tests;

use super::given::{Notices, Refused};
use super::options::Options;
use crate::job::Dialect;
use crate::job::value::gpu;
use list::Entries;
use std::os::unix::ffi::OsStrExt;

/// What the cluster's configuration says of GRES.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// `GresTypes`, each name once.
    pub gres_types: Vec<String>,
    /// `SelectType` is `select/cons_tres`.
    pub cons_tres: bool,
    /// `SelectTypeParameters` has `ENFORCE_BINDING_GRES`.
    pub enforce_binding: bool,
    /// `SelectTypeParameters` has `ONE_TASK_PER_SHARING_GRES`.
    pub one_task_per_sharing: bool,
    /// `SelectTypeParameters` has `MULTIPLE_SHARING_GRES_PJ`.
    pub multiple_sharing: bool,
}

/// GRES that several jobs share a piece of.
pub(super) const SHARED: [&str; 2] = ["mps", "shard"];

/// GPUs of a node asked for twice, and tasks for each GPU.
///
/// # Errors
/// Options that do not go together.
pub fn tasks_per_gpu(
    options: &mut Options,
    dialect: &Dialect,
    cluster: &Cluster,
    notices: &mut Notices,
) -> Result<(), Refused> {
    if options.gres_flags.has(gpu::ONE_TASK_PER_SHARING) && !cluster.multiple_sharing {
        return Err(Refused::option(
            "In order to use --gres-flags=one-task-per-sharing you must also have \
             SelectTypeParameters=MULTIPLE_SHARING_GRES_PJ in your slurm.conf",
        ));
    }
    if dialect.gres_or_gpus_per_node && options.is_set("gpus-per-node") && names_gpus(options) {
        return Err(Refused::fatal("--gpus-per-node and --gres=gpu are mutually exclusive."));
    }
    let by_hand = (options.by_hand("ntasks-per-gpu"), options.by_hand("ntasks-per-tres"));
    let by_variable = (options.by_variable("ntasks-per-gpu"), options.by_variable("ntasks-per-tres"));
    if !(by_hand.0 || by_hand.1 || by_variable.0 || by_variable.1) {
        return Ok(());
    }
    match (by_hand, by_variable) {
        ((true, true), _) | ((true, false), (_, true)) | ((false, true), (true, _)) | (_, (true, true)) => {
            tasks_per_gpu_and_tres(options, dialect, notices)?;
        }
        _ => {}
    }
    let exclusive = |what: &str| {
        Err(Refused::fatal(format!(
            "{what} is mutually exclusive with --ntasks-per-gpu and SLURM_NTASKS_PER_GPU"
        )))
    };
    let lists_gpus = || {
        options
            .tres_per_task
            .as_deref()
            .is_some_and(|text| list::find(text.as_bytes(), b"gres/gpu").is_some())
    };
    for (long, variable) in [
        ("tres-per-task", "SLURM_TRES_PER_TASK"),
        ("gpus-per-task", "SLURM_GPUS_PER_TASK"),
        ("gpus-per-socket", "SLURM_GPUS_PER_SOCKET"),
        ("ntasks-per-node", "SLURM_NTASKS_PER_NODE"),
    ] {
        if options.by_hand(long) {
            return exclusive(&format!("--{long}"));
        }
        let harmless = long == "tres-per-task" && dialect.tasks_per_gpu_minds_only_gpus && !lists_gpus();
        if options.by_variable(long) && !harmless {
            return exclusive(variable);
        }
    }
    Ok(())
}

/// `--gres` and `--gpus-per-node` would mean the same.
fn names_gpus(options: &Options) -> bool {
    options.gres.as_deref().is_some_and(|gres| {
        let mut entries = gres.as_bytes().split(|byte| *byte == b',');
        entries.any(|entry| entry.strip_prefix(b"gres/").unwrap_or(entry).starts_with(b"gpu"))
    })
}

/// `--ntasks-per-gpu` with `--ntasks-per-tres`, which mean the same.
fn tasks_per_gpu_and_tres(
    options: &mut Options,
    dialect: &Dialect,
    notices: &mut Notices,
) -> Result<(), Refused> {
    let by_hand = (options.by_hand("ntasks-per-gpu"), options.by_hand("ntasks-per-tres"));
    let word = |hand: bool, long: &'static str, variable: &'static str| if hand { long } else { variable };
    if !dialect.tasks_per_gpu_and_tres_may_agree {
        let gpu = word(by_hand.0, "--ntasks-per-gpu", "SLURM_NTASKS_PER_GPU");
        let tres = word(by_hand.1, "--ntasks-per-tres", "SLURM_NTASKS_PER_TRES");
        let (first, second) = if by_hand == (false, true) { (tres, gpu) } else { (gpu, tres) };
        return Err(Refused::fatal(format!("{first} and {second} are mutually exclusive")));
    }
    let gpu = options.ntasks_per_gpu.unwrap_or_default();
    let tres = options.ntasks_per_tres.unwrap_or_default();
    match by_hand {
        (true, false) => {
            if options.verbose > 0 {
                notices.info(
                    "Ignoring SLURM_NTASKS_PER_TRES since --ntasks-per-gpu given as command line option",
                );
            }
            options.ntasks_per_tres = None;
            options.sources.remove("ntasks-per-tres");
        }
        (false, true) => {
            if options.verbose > 0 {
                notices.info(
                    "Ignoring SLURM_NTASKS_PER_GPU since --ntasks-per-tres given as command line option",
                );
            }
            options.ntasks_per_gpu = None;
            options.sources.remove("ntasks-per-gpu");
        }
        // The blank at the end is sbatch's.
        (true, true) if gpu != tres => {
            return Err(Refused::fatal(format!(
                "Inconsistent values set to --ntasks-per-gpu={gpu} and --ntasks-per-tres={tres} "
            )));
        }
        (false, false) if gpu != tres => {
            return Err(Refused::fatal(format!(
                "Inconsistent values set by environment variables SLURM_NTASKS_PER_GPU={gpu} and \
                 SLURM_NTASKS_PER_TRES={tres} "
            )));
        }
        _ => {}
    }
    Ok(())
}

/// What each task needs, as one list, and CPUs for tasks or for GPUs. Nothing up to 23.02.
///
/// # Errors
/// A kind of TRES that is not for tasks, a count that is none, options that do not go together.
pub fn per_task(options: &mut Options, dialect: &Dialect, notices: &mut Notices) -> Result<(), Refused> {
    if !dialect.tres_per_task {
        return Ok(());
    }
    per_task::complete(options, dialect, notices)?;
    per_task::cpus_or_gpus(options, dialect, notices)
}

/// `--gres-flags`, with what the cluster wants.
///
/// # Errors
/// One task for each shared GRES, without a shared GRES for each task.
pub fn flags(options: &mut Options, dialect: &Dialect, cluster: &Cluster) -> Result<(), Refused> {
    let flags = &mut options.gres_flags;
    if !flags.has(gpu::DISABLE_BINDING) && cluster.enforce_binding {
        flags.0 |= gpu::ENFORCE_BINDING;
    }
    if flags.has(gpu::ONE_TASK_PER_SHARING) {
        let text = options.tres_per_task.as_deref().map_or(&[][..], OsStrExt::as_bytes);
        let mut entries = Entries::of("gres", text, dialect).map_while(Result::ok);
        let shared = |name: &Vec<u8>| SHARED.iter().any(|shared| shared.as_bytes() == name);
        if !entries.any(|entry| entry.name.as_ref().is_some_and(shared)) {
            return Err(Refused::fatal(
                "--gres-flags=one-task-per-sharing requested, but that shared gres needs to appear in --tres-per-task \
                 as well.",
            ));
        }
    } else if !flags.has(gpu::MULTIPLE_TASKS_PER_SHARING) && cluster.one_task_per_sharing {
        flags.0 |= gpu::ONE_TASK_PER_SHARING;
    }
    Ok(())
}
