//! An array that went in as several is one to whoever names the first of them.

use super::live_support::{Cluster, Process, until};
use super::session::{GATED, Session};

/// Tasks that are held up, and tell which they are by their index in the whole.
const SCRIPT: &str = "#!/bin/bash
#SBATCH -o /dev/null
#SBATCH --open-mode=append
echo \"$SRUNX_TASK_ID $*\" >>log
trap 'echo $SRUNX_TASK_ID >>signalled' USR1
while [ -e hold ]; do sleep 0.1; done
exit $((SRUNX_TASK_ID % 10 == 7))
";

/// Submits it in parts; their ids.
fn submit(session: &Session, options: &str) -> Vec<u32> {
    let done = session.run(&format!("sbatch --chunk={options}")).expect(0);
    let ids = done.stderr.trim().rsplit(": ").next().unwrap();
    let ids: Vec<u32> = ids.split(' ').map(|id| id.parse().unwrap_or_else(|_| panic!("{done}"))).collect();
    assert!(ids.len() > 1 && done.stdout.contains(&ids[0].to_string()), "{done}");
    ids
}

/// The states of all tasks of all parts, by their indices in Slurm's arrays.
fn states(session: &Session, parts: &[u32]) -> String {
    parts.iter().map(|id| session.line(*id, "%t")).collect::<Vec<_>>().join("; ")
}

#[test]
fn scancel_reaches_all_of_it() {
    let session = Session::new("parts-scancel");
    session.dir.write("job.sh", SCRIPT);
    session.dir.write("hold", "");
    let parts = submit(&session, "4 --hold -a 0-11 job.sh");
    let first = parts[0];
    assert_eq!(parts.len(), 3);
    // Elements by their indices in the whole; what nobody has is as it was.
    session.quietly(&format!("scancel {first}_[1,6,9-10]"));
    session.quietly(&format!("scancel {first}_4 {first}_77"));
    assert_eq!(states(&session, &parts), "0:PD 2:PD 3:PD; 5:PD 7:PD; 8:PD 11:PD");
    session.quietly(&format!("scancel {first}_2,{first}_11"));
    assert_eq!(states(&session, &parts), "0:PD 3:PD; 5:PD 7:PD; 8:PD");
    // Another part is only that part, and a part's element its own.
    session.quietly(&format!("scancel {}_5", parts[1]));
    session.quietly(&format!("scancel {}", parts[2]));
    assert_eq!(states(&session, &parts), "0:PD 3:PD; 7:PD; 8:CA");
    session.quietly(&format!("scontrol release {first}"));
    until("all that is left runs", || (states(&session, &parts) == "0:R 3:R; 7:R; 8:CA").then_some(()));
    until("they hear signals", || {
        let log = session.dir.read("log");
        (log.lines().count() == 3).then_some(())
    });
    session.quietly(&format!("scancel -b -s USR1 {first}"));
    until("all were signalled", || {
        session
            .dir
            .exists("signalled")
            .then(|| session.dir.read("signalled"))
            .filter(|log| log.lines().count() == 3)
    });
    session.quietly(&format!("scancel {first}"));
    until("nothing is left", || {
        let states = states(&session, &parts);
        (!states.contains(":R") && !states.contains(":CG"))
            .then(|| assert_eq!(states, "0:CA 3:CA; 7:CA; 8:CA"))
    });
}

#[test]
fn scontrol_reaches_all_of_it() {
    let session = Session::new("parts-scontrol");
    session.dir.write("job.sh", SCRIPT);
    session.dir.write("hold", "");
    let parts = submit(&session, "3 --begin=now+1hour -t 5 -a 0-7 job.sh");
    let first = parts[0];
    let shown = |field: &str| parts.iter().flat_map(|id| session.shown(*id, field)).collect::<Vec<_>>();
    session.quietly(&format!("scontrol hold {first}"));
    assert_eq!(shown("Priority"), ["0", "0", "0"]);
    session.quietly(&format!("scontrol update JobId={first} TimeLimit=7"));
    assert_eq!(shown("TimeLimit"), ["00:07:00"; 3]);
    session.quietly(&format!("scontrol update JobId={first}_7 TimeLimit=3"));
    assert_eq!(session.shown(format!("{}_7", parts[2]), "TimeLimit"), ["00:03:00"]);
    session.quietly(&format!("scontrol update JobId={first} StartTime=now"));
    session.quietly(&format!("scontrol release {first}"));
    until("all of it runs", || {
        let line = states(&session, &parts);
        (line.matches(":R").count() == 8).then_some(())
    });
    session.quietly(&format!("scontrol requeuehold {first}"));
    until("all of it waits again", || {
        let line = states(&session, &parts);
        (line.matches(":PD").count() == 8).then_some(())
    });
    session.quietly(&format!("scancel {first}"));
}

#[test]
fn what_failed_of_it_is_submitted_again() {
    let session = Session::new("parts-retry");
    session.dir.write("job.sh", SCRIPT);
    let parts = submit(&session, "9 --comment=mine -t 5 -a 0-39%30 job.sh one two");
    let first = parts[0];
    let watched = session.run(&format!("watch {first}")).expect(1);
    watched.says(&["FAILED     1:0   4: 7,17,27,37"]).says(&[&format!("again:  srunx retry {first}")]);
    std::fs::remove_file(session.dir.path().join("log")).unwrap();
    let dry = session.run(&format!("retry --dry-run {first} -t 9")).expect(0).stdout;
    assert!(dry.starts_with("--chunk=9\n") && dry.contains("--array=7-37:10%30\n"), "{dry}");
    assert!(dry.contains("--comment=mine\n") && dry.ends_with("-t\n9\n"), "{dry}");
    let again = session.run(&format!("retry {first} -t 9")).expect(0);
    let named: Vec<String> = [(0, 7), (1, 17), (3, 27), (4, 37)]
        .iter()
        .map(|(part, task)| format!("{}_{task}", parts[*part]))
        .collect();
    again.says(&[&format!("note: retrying {}", named.join(" "))]);
    again.says(&["warning: Slurm keeps no quotes: \"one two\" is taken for 2 arguments"]);
    let id: u32 = again.stdout.trim().rsplit(' ').next().unwrap().parse().unwrap();
    session.run(&format!("watch {id}")).expect(1).says(&["FAILED   1:0   4: 7,17,27,37"]);
    assert_eq!(session.shown(id, "TimeLimit"), ["00:09:00"; 4]);
    let log = |session: &Session| {
        let log = session.dir.read("log");
        let mut lines: Vec<String> = log.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!(log(&session), ["17 one two", "27 one two", "37 one two", "7 one two"]);
    // Arguments with blanks, given anew; tasks of the whole by their indices in it.
    std::fs::remove_file(session.dir.path().join("log")).unwrap();
    let again = session.run(&format!("retry {first}_[7,37] -t 9 one 'two  three'")).expect(0);
    assert!(!again.stderr.contains("quotes"), "{again}");
    let id: u32 = again.stdout.trim().rsplit(' ').next().unwrap().parse().unwrap();
    session.run(&format!("watch {id}")).expect(1);
    assert_eq!(log(&session), ["37 one two  three", "7 one two  three"]);
    // Another part is retried alone.
    let other = session.run(&format!("retry {}", parts[1])).expect(0);
    other.says(&[&format!("note: retrying {}_17", parts[1])]);
}

#[test]
fn the_report_is_on_all_of_it() {
    let session = Session::new("parts-report");
    session.dir.write("job.sh", SCRIPT);
    let parts = submit(&session, "4 -a 0-11 job.sh");
    session.run(&format!("watch {}", parts[0])).expect(1);
    until("slurmdbd knows all ends", || {
        let report = session.run(&format!("report {}", parts[0])).expect(0).stdout;
        report.contains("12 jobs: 11 COMPLETED, 1 FAILED\n").then_some(())
    });
    let one = session.run(&format!("report {}_7", parts[0])).expect(0).stdout;
    assert!(one.contains(&format!("{}_7", parts[1])) && one.contains("FAILED"), "{one}");
    let part = session.run(&format!("report {}", parts[2])).expect(0).stdout;
    assert!(part.contains("4 jobs: 4 COMPLETED\n"), "{part}");
}

#[test]
fn what_is_cancelled_is_not_submitted_any_more() {
    let own = Cluster::start(&["--conf", "MaxJobCount=13", "--conf", "MinJobAge=60"]);
    let session = Session::on(&own.cluster, "parts-called-off");
    session.dir.write("job.sh", GATED);
    session.dir.write("hold", "");
    let start = |options: &str| {
        let mut feeding =
            Process::start(session.command(&format!("sbatch --chunk=4 -o /dev/null {options} job.sh")));
        feeding.until_either("it is submitted", |out, _| out.contains('\n').then_some(()));
        let id: u32 = feeding.stdout().trim().rsplit(' ').next().unwrap().parse().unwrap();
        (feeding, id)
    };
    // From 26.05 the last of the 13 is given out, too.
    let known = || session.says("squeue -h -r -t all -o %i").lines().count();
    let full = || until("there is no more room", || (known() >= 12).then_some(()));
    let (feeding, id) = start("-a 0-39");
    full();
    until("some run", || (session.says("squeue -h -t R -o %i").lines().count() >= 4).then_some(()));
    // One element is one element: the rest still waits for room.
    session.quietly(&format!("scancel {id}_0"));
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(!feeding.stderr().contains("cancelled"), "{}", feeding.stderr());
    let left = 40 - known();
    session.quietly(&format!("scancel {id}"));
    let done = feeding.wait().expect(1);
    let told = format!("sbatch: error: {id} was cancelled: {left} of its tasks were not submitted\n");
    assert!(done.stderr.contains(&told), "{done}");
    until("nothing is left", || session.says("squeue -h -o %i").is_empty().then_some(()));
}
