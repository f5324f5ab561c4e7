//! "Other Command Use": sacct takes ids and elements, but no expressions. (srunx has none of the other commands that are named there.)

use crate::live_support::until;
use crate::session::Session;

#[test]
fn accounting_of_an_array() {
    let session = Session::new("sacct");
    let job = session.sbatch("--array=1-3,7%2 -o /dev/null --wrap 'exit $SLURM_ARRAY_TASK_ID'");
    session.wait(job, "1:F 2:F 3:F 7:F");
    let ids = session.tasks(job, "%A");
    let lines = |asked: &str| {
        let text = session.says(&format!("sacct -X -n -P -j {asked} -o JobID,JobIDRaw,State,ExitCode"));
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let line = |task: u32| format!("{job}_{task}|{}|FAILED|{task}:0", ids[&task]);
    let all: Vec<_> = [1, 2, 3, 7].map(line).into();
    until("it is accounted for", || (lines(&job.to_string()) == all).then_some(()));
    assert_eq!(lines(&format!("{job}_2")), [line(2)]);
    assert_eq!(lines(&format!("{job}_7,{job}_1")), [line(1), line(7)]);
    for task in [1, 2, 3] {
        assert_eq!(lines(&ids[&task]), [line(task)]);
    }
}
