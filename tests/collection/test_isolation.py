"""A crash in a compiled library costs the result of one file, not those of the others."""

import multiprocessing
import os
import signal
import time

import pytest

from io_helpers import BA122, BA122_HEIGHTS, run_python, written
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.collection import batch
from polycage.collection.entries import scan
from polycage.collection.isolation import Isolated


def pid_or_death(death=None):
    if death is not None:
        os.kill(os.getpid(), death)
        time.sleep(60)
    return os.getpid()


def test_another_process_answers_and_stays():
    with Isolated(pid_or_death) as call:
        first, second = call(), call()
    assert first == second != os.getpid()
    with pytest.raises(ProcessLookupError):  # and it is gone afterwards
        os.kill(first, 0)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGFPE", "SIGBUS", "SIGILL"])
def test_a_crash_is_an_error_and_the_next_call_has_a_new_process(name):
    with Isolated(pid_or_death) as call:
        first = call()
        with pytest.raises(PolycageError, match=name) as caught:
            call(getattr(signal, name))
        assert caught.value.code is ErrorCode.UNEXPECTED
        assert call() not in (first, os.getpid())


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_what_ends_it_from_outside_is_no_result(name):
    # the system ends processes when memory runs out, a cluster those over their limits: such a job is to be tried again
    with Isolated(pid_or_death) as call, pytest.raises(SystemExit):
        call(getattr(signal, name))


def test_a_batch_goes_on_after_a_crash(tmp_path, monkeypatch):
    for name in ("a.cif", "b.cif", "c.cif"):
        written(tmp_path, BA122.replace("data_Ba122", f"data_{name[0]}"), name)
    read_structures = batch.read_structures

    def crashing(data, name, settings):
        if name == "b.cif":
            os.kill(os.getpid(), signal.SIGSEGV)
        return read_structures(data, name, settings)

    monkeypatch.setattr(batch, "read_structures", crashing)
    with Isolated(batch.measured_content) as measure:
        parts = list(batch.measured_rows(tmp_path, scan(tmp_path), DEFAULTS, measure=measure))
    assert [[(r["structure_id"], r["status"]) for r in part["structures"]] for part in parts] == [
        [("a", "ok")],
        [("b", "failed")],
        [("c", "ok")],
    ]
    (failure,) = parts[1]["failures"]
    assert (failure["error"], failure["file"]) == ("UNEXPECTED", "b.cif")
    assert failure["message"] == "b.cif: a library crashed while this was measured (SIGSEGV)"
    for part in (parts[0], parts[2]):
        assert {r["phase"]: r["h_A"] for r in part["cages"] if r["role"] == "active"} == pytest.approx(BA122_HEIGHTS)
        assert len(part["structures"][0]["sha256"]) == len(parts[1]["structures"][0]["sha256"]) == 64


def test_the_rows_are_those_of_the_same_process(tmp_path):
    written(tmp_path, BA122, "a.cif")
    written(tmp_path, BA122[:-9], "b.cif")
    entries = scan(tmp_path)
    with Isolated(batch.measured_content) as measure:
        isolated = list(batch.measured_rows(tmp_path, entries, DEFAULTS, measure=measure))
    assert isolated == list(batch.measured_rows(tmp_path, entries, DEFAULTS))


KILLED = """
import os, signal
from polycage.collection.isolation import Isolated
call = Isolated(os.getpid)
print(call(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_does_not_outlive_a_killed_process():
    run = run_python("-c", KILLED)
    assert run.returncode == -signal.SIGKILL
    for _ in range(100):
        try:
            os.kill(int(run.stdout), 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the process is still there")


def test_it_does_not_go_on_after_an_interruption(monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    def wait():
        with Isolated(time.sleep) as call:
            call(0)
            monkeypatch.setattr(call._pipe, "recv", interrupted)
            call(60)

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        wait()
    assert time.monotonic() - start < 30


def test_forking_is_there():
    assert "fork" in multiprocessing.get_all_start_methods()
