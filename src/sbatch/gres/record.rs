//! One of the GRES that a request names, with all that is asked of it, and whether that fits.

use super::{NO_VAL, NO_VAL16, Per, Request};
use crate::job::Dialect;

/// A GRES, of one model or of any. 0 for what is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// As `GresTypes` has it.
    pub name: String,
    /// `a100` of `gpu:a100`.
    pub model: Option<Vec<u8>>,
    /// For the whole job, as far as it can be said.
    pub total: u64,
    per_job: u64,
    per_node: u64,
    per_socket: u64,
    per_task: u64,
    cpus: u16,
    /// `--ntasks-per-gpu`
    tasks: u16,
}

/// By what Slurm tells models apart: the sum of their bytes, each put to one of four places.
fn model_id(model: Option<&[u8]>) -> u32 {
    let places = [0, 8, 16, 24].into_iter().cycle();
    let bytes = model.unwrap_or_default().iter().map(|byte| i32::from(byte.cast_signed()));
    bytes.zip(places).fold(0, |id, (byte, place)| id.wrapping_add((byte << place).cast_unsigned()))
}

impl Record {
    /// The record of that GRES and model, made if there is none.
    pub fn of<'a>(records: &'a mut Vec<Self>, name: &str, model: Option<Vec<u8>>) -> &'a mut Self {
        let id = model_id(model.as_deref());
        let at = records
            .iter()
            .position(|record| record.name == name && model_id(record.model.as_deref()) == id)
            .unwrap_or_else(|| {
                records.push(Self { name: name.to_owned(), model, ..Self::default() });
                records.len() - 1
            });
        &mut records[at]
    }

    /// Asks for so many, which the whole job has so many times.
    pub fn ask(&mut self, per: Per, count: u64, times: u32, tasks: u16) {
        self.tasks = tasks;
        let asked = match per {
            Per::Job => &mut self.per_job,
            Per::Node => &mut self.per_node,
            Per::Socket => &mut self.per_socket,
            Per::Task => &mut self.per_task,
            Per::Cpus => {
                #[allow(clippy::cast_possible_truncation, reason = "as sbatch cuts it")]
                let cpus = count as u16;
                self.cpus = cpus;
                return;
            }
            Per::Memory => return,
        };
        *asked = count;
        self.total = self.total.max(count.wrapping_mul(u64::from(times)));
    }

    /// Whether more is asked than CPUs and memory for it.
    pub fn is_asked_for(&self) -> bool {
        [self.per_job, self.per_node, self.per_socket, self.per_task].iter().any(|count| *count > 0)
    }

    /// Whether it is asked for otherwise than for nodes, explicitly or because there is only one of what it is asked for.
    pub fn is_beyond_nodes(&self, request: &Request<'_>) -> bool {
        (self.per_job > 0 && request.max_nodes != 1)
            || (self.per_socket > 0 && request.sockets_per_node != 1)
            || (self.per_task > 0 && request.num_tasks != 1)
    }

    /// Whether all that is asked of it fits each other and the size of the job, which is set where it follows.
    ///
    /// # Errors
    /// What sbatch says of it.
    pub fn fit(&mut self, request: &mut Request<'_>, dialect: &Dialect) -> Result<(), String> {
        let name = self.name.clone();
        self.check_order(&name)?;
        if self.per_socket > 0 && request.sockets_per_node == NO_VAL16 {
            return Err(format!("--{name}s-per-socket option requires --sockets-per-node specification"));
        }
        if self.cpus > 0 && request.cpus_per_task != NO_VAL16 {
            return Err(format!("--cpus-per-{name} is mutually exclusive with --cpus-per-task"));
        }
        self.fit_nodes(&name, request)?;
        self.fit_tasks(&name, request, dialect)?;
        self.fit_cpus(&name, request)?;
        if self.per_job > 0 {
            if request.min_nodes != NO_VAL && self.per_job < u64::from(request.min_nodes) {
                return Err(format!("Failed to validate job spec, --{name}s < -N"));
            }
            if request.max_nodes != NO_VAL {
                let most = u64::from(request.max_nodes).min(self.per_job);
                request.max_nodes = u32::try_from(most).unwrap_or(request.max_nodes);
            }
        }
        Ok(())
    }

    /// A job has no less than a node, a node no less than a socket or a task.
    fn check_order(&self, name: &str) -> Result<(), String> {
        let above = |most: u64, counts: &[u64]| most > 0 && counts.iter().any(|count| *count > most);
        if above(self.per_job, &[self.per_node, self.per_task, self.per_socket]) {
            return Err(format!(
                "Failed to ensure --{name}s >= --gres={name}/--{name}s-per-node >= --{name}s-per-socket"
            ));
        }
        if above(self.per_node, &[self.per_task, self.per_socket]) {
            return Err(format!("Failed to ensure --{name}s >= --{name}s-per-task"));
        }
        Ok(())
    }

    /// Nodes and sockets.
    fn fit_nodes(&self, name: &str, request: &mut Request<'_>) -> Result<(), String> {
        if let Some(nodes) = ratio(self.per_job, self.per_node) {
            let Some(nodes) = nodes else {
                return Err(format!(
                    "Failed to validate job spec, --{name}s is not multiple of --gres={name}/--{name}s-per-node"
                ));
            };
            let (nodes, min, max) = (cut(nodes), request.min_nodes, request.max_nodes);
            if (min != NO_VAL && nodes < min) || nodes > max {
                return Err(format!(
                    "Failed to validate job spec. Based on --{name} and --gres={name}/--{name}s-per-node required nodes \
                     ({nodes}) doesn't fall between min_nodes ({min}) and max_nodes ({max}) boundaries."
                ));
            }
            (request.min_nodes, request.max_nodes) = (nodes, nodes);
        }
        match ratio(self.per_node, self.per_socket) {
            Some(None) => Err(format!(
                "Failed to validate job spec, --gres={name}/--{name}s-per-node not multiple of --{name}s-per-socket."
            )),
            Some(Some(sockets)) if cut(sockets) != u32::from(request.sockets_per_node) => Err(format!(
                "Failed to validate job spec. Based on --gres={name}/--{name}s-per-node and --{name}s-per-socket required \
                 number of sockets differ from --sockets-per-node."
            )),
            _ => Ok(()),
        }
    }

    /// Tasks of the job, of a node, of a socket.
    fn fit_tasks(&mut self, name: &str, request: &mut Request<'_>, dialect: &Dialect) -> Result<(), String> {
        let counted = request.num_tasks != NO_VAL;
        let each = u32::from(self.tasks);
        if each > 0 && self.tasks != NO_VAL16 && counted && !request.num_tasks.is_multiple_of(each) {
            return Err(format!(
                "Failed to validate job spec, -n/--ntasks has to be a multiple of --ntasks-per-{name}."
            ));
        }
        match ratio(self.per_job, self.per_task) {
            Some(None) => {
                return Err(format!(
                    "Failed to validate job spec, --{name}s not multiple of --{name}s-per-task"
                ));
            }
            Some(Some(tasks)) if !counted => request.num_tasks = cut(tasks),
            Some(Some(tasks)) if request.num_tasks != cut(tasks) => {
                return Err(format!(
                    "Failed to validate job spec. Based on --{name}s and --{name}s-per-task number of requested tasks \
                     differ from -n/--ntasks."
                ));
            }
            None if self.per_task > 0 && counted => {
                self.per_job = self.per_task.wrapping_mul(u64::from(request.num_tasks));
            }
            None if self.per_task > 0 => {
                return Err(match (dialect.says_tres_per_task, name) {
                    (true, "gpu") => "Failed to validate job spec. --gpus-per-task or --tres-per-task used without \
                                      either --gpus or -n/--ntasks is not allowed."
                        .to_owned(),
                    (true, _) => "Failed to validate job spec. --tres-per-task used without -n/--ntasks is not allowed."
                        .to_owned(),
                    (false, _) => format!(
                        "Failed to validate job spec. --{name}s-per-task used without either --{name}s or -n/--ntasks \
                         is not allowed."
                    ),
                });
            }
            _ => {}
        }
        let of_node = format!("--gres={name}/--{name}s-per-node");
        let of_socket = format!("--{name}s-per-socket");
        for (count, option, unit, tasks, of) in [
            (self.per_node, &of_node, "node", "node", &mut request.ntasks_per_node),
            (self.per_socket, &of_socket, "socket", "sockets", &mut request.ntasks_per_socket),
        ] {
            match ratio(count, self.per_task) {
                None => {}
                Some(None) => {
                    return Err(format!(
                        "Failed to validate job spec, {option} not multiple of --{name}s-per-task."
                    ));
                }
                Some(Some(each)) => set(of, each).map_err(|()| {
                    format!(
                        "Failed to validate job spec. Based on {option} and --{name}s-per-task requested number of \
                         tasks per {tasks} differ from --ntasks-per-{unit}."
                    )
                })?,
            }
        }
        Ok(())
    }

    /// CPUs of a task.
    fn fit_cpus(&self, name: &str, request: &mut Request<'_>) -> Result<(), String> {
        if self.cpus == 0 || self.per_task == 0 {
            return Ok(());
        }
        let cpus = self.per_task.wrapping_mul(u64::from(self.cpus));
        set(&mut request.cpus_per_task, cpus).map_err(|()| {
            format!(
                "Failed to validate job spec. Based on --cpus-per-{name} and --{name}s-per-task requested number of cpus \
                 differ from -c/--cpus-per-task."
            )
        })
    }
}

/// How often one count goes into the other, if both are asked: None inside where it does not.
fn ratio(count: u64, part: u64) -> Option<Option<u64>> {
    (count > 0 && part > 0).then(|| count.is_multiple_of(part).then(|| count / part))
}

#[allow(clippy::cast_possible_truncation, reason = "as sbatch cuts it")]
fn cut(count: u64) -> u32 {
    count as u32
}

/// Sets what is not set; otherwise it must be the same.
fn set(member: &mut u16, value: u64) -> Result<(), ()> {
    if *member == NO_VAL16 || *member == 0 {
        #[allow(clippy::cast_possible_truncation, reason = "as sbatch cuts it")]
        let value = value as u16;
        *member = value;
        Ok(())
    } else if u32::from(*member) == cut(value) {
        Ok(())
    } else {
        Err(())
    }
}
