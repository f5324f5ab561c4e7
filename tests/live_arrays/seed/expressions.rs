//! "Overview": what makes an array.

use crate::session::Session;
use std::time::Duration;

/// "All jobs must have the same initial options, however it is possible to change some of these options."
#[test]
fn an_array_or_one_element_is_changed() {
    let session = Session::new("overview");
    let job = session.sbatch("--hold --array=0-3 --time=10 --wrap true");
    assert_eq!(session.line(job, "%l"), "0:10:00 1:10:00 2:10:00 3:10:00");
    session.quietly(&format!("scontrol update job={job} TimeLimit=60"));
    assert_eq!(session.line(job, "%l"), "0:1:00:00 1:1:00:00 2:1:00:00 3:1:00:00");
    session.quietly(&format!("scontrol update job={job}_1 TimeLimit=30"));
    assert_eq!(session.line(job, "%l"), "0:1:00:00 1:30:00 2:1:00:00 3:1:00:00");
}

/// "The option argument can be specific array index values, a range of index values, and an optional step size."
#[test]
fn values_ranges_and_steps() {
    let session = Session::new("expressions");
    session.dir.write("tmp", "#!/bin/sh\n");
    let examples = [
        ("--array=0-31    -N1", "0-31", (0..32).collect::<Vec<u32>>()),
        ("--array=1,3,5,7 -N1", "1,3,5,7", vec![1, 3, 5, 7]),
        ("--array=1-7:2   -N1", "1,3,5,7", vec![1, 3, 5, 7]),
        ("-a 0-15%4", "0-15%4", (0..16).collect()),
        ("-a 0", "0", vec![0]),
    ];
    for (options, expression, tasks) in examples {
        let job = session.sbatch(&format!("--hold {options} tmp"));
        assert_eq!(session.squeue(job, "-o '%i %K'"), [format!("{job}_[{expression}] {expression}")]);
        assert_eq!(session.tasks(job, "").into_keys().collect::<Vec<_>>(), tasks, "{options}");
        assert_eq!(session.shown(job, "ArrayTaskId"), [expression]);
    }
}

/// "`--array=0-15%4` will limit the number of simultaneously running tasks from this job array to 4."
#[test]
fn no_more_than_four_at_once() {
    let session = Session::new("throttle");
    let job = session.sbatch("--array=0-15%4 -o /dev/null --wrap 'echo + >>log; sleep 0.5; echo - >>log'");
    let mut most = 0;
    crate::live_support::until("all have run", || {
        let running = session.squeue(job, "-r -t R -o %i").len();
        most = most.max(running);
        assert!(running <= 4, "{running} run");
        let left = session.squeue(job, "");
        std::thread::sleep(Duration::from_millis(100));
        left.is_empty().then_some(())
    });
    let log = session.dir.read("log");
    let (mut running, mut highest) = (0, 0);
    for line in log.lines() {
        running += if line == "+" { 1 } else { -1 };
        highest = highest.max(running);
    }
    assert_eq!((log.lines().count(), running), (32, 0), "{log}");
    assert_eq!((most, highest), (4, 4), "{log}");
}
