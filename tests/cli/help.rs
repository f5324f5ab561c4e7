//! What a newcomer reads first.

use crate::scratch::{Said, Scratch};
use insta::assert_snapshot;

fn help(args: &[&str]) -> String {
    let Said { code, out, err } = Scratch::new().run(args);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{args:?}");
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    out
}

#[test]
fn the_helps() {
    // Slurm's own commands are there only where Slurm is built in.
    if cfg!(feature = "slurm") {
        assert_snapshot!("srunx", help(&["--help"]));
    }
    assert_snapshot!("srunx_flow", help(&["flow", "--help"]));
    assert_snapshot!("srunx_flow_run", help(&["flow", "run", "--help"]));
    assert_snapshot!("srunx_flow_validate", help(&["flow", "validate", "--help"]));
    assert_eq!(help(&["flow", "run", "-h"]), help(&["flow", "run", "--help"]));
    assert_eq!(help(&["help", "flow", "run"]), help(&["flow", "run", "--help"]));
}

#[test]
fn the_version() {
    let version = concat!("srunx ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(help(&["-V"]), version);
    let long = help(&["--version"]);
    let rest = long.strip_prefix(version).unwrap();
    match cfg!(feature = "slurm") {
        true => assert!(rest.starts_with("built for Slurm 2"), "{rest}"),
        false => assert_eq!(rest, "built without Slurm: local runs only\n"),
    }
}

#[test]
fn without_arguments_it_says_what_there_is() {
    for args in [&[][..], &["flow"]] {
        let Said { code, out, err } = Scratch::new().run(args);
        assert_eq!((code, out.as_str()), (Some(2), ""));
        let full: Vec<_> = args.iter().copied().chain(["--help"]).collect();
        assert_eq!(err, help(&full));
    }
}

#[test]
fn what_is_not_known_is_told_with_what_is_near() {
    for (args, words) in [
        (&["flw"][..], &["unrecognized subcommand 'flw'", "'flow'"][..]),
        (&["flow", "runs"], &["unrecognized subcommand 'runs'", "'run'"]),
        (&["flow", "run"], &["<FILE>"]),
        (&["flow", "run", "w.yaml", "--dryrun"], &["unexpected argument '--dryrun'", "'--dry-run'"]),
        (&["flow", "run", "w.yaml", "x.yaml"], &["unexpected argument 'x.yaml'"]),
        (&["flow", "validate", "w.yaml", "--local"], &["unexpected argument '--local'"]),
        (&["flow", "run", "w.yaml", "--color", "red"], &["invalid value 'red'", "auto, always, never"]),
    ] {
        refused(args, words);
    }
}

#[test]
fn options_that_do_not_go_together_or_say_nothing() {
    let run = |options: &[&'static str]| [&["flow", "run", "w.yaml"], options].concat();
    for (args, words) in [
        (run(&["--local-cpus", "2"]), &["--local"][..]),
        (run(&["--local-memory", "2G"]), &["--local"]),
        (run(&["--local-gpus", "2"]), &["--local"]),
        (run(&["--local", "--no-push"]), &["'--local'", "cannot be used with", "'--no-push'"]),
        (run(&["--local", "--wait-for-controller", "5m"]), &["cannot be used with", "--wait-for-controller"]),
        (run(&["--json", "--dry-run"]), &["'--json'", "cannot be used with", "'--dry-run'"]),
        (run(&["--local", "--local-cpus", "0"]), &["'0'", "--local-cpus"]),
        (run(&["--local", "--local-cpus", "many"]), &["'many'", "--local-cpus"]),
        (run(&["--local", "--local-memory", "16Q"]), &["'16Q'", "16G"]),
        (run(&["--wait-for-controller", "soon"]), &["'soon'", "90s, 10m, 2h", "forever"]),
    ] {
        refused(&args, words);
    }
}

fn refused(args: &[&str], words: &[&str]) {
    let scratch = Scratch::with("jobs: [{name: a, command: touch marker}]");
    let Said { code, out, err } = scratch.run(args);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
    assert!(err.starts_with("error: ") && !err.contains("error: error"), "{err}");
    for word in words {
        assert!(err.contains(word), "{word}: {err}");
    }
    assert_eq!(scratch.names(), ["w.yaml"], "{args:?}");
}
