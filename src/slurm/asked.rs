//! What sbatch's options come to in a job's description. Which member each option goes to: sbatch(1), slurm.h.

use super::description::{Description, Flag};
use super::error::Error;
use crate::job::Dialect;
use crate::job::value::distribution::UNKNOWN;
use crate::job::value::priority::{Nice, Priority};
use crate::job::value::{gpu, gres};
use crate::sbatch::{Component, MEM_PER_CPU, Notices, Options, Refused, Variables, gres as checks, tres};
use std::borrow::Cow;
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// What a description takes beside the options.
pub struct Submission<'a> {
    /// The script; none for all components but the first.
    pub script: Option<&'a [u8]>,
    /// The script's name and its arguments; empty where it came from standard input or `--wrap`.
    pub argv: &'a [OsString],
    /// The environment.
    pub environment: &'a Variables,
    /// The command line as it was typed.
    pub submit_line: &'a OsStr,
}

/// Describes a job, or one component of it, as sbatch describes it.
///
/// # Errors
/// When some text holds a NUL byte.
pub fn describe(
    job: &Component,
    submission: &Submission<'_>,
    dialect: &Dialect,
) -> Result<Description<'static>, Error> {
    let options = &job.options;
    let optional = |what: &str, value: &Option<OsString>| {
        value.as_ref().map(|value| c_string(what, value.as_bytes())).transpose()
    };
    let (min_cpus, min_nodes) = (least_cpus(job, dialect), least_nodes(job, dialect));
    let gpu = |list: &Option<OsString>| -> Result<Option<CString>, Error> {
        let list = list.as_ref().and_then(|list| gres::gpus(&list.to_string_lossy(), dialect));
        list.map(|list| c_string("the GPUs", list.as_bytes())).transpose()
    };
    let of_gpu = |number: Option<u64>| {
        let number = number.map(|number| format!("{}:{number}", dialect.gpu_tres));
        number.map(|text| c_string("the GPUs", text.as_bytes())).transpose()
    };
    // An external job runs nothing here: it has no environment, no arguments and no files.
    let runs = !options.external;
    let environment = submission.environment.iter().filter(|_| runs);
    let environment = environment.map(|(name, value)| entry(name, value).map(Cow::Owned));
    let argv = if runs { submission.argv } else { &[] };
    let file = |what: &str, value: &Option<OsString>| if runs { optional(what, value) } else { Ok(None) };
    // SAFETY: no arguments, cannot fail.
    let (user, group) = unsafe { (libc::getuid(), libc::getgid()) };
    Ok(Description {
        argv: argv.iter().map(|word| c_string("an argument", word.as_bytes())).collect::<Result<_, _>>()?,
        environment: environment.collect::<Result<_, _>>()?,
        flags: flags(job),
        script: submission.script.map(|script| c_string("the script", script)).transpose()?,
        submit_line: Some(c_string("the command line", submission.submit_line.as_bytes())?),
        name: match &options.job_name {
            Some(name) => Some(c_string("the job's name", name.as_bytes())?),
            None => Some(c"sbatch".into()),
        },
        account: optional("the account", &options.account)?,
        acctg_freq: optional("--acctg-freq", &options.acctg_freq)?,
        array_inx: optional("the array", &options.array)?,
        batch_features: optional("--batch", &options.batch)?,
        burst_buffer: optional("--bb", &options.bb)?,
        clusters: optional("--clusters", &options.clusters)?,
        cluster_features: optional("--cluster-constraint", &options.cluster_constraint)?,
        comment: optional("the comment", &options.comment)?,
        req_context: optional("--context", &options.context)?,
        container: optional("--container", &options.container)?,
        container_id: optional("--container-id", &options.container_id)?,
        container_type: optional("--container-type", &options.container_type)?,
        cpus_per_tres: of_gpu(options.cpus_per_gpu.map(u64::from))?,
        dependency: optional("the dependency", &options.dependency)?,
        extra: optional("--extra", &options.extra)?,
        exc_nodes: optional("--exclude", &options.exclude)?,
        features: optional("the constraint", &options.constraint)?,
        prefer: optional("--prefer", &options.prefer)?,
        licenses: licenses(options)?,
        mail_user: optional("--mail-user", &options.mail_user)?,
        mcs_label: optional("--mcs-label", &options.mcs_label)?,
        mem_bind: match options.mem_bind.as_ref().and_then(|binding| binding.list.as_ref()) {
            Some(list) => Some(c_string("--mem-bind", list.as_bytes())?),
            None => None,
        },
        mem_per_tres: of_gpu(options.mem_per_gpu)?,
        network: optional("--network", &options.network)?,
        partition: optional("the partition", &options.partition)?,
        qos: optional("the QOS", &options.qos)?,
        req_nodes: optional("the node list", &job.req_nodes)?,
        reservation: optional("the reservation", &options.reservation)?,
        job_size_str: match options.nodes.as_ref().and_then(|nodes| nodes.sizes.as_ref()) {
            Some(sizes) if job.nodes_set && job.max_nodes > 0 => Some(c_string("--nodes", sizes.as_bytes())?),
            _ => None,
        },
        tres_bind: optional("--tres-bind", &options.tres_bind)?,
        tres_freq: optional("--gpu-freq", &options.tres_freq)?,
        tres_per_job: gpu(&options.gpus)?,
        tres_per_node: per_node(options, dialect)?,
        tres_per_socket: gpu(&options.gpus_per_socket)?,
        tres_per_task: match dialect.tres_per_task {
            true => optional("--tres-per-task", &options.tres_per_task)?,
            false => gpu(&options.gpus_per_task)?,
        },
        wckey: optional("--wckey", &options.wckey)?,
        work_dir: match &options.chdir {
            Some(folder) => Some(c_string("the working folder", folder.as_os_str().as_bytes())?),
            None => None,
        },
        std_err: file("the error file's name", &options.error)?,
        std_in: file("the input file's name", &options.input)?,
        std_out: file("the output file's name", &options.output)?,
        begin_time: options.begin,
        contiguous: Some(options.contiguous.into()),
        core_spec: options.core_spec,
        cpu_freq_min: options.cpu_freq.map(|frequency| frequency.min),
        cpu_freq_max: options.cpu_freq.map(|frequency| frequency.max),
        cpu_freq_gov: options.cpu_freq.map(|frequency| frequency.governor),
        deadline: options.deadline,
        delay_boot: options.delay_boot,
        group_id: Some(options.gid.unwrap_or(group)),
        kill_on_node_fail: options.no_kill.then_some(0),
        mail_type: Some(options.mail_type),
        mem_bind_type: Some(options.mem_bind.as_ref().map_or(0, |binding| binding.kind)),
        nice: options.nice.map(Nice::offset),
        num_tasks: job.tasks_set.then_some(job.tasks as u32),
        open_mode: options.open_mode.map(|mode| mode as u8),
        min_cpus: Some(min_cpus as u32),
        overcommit: options.overcommit.then_some(1),
        plane_size: options.plane_size.map(|size| size as u16),
        power_flags: Some(options.power),
        priority: if options.hold {
            Some(0)
        } else {
            options.priority.map(Priority::number).filter(|priority| *priority > 0)
        },
        profile: Some(options.profile.map_or(0, |profile| profile.0)),
        reboot: options.reboot.then_some(1),
        requeue: options.requeue.map(u16::from),
        resv_port_cnt: options.resv_ports.map(|ports| ports as u16),
        segment_size: options.segment,
        shared: options.shared.map(|shared| shared as u16),
        task_dist: Some(options.distribution.unwrap_or(UNKNOWN)),
        oom_kill_step: options.oom_kill_step,
        time_limit: options.time,
        time_min: options.time_min,
        user_id: Some(options.uid.unwrap_or(user)),
        wait_all_nodes: options.wait_all_nodes,
        warn_flags: Some(options.signal.flags),
        warn_signal: Some(options.signal.number),
        warn_time: Some(options.signal.before),
        cpus_per_task: options.cpus_per_task.map(|cpus| cpus as u16),
        min_nodes: min_nodes.map(|nodes| nodes as u32),
        max_nodes: (job.nodes_set && job.max_nodes != 0).then_some(job.max_nodes as u32),
        sockets_per_node: options.sockets_per_node,
        cores_per_socket: options.cores_per_socket,
        threads_per_core: options.threads_per_core,
        ntasks_per_node: options.ntasks_per_node.map(|tasks| tasks as u16),
        ntasks_per_socket: options.ntasks_per_socket.map(|tasks| tasks as u16),
        ntasks_per_core: options.ntasks_per_core.map(|tasks| tasks as u16),
        ntasks_per_tres: options.ntasks_per_tres.or(options.ntasks_per_gpu).map(|tasks| tasks as u16),
        pn_min_cpus: options.mincpus.map(|cpus| cpus as u16),
        pn_min_memory: options.mem.or(options.mem_per_cpu.map(|memory| memory | MEM_PER_CPU)),
        pn_min_tmp_disk: options.tmp.map(|disk| disk as u32),
        mem_update_margin: options.mem_update.map(|update| update.margin),
        mem_update_delay: options.mem_update.map(|update| update.delay),
        req_switch: options.switches,
        wait4switch: options.switches_wait,
        x11: Some(0),
        ..Description::default()
    })
}

/// What sbatch itself makes of the GRES of a finished description, before slurmctld does the same.
///
/// # Errors
/// When GRES do not fit each other, or the cluster has none of a name.
pub fn check_gres(
    job: &mut Description<'_>,
    cluster: &tres::Cluster,
    dialect: &Dialect,
    notices: &mut Notices,
) -> Result<(), Refused> {
    let text = |text: &Option<CString>| text.as_ref().map(|text| text.to_string_lossy().into_owned());
    let [cpus, freq, per_job, per_node, per_socket, per_task, memory] = [
        text(&job.cpus_per_tres),
        text(&job.tres_freq),
        text(&job.tres_per_job),
        text(&job.tres_per_node),
        text(&job.tres_per_socket),
        text(&job.tres_per_task),
        text(&job.mem_per_tres),
    ];
    let none = checks::Request::default();
    let mut request = checks::Request {
        cpus_per_tres: cpus.as_deref(),
        tres_freq: freq.as_deref(),
        tres_per_job: per_job.as_deref(),
        tres_per_node: per_node.as_deref(),
        tres_per_socket: per_socket.as_deref(),
        tres_per_task: per_task.as_deref(),
        mem_per_tres: memory.as_deref(),
        num_tasks: job.num_tasks.unwrap_or(none.num_tasks),
        min_nodes: job.min_nodes.unwrap_or(none.min_nodes),
        max_nodes: job.max_nodes.unwrap_or(none.max_nodes),
        ntasks_per_node: job.ntasks_per_node.unwrap_or(none.ntasks_per_node),
        ntasks_per_socket: job.ntasks_per_socket.unwrap_or(none.ntasks_per_socket),
        sockets_per_node: job.sockets_per_node.unwrap_or(none.sockets_per_node),
        cpus_per_task: job.cpus_per_task.unwrap_or(none.cpus_per_task),
        ntasks_per_tres: job.ntasks_per_tres.unwrap_or(none.ntasks_per_tres),
        min_cpus: job.min_cpus.unwrap_or(none.min_cpus),
    };
    checks::validate(&mut request, cluster, dialect, notices)?;
    // What is still none is not asked for.
    macro_rules! back {
        ($($member:ident)*) => {
            $(job.$member = Some(request.$member).filter(|value| *value != none.$member);)*
        };
    }
    back!(num_tasks min_nodes max_nodes ntasks_per_node ntasks_per_socket cpus_per_task min_cpus);
    Ok(())
}

/// The least number of CPUs that the tasks come to.
fn least_cpus(job: &Component, dialect: &Dialect) -> i64 {
    let options = &job.options;
    let exact = job.min_nodes == job.max_nodes || job.max_nodes == 0;
    let tasks = match options.ntasks_per_node {
        Some(per_node) if dialect.sizes_left_to_slurmctld && !job.tasks_set && exact => {
            job.min_nodes * i64::from(per_node)
        }
        _ => job.tasks,
    };
    if options.overcommit {
        job.min_nodes.max(1)
    } else if let Some(cpus) = options.cpus_per_task {
        tasks.saturating_mul(cpus.into())
    } else if job.nodes_set && job.min_nodes == 0 {
        0
    } else {
        tasks
    }
}

/// The least number of nodes, where one was asked for or the tasks of each tell it.
fn least_nodes(job: &Component, dialect: &Dialect) -> Option<i64> {
    if job.nodes_set {
        return Some(job.min_nodes);
    }
    let per_node = i64::from(job.options.ntasks_per_node.filter(|_| dialect.sizes_left_to_slurmctld)?);
    job.tasks_set.then(|| (job.tasks + per_node - 1) / per_node.max(1))
}

fn flags(job: &Component) -> Vec<Flag> {
    let options = &job.options;
    let gres = |flag| options.gres_flags.0 & flag != 0;
    let flags = [
        (options.kill_on_invalid_dep, Flag::KillInvalidDependency),
        (options.keep_on_invalid_dep, Flag::KeepInvalidDependency),
        (options.spread_job, Flag::SpreadJob),
        (options.use_min_nodes, Flag::UseMinNodes),
        (job.tasks_set, Flag::TasksSet),
        (options.cpus_per_task.is_some(), Flag::CpusSet),
        (gres(gpu::DISABLE_BINDING), Flag::GresDisableBind),
        (gres(gpu::ENFORCE_BINDING), Flag::GresEnforceBind),
        (gres(gpu::MULTIPLE_TASKS_PER_SHARING), Flag::GresMultipleTasksPerSharing),
        (gres(gpu::ONE_TASK_PER_SHARING), Flag::GresOneTaskPerSharing),
        (options.stepmgr, Flag::StepManager),
        (options.expedited_requeue, Flag::ExpeditedRequeue),
        (options.spread_segments, Flag::SpreadSegments),
        (options.consolidate_segments, Flag::ConsolidateSegments),
        (options.external, Flag::External),
    ];
    flags.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag).collect()
}

/// `--licenses`, and behind it `--resources`.
fn licenses(options: &Options) -> Result<Option<CString>, Error> {
    let lists: Vec<&[u8]> =
        [&options.licenses, &options.resources].into_iter().flatten().map(|list| list.as_bytes()).collect();
    let whole = (!lists.is_empty()).then(|| lists.join(&b','));
    whole.map(|list| c_string("the licenses", &list)).transpose()
}

/// `--gpus-per-node`, and behind it `--gres`, which has its prefixes already.
fn per_node(options: &Options, dialect: &Dialect) -> Result<Option<CString>, Error> {
    let gpus = options.gpus_per_node.as_ref().and_then(|list| gres::gpus(&list.to_string_lossy(), dialect));
    let gres = options.gres.as_ref().filter(|gres| !gres.eq_ignore_ascii_case("none"));
    let lists: Vec<OsString> = gpus.map(OsString::from).into_iter().chain(gres.cloned()).collect();
    let whole = lists.join(OsStr::new(","));
    (!lists.is_empty()).then(|| c_string("--gres", whole.as_bytes())).transpose()
}

fn entry(name: &OsStr, value: &OsStr) -> Result<CString, Error> {
    let whole = [name.as_bytes(), b"=", value.as_bytes()].concat();
    c_string(&format!("the variable {}", name.display()), &whole)
}

fn c_string(what: &str, text: &[u8]) -> Result<CString, Error> {
    CString::new(text).map_err(|_| Error::Nul { what: what.to_owned() })
}
