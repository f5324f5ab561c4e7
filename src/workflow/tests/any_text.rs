//! No text makes the parser panic, hang, or take long.

use super::super::Workflow;
use proptest::prelude::*;

const VALID: &str = r#"
name: "ml pipeline" # ünï
x: &env {conda: ml}
jobs:
  - name: préprocess
    command: [python, "p.py", --lr, 2e-5, '日本']
    environment: &e
      env_vars: {A: 1, B: "x: y"}
  - name: train
    command: |
      cd x && y {{ lr }}
      z "{{ n }}" 'a {{ task_id }}' <<E
      {{ lr }}
      E
    depends_on: [afterany:préprocess, "aftercorr:sweep", sweep_1, 'after:sweep[0-1]+5']
    array: {values: {lr: [1e-3, 2], n: [a, 'b c']}, throttle: 1}
    resources: {nodes: 2-4, memory_per_node: 16GB, time_limit: 1:30:00}
    sbatch: {mail-type: 'END,FAIL', nice: -5, hold: true, begin: now+1hour}
    environment:
      <<: *e
      container: {runtime: apptainer, image: i.sif, mounts: [/a:/b], nv: yes}
  - {name: sweep, command: x, array: 0-9%2}
"#;

#[test]
fn the_valid_file_is_valid() {
    // A key that is there for its anchor alone.
    if let Err(error) = Workflow::parse("any.yaml", &VALID.replace("x: &env", "# x: &env")) {
        panic!("{error}");
    }
}

fn check(text: &str) {
    if let Err(error) = Workflow::parse("any.yaml", text) {
        assert!(!error.problems().is_empty());
        let _ = error.render(true, 80);
        let shown = error.to_string();
        for problem in error.problems() {
            let _ = error.position(problem);
            assert!(!problem.message().contains('\n'), "{shown}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn random_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn yaml_like_text(text in "([-:?\\[\\]{},#&*!|>'\"%@`~<=\\\\/ \t\n\r\u{feff}\0aé日0.]|name|jobs|command|<<|- |: ){0,60}") {
        check(&text);
        check(&format!("jobs:\n  - name: a\n    command: {text}"));
        check(&format!("jobs:\n- {text}"));
    }

    #[test]
    fn mutations_of_a_valid_file(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..8, "[-:\\[\\]{}&*!|>'\"#~ \t\n\ra0é]{0,3}"), 1..6)
    ) {
        let mut text: Vec<char> = VALID.chars().collect();
        for (at, cut, put) in edits {
            let at = at.index(text.len().max(1)).min(text.len());
            let end = (at + cut).min(text.len());
            text.splice(at..end, put.chars());
        }
        check(&text.into_iter().collect::<String>());
    }

    #[test]
    fn truncations_of_a_valid_file(at in any::<prop::sample::Index>()) {
        let chars: Vec<char> = VALID.chars().collect();
        check(&chars[..at.index(chars.len())].iter().collect::<String>());
    }
}

fn quickly(text: &str) -> String {
    let start = std::time::Instant::now();
    let said = Workflow::parse("big.yaml", text).map_or_else(|error| error.to_string(), |_| String::new());
    // Without optimisation, on a busy machine.
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
    said.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "error: lists and maps are nested more than 64 deep";
    assert_eq!(quickly(&"[".repeat(1_000_000)), deep);
    assert_eq!(quickly(&"{a: ".repeat(1_000_000)), deep);
    assert_eq!(quickly(&"- ".repeat(100_000)), deep);
    let lines: String = (0..2_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert_eq!(quickly(&lines), deep);
    // Through aliases: no list stands in another in the text.
    let chain: String = (1..1_000).map(|n| format!("k{n}: &a{n} [*a{}]\n", n - 1)).collect();
    assert_eq!(quickly(&format!("k0: &a0 [x]\n{chain}")), deep);
}

#[test]
fn alias_bombs_are_refused() {
    let large = "error: the file's aliases stand for too much text";
    let layers: String =
        (1..30).map(|n| format!("k{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "))).collect();
    assert_eq!(quickly(&format!("k0: &a0 [x, x]\n{layers}")), large);
    let keys: String = (0..2_000).map(|n| format!("  k{n}: x\n")).collect();
    let merges: String = (0..2_000).map(|n| format!("m{n}: {{<<: *a}}\n")).collect();
    assert_eq!(quickly(&format!("base: &a\n{keys}{merges}")), large);
}

#[test]
fn large_files_are_read_in_time() {
    let jobs: String = (0..5_000)
        .map(|n| format!("  - name: j{n}\n    command: [echo, é{n}]\n    depends_on: [j{}]\n", n + 1))
        .collect();
    let last = "  - {name: j5000, command: x}\n";
    assert_eq!(quickly(&format!("jobs:\n{jobs}{last}")), "");
    assert_eq!(
        quickly(&format!("jobs: [{}]", vec!["{name: a, comand: x}"; 5_000].join(", "))),
        "error: unknown key `comand`"
    );
}

#[test]
fn many_mistakes_cost_no_more_than_few() {
    let job = |n: usize| format!(" - {{name: j{n}, command: x, depends_on: [k{n}]}}\n");
    let jobs: String = (0..20_000).map(job).collect();
    assert_eq!(
        quickly(&format!("jobs:\n{jobs}")),
        "error: the job `j0` depends on `k0`, which does not exist"
    );
}
