"""The configuration of a run."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from io_helpers import ROOT, SCHEMAS
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.collection.configuration import differing, read_config
from polycage.fields.field_request import KNOBS
from polycage.physics.constants import STATED, Constants
from polycage.tables.materials import load_schema, read_materials

SCHEMA = load_schema(SCHEMAS / "config.schema.yaml")
OWN = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))


def test_empty_paths_stand_for_the_repository():
    config = read_config(OWN, SCHEMA, Path("root"))
    assert config.cif_dir == Path("root/cif")
    assert config.materials == Path("root/config/materials.csv")
    assert config.results_dir == Path("results")
    assert config.settings == DEFAULTS
    assert config.lambda_fe_for_m2x2 is False


def test_paths_given_are_taken_as_they_are():
    given = OWN | {"cif_dir": "my cifs", "results_dir": "out", "materials": "m.csv", "lambda_fe_for_m2x2": True}
    config = read_config(given, SCHEMA, Path("root"))
    assert (config.cif_dir, config.results_dir, config.materials) == (Path("my cifs"), Path("out"), Path("m.csv"))
    assert config.lambda_fe_for_m2x2 is True


def test_a_single_tolerance_leaves_the_others():
    config = read_config(OWN | {"settings": {"layer_gap_A": 0.5}}, SCHEMA, ROOT)
    assert (config.settings.layer_gap_A, config.settings.merge_radius_A) == (0.5, 0.5)
    assert config.settings != DEFAULTS


def test_numbers_as_snakemake_passes_them_from_the_command_line():
    config = read_config(OWN | {"settings": {"layer_gap_A": "0.5"}}, SCHEMA, ROOT)
    assert config.settings == dataclasses.replace(DEFAULTS, layer_gap_A=0.5)


@pytest.mark.parametrize("settings", [{}, None])
def test_no_tolerances_are_the_default_ones(settings):
    assert read_config(OWN | {"settings": settings}, SCHEMA, ROOT).settings == DEFAULTS


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"cif_dirs": "x"}, "cif_dirs"),
        ({"cif_dir": 3}, "cif_dir"),
        ({"results_dir": ""}, "results_dir"),
        ({"materials": 7}, "materials"),
        ({"lambda_fe_for_m2x2": "yes"}, "lambda_fe_for_m2x2"),
        *(({"settings": value}, "settings") for value in (3, "layer_gap_A=0.5", ["layer_gap_A"])),
        ({"settings": {"layer_gap_A": "wide"}}, "settings.layer_gap_A"),
        ({"settings": {"layer_gap_A": -1}}, "settings.layer_gap_A"),
        ({"settings": {"layer_gap_A": float("nan")}}, "layer_gap_A"),
        ({"settings": {"layer_gap": 0.5}}, "layer_gap"),
    ],
)
def test_message_names_the_key(changed, named):
    with pytest.raises(PolycageError) as caught:
        read_config(OWN | changed, SCHEMA, ROOT)
    assert caught.value.code is ErrorCode.CONFIG_INVALID
    assert named in caught.value.cause


@pytest.mark.parametrize("key", sorted(set(OWN) - {"settings", "physics", "fields"}))
def test_message_names_a_key_that_is_missing(key):
    with pytest.raises(PolycageError, match=f"'{key}' is a required property"):
        read_config({k: v for k, v in OWN.items() if k != key}, SCHEMA, ROOT)


def test_constants_of_physics():
    # Bardeen, Cooper and Schrieffer (1957): 2 Delta / (k_B Tc) = 3.53
    assert read_config(OWN, SCHEMA, ROOT).physics == Constants(gap_ratio=3.53) == STATED
    assert read_config(OWN | {"physics": {"gap_ratio": "4"}}, SCHEMA, ROOT).physics.gap_ratio == 4
    for given, named in (({"gap_ratios": 4}, "gap_ratio?"), ({"gap_ratio": 0}, "gap_ratio"), (3, "physics")):
        with pytest.raises(PolycageError, match=named) as caught:
            read_config(OWN | {"physics": given}, SCHEMA, ROOT)
        assert caught.value.code is ErrorCode.CONFIG_INVALID


def test_knobs_of_fields():
    assert read_config(OWN, SCHEMA, ROOT).fields == KNOBS
    assert read_config(OWN | {"fields": {"screening_A": "2.5"}}, SCHEMA, ROOT).fields.screening_A == 2.5
    assert read_config({k: v for k, v in OWN.items() if k != "fields"}, SCHEMA, ROOT).fields == KNOBS
    for given, named in (
        ({"screening": 2}, "did you mean screening_A"),
        ({"screening_A": 0.01}, "fields: screening_A = 0.01 is not 0 or a length of 0.1 to 100"),
        ({"square_intervals": 24.5}, "square_intervals = 24.5 is not a whole number"),
        ({"imbalance_ratio": 0}, "imbalance_ratio = 0 is not a positive number"),
        (3, "fields"),
    ):
        with pytest.raises(PolycageError, match=named) as caught:
            read_config(OWN | {"fields": given}, SCHEMA, ROOT)
        assert caught.value.code is ErrorCode.CONFIG_INVALID


@pytest.mark.parametrize(("group", "knobs"), [("physics", STATED), ("fields", KNOBS)])
def test_configuration_lists_the_constants_with_unit_and_reason(group, knobs):
    text = (ROOT / "config" / "config.yaml").read_text(encoding="utf-8")
    assert list(OWN[group]) == list(knobs.__dataclass_fields__)
    for name, field in knobs.__dataclass_fields__.items():
        assert f"# {field.metadata['unit']}: {field.metadata['reason']}\n  {name}: " in text


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), (True, True)])
def test_flags_given_on_the_command_line(text, value):
    # snakemake --config voids=true: text
    assert read_config(OWN | {"voids": text}, SCHEMA, ROOT).voids is value


def test_results_among_what_is_read_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    for cif_dir, results_dir in (("mine", "mine"), ("mine", "./mine/"), ("link", "mine"), ("mine/cache/x", "mine")):
        with pytest.raises(PolycageError) as caught:
            read_config(OWN | {"cif_dir": cif_dir, "results_dir": results_dir}, SCHEMA, ROOT)
        assert caught.value.code is ErrorCode.CONFIG_INVALID
        assert "cif_dir" in caught.value.cause
    for cif_dir, results_dir in (("mine", "mine/results"), ("mine", "."), ("mine", "mine2")):
        read_config(OWN | {"cif_dir": cif_dir, "results_dir": results_dir}, SCHEMA, ROOT)


@pytest.mark.parametrize("none", ["none", "/dev/null"])
def test_no_sheet_is_the_papers_tables_alone(none):
    config = read_config(OWN | {"materials": none}, SCHEMA, ROOT)
    known = read_materials(config.materials, load_schema(SCHEMAS / "materials.schema.yaml"))
    whole = read_materials(ROOT / "config" / "materials.csv", load_schema(SCHEMAS / "materials.schema.yaml"))
    assert known.structures == {}
    assert known.paper == whole.paper


@pytest.mark.parametrize(
    ("cif_dir", "materials", "tells"),
    [("", "", True), ("mine", "", False), ("mine", "m.csv", True), ("", "none", False)],
)
def test_the_repositorys_sheet_has_nothing_to_say_of_files_missing_elsewhere(cif_dir, materials, tells):
    assert read_config(OWN | {"cif_dir": cif_dir, "materials": materials}, SCHEMA, ROOT).tells_missing is tells


@pytest.mark.parametrize("key", ["cif_dir", "materials", "resonances", "tc_table"])
def test_what_may_be_empty_may_be_left_empty_on_the_command_line(key):
    # snakemake --config materials= : nothing at all
    assert read_config(OWN | {key: None}, SCHEMA, ROOT) == read_config(OWN | {key: ""}, SCHEMA, ROOT)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        # places, and what stands among the settings or is no part of the page
        ({"cif_dir": "x", "results_dir": "y", "settings": {"layer_gap_A": 1}, "figures": "all", "exports": "cif"}, []),
        ({"assume_last_digit": True}, []),
        ({"voids": False, "vertices": "false", "materials": None}, []),  # as stated
        ({"trial": {**OWN["trial"], "seed": "15"}, "physics": {"gap_ratio": "3.53"}}, []),
        (
            {"fields": {"width_A": "0.4"}, "electrostatics": "true"},
            [("electrostatics", "true"), ("fields", "{width_A: 0.4}")],
        ),
        ({"materials": "a/b/tc.csv", "resonances": "/r/e.csv"}, [("materials", "tc.csv"), ("resonances", "e.csv")]),
        ({"materials": "/dev/null"}, [("materials", "none")]),
        (
            {"tc_table": "d/list.csv", "trial": {**OWN["trial"], "open_oxygen": True, "seed": 1}},
            [("tc_table", "list.csv"), ("trial", "{seed: 1, open_oxygen: true}")],
        ),
        ({"physics": {**OWN["physics"], "gap_ratio": 4}}, [("physics", "{gap_ratio: 4}")]),
    ],
)
def test_what_differs_from_the_stated_configuration(given, told):
    found = differing(OWN | given, ROOT / "config/config.yaml")
    assert sorted(found) == told


def test_what_differs_makes_the_same_run_again():
    """Snakemake reads the texts with YAML, all values as texts, and merges mappings."""
    given = OWN | {
        "voids": True, "lambda_fe_for_m2x2": True, "physics": {**OWN["physics"], "gap_ratio": 4.2},
        "trial": {**OWN["trial"], "open_oxygen": True}, "fields": {**OWN["fields"], "screening_A": 2},
    }  # fmt: skip
    again = dict(OWN)
    for key, text in differing(given, ROOT / "config/config.yaml"):
        value = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but texts
        again[key] = again[key] | value if isinstance(value, dict) else value
    assert read_config(again, SCHEMA, ROOT) == read_config(given, SCHEMA, ROOT)
