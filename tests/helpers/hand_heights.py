"""Heights of the reference collection worked out by hand from the published cells and coordinates.

`data/hand_heights.csv` holds them, such as (1/2 - z_Ba) c for YBa2Cu3O7.
"""

from __future__ import annotations

import csv
from collections import defaultdict

from helpers import DATA

# Å, by structure and phase
HAND: dict[str, dict[str, float]] = defaultdict(dict)
with (DATA / "hand_heights.csv").open(encoding="utf-8", newline="") as lines:
    for _row in csv.DictReader(lines):
        HAND[_row["structure_id"]][_row["phase"]] = float(_row["h_A"])
