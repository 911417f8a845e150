"""Families, roles and phases of crystals made for the purpose, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import crystal_of, only
from polycage.base.settings import DEFAULTS
from polycage.base.vocabulary import ACTIVE
from polycage.cages.interpretation import phase_height
from polycage.cages.measurement import measure_crystal
from polycage.cages.named_cages import species_label
from polycage.cages.phases import ANION_SITE, METAL_SITE, MU_SITE, PLANE_SITE, SPACER_SITE, phases


def oxide_plane(metals):
    """An infinite-layer compound of 3.85 Å and c = 3.2 Å whose metal site is mixed."""
    symbols = [*metals, "O", "O", "Ca"]
    frac = [(0, 0, 0)] * len(metals) + [(0.5, 0, 0), (0, 0.5, 0), (0.5, 0.5, 0.5)]
    return crystal_of(np.diag([3.85, 3.85, 3.2]), symbols, frac, [*metals.values(), 1, 1, 1])


def iron_layer(metals, anion="As", spacer="Na"):
    """LiFeAs type: a = 4.0, c = 6.5; X 1.3 Å over and under the metals, spacer 2.6 Å from them."""
    frac = [(0.25, 0.75, 0)] * len(metals) + [(0.75, 0.25, 0)] * len(metals)
    frac += [(0.25, 0.25, 0.2), (0.75, 0.75, -0.2), (0.25, 0.25, -0.4), (0.75, 0.75, 0.4)]
    symbols = [*metals, *metals, anion, anion, spacer, spacer]
    return crystal_of(np.diag([4.0, 4.0, 6.5]), symbols, frac, [*metals.values(), *metals.values(), 1, 1, 1, 1])


@pytest.mark.parametrize(
    ("metals", "family"),
    [
        ({"Cu": 1.0}, "cuprate"),
        ({"Ni": 1.0}, "nickelate"),
        ({"Cu": 0.7, "Ni": 0.3}, "cuprate"),
        ({"Cu": 0.3, "Ni": 0.7}, "nickelate"),
    ],
)
def test_family_of_oxide_planes(metals, family):
    found = measure_crystal(oxide_plane(metals))
    assert (found.family, found.axis_hkl) == (family, (0, 0, 1))
    cage = only([c for c in found.cages if c.role == ACTIVE])
    # by hand: Ca on both sides of the plane, c = 3.2 Å apart
    assert (cage.phase, cage.named.member, cage.around.ring, cage.around.upper_cap, cage.around.lower_cap) == (
        "alpha",
        1,
        "O4",
        "Ca",
        "Ca",
    )
    assert cage.h_A == pytest.approx(3.2)


@pytest.mark.parametrize(
    ("metals", "family"),
    [
        ({"Fe": 1.0}, "iron"),
        ({"Fe": 0.6, "Co": 0.4}, "iron"),
        ({"Fe": 0.4, "Co": 0.6}, "m2x2"),
        ({"Ni": 1.0}, "m2x2"),
        ({"Ru": 1.0}, "m2x2"),
        ({"Mn": 1.0}, "m2x2"),
    ],
)
def test_family_of_m2x2_layers_and_their_active_cages(metals, family):
    found = measure_crystal(iron_layer(metals))
    assert (found.family, found.axis_hkl) == (family, (0, 0, 1))
    heights = {c.phase: c.h_A for c in found.cages if c.role == ACTIVE}
    # by hand: alpha from X to X, 2 * 0.2 * 6.5 = 2.6; beta from the metals to the spacer, 0.4 * 6.5 = 2.6 Å
    assert heights == pytest.approx({"alpha": 2.6, "beta": 2.6})


@pytest.mark.parametrize(("spacer", "phases_there"), [("Li", {"alpha", "beta"}), ("Se", {"alpha"}), ("O", {"alpha"})])
def test_an_anion_at_the_tip_makes_a_spacer_cage(spacer, phases_there):
    found = measure_crystal(iron_layer({"Fe": 1.0}, spacer=spacer))
    assert {c.phase for c in found.cages if c.role == ACTIVE} == phases_there
    # the cage itself is there all the same
    assert [
        c.role for c in found.cages if c.around.ring == "As4" and spacer in (c.around.upper_cap, c.around.lower_cap)
    ] == [ACTIVE if "beta" in phases_there else "spacer"]


def superlattice(shift):
    """Two iron layers that differ: X of the second one `shift` Å further out, on both sides; c = 13 Å."""
    one = iron_layer({"Fe": 1.0})
    lattice = np.diag([4.0, 4.0, 13.0])
    frac, symbols = [], []
    for layer in (0, 1):
        for site, kind in zip(one.sites.frac, one.sites.kind, strict=True):
            z = (site[2] + 0.5) % 1 - 0.5
            element = one.sites.species[kind].element
            z = z * 6.5 + (np.sign(z) * shift if element == "As" and layer else 0)
            frac.append((site[0], site[1], (z + 6.5 * layer) / 13))
            symbols.append(element)
    return crystal_of(lattice, symbols, frac)


def test_heights_that_differ_by_less_than_a_tenth_are_one_phase():
    # by hand: alpha 2.60 and 2.60 + 2 * 0.03 = 2.66, as many of each: one phase of mean 2.63
    found = measure_crystal(superlattice(0.03))
    alpha = [c for c in found.cages if c.phase == "alpha"]
    assert [c.named.member for c in alpha] == [1, 2]
    assert [c.h_A for c in alpha] == pytest.approx([2.60, 2.66])
    assert phase_height(alpha) == pytest.approx(2.63)


def test_phases_by_hand():
    types = np.array([ANION_SITE, METAL_SITE, ANION_SITE, ANION_SITE, SPACER_SITE, MU_SITE, ANION_SITE])
    species = [
        ("As4", "K", "Fe4"),
        ("Fe4", "As", "As4"),
        ("As4", "Ca", "Fe4"),
        ("As4", "K", "Fe4"),
        ("As4", "F", "Fe4"),
        ("", "As2", "Ca2"),
        ("As4", "K", "Fe4"),
    ]
    height = np.array([3.39, 2.80, 2.93, 3.34, 2.00, 1.50, 3.60])
    found = phases(types, species, height, np.ones(7, dtype=np.int64), np.ones(7), DEFAULTS).of_cage
    named = [(p.role, p.phase, p.member) for p in found]
    assert named == [
        ("active", "gamma", 2),  # K at 3.34 and 3.39: one phase, the lower one first
        ("active", "alpha", 1),  # the Fe-layer site, though not the lowest
        ("active", "beta", 1),  # the lowest X-layer site
        ("active", "gamma", 1),
        ("spacer", "", 0),
        ("spacer", "mu", 1),
        ("active", "delta", 1),  # K at 3.60, 0.21 above
    ]


def test_plane_sites_are_named_by_height_and_kept_apart_by_their_caps():
    # the same height to 0.02 Å, yet Ba-Ca and Ca-Ca are two phases
    species = [("O4", "Ba", "Ca"), ("O4", "Ca", "Ca")]
    found = phases(
        np.full(2, PLANE_SITE), species, np.array([3.32, 3.30]), np.array([2, 1]), np.ones(2), DEFAULTS
    ).of_cage
    assert [p.phase for p in found] == ["beta", "alpha"]


def test_phases_do_not_run_out_of_letters():
    n = 12
    species = [("O4", "Ba", "Ba")] * n
    found = phases(
        np.full(n, PLANE_SITE), species, 3 + 0.2 * np.arange(n), np.ones(n, dtype=np.int64), np.ones(n), DEFAULTS
    ).of_cage
    assert len({p.phase for p in found}) == n


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        (["O"] * 4, "O4"),
        (["O", "Ba", "O", "Ba"], "Ba2O2"),
        (["(Ba0.6K0.4)"] * 2, "(Ba0.6K0.4)2"),
        (["Ca"], "Ca"),
        ([], ""),
    ],
)
def test_species_labels(labels, text):
    assert species_label(tuple(labels)) == text


def test_nets_of_both_types_keep_their_phases_apart():
    # after Sr2Mn2CuAs2O2 (I 4/m m m): CuO2 planes at z = 0, MnAs layers around z = 1/4
    a, c, z_sr, z_as = 4.08, 18.66, 0.4125, 0.168
    sites = [("Cu", (0, 0, 0)), ("O", (0, 0.5, 0)), ("O", (0.5, 0, 0)), ("Mn", (0, 0.5, 0.25)), ("Mn", (0.5, 0, 0.25))]
    sites += [("Sr", (0, 0, z)) for z in (z_sr, -z_sr)] + [("As", (0, 0, z)) for z in (z_as, -z_as)]
    centred = [(s, np.add(p, shift)) for s, p in sites for shift in ((0, 0, 0), (0.5, 0.5, 0.5))]
    found = measure_crystal(crystal_of(np.diag([a, a, c]), [s for s, _ in centred], [p for _, p in centred]))
    heights = {cage.phase: cage.h_A for cage in found.cages if cage.role == "active"}
    assert heights["alpha"] == pytest.approx(2 * (0.5 - z_sr) * c)  # Sr to Sr across the plane: 3.2655
    assert heights["alpha_m2x2"] == pytest.approx(2 * (0.25 - z_as) * c)  # As to As: 3.0602
    assert heights["beta_m2x2"] == pytest.approx((z_sr - 0.25) * c)  # Mn plane to Sr: 3.0323
    assert (found.family, found.status) == ("cuprate", "warning")
    assert "MO2 and M2X2 nets" in found.message


def test_a_metal_ring_capped_by_a_metal_is_no_alpha_cage():
    # Fe2As type: the second iron 0.3 Å from the As plane, in one layer with it, caps the ring from the other side
    symbols = ["Fe", "Fe", "As", "As", "Fe", "Fe"]
    frac = [
        (0.25, 0.75, 0),
        (0.75, 0.25, 0),
        (0.25, 0.25, 0.25),
        (0.75, 0.75, -0.25),
        (0.25, 0.25, -0.3),
        (0.75, 0.75, 0.3),
    ]
    found = measure_crystal(crystal_of(np.diag([3.7, 3.7, 6.0]), symbols, frac))
    assert (found.family, found.status, found.n_active) == ("iron", "warning", 0)
    assert "an active net, but no active cage" in found.message
    assert [(c.around.upper_cap, c.around.lower_cap) for c in found.cages if c.around.ring == "Fe4"] == [("As", "Fe")]
