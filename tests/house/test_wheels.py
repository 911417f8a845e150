"""`tools/wheels.py` tells a package without a wheel from an index that does not answer."""

import runpy
import sys

import pytest

from io_helpers import ROOT

WHEELS = runpy.run_path(str(ROOT / "tools/wheels.py"))
PLATFORM = ["manylinux_2_17_x86_64"]


@pytest.fixture(name="index")
def _index(tmp_path, monkeypatch):
    """An index of one package, in a folder: a source archive, and a wheel for Python 3.12 alone."""
    page = tmp_path / "simple" / "onlyhere" / "index.html"
    page.parent.mkdir(parents=True)
    names = ("onlyhere-1.0.tar.gz", "onlyhere-1.0-cp312-cp312-manylinux_2_17_x86_64.whl")
    page.write_text("<!DOCTYPE html><html><body>" + "".join(f'<a href="{n}">{n}</a>' for n in names) + "</body></html>")
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


@pytest.mark.usefixtures("index")
def test_a_package_without_a_wheel_is_named():
    assert WHEELS["missing"]("onlyhere==1.0", "3.13", PLATFORM) == "onlyhere==1.0"


@pytest.mark.usefixtures("index")
def test_a_package_that_the_index_does_not_know_is_not_without_a_wheel():
    with pytest.raises(WHEELS["NotAskedError"], match="nowhere"):
        WHEELS["missing"]("nowhere==1.0", "3.13", PLATFORM)


@pytest.mark.usefixtures("index")
def test_a_wheel_that_cannot_be_fetched_is_not_missing():
    # the index lists it for this Python, and the file is not there
    with pytest.raises(WHEELS["NotAskedError"]):
        WHEELS["missing"]("onlyhere==1.0", "3.12", PLATFORM)


def test_without_a_network_the_index_is_told_and_the_page_stays(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # the port that discards
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")
    lock, page = tmp_path / "lock.txt", tmp_path / "page.md"
    lock.write_text("onlyhere==1.0 --hash=sha256:0\n")
    page.write_text("as it was")
    arguments = [str(lock), "--python", "3.13", "--platform", "Linux, x86-64", "--page", str(page)]
    monkeypatch.setattr(sys, "argv", ["wheels.py", *arguments])
    assert WHEELS["main"]() == 2
    assert "could not be asked: onlyhere==1.0" in capsys.readouterr().err
    assert page.read_text() == "as it was"
