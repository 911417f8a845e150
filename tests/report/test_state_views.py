"""`polycage states`: what is printed and drawn."""

import re

import pytest

from helpers import CIF_DIR, ROOT, reference_measurement
from polycage.base.errors import ErrorCode, PolycageError
from polycage.cli import main
from polycage.physics.constants import Constants
from polycage.physics.rings import ring_rows
from polycage.physics.states import state_rows
from polycage.pictures.ring_drawing import rings_figure
from polycage.pictures.style import svg
from polycage.report.measured_numbers import Asked, known


def test_numbers_of_the_papers_example_in_the_view(capsys):
    path = str(CIF_DIR / "CaKFe4As4.cif")
    assert main(["states", path, "--resonance", "beta=13", "--tc", "gamma=35"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    # as in tests/physics/test_states.py; ratio (3.4375 / 2.7992)^2 from heights by hand
    assert ["alpha1±", "2", "1", "Gamma", "metal", "even", "1", "2", "2.7992"] in lines
    assert ["alpha", "gamma", "1.5080"] in lines
    # 13 (2.9710 / 3.4375)^2; 3.53 k_B 35 K / 2 = 5.32 meV
    assert ["gamma", "odd", "3.4375", "9.71"] in lines
    assert ["gamma", "3.4375", "5.32"] in lines


EXAMPLE = re.compile(r"```\n\$ polycage states (.*)\n((?:.*\n)*?)```")
EXAMPLES = [
    (path.stem, *found.groups()) for path in sorted((ROOT / "docs/concepts").glob("*.md"))
    for found in EXAMPLE.finditer(path.read_text(encoding="utf-8"))
]  # fmt: skip


@pytest.mark.parametrize(("page", "arguments", "shown"), EXAMPLES)
def test_examples_of_the_pages_are_what_is_printed(page, arguments, shown, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert main(["states", *arguments.split()]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert set(shown.splitlines()) <= set(printed), page


def test_every_page_has_an_example():
    assert {page for page, *_ in EXAMPLES} == {"states", "rings", "resonance", "gaps", "splitting"}


def test_help_says_whose_gap_ratio_is_taken(capsys):
    with pytest.raises(SystemExit):
        main(["states", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert f"(default: that of the configuration, {Constants().gap_ratio:g})" in told


def test_what_there_is_nothing_of_is_said(capsys):
    assert main(["states", str(CIF_DIR / "Nb.cif"), str(CIF_DIR / "Hg1201_Marezio1995.cif"), "--tc", "beta=90"]) == 2
    streams = capsys.readouterr()
    assert "no active cages, no states" in streams.out
    assert "Tc = 90 K for beta: no phase of that name; active phases are alpha" in streams.out
    assert "CONFIG_INVALID: --tc beta: no phase of that name" in streams.err


def test_one_energy_for_several_structures_some_of_which_lack_the_phase(capsys):
    files = [str(CIF_DIR / f"{name}.cif") for name in ("BaFe2As2_297K", "CaKFe4As4")]
    assert main(["states", *files, "--resonance", "gamma=9.5"]) == 0
    out = capsys.readouterr().out
    assert out.count("9.5 meV for gamma: no phase of that name") == 1
    # 9.5 (3.4375 / 2.9710)^2, heights by hand
    assert re.search(r"beta +odd +2\.9710 +12\.72", out)


def test_a_broken_file_costs_the_others_nothing(tmp_path, capsys):
    (tmp_path / "bad.cif").write_text("data_x\n")
    assert main(["states", str(tmp_path), str(CIF_DIR / "FeSe_293K.cif")]) == 1
    streams = capsys.readouterr()
    assert "NO_ATOMS" in streams.err
    assert "alpha±" in streams.out


@pytest.mark.parametrize("text", ["beta", "=13", "beta=", "beta=hot", "beta=-1", "beta=nan"])
def test_mistyped_options_are_told(text):
    with pytest.raises(PolycageError, match="--resonance") as caught:
        known(text, "--resonance")
    assert caught.value.code is ErrorCode.CONFIG_INVALID
    with pytest.raises(PolycageError, match="gap_ratio"):
        Asked.of([], [], -1.0)


def test_rings_are_drawn_once_each_with_the_same_bytes(tmp_path):
    rows = ring_rows(state_rows("x", reference_measurement("CaKFe4As4")))
    figure = rings_figure(rows)
    circles = [patch for patch in figure.axes[0].patches if hasattr(patch, "get_radius")]
    radius = {c.get_label(): c.get_radius() for c in circles if c.get_label()}
    # one circle at Gamma for each of three rings, four at the corners for each of two
    assert len(circles) == 3 + 4 * 2
    # the order of the table: alpha, beta, gamma, mu, mu_2
    assert list(radius.values()) == sorted(radius.values(), reverse=True)
    assert len(radius) == 5
    assert svg(figure) == svg(rings_figure(rows))


def test_arcs_cross_the_diagonals():
    figure = rings_figure(ring_rows(state_rows("x", reference_measurement("Tl2223_Torardi1988"))))
    arcs = [patch for patch in figure.axes[0].patches if hasattr(patch, "theta1")]
    assert len(arcs) == 2 * 4
    assert {(arc.theta1 + arc.theta2) / 2 % 360 for arc in arcs} == {45.0, 135.0, 225.0, 315.0}


@pytest.mark.parametrize(("name", "begins"), [("rings.svg", b"<?xml"), ("rings.png", b"\x89PNG"), ("r.pdf", b"%PDF")])
def test_the_picture_is_written_in_the_format_of_its_name(tmp_path, capsys, name, begins):
    out = tmp_path / name
    assert main(["states", str(CIF_DIR / "Nb.cif"), str(CIF_DIR / "FeSe_293K.cif"), "--draw", str(out)]) == 0
    assert out.read_bytes().startswith(begins)
    assert f"wrote {out}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("structure", "name", "told"),
    [
        ("FeSe_293K", "rings.txt", "the picture is SVG, PDF or PNG"),
        ("FeSe_293K", "no/rings.svg", "there is no folder"),
        ("Nb", "rings.svg", "no rings, nothing is drawn"),
    ],
)
def test_no_picture_without_rings_or_under_another_name(tmp_path, capsys, structure, name, told):
    assert main(["states", str(CIF_DIR / f"{structure}.cif"), "--draw", str(tmp_path / name)]) != 0
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


FE4 = str(CIF_DIR / "CaKFe4As4.cif")


def test_theta_is_fitted_to_all_energies_that_are_given(capsys):
    assert main(["states", FE4, "--resonance", "beta=13", "--resonance", "alpha=18.3"]) == 0
    out = capsys.readouterr().out
    # heights by hand: 2.7992, 2.9710, 3.4375 Å
    theta = (13 * 2.9710**2 + 18.3 * 2.7992**2) / 2
    shown = dict(re.findall(r"^    (\w+) +(?:even|odd) +[0-9.]+ +([0-9.]+)(?: +[0-9.]+)?$", out, re.MULTILINE))
    assert {phase: float(e) for phase, e in shown.items()} == pytest.approx(
        {"alpha": theta / 2.7992**2, "beta": theta / 2.9710**2, "gamma": theta / 3.4375**2}, abs=0.011
    )
    assert "13 meV for beta and 18.3 meV for alpha: Theta is their mean" in out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--resonance", "delta=3"], "--resonance delta: no phase of that name; active phases are alpha, beta, gamma"),
        (["--resonance", "mu=3"], "--resonance mu: mu is a state over a metal"),
        (["--tc", "mu=35"], "--tc mu: mu is no active phase; these are alpha, beta, gamma"),
        (["--resonance", "beta=13", "--resonance", "beta=14"], "--resonance: beta is given twice"),
        (["--tc", "beta=35", "--tc", "alpha=30"], "one Tc of one phase"),
    ],
)
def test_numbers_that_nothing_follows_from_are_wrong_usage(capsys, options, told):
    assert main(["states", FE4, *options]) == 2
    assert told in capsys.readouterr().err


def test_a_number_is_used_where_one_structure_has_its_phase(capsys):
    both = ["--resonance", "gamma=9.5", "--tc", "beta=35"]
    assert main(["states", str(CIF_DIR / "FeSe_293K.cif"), FE4, *both]) == 0
    out = capsys.readouterr().out
    assert "9.5 meV for gamma: no phase of that name; active phases are alpha\n" in out
    assert "Tc = 35 K for beta: no phase of that name; active phases are alpha\n" in out


def test_an_energy_of_a_family_without_the_relation_says_nothing(capsys, tmp_path):
    text = (CIF_DIR / "BaFe2As2_297K.cif").read_text(encoding="utf-8")
    (tmp_path / "BaMn2As2.cif").write_text(re.sub(r"\bFe(1?) +Fe\b", r"Mn\1 Mn", text), encoding="utf-8")
    assert main(["states", str(tmp_path / "BaMn2As2.cif"), "--resonance", "alpha=13"]) == 2
    assert "the relation is not one of this family" in capsys.readouterr().err
