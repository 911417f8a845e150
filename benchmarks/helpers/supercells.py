"""Large cells made of published structures, as CIFs without symmetry: perfect ones, and ones with displaced atoms."""

from __future__ import annotations

import numpy as np

from polycage.crystal.crystal import Crystal

_HEAD = """\
data_supercell
_cell_length_a {:.6f}
_cell_length_b {:.6f}
_cell_length_c {:.6f}
_cell_angle_alpha {:.6f}
_cell_angle_beta {:.6f}
_cell_angle_gamma {:.6f}
loop_
_space_group_symop_operation_xyz
'x, y, z'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
"""


def multiples(crystal: Crystal, n_atoms: int) -> tuple[int, int, int]:
    """How often to repeat a cell along its axes: at least this many atoms, the edges as equal as possible."""
    edge = np.linalg.norm(crystal.lattice, axis=1)
    times = np.ones(3, dtype=int)
    while len(crystal.sites.frac) * times.prod() < n_atoms:
        times[np.argmin(edge * times)] += 1
    return int(times[0]), int(times[1]), int(times[2])


def supercell(crystal: Crystal, times: tuple[int, int, int], displacement_A: float, seed: int = 1) -> str:
    """A CIF's text of a repeated cell.

    Parameters
    ----------
    displacement_A
        Standard deviation of each Cartesian coordinate of each atom. With 0 the cell is a perfect supercell, which
        symmetry reduces to a primitive cell.
    """
    steps = np.indices(times).reshape(3, -1).T
    frac = (crystal.sites.frac[None] + steps[:, None]).reshape(-1, 3) / np.array(times)
    if displacement_A:
        moves = np.random.default_rng(seed).normal(scale=displacement_A, size=frac.shape)
        frac = frac + moves @ np.linalg.inv(crystal.lattice * np.array(times)[:, None])
    lengths = crystal.source.cell.parameters[:3] * np.array(times)
    lines = []
    kinds = np.tile(crystal.sites.kind, len(steps)).tolist()
    for number, (place, kind) in enumerate(zip((frac % 1.0).tolist(), kinds, strict=True), start=1):
        at = " ".join(f"{x:.8f}" for x in place)
        for symbol, share in crystal.sites.species[kind].composition:
            lines.append(f"{symbol}{number} {symbol} {at} {share:.6f}\n")
    return _HEAD.format(*lengths, *crystal.source.cell.parameters[3:]) + "".join(lines)
