//! What `-v` prints: the options that were given, each with what it came to.

use super::super::time_text;
use crate::sbatch::{OPTIONS, Options};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The lines for a component. `settled` are its options after the checks, `given` those before them.
pub fn of(settled: &Options, given: &Options) -> Vec<String> {
    let rule = "-------------------- --------------------".to_owned();
    let mut lines = vec!["defined options".to_owned(), rule.clone()];
    for option in OPTIONS.iter().filter(|option| settled.is_set(option.long)) {
        lines.push(format!("{:<20}: {}", option.long, value(option.long, settled, given)));
    }
    if let Some(umask) = settled.umask {
        // An option without a name: it comes from a `#PBS` line.
        lines.push(format!("{:<20}: 0{umask:o}", "(null)"));
    }
    lines.extend([rule, "end of defined options".to_owned()]);
    lines
}

/// An option's value as sbatch lists it: the text that was given, unless it is kept as something else.
fn value(long: &str, settled: &Options, given: &Options) -> String {
    let minutes = |minutes: Option<u32>| minutes.map(time_text::minutes_text);
    let moment = |seconds: Option<i64>| {
        let at = Timestamp::from_second(seconds?).ok()?.to_zoned(TimeZone::system());
        Some(at.strftime("%FT%T").to_string())
    };
    // MiB have no unit here.
    let megabytes = |mib: Option<u64>| {
        mib.map(|mib| crate::job::Memory { mib }.to_string().trim_end_matches('M').to_owned())
    };
    let shown = match long {
        "time" => minutes(settled.time),
        "time-min" => minutes(settled.time_min),
        "begin" => moment(settled.begin),
        "deadline" => moment(settled.deadline),
        "mem" => megabytes(settled.mem),
        "mem-per-cpu" => megabytes(settled.mem_per_cpu),
        "mem-per-gpu" => megabytes(settled.mem_per_gpu),
        "tmp" => megabytes(settled.tmp),
        "nodes" => settled.nodes.as_ref().map(ToString::to_string),
        "nodelist" => settled.nodelist.as_ref().map(|list| list.display().to_string()),
        "chdir" => settled.chdir.as_ref().map(|folder| folder.display().to_string()),
        "error" => settled.error.as_ref().map(|file| file.display().to_string()),
        "input" => settled.input.as_ref().map(|file| file.display().to_string()),
        "output" => settled.output.as_ref().map(|file| file.display().to_string()),
        "mail-type" => Some(crate::job::value::MailTypes(settled.mail_type).to_string()),
        "nice" => settled.nice.map(|nice| nice.to_string()),
        "priority" => settled.priority.map(|priority| priority.to_string()),
        "profile" => settled.profile.map(|profile| profile.listed()),
        "exclusive" | "oversubscribe" => settled.shared.map(|shared| shared.to_string()),
        "open-mode" => settled.open_mode.map(|mode| mode.to_string()),
        "cpu-freq" => settled.cpu_freq.map(|frequency| frequency.to_string()),
        "gres-flags" => Some(settled.gres_flags.to_string()),
        "mem-bind" => settled.mem_bind.as_ref().map(|binding| binding.to_string()),
        "gres" => settled.gres.as_ref().map(|gres| gres.display().to_string()),
        "verbose" => Some(settled.verbose.to_string()),
        "quiet" => Some(settled.quiet.to_string()),
        "no-requeue" => Some(if settled.requeue == Some(false) { "set" } else { "unset" }.to_owned()),
        _ => None,
    };
    let as_given = || given.text_given(long).map(|text| text.to_string_lossy().into_owned());
    shown.or_else(as_given).unwrap_or_else(|| "set".to_owned())
}
