"""The energy of an electron in a cage: U = -e phi of the ions of the crystal, and its force in the confining plane.

The confining plane goes through the cage's site, across its axis. The square is that of four metals: in an MO2 plane
the anions of the ring lie in the middle of its edges, in an M2X2 layer the ring itself has its corners. Charges are
unscreened points but where a screening length or a width is given, which are assumptions with results of their own.

Earnshaw's theorem says that U has no minimum in space where there is no charge: its three curvatures add up to zero. In
the plane alone it may have one.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import FloatArray
from polycage.base.elements import ANIONS, ATOMIC_NUMBER
from polycage.base.vocabulary import ACTIVE
from polycage.cages.cage import Cage
from polycage.cages.measurement import Measurement
from polycage.fields.charges import SiteCharges
from polycage.fields.field_request import KNOBS, FieldKnobs
from polycage.geometry import ewald

# e / (4 pi eps0) in V Å (CODATA 2018: 1.602176634e-19 C over 4 pi 8.8541878128e-12 F/m)
COULOMB_VA = 14.3996454785
# e/Å3: bound of what the sums leave out, below the digits that tables print
_ACCURACY = 1e-8
_STEPS = 40
# Å; eV/Å: where a search has arrived
_STEP_A, _FORCE_EVPERA = 1e-10, 1e-6
# eV/Å: a square whose force is smaller everywhere is flat. A hundred times the force at which a search has arrived, and
# the last digit that tables print: what Newton's method finds in it is rounding (Gaussian charges of 3 Å in CaCuO2)
FLAT_EVPERA = 1e-4
# Å: points nearer than this are one
_SAME_A = 1e-3
MINIMUM, MAXIMUM, SADDLE = "minimum", "maximum", "saddle"


@dataclasses.dataclass(frozen=True)
class Assumptions:
    """How the charges act."""

    screening_A: float = math.inf  # screening length; infinite: none
    width_A: float = 0.0  # standard deviation of Gaussian charges; zero: points

    @property
    def text(self) -> str:
        """Their name in tables."""
        what = "point charges" if self.width_A == 0 else f"Gaussian charges of {self.width_A:g} Å"
        return what if math.isinf(self.screening_A) else f"{what}, screening length {self.screening_A:g} Å"


POINTS = Assumptions()


def assumed(knobs: FieldKnobs) -> tuple[Assumptions, ...]:
    """Bare charges, and each assumption that is asked for, alone."""
    screened = (Assumptions(screening_A=knobs.screening_A),) if knobs.screening_A else ()
    soft = (Assumptions(width_A=knobs.width_A),) if knobs.width_A else ()
    return (POINTS, *screened, *soft)


class Plane(NamedTuple):
    """The confining plane of a cage and its square of metals."""

    origin_cart: FloatArray  # (3,) the site, Å
    along: FloatArray  # (2, 3) unit vectors toward the middles of two edges
    normal: FloatArray  # (3,) unit vector, the cage's axis
    half_A: tuple[float, float]  # from the site to the middles of the edges
    corner_uv: FloatArray  # (4, 2) corners of the square: ions, Å
    anion_uv: FloatArray  # (a, 2) anions of the ring on the edges, Å; none in an M2X2 layer
    corner: str  # what stands at the corners: `metal` of an MO2 plane, else the elements of the ring
    edge: str  # what stands on the edges: elements of the ring of an MO2 plane, else nothing

    @property
    def middle_uv(self) -> FloatArray:
        """(m, 2) middles of the edges, Å: where the anions are, if there are any."""
        return self.anion_uv if len(self.anion_uv) else (self.corner_uv + np.roll(self.corner_uv, -1, axis=0)) / 2

    def cart(self, uv: FloatArray) -> FloatArray:
        """(n, 3) Å from coordinates in the plane."""
        return np.asarray(self.origin_cart + uv @ self.along)


class Electron(NamedTuple):
    """Energy of an electron at points of a plane."""

    energy_eV: FloatArray  # (n,)
    force_eVperA: FloatArray  # (n, 3) along u, along v, along the axis
    curvature_eVperA2: FloatArray  # (n, 3, 3) second derivatives of the energy, the same frame


class StillPoint(NamedTuple):
    """A point of the square without force in the plane."""

    u_A: float
    v_A: float
    kind: str  # MINIMUM, MAXIMUM or SADDLE in the plane
    energy_eV: float  # above that of the site
    soft_eVperA2: float  # curvatures in the plane, the smaller one first
    stiff_eVperA2: float
    axial_eVperA2: float


class Way(NamedTuple):
    """What an electron meets on a straight way from the site to an ion."""

    length_A: float
    top_eV: float | None  # highest energy above the site's before it falls toward the ion; None: it never falls
    top_share: float | None  # where, as a share of the way; 0: it falls from the site on
    half_eV: float  # energy above the site's halfway


class Map(NamedTuple):
    """The energy over the square."""

    u_A: FloatArray  # (n, n)
    v_A: FloatArray  # (n, n)
    electron: Electron  # of the n n points, row by row


@dataclasses.dataclass(frozen=True)
class PlaneField:
    """The field of the ions in a confining plane."""

    plane: Plane
    points: ewald.PointCharges
    assumptions: Assumptions = POINTS
    knobs: FieldKnobs = KNOBS

    def at(self, uv: FloatArray) -> Electron:
        """Energy, force and curvature at points (n, 2) of the plane, in Å from the site."""
        frame = np.vstack([self.plane.along, self.plane.normal])
        a = self.assumptions
        with np.errstate(invalid="ignore"):  # at an ion itself
            found = ewald.fields(
                self.points, self.plane.cart(uv), accuracy=_ACCURACY, screening_A=a.screening_A, width_A=a.width_A
            )
        # an electron: U = -e phi, so that the force is -e E and the curvature that of -phi
        return Electron(
            -COULOMB_VA * found.potential,
            -COULOMB_VA * found.field @ frame.T,
            -COULOMB_VA * np.einsum("ai,pij,bj->pab", frame, found.hessian, frame),
        )

    def site(self) -> Electron:
        """At the cage's site."""
        return self.at(np.zeros((1, 2)))

    def map(self, intervals: int | None = None) -> Map:
        """The square, from corner to corner."""
        intervals = int(self.knobs.square_intervals) if intervals is None else intervals
        u, v = (np.linspace(-half, half, intervals + 1) for half in self.plane.half_A)
        uu, vv = np.meshgrid(u, v, indexing="ij")
        return Map(uu, vv, self.at(np.stack([uu.ravel(), vv.ravel()], axis=1)))

    @functools.cached_property
    def _square(self) -> Map:
        return self.map()

    @functools.cached_property
    def is_flat(self) -> bool:
        """Whether the force in the plane is below `FLAT_EVPERA` everywhere in the square: then no point stands out."""
        uv = np.stack([self._square.u_A.ravel(), self._square.v_A.ravel()], axis=1)
        away = _from_ions(uv, self.plane) > self.knobs.ion_A
        force = np.linalg.norm(self._square.electron.force_eVperA[away, :2], axis=1)
        return bool((force < FLAT_EVPERA).all())

    def still_points(self) -> tuple[StillPoint, ...]:
        """All points of the square where the force in the plane is zero, the nearest to the site first.

        There are none in a square that is flat. They are looked for by Newton's method from the middle of each cell of
        a grid over which both components of the force change their sign, or nearly.
        """
        if self.is_flat:
            return ()
        uv = self._searched(_starts(self._square, self.plane, self.knobs.ion_A))
        inside = (np.abs(uv) <= np.array(self.plane.half_A) + _SAME_A).all(axis=1)
        uv = uv[inside & (_from_ions(uv, self.plane) > self.knobs.ion_A)]
        found, site = self.at(uv), float(self.site().energy_eV[0])
        still = np.linalg.norm(found.force_eVperA[:, :2], axis=1) < _FORCE_EVPERA
        out: list[StillPoint] = []
        for k in np.flatnonzero(still).tolist():
            if all(math.hypot(uv[k, 0] - p.u_A, uv[k, 1] - p.v_A) > _SAME_A for p in out):
                out.append(_still_point(uv[k], found, k, site))
        # rounded: points that symmetry makes equivalent come in an order that noise does not decide
        return tuple(sorted(out, key=lambda p: (round(math.hypot(p.u_A, p.v_A), 4), round(p.u_A, 4), round(p.v_A, 4))))

    def _searched(self, uv: FloatArray) -> FloatArray:
        """(n, 2) where Newton's method leads from starting points."""
        largest = 0.5 * min(self.plane.half_A) / self.knobs.square_intervals
        for _ in range(_STEPS):
            if not len(uv):
                break
            found = self.at(uv)
            force, bend = found.force_eVperA[:, :2], found.curvature_eVperA2[:, :2, :2]
            bend = bend + 1e-12 * np.eye(2)
            step = np.linalg.solve(bend, force[..., None])[..., 0]  # the force is minus the gradient
            length = np.linalg.norm(step, axis=1, keepdims=True)
            uv = uv + step * np.minimum(1.0, 2 * largest / np.maximum(length, 1e-300))
            if length.max() < _STEP_A:
                break
        return uv

    def way(self, toward: FloatArray) -> Way:
        """The straight way from the site to an ion at (2,) Å."""
        length, share = float(np.linalg.norm(toward)), np.linspace(0, 1, int(self.knobs.way_intervals) + 1)
        share = share[share * length < length - self.knobs.ion_A]
        energy = self.at(share[:, None] * toward).energy_eV
        energy = energy - energy[0]
        top = int(energy.argmax())
        falls = top < len(share) - 1
        half = float(np.interp(0.5, share, energy))
        return Way(length, float(energy[top]) if falls else None, float(share[top]) if falls else None, half)

    def corner_way(self) -> Way:
        """The easiest of the ways to the corners: the one with the lowest top; one that never falls is the last."""
        ways = [self.way(uv) for uv in self.plane.corner_uv]
        return min(ways, key=lambda way: math.inf if way.top_eV is None else way.top_eV)

    def edge_way(self) -> Way:
        """The easiest of the ways to the middles of the edges: the one with the lowest energy halfway."""
        return min((self.way(uv) for uv in self.plane.middle_uv), key=lambda way: way.half_eV)


@dataclasses.dataclass(frozen=True)
class CageField(PlaneField):
    """The field of the ions in one cage."""

    cage: Cage = dataclasses.field(kw_only=True)
    charges: SiteCharges = dataclasses.field(kw_only=True)


def _starts(grid: Map, plane: Plane, ion_A: float) -> FloatArray:
    """(n, 2) middles of the cells in which both components of the force may be zero."""
    n = len(grid.u_A)
    force = grid.electron.force_eVperA[:, :2].reshape(n, n, 2)
    corners = np.stack([force[:-1, :-1], force[1:, :-1], force[:-1, 1:], force[1:, 1:]])
    least, most = corners.min(axis=0), corners.max(axis=0)
    wide = 0.5 * (most - least)
    both = ((least - wide <= 0) & (most + wide >= 0)).all(axis=2)
    u, v = ((x[:-1, :-1] + x[1:, 1:]) / 2 for x in (grid.u_A, grid.v_A))
    uv = np.stack([u[both], v[both]], axis=1)
    return np.vstack([np.zeros((1, 2)), uv[_from_ions(uv, plane) > ion_A / 2]])


def _from_ions(uv: FloatArray, plane: Plane) -> FloatArray:
    """(n,) distance in Å to the nearest ion of the plane."""
    ions = np.vstack([plane.corner_uv, plane.anion_uv])
    return np.asarray(np.linalg.norm(uv[:, None] - ions, axis=2).min(axis=1))


def _still_point(uv: FloatArray, found: Electron, k: int, site_eV: float) -> StillPoint:
    soft, stiff = np.linalg.eigvalsh(found.curvature_eVperA2[k, :2, :2]).tolist()
    kind = MINIMUM if soft > 0 else MAXIMUM if stiff < 0 else SADDLE
    axial = float(found.curvature_eVperA2[k, 2, 2])
    return StillPoint(float(uv[0]), float(uv[1]), kind, float(found.energy_eV[k]) - site_eV, soft, stiff, axial)


def plane_of(cage: Cage) -> Plane | None:
    """The confining plane of a cage and its square; None where the ring is no quadrilateral in the plane."""
    axis, ring = cage.axis_cart, _ring(cage)
    if axis is None or len(ring) != 4:
        return None
    arms = cage.vertices_cart[ring] - cage.site_cart
    flat = arms - np.outer(arms @ axis, axis)
    first = flat[0] / np.linalg.norm(flat[0])
    angle = np.arctan2(flat @ np.cross(axis, first), flat @ first)
    flat = flat[np.argsort(angle, kind="stable")]
    symbols = {cage.symbols[k] for k in ring}
    bridging = all(ATOMIC_NUMBER[s] in ANIONS for s in symbols) and cage.n_vertices == 6
    # the middles of the edges: anions of an MO2 plane, else between the atoms of the ring
    middles = flat if bridging else (flat + np.roll(flat, -1, axis=0)) / 2
    u = (middles[0] - middles[2]) / 2
    half_u = float(np.linalg.norm(u))
    u = u / half_u
    v = np.cross(axis, u)
    half_v = float(abs((middles[1] - middles[3]) @ v) / 2)
    along = np.vstack([u, v])
    corners = flat + np.roll(flat, -1, axis=0) if bridging else flat
    anions = flat @ along.T if bridging else np.zeros((0, 2))
    ring_of = "/".join(sorted(symbols))
    names = ("metal", ring_of) if bridging else (ring_of, "")
    return Plane(cage.site_cart, along, axis, (half_u, half_v), corners @ along.T, anions, *names)


def why_no_plane(cage: Cage) -> str:
    """Why a cage has no square, in words; empty where it has one."""
    n = len(_ring(cage))
    return "the cage has no axis" if cage.axis_cart is None else "" if n == 4 else f"the ring has {n} atoms, not four"


def _ring(cage: Cage) -> list[int]:
    """Which of the vertices are the ring."""
    return [k for k, part in enumerate(cage.parts) if part == "ring"]


def cage_fields(
    measurement: Measurement, charges: SiteCharges, assumptions: Assumptions = POINTS, knobs: FieldKnobs = KNOBS
) -> dict[int, CageField]:
    """The fields in the active cages that have a square, by cage_id."""
    found = ((cage, plane_of(cage)) for cage in measurement.cages if cage.role == ACTIVE)
    return {
        cage.cage_id: CageField(plane, charges.points, assumptions, knobs, cage=cage, charges=charges)
        for cage, plane in found
        if plane is not None
    }
