"""The field in the square of an infinite-layer compound A M O2, from two lengths and formal charges."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np

from polycage.fields.electrostatics import MINIMUM, POINTS, Assumptions, Plane, PlaneField
from polycage.geometry.ewald import PointCharges

# of A, M and both O in an infinite-layer compound (space group P4/mmm)
_FRAC = np.array([[0.5, 0.5, 0.5], [0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.5, 0.0]])
# degree: a point this near a diagonal of the square lies on it; Å: one this near the site is the site
_ON_DIAGONAL_DEG, _AT_SITE_A = 2.0, 0.1


def infinite_layer(a_A: float, c_A: float, metal_e: float = 2.0, assumptions: Assumptions = POINTS) -> PlaneField:
    """The plane of M and O of A M O2, around the site between two A.

    Parameters
    ----------
    a_A, c_A
        Edges of the tetragonal cell in Å: M-O is a / 2, and the height of the cage c.
    metal_e
        Charge of M; O has -2, and A makes the cell neutral.
    """
    half = a_A / 2
    plane = Plane(
        origin_cart=np.array([half, half, 0.0]),
        along=np.eye(3)[:2],
        normal=np.eye(3)[2],
        half_A=(half, half),
        corner_uv=half * np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]]),
        anion_uv=half * np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]]),
        corner="metal",
        edge="O",
    )
    charges = np.array([4.0 - metal_e, metal_e, -2.0, -2.0])
    return PlaneField(plane, PointCharges(np.diag([a_A, a_A, c_A]), _FRAC, charges), assumptions)


class Passes(NamedTuple):
    """What an electron meets in the square of such a plane."""

    n_off: int  # points without in-plane force beside the site
    n_diagonal: int  # of these, on the diagonals toward the metals
    n_minima: int  # of these, minima in the plane
    top_eV: float | None  # highest energy above the site's on the way to a metal; None: it never falls
    top_share: float | None
    is_closed: bool  # whether the energy rises all the way to the anions

    def are(self, number: int) -> bool:
        """Whether that many lie on the diagonals, there is no other, and none toward the anions."""
        return self.n_diagonal == self.n_off == number and self.is_closed


@functools.cache
def passes(a_A: float, c_A: float, metal_e: float = 2.0, assumptions: Assumptions = POINTS) -> Passes:
    """Points without in-plane force, and the ways to metals and anions; parameters of `infinite_layer`."""
    field = infinite_layer(a_A, c_A, metal_e, assumptions)
    off = [p for p in field.still_points() if math.hypot(p.u_A, p.v_A) > _AT_SITE_A]
    angles = [math.degrees(math.atan2(abs(p.v_A), abs(p.u_A))) for p in off]
    corner, edge = field.corner_way(), field.edge_way()
    return Passes(
        n_off=len(off),
        n_diagonal=sum(abs(angle - 45) < _ON_DIAGONAL_DEG for angle in angles),
        n_minima=sum(p.kind == MINIMUM for p in off),
        top_eV=corner.top_eV,
        top_share=corner.top_share,
        is_closed=edge.top_eV is None,
    )
