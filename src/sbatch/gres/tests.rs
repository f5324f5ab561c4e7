use super::*;
use proptest::prelude::*;

fn cluster() -> Cluster {
    Cluster {
        gres_types: ["gpu", "ssd", "shard"].map(str::to_owned).to_vec(),
        cons_tres: true,
        ..Cluster::default()
    }
}

fn in_22_05() -> Dialect {
    Dialect {
        counts_behind_equals: false,
        gres_needs_cons_tres: true,
        shared_gres_per_node_only: true,
        cpus_per_gpu_needs_gpus: false,
        sockets_of_one_node: false,
        gpus_set_min_cpus: false,
        tasks_set_min_cpus: false,
        says_tres_per_task: false,
        ..Dialect::default()
    }
}

/// As sbatch asks without any size: one node at least, one CPU.
fn asked() -> Request<'static> {
    Request { min_nodes: 1, min_cpus: 1, ..Request::default() }
}

/// What is wrong, or what has changed.
fn checked_as(request: Request<'_>, dialect: &Dialect) -> String {
    let mut now = request;
    let mut notices = Notices::default();
    match validate(&mut now, &cluster(), dialect, &mut notices) {
        Err(refused) => refused.lines.join("\n"),
        Ok(()) => {
            let members = [
                ("num_tasks", request.num_tasks, now.num_tasks),
                ("min_nodes", request.min_nodes, now.min_nodes),
                ("max_nodes", request.max_nodes, now.max_nodes),
                ("ntasks_per_node", request.ntasks_per_node.into(), now.ntasks_per_node.into()),
                ("ntasks_per_socket", request.ntasks_per_socket.into(), now.ntasks_per_socket.into()),
                ("cpus_per_task", request.cpus_per_task.into(), now.cpus_per_task.into()),
                ("min_cpus", request.min_cpus, now.min_cpus),
            ];
            let changed = members.into_iter().filter(|(_, before, now)| before != now);
            let mut said: Vec<String> = changed.map(|(name, _, now)| format!("{name}={now}")).collect();
            said.extend(notices.lines);
            said.join(" ")
        }
    }
}

fn checked(request: Request<'_>) -> String {
    checked_as(request, &Dialect::default())
}

const GRES: &str = "error: Invalid generic resource (gres) specification";

#[test]
fn names_and_counts() {
    let node = |list| checked(Request { tres_per_node: Some(list), ..asked() });
    assert_eq!(node("gres/gpu:2,gres/ssd:1K"), "");
    assert_eq!(
        node("gres/gpu=2,gres/gpu:a100:1k"),
        "error: Invalid GRES specification (with and without type \
                identification)"
    );
    assert_eq!(node("gres/gpu:a100:1,gres/gpu:v100:1"), "");
    assert_eq!(node("gres/gpu:0"), "");
    assert_eq!(node("gres/fpga:1"), GRES);
    assert_eq!(node("gres/fpga:0"), "");
    assert_eq!(node("gres/gpu:a100:x"), "error: Invalid Trackable RESource (TRES) specification");
    assert_eq!(node("gres/gpu:1,gres/shard:1"), GRES);
    let before = |list| checked_as(Request { tres_per_node: Some(list), ..asked() }, &in_22_05());
    assert_eq!(before("gres:gpu:2"), "");
    assert_eq!(before("gres:gpu:a100:x"), GRES);
    assert_eq!(before("gres:fpga"), GRES);
    let oldest = Dialect { gres_checked: false, ..in_22_05() };
    assert_eq!(checked_as(Request { tres_per_node: Some("gres:fpga"), ..asked() }, &oldest), "");
}

#[test]
fn sizes_follow_from_gpus() {
    let job = |list| Request { tres_per_job: Some(list), ..asked() };
    assert_eq!(checked(Request { max_nodes: 4, ..job("gres/gpu:2") }), "max_nodes=2");
    assert_eq!(
        checked(Request { tres_per_node: Some("gres/gpu:2"), ..job("gres/gpu:6") }),
        "min_nodes=3 max_nodes=3"
    );
    assert_eq!(checked(Request { tres_per_task: Some("gres/gpu:2"), ..job("gres/gpu:6") }), "num_tasks=3");
    assert_eq!(checked(Request { ntasks_per_tres: 2, ..job("gres/gpu:3") }), "num_tasks=6");
    assert_eq!(checked(Request { ntasks_per_tres: 2, num_tasks: 6, ..asked() }), "");
    assert_eq!(
        checked(Request {
            tres_per_task: Some("gres/gpu:2"),
            tres_per_node: Some("gres/gpu:4"),
            num_tasks: 4,
            ..asked()
        }),
        "ntasks_per_node=2"
    );
    let cpus = Request { cpus_per_tres: Some("gres/gpu:4"), ..job("gres/gpu:3") };
    assert_eq!(checked(cpus), "min_cpus=12");
    assert_eq!(
        checked_as(Request { cpus_per_tres: Some("gres:gpu:4"), ..job("gres:gpu:3") }, &in_22_05()),
        ""
    );
    let tasks = Request { cpus_per_task: 3, num_tasks: 4, ..job("gres/gpu:4") };
    assert_eq!(checked(tasks), "min_cpus=12");
    assert_eq!(checked_as(tasks, &Dialect { tasks_set_min_cpus: false, ..Dialect::default() }), "");
    let of_task = Request { tres_per_task: Some("gres/gpu:1"), min_nodes: 2, max_nodes: 2, ..asked() };
    assert_eq!(checked(of_task), "num_tasks=2");
    assert_eq!(checked(Request { ntasks_per_node: 3, ..of_task }), "num_tasks=6");
}

#[test]
fn what_does_not_fit() {
    let wrong = |request: Request<'_>| {
        let said = checked(request);
        said.strip_suffix(&format!("\n{GRES}")).map_or(said.clone(), |said| said.replace("error: ", ""))
    };
    let job = |list| Request { tres_per_job: Some(list), ..asked() };
    assert_eq!(
        wrong(Request { tres_per_node: Some("gres/gpu:2"), ..job("gres/gpu:1") }),
        "Failed to ensure --gpus >= --gres=gpu/--gpus-per-node >= --gpus-per-socket"
    );
    assert_eq!(
        wrong(Request { tres_per_node: Some("gres/gpu:2"), ..job("gres/gpu:3") }),
        "Failed to validate job spec, --gpus is not multiple of --gres=gpu/--gpus-per-node"
    );
    assert_eq!(
        wrong(Request { tres_per_socket: Some("gres/gpu:2"), ..asked() }),
        "--gpus-per-socket option requires --sockets-per-node specification"
    );
    assert_eq!(
        wrong(Request { tres_per_task: Some("gres/gpu:2"), ..asked() }),
        "Failed to validate job spec. --gpus-per-task or --tres-per-task used without either --gpus or -n/--ntasks is \
         not allowed."
    );
    assert_eq!(
        wrong(Request { cpus_per_tres: Some("gres/gpu:2"), cpus_per_task: 1, ..job("gres/gpu:3") }),
        "--cpus-per-gpu is mutually exclusive with --cpus-per-task"
    );
    assert_eq!(
        wrong(Request { min_nodes: 4, ..job("gres/gpu:3") }),
        "Failed to validate job spec, --gpus < -N"
    );
    assert_eq!(
        wrong(Request { mem_per_tres: Some("gres/gpu:100"), ..asked() }),
        "Requested mem_per_tres=gres/gpu:100 but did not request any GPU."
    );
    assert_eq!(
        wrong(Request { ntasks_per_tres: 2, ..asked() }),
        "gres_job_state_validate: --ntasks-per-tres needs either a GRES GPU specification or a node/ntask specification"
    );
    // Said, but nothing is wrong with no GPUs.
    assert_eq!(
        wrong(Request { ntasks_per_tres: 2, num_tasks: 1, ..asked() }),
        "error: gres_job_state_validate: Failed to add generated GRES gres/gpu:0 (via ntasks_per_tres) to gres_list"
    );
    let linear = Cluster { cons_tres: false, ..cluster() };
    let refused = validate(&mut job("gres:gpu:1"), &linear, &in_22_05(), &mut Notices::default());
    assert!(refused.is_err_and(|refused| refused.lines[0].contains("unsupported by configured SelectType")));
}

#[test]
fn what_is_shared_is_asked_for_by_node_up_to_22_05() {
    let shard = Request { tres_per_job: Some("gres:shard:1"), ..asked() };
    assert_eq!(checked_as(shard, &in_22_05()), GRES);
    assert_eq!(checked_as(Request { max_nodes: 1, ..shard }, &in_22_05()), "");
    assert_eq!(checked(Request { tres_per_job: Some("gres/shard:1"), ..asked() }), "");
    let frequency = Request { tres_freq: Some("gpu:low"), tres_per_node: Some("gres/shard:1"), ..asked() };
    assert_eq!(checked(frequency), GRES);
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        lists in proptest::array::uniform6(proptest::option::of("(gres[:/]|gpu|ssd|a100|shard|[:=,0-9k]){0,8}")),
        sizes in (0_u32..5, 0_u32..5, 0_u32..5, 0_u16..5, 0_u16..5, 0_u16..5),
        more in (0_u16..5, 0_u16..5, any::<u32>()),
        newest: bool,
    ) {
        let size = |size: u32| if size == 4 { NO_VAL } else { size };
        let each = |size: u16| if size == 4 { NO_VAL16 } else { size };
        let [cpus_per_tres, tres_per_job, tres_per_node, tres_per_socket, tres_per_task, mem_per_tres] =
            [0, 1, 2, 3, 4, 5].map(|at: usize| lists[at].as_deref());
        let request = Request {
            cpus_per_tres,
            tres_freq: None,
            tres_per_job,
            tres_per_node,
            tres_per_socket,
            tres_per_task,
            mem_per_tres,
            num_tasks: size(sizes.0),
            min_nodes: size(sizes.1),
            max_nodes: size(sizes.2),
            ntasks_per_node: each(sizes.3),
            ntasks_per_socket: each(sizes.4),
            sockets_per_node: each(sizes.5),
            cpus_per_task: each(more.0),
            ntasks_per_tres: each(more.1),
            min_cpus: more.2,
        };
        checked_as(request, &if newest { Dialect::default() } else { in_22_05() });
    }
}
