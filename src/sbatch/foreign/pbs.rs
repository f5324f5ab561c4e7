//! qsub's options, those of PBS Pro and of Torque.

use super::super::given::{Notices, Refused, Source};
use super::super::options::Options;
use super::super::tres::list::number;
use super::Give;
use crate::getopt::{Opt, Value};
use crate::job::Dialect;
use crate::job::hostlist::Hostlist;
use crate::job::value::number::{Range, integer};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// qsub's options, each by its letter.
const KNOWN: &[Opt<u8>] = &[
    Opt::new(b'a', "start_time", Some(b'a'), Value::Required),
    Opt::new(b'A', "account", Some(b'A'), Value::Required),
    Opt::new(b'c', "checkpoint", Some(b'c'), Value::Required),
    Opt::new(b'C', "working_dir", Some(b'C'), Value::Required),
    Opt::new(b'e', "error", Some(b'e'), Value::Required),
    Opt::new(b'h', "hold", Some(b'h'), Value::None),
    Opt::new(b'I', "interactive", Some(b'I'), Value::None),
    Opt::new(b'j', "join", None, Value::Optional),
    Opt::new(b'j', "", Some(b'j'), Value::Required),
    Opt::new(b'J', "job_array", Some(b'J'), Value::Required),
    Opt::new(b'k', "keep", Some(b'k'), Value::Required),
    Opt::new(b'l', "resource_list", Some(b'l'), Value::Required),
    Opt::new(b'm', "mail_options", Some(b'm'), Value::Required),
    Opt::new(b'M', "mail_user_list", Some(b'M'), Value::Required),
    Opt::new(b'N', "job_name", Some(b'N'), Value::Required),
    Opt::new(b'o', "out", Some(b'o'), Value::Required),
    Opt::new(b'p', "priority", Some(b'p'), Value::Required),
    Opt::new(b'q', "destination", Some(b'q'), Value::Required),
    Opt::new(b'r', "rerunable", Some(b'r'), Value::Required),
    Opt::new(b'S', "script_path", Some(b'S'), Value::Required),
    Opt::new(b't', "array", Some(b't'), Value::Required),
    Opt::new(b'u', "running_user", Some(b'u'), Value::Required),
    Opt::new(b'v', "variable_list", Some(b'v'), Value::Required),
    Opt::new(b'V', "all_env", Some(b'V'), Value::None),
    Opt::new(b'W', "attributes", Some(b'W'), Value::Required),
    Opt::new(b'z', "no_std", Some(b'z'), Value::None),
    Opt::new(b'd', "", Some(b'd'), Value::Required),
    Opt::new(b'w', "", Some(b'w'), Value::Required),
];

/// The options that a release knows.
pub(super) fn options(dialect: &Dialect) -> Vec<Opt<u8>> {
    let known = |option: &&Opt<u8>| dialect.pbs_working_folder || !b"dw".contains(&option.id);
    KNOWN.iter().filter(known).copied().collect()
}

/// One of qsub's options.
pub(super) fn take(
    letter: u8,
    value: &[u8],
    options: &mut Options,
    give: &mut Give<'_>,
    dialect: &Dialect,
    notices: &mut Notices,
) -> Result<(), Refused> {
    let mut give_as = |long| give(options, long, Some(OsStr::from_bytes(value)));
    match letter {
        b'a' => give_as("begin"),
        b'A' => give_as("account"),
        b'e' => give_as("error"),
        b'o' => give_as("output"),
        b'd' | b'w' => give_as("chdir"),
        b'h' => give(options, "hold", None),
        b'J' | b't' => give_as("array"),
        b'l' => resources(value, options, give, dialect),
        b'm' => {
            let types = mail_types(value);
            if types.is_empty() {
                return Err(Refused::option("Invalid --mail-type specification"));
            }
            give(options, "mail-type", Some(OsStr::new(&types)))
        }
        b'M' => give_as("mail-user"),
        b'N' => give_as("job-name"),
        b'p' => give_as("nice"),
        b'q' => give_as("partition"),
        b'v' => {
            let mut list = options.export.clone().unwrap_or_default();
            if options.export.is_some() {
                list.push(",");
            }
            list.push(OsStr::from_bytes(value));
            give(options, "export", Some(&list))
        }
        b'W' => attributes(value, options, give, notices),
        // -c -C -I -j -k -r -S -u -V -z mean nothing to Slurm.
        _ => Ok(()),
    }
}

/// `-m abe`
fn mail_types(letters: &[u8]) -> String {
    let has = |letter: u8| letters.iter().any(|byte| byte.eq_ignore_ascii_case(&letter));
    if has(b'n') {
        return "NONE".to_owned();
    }
    let types =
        [(b'b', "BEGIN"), (b'e', "END"), (b'a', "FAIL")].into_iter().filter(|(letter, _)| has(*letter));
    types.map(|(_, word)| word).collect::<Vec<_>>().join(",")
}

/// What stands behind a word, in any case.
fn behind<'a>(text: &'a [u8], word: &str) -> Option<&'a [u8]> {
    let begins = text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    begins.then(|| &text[word.len()..])
}

/// `-W umask=…` and `-W depend=…`
fn attributes(
    value: &[u8],
    options: &mut Options,
    give: &mut Give<'_>,
    notices: &mut Notices,
) -> Result<(), Refused> {
    if let Some(mask) = behind(value, "umask=") {
        umask(mask, options)
    } else if let Some(dependency) = behind(value, "depend=") {
        give(options, "dependency", Some(OsStr::from_bytes(dependency)))
    } else {
        if options.verbose > 0 {
            notices.info(format!("Ignored PBS attributes: {}", String::from_utf8_lossy(value)));
        }
        Ok(())
    }
}

/// Sets the job's umask. sbatch reads it as a flag first, which takes a number other than 0, nothing or `yes`; what is none
/// of these takes the umask back.
fn umask(text: &[u8], options: &mut Options) -> Result<(), Refused> {
    let unsigned = text.trim_ascii_start();
    let unsigned = unsigned.strip_prefix(b"+").or_else(|| unsigned.strip_prefix(b"-")).unwrap_or(unsigned);
    let mask = if text.is_empty() || text.eq_ignore_ascii_case(b"yes") {
        0
    } else if number(text) == 0 || !unsigned.iter().all(u8::is_ascii_digit) {
        options.umask = None;
        options.sources.remove("umask");
        return Ok(());
    } else if unsigned.starts_with(b"0") && number(text) > 0 {
        let digits = unsigned.iter().take_while(|digit| (b'0'..=b'7').contains(digit));
        digits.fold(0, |value: i32, digit| value.saturating_mul(8).saturating_add(i32::from(digit - b'0')))
    } else {
        number(text)
    };
    let mask = u32::try_from(mask).ok().filter(|mask| *mask <= 0o777);
    options.umask = Some(mask.ok_or_else(|| Refused::option("Invalid -W umask= specification"))?);
    options.sources.insert("umask", Source::Script);
    Ok(())
}

/// Reads a text part by part.
struct Parts<'a> {
    rest: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Whether a word comes next, which is passed.
    fn pass(&mut self, word: &str, in_any_case: bool) -> bool {
        let rest = match in_any_case {
            true => behind(self.rest, word),
            false => self.rest.strip_prefix(word.as_bytes()),
        };
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// What comes before one of these marks, which is passed as well.
    fn until(&mut self, marks: &[u8]) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| marks.contains(byte)).unwrap_or(self.rest.len());
        let part = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        part
    }
}

/// A size: GB and MB as G and M.
fn size(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"b").or_else(|| text.strip_suffix(b"B")).unwrap_or(text)
}

/// What a resource list names: its word, whether its case matters not, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resource {
    Accelerator,
    Accelerators,
    /// Up to the comma, as that option.
    Plain(&'static str),
    /// The same, a size.
    Size(&'static str),
    /// Up to the colon, as that option of PBS Pro's `select`.
    Select(&'static str),
    Features,
    Nodes,
    Ignored,
}

const RESOURCES: &[(&str, bool, Resource)] = &[
    ("accelerator=", true, Resource::Accelerator),
    ("arch=", false, Resource::Ignored),
    ("cput=", false, Resource::Plain("time")),
    ("file=", false, Resource::Size("tmp")),
    ("host=", false, Resource::Ignored),
    ("mem=", false, Resource::Size("mem")),
    ("mpiprocs=", true, Resource::Select("ntasks-per-node")),
    ("naccelerators=", true, Resource::Accelerators),
    ("ncpus=", true, Resource::Select("mincpus")),
    ("nice=", false, Resource::Plain("nice")),
    ("nodes=", false, Resource::Nodes),
    ("opsys=", false, Resource::Ignored),
    ("other=", false, Resource::Ignored),
    ("pcput=", false, Resource::Plain("time")),
    ("pmem=", false, Resource::Ignored),
    ("proc=", false, Resource::Features),
    ("pvmem=", false, Resource::Ignored),
    ("select=", true, Resource::Select("nodes")),
    ("software=", false, Resource::Ignored),
    ("vmem=", false, Resource::Ignored),
    ("walltime=", false, Resource::Plain("time")),
];

/// `-l`: the words are looked for at each place of the list, whatever stands before them.
fn resources(
    list: &[u8],
    options: &mut Options,
    give: &mut Give<'_>,
    dialect: &Dialect,
) -> Result<(), Refused> {
    let mut parts = Parts { rest: list };
    let mut gpus = 0;
    let mut selected = Vec::new();
    while !parts.rest.is_empty() {
        let found = RESOURCES.iter().find(|(word, in_any_case, _)| parts.pass(word, *in_any_case));
        let Some((_, _, resource)) = found else {
            parts.rest = &parts.rest[1..];
            continue;
        };
        match resource {
            Resource::Accelerator => {
                if behind(parts.rest, "true").is_some() {
                    gpus = gpus.max(1);
                }
            }
            Resource::Accelerators => {
                let text = String::from_utf8_lossy(parts.until(b","));
                gpus = integer(&text, "naccelerators", Range::Positive, dialect).map_err(Refused::number)?;
            }
            Resource::Plain(long) => give(options, long, Some(OsStr::from_bytes(parts.until(b","))))?,
            Resource::Size(long) => give(options, long, Some(OsStr::from_bytes(size(parts.until(b",")))))?,
            Resource::Select(long) => {
                selected.push(*long);
                give(options, long, Some(OsStr::from_bytes(parts.until(b":"))))?;
            }
            Resource::Features => {
                let mut features = OsStr::from_bytes(parts.until(b",")).to_owned();
                if let Some(before) = &options.constraint {
                    features.push(",");
                    features.push(before);
                }
                give(options, "constraint", Some(&features))?;
                // The option behind it is lost.
                parts.until(b",");
            }
            Resource::Nodes => nodes(parts.until(b","), options, give)?,
            Resource::Ignored => {
                parts.until(b",");
            }
        }
    }
    // CPUs of a node, shared out among its tasks.
    let whole = ["nodes", "mincpus", "ntasks-per-node"].iter().all(|long| selected.contains(long));
    if let (true, Some(cpus), Some(tasks)) = (whole, options.mincpus, options.ntasks_per_node)
        && let Some(each) = cpus.checked_div(tasks).filter(|_| cpus > tasks)
    {
        give(options, "cpus-per-task", Some(OsStr::new(&each.to_string())))?;
    }
    if gpus > 0 {
        let mut gres = options.gres.clone().unwrap_or_default();
        if options.gres.is_some() {
            gres.push(",");
        }
        gres.push(format!("gpu:{gpus}"));
        give(options, "gres", Some(&gres))?;
    }
    Ok(())
}

/// `nodes=2:ppn=4:gpus=1`, `nodes=c1+c2:ppn=4`
fn nodes(list: &[u8], options: &mut Options, give: &mut Give<'_>) -> Result<(), Refused> {
    let mut parts = Parts { rest: list };
    let (mut count, mut tasks) = (0_i32, 0_i32);
    let mut hosts = Hostlist::default();
    while let Some(first) = parts.rest.first() {
        if parts.pass("gpus=", false) {
            give(options, "gpus-per-node", Some(OsStr::from_bytes(parts.until(b"+:"))))?;
        } else if parts.pass("ppn=", false) {
            tasks = tasks.wrapping_add(number(parts.until(b"+:")));
        } else if first.is_ascii_digit() {
            count = count.wrapping_add(number(parts.until(b"+:")));
        } else if first.is_ascii_alphabetic() {
            hosts.push(&String::from_utf8_lossy(parts.until(b"+:")));
        } else {
            parts.rest = &parts.rest[1..];
        }
    }
    if count != 0 {
        give(options, "nodes", Some(OsStr::new(&count.to_string())))?;
    }
    if tasks != 0 {
        let tasks = tasks.wrapping_mul(if count == 0 { 1 } else { count });
        give(options, "ntasks", Some(OsStr::new(&tasks.to_string())))?;
    }
    if !hosts.is_empty() {
        give(options, "nodelist", Some(OsStr::new(&hosts.to_string())))?;
    }
    Ok(())
}
