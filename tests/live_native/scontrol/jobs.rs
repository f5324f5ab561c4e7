//! Jobs in every state, for commands that only look.

use crate::live_support::cluster::Own;
use crate::live_support::{Cluster, Process, Scratch, until};
use crate::twins::FIRST_ID;
use std::collections::HashMap;

/// `job NAME OPTION…` submits one whose script is `$wrap`, and writes its name and id into the file `ids`.
const JOBS: &str = r#"
job() {
    local name=$1 id
    shift
    id=$(sbatch --parsable -J "$name" "${output[@]}" "$@" ${wrap:+--wrap "$wrap"}) || { echo "no $name" >&2; return; }
    echo "$name ${id%%;*}" >>ids
    eval "$name=${id%%;*}"
}
until_is() { until scontrol show job "$1" | grep -q "JobState=$2"; do sleep 0.05; done; }

output=()
wrap='sleep 3000'
job runner -c2 --mem=200M -n2 -N2 -t100 --comment='a comment' -w c1,c3
job steps -n4 -N2 -x c4 --open-mode=append -D /tmp
wrap='srun -n1 -N1 --overlap -J one sleep 3000 & srun -n2 -N2 --overlap -t50 -J two -o x%j.%t sleep 3000 & wait'
job many_steps -n4 -N2 -x c4
wrap='sleep 3000'
output=(-o /dev/null)
for name in susp requ special killed node timeleft; do job "$name" --requeue; done
# Node c4 goes down below. A job that must run is not on it: it would be queued again, and run two minutes later.
job lost --no-requeue -w c4
job ending -t 0:01 
wrap='exit 7' job failing
wrap='kill -9 $$' job signalled
wrap=true job done -o 'out.%A_%a.%j.txt' -e 'err %x' -i /dev/zero
wrap='exit $((SLURM_ARRAY_TASK_ID % 3))' job mixed_array -a 0-3
job held -H -t 1-2:03:04 --nice=50 --mail-type=END,FAIL,TIME_LIMIT_50 --mail-user=someone@example.org
job held_by_admin -H
job later --begin=now+10hours -p debug,short -N2 --contiguous
job dependent -d "afterok:$runner,afterany:$steps" --gres=gpu:2 -L matlab:3,ansys
job never -d "afterok:$failing" --kill-on-invalid-dep=no
job single -d singleton -H
job big -N4 --exclusive -t50
job too_big -N4 -c 64 --begin=now
job licensed -L matlab:20
job more_licensed -L matlab:20
job limited1 -q limited -A teaching
job limited2 -q limited
job limited3 -q limited
job high -q high --priority=77 -H
job deadline -H --deadline=now+3days -t20 --time-min=5
job array -a 0-100%4 -H
job every_tenth -a 0-100:10 -H
job odd -H -a 1,3,5-7,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,41,43,45,47,49,51,53
job throttled -a 0-9%2 -n1
job split -a 0-9 -p debug,short --begin=now+20hours
job het -t100 -n1 -x c4 : -t100 -n2 -N2 --mem=50 -x c4
job het_held -H -n1 : -n2 : -n3 -p short
job gpus -H --gpus=a100:2 --gpu-bind=closest --gpu-freq=medium --cpus-per-gpu=2 --mem-per-gpu=100 -N1
job gpus_node -H --gpus-per-node=2 -N2
job gpus_task --gpus-per-task=1 -n2 -x c4
job gpus_socket -H --gpus-per-socket=1 --sockets-per-node=2
job ssd --gres=ssd:2,gpu:v100:1 -N2
job placed -H -x c4 -w c1,c2 -C 'fast&ib' --switches=1@10 -N2-4
job features -H -C '[rack1|rack2]' --reboot --use-min-nodes
job preferring -H --prefer=slow
job sockets -H --sockets-per-node=1 --cores-per-socket=2 --threads-per-core=1 --ntasks-per-core=1
job per_socket -H --ntasks-per-socket=2 -n4 -m block:cyclic
job per_node -H --ntasks-per-node=3 -N2 --tmp=500 --mem-per-cpu=1500M --mincpus=4
job core_spec -H --core-spec=2 --cpu-freq=low-high:ondemand
job thread_spec -H --thread-spec=2
job shared -H -s -t infinite --no-requeue
job user_exclusive -H --exclusive=user --delay-boot=5
job mcs_exclusive -H --exclusive=mcs --wckey=key
job memory0 -H --mem=0 --overcommit -n3 --spread-job
job signal -H --signal=B:USR1@120 --profile=task --acctg-freq=task=20
job burst -H --bb='capacity=1G'
job cluster_features -H --cluster-constraint=x
job container -H --container=/tmp
job extra -H --extra='some: words'
job power -H --power=level
job tres_bind -H --tres-bind=gres/gpu:closest --tres-per-task=cpu:2,gres/gpu:1
job segment -H --segment=1 -N2
job oom -H --oom-kill-step=1
job ports -H --resv-ports=2
job net -H --network=nrt
job geometry -H -B 1:2:1 --mem-bind=local --hint=nomultithread
job plane -H -m plane=2 -n4
output=(-o 'a %% b %x %u %8j.%A')
job names -H -e '/tmp/%j_%4A.err'
output=()
job plain -H
job reserved --reservation=later_on
job other_user -H --uid=65534
job comment -H --comment="it's \"odd\", ü"
cat >script.sh <<'END'
#!/bin/sh
#SBATCH -J from_script
sleep 3000
END
wrap='' job script -H script.sh 'an argument' two

for job in "$runner" "$steps" "$many_steps" "$susp" "$requ" "$special" "$killed" "$node" "$lost" "$het" "$gpus_task"; do
    until_is "$job" RUNNING
done
scontrol hold "$held_by_admin"
scontrol uhold "$split"_3
scontrol hold "$split"_4
scontrol update "JobId=${split}_7" TimeLimit=7
scontrol suspend "$susp"
scontrol requeuehold "$requ"
scontrol requeuehold State=SpecialExit "$special"
scancel "$killed" "${array}_50"
scontrol update "JobId=$timeleft" TimeLimit=100 Comment=changed
scontrol update "JobId=$runner" AdminComment='of an admin'
scontrol update NodeName=c4 State=DOWN Reason=test
sleep 0.5
scontrol update NodeName=c4 State=RESUME
until_is "$failing" FAILED
until_is "$done" COMPLETED
until_is "$killed" CANCELLED
touch finished
"#;

/// The jobs, on a cluster of their own.
pub struct Jobs {
    own: Own,
    pub dir: Scratch,
    ids: HashMap<String, u32>,
}

impl Jobs {
    pub fn submit() -> Self {
        let own = Cluster::start(&["--conf", FIRST_ID, "--conf", "MessageTimeout=2"]);
        let dir = Scratch::new("scontrol");
        let reservation =
            "create ReservationName=later_on Users=root StartTime=now+1day Duration=60 Nodes=c2";
        own.cluster.slurm("scontrol", &reservation.split(' ').collect::<Vec<_>>());
        let mut jobs = own.cluster.command("bash");
        jobs.args(["-c", JOBS]).current_dir(dir.path());
        let done = Process::start(jobs).wait();
        assert!(dir.exists("finished"), "{done}");
        let pair = |line: &str| line.split_once(' ').map(|(name, id)| (name.to_owned(), id.parse().unwrap()));
        let ids = dir.read("ids").lines().filter_map(pair).collect();
        let jobs = Self { own, dir, ids };
        jobs.settle();
        jobs
    }

    pub fn cluster(&self) -> &Cluster {
        &self.own.cluster
    }

    /// The job's id, the array's or the heterogeneous job's own.
    #[track_caller]
    pub fn id(&self, name: &str) -> u32 {
        *self.ids.get(name).unwrap_or_else(|| panic!("{name} was not submitted"))
    }

    /// A text with ids in the places of `{name}`.
    pub fn filled(&self, text: &str) -> String {
        let fill =
            |text: String, (name, id): (&String, &u32)| text.replace(&format!("{{{name}}}"), &id.to_string());
        self.ids.iter().fold(text.to_owned(), fill)
    }

    /// Waits until the jobs are where they go.
    fn settle(&self) {
        until("no job is completing", || {
            let text = self.cluster().slurm("squeue", &["-h", "-t", "all", "-o", "%T"]);
            (!text.contains("COMPLETING")).then_some(())
        });
        let steps = format!("{}.1", self.id("many_steps"));
        until("its steps run", || {
            self.cluster().slurm("squeue", &["-s", "-h", "-o", "%i"]).contains(&steps).then_some(())
        });
    }
}
