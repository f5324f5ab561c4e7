# shellcheck shell=bash disable=SC2154 # the files share their variables
# The commands, but for install.

# shellcheck disable=SC2034 # config.sh reads the options
cmd_up() {
    local given='' keep=no arg_dir='' running
    opt_min_job_age=300
    opt_accounting=yes
    opt_conf=()
    opt_gres=()
    opt_users=()
    declare -gA opt_node=()
    while [ $# -gt 0 ]; do
        case $1 in
            --min-job-age | --conf | --node | --gres | --user)
                [ $# -ge 2 ] || die "$1 needs a value"
                given+=$(printf '%s %q\n' "$1" "$2")$'\n'
                case $1 in
                    --min-job-age) opt_min_job_age=$2 ;;
                    --conf) opt_conf+=("$2") ;;
                    --node) one_node "$2" ;;
                    --gres) opt_gres+=("$2") ;;
                    --user) opt_users+=("$2") ;;
                esac
                shift 2
                ;;
            --no-accounting)
                opt_accounting=no
                given+=$1$'\n'
                shift
                ;;
            --keep)
                keep=yes
                shift
                ;;
            -*) die "up: unknown option: $1" ;;
            *)
                [ -z "$arg_dir" ] || die "up: two folders: $arg_dir and $1"
                arg_dir=$1
                shift
                ;;
        esac
    done
    umask 022
    use_dir "$arg_dir"
    detect_release
    claim_dir
    lock_dir
    use_dir "$arg_dir" # another up may have made it while we waited

    running=$(running_daemons)
    if [ -n "$running" ]; then
        if [ "$(cat "$dir/etc/release")" != "$release_text" ]; then
            die "$dir runs Slurm $(cat "$dir/etc/release") and here is $release_text; name another folder"
        fi
        if [ -n "$given" ] && [ "$given" != "$(cat "$dir/etc/options")"$'\n' ]; then
            say "it runs with other options: starting it afresh"
            stop_all
            running=
        elif [ "$(wc -w <<<"$running")" -eq "$(all_daemons | wc -l)" ]; then
            report
            return 0
        fi
    fi
    if [ -n "$running" ]; then repair; else start_all; fi
    report
}

# `--node 'NAME Key=Value …'`
one_node() {
    local name=${1%%[[:space:]]*} known
    for known in DEFAULT "${nodes[@]}"; do
        [ "$name" != "$known" ] || {
            opt_node[$name]+=${1#"$name"}
            return 0
        }
    done
    die "up: --node: no such node: '$name' (they are: DEFAULT ${nodes[*]})"
}

running_daemons() {
    local name
    for name in $(all_daemons); do
        if alive "$name"; then printf '%s ' "$name"; fi
    done
}

report() {
    # shellcheck disable=SC2016 # for the reader's shell
    printf 'cluster: %s nodes, Slurm %s; to use it: eval "$(%q env%s)"\n' "${#nodes[@]}" \
        "$release_text" "$here/cluster" "$(dir_argument)"
}

# The folder as an argument, unless it is the default one.
dir_argument() {
    [ "$dir" = "$(realpath -m "$here/../../target/cluster")" ] ||
        printf ' %q' "$dir"
}

start_all() {
    local try name
    local -a needed=(munged slurmd sinfo)
    [ "$opt_accounting" = no ] || needed+=(mariadbd mariadb-install-db slurmdbd sacctmgr)
    for name in "${needed[@]}"; do
        command -v "$name" >/dev/null || die "$name is missing here (try: cluster install)"
    done
    spare_ourselves
    stop_all # what a crash left behind
    for try in 1 2 3; do
        if [ "$keep" = no ] || [ ! -d "$dir/state" ]; then
            rm -rf "${dir:?}"/db "${dir:?}"/state "${dir:?}"/etc
            keep=no
        fi
        rm -rf "${dir:?}"/log
        make_run
        accounting=$opt_accounting
        write_config
        printf '%s' "$given" >"$dir/etc/options"
        [ ${#opt_users[@]} -eq 0 ] || printf '%s\n' "${opt_users[@]}" >"$dir/etc/users"

        if [ "$accounting" = yes ]; then make_database; fi
        for name in $(all_daemons); do
            launch "$name"
            case $name in
                slurmd-*) ;;
                *)
                    if ! ready "$name" 400; then
                        if port_taken && [ "$try" -lt 3 ]; then
                            stop_all
                            continue 2
                        fi
                        failed "$name"
                    fi
                    case $name in
                        # slurmdbd 26.05 fails after making its database itself
                        # where libmariadb is of 11.8.9.
                        mariadbd) mariadb --no-defaults -S "$run/db/sock" -e 'create database if not exists slurm' ;;
                        slurmdbd) make_accounts ;;
                    esac
                    ;;
            esac
        done
        wait_for_nodes && return 0
        if port_taken && [ "$try" -lt 3 ]; then
            stop_all
            continue
        fi
        failed "$(first_dead)"
    done
}

make_database() {
    local as=()
    [ ! -d "$dir/db/mysql" ] || return 0
    [ "$(id -u)" -ne 0 ] || as=(--user=root)
    mkdir -p "$dir/db" "$dir/tmp"
    chmod 700 "$dir/db" "$dir/tmp"
    TMPDIR=$base/tmp mariadb-install-db --no-defaults "${as[@]}" --datadir="$base/db" --skip-test-db \
        --skip-name-resolve --auth-root-authentication-method=normal --innodb-log-file-size=16M \
        </dev/null >>"$dir/log/mariadbd.out" 2>&1 || failed mariadbd
}

# Accounts and QOS, before slurmctld, which takes its cluster's name from there.
# Each of these takes half a second of waiting, so those that can run together do.
make_accounts() {
    local user users=$me
    for user in "${opt_users[@]}"; do users+=,$user; done
    together 'add cluster srunx' 'add qos high Priority=1000' 'add qos limited MaxSubmitJobsPerUser=2'
    together 'add account research,teaching QOS=normal,high,limited'
    together "add user $users Account=research,teaching DefaultAccount=research"
}

together() {
    local line pid
    local -a pids=()
    for line in "$@"; do
        # shellcheck disable=SC2086 # the line is words
        SLURM_CONF=$conf sacctmgr -i $line >>"$dir/log/sacctmgr.out" 2>&1 </dev/null &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        # What is there already, with --keep, it calls a failure.
        wait "$pid" || [ "$keep" = yes ] || failed sacctmgr
    done
}

repair() {
    local name
    for name in $(all_daemons); do
        alive "$name" && continue
        say "$name is dead: starting it"
        launch "$name"
        ready "$name" 400 || failed "$name"
    done
    wait_for_nodes || failed "$(first_dead)"
}

# All nodes there and taking jobs. 30 s at most.
wait_for_nodes() {
    local up end=$((SECONDS + 30))
    while [ $SECONDS -lt $end ]; do
        [ -z "$(first_dead quiet)" ] || return 1
        up=$(SLURM_CONF=$conf timeout 10 sinfo -h -N -p debug -o %T 2>/dev/null |
            grep -cE '^(idle|mixed|allocated|completing)$') || true
        [ "$up" -ne ${#nodes[@]} ] || return 0
        sleep 0.05
    done
    SLURM_CONF=$conf timeout 10 sinfo -N -p debug -o '%N %T %E' >&2 || true
    return 1
}

first_dead() {
    local name
    for name in $(all_daemons); do
        alive "$name" || {
            printf '%s\n' "$name"
            return
        }
    done
    [ "${1:-}" = quiet ] || echo slurmctld
}

cmd_down() {
    # Called from a job of that cluster: this process and its children are no job.
    [ -z "${SLURM_JOB_ID:-}" ] || exec env -u SLURM_JOB_ID "$here/cluster" down "$@"
    use_dir "${1:-}"
    made || return 0
    lock_dir
    use_dir "${1:-}"
    stop_all
    drop_run
}

need_made() {
    if ! made || [ ! -e "$run/pid" ]; then
        die "no cluster runs in $dir (try: cluster up)"
    fi
}

cmd_env() {
    use_dir "${1:-}"
    need_made
    printf 'export SLURM_CONF=%q\n' "$conf"
}

cmd_shell() {
    local arg_dir=
    if [ $# -gt 0 ] && [ "$1" != -- ]; then
        arg_dir=$1
        shift
    fi
    if [ "${1:-}" = -- ]; then shift; fi
    use_dir "$arg_dir"
    need_made
    if [ -n "$callers_language" ]; then LC_ALL=$callers_language; else unset LC_ALL; fi
    export SLURM_CONF=$conf
    if [ $# -gt 0 ]; then exec "$@"; fi
    exec "${SHELL:-/bin/sh}"
}

cmd_status() {
    local name running
    use_dir "${1:-}"
    if made && [ -e "$dir/etc/slurm.conf" ]; then running=$(running_daemons); else running=; fi
    if [ -z "$running" ]; then
        echo "no cluster runs in $dir"
        exit 3
    fi
    printf 'Slurm %s in %s\n' "$(cat "$dir/etc/release")" "$dir"
    for name in $(all_daemons); do
        if alive "$name"; then
            printf '  %-10s pid %s\n' "$name" "$(pid_of "$name")"
        else
            printf '  %-10s dead\n' "$name"
        fi
    done
    SLURM_CONF=$conf timeout 10 sinfo || exit 1
    [ -z "$(first_dead quiet)" ] || exit 1
}

cmd_restart_ctld() {
    use_dir "${1:-}"
    need_made
    lock_dir
    stop_one slurmctld
    start_one slurmctld
}

start_one() {
    alive "$1" && return 0
    launch "$1"
    ready "$1" 400 && return 0
    tail -n 20 "$dir/log/$1".* >&2
    die "$1 did not start (its log is above)"
}

cmd_daemon() {
    local what=$1 name=${2:-} pid
    use_dir "${3:-}"
    need_made
    # Read to its end: grep -q would leave the list at the first match, and the pipe would count as broken.
    all_daemons | grep -xF -e "$name" >/dev/null ||
        die "$what: not a daemon of this cluster: '$name' (they are: $(all_daemons | paste -sd ' '))"
    lock_dir
    case $what in
        start) start_one "$name" ;;
        stop) stop_one "$name" ;;
        kill)
            if alive "$name"; then
                pid=$(pid_of "$name")
                kill -KILL "$pid"
                gone "$name" 100 || die "$name (pid $pid) does not end"
            fi
            ;;
    esac
}
