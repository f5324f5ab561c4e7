//! What options come to together: the checks that sbatch makes when it has read them all, and the sizes that it computes
//! from them.

use super::declared::Context;
use super::environment::Variables;
use super::given::{Notices, Refused};
use super::options::{CORE_SPEC_THREAD, Options};
use super::sizes::Sizes;
use super::{hostfile, node_list, table, tres};
use crate::job::value::distribution::{self, Distribution};
use crate::job::value::topology::{Count, Hint, HintRefusal};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

/// What of the cluster's configuration the checks look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// What the checks of TRES look at.
    pub tres: tres::Cluster,
    /// `AllowSpecResourcesUsage`
    pub spec_cores_allowed: bool,
    /// `SlurmctldParameters=enable_stepmgr`
    pub stepmgr_enabled: bool,
}

/// One component of a job, or the whole of one: its options after the checks, and its sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// The options. Files are absolute, node lists are read.
    pub options: Options,
    /// How many tasks; 1 where nobody said.
    pub tasks: i64,
    /// Whether somebody said.
    pub tasks_set: bool,
    /// At least so many nodes; 1 where nobody said.
    pub min_nodes: i64,
    /// At most so many; 0 where nobody said.
    pub max_nodes: i64,
    /// Whether somebody said.
    pub nodes_set: bool,
    /// The nodes that must be among the job's, written short.
    pub req_nodes: Option<OsString>,
    /// The variables that tell the job what was asked, each without the suffix of a component.
    pub told: Vec<(&'static str, OsString)>,
}

/// Checks and completes the options of a component. `script` is the script's own name, if there is one; variables that
/// sbatch sets in its own environment are set in `environ`.
///
/// # Errors
/// Where options do not fit each other.
pub fn resolve(
    mut options: Options,
    script: Option<&Path>,
    context: &Context<'_>,
    around: &Surroundings,
    environ: &mut Variables,
    notices: &mut Notices,
) -> Result<Component, Refused> {
    let dialect = context.dialect;
    let mut refused: Vec<String> = Vec::new();
    tres::tasks_per_gpu(&mut options, dialect, &around.tres, notices)?;
    check_hardware(&mut options, around, notices)?;
    if dialect.shared_checked && options.by_hand("exclusive") && options.by_hand("oversubscribe") {
        return Err(Refused::fatal("--exclusive and --oversubscribe options are mutually exclusive"));
    }
    tres::per_task(&mut options, dialect, notices)?;

    let mut sizes = Sizes::of(&options);
    if dialect.arbitrary_checked {
        read_node_list(&mut options, &sizes, context, environ)?;
        let arbitrary = base(&options) == distribution::ARBITRARY;
        if arbitrary && sizes.nodes_set && !options.by_variable("nodes") {
            return Err(Refused::error("--nodes is incompatible with --distribution=arbitrary"));
        }
    }
    tres::flags(&mut options, dialect, &around.tres)?;
    if let (true, Some(segment)) =
        (dialect.segment_checked && sizes.nodes_set, options.segment.filter(|n| *n > 0))
    {
        let listed = options.nodes.as_ref().is_some_and(|nodes| nodes.sizes.is_some()) && sizes.max > 0;
        let (nodes, segment) = (if listed { sizes.max } else { sizes.min }, i64::from(segment));
        if nodes > segment && nodes % segment != 0 {
            return Err(Refused::fatal(format!(
                "--segment={segment} does not fit the job size ({nodes}): node count must be evenly divisible by segment size"
            )));
        }
    }
    if options.quiet > 0 && options.verbose > 0 {
        refused.push("don't specify both --verbose (-v) and --quiet (-Q)".into());
    }
    if options.resv_ports.is_some() && !options.stepmgr && !around.stepmgr_enabled {
        refused.push(
            "Slurmstepd step management must be enabled to use --resv-ports for job allocations".into(),
        );
    }
    if options.bb.is_some() && options.bbf.is_some() {
        return Err(Refused::error("Cannot specify both --burst-buffer and --bbf"));
    }
    for (name, value) in [
        ("SLURM_CONTAINER", &options.container),
        ("SLURM_CONTAINER_ID", &options.container_id),
        ("SLURM_CONTAINER_TYPE", &options.container_type),
    ] {
        if let Some(value) = value {
            environ.set_if_absent(name, value);
        }
    }
    if let Some(hint) = options.hint.clone()
        && hint_counts(&mut options, context, notices)
    {
        follow_hint(&mut options, &hint.to_string_lossy())?;
        environ.set("SLURM_HINT", hint);
    }
    find_files(&mut options, context);
    if let Some(list) = options.exclude.take() {
        options.exclude = Some(list_of_nodes(list, &options, &sizes, context)?);
    }
    if !dialect.arbitrary_checked {
        read_node_list(&mut options, &sizes, context, environ)?;
    }
    sizes.follow(&mut options, context)?;
    if let Some(cpus) = options.cpus_per_task {
        options.mincpus = Some(options.mincpus.unwrap_or(0).max(cpus));
    }
    if options.job_name.is_none() {
        options.job_name = match (&options.wrap, options.external, script) {
            (Some(_), ..) => Some("wrap".into()),
            (None, true, _) => Some("external".into()),
            (None, false, Some(script)) => Some(last_part(script.as_os_str().as_bytes())),
            (None, false, None) => None,
        };
    }
    if let (Some(name), false) = (&options.job_name, dialect.slurmctld_tells_settings) {
        environ.set("SLURM_JOB_NAME", name.clone());
    }
    // Numbers are kept in 32 bits, so that a release that does not refuse longer ones may find them negative.
    if let Some(tasks) = options.ntasks.map(|tasks| tasks as i32).filter(|tasks| *tasks < 0) {
        refused.push(format!("invalid number of tasks (-n {tasks})"));
    }
    if let Some(cpus) = options.cpus_per_task.map(|cpus| cpus as i32).filter(|cpus| *cpus <= 0) {
        refused.push(format!("invalid number of cpus per task (-c {cpus})"));
    }
    if sizes.min < 0 || sizes.max < 0 || (sizes.max > 0 && sizes.min > sizes.max) {
        refused.push(format!("invalid number of nodes (-N {}-{})", sizes.min, sizes.max));
    }
    sizes.fit_plane(&options)?;
    sizes.fit_tasks(&mut options, context, notices)?;
    sizes.fit_arbitrary(&options, context)?;
    if let (Some(tasks), Some(threads)) = (options.ntasks_per_core, options.threads_per_core)
        && dialect.tasks_per_core_checked
        && u32::from(threads) < tasks
    {
        refused.push(format!(
            "--ntasks-per-core ({tasks}) can not be bigger than --threads-per-core ({threads})"
        ));
    }
    if let (Some(deadline), Some(begin)) = (options.deadline, options.begin)
        && deadline < begin
    {
        return Err(Refused::error("Incompatible begin and deadline time specification"));
    }
    let told = super::environment::told(&options, &sizes, context, environ);
    if !refused.is_empty() {
        let lines = refused.into_iter().map(|line| format!("error: {line}")).collect();
        return Err(Refused { lines, code: super::Code::Error });
    }
    super::environment::tell_settings(&options, context, environ);
    let req_nodes = required_nodes(&options, context)?;
    let Sizes { tasks, tasks_set, min, max, nodes_set, .. } = sizes;
    Ok(Component { options, tasks, tasks_set, min_nodes: min, max_nodes: max, nodes_set, req_nodes, told })
}

/// The checks of CPUs and memory.
fn check_hardware(
    options: &mut Options,
    around: &Surroundings,
    notices: &mut Notices,
) -> Result<(), Refused> {
    let both = |by: fn(&Options, &str) -> bool, options: &Options| {
        by(options, "core-spec") && by(options, "thread-spec")
    };
    let either = options.by_hand("core-spec") || options.by_hand("thread-spec");
    if both(Options::by_hand, options) {
        return Err(Refused::fatal("-S/--core-spec and --thred-spec options are mutually exclusive"));
    }
    if both(Options::by_variable, options) && !either {
        return Err(Refused::fatal(
            "Both --core-spec and --thread-spec set using environment variables. Those options are mutually exclusive.",
        ));
    }
    if (options.is_set("core-spec") || options.is_set("thread-spec")) && !around.spec_cores_allowed {
        let threads = options.core_spec.is_some_and(|spec| spec & CORE_SPEC_THREAD != 0);
        notices.error(format!(
            "Ignoring {} since it's not allowed by configuration (AllowSpecResourcesUsage = No)",
            if threads { "--thread-spec" } else { "-S" }
        ));
    }
    if options.verbose > 0 && options.is_set("threads-per-core") {
        notices.info("Setting --cpu-bind=threads as a default of --threads-per-core use");
    }
    const MEMORY: [&str; 3] = ["mem", "mem-per-cpu", "mem-per-gpu"];
    let by_hand: Vec<&str> = MEMORY.into_iter().filter(|long| options.by_hand(long)).collect();
    match by_hand.as_slice() {
        [] if MEMORY.iter().filter(|long| options.by_variable(long)).count() > 1 => {
            return Err(Refused::fatal(
                "SLURM_MEM_PER_CPU, SLURM_MEM_PER_GPU, and SLURM_MEM_PER_NODE are mutually exclusive.",
            ));
        }
        [] => {}
        [one] => {
            for other in MEMORY.into_iter().filter(|other| other != one) {
                table::forget(options, other);
            }
        }
        _ => {
            return Err(Refused::fatal("--mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive."));
        }
    }
    Ok(())
}

/// Whether `--hint` counts beside what else was asked for. What it rules out is forgotten, or the hint is.
fn hint_counts(options: &mut Options, context: &Context<'_>, notices: &mut Notices) -> bool {
    let mut rivals = vec!["ntasks-per-core", "threads-per-core", "extra-node-info"];
    if context.dialect.hint_minds_sockets {
        rivals.extend(["cores-per-socket", "sockets-per-node"]);
    }
    let rival_by_hand = rivals.iter().any(|long| options.by_hand(long));
    let rival_by_variable = rivals.iter().any(|long| options.by_variable(long));
    let names = match context.dialect.hint_minds_sockets {
        true => {
            "--ntasks-per-core, --cores-per-socket, --threads-per-core, --sockets-per-node, -B and --cpu-bind"
        }
        false => "--ntasks-per-core, --threads-per-core, -B and --cpu-bind",
    };
    let verbose = options.verbose > 0;
    if options.by_hand("hint") && !rival_by_hand {
        for rival in rivals {
            table::forget(options, rival);
        }
        return true;
    }
    if options.by_hand("hint") && verbose {
        notices.info(format!(
            "Following options are mutually exclusive with --hint: {names} (other than --cpu-bind=verbose). Ignoring --hint."
        ));
    } else if !rival_by_hand {
        if !(options.by_variable("hint") && rival_by_variable) {
            return true;
        }
        if verbose {
            notices.info(format!(
            "Following options are mutually exclusive with --hint: {names}, but more than one set by environment variables. Ignoring SLURM_HINT."
        ));
        }
    }
    table::forget(options, "hint");
    false
}

/// What a hint means for sockets, cores and threads (sbatch(1), `--hint`).
fn follow_hint(options: &mut Options, hint: &str) -> Result<(), Refused> {
    /// slurm.h, INFINITE16
    const ANY: u32 = 0xffff;
    let hints = Hint::parse(hint).map_err(|refusal| match refusal {
        HintRefusal::Help => Refused { lines: Vec::new(), code: super::Code::ShowHints },
        HintRefusal::Invalid(message) => Refused::error(message),
    })?;
    for settings in hints.into_iter().map(Hint::settings) {
        let settle = |member: &mut Option<u16>, count: Option<Count>| match count {
            Some(Count::One) => *member = Some(1),
            Some(Count::All) => *member = None,
            None => {}
        };
        settle(&mut options.sockets_per_node, settings.sockets);
        settle(&mut options.cores_per_socket, settings.cores);
        settle(&mut options.threads_per_core, settings.threads);
        if settings.tasks_per_core_unlimited {
            options.ntasks_per_core = Some(ANY);
        }
    }
    Ok(())
}

/// The node list written short, without repeats unless the distribution is arbitrary, which needs a list.
fn required_nodes(options: &Options, context: &Context<'_>) -> Result<Option<OsString>, Refused> {
    let arbitrary = base(options) == distribution::ARBITRARY;
    let Some(list) = &options.nodelist else {
        return match arbitrary {
            true => Err(Refused::error(
                "With Arbitrary distribution you need to specify a nodelist or hostfile with the -w option",
            )),
            false => Ok(None),
        };
    };
    if context.dialect.braces_in_node_lists && list.as_bytes().contains(&b'{') {
        return Ok(Some(list.clone()));
    }
    let mut hosts = node_list::read(list, context.dialect).ok_or_else(|| {
        Refused::error(match context.dialect.sizes_left_to_slurmctld {
            true => "Invalid node list specified",
            false => "memory allocation failure",
        })
    })?;
    if !(arbitrary && context.dialect.arbitrary_checked) {
        hosts.sort();
    }
    Ok(Some(hosts.to_string().into()))
}

/// Makes the files of the standard streams absolute.
fn find_files(options: &mut Options, context: &Context<'_>) {
    let folder = options.chdir.get_or_insert_with(|| context.cwd.to_path_buf()).clone();
    options.input.get_or_insert_with(|| "/dev/null".into());
    for file in [&mut options.error, &mut options.input, &mut options.output].into_iter().flatten() {
        if !file.as_bytes().starts_with(b"/") {
            let mut whole = folder.clone().into_os_string();
            whole.push("/");
            whole.push(&*file);
            *file = whole;
        }
    }
}

/// The distribution over nodes alone.
pub(super) fn base(options: &Options) -> u32 {
    options.distribution.unwrap_or(distribution::UNKNOWN) & distribution::BASE
}

/// Reads `--nodefile`, or the file that SLURM_HOSTFILE names, into the node list.
fn read_node_list(
    options: &mut Options,
    sizes: &Sizes,
    context: &Context<'_>,
    environ: &Variables,
) -> Result<(), Refused> {
    if let Some(file) = &options.nodefile {
        let listed = hostfile::read(Path::new(file), Some(0), context.dialect.arbitrary_checked);
        options.nodelist = Some(listed.map(OsString::from).map_err(|mut refused| {
            if file.is_empty() {
                refused.lines.clear();
            }
            refused.lines.push("error: Invalid --nodefile node file".into());
            refused.code = super::Code::Option;
            refused
        })?);
    }
    match options.nodelist.take() {
        Some(list) => options.nodelist = Some(list_of_nodes(list, options, sizes, context)?),
        None => {
            let Some(mut file) = environ.get("SLURM_HOSTFILE").map(ToOwned::to_owned) else { return Ok(()) };
            if !file.as_bytes().contains(&b'/') {
                let mut here = OsString::from("./");
                here.push(&file);
                file = here;
            }
            let kept = options.distribution.unwrap_or(distribution::UNKNOWN);
            options.distribution = Some(kept & !distribution::BASE | distribution::ARBITRARY);
            let listed = list_of_nodes(file, options, sizes, context).map_err(|mut refused| {
                refused.lines.push("error: Failure getting NodeNames from hostfile".into());
                refused
            })?;
            options.nodelist = Some(listed);
        }
    }
    Ok(())
}

/// A list of nodes as it is, or read from the file that it names if there is a slash in it.
fn list_of_nodes(
    list: OsString,
    options: &Options,
    sizes: &Sizes,
    context: &Context<'_>,
) -> Result<OsString, Refused> {
    if !list.as_bytes().contains(&b'/') {
        return Ok(list);
    }
    let arbitrary = base(options) == distribution::ARBITRARY;
    let limit = sizes.asked().filter(|_| arbitrary);
    hostfile::read(Path::new(&list), limit, context.dialect.arbitrary_checked).map(Into::into)
}

/// What follows the last slash of a script's path.
fn last_part(path: &[u8]) -> OsString {
    let after = path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    OsString::from_vec(path[after..].to_vec())
}

/// `--distribution` as the job is told it.
pub(super) fn layout(options: &Options) -> Option<String> {
    let states = options.distribution.unwrap_or(distribution::UNKNOWN);
    // Told without a plane's size, which has a variable of its own.
    Some(Distribution { states, plane: None }.to_string()).filter(|_| states != distribution::UNKNOWN)
}
