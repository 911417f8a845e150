"""What must hold for the result of any file whatsoever, good or bad."""

from __future__ import annotations

import hashlib
import math
import time
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mutations import Mutant
from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import DEFAULTS
from polycage.cages.measurement import Cage, Measurement
from polycage.collection.batch import Outcome, measure_entry, rows_of
from polycage.collection.entries import Entry, structure_id
from polycage.tables import catalogue
from polycage.tables.csv_lines import csv_lines
from polycage.tables.files import to_arrow

FAMILIES = {"cuprate", "nickelate", "iron", "m2x2", "other"}
NAMED = ("kind", "polyhedron.signature", "site.place", "role", "around.upper_cap", "around.lower_cap")
# what must not depend on how a crystal is written, lengths aside
INVARIANT = (
    "role", "phase", "kind", "polyhedron.signature", "site.place", "around", "multiplicity", "polyhedron.n_faces",
)  # fmt: skip
SAME_A = 1e-6
SAME_A3 = 1e-5


class Verdict(NamedTuple):
    """What became of a mutant."""

    outcome: str  # a status or the code of an error
    faults: tuple[str, ...]  # what must not be; empty where all is well
    digest: str  # of the tables
    seconds: float  # of the processor, for the first measurement


def judge(mutant: Mutant, folder: Path) -> Verdict:
    """Measure a mutant, written to a folder, and say what is wrong with its results."""
    start = time.process_time()
    outcomes = _measured(mutant.data, mutant.suffix, folder)
    seconds = time.process_time() - start
    text = _tables(outcomes)
    faults = [fault for outcome in outcomes for fault in faults_of(outcome)]
    if not outcomes:
        faults.append("neither a result nor an error")
    if _tables(_measured(mutant.data, mutant.suffix, folder)) != text:
        faults.append("measured again it differs")
    if mutant.original is not None:
        faults += differences(outcomes[0], _measured(mutant.original, ".cif", folder)[0])
    kinds = sorted({o.result.code.name if isinstance(o.result, PolycageError) else o.result.status for o in outcomes})
    return Verdict(" ".join(kinds), tuple(faults), hashlib.sha256(text.encode()).hexdigest(), seconds)


def _measured(data: bytes, suffix: str, folder: Path) -> list[Outcome]:
    path = folder / f"mutant{suffix}"
    path.write_bytes(data)
    entry = Entry(structure_id(path.name) or "", path.name, len(data), 0)
    return measure_entry(folder, entry, DEFAULTS)


def _tables(outcomes: list[Outcome]) -> str:
    """All tables as bytes on disk would have them."""
    rows = rows_of(outcomes)
    pairs = (
        (catalogue.STRUCTURES, rows["structures"]),
        (catalogue.CAGES, rows["cages"]),
        (catalogue.FAILURES, rows["failures"]),
    )
    for table, listed in pairs:
        to_arrow(table, listed)
    return "".join(line for table, listed in pairs for line in csv_lines(table, listed))


def faults_of(outcome: Outcome) -> list[str]:
    """What cannot be right in one outcome."""
    if isinstance(outcome.result, PolycageError):
        unexpected = outcome.result.code is ErrorCode.UNEXPECTED
        return [outcome.result.cause] if unexpected else []
    found = outcome.result
    faults = [f"{name} is empty" for name in ("formula", "space_group") if not getattr(found, name)]
    if found.family not in FAMILIES or found.n_sites < 1 or found.status not in ("ok", "warning"):
        faults.append(f"family {found.family!r}, {found.n_sites} sites, status {found.status!r}")
    if (found.status == "warning") > bool(found.message):
        faults.append("a warning without a message")
    return faults + [f"cage {cage.cage_id}: {fault}" for cage in found.cages for fault in _cage_faults(cage)]


def _cage_faults(cage: Cage) -> list[str]:
    numbers = [
        cage.h_A,
        cage.volume_A3,
        cage.site.x,
        cage.site.y,
        cage.site.z,
        0.0 if cage.h_su_A is None else cage.h_su_A,
    ]
    arrays = (cage.vertices_cart, cage.site_cart, cage.axis_cart)
    if not all(map(math.isfinite, numbers)) or not all(np.isfinite(a).all() for a in arrays):
        return ["a number is not finite"]
    faults = [f"{name} is empty" for name in NAMED if not attrgetter(name)(cage)]
    if not cage.h_A > 0 or cage.volume_A3 < 0 or (cage.h_su_A or 0.0) < 0:
        faults.append(f"h = {cage.h_A} Å, V = {cage.volume_A3} Å3")
    if not all(0 <= x < 1 for x in (cage.site.x, cage.site.y, cage.site.z)):
        faults.append(f"at {cage.site.x}, {cage.site.y}, {cage.site.z}")
    if cage.multiplicity < 1 or not any(cage.axis_hkl):
        faults.append(f"multiplicity {cage.multiplicity}, axis {cage.axis_hkl}")
    if cage.n_vertices != len(cage.vertices_cart) or not np.isclose(np.linalg.norm(cage.axis_cart), 1):
        faults.append("vertices or axis")
    return faults


def differences(found: Outcome, reference: Outcome) -> list[str]:
    """What differs between two descriptions of one crystal."""
    a, b = found.result, reference.result
    if isinstance(a, PolycageError) or isinstance(b, PolycageError):
        same = isinstance(a, PolycageError) and isinstance(b, PolycageError) and a.code is b.code
        return [] if same else [f"written otherwise: {_short(a)} instead of {_short(b)}"]
    out = [
        f"{name}: {getattr(a, name)!r} instead of {getattr(b, name)!r}"
        for name in ("family", "space_group", "status", "n_active", "n_sites")
        if getattr(a, name) != getattr(b, name)
    ]
    left, right = _ordered(a), _ordered(b)
    if [_described(c) for c in left] != [_described(c) for c in right]:
        return [*out, f"{len(left)} cages instead of {len(right)}, or other ones: {_other(left, right)}"]
    for name, tolerance in (("h_A", SAME_A), ("volume_A3", SAME_A3)):
        x, y = (np.array([getattr(c, name) for c in cages]) for cages in (left, right))
        if x.size and np.abs(x - y).max() > tolerance:
            out.append(f"{name} differs by {np.abs(x - y).max():.2g}")
    return out


def _short(result: Measurement | PolycageError) -> str:
    return str(result) if isinstance(result, PolycageError) else f"{result.status} {result.message}"


def _described(cage: Cage) -> tuple:
    return attrgetter(*INVARIANT)(cage)


def _ordered(measurement: Measurement) -> list[Cage]:
    return sorted(measurement.cages, key=lambda c: (_described(c), round(c.volume_A3, 4), c.h_A))


def _other(left: list[Cage], right: list[Cage]) -> str:
    one, two = {_described(c) for c in left}, {_described(c) for c in right}
    return f"only here {sorted(one - two)[:2]}, only there {sorted(two - one)[:2]}"
