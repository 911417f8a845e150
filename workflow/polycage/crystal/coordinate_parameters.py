"""Free coordinates of the atoms of a cell: which parameters move them, and how far."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.compiled import compiled
from polycage.geometry.invariants import echelon, image_of, product, unchanged_points
from polycage.geometry.lattices import inverse

# fractions of a cell; a parameter that moves an atom by less for each unit of its own does not move it
_NO_STEP = 1e-9


class Coordinates(NamedTuple):
    """Free coordinates, and how the atoms of a primitive cell move with them.

    The atoms of an orbit move as its first atom does, each turned by the operation that carries the first one to it.
    """

    atom: IntArray  # (p,) listed atom to which each parameter belongs
    axis: IntArray  # (p,) 0, 1 or 2: its x, y or z
    vector: FloatArray  # (p, 3) how the atom's listed coordinates change for a unit of it
    su: FloatArray  # (p,) standard uncertainty, as a fraction of the cell; NaN where none is stated
    contradicted: BoolArray  # (p,) whether the stated uncertainties of what is one parameter cannot be reconciled
    split: BoolArray  # (p,) whether the parameter stands for several listed atoms that the symmetry found makes one
    start: IntArray  # (o + 1,) where the entries of each orbit begin in the next two
    parameter: IntArray  # (e,) a parameter that moves the orbit's first atom ...
    step: FloatArray  # (e, 3) ... and the move for a unit of it, fractional in the primitive cell
    carry: IntArray  # (n,) operation that carries the orbit's first atom to each atom
    fixed: BoolArray  # (m, 3) coordinates of listed atoms that symmetry fixes


class Sites(NamedTuple):
    """From which listed atoms the sites of a cell come."""

    label: IntArray  # (s,) atom of the primitive cell that each site is
    signature: IntArray  # (s,) equal for sites that come from the same listed atoms
    start: IntArray  # (s + 1,) where the members of each site begin in the next three
    member: IntArray  # (k,) listed atom
    turn: FloatArray  # (k, 3, 3) turns the listed atom's shifts into the site's
    weight: FloatArray  # (k,) share in the site's place


class Stated(NamedTuple):
    """What a file says of its listed atoms."""

    frac: FloatArray  # (m, 3)
    su: FloatArray  # (m, 3) NaN: none
    step: FloatArray  # (m, 3) unit of the last printed digit; NaN: unknown


class Group(NamedTuple):
    """The symmetry of a primitive cell, and the operations that the file lists."""

    rotations: FloatArray  # (g, 3, 3) on primitive fractional coordinates
    image: IntArray  # (g, n) atom onto which each operation carries each atom
    orbit: IntArray  # (n,)
    to_primitive: (
        FloatArray  # (3, 3) turns a column of fractional coordinates of the cell as written into a primitive one
    )
    listed_rotations: FloatArray  # (h, 3, 3) on fractional coordinates of the cell as written ...
    listed_translations: FloatArray  # (h, 3)
    lattice: FloatArray  # (3, 3) ... whose vectors, in Å, are the rows
    special_A: float  # images of one atom within this distance are one


@compiled
def coordinate_parameters(sites: Sites, stated: Stated, group: Group) -> Coordinates:
    """The free coordinates of all atoms."""
    n_orbits, n_listed = group.orbit.max() + 1, len(stated.su)
    first, carry, back = orbit_operations(group.image, group.orbit)
    head, following, count = _sets(sites, group.orbit, n_orbits)
    most = 3 * (n_listed + n_orbits)
    atom, axis = np.empty(most, np.int64), np.empty(most, np.int64)
    su, contradicted, split = np.empty(most), np.zeros(most, np.bool_), np.zeros(most, np.bool_)
    known, vector = np.full((n_listed, 2), -1), np.empty((most, 3))
    start, n_parameters, n_entries = np.zeros(n_orbits + 1, np.int64), 0, 0
    room = 3 * (len(sites.member) + n_orbits)
    parameter, step = np.empty(room, np.int64), np.empty((room, 3))
    fixed = np.zeros((n_listed, 3), np.bool_)
    for o in range(n_orbits):
        site = head[o]
        projector = unchanged_points(group.rotations, group.image[:, first[o]] == first[o])
        if following[site] >= 0:
            basis, at, steps, uncertainty, doubt = _of_several(
                o, projector, head, following, count, back, sites, stated, group, fixed
            )
            for k in range(len(at)):
                atom[n_parameters], axis[n_parameters] = sites.member[sites.start[site]], at[k]
                su[n_parameters], contradicted[n_parameters], split[n_parameters] = uncertainty[k], doubt[k], True
                vector[n_parameters] = basis[k]
                parameter[n_entries] = n_parameters
                step[n_entries] = steps[k]
                n_parameters, n_entries = n_parameters + 1, n_entries + 1
        else:
            for m in range(sites.start[site], sites.start[site + 1]):
                listed = sites.member[m]
                if _is_earlier(sites, site, m):
                    continue
                turn = _turn(sites, group, site, listed, back)
                if known[listed, 0] < 0:
                    basis, at, uncertainty, doubt = _of_listed(
                        sites, stated, group, site, listed, projector, turn, fixed
                    )
                    known[listed, 0], known[listed, 1] = n_parameters, n_parameters + len(at)
                    for k in range(len(at)):
                        atom[n_parameters], axis[n_parameters] = listed, at[k]
                        su[n_parameters], contradicted[n_parameters] = uncertainty[k], doubt[k]
                        vector[n_parameters] = basis[k]
                        n_parameters += 1
                n_entries = _moved(known[listed], vector, product(projector, turn), parameter, step, n_entries)
        start[o + 1] = n_entries
    n = n_parameters
    return Coordinates(
        atom[:n].copy(), axis[:n].copy(), vector[:n].copy(), su[:n].copy(), contradicted[:n].copy(),
        split[:n].copy(), start, parameter[:n_entries].copy(), step[:n_entries].copy(), carry, fixed,
    )  # fmt: skip


@compiled
def _moved(
    known: IntArray, vector: FloatArray, turn: FloatArray, parameter: IntArray, step: FloatArray, count: int
) -> int:  # fmt: skip
    """Add the moves of an orbit's first atom with the parameters of a listed one; how many entries there are then."""
    for p in range(known[0], known[1]):
        move = image_of(turn, vector[p])
        if np.abs(move).max() > _NO_STEP:
            parameter[count] = p
            step[count] = move
            count += 1
    return count


@compiled
def orbit_operations(image: IntArray, orbit: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """First atom (o,) of each orbit; operations (n,) from it to each atom, and from each atom to it."""
    order, n = image.shape
    first = np.full(orbit.max() + 1, -1)
    carry, back = np.empty(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        if first[orbit[i]] < 0:
            first[orbit[i]] = i
        for g in range(order - 1, -1, -1):
            if image[g, first[orbit[i]]] == i:
                carry[i] = g
            if image[g, i] == first[orbit[i]]:
                back[i] = g
    return first, carry, back


@compiled
def _sets(sites: Sites, orbit: IntArray, n_orbits: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Sites of different listed atoms: the first of each orbit, the next one of each, and how many are alike."""
    head, following = np.full(n_orbits, -1), np.full(len(sites.label), -1)
    count = np.zeros(len(sites.label))
    for s in range(len(sites.label)):
        o = orbit[sites.label[s]]
        at, last = head[o], -1
        while at >= 0 and sites.signature[at] != sites.signature[s]:
            at, last = following[at], at
        if at < 0:
            at = s
            if last < 0:
                head[o] = s
            else:
                following[last] = s
        count[at] += 1
    return head, following, count


@compiled
def _is_earlier(sites: Sites, site: int, m: int) -> bool:
    """Whether a member of a site is another image of an earlier one."""
    out = False
    for k in range(sites.start[site], m):
        out |= sites.member[k] == sites.member[m]
    return out


@compiled
def _turn(sites: Sites, group: Group, site: int, listed: int, back: IntArray) -> FloatArray:
    """(3, 3) from shifts of a listed atom to those, that it makes, of the first atom of its site's orbit."""
    turn = np.zeros((3, 3))
    for m in range(sites.start[site], sites.start[site + 1]):
        if sites.member[m] == listed:
            turn += sites.weight[m] * sites.turn[m]
    return product(group.rotations[back[sites.label[site]]], product(group.to_primitive, turn))


@compiled
def _of_listed(
    sites: Sites, stated: Stated, group: Group, site: int, listed: int, projector: FloatArray, turn: FloatArray,
    fixed: BoolArray,
) -> tuple[FloatArray, IntArray, FloatArray, BoolArray]:  # fmt: skip
    """Free coordinates of a listed atom: basis (k, 3), and axis, uncertainty and contradiction (k,) each."""
    if sites.start[site + 1] - sites.start[site] == 1:
        free = product(inverse(turn), product(projector, turn))
    else:  # the place of a split atom has a lower symmetry than its site
        free = _own_symmetry(stated.frac[listed], group)
    basis, at = echelon(free.T.copy(), stated.su[listed] > 0)
    uncertainty, doubt = stated_uncertainty(basis, at, stated.su[listed], stated.step[listed])
    for axis in range(3):
        moves = False
        for k in range(len(at)):
            moves |= basis[k, axis] != 0.0
        fixed[listed, axis] = not moves
    return basis, at, uncertainty, doubt


@compiled
def stated_uncertainty(
    basis: FloatArray, pivot: IntArray, su: FloatArray, step: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Uncertainty (k,) of the pivots of a basis (k, w), and whether what is stated contradicts itself (k,).

    Where several numbers state it, they are one parameter: the largest counts. They contradict each other where they
    differ by more than half a unit of their last digits.

    Parameters
    ----------
    su, step
        (w,) standard uncertainties, and the units of the last printed digits; NaN where there is none.
    """
    out, doubt = np.full(len(pivot), np.nan), np.zeros(len(pivot), np.bool_)
    for k in range(len(pivot)):
        least, most = 0.0, np.inf  # within which the rounded numbers leave the uncertainty
        for column in range(basis.shape[1]):
            alone = basis[k, column] != 0.0 and su[column] > 0
            for other in range(len(pivot)):
                alone &= other == k or basis[other, column] == 0.0
            if not alone:
                continue
            factor = abs(basis[k, column])
            out[k] = np.fmax(out[k], su[column] / factor)
            half = (step[column] if step[column] > 0 else _digit_of(su[column])) / 2
            least, most = max(least, (su[column] - half) / factor), min(most, (su[column] + half) / factor)
        doubt[k] = least > most * (1 + 1e-9)
    return out, doubt


@compiled
def _digit_of(su: float) -> float:
    """The unit of the last digit of an uncertainty with one or two digits that are not zero."""
    unit = float(10.0 ** math.floor(math.log10(su) + 1e-9))
    times = su / unit
    return unit if abs(times - np.rint(times)) < 1e-6 else unit / 10


@compiled
def _own_symmetry(frac: FloatArray, group: Group) -> FloatArray:
    """(3, 3) projects shifts of a listed atom onto those that the listed operations allow."""
    keep = np.zeros(len(group.listed_rotations), np.bool_)
    for g in range(len(keep)):
        off = image_of(group.listed_rotations[g], frac) + group.listed_translations[g] - frac
        x = y = z = 0.0
        for k in range(3):
            step = off[k] - np.rint(off[k])
            x, y, z = x + step * group.lattice[k, 0], y + step * group.lattice[k, 1], z + step * group.lattice[k, 2]
        keep[g] = math.sqrt(x * x + y * y + z * z) < group.special_A
    return unchanged_points(group.listed_rotations, keep)


@compiled
def _of_several(
    o: int, projector: FloatArray, head: IntArray, following: IntArray, count: FloatArray, back: IntArray, sites: Sites,
    stated: Stated, group: Group, fixed: BoolArray,
) -> tuple[FloatArray, IntArray, FloatArray, FloatArray, BoolArray]:  # fmt: skip
    """Parameters of an orbit whose sites are listed one by one: as one atom's, with the mean of what is stated for all.

    What correlations there are between the listed ones is not known: the uncertainty is that of fully correlated
    ones, so that their number does not make it smaller.
    """
    site = head[o]
    listed = sites.member[sites.start[site]]
    turn = _turn(sites, group, site, listed, back)
    one = sites.start[site + 1] - sites.start[site] == 1
    if not one:
        turn = product(
            group.rotations[back[sites.label[site]]], product(group.to_primitive, sites.turn[sites.start[site]])
        )
    free = product(inverse(turn), product(projector, turn))
    basis, at = echelon(free.T.copy(), stated.su[listed] > 0)
    steps = np.empty((len(at), 3))
    for k in range(len(at)):
        steps[k] = image_of(projector, image_of(turn, basis[k]))
    mean, doubt, total = np.zeros(len(at)), np.zeros(len(at), np.bool_), 0.0
    while site >= 0:
        variance = np.zeros(len(at))
        for m in range(sites.start[site], sites.start[site + 1]):
            if _is_earlier(sites, site, m):
                continue
            own_turn = _turn(sites, group, site, sites.member[m], back)
            own, own_at, uncertainty, own_doubt = _of_listed(
                sites, stated, group, site, sites.member[m], projector, own_turn, fixed
            )
            for j in range(len(own_at)):
                share = _in_terms_of(steps, image_of(projector, image_of(own_turn, own[j])))
                for k in range(len(at)):
                    if abs(share[k]) > _NO_STEP:
                        variance[k] += (share[k] * uncertainty[j]) ** 2
                        doubt[k] |= own_doubt[j]
        mean += count[site] * np.sqrt(variance)
        total += count[site]
        site = following[site]
    return basis, at, steps, mean / total, doubt


@compiled
def _in_terms_of(rows: FloatArray, vector: FloatArray) -> FloatArray:
    """(k,) coefficients with which rows (k, 3), linearly independent, add up to a vector (3,) in their space."""
    n = len(rows)
    system = np.zeros((n, n + 1))
    for i in range(n):
        for k in range(3):
            for j in range(n):
                system[i, j] += rows[i, k] * rows[j, k]
            system[i, n] += rows[i, k] * vector[k]
    for i in range(n):  # of a positive definite matrix every pivot is positive
        for j in range(n):
            factor = system[j, i] / system[i, i]
            if j != i:
                for k in range(i, n + 1):
                    system[j, k] -= factor * system[i, k]
    out = np.empty(n)
    for i in range(n):
        out[i] = system[i, n] / system[i, i]
    return out
