//! Holds, releases, requeues, suspensions and the like, on pairs of jobs.

use crate::comparison::Runner;
use crate::live_support::{Cluster, Scratch};
use crate::twins::{FIRST_ID, Twins};

/// Words that name no job.
const NOT_JOBS: &str = "999999 x 0 -1 1x 999999_1 999999_[1-3] 999999+1 [999998-999999] 999999,999998 1_[ ] 999999.0 s123 4294967299 name=nosuch \
                        jobname=nosuch Name= jobid=999999 job=999999";

#[test]
fn holds_and_requeues() {
    let own = Cluster::start(&["--conf", FIRST_ID]);
    let dir = Scratch::new("actions");
    let mut twins = Twins::of(Runner::new(&own.cluster, "scontrol", dir.path()));
    twins.at_once = true;
    for command in [
        "hold",
        "uhold",
        "holdu",
        "release",
        "suspend",
        "resume",
        "requeue",
        "requeuehold",
        "requeuehold State=SpecialExit",
        "top",
        "notify",
        "update",
    ] {
        for id in NOT_JOBS.split_whitespace() {
            let end = match command {
                "notify" => "message",
                "update" => "Comment=x",
                _ => "",
            };
            let id =
                if command == "update" && !id.contains('=') { format!("JobId={id}") } else { id.to_owned() };
            twins.act(&format!("{command} {id} {end}"));
            twins.act(&format!("-Q {command} {id} {end}"));
        }
    }
    single(&mut twins);
    arrays(&mut twins);
    components(&mut twins);
    // These mean all of a user's jobs, and so the other side's.
    twins.at_once = false;
    order(&mut twins);
    named(&mut twins);
    twins.at_once = true;
    of_others(&mut twins);
    twins.tally.finish();
}

/// Each line, and then the record of a job.
fn follow(twins: &mut Twins<'_>, name: &str, lines: &[&str]) {
    for line in lines {
        twins.act(line);
        twins.record(name, line);
    }
}

fn single(twins: &mut Twins<'_>) {
    twins.submit("held", "-H --begin=now+10hours", "sleep 3000");
    twins.submit("running", "--requeue", "sleep 3000");
    twins.submit("stubborn", "--no-requeue", "sleep 3000");
    twins.submit("special", "--requeue", "sleep 3000");
    twins.submit("over", "", "true");
    twins.submit("failed", "", "exit 3");
    for name in ["running", "stubborn", "special"] {
        twins.wait(name, "RUNNING");
    }
    twins.wait("over", "COMPLETED");
    twins.wait("failed", "FAILED");
    follow(
        twins,
        "held",
        &[
            "hold {held}",
            "uhold {held}",
            "release {held} {held}",
            "hold {held}",
            "requeue {held}",
            "suspend {held}",
            "resume {held}",
        ],
    );
    follow(
        twins,
        "held",
        &[
            "holdu JobId={held}",
            "hold job={held}",
            "requeuehold {held}",
            "requeue incomplete {held}",
            "-v hold {held}",
            "-Q suspend {held}",
        ],
    );
    follow(
        twins,
        "running",
        &[
            "hold {running}",
            "uhold {running}",
            "release {running}",
            "resume {running}",
            "suspend {running}",
            "suspend {running}",
        ],
    );
    follow(
        twins,
        "running",
        &[
            "hold {running}",
            "requeue x {running}",
            "resume {running}",
            "resume {running},{over},{held}",
            "release {running},{over}",
        ],
    );
    follow(
        twins,
        "over",
        &["hold {over}", "release {over}", "suspend {over}", "resume {over}", "requeue incomplete {over}"],
    );
    follow(
        twins,
        "stubborn",
        &[
            "requeue {stubborn}",
            "requeuehold {stubborn}",
            "requeuehold State=SpecialExit {stubborn}",
            "requeue",
        ],
    );
    follow(
        twins,
        "failed",
        &["requeue Incomplete {failed}", "requeuehold Incomplete State=SpecialExit {failed}"],
    );
    twins.act("requeuehold State=SpecialExit {special}");
    twins.wait("special", "SPECIAL_EXIT");
    follow(twins, "special", &["requeuehold {special}"]);
    twins.act("release {special}");
    twins.start_now("special");
    twins.act("requeuehold State=se {special}");
    twins.wait("special", "SPECIAL_EXIT");
    follow(twins, "special", &["requeue State=x {special}", "suspend {special}"]);
    twins.act("requeuehold {over}");
    twins.queue(&["over", "special", "held"], "requeuehold of one that is over");
    follow(twins, "over", &["requeue {over}", "requeuehold {over}", "update JobId={over} Priority=9"]);
    twins.act("requeue JobId={running} {failed}");
    twins.act("notify {stubborn} two words");
    twins.act("notify {over} two words");
    twins.act("notify {held} x");
    twins.act("wait_job {stubborn}");
    twins.act("wait_job {over}");
    twins.act("write batch_script {stubborn} -");
    twins.act("top {stubborn}");
    twins.act("top {over}");
}

fn arrays(twins: &mut Twins<'_>) {
    twins.submit("waiting", "-a0-9 --begin=now+10hours", "sleep 3000");
    follow(
        twins,
        "waiting",
        &[
            "hold {waiting}_3",
            "hold {waiting}_[4-5,7]",
            "uhold {waiting}_4-5,99",
            "hold {waiting}_99",
            "release {waiting}_3,{waiting}_4",
            "hold {waiting}",
            "release {waiting}",
            "suspend {waiting}",
            "suspend {waiting}_1",
            "resume {waiting}_[0-9]",
            "requeue {waiting}",
            "requeue {waiting}_1",
            "requeuehold {waiting}_[1-2]",
            "hold {waiting}_2,{waiting}_8",
            "hold {waiting}_1-9:2",
            "hold {waiting}_[1-9:2]",
            "hold {waiting}_*",
            "hold {waiting}+1",
            "release {waiting}_[1",
            "release {waiting}_[]",
            "release {waiting}_",
            "update JobId={waiting}_6 TimeLimit=7",
            "update JobId={waiting}_[0,8] TimeLimit=7 Comment=x",
            "update JobId={waiting} TimeLimit=9",
            "update JobId={waiting} TimeLimit=x",
            "update JobId={waiting}_99 TimeLimit=9",
            "update JobId={waiting}_2,{waiting}_4 TimeLimit=11",
            "update JobId={waiting} TimeLimit=+5",
            "update JobId={waiting}_2 TimeLimit+=5",
            "update JobId={waiting}_99 TimeLimit+=5",
            "update JobId={waiting} ArrayTaskThrottle=2",
            "update JobId={waiting}_2 ArrayTaskThrottle=3",
            "update JobId={waiting} Partition=short,debug",
            "update JobId={waiting} Partition=nosuch",
            "update JobId={waiting}_1 QOS=nosuch",
            "update JobId={waiting} NumNodes=2",
            "update JobId={waiting}_2 NumNodes=2",
            "update JobId={waiting} Dependency=afterok:{held}",
            "update JobId={waiting}_5 Dependency=",
            "update JobId={waiting} Name=renamed Nice=7",
            "-Q update JobId={waiting} Partition=nosuch",
            "-v update JobId={waiting} Comment=z",
            "top {waiting}",
            "top {waiting}_2",
            "show job {waiting}_[1-3]",
        ],
    );
    twins.submit("some_run", "-a0-5%2 --requeue", "sleep 3000");
    let two = |twins: &Twins<'_>| {
        twins.ids("some_run").iter().all(|id| {
            let id = id.to_string();
            twins
                .runner
                .cluster
                .slurm("squeue", &["-h", "-r", "-t", "R", "-o", "%i", "-j", &id])
                .lines()
                .count()
                == 2
        })
    };
    crate::live_support::until("two tasks run", || two(twins).then_some(()));
    follow(
        twins,
        "some_run",
        &[
            "hold {some_run}_0",
            "hold {some_run}_[0-2]",
            "suspend {some_run}_1",
            "suspend {some_run}",
            "resume {some_run}",
            "update JobId={some_run} Comment=x",
            "update JobId={some_run} TimeLimit=50",
            "update JobId={some_run} Features=fast",
            "update JobId={some_run}_1 TimeLimit=60",
            "update JobId={some_run}_[0,3] TimeLimit=65",
            "update JobId={some_run} ArrayTaskThrottle=1",
            "hold {some_run}",
            "requeue {some_run}_4",
            "write batch_script {some_run} -",
        ],
    );
    twins.submit("ends", "-t5 -a0-2", "exit $SLURM_ARRAY_TASK_ID");
    let over = |twins: &Twins<'_>| {
        twins
            .ids("ends")
            .iter()
            .all(|id| twins.runner.cluster.slurm("squeue", &["-h", "-j", &id.to_string()]).is_empty())
    };
    crate::live_support::until("the array is over", || over(twins).then_some(()));
    twins.queue(&["ends"], "an array's end");
    follow(
        twins,
        "ends",
        &[
            "hold {ends}",
            "release {ends}_1",
            "suspend {ends}",
            "update JobId={ends} TimeLimit=5",
            "update JobId={ends} Comment=x",
            "requeue incomplete {ends}",
            "requeuehold {ends}_1",
            "requeuehold {ends}",
        ],
    );
}

fn components(twins: &mut Twins<'_>) {
    twins.submit("het", "-H -n1 : -n2", "sleep 3000");
    follow(
        twins,
        "het",
        &[
            "hold {het}",
            "hold {het}+1",
            "release {het}+1",
            "uhold {het}+0",
            "suspend {het}",
            "update JobId={het} Comment=all",
            "update JobId={het}+1 Comment=one",
            "update JobId={het}+0 TimeLimit=5",
            "update JobId={het}+9 TimeLimit=5",
            "update JobId={het} TimeLimit=7",
            "update JobId={het} NumNodes=2",
            "requeue {het}",
            "requeue {het}+1",
            "top {het}",
            "write batch_script {het}+1 -",
            "notify {het}+1 x",
        ],
    );
}

/// Which of a user's jobs goes first.
fn order(twins: &mut Twins<'_>) {
    for name in ["first", "second", "third"] {
        twins.submit(name, "--begin=now+10hours -p short", "true");
    }
    for line in [
        "top {third}",
        "top {second},{third}",
        "top {third} {first}",
        "top {first},{over}",
        "top {first},",
        "top job={second}",
        "top JobId={second}",
    ] {
        twins.act(line);
        for name in ["first", "second", "third"] {
            twins.record(name, line);
        }
    }
}

fn named(twins: &mut Twins<'_>) {
    // Names are not parted by side: what is done by name is done to both, and undone.
    twins.submit("by_name", "-H", "true");
    for line in [
        "hold Name=by_name",
        "release JobName=by_name",
        "uhold name=by_name",
        "hold jobname=BY_NAME",
        "update JobName=by_name Comment=x",
        "update JobName=by_name",
        "update Name=by_name Comment=y UserID=root",
        "update JobName=by_name UserID=65534 Comment=z",
        "update JobName=nosuch Comment=z",
        "update JobName=by_name TimeLimit=+5",
        "suspend Name=by_name",
        "requeue name=by_name",
    ] {
        twins.act(line);
        twins.record("by_name", line);
    }
}

/// By a user who may not.
fn of_others(twins: &mut Twins<'_>) {
    let root = Runner::new(twins.runner.cluster, "scontrol", twins.runner.dir);
    let Some(nobody) = Runner::new(twins.runner.cluster, "scontrol", twins.runner.dir).of_nobody() else {
        return;
    };
    twins.runner = nobody;
    for command in [
        "hold",
        "uhold",
        "release",
        "suspend",
        "resume",
        "requeue",
        "requeuehold",
        "top",
        "update Comment=x JobId=",
        "notify",
        "write batch_script",
    ] {
        for name in ["held", "stubborn", "waiting", "waiting}_3", "over", "het"] {
            let space = if command.ends_with('=') { "" } else { " " };
            let end = if command == "notify" { " x" } else { "" };
            let line = if name.contains('}') {
                format!("{command}{space}{{{name}{end}")
            } else {
                format!("{command}{space}{{{name}}}{end}")
            };
            twins.act(&line);
        }
    }
    twins.runner = root;
    for name in ["held", "stubborn", "waiting", "over", "het"] {
        twins.record(name, "attempts of another user");
    }
}
