"""Active layers of every file of a folder, by the library and by the brute-force search of the tests.

    python benchmarks/soundness/nets.py FOLDER [--processes N] [--json FILE]

Structures without a metal of a net are counted and not measured. Lists each structure in which the two differ, each
with a layer but without an active cage, and counts by family.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "benchmarks/helpers"), str(ROOT / "tests/helpers")]


def both(path: Path) -> list[dict]:
    """What both searches find in the blocks of a file."""
    import brute_force_nets as brute
    from polycage.base.errors import PolycageError
    from polycage.base.settings import DEFAULTS
    from polycage.cages.measurement import measure_crystal
    from polycage.formats.cif import read_cif

    out = []
    try:
        blocks = read_cif(path, DEFAULTS)
    except PolycageError:
        return []
    for suffix, crystal in blocks:
        if isinstance(crystal, PolycageError):
            continue
        if not brute.METALS & {symbol for symbol, _ in crystal.composition}:
            out.append({"id": path.stem + suffix, "family": "other", "brute_force": "other", "n_layers": 0})
            continue
        try:
            found = measure_crystal(crystal)
        except PolycageError as error:
            print(f"{path.name}{suffix}: {error}", file=sys.stderr)
            continue
        slow = brute.layers_of(crystal)
        out.append(
            {
                "id": path.stem + suffix,
                "formula": found.formula,
                "space_group": found.space_group,
                "family": found.family,
                "brute_force": brute.family(crystal, slow),
                "n_layers": len(slow),
                "parallel": brute.are_parallel(slow),
                "n_active": found.n_active,
                "status": found.status,
                "message": found.message,
            }
        )
    return out


def summary(rows: list[dict]) -> str:
    """Counts by family, and every structure that does not fit."""
    with_metal = sum("message" in row for row in rows)
    lines = [
        f"{len(rows)} structures, {with_metal} of them with a metal of a net",
        f"{'family':<12} {'both':>6} {'polycage only':>14} {'brute force only':>17}",
    ]
    pairs = Counter((row["family"], row["brute_force"]) for row in rows)
    for family in ("cuprate", "nickelate", "iron", "m2x2"):
        both_find = pairs[family, family]
        ours = sum(n for (a, _), n in pairs.items() if a == family) - both_find
        theirs = sum(n for (_, b), n in pairs.items() if b == family) - both_find
        lines.append(f"{family:<12} {both_find:6d} {ours:14d} {theirs:17d}")
    crossed = [row for row in rows if row["n_layers"] and not row["parallel"]]
    lines.append(f"layers that are not parallel (brute force): {len(crossed)}")
    for row in rows:
        odd = row["family"] != row["brute_force"] or (row["family"] != "other" and not row["n_active"])
        odd |= bool(row["n_layers"]) and not row["parallel"] and row["status"] == "ok"
        if odd:
            lines.append(
                f"  {row['id']}  {row['formula']}  {row['space_group']}: polycage {row['family']}, "
                f"brute force {row['brute_force']} ({row['n_layers']} layers), {row['n_active']} active, "
                f"{row['message']}"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", type=Path, help="write one row a structure")
    options = parser.parse_args()
    paths = sorted(p for p in options.folder.rglob("*") if re.search(r"\.cif(\.gz)?$", p.name))
    with multiprocessing.Pool(options.processes) as pool:
        rows = [row for rows in pool.imap(both, paths, chunksize=16) for row in rows]
    if options.json:
        options.json.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    print(summary(rows))


if __name__ == "__main__":
    main()
