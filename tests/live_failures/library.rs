//! The library: none, another one, one of a release that was not built in.

use super::broken::{Broken, refused};
use super::live_support::{Done, Flow, Process, Scratch, srunx};
use std::path::PathBuf;
use std::process::Command;

const JOBS: &str = "  - {name: a, command: touch a-ran}\n";

fn run_with(library: &str) -> Done {
    let flow = Flow::new("library", JOBS);
    let mut command = flow.command(&[]);
    command.env("SRUNX_LIBSLURM", library);
    let done = Process::start(command).wait();
    assert!(!flow.dir.exists("a-ran"));
    done
}

/// A library that says to be libslurm with that API version.
fn stub(api: u32) -> PathBuf {
    // Kept: another root may have no compiler.
    let kept = super::live_support::repository().join(format!("target/live-tests/stub-{api}.so"));
    if !kept.exists() {
        let dir = Scratch::new("stub");
        let source =
            dir.write("stub.c", &format!("long slurm_api_version(void) {{ return {api}L << 16; }}\n"));
        let made = dir.path().join("stub.so");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-o"]).arg(&made).arg(source);
        Process::start(cc).wait().expect(0);
        std::fs::rename(made, &kept).unwrap();
    }
    kept
}

/// The releases that srunx was built for, as it says itself.
fn built() -> Vec<String> {
    let mut command = Command::new(srunx());
    command.arg("--version");
    let text = Process::start(command).wait().expect(0).stdout;
    let (_, releases) = text.split_once("built for Slurm ").unwrap();
    releases.trim().split(", ").map(str::to_owned).collect()
}

#[test]
fn none() {
    let done = run_with("/nonexistent/libslurm.so");
    refused(done, &["libslurm cannot be opened", "/nonexistent/libslurm.so"], &["SRUNX_LIBSLURM"]);
}

#[test]
fn none_says_that_there_is_local() {
    let done = run_with("/nonexistent/libslurm.so");
    refused(done, &[], &["--local"]);
}

#[test]
fn another_library() {
    let done = run_with("libc.so.6");
    refused(done, &["libc.so.6 is not libslurm"], &["SRUNX_LIBSLURM"]);
}

#[test]
fn no_library_at_all() {
    let dir = Scratch::new("text");
    let file = dir.write("libslurm.so", "no library\n");
    let file = file.to_str().unwrap();
    refused(run_with(file), &["libslurm cannot be opened", file], &["SRUNX_LIBSLURM"]);
}

#[test]
fn a_release_that_nobody_knows_yet() {
    let file = stub(99);
    let file = file.to_str().unwrap();
    let mut words = vec![file, "99"];
    let built = built();
    words.extend(built.iter().map(String::as_str));
    refused(run_with(file), &words, &["SLURM_INCLUDE_DIRS", "SRUNX_LIBSLURM"]);
}

/// Releases and their API numbers.
const RELEASES: [(u32, &str); 8] = [
    (36, "20.11"),
    (37, "21.08"),
    (38, "22.05"),
    (39, "23.02"),
    (40, "23.11"),
    (41, "24.05"),
    (42, "24.11"),
    (43, "25.05"),
];

#[test]
fn a_library_without_its_functions() {
    let built = built();
    let known = |(_, release): &(u32, &str)| built.contains(&(*release).to_owned());
    let (api, _) = RELEASES.into_iter().find(known).unwrap();
    let file = stub(api);
    let file = file.to_str().unwrap();
    refused(run_with(file), &[file, "is no whole libslurm", "slurm_submit_batch_job"], &["SRUNX_LIBSLURM"]);
}

#[test]
fn a_release_that_was_not_built_in() {
    let built = built();
    let (api, release) =
        RELEASES.into_iter().find(|(_, release)| !built.contains(&(*release).to_owned())).unwrap();
    let file = stub(api);
    let mut words = vec![file.to_str().unwrap(), release];
    words.extend(built.iter().map(String::as_str));
    refused(run_with(file.to_str().unwrap()), &words, &["SLURM_INCLUDE_DIRS", release]);
}

#[test]
fn what_needs_no_slurm_works_without_it() {
    let _turn = Broken::new();
    let flow = Flow::new("without", JOBS);
    let done = |arguments: &[&str]| {
        let mut command = Command::new(srunx());
        command.args(["flow"]).args(arguments).current_dir(flow.dir.path());
        command
            .env("SRUNX_LIBSLURM", "/nonexistent.so")
            .env("SLURM_CONF", "/nonexistent")
            .env("LC_ALL", "C.UTF-8");
        Process::start(command).wait().expect(0)
    };
    done(&["validate", "flow.yaml"]);
    done(&["run", "flow.yaml", "--dry-run"]);
    assert!(!flow.dir.exists("a-ran"));
    let local = done(&["run", "flow.yaml", "--local"]);
    assert_eq!(local.last("a").word, "COMPLETED");
    assert!(flow.dir.exists("a-ran"));
}

#[test]
fn an_invalid_workflow_is_told_before_slurm_is_asked() {
    let flow = Flow::new("invalid", "  - {name: a, comand: x}\n");
    let mut command = flow.command(&[]);
    command.env("SRUNX_LIBSLURM", "/nonexistent.so");
    let done = Process::start(command).wait().expect(2);
    done.says(&["comand"]);
    assert_eq!(done.stdout, "");
}
