//! The options of sbatch(1), each declared once: by this table they are read from a command line, from directives, from
//! variables and from YAML.

use super::declared::{
    Declared, UNMARKED, as_file, as_flag, as_memory, as_number, as_text, declare, optional, owned, text,
};
use super::given::{Code, Refused};
use super::options::Options;
use crate::getopt::Value;
use crate::job::value::choice::{self, MemoryUpdate, OpenMode, Sharing, UserEnvironment};
use crate::job::value::cpu_frequency::{CpuFrequency, Governors};
use crate::job::value::identity::{Whose, identity};
use crate::job::value::memory_binding;
use crate::job::value::number::{self, Range};
use crate::job::value::priority::{Nice, Priority};
use crate::job::value::profile::{self, Profile};
use crate::job::value::topology::{NodeShape, Specialized};
use crate::job::value::{
    Delay, Distribution, MailTypes, Memory, Moment, Nodes, SwitchWait, Switches, TimeLimit, Warning, gpu,
};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// All options, in the order in which `sbatch -v` lists them: that of their names, nearly.
pub static OPTIONS: &[Declared] = declare! {
    "account": b'A' Required ["SBATCH_ACCOUNT"] => account = as_text!(account);
    "acctg-freq": - Required ["SBATCH_ACCTG_FREQ"] => acctg_freq = |options, value, _| {
        profile::check_sampling(&text(value)).map_err(several)?;
        options.acctg_freq = owned(value);
        Ok(())
    };
    "array": b'a' Required ["SBATCH_ARRAY_INX"] => array = as_text!(array);
    "batch": - Required ["SBATCH_BATCH"] => batch = as_text!(batch);
    "bb": - Required ["SBATCH_BURST_BUFFER"] of_component => bb = as_text!(bb);
    "bbf": - Required [] => bbf = as_text!(bbf);
    "begin": b'b' Required [] => begin = |options, value, context| {
        options.begin = Some(moment(value, "--begin", context)?);
        Ok(())
    };
    "chdir": b'D' Required [] => chdir = |options, value, context| {
        let folder = value.unwrap_or_default();
        // Not joined: sbatch puts one behind the other, `.` and empty names included.
        options.chdir = Some(match folder.as_bytes().first() {
            Some(b'/') => folder.into(),
            _ => {
                let mut whole = context.cwd.as_os_str().to_owned();
                whole.push("/");
                whole.push(folder);
                whole.into()
            }
        });
        Ok(())
    };
    "cluster-constraint": - Required ["SBATCH_CLUSTER_CONSTRAINT"] => cluster_constraint = as_text!(cluster_constraint);
    "clusters" or "cluster": b'M' Required ["SBATCH_CLUSTERS" "SLURM_CLUSTERS"] => clusters = as_text!(clusters);
    "comment": - Required [] => comment = as_text!(comment);
    "consolidate-segments": - None ["SBATCH_CONSOLIDATE_SEGMENTS"] of_component
        => consolidate_segments = as_flag!(consolidate_segments);
    "contiguous": - None [] of_component => contiguous = as_flag!(contiguous);
    "constraint": b'C' Required ["SBATCH_CONSTRAINT"] of_component => constraint = as_text!(constraint);
    "container": - Required ["SBATCH_CONTAINER"] => container = as_text!(container);
    "container-id": - Required ["SBATCH_CONTAINER_ID"] => container_id = as_text!(container_id);
    "container-type": - Required ["SBATCH_CONTAINER_TYPE"] => container_type = as_text!(container_type);
    "context": - Required [] => context = as_text!(context);
    "core-spec": b'S' Required ["SBATCH_CORE_SPEC"] of_component => core_spec = |options, value, context| {
        options.core_spec = Specialized::cores(&text(value), context.dialect).map_err(Refused::number)?.number();
        Ok(())
    };
    "cores-per-socket": - Required [] of_component
        => cores_per_socket = as_number!(cores_per_socket, "--cores-per-socket", Positive);
    "cpu-freq": - Required ["SBATCH_CPU_FREQ_REQ"] of_component => cpu_freq = |options, value, context| {
        let frequency = CpuFrequency::parse(&text(value), &Governors::default(), context.dialect);
        options.cpu_freq = Some(frequency.map_err(several)?);
        Ok(())
    };
    "cpus-per-gpu": - Required ["SBATCH_CPUS_PER_GPU"] of_component
        => cpus_per_gpu = as_number!(cpus_per_gpu, "--cpus-per-gpu", Positive);
    "cpus-per-task": b'c' Required [] of_component
        => cpus_per_task = as_number!(cpus_per_task, "--cpus-per-task", Positive);
    "deadline": - Required [] => deadline = |options, value, context| {
        options.deadline = Some(moment(value, "--deadline", context)?);
        Ok(())
    };
    "delay-boot": - Required ["SBATCH_DELAY_BOOT"] => delay_boot = |options, value, _| {
        let delay = Delay::parse(&text(value), "--delay-boot").map_err(Refused::option)?;
        options.delay_boot = Some(delay.seconds());
        Ok(())
    };
    "dependency": b'd' Required [] => dependency = as_text!(dependency);
    "distribution": b'm' Required ["SBATCH_DISTRIBUTION"] of_component => distribution plane_size = |options, value, context| {
        let distribution = Distribution::parse(&text(value), context.plane_size, context.dialect);
        let distribution = distribution.map_err(several)?;
        options.distribution = Some(distribution.states);
        if distribution.plane.is_some() {
            options.plane_size = distribution.plane;
        }
        Ok(())
    };
    "error": b'e' Required ["SBATCH_ERROR"] => error = as_file!(error);
    "exclude": b'x' Required [] => exclude = as_text!(exclude);
    "exclusive": - Optional ["SBATCH_EXCLUSIVE"] of_component => shared = |options, value, context| {
        options.shared = Some(Sharing::parse(optional(value).as_deref(), context.dialect).map_err(several)?);
        Ok(())
    };
    "export": - Required ["SBATCH_EXPORT"] => export = as_text!(export);
    "export-file": - Required [] => export_file = as_text!(export_file);
    "external": - None [] of_component => external = as_flag!(external);
    "extra": - Required [] => extra = as_text!(extra);
    "extra-node-info": b'B' Required [] of_component
        => extra_node_info sockets_per_node cores_per_socket threads_per_core = |options, value, context| {
        let shape = NodeShape::parse(&text(value), context.dialect).map_err(Refused::number)?;
        options.extra_node_info = true;
        options.sockets_per_node = shape.sockets.map(|count| count as u16);
        options.cores_per_socket = shape.cores.map(|count| count as u16);
        options.threads_per_core = shape.threads.map(|count| count as u16);
        Ok(())
    };
    "get-user-env": - Optional ["SBATCH_GET_USER_ENV"] => get_user_env = |options, value, context| {
        options.get_user_env = match context.dialect.get_user_env_takes_a_value {
            true => UserEnvironment::parse(optional(value).as_deref()).map_err(several)?.seconds >= 0,
            false => true,
        };
        Ok(())
    };
    "gid": - Required [] => gid = |options, value, context| {
        if !context.root {
            return Err(Refused::option("--gid only permitted by root user"));
        }
        options.gid = Some(
            identity(&text(value), Whose::Group, context.groups, context.dialect).map_err(several)?,
        );
        Ok(())
    };
    "gpu-bind": - Required ["SBATCH_GPU_BIND"] of_component => gpu_bind tres_bind = |options, value, context| {
        options.tres_bind = Some(gpu::binding(&text(value), context.dialect).map_err(several)?.into());
        options.gpu_bind = owned(value);
        Ok(())
    };
    "gpu-freq": - Required ["SBATCH_GPU_FREQ"] of_component => gpu_freq tres_freq = |options, value, _| {
        options.tres_freq = Some(gpu::frequency(&text(value)).map_err(several)?.into());
        options.gpu_freq = owned(value);
        Ok(())
    };
    "gpus": b'G' Required ["SBATCH_GPUS"] of_component => gpus = as_text!(gpus);
    "gpus-per-node": - Required ["SBATCH_GPUS_PER_NODE"] of_component => gpus_per_node = as_text!(gpus_per_node);
    "gpus-per-socket": - Required ["SBATCH_GPUS_PER_SOCKET"] of_component => gpus_per_socket = as_text!(gpus_per_socket);
    "gpus-per-task": - Required ["SBATCH_GPUS_PER_TASK"] of_component => gpus_per_task = as_text!(gpus_per_task);
    "gres": - Required ["SBATCH_GRES"] of_component => gres = |options, value, context| {
        let gres = text(value);
        if ["help", "list"].iter().any(|word| gres.eq_ignore_ascii_case(word)) {
            return Err(Refused { lines: Vec::new(), code: Code::ShowGres });
        }
        options.gres = Some(match crate::job::value::gres::per_node(&gres, context.dialect) {
            Some(gres) => gres.into(),
            None => gres.into_owned().into(),
        });
        Ok(())
    };
    "gres-flags": - Required ["SBATCH_GRES_FLAGS"] of_component => gres_flags = |options, value, context| {
        // Whether the cluster lets tasks share is looked at with the other checks.
        options.gres_flags = gpu::GresFlags::parse(&text(value), true, context.dialect).map_err(several)?;
        Ok(())
    };
    "help": b'h' None [] early => quiet = |_, _, _| Err(Refused { lines: Vec::new(), code: Code::ShowHelp });
    "hint": - Required ["SLURM_HINT" "SBATCH_HINT"] of_component => hint = as_text!(hint);
    "hold": b'H' None [] => hold = as_flag!(hold);
    "ignore-pbs": - None ["SBATCH_IGNORE_PBS"] => ignore_pbs = as_flag!(ignore_pbs);
    "input": b'i' Required ["SBATCH_INPUT"] => input = as_file!(input);
    "job-name": b'J' Required ["SBATCH_JOB_NAME"] => job_name = as_text!(job_name);
    "kill-on-invalid-dep": - Required [] => kill_on_invalid_dep keep_on_invalid_dep = |options, value, _| {
        match choice::kill_on_invalid_dependency(&text(value)).map_err(several)? {
            true => options.kill_on_invalid_dep = true,
            false => options.keep_on_invalid_dep = true,
        }
        Ok(())
    };
    "licenses": b'L' Required [] of_component => licenses = as_text!(licenses);
    "mail-type": - Required [] of_component => mail_type = |options, value, context| {
        let before = if context.dialect.mail_types_add_up { options.mail_type } else { 0 };
        options.mail_type = before | MailTypes::parse(&text(value)).map_err(Refused::option)?.0;
        Ok(())
    };
    "mail-user": - Required [] of_component => mail_user = as_text!(mail_user);
    "mcs-label": - Required [] => mcs_label = as_text!(mcs_label);
    "mem": - Required ["SBATCH_MEM_PER_NODE"] => mem = as_memory!(mem, "--mem");
    "mem-bind": - Required ["SBATCH_MEM_BIND"] of_component => mem_bind = |options, value, context| {
        // Given again it adds to what was said before.
        let mut binding = options.mem_bind.take().unwrap_or_default();
        binding.add(&text(value), context.dialect).map_err(|refusal| match refusal {
            memory_binding::Refusal::Help => Refused { lines: Vec::new(), code: Code::ShowMemoryBindings },
            memory_binding::Refusal::Invalid(message) => several(message),
        })?;
        options.mem_bind = Some(binding);
        Ok(())
    };
    "mem-per-cpu": - Required ["SBATCH_MEM_PER_CPU"] of_component => mem_per_cpu = as_memory!(mem_per_cpu, "--mem-per-cpu");
    "mem-per-gpu": - Required ["SBATCH_MEM_PER_GPU"] of_component => mem_per_gpu = as_memory!(mem_per_gpu, "--mem-per-gpu");
    "mem-update": - Required [] => mem_update = |options, value, _| {
        options.mem_update = Some(MemoryUpdate::parse(&text(value)).map_err(several)?);
        Ok(())
    };
    "mincpus": - Required [] of_component => mincpus = as_number!(mincpus, "--mincpus", Positive);
    "network": - Required ["SBATCH_NETWORK"] of_component => network = as_text!(network);
    "nice": - Optional [] => nice = |options, value, _| {
        options.nice = Some(Nice::parse(optional(value).as_deref()).map_err(several)?);
        Ok(())
    };
    "no-kill": b'k' Optional ["SBATCH_NO_KILL"] => no_kill = |options, value, _| {
        options.no_kill = choice::no_kill(optional(value).as_deref()).map_err(several)?;
        Ok(())
    };
    "no-requeue": - None ["SBATCH_NO_REQUEUE"] => requeue = |options, _, _| {
        options.requeue = Some(false);
        Ok(())
    };
    "nodefile": b'F' Required [] of_component => nodefile = |options, value, _| {
        options.nodelist = None;
        options.nodefile = owned(value);
        Ok(())
    };
    "nodelist": b'w' Required [] of_component => nodelist = |options, value, _| {
        options.nodefile = None;
        options.nodelist = owned(value);
        Ok(())
    };
    "nodes": b'N' Required [] of_component => nodes = |options, value, context| {
        options.nodes = Some(Nodes::parse(&text(value), context.dialect).map_err(several)?);
        Ok(())
    };
    "ntasks": b'n' Required [] of_component => ntasks = as_number!(ntasks, "--ntasks", Positive);
    "ntasks-per-core": - Required [] of_component
        => ntasks_per_core = as_number!(ntasks_per_core, "--ntasks-per-core", Positive);
    "ntasks-per-gpu": - Required [] of_component => ntasks_per_gpu = as_number!(ntasks_per_gpu, "--ntasks-per-gpu", Positive);
    "ntasks-per-node" or "tasks-per-node": - Required [] of_component
        => ntasks_per_node = as_number!(ntasks_per_node, "--ntasks-per-node", Positive);
    "ntasks-per-socket": - Required [] of_component
        => ntasks_per_socket = as_number!(ntasks_per_socket, "--ntasks-per-socket", Positive);
    "ntasks-per-tres": - Required [] of_component
        => ntasks_per_tres = as_number!(ntasks_per_tres, "--ntasks-per-tres", Positive);
    "oom-kill-step": - Optional [] => oom_kill_step = |options, value, _| {
        options.oom_kill_step = Some(choice::oom_kill_step(optional(value).as_deref()).map_err(several)?.into());
        Ok(())
    };
    "open-mode": - Required ["SBATCH_OPEN_MODE"] => open_mode = |options, value, _| {
        options.open_mode = Some(OpenMode::parse(&text(value)).map_err(several)?);
        Ok(())
    };
    "output": b'o' Required ["SBATCH_OUTPUT"] => output = as_file!(output);
    "overcommit": b'O' None ["SBATCH_OVERCOMMIT"] of_component => overcommit = as_flag!(overcommit);
    "oversubscribe": b's' None [] of_component => shared = |options, _, _| {
        options.shared = Some(Sharing::Oversubscribe);
        Ok(())
    };
    "parsable": - None [] => parsable = as_flag!(parsable);
    "partition": b'p' Required ["SBATCH_PARTITION"] of_component => partition = as_text!(partition);
    "power": - Required ["SBATCH_POWER"] of_component => power = |options, value, _| {
        let (flags, remarks) = choice::power(&text(value));
        options.power = flags;
        options.remarks.extend(remarks.into_iter().map(|remark| format!("error: {remark}")));
        Ok(())
    };
    "prefer": - Required [] => prefer = as_text!(prefer);
    "priority": - Required [] => priority = |options, value, _| {
        options.priority = Some(Priority::parse(&text(value)).map_err(several)?);
        Ok(())
    };
    "profile": - Required ["SBATCH_PROFILE"] => profile = |options, value, _| {
        options.profile = Some(Profile::parse(&text(value)).map_err(several)?);
        Ok(())
    };
    "propagate": - Optional [] => propagate = |options, value, _| {
        options.propagate = Some(value.unwrap_or(OsStr::new("ALL")).to_owned());
        Ok(())
    };
    "qos": b'q' Required ["SBATCH_QOS"] => qos = as_text!(qos);
    "quiet": b'Q' None [] early => quiet = |options, _, _| {
        options.quiet += 1;
        Ok(())
    };
    "reboot": - None [] => reboot = as_flag!(reboot);
    "requeue": - Optional ["SBATCH_REQUEUE"] => requeue expedited_requeue = |options, value, context| {
        options.expedited_requeue |= choice::requeue(optional(value).as_deref(), context.dialect).map_err(several)?;
        options.requeue = Some(true);
        Ok(())
    };
    "reservation": - Required ["SBATCH_RESERVATION"] => reservation = as_text!(reservation);
    "resources": - Required [] of_component => resources = as_text!(resources);
    "resv-ports": - Optional [] of_component => resv_ports = |options, value, context| {
        let ports = value.map_or(Ok(0), |_| {
            number::integer(&text(value), "--resv-port", Range::NotNegative, context.dialect)
        });
        options.resv_ports = Some(ports.map_err(Refused::number)? as u32);
        Ok(())
    };
    "segment": - Required ["SBATCH_SEGMENT_SIZE"] of_component => segment = |options, value, _| {
        let size = number::short(&text(value));
        options.segment = Some(size.ok_or_else(|| Refused::option("Invalid --segment specification"))?);
        Ok(())
    };
    "signal": - Required ["SBATCH_SIGNAL"] => signal = |options, value, context| {
        let warning = Warning::parse(&text(value), context.dialect).map_err(Refused::option)?;
        options.signal = super::Signal { number: warning.signal.0, before: warning.seconds, flags: warning.flags() };
        Ok(())
    };
    "sockets-per-node": - Required [] of_component
        => sockets_per_node = as_number!(sockets_per_node, "--sockets-per-node", Positive);
    "spread-job": - None ["SBATCH_SPREAD_JOB"] of_component => spread_job = as_flag!(spread_job);
    "spread-segments": - None ["SBATCH_SPREAD_SEGMENTS"] of_component => spread_segments = as_flag!(spread_segments);
    "stepmgr": - None [] => stepmgr = as_flag!(stepmgr);
    "switches": - Required [] of_component => switches switches_wait = |options, value, context| {
        let switches = Switches::parse(&text(value), context.dialect).map_err(Refused::number)?;
        options.switches = Some(switches.count as u32);
        if let Some(wait) = switches.wait {
            options.switches_wait = wait.seconds();
        }
        Ok(())
    };
    // Not options of their own: the two halves of --switches, which have a variable each.
    "\0switches-count": - Required ["SBATCH_REQ_SWITCH"] of_component => switches
        = as_number!(switches, "--switches", Positive);
    "\0switches-wait": - Required ["SBATCH_WAIT4SWITCH"] of_component => switches_wait = |options, value, _| {
        options.switches_wait = Delay::parse(&text(value), "").ok().and_then(|wait| SwitchWait::For(wait).seconds());
        Ok(())
    };
    "test-only": - None [] => test_only = as_flag!(test_only);
    "thread-spec": - Required ["SBATCH_THREAD_SPEC"] of_component => core_spec = |options, value, context| {
        options.core_spec = Specialized::threads(&text(value), context.dialect).map_err(Refused::number)?.number();
        Ok(())
    };
    "threads-per-core": - Required ["SBATCH_THREADS_PER_CORE"] of_component
        => threads_per_core = as_number!(threads_per_core, "--threads-per-core", Positive);
    "time": b't' Required ["SBATCH_TIMELIMIT"] => time = |options, value, _| {
        let limit = TimeLimit::parse(&text(value), "--time").map_err(Refused::option)?;
        options.time = Some(limit.minutes());
        Ok(())
    };
    "time-min": - Required [] => time_min = |options, value, _| {
        let limit = TimeLimit::parse(&text(value), "--time-min").map_err(Refused::option)?;
        options.time_min = Some(limit.minutes());
        Ok(())
    };
    "tmp": - Required [] of_component => tmp = as_memory!(tmp, "--tmp");
    "tres-bind": - Required ["SBATCH_TRES_BIND"] of_component => tres_bind = as_text!(tres_bind);
    "tres-per-task": - Required ["SBATCH_TRES_PER_TASK"] of_component => tres_per_task = as_text!(tres_per_task);
    "uid": - Required [] => uid = |options, value, context| {
        if !context.root {
            return Err(Refused::option("--uid only permitted by root user"));
        }
        options.uid = Some(identity(&text(value), Whose::User, context.users, context.dialect).map_err(several)?);
        Ok(())
    };
    "usage": - None [] early => quiet = |_, _, _| Err(Refused { lines: Vec::new(), code: Code::ShowUsage });
    "use-min-nodes": - None ["SBATCH_USE_MIN_NODES"] of_component => use_min_nodes = as_flag!(use_min_nodes);
    "verbose": b'v' None [] early => verbose = |options, _, _| {
        options.verbose += 1;
        Ok(())
    };
    "version": b'V' None [] early => quiet = |_, _, _| Err(Refused { lines: Vec::new(), code: Code::ShowVersion });
    "wait": b'W' None ["SBATCH_WAIT"] => wait = as_flag!(wait);
    "wait-all-nodes": - Required ["SBATCH_WAIT_ALL_NODES"] => wait_all_nodes = |options, value, context| {
        // What is no number at all is refused in another way than a number that is neither 0 nor 1.
        number::integer(&text(value), "--wait-all-nodes", Range::NotNegative, context.dialect).map_err(Refused::number)?;
        let wait = choice::wait_all_nodes(&text(value), context.dialect).map_err(several)?;
        options.wait_all_nodes = Some(wait.into());
        Ok(())
    };
    "wckey": - Required ["SBATCH_WCKEY"] => wckey = as_text!(wckey);
    "wrap": - Required [] early => wrap = as_text!(wrap);
};

/// Takes an option back.
pub(super) fn forget(options: &mut Options, long: &str) {
    if let Some(option) = OPTIONS.iter().find(|option| option.long == long) {
        (option.take)(options, &Options::default());
        options.sources.remove(option.long);
    }
}

/// Each line of a parser's message is an error of its own.
fn several(message: String) -> Refused {
    Refused { lines: message.lines().map(|line| format!("error: {line}")).collect(), code: Code::Option }
}

fn moment(
    value: Option<&OsStr>,
    option: &str,
    context: &super::declared::Context<'_>,
) -> Result<i64, Refused> {
    let moment = Moment::parse(&text(value), &(context.now)(), context.dialect);
    moment.map(|moment| moment.seconds).map_err(|invalid| {
        // sbatch prints the note without its own name before it.
        let mut lines: Vec<String> = invalid.note.iter().map(|note| format!("\0{note}")).collect();
        lines.push(format!("error: {}", invalid.message(option)));
        Refused { lines, code: Code::Option }
    })
}
