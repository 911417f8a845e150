"""BaFe2As2 as a SHELX file, whose parts can be exchanged."""

# BaFe2As2, I4/mmm (cell and heights: io_helpers). 16 operations a lattice point, so that
# sof = 1/16 (Ba, 4/mmm), 1/8 (Fe, -4m2), 1/8 (As, 4mm): International Tables A, sites 2a, 4d, 4e of No. 139.
CELL = "CELL 0.71073 3.9625 3.9625 13.0168 90 90 90\nZERR 2 0.0001 0.0001 0.0003 0 0 0\n"
# generators of 4/mmm without the inversion, all eight operations: LATT 2 adds inversion and body centring
SYMM_422 = ["-X, -Y, Z", "-Y, X, Z", "Y, -X, Z", "-X, Y, -Z", "X, -Y, -Z", "Y, X, -Z", "-Y, -X, -Z"]
ATOMS = "BA1 1 0 0 0 10.0625 0.01\nFE1 2 0 0.5 0.25 10.125 0.01\nAS1 3 0 0 0.3545 10.125 0.01 =\n  0.01 0.01\n"


def res(atoms=ATOMS, latt="LATT 2", symm=SYMM_422, cell=CELL, extra="", sfac="SFAC BA FE AS\nUNIT 2 4 4\n"):
    lines = "".join(f"SYMM {s}\n" for s in symm)
    head = f"TITL test in I4/mmm\n{cell}{latt}\n{lines}{sfac}{extra}FVAR 1.0\n"
    return f"{head}{atoms}HKLF 4\nEND\nQ1 1 0.1 0.2 0.3 11 0.05 2\n"
