//! Without `--local` on a machine without Slurm.

use crate::scratch::{Said, Scratch};

#[test]
fn the_error_names_the_way_out() {
    let scratch = Scratch::with("jobs: [{name: a, command: touch marker, log_dir: logs}]\n");
    for more in [&[][..], &["--json"], &["--wait-for-controller", "0"]] {
        let args = [&["flow", "run", "w.yaml"], more].concat();
        let Said { code, out, err } = scratch.run(&args);
        assert_eq!((code, out.as_str()), (Some(3), ""), "{err}");
        assert!(err.starts_with("error: "), "{err}");
        let hint = err.lines().find(|line| line.starts_with("hint: ")).unwrap_or_else(|| panic!("{err}"));
        assert!(hint.contains("--local"), "{err}");
        if cfg!(feature = "slurm") {
            assert!(err.contains("/nonexistent/libslurm.so") && hint.contains("SRUNX_LIBSLURM"), "{err}");
        }
        assert_eq!(scratch.names(), ["w.yaml"]);
    }
}

#[test]
fn a_file_that_is_wrong_is_told_first() {
    let Said { code, err, .. } = Scratch::with("jobs: []\n").run(&["flow", "run", "w.yaml"]);
    assert_eq!(code, Some(2), "{err}");
}
