"""Layers that hide: turned squares, flat M2X2 layers, dopants in supercells, nets missed by little; heights by hand.

Idealised models with round numbers, as in `test_awkward_structures`: the answers follow from these numbers alone.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import brute_force_nets as brute
from helpers import crystal_of, rewritten
from layer_models import assert_found, flat_layer, heights, model, plane, turned_squares
from polycage.cages.measurement import measure_crystal

# --- squares turned about the axis


@pytest.mark.parametrize(("metal", "family"), [("Cu", "cuprate"), ("Ni", "nickelate")])
@pytest.mark.parametrize("degrees", [0, 4, 8, 10, 11, 12, 14, 16, 19])
def test_squares_may_be_turned_about_the_axis(metal, family, degrees):
    # at 12 degrees the oxygens are 0.41 Å off the middles of the edges, the ring's half diagonals 1.54 and 2.36 Å
    # (ratio 1.54: no ring of a tessellation); at 19 degrees 0.67 Å off, just within 0.7. h by hand: (1 - 0.7) 11.6 =
    # 3.48, for each of the two squares of a layer in the primitive cell, one where they are alike
    crystal = turned_squares(degrees, metal=metal)
    found = assert_found(crystal, family, {"alpha": (3.48, 1 if degrees == 0 else 2)})
    for cage in found.cages:
        if cage.role == "active":
            assert (*cage.around, cage.n_vertices) == ("O4", "Er", "Er", 6)
            assert cage.kind == "octahedron"
            assert (cage.cap_spread_A, cage.cap_distance_A) == (0.0, pytest.approx(3.48, abs=1e-6))


def test_oxygens_may_stand_off_in_any_direction():
    # as in superstructures of Bi2201 and Bi2212: a 3 x 3 plane, every oxygen moved by 0.45 to 0.6 Å in a direction of
    # its own. The rings are irregular, the cations over their centres are not moved: nine cages of 3.4 Å
    rng = np.random.default_rng(7)
    crystal = rewritten(plane(), np.diag([3, 3, 1]))
    elements = [crystal.sites.species[k].element for k in crystal.sites.kind]
    cart = crystal.sites.frac @ crystal.lattice
    for k, element in enumerate(elements):
        if element == "O":
            angle = rng.uniform(0, 2 * math.pi)
            cart[k, :2] += rng.uniform(0.45, 0.6) * np.array([math.cos(angle), math.sin(angle)])
    moved = crystal_of(crystal.lattice, elements, cart @ np.linalg.inv(crystal.lattice))
    found = assert_found(moved, "cuprate", {"alpha": (3.4, 9)})
    assert all(cage.around.ring == "O4" for cage in found.cages if cage.role == "active")


def test_alternatives_on_one_edge_are_all_of_its_ring():
    # an oxygen split over two half occupied places 0.35 Å over and under the plane: both belong to the ring, h is 3.4
    atoms = [("Cu", (0, 0, 0)), ("Ca", (0.5, 0.5, 0.5)), ("O", (0.5, 0, 0))]
    atoms += [("O", (0, 0.5, z / 3.4), 0.5) for z in (0.35, -0.35)]
    found = measure_crystal(model((3.85, 3.85, 3.4), atoms))
    assert heights(found) == {"alpha": (pytest.approx(3.4), 1)}
    assert [cage.around.ring for cage in found.cages if cage.role == "active"] == ["O6"]


# --- flat M2X2 layers


@pytest.mark.parametrize("z_anion", [0.6, 0.942, 0.99, 1.01, 1.3])
def test_an_anion_near_the_plane_does_not_fill_its_own_square(z_anion):
    # 0.942 Å: Sr4Sc2O6Ni2P2, a = 4.044 Å
    crystal = flat_layer(z_anion, a=4.044)
    assert_found(crystal, "m2x2", {"alpha": (2 * z_anion, 2), "beta": (2.7, 2)})


@pytest.mark.parametrize(
    ("z_anion", "extra"),
    [
        (0.3, ()),  # in the plane: not over it
        (0.942, [("H", (0.25, 0.25, 0.5))]),  # something else in the middle of the squares
        (0.942, [("As", (0.25, 0.25, 0.5 - 0.95 / 9)), ("As", (0.75, 0.75, 0.5 + 0.95 / 9))]),  # anions on both sides
    ],
)
def test_a_filled_square_is_none_of_a_flat_layer(z_anion, extra):
    crystal = flat_layer(z_anion, extra=extra)
    found = measure_crystal(crystal)
    assert (found.family, found.n_active) == ("other", 0)
    assert brute.layers_of(crystal) == []


# --- dopants in supercells


def doped(crystal, matrix, symbols, host="Cu"):
    """A supercell in which the first metals are others."""
    large = rewritten(crystal, matrix)
    elements = [large.sites.species[k].element for k in large.sites.kind]
    places = [k for k, element in enumerate(elements) if element == host]
    for k, symbol in zip(places, symbols, strict=False):
        elements[k] = symbol
    return crystal_of(large.lattice, elements, large.sites.frac)


@pytest.mark.parametrize("dopant", ["Li", "Mg", "Zn", "Co", "Ga", "Fe", "Al"])
def test_one_metal_of_nine_may_be_another(dopant):
    # nine squares a plane, Ca over and under each: 3.4 Å
    found = assert_found(doped(plane(), np.diag([3, 3, 1]), [dopant]), "cuprate", {"alpha": (3.4, 9)})
    assert f"{dopant} on 1 of 9 metal places of an MO2 net (11%)" in found.message


@pytest.mark.parametrize(
    ("matrix", "symbols", "share", "status"),
    [
        (np.diag([2, 2, 1]), ["Zn"], "Zn on 1 of 4 metal places of an MO2 net (25%)", "ok"),
        (
            [[2, 1, 0], [-1, 2, 0], [0, 0, 1]],
            ["Zn", "Li"],
            "Li and Zn on 2 of 5 metal places of an MO2 net (40%)",
            "warning",
        ),
        # nickel is a metal of these nets itself
        (np.diag([3, 3, 1]), ["Ni"], "Ni on 1 of 9 metal places of an MO2 net (11%)", "ok"),
    ],
)
def test_the_share_of_dopants_is_told(matrix, symbols, share, status):
    n = round(abs(np.linalg.det(matrix)))
    found = assert_found(doped(plane(), matrix, symbols), "cuprate", {"alpha": (3.4, n)}, status=status)
    assert share in found.message


def test_half_of_the_metals_are_too_many():
    # as in La2Li0.5Cu0.5O4, which orders like a chessboard: the plane is no more copper's than lithium's
    crystal = doped(plane(), [[1, 1, 0], [-1, 1, 0], [0, 0, 1]], ["Li"])
    assert measure_crystal(crystal).family == "other"
    assert brute.family(crystal, brute.layers_of(crystal)) == "other"


def test_a_missing_metal_is_no_dopant():
    large = rewritten(plane(), np.diag([3, 3, 1]))
    elements = [large.sites.species[k].element for k in large.sites.kind]
    keep = np.arange(len(elements)) != elements.index("Cu")
    crystal = crystal_of(large.lattice, [e for e, k in zip(elements, keep, strict=True) if k], large.sites.frac[keep])
    found = measure_crystal(crystal)
    assert (found.family, found.status, found.n_active) == ("other", "warning", 0)


def test_a_dopant_in_one_of_two_planes():
    # two planes with Ca between them and Ba over both (126 type), Ca 1.7 Å and Ba 2.0 Å from them, 2 x 2 with one Zn:
    # the plane with it and the one without are nets: h = 1.7 + 2.0 for each of the 8 squares
    c = 12.0
    atoms = [("Ca", (0.5, 0.5, 0.0)), ("Ti", (0, 0, 0.5)), ("O", (0.5, 0, 0.5)), ("O", (0, 0.5, 0.5))]
    for s in (1, -1):
        z = s * 1.7 / c
        atoms += [("Cu", (0, 0, z)), ("O", (0.5, 0, z)), ("O", (0, 0.5, z)), ("Ba", (0.5, 0.5, s * 3.7 / c))]
    crystal = doped(model((3.9, 3.9, c), atoms), np.diag([2, 2, 1]), ["Zn"])
    found = assert_found(crystal, "cuprate", {"alpha": (3.7, 8)})
    assert "Zn on 1 of 4" in found.message


@pytest.mark.parametrize("dopant", ["Zn", "Cu", "V", "Mg"])
def test_one_metal_of_eight_of_an_iron_layer_may_be_another(dopant):
    # 2 x 2 cells of two Fe: 8 squares of 2 x 1.35 and 8 rings of As with a spacer 2.7 Å from the metals
    crystal = doped(flat_layer(1.35, metal="Fe", anion="As"), np.diag([2, 2, 1]), [dopant], host="Fe")
    found = assert_found(crystal, "iron", {"alpha": (2.7, 8), "beta": (2.7, 8)})
    assert f"{dopant} on 1 of 8 metal places of an M2X2 net (12%)" in found.message


# --- nets missed by little


@pytest.mark.parametrize(
    ("crystal", "needed"),
    [
        (plane(a=3.901, b=4.286), "oxide_edge_max_A = 4.286 instead of 4.25 Å"),  # as in Ba2CuHgTlO6
        (plane(a=3.45, b=3.6), "oxide_edge_min_A = 3.450 instead of 3.5 Å"),
        (plane(rise=0.74, c=4.4), "bridge_offset_A = 0.740 instead of 0.7 Å"),  # as in YBa2Cu4O8
        (plane(a=3.901, b=4.286, rise=0.74, c=4.4),
         "oxide_edge_max_A = 4.286 instead of 4.25 Å and bridge_offset_A = 0.740 instead of 0.7 Å"),
        (flat_layer(1.35, a=4.72), "iron_edge_max_A = 3.338 instead of 3.3 Å"),  # 4.72 / sqrt2 = 3.3376
        (flat_layer(0.47), "anion_height_min_A = 0.470 instead of 0.5 Å"),
        (flat_layer(2.3, z_spacer=4.0, c=10.0), "anion_height_max_A = 2.300 instead of 2.2 Å"),
    ],
)  # fmt: skip
def test_a_net_missed_by_little_is_told(crystal, needed):
    found = measure_crystal(crystal)
    assert (found.family, found.n_active, found.status) == ("other", 0, "warning")
    assert f"there would be one with {needed}" in found.message


@pytest.mark.parametrize("crystal", [plane(a=4.95), plane(rise=0.9, c=4.4), flat_layer(0.3), flat_layer(1.35, a=5.5)])
def test_what_misses_a_net_by_far_is_not_told(crystal):
    # edges 4.95 Å (limit 4.25, looser by 15 %: 4.89) and 5.5 / sqrt2 = 3.89 (3.80), oxygens 0.9 Å off (0.7, 0.805),
    # anions 0.3 Å over the plane (0.5, 0.425)
    found = measure_crystal(crystal)
    assert found.family == "other"
    assert "there would be" not in found.message


def test_a_network_in_three_directions_is_no_near_miss():
    atoms = [("La", (0.5,) * 3), ("Cu", (0,) * 3), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("O", (0, 0, 0.5))]
    assert "there would be" not in measure_crystal(model((4.3, 4.3, 4.3), atoms)).message


# --- squares without a cage


def test_squares_whose_caps_are_missing_are_told():
    # 4 x 4 squares, a block of 2 x 2 Ca left out: over and under four squares there is nothing, and the ring of twelve
    # Ca around the hole is centred over none of them
    large = rewritten(plane(), np.diag([4, 4, 1]))
    elements = [large.sites.species[k].element for k in large.sites.kind]
    in_block = (np.mod(large.sites.frac[:, :2], 1) < 0.49).all(axis=1)
    keep = [k for k, element in enumerate(elements) if not (element == "Ca" and in_block[k])]
    crystal = crystal_of(large.lattice, [elements[k] for k in keep], large.sites.frac[keep])
    found = measure_crystal(crystal)
    assert elements.count("Ca") - [elements[k] for k in keep].count("Ca") == 4
    assert (found.family, found.status) == ("cuprate", "warning")
    assert sum(n for _, n in heights(found).values()) == 12
    assert "squares of active nets without an active cage, a cap is missing: 4 in the primitive cell" in found.message


# --- the way of writing does not matter


@pytest.mark.parametrize(
    ("crystal", "expected"),
    [
        (turned_squares(12), {"alpha": (3.48, 2)}),
        (doped(plane(), np.diag([3, 3, 1]), ["Zn"]), {"alpha": (3.4, 9)}),
        (flat_layer(0.942, a=4.044), {"alpha": (1.884, 2), "beta": (2.7, 2)}),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_in_another_cell(crystal, expected, seed):
    # other vectors, origin and order of atoms; in the second and third the axis c is written as a and as b
    matrix = [[[1, 0, 0], [1, 1, 0], [0, 0, 1]], [[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[1, 0, 1], [0, 0, 1], [0, 1, 0]]]
    written = rewritten(crystal, matrix[seed - 1], origin=(0.1, 0.23, 0.37), seed=seed)
    found = measure_crystal(written)
    assert heights(found) == {phase: (pytest.approx(h, abs=1e-6), n) for phase, (h, n) in expected.items()}
    assert found.status == "ok"
