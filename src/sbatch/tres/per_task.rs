//! What each task needs as one list of TRES: `--tres-per-task`, which `--cpus-per-task` and `--gpus-per-task` are written
//! into, and what tasks are bound to for it.

use super::super::given::{Notices, Refused};
use super::super::options::Options;
use super::list::{self, Entries};
use crate::job::Dialect;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What no task can ask for, in the order in which it is looked for.
const REFUSED: [&str; 8] = ["mem", "energy", "node", "billing", "fs", "vmem", "pages", "bb"];

/// An option that is part of the list as well.
struct Sibling {
    long: &'static str,
    /// Which variable messages name.
    variable: &'static str,
    /// What it is called in the list.
    name: Vec<u8>,
    count: i32,
}

/// Completes and checks `tres_per_task`, `cpus_per_task`, `gpus_per_task` and `tres_bind`.
pub fn complete(options: &mut Options, dialect: &Dialect, notices: &mut Notices) -> Result<(), Refused> {
    if let Some(text) = &options.tres_per_task {
        let text = text.as_bytes();
        let begins = |word: &str| {
            text.get(..word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        let holds = |word: &str| list::find_any_case(text, format!(",{word}").as_bytes()).is_some();
        if let Some(word) = REFUSED.into_iter().find(|word| begins(word) || holds(word)) {
            return Err(Refused::fatal(format!("Invalid TRES for --tres-per-task: {word}")));
        }
        let text = list::with_slashes(&list::with_slashes(text, "license"), "gres");
        options.tres_per_task = Some(OsString::from_vec(text));
    }
    gpus(options, dialect, notices)?;
    cpus(options, dialect, notices)?;
    bind(options, dialect);
    Ok(())
}

/// `--gpus-per-task`
fn gpus(options: &mut Options, dialect: &Dialect, notices: &mut Notices) -> Result<(), Refused> {
    let asked = options.gpus_per_task.take();
    let mut rest = asked.as_deref().map(OsStrExt::as_bytes);
    // Up to 24.11 only the first model is written into the list.
    while let Some(text) = rest.filter(|text| !(text.is_empty() && dialect.gpu_models_per_task)) {
        let at = [b':', b'='].into_iter().find_map(|mark| text.iter().position(|byte| *byte == mark));
        let (name, number) = match at {
            Some(at) => ([b"gres/gpu:", &text[..at]].concat(), &text[at + 1..]),
            None => (b"gres/gpu".to_vec(), text),
        };
        let sibling = Sibling {
            long: "gpus-per-task",
            variable: "SLURM_GPUS_PER_TASK",
            name,
            count: list::number(number),
        };
        let found = join(options, &sibling, dialect, notices)?;
        if !dialect.gpu_models_per_task {
            options.gpus_per_task = found.or(asked);
            return Ok(());
        }
        rest = at.and_then(|_| text.iter().position(|byte| *byte == b',')).map(|comma| &text[comma + 1..]);
    }
    if !dialect.gpu_models_per_task {
        return Ok(());
    }
    let text = options.tres_per_task.as_deref().map_or(&[][..], OsStrExt::as_bytes);
    let entries: Vec<Vec<u8>> = Entries::of("gres", text, dialect)
        .map_while(Result::ok)
        .map(|entry| match entry.model {
            Some(model) => [&model, format!(":{}", entry.count).as_bytes()].concat(),
            None => entry.count.to_string().into_bytes(),
        })
        .collect();
    options.gpus_per_task = (!entries.is_empty()).then(|| OsString::from_vec(entries.join(&b',')));
    Ok(())
}

/// `--cpus-per-task`
fn cpus(options: &mut Options, dialect: &Dialect, notices: &mut Notices) -> Result<(), Refused> {
    #[allow(clippy::cast_possible_wrap, reason = "an int to sbatch")]
    let count = options.cpus_per_task.unwrap_or_default() as i32;
    let sibling =
        Sibling { long: "cpus-per-task", variable: "SLURM_CPUS_PER_TASK", name: b"cpu".to_vec(), count };
    let found = join(options, &sibling, dialect, notices)?;
    if !dialect.gpu_models_per_task {
        if let Some(found) = found {
            let count = list::count_behind(found.as_bytes(), 0, b"cpu");
            options.cpus_per_task = u32::try_from(count).ok();
        }
        return Ok(());
    }
    let Some(text) = options.tres_per_task.as_deref() else { return Ok(()) };
    let mut entries = Entries::of("cpu", text.as_bytes(), dialect);
    let entry = entries.next();
    if let Some(complaint) = entries.complaint {
        notices.error(complaint);
    }
    if let Some(Ok(entry)) = entry {
        #[allow(clippy::cast_possible_truncation, reason = "as sbatch cuts it")]
        let count = entry.count as u32;
        options.cpus_per_task = Some(count);
    }
    Ok(())
}

/// Writes an option into the list, or sees that both say the same. Answers what the list says from there on where the list
/// has the last word.
fn join(
    options: &mut Options,
    sibling: &Sibling,
    dialect: &Dialect,
    notices: &mut Notices,
) -> Result<Option<OsString>, Refused> {
    let Sibling { long, variable, name, count } = sibling;
    let mark = if dialect.tres_per_task_equals { '=' } else { ':' };
    let shown = String::from_utf8_lossy(name).into_owned();
    let by_hand = (options.by_hand(long), options.by_hand("tres-per-task"));
    let by_variable = (options.by_variable(long), options.by_variable("tres-per-task"));
    let text = options.tres_per_task.as_deref().map_or(&[][..], OsStrExt::as_bytes);
    let at = list::find_any_case(text, name);
    if at.is_some() && by_hand == (true, true) {
        return Err(Refused::fatal(format!(
            "You can not have --tres-per-task={shown}{mark} and --{long} please use one or the other"
        )));
    }
    let taken = at.is_some() && by_hand.0 && by_variable.1;
    if at.is_none() || taken {
        let mut changed = options.tres_per_task.take().map(OsString::into_vec);
        list::set(&mut changed, name, *count, dialect);
        options.tres_per_task = changed.map(OsString::from_vec);
        if taken && options.verbose > 0 {
            let now = options.tres_per_task.clone().unwrap_or_default();
            notices.info(format!(
                "Updating SLURM_TRES_PER_TASK to {} as --{long} takes precedence over the environment variables.",
                now.display()
            ));
        }
        return Ok(None);
    }
    let at = at.unwrap_or_default();
    let listed = list::count_behind(text, at, name);
    if listed <= 0 {
        return Err(Refused::fatal(format!("Invalid --tres-per-task={shown}{mark}{listed}")));
    }
    // sbatch compares with the CPUs whatever the option; up to 24.11 even for GPUs.
    let same = u32::try_from(listed).ok() == Some(options.cpus_per_task.unwrap_or_default());
    let compared = *long == "cpus-per-task" || !dialect.gpu_models_per_task;
    if by_variable == (true, true) && compared && !same {
        return Err(Refused::fatal(format!(
            "{long} set by two different environment variables {variable}={count} != \
             SLURM_TRES_PER_TASK=cpu{mark}{listed}"
        )));
    }
    let found = OsString::from_vec(text[at..].to_vec());
    if options.verbose > 0 && by_variable.0 && by_hand.1 {
        notices.info(format!(
            "Ignoring {variable} since --tres-per-task={shown}{mark} was given as a command line option."
        ));
    }
    Ok(Some(found))
}

/// Binds tasks to the GRES that they ask for, where `--tres-bind` does not say it already.
fn bind(options: &mut Options, dialect: &Dialect) {
    let Some(text) = options.tres_per_task.as_deref() else { return };
    let mut bound: Option<Vec<u8>> = options.tres_bind.take().map(OsString::into_vec);
    let add = |bound: &mut Option<Vec<u8>>, name: &[u8], count: u64| {
        let binding = [b"gres/", name, format!(":per_task:{count}").as_bytes()].concat();
        *bound = Some(match bound {
            Some(before) => [before.as_slice(), b"+", &binding].concat(),
            None => binding,
        });
    };
    let mut gpus: u64 = 0;
    for entry in Entries::of("gres", text.as_bytes(), dialect).map_while(Result::ok) {
        let said = |name: &Vec<u8>| bound.as_deref().is_some_and(|bound| list::find(bound, name).is_some());
        if entry.name.as_ref().is_some_and(said) {
            continue;
        }
        if dialect.gpu_models_per_task && entry.name.as_deref() == Some(b"gpu") {
            gpus = gpus.wrapping_add(entry.count);
            continue;
        }
        // What sbatch makes of an entry that names nothing.
        add(&mut bound, entry.name.as_deref().unwrap_or(b"(null)"), entry.count);
    }
    if gpus > 0 {
        add(&mut bound, b"gpu", gpus);
    }
    options.tres_bind = bound.map(OsString::from_vec);
}

/// CPUs for each task or for each GPU: what is given by hand wins, both by hand or both by variables do not go together.
pub fn cpus_or_gpus(options: &mut Options, dialect: &Dialect, notices: &mut Notices) -> Result<(), Refused> {
    let word: &[u8] = if dialect.tres_per_task_equals { b"cpu" } else { b"cpu:" };
    let listed = options
        .tres_per_task
        .as_deref()
        .is_some_and(|text| list::find_any_case(text.as_bytes(), word).is_some());
    let by_hand = options.by_hand("cpus-per-task") || (listed && options.by_hand("tres-per-task"));
    let by_variable =
        options.by_variable("cpus-per-task") || (listed && options.by_variable("tres-per-task"));
    let of_gpus = (options.by_hand("cpus-per-gpu"), options.by_variable("cpus-per-gpu"));
    if (by_hand && of_gpus.0) || (by_variable && of_gpus.1) {
        return Err(Refused::fatal(
            "--cpus-per-task, --tres-per-task=cpu:#, and --cpus-per-gpu are mutually exclusive",
        ));
    }
    if by_hand && of_gpus.1 {
        if options.verbose > 0 {
            notices.info(
                "Ignoring SBATCH_CPUS_PER_GPU since --cpus-per-task or --tres-per-task=cpu:# given as command line \
                 option",
            );
        }
        options.cpus_per_gpu = None;
        options.sources.remove("cpus-per-gpu");
    } else if of_gpus.0 && by_variable {
        if options.verbose > 0 {
            notices.info(
                "Ignoring cpus_per_task from the environment since --cpus-per-gpu was given as a command line option",
            );
        }
        options.cpus_per_task = None;
        options.sources.remove("cpus-per-task");
        let mut changed = options.tres_per_task.take().map(OsString::into_vec);
        list::set(&mut changed, b"cpu", 0, dialect);
        options.tres_per_task = changed.map(OsString::from_vec);
    }
    Ok(())
}
