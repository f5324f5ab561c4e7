//! Reading a whole request: the command line, the script, its directives and the variables, component by component.

use super::super::users;
use super::{Given, PROGRAM, listing, names, script};
use crate::job::value::limit::Limits;
use crate::sbatch::{
    Code, Component, Context, Notices, Options, Reader, Refused, Variables, directives, foreign,
    job_environment, resolve, tell_component,
};
use crate::slurm::{Client, umask, whence};
use jiff::Zoned;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// All that one call of sbatch asks for.
pub struct Request {
    /// Each component and the environment that it is submitted with.
    pub components: Vec<(Component, Variables)>,
    /// The script.
    pub script: Option<Vec<u8>>,
    /// The script's name and its arguments.
    pub argv: Vec<OsString>,
    /// How many arguments stood behind the options.
    operands: usize,
    /// `--clusters`
    pub clusters: Option<OsString>,
    /// `--parsable`
    pub parsable: bool,
    /// `--quiet`
    pub quiet: bool,
    /// `--test-only`
    pub test_only: bool,
    /// `--wait`
    pub wait: bool,
}

impl Request {
    /// The command line that submits the same where the script is no more at hand.
    pub fn line(&self, program: &[&str], arguments: &[OsString]) -> OsString {
        let options = arguments.iter().take(arguments.len().saturating_sub(self.operands));
        let program = program.iter().map(OsString::from);
        let words: Vec<OsString> = program.chain(options.cloned()).chain(self.argv.iter().cloned()).collect();
        words.join(OsStr::new(" "))
    }

    /// Reads it. What is said on the way is printed.
    ///
    /// # Errors
    /// Why nothing is to be submitted.
    pub fn read(client: &Client, arguments: &[OsString], at_hand: Option<&Given>) -> Result<Self, Refused> {
        let dialect = client.dialect();
        let cwd = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        let mut environ: Variables = std::env::vars_os().collect();
        let plane_size = environ.get("SLURM_DIST_PLANESIZE").map(|size| size.to_string_lossy().into_owned());
        let reader = Reader::new(Context {
            dialect: &dialect,
            now: Zoned::now,
            cwd: &cwd,
            root: users::own_user() == 0,
            users: &names::HostUsers,
            groups: &names::HostGroups,
            plane_size: plane_size.as_deref(),
        });
        let variable = |name: &str| std::env::var_os(name);
        let (mut options, line) = reader.early(arguments, &variable)?;
        if options.wrap.is_some() && !line.operands.is_empty() {
            return Err(Refused::error("Script arguments not permitted with --wrap option"));
        }
        let external = options.external && dialect.has_option("external");
        let place = if arguments.iter().any(|word| word == ":") { " on the first component" } else { "" };
        if external && !line.operands.is_empty() {
            return Err(Refused::error(format!(
                "Script arguments not permitted with --external option{place}"
            )));
        }
        if external && options.wrap.is_some() {
            return Err(Refused::error(format!("--wrap option not permitted with --external option{place}")));
        }
        let operands = line.operands.len();
        let mut argv = match at_hand {
            None => line.operands,
            Some(given) if line.operands.is_empty() => {
                given.unclear.iter().for_each(|words| PROGRAM.say(words));
                given.argv.clone()
            }
            // What stands behind the options takes the place of the arguments that it had.
            Some(given) => given.argv.iter().take(1).cloned().chain(line.operands).collect(),
        };
        if let Some(name) = argv.first_mut().filter(|_| at_hand.is_none()) {
            *name = script::find(name, options.chdir.as_deref().unwrap_or(&cwd));
        }
        let named = argv.first().cloned();
        let mut script = match &options.wrap {
            Some(command) => crate::sbatch::script::wrap(command),
            // Such a job has no script.
            None if external => Vec::new(),
            None => match at_hand {
                Some(given) => given.script.clone(),
                None => script::read(named.as_deref(), dialect.script_size_checked)?,
            },
        };
        // How messages call the script.
        let file =
            named.as_ref().map_or("stdin".into(), |name| last_part(name).to_string_lossy().into_owned());
        let quiet = options.quiet > 0;
        remarked(&mut options);
        // Only what was known before the script was read makes sbatch say more.
        let loud = options.verbose > 1;
        if dialect.keeps_stepmgr {
            environ.remove("SLURM_STEPMGR");
        }
        // The options of all components stand before the script and its arguments.
        let mut words = &arguments[..arguments.len() - operands];
        let mut components = Vec::new();
        let (mut several, mut packjob_told) = (false, false);
        loop {
            let mut notices = Notices::default();
            let number = components.len();
            reader.next_component(&mut options);
            // A wrapped command has no directives, whatever its lines look like.
            let directed = if options.wrap.is_some() { &[][..] } else { &script };
            let mut read = directives::read(directed, number, &file, &dialect)?;
            (read.packjob, packjob_told) = (read.packjob && !packjob_told, packjob_told || read.packjob);
            let given = reader.directives(&mut options, &read, &mut notices, &file);
            remarked(&mut options);
            said(&mut notices, quiet);
            given?;
            if !options.ignore_pbs {
                let mut give = |options: &mut Options, long: &'static str, value: Option<&OsStr>| {
                    reader.one(options, long, value)
                };
                let translated =
                    foreign::read(directed, &file, &mut options, &mut give, &dialect, &mut notices);
                said(&mut notices, quiet);
                translated?;
            }
            reader.variables(&mut options, &variable)?;
            let taken = reader.command_line(&mut options, words)?;
            remarked(&mut options);
            let more = words.get(taken).is_some_and(|word| word == ":");
            if more {
                words = &words[taken + 1..];
            }
            let script_name = named.as_deref().map(Path::new);
            let around = &client.configuration().checks;
            let settled =
                resolve(options.clone(), script_name, reader.context(), around, &mut environ, &mut notices);
            said(&mut notices, quiet);
            let component = settled?;
            if component.options.verbose > 0 {
                listing::of(&component.options, &options, &dialect).iter().for_each(|line| PROGRAM.say(line));
            }
            if let Some(file) = &component.options.bbf {
                let lines = std::fs::read(file).map_err(|_| Refused::error("Invalid --bbf specification"))?;
                script = crate::sbatch::script::with_burst_buffer(&script, &lines);
            }
            // What the checks changed of options that components share stays changed.
            options = component.options.clone();
            let file = tell_about_this_process(client, &component.options, loud, &mut environ)?;
            several |= more || read.more;
            let environment = job_environment(&component, &environ, file, reader.context());
            components.push((component, environment));
            if !more && !read.more {
                break;
            }
        }
        let mut told = components.first().map(|(_, environment)| environment.clone()).unwrap_or_default();
        for (number, (component, _)) in components.iter().enumerate() {
            let hydra = client.configuration().hydra;
            tell_component(&mut told, component, several.then_some(number), reader.context(), hydra);
        }
        if let Some((_, environment)) = components.first_mut() {
            *environment = told;
        }
        Ok(Self {
            script: (!external).then_some(script),
            argv,
            operands,
            clusters: options.clusters.clone(),
            parsable: options.parsable,
            quiet,
            test_only: options.test_only,
            wait: options.wait,
            components,
        })
    }
}

/// Sets what sbatch tells a job of itself: limits, nice value, folder, host, umask. The variables of `--export-file` are
/// read, in whose stead its own count no more.
fn tell_about_this_process(
    client: &Client,
    options: &Options,
    loud: bool,
    environ: &mut Variables,
) -> Result<Option<Variables>, Refused> {
    if !options.get_user_env {
        let asked =
            options.propagate.as_ref().map(|asked| Limits::parse(&asked.to_string_lossy())).transpose();
        let asked = asked.map_err(|message| Refused {
            lines: message.lines().map(|line| format!("error: {line}")).collect(),
            code: Code::Error,
        })?;
        let limits = client.configuration().propagate.limits(asked);
        for (name, value) in limits {
            debug(loud, &format!("propagating {}={}", rlimit_name(&name), value.display()));
            environ.set(name, value);
        }
    }
    if options.export_file.is_some() {
        environ.clear();
    }
    for (name, value) in whence() {
        if name == "SLURM_PRIO_PROCESS" {
            debug(loud, &format!("propagating SLURM_PRIO_PROCESS={}", value.display()));
        }
        environ.set(name, value);
    }
    let umask = match options.umask {
        Some(umask) => Some(format!("0{umask:03o}")),
        None => umask(),
    };
    if let Some(umask) = umask {
        if environ.get("SLURM_UMASK").is_none() {
            debug(loud, &format!("propagating UMASK={umask}"));
        }
        environ.set_if_absent("SLURM_UMASK", umask);
    }
    let Some(file) = &options.export_file else { return Ok(None) };
    let variables = exported_file(file)?;
    if variables.get("SLURM_SUBMIT_DIR").is_some() {
        environ.remove("SLURM_SUBMIT_DIR");
    }
    Ok(Some(variables))
}

/// The variables of `--export-file`: `name=value` with NUL between, in a file or an open descriptor from 3 on.
fn exported_file(file: &OsStr) -> Result<Variables, Refused> {
    let unread = |_| Refused::number(format!("Could not open user environment file {}", file.display()));
    let descriptor = file.to_str().and_then(|text| text.parse::<i32>().ok()).filter(|number| *number >= 3);
    let mut bytes = Vec::new();
    let by_descriptor =
        descriptor.and_then(|number| std::fs::File::open(format!("/proc/self/fd/{number}")).ok());
    let mut opened = match by_descriptor {
        Some(opened) => opened,
        None => std::fs::File::open(file).map_err(unread)?,
    };
    opened.read_to_end(&mut bytes).map_err(unread)?;
    let entries = bytes.split(|byte| *byte == 0).take_while(|entry| !entry.is_empty());
    Ok(entries
        .filter_map(|entry| {
            let at = entry.iter().position(|byte| *byte == b'=')?;
            let (name, value) = (entry[..at].to_vec(), entry[at + 1..].to_vec());
            Some((OsString::from_vec(name), OsString::from_vec(value)))
        })
        .filter(|(name, _)| !["DISPLAY", "ENVIRONMENT", "HOSTNAME"].iter().any(|left_out| name == left_out))
        .collect())
}

/// `RLIMIT_CORE` for `SLURM_RLIMIT_CORE`.
fn rlimit_name(variable: &OsStr) -> String {
    variable.to_string_lossy().trim_start_matches("SLURM_").to_owned()
}

/// What `-vv` says.
fn debug(loud: bool, text: &str) {
    if loud {
        PROGRAM.say(format_args!("debug:  {text}"));
    }
}

fn last_part(name: &OsStr) -> &OsStr {
    let bytes = name.as_bytes();
    let after = bytes.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    OsStr::from_bytes(&bytes[after..])
}

/// Prints what there is to say of values.
fn remarked(options: &mut Options) {
    options.take_remarks().iter().for_each(|line| PROGRAM.say(line));
}

/// Prints what was said so far. `--quiet` keeps to errors.
fn said(notices: &mut Notices, quiet: bool) {
    for line in notices.lines.drain(..).filter(|line| !quiet || line.starts_with("error: ")) {
        PROGRAM.say(line);
    }
}
