#!/bin/bash
# A real Slurm of two virtual nodes on the loopback interface, for the tests: no systemd, no cgroups, no database.
# All that it writes is in one folder, but for a link in /etc/slurm; a configuration that is there is put back by `down`.
#
#   local-slurm.sh up       start what does not run (needs Debian's slurm-wlm and munge, and root)
#   local-slurm.sh down     cancel all jobs, stop the daemons, remove the folder
#   local-slurm.sh status   the nodes; fails unless all of them are ready
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
DIR=/run/polycage-slurm
PORT=16917 # of slurmctld; the nodes have the next ones
LINK=/etc/slurm/slurm.conf # SLURM_CONF would not do: the plugin's jobs drop all variables of that kind

write_configuration() {
    local memory=$(($(awk '/^MemTotal/ {print $2}' /proc/meminfo) / 1024))
    cat >"$DIR/slurm.conf" <<EOF
ClusterName=polycage
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$PORT
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
# cred_expire is also how long a requeued job waits; 120 s without it
AuthInfo=socket=$DIR/munge.socket,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
MailProg=/bin/true
MpiDefault=none
SwitchType=switch/none
# the processes of a job are one group; linuxproc follows parents, and misses those whose parent died first
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
KillWait=2
# what became of a job can be asked for an hour; 300 s without it
MinJobAge=3600
CompleteWait=0
SlurmdParameters=config_overrides
StateSaveLocation=$DIR/state
SlurmdSpoolDir=$DIR/spool.%n
SlurmctldPidFile=$DIR/slurmctld.pid
SlurmdPidFile=$DIR/slurmd.%n.pid
SlurmctldLogFile=$DIR/slurmctld.log
SlurmdLogFile=$DIR/slurmd.%n.log
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((PORT + 1)) CPUs=2 RealMemory=$memory
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((PORT + 2)) CPUs=2 RealMemory=$memory
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE
EOF
    printf 'CgroupAutomount=no\n' >"$DIR/cgroup.conf"
}

running() { # name: the process that the pid file names is this program (slurmd is slurmd-wlm; a zombie is none)
    local program
    program=$(readlink "/proc/$(cat "$DIR/$1.pid" 2>/dev/null)/exe") && [[ "${program##*/}" = "${1%%.*}"* ]]
}

wait_for() { # seconds command...
    local tries=$(($1 * 5))
    shift
    until "$@" >/dev/null 2>&1; do
        ((tries-- > 0)) || { echo "timed out: $*" >&2 && return 1; }
        sleep 0.2
    done
}

ready() {
    [ "$(sinfo --noheader --Node --format='%N %t' | grep -cE '^n[12] (idle|mix|alloc|comp)$')" = 2 ]
}

no_jobs() { [ -z "$(squeue --noheader)" ]; }

stopped() { ! running "$1"; }

start() { # name command...
    local name=$1
    shift
    running "$name" && return 0
    "$@" || { tail -5 "$DIR"/*.log >&2 && return 1; }
    wait_for 10 running "$name"
}

stop() { # name
    running "$1" || return 0
    kill "$(cat "$DIR/$1.pid")"
    wait_for 15 stopped "$1" || kill -9 "$(cat "$DIR/$1.pid")"
}

ours() { [ "$(readlink "$LINK")" = "$DIR/slurm.conf" ]; }

link_configuration() {
    ours && return 0
    if timeout 30 scontrol ping 2>/dev/null | grep -q 'is UP'; then
        echo "another Slurm answers here: its configuration in $LINK is not touched" >&2
        return 1
    fi
    mkdir -p "${LINK%/*}"
    [ ! -e "$LINK" ] || mv "$LINK" "$LINK.before-polycage"
    ln -sf "$DIR/slurm.conf" "$LINK"
}

unlink_configuration() {
    ours || return 0
    rm "$LINK"
    [ ! -e "$LINK.before-polycage" ] || mv "$LINK.before-polycage" "$LINK"
}

up() {
    link_configuration
    install -d -m 755 "$DIR" "$DIR/state" "$DIR/spool.n1" "$DIR/spool.n2"
    [ -e "$DIR/munge.key" ] || (umask 077 && head -c 128 /dev/urandom >"$DIR/munge.key")
    running slurmctld || write_configuration
    start munged munged --key-file="$DIR/munge.key" --socket="$DIR/munge.socket" --pid-file="$DIR/munged.pid" \
        --log-file="$DIR/munged.log" --seed-file="$DIR/munge.seed"
    start slurmctld slurmctld
    start slurmd.n1 slurmd -N n1
    start slurmd.n2 slurmd -N n2
    wait_for 30 ready
    sinfo --Node
}

down() {
    if running slurmctld; then
        squeue --noheader --format=%i | xargs --no-run-if-empty scancel || true
        wait_for 20 no_jobs || true
    fi
    for name in slurmd.n1 slurmd.n2 slurmctld munged; do
        stop "$name"
    done
    unlink_configuration
    rm -rf "$DIR"
}

case ${1-} in
up | down) "$1" ;;
status) ours && sinfo --Node && ready ;;
*) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
