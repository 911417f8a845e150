"""Whatever is killed, and whenever: the next `make results` completes the results, byte for byte.

POLYCAGE_SEED sets other moments; a failure tells which they were.
"""

import os
import random
import shutil
import signal
import time

import psutil
import pytest

from run_in_folder import CUT_OFF, Folder, living, waited_for

SEED = int(os.environ.get("POLYCAGE_SEED", "4"))
SNAKEMAKE, MAKE, GROUP, JOB, MEASURING, ORPHAN = range(6)
NAMES = (
    "Snakemake",
    "make",
    "all processes",
    "a job",
    "the process that measures",
    "Snakemake, its jobs being stopped",
)
# During what is killed what, once in each round. `run.py` and `start` (of Snakemake, to its first job) begin with the run.
VICTIMS = {
    "run.py": (SNAKEMAKE, MAKE, GROUP),
    "start": (SNAKEMAKE, MAKE, GROUP),
    "measure": (MEASURING, JOB, ORPHAN),
    "tables": (SNAKEMAKE, GROUP, MAKE),
    "fit": (JOB, ORPHAN, MAKE),
    "predict": (SNAKEMAKE, GROUP, ORPHAN),
    "report": (JOB, MAKE, GROUP),
}
RULES = tuple(VICTIMS)[2:]
ROUNDS = 3  # after each of which the results are completed and compared

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An uninterrupted run."""
    folder = Folder.new(tmp_path_factory.mktemp("whole"))
    start = time.monotonic()
    code, output = folder.make()
    folder.seconds = time.monotonic() - start
    assert code == 0, output
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    """A copy of it; the files of its collection have the same times."""
    shutil.copytree(whole.path, tmp_path / "run")
    return Folder(tmp_path / "run")


def test_the_uninterrupted_run_has_everything(whole):
    names = set(whole.products())
    assert {"structures.csv", "cages.parquet", "predictions.csv", "report.html", "manifests/shards.txt"} <= names
    assert f"{CUT_OFF},read,CIF_SYNTAX," in (whole.results / "failures.csv").read_text(encoding="utf-8")
    assert len(list((whole.results / "shards").iterdir())) == 2
    assert whole.marked() == []


def test_kills_at_random_moments(whole, folder):
    rng = random.Random(SEED)
    expected = whole.products()
    rounds = [rng.sample(victims, ROUNDS) for victims in VICTIMS.values()]
    story = [f"seed {SEED}"]
    for victims in zip(*rounds, strict=True):
        remove_some(folder, rng)
        for stage, victim in zip(VICTIMS, victims, strict=True):
            story += kill_one(folder, stage, victim, rng.random() * whole.seconds / 8)
        code, output = folder.make()
        assert code == 0, "\n".join([*story, output])
        assert folder.differences(expected) == [], "\n".join(story)
        assert folder.marked() == [], "\n".join(story)
        left = [p for name in ("incomplete", "scripts", "locks") for p in folder.path.glob(f".snakemake/{name}/*")]
        assert left == []
    assert len(story) - 1 >= 20
    assert "Nothing to be done" in folder.make()[1]


def remove_some(folder, rng):
    """What a round has to make: the measurement anew, and some of what follows."""
    for stage in ("measure", *rng.sample(["tables", "fit", "predict", "report"], 2)):
        remove_output_of(folder, stage)


def remove_output_of(folder, stage):
    """Let a stage have work to do."""
    for name in {
        "measure": ("shards", "cache", "structures.csv"),
        "tables": ("structures.csv",),
        "fit": ("fit.parquet",),
        "predict": ("predictions.csv",),
        "report": ("report.html", "figures"),
    }.get(stage, ()):
        path = folder.results / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def kill_one(folder, stage, victim, delay):
    """Start a run and kill: tells what was killed, and when. Where the run was faster, start another one."""
    for _ in range(10):
        make = folder.start()
        try:
            killed = kill(make, stage, victim, delay)
        except (psutil.Error, ProcessLookupError):  # it had just ended
            killed = None
        make.wait()  # where it was not killed itself, it ends with what was
        if killed is not None:
            return [f"{folder.log.name}: {delay:.2f} s after the beginning of {stage}: {NAMES[victim]}, {killed}"]
        remove_output_of(folder, stage)
        delay /= 2
    raise AssertionError(f"{stage} was always faster: {folder.output()}")


def kill(make, stage, victim, delay):
    """Wait for the beginning of a stage and some more, then kill; tells which process, or nothing if there is none."""
    if not waited_for(lambda: processes(make, stage, victim), make):
        return None
    if victim != MEASURING:  # which lives for a moment only
        time.sleep(delay / 5 if stage == "run.py" else delay)
    victims, jobs = processes(make, stage, victim), processes(make, stage, JOB)
    if not victims or make.poll() is not None:
        return None
    if victim == ORPHAN:
        for job in jobs:
            job.suspend()
    if victim == GROUP:
        os.killpg(make.pid, signal.SIGKILL)
    else:
        victims[0].kill()
    return f"process {victims[0].pid}"


def processes(make, stage, victim):
    """The processes of a run that are such a victim, if it is at this stage."""
    there = living(make)
    if stage in RULES:
        there = [p for p in there if p.rule in (None, stage)]
        if all(p.rule is None for p in there):
            return []
    if victim in (MAKE, GROUP):
        return [psutil.Process(make.pid)]
    if victim in (JOB, MEASURING):
        return [p.process for p in there if p.rule and p.measures == (victim == MEASURING)]
    return [p.process for p in there if p.rule is None]
