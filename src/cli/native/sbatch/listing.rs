//! What `-v` prints: the options that were given, each with what it came to.

use super::super::time_text;
use crate::getopt::Value;
use crate::job::Dialect;
use crate::job::value::distribution::{NO_PACK, PACK, UNKNOWN};
use crate::job::value::number::{self, Range};
use crate::job::value::signal::{Signal, Warning};
use crate::job::value::{
    Delay, Distribution, MailTypes, Memory, Moment, NodeShape, Nodes, Specialized, SwitchWait, Switches,
    UserEnvironment,
};
use crate::sbatch::{Declared, OPTIONS, Options};
use jiff::tz::TimeZone;

/// The lines for a component. `settled` are its options after the checks, `given` those before them.
pub fn of(settled: &Options, given: &Options, dialect: &Dialect) -> Vec<String> {
    let rule = "-------------------- --------------------".to_owned();
    let mut lines = vec!["defined options".to_owned(), rule.clone()];
    for option in OPTIONS.iter().filter(|option| settled.is_set(option.long)) {
        // What only a variable gives has no name.
        let name = if option.long.starts_with('\0') { "(null)" } else { option.long };
        lines.push(format!("{name:<20}: {}", value(option, settled, given, dialect)));
    }
    if let Some(umask) = settled.umask {
        // An option without a name: it comes from a `#PBS` line.
        lines.push(format!("{:<20}: 0{umask:o}", "(null)"));
    }
    lines.extend([rule, "end of defined options".to_owned()]);
    lines
}

/// An option's value as sbatch lists it.
fn value(option: &Declared, settled: &Options, given: &Options, dialect: &Dialect) -> String {
    let text = given.text_given(option.long).map(|text| text.to_string_lossy());
    let text = text.as_deref();
    let kept = kept(option.long, settled, dialect);
    kept.or_else(|| read_again(option.long, text.unwrap_or_default(), dialect)).unwrap_or_else(|| {
        let word = || if option.value == Value::None { "set".to_owned() } else { String::new() };
        text.map_or_else(word, str::to_owned)
    })
}

/// What the option is kept as, where that may be something else than was given.
fn kept(long: &str, settled: &Options, dialect: &Dialect) -> Option<String> {
    let minutes = |minutes: Option<u32>| minutes.map(time_text::minutes_text);
    let moment = |seconds: Option<i64>| Some(Moment { seconds: seconds? }.local(&TimeZone::system()));
    let megabytes = |mib: Option<u64>| mib.map(|mib| Memory { mib }.listed());
    let number = |number: Option<u32>| number.map(|number| (number as i32).to_string());
    let yes = |yes: bool, word: &str| if yes { word } else { "unset" }.to_owned();
    match long {
        "time" => minutes(settled.time),
        "time-min" => minutes(settled.time_min),
        "begin" => moment(settled.begin),
        "deadline" => moment(settled.deadline),
        "mem" => megabytes(settled.mem),
        "mem-per-cpu" => megabytes(settled.mem_per_cpu),
        "mem-per-gpu" => megabytes(settled.mem_per_gpu),
        "tmp" => megabytes(settled.tmp),
        "nodes" => settled.nodes.as_ref().map(Nodes::listed),
        "ntasks" => number(settled.ntasks),
        "cpus-per-task" => number(settled.cpus_per_task),
        "nodelist" => settled.nodelist.as_ref().map(|list| list.display().to_string()),
        "chdir" => settled.chdir.as_ref().map(|folder| folder.display().to_string()),
        "error" => settled.error.as_ref().map(|file| file.display().to_string()),
        "input" => settled.input.as_ref().map(|file| file.display().to_string()),
        "output" => settled.output.as_ref().map(|file| file.display().to_string()),
        "distribution" => settled.distribution.map(|states| layout(states, settled.plane_size)),
        "mail-type" => Some(MailTypes(settled.mail_type).to_string()),
        "signal" => Some(warning(settled).listed(dialect)),
        "nice" => settled.nice.map(|nice| nice.to_string()),
        // Native keeps it in a number with a sign.
        "priority" => settled.priority.map(|priority| (priority.number() as i32).to_string()),
        "profile" => settled.profile.map(|profile| profile.listed()),
        "exclusive" | "oversubscribe" => settled.shared.map(|shared| shared.to_string()),
        "open-mode" => settled.open_mode.map(|mode| mode.to_string()),
        "cpu-freq" => settled.cpu_freq.map(|frequency| frequency.listed()),
        "gres-flags" => Some(settled.gres_flags.listed()),
        "mem-bind" => settled.mem_bind.as_ref().map(|binding| binding.listed()),
        "mem-update" => settled.mem_update.map(|update| update.to_string()),
        "gres" => settled.gres.as_ref().map(|gres| gres.display().to_string()),
        "uid" => number(settled.uid),
        "gid" => number(settled.gid),
        "no-kill" => Some(yes(settled.no_kill, "set")),
        "kill-on-invalid-dep" => Some(if settled.kill_on_invalid_dep { "yes" } else { "no" }.to_owned()),
        "oom-kill-step" => settled.oom_kill_step.map(|kill| kill.to_string()),
        "wait-all-nodes" => settled.wait_all_nodes.map(|wait| wait.to_string()),
        "segment" => {
            settled.segment.map(|size| if size == 0 { "unset".to_owned() } else { size.to_string() })
        }
        "resv-ports" => number(settled.resv_ports),
        "propagate" => settled.propagate.as_ref().map(|limits| limits.display().to_string()),
        "requeue" | "no-requeue" => Some(
            match settled.requeue {
                Some(true) if settled.expedited_requeue => "expedite",
                Some(true) => "requeue",
                Some(false) => "no-requeue",
                None => "unset",
            }
            .to_owned(),
        ),
        "power" => Some(if settled.power == 0 { "" } else { "LEVEL" }.to_owned()),
        "verbose" => Some(settled.verbose.to_string()),
        "quiet" => Some(settled.quiet.to_string()),
        _ => None,
    }
}

/// What native keeps of the text, where the options keep less or in fewer bits.
fn read_again(long: &str, text: &str, dialect: &Dialect) -> Option<String> {
    match long {
        "delay-boot" => Delay::parse(text, "").ok().map(|delay| delay.to_string()),
        "switches" => Switches::parse(text, dialect).ok().map(Switches::listed),
        "extra-node-info" => NodeShape::parse(text, dialect).ok().map(NodeShape::listed),
        "core-spec" => Specialized::cores(text, dialect).ok().map(Specialized::listed),
        "thread-spec" => Specialized::threads(text, dialect).ok().map(Specialized::listed),
        "\0switches-wait" => Some(match Delay::parse(text, "") {
            Ok(wait) if SwitchWait::For(wait).seconds().is_some() => wait.to_string(),
            Ok(_) => "INVALID".to_owned(),
            Err(_) => "(null)".to_owned(),
        }),
        "get-user-env" if dialect.get_user_env_takes_a_value => {
            let none = UserEnvironment { seconds: -1, mode: None };
            let environment = UserEnvironment::parse(Some(text)).ok()?;
            Some(if environment == none { "(null)".to_owned() } else { environment.to_string() })
        }
        "get-user-env" => Some("set".to_owned()),
        "\0switches-count" | "cores-per-socket" | "cpus-per-gpu" | "mincpus" | "ntasks-per-core"
        | "ntasks-per-gpu" | "ntasks-per-node" | "ntasks-per-socket" | "ntasks-per-tres"
        | "sockets-per-node" | "threads-per-core" => {
            number::integer(text, "", Range::Positive, dialect).ok().map(|number| number.to_string())
        }
        _ => None,
    }
}

fn layout(states: u32, plane: Option<u32>) -> String {
    const BOTH: u32 = UNKNOWN | PACK | NO_PACK;
    match states {
        // Native has no text for both, nor for none.
        UNKNOWN | BOTH => "(null)".to_owned(),
        states => Distribution { states, plane }.to_string(),
    }
}

fn warning(settled: &Options) -> Warning {
    let flag = |flag| settled.signal.flags & flag != 0;
    Warning {
        batch_only: flag(Warning::BATCH_FLAG),
        reservation: flag(Warning::RESERVATION_FLAG),
        signal: Signal(settled.signal.number),
        seconds: settled.signal.before,
    }
}
