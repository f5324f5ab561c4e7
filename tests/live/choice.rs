//! A part of a workflow, and once more, on Slurm. The jobs write down that they ran.

use super::live_support::kept::start;
use super::live_support::{Done, Flow};

/// `b` and tasks of `sweep` fail until they are mended; `made` has something to show.
const JOBS: &str = r#"
  - {name: a, command: "echo a >>ran"}
  - {name: b, command: "echo b >>ran; [ -e mended ]", depends_on: [a]}
  - {name: c, command: "echo c >>ran", depends_on: [b]}
  - {name: sweep, array: 0-7, command: "echo sweep_$SRUNX_TASK_ID >>ran; [ -e mended ] || [ $((SRUNX_TASK_ID % 3)) != 1 ]", depends_on: [a]}
  - {name: corr, array: 0-7, command: "echo corr_$SRUNX_TASK_ID >>ran", depends_on: ["aftercorr:sweep"]}
  - {name: made, command: "echo made >>ran; echo it >made.out", creates: [made.out], inputs: [made.in]}
  - {name: last, command: "echo last >>ran", depends_on: [sweep, c, made]}
"#;

fn run(flow: &Flow<'_>, arguments: &[&str]) -> Done {
    start(flow, arguments).wait()
}

/// What ran since it was asked last.
fn ran(flow: &Flow<'_>) -> String {
    let text = flow.dir.read("ran");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    let ran = lines.join(" ");
    flow.dir.write("ran", "");
    ran
}

fn flow(name: &str) -> Flow<'static> {
    let flow = Flow::new(name, JOBS);
    flow.dir.write("made.in", "");
    flow
}

#[test]
fn what_failed_runs_again_and_what_waited_for_it() {
    let flow = flow("again");
    run(&flow, &["run", "flow.yaml"]).expect(1);
    assert_eq!(
        ran(&flow),
        "a b corr_0 corr_2 corr_3 corr_5 corr_6 made sweep_0 sweep_1 sweep_2 sweep_3 sweep_4 sweep_5 sweep_6 sweep_7"
    );
    // In vain once more: nothing but that runs again.
    run(&flow, &["resume", "--last", "--retry-failed"]).expect(1);
    assert_eq!(ran(&flow), "b sweep_1 sweep_4 sweep_7");
    flow.dir.write("mended", "");
    run(&flow, &["resume", "--last", "--retry-failed"]).expect(0).says(&["Workflow completed"]);
    assert_eq!(ran(&flow), "b c corr_1 corr_4 corr_7 last sweep_1 sweep_4 sweep_7");
    run(&flow, &["resume", "--last", "--retry-failed"]).expect(0);
    assert_eq!(ran(&flow), "");
}

#[test]
fn along_the_graph() {
    let flow = flow("along");
    flow.dir.write("mended", "");
    run(&flow, &["run", "flow.yaml", "--to", "c"]).expect(0);
    assert_eq!(ran(&flow), "a b c");
    run(&flow, &["run", "flow.yaml", "--job", "c", "--job", "corr"]).expect(0);
    assert_eq!(ran(&flow), "c corr_0 corr_1 corr_2 corr_3 corr_4 corr_5 corr_6 corr_7");
    run(&flow, &["run", "flow.yaml", "--from", "b", "--to", "last"]).expect(0);
    let sweep = "sweep_0 sweep_1 sweep_2 sweep_3 sweep_4 sweep_5 sweep_6 sweep_7";
    assert_eq!(ran(&flow), format!("b c last made {sweep}"));
    // On a run that is over: the named one, whatever came of it, and all behind it.
    run(&flow, &["resume", "--last", "--from", "c"]).expect(0);
    assert_eq!(ran(&flow), "c last");
    // The outputs are there, until what they are made of is newer.
    run(&flow, &["run", "flow.yaml", "--to", "made"]).expect(0).says(&["made"]);
    assert_eq!(ran(&flow), "");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    flow.dir.write("made.in", "new");
    run(&flow, &["run", "flow.yaml", "--to", "made"]).expect(0);
    assert_eq!(ran(&flow), "made");
    run(&flow, &["run", "flow.yaml", "--to", "made", "--detach"]).expect(0);
    assert_eq!(ran(&flow), "");
}
