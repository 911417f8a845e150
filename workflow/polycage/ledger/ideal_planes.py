"""The field in the square of an infinite-layer compound A M O2, from two lengths and formal charges."""

from __future__ import annotations

import numpy as np

from polycage.fields.electrostatics import Plane, PlaneField
from polycage.geometry.ewald import PointCharges

# of A, M and both O in an infinite-layer compound (space group P4/mmm)
_FRAC = np.array([[0.5, 0.5, 0.5], [0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.5, 0.0]])
_CHARGES_E = np.array([2.0, 2.0, -2.0, -2.0])


def infinite_layer(a_A: float, c_A: float) -> PlaneField:
    """The plane of M and O of A2+ M2+ O2-2, around the site between two A.

    Parameters
    ----------
    a_A, c_A
        Edges of the tetragonal cell in Å: M-O is a / 2, and the height of the cage c.
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
    return PlaneField(plane, PointCharges(np.diag([a_A, a_A, c_A]), _FRAC, _CHARGES_E))
