"""The tolerances."""

import dataclasses
import json

import pytest

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS, Settings

KNOBS = dataclasses.fields(Settings)


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_unit_of_the_name_is_the_unit_of_the_knob(knob):
    suffix = knob.name.rpartition("_")[2]
    units = {"A": "Å", "A3": "Å3", "deg": "degree", "MB": "MB", "gcm3": "g/cm3"}
    assert knob.metadata["unit"] == units.get(suffix, "1")
    assert knob.metadata["reason"]


def test_numbers_stated_in_the_definitions():
    # the definitions of sites, layers, columns and phases that the documentation gives
    stated = {
        "merge_radius_A": 0.5, "min_occupancy": 0.4, "layer_gap_A": 0.45, "layer_thickness_A": 0.9,
        "borderline_A": 0.05, "apex_offset_A": 0.6, "ring_radius_max_A": 4.2, "interlayer_gap_A": 1.0,
        "crossing_angle_deg": 20.0, "min_volume_A3": 0.3, "face_angle_deg": 7.0, "face_borderline_deg": 2.0,
        "phase_gap_A": 0.10, "oxide_edge_min_A": 3.5, "oxide_edge_max_A": 4.25, "bridge_offset_A": 0.7,
        "iron_edge_min_A": 2.4, "iron_edge_max_A": 3.3,
    }  # fmt: skip
    assert {name: getattr(DEFAULTS, name) for name in stated} == stated


def test_some_knobs_from_a_mapping_others_default():
    changed = Settings.from_mapping({"layer_gap_A": 0.5})
    assert changed == dataclasses.replace(DEFAULTS, layer_gap_A=0.5)
    assert changed != DEFAULTS


def test_json_there_and_back():
    changed = Settings(merge_radius_A=0.3)
    assert Settings.from_json(changed.to_json()) == changed
    assert list(json.loads(changed.to_json())) == sorted(knob.name for knob in KNOBS)
    assert "\n" not in changed.to_json()


@pytest.mark.parametrize("value", [-0.1, "0.5", None, True, float("nan"), float("inf"), [0.5]])
def test_a_value_that_is_no_tolerance_is_refused_by_name(value):
    with pytest.raises(PolycageError, match="layer_gap_A") as caught:
        Settings.from_mapping({"layer_gap_A": value})
    assert caught.value.code is ErrorCode.CONFIG_INVALID


def test_an_unknown_name_is_refused():
    with pytest.raises(PolycageError, match="layer_gap'") as caught:
        Settings.from_mapping({"layer_gap": 0.5})
    assert caught.value.code is ErrorCode.CONFIG_INVALID


def test_settings_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DEFAULTS.layer_gap_A = 0.5


@pytest.mark.parametrize("values", [{"oxide_edge_min_A": 5.0}, {"iron_edge_max_A": 2.0}, {"face_angle_deg": 400}])
def test_settings_that_make_no_sense(values):
    with pytest.raises(PolycageError) as caught:
        Settings.from_mapping(values)
    assert caught.value.code is ErrorCode.CONFIG_INVALID
