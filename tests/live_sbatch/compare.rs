//! Whether two submissions made the same job, and in what not.

use super::both::Trial;
use super::live_support::srunx;
use super::record::Record;
use jiff::civil::DateTime;
use std::collections::{BTreeMap, BTreeSet};

/// Seconds that may lie between the one submission and the other.
const APART: i64 = 3;

/// What is each job's own, or says when slurmctld looked at it.
const OWN: [&str; 9] = [
    "JobId",
    "ArrayJobId",
    "HetJobId",
    "HetJobIdSet",
    "SubmitTime",
    "AccrueTime",
    "LastSchedEval",
    "SLUID",
    "Scheduler",
];

/// A line for each difference: `case | what | sbatch … | srunx …`
pub fn trials(case: &str, native: &Trial, ours: &Trial) -> Vec<String> {
    let mut found = Differences { case, lines: Vec::new() };
    found.note("exit code", &format!("{:?}", native.code), &format!("{:?}", ours.code));
    let [said, we_said] = [native, ours].map(|trial| shown(trial, &trial.stdout));
    found.note("stdout", &said, &we_said);
    let [said, we_said] = [native, ours].map(|trial| shown(trial, &trial.stderr));
    found.note("stderr", &said, &without_place(&without_numbers(&we_said)));
    let submitted = [native, ours].map(|trial| trial.logged.id.is_some());
    if submitted[0] != submitted[1] {
        found.note("submitted", &submitted[0].to_string(), &submitted[1].to_string());
        return found.lines;
    }
    found.requests(&native.logged.requests, &ours.logged.requests);
    let [script, our_script] = [native, ours].map(|trial| trial.script.as_deref().map(text));
    found.note("script", &format!("{script:?}"), &format!("{our_script:?}"));
    found.environments(native.environment.as_deref(), ours.environment.as_deref());
    found.records(&native.records, &ours.records);
    found.lines
}

struct Differences<'a> {
    case: &'a str,
    lines: Vec<String>,
}

impl Differences<'_> {
    fn note(&mut self, what: &str, native: &str, ours: &str) {
        if !alike(native, ours) {
            self.lines.push(format!("{} | {what} | sbatch {native:?} | srunx {ours:?}", self.case));
        }
    }

    fn maps(&mut self, what: &str, native: &BTreeMap<String, String>, ours: &BTreeMap<String, String>) {
        for key in native.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
            let [native, ours] = [native, ours].map(|map| map.get(key).map_or("(absent)", String::as_str));
            self.note(&format!("{what} {key}"), native, ours);
        }
    }

    fn requests(&mut self, native: &[Vec<String>], ours: &[Vec<String>]) {
        self.note("requests", &native.len().to_string(), &ours.len().to_string());
        for (native, ours) in native.iter().zip(ours) {
            let [native, ours] = [native, ours].map(|request| words(request));
            let of_one = |these: &[String], those: &[String]| {
                let own = these.iter().filter(|word| !those.iter().any(|other| alike(word, other)));
                own.cloned().collect::<Vec<_>>()
            };
            let (of_native, of_ours) = (of_one(&native, &ours), of_one(&ours, &native));
            for number in 0..of_native.len().max(of_ours.len()) {
                let [native, ours] =
                    [&of_native, &of_ours].map(|words| words.get(number).map_or("", String::as_str));
                self.note("request", native, ours);
            }
            self.note("words of the request", &native.len().to_string(), &ours.len().to_string());
        }
    }

    fn environments(&mut self, native: Option<&[u8]>, ours: Option<&[u8]>) {
        let [native, ours] = [native, ours].map(|bytes| bytes.map(variables).unwrap_or_default());
        self.maps("variable", &native, &ours);
    }

    fn records(&mut self, native: &[Record], ours: &[Record]) {
        self.note("records", &native.len().to_string(), &ours.len().to_string());
        let ids = |records: &[Record]| records.iter().map(Record::id).collect::<Vec<_>>();
        let (native_ids, our_ids) = (ids(native), ids(ours));
        for (number, (native, ours)) in native.iter().zip(ours).enumerate() {
            let what = if native_ids.len() == 1 { "record".into() } else { format!("record {number}") };
            self.maps(&what, &fields(native, &native_ids), &fields(ours, &our_ids));
        }
    }
}

/// A record without what is each job's own.
fn fields(record: &Record, ids: &[u32]) -> BTreeMap<String, String> {
    let kept = record.0.iter().filter(|(key, _)| !OWN.contains(&key.as_str()));
    kept.map(|(key, value)| {
        let value = match key.as_str() {
            // It begins with the program.
            "SubmitLine" => after_program(value).to_owned(),
            "StdIn" | "StdOut" | "StdErr" => {
                let (folder, name) = value.rsplit_once('/').unwrap_or(("", value));
                format!("{folder}/{}", nameless(name, ids))
            }
            _ => value.clone(),
        };
        (key.clone(), value)
    })
    .collect()
}

/// A command line without the program: `sbatch`, or srunx and `sbatch`.
fn after_program(line: &str) -> &str {
    let ours = srunx();
    let line = ours.to_str().and_then(|program| line.strip_prefix(program)).unwrap_or(line);
    line.trim_start().strip_prefix("sbatch").unwrap_or(line)
}

/// What a command printed, without the ids of its jobs, the time at which one might start, and what the library and
/// its plugins say of themselves when they are asked to say much.
fn shown(trial: &Trial, bytes: &[u8]) -> String {
    let said = text(bytes);
    // Debian's packages call themselves so, and nothing in the library does.
    let said = said.replacen("slurm-wlm ", "slurm ", 1);
    let of_sbatch = |line: &&str| !line.contains("init: ") && !line.starts_with("sbatch: debug2: ");
    let said: String = said.split_inclusive('\n').filter(of_sbatch).collect();
    let said: String = said
        .split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            if time(bare).is_some() { word.replace(bare, "TIME") } else { word.to_owned() }
        })
        .collect();
    // `--test-only` tells the id that the job would have had, and no job has it.
    let said = match said.split_once("sbatch: Job ") {
        Some((before, after)) => {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}sbatch: Job ID{after}")
        }
        None => said,
    };
    trial.logged.id.map_or(said.clone(), |id| nameless(&said, &[id]))
}

/// srunx says of an array that is refused which task is beyond which limit, in one line behind sbatch's own.
fn without_numbers(said: &str) -> String {
    let refused = "sbatch: error: Batch job submission failed: Invalid job array specification\n";
    match said.split_once(refused) {
        Some((before, hint))
            if hint.starts_with("sbatch: hint: task ")
                && hint.contains(" (MaxArraySize=")
                && hint.lines().count() == 1 =>
        {
            format!("{before}{refused}")
        }
        _ => said.to_owned(),
    }
}

/// Of a directive that is refused, srunx also tells the line of the script.
fn without_place(said: &str) -> String {
    said.split_inclusive('\n').filter(|line| !line.ends_with(": in this #SBATCH directive\n")).collect()
}

/// Numbers that are the ids of jobs, with or without leading zeros, become names.
pub fn nameless(text: &str, ids: &[u32]) -> String {
    let mut named = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = rest.split_at(start);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (digits, after) = digits.split_at(end);
        named.push_str(before);
        match digits.parse().ok().and_then(|id: u32| ids.iter().position(|known| *known == id)) {
            Some(0) => named.push_str("ID"),
            Some(nth) => named.push_str(&format!("ID+{nth}")),
            None => named.push_str(digits),
        }
        rest = after;
    }
    named + rest
}

/// The words of a logged request. It tells only the first of the variables, whose order says nothing.
fn words(request: &[String]) -> Vec<String> {
    let lines = request.iter().map(|line| line.trim_start_matches("debug3:").trim());
    let lines = lines.filter(|line| !line.starts_with("environment=") && !line.starts_with("spank_job_env="));
    lines.flat_map(|line| line.split(' ').map(str::to_owned)).collect()
}

/// slurmctld's file: the number of entries, and each with a NUL behind it. A name that comes again is numbered.
fn variables(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in bytes.get(4..).unwrap_or_default().split(|byte| *byte == 0).filter(|entry| !entry.is_empty())
    {
        let entry = text(entry);
        let (name, value) = entry.split_once('=').unwrap_or((&entry, "(no =)"));
        let mut key = name.to_owned();
        let mut count = 1;
        while found.contains_key(&key) {
            count += 1;
            key = format!("{name} {count}");
        }
        found.insert(key, value.to_owned());
    }
    found
}

/// Equal, or two times that lie as close as the submissions.
fn alike(native: &str, ours: &str) -> bool {
    if native == ours {
        return true;
    }
    let [native, ours] =
        [native, ours].map(|text| time(text.split_once('=').map_or(text, |(_, value)| value)));
    matches!((native, ours), (Some(native), Some(ours)) if (native - ours).abs() <= APART)
}

/// Seconds, of a time in seconds or as `2026-01-31T12:34:56`.
fn time(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return (seconds > 1_500_000_000 && seconds < 4_000_000_000).then_some(seconds);
    }
    let time: DateTime = text.get(..19).filter(|_| text.len() == 19)?.parse().ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// Text as it is; bytes that are none, escaped.
pub fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.escape_ascii().to_string(),
    }
}
