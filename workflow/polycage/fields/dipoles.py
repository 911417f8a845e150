"""The dipole of a cage's vertices, what it does to an electron in the middle, and sums of dipoles as in the paper.

This vector belongs to one cage and is computed from a structure. The order parameter of Eq. 9 (`order_parameter`) adds
up displacements of electrons over many cages, which no structure has: the two are kept apart.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.errors import ErrorCode, PolycageError
from polycage.cages.cage import Cage
from polycage.fields.charges import SiteCharges
from polycage.fields.electrostatics import COULOMB_VA

# Å: a vertex is the image of a site that lies this near. Sites are 0.5 Å apart at least (merge_radius_A), and making
# the symmetry exact moves them by less (symprec_A is 0.005)
_SAME_A = 0.2
# eV/Å: a weaker pull is none
_LEAST_PULL = 1e-6
UPPER, LOWER, NOWHERE = "toward the upper cap", "toward the lower cap", "nowhere along the axis"


@dataclasses.dataclass(frozen=True)
class CageDipole:
    """The charges of a cage's vertices, seen from its site."""

    net_e: float  # their sum; with it, the dipole depends on the point that it is taken from
    dipole_eA: FloatArray  # (3,) sum of q (r - r_site), Cartesian
    axial_eA: float  # its part along the axis, positive toward the upper cap
    pull_axial_eVperA: float  # force of the vertices on an electron at the site, the same sign
    electron_goes: str  # UPPER, LOWER or NOWHERE


def dipole_of(cage: Cage, charges: SiteCharges) -> CageDipole:
    """The dipole of an active cage, with the charges of the crystal's sites.

    Raises
    ------
    PolycageError
        As `vertex_charges`.
    """
    arms = cage.vertices_cart - cage.site_cart
    q = vertex_charges(cage, charges)
    dipole = q @ arms
    axis = cage.axis_cart if cage.axis_cart is not None else np.zeros(3)
    pull = float(pull_of(arms, q) @ axis)
    goes = NOWHERE if abs(pull) < _LEAST_PULL else UPPER if pull > 0 else LOWER
    return CageDipole(float(q.sum()), dipole, float(dipole @ axis), pull, goes)


def vertex_charges(cage: Cage, charges: SiteCharges) -> FloatArray:
    """(n_vertices,) charge of each vertex, in e: that of the crystal's site of which it is an image.

    Raises
    ------
    PolycageError
        `UNEXPECTED` where a vertex is no image of any site: the charges are those of another crystal.
    """
    frac = cage.vertices_cart @ np.linalg.inv(charges.lattice)
    apart = frac[:, None] - charges.frac
    distance = np.linalg.norm((apart - np.round(apart)) @ charges.lattice, axis=2)
    nearest = distance.min(axis=1)
    if nearest.max() > _SAME_A:
        what = f"cage {cage.cage_id}: the vertex {cage.symbols[int(nearest.argmax())]} is at no site with a charge"
        cause = f"{what}: the nearest is {nearest.max():.2f} Å away"
        raise PolycageError(ErrorCode.UNEXPECTED, cause)
    return np.asarray(charges.charge_e[distance.argmin(axis=1)])


def pull_of(arms_A: FloatArray, charge_e: FloatArray) -> FloatArray:
    """(3,) force in eV/Å on an electron in the middle of charges (n,) at (n, 3) Å: Coulomb's law."""
    distance = np.linalg.norm(arms_A, axis=1)
    return np.asarray(COULOMB_VA * (charge_e / distance**3) @ arms_A)


def pull_of_replacement(arms_A: FloatArray, vertex: int, added_e: float) -> float:
    """Force in eV/Å on an electron in the middle, toward a vertex whose charge grows (La3+ for Sr2+: by 1 e).

    Positive: toward the vertex. Only the added charge counts; what was there before held the electron in balance.
    """
    added = np.zeros(len(arms_A))
    added[vertex] = added_e
    toward = arms_A[vertex] / np.linalg.norm(arms_A[vertex])
    return float(pull_of(arms_A, added) @ toward)


def sum_of_dipoles(ions_A: FloatArray, displacement_A: FloatArray, ion_e: float) -> FloatArray:
    """(3,) e Å: sum of the dipoles of ions (n, 3) Å around an electron that is displaced (3,) from their middle.

    Each ion has a charge of `ion_e` and each has an equal one of the other sign as its partner, where the electron is:
    the dipole from the electron to the ion is q (r_ion - r_electron) (Fig. 12).
    """
    return np.asarray(ion_e * (ions_A - displacement_A).sum(axis=0))
