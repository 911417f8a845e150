#!/bin/sh
# run.sh COMMAND...: run snakemake (or slurm.sh) in this folder, going on where a killed run stopped.
#
# A run that was killed leaves its lock behind. While this script lives it holds a lock of its own, which the
# system drops with the process; whoever gets it knows that no other `make results` runs and may unlock.
set -eu
mkdir -p .snakemake
if command -v flock >/dev/null; then
    exec 9>.snakemake/make.lock
    flock -n 9 || { echo "another 'make results' is running in this folder" >&2; exit 1; }
    if [ -n "$(ls -A .snakemake/locks 2>/dev/null)" ]; then
        "$@" --unlock --quiet all # with its own arguments: the manifests are written while the rules are read
    fi
fi
exec "$@"
