//! Runs whose client dies. The jobs write down that they ran.

use super::live_support::kept::{Kept, SIGKILL, layers};
use super::live_support::{Cluster, Flow, until};

#[test]
fn clients_killed_at_random_instants_run_every_job_once() {
    let mut kept = Kept::of(Flow::new("killed", &layers(6, 10, 5)));
    let done = kept.run_killing(60, 460).expect(0);
    eprintln!("{} clients were killed\n{done}", kept.kills);
    // How many there are is up to chance; live_failures kills two hundred.
    assert!(kept.kills >= 3, "{}", kept.kills);
    kept.ran_once(6 * 10 + 6 * 5);
}

#[test]
fn nothing_of_a_cancelled_run_is_left_in_the_queue() {
    let kept = Kept::of(Flow::new(
        "cancelled",
        "  - {name: a, command: sleep 600}\n  - {name: b, array: 0-3, command: sleep 600}\n  - {name: c, command: 'true', depends_on: [a]}\n",
    ));
    let mut client = kept.start(&["run", "flow.yaml"]);
    client.told("RUNNING", "a");
    let (a, b) = (client.id("a"), client.id("b"));
    client.signal(SIGKILL);
    client.wait();
    let status = kept.start(&["status", "--last"]).wait().expect(0);
    status.says(&["of workflow cancelled: LEFT"]).says(&["a ", "RUNNING"]).says(&["c ", "WAITING"]);
    let done = kept.start(&["cancel", "--last"]).wait().expect(0);
    assert!(done.stderr.contains("nothing of the run"), "{done}");
    let is_gone = |id: u32| !Cluster::shared().queue().contains(&id);
    until("nothing is in the queue", || (is_gone(a) && is_gone(b)).then_some(()));
    kept.start(&["list"]).wait().expect(0).says(&["LEFT", "2/3"]);
}

#[test]
fn what_ended_while_nobody_looked_is_known() {
    let kept = Kept::of(Flow::new(
        "unseen",
        "  - {name: good, command: 'while [ ! -e go ]; do sleep 0.1; done'}\n  - {name: bad, command: 'while [ ! -e go ]; do sleep 0.1; done; exit 3'}\n  - {name: after, command: echo one >>after-ran, depends_on: [good]}\n",
    ));
    let mut client = kept.start(&["run", "flow.yaml"]);
    client.told("RUNNING", "good");
    client.told("RUNNING", "bad");
    let ids = [client.id("good"), client.id("bad")];
    client.signal(SIGKILL);
    client.wait();
    kept.flow.dir.write("go", "");
    Cluster::shared().wait_state(ids[0], "COMPLETED");
    Cluster::shared().wait_state(ids[1], "FAILED");
    kept.start(&["status", "--last"]).wait().expect(0).says(&["good", "COMPLETED"]);
    let done = kept.start(&["resume", "--last"]).wait().expect(1);
    done.says(&["2 completed, 1 failed"]);
    assert_eq!(kept.flow.dir.read("after-ran"), "one\n");
}
