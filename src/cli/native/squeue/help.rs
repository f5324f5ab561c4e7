//! What squeue says about itself: `--help`, `--usage`, `--version`, the lists of fields and states, completions.

use super::field::Field;
use super::option_table::Id;
use super::{fields_of_jobs, fields_of_steps, lists, print};
use crate::getopt::{Opt, Value};
use crate::slurm::Client;
use std::fmt::Write as _;
use std::process::ExitCode;

/// The options as `--help` shows them: the long name that tells whether the release has it, how it is written, what it does.
const HELP: &[(&str, &str, &[&str])] = &[
    ("accounts", "-A, --account=account(s)", &["only jobs of these accounts (with commas)"]),
    ("all", "-a, --all", &["jobs in hidden partitions too"]),
    ("array-unique", "    --array-unique", &["waiting array tasks apart that differ from the", "others"]),
    ("expand-patterns", "    --expand-patterns", &["names of output files with their patterns filled in"]),
    ("federation", "    --federation", &["jobs of all clusters of the federation"]),
    ("noheader", "-h, --noheader", &["no line of headings"]),
    ("hide", "    --hide", &["no jobs in hidden partitions"]),
    ("iterate", "-i, --iterate=seconds", &["ask again and again after so many seconds"]),
    ("jobs", "-j, --job=job(s)", &["only these jobs (with commas)"]),
    ("json", "    --json", &["the whole records as JSON"]),
    ("local", "    --local", &["only jobs of this cluster, --federation or not"]),
    ("long", "-l, --long", &["more columns"]),
    ("licenses", "-L, --licenses=name(s)", &["only jobs that ask for one of these licenses"]),
    ("clusters", "-M, --clusters=name(s)", &["ask these clusters; implies --local"]),
    ("me", "    --me", &["only my own jobs"]),
    ("name", "-n, --name=job_name(s)", &["only jobs of these names (with commas)"]),
    ("noconvert", "    --noconvert", &["amounts in their own unit: 2048M stays 2048M"]),
    ("notme", "    --notme", &["all jobs but my own"]),
    ("format", "-o, --format=format", &["the columns, by letters: \"%.18i %.9P\""]),
    ("Format", "-O, --Format=format", &["the columns, by names: \"JobID:.18,Partition\""]),
    ("only-job-state", "    --only-job-state", &["ask for nothing but the jobs' states"]),
    ("partitions", "-p, --partition=partition(s)", &["only jobs of these partitions (with commas)"]),
    ("priority", "-P, --priority", &["a line for each partition that a job may run in"]),
    ("qos", "-q, --qos=qos(s)", &["only jobs of these qualities of service"]),
    ("reservation", "-R, --reservation=name", &["only jobs of this reservation"]),
    ("array", "-r, --array", &["a line for each array task"]),
    ("running-over", "    --running-over=time", &["only jobs that have run so long"]),
    ("running-under", "    --running-under=time", &["only jobs that have not yet run so long"]),
    (
        "sibling",
        "    --sibling",
        &["jobs of a federation on each cluster that may run", "them; implies --federation"],
    ),
    ("steps", "-s, --step=step(s)", &["job steps, all or these (with commas)"]),
    (
        "sort",
        "-S, --sort=fields",
        &["the order: letters of fields (with commas), the", "other way round behind a dash"],
    ),
    ("start", "    --start", &["when waiting jobs are expected to start"]),
    (
        "states",
        "-t, --states=states",
        &["only jobs in these states; without it those that", "wait or run, with 'all' all that are known"],
    ),
    ("users", "-u, --user=user_name(s)", &["only jobs of these users (with commas)"]),
    ("verbose", "-v, --verbose", &["what was asked for and how much came"]),
    ("version", "-V, --version", &["Slurm's version"]),
    ("nodelist", "-w, --nodelist=hostlist", &["only jobs on these nodes"]),
    ("yaml", "    --yaml", &["the whole records as YAML"]),
];

const HELP_ON_HELP: &[(&str, &str, &[&str])] = &[
    ("help", "--help", &["this text"]),
    ("helpformat", "--helpformat", &["the letters that --format knows"]),
    ("helpFormat", "--helpFormat", &["the names that --Format knows"]),
    ("helpstate", "--helpstate", &["the states that --states knows"]),
    ("usage", "--usage", &["the options in short"]),
];

fn block(client: &Client, lines: &[(&str, &str, &[&str])]) -> String {
    let mut text = String::new();
    for (_, written, does) in lines.iter().filter(|(name, ..)| client.squeue_has_option(name)) {
        for (index, does) in does.iter().enumerate() {
            let written = if index == 0 { written } else { "" };
            // Writing to a string does not fail.
            let _ = writeln!(text, "  {written:<31} {does}");
        }
    }
    text
}

pub fn help(client: &Client) -> ExitCode {
    print(&format!(
        "Usage: squeue [OPTIONS]\n{}\nHelp options:\n{}",
        block(client, HELP),
        block(client, HELP_ON_HELP)
    ))
}

/// All options, filled into lines.
pub fn usage(client: &Client) -> ExitCode {
    const WIDTH: usize = 79;
    const BEGIN: &str = "Usage: squeue";
    let mut text = String::from(BEGIN);
    let mut column = BEGIN.len();
    let written = HELP.iter().chain(HELP_ON_HELP).filter(|(name, ..)| client.squeue_has_option(name));
    for (_, written, _) in written {
        let word = written.trim_start();
        let word = format!(" [{}]", word.replace(", ", "|"));
        if column + word.len() > WIDTH {
            let _ = write!(text, "\n{:1$}", "", BEGIN.len());
            column = BEGIN.len();
        }
        column += word.len();
        text.push_str(&word);
    }
    text.push('\n');
    print(&text)
}

pub fn version(client: &Client) -> ExitCode {
    print(&format!("{}\n", client.package_version()))
}

/// The states that `-t` takes.
pub fn states(client: &Client) -> ExitCode {
    let mut text = lists::state_list(client.habits().knows_expediting).join("\n");
    text.make_ascii_lowercase();
    print(&format!("{text}\n"))
}

/// So many words a line, each filled up; the first line begins with what stands before all.
fn table(words: impl Iterator<Item = String>, a_line: usize) -> ExitCode {
    let mut text = String::new();
    for (index, word) in words.enumerate() {
        if index > 0 && index % a_line == 0 {
            text.push('\n');
        }
        text.push_str(&word);
    }
    text.push('\n');
    print(&text)
}

/// The letters that `-o` knows.
pub fn letters(client: &Client, steps: bool) -> ExitCode {
    let shown = |letter: u8| format!("%{:<5}", char::from(letter));
    if !steps {
        let fields = fields_of_jobs(client);
        let listed = fields.all.iter().filter(|field| is_listed(field) && (fields.has)(field));
        return table(listed.filter(|field| field.letter != 0).map(|field| shown(field.letter)), 8);
    }
    let fields = fields_of_steps(client);
    let listed = fields.all.iter().filter(|field| is_listed(field) && (fields.has)(field));
    let mut letters: Vec<u8> = listed.map(|field| field.letter).filter(|letter| *letter != 0).collect();
    if client.squeue_habits().step_letters_stand_apart {
        letters.sort_by_key(|letter| (letter.to_ascii_lowercase(), letter.is_ascii_uppercase()));
    }
    table(letters.into_iter().map(shown), 8)
}

/// The names that `-O` knows.
pub fn names(client: &Client, steps: bool) -> ExitCode {
    let shown = |name: &str| format!("{name:<20}");
    if steps {
        let fields = fields_of_steps(client);
        let listed = fields.all.iter().filter(|field| is_listed(field) && (fields.has)(field));
        table(listed.map(|field| shown(field.name)), 4)
    } else {
        let fields = fields_of_jobs(client);
        let listed = fields.all.iter().filter(|field| is_listed(field) && (fields.has)(field));
        table(listed.map(|field| shown(field.name)), 4)
    }
}

fn is_listed<T>(field: &Field<T>) -> bool {
    !field.hidden
}

/// The options that a word which a shell completes may become, short and long.
pub fn complete(options: &[Opt<Id>], query: &[u8]) -> ExitCode {
    let query = String::from_utf8_lossy(query);
    let Some(first) = query.bytes().next() else { return ExitCode::SUCCESS };
    let is_letter = first.is_ascii_alphabetic();
    let mut text = String::new();
    for option in options.iter().filter(|option| !option.long.is_empty()) {
        let letter = options.iter().find(|other| other.id == option.id && other.short.is_some());
        if let Some(letter) = letter.and_then(|other| other.short).filter(|_| first == b'-' || is_letter) {
            let flag = format!("-{}", char::from(letter));
            if flag.contains(&*query) {
                let _ = writeln!(text, "{flag}");
            }
        }
        let flag = format!("--{}", option.long);
        if (query.len() > 1 || is_letter) && flag.contains(&*query) {
            let _ = match option.value {
                Value::None => writeln!(text, "{flag}"),
                Value::Required => writeln!(text, "{flag}="),
                Value::Optional => writeln!(text, "{flag}=\n{flag} "),
            };
        }
    }
    if text.is_empty() { ExitCode::SUCCESS } else { print(&format!("{text}\n")) }
}
