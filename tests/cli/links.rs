//! A link with the name of one of Slurm's commands is that command.

use crate::scratch::{Said, Scratch, said, srunx};
use std::os::unix::fs::symlink;

const COMMANDS: [&str; 6] = ["sbatch", "squeue", "scancel", "scontrol", "sinfo", "sacct"];

fn words(Said { code, out, err }: Said) -> (Option<i32>, String, String) {
    (code, out, err)
}

#[test]
fn a_link_is_the_command_that_it_is_named_for() {
    let scratch = Scratch::new();
    for command in COMMANDS {
        symlink(srunx(), scratch.path(command)).unwrap();
        // The first word is an argument, though it is a command of srunx.
        for args in [&["--nosuch"][..], &["sinfo", "--nosuch"], &["--nosuch=1", "flow"]] {
            let linked = words(said(scratch.program(scratch.path(command)).args(args)));
            let asked = words(scratch.run(&[&[command], args].concat()));
            assert_eq!(linked, asked, "{command} {args:?}");
            // It speaks by the command's name, and not by srunx's.
            assert!(linked.2.starts_with(&format!("{command}: ")), "{command} {args:?}: {linked:?}");
        }
    }
}

#[test]
fn by_the_path_and_by_a_relative_name() {
    let scratch = Scratch::new();
    symlink(srunx(), scratch.path("squeue")).unwrap();
    let expected = words(scratch.run(&["squeue", "--nosuch"]));
    for line in
        ["./squeue --nosuch", "PATH=$PWD; squeue --nosuch", "\"$PWD\"/../\"${PWD##*/}\"/squeue --nosuch"]
    {
        assert_eq!(words(said(&mut scratch.shell(line))), expected, "{line}");
    }
}

#[test]
fn a_link_with_another_name_is_srunx() {
    let scratch = Scratch::new();
    for name in ["srunx-dev", "sbatch2", "SBATCH", "flow"] {
        symlink(srunx(), scratch.path(name)).unwrap();
        let linked = words(said(scratch.program(scratch.path(name)).arg("--version")));
        assert_eq!(linked, words(scratch.run(&["--version"])), "{name}");
    }
}
