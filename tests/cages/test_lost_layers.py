"""Layers that are lost: a net with one atom missing or foreign, beside whole ones; the heights and planes by hand.

Idealised models with round numbers, as in `test_missed_layers`; the perfect structure is the control each time.
"""

from __future__ import annotations

import numpy as np
import pytest

from helpers import crystal_of, reference_crystal, reference_measurement, rewritten
from layer_models import flat_layer, heights, model, plane
from polycage.cages.measurement import measure_crystal

DAMAGED = "net with metals missing, or not all squares alike"
TWO_BY_TWO = np.diag([2, 2, 1])
CHESSBOARD = [[1, 1, 0], [-1, 1, 0], [0, 0, 1]]


def edited(crystal, matrix, *edits):
    """A supercell in which atoms at places are others, or gone (None); an atom where there was none is added."""
    large = rewritten(crystal, matrix)
    symbols = [large.sites.species[k].element for k in large.sites.kind]
    places = [place % 1 for place in large.sites.frac]
    for place, symbol in edits:
        off = np.subtract(places, place)
        near = np.flatnonzero(np.abs(off - np.round(off)).max(axis=1) < 1e-4)
        if len(near):
            symbols[near[0]] = symbol
        else:
            symbols, places = [*symbols, symbol], [*places, np.array(place)]
    kept = [k for k, symbol in enumerate(symbols) if symbol]
    return crystal_of(large.lattice, [symbols[k] for k in kept], [places[k] for k in kept])


def close_to(expected):
    return {phase: (pytest.approx(h, abs=1e-4), n) for phase, (h, n) in expected.items()}


# --- one of two planes of an infinite-layer compound: Cu at (0, 0, 0) and (0, 0, 1/2) of a cell of 2 x 2 x 2


@pytest.mark.parametrize(
    ("edits", "metals", "block"),
    [
        ([((0.25, 0, 0.5), "F")], 4, "3"),
        ([((0.25, 0, 0.5), "N")], 4, "3"),
        ([((0.25, 0, 0.5), None)], 4, "3"),
        ([((0.25, 0.25, 0.5), "H")], 4, "3"),  # in the middle of a square
        ([((0, 0, 0.5), None)], 3, "2.75"),  # a quarter of the copper: no square is whole
    ],
)
def test_one_atom_takes_a_whole_plane_of_copper(edits, metals, block):
    # the other plane has 4 squares with Ca 1.7 Å over and under: h = 3.4. Between it and the next whole one lie 8 Ca
    # and the 4 (or 3) Cu of the damaged one, for 4 metals: one plane a stack, instead of bare Ca between all
    whole, found = (
        measure_crystal(edited(plane(), np.diag([2, 2, 2]))),
        measure_crystal(edited(plane(), np.diag([2, 2, 2]), *edits)),
    )
    assert (whole.family, whole.planes, whole.status, whole.message) == ("cuprate", "infinite", "ok", "")
    assert heights(whole) == close_to({"alpha": (3.4, 1)})
    assert heights(found) == close_to({"alpha": (3.4, 4)})
    assert (found.family, found.planes, found.block, found.status) == ("cuprate", "1", block, "warning")
    assert f"an MO2 {DAMAGED}" in found.message
    assert f"{metals} metals of the primitive cell; whole nets beside: 1" in found.message


def test_two_planes_of_three_are_told_together():
    edits = [((0.25, 0, 1 / 3), "F"), ((0, 0.25, 2 / 3), None)]
    found = measure_crystal(edited(plane(), np.diag([2, 2, 3]), *edits))
    assert (found.family, found.status) == ("cuprate", "warning")
    assert "2 MO2 nets with metals missing, or not all squares alike: not active" in found.message
    assert "8 metals of the primitive cell; whole nets beside: 1" in found.message


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_damaged_plane_in_another_cell(seed):
    # other vectors, origin and order of atoms; in the second and third the axis c is written as a and as b
    matrix = [[[1, 0, 0], [1, 1, 0], [0, 0, 1]], [[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[1, 0, 1], [0, 0, 1], [0, 1, 0]]]
    crystal = edited(plane(), np.diag([2, 2, 2]), ((0.25, 0, 0.5), "F"))
    found = measure_crystal(rewritten(crystal, matrix[seed - 1], origin=(0.1, 0.23, 0.37), seed=seed))
    assert heights(found) == close_to({"alpha": (3.4, 4)})
    assert found.status == "warning"
    assert "4 metals of the primitive cell; whole nets beside: 1" in found.message


def test_the_middle_plane_of_three():
    # Hg1223: Ca 1.6 Å, outer planes 3.2 Å and Ba 5.2 Å from the middle plane. Outer planes have (5.2 - 1.6) = 3.6 Å
    # for all their squares, the middle one 2 x 1.6 = 3.2 Å; with this one lost, all that is left is of one height
    c = 15.8
    atoms = [("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("Hg", (0, 0, 0.5))]
    for s in (1, -1):
        atoms += [("Ca", (0.5, 0.5, s * 1.6 / c)), ("Cu", (0, 0, s * 3.2 / c)), ("Ba", (0.5, 0.5, s * 5.2 / c))]
        atoms += [("O", (0.5, 0, s * 3.2 / c)), ("O", (0, 0.5, s * 3.2 / c)), ("O", (0, 0, s * 5.9 / c))]
    crystal = model((3.85, 3.85, c), atoms)
    whole, found = measure_crystal(crystal), measure_crystal(edited(crystal, TWO_BY_TWO, ((0.25, 0, 0), "F")))
    assert (whole.planes, whole.block, whole.status) == ("3", "3", "ok")
    assert heights(whole) == close_to({"alpha": (3.2, 1), "beta": (3.6, 2)})
    assert heights(found) == close_to({"alpha": (3.6, 8)})
    assert found.status == "warning"
    assert f"an MO2 {DAMAGED}" in found.message
    assert "4 metals of the primitive cell; whole nets beside: 2" in found.message


@pytest.mark.parametrize("gone", [[(0.25, 0, 0.3581)], [(0, 0, 0.3546)]])
def test_a_plane_of_ybco_beside_its_chains(gone):
    # the chains go on in one direction and are no damaged net; the plane that lacks one O2 or one Cu2 is
    crystal = reference_crystal("YBCO_Williams1988")
    large = rewritten(crystal, TWO_BY_TWO)
    kinds = [large.sites.species[k].element for k in large.sites.kind]
    symbol = "O" if gone[0][0] else "Cu"
    place = min(  # the listed place that is nearest
        (p for p, kind in zip(large.sites.frac % 1, kinds, strict=True) if kind == symbol),
        key=lambda p: np.abs(p - gone[0]).max(),
    )
    whole, found = measure_crystal(large), measure_crystal(edited(crystal, TWO_BY_TWO, (place, None)))
    assert (whole.planes, whole.status) == ("2", "ok")
    assert (found.family, found.status) == ("cuprate", "warning")
    assert f"an MO2 {DAMAGED}" in found.message
    assert f"{4 if symbol == 'O' else 3} metals of the primitive cell; whole nets beside: 1" in found.message


# --- one of two layers of an iron compound


@pytest.mark.parametrize(
    ("edit", "metals"),
    [
        (((0.125, 0.375, 0.25), None), 7),  # Fe
        (((0.125, 0.125, 0.25 + 1.35 / 18), None), 8),  # As
        (((0.125, 0.125, 0.25 + 1.35 / 18), "Br"), 8),
    ],
)
def test_one_atom_takes_a_whole_layer_of_iron(edit, metals):
    # the other layer: 8 squares of 2 x 1.35 Å, and over 8 the spacer 2.7 Å from the metals
    crystal = flat_layer(1.35, metal="Fe", anion="As")
    large = np.diag([2, 2, 2])
    whole, found = measure_crystal(edited(crystal, large)), measure_crystal(edited(crystal, large, edit))
    assert (whole.family, whole.subfamily, whole.status, whole.message) == ("iron", "111", "ok", "")
    assert heights(whole) == close_to({"alpha": (2.7, 2), "beta": (2.7, 2)})
    assert (found.family, found.status) == ("iron", "warning")
    assert heights(found)["alpha"] == (pytest.approx(2.7, abs=1e-4), 8)
    assert f"an M2X2 {DAMAGED}" in found.message
    assert f"{metals} metals of the primitive cell; whole nets beside: 1" in found.message


@pytest.mark.parametrize(("rise", "needed"), [(0.6, None), (0.74, "bridge_offset_A = 0.740 instead of 0.7 Å")])
def test_a_plane_too_distorted_beside_a_whole_one(rise, needed):
    # the oxygens of one of two planes over its copper: up to 0.7 Å it is a net, and no other is missed
    c = 10.0
    atoms = [("Ca", (0.5, 0.5, 0.25)), ("Ca", (0.5, 0.5, 0.75))]
    for z, up in ((0.0, 0.0), (0.5, rise / c)):
        atoms += [("Cu", (0, 0, z)), ("O", (0.5, 0, z + up)), ("O", (0, 0.5, z + up))]
    found = measure_crystal(model((3.85, 3.85, c), atoms))
    assert found.family == "cuprate"
    assert (found.status == "warning") is (needed is not None)
    assert (f"beside the whole nets there would be a further MO2 net with {needed}" in found.message) is bool(needed)


# --- what is no damaged net


@pytest.mark.parametrize("structure_id", ["YBCO_Williams1988", "Y124_Karpinski1989", "CaKFe4As4", "Sr2VO3FeAs"])
def test_chains_and_whole_layers_are_not_damaged(structure_id):
    assert "missing" not in reference_measurement(structure_id).message


@pytest.mark.parametrize(
    ("matrix", "edits"),
    [
        (TWO_BY_TWO, [((0, 0.25, 0), None)]),  # 3 of 4 oxygens of the chains
        (TWO_BY_TWO, [((0, 0.25, 0), None), ((0, 0.75, 0), None)]),  # every second chain empty: YBa2Cu3O6.5
        (TWO_BY_TWO, [((0, 0.25, 0), None), ((0.25, 0.5, 0), "O")]),  # an oxygen between the chains instead of in them
        (TWO_BY_TWO, [((0.25, 0, 0), "O")]),  # one more
        # ten oxygens for nine copper, in rows and columns that cross: on average a copper has 20/9 edges
        (
            np.diag([3, 3, 1]),
            [*(((k / 3, 0.5, 0), None) for k in (1, 2)), *((((k + 0.5) / 3, 0, 0), "O") for k in range(3))],
        ),
    ],
)
def test_chains_with_other_oxygen_are_not_damaged(matrix, edits):
    crystal = edited(reference_crystal("YBCO_Williams1988"), matrix, *edits)
    found = measure_crystal(crystal)
    assert (found.family, found.planes) == ("cuprate", "2")
    assert DAMAGED not in found.message


@pytest.mark.parametrize(
    ("lattice", "atoms"),
    [
        # a honeycomb of Ni, 2.9 Å apart, as in BaNi2(AsO4)2; three edges each, 120 degrees
        ((2.9 * 3**0.5, 8.7, 9.0), [(x + t, y + t, 0) for x, y in ((0, 0), (0, 1 / 3)) for t in (0, 0.5)]),
        # every fourth place of a square lattice empty, but edges of 2.6 and 3.2 Å: chains side by side, as in Co7Se8
        ((5.2, 6.4, 9.0), [(0.5, 0, 0), (0, 0.5, 0), (0.5, 0.5, 0)]),
    ],
)
def test_other_sheets_of_metals_are_no_damaged_net(lattice, atoms):
    anions = [(x + 0.25, y + 0.25, (1.4 if x == y else -1.4) / 9) for x in (0, 0.5) for y in (0, 0.5)]
    found = measure_crystal(model(lattice, [("Ni", p) for p in atoms] + [("Se", p) for p in anions]))
    assert found.family == "other"
    assert DAMAGED not in found.message


# --- the only plane, and no whole square in it


def test_a_plane_without_a_whole_square_is_told():
    found = measure_crystal(edited(plane(), TWO_BY_TWO, ((0, 0, 0), None)))
    assert (found.family, found.n_active, found.status) == ("other", 0, "warning")
    assert f"an MO2 {DAMAGED}" in found.message
    # every fourth iron missing
    found = measure_crystal(
        edited(
            flat_layer(1.35, metal="Fe", anion="As"),
            TWO_BY_TWO,
            ((0.125, 0.375, 0.5), None),
            ((0.625, 0.875, 0.5), None),
        )
    )
    assert (found.family, found.n_active, found.status) == ("other", 0, "warning")
    assert f"an M2X2 {DAMAGED}" in found.message


# --- metals half and half


@pytest.mark.parametrize("guest", ["Zn", "Li", "Ti"])
def test_a_plane_half_of_which_is_another_metal(guest):
    # alone it is told; beside a whole plane it is a warning
    alone = measure_crystal(edited(plane(), CHESSBOARD, ((0, 0, 0), guest)))
    assert (alone.family, alone.status) == ("other", "ok")
    told = f"{guest} on 1 of 2 metal places of an MO2 net (50%): too many for it to be active"
    assert told in alone.message
    doubled = np.array(CHESSBOARD) * [[1], [1], [2]]
    beside = measure_crystal(edited(plane(), doubled, ((0, 0, 0), guest)))
    assert (beside.family, beside.status) == ("cuprate", "warning")
    assert told in beside.message
    # of the whole plane, two squares with Ca 1.7 Å over and under
    assert heights(beside) == close_to({"alpha": (3.4, 2)})


def test_a_layer_of_iron_half_of_which_is_another_metal():
    crystal = flat_layer(1.35, metal="Fe", anion="As")
    found = measure_crystal(edited(crystal, np.diag([1, 1, 1]), ((0.25, 0.75, 0.5), "Zn")))
    assert (found.family, found.status) == ("other", "ok")
    assert "Zn on 1 of 2 metal places of an M2X2 net (50%)" in found.message


@pytest.mark.parametrize(
    ("guest", "n", "share", "status"), [("Ni", 1, 11, "ok"), ("Ni", 2, 22, "ok"), ("Ni", 4, 44, "warning")]
)
def test_nickel_among_copper_is_a_dopant_like_any_other(guest, n, share, status):
    edits = [((k / 3, m / 3, 0), guest) for k, m in [(0, 0), (1, 1), (2, 2), (0, 1)][:n]]
    found = measure_crystal(edited(plane(), np.diag([3, 3, 1]), *edits))
    assert (found.family, found.status) == ("cuprate", status)
    assert heights(found) == close_to({"alpha": (3.4, 9)})
    assert f"{guest} on {n} of 9 metal places of an MO2 net ({share}%)" in found.message


@pytest.mark.parametrize("guest", ["Co", "Mn", "Cr", "Rh"])
def test_other_metals_among_iron_are_dopants(guest):
    crystal = flat_layer(1.35, metal="Fe", anion="As")
    edits = [((0.125, 0.375, 0.5), guest), ((0.375, 0.125, 0.5), guest), ((0.625, 0.375, 0.5), guest)]
    found = measure_crystal(edited(crystal, TWO_BY_TWO, *edits))
    assert (found.family, found.status) == ("iron", "warning")
    assert f"{guest} on 3 of 8 metal places of an M2X2 net (38%)" in found.message


def test_two_metals_of_nets_half_and_half():
    # ordered in one layer: a warning that names the one that is not copper or iron, wherever it stands
    found = measure_crystal(edited(plane(), CHESSBOARD, ((0, 0, 0), "Ni")))
    assert (found.family, found.status) == ("cuprate", "warning")
    assert "Ni on 1 of 2 metal places of an MO2 net (50%)" in found.message
    crystal = flat_layer(1.35, metal="Fe", anion="As")
    found = measure_crystal(edited(crystal, np.diag([1, 1, 1]), ((0.75, 0.25, 0.5), "Co")))
    assert (found.family, found.status) == ("m2x2", "warning")
    assert "Co on 1 of 2 metal places of an M2X2 net (50%)" in found.message
    # in layers of their own: each is whole
    layers = [((0.25, 0.75, 0.25), "Co"), ((0.75, 0.25, 0.25), "Co")]
    found = measure_crystal(edited(crystal, np.diag([1, 1, 2]), *layers))
    assert (found.family, found.status, found.message) == ("m2x2", "ok", "")
