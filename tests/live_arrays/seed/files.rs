//! "File Names".

use crate::live_support::until;
use crate::session::Session;

fn wait_for_text(session: &Session<'_>, file: &str, text: &str) {
    session.dir.wait_for(file);
    until(&format!("{file} has its text"), || (session.dir.read(file) == text).then_some(()));
}

/// "The default output file format for a job array is "slurm-%A_%a.out"", and the example that says so itself.
#[test]
fn an_output_file_for_each_task() {
    let session = Session::new("files");
    for options in ["", "-o slurm-%A_%a.out"] {
        let job =
            session.sbatch(&format!("{options} --array=1-3 -N1 --wrap 'echo task $SLURM_ARRAY_TASK_ID'"));
        for task in 1..=3 {
            let name = format!("slurm-{job}_{task}.out");
            wait_for_text(&session, &name, &format!("task {task}\n"));
            let path = session.dir.path().join(name);
            assert_eq!(session.shown(format!("{job}_{task}"), "StdOut"), [path.to_str().unwrap()]);
        }
    }
}

/// "Two additional options are available to specify a job's stdin, stdout, and stderr file names."
#[test]
fn input_output_and_errors() {
    let session = Session::new("names");
    for task in [4, 5] {
        session.dir.write(&format!("in-{task}"), &format!("for {task}\n"));
    }
    let job = session.sbatch("-i in-%a -o out-%A-%a -e err-%A-%3a -a 4-5 --wrap 'cat; echo trouble >&2'");
    for task in [4, 5] {
        wait_for_text(&session, &format!("out-{job}-{task}"), &format!("for {task}\n"));
        wait_for_text(&session, &format!("err-{job}-00{task}"), "trouble\n");
    }
}

/// ""%A" will be replaced by the current job ID and "%a" will be replaced by 4,294,967,294."
#[test]
fn without_an_array() {
    let session = Session::new("no-array");
    let job = session.sbatch("-o slurm-%A_%a.out --wrap 'echo alone'");
    wait_for_text(&session, &format!("slurm-{job}_4294967294.out"), "alone\n");
    let job = session.sbatch("--wrap 'echo alone'");
    wait_for_text(&session, &format!("slurm-{job}.out"), "alone\n");
}
