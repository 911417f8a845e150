#!/bin/sh
# slurm.sh [ARGUMENTS]: snakemake with the Slurm profile in this folder, going on where a killed run stopped.
# slurm.sh --cancel: only cancel the jobs of an earlier run.
#
# A Snakemake that was killed leaves its jobs in the queue, and the next one knows nothing of them: both would write
# the same files. They are known by the prefix of their name (see the profile) and by their folder, and cancelled first.
# Call it through run.py, which lets one run at a time into a folder: no job of a living run is met then. By the file
# .snakemake/slurm it knows, in a run without Slurm too, that there may be such jobs.
set -eu

jobs_left() {
    all=$(squeue --noheader --user="$(id -un)" --format='%i %j %Z')
    echo "$all" | while read -r id name folder; do
        case $name in polycage_*) [ "$folder" != "$(pwd -P)" ] || echo "$id" ;; esac
    done
}

jobs=$(jobs_left)
if [ -n "$jobs" ]; then
    echo "cancelling the jobs of an earlier run:" $jobs >&2
    scancel $jobs
    while [ -n "$(jobs_left)" ]; do sleep 1; done
fi
[ "${1-}" != --cancel ] || exit 0
touch .snakemake/slurm
exec snakemake --workflow-profile "$(dirname "$0")/profiles/slurm" "$@"
