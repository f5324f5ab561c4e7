//! The article's two workflows as they stand in examples/.

use super::live_support::{Cluster, Done, Process, Scratch, repository, srunx};
use srunx::event::EventKind;
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// A copy of examples/, with a virtual environment and a conda in it.
struct Examples(Scratch);

impl Examples {
    fn new(name: &str) -> Self {
        let dir = Scratch::new(name);
        for entry in fs::read_dir(repository().join("examples")).unwrap() {
            let from = entry.unwrap().path();
            if from.is_file() {
                fs::copy(&from, dir.path().join(from.file_name().unwrap())).unwrap();
            }
        }
        let python = env::split_paths(&env::var_os("PATH").unwrap())
            .map(|folder| folder.join("python3"))
            .find(|file| file.exists())
            .expect("python3 is needed");
        let activate = "export VIRTUAL_ENV=\"$PWD/.venv\"\nPATH=$VIRTUAL_ENV/bin:$PATH\n";
        dir.write(".venv/bin/activate", activate);
        symlink(python, dir.path().join(".venv/bin/python")).unwrap();
        Self(dir)
    }

    fn run(&self, file: &str, options: &[&str]) -> Done {
        let conda = repository().join("examples/conda/bin");
        let path = env::var_os("PATH").unwrap();
        let path = env::join_paths(std::iter::once(conda).chain(env::split_paths(&path))).unwrap();
        let mut command = Cluster::shared().command(srunx());
        command.args(["flow", "run", file]).args(options).current_dir(self.0.path());
        command.env("PATH", path).env("CONDA_ENVS_PATH", self.0.path().join("envs"));
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CONDA_")) {
            command.env_remove(name);
        }
        Process::start(command).wait().expect(0)
    }

    fn log(&self, job: &str, id: u32) -> PathBuf {
        self.0.path().join(format!("logs/{job}_{id}.log"))
    }
}

fn ends_with(value: &str, end: &str) {
    assert!(value.ends_with(end), "{value} does not end with {end}");
}

#[test]
fn the_parallel_workflow() {
    let examples = Examples::new("parallel");
    let done = examples.run("parallel_ml_pipeline.yaml", &[]);
    let jobs = ["job_a", "job_b1", "job_c", "job_b2", "job_d"];
    for job in jobs {
        let story = done.story(job);
        assert!(story.starts_with("SUBMITTED MONITORING"), "{story}");
        ends_with(&story, " COMPLETED");
        let row = done.row(job);
        assert_eq!(row[1..3], ["COMPLETED".to_owned(), done.id(job).to_string()]);
        assert!(examples.log(job, done.id(job)).is_file());
    }
    done.says(&["Starting Workflow parallel_ml_pipeline with 5 jobs"]);
    done.says(&["Workflow completed successfully!"]);

    // What waits goes out when its own dependencies are done, and what does not wait at once.
    let told = done.told();
    let place = |job: &str, word: &str| {
        told.iter().position(|told| told.job == job && told.word == word).unwrap_or_else(|| panic!("{done}"))
    };
    for (before, after) in [
        ("job_a", "job_b1"),
        ("job_a", "job_c"),
        ("job_b1", "job_b2"),
        ("job_b2", "job_d"),
        ("job_c", "job_d"),
    ] {
        assert!(place(before, "COMPLETED") < place(after, "SUBMITTED"), "{before} {after}: {done}");
    }
    assert!(place("job_c", "SUBMITTED") < place("job_b1", "COMPLETED"), "{done}");
    assert!(place("job_b1", "SUBMITTED") < place("job_c", "COMPLETED"), "{done}");

    // Slurm was asked for what the file says.
    let cluster = Cluster::shared();
    let dir = fs::canonicalize(examples.0.path()).unwrap();
    let id = done.id("job_d");
    let record = cluster.job(id);
    assert_eq!(record["NumNodes"], "4");
    assert_eq!(record["WorkDir"], dir.to_str().unwrap());
    assert_eq!(record["StdOut"], examples.log("job_d", id).to_str().unwrap());
    ends_with(&record["TresPerNode"], "gpu:2");
    assert_eq!(cluster.job(done.id("job_b2"))["MinMemoryNode"], "32G");
    assert_eq!(cluster.job(done.id("job_b1"))["MinMemoryNode"], "16G");
    let accounted = cluster.accounted(id, "State,AllocNodes,AllocTRES,AllocCPUS");
    assert_eq!(accounted[0..2], ["COMPLETED", "4"]);
    assert!(accounted[2].contains("gres/gpu=8"), "{accounted:?}");
    assert_eq!(accounted[3], "4");
}

#[test]
fn the_linear_workflow() {
    let examples = Examples::new("linear");
    let done = examples.run("ml_pipeline.yaml", &["--json"]);
    let events = done.events();
    let words: Vec<String> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Submitted { job, .. } => Some(format!("+{job}")),
            EventKind::Ended { job, outcome, .. } => Some(format!("{job} {outcome}")),
            _ => None,
        })
        .collect();
    assert_eq!(
        words,
        [
            "+preprocess",
            "preprocess COMPLETED",
            "+train",
            "train COMPLETED",
            "+evaluate",
            "evaluate COMPLETED"
        ]
    );
    let ended = |name: &str| {
        let status = events.iter().find_map(|event| match &event.kind {
            EventKind::Ended { job, status, .. } if job == name => Some(status.clone()),
            _ => None,
        });
        status.unwrap()
    };
    let train = ended("train");
    assert_eq!(train.stdout.as_deref(), Some(examples.log("train", train.id.0).as_path()));
    assert!(train.stdout.unwrap().is_file());
    let record = Cluster::shared().job(train.id.0);
    assert_eq!(record["NumNodes"], "2");
    ends_with(&record["TresPerNode"], "gpu:2");
    let preprocess = Cluster::shared().job(ended("preprocess").id.0);
    assert_eq!((preprocess["MinMemoryNode"].as_str(), preprocess["NumNodes"].as_str()), ("16G", "1"));
}

#[test]
fn the_workflow_with_options_of_sbatch() {
    let examples = Examples::new("nightly");
    let done = examples.run("nightly.yaml", &[]);
    let record = |job: &str| Cluster::shared().job(done.id(job));
    let (preprocess, train) = (record("preprocess"), record("train"));
    assert_eq!((preprocess["Nice"].as_str(), preprocess["Requeue"].as_str()), ("100", "0"));
    assert_eq!((train["Nice"].as_str(), train["Requeue"].as_str()), ("100", "1"));
    assert_eq!(train["NumTasks"], "2");
    assert!(fs::read_to_string(examples.log("train", done.id("train"))).unwrap().contains("[task 1 of 2]"));
}
