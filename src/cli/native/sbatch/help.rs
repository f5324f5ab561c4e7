//! What `srunx sbatch` says of itself: `--help` and `--usage`.

use crate::job::Dialect;
use crate::sbatch::OPTIONS;

/// How wide the lines are.
const WIDTH: usize = 80;
/// Where the explanations begin.
const COLUMN: usize = 30;

/// Options that belong together.
struct Group {
    title: &'static str,
    /// Each: long name, what follows it, what it does.
    options: &'static [(&'static str, &'static str, &'static str)],
}

const GROUPS: &[Group] = &[
    Group {
        title: "Parallel run options:",
        options: &[
            ("array", "=indexes", "an array of jobs, one for each index"),
            ("account", "=name", "the account that pays"),
            ("acctg-freq", "=intervals", "how often use is measured"),
            ("batch", "=features", "what the node that runs the script must have"),
            ("bb", "=<spec>", "what is asked of burst buffers"),
            ("bbf", "=<file_name>", "the same, as lines of a file for the script"),
            ("begin", "=time", "not before this time: HH:MM, MM/DD/YY, now+1hour"),
            ("comment", "=text", "a remark"),
            ("context", "=name", "the SELinux context of the job"),
            ("cpu-freq", "=min[-max[:gov]]", "frequency of the CPUs in kHz, and its governor"),
            ("cpus-per-task", "=ncpus", "CPUs for each task"),
            ("dependency", "=type:jobid[:time]", "not before those jobs have come that far"),
            ("deadline", "=time", "give up the job where it cannot end by this time"),
            ("delay-boot", "=mins", "wait so long for nodes that need not be rebooted"),
            ("chdir", "=directory", "where the script runs"),
            ("error", "=err", "where its standard error goes"),
            ("export", "=names", "the variables that the job gets, or ALL, NIL, NONE"),
            ("export-file", "=file|fd", "a file or descriptor with the job's variables, NUL between them"),
            ("external", "", "hold resources without a script"),
            ("extra", "=text", "text that is compared with that of nodes"),
            ("get-user-env", "", "the variables of the user's login on the node"),
            ("gid", "=group_id", "the job's group (root only)"),
            ("gres", "=list", "generic resources of each node: gpu:2,ssd:1"),
            ("gres-flags", "=opts", "how these go with cores: disable-binding, enforce-binding"),
            ("hold", "", "not before it is released"),
            ("ignore-pbs", "", "pass over #PBS and #BSUB lines"),
            ("input", "=in", "where its standard input comes from"),
            ("job-name", "=jobname", "what it is called"),
            ("kill-on-invalid-dep", "=yes|no", "cancel it once its dependency can never be met, or not"),
            ("no-kill", "[=off]", "go on when a node fails"),
            ("licenses", "=names", "licenses, with commas"),
            ("clusters", "=names", "submit to the one of these clusters that starts it first; 'all' for any"),
            (
                "distribution",
                "=type",
                "which tasks go to which node, socket and core: block, cyclic, plane=n, arbitrary",
            ),
            (
                "mail-type",
                "=type",
                "when to write a mail: NONE, BEGIN, END, FAIL, ALL, TIME_LIMIT_80 and more",
            ),
            ("mail-user", "=user", "to whom"),
            ("mcs-label", "=mcs", "label for the mcs/group plugin"),
            ("ntasks", "=ntasks", "tasks in all"),
            ("nice", "[=value]", "so much less priority; 100 without a value"),
            ("no-requeue", "", "never run it a second time"),
            ("ntasks-per-node", "=n", "tasks on each node"),
            ("nodes", "=N", "how many nodes: n, min-max, or a list of sizes"),
            ("network", "=type", "what is asked of the interconnect"),
            ("oom-kill-step", "[=0|1]", "whether a step ends as a whole where one task runs out of memory"),
            ("open-mode", "=append|truncate", "what becomes of output files that are there already"),
            ("output", "=out", "where its standard output goes"),
            ("overcommit", "", "more than one task for a CPU"),
            ("partition", "=partition", "the partition, or several with commas"),
            ("parsable", "", "print the job's number alone, and ;cluster where one was asked for"),
            ("power", "=flags", "how its power use is managed"),
            ("priority", "=value", "its priority (operators only)"),
            ("profile", "=value", "what is sampled: all, none, energy, task, lustre, network"),
            ("propagate", "[=rlimits]", "limits of this shell that the job gets: ALL, NONE or names"),
            ("qos", "=qos", "quality of service"),
            ("quiet", "", "print errors only"),
            ("reboot", "", "start the nodes anew first"),
            ("requeue", "[=expedite]", "it may be run a second time"),
            ("resources", "=list", "hierarchical resources: flat:2,natural:1"),
            ("oversubscribe", "", "nodes may be shared with other jobs"),
            ("core-spec", "=cores", "cores of each node left to the system"),
            ("segment", "=size", "nodes that must be near each other, in groups of so many"),
            ("consolidate-segments", "", "all groups of nodes in one larger block"),
            ("spread-segments", "", "no two groups of nodes in the same block"),
            ("signal", "=[[R][B]:]num[@time]", "a signal so many seconds before its time is over"),
            ("spread-job", "", "over as many nodes as can be"),
            ("stepmgr", "", "the job's first node manages its steps"),
            ("switches", "=max{@max-time-to-wait}", "no more network switches than that, for so long"),
            ("test-only", "", "submit nothing, tell when it would start"),
            ("thread-spec", "=threads", "threads of each node left to the system"),
            ("time", "=minutes", "how long it may run: minutes, minutes:seconds, days-hours:minutes:seconds"),
            ("time-min", "=minutes", "take less time, down to this, where it then starts sooner"),
            ("tres-bind", "=...", "which tasks use which of a node's GRES"),
            ("tres-per-task", "=list", "what each task needs: cpu=2,gres/gpu=1"),
            ("uid", "=user_id", "the job's user (root only)"),
            ("use-min-nodes", "", "of a range of nodes, rather the smaller number"),
            ("verbose", "", "say more; -vv still more"),
            ("wait", "", "return when the job has ended, with its exit code"),
            ("wait-all-nodes", "=0|1", "whether the script waits for all nodes"),
            ("wckey", "=wckey", "the key that its use is accounted to"),
            ("wrap", "=command", "make the script of this command line"),
        ],
    },
    Group {
        title: "Constraint options:",
        options: &[
            ("cluster-constraint", "=[!]list", "what the clusters of a federation must have"),
            ("contiguous", "", "nodes next to each other"),
            ("constraint", "=list", "features that nodes must have"),
            ("prefer", "=list", "features that they should have"),
            ("nodefile", "=filename", "the nodes, from a file"),
            ("mem", "=MB", "memory of each node"),
            ("mem-bind", "=type", "which memory tasks use; 'help' lists the types"),
            (
                "mem-update",
                "=margin[@delay]",
                "lower the memory limit after that delay to what is used and margin percent more",
            ),
            ("mincpus", "=n", "CPUs that a node must have"),
            ("reservation", "=name", "run in this reservation"),
            ("tmp", "=MB", "local disk that a node must have"),
            ("nodelist", "=hosts...", "the nodes"),
            ("exclude", "=hosts...", "none of these nodes"),
        ],
    },
    Group {
        title: "Container options:",
        options: &[
            ("container", "=path", "a bundle that the job runs in"),
            ("container-id", "=id", "what its container is called"),
            ("container-type", "=type", "what kind of container it is"),
        ],
    },
    Group {
        title: "Consumable resources related options:",
        options: &[
            (
                "exclusive",
                "[=user|mcs|topo]",
                "nodes of its own, or shared only as the word says: with jobs of the same user, the same MCS label",
            ),
            ("mem-per-cpu", "=MB", "memory for each CPU; not together with --mem"),
            ("resv-ports", "[=count]", "ports for MPI"),
        ],
    },
    Group {
        title: "Affinity/Multi-core options: (when the task/affinity plugin is enabled)",
        options: &[
            ("sockets-per-node", "=S", "a node must have so many sockets,"),
            ("cores-per-socket", "=C", "a socket so many cores,"),
            ("threads-per-core", "=T", "a core so many threads"),
            ("extra-node-info", "=S[:C[:T]]", "the three in one, * for any number"),
            ("hint", "=type", "place tasks by what they do; 'help' lists the words"),
            ("ntasks-per-core", "=n", "tasks on each core"),
            ("ntasks-per-socket", "=n", "tasks on each socket"),
        ],
    },
    Group {
        title: "GPU scheduling options:",
        options: &[
            ("cpus-per-gpu", "=n", "CPUs with each GPU"),
            ("gpus", "=n", "GPUs in all: 4, a100:4"),
            ("gpu-bind", "=...", "which tasks use which GPUs"),
            ("gpu-freq", "=...", "frequency of GPUs and of their memory"),
            ("gpus-per-node", "=n", "GPUs of each node"),
            ("gpus-per-socket", "=n", "GPUs of each socket"),
            ("gpus-per-task", "=n", "GPUs for each task"),
            ("mem-per-gpu", "=n", "memory with each GPU"),
            ("ntasks-per-gpu", "=n", "tasks with each GPU"),
            ("ntasks-per-tres", "=n", "the same"),
        ],
    },
    Group { title: "Help options:", options: &[("help", "", "this"), ("usage", "", "the options alone")] },
    Group { title: "Other options:", options: &[("version", "", "Slurm's version")] },
];

/// What native sbatch does not have.
const OWN: &str = "
srunx's own, before all others:
      --chunk[=most]          an array beyond the cluster's limits, or with so
                              many tasks at most in each, as several that are
                              one; tasks find their index in SRUNX_TASK_ID.
                              The first id is that of the whole to watch, retry,
                              report, scancel and scontrol; when the whole is
                              cancelled, the rest is not submitted
";

/// `--help`, with the options that the release in use has.
pub fn help(dialect: &Dialect) -> String {
    let mut text = "Usage: sbatch [OPTIONS(0)...] [ : [OPTIONS(N)...]] script(0) [args(0)...]\n".to_owned();
    for group in GROUPS {
        let options: Vec<String> = known(group, dialect).map(|option| explained(option, dialect)).collect();
        if !options.is_empty() {
            text.push_str(&format!("\n{}\n{}", group.title, options.concat()));
        }
    }
    text.push_str(OWN);
    text.push('\n');
    text
}

/// `--usage`
pub fn usage(dialect: &Dialect) -> String {
    let words = GROUPS.iter().flat_map(|group| known(group, dialect));
    let words = words.map(|(long, value, _)| format!("[--{long}{}]", value_in(long, value, dialect)));
    let start = "Usage: sbatch";
    wrapped(start, words.chain(["executable [args...]".to_owned()]), start.len() + 1)
}

/// The options of a group that the release in use has.
fn known<'a>(
    group: &'a Group,
    dialect: &'a Dialect,
) -> impl Iterator<Item = &'a (&'static str, &'static str, &'static str)> {
    group.options.iter().filter(|(long, ..)| dialect.has_option(long))
}

/// What follows an option's name in the release in use.
fn value_in(long: &str, value: &'static str, dialect: &Dialect) -> &'static str {
    match long {
        "requeue" if !dialect.requeue_can_be_expedited => "",
        "exclusive" if !dialect.exclusive_topo => "[=user|mcs]",
        _ => value,
    }
}

fn explained((long, value, what): &(&'static str, &'static str, &'static str), dialect: &Dialect) -> String {
    let short = OPTIONS.iter().find(|option| option.long == *long).and_then(|option| option.short);
    let letter = short.map_or("    ".to_owned(), |short| format!("-{}, ", char::from(short)));
    let spelled = format!("  {letter}--{long}{}", value_in(long, value, dialect));
    wrapped(&format!("{spelled:<width$}", width = COLUMN - 1), what.split(' ').map(str::to_owned), COLUMN)
}

/// Words behind each other, with new lines that are indented where one is full.
fn wrapped(start: &str, words: impl IntoIterator<Item = String>, indent: usize) -> String {
    let mut text = start.to_owned();
    let mut column = start.len();
    for word in words {
        if column + 1 + word.len() > WIDTH && column > indent {
            text.push_str(&format!("\n{:indent$}", ""));
            column = indent;
        } else {
            text.push(' ');
            column += 1;
        }
        column += word.len();
        text.push_str(&word);
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::getopt::Value;

    #[test]
    fn every_option_is_explained_once() {
        let mut explained: Vec<&str> =
            GROUPS.iter().flat_map(|group| group.options).map(|(long, ..)| *long).collect();
        // What only variables give has no name that can be typed.
        let typed = |long: &&str| !long.starts_with('\0');
        let mut declared: Vec<&str> = OPTIONS.iter().map(|option| option.long).filter(typed).collect();
        explained.sort_unstable();
        declared.sort_unstable();
        assert_eq!(explained, declared);
    }

    #[test]
    fn values_are_shown_as_they_are_taken() {
        for (long, value, _) in GROUPS.iter().flat_map(|group| group.options) {
            let option = OPTIONS.iter().find(|option| option.long == *long);
            let taken = option.map(|option| option.value);
            let shown = match *value {
                "" => Value::None,
                value if value.starts_with("[=") => Value::Optional,
                _ => Value::Required,
            };
            // A value that no release looks at any more.
            assert!(taken == Some(shown) || *long == "get-user-env", "{long}");
        }
    }

    #[test]
    fn the_layout_is_natives() {
        let text = help(&Dialect::default());
        assert!(text.starts_with(
            "Usage: sbatch [OPTIONS(0)...] [ : [OPTIONS(N)...]] script(0) [args(0)...]\n\nParallel"
        ));
        assert!(text.contains("\n  -a, --array=indexes         an array of jobs, one for each index\n"));
        assert!(text.contains(
            "\n      --export-file=file|fd   a file or descriptor with the job's variables, NUL\n"
        ));
        assert!(text.contains("\n                              between them\n"));
        assert!(
            text.contains(
                "\n      --cpu-freq=min[-max[:gov]] frequency of the CPUs in kHz, and its governor\n"
            )
        );
        assert!(text.contains("\n\nGPU scheduling options:\n"));
        assert!(text.lines().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn a_release_shows_what_it_has() {
        let old = Dialect {
            lacks_options: &[&["container", "container-id", "container-type", "tres-per-task"]],
            requeue_can_be_expedited: false,
            ..Dialect::default()
        };
        let text = help(&old);
        assert!(!text.contains("Container options") && !text.contains("--tres-per-task"));
        assert!(text.contains("--requeue  ") && !usage(&old).contains("[--container"));
        assert!(usage(&Dialect::default()).contains("[--requeue[=expedite]]"));
    }

    #[test]
    fn usage_is_wrapped() {
        let text = usage(&Dialect::default());
        assert!(text.starts_with("Usage: sbatch [--array=indexes] [--account=name]"));
        assert!(text.lines().skip(1).all(|line| line.starts_with(&" ".repeat(14)) && line.len() <= WIDTH));
        assert!(text.ends_with("executable [args...]\n"));
    }
}
