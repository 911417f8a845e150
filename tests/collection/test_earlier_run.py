"""What becomes of results that are there: gone on with, or refused because they are another folder's."""

import json

import pytest

from polycage import cli
from polycage.base.errors import ErrorCode, PolycageError
from polycage.collection import installed_flow
from polycage.collection.earlier_run import continuation, note_of


@pytest.fixture(name="folders")
def _folders(tmp_path):
    """Two folders of structures, and results of the first one."""
    for name in ("mine", "yours", "results/manifests"):
        (tmp_path / name).mkdir(parents=True)
    note = {"manifests": {}, "code": {}, "cif_dir": note_of(tmp_path / "mine", tmp_path / "results")}
    (tmp_path / "results/manifests/run.json").write_text(json.dumps(note))
    return tmp_path


def test_the_note_is_the_way_from_the_results():
    assert note_of("a/mine", "a/out/results") == "../../mine"


def test_new_results(tmp_path):
    line = continuation(tmp_path / "mine", tmp_path / "out")
    assert line == f"results of {tmp_path / 'mine'} go to {tmp_path / 'out'}"


def test_the_same_folder_goes_on(folders, monkeypatch):
    assert continuation(folders / "mine", folders / "results").startswith("goes on with the results of ")
    (folders / "link").symlink_to("mine")
    assert continuation(folders / "link", folders / "results").startswith("goes on with the results of ")
    monkeypatch.chdir(folders / "mine")
    assert continuation(folders / "mine", folders / "mine/../results").startswith("goes on with the results of ")


def test_both_moved_together(folders):
    moved = folders.rename(folders.with_name("moved"))
    assert continuation(moved / "mine", moved / "results").startswith("goes on with the results of ")


def test_results_of_another_folder_are_refused(folders):
    with pytest.raises(PolycageError) as caught:
        continuation(folders / "yours", folders / "results")
    assert caught.value.code is ErrorCode.CONFIG_INVALID
    told = str(caught.value)
    assert f"{folders / 'results'} holds the results of {folders / 'mine'}, not of {folders / 'yours'}" in told
    assert "--results FOLDER" in told
    assert "--replace" in told


def test_they_are_replaced_where_that_is_asked_for(folders):
    line = continuation(folders / "yours", folders / "results", is_replaced=True)
    assert line.startswith(f"the results of {folders / 'yours'} take the place of those of {folders / 'mine'}")


@pytest.mark.parametrize("note", ['{"manifests": {}}', "[]", "cut off", None])
def test_a_run_that_noted_no_folder(folders, note):
    file = folders / "results/manifests/run.json"
    file.unlink() if note is None else file.write_text(note)
    (folders / "results/structures.csv").touch()
    assert "did not note its folder" in continuation(folders / "yours", folders / "results")


def test_on_the_command_line(folders, monkeypatch, capsys):
    started = []
    monkeypatch.setattr(installed_flow.os, "execv", lambda *command: started.append(command))
    monkeypatch.chdir(folders)
    assert cli.main(["run", "yours"]) == 2
    assert "CONFIG_INVALID: run: results holds the results of " in capsys.readouterr().err
    assert not started
    cli.main(["run", "mine"])
    assert capsys.readouterr().err == "polycage run: goes on with the results of mine in results\n"
    cli.main(["run", "yours", "--replace"])
    assert "take the place of" in capsys.readouterr().err
    assert len(started) == 2
