//! "Scancel Command Use".

use crate::live_support::srunx;
use crate::session::Session;

/// `scancel 20_[1-3]`, `scancel 20_4 20_5`, of tasks that run.
#[test]
fn running_tasks() {
    let session = Session::new("cancel");
    let job = session.sbatch("--array=1-7 -o /dev/null --wrap 'sleep 1000'");
    session.wait(job, "1:R 2:R 3:R 4:R 5:R 6:R 7:R");
    session.quietly(&format!("scancel {job}_[1-3]"));
    session.wait(job, "1:CA 2:CA 3:CA 4:R 5:R 6:R 7:R");
    session.quietly(&format!("scancel {job}_4 {job}_5"));
    session.wait(job, "1:CA 2:CA 3:CA 4:CA 5:CA 6:R 7:R");
    session.quietly(&format!("scancel {job}"));
    session.wait(job, "1:CA 2:CA 3:CA 4:CA 5:CA 6:CA 7:CA");
}

/// Tasks that wait are gone without a record; a whole array leaves one.
#[test]
fn waiting_tasks() {
    let session = Session::new("cancel-waiting");
    let job = session.sbatch("--array=1-7 --hold -o /dev/null --wrap true");
    session.quietly(&format!("scancel {job}_[1-3]"));
    assert_eq!(session.squeue(job, "-t all -o '%i %t'"), [format!("{job}_[4-7] PD")]);
    session.quietly(&format!("scancel {job}_4 {job}_5"));
    assert_eq!(session.squeue(job, "-t all -o '%i %t'"), [format!("{job}_[6-7] PD")]);
    session.quietly(&format!("scancel {job}"));
    assert_eq!(session.squeue(job, "-t all -o '%i %t'"), [format!("{job}_[6-7] CA")]);
    assert_eq!(session.shown(job, "JobState"), ["CANCELLED"]);
}

/// `scancel 20` of an array of which some run and some wait.
#[test]
fn a_whole_array() {
    let session = Session::new("cancel-all");
    let job = session.sbatch("--array=1-6%2 -o /dev/null --wrap 'sleep 1000'");
    session.wait(job, "1:R 2:R 3:PD 4:PD 5:PD 6:PD");
    session.quietly(&format!("scancel {job}"));
    session.wait(job, "1:CA 2:CA 3:CA 4:CA 5:CA 6:CA");
}

/// "Cancel the current job or job array element (if job array)", as a job does it.
#[test]
fn a_job_cancels_itself() {
    let session = Session::new("cancel-itself");
    let scancel = format!("'{}' scancel", srunx().display());
    let script = format!(
        r#"#!/bin/bash
[[ $SLURM_ARRAY_TASK_ID != 3 ]] || exit 0
if [[ -z $SLURM_ARRAY_JOB_ID ]]; then
  {scancel} $SLURM_JOB_ID
else
  [[ $SLURM_ARRAY_TASK_ID != 2 ]] || {scancel} ${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}
fi
sleep 1000
"#
    );
    session.dir.write("itself", &script);
    let plain = session.sbatch("-o plain.out itself");
    let array = session.sbatch("--array=1-3 -o array-%a.out itself");
    session.wait_job(plain, "CA");
    session.wait(array, "1:R 2:CA 3:CD");
}
