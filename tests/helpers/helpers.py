"""What several test modules share: the reference collection and crystals made from arrays."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from pathlib import Path

import numpy as np
from gemmi import Element

from polycage.base.settings import DEFAULTS, Settings
from polycage.cages.measurement import Measurement, measure_crystal
from polycage.crystal.cell import Cell
from polycage.crystal.crystal import Crystal, build_crystal
from polycage.crystal.primitive_cell import PrimitiveCell, coprime, primitive_cell
from polycage.crystal.source import ListedAtoms, Source
from polycage.formats.cif import read_cif
from polycage.layers.stacking import Stacking, stacking

ROOT = Path(__file__).parents[2]
CIF_DIR = ROOT / "cif"
CIF_FILES = tuple(sorted(CIF_DIR.glob("*.cif")))
DATA = Path(__file__).parents[1] / "data"


@functools.cache
def reference_crystal(structure_id: str) -> Crystal:
    """The crystal of one file of the reference collection."""
    crystal = read_cif(CIF_DIR / f"{structure_id}.cif", DEFAULTS)[0][1]
    assert isinstance(crystal, Crystal)
    return crystal


@functools.cache
def reference_measurement(structure_id: str) -> Measurement:
    """The cages of one file of the reference collection."""
    return measure_crystal(reference_crystal(structure_id))


def crystal_of(lattice, symbols, frac, occupancy=None, settings: Settings = DEFAULTS) -> Crystal:
    """A crystal in P1 from cell vectors (rows, Å), element symbols and fractional coordinates."""
    lattice = np.array(lattice, dtype=float)
    frac = np.array(frac, dtype=float).reshape(-1, 3)
    lengths = np.linalg.norm(lattice, axis=1)
    cosines = [lattice[i] @ lattice[j] / lengths[i] / lengths[j] for i, j in ((1, 2), (0, 2), (0, 1))]
    n = len(symbols)
    listed = ListedAtoms(
        tuple(f"{s}{k}" for k, s in enumerate(symbols, start=1)),
        np.array([Element(s).atomic_number for s in symbols], dtype=np.int64),
        frac,
        np.full((n, 3), np.nan),
        np.ones(n) if occupancy is None else np.array(occupancy, dtype=float),
    )
    cell = Cell(np.array([*lengths, *np.degrees(np.arccos(cosines))]), np.full(6, np.nan))
    # points made for a test of geometry need not be matter
    settings = dataclasses.replace(settings, overlap_ratio=0.0, density_limit_gcm3=1e5)
    return build_crystal(Source("test", cell, listed, orientation=lattice), settings)


def primitive_of(lattice, symbols, frac) -> PrimitiveCell:
    return primitive_cell(crystal_of(lattice, symbols, frac), DEFAULTS)


def primitive_index(cell: PrimitiveCell, hkl) -> np.ndarray:
    """Coprime indices of a plane in the primitive cell from those in the input cell.

    h_prim = P h, the rows of P being the primitive vectors in terms of the input cell's; P holds halves, thirds
    and quarters where the input cell is centred.
    """
    return coprime(np.round(12 * cell.in_input @ np.array(hkl)).astype(np.int64))


def stacking_along(cell: PrimitiveCell, hkl=(0, 0, 1), settings: Settings = DEFAULTS) -> Stacking:
    """Layers along the normal of a plane of the input cell."""
    return stacking(cell, primitive_index(cell, hkl), settings)


def rewritten(
    crystal: Crystal, matrix=((1, 0, 0), (0, 1, 0), (0, 0, 1)), origin=(0, 0, 0), seed=None, turn=None, noise_A=0.0
) -> Crystal:
    """The same crystal in another cell, in P1.

    Parameters
    ----------
    matrix
        Integer rows: the new cell vectors in terms of the old ones (supercells, other axes, left-handed ones).
    origin
        Added to all fractional coordinates of the old cell.
    seed
        Where given, shuffles the atoms and moves each one by a random lattice vector.
    turn
        (3, 3) rotation of the whole crystal in space.
    noise_A
        Standard deviation in Å of a move of every atom; needs a seed.
    """
    matrix = np.array(matrix)
    translations = coset_translations(matrix)
    frac = (crystal.sites.frac[:, None, :] + np.array(origin) + translations).reshape(-1, 3) @ np.linalg.inv(matrix)
    kind = np.repeat(crystal.sites.kind, len(translations))
    if seed is not None:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(frac))
        frac, kind = frac[order] + rng.integers(-3, 4, size=(len(frac), 3)), kind[order]
        frac += rng.normal(scale=noise_A, size=frac.shape) @ np.linalg.inv(matrix @ crystal.lattice)
    atoms = [
        (p, symbol, x) for p, k in zip(frac, kind, strict=True) for symbol, x in crystal.sites.species[k].composition
    ]
    places, symbols, occupancy = zip(*atoms, strict=True)
    lattice = matrix @ crystal.lattice
    return crystal_of(lattice if turn is None else lattice @ np.array(turn).T, symbols, places, occupancy)


def coset_translations(matrix) -> np.ndarray:
    """(n, 3) the lattice points inside the cell spanned by integer rows, n the size of its determinant."""
    matrix = np.array(matrix)
    reach = np.abs(matrix).sum(axis=0)
    grid = np.array(list(itertools.product(*(range(-r, r + 1) for r in reach))))
    inside = grid @ np.linalg.inv(matrix)
    found = grid[((inside > -1e-9) & (inside < 1 - 1e-9)).all(axis=1)]
    assert len(found) == round(abs(np.linalg.det(matrix)))
    return found


def cap_distance(cage) -> float:
    """The height of a cage from its vertices alone: mean level of the upper cap less that of the lower one."""
    level = cage.vertices_cart @ cage.axis_cart
    upper, lower = (level[[p == name for p in cage.parts]] for name in ("upper_cap", "lower_cap"))
    return float(upper.mean() - lower.mean())


def only(items):
    """The one item of a sequence of one."""
    (item,) = items
    return item
