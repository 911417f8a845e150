"""The least that the libraries underneath need for a file: what no program built on them can undercut.

One call each, with as little around it as makes the next call possible: gemmi reads the bytes and expands the atoms by
the listed operations, moyo searches the symmetry once, freud (voro++) tessellates the primitive cell once, Qhull
makes one convex hull of eight points. Nothing is checked, and no cage is found.
"""

from __future__ import annotations

from pathlib import Path

import freud
import gemmi
import numpy as np
from moyopy import Cell, MoyoDataset
from scipy.spatial import ConvexHull

from polycage.collection.entries import Entry

SYMPREC_A = 0.01
_CUBE = np.array([[x, y, z] for x in (0.0, 3.0) for y in (0.0, 3.1) for z in (0.0, 3.2)])
# no exact cube: facets that need no merging are the cheaper case
_EIGHT = _CUBE + np.random.default_rng(1).normal(scale=0.1, size=(8, 3))

freud.parallel.set_num_threads(1)


def atoms(path: Path) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Rows of the lattice (Å), fractional coordinates and atomic numbers of the whole cell."""
    block = gemmi.cif.read_string(path.read_bytes().decode("utf-8", "replace")).sole_block()
    found = gemmi.make_small_structure_from_block(block)
    if found.spacegroup is None and found.symops:
        return _by_operations(found)
    sites = found.get_all_unit_cell_sites()
    frac = np.array([site.fract.tolist() for site in sites])
    return _lattice(found), frac, [site.element.atomic_number for site in sites]


def _lattice(found: gemmi.SmallStructure) -> np.ndarray:
    return np.array(found.cell.orth.mat.tolist()).T


def _by_operations(found: gemmi.SmallStructure) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """The same for a setting that gemmi's table does not have."""
    operations = [gemmi.Op(text) for text in found.symops]
    rotation = np.array([op.rot for op in operations]) / gemmi.Op.DEN
    translation = np.array([op.tran for op in operations]) / gemmi.Op.DEN
    frac = np.array([site.fract.tolist() for site in found.sites])
    images = np.einsum("gij,nj->ngi", rotation, frac) + translation
    number = np.repeat([site.element.atomic_number for site in found.sites], len(operations))
    return _lattice(found), images.reshape(-1, 3), number.tolist()


def apart(frac: np.ndarray) -> np.ndarray:
    """Indices of one atom of each place: neither library takes two atoms in one place (mixed sites)."""
    places = np.round((frac - np.floor(frac)) * 1000).astype(np.int64) % 1000
    keys = (places[:, 0] * 1000 + places[:, 1]) * 1000 + places[:, 2]
    return np.sort(np.unique(keys, return_index=True)[1])


def tessellation(lattice: np.ndarray, frac: np.ndarray) -> list[np.ndarray]:
    """Corners of the Voronoi cell of every atom (freud wants the first vector along x, the second in the xy plane)."""
    frame, upper = np.linalg.qr(lattice.T)
    sign = np.sign(np.diag(upper))
    frame, upper = frame * sign, upper * sign[:, None]
    length = np.diag(upper)
    box = freud.box.Box(*length, xy=upper[0, 1] / length[1], xz=upper[0, 2] / length[2], yz=upper[1, 2] / length[2])
    points = (frac - np.floor(frac) - 0.5) @ lattice @ frame
    corners: list[np.ndarray] = freud.locality.Voronoi().compute((box, points)).polytopes
    return corners


def bound(folder: Path, entry: Entry) -> None:
    """All four for one file."""
    lattice, frac, number = atoms(folder / entry.file)
    one = apart(frac)
    symmetry = MoyoDataset(Cell(lattice.tolist(), frac[one].tolist(), [number[i] for i in one]), symprec=SYMPREC_A)
    primitive = symmetry.prim_std_cell
    tessellation(np.array(primitive.basis), np.array(primitive.positions))
    ConvexHull(_EIGHT)
