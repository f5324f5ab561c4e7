# shellcheck shell=bash disable=SC2154 # the files share their variables
# Starting, finding and ending the daemons. Each runs in the foreground of its own
# session, so that its pid is known at once and none of them forks away.

all_daemons() {
    printf '%s\n' munged
    [ "$accounting" = no ] || printf '%s\n' mariadbd slurmdbd
    # slurmd registers when it starts, and only much later again.
    printf '%s\n' slurmctld
    printf 'slurmd-%s\n' "${nodes[@]}"
}

pid_of() { cat "$run/pid/$1" 2>/dev/null; }

# A pid may have been given to another process since: the daemon's environment
# names its cluster. Another root of this host may have a folder of the same name,
# so the name is not enough.
alive() {
    local pid state
    [ -s "$run/pid/$1" ] && read -r pid <"$run/pid/$1" || return 1
    [ -n "$pid" ] && read -r _ _ state _ 2>/dev/null <"/proc/$pid/stat" || return 1
    [ "$state" != Z ] && marked "$pid"
}

marked() {
    grep -qzFx -e "SRUNX_CLUSTER_DAEMON=$mark" "/proc/$1/environ" 2>/dev/null
}

# Runs "$@" as daemon $1.
spawn() {
    local name=$1 pid
    shift
    printf -- '---- %s: %s\n' "$(date '+%F %T')" "$*" >>"$dir/log/$name.out"
    (
        # No descriptor of the caller, nor our lock, may outlive us in a daemon.
        for fd in /proc/self/fd/*; do
            fd=${fd##*/}
            [ "$fd" -le 2 ] || eval "exec $fd>&-" 2>/dev/null || true
        done
        cd /
        # A job's or a step's variables would make the daemons take it for theirs.
        unset "${!SLURM_@}" "${!SBATCH_@}"
        export SRUNX_CLUSTER_DAEMON=$mark SLURM_CONF=$conf MYSQL_UNIX_PORT=$run/db/sock
        exec setsid "$@"
    ) </dev/null >>"$dir/log/$name.out" 2>&1 &
    pid=$!
    printf '%s\n' "$pid" >"$run/pid/$name"
    disown "$pid" 2>/dev/null || true
    # Only from its own exec on does its environment name the cluster, for good: in the midst of an exec there is none.
    until started "$pid" || ! kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
}

# Whether a process is no longer this shell, nor setsid.
started() {
    local exe=/proc/$1/exe
    [ -e "$exe" ] && ! [ "$exe" -ef "/proc/$$/exe" ] && ! [ "$exe" -ef "$(command -v setsid)" ] && marked "$1"
}

launch() {
    case $1 in
        munged) launch_munged ;;
        mariadbd)
            local as=()
            [ "$(id -u)" -ne 0 ] || as=(--user=root)
            # A server that starts removes the temporary tables of all others that share a folder for them.
            mkdir -p "$dir/tmp"
            # A test's database needs no safety against power cuts. Its socket lies
            # in a folder that only we can enter, so it asks for no password.
            spawn mariadbd mariadbd --no-defaults "${as[@]}" --datadir="$base/db" --tmpdir="$base/tmp" \
                --socket="$run/db/sock" --pid-file="$run/db/pid" --skip-networking \
                --skip-grant-tables --skip-log-bin --innodb-buffer-pool-size=128M \
                --innodb-flush-log-at-trx-commit=0 --innodb-log-file-size=16M --innodb-doublewrite=0 --debug-no-sync \
                --innodb-lock-wait-timeout=900 --loose-innodb-snapshot-isolation=OFF
            ;;
        slurmdbd) spawn slurmdbd slurmdbd -D ;;
        slurmctld) spawn slurmctld slurmctld -D -f "$conf" ;;
        slurmd-*)
            mkdir -p "$run/spool/${1#slurmd-}"
            spawn "$1" slurmd -D -N "${1#slurmd-}" -f "$conf"
            ;;
    esac
}

launch_munged() {
    local force
    # munged insists that nobody else can write in any folder above its key and
    # socket and that everybody can enter them: right for a host's munged, too much
    # for a private one below a home. So only if it refuses is it told to.
    for force in '' --force; do
        rm -f "$run/munge.sock" "$run/munge.sock.lock"
        # shellcheck disable=SC2086 # force is a word or none
        spawn munged munged --foreground $force --socket="$run/munge.sock" \
            --key-file="$base/etc/munge.key" --pid-file="$run/munged.pid" \
            --log-file="$base/log/munged.log" --seed-file="$base/etc/munge.seed" \
            --num-threads=4
        if ready munged 50; then return; fi
    done
}

answers() {
    case $1 in
        munged) [ -S "$run/munge.sock" ] && munge -n --socket="$run/munge.sock" >/dev/null 2>&1 ;;
        # Its socket is there a moment before anybody listens.
        mariadbd) [ -S "$run/db/sock" ] && mariadb --no-defaults -S "$run/db/sock" -e '' 2>/dev/null ;;
        slurmdbd) port_open "$(conf_value "$dir/etc/slurmdbd.conf" DbdPort)" ;;
        slurmctld) port_open "$(conf_value "$dir/etc/slurm.conf" SlurmctldPort)" ;;
        slurmd-*) port_open "$(sed -n "s/^NodeName=${1#slurmd-} .* Port=//p" "$dir/etc/slurm.conf")" ;;
    esac
}

conf_value() { sed -n "s/^$2=//p" "$1" | tail -n 1; }

# Whether something listens there. Connecting to it would leave errors in its log.
port_open() {
    local hex
    hex=$(printf %04X "$1")
    grep -qsE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F]+:0000 0A" /proc/net/tcp /proc/net/tcp6
}

# Waits until daemon $1 answers; fails when it dies, or after $2 × 50 ms.
ready() {
    local i
    for ((i = 0; i < $2; i++)); do
        alive "$1" || return 1
        if answers "$1"; then return 0; fi
        sleep 0.05
    done
    return 1
}

# Which daemon failed, and why. Then nothing of it may stay.
failed() {
    local name=$1 log
    for log in "$dir/log/$name.log" "$dir/log/$name.out"; do
        if [ -s "$log" ]; then
            printf -- '---- the last lines of %s\n' "$log"
            tail -n 20 "$log"
        fi
    done >&2
    stop_all
    die "$name failed (its log is above)"
}

# The port is taken: another cluster chose it at the same moment.
port_taken() {
    grep -qsiE 'address already in use' "$dir"/log/slurm*.out "$dir"/log/slurm*.log
}

# Processes of this cluster: its daemons, and all that runs in its jobs. A test
# or a shell that only talks to it is not of them.
cluster_pids() {
    local environ pid log
    log=$(stat -c %d:%i "$dir"/log/slurmd-*.log 2>/dev/null || true)
    {
        grep -lzFx -e "SRUNX_CLUSTER_DAEMON=$mark" /proc/[0-9]*/environ 2>/dev/null || true
        # What a job left behind; its own name for dir must lead to ours.
        { grep -lzFx -e "SLURM_CONF=$conf" /proc/[0-9]*/environ || true; } 2>/dev/null |
            { xargs -r grep -lz '^SLURM_JOB_ID=' || true; } 2>/dev/null |
            while read -r environ; do
                [ ! "${environ%/environ}/root$dir" -ef "$dir" ] || printf '%s\n' "$environ"
            done
        # slurmstepd overwrites its environment with its title, but holds its log.
        for pid in $(pgrep -x slurmstepd || true); do
            if [ -n "$log" ] && stat -L -c %d:%i "/proc/$pid"/fd/* 2>/dev/null | grep -qxF -e "$log"; then
                printf '/proc/%s/environ\n' "$pid"
            fi
        done
    } | while read -r environ; do
        environ=${environ#/proc/}
        case " $spared " in *" ${environ%/environ} "*) ;; *) printf '%s\n' "${environ%/environ}" ;; esac
    done
}

# This script and those above it, should it be called from inside a job.
spare_ourselves() {
    local pid=$$ stat
    spared=
    while [ "$pid" -gt 1 ]; do
        spared="$spared $pid"
        stat=$(<"/proc/$pid/stat") 2>/dev/null || return 0
        stat=${stat##*) }
        read -r _ pid _ <<<"$stat"
    done
}

# Prints the pids given and all below them.
with_children() {
    local stat pid parent rest all=" $* " grown=yes
    local -A parents=()
    for stat in /proc/[0-9]*/stat; do
        read -r rest 2>/dev/null <"$stat" || continue
        pid=${rest%% *}
        rest=${rest##*) }
        read -r _ parent _ <<<"$rest"
        parents[$pid]=$parent
    done
    while [ $grown = yes ]; do
        grown=no
        for pid in "${!parents[@]}"; do
            case $all in *" $pid "*) continue ;; esac
            case $all in *" ${parents[$pid]} "*)
                case " $spared " in *" $pid "*) ;; *)
                    all="$all$pid "
                    grown=yes
                    ;;
                esac
                ;;
            esac
        done
    done
    # shellcheck disable=SC2086 # a list of words
    printf '%s\n' $all
}

# Waits until daemon $1 is gone, $2 × 50 ms at most.
gone() {
    local i
    for ((i = 0; i < $2; i++)); do
        alive "$1" || return 0
        sleep 0.05
    done
    return 1
}

stop_one() {
    local pid
    if alive "$1"; then
        pid=$(pid_of "$1")
        kill -TERM "$pid" 2>/dev/null || true
        gone "$1" "${2:-200}" || {
            kill -KILL "$pid" 2>/dev/null || true
            gone "$1" 100 || die "$1 (pid $pid) does not end"
        }
    fi
    rm -f "$run/pid/$1"
}

# Ends everything: politely and those first that talk to the others, then jobs
# and whatever is left by SIGKILL.
stop_all() {
    local name pid i pids
    spare_ourselves
    for name in slurmctld $(printf 'slurmd-%s ' "${nodes[@]}"); do
        if alive "$name"; then kill -TERM "$(pid_of "$name")" 2>/dev/null || true; fi
    done
    for name in $(printf 'slurmd-%s ' "${nodes[@]}") slurmctld slurmdbd mariadbd munged; do
        stop_one "$name"
    done
    for ((i = 0; i < 100; i++)); do
        pids=$(cluster_pids)
        [ -n "$pids" ] || break
        # shellcheck disable=SC2086 # a list of words
        for pid in $(with_children $pids); do kill -KILL "$pid" 2>/dev/null || true; done
        sleep 0.05
    done
    [ -z "$pids" ] || die "processes that do not end: ${pids//$'\n'/ }"
}
