# shellcheck shell=bash disable=SC2154 # the files share their variables
# The configuration of a cluster, written for the release that is installed.

# The release as a number that compares, 2205 for 22.05, and as it names itself.
detect_release() {
    release_text=$(slurmctld -V 2>/dev/null) || die "slurmctld does not run here (try: cluster install)"
    release_text=${release_text##* }
    release=${release_text%%.*}${release_text#*.}
    release=${release:0:4}
    case $release in
        [0-9][0-9][0-9][0-9]) ;;
        *) die "cannot read the release of slurmctld: $release_text" ;;
    esac
}

# Prints $1 free TCP ports in a row, the first of them. Below the range that the
# kernel gives to clients, at random so that clusters started together, even in
# another chroot of this host, hardly meet; start_all tries again if they do.
free_ports() {
    local count=$1 first port try used
    used=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
        awk '$2 ~ /:/ { sub(/.*:/, "", $2); print $2 }' | sort -u)
    for ((try = 0; try < 200; try++)); do
        first=$((10000 + (SRANDOM % 20000)))
        for ((port = first; port < first + count; port++)); do
            case $'\n'$used$'\n' in
                *$'\n'"$(printf %04X "$port")"$'\n'*) continue 2 ;;
            esac
        done
        printf '%s\n' "$first"
        return
    done
    die "no free ports"
}

# Puts the lines of --conf in place of those of the same key: Slurm complains of a
# key that comes twice. There are several partitions, told apart by their names.
take_given() {
    mv "$etc/slurm.conf" "$etc/slurm.conf.own"
    {
        awk 'function key(line) {
                 line = tolower(line)
                 if (line ~ /^partitionname=/) sub(/[ \t].*/, "", line); else sub(/=.*/, "", line)
                 return line
             }
             NR == FNR { given[key($0)] = 1; next }
             /^[A-Za-z]/ && !/^NodeName=/ && key($0) in given { next }
             { print }' <(printf '%s\n' "${opt_conf[@]}") "$etc/slurm.conf.own"
        printf '%s\n' '' '# --conf' "${opt_conf[@]}" | sed '/=$/d'
    } >"$etc/slurm.conf"
    rm "$etc/slurm.conf.own"
}

write_config() {
    local port etc=$dir/etc node more
    port=$(free_ports 6)
    mkdir -p "$etc" "$dir/log" "$dir/state"
    chmod 700 "$dir/state"
    if [ ! -f "$etc/munge.key" ]; then
        (umask 077 && head -c 128 /dev/urandom >"$etc/munge.key")
    fi

    # Mail goes to a file, never out.
    cat >"$etc/mail" <<END
#!/bin/sh
printf '%s\n' "\$*" >>'${base//\'/\'\\\'\'}/log/mail.log'
END
    chmod 755 "$etc/mail"

    {
        cat <<END
# Made by tests/cluster/cluster for Slurm $release_text; up writes it anew.
ClusterName=srunx
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
AuthInfo=socket=$run/munge.sock
StateSaveLocation=$base/state
SlurmdSpoolDir=$run/spool/%n
SlurmctldPidFile=$run/slurmctld.pid
SlurmdPidFile=$run/slurmd-%n.pid
SlurmctldLogFile=$base/log/slurmctld.log
SlurmdLogFile=$base/log/slurmd-%n.log
SlurmctldDebug=info
SlurmdDebug=info
MailProg=$base/etc/mail
MpiDefault=none
SwitchType=switch/none

# Without cgroups, which containers lack.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=30

# Quick: jobs start when they are submitted and end when they end.
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=100
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,bf_interval=1,default_queue_depth=10000
CompleteWait=0
KillWait=5
MinJobAge=$opt_min_job_age
InactiveLimit=0
SlurmctldTimeout=120
SlurmdTimeout=600
ReturnToService=2
JobRequeue=1
PreemptMode=OFF
EnforcePartLimits=ALL
MaxJobCount=4010000
MaxArraySize=4000001
Licenses=matlab:20,ansys:8
GresTypes=gpu,ssd

# The nodes are larger than this host.
SlurmdParameters=config_overrides
NodeName=DEFAULT CPUs=64 Sockets=2 CoresPerSocket=32 ThreadsPerCore=1 RealMemory=400000 TmpDisk=1000 Gres=gpu:a100:4,gpu:v100:4,ssd:8 State=UNKNOWN
END
        [ -z "${opt_node[DEFAULT]:-}" ] || printf 'NodeName=DEFAULT%s\n' "${opt_node[DEFAULT]}"
        for node in "${nodes[@]}"; do
            port=$((port + 1))
            more=${opt_node[$node]:-}
            case $node$more in
                *Feature=*) ;;
                c[12]*) more+=' Feature=fast,ib,rack1' ;;
                *) more+=' Feature=slow,ib,rack2' ;;
            esac
            printf 'NodeName=%s NodeHostname=%s NodeAddr=127.0.0.1%s Port=%s\n' "$node" "$host" "$more" "$port"
        done
        port=$((port + 1))
        cat <<END
PartitionName=debug Nodes=c[1-4] Default=YES MaxTime=UNLIMITED State=UP
PartitionName=short Nodes=c[1-2] MaxTime=30 MaxNodes=2 PriorityTier=10 State=UP
END
        if [ "$accounting" = yes ]; then
            cat <<END

PriorityType=priority/multifactor
PriorityWeightQOS=10000
PriorityWeightAge=1
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=$port
AccountingStoragePass=$run/munge.sock
AccountingStorageEnforce=associations,limits,qos
AccountingStorageTRES=gres/gpu
END
            [ "$release" -lt 2108 ] || echo 'AccountingStoreFlags=job_comment'
        else
            echo 'PriorityType=priority/basic'
            [ "$release" -ge 2305 ] || echo 'AccountingStorageType=accounting_storage/none'
        fi
    } >"$etc/slurm.conf"
    [ ${#opt_conf[@]} -eq 0 ] || take_given

    # GPUs that are only counted. Slurm drops a GPU without a device file and wants
    # the file to be a character device: links to one that is everywhere.
    for node in {0..7}; do ln -sf /dev/null "$etc/gpu$node"; done
    if [ ${#opt_gres[@]} -eq 0 ]; then
        cat >"$etc/gres.conf" <<END
Name=gpu Type=a100 File=$base/etc/gpu[0-3]
Name=gpu Type=v100 File=$base/etc/gpu[4-7]
Name=ssd Count=8
END
    else
        printf '%s\n' "${opt_gres[@]}" | sed "s|\<File=gpu|File=$base/etc/gpu|" >"$etc/gres.conf"
    fi
    rm -f "$etc/cgroup.conf"
    [ "$release" -lt 2311 ] || echo 'CgroupPlugin=disabled' >"$etc/cgroup.conf"

    if [ "$accounting" = yes ]; then
        (umask 077 && cat >"$etc/slurmdbd.conf") <<END
AuthType=auth/munge
AuthInfo=socket=$run/munge.sock
DbdHost=$host
DbdAddr=127.0.0.1
DbdPort=$port
SlurmUser=$me
PidFile=$run/slurmdbd.pid
LogFile=$base/log/slurmdbd.log
DebugLevel=info
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StorageLoc=slurm
END
        chmod 600 "$etc/slurmdbd.conf"
        rm -f "$etc/no-accounting"
    else
        rm -f "$etc/slurmdbd.conf"
        : >"$etc/no-accounting"
    fi
    printf '%s\n' "$release_text" >"$etc/release"
}
