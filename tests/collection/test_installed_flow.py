"""`polycage run`: the command that it becomes. That it runs is shown in tests/whole/test_release.py."""

import argparse
import importlib.util
import sys

import pytest

from io_helpers import CIFS, ROOT
from polycage import cli
from polycage.base.errors import ErrorCode, PolycageError
from polycage.collection import installed_flow
from polycage.collection.installed_flow import Asked, flow_command, flow_folder


def test_the_flow_of_a_repository_is_its_own():
    assert flow_folder() == ROOT


def test_command():
    command = flow_command(Asked(CIFS, "out", "none", 3, ["--dry-run"]), {"layer_gap_A": 0.5})
    assert command[0] == sys.executable
    assert command[command.index("--cores") + 1] == "3"
    keys = command[command.index("--config") + 1 :]
    assert keys == [
        *(f'cif_dir="{CIFS}"', 'results_dir="out"', 'materials="none"', 'started_by="polycage run"'),
        'settings={"layer_gap_A": 0.5}',
    ]
    assert command.index("--dry-run") < command.index("--config")


def test_a_sheet_and_settings_that_were_not_named_are_left_to_the_configuration():
    keys = flow_command(Asked(CIFS, "out"), {})
    assert not [text for text in keys if text.startswith(("materials=", "settings="))]


def test_a_collection_that_is_not_there(tmp_path):
    with pytest.raises(PolycageError) as caught:
        flow_command(Asked(tmp_path / "nothing", tmp_path), {})
    assert caught.value.code is ErrorCode.COLLECTION_MISSING


def test_without_snakemake_the_extra_is_named(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "snakemake" else found(name))
    with pytest.raises(PolycageError, match=r"pip install 'polycage\[workflow\]'") as caught:
        flow_command(Asked(CIFS, "out"), {})
    assert caught.value.code is ErrorCode.LIBRARY_MISSING


def test_a_mistyped_setting_is_told_before_anything_starts(capsys):
    assert cli.main(["run", str(CIFS), "--set", "layer_gap=0.5"]) == 2
    assert "layer_gap_A" in capsys.readouterr().err


def test_the_command_line_hands_all_on(monkeypatch):
    given = []
    monkeypatch.setattr(installed_flow.os, "execv", lambda program, command: given.append((program, command)))
    arguments = [
        "run",
        str(CIFS),
        "--results",
        "r",
        "--cores",
        "1",
        "--set",
        "layer_gap_A=0.5",
        "--snakemake=-n --quiet",
    ]
    cli.main(arguments)
    ((program, command),) = given
    assert program == command[0]
    assert {"-n", "--quiet", 'results_dir="r"', 'settings={"layer_gap_A": 0.5}'} <= set(command)
    # spaces around name and value are no part of them
    cli.main(["run", str(CIFS), "--set", "layer_gap_A = 0.25"])
    assert 'settings={"layer_gap_A": 0.25}' in given[-1][1]


def test_a_library_without_its_flow(monkeypatch, tmp_path):
    monkeypatch.setattr(installed_flow, "_PACKAGE", tmp_path / "a" / "b" / "polycage")
    with pytest.raises(PolycageError, match="not installed"):
        flow_folder()


def test_examples_of_the_help_can_be_read():
    parser = cli._parser()
    assert isinstance(parser, argparse.ArgumentParser)
    for example in installed_flow.EXAMPLES["run"]:
        parser.parse_args(example.partition("(")[0].split()[1:])
