"""Small CIFs, and what is in them."""

import numpy as np
import pytest

from io_helpers import cif_text
from polycage.base.settings import Settings

FESE = ["Fe1 Fe 0.75 0.25 0 1", "Se1 Se 0.25 0.25 0.2672 1"]  # P4/nmm, origin at the inversion centre: 2a and 2c
FESE_CELL = "3.77 3.77 5.52 90 90 90"
# points on general positions of small cells need not be matter
# tests of symmetry and content, in cells whose atoms need not be plausible
ANY_CONTENT = Settings(
    contact_ratio=0.0, overlap_ratio=0.0, density_max_gcm3=1e5, density_limit_gcm3=1e5,
    atom_volume_low_ratio=0.0, atom_volume_high_ratio=1e8,
)  # fmt: skip


def amounts(crystal):
    return {symbol: pytest.approx(amount) for symbol, amount in crystal.composition}


def places(crystal):
    return sorted(tuple(np.round(x, 4).tolist()) for x in crystal.sites.frac)


GOOD = cif_text(["Fe1 Fe 0 0 0 1", "As1 As 0.5 0.5 0.5 1"])


def with_multiplicities(atoms, values, symmetry, tag="_atom_site_site_symmetry_multiplicity", cell=FESE_CELL, extra=""):
    text = cif_text([f"{a} {m}" for a, m in zip(atoms, values, strict=True)], cell, symmetry, extra=extra)
    return text.replace("_atom_site_occupancy\n", f"_atom_site_occupancy\n{tag}\n")


FESE_1 = ["Fe1 Fe 0 0 0 1", "Se1 Se 0 0.5 0.2673 1"]  # 2a and 2c of P 4/n m m, origin choice 1
