//! "Scontrol Command Use".

use crate::live_support::until;
use crate::session::Session;

/// `1:R 2:R 3:R`
fn all(tasks: std::ops::RangeInclusive<u32>, text: &str) -> String {
    tasks.map(|task| format!("{task}:{text}")).collect::<Vec<_>>().join(" ")
}

/// "The ArrayTaskID is the array index of this particular entry, either a single number or an expression. Neither field is
/// displayed if the job is not part of a job array."
#[test]
fn fields_of_show_job() {
    let session = Session::new("show");
    let job = session.sbatch("--array=1-6,9%2 --hold -o /dev/null --wrap true");
    let head =
        |name: &str| session.says(&format!("scontrol show job {name}")).lines().next().unwrap().to_owned();
    assert_eq!(
        head(&job.to_string()),
        format!("JobId={job} ArrayJobId={job} ArrayTaskId=1-6,9%2 ArrayTaskThrottle=2 JobName=wrap")
    );
    // An element that has no record of its own yet.
    assert!(
        head(&format!("{job}_3"))
            .starts_with(&format!("JobId={job} ArrayJobId={job} ArrayTaskId=3 ArrayTaskThrottle=2 "))
    );
    session.quietly(&format!("scontrol update JobId={job}_3 Name=three"));
    let id = &session.tasks(job, "%A")[&3];
    assert!(head(&format!("{job}_3")).starts_with(&format!("JobId={id} ArrayJobId={job} ArrayTaskId=3 ")));
    let mut shown = session.shown(job, "ArrayTaskId");
    shown.sort();
    assert_eq!(shown, ["1-2,4-6,9%2", "3"]);
    session.quietly(&format!("scontrol update JobId={job} ArrayTaskThrottle=5"));
    assert_eq!(session.shown(job, "ArrayTaskThrottle"), ["5", "5"]);
    session.quietly(&format!("scontrol update JobId={job} ArrayTaskThrottle=0"));
    assert_eq!(session.shown(job, "ArrayTaskThrottle"), [""; 0]);
    let unknown = session.fails(&format!("scontrol show job {job}_7"));
    assert_eq!(unknown, format!("Job {job}_7 not found\n"));

    let plain = session.sbatch("--hold -o /dev/null --wrap true");
    assert_eq!(head(&plain.to_string()), format!("JobId={plain} JobName=wrap"));
    for field in ["ArrayJobId", "ArrayTaskId", "ArrayTaskThrottle"] {
        assert_eq!(session.shown(plain, field), [""; 0]);
    }
}

/// The example in which one of four tasks gets another name, and then those of suspending and resuming.
#[test]
fn named_suspended_and_resumed() {
    let session = Session::new("sleepme");
    session.dir.write("sleepme", "#!/bin/sh\nexec sleep $1\n");
    let job = session.sbatch("--array=1-4 -J array -o /dev/null ./sleepme 86400");
    session.wait(job, &all(1..=4, "R"));
    assert_eq!(session.line(job, "%j"), all(1..=4, "array"));
    session.quietly(&format!("scontrol update JobID={job}_2 name=arturo"));
    assert_eq!(session.line(job, "%j"), "1:array 2:arturo 3:array 4:array");

    let states = [
        (format!("suspend {job}"), all(1..=4, "S")),
        (format!("resume {job}"), all(1..=4, "R")),
        (format!("suspend {job}_3"), "1:R 2:R 3:S 4:R".to_owned()),
        (format!("resume {job}_3"), all(1..=4, "R")),
        // Lists of them.
        (format!("suspend {job}_[1,3-4]"), "1:S 2:R 3:S 4:S".to_owned()),
        (format!("resume {job}_3,{job}_4"), "1:S 2:R 3:R 4:R".to_owned()),
        (format!("resume {job}_1"), all(1..=4, "R")),
    ];
    for (command, expected) in states {
        session.quietly(&format!("scontrol {command}"));
        assert_eq!(session.line(job, "%t"), expected, "{command}");
    }
    session.quietly(&format!("scontrol update JobId={job} name=every"));
    assert_eq!(session.line(job, "%j"), all(1..=4, "every"));
    session.quietly(&format!("scontrol update JobId={job}_[1-2] Comment=some"));
    assert_eq!(session.shown(job, "Comment"), ["some", "some"]);
}

/// hold, uhold and release: of all, a list, one.
#[test]
fn held_and_released() {
    let session = Session::new("hold");
    let job = session.sbatch("--array=1-6 --begin=now+1hour -o /dev/null --wrap true");
    // An administrator's hold, a user's, and none.
    let holds = || {
        let reasons = session.tasks(job, "%r");
        let hold = |reason: &String| match reason.as_str() {
            "JobHeldAdmin" => 'A',
            "JobHeldUser" => 'U',
            _ => '-',
        };
        reasons.values().map(hold).collect::<String>()
    };
    let steps = [
        (format!("hold {job}"), "AAAAAA"),
        (format!("release {job}_3"), "AA-AAA"),
        (format!("release {job}_[1,5-6]"), "-A-A--"),
        (format!("release {job}"), "------"),
        (format!("uhold {job}_2"), "-U----"),
        (format!("uhold {job}_4,{job}_5"), "-U-UU-"),
        (format!("hold {job}_6"), "-U-UUA"),
        (format!("uhold {job}"), "UUUUUU"),
        (format!("release {job}_2,{job}_[3-4]"), "U---UU"),
        (format!("release {job}"), "------"),
        (format!("hold {job}_[1-2,6]"), "AA---A"),
    ];
    for (command, expected) in steps {
        session.quietly(&format!("scontrol {command}"));
        assert_eq!(holds(), expected, "{command}");
    }
    let unknown = session.fails(&format!("scontrol hold {job}_[3,9]"));
    assert!(unknown.ends_with(&format!("{job}_9: Invalid job id specified\n")), "{unknown}");
    assert_eq!(holds(), "AAA--A");
}

/// requeue and requeuehold: of one, a list, all, with the answers of those that cannot.
#[test]
fn requeued() {
    let session = Session::new("requeue");
    let job = session
        .sbatch("--array=1-6%5 -o /dev/null --wrap '[ $SLURM_ARRAY_TASK_ID != 1 ] || exit 0; sleep 1000'");
    session.wait(job, "1:CD 2:R 3:R 4:R 5:R 6:R");
    let settled = |expected: &str| {
        until(&format!("they are {expected}"), || (session.line(job, "%t") == expected).then_some(()))
    };
    session.quietly(&format!("scontrol requeue {job}_2"));
    settled("1:CD 2:PD 3:R 4:R 5:R 6:R");
    session.quietly(&format!("scontrol requeuehold {job}_[3-4]"));
    settled("1:CD 2:PD 3:PD 4:PD 5:R 6:R");
    assert_eq!(session.shown(format!("{job}_3"), "Restarts"), ["1"]);
    let priorities = session.tasks(job, "%Q");
    assert!(
        [2, 3, 4, 5].map(|task| priorities[&task] == "0") == [false, true, true, false],
        "{priorities:?}"
    );
    // One that is over comes back.
    session.quietly(&format!("scontrol requeuehold {job}_1,{job}_5"));
    settled("1:PD 2:PD 3:PD 4:PD 5:PD 6:R");
    assert_eq!(
        session.fails(&format!("scontrol requeue {job}")),
        format!("{job}_1-5: Job is pending execution\n{job}_6: No error\n")
    );
    settled("1:PD 2:PD 3:PD 4:PD 5:PD 6:PD");
    assert_eq!(
        session.fails(&format!("scontrol requeue {job}_2")),
        format!("{job}_2: Job is pending execution\n")
    );
    session.quietly(&format!("scontrol release {job}"));
}
