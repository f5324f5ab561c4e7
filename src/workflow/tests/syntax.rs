//! What YAML means here: scalars keep their text, and the forms that users write are all read.

use super::{job, parse, submitter};
use crate::job::{Memory, NodeCount, TimeLimit};
use crate::workflow::{Command, DependencyKind, Runtime, Workflow};
use std::path::Path;

#[test]
fn scalars_keep_their_text() {
    let values =
        "[2e-5, 16, 1:30:00, yes, 0123, '016', \"q\", 1_000, 0x10, .5, 2024-01-01, !!str null, !!int 7]";
    let job = job(&format!(
        "command: {values}\nenvironment: {{env_vars: {{A: 2e-5, B: yes, C: 0o7, D: '', E: 1.0}}}}"
    ));
    let expected = [
        "2e-5",
        "16",
        "1:30:00",
        "yes",
        "0123",
        "016",
        "q",
        "1_000",
        "0x10",
        ".5",
        "2024-01-01",
        "null",
        "7",
    ];
    assert_eq!(job.command, Command::Words(expected.map(String::from).into()));
    let vars: Vec<&str> = job.environment.env_vars.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(vars, ["2e-5", "yes", "0o7", "", "1.0"]);
}

#[test]
fn resources() {
    let of = |body: &str| job(&format!("command: x\nresources: {{{body}}}")).resources;
    assert_eq!(of("nodes: 2-4").nodes, Some(NodeCount { min: 2, max: 4 }));
    assert_eq!(of("nodes: '3'").nodes, Some(NodeCount::exactly(3)));
    assert_eq!(of("memory_per_node: 16").memory_per_node, Some(Memory { mib: 16 }));
    assert_eq!(of("time_limit: 1:30:00").time_limit, Some(TimeLimit::Minutes(90)));
    assert_eq!(of("time_limit: 90").time_limit, Some(TimeLimit::Minutes(90)));
    assert_eq!(of("gpus_per_node: 0").gpus_per_node, Some(0));
    // What says nothing is absent.
    assert_eq!(of("partition: '', nodes: , qos: ~, account: null"), of(""));
}

#[test]
fn dependencies() {
    let text = "jobs:
  - {name: d, command: x, depends_on: [a, 'afterany:b c', after:a, afternotok:a, a]}
  - {name: a, command: x}
  - {name: b c, command: x, depends_on: a}
";
    let flow = parse(text);
    let of = |job: usize| -> Vec<(usize, DependencyKind)> {
        flow.jobs()[job].depends_on.iter().map(|dependency| (dependency.on, dependency.kind)).collect()
    };
    use DependencyKind::{After, AfterAny, AfterNotOk, AfterOk};
    assert_eq!(of(0), [(1, AfterOk), (2, AfterAny), (1, After), (1, AfterNotOk)]);
    assert_eq!(of(2), [(1, AfterOk)]);
    assert_eq!((flow.name(), flow.position("b c"), flow.position("x")), ("unnamed", Some(2), None));
}

#[test]
fn commands_of_several_lines() {
    assert_eq!(job("command: |\n  cd x\n  y").command, Command::Shell("cd x\ny\n".into()));
    assert_eq!(job("command: >-\n  a\n  b").command, Command::Shell("a b".into()));
}

#[test]
fn containers() {
    let container = |text: &str| {
        job(&format!("command: x\nenvironment: {{container: {text}}}")).environment.container.unwrap()
    };
    let plain = container("nvcr.io#nvidia/pytorch:24.01");
    assert_eq!((plain.runtime, plain.image.as_str()), (Runtime::Pyxis, "nvcr.io#nvidia/pytorch:24.01"));
    let full = container(
        "{runtime: Apptainer, image: i.sif, mounts: [/a:/b, /c], workdir: /w, nv: on, env: {A: 1}}",
    );
    assert_eq!((full.runtime, full.mounts.len(), full.apptainer.nv), (Runtime::Apptainer, 2, true));
    assert_eq!(full.apptainer.env, [("A".to_owned(), "1".to_owned())]);
}

#[test]
fn aliases_and_merge_keys() {
    let flow = parse(
        "jobs:
  - name: a
    command: x
    resources: &gpu {nodes: 2, partition: gpu}
  - name: b
    command: x
    resources:
      <<: *gpu
      nodes: 4
  - name: c
    command: x
    resources: *gpu
  - name: d
    command: x
    resources: {<<: [{qos: q, nodes: 7}, *gpu]}
",
    );
    let of = |job: usize| {
        let resources = &flow.jobs()[job].resources;
        (resources.nodes.unwrap().min, resources.partition.clone().unwrap(), resources.qos.clone())
    };
    assert_eq!(of(1), (4, "gpu".into(), None));
    assert_eq!(of(2), (2, "gpu".into(), None));
    assert_eq!(of(3), (7, "gpu".into(), Some("q".into())));
}

#[test]
fn other_ways_to_write_a_file() {
    let text = "\u{feff}%YAML 1.1\r\n---\r\nname: été\r\njobs:\r\n- name: a\r\n  command: |\r\n    x\r\n    y\r\n...\r\n";
    let flow = parse(text);
    assert_eq!(flow.name(), "été");
    assert_eq!(flow.jobs()[0].command, Command::Shell("x\ny\n".into()));
    let json = r#"{"name": "j", "jobs": [{"name": "a", "command": ["x", 1, true]}]}"#;
    assert_eq!(parse(json).jobs()[0].command, Command::Words(["x", "1", "true"].map(String::from).into()));
}

#[test]
fn places_are_right_behind_wide_text() {
    let error = Workflow::parse("w", "name: 日本語 é\r\njobs:\r\n  - {name: 'a', 'é': 1, command: x}\r\n")
        .unwrap_err();
    assert_eq!(error.position(&error.problems()[0]), Some((3, 17)));
    let far = format!("# {}\njobs:\n  - {{name: a, command: x, bad: 1}}\n", "é日".repeat(1_000));
    let error = Workflow::parse("w", &far).unwrap_err();
    assert_eq!(error.position(&error.problems()[0]), Some((3, 27)));
}

#[test]
fn folders() {
    let of = |body: &str| {
        let flow = parse(&super::one(&format!("command: x\n{body}")));
        let request = flow.request(0, &submitter());
        let stdout = request.stdout.map(|path| path.display().to_string());
        (request.work_dir.display().to_string(), stdout, flow.log_dir(0, &submitter()))
    };
    assert_eq!(of(""), ("/home/me/project".into(), None, None));
    assert_eq!(of("work_dir: ./sub/\nlog_dir: logs").0, "/home/me/project/sub");
    assert_eq!(of("work_dir: /abs\nlog_dir: logs").1.unwrap(), "/home/me/project/logs/%x_%j.log");
    assert_eq!(of("work_dir: ~/w\nlog_dir: ~").0, "/home/me/w");
    let (_, stdout, dir) = of("log_dir: ~/100%j");
    assert_eq!(stdout.unwrap(), "/home/me/100%%j/%x_%j.log");
    assert_eq!(dir.as_deref(), Some(Path::new("/home/me/100%j")));

    let flow = parse(&super::one("command: x"));
    let submit = crate::workflow::Submitter { log_dir: Some("/logs".into()), ..submitter() };
    assert_eq!(flow.request(0, &submit).stdout.unwrap(), Path::new("/logs/%x_%j.log"));
}

#[test]
fn what_is_asked_for() {
    let of = |resources: &str| {
        let request =
            parse(&super::one(&format!("command: x\nresources: {{{resources}}}"))).request(0, &submitter());
        (request.tasks, request.tasks_per_node, request.wait_all_nodes, request.gpus_per_node)
    };
    assert_eq!(of(""), (Some(1), Some(1), false, None));
    assert_eq!(of("nodes: 3, ntasks_per_node: 4, gpus_per_node: 0"), (Some(12), Some(4), true, None));
    assert_eq!(of("nodes: 1-3, ntasks_per_node: 4, gpus_per_node: 2"), (None, Some(4), true, Some(2)));
    assert_eq!(of("nodes: 65533, ntasks_per_node: 65533").0, Some(65_533 * 65_533));
    let request = parse(&super::one("command: x")).request(0, &submitter());
    assert_eq!(request.argv, ["a"]);
    assert_eq!(request.environment, submitter().environment);
}
