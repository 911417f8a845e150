"""Names of cages: species of ring and caps by hand, records in their order, and what is made only once."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from helpers import crystal_of, reference_crystal
from polycage.base.arrays import NONE
from polycage.base.settings import DEFAULTS
from polycage.cages import named_cages
from polycage.cages.interpretation import Interpreter
from polycage.cages.named_cages import SpeciesNames
from polycage.cages.search import LOWER_PART, RING_PART, UPPER_PART
from polycage.crystal.primitive_cell import primitive_cell

CRYSTAL = crystal_of(4 * np.eye(3), ["O", "Ca", "As"], [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0, 0.5)])
KIND = {species.label: kind for kind, species in enumerate(CRYSTAL.sites.species)}


def named(ring, upper, lower, order=None):
    """Names of one cage whose parts are built of these elements, listed in an order, and room for two more atoms."""
    parts = [
        (name, part) for part, names in ((RING_PART, ring), (UPPER_PART, upper), (LOWER_PART, lower)) for name in names
    ]
    listed = [parts[k] for k in order or range(len(parts))]
    kind = np.array([[KIND[name] for name, _ in listed] + [0, 1]])
    part = np.array([[part for _, part in listed] + [NONE, NONE]])
    ((names, turned),) = SpeciesNames(CRYSTAL).of(kind, part)
    return tuple(names), turned


@pytest.mark.parametrize(
    ("upper", "lower", "caps", "turned"),
    # the cap with fewer atoms comes first, then the first by name
    [
        (["Ca"], ["As"], ("As", "Ca"), True),
        (["As"], ["Ca"], ("As", "Ca"), False),
        (["O", "O"], ["Ca"], ("Ca", "O2"), True),
        (["Ca"], ["O", "O"], ("Ca", "O2"), False),
        (["O"], ["O"], ("O", "O"), False),
    ],
)
def test_which_cap_is_the_upper_one(upper, lower, caps, turned):
    assert named(["As"] * 4, upper, lower) == (("As4", *caps), turned)


def test_the_order_of_atoms_does_not_matter():
    parts = (["O", "Ca", "O", "Ca"], ["As"], ["O"])
    expected = (("Ca2O2", "As", "O"), False)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(6).tolist()
        assert named(*parts, order=order) == expected


def test_names_of_several_cages_at_once_and_again():
    names = SpeciesNames(CRYSTAL)
    kind = np.array([[KIND["O"]] * 4 + [KIND["Ca"], KIND["As"]]] * 3)
    part = np.array(
        [[RING_PART] * 4 + caps for caps in ([UPPER_PART, LOWER_PART], [LOWER_PART, UPPER_PART]) for _ in "1"]
    )
    found = names.of(kind[:2], part)
    assert found == [(("O4", "As", "Ca"), True), (("O4", "As", "Ca"), False)]
    assert names.of(kind[:2], part) == found


def test_polyhedra_are_made_once_where_nothing_of_them_changes(monkeypatch):
    made = []

    def counted(*arguments):
        made.append(arguments)
        return polyhedra(*arguments)

    polyhedra = named_cages.polyhedra
    monkeypatch.setattr(named_cages, "polyhedra", counted)
    crystal = reference_crystal("YBCO_Williams1988")
    reader = Interpreter(crystal, primitive_cell(crystal, DEFAULTS))
    printed = reader.read(DEFAULTS)
    assert len(made) == 1
    for name in ("phase_gap_A", "min_volume_A3"):
        reader.read_moved(printed, name, DEFAULTS.moved(name, 1))
    assert len(made) == 1
    moved = reader.read_moved(printed, "face_angle_deg", DEFAULTS.moved("face_angle_deg", 1))
    assert len(made) == 2
    assert moved.found.hulls is not printed.found.hulls


def test_records_come_as_they_are_asked_for():
    crystal = reference_crystal("CaKFe4As4")
    reading = Interpreter(crystal, primitive_cell(crystal, DEFAULTS)).read(DEFAULTS)
    ordered = reading.in_order()
    plain = ordered.found.records({})
    flagged = ordered.found.records({1: ("a", "b")})
    assert plain == reading.cages
    assert [cage.cage_id for cage in plain] == list(range(1, len(plain) + 1))
    assert flagged[1] == dataclasses.replace(plain[1], flags=("a", "b", *plain[1].flags))
    assert (flagged[0], flagged[2:]) == (plain[0], plain[2:])
    # the order decides about nothing that is compared
    assert sorted(map(str, reading.described().keys)) == sorted(map(str, ordered.described().keys))
    assert reading.described()[1:] == ordered.described()[1:]
    # by hand: two Fe-layer sites, below either kind of As, then the As layers, across Ca and across K
    assert [cage.phase for cage in plain if cage.role == "active"] == ["alpha", "alpha", "beta", "gamma"]
    assert [cage.role for cage in plain] == ["active"] * 4 + ["spacer"] * (len(plain) - 4)
