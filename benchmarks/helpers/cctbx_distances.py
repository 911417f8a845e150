"""Distances and their variances by cctbx; read by `benchmarks/soundness/bonds.py`, run by a Python that has cctbx.

    CCTBX_PYTHON benchmarks/helpers/cctbx_distances.py < crystals.json > distances.json

Knows nothing of polycage. A crystal is a cell, operations and listed atoms with standard uncertainties (null: none
stated), a bond two listed atoms and the operation that carries the second one into its place. What symmetry fixes or
makes equal is cctbx's own: `site_constraints` for coordinates, `is_compatible_unit_cell` for the cell.
"""

from __future__ import annotations

import json
import math
import sys

import numpy as np
from cctbx import crystal, geometry, sgtbx, uctbx
from cctbx.array_family import flex

CELL_SHIFT = (1e-3, 1e-3, 1e-3, 1e-2, 1e-2, 1e-2)  # Å and degrees: more than cctbx's tolerances of a compatible cell
NOT_FREE = 1e-12


def main() -> None:
    json.dump([distances(**given) for given in json.load(sys.stdin)], sys.stdout)


def distances(*, cell: list, cell_su: list, operations: list, frac: list, frac_su: list, bonds: list) -> list[dict]:
    """One dict a bond: distance and standard uncertainties in Å; `missing`: something that it depends on is unknown."""
    group = sgtbx.space_group()
    for operation in operations:
        group.expand_smx(sgtbx.rt_mx(operation))
    symmetry = crystal.symmetry(unit_cell=uctbx.unit_cell(cell), space_group=group)
    settings = crystal.special_position_settings(symmetry, min_distance_sym_equiv=0.5)
    unit_cell = symmetry.unit_cell()
    moves = cell_moves(group, cell)
    of_cell, open_cell = covariance(moves, su_of(moves, cell_su))
    sites, of_site, open_site = [], [], []
    for place, su in zip(frac, frac_su, strict=True):
        site = settings.site_symmetry(place)
        sites.append(site.exact_site())
        steps = site_moves(site)
        known, unknown = covariance(steps, su_of(steps, su))
        of_site.append(known)
        open_site.append(unknown)
    out = []
    for i, j, operation in bonds:
        to = sgtbx.rt_mx(operation)
        ends = [unit_cell.orthogonalize(sites[i]), unit_cell.orthogonalize(to * sites[j])]
        bond = geometry.distance(ends)
        both = [joint(of[i], of[j], unit_cell, same=i == j) for of in (of_site, open_site)]
        sites_only = bond.variance(both[0], unit_cell, to)
        unknown = bond.variance(both[1], packed(open_cell), unit_cell, to)
        variance = bond.variance(both[0], packed(of_cell), unit_cell, to)
        out.append({
            "distance": bond.distance_model,
            "su": math.sqrt(max(variance, 0.0)),
            "su_sites": math.sqrt(max(sites_only, 0.0)),
            "missing": unknown > NOT_FREE,
        })  # fmt: skip
    return out


def site_moves(site: sgtbx.site_symmetry_ops) -> np.ndarray:
    """(k, 3) how the coordinates of a site change with each independent one."""
    constraints = site.site_constraints()
    count = constraints.n_independent_params()
    start = np.array(constraints.all_params([0.0] * count))
    return np.array([
        np.array(constraints.all_params([float(p == k) for p in range(count)])) - start for k in range(count)
    ]).reshape(count, 3)  # fmt: skip


def cell_moves(group: sgtbx.space_group, cell: list) -> np.ndarray:
    """(k, 6) sets of cell parameters that must change together: the smallest that leave the cell compatible."""
    sets = [[k] for k in range(6)] + [[0, 1], [1, 2], [0, 2], [3, 4], [4, 5], [3, 5], [0, 1, 2], [3, 4, 5]]
    out: list[np.ndarray] = []
    for chosen in sets:
        row = np.zeros(6)
        row[chosen] = 1.0
        if any((row * other).any() for other in out):
            continue
        if group.is_compatible_unit_cell(uctbx.unit_cell(list(np.array(cell) + row * CELL_SHIFT)), 1e-6, 1e-4):
            out.append(row)
    return np.array(out).reshape(len(out), 6)


def su_of(moves: np.ndarray, stated: list) -> np.ndarray:
    """(k,) uncertainty of each independent parameter, NaN: none; of several numbers for one the largest counts."""
    out = np.full(len(moves), np.nan)
    for p, move in enumerate(moves):
        for k, su in enumerate(stated):
            if su and move[k] and not np.delete(moves[:, k], p).any():
                out[p] = np.fmax(out[p], su / abs(move[k]))
    return out


def covariance(moves: np.ndarray, su: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Covariance matrix from what is stated, and one of unit variances for what is not."""
    known, unknown = np.nan_to_num(su), np.isnan(su).astype(float)
    return moves.T @ np.diag(known**2) @ moves, moves.T @ np.diag(unknown) @ moves


def joint(one: np.ndarray, two: np.ndarray, unit_cell: uctbx.unit_cell, *, same: bool) -> flex.double:
    """Cartesian covariance of two listed atoms, which are independent unless they are the same one."""
    turn = np.array(unit_cell.orthogonalization_matrix()).reshape(3, 3)
    full = np.zeros((6, 6))
    full[:3, :3], full[3:, 3:] = turn @ one @ turn.T, turn @ two @ turn.T
    if same:
        full[:3, 3:] = full[3:, :3] = full[:3, :3]
    return packed(full)


def packed(matrix: np.ndarray) -> flex.double:
    """The upper triangle, row by row, as cctbx stores symmetric matrices."""
    return flex.double(np.ascontiguousarray(matrix)).matrix_symmetric_as_packed_u(1e-9)


if __name__ == "__main__":
    main()
