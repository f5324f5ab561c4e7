//! What sbatch itself says of the GRES in a finished request, and what it derives from them, before slurmctld does the
//! same: numbers of tasks, nodes and CPUs, GRES that do not fit each other.
//!
//! All that it knows of the cluster is `GresTypes`. It does not look where `--clusters` is given: that is for the caller to
//! ask.

mod record;
#[cfg(test)]
mod tests;

use super::given::{Code, Notices, Refused};
use super::options::NO_VAL;
use super::tres::list::{Entries, Unreadable};
use super::tres::{Cluster, SHARED};
use crate::job::Dialect;
use record::Record;

/// slurm.h, NO_VAL16: nothing was asked for.
pub const NO_VAL16: u16 = 0xfffe;

/// The part of a request that says what GRES it needs and how large it is; [`NO_VAL`] and [`NO_VAL16`] for what is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the member of job_desc_msg_t of that name")]
pub struct Request<'a> {
    pub cpus_per_tres: Option<&'a str>,
    pub tres_freq: Option<&'a str>,
    pub tres_per_job: Option<&'a str>,
    pub tres_per_node: Option<&'a str>,
    pub tres_per_socket: Option<&'a str>,
    pub tres_per_task: Option<&'a str>,
    pub mem_per_tres: Option<&'a str>,
    pub num_tasks: u32,
    pub min_nodes: u32,
    pub max_nodes: u32,
    pub ntasks_per_node: u16,
    pub ntasks_per_socket: u16,
    pub sockets_per_node: u16,
    pub cpus_per_task: u16,
    pub ntasks_per_tres: u16,
    pub min_cpus: u32,
}

impl Default for Request<'_> {
    fn default() -> Self {
        Self {
            cpus_per_tres: None,
            tres_freq: None,
            tres_per_job: None,
            tres_per_node: None,
            tres_per_socket: None,
            tres_per_task: None,
            mem_per_tres: None,
            num_tasks: NO_VAL,
            min_nodes: NO_VAL,
            max_nodes: NO_VAL,
            ntasks_per_node: NO_VAL16,
            ntasks_per_socket: NO_VAL16,
            sockets_per_node: NO_VAL16,
            cpus_per_task: NO_VAL16,
            ntasks_per_tres: NO_VAL16,
            min_cpus: NO_VAL,
        }
    }
}

/// What is wrong with the GRES, as Slurm's error codes have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Gres,
    Tres,
    Models,
    Unsupported,
}

impl Wrong {
    /// slurm_strerror(3)
    fn text(self) -> &'static str {
        match self {
            Self::Gres => "Invalid generic resource (gres) specification",
            Self::Tres => "Invalid Trackable RESource (TRES) specification",
            Self::Models => "Invalid GRES specification (with and without type identification)",
            Self::Unsupported => "Requested GRES option unsupported by configured SelectType plugin",
        }
    }
}

/// What one of the request's lists counts the GRES for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Per {
    Job,
    Node,
    Socket,
    Task,
    /// How many CPUs go with each.
    Cpus,
    /// How much memory goes with each.
    Memory,
}

/// Checks a request and completes it.
///
/// # Errors
/// GRES that the cluster does not know, that are written wrongly, or that do not fit each other or the size of the job.
pub fn validate(
    request: &mut Request<'_>,
    cluster: &Cluster,
    dialect: &Dialect,
    notices: &mut Notices,
) -> Result<(), Refused> {
    if !dialect.gres_checked {
        return Ok(());
    }
    // sbatch may print an error and submit all the same, where a later step says that all is well.
    let mut check =
        Check { request, cluster, dialect, said: Vec::new(), records: Vec::new(), gpus: false, cpus: 0 };
    let checked = check.run();
    let lines = check.said.into_iter().map(|line| format!("error: {line}"));
    match checked {
        Ok(()) => {
            notices.lines.extend(lines);
            Ok(())
        }
        Err(wrong) => {
            let last = std::iter::once(format!("error: {}", wrong.text()));
            Err(Refused { lines: lines.chain(last).collect(), code: Code::Error })
        }
    }
}

/// A check under way.
struct Check<'c, 'r> {
    request: &'c mut Request<'r>,
    cluster: &'c Cluster,
    dialect: &'c Dialect,
    said: Vec<String>,
    /// The GRES that the request names, in the order in which they are read.
    records: Vec<Record>,
    /// Whether GPUs are asked for, not only CPUs or memory for them.
    gpus: bool,
    /// How many CPUs go with each GRES at most.
    cpus: u32,
}

impl Check<'_, '_> {
    fn run(&mut self) -> Result<(), Wrong> {
        let request = *self.request;
        self.count_tasks();
        let beyond_nodes = [
            request.cpus_per_tres,
            request.tres_per_job,
            request.tres_per_socket,
            request.tres_per_task,
            request.mem_per_tres,
        ];
        if self.dialect.gres_needs_cons_tres
            && !self.cluster.cons_tres
            && beyond_nodes.iter().any(Option::is_some)
        {
            return Err(Wrong::Unsupported);
        }
        let mut wrong = Ok(());
        for (list, per) in [
            (request.cpus_per_tres, Per::Cpus),
            (request.tres_per_job, Per::Job),
            (request.tres_per_node, Per::Node),
            (request.tres_per_socket, Per::Socket),
            (request.tres_per_task, Per::Task),
            (request.mem_per_tres, Per::Memory),
        ] {
            // All lists are read, and the last error counts.
            wrong = self.read(list.unwrap_or_default(), per).map_or_else(Err, |()| wrong);
        }
        self.tasks_for_gpus()?;
        wrong?;
        if self.records.is_empty() {
            return Ok(());
        }
        for (list, what, asked) in [
            (request.mem_per_tres, "mem_per_tres", true),
            (request.cpus_per_tres, "cpus_per_tres", self.dialect.cpus_per_gpu_needs_gpus),
        ] {
            if let (Some(list), true, false) = (list, asked, self.gpus) {
                self.said.push(format!("Requested {what}={list} but did not request any GPU."));
                return Err(Wrong::Gres);
            }
        }
        self.fit()
    }

    /// Tasks that follow from nodes.
    fn count_tasks(&mut self) {
        let request = &mut *self.request;
        let for_tasks = request.tres_per_task.is_some() || request.ntasks_per_tres != NO_VAL16;
        let fixed = request.min_nodes != NO_VAL && request.min_nodes == request.max_nodes;
        if !for_tasks || !fixed || request.num_tasks != NO_VAL {
            return;
        }
        let each = match (request.ntasks_per_tres, request.ntasks_per_node, request.cpus_per_task) {
            (NO_VAL16, NO_VAL16, NO_VAL16) => 1,
            (NO_VAL16, NO_VAL16, _) => return,
            (NO_VAL16, of_node, _) => u32::from(of_node),
            (of_gpu, ..) => u32::from(of_gpu),
        };
        request.num_tasks = request.min_nodes.wrapping_mul(each);
    }

    /// Reads one of the request's lists.
    fn read(&mut self, list: &str, per: Per) -> Result<(), Wrong> {
        for entry in Entries::of("gres", list.as_bytes(), self.dialect) {
            let entry = entry.map_err(|unreadable| match unreadable {
                Unreadable::Gres => Wrong::Gres,
                Unreadable::Tres => Wrong::Tres,
            })?;
            // A count of nothing ends the list.
            let Some(name) = entry.name else { break };
            let known = self.cluster.gres_types.iter().find(|known| known.as_bytes() == name);
            let name = known.ok_or(Wrong::Gres)?;
            self.gpus |= name == "gpu" && !matches!(per, Per::Cpus | Per::Memory);
            if per == Per::Cpus {
                #[allow(clippy::cast_possible_truncation, reason = "as sbatch cuts it")]
                let cpus = u64::from(self.cpus).max(entry.count) as u32;
                self.cpus = cpus;
            }
            let times = self.times(per);
            let tasks = self.request.ntasks_per_tres;
            Record::of(&mut self.records, name, entry.model).ask(per, entry.count, times, tasks);
        }
        Ok(())
    }

    /// How often the whole job has what is asked for once.
    fn times(&self, per: Per) -> u32 {
        let request = &*self.request;
        let nodes = Some(request.min_nodes).filter(|nodes| *nodes != NO_VAL);
        let tasks = Some(request.num_tasks).filter(|tasks| *tasks != NO_VAL);
        let sockets = Some(request.sockets_per_node).filter(|sockets| *sockets != NO_VAL16).map(u32::from);
        let of_socket = Some(request.ntasks_per_socket).filter(|tasks| ![0, NO_VAL16].contains(tasks));
        match per {
            Per::Node => nodes.unwrap_or(1),
            Per::Task => tasks.unwrap_or(1),
            Per::Socket => match (nodes, sockets, tasks, of_socket.map(u32::from)) {
                (Some(nodes), Some(sockets), ..) => nodes.wrapping_mul(sockets),
                (.., Some(tasks), Some(each)) => tasks.wrapping_add(each - 1) / each,
                (None, Some(sockets), ..) if self.dialect.sockets_of_one_node => sockets,
                _ => 1,
            },
            Per::Job | Per::Cpus | Per::Memory => 1,
        }
    }

    /// Tasks from GPUs or GPUs from tasks, where it is said how many tasks go with a GPU.
    fn tasks_for_gpus(&mut self) -> Result<(), Wrong> {
        let each = self.request.ntasks_per_tres;
        if each == 0 || each == NO_VAL16 {
            return Ok(());
        }
        let tasks = self.request.num_tasks;
        if self.gpus {
            let gpus = self.records.iter().filter(|record| record.name == "gpu").map(|record| record.total);
            let gpus = gpus.fold(0, u64::wrapping_add);
            if gpus == 0 {
                self.say("Can't set num_tasks = gpus * *ntasks_per_tres because there are no allocated GPUs");
                return Err(Wrong::Gres);
            }
            #[allow(clippy::cast_possible_truncation, reason = "as sbatch cuts it")]
            let tasks = gpus.wrapping_mul(u64::from(each)) as u32;
            self.request.num_tasks = tasks;
            Ok(())
        } else if tasks != 0 && tasks != NO_VAL {
            let mark = if self.dialect.counts_behind_equals { '/' } else { ':' };
            let gpus = format!("gres{mark}gpu:{}", tasks / u32::from(each));
            let read = self.read(&gpus, Per::Job);
            self.gpus = !self.records.is_empty();
            if !self.gpus {
                self.say(&format!("Failed to add generated GRES {gpus} (via ntasks_per_tres) to gres_list"));
            }
            read
        } else {
            self.say("--ntasks-per-tres needs either a GRES GPU specification or a node/ntask specification");
            Err(Wrong::Gres)
        }
    }

    /// What sbatch says together with the name of its function.
    fn say(&mut self, text: &str) {
        self.said.push(format!("gres_job_state_validate: {text}"));
    }

    /// Whether the GRES fit each other and the size of the job, which they may set.
    fn fit(&mut self) -> Result<(), Wrong> {
        let (mut sharing, mut shared, mut merge, mut fitting) = (false, false, false, 0);
        let mut min_cpus: u32 = 0;
        let mut wrong = Ok(());
        for at in 0..self.records.len() {
            let (before, rest) = self.records.split_at_mut(at);
            let Some(record) = rest.first_mut() else { break };
            if let Err(text) = record.fit(self.request, self.dialect) {
                self.said.push(text);
                wrong = Err(Wrong::Gres);
                break;
            }
            sharing |= record.name == "gpu";
            if SHARED.contains(&record.name.as_str()) {
                shared = true;
                if self.dialect.shared_gres_per_node_only && record.is_beyond_nodes(self.request) {
                    wrong = Err(Wrong::Gres);
                    break;
                }
            }
            if sharing && shared {
                wrong = Err(Wrong::Gres);
                break;
            }
            if record.name == "gpu" {
                #[allow(clippy::cast_possible_truncation, reason = "as sbatch cuts it")]
                let of_gpus = u64::from(self.cpus).wrapping_mul(record.total) as u32;
                min_cpus = min_cpus.wrapping_add(of_gpus);
            }
            merge |= before
                .iter()
                .any(|before| before.name == record.name && before.model.is_some() != record.model.is_some());
            fitting = at + 1;
        }
        self.set_min_cpus(min_cpus);
        let frequency = self.request.tres_freq.is_some_and(|frequency| frequency.contains("gpu"));
        if shared && wrong.is_ok() && frequency {
            wrong = Err(Wrong::Gres);
        }
        if !merge {
            return wrong;
        }
        // With a model and without one: then only CPUs and memory may be asked for without. What is said of that is the
        // last word, even of what was found wrong before.
        let fitting = &self.records[..fitting];
        let with_model =
            |name: &str| fitting.iter().any(|record| record.name == name && record.model.is_some());
        let mixed =
            |record: &Record| record.model.is_none() && record.is_asked_for() && with_model(&record.name);
        if fitting.iter().any(mixed) { Err(Wrong::Models) } else { Ok(()) }
    }

    fn set_min_cpus(&mut self, of_gpus: u32) {
        let request = &mut *self.request;
        if self.dialect.gpus_set_min_cpus && of_gpus > request.min_cpus {
            request.min_cpus = of_gpus;
        }
        let known = request.cpus_per_task != NO_VAL16 && request.num_tasks != NO_VAL;
        if self.dialect.tasks_set_min_cpus && known {
            let of_tasks = u32::from(request.cpus_per_task).wrapping_mul(request.num_tasks);
            request.min_cpus = request.min_cpus.max(of_tasks);
        }
    }
}
