"""The commands `field` and `order`: what they write and refuse. Numbers are tested in tests/fields."""

import csv
import importlib
from pathlib import Path

import pytest

from helpers import CIF_DIR, ROOT
from polycage import cli
from polycage.commands.field_command import Holes, holes_of

FILE = str(CIF_DIR / "IL_CaCuO2_arXiv2112.09735.cif")


def test_a_field_as_picture_table_and_text(tmp_path, capsys):
    picture, table = tmp_path / "field.png", tmp_path / "field.csv"
    given = ["--charges", "Ca = 2, Cu=+2.,O=-2", "--screening", "2"]
    assert cli.main(["field", FILE, "--output", str(picture), "--csv", str(table), *given]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    told = capsys.readouterr().out
    assert "point charges, screening length 2 Å" in told
    assert "(given)" in told
    assert "Earnshaw" not in told  # it is a theorem on bare charges
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    assert len(rows) == 61 * 61
    assert {row["assumption"] for row in rows} == {"point charges, screening length 2 Å"}


def test_half_the_charges_have_half_the_field(tmp_path, capsys):
    energies = []
    for charges in ("Ca=2,Cu=2,O=-2", "Ca=1,Cu=1,O=-1"):
        assert cli.main(["field", FILE, "--output", str(tmp_path / "f.png"), "--charges", charges]) == 0
        line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("energy at the site"))
        energies.append(float(line.split()[4]))
    assert energies[0] == pytest.approx(2 * energies[1], abs=2e-4)


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["--charges", "Ca=2,Cu=2,O=-2,Sr=2"], "CONFIG_INVALID", "for Sr, of which the structure has none"),
        (["--charges", "Ca=2,Cu=2"], "CHARGES_UNKNOWN", "no charge is given for O; the structure has O, Ca, Cu"),
        (["--charges", "Ca=2,Cu=2,O=minus two"], "CONFIG_INVALID", "O=minus two: write ELEMENT=NUMBER"),
        (["--charges", "Ca=2,Ca=2"], "CONFIG_INVALID", "Ca stands twice"),
        (["--charges", "Ca=4,Cu=2,O=-2"], "CHARGES_UNKNOWN", "net charge of +2.00 e with charges by given"),
        (["--screening", "0.01"], "CONFIG_INVALID", "--screening 0.01: give a length of 0.1 to 100 Å"),
        (["--holes", "1.5"], "CONFIG_INVALID", "--holes 1.5: between -1 and 1 for each metal"),
        (["--materials", "no.csv"], "MATERIALS_INVALID", "no.csv"),
        (["--cage", "99"], "CONFIG_INVALID", "active cages with a square: 1"),
    ],
)
def test_what_is_refused(tmp_path, capsys, given, code, said):
    assert cli.main(["field", FILE, "--output", str(tmp_path / "f.png"), *given]) != 0
    told = capsys.readouterr().err
    assert code in told
    assert said in told
    assert not list(tmp_path.iterdir())


DOPED = str(CIF_DIR / "LSCO15_Decroux1987.cif")


def told_of(capsys, tmp_path, file, *given):
    assert cli.main(["field", file, "--output", str(tmp_path / "f.png"), *map(str, given)]) == 0
    return capsys.readouterr().out


def test_holes_of_a_sheet(tmp_path, capsys):
    # by hand: Cu 2+ of the parent and 0.15 holes, as config/materials.csv has them
    table = tmp_path / "f.csv"
    out = told_of(capsys, tmp_path, DOPED, "--materials", ROOT / "config/materials.csv", "--csv", table)
    assert "O -2, Cu +2.15, Sr +2, La +3 (materials.csv)" in out
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    assert {(row["structure_id"], row["charges_from"]) for row in rows} == {("LSCO15_Decroux1987", "materials.csv")}


def test_holes_that_are_not_taken_are_told(tmp_path, capsys):
    # the sign forgotten: by hand 2 - 0.15 for 2.15
    out = told_of(capsys, tmp_path, DOPED, "--holes", "-0.15")
    assert "--holes -0.15 makes Cu +1.85; by the file's composition it is +2.15" in out
    assert "(counted)" in out
    out = told_of(capsys, tmp_path, FILE, "--holes", "0.1")
    assert "--holes 0.1: not used, as bond-valence comes before it" in out


def test_what_a_sheet_has_of_a_file(tmp_path):
    sheet = tmp_path / "mine.csv"
    sheet.write_text("structure_id,compound,holes_per_metal\na,X,0.1\nb,X,\n", encoding="utf-8")
    taken = Holes(0.1, "materials.csv", "holes_per_metal 0.1 of mine.csv, row a")
    for path in ("somewhere/a.cif.gz", "a.CIF", "/somewhere/else/a.Cif.GZ"):
        assert holes_of(Path(path), sheet, None) == taken
    assert holes_of(Path("b.cif"), sheet, None) == Holes(None, "materials.csv", "mine.csv has no holes_per_metal of b")
    said = "mine.csv has no row of the structure; ids looked for: in/c.vasp, c.vasp"
    assert holes_of(Path("../in/c.vasp"), sheet, None) == Holes(None, "materials.csv", said)
    assert holes_of(Path("a.cif"), None, -0.2) == Holes(-0.2, "--holes")
    assert holes_of(Path("a.cif"), Path("none"), None) == Holes(None, "--holes")


def test_the_longest_path_that_a_sheet_has_is_its_row(tmp_path):
    sheet = tmp_path / "mine.csv"
    sheet.write_text("structure_id,compound,holes_per_metal\na,X,0.1\nsub/a,X,0.2\n", encoding="utf-8")
    assert holes_of(Path("cif/sub/a.cif"), sheet, None).per_metal == 0.2
    assert holes_of(Path("cif/other/a.cif"), sheet, None).per_metal == 0.1


def test_a_sheet_of_another_name(tmp_path, capsys):
    sheet, table = tmp_path / "mine2.csv", tmp_path / "f.csv"
    sheet.write_text("structure_id,compound,holes_per_metal\nLSCO15_Decroux1987,X,0.15\n", encoding="utf-8")
    out = told_of(capsys, tmp_path, DOPED, "--materials", sheet, "--csv", table)
    assert "holes_per_metal 0.15 of mine2.csv, row LSCO15_Decroux1987\n" in out
    assert {row["charges_from"] for row in csv.DictReader(table.open(encoding="utf-8"))} == {"materials.csv"}


def test_charges_and_holes_exclude_each_other(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["field", FILE, "--charges", "Ca=2,Cu=2,O=-2", "--holes", "0.15"])
    assert stopped.value.code == 2
    assert "--holes: not allowed with argument --charges" in capsys.readouterr().err


def test_an_order_parameter_of_one_site(tmp_path, capsys):
    path = tmp_path / "moves.csv"
    path.write_text("site,dx,dy,dz\n1,0.1,0,0\n")
    assert cli.main(["order", str(path)]) == 0
    assert "thermal part (N - 1)        none: one site\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "module", "name"),
    [
        ("states", "polycage.report.state_views", "state_rows"),
        ("strain", "polycage.report.change_views", "strain_text"),
    ],
)
def test_a_defect_met_with_one_structure_leaves_the_others(command, module, name, monkeypatch, capsys):
    whole = getattr(importlib.import_module(module), name)

    def broken(structure_id, *given, **named):
        if structure_id == "LSCO15_Decroux1987":
            raise ZeroDivisionError("of no use")
        return whole(structure_id, *given, **named)

    monkeypatch.setattr(f"{module}.{name}", broken)
    assert cli.main([command, DOPED, FILE]) == 1
    told = capsys.readouterr()
    assert "UNEXPECTED" in told.err
    assert "ZeroDivisionError in broken" in told.err
    assert "IL_CaCuO2" in told.out


def test_an_order_parameter(tmp_path, capsys):
    path = tmp_path / "moves.csv"
    # by hand: 0.1 and 0.3 along x, 0.2 on average
    path.write_text("site,dx,dy,dz\n1,0.1,0,0\n2,0.3,0,0\n")
    assert cli.main(["order", str(path)]) == 0
    assert "P (Eq. 9)                   0.2000 + 0.0000 i e Å" in capsys.readouterr().out
