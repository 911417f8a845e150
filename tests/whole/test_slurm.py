"""The workflow through a real Slurm: the same results as on one machine, whatever is killed on the way.

Runs against the Slurm that tests/slurm/local-slurm.sh starts, never against a site's.
"""

import itertools
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from io_helpers import ROOT, unavailable
from polycage.collection import manifests
from snakemake_runs import SOURCES, config, products, run

BIN = ROOT / ".venv-cluster" / "bin"
SLOW_FILES = 3
BLOCKS = 50  # structures in a slow file: its job takes long enough to be met while it measures

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def slurm():
    if not (BIN / "snakemake").exists():
        unavailable("slurm", "no environment of the cluster plugins: make .venv-cluster/cluster")
    if subprocess.run([ROOT / "tests/slurm/local-slurm.sh", "status"], capture_output=True).returncode:
        unavailable("slurm", "no Slurm for tests: tests/slurm/local-slurm.sh up")


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A run on this machine whose collection has a few slow files, each in a shard of its own."""
    folder = tmp_path_factory.mktemp("slow")
    (folder / "cif").mkdir()
    whole = itertools.cycle(p.read_text(encoding="utf-8") for p in sorted((ROOT / "cif").glob("Hg12*.cif")))
    names = {}
    for i in itertools.count():
        names.setdefault(manifests.shard_of(f"many{i}", manifests.n_shards(SLOW_FILES)), f"many{i}")
        if len(names) == SLOW_FILES:
            break
    for name in names.values():
        blocks = (re.sub(r"(?m)^data_\S*", f"data_{i}", next(whole)) for i in range(BLOCKS))
        (folder / f"cif/{name}.cif").write_text("\n".join(blocks), encoding="utf-8")
    run(folder, *config("cif"))
    return folder


def repository(folder):
    """The sources elsewhere, with a script that tells from where the jobs import the library."""
    for name in SOURCES:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    # not in a module: the loops would be compiled anew
    with (folder / "workflow/scripts/measure.py").open("a") as file:
        file.write('\nPath("imported").write_text(batch.__file__)\n')
    return folder


def start(folder, cif):
    """What `make slurm` does in a repository, in the background; jobs are looked at after one second instead of ten."""
    command = ["workflow/run.py", "workflow/slurm.sh", "--slurm-init-seconds-before-status-checks", "1"]
    with (folder / "log").open("a") as log:
        return subprocess.Popen(
            [*command, *config(cif)],
            cwd=folder,
            env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def finish(process, folder):
    code = process.wait(timeout=900)
    log = (folder / "log").read_text()
    assert code == 0, log[-5000:]
    return log


def queue(folder):
    """Ids of the jobs of a folder that wait or run."""
    lines = subprocess.check_output(["squeue", "--noheader", "--format=%i %Z"], text=True).splitlines()
    return {line.split()[0] for line in lines if line.split(maxsplit=1)[1] == str(folder)}


def processes(folder):
    """Id, command line and Slurm job (if any) of each process whose working directory is a folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                job = re.search(rb"(?:^|\0)SLURM_JOB_ID=(\d+)", (process / "environ").read_bytes())
                yield int(process.name), (process / "cmdline").read_bytes(), job and job[1].decode()
        except OSError:  # it has ended meanwhile
            continue


def workers(folder):
    """The process that measures, of each job of a folder that has come so far, by the job's id."""
    return {job: pid for pid, command, job in processes(folder) if job and b"measure.py" in command}


def wait_for_worker(folder, process, done=()):
    """Job and process of one worker whose job is not among those already dealt with."""
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        for job, pid in workers(folder).items():
            if job not in done:
                return job, pid
        time.sleep(0.05)
    raise AssertionError("no job has come to measure: " + (folder / "log").read_text()[-5000:])


def test_reference_collection_gives_the_same_bytes(tmp_path):
    here, there = tmp_path / "here", repository(tmp_path / "there")
    here.mkdir()
    process = start(there, ROOT / "cif")
    run(here, *config(ROOT / "cif"))
    log = finish(process, there)
    assert products(there / "results") == products(here / "results")
    shards = len(list((here / "results/shards").iterdir()))
    assert shards > 1
    # tables, match, fit, trial, ledger and plots, and the group of predict, physics and report
    assert log.count("has been submitted with SLURM jobid") == shards + 7
    assert "Trying to restart" not in log
    assert (there / "imported").read_text() == str(there / "workflow/polycage/collection/batch.py")


def test_jobs_that_the_platform_kills_are_run_again(slow, tmp_path):
    folder = repository(tmp_path)
    process = start(folder, slow / "cif")
    killed = {}
    for kill in ("scancel", "kill -9", "requeue"):
        job, pid = wait_for_worker(folder, process, killed.values())
        killed[kill] = job
        if kill == "scancel":
            subprocess.run(["scancel", job], check=True)
        elif kill == "kill -9":
            os.kill(pid, signal.SIGKILL)
        else:  # as after the failure of a node or a preemption
            subprocess.run(["scontrol", "requeue", job], check=True)
    log = finish(process, folder)
    assert log.count("Trying to restart job") == 2
    assert "Restarts=1" in subprocess.check_output(["scontrol", "show", "job", killed["requeue"]], text=True)
    assert products(folder / "results") == products(slow / "results")


def test_killed_snakemake_is_resumed(slow, tmp_path):
    folder = repository(tmp_path)
    process = start(folder, slow / "cif")
    job, pid = wait_for_worker(folder, process)
    os.kill(pid, signal.SIGSTOP)  # this one will not end by itself
    process.kill()
    process.wait()
    assert job in queue(folder)
    log = finish(start(folder, slow / "cif"), folder)
    assert "cancelling the jobs of an earlier run: " in log
    states = subprocess.check_output(["squeue", "--noheader", "--states=all", "--format=%i %T"], text=True)
    assert dict(line.split() for line in states.splitlines())[job] == "CANCELLED"
    assert queue(folder) == set()
    assert list(processes(folder)) == []
    assert products(folder / "results") == products(slow / "results")
