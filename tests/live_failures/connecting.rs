//! The configuration, munge and slurmctld, when srunx starts.

use super::broken::{Broken, refused};
use super::live_support::{Done, Flow, Process};
use std::path::Path;
use std::time::{Duration, Instant};

const JOBS: &str = "  - {name: a, command: touch a-ran}\n";

fn run_with_configuration(file: &Path) -> Done {
    let flow = Flow::new("configuration", JOBS);
    let mut command = flow.command(&["--wait-for-controller", "0"]);
    command.env("SLURM_CONF", file);
    let done = Process::start(command).wait();
    assert!(!flow.dir.exists("a-ran"));
    done
}

#[test]
fn no_configuration() {
    let started = Instant::now();
    let done = run_with_configuration(Path::new("/nonexistent/slurm.conf"));
    // libslurm itself takes a minute to give up; the limit is 10 s.
    assert!(started.elapsed() < Duration::from_secs(30), "{done}");
    let done = refused(done, &["libslurm"], &["SLURM_CONF", "--local"]);
    assert!(done.stderr.contains("/nonexistent/slurm.conf"), "it is said which file is not there: {done}");
}

#[test]
fn a_configuration_that_libslurm_rejects() {
    let flow = Flow::new("rejected", JOBS);
    let text = std::fs::read_to_string(&flow.cluster.conf).unwrap();
    let file = flow.dir.write("slurm.conf", &format!("{text}\nNoSuchKey=1\n"));
    let done = run_with_configuration(&file);
    let words = ["libslurm does not accept this host's Slurm configuration", "NoSuchKey"];
    refused(done, &words, &["SLURM_CONF", "--local"]);
}

#[test]
fn a_configuration_that_cannot_be_read_is_one_that_libslurm_rejects() {
    let flow = Flow::new("garbage", JOBS);
    let file = flow.dir.write("slurm.conf", "this is no configuration\n");
    refused(run_with_configuration(&file), &["libslurm"], &["SLURM_CONF"]);
}

#[test]
fn munge_is_down() {
    let broken = Broken::new();
    broken.stop("munged");
    let flow = Flow::new("munge", JOBS);
    let done = flow.run(&["--wait-for-controller", "0"]);
    refused(done, &["munge does not answer", "(Slurm error 1007)"], &["munged"]);
    assert!(!flow.dir.exists("a-ran"));
}

#[test]
fn munge_comes_back_while_srunx_waits() {
    let broken = Broken::new();
    broken.stop("munged");
    let flow = Flow::new("munge-back", JOBS);
    let mut run = flow.start(&["--wait-for-controller", "2m"]);
    run.until_either("the wait is told", |_, stderr| stderr.contains("trying again").then_some(()));
    broken.start("munged");
    run.wait().expect(0).says(&["warning: ", "munge does not answer"]).says(&["note: trying again"]);
    assert!(flow.dir.exists("a-ran"));
}

#[test]
fn slurmctld_is_down() {
    let broken = Broken::new();
    broken.stop("slurmctld");
    let flow = Flow::new("down", JOBS);
    let address = format!("127.0.0.1:{}", broken.cluster.configured("SlurmctldPort"));
    let done = flow.run(&["--wait-for-controller", "0"]);
    let words = ["slurmctld at ", &address, "does not answer", "(Slurm error "];
    refused(done, &words, &["--wait-for-controller", "--local"]);
    assert!(!flow.dir.exists("a-ran"));
}

#[test]
fn slurmctld_stays_down_for_as_long_as_one_would_wait() {
    let broken = Broken::new();
    broken.stop("slurmctld");
    let flow = Flow::new("stays-down", JOBS);
    let started = Instant::now();
    let done = flow.run(&["--wait-for-controller", "4s"]);
    assert!(started.elapsed() >= Duration::from_secs(4), "{done}");
    let done = refused(done, &["slurmctld at 127.0.0.1:"], &[]);
    done.says(&["warning: slurmctld at"]).says(&["note: trying again"]);
}

#[test]
fn slurmctld_is_started_while_srunx_waits() {
    let broken = Broken::new();
    broken.stop("slurmctld");
    let flow = Flow::new("started", JOBS);
    let mut run = flow.start(&["--wait-for-controller", "2m"]);
    run.until_either("the wait is told", |_, stderr| stderr.contains("trying again").then_some(()));
    broken.start("slurmctld");
    run.wait().expect(0).says(&["warning: slurmctld at 127.0.0.1:"]).says(&["note: trying again"]);
    assert!(flow.dir.exists("a-ran"));
}

#[test]
fn an_interrupt_ends_the_wait() {
    let broken = Broken::new();
    broken.stop("slurmctld");
    let flow = Flow::new("impatient", JOBS);
    let mut run = flow.start(&["--wait-for-controller", "forever"]);
    run.until_either("the wait is told", |_, stderr| stderr.contains("trying again").then_some(()));
    run.signal(2);
    let done = run.wait_for(Duration::from_secs(60));
    // No handler is there yet: the signal ends it as it ends any program, for which a shell says 130.
    assert!(done.signal == Some(2) || done.code == Some(130), "{done}");
}
