"""Electrostatic potential, field and Hessian of a lattice of point charges, by Ewald's sums.

Charges in e, lengths in Å: potentials in e/Å, fields in e/Å2, Hessians in e/Å3 (Gaussian units; times e / (4 pi eps0) =
14.39964548 V Å / e they are in V, V/Å, V/Å2).

The potential of the charges q_j at r, with the splitting parameter eta in 1/Å (P. P. Ewald, Ann. Phys. 369, 253 (1921);
for screened charges Y. Rosenfeld, Mol. Phys. 88, 1357 (1996)), is

    sum over j and lattice points R of  q_j erfc(eta d) / d,  d = |r - r_j - R|
    + 4 pi / V  sum over G != 0 of  exp(-G^2 / 4 eta^2) / G^2  Re sum over j of  q_j exp(i G (r - r_j))
    - pi Q / (V eta^2),

the last term for a cell of net charge Q, which is made neutral by a uniform background. Its mean over the cell is zero.
"""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import erfc, erfcx

from polycage.base.arrays import FloatArray

# e/Å (and e/Å2, e/Å3 of its derivatives): far below what four digits of a coordinate decide
ACCURACY = 1e-10
# Å: a charge this near a point is the point's own
_OWN_A = 1e-5
# most phases held at once: 32 MB
_CHUNK = 2_000_000


@dataclasses.dataclass(frozen=True)
class PointCharges:
    """Charges in a cell that repeats."""

    lattice: FloatArray  # (3, 3) rows are the cell vectors, Å
    frac: FloatArray  # (n, 3)
    charge_e: FloatArray  # (n,)

    @property
    def volume_A3(self) -> float:
        """Volume of the cell."""
        return float(abs(np.linalg.det(self.lattice)))

    @property
    def net_e(self) -> float:
        """Net charge of the cell, in e."""
        return float(self.charge_e.sum())


class Fields(NamedTuple):
    """The potential and its derivatives at some points."""

    potential: FloatArray  # (p,) e/Å
    field: FloatArray  # (p, 3) e/Å2, minus the gradient
    hessian: FloatArray  # (p, 3, 3) e/Å3, second derivatives of the potential


class Splitting(NamedTuple):
    """Where the sums are split, and where they end."""

    eta: float  # 1/Å
    real_A: float  # largest distance
    reciprocal: float  # largest |G|, 1/Å


def splitting(charges: PointCharges, accuracy: float = ACCURACY, eta: float | None = None) -> Splitting:
    """Cut-offs that keep what is left out of both sums and all derivatives below an accuracy.

    The bounds replace the sums beyond the cut-offs by integrals over absolute charges, at the mean density of the
    cell. Both cut-offs are s = eta times distance = |G| / 2 eta; the Hessian decides.

    Parameters
    ----------
    accuracy
        e/Å, e/Å2 and e/Å3.
    eta
        1/Å; where none is given, the one with which both sums have about as many terms.
    """
    total, volume = max(float(np.abs(charges.charge_e).sum()), 1e-300), charges.volume_A3
    if eta is None:
        eta = math.sqrt(math.pi) * (max(len(charges.charge_e), 1) / volume**2) ** (1 / 6)
    s = 2.0
    while s < 12 and _left_out(s, eta, total, total / volume) > accuracy:
        s += 0.1
    return Splitting(eta, s / eta, 2 * eta * s)


def _left_out(s: float, eta: float, total: float, density: float) -> float:
    """Bound of what is left out beyond s: the worse of both sums, and of potential and Hessian."""
    tail = math.exp(-s * s)
    real = 4 * math.pi * density * tail * (1 / (2 * eta**2) + s / eta + 2 * s * s)
    reciprocal = total * tail * (2 / math.pi) * (2 * eta / s + (2 * eta) ** 3 * (s + 1 / s))
    return max(real, reciprocal)


def fields(
    charges: PointCharges,
    points_cart: FloatArray,
    *,
    accuracy: float = ACCURACY,
    eta: float | None = None,
    own: bool = True,
    screening_A: float = math.inf,
    width_A: float = 0.0,
) -> Fields:
    """Potential, field and Hessian at points.

    Parameters
    ----------
    points_cart
        (p, 3) Å, in the frame of the lattice.
    accuracy
        Bound of what the sums leave out, in e/Å and powers.
    eta
        Splitting parameter in 1/Å; the result does not depend on it.
    own
        Whether a charge that lies at a point counts (its potential is infinite there); False: it is left out, as
        for the potential that an ion feels.
    screening_A
        Screening length L of every charge: q exp(-d / L) / d. Infinite: none.
    width_A
        Standard deviation of Gaussian charges of the same size in the place of points (softening). Zero: points.
    """
    points = np.asarray(points_cart, dtype=float).reshape(-1, 3)
    split = splitting(charges, accuracy, eta)
    kappa = 0.0 if math.isinf(screening_A) else 1 / screening_A
    out = np.zeros((len(points), 10))
    pairs = _pairs(charges, points, split.real_A, own=own)
    _add_pairs(out, pairs, _erfc_kernel(pairs.distance_A, split.eta, kappa))
    if not own:
        first, second = _own_terms(split.eta, kappa)
        for row, charge in zip(pairs.own_point, pairs.own_charge_e, strict=True):
            out[row, 0] += charge * first
            out[row, 4:7] += charge * second
    _add_waves(out, charges, points, split, kappa)
    if width_A > 0:  # less the difference between a point and a Gaussian
        alpha = 1 / (math.sqrt(2) * width_A)
        near = _pairs(charges, points, split.real_A * split.eta / alpha, own=own)
        _add_pairs(out, near, -_erfc_kernel(near.distance_A, alpha, kappa))
        out *= math.exp((kappa / (2 * alpha)) ** 2)
    hessian = out[:, [4, 7, 8, 7, 5, 9, 8, 9, 6]].reshape(-1, 3, 3)
    return Fields(out[:, 0], out[:, 1:4], hessian)


def at_charges(charges: PointCharges, *, accuracy: float = ACCURACY, eta: float | None = None) -> Fields:
    """What each charge feels of all others and of its own images."""
    return fields(charges, charges.frac @ charges.lattice, accuracy=accuracy, eta=eta, own=False)


def energy(charges: PointCharges, *, accuracy: float = ACCURACY) -> float:
    """Electrostatic energy of a cell, in e2/Å."""
    return float(0.5 * charges.charge_e @ at_charges(charges, accuracy=accuracy).potential)


class _Pairs(NamedTuple):
    """Points and charges near each other."""

    point: FloatArray  # (k,) index
    charge_e: FloatArray  # (k,)
    vector: FloatArray  # (k, 3) from charge to point, Å
    distance_A: FloatArray  # (k,)
    own_point: FloatArray  # (m,) points that lie on a charge ...
    own_charge_e: FloatArray  # (m,) ... and that charge


def _pairs(charges: PointCharges, points: FloatArray, cutoff_A: float, *, own: bool) -> _Pairs:
    """All images of charges within the cut-off of points."""
    inverse = np.linalg.inv(charges.lattice)
    inside = _wrapped(points @ inverse) @ charges.lattice
    reach = cutoff_A * np.linalg.norm(inverse, axis=0)  # heights of the cell are 1 / |reciprocal vector|
    ranges = [np.arange(-math.ceil(r) - 1, math.ceil(r) + 2) for r in reach]
    shifts = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, 3)
    images = (_wrapped(charges.frac)[:, None] + shifts).reshape(-1, 3)
    which = np.repeat(np.arange(len(charges.frac)), len(shifts))
    keep = ((images > -reach - 1e-9) & (images < 1 + reach + 1e-9)).all(axis=1)
    which, places = which[keep], images[keep] @ charges.lattice
    found = cKDTree(inside).sparse_distance_matrix(cKDTree(places), cutoff_A, output_type="ndarray")
    order = np.lexsort((found["j"], found["i"]))
    point, image = found["i"][order], found["j"][order]
    vector = inside[point] - places[image]
    distance = np.linalg.norm(vector, axis=1)
    charge = charges.charge_e[which[image]]
    on = distance < _OWN_A if not own else np.zeros(len(distance), dtype=bool)
    return _Pairs(point[~on], charge[~on], vector[~on], distance[~on], point[on], charge[on])


def _wrapped(frac: FloatArray) -> FloatArray:
    """Fractional coordinates in [0, 1)."""
    return np.asarray((frac % 1.0) % 1.0)


def _erfc_kernel(d: FloatArray, eta: float, kappa: float) -> FloatArray:
    """(3, k) g, g' and g'' of g = E(d) / d, the part of a charge's potential that is summed over distances.

    E = erfc(eta d) without screening, else the mean of exp(+-kappa d) erfc(eta d +- kappa / 2 eta) (Rosenfeld 1996).
    """
    a, gauss = kappa / (2 * eta), np.exp(-((eta * d) ** 2) - (kappa / (2 * eta)) ** 2)
    if kappa:
        up, down = gauss * erfcx(eta * d + a), np.exp(-kappa * d) * erfc(eta * d - a)
        e0, slope = (up + down) / 2, kappa * (up - down) / 2
    else:
        e0, slope = erfc(eta * d), np.zeros_like(d)
    e1 = slope - 2 * eta / math.sqrt(math.pi) * gauss
    e2 = kappa**2 * e0 + 4 * eta**3 / math.sqrt(math.pi) * d * gauss
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([e0 / d, e1 / d - e0 / d**2, e2 / d - 2 * e1 / d**2 + 2 * e0 / d**3])


def _own_terms(eta: float, kappa: float) -> tuple[float, float]:
    """Potential and diagonal of the Hessian, at a unit charge, of its wave part less the charge itself."""
    a, root = kappa / (2 * eta), math.sqrt(math.pi)
    first = kappa * (1 - math.erf(a)) - 2 * eta / root * math.exp(-a * a)
    return first, (kappa**2 * first + 4 * eta**3 / root * math.exp(-a * a)) / 3


def _add_pairs(out: FloatArray, pairs: _Pairs, kernel: FloatArray) -> None:
    """Add the sum over distances: potential, field, and the Hessian as xx, yy, zz, xy, xz, yz."""
    g, first, second = kernel * pairs.charge_e
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = pairs.vector / pairs.distance_A[:, None]
        across = first / pairs.distance_A
    along = second - across
    columns = [g, *(-first * unit[:, k] for k in range(3)), *(across + along * unit[:, k] ** 2 for k in range(3))]
    columns += [along * unit[:, i] * unit[:, j] for i, j in ((0, 1), (0, 2), (1, 2))]
    for k, column in enumerate(columns):
        out[:, k] += np.bincount(pairs.point, weights=column, minlength=len(out))


def _add_waves(out: FloatArray, charges: PointCharges, points: FloatArray, split: Splitting, kappa: float) -> None:
    """Add the sum over reciprocal vectors, and the background of a cell with a net charge."""
    volume = charges.volume_A3
    if kappa:
        a = kappa / (2 * split.eta)
        out[:, 0] += 4 * math.pi * charges.net_e / volume * math.exp(-a * a) / kappa**2
    else:
        out[:, 0] -= math.pi * charges.net_e / (volume * split.eta**2)
    g = _half_of_waves(charges.lattice, split.reciprocal)
    squared = (g**2).sum(axis=1)
    weight = 8 * math.pi / volume * np.exp(-(squared + kappa**2) / (4 * split.eta**2)) / (squared + kappa**2)
    phase = (charges.frac @ charges.lattice) @ g.T
    even, odd = weight * (charges.charge_e @ np.cos(phase)), weight * (charges.charge_e @ np.sin(phase))
    squares = np.stack([g[:, i] * g[:, j] for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))], axis=1)
    cosine = np.hstack([even[:, None], -odd[:, None] * g, -even[:, None] * squares])
    sine = np.hstack([odd[:, None], even[:, None] * g, -odd[:, None] * squares])
    step = max(_CHUNK // max(len(g), 1), 1)
    for start in range(0, len(points), step):
        some = points[start : start + step] @ g.T
        out[start : start + step] += np.cos(some) @ cosine + np.sin(some) @ sine


def _half_of_waves(lattice: FloatArray, cutoff: float) -> FloatArray:
    """(w, 3) reciprocal vectors up to a length in 1/Å, one of each pair G, -G, without G = 0."""
    reciprocal = 2 * math.pi * np.linalg.inv(lattice).T
    most = np.floor(cutoff * np.linalg.norm(lattice, axis=1) / (2 * math.pi)).astype(int)
    grid = np.stack(np.meshgrid(*(np.arange(-m, m + 1) for m in most), indexing="ij"), axis=-1).reshape(-1, 3)
    half = grid[len(grid) // 2 + 1 :]  # the grid is symmetric about its middle, which is zero
    g = half @ reciprocal
    return np.asarray(g[(g**2).sum(axis=1) <= cutoff**2])
