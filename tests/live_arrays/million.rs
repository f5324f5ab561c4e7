//! An array of a million tasks: one call to submit it, little memory to show it, a few calls to change and cancel it.

use super::live_support::Cluster;
use super::measured::Measured;
use super::session::Session;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;

struct Million<'a> {
    session: Session<'a>,
    job: u32,
}

impl Million<'_> {
    fn measure(&self, line: &str) -> Measured {
        Measured::run(self.session.command(line), self.session.dir.path())
    }

    /// It must go well; what it prints.
    #[track_caller]
    fn says(&self, line: &str) -> String {
        self.measure(line).expect(0).text()
    }

    #[track_caller]
    fn collapsed(&self) -> String {
        self.says(&format!("squeue -h -j {} -o %i", self.job)).trim().to_owned()
    }

    /// How many lines `squeue -r` has, and the first and the last of them. Memory is limited to what native squeue takes,
    /// where that is more.
    #[track_caller]
    fn one_by_one(&self) -> (usize, String, String) {
        let dir = self.session.dir.path();
        let line = format!("squeue -h -r -j {} -o %i", self.job);
        let mut native: Command = self.session.cluster.command("squeue");
        native.args(line.split(' ').skip(1));
        let native = Measured::run(native, dir);
        let ours = self.measure(&line);
        println!("squeue -r: {} KiB, native {} KiB", ours.peak, native.peak);
        assert_eq!(ours.code, Some(0), "{}", ours.stderr);
        assert!(ours.peak < (64 << 10).max(native.peak), "{} KiB, native {}", ours.peak, native.peak);
        ends(&ours.stdout)
    }

    /// How often slurmctld has been asked for something.
    fn calls(&self, name: &str) -> u32 {
        let text = self.session.cluster.slurm("sdiag", &[]);
        let line = text.lines().find(|line| line.trim().starts_with(name));
        let count = line.and_then(|line| line.split("count:").nth(1)?.split_whitespace().next());
        count.map_or(0, |count| count.parse().unwrap())
    }
}

fn ends(file: &Path) -> (usize, String, String) {
    let lines = BufReader::new(std::fs::File::open(file).unwrap()).lines().map(Result::unwrap);
    lines.fold((0, String::new(), String::new()), |(count, first, _), line| {
        (count + 1, if count == 0 { line.clone() } else { first }, line)
    })
}

#[test]
fn a_million_tasks() {
    let own = Cluster::start(&[]);
    let session = Session::on(&own.cluster, "million");
    let mut million = Million { session, job: 0 };
    let submitted = million.says("sbatch --parsable --hold --array=0-999999 -o /dev/null --wrap true");
    million.job = submitted.trim().parse().unwrap();
    let job = million.job;
    assert_eq!(million.calls("REQUEST_SUBMIT_BATCH_JOB"), 1);

    assert_eq!(million.collapsed(), format!("{job}_[0-999999]"));
    assert_eq!(million.one_by_one(), (1_000_000, format!("{job}_0"), format!("{job}_999999")));
    let shown = million.says(&format!("scontrol show job {job}"));
    assert_eq!(shown.lines().filter(|line| line.starts_with("JobId=")).count(), 1, "{shown}");
    assert!(shown.contains(" ArrayTaskId=0-999999 "), "{shown}");

    assert_eq!(million.says(&format!("scontrol update JobId={job} ArrayTaskThrottle=50")), "");
    assert_eq!(million.collapsed(), format!("{job}_[0-999999%50]"));
    let shown = million.says(&format!("scontrol show job {job}"));
    assert!(shown.contains(" ArrayTaskId=0-999999%50 ArrayTaskThrottle=50 "), "{shown}");

    // Followed from here to its end, in a folder for its own output.
    let watching = million.session.command(&format!("watch {job}"));
    let dir = million.session.dir.path().join("watch");
    std::fs::create_dir(&dir).unwrap();
    let watched = std::thread::spawn(move || Measured::run(watching, &dir));

    half_is_cancelled(&million);
    assert_eq!(million.collapsed(), format!("{job}_[500000-999999%50]"));
    assert_eq!(million.one_by_one(), (500_000, format!("{job}_500000"), format!("{job}_999999")));
    assert_eq!(million.says(&format!("squeue -h -j {job}_499999")), "");
    assert_eq!(million.says(&format!("squeue -h -j {job}_500000 -o %i")).trim(), format!("{job}_500000"));

    assert_eq!(million.says(&format!("scancel {job}")), "");
    assert_eq!(million.collapsed(), "");
    assert_eq!(million.says("squeue -h"), "");
    let shown = million.says(&format!("scontrol show job {job}"));
    assert!(shown.contains(" ArrayTaskId=500000-999999%50 "), "{shown}");
    assert!(shown.contains(" JobState=CANCELLED "), "{shown}");
    let watched = watched.join().unwrap().expect(1).text();
    assert!(watched.contains("CANCELLED  0:0   1000000: 0-999999\n"), "{watched}");
    // What is over is cancelled without a complaint.
    assert_eq!(million.says(&format!("scancel {job}")), "");
}

/// Slurm's list of ids has at most 65,536 in one range: a longer one is refused in the library's words. One expression of
/// shorter ranges is one call.
fn half_is_cancelled(million: &Million<'_>) {
    let job = million.job;
    let too_long = format!("{job}_[0-499999]");
    let mut native = million.session.cluster.command("scancel");
    native.arg(&too_long);
    let native = Measured::run(native, million.session.dir.path()).expect(1);
    let ours = million.measure(&format!("scancel {too_long}")).expect(1);
    assert_eq!(ours.stderr, native.stderr);
    assert_eq!(million.collapsed(), format!("{job}_[0-999999%50]"));

    let before = million.calls("REQUEST_KILL_JOB");
    let ranges: Vec<_> = (0..10).map(|nth| format!("{}-{}", nth * 50_000, nth * 50_000 + 49_999)).collect();
    assert_eq!(million.says(&format!("scancel {job}_[{}]", ranges.join(","))), "");
    assert_eq!(million.calls("REQUEST_KILL_JOB") - before, 1);
}
