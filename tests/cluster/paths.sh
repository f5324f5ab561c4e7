# shellcheck shell=bash disable=SC2034
# Where a cluster keeps its things, and the lock on them.
#
#   dir   the folder, as the user named it, made absolute
#   base  the same folder, by a name that Slurm can read: slurm.conf takes no
#         spaces or other odd characters, so such a folder is reached by a link
#   mark  the folder's identity, in the environment of its daemons
#   run   sockets and slurmd's spool: dir/run, or a folder in /tmp when dir is too
#         long for a Unix socket (107 characters) or oddly named

nodes=(c1 c2 c3 c4)

# Sets dir from an argument, the environment or the repository.
use_dir() {
    dir=${1:-${SRUNX_CLUSTER_DIR:-$here/../../target/cluster}}
    case $dir in *$'\n'*) die "a folder with a newline in its name will not do" ;; esac
    dir=$(realpath -m -- "$dir")
    mark=$dir:$(stat -c %d:%i "$dir" 2>/dev/null || true)
    me=$(id -un 2>/dev/null || id -u)
    host=$(uname -n)
    host=${host%%.*}
    if [ -L "$dir/run" ]; then
        run=$(readlink "$dir/run")
        base=$run/dir
    else
        run=$dir/run
        base=$dir
    fi
    conf=$base/etc/slurm.conf
    accounting=yes
    [ ! -e "$dir/etc/no-accounting" ] || accounting=no
}

made() { [ -f "$dir/.srunx-cluster" ]; }

# The folder is ours before anything in it is removed.
claim_dir() {
    if [ -e "$dir" ] && ! made && [ -n "$(ls -A "$dir" 2>/dev/null)" ]; then
        die "$dir holds other things; name a new or an empty folder"
    fi
    mkdir -p "$dir" || die "cannot make $dir"
    : >>"$dir/.srunx-cluster" || die "cannot write in $dir"
}

# One at a time changes a cluster. The daemons must not inherit the lock: start()
# closes it.
lock_dir() {
    exec {lock_fd}>>"$dir/.srunx-cluster"
    flock -n "$lock_fd" || {
        flock -w 120 "$lock_fd" || die "another cluster command has held $dir for two minutes"
    }
}

# slurmd's longest socket is SPOOL/NODE_JOB.STEP with two ten-digit numbers.
make_run() {
    local short='^[A-Za-z0-9_./+-]+$' parent=/tmp
    drop_run
    if [[ $dir =~ $short ]] && [ ${#dir} -le 60 ]; then
        run=$dir/run
        base=$dir
        mkdir -p "$run"
    else
        # root's cluster serves other users too, XDG_RUNTIME_DIR is for one.
        if [ "$(id -u)" -ne 0 ] && [ -n "${XDG_RUNTIME_DIR:-}" ] && [ -O "$XDG_RUNTIME_DIR" ] &&
            [[ $XDG_RUNTIME_DIR =~ $short ]] && [ ${#XDG_RUNTIME_DIR} -le 40 ]; then
            parent=$XDG_RUNTIME_DIR
        fi
        run=$(mktemp -d "$parent/srunx-cluster.XXXXXX")
        base=$run/dir
        ln -s "$run" "$dir/run"
        ln -s "$dir" "$base"
    fi
    # Others may ask munged, as root's cluster may have several users.
    chmod 711 "$run"
    mkdir -p "$run/pid" "$run/spool" "$run/db"
    chmod 700 "$run/db"
    conf=$base/etc/slurm.conf
}

# Removes run, and the folder in /tmp that it may point to if that is ours.
drop_run() {
    local target
    if [ -L "$dir/run" ]; then
        target=$(readlink "$dir/run")
        rm -f "$dir/run"
        case $target in
            */srunx-cluster.??????)
                if [ -O "$target" ] && [ "$(readlink "$target/dir")" = "$dir" ]; then
                    rm -f "$target/dir"
                    rm -rf "$target"
                fi
                ;;
        esac
    else
        rm -rf "${dir:?}"/run
    fi
}
