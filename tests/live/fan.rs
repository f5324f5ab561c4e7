//! Many jobs at once.

use super::live_support::Flow;
use std::collections::HashMap;

#[test]
fn two_hundred_jobs_each_exactly_once() {
    let mut jobs = String::from("  - name: root\n    command: \"true\"\n");
    let mut names = Vec::new();
    for n in 0..200 {
        jobs.push_str(&format!(
            "  - name: j{n}\n    command: echo $SLURM_JOB_NAME >>ran\n    depends_on: [root]\n"
        ));
        jobs.push_str("    log_dir: logs\n");
        names.push(format!("j{n}"));
    }
    jobs.push_str(&format!(
        "  - name: join\n    command: cp ran all\n    depends_on: [{}]\n",
        names.join(", ")
    ));
    let flow = Flow::new("fan", &jobs);
    let done = flow.run(&[]).expect(0);
    let mut ran: HashMap<String, u32> = HashMap::new();
    for line in flow.dir.read("all").lines() {
        *ran.entry(line.to_owned()).or_default() += 1;
    }
    for name in &names {
        assert_eq!(ran.remove(name), Some(1), "{name}");
        assert_eq!(done.story(name).matches("SUBMITTED").count(), 1);
    }
    assert!(ran.is_empty(), "{ran:?}");
    // Slurm knows no more of them than that.
    let format = "%Z|%i";
    let all = flow.cluster.slurm("squeue", &["-h", "-t", "all", "-o", format]);
    let here = format!("{}|", std::fs::canonicalize(flow.dir.path()).unwrap().display());
    assert_eq!(all.lines().filter(|line| line.starts_with(&here)).count(), 202);
    assert_eq!(std::fs::read_dir(flow.dir.path().join("logs")).unwrap().count(), 200);
}
