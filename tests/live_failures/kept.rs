//! Runs that are kept, whose clients are killed while everything else goes wrong, too.

use super::broken::{Broken, Tended, to_kill};
use super::live_support::kept::{Kept, SIGKILL, layers};
use super::live_support::{Cluster, Done, Flow, Process, Scratch, until};
use std::process::Command;
use std::time::{Duration, SystemTime};

const SIGSTOP: i32 = 19;
const SIGCONT: i32 = 18;
/// Of `layers(6, 8, 2)`: the jobs, and the tasks of the arrays.
const RAN: usize = 6 * 8 + 6 * 2;

fn workflow() -> String {
    layers(6, 8, 2)
}

#[test]
fn two_hundred_clients_are_killed() {
    let broken = Broken::new();
    let mut kills = 0;
    while kills < 200 {
        let mut kept = Kept::on(broken.cluster, "two-hundred", &layers(20, 3, 2));
        kept.run_killing(20, 200).expect(0);
        kept.ran_once(20 * 3 + 20 * 2);
        kills += kept.kills;
    }
    eprintln!("{kills} clients were killed");
}

#[test]
fn slurmctld_is_restarted_ten_times() {
    let broken = Broken::new();
    let mut kept = Kept::on(broken.cluster, "ten-restarts", &workflow());
    for _ in 0..10 {
        assert!(kept.killed_within(100, 900).is_none(), "it goes on");
        let client = kept.client(&[]);
        std::thread::sleep(kept.pause(0, 600));
        broken.cluster.control(&["restart-ctld"]);
        client.signal(SIGKILL);
        client.wait();
    }
    kept.client(&[]).wait().expect(0);
    kept.ran_once(RAN);
}

/// slurmctld writes its state down every few seconds, and forgets with its death what came since: jobs that it took, and that
/// it started others, which then run twice, or that they ended. So for that long before it is killed nothing happens.
#[test]
fn slurmctld_is_killed_ten_times() {
    let own = to_kill();
    let mut kept = Kept::on(&own.cluster, "ten-deaths", &workflow());
    for _ in 0..10 {
        let client = kept.client(&["--wait-for-controller", "forever"]);
        std::thread::sleep(kept.pause(200, 900));
        client.signal(SIGSTOP);
        // What it had sent is answered by then.
        std::thread::sleep(Duration::from_millis(200));
        let mut tended = Tended::new(&kept.flow);
        until("nothing is under way", || {
            tended.look();
            let waits = own.cluster.slurm("squeue", &["-h", "-o", "%r"]);
            waits.lines().all(|reason| reason == "JobHeldUser").then_some(())
        });
        let known = SystemTime::now();
        // There is something new to be written, whatever the run is at.
        own.cluster.slurm("sbatch", &["-H", "-o", "/dev/null", "--wrap", "true"]);
        until("it has written its state down", || {
            let written = std::fs::metadata(own.cluster.dir.join("state/job_state")).ok()?.modified().ok()?;
            (written > known).then_some(())
        });
        own.cluster.control(&["kill", "slurmctld"]);
        own.cluster.control(&["start", "slurmctld"]);
        client.signal(SIGCONT);
        std::thread::sleep(kept.pause(0, 500));
        client.signal(SIGKILL);
        client.wait();
    }
    Tended::new(&kept.flow).wait(kept.client(&[])).expect(0);
    kept.ran_once(RAN);
}

#[test]
fn slurmdbd_is_down_and_munged_is_restarted() {
    let broken = Broken::new();
    broken.stop("slurmdbd");
    let mut kept = Kept::on(broken.cluster, "no-slurmdbd", &workflow());
    for _ in 0..5 {
        assert!(kept.killed_within(100, 500).is_none(), "it goes on");
        let client = kept.client(&[]);
        broken.restart("munged");
        std::thread::sleep(kept.pause(0, 500));
        client.signal(SIGKILL);
        client.wait();
    }
    kept.client(&[]).wait().expect(0);
    kept.ran_once(RAN);
}

/// A folder with little room of its own, for root; it goes with the test.
struct Small<'a>(&'a Scratch);

impl Small<'_> {
    fn mount(dir: &Scratch) -> Option<Small<'_>> {
        std::fs::create_dir_all(dir.path().join("state")).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=32k", "srunx-test"]).arg(dir.path().join("state"));
        (Process::start(mount).wait().code == Some(0)).then_some(Small(dir))
    }

    /// More of it, or less.
    fn resize(&self, size: &str) {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,size={size}")]).arg(self.0.path().join("state"));
        Process::start(mount).wait().expect(0);
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let mut umount = Command::new("umount");
        umount.arg("-l").arg(self.0.path().join("state"));
        let _ = umount.status();
    }
}

#[test]
fn the_disk_is_full() {
    let broken = Broken::new();
    let kept = Kept::on(broken.cluster, "full", &workflow());
    let Some(small) = Small::mount(&kept.flow.dir) else {
        eprintln!("not run: only root can mount a folder with little room");
        return;
    };
    let mut size = 32;
    let mut full = 0;
    let done: Done = loop {
        let done = kept.client(&[]).wait();
        if done.code != Some(4) {
            break done;
        }
        full += 1;
        done.says(&[
            "The run's events cannot be kept, so nothing more is submitted: ",
            "No space left on device",
        ]);
        done.says(&["To go on with it: srunx flow resume "]);
        size += 4;
        small.resize(&format!("{size}k"));
    };
    done.expect(0);
    assert!(full > 2, "{full} times it was full");
    kept.ran_once(RAN);
}

/// The client is killed when a submission is sent and not answered.
#[test]
fn a_client_is_killed_before_it_is_answered() {
    let broken = Broken::new();
    let jobs = "  - {name: a, command: echo a >>ran}\n  - {name: b, array: 0-1, command: 'echo b$SLURM_ARRAY_TASK_ID >>ran'}\n";
    for freeze in [true, false] {
        let kept = Kept::on(broken.cluster, "unanswered", jobs);
        // Connected, it finds nobody who answers.
        let client = kept.client(&[]);
        if freeze {
            broken.freeze("slurmctld");
        }
        let about_to = || {
            let runs = std::fs::read_dir(kept.flow.dir.path().join("state/srunx/runs")).ok()?;
            let text = runs
                .flatten()
                .find_map(|run| std::fs::read_to_string(run.path().join("events.jsonl")).ok())?;
            text.contains("\"submitting\"").then_some(())
        };
        if freeze {
            // It may have been too quick, or too slow to connect: either is an instant, too.
            for _ in 0..100 {
                if about_to().is_some() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            std::thread::sleep(Duration::from_millis(50));
        } else {
            until("it is about to submit", about_to);
        }
        client.signal(SIGKILL);
        client.wait();
        if freeze {
            broken.thaw("slurmctld");
        }
        kept.client(&[]).wait().expect(0);
        kept.ran_once(3);
    }
}

const UNSEEN: &str = "
  - {name: good, command: 'while [ ! -e go ]; do sleep 0.1; done; echo good >>ran; touch made', creates: made}
  - {name: bad, command: 'while [ ! -e go ]; do sleep 0.1; done; echo bad >>ran; exit 3'}
  - {name: after_good, command: echo after_good >>ran, depends_on: [good]}
  - {name: after_bad, command: echo after_bad >>ran, depends_on: [bad]}
";

/// The client is away while its jobs end and are purged.
fn away<'a>(cluster: &'a Cluster, jobs: &str) -> Kept<'a> {
    let kept = Kept::of(Flow::on(cluster, "away", jobs));
    let mut client = kept.client(&[]);
    let ids = ["good", "bad"].map(|job| {
        client.told("RUNNING", job);
        client.id(job)
    });
    client.signal(SIGKILL);
    client.wait();
    kept.flow.dir.write("go", "");
    for id in ids {
        until("slurmctld has forgotten it", || cluster.state(id).is_none().then_some(()));
    }
    kept
}

#[test]
fn the_client_is_away_for_longer_than_slurmctld_remembers() {
    let own = Cluster::start(&["--min-job-age", "2"]);
    let kept = away(&own.cluster, UNSEEN);
    let done = kept.client(&[]).wait().expect(1);
    assert_eq!(
        (done.row("good")[1].as_str(), done.row("after_good")[1].as_str()),
        ("COMPLETED", "COMPLETED")
    );
    assert_eq!((done.row("bad")[1].as_str(), done.row("bad")[4].as_str()), ("FAILED", "exit 3"));
    assert_eq!(done.last("after_bad").detail, "because bad FAILED");
    kept.ran_once(3);
}

#[test]
fn nobody_remembers_and_the_user_decides() {
    let own = Cluster::start(&["--min-job-age", "2", "--no-accounting"]);
    let kept = away(&own.cluster, UNSEEN);
    let done = kept.client(&[]).wait().expect(1);
    // What it made tells of the one, and nothing of the other.
    assert_eq!(done.last("good").word, "COMPLETED");
    assert_eq!(done.last("good").detail, "nobody knows how it ended; its outputs are there");
    assert_eq!(done.row("after_good")[1], "COMPLETED");
    assert_eq!((done.row("bad")[1].as_str(), done.row("after_bad")[1].as_str()), ("UNKNOWN", "SKIPPED"));
    let done = kept.start(&["resume", "--last", "--assume", "completed"]).wait().expect(0);
    assert_eq!(done.last("bad").word, "COMPLETED");
    assert_eq!(done.row("after_bad")[1], "COMPLETED");
    kept.ran_once(4);
}
