"""BaFe2As2 in every format but CIF."""

import json

import numpy as np
from pymatgen.core import Lattice, Structure

from shelx_files import res

A, C, Z = 3.9625, 13.0168, 0.3545  # BaFe2As2, as in io_helpers
SYMBOLS = ["Ba"] * 2 + ["Fe"] * 4 + ["As"] * 4
# I4/mmm by hand: 2a, 4d and 4e of International Tables A, No. 139
PLACES = [
    (0, 0, 0), (0.5, 0.5, 0.5),
    (0, 0.5, 0.25), (0.5, 0, 0.25), (0, 0.5, 0.75), (0.5, 0, 0.75),
    (0, 0, Z), (0, 0, 1 - Z), (0.5, 0.5, 0.5 + Z - 0), (0.5, 0.5, 0.5 - Z),
]  # fmt: skip
PLACES = [tuple(x % 1 for x in place) for place in PLACES]
CELL = np.diag([A, A, C])
STRUCTURE = Structure(Lattice(CELL), SYMBOLS, PLACES)


def rows_text(rows, extra=""):
    return "".join(" ".join(f"{x:.10f}" for x in row) + f"{extra}\n" for row in rows)


def poscar(scale="1.0", cell=CELL, mode="Direct", rows=PLACES, extra="", symbols="Ba Fe As", counts="2 4 4"):
    head = (
        f"BaFe2As2\n{scale}\n{rows_text(cell)}{symbols}\n{counts}\n"
        if symbols
        else f"Ba Fe As\n{scale}\n{rows_text(cell)}{counts}\n"
    )
    return head + f"{mode}\n" + rows_text(rows, extra)


CARTESIAN = np.array(PLACES) @ CELL
POSCARS = {
    "direct": poscar(),
    "cartesian": poscar(mode="Cartesian", rows=CARTESIAN),
    "scaled": poscar("2.0", CELL / 2),
    "scaled cartesian": poscar("2.0", CELL / 2, "Kartesisch", CARTESIAN / 2),
    "volume": poscar(f"{-A * A * C:.8f}", CELL * 0.7),
    "volume cartesian": poscar(f"{-A * A * C:.8f}", CELL * 0.7, "c", CARTESIAN * 0.7),
    "three factors": poscar(f"2 2 {C}", np.diag([A / 2, A / 2, 1])),
    "three factors cartesian": poscar(f"2 2 {C}", np.diag([A / 2, A / 2, 1]), "C", CARTESIAN / [2, 2, C]),
    "selective dynamics": poscar(mode="Selective dynamics\nDirect", extra=" T F T"),
    "symbols after the places": poscar(extra=" As"),
    "names of potentials": poscar(symbols="Ba_sv Fe_pv/6a2f546d As_d"),
    "comments": poscar(symbols="Ba Fe As ! three", counts="2 4 4 # ten"),
    "elements twice": poscar(symbols="Ba Fe Fe As", counts="2 2 2 4"),
    "velocities": poscar() + "\n" + rows_text(np.zeros((10, 3))),
    "a comment with Latin-1's 0x85": "\x85\x0c\u2028" + poscar(),
    "windows": poscar().replace("\n", "\r\n"),
    "Fortran's exponents": poscar().replace("0.2500000000", "2.5D-01"),
}


def extxyz(rows=CARTESIAN, cell=CELL, comment="", symbols=SYMBOLS):
    lattice = " ".join(f"{x:.10f}" for x in np.reshape(cell, -1))
    atoms = "".join(f"{s} {x:.10f} {y:.10f} {z:.10f}\n" for s, (x, y, z) in zip(symbols, rows, strict=True))
    return f'{len(symbols)}\nLattice="{lattice}" Properties=species:S:1:pos:R:3 {comment}\n{atoms}'


ENTRY = {"@class": "ComputedStructureEntry", "energy": -1.0, "structure": STRUCTURE.as_dict()}
FILES = {
    **{f"POSCAR_{k}": text for k, text in enumerate(POSCARS.values())},
    "CONTCAR": poscar(), "sub/POSCAR": poscar(), "a.vasp": poscar(), "a.poscar": poscar(), "A.POSCAR": poscar(),
    "a.extxyz": extxyz(), "a.xyz": extxyz(), "a.res": res(),
    "a.json": json.dumps(STRUCTURE.as_dict()), "entry.json": json.dumps(ENTRY),
}  # fmt: skip
