"""What structure alone predicts without cages: a line through each descriptor, and a ridge regression on all.

Rivals are fitted in the same folds as the relation and to the same compounds. A compound without the descriptor is
predicted with the mean Tc of those fitted.
"""

from __future__ import annotations

import numpy as np

from polycage.base.arrays import BoolArray, FloatArray, IntArray
from polycage.base.vocabulary import CUPRATE, IRON_BASED

RIVALS = {
    IRON_BASED: ("anion_height_A", "anion_height_off_A", "xmx_deg", "xmx_off_deg", "mx_A", "mm_A",
    "volume_per_metal_A3"), CUPRATE: ("apical_A", "mo_A", "buckling_deg", "n_planes", "mm_A", "volume_per_metal_A3"),
}  # fmt: skip
RIDGE = "ridge"
# of the penalty; descriptors have unit variance, so that 1000 leaves nearly nothing of a few dozen compounds
_PENALTIES: FloatArray = np.logspace(-2, 3, 11)


def line(x: FloatArray, tc: FloatArray, at: FloatArray) -> FloatArray:
    """(m,) Tc at `at` (m,) by least squares through `x`, `tc` (n,); NaN in x is left out, at NaN stands the mean."""
    known: BoolArray = np.isfinite(x)
    out = np.full(len(at), tc.mean())
    if known.sum() < 2 or np.ptp(x[known]) == 0:
        return out
    centre = x[known].mean()
    slope = ((x[known] - centre) * tc[known]).sum() / ((x[known] - centre) ** 2).sum()
    return np.where(np.isfinite(at), tc[known].mean() + slope * (np.nan_to_num(at) - centre), out)


def ridge(x: FloatArray, tc: FloatArray, at: FloatArray, cluster: IntArray | None = None) -> FloatArray:
    """(m,) Tc at descriptors `at` (m, d) by ridge regression on `x` (n, d).

    The penalty is chosen by leaving out one compound after another of those fitted, or one cluster after another where
    `cluster` (n,) has some together (rows are compounds, so that no refinement of a compound helps to predict another).
    A missing descriptor is the mean of the others.
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import LeaveOneGroupOut

    with np.errstate(all="ignore"):
        centre = np.where(np.isfinite(x).any(axis=0), _nanmean(x), 0.0)
    filled, asked = np.where(np.isfinite(x), x, centre), np.where(np.isfinite(at), at, centre)
    scale = filled.std(axis=0)
    varied = scale > 1e-9
    if len(tc) < 3 or not varied.any():
        return np.full(len(at), tc.mean())
    filled, asked = ((part[:, varied] - centre[varied]) / scale[varied] for part in (filled, asked))
    found = RidgeCV(alphas=_PENALTIES)
    if cluster is not None and 1 < len(np.unique(cluster)) < len(tc):
        inner = list(LeaveOneGroupOut().split(filled, groups=cluster))
        found = RidgeCV(alphas=_PENALTIES, cv=inner, scoring="neg_mean_squared_error")
    return np.asarray(found.fit(filled, tc).predict(asked), dtype=float)


def _nanmean(x: FloatArray) -> FloatArray:
    known = np.isfinite(x)
    return np.asarray(np.where(known, x, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
