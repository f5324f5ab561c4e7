//! A run that is kept, its clients killed again and again. The jobs write down that they ran.

use super::{Cluster, Done, Flow, Process, srunx};
use std::collections::BTreeMap;
use std::time::Duration;

pub const SIGKILL: i32 = 9;

/// Layers of jobs, each after two of the layer before, and in each layer an array of `tasks` tasks; none where that is 0.
pub fn layers(layers: usize, wide: usize, tasks: usize) -> String {
    let mut text = String::new();
    for layer in 0..layers {
        for place in 0..wide {
            let name = format!("l{layer}_{place}");
            text.push_str(&format!("  - name: {name}\n    command: echo {name} >>ran; sleep 0.2\n"));
            if layer > 0 {
                let (one, other) = (place, (place + 1) % wide);
                text.push_str(&format!("    depends_on: [l{}_{one}, l{}_{other}]\n", layer - 1, layer - 1));
            }
        }
        if tasks == 0 {
            continue;
        }
        let name = format!("array{layer}");
        text.push_str(&format!("  - name: {name}\n    array: 0-{}\n", tasks - 1));
        text.push_str(&format!("    command: echo {name}_$SLURM_ARRAY_TASK_ID >>ran; sleep 0.1\n"));
        if layer > 0 {
            text.push_str(&format!("    depends_on: [array{}, l{}_0]\n", layer - 1, layer - 1));
        }
    }
    text
}

/// `srunx flow ARGUMENTS` on the runs that are kept beside a workflow.
pub fn start(flow: &Flow<'_>, arguments: &[&str]) -> Process {
    let mut command = flow.cluster.command(srunx());
    command.args(["flow"]).args(arguments).current_dir(flow.dir.path());
    command.env("XDG_STATE_HOME", flow.dir.path().join("state"));
    Process::start(command)
}

/// A run with its clients.
pub struct Kept<'a> {
    pub flow: Flow<'a>,
    seed: u64,
    /// How many clients were killed.
    pub kills: usize,
}

impl<'a> Kept<'a> {
    pub fn of(flow: Flow<'a>) -> Self {
        // A pseudo-random row of pauses that a failure can be repeated with.
        let seed = u64::from(std::process::id());
        println!("seed {seed}");
        Self { flow, seed, kills: 0 }
    }

    pub fn on(cluster: &'a Cluster, name: &str, jobs: &str) -> Self {
        Self::of(Flow::on(cluster, name, jobs))
    }

    pub fn start(&self, arguments: &[&str]) -> Process {
        start(&self.flow, arguments)
    }

    /// The next client: the first one runs the workflow, those after it go on.
    pub fn client(&self, more: &[&str]) -> Process {
        let runs = std::fs::read_dir(self.flow.dir.path().join("state/srunx/runs"));
        let begun = runs.is_ok_and(|mut runs| {
            runs.any(|run| run.is_ok_and(|run| run.path().join("events.jsonl").exists()))
        });
        let arguments = if begun { ["resume", "--last"] } else { ["run", "flow.yaml"] };
        self.start(&[&arguments, more].concat())
    }

    /// A pause between `least` and `most` milliseconds.
    pub fn pause(&mut self, least: u64, most: u64) -> Duration {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(least + (self.seed >> 33) % (most - least))
    }

    /// A client that is killed after so many milliseconds; what it came to, when it was quicker.
    pub fn killed_within(&mut self, least: u64, most: u64) -> Option<Done> {
        let client = self.client(&[]);
        std::thread::sleep(self.pause(least, most));
        client.signal(SIGKILL);
        let done = client.wait();
        if done.code.is_some() {
            return Some(done);
        }
        self.kills += 1;
        None
    }

    /// Clients are killed until all is done. Some live longer: looking for a submission that a dead client may have sent
    /// takes a few seconds, as it may still be on its way.
    pub fn run_killing(&mut self, least: u64, most: u64) -> Done {
        /// Where none of so many gets any further, none will.
        const MOST: usize = 400;
        loop {
            assert!(self.kills < MOST, "{} clients were killed, and the run is not over", self.kills);
            let most = if self.kills % 8 == 7 { most.max(4000) } else { most };
            if let Some(done) = self.killed_within(least, most) {
                return done;
            }
        }
    }

    /// Each of so many jobs and tasks ran once.
    #[track_caller]
    pub fn ran_once(&self, count: usize) {
        let mut ran: BTreeMap<String, u32> = BTreeMap::new();
        for line in self.flow.dir.read("ran").lines() {
            *ran.entry(line.to_owned()).or_default() += 1;
        }
        let twice: Vec<_> = ran.iter().filter(|(_, count)| **count != 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert_eq!(ran.len(), count, "{ran:?}");
    }
}
