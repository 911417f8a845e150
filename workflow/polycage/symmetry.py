"""From the cell as written to one primitive cell with its symmetry operations (spglib)."""

from __future__ import annotations

import dataclasses

import numpy as np
import spglib
from scipy.spatial import cKDTree

from polycage.arrays import FloatArray, IntArray, row_ids
from polycage.crystal import Crystal
from polycage.errors import ErrorCode, PolycageError
from polycage.settings import Settings


@dataclasses.dataclass(frozen=True, slots=True)
class PrimitiveCell:
    """The same crystal in a reduced primitive cell; `frac` refers to `lattice`."""

    lattice: FloatArray  # (3, 3) rows are the primitive vectors, Å, orientation of the input cell
    frac: FloatArray  # (n, 3)
    kind: IntArray  # (n,) index into the crystal's species
    atomic_number: IntArray  # (n,)
    in_input: FloatArray  # (3, 3) rows are the primitive vectors in terms of the input cell's
    centring: FloatArray  # (t, 3) lattice translations within the input cell, fractional in it
    rotations: IntArray  # (g, 3, 3) of the space group, on primitive fractional coordinates
    inverse_rotations: IntArray  # (g, 3, 3)
    translations: FloatArray  # (g, 3)
    image: IntArray  # (g, n) the atom onto which operation g carries atom n ...
    image_shift: IntArray  # (g, n, 3) ... and the lattice translation that it then has
    conventional_axes: IntArray  # (3, 3) rows: a*, b*, c* of the standardised cell, in primitive indices
    international: str  # Hermann-Mauguin symbol of the type
    number: int
    orbit: IntArray  # (n,) label of the crystallographic orbit

    def to_input_frac(self, frac: FloatArray) -> FloatArray:
        """Fractional coordinates (..., 3) of the primitive cell in those of the input cell."""
        return frac @ self.in_input

    def to_input_index(self, hkl: IntArray) -> IntArray:
        """Coprime indices (..., 3) in the input cell of planes given in primitive ones."""
        return coprime(np.round(hkl @ np.linalg.inv(self.in_input).T).astype(np.int64))


def coprime(hkl: IntArray) -> IntArray:
    """Indices (..., 3), not all zero, divided by their greatest common divisor."""
    return np.asarray(hkl // np.gcd.reduce(hkl, axis=-1, keepdims=True))


def primitive_cell(crystal: Crystal, settings: Settings) -> PrimitiveCell:
    """Reduce a crystal to a primitive cell.

    Raises
    ------
    PolycageError
        `SYMMETRY_SEARCH` where spglib finds nothing (overlapping atoms).
    """
    dataset = _dataset(crystal.lattice, crystal.frac, crystal.kind, settings)
    identity = (dataset.rotations == np.eye(3, dtype=int)).all(axis=(1, 2))
    centring = dataset.translations[identity]
    centring = centring - np.floor(centring + 1e-6)
    of_input = np.round(np.linalg.inv(_lattice_basis(dataset.primitive_lattice, crystal.lattice)))
    in_input = np.linalg.inv(of_input)
    lattice = in_input @ crystal.lattice
    frac, first = _fold(crystal.frac @ of_input, dataset.mapping_to_primitive)
    kind = crystal.kind[first]
    rotations, translations = _primitive_operations(dataset, of_input, in_input)
    axes = dataset.transformation_matrix @ in_input.T
    if len(rotations) < _POINT_GROUP_ORDER[dataset.pointgroup.strip()]:
        # the operations of a supercell lack those that do not map the supercell onto itself
        primitive = _dataset(lattice, frac, kind, settings)
        rotations, translations = primitive.rotations.astype(np.int64), primitive.translations
        axes = primitive.transformation_matrix
    image, image_shift = _images(frac, kind, rotations, translations)
    return PrimitiveCell(
        lattice=lattice,
        frac=frac,
        kind=kind,
        atomic_number=crystal.atomic_number[first],
        in_input=in_input,
        centring=centring,
        rotations=rotations,
        inverse_rotations=np.round(np.linalg.inv(rotations)).astype(np.int64),
        translations=translations,
        image=image,
        image_shift=image_shift,
        conventional_axes=coprime(np.round(24 * axes).astype(np.int64)),
        international=dataset.international,
        number=int(dataset.number),
        orbit=_orbit_labels(image),
    )


# orders of the 32 point groups (International Tables A, 3.2.1)
_POINT_GROUP_ORDER = {
    symbol: order
    for order, symbols in {
        1: "1", 2: "-1 2 m", 3: "3", 4: "2/m 222 mm2 4 -4", 6: "-3 32 3m 6 -6",
        8: "mmm 4/m 422 4mm -42m", 12: "-3m 6/m 622 6mm -62m -6m2 23", 16: "4/mmm", 24: "6/mmm m-3 432 -43m", 48: "m-3m",
    }.items()
    for symbol in [*symbols.split(), *(["-4m2"] if order == 8 else [])]
}  # fmt: skip


def _primitive_operations(
    dataset: spglib.SpglibDataset, of_input: FloatArray, in_input: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Operations on primitive fractional coordinates, one for each rotation."""
    _, first = np.unique(row_ids(dataset.rotations.reshape(-1, 9).astype(np.int64)), return_index=True)
    first.sort()
    # rows transform as x_primitive = x_input @ of_input, so columns with the transposes
    rotations = of_input.T @ dataset.rotations[first] @ in_input.T
    return np.round(rotations).astype(np.int64), dataset.translations[first] @ of_input


def _orbit_labels(image: IntArray) -> IntArray:
    """(n,) label of the orbit of each atom: the smallest index among its images."""
    return np.unique(image.min(axis=0), return_inverse=True)[1]


def _dataset(lattice: FloatArray, frac: FloatArray, kind: IntArray, settings: Settings) -> spglib.SpglibDataset:
    try:
        dataset = spglib.get_symmetry_dataset((lattice, frac, kind + 1), symprec=settings.symprec_A)
    except Exception as error:  # spglib raises its own error or returns None, by version
        raise PolycageError(ErrorCode.SYMMETRY_SEARCH, f"spglib: {error}") from error
    if dataset is None:
        raise PolycageError(ErrorCode.SYMMETRY_SEARCH, "spglib found no symmetry, not even the identity")
    return dataset


def _lattice_basis(primitive: FloatArray, lattice: FloatArray) -> FloatArray:
    """(3, 3) rows: a reduced basis of the primitive lattice in terms of the input cell."""
    reduced = spglib.niggli_reduce(primitive)
    basis = (primitive if reduced is None else reduced) @ np.linalg.inv(lattice)
    return basis if np.linalg.det(basis) > 0 else -basis


def _fold(frac: FloatArray, mapping: IntArray) -> tuple[FloatArray, IntArray]:
    """Atoms of the primitive cell: the mean over those that lattice translations make the same."""
    _, first, label = np.unique(mapping, return_index=True, return_inverse=True)
    delta = frac - frac[first][label]
    delta -= np.round(delta)
    mean = np.zeros((len(first), 3))
    np.add.at(mean, label, delta)
    mean = frac[first] + mean / np.bincount(label)[:, None]
    return mean - np.floor(mean), first


def _images(
    frac: FloatArray, kind: IntArray, rotations: IntArray, translations: FloatArray
) -> tuple[IntArray, IntArray]:
    """Atom and lattice translation onto which each operation carries each atom."""
    moved = np.matmul(frac, rotations.transpose(0, 2, 1)) + translations[:, None, :]
    wrapped = moved - np.floor(moved)
    wrapped[wrapped >= 1.0] = 0.0
    home = frac - np.floor(frac)
    home[home >= 1.0] = 0.0
    image = cKDTree(home, boxsize=np.ones(3)).query(wrapped.reshape(-1, 3))[1].reshape(moved.shape[:2])
    if not (kind[image] == kind).all() or not (np.sort(image, axis=1) == np.arange(len(frac))).all():
        raise PolycageError(
            ErrorCode.SYMMETRY_SEARCH, "the symmetry operations found do not map the atoms onto each other"
        )
    return image, np.round(moved - frac[image]).astype(np.int64)
