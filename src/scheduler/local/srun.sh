#!/bin/sh
# Stands in for srun(1) inside a job that runs on this machine without Slurm: starts the step's tasks at once, each
# with its own rank, and ends with the highest exit code. What only a cluster could do with an option is ignored.

fail() {
    echo "srun (local): $*" >&2
    exit 1
}

nodes=''
tasks=''
per_node=''
bad_exit=''
dir=''

take() { # name value
    case $1 in
    n | ntasks) tasks=$2 ;;
    N | nodes) nodes=${2%%-*} ;;
    ntasks-per-node) per_node=$2 ;;
    c | cpus-per-task) SLURM_CPUS_PER_TASK=$2 && export SLURM_CPUS_PER_TASK ;;
    D | chdir) dir=$2 ;;
    container-*) fail "--$1 needs the pyxis plugin of a Slurm cluster; use apptainer, or run without --local" ;;
    container) fail "--container needs a Slurm cluster" ;;
    esac
}

while [ $# -gt 0 ]; do
    word=$1
    case $word in
    --)
        shift
        break
        ;;
    --kill-on-bad-exit | --kill-on-bad-exit=1) bad_exit=1 ;;
    --kill-on-bad-exit=*) bad_exit='' ;;
    --multi-prog) fail '--multi-prog needs a Slurm cluster' ;;
    --*=*)
        word=${word#--}
        take "${word%%=*}" "${word#*=}"
        ;;
    # Long options that take no value, or take one only after a "=".
    --contiguous | --disable-status | --exact | --exclusive | --help | --hold | --immediate | --interactive) ;;
    --label | --no-allocate | --no-container-* | --container-remap-root | --container-mount-home) ;;
    --container-readonly | --container-writable | --container-entrypoint) ;;
    --no-kill | --nvmps | --overcommit | --overlap | --oversubscribe | --preserve-env | --propagate | --pty) ;;
    --quiet | --quit-on-interrupt | --reboot | --send-libs | --spread-job | --stepmgr | --test-only) ;;
    --unbuffered | --usage | --use-min-nodes | --verbose | --version | --wait-for-switch | --whole | --x11) ;;
    --*)
        [ $# -gt 1 ] || fail "$word needs a value"
        take "${word#--}" "$2"
        shift
        ;;
    -[!-]*)
        # Short options may be run together; one that takes a value takes the rest of the word, or the next word.
        rest=${word#-}
        while [ -n "$rest" ]; do
            letter=${rest%"${rest#?}"}
            rest=${rest#?}
            case $letter in
            K)
                bad_exit=1
                [ "$rest" = 0 ] && bad_exit=''
                rest=''
                ;;
            I | k) rest='' ;;
            E | H | h | l | O | Q | s | u | V | v | X | Z) ;;
            *)
                if [ -n "$rest" ]; then
                    take "$letter" "${rest#=}"
                elif [ $# -gt 1 ]; then
                    take "$letter" "$2"
                    shift
                else
                    fail "-$letter needs a value"
                fi
                rest=''
                ;;
            esac
        done
        ;;
    *) break ;;
    esac
    shift
done
[ $# -gt 0 ] || fail 'no command given'

for number in "$nodes" "$tasks" "$per_node"; do
    case $number in
    *[!0-9]*) fail "not a number: $number" ;;
    esac
done
if [ -z "$tasks" ]; then
    if [ -n "$per_node" ]; then
        tasks=$((${nodes:-${SLURM_JOB_NUM_NODES:-1}} * per_node))
    elif [ -n "$nodes" ] && [ "$nodes" != "${SLURM_JOB_NUM_NODES:-1}" ]; then
        tasks=$((nodes * ${SLURM_NTASKS_PER_NODE:-1}))
    else
        tasks=${SLURM_NTASKS:-1}
    fi
fi
[ "$tasks" -gt 0 ] || fail 'a step has at least one task'
nodes=${nodes:-${SLURM_JOB_NUM_NODES:-1}}
[ "$nodes" -gt 0 ] || nodes=1
[ "$nodes" -le "$tasks" ] || nodes=$tasks
per_node=$(((tasks + nodes - 1) / nodes))
if [ -n "$dir" ]; then
    cd "$dir" || exit 1
fi

SLURM_NTASKS=$tasks
SLURM_NPROCS=$tasks
SLURM_STEP_NUM_TASKS=$tasks
SLURM_STEP_NUM_NODES=$nodes
SLURM_NNODES=$nodes
SLURM_STEP_ID=0
SLURM_STEPID=0
export SLURM_NTASKS SLURM_NPROCS SLURM_STEP_NUM_TASKS SLURM_STEP_NUM_NODES SLURM_NNODES SLURM_STEP_ID SLURM_STEPID

rank() { # number
    SLURM_PROCID=$1
    SLURM_NODEID=$(($1 / per_node))
    SLURM_LOCALID=$(($1 % per_node))
    export SLURM_PROCID SLURM_NODEID SLURM_LOCALID
}

# Becomes the command, once its process id is written down; not at all if the step is over already.
start='
step=$0
SLURM_TASK_PID=$$
export SLURM_TASK_PID
echo "$$" >>"$step.pids"
[ ! -e "$step.over" ] || exit 137
exec "$@"
'

step=$(mktemp "${0%/bin/*}/step.XXXXXX") || exit 1
trap 'rm -f "$step" "$step.pids" "$step.over"' EXIT

if [ "$tasks" -eq 1 ]; then
    # A single task has the step's standard input.
    rank 0
    sh -c "$start" "$step" "$@"
    exit
fi

hit=0
end_step() {
    trap '' USR1
    hit=1
    : >"$step.over"
    while read -r pid; do
        kill -s KILL "$pid" 2>/dev/null
    done <"$step.pids"
}
[ -z "$bad_exit" ] || trap end_step USR1

main=$$
waiters=''
number=0
while [ "$number" -lt "$tasks" ]; do
    rank "$number"
    (
        trap - EXIT
        sh -c "$start" "$step" "$@"
        code=$?
        [ "$code" -eq 0 ] || [ -z "$bad_exit" ] || kill -s USR1 "$main" 2>/dev/null
        exit "$code"
    ) &
    waiters="$waiters $!"
    number=$((number + 1))
done

highest=0
for waiter in $waiters; do
    wait "$waiter"
    code=$?
    if [ "$hit" = 1 ]; then
        # The signal may have cut the wait short.
        hit=0
        wait "$waiter" 2>/dev/null
        again=$?
        [ "$again" -eq 127 ] || code=$again
    fi
    [ "$code" -le "$highest" ] || highest=$code
done
exit "$highest"
