//! A test's commands, its folder and its jobs.

use super::live_support::{Cluster, Done, Process, Scratch, srunx, until};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

/// Commands are given as lines; their words have no blanks in them, and `'…'` is one word.
pub struct Session<'a> {
    pub cluster: &'a Cluster,
    pub dir: Scratch,
    submitted: RefCell<Vec<u32>>,
}

impl Session<'static> {
    /// On the cluster that all tests share.
    pub fn new(name: &str) -> Self {
        Self::on(Cluster::shared(), name)
    }
}

impl<'a> Session<'a> {
    pub fn on(cluster: &'a Cluster, name: &str) -> Self {
        Self { cluster, dir: Scratch::new(name), submitted: RefCell::default() }
    }

    /// `srunx LINE`, not started yet.
    pub fn command(&self, line: &str) -> Command {
        let mut command = self.cluster.command(srunx());
        command.args(words(line)).current_dir(self.dir.path());
        command
    }

    /// `srunx LINE`
    pub fn run(&self, line: &str) -> Done {
        Process::start(self.command(line)).wait()
    }

    /// What it prints; it must go well and have nothing to complain about.
    #[track_caller]
    pub fn says(&self, line: &str) -> String {
        let done = self.run(line).expect(0);
        assert!(done.stderr.is_empty(), "{done}");
        done.stdout
    }

    /// It must go well and say nothing.
    #[track_caller]
    pub fn quietly(&self, line: &str) {
        assert_eq!(self.says(line), "", "{line}");
    }

    /// It must fail; what it says, standard error first. 26.05 writes the tasks of an answer in brackets, the others do not:
    /// they are left out.
    #[track_caller]
    pub fn fails(&self, line: &str) -> String {
        let done = self.run(line).expect(1);
        format!("{}{}", done.stderr, done.stdout).replace(['[', ']'], "")
    }

    /// `srunx sbatch OPTIONS`; the job's id. It is cancelled when the test is over.
    #[track_caller]
    pub fn sbatch(&self, options: &str) -> u32 {
        let said = self.says(&format!("sbatch --parsable {options}"));
        let id = said.trim().parse().unwrap_or_else(|error| panic!("{options}: {error}: {said}"));
        self.submitted.borrow_mut().push(id);
        id
    }

    /// The lines of `srunx squeue` for a job, without blanks at the ends.
    #[track_caller]
    pub fn squeue(&self, job: impl std::fmt::Display, options: &str) -> Vec<String> {
        let said = self.says(&format!("squeue -h -j {job} {options}"));
        said.lines().map(|line| line.trim().to_owned()).collect()
    }

    /// Every task of an array and a column of squeue's, in the order of the tasks, ended ones too.
    #[track_caller]
    pub fn tasks(&self, job: u32, column: &str) -> BTreeMap<u32, String> {
        let lines = self.squeue(job, &format!("-r -t all -o '%K {column}'"));
        let task = |line: &String| {
            let (task, text) = line.split_once(' ').unwrap_or((line, ""));
            (task.parse().unwrap(), text.trim().to_owned())
        };
        lines.iter().map(task).collect()
    }

    /// The same in a line: `1:R 2:PD`.
    #[track_caller]
    pub fn line(&self, job: u32, column: &str) -> String {
        let tasks = self.tasks(job, column);
        tasks.iter().map(|(task, text)| format!("{task}:{text}")).collect::<Vec<_>>().join(" ")
    }

    /// Waits until the tasks of an array are in these states: `1:R 2:PD`.
    pub fn wait(&self, job: u32, states: &str) {
        until(&format!("the tasks of {job} are {states}"), || (self.line(job, "%t") == states).then_some(()));
    }

    /// Waits until a job that is no array is in this state.
    pub fn wait_job(&self, job: u32, state: &str) {
        until(&format!("{job} is {state}"), || (self.squeue(job, "-t all -o %t") == [state]).then_some(()));
    }

    /// A field of `srunx scontrol show job`, of each record that it shows.
    #[track_caller]
    pub fn shown(&self, job: impl std::fmt::Display, field: &str) -> Vec<String> {
        let text = self.says(&format!("scontrol show job {job}"));
        let values = text.split_whitespace().filter_map(|word| word.strip_prefix(field)?.strip_prefix('='));
        values.map(str::to_owned).collect()
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        let jobs = self.submitted.borrow().iter().map(u32::to_string).collect::<Vec<_>>();
        if !jobs.is_empty() {
            let mut command = self.cluster.command(srunx());
            command.arg("scancel").args(jobs);
            // A test that fails says why itself.
            let _ = Process::start(command).wait_for(Duration::from_secs(60));
        }
    }
}

/// The words of a line.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted, mut word) = (Vec::new(), false, None::<String>);
    for letter in line.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// A script that lives as long as the file `hold` is there, and then ends with what stands in `code.TASK`.
pub const GATED: &str = r#"#!/bin/sh
touch began.$SLURM_ARRAY_TASK_ID
while [ -e hold ] || [ -e hold.$SLURM_ARRAY_TASK_ID ]; do sleep 0.1; done
exit $(cat code.$SLURM_ARRAY_TASK_ID 2>/dev/null || echo 0)
"#;
