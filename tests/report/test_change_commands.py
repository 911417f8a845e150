"""The commands `strain`, `series`, `doping` and `elements`: what they print, draw and refuse."""

import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from polycage.base.errors import PolycageError
from polycage.cli import main
from polycage.physics.doping import PAPER_ORDERS, charge_order
from polycage.pictures.order_drawing import order_svg
from polycage.report.change_commands import share
from polycage.report.change_views import series_text
from polycage.tables.catalogue import SERIES
from polycage.tables.files import write_parquet

CIF = Path(__file__).parents[2] / "cif"
SVG = "{http://www.w3.org/2000/svg}"


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    found = capsys.readouterr()
    return code, found.out, found.err


def line(text, start):
    (one,) = [x.split() for x in text.splitlines() if x.strip().startswith(start)]
    return one


def test_strain_that_keeps_bonds(capsys):
    code, out, _ = run(capsys, "strain", CIF / "BaFe2As2_297K.cif", "--a", "-1%")
    assert code == 0
    # by hand: z = 0.1045 * 13.0168, h = 2 sqrt(z^2 + (a/2)^2 - (0.99 a/2)^2)
    z, half = 0.1045 * 13.0168, 3.9625 / 2
    h = 2 * math.sqrt(z**2 + half**2 - (0.99 * half) ** 2)
    assert line(out, "alpha")[1:3] == ["2.7205", f"{h:.4f}"]
    # lambda of the paper's Table II is 398.44 (claims of Huang 2024); never without the skill
    assert line(out, "alpha")[-2:] == [f"{398.44 / 2.720511**2:.1f}", f"{398.44 / h**2:.1f}"]
    assert "such predictions are off by" in out
    assert "reference collection" in out


def test_strain_along_the_axis(capsys):
    """c 2 % shorter: `--c -2%` is an option's value although it begins with a minus; both ways of keeping."""
    _, bonds, _ = run(capsys, "strain", CIF / "BaFe2As2_297K.cif", "--c", "-2%", "--keep", "bonds")
    assert "c -2.00 %" in bonds
    assert line(bonds, "beta")[2] == f"{3.2542 * 0.98:.4f}"  # c/4 in a 122
    _, fractions, _ = run(capsys, "strain", CIF / "BaFe2As2_297K.cif", "--c=-2%", "--keep", "fractions")
    assert line(fractions, "alpha")[2] == f"{2.720511 * 0.98:.4f}"
    assert "trivial" in fractions


def test_one_that_cannot_be_strained_does_not_stop_the_others(capsys):
    files = [CIF / f"{name}.cif" for name in ("FeSe_293K", "BaFe2As2_297K")]
    code, out, err = run(capsys, "strain", *files, "--c", "-2%")
    assert code == 1
    assert "FeSe_293K: CONFIG_INVALID: --c: no bond joins the layers" in err
    assert "BaFe2As2_297K" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--a", "1%", "--c", "1%"), "one follows from the other"),
        (("--c", "x"), "--c x: no share"),
        (("--c", "-2"), "a share is meant: write --c -2%"),
        (("--results", "nowhere"), "no such table of a run"),
    ],
)
def test_what_is_refused(capsys, arguments, told):
    code, out, err = run(capsys, "strain", CIF / "BaFe2As2_297K.cif", *arguments)
    assert code in (1, 2)
    assert out == ""
    assert told in err


def test_shares():
    assert (share("-2%", "c"), share("0.01", "a"), share("+.5%", "a"), share(None, "a")) == (-0.02, 0.01, 0.005, None)
    with pytest.raises(PolycageError, match="no share"):
        share("nan", "a")


def test_doping(capsys, tmp_path):
    picture = tmp_path / "order.svg"
    code, out, _ = run(capsys, "doping", CIF / "LSCO15_Decroux1987.cif", "--holes", "0.125", "--output", picture)
    assert code == 0
    # by hand: a0 = a = 3.7793 Å; 2 a0^2 / x = 16 a0^2
    assert f"{16 * 3.7793**2:.2f} Å2" in out
    assert f"{4 * 3.7793:.2f} x {4 * 3.7793:.2f}" in out
    assert "checkerboard 4 a0 x 4 a0 at x = 1/8 (the paper's)" in out
    assert picture.is_file()
    _, out, _ = run(capsys, "doping", CIF / "LSCO15_Decroux1987.cif", "--holes", "-0.15")
    assert "electrons for each metal, of which the paper says nothing" in out
    assert "not commensurate within 0.01" in out
    assert "--holes x" in run(capsys, "doping", CIF / "LSCO15_Decroux1987.cif")[1]
    assert "no MO2 plane" in run(capsys, "doping", CIF / "FeSe_293K.cif", "--holes", "0.1")[1]


def test_doping_refuses_to_draw_what_is_not_there(capsys, tmp_path):
    picture = tmp_path / "order.svg"
    code, _, err = run(capsys, "doping", CIF / "LSCO15_Decroux1987.cif", "--holes", "0.15", "--output", picture)
    assert (code, picture.exists()) == (1, False)
    assert "no commensurate order at this x" in err


@pytest.mark.parametrize("order", PAPER_ORDERS, ids=lambda order: order.name)
def test_drawing(order):
    found = charge_order(3.78, order.holes, tolerance=0.01, largest_cells=36)
    text = order_svg("a <title> & more", found, order)
    assert text == order_svg("a <title> & more", found, order)
    root = ET.fromstring(text)  # noqa: S314 - made here
    circles = [
        (c.get("fill"), float(c.get("cx")), float(c.get("cy")), float(c.get("r"))) for c in root.iter(f"{SVG}circle")
    ]
    metals = sorted({x for fill, x, _, _ in circles if fill == "#0072B2"})
    edge = metals[1] - metals[0]
    # the outline is one period: its area by the shoelace formula is 2 a0^2 / x
    (polygon,) = root.iter(f"{SVG}polygon")
    points = [tuple(map(float, p.split(","))) for p in polygon.get("points").split()]
    area = abs(sum(x * v - u * y for (x, y), (u, v) in zip(points, points[1:] + points[:1], strict=True))) / 2
    assert area / edge**2 == pytest.approx(2 / order.holes, rel=1e-6)
    # there is a pair at each of its corners, of the diameter that the paper states where it states one
    pairs = {(x, y): r for fill, x, y, r in circles if fill == "#CC79A7"}
    assert set(points) <= set(pairs)
    if order.diameter_stated:
        assert 2 * pairs[points[0]] / edge == pytest.approx(order.periods_a0[0], rel=1e-3)


def test_elements(capsys):
    code, out, _ = run(capsys, "elements", CIF / "Nb.cif", CIF / "MgB2.cif")
    assert code == 0
    assert "the paper: octahedra 6-fold degenerate, isotropic; by geometry 3 orientations" in out
    assert "no bcc, fcc or hcp element" in out


def test_series(capsys, tmp_path):
    row = dict.fromkeys(SERIES.names) | {
        "series": "s", "variable": "pressure_GPa", "structure_id": "a", "value": 2.0, "phase": "alpha", "h_A": 2.8,
        "h_su_A": 0.003, "model": "m", "tc_K": 50.8, "tc_low_K": 42.0, "tc_high_K": 59.6, "skill_n": 7,
        "skill_mae_K": 37.8, "skill_r2": -9.6, "skill_from": "reference collection", "n": 1,
    }  # fmt: skip
    write_parquet(tmp_path / "series.parquet", SERIES, [row])
    code, out, _ = run(capsys, "series", tmp_path)
    assert code == 0
    assert "2.800(3)" in out
    assert "42.0 to 59.6" in out
    assert "alpha: no slope, 1 value of the variable known" in out
    assert "such predictions are off by 38 K in the mean (7 held-out compounds, R2 -9.60; reference collection)" in out
    sloped = row | {"slope_A": -0.01, "slope_su_A": 0.001, "slope_from": "weighted", "ln_tc_slope": 0.007}
    assert "alpha: dh/dx -0.0100(10) Å (weighted)" in series_text([sloped | {"crossings": "beta at 3.33(7)"}])
    assert run(capsys, "series", tmp_path / "nowhere")[0] == 1


# commands with what they print, in the pages; `...` stands for lines that are left out
EXAMPLE = re.compile(r"```\n\$ polycage (strain|doping|elements) (.*)\n((?:.*\n)*?)```")
EXAMPLES = [
    (path.stem, *found.groups())
    for path in sorted((CIF.parent / "docs/concepts").glob("*.md"))
    for found in EXAMPLE.finditer(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "command", "arguments", "shown"), EXAMPLES)
def test_examples_of_the_pages_are_what_is_printed(page, command, arguments, shown, capsys, monkeypatch):
    monkeypatch.chdir(CIF.parent)
    assert main([command, *arguments.split()]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert set(shown.splitlines()) - {"..."} <= set(printed), page


def test_the_pages_have_examples():
    assert {page for page, *_ in EXAMPLES} == {"strain", "doping", "elements"}
