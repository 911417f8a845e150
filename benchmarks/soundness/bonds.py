"""Uncertainties of distances: the library's against those that CIFs state for bonds, and against cctbx.

    python benchmarks/soundness/bonds.py FILE_OR_FOLDER ... [--cctbx PYTHON] [--cutoff 3.5] [--csv FILE] [--list]

Of each file with a table `_geom_bond_distance` the stated distances and uncertainties are compared with the library's.
Where these differ by more than rounding, a search says whether correlations of the coordinates can be the reason.
With `--cctbx`, all pairs within the cutoff of all files are compared with cctbx, which gets the same uncertainties:
PYTHON is one that has it (`python -m venv cc; cc/bin/pip install cctbx-base`); polycage does not depend on it.
Files with such tables that Python packages carry are named in docs/concepts/uncertainties.md.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import gemmi
import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests/helpers")]

from bond_uncertainties import Bond, Bonds, End
from polycage.base.errors import PolycageError
from polycage.base.settings import DEFAULTS
from polycage.crystal.crystal import Crystal
from polycage.crystal.uncertainties import states_any
from polycage.formats.cif import parse_cif
from polycage.formats.numerals import last_digit, number_with_su

LABELS = ["_geom_bond_atom_site_label_1", "_geom_bond_atom_site_label_2", "_geom_bond_distance"]
CODES = ["?_geom_bond_site_symmetry_1", "?_geom_bond_site_symmetry_2"]
# a rounded number is off by up to half a unit of its last digit
LAST_DIGITS = dataclasses.replace(DEFAULTS, last_digit_su=0.5)
EQUAL = 1e-6  # distances and uncertainties that differ by this share agree to numerical accuracy
NOTHING_A = 1e-9  # Å; less is a rounding error of floating point
TINY = 1e-12
MOST_CORRELATED = 30  # coordinates for which correlations are searched
STARTS = 30  # of that search


class Compared(NamedTuple):
    """One bond by the library and by the table of its file; NaN: not known."""

    file: str
    bond: str
    stated_A: float
    stated_su_A: float
    ours_A: float
    ours_su_A: float
    sites_su_A: float  # the coordinates' part of it
    free_A: float  # by how much distances may differ, since all numbers are rounded
    half_su_A: float  # half a unit of the last digit of the stated uncertainty
    least_ratio: float  # between which the ratio of the uncertainties may be, since both are made of rounded ones
    most_ratio: float

    @property
    def has_both(self) -> bool:
        """Whether both have an uncertainty."""
        return self.stated_su_A > 0 and self.ours_su_A > 0

    @property
    def explained(self) -> bool:
        """Whether rounding can be all by which the uncertainties differ."""
        return self.least_ratio <= 1 <= self.most_ratio


def structures(path: Path) -> list[tuple[str, gemmi.cif.Block, Crystal]]:
    """The structures of a file that the library can read, with the steps of their last digits."""
    try:
        document = gemmi.cif.read(str(path))
    except (ValueError, RuntimeError) as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return []
    out = []
    for block in document:
        try:
            found = parse_cif(block.as_string().encode(), path.name, LAST_DIGITS)
        except PolycageError:  # a block without a structure
            continue
        out += [(f"{path.name}:{block.name}", block, c) for _, c in found if not isinstance(c, PolycageError)]
    return out


# --- against what the files state


def against_table(name: str, block: gemmi.cif.Block, crystal: Crystal) -> tuple[list[Compared], list[Bond]]:
    """The rows of a file's table of bonds, and the bonds themselves."""
    labels, bonds, left, out, own = list(crystal.source.atoms.label), Bonds(crystal), 0, [], []
    rounding = Bonds(changed(crystal, math.nan), LAST_DIGITS, bonds.cell)
    low, high = (Bonds(changed(crystal, by), DEFAULTS, bonds.cell) for by in (-0.5, 0.5))
    for row in block.find(LABELS + CODES):
        codes = [(row.str(3 + k) or ".") if row.has(3 + k) else "." for k in range(2)]
        if row.str(0) not in labels or row.str(1) not in labels:
            left += 1
            continue
        ends = [bonds.end(labels.index(row.str(k)), codes[k]) for k in range(2)]
        ours, least, most, digits = (of.bond(*ends) for of in (bonds, low, high, rounding))
        stated_A, su_A = number_with_su(row.str(2))
        half = last_digit(row.str(2)) / 2
        own.append(ours)
        out.append(
            Compared(
                name, f"{row.str(0)} {codes[0]} - {row.str(1)} {codes[1]}", stated_A, su_A, ours.listed, ours.su,
                ours.sites_su, half + digits.most, half, least.su / (su_A + half), most.su / max(su_A - half, TINY),
            )
        )  # fmt: skip
    if left:
        print(f"{name}: {left} bonds to atoms that the file does not list")
    return out, own


def changed(crystal: Crystal, digits: float) -> Crystal:
    """The same with all uncertainties changed by so many units of their last digits; NaN: without them."""
    cell, atoms = crystal.source.cell, crystal.source.atoms
    cell = dataclasses.replace(cell, parameters_su=cell.parameters_su + digits * cell.parameters_step)
    atoms = dataclasses.replace(atoms, frac_su=atoms.frac_su + digits * atoms.frac_step)
    return dataclasses.replace(crystal, source=dataclasses.replace(crystal.source, cell=cell, atoms=atoms))


def table_summary(rows: list[Compared]) -> str:
    """How distances and uncertainties compare in one file, or in all."""
    off = np.array([r.ours_A - r.stated_A for r in rows])
    free = np.array([r.free_A for r in rows])
    lines = [
        f"  {len(rows)} distances: largest difference {np.abs(off).max():.5f} Å, "
        f"{np.sum(np.abs(off) <= free + NOTHING_A)} within what the rounding of all printed numbers leaves open, "
        f"rms difference {np.sqrt((off**2).mean()):.5f} Å"
    ]
    both = [r for r in rows if r.has_both]
    lines.append(
        f"  {len(both)} with both uncertainties; "
        f"{sum(not r.stated_su_A > 0 and not r.ours_su_A > 0 for r in rows)} with neither, "
        f"{sum(r.stated_su_A > 0 and not r.ours_su_A > 0 for r in rows)} only stated, "
        f"{sum(not r.stated_su_A > 0 and r.ours_su_A > 0 for r in rows)} only ours"
    )
    if both:
        for name, ratio in (
            ("ours / stated", np.array([r.ours_su_A / r.stated_su_A for r in both])),
            ("without the cell's part", np.array([r.sites_su_A / r.stated_su_A for r in both])),
        ):
            at = np.percentile(ratio, [0, 5, 25, 50, 75, 95, 100])
            lines.append(
                f"  {name + ':':25} least {at[0]:.2f}, 5 % {at[1]:.2f}, 25 % {at[2]:.2f}, median {at[3]:.2f}, "
                f"75 % {at[4]:.2f}, 95 % {at[5]:.2f}, largest {at[6]:.2f}"
            )
        inside = sum(r.explained for r in both)
        lines.append(f"  ratio 1 within what the rounding of the uncertainties leaves open: {inside} of {len(both)}")
    return "\n".join(lines)


def with_correlations(rows: list[Compared], bonds: list[Bond]) -> str:
    """Whether some correlations between the coordinates give all uncertainties that a file states."""
    chosen = [(r, b) for r, b in zip(rows, bonds, strict=True) if r.has_both]
    sites = sorted({p for _, b in chosen for p in b.parameter if p >= b.n_cell})
    if len(sites) > MOST_CORRELATED:
        return f"  correlations: not searched for {len(sites)} coordinates"
    change, cell = np.zeros((len(chosen), len(sites))), np.zeros(len(chosen))
    for k, (_, bond) in enumerate(chosen):
        cell[k] = bond.su**2 - bond.sites_su**2
        for p, x in zip(bond.parameter, bond.change, strict=True):
            if p >= bond.n_cell:
                change[k, sites.index(p)] = x
    su = np.array([r.stated_su_A for r, _ in chosen])
    half = np.array([r.half_su_A for r, _ in chosen])
    below = np.tril_indices(len(sites), -1)

    def correlation(free: np.ndarray) -> np.ndarray:
        root = np.eye(len(sites))
        root[below] = free
        root /= np.linalg.norm(root, axis=1)[:, None]
        return np.asarray(root @ root.T)

    def off(free: np.ndarray) -> np.ndarray:
        made = np.sqrt(np.maximum(cell + np.einsum("bi,ij,bj->b", change, correlation(free), change), 0))
        return np.asarray((made - su) / half)

    random = np.random.default_rng(1)
    starts = (random.normal(scale=0.5, size=len(below[0])) for _ in range(STARTS))
    best = min((minimize(lambda free: float((off(free) ** 2).sum()), start) for start in starts), key=lambda m: m.fun)
    largest = np.abs(np.tril(correlation(best.x), -1)).max()
    return (
        f"  correlations: some between the {len(sites)} coordinates (up to {largest:.2f}) give "
        f"{int((np.abs(off(best.x)) <= 1 + EQUAL).sum())} of {len(su)} stated uncertainties within their rounding"
    )


# --- against cctbx


class Pair(NamedTuple):
    """One pair of atoms by the library and by cctbx."""

    file: str
    bond: str
    one_atom: bool  # images of one listed atom
    ours: Bond
    theirs: dict


def against_cctbx(found: list[tuple[str, Crystal]], cutoff_A: float, python: str) -> list[Pair]:
    """All pairs of atoms of some crystals."""
    given, own = [], []
    for name, crystal in found:
        bonds = Bonds(crystal)
        pairs, atoms, cell = list(bonds.within(cutoff_A)), crystal.source.atoms, crystal.source.cell
        operations = range(len(crystal.source.operations.rotation))
        given.append({
            "cell": cell.parameters.tolist(), "cell_su": stated(cell.parameters_su),
            "operations": [bonds.triplet(End(0, k, (0, 0, 0))) for k in operations],
            "frac": atoms.frac.tolist(), "frac_su": stated(atoms.frac_su),
            "bonds": [[i.atom, j.atom, bonds.triplet(j)] for i, j in pairs],
        })  # fmt: skip
        label = atoms.label
        own += [
            (name, f"{label[i.atom]} - {label[j.atom]} {bonds.triplet(j)}", i.atom == j.atom, bonds.bond(i, j))
            for i, j in pairs
        ]
    command = [python, str(ROOT / "benchmarks/helpers/cctbx_distances.py")]
    answer = subprocess.run(command, input=json.dumps(given), stdout=subprocess.PIPE, text=True, check=True).stdout
    theirs = [bond for crystal in json.loads(answer) for bond in crystal]
    return [Pair(*mine, other) for mine, other in zip(own, theirs, strict=True)]


def stated(su: np.ndarray) -> list:
    """Uncertainties for JSON, null where there is none."""
    return np.where(np.isnan(su), None, su).tolist()


def cctbx_summary(pairs: list[Pair], *, listing: bool) -> str:
    """How many agree, and how well; on demand all of them."""
    far, missing, off, done = [], [], [], []
    for pair in pairs:
        if abs(pair.ours.distance - pair.theirs["distance"]) > EQUAL * pair.ours.distance:
            far.append(pair)
        elif math.isnan(pair.ours.su) != pair.theirs["missing"]:
            missing.append(pair)
        elif not pair.theirs["missing"]:
            done.append(pair)
            if abs(pair.ours.su - pair.theirs["su"]) > EQUAL * pair.ours.su + NOTHING_A:
                off.append(pair)
    lines = []
    for name, of in (("all", done), ("images of one atom", [p for p in done if p.one_atom])):
        apart = [abs(p.ours.su - p.theirs["su"]) / p.ours.su for p in of if p.ours.su > NOTHING_A]
        lines.append(
            f"  {name}: {len(of)} pairs with uncertainties by both, of which {sum(p in off for p in of)} differ by "
            f"more than {EQUAL:g}" + (f"; median {np.median(apart):.1e}, largest {max(apart):.1e}" if apart else "")
        )
    lines.append(
        f"  {len(far)} pairs with another distance, {len(missing)} that only one has an uncertainty of, "
        f"{sum(math.isnan(p.ours.su) for p in pairs)} that depend on numbers without uncertainty"
    )
    for p in pairs if listing else []:
        mark = "another distance " * (p in far) + "missing " * (p in missing) + "differs " * (p in off)
        theirs = f"cctbx {p.theirs['distance']:.8f} {p.theirs['su']:.8f}"
        lines.append(f"    {mark}{p.file} {p.bond}: {p.ours.distance:.8f} {p.ours.su:.8f}, {theirs}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="*", default=[ROOT / "cif"])
    parser.add_argument("--cctbx", help="a Python that has cctbx")
    parser.add_argument("--cutoff", type=float, default=3.5, help="Å, of pairs compared with cctbx")
    parser.add_argument("--csv", type=Path, help="write one row a stated bond")
    parser.add_argument("--list", action="store_true", help="all pairs of atoms compared with cctbx")
    options = parser.parse_args()
    files = [f for p in options.paths for f in (sorted(p.rglob("*.cif")) if p.is_dir() else [p])]
    found = [structure for path in files for structure in structures(path)]
    rows: list[Compared] = []
    for name, block, crystal in found:
        if block.find(LABELS):
            new, bonds = against_table(name, block, crystal)
            if new:
                print(f"{name}\n{table_summary(new)}")
            if any(row.has_both and not row.explained for row in new):
                print(with_correlations(new, bonds))
            rows += new
    if rows:
        print(f"all files with tables of bonds\n{table_summary(rows)}")
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([Compared._fields, *rows])
    if options.cctbx:
        having = [(name, c) for name, _, c in found if states_any(c, DEFAULTS)]
        print(f"cctbx, {len(having)} structures that state uncertainties, pairs within {options.cutoff:g} Å")
        print(cctbx_summary(against_cctbx(having, options.cutoff, options.cctbx), listing=options.list))


if __name__ == "__main__":
    main()
