"""Whatever is killed, and whenever: the next `make results` completes the results, byte for byte.

POLYCAGE_SEED sets other moments; a failure tells which they were.
"""

import os
import random
import re
import shutil
import signal
import time

import psutil
import pytest

from io_helpers import ROOT
from polycage.collection.manifests import n_shards, shard_of
from run_in_folder import CUT_OFF, SNAKEMAKE_COMMAND, Folder, living, waited_for
from small_disk import read_only, small_disk

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
# During what is killed what, once in each round. `run.py` and `start` (of Snakemake,
# to its first job) begin with the run.
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
    assert {"structures.csv", "cages.parquet", "predictions.csv", "report.html", "manifests/run.json"} <= names
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


def test_no_file_is_passed_over_that_a_dry_run_sees_beside_a_run(folder):
    # its shard's job has read what it measures, and knows nothing of the file; what it makes is newer than the file
    remove_output_of(folder, "measure")
    shutil.rmtree(folder.results / "logs/measure")
    make = folder.start()
    log = waited_for(lambda: next(folder.results.glob("logs/measure/*.log"), None), make)
    jobs = [p.process for p in living(make) if p.rule == "measure"]
    for job in jobs:
        job.suspend()
    name = next(f"new{k}" for k in range(100) if shard_of(f"new{k}", n_shards(1)) == log.stem)
    shutil.copy(ROOT / "cif/Nb.cif", folder.path / f"cif/{name}.cif")
    there = set(folder.results.glob("manifests/*.jsonl"))
    code, output = folder.make(*SNAKEMAKE_COMMAND, "--dry-run")
    assert code == 0, output
    assert len(set(folder.results.glob("manifests/*.jsonl")) - there) == 1
    assert jobs
    for job in jobs:
        job.resume()
    assert make.wait() == 0
    assert f"{name}," not in (folder.results / "structures.csv").read_text(encoding="utf-8")
    code, output = folder.make()
    assert code == 0, output
    assert f"{name}," in (folder.results / "structures.csv").read_text(encoding="utf-8")
    assert "Nothing to be done" in folder.make()[1]


def test_what_plain_snakemake_says_after_a_kill(whole, folder):
    """And what to type then, as the page tells it."""
    page = (ROOT / "docs/running/interruption.md").read_text(encoding="utf-8")
    remove_output_of(folder, "report")
    make = folder.start()
    assert waited_for(lambda: processes(make, "report", SNAKEMAKE), make)
    os.killpg(make.pid, signal.SIGKILL)
    make.wait()
    # a moment that is hard to meet: a file is there, the others of its job are not
    shutil.copytree(whole.results / "figures", folder.results / "figures", dirs_exist_ok=True)
    code, output = folder.make(*SNAKEMAKE_COMMAND)
    assert code == 1
    assert quoted(page, "LockException") in plain(folder, output)
    assert folder.make(*SNAKEMAKE_COMMAND, "--unlock")[0] == 0
    command = [word for word in SNAKEMAKE_COMMAND if "profile" not in word]  # which says --rerun-incomplete
    code, output = folder.make(*command)
    assert code == 1
    assert quoted(page, "IncompleteFilesException") in plain(folder, output)
    assert folder.make(*command, "--rerun-incomplete")[0] == 0
    assert folder.differences(whole.products()) == []


def quoted(page, first):
    """The lines of the page that begin with a word, to the end of their block."""
    return re.search(rf"(?m)^{first}.*?(?=\n```)", page, re.DOTALL)[0]


def plain(folder, output):
    """The output, with the names that stand on the page for those of this run."""
    return output.replace(str(folder.path), "/home/me/polycage").replace(str(ROOT), "/home/me/polycage")


def test_a_full_disk(whole, tmp_path):
    folder = Folder(tmp_path / "run")
    shutil.copytree(whole.path, folder.path, ignore=shutil.ignore_patterns("results", ".snakemake", "output*"))
    expected = whole.products()
    told = []
    # in kB: for no more than manifests, for the shards, for the tables but not for the page
    with small_disk(folder.results, 12) as disk:
        for size in (40, 160, 440):
            code, output = folder.make()
            assert code != 0
            assert "Traceback" not in output
            told += re.findall(r"DISK_FULL: results/(\S+): No space left on device \(make space", output)
            found = folder.products()
            assert {name: found[name] for name in found if found[name] != expected[name]} == {}
            disk.resize(size)
        disk.resize(10_000)
        code, output = folder.make()
        assert code == 0, output
        assert folder.differences(expected) == []
    assert len(set(told)) >= 3, told


def test_a_read_only_folder(whole, folder):
    expected = whole.products()
    with read_only(folder.results):
        assert "Nothing to be done" in folder.make()[1]
    remove_output_of(folder, "report")
    with read_only(folder.results):
        code, output = folder.make()
        assert code != 0
        assert "RESULTS_NOT_WRITABLE: results: Read-only file system (make the results folder writable" in output
        assert "Traceback" not in output
    remove_output_of(folder, "measure")
    (folder.results / "cache").mkdir()
    with read_only(folder.results / "cache"):
        code, output = folder.make()
        assert code == 0, output
    assert folder.differences(expected) == []
    for log in folder.results.glob("logs/measure/*.log"):
        assert "Read-only file system; results are not kept for the next run" in log.read_text(encoding="utf-8")


def test_a_second_run_is_refused_beside_any_other(whole, folder):
    remove_output_of(folder, "tables")
    remove_output_of(folder, "report")
    for command in ((), SNAKEMAKE_COMMAND):  # `make results`, and plain snakemake
        first, log = folder.start(*command), folder.log
        assert waited_for(lambda: list(folder.path.glob(".snakemake/locks/*")), first)
        code, output = folder.make()
        assert code != 0
        assert re.search(r"(another run|a snakemake) is at work in this folder: process \d+", output)
        assert first.wait() == 0, log.read_text(encoding="utf-8")
        assert folder.differences(whole.products()) == []
        remove_output_of(folder, "report")
