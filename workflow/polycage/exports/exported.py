"""A structure as it is handed on: its listed atoms, its operations, and the sites of its cages.

It is made of rows of the tables `structures`, `atoms` and `cages` alone, so that whoever holds these rows can make the
same files.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.safe_text import printable
from polycage.base.settings import DEFAULTS, Settings
from polycage.crystal.cell import Cell
from polycage.exports.equivalents import SAME_SITE_A, CellAtom, all_images, found_operations
from polycage.exports.images import LATTICE_DIGITS, Operations, images, in_cell, near, orbit_sizes, parsed
from polycage.exports.written_numbers import rounded
from polycage.tables.catalogue import ATOMS, CAGES, STRUCTURES
from polycage.tables.files import to_arrow
from polycage.tables.rows import atom_rows, cage_row, structure_row
from polycage.tables.schema import Row, Table

if TYPE_CHECKING:
    from polycage.cages.measurement import Measurement

_CELL = ("a_A", "b_A", "c_A", "alpha_deg", "beta_deg", "gamma_deg")
_CELL_SU = ("a_su_A", "b_su_A", "c_su_A", "alpha_su_deg", "beta_su_deg", "gamma_su_deg")


class CageSite(NamedTuple):
    """A place in the middle of cages."""

    label: str
    frac: FloatArray  # (3,) one of its images
    images: FloatArray  # (m, 3) all of them, in the cell
    cages: tuple[Row, ...]  # several where they share the place
    occupancy: float  # 1, or what atoms too dilute for the geometry leave of the place


@dataclasses.dataclass(frozen=True)
class Exported:
    """One structure."""

    structure: Row
    atoms: Sequence[Row]
    cages: Sequence[Row]
    settings: Settings = DEFAULTS

    @classmethod
    def of(cls, structure_id: str, sha256: str, measurement: Measurement, settings: Settings = DEFAULTS) -> Exported:
        """From what was measured.

        The rows are those that the tables would keep, so that a number at half a digit is not rounded otherwise in an
        export of the tables.
        """
        cages = [cage_row(structure_id, cage, measurement) for cage in measurement.cages]
        (structure,) = _kept(STRUCTURES, [structure_row(structure_id, sha256, measurement)])
        return cls(structure, _kept(ATOMS, atom_rows(structure_id, measurement)), _kept(CAGES, cages), settings)

    @property
    def structure_id(self) -> str:
        """Its id."""
        return str(self.structure["structure_id"])

    @property
    def cell(self) -> list[float]:
        """Lengths in Å and angles in degrees, as the file has them."""
        return [rounded(self.structure[name]) for name in _CELL]

    @property
    def cell_su(self) -> list[float | None]:
        """Their uncertainties; None where the file states none."""
        return [self.structure[name] for name in _CELL_SU]

    @cached_property
    def lattice(self) -> FloatArray:
        """(3, 3) rows are the cell vectors in Å, a along x, b in the xy plane, with the digits that are written."""
        return np.round(Cell(np.array(self.cell), np.full(6, np.nan)).lattice, LATTICE_DIGITS)

    @cached_property
    def operations(self) -> Operations:
        """Operations as listed.

        Raises
        ------
        PolycageError
            `TOO_MANY_ATOMS` where the tables do not hold them, being too many.
        """
        text = self.structure["operations"]
        if not text:
            raise PolycageError(ErrorCode.TOO_MANY_ATOMS, f"{self.structure_id}: too many operations for an export")
        return parsed(text)

    @cached_property
    def cell_atoms(self) -> list[CellAtom]:
        """All atoms of the cell: images of the first listed one, then of the next."""
        within_A = self.settings.special_position_A
        return [
            CellAtom(row, place)
            for row in self.atoms
            for place in images(_place(row), self.operations, self.lattice, within_A)
        ]

    @cached_property
    def places(self) -> list[list[FloatArray]]:
        """Of each cage the places (3,) from which the listed operations make all its sites; its own is the first."""
        own = in_cell(np.array([_place(cage) for cage in self.cages]).reshape(-1, 3))
        sizes = orbit_sizes(own, self.operations, self.lattice, SAME_SITE_A)
        lacking = [size < (cage["multiplicity_cell"] or 0) for size, cage in zip(sizes, self.cages, strict=True)]
        found = found_operations(self.cell_atoms, self.lattice, self.settings) if any(lacking) else None
        more = found or self.operations
        return [
            all_images(place, self.operations, more, self.lattice, self.settings) if lacks else [place]
            for place, lacks in zip(own, lacking, strict=True)
        ]

    @cached_property
    def sites(self) -> list[CageSite]:
        """The places of all cages that the listed operations do not make of each other, in the order of the cages."""
        prefix = site_prefix([row["label"] for row in self.atoms])
        out: list[CageSite] = []
        for cage, places in zip(self.cages, self.places, strict=True):
            n_parts = 0
            for frac in places:
                at = (k for k, site in enumerate(out) if near(site.images - frac, self.lattice, SAME_SITE_A).any())
                shared = next(at, None)
                if shared is None:
                    label = f"{prefix}{cage['cage_id']}{_letters(n_parts)}"
                    found = images(frac, self.operations, self.lattice, SAME_SITE_A)
                    out.append(CageSite(label, frac, found, (cage,), self._left(frac)))
                    n_parts += 1
                elif all(cage is not other for other in out[shared].cages):
                    out[shared] = out[shared]._replace(cages=(*out[shared].cages, cage))
        return out

    def _left(self, frac: FloatArray) -> float:
        """What atoms leave of a place: pymatgen reads no file in which occupancies of one place exceed 1."""
        there = [rounded(a.row["occupancy"]) for a in self.cell_atoms if near(a.frac - frac, self.lattice, SAME_SITE_A)]
        left = rounded(1.0 - sum(there))
        return left if 0 < left < 1 else 1.0


def _kept(table: Table, rows: Sequence[Row]) -> list[Row]:
    kept: list[Row] = to_arrow(table, rows).to_pylist()
    return kept


def site_prefix(labels: Sequence[str]) -> str:
    """What labels of sites begin with and labels of atoms do not: `X`, or else `Xx`, `Xxx` ..."""
    prefix = "X"
    while any(label.startswith(prefix) for label in labels):
        prefix += "x"
    return prefix


def label_of(row: Row) -> str:
    """Label of a listed atom, printable."""
    return printable(row["label"] or "")


def _place(row: Row) -> FloatArray:
    return np.array([rounded(row[x]) for x in "xyz"])


def _letters(k: int) -> str:
    """Nothing for the first, then b, c ... z, ba ..."""
    text = ""
    while k:
        k, letter = divmod(k, 26)
        text = chr(ord("a") + letter) + text
    return text
