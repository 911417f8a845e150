"""Octahedra and tetrahedra of an element beside what the paper says, for a terminal."""

from __future__ import annotations

from polycage.base.su_notation import with_su
from polycage.cages.measurement import Measurement
from polycage.physics.elemental_metals import OCTAHEDRON, PAPER_DEGENERACY, element_cages
from polycage.report.text_columns import text_columns

_HEADER = (
    *("kind", "for each atom", "orientations", "axes", "of which an atom is a vertex", "a nearest vertex"),
    "anisotropy",
)


def element_text(structure_id: str, measurement: Measurement) -> str:
    """One structure: its octahedra and tetrahedra, counted."""
    head = f"{structure_id}  {measurement.formula}  {measurement.space_group}"
    found = element_cages(measurement)
    if not found:
        return f"{head}\n  no bcc, fcc or hcp element\n"
    rows = [
        (
            one.kind,
            f"{one.per_atom:g}",
            str(one.orientations),
            str(one.axes),
            f"{one.at_atom:g}",
            f"{one.nearest_at_atom:g}" if one.nearest_at_atom is not None else "-",
            with_su(one.anisotropy, one.anisotropy_su, 5),
        )
        for one in found
    ]
    octahedra = next(one for one in found if one.kind == OCTAHEDRON)
    said = (
        f"  {octahedra.lattice}; the paper: octahedra {PAPER_DEGENERACY}-fold degenerate, isotropic; by geometry "
        f"{octahedra.orientations} orientation{'s' if octahedra.orientations > 1 else ''}"
    )
    return "\n".join([head, said, *text_columns(_HEADER, rows)]) + "\n"
