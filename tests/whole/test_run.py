"""workflow/run.py alone: one run in a folder, nothing left of an earlier one. `sleep` stands for Snakemake."""

import base64
import json
import os
import signal
import subprocess
import time

import psutil
import pytest

from io_helpers import ROOT
from run_in_folder import Folder, environment

RUN = str(ROOT / "workflow/run.py")
MAKEFILE = f".PHONY: run\nrun:\n\t@exec {RUN} --make $$PPID $(COMMAND)\n"
WAIT_S = 60


@pytest.fixture
def folder(tmp_path):
    """A folder whose processes are ended in the end."""
    out = Folder(tmp_path / "run")
    out.path.mkdir()
    (out.path / "Makefile").write_text(MAKEFILE)
    yield out
    for process in out.marked():
        process.kill()


def by_make(*command):
    return ("make", "run", f"COMMAND={' '.join(command)}")


def eventually(condition):
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("not within a minute")


def at_work(folder, *command):
    """The process in a folder that runs a command, as soon as it is there."""
    return eventually(lambda: next((p for p in folder.marked() if p.cmdline() == list(command)), None))


def run(folder, *command, **variables):
    """Exit code and output."""
    done = subprocess.run(
        [RUN, *command], cwd=folder.path, env=environment() | variables, capture_output=True, text=True, timeout=WAIT_S
    )
    return done.returncode, done.stdout + done.stderr


def ended(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_it_becomes_the_command(folder):
    assert run(folder, "sh", "-c", "echo $$ on $0; exit 3", "it") == (3, f"{json_of(folder)['pid']} on it\n")
    assert run(folder, "no-such-program") == (1, "run.py: no-such-program: No such file or directory\n")
    assert run(folder)[0] == 1


def json_of(folder):
    return json.loads((folder.path / ".snakemake/make.lock").read_text())


@pytest.mark.parametrize("first", ["direct", "make"])
def test_a_second_run_is_refused_and_the_first_lives(folder, first):
    command = ("sleep", "60")
    folder.start(*((RUN, *command) if first == "direct" else by_make(*command)))
    process = at_work(folder, *command)
    code, output = run(folder, "echo", "in")
    assert code == 1
    assert output.startswith(f"run.py: another run is at work in this folder: process {process.pid} on ")
    code, output = folder.make(*by_make("echo", "in"))
    assert code != 0
    assert "another run is at work" in output
    assert not ended(process)


def test_runs_in_other_folders_do_not_meet(folder, tmp_path):
    other = Folder(tmp_path / "other")
    other.path.mkdir()
    other.start(RUN, "sleep", "60")
    process = at_work(other, "sleep", "60")
    assert run(folder, "echo", "in") == (0, "in\n")
    assert not ended(process)
    process.kill()


def test_what_a_killed_run_left_is_ended(folder):
    folder.start(RUN, "sh", "-c", "sleep 61 & exec sleep 60")
    main, left = at_work(folder, "sleep", "60"), at_work(folder, "sleep", "61")
    main.kill()
    assert run(folder, "echo", "in") == (0, "in\n")  # it held the lock
    assert ended(left)


def test_what_a_killed_run_left_without_the_lock_is_ended(folder):
    folder.start(RUN, "sh", "-c", "sleep 61 3>&- 4>&- 5>&- & exec sleep 60")
    main, left = at_work(folder, "sleep", "60"), at_work(folder, "sleep", "61")
    main.kill()
    assert run(folder, "echo", "in") == (0, f"in\nending what a killed run left behind: {left.pid}\n")
    assert ended(left)


def test_also_after_the_folder_was_renamed(folder):
    folder.start(RUN, "sh", "-c", "sleep 61 & exec sleep 60")
    main, left = at_work(folder, "sleep", "60"), at_work(folder, "sleep", "61")
    main.kill()
    folder.path = folder.path.rename(folder.path.with_name("renamed"))
    assert run(folder, "echo", "in")[0] == 0
    assert ended(left)


def test_a_stopped_process_is_ended_too(folder):
    folder.start(RUN, "sh", "-c", "sleep 61 & exec sleep 60")
    main, left = at_work(folder, "sleep", "60"), at_work(folder, "sleep", "61")
    left.suspend()
    main.kill()
    assert run(folder, "echo", "in")[0] == 0
    assert ended(left)


def test_a_run_whose_make_was_killed_is_ended(folder):
    make = folder.start(*by_make("sleep", "60"))
    process = at_work(folder, "sleep", "60")
    make.kill()
    make.wait()
    assert not ended(process)
    assert run(folder, "echo", "in") == (0, "in\n")
    assert ended(process)


def test_a_run_in_the_background_outlives_the_shell_that_started_it(folder):
    shell = folder.start("sh", "-c", f"{RUN} sleep 60 & sleep 62")
    process = at_work(folder, "sleep", "60")
    os.killpg(shell.pid, 0)
    shell.kill()
    shell.wait()
    code, output = run(folder, "echo", "in")
    assert code == 1
    assert f"process {process.pid} on " in output
    assert not ended(process)


def test_a_run_whose_make_is_gone_before_it_begins_does_not_begin(folder):
    assert run(folder, "--make", "1", "echo", "in") == (1, "run.py: the make that started this is gone\n")


def test_jobs_of_slurm_are_left_to_slurm(folder):
    folder.start(RUN, "sh", "-c", "SLURM_JOB_ID=7 sleep 61 3>&- 4>&- 5>&- & exec sleep 60")
    main, job = at_work(folder, "sleep", "60"), at_work(folder, "sleep", "61")
    eventually(lambda: job.environ().get("SLURM_JOB_ID") == "7")
    main.kill()
    assert run(folder, "echo", "in") == (0, "in\n")
    assert not ended(job)
    # in a run that is itself such a job it is an ordinary process
    assert run(folder, "echo", "in", SLURM_JOB_ID="7")[0] == 0
    assert ended(job)


def test_a_snakemake_of_another_origin_is_not_disturbed(folder):
    program = folder.path / "snakemake"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    locks = folder.path / ".snakemake/locks"
    locks.mkdir(parents=True)
    (locks / "0.input.lock").touch()
    process = folder.start(str(program), "--cores", "1")
    eventually(lambda: "snakemake" in " ".join(psutil.Process(process.pid).cmdline()))
    code, output = run(folder, "echo", "in")
    assert (code, output) == (
        1,
        f"run.py: a snakemake is at work in this folder: process {process.pid}. Wait for its end, or end it.\n",
    )
    assert (locks / "0.input.lock").exists()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert run(folder, "echo", "in") == (0, "in\n")
    assert not locks.exists()


def test_what_snakemake_wrote_half_makes_outputs_incomplete(folder):
    def name(output):
        return base64.urlsafe_b64encode(output.encode()).decode()

    records = folder.path / ".snakemake/metadata"
    whole, empty, cut_off, binary, long = (name(x) for x in ("whole", "empty", "cut off", "binary", "x" * 300))
    (records / f"@{long[:254]}").mkdir(parents=True)
    (records / whole).write_text('{"rule": "fit"}')
    (records / empty).write_text("")
    (records / cut_off).write_text('{"rule": "f')
    (records / binary).write_bytes(bytes(range(256)))
    (records / f"@{long[:254]}" / long[254:]).write_text("")
    scripts = folder.path / ".snakemake/scripts"
    scripts.mkdir()
    (scripts / "tmp1a.fit.py").write_text("pass")
    assert run(folder, "echo", "in") == (0, "in\n")
    assert [p.name for p in records.rglob("*") if p.is_file()] == [whole]
    incomplete = folder.path / ".snakemake/incomplete"
    assert {p.relative_to(incomplete).as_posix() for p in incomplete.rglob("*") if p.is_file()} == {
        empty, cut_off, binary, f"@{long[:254]}/{long[254:]}",
    }  # fmt: skip
    assert list(scripts.iterdir()) == []


SQUEUE = """#!/bin/sh
[ -e "$QUEUE" ] || exit 1
cat "$QUEUE"
"""
SCANCEL = """#!/bin/sh
for job; do sed -i "/^$job /d" "$QUEUE"; done
"""


@pytest.fixture
def slurm(tmp_path):
    """Stand-ins for Slurm's commands; a file is the queue."""
    for name, text in (("squeue", SQUEUE), ("scancel", SCANCEL)):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    return {"PATH": f"{tmp_path / 'bin'}:{environment()['PATH']}", "QUEUE": str(tmp_path / "queue")}


def test_jobs_that_a_run_through_slurm_left_are_cancelled_by_any_run(folder, slurm):
    queue = [f"11 polycage_a {folder.path}\n", "12 polycage_b /elsewhere\n", f"13 other {folder.path}\n"]
    with open(slurm["QUEUE"], "w") as file:
        file.writelines(queue)
    (folder.path / ".snakemake").mkdir()
    note = folder.path / ".snakemake/slurm"
    assert run(folder, "echo", "in", **slurm) == (0, "in\n")
    note.touch()
    assert run(folder, "echo", "in", **slurm) == (0, "in\ncancelling the jobs of an earlier run: 11\n")
    with open(slurm["QUEUE"]) as file:
        assert file.readlines() == queue[1:]
    assert not note.exists()


def test_without_an_answer_of_slurm_there_is_no_run(folder, slurm):
    (folder.path / ".snakemake").mkdir()
    (folder.path / ".snakemake/slurm").touch()
    code, output = run(folder, "echo", "in", **slurm)
    assert code == 1
    assert "cannot tell whether jobs of an earlier run are in Slurm's queue" in output
    assert (folder.path / ".snakemake/slurm").exists()


def test_books_that_cannot_be_written(folder):
    (folder.path / ".snakemake").write_text("a file, no folder")
    code, output = run(folder, "echo", "in")
    assert code == 1
    assert output.startswith(f"run.py: {folder.path}/.snakemake: File exists; Snakemake keeps its books there")
