"""Measured energies of the spin resonance: what is read, and how mistakes are told."""

import pytest

from io_helpers import ROOT
from polycage.base.errors import ErrorCode, PolycageError
from polycage.tables.resonances import COLUMNS, Resonance, read_resonances

HEADER = ",".join(COLUMNS)


def read(tmp_path, *lines):
    path = tmp_path / "resonances.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_resonances(path)


def test_the_repositorys_own():
    # Huang 2024, III.C: 13 meV for beta; 18.3 and 9.5 meV are the experiment's, for alpha and gamma
    found = {
        r.phase: (r.structure_id, r.energy_meV, r.is_fitted) for r in read_resonances(ROOT / "config/resonances.csv")
    }
    assert found == {
        "beta": ("CaKFe4As4", 13.0, True), "alpha": ("CaKFe4As4", 18.3, False), "gamma": ("CaKFe4As4", 9.5, False),
    }  # fmt: skip


def test_a_sheet_without_the_last_column(tmp_path):
    assert read(tmp_path, HEADER, "x,alpha,41,1,somebody,unverified") == (
        Resonance("x", "alpha", 41.0, 1.0, "somebody", "unverified", "fit"),
    )
    assert read(tmp_path, HEADER) == ()


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["structure_id,phase"], "no column 'energy_meV'"),
        ([HEADER + ",colour"], "unknown column 'colour'"),
        ([HEADER, "x,alpha,warm,,a,copied"], "line 2: energy_meV is 'warm'"),
        ([HEADER, "x,alpha,-3,,a,copied"], "line 2: energy_meV is '-3'"),
        ([HEADER, "x,alpha,nan,,a,copied"], "line 2: energy_meV is 'nan'"),
        ([HEADER, "x,alpha,3,0,a,copied"], "line 2: energy_su_meV is '0'"),
        ([HEADER, "x,,3,,a,copied"], "line 2: phase is empty"),
        ([HEADER, "x,alpha,3,,,copied"], "line 2: citation is empty"),
        ([HEADER, "x,alpha,3,,a,sure"], "line 2: verification is 'sure'"),
        ([HEADER, "x,alpha,3"], "line 2: another number of fields"),
        ([HEADER + ",use", "x,alpha,3,,a,copied,maybe"], "line 2: use is 'maybe'"),
        ([HEADER, "x,alpha,3,,a,copied", "x,alpha,4,,a,copied"], "line 3: x alpha is there twice"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path, lines, named):
    with pytest.raises(PolycageError) as caught:
        read(tmp_path, *lines)
    assert caught.value.code is ErrorCode.CONFIG_INVALID
    assert named in caught.value.cause


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(PolycageError, match=r"none\.csv"):
        read_resonances(tmp_path / "none.csv")
