#!/usr/bin/env python3
"""run.py [--make PID] COMMAND...: run snakemake (or slurm.sh) in this folder, alone, going on where a run stopped.

A run holds a lock that the system drops with its process, and marks all processes that it starts. Whoever gets the lock
knows that no other run lives here; so what bears the mark was left behind by a killed one, and is ended. Then
Snakemake's own lock, which outlives a kill, is taken away, and the command replaces this process.

A run whose `make` (the process given) was killed is no living one: nobody sees it any more.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, NoReturn

import psutil

MARK = "POLYCAGE_RUN"  # names the folder of a run in the environment of its processes
STATE = Path(".snakemake")
WAIT_S = 30.0  # for processes to be gone


def main(command: list[str]) -> None:
    """Make sure that nothing else runs in this folder, and become the command."""
    make = None
    if command[:1] == ["--make"]:
        make, command = int(command[1]), command[2:]
        if not is_parent(make):
            stop("the make that started this is gone")
    if not command:
        stop(str(__doc__).partition("\n")[0])
    try:
        STATE.mkdir(exist_ok=True)
        lock = locked(STATE / "make.lock", make)
        end_left_processes()
        refuse_beside_another_snakemake()
        cancel_slurm_jobs()
        clear_up()
    except OSError as error:
        stop(
            f"{Path.cwd() / STATE}: {error.strerror}; Snakemake keeps its books there: make it writable, or make space"
        )
    os.environ[MARK] = mark()
    os.set_inheritable(lock.fileno(), True)
    try:
        os.execvp(command[0], command)  # noqa: S606 - the lock is held on by what replaces this process
    except OSError as error:
        stop(f"{shlex.join(command)}: {error.strerror}")


def stop(message: str) -> NoReturn:
    """End with a message."""
    sys.exit(f"{Path(__file__).name}: {message}")


def mark() -> str:
    """What names this folder, also after it was renamed or under another path."""
    status = os.stat(".")
    return f"{status.st_dev}:{status.st_ino}"


# --- one run at a time


def is_parent(make: int) -> bool:
    """Whether this process was started by that make, which lives."""
    parent = psutil.Process().parent()
    return parent is not None and parent.pid == make and parent.name().endswith("make")


def locked(path: Path, make: int | None) -> IO[str]:
    """The lock of this folder, held and with a note who holds it; ends this process where another run lives."""
    lock = path.open("a+", encoding="utf-8")
    deadline = time.monotonic() + WAIT_S
    while not got(lock):
        holder = noted(lock)
        if holder is not None and is_living(holder):
            stop(f"another run is at work in this folder: {holder}. Wait for its end, or end it.")
        left = list(marked())
        if holder is not None and holder == noted(lock):  # who gets the lock notes it before marking anything
            end(left)
        if time.monotonic() > deadline:
            stop(f"{path} is held, but by no run that could be found; the last one was {holder}")
        time.sleep(0.1)
    lock.truncate(0)
    json.dump(Holder(os.getpid(), make, socket.gethostname())._asdict(), lock)
    lock.flush()
    return lock


def got(lock: IO[str]) -> bool:
    """Whether the lock is held now; on file systems without locks, whether the run noted in it has ended."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        holder = noted(lock)
        return holder is None or not is_living(holder) or not (holder.is_elsewhere or any(marked()))
    return True


class Holder(NamedTuple):
    """Who holds the lock: the process, the `make` that started it (if one did), the machine."""

    pid: int
    make: int | None
    host: str

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is on another machine, where its processes cannot be seen."""
        return self.host != socket.gethostname()

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


def noted(lock: IO[str]) -> Holder | None:
    """What the holder of the lock wrote into it; nothing where that is just being written."""
    lock.seek(0)
    try:
        return Holder(**json.loads(lock.read()))
    except (ValueError, TypeError):
        return None


def is_living(holder: Holder) -> bool:
    """Whether a run is there and has not lost the `make` that started it; one on another machine counts as such."""
    if holder.is_elsewhere:
        return True
    try:
        process = psutil.Process(holder.pid)
        return process.status() != psutil.STATUS_ZOMBIE and holder.make in (None, process.ppid())
    except psutil.Error:
        return False


# --- what killed runs left behind


def end_left_processes() -> None:
    """End all processes that bear the mark of this folder; the caller holds the lock."""
    deadline = time.monotonic() + WAIT_S
    while left := list(marked()):
        print("ending what a killed run left behind:", *(process.pid for process in left), file=sys.stderr)
        end(left)
        if time.monotonic() > deadline:
            stop("these processes of an earlier run do not end: " + " ".join(str(process.pid) for process in left))


def marked() -> Iterator[psutil.Process]:
    """Processes with the mark of this folder."""
    wanted = mark()
    return (process for process, environment in others() if environment.get(MARK) == wanted)


def others() -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    """The user's processes with their environment, but for this one, those above it, and those of other jobs of Slurm.

    The latter are ended by Slurm, when slurm.sh asks it to.
    """
    above = {os.getpid(), *(process.pid for process in psutil.Process().parents())}
    job = os.environ.get("SLURM_JOB_ID")
    for process in psutil.process_iter():
        try:
            environment = {} if process.pid in above else process.environ()
        except (psutil.Error, OSError):  # it has just ended, or is another user's
            continue
        if environment and environment.get("SLURM_JOB_ID") == job:
            yield process, environment


def end(processes: list[psutil.Process]) -> None:
    """Kill processes, and wait until they are gone: whatever they write is whole or not there."""
    for process in processes:
        try:
            process.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(processes, timeout=1)


def refuse_beside_another_snakemake() -> None:
    """End this process where a Snakemake lives that was not started through it, and holds Snakemake's own lock."""
    if not any(STATE.glob("locks/*")):
        return
    for process, _ in others():
        try:
            words, folder = process.cmdline()[:3], process.cwd()
        except (psutil.Error, OSError):
            continue
        if "snakemake" in {Path(word).name for word in words} and folder == os.getcwd():
            stop(f"a snakemake is at work in this folder: process {process.pid}. Wait for its end, or end it.")


def cancel_slurm_jobs() -> None:
    """Cancel what a killed run left in Slurm's queue, if any ran through it: it would write the same files."""
    note = STATE / "slurm"
    if not note.exists():
        return
    if subprocess.run([Path(__file__).with_name("slurm.sh"), "--cancel"], check=False).returncode:
        stop(f"cannot tell whether jobs of an earlier run are in Slurm's queue; where there are none, remove {note}")
    note.unlink()


def clear_up() -> None:
    """Bring Snakemake's books to a state from which it goes on by itself.

    Its lock is taken away, as `snakemake --unlock` does; copies of the scripts that were killed go; outputs whose
    record cannot be read (after a power cut it may be empty) are incomplete,
    because Snakemake would take them for up to date whatever changed.
    """
    shutil.rmtree(STATE / "locks", ignore_errors=True)
    for script in STATE.glob("scripts/tmp*"):
        script.unlink()
    for record in (STATE / "metadata").rglob("*"):
        if record.is_file() and not is_json(record):
            marker = STATE / "incomplete" / record.relative_to(STATE / "metadata")
            marker.parent.mkdir(parents=True, exist_ok=True)
            marker.write_text("{}", encoding="utf-8")
            record.unlink()


def is_json(path: Path) -> bool:
    """Whether a file can be read as JSON."""
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
