"""The process of a job ends with the one that started it, and tells coded errors in a line."""

import os
import signal
import time

import psutil
import pytest

from io_helpers import run_python

PARENT = """
import os, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
print(child.pid, child.stdout.readline(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
CHILD = """
import sys, time
from polycage import job
{begin}
print("begun", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(("begin", "lives"), [("job.begin()", False), ("", True)])
def test_it_ends_soon_after_its_parent(begin, lives):
    done = run_python("-c", PARENT, CHILD.format(begin=begin))
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
def test_coded_errors_are_told_in_a_line_and_others_in_full(error, expected):
    done = run_python("-c", f"from polycage.errors import *\nfrom polycage import job\njob.begin()\nraise {error}")
    assert done.returncode == 1
    assert done.stderr.startswith(expected)
    assert (len(done.stderr.splitlines()) == 1) == expected.startswith("DISK")
