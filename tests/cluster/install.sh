# shellcheck shell=bash
# `cluster install`: Debian's packages, only those that are missing, and without
# starting the daemons that they bring: the cluster runs its own.

# package<TAB>test that says it is there. The test asks for the thing and not for
# the package, so that a Slurm from elsewhere counts too.
runtime_packages() {
    cat <<'END'
slurmctld	command -v slurmctld
slurmd	command -v slurmd
slurmdbd	command -v slurmdbd
slurm-client	command -v sbatch
libslurm-dev	any /usr/include/slurm/slurm.h /usr/local/include/slurm/slurm.h
munge	command -v munged
mariadb-server	command -v mariadbd
strace	command -v strace
procps	command -v ps
python3	command -v python3
END
}

build_packages() {
    cat <<'END'
libclang-dev	any /usr/lib/llvm-*/lib/libclang.so* /usr/lib/llvm-*/lib/libclang-[0-9]*.so* /usr/lib*/libclang.so* "${LIBCLANG_PATH:-/nonexistent}"
pkg-config	command -v pkg-config
make	command -v make
gcc	command -v cc
libc6-dev	any /usr/include/stdio.h
git	command -v git
END
}

# libFuzzer is C++.
fuzz_packages() {
    cat <<'END'
g++	command -v c++
END
}

any() {
    local file
    for file in "$@"; do
        [ ! -e "$file" ] || return 0
    done
    return 1
}

# Prints the missing packages of those given on standard input.
missing_packages() {
    local package test
    while IFS=$'\t' read -r package test; do
        eval "$test" >/dev/null 2>&1 || printf '%s\n' "$package"
    done
}

cmd_install() {
    local build=no fuzz=no
    case ${1:-} in
        --build) build=yes ;;
        --fuzz) build=yes fuzz=yes ;;
        '') ;;
        *) die "install: unknown argument: $1" ;;
    esac
    local -a missing
    mapfile -t missing < <(
        runtime_packages | missing_packages
        [ $build = no ] || build_packages | missing_packages
        [ $fuzz = no ] || fuzz_packages | missing_packages
    )
    if [ ${#missing[@]} -eq 0 ]; then
        return 0
    fi
    apt_install "${missing[@]}"
}

# Installs packages with apt, as root or by sudo, starting no service.
apt_install() {
    local -a as_root=()
    local line="apt-get update && apt-get install --no-install-recommends $*"
    command -v apt-get >/dev/null ||
        die "missing here: $* (Debian's names; there is no apt-get to install them with)"
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            as_root=(sudo)
        else
            die "missing here: $*; install them as root: $line"
        fi
    fi
    say "installing $*"

    # Maintainer scripts start their services through invoke-rc.d, systemctl or
    # deb-systemd-invoke, found by PATH. apt gives dpkg its PATH: put stand-ins in
    # front that do nothing. Unlike a policy-rc.d this leaves the host as it is.
    local stand_ins name log
    stand_ins=$(mktemp -d /tmp/srunx-install.XXXXXX)
    log=$stand_ins/log
    # shellcheck disable=SC2064 # the folder's name is wanted now
    trap "rm -rf '$stand_ins'" EXIT
    for name in invoke-rc.d deb-systemd-invoke systemctl service; do
        printf '#!/bin/sh\nexit 0\n' >"$stand_ins/$name"
    done
    chmod 755 "$stand_ins" "$stand_ins"/[!l]*

    local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C
        apt-get -q -y -o "DPkg::Path=$stand_ins:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
    # The lists may be absent or old: fetch them only when it does not go without.
    if ! "${apt[@]}" install --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
        # A third party's source that cannot be reached does not matter here, and
        # another apt may hold the lists; the install says whether it was enough.
        for _ in 1 2 3 4 5 6; do
            "${apt[@]}" update </dev/null >"$log.update" 2>&1 || true
            grep -q 'Could not get lock' "$log.update" || break
            sleep 5
        done
        if ! "${apt[@]}" install --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
            tail -n 20 "$log.update" "$log" >&2
            die "apt could not install: $* (by hand: $line)"
        fi
    fi
    rm -rf "$stand_ins"
    trap - EXIT
}
