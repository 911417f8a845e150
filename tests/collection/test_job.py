"""The process of a job ends with the one that started it, and tells coded errors in a line."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from io_helpers import run_python
from polycage.collection import provenance

PARENT = """
import os, signal, subprocess, sys
quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], **quiet)
print(child.pid, child.stdout.readline(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
CHILD = """
import sys, time
from polycage.collection import job
{begin}
print("begun", flush=True)
time.sleep(60)
"""


@pytest.fixture
def library(tmp_path):
    """A file that states the code of this library."""
    path = tmp_path / "stated.json"
    path.write_text(provenance.statement("x", Path(provenance.__file__).parents[2] / "scripts/measure.py")[1])
    return path


@pytest.mark.parametrize(("begin", "lives"), [("job.begin({!r})", False), ("", True)])
def test_it_ends_soon_after_its_parent(begin, lives, library):
    done = run_python("-c", PARENT, CHILD.format(begin=begin.format(str(library))))
    pid, begun = done.stdout.split()
    assert (done.returncode, begun) == (-signal.SIGKILL, "begun")
    for _ in range(20 if lives else 300):
        if not is_there(int(pid)):
            break
        time.sleep(0.1)
    assert is_there(int(pid)) == lives
    if lives:
        os.kill(int(pid), signal.SIGKILL)


def is_there(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("PolycageError(ErrorCode.DISK_FULL, 'a: full')", "DISK_FULL: a: full (make space"),
        ("ZeroDivisionError('x')", "Traceback (most recent call last):\n"),
    ],
)
def test_coded_errors_are_told_in_a_line_and_others_in_full(error, expected, library):
    begin = f"from polycage.base.errors import *\nfrom polycage.collection import job\njob.begin({str(library)!r})"
    done = run_python("-c", f"{begin}\nraise {error}")
    assert done.returncode == 1
    assert done.stderr.startswith(expected)
    assert (len(done.stderr.splitlines()) == 1) == expected.startswith("DISK")


def test_a_job_whose_code_is_another_one_than_was_stated_does_not_begin(library):
    library.write_text(library.read_text().replace('"source": "', '"source": "0'))
    done = run_python("-c", f"from polycage.collection import job\njob.begin({str(library)!r})\nprint('begun')")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"CODE_CHANGED: {library}: ")
    assert "run it again" in done.stderr
