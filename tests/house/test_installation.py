"""The environments that make makes: one that was left half-made is made anew.

A stand-in for Python logs what it is asked, makes what Python, pip and uv would, and kills the script at a step.
"""

import os
import shutil
import signal
import subprocess

import pytest

from io_helpers import ROOT

PYTHON = """#!/bin/sh
echo "$@" >>"$LOG"
case "$*" in
*"-m venv "*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
*"-m pip "*) cp "$0" "$(dirname "$0")/uv" ;;
esac
case "$*" in *"${KILL:-nothing at all}"*) kill -9 $PPID ;; esac
"""
STEPS = ("-m venv", "-m pip install", "pip sync", "pip install --quiet --python")


@pytest.fixture
def install(tmp_path):
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    log = tmp_path / "log"

    def run(killed_at=""):
        log.write_text("")
        done = subprocess.run(
            ["requirements/install.sh", python, ".venv", "requirements/dev.txt"],
            cwd=folder,
            env=os.environ | {"LOG": str(log), "KILL": killed_at or "nothing at all"},
        )
        assert done.returncode == (-signal.SIGKILL if killed_at else 0)
        return [step for line in log.read_text().splitlines() for step in STEPS if step in line]

    run.venv = folder / ".venv"
    return run


@pytest.mark.parametrize("step", STEPS)
def test_a_half_made_environment_is_made_anew(install, step):
    assert install(step) == list(STEPS[: STEPS.index(step) + 1])
    (install.venv / "rubbish").touch()
    assert install() == list(STEPS)
    assert sorted(p.name for p in install.venv.iterdir()) == ["bin"]


def test_a_whole_one_is_brought_up_to_date(install):
    install()
    (install.venv / "kept").touch()
    assert install() == list(STEPS[1:])
    assert (install.venv / "kept").exists()


def test_nobody_takes_one_for_complete_that_is_being_changed(install):
    install()
    for stamp in ("dev", "runtime"):  # of an earlier lock
        (install.venv / stamp).touch()
    install("pip sync")
    assert not (install.venv / "dev").exists()
    assert not (install.venv / "runtime").exists()
