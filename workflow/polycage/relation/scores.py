"""How far predictions are from measurements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def errors(tc: Sequence[float], predicted: Sequence[float]) -> tuple[float | None, float | None]:
    """Mean absolute error in K and R2 (None for fewer than two values or equal ones)."""
    if len(tc) == 0:
        return None, None
    y, f = np.array(tc, dtype=float), np.array(predicted, dtype=float)
    spread = float(((y - y.mean()) ** 2).sum())
    r2 = None if len(y) < 2 or spread == 0 else 1 - float(((y - f) ** 2).sum()) / spread
    return float(np.abs(y - f).mean()), r2
