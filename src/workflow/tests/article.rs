//! The workflows that the project began with, as they stand.

use super::{parse, submitter};
use crate::job::{Memory, NodeCount};
use crate::workflow::{Command, PythonEnv};

const BASIC: &str = r#"name: ml_pipeline
jobs:
  - name: preprocess
    command: ["python", "preprocess.py", "--input", "raw_data.csv"]
    resources:
      nodes: 1
      memory_per_node: "16GB"
    environment:
      conda: pytorch_env

  - name: train
    command: ["python", "train.py", "--data", "processed_data.csv"]
    depends_on:
      - preprocess
    resources:
      nodes: 2
      gpus_per_node: 2
    environment:
      conda: pytorch_env

  - name: evaluate
    command: ["python", "evaluate.py", "--model", "trained_model.pt"]
    depends_on:
      - train
    resources:
      nodes: 1
    environment:
      venv: /home/user/xxx/.venv
"#;

#[test]
fn the_basic_workflow() {
    let flow = parse(BASIC);
    assert_eq!(flow.name(), "ml_pipeline");
    let names: Vec<&str> = flow.jobs().iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["preprocess", "train", "evaluate"]);
    let [preprocess, train, evaluate] = flow.jobs() else { panic!() };
    assert_eq!(preprocess.resources.memory_per_node, Some(Memory { mib: 16 << 10 }));
    assert_eq!(preprocess.environment.python, Some(PythonEnv::Conda("pytorch_env".into())));
    assert_eq!(train.depends_on[0].on, 0);
    assert_eq!(train.resources.nodes, Some(NodeCount::exactly(2)));
    assert_eq!(train.resources.gpus_per_node, Some(2));
    assert_eq!(evaluate.environment.python, Some(PythonEnv::Venv("/home/user/xxx/.venv".into())));
    assert_eq!(
        evaluate.command,
        Command::Words(["python", "evaluate.py", "--model", "trained_model.pt"].map(String::from).into())
    );
}

#[test]
fn what_is_asked_for_its_jobs() {
    let flow = parse(BASIC);
    let asked = |job| {
        let request = flow.request(job, &submitter());
        let options: String = request.describe().iter().map(|option| format!("{option}\n")).collect();
        options + "\n" + &request.script
    };
    insta::assert_snapshot!(asked(2), @r#"
    --job-name=evaluate
    --chdir=/home/me/project
    --nodes=1
    --ntasks=1
    --ntasks-per-node=1
    --cpus-per-task=1

    #!/bin/bash
    # evaluate of the workflow ml_pipeline, made by srunx
    set -e -o pipefail

    if [[ ! -f /home/user/xxx/.venv/bin/activate ]]; then
        printf 'srunx: %s is no virtual environment: it has no bin/activate\n' /home/user/xxx/.venv >&2
        exit 1
    fi
    source /home/user/xxx/.venv/bin/activate

    export WORLD_SIZE=${SLURM_NTASKS:-1}

    exec python evaluate.py --model trained_model.pt
    "#);
    let train = asked(1);
    insta::assert_snapshot!(train.split_once("\n\n").unwrap().0, @r"
    --job-name=train
    --chdir=/home/me/project
    --nodes=2
    --ntasks=2
    --ntasks-per-node=1
    --cpus-per-task=1
    --gpus-per-node=2
    --wait-all-nodes=1
    ");
    insta::assert_snapshot!(train.split_once("return 1\n}\n").unwrap().1, @r"
    srunx_activate_conda pytorch_env || exit 1

    export WORLD_SIZE=${SLURM_NTASKS:-1}

    exec srun python train.py --data processed_data.csv
    ");
}
