"""Idealised layered structures with round numbers, of which heights follow by hand, and how they are compared."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

import brute_force_nets as brute
from helpers import crystal_of
from polycage.cages.interpretation import phase_height
from polycage.cages.measurement import measure_crystal

CENTRED = ((0, 0, 0), (0.5, 0.5, 0.5))


def model(lattice, atoms, centring=((0, 0, 0),)):
    """A crystal from (symbol, place) or (symbol, place, occupancy)."""
    full = [(s, np.add(p, t), *occ) for s, p, *occ in atoms for t in centring]
    symbols, places = [a[0] for a in full], [a[1] for a in full]
    return crystal_of(np.diag(lattice), symbols, places, [a[2] if len(a) > 2 else 1.0 for a in full])


def heights(found):
    """Height of each active phase, and its number of cages a primitive cell."""
    cages = defaultdict(list)
    for cage in found.cages:
        if cage.role == "active":
            cages[cage.phase].append(cage)
    return {phase: (phase_height(of), sum(c.multiplicity for c in of)) for phase, of in cages.items()}


def assert_found(crystal, family, expected, axis=(0, 0, 1), status="ok"):
    """Family, axis and the active phases with heights and counts; the brute-force search must agree."""
    found = measure_crystal(crystal)
    assert (found.family, found.axis_hkl) == (family, axis), found.message
    assert heights(found) == {phase: (pytest.approx(h, abs=1e-4), n) for phase, (h, n) in expected.items()}
    assert found.status == status, found.message
    assert brute.family(crystal, brute.layers_of(crystal)) == family
    return found


def plane(metals=None, oxygens=None, a=3.85, b=3.85, c=3.4, rise=0.0):
    """An infinite-layer compound; both oxygens `rise` Å over the metals; h is c, from Ca to Ca."""
    metals, oxygens = metals or {"Cu": 1.0}, oxygens or {"O": 1.0}
    atoms = [(m, (0, 0, 0), x) for m, x in metals.items()] + [("Ca", (0.5, 0.5, 0.5))]
    atoms += [(o, p, x) for o, x in oxygens.items() for p in ((0.5, 0, rise / c), (0, 0.5, rise / c))]
    return model((a, b, c), atoms)


def turned_squares(degrees, a=3.9, c=11.6, z_cation=0.35, metal="Cu"):
    """Nd2CuO4 type in its sqrt2 x sqrt2 cell, CuO4 squares turned about c, next ones in opposite senses, as in Er2CuO4.

    An oxygen is moved across its edge by a/2 tan(angle). Cations stand over and under the squares' centres, (1/2 - z) c
    from the plane: h is (1 - 2 z) c.
    """
    d = a / 2 * math.tan(math.radians(degrees))
    atoms = []
    for layer in (0, 1):
        origin = np.array([0.5, 0.5, 0.5]) * layer
        for i in (0, 1):
            sense, cell = (-1) ** i, np.array([i, 0, 0])
            atoms.append((metal, (origin + cell) * (a, a, c)))
            atoms.append(("O", (origin + cell) * (a, a, c) + (a / 2, sense * d, 0)))
            atoms.append(("O", (origin + cell) * (a, a, c) + (-sense * d, a / 2, 0)))
            atoms += [("Er", (origin + cell + (0, 0, z)) * (a, a, c)) for z in (z_cation, -z_cation)]
            atoms += [("O", (origin + cell + place) * (a, a, c)) for place in ((0, 0.5, 0.25), (0.5, 0, 0.25))]
    lattice = np.array([[a, a, 0], [-a, a, 0], [0, 0, c]])
    return crystal_of(lattice, [s for s, _ in atoms], np.array([p for _, p in atoms]) @ np.linalg.inv(lattice))


def flat_layer(z_anion, c=9.0, z_spacer=2.7, a=4.0, metal="Ni", anion="P", extra=()):
    """An M2X2 layer in its tetragonal cell, spacers over squares of anions, `z_spacer` Å from the metals.

    M at (1/4, 3/4) and (3/4, 1/4), X over (1/4, 1/4) and under (3/4, 3/4); alpha is 2 z_anion, from X to the X4 on the
    other side, and beta z_spacer, from the M4 to the spacer. M-M is a / sqrt2.
    """
    atoms = [(metal, (0.25, 0.75, 0.5)), (metal, (0.75, 0.25, 0.5))]
    atoms += [(anion, (0.25, 0.25, 0.5 + z_anion / c)), (anion, (0.75, 0.75, 0.5 - z_anion / c))]
    atoms += [("Sr", (0.75, 0.75, 0.5 + z_spacer / c)), ("Sr", (0.25, 0.25, 0.5 - z_spacer / c))]
    return model((a, a, c), [*atoms, *extra])
