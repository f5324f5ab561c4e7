use super::*;
use crate::job::value::gpu;
use crate::sbatch::given::Source;
use proptest::prelude::*;

const HAND: Source = Source::CommandLine;
const VARIABLE: Source = Source::Variable;

fn before_25_05() -> Dialect {
    Dialect { gpu_models_per_task: false, tasks_per_gpu_minds_only_gpus: false, ..Dialect::default() }
}

fn given(asked: &[(&'static str, &str, Source)]) -> Options {
    let mut options = Options { verbose: 1, ..Options::default() };
    for (long, value, source) in asked {
        let text = Some((*value).into());
        let number = || value.parse().ok();
        match *long {
            "tres-per-task" => options.tres_per_task = text,
            "gpus-per-task" => options.gpus_per_task = text,
            "gpus-per-node" => options.gpus_per_node = text,
            "tres-bind" => options.tres_bind = text,
            "gres" => options.gres = text,
            "cpus-per-task" => options.cpus_per_task = number(),
            "cpus-per-gpu" => options.cpus_per_gpu = number(),
            "ntasks-per-gpu" => options.ntasks_per_gpu = number(),
            "ntasks-per-tres" => options.ntasks_per_tres = number(),
            "ntasks-per-node" => options.ntasks_per_node = number(),
            _ => unreachable!("{long}"),
        }
        options.sources.insert(long, *source);
    }
    options
}

/// What comes of it: list, binding, CPUs, GPUs, and what is said.
fn tasks(asked: &[(&'static str, &str, Source)], dialect: &Dialect) -> String {
    let mut options = given(asked);
    let mut notices = Notices::default();
    if let Err(refused) = per_task(&mut options, dialect, &mut notices) {
        return refused.lines.join("\n");
    }
    let text = |text: &Option<std::ffi::OsString>| {
        text.as_ref().map_or("-".into(), |text| text.display().to_string())
    };
    let cpus = options.cpus_per_task.map_or("-".into(), |cpus| cpus.to_string());
    let mut said = vec![format!(
        "{} {} {cpus} {}",
        text(&options.tres_per_task),
        text(&options.tres_bind),
        text(&options.gpus_per_task)
    )];
    said.extend(notices.lines);
    said.join("\n")
}

#[test]
fn siblings_are_written_into_the_list() {
    let newest = Dialect::default();
    let (cpus, gpus) = (("cpus-per-task", "4", HAND), ("gpus-per-task", "2", HAND));
    assert_eq!(tasks(&[], &newest), "- - - -");
    assert_eq!(tasks(&[cpus], &newest), "cpu=4 - 4 -");
    assert_eq!(tasks(&[gpus], &newest), "gres/gpu=2 gres/gpu:per_task:2 - 2");
    assert_eq!(tasks(&[gpus, cpus], &newest), "cpu=4,gres/gpu=2 gres/gpu:per_task:2 4 2");
    let models = ("gpus-per-task", "a100:2,v100:1", HAND);
    assert_eq!(
        tasks(&[models], &newest),
        "gres/gpu:v100=1,gres/gpu:a100=2 gres/gpu:per_task:3 - v100:1,a100:2"
    );
    assert_eq!(tasks(&[models], &before_25_05()), "gres/gpu:a100=2 gres/gpu:per_task:2 - a100:2,v100:1");
    let none = Dialect { tres_per_task: false, ..newest };
    assert_eq!(tasks(&[gpus, cpus], &none), "- - 4 2");
}

#[test]
fn the_list_tells_the_siblings() {
    let newest = Dialect::default();
    let list = |text: &'static str| [("tres-per-task", text, HAND)];
    assert_eq!(
        tasks(&list("cpu=3,gres:gpu:a100:2"), &newest),
        "cpu=3,gres/gpu:a100:2 gres/gpu:per_task:2 3 a100:2"
    );
    assert_eq!(tasks(&list("cpu:3,license:x=1"), &newest), "cpu:3,license/x=1 - 3 -");
    assert_eq!(
        tasks(&list("gres/gpu:a100=1,gres/gpu:v100=2,gres/ssd=4"), &newest),
        "gres/gpu:a100=1,gres/gpu:v100=2,gres/ssd=4 gres/ssd:per_task:4+gres/gpu:per_task:3 - a100:1,v100:2,4"
    );
    assert_eq!(
        tasks(&list("gres/gpu:a100=1,gres/gpu:v100=2,gres/ssd=4"), &before_25_05()),
        "gres/gpu:a100=1,gres/gpu:v100=2,gres/ssd=4 gres/gpu:per_task:1+gres/ssd:per_task:4 - -"
    );
    let bound = [("tres-per-task", "gres/gpu=1,gres/ssd=1", HAND), ("tres-bind", "gres/gpu:closest", HAND)];
    assert_eq!(tasks(&bound, &newest), "gres/gpu=1,gres/ssd=1 gres/gpu:closest+gres/ssd:per_task:1 - 1,1");
    assert_eq!(tasks(&list("mem=1G"), &newest), "fatal: Invalid TRES for --tres-per-task: mem");
    assert_eq!(tasks(&list("cpu=1,BBx=1"), &newest), "fatal: Invalid TRES for --tres-per-task: bb");
    assert_eq!(tasks(&list("cpu=x"), &newest), "fatal: Invalid --tres-per-task=cpu=0");
    assert_eq!(tasks(&list("cpu"), &newest), "fatal: Invalid --tres-per-task=cpu=0");
}

#[test]
fn list_and_siblings_from_different_places() {
    let newest = Dialect::default();
    let of = |source, text| ("tres-per-task", text, source);
    let cpus = |source| ("cpus-per-task", "4", source);
    assert_eq!(
        tasks(&[of(HAND, "cpu=3"), cpus(HAND)], &newest),
        "fatal: You can not have --tres-per-task=cpu= and --cpus-per-task please use one or the other"
    );
    assert_eq!(
        tasks(&[of(VARIABLE, "cpu=3"), cpus(HAND)], &newest),
        "cpu=4 - 4 -\nUpdating SLURM_TRES_PER_TASK to cpu=4 as --cpus-per-task takes precedence over the environment \
         variables."
    );
    assert_eq!(
        tasks(&[of(HAND, "cpu=3"), cpus(VARIABLE)], &newest),
        "cpu=3 - 3 -\nIgnoring SLURM_CPUS_PER_TASK since --tres-per-task=cpu= was given as a command line option."
    );
    assert_eq!(
        tasks(&[of(VARIABLE, "cpu=3"), cpus(VARIABLE)], &newest),
        "fatal: cpus-per-task set by two different environment variables SLURM_CPUS_PER_TASK=4 != \
         SLURM_TRES_PER_TASK=cpu=3"
    );
    let gpus = [of(VARIABLE, "gres/gpu=3"), ("gpus-per-task", "3", VARIABLE)];
    assert_eq!(tasks(&gpus, &newest), "gres/gpu=3 gres/gpu:per_task:3 - 3");
    assert_eq!(
        tasks(&gpus, &before_25_05()),
        "fatal: gpus-per-task set by two different environment variables SLURM_GPUS_PER_TASK=3 != \
         SLURM_TRES_PER_TASK=cpu=3"
    );
}

#[test]
fn cpus_for_tasks_or_for_gpus() {
    let newest = Dialect::default();
    let gpu = |source| ("cpus-per-gpu", "2", source);
    let task = |source| ("cpus-per-task", "4", source);
    let refused = "fatal: --cpus-per-task, --tres-per-task=cpu:#, and --cpus-per-gpu are mutually exclusive";
    assert_eq!(tasks(&[gpu(HAND), task(HAND)], &newest), refused);
    assert_eq!(tasks(&[gpu(VARIABLE), task(VARIABLE)], &newest), refused);
    assert_eq!(tasks(&[gpu(HAND), ("tres-per-task", "cpu=1", HAND)], &newest), refused);
    assert_eq!(
        tasks(&[gpu(VARIABLE), task(HAND)], &newest),
        "cpu=4 - 4 -\nIgnoring SBATCH_CPUS_PER_GPU since --cpus-per-task or --tres-per-task=cpu:# given as command line \
         option"
    );
    assert_eq!(
        tasks(&[gpu(HAND), ("tres-per-task", "cpu=1,gres/gpu=1", VARIABLE)], &newest),
        "gres/gpu=1 gres/gpu:per_task:1 - 1\nIgnoring cpus_per_task from the environment since --cpus-per-gpu was given \
         as a command line option"
    );
}

fn gpus(asked: &[(&'static str, &str, Source)], dialect: &Dialect) -> String {
    let mut options = given(asked);
    let mut notices = Notices::default();
    match tasks_per_gpu(&mut options, dialect, &Cluster::default(), &mut notices) {
        Err(refused) => refused.lines.join("\n"),
        Ok(()) => {
            let shown = |tasks: Option<u32>| tasks.map_or("-".into(), |tasks| tasks.to_string());
            let said =
                [shown(options.ntasks_per_gpu), shown(options.ntasks_per_tres), notices.lines.join(" ")];
            said.join(" ")
        }
    }
}

#[test]
fn tasks_for_gpus() {
    let newest = Dialect::default();
    let oldest = Dialect { tasks_per_gpu_and_tres_may_agree: false, ..newest };
    let gpu = |source| ("ntasks-per-gpu", "2", source);
    let tres = |number, source| ("ntasks-per-tres", number, source);
    assert_eq!(gpus(&[gpu(HAND), tres("2", HAND)], &newest), "2 2 ");
    assert_eq!(
        gpus(&[gpu(HAND), tres("2", HAND)], &oldest),
        "fatal: --ntasks-per-gpu and --ntasks-per-tres are mutually exclusive"
    );
    assert_eq!(
        gpus(&[gpu(VARIABLE), tres("2", HAND)], &oldest),
        "fatal: --ntasks-per-tres and SLURM_NTASKS_PER_GPU are mutually exclusive"
    );
    assert_eq!(
        gpus(&[gpu(HAND), tres("3", HAND)], &newest),
        "fatal: Inconsistent values set to --ntasks-per-gpu=2 and --ntasks-per-tres=3 "
    );
    assert_eq!(
        gpus(&[gpu(HAND), tres("3", VARIABLE)], &newest),
        "2 - Ignoring SLURM_NTASKS_PER_TRES since --ntasks-per-gpu given as command line option"
    );
    assert_eq!(
        gpus(&[gpu(HAND), ("gpus-per-task", "1", VARIABLE)], &newest),
        "fatal: SLURM_GPUS_PER_TASK is mutually exclusive with --ntasks-per-gpu and SLURM_NTASKS_PER_GPU"
    );
    assert_eq!(
        gpus(&[gpu(HAND), ("ntasks-per-node", "1", HAND)], &newest),
        "fatal: --ntasks-per-node is mutually exclusive with --ntasks-per-gpu and SLURM_NTASKS_PER_GPU"
    );
    let variable = [gpu(HAND), ("tres-per-task", "cpu=2", VARIABLE)];
    assert_eq!(gpus(&variable, &newest), "2 - ");
    assert!(gpus(&variable, &before_25_05()).starts_with("fatal: SLURM_TRES_PER_TASK is"));
}

#[test]
fn gpus_of_a_node_are_asked_for_once() {
    let newest = Dialect::default();
    let node = ("gpus-per-node", "1", HAND);
    let refused = "fatal: --gpus-per-node and --gres=gpu are mutually exclusive.";
    assert_eq!(gpus(&[node, ("gres", "ssd:1,gres/gpu:1", HAND)], &newest), refused);
    assert_eq!(gpus(&[node, ("gres", "gpu", HAND)], &newest), refused);
    assert_eq!(gpus(&[node, ("gres", "gres/ssd:1", HAND)], &newest), "- - ");
    let before = Dialect { gres_or_gpus_per_node: false, ..newest };
    assert_eq!(gpus(&[node, ("gres", "gpu", HAND)], &before), "- - ");
}

#[test]
fn flags_that_the_cluster_wants() {
    let cluster = Cluster { enforce_binding: true, one_task_per_sharing: true, ..Cluster::default() };
    let check = |asked: &[(&'static str, &str, Source)], change: fn(&mut gpu::GresFlags)| {
        let mut options = given(asked);
        change(&mut options.gres_flags);
        flags(&mut options, &Dialect::default(), &cluster).map(|()| options.gres_flags)
    };
    let wanted = check(&[], |_| {}).unwrap_or_default();
    assert!(wanted.has(gpu::ENFORCE_BINDING) && wanted.has(gpu::ONE_TASK_PER_SHARING));
    let kept = check(&[], |flags| {
        flags.0 = gpu::DISABLE_BINDING | gpu::MULTIPLE_TASKS_PER_SHARING;
    });
    assert!(
        kept.is_ok_and(|flags| !flags.has(gpu::ENFORCE_BINDING) && !flags.has(gpu::ONE_TASK_PER_SHARING))
    );
    let shared = [("tres-per-task", "gres/gpu=1,gres/shard=1", HAND)];
    assert!(check(&shared, |flags| flags.0 = gpu::ONE_TASK_PER_SHARING).is_ok());
    assert!(check(&shared[..0], |flags| flags.0 = gpu::ONE_TASK_PER_SHARING).is_err());
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        list in "(cpu|gres|gpu|a100|[:/=,0-9 -]){0,12}",
        gpus in "(a100|[:=,0-9 -]){0,8}",
        cpus in 0_u32..9,
        by_hand: (bool, bool, bool),
        newest: bool,
    ) {
        let of = |hand| if hand { HAND } else { VARIABLE };
        let asked = [
            ("tres-per-task", list.as_str(), of(by_hand.0)),
            ("gpus-per-task", gpus.as_str(), of(by_hand.1)),
            ("cpus-per-task", &cpus.to_string(), of(by_hand.2)),
        ];
        let dialect = if newest { Dialect::default() } else { before_25_05() };
        tasks(&asked, &dialect);
    }
}
