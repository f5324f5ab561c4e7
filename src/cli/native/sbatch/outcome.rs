//! What becomes of a request: submitted, with the patience that sbatch has; announced; waited for.

use super::PROGRAM;
use super::components::Request;
use crate::job::{ArrayTasks, JobId, JobState};
use crate::sbatch::Refused;
use crate::slurm::{Client, Configuration, Description, Error, JobsOf, Show, Submitted, code};
use jiff::Timestamp;
use std::ffi::OsStr;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// How often sbatch tries again while slurmctld has no room, sleeping one second longer each time.
const TRIES: u64 = 15;
/// How long a job is looked for whose submission slurmctld did not answer.
const SEARCH: Duration = Duration::from_secs(2);

/// `--hint=help`
pub const HINTS: &str = "\
Application hint options:
    --hint=             Bind tasks according to application hints
        compute_bound   use all cores in each socket
        memory_bound    use only one core in each socket
        [no]multithread [don't] use extra threads with in-core multi-threading
        help            show this help message
";

/// `--mem-bind=help`. Up to 24.11 memory could be sorted.
pub fn memory_bindings(sorting: bool) -> String {
    let sort = "        nosort          avoid sorting pages at startup\n        sort            sort pages at startup\n";
    format!("{MEMORY_BINDINGS_START}{}{MEMORY_BINDINGS}", if sorting { sort } else { "" })
}

const MEMORY_BINDINGS_START: &str = "\
Memory bind options:
    --mem-bind=         Bind memory to locality domains (ldom)
";
const MEMORY_BINDINGS: &str = "        q[uiet]         quietly bind before task runs (default)
        v[erbose]       verbosely report binding before task runs
        no[ne]          don't bind tasks to memory (default)
        rank            bind by task rank
        local           bind to memory local to processor
        map_mem:<list>  specify a memory binding for each task
                        where <list> is <cpuid1>,<cpuid2>,...<cpuidN>
        mask_mem:<list> specify a memory binding mask for each tasks
                        where <list> is <mask1>,<mask2>,...<maskN>
        help            show this help message
";

/// The exit code of what is no fault of an option: 1, or what `SLURM_EXIT_ERROR` names.
pub fn error_exit() -> ExitCode {
    let named = std::env::var("SLURM_EXIT_ERROR").ok();
    let named = named.and_then(|code| code.trim().parse::<i64>().ok()).filter(|code| *code != 0);
    ExitCode::from(named.map_or(1, |code| code as u8))
}

/// Chooses among the clusters of `--clusters` the one where the job starts first; from then on it is the one that is
/// talked to.
///
/// # Errors
/// When none of them can be had.
pub fn choose_cluster(client: &Client, job: &[Description<'_>], names: &OsStr) -> Result<String, Refused> {
    let chosen = client.choose_cluster(job, &names.to_string_lossy());
    let mut lines = client.log();
    match chosen {
        Ok(name) => {
            lines.iter().for_each(|line| PROGRAM.say(line));
            Ok(name)
        }
        Err(error) => {
            lines.extend(error.log().iter().cloned());
            lines.push(match error.code() {
                Some(number) if number > 0 => format!(
                    "error: There is a problem talking to the database: {}.  Only local cluster communication is available, remove --cluster from your command line or contact your admin to resolve the problem.",
                    error.text()
                ),
                _ => format!(
                    "error: '{}' can't be reached now, or it is an invalid entry for --cluster.  Use 'sacctmgr list clusters' to see available clusters.",
                    names.display()
                ),
            });
            Err(Refused { lines, code: crate::sbatch::Code::Error })
        }
    }
}

/// Asks when the job would run, and says it.
pub fn would_run(client: &Client, job: &[Description<'_>], quiet: bool) -> ExitCode {
    let asked = client.would_run(job);
    for line in client.log().into_iter().filter(|line| !quiet || line.starts_with("error: ")) {
        PROGRAM.say(line);
    }
    match asked {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.log() {
                PROGRAM.say(line);
            }
            // perror(3)'s way: without the program's name.
            eprintln!("allocation failure: {}", error.text());
            ExitCode::FAILURE
        }
    }
}

/// Submits, trying again where sbatch does.
///
/// # Errors
/// Why slurmctld did not take the job.
pub fn submit(client: &Client, job: &[Description<'_>], request: &Request) -> Result<Submitted, Refused> {
    if let Some(refused) = too_large(client, request) {
        return Err(refused);
    }
    let started = Timestamp::now().as_second();
    let mut tried = 0;
    loop {
        let error = match client.submit_described(job) {
            Ok(submitted) => return Ok(submitted),
            Err(error) => error,
        };
        if error.reply_is_lost()
            && let Some(id) = find(client, job, started)
        {
            return Ok(Submitted { id, message: None });
        }
        let number = error.code();
        let ports = client.dialect().waits_for_ports && number == Some(code::PORTS_BUSY);
        let message = match number {
            Some(code::QUEUE_FULL) => "error: Slurm job queue full, sleeping and retrying",
            Some(code::NODES_BUSY) => "Job creation temporarily disabled, retrying",
            _ if ports => "Job creation temporarily disabled, retrying",
            Some(code::AGAIN) => "error: Slurm temporarily unable to accept job, sleeping and retrying",
            _ => return Err(refusal(&error, limits(client, request, number))),
        };
        if tried == TRIES {
            return Err(refusal(&error, None));
        }
        let told = !request.quiet || message.starts_with("error");
        if tried == 0 && told {
            PROGRAM.say(message);
            // What can never go in is not waited for unknowingly.
            limits(client, request, number).iter().for_each(|hint| PROGRAM.say(hint));
        }
        tried += 1;
        thread::sleep(Duration::from_secs(tried));
    }
}

/// That an array is larger than the cluster allows: nothing of that kind is sent, and sbatch's retries would be in vain. This
/// host's configuration may not be slurmctld's, which is asked before it is believed.
fn too_large(client: &Client, request: &Request) -> Option<Refused> {
    let array = request.components.first()?.0.options.array.as_ref()?;
    let tasks = ArrayTasks::parse(&array.to_string_lossy()).ok()?;
    let highest = tasks.ranges().last().map_or(0, |range| range.last());
    let number = |cluster: &Configuration| match cluster {
        _ if highest >= cluster.max_array_size => Some(code::INVALID_ARRAY),
        _ if tasks.count() > cluster.max_job_count => Some(code::QUEUE_FULL),
        _ => None,
    };
    number(client.configuration())?;
    let cluster = client.configuration_now().ok()?;
    let number = number(&cluster)?;
    Some(refusal(&client.refusal(number), beyond(&tasks, &cluster, Some(number))))
}

/// What the cluster allows, where an array has more: the one line that native sbatch does not have. What else is wrong with an
/// expression is for people, who read on a terminal.
fn limits(client: &Client, request: &Request, number: Option<i32>) -> Option<String> {
    let array = request.components.first()?.0.options.array.as_ref()?;
    match ArrayTasks::parse(&array.to_string_lossy()) {
        Ok(tasks) => beyond(&tasks, client.configuration(), number),
        Err(words) if number == Some(code::INVALID_ARRAY) => {
            let most = client.configuration().max_array_size;
            // Beyond what any cluster has, and so beyond this one's.
            let highest = highest(&array.to_string_lossy()).filter(|highest| *highest >= u64::from(most));
            let told = highest.map(|highest| format!("hint: {}", too_high(highest, most)));
            told.or_else(|| std::io::stderr().is_terminal().then(|| format!("hint: {words}")))
        }
        Err(_) => None,
    }
}

/// The highest task of an expression of numbers alone.
fn highest(text: &str) -> Option<u64> {
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let tasks = text.split('%').next().unwrap_or_default();
    let last = |range: &str| range.split(':').next()?.split('-').next_back()?.parse().ok();
    tasks.split(',').map(last).collect::<Option<Vec<u64>>>()?.into_iter().max()
}

fn too_high(task: u64, max_array_size: u32) -> String {
    let most = max_array_size.saturating_sub(1);
    format!(
        "task {task} is beyond the highest that this cluster allows, {most} (MaxArraySize={max_array_size})"
    )
}

fn beyond(tasks: &ArrayTasks, cluster: &Configuration, number: Option<i32>) -> Option<String> {
    const OTHERWISE: &str = "--chunk before all other options makes several arrays of it";
    let highest = tasks.ranges().last().map_or(0, |range| range.last());
    let Configuration { max_array_size, max_job_count, .. } = *cluster;
    match number {
        Some(code::INVALID_ARRAY) if highest >= max_array_size => {
            Some(format!("hint: {}; {OTHERWISE}", too_high(highest.into(), max_array_size)))
        }
        Some(code::AGAIN | code::QUEUE_FULL) if tasks.count() >= max_job_count => Some(format!(
            "hint: {} tasks are more than the jobs that this cluster can have (MaxJobCount={max_job_count}); {OTHERWISE}",
            tasks.count()
        )),
        _ => None,
    }
}

fn refusal(error: &Error, hint: Option<String>) -> Refused {
    let mut lines = error.log().to_vec();
    lines.push(format!("error: Batch job submission failed: {}", error.text()));
    lines.extend(hint);
    Refused { lines, code: crate::sbatch::Code::Error }
}

/// The job of a submission that was not answered: this user's, submitted since, of that name in that folder with that
/// command line. sbatch's jobs carry no mark of one submission, so nothing surer can be had.
fn find(client: &Client, job: &[Description<'_>], since: i64) -> Option<JobId> {
    let asked = job.first()?;
    let until = std::time::Instant::now() + SEARCH;
    loop {
        let show = Show { all: true, ..Show::default() };
        if let Ok(Some(table)) = client.job_table(JobsOf::User(super::super::users::own_user()), show) {
            let of_it = (0..table.len()).map(|index| table.get(index)).find(|record| {
                record.submit_time + 1 >= since
                    && record.name == asked.name.as_deref()
                    && record.work_dir == asked.work_dir.as_deref()
                    && (record.submit_line.is_none() || record.submit_line == asked.submit_line.as_deref())
            });
            return of_it.map(|record| JobId(record.job_id));
        }
        if std::time::Instant::now() > until {
            return None;
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// Says what was submitted.
pub fn announce(client: &Client, submitted: &Submitted, request: &Request, cluster: Option<&str>) {
    for line in client.log() {
        PROGRAM.say(line);
    }
    for line in submitted.message.iter().flat_map(|message| message.lines()) {
        PROGRAM.say(line);
    }
    if request.quiet {
        return;
    }
    let id = submitted.id;
    let text = match (request.parsable, cluster) {
        (false, None) => format!("Submitted batch job {id}\n"),
        (false, Some(cluster)) => format!("Submitted batch job {id} on cluster {cluster}\n"),
        (true, None) => format!("{id}\n"),
        (true, Some(cluster)) => format!("{id};{cluster}\n"),
    };
    // The job is submitted, whether anybody reads of it or not.
    let _ = std::io::stdout().write_all(text.as_bytes());
    let _ = std::io::stdout().flush();
}

/// Waits for a job's end and exits with its code, the highest of an array's (sbatch(1), `--wait`).
pub fn wait(client: &Client, job: JobId) -> ExitCode {
    let mut pause = Duration::from_millis(100);
    loop {
        thread::sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_secs(5));
        match client.job_table(JobsOf::Job(job), Show { all: true, ..Show::default() }) {
            Ok(Some(table)) => {
                let ended = |index: usize| JobState::from_bits(table.get(index).job_state).is_final();
                if (0..table.len()).all(ended) {
                    let codes = (0..table.len()).map(|index| exit_code(table.get(index).exit_code));
                    return ExitCode::from(codes.max().unwrap_or(0));
                }
            }
            Ok(None) => {
                PROGRAM.error(format_args!("Job {job} no longer found and exit code not found"));
                return ExitCode::SUCCESS;
            }
            Err(error) => PROGRAM.error(format_args!(
                "Currently unable to load job state information, retrying: {}",
                error.text()
            )),
        }
    }
}

/// A wait status as sbatch makes an exit code of it.
fn exit_code(status: u32) -> u8 {
    match status & 0x7f {
        0 => (status >> 8 & 0xff) as u8,
        _ => 1,
    }
}

/// `--gres=help`
pub fn gres_help(client: &Client) -> String {
    let types = &client.configuration().checks.tres.gres_types;
    let mut text = String::from("Valid gres options are:\n");
    for name in types {
        text.push_str(&format!("{name}[[:type]:count]\n"));
    }
    text
}
