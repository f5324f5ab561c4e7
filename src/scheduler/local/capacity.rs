//! What this machine has, and what a job takes of it.

use crate::job::{JobRequest, Memory};
use std::collections::BTreeSet;
use std::fs;
use std::thread::available_parallelism;

/// What the machine has, or is said to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Capacity {
    pub(super) cpus: u32,
    pub(super) memory: Memory,
    /// The names by which programs are told of GPUs: numbers, or UUIDs.
    pub(super) gpus: Vec<String>,
}

impl Capacity {
    pub(super) fn detect(cpus: Option<u32>, memory: Option<Memory>, gpus: Option<u32>) -> Self {
        let found = || u32::try_from(available_parallelism().map_or(1, usize::from)).unwrap_or(u32::MAX);
        let mut names = gpu_names();
        if let Some(count) = gpus {
            if names.len() < count as usize {
                names = (0..count).map(|number| number.to_string()).collect();
            }
            names.truncate(count as usize);
        }
        Self {
            cpus: cpus.unwrap_or_else(found).max(1),
            memory: memory.unwrap_or_else(total_memory),
            gpus: names,
        }
    }
}

fn total_memory() -> Memory {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    // A machine that does not say is not held back by memory.
    Memory { mib: kib.map_or(u64::MAX >> 1, |kib| kib / 1024) }
}

fn gpu_names() -> Vec<String> {
    if let Ok(visible) = std::env::var("CUDA_VISIBLE_DEVICES") {
        return visible_names(&visible);
    }
    let entries = |dir: &str| {
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect::<Vec<_>>()
    };
    let mut count = entries("/proc/driver/nvidia/gpus").len();
    if count == 0 {
        let is_gpu = |name: &String| {
            name.strip_prefix("nvidia")
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
        };
        count = entries("/dev").iter().filter(|name| is_gpu(name)).count();
    }
    (0..count).map(|number| number.to_string()).collect()
}

/// As CUDA reads it: up to the first name that is none.
fn visible_names(text: &str) -> Vec<String> {
    let names = text.split(',').map(str::trim);
    names
        .take_while(|name| !name.is_empty() && !name.starts_with('-') && *name != "NoDevFiles")
        .map(str::to_owned)
        .collect()
}

/// What a job takes, and the shape that it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) nodes: u32,
    pub(super) tasks: u32,
    pub(super) cpus_per_task: u32,
    pub(super) cpus: u32,
    pub(super) memory: Memory,
    pub(super) gpus: usize,
}

impl Needs {
    /// Nodes are all this one machine. What is asked beyond the machine is cut to the machine, so that a workflow made
    /// for a cluster can be tried: such a job runs alone, on what there is.
    pub(super) fn of(request: &JobRequest, machine: &Capacity) -> Self {
        let nodes = request.nodes.map_or(1, |nodes| nodes.min).max(1);
        let per_node = request.tasks_per_node.map_or(1, u32::from).max(1);
        let tasks = request.tasks.unwrap_or(nodes.saturating_mul(per_node)).max(1);
        let cpus_per_task = request.cpus_per_task.map_or(1, u32::from).max(1);
        let memory = match request.memory_per_node {
            None => 0,
            Some(Memory { mib: 0 }) => machine.memory.mib,
            Some(memory) => memory.mib.saturating_mul(u64::from(nodes)),
        };
        let gpus = u64::from(request.gpus_per_node.unwrap_or(0)) * u64::from(nodes);
        Self {
            nodes,
            tasks,
            cpus_per_task,
            cpus: tasks.saturating_mul(cpus_per_task).min(machine.cpus),
            memory: Memory { mib: memory.min(machine.memory.mib) },
            gpus: usize::try_from(gpus).unwrap_or(usize::MAX).min(machine.gpus.len()),
        }
    }
}

/// What is free now.
#[derive(Debug)]
pub(super) struct Free {
    pub(super) cpus: u32,
    memory: u64,
    gpus: BTreeSet<usize>,
}

impl Free {
    pub(super) fn all(machine: &Capacity) -> Self {
        Self { cpus: machine.cpus, memory: machine.memory.mib, gpus: (0..machine.gpus.len()).collect() }
    }

    /// Takes what a job needs, if it is there; the places of its GPUs are returned.
    pub(super) fn take(&mut self, needs: &Needs) -> Option<Vec<usize>> {
        if needs.cpus > self.cpus || needs.memory.mib > self.memory || needs.gpus > self.gpus.len() {
            return None;
        }
        self.cpus -= needs.cpus;
        self.memory -= needs.memory.mib;
        Some((0..needs.gpus).filter_map(|_| self.gpus.pop_first()).collect())
    }

    pub(super) fn give_back(&mut self, needs: &Needs, gpus: impl IntoIterator<Item = usize>) {
        self.cpus += needs.cpus;
        self.memory += needs.memory.mib;
        self.gpus.extend(gpus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::NodeCount;

    fn laptop() -> Capacity {
        Capacity { cpus: 4, memory: Memory { mib: 8192 }, gpus: vec!["0".into(), "1".into()] }
    }

    #[test]
    fn what_is_asked_beyond_the_machine_is_cut() {
        let request = JobRequest {
            nodes: Some(NodeCount::exactly(4)),
            gpus_per_node: Some(2),
            memory_per_node: Some(Memory { mib: 32 * 1024 }),
            ..JobRequest::default()
        };
        let needs = Needs::of(&request, &laptop());
        assert_eq!((needs.nodes, needs.tasks, needs.cpus), (4, 4, 4));
        assert_eq!((needs.memory.mib, needs.gpus), (8192, 2));
        let huge = JobRequest {
            nodes: Some(NodeCount::exactly(u32::MAX)),
            tasks_per_node: Some(u16::MAX),
            cpus_per_task: Some(u16::MAX),
            gpus_per_node: Some(u32::MAX),
            memory_per_node: Some(Memory { mib: u64::MAX >> 1 }),
            ..JobRequest::default()
        };
        assert_eq!(Needs::of(&huge, &laptop()).cpus, 4);
        let plain = Needs::of(&JobRequest::default(), &laptop());
        assert_eq!((plain.cpus, plain.memory.mib, plain.gpus), (1, 0, 0));
    }

    #[test]
    fn what_is_taken_is_given_back() {
        let mut free = Free::all(&laptop());
        let one = |gpus| Needs {
            nodes: 1,
            tasks: 1,
            cpus_per_task: 1,
            cpus: 1,
            memory: Memory { mib: 3000 },
            gpus,
        };
        let first = free.take(&one(1)).unwrap();
        assert_eq!(first, [0]);
        assert_eq!(free.take(&one(2)), None);
        assert_eq!(free.take(&one(1)).unwrap(), [1]);
        assert_eq!(free.take(&one(0)), None, "no memory is left");
        free.give_back(&one(1), first);
        assert_eq!(free.take(&one(1)).unwrap(), [0]);
    }

    #[test]
    fn visible_devices_as_cuda_reads_them() {
        assert_eq!(visible_names("2,0"), ["2", "0"]);
        assert_eq!(visible_names("GPU-1a, GPU-2b"), ["GPU-1a", "GPU-2b"]);
        assert_eq!(visible_names("1,-1,0"), ["1"]);
        assert!(visible_names("").is_empty() && visible_names("NoDevFiles").is_empty());
        assert_eq!(Capacity::detect(Some(0), None, Some(3)).gpus.len(), 3);
    }
}
